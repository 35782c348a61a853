//! `resurge run`: one virtual experiment, with everything that belongs to it.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::Answer;
use super::settings::{LibraryArgs, OutputArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::dose::DoseView;
use crate::draw::{blot_of, figure_of};
use crate::failure::Failure;
use crate::figure::png_from_svg;
use crate::output::{OutputFolder, RECORD_FILE};
use crate::progress::Progress;
use crate::report::experiment_page;
use crate::table::{animals_csv, readouts_csv};
use crate::view::{ExperimentView, FindingView, VerdictView, tumours_text};

/// Run a virtual experiment: words, figure, blot, table, report
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge run rodrik2011-azd8055
  resurge run my-experiment.toml --out results --set k_HERbrake_off=0.3

`resurge list experiments` shows what is ready to run. An experiment file of your own has the same
form as those; `resurge explain rodrik2011-azd8055` prints one to start from.")]
pub(super) struct RunArgs {
    /// Id of an experiment, or an experiment file (.toml)
    #[arg(value_name = "EXPERIMENT")]
    experiment: String,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

pub(super) fn run(args: &RunArgs) -> Result<Answer, Failure> {
    args.tolerances.check()?;
    let mut bench = OpenBench::open(&args.library.source(&args.tolerances)?)?;
    let id = bench.find_experiment(&args.experiment)?;
    let text = simulate_and_write(&mut bench, &id, args.output.prepare(&id)?)?;
    Ok(Answer { remarks: bench.remarks(), ..Answer::text(text) })
}

fn simulate_and_write(bench: &mut OpenBench, id: &str, mut folder: OutputFolder) -> Result<String, Failure> {
    let target = folder.target().to_path_buf();
    let progress = Progress::start("simulating");
    let view = bench.run(id)?;
    let findings = bench.judge_experiment(id)?;
    let doses = bench.dose_response(id)?;
    progress.message("drawing");
    write_all(&mut folder, &view, &findings, doses.as_ref())?;
    folder.publish()?;
    drop(progress);
    Ok(text(&view, &findings, doses.as_ref(), &target))
}

fn write_all(
    folder: &mut OutputFolder,
    view: &ExperimentView,
    findings: &[FindingView],
    doses: Option<&DoseView>,
) -> Result<(), Failure> {
    let figure = figure_of(view);
    let blot = blot_of(view);
    let curves = doses.map(DoseView::figure);
    if let Some(doses) = doses {
        folder.write("dose-response.csv", &doses.points_csv()?)?;
        if let Some(metrics) = doses.metrics_csv()? {
            folder.write("dose-metrics.csv", &metrics)?;
        }
    }
    folder.write("readouts.csv", &readouts_csv(view)?)?;
    if let Some(animals) = animals_csv(view)? {
        folder.write("animals.csv", &animals)?;
    }
    let figures = [("figure", Some(&figure)), ("blot", blot.as_ref()), ("dose-response", curves.as_ref())];
    for (name, svg) in figures {
        if let Some(svg) = svg {
            folder.write(&format!("{name}.svg"), svg.as_bytes())?;
            folder.write(&format!("{name}.png"), &png_from_svg(svg, 2.0)?)?;
        }
    }
    let page = experiment_page(view, findings, &figure, blot.as_deref(), curves.as_deref());
    folder.write("report.html", page.as_bytes())?;
    let record = json!({
        "program": "resurge",
        "version": env!("CARGO_PKG_VERSION"),
        "command": "run",
        "experiment": view.id,
        "record": view.record,
        "findings": findings.iter().map(crate::record::finding_json).collect::<Vec<_>>(),
        "files": folder.files(),
    });
    let text = serde_json::to_string_pretty(&record).unwrap_or_default();
    folder.write(RECORD_FILE, format!("{text}\n").as_bytes())
}

/// Read-outs that the words on the screen are about; the report has all of them.
const MOST_READOUTS: usize = 6;

fn text(view: &ExperimentView, findings: &[FindingView], doses: Option<&DoseView>, target: &Path) -> String {
    let mut text = format!("{}\n", view.title);
    if !view.about.is_empty() {
        text.push_str(&format!("{}. {}\n", view.context, view.about));
    }
    for (arm, sentences) in view.summary() {
        text.push_str(&format!("\n{arm}\n"));
        if view.is_still(&arm) {
            text.push_str("  nothing changes\n");
            continue;
        }
        for sentence in sentences.iter().take(MOST_READOUTS) {
            text.push_str(&format!("  {sentence}\n"));
        }
        if sentences.len() > MOST_READOUTS {
            text.push_str(&format!("  ... and {} more in the report\n", sentences.len() - MOST_READOUTS));
        }
    }
    text.push_str(&tumours_text(view));
    if let Some(doses) = doses {
        text.push_str(&format!("\n{}", doses.text()));
    }
    if !findings.is_empty() {
        let supported = findings.iter().filter(|f| f.verdict == VerdictView::Supported).count();
        text.push_str(&format!(
            "\n{supported} of {} published findings on this experiment are supported; `resurge check` shows each\n",
            findings.len()
        ));
    }
    let report = target.join("report.html");
    text.push_str(&format!("\nresults in {}; open {} in a browser\n", target.display(), report.display()));
    text
}
