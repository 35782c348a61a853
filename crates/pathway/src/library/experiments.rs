//! Experiment files.

use model::{Diagnostic, Dimension, Location};

use super::perturbations::{self, Setting};
use super::{Library, animals, cohorts, doses, lookup};
use crate::codes;
use crate::experiment::{Arm, Experiment, Figure, Normalise, PreEquilibration, ShownReadout, Subclone};
use crate::read::{Document, Marked, Report, Section, SourceText};

/// Reads the text of an experiment of a user.
pub(crate) fn read_file(library: &Library, name: &str, text: &str) -> (Option<Experiment>, Vec<Diagnostic>) {
    let mut report = Report::default();
    let experiment = read(library, &SourceText::new(name, text), &mut report);
    if let Some(experiment) = &experiment {
        let own = library.experiments.iter().filter(|e| library.own_experiments.contains(&e.id));
        lookup::distinct("experiment", own.chain([experiment]), &mut report);
    }
    (experiment, report.finish())
}

/// Reads an experiment; `None` if it cannot be used at all.
pub(crate) fn read(library: &Library, text: &SourceText, report: &mut Report) -> Option<Experiment> {
    let document = Document::parse(text, report)?;
    let root = document.root();
    root.only(
        &[
            "id",
            "title",
            "paper",
            "source",
            "context",
            "about",
            "animals",
            "clone",
            "cohort",
            "pre_equilibration",
            "sampling",
            "arm",
            "doses",
            "replicates",
            "readout",
            "figure",
        ],
        report,
    );
    let id = root.required("id", report);
    let title = root.required("title", report);
    let paper = paper(&root, library, report);
    let context = root.required("context", report).and_then(|c| context(library, &c, report));
    let (pre_equilibration, lead_in_h) = pre_equilibration(&root, report);
    let sampling = sampling(&root, lead_in_h, report);
    let end_h = sampling.as_ref().map_or(f64::INFINITY, |s| s.0);
    let animals = animals::of_experiment(&root, library, report);
    if animals.is_none() && root.has("animals") {
        return None;
    }
    let cohort = cohorts::of_experiment(&root, library, end_h, report);
    if cohort.is_none() && root.has("cohort") {
        return None;
    }
    let span_h = (0.0 - lead_in_h, end_h);
    let clones = clones(&root, library, report);
    let arms = arms(&root, library, &Setting { span_h, in_animals: animals.is_some() }, report);
    let axes = doses::axes(&root, library, &arms, end_h, report);
    if animals.is_some() && !axes.is_empty() {
        let help = "animals get doses with give";
        report.error(codes::DOSE, &axes[0].at, "a dose axis is for cells in a dish".to_string(), help);
    }
    let replicates = doses::replicates(&root, report);
    let readouts = readouts(&root, library, &arms, report);
    let figure = figure(&root, report);
    let (id, (end_h, times_h)) = (id?, sampling?);
    Some(Experiment {
        id: id.value,
        title: title?.value,
        paper,
        source: root.text("source", report),
        context: context?,
        about: root.text("about", report),
        animals,
        clones,
        cohort,
        pre_equilibration,
        lead_in_h,
        end_h,
        times_h,
        arms,
        doses: axes,
        replicates,
        readouts,
        figure,
        at: id.at,
    })
}

fn paper(root: &Section<'_>, library: &Library, report: &mut Report) -> Option<String> {
    let paper = root.string("paper", report)?;
    if library.paper(&paper.value).is_none() {
        let known = library.papers.iter().map(|p| p.id.as_str());
        report.unknown(codes::UNKNOWN_PAPER, &paper.at, ("paper", &paper.value), known);
    }
    Some(paper.value)
}

fn context(library: &Library, name: &Marked<String>, report: &mut Report) -> Option<String> {
    let context = library.context(&name.value);
    if context.is_none() {
        let known = lookup::names(library.contexts.iter());
        report.unknown(codes::UNKNOWN_CONTEXT, &name.at, ("cell", &name.value), known);
    }
    context.map(|c| c.id.clone())
}

