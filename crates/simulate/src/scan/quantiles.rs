//! Quantiles of a stream of numbers in little memory.

use std::collections::BTreeMap;

/// Largest relative distance of a quantile from the number of that rank.
const ACCURACY: f64 = 0.005;

/// Counts of numbers in bins of equal relative width: quantiles are within 0.5 % of the number of that rank, the smallest
/// and the largest are exact. The order in which numbers come does not matter, and neither does splitting and merging.
///
/// # Source
/// Masson, Rim & Lee (2019), DDSketch, Proceedings of the VLDB Endowment 12, 2195-2205.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantiles {
    /// Counts by bin: of numbers below, at and above zero.
    below: BTreeMap<i32, u64>,
    zeros: u64,
    above: BTreeMap<i32, u64>,
    smallest: f64,
    largest: f64,
}

impl Default for Quantiles {
    fn default() -> Self {
        Self {
            below: BTreeMap::new(),
            zeros: 0,
            above: BTreeMap::new(),
            smallest: f64::INFINITY,
            largest: f64::NEG_INFINITY,
        }
    }
}

/// Logarithm of the ratio of neighbouring bins.
fn log_ratio() -> f64 {
    ((1.0 + ACCURACY) / (1.0 - ACCURACY)).ln()
}

fn bin(size: f64) -> i32 {
    // The logarithm of a number lies between -745 and 710, so the bin fits.
    (size.ln() / log_ratio()).ceil() as i32
}

/// The number in a bin with the smallest largest relative distance to all others.
fn middle(bin: i32) -> f64 {
    (f64::from(bin) * log_ratio()).exp() * (1.0 - ACCURACY)
}

impl Quantiles {
    /// Takes a finite number.
    pub fn add(&mut self, value: f64) {
        match value {
            v if v > 0.0 => *self.above.entry(bin(v)).or_default() += 1,
            v if v < 0.0 => *self.below.entry(bin(-v)).or_default() += 1,
            _ => self.zeros += 1,
        }
        self.smallest = self.smallest.min(value);
        self.largest = self.largest.max(value);
    }

    /// Takes everything that another one has taken.
    pub fn merge(&mut self, other: &Self) {
        other.below.iter().for_each(|(bin, n)| *self.below.entry(*bin).or_default() += n);
        other.above.iter().for_each(|(bin, n)| *self.above.entry(*bin).or_default() += n);
        self.zeros += other.zeros;
        self.smallest = self.smallest.min(other.smallest);
        self.largest = self.largest.max(other.largest);
    }

    /// How many numbers were taken.
    pub fn count(&self) -> u64 {
        self.below.values().sum::<u64>() + self.zeros + self.above.values().sum::<u64>()
    }

    /// The number of rank `q (n - 1)`, rounded; `None` without numbers. `q` lies between 0 and 1.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let last = self.count().checked_sub(1)?;
        let rank = (q * last as f64).round() as u64;
        if rank == 0 {
            return Some(self.smallest);
        }
        if rank >= last {
            return Some(self.largest);
        }
        let below = self.below.iter().rev().map(|(bin, n)| (-middle(*bin), *n));
        let above = self.above.iter().map(|(bin, n)| (middle(*bin), *n));
        let mut seen = 0;
        for (value, n) in below.chain(std::iter::once((0.0, self.zeros))).chain(above) {
            seen += n;
            if seen > rank {
                return Some(value.clamp(self.smallest, self.largest));
            }
        }
        Some(self.largest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_has_no_quantiles() {
        assert_eq!(Quantiles::default().quantile(0.5), None);
    }

    proptest! {
        #[test]
        fn quantiles_are_near_the_numbers_of_their_rank(
            mut values in prop::collection::vec(
                prop_oneof![Just(0.0), -1e9..1e9, -1e-9..1e-9, (-300.0..300.0f64).prop_map(f64::exp)], 1..200),
            q in 0.0..1.0f64,
            cut in 0usize..200,
        ) {
            let (mut all, mut left, mut right) = Default::default();
            let add = |to: &mut Quantiles, v: &[f64]| v.iter().for_each(|v| to.add(*v));
            add(&mut all, &values);
            let cut = cut.min(values.len());
            add(&mut right, &values[..cut]);
            add(&mut left, &values[cut..]);
            left.merge(&right);
            prop_assert_eq!(&left, &all);
            values.sort_by(f64::total_cmp);
            let exact = values[(q * (values.len() - 1) as f64).round() as usize];
            let found = all.quantile(q).unwrap();
            // The stated accuracy, and rounding of logarithms.
            prop_assert!((found - exact).abs() <= 1.0001 * ACCURACY * exact.abs(), "{found} is not {exact}");
        }
    }
}
