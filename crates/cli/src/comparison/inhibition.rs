//! What an mTOR kinase inhibitor must do to AKT, as Rodrik-Outmezguine 2011 measured it.

/// Hours after the inhibitor that are looked at.
pub(crate) const AFTER_H: f64 = 24.0;

/// AKT after an mTOR kinase inhibitor at t = 0.
pub(crate) struct Inhibition {
    /// Hours after the inhibitor, ascending from 0 to [`AFTER_H`].
    pub(crate) times_h: Vec<f64>,
    /// AKT with phosphate on T308, in any unit.
    pub(crate) t308: Vec<f64>,
    /// AKT with phosphate on S473, in any unit.
    pub(crate) s473: Vec<f64>,
    /// T308 without the inhibitor.
    pub(crate) untreated_t308: Vec<f64>,
}

/// One property of the response.
pub(crate) struct Criterion {
    /// In a few words.
    pub(crate) name: &'static str,
    /// What is measured, and the bound.
    pub(crate) rule: &'static str,
    measure: fn(&Inhibition) -> f64,
    holds: fn(f64) -> bool,
}

/// The shape of the response: T308 and S473 fall within the hour, T308 comes back by a day, S473 does not, and nothing of it
/// happens without the drug. The bounds are those of the findings.
pub(crate) const CRITERIA: [Criterion; 5] = [
    Criterion {
        name: "steady without the drug",
        rule: "T308 moves by less than 10 % over 24 h",
        measure: |i| {
            i.untreated_t308.iter().map(|x| (x / i.untreated_t308[0] - 1.0).abs()).fold(0.0, f64::max)
        },
        holds: |x| x < 0.1,
    },
    Criterion {
        name: "S473 goes",
        rule: "below 0.2-fold at 1 h",
        measure: |i| i.fold(&i.s473, 1.0),
        holds: |x| x < 0.2,
    },
    Criterion {
        name: "T308 falls first",
        rule: "lowest value within 4 h below 0.6-fold",
        measure: |i| i.lowest(&i.t308, 4.0),
        holds: |x| x < 0.6,
    },
    Criterion {
        name: "T308 comes back",
        rule: "at least 1-fold at 24 h",
        measure: |i| i.fold(&i.t308, AFTER_H),
        holds: |x| x >= 1.0,
    },
    Criterion {
        name: "S473 stays away",
        rule: "below 0.2-fold at 24 h",
        measure: |i| i.fold(&i.s473, AFTER_H),
        holds: |x| x < 0.2,
    },
];

impl Criterion {
    /// The measure, and whether the criterion holds. What is no number does not.
    pub(crate) fn judge(&self, inhibition: &Inhibition) -> (f64, bool) {
        let value = (self.measure)(inhibition);
        (value, (self.holds)(value))
    }
}

impl Inhibition {
    /// A series relative to its start, on the grid.
    pub(crate) fn folds(series: &[f64]) -> Vec<f64> {
        series.iter().map(|x| x / series[0]).collect()
    }

    fn fold(&self, series: &[f64], t_h: f64) -> f64 {
        crate::draw::interpolate(&self.times_h, series, t_h).map_or(f64::NAN, |x| x / series[0])
    }

    fn lowest(&self, series: &[f64], until_h: f64) -> f64 {
        let early = self.times_h.iter().zip(series).filter(|(t, _)| **t <= until_h);
        early.map(|(_, x)| x / series[0]).fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(t308: fn(f64) -> f64, s473: fn(f64) -> f64) -> Inhibition {
        let times_h: Vec<f64> = (0..=240).map(|i| f64::from(i) / 10.0).collect();
        let along = |f: fn(f64) -> f64| times_h.iter().map(|t| 7.0 * f(*t)).collect();
        Inhibition { t308: along(t308), s473: along(s473), untreated_t308: along(|_| 1.0), times_h }
    }

    fn held(inhibition: &Inhibition) -> Vec<bool> {
        CRITERIA.iter().map(|c| c.judge(inhibition).1).collect()
    }

    #[test]
    fn a_biphasic_response_has_the_shape() {
        let biphasic = |t: f64| if t < 4.0 { (-2.0 * t).exp() } else { 1.2 };
        assert_eq!(held(&course(biphasic, |t| (-5.0 * t).exp())), [true; 5]);
    }

    #[test]
    fn a_monotone_rise_lacks_the_fall() {
        assert_eq!(held(&course(|t| 1.0 + t, |t| (-0.1 * t).exp())), [true, false, false, true, true]);
    }

    #[test]
    fn what_is_no_number_does_not_hold() {
        assert_eq!(held(&course(|_| 0.0, |_| 0.0))[1..], [false; 4]);
    }
}
