//! The sigmoid through a dose-response curve, with bounds, and the dose at which it crosses a level.
//!
//! `y(c) = inf + (1 - inf) / (1 + (c / ec50)^hill)`: 1 without drug, `inf` at doses without end. This is the form and
//! these are the bounds of Hafner et al. 2016 (Nature Methods 13:521), as is the test against a flat line.

use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::storage::Owned;
use nalgebra::{Dyn, OMatrix, OVector, U3, Vector3};
use statrs::distribution::{ContinuousCDF, FisherSnedecor};

/// Between which values the numbers of a sigmoid lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitBounds {
    /// The plateau at high doses.
    pub inf: (f64, f64),
    /// The steepness.
    pub hill: (f64, f64),
    /// How far the half-way dose may lie below the lowest and above the highest dose, as a factor.
    pub beyond: f64,
}

impl FitBounds {
    /// For GR values: -1 (all cells lost) to 1 (no effect).
    pub const GROWTH_RATE: FitBounds = FitBounds { inf: (-1.0, 1.0), hill: (0.1, 5.0), beyond: 100.0 };
    /// For relative viability: 0 to 1.
    pub const VIABILITY: FitBounds = FitBounds { inf: (0.0, 1.0), hill: (0.1, 5.0), beyond: 100.0 };
}

/// A sigmoid that was fitted, or the flat line where a sigmoid explains no more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SigmoidFit {
    /// The plateau at high doses; of a flat line its height.
    pub inf: f64,
    /// Half-way dose in nM; 0 for a flat line.
    pub ec50_nm: f64,
    /// Steepness; 0 for a flat line.
    pub hill: f64,
    /// Share of the variance that is explained.
    pub r2: f64,
    /// Probability of so much improvement over a flat line by chance (F test).
    pub p: f64,
    /// Whether the flat line is kept.
    pub flat: bool,
}

/// A dose at which a curve crosses a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Potency {
    /// At this dose, in nM, within the doses tested.
    At(f64),
    /// Already at the lowest dose tested.
    BelowLowest,
    /// Not at any dose tested.
    NotReached,
}

impl Potency {
    /// The dose in nM, if it lies within those tested.
    pub fn nanomolar(self) -> Option<f64> {
        match self {
            Potency::At(dose) => Some(dose),
            Potency::BelowLowest | Potency::NotReached => None,
        }
    }
}

/// Effects below this are not read from a curve, so that the rounding of a simulation is not fitted.
const SMALLEST_EFFECT: f64 = 1e-3;
/// Improvements over a flat line that chance gives more often are none.
const SIGNIFICANT: f64 = 0.05;

