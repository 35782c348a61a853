//! Elimination and solution of one pattern as machine code. The bits are those of the loops in `factors.rs`.

use jit::{Array, Code, Comparison, JitError, Program, Value, compile};

use super::factors::MAX_GROWTH;
use super::symbolic::Symbolic;

/// Compiled programs of one pattern.
#[derive(Debug)]
pub(super) struct CompiledLu {
    eliminate: Option<Code>,
    solve: Code,
}

impl CompiledLu {
    /// Compiles the solution, and the elimination unless it is too long.
    pub(super) fn new(symbolic: &Symbolic) -> Result<Self, JitError> {
        let eliminate = match compile(&elimination(symbolic)) {
            Ok(code) => Some(code),
            Err(JitError::TooLong(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(Self { eliminate, solve: compile(&solution(symbolic))? })
    }

    /// The elimination: row scales, column sizes, values in place; tells whether the result is to be trusted.
    pub(super) fn elimination(&self) -> Option<&Code> {
        self.eliminate.as_ref()
    }

    /// The solution: values, nothing, right-hand side in place.
    pub(super) fn solution(&self) -> &Code {
        &self.solve
    }
}

fn elimination(symbolic: &Symbolic) -> Program {
    let Symbolic { order, blocks, index, targets, .. } = symbolic;
    let (n, n_values) = (order.len(), index.len());
    let mut program = Program::new([n, n, n_values]);
    let mut values: Vec<Option<Value>> = vec![None; n_values];
    let mut targets = &targets[..];
    let (one, growth) = (program.constant(1.0), program.constant(MAX_GROWTH));
    let infinity = program.constant(f64::INFINITY);
    for (step, block) in blocks.iter().enumerate() {
        let start = block.start as usize;
        let own_scale = program.read(Array::First, step);
        let pivot = at(&mut program, &mut values, start);
        let size = program.absolute(pivot);
        let pivot_size = program.multiply(size, own_scale);
        let inverse = program.divide(one, pivot);
        program.write(start, inverse);
        let inverse_size = program.absolute(inverse);
        program.require(Comparison::Less, inverse_size, infinity);
        require_small(&mut program, growth, pivot_size, step);
        let limit = program.multiply(pivot_size, growth);
        let mut lower = Vec::with_capacity(block.lower().len());
        for position in block.lower() {
            let entry = at(&mut program, &mut values, position);
            let scale = program.read(Array::First, index[position] as usize);
            let size = program.absolute(entry);
            let size = program.multiply(size, scale);
            program.require(Comparison::NotGreater, size, limit);
            let multiplier = program.multiply(entry, inverse);
            program.write(position, multiplier);
            lower.push(multiplier);
        }
        let mut upper = Vec::with_capacity(block.upper().len());
        for position in block.upper() {
            let entry = at(&mut program, &mut values, position);
            program.write(position, entry);
            let size = program.absolute(entry);
            let size = program.multiply(size, own_scale);
            require_small(&mut program, growth, size, index[position] as usize);
            upper.push(entry);
        }
        for &factor in &upper {
            for &multiplier in &lower {
                let (target, rest) = targets.split_first().expect("a target for each product");
                targets = rest;
                let position = block.end as usize + *target as usize;
                let value = at(&mut program, &mut values, position);
                let product = program.multiply(multiplier, factor);
                values[position] = Some(program.subtract(value, product));
            }
        }
    }
    program
}

/// The present value of an entry of the matrix.
fn at(program: &mut Program, values: &mut [Option<Value>], position: usize) -> Value {
    *values[position].get_or_insert_with(|| program.read(Array::Output, position))
}

/// A scaled entry must be small against what its column was before.
fn require_small(program: &mut Program, growth: Value, size: Value, column: usize) {
    let before = program.read(Array::Second, column);
    let most = program.multiply(growth, before);
    program.require(Comparison::LessEqual, size, most);
}

fn solution(symbolic: &Symbolic) -> Program {
    let Symbolic { order, blocks, index, .. } = symbolic;
    let n = order.len();
    let mut program = Program::new([index.len(), 0, n]);
    let mut work: Vec<Option<Value>> = vec![None; n];
    let at = |program: &mut Program, work: &mut [Option<Value>], step: usize| {
        *work[step].get_or_insert_with(|| program.read(Array::Output, order[step] as usize))
    };
    for (step, block) in blocks.iter().enumerate() {
        let known = at(&mut program, &mut work, step);
        for position in block.lower() {
            let row = index[position] as usize;
            let value = at(&mut program, &mut work, row);
            let multiplier = program.read(Array::First, position);
            let product = program.multiply(multiplier, known);
            work[row] = Some(program.subtract(value, product));
        }
    }
    for (step, block) in blocks.iter().enumerate().rev() {
        let mut value = at(&mut program, &mut work, step);
        for position in block.upper() {
            let known = at(&mut program, &mut work, index[position] as usize);
            let entry = program.read(Array::First, position);
            let product = program.multiply(entry, known);
            value = program.subtract(value, product);
        }
        let inverse = program.read(Array::First, block.start as usize);
        let value = program.multiply(value, inverse);
        program.write(order[step] as usize, value);
        work[step] = Some(value);
    }
    program
}
