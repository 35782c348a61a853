//! From pieces to a condition.

use super::lexer::{Token, tokens};
use super::syntax::{
    Arithmetic, CohortFigure, CohortStatistic, Comparison, Condition, Expression, ScalarFunction, Series,
    SeriesFunction, Sign, Term,
};
use crate::cohort::Group;
use crate::suggest;

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    /// Byte at which it goes wrong.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead; may be empty.
    pub help: String,
}

impl RuleError {
    pub(crate) fn new(offset: usize, message: String, help: impl Into<String>) -> Self {
        Self { offset, message, help: help.into() }
    }
}

/// Reads a rule.
///
/// # Errors
/// [`RuleError`] with the place of the first mistake.
pub fn parse(text: &str) -> Result<Condition, RuleError> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let node = parser.disjunction()?;
    let (offset, token) = parser.peek();
    if *token != Token::End {
        return Err(RuleError::new(
            offset,
            format!("expected \"and\", \"or\" or the end, found {}", shown(token)),
            "",
        ));
    }
    match node {
        Node::Truth(condition) => Ok(condition),
        Node::Amount(_) => {
            Err(RuleError::new(offset, "the rule compares nothing".to_string(), "add <, <=, > or >="))
        }
    }
}

/// Deepest nesting of parentheses and functions.
const DEEPEST: usize = 64;

/// Something that holds or something that counts; parentheses may hold either.
enum Node {
    Truth(Condition),
    Amount(Expression),
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> (usize, &Token) {
        let (offset, token) = &self.tokens[self.next.min(self.tokens.len() - 1)];
        (*offset, token)
    }

    fn eat(&mut self, wanted: &Token) -> bool {
        let found = self.peek().1 == wanted;
        self.next += usize::from(found);
        found
    }

