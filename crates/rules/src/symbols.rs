//! Names as small numbers, ordered like the names.

use std::collections::BTreeSet;

/// A name of a molecule type, component, state or compartment. Symbols compare as their texts do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Symbol(pub(crate) u32);

/// All names of a model, sorted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Symbols {
    texts: Vec<String>,
}

impl Symbols {
    /// Collects the names; duplicates are fine.
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let sorted: BTreeSet<&str> = texts.into_iter().collect();
        Self { texts: sorted.into_iter().map(str::to_string).collect() }
    }

    /// The symbol of a text, if the text was collected.
    pub(crate) fn get(&self, text: &str) -> Option<Symbol> {
        let position = self.texts.binary_search_by(|t| t.as_str().cmp(text)).ok()?;
        u32::try_from(position).ok().map(Symbol)
    }

    /// The text of a symbol.
    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }
}
