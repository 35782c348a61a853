//! What the tumours of an arm come to: change, comparison with the first arm, responders, progression.

/// Loss of volume that counts as a response.
pub const RESPONSE: f64 = 0.3;
/// Growth from the lowest volume that counts as progression.
pub const PROGRESSION: f64 = 0.2;

/// Volumes of one arm at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct TumourOutcome {
    /// Animals.
    pub n: usize,
    /// Mean volume at the start, mm3.
    pub start: f64,
    /// Mean volume at the end, mm3.
    pub end: f64,
    /// Change of the mean in percent of the start; negative: regression.
    pub change_percent: f64,
    /// Animals whose tumour lost at least [`RESPONSE`] of its volume by the end.
    pub regressed: usize,
    /// Day on which the mean is [`PROGRESSION`] above its lowest value until then, if it comes to that.
    pub progression_d: Option<f64>,
}

impl TumourOutcome {
    /// From times in hours, mean volumes, and the volumes of each animal; `None` without times.
    ///
    /// # Shapes
    /// `times_h` and `mean`: `[times]`; `animals`: `[animals][times]`.
    pub fn of(times_h: &[f64], mean: &[f64], animals: &[Vec<f64>]) -> Option<TumourOutcome> {
        let (start, end) = (*mean.first()?, *mean.last()?);
        let shrunk = |a: &&Vec<f64>| a.last() <= a.first().map(|s| s * (1.0 - RESPONSE)).as_ref();
        Some(TumourOutcome {
            n: animals.len(),
            start,
            end,
            change_percent: 100.0 * (end / start - 1.0),
            regressed: animals.iter().filter(shrunk).count(),
            progression_d: progression_d(times_h, mean),
        })
    }
}

/// Day of progression, on a straight line between samples.
fn progression_d(times_h: &[f64], volumes: &[f64]) -> Option<f64> {
    let mut lowest = f64::INFINITY;
    for k in 0..volumes.len().min(times_h.len()) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tumours_are_summed_up_by_the_criteria_of_response_and_progression() {
        let times_h = [0.0, 240.0, 480.0];
        let animals = [vec![90.0, 50.0, 60.0], vec![110.0, 90.0, 100.0]];
        let treated = TumourOutcome::of(&times_h, &[100.0, 70.0, 80.0], &animals).unwrap();
        assert_eq!((treated.change_percent.round(), treated.n), (-20.0, 2));
        // 60 of 90 is a loss of a third, 100 of 110 is not; 80 is less than 20 % above 70.
        assert_eq!((treated.regressed, treated.progression_d), (1, None));
        let vehicle = TumourOutcome::of(&times_h, &[100.0, 110.0, 160.0], &[]).unwrap();
        // 120 lies a fifth of the way from 110 (day 10) to 160 (day 20).
        assert!((vehicle.progression_d.unwrap() - 12.0).abs() < 1e-9);
        assert_eq!(TumourOutcome::of(&[], &[], &[]), None);
    }
}
