//! `resurge conformance`: test suites of others, run on this program.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Answer;
use crate::conformance::sbml::RoundTrip;
use crate::conformance::{Judged, biomodels, bngl, sbml, sbml_stochastic, sedml};
use crate::failure::Failure;
use crate::progress::Progress;

/// Run a test suite of others on this program and count what passes
#[derive(Args)]
#[command(after_help = "\
Example:
  resurge conformance sbml suites/sbml-test-suite/cases/semantic --level l3v2
  resurge conformance bngl suites/bionetgen/Validate
  resurge conformance sedml suites/biosimulators

All cases run with the default settings of `resurge simulate`; the tolerances of a case are used for
the comparison only.")]
pub(super) struct ConformanceArgs {
    /// Which suite
    #[arg(value_enum)]
    suite: Suite,
    /// Folder with the cases, in the suite's own layout
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Only this level and version, for example l3v2 (repeat as needed)
    #[arg(long, value_name = "LEVEL")]
    level: Vec<String>,
    /// Runs of each stochastic case
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    replicates: u64,
    /// Write each model in this format and read it back before it runs
    #[arg(long, value_enum, value_name = "FORMAT")]
    through: Option<Through>,
    /// Write everything as JSON
    #[arg(long)]
    json: bool,
}

/// The suites that can be run.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Suite {
    /// SBML Test Suite, semantic cases
    Sbml,
    /// SBML Test Suite, stochastic cases: highest level of each, or those of --level
    SbmlStochastic,
    /// Any folder of SBML models: each must load, compile, and run to t = 100 within 30 s
    Biomodels,
    /// Any folder of BNGL models: their actions, and what they make against the files of `DAT_validate`
    Bngl,
    /// Any folder of COMBINE archives, packed or not: each must run, and match the reports beside it to 1e-4
    Sedml,
}

/// Formats that a model can go through before it runs.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Through {
    /// SBML Level 3 Version 2
    Sbml,
    /// Antimony
    Antimony,
}

pub(super) fn run(args: &ConformanceArgs) -> Result<Answer, Failure> {
    let failed = |e: std::io::Error| Failure::read_io(&args.folder, &e);
    let paths = match args.suite {
        Suite::Sbml => sbml::folders(&args.folder).map_err(failed)?,
        Suite::SbmlStochastic => sbml_stochastic::folders(&args.folder).map_err(failed)?,
        Suite::Biomodels => biomodels::files(&args.folder).map_err(failed)?,
        Suite::Bngl => bngl::files(&args.folder).map_err(failed)?,
        Suite::Sedml => sedml::archives(&args.folder).map_err(failed)?,
    };
    if paths.is_empty() {
        return Err(Failure::Read {
            path: args.folder.display().to_string(),
            reason: "there is no case in this folder".to_string(),
            help: match args.suite {
                Suite::Sbml | Suite::SbmlStochastic => {
                    "give a folder with NNNNN/NNNNN-settings.txt".to_string()
                }
                Suite::Biomodels => "give a folder with .xml files".to_string(),
                Suite::Bngl => "give a folder with .bngl files".to_string(),
                Suite::Sedml => "give a folder with .omex files, or folders with a manifest.xml".to_string(),
            },
        });
    }
    let progress = Progress::start("running the cases");
    let wanted = |level: &str| args.level.is_empty() || args.level.iter().any(|l| l == level);
    let report = |n: usize| progress.message(&format!("case {n} of {}", paths.len()));
    let through = match args.through {
        None => RoundTrip::None,
        Some(Through::Sbml) => RoundTrip::Sbml,
        Some(Through::Antimony) => RoundTrip::Antimony,
    };
    let judged = match args.suite {
        Suite::Sbml => sbml::judge_all(&paths, &wanted, through, &report),
        Suite::SbmlStochastic => sbml_stochastic::judge_all(&paths, &args.level, args.replicates, &report),
        Suite::Biomodels => biomodels::judge_all(&paths, &report),
        Suite::Bngl => bngl::judge_all(&paths, &report),
        Suite::Sedml => sedml::judge_all(&args.folder, &paths, &report),
    };
    drop(progress);
    let totals = match args.suite {
        Suite::Bngl => totals(&judged, "all of it", bngl::by_model(&judged)),
        Suite::Sedml => totals(&judged, "archives", sedml::by_archive(&judged)),
        _ => totals(&judged, "highest", highest(&judged)),
    };
    Ok(Answer::text(if args.json { as_json(&judged, &totals) } else { as_text(&judged, &totals) }))
}

/// Number of cases by verdict, by level.
type Totals = BTreeMap<String, BTreeMap<&'static str, usize>>;

/// The totals of each level, and those of all levels together under a name of their own.
fn totals(judged: &[Judged], together: &str, all: BTreeMap<&'static str, usize>) -> Totals {
    let mut totals = Totals::new();
    for one in judged {
        // `report NAME`: all reports together.
        let level = one.level.split(' ').next().unwrap_or_default().to_string();
        *totals.entry(level).or_default().entry(one.verdict.word()).or_default() += 1;
    }
    totals.insert(together.to_string(), all);
    totals
}

/// Number of cases by verdict at the highest level of each case.
fn highest(judged: &[Judged]) -> BTreeMap<&'static str, usize> {
    let mut highest: BTreeMap<&str, &Judged> = BTreeMap::new();
    for one in judged {
        let best = highest.entry(&one.case).or_insert(one);
        if one.level > best.level {
            *best = one;
        }
    }
    let mut counts = BTreeMap::new();
    for one in highest.values() {
        *counts.entry(one.verdict.word()).or_default() += 1;
    }
    counts
}

fn as_text(judged: &[Judged], totals: &Totals) -> String {
    let mut text = String::new();
    for one in judged.iter().filter(|j| j.verdict.word() != "pass") {
        let _ = writeln!(
            text,
            "{} {}  {}: {}  ({:.3} s)",
            one.case,
            one.level,
            one.verdict.word(),
            one.verdict.detail(),
            one.elapsed.as_secs_f64()
        );
    }
    for (level, counts) in totals {
        let total: usize = counts.values().sum();
        let count = |word| counts.get(word).copied().unwrap_or(0);
        let _ = writeln!(
            text,
            "{level:9} {total:5} cases: {} pass, {} wrong, {} unsupported, {} error",
            count("pass"),
            count("wrong"),
            count("unsupported"),
            count("error")
        );
    }
    let elapsed: f64 = judged.iter().map(|j| j.elapsed.as_secs_f64()).sum();
    let slowest = judged.iter().max_by_key(|j| j.elapsed);
    let _ = write!(text, "{elapsed:.1} s of computing");
    if let Some(one) = slowest {
        let _ = write!(
            text,
            "; the longest is {} {} with {:.2} s",
            one.case,
            one.level,
            one.elapsed.as_secs_f64()
        );
    }
    text.push('\n');
    text
}

fn as_json(judged: &[Judged], totals: &Totals) -> String {
    let cases: Vec<_> = judged
        .iter()
        .map(|one| {
            json!({
                "case": one.case,
                "level": one.level,
                "verdict": one.verdict.word(),
                "detail": one.verdict.detail(),
                "elapsed_secs": one.elapsed.as_secs_f64(),
            })
        })
        .collect();
    format!("{:#}\n", json!({ "totals": totals, "cases": cases }))
}
