//! Where the names of the library are in the network.

use std::collections::HashMap;

use model::{Diagnostic, Location};
use simulate::CompiledNetwork;

use crate::Library;
use crate::catalog::AgentKind;
use crate::codes;
use crate::read::Report;

/// Class of ligands that stay when serum is withdrawn: amino acids, glucose, oxygen.
const NUTRIENT: &str = "nutrient";

/// Positions of everything the library names, in the order of the library's lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Signal and divisor of each read-out.
    pub(crate) readouts: HashMap<String, (usize, Option<usize>)>,
    /// Species of each drug and ligand.
    pub(crate) agents: HashMap<String, AgentPlace>,
    /// Species of all ligands.
    pub(crate) ligands: Vec<usize>,
    /// Parameters and species of each gene.
    pub(crate) genes: HashMap<String, GenePlace>,
    /// What each mutation sets.
    pub(crate) mutations: HashMap<String, Vec<(usize, f64)>>,
    /// What each cell sets.
    pub(crate) contexts: HashMap<String, Vec<(usize, f64)>>,
    /// Species put in at t = 0.
    pub(crate) seeds: Vec<(usize, f64)>,
    /// Species that radiation makes, and the parameter of how much per Gy.
    pub(crate) radiation: Vec<(usize, usize)>,
}

/// A drug or ligand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentPlace {
    pub(crate) kind: AgentKind,
    pub(crate) species: usize,
}

/// A gene.
#[derive(Clone, Debug)]
pub(crate) struct GenePlace {
    pub(crate) turnover: bool,
    pub(crate) parameters: Vec<usize>,
    pub(crate) species: Vec<usize>,
}

impl Names {
    /// Finds all names, or says which are missing.
    pub(crate) fn find(library: &Library, network: &CompiledNetwork) -> Result<Names, Vec<Diagnostic>> {
        let mut finder =
            Finder { network, species: species_by_canonical_name(network), report: Report::default() };
        let mut names = Names::default();
        for readout in library.readouts() {
            let signal = finder.output(&readout.signal, &readout.at);
            let per = readout.per.as_ref().map(|per| finder.output(per, &readout.at));
            if let (Some(signal), per) = (signal, per.flatten()) {
                names.readouts.insert(readout.id.clone(), (signal, per));
            }
        }
        for agent in library.drugs().iter().chain(library.ligands()) {
            let Some(species) = finder.held_species(&agent.species, &agent.at) else { continue };
            names.agents.insert(agent.id.clone(), AgentPlace { kind: agent.kind, species });
            let serum = agent.kind == AgentKind::Ligand && agent.class != NUTRIENT;
            names.ligands.extend(serum.then_some(species));
        }
        for gene in library.genes() {
            let parameters = finder.parameters(gene.parameters.iter(), &gene.at);
            let species = finder.species_with(&gene.molecules, &gene.at);
            names.genes.insert(gene.id.clone(), GenePlace { turnover: gene.turnover, parameters, species });
        }
        for mutation in library.mutations() {
            let parameters = finder.parameters(mutation.set.iter().map(|s| &s.0), &mutation.at);
            let values = mutation.set.iter().map(|s| s.1);
            names.mutations.insert(mutation.id.clone(), parameters.into_iter().zip(values).collect());
        }
        for context in library.contexts() {
            let lineage = library.lineage(&context.id);
            let rows: Vec<_> = lineage.iter().rev().flat_map(|c| &c.values).collect();
            let parameters = finder.parameters(rows.iter().map(|v| &v.name), &context.at);
            let values = rows.iter().map(|v| v.value);
            names.contexts.insert(context.id.clone(), parameters.into_iter().zip(values).collect());
        }
        for seed in library.seeds_at_start() {
            names.seeds.extend(finder.species(&seed.species, &seed.at).map(|species| (species, seed.amount)));
        }
        for radiation in library.radiation() {
            let species = finder.species(&radiation.species, &radiation.at);
            let per_gray = finder.parameters(std::iter::once(&radiation.per_gray), &radiation.at);
            names.radiation.extend(species.zip(per_gray.first().copied()));
        }
        if finder.report.has_errors() { Err(finder.report.finish()) } else { Ok(names) }
    }
}

