//! Names, units, notes and annotations, carried along.

use std::collections::HashSet;

use model::documentation::{Documentation, Remarks, UnitDefinition, UnitFactor};
use roxmltree::Node;

use super::reader::Reader;

/// Attributes of the model with units, and what they are before Level 3 when nothing else is defined.
const MODEL_UNITS: [(&str, &str, &str); 6] = [
    ("substanceUnits", "substance", "mole"),
    ("timeUnits", "time", "second"),
    ("volumeUnits", "volume", "litre"),
    ("areaUnits", "area", ""),
    ("lengthUnits", "length", "metre"),
    ("extentUnits", "substance", "mole"),
];
/// Elements whose identifiers are symbols of the model.
const COMPONENTS: [&str; 7] =
    ["compartment", "species", "specie", "parameter", "reaction", "speciesReference", "event"];

pub(super) fn read<'d>(reader: &mut Reader<'d>, model: Node<'d, 'd>) -> Documentation {
    let mut documentation = Documentation { model: remarks(reader, model), ..Documentation::default() };
    if let Some(list) = reader.child(model, "listOfUnitDefinitions") {
        for node in reader.items(list, &["unitDefinition"]) {
            let id = reader.text(node, if reader.level.level == 1 { "name" } else { "id" });
            let name = reader.text(node, "name").filter(|_| reader.level.level > 1).unwrap_or_default();
            let units = reader.child(node, "listOfUnits");
            let factors = units.map_or_else(Vec::new, |list| reader.items(list, &["unit"]));
            let factors = factors.into_iter().filter_map(|unit| factor(reader, unit)).collect();
            documentation.units.extend(id.map(|id| UnitDefinition { id, name, factors }));
        }
    }
    for (attribute, old, base) in MODEL_UNITS {
        let defined = documentation.units.iter().any(|u| u.id == old);
        let unit = match reader.level.level {
            3 => reader.text(model, attribute).unwrap_or_default(),
            _ if defined => old.to_string(),
            _ => base.to_string(),
        };
        if !unit.is_empty() {
            documentation.model_units.insert(attribute.to_string(), unit);
        }
    }
    let lists = reader.children(model).filter(|list| list.tag_name().name() != "listOfUnitDefinitions");
    for node in lists.flat_map(|list| list.descendants()) {
        if !node.is_element() || !COMPONENTS.contains(&node.tag_name().name()) || is_local(node) {
            continue;
        }
        let attribute = if reader.level.level == 1 { "name" } else { "id" };
        let Some(id) = reader.text(node, attribute) else { continue };
        let found = remarks(reader, node);
        if !found.is_empty() {
            documentation.components.entry(id).or_insert(found);
        }
    }
    documentation
}

/// Whether the element is inside of a kinetic law, where names are local, or no element of the core.
fn is_local(node: Node<'_, '_>) -> bool {
    let inside = node.ancestors().skip(1).any(|a| matches!(a.tag_name().name(), "kineticLaw" | "annotation"));
    inside || node.tag_name().namespace() != node.document().root_element().tag_name().namespace()
}

fn factor<'d>(reader: &mut Reader<'d>, unit: Node<'d, 'd>) -> Option<UnitFactor> {
    let kind = reader.reference(unit, &["kind"])?;
    Some(UnitFactor {
        kind: modern(&kind).to_string(),
        exponent: reader.number(unit, "exponent").unwrap_or(1.0),
        scale: reader.number(unit, "scale").unwrap_or(0.0),
        multiplier: reader.number(unit, "multiplier").unwrap_or(1.0),
    })
}

/// Spellings of Level 1.
fn modern(unit: &str) -> &str {
    match unit {
        "liter" => "litre",
        "meter" => "metre",
        other => other,
    }
}

