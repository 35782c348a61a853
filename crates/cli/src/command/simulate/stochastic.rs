//! Reactions that fire at random: one run, or statistics of many.

use model::{ReactionNetwork, ReactionSystem};
use simulate::{
    CompiledSystem, Replicates, SpeciesAs, StochasticMethod, SystemRun, compile_stochastic, mean_and_sd,
    quantile, split_reversible, system_of_network,
};

use super::super::{Answer, counted};
use super::{Method, SimulateArgs, Table, sbml, unknown_column, write};
use crate::failure::Failure;
use crate::progress::Progress;

/// More numbers than this are not kept (8 bytes each).
const MOST_VALUES: u128 = 250_000_000;
/// Quantiles in the table.
const QUANTILES: [(&str, f64); 3] = [("q05", 0.05), ("median", 0.5), ("q95", 0.95)];

/// Options that need another method.
pub(super) fn check(args: &SimulateArgs) -> Result<(), Failure> {
    let refuse = |option, value: String, reason: &str, help: &str| {
        Err(Failure::Option { option, value, reason: reason.to_string(), help: help.to_string() })
    };
    let random = args.method != Method::Ode;
    if !random && args.replicates != 1 {
        let reason = "the ODE method gives the same numbers each time";
        return refuse("--replicates", args.replicates.to_string(), reason, "add --method ssa");
    }
    if args.replicates == 0 {
        return refuse(
            "--replicates",
            "0".to_string(),
            "there must be a run",
            "for example --replicates 100",
        );
    }
    if args.all_replicates && !random {
        return refuse("--all-replicates", String::new(), "there is one run only", "add --method ssa");
    }
    if args.epsilon.is_some() && args.method != Method::Tau {
        return refuse("--epsilon", String::new(), "only tau-leaping has it", "add --method tau");
    }
    Ok(())
}

