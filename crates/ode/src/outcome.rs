//! What a run reports.

use std::ops::AddAssign;

/// Counts of the work done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Steps that became part of the solution.
    pub steps_accepted: u64,
    /// Attempted steps that were thrown away.
    pub steps_rejected: u64,
    /// Evaluations of the right-hand side.
    pub rhs_evaluations: u64,
    /// Evaluations of the Jacobian.
    pub jac_evaluations: u64,
    /// Factorisations of the iteration matrix.
    pub factorisations: u64,
    /// Those of the factorisations that needed row interchanges and therefore a dense matrix.
    pub pivoted_factorisations: u64,
    /// Solutions of a linear system.
    pub solves: u64,
}

impl AddAssign for Work {
    fn add_assign(&mut self, other: Self) {
        self.steps_accepted += other.steps_accepted;
        self.steps_rejected += other.steps_rejected;
        self.rhs_evaluations += other.rhs_evaluations;
        self.jac_evaluations += other.jac_evaluations;
        self.factorisations += other.factorisations;
        self.pivoted_factorisations += other.pivoted_factorisations;
        self.solves += other.solves;
    }
}

/// How an integration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// At `t_end`.
    Completed,
    /// After the step at which `on_step` asked to stop.
    Stopped,
}

/// The end of an integration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Time of the returned state; bitwise `t_end` when completed.
    pub t: f64,
    /// How the integration ended.
    pub reached: Reached,
    /// Step size that the controller would try next; a good first step when the integration goes on smoothly.
    pub h_next: f64,
    /// Work done.
    pub work: Work,
}

/// A steady state that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SteadyState {
    /// Time that was integrated on the way.
    pub t: f64,
    /// Rate ratio of the returned state, see [`crate::SteadyStateOptions`].
    pub rate_ratio: f64,
    /// Accepted polishing steps after the integration.
    pub polish_steps: u32,
    /// Work done.
    pub work: Work,
}
