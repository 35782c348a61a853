//! Files of findings, and of findings that cannot run yet.

use model::{Diagnostic, Location};

use super::{Library, experiments, lookup};
use crate::codes;
use crate::experiment::Experiment;
use crate::finding::{Finding, NotRun, Provenance, Rule};
use crate::read::{Document, Marked, Report, Section, SourceText};
use crate::rule::{self, Reading};

/// Reads the text of a file of findings of a user.
pub(crate) fn read_file(library: &Library, name: &str, text: &str) -> (Vec<Finding>, Vec<Diagnostic>) {
    let mut report = Report::default();
    let findings = read(library, &SourceText::new(name, text), &mut report);
    let own = library.findings.iter().filter(|f| library.own_findings.contains(&f.id));
    lookup::distinct("finding", own.chain(&findings), &mut report);
    (findings, report.finish())
}

/// Reads findings.
pub(crate) fn read(library: &Library, text: &SourceText, report: &mut Report) -> Vec<Finding> {
    let Some(document) = Document::parse(text, report) else { return Vec::new() };
    let root = document.root();
    root.only(&["finding"], report);
    let sections = root.sections("finding", report);
    sections.iter().filter_map(|s| finding(s, library, report)).collect()
}

fn finding(section: &Section<'_>, library: &Library, report: &mut Report) -> Option<Finding> {
    section.only(
        &[
            "id",
            "paper",
            "source",
            "statement",
            "provenance",
            "tier",
            "context",
            "experiment",
            "experiments",
            "rule",
            "guards",
            "note",
        ],
        report,
    );
    let head = head(section, library, report);
    let experiments = named_experiments(section, library, report);
    if !section.has("rule") {
        section.missing("rule", report);
    }
    let text = section.string("rule", report)?;
    let found = section_rule(section, None, &text, &experiments, library, report);
    let mut guards = Vec::new();
    for (i, text) in section.strings("guards", report).iter().enumerate() {
        guards.extend(section_rule(section, Some(i), text, &experiments, library, report));
    }
    let context = section.text("context", report);
    let note = section.text("note", report);
    let head = head?;
    Some(Finding {
        id: head.id.value,
        paper: head.paper,
        source: head.source,
        statement: head.statement,
        provenance: head.provenance,
        tier: head.tier,
        context,
        experiments: experiments.iter().map(|e| e.id.clone()).collect(),
        rule: found?,
        guards,
        note,
        at: head.id.at,
    })
}

/// What all findings have.
struct Head {
    id: Marked<String>,
    paper: String,
    source: String,
    statement: String,
    provenance: Provenance,
    tier: u8,
}

fn head(section: &Section<'_>, library: &Library, report: &mut Report) -> Option<Head> {
    let id = section.required("id", report);
    let paper = section.required("paper", report);
    if let Some(paper) = paper.as_ref().filter(|p| library.paper(&p.value).is_none()) {
        let known = library.papers.iter().map(|p| p.id.as_str());
        report.unknown(codes::UNKNOWN_PAPER, &paper.at, ("paper", &paper.value), known);
    }
    let statement = section.required("statement", report);
    let word = section.required("provenance", report);
    let provenance = word.as_ref().and_then(|w| Provenance::ALL.iter().find(|(_, p)| *p == w.value));
    if let (Some(word), None) = (&word, provenance) {
        report.unknown(codes::WORD, &word.at, ("provenance", &word.value), Provenance::ALL.map(|p| p.1));
    }
    if !section.has("tier") {
        section.missing("tier", report);
    }
    let tier = section.integer("tier", report);
    if let Some(tier) = tier.as_ref().filter(|t| !(1..=9).contains(&t.value)) {
        report.error(codes::RANGE, &tier.at, "a tier is 1 to 9".to_string(), "");
    }
    let source = section.text("source", report);
    Some(Head {
        id: id?,
        paper: paper?.value,
        source,
        statement: statement?.value,
        provenance: provenance?.0,
        tier: u8::try_from(tier?.value).ok()?,
    })
}

