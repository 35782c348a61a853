//! One direction of a reaction rule, ready to be applied.

use crate::correspondence::Correspondence;
use crate::error::GenerateError;
use crate::graph::Site;
use crate::operations::{AddedMolecule, BondEnd, Center, Operations, ReactantSite, Transport};
use crate::pattern::{BondRequest, PatternGraph, complete_molecule};
use crate::symbols::Symbol;
use crate::symmetry::{Bijection, factorial, is_automorphism, isomorphisms};
use crate::vocabulary::Vocabulary;
use model::RateLaw;

/// Species that a reactant or product must (one of them) or must not (any of them) contain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) include: Vec<PatternGraph>,
    pub(crate) exclude: Vec<PatternGraph>,
}

/// What a direction of a rule is made from.
#[derive(Debug)]
pub(crate) struct RuleParts<'a> {
    pub(crate) name: String,
    pub(crate) reactants: Vec<PatternGraph>,
    pub(crate) products: Vec<PatternGraph>,
    pub(crate) reactant_filters: Vec<Filter>,
    pub(crate) product_filters: Vec<Filter>,
    pub(crate) rate: &'a RateLaw,
    pub(crate) delete_molecules: bool,
    pub(crate) move_connected: bool,
}

/// One direction of a reaction rule.
#[derive(Debug)]
pub(crate) struct Rule<'a> {
    pub(crate) parts: RuleParts<'a>,
    pub(crate) operations: Operations,
    pub(crate) centers: Vec<Center>,
    /// For each molecule of each reactant, the product pattern that it goes to.
    pub(crate) destinations: Vec<Vec<Option<usize>>>,
    /// By how much matches overcount events, inverted.
    pub(crate) factor: f64,
    /// Whether the rule changes nothing.
    pub(crate) is_idle: bool,
}

impl<'a> Rule<'a> {
    /// Finds out what the rule does.
    pub(crate) fn new(parts: RuleParts<'a>, vocabulary: &Vocabulary) -> Result<Self, GenerateError> {
        let owner = format!("rule \"{}\"", parts.name);
        let compiler = Compiler::new(&parts, vocabulary, &owner);
        let mut operations = Operations::default();
        compiler.deletions(&mut operations);
        compiler.additions(&mut operations)?;
        compiler.bonds(&mut operations)?;
        compiler.states(&mut operations)?;
        compiler.species_transports(&mut operations)?;
        compiler.molecule_transports(&mut operations)?;
        let centers = compiler.centers(&operations);
        let factor = compiler.factor(&centers);
        let destinations = compiler.destinations();
        let is_idle = operations.is_empty();
        Ok(Self { parts, operations, centers, destinations, factor, is_idle })
    }
}

/// The rule while it is looked at; molecules of all reactants and of all products are numbered through.
struct Compiler<'a> {
    parts: &'a RuleParts<'a>,
    vocabulary: &'a Vocabulary,
    owner: &'a str,
    before: PatternGraph,
    after: PatternGraph,
    /// Pattern and position of each molecule before.
    place_before: Vec<(usize, usize)>,
    place_after: Vec<(usize, usize)>,
    map: Correspondence,
}

fn places(patterns: &[PatternGraph]) -> Vec<(usize, usize)> {
    let molecules = patterns.iter().enumerate();
    molecules.flat_map(|(p, pattern)| (0..pattern.molecules.len()).map(move |m| (p, m))).collect()
}

impl<'a> Compiler<'a> {
    fn new(parts: &'a RuleParts<'a>, vocabulary: &'a Vocabulary, owner: &'a str) -> Self {
        let before = PatternGraph::merged(&parts.reactants);
        let after = PatternGraph::merged(&parts.products);
        let map = Correspondence::new(&before, &after, &vocabulary.symbols);
        let place_before = places(&parts.reactants);
        let place_after = places(&parts.products);
        Self { parts, vocabulary, owner, before, after, place_before, place_after, map }
    }

