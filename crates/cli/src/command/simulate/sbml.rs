//! SBML and Antimony models.

use std::path::PathBuf;

use model::ReactionSystem;
use model::reaction_system::SetError;
use simulate::{CompiledSystem, SystemError, SystemRun, SystemTrajectory, compile_system};

use super::super::model_files::{is_system, read_system};
use super::super::{Answer, counted};
use super::{Method, SimulateArgs, SpeciesColumns, logical, rows, steady, stochastic, unknown_column, write};
use crate::failure::{Failure, nearest};
use crate::progress::Progress;

/// Whether the files are SBML or Antimony, by their endings.
pub(super) fn is_sbml(paths: &[PathBuf]) -> bool {
    paths.iter().any(|p| is_system(p))
}

pub(super) fn run(args: &SimulateArgs, settings: &[(String, f64)]) -> Result<Answer, Failure> {
    let [path] = args.models.as_slice() else {
        return Err(Failure::Option {
            option: "MODEL",
            value: args.models.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" "),
            reason: "an SBML or Antimony file is a whole model".to_string(),
            help: "give one such file".to_string(),
        });
    };
    if let Some(answer) = logical::run(path, args, settings)? {
        return Ok(answer);
    }
    let (mut system, remarks) = read_system(path)?;
    settings.iter().try_for_each(|setting| set(&mut system, setting))?;
    if args.method != Method::Ode {
        return stochastic::run_system(&system, args, remarks);
    }
    let compiled = compile_system(&system).map_err(|e| failure("compile the model", &e))?;
    let columns = columns(&compiled, args)?;
    if args.steady_state {
        return steady::of_system(&compiled, &columns, args, remarks);
    }
    let trajectory = simulate(&compiled, args)?;
    let columns: Vec<(&str, Vec<f64>)> =
        columns.into_iter().map(|(name, column)| (name, trajectory.column(column))).collect();
    write(args, &rows(trajectory.times(), &columns))?;
    let text = format!(
        "{}, {}, {} steps to t = {}\n{} times written to {}\n",
        counted(system.species.len(), "species"),
        counted(system.reactions.len(), "reaction"),
        trajectory.steps(),
        args.times.t_end,
        args.times.points,
        args.out.display(),
    );
    Ok(Answer { remarks, ..Answer::text(text) })
}

fn simulate(compiled: &CompiledSystem, args: &SimulateArgs) -> Result<SystemTrajectory, Failure> {
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
    let _progress = Progress::start("simulating");
    compiled.run(&run).map_err(|e| failure("simulate", &e))
}

pub(in crate::command) fn set(
    system: &mut ReactionSystem,
    (name, value): &(String, f64),
) -> Result<(), Failure> {
    let error = |reason: String, help: String| Failure::Option {
        option: "--set",
        value: format!("{name}={value}"),
        reason,
        help,
    };
    match system.set_initial(name, *value) {
        Ok(()) => Ok(()),
        Err(SetError::Assigned) => Err(error(
            "an assignment rule determines it at all times".to_string(),
            "set what the rule depends on".to_string(),
        )),
        Err(SetError::Unknown) => {
            let known = (system.parameters.iter().map(|p| p.id.as_str()))
                .chain(system.species.iter().map(|s| s.id.as_str()))
                .chain(system.compartments.iter().map(|c| c.id.as_str()));
            let near = nearest(name, known);
            Err(error(
                format!("the model has no symbol {name:?}"),
                match near.as_slice() {
                    [] => "set a parameter, species or compartment".to_string(),
                    near => format!("did you mean {}?", near.join(" or ")),
                },
            ))
        }
    }
}

/// Names and positions of the columns asked for; without --columns all symbols.
pub(super) fn columns<'c>(
    compiled: &'c CompiledSystem,
    args: &SimulateArgs,
) -> Result<Vec<(&'c str, usize)>, Failure> {
    let species_as = SpeciesColumns::meant(args.species);
    // A space in front marks what is of the program's own making.
    let symbols = || compiled.symbols().iter().map(String::as_str).filter(|s| !s.starts_with(' '));
    let all: Vec<&str> = if args.observables_only {
        let species: Vec<&str> = compiled.species().collect();
        symbols().filter(|s| !species.contains(s)).collect()
    } else {
        symbols().collect()
    };
    let known = |name: &str| symbols().find(|s| *s == name);
    let wanted: Vec<&str> = if args.columns.is_empty() {
        all
    } else {
        let find = |name: &String| known(name).ok_or_else(|| unknown_column(name, symbols()));
        args.columns.iter().map(find).collect::<Result<_, _>>()?
    };
    Ok(wanted.into_iter().filter_map(|name| Some((name, compiled.column(name, species_as)?))).collect())
}

pub(in crate::command) fn failure(what: &str, error: &SystemError) -> Failure {
    let help = match error {
        SystemError::Unsupported { .. } => "write the model without it",
        SystemError::UnknownSymbol { .. } => "correct the name",
        SystemError::Cycle { .. } => "break the circle: give one of the symbols a value of its own",
        SystemError::Overdetermined { .. } => "remove a rule, or declare a variable that it determines",
        SystemError::NonFiniteStart { .. } => "give it an initial value, for example with --set",
        SystemError::NonFinite { .. } => {
            "look for a division by zero, a logarithm of zero, a power of a negative number, or a missing value; \
             `resurge doctor MODEL` says where"
        }
        SystemError::Inconsistent { .. } => {
            "check the algebraic rules and the initial values of those variables"
        }
        SystemError::NotSteady { .. } => "look at a time course: the model may oscillate or grow without end",
        SystemError::NoRest { .. } => "check the kinetic laws of the fast reactions",
        SystemError::StepSizeTooSmall { .. } | SystemError::Singular { .. } => {
            "look at the mathematics of that variable for jumps or infinite slopes; a larger --atol may help; \
             `resurge doctor MODEL` looks closer"
        }
        SystemError::TooManySteps { .. } => {
            "try a shorter --t-end, or a larger --rtol such as 1e-6; `resurge doctor MODEL` looks closer"
        }
        SystemError::EventLoop { .. } => "look for events whose assignments trigger each other",
        SystemError::BadDelay { .. } => "a delay is a number from 0",
        SystemError::InvalidInput { .. } => "correct the value",
        SystemError::BadPropensity { .. } => {
            "split a reversible reaction into two; look for a division by zero or a missing value in that rate"
        }
        SystemError::BadDraw { .. } => "correct the arguments of the distribution",
        SystemError::NotEnough { .. } => {
            "write a rate that is zero without the reactant, or use --method ode"
        }
        SystemError::NotWhole { .. } => {
            "set a whole number of molecules with --set, or change the units of the model"
        }
    };
    Failure::Run {
        message: format!("failed to {what}: {error}; nothing was written"),
        help: help.to_string(),
    }
}
