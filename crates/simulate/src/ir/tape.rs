//! The linear program that evaluates a set of expressions.

use model::{BinaryOp, Builtin};

use super::graph::{Graph, Node, NodeIdx, function, relation};
use super::mratio::mratio;

/// One instruction; numbers are register positions. Registers hold, in this order: constants and parameters
/// ("inputs"), states, time, then one register for each instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Instruction {
    Negate(u32),
    Add(u32, u32),
    Subtract(u32, u32),
    Multiply(u32, u32),
    Divide(u32, u32),
    Power(u32, u32),
    Relation(BinaryOp, u32, u32),
    Function(Builtin, u32),
    Min(u32, u32),
    Max(u32, u32),
    Select(u32, u32, u32),
    Mratio(u32, u32, u32),
}

/// A program in two parts: what depends on parameters alone, and the rest.
#[derive(Clone, Debug)]
pub(crate) struct Tape {
    n_parameters: usize,
    n_states: usize,
    constants: Vec<f64>,
    prologue: Vec<Instruction>,
    body: Vec<Instruction>,
    outputs: Vec<u32>,
}

/// Registers of one thread.
#[derive(Clone, Debug, Default)]
pub(crate) struct TapeScratch {
    registers: Vec<f64>,
}

impl Tape {
    /// A program for `outputs`, over so many parameters and states.
    pub(crate) fn new(graph: &Graph, outputs: &[NodeIdx], n_parameters: usize, n_states: usize) -> Self {
        Builder::new(graph, outputs, n_parameters, n_states).build(outputs)
    }

    /// Registers with the parameter part done. Shape: `parameters` `[n_parameters]`.
    pub(crate) fn prepare(&self, parameters: &[f64], scratch: &mut TapeScratch) {
        let n_inputs = self.constants.len() + self.n_parameters;
        let n = n_inputs + self.prologue.len() + self.n_states + 1 + self.body.len();
        scratch.registers.clear();
        scratch.registers.resize(n, 0.0);
        scratch.registers[..self.constants.len()].copy_from_slice(&self.constants);
        scratch.registers[self.constants.len()..n_inputs].copy_from_slice(parameters);
        execute(&self.prologue, n_inputs, &mut scratch.registers);
    }

    /// Evaluates the outputs. Shapes: `y` `[n_states]`, `out` `[n_outputs]`, overwritten.
    pub(crate) fn evaluate(&self, t: f64, y: &[f64], scratch: &mut TapeScratch, out: &mut [f64]) {
        let start = self.constants.len() + self.n_parameters + self.prologue.len();
        let registers = &mut scratch.registers;
        registers[start..start + self.n_states].copy_from_slice(y);
        registers[start + self.n_states] = t;
        execute(&self.body, start + self.n_states + 1, registers);
        for (value, &register) in out.iter_mut().zip(&self.outputs) {
            *value = registers[register as usize];
        }
    }

    /// Instructions done when parameters change, and at each evaluation.
    pub(crate) fn lengths(&self) -> (usize, usize) {
        (self.prologue.len(), self.body.len())
    }
}

fn execute(program: &[Instruction], first: usize, registers: &mut [f64]) {
    for (offset, instruction) in program.iter().enumerate() {
        let r = |i: u32| registers[i as usize];
        let value = match *instruction {
            Instruction::Negate(x) => -r(x),
            Instruction::Add(x, y) => r(x) + r(y),
            Instruction::Subtract(x, y) => r(x) - r(y),
            Instruction::Multiply(x, y) => r(x) * r(y),
            Instruction::Divide(x, y) => r(x) / r(y),
            Instruction::Power(x, y) => r(x).powf(r(y)),
            Instruction::Relation(op, x, y) => relation(op, r(x), r(y)),
            Instruction::Function(builtin, x) => function(builtin, r(x)),
            Instruction::Min(x, y) => r(x).min(r(y)),
            Instruction::Max(x, y) => r(x).max(r(y)),
            Instruction::Select(c, x, y) => {
                if r(c) != 0.0 {
                    r(x)
                } else {
                    r(y)
                }
            }
            Instruction::Mratio(a, b, z) => mratio(r(a), r(b), r(z)),
        };
        registers[first + offset] = value;
    }
}

/// Assigns registers to the nodes that the outputs need.
struct Builder<'a> {
    graph: &'a Graph,
    needed: Vec<bool>,
    varies: Vec<bool>,
    register: Vec<u32>,
    tape: Tape,
}

