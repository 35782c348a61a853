//! Where a pattern occurs in a species.

use crate::graph::{Component, Graph, Site};
use crate::pattern::{BondRequest, PatternComponent, PatternGraph};

/// One occurrence of a pattern: the molecule and component of the species for each of the pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// For each molecule of the pattern, that of the species.
    pub(crate) molecules: Box<[u32]>,
    /// For each component of the pattern, molecule by molecule, that of the species.
    components: Box<[u32]>,
    first_component: Box<[u32]>,
}

impl Match {
    /// The component of the species for one of the pattern.
    pub(crate) fn site(&self, site: Site) -> Site {
        let first = self.first_component[site.molecule as usize];
        Site {
            molecule: self.molecules[site.molecule as usize],
            component: self.components[(first + site.component) as usize],
        }
    }
}

/// All occurrences of a pattern, different in at least one component; only one if the pattern says so.
///
/// With `root`, the first molecule of the pattern must be that molecule of the species.
pub(crate) fn matches(pattern: &PatternGraph, species: &Graph, root: Option<usize>) -> Vec<Match> {
    let mut found = Vec::new();
    visit(pattern, species, root, &mut |m| {
        found.push(m);
        !pattern.match_once
    });
    found
}

/// Whether a pattern occurs at all.
pub(crate) fn occurs(pattern: &PatternGraph, species: &Graph) -> bool {
    let mut any = false;
    visit(pattern, species, None, &mut |_| {
        any = true;
        false
    });
    any
}

/// Calls `found` for each occurrence until it returns false.
fn visit(pattern: &PatternGraph, species: &Graph, root: Option<usize>, found: &mut dyn FnMut(Match) -> bool) {
    let in_compartment = pattern.compartment.is_none() || pattern.compartment == species.compartment;
    if !in_compartment || pattern.molecules.len() > species.molecules.len() {
        return;
    }
    let mut first_component = Vec::with_capacity(pattern.molecules.len());
    let mut n_components = 0;
    for molecule in &pattern.molecules {
        first_component.push(n_components);
        n_components += Site::new(0, molecule.components.len()).component;
    }
    let mut search = Search {
        pattern,
        species,
        root,
        order: search_order(pattern),
        molecules: vec![NONE; pattern.molecules.len()],
        components: vec![NONE; n_components as usize],
        first_component,
        used: vec![false; species.molecules.len()],
        found,
    };
    search.place_molecule(0);
}

const NONE: u32 = u32::MAX;

/// A molecule of the pattern, with the bond by which an earlier one leads to it.
struct Step {
    molecule: usize,
    /// Component of an earlier molecule and the component of this one that it is bound to.
    from: Option<(Site, Site)>,
}

/// Molecules of the pattern such that each, if possible, is bound to an earlier one.
fn search_order(pattern: &PatternGraph) -> Vec<Step> {
    let mut order: Vec<Step> = Vec::with_capacity(pattern.molecules.len());
    let mut placed = vec![false; pattern.molecules.len()];
    while order.len() < pattern.molecules.len() {
        let bonds = pattern.sites().filter(|s| placed[s.molecule as usize]).flat_map(|here| {
            let sites = match &pattern.component(here).bond {
                BondRequest::To(sites) => sites.as_slice(),
                BondRequest::Bound | BondRequest::Any => &[],
            };
            sites.iter().map(move |&there| (here, there))
        });
        let next = bonds.into_iter().find(|(_, there)| !placed[there.molecule as usize]);
        let molecule = match next {
            Some((_, there)) => there.molecule as usize,
            None => placed.iter().position(|p| !p).expect("a molecule is left"),
        };
        placed[molecule] = true;
        order.push(Step { molecule, from: next });
    }
    order
}

struct Search<'a> {
    pattern: &'a PatternGraph,
    species: &'a Graph,
    root: Option<usize>,
    order: Vec<Step>,
    molecules: Vec<u32>,
    components: Vec<u32>,
    first_component: Vec<u32>,
    used: Vec<bool>,
    found: &'a mut dyn FnMut(Match) -> bool,
}

