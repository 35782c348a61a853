//! Operators and functions of expressions as graph nodes.

use model::math::AVOGADRO;
use model::{BinaryOp, Builtin, MathOperator, UnaryOp};

use super::{Graph, NodeIdx};

impl Graph {
    /// `op x`
    pub(crate) fn unary(&mut self, op: UnaryOp, x: NodeIdx) -> NodeIdx {
        match op {
            UnaryOp::Negate => self.negate(x),
            UnaryOp::Not => self.not(x),
        }
    }

    fn not(&mut self, x: NodeIdx) -> NodeIdx {
        let zero = self.constant(0.0);
        self.relation(BinaryOp::Equal, x, zero)
    }

    /// 1 for anything but 0.
    pub(crate) fn truth(&mut self, x: NodeIdx) -> NodeIdx {
        let zero = self.constant(0.0);
        self.relation(BinaryOp::NotEqual, x, zero)
    }

    /// `x op y`
    pub(crate) fn binary(&mut self, op: BinaryOp, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        match op {
            BinaryOp::Add => self.add(x, y),
            BinaryOp::Subtract => self.subtract(x, y),
            BinaryOp::Multiply => self.multiply(x, y),
            BinaryOp::Divide => self.divide(x, y),
            BinaryOp::Power => self.power(x, y),
            relation => self.relation(relation, x, y),
        }
    }

    /// A function of these arguments, whose number has been checked.
    ///
    /// `delay` and `rateOf` are no functions of their arguments' values and are lowered by the caller.
    pub(crate) fn builtin(&mut self, builtin: Builtin, args: &[NodeIdx]) -> NodeIdx {
        let fold = |g: &mut Graph, f: fn(&mut Graph, NodeIdx, NodeIdx) -> NodeIdx| {
            args[1..].iter().fold(args[0], |all, &next| f(g, all, next))
        };
        match builtin {
            Builtin::Min => fold(self, Graph::min),
            Builtin::Max => fold(self, Graph::max),
            Builtin::Sum => fold(self, Graph::add),
            Builtin::Avg => {
                let sum = fold(self, Graph::add);
                let count = self.constant(args.len() as f64);
                self.divide(sum, count)
            }
            Builtin::If => self.select(args[0], args[1], args[2]),
            Builtin::Mratio => self.mratio(args[0], args[1], args[2]),
            Builtin::Math(operator) => self.math(operator, args),
            _ => self.function(builtin, args[0]),
        }
    }

    fn math(&mut self, operator: MathOperator, args: &[NodeIdx]) -> NodeIdx {
        use MathOperator as M;
        match operator {
            M::Sec => self.reciprocal_of(Builtin::Cos, args[0]),
            M::Csc => self.reciprocal_of(Builtin::Sin, args[0]),
            M::Cot => self.reciprocal_of(Builtin::Tan, args[0]),
            M::Sech => self.reciprocal_of(Builtin::Cosh, args[0]),
            M::Csch => self.reciprocal_of(Builtin::Sinh, args[0]),
            M::Coth => self.reciprocal_of(Builtin::Tanh, args[0]),
            M::Arcsec => self.of_reciprocal(Builtin::Acos, args[0]),
            M::Arccsc => self.of_reciprocal(Builtin::Asin, args[0]),
            M::Arccot => self.of_reciprocal(Builtin::Atan, args[0]),
            M::Arcsech => self.of_reciprocal(Builtin::Acosh, args[0]),
            M::Arccsch => self.of_reciprocal(Builtin::Asinh, args[0]),
            M::Arccoth => self.of_reciprocal(Builtin::Atanh, args[0]),
            M::Factorial => self.function(Builtin::Math(M::Factorial), args[0]),
            M::Quotient => self.quotient(args[0], args[1]),
            M::Rem => {
                let whole = self.quotient(args[0], args[1]);
                let product = self.multiply(whole, args[1]);
                self.subtract(args[0], product)
            }
            M::Implies => {
                let not = self.not(args[0]);
                self.relation(BinaryOp::Or, not, args[1])
            }
            M::Xor => {
                let start = self.constant(0.0);
                args.iter().fold(start, |odd, &next| {
                    let truth = self.truth(next);
                    self.relation(BinaryOp::NotEqual, odd, truth)
                })
            }
            M::Root if self.value(args[0]) == Some(2.0) => self.function(Builtin::Sqrt, args[1]),
            M::Root => {
                let one = self.constant(1.0);
                let exponent = self.divide(one, args[0]);
                self.power(args[1], exponent)
            }
            M::Log => match self.value(args[0]) {
                Some(10.0) => self.function(Builtin::Log10, args[1]),
                Some(2.0) => self.function(Builtin::Log2, args[1]),
                _ => {
                    let above = self.function(Builtin::Ln, args[1]);
                    let below = self.function(Builtin::Ln, args[0]);
                    self.divide(above, below)
                }
            },
            M::Product => {
                let one = self.constant(1.0);
                args.iter().fold(one, |all, &next| self.multiply(all, next))
            }
            M::Piecewise => self.piecewise(args),
            M::Avogadro => self.constant(AVOGADRO),
            M::Delay | M::RateOf => unreachable!("lowered by the caller"),
        }
    }

