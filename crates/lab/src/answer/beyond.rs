//! What lies beyond one curve: its spread under uncertain parameters, and what it would be without a feedback.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use pathway::experiment::Arm;
use pathway::{Experiment, ExperimentResult, Library, RunSettings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::experiments::find;
use super::run::{Record, record};
use crate::failure::Failure;
use crate::scenario::Scenario;
use crate::state::Lab;
use crate::wire;

/// Most read-outs of one answer, and most draws.
const MOST_READOUTS: usize = 40;
const MOST_DRAWS: usize = 200;
/// Ends of the band.
const ENDS: [f64; 2] = [0.1, 0.9];

/// A treatment under uncertain parameters.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BandsRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
    scenario: Scenario,
    /// Ids of the read-outs.
    readouts: Vec<String>,
    /// Parameter sets to draw.
    draws: usize,
    /// Standard deviation of the natural logarithm of every parameter.
    noise: f64,
    seed: u64,
}

/// The head of binary bands; the arrays are the times, then for each read-out the 10 % and the 90 % quantile of its value
/// and of its fold of the start of the untreated cell in the same draw.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BandsHead {
    n_times: usize,
    readouts: Vec<String>,
    draws: usize,
    /// Draws that could not be computed; they are in no quantile.
    failed: usize,
    noise: f64,
    seed: u64,
}

/// Runs a treatment with many parameter sets. Binary as `/api/run`.
#[utoipa::path(post, path = "/api/bands", request_body = BandsRequest, responses(
    (status = 200, body = BandsHead, content_type = "application/vnd.resurge.curves"),
    (status = 422, body = Failure)))]
pub(crate) async fn bands(
    State(lab): State<Lab>,
    Json(request): Json<BandsRequest>,
) -> Result<Response, Failure> {
    let page = request.page.clone();
    lab.work(&page, "bands", 0, move |lab, ticket| {
        let BandsRequest { draws, noise, seed, .. } = request;
        let sane = (2..=MOST_DRAWS).contains(&draws) && noise > 0.0 && noise <= 1.0;
        if !sane {
            let help = format!("draw 2 to {MOST_DRAWS} sets, with noise above 0 and up to 1");
            return Err(Failure::bad(format!("{draws} draws with noise {noise}"), help));
        }
        let library = lab.bench().library();
        let experiment = experiment(library, &request.scenario, &request.readouts)?;
        let settings = request.scenario.settings(library, lab.settings())?;
        let results = lab
            .bench()
            .run_draws(&experiment, &settings, (draws, noise, seed), lab.rests(), &ticket.stop())
            .map_err(|e| Failure::run(e.to_string()))?;
        let good: Vec<&ExperimentResult> = results.iter().filter_map(|r| r.as_ref().ok()).collect();
        if good.len() < 2 {
            let first = results.iter().find_map(|r| r.as_ref().err()).map(ToString::to_string);
            return Err(Failure::run(first.unwrap_or_default()));
        }
        let times = &good[0].arms[0].times_h;
        let readouts = good[0].arms[0].readouts.iter().map(|r| r.id.clone()).collect::<Vec<_>>();
        let arrays: Vec<Vec<f64>> = (0..readouts.len()).flat_map(|r| spread(&good, r, times.len())).collect();
        let head =
            BandsHead { n_times: times.len(), readouts, draws, failed: draws - good.len(), noise, seed };
        wire::curves(&head, times, arrays.iter().map(Vec::as_slice))
    })
    .await
}

/// Quantiles of one read-out: of its value, then of its fold. Shape: `[4][times]`; `NaN` where a draw has no value.
fn spread(results: &[&ExperimentResult], readout: usize, n_times: usize) -> [Vec<f64>; 4] {
    let at = |k: usize, fold: bool, end: f64| {
        let value = |r: &&ExperimentResult| {
            let value = r.arms.last()?.readouts[readout].values.get(k).copied()?;
            let start = r.arms.first()?.readouts[readout].values.first().copied()?;
            Some(if fold { value / start } else { value })
        };
        let mut values: Vec<f64> = results.iter().map(|r| value(r).unwrap_or(f64::NAN)).collect();
        values.sort_by(f64::total_cmp);
        let place = end * (values.len() - 1) as f64;
        let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
        low + (high - low) * place.fract()
    };
    let [low, high] = ENDS;
    [(false, low), (false, high), (true, low), (true, high)]
        .map(|(fold, end)| (0..n_times).map(|k| at(k, fold, end)).collect())
}

