//! What the outputs show: plain values, ready to be printed, drawn or serialised.
//!
//! Commands fill these from the libraries; figures, reports, CSV and JSON read nothing else.

use crate::figure::FigureArm;

mod tumour;

pub(crate) use tumour::tumours_text;

/// One experiment that was run.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExperimentView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) about: String,
    /// Figure and panel in the paper.
    pub(crate) source: String,
    pub(crate) paper: Option<PaperView>,
    /// Label of the cell.
    pub(crate) context: String,
    pub(crate) start_h: f64,
    pub(crate) end_h: f64,
    /// Panels per row, if the experiment says so.
    pub(crate) columns: Option<usize>,
    pub(crate) arms: Vec<ArmView>,
    pub(crate) readouts: Vec<ReadoutView>,
    /// How it was computed, in sentences.
    pub(crate) methods: Vec<String>,
    /// Everything needed to compute it again.
    pub(crate) record: serde_json::Value,
}

/// One arm: its name, its treatments, and its sampling times.
#[derive(Clone, Debug, Default)]
pub(crate) struct ArmView {
    pub(crate) id: String,
    pub(crate) figure: FigureArm,
    pub(crate) times_h: Vec<f64>,
}

/// One read-out over all arms.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadoutView {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) assay: String,
    /// Unit of `values`.
    pub(crate) unit: String,
    /// Unit of `shown` in words: "fold of t = 0".
    pub(crate) shown_unit: String,
    /// Where "no change" lies on the shown scale, if it has such a place.
    pub(crate) reference: Option<f64>,
    /// Per arm.
    pub(crate) series: Vec<SeriesView>,
}

/// Values of one read-out in one arm, at the times of the arm.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeriesView {
    /// As the model gives them, in the unit of the read-out.
    pub(crate) values: Vec<f64>,
    /// As the paper shows them.
    pub(crate) shown: Vec<f64>,
    /// `values` of each animal. Shape: `[animals][times]`; empty for cells in a dish.
    pub(crate) animals: Vec<Vec<f64>>,
    /// Standard error of `values` over the animals. Shape: `[times]`, or empty.
    pub(crate) errors: Vec<f64>,
}

/// A response with each feedback cut in turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoopsView {
    pub(crate) experiment: String,
    pub(crate) title: String,
    /// Label of the cell.
    pub(crate) context: String,
    /// Id and label of the arm.
    pub(crate) arm_id: String,
    pub(crate) arm: String,
    pub(crate) treatments: Vec<crate::figure::Treatment>,
    pub(crate) times_h: Vec<f64>,
    /// Ids and labels of the loops.
    pub(crate) loop_ids: Vec<String>,
    pub(crate) loops: Vec<String>,
    pub(crate) readouts: Vec<LoopReadoutView>,
    /// Everything needed to compute it again.
    pub(crate) record: serde_json::Value,
}

/// One read-out of a [`LoopsView`].
#[derive(Clone, Debug, Default)]
pub(crate) struct LoopReadoutView {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) unit: String,
    /// With all loops closed, at the times of the view.
    pub(crate) intact: Vec<f64>,
    /// Without each loop.
    pub(crate) cut: Vec<Vec<f64>>,
}

impl LoopsView {
    /// A series relative to its value at t = 0.
    pub(crate) fn fold(&self, series: &[f64]) -> Vec<f64> {
        let start = crate::draw::interpolate(&self.times_h, series, 0.0).unwrap_or(f64::NAN);
        series.iter().map(|v| v / start).collect()
    }
}

/// A publication.
#[derive(Clone, Debug, Default)]
pub(crate) struct PaperView {
    pub(crate) id: String,
    pub(crate) citation: String,
    pub(crate) doi: String,
}

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum VerdictView {
    Supported,
    Contradicted,
    Inconclusive,
    NotRun,
}

impl VerdictView {
    pub(crate) const ALL: [VerdictView; 4] =
        [VerdictView::Supported, VerdictView::Contradicted, VerdictView::Inconclusive, VerdictView::NotRun];

    /// The word in every output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            VerdictView::Supported => "supported",
            VerdictView::Contradicted => "contradicted",
            VerdictView::Inconclusive => "inconclusive",
            VerdictView::NotRun => "not run",
        }
    }
}

/// One finding and its verdict.
#[derive(Clone, Debug)]
pub(crate) struct FindingView {
    pub(crate) id: String,
    pub(crate) paper: String,
    pub(crate) source: String,
    pub(crate) statement: String,
    pub(crate) provenance: String,
    pub(crate) tier: Option<i64>,
    pub(crate) experiments: Vec<String>,
    pub(crate) verdict: VerdictView,
    /// How far from flipping; positive means supported.
    pub(crate) margin: Option<f64>,
    /// The numbers of the model.
    pub(crate) value: String,
    /// The rule.
    pub(crate) expected: String,
    /// Why it is inconclusive, contradicted or not run.
    pub(crate) reason: String,
    /// Share of noisy draws in which it is supported.
    pub(crate) pass_share: Option<f64>,
}

/// Counts over findings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    /// Supported, contradicted, inconclusive, not run.
    pub(crate) by_verdict: [usize; 4],
    /// The same for each provenance, in order of first appearance.
    pub(crate) by_provenance: Vec<(String, [usize; 4])>,
    /// Mean share of noisy draws in which a finding is supported.
    pub(crate) pass_share: Option<f64>,
}

