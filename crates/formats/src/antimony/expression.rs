//! Formulas.
//!
//! From weak to strong: `||`, `&&`, comparisons, `+ -`, `* / %`, signs and `!`, `^`. A chain of powers is refused:
//! programs disagree about its order.

use model::{BinaryOp, Builtin, Expr, MathOperator, UnaryOp};

use super::token::{Kind, Token};

/// Deepest nesting.
const MOST_DEPTH: usize = 100;
/// Longest chain of operators of one kind.
const MOST_CHAIN: usize = 1000;

/// Reads tokens of one statement.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    pub(super) tokens: &'t [Token],
    pub(super) at: usize,
    depth: usize,
}

/// Operators by level, the weakest first.
const LEVELS: [&[(&str, BinaryOp)]; 4] = [
    &[("||", BinaryOp::Or)],
    &[("&&", BinaryOp::And)],
    &[
        ("<=", BinaryOp::LessEqual),
        (">=", BinaryOp::GreaterEqual),
        ("==", BinaryOp::Equal),
        ("!=", BinaryOp::NotEqual),
        ("<", BinaryOp::Less),
        (">", BinaryOp::Greater),
    ],
    &[("+", BinaryOp::Add), ("-", BinaryOp::Subtract)],
];

impl<'t> Parser<'t> {
    pub(super) fn new(tokens: &'t [Token]) -> Self {
        Self { tokens, at: 0, depth: 0 }
    }

