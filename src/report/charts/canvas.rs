//! A sheet to draw a chart on: plotters' SVG backend with lengths in CSS pixels.
//!
//! Only here plotters. The backend counts in whole units, so a pixel is four of them. What is
//! drawn is scalable, needs no font, and has the same bytes for the same chart.

use plotters::backend::DrawingBackend;
use plotters::prelude::SVGBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, ShapeStyle, TextStyle};

use crate::domain::text::is_hidden;

use super::ink::{self, Ink};

/// Units of the backend in a pixel.
pub(super) const FINE: f64 = 4.0;
/// What the backend divides a size of letters by.
const LETTER: f64 = 1.24;

/// Where a text stands with regard to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It starts there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// How letters look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Letters {
    /// Their size in pixels.
    pub size: f64,
    /// Their colour.
    pub ink: Ink,
    /// Whether they are heavy.
    pub bold: bool,
}

impl Letters {
    /// For what carries the message.
    pub const LABEL: Letters = Letters { size: 12.0, ink: Ink::Text, bold: false };
    /// For ticks and captions.
    pub const TICK: Letters = Letters { size: 11.5, ink: Ink::Muted, bold: false };

    /// In another colour.
    pub const fn in_ink(self, ink: Ink) -> Letters {
        Letters { ink, ..self }
    }

    /// Heavy.
    pub const fn bold(self) -> Letters {
        Letters { bold: true, ..self }
    }

    /// As much of a text as fits so many pixels, with an ellipsis where something is left out.
    pub fn fit(self, text: &str, pixels: f64) -> String {
        if self.width(text) <= pixels {
            return text.to_owned();
        }
        let mut kept = String::new();
        for letter in text.chars() {
            kept.push(letter);
            if self.width(&kept) + self.width("…") > pixels {
                kept.pop();
                break;
            }
        }
        format!("{}…", kept.trim_end())
    }

    /// About how wide a text is in pixels, in the letters of a common sans-serif.
    pub fn width(self, text: &str) -> f64 {
        let heavy = if self.bold { 1.06 } else { 1.0 };
        text.chars().map(advance).sum::<f64>() * self.size * heavy
    }
}

/// About how wide a letter is, in its size: as in a wide sans-serif, so that what is laid out by it
/// fits in narrower ones too.
fn advance(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '\'' | '|' => 0.29,
        ' ' | '.' | ',' | ':' | ';' | 'I' | '!' | '·' => 0.33,
        'f' | 't' | 'r' | '(' | ')' | '/' | '-' => 0.40,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
        'A'..='Z' | '&' => 0.70,
        '\u{2e80}'.. => 1.0,
        _ => 0.62,
    }
}

/// A corner-to-corner rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Its left edge.
    pub left: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its right edge.
    pub right: f64,
    /// Its lower edge.
    pub bottom: f64,
}

impl Area {
    /// How wide it is.
    pub fn width(self) -> f64 {
        self.right - self.left
    }

    /// How high it is.
    pub fn height(self) -> f64 {
        self.bottom - self.top
    }
}

/// A sheet to draw on.
pub struct Canvas<'a> {
    backend: SVGBackend<'a>,
    /// How wide it is, in pixels.
    pub width: f64,
}

fn unit(pixels: f64) -> i32 {
    // A cast of a float to an integer saturates, and no chart is that large.
    (pixels * FINE).round() as i32
}

fn stroke(ink: Ink, pixels: f64) -> ShapeStyle {
    ink.colour().stroke_width(unit(pixels).unsigned_abs())
}

