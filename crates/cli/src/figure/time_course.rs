//! Small multiples of time courses: one panel per read-out, one line per arm, one time axis.

use svg::node::element::Group;

use super::FigureArm;
use super::canvas::{Anchor, TextStyle, document, dot, line, polyline, text};
use super::legend::{LegendBox, draw_legend};
use super::measure::{Weight, shorten, text_width, wrap};
use super::style::{AXIS, GRID, LABEL_PX, MARGIN, MUTED, PANEL_TITLE_PX, TICK_PX, TITLE_PX, arm_style};
use super::ticks::{hour_ticks, linear_ticks, tick_labels, time_labels};

/// Everything a figure of time courses shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct TimeCourse {
    /// Heading.
    pub(crate) title: String,
    /// One line under the heading: the system, or the question.
    pub(crate) subtitle: String,
    /// What a screen reader says instead of the picture.
    pub(crate) description: String,
    /// Start of the time axis in hours.
    pub(crate) start_h: f64,
    /// End of the time axis in hours.
    pub(crate) end_h: f64,
    /// The arms, in the order of the legend.
    pub(crate) arms: Vec<FigureArm>,
    /// The panels, row by row.
    pub(crate) panels: Vec<Panel>,
    /// Panels per row; `None` chooses.
    pub(crate) columns: Option<usize>,
}

/// One read-out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panel {
    /// Name of the read-out.
    pub(crate) title: String,
    /// Unit of the axis in words: "fold of t = 0".
    pub(crate) unit: String,
    /// Where the dashed line of "no change" is drawn.
    pub(crate) reference: Option<f64>,
    /// One series of (hours, value) per arm; empty where the arm was not measured.
    pub(crate) series: Vec<Vec<(f64, f64)>>,
    /// Thin lines of the animals of each arm, or empty.
    pub(crate) animals: Vec<Vec<Vec<(f64, f64)>>>,
    /// Standard error at each point of each series, or empty.
    pub(crate) errors: Vec<Vec<f64>>,
}

const PLOT_HEIGHT: f64 = 132.0;
const HEADING: f64 = 40.0;
const TICK_ROW: f64 = 34.0;
const ROW_GAP: f64 = 18.0;
const COLUMN_GAP: f64 = 26.0;

/// The figure as an SVG document.
pub(crate) fn time_course_svg(figure: &TimeCourse) -> String {
    let columns = n_columns(figure);
    let width = [560.0, 660.0, 880.0, 1080.0][columns.min(4) - 1];
    let inner = width - 2.0 * MARGIN;
    let (mut group, mut y) = draw_heading(figure, inner);
    let area = LegendBox { x: MARGIN, y, width: inner, start_h: figure.start_h, end_h: figure.end_h };
    let (legend, legend_height) = draw_legend(&figure.arms, &area);
    group = group.add(legend);
    y += legend_height + 20.0;

    let n_rows = figure.panels.len().div_ceil(columns);
    let cell = (inner - COLUMN_GAP * (columns - 1) as f64) / columns as f64;
    for (panel_idx, panel) in figure.panels.iter().enumerate() {
        let (row, column) = (panel_idx / columns, panel_idx % columns);
        let frame = Frame {
            x: MARGIN + column as f64 * (cell + COLUMN_GAP),
            y: y + row as f64 * (HEADING + PLOT_HEIGHT + ROW_GAP),
            width: cell,
            gutter: gutter(figure, column, columns),
            labelled: panel_idx + columns >= figure.panels.len(),
        };
        group = group.add(draw_panel(figure, panel, &frame));
    }
    let height = y + n_rows as f64 * (HEADING + PLOT_HEIGHT + ROW_GAP) - ROW_GAP + TICK_ROW + MARGIN;
    document((width, height), &figure.title, &figure.description, group)
}

fn n_columns(figure: &TimeCourse) -> usize {
    let chosen = match figure.panels.len() {
        0 | 1 => 1,
        2 | 4 => 2,
        n if n <= 9 => 3,
        _ => 4,
    };
    figure.columns.unwrap_or(chosen).clamp(1, 4)
}