/// Reads `[[clone]]`: a cell and its share, as a number or in per cent.
fn clones(root: &Section<'_>, library: &Library, report: &mut Report) -> Vec<Subclone> {
    let mut clones = Vec::new();
    for section in root.sections("clone", report) {
        section.only(&["context", "share"], report);
        if !section.has("share") {
            section.missing("share", report);
        }
        let cell = section.required("context", report).and_then(|c| context(library, &c, report));
        let share = section.quantity("share", Dimension::Fraction, report);
        if let Some(share) = share.as_ref().filter(|s| !(s.value > 0.0 && s.value < 1.0)) {
            report.error(codes::RANGE, &share.at, "a share lies between 0 and 1".to_string(), "");
        }
        if let (Some(context), Some(share)) = (cell, share) {
            clones.push(Subclone { context, share: share.value });
        }
    }
    if clones.iter().map(|c| c.share).sum::<f64>() >= 1.0 {
        let message = "the clones leave nothing of the arm's own cell".to_string();
        report.error(codes::RANGE, &root.at(), message, "their shares add up to less than 1");
    }
    clones
}

fn pre_equilibration(root: &Section<'_>, report: &mut Report) -> (PreEquilibration, f64) {
    let default = (PreEquilibration::SteadyState, 0.0);
    let Some(section) = root.section("pre_equilibration", report) else { return default };
    section.only(&["method", "duration", "lead_in"], report);
    let lead_in = section.quantity("lead_in", Dimension::Time, report);
    if let Some(lead_in) = lead_in.as_ref().filter(|l| l.value < 0.0) {
        report.error(codes::TIME, &lead_in.at, "a lead-in is not negative".to_string(), "");
    }
    let duration = section.quantity("duration", Dimension::Time, report);
    let method = section.string("method", report);
    let word = method.as_ref().map_or("steady-state", |m| m.value.as_str());
    let method = match word {
        "steady-state" => PreEquilibration::SteadyState,
        "none" => PreEquilibration::None,
        "duration" => match &duration {
            Some(duration) if duration.value > 0.0 => PreEquilibration::Duration(duration.value),
            Some(duration) => {
                report.error(codes::TIME, &duration.at, "a duration is above 0".to_string(), "");
                default.0
            }
            None => {
                if !section.has("duration") {
                    section.missing("duration", report);
                }
                default.0
            }
        },
        other => {
            let at = method.as_ref().map_or_else(|| section.at(), |m| m.at.clone());
            report.unknown(codes::WORD, &at, ("method", other), ["steady-state", "none", "duration"]);
            default.0
        }
    };
    if let Some(duration) = duration.filter(|_| word != "duration") {
        let help = "write method = \"duration\"";
        report.error(codes::PERTURBATION, &duration.at, "a duration without its method".to_string(), help);
    }
    (method, lead_in.map_or(0.0, |l| l.value.max(0.0)))
}

/// Most points of a sampling.
const MOST_POINTS: i64 = 20_000;

/// End and sampling times.
fn sampling(root: &Section<'_>, lead_in_h: f64, report: &mut Report) -> Option<(f64, Vec<f64>)> {
    let Some(section) = root.section("sampling", report) else {
        if !root.has("sampling") {
            let help = "write [sampling] with end = \"24 h\" and points = 97";
            report.error(codes::SAMPLING, &root.at(), "no sampling".to_string(), help);
        }
        return None;
    };
    section.only(&["end", "points", "times"], report);
    let end = section.quantity("end", Dimension::Time, report);
    let points = section.integer("points", report);
    let mut times = times(&section, lead_in_h, report)?;
    if end.is_none() && section.has("end") {
        return None;
    }
    let end_h = match &end {
        Some(end) => end.value,
        None => times.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    };
    if !(end_h.is_finite() && end_h > 0.0) {
        let at = end.map_or_else(|| section.at(), |e| e.at);
        report.error(codes::SAMPLING, &at, "the end of sampling must lie after 0 h".to_string(), "");
        return None;
    }
    match (&end, points) {
        (Some(_), Some(points)) if (2..=MOST_POINTS).contains(&points.value) => {
            let last = points.value - 1;
            times.extend((0..=last).map(|i| if i == last { end_h } else { end_h * i as f64 / last as f64 }));
        }
        (Some(_), None) if !times.is_empty() => {}
        (_, Some(points)) => {
            let message = format!("{} points: give an end and 2 to {MOST_POINTS} points", points.value);
            report.error(codes::SAMPLING, &points.at, message, "");
        }
        (Some(end), None) => {
            report.error(
                codes::SAMPLING,
                &end.at,
                "an end without points or times".to_string(),
                "write points = 97",
            );
        }
        (None, None) => {}
    }
    if let Some(late) = times.iter().find(|t| **t > end_h) {
        report.error(
            codes::SAMPLING,
            &section.at(),
            format!("time {late} h lies after the end, {end_h} h"),
            "",
        );
    }
    times.sort_by(f64::total_cmp);
    times.dedup();
    Some((end_h, times))
}

