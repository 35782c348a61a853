//! Distances between the model and measurements.

use pathway::cohort::ranks::spearman;

/// One value of the model and its measurement.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// Cell.
    pub(crate) cell: String,
    /// Drug or ligand, with dose and time where they matter.
    pub(crate) what: String,
    pub(crate) measured: f64,
    pub(crate) model: f64,
}

/// A pair of which one side, or both, is no number: "not reached" and the like.
#[derive(Clone, Debug)]
pub(crate) struct Unpaired {
    pub(crate) cell: String,
    pub(crate) what: String,
    pub(crate) measured: String,
    pub(crate) model: String,
}

/// All pairs of one quantity.
#[derive(Clone, Debug)]
pub(crate) struct Distances {
    /// The quantity: "GR50", "p-AKT".
    pub(crate) quantity: String,
    pub(crate) unit: String,
    /// Whether values are compared by factors (else by differences).
    pub(crate) by_factors: bool,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) unpaired: Vec<Unpaired>,
}

/// Changes of log10 below this are none: the scatter of replicate blots and bead assays.
const NO_CHANGE_LOG10: f64 = 0.1;

impl Distances {
    /// Distances of a quantity, without pairs yet.
    pub(super) fn between(quantity: &str, unit: &str, by_factors: bool) -> Distances {
        Distances {
            quantity: quantity.to_string(),
            unit: unit.to_string(),
            by_factors,
            pairs: Vec::new(),
            unpaired: Vec::new(),
        }
    }

    /// Spearman's rank correlation of model and measurement.
    pub(crate) fn rank_correlation(&self) -> Option<f64> {
        let (x, y): (Vec<f64>, Vec<f64>) = self.pairs.iter().map(|p| (p.measured, p.model)).unzip();
        spearman(&x, &y)
    }

    /// How far a pair is apart: a factor of at least 1, or a difference of at least 0.
    pub(crate) fn distance(&self, pair: &Pair) -> f64 {
        if self.by_factors {
            (pair.model / pair.measured).ln().abs().exp()
        } else {
            (pair.model - pair.measured).abs()
        }
    }

    /// The median distance.
    pub(crate) fn median(&self) -> Option<f64> {
        let mut all: Vec<f64> = self.pairs.iter().map(|p| self.distance(p)).collect();
        all.sort_by(f64::total_cmp);
        let n = all.len();
        // Between the two in the middle: geometric mean of factors, mean of differences.
        match (n, self.by_factors) {
            (0, _) => None,
            (n, true) => Some((all[(n - 1) / 2] * all[n / 2]).sqrt()),
            (n, false) => Some((all[(n - 1) / 2] + all[n / 2]) / 2.0),
        }
    }

    /// Share of the pairs that agree on rise, fall or no change from 1; only for factors of change.
    pub(crate) fn same_direction(&self) -> Option<f64> {
        let direction = |x: f64| {
            let log = x.log10();
            if log.abs() < NO_CHANGE_LOG10 { 0 } else { log.signum() as i32 }
        };
        let same = self.pairs.iter().filter(|p| direction(p.measured) == direction(p.model)).count();
        (self.by_factors && self.unit == "fold" && !self.pairs.is_empty())
            .then(|| same as f64 / self.pairs.len() as f64)
    }

    /// The pair that is furthest apart.
    pub(crate) fn worst(&self) -> Option<&Pair> {
        self.pairs.iter().max_by(|a, b| self.distance(a).total_cmp(&self.distance(b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distances(by_factors: bool, values: &[(f64, f64)]) -> Distances {
        let pair = |&(measured, model): &(f64, f64)| Pair {
            cell: "BT-474".into(),
            what: "x".into(),
            measured,
            model,
        };
        Distances {
            quantity: "q".into(),
            unit: "fold".into(),
            by_factors,
            pairs: values.iter().map(pair).collect(),
            unpaired: Vec::new(),
        }
    }

    #[test]
    fn factors_count_the_same_both_ways() {
        let both = distances(true, &[(1.0, 4.0), (9.0, 1.0)]);
        // The middle of 4 and 9 on the logarithm is 6. Roundings of exp and ln.
        assert!((both.median().unwrap() - 6.0).abs() < 1e-12);
        assert!((both.worst().unwrap().measured - 9.0).abs() < 1e-12);
        assert_eq!(both.rank_correlation(), Some(-1.0));
    }

    #[test]
    fn differences_and_directions() {
        let plain = distances(false, &[(0.5, 0.2), (0.1, 0.2), (-0.4, 0.0)]);
        assert!((plain.median().unwrap() - 0.3).abs() < 1e-12);
        assert_eq!(plain.same_direction(), None);
        // Up and up; none and none (a tenth); down and up.
        let folds = distances(true, &[(2.0, 3.0), (1.0, 1.1), (0.5, 2.0)]);
        assert!((folds.same_direction().unwrap() - 2.0 / 3.0).abs() < 1e-12);
    }
}
