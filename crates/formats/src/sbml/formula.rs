//! Text formulas of SBML Level 1.

use model::{BinaryOp, Builtin, Expr, MathOperator, UnaryOp};
use roxmltree::Node;

use super::codes;
use super::math::MOST_DEPTH;
use super::reader::Reader;

/// The expression in the attribute `formula`.
pub(super) fn of_attribute(reader: &mut Reader<'_>, node: Node<'_, '_>) -> Option<Expr> {
    let Some(text) = reader.text(node, "formula") else {
        let message = format!("<{}> has no formula", node.tag_name().name());
        reader.error(node, codes::REQUIRED_ATTRIBUTE, message, "write formula=\"...\"");
        return None;
    };
    match parse(&text) {
        Ok(expr) => Some(expr),
        Err(reason) => {
            let message = format!("the formula {text:?} cannot be read: {reason}");
            reader.error(node, codes::FORMULA, message, "see section 3.4 of the specification of Level 1");
            None
        }
    }
}

/// Reads a formula.
///
/// Operators from weak to strong: `+ -`, `* /`, `^` (all from the left), negation, calls.
///
/// # Source
/// SBML Level 1 Version 2, table 4 and section 3.5.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let mut parser = Parser { text: text.as_bytes(), at: 0, depth: 0 };
    let expr = parser.sum()?;
    match parser.peek() {
        None => Ok(expr),
        Some(c) => Err(format!("{:?} is not expected", char::from(c))),
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn sum(&mut self) -> Result<Expr, String> {
        self.operators(&[(b'+', BinaryOp::Add), (b'-', BinaryOp::Subtract)], Self::product)
    }

    fn product(&mut self) -> Result<Expr, String> {
        self.operators(&[(b'*', BinaryOp::Multiply), (b'/', BinaryOp::Divide)], Self::power)
    }

    fn power(&mut self) -> Result<Expr, String> {
        self.operators(&[(b'^', BinaryOp::Power)], Self::operand)
    }

    fn operators(
        &mut self,
        known: &[(u8, BinaryOp)],
        operand: fn(&mut Self) -> Result<Expr, String>,
    ) -> Result<Expr, String> {
        let mut expr = operand(self)?;
        let mut length = 0;
        while let Some(&(_, op)) = self.peek().and_then(|c| known.iter().find(|(sign, _)| *sign == c)) {
            self.at += 1;
            length += 1;
            if length > 1000 {
                return Err("it has more than 1000 operations in a row".to_string());
            }
            expr = Expr::binary(op, expr, operand(self)?);
        }
        Ok(expr)
    }

    fn operand(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH / 4 {
            return Err("it is nested too deeply".to_string());
        }
        let expr = match self.peek() {
            None => Err("it breaks off".to_string()),
            Some(b'-') => {
                self.at += 1;
                self.operand().map(|x| Expr::Unary(UnaryOp::Negate, Box::new(x)))
            }
            Some(b'(') => {
                self.at += 1;
                let inner = self.sum()?;
                if self.take(b')') { Ok(inner) } else { Err("a closing parenthesis is missing".to_string()) }
            }
            Some(c) if c.is_ascii_digit() || c == b'.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() || c == b'_' => self.name(),
            Some(c) => Err(format!("{:?} is not expected", char::from(c))),
        };
        self.depth -= 1;
        expr
    }

    fn number(&mut self) -> Result<Expr, String> {
        let start = self.at;
        let digits = |p: &mut Self| {
            while p.text.get(p.at).is_some_and(|c| c.is_ascii_digit() || *c == b'.') {
                p.at += 1;
            }
        };
        digits(self);
        if self.text.get(self.at).is_some_and(|c| matches!(c, b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(self.text.get(self.at).is_some_and(|c| matches!(c, b'+' | b'-')));
            digits(self);
        }
        let text = String::from_utf8_lossy(&self.text[start..self.at]);
        text.parse().map(Expr::Number).map_err(|_| format!("{text:?} is not a number"))
    }

    fn name(&mut self) -> Result<Expr, String> {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_') {
            self.at += 1;
        }
        let name = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        if !self.take(b'(') {
            return Ok(Expr::Symbol(name));
        }
        let mut args = Vec::new();
        if !self.take(b')') {
            loop {
                args.push(self.sum()?);
                if self.take(b')') {
                    break;
                }
                if !self.take(b',') {
                    return Err("a comma or a closing parenthesis is missing".to_string());
                }
            }
        }
        function(&name, args)
    }
}

/// The functions of Level 1. `log` is the natural logarithm there.
fn function(name: &str, mut args: Vec<Expr>) -> Result<Expr, String> {
    let n = args.len();
    let builtin = match name {
        "abs" => Builtin::Abs,
        "acos" => Builtin::Acos,
        "asin" => Builtin::Asin,
        "atan" => Builtin::Atan,
        "ceil" => Builtin::Ceil,
        "cos" => Builtin::Cos,
        "exp" => Builtin::Exp,
        "floor" => Builtin::Floor,
        "log" => Builtin::Ln,
        "log10" => Builtin::Log10,
        "sin" => Builtin::Sin,
        "sqrt" => Builtin::Sqrt,
        "tan" => Builtin::Tan,
        "pow" if n == 2 => {
            let exponent = args.pop().unwrap_or(Expr::Number(1.0));
            let base = args.pop().unwrap_or(Expr::Number(1.0));
            return Ok(Expr::binary(BinaryOp::Power, base, exponent));
        }
        "sqr" if n == 1 => {
            let x = args.pop().unwrap_or(Expr::Number(1.0));
            return Ok(Expr::Builtin(Builtin::Math(MathOperator::Product), vec![x.clone(), x]));
        }
        _ => return Err(format!("the function {name:?} with {n} arguments is not supported")),
    };
    match n {
        1 => Ok(Expr::Builtin(builtin, args)),
        _ => Err(format!("the function {name:?} takes 1 argument, not {n}")),
    }
}
