//! Identifiers, and what they may refer to.

use std::collections::{HashMap, HashSet};

use model::reaction_system::{InitialQuantity, Rule, Stoichiometry};
use model::{Expr, ReactionSystem, did_you_mean};
use roxmltree::Node;

use super::codes;
use super::reader::Reader;

/// What an identifier stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A symbol with a value; whether it is constant.
    Variable {
        constant: bool,
    },
    Reaction,
    Event,
}

/// Checks everything that needs the whole model.
pub(super) fn check(reader: &mut Reader<'_>, model: Node<'_, '_>, system: &ReactionSystem) {
    let known = identifiers(reader, system);
    references(reader, model, system, &known);
    rules(reader, system, &known);
    events(reader, system, &known);
    symbols(reader, system, &known);
}

fn identifiers(reader: &mut Reader<'_>, system: &ReactionSystem) -> HashMap<String, Kind> {
    let variable = |constant| Kind::Variable { constant };
    let references = system.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products));
    let all = (system.compartments.iter().map(|c| (&c.id, variable(c.constant))))
        .chain(system.species.iter().map(|s| (&s.id, variable(s.constant))))
        .chain(system.parameters.iter().map(|p| (&p.id, variable(p.constant))))
        .chain(system.reactions.iter().map(|r| (&r.id, Kind::Reaction)))
        .chain(references.filter_map(|r| Some((r.id.as_ref()?, variable(r.constant)))))
        .chain(system.events.iter().filter(|e| !e.id.is_empty()).map(|e| (&e.id, Kind::Event)));
    let mut known = HashMap::new();
    for (id, kind) in all {
        if known.insert(id.clone(), kind).is_some() {
            reader.error_at(
                id,
                codes::DUPLICATE_ID,
                format!("the identifier \"{id}\" is used twice"),
                "rename one",
            );
        }
    }
    known
}

fn references(
    reader: &mut Reader<'_>,
    model: Node<'_, '_>,
    system: &ReactionSystem,
    known: &HashMap<String, Kind>,
) {
    let compartments: HashSet<&str> = system.compartments.iter().map(|c| c.id.as_str()).collect();
    for species in &system.species {
        if !compartments.contains(species.compartment.as_str()) {
            let message = format!(
                "species \"{}\" is in the compartment \"{}\", which does not exist",
                species.id, species.compartment
            );
            let help = advice(&species.compartment, compartments.iter().copied());
            reader.error_at(&species.id, codes::SPECIES_COMPARTMENT, message, help);
        }
    }
    let factors = system.species.iter().filter_map(|s| s.conversion_factor.as_ref());
    for factor in factors.chain(&system.conversion_factor) {
        if !system.parameters.iter().any(|p| p.id == *factor && p.constant) {
            let message = format!("the conversion factor \"{factor}\" is not a constant parameter");
            reader.error(model, codes::CONVERSION_FACTOR, message, "name a parameter with constant=\"true\"");
        }
    }
    let ruled: HashSet<&str> = system.rules.iter().filter_map(variable_of).collect();
    for reaction in &system.reactions {
        for reference in reaction.reactants.iter().chain(&reaction.products) {
            match system.species.iter().find(|s| s.id == reference.species) {
                None => {
                    let message = format!(
                        "reaction \"{}\" names the species \"{}\", which does not exist",
                        reaction.id, reference.species
                    );
                    let help = advice(&reference.species, system.species.iter().map(|s| s.id.as_str()));
                    reader.error_at(&reaction.id, codes::REACTION_SPECIES, message, help);
                }
                Some(s) if !s.boundary_condition && (ruled.contains(s.id.as_str()) || s.constant) => {
                    let message = format!(
                        "species \"{}\" is changed by reaction \"{}\", but it has a rule or is constant",
                        s.id, reaction.id
                    );
                    let help = "declare it a boundary species, or remove the rule";
                    reader.error_at(&s.id, codes::RULE_AND_REACTION, message, help);
                }
                Some(_) => {}
            }
        }
        for modifier in &reaction.modifiers {
            if !matches!(known.get(modifier), Some(Kind::Variable { .. })) {
                let message = format!(
                    "reaction \"{}\" names the modifier \"{modifier}\", which does not exist",
                    reaction.id
                );
                reader.error_at(&reaction.id, codes::REACTION_SPECIES, message, "name a species");
            }
        }
    }
}

fn variable_of(rule: &Rule) -> Option<&str> {
    match rule {
        Rule::Assignment { variable, .. } | Rule::Rate { variable, .. } => Some(variable),
        Rule::Algebraic { .. } => None,
    }
}

fn rules(reader: &mut Reader<'_>, system: &ReactionSystem, known: &HashMap<String, Kind>) {
    let mut seen = HashSet::new();
    for variable in system.rules.iter().filter_map(variable_of) {
        changeable(reader, known, variable, codes::RULE_VARIABLE, "a rule");
        if !seen.insert(variable) {
            let message = format!("\"{variable}\" has two rules");
            reader.error_at(variable, codes::TWO_RULES, message, "remove one of them");
        }
    }
    let mut assigned = HashSet::new();
    for assignment in &system.initial_assignments {
        let symbol = assignment.symbol.as_str();
        if !matches!(known.get(symbol), Some(Kind::Variable { .. })) {
            let message =
                format!("an initial assignment sets \"{symbol}\", which is no variable of the model");
            let help = advice(symbol, known.keys().map(String::as_str));
            reader.error_at(symbol, codes::INITIAL_SYMBOL, message, help);
        }
        if !assigned.insert(symbol) {
            let message = format!("\"{symbol}\" has two initial assignments");
            reader.error_at(symbol, codes::TWO_INITIAL_ASSIGNMENTS, message, "remove one of them");
        }
        let ruled = |r: &Rule| matches!(r, Rule::Assignment { variable, .. } if variable == symbol);
        if system.rules.iter().any(ruled) {
            let message = format!("\"{symbol}\" has an initial assignment and an assignment rule");
            reader.error_at(symbol, codes::INITIAL_AND_RULE, message, "remove one of them");
        }
    }
}

