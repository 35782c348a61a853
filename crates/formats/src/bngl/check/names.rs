//! Names: defined once, not reserved, and defined when used.

use std::collections::{BTreeMap, BTreeSet};

use model::ObservableKind;

use crate::bngl::draft::{Declared, Draft, Kind, Scope, ScopedUse};
use crate::bngl::{codes, constants};
use crate::report::Report;
use crate::source::Place;

/// Checks that every declared name is allowed and unique.
pub(crate) fn declarations(draft: &Draft, report: &mut Report<'_>) {
    let mut seen: BTreeMap<(u8, &str), &Declared> = BTreeMap::new();
    for declared in &draft.declared {
        let kind = declared.kind;
        if kind.is_quantity() && constants::is_reserved(&declared.name) {
            let message = format!("\"{}\" is a reserved name", declared.name);
            let help = format!("call the {} something else", kind.word());
            report.error(declared.place, codes::RESERVED_NAME, message, help);
        }
        // Parameters, functions and observables share one set of names.
        let group = if kind.is_quantity() { 0 } else { kind as u8 };
        match seen.get(&(group, declared.name.as_str())) {
            Some(first) => clash(first, declared, report),
            None => {
                seen.insert((group, &declared.name), declared);
            }
        }
    }
}

fn clash(first: &Declared, second: &Declared, report: &mut Report<'_>) {
    let earlier = report.lines().location(first.place);
    let help = format!("remove or rename one of the two; the first is at {earlier}");
    if first.kind == second.kind {
        let message = format!("{} \"{}\" is defined twice", second.kind.word(), second.name);
        if second.kind == Kind::Rule {
            report.warn(second.place, codes::DUPLICATE, message, help);
        } else {
            report.error(second.place, codes::DUPLICATE, message, help);
        }
        return;
    }
    let message = format!("\"{}\" is both {} and {}", second.name, first.kind.word(), second.kind.word());
    report.error(second.place, codes::NAME_CLASH, message, help);
}

/// What a name in an expression stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Parameter,
    Function { n_arguments: usize },
    Observable { is_counter: bool },
}

/// Checks that every used name is defined and used as what it is.
pub(crate) fn uses(draft: &Draft, report: &mut Report<'_>) {
    let meanings = meanings(draft);
    let tags: Vec<BTreeSet<&str>> = draft.model.rules.iter().map(rule_tags).collect();
    for used in &draft.uses {
        let name = used.name.name.as_str();
        let locals: Box<dyn Fn(&str) -> bool> = match used.scope {
            Scope::Constant => Box::new(|_| false),
            Scope::Function(i) => {
                let function = draft.model.functions.get(i);
                Box::new(move |n| function.is_some_and(|f| f.arguments.iter().any(|a| a == n)))
            }
            Scope::Rule(i) => {
                let tags = tags.get(i);
                Box::new(move |n| tags.is_some_and(|t| t.contains(n)))
            }
        };
        if locals(name) && used.name.n_args.is_none() {
            continue;
        }
        match meanings.get(name) {
            Some(meaning) => check_use(used, *meaning, report),
            None => undefined(used, draft, report),
        }
    }
}

fn meanings(draft: &Draft) -> BTreeMap<&str, Meaning> {
    let model = &draft.model;
    let parameters = draft.names(|k| k == Kind::Parameter).map(|n| (n, Meaning::Parameter));
    let declared = draft.names(|k| k == Kind::Function).map(|n| (n, Meaning::Function { n_arguments: 0 }));
    let functions = model
        .functions
        .iter()
        .map(|f| (f.name.as_str(), Meaning::Function { n_arguments: f.arguments.len() }));
    let observables = model.observables.iter().map(|o| {
        let is_counter = o.kind == ObservableKind::Counter;
        (o.name.as_str(), Meaning::Observable { is_counter })
    });
    parameters.chain(declared).chain(functions).chain(observables).collect()
}

fn rule_tags(rule: &model::ReactionRule) -> BTreeSet<&str> {
    let mut tags = BTreeSet::new();
    for pattern in rule.reactants.iter().chain(&rule.products) {
        tags.extend(pattern.tag.as_deref());
        for molecule in &pattern.molecules {
            tags.extend(molecule.tag.as_deref());
            tags.extend(molecule.components.iter().filter_map(|c| c.tag.as_deref()));
        }
    }
    tags
}

fn check_use(used: &ScopedUse, meaning: Meaning, report: &mut Report<'_>) {
    let (name, place) = (&used.name.name, used.name.place);
    if used.scope == Scope::Constant && !matches!(meaning, Meaning::Parameter) {
        let message = format!("\"{name}\" changes during a simulation and cannot be used here");
        let help = "only numbers and parameters may be used here; write a function instead";
        report.error(place, codes::PARAMETER_NOT_CONSTANT, message, help);
        return;
    }
    let n_args = used.name.n_args.unwrap_or(0);
    match meaning {
        Meaning::Parameter if n_args > 0 => bad_call(name, "a parameter takes no arguments", place, report),
        Meaning::Observable { .. } if n_args > 1 => {
            bad_call(name, "an observable takes at most one argument", place, report);
        }
        Meaning::Observable { is_counter: true } if n_args == 0 => {
            bad_call(name, "a Counter observable needs the tag of a pattern as its argument", place, report);
        }
        Meaning::Function { n_arguments } if n_args != n_arguments => {
            let plural = if n_arguments == 1 { "" } else { "s" };
            let message =
                format!("function \"{name}\" has {n_arguments} argument{plural}, used with {n_args}");
            let help = if n_arguments == 0 {
                format!("write {name}()")
            } else {
                format!("write {name}(x), where x is the tag of a pattern in the rule: %x:A(b)")
            };
            report.error(place, codes::LOCAL_WITHOUT_TAG, message, help);
        }
        _ => {}
    }
}

fn bad_call(name: &str, reason: &str, place: Place, report: &mut Report<'_>) {
    report.error(
        place,
        codes::BAD_CALL,
        format!("\"{name}\" is not used correctly: {reason}"),
        "change the call",
    );
}

fn undefined(used: &ScopedUse, draft: &Draft, report: &mut Report<'_>) {
    let (name, n_args) = (used.name.name.as_str(), used.name.n_args.unwrap_or(0));
    if n_args == 0 && (constants::value(name).is_some() || constants::is_time(name)) {
        if constants::is_time(name) && used.scope == Scope::Constant {
            let message = "time changes during a simulation and cannot be used here".to_string();
            report.error(used.name.place, codes::PARAMETER_NOT_CONSTANT, message, "write a function instead");
        }
        return;
    }
    if report.is_full() {
        return;
    }
    let message = format!("\"{name}\" is not defined");
    let help = match name {
        "log" => "write ln(x) for the natural or log10(x) for the decimal logarithm".to_string(),
        "pow" | "power" => "write a^b".to_string(),
        _ if model::Builtin::from_name(name).is_some() => format!("{name} is a function: write {name}(...)"),
        _ => {
            let builtins = model::Builtin::ALL.iter().map(|(_, n, ..)| *n).filter(|_| n_args > 0);
            let known = draft.names(Kind::is_quantity).chain(builtins);
            model::did_you_mean(name, known, "define it in the block \"parameters\" or \"functions\"")
        }
    };
    report.error(used.name.place, codes::UNDEFINED_NAME, message, help);
}
