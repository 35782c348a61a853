//! Rules that a compiler does not check: floors, sizes, names, purity, documents, data files.

mod data;
mod documents;
mod purity;
mod sizes;

use crate::layers;
use crate::workspace::Workspace;

/// Prints every broken rule; true if there is none.
pub(crate) fn run(workspace: &Workspace) -> bool {
    let rules: [(&str, Vec<String>); 5] = [
        ("crate edges", layers::violations(workspace)),
        ("file sizes and names", sizes::violations(workspace)),
        ("libraries do no I/O", purity::violations(workspace)),
        ("documents", documents::violations(workspace)),
        ("data files", data::violations(workspace)),
    ];
    let mut n_broken = 0;
    for (rule, messages) in &rules {
        for message in messages {
            eprintln!("tidy: {rule}: {message}");
        }
        n_broken += messages.len();
    }
    println!(
        "tidy: {}",
        if n_broken == 0 { "all rules hold".to_string() } else { format!("{n_broken} broken") }
    );
    n_broken == 0
}
