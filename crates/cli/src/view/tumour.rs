//! What tumours in animals came to: change, comparison with the first arm, responders, progression.

use super::ExperimentView;

/// Volumes of one arm at the end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TumourView {
    /// Id of the arm.
    pub(crate) arm: String,
    /// Label of the arm.
    pub(crate) label: String,
    /// Animals.
    pub(crate) n: usize,
    /// Mean volume at the start and at the end, mm3.
    pub(crate) start: f64,
    pub(crate) end: f64,
    /// Standard error at the end; none with a single animal.
    pub(crate) standard_error: Option<f64>,
    /// Change of the mean in percent of the start; negative: regression.
    pub(crate) change_percent: f64,
    /// End volume relative to the first arm (T/C).
    pub(crate) of_first: f64,
    /// Animals whose tumour lost at least 30 % of its volume by the end.
    pub(crate) regressed: usize,
    /// Day on which the mean is 20 % above its lowest value until then, if it comes to that.
    pub(crate) progression_d: Option<f64>,
}

/// Loss of volume that counts as a response, and growth from the lowest volume that counts as progression.
const RESPONSE: f64 = 0.3;
const PROGRESSION: f64 = 0.2;

impl ExperimentView {
    /// One row per arm, if the experiment measures tumours in animals.
    pub(crate) fn tumours(&self) -> Vec<TumourView> {
        let Some(readout) = self.readouts.iter().find(|r| r.assay == "volume") else { return Vec::new() };
        let first = readout.series.first().and_then(|s| s.values.last()).copied().unwrap_or(f64::NAN);
        let row = |(arm, series): (&super::ArmView, &super::SeriesView)| {
            let (start, end) = (*series.values.first()?, *series.values.last()?);
            let shrunk = |a: &&Vec<f64>| a.last() <= a.first().map(|s| s * (1.0 - RESPONSE)).as_ref();
            Some(TumourView {
                arm: arm.id.clone(),
                label: arm.figure.label.clone(),
                n: series.animals.len(),
                start,
                end,
                standard_error: series.errors.last().copied(),
                change_percent: 100.0 * (end / start - 1.0),
                of_first: end / first,
                regressed: series.animals.iter().filter(shrunk).count(),
                progression_d: progression(&arm.times_h, &series.values),
            })
        };
        let rows = self.arms.iter().zip(&readout.series).filter(|(_, s)| !s.animals.is_empty());
        rows.filter_map(row).collect()
    }
}

/// Day of progression, on a straight line between samples.
fn progression(times_h: &[f64], volumes: &[f64]) -> Option<f64> {
    let mut lowest = f64::INFINITY;
    for k in 0..volumes.len() {
        let limit = lowest * (1.0 + PROGRESSION);
        if volumes[k] >= limit {
            let (before, after) = (volumes[k - 1], volumes[k]);
            let share = if after > before { (limit - before) / (after - before) } else { 1.0 };
            return Some((times_h[k - 1] + share.max(0.0) * (times_h[k] - times_h[k - 1])) / 24.0);
        }
        lowest = lowest.min(volumes[k]);
    }
    None
}

/// The rows as aligned text with a heading; empty without tumours.
pub(crate) fn tumours_text(view: &ExperimentView) -> String {
    let tumours = view.tumours();
    let Some(one) = tumours.first() else { return String::new() };
    let days = view.end_h / 24.0;
    let mut rows = vec![
        ["tumours", "mm3 at 0 d", "at the end", "change", "T/C", "-30 % or more", "progression"]
            .map(String::from)
            .to_vec(),
    ];
    rows.extend(tumours.iter().map(|t| {
        let error = t.standard_error.map_or_else(String::new, |e| format!(" +- {e:.0}"));
        vec![
            t.label.clone(),
            format!("{:.0}", t.start),
            format!("{:.0}{error}", t.end),
            format!("{:+.0} %", t.change_percent),
            format!("{:.2}", t.of_first),
            format!("{} of {}", t.regressed, t.n),
            t.progression_d.map_or_else(|| "none".to_string(), |d| format!("day {d:.0}")),
        ]
    }));
    let table = crate::table::aligned(&rows);
    format!(
        "\n{table}mean and standard error of {} animals per arm over {days:.0} d; T/C relative to {}; progression: 20 % above the lowest mean\n",
        one.n, one.label
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{ArmView, ReadoutView, SeriesView};

    #[test]
    fn tumours_are_summed_up_by_the_criteria_of_response_and_progression() {
        let animals = vec![vec![90.0, 50.0, 60.0], vec![110.0, 90.0, 100.0]];
        let treated = SeriesView {
            values: vec![100.0, 70.0, 80.0],
            errors: vec![10.0, 20.0, 20.0],
            animals,
            ..SeriesView::default()
        };
        let vehicle = SeriesView {
            values: vec![100.0, 110.0, 160.0],
            animals: vec![vec![100.0, 110.0, 160.0]],
            ..SeriesView::default()
        };
        let times_h = vec![0.0, 240.0, 480.0];
        let arm = |id: &str| ArmView { id: id.into(), times_h: times_h.clone(), ..ArmView::default() };
        let view = ExperimentView {
            end_h: 480.0,
            arms: vec![arm("vehicle"), arm("drug")],
            readouts: vec![ReadoutView {
                assay: "volume".into(),
                series: vec![vehicle, treated],
                ..ReadoutView::default()
            }],
            ..ExperimentView::default()
        };
        let rows = view.tumours();
        assert_eq!((rows[1].change_percent.round(), rows[1].of_first), (-20.0, 0.5));
        // 60 of 90 is a loss of a third, 100 of 110 is not; 80 is less than 20 % above 70.
        assert_eq!((rows[1].regressed, rows[1].progression_d), (1, None));
        // 120 lies a fifth of the way from 110 (day 10) to 160 (day 20).
        assert!((rows[0].progression_d.unwrap() - 12.0).abs() < 1e-9);
        assert!(tumours_text(&view).contains("day 12"));
    }
}
