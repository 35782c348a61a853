//! Which parameters data determine: subset selection by pivoting.

use nalgebra::DMatrix;

/// A parameter that data determine.
#[derive(Clone, Debug, PartialEq)]
pub struct Determined {
    /// Which column.
    pub parameter: usize,
    /// What one standard deviation of the parameter does to the data, in standard deviations of the data, beyond what
    /// the parameters before it can do.
    pub gain: f64,
    /// Parameters whose effect on the data is nearly the same: the data cannot tell them from this one.
    pub alike: Vec<usize>,
}

/// Effects whose directions have at least this cosine are alike.
const ALIKE: f64 = 0.95;
/// An effect this many times smaller than that of the chosen one is too small to stand in for it.
const MUCH_SMALLER: f64 = 4.0;

/// Picks parameters one by one, each time the one that adds most, while it adds more than `least`; at most `most`.
///
/// Shape: `columns` is `[parameters][data]`: the change of each datum in its own standard deviation, for a change of the
/// parameter by its own (prior) standard deviation. With these units a gain below 1 is less than the noise.
///
/// # Source
/// Subset selection by column pivoting: Golub, Klema and Stewart (1976), Rank degeneracy and least squares problems.
pub fn determined(columns: &[Vec<f64>], least: f64, most: usize) -> Vec<Determined> {
    let mut left: Vec<Vec<f64>> = columns.to_vec();
    let mut chosen: Vec<Determined> = Vec::new();
    while chosen.len() < most {
        let norms: Vec<f64> = left.iter().map(|column| dot(column, column).sqrt()).collect();
        let best =
            (0..left.len()).filter(|&k| norms[k].is_finite()).max_by(|&a, &b| norms[a].total_cmp(&norms[b]));
        let Some(best) = best.filter(|&k| norms[k] > least) else { break };
        let direction: Vec<f64> = left[best].iter().map(|x| x / norms[best]).collect();
        let alike = |&k: &usize| {
            k != best
                && norms[k] * MUCH_SMALLER > norms[best]
                && dot(&left[k], &direction).abs() >= ALIKE * norms[k]
        };
        let alike = (0..left.len()).filter(alike).collect();
        chosen.push(Determined { parameter: best, gain: norms[best], alike });
        for column in &mut left {
            let along = dot(column, &direction);
            column.iter_mut().zip(&direction).for_each(|(x, d)| *x -= along * d);
        }
        left[best].fill(0.0);
    }
    chosen
}

/// Standard deviations that remain of the parameters once the data are known, in units of the prior's; at most 1.
///
/// Shape: `columns` as in [`determined`]; the result is `[parameters]`. From the Gaussian approximation at the place where
/// the columns were taken: `(J^T J + 1)^-1`.
pub fn posterior_deviations(columns: &[Vec<f64>]) -> Vec<f64> {
    let n = columns.len();
    let information = |i: usize, k: usize| dot(&columns[i], &columns[k]) + f64::from(u8::from(i == k));
    match DMatrix::from_fn(n, n, information).cholesky() {
        Some(factor) => factor.inverse().diagonal().iter().map(|v| v.sqrt()).collect(),
        // Only with columns that are no numbers.
        None => vec![1.0; n],
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_adds_most_comes_first_and_what_adds_nothing_does_not_come() {
        let columns = [vec![0.0, 3.0, 0.0], vec![10.0, 0.1, 0.0], vec![-9.0, 0.0, 0.0], vec![0.0, 0.0, 0.9]];
        let chosen = determined(&columns, 1.0, 9);
        assert_eq!(chosen.iter().map(|d| d.parameter).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(chosen[0].alike, [2]);
        assert!(chosen[1].alike.is_empty());
        assert_eq!(determined(&columns, 1.0, 1).len(), 1);
    }

    #[test]
    fn a_parameter_without_numbers_is_never_chosen() {
        assert!(determined(&[vec![f64::NAN, 1.0], vec![0.0, 0.0]], 1.0, 9).is_empty());
        assert!(determined(&[], 1.0, 9).is_empty());
    }

    #[test]
    fn data_narrow_what_they_see_and_nothing_else() {
        let left = posterior_deviations(&[vec![3.0, 0.0], vec![0.0, 0.0]]);
        // One datum that moves by three of its standard deviations: 1 / sqrt(1 + 9).
        assert!((left[0] - 0.1f64.sqrt()).abs() < 1e-12 && left[1] == 1.0);
        // Two that cannot be told apart: their sum is known, their difference is not.
        let alike = posterior_deviations(&[vec![1e3], vec![1e3]]);
        assert!((alike[0] - 0.5f64.sqrt()).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn no_more_are_chosen_than_there_are_data_and_each_adds_less(
            columns in prop::collection::vec(prop::collection::vec(-20.0..20.0f64, 3), 0..12)
        ) {
            let chosen = determined(&columns, 1e-6, 12);
            prop_assert!(chosen.len() <= 3);
            prop_assert!(chosen.windows(2).all(|pair| pair[1].gain <= pair[0].gain * (1.0 + 1e-12)));
        }
    }
}
