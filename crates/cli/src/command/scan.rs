//! `resurge scan`: a model of the user's own with many parameter sets.

mod bands;
mod population;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use model::ReactionNetwork;
use simulate::{CompiledNetwork, FailedMember, Run, scan};

use super::model_files::{ModelFiles, is_system};
use super::settings::{ToleranceArgs, parse_settings};
use super::simulate::{compile_failure, options, parameter, unknown_column};
use super::times::TimeArgs;
use super::{Answer, counted};
use crate::failure::Failure;
use crate::output;
use crate::progress::Progress;
use bands::{Bands, Column};
use population::Population;

/// Simulate a model of your own with many parameter sets: bands, and a status for every member
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge scan my.bngl --t-end 24 --members 10000 --noise 30 --out bands.csv
  resurge scan my.bngl --t-end 24 --vary k_on=0.01:1 --vary n=1:4:linear --out bands.csv --each members.csv

Each member of the population has its own parameters. --vary draws a parameter between two bounds,
evenly on a logarithmic scale unless it says linear; --noise multiplies every parameter that is a
number by its own lognormal factor, whose logarithm has that standard deviation. Bands are smallest,
5, 25, 50, 75 and 95 % quantiles (within 0.5 %) and largest over the members that ran to their end; members
that failed are in no band, and --each gives their reasons. The same seed gives the same numbers on
any number of threads.")]
pub(super) struct ScanArgs {
    /// BNGL files, read in order as one model; or one .net file
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<PathBuf>,
    #[command(flatten)]
    times: TimeArgs,
    /// Where to write the bands
    #[arg(long, value_name = "FILE.csv")]
    out: PathBuf,
    /// Where to write one row for each member: status, parameters drawn, values at the end
    #[arg(long, value_name = "FILE.csv")]
    each: Option<PathBuf>,
    /// Number of members
    #[arg(long, value_name = "N", default_value_t = 1000)]
    members: u64,
    /// Draw a parameter between two bounds (repeat as needed)
    #[arg(long, value_name = "NAME=LOW:HIGH[:linear]")]
    vary: Vec<String>,
    /// Noise on every parameter that is a number, in percent
    #[arg(long, value_name = "PERCENT")]
    noise: Option<f64>,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Threads; as many as there are processors by default
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Observables, functions and species by name, separated by commas (all observables and functions by default)
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// Change a parameter for all members (repeat as needed)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

/// More members than this are a mistake.
const MOST_MEMBERS: u64 = 1_000_000_000;

pub(super) fn run(args: &ScanArgs) -> Result<Answer, Failure> {
    args.times.check()?;
    args.tolerances.check()?;
    if !(1..=MOST_MEMBERS).contains(&args.members) {
        return Err(Failure::Option {
            option: "--members",
            value: args.members.to_string(),
            reason: "a scan has between 1 and 1000000000 members".to_string(),
            help: "for example --members 1000".to_string(),
        });
    }
    if let Some(path) = args.models.iter().find(|p| is_system(p)) {
        return Err(Failure::Option {
            option: "MODEL",
            value: path.display().to_string(),
            reason: "scan does not read SBML and Antimony yet".to_string(),
            help: "give BNGL files or one .net file; resurge simulate runs SBML and Antimony".to_string(),
        });
    }
    let settings = parse_settings(&args.set)?;
    let files = ModelFiles::read(&args.models)?;
    let made = files.network(20_000, 200_000)?;
    let network = Arc::new(simulate::compile(&made.network).map_err(|e| compile_failure(&e))?);
    let fixed = settings.iter().map(|s| parameter(&network, s)).collect::<Result<Vec<_>, _>>()?;
    let population = population(args, &made.network, &network, fixed)?;
    let columns = columns(args, &network)?;
    let (bands, failed) = simulate_members(args, &network, &population, &columns);
    let n_failed = failed.len() as u64;
    if n_failed == args.members {
        let (_, reason) = &failed[0];
        return Err(Failure::Run {
            message: format!("every member failed, the first one because: {reason}; nothing was written"),
            help: "narrow the bounds of --vary or lower --noise".to_string(),
        });
    }
    output::write_file(&args.out, &bands.table(&columns)?)?;
    let mut text = format!(
        "{}, {}; {} of {} members to t = {}\nbands written to {}\n",
        counted(network.species().len(), "species"),
        counted(network.reactions().len(), "reaction"),
        args.members - n_failed,
        args.members,
        args.times.t_end,
        args.out.display()
    );
    if let Some(path) = &args.each {
        output::write_file(path, &bands.members(&columns, &population, &network, &failed)?)?;
        text += &format!("members written to {}\n", path.display());
    }
    let mut remarks = made.remarks;
    if let Some((member, reason)) = failed.first() {
        remarks += &format!(
            "warning: {} failed and {} in no band; the first one is member {member}: {reason}\n",
            counted(failed.len(), "member"),
            if n_failed == 1 { "is" } else { "are" },
        );
    }
    if bands.undefined > 0 {
        remarks += &format!(
            "warning: {} of observables or functions were no finite number and are in no band\n",
            counted(bands.undefined as usize, "value"),
        );
    }
    Ok(Answer { remarks, ..Answer::text(text) })
}

fn population(
    args: &ScanArgs,
    source: &ReactionNetwork,
    network: &CompiledNetwork,
    fixed: Vec<(usize, f64)>,
) -> Result<Population, Failure> {
    let mut population = Population::new(
        args.seed,
        network.parameter_values(&fixed).map_err(|e| Failure::Run {
            message: format!("failed to evaluate the parameters: {e}"),
            help: "correct the value of --set".to_string(),
        })?,
        fixed,
    );
    if let Some(percent) = args.noise {
        population.add_noise(percent, source)?;
    }
    for text in &args.vary {
        population.vary(text, network)?;
    }
    if population.is_uniform() {
        return Err(Failure::Option {
            option: "--vary",
            value: String::new(),
            reason: "all members would be the same".to_string(),
            help: "give --vary NAME=LOW:HIGH or --noise PERCENT".to_string(),
        });
    }
    Ok(population)
}

fn columns(args: &ScanArgs, network: &CompiledNetwork) -> Result<Vec<Column>, Failure> {
    if args.columns.is_empty() && network.outputs().is_empty() {
        return Ok(network.species().iter().enumerate().map(|(i, n)| Column::species(i, n)).collect());
    }
    if args.columns.is_empty() {
        return Ok(network.outputs().iter().enumerate().map(|(i, n)| Column::output(i, n)).collect());
    }
    let find = |name: &String| match (network.output_idx(name), network.species_idx(name)) {
        (Some(i), _) => Ok(Column::output(i, name)),
        (None, Some(i)) => Ok(Column::species(i, name)),
        (None, None) => {
            let known = network.outputs().iter().chain(network.species()).map(String::as_str);
            Err(unknown_column(name, known))
        }
    };
    args.columns.iter().map(find).collect()
}

fn simulate_members(
    args: &ScanArgs,
    network: &Arc<CompiledNetwork>,
    population: &Population,
    columns: &[Column],
) -> (Bands, Vec<FailedMember>) {
    let times = args.times.grid();
    let run_options = options(&args.tolerances);
    let run_of = |member| Run {
        t_start: args.times.t_start,
        t_end: args.times.t_end,
        parameters: population.parameters(member),
        output_times: times.clone(),
        options: run_options.clone(),
        ..Run::default()
    };
    let threads = args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let progress = Progress::start("scanning");
    let total = args.members as usize;
    let new_bands = || Bands::new(&times, columns, args.each.is_some());
    scan(network, args.members, threads, &run_of, &new_bands, &|done| progress.at(done as usize, total))
}
