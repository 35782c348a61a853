//! Models of an experiment: files, changes, and what places in them are called.

use std::collections::BTreeMap;
use std::rc::Rc;

use formats::sedml::{
    Algorithm, ChangeAction, Computation, Experiment, Place, Simulation, SimulationKind, TaskKind, apply,
    attribute_at, places,
};
use formats::{Source, sbml};
use model::logical::LogicalModel;
use model::reaction_system::SetError;
use model::{Diagnostic, ReactionNetwork, ReactionSystem, Severity};

use simulate::evaluate;

use super::Trouble;
use super::kisao::choose;
use super::network;
use super::simulate::simulate;

/// A model with its changes.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    pub(crate) kind: Kind,
    /// Quantities of the places that the experiment names, or why there is none.
    places: Rc<BTreeMap<String, Result<Place, String>>>,
    /// Where the last run of the model ended, in its unit of time.
    pub(crate) t: f64,
}

/// What a model is made of.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// SBML.
    System(Box<ReactionSystem>),
    /// BNGL.
    Network(ReactionNetwork),
    /// SBML with the package qual.
    Logical(LogicalModel),
}

/// Files of an experiment by path, as it writes them.
pub(crate) type Files<'f> = &'f dyn Fn(&str) -> Option<Vec<u8>>;

impl Loaded {
    /// The quantity at a place.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn place(&self, target: &str) -> Result<&Place, Trouble> {
        match self.places.get(target) {
            Some(Ok(place)) => Ok(place),
            Some(Err(reason)) => Err(Trouble::Failed(reason.clone())),
            None => Err(Trouble::Failed(format!("{target:?} was not looked up"))),
        }
    }

    /// The value at a place before the next run.
    ///
    /// # Errors
    /// The model has no values at the start.
    pub(crate) fn value_now(&self, target: &str) -> Result<f64, Trouble> {
        let simulation = Simulation {
            id: String::new(),
            kind: SimulationKind::UniformTimeCourse { initial: self.t, start: self.t, end: self.t, steps: 0 },
            algorithm: Algorithm::default(),
        };
        let chosen = choose(&simulation.algorithm).map_err(Trouble::Unsupported)?;
        let table = simulate(&mut self.clone(), &simulation, &chosen, 0, &[target])?;
        let value = table.columns.get(target).and_then(|c| c.first()).copied();
        value.ok_or_else(|| Trouble::Failed(format!("{target:?} has no value")))
    }

    /// Sets a value for the next run.
    ///
    /// # Errors
    /// The place has no value that can be set.
    pub(crate) fn set(&mut self, target: &str, value: f64) -> Result<(), Trouble> {
        let place = self.place(target)?.clone();
        if let (Place::Level(id), Kind::Logical(logical)) = (&place, &mut self.kind) {
            let species = logical.species.iter_mut().find(|s| &s.id == id);
            return match (species, value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value)) {
                (Some(species), true) => {
                    species.initial_level = Some(value as u32);
                    Ok(())
                }
                _ => Err(Trouble::Failed(format!("{value} is no level of {id:?}"))),
            };
        }
        let Place::Symbol(symbol) = place else {
            return Err(Trouble::Unsupported(format!("a new value of {target:?}")));
        };
        match &mut self.kind {
            Kind::System(system) => system.set_initial(&symbol, value).map_err(|e| match e {
                SetError::Assigned => {
                    Trouble::Failed(format!("{symbol:?} cannot be set: an assignment rule determines it"))
                }
                SetError::Unknown => Trouble::Failed(format!("{symbol:?} cannot be set")),
            }),
            Kind::Network(made) => network::set(made, &symbol, value),
            Kind::Logical(_) => Err(Trouble::Failed(format!("{symbol:?} is no level"))),
        }
    }
}

