//! From signed margins and priors to one number that falls as the model gets better.

/// Residual of a signed margin: its square is the loss.
///
/// The square of the shortfall `s = max(0, wanted - margin)` up to about `scale`, and beyond it only logarithmically more:
/// `scale^2 ln(1 + s^2 / scale^2)` (Cauchy's loss), so that findings out of reach do not rule over those within it.
///
/// # Shapes and units
/// A margin is the logarithm of how far a comparison is from flipping; one that is not finite counts as `-10`.
pub fn margin_residual(margin: f64, weight: f64, wanted: f64, scale: f64) -> f64 {
    let margin = if margin.is_finite() { margin } else { -10.0 };
    let shortfall = (wanted - margin).max(0.0);
    (weight * (shortfall / scale).powi(2).ln_1p()).sqrt() * scale
}

/// A lognormal prior on a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriorTerm {
    /// Centre, in the parameter's unit.
    pub centre: f64,
    /// Standard deviation of the natural logarithm.
    pub sd: f64,
}

/// Residuals `weight^(1/2) (ln p - ln centre) / sd`. Shapes: `p`, `priors` and the result `[n]`.
pub fn prior_residuals(p: &[f64], priors: &[PriorTerm], weight: f64) -> impl Iterator<Item = f64> {
    p.iter().zip(priors).map(move |(p, prior)| weight.sqrt() * (p / prior.centre).ln() / prior.sd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_beyond_the_wanted_one_cost_nothing() {
        assert_eq!(margin_residual(0.3, 1.0, 0.2, 1.0), 0.0);
    }

    #[test]
    fn a_hopeless_margin_costs_more_and_more_slowly() {
        let loss = |m| margin_residual(m, 1.0, 0.0, 1.0).powi(2);
        // ln(1 + s^2) = s^2 up to s^4 / 2.
        assert!((loss(-0.01) - 1e-4).abs() < 1e-8);
        assert!(loss(-2.0) > loss(-1.0) && loss(-3.0) - loss(-2.0) < loss(-2.0) - loss(-1.0));
        assert!(loss(f64::NAN) > loss(-5.0));
    }
}
