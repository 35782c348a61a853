//! Findings of papers, and what the model makes of them.

use axum::Json;
use axum::extract::State;
use pathway::{Bench, Judgement, RunSettings};
use serde::Serialize;
use utoipa::ToSchema;

use super::run::{Record, record};
use crate::failure::Failure;
use crate::state::Lab;

/// All findings with verdicts.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    pub(crate) judgements: Vec<Judgement>,
    record: pathway::RunRecord,
}

impl Board {
    /// Judges everything.
    pub(crate) fn compute(bench: &Bench, settings: &RunSettings) -> Self {
        let library = bench.library();
        let findings: Vec<&pathway::Finding> = library.findings().iter().collect();
        let mut board = bench.check(&findings, settings, &|_, _| {});
        board.extend_not_run(library.not_run());
        Self { judgements: board.judgements, record: board.record }
    }
}

/// A finding and its verdict.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingAnswer {
    id: String,
    paper: String,
    source: String,
    statement: String,
    /// `explicit`, `implied` or `derived`.
    provenance: String,
    tier: u8,
    experiments: Vec<String>,
    /// `supported`, `contradicted`, `inconclusive` or `not run`.
    verdict: String,
    /// How far from turning over; at least 0 if supported.
    margin: Option<f64>,
    /// The numbers of the model.
    value: String,
    /// The rule.
    expected: String,
    reason: String,
}

/// All findings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Scoreboard {
    findings: Vec<FindingAnswer>,
    record: Record,
}

/// Every finding with its verdict.
#[utoipa::path(get, path = "/api/scoreboard", responses((status = 200, body = Scoreboard)))]
pub(crate) async fn scoreboard(State(lab): State<Lab>) -> Result<Json<Scoreboard>, Failure> {
    // The same for every page: it is computed once and never stopped.
    let board = tokio::task::spawn_blocking(move || lab.board().clone());
    let board = board.await.map_err(|e| Failure::internal(e.to_string()))?;
    let findings = board.judgements.iter().map(finding).collect();
    Ok(Json(Scoreboard { findings, record: record(&board.record) }))
}

/// A judgement as the page shows it.
pub(crate) fn finding(judgement: &Judgement) -> FindingAnswer {
    FindingAnswer {
        id: judgement.id.clone(),
        paper: judgement.paper.clone(),
        source: judgement.source.clone(),
        statement: judgement.statement.clone(),
        provenance: judgement.provenance.word().to_string(),
        tier: judgement.tier,
        experiments: judgement.experiments.clone(),
        verdict: judgement.verdict.word().to_string(),
        margin: judgement.margin,
        value: judgement.value.clone(),
        expected: judgement.expected.clone(),
        reason: judgement.reason.clone().unwrap_or_default(),
    }
}
