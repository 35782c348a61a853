//! From signed margins and priors to one number that falls as the model gets better.

/// Loss of a set of signed margins.
///
/// `sum_i w_i * max(0, wanted - m_i)^2`, with each shortfall limited to `limit` so that one hopeless
/// margin cannot hide all others; beyond the limit it grows linearly (Huber).
///
/// # Shapes and units
/// `margins`: `(margin, weight)`; a margin is the logarithm of how far a comparison is from flipping.
/// A margin that is not finite counts as `-10`.
pub fn margin_loss(margins: impl IntoIterator<Item = (f64, f64)>, wanted: f64, limit: f64) -> f64 {
    margins
        .into_iter()
        .map(|(margin, weight)| {
            let margin = if margin.is_finite() { margin } else { -10.0 };
            let shortfall = (wanted - margin).max(0.0);
            weight * if shortfall <= limit { shortfall.powi(2) } else { limit * (2.0 * shortfall - limit) }
        })
        .sum()
}

/// A lognormal prior on a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriorTerm {
    /// Centre, in the parameter's unit.
    pub centre: f64,
    /// Standard deviation of the natural logarithm.
    pub sd: f64,
}

/// `sum ((ln p - ln centre) / sd)^2`. Shapes: `p` and `priors` `[n]`.
pub fn prior_loss(p: &[f64], priors: &[PriorTerm]) -> f64 {
    p.iter().zip(priors).map(|(p, prior)| ((p / prior.centre).ln() / prior.sd).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_beyond_the_wanted_one_cost_nothing() {
        assert_eq!(margin_loss([(0.3, 1.0), (5.0, 1.0)], 0.2, 1.0), 0.0);
    }

    #[test]
    fn a_hopeless_margin_grows_linearly_and_smoothly() {
        let loss = |m| margin_loss([(m, 1.0)], 0.0, 1.0);
        assert!((loss(-1.0) - 1.0).abs() < 1e-12);
        assert!((loss(-3.0) - loss(-2.0) - 2.0).abs() < 1e-12);
        assert!(loss(f64::NAN) > loss(-5.0));
    }
}
