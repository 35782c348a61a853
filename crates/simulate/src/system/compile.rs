//! From a reaction system to programs.

use std::collections::HashMap;

use model::{Expr, ReactionSystem};
use ode::{Solver, SparsityPattern};

use super::SystemError;
use super::algebraic::{assign_unknowns, solve_explicitly};
use super::lower::{Lowering, Moment};
use super::order::definitions_in_order;
use super::stochastic::{Draw, Jumps, place_draws, take_draws};
use super::table::{Kind, Role, Table, VariableIdx};
use super::watch::watch;
use crate::ir::{Derivatives, Graph, Node, NodeIdx, Tape, jacobian};
use crate::tier::{Compilations, Tier};

/// How species columns are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpeciesAs {
    /// As the symbol in mathematics: a concentration, or an amount if the model says so.
    #[default]
    Symbol,
    /// As amounts.
    Amount,
    /// As concentrations.
    Concentration,
}

/// An immutable system, ready to run.
#[derive(Debug)]
pub struct CompiledSystem {
    /// Symbols with values: variables, then reactions.
    pub(super) symbols: Vec<String>,
    /// For each variable its species column as amount and as concentration, after the symbols.
    species_columns: HashMap<String, (usize, usize)>,
    pub(super) names: Names,
    pub(super) events: Vec<CompiledEvent>,
    pub(super) stored: Vec<Stored>,
    pub(super) n_slots: usize,
    /// States with a derivative, then those of algebraic equations.
    pub(super) mass: Vec<f64>,
    /// Whether each state is an amount or concentration of a species.
    pub(super) is_species: Vec<bool>,
    pub(super) n_delays: usize,
    pub(super) pattern: SparsityPattern,
    /// Memory of a run, with its symbolic factorisation done; each run has its own copy.
    pub(super) solver: Solver,
    pub(super) autonomous: bool,
    pub(super) given: Vec<f64>,
    pub(super) tier: Tier,
    pub(super) tapes: Tapes,
    /// The reactions, when they fire at random.
    pub(super) jumps: Option<Jumps>,
    /// Random numbers that events and initial assignments ask for.
    pub(super) draws: Vec<Draw>,
}

/// A compiled system with what else may be made of it.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) compiled: CompiledSystem,
    pub(super) g: Graph,
    pub(super) rates: Vec<NodeIdx>,
    /// Values of the symbols asked for.
    pub(super) observed: Vec<NodeIdx>,
    pub(super) triggers: Vec<NodeIdx>,
}

/// Names for messages.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) states: Vec<String>,
}

/// Where what is stored of a variable is, and how an event sets it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) place: Place,
    /// Position of the compartment among the variables if events must know its size: for species stored as
    /// amounts whose symbol is a concentration, and for species stored as concentrations.
    pub(super) size: Size,
}

/// Where a stored value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    State(usize),
    Slot(usize),
    Computed,
}

/// How a stored value depends on the size of a compartment (a variable, by position).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// Not at all.
    Independent,
    /// Stored is an amount, assigned is a concentration.
    AmountOfConcentration(usize),
    /// Stored is a concentration: it changes when an event changes the size.
    Concentration(usize),
}

impl CompiledSystem {
    /// Compiles the programs of the equations to machine code, here and now. A model does so by itself in the background
    /// when it has run for a while; no bit of a result changes.
    pub fn compile_programs(&self) {
        self.compilations().run();
    }

    pub(super) fn compilations(&self) -> Compilations {
        let Tapes { rates, jac, time_derivative, watched, columns, .. } = &self.tapes;
        Compilations::new(self.solver.kernels(), [rates, jac, time_derivative, watched, columns])
    }
}

/// An event with positions of its values in the event program.
#[derive(Debug)]
pub(super) struct CompiledEvent {
    pub(super) name: String,
    pub(super) initial_value: bool,
    pub(super) persistent: bool,
    pub(super) values_from_trigger_time: bool,
    pub(super) trigger: usize,
    pub(super) delay: Option<usize>,
    pub(super) priority: Option<usize>,
    /// Variable and position of the value.
    pub(super) assignments: Vec<(usize, usize)>,
}

