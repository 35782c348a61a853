//! Collects diagnostics in the order of the input, and stops collecting when there are too many.

use model::Diagnostic;

use crate::source::{Lines, Place};

/// More than this many remarks help nobody.
const MOST: usize = 500;

/// Diagnostics found so far.
pub(crate) struct Report<'t> {
    lines: &'t Lines,
    load: &'t dyn Fn(&str) -> Option<String>,
    found: Vec<(Place, Diagnostic)>,
    left_out: usize,
}

impl<'t> Report<'t> {
    pub(crate) fn new(lines: &'t Lines) -> Self {
        Self::with_files(lines, &|_| None)
    }

    /// The same for models that name other files; `load` gives the text of a file, if there is one.
    pub(crate) fn with_files(lines: &'t Lines, load: &'t dyn Fn(&str) -> Option<String>) -> Self {
        Self { lines, load, found: Vec::new(), left_out: 0 }
    }

    /// The text of another file that the model names.
    pub(crate) fn load(&self, name: &str) -> Option<String> {
        (self.load)(name)
    }

    pub(crate) fn lines(&self) -> &'t Lines {
        self.lines
    }

    /// Whether there are too many remarks already; if so, counts one more. Asked before costly advice is worked out.
    pub(crate) fn is_full(&mut self) -> bool {
        let full = self.found.len() >= MOST;
        self.left_out += usize::from(full);
        full
    }

    /// Adds a diagnostic at a place.
    pub(crate) fn add(&mut self, place: Place, diagnostic: Diagnostic) {
        if self.is_full() {
            return;
        }
        let diagnostic = if diagnostic.location.is_some() {
            diagnostic
        } else {
            diagnostic.at(self.lines.location(place))
        };
        self.found.push((place, diagnostic));
    }

    /// Adds an error with advice.
    pub(crate) fn error(
        &mut self,
        place: Place,
        code: &'static str,
        message: String,
        help: impl Into<String>,
    ) {
        self.add(place, Diagnostic::error(code, message).help(help));
    }

    /// Adds a warning with advice.
    pub(crate) fn warn(
        &mut self,
        place: Place,
        code: &'static str,
        message: String,
        help: impl Into<String>,
    ) {
        self.add(place, Diagnostic::warning(code, message).help(help));
    }

    /// All diagnostics in the order of the input; a last one says how many were left out.
    pub(crate) fn finish(mut self, too_many: &'static str) -> Vec<Diagnostic> {
        self.found.sort_by_key(|(place, _)| *place);
        let mut diagnostics: Vec<_> = self.found.into_iter().map(|(_, d)| d).collect();
        if self.left_out > 0 {
            let message = format!("{} more remarks are not shown", self.left_out);
            diagnostics
                .push(Diagnostic::error(too_many, message).help("repair the first ones and read again"));
        }
        diagnostics
    }
}
