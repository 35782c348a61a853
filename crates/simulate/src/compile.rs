//! From a reaction network to a compiled one.

use std::collections::HashMap;

use model::{Expr, Reaction, ReactionNetwork};
use ode::SparsityPattern;

use crate::ir::{Derivatives, Graph, Node, NodeIdx, Tape, TapeScratch, jacobian};
use crate::lower::Lowering;
use crate::moieties::{Moiety, conserved_moieties};
use crate::{CompileError, SimulateError};

/// An immutable network, ready to run. Share it between threads; each thread has its own [`crate::Simulator`].
#[derive(Debug)]
pub struct CompiledNetwork {
    species: Vec<String>,
    fixed: Vec<bool>,
    parameters: Vec<String>,
    outputs: Vec<String>,
    species_by_name: HashMap<String, usize>,
    parameters_by_name: HashMap<String, usize>,
    outputs_by_name: HashMap<String, usize>,
    reactions: Vec<Reaction>,
    moieties: Vec<Moiety>,
    hash: String,
    pattern: SparsityPattern,
    autonomous: bool,
    pub(crate) tapes: Tapes,
}

/// The programs of a network.
#[derive(Debug)]
pub(crate) struct Tapes {
    /// Parameters from parameters that are plain numbers, in `parameter_order`.
    pub(crate) parameter: Vec<ParameterRule>,
    pub(crate) initial: Tape,
    pub(crate) rates: Tape,
    pub(crate) dydt: Tape,
    pub(crate) jac: Tape,
    pub(crate) time_derivative: Tape,
    pub(crate) outputs: Tape,
}

/// How one parameter gets its value; listed in an order in which all operands come first.
#[derive(Debug)]
pub(crate) struct ParameterRule {
    pub(crate) parameter: usize,
    pub(crate) value: ParameterValue,
}

/// A number, or an expression of other parameters.
#[derive(Debug)]
pub(crate) enum ParameterValue {
    Number(f64),
    Derived(Tape),
}

/// Compiles a network: expressions are shared, differentiated and turned into linear programs.
///
/// # Errors
/// [`CompileError`] names what refers to something unknown, circular or not constant.
pub fn compile(network: &ReactionNetwork) -> Result<CompiledNetwork, CompileError> {
    let mut lowering = Lowering::new(network)?;
    let species_by_name = index(network.species.iter().map(|s| s.name.as_str()))?;
    let parameters_by_name = index(network.parameters.iter().map(|p| p.name.as_str()))?;
    let (n_parameters, n_species) = (network.parameters.len(), network.species.len());
    let mut g = Graph::default();

    let parameter = parameter_rules(network, &mut lowering)?;
    let mut initial = Vec::with_capacity(n_species);
    for species in &network.species {
        let place = format!("the initial amount of {}", species.name);
        let node = lowering.expr(&mut g, &species.initial, &place)?;
        if g.varies(node) {
            return Err(CompileError::NotConstant { place });
        }
        initial.push(node);
    }
    let rates = network.reactions.iter().map(|r| lowering.rate(&mut g, r)).collect::<Result<Vec<_>, _>>()?;
    let dydt = net_rates(&mut g, network, &rates);
    let (pattern, jac) = jacobian(&mut g, &dydt, n_species);
    let mut by_time = Derivatives::with_respect_to(Node::Time);
    let time_derivative: Vec<NodeIdx> = dydt.iter().map(|&f| by_time.of(&mut g, f)).collect();
    let autonomous = time_derivative.iter().all(|&d| g.value(d) == Some(0.0));
    let mut outputs = Vec::new();
    for i in 0..network.observables.len() {
        outputs.push(lowering.observable(&mut g, i)?);
    }
    for i in (0..network.functions.len()).filter(|&i| network.functions[i].arguments.is_empty()) {
        outputs.push(lowering.function(&mut g, i)?);
    }
    let output_names: Vec<String> = (network.observables.iter().map(|o| o.name.clone()))
        .chain(network.functions.iter().filter(|f| f.arguments.is_empty()).map(|f| f.name.clone()))
        .collect();
    let tape = |nodes: &[NodeIdx]| Tape::new(&g, nodes, n_parameters, n_species);
    Ok(CompiledNetwork {
        species: network.species.iter().map(|s| s.name.clone()).collect(),
        fixed: network.species.iter().map(|s| s.fixed).collect(),
        parameters: network.parameters.iter().map(|p| p.name.clone()).collect(),
        outputs_by_name: index(output_names.iter().map(String::as_str))?,
        outputs: output_names,
        species_by_name,
        parameters_by_name,
        reactions: network.reactions.clone(),
        moieties: conserved_moieties(network),
        hash: content_hash(network),
        pattern,
        autonomous,
        tapes: Tapes {
            parameter,
            initial: tape(&initial),
            rates: tape(&rates),
            dydt: tape(&dydt),
            jac: tape(&jac),
            time_derivative: tape(&time_derivative),
            outputs: tape(&outputs),
        },
    })
}