/// The programs. Parameters of all but `start` are the slots.
#[derive(Debug)]
pub(super) struct Tapes {
    /// From given values to what is stored: states, then slots.
    pub(super) start: Tape,
    pub(super) rates: Tape,
    pub(super) jac: Tape,
    pub(super) time_derivative: Tape,
    pub(super) events: Tape,
    pub(super) n_events: usize,
    /// The signature, then differences of what is compared.
    pub(super) watched: Tape,
    pub(super) n_watched: usize,
    /// Whether what is watched changes at known times only.
    pub(super) timed: bool,
    pub(super) n_signature: usize,
    pub(super) times: Tape,
    pub(super) n_times: usize,
    pub(super) columns: Tape,
    pub(super) n_columns: usize,
    /// Past values.
    pub(super) delayed: Vec<DelayedTapes>,
    /// Rates of fast reactions alone and their Jacobian, if there are any.
    pub(super) fast: Option<(Tape, Tape)>,
}

/// The programs of one past value.
#[derive(Debug)]
pub(super) struct DelayedTapes {
    /// The value, evaluated at the past time.
    pub(super) value: Tape,
    /// How long ago.
    pub(super) delay: Tape,
    /// The value at times before the start, from given values.
    pub(super) before: Tape,
}

/// Compiles a system.
///
/// # Errors
/// [`SystemError`] names what is circular, unknown, overdetermined or not supported.
pub fn compile_system(system: &ReactionSystem) -> Result<CompiledSystem, SystemError> {
    Ok(compile_parts(system, &[])?.compiled)
}

/// As [`compile_system`]; steps end where a comparison in one of the `observed` symbols changes, too.
pub(super) fn compile_parts(system: &ReactionSystem, observed: &[&str]) -> Result<Parts, SystemError> {
    let Some((system, draws)) = take_draws(system) else { return compile_without_draws(system, observed) };
    let mut parts = compile_without_draws(&system, observed)?;
    parts.compiled.draws = place_draws(&parts.compiled, &draws);
    Ok(parts)
}

fn compile_without_draws(system: &ReactionSystem, observed: &[&str]) -> Result<Parts, SystemError> {
    let mut table = Table::new(system)?;
    assign_unknowns(&mut table)?;
    let running = running_nodes(&table)?;
    let Running {
        mut g,
        rates,
        fast,
        events,
        event_nodes,
        columns,
        delayed,
        before,
        n_implicit,
        unknown_states,
    } = running;
    let n_states = table.states.len() + n_implicit;
    let n_delays = delayed.len() / 2;
    let (pattern, jac) = jacobian(&mut g, &rates, n_states);
    let fast_jac = pattern.entries().map(|entry| entry_of(&mut g, &fast, entry)).collect::<Vec<_>>();
    let time_derivative = time_derivatives(&mut g, &rates, n_states, n_delays);
    let autonomous = time_derivative.iter().all(|&d| g.value(d) == Some(0.0));
    let triggers: Vec<NodeIdx> = events.iter().map(|e| event_nodes[e.trigger]).collect();
    let names = table.variables.iter().map(|v| v.name.to_string());
    let symbols: Vec<String> = names.chain(system.reactions.iter().map(|r| r.id.clone())).collect();
    let observed = observed_nodes(&symbols, &columns, observed);
    let watched = watch(&mut g, &[&rates[..], &observed[..]].concat(), &triggers);
    let n_inputs = n_states + 2 * n_delays;
    let n_slots = table.slots.len();
    let tape = |nodes: &[NodeIdx]| Tape::new(&g, nodes, n_slots, n_inputs);
    let mass = (0..n_states).map(|i| if i < table.states.len() { 1.0 } else { 0.0 }).collect();
    let tapes = Tapes {
        start: start_tape(&table, &unknown_states)?,
        rates: tape(&rates),
        jac: tape(&jac),
        time_derivative: tape(&time_derivative),
        events: tape(&event_nodes),
        n_events: event_nodes.len(),
        watched: tape(&[&watched.signature[..], &watched.differences[..]].concat()),
        n_watched: watched.signature.len() + watched.differences.len(),
        n_signature: watched.signature.len(),
        timed: watched.timed,
        times: tape(&watched.times),
        n_times: watched.times.len(),
        columns: tape(&columns),
        n_columns: columns.len(),
        delayed: (delayed.chunks_exact(2).zip(before))
            .map(|(pair, before)| DelayedTapes { value: tape(&pair[..1]), delay: tape(&pair[1..]), before })
            .collect(),
        fast: (fast.iter().any(|&f| g.value(f) != Some(0.0))).then(|| (tape(&fast), tape(&fast_jac))),
    };
    let states =
        table.states.iter().chain(&unknown_states).map(|&i| table.variable(i).name.to_string()).collect();
    let all_states = table.states.iter().chain(&unknown_states);
    let is_species = all_states.map(|&i| table.species(i).is_some()).collect();
    let compiled = CompiledSystem {
        is_species,
        species_columns: species_columns(&table, symbols.len()),
        symbols,
        names: Names { states },
        events,
        stored: stored(&table, &unknown_states)?,
        n_slots,
        mass,
        n_delays,
        solver: Solver::new(&pattern),
        pattern,
        autonomous,
        given: table.variables.iter().map(|v| v.given).collect(),
        tapes,
        tier: Tier::default(),
        jumps: None,
        draws: Vec::new(),
    };
    Ok(Parts { compiled, g, rates, observed, triggers })
}

