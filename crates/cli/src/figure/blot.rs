//! Virtual blots: lanes are arms and times, rows are read-outs and a loading control.
//!
//! A band shows the signal of a lane against the strongest lane of its row, through the saturating response of a film:
//! darkness = x (1 + K) / (x + K). It is a way to read numbers as a blot, not a simulation of the chemistry of one.

use svg::node::element::{Definitions, Filter, FilterEffectGaussianBlur, Group};

use super::canvas::{Anchor, TextStyle, document, line, rectangle, text};
use super::measure::{Weight, text_width, wrap};
use super::style::{AXIS, LABEL_PX, MARGIN, MUTED, TICK_PX, TITLE_PX};

/// A blot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blot {
    /// Heading.
    pub(crate) title: String,
    /// What a screen reader says instead of the picture.
    pub(crate) description: String,
    /// Groups of lanes, from left to right.
    pub(crate) arms: Vec<BlotArm>,
    /// Rows from top to bottom, without the loading control.
    pub(crate) rows: Vec<BlotRow>,
}

/// The lanes of one arm.
#[derive(Clone, Debug)]
pub(crate) struct BlotArm {
    /// Heading over the lanes.
    pub(crate) label: String,
    /// Time of each lane in hours.
    pub(crate) times_h: Vec<f64>,
}

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct BlotRow {
    /// Name of the antibody.
    pub(crate) label: String,
    /// Signal of each lane, over all arms from left to right; `None` where the arm has no such read-out.
    pub(crate) signals: Vec<Option<f64>>,
}

/// Half-saturation of the film, as a share of the strongest band of the row.
const HALF_SATURATION: f64 = 1.0;
const LANE: f64 = 28.0;
const ROW: f64 = 30.0;
const ROW_GAP: f64 = 5.0;
const ARM_GAP: f64 = 12.0;

/// Darkness of a band between 0 and 1, from its signal as a share of the strongest of the row.
pub(super) fn darkness(share: f64) -> f64 {
    let x = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    x * (1.0 + HALF_SATURATION) / (x + HALF_SATURATION)
}

/// Lane times a laboratory would load: 0, 1, 2, 4, 8, 24, 48, 72 h as far as they lie inside; fewer with many arms.
pub(crate) fn choose_lanes(start_h: f64, end_h: f64, n_arms: usize) -> Vec<f64> {
    let full = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 48.0, 72.0, 120.0, 168.0];
    let few = [0.0, 1.0, 8.0, 24.0, 72.0, 168.0];
    let chosen: Vec<f64> = if n_arms > 4 { few.to_vec() } else { full.to_vec() };
    let mut lanes: Vec<f64> = chosen.into_iter().filter(|&t| t >= start_h && t <= end_h + 1e-9).collect();
    if lanes.len() < 3 {
        lanes = (0..=4).map(|k| start_h + (end_h - start_h) * f64::from(k) / 4.0).collect();
    } else if lanes.last().is_some_and(|&t| t < 0.75 * end_h) {
        lanes.push(end_h);
    }
    lanes
}

/// The blot as an SVG document.
pub(crate) fn blot_svg(blot: &Blot) -> String {
    let layout = Layout::new(blot);
    let mut y = MARGIN;
    let mut group = Group::new().add(soft_edge());
    for part in wrap(&blot.title, layout.width - 2.0 * MARGIN, TITLE_PX, Weight::Bold) {
        y += TITLE_PX + 2.0;
        group = group.add(text(MARGIN, y - 4.0, &part, TextStyle::new(TITLE_PX).bold()));
    }
    y += 10.0;
    group = group.add(layout.draw_headings(blot, y));
    y += layout.heading_height;
    let loading = BlotRow { label: "loading control".to_string(), signals: layout.loading_signals(blot) };
    for row in blot.rows.iter().chain([&loading]) {
        group = group.add(layout.draw_row(blot, row, y));
        y += ROW + ROW_GAP;
    }
    y += 4.0;
    let caption = "Computed, not photographed. Darkness is the signal of the lane against the strongest lane of the \
                   same row, through a saturating response; rows cannot be compared with each other. The loading control is equal by construction.";
    for part in wrap(caption, layout.width - 2.0 * MARGIN, TICK_PX, Weight::Regular) {
        y += TICK_PX + 3.0;
        group = group.add(text(MARGIN, y, &part, TextStyle::new(TICK_PX).color(MUTED)));
    }
    document((layout.width, y + MARGIN), &blot.title, &blot.description, group)
}

fn soft_edge() -> Definitions {
    let blur = FilterEffectGaussianBlur::new().set("stdDeviation", "1.1 0.8");
    Definitions::new()
        .add(Filter::new().set("id", "soft-edge").set("color-interpolation-filters", "sRGB").add(blur))
}