fn remarks<'d>(reader: &Reader<'d>, node: Node<'d, 'd>) -> Remarks {
    let text = |name| reader.text(node, name).unwrap_or_default();
    let inside = |name| reader.child(node, name).map(inner_xml).unwrap_or_default();
    let units = reader.text(node, "units").or_else(|| reader.text(node, "substanceUnits"));
    Remarks {
        name: if reader.level.level == 1 { String::new() } else { text("name") },
        metaid: text("metaid"),
        sbo_term: text("sboTerm"),
        units: units
            .filter(|_| node.tag_name().name() != "model")
            .map_or_else(String::new, |u| modern(&u).to_string()),
        notes: inside("notes"),
        annotation: inside("annotation"),
    }
}

/// What is inside of an element, as XML that stands alone: each child declares the namespaces it uses.
fn inner_xml(node: Node<'_, '_>) -> String {
    let mut out = String::new();
    for child in node.children().filter(Node::is_element) {
        let mut used = HashSet::new();
        for inner in child.descendants().filter(Node::is_element) {
            used.extend(inner.tag_name().namespace());
            used.extend(inner.attributes().filter_map(|a| a.namespace()));
        }
        let mut declared: Vec<(Option<&str>, &str)> =
            child.namespaces().filter(|n| used.contains(n.uri())).map(|n| (n.name(), n.uri())).collect();
        declared.sort_unstable();
        if !write(child, &declared, &[], 0, &mut out) {
            return String::new();
        }
    }
    out
}

/// Deeper nesting is not kept.
const MOST_DEPTH: usize = 400;

/// `declared`: namespaces to be declared here; `known`: those that hold already. False when nested too deeply.
fn write(
    node: Node<'_, '_>,
    declared: &[(Option<&str>, &str)],
    known: &[(Option<&str>, &str)],
    depth: usize,
    out: &mut String,
) -> bool {
    if depth > MOST_DEPTH {
        return false;
    }
    let name = format!("{}{}", prefix(node, node.tag_name().namespace()), node.tag_name().name());
    out.push('<');
    out.push_str(&name);
    for (prefix, uri) in declared.iter().filter(|(prefix, _)| *prefix != Some("xml")) {
        match prefix {
            Some(prefix) => out.push_str(&format!(" xmlns:{prefix}=\"")),
            None => out.push_str(" xmlns=\""),
        }
        escape(uri, out);
        out.push('"');
    }
    for attribute in node.attributes() {
        let prefix = match attribute.namespace() {
            None => String::new(),
            Some("http://www.w3.org/XML/1998/namespace") => "xml:".to_string(),
            Some(uri) => named_prefix(node, uri),
        };
        out.push_str(&format!(" {prefix}{}=\"", attribute.name()));
        escape(attribute.value(), out);
        out.push('"');
    }
    if !node.has_children() {
        out.push_str("/>");
        return true;
    }
    out.push('>');
    let mut held: Vec<(Option<&str>, &str)> = known.to_vec();
    held.retain(|(prefix, _)| !declared.iter().any(|(p, _)| p == prefix));
    held.extend(declared);
    for child in node.children() {
        if child.is_text() {
            escape(child.text().unwrap_or_default(), out);
        } else if child.is_element() {
            let outer: Vec<_> = node.namespaces().map(|n| (n.name(), n.uri())).collect();
            let mut new: Vec<_> = child
                .namespaces()
                .map(|n| (n.name(), n.uri()))
                .filter(|n| !outer.contains(n) && !held.contains(n))
                .collect();
            new.sort_unstable();
            if !write(child, &new, &held, depth + 1, out) {
                return false;
            }
        }
    }
    out.push_str(&format!("</{name}>"));
    true
}

fn prefix(node: Node<'_, '_>, namespace: Option<&str>) -> String {
    match namespace {
        Some(uri) if node.default_namespace() != Some(uri) => named_prefix(node, uri),
        _ => String::new(),
    }
}

fn named_prefix(node: Node<'_, '_>, uri: &str) -> String {
    let found = node.namespaces().find(|n| n.uri() == uri && n.name().is_some());
    found.and_then(|n| n.name()).map_or_else(String::new, |p| format!("{p}:"))
}

/// Text as XML.
pub(super) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Otherwise they would be read back as blanks in attributes, and as line ends in texts.
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}
