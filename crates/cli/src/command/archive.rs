//! `resurge archive`: COMBINE archives and SED-ML files run, and archives made.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use formats::omex::{self, Archive};
use serde_json::json;

use super::settings::OutputArgs;
use super::simulate::SpeciesColumns;
use super::{Answer, counted};
use crate::failure::Failure;
use crate::input::gate;
use crate::output::{self, OutputFolder, RECORD_FILE};
use crate::progress::Progress;
use crate::sedml::archive::Package;
use crate::sedml::{Outcome, Report, RunSettings, Trouble, carry_out, plot_svg};
use crate::table::csv_bytes;

/// Run a COMBINE archive (.omex) or SED-ML file: reports as CSV, plots as SVG; or make an archive
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge archive experiment.omex --out results
  resurge archive experiment.sedml --out results
  resurge archive model.xml experiment.sedml --pack experiment.omex

Models are SBML or BNGL. Each report becomes a table REPORT.csv; iterations of repeated tasks stand below each other.
Each plot becomes a picture PLOT.svg and its numbers PLOT.csv. With several SED-ML files each has a folder of its own.
Methods named in KiSAO are mapped to those of this program, and every substitution is said.
If anything cannot be done, nothing is written.")]
pub(super) struct ArchiveArgs {
    /// An archive, an unpacked one (folder with manifest.xml), or a SED-ML file; with --pack the files to pack
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
    /// SBML: species as amounts or concentrations, instead of what their symbol means in the model
    #[arg(long, value_enum, value_name = "WHAT")]
    species: Option<SpeciesColumns>,
    /// Make an archive of the files; SED-ML files are what is run
    #[arg(long, value_name = "FILE.omex", conflicts_with_all = ["out", "force", "species"])]
    pack: Option<PathBuf>,
}

pub(super) fn run(args: &ArchiveArgs) -> Result<Answer, Failure> {
    if let Some(target) = &args.pack {
        return pack(&args.files, target);
    }
    let [path] = args.files.as_slice() else {
        return Err(Failure::Option {
            option: "FILE",
            value: args.files.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" "),
            reason: "one archive is run at a time".to_string(),
            help: "give one file, or --pack X.omex to make an archive of several".to_string(),
        });
    };
    let package = Package::open(path)?;
    let experiments = package.experiments();
    if experiments.is_empty() {
        return Err(Failure::Read {
            path: path.display().to_string(),
            reason: "the archive holds no SED-ML file".to_string(),
            help: "simulate its model with `resurge simulate`".to_string(),
        });
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut folder = args.output.prepare(&name)?;
    let settings = RunSettings { species_as: SpeciesColumns::meant(args.species), ..RunSettings::default() };
    let (mut text, mut remarks, mut notices) = (String::new(), String::new(), BTreeSet::new());
    for location in &experiments {
        let (file, parsed) = package.read(location)?;
        remarks.push_str(&gate(parsed.diagnostics, &[file])?);
        let progress = Progress::start("running the experiment");
        let files = |name: &str| package.file(location, name);
        let outcome = carry_out(&parsed.value, &files, settings).map_err(|e| failure(location, &e))?;
        drop(progress);
        let prefix = if experiments.len() == 1 { String::new() } else { format!("{}/", flat(location)) };
        write(&mut folder, &prefix, &outcome)?;
        let curves: usize = outcome.plots.iter().map(|p| p.curves.len()).sum();
        let _ = writeln!(
            text,
            "{location}: {}, {} with {}",
            counted(outcome.reports.len(), "report"),
            counted(outcome.plots.len(), "plot"),
            counted(curves, "curve")
        );
        notices.extend(outcome.notices);
    }
    for notice in &notices {
        let _ = writeln!(text, "note: {notice}");
    }
    let record = json!({
        "program": "resurge",
        "version": env!("CARGO_PKG_VERSION"),
        "archive": path.display().to_string(),
        "experiments": experiments,
        "notes": notices,
        "files": folder.files(),
    });
    folder.write(RECORD_FILE, format!("{record:#}\n").as_bytes())?;
    let _ =
        writeln!(text, "{} written to {}", counted(folder.files().len(), "file"), folder.target().display());
    folder.publish()?;
    Ok(Answer { remarks, ..Answer::text(text) })
}

fn failure(location: &str, trouble: &Trouble) -> Failure {
    let (message, help) = match trouble {
        Trouble::Unsupported(what) => {
            (format!("{location} needs {what}, which is not supported"), "write the experiment without it")
        }
        Trouble::Failed(reason) => (
            format!("failed to run {location}: {reason}"),
            "correct it; `resurge validate` and `resurge simulate` show more about a model",
        ),
    };
    Failure::Run { message: format!("{message}; nothing was written"), help: help.to_string() }
}

/// A place as the name of a folder or file.
fn flat(name: &str) -> String {
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect()
}

fn write(folder: &mut OutputFolder, prefix: &str, outcome: &Outcome) -> Result<(), Failure> {
    for report in &outcome.reports {
        folder.write(&format!("{prefix}{}.csv", flat(&format!("{}.", report.id))), &csv(report)?)?;
    }
    for plot in &outcome.plots {
        let name = flat(&format!("{}.", plot.data.id));
        folder.write(&format!("{prefix}{name}.svg"), plot_svg(plot).as_bytes())?;
        folder.write(&format!("{prefix}{name}.csv"), &csv(&plot.data)?)?;
    }
    Ok(())
}

/// A report as CSV; where a column is shorter than others, its cells are empty.
fn csv(report: &Report) -> Result<Vec<u8>, Failure> {
    let n = report.columns.iter().map(|c| c.1.len()).max().unwrap_or(0);
    let head = report.columns.iter().map(|c| c.0.clone()).collect::<Vec<_>>();
    let cell = |values: &Vec<f64>, row: usize| values.get(row).map_or_else(String::new, ToString::to_string);
    let rows = (0..n).map(|row| report.columns.iter().map(|c| cell(&c.1, row)).collect());
    csv_bytes(std::iter::once(head).chain(rows))
}

fn pack(files: &[PathBuf], target: &Path) -> Result<Answer, Failure> {
    let mut archive = Archive::default();
    for path in files {
        let bytes = std::fs::read(path).map_err(|e| Failure::read_io(path, &e))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if archive.files.contains_key(&name) {
            return Err(Failure::Option {
                option: "FILE",
                value: path.display().to_string(),
                reason: format!("there is another file {name}"),
                help: "rename one of them: the archive has no folders".to_string(),
            });
        }
        let is_sedml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("sedml"));
        archive.add(&name, bytes, is_sedml);
    }
    let bytes =
        omex::write(&archive).map_err(|e| Failure::output(target, &e.to_string(), "give other files"))?;
    output::write_file(target, &bytes)?;
    Ok(Answer::text(format!("{} packed into {}\n", counted(files.len(), "file"), target.display())))
}
