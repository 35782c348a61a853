//! What each lane knows of its own stretch.

use crate::controller::Controller;
use crate::integrate::{next_times, step_size_error};
use crate::stages::Attempt;
use crate::tableau::Tableau;
use crate::{OdeError, Options, Work};

/// What a lane is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Idle,
    Starting,
    Running,
}

/// One integration under way; as the fields of the single one.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub(super) phase: Phase,
    pub(super) t: f64,
    pub(super) t_end: f64,
    /// Size of the next step.
    pub(super) h: f64,
    pub(super) h_initial: Option<f64>,
    pub(super) h_max: f64,
    pub(super) rtol: f64,
    pub(super) controller: Controller,
    pub(super) work: Work,
    /// Whether the step just accepted is to be the last.
    pub(super) stop: bool,
    max_steps: usize,
    attempts: usize,
    worst_state: usize,
}

impl Lane {
    /// A lane with nothing to do; it computes along without meaning.
    pub(super) fn idle(tableau: &Tableau) -> Self {
        let lane = Self::new(0.0, 1.0, &Options { h_initial: Some(1.0), ..Options::default() }, tableau);
        Self { phase: Phase::Idle, ..lane }
    }

    /// A lane at the start of a stretch.
    pub(super) fn new(t0: f64, t_end: f64, options: &Options, tableau: &Tableau) -> Self {
        Self {
            phase: Phase::Starting,
            t: t0,
            t_end,
            h: 1.0,
            h_initial: options.h_initial,
            h_max: options.h_max.unwrap_or(f64::INFINITY),
            rtol: options.rtol,
            controller: Controller::new(tableau.embedded_order),
            work: Work::default(),
            stop: false,
            max_steps: options.max_steps,
            attempts: 0,
            worst_state: 0,
        }
    }

    /// Size and end of the next step.
    pub(super) fn next_times(&self) -> (f64, f64) {
        next_times(self.t, self.t_end, self.h, self.h_max)
    }

    /// Counts an attempt, unless there were too many.
    pub(super) fn check_limit(&mut self) -> Result<(), OdeError> {
        if self.attempts >= self.max_steps {
            let Self { t, max_steps, worst_state: state, .. } = *self;
            return Err(OdeError::TooManySteps { t, max_steps, state });
        }
        self.attempts += 1;
        Ok(())
    }

    /// Chooses the next step size after an attempted step of size `h`; tells whether it was accepted.
    pub(super) fn settle(&mut self, h: f64, attempt: &Attempt) -> Result<bool, OdeError> {
        match *attempt {
            Attempt::Computed { error, state } if error <= 1.0 => {
                self.worst_state = state;
                self.work.steps_accepted += 1;
                self.h = self.controller.after_accepted(h, error).min(self.h_max);
                return Ok(true);
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
        step_size_error(self.t, self.h, attempt).map_or(Ok(false), Err)
    }
}
