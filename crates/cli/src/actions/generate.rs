//! From rules to the network.

use formats::bngl::Value;
use rules::GenerateOptions;

use super::{Options, Outcome, Session, Trouble};

impl Session<'_> {
    /// `generate_network`
    pub(super) fn generate(&mut self, options: &Options<'_>) -> Outcome {
        options.check(&["max_iter", "max_agg", "max_stoich", "prefix", "suffix"])?;
        let generate = GenerateOptions {
            max_species: self.settings.max_species,
            max_reactions: self.settings.max_reactions,
            max_iterations: options.whole("max_iter", self)?,
            max_molecules_per_species: options.whole("max_agg", self)?,
            max_stoichiometry: self.stoichiometries(options)?,
            ..GenerateOptions::default()
        };
        let generated =
            rules::generate(&self.model, &generate).map_err(|e| Trouble::Failed(format!("failed to {e}")))?;
        let network = generated.network;
        let cut = if generated.complete { "" } else { ", cut by the bounds given" };
        let text = format!("{} species, {} reactions{cut}", network.species.len(), network.reactions.len());
        self.own_amounts = network.species.iter().map(|s| s.initial.clone()).collect();
        self.saved_amounts.clear();
        let name = format!("{}.net", self.base_name(options)?);
        self.write(&name, formats::net::write(&network));
        self.network = Some(network);
        self.is_changed = false;
        Ok(text)
    }

    fn stoichiometries(&self, options: &Options<'_>) -> Result<Vec<(String, u32)>, Trouble> {
        let Some(value) = options.get("max_stoich") else { return Ok(Vec::new()) };
        let Value::Table(pairs) = value else {
            return Err(Trouble::Failed("max_stoich is a table: {R=>5,L=>5}".to_string()));
        };
        let bound = |(name, value): &(String, Value)| {
            let number = self.number(value.text().unwrap_or_default())?;
            if (0.0..=1e9).contains(&number) {
                Ok((name.clone(), number as u32))
            } else {
                Err(Trouble::Failed(format!("max_stoich of {name} is {number}, not a count")))
            }
        };
        pairs.iter().map(bound).collect()
    }
}
