//! One run of a system.

use std::ops::ControlFlow;

use ode::{OdeError, Options, Solver, Step, integrate};

use super::compile::{Place, Size};
use super::consistent::make_consistent;
use super::dynamics::Dynamics;
use super::events::{Execution, Queue};
use super::fast::relax;
use super::look::Look;
use super::steady::Integrals;
use super::stochastic::{Kernel, Stream};
use super::{CompiledSystem, SystemError};
use crate::ir::TapeScratch;

/// What to run.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemRun {
    /// Start, in the model's time unit.
    pub t_start: f64,
    /// End, not before the start.
    pub t_end: f64,
    /// Times at which to record, ascending. At the time of an event, what is after it is recorded.
    pub output_times: Vec<f64>,
    /// Relative tolerance per step.
    pub rtol: f64,
    /// Absolute tolerance per step, in the units of the states. Without one it is 1e-14, for species times the
    /// largest initial amount if that is below 1: models count in moles, where a cell holds 1e-20 of a species.
    pub atol: Option<f64>,
    /// Largest number of steps between two events.
    pub max_steps: usize,
    /// Integration method.
    pub method: ode::Method,
    /// Decides the order of simultaneous events where the model does not, and which reactions fire when.
    pub seed: u64,
    /// Which of the runs of a seed this is. Its random numbers are the same, whatever else runs.
    pub replicate: u64,
}

impl Default for SystemRun {
    fn default() -> Self {
        Self {
            t_start: 0.0,
            t_end: 0.0,
            output_times: Vec::new(),
            rtol: 1e-9,
            atol: None,
            max_steps: 100_000,
            method: ode::Method::default(),
            seed: 0,
            replicate: 0,
        }
    }
}

/// All symbols at the output times of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemTrajectory {
    pub(super) times: Vec<f64>,
    pub(super) columns: Vec<f64>,
    n_columns: usize,
    pub(super) steps: u64,
}

impl SystemTrajectory {
    /// Output times, ascending.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// One column over time, by [`CompiledSystem::column`]. Shape: `[n_times]`.
    pub fn column(&self, column: usize) -> Vec<f64> {
        (0..self.times.len()).map(|row| self.columns[row * self.n_columns + column]).collect()
    }

    /// Steps of the integrator, and reactions that fired.
    pub fn steps(&self) -> u64 {
        self.steps
    }
}

/// More events than this at one time are a circle.
const MOST_EVENTS: usize = 100_000;
/// So many stops in a row without progress are a rate that jumps back and forth.
const MOST_STALLS: usize = 50;
/// A jump in the past is looked at again after one delay, two delays, ... so many times; then it is smooth.
const MOST_ECHOES: usize = 5;

impl CompiledSystem {
    /// Runs; what was asked for comes back, or a reason why there is nothing.
    ///
    /// # Errors
    /// [`SystemError`]; never part of a trajectory.
    pub fn run(&self, run: &SystemRun) -> Result<SystemTrajectory, SystemError> {
        check(run)?;
        Engine::start(self, run)?.advance()
    }

    /// What is stored at the start: states and slots.
    pub(super) fn start_values(&self, given: &[f64], t: f64) -> Result<(Vec<f64>, Vec<f64>), SystemError> {
        let n = self.n_states();
        let mut scratch = TapeScratch::default();
        let mut all = vec![0.0; n + self.n_slots];
        self.tapes.start.prepare(given, &mut scratch);
        self.tapes.start.evaluate(t, &[], &mut scratch, &mut all);
        let slots = all.split_off(n);
        for (y, mass) in all.iter_mut().zip(&self.mass) {
            // The algebraic rules say what it is; any start will do.
            if *mass == 0.0 && !y.is_finite() {
                *y = 1.0;
            }
        }
        match all.iter().position(|y| !y.is_finite()) {
            None => Ok((all, slots)),
            Some(i) => Err(SystemError::NonFiniteStart { name: self.names.states[i].clone(), value: all[i] }),
        }
    }
}

