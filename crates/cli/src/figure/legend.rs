//! The strip above the panels: one row per arm with its line, its name and bars for its treatments.

use svg::node::element::Group;

use super::canvas::{Anchor, TextStyle, line, polyline, px, rectangle, text};
use super::measure::{Weight, shorten, text_width};
use super::style::{AXIS, GRID, INK, LABEL_PX, MUTED, TICK_PX, arm_style};
use super::ticks::{hour_ticks, time_labels};
use super::{FigureArm, Treatment};

const SAMPLE: f64 = 30.0;
const LANE: f64 = 17.0;
const ROW_GAP: f64 = 4.0;
/// Room for the name of a drug above the ticks of its doses.
const NAME_LANE: f64 = 13.0;

/// Place and time range of the strip.
pub(super) struct LegendBox {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) start_h: f64,
    pub(super) end_h: f64,
}

/// Draws the strip and gives its height.
pub(super) fn draw_legend(arms: &[FigureArm], area: &LegendBox) -> (Group, f64) {
    if arms.iter().all(|arm| arm.treatments.is_empty()) {
        draw_names(arms, area)
    } else {
        draw_schedule(arms, area)
    }
}

/// Names only, in a flow that wraps.
fn draw_names(arms: &[FigureArm], area: &LegendBox) -> (Group, f64) {
    let mut group = Group::new();
    let (mut x, mut y) = (area.x, area.y);
    for (arm_idx, arm) in arms.iter().enumerate() {
        let label = shorten(&arm.label, area.width - SAMPLE - 8.0, LABEL_PX, Weight::Regular);
        let width = SAMPLE + 8.0 + text_width(&label, LABEL_PX, Weight::Regular);
        if x > area.x && x + width > area.x + area.width {
            x = area.x;
            y += LANE;
        }
        group = group.add(sample(arm_idx, arms.len(), x, y)).add(text(
            x + SAMPLE + 8.0,
            y + 12.0,
            &label,
            TextStyle::new(LABEL_PX),
        ));
        x += width + 24.0;
    }
    (group, y - area.y + LANE)
}

/// Names at the left, a time line with bars at the right.
fn draw_schedule(arms: &[FigureArm], area: &LegendBox) -> (Group, f64) {
    let widest = arms.iter().map(|a| text_width(&a.label, LABEL_PX, Weight::Regular)).fold(0.0, f64::max);
    let label_width = widest.min(area.width * 0.45).ceil() + 1.0;
    let line_start = area.x + SAMPLE + 8.0 + label_width + 20.0;
    let axis = TimeAxis { area, x0: line_start, x1: area.x + area.width };
    let height: f64 = arms.iter().map(row_height).sum();
    let mut group = axis.draw_grid(area.y, area.y + height);
    let mut y = area.y;
    for (arm_idx, arm) in arms.iter().enumerate() {
        let label = shorten(&arm.label, label_width, LABEL_PX, Weight::Regular);
        group = group
            .add(sample(arm_idx, arms.len(), area.x, y))
            .add(text(area.x + SAMPLE + 8.0, y + 12.5, &label, TextStyle::new(LABEL_PX)))
            .add(axis.draw_row(arm, arm_idx, arms.len(), y));
        y += row_height(arm);
    }
    (group.add(axis.draw_labels(y)), y - area.y + 16.0)
}

fn row_height(arm: &FigureArm) -> f64 {
    let lanes: f64 = arm.treatments.iter().map(|t| lane_height(arm, t)).sum();
    lanes.max(LANE) + ROW_GAP
}

fn lane_height(arm: &FigureArm, treatment: &Treatment) -> f64 {
    if is_named_above(arm, treatment) { LANE + NAME_LANE } else { LANE }
}

/// Whether doses need the drug's name: not if they are the only ones and the arm is called after them.
fn is_named_above(arm: &FigureArm, treatment: &Treatment) -> bool {
    let drug = treatment.label.split(' ').next().unwrap_or_default();
    let plain = arm.treatments.len() == 1 && arm.label.contains(drug);
    !treatment.doses_h.is_empty() && !plain
}

fn sample(arm_idx: usize, n_arms: usize, x: f64, y: f64) -> svg::node::element::Path {
    let style = arm_style(arm_idx, n_arms);
    polyline(&[(x, y + 8.5), (x + SAMPLE, y + 8.5)], style.color, 2.4, style.dash)
}

