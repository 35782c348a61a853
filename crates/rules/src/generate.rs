//! From rules to the reaction network.

mod bounds;
mod finish;

use crate::apply::{Outcome, Reactant, apply};
use crate::canonical::{Orbits, canonical_order};
use crate::compile::{CompiledRule, compile_rules};
use crate::energy::compile_energies;
use crate::error::GenerateError;
use crate::graph::Graph;
use crate::local::{Around, Context, map_rate};
use crate::matching::{Match, matches, occurs};
use crate::observe::compile_observables;
use crate::options::{GenerateOptions, Generated};
use crate::pattern::complete_species;
use crate::vocabulary::Vocabulary;
use model::{BinaryOp, Diagnostic, Expr, RateLaw, Reaction, RuleModel, Species, SpeciesIdx};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

/// Applies the rules of a model to its seed species, and to what comes out, until nothing new comes out.
///
/// Species, factors and observables are those of BioNetGen's `generate_network`. Rate constants are per amount:
/// in models with compartments those of bimolecular reactions are divided by a compartment's size. Local functions
/// are evaluated for each reaction. Rates keep their parameters: nothing is evaluated to a number otherwise.
///
/// # Errors
/// Unknown names and incomplete species; rules that BioNetGen does not accept either; a passed bound, with the
/// rule that passed it.
pub fn generate(model: &RuleModel, options: &GenerateOptions<'_>) -> Result<Generated, GenerateError> {
    let vocabulary = Vocabulary::new(model);
    let observables = compile_observables(model, &vocabulary)?;
    let energies = compile_energies(model, &vocabulary)?;
    let rules = compile_rules(model, &vocabulary)?;
    let n_patterns = |rule: &CompiledRule<'_>| rule.rule.parts.reactants.len();
    let mut generator = Generator {
        vocabulary: &vocabulary,
        options,
        context: Context { functions: &model.functions, observables: &observables, energies: &energies },
        matches: rules.iter().map(|r| vec![Vec::new(); n_patterns(r)]).collect(),
        reaction_counts: vec![0; rules.len()],
        misplaced: vec![false; rules.len()],
        rules: &rules,
        species: Vec::new(),
        graphs: Vec::new(),
        orbits: Vec::new(),
        index: HashMap::new(),
        reactions: Vec::new(),
        reaction_index: HashMap::new(),
        iteration: 0,
        was_cut: false,
        diagnostics: Vec::new(),
    };
    generator.seed(model)?;
    generator.run()?;
    generator.finish(model, &observables)
}

/// Where a reactant pattern occurs in a species.
#[derive(Clone)]
struct Place {
    species: usize,
    at: Match,
    /// Number of places that symmetry of the species makes equal to this one, itself included.
    weight: u32,
}

/// A reaction whose products are not yet numbered.
struct Made {
    reactants: Vec<SpeciesIdx>,
    products: Vec<Graph>,
    rate: RateLaw,
    factor: f64,
}

type ReactionKey = (Vec<SpeciesIdx>, Vec<SpeciesIdx>);

