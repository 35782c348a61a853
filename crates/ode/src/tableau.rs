//! Coefficients of the Rosenbrock methods, in transformed form.
//!
//! With U_i = Σ_j γ_ij k_j the stages are (Hairer & Wanner 1996, eq. IV.7.25)
//!
//! (I/(hγ) − J) U_i = f(t + α_i h, y + Σ_{j<i} a_ij U_j) + Σ_{j<i} (c_ij/h) U_j + h γ_i ∂f/∂t,
//!
//! which needs no product of J with a vector.
//! Both methods are stiffly accurate: the argument of each of the last stages is the argument of the stage before
//! plus its U, the result is the last argument plus the last U, and that last U is the error estimate.

mod rodas4;
mod rodas5p;

#[cfg(test)]
mod tests;

use crate::Method;

/// The coefficients of one method; rows have one entry for each earlier stage.
pub(crate) struct Tableau {
    /// Number of stages s.
    pub(crate) n_stages: usize,
    /// Order of the embedded method, which governs the step size.
    pub(crate) embedded_order: i32,
    /// γ.
    pub(crate) gamma: f64,
    /// a_ij for the stages 2, 3, …; the stages behind the last row add the U before them to the argument before.
    pub(crate) a: &'static [&'static [f64]],
    /// c_ij for the stages 2 … s.
    pub(crate) c: &'static [&'static [f64]],
    /// α_i, `[n_stages]`.
    pub(crate) alpha: &'static [f64],
    /// γ_i, `[n_stages]`.
    pub(crate) gamma_sum: &'static [f64],
    /// Continuous extension: row l holds the weights of U_j in the factor of θ(1 − θ)θ^l.
    pub(crate) dense: &'static [&'static [f64]],
}

impl Tableau {
    /// The table of a method.
    pub(crate) fn of(method: Method) -> &'static Self {
        match method {
            Method::Rodas4 => &rodas4::RODAS4,
            Method::Rodas5P => &rodas5p::RODAS5P,
        }
    }
}

/// Largest number of stages of all methods.
pub(crate) const MAX_STAGES: usize = 8;
