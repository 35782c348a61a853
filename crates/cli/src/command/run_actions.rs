//! `resurge run-actions`: what a BNGL file says to do with its model.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use formats::{Source, bngl};

use super::Answer;
use crate::actions::{Session, Settings, Step, Trouble};
use crate::failure::Failure;
use crate::input::{gate, read_beside, read_text};
use crate::output::{Foreign, OutputFolder};
use crate::progress::Progress;

/// Carry out the actions of a BNGL file (generate_network, simulate, parameter_scan, ...) in order
#[derive(Args)]
#[command(after_help = "\
Example:
  resurge run-actions model.bngl --out results

The files have the names that BioNetGen gives them: model.net, model.gdat (observables), model.cdat (species),
model_SUFFIX.gdat, model_PARAMETER.scan. Actions that only write another format (writeXML, writeMfile, visualize) are
named with the reason and left out. If any other fails or is not offered, nothing is written.")]
pub(super) struct ActionsArgs {
    /// The BNGL file
    #[arg(value_name = "MODEL.bngl")]
    model: PathBuf,
    /// Folder for the files
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Put the files beside others in the folder
    #[arg(long)]
    force: bool,
    /// Seed of stochastic simulations that give none
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Stop with an error at more species
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    max_species: usize,
    /// Stop with an error at more reactions
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    max_reactions: usize,
}

pub(super) fn run(args: &ActionsArgs) -> Result<Answer, Failure> {
    let file = read_text(&args.model)?;
    let load = |name: &str| read_beside(&args.model, name);
    let parsed = bngl::parse_with(&[Source::new(&file.name, &file.text)], &load);
    let remarks = gate(parsed.diagnostics, &[file])?;
    if parsed.value.actions.is_empty() {
        return Err(Failure::Run {
            message: format!("{} has no actions", args.model.display()),
            help:
                "write for example generate_network() and simulate({method=>\"ode\",t_end=>10,n_steps=>100}) \
                   behind the model, or use `resurge simulate`"
                    .to_string(),
        });
    }
    let foreign = if args.force { Foreign::Join } else { Foreign::Refuse };
    let mut folder = OutputFolder::prepare(&args.out, foreign)?;
    let settings = Settings {
        name: args.model.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        load: &load,
        seed: args.seed,
        max_species: args.max_species,
        max_reactions: args.max_reactions,
    };
    let mut session = Session::new(parsed.value, settings);
    let progress = Progress::start("carrying out the actions");
    let steps =
        session.run(&|action| progress.message(&format!("line {}: {}", action.location.line, action.name)));
    drop(progress);
    if let Some(Step { action, outcome: Err(trouble) }) = steps.last().filter(|s| s.ends_the_run()) {
        let at = format!("{} of line {}", action.name, action.location.line);
        let (message, help) = match trouble {
            Trouble::Failed(reason) => (format!("{at}: {reason}"), "correct the action or the model"),
            Trouble::Unsupported(what) => (format!("{at} is not offered: {what}"), "leave the action out"),
        };
        return Err(Failure::Run { message, help: format!("{help}; nothing was written") });
    }
    for (name, text) in session.files() {
        folder.write(name, text.as_bytes())?;
    }
    let files = folder.files();
    let record = serde_json::json!({
        "program": "resurge",
        "command": "run-actions",
        "model": args.model.display().to_string(),
        "version": env!("CARGO_PKG_VERSION"),
        "seed": args.seed,
        "files": files,
    });
    folder.write(crate::output::RECORD_FILE, format!("{record:#}\n").as_bytes())?;
    folder.publish()?;
    let mut text = said(&steps);
    let _ = writeln!(text, "{} written to {}", super::counted(files.len(), "file"), args.out.display());
    Ok(Answer { remarks, ..Answer::text(text) })
}

/// One line per action.
fn said(steps: &[Step]) -> String {
    let width = steps.iter().map(|s| s.action.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for step in steps {
        let outcome = match &step.outcome {
            Ok(done) => done.clone(),
            Err(Trouble::Unsupported(what)) => format!("not carried out: {what}"),
            Err(Trouble::Failed(reason)) => format!("failed: {reason}"),
        };
        let _ = writeln!(text, "{:width$}  {outcome}", step.action.name);
    }
    text
}
