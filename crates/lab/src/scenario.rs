//! What the person set up on the bench, as a virtual experiment.

use model::Location;
use pathway::experiment::{
    Action, Arm, Dose, Experiment, Normalise, Perturbation, PreEquilibration, ShownReadout,
};
use pathway::{Library, RunSettings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::Failure;

/// A treatment of a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// Id or alias of the cell.
    pub(crate) cell: String,
    /// Length of the experiment in hours.
    pub(crate) hours: f64,
    /// Drugs and ligands.
    #[serde(default)]
    pub(crate) agents: Vec<AgentUse>,
    /// Genes whose product is scaled: knock-down, knock-out, over-expression.
    #[serde(default)]
    pub(crate) genes: Vec<GeneDose>,
    /// Mutations.
    #[serde(default)]
    pub(crate) mutations: Vec<String>,
    /// Whether serum is withdrawn at 0 h.
    #[serde(default)]
    pub(crate) serum_free: bool,
    /// Parameters with other values than the table and the cell give.
    #[serde(default)]
    pub(crate) parameters: Vec<ParameterValue>,
}

/// A parameter with a value of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParameterValue {
    /// Name in the table of parameters.
    pub(crate) name: String,
    /// Value in the unit of the table.
    pub(crate) value: f64,
}

/// A drug or ligand in the medium.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentUse {
    /// Id or alias.
    pub(crate) agent: String,
    /// Concentration in nM while it is there.
    pub(crate) dose_nm: f64,
    /// When it is there, in hours: `[start, stop]`, not overlapping. A stop at or after the end: it stays.
    pub(crate) pulses: Vec<[f64; 2]>,
}

/// A gene whose product is scaled before the experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GeneDose {
    /// Id or alias.
    pub(crate) gene: String,
    /// How much is made, relative to the cell: 0 is a knock-out.
    pub(crate) fold: f64,
}

/// Longest experiment in hours.
const LONGEST_H: f64 = 24.0 * 60.0;
/// Most drugs, ligands, genes, mutations, and pulses of each.
const MOST: usize = 24;
/// Times of a curve, equally spaced.
const GRID: u32 = 144;
/// Further times after each change, in hours: what is fast happens there.
const AFTER_CHANGE_H: [f64; 9] = [0.01, 0.02, 0.04, 0.08, 0.125, 0.25, 0.375, 0.5, 0.75];

impl Scenario {
    /// The experiment: an untreated arm of the same cell, and the arm that was set up. All read-outs, as the model
    /// gives them.
    ///
    /// # Errors
    /// A name that the library does not have, or a number that makes no sense.
    pub(crate) fn experiment(&self, library: &Library) -> Result<Experiment, Failure> {
        let cell = library.context(&self.cell).ok_or_else(|| Failure::unknown("cell", &self.cell))?;
        if !(self.hours > 0.0 && self.hours <= LONGEST_H) {
            return Err(Failure::bad(
                format!("an experiment of {} h cannot be run", self.hours),
                format!("give a length between 0 and {LONGEST_H} h"),
            ));
        }
        let perturbations = self.perturbations(library)?;
        let times_h = self.times(&perturbations);
        let arm = |id: &str, label: &str, perturbations| Arm {
            id: id.to_string(),
            label: label.to_string(),
            context: None,
            perturbations,
        };
        let readouts = library.readouts().iter();
        Ok(Experiment {
            id: "bench".to_string(),
            title: format!("Bench: {}", cell.label),
            paper: None,
            source: String::new(),
            context: cell.id.clone(),
            about: String::new(),
            animals: None,
            clones: Vec::new(),
            cohort: None,
            pre_equilibration: PreEquilibration::SteadyState,
            lead_in_h: 0.0,
            end_h: self.hours,
            times_h,
            arms: vec![arm("untreated", "untreated", Vec::new()), arm("bench", "bench", perturbations)],
            doses: Vec::new(),
            replicates: None,
            readouts: readouts
                .map(|r| ShownReadout { id: r.id.clone(), normalise: Some(Normalise::None) })
                .collect(),
            figure: None,
            at: nowhere(),
        })
    }

