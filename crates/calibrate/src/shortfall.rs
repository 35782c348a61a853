//! Sequential linear programming for inequalities, inside bounds: as many as possible shall hold.

use std::ops::ControlFlow;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::jacobian::{correct, differences, draw_block};
use crate::search::{Generation, SearchError, SearchOutcome};
use crate::space::Space;

/// How to walk.
#[derive(Clone, Debug, PartialEq)]
pub struct ShortfallOptions {
    /// Step of the forward differences, in quarters of each parameter's logarithmic range.
    pub difference: f64,
    /// First and longest step of one parameter, in the same unit.
    pub first_step: f64,
    /// Stop after so many evaluations; a Jacobian costs one per parameter.
    pub max_evaluations: usize,
    /// Shortfall that counts as much as it is large; larger ones count with their logarithm.
    pub near: f64,
    /// What a step of one unit of one parameter costs; a shortfall of a tenth of `near` costs 0.1.
    pub step_cost: f64,
    /// Coordinates that one Jacobian covers, drawn anew for each; `None`: all.
    pub block: Option<usize>,
    /// Seed of the draws of blocks.
    pub seed: u64,
}

impl Default for ShortfallOptions {
    fn default() -> Self {
        Self {
            difference: 0.02,
            first_step: 0.2,
            max_evaluations: 10_000,
            near: 0.05,
            step_cost: 0.01,
            block: None,
            seed: 1,
        }
    }
}

/// A walk whose steps are shorter than this has ended.
const SHORTEST: f64 = 2e-3;
/// Steps made with one Jacobian, which is corrected after each of them.
const MOST_STEPS: usize = 12;
/// With blocks: as many coordinates as all of them so often must have moved without success before the walk ends.
const ROUNDS: usize = 3;

/// Minimises `sum_i weights_i ln(1 + max(0, s_i) / near)` over `space`, where `s` are the shortfalls: positive where an
/// inequality does not hold.
///
/// Unlike a sum of squares this counts how many inequalities fail more than by how much: what holds is kept, and what is
/// out of reach does not pull. Each step solves a linear programme with the shortfalls linearised and the logarithm
/// replaced by its tangent; a step that does not lower the sum is tried again at a third of its length.
/// A shortfall that is not finite makes a set infinitely bad. The walk does not depend on threads.
///
/// # Shapes
/// `weights` and the result of `shortfalls`: `[m]`.
///
/// # Errors
/// [`SearchError::Empty`], or [`SearchError::StartNotFinite`].
///
/// # Source
/// Fletcher and Sainz de la Maza (1989), Math. Program. 43:235, for steps by linear programmes in a box; Candes, Wakin and
/// Boyd (2008), J. Fourier Anal. Appl. 14:877, for the logarithm by reweighting.
pub fn reduce_shortfalls(
    space: &Space,
    shortfalls: &(dyn Fn(&[f64]) -> Vec<f64> + Sync),
    weights: &[f64],
    options: &ShortfallOptions,
    on_iteration: &mut dyn FnMut(&Generation) -> ControlFlow<()>,
) -> Result<SearchOutcome, SearchError> {
    let n = space.dimensions().len();
    if n == 0 {
        return Err(SearchError::Empty);
    }
    let at = |x: &[f64]| shortfalls(&space.parameters_from_coordinates(x));
    let merit = |s: &[f64]| shortfall_loss(s, weights, options.near);
    let mut x = vec![0.0; n];
    let mut s = at(&x);
    let mut loss = merit(&s);
    if !loss.is_finite() {
        return Err(SearchError::StartNotFinite(loss));
    }
    let (mut evaluations, mut iteration, mut fruitless, mut stopped) = (1, 0, 0, false);
    let mut longest = options.first_step;
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    while !stopped && evaluations < options.max_evaluations && longest > SHORTEST {
        let block = draw_block(n, options.block, &mut random);
        let mut jacobian = differences(space, &at, &x, &s, &block, options.difference);
        evaluations += block.len();
        let (before, box_before) = (loss, longest);
        for _ in 0..MOST_STEPS {
            let place = Place { space, x: &x, s: &s, block: &block, longest };
            let Some(step) = linear_step(&place, &jacobian, weights, options) else { break };
            let mut tried = x.clone();
            block.iter().zip(&step).for_each(|(k, step)| tried[*k] += step);
            let there = at(&tried);
            evaluations += 1;
            iteration += 1;
            let better = merit(&there) < loss;
            correct(&mut jacobian, &block, (&x, &s), (&tried, &there));
            if better {
                loss = merit(&there);
                (x, s) = (tried, there);
                longest = (1.5 * longest).min(options.first_step);
            } else {
                longest /= 3.0;
            }
            let best = space.parameters_from_coordinates(&x);
            let generation =
                Generation { generation: iteration, evaluations, best_loss: loss, best, sigma: longest };
            stopped = on_iteration(&generation).is_break();
            if stopped || longest <= SHORTEST {
                break;
            }
        }
        if loss < before {
            fruitless = 0;
        } else {
            fruitless += block.len();
        }
        // Another block may allow what this one did not.
        if block.len() < n && fruitless < ROUNDS * n {
            longest = longest.max(box_before / 2.0).max(4.0 * SHORTEST);
        } else if fruitless > 0 {
            break;
        }
    }
    Ok(SearchOutcome { best: space.parameters_from_coordinates(&x), best_loss: loss, evaluations, stopped })
}

