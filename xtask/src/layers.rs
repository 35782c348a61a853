//! The crate graph and the edges that are allowed in it.

use crate::workspace::Workspace;

/// Which crates a crate may use. A change here is an architectural decision: note it in `docs/design/crates.md`.
const ALLOWED: [(&str, &[&str]); 10] = [
    ("jit", &[]),
    ("model", &[]),
    ("ode", &["jit"]),
    ("formats", &["model"]),
    ("rules", &["model"]),
    ("simulate", &["model", "jit", "ode"]),
    ("calibrate", &[]),
    ("pathway", &["model", "formats", "rules", "simulate"]),
    ("lab", &["model", "formats", "rules", "simulate", "calibrate", "pathway"]),
    ("cli", &["model", "ode", "formats", "rules", "simulate", "calibrate", "pathway", "lab"]),
];

/// Floors from the ground up, for the picture.
const FLOORS: [(&str, &[&str]); 6] = [
    ("doors", &["cli"]),
    ("server", &["lab"]),
    ("upper floor", &["calibrate", "pathway"]),
    ("ground floor", &["simulate", "formats", "rules"]),
    ("foundation", &["ode", "model"]),
    ("ground", &["jit"]),
];

/// Prints floors, edges and what is wrong with them.
pub(crate) fn run(workspace: &Workspace) -> bool {
    for (floor, crates) in FLOORS {
        println!("{floor:>14}   {}", crates.join("   "));
    }
    println!();
    for (name, uses) in edges(workspace) {
        println!("{name:>14} -> {}", if uses.is_empty() { "-".to_string() } else { uses.join(", ") });
    }
    let wrong = violations(workspace);
    for message in &wrong {
        println!("\nnot allowed: {message}");
    }
    wrong.is_empty()
}

/// Edges between crates of the workspace.
fn edges(workspace: &Workspace) -> Vec<(String, Vec<String>)> {
    let ours: Vec<&str> = workspace.crates.iter().map(|c| c.name.as_str()).collect();
    workspace
        .crates
        .iter()
        .map(|c| {
            let uses = c.dependencies().into_iter().filter(|d| ours.contains(&d.as_str())).collect();
            (c.name.clone(), uses)
        })
        .collect()
}

/// Every edge or crate that the table does not know.
pub(crate) fn violations(workspace: &Workspace) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, uses) in edges(workspace) {
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("crate {name} is not in the table of xtask/src/layers.rs"));
            continue;
        };
        for used in uses.iter().filter(|u| !allowed.contains(&u.as_str())) {
            wrong.push(format!("{name} uses {used}; it may use {}", allowed_text(allowed)));
        }
    }
    wrong
}

fn allowed_text(allowed: &[&str]) -> String {
    if allowed.is_empty() { "no other crate of the workspace".to_string() } else { allowed.join(", ") }
}
