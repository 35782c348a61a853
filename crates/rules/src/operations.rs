//! What a rule does to its reactants, and which part of them that concerns.

use crate::compartments::Cytosis;
use crate::graph::{Molecule, Site};
use crate::symbols::Symbol;

/// A component of one of the reactant patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReactantSite {
    pub(crate) reactant: usize,
    pub(crate) site: Site,
}

/// A molecule that the rule makes.
#[derive(Clone, Debug)]
pub(crate) struct AddedMolecule {
    pub(crate) molecule: Molecule,
    /// Product pattern that it belongs to.
    pub(crate) product: usize,
    /// Components whose state is that of a component of a reactant.
    pub(crate) inherited: Vec<(usize, ReactantSite)>,
}

/// An end of a new bond.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BondEnd {
    /// On a molecule of a reactant.
    Old(ReactantSite),
    /// On a molecule that the rule makes: its position in the list and the component.
    New(usize, usize),
}

/// A change of compartment.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    pub(crate) reactant: usize,
    /// The molecule; without one the whole species.
    pub(crate) molecule: Option<usize>,
    pub(crate) from: Symbol,
    pub(crate) to: Symbol,
    /// For a species on a surface.
    pub(crate) cytosis: Option<Cytosis>,
}

/// What the rule does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operations {
    pub(crate) added: Vec<AddedMolecule>,
    pub(crate) states: Vec<(ReactantSite, Symbol)>,
    pub(crate) transports: Vec<Transport>,
    pub(crate) unbound: Vec<[ReactantSite; 2]>,
    pub(crate) bound: Vec<[BondEnd; 2]>,
    /// Molecules, by reactant and position, that vanish.
    pub(crate) deleted: Vec<(usize, usize)>,
    /// Reactants that vanish with all they are bound to.
    pub(crate) deleted_species: Vec<usize>,
}

impl Operations {
    /// Whether nothing is done.
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.states.is_empty()
            && self.transports.is_empty()
            && self.unbound.is_empty()
            && self.bound.is_empty()
            && self.deleted.is_empty()
            && self.deleted_species.is_empty()
    }
}

/// What of a reactant pattern the rule changes: matches that agree here are the same event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Center {
    pub(crate) sites: Vec<Site>,
    pub(crate) molecules: Vec<usize>,
    pub(crate) species: bool,
}

impl Center {
    /// Whether nothing is changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.sites.is_empty() && self.molecules.is_empty() && !self.species
    }
}
