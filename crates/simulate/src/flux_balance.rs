//! Flux balance: steady rates of reactions that make a weighted sum of them largest or smallest.
//!
//! With stoichiometry `S` (boundary and constant species left out) and fluxes `v`: `S v = 0`, `lower <= v <= upper`,
//! and the objective is a linear function of `v`. Kinetic laws play no part.
//! A best flux distribution is often one of many; the objective is unique.
//!
//! # Source
//! SBML L3 package Flux Balance Constraints, version 2, section 3.

use std::collections::HashMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use model::ReactionSystem;
use model::flux_balance::{BoundSide, BoundValue, FluxBalance, Objective};
use model::reaction_system::Stoichiometry;

use crate::{SpeciesAs, SystemError, SystemRun, compile_system};

/// A best distribution of fluxes.
#[derive(Clone, Debug, PartialEq)]
pub struct FluxSolution {
    /// Identifier of the objective.
    pub objective: String,
    /// Its value, in the unit of extent per time.
    pub value: f64,
    /// Reactions and their fluxes, in the order of the model.
    pub fluxes: Vec<(String, f64)>,
}

/// Why there is no best distribution.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FluxError {
    /// The model asks for nothing.
    #[error("the model has no flux objective")]
    NoObjective,
    /// The objective asked for is not there.
    #[error("the model has no flux objective \"{id}\"")]
    UnknownObjective {
        /// Its identifier.
        id: String,
    },
    /// No fluxes are steady and within the bounds.
    #[error("no steady fluxes lie within the bounds")]
    Infeasible,
    /// The objective grows without end.
    #[error("the objective is unbounded: a reaction that serves it lacks a bound")]
    Unbounded,
    /// A bound or stoichiometry is no number.
    #[error("{what} is {value}, which is no usable number")]
    BadNumber {
        /// Which.
        what: String,
        /// Its value.
        value: f64,
    },
    /// The model has no values at the start.
    #[error(transparent)]
    System(#[from] SystemError),
    /// The solver gives up.
    #[error("the linear program was not solved: {reason}")]
    Solver {
        /// In the words of the solver.
        reason: String,
    },
}

/// Solves for an objective; without one, for the active one of the model.
///
/// # Errors
/// [`FluxError`]; never part of a solution.
pub fn flux_balance(system: &ReactionSystem, objective: Option<&str>) -> Result<FluxSolution, FluxError> {
    let balance = system.flux_balance.as_ref().ok_or(FluxError::NoObjective)?;
    let objective = chosen(balance, objective)?;
    let values = StartValues::of(system)?;
    let direction =
        if objective.maximize { OptimizationDirection::Maximize } else { OptimizationDirection::Minimize };
    let mut problem = Problem::new(direction);
    let mut weights: HashMap<&str, f64> = HashMap::new();
    for (reaction, coefficient) in &objective.terms {
        *weights.entry(reaction).or_default() += finite("a coefficient of the objective", *coefficient)?;
    }
    let mut variables = Vec::with_capacity(system.reactions.len());
    for reaction in &system.reactions {
        let bounds = bounds_of(balance, &reaction.id, &values)?;
        if bounds.0 > bounds.1 {
            return Err(FluxError::Infeasible);
        }
        variables.push(problem.add_var(weights.get(reaction.id.as_str()).copied().unwrap_or(0.0), bounds));
    }
    for row in rows(system, &values)? {
        let terms: Vec<_> = row.into_iter().map(|(reaction, n)| (variables[reaction], n)).collect();
        problem.add_constraint(terms, ComparisonOp::Eq, 0.0);
    }
    let solved = problem.solve().and_then(|outcome| {
        outcome.into_solution().map_err(|stopped| microlp::Error::InternalError(format!("{stopped:?}")))
    });
    match solved {
        Ok(solution) => Ok(FluxSolution {
            objective: objective.id.clone(),
            value: solution.objective(),
            fluxes: (system.reactions.iter().zip(&variables))
                .map(|(reaction, &variable)| (reaction.id.clone(), solution.var_value(variable)))
                .collect(),
        }),
        Err(microlp::Error::Infeasible) => Err(FluxError::Infeasible),
        Err(microlp::Error::Unbounded) => Err(FluxError::Unbounded),
        Err(other) => Err(FluxError::Solver { reason: other.to_string() }),
    }
}

