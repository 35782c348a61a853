//! Programs as machine code. The bits are those of the interpreter.

use std::sync::{Arc, OnceLock};

use jit::{Array, Code, Comparison, Function, Program, Value};
use model::{BinaryOp, Builtin};

use super::super::mratio::mratio;
use super::execute::{larger, smaller};
use super::{Operation, Tape};

/// The second part of a program, to be compiled at any time and on any thread.
pub(crate) struct Compilation {
    program: Program,
    code: Arc<OnceLock<Code>>,
}

impl Compilation {
    /// Makes the machine code; the program it belongs to uses it from then on. Without success it goes on as before.
    pub(crate) fn run(self) {
        if let Ok(code) = jit::compile(&self.program) {
            // When two threads made it, one of both is used; they are the same.
            let _ = self.code.set(code);
        }
    }
}

impl Tape {
    /// What can be compiled; nothing when that was done, or when it calls a function that machine code does not know.
    pub(crate) fn compilation(&self) -> Option<Compilation> {
        if self.body.code.get().is_some() || self.body.outputs.is_empty() {
            return None;
        }
        Some(Compilation { program: self.straight_line()?, code: self.body.code.clone() })
    }

    /// The second part, output by output: what an output is made of comes right before it.
    fn straight_line(&self) -> Option<Program> {
        let n_inputs = self.first_state();
        let mut program = Program::new([n_inputs, self.n_states, self.body.outputs.len()]);
        let first = n_inputs + self.n_states + 1;
        let instructions: Vec<_> = self.instructions().map(|(_, operation, x)| (operation, x)).collect();
        let mut values: Vec<Option<Value>> = vec![None; first + instructions.len()];
        for (register, value) in values.iter_mut().enumerate().take(n_inputs) {
            *value = Some(program.read(Array::First, register));
        }
        for state in 0..self.n_states {
            values[n_inputs + state] = Some(program.read(Array::Second, state));
        }
        values[first - 1] = Some(program.scalar());
        let mut open = Vec::new();
        for (position, &output) in self.body.outputs.iter().enumerate() {
            open.push(output as usize);
            while let Some(&register) = open.last() {
                if values[register].is_some() {
                    open.pop();
                    continue;
                }
                let (operation, operands) = instructions[register - first];
                let missing = operands.iter().flatten().map(|&x| x as usize).filter(|&x| values[x].is_none());
                let before = open.len();
                open.extend(missing);
                if open.len() == before {
                    let operands = operands.map(|x| x.and_then(|x| values[x as usize]));
                    values[register] = Some(instruction(&mut program, operation, operands)?);
                    open.pop();
                }
            }
            let value = values[output as usize]?;
            program.write(position, value);
        }
        Some(program)
    }
}

/// Writes one instruction; `None` when machine code does not know it.
fn instruction(program: &mut Program, operation: Operation, operands: [Option<Value>; 3]) -> Option<Value> {
    Some(match (operation, operands) {
        (Operation::Negate, [Some(x), ..]) => program.negate(x),
        (Operation::Add, [Some(x), Some(y), _]) => program.add(x, y),
        (Operation::Subtract, [Some(x), Some(y), _]) => program.subtract(x, y),
        (Operation::Multiply, [Some(x), Some(y), _]) => program.multiply(x, y),
        (Operation::Divide, [Some(x), Some(y), _]) => program.divide(x, y),
        (Operation::Power, [Some(x), Some(y), _]) => program.call(Function::Two(power), &[x, y]),
        (Operation::Min, [Some(x), Some(y), _]) => program.call(Function::Two(least), &[x, y]),
        (Operation::Max, [Some(x), Some(y), _]) => program.call(Function::Two(most), &[x, y]),
        (Operation::Relation(op), [Some(x), Some(y), _]) => relation(program, op, x, y)?,
        (Operation::Function(Builtin::Abs), [Some(x), ..]) => program.absolute(x),
        (Operation::Function(builtin), [Some(x), ..]) => {
            program.call(Function::One(function(builtin)?), &[x])
        }
        (Operation::Select, [Some(c), Some(x), Some(y)]) => program.select(c, x, y),
        (Operation::Mratio, [Some(a), Some(b), Some(z)]) => {
            program.call(Function::Three(kummer_ratio), &[a, b, z])
        }
        _ => return None,
    })
}

fn relation(program: &mut Program, op: BinaryOp, x: Value, y: Value) -> Option<Value> {
    let comparison = match op {
        BinaryOp::Less => Comparison::Less,
        BinaryOp::LessEqual => Comparison::LessEqual,
        BinaryOp::Greater => Comparison::Greater,
        BinaryOp::GreaterEqual => Comparison::GreaterEqual,
        BinaryOp::Equal => Comparison::Equal,
        BinaryOp::NotEqual => Comparison::NotEqual,
        BinaryOp::And | BinaryOp::Or => {
            let (one, zero) = (program.constant(1.0), program.constant(0.0));
            let y = program.compare(Comparison::NotEqual, y, zero);
            let (yes, no) = if op == BinaryOp::And { (y, zero) } else { (one, y) };
            return Some(program.select(x, yes, no));
        }
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Power => {
            return None;
        }
    };
    Some(program.compare(comparison, x, y))
}

extern "C" fn power(x: f64, y: f64) -> f64 {
    x.powf(y)
}

extern "C" fn least(x: f64, y: f64) -> f64 {
    smaller(x, y)
}

extern "C" fn most(x: f64, y: f64) -> f64 {
    larger(x, y)
}

extern "C" fn kummer_ratio(a: f64, b: f64, z: f64) -> f64 {
    mratio(a, b, z)
}

/// A function with the address that machine code needs.
macro_rules! addresses {
    ($given:expr, $($builtin:ident),*) => {
        match $given {
            $(Builtin::$builtin => {
                extern "C" fn call(x: f64) -> f64 {
                    super::super::graph::function(Builtin::$builtin, x)
                }
                Some(call)
            })*
            _ => None,
        }
    };
}

/// The address of a function of one argument; none for the rare ones of SBML.
fn function(builtin: Builtin) -> Option<extern "C" fn(f64) -> f64> {
    addresses!(
        builtin, Exp, Ln, Log10, Log2, Sqrt, Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Asinh, Acosh,
        Atanh, Rint, Floor, Ceil, Sign
    )
}
