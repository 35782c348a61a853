//! Numbers that nothing uses, numbers outside of the table, rules without evidence, things without a source.

use std::collections::HashSet;

use model::{Expr, Location, RateLaw, ReactionRule, RuleModel};

use crate::Library;
use crate::codes;
use crate::read::Report;
use crate::suggest;

/// Parameters nothing refers to, and numbers that stand in the rules.
pub(super) fn check(library: &Library, model: &RuleModel, report: &mut Report) {
    let mut used: HashSet<&str> = library.radiation().iter().map(|r| r.per_gray.as_str()).collect();
    let mut visit =
        |place: &str, at: &Location, expression| collect(expression, place, at, &mut used, report);
    for seed in &model.seed_species {
        visit(&format!("seed species {}", seed.pattern), &seed.location, &seed.amount);
    }
    for function in &model.functions {
        let at = super::place_of_function(library, &function.name);
        visit(&format!("function \"{}\"", function.name), &at, &function.body);
    }
    for rule in &model.rules {
        for expression in expressions(rule) {
            visit(&format!("rule \"{}\"", rule.name), &rule.location, expression);
        }
    }
    for row in library.parameters().iter().filter(|row| !used.contains(row.name.as_str())) {
        let message = format!("parameter \"{}\" is not used", row.name);
        report.warning(codes::PARAMETER_UNUSED, &row.at, message, "");
    }
}

/// All expressions of a rule.
pub(super) fn expressions(rule: &ReactionRule) -> Vec<&Expr> {
    let mut all = Vec::new();
    for law in std::iter::once(&rule.forward).chain(&rule.reverse) {
        match law {
            RateLaw::Elementary(k) | RateLaw::Total(k) => all.push(k),
            RateLaw::Saturation { k, half_saturation } => {
                all.push(k);
                all.extend(half_saturation);
            }
            RateLaw::MichaelisMenten { kcat, km } => all.extend([kcat, km]),
            RateLaw::Hill { vmax, k, n } => all.extend([vmax, k, n]),
        }
    }
    all
}

fn collect<'m>(
    expression: &'m Expr,
    place: &str,
    at: &Location,
    used: &mut HashSet<&'m str>,
    report: &mut Report,
) {
    expression.walk(&mut |part| match part {
        Expr::Symbol(name) => drop(used.insert(name)),
        Expr::Number(x) if !structural(*x) => {
            let help = "make it a row of parameters.tsv, with a unit and a source";
            report.warning(codes::NUMBER_IN_RULE, at, format!("the number {x} stands in {place}"), help);
        }
        _ => {}
    });
}

/// Counts up to 9, and guards against division by zero.
fn structural(x: f64) -> bool {
    (x.fract() == 0.0 && (0.0..=9.0).contains(&x)) || (x > 0.0 && x < 1e-3)
}

/// Rules without a row of evidence, and rows without a rule.
pub(super) fn evidence(library: &Library, model: &RuleModel, report: &mut Report) {
    let rows = library.rule_evidence();
    for rule in model.rules.iter().filter(|rule| !rows.iter().any(|row| row.rule == rule.name)) {
        let message = format!("rule \"{}\" has no row in rules.tsv", rule.name);
        report.warning(codes::NO_EVIDENCE, &rule.location, message, "");
    }
    for row in rows {
        if !model.rules.iter().any(|rule| rule.name == row.rule) {
            let help = suggest::help(&row.rule, "rule", model.rules.iter().map(|r| r.name.as_str()));
            report.error(
                codes::UNKNOWN_RULE,
                &row.at,
                format!("the model has no rule \"{}\"", row.rule),
                help,
            );
        } else if row.evidence.is_empty() && row.note.is_empty() {
            let message = format!("rule \"{}\" has neither evidence nor a note", row.rule);
            report.warning(codes::NO_EVIDENCE, &row.at, message, "");
        }
    }
}

/// Drugs, ligands, cells and mutations that do not say where their numbers come from.
///
/// Rows of the tables need no check here: without a source they are not read.
pub(super) fn sources(library: &Library, report: &mut Report) {
    let agents = library.drugs().iter().chain(library.ligands());
    let agents = agents.map(|a| ("drug or ligand", &a.id, &a.sources, &a.at));
    let cells = library.contexts().iter().map(|c| ("cell", &c.id, &c.sources, &c.at));
    let mutations = library.mutations().iter().map(|m| ("mutation", &m.id, &m.sources, &m.at));
    for (kind, id, sources, at) in agents.chain(cells).chain(mutations) {
        if sources.iter().all(|s| s.trim().is_empty()) {
            let help = "write sources = [\"Author Year\"]";
            report.warning(codes::NO_SOURCE, at, format!("{kind} \"{id}\" has no source"), help);
        }
    }
}
