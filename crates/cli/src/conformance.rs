//! Test suites of others: their layout, and their rules of comparison.

pub(crate) mod biomodels;
pub(crate) mod bngl;
pub(crate) mod case;
pub(crate) mod sbml;
pub(crate) mod sbml_stochastic;
pub(crate) mod sedml;

use std::time::Duration;

/// What came of one case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// All numbers agree.
    Pass,
    /// A number differs: where, and what stands there.
    Wrong(String),
    /// The case needs what this program does not offer.
    Unsupported(String),
    /// No numbers, for another reason.
    Error(String),
}

impl Verdict {
    /// One word.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Wrong(_) => "wrong",
            Verdict::Unsupported(_) => "unsupported",
            Verdict::Error(_) => "error",
        }
    }

    /// What there is to say.
    pub(crate) fn detail(&self) -> &str {
        match self {
            Verdict::Pass => "",
            Verdict::Wrong(text) | Verdict::Unsupported(text) | Verdict::Error(text) => text,
        }
    }
}

/// One case at one level.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    /// Name of the case.
    pub(crate) case: String,
    /// Level and version, for example `l3v2`.
    pub(crate) level: String,
    /// What came of it.
    pub(crate) verdict: Verdict,
    /// How long it took.
    pub(crate) elapsed: Duration,
}
