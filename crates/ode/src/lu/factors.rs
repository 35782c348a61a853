//! The numbers of a factorisation, for one matrix or for several side by side ("lanes").
//!
//! Each lane sees the same operations in the same order: its bits do not depend on the other lanes or their number.

use super::compiled::CompiledLu;
use super::symbolic::Symbolic;
use crate::simd::{each, widest};

/// Largest accepted growth of entries and size of multipliers, both relative to the rows' own scale.
///
/// The backward error is about this factor times the rounding unit: 1e-10.
pub(super) const MAX_GROWTH: f64 = 1e6;

/// Both factors of `shift * M − J` in each lane.
#[derive(Clone, Debug)]
pub(super) struct Factors<const L: usize> {
    /// Both factors, in the layout of [`super::symbolic::Block`], with the reciprocals of the pivots.
    values: Vec<[f64; L]>,
    /// About the reciprocal of the largest entry in each row, in elimination order.
    row_scale: Vec<[f64; L]>,
    /// Largest scaled entry in each column, in elimination order.
    column_size: Vec<[f64; L]>,
    /// A right-hand side in elimination order.
    work: Vec<[f64; L]>,
}

impl<const L: usize> Factors<L> {
    /// Memory for the factors.
    pub(super) fn new(symbolic: &Symbolic) -> Self {
        let n = symbolic.order.len();
        Self {
            values: vec![[0.0; L]; symbolic.index.len()],
            row_scale: vec![[0.0; L]; n],
            column_size: vec![[0.0; L]; n],
            work: vec![[0.0; L]; n],
        }
    }

    /// Factors without interchanges; tells for each lane whether the result is to be trusted.
    pub(super) fn factor(
        &mut self,
        symbolic: &Symbolic,
        shift: [f64; L],
        mass: &[f64],
        jac: &[[f64; L]],
    ) -> [bool; L] {
        if L == 1
            && let Some(code) = symbolic.compiled().and_then(CompiledLu::elimination)
        {
            set_matrix(self, symbolic, shift, mass, jac);
            let Self { values, row_scale, column_size, .. } = self;
            let (scales, sizes) = (row_scale.as_flattened(), column_size.as_flattened());
            return [code.run(scales, sizes, 0.0, values.as_flattened_mut()); L];
        }
        widest::<L, _>(Factor { factors: self, symbolic, shift, mass, jac })
    }

    /// Replaces `b` by the solution x of (shift * M − J) x = b.
    pub(super) fn solve(&mut self, symbolic: &Symbolic, b: &mut [[f64; L]]) {
        match symbolic.compiled() {
            Some(code) if L == 1 => {
                code.solution().run(self.values.as_flattened(), &[], 0.0, b.as_flattened_mut());
            }
            _ => widest::<L, _>(Solve { factors: self, symbolic, b }),
        }
    }
}

struct Factor<'a, const L: usize> {
    factors: &'a mut Factors<L>,
    symbolic: &'a Symbolic,
    shift: [f64; L],
    mass: &'a [f64],
    jac: &'a [[f64; L]],
}

impl<const L: usize> pulp::NullaryFnOnce for Factor<'_, L> {
    type Output = [bool; L];

    #[inline(always)]
    fn call(self) -> [bool; L] {
        let Self { factors, symbolic, shift, mass, jac } = self;
        set_matrix(factors, symbolic, shift, mass, jac);
        eliminate(factors, symbolic)
    }
}

/// Writes the matrix into `values` and finds the scales of its rows and columns.
#[inline(always)]
fn set_matrix<const L: usize>(
    factors: &mut Factors<L>,
    symbolic: &Symbolic,
    shift: [f64; L],
    mass: &[f64],
    jac: &[[f64; L]],
) {
    let Symbolic { places, blocks, order, .. } = symbolic;
    let values = &mut factors.values[..symbolic.index.len()];
    values.fill([0.0; L]);
    for place in places {
        let entry = &jac[place.entry as usize];
        values[place.position as usize] = each(|lane| -entry[lane]);
    }
    for (block, &original) in blocks.iter().zip(order) {
        let mass = mass.get(original as usize).unwrap_or(&1.0);
        let pivot = &mut values[block.start as usize];
        *pivot = each(|lane| pivot[lane] + shift[lane] * mass);
    }
    let row_scale = &mut factors.row_scale[..order.len()];
    row_scale.fill([0.0; L]);
    for place in places {
        let largest = &mut row_scale[place.row as usize];
        let value = &values[place.position as usize];
        *largest = each(|lane| larger(largest[lane], value[lane].abs()));
    }
    for largest in &mut *row_scale {
        *largest = each(|lane| reciprocal_power_of_two(largest[lane]));
    }
    let column_size = &mut factors.column_size[..order.len()];
    column_size.fill([0.0; L]);
    for place in places {
        let largest = &mut column_size[place.column as usize];
        let (value, scale) = (&values[place.position as usize], &row_scale[place.row as usize]);
        *largest = each(|lane| larger(largest[lane], value[lane].abs() * scale[lane]));
    }
}

