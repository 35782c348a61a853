//! The interpreter.

use super::super::graph::{function, relation};
use super::super::mratio::mratio;
use super::{Operands, Operation, Run};

/// Executes runs; the result of the first instruction goes to register `first`, and so on.
///
/// Several lanes use the widest vectors of the processor. No operation is contracted or reordered, so the bits do not
/// depend on the processor's vectors.
pub(super) fn execute<const L: usize>(program: &[Run], first: usize, registers: &mut [[f64; L]]) {
    if L == 1 {
        Interpreter { program, first, registers }.run();
    } else {
        pulp::Arch::new().dispatch(Interpreter { program, first, registers });
    }
}

struct Interpreter<'a, const L: usize> {
    program: &'a [Run],
    first: usize,
    registers: &'a mut [[f64; L]],
}

impl<const L: usize> pulp::NullaryFnOnce for Interpreter<'_, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.run();
    }
}

impl<const L: usize> Interpreter<'_, L> {
    #[inline(always)]
    fn run(self) {
        let mut next = self.first;
        for run in self.program {
            let (known, rest) = self.registers.split_at_mut(next);
            let out = &mut rest[..run.operands.len()];
            next += out.len();
            match &run.operands {
                Operands::One(operands) => one(run.operation, operands, known, out),
                Operands::Two(operands) => two(run.operation, operands, known, out),
                Operands::Three(operands) => three(run.operation, operands, known, out),
            }
        }
    }
}

#[inline(always)]
fn one<const L: usize>(operation: Operation, operands: &[u32], known: &[[f64; L]], out: &mut [[f64; L]]) {
    match operation {
        Operation::Negate => map_one(operands, known, out, |x| -x),
        Operation::Function(builtin) => map_one(operands, known, out, |x| function(builtin, x)),
        _ => unreachable!("{operation:?} has another number of operands"),
    }
}

#[inline(always)]
fn two<const L: usize>(
    operation: Operation,
    operands: &[[u32; 2]],
    known: &[[f64; L]],
    out: &mut [[f64; L]],
) {
    match operation {
        Operation::Add => map_two(operands, known, out, |x, y| x + y),
        Operation::Subtract => map_two(operands, known, out, |x, y| x - y),
        Operation::Multiply => map_two(operands, known, out, |x, y| x * y),
        Operation::Divide => map_two(operands, known, out, |x, y| x / y),
        Operation::Power => map_two(operands, known, out, f64::powf),
        Operation::Min => map_two(operands, known, out, smaller),
        Operation::Max => map_two(operands, known, out, larger),
        Operation::Relation(op) => map_two(operands, known, out, |x, y| relation(op, x, y)),
        _ => unreachable!("{operation:?} has another number of operands"),
    }
}

#[inline(always)]
fn three<const L: usize>(
    operation: Operation,
    operands: &[[u32; 3]],
    known: &[[f64; L]],
    out: &mut [[f64; L]],
) {
    match operation {
        Operation::Select => map_three(operands, known, out, |c, x, y| if c != 0.0 { x } else { y }),
        Operation::Mratio => map_three(operands, known, out, mratio),
        _ => unreachable!("{operation:?} has another number of operands"),
    }
}

/// The smaller of two numbers, and the other one if one is not a number: as `f64::min`, but always the same zero.
#[inline(always)]
pub(super) fn smaller(x: f64, y: f64) -> f64 {
    if y < x || x.is_nan() { y } else { x }
}

/// The larger of two numbers, and the other one if one is not a number.
#[inline(always)]
pub(super) fn larger(x: f64, y: f64) -> f64 {
    -smaller(-x, -y)
}

#[inline(always)]
fn map_one<const L: usize>(
    operands: &[u32],
    known: &[[f64; L]],
    out: &mut [[f64; L]],
    f: impl Fn(f64) -> f64,
) {
    for (out, &x) in out.iter_mut().zip(operands) {
        let x = &known[x as usize];
        for lane in 0..L {
            out[lane] = f(x[lane]);
        }
    }
}

#[inline(always)]
fn map_two<const L: usize>(
    operands: &[[u32; 2]],
    known: &[[f64; L]],
    out: &mut [[f64; L]],
    f: impl Fn(f64, f64) -> f64,
) {
    for (out, &[x, y]) in out.iter_mut().zip(operands) {
        let (x, y) = (&known[x as usize], &known[y as usize]);
        for lane in 0..L {
            out[lane] = f(x[lane], y[lane]);
        }
    }
}

#[inline(always)]
fn map_three<const L: usize>(
    operands: &[[u32; 3]],
    known: &[[f64; L]],
    out: &mut [[f64; L]],
    f: impl Fn(f64, f64, f64) -> f64,
) {
    for (out, &[x, y, z]) in out.iter_mut().zip(operands) {
        let (x, y, z) = (&known[x as usize], &known[y as usize], &known[z as usize]);
        for lane in 0..L {
            out[lane] = f(x[lane], y[lane], z[lane]);
        }
    }
}
