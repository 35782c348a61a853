//! The stochastic cases of the SBML Test Suite.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use formats::{Source, sbml};
use simulate::{
    CompiledSystem, Replicates, SpeciesAs, StochasticMethod, SystemRun, compile_stochastic, mean_and_sd,
};

use super::case::Case;
use super::sbml::{failed, refused};
use super::{Judged, Verdict};
use crate::input::read_beside;

/// Of all values of a case, so many may lie outside their range by chance.
const CHANCE: usize = 1;
/// With so many outside, the suite says to look again: other replicates decide.
const LOOK_AGAIN: usize = 3;
/// So many times the replicates are made for that.
const CLOSER: u64 = 4;

/// How values are held against their ranges.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    /// By the suite's formulas, which know the spread of a standard deviation for normal distributions only.
    First,
    /// With the spread that the kurtosis of the sample gives.
    Closer,
}

/// What a case asks for beside the columns.
#[derive(Debug)]
struct Ranges {
    mean: (f64, f64),
    sd: (f64, f64),
    outputs: Vec<String>,
}

/// Folders with cases: the folder itself, or folders in it.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn folders(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let is_case = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        path.join(format!("{name}-settings.txt")).is_file()
    };
    if is_case(folder) {
        return Ok(vec![folder.to_path_buf()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        found.extend(is_case(&path).then_some(path));
    }
    found.sort();
    Ok(found)
}

/// Runs all cases at their highest level, or at those that `wanted` names, with so many replicates.
pub(crate) fn judge_all(
    folders: &[PathBuf],
    wanted: &[String],
    replicates: u64,
    done: &dyn Fn(usize),
) -> Vec<Judged> {
    let mut judged = Vec::new();
    for (i, folder) in folders.iter().enumerate() {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match Case::read(folder).and_then(|case| Ok((ranges(folder, &name)?, case))) {
            Ok((ranges, case)) => {
                let highest = case.models.len().saturating_sub(1);
                for (k, (level, path)) in case.models.iter().enumerate() {
                    if if wanted.is_empty() { k == highest } else { wanted.contains(level) } {
                        let started = Instant::now();
                        let verdict = judge(&case, &ranges, path, replicates);
                        let (case, level) = (name.clone(), level.clone());
                        judged.push(Judged { case, level, verdict, elapsed: started.elapsed() });
                    }
                }
            }
            Err(reason) => judged.push(Judged {
                case: name,
                level: "-".to_string(),
                verdict: Verdict::Error(reason),
                elapsed: Duration::ZERO,
            }),
        }
        done(i + 1);
    }
    judged
}

fn ranges(folder: &Path, name: &str) -> Result<Ranges, String> {
    let path = folder.join(format!("{name}-settings.txt"));
    let settings = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let value = |key: &str| {
        settings.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            (found.trim() == key).then(|| value.trim().to_string())
        })
    };
    let range = |key: &str| -> Result<(f64, f64), String> {
        let text = value(key).ok_or_else(|| format!("settings.txt has no {key}"))?;
        let ends: Vec<f64> = text
            .trim_matches(['(', ')'])
            .split(',')
            .map(|s| s.trim().parse().map_err(|_| format!("{key}: {s:?} is no number")))
            .collect::<Result<_, _>>()?;
        match ends[..] {
            [low, high] => Ok((low, high)),
            _ => Err(format!("{key}: {text:?} is no range")),
        }
    };
    let outputs: Vec<String> = value("output")
        .ok_or("settings.txt has no output")?
        .split(',')
        .map(|s| s.trim().to_string())
        .filter(|s| !s.is_empty())
        .collect();
    let needs_sd = outputs.iter().any(|o| o.ends_with("-sd"));
    let sd = if needs_sd { range("sdRange")? } else { (f64::NEG_INFINITY, f64::INFINITY) };
    Ok(Ranges { mean: range("meanRange")?, sd, outputs })
}

fn judge(case: &Case, ranges: &Ranges, path: &Path, replicates: u64) -> Verdict {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return Verdict::Error(error.to_string()),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let parsed = sbml::parse_with(Source::new(&name, &text), &|name| read_beside(path, name));
    if let Some(verdict) = refused(&parsed.diagnostics) {
        return verdict;
    }
    let compiled = match compile_stochastic(&parsed.value, StochasticMethod::Exact) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error),
    };
    let mut outside = match attempt(case, ranges, &compiled, replicates, Look::First) {
        Ok(outside) => outside,
        Err(verdict) => return verdict,
    };
    if (CHANCE + 1..=LOOK_AGAIN).contains(&outside.len()) {
        outside = match attempt(case, ranges, &compiled, CLOSER * replicates, Look::Closer) {
            Ok(outside) => outside,
            Err(verdict) => return verdict,
        };
    }
    match outside.first() {
        Some(first) if outside.len() > CHANCE => {
            Verdict::Wrong(format!("{} values outside their range, first {first}", outside.len()))
        }
        _ => Verdict::Pass,
    }
}