impl<'a> Builder<'a> {
    fn new(graph: &'a Graph, outputs: &[NodeIdx], n_parameters: usize, n_states: usize) -> Self {
        let n = graph.nodes().len();
        let mut needed = vec![false; n];
        outputs.iter().for_each(|o| needed[o.0 as usize] = true);
        for i in (0..n).rev() {
            if needed[i] {
                program_operands(graph, graph.nodes()[i], |x| needed[x.0 as usize] = true);
            }
        }
        let mut varies = vec![false; n];
        for (i, &node) in graph.nodes().iter().enumerate() {
            let mut any = matches!(node, Node::State(_) | Node::Time);
            Graph::operands(node, |x| any |= varies[x.0 as usize]);
            varies[i] = any;
        }
        let tape = Tape {
            n_parameters,
            n_states,
            constants: Vec::new(),
            prologue: Vec::new(),
            body: Vec::new(),
            outputs: Vec::new(),
        };
        Self { graph, needed, varies, register: vec![u32::MAX; n], tape }
    }

    fn build(mut self, outputs: &[NodeIdx]) -> Tape {
        self.place_constants();
        let n_inputs = self.tape.constants.len() + self.tape.n_parameters;
        let mut next = n_inputs;
        for i in 0..self.needed.len() {
            if self.needed[i] && !self.varies[i] && self.register[i] == u32::MAX {
                self.register[i] = to_register(next);
                let instruction = self.instruction(i);
                self.tape.prologue.push(instruction);
                next += 1;
            }
        }
        self.place_states(next);
        next += self.tape.n_states + 1;
        for i in 0..self.needed.len() {
            if self.needed[i] && self.register[i] == u32::MAX {
                self.register[i] = to_register(next);
                let instruction = self.instruction(i);
                self.tape.body.push(instruction);
                next += 1;
            }
        }
        self.tape.outputs = outputs.iter().map(|o| self.register[o.0 as usize]).collect();
        self.tape
    }

    fn place_constants(&mut self) {
        let nodes = self.graph.nodes();
        for (i, &node) in nodes.iter().enumerate() {
            if let (Node::Constant(bits), true) = (node, self.needed[i]) {
                self.register[i] = to_register(self.tape.constants.len());
                self.tape.constants.push(f64::from_bits(bits));
            }
        }
        let first = self.tape.constants.len();
        for (i, &node) in nodes.iter().enumerate() {
            if let Node::Parameter(p) = node {
                self.register[i] = to_register(first + p as usize);
            }
        }
    }

    fn place_states(&mut self, first: usize) {
        for (i, &node) in self.graph.nodes().iter().enumerate() {
            match node {
                Node::State(s) => self.register[i] = to_register(first + s as usize),
                Node::Time => self.register[i] = to_register(first + self.tape.n_states),
                _ => {}
            }
        }
    }

    fn instruction(&self, i: usize) -> Instruction {
        let r = |x: NodeIdx| self.register[x.0 as usize];
        match self.graph.nodes()[i] {
            Node::Negate(x) => Instruction::Negate(r(x)),
            Node::Add(x, y) => match difference(self.graph, x, y) {
                Some((from, taken)) => Instruction::Subtract(r(from), r(taken)),
                None => Instruction::Add(r(x), r(y)),
            },
            Node::Multiply(x, y) => Instruction::Multiply(r(x), r(y)),
            Node::Divide(x, y) => Instruction::Divide(r(x), r(y)),
            Node::Power(x, y) => Instruction::Power(r(x), r(y)),
            Node::Relation(op, x, y) => Instruction::Relation(op, r(x), r(y)),
            Node::Function(builtin, x) => Instruction::Function(builtin, r(x)),
            Node::Min(x, y) => Instruction::Min(r(x), r(y)),
            Node::Max(x, y) => Instruction::Max(r(x), r(y)),
            Node::Select(c, x, y) => Instruction::Select(r(c), r(x), r(y)),
            Node::Mratio(a, b, z) => Instruction::Mratio(r(a), r(b), r(z)),
            Node::Constant(_) | Node::Time | Node::Parameter(_) | Node::State(_) => {
                unreachable!("leaves have registers of their own")
            }
        }
    }
}

/// `x + (-b)` as `(x, b)`: a sum with a negated term is one subtraction.
fn difference(graph: &Graph, x: NodeIdx, y: NodeIdx) -> Option<(NodeIdx, NodeIdx)> {
    match (graph.node(x), graph.node(y)) {
        (_, Node::Negate(b)) => Some((x, b)),
        (Node::Negate(a), _) => Some((y, a)),
        _ => None,
    }
}

/// The operands that the instruction of a node reads.
fn program_operands(graph: &Graph, node: Node, mut visit: impl FnMut(NodeIdx)) {
    let subtraction = match node {
        Node::Add(x, y) => difference(graph, x, y),
        _ => None,
    };
    match subtraction {
        Some((from, taken)) => {
            visit(from);
            visit(taken);
        }
        None => Graph::operands(node, visit),
    }
}

fn to_register(position: usize) -> u32 {
    u32::try_from(position).expect("fewer than 2^32 registers")
}
