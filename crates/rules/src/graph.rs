//! Species as graphs: molecules, their components, bonds between components.

use crate::symbols::{Symbol, Symbols};
use std::collections::HashMap;
use std::fmt::Write;

/// A component of a molecule of a graph, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Site {
    /// Position of the molecule in the graph.
    pub(crate) molecule: u32,
    /// Position of the component in the molecule.
    pub(crate) component: u32,
}

impl Site {
    /// From two positions.
    pub(crate) fn new(molecule: usize, component: usize) -> Self {
        let narrow = |n| u32::try_from(n).expect("graphs have fewer than 2^32 parts");
        Self { molecule: narrow(molecule), component: narrow(component) }
    }
}

/// The other ends of a component's bonds; most components have none or one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Bonds {
    /// Free.
    #[default]
    None,
    /// One bond.
    One(Site),
    /// Several bonds.
    Many(Vec<Site>),
}

impl Bonds {
    /// Adds a bond.
    pub(crate) fn push(&mut self, site: Site) {
        *self = match std::mem::take(self) {
            Bonds::None => Bonds::One(site),
            Bonds::One(first) => Bonds::Many(vec![first, site]),
            Bonds::Many(mut sites) => {
                sites.push(site);
                Bonds::Many(sites)
            }
        };
    }

    /// Keeps the bonds for which `keep` holds.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Site) -> bool) {
        let kept: Bonds = self.iter().copied().filter(keep).collect();
        *self = kept;
    }
}

impl FromIterator<Site> for Bonds {
    fn from_iter<I: IntoIterator<Item = Site>>(sites: I) -> Self {
        let mut bonds = Bonds::None;
        sites.into_iter().for_each(|site| bonds.push(site));
        bonds
    }
}

impl std::ops::Deref for Bonds {
    type Target = [Site];

    fn deref(&self) -> &[Site] {
        match self {
            Bonds::None => &[],
            Bonds::One(site) => std::slice::from_ref(site),
            Bonds::Many(sites) => sites,
        }
    }
}

impl std::ops::DerefMut for Bonds {
    fn deref_mut(&mut self) -> &mut [Site] {
        match self {
            Bonds::None => &mut [],
            Bonds::One(site) => std::slice::from_mut(site),
            Bonds::Many(sites) => sites,
        }
    }
}

/// A component with its state and the components it is bound to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Component {
    /// Name.
    pub(crate) name: Symbol,
    /// Internal state, if it has one.
    pub(crate) state: Option<Symbol>,
    /// Other ends of its bonds.
    pub(crate) bonds: Bonds,
}

/// A molecule of a species; its components are in the order of its type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Molecule {
    /// Molecule type.
    pub(crate) kind: Symbol,
    /// Compartment, if the model has any.
    pub(crate) compartment: Option<Symbol>,
    /// Components.
    pub(crate) components: Vec<Component>,
}

/// A species, or several species side by side while a rule works on them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Graph {
    /// Molecules.
    pub(crate) molecules: Vec<Molecule>,
    /// Compartment of the species as a whole (a surface, if any molecule is in one).
    pub(crate) compartment: Option<Symbol>,
}

impl Graph {
    /// The component at a site.
    pub(crate) fn component(&self, site: Site) -> &Component {
        &self.molecules[site.molecule as usize].components[site.component as usize]
    }

    /// The component at a site.
    pub(crate) fn component_mut(&mut self, site: Site) -> &mut Component {
        &mut self.molecules[site.molecule as usize].components[site.component as usize]
    }

    /// Adds a bond.
    pub(crate) fn bind(&mut self, a: Site, b: Site) {
        self.component_mut(a).bonds.push(b);
        self.component_mut(b).bonds.push(a);
    }

    /// Removes a bond.
    pub(crate) fn unbind(&mut self, a: Site, b: Site) {
        for (here, there) in [(a, b), (b, a)] {
            self.component_mut(here).bonds.retain(|&site| site != there);
        }
    }

    /// Puts a copy of `other` behind this graph; gives the position of its first molecule.
    pub(crate) fn append(&mut self, other: &Graph) -> usize {
        let offset = self.molecules.len();
        let shift = Site::new(offset, 0).molecule;
        self.molecules.extend(other.molecules.iter().cloned());
        for molecule in &mut self.molecules[offset..] {
            for component in &mut molecule.components {
                for site in component.bonds.iter_mut() {
                    site.molecule += shift;
                }
            }
        }
        offset
    }

    /// Number of the connected part of each molecule, counted in order of first molecules, and how many.
    pub(crate) fn connected_parts(&self) -> (Vec<usize>, usize) {
        let mut part = vec![usize::MAX; self.molecules.len()];
        let mut n_parts = 0;
        let mut stack = Vec::new();
        for start in 0..self.molecules.len() {
            if part[start] != usize::MAX {
                continue;
            }
            part[start] = n_parts;
            stack.push(start);
            while let Some(molecule) = stack.pop() {
                for site in self.molecules[molecule].components.iter().flat_map(|c| c.bonds.iter()) {
                    let next = site.molecule as usize;
                    if part[next] == usize::MAX {
                        part[next] = n_parts;
                        stack.push(next);
                    }
                }
            }
            n_parts += 1;
        }
        (part, n_parts)
    }

