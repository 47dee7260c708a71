//! Marks: what a chart puts into a panel, in the values of its axes.

use super::ink::Ink;

/// A place on both axes.
pub(super) type Point = (f64, f64);

/// Strength of marks in the background.
pub(super) const FAINT: f64 = 0.75;
/// Strength of an interval around a line.
pub(super) const BAND: f64 = 0.22;

/// A mark, and its text under the pointer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// Its shape.
    pub(super) shape: Shape,
    /// Its ink.
    pub(super) ink: Ink,
    /// Its strength, from 0 to 1.
    pub(super) strength: f64,
    /// Its text under the pointer; none if empty.
    pub(super) words: String,
}

/// The shape of a mark. Lengths that are not on an axis are in pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// A line through points.
    Line { points: Vec<Point>, thick: f64 },
    /// The area between two lines: places on the first axis, lower and upper edges on the second.
    Area(Vec<(f64, f64, f64)>),
    /// A rectangle, at least a visible width; with a gap to the next one if `is_apart`.
    Bar { x: [f64; 2], y: [f64; 2], is_apart: bool },
    /// Oblique lines over a rectangle.
    Hatch { x: [f64; 2], y: [f64; 2] },
    /// A cell of a map, with a text if there is room for it.
    Cell { column: usize, row: usize, text: String },
    /// The edges of a cell.
    Outline { column: usize, row: usize },
    /// The upper right corner of a cell.
    Corner { column: usize, row: usize },
    /// A dot.
    Dot { at: Point, radius: f64, look: Look },
    /// An upright stroke in the middle of a row, of height `high`.
    Tick { at: Point, high: f64 },
    /// A straight line between two places, with strokes at its ends if it is an interval.
    Rule { from: Point, to: Point, thick: f64, is_interval: bool },
    /// Nothing but words under the pointer, over the whole height of the panel.
    Sense { x: [f64; 2] },
    /// A text beside a place, if there is room for it.
    Label { at: Point, text: String, bold: bool },
    /// A text on top of a column, if there is room for it.
    Crown { at: Point, text: String },
    /// A text above the panel.
    Flag { x: f64, text: String },
}

/// The look of a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Filled.
    Full,
    /// Empty inside.
    Ring,
    /// A filled square.
    Square,
    /// An arrow that points upwards.
    Arrow,
}

impl Mark {
    /// A mark of full strength without a text.
    pub(super) fn new(shape: Shape, ink: Ink) -> Mark {
        Mark { shape, ink, strength: 1.0, words: String::new() }
    }

    /// A line through points.
    pub(super) fn line(points: Vec<Point>, thick: f64, ink: Ink) -> Mark {
        Mark::new(Shape::Line { points, thick }, ink)
    }

    /// A filled dot.
    pub(super) fn dot(at: Point, radius: f64, ink: Ink) -> Mark {
        Mark::new(Shape::Dot { at, radius, look: Look::Full }, ink)
    }

    /// A rectangle.
    pub(super) fn bar(x: [f64; 2], y: [f64; 2], ink: Ink) -> Mark {
        Mark::new(Shape::Bar { x, y, is_apart: false }, ink)
    }

    /// One of several rectangles side by side.
    pub(super) fn column(x: [f64; 2], y: [f64; 2], ink: Ink) -> Mark {
        Mark::new(Shape::Bar { x, y, is_apart: true }, ink)
    }

    /// A text on top of a column.
    pub(super) fn crown(at: Point, text: String) -> Mark {
        Mark::new(Shape::Crown { at, text }, Ink::Text)
    }

    /// An interval along the first axis; nothing where it is not resolved.
    pub(super) fn interval(y: f64, low: Option<f64>, high: Option<f64>, ink: Ink) -> Option<Mark> {
        let (from, to) = ((low?, y), (high?, y));
        Some(Mark::new(Shape::Rule { from, to, thick: 2.0, is_interval: true }, ink))
    }

    /// A straight line.
    pub(super) fn rule(from: Point, to: Point, thick: f64, ink: Ink) -> Mark {
        Mark::new(Shape::Rule { from, to, thick, is_interval: false }, ink)
    }

    /// A text beside a place.
    pub(super) fn label(at: Point, text: impl Into<String>, bold: bool) -> Mark {
        Mark::new(Shape::Label { at, text: text.into(), bold }, Ink::Text)
    }

    /// Words under the pointer from one place on the first axis to another.
    pub(super) fn sense(x: [f64; 2], words: String) -> Mark {
        Mark::new(Shape::Sense { x }, Ink::Text).saying(words)
    }

    /// The same, of some strength from 0 to 1.
    pub(super) fn strength(self, strength: f64) -> Mark {
        Mark { strength, ..self }
    }

    /// The same, with words under the pointer.
    pub(super) fn saying(self, words: impl Into<String>) -> Mark {
        Mark { words: words.into(), ..self }
    }
}

/// Points of a quantity that stays where it is until the next one.
pub(super) fn steps(points: impl IntoIterator<Item = Point>) -> Vec<Point> {
    let mut steps: Vec<Point> = Vec::new();
    for (x, y) in points {
        steps.extend(steps.last().map(|last| (x, last.1)));
        steps.push((x, y));
    }
    steps
}
