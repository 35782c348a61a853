//! Charts of points, curves and steps with linear or logarithmic axes: dose-response curves, survival, comparisons.

use svg::node::element::Group;

use super::canvas::{Anchor, TextStyle, document, line, polyline, px, text};
use super::measure::{Weight, shorten, text_width, wrap};
use super::style::{AXIS, GRID, LABEL_PX, MARGIN, MUTED, PANEL_TITLE_PX, TICK_PX, TITLE_PX, arm_style};
use super::ticks::{linear_ticks, tick_labels};

/// Everything a chart shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chart {
    /// Heading.
    pub(crate) title: String,
    /// One line under the heading.
    pub(crate) subtitle: String,
    /// What a screen reader says instead of the picture.
    pub(crate) description: String,
    /// Names of the groups: each has its colour.
    pub(crate) groups: Vec<String>,
    /// Row by row.
    pub(crate) panels: Vec<ChartPanel>,
    /// Panels per row; `None` chooses.
    pub(crate) columns: Option<usize>,
    /// Numbers under the last panel, at ticks of its x axis: heading, and a row for each group. Survival curves
    /// have the number at risk there.
    pub(crate) table: Option<TableBelow>,
}

/// Numbers under the x axis.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableBelow {
    /// Heading.
    pub(crate) title: String,
    /// Where on the x axis.
    pub(crate) at: Vec<f64>,
    /// A row for each group. Shape: `[groups][at]`.
    pub(crate) rows: Vec<Vec<String>>,
}

/// One panel.
#[derive(Clone, Debug)]
pub(crate) struct ChartPanel {
    pub(crate) title: String,
    pub(crate) x: ChartAxis,
    pub(crate) y: ChartAxis,
    pub(crate) marks: Vec<Mark>,
    /// Heights of dashed lines.
    pub(crate) levels: Vec<f64>,
    /// Whether the line of equality is drawn.
    pub(crate) diagonal: bool,
    /// Lines of text in the lower left corner.
    pub(crate) notes: Vec<String>,
}

/// An axis.
#[derive(Clone, Debug)]
pub(crate) struct ChartAxis {
    pub(crate) label: String,
    pub(crate) logarithmic: bool,
    /// Lowest and highest value.
    pub(crate) range: (f64, f64),
    /// Where ticks are; `None` chooses.
    pub(crate) ticks: Option<Vec<f64>>,
}

/// Something drawn in the colour of a group.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) group: usize,
    pub(crate) shape: Shape,
}

/// How it is drawn. Points are (x, y).
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A line through points.
    Line(Vec<(f64, f64)>),
    /// Level until the next point.
    Steps(Vec<(f64, f64)>),
    /// Dots with an error up and down, which may be 0.
    Dots(Vec<(f64, f64, f64)>),
    /// A dot with a name beside it.
    Named(f64, f64, String),
    /// Small upright strokes: censored observations.
    Strokes(Vec<(f64, f64)>),
    /// The area between a lower and an upper stepped line: (x, lower, upper).
    Band(Vec<(f64, f64, f64)>),
}

impl ChartAxis {
    pub(crate) fn linear(label: &str, range: (f64, f64)) -> Self {
        Self { label: label.to_string(), logarithmic: false, range, ticks: None }
    }

    pub(crate) fn logarithmic(label: &str, range: (f64, f64)) -> Self {
        Self { label: label.to_string(), logarithmic: true, range, ticks: None }
    }

    /// Position between 0 and 1.
    fn share(&self, value: f64) -> f64 {
        let (low, high) = self.range;
        if self.logarithmic {
            (value.max(low * 1e-6).ln() - low.ln()) / (high.ln() - low.ln())
        } else {
            (value - low) / (high - low)
        }
    }

    fn ticks(&self) -> (Vec<f64>, Vec<String>) {
        let (low, high) = self.range;
        if let Some(ticks) = &self.ticks {
            return (ticks.clone(), tick_labels(ticks));
        }
        if !self.logarithmic {
            let ticks = linear_ticks(low, high);
            let labels = tick_labels(&ticks);
            return (ticks, labels);
        }
        let powers = |step: i32| {
            let (first, last) = (low.log10() - 1e-9, high.log10() + 1e-9);
            ((first.ceil() as i32)..=(last.floor() as i32)).filter(move |k| k.rem_euclid(step) == 0)
        };
        let step = (1..6).find(|step| powers(*step).count() <= 7).unwrap_or(6);
        let ticks: Vec<f64> = powers(step).map(|k| 10f64.powi(k)).collect();
        let labels = ticks.iter().map(|t| power_label(*t)).collect();
        (ticks, labels)
    }
}

