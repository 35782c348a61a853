//! Our trajectories of the curated models of BioModels against those of libroadrunner and COPASI.

use std::process::Command;

use crate::bench::{environment, succeed};
use crate::workspace::Workspace;

/// Compares all models, or those whose names contain one of `names`; all of them are written to
/// `docs/conformance/cross-check.tsv`, a choice to `target/peers/cross-check.tsv`.
pub(crate) fn run(workspace: &Workspace, names: &[&str]) -> bool {
    match compare(workspace, names) {
        Ok(()) => true,
        Err(message) => {
            eprintln!("error: {message}");
            false
        }
    }
}

fn compare(workspace: &Workspace, names: &[&str]) -> Result<(), String> {
    let root = &workspace.root;
    let suites = std::env::var_os("RESURGE_SUITES")
        .map_or_else(|| root.join("../shared/suites"), std::path::PathBuf::from);
    let archive = suites.join("biomodels/biomodels.tar.gz");
    if !archive.is_file() {
        return Err(format!(
            "{} is missing; set RESURGE_SUITES to the folder of the suites",
            archive.display()
        ));
    }
    if !workspace.cargo(&["build", "--release", "--package", "cli", "--bin", "resurge"], &[]) {
        return Err("the program was not built".to_string());
    }
    let peers = root.join("target/peers");
    let python = environment(&peers)?;
    let models = peers.join("biomodels");
    std::fs::create_dir_all(&models).map_err(|e| format!("make {}: {e}", models.display()))?;
    succeed(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&models))?;
    let table = if names.is_empty() {
        root.join("docs/conformance/cross-check.tsv")
    } else {
        peers.join("cross-check.tsv")
    };
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let program = target.join("release/resurge");
    let script = root.join("xtask/cross-check/cross_check.py");
    succeed(Command::new(&python).arg(script).arg(program).arg(models).arg(&table).args(names))?;
    println!("written to {}", table.display());
    Ok(())
}
