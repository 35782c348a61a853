//! Where a step must end: comparisons that change, and jumps.

use model::{BinaryOp, Builtin, MathOperator};

use crate::ir::{Derivatives, Graph, Node, NodeIdx};

/// What is watched while a system runs.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// Piecewise constant values: a change of any of them ends a step.
    pub(super) signature: Vec<NodeIdx>,
    /// Differences of what is compared: where one comes close to zero between two looks, a comparison may have changed
    /// and changed back.
    pub(super) differences: Vec<NodeIdx>,
    /// Times at which comparisons of time with a constant change.
    pub(super) times: Vec<NodeIdx>,
    /// Whether the signature changes at `times` only.
    pub(super) timed: bool,
}

/// Finds comparisons and jumps in expressions.
pub(super) fn watch(g: &mut Graph, roots: &[NodeIdx], conditions: &[NodeIdx]) -> Watched {
    let mut watched = Watched { timed: conditions.is_empty(), ..Watched::default() };
    for &condition in conditions {
        watched.signature.push(g.truth(condition));
    }
    let reached = g.reachable(&roots.iter().chain(conditions).copied().collect::<Vec<_>>());
    for node_idx in reached {
        let kept = match g.node(node_idx) {
            Node::Relation(BinaryOp::And | BinaryOp::Or, ..) => None,
            Node::Relation(op, x, y) => {
                let difference = g.subtract(x, y);
                let time = time_of_zero(g, difference);
                watched.timed &= time.is_some() || !g.varies(difference);
                watched.times.extend(time);
                watched.differences.extend(g.varies(difference).then_some(difference));
                match op {
                    BinaryOp::Equal | BinaryOp::NotEqual => Some(g.function(Builtin::Sign, difference)),
                    _ => Some(node_idx),
                }
            }
            Node::Function(Builtin::Rint | Builtin::Floor | Builtin::Ceil | Builtin::Sign, _)
            | Node::Function(Builtin::Math(MathOperator::Factorial), _) => {
                watched.timed &= !g.varies(node_idx);
                Some(node_idx)
            }
            _ => None,
        };
        watched.signature.extend(kept.filter(|&n| g.varies(n)));
    }
    watched.signature.sort_unstable();
    watched.signature.dedup();
    watched.differences.sort_unstable();
    watched.differences.dedup();
    watched.times.sort_unstable();
    watched.times.dedup();
    watched
}

/// `-b / a` where the expression is `a * time + b` and `a`, `b` change at events only.
fn time_of_zero(g: &mut Graph, difference: NodeIdx) -> Option<NodeIdx> {
    if !g.states_of_all(&[difference]).concat().is_empty() {
        return None;
    }
    let slope = Derivatives::with_respect_to(Node::Time).of(g, difference);
    if g.varies(slope) || g.value(slope) == Some(0.0) {
        return None;
    }
    let zero = g.constant(0.0);
    let rest = g.substitute(&[difference], &|node| (node == Node::Time).then_some(zero))[0];
    if g.varies(rest) {
        return None;
    }
    let ratio = g.divide(rest, slope);
    Some(g.negate(ratio))
}