struct Generator<'a> {
    vocabulary: &'a Vocabulary,
    options: &'a GenerateOptions<'a>,
    context: Context<'a>,
    rules: &'a [CompiledRule<'a>],
    /// For each rule and reactant pattern.
    matches: Vec<Vec<Vec<Place>>>,
    reaction_counts: Vec<usize>,
    misplaced: Vec<bool>,
    species: Vec<Species>,
    graphs: Vec<Graph>,
    orbits: Vec<Option<Orbits>>,
    index: HashMap<String, usize>,
    reactions: Vec<Reaction>,
    reaction_index: HashMap<ReactionKey, Vec<usize>>,
    iteration: usize,
    was_cut: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Generator<'_> {
    fn seed(&mut self, model: &RuleModel) -> Result<(), GenerateError> {
        for seed in &model.seed_species {
            let owner = format!("seed species \"{}\"", seed.pattern);
            let graph = complete_species(&seed.pattern, self.vocabulary, &owner)?;
            let n_before = self.graphs.len();
            let idx = self.intern(graph);
            if idx < n_before {
                let message = format!("\"{}\" is a seed species twice; the amounts are added", seed.pattern);
                self.diagnostics
                    .push(Diagnostic::warning(crate::codes::SEEDED_TWICE, message).at(seed.location.clone()));
                let first = std::mem::replace(&mut self.species[idx].initial, Expr::Number(0.0));
                self.species[idx].initial = Expr::binary(BinaryOp::Add, first, seed.amount.clone());
            } else {
                self.species[idx].initial = seed.amount.clone();
            }
            self.species[idx].fixed |= seed.pattern.fixed;
        }
        Ok(())
    }

    /// The number of a species, which is added if it is new.
    fn intern(&mut self, graph: Graph) -> usize {
        let order = canonical_order(&graph);
        let name = graph.text_in_order(&order, &self.vocabulary.symbols);
        if let Some(&idx) = self.index.get(&name) {
            return idx;
        }
        let idx = self.graphs.len();
        self.index.insert(name.clone(), idx);
        self.species.push(Species { name, initial: Expr::Number(0.0), fixed: false });
        let graph = graph.reordered(&order);
        self.orbits.push(Orbits::new(&graph));
        self.graphs.push(graph);
        idx
    }

    fn run(&mut self) -> Result<(), GenerateError> {
        let mut first_new = 0;
        loop {
            let end = self.graphs.len();
            if self.iteration > 0 && first_new == end {
                return Ok(());
            }
            if self.options.max_iterations.is_some_and(|max| self.iteration >= max) {
                self.was_cut = true;
                return Ok(());
            }
            for rule in 0..self.rules.len() {
                self.expand(rule, first_new..end)?;
            }
            self.iteration += 1;
            first_new = end;
            if let Some(progress) = self.options.progress {
                progress(self.iteration, self.species.len(), self.reactions.len());
            }
        }
    }

    /// Applies a rule to all sets of reactants of which at least one is new.
    fn expand(&mut self, rule: usize, new: std::ops::Range<usize>) -> Result<(), GenerateError> {
        let n_patterns = self.matches[rule].len();
        if n_patterns == 0 && self.iteration == 0 {
            return self.react(rule, &[]);
        }
        for pattern in (0..n_patterns).rev() {
            let new_places = self.find_places(rule, pattern, new.clone());
            if new_places.is_empty() {
                continue;
            }
            let old_places = std::mem::replace(&mut self.matches[rule][pattern], new_places);
            let expanded = self.expand_product(rule);
            let new_places = std::mem::replace(&mut self.matches[rule][pattern], old_places);
            self.matches[rule][pattern].extend(new_places);
            expanded?;
        }
        Ok(())
    }

    /// Applies a rule to every choice of one place per pattern.
    fn expand_product(&mut self, rule: usize) -> Result<(), GenerateError> {
        let lengths: Vec<usize> = self.matches[rule].iter().map(Vec::len).collect();
        if lengths.contains(&0) {
            return Ok(());
        }
        let mut choice = vec![0; lengths.len()];
        loop {
            self.react(rule, &choice)?;
            let Some(last) = (0..choice.len()).rev().find(|&i| choice[i] + 1 < lengths[i]) else {
                return Ok(());
            };
            choice[last] += 1;
            choice[last + 1..].fill(0);
        }
    }

    fn find_places(&self, rule: usize, pattern: usize, new: std::ops::Range<usize>) -> Vec<Place> {
        let parts = &self.rules[rule].rule.parts;
        let (reactant, filter) = (&parts.reactants[pattern], &parts.reactant_filters[pattern]);
        let mut places = Vec::new();
        for species in new {
            let graph = &self.graphs[species];
            let found = matches(reactant, graph, None);
            let passes = !found.is_empty()
                && (filter.include.is_empty() || filter.include.iter().any(|p| occurs(p, graph)))
                && !filter.exclude.iter().any(|p| occurs(p, graph));
            if passes {
                self.add_places(rule, pattern, species, found, &mut places);
            }
        }
        places
    }

    /// Adds one place for matches that agree in the reaction center, or whose centers symmetry exchanges.
    fn add_places(
        &self,
        rule: usize,
        pattern: usize,
        species: usize,
        found: Vec<Match>,
        places: &mut Vec<Place>,
    ) {
        let compiled = &self.rules[rule];
        let center = &compiled.rule.centers[pattern];
        let single_site = match center.sites.as_slice() {
            [site] if center.molecules.is_empty() && !compiled.is_local => Some(*site),
            _ => None,
        };
        let first = places.len();
        let mut images: HashSet<Vec<u32>> = HashSet::new();
        let mut orbits: Vec<u32> = Vec::new();
        for at in found {
            let molecules = center.molecules.iter().map(|&m| at.molecules[m]);
            let sites = center.sites.iter().map(|&s| at.site(s));
            if !images.insert(molecules.chain(sites.flat_map(|s| [s.molecule, s.component])).collect()) {
                continue;
            }
            if let (Some(site), Some(known)) = (single_site, &self.orbits[species]) {
                let orbit = known.of(at.site(site));
                if let Some(i) = orbits.iter().position(|&o| o == orbit) {
                    places[first + i].weight += 1;
                    continue;
                }
                orbits.push(orbit);
            }
            places.push(Place { species, at, weight: 1 });
        }
    }

    /// Makes the reaction of one choice of places.
    fn react(&mut self, rule: usize, choice: &[usize]) -> Result<(), GenerateError> {
        if self.options.cancel.is_some_and(|c| c.load(Ordering::Relaxed)) {
            return Err(GenerateError::Canceled { iteration: self.iteration });
        }
        let compiled = &self.rules[rule];
        let places = choice.iter().zip(&self.matches[rule]).map(|(&i, places)| &places[i]);
        let reactants: Vec<Reactant<'_>> =
            places.clone().map(|p| Reactant { graph: &self.graphs[p.species], at: &p.at }).collect();
        let compartments: Vec<_> = reactants.iter().map(|r| r.graph.compartment).collect();
        let topology = &self.vocabulary.topology;
        if reactants.len() > 1 && !topology.can_interact(&compartments) {
            return Ok(());
        }
        let products = match apply(&compiled.rule, &reactants, topology) {
            Outcome::Products(products) => products,
            Outcome::Rejected => return Ok(()),
            Outcome::Misplaced => {
                self.misplaced[rule] = true;
                return Ok(());
            }
        };
        if !products.iter().all(|p| self.is_within_bounds(p)) {
            self.was_cut = true;
            return Ok(());
        }
        let product_compartments: Vec<_> = products.iter().map(|p| p.compartment).collect();
        let rate = self.rate(compiled, &reactants, &products, &compartments, &product_compartments)?;
        let weight: f64 = places.clone().map(|p| f64::from(p.weight)).product();
        let reactants: Vec<SpeciesIdx> = places.map(|p| SpeciesIdx(p.species)).collect();
        let factor = compiled.rule.factor * weight;
        let made = Made { reactants, products, rate, factor };
        self.add_reaction(rule, made)
    }

    fn rate(
        &self,
        compiled: &CompiledRule<'_>,
        reactants: &[Reactant<'_>],
        products: &[Graph],
        before: &[Option<crate::symbols::Symbol>],
        after: &[Option<crate::symbols::Symbol>],
    ) -> Result<RateLaw, GenerateError> {
        let law = compiled.rule.parts.rate;
        let topology = &self.vocabulary.topology;
        if !compiled.has_calls && !topology.is_used() {
            return Ok(law.clone());
        }
        let owner = format!("rule \"{}\"", compiled.rule.parts.name);
        let mut localize =
            |expr: &Expr| self.context.localize(expr, &compiled.tags, Around { reactants, products }, &owner);
        map_rate(law, &mut localize, &|k| topology.per_amount(k, before, after))
    }

    fn add_reaction(&mut self, rule: usize, made: Made) -> Result<(), GenerateError> {
        let Made { mut reactants, products: graphs, rate, factor } = made;
        let compiled = &self.rules[rule];
        let parts = &compiled.rule.parts;
        let mut products = Vec::with_capacity(graphs.len());
        for (i, graph) in graphs.into_iter().enumerate() {
            self.check_size(rule, &graph)?;
            let idx = self.intern(graph);
            // As in BioNetGen, `$` before a product pattern leaves the product out.
            if !parts.products.get(i).is_some_and(|p| p.fixed) {
                products.push(SpeciesIdx(idx));
            }
        }
        self.check_count(rule)?;
        let held = parts.reactants.iter().zip(&reactants).filter(|(p, _)| p.fixed).map(|(_, &s)| s);
        products.extend(held);
        if matches!(rate, RateLaw::Elementary(_) | RateLaw::Total(_)) {
            reactants.sort_unstable();
        }
        products.sort_unstable();
        let mut sorted = reactants.clone();
        sorted.sort_unstable();
        if sorted == products {
            return Ok(());
        }
        self.reaction_counts[rule] += 1;
        let key = (reactants, products);
        let same = self.reaction_index.entry(key.clone()).or_default();
        if let Some(&idx) = same.iter().find(|&&i| self.reactions[i].rate == rate) {
            let reaction = &mut self.reactions[idx];
            reaction.factor += factor;
            if !reaction.rule.split(',').any(|r| r == parts.name) {
                reaction.rule.push(',');
                reaction.rule.push_str(&parts.name);
            }
            return Ok(());
        }
        same.push(self.reactions.len());
        let (reactants, products) = key;
        self.reactions.push(Reaction { reactants, products, factor, rate, rule: parts.name.clone() });
        self.check_count(rule)
    }
}