/// Right-looking elimination without interchanges; tells for each lane whether the result is to be trusted.
#[inline(always)]
fn eliminate<const L: usize>(factors: &mut Factors<L>, symbolic: &Symbolic) -> [bool; L] {
    let Symbolic { blocks, index, targets, .. } = symbolic;
    let Factors { values, row_scale, column_size, .. } = factors;
    let mut targets = &targets[..];
    let mut trusted = [true; L];
    for (step, block) in blocks.iter().enumerate() {
        let (done, rest) = values.split_at_mut(block.end as usize);
        let (lower, upper) =
            done[block.start as usize..].split_at_mut((block.upper_start - block.start) as usize);
        let Some((pivot, lower)) = lower.split_first_mut() else { return [false; L] };
        let own_scale = row_scale[step];
        let pivot_size: [f64; L] = each(|lane| pivot[lane].abs() * own_scale[lane]);
        *pivot = each(|lane| 1.0 / pivot[lane]);
        let mut largest_below = [0.0; L];
        for (entry, &row) in lower.iter_mut().zip(&index[block.lower()]) {
            let scale = &row_scale[row as usize];
            largest_below = each(|lane| larger(largest_below[lane], entry[lane].abs() * scale[lane]));
            *entry = each(|lane| entry[lane] * pivot[lane]);
        }
        // The largest entry of the row of U, and of the pivot's own column, relative to what was there before.
        let size = &column_size[step];
        let mut small: [bool; L] = each(|lane| pivot_size[lane] <= MAX_GROWTH * size[lane]);
        for (entry, &column) in upper.iter().zip(&index[block.upper()]) {
            let size = &column_size[column as usize];
            for lane in 0..L {
                small[lane] &= entry[lane].abs() * own_scale[lane] <= MAX_GROWTH * size[lane];
            }
        }
        // Comparisons with what is not a number fail. A small pivot without entries below it says that the matrix
        // is nearly singular, as it is at large steps when totals are conserved; interchanges would not help.
        for lane in 0..L {
            trusted[lane] &= pivot[lane].is_finite()
                && small[lane]
                && pivot_size[lane] * MAX_GROWTH >= largest_below[lane];
        }
        if trusted == [false; L] {
            return trusted;
        }
        if !lower.is_empty() {
            let (own, others) = targets.split_at(lower.len() * upper.len());
            targets = others;
            subtract_products(lower, upper, own, rest);
        }
    }
    trusted
}

/// The outer product of one elimination step, subtracted from what is left.
#[inline(always)]
fn subtract_products<const L: usize>(
    lower: &[[f64; L]],
    upper: &[[f64; L]],
    targets: &[u32],
    rest: &mut [[f64; L]],
) {
    for (factor, targets) in upper.iter().zip(targets.chunks_exact(lower.len())) {
        for (multiplier, &target) in lower.iter().zip(targets) {
            let value = &mut rest[target as usize];
            *value = each(|lane| value[lane] - multiplier[lane] * factor[lane]);
        }
    }
}

struct Solve<'a, const L: usize> {
    factors: &'a mut Factors<L>,
    symbolic: &'a Symbolic,
    b: &'a mut [[f64; L]],
}

impl<const L: usize> pulp::NullaryFnOnce for Solve<'_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Symbolic { order, blocks, index, .. } = self.symbolic;
        let Factors { values, work, .. } = self.factors;
        for (value, &original) in work.iter_mut().zip(order) {
            *value = self.b[original as usize];
        }
        for (step, block) in blocks.iter().enumerate() {
            let known = work[step];
            for (&row, multiplier) in index[block.lower()].iter().zip(&values[block.lower()]) {
                let value = &mut work[row as usize];
                *value = each(|lane| value[lane] - multiplier[lane] * known[lane]);
            }
        }
        for (step, block) in blocks.iter().enumerate().rev() {
            let mut value = work[step];
            for (&column, entry) in index[block.upper()].iter().zip(&values[block.upper()]) {
                let known = &work[column as usize];
                value = each(|lane| value[lane] - entry[lane] * known[lane]);
            }
            let inverse = &values[block.start as usize];
            value = each(|lane| value[lane] * inverse[lane]);
            work[step] = value;
            self.b[order[step] as usize] = value;
        }
    }
}

/// The larger of two numbers, in one instruction; the first when the second is not a number.
#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// A power of two between 1/(2 size) and 2/size, without a division; zero for infinity.
#[inline(always)]
fn reciprocal_power_of_two(size: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff << 52;
    f64::from_bits((0x7fe_u64 << 52).saturating_sub(size.to_bits() & EXPONENT))
}
