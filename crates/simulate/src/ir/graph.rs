//! Expressions as a graph in which every distinct expression exists once.

use std::collections::HashMap;

use model::{BinaryOp, Builtin, MathOperator};

use super::arithmetic::factorial;
use super::mratio::mratio;

/// Position of a node in a [`Graph`]. The operands of a node come before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeIdx(pub(crate) u32);

/// One operation on earlier nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// A number, by its bits.
    Constant(u64),
    /// Model time.
    Time,
    /// A parameter, by position.
    Parameter(u32),
    /// A state, by position.
    State(u32),
    /// `-x`
    Negate(NodeIdx),
    /// `x + y`
    Add(NodeIdx, NodeIdx),
    /// `x * y`
    Multiply(NodeIdx, NodeIdx),
    /// `x / y`
    Divide(NodeIdx, NodeIdx),
    /// `x ^ y`
    Power(NodeIdx, NodeIdx),
    /// Comparison or logic: 1 or 0.
    Relation(BinaryOp, NodeIdx, NodeIdx),
    /// A function of one argument.
    Function(Builtin, NodeIdx),
    /// The smaller of two.
    Min(NodeIdx, NodeIdx),
    /// The larger of two.
    Max(NodeIdx, NodeIdx),
    /// `if x != 0 then y else z`
    Select(NodeIdx, NodeIdx, NodeIdx),
    /// `mratio(a, b, z)`
    Mratio(NodeIdx, NodeIdx, NodeIdx),
}

/// A growing set of distinct nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    known: HashMap<Node, NodeIdx>,
}

impl Graph {
    /// All nodes; operands come first.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node at a position.
    pub(crate) fn node(&self, idx: NodeIdx) -> Node {
        self.nodes[idx.0 as usize]
    }

    fn insert(&mut self, node: Node) -> NodeIdx {
        if let Some(&idx) = self.known.get(&node) {
            return idx;
        }
        let idx = NodeIdx(u32::try_from(self.nodes.len()).expect("fewer than 2^32 distinct expressions"));
        self.nodes.push(node);
        self.known.insert(node, idx);
        idx
    }

    /// A number.
    pub(crate) fn constant(&mut self, value: f64) -> NodeIdx {
        self.insert(Node::Constant(value.to_bits()))
    }

