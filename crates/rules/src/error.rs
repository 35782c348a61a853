//! Why a network cannot be generated.

/// Why a network cannot be generated. `owner` says which rule, observable or seed species is meant.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GenerateError {
    /// More species than allowed.
    #[error(
        "generate the network: more than {limit} species after iteration {iteration}; rule \"{rule}\" still makes new ones, \
         the largest is {example}; bound them with max_stoich or max_agg, or raise the limit"
    )]
    TooManySpecies {
        /// The limit.
        limit: usize,
        /// Iteration in which it was passed, from 1.
        iteration: usize,
        /// Rule that made the species too many.
        rule: String,
        /// The largest species so far, shortened.
        example: String,
    },
    /// More reactions than allowed.
    #[error(
        "generate the network: more than {limit} reactions after iteration {iteration}; rule \"{rule}\" still makes new ones, \
         the largest species is {example}; bound them with max_stoich or max_agg, or raise the limit"
    )]
    TooManyReactions {
        /// The limit.
        limit: usize,
        /// Iteration in which it was passed, from 1.
        iteration: usize,
        /// Rule that made the reaction too many.
        rule: String,
        /// The largest species so far, shortened.
        example: String,
    },
    /// A species with more molecules than any sensible complex: the rules polymerise without end.
    #[error(
        "generate the network: rule \"{rule}\" makes a species of more than {limit} molecules ({example}); \
         if this polymer is meant, bound it with max_stoich or max_agg"
    )]
    TooLargeSpecies {
        /// The limit.
        limit: usize,
        /// Rule that made the species.
        rule: String,
        /// The species, shortened.
        example: String,
    },
    /// The caller asked to stop.
    #[error("generate the network: canceled after iteration {iteration}")]
    Canceled {
        /// Last complete iteration.
        iteration: usize,
    },
    /// A molecule that is not among the molecule types.
    #[error("understand {owner}: \"{molecule}\" is not a molecule type")]
    UnknownMolecule {
        /// Where it is written.
        owner: String,
        /// The name.
        molecule: String,
    },
    /// A component that the molecule type does not have, or not so often.
    #[error("understand {owner}: \"{molecule}\" has no component \"{component}\", or not so many of them")]
    UnknownComponent {
        /// Where it is written.
        owner: String,
        /// The molecule type.
        molecule: String,
        /// The name.
        component: String,
    },
    /// A state that the component cannot have.
    #[error("understand {owner}: component \"{component}\" of \"{molecule}\" has no state \"{state}\"")]
    UnknownState {
        /// Where it is written.
        owner: String,
        /// The molecule type.
        molecule: String,
        /// The component.
        component: String,
        /// The state.
        state: String,
    },
    /// A compartment that is not declared.
    #[error("understand {owner}: \"{compartment}\" is not a compartment")]
    UnknownCompartment {
        /// Where it is written.
        owner: String,
        /// The name.
        compartment: String,
    },
    /// A bond label that does not occur exactly twice in its pattern.
    #[error("understand {owner}: bond !{label} occurs {times} times in {pattern}, it must occur twice")]
    BondEnds {
        /// Where it is written.
        owner: String,
        /// The pattern.
        pattern: String,
        /// The label.
        label: u32,
        /// How often it occurs.
        times: usize,
    },
    /// A species, or a molecule that a rule makes, of which not everything is said.
    #[error("understand {owner}: component \"{component}\" of \"{molecule}\" needs {missing} in {pattern}")]
    Incomplete {
        /// Where it is written.
        owner: String,
        /// The pattern.
        pattern: String,
        /// The molecule type.
        molecule: String,
        /// The component.
        component: String,
        /// What is missing.
        missing: &'static str,
    },
    /// A species in several pieces.
    #[error("understand {owner}: the molecules of {pattern} are not all connected by bonds")]
    Disconnected {
        /// Where it is written.
        owner: String,
        /// The pattern.
        pattern: String,
    },
    /// A species whose compartments do not fit together, or that has none.
    #[error("understand {owner}: the compartments of {pattern} are missing or do not fit together")]
    Compartments {
        /// Where it is written.
        owner: String,
        /// The pattern.
        pattern: String,
    },
    /// A component whose state is given before but not after the reaction.
    #[error(
        "understand {owner}: component \"{component}\" has a state before the reaction and none after it"
    )]
    StateLost {
        /// The rule.
        owner: String,
        /// The component.
        component: String,
    },
    /// `!+` or `!?` on one side of a rule only.
    #[error("understand {owner}: the bond of component \"{component}\" is a wildcard on one side only")]
    WildcardBond {
        /// The rule.
        owner: String,
        /// The component.
        component: String,
    },
    /// A molecule whose compartment is written on one side only, or a transport that is not possible.
    #[error(
        "understand {owner}: transport of \"{what}\" needs compartments on both sides that can be reached from each other"
    )]
    Transport {
        /// The rule.
        owner: String,
        /// What is transported.
        what: String,
    },
    /// A filter that speaks of a reactant or product that the rule does not have.
    #[error("understand {owner}: include or exclude speaks of pattern {position}, which is not there")]
    FilterPosition {
        /// The rule.
        owner: String,
        /// Position as written, from 1.
        position: usize,
    },
    /// An argument of a local function that is no tag of a reactant.
    #[error("understand {owner}: \"{argument}\" in \"{function}\" is not a tag of a reactant")]
    UnknownTag {
        /// The rule.
        owner: String,
        /// The function or observable.
        function: String,
        /// The argument.
        argument: String,
    },
    /// A function called with the wrong number of arguments, or calling itself.
    #[error("understand {owner}: \"{function}\" cannot be called like this")]
    BadCall {
        /// The rule.
        owner: String,
        /// The function or observable.
        function: String,
    },
}
