//! Arguments of actions, as BioNetGen writes them: `{a=>1,b=>"x",c=>[1,2],d=>{'R'=>5}}` or `"A()",1.0`.

use model::Expr;

use crate::cursor::{Cursor, excerpt};
use crate::expression::whole_expression;
use crate::report::Report;
use crate::source::{Lines, Source};

use super::constants;

/// Values inside each other deeper than this are a mistake.
const MOST_NESTED: usize = 20;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number, an expression or a bare word, as written.
    Bare(String),
    /// What stands in quotes.
    Text(String),
    /// `[a,b]`
    List(Vec<Value>),
    /// `{a=>1,b=>2}`
    Table(Vec<(String, Value)>),
}

impl Value {
    /// The text of a bare or quoted value.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Bare(text) | Value::Text(text) => Some(text),
            Value::List(_) | Value::Table(_) => None,
        }
    }
}

/// Arguments by position, and by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// Without names, in order.
    pub positional: Vec<Value>,
    /// With names, in order; of several with one name the last counts.
    pub named: Vec<(String, Value)>,
}

impl Arguments {
    /// The value with a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.named.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// Reads what stands between the parentheses of an action.
///
/// # Errors
/// What is not understood, in words.
pub fn arguments(text: &str) -> Result<Arguments, String> {
    let mut reader = Reader { rest: text.trim() };
    let mut read = Arguments::default();
    while !reader.rest.is_empty() {
        match reader.value(0)? {
            Value::Table(pairs) => read.named.extend(pairs),
            value => read.positional.push(value),
        }
        if !reader.eat(",") && !reader.rest.is_empty() {
            return Err(format!("expected a comma before \"{}\"", excerpt(reader.rest)));
        }
    }
    Ok(read)
}

/// Reads an expression of names that are defined, numbers and constants.
///
/// # Errors
/// The first thing that is wrong, in words.
pub fn expression(text: &str, is_defined: &dyn Fn(&str) -> bool) -> Result<Expr, String> {
    let lines = Lines::new(&[Source::new("", text)]);
    let mut report = Report::new(&lines);
    let mut uses = Vec::new();
    let expr = match lines.lines.as_slice() {
        [line] => whole_expression(&mut Cursor::new(line, 0), &mut report, &mut uses),
        _ => return Err(format!("expected one expression, found \"{}\"", excerpt(text))),
    };
    let first_error =
        report.finish(super::codes::TOO_MANY).into_iter().find(|d| d.severity == model::Severity::Error);
    let Some(expr) = expr.filter(|_| first_error.is_none()) else {
        return Err(first_error.map_or_else(|| "no expression".to_string(), |d| d.message));
    };
    if let Some(unknown) = uses.iter().find(|u| !is_defined(&u.name) && constants::value(&u.name).is_none()) {
        return Err(format!("\"{}\" is not defined", unknown.name));
    }
    Ok(expr.map(&mut |part| constants::meaning(part, is_defined)))
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Takes a token and the space behind it.
    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > MOST_NESTED {
            return Err(format!("values are nested more than {MOST_NESTED} deep"));
        }
        if self.eat("[") {
            let mut items = Vec::new();
            while !self.eat("]") {
                items.push(self.value(depth + 1)?);
                self.separator("]")?;
            }
            return Ok(Value::List(items));
        }
        if self.eat("{") {
            let mut pairs = Vec::new();
            while !self.eat("}") {
                let key = self.key()?;
                pairs.push((key, self.value(depth + 1)?));
                self.separator("}")?;
            }
            return Ok(Value::Table(pairs));
        }
        match self.quoted()? {
            Some(text) => Ok(Value::Text(text.to_string())),
            None => self.bare(),
        }
    }

    fn separator(&mut self, end: &str) -> Result<(), String> {
        if self.eat(",") || self.rest.starts_with(end) {
            return Ok(());
        }
        let found =
            if self.rest.is_empty() { "the end".to_string() } else { format!("\"{}\"", excerpt(self.rest)) };
        Err(format!("expected \",\" or \"{end}\", found {found}"))
    }

