//! `resurge flux`: steady fluxes that serve an objective best (SBML package fbc).

use std::path::PathBuf;

use clap::Args;
use simulate::{FluxError, flux_balance};

use super::model_files::read_system;
use super::{Answer, counted};
use crate::failure::{Failure, nearest};
use crate::output;
use crate::table::csv_bytes;

/// Flux balance: steady fluxes of an SBML model (package fbc) that serve its objective best
#[derive(Args)]
#[command(after_help = "\
Example:
  resurge flux ecoli.xml --out fluxes.csv

The objective has one best value; the fluxes with which it is reached are often one choice of many.")]
pub(super) struct FluxArgs {
    /// An SBML file with flux bounds and objectives
    #[arg(value_name = "MODEL.xml")]
    model: PathBuf,
    /// Identifier of the objective (the active one of the model by default)
    #[arg(long, value_name = "ID")]
    objective: Option<String>,
    /// Where to write the fluxes: one row per reaction
    #[arg(long, value_name = "FILE.csv")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &FluxArgs) -> Result<Answer, Failure> {
    let (system, remarks) = read_system(&args.model)?;
    let solution = flux_balance(&system, args.objective.as_deref()).map_err(|error| {
        let help = match &error {
            FluxError::NoObjective => "add a listOfObjectives (package fbc)".to_string(),
            FluxError::UnknownObjective { id } => {
                let objectives = system.flux_balance.iter().flat_map(|b| &b.objectives);
                let near = nearest(id, objectives.map(|o| o.id.as_str()));
                if near.is_empty() {
                    "name an objective of the model".to_string()
                } else {
                    format!("did you mean {}?", near.join(" or "))
                }
            }
            FluxError::Infeasible => "widen the bounds that contradict each other".to_string(),
            FluxError::Unbounded => "bound the uptake reactions".to_string(),
            FluxError::BadNumber { .. } | FluxError::System(_) => "give it a value".to_string(),
            FluxError::Solver { .. } => "look for bounds or coefficients of very different size".to_string(),
        };
        Failure::Run { message: format!("failed to balance the fluxes: {error}; nothing was written"), help }
    })?;
    let mut text = format!("{} = {}\n", solution.objective, solution.value);
    if let Some(out) = &args.out {
        let head = vec!["reaction".to_string(), "flux".to_string()];
        let rows = solution.fluxes.iter().map(|(reaction, flux)| vec![reaction.clone(), flux.to_string()]);
        output::write_file(out, &csv_bytes(std::iter::once(head).chain(rows))?)?;
        text += &format!("{} written to {}\n", counted(solution.fluxes.len(), "reaction"), out.display());
    }
    Ok(Answer { remarks, ..Answer::text(text) })
}
