//! The TOML files about the whole: feedbacks that can be cut, and evidence that disagrees.

use model::Location;

use super::Library;
use super::entries::{each, label};
use crate::catalog::{Contradiction, Feedback};
use crate::codes;
use crate::read::{Report, SourceText};

/// Reads `loops.toml`.
pub(crate) fn loops(library: &mut Library, text: &SourceText, report: &mut Report) {
    each(text, "loop", &["id", "label", "about", "rules", "evidence"], report, &mut |section, report| {
        let id = section.required("id", report)?;
        let rules = section.texts("rules", report);
        let evidence = section.texts("evidence", report);
        known("rule", &rules, library.rule_evidence.iter().map(|r| r.rule.as_str()), &id.at, report);
        known("evidence", &evidence, library.evidence.iter().map(|e| e.id.as_str()), &id.at, report);
        if rules.is_empty() {
            section.missing("rules", report);
            return None;
        }
        library.loops.push(Feedback {
            label: label(section, &id.value, report),
            about: section.text("about", report),
            rules,
            evidence,
            id: id.value,
            at: id.at,
        });
        Some(())
    });
}

/// Reads `contradictions.toml`.
pub(crate) fn contradictions(library: &mut Library, text: &SourceText, report: &mut Report) {
    const KEYS: [&str; 7] = ["id", "title", "sides", "resolution", "findings", "rules", "parameters"];
    each(text, "contradiction", &KEYS, report, &mut |section, report| {
        let id = section.required("id", report)?;
        let findings = section.texts("findings", report);
        let rules = section.texts("rules", report);
        let parameters = section.texts("parameters", report);
        let not_run = library.not_run.iter().map(|f| f.id.as_str());
        let all_findings = library.findings.iter().map(|f| f.id.as_str()).chain(not_run);
        known("finding", &findings, all_findings, &id.at, report);
        known("rule", &rules, library.rule_evidence.iter().map(|r| r.rule.as_str()), &id.at, report);
        known("parameter", &parameters, library.parameters.iter().map(|p| p.name.as_str()), &id.at, report);
        library.contradictions.push(Contradiction {
            title: section.required("title", report)?.value,
            sides: section.texts("sides", report),
            resolution: section.required("resolution", report)?.value,
            findings,
            rules,
            parameters,
            id: id.value,
            at: id.at,
        });
        Some(())
    });
}

/// Reports names that nothing has.
fn known<'l>(
    kind: &'static str,
    names: &[String],
    all: impl Iterator<Item = &'l str> + Clone,
    at: &Location,
    report: &mut Report,
) {
    for name in names.iter().filter(|name| !all.clone().any(|other| other == **name)) {
        report.unknown(codes::UNKNOWN_NAME, at, (kind, name), all.clone());
    }
}
