//! Whether two networks are the same.

use crate::canonical::canonical;
use crate::evaluate::NetworkState;
use crate::species_text::SpeciesText;
use crate::symbols::Symbols;
use model::{ReactionNetwork, SpeciesIdx};
use std::collections::{BTreeMap, HashMap};

/// The result of [`compare`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The first differences, in words.
    pub differences: Vec<String>,
    /// Number of all differences.
    pub n_differences: usize,
}

impl Comparison {
    /// Whether there is no difference.
    pub fn is_same(&self) -> bool {
        self.n_differences == 0
    }

    fn add(&mut self, difference: String) {
        self.n_differences += 1;
        if self.differences.len() < MAX_DIFFERENCES {
            self.differences.push(difference);
        }
    }
}

const MAX_DIFFERENCES: usize = 20;

/// Relative. Networks written as text keep at least 8 digits of a number.
const TOLERANCE: f64 = 1e-7;

/// Compares two networks up to the order of everything and the spelling of species.
///
/// - species: as graphs; whether they are held; initial amounts as numbers
/// - reactions: by reactants and products; the rate constants of equal ones are added and compared as numbers at
///   three states (which also compares functions of observables and time)
/// - observables: by name, with weights
///
/// Species whose text is no species are compared as text. Reactions that change nothing do not count.
pub fn compare(a: &ReactionNetwork, b: &ReactionNetwork) -> Comparison {
    let mut comparison = Comparison::default();
    let names = [a, b].map(|n| n.species.iter().map(|s| s.name.as_str()).collect::<Vec<_>>());
    let keys = canonical_names(&names);
    let sides = [Side::new(a, &keys[0]), Side::new(b, &keys[1])];
    compare_species(&sides, &mut comparison);
    compare_observables(&sides, &mut comparison);
    compare_reactions(&sides, &mut comparison);
    comparison
}

struct Side<'a> {
    network: &'a ReactionNetwork,
    keys: &'a [String],
    index: HashMap<&'a str, usize>,
}

impl<'a> Side<'a> {
    fn new(network: &'a ReactionNetwork, keys: &'a [String]) -> Self {
        let index = keys.iter().enumerate().map(|(i, k)| (k.as_str(), i)).collect();
        Self { network, keys, index }
    }

    fn keys_of(&self, species: &[SpeciesIdx]) -> Vec<&'a str> {
        let mut keys: Vec<&str> = species.iter().map(|s| self.keys[s.0].as_str()).collect();
        keys.sort_unstable();
        keys
    }

    /// Reactants and products, with the sum of the rate constants.
    fn rate_constants(&self, amounts: &[f64], time: f64) -> BTreeMap<(Vec<&'a str>, Vec<&'a str>), f64> {
        let state = NetworkState::new(self.network, amounts, time);
        let mut sums = BTreeMap::new();
        for reaction in &self.network.reactions {
            let key = (self.keys_of(&reaction.reactants), self.keys_of(&reaction.products));
            if key.0 != key.1 {
                *sums.entry(key).or_insert(0.0) += state.rate_constant(reaction);
            }
        }
        sums
    }
}

fn canonical_names(names: &[Vec<&str>; 2]) -> [Vec<String>; 2] {
    let read: Vec<Vec<Option<SpeciesText<'_>>>> =
        names.iter().map(|n| n.iter().map(|name| SpeciesText::read(name)).collect()).collect();
    let symbols = Symbols::new(read.iter().flatten().flatten().flat_map(SpeciesText::names));
    let canonical_name = |name: &str, read: &Option<SpeciesText<'_>>| {
        let graph = read.as_ref().and_then(|r| r.graph(&symbols));
        graph.map_or_else(|| name.to_string(), |g| canonical(&g).text(&symbols))
    };
    [0, 1].map(|i| names[i].iter().zip(&read[i]).map(|(name, read)| canonical_name(name, read)).collect())
}

fn differ(x: f64, y: f64) -> bool {
    // Two undefined values are equal: neither side knows better.
    !(x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= TOLERANCE * x.abs().max(y.abs()))
}