    /// How the experiment is run: as always, with the parameters of this treatment.
    ///
    /// # Errors
    /// A parameter that does not exist, or a value that is no amount or rate.
    pub(crate) fn settings(&self, library: &Library, settings: &RunSettings) -> Result<RunSettings, Failure> {
        if self.parameters.len() > MOST {
            let help = format!("use at most {MOST}");
            return Err(Failure::bad(format!("{} parameters at once", self.parameters.len()), help));
        }
        let mut settings = settings.clone();
        for ParameterValue { name, value } in &self.parameters {
            if !library.parameters().iter().any(|p| p.name == *name) {
                return Err(Failure::unknown("parameter", name));
            }
            if !(value.is_finite() && *value >= 0.0) {
                return Err(Failure::bad(format!("{name} = {value}"), "give a number of at least 0"));
            }
            settings.overrides.push((name.clone(), *value));
        }
        Ok(settings)
    }

    fn perturbations(&self, library: &Library) -> Result<Vec<Perturbation>, Failure> {
        for (what, n) in [
            ("drugs and ligands", self.agents.len()),
            ("genes", self.genes.len()),
            ("mutations", self.mutations.len()),
        ] {
            if n > MOST {
                return Err(Failure::bad(format!("{n} {what} at once"), format!("use at most {MOST}")));
            }
        }
        let mut done = Vec::new();
        let mut act = |at_h, action| done.push(Perturbation { at_h, action, at: nowhere() });
        for name in &self.mutations {
            let mutation = library.mutation(name).ok_or_else(|| Failure::unknown("mutation", name))?;
            act(None, Action::Mutate { mutation: mutation.id.clone() });
        }
        for GeneDose { gene: name, fold } in &self.genes {
            let gene = library.gene(name).ok_or_else(|| Failure::unknown("gene", name))?;
            let gene = gene.id.clone();
            let action = match *fold {
                0.0 => Action::KnockOut { gene },
                f if f > 0.0 && f < 1.0 => Action::KnockDown { gene, remaining: f },
                f if (1.0..=1000.0).contains(&f) => Action::OverExpress { gene, fold: f },
                other => {
                    let help = "give a share from 0 to 1, or a multiple up to 1000";
                    return Err(Failure::bad(format!("{other} times {gene} cannot be made"), help));
                }
            };
            act(None, action);
        }
        if self.serum_free {
            act(Some(0.0), Action::WithdrawSerum);
        }
        for used in &self.agents {
            let agent =
                library.agent(&used.agent).ok_or_else(|| Failure::unknown("drug or ligand", &used.agent))?;
            let dose = Dose { nanomolar: used.dose_nm, text: dose_text(used.dose_nm) };
            if !(used.dose_nm.is_finite() && (0.0..=1e9).contains(&used.dose_nm)) {
                let help = "a concentration is a number of nM from 0 to 1e9";
                return Err(Failure::bad(format!("{} at {} nM", agent.label, used.dose_nm), help));
            }
            for [start, stop] in pulses(&agent.label, &used.pulses, self.hours)? {
                act(Some(start), Action::Set { agent: agent.id.clone(), dose: dose.clone() });
                if stop < self.hours {
                    act(Some(stop), Action::Remove { agent: agent.id.clone() });
                }
            }
        }
        Ok(done)
    }

    /// Equally spaced times, and closer ones after each change.
    fn times(&self, perturbations: &[Perturbation]) -> Vec<f64> {
        let mut times: Vec<f64> = (0..=GRID).map(|k| self.hours * f64::from(k) / f64::from(GRID)).collect();
        for change in perturbations.iter().filter_map(|p| p.at_h) {
            times.extend(AFTER_CHANGE_H.iter().map(|dt| change + dt));
            times.push(change);
        }
        times.retain(|t| *t <= self.hours);
        times.sort_by(f64::total_cmp);
        times.dedup();
        times
    }
}

