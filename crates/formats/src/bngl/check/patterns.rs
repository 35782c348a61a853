//! Patterns against molecule types: molecules, components, states, bonds, compartments.

use std::collections::BTreeMap;

use model::{BondPattern, ComponentPattern, MoleculePattern, MoleculeType, StatePattern};

use crate::bngl::codes;
use crate::bngl::draft::{Draft, MoleculePlaces, PatternUse, Role};
use crate::report::Report;
use crate::source::Place;

/// Checks every pattern of the model.
pub(crate) fn check(draft: &Draft, report: &mut Report<'_>) {
    let types: BTreeMap<&str, &MoleculeType> =
        draft.model.molecule_types.iter().rev().map(|t| (t.name.as_str(), t)).collect();
    let compartments: Vec<&str> = draft.model.compartments.iter().map(|c| c.name.as_str()).collect();
    for used in &draft.patterns {
        for (molecule, places) in used.pattern.molecules.iter().zip(&used.places.molecules) {
            check_molecule(molecule, places, &types, report);
            check_compartment(molecule.compartment.as_deref(), places.start, &compartments, report);
        }
        check_compartment(used.pattern.compartment.as_deref(), used.places.start, &compartments, report);
        check_bonds(used, report);
        if used.pattern.quantifier.is_some() && used.role != Role::SpeciesObservable {
            let message = format!("quantifier has no meaning here, at {}", used.pattern);
            let help = "write an observable of kind Species: Species dimers R()==2";
            report.error(used.places.start, codes::MISPLACED_MARK, message, help);
        }
    }
}

fn check_molecule(
    molecule: &MoleculePattern,
    places: &MoleculePlaces,
    types: &BTreeMap<&str, &MoleculeType>,
    report: &mut Report<'_>,
) {
    let Some(molecule_type) = types.get(molecule.name.as_str()) else {
        if report.is_full() {
            return;
        }
        let help = model::did_you_mean(
            &molecule.name,
            types.keys().copied(),
            "declare it in the block \"molecule types\"",
        );
        let message = format!("unknown molecule type \"{}\"", molecule.name);
        report.error(places.start, codes::UNKNOWN_MOLECULE, message, help);
        return;
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (component, place) in molecule.components.iter().zip(&places.components) {
        let same: Vec<_> = molecule_type.components.iter().filter(|c| c.name == component.name).collect();
        let count = counts.entry(component.name.as_str()).or_default();
        *count += 1;
        match same.first() {
            None => unknown_component(component, molecule_type, *place, report),
            Some(_) if *count > same.len() => {
                let message = format!(
                    "\"{}\" has {} component{} \"{}\", the pattern names {count}",
                    molecule.name,
                    same.len(),
                    if same.len() == 1 { "" } else { "s" },
                    component.name
                );
                let help = format!("declare more of them in the molecule type: {}", type_text(molecule_type));
                report.error(*place, codes::TOO_MANY_COMPONENTS, message, help);
            }
            Some(kind) => check_state(component, &kind.states, molecule, *place, report),
        }
    }
}

fn unknown_component(
    component: &ComponentPattern,
    molecule_type: &MoleculeType,
    place: Place,
    report: &mut Report<'_>,
) {
    if report.is_full() {
        return;
    }
    let message = format!("\"{}\" has no component \"{}\"", molecule_type.name, component.name);
    let known = molecule_type.components.iter().map(|c| c.name.as_str());
    let otherwise = format!("the molecule type is {}", type_text(molecule_type));
    report.error(
        place,
        codes::UNKNOWN_COMPONENT,
        message,
        model::did_you_mean(&component.name, known, &otherwise),
    );
}

fn check_state(
    component: &ComponentPattern,
    states: &[String],
    molecule: &MoleculePattern,
    place: Place,
    report: &mut Report<'_>,
) {
    let StatePattern::Is(state) = &component.state else { return };
    if states.contains(state) || report.is_full() {
        return;
    }
    let (message, otherwise) = if states.is_empty() {
        let message = format!("component \"{}\" of \"{}\" has no states", component.name, molecule.name);
        (message, format!("declare them in the molecule type: {}({}~{state})", molecule.name, component.name))
    } else {
        let message =
            format!("component \"{}\" of \"{}\" has no state \"{state}\"", component.name, molecule.name);
        (message, format!("its states are {}", states.join(", ")))
    };
    let help = model::did_you_mean(state, states.iter().map(String::as_str), &otherwise);
    report.error(place, codes::UNKNOWN_STATE, message, help);
}

/// A molecule type as it is declared.
pub(crate) fn type_text(molecule_type: &MoleculeType) -> String {
    let components: Vec<String> = molecule_type
        .components
        .iter()
        .map(|c| {
            std::iter::once(c.name.as_str()).chain(c.states.iter().map(String::as_str)).collect::<Vec<_>>()
        })
        .map(|parts| parts.join("~"))
        .collect();
    format!("{}({})", molecule_type.name, components.join(","))
}

fn check_compartment(name: Option<&str>, place: Place, known: &[&str], report: &mut Report<'_>) {
    let Some(name) = name.filter(|name| !known.contains(name)) else { return };
    if report.is_full() {
        return;
    }
    let help = model::did_you_mean(name, known.iter().copied(), "declare it in the block \"compartments\"");
    report.error(place, codes::UNKNOWN_COMPARTMENT, format!("unknown compartment \"{name}\""), help);
}

/// Every bond label has two ends.
fn check_bonds(used: &PatternUse, report: &mut Report<'_>) {
    let mut ends: BTreeMap<u32, Vec<Place>> = BTreeMap::new();
    for (molecule, places) in used.pattern.molecules.iter().zip(&used.places.molecules) {
        for (component, place) in molecule.components.iter().zip(&places.components) {
            if let BondPattern::Labels(labels) = &component.bond {
                labels.iter().for_each(|label| ends.entry(*label).or_default().push(*place));
            }
        }
    }
    for (label, places) in ends {
        match places.as_slice() {
            [_, _] => {}
            [only] => {
                let message = format!("bond !{label} has one end only");
                report.error(
                    *only,
                    codes::DANGLING_BOND,
                    message,
                    "give a second component the label, or write !+",
                );
            }
            [_, _, third, ..] => {
                let message = format!("bond !{label} has {} ends", places.len());
                report.error(*third, codes::CROWDED_BOND, message, "use another label for another bond");
            }
            [] => {}
        }
    }
}