struct Layout {
    label_width: f64,
    width: f64,
    heading_height: f64,
    /// Left edge of each arm.
    starts: Vec<f64>,
    headings: Vec<Vec<String>>,
}

impl Layout {
    fn new(blot: &Blot) -> Self {
        let labels = blot.rows.iter().map(|r| r.label.as_str()).chain(["loading control"]);
        let label_width =
            labels.map(|l| text_width(l, LABEL_PX, Weight::Regular)).fold(60.0, f64::max).ceil() + 12.0;
        let mut starts = Vec::new();
        let mut x = MARGIN + label_width;
        for arm in &blot.arms {
            starts.push(x);
            x += arm_width(arm) + ARM_GAP;
        }
        let headings: Vec<Vec<String>> =
            blot.arms.iter().map(|a| wrap(&a.label, arm_width(a), LABEL_PX, Weight::Regular)).collect();
        let lines = headings.iter().map(Vec::len).max().unwrap_or(0);
        Self {
            label_width,
            width: (x - ARM_GAP + MARGIN).max(420.0),
            heading_height: lines as f64 * (LABEL_PX + 2.0) + 32.0,
            starts,
            headings,
        }
    }

    fn draw_headings(&self, blot: &Blot, y: f64) -> Group {
        let bottom = y + self.heading_height - 28.0;
        let time_style = TextStyle::new(TICK_PX).color(AXIS);
        let label_end = MARGIN + self.label_width - 10.0;
        let mut group =
            Group::new().add(text(label_end, bottom + 17.0, "time (h)", time_style.anchor(Anchor::End)));
        for ((arm, start), heading) in blot.arms.iter().zip(&self.starts).zip(&self.headings) {
            let middle = start + arm_width(arm) / 2.0;
            for (k, part) in heading.iter().enumerate() {
                let up = (heading.len() - 1 - k) as f64 * (LABEL_PX + 2.0);
                let style = TextStyle::new(LABEL_PX).anchor(Anchor::Middle);
                group = group.add(text(middle, bottom - 3.0 - up, part, style));
            }
            let ends = ((start + 2.0, bottom + 2.5), (start + arm_width(arm) - 2.0, bottom + 2.5));
            group = group.add(line(ends.0, ends.1, AXIS, 1.2));
            for (lane, t) in arm.times_h.iter().enumerate() {
                let x = start + (lane as f64 + 0.5) * LANE;
                let label = lane_label(*t);
                group = group.add(text(x, bottom + 17.0, &label, time_style.anchor(Anchor::Middle)));
            }
        }
        group
    }

    fn loading_signals(&self, blot: &Blot) -> Vec<Option<f64>> {
        blot.arms.iter().flat_map(|a| a.times_h.iter().map(|_| Some(1.0))).collect()
    }

    fn draw_row(&self, blot: &Blot, row: &BlotRow, y: f64) -> Group {
        let strongest = row.signals.iter().flatten().copied().filter(|s| s.is_finite()).fold(0.0, f64::max);
        let label_x = MARGIN + self.label_width - 10.0;
        let style = TextStyle::new(LABEL_PX).anchor(Anchor::End);
        let mut group = Group::new().add(text(label_x, y + ROW / 2.0 + 4.0, &row.label, style));
        let mut signals = row.signals.iter();
        for (arm, start) in blot.arms.iter().zip(&self.starts) {
            let film = rectangle(*start, y, arm_width(arm), ROW, "#f3f1ee");
            group = group.add(film.set("stroke", "#9c9890").set("stroke-width", 0.8));
            for lane in 0..arm.times_h.len() {
                let center = (start + (lane as f64 + 0.5) * LANE, y + ROW / 2.0);
                if let Some(Some(signal)) = signals.next() {
                    let share = if strongest > 0.0 { signal / strongest } else { 0.0 };
                    group = group.add(band(center, darkness(share)));
                }
            }
        }
        group
    }
}

/// A band; it grows a little with its darkness, as on film.
fn band(center: (f64, f64), darkness: f64) -> svg::node::element::Rectangle {
    let (width, height) = (LANE * (0.66 + 0.14 * darkness), 5.0 + 4.5 * darkness);
    rectangle(center.0 - width / 2.0, center.1 - height / 2.0, width, height, "#0d0d0d")
        .set("rx", super::canvas::px(height / 2.0))
        .set("fill-opacity", (darkness * 1000.0).round() / 1000.0)
        .set("filter", "url(#soft-edge)")
}

fn arm_width(arm: &BlotArm) -> f64 {
    arm.times_h.len().max(1) as f64 * LANE
}

fn lane_label(t_h: f64) -> String {
    let rounded = (t_h * 100.0).round() / 100.0;
    format!("{rounded}")
}
