//! The direct method between two stops.
//!
//! # Source
//! Gillespie 1977, J. Phys. Chem. 81, 2340; dependency graph as in Gibson & Bruck 2000, J. Phys. Chem. A 104, 1876.

use super::super::SystemError;
use super::compile::{Jumps, StochasticMethod};
use super::law::Law;
use super::random::Stream;
use super::select::Selector;
use crate::ir::TapeScratch;

/// A propensity with its coefficient filled in.
#[derive(Clone, Debug)]
enum Ready {
    Constant(f64),
    One(f64, u32),
    Two(f64, u32, u32),
    /// `k x (x - 1)`
    Pair(f64, u32),
    Many(f64, Vec<(u32, f64)>),
    /// By position among the programs.
    Program(usize),
}

/// Why [`Kernel::advance`] came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Stop {
    /// The time was reached.
    Reached,
    /// The watcher asked for it.
    Watched,
}

/// Called after firings, with time and states; stops the kernel when it gives true.
pub(in super::super) type Watcher<'w> = &'w mut dyn FnMut(f64, &[f64]) -> bool;

/// Jumps under way.
#[derive(Debug)]
pub(in super::super) struct Kernel<'c> {
    pub(super) jumps: &'c Jumps,
    laws: Vec<Ready>,
    programs: Vec<TapeScratch>,
    constants: TapeScratch,
    pub(super) propensities: Selector,
    /// State and by how much it changes, by reaction.
    pub(super) changes: Vec<Vec<(u32, f64)>>,
    /// When the next reaction fires, if that is known.
    pub(super) next: Option<f64>,
    pub(super) random: Stream,
    /// So many reactions have fired.
    pub(in super::super) firings: u64,
}

impl<'c> Kernel<'c> {
    pub(in super::super) fn new(jumps: &'c Jumps, seed: u64, replicate: u64) -> Self {
        let n_programs = jumps.laws.iter().filter(|l| matches!(l, Law::Program(_))).count();
        Self {
            jumps,
            laws: Vec::new(),
            programs: vec![TapeScratch::default(); n_programs],
            constants: TapeScratch::default(),
            propensities: Selector::new(jumps.laws.len()),
            changes: Vec::new(),
            next: None,
            random: Stream::new(seed, replicate),
            firings: 0,
        }
    }

    /// A number for the next use of another generator.
    pub(in super::super) fn exponential(&mut self) -> f64 {
        self.random.exponential()
    }

    /// Takes over slots: coefficients and changes.
    pub(in super::super) fn set_slots(&mut self, slots: &[f64]) {
        let jumps = self.jumps;
        let n = jumps.laws.len();
        let mut constants = vec![0.0; n + jumps.n_changes];
        jumps.constants.prepare(slots, &mut self.constants);
        let inputs = vec![0.0; jumps.constants.n_states()];
        jumps.constants.evaluate(0.0, &inputs, &mut self.constants, &mut constants);
        let (coefficients, changes) = constants.split_at(n);
        self.laws.clear();
        let mut programs = 0;
        for (law, &k) in jumps.laws.iter().zip(coefficients) {
            self.laws.push(match law {
                Law::Product { factors } => ready(k, factors),
                Law::Program(tape) => {
                    tape.prepare(slots, &mut self.programs[programs]);
                    programs += 1;
                    Ready::Program(programs - 1)
                }
            });
        }
        let mut changes = changes.iter();
        self.changes.clear();
        for states in &jumps.changed {
            let all = states.iter().zip(&mut changes).map(|(&s, &by)| (s, by));
            self.changes.push(all.filter(|(_, by)| *by != 0.0).collect());
        }
    }

    /// Evaluates all propensities; what was known of the next firing is forgotten.
    pub(in super::super) fn refresh(&mut self, t: f64, y: &[f64]) -> Result<(), SystemError> {
        self.next = None;
        (0..self.laws.len()).try_for_each(|i| self.update(i, t, y))
    }

