//! Loops over states, all lanes at once.

use super::LaneSolver;
use crate::simd::{each, widest};
use crate::tableau::Tableau;

/// Writes the argument of a stage into `y_new`; behind the last stage that is the result.
pub(super) fn set_argument<const L: usize>(solver: &mut LaneSolver<L>, tableau: &Tableau, stage: usize) {
    let n = solver.y_old.len();
    let LaneSolver { y_old, y_new, stages, .. } = solver;
    let Some(row) = tableau.a.get(stage - 1) else {
        let last = &stages[(stage - 1) * n..stage * n];
        return widest::<L, _>(|| {
            for (y, u) in y_new.iter_mut().zip(last) {
                *y = each(|lane| y[lane] + u[lane]);
            }
        });
    };
    widest::<L, _>(|| {
        for i in 0..n {
            let mut y = y_old[i];
            for (j, coefficient) in row.iter().enumerate() {
                let u = &stages[j * n + i];
                y = each(|lane| y[lane] + coefficient * u[lane]);
            }
            y_new[i] = y;
        }
    });
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
    let (known, rest) = stages.split_at_mut(stage * n);
    let rates = if stage == 0 { dydt_old } else { dydt_new };
    let row = if stage == 0 { &[] } else { tableau.c[stage - 1] };
    let mut factors = [[0.0; L]; crate::tableau::MAX_STAGES];
    for (factor, coefficient) in factors.iter_mut().zip(row) {
        *factor = each(|lane| coefficient / h[lane]);
    }
    let by_time = (!autonomous && tableau.gamma_sum[stage] != 0.0).then_some(tableau.gamma_sum[stage]);
    widest::<L, _>(|| {
        for i in 0..n {
            let mut u = rates[i];
            for (j, factor) in factors[..row.len()].iter().enumerate() {
                let value = &known[j * n + i];
                u = each(|lane| u[lane] + factor[lane] * value[lane]);
            }
            if let Some(gamma) = by_time {
                let slope = &dfdt[i];
                u = each(|lane| u[lane] + h[lane] * gamma * slope[lane]);
            }
            rest[i] = u;
        }
    });
}

/// The largest error relative to the tolerance, and its state.
pub(super) fn errors<const L: usize>(
    solver: &LaneSolver<L>,
    tableau: &Tableau,
    rtol: [f64; L],
) -> [(f64, usize); L] {
    let n = solver.y_old.len();
    let estimate = &solver.stages[(tableau.n_stages - 1) * n..tableau.n_stages * n];
    let mut error = [0.0; L];
    let mut state = [0_u64; L];
    widest::<L, _>(|| {
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
    });
    std::array::from_fn(|lane| (error[lane], state[lane] as usize))
}

/// Which lanes hold finite numbers only.
pub(super) fn finite<const L: usize>(values: &[[f64; L]]) -> [bool; L] {
    // Zero times anything finite is zero, and their sum is.
    let sum: [f64; L] = widest::<L, _>(|| {
        values.iter().fold([0.0; L], |sum, value| each(|lane| sum[lane] + value[lane] * 0.0))
    });
    sum.map(|sum| sum == 0.0)
}

/// Copies the lanes that are `wanted`.
pub(super) fn copy<const L: usize>(to: &mut [[f64; L]], from: &[[f64; L]], wanted: [bool; L]) {
    widest::<L, _>(|| {
        for (to, from) in to.iter_mut().zip(from) {
            *to = each(|lane| if wanted[lane] { from[lane] } else { to[lane] });
        }
    });
}

/// Goes on from the new states in lanes that were accepted.
pub(super) fn accept<const L: usize>(solver: &mut LaneSolver<L>, accepted: [bool; L]) {
    let LaneSolver { y_old, y_new, dydt_old, dydt_new, .. } = solver;
    copy(y_old, y_new, accepted);
    copy(dydt_old, dydt_new, accepted);
}
