//! `resurge network`: rules to reaction network.

use std::path::PathBuf;

use clap::Args;

use super::model_files::ModelFiles;
use super::{Answer, counted};
use crate::failure::Failure;
use crate::output;

/// Expand the rules of a BNGL model to a reaction network (.net)
#[derive(Args)]
#[command(after_help = "\
Example:
  resurge network receptors.bngl drugs.bngl --out model.net

Several files are read in order, as one model. A rule that makes ever larger species is stopped
at the limits below, and the message names the rule.")]
pub(super) struct NetworkArgs {
    /// BNGL files, read in order as one model
    #[arg(required = true, value_name = "MODEL.bngl")]
    models: Vec<PathBuf>,
    /// Where to write the network
    #[arg(long, value_name = "FILE.net")]
    out: PathBuf,
    /// Stop with an error at more species
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    max_species: usize,
    /// Stop with an error at more reactions
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    max_reactions: usize,
}

pub(super) fn run(args: &NetworkArgs) -> Result<Answer, Failure> {
    let made = ModelFiles::read(&args.models)?.network(args.max_species, args.max_reactions)?;
    let network = &made.network;
    output::write_file(&args.out, formats::net::write(network).as_bytes())?;
    let rounds = made.iterations.map_or_else(String::new, |n| format!(" after {}", counted(n, "round")));
    let text = format!(
        "{}, {}, {}{rounds}\nwritten to {}\n",
        counted(network.species.len(), "species"),
        counted(network.reactions.len(), "reaction"),
        counted(network.observables.len(), "observable"),
        args.out.display(),
    );
    Ok(Answer { remarks: made.remarks, ..Answer::text(text) })
}
