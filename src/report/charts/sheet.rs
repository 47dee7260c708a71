//! A sheet of SVG, the backend that plotters draws on.
//!
//! Plotters counts in whole units, so a pixel is four of them. The drawing is scalable, needs no
//! font, and has the same bytes for the same chart. A mark with a text has it in a `<title>`, which
//! browsers show under the pointer; plotters' own SVG backend cannot write one.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::rc::Rc;

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind,
};

use crate::domain::text::is_hidden;

use super::letters::{Anchor, Letters};

/// Units of the backend in a pixel.
pub(super) const FINE: f64 = 4.0;

/// Reason why drawing cannot fail.
pub(super) const DRAWN: &str = "writing to a string does not fail";

/// A place in pixels.
pub(super) type Pixel = (f64, f64);

/// Returns pixels as units of the backend.
pub(super) fn unit(pixels: f64) -> i32 {
    // A cast of a float to an integer saturates, and no chart is that large.
    (pixels * FINE).round() as i32
}

/// Returns units of the backend as pixels.
pub(super) fn pixel((x, y): BackendCoord) -> Pixel {
    (f64::from(x) / FINE, f64::from(y) / FINE)
}

/// The text of a chart for readers who do not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said<'a> {
    /// Its finding.
    pub(super) title: &'a str,
    /// Its description.
    pub(super) description: &'a str,
}

/// A sheet; clones write on the same one.
#[derive(Clone)]
pub(super) struct Sheet {
    written: Rc<RefCell<String>>,
    /// Its width, in pixels.
    pub(super) width: f64,
    height: f64,
}

impl Sheet {
    /// An empty sheet of this many pixels.
    pub(super) fn new(width: f64, height: f64) -> Sheet {
        Sheet { written: Rc::default(), width, height }
    }

    /// The whole SVG.
    pub(super) fn finish(&self, said: Said<'_>) -> String {
        let (width, height) = (self.width, self.height);
        let [title, description] = [said.title, said.description].map(escaped);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" role=\"img\" \
             aria-label=\"{title}\"><desc>{description}</desc>\
             <rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>{}</svg>\n",
            unit(width),
            unit(height),
            self.written.borrow()
        )
    }

    fn write(&self, element: std::fmt::Arguments<'_>) {
        self.written.borrow_mut().write_fmt(element).expect(DRAWN);
    }

    /// Calls `draw`, whose elements show `words` under the pointer, if there are any.
    pub(super) fn saying(&self, words: &str, draw: impl FnOnce()) {
        if words.is_empty() {
            return draw();
        }
        let before = self.written.borrow().len();
        let short: String = words.chars().take(600).collect();
        self.write(format_args!("<g><title>{}</title>", escaped(&short)));
        let opened = self.written.borrow().len();
        draw();
        if self.written.borrow().len() == opened {
            self.written.borrow_mut().truncate(before);
        } else {
            self.write(format_args!("</g>"));
        }
    }

    /// An invisible rectangle, for words under the pointer.
    pub(super) fn sense(&self, from: BackendCoord, to: BackendCoord) {
        self.write(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" pointer-events=\"all\"/>",
            from.0.min(to.0),
            from.1.min(to.1),
            from.0.abs_diff(to.0),
            from.1.abs_diff(to.1)
        ));
    }

    /// Writes a text; `at` is at half the height of its capitals.
    pub(super) fn text(&self, text: &str, at: Pixel, anchor: Anchor, letters: Letters) {
        if text.is_empty() {
            return;
        }
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let bold = if letters.bold { " font-weight=\"bold\"" } else { "" };
        self.write(format_args!(
            "<text x=\"{}\" y=\"{}\"{anchor} font-size=\"{}\"{bold} fill=\"{}\">{}</text>",
            unit(at.0),
            unit(at.1 + letters.size * 0.36),
            unit(letters.size),
            letters.ink.css(),
            escaped(text)
        ));
    }
}

/// `fill="#0072B2"`, or `stroke`, with its opacity if it is not whole.
fn paint(of: &str, colour: BackendColor) -> String {
    let (red, green, blue) = colour.rgb;
    let opacity = match colour.alpha {
        whole if whole >= 1.0 => String::new(),
        part => format!(" opacity=\"{}\"", (part * 100.0).round() / 100.0),
    };
    format!("{of}=\"#{red:02X}{green:02X}{blue:02X}\"{opacity}")
}

