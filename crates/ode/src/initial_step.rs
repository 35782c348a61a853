//! The first step size.

use crate::solver::first_nonfinite;
use crate::tableau::Tableau;
use crate::{Solver, System, Work};

impl Solver {
    /// A cautious first step size from the first and second derivative at the start.
    ///
    /// Expects `y_old` and `dydt_old`; uses `y_new` and `dydt_new` as scratch.
    ///
    /// # Source
    /// Hairer, Nørsett & Wanner (1993), sect. II.4, in the maximum norm.
    pub(crate) fn initial_step<S: System>(
        &mut self,
        system: &mut S,
        tableau: &Tableau,
        (t, span): (f64, f64),
        rtol: f64,
        work: &mut Work,
    ) -> f64 {
        let size = self.weighted_norm(&self.y_old, rtol);
        let slope = self.weighted_norm(&self.dydt_old, rtol);
        let euler = euler_step(size, slope, span);
        let slopes = self.dydt_old.iter().zip(&self.mass).map(|(dydt, mass)| mass * dydt);
        for ((y_new, y_old), dydt) in self.y_new.iter_mut().zip(&self.y_old).zip(slopes) {
            *y_new = y_old + euler * dydt;
        }
        system.rhs(t + euler, &self.y_new, &mut self.dydt_new);
        work.rhs_evaluations += 1;
        if first_nonfinite(&self.dydt_new).is_some() {
            return step_from(euler, slope, None, tableau, span);
        }
        for (new, old) in self.dydt_new.iter_mut().zip(&self.dydt_old) {
            *new -= old;
        }
        let curvature = self.weighted_norm(&self.dydt_new, rtol) / euler;
        step_from(euler, slope, Some(curvature), tableau, span)
    }

    /// Largest |value| relative to the tolerance of its state at `y_old`, over states with a derivative.
    fn weighted_norm(&self, values: &[f64], rtol: f64) -> f64 {
        values
            .iter()
            .zip(&self.y_old)
            .zip(&self.atol)
            .zip(&self.mass)
            .filter(|(_, mass)| **mass != 0.0)
            .fold(0.0, |norm, (((value, y), atol), _)| norm.max(value.abs() / (atol + rtol * y.abs())))
    }
}

/// An explicit Euler step that changes the state by about a hundredth.
pub(crate) fn euler_step(size: f64, slope: f64, span: f64) -> f64 {
    let euler = if size < 1e-5 || slope < 1e-5 { 1e-6 } else { 0.01 * size / slope };
    euler.min(span)
}

/// The first step from the norms of the derivatives; that Euler step when the second one is unknown.
pub(crate) fn step_from(euler: f64, slope: f64, curvature: Option<f64>, tableau: &Tableau, span: f64) -> f64 {
    let Some(curvature) = curvature else { return euler };
    let steepest = slope.max(curvature);
    let by_error = if steepest <= 1e-15 {
        (1e-3 * euler).max(1e-6)
    } else {
        (0.01 / steepest).powf(1.0 / f64::from(tableau.embedded_order + 2))
    };
    by_error.min(100.0 * euler).min(span)
}
