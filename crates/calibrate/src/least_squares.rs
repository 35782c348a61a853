//! Levenberg-Marquardt for residuals without derivatives, inside bounds.

use std::ops::ControlFlow;

use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::jacobian::{correct, differences, draw_block};
use crate::search::{Generation, SearchError, SearchOutcome};
use crate::space::Space;

/// How to descend.
#[derive(Clone, Debug, PartialEq)]
pub struct DescentOptions {
    /// Step of the forward differences, in quarters of each parameter's logarithmic range.
    pub difference: f64,
    /// Longest step of one parameter, in the same unit.
    pub longest_step: f64,
    /// Stop after so many evaluations; a Jacobian costs one per parameter.
    pub max_evaluations: usize,
    /// Stop when a whole iteration lowers the loss by less than this share.
    pub tolerance: f64,
    /// Coordinates that one iteration moves, drawn anew for each; `None`: all. Small blocks walk past cliffs that lie in
    /// the way of a few coordinates, and cost less per iteration.
    pub block: Option<usize>,
    /// Seed of the draws of blocks.
    pub seed: u64,
}

impl Default for DescentOptions {
    fn default() -> Self {
        Self {
            difference: 0.02,
            longest_step: 0.6,
            max_evaluations: 10_000,
            tolerance: 1e-4,
            block: None,
            seed: 1,
        }
    }
}

/// First damping, relative to the diagonal of the normal matrix.
const FIRST_DAMPING: f64 = 0.1;
/// Dampings tried for one step, each four times the one before.
const MOST_TRIES: usize = 9;
/// Steps made with one Jacobian, which is corrected after each of them.
const MOST_STEPS: usize = 12;
/// With blocks: as many coordinates as all of them so often must have moved without success before the walk ends.
const ROUNDS: usize = 4;
/// A step that lowers the loss by less than this share asks for a new Jacobian.
const WORTHWHILE: f64 = 0.002;

/// Minimises the sum of squares of `residuals` over `space`.
///
/// Coordinates are clamped to the bounds. A residual that is not finite makes a set infinitely bad; a derivative that
/// is not finite counts as 0. Columns of the Jacobian are computed in parallel; the walk does not depend on threads.
///
/// # Errors
/// [`SearchError::Empty`], or [`SearchError::StartNotFinite`].
///
/// # Source
/// Marquardt (1963), J. SIAM 11:431, with the damping of Moré (1978) scaled by the diagonal.
pub fn descend(
    space: &Space,
    residuals: &(dyn Fn(&[f64]) -> Vec<f64> + Sync),
    options: &DescentOptions,
    on_iteration: &mut dyn FnMut(&Generation) -> ControlFlow<()>,
) -> Result<SearchOutcome, SearchError> {
    let n = space.dimensions().len();
    if n == 0 {
        return Err(SearchError::Empty);
    }
    let at = |x: &[f64]| residuals(&space.parameters_from_coordinates(x));
    let mut x = vec![0.0; n];
    let mut r = at(&x);
    let mut loss = sum_of_squares(&r);
    if !loss.is_finite() {
        return Err(SearchError::StartNotFinite(loss));
    }
    let mut damping = FIRST_DAMPING;
    let mut evaluations = 1;
    let mut iteration = 0;
    let mut stopped = false;
    let mut fruitless = 0;
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    while !stopped && evaluations < options.max_evaluations {
        let block = draw_block(n, options.block, &mut random);
        let mut jacobian = differences(space, &at, &x, &r, &block, options.difference);
        evaluations += block.len();
        let before = loss;
        for _ in 0..MOST_STEPS {
            let from = loss;
            let found = step(space, &at, &Place { x: &x, r: &r, loss }, &block, &jacobian, damping, options);
            evaluations += found.tries;
            damping = found.damping;
            if let Some((tried, there)) = found.better {
                correct(&mut jacobian, &block, (&x, &r), (&tried, &there));
                loss = sum_of_squares(&there);
                (x, r) = (tried, there);
            }
            iteration += 1;
            let generation = Generation {
                generation: iteration,
                evaluations,
                best_loss: loss,
                best: space.parameters_from_coordinates(&x),
                sigma: damping,
            };
            stopped = on_iteration(&generation).is_break();
            if stopped || from - loss < WORTHWHILE * from {
                break;
            }
        }
        fruitless = if before - loss < options.tolerance * before { fruitless + block.len() } else { 0 };
        if fruitless >= ROUNDS * n || block.len() == n && fruitless > 0 {
            break;
        }
    }
    Ok(SearchOutcome { best: space.parameters_from_coordinates(&x), best_loss: loss, evaluations, stopped })
}

/// Where the walk is.
struct Place<'a> {
    x: &'a [f64],
    r: &'a [f64],
    loss: f64,
}

/// What came of trying to step.
struct Tried {
    /// Coordinates and residuals of a better place.
    better: Option<(Vec<f64>, Vec<f64>)>,
    tries: usize,
    damping: f64,
}

