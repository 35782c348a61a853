//! Lines of the blocks molecule types, seed species and observables.

use model::{
    ComponentType, EnergyPattern, Expr, MoleculeType, Observable, ObservableKind, Pattern, SeedSpecies,
};

use super::codes;
use super::draft::{Draft, Kind, PatternPlaces, PatternUse, Role, Scope};
use super::pattern::pattern;
use super::quantities::valid_name;
use crate::cursor::{Cursor, excerpt, is_name};
use crate::expression::whole_expression;
use crate::report::Report;
use crate::source::Place;

/// Reads `[index] name(component~state~state,...) [population]`; in the block population types all are populations.
pub(crate) fn molecule_type(
    all_populations: bool,
    cursor: &mut Cursor<'_>,
    draft: &mut Draft,
    report: &mut Report<'_>,
) {
    cursor.skip_index();
    let _label = cursor.label();
    let place = cursor.place();
    let name = cursor.word();
    if !valid_name(name, "molecule type", place, cursor, report) {
        return;
    }
    cursor.skip_space();
    let components = if cursor.eat("(") { component_types(name, cursor, report) } else { Some(Vec::new()) };
    let Some(components) = components else { return };
    cursor.skip_space();
    let says_population = cursor.peek_word().eq_ignore_ascii_case("population");
    if says_population {
        cursor.word();
        cursor.skip_space();
    }
    if !cursor.at_end() {
        let message = format!("unexpected \"{}\" after molecule type \"{name}\"", excerpt(cursor.rest()));
        report.error(
            cursor.place(),
            codes::TYPE_FORM,
            message,
            "write one molecule type per line: A(b,c~U~P)",
        );
    }
    check_equal_sites(name, &components, place, report);
    draft.declare(Kind::MoleculeType, name, place);
    let location = report.lines().location(place);
    draft.model.molecule_types.push(MoleculeType {
        name: name.to_string(),
        components,
        population: all_populations || says_population,
        location,
    });
}

fn component_types(
    molecule: &str,
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_>,
) -> Option<Vec<ComponentType>> {
    let mut components = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.eat(",") {
            continue;
        }
        if cursor.eat(")") {
            return Some(components);
        }
        let name = cursor.word();
        let mut states: Vec<String> = Vec::new();
        while is_name(name) && cursor.eat("~") {
            let state = cursor.word().to_string();
            if !state.is_empty() && !states.contains(&state) {
                states.push(state);
            }
        }
        let ends = cursor.peek().is_some_and(|c| matches!(c, ',' | ')') || c.is_whitespace());
        if !is_name(name) || !ends {
            let found = excerpt(&format!("{name}{}", cursor.rest()));
            let message = if cursor.at_end() {
                format!("the components of molecule type \"{molecule}\" are not closed")
            } else {
                format!("component of molecule type \"{molecule}\" is not understood at \"{found}\"")
            };
            let help = "write components with their states, separated by commas: A(b,c~U~P)";
            report.error(cursor.place(), codes::TYPE_FORM, message, help);
            return None;
        }
        components.push(ComponentType { name: name.to_string(), states });
    }
}

fn check_equal_sites(molecule: &str, components: &[ComponentType], place: Place, report: &mut Report<'_>) {
    let sorted = |component: &ComponentType| {
        let mut states = component.states.clone();
        states.sort();
        states
    };
    for (i, component) in components.iter().enumerate() {
        let earlier = components[..i].iter().find(|c| c.name == component.name);
        if earlier.is_some_and(|e| sorted(e) != sorted(component)) {
            let message =
                format!("components \"{}\" of \"{molecule}\" differ in their states", component.name);
            report.error(
                place,
                codes::UNEQUAL_SITES,
                message,
                "give both the same states, or different names",
            );
            return;
        }
    }
}

/// Reads `[index] pattern amount`.
pub(crate) fn seed_species(cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    cursor.skip_index();
    let place = cursor.place();
    let Some((pattern, places)) = pattern(cursor, report) else { return };
    if !cursor.at_space() {
        let message = format!("unexpected \"{}\" after a species", excerpt(cursor.rest()));
        report.error(cursor.place(), codes::NO_MOLECULE, message, "separate species and amount by a space");
        return;
    }
    cursor.skip_space();
    let amount = if cursor.at_end() {
        let message = format!("seed species {pattern} has no amount");
        report.error(cursor.place(), codes::SEED_AMOUNT, message, format!("write: {pattern} 100"));
        None
    } else {
        let mut uses = Vec::new();
        let amount = whole_expression(cursor, report, &mut uses);
        draft.add_uses(uses, Scope::Constant);
        amount
    };
    if pattern.is_empty() {
        return;
    }
    keep_pattern(&pattern, places, Role::Seed, draft);
    let location = report.lines().location(place);
    let amount = amount.unwrap_or(Expr::Number(0.0));
    draft.model.seed_species.push(SeedSpecies { pattern, amount, location });
}

