//! Expressions as BioNetGen reads them.
//!
//! Levels, loosest first: `&& ||`, comparisons, `+ -`, `* /`, `^ **`; each level is left-associative except
//! powers. A sign binds tighter than a power: `-a^2` is `(-a)^2`, and a sign before digits belongs to the number.
//!
//! Source: BioNetGen `Expression.pm` (`readString`, `arrayToExpression`, `getNumber`). Deviation: `a^b^c` is
//! `a^(b^c)`; BioNetGen takes `(a^b)^c`. A chain without parentheses is reported.

use model::{BinaryOp, Builtin, Expr, UnaryOp};

use crate::bngl::codes;
use crate::cursor::{Cursor, excerpt, is_word};
use crate::report::Report;
use crate::source::Place;

mod table;

/// Deepest nesting of parentheses, calls and signs.
const MOST_NESTED: usize = 150;
/// Deepest tree; a sum of so many terms is as deep.
const MOST_DEEP: usize = 1000;

/// A name that an expression uses, to be resolved when the whole model is known.
#[derive(Clone, Debug)]
pub(crate) struct NameUse {
    pub(crate) name: String,
    /// Arguments of a call; `None` for a bare name.
    pub(crate) n_args: Option<usize>,
    pub(crate) place: Place,
}

/// Reads an expression as far as it goes. Reports what is wrong and gives `None` if there is no value.
pub(crate) fn expression(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_>,
    uses: &mut Vec<NameUse>,
) -> Option<Expr> {
    let mut reader = Reader { cursor, report, uses, nested: 0 };
    reader.level(0).map(|tree| tree.expr)
}

/// Reads an expression that must fill the rest of the line.
pub(crate) fn whole_expression(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_>,
    uses: &mut Vec<NameUse>,
) -> Option<Expr> {
    let expr = expression(cursor, report, uses)?;
    cursor.skip_space();
    // A final semicolon does no harm; other BNGL readers ignore it, too.
    cursor.eat(";");
    cursor.skip_space();
    if !cursor.at_end() {
        let message = format!("unexpected \"{}\" after an expression", excerpt(cursor.rest()));
        report.error(
            cursor.place(),
            codes::TRAILING_TEXT,
            message,
            "write an operator, or start a comment with #",
        );
    }
    Some(expr)
}

struct Tree {
    expr: Expr,
    depth: usize,
}

struct Reader<'c, 'a, 'r, 't> {
    cursor: &'c mut Cursor<'a>,
    report: &'r mut Report<'t>,
    uses: &'r mut Vec<NameUse>,
    nested: usize,
}

const N_LEVELS: usize = 5;
const POWER: usize = 4;

/// The operator at the front of a text: its length, level and meaning.
fn operator(text: &str) -> Option<(usize, usize, BinaryOp)> {
    const OPERATORS: [(&str, usize, BinaryOp); 16] = [
        ("**", 4, BinaryOp::Power),
        ("&&", 0, BinaryOp::And),
        ("||", 0, BinaryOp::Or),
        ("<=", 1, BinaryOp::LessEqual),
        (">=", 1, BinaryOp::GreaterEqual),
        ("==", 1, BinaryOp::Equal),
        ("!=", 1, BinaryOp::NotEqual),
        ("~=", 1, BinaryOp::NotEqual),
        ("<", 1, BinaryOp::Less),
        (">", 1, BinaryOp::Greater),
        ("+", 2, BinaryOp::Add),
        ("-", 2, BinaryOp::Subtract),
        ("*", 3, BinaryOp::Multiply),
        ("/", 3, BinaryOp::Divide),
        ("^", 4, BinaryOp::Power),
        ("\u{2212}", 2, BinaryOp::Subtract),
    ];
    OPERATORS
        .iter()
        .find(|(sign, ..)| text.starts_with(sign))
        .map(|(sign, level, op)| (sign.len(), *level, *op))
}

impl Reader<'_, '_, '_, '_> {
    fn level(&mut self, level: usize) -> Option<Tree> {
        if level >= N_LEVELS {
            return self.operand();
        }
        let start = self.cursor.place();
        let mut left = self.level(level + 1)?;
        loop {
            self.cursor.skip_space();
            let Some((length, found, op)) = operator(self.cursor.rest()) else { return Some(left) };
            if found != level {
                return Some(left);
            }
            let place = self.cursor.place();
            self.cursor.advance(length);
            if level == POWER {
                self.warn_about_sign(&left.expr, start);
                let right = self.power_tail(place)?;
                return self.join(place, op, left, right);
            }
            let right = self.level(level + 1)?;
            left = self.join(place, op, left, right)?;
        }
    }

