//! One case of the SBML Test Suite: its settings, its results, its rule of comparison.

use std::path::{Path, PathBuf};

/// A case with what it expects.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Number, for example `00001`.
    pub(crate) name: String,
    /// Model files by level and version.
    pub(crate) models: Vec<(String, PathBuf)>,
    /// Kind of test, from the description; `TimeCourse` if it says nothing.
    pub(crate) kind: String,
    pub(crate) start: f64,
    pub(crate) duration: f64,
    pub(crate) steps: usize,
    pub(crate) absolute: f64,
    pub(crate) relative: f64,
    /// Species given as amounts, and as concentrations.
    pub(crate) amount: Vec<String>,
    pub(crate) concentration: Vec<String>,
    /// Columns expected, without the time.
    pub(crate) columns: Vec<String>,
    /// Values expected, by row.
    pub(crate) rows: Vec<Vec<f64>>,
}

impl Case {
    /// Reads a folder.
    ///
    /// # Errors
    /// What is missing or cannot be read.
    pub(crate) fn read(folder: &Path) -> Result<Case, String> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = |ending: &str| {
            std::fs::read_to_string(folder.join(format!("{name}-{ending}")))
                .map_err(|e| format!("{ending}: {e}"))
        };
        let settings = text("settings.txt")?;
        let value = |key: &str| {
            settings.lines().find_map(|line| {
                let (found, value) = line.split_once(':')?;
                (found.trim() == key).then(|| value.trim().to_string())
            })
        };
        let number = |key: &str| -> Result<f64, String> {
            let text = value(key).unwrap_or_default();
            if text.is_empty() {
                Ok(0.0)
            } else {
                text.parse().map_err(|_| format!("{key}: {text:?} is no number"))
            }
        };
        let list = |key: &str| -> Vec<String> {
            let text = value(key).unwrap_or_default();
            text.split(',').map(|s| s.trim().to_string()).filter(|s| !s.is_empty()).collect()
        };
        let (columns, rows) = read_results(&text("results.csv")?)?;
        let kind = text("model.m").ok().and_then(|description| {
            let line = description.lines().find(|l| l.trim_start().starts_with("testType:"))?;
            line.split_once(':').map(|(_, kind)| kind.trim().to_string())
        });
        Ok(Case {
            models: models(folder, &name)?,
            kind: kind.unwrap_or_else(|| "TimeCourse".to_string()),
            start: number("start")?,
            duration: number("duration")?,
            steps: number("steps")? as usize,
            absolute: number("absolute")?,
            relative: number("relative")?,
            amount: list("amount"),
            concentration: list("concentration"),
            name,
            columns,
            rows,
        })
    }

    /// Times of the rows.
    pub(crate) fn times(&self) -> Vec<f64> {
        let steps = self.steps.max(1);
        (0..=steps).map(|i| self.start + self.duration * i as f64 / steps as f64).collect()
    }

    /// The first value that differs, in words. Shape: `found` `[n_columns][n_rows]`.
    ///
    /// # Source
    /// SBML Test Suite, README: |expected - found| <= absolute + relative * |expected|; what is no finite number
    /// must agree in kind.
    pub(crate) fn first_deviation(&self, times: &[f64], found: &[Vec<f64>]) -> Option<String> {
        for (row, expected) in self.rows.iter().enumerate() {
            for (column, &wanted) in expected.iter().enumerate() {
                let Some(&value) = found[column].get(row) else {
                    return Some(format!("row {row} is missing"));
                };
                let agrees = if wanted.is_finite() {
                    (wanted - value).abs() <= self.absolute + self.relative * wanted.abs()
                } else {
                    wanted == value || (wanted.is_nan() && value.is_nan())
                };
                if !agrees {
                    let (t, name) = (times.get(row).copied().unwrap_or(f64::NAN), &self.columns[column]);
                    return Some(format!("{name} at t = {t}: expected {wanted}, got {value}"));
                }
            }
        }
        None
    }
}

fn models(folder: &Path, name: &str) -> Result<Vec<(String, PathBuf)>, String> {
    let start = format!("{name}-sbml-");
    let mut models = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| e.to_string())? {
        let path = entry.map_err(|e| e.to_string())?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(level) = file.strip_prefix(&start).and_then(|rest| rest.strip_suffix(".xml")) {
            models.push((level.to_string(), path));
        }
    }
    models.sort();
    Ok(models)
}

/// Columns without the time, and rows.
fn read_results(text: &str) -> Result<(Vec<String>, Vec<Vec<f64>>), String> {
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let head = lines.next().ok_or("results.csv is empty")?;
    let unquoted = |s: &str| s.trim().trim_matches('"').to_string();
    let head: Vec<String> = head.split(',').map(unquoted).collect();
    let has_time = head.first().is_some_and(|h| h.eq_ignore_ascii_case("time"));
    let first = usize::from(has_time);
    let rows = lines
        .map(|line| line.split(',').skip(first).map(|cell| parse_cell(cell.trim())).collect())
        .collect::<Result<Vec<Vec<f64>>, String>>()?;
    let columns = head[first..].to_vec();
    match rows.iter().position(|r| r.len() != columns.len()) {
        Some(row) => Err(format!("results.csv: row {row} has another number of cells than the head")),
        None => Ok((columns, rows)),
    }
}

fn parse_cell(cell: &str) -> Result<f64, String> {
    match cell.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => Ok(f64::INFINITY),
        "-inf" | "-infinity" => Ok(f64::NEG_INFINITY),
        "nan" => Ok(f64::NAN),
        other => other.parse().map_err(|_| format!("results.csv: {cell:?} is no number")),
    }
}