/// 0.01, 1, 1000; beyond that 1e5.
fn power_label(value: f64) -> String {
    if (1e-3..=1e4).contains(&value) { format!("{value}") } else { format!("{value:.0e}") }
}

const PLOT_HEIGHT: f64 = 190.0;
const PANEL_HEADING: f64 = 22.0;
const FOOT: f64 = 40.0;
const ROW_GAP: f64 = 14.0;
const COLUMN_GAP: f64 = 30.0;
const KEY_ROW: f64 = 17.0;
const TABLE_ROW: f64 = 16.0;

/// The chart as an SVG document.
pub(crate) fn chart_svg(chart: &Chart) -> String {
    let columns = chart.columns.unwrap_or(if chart.panels.len() > 4 { 3 } else { 2 }).max(1);
    let columns = columns.min(chart.panels.len().max(1));
    let width = [520.0, 760.0, 1000.0, 1180.0][columns.min(4) - 1];
    let inner = width - 2.0 * MARGIN;
    let (mut group, mut y) = heading(chart, inner);
    let (keys, height) = draw_keys(&chart.groups, y, inner);
    group = group.add(keys);
    y += height + 14.0;
    let cell = (inner - COLUMN_GAP * (columns - 1) as f64) / columns as f64;
    let row_height = PANEL_HEADING + PLOT_HEIGHT + FOOT + ROW_GAP;
    // The table below has the names of its groups left of the plot.
    let least = chart.table.as_ref().map_or(0.0, |_| {
        let widest = chart.groups.iter().map(|g| text_width(g, TICK_PX, Weight::Regular)).fold(0.0, f64::max);
        (widest + 14.0).min(cell * 0.35)
    });
    for (place, panel) in chart.panels.iter().enumerate() {
        let (row, column) = (place / columns, place % columns);
        let left = MARGIN + column as f64 * (cell + COLUMN_GAP);
        let frame = Frame::new(panel, left, y + row as f64 * row_height, cell, least);
        group = group.add(frame.draw(panel, chart.groups.len()));
        if let Some(table) = chart.table.as_ref().filter(|_| place + 1 == chart.panels.len()) {
            group = group.add(frame.draw_table(table, &chart.groups, left));
        }
    }
    let n_rows = chart.panels.len().div_ceil(columns);
    let below = chart.table.as_ref().map_or(0.0, |t| (t.rows.len() + 1) as f64 * TABLE_ROW + 8.0);
    let height = y + n_rows as f64 * row_height + below + MARGIN - ROW_GAP;
    document((width, height), &chart.title, &chart.description, group)
}

fn heading(chart: &Chart, inner: f64) -> (Group, f64) {
    let mut group = Group::new();
    let mut y = MARGIN + 2.0;
    for row in wrap(&chart.title, inner, TITLE_PX, Weight::Bold) {
        y += TITLE_PX + 2.0;
        group = group.add(text(MARGIN, y - 4.0, &row, TextStyle::new(TITLE_PX).bold()));
    }
    for row in wrap(&chart.subtitle, inner, LABEL_PX, Weight::Regular) {
        y += LABEL_PX + 3.0;
        group = group.add(text(MARGIN, y - 1.0, &row, TextStyle::new(LABEL_PX).color(MUTED)));
    }
    (group, y + 10.0)
}

/// Names of the groups in a flow that wraps; nothing for a single group.
fn draw_keys(groups: &[String], top: f64, inner: f64) -> (Group, f64) {
    let mut drawn = Group::new();
    if groups.len() < 2 {
        return (drawn, 0.0);
    }
    let (mut x, mut y) = (MARGIN, top);
    for (place, name) in groups.iter().enumerate() {
        let label = shorten(name, inner - 38.0, LABEL_PX, Weight::Regular);
        let width = 36.0 + text_width(&label, LABEL_PX, Weight::Regular);
        if x > MARGIN && x + width > MARGIN + inner {
            x = MARGIN;
            y += KEY_ROW;
        }
        let style = arm_style(place, groups.len());
        drawn = drawn
            .add(polyline(&[(x, y + 8.0), (x + 28.0, y + 8.0)], style.color, 2.2, style.dash))
            .add(text(x + 36.0, y + 12.0, &label, TextStyle::new(LABEL_PX)));
        x += width + 22.0;
    }
    (drawn, y - top + KEY_ROW)
}

