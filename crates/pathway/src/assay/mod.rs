//! What becomes of model values in an assay: dose-response curves, growth-rate inhibition, replicate noise.
//!
//! Not here: running the model ([`crate::bench`]), reading files, drawing.

pub mod growth;
pub mod noise;
pub mod sigmoid;

pub use growth::{GrowthCounts, GrowthCurve, gr_value};
pub use noise::Replicates;
pub use sigmoid::{FitBounds, Potency, SigmoidFit, fit_sigmoid};
