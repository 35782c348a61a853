//! The codes of all diagnostics about `.net` files.

/// Code, title and explanation of every diagnostic of the reader, in ascending order of the code.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        SKIPPED_BLOCK,
        "block is skipped",
        "A .net file may repeat blocks of the rule-based model. They are not needed for the network and are skipped.",
    ),
    (
        BLOCK,
        "block is not understood",
        "The blocks of a .net file are parameters, functions, species, reactions and groups; each ends with end NAME.",
    ),
    (
        SPECIES_FORM,
        "species is not understood",
        "A species reads: index, name, initial amount. The name is BNGL without spaces; a $ before it fixes the amount.",
    ),
    (
        REACTION_FORM,
        "reaction is not understood",
        "A reaction reads: index, reactants, products, rate, #rule. Reactants and products are species numbers joined \
         by commas, or 0 for none.",
    ),
    (
        SPECIES_NUMBER,
        "no species of that number",
        "Species are numbered from 1 in the order of the species block.",
    ),
    (
        GROUP_FORM,
        "group is not understood",
        "A group reads: index, name, terms. A term is a species number or weight*number; terms are joined by commas.",
    ),
    (
        UNDEFINED_NAME,
        "name is not defined",
        "An expression uses a name that is no parameter, function or group of the file.",
    ),
    (
        DUPLICATE,
        "defined twice",
        "Parameters, functions and groups share one set of names, and each may be defined once.",
    ),
];

pub(crate) const SKIPPED_BLOCK: &str = "NET0001";
pub(crate) const BLOCK: &str = "NET0002";
pub(crate) const SPECIES_FORM: &str = "NET0003";
pub(crate) const REACTION_FORM: &str = "NET0004";
pub(crate) const SPECIES_NUMBER: &str = "NET0005";
pub(crate) const GROUP_FORM: &str = "NET0006";
pub(crate) const UNDEFINED_NAME: &str = "NET0007";
pub(crate) const DUPLICATE: &str = "NET0008";
