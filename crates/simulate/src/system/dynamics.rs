//! A system with its slots filled in, as an [`ode::System`].

use std::cell::RefCell;
use std::rc::Rc;

use ode::{SparsityPattern, System};

use super::CompiledSystem;
use super::history::History;
use crate::ir::{Tape, TapeScratch};

/// A program with its registers.
#[derive(Debug)]
struct Program<'c> {
    tape: &'c Tape,
    scratch: TapeScratch,
}

impl<'c> Program<'c> {
    fn new(tape: &'c Tape) -> Self {
        Self { tape, scratch: TapeScratch::default() }
    }

    fn evaluate(&mut self, t: f64, inputs: &[f64], out: &mut [f64]) {
        self.tape.evaluate(t, inputs, &mut self.scratch, out);
    }
}

/// The equations under the slots in force.
#[derive(Debug)]
pub(super) struct Dynamics<'c> {
    pub(super) compiled: &'c CompiledSystem,
    pub(super) slots: Vec<f64>,
    pub(super) history: Rc<RefCell<History>>,
    rates: Program<'c>,
    jac: Program<'c>,
    time_derivative: Program<'c>,
    events: Program<'c>,
    watched: Program<'c>,
    times: Program<'c>,
    columns: Program<'c>,
    fast: Option<(Program<'c>, Program<'c>)>,
    /// When set, only fast reactions go on, at this time.
    pub(super) standing_at: Option<f64>,
    past: Past<'c>,
    /// How far below zero each species may lie and still count as zero. Shape: `[n_states]`; zeros for others.
    pub(super) negligible: Vec<f64>,
    /// States, past values, and their derivatives.
    inputs: Vec<f64>,
}

/// Programs for past values.
#[derive(Debug)]
struct Past<'c> {
    n_states: usize,
    programs: Vec<PastPrograms<'c>>,
    given: &'c [f64],
    history: Rc<RefCell<History>>,
}

/// The programs of one past value.
#[derive(Debug)]
struct PastPrograms<'c> {
    value: Program<'c>,
    delay: Program<'c>,
    before: Program<'c>,
}

impl Program<'_> {
    /// The one value of a program, under these parameters.
    fn single(&mut self, parameters: &[f64], t: f64, inputs: &[f64]) -> f64 {
        let mut out = [0.0];
        self.tape.prepare(parameters, &mut self.scratch);
        self.evaluate(t, inputs, &mut out);
        out[0]
    }
}

impl Past<'_> {
    /// The delay of a past value. `inputs` hold the states and earlier past values at `t`.
    fn delay(&mut self, k: usize, t: f64, inputs: &[f64], slots: &[f64]) -> f64 {
        self.programs[k].delay.single(slots, t, inputs)
    }

    /// A past value. `inputs` hold the states and earlier past values at `t`.
    fn value(&mut self, k: usize, t: f64, inputs: &[f64], slots: &[f64]) -> f64 {
        let delay = self.delay(k, t, inputs, slots);
        if delay.is_nan() || delay < 0.0 {
            return f64::NAN;
        }
        if delay == 0.0 {
            return self.programs[k].value.single(slots, t, inputs);
        }
        let past = t - delay;
        let mut then = vec![0.0; inputs.len()];
        let slots = self.history.borrow().at(past, &mut then[..self.n_states]);
        let Some(slots) = slots else { return self.programs[k].before.single(self.given, past, &[]) };
        for inner in 0..k {
            then[self.n_states + inner] = self.value(inner, past, &then.clone(), &slots);
        }
        self.programs[k].value.single(&slots, past, &then)
    }
}

