//! A cohort of virtual patients: responses, Kaplan-Meier curves, markers.

use axum::Json;
use axum::extract::{Path, State};
use pathway::cohort::survival::{HazardRatio, KaplanMeier, Observation};
use pathway::cohort::{CohortArm, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::run::{Record, record};
use crate::failure::Failure;
use crate::state::Lab;

/// Hours of a month (a twelfth of a year).
const HOURS_PER_MONTH: f64 = 730.5;

/// Who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CohortRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
}

/// A distribution from which patients are drawn.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Spread {
    parameter: String,
    /// `times` the value of the cell, or `set`.
    how: String,
    median: f64,
    sd_log10: f64,
    /// Share of the patients that have it.
    share: f64,
    source: String,
}

/// A Kaplan-Meier curve of the time to progression.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurvivalCurve {
    label: String,
    n: usize,
    progressed: usize,
    /// Months; missing if fewer than half progressed.
    median_months: Option<f64>,
    /// (months, share without progression, lower and upper end of the 95 % interval) after each step.
    steps: Vec<(f64, f64, f64, f64)>,
    /// Months at which somebody is lost to follow-up.
    censored: Vec<f64>,
    /// Patients at risk at the times of the axis.
    at_risk: Vec<usize>,
}

/// A hazard ratio with its 95 % interval and p.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hazard {
    ratio: f64,
    low: f64,
    high: f64,
    p: f64,
}

/// A marker before treatment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarkerAnswer {
    id: String,
    label: String,
    unit: String,
    /// Means of good and of poor responders.
    good: Option<f64>,
    poor: Option<f64>,
    /// p of their difference (Mann and Whitney).
    p: Option<f64>,
    /// Hazard of progression with a low marker relative to a high one.
    hazard: Option<Hazard>,
    /// Curves of patients with a low and a high marker.
    curves: Vec<SurvivalCurve>,
}

/// The patients of one arm.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CohortArmAnswer {
    label: String,
    screened: usize,
    included: usize,
    /// Patients by response: word and count.
    responses: Vec<(String, usize)>,
    /// Change of the diameter in percent and response, from the largest growth to the largest loss.
    waterfall: Vec<(f64, String)>,
    markers: Vec<MarkerAnswer>,
}

/// What became of the patients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CohortAnswer {
    title: String,
    /// Length in months, and the times at which patients at risk are counted.
    months: f64,
    axis: Vec<f64>,
    arms: Vec<CohortArmAnswer>,
    /// One curve per arm.
    curves: Vec<SurvivalCurve>,
    /// p of the log-rank test between arms.
    log_rank_p: Option<f64>,
    /// Hazard of the second arm relative to the first.
    hazard: Option<Hazard>,
    spreads: Vec<Spread>,
    record: Record,
}

/// Treats a cohort.
#[utoipa::path(post, path = "/api/cohorts/{id}/run", request_body = CohortRequest, params(("id" = String, Path)), responses(
    (status = 200, body = CohortAnswer), (status = 404, body = Failure)))]
pub(crate) async fn run_cohort(
    State(lab): State<Lab>,
    Path(id): Path<String>,
    Json(request): Json<CohortRequest>,
) -> Result<Json<CohortAnswer>, Failure> {
    lab.work(&request.page, "cohort", 0, move |lab, ticket| {
        let experiment = lab.bench().library().experiment(&id).filter(|e| e.cohort.is_some());
        let experiment = experiment.ok_or_else(|| Failure::unknown("cohort", &id))?;
        let result = lab
            .bench()
            .cohort(experiment, &lab.settings().until(ticket.stop()), &|_, _| {})
            .map_err(|e| Failure::run(e.to_string()))?;
        let months = experiment.end_h / HOURS_PER_MONTH;
        let axis: Vec<f64> = (0..=6).map(|k| months * f64::from(k) / 6.0).collect();
        let curve = |label: &str, times: &[Observation]| survival(label, times, &axis);
        let varies = experiment.cohort.iter().flat_map(|c| &c.varies);
        let arm = |a: &CohortArm| CohortArmAnswer {
            label: a.label.clone(),
            screened: a.screened,
            included: a.patients.len(),
            responses: Response::ALL.iter().map(|r| r.1.to_string()).zip(a.responses()).collect(),
            waterfall: waterfall(a),
            markers: result
                .markers
                .iter()
                .enumerate()
                .map(|(k, m)| {
                    let [low, high] = a.split(k);
                    MarkerAnswer {
                        id: m.id.clone(),
                        label: m.label.clone(),
                        unit: m.unit.clone(),
                        good: a.marker_mean(k, pathway::cohort::Group::Good),
                        poor: a.marker_mean(k, pathway::cohort::Group::Poor),
                        p: a.marker_difference(k),
                        hazard: a.hazard_ratio(k).map(hazard),
                        curves: vec![
                            curve(&format!("low {}", m.label), &low),
                            curve(&format!("high {}", m.label), &high),
                        ],
                    }
                })
                .collect(),
        };
        Ok(Json(CohortAnswer {
            title: experiment.title.clone(),
            months,
            arms: result.arms.iter().map(arm).collect(),
            curves: result.arms.iter().map(|a| curve(&a.label, &a.progressions())).collect(),
            log_rank_p: result.log_rank().map(|t| t.p),
            hazard: result.hazard_ratio(1).map(hazard),
            spreads: varies
                .map(|v| Spread {
                    parameter: v.parameter.clone(),
                    how: format!("{:?}", v.how).to_lowercase(),
                    median: v.median,
                    sd_log10: v.sd_log10,
                    share: v.share,
                    source: v.source.clone(),
                })
                .collect(),
            record: record(&result.record),
            axis,
        }))
    })
    .await
}

fn hazard(h: HazardRatio) -> Hazard {
    Hazard { ratio: h.ratio, low: h.interval.0, high: h.interval.1, p: h.p }
}

fn waterfall(arm: &CohortArm) -> Vec<(f64, String)> {
    let mut all: Vec<(f64, String)> =
        arm.patients.iter().map(|p| (100.0 * p.change, p.response.word().to_string())).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all
}

fn survival(label: &str, times: &[Observation], axis: &[f64]) -> SurvivalCurve {
    let curve = KaplanMeier::of(times);
    let months = |h: f64| h / HOURS_PER_MONTH;
    SurvivalCurve {
        label: label.to_string(),
        n: times.len(),
        progressed: times.iter().filter(|o| o.event).count(),
        median_months: curve.median().map(months),
        steps: curve.steps.iter().map(|s| (months(s.time), s.survival, s.interval.0, s.interval.1)).collect(),
        censored: times.iter().filter(|o| !o.event).map(|o| months(o.time)).collect(),
        at_risk: axis.iter().map(|t| curve.at_risk(t * HOURS_PER_MONTH)).collect(),
    }
}
