//! Doses of animals and their schedules.

use model::Dimension;

use super::Library;
use crate::animal::Route;
use crate::catalog::Agent;
use crate::codes;
use crate::experiment::Action;
use crate::read::{Report, Section};

/// The dose of an animal: `give = "AZD8055", dose = "75 mg/kg", route = "oral"`.
pub(super) fn give(
    section: &Section<'_>,
    agent: &Agent,
    library: &Library,
    report: &mut Report,
) -> Option<Action> {
    for key in ["dose", "route"] {
        if !section.has(key) {
            section.missing(key, report);
        }
    }
    let dose = section.quantity("dose", Dimension::BodyDose, report)?;
    let word = section.string("route", report)?;
    let Some(route) = Route::of_word(&word.value) else {
        report.unknown(codes::WORD, &word.at, ("route", &word.value), Route::ALL.map(|r| r.1));
        return None;
    };
    let Some(kinetics) = library.pharmacokinetics.iter().find(|k| k.drug == agent.id) else {
        let message = format!("the pharmacokinetics of {} are not known", agent.label);
        report.error(codes::KINETICS, &dose.at, message, "add its rows to pharmacokinetics.tsv");
        return None;
    };
    if !kinetics.allows(route) {
        let message = format!("nothing is known of {} given {}", agent.label, route.word());
        report.error(codes::KINETICS, &word.at, message, "add absorption and bioavailability of the route");
    }
    if dose.value < 0.0 {
        report.error(codes::DOSE, &dose.at, "a dose is not negative".to_string(), "");
    }
    let text = section.string("dose", report)?.value;
    // mg/kg over g/mol is mmol/kg.
    let nanomoles_per_kg = dose.value / agent.molecular_weight? * 1e6;
    Some(Action::Give { agent: agent.id.clone(), nanomoles_per_kg, route, text })
}

/// Days of a week on which a dose is given, by how often.
const WEEKDAYS: [(&str, &[f64]); 5] = [
    ("1x/week", &[0.0]),
    ("2x/week", &[0.0, 3.0]),
    ("3x/week", &[0.0, 2.0, 4.0]),
    ("5x/week", &[0.0, 1.0, 2.0, 3.0, 4.0]),
    ("7x/week", &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
];

/// Most doses of one schedule.
const MOST_DOSES: i64 = 1000;

/// Times of all doses of a schedule that starts at `at_h`; only those up to `end_h` are needed.
pub(super) fn times_h(section: &Section<'_>, at_h: f64, end_h: f64, report: &mut Report) -> Vec<f64> {
    let times = section.integer("times", report);
    let every = section.string("every", report);
    let (Some(times), Some(every)) = (&times, &every) else {
        if section.has("times") != section.has("every") {
            let help = "write for example every = \"3x/week\", times = 9";
            let message = "a schedule has \"every\" and \"times\"".to_string();
            report.error(codes::PERTURBATION, &section.at(), message, help);
        }
        return vec![at_h];
    };
    if !(1..=MOST_DOSES).contains(&times.value) {
        report.error(codes::RANGE, &times.at, format!("a schedule has 1 to {MOST_DOSES} doses"), "");
        return vec![at_h];
    }
    let n = times.value as usize;
    let doses: Vec<f64> = match WEEKDAYS.iter().find(|w| w.0 == every.value) {
        Some((_, days)) => {
            let of = |i: usize| 168.0 * (i / days.len()) as f64 + 24.0 * days[i % days.len()];
            (0..n).map(|i| at_h + of(i)).collect()
        }
        None => {
            let Some(step) = section.quantity("every", Dimension::Time, report) else { return vec![at_h] };
            if step.value <= 0.0 {
                report.error(codes::TIME, &step.at, "the time between doses is above 0".to_string(), "");
                return vec![at_h];
            }
            (0..n).map(|i| at_h + step.value * i as f64).collect()
        }
    };
    if let Some(late) = doses.iter().find(|t| **t > end_h) {
        let message = format!("a dose at {late} h comes after the end, {end_h} h");
        report.error(codes::TIME, &every.at, message, "give fewer doses, or sample longer");
    }
    doses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Document, SourceText};

    fn times(text: &str) -> (Vec<f64>, bool) {
        let (source, mut report) = (SourceText::new("t", text), Report::default());
        let document = Document::parse(&source, &mut report).unwrap();
        let times = times_h(&document.root(), 24.0, 600.0, &mut report);
        (times, report.has_errors())
    }

    #[test]
    fn schedules_follow_the_week_or_a_step() {
        let three = "every = \"3x/week\"\ntimes = 5";
        assert_eq!(times(three), (vec![24.0, 72.0, 120.0, 192.0, 240.0], false));
        assert_eq!(times("every = \"5 d\"\ntimes = 3"), (vec![24.0, 144.0, 264.0], false));
        assert_eq!(times("at = \"24 h\""), (vec![24.0], false));
        for wrong in
            ["times = 3", "every = \"5 d\"", "every = \"0 h\"\ntimes = 2", "every = \"20 d\"\ntimes = 9"]
        {
            assert!(times(wrong).1, "{wrong}");
        }
    }
}
