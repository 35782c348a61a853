//! One run of one model.

use std::collections::HashMap;
use std::sync::Arc;

use ::simulate::{
    Initial, Run, RunOptions, Simulator, SpeciesAs, SteadyOptions, StochasticMethod, SystemRun,
    compile_stochastic, compile_system, flux_balance, run_logical, split_reversible, system_of_network,
};
use formats::sedml::{Place, Simulation, SimulationKind};
use model::logical::LogicalModel;
use model::{Expr, ReactionNetwork, ReactionSystem};

use super::Trouble;
use super::kisao::{Chosen, Method};
use super::model::{Kind, Loaded};

/// What came of a run: values of the places asked for, by place.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) times: Vec<f64>,
    pub(super) columns: HashMap<String, Vec<f64>>,
}

/// The longest time that a steady state of a network is waited for, and over which it must rest.
const STEADY: (f64, f64) = (1e9, 1e3);
/// No looser tolerances are used for networks: reports are compared to four digits, with a margin for adding up.
const NETWORK: (f64, f64) = (1e-9, 1e-10);

/// Nobody watches an archive: a run may be long.
const MOST_STEPS: usize = 20_000_000;

/// When to look, and which of the rows count.
struct Course {
    start: f64,
    end: f64,
    times: Vec<f64>,
}

/// Runs a model from where it is; afterwards it is where the run ended.
///
/// # Errors
/// What is not supported, or why the run failed.
pub(super) fn simulate(
    loaded: &mut Loaded,
    simulation: &Simulation,
    chosen: &Chosen,
    replicate: u64,
    targets: &[&str],
) -> Result<Table, Trouble> {
    let course = match simulation.kind {
        SimulationKind::SteadyState => None,
        SimulationKind::UniformTimeCourse { initial, start, end, steps } => {
            if !(initial <= start && start <= end) {
                let id = &simulation.id;
                return Err(Trouble::Failed(format!(
                    "the times {initial}, {start}, {end} of {id:?} do not ascend"
                )));
            }
            Some(Course { start: initial, end, times: even(start, end, steps) })
        }
        SimulationKind::OneStep(step) if step > 0.0 => {
            Some(Course { start: loaded.t, end: loaded.t + step, times: vec![loaded.t, loaded.t + step] })
        }
        SimulationKind::OneStep(step) => return Err(Trouble::Failed(format!("a step of {step}"))),
    };
    let end = course.as_ref().map_or(loaded.t, |c| c.end);
    let symbols = targets
        .iter()
        .map(|target| Ok(((*target).to_string(), loaded.place(target)?.clone())))
        .collect::<Result<Vec<_>, Trouble>>()?;
    let table = match (&mut loaded.kind, chosen.method) {
        (Kind::System(system), Method::Ode | Method::Stochastic(_)) => {
            system_table(system, course, chosen, replicate, &symbols)
        }
        (Kind::Network(network), Method::Ode) => network_table(network, course, chosen, &symbols),
        (Kind::Network(network), Method::Stochastic(method)) => {
            fired_network_table(network, course, chosen, method, replicate, &symbols)
        }
        (Kind::System(system), Method::FluxBalance) if course.is_none() => flux_table(system, &symbols),
        (Kind::Logical(logical), Method::Synchronous) => logical_table(logical, course, &symbols),
        (Kind::Logical(_), _) => {
            Err(Trouble::Unsupported("a logical model with another method than KISAO:0000449".to_string()))
        }
        (_, Method::FluxBalance) => {
            Err(Trouble::Unsupported("flux balance other than as a steady state".to_string()))
        }
        (_, Method::Synchronous) => {
            Err(Trouble::Unsupported("KISAO:0000449 for a model that is not logical".to_string()))
        }
    }?;
    loaded.t = end;
    Ok(table)
}

/// `steps` + 1 times; one when the course has no length.
fn even(start: f64, end: f64, steps: usize) -> Vec<f64> {
    if steps == 0 || start >= end {
        return vec![end];
    }
    let time = |k: usize| if k == steps { end } else { start + (end - start) * k as f64 / steps as f64 };
    (0..=steps).map(time).collect()
}

