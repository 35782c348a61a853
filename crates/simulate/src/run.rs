//! One run: a stretch of time with changes at stated times.

use std::ops::ControlFlow;

use ode::{Options, integrate};

use crate::simulator::NetworkSystem;
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
        check(run, network.species().len(), network.parameters().len())?;
        let mut overrides = run.parameters.clone();
        let mut parameters = network.parameter_values(&overrides)?;
        let mut y = match &run.initial {
            Initial::Defaults => network.initial_amounts(&parameters)?,
            Initial::State(state) => state.clone(),
        };
        self.system.set_parameters(&parameters);
        let mut changes: Vec<&ScheduledChange> = run.changes.iter().collect();
        changes.sort_by(|a, b| a.t.total_cmp(&b.t));
        let mut recorder = Recorder::new(run, network.species().len(), network.outputs().len());
        let mut t = run.t_start;
        recorder.at_start(&mut self.system, t, &y);
        let mut next = 0;
        loop {
            let stop = changes.get(next).map_or(run.t_end, |c| c.t);
            if stop > t {
                self.stretch(run, &parameters, (t, stop), &mut y, &mut recorder)?;
                t = stop;
            }
            let Some(change) = changes.get(next) else { break };
            apply(&change.what, &mut y, &mut overrides);
            if matches!(change.what, Change::SetParameter(..)) {
                parameters = network.parameter_values(&overrides)?;
                self.system.set_parameters(&parameters);
            }
            next += 1;
        }
        Ok(recorder.finish(network))
    }

    fn stretch(
        &mut self,
        run: &Run,
        parameters: &[f64],
        (t, stop): (f64, f64),
        y: &mut [f64],
        recorder: &mut Recorder<'_>,
    ) -> Result<(), SimulateError> {
        // The recorder needs the system for outputs while the integrator holds it: record states first.
        let mut pending = Pending { first: recorder.filled, states: Vec::new() };
        let Recorder { times, n_species, filled, .. } = recorder;
        let outcome =
            integrate(&mut self.system, &mut self.solver, t, y, stop, &run.options.ode(), &mut |step| {
                while let Some(&wanted) = times.get(*filled).filter(|&&wanted| wanted <= step.t_new()) {
                    let start = pending.states.len();
                    pending.states.resize(start + *n_species, 0.0);
                    step.interpolate(wanted, &mut pending.states[start..]);
                    *filled += 1;
                }
                ControlFlow::Continue(())
            });
        match outcome {
            Ok(outcome) => recorder.take(&mut self.system, pending, outcome.work),
            Err(error) => return Err(self.system.explain(error, parameters, y)),
        }
        Ok(())
    }
}

struct Pending {
    first: usize,
    states: Vec<f64>,
}

/// Collects what was asked for.
struct Recorder<'a> {
    times: &'a [f64],
    n_species: usize,
    n_outputs: usize,
    filled: usize,
    states: Vec<f64>,
    outputs: Vec<f64>,
    work: ode::Work,
}

impl<'a> Recorder<'a> {
    fn new(run: &'a Run, n_species: usize, n_outputs: usize) -> Self {
        Self {
            times: &run.output_times,
            n_species,
            n_outputs,
            filled: 0,
            states: Vec::with_capacity(run.output_times.len() * n_species),
            outputs: Vec::with_capacity(run.output_times.len() * n_outputs),
            work: ode::Work::default(),
        }
    }

    fn at_start(&mut self, system: &mut NetworkSystem, t: f64, y: &[f64]) {
        while self.times.get(self.filled) == Some(&t) {
            self.record(system, t, y);
            self.filled += 1;
        }
    }

    fn take(&mut self, system: &mut NetworkSystem, pending: Pending, work: ode::Work) {
        for (i, y) in pending.states.chunks_exact(self.n_species.max(1)).enumerate() {
            self.record(system, self.times[pending.first + i], y);
        }
        self.work += work;
    }

    fn record(&mut self, system: &mut NetworkSystem, t: f64, y: &[f64]) {
        self.states.extend_from_slice(y);
        let start = self.outputs.len();
        self.outputs.resize(start + self.n_outputs, 0.0);
        system.outputs(t, y, &mut self.outputs[start..]);
    }

    fn finish(self, network: std::sync::Arc<crate::CompiledNetwork>) -> Trajectory {
        Trajectory::new(network, self.times.to_vec(), self.states, self.outputs, self.work)
    }
}

fn apply(change: &Change, y: &mut [f64], overrides: &mut Vec<(usize, f64)>) {
    match change {
        Change::SetSpecies(species, amount) => y[*species] = *amount,
        Change::AddSpecies(species, amount) => y[*species] += amount,
        Change::ScaleSpecies(species, factor) => species.iter().for_each(|&s| y[s] *= factor),
        Change::SetParameter(parameter, value) => {
            overrides.retain(|(p, _)| p != parameter);
            overrides.push((*parameter, *value));
        }
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
