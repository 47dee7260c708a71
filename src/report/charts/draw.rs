//! A pen: marks in pixels, on the sheet below.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Rectangle};
use plotters::style::{Color, RGBAColor};

use super::ink::Ink;
use super::letters::{Anchor, Letters};
use super::mark::Look;
use super::sheet::{Pixel, Said, Sheet, unit};

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

    /// Smaller by so many pixels on every side.
    pub(super) fn within(self, by: f64) -> Area {
        let Area { left, top, right, bottom } = self;
        Area { left: left + by, top: top + by, right: right - by, bottom: bottom - by }
    }

    /// How many pixels two rectangles share.
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

/// A pen that draws on a sheet.
pub(super) struct Pen {
    /// The sheet.
    pub(super) sheet: Sheet,
    /// The same, as plotters knows it.
    pub(super) ground: DrawingArea<Sheet, Shift>,
    /// How wide the sheet is, in pixels.
    pub(super) width: f64,
}

impl Pen {
    pub(super) fn new(width: f64, height: f64) -> Pen {
        let sheet = Sheet::new(width, height);
        let ground = sheet.clone().into_drawing_area();
        Pen { sheet, ground, width }
    }

    pub(super) fn finish(&self, said: Said<'_>) -> String {
        self.sheet.finish(said)
    }

    fn put<'e, E>(&self, element: &'e E)
    where
        &'e E: PointCollection<'e, (i32, i32)>,
        E: Drawable<Sheet>,
    {
        self.ground.draw(element).expect("drawing into a string does not fail");
    }

    /// Draws a rectangle of an ink of some strength, 0 to 1.
    pub(super) fn fill(&self, area: Area, ink: Ink, strength: f64) {
        let corners = [units((area.left, area.top)), units((area.right, area.bottom))];
        self.put(&Rectangle::new(corners, colour(ink, strength).filled()));
    }

    /// Draws a line, `thick` pixels.
    pub(super) fn line(&self, from: Pixel, to: Pixel, ink: Ink, thick: f64) {
        let style = ink.colour().stroke_width(unit(thick).unsigned_abs());
        self.put(&PathElement::new(vec![units(from), units(to)], style));
    }

    /// Draws a dot.
    pub(super) fn dot(&self, at: Pixel, radius: f64, look: Look, ink: Ink, strength: f64) {
        let full = colour(ink, strength).filled();
        match look {
            Look::Full => self.put(&Circle::new(units(at), unit(radius), full)),
            Look::Ring => {
                self.put(&Circle::new(units(at), unit(radius), Ink::Paper.colour().filled()));
                let edge = colour(ink, strength).stroke_width(unit(1.5).unsigned_abs());
                self.put(&Circle::new(units(at), unit(radius), edge));
            }
            Look::Square => self.fill(Area::around(at, 2.0 * radius, 2.0 * radius), ink, strength),
            Look::Arrow => {
                let corners = [(-radius, 2.0 * radius), (0.0, -1.0), (radius, 2.0 * radius)];
                let corners = corners.map(|(x, y)| units((at.0 + x, at.1 + y)));
                self.put(&Polygon::new(corners.to_vec(), full));
            }
        }
    }

    /// Draws the edges of a rectangle.
    pub(super) fn outline(&self, area: Area, ink: Ink) {
        let style = ink.colour().stroke_width(unit(2.5).unsigned_abs());
        let corners = [units((area.left, area.top)), units((area.right, area.bottom))];
        self.put(&Rectangle::new(corners, style));
    }

    /// Fills the upper right corner of a rectangle.
    pub(super) fn corner(&self, area: Area, ink: Ink) {
        let size = area.height().min(area.width()).min(12.0);
        let (right, top) = (area.right, area.top);
        let corners = [(right - size, top), (right, top), (right, top + size)].map(units);
        self.put(&Polygon::new(corners.to_vec(), colour(ink, 0.9).filled()));
    }

    /// Draws oblique lines over a rectangle.
    pub(super) fn hatch(&self, area: Area, ink: Ink) {
        const APART: f64 = 5.0;
        let mut start = area.left - area.height();
        while start < area.right {
            // The line from (start, bottom) to (start + height, top), cut to the rectangle.
            let (from, to) = (start.max(area.left), (start + area.height()).min(area.right));
            let y = |x: f64| area.bottom - (x - start);
            if from < to {
                self.line((from, y(from)), (to, y(to)), ink, 1.25);
            }
            start += APART;
        }
    }

    /// Writes a text; `at` is at half the height of its capitals.
    pub(super) fn text(&self, text: &str, at: Pixel, anchor: Anchor, letters: Letters) {
        self.sheet.text(text, at, anchor, letters);
    }

    /// Writes a text on a patch of paper, so that it can be read on whatever is below.
    pub(super) fn label(&self, text: &str, area: Area, letters: Letters) {
        self.fill(area, Ink::Paper, 0.85);
        self.text(text, area.middle(), Anchor::Middle, letters);
    }

    /// Writes a text centred on a place, or as near to it as the edges of the sheet leave room for.
    pub(super) fn inside(&self, text: &str, (x, y): Pixel, letters: Letters) {
        let half = letters.width(text) / 2.0;
        let x = x.clamp(half.min(self.width / 2.0), (self.width - half).max(self.width / 2.0));
        self.text(text, (x, y), Anchor::Middle, letters);
    }
}