/// The columns of these symbols.
fn observed_nodes(symbols: &[String], columns: &[NodeIdx], names: &[&str]) -> Vec<NodeIdx> {
    let positions: HashMap<&str, usize> = symbols.iter().enumerate().map(|(i, s)| (s.as_str(), i)).collect();
    names.iter().filter_map(|name| positions.get(name)).map(|&i| columns[i]).collect()
}

/// The derivative of one rate with respect to one state.
fn entry_of(g: &mut Graph, rates: &[NodeIdx], (row, column): (usize, usize)) -> NodeIdx {
    if g.value(rates[row]) == Some(0.0) {
        return rates[row];
    }
    let leaf = Node::State(u32::try_from(column).expect("fewer than 2^32 states"));
    Derivatives::with_respect_to(leaf).of(g, rates[row])
}

/// Everything that is evaluated while the system runs, over final states.
struct Running {
    g: Graph,
    /// Derivatives of states, then residuals of implicit equations.
    rates: Vec<NodeIdx>,
    /// The same of fast reactions alone.
    fast: Vec<NodeIdx>,
    events: Vec<CompiledEvent>,
    event_nodes: Vec<NodeIdx>,
    columns: Vec<NodeIdx>,
    /// Value and delay of each past value, in turn.
    delayed: Vec<NodeIdx>,
    /// Programs of past values before the start.
    before: Vec<Tape>,
    n_implicit: usize,
    /// Variables that are states of algebraic equations.
    unknown_states: Vec<VariableIdx>,
}

fn running_nodes(table: &Table<'_>) -> Result<Running, SystemError> {
    let mut g = Graph::default();
    let mut lowering = Lowering::new(table, Moment::Running);
    for idx in definitions_in_order(table, false) {
        lowering.symbol(&mut g, idx)?;
    }
    let (mut rates, mut fast) = (Vec::new(), Vec::new());
    for &idx in &table.states {
        rates.push(lowering.state_rate(&mut g, idx)?);
        fast.push(match (table.variable(idx).kind, table.variable(idx).rate_rule) {
            (Kind::Species(i), None) => lowering.net_rate_by(&mut g, i, true)?,
            _ => g.constant(0.0),
        });
    }
    let mut residuals = Vec::new();
    for math in &table.algebraic {
        residuals.push(lowering.expr(&mut g, math, "an algebraic rule")?);
    }
    let mut event_nodes = Vec::new();
    let events = compile_events(table, &mut lowering, &mut g, &mut event_nodes)?;
    let columns = column_nodes(table, &mut lowering, &mut g)?;
    let before = lowering.delayed.iter().map(|d| before_tape(table, &d.source)).collect::<Result<_, _>>()?;
    let delayed: Vec<NodeIdx> = lowering.delayed.iter().flat_map(|d| [d.value, d.delay]).collect();

    let explicit = solve_explicitly(&mut g, &residuals);
    let unsolved: Vec<usize> =
        (0..table.unknowns.len()).filter(|k| !explicit.solved.contains_key(k)).collect();
    let mut unknowns = explicit.solved;
    for (i, &k) in unsolved.iter().enumerate() {
        let leaf = g.state(table.states.len() + i);
        unknowns.insert(k, leaf);
    }
    let zero = g.constant(0.0);
    fast.resize(fast.len() + explicit.left.len(), zero);
    rates.extend(explicit.left.iter().map(|&equation| residuals[equation]));
    let n_states = table.states.len() + unsolved.len();
    let leaves = Lowering::final_leaves(&mut g, &unknowns, n_states, delayed.len() / 2);
    let replace = |node: Node| leaves.get(&node).copied();
    // Solutions of unknowns may contain other unknowns that became states, and delays: twice is enough.
    let mut finish = |nodes: Vec<NodeIdx>| {
        let once = g.substitute(&nodes, &replace);
        g.substitute(&once, &replace)
    };
    let (rates, fast, event_nodes) = (finish(rates), finish(fast), finish(event_nodes));
    let (columns, delayed) = (finish(columns), finish(delayed));
    Ok(Running {
        g,
        rates,
        fast,
        events,
        event_nodes,
        columns,
        delayed,
        before,
        n_implicit: unsolved.len(),
        unknown_states: unsolved.iter().map(|&k| table.unknowns[k]).collect(),
    })
}

