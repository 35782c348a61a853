//! Sparse LU of `shift * I − J` with a fixed pattern.
//!
//! The order of elimination and the fill are found once. A numeric factorisation then runs through index lists,
//! with the diagonal as pivots. When a pivot is too small or entries grow too much, the matrix is factored again
//! as a dense one with row interchanges.

mod dense;
mod symbolic;

#[cfg(test)]
mod tests;

use crate::SparsityPattern;
use dense::DenseLu;
use symbolic::Symbolic;

/// Largest accepted growth of entries and size of multipliers, both relative to the rows' own scale.
///
/// The backward error is about this factor times the rounding unit: 1e-10.
const MAX_GROWTH: f64 = 1e6;

/// The matrix has no pivot in some column, or is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no pivot in column {column}")]
pub struct SingularPivot {
    /// Column of the matrix.
    pub column: usize,
}

/// How a matrix was factored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// In the fixed order, without interchanges.
    Static,
    /// As a dense matrix with row interchanges, because the fixed order was not accurate.
    Pivoted,
}

/// LU factors of `shift * I − J` for many J with the same pattern.
///
/// The list of elementary updates takes four bytes for each multiplication of a factorisation.
#[derive(Clone, Debug)]
pub struct SparseLu {
    symbolic: Symbolic,
    /// Row and column of each entry, for the fallback.
    pattern: SparsityPattern,
    /// Both factors, in the layout of [`symbolic::Block`], with the reciprocals of the pivots.
    values: Vec<f64>,
    /// About the reciprocal of the largest entry in each row, in elimination order.
    row_scale: Vec<f64>,
    /// Largest scaled entry in each column, in elimination order.
    column_size: Vec<f64>,
    /// A right-hand side in elimination order.
    work: Vec<f64>,
    dense: Option<Box<DenseLu>>,
    kind: FactorKind,
}

impl SparseLu {
    /// Analyses a pattern and reserves the memory for its factors.
    pub fn new(pattern: &SparsityPattern) -> Self {
        let symbolic = Symbolic::new(pattern);
        let n = pattern.n();
        Self {
            pattern: pattern.clone(),
            values: vec![0.0; symbolic.index.len()],
            row_scale: vec![0.0; n],
            column_size: vec![0.0; n],
            work: vec![0.0; n],
            dense: None,
            kind: FactorKind::Static,
            symbolic,
        }
    }

    /// Number of entries of both factors together, the diagonal counted once.
    pub fn nnz_factors(&self) -> usize {
        self.values.len()
    }

    /// Factors `shift * I − J`.
    ///
    /// # Shapes and units
    /// - `jac`: `[nnz]`, in pattern order
    ///
    /// # Errors
    /// [`SingularPivot`] when row interchanges do not help either. The factors must not be used then.
    pub fn factor(&mut self, shift: f64, jac: &[f64]) -> Result<FactorKind, SingularPivot> {
        self.factor_with_mass(shift, &[], jac)
    }

    /// Factors `shift * M − J` with a diagonal M; an empty `mass` stands for I.
    ///
    /// # Shapes and units
    /// - `mass`: `[n]` or empty
    /// - `jac`: `[nnz]`, in pattern order
    ///
    /// # Errors
    /// [`SingularPivot`] when row interchanges do not help either. The factors must not be used then.
    pub fn factor_with_mass(
        &mut self,
        shift: f64,
        mass: &[f64],
        jac: &[f64],
    ) -> Result<FactorKind, SingularPivot> {
        self.set_matrix(shift, mass, jac);
        self.kind = if self.eliminate() {
            FactorKind::Static
        } else {
            self.factor_dense(shift, mass, jac)?;
            FactorKind::Pivoted
        };
        Ok(self.kind)
    }

    /// Replaces `b` by the solution x of (shift * I − J) x = b.
    ///
    /// # Shapes and units
    /// - `b`: `[n]`, overwritten
    pub fn solve(&mut self, b: &mut [f64]) {
        match (self.kind, &mut self.dense) {
            (FactorKind::Pivoted, Some(dense)) => dense.solve(b),
            _ => self.solve_static(b),
        }
    }

