//! The semantic cases of the SBML Test Suite.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use formats::{Source, antimony, sbml};
use model::{Diagnostic, ReactionSystem, Severity};
use simulate::{FluxError, SpeciesAs, SystemError, SystemRun, compile_system, flux_balance};

use super::case::Case;
use super::{Judged, Verdict};
use crate::input::read_beside;

/// Folders with cases: the folder itself, or folders in it.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn folders(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let name = next.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if next.join(format!("{name}-settings.txt")).is_file() {
            found.push(next);
            continue;
        }
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            // The stochastic cases have rules of their own.
            if path.is_dir() && !path.ends_with("stochastic") {
                open.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Runs all cases, at all levels that `wanted` accepts, on all processors; the order is that of the cases.
pub(crate) fn judge_all(
    folders: &[PathBuf],
    wanted: &(dyn Fn(&str) -> bool + Sync),
    through: RoundTrip,
    done: &(dyn Fn(usize) + Sync),
) -> Vec<Judged> {
    on_all_processors(folders, done, |folder| judge_folder(folder, wanted, through))
}

/// Judges all paths; the order is kept.
pub(super) fn on_all_processors(
    paths: &[PathBuf],
    done: &(dyn Fn(usize) + Sync),
    judge: impl Fn(&Path) -> Vec<Judged> + Sync,
) -> Vec<Judged> {
    let next = AtomicUsize::new(0);
    let judged: Mutex<Vec<(usize, Vec<Judged>)>> = Mutex::new(Vec::new());
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(i) else { break };
                    let result = judge(path);
                    judged.lock().expect("no thread panics with the lock").push((i, result));
                    done(i + 1);
                }
            });
        }
    });
    let mut judged = judged.into_inner().expect("no thread panics with the lock");
    judged.sort_by_key(|(i, _)| *i);
    judged.into_iter().flat_map(|(_, j)| j).collect()
}

fn judge_folder(folder: &Path, wanted: &(dyn Fn(&str) -> bool + Sync), through: RoundTrip) -> Vec<Judged> {
    let case = match Case::read(folder) {
        Ok(case) => case,
        Err(reason) => {
            let case = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let verdict = Verdict::Error(reason);
            return vec![Judged {
                case,
                level: "-".to_string(),
                verdict,
                elapsed: std::time::Duration::ZERO,
            }];
        }
    };
    let models = case.models.iter().filter(|(level, _)| wanted(level));
    models
        .map(|(level, path)| {
            let started = Instant::now();
            let verdict = std::panic::catch_unwind(AssertUnwindSafe(|| judge(&case, path, through)))
                .unwrap_or_else(|_| Verdict::Error("a bug: the program panicked".to_string()));
            Judged { case: case.name.clone(), level: level.clone(), verdict, elapsed: started.elapsed() }
        })
        .collect()
}

fn judge(case: &Case, path: &Path, through: RoundTrip) -> Verdict {
    if !matches!(case.kind.as_str(), "TimeCourse" | "FluxBalanceSteadyState") {
        return Verdict::Unsupported(case.kind.clone());
    }
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return Verdict::Error(error.to_string()),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let parsed = sbml::parse_with(Source::new(&name, &text), &|name| read_beside(path, name));
    if let Some(verdict) = refused(&parsed.diagnostics) {
        return verdict;
    }
    let (system, renamed) = match round_trip(parsed.value, through) {
        Ok(made) => made,
        Err(verdict) => return verdict,
    };
    if case.kind == "FluxBalanceSteadyState" {
        return judge_fluxes(case, &system);
    }
    let compiled = match compile_system(&system) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error),
    };
    let times = case.times();
    let run =
        SystemRun { t_end: case.start + case.duration, output_times: times.clone(), ..SystemRun::default() };
    let trajectory = match compiled.run(&run) {
        Ok(trajectory) => trajectory,
        Err(error) => return failed(&error),
    };
    let mut found = Vec::new();
    for name in &case.columns {
        let species_as = if case.amount.contains(name) {
            SpeciesAs::Amount
        } else if case.concentration.contains(name) {
            SpeciesAs::Concentration
        } else {
            SpeciesAs::Symbol
        };
        let now = renamed.iter().find(|(old, _)| old == name).map_or(name, |(_, new)| new);
        match compiled.column(now, species_as) {
            Some(column) => found.push(trajectory.column(column)),
            None => return Verdict::Error(format!("the model has no symbol {name:?}")),
        }
    }
    case.first_deviation(&times, &found).map_or(Verdict::Pass, Verdict::Wrong)
}

/// What a model goes through before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoundTrip {
    /// Nothing.
    None,
    /// Written as SBML and read again.
    Sbml,
    /// Written as Antimony and read again.
    Antimony,
}

/// Symbols with other names than before.
type Renamed = Vec<(String, String)>;

fn round_trip(system: ReactionSystem, through: RoundTrip) -> Result<(ReactionSystem, Renamed), Verdict> {
    let written = match through {
        RoundTrip::None => return Ok((system, Renamed::new())),
        RoundTrip::Sbml => sbml::write(&system).map(|text| (text, Renamed::new())),
        RoundTrip::Antimony => antimony::write(&system).map(|made| (made.text, made.renamed)),
    };
    let (text, renamed) = written.map_err(|e| Verdict::Unsupported(e.to_string()))?;
    let source = Source::new("written", &text);
    let again =
        if through == RoundTrip::Antimony { antimony::parse(source, &|_| None) } else { sbml::parse(source) };
    match refused(&again.diagnostics) {
        Some(verdict) => Err(Verdict::Error(format!("written: {}", verdict.detail()))),
        None => Ok((again.value, renamed)),
    }
}

/// The columns of a flux balance case are reactions and the objective; without a solution they are no numbers.
fn judge_fluxes(case: &Case, system: &ReactionSystem) -> Verdict {
    let found: Vec<Vec<f64>> = match flux_balance(system, None) {
        Ok(solution) => {
            let value = |name: &String| {
                let flux = solution.fluxes.iter().find(|(reaction, _)| reaction == name).map(|f| f.1);
                flux.or((*name == solution.objective).then_some(solution.value))
            };
            match case.columns.iter().map(|name| Some(vec![value(name)?])).collect() {
                Some(found) => found,
                None => {
                    return Verdict::Error("a column is neither a reaction nor the objective".to_string());
                }
            }
        }
        Err(FluxError::Infeasible | FluxError::Unbounded) => vec![vec![f64::NAN]; case.columns.len()],
        Err(other) => return Verdict::Error(other.to_string()),
    };
    case.first_deviation(&[], &found).map_or(Verdict::Pass, Verdict::Wrong)
}

pub(super) fn refused(diagnostics: &[Diagnostic]) -> Option<Verdict> {
    let mut errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    if let Some(package) = diagnostics.iter().find(|d| d.code == sbml::PACKAGE) {
        let name = package.message.split('"').nth(1).unwrap_or_default();
        return Some(Verdict::Unsupported(format!("package {name}")));
    }
    errors.next().map(|d| Verdict::Error(format!("{} {}", d.code, d.message)))
}

pub(super) fn failed(error: &SystemError) -> Verdict {
    match error {
        SystemError::Unsupported { feature, .. } => Verdict::Unsupported((*feature).to_string()),
        other => Verdict::Error(other.to_string()),
    }
}
