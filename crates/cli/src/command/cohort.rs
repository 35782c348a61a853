//! `resurge cohort`: virtual patients, their responses, and Kaplan-Meier curves.

use clap::Args;
use serde_json::json;

use super::Answer;
use super::settings::{LibraryArgs, OutputArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::failure::Failure;
use crate::figure::png_from_svg;
use crate::output::RECORD_FILE;
use crate::progress::Progress;
use crate::report::cohort_page;

/// Treat a cohort of virtual patients: responses, markers, Kaplan-Meier curves, hazard ratio
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge cohort luo2021-patients
  resurge cohort my-trial.toml --by IRS1 --out results

A cohort is an experiment with a section [cohort]: in what tumours differ, who takes part, what is
measured before treatment, and when the patients are seen. Responses follow RECIST 1.1. Each arm has
patients of its own. The same seed gives the same patients on any number of threads.")]
pub(super) struct CohortArgs {
    /// Id of an experiment with patients, or an experiment file (.toml)
    #[arg(value_name = "COHORT")]
    cohort: String,
    /// Marker whose low and high half are compared; the last one if left out
    #[arg(long, value_name = "MARKER")]
    by: Option<String>,
    /// Threads [default: as many as there are processors]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

pub(super) fn run(args: &CohortArgs) -> Result<Answer, Failure> {
    args.tolerances.check()?;
    let mut bench = OpenBench::open(&args.library.source(&args.tolerances)?)?;
    let id = bench.find_experiment(&args.cohort)?;
    let mut folder = args.output.prepare(&format!("{id}-cohort"))?;
    let target = folder.target().to_path_buf();
    let progress = Progress::start("treating patients");
    let view = bench.cohort(&id, args.by.as_deref(), args.threads, &progress)?;
    progress.message("drawing");
    progress.at(0, 0);
    folder.write("patients.csv", &view.patients_csv()?)?;
    folder.write("visits.csv", &view.visits_csv()?)?;
    folder.write("survival.csv", &view.survival_csv()?)?;
    let figures = [("survival", view.survival_figure()), ("response", view.response_figure())];
    for (name, svg) in &figures {
        folder.write(&format!("{name}.svg"), svg.as_bytes())?;
        folder.write(&format!("{name}.png"), &png_from_svg(svg, 2.0)?)?;
    }
    let text = view.text();
    let page = cohort_page(view.title(), view.about(), &text, &figures.map(|f| f.1), &bench.methods());
    folder.write("report.html", page.as_bytes())?;
    let record = json!({
        "program": "resurge",
        "version": env!("CARGO_PKG_VERSION"),
        "command": "cohort",
        "experiment": id,
        "record": view.record(),
        "files": folder.files(),
    });
    let json = serde_json::to_string_pretty(&record).unwrap_or_default();
    folder.write(RECORD_FILE, format!("{json}\n").as_bytes())?;
    folder.publish()?;
    drop(progress);
    let report = target.join("report.html");
    let text = format!("{text}\nresults in {}; open {} in a browser\n", target.display(), report.display());
    Ok(Answer { remarks: bench.remarks(), ..Answer::text(text) })
}
