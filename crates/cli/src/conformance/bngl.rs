//! Folders of BNGL models with what BioNetGen made of them in `DAT_validate`.
//!
//! The actions of every model are carried out. One case is one file: the model's own actions (`run`), and each file
//! of `DAT_validate` whose name begins with that of the model.

mod compare;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use formats::{Source, bngl};
use model::Severity;

use super::sbml::on_all_processors;
use super::{Judged, Verdict};
use crate::actions::{Session, Settings, Step, Trouble};
use crate::input::read_beside;

/// Folder of the references.
const REFERENCES: &str = "DAT_validate";
/// Kinds of references that are compared.
const COMPARED: [&str; 5] = ["net", "gdat", "cdat", "scan", "stats"];
/// Seed of stochastic simulations.
const SEED: u64 = 1;

/// All .bngl files below a folder, references left out.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != REFERENCES) {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|e| e == "bngl") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Files made so far, by path: a model may read what another one wrote.
type Made = Mutex<BTreeMap<PathBuf, String>>;

/// Judges all models; those that read files of others come last.
pub(crate) fn judge_all(files: &[PathBuf], done: &(dyn Fn(usize) + Sync)) -> Vec<Judged> {
    let made: Made = Mutex::default();
    let reads =
        |path: &PathBuf| std::fs::read(path).is_ok_and(|b| String::from_utf8_lossy(&b).contains("readFile("));
    let (later, sooner): (Vec<PathBuf>, Vec<PathBuf>) = files.iter().cloned().partition(reads);
    let judge = |path: &Path| judge_model(path, files, &made);
    let mut judged = on_all_processors(&sooner, done, judge);
    judged.extend(on_all_processors(&later, &|n| done(sooner.len() + n), judge));
    judged.sort_by(|a, b| (&a.case, &a.level).cmp(&(&b.case, &b.level)));
    judged
}

fn judge_model(path: &Path, all: &[PathBuf], made: &Made) -> Vec<Judged> {
    let started = Instant::now();
    let name = stem(path);
    let (run, own) = catch_unwind(AssertUnwindSafe(|| run(path, &name, made)))
        .unwrap_or_else(|_| (Verdict::Error("a bug: the program panicked".to_string()), BTreeMap::new()));
    let elapsed = started.elapsed();
    let case = |file: String, level: &str, verdict, elapsed| Judged {
        case: file,
        level: level.to_string(),
        verdict,
        elapsed,
    };
    let mut judged = Vec::new();
    for reference in references(path, &name, all) {
        let started = Instant::now();
        let ending = reference.extension().unwrap_or_default().to_string_lossy().into_owned();
        let verdict = if COMPARED.contains(&ending.as_str()) {
            match (&run, compare::file(&reference, &ending, &own)) {
                (_, Some(verdict)) => verdict,
                // What was not made for lack of an action is not wrong.
                (Verdict::Pass, None) => Verdict::Wrong("no such file was made".to_string()),
                (reason, None) => reason.clone(),
            }
        } else {
            Verdict::Unsupported(format!("the text of a .{ending} file is not compared"))
        };
        let level = if COMPARED.contains(&ending.as_str()) { ending.as_str() } else { "text" };
        judged.push(case(stem(&reference), level, verdict, started.elapsed()));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    made.lock()
        .expect("no thread panics with the lock")
        .extend(own.into_iter().map(|(n, t)| (folder.join(n), t)));
    judged.push(case(name, "run", run, elapsed));
    judged
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Files of `DAT_validate` that belong to a model and to no model with a longer name.
fn references(path: &Path, name: &str, all: &[PathBuf]) -> Vec<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let Ok(entries) = std::fs::read_dir(folder.join(REFERENCES)) else { return Vec::new() };
    let belongs = |file: &str, model: &str| {
        file == model || file.strip_prefix(model).is_some_and(|r| r.starts_with('_'))
    };
    let longer: Vec<String> = all
        .iter()
        .filter(|p| p.parent() == Some(folder))
        .map(|p| stem(p))
        .filter(|n| n.len() > name.len())
        .collect();
    let mut found: Vec<PathBuf> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| {
            let file = stem(p);
            belongs(&file, name) && !longer.iter().any(|other| belongs(&file, other))
        })
        .collect();
    found.sort();
    found
}

/// Carries out the actions; the files by name.
fn run(path: &Path, name: &str, made: &Made) -> (Verdict, BTreeMap<String, String>) {
    let text = match std::fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => return (Verdict::Error(error.to_string()), BTreeMap::new()),
    };
    let load = |file: &str| {
        let made_before = made.lock().expect("no thread panics with the lock");
        let other = path.parent().and_then(|folder| made_before.get(&folder.join(file)).cloned());
        other.or_else(|| read_beside(path, file))
    };
    let parsed = bngl::parse_with(&[Source::new(name, &text)], &load);
    if let Some(error) = parsed.diagnostics.iter().find(|d| d.severity == Severity::Error) {
        return (Verdict::Error(error.to_string()), BTreeMap::new());
    }
    let settings = Settings {
        name: name.to_string(),
        load: &load,
        seed: SEED,
        max_species: 20_000,
        max_reactions: 200_000,
    };
    let mut session = Session::new(parsed.value, settings);
    let steps = session.run(&|_| {});
    let mut verdict = Verdict::Pass;
    for step in &steps {
        match &step.outcome {
            Ok(_) => {}
            Err(Trouble::Failed(reason)) => {
                verdict = Verdict::Error(format!("{}: {reason}", step.action.name));
            }
            Err(Trouble::Unsupported(what)) if verdict == Verdict::Pass => {
                verdict = Verdict::Unsupported(format!("{}: {what}", step.action.name));
            }
            Err(Trouble::Unsupported(_)) => {}
        }
    }
    // A run that stopped has no numbers.
    let files =
        if steps.last().is_some_and(Step::ends_the_run) { BTreeMap::new() } else { session.files().clone() };
    (verdict, files)
}

/// The worst verdict of each model: what all its files say together.
pub(crate) fn by_model(judged: &[Judged]) -> BTreeMap<&'static str, usize> {
    let rank = |word: &str| ["pass", "unsupported", "error", "wrong"].iter().position(|w| *w == word);
    let models: Vec<&str> = judged.iter().filter(|j| j.level == "run").map(|j| j.case.as_str()).collect();
    let mut worst: BTreeMap<&str, &'static str> = BTreeMap::new();
    // Exports as text of other programs are not asked for.
    for one in judged.iter().filter(|j| j.level != "text") {
        let owner = models
            .iter()
            .filter(|m| one.case == **m || one.case.strip_prefix(**m).is_some_and(|r| r.starts_with('_')))
            .max_by_key(|m| m.len());
        let Some(owner) = owner else { continue };
        let word = worst.entry(owner).or_insert("pass");
        if rank(one.verdict.word()) > rank(word) {
            *word = one.verdict.word();
        }
    }
    let mut counts = BTreeMap::new();
    for word in worst.into_values() {
        *counts.entry(word).or_default() += 1;
    }
    counts
}
