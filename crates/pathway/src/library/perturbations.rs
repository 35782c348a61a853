//! Perturbations of an arm.

use model::{Dimension, Quantity};

use super::{Library, entries, lookup, schedule};
use crate::catalog::Agent;
use crate::codes;
use crate::experiment::{Action, Dose, Perturbation};
use crate::read::document::report_quantity;
use crate::read::{Marked, Report, Section};

/// Verbs, with the keys that may stand beside them and whether a time is needed.
const VERBS: [(&str, &[&str], Time); 10] = [
    ("give", &["dose", "route", "at", "every", "times"], Time::Needed),
    ("add", &["dose", "at"], Time::Needed),
    ("set", &["dose", "at"], Time::Possible),
    ("remove", &["at"], Time::Needed),
    ("irradiate", &["at", "every", "times"], Time::Needed),
    ("withdraw", &["at"], Time::Possible),
    ("knock_down", &["remaining", "at"], Time::Possible),
    ("knock_out", &["at"], Time::Possible),
    ("over_express", &["fold", "at"], Time::Possible),
    ("mutate", &["at"], Time::Impossible),
];

#[derive(Clone, Copy, PartialEq)]
enum Time {
    Needed,
    Possible,
    Impossible,
}

/// In what the arms of an experiment are.
pub(crate) struct Setting {
    /// From when to when something can be done.
    pub(crate) span_h: (f64, f64),
    /// Whether the cells are tumours in animals.
    pub(crate) in_animals: bool,
}

/// Reads one perturbation: what is done, once for each time at which it is done.
pub(crate) fn read(
    section: &Section<'_>,
    library: &Library,
    setting: &Setting,
    report: &mut Report,
) -> Vec<Perturbation> {
    let Some(first) = read_first(section, library, setting, report) else { return Vec::new() };
    let given = matches!(first.action, Action::Give { .. });
    let repeats = given || matches!(first.action, Action::Irradiate { .. });
    let (Some(at_h), true) = (first.at_h, repeats) else { return vec![first] };
    if given && !setting.in_animals {
        let help = "write [animals], or add the drug to the medium with add";
        report.error(codes::PERTURBATION, &first.at, "doses are given to animals".to_string(), help);
    }
    let times = schedule::times_h(section, at_h, setting.span_h.1, report);
    times.into_iter().map(|t| Perturbation { at_h: Some(t), ..first.clone() }).collect()
}

fn read_first(
    section: &Section<'_>,
    library: &Library,
    setting: &Setting,
    report: &mut Report,
) -> Option<Perturbation> {
    let (start_h, end_h) = setting.span_h;
    let (verb, keys, time) = verb(section, report)?;
    let mut known = vec![verb];
    known.extend(keys);
    section.only(&known, report);
    let name = section.required(verb, report)?;
    let action = action(section, verb, &name, library, report);
    let at_h = match section.quantity("at", Dimension::Time, report) {
        None if section.has("at") => return None,
        None if time == Time::Needed => {
            let help = format!(
                "write at = \"0 h\"; with {} and no time something is there from before the start",
                "set"
            );
            report.error(codes::MISSING_KEY, &name.at, format!("\"{verb}\" needs a time"), help);
            return None;
        }
        Some(at) if time == Time::Impossible => {
            report.error(codes::MUTATION_TIME, &at.at, "a mutation has no time".to_string(), "remove \"at\"");
            return None;
        }
        Some(at) if at.value < start_h || at.value > end_h => {
            out_of_span(&at, (start_h, end_h), report);
            return None;
        }
        at => at.map(|a| a.value),
    };
    Some(Perturbation { at_h, action: action?, at: name.at })
}

fn out_of_span(at: &Marked<f64>, (start_h, end_h): (f64, f64), report: &mut Report) {
    let message = format!("{} h lies outside of the experiment ({start_h} h to {end_h} h)", at.value);
    let help = if at.value < start_h {
        "for something done before t = 0 give [pre_equilibration] a lead_in, for example \"24 h\""
    } else {
        "sample longer, or act earlier"
    };
    report.error(codes::TIME, &at.at, message, help);
}