    /// The exponent after `^`: an operand, or a further power.
    fn power_tail(&mut self, place: Place) -> Option<Tree> {
        self.enter(place)?;
        let right = self.level(POWER);
        self.nested -= 1;
        let right = right?;
        if matches!(right.expr, Expr::Binary(BinaryOp::Power, ..)) && !self.cursor_closed_parenthesis() {
            let message = "two powers in a row are read from the right, a^(b^c)".to_string();
            let help = "write parentheses: BioNetGen 2 reads them from the left, (a^b)^c";
            self.report.warn(place, codes::CHAINED_POWER, message, help);
        }
        Some(right)
    }

    /// Whether the operand that was just read ended with a parenthesis.
    fn cursor_closed_parenthesis(&self) -> bool {
        self.cursor.taken().trim_end().ends_with(')')
    }

    fn warn_about_sign(&mut self, base: &Expr, start: Place) {
        let negative = match base {
            Expr::Unary(UnaryOp::Negate, _) => true,
            Expr::Number(x) => *x < 0.0,
            _ => false,
        };
        if negative && !self.cursor_before_power_closed() {
            let message = "a sign binds tighter than a power: -a^b is (-a)^b".to_string();
            self.report.warn(start, codes::SIGNED_POWER, message, "write parentheses, -(a^b) or (-a)^b");
        }
    }

    fn cursor_before_power_closed(&self) -> bool {
        self.cursor.taken().trim_end_matches(['^', '*']).trim_end().ends_with(')')
    }

    fn join(&mut self, place: Place, op: BinaryOp, left: Tree, right: Tree) -> Option<Tree> {
        let depth = 1 + left.depth.max(right.depth);
        if depth > MOST_DEEP {
            self.too_deep(place, MOST_DEEP);
            return None;
        }
        Some(Tree { expr: Expr::binary(op, left.expr, right.expr), depth })
    }

    fn enter(&mut self, place: Place) -> Option<()> {
        self.nested += 1;
        if self.nested > MOST_NESTED {
            self.too_deep(place, MOST_NESTED);
            return None;
        }
        Some(())
    }

    fn too_deep(&mut self, place: Place, most: usize) {
        let message = format!("expression is nested more than {most} levels deep");
        self.report.error(place, codes::TOO_DEEP, message, "split it into several functions or parameters");
    }

    fn operand(&mut self) -> Option<Tree> {
        self.cursor.skip_space();
        let place = self.cursor.place();
        if let Some(number) = self.number() {
            return Some(Tree { expr: Expr::Number(number?), depth: 1 });
        }
        let sign = self.cursor.peek();
        match sign {
            Some('+' | '-' | '!' | '~') => {
                self.cursor.advance(1);
                self.signed(sign.unwrap_or('+'), place)
            }
            Some('(') => {
                self.cursor.advance(1);
                self.parenthesized(place)
            }
            Some(c) if is_word(c) => self.named(place),
            _ => {
                self.expected_operand(place);
                None
            }
        }
    }

    fn expected_operand(&mut self, place: Place) {
        let rest = excerpt(self.cursor.rest());
        let found = if rest.is_empty() { "the end of the line".to_string() } else { format!("\"{rest}\"") };
        let message = format!("expected a number, a name or \"(\", found {found}");
        self.report.error(place, codes::NO_OPERAND, message, "complete the expression");
    }

    fn signed(&mut self, sign: char, place: Place) -> Option<Tree> {
        self.enter(place)?;
        let inner = self.operand();
        self.nested -= 1;
        let inner = inner?;
        let op = match sign {
            '+' => return Some(inner),
            '-' => UnaryOp::Negate,
            _ => UnaryOp::Not,
        };
        Some(Tree { expr: Expr::Unary(op, Box::new(inner.expr)), depth: inner.depth + 1 })
    }

    fn parenthesized(&mut self, place: Place) -> Option<Tree> {
        self.enter(place)?;
        let inner = self.level(0);
        self.nested -= 1;
        let inner = inner?;
        self.close(place)?;
        Some(inner)
    }

