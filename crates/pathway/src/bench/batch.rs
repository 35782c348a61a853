//! Many runs: each different plan once, each different beginning once.

use std::collections::HashMap;

use rayon::prelude::*;
use simulate::SimulateError;

use super::course::Course;
use super::plan::{Beginning, Plan};
use super::{Bench, ExperimentError, RunSettings};

/// Called with the number of runs that are done and of all runs.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Runs to be made.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    beginnings: Vec<Beginning>,
    beginning_of: HashMap<Vec<u64>, usize>,
    runs: Vec<PlannedRun>,
    run_of: HashMap<Vec<u64>, usize>,
}

#[derive(Debug)]
struct PlannedRun {
    plan: Plan,
    beginning: usize,
    times_h: Vec<f64>,
}

/// How runs of a batch are spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Spread {
    /// Over the threads.
    Parallel,
    /// One after the other.
    Serial,
}

/// Why a run gave no numbers.
#[derive(Clone, Debug)]
pub(crate) struct RunFailure {
    pub(crate) stage: &'static str,
    pub(crate) source: SimulateError,
}

impl RunFailure {
    /// With the names of experiment and arm.
    pub(crate) fn of(&self, experiment: &str, arm: &str) -> ExperimentError {
        ExperimentError::Run {
            experiment: experiment.to_string(),
            arm: arm.to_string(),
            stage: self.stage,
            source: Box::new(self.source.clone()),
        }
    }
}

/// What became of each run.
pub(crate) type Courses = Vec<Result<Course, RunFailure>>;

impl Batch {
    /// Adds a run, or finds the same one; gives its number.
    pub(crate) fn add(&mut self, plan: Plan) -> usize {
        let key = plan.key();
        if let Some(&run) = self.run_of.get(&key) {
            return run;
        }
        let beginnings = &mut self.beginnings;
        let beginning = *self.beginning_of.entry(plan.beginning.key()).or_insert_with(|| {
            beginnings.push(plan.beginning.clone());
            beginnings.len() - 1
        });
        self.runs.push(PlannedRun { plan, beginning, times_h: Vec::new() });
        self.run_of.insert(key, self.runs.len() - 1);
        self.runs.len() - 1
    }

    /// Asks a run for values at these times.
    pub(crate) fn record(&mut self, run: usize, times_h: impl IntoIterator<Item = f64>) {
        // 0 added to a negative zero makes it positive: times are looked up by their bits.
        self.runs[run].times_h.extend(times_h.into_iter().map(|t| t + 0.0));
    }

    /// Makes all runs. The outcome does not depend on how they are spread.
    pub(crate) fn run(
        mut self,
        bench: &Bench,
        settings: &RunSettings,
        spread: Spread,
        progress: Progress<'_>,
    ) -> Courses {
        for run in &mut self.runs {
            run.times_h.sort_by(f64::total_cmp);
            run.times_h.dedup();
        }
        let total = self.beginnings.len() + self.runs.len();
        let done = std::sync::atomic::AtomicUsize::new(0);
        let step = || progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, total);
        let rest = |beginning: &Beginning| {
            let rested = bench.with_simulator(|s| bench.rest(s, beginning, settings));
            step();
            rested
        };
        let rested: Vec<Result<Vec<f64>, SimulateError>> = match spread {
            Spread::Parallel => self.beginnings.par_iter().map(rest).collect(),
            Spread::Serial => self.beginnings.iter().map(rest).collect(),
        };
        let course = |run: &PlannedRun| {
            let course = match &rested[run.beginning] {
                Err(source) => Err(RunFailure { stage: "pre-equilibration", source: source.clone() }),
                Ok(y) => bench
                    .with_simulator(|s| bench.course(s, &run.plan, y, &run.times_h, settings))
                    .map_err(|source| RunFailure { stage: "run", source }),
            };
            step();
            course
        };
        match spread {
            Spread::Parallel => self.runs.par_iter().map(course).collect(),
            Spread::Serial => self.runs.iter().map(course).collect(),
        }
    }
}
