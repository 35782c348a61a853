//! Which states can leave zero, in each lane and in any of them.

use super::lane::Phase;
use super::{Feed, LaneSolver, LaneSystem, Lanes};
use crate::SparsityPattern;

/// The live states: all others are zero and stay so.
#[derive(Clone, Debug)]
pub(super) struct Live<const L: usize> {
    /// Of each lane, `[n_states]`.
    of_lane: [Vec<bool>; L],
    /// Of any lane that is not idle, as the system and the factorisation know it.
    of_any: Vec<bool>,
    /// Lanes have changed since.
    changed: bool,
    /// Entries of the Jacobian in columns that are live in some lanes, but not in this one.
    foreign: Vec<(u32, u32)>,
}

impl<const L: usize> Live<L> {
    /// All states of all lanes.
    pub(super) fn new(n_states: usize) -> Self {
        let all = vec![true; n_states];
        Self {
            of_lane: std::array::from_fn(|_| all.clone()),
            of_any: all,
            changed: false,
            foreign: Vec::new(),
        }
    }

    /// A lane starts from `y`.
    pub(super) fn mark<S: LaneSystem<L>>(&mut self, system: &mut S, lane: usize, y: &[f64]) {
        system.mark_live(lane, y, &mut self.of_lane[lane]);
        self.changed = true;
    }

    /// Finds what is live in any of the lanes that are busy; tells whether that has changed.
    fn unite(&mut self, busy: [bool; L], pattern: &SparsityPattern) -> bool {
        let lanes = || (0..L).filter(|&lane| busy[lane]);
        let mut any = vec![false; self.of_any.len()];
        for lane in lanes() {
            any.iter_mut().zip(&self.of_lane[lane]).for_each(|(any, live)| *any |= live);
        }
        self.foreign.clear();
        for (column, _) in any.iter().enumerate().filter(|(_, live)| **live) {
            for lane in lanes().filter(|&lane| !self.of_lane[lane][column]) {
                let entries = pattern.col_ptr()[column]..pattern.col_ptr()[column + 1];
                self.foreign.extend(entries.map(|entry| (entry as u32, lane as u32)));
            }
        }
        let differs = any != self.of_any;
        self.of_any = any;
        differs
    }
}

impl<S: LaneSystem<L>, F: Feed<S, L>, const L: usize> Lanes<'_, S, F, L> {
    /// Leaves out what is zero in all lanes.
    pub(super) fn restrict(&mut self) {
        if !std::mem::take(&mut self.live.changed) {
            return;
        }
        let busy = std::array::from_fn(|lane| self.lanes[lane].phase != Phase::Idle);
        if self.live.unite(busy, &self.solver.pattern) {
            self.system.restrict(Some(&self.live.of_any));
            self.solver.lu.restrict(Some(&self.live.of_any));
        }
    }

    /// All states count again.
    pub(super) fn unrestrict(&mut self) {
        self.system.restrict(None);
        self.solver.lu.restrict(None);
    }

    /// Makes the Jacobian of each lane what it is without company: what multiplies zeros has no influence on solutions,
    /// but would have on the choice of pivots.
    pub(super) fn clear_foreign(&mut self) {
        let LaneSolver { jac, .. } = &mut *self.solver;
        for &(entry, lane) in &self.live.foreign {
            jac[entry as usize][lane as usize] = 0.0;
        }
    }
}