fn compare_species(sides: &[Side<'_>; 2], comparison: &mut Comparison) {
    let [a, b] = sides;
    for (side, which) in [(a, "first"), (b, "second")] {
        for (i, key) in side.keys.iter().enumerate().filter(|(i, key)| side.index[key.as_str()] != *i) {
            let name = &side.network.species[i].name;
            comparison.add(format!("species {key} occurs again in the {which} network, as {name}"));
        }
    }
    let amounts = sides.each_ref().map(|side| vec![0.0; side.network.species.len()]);
    let states = [0, 1].map(|i| NetworkState::new(sides[i].network, &amounts[i], 0.0));
    for (i, key) in a.keys.iter().enumerate() {
        let Some(&j) = b.index.get(key.as_str()) else {
            comparison.add(format!("species {key} is only in the first network"));
            continue;
        };
        let (ours, theirs) = (&a.network.species[i], &b.network.species[j]);
        if ours.fixed != theirs.fixed {
            comparison.add(format!("species {key} is held in one network only"));
        }
        let (x, y) = (states[0].value(&ours.initial), states[1].value(&theirs.initial));
        if differ(x, y) {
            comparison.add(format!("species {key} starts with {x} and {y}"));
        }
    }
    for key in b.keys.iter().filter(|key| !a.index.contains_key(key.as_str())) {
        comparison.add(format!("species {key} is only in the second network"));
    }
}

fn compare_observables(sides: &[Side<'_>; 2], comparison: &mut Comparison) {
    let weights = sides.each_ref().map(|side| {
        let mut observables: BTreeMap<&str, BTreeMap<&str, f64>> = BTreeMap::new();
        for observable in &side.network.observables {
            let sum = observables.entry(observable.name.as_str()).or_default();
            for (species, weight) in &observable.terms {
                *sum.entry(side.keys[species.0].as_str()).or_default() += weight;
            }
        }
        observables
    });
    let [a, b] = weights;
    for (name, ours) in &a {
        let Some(theirs) = b.get(name) else {
            comparison.add(format!("observable {name} is only in the first network"));
            continue;
        };
        let mut species: Vec<&str> = ours.keys().chain(theirs.keys()).copied().collect();
        species.sort_unstable();
        species.dedup();
        for key in species {
            let weight = |of: &BTreeMap<&str, f64>| of.get(key).copied().unwrap_or(0.0);
            let (x, y) = (weight(ours), weight(theirs));
            if differ(x, y) {
                comparison.add(format!("observable {name} counts {key} {x} and {y} times"));
            }
        }
    }
    for name in b.keys().filter(|name| !a.contains_key(*name)) {
        comparison.add(format!("observable {name} is only in the second network"));
    }
}

fn compare_reactions(sides: &[Side<'_>; 2], comparison: &mut Comparison) {
    for (probe, time) in [(1, 0.0), (2, 0.7), (3, 11.3)] {
        let amounts = sides.each_ref().map(|side| probe_amounts(side.keys, probe));
        let [a, b] = [0, 1].map(|i| sides[i].rate_constants(&amounts[i], time));
        let n_before = comparison.n_differences;
        let text = |(reactants, products): &(Vec<&str>, Vec<&str>)| {
            let side = |s: &[&str]| if s.is_empty() { "0".to_string() } else { s.join(" + ") };
            format!("{} -> {}", side(reactants), side(products))
        };
        for (key, &x) in &a {
            match b.get(key) {
                None if x == 0.0 => {}
                None => {
                    comparison.add(format!("reaction {} is only in the first network ({x})", text(key)));
                }
                Some(&y) if differ(x, y) => {
                    comparison.add(format!("reaction {} has rate constants {x} and {y}", text(key)));
                }
                Some(_) => {}
            }
        }
        for (key, &y) in b.iter().filter(|(key, y)| !a.contains_key(*key) && **y != 0.0) {
            comparison.add(format!("reaction {} is only in the second network ({y})", text(key)));
        }
        if comparison.n_differences > n_before {
            return;
        }
    }
}

/// An amount between 1/2 and 3/2 for each species, from a hash (FNV-1a) of its text.
fn probe_amounts(keys: &[String], probe: u64) -> Vec<f64> {
    let amount = |key: &String| {
        let start = 0xcbf2_9ce4_8422_2325u64 ^ probe.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = key.bytes().fold(start, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        0.5 + (hash >> 11) as f64 / (1u64 << 53) as f64
    };
    keys.iter().map(amount).collect()
}