    #[inline]
    fn update(&mut self, i: usize, t: f64, y: &[f64]) -> Result<(), SystemError> {
        let value = match &self.laws[i] {
            Ready::Constant(k) => *k,
            Ready::One(k, a) => k * y[*a as usize],
            Ready::Two(k, a, b) => k * y[*a as usize] * y[*b as usize],
            Ready::Pair(k, a) => k * y[*a as usize] * (y[*a as usize] - 1.0),
            Ready::Many(k, factors) => factors.iter().fold(*k, |all, &(s, c)| all * (y[s as usize] - c)),
            Ready::Program(at) => {
                let Law::Program(tape) = &self.jumps.laws[i] else { unreachable!("laws keep their form") };
                let mut out = [0.0];
                tape.evaluate(t, y, &mut self.programs[*at], &mut out);
                out[0]
            }
        };
        if (0.0..f64::INFINITY).contains(&value) {
            self.propensities.set(i, value);
            return Ok(());
        }
        Err(SystemError::BadPropensity { t, reaction: self.jumps.names[i].clone(), value })
    }

    /// Lets reactions fire from `t` to `until`, or until the watcher asks to stop; `t` is where it stopped.
    pub(in super::super) fn advance(
        &mut self,
        t: &mut f64,
        until: f64,
        y: &mut [f64],
        watcher: Option<Watcher<'_>>,
    ) -> Result<Stop, SystemError> {
        match self.jumps.method {
            StochasticMethod::Exact => self.fire_until(t, until, y, watcher, u64::MAX),
            StochasticMethod::TauLeaping { epsilon } => self.leap_until(t, until, y, watcher, epsilon),
        }
    }

    /// At most `most` firings, one by one.
    pub(super) fn fire_until(
        &mut self,
        t: &mut f64,
        until: f64,
        y: &mut [f64],
        mut watcher: Option<Watcher<'_>>,
        most: u64,
    ) -> Result<Stop, SystemError> {
        let last = self.firings.saturating_add(most);
        while self.firings < last {
            let total = self.propensities.total();
            let next = match self.next.take() {
                Some(next) => next,
                None if total > 0.0 => *t + self.random.exponential() / total,
                None => f64::INFINITY,
            };
            if next >= until {
                self.next = Some(next);
                *t = until;
                return Ok(Stop::Reached);
            }
            *t = next;
            let reaction = self.propensities.pick(total, &mut self.random);
            self.apply(reaction, *t, y)?;
            let jumps = self.jumps;
            for &i in &jumps.dependents[reaction] {
                self.update(i as usize, *t, y)?;
            }
            if let Some(watcher) = &mut watcher
                && watcher(*t, y)
            {
                return Ok(Stop::Watched);
            }
        }
        Ok(Stop::Reached)
    }

    #[inline]
    fn apply(&mut self, reaction: usize, t: f64, y: &mut [f64]) -> Result<(), SystemError> {
        self.firings += 1;
        for &(state, by) in &self.changes[reaction] {
            let amount = &mut y[state as usize];
            *amount += by;
            if *amount < 0.0 || amount.is_nan() {
                let species = self.jumps.states[state as usize].clone();
                let reaction = self.jumps.names[reaction].clone();
                return Err(SystemError::NotEnough { t, reaction, species, amount: *amount });
            }
        }
        Ok(())
    }

    /// Chooses one of these propensities and fires that reaction.
    pub(in super::super) fn fire_one_of(
        &mut self,
        propensities: impl Iterator<Item = f64>,
        t: f64,
        y: &mut [f64],
    ) -> Result<(), SystemError> {
        for (i, value) in propensities.enumerate() {
            if !(0.0..f64::INFINITY).contains(&value) {
                return Err(SystemError::BadPropensity { t, reaction: self.jumps.names[i].clone(), value });
            }
            self.propensities.set(i, value);
        }
        let total = self.propensities.total();
        if total > 0.0 {
            let reaction = self.propensities.pick(total, &mut self.random);
            self.apply(reaction, t, y)?;
        }
        Ok(())
    }

    /// Propensities at a state. Shape: `[n_reactions]`.
    pub(super) fn all(&mut self, t: f64, y: &[f64], out: &mut [f64]) -> Result<(), SystemError> {
        self.refresh(t, y)?;
        out.copy_from_slice(self.propensities.values());
        Ok(())
    }
}

fn ready(k: f64, factors: &[(u32, f64)]) -> Ready {
    match *factors {
        [] => Ready::Constant(k),
        [(a, 0.0)] => Ready::One(k, a),
        [(a, c), (b, d)] if a == b && c.min(d) == 0.0 && c.max(d) == 1.0 => Ready::Pair(k, a),
        [(a, 0.0), (b, 0.0)] => Ready::Two(k, a, b),
        _ => Ready::Many(k, factors.to_vec()),
    }
}