fn index<'a>(names: impl Iterator<Item = &'a str>) -> Result<HashMap<String, usize>, CompileError> {
    let mut positions = HashMap::new();
    for (i, name) in names.enumerate() {
        if positions.insert(name.to_string(), i).is_some() {
            return Err(CompileError::Duplicate { name: name.to_string() });
        }
    }
    Ok(positions)
}

/// Orders parameters so that each comes after those that it is made of.
fn parameter_rules(
    network: &ReactionNetwork,
    lowering: &mut Lowering<'_>,
) -> Result<Vec<ParameterRule>, CompileError> {
    let n = network.parameters.len();
    let mut rules = Vec::with_capacity(n);
    let mut done = vec![false; n];
    let mut graph = Graph::default();
    let mut nodes = Vec::with_capacity(n);
    for p in &network.parameters {
        let place = format!("parameter \"{}\"", p.name);
        let node = lowering.expr(&mut graph, &p.value, &place)?;
        if graph.varies(node) {
            return Err(CompileError::NotConstant { place });
        }
        nodes.push(node);
    }
    lowering.forget();
    let needs: Vec<Vec<usize>> = nodes.iter().map(|&node| graph.parameters_of(node)).collect();
    while rules.len() < n {
        let before = rules.len();
        for i in 0..n {
            if !done[i] && needs[i].iter().all(|&k| done[k]) {
                done[i] = true;
                let value = match (&network.parameters[i].value, graph.value(nodes[i])) {
                    (Expr::Number(_), Some(number)) => ParameterValue::Number(number),
                    (_, Some(number)) => ParameterValue::Number(number),
                    _ => ParameterValue::Derived(Tape::new(&graph, &[nodes[i]], n, 0)),
                };
                rules.push(ParameterRule { parameter: i, value });
            }
        }
        if rules.len() == before {
            let stuck = done.iter().position(|d| !d).expect("some parameter is left");
            return Err(CompileError::Cycle { name: network.parameters[stuck].name.clone() });
        }
    }
    Ok(rules)
}

/// `dydt = N v`, with no entry for fixed species.
fn net_rates(g: &mut Graph, network: &ReactionNetwork, rates: &[NodeIdx]) -> Vec<NodeIdx> {
    let mut dydt = vec![g.constant(0.0); network.species.len()];
    for (reaction, &rate) in network.reactions.iter().zip(rates) {
        for (species, coefficient) in net_stoichiometry(reaction) {
            if !network.species[species].fixed {
                let coefficient = g.constant(coefficient);
                let term = g.multiply(coefficient, rate);
                dydt[species] = g.add(dydt[species], term);
            }
        }
    }
    dydt
}

/// Net change of each species by one firing, in order of species; species that do not change are left out.
pub(crate) fn net_stoichiometry(reaction: &Reaction) -> Vec<(usize, f64)> {
    let mut net: std::collections::BTreeMap<usize, f64> = std::collections::BTreeMap::new();
    for s in &reaction.reactants {
        *net.entry(s.0).or_default() -= 1.0;
    }
    for s in &reaction.products {
        *net.entry(s.0).or_default() += 1.0;
    }
    net.into_iter().filter(|&(_, n)| n != 0.0).collect()
}