    /// Writes the matrix into `values` and finds the scales of its rows and columns.
    fn set_matrix(&mut self, shift: f64, mass: &[f64], jac: &[f64]) {
        let Symbolic { places, blocks, order, .. } = &self.symbolic;
        let values = &mut self.values[..];
        values.fill(0.0);
        for (place, entry) in places.iter().zip(jac) {
            values[place.position as usize] = -entry;
        }
        for (block, &original) in blocks.iter().zip(order) {
            values[block.start as usize] += shift * mass.get(original as usize).unwrap_or(&1.0);
        }
        self.row_scale.fill(0.0);
        for place in places {
            let largest = &mut self.row_scale[place.row as usize];
            *largest = larger(*largest, values[place.position as usize].abs());
        }
        self.row_scale.iter_mut().for_each(|largest| *largest = reciprocal_power_of_two(*largest));
        self.column_size.fill(0.0);
        for place in places {
            let largest = &mut self.column_size[place.column as usize];
            *largest =
                larger(*largest, values[place.position as usize].abs() * self.row_scale[place.row as usize]);
        }
    }

    /// Right-looking elimination without interchanges; `false` when the result is not to be trusted.
    fn eliminate(&mut self) -> bool {
        let Symbolic { blocks, index, targets, .. } = &self.symbolic;
        let mut targets = &targets[..];
        for (step, block) in blocks.iter().enumerate() {
            let (done, rest) = self.values.split_at_mut(block.end as usize);
            let (lower, upper) =
                done[block.start as usize..].split_at_mut((block.upper_start - block.start) as usize);
            let [pivot, lower @ ..] = lower else { return false };
            let own_scale = self.row_scale[step];
            let pivot_size = pivot.abs() * own_scale;
            *pivot = 1.0 / *pivot;
            let mut largest_below = 0.0;
            for (entry, &row) in lower.iter_mut().zip(&index[block.lower()]) {
                largest_below = larger(largest_below, entry.abs() * self.row_scale[row as usize]);
                *entry *= *pivot;
            }
            let mut small = pivot_size <= MAX_GROWTH * self.column_size[step];
            for (entry, &column) in upper.iter().zip(&index[block.upper()]) {
                small &= entry.abs() * own_scale <= MAX_GROWTH * self.column_size[column as usize];
            }
            // Comparisons with what is not a number fail. A small pivot without entries below it says that the matrix
            // is nearly singular, as it is at large steps when totals are conserved; interchanges would not help.
            if !(pivot.is_finite() && small && pivot_size * MAX_GROWTH >= largest_below) {
                return false;
            }
            if !lower.is_empty() {
                let (own, others) = targets.split_at(lower.len() * upper.len());
                targets = others;
                subtract_products(lower, upper, own, rest);
            }
        }
        true
    }

    fn factor_dense(&mut self, shift: f64, mass: &[f64], jac: &[f64]) -> Result<(), SingularPivot> {
        let n = self.work.len();
        let dense = self.dense.get_or_insert_with(|| Box::new(DenseLu::new(n)));
        let values = dense.cleared();
        for ((row, column), value) in self.pattern.entries().zip(jac) {
            values[row * n + column] = -value;
        }
        for i in 0..n {
            values[i * n + i] += shift * mass.get(i).unwrap_or(&1.0);
        }
        dense.factor()
    }

    fn solve_static(&mut self, b: &mut [f64]) {
        let Symbolic { order, blocks, index, .. } = &self.symbolic;
        let work = &mut self.work[..];
        for (value, &original) in work.iter_mut().zip(order) {
            *value = b[original as usize];
        }
        for (step, block) in blocks.iter().enumerate() {
            let known = work[step];
            for (&row, multiplier) in index[block.lower()].iter().zip(&self.values[block.lower()]) {
                work[row as usize] -= multiplier * known;
            }
        }
        for (step, block) in blocks.iter().enumerate().rev() {
            let mut value = work[step];
            for (&column, entry) in index[block.upper()].iter().zip(&self.values[block.upper()]) {
                value -= entry * work[column as usize];
            }
            value *= self.values[block.start as usize];
            work[step] = value;
            b[order[step] as usize] = value;
        }
    }
}

/// The outer product of one elimination step, subtracted from what is left.
fn subtract_products(lower: &[f64], upper: &[f64], targets: &[u32], rest: &mut [f64]) {
    for (factor, targets) in upper.iter().zip(targets.chunks_exact(lower.len())) {
        for (multiplier, &target) in lower.iter().zip(targets) {
            rest[target as usize] -= multiplier * factor;
        }
    }
}

/// The larger of two numbers, in one instruction; the first when the second is not a number.
fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// A power of two between 1/(2 size) and 2/size, without a division; zero for infinity.
fn reciprocal_power_of_two(size: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff << 52;
    f64::from_bits((0x7fe_u64 << 52).saturating_sub(size.to_bits() & EXPONENT))
}