fn compile_events(
    table: &Table<'_>,
    lowering: &mut Lowering<'_, '_>,
    g: &mut Graph,
    nodes: &mut Vec<NodeIdx>,
) -> Result<Vec<CompiledEvent>, SystemError> {
    let mut compiled = Vec::new();
    for (i, event) in table.system.events.iter().enumerate() {
        let name = if event.id.is_empty() { format!("event {}", i + 1) } else { event.id.clone() };
        let Some(trigger) = &event.trigger else { continue };
        let mut add = |nodes: &mut Vec<NodeIdx>, math| -> Result<usize, SystemError> {
            nodes.push(lowering.expr(g, math, &name)?);
            Ok(nodes.len() - 1)
        };
        let trigger = add(nodes, trigger)?;
        let delay = event.delay.as_ref().map(|math| add(nodes, math)).transpose()?;
        let priority = event.priority.as_ref().map(|math| add(nodes, math)).transpose()?;
        let mut assignments = Vec::new();
        for assignment in &event.assignments {
            let variable = table.named(&assignment.variable, &name)?;
            assignments.push((variable.0, add(nodes, &assignment.math)?));
        }
        compiled.push(CompiledEvent {
            initial_value: event.trigger_initial_value,
            persistent: event.persistent,
            values_from_trigger_time: event.values_from_trigger_time,
            name,
            trigger,
            delay,
            priority,
            assignments,
        });
    }
    Ok(compiled)
}

/// Symbols, reactions, then amount and concentration of each species.
fn column_nodes(
    table: &Table<'_>,
    lowering: &mut Lowering<'_, '_>,
    g: &mut Graph,
) -> Result<Vec<NodeIdx>, SystemError> {
    let mut columns = Vec::new();
    for i in 0..table.variables.len() {
        columns.push(lowering.symbol(g, VariableIdx(i))?);
    }
    for i in 0..table.system.reactions.len() {
        columns.push(lowering.rate(g, i)?);
    }
    for i in (0..table.variables.len()).map(VariableIdx) {
        if table.species(i).is_some() {
            columns.push(lowering.amount(g, i)?);
            columns.push(lowering.concentration(g, i)?);
        }
    }
    Ok(columns)
}

fn species_columns(table: &Table<'_>, first: usize) -> HashMap<String, (usize, usize)> {
    let species = table.variables.iter().filter(|v| matches!(v.kind, Kind::Species(_)));
    species.enumerate().map(|(k, v)| (v.name.to_string(), (first + 2 * k, first + 2 * k + 1))).collect()
}

/// `df/dt` at fixed states: past values have derivatives of their own, which are inputs after them.
fn time_derivatives(g: &mut Graph, rates: &[NodeIdx], n_states: usize, n_delays: usize) -> Vec<NodeIdx> {
    let mut by_time = Derivatives::with_respect_to(Node::Time);
    let mut derivatives: Vec<NodeIdx> = rates.iter().map(|&f| by_time.of(g, f)).collect();
    for k in 0..n_delays {
        let leaf = Node::State(u32::try_from(n_states + k).expect("fewer than 2^32 states"));
        let mut by_past = Derivatives::with_respect_to(leaf);
        for (sum, &f) in derivatives.iter_mut().zip(rates) {
            let slope = by_past.of(g, f);
            let change = g.state(n_states + n_delays + k);
            let term = g.multiply(slope, change);
            *sum = g.add(*sum, term);
        }
    }
    derivatives
}