    fn reactant_site(&self, site: Site) -> ReactantSite {
        let (reactant, molecule) = self.place_before[site.molecule as usize];
        ReactantSite { reactant, site: Site::new(molecule, site.component as usize) }
    }

    fn name(&self, symbol: Symbol) -> String {
        self.vocabulary.symbols.text(symbol).to_string()
    }

    fn deletions(&self, operations: &mut Operations) {
        for (r, reactant) in self.parts.reactants.iter().enumerate() {
            let of_reactant = self.place_before.iter().zip(&self.map.molecules).filter(|((p, _), _)| *p == r);
            let gone: Vec<usize> = of_reactant.filter(|(_, to)| to.is_none()).map(|((_, m), _)| *m).collect();
            let all_gone = gone.len() == reactant.molecules.len() && !gone.is_empty();
            if all_gone && !self.parts.delete_molecules {
                operations.deleted_species.push(r);
            } else {
                operations.deleted.extend(gone.into_iter().map(|m| (r, m)));
            }
        }
    }

    fn additions(&self, operations: &mut Operations) -> Result<(), GenerateError> {
        for (m, pattern) in self.after.molecules.iter().enumerate() {
            if self.map.origins[m].is_some() {
                continue;
            }
            let origins: Vec<Option<Site>> =
                (0..pattern.components.len()).map(|c| self.map.tagged_origin(Site::new(m, c))).collect();
            // Any state of the type will do here: the one inherited is copied when the rule is applied.
            let placeholder = |c: usize| {
                let kinds = &self.vocabulary.types[&pattern.kind];
                let kind = kinds.iter().find(|k| k.name == pattern.components[c].name);
                kind.and_then(|k| k.states.first().copied())
            };
            let states: Vec<Option<Symbol>> =
                origins.iter().enumerate().map(|(c, o)| o.and_then(|_| placeholder(c))).collect();
            let text = || format!("the products of {}", self.owner);
            let complete = complete_molecule(pattern, &states, self.vocabulary, self.owner, &text)?;
            let inherited = origins.into_iter().enumerate().filter_map(|(c, origin)| {
                let is_open = pattern.components[c].state.is_none();
                origin.filter(|_| is_open).map(|o| (complete.placed[c], self.reactant_site(o)))
            });
            let inherited = inherited.collect();
            let product = self.place_after[m].0;
            operations.added.push(AddedMolecule { molecule: complete.molecule, product, inherited });
        }
        Ok(())
    }

    fn bonds(&self, operations: &mut Operations) -> Result<(), GenerateError> {
        for here in self.before.sites() {
            let Some(after) = self.map.site(here) else { continue };
            let (old, new) = (&self.before.component(here).bond, &self.after.component(after).bond);
            match (old, new) {
                (BondRequest::To(sites), BondRequest::To(kept)) => {
                    for &there in sites.iter().filter(|&&there| here < there) {
                        let Some(end) = self.map.site(there) else { continue };
                        if !kept.contains(&end) {
                            operations.unbound.push([self.reactant_site(here), self.reactant_site(there)]);
                        }
                    }
                }
                (BondRequest::Any, BondRequest::To(kept)) if kept.is_empty() => {}
                (old, new) if old == new => {}
                _ => {
                    let component = self.name(self.before.component(here).name);
                    return Err(GenerateError::WildcardBond { owner: self.owner.to_string(), component });
                }
            }
        }
        for here in self.after.sites() {
            let BondRequest::To(sites) = &self.after.component(here).bond else { continue };
            for &there in sites.iter().filter(|&&there| here < there) {
                if !self.was_bound(here, there) {
                    operations.bound.push([self.bond_end(here), self.bond_end(there)]);
                }
            }
        }
        Ok(())
    }

    fn was_bound(&self, here: Site, there: Site) -> bool {
        let (Some(a), Some(b)) = (self.map.origin(here), self.map.origin(there)) else { return false };
        matches!(&self.before.component(a).bond, BondRequest::To(sites) if sites.contains(&b))
    }

