//! The integration from one time to another.

use std::ops::ControlFlow;

use crate::controller::Controller;
use crate::solver::first_nonfinite;
use crate::stages::Attempt;
use crate::tableau::Tableau;
use crate::{InvalidInput, OdeError, Options, Outcome, Reached, Solver, Step, System, Work};

/// Integrates y' = f(t, y) from `t0` to `t_end`, not before and not beyond.
///
/// The last step lands on `t_end` bitwise. `on_step` sees every accepted step and can stop the run after it;
/// what it looks at has no influence on the steps, so the result does not depend on it.
/// The same arguments always give the same bits.
///
/// # Shapes and units
/// - `y`: `[n_states]`; the start, and afterwards the last accepted state, also when the run fails
///
/// # Errors
/// All variants of [`OdeError`]; each names the time and, where there is one, the state.
///
/// # Source
/// Hairer & Wanner (1996), sect. IV.7 and IV.8; the coefficients see [`crate::Method`].
pub fn integrate<S: System>(
    system: &mut S,
    solver: &mut Solver,
    t0: f64,
    y: &mut [f64],
    t_end: f64,
    options: &Options,
    on_step: &mut dyn FnMut(&Step<'_>) -> ControlFlow<()>,
) -> Result<Outcome, OdeError> {
    solver.prepare(system, y, options)?;
    if !(t0.is_finite() && t_end.is_finite() && t0 <= t_end) {
        return Err(InvalidInput::Times { t0, t_end }.into());
    }
    solver.y_old.copy_from_slice(y);
    solver.lu.restrict(system.restrict(y));
    let mut run = Run::new(system, solver, options, t0, t_end);
    let reached = run.start().and_then(|()| run.advance(on_step));
    let (t, h_next, work) = (run.t, run.h, run.work);
    solver.lu.restrict(None);
    system.unrestrict();
    y.copy_from_slice(&solver.y_old);
    reached.map(|reached| Outcome { t, reached, h_next, work })
}

/// One integration under way.
struct Run<'a, S: System> {
    system: &'a mut S,
    solver: &'a mut Solver,
    options: &'a Options,
    tableau: &'static Tableau,
    controller: Controller,
    work: Work,
    t: f64,
    t_end: f64,
    /// Size of the next step.
    h: f64,
    h_max: f64,
    attempts: usize,
    /// State with the largest error in the last attempt.
    worst_state: usize,
}

impl<'a, S: System> Run<'a, S> {
    fn new(system: &'a mut S, solver: &'a mut Solver, options: &'a Options, t0: f64, t_end: f64) -> Self {
        let tableau = Tableau::of(options.method);
        Self {
            system,
            solver,
            options,
            tableau,
            controller: Controller::new(tableau.embedded_order),
            work: Work::default(),
            t: t0,
            t_end,
            h: 0.0,
            h_max: options.h_max.unwrap_or(f64::INFINITY),
            attempts: 0,
            worst_state: 0,
        }
    }

    /// Evaluates the right-hand side at the start and chooses the first step.
    fn start(&mut self) -> Result<(), OdeError> {
        if let Some(state) = first_nonfinite(&self.solver.y_old) {
            return Err(OdeError::NonFinite { t: self.t, state: Some(state) });
        }
        if self.t == self.t_end {
            return Ok(());
        }
        self.system.rhs(self.t, &self.solver.y_old, &mut self.solver.dydt_old);
        self.work.rhs_evaluations += 1;
        if let Some(state) = first_nonfinite(&self.solver.dydt_old) {
            return Err(OdeError::NonFinite { t: self.t, state: Some(state) });
        }
        self.h = match self.options.h_initial {
            Some(h) => h,
            None => {
                let times = (self.t, (self.t_end - self.t).min(self.h_max));
                let rtol = self.options.rtol;
                self.solver.initial_step(self.system, self.tableau, times, rtol, &mut self.work)
            }
        };
        Ok(())
    }