/// Where a panel lies.
struct Frame<'p> {
    panel: &'p ChartPanel,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    heading: (f64, f64),
    /// Where the turned label of the y axis stands.
    label_x: f64,
}

impl<'p> Frame<'p> {
    fn new(panel: &'p ChartPanel, x: f64, y: f64, width: f64, least: f64) -> Self {
        let (_, labels) = panel.y.ticks();
        let widest = labels.iter().map(|l| text_width(l, TICK_PX, Weight::Regular)).fold(10.0, f64::max);
        let top = y + PANEL_HEADING;
        Self {
            panel,
            left: x + (widest + 30.0).max(least),
            right: x + width,
            top,
            bottom: top + PLOT_HEIGHT,
            heading: (x, y + 10.0),
            label_x: x + (widest + 30.0).max(least) - widest - 20.0,
        }
    }

    fn x(&self, value: f64) -> f64 {
        self.left + (self.right - self.left) * self.panel.x.share(value)
    }

    fn y(&self, value: f64) -> f64 {
        (self.bottom - (self.bottom - self.top) * self.panel.y.share(value))
            .clamp(self.top - 6.0, self.bottom + 6.0)
    }

    fn draw(&self, panel: &ChartPanel, n_groups: usize) -> Group {
        let title = shorten(&panel.title, self.right - self.heading.0, PANEL_TITLE_PX, Weight::Bold);
        let mut group = Group::new()
            .add(text(self.heading.0, self.heading.1, &title, TextStyle::new(PANEL_TITLE_PX).bold()))
            .add(self.draw_axes());
        for level in &panel.levels {
            let y = self.y(*level);
            group = group
                .add(line((self.left, y), (self.right, y), "#a0a0a0", 1.0).set("stroke-dasharray", "4 3"));
        }
        if panel.diagonal {
            let (low, high) = (panel.x.range.0.max(panel.y.range.0), panel.x.range.1.min(panel.y.range.1));
            let ends = ((self.x(low), self.y(low)), (self.x(high), self.y(high)));
            group = group.add(line(ends.0, ends.1, "#a0a0a0", 1.0).set("stroke-dasharray", "4 3"));
        }
        for mark in &panel.marks {
            group = group.add(self.draw_mark(mark, n_groups));
        }
        group = group.add(self.draw_names(&panel.marks));
        for (k, note) in panel.notes.iter().enumerate() {
            let y = self.bottom - 8.0 - 14.0 * (panel.notes.len() - 1 - k) as f64;
            group = group.add(text(self.left + 8.0, y, note, TextStyle::new(TICK_PX)));
        }
        group
    }

    fn draw_axes(&self) -> Group {
        let mut group = Group::new();
        let (ticks, labels) = self.panel.y.ticks();
        for (tick, label) in ticks.iter().zip(labels) {
            let y = self.y(*tick);
            group = group
                .add(line((self.left, y), (self.right, y), GRID, 1.0))
                .add(line((self.left - 4.0, y), (self.left, y), AXIS, 1.0))
                .add(text(self.left - 7.0, y + 3.8, &label, tick_style(Anchor::End)));
        }
        let (ticks, labels) = self.panel.x.ticks();
        for (tick, label) in ticks.iter().zip(labels) {
            let x = self.x(*tick);
            group = group.add(line((x, self.bottom), (x, self.bottom + 4.0), AXIS, 1.0)).add(text(
                x,
                self.bottom + 16.0,
                &label,
                tick_style(Anchor::Middle),
            ));
        }
        let middle = (self.left + self.right) / 2.0;
        let center = (self.top + self.bottom) / 2.0;
        let turned = text(0.0, 0.0, &self.panel.y.label, tick_style(Anchor::Middle))
            .set("transform", format!("translate({} {}) rotate(-90)", px(self.label_x), px(center)));
        group
            .add(line((self.left, self.top), (self.left, self.bottom), AXIS, 1.0))
            .add(line((self.left, self.bottom), (self.right, self.bottom), AXIS, 1.0))
            .add(text(middle, self.bottom + 32.0, &self.panel.x.label, tick_style(Anchor::Middle)))
            .add(turned)
    }