fn chosen<'b>(balance: &'b FluxBalance, asked: Option<&str>) -> Result<&'b Objective, FluxError> {
    match asked.or(balance.active_objective.as_deref()) {
        Some(id) => balance
            .objectives
            .iter()
            .find(|o| o.id == id)
            .ok_or_else(|| FluxError::UnknownObjective { id: id.to_string() }),
        None => balance.objectives.first().ok_or(FluxError::NoObjective),
    }
}

fn finite(what: &str, value: f64) -> Result<f64, FluxError> {
    if value.is_finite() { Ok(value) } else { Err(FluxError::BadNumber { what: what.to_string(), value }) }
}

/// Values of all symbols at the start.
struct StartValues {
    by_name: HashMap<String, f64>,
}

impl StartValues {
    fn of(system: &ReactionSystem) -> Result<Self, FluxError> {
        // Only parameters and stoichiometries count; amounts and kinetic laws may be anything.
        let mut constants = system.clone();
        constants.events.clear();
        for reaction in &mut constants.reactions {
            reaction.kinetic_law = None;
        }
        let compiled = compile_system(&constants)?;
        let trajectory = compiled.run(&SystemRun { output_times: vec![0.0], ..SystemRun::default() })?;
        let value = |name: &String| Some(trajectory.column(compiled.column(name, SpeciesAs::Symbol)?)[0]);
        let by_name = compiled.symbols().iter().filter_map(|name| Some((name.clone(), value(name)?)));
        Ok(Self { by_name: by_name.collect() })
    }

    fn get(&self, name: &str) -> f64 {
        self.by_name.get(name).copied().unwrap_or(f64::NAN)
    }
}

/// The narrowest bounds of a reaction; infinite where there is none.
fn bounds_of(balance: &FluxBalance, reaction: &str, values: &StartValues) -> Result<(f64, f64), FluxError> {
    let (mut lower, mut upper) = (f64::NEG_INFINITY, f64::INFINITY);
    for bound in balance.bounds.iter().filter(|b| b.reaction == reaction) {
        let value = match &bound.value {
            BoundValue::Number(value) => *value,
            BoundValue::Parameter(name) => values.get(name),
        };
        if value.is_nan() {
            return Err(FluxError::BadNumber { what: format!("a bound of \"{reaction}\""), value });
        }
        match bound.side {
            BoundSide::Lower => lower = lower.max(value),
            BoundSide::Upper => upper = upper.min(value),
        }
    }
    Ok((lower, upper))
}

