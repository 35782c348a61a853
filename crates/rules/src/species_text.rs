//! Reads the text of a species: only names, states, bonds and compartments, no patterns.

use crate::graph::{Bonds, Component, Graph, Molecule, Site};
use crate::symbols::Symbols;
use std::collections::BTreeMap;

/// A species as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SpeciesText<'a> {
    compartment: Option<&'a str>,
    molecules: Vec<MoleculeText<'a>>,
}

#[derive(Clone, Debug, PartialEq)]
struct MoleculeText<'a> {
    name: &'a str,
    compartment: Option<&'a str>,
    components: Vec<ComponentText<'a>>,
}

#[derive(Clone, Debug, PartialEq)]
struct ComponentText<'a> {
    name: &'a str,
    state: Option<&'a str>,
    labels: Vec<&'a str>,
}

impl<'a> SpeciesText<'a> {
    /// Reads `$@C::A(b~p!1)@D.B(a!1)`; none if the text is not of this form.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let mut rest = text.trim();
        let mut species = SpeciesText::default();
        rest = rest.strip_prefix('$').unwrap_or(rest);
        if let Some(after) = rest.strip_prefix('@') {
            let (name, after) = word(after)?;
            species.compartment = Some(name);
            rest = after.strip_prefix("::").or_else(|| after.strip_prefix(':'))?;
        }
        rest = rest.strip_prefix('$').unwrap_or(rest);
        loop {
            let (molecule, after) = molecule(rest)?;
            species.molecules.push(molecule);
            match after.strip_prefix('.') {
                Some(after) => rest = after,
                None => return after.is_empty().then_some(species),
            }
        }
    }

    /// All names in it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.compartment.into_iter().chain(self.molecules.iter().flat_map(|molecule| {
            let components = molecule.components.iter().flat_map(|c| c.state.into_iter().chain([c.name]));
            components.chain(molecule.compartment).chain([molecule.name])
        }))
    }

    /// The graph, with components sorted by name; none unless each bond has two ends and all is connected.
    pub(crate) fn graph(&self, symbols: &Symbols) -> Option<Graph> {
        let own = match self.compartment {
            Some(name) => Some(symbols.get(name)?),
            None => None,
        };
        let mut graph = Graph { molecules: Vec::new(), compartment: own };
        let mut ends: BTreeMap<&str, Vec<Site>> = BTreeMap::new();
        for (m, written) in self.molecules.iter().enumerate() {
            let mut sorted: Vec<&ComponentText<'_>> = written.components.iter().collect();
            sorted.sort_by_key(|c| c.name);
            let mut components = Vec::with_capacity(sorted.len());
            for (c, component) in sorted.into_iter().enumerate() {
                for &label in &component.labels {
                    ends.entry(label).or_default().push(Site::new(m, c));
                }
                let state = component.state.and_then(|s| symbols.get(s));
                components.push(Component { name: symbols.get(component.name)?, state, bonds: Bonds::None });
            }
            let compartment = written.compartment.and_then(|c| symbols.get(c)).or(own);
            graph.molecules.push(Molecule { kind: symbols.get(written.name)?, compartment, components });
        }
        for sites in ends.values() {
            let [a, b] = sites.as_slice() else { return None };
            graph.bind(*a, *b);
        }
        (graph.connected_parts().1 == 1).then_some(graph)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn molecule(text: &str) -> Option<(MoleculeText<'_>, &str)> {
    let (name, mut rest) = word(text)?;
    let mut molecule = MoleculeText { name, compartment: None, components: Vec::new() };
    if let Some((compartment, after)) = compartment(rest) {
        molecule.compartment = Some(compartment);
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('(') {
        let (inside, after) = after.split_once(')')?;
        for written in inside.split(',').map(str::trim).filter(|c| !c.is_empty()) {
            molecule.components.push(component(written)?);
        }
        rest = after;
    }
    if let Some((compartment, after)) = compartment(rest) {
        molecule.compartment = Some(compartment);
        rest = after;
    }
    Some((molecule, rest))
}

fn compartment(text: &str) -> Option<(&str, &str)> {
    word(text.strip_prefix('@')?)
}

fn component(text: &str) -> Option<ComponentText<'_>> {
    let (name, mut rest) = word(text)?;
    let mut component = ComponentText { name, state: None, labels: Vec::new() };
    while !rest.is_empty() {
        let (text, after) = word(&rest[1..])?;
        match rest.as_bytes()[0] {
            b'~' => component.state = Some(text),
            b'!' => component.labels.push(text),
            _ => return None,
        }
        rest = after;
    }
    Some(component)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn species_read_with_states_bonds_and_compartments() {
        let text = "@PM::L(r!1,d)@EC.R(l!1,tf~Y)";
        let species = SpeciesText::read(text).unwrap();
        let symbols = Symbols::new(species.names());
        let graph = species.graph(&symbols).unwrap();
        assert_eq!(graph.text(&symbols), "@PM::L(d,r!1)@EC.R(l!1,tf~Y)");
    }

    #[test]
    fn patterns_and_other_text_are_no_species() {
        for text in ["", "A(b!+)", "A(b~?)", "A(b", "A + B", "A(b!1)."] {
            assert_eq!(SpeciesText::read(text), None, "{text}");
        }
        let half_bond = SpeciesText::read("A(b!1)").unwrap();
        assert_eq!(half_bond.graph(&Symbols::new(["A", "b"])), None);
    }
}
