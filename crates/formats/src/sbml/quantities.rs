//! Compartments, species and parameters.

use model::ReactionSystem;
use model::reaction_system::{Compartment, InitialQuantity, Parameter, Species};
use roxmltree::Node;

use super::codes;
use super::reader::Reader;

pub(super) fn compartments<'d>(reader: &mut Reader<'d>, list: Node<'d, 'd>, system: &mut ReactionSystem) {
    const KNOWN: [&str; 9] = [
        "id",
        "name",
        "spatialDimensions",
        "size",
        "volume",
        "units",
        "outside",
        "constant",
        "compartmentType",
    ];
    for node in reader.items(list, &["compartment"]) {
        reader.only_attributes(node, &KNOWN);
        let Some(id) = reader.identifier(node) else { continue };
        let level_1 = reader.level.level == 1;
        let default_dimensions = if reader.level.level == 3 { f64::NAN } else { 3.0 };
        let size = if level_1 {
            Some(reader.number(node, "volume").unwrap_or(1.0))
        } else {
            reader.number(node, "size")
        };
        let spatial_dimensions = reader.number(node, "spatialDimensions").unwrap_or(default_dimensions);
        let constant = if level_1 { false } else { reader.flag_or(node, "constant", true) };
        system.compartments.push(Compartment { id, spatial_dimensions, size, constant });
    }
}

pub(super) fn species<'d>(reader: &mut Reader<'d>, list: Node<'d, 'd>, system: &mut ReactionSystem) {
    const KNOWN: [&str; 15] = [
        "id",
        "name",
        "compartment",
        "initialAmount",
        "initialConcentration",
        "substanceUnits",
        "units",
        "hasOnlySubstanceUnits",
        "boundaryCondition",
        "constant",
        "charge",
        "spatialSizeUnits",
        "speciesType",
        "conversionFactor",
        "sboTerm",
    ];
    for node in reader.items(list, &["species", "specie"]) {
        reader.only_attributes(node, &KNOWN);
        let Some(id) = reader.identifier(node) else { continue };
        let Some(compartment) = reader.reference(node, &["compartment"]) else { continue };
        let amount = reader.number(node, "initialAmount");
        let concentration = reader.number(node, "initialConcentration");
        let initial = match (amount, concentration) {
            (Some(_), Some(_)) => {
                let message = format!("species \"{id}\" has an initial amount and an initial concentration");
                reader.error(node, codes::TWO_INITIALS, message, "leave one of them out");
                InitialQuantity::Unset
            }
            (Some(amount), None) => InitialQuantity::Amount(amount),
            (None, Some(concentration)) => InitialQuantity::Concentration(concentration),
            (None, None) => InitialQuantity::Unset,
        };
        let level_1 = reader.level.level == 1;
        let has_only_substance_units = !level_1 && reader.flag_or(node, "hasOnlySubstanceUnits", false);
        let boundary_condition = reader.flag_or(node, "boundaryCondition", false);
        let constant = !level_1 && reader.flag_or(node, "constant", false);
        system.species.push(Species {
            id,
            compartment,
            initial,
            has_only_substance_units,
            boundary_condition,
            constant,
            conversion_factor: reader.text(node, "conversionFactor"),
        });
    }
}

pub(super) fn parameters<'d>(reader: &mut Reader<'d>, list: Node<'d, 'd>, system: &mut ReactionSystem) {
    for node in reader.items(list, &["parameter"]) {
        reader.only_attributes(node, &["id", "name", "value", "units", "constant"]);
        let Some(id) = reader.identifier(node) else { continue };
        let value = reader.number(node, "value");
        let constant = if reader.level.level == 1 { false } else { reader.flag_or(node, "constant", true) };
        system.parameters.push(Parameter { id, value, constant });
    }
}
