//! Changed texts for the readers: none may panic, hang, or need much memory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::Workspace;

/// Readers and the endings of the files they begin with.
const READERS: [(&str, &[&str]); 7] = [
    ("sbml", &["xml", "sbml"]),
    ("antimony", &["ant"]),
    ("bngl", &["bngl"]),
    ("net", &["net"]),
    ("sedml", &["sedml"]),
    ("omex", &["omex", "xml"]),
    ("experiment", &["toml"]),
];
/// Address space of a reader, KiB: texts of 256 KiB need a thousandth of it.
const MOST_KIB: u64 = 4 << 20;
/// Where the files to begin with lie.
const FOLDERS: [&str; 4] = ["crates/cli/tests/cmd", "pathway/model", "pathway/experiments", "xtask/fuzz"];

/// Runs one reader, or all of them in turn, for so many minutes each.
pub(crate) fn run(workspace: &Workspace, reader: &str, minutes: &str) -> bool {
    match fuzz(workspace, reader, minutes) {
        Ok(()) => true,
        Err(message) => {
            eprintln!("error: {message}");
            false
        }
    }
}

fn fuzz(workspace: &Workspace, reader: &str, minutes: &str) -> Result<(), String> {
    let minutes: f64 = minutes.parse().map_err(|_| format!("{minutes:?} is no number of minutes"))?;
    let chosen: Vec<_> = READERS.iter().filter(|(name, _)| reader == "all" || *name == reader).collect();
    if chosen.is_empty() {
        return Err(format!("no reader {reader:?}: {}, or all", READERS.map(|r| r.0).join(", ")));
    }
    let program = build(&workspace.root)?;
    let failures = workspace.root.join("target/fuzz");
    // Other inputs every day; the seed is printed, and the failing input kept.
    let day = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| d.as_secs() / 86_400);
    for (name, endings) in chosen {
        let mut files = Vec::new();
        for folder in FOLDERS {
            collect(&workspace.root.join(folder), endings, &mut files)
                .map_err(|e| format!("{folder}: {e}"))?;
        }
        println!("{name}: seed {day}");
        let status = Command::new("sh")
            .args(["-c", &format!("ulimit -v {MOST_KIB} && exec \"$0\" \"$@\"")])
            .arg(&program)
            .args([name.to_string(), format!("{:.0}", minutes * 60.0), day.to_string()])
            .arg(&failures)
            .args(files)
            .status()
            .map_err(|e| format!("start the program: {e}"))?;
        if !status.success() {
            return Err(format!("{name} failed ({status})"));
        }
    }
    Ok(())
}

fn build(root: &Path) -> Result<PathBuf, String> {
    let arguments =
        ["build", "--release", "--package", "pathway", "--example", "fuzz", "--message-format=json"];
    let output = Command::new("cargo")
        .args(arguments)
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("cargo: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .filter(|line| line.contains("\"kind\":[\"example\"]"))
        .find_map(|line| line.split("\"executable\":\"").nth(1)?.split('"').next())
        .map(PathBuf::from)
        .ok_or_else(|| "the fuzzer was not built".to_string())
}

fn collect(folder: &Path, endings: &[&str], files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, endings, files)?;
        } else if path.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending)) {
            files.push(path);
        }
    }
    Ok(())
}
