//! Symbolic derivatives.

use std::collections::HashMap;

use model::{BinaryOp, Builtin};

use super::{Graph, Node, NodeIdx};

/// Derivatives with respect to one leaf (a state, a parameter or time), remembered.
#[derive(Debug)]
pub(crate) struct Derivatives {
    leaf: Node,
    known: HashMap<NodeIdx, NodeIdx>,
}

impl Derivatives {
    /// Derivatives with respect to `leaf`.
    pub(crate) fn with_respect_to(leaf: Node) -> Self {
        Self { leaf, known: HashMap::new() }
    }

    /// The derivative of `of`, added to the graph. Comparisons, `floor` and the like count as constant.
    pub(crate) fn of(&mut self, graph: &mut Graph, of: NodeIdx) -> NodeIdx {
        if let Some(&known) = self.known.get(&of) {
            return known;
        }
        let node = graph.node(of);
        let derivative = if node == self.leaf { graph.constant(1.0) } else { self.rule(graph, node, of) };
        self.known.insert(of, derivative);
        derivative
    }

    fn rule(&mut self, g: &mut Graph, node: Node, whole: NodeIdx) -> NodeIdx {
        match node {
            Node::Constant(_) | Node::Time | Node::Parameter(_) | Node::State(_) | Node::Relation(..) => {
                g.constant(0.0)
            }
            Node::Negate(x) => {
                let dx = self.of(g, x);
                g.negate(dx)
            }
            Node::Add(x, y) => {
                let (dx, dy) = (self.of(g, x), self.of(g, y));
                g.add(dx, dy)
            }
            Node::Multiply(x, y) => {
                let (dx, dy) = (self.of(g, x), self.of(g, y));
                let left = g.multiply(dx, y);
                let right = g.multiply(x, dy);
                g.add(left, right)
            }
            Node::Divide(x, y) => {
                let (dx, dy) = (self.of(g, x), self.of(g, y));
                let carried = g.multiply(whole, dy);
                let top = g.subtract(dx, carried);
                g.divide(top, y)
            }
            Node::Power(x, y) => self.power(g, x, y),
            Node::Function(builtin, x) => {
                let dx = self.of(g, x);
                if g.value(dx) == Some(0.0) {
                    return dx;
                }
                let outer = derivative_of_function(g, builtin, x, whole);
                g.multiply(outer, dx)
            }
            Node::Min(x, y) => self.choice(g, BinaryOp::LessEqual, x, y),
            Node::Max(x, y) => self.choice(g, BinaryOp::GreaterEqual, x, y),
            Node::Select(condition, x, y) => {
                let (dx, dy) = (self.of(g, x), self.of(g, y));
                g.select(condition, dx, dy)
            }
            Node::Mratio(a, b, z) => self.mratio(g, a, b, z, whole),
        }
    }

    fn choice(&mut self, g: &mut Graph, op: BinaryOp, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        let (dx, dy) = (self.of(g, x), self.of(g, y));
        let condition = g.relation(op, x, y);
        g.select(condition, dx, dy)
    }

    /// `d(x^y) = y x^(y-1) dx + x^y ln(x) dy`; the second term counts as 0 where x is 0.
    fn power(&mut self, g: &mut Graph, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        let (dx, dy) = (self.of(g, x), self.of(g, y));
        let one = g.constant(1.0);
        let reduced = g.subtract(y, one);
        let lower = g.power(x, reduced);
        let slope = g.multiply(y, lower);
        let base_part = g.multiply(slope, dx);
        if g.value(dy) == Some(0.0) {
            return base_part;
        }
        let zero = g.constant(0.0);
        let whole = g.power(x, y);
        let logarithm = g.function(Builtin::Ln, x);
        let product = g.multiply(whole, logarithm);
        let positive = g.relation(BinaryOp::Greater, x, zero);
        let guarded = g.select(positive, product, zero);
        let exponent_part = g.multiply(guarded, dy);
        g.add(base_part, exponent_part)
    }

    /// With `r = M(a+1,b+1,z)/M(a,b,z)`, Kummer's equation gives `dr/dz = (b + (z - b) r - z (a/b) r^2) / z`.
    /// `a` and `b` count as constant: lowering refuses an `mratio` whose first arguments depend on states.
    fn mratio(&mut self, g: &mut Graph, a: NodeIdx, b: NodeIdx, z: NodeIdx, r: NodeIdx) -> NodeIdx {
        let dz = self.of(g, z);
        let square = g.multiply(r, r);
        let last = g.multiply(a, square);
        let last = g.divide(last, b);
        let difference = g.subtract(z, b);
        let middle = g.multiply(difference, r);
        let sum = g.add(b, middle);
        let scaled_last = g.multiply(z, last);
        let top = g.subtract(sum, scaled_last);
        let slope = g.divide(top, z);
        g.multiply(slope, dz)
    }
}

fn derivative_of_function(g: &mut Graph, builtin: Builtin, x: NodeIdx, whole: NodeIdx) -> NodeIdx {
    let one = g.constant(1.0);
    let square = g.multiply(x, x);
    match builtin {
        Builtin::Exp => whole,
        Builtin::Ln => g.divide(one, x),
        Builtin::Log10 => scaled_reciprocal(g, x, std::f64::consts::LN_10),
        Builtin::Log2 => scaled_reciprocal(g, x, std::f64::consts::LN_2),
        Builtin::Sqrt => {
            let half = g.constant(0.5);
            g.divide(half, whole)
        }
        Builtin::Abs => g.function(Builtin::Sign, x),
        Builtin::Sin => g.function(Builtin::Cos, x),
        Builtin::Cos => {
            let sine = g.function(Builtin::Sin, x);
            g.negate(sine)
        }
        Builtin::Tan => {
            let squared = g.multiply(whole, whole);
            g.add(one, squared)
        }
        Builtin::Sinh => g.function(Builtin::Cosh, x),
        Builtin::Cosh => g.function(Builtin::Sinh, x),
        Builtin::Tanh => {
            let squared = g.multiply(whole, whole);
            g.subtract(one, squared)
        }
        Builtin::Asin | Builtin::Acos => {
            let inside = g.subtract(one, square);
            let root = g.function(Builtin::Sqrt, inside);
            let slope = g.divide(one, root);
            if builtin == Builtin::Acos { g.negate(slope) } else { slope }
        }
        Builtin::Atan => {
            let below = g.add(one, square);
            g.divide(one, below)
        }
        Builtin::Asinh => {
            let inside = g.add(square, one);
            let root = g.function(Builtin::Sqrt, inside);
            g.divide(one, root)
        }
        Builtin::Acosh => {
            let inside = g.subtract(square, one);
            let root = g.function(Builtin::Sqrt, inside);
            g.divide(one, root)
        }
        Builtin::Atanh => {
            let below = g.subtract(one, square);
            g.divide(one, below)
        }
        // A factorial is defined for whole numbers only, and constant between jumps like them.
        Builtin::Rint | Builtin::Floor | Builtin::Ceil | Builtin::Sign | Builtin::Math(_) => g.constant(0.0),
        Builtin::Min | Builtin::Max | Builtin::Sum | Builtin::Avg | Builtin::If | Builtin::Mratio => {
            unreachable!("functions of several arguments are lowered to nodes of their own")
        }
    }
}

/// `1 / (factor * x)`
fn scaled_reciprocal(g: &mut Graph, x: NodeIdx, factor: f64) -> NodeIdx {
    let factor = g.constant(factor);
    let one = g.constant(1.0);
    let below = g.multiply(factor, x);
    g.divide(one, below)
}
