//! Mathematical expressions, as the author of a model wrote them.

use std::fmt;

use crate::MathOperator;

/// An expression over named quantities.
///
/// `Symbol` names a parameter, an observable, a function without arguments, or a function's argument.
/// `time` is [`Expr::Time`], never a symbol.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A number.
    Number(f64),
    /// Model time, in the model's time unit.
    Time,
    /// A named quantity.
    Symbol(String),
    /// `-x`, `!x`.
    Unary(UnaryOp, Box<Expr>),
    /// `x + y` and the like.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// A function that every model knows.
    Builtin(Builtin, Vec<Expr>),
    /// A function that the model defines, with its arguments (for a local function, pattern tags as symbols).
    Call(String, Vec<Expr>),
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-x`
    Negate,
    /// `!x`: 1 where x is 0, else 0.
    Not,
}

/// Operators with two operands. Comparisons and logic give 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

impl BinaryOp {
    /// The value for two numbers; comparisons and logic give 1 or 0.
    #[expect(clippy::float_cmp, reason = "the mathematics asks for equality")]
    pub fn of(self, x: f64, y: f64) -> f64 {
        let truth = |condition: bool| f64::from(u8::from(condition));
        match self {
            BinaryOp::Add => x + y,
            BinaryOp::Subtract => x - y,
            BinaryOp::Multiply => x * y,
            BinaryOp::Divide => x / y,
            BinaryOp::Power => x.powf(y),
            BinaryOp::Less => truth(x < y),
            BinaryOp::LessEqual => truth(x <= y),
            BinaryOp::Greater => truth(x > y),
            BinaryOp::GreaterEqual => truth(x >= y),
            BinaryOp::Equal => truth(x == y),
            BinaryOp::NotEqual => truth(x != y),
            BinaryOp::And => truth(x != 0.0 && y != 0.0),
            BinaryOp::Or => truth(x != 0.0 || y != 0.0),
        }
    }
}

/// Functions that every model knows: BioNetGen's list, and those that only SBML has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Builtin {
    Exp,
    Ln,
    Log10,
    Log2,
    Sqrt,
    Abs,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    /// Nearest integer, halves away from zero.
    Rint,
    Floor,
    Ceil,
    /// -1, 0 or 1.
    Sign,
    Min,
    Max,
    Sum,
    /// Mean of the arguments.
    Avg,
    /// `if(condition, then, else)`
    If,
    /// `mratio(a, b, z)` = M(a+1, b+1, z) / M(a, b, z), Kummer's function.
    Mratio,
    /// Only SBML models have it.
    Math(MathOperator),
}

impl Builtin {
    /// The value of a function of one argument; `None` for the others and for those of SBML.
    #[inline]
    pub fn of_one(self, x: f64) -> Option<f64> {
        Some(match self {
            Builtin::Exp => x.exp(),
            Builtin::Ln => x.ln(),
            Builtin::Log10 => x.log10(),
            Builtin::Log2 => x.log2(),
            Builtin::Sqrt => x.sqrt(),
            Builtin::Abs => x.abs(),
            Builtin::Sin => x.sin(),
            Builtin::Cos => x.cos(),
            Builtin::Tan => x.tan(),
            Builtin::Asin => x.asin(),
            Builtin::Acos => x.acos(),
            Builtin::Atan => x.atan(),
            Builtin::Sinh => x.sinh(),
            Builtin::Cosh => x.cosh(),
            Builtin::Tanh => x.tanh(),
            Builtin::Asinh => x.asinh(),
            Builtin::Acosh => x.acosh(),
            Builtin::Atanh => x.atanh(),
            Builtin::Rint => x.round(),
            Builtin::Floor => x.floor(),
            Builtin::Ceil => x.ceil(),
            Builtin::Sign if x == 0.0 => 0.0,
            Builtin::Sign => x.signum(),
            Builtin::Min
            | Builtin::Max
            | Builtin::Sum
            | Builtin::Avg
            | Builtin::If
            | Builtin::Mratio
            | Builtin::Math(_) => return None,
        })
    }

    /// All that BNGL knows, with the name used in BNGL and the number of arguments (least, most).
    pub const ALL: [(Builtin, &'static str, usize, usize); 28] = [
        (Builtin::Exp, "exp", 1, 1),
        (Builtin::Ln, "ln", 1, 1),
        (Builtin::Log10, "log10", 1, 1),
        (Builtin::Log2, "log2", 1, 1),
        (Builtin::Sqrt, "sqrt", 1, 1),
        (Builtin::Abs, "abs", 1, 1),
        (Builtin::Sin, "sin", 1, 1),
        (Builtin::Cos, "cos", 1, 1),
        (Builtin::Tan, "tan", 1, 1),
        (Builtin::Asin, "asin", 1, 1),
        (Builtin::Acos, "acos", 1, 1),
        (Builtin::Atan, "atan", 1, 1),
        (Builtin::Sinh, "sinh", 1, 1),
        (Builtin::Cosh, "cosh", 1, 1),
        (Builtin::Tanh, "tanh", 1, 1),
        (Builtin::Asinh, "asinh", 1, 1),
        (Builtin::Acosh, "acosh", 1, 1),
        (Builtin::Atanh, "atanh", 1, 1),
        (Builtin::Rint, "rint", 1, 1),
        (Builtin::Floor, "floor", 1, 1),
        (Builtin::Ceil, "ceil", 1, 1),
        (Builtin::Sign, "sign", 1, 1),
        (Builtin::Min, "min", 1, usize::MAX),
        (Builtin::Max, "max", 1, usize::MAX),
        (Builtin::Sum, "sum", 1, usize::MAX),
        (Builtin::Avg, "avg", 1, usize::MAX),
        (Builtin::If, "if", 3, 3),
        (Builtin::Mratio, "mratio", 3, 3),
    ];

    /// The function of that name in BNGL, if there is one.
    pub fn from_name(name: &str) -> Option<Builtin> {
        Self::ALL.iter().find(|(_, n, _, _)| *n == name).map(|(b, ..)| *b)
    }

    /// Name, least and most number of arguments.
    pub fn signature(self) -> (&'static str, usize, usize) {
        if let Builtin::Math(operator) = self {
            return operator.signature();
        }
        Self::ALL
            .iter()
            .find(|(b, ..)| *b == self)
            .map(|(_, name, least, most)| (*name, *least, *most))
            .expect("ALL lists every builtin")
    }
}

impl Expr {
    /// A symbol.
    pub fn symbol(name: impl Into<String>) -> Expr {
        Expr::Symbol(name.into())
    }

    /// `left op right`.
    pub fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
        Expr::Binary(op, Box::new(left), Box::new(right))
    }

    /// Calls `visit` for this expression and every one inside it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match self {
            Expr::Number(_) | Expr::Time | Expr::Symbol(_) => {}
            Expr::Unary(_, x) => x.walk(visit),
            Expr::Binary(_, x, y) => {
                x.walk(visit);
                y.walk(visit);
            }
            Expr::Builtin(_, args) | Expr::Call(_, args) => args.iter().for_each(|a| a.walk(visit)),
        }
    }

    /// The same expression with every part rewritten from the leaves up.
    #[must_use]
    pub fn map(self, rewrite: &mut dyn FnMut(Expr) -> Expr) -> Expr {
        let inner = match self {
            Expr::Unary(op, x) => Expr::Unary(op, Box::new(x.map(rewrite))),
            Expr::Binary(op, x, y) => Expr::Binary(op, Box::new(x.map(rewrite)), Box::new(y.map(rewrite))),
            Expr::Builtin(b, args) => Expr::Builtin(b, args.into_iter().map(|a| a.map(rewrite)).collect()),
            Expr::Call(f, args) => Expr::Call(f, args.into_iter().map(|a| a.map(rewrite)).collect()),
            leaf => leaf,
        };
        rewrite(inner)
    }
}

impl BinaryOp {
    /// The sign, as BNGL writes it.
    pub fn sign(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Power => "^",
            BinaryOp::Less => "<",
            BinaryOp::LessEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEqual => ">=",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::And => "&&",
            BinaryOp::Or => "||",
        }
    }
}

/// Prints BNGL that reads back as the same expression; numbers print with all their digits.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Number(x) if *x < 0.0 => write!(f, "({x:?})"),
            Expr::Number(x) => write!(f, "{x}"),
            Expr::Time => f.write_str("time()"),
            Expr::Symbol(name) => f.write_str(name),
            Expr::Unary(UnaryOp::Negate, x) => write!(f, "(-{x})"),
            Expr::Unary(UnaryOp::Not, x) => write!(f, "(!{x})"),
            Expr::Binary(op, x, y) => write!(f, "({x}{}{y})", op.sign()),
            Expr::Builtin(b, args) => write_call(f, b.signature().0, args),
            Expr::Call(name, args) => write_call(f, name, args),
        }
    }
}

fn write_call(f: &mut fmt::Formatter<'_>, name: &str, args: &[Expr]) -> fmt::Result {
    write!(f, "{name}(")?;
    for (i, a) in args.iter().enumerate() {
        if i > 0 {
            f.write_str(",")?;
        }
        write!(f, "{a}")?;
    }
    f.write_str(")")
}
