//! Operators of SBML's mathematics that BNGL does not have.

/// An operator or symbol of the MathML subset of SBML Level 3 Version 2, where BNGL has no word for it.
///
/// # Source
/// SBML L3V2 core, section 3.4; the inverse functions as in table 5 there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MathOperator {
    /// `1 / cos(x)`
    Sec,
    /// `1 / sin(x)`
    Csc,
    /// `1 / tan(x)`
    Cot,
    /// `1 / cosh(x)`
    Sech,
    /// `1 / sinh(x)`
    Csch,
    /// `1 / tanh(x)`
    Coth,
    /// `acos(1 / x)`
    Arcsec,
    /// `asin(1 / x)`
    Arccsc,
    /// `atan(1 / x)`
    Arccot,
    /// `acosh(1 / x)`
    Arcsech,
    /// `asinh(1 / x)`
    Arccsch,
    /// `atanh(1 / x)`
    Arccoth,
    /// `x!`, for whole numbers from 0.
    Factorial,
    /// `quotient(a, b)`: the whole number q, rounded towards zero, with `a = q b + rem(a, b)`.
    Quotient,
    /// `rem(a, b)`: what is left, with the sign of `a`.
    Rem,
    /// `implies(a, b)`: b or not a.
    Implies,
    /// True when an odd number of arguments is true.
    Xor,
    /// `root(n, x)`: the n-th root of x.
    Root,
    /// `log(base, x)`
    Log,
    /// `x * y * ...`
    Product,
    /// `piecewise(value, condition, ..., otherwise)`: the value before the first condition that holds; without
    /// `otherwise` the value is undefined when none holds.
    Piecewise,
    /// `delay(x, d)`: the value of x a time d ago.
    Delay,
    /// `rateOf(x)`: the time derivative of a symbol.
    RateOf,
    /// Avogadro's constant, 6.02214179e23.
    Avogadro,
}

/// Avogadro's constant as SBML fixes it (SBML L3V2 core, section 3.4.6; CODATA 2006).
pub const AVOGADRO: f64 = 6.022_141_79e23;

impl MathOperator {
    /// Name in this program's texts, least and most number of arguments.
    pub fn signature(self) -> (&'static str, usize, usize) {
        match self {
            MathOperator::Sec => ("sec", 1, 1),
            MathOperator::Csc => ("csc", 1, 1),
            MathOperator::Cot => ("cot", 1, 1),
            MathOperator::Sech => ("sech", 1, 1),
            MathOperator::Csch => ("csch", 1, 1),
            MathOperator::Coth => ("coth", 1, 1),
            MathOperator::Arcsec => ("arcsec", 1, 1),
            MathOperator::Arccsc => ("arccsc", 1, 1),
            MathOperator::Arccot => ("arccot", 1, 1),
            MathOperator::Arcsech => ("arcsech", 1, 1),
            MathOperator::Arccsch => ("arccsch", 1, 1),
            MathOperator::Arccoth => ("arccoth", 1, 1),
            MathOperator::Factorial => ("factorial", 1, 1),
            MathOperator::Quotient => ("quotient", 2, 2),
            MathOperator::Rem => ("rem", 2, 2),
            MathOperator::Implies => ("implies", 2, 2),
            MathOperator::Xor => ("xor", 0, usize::MAX),
            MathOperator::Root => ("root", 2, 2),
            MathOperator::Log => ("log", 2, 2),
            MathOperator::Product => ("product", 0, usize::MAX),
            MathOperator::Piecewise => ("piecewise", 0, usize::MAX),
            MathOperator::Delay => ("delay", 2, 2),
            MathOperator::RateOf => ("rateOf", 1, 1),
            MathOperator::Avogadro => ("avogadro", 0, 0),
        }
    }
}
