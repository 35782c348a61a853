//! SBML, Level 1 to Level 3 Version 2, core.
//!
//! [`parse`] reads a text to a [`model::ReactionSystem`]. What the levels say differently is made the same here:
//! defaults, text formulas of Level 1, stoichiometries, function definitions (expanded in place).
//! Units are kept, but not looked at: the specification lets no unit change a number.
//! [`write()`] gives the text of a system.
//!
//! - `comp`: models made of models, flattened first (package comp)
//! - `document`: XML, its limits, level and version, packages
//! - `reader`: attributes with their types, and remarks with their places
//! - `math`, `formula`, `functions`: MathML and text formulas to expressions
//! - `quantities`, `reactions`, `rules`, `events`: the components
//! - `fbc`: bounds and objectives of steady fluxes (package fbc)
//! - `qual`: logical models (package qual)
//! - `documentation`: names, units, notes and annotations, carried along
//! - `from_network`: a flat network (BNGL, .net) with the words of SBML
//! - `write`: Level 3 Version 2 out
//! - `check`: identifiers and what they may refer to

mod check;
mod codes;
mod comp;
mod document;
mod documentation;
mod events;
mod fbc;
mod formula;
mod from_network;
mod functions;
mod math;
mod operators;
mod qual;
mod quantities;
mod reactions;
mod reader;
mod rules;
#[cfg(test)]
mod tests;
mod write;

pub use codes::CODES;
pub use from_network::from_network;
pub use qual::{is_logical, parse_logical};
pub(crate) use write::with_identified_stoichiometries as identified_stoichiometries;
pub use write::{Unwritable, write};

use model::{Diagnostic, Expr, Parsed, ReactionSystem};

use crate::Source;

/// Code of the remark that a required package is not supported.
pub const PACKAGE: &str = codes::PACKAGE;
/// Code for definitions in a circle, which only a compiler finds.
pub const CIRCLE: &str = codes::CIRCLE;
/// Code for too many rules, which only a compiler finds.
pub const OVERDETERMINED: &str = codes::OVERDETERMINED;
/// Code for everything else that a compiler cannot do.
pub const NOT_COMPILED: &str = codes::NOT_COMPILED;

/// Reads a model. The value is complete only if there are no errors.
///
/// # Source
/// SBML Level 1 Version 2, Level 2 Version 5, Level 3 Version 2 core and its predecessors.
pub fn parse(source: Source<'_>) -> Parsed<ReactionSystem> {
    parse_with(source, &|_| None)
}

/// Reads a model whose external model definitions are files: `load` gives the text of a file beside the model.
pub fn parse_with(source: Source<'_>, load: &dyn Fn(&str) -> Option<String>) -> Parsed<ReactionSystem> {
    document::parse(source, load)
}

/// The MathML below an element of another format, by the rules of SBML.
pub(crate) fn math_of<'d>(
    file: &str,
    document: &'d roxmltree::Document<'d>,
    parent: roxmltree::Node<'d, 'd>,
) -> (Option<Expr>, Vec<Diagnostic>) {
    let mut reader = reader::Reader::new(file, document);
    let math = math::of_parent(&mut reader, parent);
    (math, reader.finish())
}
