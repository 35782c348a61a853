//! Which reaction fires next.

use super::groups::Groups;
use super::random::Stream;

/// From so many reactions on, groups are faster than a linear search.
const MANY: usize = 48;

/// Propensities and their total.
#[derive(Debug)]
pub(super) enum Selector {
    /// Few: summed at each firing, found by linear search.
    Linear(Vec<f64>),
    /// Many.
    Groups(Groups),
}

impl Selector {
    pub(super) fn new(n: usize) -> Self {
        if n < MANY { Selector::Linear(vec![0.0; n]) } else { Selector::Groups(Groups::new(n)) }
    }

    #[inline]
    pub(super) fn set(&mut self, i: usize, value: f64) {
        match self {
            Selector::Linear(values) => values[i] = value,
            Selector::Groups(groups) => groups.set(i, value),
        }
    }

    #[inline]
    pub(super) fn total(&self) -> f64 {
        match self {
            Selector::Linear(values) => values.iter().sum(),
            Selector::Groups(groups) => groups.total(),
        }
    }

    /// All propensities.
    pub(super) fn values(&self) -> &[f64] {
        match self {
            Selector::Linear(values) => values,
            Selector::Groups(groups) => groups.values(),
        }
    }

    /// One with a probability in proportion to its propensity; `total` is positive.
    #[inline]
    pub(super) fn pick(&self, total: f64, random: &mut Stream) -> usize {
        match self {
            Selector::Linear(values) => {
                let mut left = random.uniform() * total;
                let mut last = 0;
                for (i, &value) in values.iter().enumerate() {
                    if value > 0.0 {
                        last = i;
                        if left < value {
                            return i;
                        }
                        left -= value;
                    }
                }
                last
            }
            Selector::Groups(groups) => groups.pick(total, random),
        }
    }
}