fn draw_heading(figure: &TimeCourse, inner: f64) -> (Group, f64) {
    let mut group = Group::new();
    let mut y = MARGIN + 2.0;
    for line in wrap(&figure.title, inner, TITLE_PX, Weight::Bold) {
        y += TITLE_PX + 2.0;
        group = group.add(text(MARGIN, y - 4.0, &line, TextStyle::new(TITLE_PX).bold()));
    }
    for line in wrap(&figure.subtitle, inner, LABEL_PX, Weight::Regular) {
        y += LABEL_PX + 3.0;
        group = group.add(text(MARGIN, y - 1.0, &line, TextStyle::new(LABEL_PX).color(MUTED)));
    }
    (group, y + 12.0)
}

struct Frame {
    x: f64,
    y: f64,
    width: f64,
    gutter: f64,
    labelled: bool,
}

/// Range of the value axis: from 0 (or from the lowest value if that is negative) to a little above the highest.
fn value_range(panel: &Panel) -> (f64, f64) {
    let animals = panel.animals.iter().flatten().flatten();
    let finite = panel.series.iter().flatten().chain(animals).map(|p| p.1).filter(|v| v.is_finite());
    let (low, high) = finite.fold((0.0f64, 0.0f64), |(l, h), v| (l.min(v), h.max(v)));
    let high = panel.reference.map_or(high, |r| high.max(1.1 * r));
    if high <= low { (low, low + 1.0) } else { (low + 0.06 * low, high + 0.06 * (high - low)) }
}

/// Room for the tick labels of one column, so that its plots line up.
fn gutter(figure: &TimeCourse, column: usize, columns: usize) -> f64 {
    let panels = figure.panels.iter().skip(column).step_by(columns);
    let labels = panels.flat_map(|panel| {
        let (low, high) = value_range(panel);
        tick_labels(&linear_ticks(low, high))
    });
    labels.map(|l| text_width(&l, TICK_PX, Weight::Regular)).fold(12.0, f64::max) + 9.0
}

fn draw_panel(figure: &TimeCourse, panel: &Panel, frame: &Frame) -> Group {
    let plot = Plot::new(figure, panel, frame);
    let title_style = TextStyle::new(PANEL_TITLE_PX).bold();
    let title = shorten(&panel.title, frame.width, PANEL_TITLE_PX, Weight::Bold);
    let unit = shorten(&panel.unit, frame.width, TICK_PX, Weight::Regular);
    let mut group = Group::new().add(text(frame.x, frame.y + 12.0, &title, title_style)).add(text(
        frame.x,
        frame.y + 27.0,
        &unit,
        TextStyle::new(TICK_PX).color(MUTED),
    ));
    group = group.add(plot.draw_value_axis()).add(plot.draw_changes(figure));
    if let Some(reference) = panel.reference {
        let y = plot.y(reference);
        group =
            group.add(line((plot.left, y), (plot.right, y), "#b0b0b0", 1.0).set("stroke-dasharray", "4 3"));
    }
    for (arm_idx, animals) in panel.animals.iter().enumerate() {
        group = group.add(plot.draw_animals(animals, arm_style(arm_idx, figure.arms.len()).color));
    }
    for (arm_idx, series) in panel.series.iter().enumerate() {
        let style = arm_style(arm_idx, figure.arms.len());
        let points: Vec<_> = series.iter().map(|&(t, v)| (plot.x(t), plot.y(v))).collect();
        group = match points.as_slice() {
            [] => group,
            [only] => group.add(dot(*only, style.color)),
            many => group.add(polyline(many, style.color, 1.9, style.dash)),
        };
        if let Some(errors) = panel.errors.get(arm_idx) {
            group = group.add(plot.draw_errors(series, errors, style.color));
        }
    }
    group.add(plot.draw_time_axis(frame.labelled))
}

struct Plot {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    time: (f64, f64),
    range: (f64, f64),
}

impl Plot {
    fn new(figure: &TimeCourse, panel: &Panel, frame: &Frame) -> Self {
        Self {
            left: frame.x + frame.gutter,
            right: frame.x + frame.width,
            top: frame.y + HEADING - 4.0,
            bottom: frame.y + HEADING - 4.0 + PLOT_HEIGHT,
            time: (figure.start_h, figure.end_h.max(figure.start_h + 1e-9)),
            range: value_range(panel),
        }
    }