    fn reciprocal_of(&mut self, function: Builtin, x: NodeIdx) -> NodeIdx {
        let value = self.function(function, x);
        let one = self.constant(1.0);
        self.divide(one, value)
    }

    fn of_reciprocal(&mut self, function: Builtin, x: NodeIdx) -> NodeIdx {
        let one = self.constant(1.0);
        let inverse = self.divide(one, x);
        self.function(function, inverse)
    }

    /// `x / y` rounded towards zero.
    fn quotient(&mut self, x: NodeIdx, y: NodeIdx) -> NodeIdx {
        let ratio = self.divide(x, y);
        let zero = self.constant(0.0);
        let negative = self.relation(BinaryOp::Less, ratio, zero);
        let down = self.function(Builtin::Floor, ratio);
        let up = self.function(Builtin::Ceil, ratio);
        self.select(negative, up, down)
    }

    /// Values and conditions in turn, then the value when none holds; without it that value is not a number.
    fn piecewise(&mut self, args: &[NodeIdx]) -> NodeIdx {
        let mut pieces = args.chunks_exact(2);
        let otherwise = match pieces.remainder() {
            [otherwise] => *otherwise,
            _ => self.constant(f64::NAN),
        };
        let mut whole = otherwise;
        while let Some([value, condition]) = pieces.next_back() {
            whole = self.select(*condition, *value, whole);
        }
        whole
    }

    /// The same expressions with leaves replaced.
    pub(crate) fn substitute(
        &mut self,
        roots: &[NodeIdx],
        replacement: &dyn Fn(super::Node) -> Option<NodeIdx>,
    ) -> Vec<NodeIdx> {
        let n = roots.iter().map(|r| r.0 as usize + 1).max().unwrap_or(0);
        let mut needed = vec![false; n];
        roots.iter().for_each(|r| needed[r.0 as usize] = true);
        for i in (0..n).rev() {
            if needed[i] {
                Graph::operands(self.nodes()[i], |x| needed[x.0 as usize] = true);
            }
        }
        let mut new: Vec<NodeIdx> = (0..n).map(|i| NodeIdx(u32::try_from(i).expect("a node"))).collect();
        for i in (0..n).filter(|&i| needed[i]) {
            new[i] = self.rebuilt(i, &new, replacement);
        }
        roots.iter().map(|r| new[r.0 as usize]).collect()
    }

    fn rebuilt(
        &mut self,
        i: usize,
        new: &[NodeIdx],
        replacement: &dyn Fn(super::Node) -> Option<NodeIdx>,
    ) -> NodeIdx {
        use super::Node as N;
        let at = |x: NodeIdx| new[x.0 as usize];
        let node = self.nodes()[i];
        match node {
            N::Constant(_) | N::Time | N::Parameter(_) | N::State(_) => replacement(node).unwrap_or(new[i]),
            N::Negate(x) => self.negate(at(x)),
            N::Add(x, y) => self.add(at(x), at(y)),
            N::Multiply(x, y) => self.multiply(at(x), at(y)),
            N::Divide(x, y) => self.divide(at(x), at(y)),
            N::Power(x, y) => self.power(at(x), at(y)),
            N::Relation(op, x, y) => self.relation(op, at(x), at(y)),
            N::Function(f, x) => self.function(f, at(x)),
            N::Min(x, y) => self.min(at(x), at(y)),
            N::Max(x, y) => self.max(at(x), at(y)),
            N::Select(c, x, y) => self.select(at(c), at(x), at(y)),
            N::Mratio(a, b, z) => self.mratio(at(a), at(b), at(z)),
        }
    }
}

/// `x!` for whole numbers from 0; not a number elsewhere.
pub(crate) fn factorial(x: f64) -> f64 {
    if x < 0.0 || x.fract() != 0.0 {
        return f64::NAN;
    }
    if x > 170.0 {
        return f64::INFINITY;
    }
    (2..=x as u32).map(f64::from).product()
}