    fn advance(
        &mut self,
        on_step: &mut dyn FnMut(&Step<'_>) -> ControlFlow<()>,
    ) -> Result<Reached, OdeError> {
        while self.t < self.t_end {
            self.evaluate_jac()?;
            let t_new = self.take_step()?;
            let stop = on_step(&self.step_to(t_new)).is_break();
            self.t = t_new;
            std::mem::swap(&mut self.solver.y_old, &mut self.solver.y_new);
            std::mem::swap(&mut self.solver.dydt_old, &mut self.solver.dydt_new);
            if stop {
                return Ok(Reached::Stopped);
            }
        }
        Ok(Reached::Completed)
    }

    fn step_to(&self, t_new: f64) -> Step<'_> {
        let solver = &*self.solver;
        Step {
            t_old: self.t,
            t_new,
            y_old: &solver.y_old,
            y_new: &solver.y_new,
            dydt_old: &solver.dydt_old,
            dydt_new: &solver.dydt_new,
            stages: &solver.stages,
            tableau: self.tableau,
        }
    }

    fn evaluate_jac(&mut self) -> Result<(), OdeError> {
        let Solver { pattern, jac, y_old, dfdt, .. } = &mut *self.solver;
        self.system.jac(self.t, y_old, jac);
        self.work.jac_evaluations += 1;
        if let Some(entry) = first_nonfinite(jac) {
            return Err(OdeError::NonFinite { t: self.t, state: Some(pattern.row_idx()[entry]) });
        }
        if !self.system.is_autonomous() {
            self.system.time_derivative(self.t, y_old, dfdt);
            if let Some(state) = first_nonfinite(dfdt) {
                return Err(OdeError::NonFinite { t: self.t, state: Some(state) });
            }
        }
        Ok(())
    }

    /// Attempts steps until one is accepted; returns its end.
    fn take_step(&mut self) -> Result<f64, OdeError> {
        loop {
            let (h, t_new) = self.next_times();
            let rtol = self.options.rtol;
            self.check_limit()?;
            let attempt =
                self.solver.attempt(self.system, self.tableau, (self.t, h, t_new), rtol, &mut self.work);
            match attempt {
                Attempt::Computed { error, state } if error <= 1.0 => {
                    self.worst_state = state;
                    self.work.steps_accepted += 1;
                    self.h = self.controller.after_accepted(h, error).min(self.h_max);
                    return Ok(t_new);
                }
                Attempt::Computed { error, state } => {
                    self.worst_state = state;
                    self.h = self.controller.after_rejected(h, error);
                }
                Attempt::NonFinite { .. } | Attempt::Singular { .. } => {
                    self.h = self.controller.after_failure(h);
                }
            }
            self.work.steps_rejected += 1;
            step_size_error(self.t, self.h, &attempt).map_or(Ok(()), Err)?;
        }
    }

    fn next_times(&self) -> (f64, f64) {
        next_times(self.t, self.t_end, self.h, self.h_max)
    }

    fn check_limit(&mut self) -> Result<(), OdeError> {
        let max_steps = self.options.max_steps;
        if self.attempts >= max_steps {
            return Err(OdeError::TooManySteps { t: self.t, max_steps, state: self.worst_state });
        }
        self.attempts += 1;
        Ok(())
    }
}

/// Size and end of the next step; the last one ends exactly at `t_end`.
pub(crate) fn next_times(t: f64, t_end: f64, h: f64, h_max: f64) -> (f64, f64) {
    let h = h.min(h_max);
    let left = t_end - t;
    // A little longer rather than a tiny last step; but never above the caller's limit.
    let reach = if 1.01 * h <= h_max { 1.01 * h } else { h };
    if reach >= left { (left, t_end) } else { (h, t + h) }
}

/// An error when the next step would be too small to advance time, with the reason of the last attempt.
pub(crate) fn step_size_error(t: f64, h: f64, attempt: &Attempt) -> Option<OdeError> {
    if h > (4.0 * f64::EPSILON * t.abs()).max(SMALLEST_STEP) {
        return None;
    }
    Some(match *attempt {
        Attempt::Computed { state, .. } => OdeError::StepSizeTooSmall { t, h, state },
        Attempt::NonFinite { state } => OdeError::NonFinite { t, state: Some(state) },
        Attempt::Singular { column } => OdeError::SingularMatrix { t, column },
    })
}

/// Smaller steps are hopeless in any unit of time, and 1/h would overflow soon.
const SMALLEST_STEP: f64 = 1e-250;