    fn bond_end(&self, after: Site) -> BondEnd {
        if let Some(origin) = self.map.origin(after) {
            return BondEnd::Old(self.reactant_site(origin));
        }
        let molecule = after.molecule as usize;
        let n_added = self.map.origins[..molecule].iter().filter(|o| o.is_none()).count();
        BondEnd::New(n_added, self.placed_component(after))
    }

    /// Where a component of a new molecule is in the complete molecule.
    fn placed_component(&self, site: Site) -> usize {
        let molecule = &self.after.molecules[site.molecule as usize];
        let name = molecule.components[site.component as usize].name;
        let n_before =
            molecule.components[..site.component as usize].iter().filter(|c| c.name == name).count();
        let kinds = &self.vocabulary.types[&molecule.kind];
        let first = kinds.iter().position(|k| k.name == name).unwrap_or_default();
        first + n_before
    }

    fn states(&self, operations: &mut Operations) -> Result<(), GenerateError> {
        for here in self.before.sites() {
            let Some(after) = self.map.site(here) else { continue };
            let component = self.before.component(here);
            match (component.state, self.after.component(after).state) {
                (Some(_), None) => {
                    let component = self.name(component.name);
                    return Err(GenerateError::StateLost { owner: self.owner.to_string(), component });
                }
                (old, Some(new)) if old != Some(new) => {
                    operations.states.push((self.reactant_site(here), new));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The product pattern that holds the same molecules as a reactant pattern.
    fn same_molecules(&self, reactant: usize) -> Option<usize> {
        let product_of = |m: usize| self.map.molecules[m].map(|after| self.place_after[after].0);
        let reactant_of = |m: usize| self.map.origins[m].map(|before| self.place_before[before].0);
        let mut products =
            (0..self.place_before.len()).filter(|&m| self.place_before[m].0 == reactant).map(product_of);
        let product = products.next()??;
        let all_go = products.all(|p| p == Some(product));
        let mut members = (0..self.place_after.len()).filter(|&m| self.place_after[m].0 == product);
        (all_go && members.all(|m| reactant_of(m) == Some(reactant))).then_some(product)
    }

    fn species_transports(&self, operations: &mut Operations) -> Result<(), GenerateError> {
        let topology = &self.vocabulary.topology;
        for (reactant, pattern) in self.parts.reactants.iter().enumerate() {
            let Some(product) = self.same_molecules(reactant) else { continue };
            let (Some(from), Some(to)) = (pattern.compartment, self.parts.products[product].compartment)
            else {
                continue;
            };
            if from == to {
                continue;
            }
            let is_surface = topology.is_surface(from);
            let cytosis = topology.cytosis(from, to);
            if is_surface != topology.is_surface(to) || (is_surface && cytosis.is_none()) {
                let what = format!("@{}", self.name(from));
                return Err(GenerateError::Transport { owner: self.owner.to_string(), what });
            }
            operations.transports.push(Transport { reactant, molecule: None, from, to, cytosis });
        }
        Ok(())
    }

    fn molecule_transports(&self, operations: &mut Operations) -> Result<(), GenerateError> {
        for (m, molecule) in self.before.molecules.iter().enumerate() {
            let Some(after) = self.map.molecules[m] else { continue };
            let (reactant, position) = self.place_before[m];
            match (molecule.compartment, self.after.molecules[after].compartment) {
                (Some(from), Some(to)) if from != to => {
                    let molecule = Some(position);
                    operations.transports.push(Transport { reactant, molecule, from, to, cytosis: None });
                }
                (Some(_), None) | (None, Some(_)) => {
                    let what = self.name(molecule.kind);
                    return Err(GenerateError::Transport { owner: self.owner.to_string(), what });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn centers(&self, operations: &Operations) -> Vec<Center> {
        let mut centers = vec![Center::default(); self.parts.reactants.len()];
        let old_ends = operations.bound.iter().flatten().filter_map(|end| match end {
            BondEnd::Old(site) => Some(*site),
            BondEnd::New(..) => None,
        });
        let unbound = operations.unbound.iter().flatten().copied();
        let states = operations.states.iter().map(|(site, _)| *site);
        for ReactantSite { reactant, site } in old_ends.chain(unbound).chain(states) {
            centers[reactant].sites.push(site);
        }
        for &(reactant, molecule) in &operations.deleted {
            centers[reactant].molecules.push(molecule);
        }
        for transport in &operations.transports {
            match transport.molecule {
                Some(molecule) => centers[transport.reactant].molecules.push(molecule),
                None => centers[transport.reactant].species = true,
            }
        }
        for &reactant in &operations.deleted_species {
            centers[reactant].species = true;
        }
        for center in &mut centers {
            center.sites.sort_unstable();
            center.sites.dedup();
            center.molecules.sort_unstable();
            center.molecules.dedup();
        }
        centers
    }

    /// `|Stab| / |RG| / prod(n_i!)`.
    ///
    /// RG: automorphisms of the reactants that the products share; Stab: those of them that keep every part of
    /// the reaction center in place; `n_i`: sizes of the sets of equal reactants that the rule does not change.
    fn factor(&self, centers: &[Center]) -> f64 {
        let mut n_group = 0usize;
        let mut n_stabilizer = 0usize;
        for automorphism in isomorphisms(&self.before, &self.before) {
            let shared = self.induced(&automorphism).is_some_and(|p| is_automorphism(&self.after, &p));
            if shared {
                n_group += 1;
                n_stabilizer += usize::from(self.keeps(centers, &automorphism));
            }
        }
        let mut context: Vec<&PatternGraph> =
            self.parts.reactants.iter().zip(centers).filter(|(_, c)| c.is_empty()).map(|(r, _)| r).collect();
        let mut permutations = 1.0;
        while let Some(first) = context.pop() {
            let before = context.len();
            context.retain(|other| {
                other.compartment != first.compartment || isomorphisms(first, other).is_empty()
            });
            permutations *= factorial(before - context.len() + 1);
        }
        n_stabilizer as f64 / n_group as f64 / permutations
    }

    /// The permutation of the products that belongs to one of the reactants; none if it mixes kept with deleted.
    fn induced(&self, automorphism: &Bijection) -> Option<Bijection> {
        let mut molecules = Vec::with_capacity(self.after.molecules.len());
        let mut components = Vec::with_capacity(self.after.molecules.len());
        for (m, pattern) in self.after.molecules.iter().enumerate() {
            let molecule_image = match self.map.origins[m] {
                None => m,
                Some(origin) => self.map.molecules[automorphism.molecules[origin]]?,
            };
            let mut images = Vec::with_capacity(pattern.components.len());
            for c in 0..pattern.components.len() {
                let after = Site::new(m, c);
                let image = match self.map.tagged_origin(after) {
                    None => Site::new(molecule_image, c),
                    Some(origin) => self.map.partner(automorphism.site(origin))?,
                };
                if image.molecule as usize != molecule_image {
                    return None;
                }
                images.push(image.component as usize);
            }
            molecules.push(molecule_image);
            components.push(images);
        }
        Some(Bijection { molecules, components })
    }

    fn keeps(&self, centers: &[Center], automorphism: &Bijection) -> bool {
        let image = |m: usize| self.place_before[automorphism.molecules[m]];
        self.place_before.iter().enumerate().all(|(m, &(reactant, position))| {
            let center = &centers[reactant];
            let keeps_species = !center.species || image(m).0 == reactant;
            let keeps_molecule = !center.molecules.contains(&position) || automorphism.molecules[m] == m;
            let keeps_sites = center.sites.iter().filter(|s| s.molecule as usize == position).all(|s| {
                let site = Site::new(m, s.component as usize);
                automorphism.site(site) == site
            });
            keeps_species && keeps_molecule && keeps_sites
        })
    }

    fn destinations(&self) -> Vec<Vec<Option<usize>>> {
        let mut destinations = vec![Vec::new(); self.parts.reactants.len()];
        for (m, &(reactant, _)) in self.place_before.iter().enumerate() {
            let product = self.map.molecules[m].map(|after| self.place_after[after].0);
            destinations[reactant].push(product);
        }
        destinations
    }
}