/// Checked pulses in order.
fn pulses(label: &str, pulses: &[[f64; 2]], hours: f64) -> Result<Vec<[f64; 2]>, Failure> {
    if pulses.len() > MOST {
        return Err(Failure::bad(
            format!("{} pulses of {label}", pulses.len()),
            format!("use at most {MOST}"),
        ));
    }
    let mut sorted = pulses.to_vec();
    sorted.sort_by(|a, b| a[0].total_cmp(&b[0]));
    for [start, stop] in &sorted {
        if !(start.is_finite() && stop.is_finite() && *start >= 0.0 && start < stop && *start < hours) {
            return Err(Failure::bad(
                format!("{label} from {start} h to {stop} h"),
                format!("a pulse starts between 0 h and {hours} h and ends after it starts"),
            ));
        }
    }
    if let Some(pair) = sorted.windows(2).find(|w| w[1][0] < w[0][1]) {
        return Err(Failure::bad(
            format!("two pulses of {label} overlap at {} h", pair[1][0]),
            "end the first one earlier",
        ));
    }
    Ok(sorted)
}

/// A dose as people write it.
pub(crate) fn dose_text(nanomolar: f64) -> String {
    let (scale, unit) = match nanomolar.abs() {
        x if x >= 1e6 => (1e-6, "mM"),
        x if x >= 1e3 => (1e-3, "uM"),
        x if x >= 1.0 || x == 0.0 => (1.0, "nM"),
        _ => (1e3, "pM"),
    };
    format!("{} {unit}", pathway::words::significant(nanomolar * scale))
}

fn nowhere() -> Location {
    Location { file: "the bench".to_string(), line: 1, column: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> Library {
        Library::embedded().unwrap()
    }

    fn scenario(agents: Vec<AgentUse>) -> Scenario {
        Scenario { cell: "bt474".into(), hours: 24.0, agents, ..Scenario::default() }
    }

    fn azd(dose_nm: f64, pulses: Vec<[f64; 2]>) -> AgentUse {
        AgentUse { agent: "AZD8055".into(), dose_nm, pulses }
    }

    #[test]
    fn a_pulse_comes_and_goes() {
        let e = scenario(vec![azd(500.0, vec![[2.0, 6.0], [12.0, 24.0]])]).experiment(&library()).unwrap();
        let done: Vec<(f64, String)> =
            e.arms[1].perturbations.iter().map(|p| (p.at_h.unwrap(), p.action.describe())).collect();
        assert_eq!(
            done,
            [
                (2.0, "AZD8055 set to 500 nM".to_string()),
                (6.0, "AZD8055 washed out".to_string()),
                (12.0, "AZD8055 set to 500 nM".to_string()),
            ]
        );
        assert!(e.times_h.windows(2).all(|w| w[0] < w[1]));
        assert!(e.times_h.contains(&6.01));
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        let cases: [(Scenario, &str); 6] = [
            (Scenario { cell: "HeLa".into(), ..scenario(vec![]) }, "HeLa"),
            (Scenario { hours: f64::NAN, ..scenario(vec![]) }, "NaN h"),
            (scenario(vec![azd(-1.0, vec![])]), "-1 nM"),
            (scenario(vec![azd(1.0, vec![[4.0, 2.0]])]), "from 4 h to 2 h"),
            (scenario(vec![azd(1.0, vec![[0.0, 5.0], [3.0, 7.0]])]), "overlap at 3 h"),
            (
                Scenario { genes: vec![GeneDose { gene: "AKT".into(), fold: -1.0 }], ..scenario(vec![]) },
                "-1 times AKT",
            ),
        ];
        for (scenario, part) in cases {
            let failure = scenario.experiment(&library()).unwrap_err();
            assert!(failure.message.contains(part), "{}", failure.message);
        }
    }

    #[test]
    fn doses_are_written_as_people_do() {
        assert_eq!(
            ["0.5", "500", "2000"].map(|t| dose_text(t.parse().unwrap())),
            ["500 pM", "500 nM", "2 uM"]
        );
    }
}
