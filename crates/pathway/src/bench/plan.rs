//! What an arm does to the cells, in positions and numbers.

use std::collections::BTreeMap;

use simulate::{Change, ScheduledChange};

use super::herd::Animal;
use super::overrides::{Override, Scope};
use super::{Bench, ExperimentError};
use crate::animal::How;
use crate::catalog::AgentKind;
use crate::experiment::{Action, Arm, Experiment, PreEquilibration};

/// Changes of the parameters that hold for all arms of a batch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Common {
    /// Overrides of the settings.
    pub(crate) overrides: Vec<Override>,
    /// One factor per parameter, or none.
    pub(crate) noise: Option<Vec<f64>>,
}

/// How the cells begin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Beginning {
    /// Parameters that differ from the table, by position.
    pub(crate) parameters: Vec<(usize, f64)>,
    /// Amounts of medium species that differ from the seeds.
    pub(crate) medium: Vec<(usize, f64)>,
    /// What happens before.
    pub(crate) method: PreEquilibration,
}

/// What happens to the cells of an arm.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// How they begin.
    pub(crate) beginning: Beginning,
    /// Time before t = 0.
    pub(crate) lead_in_h: f64,
    /// End.
    pub(crate) end_h: f64,
    /// What is done, in order of time.
    pub(crate) changes: Vec<ScheduledChange>,
}

impl Bench {
    /// The plan of an arm; with animals, of the typical one.
    pub(crate) fn plan(
        &self,
        experiment: &Experiment,
        arm: &Arm,
        common: &Common,
    ) -> Result<Plan, ExperimentError> {
        self.plan_of(experiment, arm, common, Animal::Typical)
    }

    /// The plan of one animal of an arm.
    pub(crate) fn plan_of(
        &self,
        experiment: &Experiment,
        arm: &Arm,
        common: &Common,
        animal: Animal,
    ) -> Result<Plan, ExperimentError> {
        let mut parameters = self.parameters(experiment, arm, common)?;
        for (parameter, factor) in self.host_factors(experiment, animal, &common.overrides)? {
            *parameters.entry(parameter).or_insert(self.base[parameter]) *= factor;
        }
        if let Animal::Numbered(patient) = animal {
            for (parameter, how, number) in self.patient_values(experiment, patient)? {
                let value = parameters.entry(parameter).or_insert(self.base[parameter]);
                *value = if how == How::Set { number } else { *value * number };
            }
        }
        let mut planner = Planner {
            bench: self,
            experiment,
            parameters,
            mutated: Vec::new(),
            medium: Vec::new(),
            changes: Vec::new(),
        };
        for perturbation in arm.perturbations.iter().filter(|p| p.at_h.is_none()) {
            planner.before(&perturbation.action)?;
        }
        for (parameter, value) in std::mem::take(&mut planner.mutated) {
            planner.parameters.insert(parameter, value);
            planner.mutated.push((parameter, value));
        }
        let beginning = Beginning {
            parameters: planner.parameters.iter().map(|(p, v)| (*p, *v)).collect(),
            medium: planner.medium.clone(),
            method: experiment.pre_equilibration,
        };
        let mut timed: Vec<(f64, &Action)> =
            arm.perturbations.iter().filter_map(|p| Some((p.at_h?, &p.action))).collect();
        timed.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (t, action) in timed {
            planner.during(t, action)?;
        }
        let (lead_in_h, end_h) = (experiment.lead_in_h, experiment.end_h);
        Ok(Plan { beginning, lead_in_h, end_h, changes: planner.changes })
    }

    /// Table, cell, overrides and noise; only what differs from the table.
    pub(super) fn parameters(
        &self,
        experiment: &Experiment,
        arm: &Arm,
        common: &Common,
    ) -> Result<BTreeMap<usize, f64>, ExperimentError> {
        let context = arm.context.as_ref().unwrap_or(&experiment.context);
        let own = self.names.contexts.get(context).ok_or_else(|| unknown(experiment, "cell", context))?;
        let mut parameters: BTreeMap<usize, f64> = own.iter().copied().collect();
        self.host_values(experiment, &common.overrides, &mut parameters)?;
        for change in &common.overrides {
            match &change.scope {
                Scope::Table => {
                    parameters.entry(change.parameter).or_insert(change.value);
                }
                Scope::Cell(cell) if !self.reaches(cell, context, change.parameter) => {}
                Scope::Host(_) => {}
                Scope::Everywhere | Scope::Cell(_) => {
                    parameters.insert(change.parameter, change.value);
                }
            }
        }
        if let Some(noise) = &common.noise {
            for (parameter, factor) in noise.iter().enumerate().filter(|(_, f)| **f != 1.0) {
                *parameters.entry(parameter).or_insert(self.base[parameter]) *= factor;
            }
        }
        Ok(parameters)
    }

