//! Charts as pixels: the same SVG, drawn with fonts embedded in this program, so that a machine
//! without fonts draws the same picture.

use std::io;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb::Database};

/// Dots for a CSS pixel: sharp on paper and on fine screens.
const DOTS: f32 = 2.0;

/// Draws an SVG as PNG.
pub fn png(svg: &str) -> io::Result<Vec<u8>> {
    let mut fonts = Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    let options = Options { fontdb: Arc::new(fonts), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(io::Error::other)?;
    let size = tree.size();
    let dots = |length: f32| (length * DOTS).ceil() as u32;
    let pixmap = Pixmap::new(dots(size.width()), dots(size.height()));
    let mut pixmap = pixmap.ok_or_else(|| io::Error::other("a chart without an area"))?;
    resvg::render(&tree, Transform::from_scale(DOTS, DOTS), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(io::Error::other)
}