impl Totals {
    /// Counts the findings.
    pub(crate) fn of(findings: &[FindingView]) -> Self {
        let mut totals = Totals::default();
        for finding in findings {
            let slot = finding.verdict as usize;
            totals.by_verdict[slot] += 1;
            match totals.by_provenance.iter_mut().find(|(p, _)| *p == finding.provenance) {
                Some((_, counts)) => counts[slot] += 1,
                None => {
                    let mut counts = [0; 4];
                    counts[slot] = 1;
                    totals.by_provenance.push((finding.provenance.clone(), counts));
                }
            }
        }
        let shares: Vec<f64> = findings.iter().filter_map(|f| f.pass_share).collect();
        if !shares.is_empty() {
            totals.pass_share = Some(shares.iter().sum::<f64>() / shares.len() as f64);
        }
        totals
    }

    /// Findings that ran to a verdict or failed on the way.
    pub(crate) fn n_ran(&self) -> usize {
        self.by_verdict[..3].iter().sum()
    }

    /// Whether everything that ran is supported.
    pub(crate) fn all_supported(&self) -> bool {
        self.by_verdict[VerdictView::Supported as usize] == self.n_ran()
    }
}

/// Relative changes below this are none.
const STILL: f64 = 1e-3;

impl ExperimentView {
    /// One series as (hours, shown value).
    pub(crate) fn shown_points(&self, readout_idx: usize, arm_idx: usize) -> Vec<(f64, f64)> {
        let (Some(readout), Some(arm)) = (self.readouts.get(readout_idx), self.arms.get(arm_idx)) else {
            return Vec::new();
        };
        let shown = readout.series.get(arm_idx).map_or(&[][..], |s| &s.shown);
        arm.times_h.iter().copied().zip(shown.iter().copied()).collect()
    }

    /// One series per animal as (hours, value); empty for cells in a dish, and where values are shown relative to
    /// something.
    pub(crate) fn animal_points(&self, readout_idx: usize, arm_idx: usize) -> Vec<Vec<(f64, f64)>> {
        let (readout, arm) = (&self.readouts[readout_idx], &self.arms[arm_idx]);
        if readout.shown_unit != readout.unit {
            return Vec::new();
        }
        let points = |values: &Vec<f64>| arm.times_h.iter().copied().zip(values.iter().copied()).collect();
        readout.series.get(arm_idx).map_or_else(Vec::new, |s| s.animals.iter().map(points).collect())
    }

    /// Whether no read-out of the arm changes.
    pub(crate) fn is_still(&self, arm_label: &str) -> bool {
        let Some(arm_idx) = self.arms.iter().position(|a| a.figure.label == arm_label) else { return false };
        (0..self.readouts.len()).all(|readout_idx| {
            let points = self.shown_points(readout_idx, arm_idx);
            let first = points.first().map_or(0.0, |p| p.1);
            let unchanged = self.readouts[readout_idx].reference.unwrap_or(first);
            points.iter().all(|p| (p.1 - unchanged).abs() <= STILL * unchanged.abs())
        })
    }

    /// What each read-out does in each arm, in words: (arm label, [sentence]).
    pub(crate) fn summary(&self) -> Vec<(String, Vec<String>)> {
        let describe = |readout_idx: usize, arm_idx: usize| {
            let readout = &self.readouts[readout_idx];
            let points: Vec<_> =
                self.shown_points(readout_idx, arm_idx).into_iter().filter(|p| p.0 >= 0.0).collect();
            let first = points.first().map_or(0.0, |p| p.1);
            let constant = points.iter().all(|p| (p.1 - first).abs() <= STILL * first.abs());
            let clause = if readout.reference.is_some() && (first - 1.0).abs() > STILL {
                // Relative to another arm: where it begins says as much as where it goes.
                let of = readout.shown_unit.trim_start_matches("fold of ");
                let last = points.last().map_or(first, |p| p.1);
                let share = pathway::words::share_or_fold;
                if constant {
                    format!("is at {} of {of}", share(first))
                } else {
                    format!("goes from {} of {of} to {}", share(first), share(last))
                }
            } else if readout.reference.is_some() {
                pathway::words::describe_fold(&points)
            } else {
                pathway::words::describe_absolute(&points, &readout.shown_unit)
            };
            format!("{} {clause}", readout.label)
        };
        let arms = self.arms.iter().enumerate();
        arms.map(|(arm_idx, arm)| {
            let sentences = (0..self.readouts.len()).map(|r| describe(r, arm_idx)).collect();
            (arm.figure.label.clone(), sentences)
        })
        .collect()
    }
}

#[cfg(test)]
pub(crate) mod example;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_count_by_verdict_and_provenance() {
        let findings =
            [VerdictView::Supported, VerdictView::Contradicted, VerdictView::NotRun].map(example::finding);
        let totals = Totals::of(&findings);
        assert_eq!(totals.by_verdict, [1, 1, 0, 1]);
        assert_eq!(totals.n_ran(), 2);
        assert!(!totals.all_supported());
        assert!(Totals::of(&findings[..1]).all_supported());
    }

    #[test]
    fn the_summary_speaks_of_every_arm() {
        let summary = example::experiment().summary();
        assert_eq!(summary[0].0, "no drug");
        assert_eq!(summary[0].1[0], "p-AKT (T308) does not change");
        assert!(summary[1].1[0].starts_with("p-AKT (T308) falls to"), "{:?}", summary[1].1);
    }
}