    /// Whether a value of one cell holds in another: in itself, and in what was derived from it and has no own value.
    fn reaches(&self, cell: &str, context: &str, parameter: usize) -> bool {
        let name = &self.compiled.parameters()[parameter];
        for ancestor in self.library.lineage(context) {
            if ancestor.id == cell {
                return true;
            }
            if ancestor.values.iter().any(|v| v.name == *name) {
                return false;
            }
        }
        false
    }
}

/// The name of something that the library does not have.
pub(crate) fn unknown(experiment: &Experiment, kind: &'static str, name: &str) -> ExperimentError {
    ExperimentError::UnknownName { experiment: experiment.id.clone(), kind, name: name.to_string() }
}

struct Planner<'b> {
    bench: &'b Bench,
    experiment: &'b Experiment,
    parameters: BTreeMap<usize, f64>,
    mutated: Vec<(usize, f64)>,
    medium: Vec<(usize, f64)>,
    changes: Vec<ScheduledChange>,
}

impl Planner<'_> {
    /// Something that is in place before the pre-equilibration.
    fn before(&mut self, action: &Action) -> Result<(), ExperimentError> {
        match action {
            Action::Add { agent, dose } | Action::Set { agent, dose } => {
                let species = self.agent(agent)?.1;
                self.medium.push((species, dose.nanomolar));
            }
            Action::Give { agent: name, .. } | Action::Irradiate { text: name, .. } => {
                return Err(unknown(self.experiment, "dose without a time", name));
            }
            Action::Remove { agent } => {
                let species = self.agent(agent)?.1;
                self.medium.retain(|m| m.0 != species);
            }
            Action::WithdrawSerum => self.medium.extend(self.bench.names.ligands.iter().map(|&s| (s, 0.0))),
            Action::Mutate { mutation } => {
                let set = self.bench.names.mutations.get(mutation);
                self.mutated.extend(set.ok_or_else(|| unknown(self.experiment, "mutation", mutation))?);
            }
            Action::KnockDown { .. } | Action::KnockOut { .. } | Action::OverExpress { .. } => {
                self.scale_parameters(action)?;
            }
        }
        Ok(())
    }

    /// Something that is done at a time.
    fn during(&mut self, t: f64, action: &Action) -> Result<(), ExperimentError> {
        match action {
            Action::Add { agent, dose } => {
                let species = self.agent(agent)?.1;
                self.change(t, Change::AddSpecies(species, dose.nanomolar));
            }
            Action::Set { agent, dose } => {
                let species = self.agent(agent)?.1;
                self.change(t, Change::SetSpecies(species, dose.nanomolar));
            }
            Action::Give { agent, nanomoles_per_kg, route, .. } => {
                let (species, share) = self.bench.entry(self.experiment, agent, *route)?;
                let value = |p: usize| self.parameters.get(&p).copied().unwrap_or(self.bench.base[p]);
                // Variation between animals cannot make more arrive than was given.
                let arrives = share.map_or(1.0, |p| value(p).min(1.0));
                self.change(t, Change::AddSpecies(species, nanomoles_per_kg * arrives));
            }
            Action::Remove { agent } => {
                let (kind, species) = self.agent(agent)?;
                let amount = if kind == AgentKind::Drug { 0.0 } else { self.medium_of_cell(species)? };
                self.change(t, Change::SetSpecies(species, amount));
            }
            Action::Irradiate { gray, .. } => {
                for &(species, per_gray) in &self.bench.names.radiation {
                    let per_gray = *self.parameters.get(&per_gray).unwrap_or(&self.bench.base[per_gray]);
                    self.change(t, Change::AddSpecies(species, gray * per_gray));
                }
            }
            Action::WithdrawSerum => {
                for &species in &self.bench.names.ligands {
                    self.changes.push(ScheduledChange { t, what: Change::SetSpecies(species, 0.0) });
                }
            }
            Action::Mutate { mutation } => return Err(unknown(self.experiment, "timed mutation", mutation)),
            Action::KnockDown { .. } | Action::KnockOut { .. } | Action::OverExpress { .. } => {
                let factor = gene_and_factor(action).1;
                for (parameter, value) in self.scale_parameters(action)? {
                    self.change(t, Change::SetParameter(parameter, value));
                }
                let gene = self.gene(action)?;
                if !gene.turnover {
                    let species = gene.species.clone();
                    self.change(t, Change::ScaleSpecies(species, factor));
                }
            }
        }
        Ok(())
    }

    fn change(&mut self, t: f64, what: Change) {
        self.changes.push(ScheduledChange { t, what });
    }

    fn agent(&self, id: &str) -> Result<(AgentKind, usize), ExperimentError> {
        let place = self.bench.names.agents.get(id);
        place.map(|p| (p.kind, p.species)).ok_or_else(|| unknown(self.experiment, "drug or ligand", id))
    }

    fn gene(&self, action: &Action) -> Result<&super::names::GenePlace, ExperimentError> {
        let id = gene_and_factor(action).0;
        self.bench.names.genes.get(id).ok_or_else(|| unknown(self.experiment, "gene", id))
    }

    /// Multiplies the parameters of a gene, except those that a mutation sets; gives their new values.
    fn scale_parameters(&mut self, action: &Action) -> Result<Vec<(usize, f64)>, ExperimentError> {
        let factor = gene_and_factor(action).1;
        let parameters = self.gene(action)?.parameters.clone();
        let mut changed = Vec::with_capacity(parameters.len());
        for parameter in parameters.into_iter().filter(|p| !self.mutated.iter().any(|m| m.0 == *p)) {
            let value = self.parameters.entry(parameter).or_insert(self.bench.base[parameter]);
            *value *= factor;
            changed.push((parameter, *value));
        }
        Ok(changed)
    }

    /// The amount of a ligand in the medium of this cell.
    fn medium_of_cell(&self, species: usize) -> Result<f64, ExperimentError> {
        let overrides: Vec<(usize, f64)> = self.parameters.iter().map(|(p, v)| (*p, *v)).collect();
        let amounts = (self.bench.compiled.parameter_values(&overrides))
            .and_then(|values| self.bench.compiled.initial_amounts(&values));
        match amounts {
            Ok(amounts) => Ok(amounts[species]),
            Err(source) => Err(ExperimentError::Run {
                experiment: self.experiment.id.clone(),
                arm: String::new(),
                stage: "pre-equilibration",
                source: Box::new(source),
            }),
        }
    }
}

