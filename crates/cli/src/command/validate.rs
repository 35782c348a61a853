//! `resurge validate`: everything that is wrong with a model, at once.

use std::path::PathBuf;

use clap::Args;
use formats::{Source, bngl, net, sbml};
use model::{Diagnostic, Severity};

use super::model_files::parse_system;
use super::{Answer, counted};
use crate::excerpt::render_all;
use crate::failure::Failure;
use crate::input::{read_text, sources_of};

/// Exit code when a model has errors.
const EXIT_INVALID: u8 = 1;

/// Say everything that is wrong with a model, with places and rule numbers
#[derive(Args)]
#[command(after_help = "\
Example:
  resurge validate my.xml

Exit code 0: no errors; 1: errors. `resurge explain CODE` explains each code; an SBML code with five
digits is the number of a rule of the specification.")]
pub(super) struct ValidateArgs {
    /// An SBML (.xml, .sbml), Antimony (.ant), BNGL or .net file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(args: &ValidateArgs) -> Result<Answer, Failure> {
    let file = read_text(&args.file)?;
    let source = Source::new(&file.name, &file.text);
    let extension = args.file.extension().unwrap_or_default().to_ascii_lowercase();
    let diagnostics = match extension.to_str() {
        Some("net") => net::parse(source).diagnostics,
        Some("bngl") => bngl::parse(&[source]).diagnostics,
        _ => system_diagnostics(source, args),
    };
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let text = format!("{}: {}, {}\n", file.name, counted(errors, "error"), counted(warnings, "warning"));
    let remarks =
        if diagnostics.is_empty() { String::new() } else { render_all(&diagnostics, &sources_of(&[file])) };
    Ok(Answer { remarks, code: if errors > 0 { EXIT_INVALID } else { 0 }, ..Answer::text(text) })
}

/// What the reader says; without errors also whether rules and variables match.
fn system_diagnostics(source: Source<'_>, args: &ValidateArgs) -> Vec<Diagnostic> {
    if sbml::is_logical(source.text) {
        return sbml::parse_logical(source).diagnostics;
    }
    let mut parsed = parse_system(&args.file, source);
    if !parsed.has_errors()
        && let Err(error) = simulate::compile_system(&parsed.value)
    {
        let code = match error {
            simulate::SystemError::Overdetermined { .. } => sbml::OVERDETERMINED,
            simulate::SystemError::Cycle { .. } => sbml::CIRCLE,
            _ => sbml::NOT_COMPILED,
        };
        parsed.diagnostics.push(Diagnostic::error(code, error.to_string()));
    }
    parsed.diagnostics
}
