//! From a reaction system to jumps.

use std::collections::HashMap;

use model::ReactionSystem;

use super::super::compile::{CompiledSystem, Parts, Place, compile_parts};
use super::super::{SpeciesAs, SystemError};
use super::law::{Law, analyse, is_piecewise_constant, leaves};
use super::split::{HAZARD, Jump, THRESHOLD, add_hazard, split};
use crate::ir::{NodeIdx, Tape};

/// How reactions fire.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum StochasticMethod {
    /// One by one: exact.
    #[default]
    Exact,
    /// Many at a time, such that no propensity changes by more than this share during a leap.
    TauLeaping {
        /// The share, between 0 and 1; 0.03 is usual.
        epsilon: f64,
    },
}

/// The reactions of a system as jumps.
#[derive(Debug)]
pub(crate) struct Jumps {
    pub(crate) method: StochasticMethod,
    /// Names of the reactions.
    pub(crate) names: Vec<String>,
    /// Names of the states.
    pub(crate) states: Vec<String>,
    pub(crate) laws: Vec<Law>,
    /// States that each propensity depends on.
    pub(crate) needs: Vec<Vec<usize>>,
    /// Reactions whose propensity a firing of each reaction changes.
    pub(crate) dependents: Vec<Vec<u32>>,
    /// States that each reaction changes.
    pub(crate) changed: Vec<Vec<u32>>,
    /// Coefficients of the laws, then the changes in the order of `changed`, over slots.
    pub(crate) constants: Tape,
    pub(crate) n_changes: usize,
    /// States that only jumps and events change, and that are counts.
    pub(crate) counts: Vec<u32>,
    /// Whether a trigger depends on a state.
    pub(crate) triggers_see_states: bool,
    /// Set when propensities change between jumps.
    pub(crate) hazard: Option<Hazard>,
}

/// How the engine finds the next jump where propensities change in between.
#[derive(Debug)]
pub(crate) struct Hazard {
    /// The event at which a reaction fires.
    pub(crate) event: usize,
    /// Slot of the threshold.
    pub(crate) threshold: usize,
    /// Columns with the propensities.
    pub(crate) columns: Vec<usize>,
}

/// Compiles a system for stochastic simulation: species that reactions change are counts, reactions fire at random
/// times with their kinetic laws as propensities, and rules and events hold as ever.
///
/// Between two jumps the propensities are usually constant, and the direct method is exact. Where they change with
/// time or with rate rules, the next jump is where the integral of their sum reaches an exponential random number:
/// exact up to the tolerance of the integration.
///
/// # Errors
/// [`SystemError`], also for what has no meaning when reactions are jumps.
pub fn compile_stochastic(
    system: &ReactionSystem,
    method: StochasticMethod,
) -> Result<CompiledSystem, SystemError> {
    if let StochasticMethod::TauLeaping { epsilon } = method
        && !(epsilon > 0.0 && epsilon < 1.0)
    {
        let what = format!("the error control of tau-leaping lies between 0 and 1, not at {epsilon}");
        return Err(SystemError::InvalidInput { what });
    }
    let (mut rest, jumps) = split(system)?;
    let observed = observed(&jumps);
    let parts = compile_parts(&rest, &observed)?;
    if is_pure(&parts, jumps.len()) {
        return finish(parts, &jumps, method);
    }
    if method != StochasticMethod::Exact {
        return Err(SystemError::Unsupported {
            place: "the model".to_string(),
            feature: "tau-leaping with rates that change between reactions",
        });
    }
    add_hazard(&mut rest, &jumps);
    finish(compile_parts(&rest, &observed)?, &jumps, method)
}

/// Propensities, then changes.
fn observed(jumps: &[Jump]) -> Vec<&str> {
    let rates = jumps.iter().map(|j| j.name.as_str());
    rates.chain(jumps.iter().flat_map(|j| j.changes.iter().map(|c| c.1.as_str()))).collect()
}

/// Whether nothing changes between jumps and stops.
fn is_pure(parts: &Parts, n_jumps: usize) -> bool {
    let Parts { g, rates, observed, triggers, compiled } = parts;
    compiled.n_delays == 0
        && compiled.mass.iter().all(|m| *m != 0.0)
        && rates.iter().all(|&rate| g.value(rate) == Some(0.0))
        && observed[..n_jumps].iter().chain(triggers).all(|&node| is_piecewise_constant(g, node))
}