/// BLAKE3 of the network's debug text: any change of a name, number or reaction changes it.
fn content_hash(network: &ReactionNetwork) -> String {
    blake3::hash(format!("{network:?}").as_bytes()).to_hex().to_string()
}

impl CompiledNetwork {
    /// Names of the species, in order.
    pub fn species(&self) -> &[String] {
        &self.species
    }

    /// Whether each species is held.
    pub fn fixed(&self) -> &[bool] {
        &self.fixed
    }

    /// Names of the parameters, in order.
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    /// Names of the outputs: observables, then functions.
    pub fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// The reactions.
    pub fn reactions(&self) -> &[Reaction] {
        &self.reactions
    }

    /// Conserved totals.
    pub fn moieties(&self) -> &[Moiety] {
        &self.moieties
    }

    /// BLAKE3 hash of the content, as hexadecimal text.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Pattern of the Jacobian.
    pub fn jac_pattern(&self) -> &SparsityPattern {
        &self.pattern
    }

    /// Whether no rate depends on time.
    pub fn is_autonomous(&self) -> bool {
        self.autonomous
    }

    /// Position of a species.
    pub fn species_idx(&self, name: &str) -> Option<usize> {
        self.species_by_name.get(name).copied()
    }

    /// Position of a parameter.
    pub fn parameter_idx(&self, name: &str) -> Option<usize> {
        self.parameters_by_name.get(name).copied()
    }

    /// Position of an observable or function among the outputs.
    pub fn output_idx(&self, name: &str) -> Option<usize> {
        self.outputs_by_name.get(name).copied()
    }

    /// Instructions of the right-hand side and of the Jacobian, per evaluation.
    pub fn instruction_counts(&self) -> (usize, usize) {
        (self.tapes.dydt.lengths().1, self.tapes.jac.lengths().1)
    }

    /// All parameters, with some overridden: derived ones follow unless overridden themselves.
    ///
    /// # Errors
    /// [`SimulateError::UnknownName`], [`SimulateError::NonFiniteInput`].
    pub fn parameter_values(&self, overrides: &[(usize, f64)]) -> Result<Vec<f64>, SimulateError> {
        let mut values = vec![f64::NAN; self.parameters.len()];
        let mut given = vec![false; values.len()];
        for &(i, value) in overrides {
            values[i] = value;
            given[i] = true;
        }
        let mut scratch = TapeScratch::default();
        for rule in &self.tapes.parameter {
            if given[rule.parameter] {
                continue;
            }
            values[rule.parameter] = match &rule.value {
                ParameterValue::Number(number) => *number,
                ParameterValue::Derived(tape) => {
                    let mut out = [0.0];
                    tape.prepare(&values, &mut scratch);
                    tape.evaluate(0.0, &[], &mut scratch, &mut out);
                    out[0]
                }
            };
        }
        match values.iter().position(|v| !v.is_finite()) {
            None => Ok(values),
            Some(i) => Err(SimulateError::NonFiniteInput {
                what: "parameter",
                name: self.parameters[i].clone(),
                value: values[i],
            }),
        }
    }

    /// Initial amounts under these parameters. Shape: `[n_species]`.
    ///
    /// # Errors
    /// [`SimulateError::NonFiniteInput`].
    pub fn initial_amounts(&self, parameters: &[f64]) -> Result<Vec<f64>, SimulateError> {
        let mut scratch = TapeScratch::default();
        let mut amounts = vec![0.0; self.species.len()];
        self.tapes.initial.prepare(parameters, &mut scratch);
        self.tapes.initial.evaluate(0.0, &amounts.clone(), &mut scratch, &mut amounts);
        match amounts.iter().position(|v| !v.is_finite()) {
            None => Ok(amounts),
            Some(i) => Err(SimulateError::NonFiniteInput {
                what: "initial amount of",
                name: self.species[i].clone(),
                value: amounts[i],
            }),
        }
    }
}
