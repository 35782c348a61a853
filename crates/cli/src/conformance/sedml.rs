//! COMBINE archives with the reports that others made of them.
//!
//! An archive is an `.omex` file or a folder with a `manifest.xml`. Its reference reports lie in the unpacked folder
//! of the same name: `reports_csv/FILE.sedml__REPORT.csv` as BioSimulators has them, or `results/PROGRAM/REPORT.csv`
//! as the examples of the specification have them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use formats::sedml::CODES;
use model::Severity;
use simulate::SpeciesAs;

use super::sbml::on_all_processors;
use super::{Judged, Verdict};
use crate::sedml::archive::{Package, is_unpacked};
use crate::sedml::{Outcome, Report, RunSettings, Trouble, carry_out};

/// Relative tolerance of a value.
const RELATIVE: f64 = 1e-4;
/// Absolute tolerance, as a share of the largest value of the column: references were made with absolute tolerances
/// of 1e-6 and the like, and hold no digits of what is smaller.
const OF_LARGEST: f64 = 1e-6;
/// Below this share of the largest value of the report a number is the rounding of a sum.
const ROUNDING: f64 = 1e-12;
/// Runs with which a stochastic reference is compared: the most, and the fewest when they take long.
const REPLICATES: (u64, u64) = (20, 4);
/// After this time no further replicate is started.
const LONG: Duration = Duration::from_secs(60);
/// Rows before and after, over which standard deviations are pooled.
const POOLED: usize = 10;
/// A single run of a reference lies within so many standard deviations of our mean: with 1e5 values none of which is
/// normally distributed in the tails, fewer would raise false alarms.
const DEVIATIONS: f64 = 8.0;

/// All archives below a folder. What lies both packed and unpacked counts once.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn archives(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        if is_unpacked(&next) {
            let packed = format!("{}.omex", next.display());
            if !Path::new(&packed).is_file() {
                found.push(next);
            }
            continue;
        }
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "omex") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Runs all archives, on all processors; the order is that of the paths.
pub(crate) fn judge_all(root: &Path, paths: &[PathBuf], done: &(dyn Fn(usize) + Sync)) -> Vec<Judged> {
    on_all_processors(paths, done, |path| {
        let started = Instant::now();
        let case = path.strip_prefix(root).unwrap_or(path).display().to_string();
        let case = case.strip_suffix(".omex").unwrap_or(&case).to_string();
        let one = |level: String, verdict, elapsed| Judged { case: case.clone(), level, verdict, elapsed };
        let result = catch_unwind(AssertUnwindSafe(|| run(path, RunSettings::default())))
            .unwrap_or_else(|_| Err(Verdict::Error("a bug: the program panicked".to_string())));
        let elapsed = started.elapsed();
        let verdict = result.as_ref().map_or_else(Clone::clone, |_| Verdict::Pass);
        let mut judged = vec![one("run".to_string(), verdict, elapsed)];
        if let Ok(made) = result {
            let mut runs = Runs::new(path, made);
            for (name, reference) in references(path) {
                let started = Instant::now();
                let verdict = compare(&mut runs, &name, &reference);
                judged.push(one(format!("report {name}"), verdict, started.elapsed()));
            }
        }
        judged
    })
}

/// All runs of an archive so far: by how species are given, one for each replicate.
struct Runs<'p> {
    path: &'p Path,
    made: [Vec<Made>; 3],
}

/// SED-ML does not say whether a species is its amount or its concentration, and programs differ: a report may agree
/// with any of these.
const READINGS: [SpeciesAs; 3] = [SpeciesAs::Symbol, SpeciesAs::Amount, SpeciesAs::Concentration];

impl<'p> Runs<'p> {
    fn new(path: &'p Path, first: Made) -> Self {
        Self { path, made: [vec![first], Vec::new(), Vec::new()] }
    }

    /// At least `n` replicates, fewer if they take long. `reading` is a position in [`READINGS`].
    fn replicates(&mut self, reading: usize, n: u64) -> Result<&[Made], Verdict> {
        let started = Instant::now();
        for replicate in self.made[reading].len() as u64..n {
            if replicate >= REPLICATES.1 && started.elapsed() > LONG {
                break;
            }
            let made = run(self.path, RunSettings { replicate, species_as: READINGS[reading] })?;
            self.made[reading].push(made);
        }
        Ok(&self.made[reading])
    }
}

