//! `resurge convert`: a model from one format to another.

use std::path::{Path, PathBuf};

use clap::Args;
use formats::{antimony, net, sbml};
use model::{Diagnostic, ReactionSystem};

use super::model_files::{ModelFiles, is_antimony, read_system};
use super::{Answer, counted};
use crate::excerpt::render_all;
use crate::failure::{Failure, Sources};
use crate::output;

/// Convert a model: SBML of any level, Antimony, BNGL or .net in; SBML L3V2, Antimony or .net out
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge convert old.xml new.xml
  resurge convert old.xml readable.ant
  resurge convert receptors.bngl receptors.xml
  resurge convert receptors.bngl receptors.net

The endings of the files say which formats are meant. What the other format cannot express is an
error that names it; nothing is left out silently.")]
pub(super) struct ConvertArgs {
    /// The model: .xml or .sbml, .ant, .bngl, or .net
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Where to write it: .xml or .sbml, .ant, or .net
    #[arg(value_name = "OUT")]
    output: PathBuf,
}

/// Formats by their endings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Sbml,
    Antimony,
    Bngl,
    Net,
}

impl Format {
    fn of(path: &Path) -> Option<Format> {
        if is_antimony(path) {
            return Some(Format::Antimony);
        }
        let ending = path.extension()?.to_ascii_lowercase();
        match ending.to_str()? {
            "xml" | "sbml" => Some(Format::Sbml),
            "bngl" => Some(Format::Bngl),
            "net" => Some(Format::Net),
            _ => None,
        }
    }
}

pub(super) fn run(args: &ConvertArgs) -> Result<Answer, Failure> {
    let from = Format::of(&args.input).ok_or_else(|| unknown("IN", &args.input))?;
    let to = Format::of(&args.output).filter(|f| *f != Format::Bngl);
    let to = to.ok_or_else(|| unknown("OUT", &args.output))?;
    let (system, text, mut remarks) = match (from, to) {
        (Format::Sbml | Format::Antimony, _) => {
            let (system, remarks) = read_system(&args.input)?;
            (system, None, remarks)
        }
        (_, Format::Net) => {
            let made = ModelFiles::read(std::slice::from_ref(&args.input))?.network(20_000, 200_000)?;
            (
                ReactionSystem::default(),
                Some((net::write(&made.network), summary_of(&made.network))),
                made.remarks,
            )
        }
        _ => {
            let made = ModelFiles::read(std::slice::from_ref(&args.input))?.network(20_000, 200_000)?;
            (sbml::from_network(&made.network), None, made.remarks)
        }
    };
    let (text, summary) = match text {
        Some(made) => made,
        None => {
            let (text, warnings) = written(&system, to)?;
            remarks.push_str(&warnings);
            (text, summary(&system))
        }
    };
    output::write_file(&args.output, text.as_bytes())?;
    let text = format!("{summary} written to {}\n", args.output.display());
    Ok(Answer { remarks, ..Answer::text(text) })
}

fn summary(system: &ReactionSystem) -> String {
    format!("{}, {}", counted(system.species.len(), "species"), counted(system.reactions.len(), "reaction"))
}

fn summary_of(network: &model::ReactionNetwork) -> String {
    format!("{}, {}", counted(network.species.len(), "species"), counted(network.reactions.len(), "reaction"))
}

/// The text, and warnings.
fn written(system: &ReactionSystem, to: Format) -> Result<(String, String), Failure> {
    let refused = |e: sbml::Unwritable| Failure::Run {
        message: format!("failed to convert: {e}; nothing was written"),
        help: "rewrite that part of the model".to_string(),
    };
    match to {
        Format::Net => Err(Failure::Run {
            message: "failed to convert: a reaction system of SBML has no general form as a .net file"
                .to_string(),
            help: "write SBML (.xml)".to_string(),
        }),
        Format::Antimony => {
            let made = antimony::write(system).map_err(refused)?;
            let left_out = made.left_out.iter().map(|what| format!("{what} is left out"));
            let renamed = made.renamed.iter().map(|(old, new)| {
                format!("\"{old}\" is a word of the language; the symbol is now called \"{new}\"")
            });
            let warnings = left_out.chain(renamed).map(|what| Diagnostic::warning("ANT0005", what));
            Ok((made.text, render_all(&warnings.collect::<Vec<_>>(), &Sources::new())))
        }
        _ => Ok((sbml::write(system).map_err(refused)?, String::new())),
    }
}

fn unknown(option: &'static str, path: &Path) -> Failure {
    Failure::Option {
        option,
        value: path.display().to_string(),
        reason: "its ending names no format that is offered here".to_string(),
        help: match option {
            "IN" => "use .xml or .sbml (SBML), .ant (Antimony), .bngl or .net (BioNetGen)".to_string(),
            _ => "use .xml or .sbml (SBML), .ant (Antimony), or .net (BioNetGen)".to_string(),
        },
    }
}
