//! BNGL, BioNetGen's rule language.
//!
//! Steps, in order of the modules: cut the files into logical lines; find the blocks; read each line of a block
//! into a draft; infer molecule types if none are declared; replace constants such as `_pi`; check the whole.
//!
//! What differs from BioNetGen on purpose:
//! - `a^b^c` is read from the right, and a chain of powers is reported
//! - a parameter defined twice is an error, not an override
//! - white space inside the parentheses of a molecule is allowed

mod action;
mod arguments;
mod blocks;
mod check;
pub(crate) mod codes;
pub(crate) mod constants;
mod draft;
mod infer;
mod keywords;
mod molecules;
mod pattern;
mod quantities;
mod rate_law;
mod rule;

pub use arguments::{Arguments, Value, arguments, expression};
pub use codes::CODES;
pub(crate) use rate_law::law_from_constants;

use model::{Diagnostic, Location, Parsed, RuleModel};

use crate::report::Report;
use crate::source::{Lines, Source, decode};

/// Reads a model that may be split over several files, in the order given.
pub fn parse(sources: &[Source<'_>]) -> Parsed<RuleModel> {
    parse_with(sources, &|_| None)
}

/// The same for a model that names other files (tables of `tfun`); `load` gives their texts.
pub fn parse_with(sources: &[Source<'_>], load: &dyn Fn(&str) -> Option<String>) -> Parsed<RuleModel> {
    let lines = Lines::new(sources);
    let mut report = Report::with_files(&lines, load);
    let mut draft = draft::Draft::default();
    blocks::read(&mut draft, &mut report);
    infer::molecule_types(&mut draft, &report);
    check::check(&mut draft, &mut report);
    constants::replace(&mut draft);
    Parsed { value: draft.model, diagnostics: report.finish(codes::TOO_MANY) }
}

/// Reads a model from bytes; bytes that are not UTF-8 are replaced and reported.
pub fn parse_bytes(files: &[(&str, &[u8])]) -> Parsed<RuleModel> {
    let decoded: Vec<_> = files.iter().map(|(name, bytes)| (*name, decode(bytes))).collect();
    let sources: Vec<_> = decoded.iter().map(|(name, (text, _))| Source::new(name, text)).collect();
    let mut parsed = parse(&sources);
    let broken = decoded.iter().filter_map(|(name, (_, line))| line.map(|line| not_utf8(name, line)));
    parsed.diagnostics.splice(0..0, broken);
    parsed
}

fn not_utf8(file: &str, line: u32) -> Diagnostic {
    Diagnostic::warning(codes::NOT_UTF8, "the file is not UTF-8 text")
        .at(Location { file: file.to_string(), line, column: 1 })
        .help("save the file as UTF-8")
}

#[cfg(test)]
mod tests;
