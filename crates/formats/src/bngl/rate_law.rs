//! Rate laws at the end of a rule: an expression, or `Sat`, `MM`, `Hill`, `FunctionProduct`, `Arrhenius`.

use model::{BinaryOp, Expr, RateLaw};

use super::codes;
use crate::cursor::{Cursor, excerpt};
use crate::expression::{NameUse, expression};
use crate::report::Report;
use crate::source::Place;

/// Reads one rate law. `None` after a reported error.
pub(crate) fn rate_law(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_>,
    uses: &mut Vec<NameUse>,
) -> Option<RateLaw> {
    cursor.skip_space();
    let place = cursor.place();
    let word = cursor.peek_word();
    let is_call = cursor.rest()[word.len()..].trim_start().starts_with('(');
    match word {
        "Sat" | "MM" | "Hill" if is_call => {
            let constants = constants(word, cursor, report, uses)?;
            named_law(word, constants, place, report)
        }
        "FunctionProduct" if is_call => function_product(cursor, report, uses),
        model::ARRHENIUS if is_call => {
            let constants = constants(word, cursor, report, uses)?;
            if constants.len() == 2 {
                return Some(RateLaw::Elementary(Expr::Call(word.to_string(), constants)));
            }
            let message = format!("{word} needs phi and Ea, found {} constants", constants.len());
            report.error(place, codes::RATE_LAW_FORM, message, "write Arrhenius(phi,Ea)");
            None
        }
        _ => expression(cursor, report, uses).map(RateLaw::Elementary),
    }
}

/// The constants in parentheses after the name of a rate law.
fn constants(
    law: &str,
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_>,
    uses: &mut Vec<NameUse>,
) -> Option<Vec<Expr>> {
    cursor.word();
    cursor.skip_space();
    cursor.eat("(");
    let mut constants = Vec::new();
    loop {
        constants.push(expression(cursor, report, uses)?);
        cursor.skip_space();
        if cursor.eat(")") {
            return Some(constants);
        }
        if !cursor.eat(",") {
            let message = format!("constants of {law} end with \"{}\"", excerpt(cursor.rest()));
            report.error(
                cursor.place(),
                codes::RATE_LAW_FORM,
                message,
                "separate constants by commas and write \")\"",
            );
            return None;
        }
    }
}

/// The rate law of the reverse direction, if the forward one says it: `Arrhenius(phi,Ea)` gives `Arrhenius(1-phi,Ea)`.
pub(crate) fn reverse_of(forward: &RateLaw) -> Option<RateLaw> {
    let RateLaw::Elementary(Expr::Call(name, constants)) = forward else { return None };
    let [phi, activation] = constants.as_slice() else { return None };
    (name == model::ARRHENIUS).then(|| {
        let rest = Expr::binary(BinaryOp::Subtract, Expr::Number(1.0), phi.clone());
        RateLaw::Elementary(Expr::Call(name.clone(), vec![rest, activation.clone()]))
    })
}

/// Makes a rate law from its name and constants; shared with the reader of .net files.
pub(crate) fn law_from_constants(law: &str, constants: Vec<Expr>) -> Result<RateLaw, &'static str> {
    let mut constants = constants.into_iter();
    let mut next = || constants.next();
    match law {
        "Sat" => match (next(), constants.collect::<Vec<_>>()) {
            (Some(k), half_saturation) if !half_saturation.is_empty() => {
                Ok(RateLaw::Saturation { k, half_saturation })
            }
            _ => Err("k and at least one half-saturation constant"),
        },
        "MM" => match (next(), next(), next()) {
            (Some(kcat), Some(km), None) => Ok(RateLaw::MichaelisMenten { kcat, km }),
            _ => Err("kcat and Km"),
        },
        _ => match (next(), next(), next(), next()) {
            (Some(vmax), Some(k), Some(n), None) => Ok(RateLaw::Hill { vmax, k, n }),
            _ => Err("Vmax, K and n"),
        },
    }
}

fn named_law(law: &str, constants: Vec<Expr>, place: Place, report: &mut Report<'_>) -> Option<RateLaw> {
    let found = constants.len();
    law_from_constants(law, constants)
        .map_err(|wanted| {
            let message = format!("{law} needs {wanted}, found {found} constants");
            let help = match law {
                "Sat" => "write Sat(k,K)",
                "MM" => "write MM(kcat,Km)",
                _ => "write Hill(Vmax,K,n)",
            };
            report.error(place, codes::RATE_LAW_FORM, message, help);
        })
        .ok()
}

/// `FunctionProduct("f(x)","g(y)")` is the product of two local functions.
fn function_product(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_>,
    uses: &mut Vec<NameUse>,
) -> Option<RateLaw> {
    cursor.word();
    cursor.skip_space();
    cursor.eat("(");
    let left = quoted(cursor, report, uses)?;
    cursor.skip_space();
    expect(",", cursor, report)?;
    let right = quoted(cursor, report, uses)?;
    cursor.skip_space();
    expect(")", cursor, report)?;
    Some(RateLaw::Elementary(Expr::binary(BinaryOp::Multiply, left, right)))
}

fn quoted(cursor: &mut Cursor<'_>, report: &mut Report<'_>, uses: &mut Vec<NameUse>) -> Option<Expr> {
    cursor.skip_space();
    expect("\"", cursor, report)?;
    let value = expression(cursor, report, uses)?;
    cursor.skip_space();
    expect("\"", cursor, report)?;
    Some(value)
}

fn expect(token: &str, cursor: &mut Cursor<'_>, report: &mut Report<'_>) -> Option<()> {
    if cursor.eat(token) {
        return Some(());
    }
    let message = format!("expected {token} in FunctionProduct, found \"{}\"", excerpt(cursor.rest()));
    report.error(cursor.place(), codes::RATE_LAW_FORM, message, "write FunctionProduct(\"f(x)\",\"g(y)\")");
    None
}
