//! Rules to reaction network.
//!
//! [`generate`] applies the reaction rules of a [`model::RuleModel`] to its seed species until nothing new comes
//! out, and gives the [`model::ReactionNetwork`] that BioNetGen would give. [`compare`] says whether two networks
//! are the same up to the order of everything and the spelling of species.
//!
//! Not here: reading BNGL (`formats`), running networks (`simulate`), population maps and network-free
//! simulation.
//!
//! In reading order:
//!
//! - `symbols`, `vocabulary`: names as numbers; what a model's patterns may speak of
//! - `graph`, `partition`, `canonical`: species as graphs, and their canonical order
//! - `pattern`, `matching`: patterns and where they occur
//! - `correspondence`, `operations`, `rule`, `symmetry`, `compile`: what a rule does, and how matches count
//! - `apply`, `compartments`, `local`, `energy`, `observe`: a rule at work, and what is counted
//! - `generate`: the network
//! - `species_text`, `evaluate`, `compare`, `ask`: comparison of networks, and questions about them
//!
//! ```
//! use model::{Expr, Location, MoleculePattern, MoleculeType, Pattern, RateLaw, ReactionRule, RuleModel};
//! // 0 -> A() k
//! let a = MoleculePattern { name: "A".into(), components: vec![], compartment: None, tag: None };
//! let location = Location::default();
//! let kind =
//!     MoleculeType { name: "A".into(), components: vec![], population: false, location: location.clone() };
//! let synthesis = ReactionRule {
//!     name: "Make".into(),
//!     reactants: vec![],
//!     products: vec![Pattern { molecules: vec![a], ..Pattern::default() }],
//!     forward: RateLaw::Elementary(Expr::symbol("k")),
//!     reverse: None,
//!     delete_molecules: false,
//!     move_connected: false,
//!     match_once: false,
//!     include_reactants: vec![],
//!     exclude_reactants: vec![],
//!     include_products: vec![],
//!     exclude_products: vec![],
//!     location,
//! };
//! let model = RuleModel { molecule_types: vec![kind], rules: vec![synthesis], ..RuleModel::default() };
//! let generated = rules::generate(&model, &rules::GenerateOptions::default())?;
//! assert_eq!(generated.network.species[0].name, "A()");
//! assert_eq!(generated.network.reactions.len(), 1);
//! # Ok::<(), rules::GenerateError>(())
//! ```

mod apply;
mod ask;
mod canonical;
mod codes;
mod compare;
mod compartments;
mod compile;
mod correspondence;
mod energy;
mod error;
mod evaluate;
mod generate;
mod graph;
mod local;
mod matching;
mod observe;
mod operations;
mod options;
mod partition;
mod pattern;
mod rule;
mod species_text;
mod symbols;
mod symmetry;
mod vocabulary;

pub use ask::{evaluate, find_species};
pub use codes::CODES;
pub use compare::{Comparison, compare};
pub use error::GenerateError;
pub use generate::generate;
pub use options::{GenerateOptions, Generated, Progress};
