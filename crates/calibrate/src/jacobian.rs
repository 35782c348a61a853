//! Derivatives of what a search minimises: forward differences, corrected after every step.

use nalgebra::{DMatrix, DVector};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::space::Space;

/// Coordinates to move, ascending. Shape: `[min(block, n)]`.
pub(crate) fn draw_block(n: usize, block: Option<usize>, random: &mut ChaCha8Rng) -> Vec<usize> {
    let mut all: Vec<usize> = (0..n).collect();
    let Some(size) = block.filter(|size| *size < n) else { return all };
    all.shuffle(random);
    all.truncate(size.max(1));
    all.sort_unstable();
    all
}

/// Forward differences, away from a bound that the step would cross. Shape: `[r.len(), block.len()]`.
pub(crate) fn differences(
    space: &Space,
    at: &(dyn Fn(&[f64]) -> Vec<f64> + Sync),
    x: &[f64],
    r: &[f64],
    block: &[usize],
    difference: f64,
) -> DMatrix<f64> {
    let column = |&k: &usize| {
        let mut moved = x.to_vec();
        let up = x[k] + difference <= space.limits(k).1;
        let h = if up { difference } else { -difference };
        moved[k] += h;
        at(&moved).iter().zip(r).map(|(there, here)| finite((there - here) / h)).collect::<Vec<f64>>()
    };
    let columns: Vec<Vec<f64>> = block.par_iter().map(column).collect();
    DMatrix::from_fn(r.len(), block.len(), |i, k| columns[k][i])
}

/// Makes a Jacobian fit the step just made, changing it as little as possible (Broyden 1965, Math. Comp. 19:577).
pub(crate) fn correct(
    jacobian: &mut DMatrix<f64>,
    block: &[usize],
    (x, r): (&[f64], &[f64]),
    (tried, there): (&[f64], &[f64]),
) {
    let step = DVector::from_iterator(block.len(), block.iter().map(|&k| tried[k] - x[k]));
    let length = step.norm_squared();
    if length > 0.0 {
        let change = DVector::from_iterator(r.len(), there.iter().zip(r).map(|(to, from)| finite(to - from)));
        let missed = change - &*jacobian * &step;
        jacobian.ger(1.0 / length, &missed, &step, 1.0);
    }
}

fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
}
