//! All rules of a model, in both directions.

use crate::error::GenerateError;
use crate::local::{Tagged, calls_with_arguments, has_calls};
use crate::pattern::PatternGraph;
use crate::rule::{Filter, Rule, RuleParts};
use crate::vocabulary::Vocabulary;
use model::{Location, Pattern, PatternFilter, RateLaw, ReactionRule, RuleModel};
use std::collections::BTreeMap;

/// One direction of a rule with what the generator wants to know about it.
pub(crate) struct CompiledRule<'a> {
    pub(crate) rule: Rule<'a>,
    pub(crate) location: &'a Location,
    /// Tags of the reactants.
    pub(crate) tags: BTreeMap<String, Tagged>,
    /// Whether the rate calls functions.
    pub(crate) has_calls: bool,
    /// Whether the rate differs from reaction to reaction.
    pub(crate) is_local: bool,
}

/// Compiles all rules; the reverse of `R` is `_reverse_R` and follows it.
pub(crate) fn compile_rules<'a>(
    model: &'a RuleModel,
    vocabulary: &Vocabulary,
) -> Result<Vec<CompiledRule<'a>>, GenerateError> {
    let mut rules = Vec::with_capacity(2 * model.rules.len());
    for rule in &model.rules {
        rules.push(direction(rule, vocabulary, Direction::Forward, &rule.forward)?);
        if let Some(rate) = &rule.reverse {
            rules.push(direction(rule, vocabulary, Direction::Reverse, rate)?);
        }
    }
    Ok(rules)
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Forward,
    Reverse,
}

fn direction<'a>(
    rule: &'a ReactionRule,
    vocabulary: &Vocabulary,
    direction: Direction,
    rate: &'a RateLaw,
) -> Result<CompiledRule<'a>, GenerateError> {
    let owner = format!("rule \"{}\"", rule.name);
    let compile = |patterns: &[Pattern]| -> Result<Vec<PatternGraph>, GenerateError> {
        let written = patterns.iter().filter(|p| !p.is_empty());
        written.map(|p| PatternGraph::new(p, vocabulary, &owner)).collect()
    };
    let mut reactants = compile(&rule.reactants)?;
    let mut products = compile(&rule.products)?;
    let filters = |include: &[PatternFilter], exclude: &[PatternFilter], n: usize| {
        compile_filters(include, exclude, n, vocabulary, &owner)
    };
    let mut reactant_filters = filters(&rule.include_reactants, &rule.exclude_reactants, reactants.len())?;
    let mut product_filters = filters(&rule.include_products, &rule.exclude_products, products.len())?;
    let mut name = rule.name.clone();
    if direction == Direction::Reverse {
        std::mem::swap(&mut reactants, &mut products);
        std::mem::swap(&mut reactant_filters, &mut product_filters);
        name.insert_str(0, "_reverse_");
    }
    if rule.match_once {
        reactants.iter_mut().for_each(|r| r.match_once = true);
    }
    let tags = tags(&reactants);
    let parts = RuleParts {
        name,
        reactants,
        products,
        reactant_filters,
        product_filters,
        rate,
        delete_molecules: rule.delete_molecules,
        move_connected: rule.move_connected,
    };
    let rule_compiled = Rule::new(parts, vocabulary)?;
    let has_calls = has_calls(rate);
    let is_local = calls_with_arguments(rate);
    Ok(CompiledRule { rule: rule_compiled, location: &rule.location, tags, has_calls, is_local })
}

fn compile_filters(
    include: &[PatternFilter],
    exclude: &[PatternFilter],
    n_patterns: usize,
    vocabulary: &Vocabulary,
    owner: &str,
) -> Result<Vec<Filter>, GenerateError> {
    let mut filters = vec![Filter::default(); n_patterns];
    for (list, is_include) in [(include, true), (exclude, false)] {
        for written in list {
            let filter = filters.get_mut(written.position).ok_or_else(|| GenerateError::FilterPosition {
                owner: owner.to_string(),
                position: written.position + 1,
            })?;
            let target = if is_include { &mut filter.include } else { &mut filter.exclude };
            for pattern in &written.patterns {
                target.push(PatternGraph::new(pattern, vocabulary, owner)?);
            }
        }
    }
    Ok(filters)
}

fn tags(reactants: &[PatternGraph]) -> BTreeMap<String, Tagged> {
    let mut tags = BTreeMap::new();
    for (reactant, pattern) in reactants.iter().enumerate() {
        if let Some(tag) = &pattern.tag {
            tags.insert(tag.clone(), Tagged { reactant, molecule: None });
        }
        for (m, molecule) in pattern.molecules.iter().enumerate() {
            if let Some(tag) = &molecule.tag {
                tags.insert(tag.clone(), Tagged { reactant, molecule: Some(m) });
            }
        }
    }
    tags
}
