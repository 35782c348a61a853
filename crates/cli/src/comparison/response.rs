//! Responses to ligands or drugs over time, as folds of the untreated cells.

use std::collections::BTreeMap;

use pathway::experiment::{Action, Dose, Perturbation};
use pathway::{Bench, RunSettings};
use serde::Deserialize;

use super::table::{Table, number};
use super::{Description, Distances, Pair, arm, experiment, failed, nowhere};
use crate::failure::Failure;

/// Which column means what. The agent stands in one column with its dose in another, or each agent has a column of
/// doses; the time stands in a column, or each value column has its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    cell: String,
    /// Column with the name of the agent.
    agent: Option<String>,
    /// Column with its dose.
    dose: Option<String>,
    /// Columns of doses, and whose they are.
    #[serde(default)]
    doses_of: BTreeMap<String, String>,
    /// Unit of all doses: nM or ng/ml.
    dose_unit: String,
    /// Column with the time in minutes.
    time_min: Option<String>,
    values: Vec<Value>,
    /// Whether the cells rest without serum before.
    #[serde(default)]
    starved: bool,
}

/// A column of values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    column: String,
    readout: String,
    /// The time of all values of the column.
    time_min: Option<f64>,
    /// `log10 fold`: the logarithm of the fold of the untreated; `level`: divided by the mean of the untreated rows.
    scale: Scale,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
enum Scale {
    #[serde(rename = "log10 fold")]
    LogFold,
    #[serde(rename = "level")]
    Level,
}

/// One measured fold.
struct Measured {
    cell: String,
    agent: String,
    dose_nm: f64,
    dose_text: String,
    time_h: f64,
    readout: usize,
    fold: f64,
}

/// A distance for each read-out.
pub(super) fn compare(
    description: &Description,
    columns: &Columns,
    table: &Table,
    bench: &Bench,
    settings: &RunSettings,
) -> Result<Vec<Distances>, Failure> {
    let mut readouts: Vec<&str> = columns.values.iter().map(|v| v.readout.as_str()).collect();
    readouts.sort_unstable();
    readouts.dedup();
    for id in &readouts {
        if bench.library().readout(id).is_none() {
            let known = bench.library().readouts().iter().map(|r| r.id.as_str());
            return Err(Failure::unknown_name("read-out", id, known, "resurge list readouts"));
        }
    }
    let measured = measured(description, columns, table, bench, &readouts)?;
    let mut distances: Vec<Distances> = readouts
        .iter()
        .map(|id| Distances {
            quantity: bench.library().readout(id).map_or_else(|| (*id).to_string(), |r| r.label.clone()),
            unit: "fold".to_string(),
            by_factors: true,
            pairs: Vec::new(),
            unpaired: Vec::new(),
        })
        .collect();
    let mut cells: Vec<&str> = measured.iter().map(|m| m.cell.as_str()).collect();
    cells.sort_unstable();
    cells.dedup();
    for cell in cells {
        let own: Vec<&Measured> = measured.iter().filter(|m| m.cell == cell).collect();
        for (m, model) in own.iter().zip(folds(cell, &own, (&readouts, columns.starved), bench, settings)?) {
            if !(model > 0.0 && model.is_finite()) {
                let message = format!("{} of {cell} has no fold change in the model", readouts[m.readout]);
                return Err(Failure::Run { message, help: "leave its column out of the description".into() });
            }
            let minutes = pathway::words::significant(60.0 * m.time_h);
            distances[m.readout].pairs.push(Pair {
                cell: cell.to_string(),
                what: format!("{} {}, {minutes} min", m.agent, m.dose_text),
                measured: m.fold,
                model,
            });
        }
    }
    distances.retain(|d| !d.pairs.is_empty());
    Ok(distances)
}

/// Folds that the model gives for the measurements of a cell.
fn folds(
    cell: &str,
    measured: &[&Measured],
    (readouts, starved): (&[&str], bool),
    bench: &Bench,
    settings: &RunSettings,
) -> Result<Vec<f64>, Failure> {
    let id = |m: &Measured| format!("{} {}", m.agent, m.dose_nm);
    let mut times_h: Vec<f64> = measured.iter().map(|m| m.time_h).collect();
    times_h.sort_by(f64::total_cmp);
    times_h.dedup();
    let end = times_h.last().copied().unwrap_or(1.0);
    let without_serum = Perturbation { at_h: None, action: Action::WithdrawSerum, at: nowhere() };
    let before: Vec<Perturbation> = starved.then_some(without_serum).into_iter().collect();
    let mut arms = vec![arm("untreated".to_string(), cell, before.clone())];
    for m in measured {
        if !arms.iter().any(|a| a.id == id(m)) {
            let dose = Dose { nanomolar: m.dose_nm, text: m.dose_text.clone() };
            let action = Action::Add { agent: m.agent.clone(), dose };
            let added = Perturbation { at_h: Some(0.0), action, at: nowhere() };
            let perturbations = before.iter().cloned().chain([added]).collect();
            arms.push(arm(id(m), cell, perturbations));
        }
    }
    let run = experiment(cell, arms, readouts, times_h.clone(), end);
    let result = bench.run(&run, settings).map_err(|e| failed(&e))?;
    let value = |arm: &str, m: &Measured| {
        let arm = result.arms.iter().find(|a| a.id == arm);
        let at = times_h.iter().position(|t| *t == m.time_h);
        arm.zip(at).and_then(|(arm, at)| arm.readouts[m.readout].values.get(at).copied()).unwrap_or(f64::NAN)
    };
    Ok(measured.iter().map(|m| value(&id(m), m) / value("untreated", m)).collect())
}