    fn draw_mark(&self, mark: &Mark, n_groups: usize) -> Group {
        let style = arm_style(mark.group, n_groups);
        let place = |&(x, y): &(f64, f64)| (self.x(x), self.y(y));
        let group = Group::new();
        match &mark.shape {
            Shape::Line(points) => {
                let points: Vec<_> = points.iter().map(place).collect();
                group.add(polyline(&points, style.color, 1.9, style.dash))
            }
            Shape::Steps(points) => group.add(polyline(&self.steps(points), style.color, 1.9, style.dash)),
            Shape::Dots(dots) => dots.iter().fold(group, |group, &(x, y, error)| {
                let at = (self.x(x), self.y(y));
                let group = group.add(super::canvas::dot(at, style.color));
                if error <= 0.0 {
                    return group;
                }
                let (low, high) = (self.y(y - error), self.y(y + error));
                let cap = |y: f64| line((at.0 - 2.5, y), (at.0 + 2.5, y), style.color, 1.1);
                group.add(line((at.0, low), (at.0, high), style.color, 1.1)).add(cap(low)).add(cap(high))
            }),
            Shape::Named(x, y, _) => group.add(super::canvas::dot((self.x(*x), self.y(*y)), style.color)),
            Shape::Strokes(points) => points
                .iter()
                .map(place)
                .fold(group, |group, (x, y)| group.add(line((x, y - 4.0), (x, y + 4.0), style.color, 1.2))),
            Shape::Band(points) => {
                let lower: Vec<_> = points.iter().map(|p| (p.0, p.1)).collect();
                let upper: Vec<_> = points.iter().map(|p| (p.0, p.2)).collect();
                let mut outline = self.steps(&upper);
                outline.extend(self.steps(&lower).into_iter().rev());
                group.add(
                    polyline(&outline, "none", 0.0, "").set("fill", style.color).set("fill-opacity", 0.13),
                )
            }
        }
    }

    /// Names beside their dots, where one is free: right above, right below, left above, left below. Where none is,
    /// the name is left out.
    fn draw_names(&self, marks: &[Mark]) -> Group {
        let size = TICK_PX - 1.5;
        let mut taken: Vec<(f64, f64, f64)> = Vec::new();
        let mut group = Group::new();
        for mark in marks {
            let Shape::Named(x, y, name) = &mark.shape else { continue };
            let (x, y) = (self.x(*x), self.y(*y));
            let width = text_width(name, size, Weight::Regular);
            let places = [
                (x + 5.0, y - 3.0),
                (x + 5.0, y + 10.0),
                (x - 5.0 - width, y - 3.0),
                (x - 5.0 - width, y + 10.0),
            ];
            let free = places.into_iter().find(|&(left, base)| {
                let inside = left > self.left && left + width < self.right + 4.0;
                inside && taken.iter().all(|t| (base - t.2).abs() >= size || left > t.1 || left + width < t.0)
            });
            if let Some((left, base)) = free {
                taken.push((left, left + width, base));
                group = group.add(text(left, base, name, TextStyle::new(size).color(MUTED)));
            }
        }
        group
    }

    /// Corners of a stepped line.
    fn steps(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let mut corners = Vec::with_capacity(2 * points.len());
        for (k, &(x, y)) in points.iter().enumerate() {
            if k > 0 {
                corners.push((self.x(x), self.y(points[k - 1].1)));
            }
            corners.push((self.x(x), self.y(y)));
        }
        corners
    }

