//! Tumours in animals: experiments, treatments as schedules in mg/kg, volumes of every animal.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use model::Location;
use pathway::animal::Route;
use pathway::experiment::{Action, Arm, Experiment, Normalise, Perturbation, ShownReadout};
use pathway::tumour::TumourOutcome;
use pathway::{ExperimentResult, Library, ReadoutSeries};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::run::{Record, record};
use crate::failure::Failure;
use crate::state::Lab;
use crate::wire;

/// Assay of the read-out that is the tumour.
const VOLUME: &str = "volume";
const HOURS_PER_DAY: f64 = 24.0;
/// Most arms, animals of an arm, drugs of an arm, doses of a drug.
const MOST_ARMS: usize = 8;
const MOST_ANIMALS: usize = 100;
const MOST_DRUGS: usize = 8;
const MOST_DOSES: usize = 400;

/// A drug on a schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    /// Id or alias of the drug.
    drug: String,
    /// Dose in mg per kg of animal.
    mg_per_kg: f64,
    /// `oral`, `i.p.`, `s.c.` or `i.v.`
    route: String,
    /// Days on which it is given.
    days: Vec<f64>,
}

/// An arm of a xenograft experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TumourArm {
    /// Name to show.
    label: String,
    /// Id of the arm of the experiment whose cell, genes, mutations and held concentrations it has.
    base: String,
    given: Vec<Given>,
}

/// What the page knows about one experiment in animals.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TumourFacts {
    id: String,
    title: String,
    about: String,
    source: String,
    paper: Option<String>,
    cell: String,
    host: String,
    animals: usize,
    seed: u64,
    start_mm3: f64,
    days: f64,
    arms: Vec<TumourArm>,
    /// What else is done in each arm, in words.
    also: Vec<Vec<String>>,
    /// Kinds of cells the tumours are mixed from, with their shares.
    clones: Vec<(String, f64)>,
    /// Whether its animals are patients of a cohort.
    cohort: bool,
}

/// A drug that can be given to animals.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnimalDrug {
    id: String,
    label: String,
    routes: Vec<String>,
}

/// All experiments in animals, and all drugs whose pharmacokinetics are known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TumourCatalog {
    experiments: Vec<TumourFacts>,
    drugs: Vec<AnimalDrug>,
}

/// All experiments in animals.
#[utoipa::path(get, path = "/api/tumours", responses((status = 200, body = TumourCatalog)))]
pub(crate) async fn tumours(State(lab): State<Lab>) -> Json<TumourCatalog> {
    let library = lab.bench().library();
    let experiments = library.experiments().iter().filter_map(|e| facts(library, e)).collect();
    let drugs = library.pharmacokinetics().iter().filter_map(|k| {
        let agent = library.agent(&k.drug)?;
        let routes = Route::ALL.iter().filter(|(r, _)| k.allows(*r)).map(|(_, word)| (*word).to_string());
        Some(AnimalDrug { id: agent.id.clone(), label: agent.label.clone(), routes: routes.collect() })
    });
    Json(TumourCatalog { experiments, drugs: drugs.collect() })
}

/// `None` if no tumour volume is measured in animals.
fn facts(library: &Library, e: &Experiment) -> Option<TumourFacts> {
    let animals = e.animals.as_ref()?;
    e.readouts.iter().find(|r| library.readout(&r.id).is_some_and(|r| r.assay == VOLUME))?;
    let label = |id: &str| library.context(id).map_or_else(|| id.to_string(), |c| c.label.clone());
    let also = |arm: &Arm| {
        let others = arm.perturbations.iter().filter(|p| !matches!(p.action, Action::Give { .. }));
        others.map(|p| p.action.describe()).collect()
    };
    Some(TumourFacts {
        id: e.id.clone(),
        title: e.title.clone(),
        about: e.about.clone(),
        source: e.source.clone(),
        paper: e.paper.clone(),
        cell: label(&e.context),
        host: animals.host.clone(),
        animals: animals.n,
        seed: animals.seed,
        start_mm3: animals.start_volume,
        days: e.end_h / HOURS_PER_DAY,
        arms: e.arms.iter().map(|arm| schedule(library, arm)).collect(),
        also: e.arms.iter().map(also).collect(),
        clones: e.clones.iter().map(|c| (label(&c.context), c.share)).collect(),
        cohort: e.cohort.is_some(),
    })
}

