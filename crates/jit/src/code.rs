//! Machine code, and the only unsafe code of the project: the call of it.

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{
    AbiParam, InstBuilder, MemFlagsData, SigRef, Signature, Type, Value as Ir, types,
};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Linkage, Module, default_libcall_names};

use crate::program::{Array, Comparison, Function, Instruction, Program, Value};

/// Longer programs are not compiled: the time to allocate registers grows faster than the program.
pub const MOST_INSTRUCTIONS: usize = 40_000;

/// Why there is no machine code. Whoever asked for it goes on without.
#[derive(Debug, thiserror::Error)]
pub enum JitError {
    /// The program is too long.
    #[error("a program of {0} instructions is too long to be compiled")]
    TooLong(usize),
    /// The processor or the system does not allow it.
    #[error("no machine code can be made here: {0}")]
    Unavailable(String),
}

/// First and second input, scalar, output; 1 if all held that was required, else 0.
type Entry = extern "C" fn(*const f64, *const f64, f64, *mut f64) -> u8;

/// A compiled program.
pub struct Code {
    /// Owns the memory of the code; `None` only while it is dropped.
    module: Option<JITModule>,
    entry: Entry,
    lengths: [usize; 3],
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Code").field("lengths", &self.lengths).finish_non_exhaustive()
    }
}

// SAFETY: after `compile` nobody changes the module; its code only reads and writes what a call hands to it.
#[expect(unsafe_code, reason = "the module is not touched until it is dropped")]
unsafe impl Sync for Code {}

impl Code {
    /// Runs the program; tells whether all held that it requires.
    ///
    /// # Shapes and units
    /// - `first`, `second`, `output`: at least as long as the program was told
    ///
    /// # Panics
    /// When an array is shorter than that.
    #[inline]
    pub fn run(&self, first: &[f64], second: &[f64], scalar: f64, output: &mut [f64]) -> bool {
        let [a, b, c] = self.lengths;
        assert!(first.len() >= a && second.len() >= b && output.len() >= c, "arrays of a compiled program");
        (self.entry)(first.as_ptr(), second.as_ptr(), scalar, output.as_mut_ptr()) != 0
    }
}

impl Drop for Code {
    #[expect(unsafe_code, reason = "the memory of machine code must be given back by hand")]
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: `entry` is private and gone with `self`; nothing else points into this memory.
            unsafe { module.free_memory() };
        }
    }
}

/// Compiles a program.
///
/// # Errors
/// [`JitError`]: the program is too long, or this machine does not allow new machine code.
#[expect(unsafe_code, reason = "an address of machine code becomes a function")]
pub fn compile(program: &Program) -> Result<Code, JitError> {
    if program.len() > MOST_INSTRUCTIONS {
        return Err(JitError::TooLong(program.len()));
    }
    let mut module = module().map_err(JitError::Unavailable)?;
    let result = define(&mut module, program);
    match result {
        Ok(address) => {
            // SAFETY: `define` gave this function the signature of `Entry`. It reads and writes only at positions
            // that `Program` checked against `lengths`, and `run` checks the arrays against the same lengths.
            let entry = unsafe { std::mem::transmute::<*const u8, Entry>(address) };
            Ok(Code { module: Some(module), entry, lengths: program.lengths })
        }
        Err(message) => {
            // SAFETY: no address of this module was handed out.
            unsafe { module.free_memory() };
            Err(JitError::Unavailable(message))
        }
    }
}

fn module() -> Result<JITModule, String> {
    let mut flags = settings::builder();
    // The programs share common parts already; more optimisation costs time and gains nothing.
    for (name, value) in [("opt_level", "none"), ("is_pic", "false"), ("enable_verifier", "false")] {
        flags.set(name, value).map_err(|e| e.to_string())?;
    }
    let isa = cranelift_native::builder()?.finish(settings::Flags::new(flags)).map_err(|e| e.to_string())?;
    Ok(JITModule::new(JITBuilder::with_isa(isa, default_libcall_names())))
}

/// Adds the program to the module as a function; gives its address.
fn define(module: &mut JITModule, program: &Program) -> Result<*const u8, String> {
    let pointer = module.target_config().pointer_type();
    let mut context = module.make_context();
    for parameter in [pointer, pointer, types::F64, pointer] {
        context.func.signature.params.push(AbiParam::new(parameter));
    }
    context.func.signature.returns.push(AbiParam::new(types::I8));
    let mut memory = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut context.func, &mut memory);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    builder.seal_block(block);
    let [first, second, scalar, output] = builder.block_params(block)[..] else {
        return Err("a function of four arguments has no four arguments".to_string());
    };
    let calls = [1, 2, 3].map(|n| {
        let mut signature = Signature::new(module.target_config().default_call_conv);
        signature.params.extend(std::iter::repeat_n(AbiParam::new(types::F64), n));
        signature.returns.push(AbiParam::new(types::F64));
        builder.import_signature(signature)
    });
    let held = builder.ins().iconst(types::I8, 1);
    let mut writer = Writer { builder, arrays: [first, second, output], scalar, held, pointer, calls };
    writer.write(program);
    let Writer { mut builder, held, .. } = writer;
    builder.ins().return_(&[held]);
    builder.finalize(module.target_config());
    let id = module
        .declare_function("program", Linkage::Export, &context.func.signature)
        .map_err(|e| e.to_string())?;
    module.define_function(id, &mut context).map_err(|e| e.to_string())?;
    module.finalize_definitions().map_err(|e| e.to_string())?;
    Ok(module.get_finalized_function(id))
}

