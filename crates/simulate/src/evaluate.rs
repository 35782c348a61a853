//! Numbers of expressions.

use model::{Builtin, Expr, MathOperator, UnaryOp};
use thiserror::Error;

/// Why an expression has no number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EvaluateError {
    /// A name that nothing defines.
    #[error("the mathematics uses {0:?}, which is not defined")]
    Unknown(String),
    /// A function that has no meaning here.
    #[error("the mathematics uses {0}, which is not supported here")]
    NotSupported(String),
}

/// The number of an expression, where `values` gives the numbers of symbols. Truth is 1 or 0.
///
/// # Errors
/// [`EvaluateError`].
pub fn evaluate(expr: &Expr, values: &dyn Fn(&str) -> Option<f64>) -> Result<f64, EvaluateError> {
    let of = |e: &Expr| evaluate(e, values);
    match expr {
        Expr::Number(x) => Ok(*x),
        Expr::Time => {
            Err(EvaluateError::NotSupported("the time of SBML; use a variable with a symbol".to_string()))
        }
        Expr::Symbol(name) => values(name).ok_or_else(|| EvaluateError::Unknown(name.clone())),
        Expr::Unary(UnaryOp::Negate, x) => Ok(-of(x)?),
        Expr::Unary(UnaryOp::Not, x) => Ok(truth(of(x)? == 0.0)),
        Expr::Binary(op, x, y) => Ok(op.of(of(x)?, of(y)?)),
        Expr::Builtin(function, args) => {
            let args = args.iter().map(of).collect::<Result<Vec<_>, _>>()?;
            builtin(*function, &args).ok_or_else(|| {
                EvaluateError::NotSupported(format!("the function {}", function.signature().0))
            })
        }
        Expr::Call(name, _) => Err(EvaluateError::NotSupported(format!("the function {name:?}"))),
    }
}

/// The innermost part of an expression that is no finite number although all that it is made of is.
pub fn origin_of_non_finite<'e>(expr: &'e Expr, values: &dyn Fn(&str) -> Option<f64>) -> Option<&'e Expr> {
    let inner: Vec<&Expr> = match expr {
        Expr::Number(_) | Expr::Time | Expr::Symbol(_) => Vec::new(),
        Expr::Unary(_, x) => vec![x.as_ref()],
        Expr::Binary(_, x, y) => vec![x.as_ref(), y.as_ref()],
        Expr::Builtin(_, args) | Expr::Call(_, args) => args.iter().collect(),
    };
    // What a piecewise does not choose may be anything.
    let value = evaluate(expr, values).ok()?;
    if value.is_finite() {
        return None;
    }
    inner.into_iter().find_map(|part| origin_of_non_finite(part, values)).or(Some(expr))
}

fn truth(x: bool) -> f64 {
    f64::from(u8::from(x))
}

/// `None` for a function without a meaning outside of a model, or with a wrong number of arguments.
fn builtin(function: Builtin, args: &[f64]) -> Option<f64> {
    if let Some(value) = args.first().and_then(|x| function.of_one(*x)) {
        return Some(value);
    }
    match function {
        Builtin::Min => args.iter().copied().reduce(f64::min),
        Builtin::Max => args.iter().copied().reduce(f64::max),
        Builtin::Sum => Some(args.iter().sum()),
        Builtin::Avg => Some(args.iter().sum::<f64>() / args.len() as f64),
        Builtin::If => match args {
            [condition, yes, no] => Some(if *condition == 0.0 { *no } else { *yes }),
            _ => None,
        },
        Builtin::Math(operator) => math(operator, args),
        _ => None,
    }
}

fn math(operator: MathOperator, args: &[f64]) -> Option<f64> {
    let two = |f: fn(f64, f64) -> f64| match args {
        [x, y] => Some(f(*x, *y)),
        _ => None,
    };
    let one = |f: fn(f64) -> f64| args.first().map(|x| f(*x));
    match operator {
        MathOperator::Sec => one(|x| x.cos().recip()),
        MathOperator::Csc => one(|x| x.sin().recip()),
        MathOperator::Cot => one(|x| x.tan().recip()),
        MathOperator::Sech => one(|x| x.cosh().recip()),
        MathOperator::Csch => one(|x| x.sinh().recip()),
        MathOperator::Coth => one(|x| x.tanh().recip()),
        MathOperator::Arcsec => one(|x| x.recip().acos()),
        MathOperator::Arccsc => one(|x| x.recip().asin()),
        MathOperator::Arccot => one(|x| x.recip().atan()),
        MathOperator::Arcsech => one(|x| x.recip().acosh()),
        MathOperator::Arccsch => one(|x| x.recip().asinh()),
        MathOperator::Arccoth => one(|x| x.recip().atanh()),
        MathOperator::Factorial => one(|n| {
            let whole = n >= 0.0 && n.fract() == 0.0;
            // 171! is beyond the largest number.
            if whole { (1..=(n.min(171.0) as u32)).map(f64::from).product() } else { f64::NAN }
        }),
        MathOperator::Quotient => two(|a, b| (a / b).trunc()),
        MathOperator::Rem => two(|a, b| a % b),
        MathOperator::Implies => two(|a, b| truth(a == 0.0 || b != 0.0)),
        MathOperator::Xor => Some(truth(args.iter().filter(|x| **x != 0.0).count() % 2 == 1)),
        MathOperator::Root => two(|n, x| x.powf(n.recip())),
        MathOperator::Log => two(|base, x| x.ln() / base.ln()),
        MathOperator::Product => Some(args.iter().product()),
        MathOperator::Piecewise => {
            let otherwise = if args.len() % 2 == 1 { args.last().copied() } else { None };
            let holds = args.chunks_exact(2).find(|pair| pair[1] != 0.0).map(|pair| pair[0]);
            Some(holds.or(otherwise).unwrap_or(f64::NAN))
        }
        MathOperator::Avogadro => Some(model::math::AVOGADRO),
        MathOperator::Delay | MathOperator::RateOf => None,
    }
}

#[cfg(test)]
mod tests {
    use model::BinaryOp;

    use super::*;

    #[test]
    fn mathematics_has_its_values() {
        let sum = Expr::binary(BinaryOp::Add, Expr::symbol("a"), Expr::Number(2.0));
        assert_eq!(evaluate(&sum, &|name| (name == "a").then_some(3.0)), Ok(5.0));
        let log = Expr::Builtin(Builtin::Ln, vec![Expr::symbol("a")]);
        let rate = Expr::binary(BinaryOp::Multiply, Expr::Number(2.0), log.clone());
        assert_eq!(origin_of_non_finite(&rate, &|_| Some(0.0)), Some(&log));
        assert_eq!(origin_of_non_finite(&rate, &|_| Some(1.0)), None);
        assert_eq!(evaluate(&sum, &|_| None), Err(EvaluateError::Unknown("a".to_string())));
    }
}
