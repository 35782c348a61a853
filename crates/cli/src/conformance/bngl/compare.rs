//! The rules of comparison of BioNetGen's own validation.
//!
//! # Source
//! BioNetGen `Validate/validate_examples.pl`, `Perl2/verify.pl`, `compare_species.pl`, `compare_rxn.pl`.

use std::collections::BTreeMap;
use std::path::Path;

use formats::{Source, net};
use model::{Expr, ReactionNetwork, Severity};

use crate::conformance::Verdict;

/// Largest norm of the difference of two tables, relative to the norm of the reference.
const LARGEST_NORM: f64 = 1e-7;
/// Level of significance of the chi-square test.
const SIGNIFICANCE: f64 = 0.01;
/// Relative: old references give 9 digits of a time.
const SAME_TIME: f64 = 1e-8;

/// Compares a reference with the file of that name; none if there is no such file.
pub(super) fn file(reference: &Path, ending: &str, made: &BTreeMap<String, String>) -> Option<Verdict> {
    let stem = reference.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let found = match ending {
        "stats" => made.get(&format!("{stem}.gdat")),
        // Older versions did not put the parameter into the name.
        "scan" => made.get(&format!("{stem}.scan")).or_else(|| only_scan(&stem, made)),
        _ => made.get(&format!("{stem}.{ending}")),
    }?;
    let wanted = match std::fs::read(reference) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => return Some(Verdict::Error(error.to_string())),
    };
    let compared = match ending {
        "net" => networks(found, &wanted),
        "stats" => statistics(found, &wanted),
        _ => tables(found, &wanted),
    };
    Some(compared.unwrap_or_else(Verdict::Wrong))
}

fn only_scan<'m>(stem: &str, made: &'m BTreeMap<String, String>) -> Option<&'m String> {
    let mut scans = made.iter().filter(|(name, _)| {
        name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('_') && rest.ends_with(".scan"))
    });
    let first = scans.next()?;
    scans.next().is_none().then_some(first.1)
}

/// Rows of numbers, the first of each being the time.
fn rows(text: &str) -> Result<Vec<Vec<f64>>, String> {
    let lines =
        text.lines().map(|l| l.split('#').next().unwrap_or_default().trim()).filter(|l| !l.is_empty());
    lines
        .map(|line| {
            let number = |cell: &str| cell.parse().map_err(|_| format!("{cell:?} is no number"));
            line.split_whitespace().map(number).collect::<Result<Vec<f64>, String>>()
        })
        .collect()
}

/// Equal times, equal columns, and a small norm of the difference.
fn tables(found: &str, wanted: &str) -> Result<Verdict, String> {
    let (found, wanted) = (rows(found)?, rows(wanted)?);
    if found.len() != wanted.len() {
        return Err(format!("{} rows instead of {}", found.len(), wanted.len()));
    }
    let (mut difference, mut size) = (0.0, 0.0);
    let mut largest = (0.0, String::new());
    for (ours, theirs) in found.iter().zip(&wanted) {
        if ours.len() != theirs.len() {
            return Err(format!("{} columns instead of {}", ours.len(), theirs.len()));
        }
        let t = theirs.first().copied().unwrap_or_default();
        if (ours[0] - t).abs() > SAME_TIME * t.abs() {
            return Err(format!("a row at t = {} instead of {t}", ours[0]));
        }
        for (column, (x, y)) in ours.iter().zip(theirs).enumerate().skip(1) {
            let d = (x - y).abs();
            difference += d * d;
            size += y * y;
            if d > largest.0 || d.is_nan() {
                largest = (d, format!("column {column} at t = {t}: expected {y}, got {x}"));
            }
        }
    }
    let norm = if difference == 0.0 { 0.0 } else { (difference / size).sqrt() };
    if norm <= LARGEST_NORM {
        return Ok(Verdict::Pass);
    }
    Err(format!("norm {norm:.1e} instead of {LARGEST_NORM:.0e}; {}", largest.1))
}

/// Equal species and reactions up to isomorphism, whatever the amounts; observables only as far as both have them.
fn networks(found: &str, wanted: &str) -> Result<Verdict, String> {
    let read = |name: &str, text: &str| {
        let parsed = net::parse(Source::new(name, text));
        match parsed.diagnostics.iter().find(|d| d.severity == Severity::Error) {
            None => Ok(parsed.value),
            Some(error) => Err(error.to_string()),
        }
    };
    let (mut ours, mut theirs) = (read("ours", found)?, read("reference", wanted)?);
    keep_common_observables(&mut ours, &mut theirs);
    for species in ours.species.iter_mut().chain(&mut theirs.species) {
        species.initial = Expr::Number(0.0);
    }
    let comparison = rules::compare(&ours, &theirs);
    match comparison.differences.first() {
        None => Ok(Verdict::Pass),
        Some(first) => Err(format!("{} differences; {first}", comparison.n_differences)),
    }
}

