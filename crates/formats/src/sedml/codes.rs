//! The codes of all SED-ML diagnostics.

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $text:literal;)*) => {
        $(pub(super) const $name: &str = $code;)*
        /// Code, title and explanation of every diagnostic of the SED-ML reader, in ascending order of the code.
        pub const CODES: &[(&str, &str, &str)] = &[$(($code, $title, $text)),*];
    };
}

codes! {
    NOT_XML = "SEDML0001", "text is not well-formed XML",
        "The text breaks the rules of XML at the place shown, declares a document type, or is too large.";
    NOT_SEDML = "SEDML0002", "text is not SED-ML of a known version",
        "The root must be <sedML> with level 1 and version 1 to 5.";
    MISSING = "SEDML0003", "something is missing",
        "An attribute or element that the specification requires is not there.";
    BAD_VALUE = "SEDML0004", "value cannot be read",
        "A number, a flag or an identifier is not written as the specification says.";
    NOT_SUPPORTED = "SEDML0005", "construct is not supported",
        "The experiment uses something that this program does not do. Nothing is run, since results would lack it.";
    UNKNOWN = "SEDML0006", "reference without a target",
        "An attribute refers to an identifier that the experiment does not define.";
    TWICE = "SEDML0007", "identifier is used twice",
        "Identifiers of an experiment are unique.";
}
