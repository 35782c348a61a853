//! A published experiment: its curves, and its arms as treatments for the bench.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use pathway::Experiment;
use pathway::experiment::{Action, Arm, Normalise, ShownReadout};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::scenario::{AgentUse, GeneDose, Scenario};
use crate::state::Lab;

/// Who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExperimentRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
}

/// Runs all arms of an experiment; read-outs are those of the experiment. Binary as `/api/run`.
#[utoipa::path(post, path = "/api/experiments/{id}/run", request_body = ExperimentRequest, params(("id" = String, Path)), responses(
    (status = 200, body = super::run::CurvesHead, content_type = "application/vnd.resurge.curves"),
    (status = 404, body = Failure)))]
pub(crate) async fn run_experiment(
    State(lab): State<Lab>,
    Path(id): Path<String>,
    Json(request): Json<ExperimentRequest>,
) -> Result<Response, Failure> {
    lab.work(&request.page, "experiment", 0, move |lab, ticket| {
        let mut experiment = find(lab, &id)?.clone();
        for readout in &mut experiment.readouts {
            *readout = ShownReadout { id: readout.id.clone(), normalise: Some(Normalise::None) };
        }
        let result = lab
            .bench()
            .run_interactive(&experiment, lab.settings(), lab.rests(), &ticket.stop())
            .map_err(|e| Failure::run(e.to_string()))?;
        super::run::answer(&result)
    })
    .await
}

/// An arm as the bench can set it up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArmOnBench {
    id: String,
    label: String,
    /// The treatment; missing if the bench cannot set it up.
    scenario: Option<Scenario>,
    /// Why it cannot.
    reason: Option<String>,
}

/// An experiment with its arms.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExperimentAnswer {
    id: String,
    title: String,
    about: String,
    arms: Vec<ArmOnBench>,
    readouts: Vec<String>,
}

/// An experiment with its arms as treatments for the bench.
#[utoipa::path(get, path = "/api/experiments/{id}", params(("id" = String, Path)), responses(
    (status = 200, body = ExperimentAnswer), (status = 404, body = Failure)))]
pub(crate) async fn experiment(
    State(lab): State<Lab>,
    Path(id): Path<String>,
) -> Result<Json<ExperimentAnswer>, Failure> {
    let experiment = find(&lab, &id)?;
    let arms = experiment.arms.iter().map(|arm| {
        let made = scenario(experiment, arm);
        ArmOnBench {
            id: arm.id.clone(),
            label: arm.label.clone(),
            reason: made.as_ref().err().cloned(),
            scenario: made.ok(),
        }
    });
    Ok(Json(ExperimentAnswer {
        id: experiment.id.clone(),
        title: experiment.title.clone(),
        about: experiment.about.clone(),
        arms: arms.collect(),
        readouts: experiment.readouts.iter().map(|r| r.id.clone()).collect(),
    }))
}

/// A published experiment.
///
/// # Errors
/// There is none of this id.
pub(super) fn find<'l>(lab: &'l Lab, id: &str) -> Result<&'l Experiment, Failure> {
    lab.bench().library().experiment(id).ok_or_else(|| Failure::unknown("experiment", id))
}

/// An arm as a treatment, or why the bench has no control for it.
fn scenario(experiment: &Experiment, arm: &Arm) -> Result<Scenario, String> {
    if experiment.lead_in_h > 0.0 {
        return Err("it has a lead-in before 0 h".to_string());
    }
    if experiment.animals.is_some() {
        return Err("it is made in animals, and the bench has cells in a dish".to_string());
    }
    if !experiment.clones.is_empty() {
        return Err("it has several clones, and the bench has one kind of cell".to_string());
    }
    let cell = arm.context.as_ref().unwrap_or(&experiment.context);
    let mut made = Scenario { cell: cell.clone(), hours: experiment.end_h, ..Scenario::default() };
    for done in &arm.perturbations {
        let at = done.at_h;
        match &done.action {
            Action::Mutate { mutation } => made.mutations.push(mutation.clone()),
            Action::KnockDown { gene, remaining: fold } | Action::OverExpress { gene, fold }
                if at.is_none() =>
            {
                made.genes.push(GeneDose { gene: gene.clone(), fold: *fold });
            }
            Action::KnockOut { gene } if at.is_none() => {
                made.genes.push(GeneDose { gene: gene.clone(), fold: 0.0 });
            }
            Action::WithdrawSerum if at == Some(0.0) => made.serum_free = true,
            Action::Add { agent, dose } | Action::Set { agent, dose } => {
                let Some(start) = at else {
                    return Err(format!("{} before the experiment", done.action.describe()));
                };
                add_dose(&mut made, agent, dose.nanomolar, start, matches!(done.action, Action::Set { .. }))?;
            }
            Action::Remove { agent } => {
                let last =
                    made.agents.iter_mut().rfind(|a| a.agent == *agent).and_then(|a| a.pulses.last_mut());
                match (last, at) {
                    (Some(pulse), Some(at)) => pulse[1] = at,
                    _ => return Err(format!("{agent} is removed from the medium of the cell")),
                }
            }
            other => return Err(format!("{} at another time than the bench offers", other.describe())),
        }
    }
    Ok(made)
}

fn add_dose(made: &mut Scenario, agent: &str, nanomolar: f64, start: f64, sets: bool) -> Result<(), String> {
    let end = made.hours;
    match made.agents.iter_mut().find(|a| a.agent == agent) {
        None => {
            made.agents.push(AgentUse {
                agent: agent.to_string(),
                dose_nm: nanomolar,
                pulses: vec![[start, end]],
            });
            Ok(())
        }
        Some(used) if used.dose_nm == nanomolar && (sets || used.pulses.iter().all(|p| p[1] <= start)) => {
            used.pulses.push([start, end]);
            Ok(())
        }
        Some(_) => Err(format!("{agent} in more than one dose")),
    }
}
