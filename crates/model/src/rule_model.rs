//! A rule-based model: molecule types, rules and what is asked of them, in BNGL's terms.

use crate::{Expr, Function, Location, Parameter, Pattern, RateLaw};

/// A rule-based model, as read from one or several files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleModel {
    /// Parameters in the order written; an expression may refer to any other parameter.
    pub parameters: Vec<Parameter>,
    /// Compartments (cBNGL); empty when the model has none.
    pub compartments: Vec<Compartment>,
    /// Molecule types; inferred from seed species and rules when `types_declared` is false.
    pub molecule_types: Vec<MoleculeType>,
    /// Whether a `molecule types` block was given.
    pub types_declared: bool,
    /// Species present at the start.
    pub seed_species: Vec<SeedSpecies>,
    /// Observables in the order written.
    pub observables: Vec<Observable>,
    /// Energies of formation by pattern, for Arrhenius rate laws.
    pub energy_patterns: Vec<EnergyPattern>,
    /// Functions, global and local, in the order written.
    pub functions: Vec<Function>,
    /// Reaction rules in the order written.
    pub rules: Vec<ReactionRule>,
    /// Actions after (or in) the model, as written.
    pub actions: Vec<Action>,
    /// Actions of the `protocol` block, which a parameter scan carries out at each of its points.
    pub protocol: Vec<Action>,
    /// `setOption("NumberPerQuantityUnit", ...)` and the like: name and value as written.
    pub options: Vec<(String, String)>,
}

/// A compartment of cBNGL.
#[derive(Clone, Debug, PartialEq)]
pub struct Compartment {
    /// Name.
    pub name: String,
    /// 2 (surface) or 3 (volume).
    pub dimension: u8,
    /// Size, in the model's volume (or area times thickness) unit.
    pub size: Expr,
    /// Enclosing compartment, if any.
    pub parent: Option<String>,
}

/// A kind of molecule with its components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoleculeType {
    /// Name.
    pub name: String,
    /// Components; a repeated name means symmetric (interchangeable) components.
    pub components: Vec<ComponentType>,
    /// `population` keyword of hybrid models.
    pub population: bool,
    /// Where it was declared.
    pub location: Location,
}

/// A component of a molecule type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentType {
    /// Name.
    pub name: String,
    /// Allowed internal states; empty when the component only binds.
    pub states: Vec<String>,
}

/// A species present at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedSpecies {
    /// A complete species.
    pub pattern: Pattern,
    /// Initial amount (or concentration: whichever the model means throughout).
    pub amount: Expr,
    /// Where it was written.
    pub location: Location,
}

/// Whether an observable counts matches or species.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObservableKind {
    /// Each match counts.
    Molecules,
    /// Each matching species counts once.
    Species,
    /// `Counter`: as `Molecules`, used in local functions only.
    Counter,
}

/// A named sum over species that match one of several patterns.
#[derive(Clone, Debug, PartialEq)]
pub struct Observable {
    /// Name.
    pub name: String,
    /// What is counted.
    pub kind: ObservableKind,
    /// Patterns; the counts of all are added.
    pub patterns: Vec<Pattern>,
    /// Where it was written.
    pub location: Location,
}

/// `include_reactants(1, A.B, C)` and its three siblings.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternFilter {
    /// Reactant or product that it speaks of, counted from 0 in the order written.
    pub position: usize,
    /// Patterns. Include: at least one must match. Exclude: none may match.
    pub patterns: Vec<Pattern>,
}

/// Free energy that each occurrence of a pattern adds to a species, in units of RT.
///
/// An occurrence counts once, however many symmetries the pattern has.
#[derive(Clone, Debug, PartialEq)]
pub struct EnergyPattern {
    /// The pattern.
    pub pattern: Pattern,
    /// Energy per occurrence; numbers and parameters only.
    pub energy: Expr,
    /// Where it is written.
    pub location: Location,
}

/// Name of the call that stands for a rate constant of energies in a rule: `Arrhenius(phi, Ea)`.
///
/// For a reaction with change of free energy dG it is `exp(-(Ea + phi*dG))`. A reversible rule has it in both
/// directions, with `1 - phi` in the reverse. Generated networks hold the formula instead.
///
/// # Source
/// Hogg (2013), Advances in rule-based modeling (thesis, University of Pittsburgh), chapter on energy.
pub const ARRHENIUS: &str = "Arrhenius";

/// A reaction rule. A reversible rule is kept as one, with two rate laws.
#[derive(Clone, Debug, PartialEq)]
pub struct ReactionRule {
    /// Label; unnamed rules get `_R1`, `_R2` ... in the order written.
    pub name: String,
    /// Reactant patterns; empty for synthesis.
    pub reactants: Vec<Pattern>,
    /// Product patterns; empty for degradation.
    pub products: Vec<Pattern>,
    /// Rate law of the forward direction.
    pub forward: RateLaw,
    /// Rate law of the reverse direction of `<->`.
    pub reverse: Option<RateLaw>,
    /// `DeleteMolecules`: remove only the written molecules, not the species they are in.
    pub delete_molecules: bool,
    /// `MoveConnected`: a transported molecule takes its complex along.
    pub move_connected: bool,
    /// `MatchOnce` given for the whole rule.
    pub match_once: bool,
    /// `include_reactants`.
    pub include_reactants: Vec<PatternFilter>,
    /// `exclude_reactants`.
    pub exclude_reactants: Vec<PatternFilter>,
    /// `include_products`.
    pub include_products: Vec<PatternFilter>,
    /// `exclude_products`.
    pub exclude_products: Vec<PatternFilter>,
    /// Where it was written.
    pub location: Location,
}

/// An action (`generate_network`, `simulate`, ...) as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Name of the action.
    pub name: String,
    /// Arguments: the text between the outer parentheses.
    pub arguments: String,
    /// Where it was written.
    pub location: Location,
}
