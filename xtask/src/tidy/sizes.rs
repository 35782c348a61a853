//! Files stay small, `lib.rs` stays a table of contents, and no module is a drawer for everything.

use std::path::Path;

use crate::workspace::{Workspace, files_below, read};

const STOP: usize = 1000;
const NEEDS_REASON: usize = 600;
const LIB: usize = 150;
const DRAWERS: [&str; 5] = ["utils", "util", "common", "misc", "helpers"];

pub(super) fn violations(workspace: &Workspace) -> Vec<String> {
    let mut wrong = Vec::new();
    let reasons = match reasons(workspace) {
        Ok(reasons) => reasons,
        Err(message) => return vec![message],
    };
    let folders = workspace.crates.iter().map(|c| c.folder.clone()).chain([workspace.root.join("xtask")]);
    for path in folders.flat_map(|f| files_below(&f.join("src"), &["rs"])) {
        let name = workspace.relative(&path);
        let Ok(text) = read(&path) else {
            wrong.push(format!("{name} is not UTF-8 text"));
            continue;
        };
        let n_lines = code_lines(&text);
        let is_tests = path.file_stem().is_some_and(|s| s == "tests");
        if is_lib(&path) && n_lines > LIB {
            wrong.push(format!("{name} has {n_lines} lines; a table of contents has at most {LIB}"));
        }
        if n_lines > STOP && !is_tests {
            wrong.push(format!("{name} has {n_lines} lines of code; {STOP} is the end: split it"));
        } else if n_lines > NEEDS_REASON && !is_tests && !reasons.contains(&name) {
            wrong.push(format!("{name} has {n_lines} lines of code; above {NEEDS_REASON} it needs a reason in xtask/tidy.toml"));
        }
        wrong.extend(
            drawers(&text).map(|drawer| format!("{name} declares `mod {drawer}`: name it for what is in it")),
        );
    }
    for reason in reasons.iter().filter(|r| !workspace.root.join(r).is_file()) {
        wrong.push(format!("xtask/tidy.toml names {reason}, which does not exist"));
    }
    wrong
}

fn is_lib(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n == "lib.rs")
}

/// Lines before the tests at the end of a file.
fn code_lines(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

fn drawers(text: &str) -> impl Iterator<Item = &'static str> + '_ {
    DRAWERS.into_iter().filter(move |drawer| {
        text.lines().any(|line| {
            let line = line.trim_end().trim_end_matches([';', '{', ' ']);
            line.split_whitespace().rev().take(2).eq([*drawer, "mod"])
        })
    })
}

/// Files that may be long, each with a reason.
fn reasons(workspace: &Workspace) -> Result<Vec<String>, String> {
    let text = read(&workspace.root.join("xtask/tidy.toml"))?;
    let table: toml::Table = text.parse().map_err(|e| format!("xtask/tidy.toml: {e}"))?;
    let entries = table.get("long_file").and_then(|v| v.as_array()).cloned().unwrap_or_default();
    entries
        .iter()
        .map(|entry| {
            let field = |key: &str| entry.get(key).and_then(|v| v.as_str()).filter(|s| !s.is_empty());
            match (field("path"), field("reason")) {
                (Some(path), Some(_)) => Ok(path.to_string()),
                _ => Err("xtask/tidy.toml: a [[long_file]] needs `path` and `reason`".to_string()),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_at_the_end_do_not_count() {
        assert_eq!(code_lines("a\nb\n#[cfg(test)]\nmod tests {}\n"), 2);
    }

    #[test]
    fn drawers_are_found() {
        assert_eq!(drawers("pub(crate) mod utils;").collect::<Vec<_>>(), ["utils"]);
        assert_eq!(drawers("mod common {").collect::<Vec<_>>(), ["common"]);
        assert_eq!(drawers("mod community;").count(), 0);
    }
}
