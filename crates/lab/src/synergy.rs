//! Two drugs together: what is seen beside what each reference model expects.
//!
//! Effects are inhibitions: `1 - value / untreated value`. They are 0 without drug and 1 when nothing is left; a read-out
//! that rises has a negative effect. An excess is `seen - expected`: above 0 the two do more together than the reference
//! says (synergy), below 0 less (antagonism).
//!
//! References: Bliss (1939); highest single agent; Loewe (1953) and ZIP (Yadav et al. 2015) on Hill curves that are
//! fitted to the effects.

use serde::Serialize;
use utoipa::ToSchema;

/// Excess over each reference. Shape of each: `[n_a][n_b]`; rows and columns without a drug are 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub(crate) struct Synergy {
    /// Inhibition that is seen.
    pub(crate) effect: Vec<Vec<f64>>,
    pub(crate) bliss: Vec<Vec<f64>>,
    pub(crate) hsa: Vec<Vec<f64>>,
    /// Missing where a single agent has no dose response to add doses on.
    pub(crate) loewe: Option<Vec<Vec<f64>>>,
    /// Missing where a single agent has no dose response.
    pub(crate) zip: Option<Vec<Vec<f64>>>,
    /// Curve of the first drug alone, if one can be fitted.
    pub(crate) hill_a: Option<Hill>,
    /// Curve of the second drug alone.
    pub(crate) hill_b: Option<Hill>,
}

/// `base + (top - base) x^h / (ec50^h + x^h)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Hill {
    /// Effect without drug.
    pub(crate) base: f64,
    /// Effect of an infinite dose.
    pub(crate) top: f64,
    /// Dose of half the effect, nM.
    pub(crate) ec50: f64,
    /// Steepness.
    pub(crate) h: f64,
}

impl Hill {
    /// The effect of a dose in nM.
    pub(crate) fn effect(&self, dose: f64) -> f64 {
        self.base + (self.top - self.base) * share(dose, self.ec50, self.h)
    }

    /// The dose of an effect; infinite if no dose reaches it.
    fn dose(&self, effect: f64) -> f64 {
        let share = (effect - self.base) / (self.top - self.base);
        match share {
            s if s <= 0.0 => 0.0,
            s if s >= 1.0 => f64::INFINITY,
            s => self.ec50 * (s / (1.0 - s)).powf(1.0 / self.h),
        }
    }

    /// The curve with a given effect at dose 0 that lies closest to the points (least squares); `None` if the effects do
    /// not change.
    pub(crate) fn fit(doses: &[f64], effects: &[f64], base: f64) -> Option<Hill> {
        let points: Vec<(f64, f64)> =
            doses.iter().copied().zip(effects.iter().copied()).filter(|p| p.0 > 0.0).collect();
        let (lowest, highest) = (points.first()?.0, points.last()?.0);
        if points.iter().all(|p| (p.1 - base).abs() < SMALLEST) {
            return None;
        }
        // For given ec50 and h the best top is a linear fit: a search over two numbers is left, on a shrinking grid.
        let mut centre = (0.5 * (lowest.ln() + highest.ln()), 0.0);
        let mut half = (0.5 * (highest / lowest).ln() + std::f64::consts::LN_10, STEEPEST.ln());
        let mut best: Option<(f64, Hill)> = None;
        for _ in 0..ROUNDS {
            for i in -GRID..=GRID {
                for k in -GRID..=GRID {
                    let part = |n: i32| f64::from(n) / f64::from(GRID);
                    let ec50 = (centre.0 + part(i) * half.0).exp();
                    let h = (centre.1 + part(k) * half.1).exp().clamp(1.0 / STEEPEST, STEEPEST);
                    let (error, top) = best_top(&points, base, ec50, h);
                    if best.is_none_or(|(least, _)| error < least) {
                        best = Some((error, Hill { base, top, ec50, h }));
                    }
                }
            }
            let hill = best?.1;
            centre = (hill.ec50.ln(), hill.h.ln());
            half = (half.0 / SHRINK, half.1 / SHRINK);
        }
        best.map(|(_, hill)| hill)
    }
}

