//! Named texts, cut into logical lines, and places in them.

use model::Location;

/// A text with the name that diagnostics give it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Name of the file, as the user gave it.
    pub name: &'a str,
    /// Content.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// A text with its name.
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text }
    }
}

/// A place: a logical line and a byte offset in it. Turned into a [`Location`] only when it is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) offset: u32,
}

/// A line without its comment, joined with the lines that continue it.
#[derive(Debug)]
pub(crate) struct LogicalLine {
    /// Index of the source.
    pub(crate) source: usize,
    /// Text without comments and continuation marks.
    pub(crate) text: String,
    /// What stood behind the first `#` of the (last) physical line.
    pub(crate) comment: String,
    /// Byte offset in `text` at which each physical line starts, with its number from 1.
    segments: Vec<(usize, u32)>,
}

/// All logical lines of all sources, blank ones left out.
#[derive(Debug)]
pub(crate) struct Lines {
    names: Vec<String>,
    pub(crate) lines: Vec<LogicalLine>,
    /// For each source, the number of its last physical line.
    ends: Vec<u32>,
}

impl Lines {
    /// Cuts the sources into logical lines.
    pub(crate) fn new(sources: &[Source<'_>]) -> Self {
        let mut all = Lines { names: Vec::new(), lines: Vec::new(), ends: Vec::new() };
        for (index, source) in sources.iter().enumerate() {
            all.names.push(source.name.to_string());
            all.cut(index, source.text);
        }
        all
    }

    fn cut(&mut self, source: usize, text: &str) {
        let mut number = 0;
        let mut open: Option<LogicalLine> = None;
        for physical in text.split('\n') {
            number += 1;
            let (code, comment) = physical.split_once('#').unwrap_or((physical, ""));
            let (code, continued) = strip_continuation(code);
            let mut line = open.take().unwrap_or_else(|| LogicalLine {
                source,
                text: String::new(),
                comment: String::new(),
                segments: Vec::new(),
            });
            line.segments.push((line.text.len(), number));
            line.text.push_str(code);
            line.comment = comment.trim_end().to_string();
            if continued {
                open = Some(line);
            } else {
                self.keep(line);
            }
        }
        if let Some(line) = open {
            self.keep(line);
        }
        self.ends.push(number);
    }

    fn keep(&mut self, line: LogicalLine) {
        if !line.text.trim().is_empty() {
            self.lines.push(line);
        }
    }

    /// The place as file, line and column.
    pub(crate) fn location(&self, place: Place) -> Location {
        let Some(line) = self.lines.get(place.line as usize) else {
            let source = self.names.len().saturating_sub(1);
            return self.end_of(source);
        };
        let offset = floor_boundary(&line.text, place.offset as usize);
        let (start, number) =
            line.segments.iter().rev().find(|(start, _)| *start <= offset).copied().unwrap_or((0, 1));
        Location {
            file: self.names[line.source].clone(),
            line: number,
            column: u32::try_from(line.text[start..offset].chars().count() + 1).unwrap_or(u32::MAX),
        }
    }

    /// The last line of a source.
    pub(crate) fn end_of(&self, source: usize) -> Location {
        Location {
            file: self.names.get(source).cloned().unwrap_or_default(),
            line: self.ends.get(source).copied().unwrap_or(1),
            column: 1,
        }
    }
}

/// The text before a final backslash, and whether there was one.
fn strip_continuation(code: &str) -> (&str, bool) {
    let trimmed = code.trim_end();
    match trimmed.strip_suffix('\\') {
        Some(before) => (before, true),
        None => (trimmed, false),
    }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The bytes as text, and the line of the first byte that is not UTF-8, if any.
pub(crate) fn decode(bytes: &[u8]) -> (String, Option<u32>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_string(), None),
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            let line = before.iter().filter(|b| **b == b'\n').count() + 1;
            (String::from_utf8_lossy(bytes).into_owned(), Some(u32::try_from(line).unwrap_or(u32::MAX)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continued_lines_keep_their_places() {
        let lines = Lines::new(&[Source::new("a", "x \\\n  yz # c\n\n# only\nw")]);
        assert_eq!(lines.lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>(), ["x   yz", "w"]);
        assert_eq!(lines.location(Place { line: 0, offset: 5 }).to_string(), "a:2:4");
        assert_eq!(lines.location(Place { line: 1, offset: 0 }).to_string(), "a:5:1");
        assert_eq!(lines.location(Place { line: 9, offset: 0 }).to_string(), "a:5:1");
    }

    #[test]
    fn columns_count_characters() {
        let lines = Lines::new(&[Source::new("a", "µµx")]);
        assert_eq!(lines.location(Place { line: 0, offset: 4 }).to_string(), "a:1:3");
    }
}
