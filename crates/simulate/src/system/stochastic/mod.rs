//! Exact stochastic simulation and tau-leaping of reaction systems.
//!
//! A system splits in two: jumps (reactions that fire) and the rest (rules, events, rate rules), which the engine of
//! [`super::run`] runs as ever. Propensities are the kinetic laws, taken at their word.
//!
//! - `split`: a system without reactions, and what each reaction does when it fires
//! - `law`: propensities as products of amounts where they are, as programs otherwise
//! - `compile`: laws, changes, which laws a firing concerns
//! - `draw`: numbers from distributions, in events and initial assignments
//! - `random`: streams of random numbers by seed and replicate
//! - `select`, `groups`: which reaction fires (linear search, composition and rejection)
//! - `kernel`: the direct method between two stops
//! - `engine`: jumps in the engine of [`super::run`]
//! - `tau`: leaps over many firings
//! - `replicates`: many runs and their statistics
//! - `reversible`: net rates as two directions
//! - `network`: a reaction network as a reaction system

mod compile;
mod draw;
mod engine;
mod groups;
mod kernel;
mod law;
mod network;
mod random;
mod replicates;
mod reversible;
mod select;
mod split;
mod tau;

pub(super) use compile::Jumps;
pub use compile::{StochasticMethod, compile_stochastic};
pub(super) use draw::{DISTRIB, Draw, place_draws, take_draws};
pub(super) use kernel::Kernel;
pub use network::system_of_network;
pub(super) use random::Stream;
pub use replicates::{Replicates, mean_and_sd, quantile};
pub use reversible::split_reversible;
