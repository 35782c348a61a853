//! Plots as figures.

use super::outcome::Plot;
use crate::figure::{Chart, ChartAxis, ChartPanel, Mark, Shape, chart_svg, decades};

/// The picture of a plot.
pub(crate) fn plot_svg(plot: &Plot) -> String {
    let (log_x, log_y) = plot.logarithmic;
    let shown = |(x, y): &(f64, f64)| {
        let usable = |value: f64, log: bool| value.is_finite() && (!log || value > 0.0);
        usable(*x, log_x) && usable(*y, log_y)
    };
    let mut marks = Vec::new();
    for (group, curve) in plot.curves.iter().enumerate() {
        for line in &curve.lines {
            let points: Vec<(f64, f64)> = line.iter().copied().filter(shown).collect();
            let shape = match points.as_slice() {
                [(x, y)] => Shape::Dots(vec![(*x, *y, 0.0)]),
                _ => Shape::Line(points),
            };
            marks.push(Mark { group, shape });
        }
    }
    let points = || plot.curves.iter().flat_map(|c| &c.lines).flatten().filter(|p| shown(p));
    let axis = |label: &str, log: bool, values: Vec<f64>, room: f64| {
        if log {
            ChartAxis::logarithmic(label, decades(values.into_iter()))
        } else {
            ChartAxis::linear(label, span(&values, room))
        }
    };
    let common = |labels: Vec<&str>| match labels.split_first() {
        Some((first, rest)) if rest.iter().all(|l| l == first) => (*first).to_string(),
        _ => String::new(),
    };
    let x_label = common(plot.curves.iter().map(|c| c.x_label.as_str()).collect());
    let y_label = common(plot.curves.iter().map(|c| c.label.as_str()).collect());
    chart_svg(&Chart {
        title: plot.title.clone(),
        description: format!("{} curves over {x_label}", plot.curves.len()),
        groups: plot.curves.iter().map(|c| c.label.clone()).collect(),
        panels: vec![ChartPanel {
            title: String::new(),
            x: axis(&x_label, log_x, points().map(|p| p.0).collect(), 0.0),
            y: axis(&y_label, log_y, points().map(|p| p.1).collect(), 0.04),
            marks,
            levels: Vec::new(),
            diagonal: false,
            notes: Vec::new(),
        }],
        ..Chart::default()
    })
}

/// Lowest and highest value with some room; from zero if all values are positive and zero is near.
fn span(values: &[f64], room: f64) -> (f64, f64) {
    let (low, high) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    if low > high {
        return (0.0, 1.0);
    }
    let width = if high > low { high - low } else { high.abs().max(1.0) };
    let from_zero = low >= 0.0 && low < 0.5 * high;
    let bottom = if from_zero { 0.0 } else { low - room * width };
    (bottom, if high > bottom { high + room * width } else { bottom + width })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_never_empty() {
        assert_eq!(span(&[], 0.04), (0.0, 1.0));
        assert_eq!(span(&[2.0, 10.0], 0.0), (0.0, 10.0));
        for values in [vec![0.0], vec![3.0, 3.0], vec![-2.0], vec![-1.0, 5.0]] {
            let (low, high) = span(&values, 0.04);
            assert!(low < high && values.iter().all(|v| (low..=high).contains(v)), "{values:?}");
        }
    }
}