/// The doses of an arm, one entry per drug, dose and route.
fn schedule(library: &Library, arm: &Arm) -> TumourArm {
    let mut given: Vec<Given> = Vec::new();
    for done in &arm.perturbations {
        let (Action::Give { agent, nanomoles_per_kg, route, .. }, Some(t)) = (&done.action, done.at_h) else {
            continue;
        };
        let Some(mass) = library.agent(agent).and_then(|a| a.molecular_weight) else { continue };
        let mg_per_kg = nanomoles_per_kg * mass / 1e6;
        let same = |g: &&mut Given| g.drug == *agent && g.route == route.word() && g.mg_per_kg == mg_per_kg;
        match given.iter_mut().find(same) {
            Some(known) => known.days.push(t / HOURS_PER_DAY),
            None => given.push(Given {
                drug: agent.clone(),
                mg_per_kg,
                route: route.word().to_string(),
                days: vec![t / HOURS_PER_DAY],
            }),
        }
    }
    TumourArm { label: arm.label.clone(), base: arm.id.clone(), given }
}

/// Arms to run, and who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TumourRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
    arms: Vec<TumourArm>,
    /// Animals per arm.
    animals: usize,
    /// Seed of their differences.
    seed: u64,
}

/// The head of binary tumours: times, then per arm the mean, its standard error, every animal, and what each clone has of
/// the mean, in mm3.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TumourHead {
    n_times: usize,
    arms: Vec<TumourArmHead>,
    /// Names of the clones, the cells of the experiment first; none with one kind of cell.
    clones: Vec<String>,
    record: Record,
}

/// What the tumours of an arm come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TumourArmHead {
    label: String,
    animals: usize,
    start_mm3: f64,
    end_mm3: f64,
    /// Of the end volume; missing with a single animal.
    standard_error: Option<f64>,
    change_percent: f64,
    /// End volume relative to that of the first arm (T/C).
    of_first: f64,
    /// Animals whose tumour lost at least 30 %.
    regressed: usize,
    /// Day on which the mean is 20 % above its lowest.
    progression_d: Option<f64>,
}

