//! Why an operation could not finish.

/// Arguments that contradict each other or their documentation.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum InvalidInput {
    /// A slice does not have one element for each state.
    #[error("{what} has length {found}, but the system has {expected} states")]
    Length {
        /// Which argument.
        what: &'static str,
        /// Number of states.
        expected: usize,
        /// Length of the argument.
        found: usize,
    },
    /// The solver was made for another pattern.
    #[error("the solver was made for a different sparsity pattern than that of the system")]
    Pattern,
    /// A number that has to be positive and finite is not.
    #[error("{what} is {value}, but has to be positive and finite")]
    NotPositive {
        /// Which option.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// The times are not finite or not in order.
    #[error("cannot integrate from t = {t0} to t = {t_end}")]
    Times {
        /// Start.
        t0: f64,
        /// End.
        t_end: f64,
    },
    /// Lanes are for one method.
    #[error("the method is not that of the lanes")]
    Method,
    /// The steady state of a system that depends on time.
    #[error("a system that depends explicitly on time has no steady state")]
    NotAutonomous,
}

/// Why an integration could not finish. The state vector then holds the last accepted state.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OdeError {
    /// The right-hand side, the Jacobian or the start is not finite, and smaller steps do not help.
    #[error("not a finite number at t = {t} (state {state:?})")]
    NonFinite {
        /// Time of the last accepted state.
        t: f64,
        /// First such state, state with such a rate, or row of the Jacobian; `None` when it cannot be told.
        state: Option<usize>,
    },
    /// The error test fails even for the smallest step that advances time.
    #[error("step size {h} is too small at t = {t} (state {state})")]
    StepSizeTooSmall {
        /// Time of the last accepted state.
        t: f64,
        /// Step size.
        h: f64,
        /// State with the largest estimated error.
        state: usize,
    },
    /// The limit on attempted steps was reached.
    #[error("{max_steps} steps were not enough, stopped at t = {t} (state {state})")]
    TooManySteps {
        /// Time of the last accepted state.
        t: f64,
        /// The limit.
        max_steps: usize,
        /// State with the largest estimated error in the last attempt.
        state: usize,
    },
    /// The iteration matrix is singular, and smaller steps do not help.
    #[error("singular matrix at t = {t} (column {column})")]
    SingularMatrix {
        /// Time of the last accepted state.
        t: f64,
        /// Column without a pivot.
        column: usize,
    },
    /// The arguments are wrong.
    #[error("invalid input: {0}")]
    InvalidInput(#[from] InvalidInput),
}

/// Why no steady state was found. The state vector then holds the last accepted state.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SteadyStateError {
    /// The system still moves at `t_max`: it oscillates or keeps drifting.
    #[error(
        "no steady state until t = {t}: state {state} oscillates or keeps drifting (rate ratio {rate_ratio})"
    )]
    NotReached {
        /// Time that was integrated.
        t: f64,
        /// State with the largest rate ratio.
        state: usize,
        /// Its rate ratio, see [`crate::SteadyStateOptions`].
        rate_ratio: f64,
    },
    /// The integration failed.
    #[error(transparent)]
    Ode(#[from] OdeError),
}

impl From<InvalidInput> for SteadyStateError {
    fn from(reason: InvalidInput) -> Self {
        Self::Ode(reason.into())
    }
}
