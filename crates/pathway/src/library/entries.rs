//! The TOML files of things: modules, cells, perturbagens, read-outs, papers.

use model::{Dimension, Quantity};

use super::Library;
use crate::catalog::{
    ASSAYS, Agent, AgentKind, Context, Display, Gene, Module, Mutation, Paper, Radiation, Readout,
    SeedAtStart,
};
use crate::codes;
use crate::read::unit::UnitExponents;
use crate::read::{Document, Report, Section, SourceText};

/// Reads `model.toml`; the texts of the modules are filled in later.
pub(crate) fn model(library: &mut Library, text: &SourceText, report: &mut Report) {
    let Some(document) = Document::parse(text, report) else { return };
    let root = document.root();
    root.only(&["module", "seed_at_start", "radiation"], report);
    for section in root.sections("module", report) {
        section.only(&["file", "title", "about"], report);
        let Some(file) = section.required("file", report) else { continue };
        let title = section.required("title", report).map(|m| m.value).unwrap_or_default();
        let about = section.text("about", report);
        library.modules.push(Module { file: file.value, title, about, text: String::new() });
    }
    for section in root.sections("seed_at_start", report) {
        section.only(&["species", "amount", "about"], report);
        let species = section.required("species", report);
        let amount = section.number("amount", report);
        let (Some(species), Some(amount)) = (species, amount) else {
            if !section.has("amount") {
                section.missing("amount", report);
            }
            continue;
        };
        let about = section.text("about", report);
        library.seeds.push(SeedAtStart {
            species: species.value,
            amount: amount.value,
            about,
            at: species.at,
        });
    }
    for section in root.sections("radiation", report) {
        section.only(&["species", "per_gray"], report);
        let species = section.required("species", report);
        let per_gray = section.required("per_gray", report);
        let (Some(species), Some(per_gray)) = (species, per_gray) else { continue };
        library.radiation.push(Radiation {
            species: species.value,
            per_gray: per_gray.value,
            at: species.at,
        });
    }
}

/// Reads `contexts.toml`.
pub(crate) fn contexts(library: &mut Library, text: &SourceText, report: &mut Report) {
    const KEYS: [&str; 9] =
        ["id", "label", "parent", "species", "tissue", "genotype", "aliases", "about", "sources"];
    each(text, "context", &KEYS, report, &mut |section, report| {
        let id = section.required("id", report)?;
        let parent = section.string("parent", report);
        if let Some(parent) = &parent
            && !library.contexts.iter().any(|c| c.id == parent.value)
        {
            let known = library.contexts.iter().map(|c| c.id.as_str());
            report.unknown(codes::UNKNOWN_CONTEXT, &parent.at, ("cell", &parent.value), known);
        }
        library.contexts.push(Context {
            parent: parent.map(|p| p.value),
            label: label(section, &id.value, report),
            species: section.text("species", report),
            tissue: section.text("tissue", report),
            genotype: section.text("genotype", report),
            aliases: section.texts("aliases", report),
            about: section.text("about", report),
            sources: section.texts("sources", report),
            values: Vec::new(),
            id: id.value,
            at: id.at,
        });
        Some(())
    });
}

/// Reads `papers.toml`.
pub(crate) fn papers(library: &mut Library, text: &SourceText, report: &mut Report) {
    each(text, "paper", &["id", "citation", "doi", "title"], report, &mut |section, report| {
        let id = section.required("id", report)?;
        library.papers.push(Paper {
            citation: section.required("citation", report)?.value,
            title: section.text("title", report),
            doi: section.text("doi", report),
            id: id.value,
            at: id.at,
        });
        Some(())
    });
}

/// Reads `readouts.toml`.
pub(crate) fn readouts(library: &mut Library, text: &SourceText, report: &mut Report) {
    const KEYS: [&str; 9] = ["id", "label", "assay", "signal", "per", "unit", "display", "additive", "about"];
    each(text, "readout", &KEYS, report, &mut |section, report| {
        let id = section.required("id", report)?;
        let assay = section.required("assay", report)?;
        if !ASSAYS.contains(&assay.value.as_str()) {
            report.unknown(codes::WORD, &assay.at, ("assay", &assay.value), ASSAYS);
        }
        let display = section.string("display", report);
        let shown = match &display {
            None => Some(Display::FoldOfStart),
            Some(word) => Display::ALL.iter().find(|(_, w)| *w == word.value).map(|d| d.0),
        };
        if let (None, Some(word)) = (shown, &display) {
            report.unknown(codes::WORD, &word.at, ("display", &word.value), Display::ALL.map(|d| d.1));
        }
        if !id.value.chars().all(|c| c.is_alphanumeric() || c == '_') {
            let message = format!("\"{}\" cannot be written in a rule", id.value);
            report.error(codes::WORD, &id.at, message, "use letters, digits and _");
        }
        library.readouts.push(Readout {
            label: label(section, &id.value, report),
            assay: assay.value,
            signal: section.required("signal", report)?.value,
            per: section.string("per", report).map(|m| m.value),
            unit: section.required("unit", report)?.value,
            display: shown?,
            additive: section.boolean("additive", report).is_some_and(|flag| flag.value),
            about: section.text("about", report),
            id: id.value,
            at: id.at,
        });
        Some(())
    });
}

