//! The document: XML and its limits, level and version, packages, and the components in their order.

use model::{Diagnostic, Location, Parsed, ReactionSystem};
use roxmltree::{Document, Node, ParsingOptions};

use super::codes;
use super::functions::Functions;
use super::reader::{Level, Reader};
use super::{check, comp, documentation, events, fbc, quantities, reactions, rules};
use crate::Source;

/// Longer texts are refused.
const MOST_BYTES: usize = 256 << 20;
/// Documents with more nodes are refused.
const MOST_NODES: u32 = 20_000_000;

/// Packages that say nothing about how a model behaves in time: they may be left out without a change.
const HARMLESS_PACKAGES: [&str; 4] = ["layout", "render", "groups", "annot"];

pub(super) fn parse(source: Source<'_>, load: comp::Load<'_>) -> Parsed<ReactionSystem> {
    let nothing = |diagnostic| Parsed { value: ReactionSystem::default(), diagnostics: vec![diagnostic] };
    match open(source) {
        Ok(document) if is_composed(&document) => match comp::flatten(&document, load) {
            Ok(flat) => parse(Source::new(&format!("{} (flattened)", source.name), &flat), load),
            Err(failure) => {
                let place = Location { file: source.name.to_string(), line: 1, column: 1 };
                nothing(Diagnostic::error(failure.code, failure.message).at(place).help(failure.help))
            }
        },
        Ok(document) => read(source.name, &document),
        Err(diagnostic) => nothing(diagnostic),
    }
}

/// The XML of a text, within limits.
pub(super) fn open(source: Source<'_>) -> Result<Document<'_>, Diagnostic> {
    if source.text.len() > MOST_BYTES {
        let message = format!("the text has {} bytes, more than {MOST_BYTES}", source.text.len());
        return Err(
            Diagnostic::error(codes::TOO_LARGE, message).help("split the model, or leave out annotations")
        );
    }
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(source.text, options).map_err(|error| xml_failure(source.name, &error))
}

fn is_composed(document: &Document<'_>) -> bool {
    let root = document.root_element();
    root.tag_name().name() == "sbml" && root.namespaces().any(|ns| ns.uri() == comp::NAMESPACE)
}

fn xml_failure(file: &str, error: &roxmltree::Error) -> Diagnostic {
    let location = Location { file: file.to_string(), line: error.pos().row, column: error.pos().col };
    let (code, message, help) = match error {
        roxmltree::Error::DtdDetected => (
            codes::DTD,
            "the text contains a document type declaration".to_string(),
            "remove <!DOCTYPE ...>; SBML has none",
        ),
        roxmltree::Error::NodesLimitReached => (
            codes::TOO_LARGE,
            format!("the document has more than {MOST_NODES} nodes"),
            "split the model, or leave out annotations",
        ),
        other => (codes::NOT_XML, format!("this is not well-formed XML: {other}"), "repair the XML there"),
    };
    Diagnostic::error(code, message).at(location).help(help)
}

fn read<'d>(file: &str, document: &'d Document<'d>) -> Parsed<ReactionSystem> {
    let root = document.root_element();
    let mut reader = Reader::new(file, document);
    let mut system = ReactionSystem::default();
    if root.tag_name().name() != "sbml" {
        let found = root.tag_name().name();
        let message = format!("the outermost element is <{found}>, not <sbml>");
        reader.error(root, codes::NOT_SBML, message, "give an SBML file");
    } else if let Some(level) = level_of(&mut reader, root) {
        reader.level = level;
        packages(&mut reader, root);
        match reader.child(root, "model") {
            Some(model) => read_model(&mut reader, model, &mut system),
            None => {
                let message = "there is no <model>".to_string();
                reader.error(root, codes::NO_MODEL, message, "put the components into <model>...</model>");
            }
        }
    }
    Parsed { value: system, diagnostics: reader.finish() }
}

/// Level and version, which the namespace must repeat.
fn level_of(reader: &mut Reader<'_>, root: Node<'_, '_>) -> Option<Level> {
    let number = |name| root.attribute(name).and_then(|text: &str| text.trim().parse::<u32>().ok());
    let (level, version) = (number("level"), number("version"));
    let known = match (level?, version?) {
        (1, 1 | 2) => "http://www.sbml.org/sbml/level1".to_string(),
        (2, 1) => "http://www.sbml.org/sbml/level2".to_string(),
        (2, v @ 2..=5) => format!("http://www.sbml.org/sbml/level2/version{v}"),
        (3, v @ 1..=2) => format!("http://www.sbml.org/sbml/level3/version{v}/core"),
        (level, version) => {
            let message = format!("SBML Level {level} Version {version} is not known");
            reader.error(root, codes::LEVEL, message, "Levels 1 to 3 are read, up to Level 3 Version 2");
            return None;
        }
    };
    let namespace = root.tag_name().namespace().unwrap_or_default();
    if namespace != known {
        let message = format!("the namespace {namespace:?} does not belong to this level and version");
        reader.error(root, codes::NAMESPACE, message, format!("write xmlns={known:?}"));
        return None;
    }
    Some(Level { level: level?, version: version? })
}

