//! Growth-rate inhibition and viability from cell numbers (Hafner et al. 2016, Nature Methods 13:521).

use super::sigmoid::{FitBounds, Potency, SigmoidFit, fit_sigmoid};

/// Live cells at the start of a treatment and at its end, relative to any common number.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthCounts {
    /// Doses in nM, ascending, above 0. Shape: `[doses]`.
    pub doses_nm: Vec<f64>,
    /// When the treatment starts.
    pub start: f64,
    /// At the end, without the drug.
    pub control: f64,
    /// At the end, with each dose. Shape: `[doses]`.
    pub treated: Vec<f64>,
}

/// What a viability assay says of one drug in one kind of cells.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthCurve {
    /// Doses in nM. Shape: `[doses]`.
    pub doses_nm: Vec<f64>,
    /// Live cells relative to the control at the end. Shape: `[doses]`.
    pub viability: Vec<f64>,
    /// GR values; `None` where the control does not grow. Shape: `[doses]`.
    pub gr: Option<Vec<f64>>,
    /// Divisions of the control during the treatment.
    pub divisions: f64,
    /// The sigmoid through the viability.
    pub viability_fit: Option<SigmoidFit>,
    /// The sigmoid through the GR values.
    pub gr_fit: Option<SigmoidFit>,
}

/// `2^(log2(treated/start) / log2(control/start)) - 1`: 1 without effect, 0 when nothing grows, below 0 when cells are
/// lost. `None` if the control does not grow, or a number is not positive.
pub fn gr_value(start: f64, control: f64, treated: f64) -> Option<f64> {
    let positive = [start, control, treated].iter().all(|x| x.is_finite() && *x > 0.0);
    if !positive || control <= start {
        return None;
    }
    Some(((treated / start).log2() / (control / start).log2()).exp2() - 1.0)
}

impl GrowthCounts {
    /// Viability, GR values and their sigmoids. `None` if the control has no cells.
    pub fn curve(&self) -> Option<GrowthCurve> {
        if !(self.control.is_finite() && self.control > 0.0 && self.start > 0.0) {
            return None;
        }
        let viability: Vec<f64> = self.treated.iter().map(|x| x / self.control).collect();
        let gr: Option<Vec<f64>> =
            self.treated.iter().map(|x| gr_value(self.start, self.control, *x)).collect();
        let viability_fit = fit_sigmoid(&self.doses_nm, &viability, &FitBounds::VIABILITY);
        let gr_fit = gr.as_ref().and_then(|gr| fit_sigmoid(&self.doses_nm, gr, &FitBounds::GROWTH_RATE));
        Some(GrowthCurve {
            doses_nm: self.doses_nm.clone(),
            viability,
            gr,
            divisions: (self.control / self.start).log2(),
            viability_fit,
            gr_fit,
        })
    }
}

impl GrowthCurve {
    /// The dose at which half of the control's cells are there.
    pub fn ic50(&self) -> Option<Potency> {
        Some(self.viability_fit?.potency(0.5, self.tested()?))
    }

    /// The dose at which the GR value is 1/2.
    pub fn gr50(&self) -> Option<Potency> {
        Some(self.gr_fit?.potency(0.5, self.tested()?))
    }

    /// The GR value at the highest dose tested.
    pub fn gr_max(&self) -> Option<f64> {
        self.gr.as_ref()?.last().copied()
    }

    /// The relative viability at the highest dose tested.
    pub fn viability_max(&self) -> Option<f64> {
        self.viability.last().copied()
    }

    /// Mean of `1 - GR` over the logarithm of the dose (trapezoids): 0 without effect, 1 when nothing grows.
    pub fn gr_aoc(&self) -> Option<f64> {
        let gr = self.gr.as_ref()?;
        let logs: Vec<f64> = self.doses_nm.iter().map(|d| d.log10()).collect();
        let span = logs.last()? - logs.first()?;
        let area = |k: usize| (logs[k + 1] - logs[k]) * (1.0 - (gr[k] + gr[k + 1]) / 2.0);
        (span > 0.0).then(|| (0..logs.len() - 1).map(area).sum::<f64>() / span)
    }

    fn tested(&self) -> Option<(f64, f64)> {
        Some((*self.doses_nm.first()?, *self.doses_nm.last()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gr_values_of_plain_cases() {
        // No effect: 1. No growth: 0. A control of 4x and 2x with drug: half the divisions, 2^(1/2) - 1.
        assert_eq!(gr_value(1.0, 4.0, 4.0), Some(1.0));
        assert_eq!(gr_value(1.0, 4.0, 1.0), Some(0.0));
        assert!((gr_value(1.0, 4.0, 2.0).unwrap() - (2f64.sqrt() - 1.0)).abs() < 1e-15);
        // A quarter of the cells left while the control doubles: 2^-2 - 1.
        assert!((gr_value(1.0, 2.0, 0.25).unwrap() + 0.75).abs() < 1e-15);
        assert_eq!(gr_value(1.0, 1.0, 0.5), None);
        assert_eq!(gr_value(1.0, 2.0, 0.0), None);
    }

    proptest! {
        /// The GR value does not depend on the division time of the cells nor on the length of the assay: that is
        /// what it is for.
        #[test]
        fn gr_depends_on_the_ratio_of_rates_only(rate in 0.005f64..0.06, hours in 24f64..120.0, share in -1.0f64..1.0) {
            let count = |r: f64| (r * hours).exp();
            let gr = gr_value(1.0, count(rate), count(share * rate)).unwrap();
            // A handful of roundings of numbers of order 1, magnified by up to e^7.
            prop_assert!((gr - (share.exp2() - 1.0)).abs() < 1e-9);
        }
    }

    /// Cells that divide with rate k / (1 + c/K): GR is 2^(1/(1 + c/K)) - 1, which is 1/2 at c = K (1/log2(1.5) - 1).
    #[test]
    fn a_cytostatic_drug_has_the_gr50_of_the_closed_form() {
        let doses_nm: Vec<f64> = (0..13).map(|k| 10f64.powf(f64::from(k) * 0.25)).collect();
        let (k, half, hours) = (0.03, 20.0, 72.0);
        let treated = doses_nm.iter().map(|c| (k / (1.0 + c / half) * hours).exp()).collect();
        let counts = GrowthCounts { doses_nm, start: 1.0, control: (k * hours).exp(), treated };
        let curve = counts.curve().unwrap();
        let exact = half * (1.0 / 1.5f64.log2() - 1.0);
        // The curve is no exact sigmoid: the fit may miss the crossing by a few per cent.
        let gr50 = curve.gr50().unwrap().nanomolar().unwrap();
        assert!((gr50 / exact).ln().abs() < 0.05, "{gr50} for {exact}");
        assert!((curve.divisions - k * hours / std::f64::consts::LN_2).abs() < 1e-12);
        let last = (1.0f64 / (1.0 + 1000.0 / half)).exp2() - 1.0;
        assert!((curve.gr_max().unwrap() - last).abs() < 1e-12);
        assert!(curve.gr_aoc().unwrap() > 0.3);
    }

    #[test]
    fn no_growth_gives_viability_but_no_gr_value() {
        let doses_nm = vec![1.0, 10.0, 100.0, 1000.0];
        let counts = GrowthCounts { doses_nm, start: 1.0, control: 0.9, treated: vec![0.9, 0.8, 0.4, 0.1] };
        let curve = counts.curve().unwrap();
        assert!(curve.gr.is_none() && curve.gr_max().is_none() && curve.gr50().is_none());
        assert!(curve.ic50().is_some());
    }
}
