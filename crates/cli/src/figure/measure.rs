//! Widths of texts in the embedded font, and wrapping by them.

use std::sync::LazyLock;

use ttf_parser::Face;

/// Liberation Sans, metric-compatible with Arial (SIL Open Font License 1.1, see `assets/`).
pub(super) const REGULAR: &[u8] = include_bytes!("../../assets/LiberationSans-Regular.ttf");
/// The bold face of the same family.
pub(super) const BOLD: &[u8] = include_bytes!("../../assets/LiberationSans-Bold.ttf");

static REGULAR_FACE: LazyLock<Face<'static>> =
    LazyLock::new(|| Face::parse(REGULAR, 0).expect("the embedded font is a valid TrueType file"));
static BOLD_FACE: LazyLock<Face<'static>> =
    LazyLock::new(|| Face::parse(BOLD, 0).expect("the embedded font is a valid TrueType file"));

/// Weight of a text.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// Width in pixels of `text` at `size_px`.
pub(super) fn text_width(text: &str, size_px: f64, weight: Weight) -> f64 {
    let face = if weight == Weight::Bold { &*BOLD_FACE } else { &*REGULAR_FACE };
    let units: f64 = text
        .chars()
        .map(|c| face.glyph_index(c).and_then(|g| face.glyph_hor_advance(g)).map_or(1200.0, f64::from))
        .sum();
    units * size_px / f64::from(face.units_per_em())
}

/// `text` in as few lines as fit into `width_px`; a single longer word is cut with an ellipsis.
pub(super) fn wrap(text: &str, width_px: f64, size_px: f64, weight: Weight) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let candidate = match lines.last() {
            Some(line) => format!("{line} {word}"),
            None => word.to_string(),
        };
        match lines.last_mut() {
            Some(line) if text_width(&candidate, size_px, weight) <= width_px => *line = candidate,
            _ => lines.push(word.to_string()),
        }
    }
    lines.iter().map(|line| shorten(line, width_px, size_px, weight)).collect()
}

/// `text`, cut with an ellipsis if it is wider than `width_px`.
pub(super) fn shorten(text: &str, width_px: f64, size_px: f64, weight: Weight) -> String {
    if text_width(text, size_px, weight) <= width_px {
        return text.to_string();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while !kept.is_empty() {
        kept.pop();
        let candidate = format!("{}…", kept.iter().collect::<String>().trim_end());
        if text_width(&candidate, size_px, weight) <= width_px {
            return candidate;
        }
    }
    "…".to_string()
}
