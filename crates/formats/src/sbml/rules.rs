//! Rules and initial assignments.

use model::reaction_system::{InitialAssignment, Rule};
use model::{Expr, ReactionSystem};
use roxmltree::Node;

use super::codes;
use super::reader::Reader;
use super::{formula, math};

pub(super) fn initial_assignments<'d>(
    reader: &mut Reader<'d>,
    list: Node<'d, 'd>,
    system: &mut ReactionSystem,
) {
    for node in reader.items(list, &["initialAssignment"]) {
        reader.only_attributes(node, &["id", "name", "symbol"]);
        reader.identifier_or_empty(node);
        let Some(symbol) = reader.reference(node, &["symbol"]) else { continue };
        // Level 3 Version 2 allows an assignment without mathematics, which then assigns nothing.
        if let Some(math) = math::of_parent(reader, node) {
            system.initial_assignments.push(InitialAssignment { symbol, math });
        }
    }
}

const RULES: [&str; 7] = [
    "assignmentRule",
    "rateRule",
    "algebraicRule",
    "speciesConcentrationRule",
    "specieConcentrationRule",
    "compartmentVolumeRule",
    "parameterRule",
];

pub(super) fn rules<'d>(reader: &mut Reader<'d>, list: Node<'d, 'd>, system: &mut ReactionSystem) {
    for node in reader.items(list, &RULES) {
        const KNOWN: [&str; 9] =
            ["id", "name", "variable", "species", "specie", "compartment", "type", "formula", "units"];
        reader.only_attributes(node, &KNOWN);
        let kind = node.tag_name().name();
        let level_1 = reader.level.level == 1;
        if !level_1 && kind != "parameterRule" {
            reader.identifier_or_empty(node);
        }
        let math = if level_1 { formula::of_attribute(reader, node) } else { math::of_parent(reader, node) };
        if kind == "algebraicRule" {
            system.rules.extend(math.map(|math| Rule::Algebraic { math }));
            continue;
        }
        let names: &[&str] = match kind {
            "speciesConcentrationRule" | "specieConcentrationRule" => &["species", "specie"],
            "compartmentVolumeRule" => &["compartment"],
            "parameterRule" => &["name"],
            _ => &["variable"],
        };
        let (Some(variable), Some(math)) = (reader.reference(node, names), math) else { continue };
        system.rules.extend(rule(reader, node, variable, math));
    }
}

fn rule(reader: &mut Reader<'_>, node: Node<'_, '_>, variable: String, math: Expr) -> Option<Rule> {
    let assignment = match node.tag_name().name() {
        "assignmentRule" => true,
        "rateRule" => false,
        _ => match reader.text(node, "type").as_deref() {
            None | Some("scalar") => true,
            Some("rate") => false,
            Some(other) => {
                let message = format!("type={other:?} is neither scalar nor rate");
                reader.error(node, codes::ATTRIBUTE_VALUE, message, "write type=\"scalar\" or type=\"rate\"");
                return None;
            }
        },
    };
    Some(if assignment { Rule::Assignment { variable, math } } else { Rule::Rate { variable, math } })
}
