//! The tables: parameters, values of cells, evidence.

use std::fmt::Write as _;

use super::Library;
use crate::catalog::{Evidence, Obtained, ParameterRow, RuleEvidence};
use crate::codes;
use crate::read::table::{Row, rows};
use crate::read::unit::UnitExponents;
use crate::read::{Report, SourceText};

const VALUE_COLUMNS: [&str; 8] = ["name", "value", "unit", "low", "high", "obtained", "source", "note"];

/// Reads `parameters.tsv`; also writes the BNGL parameter block with the same line numbers.
pub(crate) fn parameters(library: &mut Library, text: &SourceText, report: &mut Report) {
    for row in rows(text, &VALUE_COLUMNS, report) {
        library.parameters.extend(parameter(&row, 0, report));
    }
    library.parameter_text = parameter_block(text, &library.parameters);
}

/// The rows as BNGL, each on the line of the table on which it stands.
fn parameter_block(text: &SourceText, rows: &[ParameterRow]) -> String {
    let mut lines = vec![String::new(); text.text.lines().count().max(1)];
    lines[0] = "begin parameters".to_string();
    for row in rows {
        if let Some(line) = lines.get_mut(row.at.line as usize - 1) {
            let _ = write!(line, "{} {:?}", row.name, row.value);
        }
    }
    lines.push("end parameters\n".to_string());
    lines.join("\n")
}

/// One row whose columns start at `first`.
fn parameter(row: &Row<'_>, first: usize, report: &mut Report) -> Option<ParameterRow> {
    let name = row.text(first);
    let value = row.number(first + 1, "value", report)?;
    let low = row.number(first + 3, "low", report)?;
    let high = row.number(first + 4, "high", report)?;
    if !(low <= value && value <= high) {
        let message = format!("{name} = {value} lies outside of its range {low} to {high}");
        report.error(codes::RANGE, &row.at(first + 1), message, "");
    }
    let unit = row.text(first + 2);
    let exponents = UnitExponents::parse(unit);
    if exponents.is_none() {
        let help = "units are products and quotients of h, nM, copies, cell and 1, for example 1/(nM*h)";
        report.error(codes::UNIT, &row.at(first + 2), format!("\"{unit}\" is no unit"), help);
    }
    let word = row.text(first + 5);
    let obtained = Obtained::ALL.iter().find(|(_, w)| *w == word);
    if obtained.is_none() {
        report.unknown(
            codes::WORD,
            &row.at(first + 5),
            ("way to obtain a number", word),
            Obtained::ALL.map(|o| o.1),
        );
    }
    if row.text(first + 6).is_empty() {
        report.error(codes::NO_SOURCE, &row.at(first + 6), format!("{name} has no source"), "");
    }
    let (exponents, obtained) = (exponents?, obtained?.0);
    Some(ParameterRow {
        name: name.to_string(),
        value,
        unit: unit.to_string(),
        exponents,
        low,
        high,
        obtained,
        source: row.text(first + 6).to_string(),
        note: row.text(first + 7).to_string(),
        at: row.at(0),
    })
}

/// Reads `contexts.tsv` into the cells that are there already.
pub(crate) fn context_values(library: &mut Library, text: &SourceText, report: &mut Report) {
    let mut columns = vec!["context"];
    columns.extend(VALUE_COLUMNS);
    columns[1] = "parameter";
    for row in rows(text, &columns, report) {
        let Some(value) = parameter(&row, 1, report) else { continue };
        match library.parameter(&value.name) {
            None => {
                let known = library.parameters.iter().map(|p| p.name.as_str());
                report.unknown(codes::UNKNOWN_PARAMETER, &row.at(1), ("parameter", &value.name), known);
            }
            Some(own) if !own.exponents.same_as(value.exponents) => {
                let message =
                    format!("{} is given in {}, in parameters.tsv in {}", value.name, value.unit, own.unit);
                report.error(codes::UNIT, &row.at(3), message, "");
            }
            Some(_) => {}
        }
        let Some(context) = library.contexts.iter_mut().find(|c| c.id == row.text(0)) else {
            let known = library.contexts.iter().map(|c| c.id.as_str());
            report.unknown(codes::UNKNOWN_CONTEXT, &row.at(0), ("cell", row.text(0)), known);
            continue;
        };
        if context.values.iter().any(|v| v.name == value.name) {
            let message = format!("{} of {} is given twice", value.name, context.id);
            report.error(codes::DUPLICATE, &row.at(1), message, "");
        }
        context.values.push(value);
    }
}

const EVIDENCE_COLUMNS: [&str; 12] = [
    "id",
    "source",
    "target",
    "effect",
    "sign",
    "site",
    "conditions",
    "directness",
    "time_scale",
    "paper",
    "section",
    "note",
];

/// Reads `evidence.tsv`.
pub(crate) fn evidence(library: &mut Library, text: &SourceText, report: &mut Report) {
    for row in rows(text, &EVIDENCE_COLUMNS, report) {
        let own = |column: usize| row.text(column).to_string();
        if library.paper(row.text(9)).is_none() {
            let known = library.papers.iter().map(|p| p.id.as_str());
            report.unknown(codes::UNKNOWN_PAPER, &row.at(9), ("paper", row.text(9)), known);
        }
        library.evidence.push(Evidence {
            id: own(0),
            interaction_source: own(1),
            target: own(2),
            effect: own(3),
            sign: own(4),
            site: own(5),
            conditions: own(6),
            directness: own(7),
            time_scale: own(8),
            paper: own(9),
            section: own(10),
            note: own(11),
            at: row.at(0),
        });
    }
}

/// Reads `rules.tsv`; several evidence ids are separated by commas or blanks.
pub(crate) fn rule_evidence(library: &mut Library, text: &SourceText, report: &mut Report) {
    for row in rows(text, &["rule", "evidence", "alternatives", "note"], report) {
        let split = |c: char| c == ',' || c == ';' || c.is_whitespace();
        let ids: Vec<String> =
            row.text(1).split(split).filter(|s| !s.is_empty()).map(str::to_string).collect();
        for id in ids.iter().filter(|id| !library.evidence.iter().any(|e| e.id == **id)) {
            let known = library.evidence.iter().map(|e| e.id.as_str());
            report.unknown(codes::UNKNOWN_EVIDENCE, &row.at(1), ("evidence", id), known);
        }
        library.rule_evidence.push(RuleEvidence {
            rule: row.text(0).to_string(),
            evidence: ids,
            alternatives: row.text(2).to_string(),
            note: row.text(3).to_string(),
            at: row.at(0),
        });
    }
}
