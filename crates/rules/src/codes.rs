//! The codes of all remarks of network generation, with an explanation of each.

/// A rule without effect.
pub(crate) const IDLE_RULE: &str = "RULE0001";
/// A rule that never fires.
pub(crate) const SILENT_RULE: &str = "RULE0002";
/// A species that is seeded twice.
pub(crate) const SEEDED_TWICE: &str = "RULE0003";
/// A network that limits cut off.
pub(crate) const CUT: &str = "RULE0004";
/// Binding across compartments that do not touch.
pub(crate) const MISPLACED: &str = "RULE0005";

/// Code, title and explanation of every remark, in ascending order of the code.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        IDLE_RULE,
        "a rule changes nothing",
        "Reactants and products of the rule are the same, so none of its reactions has an effect. Check the states and bonds on its right side.",
    ),
    (
        SILENT_RULE,
        "a rule makes no reaction",
        "Nothing that forms from the seed species matches the reactants of the rule. A state that no other rule makes, a bond that is never formed or a misspelt wildcard are the usual reasons.",
    ),
    (
        SEEDED_TWICE,
        "a species is seeded twice",
        "Two lines of the seed species describe the same species, perhaps with components in another order. The amounts are added.",
    ),
    (
        CUT,
        "the network is cut",
        "max_iter, max_agg or max_stoich of generate_network ended the generation before it was complete: species that the rules would still make are missing.",
    ),
    (
        MISPLACED,
        "binding across compartments that do not touch",
        "Molecules bind only in the same compartment or in adjacent ones (a volume and its membrane). Such reactions are left out.",
    ),
];