struct TimeAxis<'a> {
    area: &'a LegendBox,
    x0: f64,
    x1: f64,
}

impl TimeAxis<'_> {
    fn x(&self, t_h: f64) -> f64 {
        let span = (self.area.end_h - self.area.start_h).max(1e-9);
        let t = t_h.clamp(self.area.start_h, self.area.end_h);
        self.x0 + (self.x1 - self.x0) * (t - self.area.start_h) / span
    }

    fn draw_grid(&self, top: f64, bottom: f64) -> Group {
        hour_ticks(self.area.start_h, self.area.end_h)
            .into_iter()
            .fold(Group::new(), |group, t| group.add(line((self.x(t), top), (self.x(t), bottom), GRID, 1.0)))
    }

    fn draw_labels(&self, y: f64) -> Group {
        let ticks = hour_ticks(self.area.start_h, self.area.end_h);
        let (labels, unit) = time_labels(&ticks, self.area.end_h - self.area.start_h);
        let style = TextStyle::new(TICK_PX).color(MUTED);
        let mut group = Group::new().add(line((self.x0, y), (self.x1, y), AXIS, 0.8));
        for (i, (t, label)) in ticks.iter().zip(&labels).enumerate() {
            let at_edge = self.x(*t) > self.x1 - 14.0;
            let anchor = if at_edge { Anchor::End } else { Anchor::Middle };
            let shown = if i + 1 == ticks.len() { format!("{label} {unit}") } else { label.clone() };
            group = group.add(text(self.x(*t), y + 13.0, &shown, style.anchor(anchor)));
        }
        group
    }

    fn draw_row(&self, arm: &FigureArm, arm_idx: usize, n_arms: usize, y: f64) -> Group {
        let color = arm_style(arm_idx, n_arms).color;
        if arm.treatments.is_empty() {
            return Group::new().add(line((self.x0, y + 8.5), (self.x1, y + 8.5), "#bdbdbd", 1.0));
        }
        let mut group = Group::new();
        let mut top = y + 2.0;
        for treatment in &arm.treatments {
            let here = top;
            top += lane_height(arm, treatment);
            if !treatment.doses_h.is_empty() {
                group = group.add(self.draw_doses(treatment, arm, here, color));
                continue;
            }
            let (from, to) = (self.x(treatment.from_h), self.x(treatment.to_h));
            let bar =
                rectangle(from, here, (to - from).max(3.0), LANE - 4.0, color).set("fill-opacity", 0.18);
            group = group.add(bar).add(rectangle(from, here, 2.5, LANE - 4.0, color));
            if treatment.label != arm.label {
                group = group.add(self.bar_label(treatment, from, to, here));
            }
        }
        group
    }

    /// A tick per dose, and the name above them where it is needed.
    fn draw_doses(&self, treatment: &Treatment, arm: &FigureArm, top: f64, color: &'static str) -> Group {
        let named = is_named_above(arm, treatment);
        let under = if named { top + NAME_LANE } else { top };
        let ticks = treatment.doses_h.iter().fold(Group::new(), |group, &t| {
            group.add(rectangle(self.x(t) - 1.0, under, 2.0, LANE - 4.0, color))
        });
        if !named {
            return ticks;
        }
        let from = self.x(treatment.from_h);
        let label = shorten(&treatment.label, self.x1 - from, TICK_PX, Weight::Regular);
        ticks.add(text(from - 1.0, px(top + 9.4), &label, TextStyle::new(TICK_PX).color(INK)))
    }

    /// Inside the bar if it fits, else on the side with more room.
    fn bar_label(&self, treatment: &Treatment, from: f64, to: f64, top: f64) -> svg::node::element::Text {
        let label = &treatment.label;
        let style = TextStyle::new(TICK_PX).color(INK);
        let y = px(top + 10.4);
        let width = text_width(label, TICK_PX, Weight::Regular);
        let (room_right, room_left) = (self.x1 - to - 6.0, from - self.x0 - 6.0);
        if width + 12.0 <= to - from {
            text(from + 7.0, y, label, style)
        } else if room_right >= room_left {
            text(to + 5.0, y, &shorten(label, room_right.max(30.0), TICK_PX, Weight::Regular), style)
        } else {
            let shown = shorten(label, room_left, TICK_PX, Weight::Regular);
            text(from - 5.0, y, &shown, style.anchor(Anchor::End))
        }
    }
}
