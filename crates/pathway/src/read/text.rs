//! A named text, and places in it.

use model::Location;

/// A text with the positions of its lines.
#[derive(Clone, Debug)]
pub(crate) struct SourceText {
    /// Name of the file, relative to the data folder or as the user gave it.
    pub(crate) name: String,
    /// Content.
    pub(crate) text: String,
    starts: Vec<usize>,
}

impl SourceText {
    /// Finds the lines.
    pub(crate) fn new(name: &str, text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { name: name.to_string(), text: text.to_string(), starts }
    }

    /// The place of a byte; one past the end is the last place.
    pub(crate) fn location(&self, offset: usize) -> Location {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|&s| s <= offset) - 1;
        let column = self.text[self.starts[line]..offset].chars().count() + 1;
        self.at(line + 1, column)
    }

    /// A place by line and column, both from 1.
    pub(crate) fn at(&self, line: usize, column: usize) -> Location {
        let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Location { file: self.name.clone(), line: short(line), column: short(column) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        let text = SourceText::new("f", "µ\nab\n");
        assert_eq!(text.location(2).to_string(), "f:1:2");
        assert_eq!(text.location(4).to_string(), "f:2:2");
        assert_eq!(text.location(99).to_string(), "f:3:1");
    }
}
