//! Logical models: species with levels, and rules for the next level, as SBML's package qual describes them.
//!
//! # Source
//! Qualitative Models, Version 1 Release 1: Chaouiya et al. 2015, J. Integr. Bioinform. 12(2), 270.

use crate::Expr;

/// A logical model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogicalModel {
    /// Identifier; may be empty.
    pub id: String,
    /// Species, in the order of the file.
    pub species: Vec<QualitativeSpecies>,
    /// What determines levels.
    pub transitions: Vec<Transition>,
}

/// Something with a level: 0, 1, 2, ...
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualitativeSpecies {
    /// Identifier; in mathematics, the level.
    pub id: String,
    /// Whether the level never changes.
    pub constant: bool,
    /// Level at the start, if the model says so.
    pub initial_level: Option<u32>,
    /// Highest level, if the model says so.
    pub max_level: Option<u32>,
}

/// A rule for the next level of its outputs: the level of the first term whose condition holds, else the default.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// Identifier; may be empty.
    pub id: String,
    /// Symbols of thresholds, with their levels.
    pub thresholds: Vec<(String, u32)>,
    /// Species that take over the level.
    pub outputs: Vec<String>,
    /// Level when no condition holds.
    pub default_level: u32,
    /// Conditions with their levels, in order.
    pub terms: Vec<(Expr, u32)>,
}
