//! Why a reaction system cannot be compiled or run.

/// Why a system gives no numbers.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SystemError {
    /// A symbol without a meaning.
    #[error("{place} refers to \"{symbol}\", which has no value")]
    UnknownSymbol {
        /// What contains the symbol.
        place: String,
        /// The symbol.
        symbol: String,
    },
    /// Definitions that need each other.
    #[error("\"{name}\" is defined in terms of itself")]
    Cycle {
        /// One of the names in the circle.
        name: String,
    },
    /// Something of the specification that is not offered.
    #[error("{place} needs {feature}, which is not supported")]
    Unsupported {
        /// What contains it.
        place: String,
        /// What is missing.
        feature: &'static str,
    },
    /// No variable is left for an algebraic rule.
    #[error("algebraic rule {rule} has no variable to determine: the model is overdetermined")]
    Overdetermined {
        /// Position of the rule among the algebraic rules, from 1.
        rule: usize,
    },
    /// Input that cannot be used.
    #[error("{what}")]
    InvalidInput {
        /// What is wrong.
        what: String,
    },
    /// A variable with a derivative has no initial value, or an infinite one.
    #[error("\"{name}\" starts as {value}; it changes in time and needs a finite initial value")]
    NonFiniteStart {
        /// The variable.
        name: String,
        /// Its value.
        value: f64,
    },
    /// A rate that is no finite number.
    #[error("the rate of \"{name}\" stops being a finite number at t = {t}")]
    NonFinite {
        /// Model time.
        t: f64,
        /// The variable.
        name: String,
    },
    /// The algebraic rules have no solution near the present state.
    #[error("no values of {names} satisfy the algebraic rules at t = {t}")]
    Inconsistent {
        /// Model time.
        t: f64,
        /// The variables that the rules determine.
        names: String,
    },
    /// Fast reactions alone do not come to rest.
    #[error("the fast reactions do not reach an equilibrium at t = {t}")]
    NoRest {
        /// Model time.
        t: f64,
    },
    /// No steady state was found.
    #[error(
        "no steady state was found: by t = {t} the model had not come to rest (\"{name}\" still moves), and Newton's method did not converge"
    )]
    NotSteady {
        /// Longest time that was run.
        t: f64,
        /// Variable with the largest relative rate.
        name: String,
    },
    /// The error control asks for steps below rounding.
    #[error("the step size fell to {h:e} at t = {t}; \"{name}\" changes too fast there")]
    StepSizeTooSmall {
        /// Model time.
        t: f64,
        /// Step size.
        h: f64,
        /// Variable with the largest error.
        name: String,
    },
    /// The permitted number of steps is used up.
    #[error("{max_steps} steps were not enough to pass t = {t}; \"{name}\" limits the step")]
    TooManySteps {
        /// Model time.
        t: f64,
        /// Steps permitted.
        max_steps: usize,
        /// Variable with the largest error.
        name: String,
    },
    /// The iteration matrix is singular.
    #[error(
        "the linear system is singular at t = {t} (at \"{name}\"); algebraic rules may depend on each other"
    )]
    Singular {
        /// Model time.
        t: f64,
        /// Variable of the column.
        name: String,
    },
    /// Events cause each other without end.
    #[error("more than {most} events at t = {t}; \"{event}\" and others cause each other without end")]
    EventLoop {
        /// Model time.
        t: f64,
        /// Number permitted.
        most: usize,
        /// An event of the circle.
        event: String,
    },
    /// A delay that is negative or not a number.
    #[error("the delay of {place} is {value} at t = {t}")]
    BadDelay {
        /// Model time.
        t: f64,
        /// Event or expression.
        place: String,
        /// Its value.
        value: f64,
    },
    /// A propensity that is negative or no finite number.
    #[error("the propensity of \"{reaction}\" is {value} at t = {t}")]
    BadPropensity {
        /// Model time.
        t: f64,
        /// The reaction.
        reaction: String,
        /// Its value.
        value: f64,
    },
    /// A reaction fires although a reactant is used up.
    #[error(
        "\"{reaction}\" fires at t = {t} although \"{species}\" is used up: its amount would be {amount}"
    )]
    NotEnough {
        /// Model time.
        t: f64,
        /// The reaction.
        reaction: String,
        /// The reactant.
        species: String,
        /// What its amount would be.
        amount: f64,
    },
    /// A count that is no whole number at the start.
    #[error("\"{name}\" starts as {value}, but reactions that fire one by one need whole numbers")]
    NotWhole {
        /// The species.
        name: String,
        /// Its amount.
        value: f64,
    },
    /// Arguments that a distribution does not take.
    #[error("{distribution}({}) at t = {t} is no distribution", arguments.iter().map(f64::to_string).collect::<Vec<_>>().join(", "))]
    BadDraw {
        /// Model time.
        t: f64,
        /// Name of the distribution.
        distribution: String,
        /// Its arguments.
        arguments: Vec<f64>,
    },
}
