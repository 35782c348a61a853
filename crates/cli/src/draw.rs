//! From an experiment to its figure and its blot.

use crate::figure::{Blot, BlotArm, BlotRow, Panel, TimeCourse, blot_svg, choose_lanes, time_course_svg};
use crate::view::ExperimentView;

/// Assays that a laboratory shows as bands.
const BANDS: [&str; 2] = ["western", "kinase assay"];

/// The small multiples of an experiment.
pub(crate) fn figure_of(view: &ExperimentView) -> String {
    let panels = view.readouts.iter().enumerate().map(|(readout_idx, readout)| Panel {
        title: readout.label.clone(),
        unit: readout.shown_unit.clone(),
        reference: readout.reference,
        series: (0..view.arms.len()).map(|arm_idx| view.shown_points(readout_idx, arm_idx)).collect(),
        animals: (0..view.arms.len()).map(|arm_idx| view.animal_points(readout_idx, arm_idx)).collect(),
        errors: if readout.shown_unit == readout.unit {
            readout.series.iter().map(|s| s.errors.clone()).collect()
        } else {
            Vec::new()
        },
    });
    let subtitle = [view.context.as_str(), view.about.as_str()];
    time_course_svg(&TimeCourse {
        title: view.title.clone(),
        subtitle: subtitle.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(". "),
        description: description(view),
        start_h: view.start_h,
        end_h: view.end_h,
        arms: view.arms.iter().map(|a| a.figure.clone()).collect(),
        panels: panels.collect(),
        columns: view.columns,
    })
}

/// The virtual blot of an experiment; `None` if none of its read-outs is shown as bands.
pub(crate) fn blot_of(view: &ExperimentView) -> Option<String> {
    let lanes = choose_lanes(view.start_h.max(0.0), view.end_h, view.arms.len());
    let rows: Vec<BlotRow> = view
        .readouts
        .iter()
        .filter(|r| BANDS.contains(&r.assay.as_str()))
        .map(|readout| BlotRow {
            label: readout.label.clone(),
            signals: view
                .arms
                .iter()
                .zip(&readout.series)
                .flat_map(|(arm, series)| lanes.iter().map(|&t| interpolate(&arm.times_h, &series.values, t)))
                .collect(),
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(blot_svg(&Blot {
        title: format!("{} (virtual blot)", view.title),
        description: description(view),
        arms: view
            .arms
            .iter()
            .map(|arm| BlotArm { label: arm.figure.label.clone(), times_h: lanes.clone() })
            .collect(),
        rows,
    }))
}

/// The summary in words, for screen readers.
fn description(view: &ExperimentView) -> String {
    let arms = view.summary().into_iter().map(|(arm, sentences)| format!("{arm}: {}.", sentences.join("; ")));
    arms.collect::<Vec<_>>().join(" ")
}

/// The value at a time, linear between samples; `None` outside.
pub(crate) fn interpolate(times_h: &[f64], values: &[f64], t_h: f64) -> Option<f64> {
    let after = times_h.iter().position(|&t| t >= t_h - 1e-9)?;
    let (t1, v1) = (times_h[after], *values.get(after)?);
    if (t1 - t_h).abs() <= 1e-9 {
        return Some(v1);
    }
    let before = after.checked_sub(1)?;
    let (t0, v0) = (times_h[before], values[before]);
    Some(v0 + (v1 - v0) * (t_h - t0) / (t1 - t0))
}

#[cfg(test)]
mod tests {
    use super::interpolate;

    #[test]
    fn interpolation_is_exact_at_samples_and_silent_outside() {
        let (t, v) = ([0.0, 1.0, 3.0], [5.0, 7.0, 3.0]);
        assert_eq!(interpolate(&t, &v, 1.0), Some(7.0));
        assert_eq!(interpolate(&t, &v, 2.0), Some(5.0));
        assert_eq!(interpolate(&t, &v, 4.0), None);
        assert_eq!(interpolate(&t, &v, -1.0), None);
    }
}