    /// The number at a node, if it is one.
    pub(crate) fn value(&self, idx: NodeIdx) -> Option<f64> {
        match self.node(idx) {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Model time.
    pub(crate) fn time(&mut self) -> NodeIdx {
        self.insert(Node::Time)
    }

    /// A parameter.
    pub(crate) fn parameter(&mut self, position: usize) -> NodeIdx {
        self.insert(Node::Parameter(u32::try_from(position).expect("fewer than 2^32 parameters")))
    }

    /// A state.
    pub(crate) fn state(&mut self, position: usize) -> NodeIdx {
        self.insert(Node::State(u32::try_from(position).expect("fewer than 2^32 states")))
    }

    /// `-x`
    pub(crate) fn negate(&mut self, x: NodeIdx) -> NodeIdx {
        match self.node(x) {
            Node::Constant(bits) => self.constant(-f64::from_bits(bits)),
            Node::Negate(inner) => inner,
            _ => self.insert(Node::Negate(x)),
        }
    }

    /// `x + y`
    pub(crate) fn add(&mut self, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        match (self.value(x), self.value(y)) {
            (Some(a), Some(b)) => self.constant(a + b),
            (Some(0.0), None) => y,
            (None, Some(0.0)) => x,
            _ => self.insert(Node::Add(x.min(y), x.max(y))),
        }
    }

    /// `x - y`
    pub(crate) fn subtract(&mut self, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        let minus_y = self.negate(y);
        self.add(x, minus_y)
    }

    /// `x * y`. A zero factor gives zero, whatever the other one is.
    pub(crate) fn multiply(&mut self, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        match (self.value(x), self.value(y)) {
            (Some(a), Some(b)) => self.constant(a * b),
            (Some(0.0), None) | (None, Some(0.0)) => self.constant(0.0),
            (Some(1.0), None) => y,
            (None, Some(1.0)) => x,
            (Some(-1.0), None) => self.negate(y),
            (None, Some(-1.0)) => self.negate(x),
            _ => match (self.node(x), self.node(y)) {
                (Node::Negate(a), Node::Negate(b)) => self.multiply(a, b),
                (Node::Negate(a), _) => {
                    let product = self.multiply(a, y);
                    self.negate(product)
                }
                (_, Node::Negate(b)) => {
                    let product = self.multiply(x, b);
                    self.negate(product)
                }
                _ => self.insert(Node::Multiply(x.min(y), x.max(y))),
            },
        }
    }

    /// `x / y`
    pub(crate) fn divide(&mut self, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        match (self.value(x), self.value(y)) {
            (Some(a), Some(b)) => self.constant(a / b),
            (_, Some(1.0)) => x,
            (Some(0.0), None) => x,
            _ => self.insert(Node::Divide(x, y)),
        }
    }

    /// `x ^ y`; whole exponents from 0 to 4 become products.
    pub(crate) fn power(&mut self, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        match (self.value(x), self.value(y)) {
            (Some(a), Some(b)) => self.constant(a.powf(b)),
            (_, Some(0.0)) => self.constant(1.0),
            (_, Some(1.0)) => x,
            (_, Some(2.0)) => self.multiply(x, x),
            (_, Some(3.0)) => {
                let square = self.multiply(x, x);
                self.multiply(square, x)
            }
            (_, Some(4.0)) => {
                let square = self.multiply(x, x);
                self.multiply(square, square)
            }
            _ => self.insert(Node::Power(x, y)),
        }
    }

    /// A comparison or logical operation.
    pub(crate) fn relation(&mut self, op: BinaryOp, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        match (self.value(x), self.value(y)) {
            (Some(a), Some(b)) => self.constant(relation(op, a, b)),
            _ => self.insert(Node::Relation(op, x, y)),
        }
    }

    /// A function of one argument.
    pub(crate) fn function(&mut self, builtin: Builtin, x: NodeIdx) -> NodeIdx {
        match self.value(x) {
            Some(a) => self.constant(function(builtin, a)),
            None => self.insert(Node::Function(builtin, x)),
        }
    }

    /// The smaller of two.
    pub(crate) fn min(&mut self, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        match (self.value(x), self.value(y)) {
            (Some(a), Some(b)) => self.constant(a.min(b)),
            _ if x == y => x,
            _ => self.insert(Node::Min(x, y)),
        }
    }

    /// The larger of two.
    pub(crate) fn max(&mut self, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        match (self.value(x), self.value(y)) {
            (Some(a), Some(b)) => self.constant(a.max(b)),
            _ if x == y => x,
            _ => self.insert(Node::Max(x, y)),
        }
    }

    /// `if condition != 0 then yes else no`
    pub(crate) fn select(&mut self, condition: NodeIdx, yes: NodeIdx, no: NodeIdx) -> NodeIdx {
        match self.value(condition) {
            Some(c) if c != 0.0 => yes,
            Some(_) => no,
            None if yes == no => yes,
            None => self.insert(Node::Select(condition, yes, no)),
        }
    }

    /// `mratio(a, b, z)`
    pub(crate) fn mratio(&mut self, a: NodeIdx, b: NodeIdx, z: NodeIdx) -> NodeIdx {
        match (self.value(a), self.value(b), self.value(z)) {
            (Some(a), Some(b), Some(z)) => self.constant(mratio(a, b, z)),
            _ => self.insert(Node::Mratio(a, b, z)),
        }
    }

    /// Whether a node depends on a state or on time.
    pub(crate) fn varies(&self, idx: NodeIdx) -> bool {
        let leaf = |node| matches!(node, Node::State(_) | Node::Time).then_some(0);
        !self.leaves_of(idx, &mut vec![false; self.nodes.len()], leaf).is_empty()
    }

    /// Positions of the parameters that a node depends on, ascending.
    pub(crate) fn parameters_of(&self, idx: NodeIdx) -> Vec<usize> {
        self.leaves_of(idx, &mut vec![false; self.nodes.len()], |node| match node {
            Node::Parameter(p) => Some(p as usize),
            _ => None,
        })
    }

    /// For each node given, positions of the states that it depends on, ascending.
    pub(crate) fn states_of_all(&self, nodes: &[NodeIdx]) -> Vec<Vec<usize>> {
        let state = |node| match node {
            Node::State(s) => Some(s as usize),
            _ => None,
        };
        nodes.iter().map(|&idx| self.leaves_of(idx, &mut vec![false; self.nodes.len()], state)).collect()
    }

    /// All nodes that these are made of, themselves included, ascending.
    pub(crate) fn reachable(&self, roots: &[NodeIdx]) -> Vec<NodeIdx> {
        let mut seen = vec![false; self.nodes.len()];
        roots.iter().for_each(|r| seen[r.0 as usize] = true);
        for i in (0..seen.len()).rev() {
            if seen[i] {
                Self::operands(self.nodes[i], |x| seen[x.0 as usize] = true);
            }
        }
        let positions = (0..seen.len()).filter(|&i| seen[i]);
        positions.map(|i| NodeIdx(u32::try_from(i).expect("a node"))).collect()
    }

    fn leaves_of(&self, idx: NodeIdx, seen: &mut [bool], leaf: impl Fn(Node) -> Option<usize>) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = vec![idx];
        while let Some(next) = open.pop() {
            if !std::mem::replace(&mut seen[next.0 as usize], true) {
                found.extend(leaf(self.node(next)));
                Self::operands(self.node(next), |x| open.push(x));
            }
        }
        found.sort_unstable();
        found
    }

    /// Calls `visit` for each operand of a node.
    pub(crate) fn operands(node: Node, mut visit: impl FnMut(NodeIdx)) {
        match node {
            Node::Constant(_) | Node::Time | Node::Parameter(_) | Node::State(_) => {}
            Node::Negate(x) | Node::Function(_, x) => visit(x),
            Node::Add(x, y)
            | Node::Multiply(x, y)
            | Node::Divide(x, y)
            | Node::Power(x, y)
            | Node::Relation(_, x, y)
            | Node::Min(x, y)
            | Node::Max(x, y) => {
                visit(x);
                visit(y);
            }
            Node::Select(x, y, z) | Node::Mratio(x, y, z) => {
                visit(x);
                visit(y);
                visit(z);
            }
        }
    }
}

/// The value of a comparison or logical operation: 1 or 0. Any number but 0 is true.
pub(crate) fn relation(op: BinaryOp, x: f64, y: f64) -> f64 {
    let holds = match op {
        BinaryOp::Less => x < y,
        BinaryOp::LessEqual => x <= y,
        BinaryOp::Greater => x > y,
        BinaryOp::GreaterEqual => x >= y,
        BinaryOp::Equal => x == y,
        BinaryOp::NotEqual => x != y,
        BinaryOp::And => x != 0.0 && y != 0.0,
        BinaryOp::Or => x != 0.0 || y != 0.0,
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Power => {
            unreachable!("arithmetic is lowered to nodes of its own")
        }
    };
    f64::from(u8::from(holds))
}

/// The value of a function of one argument.
#[inline]
pub(crate) fn function(builtin: Builtin, x: f64) -> f64 {
    match (builtin, builtin.of_one(x)) {
        (_, Some(y)) => y,
        (Builtin::Math(MathOperator::Factorial), _) => factorial(x),
        _ => unreachable!("functions of several arguments are lowered to nodes of their own"),
    }
}