/// Errors of so many steps may add up below zero.
const NEGLIGIBLE: f64 = 1e3;
/// Absolute tolerance where nothing is small.
const ATOL: f64 = 1e-14;

impl CompiledSystem {
    /// The absolute tolerance of each state.
    fn absolute_tolerances(&self, given: Option<f64>, y: &[f64]) -> Vec<f64> {
        if let Some(atol) = given {
            return vec![atol; y.len()];
        }
        let amounts = y.iter().zip(&self.is_species).filter(|(_, is)| **is).map(|(y, _)| y.abs());
        let largest = amounts.fold(0.0, f64::max);
        let scale = if largest > 0.0 { largest.min(1.0) } else { 1.0 };
        self.is_species.iter().map(|&is| if is { ATOL * scale } else { ATOL }).collect()
    }
}

fn check(run: &SystemRun) -> Result<(), SystemError> {
    let refuse = |what: String| Err(SystemError::InvalidInput { what });
    if !(run.t_start.is_finite() && run.t_end.is_finite() && run.t_start <= run.t_end) {
        return refuse(format!("a run goes forward in time, not from {} to {}", run.t_start, run.t_end));
    }
    let inside = |t: &f64| (run.t_start..=run.t_end).contains(t);
    if let Some(t) = run.output_times.iter().find(|t| !inside(t)) {
        return refuse(format!("output time {t} lies outside {} to {}", run.t_start, run.t_end));
    }
    if run.atol.is_some_and(|atol| !(atol > 0.0 && atol.is_finite())) {
        return refuse("an absolute tolerance is a positive number".to_string());
    }
    if run.output_times.windows(2).any(|w| w[1] <= w[0]) {
        return refuse("output times must ascend".to_string());
    }
    Ok(())
}

/// A run under way.
pub(super) struct Engine<'c> {
    pub(super) compiled: &'c CompiledSystem,
    pub(super) run: &'c SystemRun,
    /// For the integrator.
    dynamics: Dynamics<'c>,
    /// For looking at states while the integrator holds the other one.
    pub(super) observer: Dynamics<'c>,
    solver: Solver,
    pub(super) queue: Queue,
    pub(super) t: f64,
    pub(super) y: Vec<f64>,
    pub(super) slots: Vec<f64>,
    atol: Vec<f64>,
    /// Times at which a jump comes back through a delay, and how often it did.
    echoes: Vec<(f64, usize)>,
    /// Whether a comparison of time changes at the present time.
    at_known_time: bool,
    stalls: usize,
    /// The reactions, when they fire at random.
    pub(super) kernel: Option<Kernel<'c>>,
    /// For draws in events and initial assignments.
    pub(super) draws: Stream,
    pub(super) recorded: SystemTrajectory,
    /// Integrals of the states, if they are wanted.
    pub(super) integrals: Option<Integrals>,
}

impl<'c> Engine<'c> {
    pub(super) fn start(compiled: &'c CompiledSystem, run: &'c SystemRun) -> Result<Self, SystemError> {
        let (y, slots) = compiled.start_values(&compiled.given, run.t_start)?;
        let mut engine = Engine {
            compiled,
            run,
            dynamics: Dynamics::new(compiled),
            observer: Dynamics::new(compiled),
            solver: compiled.solver.clone(),
            queue: Queue::new(&compiled.events, run.seed.wrapping_add(run.replicate)),
            t: run.t_start,
            atol: compiled.absolute_tolerances(run.atol, &y),
            y,
            slots,
            echoes: Vec::new(),
            at_known_time: false,
            stalls: 0,
            kernel: compiled.jumps.as_ref().map(|jumps| Kernel::new(jumps, run.seed, run.replicate)),
            // The kernel uses the seed itself.
            draws: Stream::new(!run.seed, run.replicate),
            recorded: SystemTrajectory {
                times: Vec::with_capacity(run.output_times.len()),
                columns: Vec::with_capacity(run.output_times.len() * compiled.tapes.n_columns),
                n_columns: compiled.tapes.n_columns,
                steps: 0,
            },
            integrals: None,
        };
        engine.observer.share_history(&engine.dynamics);
        let species = compiled.is_species.iter().zip(&engine.atol);
        engine.dynamics.negligible =
            species.map(|(&is, atol)| if is { NEGLIGIBLE * atol } else { 0.0 }).collect();
        engine.publish_slots();
        engine.draw_start()?;
        engine.dynamics.history.borrow_mut().begin(engine.t, &engine.y, &engine.slots);
        engine.settle()?;
        engine.begin_jumps()?;
        engine.dynamics.history.borrow_mut().begin(engine.t, &engine.y, &engine.slots);
        Ok(engine)
    }

