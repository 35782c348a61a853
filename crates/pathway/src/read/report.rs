//! Collects diagnostics.

use model::{Diagnostic, Location, Severity};

use crate::suggest;

/// Diagnostics of one reading, in the order found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// What was found.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// An error at a place.
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        at: &Location,
        message: String,
        help: impl Into<String>,
    ) {
        self.diagnostics.push(with_help(Diagnostic::error(code, message).at(at.clone()), help.into()));
    }

    /// A warning at a place.
    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        at: &Location,
        message: String,
        help: impl Into<String>,
    ) {
        self.diagnostics.push(with_help(Diagnostic::warning(code, message).at(at.clone()), help.into()));
    }

    /// An error about a name that is not known.
    pub(crate) fn unknown<'c>(
        &mut self,
        code: &'static str,
        at: &Location,
        (kind, name): (&str, &str),
        known: impl IntoIterator<Item = &'c str>,
    ) {
        self.error(code, at, format!("unknown {kind} \"{name}\""), suggest::help(name, kind, known));
    }

    /// Whether any is an error.
    pub(crate) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// All, in the order of files and places; those without a place come first.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by(|a, b| a.location.cmp(&b.location));
        self.diagnostics
    }
}

fn with_help(diagnostic: Diagnostic, help: String) -> Diagnostic {
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}
