//! The linear program that evaluates a set of expressions, for one state or for several side by side ("lanes").
//!
//! Instructions of one kind that do not need each other stand together in a [`Run`], so that the interpreter
//! decides once per run and not once per instruction. Each lane sees the same operations in the same order:
//! a result has the same bits on any number of lanes.

mod compiled;
mod execute;
mod part;
mod schedule;
mod zeros;

#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use jit::Code;
use model::{BinaryOp, Builtin};

use super::graph::{Graph, NodeIdx};
pub(crate) use compiled::Compilation;
use execute::execute;
use schedule::Schedule;

/// What an instruction does with its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Relation(BinaryOp),
    Function(Builtin),
    Min,
    Max,
    Select,
    Mratio,
}

/// Instructions of one kind, none of which reads the result of another one. Numbers are register positions.
#[derive(Clone, Debug, PartialEq)]
struct Run {
    operation: Operation,
    operands: Operands,
}

/// Operands of the instructions of a run.
#[derive(Clone, Debug, PartialEq)]
enum Operands {
    One(Vec<u32>),
    Two(Vec<[u32; 2]>),
    Three(Vec<[u32; 3]>),
}

impl Operands {
    fn len(&self) -> usize {
        match self {
            Operands::One(operands) => operands.len(),
            Operands::Two(operands) => operands.len(),
            Operands::Three(operands) => operands.len(),
        }
    }
}

/// A program in two parts: what depends on parameters alone, and the rest.
///
/// Registers hold, in this order: constants, parameters, the first part's results, states, time, the second part's
/// results.
#[derive(Clone, Debug)]
pub(crate) struct Tape {
    n_parameters: usize,
    n_states: usize,
    /// Instructions of both parts.
    n_prologue: usize,
    n_body: usize,
    constants: Vec<f64>,
    prologue: Vec<Run>,
    body: Body,
}

/// The second part of a program, and where its outputs are.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    runs: Vec<Run>,
    outputs: Vec<u32>,
    /// Machine code for one lane, when it was asked for.
    code: Arc<OnceLock<Code>>,
}

/// Registers of one thread, for so many lanes.
#[derive(Clone, Debug, Default)]
pub(crate) struct TapeScratch<const L: usize = 1> {
    registers: Vec<[f64; L]>,
    /// Registers of the first part, for one lane.
    prologue: Vec<[f64; 1]>,
}

impl Tape {
    /// A program for `outputs`, over so many parameters and states.
    pub(crate) fn new(graph: &Graph, outputs: &[NodeIdx], n_parameters: usize, n_states: usize) -> Self {
        let Schedule { constants, prologue, body, outputs } =
            Schedule::new(graph, outputs, n_parameters, n_states);
        let (n_prologue, n_body) = (instructions(&prologue), instructions(&body));
        let body = Body { runs: body, outputs, code: Arc::default() };
        Self { n_parameters, n_states, n_prologue, n_body, constants, prologue, body }
    }

    /// Number of states that [`Self::evaluate`] takes.
    pub(crate) fn n_states(&self) -> usize {
        self.n_states
    }

    /// Registers with the parameter part done. Shape: `parameters` `[n_parameters]`.
    pub(crate) fn prepare(&self, parameters: &[f64], scratch: &mut TapeScratch) {
        self.prepare_lane(0, parameters, scratch);
    }

    /// Evaluates the outputs. Shapes: `y` `[n_states]`, `out` `[n_outputs]`, overwritten.
    pub(crate) fn evaluate(&self, t: f64, y: &[f64], scratch: &mut TapeScratch, out: &mut [f64]) {
        self.evaluate_lanes([t], y.as_chunks().0, scratch, out.as_chunks_mut().0);
    }

    /// As [`Self::prepare`], for one of several lanes; the others stay as they are.
    pub(crate) fn prepare_lane<const L: usize>(
        &self,
        lane: usize,
        parameters: &[f64],
        scratch: &mut TapeScratch<L>,
    ) {
        let n_given = self.constants.len() + self.n_parameters;
        let n_prologue = n_given + self.n_prologue;
        let TapeScratch { registers, prologue } = scratch;
        prologue.resize(n_prologue, [0.0]);
        let given = self.constants.iter().chain(parameters);
        prologue.iter_mut().zip(given).for_each(|(register, &value)| *register = [value]);
        execute(&self.prologue, n_given, prologue);
        registers.resize(n_prologue + self.n_states + 1 + self.n_body, [0.0; L]);
        registers.iter_mut().zip(prologue).for_each(|(register, value)| register[lane] = value[0]);
    }

    /// As [`Self::evaluate`], for all lanes.
    pub(crate) fn evaluate_lanes<const L: usize>(
        &self,
        t: [f64; L],
        y: &[[f64; L]],
        scratch: &mut TapeScratch<L>,
        out: &mut [[f64; L]],
    ) {
        self.evaluate_body(&self.body, t, y, scratch, out);
    }

    /// As [`Self::evaluate_lanes`], with a part of the body, or the whole.
    pub(crate) fn evaluate_body<const L: usize>(
        &self,
        body: &Body,
        t: [f64; L],
        y: &[[f64; L]],
        scratch: &mut TapeScratch<L>,
        out: &mut [[f64; L]],
    ) {
        if L == 1
            && let Some(code) = body.code.get()
        {
            code.run(scratch.registers.as_flattened(), y.as_flattened(), t[0], out.as_flattened_mut());
            return;
        }
        let start = self.first_state();
        let registers = &mut scratch.registers;
        registers[start..start + self.n_states].copy_from_slice(y);
        registers[start + self.n_states] = t;
        execute(&body.runs, start + self.n_states + 1, registers);
        for (value, &register) in out.iter_mut().zip(&body.outputs) {
            *value = registers[register as usize];
        }
    }

    /// Register of the first state.
    fn first_state(&self) -> usize {
        self.constants.len() + self.n_parameters + self.n_prologue
    }

    /// The whole second part.
    pub(crate) fn body(&self) -> &Body {
        &self.body
    }

    /// Instructions done when parameters change, and at each evaluation.
    pub(crate) fn lengths(&self) -> (usize, usize) {
        (self.n_prologue, self.n_body)
    }
}

fn instructions(runs: &[Run]) -> usize {
    runs.iter().map(|run| run.operands.len()).sum()
}