/// Gene and factor of a change of gene dose.
fn gene_and_factor(action: &Action) -> (&str, f64) {
    match action {
        Action::KnockDown { gene, remaining } => (gene, *remaining),
        Action::OverExpress { gene, fold } => (gene, *fold),
        Action::KnockOut { gene } => (gene, 0.0),
        _ => ("", 1.0),
    }
}

impl Beginning {
    /// Bits that two beginnings share if and only if they are the same.
    pub(crate) fn key(&self) -> Vec<u64> {
        let mut key = match self.method {
            PreEquilibration::SteadyState => vec![0, 0],
            PreEquilibration::None => vec![1, 0],
            PreEquilibration::Duration(hours) => vec![2, hours.to_bits()],
        };
        for list in [&self.parameters, &self.medium] {
            key.push(list.len() as u64);
            key.extend(list.iter().flat_map(|(i, v)| [*i as u64, v.to_bits()]));
        }
        key
    }
}

impl Plan {
    /// As [`Beginning::key`], for the whole plan.
    pub(crate) fn key(&self) -> Vec<u64> {
        let mut key = self.beginning.key();
        key.extend([self.lead_in_h.to_bits(), self.end_h.to_bits()]);
        for change in &self.changes {
            key.push(change.t.to_bits());
            match &change.what {
                Change::SetSpecies(i, v) => key.extend([0, *i as u64, v.to_bits()]),
                Change::AddSpecies(i, v) => key.extend([1, *i as u64, v.to_bits()]),
                Change::SetParameter(i, v) => key.extend([2, *i as u64, v.to_bits()]),
                Change::ScaleSpecies(list, v) => {
                    key.extend([3, list.len() as u64, v.to_bits()]);
                    key.extend(list.iter().map(|i| *i as u64));
                }
            }
        }
        key
    }
}
