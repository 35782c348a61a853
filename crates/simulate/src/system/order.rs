//! The order in which definitions are lowered, so that long chains of them need no deep recursion.

use std::collections::HashMap;

use model::Expr;

use super::table::{Role, Symbol, Table, VariableIdx};

/// Variables with a definition, each after those that its definition mentions, as far as there is such an order:
/// members of circles are left out, and are found when they are lowered.
pub(super) fn definitions_in_order(table: &Table<'_>, at_start: bool) -> Vec<VariableIdx> {
    let definition = |idx: VariableIdx| match table.variable(idx).role {
        Role::Assigned(math) => Some(math),
        _ if at_start => table.variable(idx).initial_assignment,
        _ => None,
    };
    let defined: Vec<VariableIdx> =
        (0..table.variables.len()).map(VariableIdx).filter(|&idx| definition(idx).is_some()).collect();
    let mut waits_for: HashMap<VariableIdx, usize> = HashMap::new();
    let mut needed_by: HashMap<VariableIdx, Vec<VariableIdx>> = HashMap::new();
    for &idx in &defined {
        let mut needs: Vec<VariableIdx> =
            definition(idx).map_or_else(Vec::new, |math| mentioned(table, math));
        needs.retain(|&other| definition(other).is_some());
        waits_for.insert(idx, needs.len());
        needs.into_iter().for_each(|other| needed_by.entry(other).or_default().push(idx));
    }
    let mut order: Vec<VariableIdx> = defined.iter().copied().filter(|idx| waits_for[idx] == 0).collect();
    let mut next = 0;
    while let Some(&done) = order.get(next) {
        next += 1;
        for &idx in needed_by.get(&done).map_or(&[][..], Vec::as_slice) {
            if let Some(left) = waits_for.get_mut(&idx) {
                *left -= 1;
                if *left == 0 {
                    order.push(idx);
                }
            }
        }
    }
    order
}

/// Variables that an expression mentions, directly, through the compartment of a species, or through the kinetic law
/// of a reaction.
fn mentioned(table: &Table<'_>, math: &Expr) -> Vec<VariableIdx> {
    let mut found = Vec::new();
    let mut open = vec![math];
    let mut seen_reactions = Vec::new();
    while let Some(expr) = open.pop() {
        expr.walk(&mut |e| {
            let Expr::Symbol(name) = e else { return };
            match table.by_name.get(name.as_str()) {
                Some(&Symbol::Variable(idx)) => {
                    found.push(idx);
                    let compartment = table.species(idx).map(|s| s.compartment.as_str());
                    if let Some(Symbol::Variable(size)) = compartment.and_then(|c| table.by_name.get(c)) {
                        found.push(*size);
                    }
                }
                Some(&Symbol::Reaction(i)) if !seen_reactions.contains(&i) => {
                    seen_reactions.push(i);
                    open.extend(table.system.reactions[i].kinetic_law.as_ref().map(|law| &law.math));
                }
                _ => {}
            }
        });
    }
    found.sort_unstable();
    found.dedup();
    found
}
