//! Data files of the curated model have content, and its TOML files parse.

use crate::workspace::{Workspace, files_below, read};

pub(super) fn violations(workspace: &Workspace) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in files_below(&workspace.root.join("pathway"), &["bngl", "toml", "tsv"]) {
        let name = workspace.relative(&path);
        let Ok(text) = read(&path) else {
            wrong.push(format!("{name} is not UTF-8 text"));
            continue;
        };
        if text.trim().is_empty() {
            wrong.push(format!("{name} is empty"));
        }
        if name.ends_with(".toml")
            && let Err(error) = text.parse::<toml::Table>()
        {
            wrong.push(format!("{name}: {}", error.message()));
        }
        if name.ends_with(".tsv") {
            wrong.extend(
                ragged_row(&text).map(|row| format!("{name}:{row}: another number of columns than the head")),
            );
        }
    }
    wrong
}

/// The first row that has more cells than the head.
fn ragged_row(text: &str) -> Option<usize> {
    let n_columns = text.lines().next()?.split('\t').count();
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .find(|(_, line)| line.split('\t').count() > n_columns)
        .map(|(row, _)| row + 1)
}
