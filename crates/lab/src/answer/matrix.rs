//! Dose against dose: curves of one read-out for every pair, and how the pairs compare with reference models.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use pathway::experiment::{Arm, Experiment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::run::{Record, record};
use crate::failure::Failure;
use crate::scenario::{AgentUse, Scenario, dose_text};
use crate::state::Lab;
use crate::synergy::Synergy;
use crate::wire;

/// Two drugs, their doses, and what is read when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatrixRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
    /// Everything else that is done to the cells.
    scenario: Scenario,
    a: Axis,
    b: Axis,
    /// Id of the read-out.
    readout: String,
    /// When it is read, in hours.
    hour: f64,
}

/// One drug of a matrix.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Axis {
    /// Id or alias of a drug or ligand; where the scenario has it, its schedule stays.
    agent: String,
    /// Doses in nM, ascending, the first one 0.
    doses_nm: Vec<f64>,
}

/// The head of a binary matrix; the arrays are the times and the curves, row by row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatrixHead {
    n_times: usize,
    doses_a: Vec<f64>,
    doses_b: Vec<f64>,
    /// Values at the hour. Shape: `[n_a][n_b]`.
    values: Vec<Vec<f64>>,
    /// Missing if there is no inhibition to speak of; then the reason says why.
    synergy: Option<Synergy>,
    reason: Option<String>,
    record: Record,
}

/// Most doses of one drug.
const MOST_DOSES: usize = 12;

/// Runs every pair of doses. Binary as `/api/run`, one array per pair.
#[utoipa::path(post, path = "/api/matrix", request_body = MatrixRequest, responses(
    (status = 200, body = MatrixHead, content_type = "application/vnd.resurge.curves"),
    (status = 422, body = Failure)))]
pub(crate) async fn matrix(
    State(lab): State<Lab>,
    Json(request): Json<MatrixRequest>,
) -> Result<Response, Failure> {
    let page = request.page.clone();
    lab.work(&page, "matrix", 0, move |lab, ticket| {
        let experiment = experiment(lab, &request)?;
        let settings = request.scenario.settings(lab.bench().library(), lab.settings())?;
        let result = lab
            .bench()
            .run_interactive(&experiment, &settings, lab.rests(), &ticket.stop())
            .map_err(|e| Failure::run(e.to_string()))?;
        let times = &experiment.times_h;
        let curves: Vec<&[f64]> = result.arms.iter().map(|a| a.readouts[0].values.as_slice()).collect();
        if let Some(reason) = result.arms.iter().find_map(|a| a.readouts[0].undefined.as_ref()) {
            return Err(Failure::run(reason.clone()));
        }
        // The hour is one of the times: experiment() put it there.
        let row = times.iter().position(|t| *t >= request.hour).unwrap_or(times.len() - 1);
        let n_b = request.b.doses_nm.len();
        let values: Vec<Vec<f64>> =
            curves.chunks(n_b).map(|cells| cells.iter().map(|c| c[row]).collect()).collect();
        let synergy = Synergy::of(&request.a.doses_nm, &request.b.doses_nm, &values);
        let head = MatrixHead {
            n_times: times.len(),
            doses_a: request.a.doses_nm.clone(),
            doses_b: request.b.doses_nm.clone(),
            values,
            reason: synergy.as_ref().err().cloned(),
            synergy: synergy.ok(),
            record: record(&result.record),
        };
        wire::curves(&head, times, curves)
    })
    .await
}

/// One arm per pair, row by row.
fn experiment(lab: &Lab, request: &MatrixRequest) -> Result<Experiment, Failure> {
    let library = lab.bench().library();
    let (a, b) = (agent(lab, &request.a)?, agent(lab, &request.b)?);
    if a == b {
        return Err(Failure::bad(format!("{a} against itself"), "choose two different drugs"));
    }
    if !(request.hour >= 0.0 && request.hour <= request.scenario.hours) {
        let help = format!("read between 0 h and {} h", request.scenario.hours);
        return Err(Failure::bad(format!("a read-out at {} h", request.hour), help));
    }
    let mut whole: Option<Experiment> = None;
    for &dose_a in &request.a.doses_nm {
        for &dose_b in &request.b.doses_nm {
            let mut scenario = request.scenario.clone();
            set(&mut scenario, &a, dose_a);
            set(&mut scenario, &b, dose_b);
            let one = scenario.experiment(library)?;
            let label = format!("{} and {}", dose_text(dose_a), dose_text(dose_b));
            let id = format!("{dose_a} {dose_b}");
            let arm = one.arms.iter().last().map(|arm| Arm { id, label, ..arm.clone() });
            let whole = whole.get_or_insert_with(|| Experiment { arms: Vec::new(), ..one });
            whole.arms.extend(arm);
        }
    }
    let mut whole = whole.ok_or_else(|| Failure::bad("a matrix without doses", ""))?;
    whole.readouts.retain(|r| r.id == request.readout);
    if whole.readouts.is_empty() {
        return Err(Failure::unknown("read-out", &request.readout));
    }
    whole.times_h.push(request.hour);
    whole.times_h.sort_by(f64::total_cmp);
    whole.times_h.dedup();
    Ok(whole)
}

/// The id of a checked axis.
fn agent(lab: &Lab, axis: &Axis) -> Result<String, Failure> {
    let found = lab.bench().library().agent(&axis.agent);
    let agent = found.ok_or_else(|| Failure::unknown("drug or ligand", &axis.agent))?;
    let doses = &axis.doses_nm;
    let ascends = doses.windows(2).all(|w| w[0] < w[1]) && doses.iter().all(|d| d.is_finite());
    if doses.len() < 3 || doses.len() > MOST_DOSES || doses[0] != 0.0 || !ascends {
        return Err(Failure::bad(
            format!("doses of {}: {doses:?}", agent.label),
            format!("give 3 to {MOST_DOSES} ascending doses, the first one 0"),
        ));
    }
    Ok(agent.id.clone())
}

/// Gives the drug this dose on its schedule, or from the start to the end.
pub(super) fn set(scenario: &mut Scenario, agent: &str, dose_nm: f64) {
    match scenario.agents.iter_mut().find(|u| u.agent == agent) {
        Some(used) => used.dose_nm = dose_nm,
        None => {
            let pulses = vec![[0.0, scenario.hours]];
            scenario.agents.push(AgentUse { agent: agent.to_string(), dose_nm, pulses });
        }
    }
}
