//! One attempted step of a Rosenbrock method.

use crate::solver::first_nonfinite;
use crate::tableau::{MAX_STAGES, Tableau};
use crate::{FactorKind, Solver, System, Work};

/// What came of an attempted step.
pub(crate) enum Attempt {
    /// The error of the worst state, relative to its tolerance, and that state.
    Computed { error: f64, state: usize },
    /// A rate or a state was not finite.
    NonFinite { state: usize },
    /// The matrix could not be factored.
    Singular { column: usize },
}

impl Solver {
    /// Computes `y_new`, `dydt_new` and the stages from `y_old`, `dydt_old`, `jac` and `dfdt`.
    pub(crate) fn attempt<S: System>(
        &mut self,
        system: &mut S,
        tableau: &Tableau,
        (t, h, t_new): (f64, f64, f64),
        rtol: f64,
        work: &mut Work,
    ) -> Attempt {
        work.factorisations += 1;
        match self.lu.factor_with_mass(1.0 / (h * tableau.gamma), &self.mass, &self.jac) {
            Ok(FactorKind::Static) => {}
            Ok(FactorKind::Pivoted) => work.pivoted_factorisations += 1,
            Err(singular) => return Attempt::Singular { column: singular.column },
        }
        let autonomous = system.is_autonomous();
        for stage in 0..tableau.n_stages {
            if stage > 0 {
                self.set_argument(tableau, stage);
                system.rhs(t + tableau.alpha[stage] * h, &self.y_new, &mut self.dydt_new);
                work.rhs_evaluations += 1;
                if let Some(state) = first_nonfinite(&self.dydt_new) {
                    return Attempt::NonFinite { state };
                }
            }
            self.solve_stage(tableau, stage, h, autonomous);
            work.solves += 1;
        }
        self.set_argument(tableau, tableau.n_stages);
        self.judge(system, tableau, t_new, rtol, work)
    }

    /// Writes the argument of a stage into `y_new`; behind the last stage that is the result.
    fn set_argument(&mut self, tableau: &Tableau, stage: usize) {
        let n = self.y_old.len();
        let Some(row) = tableau.a.get(stage - 1) else {
            return add_scaled(&mut self.y_new, 1.0, &self.stages[(stage - 1) * n..stage * n]);
        };
        self.y_new.copy_from_slice(&self.y_old);
        add_combination(&mut self.y_new, row, &self.stages);
    }

    fn solve_stage(&mut self, tableau: &Tableau, stage: usize, h: f64, autonomous: bool) {
        let n = self.y_old.len();
        let (known, rest) = self.stages.split_at_mut(stage * n);
        let u = &mut rest[..n];
        u.copy_from_slice(if stage == 0 { &self.dydt_old } else { &self.dydt_new });
        if stage > 0 {
            let row = tableau.c[stage - 1];
            let mut factors = [0.0; MAX_STAGES];
            factors.iter_mut().zip(row).for_each(|(factor, coefficient)| *factor = coefficient / h);
            let factors = &factors[..row.len()];
            if self.mass.iter().all(|&mass| mass == 1.0) {
                add_combination(u, factors, known);
            } else {
                for (factor, value) in factors.iter().zip(known.chunks_exact(n.max(1))) {
                    for ((out, value), mass) in u.iter_mut().zip(value).zip(&self.mass) {
                        *out += factor * mass * value;
                    }
                }
            }
        }
        if !autonomous && tableau.gamma_sum[stage] != 0.0 {
            add_scaled(u, h * tableau.gamma_sum[stage], &self.dfdt);
        }
        self.lu.solve(u);
    }

    /// The error in the maximum norm. The right-hand side must be finite at the result, too.
    fn judge<S: System>(
        &mut self,
        system: &mut S,
        tableau: &Tableau,
        t_new: f64,
        rtol: f64,
        work: &mut Work,
    ) -> Attempt {
        let n = self.y_old.len();
        let estimate = &self.stages[(tableau.n_stages - 1) * n..tableau.n_stages * n];
        let (mut error, mut state) = (0.0, 0);
        for (i, u) in estimate.iter().enumerate() {
            let size = self.y_old[i].abs().max(self.y_new[i].abs());
            let ratio = u.abs() / (self.atol[i] + rtol * size);
            if ratio > error {
                (error, state) = (ratio, i);
            }
        }
        if let Some(state) = first_nonfinite(estimate).or_else(|| first_nonfinite(&self.y_new)) {
            return Attempt::NonFinite { state };
        }
        if error <= 1.0 {
            system.rhs(t_new, &self.y_new, &mut self.dydt_new);
            work.rhs_evaluations += 1;
            if let Some(state) = first_nonfinite(&self.dydt_new) {
                return Attempt::NonFinite { state };
            }
        }
        Attempt::Computed { error, state }
    }
}

/// States that are summed up together, in registers.
const BLOCK: usize = 8;

/// `out += Σ_j factors_j stages_j`, with stage j at `stages[j * n ..]`; each sum in the order of the stages.
pub(crate) fn add_combination(out: &mut [f64], factors: &[f64], stages: &[f64]) {
    let n = out.len();
    let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
    let first_of_rest = blocks.len() * BLOCK;
    for (b, block) in blocks.iter_mut().enumerate() {
        let mut sum = *block;
        for (j, factor) in factors.iter().enumerate() {
            let start = j * n + b * BLOCK;
            for (sum, value) in sum.iter_mut().zip(&stages[start..start + BLOCK]) {
                *sum += factor * value;
            }
        }
        *block = sum;
    }
    for (i, out) in rest.iter_mut().enumerate() {
        for (j, factor) in factors.iter().enumerate() {
            *out += factor * stages[j * n + first_of_rest + i];
        }
    }
}

/// `out += factor * values`.
fn add_scaled(out: &mut [f64], factor: f64, values: &[f64]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out += factor * value;
    }
}
