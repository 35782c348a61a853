//! What a treatment does: curves of all read-outs.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use pathway::{ExperimentResult, RunRecord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::scenario::Scenario;
use crate::state::Lab;
use crate::wire;

/// A treatment, and who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
    /// Grows with each request of the page: an older one that arrives late does not run.
    #[serde(default)]
    number: u64,
    scenario: Scenario,
}

/// The head of binary curves: what the arrays are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CurvesHead {
    /// Number of times.
    n_times: usize,
    arms: Vec<ArmHead>,
    /// Ids of the read-outs, in the order of the arrays of each arm.
    readouts: Vec<String>,
    /// How it was computed.
    record: Record,
}

/// One arm.
#[derive(Debug, Serialize, ToSchema)]
struct ArmHead {
    id: String,
    label: String,
    /// What was done, and when (hours).
    marks: Vec<(f64, String)>,
    /// What was in place before the experiment.
    background: Vec<String>,
    /// What each read-out does, relative to its start, as a clause.
    words: BTreeMap<String, String>,
    /// Why a read-out has no values.
    undefined: BTreeMap<String, String>,
}

/// Everything needed to compute it again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Record {
    model_hash: String,
    parameters_hash: String,
    version: String,
    options: BTreeMap<String, String>,
}

/// Runs a treatment beside the untreated cell. The answer is binary: see the head, `CurvesHead`.
#[utoipa::path(post, path = "/api/run", request_body = RunRequest, responses(
    (status = 200, body = CurvesHead, content_type = "application/vnd.resurge.curves",
     description = "u32 length of the head, head as JSON padded to 8 bytes, then f32 arrays: times; per arm, per read-out: values"),
    (status = 409, body = Failure, description = "a newer request took its place"),
    (status = 422, body = Failure)))]
pub(crate) async fn run(
    State(lab): State<Lab>,
    Json(request): Json<RunRequest>,
) -> Result<Response, Failure> {
    let RunRequest { page, number, scenario } = request;
    lab.work(&page, "run", number, move |lab, ticket| {
        let experiment = scenario.experiment(lab.bench().library())?;
        let settings = scenario.settings(lab.bench().library(), lab.settings())?;
        let result = lab
            .bench()
            .run_interactive(&experiment, &settings, lab.rests(), &ticket.stop())
            .map_err(|e| Failure::run(e.to_string()))?;
        answer(&result)
    })
    .await
}

/// A result as head and arrays, in the units of the read-outs.
///
/// # Errors
/// The head cannot be written.
pub(crate) fn answer(result: &ExperimentResult) -> Result<Response, Failure> {
    let times = &result.arms[0].times_h;
    let head = CurvesHead {
        n_times: times.len(),
        arms: result.arms.iter().map(arm_head).collect(),
        readouts: result.arms[0].readouts.iter().map(|r| r.id.clone()).collect(),
        record: record(&result.record),
    };
    wire::curves(
        &head,
        times,
        result.arms.iter().flat_map(|a| a.readouts.iter().map(|r| r.values.as_slice())),
    )
}

fn arm_head(arm: &pathway::ArmResult) -> ArmHead {
    let readouts = arm.readouts.iter();
    let words = readouts.clone().filter_map(|r| Some((r.id.clone(), clause(&arm.times_h, &r.values)?)));
    ArmHead {
        id: arm.id.clone(),
        label: arm.label.clone(),
        marks: arm.marks.clone(),
        background: arm.background.clone(),
        words: words.collect(),
        undefined: readouts.filter_map(|r| Some((r.id.clone(), r.undefined.clone()?))).collect(),
    }
}

/// What a curve does relative to its start; `None` if it starts at nothing.
fn clause(times: &[f64], values: &[f64]) -> Option<String> {
    let start = *values.first()?;
    let folds: Vec<(f64, f64)> = times.iter().zip(values).map(|(t, v)| (*t, v / start)).collect();
    folds.iter().all(|f| f.1.is_finite()).then(|| pathway::words::describe_fold(&folds))
}

/// A record as JSON shows it.
pub(crate) fn record(record: &RunRecord) -> Record {
    Record {
        model_hash: record.model_hash.clone(),
        parameters_hash: record.parameters_hash.clone(),
        version: record.tool_version.clone(),
        options: record.options.iter().cloned().collect(),
    }
}
