//! How far runs are from tight references, over many random parameter vectors of each model of a collection.
//!
//! `accuracy FOLDER MEMBERS NAME...`: `FOLDER/NAME` is a problem of the PEtab benchmark collection. Prints a table.
//!
//! Each member multiplies every parameter by its own factor, evenly drawn between 1/10 and 10 on a logarithmic scale.
//! Its run (default method, rtol 1e-6, atol 1e-9) is compared at 61 times with a run of the other method at rtol 1e-11.
//! The error of a species at a time is |y - reference| / (atol + rtol * peak of the species): 1 is the tolerance.
//!
//! The tolerance is that of a step. A problem that spreads neighbouring solutions apart spreads the errors of steps, too,
//! whatever the method. How much is measured: a second reference starts from parameters that differ by 1e-6.
#![expect(clippy::print_stdout, reason = "a benchmark talks to a terminal")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has to stop")]

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use formats::{Source, sbml};
use model::ReactionSystem;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulate::{CompiledSystem, SpeciesAs, SystemError, SystemRun, compile_system};

const RTOL: f64 = 1e-6;
const ATOL: f64 = 1e-9;
/// Relative difference of all parameters that shows how a problem spreads errors.
const NUDGE: f64 = 1e-6;
/// More than this many tolerances is too much.
const ALLOWED: f64 = 10.0;

/// What became of a member.
#[derive(Clone, Debug)]
enum Fate {
    /// Its error in tolerances, and what the nudge does, in tolerances.
    Compared { error: f64, spread: f64 },
    /// The run was reported as failed; and the reference was, too.
    Failed { reason: String, reference_failed: bool },
    /// No reference could be computed, or two references differ: nothing can be said.
    NoReference,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    // `cargo test --benches` runs this without arguments.
    let [folder, members, names @ ..] = arguments.as_slice() else { return };
    let members: u64 = members.parse().unwrap();
    println!(
        "| model | members | median error | 99 % | worst | beyond 10 | not spread by the problem | failed | \
         although the reference did not | no reference | first failure |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for name in names {
        let (text, t_end) = problem(Path::new(folder), name);
        let model = sbml::parse(Source::new(name, &text)).into_result().unwrap();
        println!("{}", row(name, &fates(&model, t_end, members)));
    }
}

/// SBML text of a problem, and the time of its last measurement.
fn problem(folder: &Path, name: &str) -> (String, f64) {
    let folder = folder.join(name);
    let text = std::fs::read_to_string(folder.join(format!("model_{name}.xml"))).unwrap();
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.file_name().unwrap().to_string_lossy().starts_with("measurementData"));
    let mut last = 0.0_f64;
    for file in files {
        let table = std::fs::read_to_string(file).unwrap();
        let mut lines = table.lines();
        let column = lines.next().unwrap().split('\t').position(|head| head.trim() == "time").unwrap();
        let times = lines.filter_map(|line| line.split('\t').nth(column)?.trim().parse::<f64>().ok());
        last = times.filter(|time| time.is_finite()).fold(last, f64::max);
    }
    (text, last)
}

