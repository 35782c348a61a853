//! The nouns of resurge: checked descriptions of models, and what is wrong with them.
//!
//! This crate runs nothing and reads no files. It holds, in reading order:
//!
//! - [`diagnostic`]: what is wrong with an input, where, and what to write instead
//! - [`expr`]: mathematical expressions as written by the author of a model
//! - [`pattern`] and [`rule_model`]: molecules, patterns and rules (BNGL)
//! - [`math`]: operators that SBML has and BNGL has not
//! - [`network`]: the flat reaction network that rules expand to
//! - [`reaction_system`]: compartments, species, rules, reactions and events (SBML)
//! - [`documentation`]: names, units, notes and annotations of a reaction system
//! - [`flux_balance`]: bounds and objectives of steady fluxes (SBML package fbc)
//! - [`logical`]: species with levels and rules for them (SBML package qual)
//! - [`quantity`]: numbers with units
//! - [`suggest`]: the known name closest to an unknown one
//!
//! Way of the data: `bytes -> RuleModel -> ReactionNetwork -> compiled network -> trajectory`.

pub mod diagnostic;
pub mod documentation;
pub mod expr;
pub mod flux_balance;
pub mod logical;
pub mod math;
pub mod network;
pub mod pattern;
pub mod quantity;
pub mod reaction_system;
mod rule_model;
pub mod suggest;

pub use diagnostic::{Diagnostic, Location, Parsed, Severity};
pub use expr::{BinaryOp, Builtin, Expr, UnaryOp};
pub use math::MathOperator;
pub use network::{
    Exposure, Function, NetworkObservable, Parameter, RateLaw, Reaction, ReactionIdx, ReactionNetwork,
    Species, SpeciesIdx,
};
pub use pattern::{BondPattern, ComponentPattern, MoleculePattern, Pattern, Quantifier, StatePattern};
pub use quantity::{Dimension, Quantity, QuantityError, Unit};
pub use reaction_system::ReactionSystem;
pub use rule_model::{
    ARRHENIUS, Action, Compartment, ComponentType, EnergyPattern, MoleculeType, Observable, ObservableKind,
    PatternFilter, ReactionRule, RuleModel, SeedSpecies,
};
pub use suggest::{closest_name, did_you_mean};