    /// Lets fast reactions come to rest, and satisfies the algebraic rules.
    fn settle(&mut self) -> Result<(), SystemError> {
        make_consistent(&mut self.dynamics, self.t, &mut self.y)?;
        relax(&mut self.dynamics, &mut self.solver, self.t, &mut self.y)?;
        make_consistent(&mut self.dynamics, self.t, &mut self.y)
    }

    pub(super) fn publish_slots(&mut self) {
        self.dynamics.set_slots(&self.slots);
        self.observer.set_slots(&self.slots);
    }

    fn advance(mut self) -> Result<SystemTrajectory, SystemError> {
        self.run_to_end()?;
        Ok(self.recorded)
    }

    pub(super) fn run_to_end(&mut self) -> Result<(), SystemError> {
        self.happen()?;
        self.echo(0);
        while self.t < self.run.t_end {
            let before = self.t;
            self.integrate_to_next_stop()?;
            let executed = self.happen()?;
            if executed {
                self.echo(0);
            }
            let progress = self.t - before > 1e-12 * self.t.abs().max(1e-12);
            self.stalls = if progress { 0 } else { self.stalls + 1 };
        }
        self.record_now();
        Ok(())
    }

    /// Remembers when a jump of now comes back through delays.
    fn echo(&mut self, times: usize) {
        if self.compiled.n_delays == 0 || times > MOST_ECHOES {
            return;
        }
        let delay = self.dynamics.shortest_delay(self.t, &self.y);
        if delay.is_finite() {
            self.echoes.push((self.t + delay, times));
        }
    }

    /// Executes all events of the present time; says whether there were any.
    fn happen(&mut self) -> Result<bool, SystemError> {
        let events = &self.compiled.events;
        let mut values = vec![0.0; self.compiled.tapes.n_events];
        for count in 0..=MOST_EVENTS {
            self.draw_for_events()?;
            self.observer.event_values(self.t, &self.y, &mut values);
            self.queue.look(events, self.t, &values)?;
            let Some(execution) = self.queue.take(events, self.t, &values) else { return Ok(count > 0) };
            if count == MOST_EVENTS {
                let event = events[execution.event].name.clone();
                return Err(SystemError::EventLoop { t: self.t, most: MOST_EVENTS, event });
            }
            self.execute(&execution, &values)?;
        }
        Ok(true)
    }