    fn key(&mut self) -> Result<String, String> {
        let key = match self.quoted()? {
            Some(text) => text.to_string(),
            None => {
                let end =
                    self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
                let (key, rest) = self.rest.split_at(end);
                self.rest = rest.trim_start();
                key.to_string()
            }
        };
        if key.is_empty() || !(self.eat("=>") || self.eat("=")) {
            return Err(format!("expected NAME=>VALUE, found \"{}\"", excerpt(self.rest)));
        }
        Ok(key)
    }

    fn quoted(&mut self) -> Result<Option<&'a str>, String> {
        let Some(quote @ ('"' | '\'')) = self.rest.chars().next() else { return Ok(None) };
        let Some((text, rest)) = self.rest[1..].split_once(quote) else {
            return Err(format!("the quote {quote} is not closed"));
        };
        self.rest = rest.trim_start();
        Ok(Some(text))
    }

    /// Up to the next comma or closing bracket that is not inside parentheses.
    fn bare(&mut self) -> Result<Value, String> {
        let mut open = 0usize;
        let end = self.rest.find(|c: char| {
            match c {
                '(' => open += 1,
                ')' => open = open.saturating_sub(1),
                ',' | ']' | '}' => return open == 0,
                _ => {}
            }
            false
        });
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        if text.trim().is_empty() {
            return Err("a value is missing".to_string());
        }
        Ok(Value::Bare(text.trim().to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bare(text: &str) -> Value {
        Value::Bare(text.to_string())
    }

    #[test]
    fn names_lists_tables_and_positions_are_read() {
        let read =
            arguments("{ t_end => 10*(2+1), method=>\"ode\",max_stoich=>{'R'=>5,L=>2} , v=>[1, 2e3],}")
                .unwrap();
        assert_eq!(read.get("t_end"), Some(&bare("10*(2+1)")));
        assert_eq!(read.get("method").and_then(Value::text), Some("ode"));
        assert_eq!(read.get("v"), Some(&Value::List(vec![bare("1"), bare("2e3")])));
        let table = Value::Table(vec![("R".to_string(), bare("5")), ("L".to_string(), bare("2"))]);
        assert_eq!(read.get("max_stoich"), Some(&table));
        let read = arguments("\"A(b,c)\", ((1/52)*f(2,3))").unwrap();
        assert_eq!(read.positional, [Value::Text("A(b,c)".to_string()), bare("((1/52)*f(2,3))")]);
        assert_eq!(arguments("").unwrap(), Arguments::default());
        assert_eq!(arguments("{}").unwrap(), Arguments::default());
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for (text, wanted) in [
            ("{a=>1", "expected \",\" or \"}\", found the end"),
            ("{a}", "expected NAME=>VALUE, found \"}\""),
            ("\"a", "the quote \" is not closed"),
            ("1,,2", "a value is missing"),
        ] {
            assert_eq!(arguments(text).unwrap_err(), wanted, "{text}");
        }
        assert!(arguments(&"[".repeat(100_000)).unwrap_err().contains("nested"));
    }

    #[test]
    fn expressions_know_constants_and_defined_names() {
        let defined = |name: &str| name == "k";
        assert_eq!(expression("2*k", &defined).unwrap().to_string(), "(2*k)");
        assert_eq!(expression("_NA", &defined).unwrap(), Expr::Number(6.022_140_76e23));
        assert_eq!(expression("2*q", &defined).unwrap_err(), "\"q\" is not defined");
        assert!(expression("2*", &defined).unwrap_err().contains("expected"));
        assert!(expression("", &defined).is_err());
    }

    proptest! {
        #[test]
        fn any_text_gives_an_answer(text in ".{0,60}") {
            let _ = arguments(&text);
        }
    }
}
