//! One accepted step, as the caller sees it.

use crate::stages::add_combination;
use crate::tableau::{MAX_STAGES, Tableau};

/// An accepted step with its continuous extension.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    pub(crate) t_old: f64,
    pub(crate) t_new: f64,
    pub(crate) y_old: &'a [f64],
    pub(crate) y_new: &'a [f64],
    pub(crate) dydt_old: &'a [f64],
    pub(crate) dydt_new: &'a [f64],
    pub(crate) stages: &'a [f64],
    pub(crate) tableau: &'static Tableau,
}

impl std::fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Step").field("t_old", &self.t_old).field("t_new", &self.t_new).finish_non_exhaustive()
    }
}

impl Step<'_> {
    /// Time before the step.
    pub fn t_old(&self) -> f64 {
        self.t_old
    }

    /// Time after the step.
    pub fn t_new(&self) -> f64 {
        self.t_new
    }

    /// State before the step, `[n_states]`.
    pub fn y_old(&self) -> &[f64] {
        self.y_old
    }

    /// State after the step, `[n_states]`.
    pub fn y_new(&self) -> &[f64] {
        self.y_new
    }

    /// Right-hand side before the step, `[n_states]`.
    pub fn dydt_old(&self) -> &[f64] {
        self.dydt_old
    }

    /// Right-hand side after the step, `[n_states]`.
    pub fn dydt_new(&self) -> &[f64] {
        self.dydt_new
    }

    /// The state at a time in the step, from the continuous extension of the method.
    ///
    /// y(t_old + θh) ≈ (1 − θ) y_old + θ y_new + θ(1 − θ) Σ_l θ^l Σ_j h_lj U_j, of one order less than the step;
    /// at both ends it returns the states of the step themselves. Linear conserved totals hold here too.
    /// Nothing else is computed from it, so looking at a solution does not change it.
    ///
    /// # Shapes and units
    /// - `t`: between `t_old` and `t_new`; outside it is an extrapolation of unknown accuracy
    /// - `out`: `[n_states]`, overwritten
    ///
    /// # Source
    /// Hairer & Wanner (1996), sect. VI.4; Steinebach (2023), sect. 3.
    pub fn interpolate(&self, t: f64, out: &mut [f64]) {
        if t == self.t_old {
            return out.copy_from_slice(self.y_old);
        }
        if t == self.t_new {
            return out.copy_from_slice(self.y_new);
        }
        let theta = (t - self.t_old) / (self.t_new - self.t_old);
        let weights = self.stage_weights(theta);
        for ((value, y_old), y_new) in out.iter_mut().zip(self.y_old).zip(self.y_new) {
            *value = y_old + theta * (y_new - y_old);
        }
        add_combination(out, &weights[..self.tableau.n_stages], self.stages);
    }

    /// A copy of the continuous extension that outlives the step.
    pub fn continuation(&self) -> Continuation {
        let n = self.y_old.len();
        let mut corrections = vec![0.0; self.tableau.dense.len() * n];
        for (row, coefficients) in self.tableau.dense.iter().enumerate() {
            let out = &mut corrections[row * n..(row + 1) * n];
            for (j, coefficient) in coefficients.iter().enumerate() {
                for (value, u) in out.iter_mut().zip(&self.stages[j * n..(j + 1) * n]) {
                    *value += coefficient * u;
                }
            }
        }
        Continuation {
            t_old: self.t_old,
            t_new: self.t_new,
            y_old: self.y_old.to_vec(),
            y_new: self.y_new.to_vec(),
            corrections,
        }
    }

    fn stage_weights(&self, theta: f64) -> [f64; MAX_STAGES] {
        let mut weights = [0.0; MAX_STAGES];
        let mut factor = theta * (1.0 - theta);
        for row in self.tableau.dense {
            for (weight, coefficient) in weights.iter_mut().zip(*row) {
                *weight += factor * coefficient;
            }
            factor *= theta;
        }
        weights
    }
}

/// The solution over one step, as a polynomial of its own: what [`Step::interpolate`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Continuation {
    t_old: f64,
    t_new: f64,
    y_old: Vec<f64>,
    y_new: Vec<f64>,
    /// Coefficients of θ(1 − θ) θ^l, `[n_rows * n_states]`.
    corrections: Vec<f64>,
}

impl Continuation {
    /// Time before the step.
    pub fn t_old(&self) -> f64 {
        self.t_old
    }

    /// Time after the step.
    pub fn t_new(&self) -> f64 {
        self.t_new
    }

    /// The state at a time in the step.
    ///
    /// # Shapes and units
    /// - `t`: between both ends; outside it is an extrapolation of unknown accuracy
    /// - `out`: `[n_states]`, overwritten
    pub fn interpolate(&self, t: f64, out: &mut [f64]) {
        let theta = (t - self.t_old) / (self.t_new - self.t_old);
        for ((value, y_old), y_new) in out.iter_mut().zip(&self.y_old).zip(&self.y_new) {
            *value = y_old + theta * (y_new - y_old);
        }
        if self.y_old.is_empty() {
            return;
        }
        let mut factor = theta * (1.0 - theta);
        for row in self.corrections.chunks_exact(self.y_old.len()) {
            for (value, correction) in out.iter_mut().zip(row) {
                *value += factor * correction;
            }
            factor *= theta;
        }
    }
}