fn fates(model: &ReactionSystem, t_end: f64, members: u64) -> Vec<Fate> {
    let begun = AtomicU64::new(0);
    let work = || {
        let mut fates = Vec::new();
        loop {
            let member = begun.fetch_add(1, Ordering::Relaxed);
            if member >= members {
                return fates;
            }
            fates.push(fate(model, t_end, member));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

fn fate(model: &ReactionSystem, t_end: f64, member: u64) -> Fate {
    let run =
        SystemRun { t_end, output_times: times(t_end), rtol: RTOL, atol: Some(ATOL), ..SystemRun::default() };
    let reference = |method, rtol, atol| SystemRun {
        rtol,
        atol: Some(atol),
        method,
        max_steps: 1_000_000,
        ..run.clone()
    };
    let tight = reference(ode::Method::Rodas4, 1e-11, 1e-14);
    let check = reference(ode::Method::Rodas5P, 1e-10, 1e-13);
    let compiled = compile_system(&drawn(model, member, 0.0)).unwrap();
    let found = match values(&compiled, &run) {
        Ok(found) => found,
        Err(error) => {
            let reference_failed = values(&compiled, &tight).is_err();
            return Fate::Failed { reason: error.to_string(), reference_failed };
        }
    };
    let nudged = compile_system(&drawn(model, member, NUDGE)).unwrap();
    let others = (values(&compiled, &tight), values(&compiled, &check), values(&nudged, &tight));
    let (Ok(tight), Ok(check), Ok(nudged)) = others else { return Fate::NoReference };
    // References that differ by a tenth of the tolerance cannot judge.
    if distance(&check, &tight) > 0.1 {
        return Fate::NoReference;
    }
    Fate::Compared { error: distance(&found, &tight), spread: distance(&nudged, &tight) }
}

/// From 0 to the end, first in logarithmic steps from a millionth of it, so that no short peak is missed.
fn times(t_end: f64) -> Vec<f64> {
    let early = (0..40).map(|i| 0.05 * 10.0_f64.powf(f64::from(i - 40) / 8.0));
    let late = (1..=20).map(|i| f64::from(i) / 20.0);
    std::iter::once(0.0).chain(early).chain(late).map(|share| share * t_end).collect()
}

/// The model with the parameters of a member, all of them nudged, up or down.
fn drawn(model: &ReactionSystem, member: u64, nudge: f64) -> ReactionSystem {
    let mut random = ChaCha8Rng::seed_from_u64(member);
    let mut model = model.clone();
    for value in model.parameters.iter_mut().filter(|p| p.constant).filter_map(|p| p.value.as_mut()) {
        let sign = if random.gen_range(0..2) == 0 { -1.0 } else { 1.0 };
        *value *= 10.0_f64.powf(random.gen_range(-1.0..1.0)) * (1.0 + sign * nudge);
    }
    model
}

/// Concentrations of all species, each over time.
fn values(compiled: &CompiledSystem, run: &SystemRun) -> Result<Vec<Vec<f64>>, SystemError> {
    let trajectory = compiled.run(run)?;
    let column = |name: &str| compiled.column(name, SpeciesAs::Concentration).unwrap();
    Ok(compiled.species().map(|name| trajectory.column(column(name))).collect())
}

/// Largest distance in tolerances.
fn distance(found: &[Vec<f64>], reference: &[Vec<f64>]) -> f64 {
    let of_species = |(found, reference): (&Vec<f64>, &Vec<f64>)| {
        let peak = reference.iter().fold(0.0_f64, |peak, v| peak.max(v.abs()));
        let apart = found.iter().zip(reference).fold(0.0_f64, |apart, (a, b)| apart.max((a - b).abs()));
        apart / (ATOL + RTOL * peak)
    };
    found.iter().zip(reference).map(of_species).fold(0.0, f64::max)
}

fn row(name: &str, fates: &[Fate]) -> String {
    let mut errors: Vec<f64> = Vec::new();
    let (mut unspread, mut needless, mut unknown) = (0, 0, 0);
    let mut failed: Vec<&str> = Vec::new();
    for fate in fates {
        match fate {
            Fate::Compared { error, spread } => {
                errors.push(*error);
                // A nudge of one tolerance that moves the solution by `spread` tolerances.
                unspread += u32::from(*error > ALLOWED * spread.max(1.0));
            }
            Fate::Failed { reason, reference_failed } => {
                failed.push(reason);
                needless += u32::from(!reference_failed);
            }
            Fate::NoReference => unknown += 1,
        }
    }
    errors.sort_by(f64::total_cmp);
    let quantile = |q: f64| match errors.len() {
        0 => "none".to_string(),
        n => format!("{:.2}", errors[(q * (n - 1) as f64).round() as usize]),
    };
    let beyond = errors.iter().filter(|error| **error > ALLOWED).count();
    let short = name.split('_').next().unwrap_or(name);
    format!(
        "| {short} | {} | {} | {} | {} | {beyond} | {unspread} | {} | {needless} | {unknown} | {} |",
        fates.len(),
        quantile(0.5),
        quantile(0.99),
        quantile(1.0),
        failed.len(),
        failed.first().map_or("", |reason| reason),
    )
}