fn finish(parts: Parts, jumps: &[Jump], method: StochasticMethod) -> Result<CompiledSystem, SystemError> {
    let Parts { mut compiled, mut g, observed, triggers, .. } = parts;
    let n_inputs = compiled.n_states() + 2 * compiled.n_delays;
    let (mut laws, mut needs, mut constants) = (Vec::new(), Vec::new(), Vec::new());
    for &rate in &observed[..jumps.len()] {
        let found = analyse(&mut g, rate, compiled.n_slots, n_inputs);
        laws.push(found.law);
        needs.push(found.states);
        constants.push(found.coefficient);
    }
    let all_changes = jumps.iter().flat_map(|jump| jump.changes.iter().map(move |c| (jump, c)));
    for ((jump, (species, _)), &node) in all_changes.zip(&observed[jumps.len()..]) {
        let (states, time) = leaves(&g, node);
        if time || !states.is_empty() {
            return Err(SystemError::Unsupported {
                place: format!("{} in {}", species, jump.name),
                feature: "a stoichiometry that changes with the state in a stochastic simulation",
            });
        }
        constants.push(node);
    }
    let changed = changed_states(&compiled, jumps)?;
    let dependents = dependents(&changed, &needs, compiled.n_states());
    let mut counts: Vec<u32> = changed.iter().flatten().copied().collect();
    counts.sort_unstable();
    counts.dedup();
    let hazard = hazard(&compiled, jumps);
    compiled.jumps = Some(Jumps {
        method,
        names: jumps.iter().map(|j| j.name.clone()).collect(),
        states: compiled.names.states.clone(),
        laws,
        needs,
        dependents,
        changed,
        constants: Tape::new(&g, &constants, compiled.n_slots, n_inputs),
        n_changes: constants.len() - jumps.len(),
        counts,
        triggers_see_states: sees_states(&g, &triggers),
        hazard,
    });
    Ok(compiled)
}

fn sees_states(g: &crate::ir::Graph, triggers: &[NodeIdx]) -> bool {
    triggers.iter().any(|&trigger| !leaves(g, trigger).0.is_empty())
}

fn changed_states(compiled: &CompiledSystem, jumps: &[Jump]) -> Result<Vec<Vec<u32>>, SystemError> {
    let variables: HashMap<&str, usize> =
        compiled.symbols.iter().enumerate().map(|(i, s)| (s.as_str(), i)).collect();
    let state = |jump: &Jump, species: &str| match variables
        .get(species)
        .and_then(|&v| compiled.stored.get(v))
        .map(|s| s.place)
    {
        Some(Place::State(i)) => Ok(u32::try_from(i).expect("fewer than 2^32 states")),
        _ => Err(SystemError::Unsupported {
            place: format!("{species} in {}", jump.name),
            feature: "a species that both a rule and a reaction change",
        }),
    };
    jumps.iter().map(|jump| jump.changes.iter().map(|(species, _)| state(jump, species)).collect()).collect()
}

/// For each reaction, those whose propensity depends on what it changes.
fn dependents(changed: &[Vec<u32>], needs: &[Vec<usize>], n_states: usize) -> Vec<Vec<u32>> {
    let mut users: Vec<Vec<u32>> = vec![Vec::new(); n_states];
    for (reaction, states) in needs.iter().enumerate() {
        let reaction = u32::try_from(reaction).expect("fewer than 2^32 reactions");
        states.iter().for_each(|&s| users[s].push(reaction));
    }
    let of = |states: &Vec<u32>| {
        let mut all: Vec<u32> = states.iter().flat_map(|&s| users[s as usize].iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    changed.iter().map(of).collect()
}

fn hazard(compiled: &CompiledSystem, jumps: &[Jump]) -> Option<Hazard> {
    let event = compiled.events.iter().position(|e| e.name == HAZARD)?;
    let column = |name: &str| compiled.column(name, SpeciesAs::Symbol);
    let Place::Slot(threshold) = compiled.stored.get(column(THRESHOLD)?)?.place else { return None };
    let columns = jumps.iter().map(|j| column(&j.name)).collect::<Option<_>>()?;
    Some(Hazard { event, threshold, columns })
}