    /// Assigns all values of an event at once. Amounts stay when a compartment changes; concentrations follow, also
    /// one that is assigned together with the size: it is about the size before.
    ///
    /// # Source
    /// SBML L3V2 core, sections 4.12.5 and 4.6.5.
    fn execute(&mut self, execution: &Execution, values: &[f64]) -> Result<(), SystemError> {
        let assignments = &self.compiled.events[execution.event].assignments;
        let new: Vec<(usize, f64)> = match &execution.values {
            Some(kept) => assignments.iter().zip(kept).map(|(&(v, _), &value)| (v, value)).collect(),
            None => assignments.iter().map(|&(v, k)| (v, values[k])).collect(),
        };
        let mut sizes = vec![0.0; self.compiled.tapes.n_columns];
        self.observer.columns(self.t, &self.y, &mut sizes);
        let stored = &self.compiled.stored;
        for &(variable, value) in &new {
            if stored[variable].size == Size::Independent {
                self.store(stored[variable].place, value);
            }
        }
        self.publish_slots();
        let mut new_sizes = vec![0.0; sizes.len()];
        self.observer.columns(self.t, &self.y, &mut new_sizes);
        for (variable, what) in stored.iter().enumerate() {
            let assigned = new.iter().find(|(v, _)| *v == variable).map(|(_, value)| *value);
            match (what.size, assigned) {
                (Size::AmountOfConcentration(c), Some(value)) => self.store(what.place, value * sizes[c]),
                (Size::Concentration(c), _) if assigned.is_some() || sizes[c] != new_sizes[c] => {
                    let Place::State(i) = what.place else { continue };
                    let dilution = if sizes[c] == new_sizes[c] { 1.0 } else { sizes[c] / new_sizes[c] };
                    self.y[i] = assigned.unwrap_or(self.y[i]) * dilution;
                }
                _ => {}
            }
        }
        self.publish_slots();
        self.jump_at(execution.event)?;
        if let Some(i) = self.y.iter().position(|y| !y.is_finite()) {
            return Err(SystemError::NonFinite { t: self.t, name: self.compiled.names.states[i].clone() });
        }
        self.settle()
    }

    fn store(&mut self, place: Place, value: f64) {
        match place {
            Place::State(i) => self.y[i] = value,
            Place::Slot(i) => self.slots[i] = value,
            // An assignment or algebraic rule says at once what it is.
            Place::Computed => {}
        }
    }

    /// The next time that is known to matter, and whether rates may jump there.
    fn next_stop(&mut self) -> (f64, bool) {
        let mut stop = (self.run.t_end, false);
        let due = self.queue.next_due();
        if due < stop.0 {
            stop = (due, false);
        }
        let mut times = vec![0.0; self.compiled.tapes.n_times];
        self.observer.times(&mut times);
        let t = self.t;
        self.at_known_time = times.contains(&t);
        for time in times.into_iter().chain(self.echoes.iter().map(|e| e.0)) {
            if time > t && time <= stop.0 {
                stop = (time, true);
            }
        }
        stop
    }

    fn integrate_to_next_stop(&mut self) -> Result<(), SystemError> {
        let (stop, jump) = self.next_stop();
        // A method that looks at the end of its step must not see what comes after the jump there.
        let end = if jump { stop.next_down() } else { stop };
        if end > self.t {
            let reached = if self.jumps_alone() { self.jump_until(end)? } else { self.stretch(end)? };
            if reached < end {
                return Ok(());
            }
        }
        self.t = stop;
        let arrived: Vec<usize> = self.echoes.iter().filter(|e| e.0 <= stop).map(|e| e.1).collect();
        self.echoes.retain(|e| e.0 > stop);
        arrived.into_iter().for_each(|times| self.echo(times + 1));
        Ok(())
    }

