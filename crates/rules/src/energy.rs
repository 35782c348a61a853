//! Rate constants from energies: `Arrhenius(phi, Ea)`.
//!
//! # Source
//! Hogg (2013), Advances in rule-based modeling (thesis, University of Pittsburgh); the counting of patterns is that
//! of BioNetGen (`EnergyPattern.pm`).

use crate::error::GenerateError;
use crate::graph::Graph;
use crate::matching::matches;
use crate::pattern::PatternGraph;
use crate::symmetry::isomorphisms;
use crate::vocabulary::Vocabulary;
use model::{BinaryOp, Builtin, Expr, RuleModel, UnaryOp};

/// An energy pattern whose names are looked up.
#[derive(Debug)]
pub(crate) struct CompiledEnergy {
    pattern: PatternGraph,
    /// Number of matches for each occurrence.
    n_symmetries: usize,
    energy: Expr,
}

/// All energy patterns of a model.
pub(crate) fn compile_energies(
    model: &RuleModel,
    vocabulary: &Vocabulary,
) -> Result<Vec<CompiledEnergy>, GenerateError> {
    let compile = |written: &model::EnergyPattern| {
        let owner = format!("energy pattern \"{}\"", written.pattern);
        let pattern = PatternGraph::new(&written.pattern, vocabulary, &owner)?;
        let n_symmetries = isomorphisms(&pattern, &pattern).len().max(1);
        Ok(CompiledEnergy { pattern, n_symmetries, energy: written.energy.clone() })
    };
    model.energy_patterns.iter().map(compile).collect()
}

impl CompiledEnergy {
    fn occurrences<'g>(&self, species: impl Iterator<Item = &'g Graph>) -> f64 {
        let n: usize = species.map(|graph| matches(&self.pattern, graph, None).len()).sum();
        n as f64 / self.n_symmetries as f64
    }
}

/// The rate constant of a reaction: `exp(-(Ea + phi*dG))`, in terms of the energies of the patterns.
pub(crate) fn arrhenius<'g>(
    phi: Expr,
    activation: Expr,
    energies: &[CompiledEnergy],
    reactants: impl Iterator<Item = &'g Graph> + Clone,
    products: impl Iterator<Item = &'g Graph> + Clone,
) -> Expr {
    let terms = energies.iter().filter_map(|energy| {
        let change = energy.occurrences(products.clone()) - energy.occurrences(reactants.clone());
        let term = || energy.energy.clone();
        if change == 0.0 {
            None
        } else if change == 1.0 {
            Some(term())
        } else {
            Some(Expr::binary(BinaryOp::Multiply, Expr::Number(change), term()))
        }
    });
    let add = |a, b| Expr::binary(BinaryOp::Add, a, b);
    let barrier = match terms.reduce(add) {
        Some(change) => add(activation, Expr::binary(BinaryOp::Multiply, phi, change)),
        None => activation,
    };
    Expr::Builtin(Builtin::Exp, vec![Expr::Unary(UnaryOp::Negate, Box::new(barrier))])
}
