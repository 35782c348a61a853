//! What a model's patterns may speak of: names, molecule types, compartments.

use crate::compartments::Topology;
use crate::symbols::{Symbol, Symbols};
use model::{Pattern, RuleModel, StatePattern};
use std::collections::HashMap;

/// A component type in symbols.
#[derive(Clone, Debug)]
pub(crate) struct ComponentKind {
    pub(crate) name: Symbol,
    pub(crate) states: Vec<Symbol>,
}

/// Names, molecule types and compartments of a model.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    pub(crate) symbols: Symbols,
    pub(crate) types: HashMap<Symbol, Vec<ComponentKind>>,
    /// Whether a state that no molecule type lists is an error.
    pub(crate) strict: bool,
    pub(crate) topology: Topology,
}

impl Vocabulary {
    /// Collects all names of the model.
    pub(crate) fn new(model: &RuleModel) -> Self {
        let mut texts: Vec<&str> = Vec::new();
        for kind in &model.molecule_types {
            texts.push(&kind.name);
            for component in &kind.components {
                texts.push(&component.name);
                texts.extend(component.states.iter().map(String::as_str));
            }
        }
        texts.extend(model.compartments.iter().map(|c| c.name.as_str()));
        for pattern in all_patterns(model) {
            let components = pattern.molecules.iter().flat_map(|m| &m.components);
            texts.extend(components.filter_map(|c| match &c.state {
                StatePattern::Is(state) => Some(state.as_str()),
                StatePattern::Any => None,
            }));
        }
        let symbols = Symbols::new(texts);
        let symbol = |text: &str| symbols.get(text).expect("all names were collected");
        let types = model.molecule_types.iter().map(|kind| {
            let components = kind.components.iter().map(|c| ComponentKind {
                name: symbol(&c.name),
                states: c.states.iter().map(|s| symbol(s)).collect(),
            });
            (symbol(&kind.name), group_by_name(components.collect()))
        });
        let types = types.collect();
        let topology = Topology::new(model, &symbols);
        Self { types, strict: model.types_declared, topology, symbols }
    }
}

/// Brings components of one name together, at the place of the first.
fn group_by_name(components: Vec<ComponentKind>) -> Vec<ComponentKind> {
    let mut order: Vec<Symbol> = Vec::new();
    for component in &components {
        if !order.contains(&component.name) {
            order.push(component.name);
        }
    }
    let mut grouped = components;
    grouped.sort_by_key(|c| order.iter().position(|&name| name == c.name));
    grouped
}

fn all_patterns(model: &RuleModel) -> impl Iterator<Item = &Pattern> {
    let rules = model.rules.iter().flat_map(|rule| {
        let filters = [
            &rule.include_reactants,
            &rule.exclude_reactants,
            &rule.include_products,
            &rule.exclude_products,
        ];
        let filtered = filters.into_iter().flatten().flat_map(|f| &f.patterns);
        rule.reactants.iter().chain(&rule.products).chain(filtered)
    });
    let seeds = model.seed_species.iter().map(|s| &s.pattern);
    let observed = model.observables.iter().flat_map(|o| &o.patterns);
    seeds.chain(observed).chain(rules)
}
