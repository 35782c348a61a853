//! Experiments while somebody moves a slider: resting cells are remembered, and a run can be stopped.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use simulate::SimulateError;

use super::batch::RunFailure;
use super::course::{Course, Rest, Treatment, Walk};
use super::herd::{Animal, Culture};
use super::plan::{Common, Plan};
use super::{Bench, ExperimentError, ExperimentResult, RunSettings};
use crate::experiment::Experiment;

/// Cells at rest that were computed before, by everything that they depend on. Share it between threads.
///
/// The numbers of a run are the same with and without it; only the time differs.
#[derive(Debug)]
pub struct RestCache {
    capacity: usize,
    rested: Mutex<Rested>,
}

#[derive(Debug, Default)]
struct Rested {
    states: HashMap<Vec<u64>, Arc<Vec<f64>>>,
    /// Keys, the oldest first.
    order: VecDeque<Vec<u64>>,
}

impl RestCache {
    /// Remembers at most so many states; the oldest goes first.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, rested: Mutex::default() }
    }

    fn get(&self, key: &[u64]) -> Option<Arc<Vec<f64>>> {
        self.rested.lock().unwrap_or_else(PoisonError::into_inner).states.get(key).cloned()
    }

    fn put(&self, key: Vec<u64>, state: Arc<Vec<f64>>) {
        let mut rested = self.rested.lock().unwrap_or_else(PoisonError::into_inner);
        if rested.states.insert(key.clone(), state).is_none() {
            rested.order.push_back(key);
        }
        while rested.states.len() > self.capacity {
            let Some(oldest) = rested.order.pop_front() else { break };
            rested.states.remove(&oldest);
        }
    }
}

impl Bench {
    /// As [`Bench::run`], with remembered resting cells; ends early with [`SimulateError::Stopped`] in the error when
    /// `stop` is set. With animals, only the typical one.
    ///
    /// # Errors
    /// [`ExperimentError`]; no part of the numbers is given then.
    pub fn run_interactive(
        &self,
        experiment: &Experiment,
        settings: &RunSettings,
        rests: &RestCache,
        stop: &Arc<AtomicBool>,
    ) -> Result<ExperimentResult, ExperimentError> {
        let common = Common { overrides: self.resolve_overrides(settings)?, noise: None };
        self.remembered(experiment, settings, &common, rests, stop)
    }

    /// As [`Bench::run_interactive`], once for each of so many draws of lognormal noise on all parameters; the same draws
    /// as those of [`Bench::robustness`]. A draw that cannot be computed is an error of its own.
    ///
    /// # Errors
    /// An override does not exist.
    pub fn run_draws(
        &self,
        experiment: &Experiment,
        settings: &RunSettings,
        (draws, sigma, seed): (usize, f64, u64),
        rests: &RestCache,
        stop: &Arc<AtomicBool>,
    ) -> Result<Vec<Result<ExperimentResult, ExperimentError>>, ExperimentError> {
        let overrides = self.resolve_overrides(settings)?;
        let max_steps = settings.max_steps.min(RunSettings::MOST_STEPS_OF_A_DRAW);
        let settings = &RunSettings { max_steps, ..settings.clone() };
        let draw = |i: usize| {
            let common = Common { overrides: overrides.clone(), noise: Some(self.noise(sigma, seed, i)) };
            self.remembered(experiment, settings, &common, rests, stop)
        };
        Ok((0..draws).into_par_iter().map(draw).collect())
    }

    fn remembered(
        &self,
        experiment: &Experiment,
        settings: &RunSettings,
        common: &Common,
        rests: &RestCache,
        stop: &Arc<AtomicBool>,
    ) -> Result<ExperimentResult, ExperimentError> {
        let culture = |arm| self.culture(experiment, arm, common, Animal::Typical);
        let cultures: Vec<Culture<Plan>> = experiment.arms.iter().map(culture).collect::<Result<_, _>>()?;
        let mut times_h: Vec<f64> =
            experiment.times_h.iter().copied().chain([0.0]).map(|t| t + 0.0).collect();
        times_h.sort_by(f64::total_cmp);
        times_h.dedup();
        let course = |(share, plan): &(f64, Plan)| {
            Ok((*share, self.remembered_course(plan, &times_h, settings, rests, stop)?))
        };
        let outcomes: Vec<Result<Culture<Course>, RunFailure>> =
            cultures.par_iter().map(|culture| culture.iter().map(course).collect()).collect();
        let mut courses = Vec::with_capacity(outcomes.len());
        for (outcome, arm) in outcomes.iter().zip(&experiment.arms) {
            let culture = outcome.as_ref().map_err(|failure| failure.of(&experiment.id, &arm.id))?;
            courses.push(vec![culture.iter().map(|(share, course)| (*share, course)).collect()]);
        }
        self.result(experiment, &courses, settings)
    }

    fn remembered_course(
        &self,
        plan: &Plan,
        times_h: &[f64],
        settings: &RunSettings,
        rests: &RestCache,
        stop: &Arc<AtomicBool>,
    ) -> Result<Course, RunFailure> {
        let stopped = |stage| RunFailure { stage, source: SimulateError::Stopped { t: 0.0 } };
        if stop.load(Ordering::Relaxed) {
            return Err(stopped("pre-equilibration"));
        }
        let mut key = plan.beginning.key();
        let numbers = [settings.rtol, settings.atol, settings.steady_tau_h, settings.steady_limit_h];
        key.extend(numbers.map(f64::to_bits));
        key.push(settings.max_steps as u64);
        self.with_simulator(|simulator| {
            let rested = match rests.get(&key) {
                Some(rested) => rested,
                None => {
                    let rest = Rest { bench: self, beginning: &plan.beginning, settings };
                    let rested = rest.on(simulator);
                    let rested =
                        rested.map_err(|source| RunFailure { stage: "pre-equilibration", source })?;
                    let rested = Arc::new(rested);
                    rests.put(key, rested.clone());
                    rested
                }
            };
            simulator.set_stop(Some(stop.clone()));
            let treatment = Treatment { bench: self, plan, rested: &rested, times_h, settings, lead: None };
            let course = treatment.on(simulator);
            simulator.set_stop(None);
            course.map_err(|source| RunFailure { stage: "run", source })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;

    #[test]
    fn remembered_rests_change_no_number_and_a_stopped_run_gives_none() {
        let bench = Bench::new(Library::embedded().unwrap()).unwrap();
        let settings = RunSettings::default();
        let experiment = bench.library().experiment("rodrik2011-azd8055").unwrap().clone();
        let rests = RestCache::new(1);
        let go = Arc::new(AtomicBool::new(false));
        let plain = bench.run(&experiment, &settings).unwrap();
        for _ in 0..2 {
            assert_eq!(bench.run_interactive(&experiment, &settings, &rests, &go).unwrap(), plain);
        }
        let stop = Arc::new(AtomicBool::new(true));
        let error = bench.run_interactive(&experiment, &settings, &rests, &stop).unwrap_err();
        assert!(error.to_string().contains("stopped"), "{error}");
        assert_eq!(bench.run_interactive(&experiment, &settings, &rests, &go).unwrap(), plain);
    }
}
