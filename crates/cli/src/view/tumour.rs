//! What tumours in animals came to: change, comparison with the first arm, responders, progression.

use pathway::tumour::TumourOutcome;

use super::ExperimentView;

/// Volumes of one arm at the end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TumourView {
    /// Id of the arm.
    pub(crate) arm: String,
    /// Label of the arm.
    pub(crate) label: String,
    pub(crate) outcome: TumourOutcome,
    /// Standard error of the end volume, mm3; none with a single animal.
    pub(crate) standard_error: Option<f64>,
    /// End volume relative to the first arm (T/C).
    pub(crate) of_first: f64,
}

impl ExperimentView {
    /// One row per arm, if the experiment measures tumours in animals.
    pub(crate) fn tumours(&self) -> Vec<TumourView> {
        let Some(readout) = self.readouts.iter().find(|r| r.assay == "volume") else { return Vec::new() };
        let first = readout.series.first().and_then(|s| s.values.last()).copied().unwrap_or(f64::NAN);
        let row = |(arm, series): (&super::ArmView, &super::SeriesView)| {
            let outcome = TumourOutcome::of(&arm.times_h, &series.values, &series.animals)?;
            Some(TumourView {
                arm: arm.id.clone(),
                label: arm.figure.label.clone(),
                standard_error: series.errors.last().copied(),
                of_first: outcome.end / first,
                outcome,
            })
        };
        let rows = self.arms.iter().zip(&readout.series).filter(|(_, s)| !s.animals.is_empty());
        rows.filter_map(row).collect()
    }
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
            format!("{:.0}", t.outcome.start),
            format!("{:.0}{error}", t.outcome.end),
            format!("{:+.0} %", t.outcome.change_percent),
            format!("{:.2}", t.of_first),
            format!("{} of {}", t.outcome.regressed, t.outcome.n),
            t.outcome.progression_d.map_or_else(|| "none".to_string(), |d| format!("day {d:.0}")),
        ]
    }));
    let table = crate::table::aligned(&rows);
    format!(
        "\n{table}mean and standard error of {} animals per arm over {days:.0} d; T/C relative to {}; progression: 20 % above the lowest mean\n",
        one.outcome.n, one.label
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{ArmView, ReadoutView, SeriesView};

    #[test]
    fn arms_are_compared_with_the_first() {
        let series =
            |values: Vec<f64>| SeriesView { animals: vec![values.clone()], values, ..SeriesView::default() };
        let arm =
            |id: &str| ArmView { id: id.into(), times_h: vec![0.0, 240.0, 480.0], ..ArmView::default() };
        let view = ExperimentView {
            end_h: 480.0,
            arms: vec![arm("vehicle"), arm("drug")],
            readouts: vec![ReadoutView {
                assay: "volume".into(),
                series: vec![series(vec![100.0, 110.0, 160.0]), series(vec![100.0, 70.0, 80.0])],
                ..ReadoutView::default()
            }],
            ..ExperimentView::default()
        };
        let rows = view.tumours();
        assert_eq!((rows[0].of_first, rows[1].of_first), (1.0, 0.5));
        assert!(tumours_text(&view).contains("day 12"));
    }
}