/// Reads `perturbagens.toml`.
pub(crate) fn perturbagens(library: &mut Library, text: &SourceText, report: &mut Report) {
    let Some(document) = Document::parse(text, report) else { return };
    let root = document.root();
    root.only(&["drug", "ligand", "gene", "mutation"], report);
    for section in root.sections("drug", report) {
        let drug = agent(&section, AgentKind::Drug, library, report);
        library.drugs.extend(drug);
    }
    for section in root.sections("ligand", report) {
        let ligand = agent(&section, AgentKind::Ligand, library, report);
        library.ligands.extend(ligand);
    }
    for section in root.sections("gene", report) {
        let gene = gene(&section, library, report);
        library.genes.extend(gene);
    }
    for section in root.sections("mutation", report) {
        let mutation = mutation(&section, library, report);
        library.mutations.extend(mutation);
    }
}

fn agent(section: &Section<'_>, kind: AgentKind, library: &Library, report: &mut Report) -> Option<Agent> {
    const KEYS: [&str; 12] = [
        "id",
        "label",
        "aliases",
        "class",
        "target",
        "species",
        "molecular_weight",
        "max_dose",
        "parameters",
        "sources",
        "about",
        "medium",
    ];
    let known = if kind == AgentKind::Ligand { KEYS.len() } else { KEYS.len() - 1 };
    section.only(&KEYS[..known], report);
    let id = section.required("id", report)?;
    let species = section.required("species", report)?.value;
    let weight = section.number("molecular_weight", report);
    if let Some(weight) = weight.as_ref().filter(|w| w.value <= 0.0) {
        report.error(codes::RANGE, &weight.at, "a molecular weight is above 0".to_string(), "");
    }
    let molecular_weight = weight.map(|w| w.value);
    let max_dose_nm = max_dose(section, molecular_weight, report);
    let medium = section.string("medium", report);
    if let Some(medium) = &medium {
        known_parameter(library, medium, report);
    }
    Some(Agent {
        kind,
        label: label(section, &id.value, report),
        aliases: section.texts("aliases", report),
        class: section.text("class", report),
        target: section.text("target", report),
        species,
        molecular_weight,
        max_dose_nm,
        medium: medium.map(|m| m.value),
        parameters: parameters(section, library, report),
        sources: section.texts("sources", report),
        about: section.text("about", report),
        id: id.value,
        at: id.at,
    })
}

/// Reads `max_dose` in nM; mass concentrations need the molecular weight.
fn max_dose(section: &Section<'_>, weight: Option<f64>, report: &mut Report) -> Option<f64> {
    let text = section.string("max_dose", report)?;
    super::perturbations::dose_nanomolar(&text, weight, "max_dose", report)
}

fn gene(section: &Section<'_>, library: &Library, report: &mut Report) -> Option<Gene> {
    section.only(&["id", "label", "aliases", "molecules", "parameters", "turnover", "about"], report);
    let id = section.required("id", report)?;
    let gene = Gene {
        label: label(section, &id.value, report),
        aliases: section.texts("aliases", report),
        molecules: section.texts("molecules", report),
        parameters: parameters(section, library, report),
        turnover: section.boolean("turnover", report).is_some_and(|t| t.value),
        about: section.text("about", report),
        id: id.value,
        at: id.at,
    };
    if gene.molecules.is_empty() || gene.parameters.is_empty() {
        let message = format!(
            "gene \"{}\" lists no {}",
            gene.id,
            if gene.parameters.is_empty() { "parameters" } else { "molecules" }
        );
        report.error(codes::NO_EFFECT, &gene.at, message, "without them a change of its dose does nothing");
    }
    Some(gene)
}

