//! `resurge fit-findings`: parameters with which the findings hold, from a search that anyone can repeat.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use pathway::catalog::Obtained;
use serde_json::json;

use super::Answer;
use super::settings::{LibraryArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::bench::fitting::{Fit, FitPlan, Method};
use crate::failure::Failure;
use crate::input::read_text;
use crate::output::write_file;
use crate::progress::Progress;
use crate::table::{aligned, csv_bytes};

/// Search parameters with which the findings hold
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge fit-findings --out fit.csv
  resurge fit-findings --out fit.csv --resume --evaluations 20000
  resurge fit-findings --module akt.bngl --free fitted --free assumed --out akt.csv

The search moves numbers inside the ranges of their rows. It minimises how far the margins of all
findings fall short of --wanted, also under noise, plus the priors of the table. FILE is written
after every step that found something better, so Ctrl-C loses nothing; --resume starts again at
its values. Beside FILE a record says with which seed and settings it came about.
With --library DIR --apply the values also go into the tables of that folder, with what was there
before kept as the prior in the source.")]
pub(super) struct FitArgs {
    /// Table of the values found (.csv)
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Start at the values in --out instead of those of the model
    #[arg(long)]
    resume: bool,
    /// Only findings of this paper (repeat as needed)
    #[arg(long = "paper", value_name = "ID")]
    papers: Vec<String>,
    /// Which numbers may move (repeat as needed)
    #[arg(long, value_enum, default_values_t = [Free::Fitted])]
    free: Vec<Free>,
    /// Only numbers of this module (repeat as needed)
    #[arg(long = "module", value_name = "FILE")]
    modules: Vec<String>,
    /// Only this number, however it was obtained: k_repair, BT-474:HER3_level, PK_metformin_clearance (repeat as needed)
    #[arg(long = "number", value_name = "NAME", conflicts_with_all = ["modules", "free"])]
    numbers: Vec<String>,
    /// Margin beyond which a finding costs nothing
    #[arg(long, value_name = "MARGIN", default_value_t = 0.2)]
    wanted: f64,
    /// Noisy copies of each parameter set that are judged as well
    #[arg(long, value_name = "N", default_value_t = 4)]
    draws: usize,
    /// Noise on every parameter in those copies, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 10.0)]
    noise: f64,
    /// Parameter sets to try
    #[arg(long, value_name = "N", default_value_t = 5000)]
    evaluations: usize,
    /// How to search
    #[arg(long, value_enum, default_value_t = Method::Descent)]
    method: Method,
    /// Numbers that one step of the descent moves, drawn anew each time; all if left out
    #[arg(long, value_name = "N")]
    block: Option<usize>,
    /// First step of cma-es, in quarters of each number's logarithmic range
    #[arg(long, value_name = "NUMBER", default_value_t = 0.1)]
    sigma: f64,
    /// Stop after so many minutes
    #[arg(long, value_name = "MINUTES")]
    minutes: Option<f64>,
    /// Do not look for findings that pull against each other at the end
    #[arg(long)]
    no_conflicts: bool,
    /// Put the values into the tables of the folder given with --library
    #[arg(long, requires = "library")]
    apply: bool,
    /// Seed of the search and of the noise
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    library: LibraryArgs,
}

/// Kinds of numbers, by how they were obtained.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Free {
    /// Fitted to findings
    Fitted,
    /// Assumed
    Assumed,
    /// Taken from a source or computed from it
    TakenFrom,
    /// Measured, within their uncertainty
    Measured,
}

impl Free {
    fn obtained(self) -> Obtained {
        match self {
            Free::Fitted => Obtained::Fitted,
            Free::Assumed => Obtained::Assumed,
            Free::TakenFrom => Obtained::TakenFrom,
            Free::Measured => Obtained::Measured,
        }
    }
}

