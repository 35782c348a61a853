//! Which mathematics of a model gives no finite number, and which jumps.

use std::collections::{BTreeMap, BTreeSet};

use model::reaction_system::{InitialQuantity, Rule};
use model::{Builtin, Expr, MathOperator, ReactionSystem};
use simulate::{Look, SystemError, evaluate, origin_of_non_finite};

/// Symbols and their values.
pub(super) type Values = BTreeMap<String, f64>;

/// A piece of mathematics with what it belongs to, and constants that only it sees.
struct Piece<'s> {
    place: String,
    math: &'s Expr,
    locals: &'s [(String, Option<f64>)],
}

/// All mathematics that determines rates and values.
fn pieces(system: &ReactionSystem) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let mut add = |place: String, math, locals| all.push(Piece { place, math, locals });
    for reaction in &system.reactions {
        if let Some(law) = &reaction.kinetic_law {
            add(format!("the rate of {:?}", reaction.id), &law.math, law.local_parameters.as_slice());
        }
    }
    for rule in &system.rules {
        match rule {
            Rule::Assignment { variable, math } => add(format!("the rule for {variable:?}"), math, &[]),
            Rule::Rate { variable, math } => add(format!("the rate of {variable:?}"), math, &[]),
            Rule::Algebraic { math } => add("an algebraic rule".to_string(), math, &[]),
        }
    }
    for assignment in &system.initial_assignments {
        add(format!("the initial value of {:?}", assignment.symbol), &assignment.math, &[]);
    }
    for event in &system.events {
        for assignment in &event.assignments {
            add(format!("what an event assigns to {:?}", assignment.variable), &assignment.math, &[]);
        }
    }
    all
}

/// Parts that are no finite number under these values, with the values that make them so.
pub(super) fn origins(system: &ReactionSystem, values: &Values, t: f64) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(system) {
        let math = piece.math.clone().map(&mut |e| if e == Expr::Time { Expr::Number(t) } else { e });
        let value = |name: &str| {
            let local = piece.locals.iter().find(|(n, _)| n == name).map(|(_, v)| v.unwrap_or(f64::NAN));
            local.or_else(|| values.get(name).copied())
        };
        let Some(origin) = origin_of_non_finite(&math, &value) else { continue };
        // The mathematics of that symbol is among the pieces.
        if matches!(origin, Expr::Symbol(_)) {
            continue;
        }
        let mut names = BTreeSet::new();
        origin.walk(&mut |e| {
            if let Expr::Symbol(name) = e {
                names.insert(name.as_str());
            }
        });
        let given: Vec<String> =
            names.iter().filter_map(|name| Some(format!("{name} = {:.6e}", value(name)?))).collect();
        let result = evaluate(origin, &value).unwrap_or(f64::NAN);
        let with = if given.is_empty() { String::new() } else { format!(" with {}", given.join(", ")) };
        found.push(format!("{}: {origin} is {result}{with}", piece.place));
    }
    found
}

/// Values at a time, in a straight line through two looks; a little beyond, where the mathematics fails.
pub(super) fn extrapolated(before: &Look, last: &Look, t_fails: f64) -> Values {
    let ahead = 2.0 * (t_fails - last.t);
    let pairs = before.values.iter().zip(&last.values);
    pairs
        .map(|((_, old), (name, new))| (name.clone(), new + (new - old) / (last.t - before.t) * ahead))
        .collect()
}

/// Values that the file gives, and what initial assignments and assignment rules make of them.
pub(super) fn start_values(system: &ReactionSystem) -> Values {
    let mut values = Values::new();
    for compartment in &system.compartments {
        values.insert(compartment.id.clone(), compartment.size.unwrap_or(1.0));
    }
    for parameter in &system.parameters {
        values.extend(parameter.value.map(|value| (parameter.id.clone(), value)));
    }
    for species in &system.species {
        let size = values.get(&species.compartment).copied().unwrap_or(1.0);
        let (amount, concentration) = match species.initial {
            InitialQuantity::Unset => (0.0, 0.0),
            InitialQuantity::Amount(amount) => (amount, amount / size),
            InitialQuantity::Concentration(c) => (c * size, c),
        };
        values.insert(
            species.id.clone(),
            if species.has_only_substance_units { amount } else { concentration },
        );
    }
    let given = system.initial_assignments.iter().map(|a| (&a.symbol, &a.math));
    let ruled = system.rules.iter().filter_map(|rule| match rule {
        Rule::Assignment { variable, math } => Some((variable, math)),
        _ => None,
    });
    let all: Vec<(&String, &Expr)> = given.chain(ruled).collect();
    // Each round settles at least one more of those that depend on each other.
    for _ in 0..all.len() {
        for (symbol, math) in &all {
            if let Ok(value) = evaluate(math, &|name| values.get(name).copied()) {
                values.insert((*symbol).clone(), value);
            }
        }
    }
    values
}

/// Mathematics with jumps, and what jumps there.
pub(super) fn jumps(system: &ReactionSystem) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(system) {
        let mut kinds = BTreeSet::new();
        piece.math.walk(&mut |e| {
            let Expr::Builtin(function, _) = e else { return };
            match function {
                Builtin::If | Builtin::Math(MathOperator::Piecewise) => {
                    kinds.insert("a choice between cases")
                }
                Builtin::Floor | Builtin::Ceil | Builtin::Rint => kinds.insert("rounding"),
                Builtin::Sign => kinds.insert("a sign"),
                Builtin::Math(MathOperator::Quotient | MathOperator::Rem) => kinds.insert("a remainder"),
                _ => false,
            };
        });
        if !kinds.is_empty() {
            found.push(format!("{}: {}", piece.place, kinds.into_iter().collect::<Vec<_>>().join(", ")));
        }
    }
    found
}

/// The time at which a run failed.
pub(super) fn time_of(error: &SystemError) -> Option<f64> {
    match error {
        SystemError::NonFinite { t, .. }
        | SystemError::Inconsistent { t, .. }
        | SystemError::NoRest { t }
        | SystemError::StepSizeTooSmall { t, .. }
        | SystemError::TooManySteps { t, .. }
        | SystemError::Singular { t, .. }
        | SystemError::EventLoop { t, .. }
        | SystemError::BadDelay { t, .. } => Some(*t),
        _ => None,
    }
}
