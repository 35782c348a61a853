//! `resurge model`: the curated model as it is.

use clap::{Args, ValueEnum};

use super::Answer;
use super::settings::{LibraryArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::failure::{EXIT_FAILED, EXIT_OK, Failure};

/// Show the curated model: species, reactions, parameters with sources, totals, rules
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge model                  counts and modules
  resurge model parameters       every number with unit, range, source and how it was obtained
  resurge model --lint           units, missing sources, mass balance; exit code 2 if something is wrong")]
pub(super) struct ModelArgs {
    /// What to show; an overview if left out
    #[arg(value_enum)]
    part: Option<Part>,
    /// Check units, sources and mass balance
    #[arg(long, conflicts_with = "part")]
    lint: bool,
    #[command(flatten)]
    library: LibraryArgs,
}

/// Parts of the model.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Part {
    /// Molecular species
    Species,
    /// Reactions with their rates
    Reactions,
    /// Numbers with their sources
    Parameters,
    /// Sums that no reaction changes
    Totals,
    /// Rules with the evidence behind each
    Rules,
}

pub(super) fn run(args: &ModelArgs) -> Result<Answer, Failure> {
    let bench = OpenBench::open(&args.library.source(&ToleranceArgs::default())?)?;
    if args.lint {
        let (text, passed) = bench.lint()?;
        return Ok(Answer {
            text,
            remarks: bench.remarks(),
            code: if passed { EXIT_OK } else { EXIT_FAILED },
        });
    }
    let text = bench.model_text(args.part)?;
    Ok(Answer { remarks: bench.remarks(), ..Answer::text(text) })
}
