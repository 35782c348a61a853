//! `resurge list`: what there is.

use clap::{Args, ValueEnum};

use super::Answer;
use super::settings::{LibraryArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::failure::Failure;
use crate::table::aligned;

/// Show what there is: experiments, findings, drugs, cells, read-outs
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge list
  resurge list drugs

`resurge explain NAME` says more about each name.")]
pub(super) struct ListArgs {
    /// What to list; everything, counted, if left out
    #[arg(value_enum)]
    what: Option<Kind>,
    #[command(flatten)]
    library: LibraryArgs,
}

/// Kinds of things in the library.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Kind {
    /// Virtual experiments that are ready to run
    Experiments,
    /// Published statements with the rule that decides each
    Findings,
    /// Papers that the findings come from
    Papers,
    /// Drugs with their targets
    Drugs,
    /// Growth factors and hormones of the medium
    Ligands,
    /// Genes that can be knocked down, knocked out or over-expressed, and mutations
    Genes,
    /// Cells, with their abundances and genotype
    Contexts,
    /// What can be measured
    Readouts,
    /// Feedbacks that `resurge loops` cuts
    Loops,
    /// Evidence that disagrees, and what the model makes of it
    Contradictions,
}

impl Kind {
    fn plural(self) -> String {
        self.to_possible_value().map_or_else(String::new, |v| v.get_name().to_string())
    }
}

pub(super) fn run(args: &ListArgs) -> Result<Answer, Failure> {
    let bench = OpenBench::open(&args.library.source(&ToleranceArgs::default())?)?;
    let text = match args.what {
        Some(kind) => aligned(&bench.list(kind)),
        None => counts(&bench),
    };
    Ok(Answer { remarks: bench.remarks(), ..Answer::text(text) })
}

fn counts(bench: &OpenBench) -> String {
    let rows: Vec<Vec<String>> = Kind::value_variants()
        .iter()
        .map(|kind| {
            let plural = kind.plural();
            vec![bench.list(*kind).len().to_string(), plural.clone(), format!("resurge list {plural}")]
        })
        .collect();
    aligned(&rows)
}
