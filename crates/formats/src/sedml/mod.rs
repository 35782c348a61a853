//! SED-ML Level 1, Versions 1 to 5: which models are simulated how, and what is written and drawn.
//!
//! [`parse`] reads a text to a [`Experiment`]. Nothing is simulated here.
//!
//! - `document`: what an experiment is made of
//! - `read`: XML to that
//! - `xpath`: the part of XPath that addresses one element of a model
//! - `change`: changes of a model's text
//!
//! # Source
//! SED-ML Level 1 Version 4, Smith et al. 2021, J. Integr. Bioinform. 18(3), 20210021.

mod change;
mod codes;
mod document;
mod read;
#[cfg(test)]
mod tests;
mod xpath;

pub use change::{ChangeError, Place, apply, attribute_at, places};
pub use codes::CODES;
pub use document::{
    Algorithm, Change, ChangeAction, Computation, Curve, DataGenerator, DataSet, Experiment, ModelUse,
    Output, OutputKind, Range, RangeKind, RepeatedTask, SetValue, Simulation, SimulationKind, SubTask, Task,
    TaskKind, Variable,
};
pub use read::parse;
