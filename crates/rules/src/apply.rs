//! A rule at work on matched species.

use crate::compartments::{Cytosis, Topology};
use crate::graph::{Graph, Site};
use crate::matching::{Match, occurs};
use crate::operations::{BondEnd, ReactantSite, Transport};
use crate::rule::Rule;
use crate::symbols::Symbol;

/// A species and where a reactant pattern occurs in it.
#[derive(Clone, Copy)]
pub(crate) struct Reactant<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) at: &'a Match,
}

/// What became of the reactants.
pub(crate) enum Outcome {
    /// One graph per product pattern, then the pieces that `DeleteMolecules` left over.
    Products(Vec<Graph>),
    /// The number of pieces is not that of the product patterns, or a product filter says no.
    Rejected,
    /// A product whose compartments do not fit together.
    Misplaced,
}

/// Applies a rule to one match per reactant pattern.
pub(crate) fn apply(rule: &Rule<'_>, reactants: &[Reactant<'_>], topology: &Topology) -> Outcome {
    let mut work = Work { graph: Graph::default(), offsets: Vec::new(), reactants, rule };
    for reactant in reactants {
        let offset = work.graph.append(reactant.graph);
        work.offsets.push(offset);
    }
    let first_added = work.add_molecules();
    work.change_states();
    for transport in &rule.operations.transports {
        if !work.transport(transport, topology) {
            return Outcome::Misplaced;
        }
    }
    work.change_bonds(first_added);
    let keep = work.delete_molecules();
    let Some(mut products) = work.split(first_added, &keep) else { return Outcome::Rejected };
    if topology.is_used() && !settle_all(rule, &mut products, reactants, topology) {
        return Outcome::Misplaced;
    }
    if pass_filters(rule, &products) { Outcome::Products(products) } else { Outcome::Rejected }
}

struct Work<'a> {
    graph: Graph,
    offsets: Vec<usize>,
    reactants: &'a [Reactant<'a>],
    rule: &'a Rule<'a>,
}

