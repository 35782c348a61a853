//! Logical models (package qual).
//!
//! Read are transitions that assign levels. Transitions that consume or produce levels, as in Petri nets, are errors.
//!
//! # Source
//! SBML L3 package Qualitative Models, Version 1 Release 1, section 3.

use model::Parsed;
use model::logical::{LogicalModel, QualitativeSpecies, Transition};
use roxmltree::{Document, Node};

use super::reader::Reader;
use super::{codes, document, math};
use crate::Source;

const NAMESPACE: &str = "http://www.sbml.org/sbml/level3/version1/qual/version1";

/// Whether a text is an SBML model with the package qual that has species with levels.
pub fn is_logical(text: &str) -> bool {
    // Most models are none: the search spares a second reading of the XML.
    text.contains(NAMESPACE)
        && Document::parse(text).is_ok_and(|document| {
            document.descendants().any(|node| node.has_tag_name((NAMESPACE, "qualitativeSpecies")))
        })
}

/// Reads a logical model. The value is complete only if there are no errors.
pub fn parse_logical(source: Source<'_>) -> Parsed<LogicalModel> {
    match document::open(source) {
        Ok(document) => {
            let mut reader = Reader::new(source.name, &document);
            let value = read(&mut reader, &document);
            Parsed { value, diagnostics: reader.finish() }
        }
        Err(diagnostic) => Parsed { value: LogicalModel::default(), diagnostics: vec![diagnostic] },
    }
}

type Element<'d> = Node<'d, 'd>;

fn read<'d>(reader: &mut Reader<'d>, document: &'d Document<'d>) -> LogicalModel {
    let root = document.root_element();
    let Some(model) = root.children().find(|c| c.tag_name().name() == "model") else {
        reader.error(
            root,
            codes::NO_MODEL,
            "there is no <model>",
            "put the components into <model>...</model>",
        );
        return LogicalModel::default();
    };
    if let Some(other) =
        model.descendants().find(|n| matches!(n.tag_name().name(), "reaction" | "rateRule" | "event"))
    {
        let message = format!("<{}> beside the package \"qual\" is not supported", other.tag_name().name());
        reader.error(other, codes::PACKAGE, message, "split the model into a logical one and one with rates");
    }
    let species: Vec<QualitativeSpecies> = items(model, "listOfQualitativeSpecies", "qualitativeSpecies")
        .map(|node| QualitativeSpecies {
            id: required(reader, node, "id"),
            constant: attribute(node, "constant").is_some_and(|c| matches!(c, "true" | "1")),
            initial_level: level(reader, node, "initialLevel"),
            max_level: level(reader, node, "maxLevel"),
        })
        .collect();
    let transitions: Vec<Transition> =
        items(model, "listOfTransitions", "transition").map(|node| transition(reader, node)).collect();
    for (transition, node) in transitions.iter().zip(items(model, "listOfTransitions", "transition")) {
        for output in transition.outputs.iter().filter(|o| !o.is_empty()) {
            if !species.iter().any(|s| &s.id == output) {
                let message = format!("there is no qualitative species \"{output}\"");
                reader.error(node, codes::UNKNOWN_SYMBOL, message, "correct the name, or define it");
            }
        }
    }
    LogicalModel { id: attribute(model, "id").unwrap_or_default().to_string(), species, transitions }
}

fn transition<'d>(reader: &mut Reader<'d>, node: Element<'d>) -> Transition {
    let mut made = Transition {
        id: attribute(node, "id").unwrap_or_default().to_string(),
        thresholds: Vec::new(),
        outputs: Vec::new(),
        default_level: 0,
        terms: Vec::new(),
    };
    for input in items(node, "listOfInputs", "input") {
        effect(reader, input, "none");
        if let (Some(id), Some(threshold)) = (attribute(input, "id"), level(reader, input, "thresholdLevel"))
        {
            made.thresholds.push((id.to_string(), threshold));
        }
    }
    for output in items(node, "listOfOutputs", "output") {
        effect(reader, output, "assignmentLevel");
        made.outputs.push(required(reader, output, "qualitativeSpecies"));
    }
    let lists = node.children().filter(|c| c.tag_name().name() == "listOfFunctionTerms");
    for term in lists.flat_map(|l| l.children()).filter(Node::is_element) {
        match term.tag_name().name() {
            "defaultTerm" => made.default_level = result(reader, term),
            "functionTerm" => {
                let result = result(reader, term);
                match math::of_parent(reader, term) {
                    Some(condition) => made.terms.push((condition, result)),
                    None => {
                        let message = "a function term has no mathematics";
                        reader.error(term, codes::REQUIRED_ATTRIBUTE, message, "add <math>...</math>");
                    }
                }
            }
            _ => {}
        }
    }
    made
}