    fn draw_table(&self, table: &TableBelow, groups: &[String], left: f64) -> Group {
        let mut y = self.bottom + FOOT + TABLE_ROW;
        let mut group = Group::new().add(text(left, y, &table.title, TextStyle::new(TICK_PX).bold()));
        for (place, row) in table.rows.iter().enumerate() {
            y += TABLE_ROW;
            let color = arm_style(place, groups.len()).color;
            let name = groups.get(place).map_or("", String::as_str);
            let name = shorten(name, self.left - left - 10.0, TICK_PX, Weight::Regular);
            group = group.add(text(left, y, &name, TextStyle::new(TICK_PX).color(color)));
            for (at, number) in table.at.iter().zip(row) {
                let style = TextStyle::new(TICK_PX).anchor(Anchor::Middle);
                group = group.add(text(self.x(*at), y, number, style));
            }
        }
        group
    }
}

fn tick_style(anchor: Anchor) -> TextStyle {
    TextStyle::new(TICK_PX).color(AXIS).anchor(anchor)
}

/// A range around values, for a linear axis; with some room at both ends.
pub(crate) fn around(values: impl Iterator<Item = f64>, at_least: (f64, f64)) -> (f64, f64) {
    let finite = values.filter(|v| v.is_finite());
    let (low, high) = finite.fold(at_least, |(l, h), v| (l.min(v), h.max(v)));
    let room = 0.04 * (high - low);
    (if low < at_least.0 { low - room } else { low }, high + room)
}

/// Whole powers of ten around positive values, for a logarithmic axis.
pub(crate) fn decades(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let positive = values.filter(|v| v.is_finite() && *v > 0.0);
    let (low, high) = positive.fold((f64::INFINITY, 0.0f64), |(l, h), v| (l.min(v), h.max(v)));
    if high <= 0.0 {
        return (0.1, 10.0);
    }
    let (first, last) = ((low.log10() + 1e-9).floor(), (high.log10() - 1e-9).ceil());
    (10f64.powf(first), 10f64.powf(last.max(first + 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_hold_all_positive_values() {
        assert_eq!(decades([0.5, 20.0, f64::NAN].into_iter()), (0.1, 100.0));
        assert_eq!(decades([1.0, 1000.0].into_iter()), (1.0, 1000.0));
        assert_eq!(decades([0.0].into_iter()), (0.1, 10.0));
    }

    #[test]
    fn a_logarithmic_axis_has_equal_steps_for_equal_factors() {
        let axis = ChartAxis::logarithmic("dose", (1.0, 1e4));
        let step = axis.share(10.0) - axis.share(1.0);
        // Rounding of a logarithm.
        assert!((axis.share(1e4) - 1.0).abs() < 1e-12 && (axis.share(1e3) - 3.0 * step).abs() < 1e-12);
        assert_eq!(axis.ticks().0, [1.0, 10.0, 100.0, 1000.0, 10000.0]);
    }

    #[test]
    fn every_part_is_drawn_and_the_document_is_well_formed() {
        let mark = |shape| Mark { group: 0, shape };
        let panel = ChartPanel {
            title: "t".into(),
            x: ChartAxis::linear("months", (0.0, 10.0)),
            y: ChartAxis::linear("share", (0.0, 1.0)),
            marks: vec![
                mark(Shape::Line(vec![(0.0, 0.0), (1.0, 1.0)])),
                mark(Shape::Steps(vec![(0.0, 1.0), (4.0, 0.5)])),
                mark(Shape::Dots(vec![(2.0, 0.5, 0.1)])),
                mark(Shape::Named(3.0, 0.2, "BT-474 <1>".into())),
                mark(Shape::Strokes(vec![(5.0, 0.5)])),
                mark(Shape::Band(vec![(0.0, 0.9, 1.0), (4.0, 0.3, 0.7)])),
            ],
            levels: vec![0.5],
            diagonal: true,
            notes: vec!["p = 0.01".into()],
        };
        let table = TableBelow { title: "at risk".into(), at: vec![0.0], rows: vec![vec!["12".into()]] };
        let chart = Chart {
            title: "chart".into(),
            groups: vec!["a".into(), "b".into()],
            panels: vec![panel],
            table: Some(table),
            ..Chart::default()
        };
        let svg = chart_svg(&chart);
        assert!(roxmltree::Document::parse(&svg).is_ok(), "{svg}");
        for part in ["BT-474 &lt;1&gt;", "p = 0.01", "at risk", "12", "rotate(-90)", "fill-opacity"] {
            assert!(svg.contains(part), "{part} is missing");
        }
    }
}