/// Effects below this are none.
const SMALLEST: f64 = 1e-6;
/// Steepest Hill coefficient.
const STEEPEST: f64 = 8.0;
/// Points of the grid on each side of its centre.
const GRID: i32 = 12;
/// How much finer each round is: neighbours of the best point stay inside.
const SHRINK: f64 = 4.0;
/// Rounds: the last one is 4^7 times as fine as the first, below what three digits show.
const ROUNDS: usize = 8;
/// Largest effect: nothing is left.
const FULL: f64 = 1.0;

fn share(dose: f64, ec50: f64, h: f64) -> f64 {
    if dose <= 0.0 { 0.0 } else { 1.0 / (1.0 + (ec50 / dose).powf(h)) }
}

/// Sum of squares and the best effect of an infinite dose.
fn best_top(points: &[(f64, f64)], base: f64, ec50: f64, h: f64) -> (f64, f64) {
    let terms = points.iter().map(|(x, y)| (share(*x, ec50, h), y - base));
    let (sy, ss) = terms.clone().fold((0.0, 0.0), |(sy, ss), (s, y)| (sy + s * y, ss + s * s));
    let span = if ss > 0.0 { (sy / ss).min(FULL - base) } else { 0.0 };
    (terms.map(|(s, y)| (y - span * s).powi(2)).sum(), base + span)
}

impl Synergy {
    /// Compares all pairs of doses. `values` has shape `[n_a][n_b]`; the first dose of each drug is 0.
    ///
    /// # Errors
    /// The untreated value is 0 or no number, so that there is no inhibition of it.
    pub(crate) fn of(doses_a: &[f64], doses_b: &[f64], values: &[Vec<f64>]) -> Result<Synergy, String> {
        let untreated = values[0][0];
        if !(untreated.is_finite() && untreated.abs() > f64::MIN_POSITIVE) {
            return Err(format!("the untreated value is {untreated}: there is no inhibition of it"));
        }
        let effect: Vec<Vec<f64>> =
            values.iter().map(|row| row.iter().map(|v| 1.0 - v / untreated).collect()).collect();
        let alone_a: Vec<f64> = effect.iter().map(|row| row[0]).collect();
        let alone_b = effect[0].clone();
        let (hill_a, hill_b) = (Hill::fit(doses_a, &alone_a, 0.0), Hill::fit(doses_b, &alone_b, 0.0));
        let table = |expected: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
            let cell =
                |i: usize, k: usize| if i == 0 || k == 0 { 0.0 } else { effect[i][k] - expected(i, k) };
            (0..doses_a.len()).map(|i| (0..doses_b.len()).map(|k| cell(i, k)).collect()).collect()
        };
        let bliss = table(&|i, k| alone_a[i] + alone_b[k] - alone_a[i] * alone_b[k]);
        let hsa = table(&|i, k| alone_a[i].max(alone_b[k]));
        let both = hill_a.zip(hill_b);
        // Adding doses needs two drugs that push the same way.
        let loewe = both
            .filter(|(a, b)| a.top > SMALLEST && b.top > SMALLEST)
            .map(|(a, b)| table(&|i, k| loewe_effect(&a, doses_a[i], &b, doses_b[k])));
        let zip = both.map(|(a, b)| zip_excess(doses_a, doses_b, &effect, &a, &b));
        Ok(Synergy { bliss, hsa, loewe, zip, hill_a, hill_b, effect })
    }
}

