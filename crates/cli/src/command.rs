//! The subcommands, one file each.

mod archive;
mod check;
mod cohort;
mod compare_data;
mod compare_models;
mod conformance;
mod convert;
mod doctor;
pub(crate) mod explain;
mod fit_findings;
mod flux;
mod lab;
pub(crate) mod list;
mod loops;
pub(crate) mod model;
mod model_files;
mod network;
mod run;
mod run_actions;
mod scan;
mod settings;
mod simulate;
mod times;
mod validate;
mod welcome;

use clap::{Parser, Subcommand};

use crate::failure::{EXIT_OK, Failure};

const EXIT_CODES: &str = "\
Exit codes:
  0    done; with `check`: every finding that ran is supported
  1    `check`: at least one finding is contradicted or inconclusive; `validate`: the model has errors
  2    bad input, a failed run, or a place that cannot be written
  3    a bug in this program: please report it
  130  stopped with Ctrl-C; nothing partial is left";

/// What does a drug do to PI3K-AKT-mTOR signalling, and does the model agree with what was published?
#[derive(Parser)]
#[command(name = "resurge", version, after_help = EXIT_CODES, disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run a virtual experiment: words, figure, blot, table, report
    Run(run::RunArgs),
    /// Open the virtual bench in the browser: cells, drugs, curves, blot, findings
    Lab(lab::LabArgs),
    /// Treat a cohort of virtual patients: responses, markers, Kaplan-Meier curves, hazard ratio
    Cohort(cohort::CohortArgs),
    /// Compare the model with published findings
    Check(check::CheckArgs),
    /// Compare the model with tables of measurements: rank correlation, fold error, scatter
    CompareData(compare_data::CompareArgs),
    CompareModels(compare_models::CompareModelsArgs),
    /// Cut each feedback in turn and see what becomes of a response
    Loops(loops::LoopsArgs),
    /// Show what there is: experiments, findings, drugs, cells, read-outs
    List(list::ListArgs),
    /// Say what is known about a finding, drug, parameter, rule or error code, and from where
    Explain(explain::ExplainArgs),
    /// Show the curated model: species, reactions, parameters with sources, totals, rules
    Model(model::ModelArgs),
    /// Search parameters with which the findings hold
    FitFindings(fit_findings::FitArgs),
    /// Simulate a model of your own (SBML, Antimony, BNGL or .net) and write a CSV table
    Simulate(simulate::SimulateArgs),
    /// Carry out the actions of a BNGL file (generate_network, simulate, parameter_scan, ...) in order
    RunActions(run_actions::ActionsArgs),
    /// Simulate a model of your own with many parameter sets: bands, and a status for every member
    Scan(scan::ScanArgs),
    /// Run a COMBINE archive (.omex) or SED-ML file: reports as CSV, plots as SVG; or make an archive
    Archive(archive::ArchiveArgs),
    /// Say everything that is wrong with a model (SBML, Antimony, BNGL or .net), with places and rule numbers
    Validate(validate::ValidateArgs),
    /// Say why a model is slow or fails: fast states, jumps, conserved totals, where a number stops being finite
    Doctor(doctor::DoctorArgs),
    /// Run a test suite of others on this program and count what passes
    Conformance(conformance::ConformanceArgs),
    /// Flux balance: steady fluxes that serve an objective best (SBML package fbc)
    Flux(flux::FluxArgs),
    /// Convert a model: SBML of any level, Antimony, BNGL or .net in; SBML L3V2, Antimony or .net out
    Convert(convert::ConvertArgs),
    /// Expand the rules of a BNGL model to a reaction network (.net)
    Network(network::NetworkArgs),
}

/// What a command says when it succeeds.
pub(crate) struct Answer {
    /// For stdout.
    pub(crate) text: String,
    /// For stderr: warnings and notes.
    pub(crate) remarks: String,
    /// Exit code.
    pub(crate) code: u8,
}

impl Answer {
    /// A text, and all is well.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), remarks: String::new(), code: EXIT_OK }
    }
}

/// Runs what was asked for.
pub(crate) fn run(cli: Cli) -> Result<Answer, Failure> {
    match cli.command {
        None => Ok(welcome::run()),
        Some(Command::Run(args)) => run::run(&args),
        Some(Command::Lab(args)) => lab::run(&args),
        Some(Command::Cohort(args)) => cohort::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::CompareData(args)) => compare_data::run(&args),
        Some(Command::CompareModels(args)) => compare_models::run(&args),
        Some(Command::Loops(args)) => loops::run(&args),
        Some(Command::List(args)) => list::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Model(args)) => model::run(&args),
        Some(Command::FitFindings(args)) => fit_findings::run(&args),
        Some(Command::Simulate(args)) => simulate::run(&args),
        Some(Command::RunActions(args)) => run_actions::run(&args),
        Some(Command::Scan(args)) => scan::run(&args),
        Some(Command::Archive(args)) => archive::run(&args),
        Some(Command::Validate(args)) => validate::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Conformance(args)) => conformance::run(&args),
        Some(Command::Flux(args)) => flux::run(&args),
        Some(Command::Convert(args)) => convert::run(&args),
        Some(Command::Network(args)) => network::run(&args),
    }
}

/// "1 reaction", "2 reactions".
pub(crate) fn counted(n: usize, singular: &str) -> String {
    match (n, singular) {
        (1, _) | (_, "species") => format!("{n} {singular}"),
        _ => format!("{n} {singular}s"),
    }
}
