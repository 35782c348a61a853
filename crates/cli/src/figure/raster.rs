//! SVG to PNG with the embedded font, so that a machine without fonts gives the same pixels.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::measure::{BOLD, REGULAR};

/// Why a figure could not be turned into pixels.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RasterError {
    /// The SVG was not understood.
    #[error("the figure is no valid SVG: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// The picture would be empty or too large.
    #[error("a picture of {width} x {height} pixels cannot be made")]
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The encoder failed.
    #[error("the PNG could not be encoded: {0}")]
    Encode(String),
}

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    fonts.set_sans_serif_family("Liberation Sans");
    Arc::new(fonts)
});

/// The bytes of a PNG, `scale` pixels per unit of the SVG.
pub(crate) fn png_from_svg(svg: &str, scale: f32) -> Result<Vec<u8>, RasterError> {
    let options =
        Options { fontdb: FONTS.clone(), font_family: "Liberation Sans".to_string(), ..Options::default() };
    let tree = Tree::from_str(svg, &options)?;
    let size = tree.size();
    let (width, height) = ((size.width() * scale).ceil() as u32, (size.height() * scale).ceil() as u32);
    let mut pixmap = Pixmap::new(width, height).ok_or(RasterError::Size { width, height })?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|e| RasterError::Encode(e.to_string()))
}
