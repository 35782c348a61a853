//! A position in a line, and the small steps that every reader takes.

use crate::source::{LogicalLine, Place};

/// Reads one logical line from left to right.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    line: u32,
    pos: usize,
}

/// Whether a character may stand in a name.
pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a text is a name: word characters, not starting with a digit.
pub(crate) fn is_name(text: &str) -> bool {
    text.chars().all(is_word) && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(line: &'a LogicalLine, index: usize) -> Self {
        Self { text: &line.text, line: u32::try_from(index).unwrap_or(u32::MAX), pos: 0 }
    }

    /// What is left of the line.
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.pos..]
    }

    /// What was read so far.
    pub(crate) fn taken(&self) -> &'a str {
        &self.text[..self.pos]
    }

    pub(crate) fn place(&self) -> Place {
        Place { line: self.line, offset: u32::try_from(self.pos).unwrap_or(u32::MAX) }
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn at_end(&self) -> bool {
        self.pos >= self.text.len()
    }

    /// Moves on by a number of bytes of text that was just looked at.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.pos = (self.pos + bytes).min(self.text.len());
    }

    pub(crate) fn skip_space(&mut self) {
        let rest = self.rest();
        self.pos += rest.len() - rest.trim_start().len();
    }

    /// Whether white space (or the end) comes next.
    pub(crate) fn at_space(&self) -> bool {
        self.peek().is_none_or(char::is_whitespace)
    }

    /// A cursor over the next bytes only.
    pub(crate) fn part(&self, bytes: usize) -> Cursor<'a> {
        Cursor { text: &self.text[..(self.pos + bytes).min(self.text.len())], ..self.clone() }
    }

    /// Takes exactly this text, if it comes next.
    pub(crate) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.pos += token.len();
        }
        found
    }

    /// Takes the characters for which the condition holds.
    pub(crate) fn take_while(&mut self, condition: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !condition(c)).unwrap_or(rest.len());
        self.pos += end;
        &rest[..end]
    }

    /// Takes a name, a number or any other run of word characters; empty if there is none.
    pub(crate) fn word(&mut self) -> &'a str {
        self.take_while(is_word)
    }

    /// The next word without taking it.
    pub(crate) fn peek_word(&self) -> &'a str {
        self.clone().word()
    }

    /// Takes everything up to white space.
    pub(crate) fn chunk(&mut self) -> &'a str {
        self.take_while(|c| !c.is_whitespace())
    }

    /// Takes an index such as `12 ` at the start of a line.
    pub(crate) fn skip_index(&mut self) {
        self.skip_space();
        let mut ahead = self.clone();
        let digits = ahead.take_while(|c| c.is_ascii_digit());
        if !digits.is_empty() && ahead.peek().is_some_and(char::is_whitespace) {
            ahead.skip_space();
            if !ahead.at_end() {
                *self = ahead;
            }
        }
    }

    /// Takes a label such as `name:` (not `name::`) and returns it.
    pub(crate) fn label(&mut self) -> Option<&'a str> {
        self.skip_space();
        let mut ahead = self.clone();
        let label = ahead.word();
        ahead.skip_space();
        if label.is_empty() || !ahead.eat(":") || ahead.peek() == Some(':') {
            return None;
        }
        ahead.skip_space();
        *self = ahead;
        Some(label)
    }
}

/// A short piece of text for a message: at most 40 characters, line ends made visible.
pub(crate) fn excerpt(text: &str) -> String {
    let trimmed = text.trim();
    let mut short: String = trimmed.chars().take(40).collect();
    if short.len() < trimmed.len() {
        short.push_str("...");
    }
    short.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