    /// The molecules for which `keep` holds, in their order; their bonds must not lead elsewhere.
    pub(crate) fn extract(&self, keep: impl Fn(usize) -> bool) -> Graph {
        let mut new_position = vec![0u32; self.molecules.len()];
        let mut kept = Vec::new();
        for (i, molecule) in self.molecules.iter().enumerate().filter(|(i, _)| keep(*i)) {
            new_position[i] = Site::new(kept.len(), 0).molecule;
            kept.push(molecule.clone());
        }
        for site in kept.iter_mut().flat_map(|m| &mut m.components).flat_map(|c| c.bonds.iter_mut()) {
            site.molecule = new_position[site.molecule as usize];
        }
        Graph { molecules: kept, compartment: self.compartment }
    }

    /// The same graph with molecules and components in a new order.
    pub(crate) fn reordered(&self, order: &Order) -> Graph {
        let mut place: Vec<Vec<Site>> = self.molecules.iter().map(|_| Vec::new()).collect();
        for (i, &molecule) in order.molecules.iter().enumerate() {
            let components = order.components(molecule);
            let mut sites = vec![Site::new(i, 0); components.len()];
            for (j, &component) in components.iter().enumerate() {
                sites[component as usize].component = Site::new(0, j).component;
            }
            place[molecule as usize] = sites;
        }
        let move_site = |site: &Site| place[site.molecule as usize][site.component as usize];
        let molecules = order.molecules.iter().map(|&molecule| {
            let old = &self.molecules[molecule as usize];
            let components = order.components(molecule).iter().map(|&c| {
                let component = &old.components[c as usize];
                let mut bonds: Bonds = component.bonds.iter().map(move_site).collect();
                bonds.sort_unstable();
                Component { name: component.name, state: component.state, bonds }
            });
            Molecule { kind: old.kind, compartment: old.compartment, components: components.collect() }
        });
        Graph { molecules: molecules.collect(), compartment: self.compartment }
    }

    /// BNGL text; bonds are numbered in the order in which they appear.
    ///
    /// As in BioNetGen's networks, `@C::` in front is the compartment of the species and `@C` behind a molecule
    /// its own, if different.
    pub(crate) fn text(&self, symbols: &Symbols) -> String {
        self.written(&Order::as_is(self), symbols)
    }

    /// The text that the graph has in another order.
    pub(crate) fn text_in_order(&self, order: &Order, symbols: &Symbols) -> String {
        let mut components = self.molecules.iter().flat_map(|m| &m.components);
        if components.any(|c| c.bonds.len() > 1) {
            // Which of several bonds of a component comes first must depend on the new order too.
            let reordered = self.reordered(order);
            return reordered.written(&Order::as_is(&reordered), symbols);
        }
        self.written(order, symbols)
    }

    fn written(&self, order: &Order, symbols: &Symbols) -> String {
        let mut out = String::with_capacity(16 * self.molecules.len());
        let mut labels = Labels::default();
        if let Some(compartment) = self.compartment {
            let _ = write!(out, "@{}::", symbols.text(compartment));
        }
        for (i, &m) in order.molecules.iter().enumerate() {
            if i > 0 {
                out.push('.');
            }
            let molecule = &self.molecules[m as usize];
            out.push_str(symbols.text(molecule.kind));
            out.push('(');
            for (j, &c) in order.components(m).iter().enumerate() {
                if j > 0 {
                    out.push(',');
                }
                let here = Site { molecule: m, component: c };
                write_component(&mut out, &molecule.components[c as usize], here, &mut labels, symbols);
            }
            out.push(')');
            if molecule.compartment != self.compartment
                && let Some(compartment) = molecule.compartment
            {
                let _ = write!(out, "@{}", symbols.text(compartment));
            }
        }
        out
    }
}

/// An order of the molecules of a graph and of the components of each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Order {
    /// Molecules in the new order.
    pub(crate) molecules: Vec<u32>,
    /// Components in the new order of each molecule, by the old order of the molecules.
    pub(crate) components: Vec<u32>,
    /// Where the components of each molecule (in the old order) start, and the end.
    pub(crate) starts: Vec<u32>,
}

impl Order {
    /// The order that the graph has.
    pub(crate) fn as_is(graph: &Graph) -> Self {
        let mut order = Self { molecules: Vec::new(), components: Vec::new(), starts: vec![0] };
        for (m, molecule) in graph.molecules.iter().enumerate() {
            order.molecules.push(Site::new(m, 0).molecule);
            order.components.extend((0..molecule.components.len()).map(|c| Site::new(0, c).component));
            order.starts.push(Site::new(order.components.len(), 0).molecule);
        }
        order
    }

    /// The components of a molecule in the new order.
    pub(crate) fn components(&self, molecule: u32) -> &[u32] {
        let start = self.starts[molecule as usize] as usize;
        &self.components[start..self.starts[molecule as usize + 1] as usize]
    }
}

/// Numbers of bonds of which one end is written.
#[derive(Default)]
struct Labels {
    open: HashMap<(Site, Site), u32>,
    last: u32,
}

impl Labels {
    fn of(&mut self, bond: (Site, Site)) -> u32 {
        if let Some(label) = self.open.remove(&bond) {
            return label;
        }
        self.last += 1;
        self.open.insert(bond, self.last);
        self.last
    }
}

fn write_component(
    out: &mut String,
    component: &Component,
    here: Site,
    labels: &mut Labels,
    symbols: &Symbols,
) {
    out.push_str(symbols.text(component.name));
    if let Some(state) = component.state {
        out.push('~');
        out.push_str(symbols.text(state));
    }
    for &there in component.bonds.iter() {
        let bond = (here.min(there), here.max(there));
        let _ = write!(out, "!{}", labels.of(bond));
    }
}