/// Reads a model with its changes.
///
/// # Errors
/// The file is missing or wrong, a change is not possible, or the language is not one of SBML and BNGL.
pub(crate) fn load(experiment: &Experiment, files: Files<'_>, id: &str) -> Result<Loaded, Trouble> {
    let failed = |what: String| Err(Trouble::Failed(what));
    let mut chain = Vec::new();
    let mut next = id;
    let (language, source) = loop {
        let Some(model) = experiment.models.iter().find(|m| m.id == next) else {
            return failed(format!("there is no model {next:?}"));
        };
        chain.push(model);
        if chain.len() > experiment.models.len() {
            return failed(format!("the sources of the model {id:?} are a circle"));
        }
        let source = model.source.trim_start_matches('#');
        match experiment.models.iter().find(|m| m.id == source) {
            Some(base) => next = &base.id,
            None => break (model.language.as_str(), model.source.as_str()),
        }
    };
    let is_bngl = language.contains("bngl") || source.to_ascii_lowercase().ends_with(".bngl");
    if !(is_bngl || language.is_empty() || language.contains("sbml") || language.ends_with(":xml")) {
        return Err(Trouble::Unsupported(format!("models in the language {language:?}")));
    }
    if source.contains("://") || source.starts_with("urn:") {
        let what =
            format!("the model {source:?}, which lies on the internet: put the file beside the experiment");
        return Err(Trouble::Unsupported(what));
    }
    let Some(bytes) = files(source) else {
        return failed(format!("the file {source:?} of a model is not there"));
    };
    let Ok(mut text) = String::from_utf8(bytes) else {
        return failed(format!("the model {source:?} is not UTF-8"));
    };
    let changes = || chain.iter().rev().flat_map(|m| &m.changes);
    let targets = targets(experiment);
    if is_bngl {
        let (made, places) = network::load(source, &text, &changes().collect::<Vec<_>>(), &targets)?;
        return Ok(Loaded { kind: Kind::Network(made), places: Rc::new(places), t: 0.0 });
    }
    for change in changes() {
        let action = match &change.action {
            ChangeAction::Compute(computation) => {
                ChangeAction::Attribute(computed(computation, &text, &change.target)?.to_string())
            }
            other => other.clone(),
        };
        text = apply(&text, &change.target, &action).map_err(|e| Trouble::Failed(e.to_string()))?;
    }
    let beside = |name: &str| files(name).and_then(|b| String::from_utf8(b).ok());
    let kind = if sbml::is_logical(&text) {
        let parsed = sbml::parse_logical(Source::new(source, &text));
        refuse_errors(&parsed.diagnostics)?;
        Kind::Logical(parsed.value)
    } else {
        let parsed = sbml::parse_with(Source::new(source, &text), &beside);
        refuse_errors(&parsed.diagnostics)?;
        Kind::System(Box::new(parsed.value))
    };
    let found = places(&text, &targets).into_iter().map(|p| p.map_err(|e| e.to_string()));
    let places = targets.iter().map(ToString::to_string).zip(found).collect();
    Ok(Loaded { kind, places: Rc::new(places), t: 0.0 })
}

/// All places that the experiment reads or sets while it runs.
fn targets(experiment: &Experiment) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for generator in &experiment.data_generators {
        all.extend(generator.computation.variables.iter().map(|v| v.target.as_str()));
    }
    for task in &experiment.tasks {
        let TaskKind::Repeated(repeated) = &task.kind else { continue };
        for change in &repeated.changes {
            all.push(&change.target);
            all.extend(change.computation.variables.iter().map(|v| v.target.as_str()));
        }
    }
    all.retain(|target| !target.is_empty());
    all.sort_unstable();
    all.dedup();
    all
}

/// Stops at the first error.
pub(super) fn refuse_errors(diagnostics: &[Diagnostic]) -> Result<(), Trouble> {
    let Some(error) = diagnostics.iter().find(|d| d.severity == Severity::Error) else { return Ok(()) };
    if error.code == sbml::PACKAGE {
        return Err(Trouble::Unsupported(error.message.clone()));
    }
    let place = error.location.as_ref().map(|l| format!("{l}: ")).unwrap_or_default();
    Err(Trouble::Failed(format!("{place}{} ({})", error.message, error.code)))
}

/// The number of a computed change: its variables are values of the model as it is.
fn computed(computation: &Computation, text: &str, target: &str) -> Result<f64, Trouble> {
    let mut values: BTreeMap<&str, f64> =
        computation.parameters.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    for variable in &computation.variables {
        let written = attribute_at(text, &variable.target).map_err(|e| Trouble::Failed(e.to_string()))?;
        let number = written.trim().parse().map_err(|_| {
            Trouble::Failed(format!("the value {written:?} of {:?} is no number", variable.target))
        })?;
        values.insert(&variable.id, number);
    }
    evaluate(&computation.math, &|name| values.get(name).copied())
        .map_err(|e| Trouble::Failed(format!("the change of {target:?}: {e}")))
}
