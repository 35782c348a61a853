//! XML with indentation.

use super::super::documentation::escape;

/// A text that grows element by element.
#[derive(Debug, Default)]
pub(super) struct Xml {
    text: String,
    open: Vec<&'static str>,
}

/// Attributes; those without a value are left out.
pub(super) type Attributes<'a> = &'a [(&'static str, Option<String>)];

impl Xml {
    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.open.len()));
    }

    fn head(&mut self, name: &str, attributes: Attributes<'_>) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            if let Some(value) = value {
                self.text.push_str(&format!(" {name}=\""));
                escape(value, &mut self.text);
                self.text.push('"');
            }
        }
    }

    /// Begins an element.
    pub(super) fn begin(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.head(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    /// Ends the innermost element.
    pub(super) fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.text.push_str(&format!("</{name}>\n"));
        }
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.head(name, attributes);
        self.text.push_str("/>\n");
    }

    /// An element with text.
    pub(super) fn leaf(&mut self, name: &'static str, attributes: Attributes<'_>, content: &str) {
        self.head(name, attributes);
        self.text.push_str("> ");
        escape(content, &mut self.text);
        self.text.push_str(&format!(" </{name}>\n"));
    }

    /// An element with XML inside that is given as text.
    pub(super) fn raw(&mut self, name: &'static str, inside: &str) {
        if !inside.is_empty() {
            self.indent();
            self.text.push_str(&format!("<{name}>{inside}</{name}>\n"));
        }
    }

    /// The line with mantissa and exponent of a number.
    pub(super) fn e_notation(&mut self, mantissa: &str, exponent: &str) {
        self.indent();
        self.text.push_str(&format!("<cn type=\"e-notation\"> {mantissa} <sep/> {exponent} </cn>\n"));
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A number as XML Schema's `double`, with all its digits.
pub(super) fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_string()
    } else if value.is_infinite() {
        if value > 0.0 { "INF".to_string() } else { "-INF".to_string() }
    } else if value == value.trunc() && value.abs() < 1e15 {
        format!("{value}")
    } else {
        format!("{value:?}")
    }
}
