//! Patterns in symbols, and complete species read from patterns.

use crate::error::GenerateError;
use crate::graph::{Bonds, Component, Graph, Molecule, Site};
use crate::symbols::Symbol;
use crate::vocabulary::{ComponentKind, Vocabulary};
use model::{BondPattern, ComponentPattern, MoleculePattern, Pattern, StatePattern};
use std::collections::BTreeMap;

/// What a pattern asks of a component's bonds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BondRequest {
    /// Bound to exactly these components of the pattern; free if there are none.
    To(Vec<Site>),
    /// `!+`
    Bound,
    /// `!?`
    Any,
}

/// A component of a pattern.
#[derive(Clone, Debug)]
pub(crate) struct PatternComponent {
    pub(crate) name: Symbol,
    pub(crate) state: Option<Symbol>,
    pub(crate) bond: BondRequest,
    pub(crate) tag: Option<String>,
}

/// A molecule of a pattern.
#[derive(Clone, Debug)]
pub(crate) struct PatternMolecule {
    pub(crate) kind: Symbol,
    pub(crate) compartment: Option<Symbol>,
    pub(crate) tag: Option<String>,
    pub(crate) components: Vec<PatternComponent>,
}

/// A pattern whose names are known and whose bonds have two ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatternGraph {
    pub(crate) molecules: Vec<PatternMolecule>,
    pub(crate) compartment: Option<Symbol>,
    pub(crate) tag: Option<String>,
    pub(crate) match_once: bool,
    pub(crate) fixed: bool,
}

impl PatternGraph {
    /// Looks up all names.
    pub(crate) fn new(
        pattern: &Pattern,
        vocabulary: &Vocabulary,
        owner: &str,
    ) -> Result<Self, GenerateError> {
        let ends = bond_ends(pattern, owner)?;
        let mut molecules = Vec::with_capacity(pattern.molecules.len());
        for (i, molecule) in pattern.molecules.iter().enumerate() {
            molecules.push(pattern_molecule(molecule, i, &ends, vocabulary, owner)?);
        }
        Ok(Self {
            molecules,
            compartment: compartment(pattern.compartment.as_deref(), vocabulary, owner)?,
            tag: pattern.tag.clone(),
            match_once: pattern.match_once,
            fixed: pattern.fixed,
        })
    }

    /// The component at a site.
    pub(crate) fn component(&self, site: Site) -> &PatternComponent {
        &self.molecules[site.molecule as usize].components[site.component as usize]
    }

    /// All components, molecule by molecule.
    pub(crate) fn sites(&self) -> impl Iterator<Item = Site> {
        let components = self.molecules.iter().enumerate();
        components.flat_map(|(m, molecule)| (0..molecule.components.len()).map(move |c| Site::new(m, c)))
    }

    /// All patterns as one; compartments and tags of whole patterns are left out.
    pub(crate) fn merged(patterns: &[PatternGraph]) -> PatternGraph {
        let mut merged = PatternGraph::default();
        for pattern in patterns {
            let shift = Site::new(merged.molecules.len(), 0).molecule;
            let mut molecules = pattern.molecules.clone();
            for component in molecules.iter_mut().flat_map(|m| &mut m.components) {
                if let BondRequest::To(sites) = &mut component.bond {
                    sites.iter_mut().for_each(|s| s.molecule += shift);
                }
            }
            merged.molecules.extend(molecules);
        }
        merged
    }
}

type Ends = BTreeMap<u32, Vec<Site>>;

fn bond_ends(pattern: &Pattern, owner: &str) -> Result<Ends, GenerateError> {
    let mut ends = Ends::new();
    for (i, molecule) in pattern.molecules.iter().enumerate() {
        for (j, component) in molecule.components.iter().enumerate() {
            if let BondPattern::Labels(labels) = &component.bond {
                for &label in labels {
                    ends.entry(label).or_default().push(Site::new(i, j));
                }
            }
        }
    }
    match ends.iter().find(|(_, sites)| sites.len() != 2) {
        Some((&label, sites)) => Err(GenerateError::BondEnds {
            owner: owner.to_string(),
            pattern: pattern.to_string(),
            label,
            times: sites.len(),
        }),
        None => Ok(ends),
    }
}

fn compartment(
    name: Option<&str>,
    vocabulary: &Vocabulary,
    owner: &str,
) -> Result<Option<Symbol>, GenerateError> {
    let Some(name) = name else { return Ok(None) };
    let symbol = vocabulary.symbols.get(name).filter(|&s| vocabulary.topology.contains(s));
    let unknown =
        || GenerateError::UnknownCompartment { owner: owner.to_string(), compartment: name.to_string() };
    symbol.map(Some).ok_or_else(unknown)
}

