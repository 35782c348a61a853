//! Fast reactions: in equilibrium at all times.
//!
//! Between events their rates are multiplied by a large number, which an L-stable method follows without small steps.
//! At the start and after events they run alone until they have come to rest: time stands still meanwhile.
//!
//! # Source
//! SBML L2V5, section 4.13.1; L3V1 core, section 4.11.1.

use ode::{Options, Solver, integrate};

use super::SystemError;
use super::dynamics::Dynamics;
use super::lower::FAST;

/// Lets fast reactions come to rest.
///
/// # Shapes and units
/// - `y`: `[n_states]`, changed in place
///
/// # Errors
/// [`SystemError::NoRest`] when they do not.
pub(super) fn relax(
    dynamics: &mut Dynamics<'_>,
    solver: &mut Solver,
    t: f64,
    y: &mut [f64],
) -> Result<(), SystemError> {
    if dynamics.compiled.tapes.fast.is_none() {
        return Ok(());
    }
    let options = Options { rtol: 1e-10, atol: vec![1e-14], ..Options::default() };
    dynamics.standing_at = Some(t);
    let outcome =
        integrate(dynamics, solver, 0.0, y, FAST, &options, &mut |_| std::ops::ControlFlow::Continue(()));
    dynamics.standing_at = None;
    outcome.map(|_| ()).map_err(|_| SystemError::NoRest { t })
}
