//! A typed layer over the `svg` crate: short numbers, one font, accessible root element.

use svg::Document;
use svg::node::element::{Circle, Description, Group, Line, Path, Rectangle, Text, Title};

use super::measure::Weight;
use super::style::{FAMILY, INK};

/// Horizontal anchor of a text.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Look of a text.
#[derive(Clone, Copy)]
pub(super) struct TextStyle {
    pub(super) size_px: f64,
    pub(super) weight: Weight,
    pub(super) anchor: Anchor,
    pub(super) color: &'static str,
}

impl TextStyle {
    pub(super) fn new(size_px: f64) -> Self {
        Self { size_px, weight: Weight::Regular, anchor: Anchor::Start, color: INK }
    }

    pub(super) fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    pub(super) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) fn color(self, color: &'static str) -> Self {
        Self { color, ..self }
    }
}

/// A pixel coordinate with two decimals; a value that is not finite is a bug of the caller and becomes 0.
pub(super) fn px(value: f64) -> f64 {
    if value.is_finite() { (value * 100.0).round() / 100.0 + 0.0 } else { 0.0 }
}

pub(super) fn text(x: f64, y: f64, content: &str, style: TextStyle) -> Text {
    let anchor = match style.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let node = Text::new(content)
        .set("x", px(x))
        .set("y", px(y))
        .set("font-size", style.size_px)
        .set("fill", style.color)
        .set("text-anchor", anchor);
    if style.weight == Weight::Bold { node.set("font-weight", "bold") } else { node }
}

pub(super) fn line(from: (f64, f64), to: (f64, f64), color: &str, width: f64) -> Line {
    Line::new()
        .set("x1", px(from.0))
        .set("y1", px(from.1))
        .set("x2", px(to.0))
        .set("y2", px(to.1))
        .set("stroke", color)
        .set("stroke-width", width)
}

pub(super) fn rectangle(x: f64, y: f64, width: f64, height: f64, fill: &str) -> Rectangle {
    Rectangle::new()
        .set("x", px(x))
        .set("y", px(y))
        .set("width", px(width.max(0.0)))
        .set("height", px(height.max(0.0)))
        .set("fill", fill)
}

/// A line through points; points that are not finite interrupt it.
pub(super) fn polyline(points: &[(f64, f64)], color: &str, width: f64, dash: &str) -> Path {
    let mut d = String::new();
    let mut pen_down = false;
    for &(x, y) in points {
        if !(x.is_finite() && y.is_finite()) {
            pen_down = false;
            continue;
        }
        let command = if pen_down { 'L' } else { 'M' };
        d.push_str(&format!("{command}{} {}", px(x), px(y)));
        pen_down = true;
    }
    let path = Path::new()
        .set("d", if d.is_empty() { "M0 0".to_string() } else { d })
        .set("fill", "none")
        .set("stroke", color)
        .set("stroke-width", width)
        .set("stroke-linejoin", "round");
    if dash.is_empty() { path.set("stroke-linecap", "round") } else { path.set("stroke-dasharray", dash) }
}

/// A dot, for a series with a single point.
pub(super) fn dot(center: (f64, f64), color: &str) -> Circle {
    Circle::new().set("cx", px(center.0)).set("cy", px(center.1)).set("r", 3).set("fill", color)
}

/// The finished document: white, with a title and a description that screen readers find.
pub(super) fn document(size: (f64, f64), title: &str, description: &str, content: Group) -> String {
    let (width, height) = (px(size.0.ceil()), px(size.1.ceil()));
    Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("width", width)
        .set("height", height)
        .set("font-family", FAMILY)
        .set("role", "img")
        .add(Title::new(title))
        .add(Description::new().add(svg::node::Text::new(description)))
        .add(rectangle(0.0, 0.0, width, height, "#ffffff"))
        .add(content)
        .to_string()
}
