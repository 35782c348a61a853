//! Figures: small multiples of time courses and virtual blots, as SVG and PNG.
//!
//! Everything here takes plain numbers and labels and gives text; nothing reads a clock, a locale or a system font.
//! Every command that draws uses these functions, so the same data look the same everywhere.

mod blot;
mod canvas;
mod chart;
mod legend;
mod measure;
mod raster;
mod style;
mod ticks;
mod time_course;

pub(crate) use blot::{Blot, BlotArm, BlotRow, blot_svg, choose_lanes};
pub(crate) use chart::{Chart, ChartAxis, ChartPanel, Mark, Shape, TableBelow, around, chart_svg, decades};
pub(crate) use raster::{RasterError, png_from_svg};
pub(crate) use time_course::{Panel, TimeCourse, time_course_svg};

/// One arm of an experiment: a line in every panel and a row in the legend.
#[derive(Clone, Debug, Default)]
pub(crate) struct FigureArm {
    /// What the legend says.
    pub(crate) label: String,
    /// What was done to the cells, as bars in the legend.
    pub(crate) treatments: Vec<Treatment>,
}

/// One treatment: a bar from its start to its end.
#[derive(Clone, Debug)]
pub(crate) struct Treatment {
    /// Name and dose.
    pub(crate) label: String,
    /// Start in hours.
    pub(crate) from_h: f64,
    /// End in hours.
    pub(crate) to_h: f64,
    /// Single doses in hours, drawn as ticks in place of a bar; empty for something that stays.
    pub(crate) doses_h: Vec<f64>,
}

#[cfg(test)]
mod tests;
