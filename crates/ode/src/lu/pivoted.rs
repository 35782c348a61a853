//! The fallback with its matrix, so that solutions can be refined.

use super::SingularPivot;
use super::dense::DenseLu;
use crate::SparsityPattern;

/// A matrix `shift * M − J` and its dense factors.
///
/// Row interchanges mix equations of very different sizes: rounding of large unknowns reaches small ones, even those that
/// are exactly zero. One step of refinement with the matrix itself ends that: afterwards each equation is solved to the
/// rounding of its own terms.
///
/// # Source
/// Skeel (1980), Iterative refinement implies numerical stability for Gaussian elimination, Mathematics of Computation
/// 35, 817-832.
#[derive(Clone, Debug)]
pub(super) struct PivotedLu {
    dense: DenseLu,
    /// Entries in pattern order.
    matrix: Vec<f64>,
    /// What is left of each equation, then the correction.
    residual: Vec<f64>,
}

impl PivotedLu {
    /// Memory for a pattern.
    pub(super) fn new(pattern: &SparsityPattern) -> Self {
        let n = pattern.n();
        Self { dense: DenseLu::new(n), matrix: vec![0.0; pattern.nnz()], residual: vec![0.0; n] }
    }

    /// Factors `shift * M − J`. Shapes: `mass` `[n]` or empty, `jac` `[nnz]`.
    pub(super) fn factor(
        &mut self,
        pattern: &SparsityPattern,
        shift: f64,
        mass: &[f64],
        jac: impl Iterator<Item = f64>,
    ) -> Result<(), SingularPivot> {
        let n = pattern.n();
        let values = self.dense.cleared();
        for (((row, column), entry), jac) in pattern.entries().zip(&mut self.matrix).zip(jac) {
            let diagonal = if row == column { shift * mass.get(row).unwrap_or(&1.0) } else { 0.0 };
            *entry = diagonal - jac;
            values[row * n + column] = *entry;
        }
        self.dense.factor()
    }

    /// Replaces `b` by the solution x. Shape: `[n]`.
    pub(super) fn solve(&mut self, pattern: &SparsityPattern, b: &mut [f64]) {
        let Self { dense, matrix, residual } = self;
        residual.copy_from_slice(b);
        dense.solve(b);
        for ((row, column), entry) in pattern.entries().zip(matrix) {
            residual[row] -= *entry * b[column];
        }
        dense.solve(residual);
        for (x, correction) in b.iter_mut().zip(&*residual) {
            let refined = *x + correction;
            *x = if refined.is_finite() { refined } else { *x };
        }
    }
}
