//! Many runs: each different plan once, each different beginning once.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use simulate::{Answer, SimulateError};

use super::course::{Course, Next, Rest, Treatment, Walk};
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

impl std::fmt::Display for RunFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.stage, self.source)
    }
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
        let done = AtomicUsize::new(0);
        let step = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        let rest = |i: usize| Rest { bench, beginning: &self.beginnings[i], settings };
        let rested = walk_all(bench, self.beginnings.len(), rest, spread, &step);
        let experiment = |i: usize| {
            let PlannedRun { plan, beginning, times_h } = &self.runs[i];
            let after = match &rested[*beginning] {
                _ if settings.is_stopped() => Err(SimulateError::Stopped { t: 0.0 }),
                Ok(rested) => Ok(Treatment { bench, plan, rested, times_h, settings, lead: None }),
                Err(source) => Err(source.clone()),
            };
            After(after)
        };
        let courses = walk_all(bench, self.runs.len(), experiment, spread, &step);
        let stage = |run: usize| match rested[self.runs[run].beginning] {
            Ok(_) => "run",
            Err(_) => "pre-equilibration",
        };
        let named = |(run, course): (usize, Result<Course, SimulateError>)| {
            course.map_err(|source| RunFailure { stage: stage(run), source })
        };
        courses.into_iter().enumerate().map(named).collect()
    }
}

/// What follows if its beginning has not failed.
struct After<W>(Result<W, SimulateError>);

impl<W: Walk> Walk for After<W> {
    type End = W::End;

    fn first(&mut self) -> Result<Next<W::End>, SimulateError> {
        self.0.as_mut().map_err(|source| source.clone())?.first()
    }

    fn then(&mut self, answer: Answer) -> Next<W::End> {
        match &mut self.0 {
            Ok(walk) => walk.then(answer),
            Err(_) => unreachable!("what has not begun gets no answer"),
        }
    }
}

/// Makes `n` walks. Each thread takes the next one that nobody has begun, as soon as it has a lane for it.
fn walk_all<W: Walk<End: Send + Sync>>(
    bench: &Bench,
    n: usize,
    walk: impl Fn(usize) -> W + Sync,
    spread: Spread,
    step: &(dyn Fn() + Sync),
) -> Vec<Result<W::End, SimulateError>> {
    if n == 1 {
        let end = bench.with_simulator(|simulator| walk(0).on(simulator));
        step();
        return vec![end];
    }
    let begun = AtomicUsize::new(0);
    let ends: Vec<OnceLock<Result<W::End, SimulateError>>> = (0..n).map(|_| OnceLock::new()).collect();
    let end = |i: usize, result| {
        // Nobody else has begun this one.
        let _ = ends[i].set(result);
        step();
    };
    let begin = || {
        loop {
            let i = begun.fetch_add(1, Ordering::Relaxed);
            if i >= n {
                return None;
            }
            let mut walk = walk(i);
            match walk.first() {
                Ok(Next::Job(job)) => return Some(((i, walk), *job)),
                Ok(Next::End(value)) => end(i, Ok(value)),
                Err(source) => end(i, Err(source)),
            }
        }
    };
    let go_on = |(i, walk): &mut (usize, W), answer: Result<Answer, SimulateError>| match answer
        .map(|answer| walk.then(answer))
    {
        Ok(Next::Job(job)) => Some(*job),
        Ok(Next::End(value)) => {
            end(*i, Ok(value));
            None
        }
        Err(source) => {
            end(*i, Err(source));
            None
        }
    };
    let work = || bench.with_ensemble(|ensemble| ensemble.run(&mut || begin(), &mut |key, a| go_on(key, a)));
    match spread {
        Spread::Parallel => (0..rayon::current_num_threads()).into_par_iter().for_each(|_| work()),
        Spread::Serial => work(),
    }
    ends.into_iter().map(|end| end.into_inner().expect("every walk comes to its end")).collect()
}
