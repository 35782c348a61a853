//! Reactions, species references and kinetic laws.

use model::reaction_system::{KineticLaw, Reaction, SpeciesReference, Stoichiometry};
use model::{Expr, ReactionSystem};
use roxmltree::Node;

use super::codes;
use super::reader::Reader;
use super::{formula, math};

pub(super) fn reactions<'d>(reader: &mut Reader<'d>, list: Node<'d, 'd>, system: &mut ReactionSystem) {
    for node in reader.items(list, &["reaction"]) {
        reader.only_attributes(node, &["id", "name", "reversible", "fast", "compartment"]);
        let Some(id) = reader.identifier(node) else { continue };
        let reversible = reader.flag_or(node, "reversible", true);
        let fast = reader.flag(node, "fast").unwrap_or(false);
        let mut reaction = Reaction {
            id,
            reactants: Vec::new(),
            products: Vec::new(),
            modifiers: Vec::new(),
            reversible,
            fast,
            kinetic_law: None,
        };
        for part in reader.children(node).collect::<Vec<_>>() {
            match part.tag_name().name() {
                "listOfReactants" => reaction.reactants = references(reader, part),
                "listOfProducts" => reaction.products = references(reader, part),
                "listOfModifiers" => {
                    for modifier in reader.items(part, &["modifierSpeciesReference"]) {
                        reader.only_attributes(modifier, &["id", "name", "species"]);
                        reader.identifier_or_empty(modifier);
                        reaction.modifiers.extend(reader.reference(modifier, &["species"]));
                    }
                }
                "kineticLaw" => reaction.kinetic_law = kinetic_law(reader, part),
                _ => reader.unknown_element(part),
            }
        }
        system.reactions.push(reaction);
    }
}

fn references<'d>(reader: &mut Reader<'d>, list: Node<'d, 'd>) -> Vec<SpeciesReference> {
    let mut all = Vec::new();
    for node in reader.items(list, &["speciesReference", "specieReference"]) {
        reader.only_attributes(
            node,
            &["id", "name", "species", "specie", "stoichiometry", "denominator", "constant"],
        );
        let level = reader.level.level;
        let id = if level == 1 {
            None
        } else {
            Some(reader.identifier_or_empty(node)).filter(|id| !id.is_empty())
        };
        let Some(species) = reader.reference(node, &["species", "specie"]) else { continue };
        let denominator = reader.number(node, "denominator").unwrap_or(1.0);
        let mut stoichiometry = match reader.number(node, "stoichiometry") {
            Some(number) => Stoichiometry::Number(number / denominator),
            None if level == 3 => Stoichiometry::Unset,
            None => Stoichiometry::Number(1.0 / denominator),
        };
        for part in reader.children(node).collect::<Vec<_>>() {
            if part.tag_name().name() != "stoichiometryMath" || level != 2 {
                reader.unknown_element(part);
            } else if node.has_attribute("stoichiometry") {
                let message = "there are a stoichiometry and a stoichiometryMath";
                reader.error(node, codes::TWO_STOICHIOMETRIES, message, "leave one of them out");
            } else if let Some(math) = math::of_parent(reader, part) {
                stoichiometry = Stoichiometry::Math(math);
            }
        }
        let constant = if level == 3 { reader.flag_or(node, "constant", true) } else { true };
        all.push(SpeciesReference { id, species, stoichiometry, constant });
    }
    all
}

fn kinetic_law<'d>(reader: &mut Reader<'d>, node: Node<'d, 'd>) -> Option<KineticLaw> {
    reader.only_attributes(node, &["id", "name", "formula", "timeUnits", "substanceUnits"]);
    let mut local_parameters = Vec::new();
    for part in reader.children(node).collect::<Vec<_>>() {
        match part.tag_name().name() {
            "listOfParameters" | "listOfLocalParameters" => {
                for parameter in reader.items(part, &["parameter", "localParameter"]) {
                    reader.only_attributes(parameter, &["id", "name", "value", "units", "constant"]);
                    let Some(id) = local_identifier(reader, parameter) else { continue };
                    if local_parameters.iter().any(|(known, _)| *known == id) {
                        let message = format!("two local parameters are called \"{id}\"");
                        reader.error(parameter, codes::DUPLICATE_LOCAL, message, "rename one of them");
                    }
                    local_parameters.push((id, reader.number(parameter, "value")));
                }
            }
            _ => reader.unknown_element(part),
        }
    }
    let math: Option<Expr> = if reader.level.level == 1 {
        formula::of_attribute(reader, node)
    } else {
        math::of_parent(reader, node)
    };
    math.map(|math| KineticLaw { math, local_parameters })
}

fn local_identifier(reader: &mut Reader<'_>, node: Node<'_, '_>) -> Option<String> {
    let attribute = if reader.level.level == 1 { "name" } else { "id" };
    reader.reference(node, &[attribute])
}
