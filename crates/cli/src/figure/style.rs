//! Colours, dashes and sizes of all figures.
//!
//! Colours are those of Okabe and Ito (2008), "Color universal design"; yellow is left out because it is too light
//! for a line on white. Each arm also has its own dash, so that a figure survives greyscale printing.

/// Line look of one arm.
#[derive(Clone, Copy)]
pub(super) struct ArmStyle {
    pub(super) color: &'static str,
    pub(super) dash: &'static str,
}

const COLORS: [&str; 7] = ["#4d4d4d", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const DASHES: [&str; 7] = ["1.5 2.5", "", "7 3", "3 2", "9 2.5 2 2.5", "12 3", "5 2 1.5 2 1.5 2"];

/// The look of arm number `arm_idx`; after seven arms the colours return with another dash.
pub(super) fn arm_style(arm_idx: usize, n_arms: usize) -> ArmStyle {
    if n_arms == 1 {
        return ArmStyle { color: COLORS[1], dash: "" };
    }
    let round = arm_idx / COLORS.len();
    ArmStyle { color: COLORS[arm_idx % COLORS.len()], dash: DASHES[(arm_idx + 3 * round) % DASHES.len()] }
}

pub(super) const INK: &str = "#1f1f1f";
pub(super) const MUTED: &str = "#595959";
pub(super) const AXIS: &str = "#4a4a4a";
pub(super) const GRID: &str = "#ececec";
pub(super) const FAMILY: &str = "Liberation Sans, Arial, Helvetica, sans-serif";

pub(super) const TITLE_PX: f64 = 16.0;
pub(super) const PANEL_TITLE_PX: f64 = 13.0;
pub(super) const LABEL_PX: f64 = 12.0;
pub(super) const TICK_PX: f64 = 11.0;
pub(super) const MARGIN: f64 = 18.0;
