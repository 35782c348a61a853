//! Parameters and functions that refer to each other in a circle.

use std::collections::BTreeMap;

use model::Expr;

use crate::bngl::codes;
use crate::bngl::draft::{Draft, Kind};
use crate::report::Report;
use crate::source::Place;

/// More circles than these are not looked for.
const MOST_CYCLES: usize = 100;

/// Reports each circle once, at the definition that comes first in it.
pub(crate) fn check(draft: &Draft, report: &mut Report<'_>) {
    let names: Vec<&str> = definitions(draft).map(|(name, _)| name).collect();
    let position: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let edges: Vec<Vec<usize>> = definitions(draft).map(|(_, body)| references(body, &position)).collect();
    let defined = draft.declared.iter().filter(|d| matches!(d.kind, Kind::Parameter | Kind::Function));
    let places: BTreeMap<&str, Place> = defined.rev().map(|d| (d.name.as_str(), d.place)).collect();
    for cycle in cycles(&edges) {
        let path: Vec<&str> = cycle.iter().map(|i| names[*i]).collect();
        if report.is_full() {
            return;
        }
        let place = places.get(path[0]).copied().unwrap_or_default();
        let message = format!("cyclic definition: {} -> {}", path.join(" -> "), path[0]);
        report.error(
            place,
            codes::CYCLE,
            message,
            "give one of them a value that does not depend on the others",
        );
    }
}

fn definitions(draft: &Draft) -> impl Iterator<Item = (&str, &Expr)> {
    let parameters = draft.model.parameters.iter().map(|p| (p.name.as_str(), &p.value));
    parameters.chain(draft.model.functions.iter().map(|f| (f.name.as_str(), &f.body)))
}

fn references(body: &Expr, position: &BTreeMap<&str, usize>) -> Vec<usize> {
    let mut found = Vec::new();
    body.walk(&mut |expr| {
        if let Expr::Symbol(name) | Expr::Call(name, _) = expr {
            found.extend(position.get(name.as_str()));
        }
    });
    found.sort_unstable();
    found.dedup();
    found
}

/// Circles found by a depth-first walk with its own stack; each definition is entered once.
fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        if marks[start] != Mark::New {
            continue;
        }
        let mut path = vec![(start, 0)];
        marks[start] = Mark::Open;
        while let Some((node, next)) = path.last_mut() {
            let Some(&target) = edges[*node].get(*next) else {
                marks[*node] = Mark::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match marks[target] {
                Mark::New => {
                    marks[target] = Mark::Open;
                    path.push((target, 0));
                }
                Mark::Open if found.len() < MOST_CYCLES => {
                    let from = path.iter().position(|(n, _)| *n == target).unwrap_or(0);
                    found.push(path[from..].iter().map(|(n, _)| *n).collect());
                }
                Mark::Open | Mark::Done => {}
            }
        }
    }
    found
}
