//! A system without reactions, and what each reaction does when it fires.

use std::collections::{BTreeSet, HashMap};

use model::reaction_system::{
    Event, EventAssignment, KineticLaw, Parameter, Reaction, Rule, Species, SpeciesReference, Stoichiometry,
};
use model::{BinaryOp, Builtin, Expr, MathOperator, ReactionSystem};

use super::super::SystemError;

/// The sum of propensities over time, where they change between jumps. No identifier contains a space.
pub(super) const HAZARD: &str = " hazard";
/// The hazard at which the next reaction fires.
pub(super) const THRESHOLD: &str = " threshold";

/// What a reaction does.
#[derive(Clone, Debug)]
pub(super) struct Jump {
    /// The reaction, and the parameter that holds its propensity.
    pub(super) name: String,
    /// Species, and the parameter that holds by how much its amount changes.
    pub(super) changes: Vec<(String, String)>,
}

/// Takes the reactions out of a system: their rates become assigned parameters of the same name.
///
/// # Errors
/// [`SystemError::Unsupported`] for what has no meaning when reactions are jumps.
pub(super) fn split(system: &ReactionSystem) -> Result<(ReactionSystem, Vec<Jump>), SystemError> {
    let mut rest = system.clone();
    let reactions = std::mem::take(&mut rest.reactions);
    refuse_slopes(system)?;
    let mut jumps = Vec::new();
    let mut changed: BTreeSet<String> = BTreeSet::new();
    let species: HashMap<&str, &Species> = system.species.iter().map(|s| (s.id.as_str(), s)).collect();
    for reaction in &reactions {
        if reaction.fast {
            return Err(unsupported(&reaction.id, "a fast reaction in a stochastic simulation"));
        }
        let Some(law) = &reaction.kinetic_law else { continue };
        rest.parameters.push(Parameter { id: reaction.id.clone(), value: None, constant: false });
        rest.rules.push(Rule::Assignment { variable: reaction.id.clone(), math: without_locals(law) });
        name_stoichiometries(&mut rest, reaction);
        let mut jump = Jump { name: reaction.id.clone(), changes: Vec::new() };
        for (species, change) in net_changes(system, &species, reaction) {
            let parameter = format!(" change of {species} by {}", reaction.id);
            rest.parameters.push(Parameter { id: parameter.clone(), value: None, constant: false });
            rest.rules.push(Rule::Assignment { variable: parameter.clone(), math: change });
            changed.insert(species.clone());
            jump.changes.push((species, parameter));
        }
        jumps.push(jump);
    }
    rest.reactions.push(standing(changed));
    Ok((rest, jumps))
}

/// A reaction that never happens: what it names is stored as an amount that may change.
fn standing(changed: BTreeSet<String>) -> Reaction {
    let product = |species| SpeciesReference {
        id: None,
        species,
        stoichiometry: Stoichiometry::Number(1.0),
        constant: true,
    };
    Reaction {
        id: " jumps".to_string(),
        reactants: Vec::new(),
        products: changed.into_iter().map(product).collect(),
        modifiers: Vec::new(),
        reversible: false,
        fast: false,
        kinetic_law: Some(KineticLaw { math: Expr::Number(0.0), local_parameters: Vec::new() }),
    }
}

/// Adds the integral of all propensities, and the event at which it reaches its threshold.
pub(super) fn add_hazard(rest: &mut ReactionSystem, jumps: &[Jump]) {
    let parameter = |id: &str| Parameter { id: id.to_string(), value: Some(0.0), constant: false };
    rest.parameters.extend([parameter(HAZARD), parameter(THRESHOLD)]);
    let total = jumps.iter().map(|j| Expr::symbol(&j.name));
    let total = total.reduce(|a, b| Expr::binary(BinaryOp::Add, a, b)).unwrap_or(Expr::Number(0.0));
    rest.rules.push(Rule::Rate { variable: HAZARD.to_string(), math: total });
    let assign =
        |variable: &str, value: Expr| EventAssignment { variable: variable.to_string(), math: value };
    rest.events.push(Event {
        id: HAZARD.to_string(),
        trigger: Some(Expr::binary(BinaryOp::GreaterEqual, Expr::symbol(HAZARD), Expr::symbol(THRESHOLD))),
        trigger_initial_value: false,
        persistent: true,
        delay: None,
        priority: None,
        values_from_trigger_time: false,
        // The threshold counts as changed by events; its value is drawn when the event is executed.
        assignments: vec![assign(HAZARD, Expr::Number(0.0)), assign(THRESHOLD, Expr::Number(f64::INFINITY))],
    });
}