impl<'c> Dynamics<'c> {
    pub(super) fn new(compiled: &'c CompiledSystem) -> Self {
        let history = Rc::new(RefCell::new(History::default()));
        let tapes = &compiled.tapes;
        Self {
            compiled,
            slots: vec![0.0; compiled.n_slots],
            rates: Program::new(&tapes.rates),
            jac: Program::new(&tapes.jac),
            time_derivative: Program::new(&tapes.time_derivative),
            events: Program::new(&tapes.events),
            watched: Program::new(&tapes.watched),
            times: Program::new(&tapes.times),
            columns: Program::new(&tapes.columns),
            fast: tapes.fast.as_ref().map(|(rates, jac)| (Program::new(rates), Program::new(jac))),
            standing_at: None,
            past: Past {
                n_states: compiled.n_states(),
                programs: (tapes.delayed.iter())
                    .map(|d| PastPrograms {
                        value: Program::new(&d.value),
                        delay: Program::new(&d.delay),
                        before: Program::new(&d.before),
                    })
                    .collect(),
                given: &compiled.given,
                history: history.clone(),
            },
            history,
            negligible: vec![0.0; compiled.n_states()],
            inputs: vec![0.0; compiled.n_states() + 2 * compiled.n_delays],
        }
    }

    /// Uses the past of another run of the same system from now on.
    pub(super) fn share_history(&mut self, with: &Dynamics<'_>) {
        self.history = with.history.clone();
        self.past.history = with.history.clone();
    }

    /// Takes over slots. Shape: `[n_slots]`.
    pub(super) fn set_slots(&mut self, slots: &[f64]) {
        self.slots.copy_from_slice(slots);
        let programs = [
            &mut self.rates,
            &mut self.jac,
            &mut self.time_derivative,
            &mut self.events,
            &mut self.watched,
            &mut self.times,
            &mut self.columns,
        ];
        let fast = self.fast.iter_mut().flat_map(|(rates, jac)| [rates, jac]);
        for program in programs.into_iter().chain(fast) {
            program.tape.prepare(slots, &mut program.scratch);
        }
    }

    fn fill(&mut self, t: f64, y: &[f64]) {
        let n = y.len();
        self.inputs[..n].copy_from_slice(y);
        for k in 0..self.compiled.n_delays {
            self.inputs[n + k] = self.past.value(k, t, &self.inputs, &self.slots);
        }
    }

    /// The shortest delay in force; infinite without delays.
    pub(super) fn shortest_delay(&mut self, t: f64, y: &[f64]) -> f64 {
        self.fill(t, y);
        (0..self.compiled.n_delays)
            .map(|k| self.past.delay(k, t, &self.inputs, &self.slots))
            .filter(|d| *d > 0.0)
            .fold(f64::INFINITY, f64::min)
    }

    /// Triggers, delays, priorities and assigned values. Shape: `out` `[n_events]`.
    pub(super) fn event_values(&mut self, t: f64, y: &[f64], out: &mut [f64]) {
        self.fill(t, y);
        self.events.evaluate(t, &self.inputs, out);
    }

    /// Values that change by jumps only, then differences of what is compared. Shape: `out` `[n_watched]`.
    pub(super) fn watched(&mut self, t: f64, y: &[f64], out: &mut [f64]) {
        self.fill(t, y);
        self.watched.evaluate(t, &self.inputs, out);
    }

    /// Times at which comparisons of time change, in no order. Shape: `out` `[n_times]`.
    pub(super) fn times(&mut self, out: &mut [f64]) {
        let inputs = vec![0.0; self.inputs.len()];
        self.times.evaluate(0.0, &inputs, out);
    }

    /// All columns. Shape: `out` `[n_columns]`.
    pub(super) fn columns(&mut self, t: f64, y: &[f64], out: &mut [f64]) {
        self.fill(t, y);
        self.columns.evaluate(t, &self.inputs, out);
    }
}

