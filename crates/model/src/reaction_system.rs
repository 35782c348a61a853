//! Reaction systems: compartments, species, rules, reactions and events, as SBML's core describes them.
//!
//! The words are those of the specification (SBML L3V2 core, section 4). Defaults of earlier levels are filled
//! in, function definitions are expanded, and text formulas are expressions: nothing here depends on a level.
//! Identifiers of compartments, species, parameters, reactions and species references share one namespace.

use crate::Expr;
use crate::documentation::Documentation;
use crate::flux_balance::FluxBalance;

/// A model of SBML's core.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReactionSystem {
    /// Identifier of the model; may be empty.
    pub id: String,
    /// Parameter by which extents of reactions are multiplied to give amounts of species.
    pub conversion_factor: Option<String>,
    /// Compartments.
    pub compartments: Vec<Compartment>,
    /// Species.
    pub species: Vec<Species>,
    /// Global parameters.
    pub parameters: Vec<Parameter>,
    /// Values at the start that replace those of the attributes.
    pub initial_assignments: Vec<InitialAssignment>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Reactions.
    pub reactions: Vec<Reaction>,
    /// Events.
    pub events: Vec<Event>,
    /// Bounds and objectives of steady fluxes, if the model has any.
    pub flux_balance: Option<FluxBalance>,
    /// Names, units, notes and annotations.
    pub documentation: Documentation,
}

impl ReactionSystem {
    /// Sets the value of a compartment, species, parameter or species reference at the start, in place of its
    /// attribute and of its initial assignment. The value of a species is what its symbol means.
    ///
    /// # Errors
    /// [`SetError`] when there is no such symbol, or an assignment rule determines it.
    pub fn set_initial(&mut self, id: &str, value: f64) -> Result<(), SetError> {
        let assigned = |rule: &Rule| matches!(rule, Rule::Assignment { variable, .. } if variable == id);
        if self.rules.iter().any(assigned) {
            return Err(SetError::Assigned);
        }
        if let Some(compartment) = self.compartments.iter_mut().find(|c| c.id == id) {
            compartment.size = Some(value);
        } else if let Some(species) = self.species.iter_mut().find(|s| s.id == id) {
            let point =
                self.compartments.iter().any(|c| c.id == species.compartment && c.spatial_dimensions == 0.0);
            species.initial = if species.has_only_substance_units || point {
                InitialQuantity::Amount(value)
            } else {
                InitialQuantity::Concentration(value)
            };
        } else if let Some(parameter) = self.parameters.iter_mut().find(|p| p.id == id) {
            parameter.value = Some(value);
        } else {
            let sides = self.reactions.iter_mut().flat_map(|r| r.reactants.iter_mut().chain(&mut r.products));
            let reference =
                sides.into_iter().find(|r| r.id.as_deref() == Some(id)).ok_or(SetError::Unknown)?;
            reference.stoichiometry = Stoichiometry::Number(value);
        }
        self.initial_assignments.retain(|a| a.symbol != id);
        Ok(())
    }
}

/// Why a value cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetError {
    /// There is no such symbol.
    Unknown,
    /// An assignment rule determines the symbol at all times.
    Assigned,
}

/// A container of species.
#[derive(Clone, Debug, PartialEq)]
pub struct Compartment {
    /// Identifier; as a symbol, the size.
    pub id: String,
    /// Number of dimensions. A compartment without dimensions has no size: its species are amounts.
    pub spatial_dimensions: f64,
    /// Size at the start.
    pub size: Option<f64>,
    /// Whether the size never changes.
    pub constant: bool,
}

/// How much there is of a species at the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InitialQuantity {
    /// Not said.
    Unset,
    /// An amount.
    Amount(f64),
    /// An amount over the size of the compartment.
    Concentration(f64),
}

/// A pool of one kind of entity in one compartment.
#[derive(Clone, Debug, PartialEq)]
pub struct Species {
    /// Identifier; as a symbol, the concentration, or the amount if `has_only_substance_units`.
    pub id: String,
    /// Identifier of the compartment.
    pub compartment: String,
    /// Quantity at the start.
    pub initial: InitialQuantity,
    /// Whether the symbol means an amount.
    pub has_only_substance_units: bool,
    /// Whether reactions leave it as it is.
    pub boundary_condition: bool,
    /// Whether nothing changes it.
    pub constant: bool,
    /// Parameter that takes the place of [`ReactionSystem::conversion_factor`].
    pub conversion_factor: Option<String>,
}

/// A named number.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Identifier.
    pub id: String,
    /// Value at the start.
    pub value: Option<f64>,
    /// Whether it never changes.
    pub constant: bool,
}

/// The value of a symbol at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct InitialAssignment {
    /// Compartment, species, parameter or species reference.
    pub symbol: String,
    /// Its value.
    pub math: Expr,
}

/// A relation that holds at all times.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// `variable = math`
    Assignment {
        /// What is set.
        variable: String,
        /// To what.
        math: Expr,
    },
    /// `d variable / dt = math`
    Rate {
        /// What changes.
        variable: String,
        /// How fast.
        math: Expr,
    },
    /// `0 = math`
    Algebraic {
        /// What is zero.
        math: Expr,
    },
}

/// A reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaction {
    /// Identifier; as a symbol, the rate of the kinetic law.
    pub id: String,
    /// What is consumed.
    pub reactants: Vec<SpeciesReference>,
    /// What is produced.
    pub products: Vec<SpeciesReference>,
    /// Species that the kinetic law may mention otherwise.
    pub modifiers: Vec<String>,
    /// Whether the rate may be negative; says nothing about the kinetic law.
    pub reversible: bool,
    /// Whether it is so fast that it is always in equilibrium (before L3V2).
    pub fast: bool,
    /// Extent per time. Without one, the reaction changes nothing.
    pub kinetic_law: Option<KineticLaw>,
}

/// The rate of a reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct KineticLaw {
    /// Extent per time.
    pub math: Expr,
    /// Constants that only `math` sees; they hide global symbols of the same name.
    pub local_parameters: Vec<(String, Option<f64>)>,
}

/// A species in a reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeciesReference {
    /// Identifier; as a symbol, the stoichiometry.
    pub id: Option<String>,
    /// Species.
    pub species: String,
    /// How many.
    pub stoichiometry: Stoichiometry,
    /// Whether the stoichiometry never changes.
    pub constant: bool,
}

/// How many entities a reaction consumes or produces.
#[derive(Clone, Debug, PartialEq)]
pub enum Stoichiometry {
    /// Not said here: a rule or an initial assignment says it.
    Unset,
    /// A number.
    Number(f64),
    /// An expression (Level 2).
    Math(Expr),
}

/// A discontinuity at the time when a condition becomes true.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Identifier; may be empty.
    pub id: String,
    /// The event happens when this changes from false to true; never without it.
    pub trigger: Option<Expr>,
    /// Value of the trigger before the start.
    pub trigger_initial_value: bool,
    /// Whether it happens even if the trigger turns false before its execution.
    pub persistent: bool,
    /// Time from trigger to execution.
    pub delay: Option<Expr>,
    /// Among events at one time the one with the largest priority is executed first.
    pub priority: Option<Expr>,
    /// Whether assigned values are those at the time of the trigger rather than of the execution.
    pub values_from_trigger_time: bool,
    /// What is assigned, all at once.
    pub assignments: Vec<EventAssignment>,
}

/// A new value of a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct EventAssignment {
    /// Compartment, species, parameter or species reference.
    pub variable: String,
    /// Its new value.
    pub math: Expr,
}
