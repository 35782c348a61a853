//! Antimony: models as short texts.
//!
//! [`parse`] reads a text to a [`model::ReactionSystem`], submodels flattened (`x` of a submodel `A` is `A__x`);
//! [`write()`] gives the text of a system.
//! Interactions and annotations are left out with a warning; what cannot be understood is an error.
//!
//! - `token`, `expression`, `syntax`, `statement`: text to statements
//! - `flatten`: submodels, and names that mean the same
//! - `build`: statements to compartments, species, rules, reactions and events
//! - `write`, `rename`: the way back
//!
//! # Source
//! The public reference of the language (github.com/sys-bio/antimony, wiki).

mod build;
mod codes;
mod expression;
mod flatten;
mod rename;
mod statement;
mod syntax;
#[cfg(test)]
mod tests;
mod token;
mod write;

pub use codes::CODES;
pub use write::{AntimonyText, write};

use model::{Diagnostic, Parsed, ReactionSystem};

use crate::Source;
use syntax::Text;

/// Longer texts are refused.
const MOST_BYTES: usize = 64 << 20;
/// So many files may import each other.
const MOST_FILES: usize = 100;

/// Reads a model; `load` gives the text of a file beside it, for imports.
pub fn parse(source: Source<'_>, load: &dyn Fn(&str) -> Option<String>) -> Parsed<ReactionSystem> {
    let mut all = Text::default();
    let mut waiting = vec![(source.name.to_string(), source.text.to_string())];
    let mut seen: Vec<String> = vec![source.name.to_string()];
    // Modules of imported files stand before those that use them.
    let mut files: Vec<Text> = Vec::new();
    while let Some((name, text)) = waiting.pop() {
        if text.len() > MOST_BYTES || seen.len() > MOST_FILES {
            let message =
                format!("the text has more than {MOST_BYTES} bytes, or imports more than {MOST_FILES} files");
            all.diagnostics.push(Diagnostic::error(codes::TOO_LARGE, message).help("split the model"));
            break;
        }
        let tokens = match token::tokens(&name, &text) {
            Ok(tokens) => tokens,
            Err(diagnostic) => {
                all.diagnostics.push(diagnostic);
                continue;
            }
        };
        let mut read = statement::read(&name, &tokens);
        for (place, import) in std::mem::take(&mut read.imports) {
            if seen.contains(&import) {
                continue;
            }
            seen.push(import.clone());
            let plain = !import.contains(['/', '\\', ':']) && !import.starts_with("..");
            match plain.then(|| load(&import)).flatten() {
                Some(text) => waiting.push((import, text)),
                None => {
                    let message = format!("the file {import:?} cannot be read");
                    let help = "put it into the folder of the model";
                    all.diagnostics.push(Diagnostic::error(codes::IMPORT, message).at(place).help(help));
                }
            }
        }
        files.push(read);
    }
    for file in files.into_iter().rev() {
        all.modules.extend(file.modules);
        all.functions.extend(file.functions);
        all.diagnostics.extend(file.diagnostics);
    }
    let mut diagnostics = std::mem::take(&mut all.diagnostics);
    let value = match flatten::flatten(all, &mut diagnostics) {
        Some(flat) => build::build(flat, &mut diagnostics),
        None => ReactionSystem::default(),
    };
    Parsed { value, diagnostics }
}
