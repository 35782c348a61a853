//! What a model says about itself to people: names, units, notes, annotations. No number depends on it.

use std::collections::BTreeMap;

/// Everything that a [`crate::ReactionSystem`] carries along without using it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Documentation {
    /// Of the model itself.
    pub model: Remarks,
    /// Of components, by identifier.
    pub components: BTreeMap<String, Remarks>,
    /// Definitions of units.
    pub units: Vec<UnitDefinition>,
    /// Units of the model by attribute (`substanceUnits`, `timeUnits`, ...).
    pub model_units: BTreeMap<String, String>,
}

/// What is said about one component. Empty texts say nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remarks {
    /// A name for people.
    pub name: String,
    /// Identifier that annotations refer to.
    pub metaid: String,
    /// Term of the Systems Biology Ontology.
    pub sbo_term: String,
    /// Identifier of the unit.
    pub units: String,
    /// XML inside of `<notes>`.
    pub notes: String,
    /// XML inside of `<annotation>`.
    pub annotation: String,
}

impl Remarks {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Remarks::default()
    }
}

/// A unit as a product of base units.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitDefinition {
    /// Identifier.
    pub id: String,
    /// A name for people; may be empty.
    pub name: String,
    /// Factors.
    pub factors: Vec<UnitFactor>,
}

/// `(multiplier * 10^scale * kind)^exponent`
#[derive(Clone, Debug, PartialEq)]
pub struct UnitFactor {
    /// Base unit, for example `mole`.
    pub kind: String,
    /// Exponent.
    pub exponent: f64,
    /// Power of ten.
    pub scale: f64,
    /// Factor.
    pub multiplier: f64,
}
