//! Steady states reachable from a start.

use std::ops::ControlFlow;

use crate::solver::{first_nonfinite, positive};
use crate::{
    InvalidInput, OdeError, Reached, Solver, SteadyState, SteadyStateError, SteadyStateOptions, System, Work,
    integrate,
};

/// Finds the steady state f(y) = 0 that an autonomous system approaches from `y`.
///
/// The system is integrated until its rate ratio (see [`SteadyStateOptions`]) is at most `options.tolerance`; the
/// integrator's own steps grow as the rates die down. A few damped Newton steps (I/h − J) δ = f(y) with h = tau or
/// the integrated time, if that is longer, then bring the state closer to rounding, each kept only if it lowers the rate ratio at least to a half.
/// Both keep every linear conserved total, and the matrix stays regular where J itself is singular because of them.
///
/// It does not test the stability of the state: a trajectory that rests near a saddle for longer than `tau` counts.
///
/// # Shapes and units
/// - `y`: `[n_states]`; the start, and afterwards the steady state or, on failure, the last accepted state
///
/// # Errors
/// [`SteadyStateError::NotReached`] when the system still moves at `options.t_max`.
///
/// # Source
/// Pseudo-transient continuation: Kelley & Keyes (1998), SIAM Journal on Numerical Analysis 35, 508-523.
pub fn steady_state<S: System>(
    system: &mut S,
    solver: &mut Solver,
    y: &mut [f64],
    options: &SteadyStateOptions,
) -> Result<SteadyState, SteadyStateError> {
    steady_state_from(system, solver, y, 0.0, options)
}

/// As [`steady_state`], for a state that was integrated from time 0 to `t` already.
///
/// # Errors
/// As [`steady_state`].
pub fn steady_state_from<S: System>(
    system: &mut S,
    solver: &mut Solver,
    y: &mut [f64],
    t: f64,
    options: &SteadyStateOptions,
) -> Result<SteadyState, SteadyStateError> {
    solver.prepare(system, y, &options.ode)?;
    positive("tau", options.tau)?;
    positive("t_max", options.t_max)?;
    positive("tolerance", options.tolerance)?;
    if !system.is_autonomous() {
        return Err(InvalidInput::NotAutonomous.into());
    }
    let mut search = Search { system, solver, options, work: Work::default() };
    let (t, mut rate_ratio) = search.relax(y, t)?;
    let polish_steps = search.polish(y, t, &mut rate_ratio);
    Ok(SteadyState { t, rate_ratio, polish_steps, work: search.work })
}

/// Most polishing steps; they converge quadratically, so that more would not help.
const MAX_POLISH_STEPS: u32 = 5;
/// Largest pseudo-time step of the polish times the largest rate in the Jacobian: conserved totals lose this many
/// roundings of the (small) last correction.
const MAX_POLISH_STIFFNESS: f64 = 1e8;

struct Search<'a, S: System> {
    system: &'a mut S,
    solver: &'a mut Solver,
    options: &'a SteadyStateOptions,
    work: Work,
}

impl<S: System> Search<'_, S> {
    /// Integrates until the rates are small; returns the time and the rate ratio.
    fn relax(&mut self, y: &mut [f64], t: f64) -> Result<(f64, f64), SteadyStateError> {
        let (mut ratio, state) = self.rate_ratio_at(t, y)?;
        if ratio <= self.options.tolerance {
            return Ok((t, ratio));
        }
        let mut worst = state;
        let options = self.options;
        let outcome = integrate(self.system, self.solver, t, y, options.t_max, &options.ode, &mut |step| {
            (ratio, worst) = options.rate_ratio(pairs(step.y_new(), step.dydt_new()));
            if ratio <= options.tolerance { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        self.work += outcome.work;
        match outcome.reached {
            Reached::Stopped => Ok((outcome.t, ratio)),
            Reached::Completed => {
                Err(SteadyStateError::NotReached { t: outcome.t, state: worst, rate_ratio: ratio })
            }
        }
    }

    /// The rate ratio of a state; leaves its right-hand side in `dydt_old`.
    fn rate_ratio_at(&mut self, t: f64, y: &[f64]) -> Result<(f64, usize), OdeError> {
        self.system.rhs(t, y, &mut self.solver.dydt_old);
        self.work.rhs_evaluations += 1;
        let state = first_nonfinite(y).or_else(|| first_nonfinite(&self.solver.dydt_old));
        if state.is_some() {
            return Err(OdeError::NonFinite { t, state });
        }
        Ok(self.options.rate_ratio(pairs(y, &self.solver.dydt_old)))
    }

    /// Improves a steady state; never makes it worse and never fails.
    fn polish(&mut self, y: &mut [f64], t: f64, ratio: &mut f64) -> u32 {
        // The rounding of the rates moves conserved totals by h roundings of a flux. A longer step would move them
        // more than the integration itself did.
        let h = self.options.tau.max(t);
        let mut accepted = 0;
        while accepted < MAX_POLISH_STEPS && *ratio > 0.0 {
            match self.polish_step(t, y, h) {
                Some(better) if better <= 0.5 * *ratio => *ratio = better,
                _ => break,
            }
            y.copy_from_slice(&self.solver.y_new);
            accepted += 1;
        }
        accepted
    }

    /// One damped Newton step into `y_new`, and the rate ratio there.
    fn polish_step(&mut self, t: f64, y: &[f64], h: f64) -> Option<f64> {
        self.rate_ratio_at(t, y).ok()?;
        self.system.jac(t, y, &mut self.solver.jac);
        self.work.jac_evaluations += 1;
        let fastest = self.solver.jac.iter().fold(0.0_f64, |largest, rate| largest.max(rate.abs()));
        let shift = (1.0 / h).max(fastest / MAX_POLISH_STIFFNESS);
        self.work.factorisations += 1;
        self.solver.lu.factor(shift, &self.solver.jac).ok()?;
        let mut y_new = std::mem::take(&mut self.solver.y_new);
        y_new.copy_from_slice(&self.solver.dydt_old);
        self.solver.lu.solve(&mut y_new);
        self.work.solves += 1;
        for (value, y) in y_new.iter_mut().zip(y) {
            *value += y;
        }
        let ratio = self.rate_ratio_at(t, &y_new);
        self.solver.y_new = y_new;
        ratio.ok().map(|(ratio, _)| ratio)
    }
}

fn pairs(y: &[f64], dydt: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    y.iter().copied().zip(dydt.iter().copied())
}
