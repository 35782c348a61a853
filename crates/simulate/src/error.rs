//! What can go wrong, with the numbers and names that a user needs.

/// Why a network cannot be compiled.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CompileError {
    /// A symbol that is no parameter, observable or function.
    #[error("{place} refers to \"{symbol}\", which is not a parameter, observable or function")]
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
    /// An exposure of a species that reactions change.
    #[error("{name} has an exposure, but is not held: only a held species can follow an expression")]
    NotHeld {
        /// The species.
        name: String,
    },
    /// Two things with one name.
    #[error("the name \"{name}\" is used twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// A parameter or initial amount that depends on states or time.
    #[error("{place} must be constant, but depends on time or on amounts")]
    NotConstant {
        /// What must be constant.
        place: String,
    },
    /// A function that is called with arguments or with the wrong number of them.
    #[error("{place} calls \"{function}\" with {given} arguments, which it does not take")]
    Arguments {
        /// What contains the call.
        place: String,
        /// The function.
        function: String,
        /// Number of arguments given.
        given: usize,
    },
    /// A rate law that needs another number of reactants.
    #[error("rule {rule}: {law} needs {needed} reactants, the reaction has {given}")]
    Reactants {
        /// Name of the rule.
        rule: String,
        /// Rate law.
        law: &'static str,
        /// Number needed, in words.
        needed: &'static str,
        /// Number given.
        given: usize,
    },
    /// A species index outside the network.
    #[error("{place} refers to species {index}, the network has {n_species}")]
    SpeciesIndex {
        /// What refers to it.
        place: String,
        /// The index.
        index: usize,
        /// Number of species.
        n_species: usize,
    },
}

/// Why a run gave no numbers.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimulateError {
    /// No such name.
    #[error("the model has no {kind} \"{name}\"")]
    UnknownName {
        /// `parameter`, `species` or `output`.
        kind: &'static str,
        /// The name asked for.
        name: String,
    },
    /// Input of the wrong length, not finite, or out of order.
    #[error("{what}")]
    InvalidInput {
        /// What is wrong.
        what: String,
    },
    /// A rate that is no finite number.
    #[error("the rate of rule {rule} is {value} at t = {t} ({expression})")]
    NonFiniteRate {
        /// Model time.
        t: f64,
        /// Name of the rule.
        rule: String,
        /// The value.
        value: f64,
        /// The rate as written.
        expression: String,
    },
    /// A parameter or initial amount that is no finite number.
    #[error("{what} \"{name}\" is {value}")]
    NonFiniteInput {
        /// `parameter` or `initial amount of`.
        what: &'static str,
        /// Its name.
        name: String,
        /// The value.
        value: f64,
    },
    /// A state ran away or became undefined although each rate was finite before.
    #[error("{species} stops being a finite number at t = {t}")]
    NonFiniteState {
        /// Model time.
        t: f64,
        /// Species.
        species: String,
    },
    /// The error control asks for steps below rounding.
    #[error("the step size fell to {h:e} at t = {t}; {species} changes too fast there")]
    StepSizeTooSmall {
        /// Model time.
        t: f64,
        /// Step size.
        h: f64,
        /// Species with the largest error.
        species: String,
    },
    /// The permitted number of steps is used up.
    #[error("{max_steps} steps were not enough to pass t = {t}; {species} limits the step")]
    TooManySteps {
        /// Model time.
        t: f64,
        /// Steps permitted.
        max_steps: usize,
        /// Species with the largest error.
        species: String,
    },
    /// The iteration matrix is singular.
    #[error("the linear system is singular at t = {t} (at {species})")]
    Singular {
        /// Model time.
        t: f64,
        /// Species of the column.
        species: String,
    },
    /// No steady state within the permitted time.
    #[error(
        "no steady state by t = {t}: {species} still changes by {relative_change:.2e} of its amount per time unit (it oscillates or keeps drifting)"
    )]
    NotSteady {
        /// Model time.
        t: f64,
        /// Species that moves most.
        species: String,
        /// Rate over amount.
        relative_change: f64,
    },
    /// Someone asked for the run to end ([`crate::Simulator::set_stop`]).
    #[error("stopped at t = {t}")]
    Stopped {
        /// Model time.
        t: f64,
    },
}