/// Outcomes of experiments by place of the SED-ML file.
type Made = BTreeMap<String, Outcome>;

fn run(path: &Path, settings: RunSettings) -> Result<Made, Verdict> {
    let package = Package::open(path).map_err(|e| Verdict::Error(e.to_string()))?;
    let mut made = Made::new();
    for location in package.experiments() {
        let (_, parsed) = package.read(&location).map_err(|e| Verdict::Error(e.to_string()))?;
        if let Some(error) = parsed.diagnostics.iter().find(|d| d.severity == Severity::Error) {
            // The code of constructs that are read but not offered.
            let unsupported =
                CODES.iter().any(|(code, title, _)| error.code == *code && title.contains("not supported"));
            let text = format!("{} {}", error.code, error.message);
            return Err(if unsupported { Verdict::Unsupported(text) } else { Verdict::Error(text) });
        }
        let files = |name: &str| package.file(&location, name);
        let outcome = carry_out(&parsed.value, &files, settings).map_err(|trouble| match trouble {
            Trouble::Unsupported(what) => Verdict::Unsupported(what),
            Trouble::Failed(reason) => Verdict::Error(reason),
        })?;
        made.insert(location, outcome);
    }
    if made.is_empty() {
        return Err(Verdict::Error("the archive holds no SED-ML file".to_string()));
    }
    Ok(made)
}

/// Reference reports by name: `REPORT`, or `FILE.sedml__REPORT`.
fn references(path: &Path) -> Vec<(String, PathBuf)> {
    let folder = if path.is_dir() { path.to_path_buf() } else { path.with_extension("") };
    let mut found = Vec::new();
    let programs =
        std::fs::read_dir(folder.join("results")).into_iter().flatten().flatten().map(|e| e.path());
    for folder in programs.chain([folder.join("reports_csv")]) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let file = entry.path();
            if file.extension().is_some_and(|e| e == "csv") {
                found.push((file.file_stem().unwrap_or_default().to_string_lossy().into_owned(), file));
            }
        }
    }
    found.sort();
    found
}

fn find<'m>(made: &'m Made, name: &str) -> Option<&'m Report> {
    made.iter().find_map(|(location, outcome)| {
        let short = location.rsplit('/').next().unwrap_or(location);
        let all = outcome.reports.iter().chain(outcome.plots.iter().map(|p| &p.data));
        all.into_iter().find(|r| name == r.id || name == format!("{short}__{}", r.id))
    })
}

fn compare(runs: &mut Runs<'_>, name: &str, reference: &Path) -> Verdict {
    let expected = match read(reference) {
        Ok(columns) => columns,
        Err(reason) => return Verdict::Error(reason),
    };
    let mut first = None;
    for reading in 0..READINGS.len() {
        let verdict = compare_reading(runs, name, &expected, reading).unwrap_or_else(|e| e);
        if verdict == Verdict::Pass {
            return verdict;
        }
        first.get_or_insert(verdict);
    }
    first.unwrap_or(Verdict::Pass)
}

fn compare_reading(
    runs: &mut Runs<'_>,
    name: &str,
    expected: &[(String, Vec<f64>)],
    reading: usize,
) -> Result<Verdict, Verdict> {
    let missing = || Verdict::Wrong("no such report was made".to_string());
    let random = find(&runs.replicates(reading, 1)?[0], name).ok_or_else(missing)?.random;
    let n = if random { REPLICATES.0 } else { 1 };
    let all: Vec<&Report> = runs.replicates(reading, n)?.iter().filter_map(|made| find(made, name)).collect();
    let deviation = if random { random_deviation(expected, &all) } else { deviation(expected, all[0]) };
    Ok(deviation.map_or(Verdict::Pass, Verdict::Wrong))
}

/// The first value that differs, in words.
fn deviation(expected: &[(String, Vec<f64>)], report: &Report) -> Option<String> {
    let largest = |values: &mut dyn Iterator<Item = f64>| {
        values.filter(|v| v.is_finite()).fold(0.0_f64, |l, v| l.max(v.abs()))
    };
    let rounding = ROUNDING * largest(&mut expected.iter().flat_map(|c| c.1.iter().copied()));
    expected.iter().find_map(|(label, wanted)| {
        let Some((_, found)) = report.columns.iter().find(|c| c.0 == *label) else {
            return Some(format!("there is no column {label:?}"));
        };
        let largest = largest(&mut wanted.iter().copied());
        let allowed = |w: f64| RELATIVE * w.abs() + OF_LARGEST * largest + rounding;
        first_difference(label, wanted, found, &|row, f| {
            let w = wanted[row];
            if w.is_finite() { (w - f).abs() <= allowed(w) } else { w == f || (w.is_nan() && f.is_nan()) }
        })
    })
}

