//! How runs are carried out, and the record of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use simulate::{RunOptions, SteadyOptions};

use super::{Bench, ExperimentError};

/// How runs are carried out.
#[derive(Clone, Debug)]
pub struct RunSettings {
    /// Relative tolerance per step; default 1e-6.
    pub rtol: f64,
    /// Absolute tolerance per step in copies, nM or relative units; default 1e-6.
    pub atol: f64,
    /// Most steps between two changes; default 100 000, as for models of users. Draws of noise and searches over parameters
    /// end earlier, see [`RunSettings::MOST_STEPS_OF_A_DRAW`].
    pub max_steps: usize,
    /// Parameters with other values. `name` wins over the table and every cell, `table:name` over the table only,
    /// `CELL:name` holds in that cell and wins over both. Factors of genes still multiply them, and a mutation wins
    /// over them.
    pub overrides: Vec<(String, f64)>,
    /// Threads; `None`: as many as there are processors.
    pub threads: Option<usize>,
    /// Hours over which nothing may change any more at a steady state; default 100.
    pub steady_tau_h: f64,
    /// Hours after which a state that still moves is no steady state; default 100 000.
    pub steady_limit_h: f64,
    /// Once set, runs that have not begun fail with [`simulate::SimulateError::Stopped`]; no number depends on it.
    pub stop: Option<Arc<AtomicBool>>,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            rtol: 1e-6,
            atol: 1e-6,
            max_steps: 100_000,
            overrides: Vec::new(),
            threads: None,
            steady_tau_h: 100.0,
            steady_limit_h: 1e5,
            stop: None,
        }
    }
}

impl RunSettings {
    /// Most steps between two changes in draws of noise and in searches: many times what a rest or a treatment needs, but
    /// a draw that oscillates for 100 000 h without rest ends soon. It counts as failed.
    pub const MOST_STEPS_OF_A_DRAW: usize = 20_000;

    /// Settings for a search over parameters: tolerances of 1e-4, about three times as fast.
    ///
    /// Margins of the curated findings differ from those of the default settings by less than 1e-3.
    pub fn search() -> Self {
        Self { rtol: 1e-4, atol: 1e-4, max_steps: Self::MOST_STEPS_OF_A_DRAW, ..Self::default() }
    }

    /// These settings, for runs that end when `stop` is set.
    #[must_use]
    pub fn until(&self, stop: Arc<AtomicBool>) -> Self {
        Self { stop: Some(stop), ..self.clone() }
    }

    /// Whether nobody waits for the result any more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// The options of a run.
    pub(crate) fn run_options(&self) -> RunOptions {
        RunOptions {
            rtol: self.rtol,
            atol: vec![self.atol],
            max_steps: self.max_steps,
            ..RunOptions::default()
        }
    }

    /// The options of a search for a steady state.
    pub(crate) fn steady_options(&self) -> SteadyOptions {
        SteadyOptions { run: self.run_options(), tau: self.steady_tau_h, t_max: self.steady_limit_h }
    }
}

/// Everything needed to compute a result again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// Hash of the network: rules and table.
    pub model_hash: String,
    /// Version of the program.
    pub tool_version: String,
    /// Settings by name.
    pub options: Vec<(String, String)>,
    /// Hash of all numbers in force: table, cells and overrides.
    pub parameters_hash: String,
    /// Seed, if chance was involved.
    pub seed: Option<u64>,
    /// Cell, or `several`.
    pub context: String,
}

impl Bench {
    /// The record of results with these settings.
    pub(crate) fn record(&self, settings: &RunSettings, seed: Option<u64>, context: &str) -> RunRecord {
        let mut options = vec![
            ("method".to_string(), format!("{:?}", settings.run_options().method)),
            ("rtol".to_string(), settings.rtol.to_string()),
            ("atol".to_string(), settings.atol.to_string()),
            ("max_steps".to_string(), settings.max_steps.to_string()),
            ("steady_tau_h".to_string(), settings.steady_tau_h.to_string()),
            ("steady_limit_h".to_string(), settings.steady_limit_h.to_string()),
        ];
        options.extend(
            settings.overrides.iter().map(|(name, value)| (format!("set {name}"), value.to_string())),
        );
        RunRecord {
            model_hash: self.model_hash().to_string(),
            tool_version: env!("CARGO_PKG_VERSION").to_string(),
            options,
            parameters_hash: self.parameters_hash(settings),
            seed,
            context: context.to_string(),
        }
    }

    fn parameters_hash(&self, settings: &RunSettings) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |group: &str, name: &str, value: f64| {
            hasher.update(format!("{group}\t{name}\t{value:?}\n").as_bytes());
        };
        self.library.parameters().iter().for_each(|p| add("table", &p.name, p.value));
        for context in self.library.contexts() {
            context.values.iter().for_each(|p| add(&context.id, &p.name, p.value));
        }
        for mutation in self.library.mutations() {
            mutation.set.iter().for_each(|(name, value)| add(&mutation.id, name, *value));
        }
        settings.overrides.iter().for_each(|(name, value)| add("override", name, *value));
        hasher.finalize().to_hex().to_string()
    }
}

/// Does work on a number of threads.
pub(crate) fn on_threads<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, ExperimentError> {
    let Some(threads) = threads else { return Ok(work()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build();
    let pool = pool.map_err(|e| ExperimentError::Threads { threads, reason: e.to_string() })?;
    Ok(pool.install(work))
}
