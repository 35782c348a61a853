//! Bounds of a network.

use super::Generator;
use crate::error::GenerateError;
use crate::graph::Graph;
use crate::options::GenerateOptions;

impl Generator<'_> {
    /// Whether a product stays within the bounds that cut the network.
    pub(super) fn is_within_bounds(&self, product: &Graph) -> bool {
        let n_molecules = product.molecules.len();
        let count = |name: &str| {
            let kind = self.vocabulary.symbols.get(name);
            product.molecules.iter().filter(|m| Some(m.kind) == kind).count()
        };
        self.options.max_molecules_per_species.is_none_or(|max| n_molecules <= max)
            && self.options.max_stoichiometry.iter().all(|(name, max)| count(name) <= *max as usize)
    }

    /// Refuses a species of an endless polymer.
    pub(super) fn check_size(&self, rule: usize, product: &Graph) -> Result<(), GenerateError> {
        let is_bounded =
            self.options.max_molecules_per_species.is_some() || !self.options.max_stoichiometry.is_empty();
        let limit = self.options.max_species_size;
        if is_bounded || product.molecules.len() <= limit {
            return Ok(());
        }
        let rule = self.rules[rule].rule.parts.name.clone();
        let example = shortened(&product.text(&self.vocabulary.symbols));
        Err(GenerateError::TooLargeSpecies { limit, rule, example })
    }

    /// Refuses a network that is too large.
    pub(super) fn check_count(&self, rule: usize) -> Result<(), GenerateError> {
        let (n_species, n_reactions) = (self.species.len(), self.reactions.len());
        let GenerateOptions { max_species, max_reactions, .. } = *self.options;
        if n_species <= max_species && n_reactions <= max_reactions {
            return Ok(());
        }
        let rule = self.rules[rule].rule.parts.name.clone();
        let largest = self.graphs.iter().enumerate().max_by_key(|(_, g)| g.molecules.len());
        let example = shortened(largest.map_or("", |(i, _)| self.species[i].name.as_str()));
        let iteration = self.iteration + 1;
        Err(if n_species > max_species {
            GenerateError::TooManySpecies { limit: max_species, iteration, rule, example }
        } else {
            GenerateError::TooManyReactions { limit: max_reactions, iteration, rule, example }
        })
    }
}

/// The beginning of a long species.
fn shortened(text: &str) -> String {
    const MAX: usize = 100;
    if text.chars().count() <= MAX {
        return text.to_string();
    }
    let start: String = text.chars().take(MAX).collect();
    format!("{start}...")
}
