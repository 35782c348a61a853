//! Explicit tau-leaping.
//!
//! # Source
//! Cao, Gillespie & Petzold 2006, J. Chem. Phys. 124, 044109: the step from the drift and spread of each reactant,
//! reactions close to exhausting a reactant fire one by one.

use super::super::SystemError;
use super::kernel::{Kernel, Stop, Watcher};
use super::law::Law;

/// A reaction is critical when so few firings would use up a reactant.
const CRITICAL: f64 = 10.0;
/// A leap shorter than so many mean waiting times is not worth it; then so many reactions fire one by one.
const SHORT: f64 = 10.0;
const ONE_BY_ONE: u64 = 100;

/// Working memory of a leap.
struct Leap {
    propensities: Vec<f64>,
    critical: Vec<bool>,
    drift: Vec<f64>,
    spread: Vec<f64>,
    outflow: Vec<f64>,
    orders: Vec<(f64, f64)>,
    new: Vec<f64>,
}

impl Kernel<'_> {
    pub(super) fn leap_until(
        &mut self,
        t: &mut f64,
        until: f64,
        y: &mut [f64],
        mut watcher: Option<Watcher<'_>>,
        epsilon: f64,
    ) -> Result<Stop, SystemError> {
        let n = self.jumps.laws.len();
        let mut leap = Leap {
            propensities: vec![0.0; n],
            critical: vec![false; n],
            drift: vec![0.0; y.len()],
            spread: vec![0.0; y.len()],
            outflow: vec![0.0; y.len()],
            orders: self.orders(y.len()),
            new: y.to_vec(),
        };
        while *t < until {
            self.all(*t, y, &mut leap.propensities)?;
            let total: f64 = leap.propensities.iter().sum();
            if total == 0.0 {
                *t = until;
                break;
            }
            let longest = self.longest_leap(&mut leap, y, epsilon);
            if longest < SHORT / total {
                let again: Option<Watcher<'_>> = match &mut watcher {
                    Some(watcher) => Some(&mut **watcher),
                    None => None,
                };
                if self.fire_until(t, until, y, again, ONE_BY_ONE)? == Stop::Watched {
                    return Ok(Stop::Watched);
                }
                continue;
            }
            *t = self.leap(&mut leap, *t, until, longest, y)?;
            if let Some(watcher) = &mut watcher
                && watcher(*t, y)
            {
                return Ok(Stop::Watched);
            }
        }
        self.refresh(*t, y)?;
        Ok(Stop::Reached)
    }

    /// For each state the highest order of a reaction in it, and how often it occurs there.
    fn orders(&self, n_states: usize) -> Vec<(f64, f64)> {
        let mut orders = vec![(0.0_f64, 0.0_f64); n_states];
        for (law, needs) in self.jumps.laws.iter().zip(&self.jumps.needs) {
            for &state in needs {
                let found = match law {
                    Law::Product { factors } => {
                        let same = factors.iter().filter(|f| f.0 as usize == state).count();
                        (factors.len() as f64, same as f64)
                    }
                    // Any law counts as of third order.
                    Law::Program(_) => (3.0, 3.0),
                };
                if found.0 > orders[state].0 || (found.0 == orders[state].0 && found.1 > orders[state].1) {
                    orders[state] = found;
                }
            }
        }
        orders
    }

    /// The leap during which no propensity is expected to change by more than `epsilon`.
    fn longest_leap(&self, leap: &mut Leap, y: &[f64], epsilon: f64) -> f64 {
        leap.drift.fill(0.0);
        leap.spread.fill(0.0);
        leap.outflow.fill(0.0);
        for (i, changes) in self.changes.iter().enumerate() {
            let a = leap.propensities[i];
            let possible = changes.iter().filter(|(_, by)| *by < 0.0).map(|&(s, by)| y[s as usize] / -by);
            leap.critical[i] = a > 0.0 && possible.fold(f64::INFINITY, f64::min) < CRITICAL;
            if leap.critical[i] {
                continue;
            }
            for &(state, by) in changes {
                leap.drift[state as usize] += by * a;
                leap.spread[state as usize] += by * by * a;
                leap.outflow[state as usize] += a * (-by).max(0.0);
            }
        }
        let mut longest = f64::INFINITY;
        for (state, &order) in leap.orders.iter().enumerate().filter(|(_, o)| o.0 > 0.0) {
            let bound = (epsilon * y[state] / relative_order(order, y[state])).max(1.0);
            if leap.drift[state] != 0.0 {
                longest = longest.min(bound / leap.drift[state].abs());
            }
            // In a steady state the drift is zero whatever the leap; there the turnover keeps the variance right:
            // a leap of tau multiplies it by 1 / (1 - tau outflow / 2 x).
            if leap.outflow[state] > 0.0 {
                longest = longest.min(2.0 * bound / leap.outflow[state]);
            }
            if leap.spread[state] > 0.0 {
                longest = longest.min(bound * bound / leap.spread[state]);
            }
        }
        longest
    }

    /// One leap; gives the time reached. A leap that would go below zero is halved.
    fn leap(
        &mut self,
        leap: &mut Leap,
        t: f64,
        until: f64,
        mut longest: f64,
        y: &mut [f64],
    ) -> Result<f64, SystemError> {
        let critical = |leap: &Leap, i: usize| if leap.critical[i] { leap.propensities[i] } else { 0.0 };
        let critical_total: f64 = (0..leap.critical.len()).map(|i| critical(leap, i)).sum();
        loop {
            let waiting =
                if critical_total > 0.0 { self.random.exponential() / critical_total } else { f64::INFINITY };
            let tau = longest.min(waiting).min(until - t);
            leap.new.copy_from_slice(y);
            let mut fired = 0.0;
            for i in (0..leap.critical.len()).filter(|&i| !leap.critical[i] && leap.propensities[i] > 0.0) {
                let count = self.random.poisson(leap.propensities[i] * tau);
                fired += count;
                self.changes[i].iter().for_each(|&(s, by)| leap.new[s as usize] += by * count);
            }
            if waiting <= longest.min(until - t) {
                let mut left = self.random.uniform() * critical_total;
                let all = (0..leap.critical.len()).filter(|&i| critical(leap, i) > 0.0);
                let mut chosen = None;
                for i in all {
                    chosen = Some(i);
                    if left < leap.propensities[i] {
                        break;
                    }
                    left -= leap.propensities[i];
                }
                for &(s, by) in chosen.iter().flat_map(|&i| &self.changes[i]) {
                    leap.new[s as usize] += by;
                }
                fired += 1.0;
            }
            if self.jumps.counts.iter().all(|&s| leap.new[s as usize] >= 0.0) {
                y.copy_from_slice(&leap.new);
                self.firings += fired as u64;
                return Ok(if tau == until - t { until } else { t + tau });
            }
            longest = tau / 2.0;
        }
    }
}

/// By how much more than a reactant itself a propensity changes in relation.
fn relative_order((order, same): (f64, f64), x: f64) -> f64 {
    let below = (x - 1.0).max(1.0);
    match (order as u32, same as u32) {
        (0 | 1, _) => 1.0,
        (2, 2) => 2.0 + 1.0 / below,
        (3, 2) => 1.5 * (2.0 + 1.0 / below),
        (3, 3) => 3.0 + 1.0 / below + 2.0 / (x - 2.0).max(1.0),
        _ => order,
    }
}