fn mutation(section: &Section<'_>, library: &Library, report: &mut Report) -> Option<Mutation> {
    section.only(&["id", "label", "aliases", "gene", "set", "about", "sources"], report);
    let id = section.required("id", report)?;
    let gene = section.required("gene", report)?;
    if library.gene(&gene.value).is_none() {
        let known = library.genes.iter().map(|g| g.id.as_str());
        report.unknown(codes::UNKNOWN_GENE, &gene.at, ("gene", &gene.value), known);
    }
    let mut set = Vec::new();
    if let Some(values) = section.section("set", report) {
        for key in values.keys() {
            let Some(text) = values.string(&key.value, report) else { continue };
            let Some(row) = library.parameter(&key.value) else {
                known_parameter(library, &key, report);
                continue;
            };
            match value_with_unit(&text.value) {
                Some((value, unit)) if unit.same_as(row.exponents) => set.push((key.value, value)),
                Some((_, unit)) => {
                    let message =
                        format!("\"{}\" is in {unit}, {} in {}", text.value, row.name, row.exponents);
                    report.error(codes::UNIT, &text.at, message, "");
                }
                None => {
                    let help = format!(
                        "write a number and the unit of the parameter, for example \"1 {}\"",
                        row.unit
                    );
                    report.error(
                        codes::QUANTITY,
                        &text.at,
                        format!("\"{}\" is no number with a unit", text.value),
                        help,
                    );
                }
            }
        }
        if values.keys().is_empty() {
            report.error(
                codes::NO_EFFECT,
                &values.at(),
                format!("mutation \"{}\" sets nothing", id.value),
                "",
            );
        }
    } else if !section.has("set") {
        section.missing("set", report);
    }
    Some(Mutation {
        label: label(section, &id.value, report),
        aliases: section.texts("aliases", report),
        gene: gene.value,
        set,
        about: section.text("about", report),
        sources: section.texts("sources", report),
        id: id.value,
        at: id.at,
    })
}

/// `60 1/(copies*h)`: number, blank, unit of a parameter.
fn value_with_unit(text: &str) -> Option<(f64, UnitExponents)> {
    let (number, unit) = text.trim().split_once(char::is_whitespace)?;
    let number: f64 = number.parse().ok().filter(|x: &f64| x.is_finite())?;
    Some((number, UnitExponents::parse(unit)?))
}

fn parameters(section: &Section<'_>, library: &Library, report: &mut Report) -> Vec<String> {
    let names = section.strings("parameters", report);
    names.iter().for_each(|name| known_parameter(library, name, report));
    names.into_iter().map(|m| m.value).collect()
}

fn known_parameter(library: &Library, name: &crate::read::Marked<String>, report: &mut Report) {
    if library.parameter(&name.value).is_none() {
        let known = library.parameters.iter().map(|p| p.name.as_str());
        report.unknown(codes::UNKNOWN_PARAMETER, &name.at, ("parameter", &name.value), known);
    }
}

pub(super) fn label(section: &Section<'_>, id: &str, report: &mut Report) -> String {
    section.string("label", report).map_or_else(|| id.to_string(), |m| m.value)
}

/// What is done with one entry; `None` if it cannot be used, which is reported.
type ReadEntry<'r> = &'r mut dyn FnMut(&Section<'_>, &mut Report) -> Option<()>;

/// Reads a file that is a list of entries of one kind.
pub(super) fn each(text: &SourceText, kind: &str, keys: &[&str], report: &mut Report, read: ReadEntry<'_>) {
    let Some(document) = Document::parse(text, report) else { return };
    let root = document.root();
    root.only(&[kind], report);
    for section in root.sections(kind, report) {
        section.only(keys, report);
        let before = report.diagnostics.len();
        if read(&section, report).is_none() && report.diagnostics.len() == before {
            report.error(codes::MISSING_KEY, &section.at(), format!("this {kind} is not complete"), "");
        }
    }
}

/// A concentration in nM from a quantity, with the molecular weight for mass concentrations.
pub(crate) fn nanomolar(quantity: &Quantity, molecular_weight: Option<f64>) -> Option<f64> {
    match quantity.unit.dimension {
        Dimension::Concentration => Some(quantity.in_base()),
        // 1 ng/ml = 1 ug/l; divided by g/mol that is umol/l; times 1000 it is nmol/l.
        Dimension::MassConcentration => molecular_weight.map(|w| quantity.in_base() / w * 1000.0),
        _ => None,
    }
}
