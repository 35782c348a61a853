//! Looks for the first change of what is watched, on the dense output of a step.

use ode::Step;

use super::CompiledSystem;
use super::dynamics::Dynamics;

/// Parts of a step at whose ends comparisons are looked at, unless they change at known times only: a run stops there,
/// and what is left to be seen is a change that rounding moves from the stop into the next step.
const SAMPLES: usize = 10;
/// A difference is searched for a zero between looks when a parabola says that it comes so close, as a fraction.
const CLOSE: f64 = 0.5;
/// Halvings of the golden section in such a search.
const MOST_SECTIONS: usize = 60;

/// A jump so few roundings of the time ahead is one at which steps become too small.
const ROUNDINGS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// What was seen, and where the first change is.
pub(super) struct Look {
    /// Signature and differences at the start of the stretch.
    pub(super) start: Vec<f64>,
    n_signature: usize,
    samples: usize,
    trial: Vec<f64>,
    /// The state at the change.
    pub(super) state: Vec<f64>,
    /// The time of the change.
    pub(super) found: Option<f64>,
    /// Whether to find places at all.
    pub(super) locate: bool,
}

/// Differences at one time.
struct Seen {
    t: f64,
    differences: Vec<f64>,
}

impl Look {
    pub(super) fn new(compiled: &CompiledSystem, locate: bool) -> Self {
        let n = compiled.tapes.n_watched;
        Self {
            start: vec![0.0; n],
            n_signature: compiled.tapes.n_signature,
            samples: if compiled.tapes.timed { 1 } else { SAMPLES },
            trial: vec![0.0; n],
            state: vec![0.0; compiled.n_states()],
            found: None,
            locate,
        }
    }

    /// The first time in the step at which the signature is another one, found by halving; the state is kept.
    pub(super) fn first_change(&mut self, observer: &mut Dynamics<'_>, step: &Step<'_>) -> Option<f64> {
        if self.n_signature == 0 || !self.locate {
            return None;
        }
        let (start, h) = (step.t_old(), step.t_new() - step.t_old());
        let samples = self.samples;
        self.differs(observer, step, start);
        let mut seen = vec![self.seen(start)];
        for sample in 1..=samples {
            let t = if sample == samples { step.t_new() } else { start + h * sample as f64 / samples as f64 };
            let low = seen.last().map_or(start, |s| s.t);
            if t <= low {
                continue;
            }
            let change = if self.differs(observer, step, t) {
                Some((low, t))
            } else {
                seen.push(self.seen(t));
                self.double_change(observer, step, &seen)
            };
            if let Some(bracket) = change {
                let t = self.halve(observer, step, bracket);
                self.found = Some(t);
                step.interpolate(t, &mut self.state);
                return self.found;
            }
        }
        None
    }

    /// The next number after `t`, if the signature differs there: a comparison with `t` that holds up to and at `t`.
    pub(super) fn jump_at(&mut self, observer: &mut Dynamics<'_>, t: f64, y: &[f64]) -> Option<f64> {
        let after = t.next_up();
        observer.watched(after, y, &mut self.trial);
        (self.locate && self.trial_differs()).then_some(after)
    }

    /// A time within rounding after `t` at which the signature differs although the state is the same: where a rate
    /// jumps so high that no step across the jump is small enough. States are continuous there.
    pub(super) fn jump_after(
        &mut self,
        observer: &mut Dynamics<'_>,
        t: f64,
        y: &[f64],
        end: f64,
    ) -> Option<f64> {
        let ahead = ROUNDINGS.map(|k| (t + k * f64::EPSILON * t.abs()).min(end));
        ahead.into_iter().find(|&later| {
            observer.watched(later, y, &mut self.trial);
            later > t && self.trial_differs()
        })
    }

    fn seen(&self, t: f64) -> Seen {
        Seen { t, differences: self.trial[self.n_signature..].to_vec() }
    }

    fn differs(&mut self, observer: &mut Dynamics<'_>, step: &Step<'_>, t: f64) -> bool {
        step.interpolate(t, &mut self.state);
        observer.watched(t, &self.state, &mut self.trial);
        self.trial_differs()
    }

    fn trial_differs(&self) -> bool {
        let pairs = self.trial[..self.n_signature].iter().zip(&self.start);
        pairs.into_iter().any(|(a, b)| a.to_bits() != b.to_bits())
    }

    /// A place between the last three looks where the signature is another one although it is not at any of them.
    fn double_change(
        &mut self,
        observer: &mut Dynamics<'_>,
        step: &Step<'_>,
        seen: &[Seen],
    ) -> Option<(f64, f64)> {
        let [.., a, b, c] = seen else { return None };
        for k in 0..a.differences.len() {
            let (x, y, z) = (a.differences[k], b.differences[k], c.differences[k]);
            if y.abs() > x.abs() || y.abs() > z.abs() || x.signum() != z.signum() || y == 0.0 {
                continue;
            }
            // The extreme value of the parabola through three equidistant values.
            let curvature = x - 2.0 * y + z;
            let extreme = y - (z - x) * (z - x) / (8.0 * curvature);
            if curvature != 0.0
                && extreme / y < CLOSE
                && let Some(high) = self.zero_between(observer, step, (a.t, c.t), k)
            {
                return Some((a.t, high));
            }
        }
        None
    }

    /// A time at which the signature differs, near the smallest size of a difference: golden section.
    fn zero_between(
        &mut self,
        observer: &mut Dynamics<'_>,
        step: &Step<'_>,
        (mut low, mut high): (f64, f64),
        k: usize,
    ) -> Option<f64> {
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let mut size_at = |look: &mut Self, t: f64| -> Result<f64, f64> {
            if look.differs(observer, step, t) { Err(t) } else { Ok(look.trial[look.n_signature + k].abs()) }
        };
        let (mut left, mut right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
        let (mut at_left, mut at_right) = match (size_at(self, left), size_at(self, right)) {
            (Err(t), _) | (_, Err(t)) => return Some(t),
            (Ok(a), Ok(b)) => (a, b),
        };
        for _ in 0..MOST_SECTIONS {
            let (t, into_left) = if at_left < at_right {
                high = right;
                (right, at_right) = (left, at_left);
                left = high - GOLDEN * (high - low);
                (left, true)
            } else {
                low = left;
                (left, at_left) = (right, at_right);
                right = low + GOLDEN * (high - low);
                (right, false)
            };
            match size_at(self, t) {
                Err(t) => return Some(t),
                Ok(size) if into_left => at_left = size,
                Ok(size) => at_right = size,
            }
        }
        None
    }

    /// The first number in `(low, high]` at which the signature differs, if it changes once.
    fn halve(
        &mut self,
        observer: &mut Dynamics<'_>,
        step: &Step<'_>,
        (mut low, mut high): (f64, f64),
    ) -> f64 {
        loop {
            let middle = low + 0.5 * (high - low);
            if middle <= low || middle >= high {
                return high;
            }
            if self.differs(observer, step, middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
    }
}