fn events(reader: &mut Reader<'_>, system: &ReactionSystem, known: &HashMap<String, Kind>) {
    for assignment in system.events.iter().flat_map(|e| &e.assignments) {
        changeable(reader, known, &assignment.variable, codes::EVENT_VARIABLE, "an event");
    }
}

/// Remarks a variable that does not exist or is constant.
fn changeable(
    reader: &mut Reader<'_>,
    known: &HashMap<String, Kind>,
    variable: &str,
    code: &'static str,
    what: &str,
) {
    match known.get(variable) {
        Some(Kind::Variable { constant: false }) => {}
        Some(Kind::Variable { constant: true }) => {
            let message = format!("{what} changes \"{variable}\", which is constant");
            reader.error_at(variable, codes::CONSTANT_VARIABLE, message, "write constant=\"false\" there");
        }
        _ => {
            let message = format!("{what} changes \"{variable}\", which is no variable of the model");
            let help = advice(variable, known.keys().map(String::as_str));
            reader.error_at(variable, code, message, help);
        }
    }
}

/// Every symbol in mathematics must have a value.
fn symbols(reader: &mut Reader<'_>, system: &ReactionSystem, known: &HashMap<String, Kind>) {
    let mut check = |expr: &Expr, local: &[(String, Option<f64>)], place: &str| {
        let mut missing = Vec::new();
        expr.walk(&mut |e| match e {
            Expr::Symbol(name)
                if !local.iter().any(|(id, _)| id == name)
                    && !matches!(known.get(name), Some(Kind::Variable { .. } | Kind::Reaction)) =>
            {
                missing.push(name.clone());
            }
            _ => {}
        });
        for name in missing {
            let message = format!("the mathematics of \"{place}\" uses \"{name}\", which has no value");
            let help = advice(&name, known.keys().map(String::as_str));
            reader.error_at(place, codes::UNKNOWN_SYMBOL, message, help);
        }
    };
    for assignment in &system.initial_assignments {
        check(&assignment.math, &[], &assignment.symbol);
    }
    for rule in &system.rules {
        match rule {
            Rule::Assignment { variable, math } | Rule::Rate { variable, math } => check(math, &[], variable),
            Rule::Algebraic { math } => check(math, &[], ""),
        }
    }
    for reaction in &system.reactions {
        if let Some(law) = &reaction.kinetic_law {
            check(&law.math, &law.local_parameters, &reaction.id);
        }
        for reference in reaction.reactants.iter().chain(&reaction.products) {
            if let Stoichiometry::Math(math) = &reference.stoichiometry {
                check(math, &[], &reaction.id);
            }
        }
    }
    for event in &system.events {
        let parts = [&event.trigger, &event.delay, &event.priority];
        parts.into_iter().flatten().for_each(|math| check(math, &[], &event.id));
        event.assignments.iter().for_each(|a| check(&a.math, &[], &event.id));
    }
}

/// Gives a value to what changes in time or is divided by, where the model says nothing: with a warning, because the
/// specification leaves the value open and other programs take the same one.
pub(super) fn fill_missing(reader: &mut Reader<'_>, system: &mut ReactionSystem) {
    let determined: HashSet<String> = system
        .rules
        .iter()
        .filter_map(|r| match r {
            Rule::Assignment { variable, .. } => Some(variable.clone()),
            _ => None,
        })
        .chain(system.initial_assignments.iter().map(|a| a.symbol.clone()))
        .collect();
    let algebraic = system.rules.iter().any(|r| matches!(r, Rule::Algebraic { .. }));
    let changing: HashSet<String> =
        (system.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products)))
            .map(|r| r.species.clone())
            .chain(system.rules.iter().filter_map(variable_of).map(str::to_string))
            .collect();
    for species in &mut system.species {
        if species.initial == InitialQuantity::Unset
            && changing.contains(&species.id)
            && !determined.contains(&species.id)
        {
            species.initial = InitialQuantity::Amount(0.0);
            let message = format!("species \"{}\" has no initial quantity; 0 is taken", species.id);
            reader.warn_at(&species.id, codes::NO_INITIAL, message, "say how much there is at the start");
        }
    }
    for compartment in &mut system.compartments {
        let holds = system.species.iter().any(|s| {
            s.compartment == compartment.id
                && (matches!(s.initial, InitialQuantity::Concentration(_)) || !s.has_only_substance_units)
        });
        let open = compartment.size.is_none() && compartment.spatial_dimensions != 0.0 && !algebraic;
        if open && holds && !determined.contains(&compartment.id) {
            compartment.size = Some(1.0);
            let message = format!("compartment \"{}\" has no size; 1 is taken", compartment.id);
            reader.warn_at(&compartment.id, codes::NO_SIZE, message, "say how large it is");
        }
    }
}

fn advice<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<&str> = known.collect();
    all.sort_unstable();
    did_you_mean(name, all, "define it, or correct the name")
}