/// The effect at which the two doses, each as a part of the dose that reaches it alone, add up to 1.
fn loewe_effect(a: &Hill, dose_a: f64, b: &Hill, dose_b: f64) -> f64 {
    let parts = |effect: f64| dose_a / a.dose(effect) + dose_b / b.dose(effect);
    let (mut low, mut high) = (0.0, a.top.max(b.top));
    // The sum falls as the effect grows. 60 halvings reach the precision of the numbers.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if parts(middle) > 1.0 { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Mean of the fitted curves along both drugs, less what two independent drugs would do.
fn zip_excess(doses_a: &[f64], doses_b: &[f64], effect: &[Vec<f64>], a: &Hill, b: &Hill) -> Vec<Vec<f64>> {
    let along_a: Vec<Option<Hill>> = (0..doses_b.len())
        .map(|k| {
            let column: Vec<f64> = effect.iter().map(|row| row[k]).collect();
            Hill::fit(doses_a, &column, b.effect(doses_b[k]))
        })
        .collect();
    let along_b: Vec<Option<Hill>> =
        (0..doses_a.len()).map(|i| Hill::fit(doses_b, &effect[i], a.effect(doses_a[i]))).collect();
    let cell = |i: usize, k: usize| {
        if i == 0 || k == 0 {
            return 0.0;
        }
        let (alone_a, alone_b) = (a.effect(doses_a[i]), b.effect(doses_b[k]));
        let by_a = along_a[k].map_or(alone_b, |hill| hill.effect(doses_a[i]));
        let by_b = along_b[i].map_or(alone_a, |hill| hill.effect(doses_b[k]));
        0.5 * (by_a + by_b) - (alone_a + alone_b - alone_a * alone_b)
    };
    (0..doses_a.len()).map(|i| (0..doses_b.len()).map(|k| cell(i, k)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOSES: [f64; 7] = [0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0];
    const A: Hill = Hill { base: 0.0, top: 0.9, ec50: 10.0, h: 1.3 };
    const B: Hill = Hill { base: 0.0, top: 0.7, ec50: 40.0, h: 0.9 };

    fn values(effect: impl Fn(f64, f64) -> f64) -> Vec<Vec<f64>> {
        DOSES.iter().map(|a| DOSES.iter().map(|b| 5.0 * (1.0 - effect(*a, *b))).collect()).collect()
    }

    fn largest(table: &[Vec<f64>]) -> f64 {
        table.iter().flatten().fold(0.0, |m, v| v.abs().max(m))
    }

    #[test]
    fn a_curve_is_found_again() {
        let effects: Vec<f64> = DOSES.iter().map(|d| A.effect(*d)).collect();
        let hill = Hill::fit(&DOSES, &effects, 0.0).unwrap();
        for (found, true_) in [(hill.top, A.top), (hill.ec50, A.ec50), (hill.h, A.h)] {
            // The finest grid is 1e-4 of a decade; top follows from it.
            assert!((found / true_ - 1.0).abs() < 2e-3, "{hill:?}");
        }
        assert_eq!(Hill::fit(&DOSES, &[0.0; 7], 0.0), None);
    }

    #[test]
    fn independent_drugs_have_no_bliss_and_no_zip_excess() {
        let both = values(|a, b| A.effect(a) + B.effect(b) - A.effect(a) * B.effect(b));
        let synergy = Synergy::of(&DOSES, &DOSES, &both).unwrap();
        assert!(largest(&synergy.bliss) < 1e-12);
        // Row curves of independent drugs are Hill curves too; what is left is the grid of the fit.
        assert!(largest(&synergy.zip.unwrap()) < 2e-3);
        assert!(synergy.hsa[6][6] > 0.0);
    }

    #[test]
    fn a_drug_with_itself_has_no_loewe_excess() {
        let itself = values(|a, b| A.effect(a + b));
        let synergy = Synergy::of(&DOSES, &DOSES, &itself).unwrap();
        // What is left is the grid of the fit.
        assert!(largest(&synergy.loewe.unwrap()) < 2e-3);
        assert!(synergy.bliss[4][4].abs() > 0.02, "Bliss sees an interaction of a drug with itself");
    }

    #[test]
    fn units_of_dose_do_not_matter() {
        let doses: Vec<f64> = DOSES.iter().map(|d| d * 1000.0).collect();
        let both = values(|a, b| A.effect(a + 0.3 * b));
        let (nano, pico) =
            (Synergy::of(&DOSES, &DOSES, &both).unwrap(), Synergy::of(&doses, &doses, &both).unwrap());
        for (x, y) in nano.loewe.unwrap().iter().flatten().zip(pico.loewe.unwrap().iter().flatten()) {
            // The same grid in the logarithm of the dose: rounding only.
            assert!((x - y).abs() < 1e-9);
        }
    }

    #[test]
    fn more_than_expected_is_positive() {
        let more = values(|a, b| if a > 0.0 && b > 0.0 { 0.9 } else { 0.5 * (A.effect(a) + B.effect(b)) });
        let synergy = Synergy::of(&DOSES, &DOSES, &more).unwrap();
        assert!(synergy.bliss[3][3] > 0.0 && synergy.hsa[3][3] > 0.0);
        assert!(Synergy::of(&DOSES, &DOSES, &values(|_, _| 1.0)).is_err());
    }
}