/// What [`reduce_shortfalls`] minimises. Shapes: `s` and `weights` `[m]`; infinite if one is not finite.
pub fn shortfall_loss(s: &[f64], weights: &[f64], near: f64) -> f64 {
    let sum: f64 = s.iter().zip(weights).map(|(s, w)| w * (s.max(0.0) / near).ln_1p()).sum();
    // `max` hides a shortfall that is not a number.
    if s.iter().all(|s| s.is_finite()) { sum } else { f64::INFINITY }
}

/// Where the walk is, and how far it may go.
struct Place<'a> {
    space: &'a Space,
    x: &'a [f64],
    s: &'a [f64],
    block: &'a [usize],
    longest: f64,
}

/// The step that the linear programme wants. Shape: `[block.len()]`; `None`: it has no use for one.
fn linear_step(
    place: &Place<'_>,
    jacobian: &DMatrix<f64>,
    weights: &[f64],
    options: &ShortfallOptions,
) -> Option<Vec<f64>> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let price = options.step_cost;
    let moves: Vec<[Variable; 2]> = place
        .block
        .iter()
        .map(|&k| {
            let ((low, high), x) = (place.space.limits(k), place.x[k]);
            let (up, down) = ((high - x).clamp(0.0, place.longest), (x - low).clamp(0.0, place.longest));
            [problem.add_var(price, (0.0, up)), problem.add_var(price, (0.0, down))]
        })
        .collect();
    for (i, (&s, weight)) in place.s.iter().zip(weights).enumerate() {
        let reach: f64 = jacobian.row(i).iter().map(|slope| slope.abs()).sum::<f64>() * place.longest;
        if s + reach <= 0.0 || reach == 0.0 {
            continue;
        }
        let rest = problem.add_var(weight / (options.near + s.max(0.0)), (0.0, f64::INFINITY));
        let mut terms = vec![(rest, 1.0)];
        for (k, [up, down]) in moves.iter().enumerate() {
            let slope = jacobian[(i, k)];
            if slope != 0.0 {
                terms.extend([(*up, -slope), (*down, slope)]);
            }
        }
        problem.add_constraint(terms, ComparisonOp::Ge, s);
    }
    let solution = problem.solve().ok()?.into_solution().ok()?;
    let step: Vec<f64> = moves.iter().map(|[up, down]| solution[*up] - solution[*down]).collect();
    step.iter().any(|d| d.abs() > 1e-9).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dimension;

    fn space(n: usize) -> Space {
        Space::new((0..n).map(|i| Dimension::new(format!("p{i}"), 1.0, 1e-2, 1e2).unwrap()).collect())
    }

    fn reduced(shortfalls: &(dyn Fn(&[f64]) -> Vec<f64> + Sync), n: usize, m: usize) -> SearchOutcome {
        let options = ShortfallOptions { difference: 1e-4, ..ShortfallOptions::default() };
        let go_on = &mut |_: &Generation| ControlFlow::Continue(());
        reduce_shortfalls(&space(n), shortfalls, &vec![1.0; m], &options, go_on).unwrap()
    }

    #[test]
    fn inequalities_that_can_hold_together_hold() {
        // In u = ln p: u0 > 1, u1 > u0 squared, u0 + u1 < 3.
        let shortfalls = |p: &[f64]| {
            let (u, v) = (p[0].ln(), p[1].ln());
            vec![1.0 - u, u * u - v, u + v - 3.0]
        };
        let found = reduced(&shortfalls, 2, 3);
        assert!(shortfalls(&found.best).iter().all(|s| *s < 1e-6), "{found:?}");
    }

    #[test]
    fn what_is_out_of_reach_does_not_pull() {
        // u < -50 cannot hold inside the range; least squares would give up u > 1 for it.
        let shortfalls = |p: &[f64]| vec![1.0 - p[0].ln(), p[0].ln() + 50.0];
        let found = reduced(&shortfalls, 1, 2);
        assert!(shortfalls(&found.best)[0] < 1e-6, "{found:?}");
    }

    #[test]
    fn failed_evaluations_are_walked_around() {
        let shortfalls = |p: &[f64]| if p[0] > 3.0 { vec![f64::NAN] } else { vec![2.0 - p[0].ln()] };
        let found = reduced(&shortfalls, 1, 1);
        assert!(found.best[0] > 2.0 && found.best[0] <= 3.0, "{found:?}");
        let never = |_: &[f64]| vec![f64::NAN];
        let go_on = &mut |_: &Generation| ControlFlow::Continue(());
        let start = reduce_shortfalls(&space(1), &never, &[1.0], &ShortfallOptions::default(), go_on);
        assert!(matches!(start, Err(SearchError::StartNotFinite(_))));
    }

    #[test]
    fn blocks_reach_the_same_place() {
        let shortfalls = |p: &[f64]| p.iter().map(|p| 0.5 - p.ln()).collect::<Vec<_>>();
        let options = ShortfallOptions { block: Some(3), ..ShortfallOptions::default() };
        let go_on = &mut |_: &Generation| ControlFlow::Continue(());
        let found = reduce_shortfalls(&space(8), &shortfalls, &[1.0; 8], &options, go_on).unwrap();
        // The programme stops where the inequality just holds.
        assert!(shortfalls(&found.best).iter().all(|s| *s < 1e-6), "{found:?}");
    }
}
