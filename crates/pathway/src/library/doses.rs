//! Dose axes of an experiment, and the replicates of its assay.

use model::{Dimension, Quantity};

use super::{Library, lookup, perturbations};
use crate::assay::Replicates;
use crate::catalog::Agent;
use crate::codes;
use crate::experiment::{Arm, Dose, DoseAxis};
use crate::read::{Marked, Report, Section};

/// Most doses of one axis.
const MOST_DOSES: i64 = 200;

/// Reads the sections `[[doses]]`.
pub(super) fn axes(
    root: &Section<'_>,
    library: &Library,
    arms: &[Arm],
    end_h: f64,
    report: &mut Report,
) -> Vec<DoseAxis> {
    let mut axes = Vec::new();
    for section in root.sections("doses", report) {
        section.only(&["agent", "values", "from", "to", "points", "at", "arms"], report);
        let Some(name) = section.required("agent", report) else { continue };
        let Some(agent) = library.agent(&name.value) else {
            let known = lookup::names(library.drugs.iter().chain(&library.ligands));
            report.unknown(codes::UNKNOWN_AGENT, &name.at, ("drug or ligand", &name.value), known);
            continue;
        };
        let at = section.quantity("at", Dimension::Time, report);
        if let Some(at) = at.as_ref().filter(|at| !(0.0..end_h).contains(&at.value)) {
            let message = format!("{} h lies outside of the experiment (0 h to {end_h} h)", at.value);
            report.error(codes::TIME, &at.at, message, "");
        }
        let own = section.strings("arms", report);
        for arm in own.iter().filter(|own| !arms.iter().any(|a| a.id == own.value)) {
            let known = arms.iter().map(|a| a.id.as_str());
            report.unknown(codes::UNKNOWN_ARM, &arm.at, ("arm", &arm.value), known);
        }
        let Some(doses) = doses(&section, agent, report) else { continue };
        axes.push(DoseAxis {
            agent: agent.id.clone(),
            doses,
            at_h: at.map_or(0.0, |at| at.value),
            arms: own.into_iter().map(|a| a.value).collect(),
            at: name.at,
        });
    }
    axes
}

/// A list of doses, or a range in equal steps of the logarithm.
fn doses(section: &Section<'_>, agent: &Agent, report: &mut Report) -> Option<Vec<Dose>> {
    let listed = section.strings("values", report);
    let ranged = ["from", "to", "points"].iter().any(|k| section.has(k));
    if listed.is_empty() != ranged {
        let help = "write values = [\"1 nM\", \"10 nM\"], or from, to and points";
        let message = "doses are a list or a range".to_string();
        report.error(codes::DOSE, &section.at(), message, help);
        return None;
    }
    let mut doses = Vec::new();
    if ranged {
        let (from, to) = (section.required("from", report)?, section.required("to", report)?);
        if !section.has("points") {
            section.missing("points", report);
        }
        let points = section.integer("points", report)?;
        let [low, high] = [&from, &to].map(|text| nanomolar(text, agent, report));
        let (low, high) = (low?, high?);
        if !(low > 0.0 && high > low && (2..=MOST_DOSES).contains(&points.value)) {
            let message = format!("a range rises from above 0 in 2 to {MOST_DOSES} points");
            report.error(codes::DOSE, &points.at, message, "");
            return None;
        }
        let symbol = Quantity::parse(&from.value).ok()?.unit.symbol;
        let per_unit = low / Quantity::parse(&from.value).ok()?.number;
        let last = points.value - 1;
        doses.extend((0..=last).map(|k| {
            let dose = match k {
                0 => low,
                k if k == last => high,
                k => low * (high / low).powf(k as f64 / last as f64),
            };
            Dose { nanomolar: dose, text: format!("{} {symbol}", rounded(dose / per_unit)) }
        }));
    }
    for text in listed {
        doses.push(Dose { nanomolar: nanomolar(&text, agent, report)?, text: text.value });
    }
    if !doses.windows(2).all(|w| w[0].nanomolar < w[1].nanomolar) || doses[0].nanomolar <= 0.0 {
        let help = "the arm itself is the control without the drug";
        report.error(codes::DOSE, &section.at(), "doses rise, from above 0".to_string(), help);
        return None;
    }
    let highest = doses.last().map_or(0.0, |d| d.nanomolar);
    if let Some(max) = agent.max_dose_nm.filter(|max| highest > *max * (1.0 + 1e-9)) {
        let message =
            format!("{highest} nM of {} is above the highest sensible dose ({max} nM)", agent.label);
        let help = "the model knows only the targets that are listed for the drug";
        report.warning(codes::HIGH_DOSE, &section.at(), message, help);
    }
    Some(doses)
}

fn nanomolar(text: &Marked<String>, agent: &Agent, report: &mut Report) -> Option<f64> {
    perturbations::dose_nanomolar(text, agent.molecular_weight, &agent.label, report)
}

/// Three significant digits.
fn rounded(x: f64) -> f64 {
    format!("{x:.2e}").parse().unwrap_or(x)
}

/// Most replicate wells.
const MOST_REPLICATES: i64 = 1000;

/// Reads the section `[replicates]`.
pub(super) fn replicates(root: &Section<'_>, report: &mut Report) -> Option<Replicates> {
    let section = root.section("replicates", report)?;
    section.only(&["n", "cv", "seed"], report);
    for key in ["n", "cv", "seed"] {
        if !section.has(key) {
            section.missing(key, report);
        }
    }
    let (n, seed) = (section.integer("n", report), section.integer("seed", report));
    let cv = section.quantity("cv", Dimension::Fraction, report)?;
    let (n, seed) = (n?, seed?);
    if !(1..=MOST_REPLICATES).contains(&n.value) || !(0.0..=1.0).contains(&cv.value) || seed.value < 0 {
        let message = format!("1 to {MOST_REPLICATES} replicates, a variation of 0 to 100 %, a seed from 0");
        report.error(codes::RANGE, &n.at, message, "");
        return None;
    }
    Some(Replicates { n: n.value as usize, cv: cv.value, seed: seed.value.unsigned_abs() })
}
