//! From a reaction network to trajectories and observables.
//!
//! The steps: [`compile`] a [`model::ReactionNetwork`] once; make one [`Simulator`] per thread; then
//! [`Simulator::run`] and [`Simulator::steady_state`] as often as needed.
//!
//! A [`CompiledNetwork`] is immutable and shared. A failure is a [`SimulateError`] with time, name and reason,
//! and yields no numbers. Output times never influence the solution: they read the integrator's dense output.
//!
//! - [`compile()`]: expressions to a graph, its derivatives, and linear programs
//! - [`Moiety`]: conserved totals
//! - [`compile_system`], [`CompiledSystem`]: the same for a [`model::ReactionSystem`] with rules and events (SBML)
//! - [`compile_stochastic`]: the same with reactions that fire at random; [`system_of_network`] for networks
//! - [`Ensemble`]: many runs and steady states side by side, bitwise as one by one
//! - [`scan()`]: members of a population on all cores, reduced while they run
//! - [`flux_balance()`]: steady fluxes that serve an objective best (SBML package fbc)
//! - [`run_logical()`]: logical models (SBML package qual); [`evaluate()`]: the number of an expression
//! - [`Run`], [`ScheduledChange`], [`Trajectory`]: what is asked and what comes back

mod compile;
mod describe;
mod ensemble;
mod error;
mod evaluate;
mod explain;
mod flux_balance;
mod ir;
mod live;
mod logical;
mod lower;
mod moieties;
mod run;
mod scan;
mod simulator;
mod steady;
mod system;
mod tier;
mod trajectory;

pub use compile::{CompiledNetwork, compile};
pub use ensemble::{Answer, Done, Ensemble, Job};
pub use error::{CompileError, SimulateError};
pub use evaluate::{EvaluateError, evaluate, origin_of_non_finite};
pub use flux_balance::{FluxError, FluxSolution, flux_balance};
pub use logical::{LogicalError, LogicalTrajectory, run_logical};
pub use moieties::Moiety;
pub use run::{Change, Initial, Run, RunOptions, ScheduledChange};
pub use scan::{FailedMember, Quantiles, Reducer, scan};
pub use simulator::Simulator;
pub use steady::SteadyOptions;
pub use system::{
    CompiledSystem, Look, Replicates, SpeciesAs, StochasticMethod, SystemError, SystemRun, SystemTrajectory,
    compile_stochastic, compile_system, conserved_pools, mean_and_sd, quantile, split_reversible,
    system_of_network,
};
pub use trajectory::Trajectory;
