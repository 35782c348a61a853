//! One run: a stretch of time with changes at stated times.

mod progress;

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use ode::{Options, integrate};

pub(crate) use progress::Progress;

use crate::{SimulateError, Simulator, Trajectory};

/// What to run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// Start, in the model's time unit; may be negative.
    pub t_start: f64,
    /// End, not before the start.
    pub t_end: f64,
    /// Parameters that differ from the model's: position and value.
    pub parameters: Vec<(usize, f64)>,
    /// Amounts at the start.
    pub initial: Initial,
    /// What is done to the system, and when. Changes at one time happen in the order given.
    pub changes: Vec<ScheduledChange>,
    /// Times at which to record, ascending. At the time of a change the state just before it is recorded.
    pub output_times: Vec<f64>,
    /// Accuracy and limits.
    pub options: RunOptions,
}

/// Amounts at the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Initial {
    /// The model's initial amounts under the run's parameters.
    #[default]
    Defaults,
    /// These. Shape: `[n_species]`.
    State(Vec<f64>),
}

/// A change at a time: the integration stops exactly there and starts anew.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduledChange {
    /// When.
    pub t: f64,
    /// What.
    pub what: Change,
}

/// What a change does.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Sets the amount of a species.
    SetSpecies(usize, f64),
    /// Adds to the amount of a species.
    AddSpecies(usize, f64),
    /// Multiplies the amounts of several species.
    ScaleSpecies(Vec<usize>, f64),
    /// Sets a parameter; parameters derived from it follow.
    SetParameter(usize, f64),
}

/// Accuracy and limits of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunOptions {
    /// Relative tolerance per step.
    pub rtol: f64,
    /// Absolute tolerance per step, in the unit of the species: one for all, or one for each.
    pub atol: Vec<f64>,
    /// Largest number of steps between two changes.
    pub max_steps: usize,
    /// Integration method.
    pub method: ode::Method,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { rtol: 1e-6, atol: vec![1e-6], max_steps: 100_000, method: ode::Method::default() }
    }
}

impl RunOptions {
    /// The integrator's options.
    pub(crate) fn ode(&self) -> Options {
        Options {
            rtol: self.rtol,
            atol: self.atol.clone(),
            max_steps: self.max_steps,
            method: self.method,
            ..Options::default()
        }
    }
}

impl Simulator {
    /// Runs; the times, states and outputs asked for come back, or a reason why there are none.
    ///
    /// # Errors
    /// [`SimulateError`]; never part of a trajectory.
    pub fn run(&mut self, run: &Run) -> Result<Trajectory, SimulateError> {
        let network = self.network().clone();
        let mut progress = Progress::new(&network, run.clone())?;
        self.system.set_parameters(progress.parameters());
        progress.record_start(&network, &mut self.system.outputs);
        let options = run.options.ode();
        let stop_flag = self.stop.as_deref();
        while let Some((t, stop)) = progress.advance(&network, |p| self.system.set_parameters(p))? {
            let mut y = progress.take_state();
            let outcome =
                integrate(&mut self.system, &mut self.solver, t, &mut y, stop, &options, &mut |step| {
                    progress.on_step(step);
                    match stop_flag {
                        Some(flag) if flag.load(Ordering::Relaxed) => ControlFlow::Break(()),
                        _ => ControlFlow::Continue(()),
                    }
                });
            match outcome {
                Ok(outcome) if outcome.t < stop => return Err(SimulateError::Stopped { t: outcome.t }),
                Ok(outcome) => {
                    progress.end_stretch(&network, &mut self.system.outputs, y, stop, outcome.work);
                }
                Err(error) => return Err(network.explain(error, progress.parameters(), &y)),
            }
        }
        Ok(progress.finish(network))
    }
}

fn check(run: &Run, n_species: usize, n_parameters: usize) -> Result<(), SimulateError> {
    let refuse = |what: String| Err(SimulateError::InvalidInput { what });
    if !(run.t_start.is_finite() && run.t_end.is_finite() && run.t_start <= run.t_end) {
        return refuse(format!("a run goes forward in time, not from {} to {}", run.t_start, run.t_end));
    }
    let inside = |t: f64| (run.t_start..=run.t_end).contains(&t);
    if let Some(t) = run.output_times.iter().find(|&&t| !inside(t)) {
        return refuse(format!("output time {t} lies outside {} to {}", run.t_start, run.t_end));
    }
    if run.output_times.windows(2).any(|w| w[1] <= w[0]) {
        return refuse("output times must ascend".to_string());
    }
    if let Some(change) = run.changes.iter().find(|c| !inside(c.t)) {
        return refuse(format!("a change at t = {} lies outside {} to {}", change.t, run.t_start, run.t_end));
    }
    for change in &run.changes {
        let (species, parameter, value) = match &change.what {
            Change::SetSpecies(s, v) | Change::AddSpecies(s, v) => (Some(*s), None, *v),
            Change::ScaleSpecies(s, v) => (s.iter().max().copied(), None, *v),
            Change::SetParameter(p, v) => (None, Some(*p), *v),
        };
        if !value.is_finite()
            || species.is_some_and(|s| s >= n_species)
            || parameter.is_some_and(|p| p >= n_parameters)
        {
            return refuse(format!("the change {:?} at t = {} cannot be made", change.what, change.t));
        }
    }
    if let Initial::State(state) = &run.initial
        && (state.len() != n_species || state.iter().any(|v| !v.is_finite()))
    {
        return refuse(format!("an initial state needs {n_species} finite amounts"));
    }
    Ok(())
}