fn times(section: &Section<'_>, lead_in_h: f64, report: &mut Report) -> Option<Vec<f64>> {
    let mut times = Vec::new();
    let mut good = true;
    for text in section.strings("times", report) {
        match model::Quantity::parse_in_base(&text.value, Dimension::Time) {
            Ok(t) if t >= -lead_in_h => times.push(t),
            Ok(t) => {
                good = false;
                let help = "give [pre_equilibration] a lead_in to sample before t = 0";
                report.error(codes::SAMPLING, &text.at, format!("time {t} h lies before the start"), help);
            }
            Err(error) => {
                good = false;
                crate::read::document::report_quantity(&error, Dimension::Time, &text.at, report);
            }
        }
    }
    good.then_some(times)
}

fn arms(root: &Section<'_>, library: &Library, setting: &Setting, report: &mut Report) -> Vec<Arm> {
    let mut arms: Vec<Arm> = Vec::new();
    for section in root.sections("arm", report) {
        section.only(&["id", "label", "context", "perturbations"], report);
        let Some(id) = section.required("id", report) else { continue };
        if arms.iter().any(|a| a.id == id.value) {
            report.error(codes::DUPLICATE, &id.at, format!("arm \"{}\" is defined twice", id.value), "");
        }
        if id.value.contains(['[', ']']) || id.value.trim() != id.value {
            report.error(codes::WORD, &id.at, format!("\"{}\" cannot be written in a rule", id.value), "");
        }
        let perturbations = section
            .sections("perturbations", report)
            .iter()
            .flat_map(|p| perturbations::read(p, library, setting, report))
            .collect();
        let context = section.string("context", report).and_then(|c| context(library, &c, report));
        let label = section.string("label", report).map_or_else(|| id.value.clone(), |l| l.value);
        arms.push(Arm { id: id.value, label, context, perturbations });
    }
    if !root.has("arm") {
        let help = "write [[arm]] with an id, for example \"control\"";
        report.error(codes::MISSING_KEY, &root.at(), "the experiment has no arm".to_string(), help);
    }
    arms
}

fn readouts(root: &Section<'_>, library: &Library, arms: &[Arm], report: &mut Report) -> Vec<ShownReadout> {
    let mut readouts: Vec<ShownReadout> = Vec::new();
    for section in root.sections("readout", report) {
        section.only(&["id", "normalise"], report);
        let Some(id) = section.required("id", report) else { continue };
        if !check_readout(library, &id.value, &id.at, report) {
            continue;
        }
        if readouts.iter().any(|r| r.id == id.value) {
            report.error(codes::DUPLICATE, &id.at, format!("read-out \"{}\" is listed twice", id.value), "");
        }
        let normalise = section.string("normalise", report).map(|n| match n.value.as_str() {
            "t0" => Normalise::Start,
            "none" => Normalise::None,
            arm => {
                if !arms.iter().any(|a| a.id == arm) {
                    let known = arms.iter().map(|a| a.id.as_str()).chain(["t0", "none"]);
                    report.unknown(codes::UNKNOWN_ARM, &n.at, ("arm", arm), known);
                }
                Normalise::Arm(arm.to_string())
            }
        });
        readouts.push(ShownReadout { id: id.value, normalise });
    }
    if !root.has("readout") {
        let help = "write [[readout]] with the id of a read-out";
        report.error(codes::MISSING_KEY, &root.at(), "the experiment reads nothing".to_string(), help);
    }
    readouts
}

/// Reports an unknown read-out.
pub(crate) fn check_readout(library: &Library, id: &str, at: &Location, report: &mut Report) -> bool {
    let known = library.readout(id).is_some();
    if !known {
        let names = library.readouts.iter().map(|r| r.id.as_str());
        report.unknown(codes::UNKNOWN_READOUT, at, ("read-out", id), names);
    }
    known
}

fn figure(root: &Section<'_>, report: &mut Report) -> Option<Figure> {
    let section = root.section("figure", report)?;
    section.only(&["title", "columns"], report);
    let columns = section.integer("columns", report);
    if let Some(columns) = columns.as_ref().filter(|c| !(1..=12).contains(&c.value)) {
        report.error(codes::RANGE, &columns.at, "a figure has 1 to 12 columns".to_string(), "");
    }
    Some(Figure {
        title: section.string("title", report).map(|t| t.value),
        columns: columns.and_then(|c| u32::try_from(c.value).ok()),
    })
}