fn failed(error: &dyn std::fmt::Display) -> Trouble {
    Trouble::Failed(error.to_string())
}

fn symbol(place: &Place) -> Result<&str, Trouble> {
    match place {
        Place::Symbol(id) | Place::Flux(id) => Ok(id),
        Place::Objective(id) => {
            Err(Trouble::Failed(format!("the objective {id:?} has no value in a time course")))
        }
        Place::Level(id) => Err(Trouble::Failed(format!("{id:?} has no level in rate equations"))),
    }
}

fn system_table(
    system: &mut ReactionSystem,
    course: Option<Course>,
    chosen: &Chosen,
    replicate: u64,
    symbols: &[(String, Place)],
) -> Result<Table, Trouble> {
    let compiled = match chosen.method {
        Method::Stochastic(method) => compile_stochastic(&split_reversible(system).0, method),
        _ => compile_system(system),
    };
    let compiled = compiled.map_err(|e| system_trouble(&e))?;
    let defaults = SystemRun::default();
    let mut run = SystemRun {
        // Looser tolerances than ours would give numbers that nobody could compare.
        rtol: chosen.rtol.map_or(defaults.rtol, |rtol| rtol.min(defaults.rtol)),
        max_steps: MOST_STEPS,
        seed: chosen.seed,
        replicate,
        ..defaults
    };
    let trajectory = match course {
        Some(course) => {
            (run.t_start, run.t_end, run.output_times) = (course.start, course.end, course.times);
            compiled.run(&run)
        }
        None => compiled.steady_state(&run),
    };
    let trajectory = trajectory.map_err(|e| system_trouble(&e))?;
    let mut columns = HashMap::new();
    for (target, place) in symbols {
        let id = symbol(place)?;
        let column = compiled.column(id, chosen.species_as);
        let column = column.ok_or_else(|| Trouble::Failed(format!("{id:?} has no value")))?;
        columns.insert(target.clone(), trajectory.column(column));
    }
    // The next run goes on from here; a trigger that is true now has fired already.
    for name in compiled.symbols().iter().filter(|s| !s.starts_with(' ')) {
        let column = compiled.column(name, SpeciesAs::Symbol).map(|c| trajectory.column(c));
        if let Some(&value) = column.as_ref().and_then(|c| c.last()) {
            // Reactions and assigned symbols have no value of their own to keep.
            let _ = system.set_initial(name, value);
        }
    }
    for event in &mut system.events {
        event.trigger_initial_value = true;
    }
    Ok(Table { times: trajectory.times().to_vec(), columns })
}

fn system_trouble(error: &::simulate::SystemError) -> Trouble {
    match error {
        ::simulate::SystemError::Unsupported { .. } => Trouble::Unsupported(error.to_string()),
        other => failed(other),
    }
}

fn network_table(
    network: &mut ReactionNetwork,
    course: Option<Course>,
    chosen: &Chosen,
    symbols: &[(String, Place)],
) -> Result<Table, Trouble> {
    let compiled = Arc::new(::simulate::compile(network).map_err(|e| failed(&e))?);
    let mut simulator = Simulator::new(compiled.clone());
    let options = RunOptions {
        max_steps: MOST_STEPS,
        rtol: chosen.rtol.map_or(NETWORK.0, |rtol| rtol.min(NETWORK.0)),
        atol: vec![chosen.atol.map_or(NETWORK.1, |atol| atol.min(NETWORK.1))],
        ..RunOptions::default()
    };
    let run = match course {
        Some(course) => Run {
            t_start: course.start,
            t_end: course.end,
            output_times: course.times,
            options,
            ..Run::default()
        },
        None => {
            let steady = SteadyOptions { run: options.clone(), tau: STEADY.1, t_max: STEADY.0 };
            let state = simulator.steady_state(&[], &Initial::Defaults, &steady).map_err(|e| failed(&e))?;
            Run { initial: Initial::State(state), output_times: vec![0.0], options, ..Run::default() }
        }
    };
    let trajectory = simulator.run(&run).map_err(|e| failed(&e))?;
    let parameters = compiled.parameter_values(&[]).map_err(|e| failed(&e))?;
    let n_times = trajectory.times().len();
    let mut columns = HashMap::new();
    for (target, place) in symbols {
        let name = symbol(place)?;
        let column = (compiled.output_idx(name).map(|i| trajectory.output(i)))
            .or_else(|| compiled.species_idx(name).map(|i| trajectory.species(i)))
            .or_else(|| compiled.parameter_idx(name).map(|i| vec![parameters[i]; n_times]));
        let column = column.ok_or_else(|| Trouble::Failed(format!("the model has no {name:?}")))?;
        columns.insert(target.clone(), column);
    }
    if n_times > 0 {
        for (species, amount) in network.species.iter_mut().zip(trajectory.state(n_times - 1)) {
            species.initial = Expr::Number(*amount);
        }
    }
    Ok(Table { times: trajectory.times().to_vec(), columns })
}

