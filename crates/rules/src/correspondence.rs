//! Which molecule and component before a reaction is which one after it.
//!
//! Tags decide. Molecules without tags correspond when they have the same name and the same names of written
//! components, in the order in which they appear; likewise the components of one molecule.
//!
//! # Source
//! BioNetGen's behavior (`SpeciesGraph.pm`, `buildLabelMap`).

use crate::graph::Site;
use crate::pattern::{PatternGraph, PatternMolecule};
use crate::symbols::Symbols;
use std::collections::BTreeMap;

/// Partners of molecules and components of the merged reactants and products.
#[derive(Debug)]
pub(crate) struct Correspondence {
    /// For each molecule before, that after.
    pub(crate) molecules: Vec<Option<usize>>,
    /// For each molecule after, that before.
    pub(crate) origins: Vec<Option<usize>>,
    sites: BTreeMap<Site, Site>,
    site_origins: BTreeMap<Site, Site>,
}

impl Correspondence {
    /// Finds the partners.
    pub(crate) fn new(before: &PatternGraph, after: &PatternGraph, symbols: &Symbols) -> Self {
        let (ours, our_sites) = labels(before, symbols);
        let (theirs, their_sites) = labels(after, symbols);
        let mut molecules = vec![None; before.molecules.len()];
        let mut origins = vec![None; after.molecules.len()];
        for (label, &m) in &ours {
            if let Some(&partner) = theirs.get(label) {
                molecules[m] = Some(partner);
                origins[partner] = Some(m);
            }
        }
        let mut sites = BTreeMap::new();
        let mut site_origins = BTreeMap::new();
        for (label, &site) in &our_sites {
            if let Some(&partner) = their_sites.get(label) {
                sites.insert(site, partner);
                site_origins.insert(partner, site);
            }
        }
        Self { molecules, origins, sites, site_origins }
    }

    /// The component after the reaction.
    pub(crate) fn site(&self, before: Site) -> Option<Site> {
        let after = *self.sites.get(&before)?;
        (self.molecules[before.molecule as usize] == Some(after.molecule as usize)).then_some(after)
    }

    /// The component before the reaction.
    pub(crate) fn origin(&self, after: Site) -> Option<Site> {
        let before = *self.site_origins.get(&after)?;
        (self.origins[after.molecule as usize] == Some(before.molecule as usize)).then_some(before)
    }

    /// The component after the reaction with the same tag, even on another molecule.
    pub(crate) fn partner(&self, before: Site) -> Option<Site> {
        self.sites.get(&before).copied()
    }

    /// The component before the reaction with the same tag, even on another molecule.
    pub(crate) fn tagged_origin(&self, after: Site) -> Option<Site> {
        self.site_origins.get(&after).copied()
    }
}

type MoleculeLabels = BTreeMap<String, usize>;
type SiteLabels = BTreeMap<String, Site>;

fn labels(pattern: &PatternGraph, symbols: &Symbols) -> (MoleculeLabels, SiteLabels) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    let mut molecules = MoleculeLabels::new();
    let mut sites = SiteLabels::new();
    for (m, molecule) in pattern.molecules.iter().enumerate() {
        let components = component_labels(molecule, symbols);
        let label = match &molecule.tag {
            Some(tag) => format!("%{tag}"),
            None => {
                let mut sorted = components.clone();
                sorted.sort_unstable();
                numbered(format!("{}({})", symbols.text(molecule.kind), sorted.join(",")), &mut count)
            }
        };
        for (c, component) in components.into_iter().enumerate() {
            let component = if component.starts_with('%') {
                component
            } else {
                numbered(format!("{label}|{component}"), &mut count)
            };
            sites.insert(component, Site::new(m, c));
        }
        molecules.insert(label, m);
    }
    (molecules, sites)
}

fn component_labels(molecule: &PatternMolecule, symbols: &Symbols) -> Vec<String> {
    let label = |c: &crate::pattern::PatternComponent| match &c.tag {
        Some(tag) => format!("%{tag}"),
        None => symbols.text(c.name).to_string(),
    };
    molecule.components.iter().map(label).collect()
}

/// Adds how often the label has come so far.
fn numbered(label: String, count: &mut BTreeMap<String, usize>) -> String {
    let n = count.entry(label.clone()).or_default();
    *n += 1;
    format!("{label}#{n}")
}
