//! Running experiments and judging findings.
//!
//! In reading order: [`RunSettings`]; `names`, where every name of the library is found in the network; `plan`,
//! what an arm does to the cells; `exposure` and `herd`, what is different in animals; `course`, one run; `batch`, many
//! runs with shared beginnings; `outcome`, an experiment; `variants`, with many sets of parameters; `interactive`, the same while a slider moves; `judge`, findings; `robustness`, findings under noise.

mod batch;
mod cohort;
mod course;
mod dose;
mod exposure;
mod herd;
mod interactive;
mod judge;
mod loops;
mod names;
mod outcome;
mod overrides;
mod plan;
mod robustness;
mod settings;
mod variants;

use std::sync::{Arc, Mutex, PoisonError};

use model::{Diagnostic, ReactionNetwork, RuleModel};
use rules::GenerateOptions;
use simulate::{CompiledNetwork, Ensemble, Simulator};

pub use batch::Progress;
pub use dose::{DoseCurve, DoseReadout, DoseResponse, Wells};
pub use interactive::RestCache;
pub use judge::{Judgement, MarginParts, Scoreboard, Verdict};
pub use loops::{CutLoop, LoopAttribution, LoopError};
pub use outcome::{ArmResult, ExperimentResult, ReadoutSeries};
pub use robustness::Robustness;
pub use settings::{RunRecord, RunSettings};

use crate::{Added, Library};
use names::Names;

/// A library with its network, ready to run experiments. Share it between threads.
#[derive(Debug)]
pub struct Bench {
    library: Library,
    rule_model: RuleModel,
    network: ReactionNetwork,
    compiled: Arc<CompiledNetwork>,
    remarks: Vec<Diagnostic>,
    names: Names,
    /// Parameters of the table, in the order of the network.
    base: Vec<f64>,
    /// Simulators that no run is using.
    idle: Idle<Simulator>,
    /// Ensembles that no run is using.
    idle_ensembles: Idle<Ensemble>,
}

/// Why there is no bench.
#[derive(Clone, Debug, thiserror::Error)]
pub enum BenchError {
    /// The rules cannot be read.
    #[error("read the rules: {} problems, the first is: {}", .0.len(), .0.first().map_or_else(String::new, |d| d.message.clone()))]
    Model(Vec<Diagnostic>),
    /// The rules make no network.
    #[error(transparent)]
    Generate(#[from] rules::GenerateError),
    /// The network was cut by a bound.
    #[error("generate the network: it has more species than the bounds allow")]
    Incomplete,
    /// The network cannot be compiled.
    #[error("compile the network: {0}")]
    Compile(#[from] simulate::CompileError),
    /// The parameters cannot be evaluated.
    #[error("evaluate the parameters: {0}")]
    Parameters(#[from] simulate::SimulateError),
    /// The library points to observables, species or molecules that the rules do not have.
    #[error("find the names of the library in the rules: {} problems, the first is: {}", .0.len(), .0.first().map_or_else(String::new, |d| d.message.clone()))]
    Names(Vec<Diagnostic>),
}

/// Why an experiment gave no numbers.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExperimentError {
    /// An override names no parameter.
    #[error("override \"{name}\": the model has no such parameter ({help})")]
    UnknownParameter {
        /// The name.
        name: String,
        /// What to write instead.
        help: String,
    },
    /// An override is no finite number.
    #[error("override \"{name}\": {value} is not a finite number")]
    OverrideValue {
        /// The name.
        name: String,
        /// The value.
        value: f64,
    },
    /// The experiment names something that this library does not have.
    #[error("experiment \"{experiment}\": this library has no {kind} \"{name}\"")]
    UnknownName {
        /// Experiment.
        experiment: String,
        /// `cell`, `read-out`, `gene` and so on.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// Loops are cut in one kind of cell at a time.
    #[error("experiment \"{experiment}\" has several clones: loops are cut in one kind of cell only")]
    Clones {
        /// Experiment.
        experiment: String,
    },
    /// The pre-equilibration or the run of an arm failed.
    #[error("experiment \"{experiment}\", arm \"{arm}\", {stage}: {source}")]
    Run {
        /// Experiment.
        experiment: String,
        /// Arm.
        arm: String,
        /// `pre-equilibration` or `run`.
        stage: &'static str,
        /// Why.
        source: Box<simulate::SimulateError>,
    },
    /// A value that a cohort needs is undefined.
    #[error("experiment \"{experiment}\", arm \"{arm}\": {reason}")]
    Undefined {
        /// Experiment.
        experiment: String,
        /// Arm.
        arm: String,
        /// Why.
        reason: String,
    },
    /// The threads asked for cannot be had.
    #[error("start {threads} threads: {reason}")]
    Threads {
        /// How many.
        threads: usize,
        /// Why not.
        reason: String,
    },
}

impl Bench {
    /// Generates and compiles the network, and finds every name of the library in it.
    ///
    /// # Errors
    /// [`BenchError`].
    pub fn new(library: Library) -> Result<Bench, BenchError> {
        let rule_model = library.rule_model().map_err(BenchError::Model)?;
        let generated = rules::generate(&rule_model, &GenerateOptions::default())?;
        if !generated.complete {
            return Err(BenchError::Incomplete);
        }
        let mut network = generated.network;
        exposure::append(&library, &mut network);
        let compiled = Arc::new(simulate::compile(&network)?);
        let names = Names::find(&library, &compiled).map_err(BenchError::Names)?;
        let base = compiled.parameter_values(&[])?;
        Ok(Bench {
            library,
            rule_model,
            network,
            compiled,
            remarks: generated.diagnostics,
            names,
            base,
            idle: Idle::default(),
            idle_ensembles: Idle::default(),
        })
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The rules with their numbers.
    pub fn rule_model(&self) -> &RuleModel {
        &self.rule_model
    }

    /// The network that the rules make.
    pub fn network(&self) -> &ReactionNetwork {
        &self.network
    }

    /// The compiled network.
    pub fn compiled(&self) -> &Arc<CompiledNetwork> {
        &self.compiled
    }

    /// What the generation of the network had to say.
    pub fn remarks(&self) -> &[Diagnostic] {
        &self.remarks
    }

    /// Hash of the network: it changes with every rule and every number of `parameters.tsv`.
    pub fn model_hash(&self) -> &str {
        self.compiled.hash()
    }

    /// As [`Library::add_experiment_file`].
    pub fn add_experiment_file(&mut self, name: &str, text: &str) -> Added {
        self.library.add_experiment_file(name, text)
    }

    /// As [`Library::add_findings_file`].
    pub fn add_findings_file(&mut self, name: &str, text: &str) -> Added {
        self.library.add_findings_file(name, text)
    }

    /// Does something with a simulator that nobody else uses meanwhile; no result depends on its earlier use.
    fn with_simulator<T>(&self, work: impl FnOnce(&mut Simulator) -> T) -> T {
        self.idle.lend(|| Simulator::new(self.compiled.clone()), work)
    }

    /// As [`Self::with_simulator`], for many runs side by side.
    fn with_ensemble<T>(&self, work: impl FnOnce(&mut Ensemble) -> T) -> T {
        self.idle_ensembles.lend(|| Ensemble::new(self.compiled.clone()), work)
    }
}

/// Things that nobody is using.
#[derive(Debug)]
struct Idle<T>(Mutex<Vec<T>>);

impl<T> Default for Idle<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> Idle<T> {
    fn lend<R>(&self, make: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> R) -> R {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut thing = idle.unwrap_or_else(make);
        let result = work(&mut thing);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(thing);
        result
    }
}

#[cfg(test)]
mod tests;