    pub(super) fn peek(&self) -> Option<&'t Kind> {
        self.tokens.get(self.at).map(|t| &t.kind)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<&'t Kind> {
        self.tokens.get(self.at + ahead).map(|t| &t.kind)
    }

    pub(super) fn next(&mut self) -> Option<&'t Kind> {
        let kind = self.peek();
        self.at += usize::from(kind.is_some());
        kind
    }

    /// Takes this sign, if it comes next.
    pub(super) fn eat(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Sign(s)) if *s == sign);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.eat(sign) { Ok(()) } else { Err(format!("\"{sign}\" is expected")) }
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Takes a name.
    pub(super) fn word(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Kind::Word(word)) => Ok(word.clone()),
            _ => {
                self.at = self.at.saturating_sub(1);
                Err("a name is expected".to_string())
            }
        }
    }

    /// Takes this word, if it comes next.
    pub(super) fn eat_word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Word(w)) if w == wanted);
        self.at += usize::from(found);
        found
    }

    /// A formula, as far as it goes.
    pub(super) fn formula(&mut self) -> Result<Expr, String> {
        self.level(0)
    }

    fn level(&mut self, level: usize) -> Result<Expr, String> {
        let Some(operators) = LEVELS.get(level) else { return self.product() };
        let mut left = self.level(level + 1)?;
        let mut length = 0;
        while let Some(op) = self.operator(operators) {
            length += 1;
            if length > MOST_CHAIN {
                return Err("the formula is too long; use rules for parts of it".to_string());
            }
            left = Expr::binary(op, left, self.level(level + 1)?);
        }
        Ok(left)
    }

    fn operator(&mut self, operators: &[(&str, BinaryOp)]) -> Option<BinaryOp> {
        let Some(Kind::Sign(sign)) = self.peek() else { return None };
        let op = operators.iter().find(|(s, _)| s == sign)?.1;
        self.at += 1;
        Some(op)
    }

    fn product(&mut self) -> Result<Expr, String> {
        let mut left = self.signed()?;
        let mut length = 0;
        loop {
            if let Some(op) = self.operator(&[("*", BinaryOp::Multiply), ("/", BinaryOp::Divide)]) {
                left = Expr::binary(op, left, self.signed()?);
            } else if self.eat("%") {
                left = math(MathOperator::Rem, vec![left, self.signed()?]);
            } else {
                return Ok(left);
            }
            length += 1;
            if length > MOST_CHAIN {
                return Err("the formula is too long; use rules for parts of it".to_string());
            }
        }
    }

    fn signed(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err("the formula is nested too deeply; use rules for parts of it".to_string());
        }
        let expr = if self.eat("-") {
            match self.signed()? {
                Expr::Number(x) if x > 0.0 => Expr::Number(-x),
                x => Expr::Unary(UnaryOp::Negate, Box::new(x)),
            }
        } else if self.eat("+") {
            self.signed()?
        } else if self.eat("!") {
            Expr::Unary(UnaryOp::Not, Box::new(self.signed()?))
        } else {
            self.power()?
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn power(&mut self) -> Result<Expr, String> {
        let base = self.operand()?;
        if !self.eat("^") {
            return Ok(base);
        }
        let exponent = match self.peek() {
            Some(Kind::Sign("-" | "+")) => self.signed()?,
            _ => self.operand()?,
        };
        if matches!(self.peek(), Some(Kind::Sign("^"))) {
            return Err("a chain of powers needs parentheses, such as (a^b)^c".to_string());
        }
        Ok(Expr::binary(BinaryOp::Power, base, exponent))
    }

    fn operand(&mut self) -> Result<Expr, String> {
        match self.next() {
            Some(Kind::Number(x)) => {
                // A unit may follow; no number depends on it.
                if let (Some(Kind::Word(word)), false) =
                    (self.peek(), matches!(self.peek_at(1), Some(Kind::Sign("("))))
                    && !matches!(word.as_str(), "after" | "in")
                {
                    self.at += 1;
                }
                Ok(Expr::Number(*x))
            }
            Some(Kind::Sign("(")) => {
                let inner = self.formula()?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(Kind::Word(name)) if self.eat("(") => {
                let mut args = Vec::new();
                if !self.eat(")") {
                    loop {
                        args.push(self.formula()?);
                        if self.eat(")") {
                            break;
                        }
                        self.expect(",")?;
                    }
                }
                call(name, args)
            }
            Some(Kind::Word(name)) => Ok(constant(name).unwrap_or_else(|| Expr::symbol(name))),
            _ => {
                self.at = self.at.saturating_sub(1);
                Err("a formula is expected".to_string())
            }
        }
    }
}

fn math(operator: MathOperator, args: Vec<Expr>) -> Expr {
    Expr::Builtin(Builtin::Math(operator), args)
}

/// Names that mean the same in every model.
fn constant(name: &str) -> Option<Expr> {
    Some(match name {
        "time" => Expr::Time,
        "pi" => Expr::Number(std::f64::consts::PI),
        "exponentiale" => Expr::Number(std::f64::consts::E),
        "avogadro" => math(MathOperator::Avogadro, Vec::new()),
        "infinity" | "INF" | "inf" => Expr::Number(f64::INFINITY),
        "notanumber" | "NaN" | "nan" => Expr::Number(f64::NAN),
        "true" => Expr::Number(1.0),
        "false" => Expr::Number(0.0),
        _ => return None,
    })
}

/// Whether a name is taken by the language.
pub(super) fn is_reserved(name: &str) -> bool {
    constant(name).is_some()
}

/// Functions with one name and their meaning; `log` is the natural logarithm.
const FUNCTIONS: [(&str, Builtin); 44] = [
    ("exp", Builtin::Exp),
    ("ln", Builtin::Ln),
    ("log", Builtin::Ln),
    ("log10", Builtin::Log10),
    ("sqrt", Builtin::Sqrt),
    ("abs", Builtin::Abs),
    ("floor", Builtin::Floor),
    ("ceil", Builtin::Ceil),
    ("ceiling", Builtin::Ceil),
    ("sin", Builtin::Sin),
    ("cos", Builtin::Cos),
    ("tan", Builtin::Tan),
    ("asin", Builtin::Asin),
    ("acos", Builtin::Acos),
    ("atan", Builtin::Atan),
    ("arcsin", Builtin::Asin),
    ("arccos", Builtin::Acos),
    ("arctan", Builtin::Atan),
    ("sinh", Builtin::Sinh),
    ("cosh", Builtin::Cosh),
    ("tanh", Builtin::Tanh),
    ("arcsinh", Builtin::Asinh),
    ("arccosh", Builtin::Acosh),
    ("arctanh", Builtin::Atanh),
    ("min", Builtin::Min),
    ("max", Builtin::Max),
    ("piecewise", Builtin::Math(MathOperator::Piecewise)),
    ("factorial", Builtin::Math(MathOperator::Factorial)),
    ("quotient", Builtin::Math(MathOperator::Quotient)),
    ("rem", Builtin::Math(MathOperator::Rem)),
    ("implies", Builtin::Math(MathOperator::Implies)),
    ("xor", Builtin::Math(MathOperator::Xor)),
    ("sec", Builtin::Math(MathOperator::Sec)),
    ("csc", Builtin::Math(MathOperator::Csc)),
    ("cot", Builtin::Math(MathOperator::Cot)),
    ("sech", Builtin::Math(MathOperator::Sech)),
    ("csch", Builtin::Math(MathOperator::Csch)),
    ("coth", Builtin::Math(MathOperator::Coth)),
    ("arcsec", Builtin::Math(MathOperator::Arcsec)),
    ("arccsc", Builtin::Math(MathOperator::Arccsc)),
    ("arccot", Builtin::Math(MathOperator::Arccot)),
    ("arcsech", Builtin::Math(MathOperator::Arcsech)),
    ("arccsch", Builtin::Math(MathOperator::Arccsch)),
    ("arccoth", Builtin::Math(MathOperator::Arccoth)),
];

/// The name of a function that has one of its own.
pub(super) fn name_of(builtin: Builtin) -> Option<&'static str> {
    match builtin {
        Builtin::Ln => Some("ln"),
        Builtin::Math(MathOperator::Delay) => Some("delay"),
        Builtin::Math(MathOperator::RateOf) => Some("rateOf"),
        other => FUNCTIONS.iter().find(|(_, b)| *b == other).map(|(name, _)| *name),
    }
}