/// One set of replicates: what lies outside its range.
fn attempt(
    case: &Case,
    ranges: &Ranges,
    compiled: &CompiledSystem,
    replicates: u64,
    look: Look,
) -> Result<Vec<String>, Verdict> {
    let mut species: Vec<&str> = ranges.outputs.iter().map(|o| symbol(o).0).collect();
    species.sort_unstable();
    species.dedup();
    let columns: Vec<usize> = species
        .iter()
        .map(|name| {
            let amount = case.amount.iter().any(|a| a == name);
            let species_as = if amount { SpeciesAs::Amount } else { SpeciesAs::Symbol };
            compiled
                .column(name, species_as)
                .ok_or_else(|| Verdict::Error(format!("the model has no symbol {name:?}")))
        })
        .collect::<Result<_, _>>()?;
    let run = SystemRun {
        t_end: case.start + case.duration,
        output_times: case.times(),
        seed: if look == Look::First { 1 } else { 2 },
        ..SystemRun::default()
    };
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all = compiled.run_replicates(&run, replicates, &columns, n_threads).map_err(|e| failed(&e))?;
    let mut outside = Vec::new();
    for output in &ranges.outputs {
        let at = species.iter().position(|s| *s == symbol(output).0).unwrap_or_default();
        let expected = |kind: &str| {
            let name = format!("{}-{kind}", output.rsplit_once('-').map_or(output.as_str(), |o| o.0));
            case.columns.iter().position(|c| *c == name)
        };
        let (mean, sd) = (expected("mean"), expected("sd"));
        if mean.is_none() || sd.is_none() && output.ends_with("-sd") {
            return Err(Verdict::Error(format!("results.csv has no mean and sd of {output}")));
        }
        for (row, values) in case.rows.iter().enumerate() {
            let expected = (values[mean.unwrap_or_default()], sd.map(|sd| values[sd]));
            outside.extend(deviation(ranges, output, &all, (at, row), expected, look));
        }
    }
    Ok(outside)
}

/// The species of an output, and whether its logarithm is meant.
fn symbol(output: &str) -> (&str, bool) {
    let name = output.rsplit_once('-').map_or(output, |o| o.0);
    match name.strip_prefix("ln(").and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (name, false),
    }
}

/// What to say of a value if it lies outside its range. Without a given standard deviation (a Cauchy distribution has
/// none) that of the sample takes its place.
///
/// # Source
/// SBML Test Suite, stochastic README: Z = sqrt(n) (mean - mu) / sigma and Y = sqrt(n/2) (s^2 / sigma^2 - 1). The 2 is
/// kurtosis - 1 of a normal distribution.
fn deviation(
    ranges: &Ranges,
    output: &str,
    all: &Replicates,
    (column, row): (usize, usize),
    (mu, sigma): (f64, Option<f64>),
    look: Look,
) -> Option<String> {
    let mut sample = all.sample(column, row);
    if symbol(output).1 {
        sample.iter_mut().for_each(|x| *x = x.ln());
    }
    let n = sample.len() as f64;
    let (mean, sd) = mean_and_sd(&sample);
    let sigma = sigma.unwrap_or(sd);
    let of_mean = output.ends_with("-mean");
    let (found, expected) = if of_mean { (mean, mu) } else { (sd, sigma) };
    let (score, range) = if sigma == 0.0 {
        // Without spread there is no chance: the numbers agree up to the digits printed, or they do not.
        let same = (found - expected).abs() <= 1e-6 * expected.abs().max(1e-6);
        (if same { 0.0 } else { f64::INFINITY }, (-1.0, 1.0))
    } else if of_mean {
        (n.sqrt() * (mean - mu) / sigma, ranges.mean)
    } else {
        let spread = if look == Look::First { 2.0 } else { kurtosis(&sample, mean, sd) - 1.0 };
        ((n / spread).sqrt() * (sd * sd / (sigma * sigma) - 1.0), ranges.sd)
    };
    let inside = score > range.0 && score < range.1;
    let t = all.times()[row];
    (!inside).then(|| format!("{output} at t = {t}: expected {expected}, got {found}, score {score:.2}"))
}

/// Fourth moment about the mean, relative to the squared variance; 3 for a normal distribution.
fn kurtosis(sample: &[f64], mean: f64, sd: f64) -> f64 {
    sample.iter().map(|x| ((x - mean) / sd).powi(4)).sum::<f64>() / sample.len() as f64
}
