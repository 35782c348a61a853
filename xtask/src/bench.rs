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

/// Errors of many random parameter vectors of each model; writes `docs/benchmarks/accuracy.md`.
pub(crate) fn accuracy(workspace: &Workspace) -> bool {
    match measure_accuracy(workspace) {
        Ok(()) => true,
        Err(message) => {
            eprintln!("error: {message}");
            false
        }
    }
}

/// Parameter vectors of each model: enough to see one in a thousand.
const MEMBERS: &str = "1000";
const ACCURACY_HEAD: &str = "\
# Accuracy over random parameters

Written by `cargo xtask bench --accuracy`: the models of the PEtab benchmark collection with every parameter multiplied by
its own factor between 1/10 and 10, until the last measurement; rtol 1e-6, atol 1e-9.
An error is the largest |y - reference| / (atol + rtol * peak of the species) over species and times: 1 is the tolerance of
a step. The reference is the other method at rtol 1e-11; where it differs from a second one, nothing is said (no reference).
*Beyond 10* counts members with an error above 10; *not spread by the problem* counts those of them whose error is also
more than 10 times what a difference of 1e-6 in all parameters does to the solution: these would be silent failures.

";

fn measure_accuracy(workspace: &Workspace) -> Result<(), String> {
    let root = &workspace.root;
    let program = benchmark(root, "simulate", "accuracy")?;
    // The last two take hours.
    let names = &MODELS[..MODELS.len() - 2];
    let output = Command::new(program)
        .arg(models(root)?)
        .arg(MEMBERS)
        .args(names)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("run the benchmark: {e}"))?;
    if !output.status.success() {
        return Err(format!("the benchmark ended with {}", output.status));
    }
    let table = String::from_utf8_lossy(&output.stdout);
    print!("{table}");
    let path = root.join("docs/benchmarks/accuracy.md");
    std::fs::write(&path, format!("{ACCURACY_HEAD}{table}")).map_err(|e| format!("{}: {e}", path.display()))
}

/// The folder of the benchmark collection.
fn models(root: &Path) -> Result<PathBuf, String> {
    let suites =
        std::env::var_os("RESURGE_SUITES").map_or_else(|| root.join("../shared/suites"), PathBuf::from);
    let models = suites.join("petab-benchmark/Benchmark-Models");
    if models.is_dir() {
        return Ok(models);
    }
    Err(format!("{} is missing; set RESURGE_SUITES to the folder of the suites", models.display()))
}

fn compare(workspace: &Workspace) -> Result<(), String> {
    let root = &workspace.root;
    let models = models(root)?;
    let python = environment(&root.join("target/peers"))?;
    let engine = benchmark(root, "cli", "engine")?;
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
pub(crate) fn environment(folder: &Path) -> Result<PathBuf, String> {
    let python = folder.join("bin/python");
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    }
    succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PEERS))?;
    Ok(python)
}

/// Builds a benchmark program of a package; returns where it is.
fn benchmark(root: &Path, package: &str, name: &str) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--package", package, "--bench", name, "--no-run", "--message-format=json"]);
    let output =
        cargo.current_dir(root).stderr(Stdio::inherit()).output().map_err(|e| format!("cargo: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let path = text
        .lines()
        .filter(|line| line.contains("\"kind\":[\"bench\"]"))
        .find_map(|line| line.split("\"executable\":\"").nth(1)?.split('"').next());
    path.map(PathBuf::from).ok_or_else(|| "the benchmark program was not built".to_string())
}

pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
