//! CSV tables, and aligned columns for terminals.

use crate::failure::Failure;
use crate::view::ExperimentView;

/// Long form: one line per arm, read-out and time.
pub(crate) fn readouts_csv(view: &ExperimentView) -> Result<Vec<u8>, Failure> {
    let mut rows: Vec<[String; 7]> = vec![
        ["arm", "readout", "time_h", "value", "unit", "normalised", "normalised_unit"].map(String::from),
    ];
    for readout in &view.readouts {
        for (arm, series) in view.arms.iter().zip(&readout.series) {
            for (k, t) in arm.times_h.iter().enumerate() {
                let number = |values: &[f64]| values.get(k).map_or_else(String::new, |v| format!("{v}"));
                rows.push([
                    arm.id.clone(),
                    readout.id.clone(),
                    format!("{t}"),
                    number(&series.values),
                    readout.unit.clone(),
                    number(&series.shown),
                    readout.shown_unit.clone(),
                ]);
            }
        }
    }
    csv_bytes(rows)
}

/// Long form: one line per arm, animal, read-out and time; `None` for cells in a dish.
pub(crate) fn animals_csv(view: &ExperimentView) -> Result<Option<Vec<u8>>, Failure> {
    let mut rows = vec![["arm", "animal", "readout", "time_h", "value", "unit"].map(String::from)];
    for readout in &view.readouts {
        for (arm, series) in view.arms.iter().zip(&readout.series) {
            for (k, values) in series.animals.iter().enumerate() {
                for (t, value) in arm.times_h.iter().zip(values) {
                    let (animal, time, value) = ((k + 1).to_string(), t.to_string(), value.to_string());
                    rows.push([
                        arm.id.clone(),
                        animal,
                        readout.id.clone(),
                        time,
                        value,
                        readout.unit.clone(),
                    ]);
                }
            }
        }
    }
    if rows.len() == 1 { Ok(None) } else { csv_bytes(rows).map(Some) }
}

/// Rows as CSV.
pub(crate) fn csv_bytes<R, F>(rows: impl IntoIterator<Item = R>) -> Result<Vec<u8>, Failure>
where
    R: IntoIterator<Item = F>,
    F: AsRef<[u8]>,
{
    let failed = |e: &dyn std::fmt::Display| Failure::Run {
        message: format!("failed to write a table: {e}"),
        help: String::new(),
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|e| failed(&e))?;
    }
    writer.into_inner().map_err(|e| failed(&e))
}

/// Columns aligned by spaces; the last column is free.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..n_columns)
        .map(|c| rows.iter().filter_map(|r| r.get(c)).map(|s| s.chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [["a", "bb"], ["ccc", "d"]].map(|r| r.map(String::from).to_vec());
        assert_eq!(aligned(&rows), "a    bb\nccc  d\n");
    }

    #[test]
    fn csv_quotes_what_needs_quotes() {
        let bytes = csv_bytes([["AKT(s~p,t!1)", "1"]]).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "\"AKT(s~p,t!1)\",1\n");
    }
}