/// Grows tumours under these schedules.
#[utoipa::path(post, path = "/api/tumours/{id}/run", request_body = TumourRequest, params(("id" = String, Path)), responses(
    (status = 200, body = TumourHead, content_type = "application/vnd.resurge.curves"),
    (status = 404, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn run_tumours(
    State(lab): State<Lab>,
    Path(id): Path<String>,
    Json(request): Json<TumourRequest>,
) -> Result<Response, Failure> {
    let page = request.page.clone();
    lab.work(&page, "tumours", 0, move |lab, ticket| {
        let library = lab.bench().library();
        let known = library.experiment(&id).filter(|e| facts(library, e).is_some());
        let known = known.ok_or_else(|| Failure::unknown("experiment in animals", &id))?;
        let experiment = changed(library, known, &request)?;
        let settings = lab.settings().until(ticket.stop());
        let result = lab.bench().run(&experiment, &settings).map_err(|e| Failure::run(e.to_string()))?;
        answer(&result, clones(library, &experiment))
    })
    .await
}

/// Names of all kinds of cells in the tumours, those of the experiment first.
fn clones(library: &Library, experiment: &Experiment) -> Vec<String> {
    let label = |id: &str| library.context(id).map_or_else(|| id.to_string(), |c| c.label.clone());
    let others = experiment.clones.iter().map(|c| &c.context);
    std::iter::once(&experiment.context).chain(others).map(|id| label(id)).collect()
}

/// The experiment with other arms and animals, and the tumour volume alone.
fn changed(library: &Library, known: &Experiment, request: &TumourRequest) -> Result<Experiment, Failure> {
    let (n, n_arms) = (request.animals, request.arms.len());
    if !(1..=MOST_ANIMALS).contains(&n) || !(1..=MOST_ARMS).contains(&n_arms) {
        let help = format!("use 1 to {MOST_ANIMALS} animals and 1 to {MOST_ARMS} arms");
        return Err(Failure::bad(format!("{n_arms} arms of {n} animals"), help));
    }
    let mut experiment = known.clone();
    if let Some(animals) = &mut experiment.animals {
        (animals.n, animals.seed) = (n, request.seed);
    }
    let volume = |r: &&ShownReadout| library.readout(&r.id).is_some_and(|r| r.assay == VOLUME);
    let volume = known.readouts.iter().find(volume).map(|r| r.id.clone());
    experiment.readouts =
        volume.into_iter().map(|id| ShownReadout { id, normalise: Some(Normalise::None) }).collect();
    let arms = request.arms.iter().enumerate();
    experiment.arms = arms.map(|(k, arm)| changed_arm(library, known, k, arm)).collect::<Result<_, _>>()?;
    Ok(experiment)
}

fn changed_arm(library: &Library, known: &Experiment, k: usize, arm: &TumourArm) -> Result<Arm, Failure> {
    let base = known.arm(&arm.base).ok_or_else(|| Failure::unknown("arm", &arm.base))?;
    if arm.given.len() > MOST_DRUGS {
        let help = format!("give at most {MOST_DRUGS}");
        return Err(Failure::bad(format!("{} drugs in {:?}", arm.given.len(), arm.label), help));
    }
    let mut perturbations: Vec<Perturbation> =
        base.perturbations.iter().filter(|p| !matches!(p.action, Action::Give { .. })).cloned().collect();
    for given in &arm.given {
        perturbations.extend(doses(library, given, known.end_h)?);
    }
    Ok(Arm { id: format!("arm-{k}"), label: arm.label.clone(), context: base.context.clone(), perturbations })
}

/// The doses of a schedule, checked.
fn doses(library: &Library, given: &Given, end_h: f64) -> Result<Vec<Perturbation>, Failure> {
    let agent = library.agent(&given.drug).ok_or_else(|| Failure::unknown("drug", &given.drug))?;
    let known = library.pharmacokinetics().iter().find(|k| k.drug == agent.id);
    let (Some(kinetics), Some(mass)) = (known, agent.molecular_weight) else {
        let help = "drugs of the tumour screen are those whose pharmacokinetics are known";
        return Err(Failure::bad(format!("{} cannot be given to animals", agent.label), help));
    };
    let route = Route::ALL.iter().find(|(r, word)| *word == given.route && kinetics.allows(*r));
    let Some((route, _)) = route else {
        let words = Route::ALL.iter().filter(|(r, _)| kinetics.allows(*r)).map(|(_, w)| *w);
        let help = format!("it is given {}", words.collect::<Vec<_>>().join(" or "));
        return Err(Failure::bad(format!("{} given {}", agent.label, given.route), help));
    };
    if !(0.0..=10_000.0).contains(&given.mg_per_kg) {
        let message = format!("{} mg/kg of {}", given.mg_per_kg, agent.label);
        return Err(Failure::bad(message, "a dose is a number of mg/kg from 0 to 10000"));
    }
    let days = &given.days;
    let end = end_h / HOURS_PER_DAY;
    if days.len() > MOST_DOSES || !days.iter().all(|d| (0.0..=end).contains(d)) {
        let help = format!("give at most {MOST_DOSES} doses between day 0 and day {end}");
        return Err(Failure::bad(format!("the days of {}", agent.label), help));
    }
    let action = Action::Give {
        agent: agent.id.clone(),
        nanomoles_per_kg: given.mg_per_kg / mass * 1e6,
        route: *route,
        text: format!("{} mg/kg", given.mg_per_kg),
    };
    let at = Location { file: "the tumour screen".to_string(), line: 1, column: 1 };
    let dose =
        |d: &f64| Perturbation { at_h: Some(d * HOURS_PER_DAY), action: action.clone(), at: at.clone() };
    Ok(days.iter().map(dose).collect())
}

fn answer(result: &ExperimentResult, names: Vec<String>) -> Result<Response, Failure> {
    let times = &result.arms[0].times_h;
    let volumes: Vec<&ReadoutSeries> = result.arms.iter().map(|a| &a.readouts[0]).collect();
    if let Some(reason) = volumes.iter().find_map(|r| r.undefined.as_ref()) {
        return Err(Failure::run(reason.clone()));
    }
    let errors: Vec<Vec<f64>> = volumes.iter().map(|r| r.standard_errors()).collect();
    let first = volumes[0].values.last().copied().unwrap_or(f64::NAN);
    let arms = result.arms.iter().zip(&volumes).zip(&errors).filter_map(|((arm, r), errors)| {
        let outcome = TumourOutcome::of(times, &r.values, &r.animals)?;
        Some(TumourArmHead {
            label: arm.label.clone(),
            animals: outcome.n,
            start_mm3: outcome.start,
            end_mm3: outcome.end,
            standard_error: errors.last().copied(),
            change_percent: outcome.change_percent,
            of_first: outcome.end / first,
            regressed: outcome.regressed,
            progression_d: outcome.progression_d,
        })
    });
    let clones = if volumes.iter().all(|r| names.len() > 1 && r.clones.len() == names.len()) {
        names
    } else {
        Vec::new()
    };
    let n_clones = clones.len();
    let record = record(&result.record);
    let head = TumourHead { n_times: times.len(), arms: arms.collect(), clones, record };
    let arrays = volumes.iter().zip(&errors).flat_map(|(r, errors)| {
        let own = [r.values.as_slice(), errors.as_slice()].into_iter();
        own.chain(r.animals.iter().chain(&r.clones[..n_clones]).map(Vec::as_slice))
    });
    wire::curves(&head, times, arrays)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(given: Vec<Given>) -> TumourRequest {
        let arm = TumourArm { label: "mine".into(), base: "vehicle".into(), given };
        TumourRequest { page: "p".into(), arms: vec![arm], animals: 2, seed: 1 }
    }

    fn given(drug: &str, mg_per_kg: f64, route: &str, days: Vec<f64>) -> Given {
        Given { drug: drug.into(), mg_per_kg, route: route.into(), days }
    }

    #[test]
    fn an_arm_on_the_page_is_that_of_the_experiment() {
        let library = Library::embedded().unwrap();
        let known = library.experiment("rodrik2011-xenograft-growth").unwrap();
        for arm in &known.arms {
            let same = changed_arm(&library, known, 0, &schedule(&library, arm)).unwrap();
            let what = |arm: &Arm| {
                let mut all: Vec<(Option<f64>, f64)> = arm
                    .perturbations
                    .iter()
                    .map(|p| match &p.action {
                        Action::Give { nanomoles_per_kg, .. } => (p.at_h, *nanomoles_per_kg),
                        _ => (p.at_h, 0.0),
                    })
                    .collect();
                all.sort_by(|a, b| a.partial_cmp(b).unwrap());
                all
            };
            for (a, b) in what(&same).iter().zip(what(arm)) {
                // Days and mg/kg are computed back and forth: rounding.
                assert!((a.0.unwrap() - b.0.unwrap()).abs() < 1e-9 && (a.1 / b.1 - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn schedules_that_make_no_sense_are_refused_by_name() {
        let library = Library::embedded().unwrap();
        let known = library.experiment("rodrik2011-xenograft-growth").unwrap();
        for (wrong, part) in [
            (given("aspirin", 1.0, "oral", vec![0.0]), "aspirin"),
            (given("MK-2206", 1.0, "oral", vec![0.0]), "cannot be given"),
            (given("AZD8055", 75.0, "s.c.", vec![0.0]), "given s.c."),
            (given("AZD8055", -1.0, "oral", vec![0.0]), "-1 mg/kg"),
            (given("AZD8055", 75.0, "oral", vec![500.0]), "the days of AZD8055"),
        ] {
            let failure = changed(&library, known, &request(vec![wrong])).unwrap_err();
            assert!(failure.message.contains(part), "{}", failure.message);
        }
        let crowd = TumourRequest { animals: 1000, ..request(Vec::new()) };
        assert!(changed(&library, known, &crowd).unwrap_err().message.contains("1000 animals"));
    }
}