fn step(
    space: &Space,
    at: &(dyn Fn(&[f64]) -> Vec<f64> + Sync),
    place: &Place<'_>,
    block: &[usize],
    jacobian: &DMatrix<f64>,
    mut damping: f64,
    options: &DescentOptions,
) -> Tried {
    let normal = jacobian.tr_mul(jacobian);
    let gradient = jacobian.tr_mul(&DVector::from_column_slice(place.r));
    let longest = options.longest_step;
    let room = |&k: &usize| {
        let ((low, high), x) = (space.limits(k), place.x[k]);
        ((low - x).max(-longest).min(0.0), (high - x).min(longest).max(0.0))
    };
    let bounds: Vec<(f64, f64)> = block.iter().map(room).collect();
    let (first, mut tries) = (damping, 0);
    for _ in 0..MOST_TRIES {
        if let Some(step) = damped_step(&normal, &gradient, damping, &bounds) {
            let mut tried = place.x.to_vec();
            block.iter().zip(&step).for_each(|(k, step)| tried[*k] += step);
            let there = at(&tried);
            tries += 1;
            if sum_of_squares(&there) < place.loss {
                return Tried { better: Some((tried, there)), tries, damping: (damping / 3.0).max(1e-6) };
            }
        }
        damping *= 4.0;
    }
    // The next Jacobian is tried with steps that are not all tiny.
    Tried { better: None, tries, damping: first }
}

/// The damped step inside a box: coordinates that would leave it stop at its wall, and the others make up for that.
fn damped_step(
    normal: &DMatrix<f64>,
    gradient: &DVector<f64>,
    damping: f64,
    bounds: &[(f64, f64)],
) -> Option<Vec<f64>> {
    let mean = normal.diagonal().mean();
    let mut step = vec![0.0; bounds.len()];
    let mut free: Vec<usize> = (0..bounds.len()).collect();
    let mut stopped: Vec<usize> = Vec::new();
    while !free.is_empty() {
        let damped = DMatrix::from_fn(free.len(), free.len(), |i, j| {
            let (a, b) = (free[i], free[j]);
            let own = if i == j { damping * (normal[(a, a)] + 1e-3 * mean) + f64::MIN_POSITIVE } else { 0.0 };
            normal[(a, b)] + own
        });
        let pull =
            |k: &usize| gradient[*k] + stopped.iter().map(|s| normal[(*k, *s)] * step[*s]).sum::<f64>();
        let pulls = DVector::from_iterator(free.len(), free.iter().map(pull));
        let found = -damped.cholesky()?.solve(&pulls);
        for (k, value) in free.iter().zip(found.iter()) {
            step[*k] = *value;
        }
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            free.iter().partition(|k| (bounds[**k].0..=bounds[**k].1).contains(&step[**k]));
        if outside.is_empty() {
            break;
        }
        for &k in &outside {
            step[k] = step[k].clamp(bounds[k].0, bounds[k].1);
        }
        stopped.extend(outside);
        free = inside;
    }
    Some(step)
}

fn sum_of_squares(r: &[f64]) -> f64 {
    let sum: f64 = r.iter().map(|r| r * r).sum();
    if sum.is_finite() { sum } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dimension;

    fn space(n: usize) -> Space {
        Space::new((0..n).map(|i| Dimension::new(format!("p{i}"), 1.0, 1e-2, 1e2).unwrap()).collect())
    }

    #[test]
    fn a_curved_valley_is_followed() {
        // Rosenbrock's function in logarithms: minimum at ln p = (1, 1).
        let residuals = |p: &[f64]| {
            let (u, v) = (p[0].ln(), p[1].ln());
            vec![10.0 * (v - u * u), 1.0 - u]
        };
        let options = DescentOptions { difference: 1e-5, tolerance: 1e-12, ..DescentOptions::default() };
        let found = descend(&space(2), &residuals, &options, &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(found.best_loss < 1e-10, "{found:?}");
        assert!((found.best[0] - 1f64.exp()).abs() < 1e-4);
    }

    #[test]
    fn bounds_hold_and_are_reached() {
        let residuals = |p: &[f64]| vec![p[0].ln() - 1e3f64.ln()];
        let found =
            descend(&space(1), &residuals, &DescentOptions::default(), &mut |_| ControlFlow::Continue(()))
                .unwrap();
        assert!((found.best[0] - 1e2).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn blocks_reach_the_same_minimum() {
        let residuals =
            |p: &[f64]| p.iter().enumerate().map(|(i, p)| p.ln() - 0.1 * i as f64).collect::<Vec<_>>();
        let options = DescentOptions { block: Some(3), tolerance: 1e-9, ..DescentOptions::default() };
        let found = descend(&space(10), &residuals, &options, &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(found.best_loss < 1e-6, "{found:?}");
        let again = descend(&space(10), &residuals, &options, &mut |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(found, again);
    }

    #[test]
    fn a_wall_turns_the_step_along_it() {
        // Along the wall ln p0 = ln 100 the minimum is where both residuals compromise; p1 must answer to p0's wall.
        let residuals = |p: &[f64]| {
            let (u, v) = (p[0].ln(), p[1].ln());
            vec![10.0 * (u - v - 4.0), u - 9.0]
        };
        let found =
            descend(&space(2), &residuals, &DescentOptions::default(), &mut |_| ControlFlow::Continue(()))
                .unwrap();
        assert!((found.best[0] - 1e2).abs() < 1e-9);
        assert!((found.best[1].ln() - (1e2f64.ln() - 4.0)).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn failed_evaluations_are_walked_around() {
        let residuals = |p: &[f64]| if p[0] > 3.0 { vec![f64::NAN] } else { vec![p[0].ln() - 1.0] };
        let found =
            descend(&space(1), &residuals, &DescentOptions::default(), &mut |_| ControlFlow::Continue(()))
                .unwrap();
        assert!(found.best_loss < 0.1 && found.best[0] <= 3.0, "{found:?}");
        let never = |_: &[f64]| vec![f64::NAN];
        let start =
            descend(&space(1), &never, &DescentOptions::default(), &mut |_| ControlFlow::Continue(()));
        assert!(matches!(start, Err(SearchError::StartNotFinite(_))));
    }
}
