//! Tables of others: separated by commas or tabs, with a heading.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::input::read_text;

/// A table with its heading.
pub(super) struct Table {
    path: PathBuf,
    heading: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a table; tabs separate if the name ends in `.tsv`.
    ///
    /// # Errors
    /// It cannot be read, or is no table.
    pub(super) fn read(path: &Path) -> Result<Table, Failure> {
        let file = read_text(path)?;
        let tabs = path.extension().is_some_and(|e| e == "tsv");
        let text = file.text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if tabs { b'\t' } else { b',' })
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let wrong = |e: csv::Error| Failure::Read {
            path: path.display().to_string(),
            reason: format!("it is no table: {e}"),
            help: String::new(),
        };
        let heading = reader.headers().map_err(wrong)?.iter().map(String::from).collect();
        let mut rows = Vec::new();
        for row in reader.records() {
            rows.push(row.map_err(wrong)?.iter().map(String::from).collect());
        }
        Ok(Table { path: path.to_path_buf(), heading, rows })
    }

    /// The place of a column.
    ///
    /// # Errors
    /// The table has none of that name.
    pub(super) fn column(&self, name: &str) -> Result<usize, Failure> {
        let place = self.heading.iter().position(|h| h == name);
        place.ok_or_else(|| self.wrong(&format!("it has no column \"{name}\"")))
    }

    /// Something is wrong with the table.
    pub(super) fn wrong(&self, reason: &str) -> Failure {
        Failure::Read {
            path: self.path.display().to_string(),
            reason: reason.to_string(),
            help: format!("its columns are: {}", self.heading.join(", ")),
        }
    }
}

/// A number of a table; infinities are written in many ways, and an empty field is none.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|x| !x.is_nan())
}