/// The measurements that the library can answer.
fn measured(
    description: &Description,
    columns: &Columns,
    table: &Table,
    bench: &Bench,
    readouts: &[&str],
) -> Result<Vec<Measured>, Failure> {
    let cell_at = table.column(&columns.cell)?;
    let time_at = columns.time_min.as_ref().map(|name| table.column(name)).transpose()?;
    let pair_at = match (&columns.agent, &columns.dose) {
        (Some(agent), Some(dose)) => Some((table.column(agent)?, table.column(dose)?)),
        (None, None) => None,
        _ => return Err(table.wrong("an agent column and its dose column come together")),
    };
    let mut doses_at = Vec::new();
    for (column, agent) in &columns.doses_of {
        doses_at.push((table.column(column)?, agent.as_str()));
    }
    let values = columns.values.iter().map(|v| Ok((v, table.column(&v.column)?)));
    let values = values.collect::<Result<Vec<_>, Failure>>()?;
    let mut found = Vec::new();
    for row in &table.rows {
        let field = |at: usize| row.get(at).map_or("", String::as_str);
        let Some(cell) = description.cell(bench, field(cell_at)) else { continue };
        let treatment = match pair_at {
            Some((agent, dose)) => number(field(dose)).map(|d| (field(agent), d)),
            None => doses_at
                .iter()
                .find_map(|(at, agent)| number(field(*at)).filter(|d| *d > 0.0).map(|d| (*agent, d))),
        };
        let Some((agent, dose)) = treatment.filter(|t| t.1 > 0.0) else { continue };
        let Some(agent) = description.agent(bench, agent) else { continue };
        let dose_text = format!("{dose} {}", columns.dose_unit);
        let Some(dose_nm) = nanomolar(bench, &agent, dose, &columns.dose_unit) else {
            return Err(table.wrong(&format!(
                "a dose of {agent} in \"{}\" cannot be converted to nM",
                columns.dose_unit
            )));
        };
        for (value, at) in &values {
            let minutes = value.time_min.or_else(|| number(field(time_at?)));
            let (Some(minutes), Some(level)) = (minutes, number(field(*at))) else { continue };
            let fold = match value.scale {
                Scale::LogFold => Some(10f64.powf(level)),
                Scale::Level => {
                    untreated(table, &doses_at, (cell_at, field(cell_at)), *at).map(|base| level / base)
                }
            };
            let readout = readouts.iter().position(|r| *r == value.readout);
            if let (Some(fold), Some(readout)) = (fold.filter(|f| *f > 0.0), readout)
                && minutes > 0.0
            {
                found.push(Measured {
                    cell: cell.clone(),
                    agent: agent.clone(),
                    dose_nm,
                    dose_text: dose_text.clone(),
                    time_h: minutes / 60.0,
                    readout,
                    fold,
                });
            }
        }
    }
    Ok(found)
}

/// Mean of a column over the rows of a cell without any agent.
fn untreated(table: &Table, doses_at: &[(usize, &str)], cell: (usize, &str), at: usize) -> Option<f64> {
    let plain = |row: &&Vec<String>| {
        let own = row.get(cell.0).is_some_and(|c| c == cell.1);
        own && doses_at.iter().all(|(d, _)| row.get(*d).and_then(|x| number(x)).is_none_or(|d| d == 0.0))
    };
    let levels: Vec<f64> = table.rows.iter().filter(plain).filter_map(|row| number(row.get(at)?)).collect();
    (!levels.is_empty()).then(|| levels.iter().sum::<f64>() / levels.len() as f64)
}

/// A dose in nM.
fn nanomolar(bench: &Bench, agent: &str, dose: f64, unit: &str) -> Option<f64> {
    match unit {
        "nM" => Some(dose),
        // ng/ml over g/mol is umol/l.
        "ng/ml" => Some(dose / bench.library().agent(agent)?.molecular_weight? * 1e3),
        _ => None,
    }
}
