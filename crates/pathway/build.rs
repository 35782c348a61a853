//! Lists the files of the data folder, so that they become part of the program and a change of them rebuilds it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// File endings that belong to the data folder.
const ENDINGS: [&str; 3] = ["toml", "tsv", "bngl"];

fn main() {
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let data = manifest.join("../../pathway");
    println!("cargo::rerun-if-changed={}", data.display());
    let mut files = Vec::new();
    collect(&data, &mut files);
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&data).expect("it lies inside").to_string_lossy().replace('\\', "/");
        writeln!(list, "    ({name:?}, include_bytes!({:?})),", file.display().to_string())
            .expect("a string takes all");
    }
    list.push_str("]\n");
    std::fs::write(out.join("embedded.rs"), list).expect("the output folder can be written");
}

/// All data files below a folder; none if it is missing.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| ENDINGS.iter().any(|known| e == *known)) {
            files.push(path);
        }
    }
}
