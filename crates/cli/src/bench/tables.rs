//! Values of a fit, put into the tables of a library folder.

use std::collections::BTreeSet;
use std::path::Path;

use pathway::catalog::Obtained;

use super::fitting::FreeNumber;
use crate::failure::Failure;
use crate::input::read_text;
use crate::output::write_file;

/// Significant digits of a fitted value: more would claim more than the findings know.
const DIGITS: usize = 3;

/// Writes the numbers into the tables of the folder they come from; gives how many rows changed.
///
/// # Errors
/// A table cannot be read or written.
pub(super) fn apply(folder: &Path, numbers: &[FreeNumber]) -> Result<usize, Failure> {
    let mut changed = 0;
    let files: BTreeSet<&str> = numbers.iter().map(|n| n.file).collect();
    for file in files {
        let path = folder.join(file);
        let text = read_text(&path)?.text;
        let value_column =
            text.lines().next().and_then(|header| header.split('\t').position(|c| c == "value"));
        let Some(value_column) = value_column else { continue };
        let rows = text.lines().enumerate().map(|(i, line)| {
            let cells: Vec<&str> = line.split('\t').collect();
            let here =
                |n: &&FreeNumber| n.file == file && cells.iter().zip(&n.row).all(|(cell, own)| cell == own);
            let number = (i > 0).then(|| numbers.iter().find(here)).flatten();
            match number.and_then(|n| row_with(&cells, value_column, n)) {
                Some(row) => {
                    changed += 1;
                    row
                }
                None => line.to_string(),
            }
        });
        let mut table: String = rows.collect::<Vec<_>>().join("\n");
        table.push('\n');
        write_file(&path, table.as_bytes())?;
    }
    Ok(changed)
}

/// The row with the fitted value; `None` if it is the same to the digits shown. What was there before stays as the
/// prior in the source.
fn row_with(cells: &[&str], value_column: usize, number: &FreeNumber) -> Option<String> {
    let value = rounded(number.after.clamp(number.low, number.high));
    let [old, obtained, source] = [0, 4, 5].map(|k| cells.get(value_column + k).copied().unwrap_or(""));
    if old.parse() == Ok(value) {
        return None;
    }
    let fitted = Obtained::Fitted.word();
    let source =
        if obtained == fitted { source.to_string() } else { format!("prior {old} {obtained}: {source}") };
    let mut row: Vec<String> = cells.iter().map(ToString::to_string).collect();
    row[value_column] = value.to_string();
    row[value_column + 4] = fitted.to_string();
    row[value_column + 5] = source;
    Some(row.join("\t"))
}

fn rounded(value: f64) -> f64 {
    format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prior_stays_in_the_source() {
        let number = FreeNumber {
            key: "table:k".into(),
            file: "parameters.tsv",
            row: vec!["k".into()],
            unit: "1/h".into(),
            low: 0.1,
            high: 9.0,
            before: 1.0,
            after: 1.234_567,
        };
        let cells = ["k", "1", "1/h", "0.1", "9", "assumed", "textbook", ""];
        let row = row_with(&cells, 1, &number).unwrap();
        assert_eq!(row, "k\t1.23\t1/h\t0.1\t9\tfitted to findings\tprior 1 assumed: textbook\t");
        let again: Vec<&str> = row.split('\t').collect();
        assert_eq!(row_with(&again, 1, &number), None);
    }
}
