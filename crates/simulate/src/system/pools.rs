//! Conserved totals of a reaction system.

use std::collections::HashMap;

use model::reaction_system::{Rule, Stoichiometry};
use model::{Expr, ReactionSystem};

use crate::moieties::null_space_of;

/// Weighted sums of species that nothing changes, in amounts: names and weights. Species that rules or events set are
/// left out; with stoichiometries that are no whole numbers, or conversion factors, there is no answer.
pub fn conserved_pools(system: &ReactionSystem) -> Vec<Vec<(String, f64)>> {
    let ruled = |id: &str| {
        let by_rule = system.rules.iter().any(|rule| match rule {
            Rule::Assignment { variable, .. } | Rule::Rate { variable, .. } => variable == id,
            Rule::Algebraic { math } => mentions(math, id),
        });
        by_rule || system.events.iter().flat_map(|e| &e.assignments).any(|a| a.variable == id)
    };
    let free: Vec<&str> = (system.species.iter())
        .filter(|s| !s.boundary_condition && !s.constant && !ruled(&s.id))
        .map(|s| s.id.as_str())
        .collect();
    if system.conversion_factor.is_some() || system.species.iter().any(|s| s.conversion_factor.is_some()) {
        return Vec::new();
    }
    let position: HashMap<&str, usize> = free.iter().enumerate().map(|(i, s)| (*s, i)).collect();
    let mut rows = Vec::new();
    for reaction in system.reactions.iter().filter(|r| r.kinetic_law.is_some()) {
        let mut row = vec![0_i64; free.len()];
        let sides =
            reaction.reactants.iter().map(|r| (r, -1)).chain(reaction.products.iter().map(|r| (r, 1)));
        for (reference, sign) in sides {
            let Some(&i) = position.get(reference.species.as_str()) else { continue };
            match &reference.stoichiometry {
                Stoichiometry::Number(n) if reference.constant && n.fract() == 0.0 && n.abs() < 1e9 => {
                    row[i] += sign * (*n as i64);
                }
                _ => return Vec::new(),
            }
        }
        rows.push(row);
    }
    let named = |weights: Vec<f64>| {
        let terms = weights.into_iter().enumerate().filter(|(_, w)| *w != 0.0);
        terms.map(|(i, weight)| (free[i].to_string(), weight)).collect::<Vec<_>>()
    };
    // A species that takes part in nothing is no news.
    null_space_of(rows, free.len()).into_iter().map(named).filter(|terms| terms.len() > 1).collect()
}

fn mentions(math: &Expr, id: &str) -> bool {
    let mut found = false;
    math.walk(&mut |expr| found |= matches!(expr, Expr::Symbol(name) if name == id));
    found
}
