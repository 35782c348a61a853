//! The codes of all diagnostics of the Antimony reader.

pub(super) const SYNTAX: &str = "ANT0001";
pub(super) const TOO_LARGE: &str = "ANT0002";
pub(super) const IMPORT: &str = "ANT0003";
pub(super) const MODULE: &str = "ANT0004";
pub(super) const LEFT_OUT: &str = "ANT0005";
pub(super) const FUNCTION: &str = "ANT0006";
pub(super) const NO_VALUE: &str = "ANT0007";
pub(super) const CONTRADICTION: &str = "ANT0008";

/// Code, title and explanation of every diagnostic of the Antimony reader, in ascending order of the code.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        SYNTAX,
        "statement cannot be read",
        "The statement breaks off, has a stray sign, or is not offered here.",
    ),
    (
        TOO_LARGE,
        "model is too large",
        "The text, its imports, or what its functions and submodels expand to is too large.",
    ),
    (IMPORT, "imported file cannot be read", "An imported file must lie in the folder of the model."),
    (
        MODULE,
        "submodel cannot be made",
        "A submodel names a model that is not defined, gives it another number of arguments, or contains itself.",
    ),
    (LEFT_OUT, "statement is left out", "Interactions and annotations change no number; they are left out."),
    (
        FUNCTION,
        "function cannot be called",
        "The function is not defined, calls itself, or takes another number of arguments.",
    ),
    (
        NO_VALUE,
        "symbol has no value",
        "A formula uses a symbol that nothing gives a value: give it one, or correct the name.",
    ),
    (CONTRADICTION, "statements contradict each other", "One name is used for two kinds of things."),
];