/// A known function, or a call of one that the text defines.
fn call(name: &str, mut args: Vec<Expr>) -> Result<Expr, String> {
    let n = args.len();
    let pairwise = |op: BinaryOp, args: Vec<Expr>| {
        args.into_iter()
            .reduce(|a, b| Expr::binary(op, a, b))
            .ok_or_else(|| format!("{name} has no operands"))
    };
    let two = |op: BinaryOp, mut args: Vec<Expr>| match (args.pop(), args.pop()) {
        (Some(right), Some(left)) if n == 2 => Ok(Expr::binary(op, left, right)),
        _ => Err(format!("{name} takes 2 arguments, not {n}")),
    };
    match name {
        "pow" | "power" => return two(BinaryOp::Power, args),
        "sqr" if n == 1 => {
            return Ok(Expr::binary(BinaryOp::Power, args.remove(0), Expr::Number(2.0)));
        }
        "root" if n == 2 => return Ok(math(MathOperator::Root, args)),
        "root" if n == 1 => return Ok(Expr::Builtin(Builtin::Sqrt, args)),
        "log" if n == 2 => return Ok(math(MathOperator::Log, args)),
        "delay" if n == 2 => return Ok(math(MathOperator::Delay, args)),
        "rateOf" | "rate" if n == 1 => return Ok(math(MathOperator::RateOf, args)),
        "and" => return pairwise(BinaryOp::And, args),
        "or" => return pairwise(BinaryOp::Or, args),
        "plus" => return pairwise(BinaryOp::Add, args),
        "times" => return pairwise(BinaryOp::Multiply, args),
        "minus" if n == 2 => return two(BinaryOp::Subtract, args),
        "divide" => return two(BinaryOp::Divide, args),
        "not" if n == 1 => return Ok(Expr::Unary(UnaryOp::Not, Box::new(args.remove(0)))),
        "lt" => return two(BinaryOp::Less, args),
        "leq" => return two(BinaryOp::LessEqual, args),
        "gt" => return two(BinaryOp::Greater, args),
        "geq" => return two(BinaryOp::GreaterEqual, args),
        "eq" => return two(BinaryOp::Equal, args),
        "neq" => return two(BinaryOp::NotEqual, args),
        _ => {}
    }
    match FUNCTIONS.iter().find(|(known, _)| *known == name) {
        Some((_, builtin)) => {
            let (_, least, most) = builtin.signature();
            if (least..=most).contains(&n) {
                Ok(Expr::Builtin(*builtin, args))
            } else {
                Err(format!("{name} does not take {n} arguments"))
            }
        }
        None => Ok(Expr::Call(name.to_string(), args)),
    }
}