impl Work<'_> {
    fn site(&self, at: ReactantSite) -> Site {
        let site = self.reactants[at.reactant].at.site(at.site);
        Site::new(self.offsets[at.reactant] + site.molecule as usize, site.component as usize)
    }

    fn molecule(&self, reactant: usize, molecule: usize) -> usize {
        self.offsets[reactant] + self.reactants[reactant].at.molecules[molecule] as usize
    }

    fn add_molecules(&mut self) -> usize {
        let first_added = self.graph.molecules.len();
        for added in &self.rule.operations.added {
            let mut molecule = added.molecule.clone();
            for &(component, origin) in &added.inherited {
                molecule.components[component].state = self.graph.component(self.site(origin)).state;
            }
            self.graph.molecules.push(molecule);
        }
        first_added
    }

    fn change_states(&mut self) {
        for &(at, state) in &self.rule.operations.states {
            let site = self.site(at);
            self.graph.component_mut(site).state = Some(state);
        }
    }

    fn change_bonds(&mut self, first_added: usize) {
        for &[a, b] in &self.rule.operations.unbound {
            let (a, b) = (self.site(a), self.site(b));
            self.graph.unbind(a, b);
        }
        for ends in &self.rule.operations.bound {
            let [a, b] = ends.map(|end| match end {
                BondEnd::Old(at) => self.site(at),
                BondEnd::New(added, component) => Site::new(first_added + added, component),
            });
            self.graph.bind(a, b);
        }
    }

    /// Moves a molecule or a species to another compartment; false if the way does not exist.
    fn transport(&mut self, transport: &Transport, topology: &Topology) -> bool {
        match transport.molecule {
            Some(molecule) if self.rule.parts.move_connected => self.move_connected(transport, molecule),
            Some(molecule) => {
                let molecule = self.molecule(transport.reactant, molecule);
                self.graph.molecules[molecule].compartment = Some(transport.to);
            }
            None => return self.move_species(transport, topology),
        }
        true
    }

    /// Moves a molecule with those bound to it through its compartment, except others that the pattern names.
    fn move_connected(&mut self, transport: &Transport, molecule: usize) {
        let Reactant { graph, at } = self.reactants[transport.reactant];
        let start = at.molecules[molecule] as usize;
        let home = graph.molecules[start].compartment;
        let mut reached = vec![start];
        let mut next = 0;
        while next < reached.len() {
            for site in graph.molecules[reached[next]].components.iter().flat_map(|c| c.bonds.iter()) {
                let there = site.molecule as usize;
                if graph.molecules[there].compartment == home && !reached.contains(&there) {
                    reached.push(there);
                }
            }
            next += 1;
        }
        let named = |m: usize| m != start && at.molecules.iter().any(|&n| n as usize == m);
        let offset = self.offsets[transport.reactant];
        for m in reached.into_iter().filter(|&m| !named(m)) {
            self.graph.molecules[offset + m].compartment = Some(transport.to);
        }
    }

    fn move_species(&mut self, transport: &Transport, topology: &Topology) -> bool {
        let (from, to) = (transport.from, transport.to);
        let (outside, inside) = match transport.cytosis {
            Some(Cytosis::Endo) => (topology.inside(to), topology.outside(to)),
            Some(Cytosis::Exo) => (topology.outside(to), topology.inside(to)),
            None => (None, None),
        };
        let offset = self.offsets[transport.reactant];
        let n = self.reactants[transport.reactant].graph.molecules.len();
        for molecule in &mut self.graph.molecules[offset..offset + n] {
            let place: Option<Symbol> = match transport.cytosis {
                None => Some(to),
                Some(_) if molecule.compartment == Some(from) => Some(to),
                Some(_) if molecule.compartment == topology.outside(from) => outside,
                Some(_) if molecule.compartment == topology.inside(from) => inside,
                Some(_) => None,
            };
            if place.is_none() {
                return false;
            }
            molecule.compartment = place;
        }
        true
    }

    /// Marks molecules to keep and frees what was bound to the others.
    fn delete_molecules(&mut self) -> Vec<bool> {
        let mut keep = vec![true; self.graph.molecules.len()];
        for &(reactant, molecule) in &self.rule.operations.deleted {
            keep[self.molecule(reactant, molecule)] = false;
        }
        for &reactant in &self.rule.operations.deleted_species {
            let offset = self.offsets[reactant];
            keep[offset..offset + self.reactants[reactant].graph.molecules.len()].fill(false);
        }
        if keep.contains(&false) {
            for (molecule, kept) in self.graph.molecules.iter_mut().zip(&keep) {
                for component in &mut molecule.components {
                    component.bonds.retain(|site| *kept && keep[site.molecule as usize]);
                }
            }
        }
        keep
    }

    /// Takes the result apart; none unless each product pattern got exactly one connected piece.
    fn split(&self, first_added: usize, keep: &[bool]) -> Option<Vec<Graph>> {
        let mut wanted: Vec<Option<usize>> = vec![None; self.graph.molecules.len()];
        for (reactant, destinations) in self.rule.destinations.iter().enumerate() {
            for (m, &product) in destinations.iter().enumerate() {
                wanted[self.molecule(reactant, m)] = product;
            }
        }
        for (i, added) in self.rule.operations.added.iter().enumerate() {
            wanted[first_added + i] = Some(added.product);
        }
        let (part, n_parts) = self.graph.connected_parts();
        let mut part_of_product: Vec<Option<usize>> = vec![None; self.rule.parts.products.len()];
        let mut product_of_part: Vec<Option<usize>> = vec![None; n_parts];
        for (m, product) in wanted.iter().enumerate().filter(|(m, _)| keep[*m]) {
            let Some(product) = *product else { continue };
            if *part_of_product[product].get_or_insert(part[m]) != part[m]
                || *product_of_part[part[m]].get_or_insert(product) != product
            {
                return None;
            }
        }
        let mut rest: Vec<usize> = Vec::new();
        for m in (0..part.len()).filter(|&m| keep[m]) {
            if product_of_part[part[m]].is_none() && !rest.contains(&part[m]) {
                rest.push(part[m]);
            }
        }
        if !rest.is_empty() && !self.rule.parts.delete_molecules {
            return None;
        }
        let parts: Option<Vec<usize>> = part_of_product.into_iter().collect();
        let pieces = parts?.into_iter().chain(rest);
        Some(pieces.map(|p| self.graph.extract(|m| part[m] == p && keep[m])).collect())
    }
}

fn settle_all(
    rule: &Rule<'_>,
    products: &mut [Graph],
    reactants: &[Reactant<'_>],
    topology: &Topology,
) -> bool {
    let places = || reactants.iter().filter_map(|r| r.graph.compartment);
    let otherwise = places().find(|&c| topology.is_surface(c)).or_else(|| places().next());
    products.iter_mut().enumerate().all(|(i, product)| {
        product.compartment = rule.parts.products.get(i).and_then(|p| p.compartment);
        topology.settle(product, otherwise)
    })
}

fn pass_filters(rule: &Rule<'_>, products: &[Graph]) -> bool {
    rule.parts.product_filters.iter().zip(products).all(|(filter, product)| {
        let included = filter.include.is_empty() || filter.include.iter().any(|p| occurs(p, product));
        included && !filter.exclude.iter().any(|p| occurs(p, product))
    })
}