    fn eat_word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek().1, Token::Word(w) if w == wanted);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: &'static str) -> Result<(), RuleError> {
        if self.eat(&Token::Symbol(wanted)) {
            return Ok(());
        }
        let (offset, token) = self.peek();
        Err(RuleError::new(offset, format!("expected \"{wanted}\", found {}", shown(token)), ""))
    }

    fn disjunction(&mut self) -> Result<Node, RuleError> {
        self.joined("or", Condition::Or, Self::conjunction)
    }

    fn conjunction(&mut self) -> Result<Node, RuleError> {
        self.joined("and", Condition::And, Self::comparison)
    }

    fn joined(
        &mut self,
        word: &str,
        join: fn(Vec<Condition>) -> Condition,
        part: fn(&mut Self) -> Result<Node, RuleError>,
    ) -> Result<Node, RuleError> {
        let start = self.peek().0;
        let first = part(self)?;
        if !matches!(self.peek().1, Token::Word(w) if w == word) {
            return Ok(first);
        }
        let mut parts = vec![truth(first, start)?];
        while self.eat_word(word) {
            let start = self.peek().0;
            let next = part(self)?;
            parts.push(truth(next, start)?);
        }
        Ok(Node::Truth(join(parts)))
    }

    fn comparison(&mut self) -> Result<Node, RuleError> {
        let start = self.peek().0;
        let first = self.sum()?;
        let mut rest = Vec::new();
        while let Some(sign) = self.sign() {
            let start = self.peek().0;
            let right = self.sum()?;
            rest.push((sign, amount(right, start)?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(Node::Truth(Condition::Compare(Comparison { first: amount(first, start)?, rest })))
    }

    fn sign(&mut self) -> Option<Sign> {
        let sign = match self.peek().1 {
            Token::Symbol("<") => Sign::Less,
            Token::Symbol("<=") => Sign::LessEqual,
            Token::Symbol(">") => Sign::Greater,
            Token::Symbol(">=") => Sign::GreaterEqual,
            _ => return None,
        };
        self.next += 1;
        Some(sign)
    }

    fn sum(&mut self) -> Result<Node, RuleError> {
        let operators = [("+", Arithmetic::Add), ("-", Arithmetic::Subtract)];
        self.arithmetic(&operators, Self::product)
    }

    fn product(&mut self) -> Result<Node, RuleError> {
        let operators = [("*", Arithmetic::Multiply), ("/", Arithmetic::Divide)];
        self.arithmetic(&operators, Self::factor)
    }

    fn arithmetic(
        &mut self,
        operators: &[(&'static str, Arithmetic)],
        part: fn(&mut Self) -> Result<Node, RuleError>,
    ) -> Result<Node, RuleError> {
        let start = self.peek().0;
        let mut left = part(self)?;
        while let Some((_, op)) = operators.iter().find(|(s, _)| *self.peek().1 == Token::Symbol(s)) {
            self.next += 1;
            let right_start = self.peek().0;
            let right = part(self)?;
            let (x, y) = (amount(left, start)?, amount(right, right_start)?);
            left = Node::Amount(Expression::Binary(*op, Box::new(x), Box::new(y)));
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Node, RuleError> {
        let (offset, _) = self.peek();
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(RuleError::new(offset, format!("more than {DEEPEST} levels of parentheses"), ""));
        }
        let node = self.primary();
        self.depth -= 1;
        node
    }

    fn primary(&mut self) -> Result<Node, RuleError> {
        let (offset, token) = self.peek();
        let token = token.clone();
        self.next += 1;
        match token {
            Token::Number(value) => {
                let percent = self.eat(&Token::Percent);
                Ok(Node::Amount(Expression::Number(if percent { value * 0.01 } else { value })))
            }
            Token::Hours(value) => Ok(Node::Amount(Expression::Number(value))),
            Token::Symbol("-") => {
                let start = self.peek().0;
                let inner = self.factor()?;
                Ok(Node::Amount(Expression::Negate(Box::new(amount(inner, start)?))))
            }
            Token::Symbol("(") => {
                let inner = self.disjunction()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Word(name) if *self.peek().1 == Token::Symbol("(") => self.call(&name, offset),
            Token::Word(_) | Token::Path(..) => {
                self.next -= 1;
                match self.reading()? {
                    ReadingNode::Term(term) => Ok(Node::Amount(Expression::Term(term))),
                    ReadingNode::Series(_) => Err(RuleError::new(
                        offset,
                        "a stretch of time has many values".to_string(),
                        "put it into min(...), max(...), mean(...) or slope(...)",
                    )),
                }
            }
            other => {
                self.next -= 1;
                let help = "a value is written READOUT[ARM]@TIME, for example pAKT_T308[azd]@8h";
                Err(RuleError::new(offset, format!("expected a value, found {}", shown(&other)), help))
            }
        }
    }

    fn call(&mut self, name: &str, offset: usize) -> Result<Node, RuleError> {
        if CohortFigure::NAMES.contains(&name) {
            return self.cohort(name).map(Node::Amount);
        }
        let scalar = ScalarFunction::ALL.iter().find(|(_, n, ..)| *n == name);
        let of_series = SeriesFunction::ALL.iter().find(|(_, n)| *n == name);
        if scalar.is_none() && of_series.is_none() && name != "first_time" {
            let names =
                ScalarFunction::ALL.iter().map(|f| f.1).chain(SeriesFunction::ALL.iter().map(|f| f.1));
            let names = names.chain(CohortFigure::NAMES).chain(["first_time"]);
            let help = suggest::help(name, "function", names);
            return Err(RuleError::new(offset, format!("unknown function \"{name}\""), help));
        }
        self.expect("(")?;
        let call = if name == "first_time" {
            self.first_time()?
        } else if let Some((function, series)) = of_series.zip(self.lone_series()?) {
            Expression::OfSeries(function.0, series)
        } else if let Some((function, _, least, most)) = scalar {
            let arguments = self.arguments()?;
            if !(*least..=*most).contains(&arguments.len()) {
                let message = format!("{name} takes {least} value, not {}", arguments.len());
                return Err(RuleError::new(offset, message, ""));
            }
            Expression::Call(*function, arguments)
        } else {
            let help = format!("write {name}(READOUT[ARM]@0h..24h)");
            return Err(RuleError::new(offset, format!("{name} needs a stretch of time"), help));
        };
        self.expect(")")?;
        Ok(Node::Amount(call))
    }

    /// A figure of a cohort, from the opening parenthesis on.
    fn cohort(&mut self, name: &str) -> Result<Expression, RuleError> {
        self.expect("(")?;
        let offset = self.peek().0;
        let (experiment, first, arm) = self.place()?;
        let figure = match name {
            "cohort_mean" => {
                self.expect(",")?;
                let group = Group::ALL.iter().find(|(_, word)| self.eat_word(word));
                let Some((group, _)) = group else {
                    let message = format!("expected good or poor, found {}", shown(self.peek().1));
                    return Err(RuleError::new(self.peek().0, message, ""));
                };
                CohortFigure::Mean(first, *group)
            }
            "cohort_rho" => {
                self.expect(",")?;
                let offset = self.peek().0;
                let (other_experiment, second, other_arm) = self.place()?;
                if (&other_experiment, &other_arm) != (&experiment, &arm) {
                    let message = "both markers belong to the same arm".to_string();
                    return Err(RuleError::new(offset, message, ""));
                }
                CohortFigure::Correlation(first, second)
            }
            "cohort_hazard_ratio" => CohortFigure::HazardRatio(first),
            _ if first == "progression" => CohortFigure::MedianProgression,
            _ => {
                let help = format!("write cohort_median(progression[{arm}])");
                return Err(RuleError::new(offset, format!("no median of \"{first}\""), help));
            }
        };
        self.expect(")")?;
        Ok(Expression::OfCohort(CohortStatistic { experiment, arm, figure }))
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, RuleError> {
        let mut arguments = Vec::new();
        loop {
            let start = self.peek().0;
            let argument = self.sum()?;
            arguments.push(amount(argument, start)?);
            if !self.eat(&Token::Symbol(",")) {
                return Ok(arguments);
            }
        }
    }

    fn first_time(&mut self) -> Result<Expression, RuleError> {
        let offset = self.peek().0;
        let help = "write first_time(READOUT[ARM]@0h..24h > VALUE)";
        let Some(series) = self.lone_series()? else {
            return Err(RuleError::new(offset, "first_time needs a stretch of time".to_string(), help));
        };
        let offset = self.peek().0;
        let Some(sign) = self.sign() else {
            return Err(RuleError::new(offset, "first_time needs a comparison".to_string(), help));
        };
        let start = self.peek().0;
        let bound = self.sum()?;
        Ok(Expression::FirstTime(series, sign, Box::new(amount(bound, start)?)))
    }

    /// A series, if one starts here; otherwise nothing is consumed.
    fn lone_series(&mut self) -> Result<Option<Series>, RuleError> {
        let start = self.next;
        let arm_follows = matches!(self.tokens.get(start + 1), Some((_, Token::Arm(_))));
        if !arm_follows || !matches!(self.peek().1, Token::Word(_) | Token::Path(..)) {
            return Ok(None);
        }
        if let ReadingNode::Series(series) = self.reading()? {
            return Ok(Some(series));
        }
        self.next = start;
        Ok(None)
    }

    /// `READOUT[ARM]`: experiment, read-out or marker, and arm.
    fn place(&mut self) -> Result<(Option<String>, String, String), RuleError> {
        let (offset, token) = self.peek();
        let (experiment, readout) = match token.clone() {
            Token::Path(experiment, readout) => (Some(experiment), readout),
            Token::Word(readout) => (None, readout),
            other => {
                return Err(RuleError::new(
                    offset,
                    format!("expected a read-out, found {}", shown(&other)),
                    "",
                ));
            }
        };
        self.next += 1;
        let (offset, token) = self.peek();
        let Token::Arm(arm) = token.clone() else {
            let help = format!("write {readout}[ARM]@TIME");
            return Err(RuleError::new(offset, format!("\"{readout}\" has no arm"), help));
        };
        self.next += 1;
        Ok((experiment, readout, arm))
    }

    fn reading(&mut self) -> Result<ReadingNode, RuleError> {
        let (experiment, readout, arm) = self.place()?;
        let offset = self.peek().0;
        if !self.eat(&Token::At) {
            let help = format!("write {readout}[{arm}]@TIME");
            return Err(RuleError::new(offset, format!("\"{readout}[{arm}]\" has no time"), help));
        }
        let time_h = self.time()?;
        if !self.eat(&Token::To) {
            return Ok(ReadingNode::Term(Term { experiment, readout, arm, time_h }));
        }
        let offset = self.peek().0;
        let to_h = self.time()?;
        if to_h <= time_h {
            return Err(RuleError::new(offset, "a stretch of time ends after it starts".to_string(), ""));
        }
        Ok(ReadingNode::Series(Series { experiment, readout, arm, from_h: time_h, to_h }))
    }

    fn time(&mut self) -> Result<f64, RuleError> {
        let negative = self.eat(&Token::Symbol("-"));
        let (offset, token) = self.peek();
        let token = token.clone();
        self.next += 1;
        match token {
            Token::Hours(t) => Ok(if negative { -t } else { t }),
            Token::Number(t) => Err(RuleError::new(
                offset,
                format!("time {t} has no unit"),
                format!("write {t}h, {t}min or {t}d"),
            )),
            other => Err(RuleError::new(offset, format!("expected a time, found {}", shown(&other)), "")),
        }
    }
}

enum ReadingNode {
    Term(Term),
    Series(Series),
}

fn amount(node: Node, offset: usize) -> Result<Expression, RuleError> {
    match node {
        Node::Amount(expression) => Ok(expression),
        Node::Truth(_) => Err(RuleError::new(offset, "a comparison is no number".to_string(), "")),
    }
}

fn truth(node: Node, offset: usize) -> Result<Condition, RuleError> {
    match node {
        Node::Truth(condition) => Ok(condition),
        Node::Amount(_) => {
            Err(RuleError::new(offset, "this compares nothing".to_string(), "add <, <=, > or >= and a value"))
        }
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Number(x) | Token::Hours(x) => format!("the number {x}"),
        Token::Percent => "\"%\"".to_string(),
        Token::Word(w) => format!("\"{w}\""),
        Token::Path(e, r) => format!("\"{e}/{r}\""),
        Token::Arm(a) => format!("\"[{a}]\""),
        Token::At => "\"@\"".to_string(),
        Token::To => "\"..\"".to_string(),
        Token::Symbol(s) => format!("\"{s}\""),
        Token::End => "the end".to_string(),
    }
}
