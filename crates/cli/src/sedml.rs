//! Simulation experiments (SED-ML) carried out.
//!
//! - `kisao`: which of our methods stands for a term
//! - `model`, `network`: models with their changes, and what places in them are called
//! - `simulate`: one run of one model
//! - `run`: tasks, repeated tasks, data generators
//! - `outcome`: reports and plots with their numbers
//! - `plot`: plots as figures
//! - `archive`: COMBINE archives, folders and single files

pub(crate) mod archive;
mod kisao;
mod model;
mod network;
mod outcome;
mod plot;
mod run;
mod simulate;

pub(crate) use crate::actions::Trouble;
pub(crate) use outcome::{Curve, Outcome, Plot, Report, carry_out};
pub(crate) use plot::plot_svg;
pub(crate) use run::RunSettings;
