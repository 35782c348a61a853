//! Which instructions a program has, and their order.

use super::super::graph::{Graph, Node, NodeIdx};
use super::{Operands, Operation, Run};

/// A program under construction: registers are given out in the order of execution.
pub(super) struct Schedule {
    pub(super) constants: Vec<f64>,
    pub(super) prologue: Vec<Run>,
    pub(super) body: Vec<Run>,
    pub(super) outputs: Vec<u32>,
}

impl Schedule {
    /// A program for `outputs`, over so many parameters and states.
    pub(super) fn new(graph: &Graph, outputs: &[NodeIdx], n_parameters: usize, n_states: usize) -> Self {
        let needed = needed(graph, outputs);
        let varies = varies(graph);
        let mut registers = Registers { of_node: vec![None; graph.nodes().len()], next: 0 };
        let constants = registers.place_constants(graph, &needed);
        registers.place_leaves(graph, n_parameters, |node| match node {
            Node::Parameter(p) => Some(p as usize),
            _ => None,
        });
        let instructions = |of_body: bool, registers: &Registers| -> Vec<usize> {
            let is_open = |&i: &usize| needed[i] && varies[i] == of_body && registers.of_node[i].is_none();
            (0..needed.len()).filter(is_open).collect()
        };
        let members = instructions(false, &registers);
        let prologue = registers.place_instructions(graph, &members);
        registers.place_leaves(graph, n_states + 1, |node| match node {
            Node::State(s) => Some(s as usize),
            Node::Time => Some(n_states),
            _ => None,
        });
        let members = instructions(true, &registers);
        let body = registers.place_instructions(graph, &members);
        let outputs = outputs.iter().map(|&o| registers.of(o)).collect();
        Self { constants, prologue, body, outputs }
    }
}

/// Which nodes the outputs are made of.
fn needed(graph: &Graph, outputs: &[NodeIdx]) -> Vec<bool> {
    let mut needed = vec![false; graph.nodes().len()];
    outputs.iter().for_each(|o| needed[o.0 as usize] = true);
    for i in (0..needed.len()).rev() {
        if needed[i] {
            operands(graph, graph.nodes()[i]).for_each(|x| needed[x.0 as usize] = true);
        }
    }
    needed
}

/// Which nodes depend on states or time.
fn varies(graph: &Graph) -> Vec<bool> {
    let mut varies = vec![false; graph.nodes().len()];
    for (i, &node) in graph.nodes().iter().enumerate() {
        let mut any = matches!(node, Node::State(_) | Node::Time);
        Graph::operands(node, |x| any |= varies[x.0 as usize]);
        varies[i] = any;
    }
    varies
}

/// Where the value of each node is kept.
struct Registers {
    of_node: Vec<Option<u32>>,
    next: usize,
}

impl Registers {
    fn of(&self, node: NodeIdx) -> u32 {
        self.of_node[node.0 as usize].expect("operands and outputs have registers")
    }

    fn place_constants(&mut self, graph: &Graph, needed: &[bool]) -> Vec<f64> {
        let mut constants = Vec::new();
        for (i, &node) in graph.nodes().iter().enumerate() {
            if let (Node::Constant(bits), true) = (node, needed[i]) {
                self.of_node[i] = Some(register(constants.len()));
                constants.push(f64::from_bits(bits));
            }
        }
        self.next = constants.len();
        constants
    }

    /// A block of `n` registers for leaves of one kind.
    fn place_leaves(&mut self, graph: &Graph, n: usize, position: impl Fn(Node) -> Option<usize>) {
        for (i, &node) in graph.nodes().iter().enumerate() {
            if let Some(position) = position(node) {
                self.of_node[i] = Some(register(self.next + position));
            }
        }
        self.next += n;
    }