/// A treatment whose feedbacks are cut one at a time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoopsRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
    scenario: Scenario,
    /// Ids of the read-outs.
    readouts: Vec<String>,
}

/// A feedback that can be cut.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeedbackFacts {
    id: String,
    label: String,
    about: String,
}

/// The head of binary responses; the arrays are the times, then for each read-out the response with all feedbacks and
/// without each, in the units of the read-outs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoopsHead {
    n_times: usize,
    readouts: Vec<String>,
    loops: Vec<FeedbackFacts>,
    record: Record,
}

/// Cuts each feedback in turn: its rules keep the strength that they had before treatment. Binary as `/api/run`.
#[utoipa::path(post, path = "/api/loops", request_body = LoopsRequest, responses(
    (status = 200, body = LoopsHead, content_type = "application/vnd.resurge.curves"),
    (status = 422, body = Failure)))]
pub(crate) async fn loops(
    State(lab): State<Lab>,
    Json(request): Json<LoopsRequest>,
) -> Result<Response, Failure> {
    let page = request.page.clone();
    lab.work(&page, "loops", 0, move |lab, _| {
        let library = lab.bench().library();
        let experiment = experiment(library, &request.scenario, &request.readouts)?;
        let settings = request.scenario.settings(library, lab.settings())?;
        let arm = experiment.arms.last().ok_or_else(|| Failure::bad("a treatment without arms", ""))?;
        cut_each(lab, &experiment, arm, &settings)
    })
    .await
}

/// An arm of a published experiment whose feedbacks are cut one at a time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExperimentLoopsRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
    /// Id of the arm.
    arm: String,
}

/// Cuts each feedback in turn in an arm of a published experiment. Binary as `/api/loops`.
#[utoipa::path(post, path = "/api/experiments/{id}/loops", request_body = ExperimentLoopsRequest,
    params(("id" = String, Path)), responses(
    (status = 200, body = LoopsHead, content_type = "application/vnd.resurge.curves"),
    (status = 404, body = Failure),
    (status = 422, body = Failure)))]
pub(crate) async fn experiment_loops(
    State(lab): State<Lab>,
    Path(id): Path<String>,
    Json(request): Json<ExperimentLoopsRequest>,
) -> Result<Response, Failure> {
    lab.work(&request.page, "loops", 0, move |lab, _| {
        let experiment = find(lab, &id)?;
        let arm = experiment.arms.iter().find(|a| a.id == request.arm);
        let arm = arm.ok_or_else(|| Failure::unknown("arm", &request.arm))?;
        cut_each(lab, experiment, arm, lab.settings())
    })
    .await
}

fn cut_each(
    lab: &Lab,
    experiment: &Experiment,
    arm: &Arm,
    settings: &RunSettings,
) -> Result<Response, Failure> {
    let found =
        lab.bench().attribute_loops(experiment, arm, settings).map_err(|e| Failure::run(e.to_string()))?;
    let feedbacks = lab.bench().library().loops().iter();
    let head = LoopsHead {
        n_times: found.times_h.len(),
        readouts: found.readouts.clone(),
        loops: feedbacks
            .map(|l| FeedbackFacts { id: l.id.clone(), label: l.label.clone(), about: l.about.clone() })
            .collect(),
        record: record(&found.record),
    };
    let arrays = (0..found.readouts.len()).flat_map(|r| {
        let cut = found.cut.iter().map(move |c| c.values[r].as_slice());
        std::iter::once(found.intact[r].as_slice()).chain(cut)
    });
    wire::curves(&head, &found.times_h, arrays)
}

/// The experiment of the bench with these read-outs only.
fn experiment(library: &Library, scenario: &Scenario, readouts: &[String]) -> Result<Experiment, Failure> {
    if readouts.is_empty() || readouts.len() > MOST_READOUTS {
        return Err(Failure::bad(
            format!("{} read-outs", readouts.len()),
            format!("choose 1 to {MOST_READOUTS}"),
        ));
    }
    let mut experiment = scenario.experiment(library)?;
    if let Some(unknown) = readouts.iter().find(|id| library.readout(id).is_none()) {
        return Err(Failure::unknown("read-out", unknown));
    }
    experiment.readouts.retain(|r| readouts.contains(&r.id));
    Ok(experiment)
}
