//! Words, numbers, texts and signs, with their places.

use model::{Diagnostic, Location};

use super::codes;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A name; parts of a submodel are joined by dots.
    Word(String),
    Number(f64),
    /// Between quotation marks.
    Text(String),
    /// An operator, bracket or comma.
    Sign(&'static str),
    /// `;`
    Semicolon,
    /// The end of a line outside of brackets.
    Newline,
}

/// A token and where it starts.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Longer signs first.
const SIGNS: [&str; 34] = [
    "<->", "<=>", ":=", "->", "=>", "-|", "<=", ">=", "==", "!=", "&&", "||", "<", ">", "=", "+", "-", "*",
    "/", "^", "%", "!", "(", ")", "[", "]", "{", "}", ",", ":", "$", "'", "~", "@",
];

/// Cuts a text into tokens.
///
/// # Errors
/// The first character that belongs to no token.
pub(super) fn tokens(file: &str, text: &str) -> Result<Vec<Token>, Diagnostic> {
    Lexer { file, rest: text, line: 1, column: 1, depth: 0, found: Vec::new() }.run()
}

struct Lexer<'a> {
    file: &'a str,
    rest: &'a str,
    line: u32,
    column: u32,
    depth: usize,
    found: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn run(mut self) -> Result<Vec<Token>, Diagnostic> {
        while let Some(c) = self.rest.chars().next() {
            if c == '\n' {
                if self.depth == 0 && !self.continues() {
                    self.push(Kind::Newline, 1);
                } else {
                    self.take(1);
                }
            } else if c.is_whitespace() || c == '\u{feff}' {
                self.take(c.len_utf8());
            } else if self.rest.starts_with("//") || c == '#' {
                let length = self.rest.find('\n').unwrap_or(self.rest.len());
                self.take(length);
            } else if self.rest.starts_with("/*") {
                let Some(length) = self.rest.find("*/") else {
                    return Err(self.error("a comment is not closed", "end it with */"));
                };
                self.take(length + 2);
            } else if self.rest.starts_with("\"\"\"") {
                self.text("\"\"\"")?;
            } else if c == '"' {
                self.text("\"")?;
            } else if c.is_ascii_digit() || (c == '.' && self.digit_at(1)) {
                self.number()?;
            } else if c.is_ascii_alphabetic() || c == '_' {
                self.word();
            } else if c == ';' {
                self.push(Kind::Semicolon, 1);
            } else if let Some(sign) = SIGNS.iter().find(|sign| self.rest.starts_with(**sign)) {
                match *sign {
                    "(" | "[" | "{" => self.depth += 1,
                    ")" | "]" | "}" => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                self.push(Kind::Sign(sign), sign.len());
            } else {
                return Err(self.error(&format!("{c:?} is not expected"), "remove it"));
            }
        }
        self.push(Kind::Newline, 0);
        Ok(self.found)
    }

    /// Whether the last token asks for more.
    fn continues(&self) -> bool {
        matches!(
            self.found.last().map(|t| &t.kind),
            Some(Kind::Sign("," | "+" | "*" | "/" | "^" | "&&" | "||" | "=" | ":="))
        )
    }

    fn error(&self, message: &str, help: &str) -> Diagnostic {
        let location = Location { file: self.file.to_string(), line: self.line, column: self.column };
        Diagnostic::error(codes::SYNTAX, message).at(location).help(help)
    }

    fn digit_at(&self, at: usize) -> bool {
        self.rest.as_bytes().get(at).is_some_and(u8::is_ascii_digit)
    }

    /// Moves on by so many bytes.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        for c in taken.chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.rest = rest;
        taken
    }

    fn push(&mut self, kind: Kind, bytes: usize) {
        self.found.push(Token { kind, line: self.line, column: self.column });
        self.take(bytes);
    }

    fn text(&mut self, mark: &str) -> Result<(), Diagnostic> {
        let inside = &self.rest[mark.len()..];
        let Some(length) = inside.find(mark) else {
            return Err(self.error("a text is not closed", "end it with a quotation mark"));
        };
        self.push(Kind::Text(inside[..length].to_string()), length + 2 * mark.len());
        Ok(())
    }

    fn number(&mut self) -> Result<(), Diagnostic> {
        let bytes = self.rest.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            if exponent > end + 1 + sign {
                end = exponent;
            }
        }
        match self.rest[..end].parse() {
            Ok(number) => {
                self.push(Kind::Number(number), end);
                Ok(())
            }
            Err(_) => Err(self.error("this is not a number", "write a number such as 0.5 or 1e-3")),
        }
    }

    fn word(&mut self) {
        let bytes = self.rest.as_bytes();
        let mut end = 0;
        while let Some(c) = bytes.get(end) {
            let dot = *c == b'.' && bytes.get(end + 1).is_some_and(|n| n.is_ascii_alphabetic() || *n == b'_');
            if !(c.is_ascii_alphanumeric() || *c == b'_' || dot) {
                break;
            }
            end += 1;
        }
        let word = self.rest[..end].to_string();
        self.push(Kind::Word(word), end);
    }
}
