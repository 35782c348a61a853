//! A population of tumours: how fast they grow under each drug, and how many progress.

use std::collections::BTreeMap;

use pathway::{Bench, RunSettings};
use serde::Deserialize;

use super::table::{Table, number};
use super::{Description, Distances, Pair, failed};
use crate::failure::Failure;

/// Which column means what, and the cohort that answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    /// Experiment with a cohort, in the library.
    experiment: String,
    /// Its arms, by the names that the table gives to their drugs.
    arms: BTreeMap<String, String>,
    tumour: String,
    agent: String,
    time_d: String,
    volume_mm3: String,
    /// Days that are looked at.
    within_d: f64,
}

/// Shares of the tumours below which a growth rate is read.
const QUANTILES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];
const HOURS_PER_DAY: f64 = 24.0;

/// (days, mm3) of one tumour.
type Course = Vec<(f64, f64)>;

/// Growth rates and progression of every arm that the table and the cohort both have.
pub(super) fn compare(
    description: &Description,
    columns: &Columns,
    table: &Table,
    bench: &Bench,
    settings: &RunSettings,
) -> Result<Vec<Distances>, Failure> {
    let measured = measured(columns, table)?;
    let library = bench.library();
    let experiment = library.experiment(&columns.experiment).ok_or_else(|| {
        let known = library.experiments().iter().map(|e| e.id.as_str());
        Failure::unknown_name("experiment", &columns.experiment, known, "resurge list experiments")
    })?;
    let result = bench.cohort(experiment, settings, &|_, _| {}).map_err(|e| failed(&e))?;
    let mut growth = Distances::between("growth rate", "1/d", false);
    let mut progression = Distances::between("share that progresses", "%", false);
    for (name, id) in &columns.arms {
        let arm = result.arms.iter().find(|a| a.id == *id).ok_or_else(|| {
            let known = result.arms.iter().map(|a| a.id.as_str());
            Failure::unknown_name("arm", id, known, &format!("resurge run {}", columns.experiment))
        })?;
        let ours: Vec<Course> = arm
            .patients
            .iter()
            .map(|p| p.volumes.iter().map(|(t, v)| (t / HOURS_PER_DAY, *v)).collect())
            .map(|course| until(course, columns.within_d))
            .collect();
        let theirs =
            measured.get(name).ok_or_else(|| table.wrong(&format!("no row has the drug {name:?}")))?;
        let rates = |courses: &[Course]| -> Vec<f64> {
            let mut rates: Vec<f64> = courses.iter().filter_map(|c| rate(c)).collect();
            rates.sort_by(f64::total_cmp);
            rates
        };
        let (ours_sorted, theirs_sorted) = (rates(&ours), rates(theirs));
        let cell = description.agents.get(name).unwrap_or(name).clone();
        for share in QUANTILES {
            let (Some(measured), Some(model)) =
                (quantile(&theirs_sorted, share), quantile(&ours_sorted, share))
            else {
                continue;
            };
            let what = format!("{:.0} %", 100.0 * share);
            growth.pairs.push(Pair { cell: cell.clone(), what, measured, model });
        }
        if let (Some(measured), Some(model)) = (progressing(theirs), progressing(&ours)) {
            let what = format!("within {} d", columns.within_d);
            let [measured, model] = [measured, model].map(|share| 100.0 * share);
            progression.pairs.push(Pair { cell, what, measured, model });
        }
    }
    Ok(vec![growth, progression])
}