/// Only transitions that assign levels are logical.
fn effect(reader: &mut Reader<'_>, node: Node<'_, '_>, known: &str) {
    let found = attribute(node, "transitionEffect").unwrap_or(known);
    if found != known {
        let message = format!(
            "<{}> of the package \"qual\" with the effect \"{found}\" is not supported",
            node.tag_name().name()
        );
        reader.error(
            node,
            codes::PACKAGE,
            message,
            "write the Petri net with reactions, and simulate it with ssa",
        );
    }
}

fn result(reader: &mut Reader<'_>, node: Node<'_, '_>) -> u32 {
    level(reader, node, "resultLevel").unwrap_or_else(|| {
        let message = format!("<{}> has no resultLevel", node.tag_name().name());
        reader.error(node, codes::REQUIRED_ATTRIBUTE, message, "write resultLevel=\"1\"");
        0
    })
}

/// Elements of a list, whatever their prefix.
fn items<'d>(node: Element<'d>, list: &'static str, name: &'static str) -> impl Iterator<Item = Element<'d>> {
    let lists = node.children().filter(move |c| c.tag_name().name() == list);
    lists.flat_map(|l| l.children()).filter(move |c| c.tag_name().name() == name)
}

/// An attribute, with a prefix or without.
fn attribute<'d>(node: Node<'d, '_>, name: &str) -> Option<&'d str> {
    node.attributes().find(|a| a.name() == name).map(|a| a.value().trim())
}

fn required(reader: &mut Reader<'_>, node: Node<'_, '_>, name: &str) -> String {
    let found = attribute(node, name).unwrap_or_default().to_string();
    if found.is_empty() {
        let message = format!("<{}> has no {name}", node.tag_name().name());
        reader.error(node, codes::REQUIRED_ATTRIBUTE, message, format!("write {name}=\"...\""));
    }
    found
}

fn level(reader: &mut Reader<'_>, node: Node<'_, '_>, name: &str) -> Option<u32> {
    let text = attribute(node, name)?;
    let level = text.parse().ok();
    if level.is_none() {
        let message = format!("{name} is {text:?}, which is no level");
        reader.error(node, codes::ATTRIBUTE_VALUE, message, "a level is 0, 1, 2, ...");
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(effect: &str) -> String {
        format!(
            r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" xmlns:q="{NAMESPACE}" level="3" version="1"
 q:required="true"><model id="m"><q:listOfQualitativeSpecies><q:qualitativeSpecies q:id="a" q:initialLevel="1"
 q:maxLevel="2" q:constant="false"/></q:listOfQualitativeSpecies><q:listOfTransitions><q:transition q:id="t">
<q:listOfInputs><q:input q:id="theta" q:qualitativeSpecies="a" q:thresholdLevel="1" q:transitionEffect="none"/>
</q:listOfInputs><q:listOfOutputs><q:output q:qualitativeSpecies="a" q:transitionEffect="{effect}"/></q:listOfOutputs>
<q:listOfFunctionTerms><q:defaultTerm q:resultLevel="0"/><q:functionTerm q:resultLevel="2">
<math xmlns="http://www.w3.org/1998/Math/MathML"><apply><geq/><ci> a </ci><ci> theta </ci></apply></math>
</q:functionTerm></q:listOfFunctionTerms></q:transition></q:listOfTransitions></model></sbml>"#
        )
    }

    #[test]
    fn levels_thresholds_and_terms_are_read() {
        let text = model("assignmentLevel");
        assert!(is_logical(&text));
        let parsed = parse_logical(Source::new("m.xml", &text));
        assert_eq!(parsed.diagnostics, []);
        let (species, transition) = (&parsed.value.species[0], &parsed.value.transitions[0]);
        assert_eq!((species.initial_level, species.max_level), (Some(1), Some(2)));
        assert_eq!(transition.thresholds, [("theta".to_string(), 1)]);
        assert_eq!((transition.default_level, transition.terms[0].1), (0, 2));
    }

    #[test]
    fn petri_nets_are_refused_with_their_place() {
        let parsed = parse_logical(Source::new("m.xml", &model("production")));
        assert_eq!(parsed.diagnostics[0].code, codes::PACKAGE);
        assert_eq!(parsed.diagnostics[0].location.as_ref().unwrap().line, 5);
    }
}