fn verb(section: &Section<'_>, report: &mut Report) -> Option<(&'static str, &'static [&'static str], Time)> {
    let found: Vec<_> = VERBS.iter().filter(|v| section.has(v.0)).collect();
    if let [one] = found.as_slice() {
        return Some(**one);
    }
    let names = VERBS.iter().map(|v| v.0);
    if found.is_empty() {
        let beside = ["at", "dose", "remaining", "fold", "route", "every", "times"];
        match section.keys().iter().find(|k| !beside.contains(&k.value.as_str())) {
            Some(odd) => report.unknown(codes::UNKNOWN_KEY, &odd.at, ("perturbation", &odd.value), names),
            None => {
                let help = format!("one of: {}", names.collect::<Vec<_>>().join(", "));
                report.error(codes::PERTURBATION, &section.at(), "nothing is perturbed".to_string(), help);
            }
        }
        return None;
    }
    let message = format!("\"{}\" and \"{}\" in one perturbation", found[0].0, found[1].0);
    report.error(codes::PERTURBATION, &section.at(), message, "write two perturbations");
    None
}

fn action(
    section: &Section<'_>,
    verb: &str,
    name: &Marked<String>,
    library: &Library,
    report: &mut Report,
) -> Option<Action> {
    match verb {
        "add" | "set" => {
            let agent = agent(library, name, report);
            let dose = dose(section, agent, report);
            let (agent, dose) = (agent?.id.clone(), dose?);
            Some(if verb == "add" { Action::Add { agent, dose } } else { Action::Set { agent, dose } })
        }
        "give" => schedule::give(section, agent(library, name, report)?, library, report),
        "remove" => Some(Action::Remove { agent: agent(library, name, report)?.id.clone() }),
        "irradiate" => irradiate(section, library, report),
        "withdraw" if name.value == "serum" => Some(Action::WithdrawSerum),
        "withdraw" => {
            let help = "write withdraw = \"serum\"; single drugs and ligands are taken away with remove, or set to \"0 nM\"";
            report.error(codes::WORD, &name.at, format!("\"{}\" cannot be withdrawn", name.value), help);
            None
        }
        "mutate" => match library.mutation(&name.value) {
            Some(mutation) => Some(Action::Mutate { mutation: mutation.id.clone() }),
            None => {
                let known = lookup::names(library.mutations.iter());
                report.unknown(codes::UNKNOWN_MUTATION, &name.at, ("mutation", &name.value), known);
                None
            }
        },
        _ => gene_action(section, verb, name, library, report),
    }
}

fn irradiate(section: &Section<'_>, library: &Library, report: &mut Report) -> Option<Action> {
    let gray = section.quantity("irradiate", Dimension::AbsorbedDose, report)?;
    if library.radiation.is_empty() {
        let help = "give model.toml a [[radiation]]";
        report.error(codes::PERTURBATION, &gray.at, "the model knows no radiation".to_string(), help);
    }
    if gray.value < 0.0 {
        report.error(codes::DOSE, &gray.at, "a dose is not negative".to_string(), "");
    }
    let text = section.string("irradiate", report)?.value;
    Some(Action::Irradiate { gray: gray.value, text })
}

