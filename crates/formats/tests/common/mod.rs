//! Finds the public suites and their files.

use std::path::{Path, PathBuf};

/// The folder of the suites; `None` (with a loud message) when it is absent.
#[expect(clippy::print_stdout, reason = "an absent suite must not pass unnoticed")]
pub(crate) fn suites() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites");
    let folder = std::env::var_os("RESURGE_SUITES").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("!!! SUITES NOT FOUND at {}: set RESURGE_SUITES; this test checks nothing", folder.display());
    None
}

/// All files below a folder with an extension, sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