fn named_experiments<'l>(
    section: &Section<'_>,
    library: &'l Library,
    report: &mut Report,
) -> Vec<&'l Experiment> {
    let mut names = section.strings("experiments", report);
    names.extend(section.string("experiment", report));
    if names.is_empty() && !section.has("experiment") && !section.has("experiments") {
        let help = "name an experiment, or put the finding into not-run.toml with a reason";
        report.error(
            codes::FINDING_WITHOUT_RULE,
            &section.at(),
            "the finding has no experiment".to_string(),
            help,
        );
    }
    let mut found = Vec::new();
    for name in names {
        match library.experiment(&name.value) {
            Some(experiment) => found.push(experiment),
            None => {
                let known = library.experiments.iter().map(|e| e.id.as_str());
                report.unknown(codes::UNKNOWN_EXPERIMENT, &name.at, ("experiment", &name.value), known);
            }
        }
    }
    found
}

/// Reads the rule, or one of the guards.
fn section_rule(
    section: &Section<'_>,
    guard: Option<usize>,
    text: &Marked<String>,
    experiments: &[&Experiment],
    library: &Library,
    report: &mut Report,
) -> Option<Rule> {
    let key = if guard.is_some() { "guards" } else { "rule" };
    let condition = match rule::parse(&text.value) {
        Ok(condition) => condition,
        Err(error) => {
            let at = section.inside(key, guard, error.offset);
            report.error(codes::RULE, &at, error.message, error.help);
            return None;
        }
    };
    if !experiments.is_empty() {
        condition.readings(&mut |reading| check_reading(reading, &text.at, experiments, library, report));
    }
    Some(Rule { text: text.value.split_whitespace().collect::<Vec<_>>().join(" "), condition })
}

/// Checks experiment, read-out, arm and time of a value.
fn check_reading(
    reading: Reading<'_>,
    at: &Location,
    experiments: &[&Experiment],
    library: &Library,
    report: &mut Report,
) {
    let (path, readout, arm) = reading.names();
    if !matches!(reading, Reading::Cohort(_)) {
        experiments::check_readout(library, readout, at, report);
    }
    let experiment = match path {
        Some(id) => experiments.iter().find(|e| e.id == id),
        None if experiments.len() == 1 => experiments.first(),
        None => {
            let message = format!("\"{readout}[{arm}]\" does not say of which experiment");
            let help = format!("write {}/{readout}[{arm}]", experiments[0].id);
            report.error(codes::RULE_EXPERIMENT, at, message, help);
            return;
        }
    };
    let Some(experiment) = experiment else {
        let known = experiments.iter().map(|e| e.id.as_str());
        report.unknown(codes::RULE_EXPERIMENT, at, ("experiment", path.unwrap_or_default()), known);
        return;
    };
    if experiment.arm(arm).is_none() {
        let known = experiment.arms.iter().map(|a| a.id.as_str());
        report.unknown(codes::UNKNOWN_ARM, at, ("arm", arm), known);
    }
    if let Reading::Cohort(statistic) = reading {
        let markers = experiment.cohort.as_ref().map_or(&[][..], |c| &c.markers);
        if experiment.cohort.is_none() {
            let message = format!("experiment \"{}\" has no section [cohort]", experiment.id);
            report.error(codes::RULE_EXPERIMENT, at, message, "");
        }
        for wanted in statistic.figure.markers().iter().filter(|w| !markers.iter().any(|m| m.id == **w)) {
            let known = markers.iter().map(|m| m.id.as_str());
            report.unknown(codes::RULE_EXPERIMENT, at, ("marker", wanted), known);
        }
    }
    let (from, to) = reading.span_h();
    if !experiment.covers((from, to)) {
        let odd = if to > experiment.end_h { to } else { from };
        let message = format!(
            "{odd} h lies outside of experiment \"{}\" ({} h to {} h)",
            experiment.id,
            0.0 - experiment.lead_in_h,
            experiment.end_h
        );
        report.error(codes::TIME, at, message, "");
    }
}

/// Reads `not-run.toml`.
pub(crate) fn not_run(library: &mut Library, text: &SourceText, report: &mut Report) {
    let Some(document) = Document::parse(text, report) else { return };
    let root = document.root();
    root.only(&["finding"], report);
    for section in root.sections("finding", report) {
        section.only(&["id", "paper", "source", "provenance", "tier", "statement", "reason"], report);
        let reason = section.required("reason", report);
        let (Some(head), Some(reason)) = (head(&section, library, report), reason) else { continue };
        library.not_run.push(NotRun {
            id: head.id.value,
            paper: head.paper,
            source: head.source,
            statement: head.statement,
            provenance: head.provenance,
            tier: head.tier,
            reason: reason.value,
            at: head.id.at,
        });
    }
}