fn pattern_molecule(
    molecule: &MoleculePattern,
    position: usize,
    ends: &Ends,
    vocabulary: &Vocabulary,
    owner: &str,
) -> Result<PatternMolecule, GenerateError> {
    let found = vocabulary.symbols.get(&molecule.name).and_then(|s| Some((s, vocabulary.types.get(&s)?)));
    let (kind, types) = found.ok_or_else(|| GenerateError::UnknownMolecule {
        owner: owner.to_string(),
        molecule: molecule.name.clone(),
    })?;
    let mut components: Vec<PatternComponent> = Vec::with_capacity(molecule.components.len());
    for (j, written) in molecule.components.iter().enumerate() {
        let name = vocabulary.symbols.get(&written.name);
        let n_before = components.iter().filter(|c| Some(c.name) == name).count();
        let candidates = types.iter().filter(|t| Some(t.name) == name);
        let component_kind = candidates.clone().nth(n_before).or_else(|| {
            // Without declared types the number of equal sites is only known from the species.
            candidates.clone().next_back().filter(|_| !vocabulary.strict)
        });
        let component_kind = component_kind.ok_or_else(|| GenerateError::UnknownComponent {
            owner: owner.to_string(),
            molecule: molecule.name.clone(),
            component: written.name.clone(),
        })?;
        let state = state(written, molecule, component_kind, vocabulary, owner)?;
        let bond = bond(written, Site::new(position, j), ends);
        components.push(PatternComponent {
            name: component_kind.name,
            state,
            bond,
            tag: written.tag.clone(),
        });
    }
    let compartment = compartment(molecule.compartment.as_deref(), vocabulary, owner)?;
    Ok(PatternMolecule { kind, compartment, tag: molecule.tag.clone(), components })
}

fn state(
    written: &ComponentPattern,
    molecule: &MoleculePattern,
    kind: &ComponentKind,
    vocabulary: &Vocabulary,
    owner: &str,
) -> Result<Option<Symbol>, GenerateError> {
    let StatePattern::Is(text) = &written.state else { return Ok(None) };
    let symbol = vocabulary.symbols.get(text).filter(|s| !vocabulary.strict || kind.states.contains(s));
    let unknown = || GenerateError::UnknownState {
        owner: owner.to_string(),
        molecule: molecule.name.clone(),
        component: written.name.clone(),
        state: text.clone(),
    };
    symbol.map(Some).ok_or_else(unknown)
}

fn bond(written: &ComponentPattern, here: Site, ends: &Ends) -> BondRequest {
    match &written.bond {
        BondPattern::Free => BondRequest::To(Vec::new()),
        BondPattern::Bound => BondRequest::Bound,
        BondPattern::Any => BondRequest::Any,
        BondPattern::Labels(labels) => {
            let other_end = |label: &u32| {
                let sites = &ends[label];
                if sites[0] == here { sites[1] } else { sites[0] }
            };
            BondRequest::To(labels.iter().map(other_end).collect())
        }
    }
}

/// A molecule with all components in the order of its type, and where each written one went.
pub(crate) struct CompleteMolecule {
    pub(crate) molecule: Molecule,
    /// Position in `molecule` of each component of the pattern.
    pub(crate) placed: Vec<usize>,
}

/// Makes a molecule from a pattern that says everything about it; bonds are left out.
///
/// A state that is not written is taken from `inherited` (by position in the pattern), if given.
pub(crate) fn complete_molecule(
    pattern: &PatternMolecule,
    inherited: &[Option<Symbol>],
    vocabulary: &Vocabulary,
    owner: &str,
    text: &dyn Fn() -> String,
) -> Result<CompleteMolecule, GenerateError> {
    let types = &vocabulary.types[&pattern.kind];
    let incomplete = |component: Symbol, missing| GenerateError::Incomplete {
        owner: owner.to_string(),
        pattern: text(),
        molecule: vocabulary.symbols.text(pattern.kind).to_string(),
        component: vocabulary.symbols.text(component).to_string(),
        missing,
    };
    let mut placed = vec![usize::MAX; pattern.components.len()];
    let mut components = Vec::with_capacity(types.len());
    for kind in types {
        let is_next = |&i: &usize| pattern.components[i].name == kind.name && placed[i] == usize::MAX;
        let Some(i) = (0..placed.len()).find(is_next) else {
            return Err(incomplete(kind.name, "to be written"));
        };
        placed[i] = components.len();
        let written = &pattern.components[i];
        if !matches!(written.bond, BondRequest::To(_)) {
            return Err(incomplete(kind.name, "a bond that is no wildcard"));
        }
        let state = written.state.or_else(|| inherited.get(i).copied().flatten());
        if state.is_none() && !kind.states.is_empty() {
            return Err(incomplete(kind.name, "a state"));
        }
        components.push(Component { name: kind.name, state, bonds: Bonds::None });
    }
    let molecule = Molecule { kind: pattern.kind, compartment: pattern.compartment, components };
    Ok(CompleteMolecule { molecule, placed })
}

/// Makes a species from a pattern that says everything about it.
pub(crate) fn complete_species(
    pattern: &Pattern,
    vocabulary: &Vocabulary,
    owner: &str,
) -> Result<Graph, GenerateError> {
    let compiled = PatternGraph::new(pattern, vocabulary, owner)?;
    let text = || pattern.to_string();
    let mut graph = Graph { molecules: Vec::new(), compartment: compiled.compartment };
    let mut placed = Vec::with_capacity(compiled.molecules.len());
    for molecule in &compiled.molecules {
        let complete = complete_molecule(molecule, &[], vocabulary, owner, &text)?;
        graph.molecules.push(complete.molecule);
        placed.push(complete.placed);
    }
    let place = |site: Site| {
        Site::new(site.molecule as usize, placed[site.molecule as usize][site.component as usize])
    };
    for here in compiled.sites() {
        if let BondRequest::To(sites) = &compiled.component(here).bond {
            for &there in sites.iter().filter(|&&there| here < there) {
                graph.bind(place(here), place(there));
            }
        }
    }
    if graph.connected_parts().1 != 1 {
        return Err(GenerateError::Disconnected { owner: owner.to_string(), pattern: text() });
    }
    if vocabulary.topology.is_used() && !vocabulary.topology.settle(&mut graph, None) {
        return Err(GenerateError::Compartments { owner: owner.to_string(), pattern: text() });
    }
    Ok(graph)
}
