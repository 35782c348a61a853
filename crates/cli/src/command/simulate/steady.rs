//! Steady states instead of time courses.

use std::sync::Arc;

use simulate::{CompiledNetwork, CompiledSystem, Initial, Run, Simulator, SteadyOptions, SystemRun};

use super::super::{Answer, counted};
use super::sbml::failure;
use super::{Method, SimulateArgs, Table, options, parameter, rows, run_failure, table, write};
use crate::failure::Failure;
use crate::progress::Progress;

/// A steady state rests for the first of these times, and is reached within the second.
const STEADY: (f64, f64) = (1e3, 1e9);

/// Refuses methods without steady states.
pub(super) fn check(args: &SimulateArgs) -> Result<(), Failure> {
    match args.method {
        Method::Ode => Ok(()),
        Method::Ssa | Method::Tau => Err(Failure::Option {
            option: "--steady-state",
            value: String::new(),
            reason: "reactions that fire at random do not come to rest".to_string(),
            help: "take --method ode, or a long --t-end".to_string(),
        }),
    }
}

/// Of a network.
pub(super) fn of_network(
    network: Arc<CompiledNetwork>,
    settings: &[(String, f64)],
    args: &SimulateArgs,
    remarks: String,
) -> Result<Answer, Failure> {
    let parameters: Vec<(usize, f64)> =
        settings.iter().map(|s| parameter(&network, s)).collect::<Result<_, _>>()?;
    let options = SteadyOptions { run: options(&args.tolerances), tau: STEADY.0, t_max: STEADY.1 };
    let progress = Progress::start("waiting for the steady state");
    let mut simulator = Simulator::new(network);
    let state =
        simulator.steady_state(&parameters, &Initial::Defaults, &options).map_err(|e| run_failure(&e))?;
    let run = Run {
        parameters,
        initial: Initial::State(state),
        output_times: vec![0.0],
        options: options.run,
        ..Run::default()
    };
    let trajectory = simulator.run(&run).map_err(|e| run_failure(&e))?;
    drop(progress);
    answer(args, table(&trajectory, args)?, remarks)
}

/// Of an SBML model.
pub(super) fn of_system(
    compiled: &CompiledSystem,
    columns: &[(&str, usize)],
    args: &SimulateArgs,
    remarks: String,
) -> Result<Answer, Failure> {
    let defaults = SystemRun::default();
    let run = SystemRun {
        t_start: args.times.t_start,
        rtol: args.tolerances.rtol.unwrap_or(defaults.rtol),
        atol: args.tolerances.atol.or(defaults.atol),
        seed: args.seed,
        ..defaults
    };
    let progress = Progress::start("waiting for the steady state");
    let steady = compiled.steady_state(&run).map_err(|e| failure("find a steady state", &e))?;
    drop(progress);
    let columns: Vec<(&str, Vec<f64>)> =
        columns.iter().map(|(name, column)| (*name, steady.column(*column))).collect();
    answer(args, rows(steady.times(), &columns), remarks)
}

/// Writes the one row; a steady state has no time.
fn answer(args: &SimulateArgs, (mut head, mut rows): Table, remarks: String) -> Result<Answer, Failure> {
    head.remove(0);
    for row in &mut rows {
        row.remove(0);
    }
    let columns = counted(head.len(), "column");
    write(args, &(head, rows))?;
    let text = format!("steady state: {columns} written to {}\n", args.out.display());
    Ok(Answer { remarks, ..Answer::text(text) })
}