fn unsupported(place: &str, feature: &'static str) -> SystemError {
    SystemError::Unsupported { place: place.to_string(), feature }
}

/// The slope of what jumps is undefined.
fn refuse_slopes(system: &ReactionSystem) -> Result<(), SystemError> {
    let mut found = false;
    let mut look = |expr: &Expr| {
        expr.walk(&mut |e| found |= matches!(e, Expr::Builtin(Builtin::Math(MathOperator::RateOf), _)));
    };
    for rule in &system.rules {
        let (Rule::Assignment { math, .. } | Rule::Rate { math, .. } | Rule::Algebraic { math }) = rule;
        look(math);
    }
    system.reactions.iter().filter_map(|r| r.kinetic_law.as_ref()).for_each(|law| look(&law.math));
    for event in &system.events {
        event.trigger.iter().chain(&event.delay).chain(&event.priority).for_each(&mut look);
        event.assignments.iter().for_each(|a| look(&a.math));
    }
    if found { Err(unsupported("the model", "rateOf in a stochastic simulation")) } else { Ok(()) }
}

fn without_locals(law: &KineticLaw) -> Expr {
    law.math.clone().map(&mut |expr| match &expr {
        Expr::Symbol(name) => match law.local_parameters.iter().find(|(id, _)| id == name) {
            Some((_, value)) => Expr::Number(value.unwrap_or(f64::NAN)),
            None => expr,
        },
        _ => expr,
    })
}

/// Named stoichiometries are symbols; they stay as parameters.
fn name_stoichiometries(rest: &mut ReactionSystem, reaction: &Reaction) {
    for reference in reaction.reactants.iter().chain(&reaction.products) {
        let Some(id) = &reference.id else { continue };
        let value = match &reference.stoichiometry {
            Stoichiometry::Number(n) => Some(*n),
            Stoichiometry::Unset | Stoichiometry::Math(_) => None,
        };
        rest.parameters.push(Parameter { id: id.clone(), value, constant: reference.constant });
        if let Stoichiometry::Math(math) = &reference.stoichiometry {
            rest.rules.push(Rule::Assignment { variable: id.clone(), math: math.clone() });
        }
    }
}

/// By how much a firing changes the amount of each species.
fn net_changes(
    system: &ReactionSystem,
    known: &HashMap<&str, &Species>,
    reaction: &Reaction,
) -> Vec<(String, Expr)> {
    let mut changes: Vec<(String, Expr)> = Vec::new();
    let sides = [(&reaction.reactants, -1.0), (&reaction.products, 1.0)];
    for (reference, sign) in sides.into_iter().flat_map(|(side, sign)| side.iter().map(move |r| (r, sign))) {
        let Some(species) = known.get(reference.species.as_str()) else { continue };
        if species.boundary_condition || species.constant {
            continue;
        }
        let count = match (&reference.id, &reference.stoichiometry) {
            (Some(id), _) => Expr::symbol(id),
            (None, Stoichiometry::Number(n)) => Expr::Number(*n),
            (None, Stoichiometry::Math(math)) => math.clone(),
            (None, Stoichiometry::Unset) => Expr::Number(f64::NAN),
        };
        let mut change = Expr::binary(BinaryOp::Multiply, Expr::Number(sign), count);
        if let Some(factor) = species.conversion_factor.as_ref().or(system.conversion_factor.as_ref()) {
            change = Expr::binary(BinaryOp::Multiply, change, Expr::symbol(factor));
        }
        match changes.iter_mut().find(|(name, _)| *name == species.id) {
            Some((_, sum)) => *sum = Expr::binary(BinaryOp::Add, sum.clone(), change),
            None => changes.push((species.id.clone(), change)),
        }
    }
    changes
}
