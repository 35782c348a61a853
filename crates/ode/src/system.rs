//! What the integrators need to know about a problem.

use crate::SparsityPattern;

/// A system of ordinary differential equations y' = f(t, y) with a sparse Jacobian.
///
/// The functions take `&mut self` so that a system can own scratch memory; they must give the same numbers for
/// the same arguments. They may be asked about states that the exact solution never reaches, also negative ones:
/// a value that is not finite is a legal answer and makes the integrator try a smaller step.
pub trait System {
    /// Number of states.
    fn n_states(&self) -> usize;

    /// Where ∂f/∂y can be different from zero, the diagonal included.
    fn jac_pattern(&self) -> &SparsityPattern;

    /// The right-hand side f(t, y).
    ///
    /// # Shapes and units
    /// - `y`: `[n_states]`
    /// - `dydt`: `[n_states]`, overwritten
    fn rhs(&mut self, t: f64, y: &[f64], dydt: &mut [f64]);

    /// The Jacobian ∂f/∂y. It has to be exact: the methods lose their order with an approximation.
    ///
    /// # Shapes and units
    /// - `y`: `[n_states]`
    /// - `values`: `[nnz]`, in pattern order, overwritten
    fn jac(&mut self, t: f64, y: &[f64], values: &mut [f64]);

    /// The explicit partial derivative ∂f/∂t; zero unless overridden.
    ///
    /// It is asked for only when [`Self::is_autonomous`] says `false`.
    ///
    /// # Shapes and units
    /// - `y`: `[n_states]`
    /// - `dfdt`: `[n_states]`, overwritten
    fn time_derivative(&mut self, _t: f64, _y: &[f64], dfdt: &mut [f64]) {
        dfdt.fill(0.0);
    }

    /// States that can leave zero when the system starts from `y`; `None`: any of them.
    ///
    /// All others are zero in `y` and stay exactly zero. Until it is told otherwise, the system may give zeros for
    /// them, for their rows and for their columns in the Jacobian; [`Self::unrestrict`] ends that.
    ///
    /// # Shapes and units
    /// - `y`: `[n_states]`; the result `[n_states]`
    fn restrict(&mut self, _y: &[f64]) -> Option<&[bool]> {
        None
    }

    /// All states count again.
    fn unrestrict(&mut self) {}

    /// Diagonal of the mass matrix M in M y' = f(t, y); all ones when empty.
    ///
    /// A zero makes an equation algebraic: 0 = f_i(t, y). The system must have index 1: the algebraic equations
    /// determine the states with a zero. The start must satisfy them.
    ///
    /// # Shapes and units
    /// - `[n_states]`, or empty; zeros and ones
    ///
    /// # Source
    /// Hairer & Wanner (1996), sect. VI.3 and VI.4: Rosenbrock methods for index 1.
    fn mass(&self) -> &[f64] {
        &[]
    }

    /// Whether f does not depend on t.
    ///
    /// A system whose f jumps in time is best integrated piece by piece, from jump to jump.
    fn is_autonomous(&self) -> bool {
        true
    }
}
