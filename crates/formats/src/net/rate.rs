//! The rate column of a reaction.

use model::{BinaryOp, Expr, RateLaw};

use super::codes;
use crate::bngl::law_from_constants;
use crate::cursor::{Cursor, excerpt};
use crate::expression::{NameUse, whole_expression};
use crate::report::Report;

/// Laws that are written as a word and constants.
const LAWS: [&str; 4] = ["Sat", "MM", "Hill", "TotalRate"];

/// Reads the rest of a line as a statistical factor and a rate law.
pub(crate) fn rate(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_>,
    uses: &mut Vec<NameUse>,
) -> Option<(f64, RateLaw)> {
    cursor.skip_space();
    let mut ahead = cursor.clone();
    let factor = leading_factor(&mut ahead);
    let word = ahead.word();
    if LAWS.contains(&word) && ahead.peek().is_some_and(char::is_whitespace) {
        *cursor = ahead;
        return law(word, cursor, report, uses).map(|law| (factor.unwrap_or(1.0), law));
    }
    let text = cursor.rest().trim_end();
    let expr = whole_expression(cursor, report, uses)?;
    let (factor, expr) = split_factor(text, expr);
    Some((factor, RateLaw::Elementary(expr)))
}

/// Takes `number*`.
fn leading_factor(cursor: &mut Cursor<'_>) -> Option<f64> {
    let (number, _) = cursor.rest().split_once('*')?;
    let factor: f64 = number.trim().parse().ok()?;
    cursor.advance(number.len() + 1);
    cursor.skip_space();
    Some(factor)
}

fn law(
    word: &str,
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_>,
    uses: &mut Vec<NameUse>,
) -> Option<RateLaw> {
    let place = cursor.place();
    let mut constants = Vec::new();
    cursor.skip_space();
    while !cursor.at_end() {
        // Each constant is a text without spaces, read by itself: `k (a+b)` are two constants, not a call.
        let length = cursor.clone().chunk().len();
        constants.push(whole_expression(&mut cursor.part(length), report, uses)?);
        cursor.advance(length);
        cursor.skip_space();
    }
    let result = match (word, constants.len()) {
        ("TotalRate", 1) => constants.pop().map(RateLaw::Total).ok_or("one expression"),
        ("TotalRate", _) => Err("one expression"),
        _ => law_from_constants(word, constants),
    };
    result
        .map_err(|wanted| {
            let message = format!("{word} needs {wanted}, separated by spaces");
            report.error(place, codes::REACTION_FORM, message, "write for example: MM kcat Km");
        })
        .ok()
}

/// Moves a number that multiplies the whole expression into the factor. What stands in parentheses stays together.
fn split_factor(text: &str, expr: Expr) -> (f64, Expr) {
    let leads = !text.starts_with('(');
    let (factor, expr) = if leads { split_leading(expr) } else { (1.0, expr) };
    if factor != 1.0 || text.ends_with(')') {
        return (factor, expr);
    }
    match expr {
        Expr::Binary(BinaryOp::Multiply, rest, last) => match *last {
            Expr::Number(trailing) => {
                let (leading, rest) = if leads { split_leading(*rest) } else { (1.0, *rest) };
                (leading * trailing, rest)
            }
            last => (1.0, Expr::Binary(BinaryOp::Multiply, rest, Box::new(last))),
        },
        other => (1.0, other),
    }
}

fn split_leading(expr: Expr) -> (f64, Expr) {
    match expr {
        Expr::Binary(BinaryOp::Multiply, first, rest) => match *first {
            Expr::Number(factor) => (factor, *rest),
            first => (1.0, Expr::Binary(BinaryOp::Multiply, Box::new(first), rest)),
        },
        other => (1.0, other),
    }
}

/// What is wrong with a reaction line, for a message.
pub(crate) fn reaction_help(rest: &str) -> String {
    format!("write: index reactants products rate, as in 1 1,2 3 0.5*k; found \"{}\"", excerpt(rest))
}