fn stroke<S: BackendStyle>(style: &S) -> String {
    format!("{} stroke-width=\"{}\"", paint("stroke", style.color()), style.stroke_width())
}

/// Points as an attribute, without those that change nothing.
fn points(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let points = thinned(points.into_iter()).into_iter().map(|(x, y)| format!("{x},{y}"));
    points.collect::<Vec<_>>().join(" ")
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Sheet {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (unit(self.width).unsigned_abs(), unit(self.height).unsigned_abs())
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &colour, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S) -> Drawn {
        let stroke = stroke(style);
        let ((x1, y1), (x2, y2)) = (a, b);
        self.write(format_args!(
            "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {stroke}/>"
        ));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (width, height) = (a.0.abs_diff(b.0), a.1.abs_diff(b.1));
        let look = match fill {
            true => paint("fill", style.color()),
            false => format!("fill=\"none\" {}", stroke(style)),
        };
        if width > 0 && height > 0 {
            let (x, y) = (a.0.min(b.0), a.1.min(b.1));
            self.write(format_args!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {look}/>"
            ));
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let (points, stroke) = (points(path), stroke(style));
        self.write(format_args!("<polyline fill=\"none\" {stroke} points=\"{points}\"/>"));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let look = match fill {
            true => paint("fill", style.color()),
            false => format!("fill=\"none\" {}", stroke(style)),
        };
        self.write(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {look}/>"));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let corners: Vec<BackendCoord> = corners.into_iter().collect();
        let is_flat = corners.windows(2).all(|pair| pair[0].1 == pair[1].1);
        if !is_flat {
            let (points, fill) = (points(corners), paint("fill", style.color()));
            self.write(format_args!("<polygon {fill} points=\"{points}\"/>"));
        }
        Ok(())
    }
}

/// Points without redundant ones: equal ones, and the middle of three on a level.
pub(super) fn thinned(points: impl Iterator<Item = BackendCoord>) -> Vec<BackendCoord> {
    let mut kept: Vec<BackendCoord> = Vec::new();
    for point in points {
        if kept.last() == Some(&point) {
            continue;
        }
        if let [.., a, b] = kept.as_slice() {
            let level = a.1 == b.1 && b.1 == point.1 && is_between(a.0, b.0, point.0);
            let upright = a.0 == b.0 && b.0 == point.0 && is_between(a.1, b.1, point.1);
            if level || upright {
                kept.pop();
            }
        }
        kept.push(point);
    }
    kept
}

fn is_between(a: i32, b: i32, c: i32) -> bool {
    a.min(c) <= b && b <= a.max(c)
}

/// A text escaped for an element or an attribute, without control and bidirectional characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            letter if is_hidden(letter) => out.push(char::REPLACEMENT_CHARACTER),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: Said<'_> = Said { title: "<script>", description: "\u{1}\u{202e}&" };

    #[test]
    fn what_comes_from_a_file_is_text() {
        let sheet = Sheet::new(100.0, 50.0);
        sheet
            .saying("</title>", || sheet.text("<b>&\"", (1.0, 1.0), Anchor::Start, Letters::LABEL));
        let svg = sheet.finish(SAID);
        assert!(
            svg.contains("aria-label=\"&lt;script&gt;\"><desc>\u{fffd}\u{fffd}&amp;</desc>"),
            "{svg}"
        );
        assert!(svg.contains("<title>&lt;/title&gt;</title>"), "{svg}");
        assert!(svg.contains(">&lt;b&gt;&amp;&quot;</text></g>"), "{svg}");
    }

    #[test]
    fn words_without_a_mark_leave_nothing() {
        let sheet = Sheet::new(100.0, 50.0);
        sheet.saying("nothing", || {});
        assert!(!sheet.finish(SAID).contains("<g>"));
    }

    #[test]
    fn points_that_change_nothing_are_left_out() {
        let thin = |points: &[BackendCoord]| thinned(points.iter().copied());
        assert_eq!(thin(&[(0, 0), (0, 0), (5, 0), (9, 0)]), [(0, 0), (9, 0)]);
        assert_eq!(thin(&[(0, 0), (0, 9), (0, 4)]), [(0, 0), (0, 9), (0, 4)]);
        assert_eq!(thin(&[(0, 0), (1, 1), (2, 2)]), [(0, 0), (1, 1), (2, 2)]);
    }
}
