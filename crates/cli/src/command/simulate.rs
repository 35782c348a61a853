//! `resurge simulate`: a model of the user's own, to a CSV table.

mod logical;
mod plot;
pub(super) mod sbml;
mod steady;
mod stochastic;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use simulate::{
    CompileError, CompiledNetwork, Run, RunOptions, SimulateError, Simulator, SpeciesAs, Trajectory,
};

use super::model_files::ModelFiles;
use super::settings::{ToleranceArgs, parse_settings};
use super::times::TimeArgs;
use super::{Answer, counted};
use crate::failure::{Failure, nearest};
use crate::output;
use crate::progress::Progress;
use crate::table::csv_bytes;

/// Simulate a model of your own (SBML, Antimony, BNGL or .net) and write a CSV table
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge simulate my.bngl --t-end 24 --points 97 --out my.csv --set k_on=0.5
  resurge simulate my.xml --t-end 100 --out my.csv --columns S1,S2,J0 --species amount
  resurge simulate my.xml --t-end 100 --out my.csv --method ssa --replicates 1000 --seed 7
  resurge simulate my.xml --t-end 100 --out my.csv --columns A,B --plot my.svg
  resurge simulate my.xml --steady-state --out steady.csv

The table has one row per time and one column per observable, function and species; for SBML per
compartment, species, parameter, species reference and reaction. Times are in the unit of the model.
The points only say when to look: more of them never change the solution.
With --method ssa, amounts are counts and reactions fire at random. With several replicates the table has
mean, sd, q05, median and q95 of each column; replicate i of a seed is the same on any computer and alone.")]
pub(super) struct SimulateArgs {
    /// One SBML (.xml, .sbml) or Antimony (.ant) file; or BNGL files, read in order as one model; or one .net file
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<PathBuf>,
    #[command(flatten)]
    times: TimeArgs,
    /// Find the steady state that is reached from the start, instead of a time course
    #[arg(long, conflicts_with_all = ["t_end", "plot"])]
    steady_state: bool,
    /// Where to write the table
    #[arg(long, value_name = "FILE.csv")]
    out: PathBuf,
    /// Draw the columns over time, too
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    plot: Option<PathBuf>,
    /// Columns of the table by name, separated by commas (all by default)
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// SBML: species as amounts or concentrations, instead of what their symbol means in the model
    #[arg(long, value_enum, value_name = "WHAT")]
    species: Option<SpeciesColumns>,
    /// How to simulate
    #[arg(long, value_enum, value_name = "METHOD", default_value_t = Method::Ode)]
    method: Method,
    /// Seed of random numbers: firings, and the order of simultaneous SBML events where the model leaves it open
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Number of stochastic runs
    #[arg(long, value_name = "N", default_value_t = 1)]
    replicates: u64,
    /// Write every replicate instead of statistics, with its number in the first column
    #[arg(long)]
    all_replicates: bool,
    /// Tau-leaping: largest relative change of a propensity in a leap [default: 0.03]
    #[arg(long, value_name = "SHARE")]
    epsilon: Option<f64>,
    /// Change a parameter, or for SBML any initial value or level (repeat as needed)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Leave the species out of the table
    #[arg(long)]
    observables_only: bool,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

/// How to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Method {
    /// Rate equations, integrated with error control
    Ode,
    /// Exact stochastic simulation
    Ssa,
    /// Tau-leaping: many firings at a time
    Tau,
}

/// How species are written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum SpeciesColumns {
    Amount,
    Concentration,
}

impl SpeciesColumns {
    /// What an option means; without one, what the symbols of the model mean.
    pub(super) fn meant(option: Option<Self>) -> SpeciesAs {
        match option {
            None => SpeciesAs::Symbol,
            Some(SpeciesColumns::Amount) => SpeciesAs::Amount,
            Some(SpeciesColumns::Concentration) => SpeciesAs::Concentration,
        }
    }
}

pub(super) fn run(args: &SimulateArgs) -> Result<Answer, Failure> {
    if args.steady_state {
        steady::check(args)?;
    } else {
        args.times.check()?;
    }
    args.tolerances.check()?;
    stochastic::check(args)?;
    let settings = parse_settings(&args.set)?;
    if sbml::is_sbml(&args.models) {
        return sbml::run(args, &settings);
    }
    if args.species.is_some() {
        return Err(Failure::Option {
            option: "--species",
            value: String::new(),
            reason: "species of a BNGL model are amounts".to_string(),
            help: "leave it out".to_string(),
        });
    }
    let files = ModelFiles::read(&args.models)?;
    let made = files.network(20_000, 200_000)?;
    if args.method != Method::Ode {
        return stochastic::run_network(&made.network, &settings, args, made.remarks);
    }
    let network = Arc::new(simulate::compile(&made.network).map_err(|e| compile_failure(&e))?);
    if args.steady_state {
        return steady::of_network(network, &settings, args, made.remarks);
    }
    let run = Run {
        t_start: args.times.t_start,
        t_end: args.times.t_end,
        parameters: settings.iter().map(|s| parameter(&network, s)).collect::<Result<_, _>>()?,
        output_times: args.times.grid(),
        options: options(&args.tolerances),
        ..Run::default()
    };
    let progress = Progress::start("simulating");
    let trajectory = Simulator::new(network.clone()).run(&run).map_err(|e| run_failure(&e))?;
    drop(progress);
    write(args, &table(&trajectory, args)?)?;
    let text = format!(
        "{}, {}, {} steps to t = {}\n{} times written to {}\n",
        counted(network.species().len(), "species"),
        counted(network.reactions().len(), "reaction"),
        trajectory.work().steps_accepted,
        args.times.t_end,
        args.times.points,
        args.out.display(),
    );
    Ok(Answer { remarks: made.remarks, ..Answer::text(text) })
}