impl Search<'_> {
    /// Finds a place for the molecule of a step; false when the search shall end.
    fn place_molecule(&mut self, step: usize) -> bool {
        let Some(&Step { molecule, from }) = self.order.get(step) else {
            return (self.found)(Match {
                molecules: self.molecules.clone().into(),
                components: self.components.clone().into(),
                first_component: self.first_component.clone().into(),
            });
        };
        if let Some((here, _)) = from {
            let species = self.species;
            let site = self.image(here).expect("earlier molecules are placed");
            return species
                .component(site)
                .bonds
                .iter()
                .enumerate()
                .filter(|(i, end)| {
                    !species.component(site).bonds[..*i].iter().any(|e| e.molecule == end.molecule)
                })
                .all(|(_, end)| self.try_molecule(step, molecule, end.molecule as usize));
        }
        (0..self.species.molecules.len()).all(|target| self.try_molecule(step, molecule, target))
    }

    fn try_molecule(&mut self, step: usize, molecule: usize, target: usize) -> bool {
        let wanted = &self.pattern.molecules[molecule];
        let offered = &self.species.molecules[target];
        let fits = !self.used[target]
            && wanted.kind == offered.kind
            && (wanted.compartment.is_none() || wanted.compartment == offered.compartment)
            && wanted.components.len() <= offered.components.len()
            && (molecule != 0 || self.root.is_none_or(|root| root == target));
        if !fits {
            return true;
        }
        self.used[target] = true;
        self.molecules[molecule] = Site::new(target, 0).molecule;
        let proceed = self.place_component(step, molecule, 0, 0);
        self.molecules[molecule] = NONE;
        self.used[target] = false;
        proceed
    }

    fn place_component(&mut self, step: usize, molecule: usize, component: usize, taken: u64) -> bool {
        let wanted = self.pattern.molecules[molecule].components.get(component);
        let Some(wanted) = wanted else { return self.place_molecule(step + 1) };
        let target = self.molecules[molecule];
        let offered = &self.species.molecules[target as usize].components;
        let slot = self.first_component[molecule] as usize + component;
        for (j, candidate) in offered.iter().enumerate() {
            let bit = 1u64 << (j % 64);
            let is_taken = if offered.len() <= 64 {
                taken & bit != 0
            } else {
                self.components[slot - component..slot].contains(&Site::new(0, j).component)
            };
            if is_taken || !component_fits(wanted, candidate) {
                continue;
            }
            if !self.bonds_fit(
                wanted,
                Site::new(molecule, component),
                candidate,
                Site::new(target as usize, j),
            ) {
                continue;
            }
            self.components[slot] = Site::new(0, j).component;
            let proceed = self.place_component(step, molecule, component + 1, taken | bit);
            self.components[slot] = NONE;
            if !proceed {
                return false;
            }
        }
        true
    }

    /// Whether bonds to components placed before exist in the species.
    fn bonds_fit(&self, wanted: &PatternComponent, here: Site, candidate: &Component, target: Site) -> bool {
        let BondRequest::To(sites) = &wanted.bond else { return true };
        sites.iter().all(|&there| {
            if there == here {
                return candidate.bonds.contains(&target);
            }
            self.image(there).is_none_or(|image| candidate.bonds.contains(&image))
        })
    }

    fn image(&self, site: Site) -> Option<Site> {
        let molecule = self.molecules[site.molecule as usize];
        let slot = self.first_component[site.molecule as usize] + site.component;
        let component = self.components[slot as usize];
        (molecule != NONE && component != NONE).then_some(Site { molecule, component })
    }
}

fn component_fits(wanted: &PatternComponent, offered: &Component) -> bool {
    let bonds_fit = match &wanted.bond {
        BondRequest::To(sites) => sites.len() == offered.bonds.len(),
        BondRequest::Bound => !offered.bonds.is_empty(),
        BondRequest::Any => true,
    };
    bonds_fit && wanted.name == offered.name && (wanted.state.is_none() || wanted.state == offered.state)
}
