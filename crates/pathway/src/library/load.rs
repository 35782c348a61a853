//! From files to a library.

use model::{Diagnostic, Location};

use super::{Library, animals, disagreements, entries, experiments, findings, lookup, tables};
use crate::codes;
use crate::read::{Report, SourceText};

/// Reads one file into the library.
type ReadFile = fn(&mut Library, &SourceText, &mut Report);

/// The single files, in the order in which they refer to each other.
const FILES: [(&str, ReadFile); 10] = [
    ("model.toml", entries::model),
    ("parameters.tsv", tables::parameters),
    ("contexts.toml", entries::contexts),
    ("contexts.tsv", tables::context_values),
    ("perturbagens.toml", entries::perturbagens),
    ("readouts.toml", entries::readouts),
    ("papers.toml", entries::papers),
    ("evidence.tsv", tables::evidence),
    ("rules.tsv", tables::rule_evidence),
    ("not-run.toml", findings::not_run),
];

/// Single files that a library can do without; experiments refer to them.
const ANIMALS: [(&str, ReadFile); 2] =
    [("pharmacokinetics.tsv", animals::pharmacokinetics), ("animals.tsv", animals::hosts)];

/// Single files that a library can do without; they refer to everything else.
const OPTIONAL: [(&str, ReadFile); 2] =
    [("loops.toml", disagreements::loops), ("contradictions.toml", disagreements::contradictions)];

/// Reads all files and checks what one says about another.
pub(crate) fn load(files: &[(&str, &[u8])]) -> Result<Library, Vec<Diagnostic>> {
    let mut report = Report::default();
    let mut library = Library::default();
    let mut texts = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        texts.extend(decode(name, bytes, &mut report));
    }
    texts.sort_by(|a, b| a.name.cmp(&b.name));
    for (name, read) in FILES {
        match texts.iter().find(|t| t.name == name) {
            Some(text) => read(&mut library, text, &mut report),
            None => missing(name, "", &mut report),
        }
    }
    modules(&mut library, &texts, &mut report);
    optional(&ANIMALS, &mut library, &texts, &mut report);
    for text in texts.iter().filter(|t| t.name.starts_with("experiments/") && t.name.ends_with(".toml")) {
        let experiment = experiments::read(&library, text, &mut report);
        library.experiments.extend(experiment);
    }
    for text in texts.iter().filter(|t| t.name.starts_with("findings/") && t.name.ends_with(".toml")) {
        let findings = findings::read(&library, text, &mut report);
        library.findings.extend(findings);
    }
    optional(&OPTIONAL, &mut library, &texts, &mut report);
    stray(&library, &texts, &mut report);
    distinct(&library, &mut report);
    let failed = report.has_errors();
    library.remarks = report.finish();
    if failed { Err(library.remarks) } else { Ok(library) }
}

fn optional(files: &[(&str, ReadFile)], library: &mut Library, texts: &[SourceText], report: &mut Report) {
    for (name, read) in files {
        if let Some(text) = texts.iter().find(|t| t.name == *name) {
            read(library, text, report);
        }
    }
}

fn decode(name: &str, bytes: &[u8], report: &mut Report) -> Option<SourceText> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(SourceText::new(name, text.strip_prefix('\u{feff}').unwrap_or(text))),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
            let at = SourceText::new(name, "").at(line, 1);
            report.error(codes::NOT_UTF8, &at, "the file is not UTF-8 text".to_string(), "save it as UTF-8");
            None
        }
    }
}

fn missing(name: &str, help: &str, report: &mut Report) {
    let at = Location { file: name.to_string(), line: 1, column: 1 };
    report.error(codes::FILE_MISSING, &at, "the file is missing".to_string(), help);
}

fn modules(library: &mut Library, texts: &[SourceText], report: &mut Report) {
    for module in &mut library.modules {
        let name = format!("model/{}", module.file);
        match texts.iter().find(|t| t.name == name) {
            Some(text) => module.text.clone_from(&text.text),
            None => missing(&name, "model.toml lists it as a module", report),
        }
    }
}

/// Reports files that nothing reads. Remarks for people (`.md`) are left alone.
fn stray(library: &Library, texts: &[SourceText], report: &mut Report) {
    for text in texts {
        let name = text.name.as_str();
        let known = FILES.iter().chain(&ANIMALS).chain(&OPTIONAL).any(|(n, _)| *n == name)
            || library.modules.iter().any(|m| name.strip_prefix("model/") == Some(&m.file))
            || (name.starts_with("experiments/") || name.starts_with("findings/")) && name.ends_with(".toml")
            || name.ends_with(".md");
        if !known {
            let help = if name.ends_with(".bngl") { "list it in model.toml" } else { "" };
            report.warning(codes::STRAY_FILE, &text.at(1, 1), "nothing reads this file".to_string(), help);
        }
    }
}

fn distinct(library: &Library, report: &mut Report) {
    lookup::distinct("parameter", library.parameters.iter(), report);
    lookup::distinct("cell", library.contexts.iter(), report);
    lookup::distinct("drug or ligand", library.drugs.iter().chain(&library.ligands), report);
    lookup::distinct("gene", library.genes.iter(), report);
    lookup::distinct("mutation", library.mutations.iter(), report);
    lookup::distinct("read-out", library.readouts.iter(), report);
    lookup::distinct("paper", library.papers.iter(), report);
    lookup::distinct("evidence", library.evidence.iter(), report);
    lookup::distinct("contradiction", library.contradictions.iter(), report);
    lookup::distinct("loop", library.loops.iter(), report);
    lookup::distinct("rule", library.rule_evidence.iter(), report);
    lookup::distinct("experiment", library.experiments.iter(), report);
    lookup::distinct("finding", library.findings.iter(), report);
    lookup::distinct("finding", library.not_run.iter(), report);
    for not_run in library.not_run.iter().filter(|n| library.finding(&n.id).is_some()) {
        let message = format!("finding \"{}\" has a rule and is listed as not run", not_run.id);
        report.error(codes::DUPLICATE, &not_run.at, message, "");
    }
}