/// A head and rows of numbers.
type Table = (Vec<String>, Vec<Vec<f64>>);

/// Writes the table, and draws it if that is asked for.
fn write(args: &SimulateArgs, (head, rows): &Table) -> Result<(), Failure> {
    let picture = match &args.plot {
        Some(target) => Some((target, plot::picture(target, head, rows)?)),
        None => None,
    };
    output::write_file(&args.out, &table_bytes(head, rows)?)?;
    match picture {
        Some((target, bytes)) => output::write_file(target, &bytes),
        None => Ok(()),
    }
}

pub(super) fn options(tolerances: &ToleranceArgs) -> RunOptions {
    let mut options = RunOptions::default();
    if let Some(rtol) = tolerances.rtol {
        options.rtol = rtol;
    }
    if let Some(atol) = tolerances.atol {
        options.atol = vec![atol];
    }
    options
}

pub(super) fn parameter(
    network: &CompiledNetwork,
    (name, value): &(String, f64),
) -> Result<(usize, f64), Failure> {
    if let Some(idx) = network.parameter_idx(name) {
        return Ok((idx, *value));
    }
    let near = nearest(name, network.parameters().iter().map(String::as_str));
    Err(Failure::Option {
        option: "--set",
        value: format!("{name}={value}"),
        reason: format!("the model has no parameter {name:?}"),
        help: if near.is_empty() {
            format!("the model has {} parameters; see its parameters block", network.parameters().len())
        } else {
            format!("did you mean {}?", near.join(" or "))
        },
    })
}

fn table(trajectory: &Trajectory, args: &SimulateArgs) -> Result<Table, Failure> {
    let network = trajectory.network();
    let mut columns: Vec<(&str, Vec<f64>)> = Vec::new();
    if args.columns.is_empty() {
        let outputs = network.outputs().iter().enumerate();
        columns.extend(outputs.map(|(i, name)| (name.as_str(), trajectory.output(i))));
        let species = network.species().iter().enumerate().filter(|_| !args.observables_only);
        columns.extend(species.map(|(i, name)| (name.as_str(), trajectory.species(i))));
    }
    for name in &args.columns {
        let column = match (network.output_idx(name), network.species_idx(name)) {
            (Some(output), _) => trajectory.output(output),
            (None, Some(species)) => trajectory.species(species),
            (None, None) => {
                let known = network.outputs().iter().chain(network.species()).map(String::as_str);
                return Err(unknown_column(name, known));
            }
        };
        columns.push((name, column));
    }
    Ok(rows(trajectory.times(), &columns))
}

/// A table with the times first.
fn rows(times: &[f64], columns: &[(&str, Vec<f64>)]) -> Table {
    let head: Vec<String> =
        std::iter::once("time").chain(columns.iter().map(|c| c.0)).map(str::to_string).collect();
    let rows = times.iter().enumerate();
    let rows = rows.map(|(row, &t)| std::iter::once(t).chain(columns.iter().map(|c| c.1[row])).collect());
    (head, rows.collect())
}

fn table_bytes(head: &[String], rows: &[Vec<f64>]) -> Result<Vec<u8>, Failure> {
    let rows = rows.iter().map(|row| row.iter().map(f64::to_string).collect::<Vec<_>>());
    csv_bytes(std::iter::once(head.to_vec()).chain(rows))
}

pub(super) fn unknown_column<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let near = nearest(name, known);
    Failure::Option {
        option: "--columns",
        value: name.to_string(),
        reason: "the model has no such symbol".to_string(),
        help: match near.as_slice() {
            [] => "leave --columns out to see all names".to_string(),
            near => format!("did you mean {}?", near.join(" or ")),
        },
    }
}

pub(super) fn compile_failure(error: &CompileError) -> Failure {
    let help = match error {
        CompileError::UnknownSymbol { .. } => "define it in the parameters, observables or functions block",
        CompileError::NotHeld { .. } => "seed it with $ so that it is held",
        CompileError::Cycle { .. } => "break the circle: give one of the names a number",
        CompileError::Duplicate { .. } => "rename one of them",
        CompileError::NotConstant { .. } => {
            "use numbers and parameters only; put what changes into a function"
        }
        CompileError::Arguments { .. } | CompileError::Reactants { .. } => {
            "correct the rate law that the message names"
        }
        CompileError::SpeciesIndex { .. } => "check the numbers in the reactions and groups blocks",
    };
    Failure::Run { message: format!("failed to compile the model: {error}"), help: help.to_string() }
}

fn run_failure(error: &SimulateError) -> Failure {
    let help = match error {
        SimulateError::NonFiniteRate { .. } => {
            "look for a division by zero, a logarithm of zero or a power of a negative number in that rate"
        }
        SimulateError::NonFiniteInput { .. } => "correct the expression of that parameter or amount",
        SimulateError::NonFiniteState { .. } => {
            "look for a species that makes more of itself without a bound"
        }
        SimulateError::StepSizeTooSmall { .. } | SimulateError::Singular { .. } => {
            "look at the rules of that species for jumps or infinite slopes; a larger --atol may help"
        }
        SimulateError::TooManySteps { .. } => "try a shorter --t-end, or a larger --rtol such as 1e-4",
        SimulateError::NotSteady { .. } => "simulate for a fixed time instead",
        SimulateError::Stopped { .. } => "run it again",
        SimulateError::UnknownName { .. } | SimulateError::InvalidInput { .. } => "correct the name or value",
    };
    Failure::Run {
        message: format!("failed to simulate: {error}; nothing was written"),
        help: help.to_string(),
    }
}
