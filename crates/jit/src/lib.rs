//! Straight-line arithmetic on numbers, compiled to machine code.
//!
//! A [`Program`] reads numbers from arrays, combines them and writes results; [`compile`] turns it into [`Code`].
//! No operation is contracted, reordered or replaced: each result has the bits that the same operations have in Rust.
//! The machine code is made by Cranelift.
//!
//! This is the only crate with unsafe code, all of it in `code.rs`: what a program may touch is checked when it is
//! written, and the lengths of the arrays are checked at each call.
//!
//! ```
//! use jit::{Array, Program, compile};
//!
//! let mut program = Program::new([2, 0, 1]);
//! let (x, y) = (program.read(Array::First, 0), program.read(Array::First, 1));
//! let product = program.multiply(x, y);
//! program.write(0, product);
//! let mut out = [0.0];
//! compile(&program)?.run(&[6.0, 7.0], &[], 0.0, &mut out);
//! assert_eq!(out, [42.0]);
//! # Ok::<(), jit::JitError>(())
//! ```

mod code;
mod program;

pub use code::{Code, JitError, MOST_INSTRUCTIONS, compile};
pub use program::{Array, Comparison, Function, Program, Value};
