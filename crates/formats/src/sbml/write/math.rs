//! Expressions to MathML.

use model::{BinaryOp, Builtin, Expr, MathOperator, UnaryOp};

use super::super::functions::DISTRIB;
use super::Unwritable;
use super::xml::{Xml, number};

const MATHML: &str = "http://www.w3.org/1998/Math/MathML";
const SYMBOLS: &str = "http://www.sbml.org/sbml/symbols/";

/// `<math>` with an expression; `place` names its owner in errors.
pub(super) fn math(xml: &mut Xml, expr: &Expr, place: &str, truth: bool) -> Result<(), Unwritable> {
    xml.begin("math", &[("xmlns", Some(MATHML.to_string()))]);
    let kind = if truth { Kind::Truth } else { Kind::Number };
    Writer { xml, place }.expr(expr, kind)?;
    xml.end();
    Ok(())
}

/// What is expected at a place: decides how 0 and 1 are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Truth,
}

struct Writer<'x> {
    xml: &'x mut Xml,
    place: &'x str,
}

impl Writer<'_> {
    fn expr(&mut self, expr: &Expr, kind: Kind) -> Result<(), Unwritable> {
        match expr {
            Expr::Number(x) if kind == Kind::Truth && *x == 1.0 => self.xml.empty("true", &[]),
            Expr::Number(x) if kind == Kind::Truth && *x == 0.0 => self.xml.empty("false", &[]),
            Expr::Number(x) => self.number(*x)?,
            Expr::Time => self.symbol("time"),
            Expr::Symbol(name) => self.xml.leaf("ci", &[], name),
            Expr::Unary(UnaryOp::Negate, x) => self.apply("minus", [&**x], Kind::Number)?,
            Expr::Unary(UnaryOp::Not, x) => self.apply("not", [&**x], Kind::Truth)?,
            Expr::Binary(op, x, y) => {
                let inner =
                    if matches!(op, BinaryOp::And | BinaryOp::Or) { Kind::Truth } else { Kind::Number };
                self.apply(element_of(*op), [&**x, &**y], inner)?;
            }
            Expr::Builtin(builtin, args) => self.builtin(*builtin, args)?,
            Expr::Call(name, args) if name.starts_with(DISTRIB) => {
                self.csymbol_call(&format!("distrib/{}", name.trim_start_matches(DISTRIB)), args)?;
            }
            Expr::Call(name, _) => return Err(self.unwritable(format!("the function \"{name}\""))),
        }
        Ok(())
    }

    fn unwritable(&self, construct: String) -> Unwritable {
        Unwritable { place: self.place.to_string(), construct }
    }

    fn number(&mut self, x: f64) -> Result<(), Unwritable> {
        if x.is_nan() {
            self.xml.empty("notanumber", &[]);
        } else if x == f64::INFINITY {
            self.xml.empty("infinity", &[]);
        } else if x == f64::NEG_INFINITY {
            self.apply("minus", [&Expr::Number(f64::INFINITY)], Kind::Number)?;
        } else {
            let text = number(x);
            match text.split_once('e') {
                Some((mantissa, exponent)) => self.xml.e_notation(mantissa, exponent),
                None => self.xml.leaf("cn", &[], &text),
            }
        }
        Ok(())
    }

    fn symbol(&mut self, name: &str) {
        let url = format!("{SYMBOLS}{name}");
        let attributes = [("encoding", Some("text".to_string())), ("definitionURL", Some(url))];
        self.xml.leaf("csymbol", &attributes, name);
    }

    fn apply<'e>(
        &mut self,
        operator: &'static str,
        operands: impl IntoIterator<Item = &'e Expr>,
        kind: Kind,
    ) -> Result<(), Unwritable> {
        self.xml.begin("apply", &[]);
        self.xml.empty(operator, &[]);
        operands.into_iter().try_for_each(|x| self.expr(x, kind))?;
        self.xml.end();
        Ok(())
    }

    /// `root` and `log`: the first argument is the degree or base.
    fn qualified(
        &mut self,
        operator: &'static str,
        qualifier: &'static str,
        args: &[Expr],
    ) -> Result<(), Unwritable> {
        self.xml.begin("apply", &[]);
        self.xml.empty(operator, &[]);
        self.xml.begin(qualifier, &[]);
        args.iter().take(1).try_for_each(|x| self.expr(x, Kind::Number))?;
        self.xml.end();
        args.iter().skip(1).try_for_each(|x| self.expr(x, Kind::Number))?;
        self.xml.end();
        Ok(())
    }

    fn piecewise(&mut self, args: &[Expr]) -> Result<(), Unwritable> {
        self.xml.begin("piecewise", &[]);
        for pair in args.chunks(2) {
            match pair {
                [value, condition] => {
                    self.xml.begin("piece", &[]);
                    self.expr(value, Kind::Number)?;
                    self.expr(condition, Kind::Truth)?;
                }
                rest => {
                    self.xml.begin("otherwise", &[]);
                    rest.iter().try_for_each(|x| self.expr(x, Kind::Number))?;
                }
            }
            self.xml.end();
        }
        self.xml.end();
        Ok(())
    }

    fn csymbol_call(&mut self, name: &str, args: &[Expr]) -> Result<(), Unwritable> {
        self.xml.begin("apply", &[]);
        self.symbol(name);
        args.iter().try_for_each(|x| self.expr(x, Kind::Number))?;
        self.xml.end();
        Ok(())
    }

    fn builtin(&mut self, builtin: Builtin, args: &[Expr]) -> Result<(), Unwritable> {
        if let Some(operator) = element_of_function(builtin) {
            let truth = matches!(builtin, Builtin::Math(MathOperator::Xor | MathOperator::Implies));
            return self.apply(operator, args, if truth { Kind::Truth } else { Kind::Number });
        }
        let with = |n: f64| [&[Expr::Number(n)], args].concat();
        let compare = |op, n| Expr::binary(op, args[0].clone(), Expr::Number(n));
        match builtin {
            Builtin::Log10 => self.qualified("log", "logbase", &with(10.0)),
            Builtin::Log2 => self.qualified("log", "logbase", &with(2.0)),
            Builtin::Sqrt => self.qualified("root", "degree", &with(2.0)),
            Builtin::Math(MathOperator::Log) => self.qualified("log", "logbase", args),
            Builtin::Math(MathOperator::Root) => self.qualified("root", "degree", args),
            Builtin::Math(MathOperator::Piecewise) => self.piecewise(args),
            Builtin::Math(MathOperator::Delay) => self.csymbol_call("delay", args),
            Builtin::Math(MathOperator::RateOf) => self.csymbol_call("rateOf", args),
            Builtin::Math(MathOperator::Avogadro) => {
                self.symbol("avogadro");
                Ok(())
            }
            Builtin::If => self.piecewise(&[args[1].clone(), args[0].clone(), args[2].clone()]),
            Builtin::Sign => self.piecewise(&[
                Expr::Number(1.0),
                compare(BinaryOp::Greater, 0.0),
                Expr::Number(-1.0),
                compare(BinaryOp::Less, 0.0),
                Expr::Number(0.0),
            ]),
            Builtin::Rint => {
                // Halves go away from zero.
                let half = |builtin, op| {
                    Expr::Builtin(builtin, vec![Expr::binary(op, args[0].clone(), Expr::Number(0.5))])
                };
                self.piecewise(&[
                    half(Builtin::Floor, BinaryOp::Add),
                    compare(BinaryOp::GreaterEqual, 0.0),
                    half(Builtin::Ceil, BinaryOp::Subtract),
                ])
            }
            Builtin::Avg => {
                let sum = Expr::Builtin(Builtin::Sum, args.to_vec());
                self.apply("divide", [&sum, &Expr::Number(args.len() as f64)], Kind::Number)
            }
            other => Err(self.unwritable(format!("the function {}", other.signature().0))),
        }
    }
}

