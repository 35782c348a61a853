//! Propensities: products of amounts where they are, programs otherwise.

use std::collections::HashSet;

use model::BinaryOp;

use crate::ir::{Graph, Node, NodeIdx, Tape};

/// How a propensity follows from the state.
#[derive(Debug)]
pub(crate) enum Law {
    /// A coefficient of slots times differences `x_i - c_i`.
    Product {
        /// State and what is subtracted from it.
        factors: Vec<(u32, f64)>,
    },
    /// Anything else.
    Program(Tape),
}

/// A law with what it needs.
#[derive(Debug)]
pub(super) struct Analysed {
    pub(super) law: Law,
    /// The coefficient of a product, over slots; one for programs.
    pub(super) coefficient: NodeIdx,
    /// States that the propensity depends on, ascending.
    pub(super) states: Vec<usize>,
}

/// Finds the form of a propensity.
pub(super) fn analyse(g: &mut Graph, rate: NodeIdx, n_slots: usize, n_inputs: usize) -> Analysed {
    let states = leaves(g, rate).0;
    let mut factors = Vec::new();
    match product(g, rate, &mut factors) {
        Some(coefficient) => Analysed { law: Law::Product { factors }, coefficient, states },
        None => Analysed {
            law: Law::Program(Tape::new(g, &[rate], n_slots, n_inputs)),
            coefficient: g.constant(1.0),
            states,
        },
    }
}

/// The states that an expression depends on, ascending, and whether it depends on time.
pub(super) fn leaves(g: &Graph, root: NodeIdx) -> (Vec<usize>, bool) {
    let (mut states, mut time) = (Vec::new(), false);
    let mut seen = HashSet::new();
    let mut open = vec![root];
    while let Some(next) = open.pop() {
        if !seen.insert(next) {
            continue;
        }
        match g.node(next) {
            Node::State(s) => states.push(s as usize),
            Node::Time => time = true,
            node => Graph::operands(node, |x| open.push(x)),
        }
    }
    states.sort_unstable();
    (states, time)
}

fn varies(g: &Graph, node: NodeIdx) -> bool {
    let (states, time) = leaves(g, node);
    time || !states.is_empty()
}

/// Takes an expression apart into `x_i - c_i` and a coefficient without states; `None` if it is no such product.
fn product(g: &mut Graph, node: NodeIdx, factors: &mut Vec<(u32, f64)>) -> Option<NodeIdx> {
    if !varies(g, node) {
        return Some(node);
    }
    match g.node(node) {
        Node::State(s) => {
            factors.push((s, 0.0));
            Some(g.constant(1.0))
        }
        Node::Add(x, y) => {
            let (state, number) = match (g.node(x), g.node(y)) {
                (Node::State(s), _) => (s, y),
                (_, Node::State(s)) => (s, x),
                _ => return None,
            };
            factors.push((state, -g.value(number)?));
            Some(g.constant(1.0))
        }
        Node::Negate(x) => {
            let coefficient = product(g, x, factors)?;
            Some(g.negate(coefficient))
        }
        Node::Multiply(x, y) => {
            let (x, y) = (product(g, x, factors)?, product(g, y, factors)?);
            Some(g.multiply(x, y))
        }
        Node::Divide(x, y) if !varies(g, y) => {
            let coefficient = product(g, x, factors)?;
            Some(g.divide(coefficient, y))
        }
        _ => None,
    }
}

/// Whether an expression is constant between jumps and stops: time occurs only in comparisons with what events
/// alone change.
pub(super) fn is_piecewise_constant(g: &Graph, root: NodeIdx) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![root];
    while let Some(next) = open.pop() {
        if !seen.insert(next) {
            continue;
        }
        match g.node(next) {
            Node::Time => return false,
            Node::Relation(op, x, y) if !matches!(op, BinaryOp::And | BinaryOp::Or) => {
                let (x_of, y_of) = (leaves(g, x), leaves(g, y));
                let bare = |node, of: &(Vec<usize>, bool)| {
                    matches!(g.node(node), Node::Time) || (!of.1 && of.0.is_empty())
                };
                // Time against slots: such times are stops.
                if (x_of.1 || y_of.1) && bare(x, &x_of) && bare(y, &y_of) {
                    continue;
                }
                open.extend([x, y]);
            }
            node => Graph::operands(node, |x| open.push(x)),
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_found_and_other_laws_are_programs() {
        let mut g = Graph::default();
        let (k, x, one, two) = (g.parameter(0), g.state(3), g.constant(1.0), g.constant(2.0));
        let below = g.subtract(x, one);
        let pairs = g.multiply(x, below);
        let pairs = g.multiply(k, pairs);
        let rate = g.divide(pairs, two);
        let found = analyse(&mut g, rate, 1, 4);
        assert_eq!(found.states, [3]);
        match found.law {
            Law::Product { mut factors } => {
                factors.sort_by(|a, b| a.1.total_cmp(&b.1));
                assert_eq!(factors, [(3, 0.0), (3, 1.0)]);
            }
            Law::Program(_) => panic!("this is a product"),
        }
        let half = g.add(x, k);
        let saturated = g.divide(x, half);
        assert!(matches!(analyse(&mut g, saturated, 1, 4).law, Law::Program(_)));
    }
}
