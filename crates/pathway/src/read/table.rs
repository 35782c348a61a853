//! Tables of tab-separated values: a header with fixed column names, one row per line, `#` for remarks.

use model::Location;

use super::{Report, SourceText};
use crate::codes;

/// One row, with its place.
#[derive(Clone, Debug)]
pub(crate) struct Row<'t> {
    text: &'t SourceText,
    line: usize,
    fields: Vec<&'t str>,
}

/// Reads the rows of a table with these columns, in this order; the last `optional` columns may be left out.
pub(crate) fn rows<'t>(text: &'t SourceText, columns: &[&str], report: &mut Report) -> Vec<Row<'t>> {
    let mut lines =
        text.text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
    let Some((line, header)) = lines.next() else {
        let help = format!("the first line names the columns: {}", columns.join(", "));
        report.error(codes::EMPTY, &text.at(1, 1), "the table is empty".to_string(), help);
        return Vec::new();
    };
    let found: Vec<&str> = header.split('\t').map(str::trim).collect();
    if found != columns {
        wrong_header(text, line, (&found, columns), report);
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (line, content) in lines {
        let fields: Vec<&str> = content.split('\t').map(str::trim).collect();
        if fields.len() == columns.len() {
            rows.push(Row { text, line: line + 1, fields });
        } else {
            let message = format!("the row has {} fields, the header {}", fields.len(), columns.len());
            report.error(codes::ROW, &text.at(line + 1, 1), message, "separate fields by one tab each");
        }
    }
    rows
}

fn wrong_header(text: &SourceText, line: usize, (found, columns): (&[&str], &[&str]), report: &mut Report) {
    let odd = found.iter().find(|f| !columns.contains(f));
    let message = match odd {
        Some(name) => format!("unknown column \"{name}\""),
        None => format!("the columns are {}", found.join(", ")),
    };
    let help = odd.and_then(|name| model::closest_name(name, columns.iter().copied())).map_or_else(
        || format!("they must be, separated by tabs: {}", columns.join(", ")),
        |close| format!("did you mean \"{close}\"?"),
    );
    report.error(codes::COLUMNS, &text.at(line + 1, 1), message, help);
}

impl<'t> Row<'t> {
    /// The text of a column.
    pub(crate) fn text(&self, column: usize) -> &'t str {
        self.fields[column]
    }

    /// The place of a column.
    pub(crate) fn at(&self, column: usize) -> Location {
        let before: usize = self.raw().split('\t').take(column).map(|f| f.chars().count() + 1).sum();
        self.text.at(self.line, before + 1)
    }

    /// The finite number in a column.
    pub(crate) fn number(&self, column: usize, name: &str, report: &mut Report) -> Option<f64> {
        let text = self.text(column);
        let number = text.parse::<f64>().ok().filter(|x| x.is_finite());
        if number.is_none() {
            let message = format!("\"{text}\" in column {name} is not a finite number");
            report.error(codes::NUMBER, &self.at(column), message, "");
        }
        number
    }

    fn raw(&self) -> &'t str {
        self.text.text.lines().nth(self.line - 1).unwrap_or_default()
    }
}
