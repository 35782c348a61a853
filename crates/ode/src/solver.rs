//! The memory of an integration.

use crate::tableau::MAX_STAGES;
use crate::{InvalidInput, Kernels, Options, SparseLu, SparsityPattern, System};

/// All memory that integrations with one sparsity pattern need, and its symbolic factorisation.
///
/// Make one per thread and reuse it: no step allocates, and no result depends on earlier use.
/// (The first matrix that needs row interchanges allocates a dense matrix once.)
#[derive(Clone, Debug)]
pub struct Solver {
    pub(crate) pattern: SparsityPattern,
    pub(crate) lu: SparseLu,
    pub(crate) jac: Vec<f64>,
    pub(crate) y_old: Vec<f64>,
    pub(crate) y_new: Vec<f64>,
    /// f at the start of the step.
    pub(crate) dydt_old: Vec<f64>,
    /// f at the argument of the present stage, in the end at the new state.
    pub(crate) dydt_new: Vec<f64>,
    pub(crate) dfdt: Vec<f64>,
    /// U_i, `[MAX_STAGES * n]`, stage by stage.
    pub(crate) stages: Vec<f64>,
    /// Absolute tolerance of each state.
    pub(crate) atol: Vec<f64>,
    /// Diagonal of the mass matrix.
    pub(crate) mass: Vec<f64>,
}

impl Solver {
    /// Analyses the pattern and reserves the memory.
    pub fn new(pattern: &SparsityPattern) -> Self {
        let n = pattern.n();
        Self {
            pattern: pattern.clone(),
            lu: SparseLu::new(pattern),
            jac: vec![0.0; pattern.nnz()],
            y_old: vec![0.0; n],
            y_new: vec![0.0; n],
            dydt_old: vec![0.0; n],
            dydt_new: vec![0.0; n],
            dfdt: vec![0.0; n],
            stages: vec![0.0; MAX_STAGES * n],
            atol: vec![0.0; n],
            mass: vec![1.0; n],
        }
    }

    /// The pattern this solver is for.
    pub fn pattern(&self) -> &SparsityPattern {
        &self.pattern
    }

    /// The loops that can be compiled to machine code, for all solvers that were cloned from this one.
    pub fn kernels(&self) -> Kernels {
        self.lu.kernels()
    }

    /// Checks the arguments of a run and takes over its absolute tolerances.
    pub(crate) fn prepare<S: System>(
        &mut self,
        system: &S,
        y: &[f64],
        options: &Options,
    ) -> Result<(), InvalidInput> {
        let n = system.n_states();
        if *system.jac_pattern() != self.pattern || self.pattern.n() != n {
            return Err(InvalidInput::Pattern);
        }
        check_options(options, n, y)?;
        match system.mass() {
            [] => self.mass.fill(1.0),
            mass if mass.len() == n => self.mass.copy_from_slice(mass),
            mass => return Err(InvalidInput::Length { what: "mass", expected: n, found: mass.len() }),
        }
        match options.atol[..] {
            [atol] => self.atol.fill(atol),
            _ => self.atol.copy_from_slice(&options.atol),
        }
        Ok(())
    }
}

/// Checks the start and the options of an integration.
pub(crate) fn check_options(options: &Options, n: usize, y: &[f64]) -> Result<(), InvalidInput> {
    if y.len() != n {
        return Err(InvalidInput::Length { what: "y", expected: n, found: y.len() });
    }
    positive("rtol", options.rtol)?;
    if options.atol.len() != 1 && options.atol.len() != n {
        return Err(InvalidInput::Length { what: "atol", expected: n, found: options.atol.len() });
    }
    options.atol.iter().try_for_each(|&atol| positive("atol", atol))?;
    options.h_initial.map_or(Ok(()), |h| positive("h_initial", h))?;
    options.h_max.map_or(Ok(()), |h| positive("h_max", h))
}

/// Checks that an option is above zero and finite.
pub(crate) fn positive(what: &'static str, value: f64) -> Result<(), InvalidInput> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(InvalidInput::NotPositive { what, value }) }
}

/// Index of the first value that is not finite.
pub(crate) fn first_nonfinite(values: &[f64]) -> Option<usize> {
    // Zero times anything finite is zero; the sum needs no branches and is the usual case.
    if values.iter().map(|value| value * 0.0).sum::<f64>() == 0.0 {
        return None;
    }
    values.iter().position(|value| !value.is_finite())
}
