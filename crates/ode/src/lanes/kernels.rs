//! Loops over states, all lanes at once.

use super::LaneSolver;
use crate::simd::{each, widest};
use crate::tableau::{MAX_STAGES, Tableau};

/// A sum of multiples of earlier stages, for each state: `out = start + Σ_j factor_j stage_j (+ factor slope)`.
struct Combine<'a, const L: usize> {
    out: &'a mut [[f64; L]],
    start: &'a [[f64; L]],
    stages: &'a [[f64; L]],
    factors: &'a [[f64; L]],
    slope: Option<([f64; L], &'a [[f64; L]])>,
}

impl<const L: usize> pulp::NullaryFnOnce for Combine<'_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let n = self.start.len();
        for (i, (out, start)) in self.out.iter_mut().zip(self.start).enumerate() {
            let mut sum = *start;
            for (j, factor) in self.factors.iter().enumerate() {
                let value = &self.stages[j * n + i];
                sum = each(|lane| sum[lane] + factor[lane] * value[lane]);
            }
            if let Some((factor, slope)) = &self.slope {
                let value = &slope[i];
                sum = each(|lane| sum[lane] + factor[lane] * value[lane]);
            }
            *out = sum;
        }
    }
}

/// Writes the argument of a stage into `y_new`; behind the last stage that is the result.
pub(super) fn set_argument<const L: usize>(solver: &mut LaneSolver<L>, tableau: &Tableau, stage: usize) {
    let n = solver.y_old.len();
    let LaneSolver { y_old, y_new, stages, .. } = solver;
    let Some(row) = tableau.a.get(stage - 1) else {
        return widest::<L, _>(Increase { values: y_new, by: &stages[(stage - 1) * n..stage * n] });
    };
    let mut factors = [[0.0; L]; MAX_STAGES];
    factors.iter_mut().zip(*row).for_each(|(factor, coefficient)| *factor = [*coefficient; L]);
    let factors = &factors[..row.len()];
    widest::<L, _>(Combine { out: y_new, start: y_old, stages, factors, slope: None });
}

struct Increase<'a, const L: usize> {
    values: &'a mut [[f64; L]],
    by: &'a [[f64; L]],
}

impl<const L: usize> pulp::NullaryFnOnce for Increase<'_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (value, by) in self.values.iter_mut().zip(self.by) {
            *value = each(|lane| value[lane] + by[lane]);
        }
    }
}

/// Writes the right-hand side of a stage's linear system to where its solution will stand.
pub(super) fn assemble<const L: usize>(
    solver: &mut LaneSolver<L>,
    tableau: &Tableau,
    stage: usize,
    h: [f64; L],
    autonomous: bool,
) {
    let n = solver.y_old.len();
    let LaneSolver { dydt_old, dydt_new, dfdt, stages, .. } = solver;
    let (stages, rest) = stages.split_at_mut(stage * n);
    let start = if stage == 0 { dydt_old } else { dydt_new };
    let row = if stage == 0 { &[] } else { tableau.c[stage - 1] };
    let mut factors = [[0.0; L]; MAX_STAGES];
    for (factor, coefficient) in factors.iter_mut().zip(row) {
        *factor = each(|lane| coefficient / h[lane]);
    }
    let gamma = tableau.gamma_sum[stage];
    let slope = (!autonomous && gamma != 0.0).then_some((h.map(|h| h * gamma), &dfdt[..]));
    let factors = &factors[..row.len()];
    widest::<L, _>(Combine { out: &mut rest[..n], start, stages, factors, slope });
}

/// The largest error relative to the tolerance, and its state.
pub(super) fn errors<const L: usize>(
    solver: &LaneSolver<L>,
    tableau: &Tableau,
    rtol: [f64; L],
) -> [(f64, usize); L] {
    let n = solver.y_old.len();
    let estimate = &solver.stages[(tableau.n_stages - 1) * n..tableau.n_stages * n];
    widest::<L, _>(Errors { estimate, solver, rtol })
}

struct Errors<'a, const L: usize> {
    estimate: &'a [[f64; L]],
    solver: &'a LaneSolver<L>,
    rtol: [f64; L],
}

impl<const L: usize> pulp::NullaryFnOnce for Errors<'_, L> {
    type Output = [(f64, usize); L];

    #[inline(always)]
    fn call(self) -> [(f64, usize); L] {
        let Self { estimate, solver, rtol } = self;
        let mut error = [0.0; L];
        let mut state = [0_u64; L];
        for (i, u) in estimate.iter().enumerate() {
            let (old, new, atol) = (&solver.y_old[i], &solver.y_new[i], &solver.atol[i]);
            for lane in 0..L {
                let size = old[lane].abs().max(new[lane].abs());
                let ratio = u[lane].abs() / (atol[lane] + rtol[lane] * size);
                let larger = ratio > error[lane];
                error[lane] = if larger { ratio } else { error[lane] };
                state[lane] = if larger { i as u64 } else { state[lane] };
            }
        }
        std::array::from_fn(|lane| (error[lane], state[lane] as usize))
    }
}

/// Which lanes hold finite numbers only.
pub(super) fn finite<const L: usize>(values: &[[f64; L]]) -> [bool; L] {
    widest::<L, _>(Finite { values })
}

struct Finite<'a, const L: usize> {
    values: &'a [[f64; L]],
}

impl<const L: usize> pulp::NullaryFnOnce for Finite<'_, L> {
    type Output = [bool; L];

    #[inline(always)]
    fn call(self) -> [bool; L] {
        // Zero times anything finite is zero, and their sum is.
        let mut sum = [0.0; L];
        for value in self.values {
            sum = each(|lane| sum[lane] + value[lane] * 0.0);
        }
        sum.map(|sum| sum == 0.0)
    }
}

/// Copies the lanes that are `wanted`.
pub(super) fn copy<const L: usize>(to: &mut [[f64; L]], from: &[[f64; L]], wanted: [bool; L]) {
    // Numbers instead of truth values make this one masked move.
    let wanted = wanted.map(u64::from);
    widest::<L, _>(Copy { to, from, wanted });
}

struct Copy<'a, const L: usize> {
    to: &'a mut [[f64; L]],
    from: &'a [[f64; L]],
    wanted: [u64; L],
}

impl<const L: usize> pulp::NullaryFnOnce for Copy<'_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (to, from) in self.to.iter_mut().zip(self.from) {
            *to = each(|lane| if self.wanted[lane] != 0 { from[lane] } else { to[lane] });
        }
    }
}

/// Goes on from the new states in lanes that were accepted.
pub(super) fn accept<const L: usize>(solver: &mut LaneSolver<L>, accepted: [bool; L]) {
    let LaneSolver { y_old, y_new, dydt_old, dydt_new, .. } = solver;
    copy(y_old, y_new, accepted);
    copy(dydt_old, dydt_new, accepted);
}