fn fired_network_table(
    network: &mut ReactionNetwork,
    course: Option<Course>,
    chosen: &Chosen,
    method: StochasticMethod,
    replicate: u64,
    symbols: &[(String, Place)],
) -> Result<Table, Trouble> {
    let mut system = system_of_network(network);
    let chosen = Chosen { method: Method::Stochastic(method), ..chosen.clone() };
    let mut all = symbols.to_vec();
    // Species have blanks in no name of theirs: their amounts come back under their own names.
    all.extend(network.species.iter().map(|s| (s.name.clone(), Place::Symbol(s.name.clone()))));
    let table = system_table(&mut system, course, &chosen, replicate, &all)?;
    for species in &mut network.species {
        if let Some(&amount) = table.columns.get(&species.name).and_then(|c| c.last()) {
            species.initial = Expr::Number(amount);
        }
    }
    Ok(table)
}

fn flux_table(system: &ReactionSystem, symbols: &[(String, Place)]) -> Result<Table, Trouble> {
    let solution = flux_balance(system, None).map_err(|e| failed(&e))?;
    let mut columns = HashMap::new();
    for (target, place) in symbols {
        let value = match place {
            Place::Symbol(id) | Place::Flux(id) => solution.fluxes.iter().find(|(r, _)| r == id).map(|f| f.1),
            Place::Objective(id) => (*id == solution.objective).then_some(solution.value),
            Place::Level(_) => None,
        };
        let value =
            value.ok_or_else(|| Trouble::Failed(format!("{target:?} has no value in a flux balance")))?;
        columns.insert(target.clone(), vec![value]);
    }
    Ok(Table { times: vec![0.0], columns })
}

/// Levels after whole numbers of updates; the unit of time is one update.
fn logical_table(
    model: &mut LogicalModel,
    course: Option<Course>,
    symbols: &[(String, Place)],
) -> Result<Table, Trouble> {
    let course =
        course.ok_or_else(|| Trouble::Unsupported("the steady state of a logical model".to_string()))?;
    let trajectory = run_logical(model, course.start, &course.times).map_err(|e| failed(&e))?;
    let mut columns = HashMap::new();
    for (target, place) in symbols {
        let (Place::Level(id) | Place::Symbol(id) | Place::Flux(id) | Place::Objective(id)) = place;
        let levels = trajectory.levels(id).ok_or_else(|| Trouble::Failed(format!("{id:?} has no level")))?;
        columns.insert(target.clone(), levels.into_iter().map(f64::from).collect());
    }
    for species in &mut model.species {
        species.initial_level = trajectory.levels(&species.id).and_then(|l| l.last().copied());
    }
    Ok(Table { times: course.times, columns })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_course_are_even_and_end_exactly() {
        let times = even(0.0, 0.3, 3);
        // Thirds of 0.3 are rounded in the last place; the ends are not.
        assert!(times.iter().zip([0.0, 0.1, 0.2, 0.3]).all(|(a, b)| (a - b).abs() < 1e-15), "{times:?}");
        assert_eq!((times[0], times[3]), (0.0, 0.3));
        assert_eq!(even(5.0, 5.0, 10), [5.0]);
    }
}