/// Fits a sigmoid to `values` at `doses_nm` (ascending, above 0).
///
/// `None` with fewer than four doses or a value that is not finite: three numbers need at least four points.
pub fn fit_sigmoid(doses_nm: &[f64], values: &[f64], bounds: &FitBounds) -> Option<SigmoidFit> {
    let n = doses_nm.len();
    let good = n >= 4 && n == values.len() && values.iter().all(|v| v.is_finite());
    if !good || doses_nm.iter().any(|d| !(d.is_finite() && *d > 0.0)) {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let around_mean: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let flat = |p| SigmoidFit { inf: mean, ec50_nm: 0.0, hill: 0.0, r2: 0.0, p, flat: true };
    if values.iter().all(|v| (v - 1.0).abs() < SMALLEST_EFFECT) {
        return Some(flat(1.0));
    }
    let logs: Vec<f64> = doses_nm.iter().map(|d| d.log10()).collect();
    let best = starts(&logs, bounds)
        .filter_map(|start| {
            let problem = Problem { logs: &logs, values, bounds, at: start };
            let (problem, _) = LevenbergMarquardt::new().with_patience(200).minimize(problem);
            let curve = problem.curve();
            let squares: f64 = logs.iter().zip(values).map(|(c, v)| (curve.value(*c) - v).powi(2)).sum();
            squares.is_finite().then_some((curve, squares))
        })
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let (curve, squares) = best?;
    let p = improvement_by_chance(around_mean, squares, n);
    if p >= SIGNIFICANT {
        return Some(flat(p));
    }
    let r2 = if around_mean > 0.0 { 1.0 - squares / around_mean } else { 1.0 };
    Some(SigmoidFit {
        inf: curve.inf,
        ec50_nm: 10f64.powf(curve.log_ec50),
        hill: curve.hill,
        r2,
        p,
        flat: false,
    })
}

/// F test of a sigmoid (three numbers) against a flat line (one).
fn improvement_by_chance(flat: f64, sigmoid: f64, n: usize) -> f64 {
    let rest = n as f64 - 3.0;
    let ratio = ((flat - sigmoid) / 2.0) / (sigmoid / rest);
    match FisherSnedecor::new(2.0, rest) {
        _ if ratio.is_nan() || ratio <= 0.0 => 1.0,
        Ok(_) if ratio.is_infinite() => 0.0,
        Ok(distribution) => distribution.sf(ratio),
        Err(_) => 1.0,
    }
}

impl SigmoidFit {
    /// The curve at a dose in nM.
    pub fn value(&self, dose_nm: f64) -> f64 {
        if self.flat {
            return self.inf;
        }
        self.inf + (1.0 - self.inf) / (1.0 + (dose_nm / self.ec50_nm).powf(self.hill))
    }

    /// Where the falling curve crosses `level` (below 1), among the doses from `lowest` to `highest` (nM).
    pub fn potency(&self, level: f64, (lowest, highest): (f64, f64)) -> Potency {
        if self.flat {
            return if self.inf <= level { Potency::BelowLowest } else { Potency::NotReached };
        }
        if self.inf >= level {
            return Potency::NotReached;
        }
        let dose = self.ec50_nm * ((1.0 - level) / (level - self.inf)).powf(1.0 / self.hill);
        match dose {
            d if d < lowest => Potency::BelowLowest,
            d if d > highest => Potency::NotReached,
            d => Potency::At(d),
        }
    }
}

/// Numbers of a sigmoid; the half-way dose as log10 of nM.
#[derive(Clone, Copy)]
struct Curve {
    inf: f64,
    log_ec50: f64,
    hill: f64,
}

impl Curve {
    fn value(&self, log_dose: f64) -> f64 {
        self.inf + (1.0 - self.inf) * self.share(log_dose)
    }

    /// `1 / (1 + (c / ec50)^hill)`
    fn share(&self, log_dose: f64) -> f64 {
        1.0 / (1.0 + 10f64.powf(self.hill * (log_dose - self.log_ec50)))
    }
}

/// Least squares in free numbers, each of which a logistic function maps between its bounds.
struct Problem<'v> {
    logs: &'v [f64],
    values: &'v [f64],
    bounds: &'v FitBounds,
    at: Vector3<f64>,
}

/// A free number mapped between bounds, and the slope there.
fn between((low, high): (f64, f64), free: f64) -> (f64, f64) {
    let s = 1.0 / (1.0 + (-free).exp());
    (low + (high - low) * s, (high - low) * s * (1.0 - s))
}

impl Problem<'_> {
    fn ranges(&self) -> [(f64, f64); 3] {
        ranges(self.logs, self.bounds)
    }

    fn curve(&self) -> Curve {
        let [inf, dose, hill] = self.ranges();
        Curve {
            inf: between(inf, self.at[0]).0,
            log_ec50: between(dose, self.at[1]).0,
            hill: between(hill, self.at[2]).0.exp(),
        }
    }
}

/// Ranges of the plateau, of log10 of the half-way dose, and of ln of the steepness.
fn ranges(logs: &[f64], bounds: &FitBounds) -> [(f64, f64); 3] {
    let beyond = bounds.beyond.log10();
    let (first, last) = (logs[0], logs[logs.len() - 1]);
    [bounds.inf, (first - beyond, last + beyond), (bounds.hill.0.ln(), bounds.hill.1.ln())]
}

/// Half-way doses at every dose tested, with two kinds of steepness and two plateaus.
fn starts<'l>(logs: &'l [f64], bounds: &'l FitBounds) -> impl Iterator<Item = Vector3<f64>> + 'l {
    let [_, dose, hill] = ranges(logs, bounds);
    let free = |(low, high): (f64, f64), x: f64| {
        let s = ((x - low) / (high - low)).clamp(0.01, 0.99);
        (s / (1.0 - s)).ln()
    };
    logs.iter().flat_map(move |log| {
        [(0.0, 0.8), (0.0, 2.0), (1.5, 1.0), (-1.5, 1.0)]
            .map(|(plateau, steep)| Vector3::new(plateau, free(dose, *log), free(hill, f64::ln(steep))))
    })
}