    fn x(&self, t_h: f64) -> f64 {
        self.left + (self.right - self.left) * (t_h - self.time.0) / (self.time.1 - self.time.0)
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * (value - self.range.0) / (self.range.1 - self.range.0)
    }

    fn draw_animals(&self, animals: &[Vec<(f64, f64)>], color: &str) -> Group {
        animals.iter().fold(Group::new(), |group, animal| {
            let points: Vec<_> = animal.iter().map(|&(t, v)| (self.x(t), self.y(v))).collect();
            group.add(polyline(&points, color, 0.8, "").set("stroke-opacity", 0.35))
        })
    }

    /// Bars of one standard error up and down, at about ten places.
    fn draw_errors(&self, series: &[(f64, f64)], errors: &[f64], color: &str) -> Group {
        let step = (series.len() / 10).max(1);
        let places = series.iter().zip(errors).skip(step).step_by(step);
        places.fold(Group::new(), |group, (&(t, v), &error)| {
            let (x, low, high) = (self.x(t), self.y(v - error), self.y(v + error));
            let cap = |y: f64| line((x - 2.5, y), (x + 2.5, y), color, 1.1);
            group.add(line((x, low), (x, high), color, 1.1)).add(cap(low)).add(cap(high))
        })
    }

    fn draw_value_axis(&self) -> Group {
        let ticks = linear_ticks(self.range.0, self.range.1);
        let style = TextStyle::new(TICK_PX).color(AXIS).anchor(Anchor::End);
        let mut group = Group::new();
        for (tick, label) in ticks.iter().zip(tick_labels(&ticks)) {
            let y = self.y(*tick);
            group = group
                .add(line((self.left, y), (self.right, y), GRID, 1.0))
                .add(line((self.left - 4.0, y), (self.left, y), AXIS, 1.0))
                .add(text(self.left - 7.0, y + 3.8, &label, style));
        }
        group.add(line((self.left, self.top), (self.left, self.bottom), AXIS, 1.0))
    }

    fn draw_time_axis(&self, labelled: bool) -> Group {
        let ticks = hour_ticks(self.time.0, self.time.1);
        let style = TextStyle::new(TICK_PX).color(AXIS).anchor(Anchor::Middle);
        let zero = if self.range.0 < 0.0 { self.y(0.0) } else { self.bottom };
        let mut group =
            Group::new().add(line((self.left, self.bottom), (self.right, self.bottom), AXIS, 1.0));
        if zero < self.bottom {
            group = group.add(line((self.left, zero), (self.right, zero), AXIS, 0.8));
        }
        let (labels, unit) = time_labels(&ticks, self.time.1 - self.time.0);
        for (tick, label) in ticks.iter().zip(labels) {
            let x = self.x(*tick);
            group = group.add(line((x, self.bottom), (x, self.bottom + 4.0), AXIS, 1.0));
            if labelled {
                group = group.add(text(x, self.bottom + 16.0, &label, style));
            }
        }
        if labelled {
            let middle = (self.left + self.right) / 2.0;
            group = group.add(text(middle, self.bottom + 31.0, &format!("time ({unit})"), style));
        }
        group
    }

    /// Thin lines where a treatment starts or ends inside the experiment.
    fn draw_changes(&self, figure: &TimeCourse) -> Group {
        let mut times: Vec<f64> = figure
            .arms
            .iter()
            .flat_map(|arm| &arm.treatments)
            .filter(|t| t.doses_h.is_empty())
            .flat_map(|t| [t.from_h, t.to_h])
            .filter(|&t| t > self.time.0 + 1e-9 && t < self.time.1 - 1e-9 && (t != 0.0 || self.time.0 < 0.0))
            .collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        times.into_iter().fold(Group::new(), |group, t| {
            let x = self.x(t);
            group
                .add(line((x, self.top), (x, self.bottom), "#a8a8a8", 1.0).set("stroke-dasharray", "1.5 2.5"))
        })
    }
}
