//! States that satisfy the algebraic equations.

use ode::{SparseLu, System};

use super::SystemError;
use super::dynamics::Dynamics;

/// More iterations than this do not help.
const MOST_ITERATIONS: usize = 100;

/// Changes the algebraic states so that `0 = f_i(t, y)`; the others stay.
///
/// Newton's method with halved steps, on the Jacobian in which rows of states with a derivative are those of I.
///
/// # Shapes and units
/// - `y`: `[n_states]`, changed in place
///
/// # Errors
/// [`SystemError::Inconsistent`]; `y` is unspecified then.
pub(super) fn make_consistent(dynamics: &mut Dynamics<'_>, t: f64, y: &mut [f64]) -> Result<(), SystemError> {
    let compiled = dynamics.compiled;
    if compiled.mass.iter().all(|m| *m == 1.0) {
        return Ok(());
    }
    let (n, pattern) = (y.len(), &compiled.pattern);
    let mut lu = SparseLu::new(pattern);
    let (mut f, mut jac) = (vec![0.0; n], vec![0.0; pattern.nnz()]);
    let failed = || SystemError::Inconsistent {
        t,
        names: compiled
            .names
            .states
            .iter()
            .zip(&compiled.mass)
            .filter(|(_, mass)| **mass == 0.0)
            .map(|(name, _)| format!("\"{name}\""))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let mut trial = y.to_vec();
    let mut size = residual(dynamics, t, y, &mut f);
    for _ in 0..MOST_ITERATIONS {
        if size == 0.0 {
            return Ok(());
        }
        dynamics.jac(t, y, &mut jac);
        for ((row, _), value) in pattern.entries().zip(&mut jac) {
            *value = if compiled.mass[row] == 1.0 { 0.0 } else { *value };
        }
        // (M - J') dy = f with f = 0 in rows with a derivative: they keep their values.
        lu.factor_with_mass(1.0, &compiled.mass, &jac).map_err(|_| failed())?;
        let mut dy = f.clone();
        lu.solve(&mut dy);
        let small = dy.iter().zip(&*y).all(|(d, y)| d.abs() <= 1e-14 * y.abs().max(1e-300));
        let mut damping = 1.0;
        loop {
            for ((trial, y), d) in trial.iter_mut().zip(&*y).zip(&dy) {
                *trial = y + damping * d;
            }
            let new_size = residual(dynamics, t, &trial, &mut f);
            if new_size < size || (damping == 1.0 && small && new_size.is_finite()) {
                size = new_size;
                break;
            }
            damping *= 0.5;
            if damping < 1e-10 {
                // Rounding decides: as good as it gets, if the last step was small.
                let tiny = dy.iter().zip(&*y).all(|(d, y)| d.abs() <= 1e-9 * (1.0 + y.abs()));
                return if tiny { Ok(()) } else { Err(failed()) };
            }
        }
        y.copy_from_slice(&trial);
        if small {
            return Ok(());
        }
    }
    Err(failed())
}

/// The largest residual of an algebraic equation; `f` holds them, with zeros elsewhere.
fn residual(dynamics: &mut Dynamics<'_>, t: f64, y: &[f64], f: &mut [f64]) -> f64 {
    dynamics.rhs(t, y, f);
    let mut largest = 0.0;
    for (value, mass) in f.iter_mut().zip(&dynamics.compiled.mass) {
        if *mass == 1.0 {
            *value = 0.0;
        } else if value.is_nan() {
            return f64::INFINITY;
        } else {
            largest = f64::max(largest, value.abs());
        }
    }
    largest
}
