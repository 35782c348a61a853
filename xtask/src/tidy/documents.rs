//! The documents at the root know every crate; every crate says what it is.

use crate::workspace::{Workspace, read};

const DOCUMENTS: [&str; 3] = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"];
const LICENSES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

pub(super) fn violations(workspace: &Workspace) -> Vec<String> {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let Ok(text) = read(&workspace.root.join(document)) else {
            wrong.push(format!("{document} is missing"));
            continue;
        };
        for crate_ in &workspace.crates {
            if !text.contains(&format!("`{}`", crate_.name)) {
                wrong.push(format!("{document} does not mention the crate `{}`", crate_.name));
            }
        }
    }
    for license in LICENSES.iter().filter(|l| !workspace.root.join(l).is_file()) {
        wrong.push(format!("{license} is missing"));
    }
    for crate_ in &workspace.crates {
        let described = crate_
            .manifest
            .get("package")
            .and_then(|p| p.get("description"))
            .and_then(|d| d.as_str())
            .is_some_and(|d| !d.trim().is_empty());
        if !described {
            wrong.push(format!("crates/{}/Cargo.toml has no description", crate_.name));
        }
        let root_file = ["src/lib.rs", "src/main.rs"].map(|f| crate_.folder.join(f));
        let documented = root_file.iter().filter_map(|f| read(f).ok()).any(|text| text.starts_with("//!"));
        if !documented {
            wrong.push(format!(
                "crate {} does not begin with a `//!` comment that says what it is",
                crate_.name
            ));
        }
    }
    wrong
}
