//! Flux balance: what steady rates of reactions are best, within bounds (SBML package fbc).
//!
//! The words are those of the package, version 2; the bounds of version 1 are brought to the same form.

/// Bounds and objectives of a flux balance problem. Fluxes are in the unit of extent per time of the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FluxBalance {
    /// Whether every bound is finite or infinite on the right side, and no value changes (version 2).
    pub strict: bool,
    /// Bounds, in the order of the document; several for one reaction hold together.
    pub bounds: Vec<FluxBound>,
    /// What may be made largest or smallest.
    pub objectives: Vec<Objective>,
    /// Identifier of the objective that counts unless another is asked for.
    pub active_objective: Option<String>,
}

/// A bound of the flux of one reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct FluxBound {
    /// Identifier of the reaction.
    pub reaction: String,
    /// Which side.
    pub side: BoundSide,
    /// How much.
    pub value: BoundValue,
}

/// Which fluxes a bound leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundSide {
    /// Those below.
    Lower,
    /// Those above.
    Upper,
}

/// The value of a bound.
#[derive(Clone, Debug, PartialEq)]
pub enum BoundValue {
    /// A number (version 1).
    Number(f64),
    /// The value of a parameter (version 2).
    Parameter(String),
}

/// A weighted sum of fluxes.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Identifier.
    pub id: String,
    /// Whether it is made largest rather than smallest.
    pub maximize: bool,
    /// Reactions and coefficients.
    pub terms: Vec<(String, f64)>,
}