fn gene_action(
    section: &Section<'_>,
    verb: &str,
    name: &Marked<String>,
    library: &Library,
    report: &mut Report,
) -> Option<Action> {
    let gene = library.gene(&name.value).map(|g| g.id.clone());
    if gene.is_none() {
        report.unknown(
            codes::UNKNOWN_GENE,
            &name.at,
            ("gene", &name.value),
            lookup::names(library.genes.iter()),
        );
    }
    match verb {
        "knock_out" => Some(Action::KnockOut { gene: gene? }),
        "knock_down" => {
            let remaining = fraction(section, "remaining", report)?;
            if !(0.0..=1.0).contains(&remaining.value) {
                let help = "write over_express with fold for more";
                report.error(
                    codes::RANGE,
                    &remaining.at,
                    "a knock-down leaves 0 % to 100 %".to_string(),
                    help,
                );
            }
            Some(Action::KnockDown { gene: gene?, remaining: remaining.value })
        }
        _ => {
            let fold = fraction(section, "fold", report)?;
            if fold.value < 1.0 {
                let help = "write knock_down with remaining for less";
                report.error(codes::RANGE, &fold.at, "over-expression is at least 1 x".to_string(), help);
            }
            Some(Action::OverExpress { gene: gene?, fold: fold.value })
        }
    }
}

fn fraction(section: &Section<'_>, key: &str, report: &mut Report) -> Option<Marked<f64>> {
    if !section.has(key) {
        section.missing(key, report);
    }
    section.quantity(key, Dimension::Fraction, report)
}

fn agent<'l>(library: &'l Library, name: &Marked<String>, report: &mut Report) -> Option<&'l Agent> {
    let agent = library.agent(&name.value);
    if agent.is_none() {
        let known = lookup::names(library.drugs.iter().chain(&library.ligands));
        report.unknown(codes::UNKNOWN_AGENT, &name.at, ("drug or ligand", &name.value), known);
    }
    agent
}

fn dose(section: &Section<'_>, agent: Option<&Agent>, report: &mut Report) -> Option<Dose> {
    if !section.has("dose") {
        section.missing("dose", report);
        return None;
    }
    if section.string("dose", &mut Report::default()).is_none() {
        // Reports the missing unit with the number that was written.
        section.quantity("dose", Dimension::Concentration, report);
        return None;
    }
    let text = section.string("dose", report)?;
    let (name, weight) = agent.map_or(("it", Some(1.0)), |a| (a.label.as_str(), a.molecular_weight));
    let nanomolar = dose_nanomolar(&text, weight, name, report)?;
    if let Some(agent) = agent
        && let Some(max) = agent.max_dose_nm.filter(|max| nanomolar > *max)
    {
        let message =
            format!("{} of {} is above the highest sensible dose ({max} nM)", text.value, agent.label);
        let help = "the model knows only the targets that are listed for the drug";
        report.warning(codes::HIGH_DOSE, &text.at, message, help);
    }
    Some(Dose { nanomolar, text: text.value })
}

/// A dose in nM; `name` is what it is a dose of.
pub(crate) fn dose_nanomolar(
    text: &Marked<String>,
    molecular_weight: Option<f64>,
    name: &str,
    report: &mut Report,
) -> Option<f64> {
    let quantity = match Quantity::parse(&text.value) {
        Ok(quantity) => quantity,
        Err(error) => {
            report_quantity(&error, Dimension::Concentration, &text.at, report);
            return None;
        }
    };
    let Some(dose) = entries::nanomolar(&quantity, molecular_weight) else {
        if quantity.unit.dimension == Dimension::MassConcentration {
            let message = format!(
                "\"{}\" cannot be converted: the molecular weight of {name} is not known",
                text.value
            );
            report.error(codes::DOSE, &text.at, message, "give the dose in nM");
        } else if let Err(error) = Quantity::parse_in_base(&text.value, Dimension::Concentration) {
            report_quantity(&error, Dimension::Concentration, &text.at, report);
        }
        return None;
    };
    if dose < 0.0 {
        report.error(
            codes::DOSE,
            &text.at,
            format!("\"{}\" is negative", text.value),
            "take a drug away with remove",
        );
        return None;
    }
    if !dose.is_finite() {
        report.error(codes::DOSE, &text.at, format!("\"{}\" is too large", text.value), "");
        return None;
    }
    Some(dose)
}
