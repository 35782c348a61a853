//! The fallback: dense LU with row interchanges.

use super::SingularPivot;

/// Dense LU with scaled partial pivoting: P A = L U.
#[derive(Clone, Debug)]
pub(super) struct DenseLu {
    n: usize,
    /// `[n * n]`, by rows, both factors in place.
    values: Vec<f64>,
    /// Row of the matrix that serves in each elimination step.
    pivot_rows: Vec<usize>,
    scratch: Vec<f64>,
}

impl DenseLu {
    /// Memory for n x n matrices.
    pub(super) fn new(n: usize) -> Self {
        Self { n, values: vec![0.0; n * n], pivot_rows: (0..n).collect(), scratch: vec![0.0; n] }
    }

    /// The matrix, all zero, by rows; to be filled before [`Self::factor`].
    pub(super) fn cleared(&mut self) -> &mut [f64] {
        self.values.fill(0.0);
        &mut self.values
    }

    /// Factors what was written into [`Self::cleared`].
    ///
    /// Rows count by their size relative to their largest entry, so that the units of a row play no role.
    pub(super) fn factor(&mut self) -> Result<(), SingularPivot> {
        let n = self.n;
        for (i, pivot_row) in self.pivot_rows.iter_mut().enumerate() {
            *pivot_row = i;
            let largest = self.values[i * n..(i + 1) * n].iter().fold(0.0_f64, |m, v| m.max(v.abs()));
            self.scratch[i] = if largest > 0.0 { 1.0 / largest } else { 0.0 };
        }
        for k in 0..n {
            self.bring_up_pivot(k)?;
            let (done, rest) = self.values.split_at_mut((k + 1) * n);
            let pivot_row = &done[k * n..];
            let inverse = 1.0 / pivot_row[k];
            for row in rest.chunks_exact_mut(n) {
                let multiplier = row[k] * inverse;
                row[k] = multiplier;
                if multiplier != 0.0 {
                    for (value, pivot_value) in row[k + 1..].iter_mut().zip(&pivot_row[k + 1..]) {
                        *value -= multiplier * pivot_value;
                    }
                }
            }
        }
        Ok(())
    }

    /// Exchanges row k with the best row below.
    fn bring_up_pivot(&mut self, k: usize) -> Result<(), SingularPivot> {
        let n = self.n;
        let (mut best, mut size) = (k, 0.0);
        for i in k..n {
            let candidate = self.values[i * n + k].abs() * self.scratch[i];
            if candidate > size {
                (best, size) = (i, candidate);
            }
        }
        // A pivot at the level of rounding of its own row carries no information.
        if !(size > f64::EPSILON * 1e-2 && size.is_finite()) {
            return Err(SingularPivot { column: k });
        }
        if best != k {
            let (upper, lower) = self.values.split_at_mut(best * n);
            upper[k * n..(k + 1) * n].swap_with_slice(&mut lower[..n]);
            self.pivot_rows.swap(k, best);
            self.scratch.swap(k, best);
        }
        Ok(())
    }

    /// Replaces `b` by the solution of A x = b.
    pub(super) fn solve(&mut self, b: &mut [f64]) {
        let n = self.n;
        for i in 0..n {
            let row = &self.values[i * n..i * n + i];
            let known: f64 = row.iter().zip(&self.scratch).map(|(l, x)| l * x).sum();
            self.scratch[i] = b[self.pivot_rows[i]] - known;
        }
        for i in (0..n).rev() {
            let row = &self.values[i * n..(i + 1) * n];
            let known: f64 = row[i + 1..].iter().zip(&b[i + 1..]).map(|(u, x)| u * x).sum();
            b[i] = (self.scratch[i] - known) / row[i];
        }
    }
}
