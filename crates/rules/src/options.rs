//! What bounds a network and who is told about its progress.

use model::{Diagnostic, ReactionNetwork};
use std::sync::atomic::AtomicBool;

/// Called after each iteration with its number (from 1) and the numbers of species and reactions.
pub type Progress<'a> = &'a dyn Fn(usize, usize, usize);

/// Bounds of a network.
///
/// Passing `max_species`, `max_reactions` or `max_species_size` is an error. The others cut the network, as the
/// options of BioNetGen's `generate_network` of the same meaning do; [`Generated::complete`] is false then.
#[derive(Clone)]
pub struct GenerateOptions<'a> {
    /// Most species; 20 000 by default.
    pub max_species: usize,
    /// Most reactions; 200 000 by default.
    pub max_reactions: usize,
    /// Most molecules in a species, if neither `max_stoichiometry` nor `max_molecules_per_species` bounds them;
    /// 200 by default. Rules that polymerise without end fail here first.
    pub max_species_size: usize,
    /// `max_iter`: how often the rules are applied.
    pub max_iterations: Option<usize>,
    /// `max_stoich`: most molecules of a type in one species.
    pub max_stoichiometry: Vec<(String, u32)>,
    /// `max_agg`: most molecules in one species.
    pub max_molecules_per_species: Option<usize>,
    /// Told about progress.
    pub progress: Option<Progress<'a>>,
    /// Set to true from elsewhere to stop.
    pub cancel: Option<&'a AtomicBool>,
}

impl Default for GenerateOptions<'_> {
    fn default() -> Self {
        Self {
            max_species: 20_000,
            max_reactions: 200_000,
            max_species_size: 200,
            max_iterations: None,
            max_stoichiometry: Vec::new(),
            max_molecules_per_species: None,
            progress: None,
            cancel: None,
        }
    }
}

impl std::fmt::Debug for GenerateOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GenerateOptions")
            .field("max_species", &self.max_species)
            .field("max_reactions", &self.max_reactions)
            .field("max_species_size", &self.max_species_size)
            .field("max_iterations", &self.max_iterations)
            .field("max_stoichiometry", &self.max_stoichiometry)
            .field("max_molecules_per_species", &self.max_molecules_per_species)
            .finish_non_exhaustive()
    }
}

/// A network made from rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// The network.
    pub network: ReactionNetwork,
    /// How often the rules were applied to new species.
    pub iterations: usize,
    /// Whether no bound cut the network.
    pub complete: bool,
    /// Remarks on rules that do nothing, cuts, and the like.
    pub diagnostics: Vec<Diagnostic>,
}
