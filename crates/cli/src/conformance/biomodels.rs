//! Folders of SBML models: does each load, compile, and run to a time?

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use formats::{Source, sbml};
use simulate::{SystemError, SystemRun, compile_system, run_logical};

use super::sbml::{on_all_processors, refused};
use super::{Judged, Verdict};
use crate::input::read_beside;

/// Every model runs to this time of its own unit.
const T_END: f64 = 100.0;
/// A model may take so long.
const MOST: Duration = Duration::from_secs(30);

/// All .xml files below a folder.
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
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "xml" || e == "sbml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Runs all models, on all processors; the order is that of the files.
pub(crate) fn judge_all(files: &[PathBuf], done: &(dyn Fn(usize) + Sync)) -> Vec<Judged> {
    on_all_processors(files, done, |path| {
        let started = Instant::now();
        let verdict = catch_unwind(AssertUnwindSafe(|| judge(path)))
            .unwrap_or_else(|_| Verdict::Error("a bug: the program panicked".to_string()));
        let elapsed = started.elapsed();
        let verdict = if verdict == Verdict::Pass && elapsed > MOST {
            Verdict::Error(format!("more than {} s", MOST.as_secs()))
        } else {
            verdict
        };
        let case = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        vec![Judged { case, level: "-".to_string(), verdict, elapsed }]
    })
}

fn judge(path: &Path) -> Verdict {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return Verdict::Error(error.to_string()),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let output_times: Vec<f64> = (0..=100).map(|i| T_END * f64::from(i) / 100.0).collect();
    if sbml::is_logical(&text) {
        let parsed = sbml::parse_logical(Source::new(&name, &text));
        return refused(&parsed.diagnostics).unwrap_or_else(|| {
            run_logical(&parsed.value, 0.0, &output_times)
                .map_or_else(|error| Verdict::Error(error.to_string()), |_| Verdict::Pass)
        });
    }
    let parsed = sbml::parse_with(Source::new(&name, &text), &|name| read_beside(path, name));
    if let Some(verdict) = refused(&parsed.diagnostics) {
        return verdict;
    }
    let failed = |error: &SystemError| match error {
        SystemError::Unsupported { feature, .. } => Verdict::Unsupported((*feature).to_string()),
        other => Verdict::Error(other.to_string()),
    };
    let run = SystemRun { t_end: T_END, output_times, ..SystemRun::default() };
    match compile_system(&parsed.value).and_then(|compiled| compiled.run(&run)) {
        Ok(_) => Verdict::Pass,
        Err(error) => failed(&error),
    }
}