/// The program for what is stored at the start.
fn start_tape(table: &Table<'_>, unknown_states: &[VariableIdx]) -> Result<Tape, SystemError> {
    let mut g = Graph::default();
    let mut lowering = Lowering::new(table, Moment::Start);
    for idx in definitions_in_order(table, true) {
        lowering.symbol(&mut g, idx)?;
    }
    let mut nodes = Vec::new();
    for &idx in &table.states {
        nodes.push(lowering.stored(&mut g, idx)?);
    }
    for &idx in unknown_states {
        nodes.push(lowering.first_guess(&mut g, idx)?);
    }
    for &idx in &table.slots {
        nodes.push(lowering.stored(&mut g, idx)?);
    }
    let mut residuals = Vec::new();
    for math in &table.algebraic {
        residuals.push(lowering.expr(&mut g, math, "an algebraic rule")?);
    }
    let mut known = solve_explicitly(&mut g, &residuals).solved;
    for (k, &idx) in table.unknowns.iter().enumerate() {
        if let std::collections::hash_map::Entry::Vacant(place) = known.entry(k) {
            place.insert(lowering.first_guess(&mut g, idx)?);
        }
    }
    let leaves = Lowering::final_leaves(&mut g, &known, 0, 0);
    let replace = |node: Node| leaves.get(&node).copied();
    let once = g.substitute(&nodes, &replace);
    let nodes = g.substitute(&once, &replace);
    Ok(Tape::new(&g, &nodes, table.variables.len(), 0))
}

/// The program for an expression before the start, from given values.
fn before_tape(table: &Table<'_>, source: &Expr) -> Result<Tape, SystemError> {
    let mut g = Graph::default();
    let node = Lowering::new(table, Moment::Before).expr(&mut g, source, "a delay")?;
    Ok(Tape::new(&g, &[node], table.variables.len(), 0))
}

fn stored(table: &Table<'_>, unknown_states: &[VariableIdx]) -> Result<Vec<Stored>, SystemError> {
    let mut all = Vec::new();
    for (i, variable) in table.variables.iter().enumerate() {
        let place = match variable.role {
            Role::State(k) => Place::State(k),
            Role::Slot(k) => Place::Slot(k),
            Role::Assigned(_) => Place::Computed,
            Role::Unknown(_) => match unknown_states.iter().position(|u| u.0 == i) {
                Some(k) => Place::State(table.states.len() + k),
                None => Place::Computed,
            },
        };
        let size = match table.species(VariableIdx(i)) {
            Some(species) if !table.is_amount(species) => {
                let compartment = table.named(&species.compartment, &species.id)?.0;
                if table.stores_amount(VariableIdx(i)) {
                    Size::AmountOfConcentration(compartment)
                } else {
                    Size::Concentration(compartment)
                }
            }
            _ => Size::Independent,
        };
        all.push(Stored { place, size });
    }
    Ok(all)
}

impl CompiledSystem {
    /// Names of all symbols of the model with values: compartments, species, parameters, species references, reactions.
    /// Names with a space in front are of the program's own making.
    pub fn symbols(&self) -> &[String] {
        &self.symbols
    }

    /// Names of the species.
    pub fn species(&self) -> impl Iterator<Item = &str> {
        self.symbols.iter().map(String::as_str).filter(|name| self.species_columns.contains_key(*name))
    }

    /// Position of a symbol among the columns.
    pub fn column(&self, name: &str, species_as: SpeciesAs) -> Option<usize> {
        match (self.species_columns.get(name), species_as) {
            (Some((amount, _)), SpeciesAs::Amount) => Some(*amount),
            (Some((_, concentration)), SpeciesAs::Concentration) => Some(*concentration),
            _ => self.symbols.iter().position(|s| s == name),
        }
    }

    /// Number of states, algebraic ones included.
    pub fn n_states(&self) -> usize {
        self.mass.len()
    }
}