struct Finder<'n> {
    network: &'n CompiledNetwork,
    species: HashMap<String, usize>,
    report: Report,
}

impl Finder<'_> {
    fn output(&mut self, name: &str, at: &Location) -> Option<usize> {
        let found = self.network.output_idx(name);
        if found.is_none() {
            let known = self.network.outputs().iter().map(String::as_str);
            self.report.unknown(codes::UNKNOWN_NAME, at, ("observable or function", name), known);
        }
        found
    }

    fn parameters<'s>(&mut self, names: impl Iterator<Item = &'s String>, at: &Location) -> Vec<usize> {
        let mut found = Vec::new();
        for name in names {
            match self.network.parameter_idx(name) {
                Some(parameter) => found.push(parameter),
                None => {
                    let known = self.network.parameters().iter().map(String::as_str);
                    self.report.unknown(codes::UNKNOWN_PARAMETER, at, ("parameter", name), known);
                }
            }
        }
        found
    }

    fn species(&mut self, text: &str, at: &Location) -> Option<usize> {
        let found = self.network.species_idx(text).or_else(|| self.species.get(&canonical(text)).copied());
        if found.is_none() {
            let known = self.network.species().iter().map(String::as_str).filter(|s| !s.contains('!'));
            self.report.unknown(codes::UNKNOWN_NAME, at, ("species", text), known);
        }
        found
    }

    fn held_species(&mut self, text: &str, at: &Location) -> Option<usize> {
        let species = self.species(text, at)?;
        if !self.network.fixed()[species] {
            let help = format!("seed it as ${text}");
            self.report.error(codes::NOT_HELD, at, format!("species \"{text}\" is not held"), help);
        }
        Some(species)
    }

    fn species_with(&mut self, molecules: &[String], at: &Location) -> Vec<usize> {
        let mut all = Vec::new();
        for molecule in molecules {
            let species = self.network.species().iter().enumerate();
            let holds = |name: &str| molecules_of(name).any(|m| m == molecule);
            let found: Vec<usize> = species.filter(|(_, s)| holds(s)).map(|(i, _)| i).collect();
            if found.is_empty() {
                let mut known: Vec<&str> =
                    self.network.species().iter().flat_map(|s| molecules_of(s)).collect();
                known.sort_unstable();
                known.dedup();
                self.report.unknown(codes::UNKNOWN_NAME, at, ("molecule type", molecule), known);
            }
            all.extend(found);
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Names of the molecules of a species.
pub(crate) fn molecules_of(species: &str) -> impl Iterator<Item = &str> {
    let bare = species.trim_start_matches('$').rsplit("::").next().unwrap_or(species);
    bare.split('.').filter_map(|m| m.split('(').next())
}

/// A species of one molecule with its components in alphabetical order; other species as they are, without blanks.
pub(crate) fn canonical(text: &str) -> String {
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && *c != '$').collect();
    let single = bare.strip_suffix(')').and_then(|b| b.split_once('('));
    match single.filter(|(_, components)| !components.contains(['(', ')', '!'])) {
        Some((name, components)) => {
            let mut components: Vec<&str> = components.split(',').collect();
            components.sort_unstable();
            format!("{name}({})", components.join(","))
        }
        None if bare.contains('(') => bare,
        None => format!("{bare}()"),
    }
}

fn species_by_canonical_name(network: &CompiledNetwork) -> HashMap<String, usize> {
    network.species().iter().enumerate().map(|(i, s)| (canonical(s), i)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_components_does_not_matter() {
        assert_eq!(canonical("$ Rapamycin(m, f)"), "Rapamycin(f,m)");
        assert_eq!(canonical("MCL1"), "MCL1()");
        assert_eq!(canonical("A(b!1).B(a!1)"), "A(b!1).B(a!1)");
    }

    #[test]
    fn molecules_of_a_complex_are_named() {
        assert_eq!(molecules_of("A(b!1,c~P).B(a!1)").collect::<Vec<_>>(), ["A", "B"]);
    }
}