/// Reads `[index] [label:] pattern energy`.
pub(crate) fn energy_pattern(cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    cursor.skip_index();
    let _label = cursor.label();
    cursor.skip_space();
    let place = cursor.place();
    let Some((pattern, places)) = pattern(cursor, report) else { return };
    cursor.skip_space();
    if pattern.is_empty() || cursor.at_end() {
        let message = format!(
            "energy pattern {pattern} has no {}",
            if pattern.is_empty() { "molecule" } else { "energy" }
        );
        report.error(cursor.place(), codes::ENERGY_FORM, message, "write: A(b!1).B(a!1) dG/RT");
        return;
    }
    let mut uses = Vec::new();
    let energy = whole_expression(cursor, report, &mut uses).unwrap_or(Expr::Number(0.0));
    draft.add_uses(uses, Scope::Constant);
    keep_pattern(&pattern, places, Role::MoleculesObservable, draft);
    let location = report.lines().location(place);
    draft.model.energy_patterns.push(EnergyPattern { pattern, energy, location });
}

/// Reads `[index] kind name pattern[, pattern...]`.
pub(crate) fn observable(cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    cursor.skip_index();
    let place = cursor.place();
    let Some(kind) = observable_kind(cursor, place, report) else { return };
    cursor.skip_space();
    let name_place = cursor.place();
    let name = cursor.word();
    if !valid_name(name, "observable", name_place, cursor, report) {
        return;
    }
    let role =
        if kind == ObservableKind::Species { Role::SpeciesObservable } else { Role::MoleculesObservable };
    let patterns = observable_patterns(name, role, cursor, draft, report);
    draft.declare(Kind::Observable, name, name_place);
    let location = report.lines().location(place);
    draft.model.observables.push(Observable { name: name.to_string(), kind, patterns, location });
}

fn observable_kind(cursor: &mut Cursor<'_>, place: Place, report: &mut Report<'_>) -> Option<ObservableKind> {
    match cursor.word() {
        "Molecules" => Some(ObservableKind::Molecules),
        "Species" => Some(ObservableKind::Species),
        "Counter" => Some(ObservableKind::Counter),
        kind @ ("Function" | "Population") => {
            let message = format!("observables of kind {kind} are not supported");
            report.error(
                place,
                codes::UNSUPPORTED,
                message,
                "write a function, or an observable of kind Molecules",
            );
            None
        }
        other => {
            let found = if other.is_empty() { excerpt(cursor.rest()) } else { other.to_string() };
            let otherwise = "write: Molecules name pattern";
            let help = model::did_you_mean(other, ["Molecules", "Species", "Counter"], otherwise);
            report.error(
                place,
                codes::OBSERVABLE_FORM,
                format!("unknown kind of observable \"{found}\""),
                help,
            );
            None
        }
    }
}

fn observable_patterns(
    name: &str,
    role: Role,
    cursor: &mut Cursor<'_>,
    draft: &mut Draft,
    report: &mut Report<'_>,
) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.eat(",") {
            continue;
        }
        if cursor.at_end() {
            break;
        }
        let Some((pattern, places)) = pattern(cursor, report) else { return patterns };
        if !cursor.at_space() && cursor.peek() != Some(',') {
            let message = format!("unexpected \"{}\" after a pattern", excerpt(cursor.rest()));
            report.error(
                cursor.place(),
                codes::NO_MOLECULE,
                message,
                "separate patterns by commas or spaces",
            );
            return patterns;
        }
        keep_pattern(&pattern, places, role, draft);
        patterns.push(pattern);
    }
    if patterns.is_empty() {
        let message = format!("observable \"{name}\" has no pattern");
        report.error(cursor.place(), codes::NO_PATTERN, message, format!("write: Molecules {name} A(b~P)"));
    }
    patterns
}

/// Remembers a pattern for the checks that need the whole model.
pub(crate) fn keep_pattern(pattern: &Pattern, places: PatternPlaces, role: Role, draft: &mut Draft) {
    if !pattern.is_empty() {
        draft.patterns.push(PatternUse { pattern: pattern.clone(), places, role });
    }
}