/// Writes the instructions of a program as those of Cranelift.
struct Writer<'a> {
    builder: FunctionBuilder<'a>,
    arrays: [Ir; 3],
    scalar: Ir,
    /// Whether all held up to here that is required.
    held: Ir,
    pointer: Type,
    calls: [SigRef; 3],
}

impl Writer<'_> {
    fn write(&mut self, program: &Program) {
        let mut values: Vec<Option<Ir>> = Vec::with_capacity(program.len());
        for &instruction in &program.instructions {
            let value = self.instruction(program, &values, instruction);
            values.push(value);
        }
    }

    /// The value of an instruction; `None` for what is cheaper to be made again at each use.
    fn instruction(
        &mut self,
        program: &Program,
        values: &[Option<Ir>],
        instruction: Instruction,
    ) -> Option<Ir> {
        let mut at = |x: Value| match values[x.0 as usize] {
            Some(value) => value,
            None => self.again(program.instructions[x.0 as usize]),
        };
        match instruction {
            Instruction::Constant(_) | Instruction::Read(Array::First | Array::Second, _) => None,
            Instruction::Scalar => Some(self.scalar),
            Instruction::Read(Array::Output, position) => Some(self.load(Array::Output, position)),
            Instruction::Write(position, x) => {
                let x = at(x);
                let offset = offset(position);
                self.builder.ins().store(MemFlagsData::trusted(), x, self.arrays[2], offset);
                Some(x)
            }
            Instruction::Negate(x) => {
                let x = at(x);
                Some(self.builder.ins().fneg(x))
            }
            Instruction::Absolute(x) => {
                let x = at(x);
                Some(self.builder.ins().fabs(x))
            }
            Instruction::Require(comparison, x, y) => {
                let (x, y) = (at(x), at(y));
                let holds = self.builder.ins().fcmp(condition(comparison), x, y);
                self.held = self.builder.ins().band(self.held, holds);
                Some(x)
            }
            Instruction::Add(x, y) => {
                let (x, y) = (at(x), at(y));
                Some(self.builder.ins().fadd(x, y))
            }
            Instruction::Subtract(x, y) => {
                let (x, y) = (at(x), at(y));
                Some(self.builder.ins().fsub(x, y))
            }
            Instruction::Multiply(x, y) => {
                let (x, y) = (at(x), at(y));
                Some(self.builder.ins().fmul(x, y))
            }
            Instruction::Divide(x, y) => {
                let (x, y) = (at(x), at(y));
                Some(self.builder.ins().fdiv(x, y))
            }
            Instruction::Compare(comparison, x, y) => {
                let (x, y) = (at(x), at(y));
                let holds = self.builder.ins().fcmp(condition(comparison), x, y);
                let (one, zero) = (self.builder.ins().f64const(1.0), self.builder.ins().f64const(0.0));
                Some(self.builder.ins().select(holds, one, zero))
            }
            Instruction::Select(c, x, y) => {
                let (c, x, y) = (at(c), at(x), at(y));
                let zero = self.builder.ins().f64const(0.0);
                let holds = self.builder.ins().fcmp(FloatCC::NotEqual, c, zero);
                Some(self.builder.ins().select(holds, x, y))
            }
            Instruction::Call(function, arguments) => {
                let (address, n) = match function {
                    Function::One(f) => (f as usize, 1),
                    Function::Two(f) => (f as usize, 2),
                    Function::Three(f) => (f as usize, 3),
                };
                let arguments: Vec<Ir> = arguments[..n].iter().map(|&x| at(x)).collect();
                let address = self.builder.ins().iconst(self.pointer, address as i64);
                let call = self.builder.ins().call_indirect(self.calls[n - 1], address, &arguments);
                Some(self.builder.inst_results(call)[0])
            }
        }
    }

    fn again(&mut self, instruction: Instruction) -> Ir {
        match instruction {
            Instruction::Constant(x) => self.builder.ins().f64const(x),
            Instruction::Read(array, position) => self.load(array, position),
            _ => unreachable!("{instruction:?} has a value"),
        }
    }

    fn load(&mut self, array: Array, position: u32) -> Ir {
        let from = self.arrays[array as usize];
        self.builder.ins().load(types::F64, MemFlagsData::trusted(), from, offset(position))
    }
}

fn offset(position: u32) -> i32 {
    i32::try_from(8 * i64::from(position)).expect("arrays of a compiled program are below 2 GB")
}

/// As in Rust: a comparison with what is not a number fails, and `!=` holds.
fn condition(comparison: Comparison) -> FloatCC {
    match comparison {
        Comparison::Less => FloatCC::LessThan,
        Comparison::LessEqual => FloatCC::LessThanOrEqual,
        Comparison::Greater => FloatCC::GreaterThan,
        Comparison::GreaterEqual => FloatCC::GreaterThanOrEqual,
        Comparison::Equal => FloatCC::Equal,
        Comparison::NotEqual => FloatCC::NotEqual,
        Comparison::NotGreater => FloatCC::UnorderedOrLessThanOrEqual,
    }
}
