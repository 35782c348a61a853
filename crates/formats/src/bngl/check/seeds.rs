//! Seed species: complete, connected, in a compartment, and given once.

use std::collections::BTreeMap;

use model::{BondPattern, MoleculePattern, MoleculeType, Pattern, StatePattern};

use super::patterns::type_text;
use crate::bngl::codes;
use crate::bngl::draft::{Draft, PatternUse, Role};
use crate::report::Report;
use crate::source::Place;

/// Checks every seed species.
pub(crate) fn check(draft: &Draft, report: &mut Report<'_>) {
    let types: BTreeMap<&str, &MoleculeType> =
        draft.model.molecule_types.iter().map(|t| (t.name.as_str(), t)).collect();
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    for used in draft.patterns.iter().filter(|u| u.role == Role::Seed) {
        check_complete(used, &types, report);
        if !is_connected(&used.pattern) {
            let message = format!("the molecules of {} are not connected", used.pattern);
            report.error(
                used.places.start,
                codes::SEED_DISCONNECTED,
                message,
                "add bonds, or write one line for each",
            );
        }
        if !draft.model.compartments.is_empty() && !has_compartment(&used.pattern) {
            let message = format!("{} is in no compartment", used.pattern);
            report.error(
                used.places.start,
                codes::NO_COMPARTMENT,
                message,
                format!("write {}@NAME", used.pattern),
            );
        }
        if let Some(first) = seen.insert(plain_text(&used.pattern), used.places.start) {
            let message = format!("seed species {} is given twice", used.pattern);
            let help =
                format!("add the amounts on one line; the first is at {}", report.lines().location(first));
            report.error(used.places.start, codes::SEED_REPEATED, message, help);
        }
    }
}

/// The species without `$` and tags.
fn plain_text(pattern: &Pattern) -> String {
    let mut plain = pattern.clone();
    plain.fixed = false;
    plain.tag = None;
    plain.to_string()
}

fn has_compartment(pattern: &Pattern) -> bool {
    pattern.compartment.is_some() || pattern.molecules.iter().any(|m| m.compartment.is_some())
}

fn check_complete(used: &PatternUse, types: &BTreeMap<&str, &MoleculeType>, report: &mut Report<'_>) {
    for (molecule, places) in used.pattern.molecules.iter().zip(&used.places.molecules) {
        let Some(molecule_type) = types.get(molecule.name.as_str()) else { continue };
        if let Some(missing) = missing_part(molecule, molecule_type) {
            let message = format!("seed species is not fully specified: \"{}\" {missing}", molecule.name);
            let help = format!("name every component with one state, as in {}", type_text(molecule_type));
            report.error(places.start, codes::SEED_INCOMPLETE, message, help);
        }
    }
}

/// What a molecule lacks to be a species.
fn missing_part(molecule: &MoleculePattern, molecule_type: &MoleculeType) -> Option<String> {
    let count = |name: &str| molecule.components.iter().filter(|c| c.name == name).count();
    for wanted in &molecule_type.components {
        let declared = molecule_type.components.iter().filter(|c| c.name == wanted.name).count();
        if count(&wanted.name) < declared {
            return Some(format!("lacks component \"{}\"", wanted.name));
        }
    }
    for component in &molecule.components {
        let states = molecule_type.components.iter().find(|c| c.name == component.name).map(|c| &c.states);
        if component.state == StatePattern::Any && states.is_some_and(|s| !s.is_empty()) {
            return Some(format!("lacks the state of component \"{}\"", component.name));
        }
        if matches!(component.bond, BondPattern::Any | BondPattern::Bound) {
            return Some(format!("has a wildcard at component \"{}\"", component.name));
        }
    }
    None
}

/// Whether bonds hold all molecules together.
fn is_connected(pattern: &Pattern) -> bool {
    let n = pattern.molecules.len();
    let mut group: Vec<usize> = (0..n).collect();
    let mut first_end: BTreeMap<u32, usize> = BTreeMap::new();
    for (i, molecule) in pattern.molecules.iter().enumerate() {
        for label in molecule.components.iter().flat_map(|c| match &c.bond {
            BondPattern::Labels(labels) => labels.as_slice(),
            _ => &[],
        }) {
            let other = *first_end.entry(*label).or_insert(i);
            join(&mut group, i, other);
        }
    }
    (1..n).all(|i| root(&mut group, i) == root(&mut group, 0))
}

fn root(group: &mut [usize], mut i: usize) -> usize {
    while group[i] != i {
        group[i] = group[group[i]];
        i = group[i];
    }
    i
}

fn join(group: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(group, a), root(group, b));
    group[a.max(b)] = a.min(b);
}
