//! The choice of the next step size.

/// Predictive step size control.
///
/// # Source
/// Gustafsson (1994), ACM Transactions on Mathematical Software 20, 496-517;
/// Hairer & Wanner (1996), eq. IV.8.21, with the constants of their program RODAS.
#[derive(Clone, Debug)]
pub(crate) struct Controller {
    exponent: f64,
    last_accepted: Option<Accepted>,
    rejected: bool,
}

#[derive(Clone, Copy, Debug)]
struct Accepted {
    h: f64,
    error: f64,
}

/// Aim at this fraction of the step size that would just pass.
const SAFETY: f64 = 0.9;
/// A step is at most this many times longer than the one before.
const MAX_GROWTH: f64 = 6.0;
/// A step is at least this fraction of the one before.
const MIN_SHRINK: f64 = 0.2;
/// Step size after a step without any result, as a fraction.
const AFTER_FAILURE: f64 = 0.25;
/// Smaller errors count as this much, so that one lucky step does not set the pace.
const SMALLEST_ERROR: f64 = 1e-2;

impl Controller {
    /// A controller for an error estimate of size h^(embedded_order + 1).
    pub(crate) fn new(embedded_order: i32) -> Self {
        Self { exponent: 1.0 / f64::from(embedded_order + 1), last_accepted: None, rejected: false }
    }

    /// Step size after an accepted step with `error <= 1`.
    pub(crate) fn after_accepted(&mut self, h: f64, error: f64) -> f64 {
        let mut factor = self.factor(error);
        if let Some(last) = self.last_accepted {
            let predicted = h / last.h * (last.error / (error * error)).powf(self.exponent) * SAFETY;
            // Without any error the prediction is not a number, and the limit of growth decides.
            factor = factor.min(predicted.clamp(MIN_SHRINK, MAX_GROWTH));
        }
        if self.rejected {
            factor = factor.min(1.0);
        }
        self.rejected = false;
        self.last_accepted = Some(Accepted { h, error: error.max(SMALLEST_ERROR) });
        h * factor
    }

    /// Step size after a failed error test.
    pub(crate) fn after_rejected(&mut self, h: f64, error: f64) -> f64 {
        self.rejected = true;
        h * self.factor(error).min(SAFETY)
    }

    /// Step size after a step without any result.
    pub(crate) fn after_failure(&mut self, h: f64) -> f64 {
        self.rejected = true;
        h * AFTER_FAILURE
    }

    fn factor(&self, error: f64) -> f64 {
        (SAFETY * error.powf(-self.exponent)).clamp(MIN_SHRINK, MAX_GROWTH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_at_all_grows_by_the_limit() {
        let mut controller = Controller::new(4);
        assert_eq!(controller.after_accepted(1.0, 0.0), MAX_GROWTH);
        assert_eq!(controller.after_accepted(1.0, 0.0), MAX_GROWTH);
    }

    #[test]
    fn step_does_not_grow_right_after_a_rejection() {
        let mut controller = Controller::new(4);
        let h = controller.after_rejected(1.0, 50.0);
        assert!(h < 1.0);
        assert_eq!(controller.after_accepted(h, 1e-6), h);
        assert!(controller.after_accepted(h, 1e-6) > h);
    }

    #[test]
    fn infinite_error_shrinks_by_the_limit() {
        assert_eq!(Controller::new(3).after_rejected(1.0, f64::INFINITY), MIN_SHRINK);
    }

    #[test]
    fn growing_errors_are_anticipated() {
        let mut steady = Controller::new(4);
        steady.after_accepted(1.0, 0.5);
        let mut growing = Controller::new(4);
        growing.after_accepted(1.0, 0.05);
        assert!(growing.after_accepted(1.0, 0.5) < steady.after_accepted(1.0, 0.5));
    }
}
