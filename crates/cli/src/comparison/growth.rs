//! Sensitivities to drugs: GR50 and GRmax.

use pathway::assay::{GrowthCounts, Potency};
use pathway::experiment::{Action, Dose, Perturbation};
use pathway::{Bench, RunSettings};
use serde::Deserialize;

use super::table::{Table, number};
use super::{Description, Distances, Pair, Unpaired, arm, experiment, failed, nowhere};
use crate::failure::Failure;

/// Which column means what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    cell: String,
    agent: String,
    /// GR50, in uM.
    gr50_um: String,
    gr_max: String,
    /// Read-out of the model that counts cells.
    readout: String,
    /// Hours of exposure.
    exposure_h: f64,
    /// Lowest and highest dose in nM.
    doses_nm: (f64, f64),
    /// Doses, in equal steps of the logarithm.
    points: usize,
}

/// One row that the library can answer.
struct Row {
    cell: String,
    agent: String,
    gr50_nm: f64,
    gr_max: f64,
}

/// GR50 and GRmax of every row whose cell and drug the library has.
pub(super) fn compare(
    description: &Description,
    columns: &Columns,
    table: &Table,
    bench: &Bench,
    settings: &RunSettings,
) -> Result<Vec<Distances>, Failure> {
    let [cell, agent, gr50, gr_max] = [&columns.cell, &columns.agent, &columns.gr50_um, &columns.gr_max];
    let [cell, agent, gr50, gr_max] =
        [table.column(cell)?, table.column(agent)?, table.column(gr50)?, table.column(gr_max)?];
    let rows = table.rows.iter().filter_map(|row| {
        Some(Row {
            cell: description.cell(bench, row.get(cell)?)?,
            agent: description.agent(bench, row.get(agent)?)?,
            gr50_nm: 1000.0 * number(row.get(gr50)?)?,
            gr_max: number(row.get(gr_max)?)?,
        })
    });
    let rows: Vec<Row> = rows.collect();
    let (low, high) = columns.doses_nm;
    if columns.points < 4 || !(low > 0.0 && high > low) {
        return Err(table.wrong("a sigmoid needs at least four rising doses"));
    }
    let last = (columns.points - 1) as f64;
    let doses_nm: Vec<f64> = (0..columns.points).map(|k| low * (high / low).powf(k as f64 / last)).collect();
    let mut potency = Distances::between("GR50", "nM", true);
    let mut efficacy = Distances::between("GRmax", "GR value", false);
    for row in &rows {
        let (modelled, gr_model) = sensitivity(row, columns, &doses_nm, bench, settings)?;
        let measured = match row.gr50_nm {
            x if x >= high => Potency::NotReached,
            x if x <= low => Potency::BelowLowest,
            x => Potency::At(x),
        };
        let (cell, what) = (row.cell.clone(), row.agent.clone());
        efficacy.pairs.push(Pair {
            cell: cell.clone(),
            what: what.clone(),
            measured: row.gr_max,
            model: gr_model,
        });
        match (measured, modelled) {
            (Potency::At(measured), Potency::At(model)) => {
                potency.pairs.push(Pair { cell, what, measured, model });
            }
            (measured, model) => {
                let (measured, model) = (potency_text(measured), potency_text(model));
                potency.unpaired.push(Unpaired { cell, what, measured, model });
            }
        }
    }
    Ok(if rows.is_empty() { Vec::new() } else { vec![potency, efficacy] })
}

/// GR50 and GRmax of the model.
fn sensitivity(
    row: &Row,
    columns: &Columns,
    doses_nm: &[f64],
    bench: &Bench,
    settings: &RunSettings,
) -> Result<(Potency, f64), Failure> {
    let set = |nanomolar: f64| Perturbation {
        at_h: Some(0.0),
        action: Action::Set {
            agent: row.agent.clone(),
            dose: Dose { nanomolar, text: format!("{nanomolar} nM") },
        },
        at: nowhere(),
    };
    let mut arms = vec![arm("control".to_string(), &row.cell, Vec::new())];
    arms.extend(doses_nm.iter().map(|d| arm(format!("{d}"), &row.cell, vec![set(*d)])));
    let end = columns.exposure_h;
    let readout = columns.readout.as_str();
    if bench.library().readout(readout).is_none() {
        let known = bench.library().readouts().iter().map(|r| r.id.as_str());
        return Err(Failure::unknown_name("read-out", readout, known, "resurge list readouts"));
    }
    let run = experiment(&row.cell, arms, &[readout], vec![0.0, end], end);
    let result = bench.run(&run, settings).map_err(|e| failed(&e))?;
    let value =
        |arm: usize, k: usize| result.arms[arm].readouts[0].values.get(k).copied().unwrap_or(f64::NAN);
    let counts = GrowthCounts {
        doses_nm: doses_nm.to_vec(),
        start: value(0, 0),
        control: value(0, 1),
        treated: (1..=doses_nm.len()).map(|arm| value(arm, 1)).collect(),
    };
    let curve = counts.curve().filter(|c| c.gr.is_some());
    let curve = curve.ok_or_else(|| Failure::Run {
        message: format!("cells of {} do not grow in the model: they have no GR value", row.cell),
        help: "leave the cell out of the description".to_string(),
    })?;
    Ok((curve.gr50().unwrap_or(Potency::NotReached), curve.gr_max().unwrap_or(f64::NAN)))
}

fn potency_text(potency: Potency) -> String {
    match potency {
        Potency::At(dose) => crate::dose::dose_text(dose),
        Potency::BelowLowest => "below the lowest dose".to_string(),
        Potency::NotReached => "not reached".to_string(),
    }
}
