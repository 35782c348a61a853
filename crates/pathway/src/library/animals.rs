//! `pharmacokinetics.tsv` and `animals.tsv`.

use super::{Library, lookup};
use crate::animal::{Animals, Condition, Host, How, KineticRow, Pharmacokinetics, Quantity, Route};
use crate::catalog::Obtained;
use crate::codes;
use crate::read::table::{Row, rows};
use crate::read::{Report, Section, SourceText};

const KINETIC_COLUMNS: [&str; 10] =
    ["drug", "route", "quantity", "value", "unit", "low", "high", "obtained", "source", "note"];

const HOST_COLUMNS: [&str; 10] =
    ["host", "parameter", "how", "value", "cv", "low", "high", "obtained", "source", "note"];

/// The parameter with the volume of a tumour at 0 h.
pub(crate) const START_VOLUME: &str = "tumour_start_volume";

/// Reads `pharmacokinetics.tsv`.
pub(crate) fn pharmacokinetics(library: &mut Library, text: &SourceText, report: &mut Report) {
    for row in rows(text, &KINETIC_COLUMNS, report) {
        let Some(agent) = library.agent(row.text(0)).cloned() else {
            let known = lookup::names(library.drugs.iter());
            report.unknown(codes::UNKNOWN_AGENT, &row.at(0), ("drug", row.text(0)), known);
            continue;
        };
        if agent.molecular_weight.is_none() {
            let help = "a dose in mg/kg needs it";
            let message = format!("{} has no molecular weight", agent.label);
            report.error(codes::KINETICS, &row.at(0), message, help);
        }
        let Some(read) = kinetic_row(&row, report) else { continue };
        let list = &mut library.pharmacokinetics;
        let place = match list.iter().position(|k| k.drug == agent.id) {
            Some(place) => place,
            None => {
                list.push(Pharmacokinetics { drug: agent.id.clone(), rows: Vec::new(), at: row.at(0) });
                list.len() - 1
            }
        };
        if list[place].value(read.quantity, read.route).is_some() {
            report.error(codes::DUPLICATE, &row.at(2), "the number is given twice".to_string(), "");
        }
        list[place].rows.push(read);
    }
    for kinetics in &library.pharmacokinetics {
        complete(kinetics, report);
    }
}

fn kinetic_row(row: &Row<'_>, report: &mut Report) -> Option<KineticRow> {
    let Some(&(quantity, _, unit)) = Quantity::ALL.iter().find(|q| q.1 == row.text(2)) else {
        report.unknown(codes::WORD, &row.at(2), ("quantity", row.text(2)), Quantity::ALL.map(|q| q.1));
        return None;
    };
    if row.text(4) != unit {
        let message = format!("{} is given in {unit}, not in \"{}\"", row.text(2), row.text(4));
        report.error(codes::UNIT, &row.at(4), message, "");
        return None;
    }
    let route = match (quantity.by_route(), row.text(1)) {
        (false, "") => None,
        (true, word) => match Route::of_word(word).filter(|r| *r != Route::Intravenous) {
            Some(route) => Some(route),
            None => {
                let depots = Route::ALL.iter().filter(|r| r.0 != Route::Intravenous).map(|r| r.1);
                report.unknown(codes::WORD, &row.at(1), ("route", word), depots);
                return None;
            }
        },
        (false, word) => {
            let message = format!("{} holds for all routes, not for \"{word}\"", row.text(2));
            report.error(codes::WORD, &row.at(1), message, "leave the column empty");
            return None;
        }
    };
    let numbers = Numbers::read(row, 3, 5, report)?;
    let highest = if quantity == Quantity::Bioavailability { 1.0 } else { f64::INFINITY };
    if numbers.low <= 0.0 || numbers.high > highest {
        let message = format!("{} is above 0 (and a bioavailability at most 1)", row.text(2));
        report.error(codes::RANGE, &row.at(5), message, "");
    }
    let Numbers { value, low, high, obtained } = numbers;
    let (source, note) = (row.text(8).to_string(), row.text(9).to_string());
    Some(KineticRow { quantity, route, value, low, high, obtained, source, note })
}

/// What the columns value, low, high, obtained and source have in common in both tables.
struct Numbers {
    value: f64,
    low: f64,
    high: f64,
    obtained: Obtained,
}

impl Numbers {
    fn read(row: &Row<'_>, value_at: usize, low_at: usize, report: &mut Report) -> Option<Numbers> {
        let value = row.number(value_at, "value", report)?;
        let low = row.number(low_at, "low", report)?;
        let high = row.number(low_at + 1, "high", report)?;
        if !(low <= value && value <= high) {
            let message = format!("{value} lies outside of its range {low} to {high}");
            report.error(codes::RANGE, &row.at(value_at), message, "");
        }
        let word = row.text(low_at + 2);
        let obtained = Obtained::ALL.iter().find(|(_, w)| *w == word);
        if obtained.is_none() {
            let known = Obtained::ALL.map(|o| o.1);
            report.unknown(codes::WORD, &row.at(low_at + 2), ("way to obtain a number", word), known);
        }
        if row.text(low_at + 3).is_empty() {
            report.error(codes::NO_SOURCE, &row.at(low_at + 3), "the number has no source".to_string(), "");
        }
        Some(Numbers { value, low, high, obtained: obtained?.0 })
    }
}