/// Courses of the table by drug.
fn measured(columns: &Columns, table: &Table) -> Result<BTreeMap<String, Vec<Course>>, Failure> {
    let [tumour, agent, time, volume] =
        [&columns.tumour, &columns.agent, &columns.time_d, &columns.volume_mm3]
            .map(|name| table.column(name));
    let (tumour, agent, time, volume) = (tumour?, agent?, time?, volume?);
    let mut courses: BTreeMap<(String, String), Course> = BTreeMap::new();
    for row in &table.rows {
        let fields = (row.get(agent), row.get(tumour), row.get(time), row.get(volume));
        let (Some(agent), Some(tumour), Some(time), Some(volume)) = fields else { continue };
        if let (Some(t), Some(v)) = (number(time), number(volume)) {
            courses.entry((agent.clone(), tumour.clone())).or_default().push((t, v));
        }
    }
    let mut by_drug: BTreeMap<String, Vec<Course>> = BTreeMap::new();
    for ((agent, _), mut course) in courses {
        course.sort_by(|a, b| a.0.total_cmp(&b.0));
        by_drug.entry(agent).or_default().push(until(course, columns.within_d));
    }
    Ok(by_drug)
}

/// What lies within a number of days.
fn until(mut course: Course, days: f64) -> Course {
    course.retain(|(t, _)| *t <= days);
    course
}

/// Slope of the logarithm of the volume by least squares, 1/d; `None` below three visible volumes.
fn rate(course: &[(f64, f64)]) -> Option<f64> {
    let points: Vec<(f64, f64)> = course.iter().filter(|p| p.1 > 0.0).map(|(t, v)| (*t, v.ln())).collect();
    if points.len() < 3 {
        return None;
    }
    let n = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (t, y) = (mean(|p| p.0), mean(|p| p.1));
    let spread: f64 = points.iter().map(|p| (p.0 - t).powi(2)).sum();
    let together: f64 = points.iter().map(|p| (p.0 - t) * (p.1 - y)).sum();
    (spread > 0.0).then(|| together / spread)
}

/// First day at which a best response counts, and the changes of the volume, best and best on average, from which on a
/// tumour progresses (Gao 2015).
const FROM_DAY: f64 = 10.0;
const PROGRESSION: (f64, f64) = (0.35, 0.3);

/// Share of the tumours that progress; `None` if no course is long enough.
fn progressing(courses: &[Course]) -> Option<f64> {
    let verdicts: Vec<bool> = courses.iter().filter_map(|c| progresses(c)).collect();
    let count = verdicts.iter().filter(|progresses| **progresses).count();
    (!verdicts.is_empty()).then(|| count as f64 / verdicts.len() as f64)
}

/// Whether neither the best change of the volume nor the best change on average up to a day is small.
fn progresses(course: &[(f64, f64)]) -> Option<bool> {
    let start = course.first().filter(|p| p.1 > 0.0)?.1;
    let (mut sum, mut best, mut best_mean) = (0.0, f64::INFINITY, f64::INFINITY);
    for (k, (t, volume)) in course.iter().enumerate() {
        let change = volume / start - 1.0;
        sum += change;
        if *t >= FROM_DAY {
            best = best.min(change);
            best_mean = best_mean.min(sum / (k + 1) as f64);
        }
    }
    best.is_finite().then_some(best >= PROGRESSION.0 || best_mean >= PROGRESSION.1)
}

/// Value below which a share of sorted values lies, between neighbours in proportion.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * (sorted.len().checked_sub(1)?) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(low + (high - low) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubling_in_ten_days_has_its_rate() {
        let course: Course =
            (0..5).map(|k| (5.0 * f64::from(k), 100.0 * 2f64.powf(0.5 * f64::from(k)))).collect();
        // Rounding of the logarithms.
        assert!((rate(&course).unwrap() - 2f64.ln() / 10.0).abs() < 1e-12);
        assert_eq!(rate(&course[..2]), None);
    }

    #[test]
    fn tumours_progress_by_their_best_change_from_day_ten_on() {
        let course = |at_ten: f64, late: f64| vec![(0.0, 100.0), (5.0, 150.0), (10.0, at_ten), (20.0, late)];
        assert_eq!(progresses(&course(150.0, 200.0)), Some(true));
        assert_eq!(progresses(&course(110.0, 300.0)), Some(false));
        assert_eq!(progresses(&course(110.0, 300.0)[..2]), None);
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(quantile(&[0.0, 1.0, 4.0], 0.75), Some(2.5));
        assert_eq!(quantile(&[7.0], 0.1), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