/// Reactions (by position) and net stoichiometries of each species that must be balanced.
fn rows(system: &ReactionSystem, values: &StartValues) -> Result<Vec<Vec<(usize, f64)>>, FluxError> {
    let balanced = system.species.iter().filter(|s| !s.boundary_condition && !s.constant);
    let row_of: HashMap<&str, usize> = balanced.enumerate().map(|(row, s)| (s.id.as_str(), row)).collect();
    let mut rows: Vec<Vec<(usize, f64)>> = vec![Vec::new(); row_of.len()];
    for (i, reaction) in system.reactions.iter().enumerate() {
        let consumed = reaction.reactants.iter().map(|r| (r, -1.0));
        for (reference, sign) in consumed.chain(reaction.products.iter().map(|r| (r, 1.0))) {
            let Some(&row) = row_of.get(reference.species.as_str()) else { continue };
            let known = reference.id.as_deref().map(|id| values.get(id)).filter(|v| !v.is_nan());
            let n = match (known, &reference.stoichiometry) {
                (Some(value), _) => value,
                (None, Stoichiometry::Number(n)) => *n,
                (None, _) => f64::NAN,
            };
            let what = format!("the stoichiometry of \"{}\" in \"{}\"", reference.species, reaction.id);
            let net = sign * finite(&what, n)?;
            match rows[row].last_mut() {
                Some((last, sum)) if *last == i => *sum += net,
                _ => rows[row].push((i, net)),
            }
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use formats::{Source, sbml};

    use super::*;

    /// A source of A (at most `most`), A to B twice over, and a drain of B.
    fn model(most: &str, kind: &str) -> ReactionSystem {
        let reaction = |id: &str, from: &str, to: &str, n: &str, upper: &str| {
            let side = |list: &str, species: &str, n: &str| match species {
                "" => String::new(),
                _ => format!(
                    "<{list}><speciesReference species=\"{species}\" stoichiometry=\"{n}\" constant=\"true\"/></{list}>"
                ),
            };
            format!(
                "<reaction id=\"{id}\" reversible=\"false\" fast=\"false\" fbc:lowerFluxBound=\"zero\" \
                 fbc:upperFluxBound=\"{upper}\">{}{}</reaction>",
                side("listOfReactants", from, "1"),
                side("listOfProducts", to, n)
            )
        };
        let species = |id: &str| {
            format!(
                "<species id=\"{id}\" compartment=\"c\" initialAmount=\"0\" hasOnlySubstanceUnits=\"true\" \
                 boundaryCondition=\"false\" constant=\"false\"/>"
            )
        };
        let parameter =
            |id: &str, value: &str| format!("<parameter id=\"{id}\" value=\"{value}\" constant=\"true\"/>");
        let text = format!(
            "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version1/core\" level=\"3\" version=\"1\" \
             xmlns:fbc=\"{}\" fbc:required=\"false\"><model fbc:strict=\"true\"><listOfCompartments>\
             <compartment id=\"c\" size=\"1\" constant=\"true\"/></listOfCompartments><listOfSpecies>{}{}</listOfSpecies>\
             <listOfParameters>{}{}{}</listOfParameters><listOfReactions>{}{}{}</listOfReactions>\
             <fbc:listOfObjectives fbc:activeObjective=\"o\"><fbc:objective fbc:id=\"o\" fbc:type=\"{kind}\">\
             <fbc:listOfFluxObjectives><fbc:fluxObjective fbc:reaction=\"out\" fbc:coefficient=\"1\"/>\
             </fbc:listOfFluxObjectives></fbc:objective></fbc:listOfObjectives></model></sbml>",
            "http://www.sbml.org/sbml/level3/version1/fbc/version2",
            species("A"),
            species("B"),
            parameter("zero", "0"),
            parameter("most", most),
            parameter("inf", "INF"),
            reaction("in", "", "A", "1", "most"),
            reaction("R", "A", "B", "2", "inf"),
            reaction("out", "B", "", "1", "inf"),
        );
        let parsed = sbml::parse(Source::new("m.xml", &text));
        assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
        parsed.value
    }

    #[test]
    fn the_bound_of_the_source_decides() {
        let solution = flux_balance(&model("3", "maximize"), None).unwrap();
        // The simplex method solves this in sums and products of small integers.
        assert!((solution.value - 6.0).abs() < 1e-12, "{solution:?}");
        let fluxes: Vec<f64> = solution.fluxes.iter().map(|f| f.1).collect();
        assert!(fluxes.iter().zip([3.0, 3.0, 6.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{fluxes:?}");
        assert_eq!(flux_balance(&model("3", "minimize"), None).unwrap().value, 0.0);
    }

    #[test]
    fn without_a_solution_there_are_no_fluxes() {
        assert_eq!(flux_balance(&model("INF", "maximize"), None), Err(FluxError::Unbounded));
        assert_eq!(flux_balance(&model("-1", "maximize"), None), Err(FluxError::Infeasible));
        let unknown = flux_balance(&model("1", "maximize"), Some("p"));
        assert_eq!(unknown, Err(FluxError::UnknownObjective { id: "p".to_string() }));
    }
}