fn element_of(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "plus",
        BinaryOp::Subtract => "minus",
        BinaryOp::Multiply => "times",
        BinaryOp::Divide => "divide",
        BinaryOp::Power => "power",
        BinaryOp::Less => "lt",
        BinaryOp::LessEqual => "leq",
        BinaryOp::Greater => "gt",
        BinaryOp::GreaterEqual => "geq",
        BinaryOp::Equal => "eq",
        BinaryOp::NotEqual => "neq",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
    }
}

/// The element of a function that has one of its own.
fn element_of_function(builtin: Builtin) -> Option<&'static str> {
    use MathOperator as M;
    Some(match builtin {
        Builtin::Exp => "exp",
        Builtin::Ln => "ln",
        Builtin::Abs => "abs",
        Builtin::Floor => "floor",
        Builtin::Ceil => "ceiling",
        Builtin::Sin => "sin",
        Builtin::Cos => "cos",
        Builtin::Tan => "tan",
        Builtin::Sinh => "sinh",
        Builtin::Cosh => "cosh",
        Builtin::Tanh => "tanh",
        Builtin::Asin => "arcsin",
        Builtin::Acos => "arccos",
        Builtin::Atan => "arctan",
        Builtin::Asinh => "arcsinh",
        Builtin::Acosh => "arccosh",
        Builtin::Atanh => "arctanh",
        Builtin::Min => "min",
        Builtin::Max => "max",
        Builtin::Sum => "plus",
        Builtin::Math(M::Product) => "times",
        Builtin::Math(M::Factorial) => "factorial",
        Builtin::Math(M::Quotient) => "quotient",
        Builtin::Math(M::Rem) => "rem",
        Builtin::Math(M::Implies) => "implies",
        Builtin::Math(M::Xor) => "xor",
        Builtin::Math(M::Sec) => "sec",
        Builtin::Math(M::Csc) => "csc",
        Builtin::Math(M::Cot) => "cot",
        Builtin::Math(M::Sech) => "sech",
        Builtin::Math(M::Csch) => "csch",
        Builtin::Math(M::Coth) => "coth",
        Builtin::Math(M::Arcsec) => "arcsec",
        Builtin::Math(M::Arccsc) => "arccsc",
        Builtin::Math(M::Arccot) => "arccot",
        Builtin::Math(M::Arcsech) => "arcsech",
        Builtin::Math(M::Arccsch) => "arccsch",
        Builtin::Math(M::Arccoth) => "arccoth",
        _ => return None,
    })
}
