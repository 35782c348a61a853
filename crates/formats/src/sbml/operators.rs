//! MathML's operators as this program's.

use model::{BinaryOp, Builtin, Expr, MathOperator, UnaryOp};

use super::math::chain;

/// What an operator element means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operator {
    Minus,
    Not,
    /// Two operands.
    Binary(BinaryOp),
    /// Two or more operands, compared pairwise.
    Chain(BinaryOp),
    /// Any number of operands, with the value of none.
    Many(BinaryOp, f64),
    Root,
    Log,
    Function(Builtin),
}

/// The operator of a MathML element.
pub(super) fn by_element(name: &str) -> Option<Operator> {
    use Operator::{Binary, Chain, Function, Many};
    let math = |operator| Function(Builtin::Math(operator));
    Some(match name {
        "plus" => Many(BinaryOp::Add, 0.0),
        "times" => Many(BinaryOp::Multiply, 1.0),
        "and" => Many(BinaryOp::And, 1.0),
        "or" => Many(BinaryOp::Or, 0.0),
        "xor" => math(MathOperator::Xor),
        "minus" => Operator::Minus,
        "not" => Operator::Not,
        "divide" => Binary(BinaryOp::Divide),
        "power" => Binary(BinaryOp::Power),
        "neq" => Binary(BinaryOp::NotEqual),
        "eq" => Chain(BinaryOp::Equal),
        "lt" => Chain(BinaryOp::Less),
        "leq" => Chain(BinaryOp::LessEqual),
        "gt" => Chain(BinaryOp::Greater),
        "geq" => Chain(BinaryOp::GreaterEqual),
        "root" => Operator::Root,
        "log" => Operator::Log,
        "exp" => Function(Builtin::Exp),
        "ln" => Function(Builtin::Ln),
        "abs" => Function(Builtin::Abs),
        "floor" => Function(Builtin::Floor),
        "ceiling" => Function(Builtin::Ceil),
        "sin" => Function(Builtin::Sin),
        "cos" => Function(Builtin::Cos),
        "tan" => Function(Builtin::Tan),
        "sinh" => Function(Builtin::Sinh),
        "cosh" => Function(Builtin::Cosh),
        "tanh" => Function(Builtin::Tanh),
        "arcsin" => Function(Builtin::Asin),
        "arccos" => Function(Builtin::Acos),
        "arctan" => Function(Builtin::Atan),
        "arcsinh" => Function(Builtin::Asinh),
        "arccosh" => Function(Builtin::Acosh),
        "arctanh" => Function(Builtin::Atanh),
        "min" => Function(Builtin::Min),
        "max" => Function(Builtin::Max),
        "factorial" => math(MathOperator::Factorial),
        "quotient" => math(MathOperator::Quotient),
        "rem" => math(MathOperator::Rem),
        "implies" => math(MathOperator::Implies),
        "sec" => math(MathOperator::Sec),
        "csc" => math(MathOperator::Csc),
        "cot" => math(MathOperator::Cot),
        "sech" => math(MathOperator::Sech),
        "csch" => math(MathOperator::Csch),
        "coth" => math(MathOperator::Coth),
        "arcsec" => math(MathOperator::Arcsec),
        "arccsc" => math(MathOperator::Arccsc),
        "arccot" => math(MathOperator::Arccot),
        "arcsech" => math(MathOperator::Arcsech),
        "arccsch" => math(MathOperator::Arccsch),
        "arccoth" => math(MathOperator::Arccoth),
        _ => return None,
    })
}

/// An operator with its operands; `None` when it takes another number of them.
///
/// `qualifier` is the degree of a root or the base of a logarithm.
pub(super) fn apply(operator: Operator, qualifier: Option<Expr>, mut operands: Vec<Expr>) -> Option<Expr> {
    let n = operands.len();
    match operator {
        Operator::Minus if n == 2 => binary(BinaryOp::Subtract, operands),
        Operator::Minus if n == 1 => Some(Expr::Unary(UnaryOp::Negate, Box::new(operands.pop()?))),
        Operator::Not if n == 1 => Some(Expr::Unary(UnaryOp::Not, Box::new(operands.pop()?))),
        Operator::Binary(op) if n == 2 => binary(op, operands),
        Operator::Chain(op) => chain(op, operands),
        Operator::Many(op @ (BinaryOp::And | BinaryOp::Or), none) if n == 1 => {
            // One operand stands for its truth value.
            let with_none = vec![operands.pop()?, Expr::Number(none)];
            binary(op, with_none)
        }
        Operator::Many(op, none) => Some(balanced(op, operands, none)),
        Operator::Root if n == 1 => {
            let degree = qualifier.unwrap_or(Expr::Number(2.0));
            operands.insert(0, degree);
            Some(Expr::Builtin(Builtin::Math(MathOperator::Root), operands))
        }
        Operator::Log if n == 1 => {
            operands.insert(0, qualifier.unwrap_or(Expr::Number(10.0)));
            Some(Expr::Builtin(Builtin::Math(MathOperator::Log), operands))
        }
        Operator::Function(builtin) => {
            let (_, least, most) = builtin.signature();
            (least..=most).contains(&n).then_some(Expr::Builtin(builtin, operands))
        }
        _ => None,
    }
}

fn binary(op: BinaryOp, mut operands: Vec<Expr>) -> Option<Expr> {
    let (right, left) = (operands.pop()?, operands.pop()?);
    Some(Expr::binary(op, left, right))
}

/// Many operands as a tree of little depth; `none` stands for no operand.
pub(super) fn balanced(op: BinaryOp, mut operands: Vec<Expr>, none: f64) -> Expr {
    while operands.len() > 1 {
        let mut paired = Vec::with_capacity(operands.len().div_ceil(2));
        let mut rest = operands.into_iter();
        while let Some(left) = rest.next() {
            paired.push(match rest.next() {
                Some(right) => Expr::binary(op, left, right),
                None => left,
            });
        }
        operands = paired;
    }
    operands.pop().unwrap_or(Expr::Number(none))
}
