//! Which variable each algebraic rule determines, and explicit solutions where rules are linear.

use std::collections::{BTreeMap, HashMap};

use super::SystemError;
use super::lower::{FIRST_UNKNOWN, Lowering, Moment};
use super::order::definitions_in_order;
use super::table::{Kind, Role, Table, VariableIdx};
use crate::ir::{Derivatives, Graph, Node, NodeIdx};

/// Gives every algebraic rule a variable of its own, and that variable the role of an unknown.
///
/// Candidates are variables that may change and that nothing else determines. A maximum matching between rules and
/// candidates, found by augmenting paths; where several are possible, a variable without a value comes first, then
/// species, compartments, parameters, and last what events set.
///
/// # Errors
/// [`SystemError::Overdetermined`] when no variable is left for a rule.
///
/// # Source
/// SBML L3V2 core, section 4.9.5 and appendix B (bipartite matching).
pub(super) fn assign_unknowns(table: &mut Table<'_>) -> Result<(), SystemError> {
    if table.algebraic.is_empty() {
        return Ok(());
    }
    let candidates: Vec<VariableIdx> = (0..table.variables.len())
        .map(VariableIdx)
        .filter(|&idx| {
            let variable = table.variable(idx);
            matches!(variable.role, Role::Slot(_)) && !variable.constant
        })
        .collect();
    let mentions = mentioned(table, &candidates)?;
    let mut rule_of: BTreeMap<usize, usize> = BTreeMap::new();
    for rule in 0..mentions.len() {
        let mut seen = vec![false; candidates.len()];
        if !augment(rule, &mentions, &mut seen, &mut rule_of) {
            return Err(SystemError::Overdetermined { rule: rule + 1 });
        }
    }
    for &candidate in rule_of.keys() {
        table.variables[candidates[candidate].0].role = Role::Unknown(0);
    }
    table.number_roles();
    Ok(())
}

/// For each rule the candidates in it, the preferred ones first.
fn mentioned(table: &Table<'_>, candidates: &[VariableIdx]) -> Result<Vec<Vec<usize>>, SystemError> {
    let mut all_unknown = table.clone();
    for &candidate in candidates {
        all_unknown.variables[candidate.0].role = Role::Unknown(0);
    }
    all_unknown.number_roles();
    let mut g = Graph::default();
    let mut lowering = Lowering::new(&all_unknown, Moment::Running);
    for idx in definitions_in_order(&all_unknown, false) {
        lowering.symbol(&mut g, idx)?;
    }
    let mut mentions = Vec::new();
    for math in &table.algebraic {
        let node = lowering.expr(&mut g, math, "an algebraic rule")?;
        let states = g.states_of_all(&[node]).concat();
        let mut found: Vec<usize> = states
            .into_iter()
            .filter_map(|s| s.checked_sub(FIRST_UNKNOWN))
            .filter(|k| *k < candidates.len())
            .collect();
        found.sort_by_key(|&k| (cost(table, candidates[k]), k));
        mentions.push(found);
    }
    Ok(mentions)
}

fn cost(table: &Table<'_>, idx: VariableIdx) -> usize {
    let variable = table.variable(idx);
    let kind = match variable.kind {
        _ if variable.given.is_nan() && variable.initial_assignment.is_none() => 0,
        Kind::Species(_) => 1,
        Kind::Compartment => 2,
        Kind::Parameter => 3,
        Kind::Reference => 4,
    };
    kind + if variable.in_events { 10 } else { 0 }
}

fn augment(
    rule: usize,
    mentions: &[Vec<usize>],
    seen: &mut [bool],
    rule_of: &mut BTreeMap<usize, usize>,
) -> bool {
    for &candidate in &mentions[rule] {
        if std::mem::replace(&mut seen[candidate], true) {
            continue;
        }
        let free = match rule_of.get(&candidate).copied() {
            None => true,
            Some(other) => augment(other, mentions, seen, rule_of),
        };
        if free {
            rule_of.insert(candidate, rule);
            return true;
        }
    }
    false
}

/// Solutions of equations `0 = residual` for unknowns that can be written down.
#[derive(Debug, Default)]
pub(super) struct Explicit {
    /// Solution of each solved unknown.
    pub(super) solved: HashMap<usize, NodeIdx>,
    /// Equations that are left, by position.
    pub(super) left: Vec<usize>,
}

/// Solves, again and again, an equation with one unknown that is linear in it.
pub(super) fn solve_explicitly(g: &mut Graph, residuals: &[NodeIdx]) -> Explicit {
    let mut solution = Explicit { solved: HashMap::new(), left: (0..residuals.len()).collect() };
    let mut residuals = residuals.to_vec();
    loop {
        let found = solution.left.iter().enumerate().find_map(|(place, &equation)| {
            let (unknown, value) = linear_solution(g, residuals[equation])?;
            Some((place, unknown, value))
        });
        let Some((place, unknown, value)) = found else { return solution };
        solution.left.remove(place);
        let leaf = unknown_leaf(unknown);
        residuals = g.substitute(&residuals, &|node| (node == leaf).then_some(value));
        let known: Vec<(usize, NodeIdx)> = {
            let mut known: Vec<_> = solution.solved.iter().map(|(&k, &node)| (k, node)).collect();
            known.sort_unstable();
            known
        };
        for (k, node) in known {
            let renewed = g.substitute(&[node], &|n| (n == leaf).then_some(value))[0];
            solution.solved.insert(k, renewed);
        }
        solution.solved.insert(unknown, value);
    }
}

/// The leaf of an unknown before the number of states is known.
pub(super) fn unknown_leaf(unknown: usize) -> Node {
    Node::State(u32::try_from(FIRST_UNKNOWN + unknown).expect("fewer than 2^32 states"))
}

/// `u = -b / a` where the residual is `a u + b` in its only unknown.
fn linear_solution(g: &mut Graph, residual: NodeIdx) -> Option<(usize, NodeIdx)> {
    let is_unknown = |s: &usize| (FIRST_UNKNOWN..super::lower::FIRST_DELAY).contains(s);
    let unknowns: Vec<usize> = g.states_of_all(&[residual]).concat().into_iter().filter(is_unknown).collect();
    let [state] = unknowns.as_slice() else { return None };
    let unknown = state - FIRST_UNKNOWN;
    let leaf = unknown_leaf(unknown);
    let slope = Derivatives::with_respect_to(leaf).of(g, residual);
    let depends = g.states_of_all(&[slope]).concat().contains(state);
    if depends || g.value(slope) == Some(0.0) {
        return None;
    }
    let zero = g.constant(0.0);
    let rest = g.substitute(&[residual], &|node| (node == leaf).then_some(zero))[0];
    let ratio = g.divide(rest, slope);
    Some((unknown, g.negate(ratio)))
}