/// The namespace of distrib.
pub(super) const DISTRIB: &str = "http://www.sbml.org/sbml/level3/version1/distrib/version1";

/// Uncertainties (package distrib) describe values; no number of a run depends on them.
fn uncertainties(reader: &mut Reader<'_>, root: Node<'_, '_>) {
    let found = root
        .descendants()
        .find(|n| n.tag_name().namespace() == Some(DISTRIB) && n.tag_name().name() == "listOfUncertainties");
    if let Some(node) = found {
        let message = "uncertainties (package distrib) are left out";
        reader.warn(node, codes::PACKAGE_LEFT_OUT, message, "they change no number");
    }
}

/// A required package that is not known changes the meaning of the model: an error. Others are remarked.
fn packages(reader: &mut Reader<'_>, root: Node<'_, '_>) {
    let required = |uri: &str| {
        let attribute = root.attributes().find(|a| a.name() == "required" && a.namespace() == Some(uri))?;
        Some(matches!(attribute.value().trim(), "true" | "1"))
    };
    let declared: Vec<(String, Option<bool>)> = root
        .namespaces()
        .filter(|ns| ns.uri().starts_with("http://www.sbml.org/sbml/level3/") && !ns.uri().ends_with("/core"))
        .map(|ns| (ns.uri().to_string(), required(ns.uri())))
        .collect();
    for (uri, required) in declared {
        let name = uri.split('/').nth(6).unwrap_or(&uri).to_string();
        if uri == DISTRIB {
            uncertainties(reader, root);
            continue;
        }
        if name == "l3v2extendedmath" || fbc::NAMESPACES.contains(&uri.as_str()) {
            continue;
        }
        if required == Some(true) {
            let message = format!("the model needs the package \"{name}\", which is not supported");
            reader.error(root, codes::PACKAGE, message, "flatten the model, or use another program for it");
        } else if !HARMLESS_PACKAGES.contains(&name.as_str()) {
            let message = format!("the package \"{name}\" is not supported; what it says is left out");
            reader.warn(root, codes::PACKAGE_LEFT_OUT, message, "the model says that it can be run without");
        }
    }
}

fn read_model<'d>(reader: &mut Reader<'d>, model: Node<'d, 'd>, system: &mut ReactionSystem) {
    const UNIT_ATTRIBUTES: [&str; 10] = [
        "id",
        "name",
        "substanceUnits",
        "timeUnits",
        "volumeUnits",
        "areaUnits",
        "lengthUnits",
        "extentUnits",
        "conversionFactor",
        "sboTerm",
    ];
    reader.only_attributes(model, &UNIT_ATTRIBUTES);
    system.id = reader.identifier_or_empty(model);
    system.conversion_factor = reader.text(model, "conversionFactor");
    let lists: Vec<Node<'d, 'd>> = reader.children(model).collect();
    let functions = match lists.iter().find(|l| l.tag_name().name() == "listOfFunctionDefinitions") {
        Some(list) => Functions::read(reader, *list),
        None => Functions::default(),
    };
    reader.functions = functions;
    for list in lists {
        match list.tag_name().name() {
            "listOfFunctionDefinitions"
            | "listOfUnitDefinitions"
            | "listOfCompartmentTypes"
            | "listOfSpeciesTypes" => {}
            "listOfCompartments" => quantities::compartments(reader, list, system),
            "listOfSpecies" => quantities::species(reader, list, system),
            "listOfParameters" => quantities::parameters(reader, list, system),
            "listOfInitialAssignments" => rules::initial_assignments(reader, list, system),
            "listOfRules" => rules::rules(reader, list, system),
            "listOfReactions" => reactions::reactions(reader, list, system),
            "listOfEvents" => events::events(reader, list, system),
            "listOfConstraints" => {
                if reader.children(list).next().is_some() {
                    let message = "constraints are not watched while the model runs".to_string();
                    let help = "they change no number; look at the results yourself";
                    reader.warn(list, codes::CONSTRAINTS, message, help);
                }
            }
            _ => reader.unknown_element(list),
        }
    }
    system.flux_balance = fbc::read(reader, model, system);
    system.documentation = documentation::read(reader, model);
    check::check(reader, model, system);
    check::fill_missing(reader, system);
}
