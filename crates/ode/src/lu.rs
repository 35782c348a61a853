//! Sparse LU of `shift * I − J` with a fixed pattern.
//!
//! The order of elimination and the fill are found once. A numeric factorisation then runs through index lists,
//! with the diagonal as pivots. When a pivot is too small or entries grow too much, the matrix is factored again
//! as a dense one with row interchanges, and each solution is refined once.

mod compiled;
mod dense;
mod factors;
mod part;
mod pivoted;
mod symbolic;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use crate::SparsityPattern;
use factors::Factors;
use pivoted::PivotedLu;
use symbolic::Symbolic;

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

/// LU factors of `shift * I − J` for many J with the same pattern, one matrix or `L` at a time.
///
/// The list of elementary updates takes four bytes for each multiplication of a factorisation.
#[derive(Clone, Debug)]
pub struct SparseLu<const L: usize = 1> {
    whole: Arc<Symbolic>,
    /// What is factored and solved: the whole, or a part of it.
    active: Arc<Symbolic>,
    parts: HashMap<Vec<bool>, Arc<Symbolic>>,
    /// Row and column of each entry, for the fallback.
    pattern: SparsityPattern,
    factors: Factors<L>,
    pivoted: [Option<Box<PivotedLu>>; L],
    kinds: [FactorKind; L],
    /// One right-hand side, for the fallback.
    column: Vec<f64>,
}

/// The loops of a sparse factorisation, which can be compiled to machine code at any time and on any thread.
///
/// Single runs use the code as soon as it is there; no bit changes.
#[derive(Clone, Debug)]
pub struct Kernels(Arc<Symbolic>);

impl Kernels {
    /// Compiles the loops, unless it is done.
    ///
    /// # Errors
    /// [`jit::JitError`]: the pattern has too many entries, or this machine does not allow new machine code. The loops
    /// go on without.
    pub fn compile(&self) -> Result<(), jit::JitError> {
        self.0.compile()
    }
}

/// Parts that are kept for the next time; they take about as much memory as the factors.
const MOST_PARTS: usize = 64;

impl<const L: usize> SparseLu<L> {
    /// Analyses a pattern and reserves the memory for its factors.
    pub fn new(pattern: &SparsityPattern) -> Self {
        let whole = Arc::new(Symbolic::new(pattern));
        Self {
            pattern: pattern.clone(),
            factors: Factors::new(&whole),
            pivoted: std::array::from_fn(|_| None),
            kinds: [FactorKind::Static; L],
            column: vec![0.0; pattern.n()],
            active: whole.clone(),
            parts: HashMap::new(),
            whole,
        }
    }

    /// What can be compiled to machine code, for all that were cloned from this one.
    pub(crate) fn kernels(&self) -> Kernels {
        Kernels(self.whole.clone())
    }

    /// Number of entries of both factors together, the diagonal counted once.
    pub fn nnz_factors(&self) -> usize {
        self.whole.index.len()
    }

    /// Leaves rows and columns out that are not kept, until told otherwise; `None` keeps all.
    ///
    /// In a row that is left out, J must be zero in all columns that are kept, and b must be zero. Then x is zero there,
    /// too, and [`Self::solve_lanes`] leaves it as it is. What is kept is computed with the same operations as before.
    ///
    /// # Shapes and units
    /// - `kept`: `[n]`
    pub fn restrict(&mut self, kept: Option<&[bool]>) {
        self.active = match kept {
            None => self.whole.clone(),
            Some(kept) if kept.iter().all(|kept| *kept) => self.whole.clone(),
            Some(kept) => match self.parts.get(kept) {
                Some(part) => part.clone(),
                None => {
                    if self.parts.len() == MOST_PARTS {
                        self.parts.clear();
                    }
                    let part = Arc::new(part::part(&self.whole, kept));
                    self.parts.insert(kept.to_vec(), part.clone());
                    part
                }
            },
        };
    }

    /// Factors `shift * M − J` in each lane with a diagonal M that they share; an empty `mass` stands for I.
    ///
    /// Lanes that are not `wanted` get no fallback; their factors must not be used.
    ///
    /// # Shapes and units
    /// - `mass`: `[n]` or empty
    /// - `jac`: `[nnz]`, in pattern order
    ///
    /// # Errors
    /// [`SingularPivot`] when row interchanges do not help either. The factors must not be used then.
    pub fn factor_lanes(
        &mut self,
        shift: [f64; L],
        mass: &[f64],
        jac: &[[f64; L]],
        wanted: [bool; L],
    ) -> [Result<FactorKind, SingularPivot>; L] {
        let trusted = self.factors.factor(&self.active, shift, mass, jac);
        std::array::from_fn(|lane| {
            self.kinds[lane] = FactorKind::Static;
            if wanted[lane] && !trusted[lane] {
                self.factor_dense(lane, shift[lane], mass, jac)?;
                self.kinds[lane] = FactorKind::Pivoted;
            }
            Ok(self.kinds[lane])
        })
    }

    /// Replaces `b` by the solution x of (shift * M − J) x = b in each lane.
    ///
    /// # Shapes and units
    /// - `b`: `[n]`, overwritten
    pub fn solve_lanes(&mut self, b: &mut [[f64; L]]) {
        if self.kinds == [FactorKind::Static; L] {
            return self.factors.solve(&self.active, b);
        }
        // The fallback's lanes are solved one by one; the others all together, before or after.
        let given = (L > 1).then(|| b.to_vec());
        if self.kinds.contains(&FactorKind::Static) {
            self.factors.solve(&self.active, b);
        }
        let given = given.as_deref();
        for lane in 0..L {
            if let (FactorKind::Pivoted, Some(pivoted)) = (self.kinds[lane], &mut self.pivoted[lane]) {
                let column = &mut self.column[..];
                column.iter_mut().zip(given.unwrap_or(b)).for_each(|(value, b)| *value = b[lane]);
                pivoted.solve(&self.pattern, column);
                b.iter_mut().zip(column).for_each(|(b, value)| b[lane] = *value);
            }
        }
    }

    fn factor_dense(
        &mut self,
        lane: usize,
        shift: f64,
        mass: &[f64],
        jac: &[[f64; L]],
    ) -> Result<(), SingularPivot> {
        let pattern = &self.pattern;
        let pivoted = self.pivoted[lane].get_or_insert_with(|| Box::new(PivotedLu::new(pattern)));
        pivoted.factor(pattern, shift, mass, jac.iter().map(|entry| entry[lane]))
    }
}

impl SparseLu {
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
        let [result] = self.factor_lanes([shift], mass, jac.as_chunks().0, [true]);
        result
    }

    /// Replaces `b` by the solution x of (shift * I − J) x = b.
    ///
    /// # Shapes and units
    /// - `b`: `[n]`, overwritten
    pub fn solve(&mut self, b: &mut [f64]) {
        self.solve_lanes(b.as_chunks_mut().0);
    }
}