    fn close(&mut self, open: Place) -> Option<()> {
        self.cursor.skip_space();
        if self.cursor.eat(")") {
            return Some(());
        }
        let message =
            format!("missing \")\" for the \"(\" in column {}", self.report.lines().location(open).column);
        self.report.error(self.cursor.place(), codes::NO_CLOSING, message, "close the parenthesis");
        None
    }

    /// A number with its sign. `Some(None)`: a number, but not a finite one.
    fn number(&mut self) -> Option<Option<f64>> {
        let place = self.cursor.place();
        let length = number_length(self.cursor.rest())?;
        let text = self.cursor.rest()[..length].replace(['d', 'D'], "e");
        self.cursor.advance(length);
        let number: f64 = text.parse().ok()?;
        if number.is_finite() {
            return Some(Some(number));
        }
        let message = format!("number {text} is too large");
        self.report.error(place, codes::NOT_FINITE, message, "write a number below 1.8e308");
        Some(None)
    }

    fn named(&mut self, place: Place) -> Option<Tree> {
        let name = self.cursor.word();
        let mut ahead = self.cursor.clone();
        ahead.skip_space();
        if !ahead.eat("(") {
            return Some(self.symbol(name, place));
        }
        *self.cursor = ahead;
        if name.eq_ignore_ascii_case("tfun") {
            return self.table_function(place);
        }
        let (args, depth) = self.arguments(place)?;
        self.call(name, args, depth, place)
    }

    fn symbol(&mut self, name: &str, place: Place) -> Tree {
        if name == "time" {
            return Tree { expr: Expr::Time, depth: 1 };
        }
        self.uses.push(NameUse { name: name.to_string(), n_args: None, place });
        Tree { expr: Expr::symbol(name), depth: 1 }
    }

    fn arguments(&mut self, place: Place) -> Option<(Vec<Expr>, usize)> {
        let (mut args, mut depth) = (Vec::new(), 0);
        self.cursor.skip_space();
        if self.cursor.eat(")") {
            return Some((args, depth));
        }
        self.enter(place)?;
        loop {
            let arg = self.level(0);
            let Some(arg) = arg else {
                self.nested -= 1;
                return None;
            };
            depth = depth.max(arg.depth);
            args.push(arg.expr);
            self.cursor.skip_space();
            if !self.cursor.eat(",") {
                break;
            }
        }
        self.nested -= 1;
        self.close(place)?;
        Some((args, depth))
    }

    fn call(&mut self, name: &str, args: Vec<Expr>, depth: usize, place: Place) -> Option<Tree> {
        let depth = depth + 1;
        if name == "time" && args.is_empty() {
            return Some(Tree { expr: Expr::Time, depth });
        }
        if let Some(builtin) = Builtin::from_name(name) {
            self.check_count(builtin, args.len(), place)?;
            return Some(Tree { expr: Expr::Builtin(builtin, args), depth });
        }
        self.uses.push(NameUse { name: name.to_string(), n_args: Some(args.len()), place });
        let expr = if args.is_empty() { Expr::symbol(name) } else { Expr::Call(name.to_string(), args) };
        Some(Tree { expr, depth })
    }

    fn check_count(&mut self, builtin: Builtin, found: usize, place: Place) -> Option<()> {
        let (name, least, most) = builtin.signature();
        if (least..=most).contains(&found) {
            return Some(());
        }
        let wanted = if most == usize::MAX { format!("at least {least}") } else { least.to_string() };
        let message = format!("{name} takes {wanted} argument{}, found {found}", plural(least));
        self.report.error(place, codes::ARGUMENT_COUNT, message, format!("write {name}({})", sample(least)));
        None
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn sample(n: usize) -> String {
    ["a", "b", "c"][..n.clamp(1, 3)].join(", ")
}

/// Length of the number (with its sign) at the front; `None` if there is none or it goes on as a name.
fn number_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(sign);
    let mut end = sign + whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if whole + fraction == 0 {
            return None;
        }
        end += 1 + fraction;
    }
    if end == sign {
        return None;
    }
    let plain_end = end;
    if matches!(bytes.get(end), Some(b'e' | b'E' | b'd' | b'D')) {
        let exponent_sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits((end + 1 + exponent_sign).min(bytes.len()));
        if exponent > 0 {
            end += 1 + exponent_sign + exponent;
        }
    }
    let goes_on = bytes.get(end).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    // `3PG` is a name, `2.5kB` is a number with something wrong behind it.
    if goes_on && plain_end == sign + whole { None } else { Some(end) }
}

#[cfg(test)]
mod tests;
