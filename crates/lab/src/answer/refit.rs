//! Refits what a table of the user determines.

use axum::Json;
use axum::extract::State;
use pathway::catalog::Display;
use pathway::experiment::Arm;
use pathway::{ArmResult, Experiment, ExperimentResult, Library};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::matrix::set;
use super::run::{Record, record};
use crate::failure::Failure;
use crate::refit::{Fitted, Measurements, Refit};
use crate::scenario::{Scenario, dose_text};
use crate::state::Lab;

/// Most measured values of one table.
const MOST_POINTS: usize = 1000;
/// Most different doses.
const MOST_DOSES: usize = 24;

/// Measurements in the treatment of the bench.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefitRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
    scenario: Scenario,
    /// Id of the read-out.
    readout: String,
    /// Drug of a dose response, read at the end of the treatment; missing: a time course.
    #[serde(default)]
    drug: Option<String>,
    /// `[x, y]`. Time course: hours, and the read-out as the bench shows it (relative to the start of the untreated cell
    /// where it is shown as a fold). Dose response: nM, and the read-out relative to dose 0.
    points: Vec<[f64; 2]>,
    /// Standard deviation of one measured value, in the unit of the values.
    error: f64,
}

/// What the measurements determine.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefitAnswer {
    /// Root mean square of the differences before and after.
    before: f64,
    after: f64,
    parameters: Vec<FittedParameter>,
    /// Parameters that were tried; those not in the list stay as they are.
    tried: usize,
    /// Parameters with which the model could not be run.
    failed: usize,
    record: Record,
}

/// A parameter that the measurements determine.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FittedParameter {
    name: String,
    unit: String,
    before: f64,
    after: f64,
    /// 95 % interval; parameters that are not in the list held.
    low: f64,
    high: f64,
    /// Whether it stopped at an end of the range that its source allows.
    at_end: bool,
    /// How many standard deviations of the data its prior uncertainty is worth.
    gain: f64,
    /// Names of parameters that these data cannot tell from it.
    alike: Vec<String>,
}

/// Fits the few parameters that the measurements determine, within the ranges of the table.
#[utoipa::path(post, path = "/api/refit", request_body = RefitRequest, responses(
    (status = 200, body = RefitAnswer), (status = 404, body = Failure), (status = 409, body = Failure),
    (status = 422, body = Failure)))]
pub(crate) async fn refit(
    State(lab): State<Lab>,
    Json(request): Json<RefitRequest>,
) -> Result<Json<RefitAnswer>, Failure> {
    let page = request.page.clone();
    lab.work(&page, "refit", 0, move |lab, ticket| {
        let library = lab.bench().library();
        let experiment = experiment(library, &request)?;
        let settings = request.scenario.settings(library, lab.settings())?.until(ticket.stop());
        let display = library.readout(&request.readout).map(|r| r.display);
        let fold = matches!(display, Some(Display::FoldOfStart | Display::FoldOfControl));
        let predict = |result: &ExperimentResult| match request.drug {
            None => at_times(result, &request.points, fold),
            Some(_) => at_doses(result, &request.points),
        };
        let measurements = Measurements {
            bench: lab.bench(),
            settings: &settings,
            experiment: &experiment,
            values: request.points.iter().map(|p| p[1]).collect(),
            error: request.error,
            predict: &predict,
        };
        let refit = measurements.refit(&ticket.stop())?;
        Ok(Json(answer(library, refit)))
    })
    .await
}

fn answer(library: &Library, refit: Refit) -> RefitAnswer {
    let rows = library.parameters();
    let parameter = |fitted: Fitted| {
        let row = &rows[fitted.parameter];
        let [low, high] = fitted.interval;
        FittedParameter {
            name: row.name.clone(),
            unit: row.unit.clone(),
            before: fitted.before,
            after: fitted.after,
            low,
            high,
            // A thousandth of the value: what the search stops at.
            at_end: [row.low, row.high].iter().any(|end| (fitted.after / end).ln().abs() < 1e-3),
            gain: fitted.gain,
            alike: fitted.alike.iter().map(|&k| rows[k].name.clone()).collect(),
        }
    };
    RefitAnswer {
        before: refit.before,
        after: refit.after,
        tried: refit.tried,
        failed: refit.failed,
        parameters: refit.fitted.into_iter().map(parameter).collect(),
        record: record(&refit.record),
    }
}

