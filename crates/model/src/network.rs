//! The flat reaction network: species, reactions, observables, functions.

use crate::Expr;

/// Position of a species in [`ReactionNetwork::species`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpeciesIdx(pub usize);

/// Position of a reaction in [`ReactionNetwork::reactions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReactionIdx(pub usize);

/// A named constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Name.
    pub name: String,
    /// Its value, possibly in terms of other parameters.
    pub value: Expr,
}

/// A named expression over parameters, observables, functions, time and its own arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Name.
    pub name: String,
    /// Argument names. In a network every function is global, with no arguments.
    pub arguments: Vec<String>,
    /// Body.
    pub body: Expr,
}

/// One species of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Species {
    /// Canonical BNGL text, for example `AKT(s473~P,t308~U)`.
    pub name: String,
    /// Initial amount.
    pub initial: Expr,
    /// Held at its value: reactions do not change it, assignments between periods may.
    pub fixed: bool,
}

/// A rate law. Mass-action factors of the reactants are implied unless said otherwise.
///
/// With statistical factor `c` and reactant amounts `x_i`:
#[derive(Clone, Debug, PartialEq)]
pub enum RateLaw {
    /// `v = c * k * prod(x_i)`; `k` may be any expression (elementary or functional rate).
    Elementary(Expr),
    /// `v = c * k`: `TotalRate`.
    Total(Expr),
    /// `Sat(k, K_1, ...)`: `v = c * k * prod(x_i) / prod(K_j + x_j)`, the product below over the constants given.
    Saturation {
        /// `k`
        k: Expr,
        /// `K_1, ...`
        half_saturation: Vec<Expr>,
    },
    /// `MM(kcat, Km)` of substrate `x_1` and enzyme `x_2`, with the total quasi-steady-state correction:
    /// `S = ((x1 - Km - x2) + sqrt((x1 - Km - x2)^2 + 4 Km x1)) / 2`, `v = c * kcat * x2 * S / (Km + S)`.
    MichaelisMenten {
        /// `kcat`
        kcat: Expr,
        /// `Km`
        km: Expr,
    },
    /// `Hill(Vmax, K, n)`: `v = c * Vmax * x_1^n / (K^n + x_1^n)`, times the remaining reactants.
    Hill {
        /// `Vmax`
        vmax: Expr,
        /// `K`
        k: Expr,
        /// `n`
        n: Expr,
    },
}

/// An amount that is not only a state: rates and observables see the state of the species plus an expression.
///
/// A drug in the medium is held at what was added; in an animal the tumour's free drug comes on top, as
/// pharmacokinetics delivers it. Units: those of the species.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposure {
    /// The species; it must be held ([`Species::fixed`]).
    pub species: SpeciesIdx,
    /// What is added to its state. It must not refer, directly or not, to the species itself.
    pub added: Expr,
}

/// One reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaction {
    /// Reactants, repeated by their stoichiometry.
    pub reactants: Vec<SpeciesIdx>,
    /// Products, repeated by their stoichiometry.
    pub products: Vec<SpeciesIdx>,
    /// Statistical factor `c`: symmetry and multiplicity of the rule's matches.
    pub factor: f64,
    /// Rate law.
    pub rate: RateLaw,
    /// Name of the rule it came from; the reverse of rule `R` is `_reverse_R`. Several names are joined by commas.
    pub rule: String,
}

/// A weighted sum of species.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkObservable {
    /// Name.
    pub name: String,
    /// Species and weights, ascending.
    pub terms: Vec<(SpeciesIdx, f64)>,
}

/// A flat reaction network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReactionNetwork {
    /// Parameters; an expression may refer to any other parameter.
    pub parameters: Vec<Parameter>,
    /// Species.
    pub species: Vec<Species>,
    /// Observables.
    pub observables: Vec<NetworkObservable>,
    /// Functions without arguments.
    pub functions: Vec<Function>,
    /// Reactions.
    pub reactions: Vec<Reaction>,
    /// Held species to which an expression is added; at most one entry per species.
    pub exposures: Vec<Exposure>,
}