fn first_difference(
    label: &str,
    wanted: &[f64],
    found: &[f64],
    agrees: &dyn Fn(usize, f64) -> bool,
) -> Option<String> {
    if wanted.len() != found.len() {
        return Some(format!("{label}: {} rows expected, {} made", wanted.len(), found.len()));
    }
    let row = (0..wanted.len()).find(|&row| !agrees(row, found[row]))?;
    let worst =
        wanted.iter().zip(found).map(|(w, f)| (w - f).abs() / w.abs().max(1e-300)).fold(0.0, f64::max);
    Some(format!(
        "{label} in row {row}: expected {}, got {}; the largest relative difference is {worst:.1e}",
        wanted[row], found[row]
    ))
}

/// A reference that is one run of many: each of its values must lie in the spread of ours.
fn random_deviation(expected: &[(String, Vec<f64>)], all: &[&Report]) -> Option<String> {
    expected.iter().find_map(|(label, wanted)| {
        let columns: Vec<&Vec<f64>> =
            all.iter().filter_map(|r| r.columns.iter().find(|c| c.0 == *label)).map(|c| &c.1).collect();
        if columns.len() != all.len() {
            return Some(format!("there is no column {label:?}"));
        }
        let n = columns.iter().map(|c| c.len()).min().unwrap_or(0);
        let spread = |row: usize| simulate::mean_and_sd(&columns.iter().map(|c| c[row]).collect::<Vec<_>>());
        let (means, sds): (Vec<f64>, Vec<f64>) = (0..n).map(spread).unzip();
        let (pooled, n) = (pooled(&sds), all.len() as f64);
        first_difference(label, wanted, &means, &|row, mean| {
            // A run against a mean of n runs; one molecule more or less is no difference.
            let sd = pooled[row] * (1.0 + 1.0 / n).sqrt();
            let chance = if pooled[row] == 0.0 { 0.0 } else { DEVIATIONS * sd + 1.0 };
            (wanted[row] - mean).abs() <= RELATIVE * wanted[row].abs() + chance
        })
    })
}

/// Standard deviations from those of neighbouring rows together: few runs agree by chance here and there.
fn pooled(sds: &[f64]) -> Vec<f64> {
    let around = |row: usize| &sds[row.saturating_sub(POOLED)..(row + POOLED + 1).min(sds.len())];
    let root_mean_square =
        |values: &[f64]| (values.iter().map(|x| x * x).sum::<f64>() / values.len() as f64).sqrt();
    (0..sds.len()).map(|row| root_mean_square(around(row))).collect()
}

/// Columns with their headings.
fn read(path: &Path) -> Result<Vec<(String, Vec<f64>)>, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|e| e.to_string())?;
    let head = reader.headers().map_err(|e| e.to_string())?.clone();
    let mut columns: Vec<(String, Vec<f64>)> =
        head.iter().map(|h| (h.trim().to_string(), Vec::new())).collect();
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        for (cell, column) in record.iter().zip(&mut columns) {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            column.1.push(cell.parse().map_err(|_| format!("{cell:?} in the reference is no number"))?);
        }
    }
    Ok(columns)
}

/// The worst verdict of each archive.
pub(crate) fn by_archive(judged: &[Judged]) -> BTreeMap<&'static str, usize> {
    let rank = |word: &str| ["pass", "unsupported", "error", "wrong"].iter().position(|w| *w == word);
    let mut counts = BTreeMap::new();
    // The rows of an archive follow each other and begin with its run.
    let mut rest = judged;
    while let Some(first) = rest.first() {
        let n = 1 + rest[1..].iter().take_while(|j| j.case == first.case && j.level != "run").count();
        let (own, later) = rest.split_at(n);
        if let Some(worst) = own.iter().map(|j| j.verdict.word()).max_by_key(|word| rank(word)) {
            *counts.entry(worst).or_default() += 1;
        }
        rest = later;
    }
    counts
}