/// The runs in which the values were measured.
///
/// # Errors
/// Names that do not exist, and numbers that make no sense.
fn experiment(library: &Library, request: &RefitRequest) -> Result<Experiment, Failure> {
    let RefitRequest { scenario, points, error, .. } = request;
    if !(error.is_finite() && *error > 0.0) {
        let help = "give the standard deviation of one value, in the unit of the values";
        return Err(Failure::bad(format!("an error of {error}"), help));
    }
    if points.is_empty() || points.len() > MOST_POINTS {
        let help = format!("give 1 to {MOST_POINTS} values");
        return Err(Failure::bad(format!("{} values", points.len()), help));
    }
    if let Some([x, y]) = points.iter().find(|[x, y]| !(x.is_finite() && *x >= 0.0 && y.is_finite())) {
        return Err(Failure::bad(format!("a value of {y} at {x}"), "times and doses start at 0"));
    }
    let mut xs: Vec<f64> = points.iter().map(|p| p[0] + 0.0).collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    let mut whole = scenario.experiment(library)?;
    whole.readouts.retain(|r| r.id == request.readout);
    if whole.readouts.is_empty() {
        return Err(Failure::unknown("read-out", &request.readout));
    }
    let Some(drug) = &request.drug else {
        if let Some(late) = xs.iter().find(|t| **t > scenario.hours) {
            let help = format!("the treatment on the bench ends at {} h: make it longer", scenario.hours);
            return Err(Failure::bad(format!("a value at {late} h"), help));
        }
        // Folds are relative to the start.
        if xs[0] > 0.0 {
            xs.insert(0, 0.0);
        }
        whole.times_h = xs;
        return Ok(whole);
    };
    if xs.len() > MOST_DOSES {
        return Err(Failure::bad(format!("{} doses", xs.len()), format!("use at most {MOST_DOSES}")));
    }
    let drug = library.agent(drug).ok_or_else(|| Failure::unknown("drug or ligand", drug))?;
    let arm = |&dose: &f64| {
        let mut scenario = scenario.clone();
        set(&mut scenario, &drug.id, dose);
        let last = scenario.experiment(library)?.arms.pop();
        let (id, label) = (dose.to_string(), dose_text(dose));
        last.map(|arm| Arm { id, label, ..arm }).ok_or_else(|| Failure::bad("a treatment without arms", ""))
    };
    // The first arm is the one without the drug.
    whole.arms = std::iter::once(&0.0).chain(&xs).map(arm).collect::<Result<_, _>>()?;
    whole.times_h = vec![scenario.hours];
    Ok(whole)
}

/// The treatment at the times of the data; folds are relative to the start of the untreated cell.
fn at_times(result: &ExperimentResult, points: &[[f64; 2]], fold: bool) -> Option<Vec<f64>> {
    let [untreated, treated] = result.arms.as_slice() else { return None };
    let scale = if fold { *untreated.readouts[0].values.first()? } else { 1.0 };
    let value = |p: &[f64; 2]| {
        let row = treated.times_h.iter().position(|t| *t >= p[0])?;
        Some(treated.readouts[0].values.get(row)? / scale).filter(|v| v.is_finite())
    };
    points.iter().map(value).collect()
}

/// The end of the treatment at the doses of the data, relative to that without the drug.
fn at_doses(result: &ExperimentResult, points: &[[f64; 2]]) -> Option<Vec<f64>> {
    let end = |arm: &ArmResult| arm.readouts[0].values.last().copied();
    let without = end(result.arms.first()?)?;
    let value = |p: &[f64; 2]| {
        let arm = result.arms.iter().skip(1).find(|arm| arm.id == (p[0] + 0.0).to_string())?;
        Some(end(arm)? / without).filter(|v| v.is_finite())
    };
    points.iter().map(value).collect()
}