fn complete(kinetics: &Pharmacokinetics, report: &mut Report) {
    let mut missing = |what: &str| {
        let message = format!("{} has no {what}", kinetics.drug);
        report.error(codes::KINETICS, &kinetics.at, message, "add the row");
    };
    for (quantity, word, _) in Quantity::ALL {
        let pair = matches!(quantity, Quantity::PeripheralVolume | Quantity::Exchange);
        if !pair && !quantity.by_route() && kinetics.value(quantity, None).is_none() {
            missing(word);
        }
    }
    let [second, exchange] =
        [Quantity::PeripheralVolume, Quantity::Exchange].map(|q| kinetics.value(q, None).is_some());
    if second != exchange {
        missing("peripheral_volume together with exchange");
    }
    for (route, word) in Route::ALL {
        let [absorbed, arrives] = [Quantity::Absorption, Quantity::Bioavailability]
            .map(|q| kinetics.value(q, Some(route)).is_some());
        if absorbed != arrives {
            missing(&format!("absorption together with bioavailability for the route {word}"));
        }
    }
}

/// Reads `animals.tsv`.
pub(crate) fn hosts(library: &mut Library, text: &SourceText, report: &mut Report) {
    for row in rows(text, &HOST_COLUMNS, report) {
        let Some(condition) = condition(library, &row, report) else { continue };
        let id = row.text(0);
        let place = match library.hosts.iter().position(|h| h.id == id) {
            Some(place) => place,
            None => {
                library.hosts.push(Host { id: id.to_string(), conditions: Vec::new(), at: row.at(0) });
                library.hosts.len() - 1
            }
        };
        let host = &mut library.hosts[place];
        if host.conditions.iter().any(|c| c.parameter == condition.parameter) {
            let message = format!("{} of {id} is given twice", condition.parameter);
            report.error(codes::DUPLICATE, &row.at(1), message, "");
        }
        host.conditions.push(condition);
    }
}

fn condition(library: &Library, row: &Row<'_>, report: &mut Report) -> Option<Condition> {
    let parameter = row.text(1);
    let kinetic = |k: &Pharmacokinetics| k.rows.iter().any(|r| k.parameter(r.quantity, r.route) == parameter);
    if library.parameter(parameter).is_none() && !library.pharmacokinetics.iter().any(kinetic) {
        let known = library.parameters.iter().map(|p| p.name.as_str());
        report.unknown(codes::UNKNOWN_PARAMETER, &row.at(1), ("parameter", parameter), known);
        return None;
    }
    let how = match row.text(2) {
        "set" => How::Set,
        "times" => How::Times,
        other => {
            report.unknown(codes::WORD, &row.at(2), ("word", other), ["set", "times"]);
            return None;
        }
    };
    let cv = row.number(4, "cv", report)?;
    let numbers = Numbers::read(row, 3, 5, report)?;
    if numbers.low < 0.0 || !(0.0..=3.0).contains(&cv) {
        let message = "values are at least 0, coefficients of variation 0 to 3".to_string();
        report.error(codes::RANGE, &row.at(4), message, "");
    }
    let Numbers { value, low, high, obtained } = numbers;
    let (source, note) = (row.text(8).to_string(), row.text(9).to_string());
    let parameter = parameter.to_string();
    Some(Condition { parameter, how, value, cv, low, high, obtained, source, note })
}

/// Most animals of an arm.
const MOST_ANIMALS: i64 = 1000;

/// Reads the section `[animals]` of an experiment.
pub(crate) fn of_experiment(root: &Section<'_>, library: &Library, report: &mut Report) -> Option<Animals> {
    let section = root.section("animals", report)?;
    section.only(&["host", "n", "seed", "start_volume"], report);
    let host = section.required("host", report)?;
    if !library.hosts.iter().any(|h| h.id == host.value) {
        let known = library.hosts.iter().map(|h| h.id.as_str());
        report.unknown(codes::WORD, &host.at, ("host", &host.value), known);
    }
    if library.parameter(START_VOLUME).is_none() {
        let message = format!("the model has no parameter {START_VOLUME}");
        report.error(codes::UNKNOWN_PARAMETER, &section.at(), message, "tumours need a start volume");
    }
    let mut count = |key: &str, least: i64, most: i64| {
        if !section.has(key) {
            section.missing(key, report);
        }
        let number = section.integer(key, report)?;
        if !(least..=most).contains(&number.value) {
            report.error(codes::RANGE, &number.at, format!("{key} is {least} to {most}"), "");
        }
        u64::try_from(number.value).ok()
    };
    let (n, seed) = (count("n", 1, MOST_ANIMALS), count("seed", 0, i64::MAX));
    if !section.has("start_volume") {
        section.missing("start_volume", report);
    }
    let start = section.quantity("start_volume", model::Dimension::Volume, report)?;
    if start.value <= 0.0 {
        report.error(codes::RANGE, &start.at, "a tumour has a volume above 0".to_string(), "");
    }
    Some(Animals { host: host.value, n: n? as usize, seed: seed?, start_volume: start.value })
}
