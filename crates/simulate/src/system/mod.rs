//! Reaction systems (SBML): rules, events, delays, algebraic equations.
//!
//! The steps: [`compile_system`] a [`model::ReactionSystem`] once; [`CompiledSystem::run`] it as often as needed.
//! Every symbol of the model is a column of the [`SystemTrajectory`].
//!
//! - `table`: what determines each variable: a state, an assignment, an unknown of algebraic rules, or nothing
//! - `lower`: mathematics to graph nodes, at the start and while running
//! - `order`: chains of definitions
//! - `fast`: reactions in equilibrium at all times
//! - `algebraic`: which rule determines which variable, and explicit solutions
//! - `compile`: states, programs, pattern
//! - `watch`, `look`: where a step must end: triggers, comparisons, jumps
//! - `dynamics`, `history`: the right-hand side, and the past for delays
//! - `events`, `run`: what happens in time
//! - `steady`: states at rest
//! - `diagnose`, `pools`: what explains why a run is slow or fails
//! - `stochastic`: reactions as jumps

mod algebraic;
mod compile;
mod consistent;
mod diagnose;
mod dynamics;
mod error;
mod events;
mod fast;
mod history;
mod look;
mod lower;
mod order;
mod pools;
mod run;
mod steady;
mod stochastic;
mod table;
mod watch;

pub use compile::{CompiledSystem, SpeciesAs, compile_system};
pub use diagnose::Look;
pub use error::SystemError;
pub use pools::conserved_pools;
pub use run::{SystemRun, SystemTrajectory};
pub use stochastic::{
    Replicates, StochasticMethod, compile_stochastic, mean_and_sd, quantile, split_reversible,
    system_of_network,
};