impl LeastSquaresProblem<f64, Dyn, U3> for Problem<'_> {
    type ResidualStorage = Owned<f64, Dyn>;
    type JacobianStorage = Owned<f64, Dyn, U3>;
    type ParameterStorage = Owned<f64, U3>;

    fn set_params(&mut self, at: &Vector3<f64>) {
        self.at = *at;
    }

    fn params(&self) -> Vector3<f64> {
        self.at
    }

    fn residuals(&self) -> Option<OVector<f64, Dyn>> {
        let curve = self.curve();
        let rows = self.logs.iter().zip(self.values).map(|(c, v)| curve.value(*c) - v);
        Some(OVector::<f64, Dyn>::from_iterator(self.logs.len(), rows))
    }

    fn jacobian(&self) -> Option<OMatrix<f64, Dyn, U3>> {
        let curve = self.curve();
        let [inf, dose, hill] = self.ranges();
        let slopes = [between(inf, self.at[0]).1, between(dose, self.at[1]).1, between(hill, self.at[2]).1];
        let ln10 = std::f64::consts::LN_10;
        let mut jacobian = OMatrix::<f64, Dyn, U3>::zeros(self.logs.len());
        for (row, log) in self.logs.iter().enumerate() {
            let share = curve.share(*log);
            // d share / d (hill * distance) = -ln 10 share (1 - share)
            let slope = -ln10 * share * (1.0 - share) * (1.0 - curve.inf);
            jacobian[(row, 0)] = (1.0 - share) * slopes[0];
            jacobian[(row, 1)] = -slope * curve.hill * slopes[1];
            jacobian[(row, 2)] = slope * (log - curve.log_ec50) * curve.hill * slopes[2];
        }
        Some(jacobian)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn doses() -> Vec<f64> {
        (0..9).map(|k| 10f64.powf(f64::from(k) * 0.5)).collect()
    }

    fn sampled(inf: f64, ec50: f64, hill: f64) -> Vec<f64> {
        doses().iter().map(|d| inf + (1.0 - inf) / (1.0 + (d / ec50).powf(hill))).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn a_sigmoid_is_found_again(inf in -0.9f64..0.6, log in 0.7f64..3.3, hill in 0.6f64..3.5) {
            let (doses, ec50) = (doses(), 10f64.powf(log));
            let fit = fit_sigmoid(&doses, &sampled(inf, ec50, hill), &FitBounds::GROWTH_RATE).unwrap();
            // Exact data: what is left is the stopping rule of the search (1e-8 or so), with a margin of 1e4.
            prop_assert!((fit.inf - inf).abs() < 1e-4 && (fit.hill / hill - 1.0).abs() < 1e-4);
            prop_assert!((fit.ec50_nm / ec50).ln().abs() < 1e-4);
            prop_assert!(fit.r2 > 1.0 - 1e-8 && !fit.flat);
        }
    }

    #[test]
    fn the_crossing_is_the_closed_form() {
        // inf = 0, hill = 1: y = 1/2 at the half-way dose, 1/4 at three times it.
        let fit = fit_sigmoid(&doses(), &sampled(0.0, 100.0, 1.0), &FitBounds::VIABILITY).unwrap();
        let at = |level| fit.potency(level, (1.0, 1e4)).nanomolar().unwrap();
        assert!((at(0.5) - 100.0).abs() < 0.05, "{fit:?}");
        assert!((at(0.25) - 300.0).abs() < 0.3, "{fit:?}");
        assert_eq!(fit.potency(0.5, (1.0, 50.0)), Potency::NotReached);
        assert_eq!(fit.potency(0.5, (200.0, 1e4)), Potency::BelowLowest);
    }

    #[test]
    fn a_plateau_above_the_level_is_never_reached() {
        let fit = fit_sigmoid(&doses(), &sampled(0.6, 30.0, 1.5), &FitBounds::GROWTH_RATE).unwrap();
        assert_eq!(fit.potency(0.5, (1.0, 1e4)), Potency::NotReached);
    }

    #[test]
    fn no_effect_is_flat_and_noise_alone_too() {
        let none = fit_sigmoid(&doses(), &[1.0; 9], &FitBounds::GROWTH_RATE).unwrap();
        assert!(none.flat && none.potency(0.5, (1.0, 1e4)) == Potency::NotReached);
        let noise = [1.01, 0.96, 1.03, 0.98, 1.02, 0.97, 1.04, 0.99, 1.0];
        assert!(fit_sigmoid(&doses(), &noise, &FitBounds::GROWTH_RATE).unwrap().flat);
        let killed = fit_sigmoid(&doses(), &[-0.8; 9], &FitBounds::GROWTH_RATE).unwrap();
        assert_eq!(killed.potency(0.5, (1.0, 1e4)), Potency::BelowLowest);
    }

    #[test]
    fn too_few_or_broken_points_give_nothing() {
        assert!(fit_sigmoid(&[1.0, 10.0, 100.0], &[1.0, 0.5, 0.1], &FitBounds::VIABILITY).is_none());
        let broken = [1.0, f64::NAN, 0.5, 0.1];
        assert!(fit_sigmoid(&[1.0, 3.0, 10.0, 30.0], &broken, &FitBounds::VIABILITY).is_none());
    }
}