/// A network with reactions that fire at random.
pub(super) fn run_network(
    network: &ReactionNetwork,
    settings: &[(String, f64)],
    args: &SimulateArgs,
    remarks: String,
) -> Result<Answer, Failure> {
    let mut system = system_of_network(network);
    settings.iter().try_for_each(|setting| sbml::set(&mut system, setting))?;
    let outputs = (network.observables.iter().map(|o| &o.name))
        .chain(network.functions.iter().filter(|f| f.arguments.is_empty()).map(|f| &f.name));
    let species = network.species.iter().map(|s| &s.name).filter(|_| !args.observables_only);
    let all: Vec<String> = outputs.chain(species).cloned().collect();
    let compiled = compile(&system, args)?;
    let names = if args.columns.is_empty() { all } else { args.columns.clone() };
    let columns = names
        .iter()
        .map(|name| {
            let column = compiled.column(name, SpeciesAs::Amount).filter(|_| !name.starts_with(' '));
            let known = || compiled.symbols().iter().map(String::as_str);
            column.map(|c| (name.as_str(), c)).ok_or_else(|| unknown_column(name, known()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    run(&compiled, &system, &columns, args, remarks)
}

/// An SBML model with reactions that fire at random.
pub(super) fn run_system(
    system: &ReactionSystem,
    args: &SimulateArgs,
    mut remarks: String,
) -> Result<Answer, Failure> {
    let (split, names) = split_reversible(system);
    if !names.is_empty() {
        remarks.push_str(&format!("note: both directions fire of {}\n", names.join(", ")));
    }
    let compiled = compile(&split, args)?;
    let columns = sbml::columns(&compiled, args)?;
    run(&compiled, system, &columns, args, remarks)
}

fn compile(system: &ReactionSystem, args: &SimulateArgs) -> Result<CompiledSystem, Failure> {
    let method = match args.method {
        Method::Ode | Method::Ssa => StochasticMethod::Exact,
        Method::Tau => StochasticMethod::TauLeaping { epsilon: args.epsilon.unwrap_or(0.03) },
    };
    compile_stochastic(system, method).map_err(|e| sbml::failure("compile the model", &e))
}

fn run(
    compiled: &CompiledSystem,
    system: &ReactionSystem,
    columns: &[(&str, usize)],
    args: &SimulateArgs,
    remarks: String,
) -> Result<Answer, Failure> {
    let size = u128::from(args.replicates) * columns.len() as u128 * args.times.points as u128;
    if size > MOST_VALUES {
        return Err(Failure::Option {
            option: "--replicates",
            value: args.replicates.to_string(),
            reason: format!("{size} numbers would have to be kept, more than {MOST_VALUES}"),
            help: "name the columns of interest with --columns, or take fewer --points".to_string(),
        });
    }
    let defaults = SystemRun::default();
    let run = SystemRun {
        t_start: args.times.t_start,
        t_end: args.times.t_end,
        output_times: args.times.grid(),
        rtol: args.tolerances.rtol.unwrap_or(defaults.rtol),
        atol: args.tolerances.atol.or(defaults.atol),
        seed: args.seed,
        ..defaults
    };
    let progress = Progress::start("simulating");
    let positions: Vec<usize> = columns.iter().map(|c| c.1).collect();
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all = compiled
        .run_replicates(&run, args.replicates, &positions, n_threads)
        .map_err(|e| sbml::failure("simulate", &e))?;
    drop(progress);
    let names: Vec<&str> = columns.iter().map(|c| c.0).collect();
    let (head, rows) = if args.all_replicates {
        every_replicate(&all, &names)
    } else if args.replicates == 1 {
        let (mut head, mut rows) = every_replicate(&all, &names);
        head.remove(0);
        for row in &mut rows {
            row.remove(0);
        }
        (head, rows)
    } else {
        statistics(&all, &names)
    };
    write(args, &(head, rows))?;
    let text = format!(
        "{}, {}, {}, {} firings in {} to t = {}\n{} times written to {}\n",
        counted(system.species.len(), "species"),
        counted(system.reactions.len(), "reaction"),
        match args.method {
            Method::Tau => "tau-leaping",
            Method::Ode | Method::Ssa => "exact stochastic simulation",
        },
        all.steps(),
        counted(all.n_replicates(), "replicate"),
        args.times.t_end,
        args.times.points,
        args.out.display(),
    );
    Ok(Answer { remarks, ..Answer::text(text) })
}

/// Number of the replicate, time, columns.
fn every_replicate(all: &Replicates, names: &[&str]) -> Table {
    let head = ["replicate", "time"].iter().chain(names).map(ToString::to_string).collect();
    let mut rows = Vec::new();
    for replicate in 0..all.n_replicates() {
        let columns: Vec<&[f64]> = (0..names.len()).map(|c| all.column(replicate, c)).collect();
        for (row, &t) in all.times().iter().enumerate() {
            let values = columns.iter().map(|column| column[row]);
            rows.push([replicate as f64, t].into_iter().chain(values).collect());
        }
    }
    (head, rows)
}

/// Time, and for each column mean, standard deviation and quantiles over the replicates.
fn statistics(all: &Replicates, names: &[&str]) -> Table {
    let mut head = vec!["time".to_string()];
    for name in names {
        head.extend(
            ["mean", "sd"].iter().chain(QUANTILES.iter().map(|(q, _)| q)).map(|s| format!("{name}:{s}")),
        );
    }
    let rows = all.times().iter().enumerate().map(|(row, &t)| {
        let mut cells = vec![t];
        for column in 0..names.len() {
            let mut sample = all.sample(column, row);
            let (mean, sd) = mean_and_sd(&sample);
            sample.sort_by(f64::total_cmp);
            cells.extend([mean, sd].into_iter().chain(QUANTILES.iter().map(|(_, q)| quantile(&sample, *q))));
        }
        cells
    });
    (head, rows.collect())
}