    /// Orders instructions so that as many as possible of one kind stand together: of all kinds that have
    /// instructions whose operands are known, the one with the most of them is next.
    fn place_instructions(&mut self, graph: &Graph, members: &[usize]) -> Vec<Run> {
        let mut waits_for = vec![0_u32; graph.nodes().len()];
        let mut users: Vec<Vec<u32>> = vec![Vec::new(); graph.nodes().len()];
        let mut ready = Ready::default();
        for &i in members {
            for x in operands(graph, graph.nodes()[i]).filter(|x| self.of_node[x.0 as usize].is_none()) {
                waits_for[i] += 1;
                users[x.0 as usize].push(register(i));
            }
            if waits_for[i] == 0 {
                ready.add(operation(graph, graph.nodes()[i]), i);
            }
        }
        let mut runs = Vec::new();
        while let Some((operation, mut nodes)) = ready.take_most() {
            nodes.sort_unstable();
            runs.push(self.run(graph, operation, &nodes));
            for i in nodes {
                self.of_node[i] = Some(register(self.next));
                self.next += 1;
                for &user in &users[i] {
                    let user = user as usize;
                    waits_for[user] -= 1;
                    if waits_for[user] == 0 {
                        ready.add(self::operation(graph, graph.nodes()[user]), user);
                    }
                }
            }
        }
        runs
    }

    fn run(&self, graph: &Graph, operation: Operation, nodes: &[usize]) -> Run {
        let read = |i: usize| operands(graph, graph.nodes()[i]).map(|x| self.of(x));
        let operands = match read(nodes[0]).count() {
            1 => Operands::One(nodes.iter().flat_map(|&i| read(i)).collect()),
            2 => Operands::Two(nodes.iter().map(|&i| exactly(read(i))).collect()),
            _ => Operands::Three(nodes.iter().map(|&i| exactly(read(i))).collect()),
        };
        Run { operation, operands }
    }
}

fn exactly<const N: usize>(mut registers: impl Iterator<Item = u32>) -> [u32; N] {
    std::array::from_fn(|_| {
        registers.next().expect("instructions of one kind have the same number of operands")
    })
}

/// Instructions whose operands are known, by kind in order of first appearance.
#[derive(Default)]
struct Ready {
    kinds: Vec<(Operation, Vec<usize>)>,
}

impl Ready {
    fn add(&mut self, operation: Operation, node: usize) {
        match self.kinds.iter_mut().find(|(kind, _)| *kind == operation) {
            Some((_, nodes)) => nodes.push(node),
            None => self.kinds.push((operation, vec![node])),
        }
    }

    fn take_most(&mut self) -> Option<(Operation, Vec<usize>)> {
        let most = self.kinds.iter().map(|(_, nodes)| nodes.len()).max().filter(|&n| n > 0)?;
        let (operation, nodes) = self.kinds.iter_mut().find(|(_, nodes)| nodes.len() == most)?;
        Some((*operation, std::mem::take(nodes)))
    }
}

/// The operation of a node that is no leaf.
fn operation(graph: &Graph, node: Node) -> Operation {
    match node {
        Node::Negate(_) => Operation::Negate,
        Node::Add(x, y) if difference(graph, x, y).is_some() => Operation::Subtract,
        Node::Add(..) => Operation::Add,
        Node::Multiply(..) => Operation::Multiply,
        Node::Divide(..) => Operation::Divide,
        Node::Power(..) => Operation::Power,
        Node::Relation(op, ..) => Operation::Relation(op),
        Node::Function(builtin, _) => Operation::Function(builtin),
        Node::Min(..) => Operation::Min,
        Node::Max(..) => Operation::Max,
        Node::Select(..) => Operation::Select,
        Node::Mratio(..) => Operation::Mratio,
        Node::Constant(_) | Node::Time | Node::Parameter(_) | Node::State(_) => {
            unreachable!("leaves have registers of their own")
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

/// The operands that the instruction of a node reads, in order.
fn operands(graph: &Graph, node: Node) -> impl Iterator<Item = NodeIdx> {
    let subtraction = match node {
        Node::Add(x, y) => difference(graph, x, y),
        _ => None,
    };
    let mut all = [None; 3];
    let mut places = all.iter_mut();
    let mut put = |x| *places.next().expect("at most three operands") = Some(x);
    match subtraction {
        Some((from, taken)) => {
            put(from);
            put(taken);
        }
        None => Graph::operands(node, put),
    }
    all.into_iter().flatten()
}

fn register(position: usize) -> u32 {
    u32::try_from(position).expect("fewer than 2^32 registers")
}