pub(super) fn run(args: &FitArgs) -> Result<Answer, Failure> {
    let bench = OpenBench::open(&args.library.source(&ToleranceArgs::default())?)?;
    let plan = FitPlan {
        findings: select_findings(&bench, &args.papers)?,
        free: args.free.iter().map(|f| f.obtained()).collect(),
        modules: args.modules.clone(),
        numbers: args.numbers.clone(),
        start: if args.resume { read_start(&args.out)? } else { Vec::new() },
        wanted: args.wanted,
        draws: args.draws,
        noise: positive("--noise", args.noise)? / 100.0,
        method: args.method,
        seed: args.seed,
        block: args.block,
        sigma: positive("--sigma", args.sigma)?,
        evaluations: args.evaluations,
        conflicts: !args.no_conflicts,
    };
    let deadline = args.minutes.map(|m| Instant::now() + Duration::from_secs_f64(m.max(0.0) * 60.0));
    let progress = Progress::start("searching");
    let mut best = f64::INFINITY;
    let mut written = Ok(());
    let fit = bench.fit(&plan, &mut |keys, generation| {
        progress.message(&format!("searching, loss {:.3}", generation.best_loss));
        progress.at(generation.evaluations.min(plan.evaluations), plan.evaluations);
        if generation.best_loss < best {
            best = generation.best_loss;
            let rows = keys.iter().cloned().zip(generation.best.iter().copied());
            written = write_values(&args.out, rows);
        }
        let late = deadline.is_some_and(|d| Instant::now() >= d);
        if late || written.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    written?;
    drop(progress);
    write_values(&args.out, fit.numbers.iter().map(|n| (n.key.clone(), n.after)))?;
    let record = record(args, &plan, &fit, &bench);
    let text = serde_json::to_string_pretty(&record).unwrap_or_default();
    write_file(&args.out.with_extension("json"), format!("{text}\n").as_bytes())?;
    let mut text = words(&fit, &args.out);
    if let Some(folder) = args.library.library.as_ref().filter(|_| args.apply) {
        let changed = OpenBench::apply(folder, &fit)?;
        text.push_str(&format!("{changed} rows of the tables in {} changed\n", folder.display()));
    }
    Ok(Answer { remarks: bench.remarks(), ..Answer::text(text) })
}

fn select_findings(bench: &OpenBench, papers: &[String]) -> Result<Vec<String>, Failure> {
    if papers.is_empty() {
        return bench.select_findings(None, false);
    }
    let of = |paper: &String| bench.select_findings(Some(paper), false);
    papers.iter().map(of).collect::<Result<Vec<_>, _>>().map(|ids| ids.concat())
}

fn positive(option: &'static str, value: f64) -> Result<f64, Failure> {
    if value > 0.0 && value.is_finite() {
        return Ok(value);
    }
    let (reason, help) = ("a positive number is needed".to_string(), format!("for example {option} 0.1"));
    Err(Failure::Option { option, value: value.to_string(), reason, help })
}

fn write_values(path: &Path, rows: impl Iterator<Item = (String, f64)>) -> Result<(), Failure> {
    let header = ["parameter".to_string(), "value".to_string()];
    let rows = rows.map(|(key, value)| [key, format!("{value:e}")]);
    write_file(path, &csv_bytes(std::iter::once(header).chain(rows))?)
}

fn read_start(path: &Path) -> Result<Vec<(String, f64)>, Failure> {
    let file = read_text(path)?;
    let bad = |line: usize, reason: &str| Failure::Read {
        path: file.name.clone(),
        reason: format!("line {line}: {reason}"),
        help: "--resume needs a table that fit-findings wrote".to_string(),
    };
    let mut start = Vec::new();
    for (i, line) in file.text.lines().enumerate().skip(1) {
        let (name, value) = line.split_once(',').ok_or_else(|| bad(i + 1, "there is no comma"))?;
        let value: f64 = value.trim().parse().map_err(|_| bad(i + 1, "the value is not a number"))?;
        start.push((name.to_string(), value));
    }
    Ok(start)
}

fn record(args: &FitArgs, plan: &FitPlan, fit: &Fit, bench: &OpenBench) -> serde_json::Value {
    json!({
        "program": "resurge",
        "version": env!("CARGO_PKG_VERSION"),
        "command": "fit-findings",
        "record": bench.record(),
        "options": {
            "free": plan.free.iter().map(|o| o.word()).collect::<Vec<_>>(),
            "modules": plan.modules,
            "numbers": plan.numbers,
            "findings": fit.findings,
            "wanted_margin": plan.wanted,
            "noise": plan.noise,
            "draws": plan.draws,
            "method": format!("{:?}", plan.method),
            "block": plan.block,
            "sigma": plan.sigma,
            "seed": plan.seed,
            "evaluations": fit.evaluations,
            "resumed": args.resume,
        },
        "loss": { "before": fit.loss_before, "after": fit.loss_after },
        "supported": { "before": fit.supported_before, "after": fit.supported_after },
        "conflicts": fit.conflicts.iter().map(|c| json!({
            "findings": [c.first, c.second], "cosine": c.cosine,
        })).collect::<Vec<_>>(),
        "numbers": fit.numbers.iter().map(|n| json!({
            "parameter": n.key, "unit": n.unit, "low": n.low, "high": n.high, "before": n.before, "after": n.after,
        })).collect::<Vec<_>>(),
    })
}

/// Numbers that end this close to an end of their range, as a share of its logarithmic width, are named.
const EDGE: f64 = 0.03;
/// Conflicts that the text names; the record has all.
const MOST_CONFLICTS: usize = 10;

fn words(fit: &Fit, out: &Path) -> String {
    let n = fit.findings;
    let mut text = format!(
        "{} numbers, {} sets tried, loss {:.3} before and {:.3} after\n{} of {n} findings hold before, {} after\n",
        fit.numbers.len(),
        fit.evaluations,
        fit.loss_before,
        fit.loss_after,
        fit.supported_before,
        fit.supported_after
    );
    let at_edge = fit.numbers.iter().filter(|n| {
        let place = (n.after / n.low).ln() / (n.high / n.low).ln();
        !(EDGE..=1.0 - EDGE).contains(&place)
    });
    let edge: Vec<&str> = at_edge.map(|n| n.key.as_str()).collect();
    if !edge.is_empty() {
        text.push_str(&format!("at the end of their range: {}\n", edge.join(", ")));
    }
    if !fit.conflicts.is_empty() {
        text.push_str("\nfindings that pull against each other (cosine of the gradients of their margins)\n");
        let rows: Vec<Vec<String>> = fit
            .conflicts
            .iter()
            .take(MOST_CONFLICTS)
            .map(|c| vec![format!("  {}", c.first), c.second.clone(), format!("{:.2}", c.cosine)])
            .collect();
        text.push_str(&aligned(&rows));
    }
    text.push_str(&format!(
        "\nvalues in {}, settings in {}\n",
        out.display(),
        out.with_extension("json").display()
    ));
    text
}
