//! Symbolic sparse Jacobians.

use std::collections::HashMap;

use ode::SparsityPattern;

use super::{Derivatives, Graph, Node, NodeIdx};

/// Pattern and entries, in pattern order, of the derivatives of `dydt` with respect to the first states.
pub(crate) fn jacobian(g: &mut Graph, dydt: &[NodeIdx], n_states: usize) -> (SparsityPattern, Vec<NodeIdx>) {
    let states_of: Vec<Vec<usize>> = g.states_of_all(dydt);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); n_states];
    for (row, states) in states_of.iter().enumerate() {
        states.iter().filter(|&&s| s < n_states).for_each(|&column| columns[column].push(row));
    }
    let mut entries: HashMap<(usize, usize), NodeIdx> = HashMap::new();
    for (column, rows) in columns.iter().enumerate() {
        let mut derivatives =
            Derivatives::with_respect_to(Node::State(u32::try_from(column).expect("fewer than 2^32 states")));
        for &row in rows {
            let entry = derivatives.of(g, dydt[row]);
            if g.value(entry) != Some(0.0) {
                entries.insert((row, column), entry);
            }
        }
    }
    let mut positions: Vec<(usize, usize)> = entries.keys().copied().collect();
    positions.sort_unstable();
    let pattern = SparsityPattern::from_entries(n_states, positions);
    let zero = g.constant(0.0);
    let values = (0..n_states)
        .flat_map(|column| pattern.rows_of(column).iter().map(move |&row| (row, column)).collect::<Vec<_>>())
        .map(|position| entries.get(&position).copied().unwrap_or(zero))
        .collect();
    (pattern, values)
}