impl Dynamics<'_> {
    /// The state with species that lie below zero by less than the tolerance at zero, if there are any: the exact
    /// solution is not negative there, and a power or root of a negative number is no number.
    fn without_negligible(&self, y: &[f64]) -> Option<Vec<f64>> {
        let is_negligible = |(y, limit): (&f64, &f64)| *y < 0.0 && -*y <= *limit;
        y.iter().zip(&self.negligible).any(is_negligible).then(|| {
            y.iter()
                .zip(&self.negligible)
                .map(|(y, limit)| if is_negligible((y, limit)) { 0.0 } else { *y })
                .collect()
        })
    }

    fn rates_at(&mut self, t: f64, y: &[f64], dydt: &mut [f64]) {
        self.fill(t, y);
        match (&mut self.fast, self.standing_at) {
            (Some((rates, _)), Some(_)) => rates.evaluate(t, &self.inputs, dydt),
            _ => self.rates.evaluate(t, &self.inputs, dydt),
        }
    }

    fn slopes_at(&mut self, t: f64, y: &[f64], values: &mut [f64]) {
        self.fill(t, y);
        match (&mut self.fast, self.standing_at) {
            (Some((_, jac)), Some(_)) => jac.evaluate(t, &self.inputs, values),
            _ => self.jac.evaluate(t, &self.inputs, values),
        }
    }

    /// Puts difference quotients where a rate is finite but its slope is not, as that of the square root of x at 0.
    ///
    /// The method loses order there, and the error control makes smaller steps.
    fn replace_infinite_slopes(&mut self, t: f64, y: &[f64], values: &mut [f64]) {
        let compiled = self.compiled;
        let n = y.len();
        let (mut near, mut here, mut there) = (y.to_vec(), vec![0.0; n], vec![0.0; n]);
        self.rhs(t, y, &mut here);
        let mut moved = None;
        for ((row, column), value) in compiled.pattern.entries().zip(values) {
            if value.is_finite() {
                continue;
            }
            let step = 1e-8 * y[column].abs().max(1e-4);
            if moved != Some(column) {
                near.copy_from_slice(y);
                near[column] += step;
                self.rhs(t, &near, &mut there);
                moved = Some(column);
            }
            let slope = (there[row] - here[row]) / step;
            *value = if slope.is_finite() { slope } else { 0.0 };
        }
    }
}

impl ode::System for Dynamics<'_> {
    fn n_states(&self) -> usize {
        self.compiled.n_states()
    }

    fn jac_pattern(&self) -> &SparsityPattern {
        &self.compiled.pattern
    }

    fn rhs(&mut self, t: f64, y: &[f64], dydt: &mut [f64]) {
        let t = self.standing_at.unwrap_or(t);
        self.rates_at(t, y, dydt);
        if dydt.iter().any(|v| !v.is_finite())
            && let Some(y) = self.without_negligible(y)
        {
            self.rates_at(t, &y, dydt);
        }
    }

    fn jac(&mut self, t: f64, y: &[f64], values: &mut [f64]) {
        let t = self.standing_at.unwrap_or(t);
        self.slopes_at(t, y, values);
        if values.iter().any(|v| !v.is_finite())
            && let Some(y) = self.without_negligible(y)
        {
            self.slopes_at(t, &y, values);
        }
        if values.iter().any(|v| !v.is_finite()) {
            self.replace_infinite_slopes(t, y, values);
        }
    }

    fn time_derivative(&mut self, t: f64, y: &[f64], dfdt: &mut [f64]) {
        self.fill(t, y);
        let (n, n_delays) = (y.len(), self.compiled.n_delays);
        // Past values have no formula for their derivative: a difference over a short time, forwards, because what
        // lies behind may be another piece of the solution.
        let dt = 1e-7 * (1.0 + t.abs());
        for k in 0..n_delays {
            let later = self.past.value(k, t + dt, &self.inputs, &self.slots);
            self.inputs[n + n_delays + k] = (later - self.inputs[n + k]) / dt;
        }
        self.time_derivative.evaluate(t, &self.inputs, dfdt);
        if dfdt.iter().any(|v| !v.is_finite()) {
            // As in the Jacobian: the square root of time is an example.
            let mut now = vec![0.0; n];
            let mut later = vec![0.0; n];
            self.rhs(t, y, &mut now);
            self.rhs(t + dt, y, &mut later);
            for ((slope, now), later) in
                dfdt.iter_mut().zip(now).zip(later).filter(|((s, _), _)| !s.is_finite())
            {
                let difference = (later - now) / dt;
                *slope = if difference.is_finite() { difference } else { 0.0 };
            }
        }
    }

    fn mass(&self) -> &[f64] {
        // While fast reactions come to rest, algebraic states wait.
        if self.standing_at.is_some() { &[] } else { &self.compiled.mass }
    }

    fn is_autonomous(&self) -> bool {
        self.compiled.autonomous || self.standing_at.is_some()
    }
}