fn keep_common_observables(a: &mut ReactionNetwork, b: &mut ReactionNetwork) {
    let names =
        |n: &ReactionNetwork| -> Vec<String> { n.observables.iter().map(|o| o.name.clone()).collect() };
    let (ours, theirs) = (names(a), names(b));
    a.observables.retain(|o| theirs.contains(&o.name));
    b.observables.retain(|o| ours.contains(&o.name));
}

/// A chi-square test of an observable's rows against the probabilities of bins.
fn statistics(found: &str, wanted: &str) -> Result<Verdict, String> {
    let value = |key: &str| {
        wanted.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == key).then(|| value.trim().to_string())
        })
    };
    let numbers = |key: &str| -> Result<Vec<f64>, String> {
        let text = value(key).ok_or_else(|| format!("the reference has no {key}"))?;
        text.split(',').map(|c| c.trim().parse().map_err(|_| format!("{key}: {c:?} is no number"))).collect()
    };
    let observable = value("observable").ok_or("the reference names no observable")?;
    let (least, most) = (numbers("bin_minimum_value")?, numbers("bin_maximum_value")?);
    let probability = numbers("bin_probability")?;
    let head = found.lines().next().unwrap_or_default().trim_start_matches('#');
    let column = head.split_whitespace().position(|name| name == observable);
    let column = column.ok_or_else(|| format!("there is no observable {observable}"))?;
    let sample: Vec<f64> = rows(found)?.iter().filter_map(|row| row.get(column).copied()).collect();
    let mut statistic = 0.0;
    let mut inside = 0;
    for ((&from, &to), &p) in least.iter().zip(&most).zip(&probability) {
        let n = sample.iter().filter(|x| (from..to).contains(*x)).count();
        let expected = p * sample.len() as f64;
        statistic += (n as f64 - expected).powi(2) / expected;
        inside += n;
    }
    if inside != sample.len() {
        return Err(format!(
            "{} of {} values of {observable} lie in no bin",
            sample.len() - inside,
            sample.len()
        ));
    }
    let critical = critical_value(&value)?;
    let said = format!("chi-square {statistic:.2}, critical {critical} at p = {SIGNIFICANCE}");
    if statistic <= critical { Ok(Verdict::Pass) } else { Err(said) }
}

/// The largest value of the statistic that passes.
fn critical_value(value: &dyn Fn(&str) -> Option<String>) -> Result<f64, String> {
    let list = |key: &str| value(key).ok_or_else(|| format!("the reference has no {key}"));
    let (levels, values) = (list("significance_levels")?, list("statistic_values")?);
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let from_end = levels.split(',').rev().position(|l| number(l) == Some(SIGNIFICANCE));
    // Counted from the end: a comma for a decimal point in the middle of a list shifts what follows.
    let found = from_end.and_then(|i| values.split(',').rev().nth(i)).and_then(number);
    found.ok_or_else(|| format!("the reference has no critical value at p = {SIGNIFICANCE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_agree_by_norm_and_times() {
        let reference = "# time A B\n0 1 2\n1 3 4\n";
        assert_eq!(tables("0 1 2\n1.000000001 3 4.0000001", reference), Ok(Verdict::Pass));
        let off = tables("0 1 2\n1 3 4.001", reference).unwrap_err();
        assert!(off.contains("norm 1.8e-4") && off.contains("column 2 at t = 1"), "{off}");
        assert!(tables("0 1 2\n1.1 3 4", reference).unwrap_err().contains("t = 1.1"));
        assert!(tables("0 1 2", reference).unwrap_err().contains("1 rows instead of 2"));
        assert!(tables("0 1 2\n1 3 NaN", reference).is_err());
    }

    #[test]
    fn statistics_reject_what_does_not_fit() {
        let reference = "observable = A\nsignificance_levels = 0.05, 0.0100\nstatistic_values = 3,84, 6.635\n\
                         bin_minimum_value = -0.5, 0.5\nbin_maximum_value = 0.5, 1.5\nbin_probability = 0.5, 0.5\n";
        let sample = |ones: usize| {
            (0..100).fold("# time A\n".to_string(), |text, i| format!("{text}{i} {}\n", u8::from(i < ones)))
        };
        assert_eq!(statistics(&sample(50), reference), Ok(Verdict::Pass));
        // (13^2 + 13^2) / 50 = 6.76
        assert_eq!(
            statistics(&sample(63), reference).unwrap_err(),
            "chi-square 6.76, critical 6.635 at p = 0.01"
        );
        assert_eq!(statistics(&sample(62), reference), Ok(Verdict::Pass));
        assert!(statistics("# time A\n0 7\n", reference).unwrap_err().contains("no bin"));
    }
}
