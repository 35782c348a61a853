//! Stiff initial value problems y' = f(t, y) and their steady states.
//!
//! The crate knows no biology, does no I/O and keeps no global state.
//! It integrates with Rosenbrock methods ([`Method`]), which need the Jacobian as a sparse matrix with a fixed
//! pattern and solve linear systems only: no Newton iteration, so no iteration can fail.
//!
//! The steps: describe the problem as a [`System`], make one [`Solver`] per thread (it owns all memory and the
//! symbolic factorisation), then call [`integrate`] or [`steady_state`] as often as needed.
//!
//! Algebraic equations of index 1 are states with a zero in [`System::mass`].
//!
//! What it is *not*: no events (stop in `on_step`, or integrate piece by piece), no integration backwards in time.
//!
//! ```
//! use std::ops::ControlFlow;
//! use ode::{Options, Solver, SparsityPattern, System, integrate};
//!
//! /// y' = -50 y
//! struct Decay(SparsityPattern);
//!
//! impl System for Decay {
//!     fn n_states(&self) -> usize {
//!         1
//!     }
//!     fn jac_pattern(&self) -> &SparsityPattern {
//!         &self.0
//!     }
//!     fn rhs(&mut self, _t: f64, y: &[f64], dydt: &mut [f64]) {
//!         dydt[0] = -50.0 * y[0];
//!     }
//!     fn jac(&mut self, _t: f64, _y: &[f64], values: &mut [f64]) {
//!         values[0] = -50.0;
//!     }
//! }
//!
//! let mut system = Decay(SparsityPattern::from_entries(1, []));
//! let mut solver = Solver::new(system.jac_pattern());
//! let mut y = [1.0];
//! let options = Options::default();
//! let mut middle = [0.0];
//! integrate(&mut system, &mut solver, 0.0, &mut y, 0.1, &options, &mut |step| {
//!     if step.t_old() < 0.05 && 0.05 <= step.t_new() {
//!         step.interpolate(0.05, &mut middle);
//!     }
//!     ControlFlow::Continue(())
//! })?;
//! assert!((y[0] - (-5.0_f64).exp()).abs() < 1e-6);
//! assert!((middle[0] - (-2.5_f64).exp()).abs() < 1e-5);
//! # Ok::<(), ode::OdeError>(())
//! ```

mod controller;
mod error;
mod initial_step;
mod integrate;
mod lanes;
mod lu;
mod options;
mod outcome;
mod pattern;
mod simd;
mod solver;
mod stages;
mod steady_state;
mod step;
mod system;
mod tableau;

pub use error::{InvalidInput, OdeError, SteadyStateError};
pub use integrate::integrate;
pub use lanes::{Feed, LaneSolver, LaneStep, LaneSystem, Stretch, integrate_lanes};
pub use lu::{FactorKind, Kernels, SingularPivot, SparseLu};
pub use options::{Method, Options, SteadyStateOptions};
pub use outcome::{Outcome, Reached, SteadyState, Work};
pub use pattern::SparsityPattern;
pub use solver::Solver;
pub use steady_state::{steady_state, steady_state_from};
pub use step::{Continuation, Step};
pub use system::System;
