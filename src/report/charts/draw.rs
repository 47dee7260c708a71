//! Rectangles, lines and dots in pixels, on a sheet.

use plotters::style::{Color, RGBAColor, ShapeStyle};
use plotters_backend::DrawingBackend;

use super::ink::Ink;
use super::letters::{Anchor, Letters};
use super::mark::Look;
use super::sheet::{DRAWN, Pixel, Sheet, unit};

/// A corner-to-corner rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn width(self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(self) -> f64 {
        self.bottom - self.top
    }

    pub(super) fn middle(self) -> Pixel {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    /// The rectangle around a place.
    pub(super) fn around((x, y): Pixel, wide: f64, high: f64) -> Area {
        let (half, rise) = (wide / 2.0, high / 2.0);
        Area { left: x - half, top: y - rise, right: x + half, bottom: y + rise }
    }

    /// The area shrunk by this many pixels on every side.
    pub(super) fn within(self, by: f64) -> Area {
        let Area { left, top, right, bottom } = self;
        Area { left: left + by, top: top + by, right: right - by, bottom: bottom - by }
    }

    /// The overlap of two rectangles in pixels.
    pub(super) fn shared(self, other: Area) -> f64 {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let high = self.bottom.min(other.bottom) - self.top.max(other.top);
        wide.max(0.0) * high.max(0.0)
    }
}

fn units((x, y): Pixel) -> (i32, i32) {
    (unit(x), unit(y))
}

pub(super) fn colour(ink: Ink, strength: f64) -> RGBAColor {
    ink.colour().mix(strength)
}

/// A stroke of this many pixels.
pub(super) fn stroke(ink: Ink, strength: f64, thick: f64) -> ShapeStyle {
    colour(ink, strength).stroke_width(unit(thick).unsigned_abs())
}

impl Sheet {
    /// Draws a rectangle of an ink of some strength, 0 to 1.
    pub(super) fn fill(&self, area: Area, ink: Ink, strength: f64) {
        let (from, to) = (units((area.left, area.top)), units((area.right, area.bottom)));
        self.clone().draw_rect(from, to, &colour(ink, strength), true).expect(DRAWN);
    }

    /// Draws the edges of a rectangle.
    pub(super) fn outline(&self, area: Area, ink: Ink) {
        let (from, to) = (units((area.left, area.top)), units((area.right, area.bottom)));
        self.clone().draw_rect(from, to, &stroke(ink, 1.0, 2.5), false).expect(DRAWN);
    }

    /// Draws a line, `thick` pixels.
    pub(super) fn line(&self, from: Pixel, to: Pixel, ink: Ink, thick: f64) {
        self.clone().draw_line(units(from), units(to), &stroke(ink, 1.0, thick)).expect(DRAWN);
    }

    fn polygon<const N: usize>(&self, corners: [Pixel; N], ink: Ink, strength: f64) {
        self.clone().fill_polygon(corners.map(units), &colour(ink, strength)).expect(DRAWN);
    }

    fn circle(&self, at: Pixel, radius: f64, style: ShapeStyle) {
        let (at, radius) = (units(at), unit(radius).unsigned_abs());
        self.clone().draw_circle(at, radius, &style, style.filled).expect(DRAWN);
    }

    /// Draws a dot.
    pub(super) fn dot(&self, at: Pixel, radius: f64, look: Look, ink: Ink, strength: f64) {
        match look {
            Look::Full => self.circle(at, radius, colour(ink, strength).filled()),
            Look::Ring => {
                self.circle(at, radius, Ink::Paper.colour().filled());
                self.circle(at, radius, stroke(ink, strength, 1.5));
            }
            Look::Square => self.fill(Area::around(at, 2.0 * radius, 2.0 * radius), ink, strength),
            Look::Arrow => {
                let corners = [(-radius, 2.0 * radius), (0.0, -1.0), (radius, 2.0 * radius)];
                self.polygon(corners.map(|(x, y)| (at.0 + x, at.1 + y)), ink, strength);
            }
        }
    }

    /// Fills the upper right corner of a rectangle.
    pub(super) fn corner(&self, area: Area, ink: Ink) {
        let size = area.height().min(area.width()).min(12.0);
        let (right, top) = (area.right, area.top);
        self.polygon([(right - size, top), (right, top), (right, top + size)], ink, 0.9);
    }

    /// Draws oblique lines over a rectangle.
    pub(super) fn hatch(&self, area: Area, ink: Ink) {
        const APART: f64 = 5.0;
        let mut start = area.left - area.height();
        while start < area.right {
            // The line from (start, bottom) to (start + height, top), clipped to the rectangle.
            let (from, to) = (start.max(area.left), (start + area.height()).min(area.right));
            let y = |x: f64| area.bottom - (x - start);
            if from < to {
                self.line((from, y(from)), (to, y(to)), ink, 1.25);
            }
            start += APART;
        }
    }

    /// Writes lines of text from the left edge, the first at `y`.
    pub(super) fn lines(&self, lines: &[String], y: f64, pitch: f64, letters: Letters) {
        for (line, place) in lines.iter().zip(0..) {
            self.text(line, (0.0, y + pitch * f64::from(place)), Anchor::Start, letters);
        }
    }

    /// Writes a text on a patch of paper, so that it is legible on any ground.
    pub(super) fn label(&self, text: &str, area: Area, letters: Letters) {
        self.fill(area, Ink::Paper, 0.85);
        self.text(text, area.middle(), Anchor::Middle, letters);
    }

    /// Writes a text centred on a place, or as near to it as the edges of the sheet allow.
    pub(super) fn inside(&self, text: &str, (x, y): Pixel, letters: Letters) {
        let half = letters.width(text) / 2.0;
        let x = x.clamp(half.min(self.width / 2.0), (self.width - half).max(self.width / 2.0));
        self.text(text, (x, y), Anchor::Middle, letters);
    }
}
