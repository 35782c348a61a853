//! Molecule types of a model that does not declare them.

use std::collections::BTreeMap;

use model::{ComponentType, Location, MoleculePattern, MoleculeType, StatePattern};

use super::draft::{Draft, Kind, Role};
use crate::report::Report;

/// Adds a molecule type for every molecule in the order of first appearance: seed species, rules, observables.
///
/// A type has as many components of a name as any one molecule shows, and all states that appear anywhere.
pub(crate) fn molecule_types(draft: &mut Draft, report: &Report<'_>) {
    if draft.model.types_declared {
        return;
    }
    let mut types: Vec<MoleculeType> = Vec::new();
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    let order = |role: Role| match role {
        Role::Seed => 0,
        Role::Rule => 1,
        Role::MoleculesObservable | Role::SpeciesObservable => 2,
    };
    let mut uses: Vec<_> = draft.patterns.iter().collect();
    uses.sort_by_key(|u| order(u.role));
    let mut declared = Vec::new();
    for (molecule, place) in uses.iter().flat_map(|u| u.pattern.molecules.iter().zip(&u.places.molecules)) {
        let position = *positions.entry(molecule.name.clone()).or_insert_with(|| {
            types.push(empty_type(&molecule.name, report.lines().location(place.start)));
            declared.push((molecule.name.clone(), place.start));
            types.len() - 1
        });
        widen(&mut types[position], molecule);
    }
    for (name, place) in declared {
        draft.declare(Kind::MoleculeType, &name, place);
    }
    draft.model.molecule_types = types;
}

fn empty_type(name: &str, location: Location) -> MoleculeType {
    MoleculeType { name: name.to_string(), components: Vec::new(), population: false, location }
}

/// Makes room in a type for the components and states of a molecule.
fn widen(molecule_type: &mut MoleculeType, molecule: &MoleculePattern) {
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for component in &molecule.components {
        let needed = shown.entry(component.name.as_str()).or_default();
        *needed += 1;
        let same = || molecule_type.components.iter().filter(|c| c.name == component.name);
        if same().count() < *needed {
            let states = same().next().map(|c| c.states.clone()).unwrap_or_default();
            molecule_type.components.push(ComponentType { name: component.name.clone(), states });
        }
        if let StatePattern::Is(state) = &component.state {
            for other in molecule_type.components.iter_mut().filter(|c| c.name == component.name) {
                if !other.states.contains(state) {
                    other.states.push(state.clone());
                }
            }
        }
    }
}