impl Canvas<'_> {
    /// Draws a rectangle of an ink of some strength, 0 to 1.
    pub fn fill(&mut self, area: Area, ink: Ink, strength: f64) {
        let corner = (unit(area.left), unit(area.top));
        let other = (unit(area.right), unit(area.bottom));
        if other.0 > corner.0 && other.1 > corner.1 {
            let style = ink.colour().mix(strength).filled();
            // Drawing into a string cannot fail, here and below.
            let _ = self.backend.draw_rect(corner, other, &style, true);
        }
    }

    /// Draws lines through points, `thick` pixels.
    pub fn path(&mut self, points: &[(f64, f64)], ink: Ink, thick: f64) {
        let points = points.iter().map(|&(x, y)| (unit(x), unit(y)));
        let _ = self.backend.draw_path(thinned(points), &stroke(ink, thick));
    }

    /// Draws a line, `thick` pixels.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink, thick: f64) {
        let (from, to) = ((unit(from.0), unit(from.1)), (unit(to.0), unit(to.1)));
        let _ = self.backend.draw_line(from, to, &stroke(ink, thick));
    }

    /// Fills the shape that points go around.
    pub fn shape(&mut self, points: &[(f64, f64)], ink: Ink) {
        self.veil(points, ink, 1.0);
    }

    /// Fills the shape that points go around with an ink of some strength, 0 to 1.
    pub fn veil(&mut self, points: &[(f64, f64)], ink: Ink, strength: f64) {
        let points = thinned(points.iter().map(|&(x, y)| (unit(x), unit(y))));
        let level = points.iter().all(|point| points.first().is_some_and(|one| one.1 == point.1));
        if !level {
            let _ = self.backend.fill_polygon(points, &ink.colour().mix(strength).filled());
        }
    }

    /// Draws a dot.
    pub fn dot(&mut self, at: (f64, f64), radius: f64, ink: Ink) {
        self.disc(at, radius, ink, 1.0);
    }

    /// Draws a dot of an ink of some strength, 0 to 1.
    pub fn disc(&mut self, at: (f64, f64), radius: f64, ink: Ink, strength: f64) {
        let (at, radius) = ((unit(at.0), unit(at.1)), unit(radius).unsigned_abs());
        let _ = self.backend.draw_circle(at, radius, &ink.colour().mix(strength).filled(), true);
    }

    /// Draws a circle that is empty inside, `thick` pixels.
    pub fn ring(&mut self, at: (f64, f64), radius: f64, ink: Ink, thick: f64) {
        let (at, radius) = ((unit(at.0), unit(at.1)), unit(radius).unsigned_abs());
        let _ = self.backend.draw_circle(at, radius, &stroke(ink, thick), false);
    }

    /// Draws the edges of a rectangle, `thick` pixels.
    pub fn frame(&mut self, area: Area, ink: Ink, thick: f64) {
        let (left, right) = (area.left, area.right);
        let corners =
            [(left, area.top), (right, area.top), (right, area.bottom), (left, area.bottom)];
        for (index, &from) in corners.iter().enumerate() {
            self.line(from, corners[(index + 1) % corners.len()], ink, thick);
        }
    }

    /// Draws oblique lines over a rectangle.
    pub fn hatch(&mut self, area: Area, ink: Ink) {
        const APART: f64 = 5.0;
        let mut start = area.left - area.height();
        while start < area.right {
            // The line from (start, bottom) to (start + height, top), cut to the rectangle.
            let (from, to) = (start.max(area.left), (start + area.height()).min(area.right));
            if from < to {
                let y = |x: f64| area.bottom - (x - start);
                self.line((from, y(from)), (to, y(to)), ink, 1.25);
            }
            start += APART;
        }
    }

    /// Writes a text that ends at a point, or starts at the left edge if it is too long for that.
    pub fn text_to_fit(&mut self, text: &str, end: (f64, f64), letters: Letters) {
        match letters.width(text) <= end.0 {
            true => self.text(text, end, Anchor::End, letters),
            false => self.text(text, (0.0, end.1), Anchor::Start, letters),
        }
    }

    /// Writes a text on a patch of paper, so that it can be read on whatever is below.
    pub fn label(&mut self, text: &str, at: (f64, f64), anchor: Anchor, letters: Letters) {
        let wide = letters.width(text);
        let left = match anchor {
            Anchor::Start => at.0,
            Anchor::Middle => at.0 - wide / 2.0,
            Anchor::End => at.0 - wide,
        };
        let half = letters.size * 0.65;
        let area = Area {
            left: left - 2.0,
            top: at.1 - half,
            right: left + wide + 2.0,
            bottom: at.1 + half,
        };
        self.fill(area, Ink::Paper, 0.85);
        self.text(text, at, anchor, letters);
    }

    /// Writes a text; `at` is at half its height.
    pub fn text(&mut self, text: &str, at: (f64, f64), anchor: Anchor, letters: Letters) {
        let h_pos = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let font = ("sans-serif", letters.size * FINE * LETTER).into_font();
        let font = if letters.bold { font.style(FontStyle::Bold) } else { font };
        let colour = letters.ink.colour();
        let style = TextStyle::from(font).color(&colour);
        // The middle of capitals and digits is about 0.36 of the size above the line they stand on;
        // the backend lowers a text by half the height of an x.
        let lowered = at.1 + letters.size * 0.09;
        let style = style.pos(Pos::new(h_pos, VPos::Center));
        let _ = self.backend.draw_text(&printable(text), &style, (unit(at.0), unit(lowered)));
    }
}

