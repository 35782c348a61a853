//! How fast the engine is, alone and against other simulators.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::Workspace;

/// Other simulators, from PyPI.
const PEERS: [&str; 3] = ["libroadrunner==2.10.0", "python-copasi==4.48.311", "bngsim==0.16.0"];
/// Problems of the PEtab benchmark collection, small ones first.
const MODELS: [&str; 12] = [
    "Bruno_JExpBot2016",
    "Boehm_JProteomeRes2014",
    "Sneyd_PNAS2002",
    "Borghans_BiophysChem1997",
    "Crauste_CellSystems2017",
    "Fujita_SciSignal2010",
    "Brannmark_JBC2010",
    "Bachmann_MSB2011",
    "Lucarelli_CellSystems2018",
    "Smith_BMCSystBiol2013",
    "Lang_PLOSComputBiol2024",
    "Chen_MSB2009",
];

/// Our own benchmarks.
pub(crate) fn run(workspace: &Workspace) -> bool {
    workspace.cargo(&["bench", "--package", "cli", "--bench", "engine"], &[])
}

/// The same models on other simulators, in turns; writes `docs/benchmarks/peers.md` and `peers.svg`.
pub(crate) fn peers(workspace: &Workspace) -> bool {
    match compare(workspace) {
        Ok(()) => true,
        Err(message) => {
            eprintln!("error: {message}");
            false
        }
    }
}

fn compare(workspace: &Workspace) -> Result<(), String> {
    let root = &workspace.root;
    let suites =
        std::env::var_os("RESURGE_SUITES").map_or_else(|| root.join("../shared/suites"), PathBuf::from);
    let models = suites.join("petab-benchmark/Benchmark-Models");
    if !models.is_dir() {
        return Err(format!(
            "{} is missing; set RESURGE_SUITES to the folder of the suites",
            models.display()
        ));
    }
    let python = environment(&root.join("target/peers"))?;
    let engine = engine(root)?;
    let (scripts, results) = (root.join("xtask/bench"), root.join("target/peers/peers.json"));
    succeed(
        Command::new(&python)
            .arg(scripts.join("peers.py"))
            .arg(engine)
            .arg(&results)
            .arg(models)
            .args(MODELS),
    )?;
    let out = root.join("docs/benchmarks");
    std::fs::create_dir_all(&out).map_err(|e| format!("make {}: {e}", out.display()))?;
    succeed(Command::new(&python).arg(scripts.join("report.py")).arg(&results).arg(&out))
}

/// A Python environment of its own with the other simulators; returns its interpreter.
fn environment(folder: &Path) -> Result<PathBuf, String> {
    let python = folder.join("bin/python");
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    }
    succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PEERS))?;
    Ok(python)
}

/// Builds our benchmark program; returns where it is.
fn engine(root: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--package", "cli", "--bench", "engine", "--no-run", "--message-format=json"]);
    let output =
        cargo.current_dir(root).stderr(Stdio::inherit()).output().map_err(|e| format!("cargo: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let path = text
        .lines()
        .filter(|line| line.contains("\"kind\":[\"bench\"]"))
        .find_map(|line| line.split("\"executable\":\"").nth(1)?.split('"').next());
    path.map(PathBuf::from).ok_or_else(|| "the benchmark program was not built".to_string())
}

fn succeed(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
