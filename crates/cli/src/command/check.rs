//! `resurge check`: the model against published findings.

use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::Args;
use serde_json::json;

use super::Answer;
use super::settings::{LibraryArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::draw::figure_of;
use crate::failure::{EXIT_NOT_SUPPORTED, EXIT_OK, Failure};
use crate::output::{Foreign, OutputFolder, RECORD_FILE};
use crate::progress::Progress;
use crate::record::check_json;
use crate::report::{Scoreboard, citation, papers_in_order, scoreboard_page};
use crate::view::{FindingView, PaperView, Totals, VerdictView};

/// Compare the model with published findings
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge check --paper rodrik2011 --report out
  resurge check --findings my-findings.toml --experiments my-experiments/ --json

A finding is a statement of a paper written as a rule on read-outs. Its margin says how far it is
from flipping: 0.7 means that the deciding quantity could change two-fold. With --draws, all
parameters are multiplied by noise again and again, and the share of draws in which the finding
holds is shown beside the verdict. Exit code 0 only if every finding that ran is supported.")]
pub(super) struct CheckArgs {
    /// Only the findings of this paper
    #[arg(long, value_name = "ID")]
    paper: Option<String>,
    /// Findings of your own instead of the built-in ones: a file or a folder (repeat as needed)
    #[arg(long, value_name = "FILE_OR_DIR", num_args = 1..)]
    findings: Vec<PathBuf>,
    /// Experiments of your own beside the built-in ones: a file or a folder (repeat as needed)
    #[arg(long, value_name = "FILE_OR_DIR", num_args = 1..)]
    experiments: Vec<PathBuf>,
    /// Noise on every parameter for --draws, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 10.0)]
    noise: f64,
    /// Number of noisy draws; 0 turns them off
    #[arg(long, value_name = "N", default_value_t = 20)]
    draws: usize,
    /// Seed of the noise
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Also write a report with figures into this folder
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Write the report into a folder even if it holds files of others; they stay
    #[arg(long)]
    force: bool,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
    /// Show the numbers of every finding, not only of those that are not supported
    #[arg(long, short)]
    verbose: bool,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

/// Noise that would no longer be noise.
const MOST_NOISE: f64 = 100.0;

pub(super) fn run(args: &CheckArgs) -> Result<Answer, Failure> {
    args.tolerances.check()?;
    check_noise(args.noise)?;
    let mut bench = OpenBench::open(&args.library.source(&args.tolerances)?)?;
    bench.add_files(&args.findings, &args.experiments)?;
    let ids = bench.select_findings(args.paper.as_deref(), !args.findings.is_empty())?;
    let foreign = if args.force { Foreign::Join } else { Foreign::Refuse };
    let folder = args.report.as_deref().map(|target| OutputFolder::prepare(target, foreign)).transpose()?;

    let progress = Progress::start("running the experiments");
    let mut findings = bench.judge(&ids, &progress)?;
    let mut failures = None;
    if args.draws > 0 {
        progress.message(&format!("repeating with {} % noise on all parameters", args.noise));
        failures =
            bench.add_pass_shares(&mut findings, args.noise / 100.0, args.draws, args.seed, &progress)?;
    }
    let totals = Totals::of(&findings);
    let mut record = bench.record();
    record["noise"] =
        json!({ "percent": args.noise, "draws": args.draws, "seed": args.seed, "failures": failures });
    if let Some(folder) = folder {
        progress.message("drawing");
        progress.at(0, 0);
        write_report(folder, &mut bench, &findings, &totals, &record)?;
    }
    drop(progress);
    if let Some(failures) = failures {
        anstream::eprintln!("note: {failures}");
    }

    let text = if args.json {
        let value = check_json(&findings, &totals, &record);
        format!("{}\n", serde_json::to_string_pretty(&value).unwrap_or_default())
    } else {
        text(args, &findings, &totals, &bench.papers())
    };
    let code = if totals.all_supported() { EXIT_OK } else { EXIT_NOT_SUPPORTED };
    Ok(Answer { text, remarks: bench.remarks(), code })
}

fn check_noise(noise: f64) -> Result<(), Failure> {
    if (0.0..=MOST_NOISE).contains(&noise) {
        return Ok(());
    }
    Err(Failure::Option {
        option: "--noise",
        value: noise.to_string(),
        reason: "noise is between 0 and 100 percent".to_string(),
        help: "for example --noise 10".to_string(),
    })
}

fn write_report(
    mut folder: OutputFolder,
    bench: &mut OpenBench,
    findings: &[FindingView],
    totals: &Totals,
    record: &serde_json::Value,
) -> Result<(), Failure> {
    let mut ids: Vec<&String> = findings.iter().flat_map(|f| &f.experiments).collect();
    ids.sort();
    ids.dedup();
    let mut figures = Vec::new();
    for id in ids {
        // A run that failed has no figure; its findings say why.
        if let Ok(view) = bench.run(id) {
            let figure = figure_of(&view);
            folder.write(&format!("figures/{id}.svg"), figure.as_bytes())?;
            figures.push((format!("{}: {}", view.id, view.title), figure));
        }
    }
    let board = Scoreboard {
        findings,
        totals,
        papers: &bench.papers(),
        figures: &figures,
        methods: &bench.methods(),
        record,
    };
    folder.write("report.html", scoreboard_page(&board).as_bytes())?;
    let mut value = check_json(findings, totals, record);
    value["program"] = json!("resurge");
    value["command"] = json!("check");
    value["files"] = json!(folder.files());
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    folder.write(RECORD_FILE, format!("{text}\n").as_bytes())?;
    folder.publish()
}

fn text(args: &CheckArgs, findings: &[FindingView], totals: &Totals, papers: &[PaperView]) -> String {
    let mut text = String::new();
    for paper in papers_in_order(findings) {
        text.push_str(&format!("{BOLD}{}{BOLD:#}\n\n", citation(papers, &paper)));
        for finding in findings.iter().filter(|f| f.paper == paper) {
            text.push_str(&finding_text(finding, args.verbose));
        }
        text.push('\n');
    }
    text.push_str(&totals_text(totals, args));
    if let Some(folder) = &args.report {
        text.push_str(&format!("\nopen {} in a browser\n", folder.join("report.html").display()));
    }
    text
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

fn color(verdict: VerdictView) -> Style {
    let color = match verdict {
        VerdictView::Supported => AnsiColor::Green,
        VerdictView::Contradicted => AnsiColor::Red,
        VerdictView::Inconclusive => AnsiColor::Yellow,
        VerdictView::NotRun => AnsiColor::BrightBlack,
    };
    Style::new().fg_color(Some(color.into())).bold()
}

/// One line for a finding; more when it is not supported.
fn finding_text(finding: &FindingView, verbose: bool) -> String {
    let style = color(finding.verdict);
    let margin = finding.margin.map_or_else(|| format!("{:>7}", "-"), |m| format!("{m:>+7.2}"));
    let share = finding.pass_share.map_or_else(|| "     ".to_string(), |s| format!("{:>3.0} %", s * 100.0));
    let mut text = format!(
        "  {style}{:<12}{style:#} {:<6} {margin}  {share}  {}\n",
        finding.verdict.word(),
        finding.id,
        finding.statement
    );
    let indent = "                                       ";
    if verbose || finding.verdict != VerdictView::Supported {
        let lines = [("model", &finding.value), ("expected", &finding.expected), ("reason", &finding.reason)];
        for (name, content) in lines.into_iter().filter(|(_, c)| !c.is_empty()) {
            let content = content.split_whitespace().collect::<Vec<_>>().join(" ");
            text.push_str(&format!("{indent}{DIM}{name}: {content}{DIM:#}\n"));
        }
    }
    text
}

fn totals_text(totals: &Totals, args: &CheckArgs) -> String {
    let mut rows = vec![
        std::iter::once("provenance".to_string())
            .chain(VerdictView::ALL.iter().map(|v| v.word().to_string()))
            .collect::<Vec<_>>(),
    ];
    let all = [("all".to_string(), totals.by_verdict)];
    for (provenance, counts) in totals.by_provenance.iter().chain(&all) {
        rows.push(
            std::iter::once(provenance.clone()).chain(counts.iter().map(ToString::to_string)).collect(),
        );
    }
    let mut text = crate::table::aligned(&rows);
    text.push_str(&format!(
        "\n{BOLD}{} of {} findings that ran are supported{BOLD:#}",
        totals.by_verdict[0],
        totals.n_ran()
    ));
    if let Some(share) = totals.pass_share {
        text.push_str(&format!(
            "; under {} % noise on all parameters {:.0} % ({} draws, seed {})",
            args.noise,
            share * 100.0,
            args.draws,
            args.seed
        ));
    }
    text.push('\n');
    text
}