    /// Integrates to `end`, or to where something that is watched changes; gives the time reached.
    fn stretch(&mut self, end: f64) -> Result<f64, SystemError> {
        let options = self.options();
        let mut look = Look::new(self.compiled, self.stalls < MOST_STALLS);
        self.observer.watched(self.t, &self.y, &mut look.start);
        if self.at_known_time
            && let Some(after) = look.jump_at(&mut self.observer, self.t, &self.y)
        {
            self.t = after;
            make_consistent(&mut self.dynamics, after, &mut self.y)?;
            return Ok(after);
        }
        let Engine { dynamics, observer, solver, recorded, run, slots, integrals, .. } = self;
        let compiled = self.compiled;
        let has_past = compiled.n_delays > 0;
        let (t, mut y) = (self.t, std::mem::take(&mut self.y));
        let outcome = integrate(dynamics, solver, t, &mut y, end, &options, &mut |step| {
            if has_past {
                observer.history.borrow_mut().push(step.continuation(), slots);
            }
            if let Some(integrals) = integrals {
                integrals.add(step);
            }
            compiled.tier.after_step(|| compiled.compilations());
            let found = look.first_change(observer, step);
            let known_until = found.unwrap_or_else(|| step.t_new());
            record_before(recorded, run, observer, step, known_until);
            if found.is_some() || !look.locate { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        self.y = y;
        match outcome {
            Ok(outcome) => {
                self.recorded.steps += outcome.work.steps_accepted;
                self.t = outcome.t;
                if let Some(t) = look.found {
                    self.t = t;
                    self.y.copy_from_slice(&look.state);
                    self.dynamics.history.borrow_mut().cut(t);
                    make_consistent(&mut self.dynamics, t, &mut self.y)?;
                }
                Ok(self.t)
            }
            Err(OdeError::StepSizeTooSmall { t, h, state }) => {
                match look.jump_after(&mut self.observer, t, &self.y, end) {
                    Some(after) => {
                        self.t = after;
                        make_consistent(&mut self.dynamics, after, &mut self.y)?;
                        Ok(after)
                    }
                    None => Err(self.explain(OdeError::StepSizeTooSmall { t, h, state })),
                }
            }
            Err(error) => Err(self.explain(error)),
        }
    }

    fn options(&mut self) -> Options {
        let delay = if self.compiled.n_delays > 0 {
            self.dynamics.shortest_delay(self.t, &self.y)
        } else {
            f64::INFINITY
        };
        Options {
            rtol: self.run.rtol,
            atol: self.atol.clone(),
            max_steps: self.run.max_steps,
            method: self.run.method,
            // A step must not ask for the past inside of itself.
            h_max: delay.is_finite().then_some(delay),
            ..Options::default()
        }
    }

    fn record_now(&mut self) {
        while self.run.output_times.get(self.recorded.times.len()).is_some_and(|&t| t <= self.t) {
            let row = self.recorded.next_row(self.run);
            self.observer.columns(self.t, &self.y, &mut self.recorded.columns[row..]);
        }
    }

    fn explain(&self, error: OdeError) -> SystemError {
        let name = |state: usize| self.compiled.names.states[state].clone();
        match error {
            OdeError::NonFinite { t, state } => {
                SystemError::NonFinite { t, name: state.map_or_else(|| "a variable".to_string(), name) }
            }
            OdeError::StepSizeTooSmall { t, h, state } => {
                SystemError::StepSizeTooSmall { t, h, name: name(state) }
            }
            OdeError::TooManySteps { t, max_steps, state } => {
                SystemError::TooManySteps { t, max_steps, name: name(state) }
            }
            OdeError::SingularMatrix { t, column } => SystemError::Singular { t, name: name(column) },
            OdeError::InvalidInput(what) => SystemError::InvalidInput { what: what.to_string() },
        }
    }
}

impl SystemTrajectory {
    /// One row.
    pub(super) fn single(t: f64, columns: Vec<f64>) -> Self {
        Self { times: vec![t], n_columns: columns.len(), columns, steps: 0 }
    }

    /// Adds the next output time; gives where its row starts.
    pub(super) fn next_row(&mut self, run: &SystemRun) -> usize {
        let start = self.columns.len();
        self.times.push(run.output_times[self.times.len()]);
        self.columns.resize(start + self.n_columns, 0.0);
        start
    }
}

/// Records the output times of a step that lie before `until`.
fn record_before(
    recorded: &mut SystemTrajectory,
    run: &SystemRun,
    observer: &mut Dynamics<'_>,
    step: &Step<'_>,
    until: f64,
) {
    let mut y = vec![0.0; step.y_old().len()];
    while let Some(&t) = run.output_times.get(recorded.times.len()).filter(|&&t| t < until) {
        step.interpolate(t.max(step.t_old()), &mut y);
        let row = recorded.next_row(run);
        observer.columns(t, &y, &mut recorded.columns[row..]);
    }
}