/// Points without those that change nothing: equal ones, and the middle of three on a level.
fn thinned(points: impl Iterator<Item = (i32, i32)>) -> Vec<(i32, i32)> {
    let mut kept: Vec<(i32, i32)> = Vec::new();
    for point in points {
        if kept.last() == Some(&point) {
            continue;
        }
        if let [.., a, b] = kept.as_slice() {
            let level = a.1 == b.1 && b.1 == point.1 && between(a.0, b.0, point.0);
            let upright = a.0 == b.0 && b.0 == point.0 && between(a.1, b.1, point.1);
            if level || upright {
                kept.pop();
            }
        }
        kept.push(point);
    }
    kept
}

fn between(a: i32, b: i32, c: i32) -> bool {
    a.min(c) <= b && b <= a.max(c)
}

/// What a chart says to those who do not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<'a> {
    /// Its finding.
    pub title: &'a str,
    /// What it shows.
    pub description: &'a str,
}

/// Draws a chart of so many pixels and returns its SVG.
pub fn draw(width: f64, height: f64, said: Said<'_>, paint: impl FnOnce(&mut Canvas)) -> String {
    let mut drawn = String::new();
    let size = (unit(width).unsigned_abs(), unit(height).unsigned_abs());
    let mut canvas = Canvas { backend: SVGBackend::with_string(&mut drawn, size), width };
    canvas.fill(Area { left: 0.0, top: 0.0, right: width, bottom: height }, Ink::Paper, 1.0);
    paint(&mut canvas);
    let _ = canvas.backend.present();
    drop(canvas);
    let inside = drawn.split_once('\n').map_or("", |(_, rest)| rest);
    let lean = inside.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "");
    let lean = lean.replace(" font-family=\"sans-serif\"", "").replace(">\n", ">");
    let lean = lean.replace(" \"/>", "\"/>").replace("\n</text>", "</text>");
    let [title, description] = [said.title, said.description].map(escaped);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" role=\"img\" \
         aria-label=\"{title}\"><title>{title}</title><desc>{description}</desc>{lean}",
        size.0, size.1
    )
}

/// An SVG that stands alone in a file: with its style sheet.
pub fn standing_alone(svg: &str) -> String {
    let style = format!("<style>{}</style><title>", ink::style());
    format!("{}\n", svg.replacen("<title>", &style, 1))
}

/// A text without the control characters that XML does not know.
fn printable(text: &str) -> String {
    let known = |letter: char| match letter {
        '\t' | '\n' | '\r' => ' ',
        '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        letter if is_hidden(letter) => char::REPLACEMENT_CHARACTER,
        letter => letter,
    };
    text.chars().map(known).collect()
}

/// A text as it may stand in an element or an attribute.
fn escaped(text: &str) -> String {
    let text = printable(text).replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<'a>() -> Said<'a> {
        Said { title: "<script>", description: "\u{1}&" }
    }

    #[test]
    fn what_comes_from_a_file_is_text() {
        let svg = draw(100.0, 50.0, said(), |canvas| {
            canvas.text("<b>&\"", (1.0, 1.0), Anchor::Start, Letters::LABEL);
        });
        assert!(svg.contains("<title>&lt;script&gt;</title><desc>\u{fffd}&amp;</desc>"), "{svg}");
        assert!(svg.contains(">&lt;b&gt;&amp;&quot;</text>"), "{svg}");
    }

    #[test]
    fn a_text_that_is_too_long_ends_in_an_ellipsis_and_fits() {
        let letters = Letters::LABEL;
        assert_eq!(letters.fit("short", 100.0), "short");
        let text = "a name that never seems to come to its end";
        for pixels in [0.0, 40.0, 100.0] {
            let kept = letters.fit(text, pixels);
            assert!(kept.ends_with('…') && text.starts_with(kept.trim_end_matches('…')), "{kept}");
            assert!(letters.width(&kept) <= pixels.max(letters.width("…")), "{kept}");
        }
    }

    #[test]
    fn points_that_change_nothing_are_left_out() {
        let thin = |points: &[(i32, i32)]| thinned(points.iter().copied());
        assert_eq!(thin(&[(0, 0), (0, 0), (5, 0), (9, 0)]), [(0, 0), (9, 0)]);
        assert_eq!(thin(&[(0, 0), (0, 9), (0, 4)]), [(0, 0), (0, 9), (0, 4)]);
        assert_eq!(thin(&[(0, 0), (1, 1), (2, 2)]), [(0, 0), (1, 1), (2, 2)]);
    }

    #[test]
    fn a_chart_in_a_file_brings_its_dark_colours() {
        let svg = standing_alone(&draw(10.0, 10.0, said(), |_| {}));
        assert!(svg.contains("prefers-color-scheme:dark"));
        assert_eq!(svg.matches("<title>").count(), 1);
    }
}
