//! An axis of quantities from left to right, for what is no time: differences, levels of usage.

use super::axis::round_step;
use super::canvas::{Anchor, Area, Canvas, Letters};
use super::ink::Ink;

/// A scale of quantities, from the left of an area to its right. It need not hold zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Across {
    low: f64,
    high: f64,
    step: f64,
    left: f64,
    right: f64,
}

impl Across {
    /// How much room [`Across::draw`] takes below the area.
    pub const HEIGHT: f64 = 20.0;

    /// A scale that ends at `low` and `high`, with round numbers some `apart` pixels from each other.
    pub fn new(low: f64, high: f64, area: Area, apart: f64) -> Across {
        let low = if low.is_finite() { low } else { 0.0 };
        let high = if high.is_finite() { high } else { low };
        let (low, high) = if high > low { (low, high) } else { widened(low) };
        let parts = (area.width() / apart).floor().max(1.0);
        let step = round_step((high - low) / parts);
        Across { low, high, step, left: area.left, right: area.right }
    }

    /// The same, ending on round numbers.
    pub fn rounded(self) -> Across {
        let (low, high) = ((self.low / self.step).floor(), (self.high / self.step).ceil());
        Across { low: low * self.step, high: high * self.step, ..self }
    }

    /// Where a quantity is drawn; at an edge if it is beyond it.
    pub fn x(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.left + share * (self.right - self.left)
    }

    /// The round numbers.
    pub fn ticks(&self) -> Vec<f64> {
        let first = (self.low / self.step - 1e-9).ceil();
        let ticks = (0..100).map(|i| (first + f64::from(i)) * self.step);
        ticks.take_while(|&tick| tick <= self.high + 1e-9 * self.step).collect()
    }

    /// The largest number on it, in size.
    pub fn reach(&self) -> f64 {
        self.high.abs().max(self.low.abs())
    }

    /// Draws lines to read values by through `area`, and their numbers below it.
    pub fn draw(&self, canvas: &mut Canvas, area: Area, name: impl Fn(f64) -> String) {
        let mut free = 0.0;
        for tick in self.ticks() {
            let x = self.x(tick);
            let zero = tick.abs() < self.step / 2.0;
            let ink = if zero { Ink::Axis } else { Ink::Grid };
            canvas.line((x, area.top), (x, area.bottom), ink, if zero { 1.25 } else { 0.75 });
            let text = name(tick);
            let half = Letters::TICK.width(&text) / 2.0;
            let at = x.clamp(half, (canvas.width - half).max(half));
            if at - half >= free {
                canvas.text(&text, (at, area.bottom + 11.0), Anchor::Middle, Letters::TICK);
                free = at + half + 6.0;
            }
        }
    }
}

/// Something around a single value.
fn widened(value: f64) -> (f64, f64) {
    let by = (value.abs() * 0.1).max(1.0);
    (value - by, value + by)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { left: 100.0, top: 0.0, right: 500.0, bottom: 100.0 };

    #[test]
    fn a_scale_from_left_to_right_has_round_numbers_between_its_ends() {
        for (low, high, ticks) in [
            (5_100.0, 9_000.0, "6000 7000 8000 9000"),
            (-12.5, 4.0, "-10 -5 0"),
            (0.0, 0.0, "-1 -0.5 0 0.5 1"),
            (7.0, 7.0, "6 6.5 7 7.5 8"),
            (f64::NAN, f64::INFINITY, "-1 -0.5 0 0.5 1"),
        ] {
            let across = Across::new(low, high, AREA, 80.0);
            let found: Vec<_> = across.ticks().iter().map(|tick| format!("{tick}")).collect();
            assert_eq!(found.join(" "), ticks, "{low} {high}");
        }
    }

    #[test]
    fn what_is_beyond_the_ends_is_drawn_at_them() {
        let across = Across::new(-3.0, 12.0, AREA, 80.0).rounded();
        assert_eq!(across.ticks().len(), 5);
        assert_eq!((across.x(-5.0), across.x(-50.0)), (100.0, 100.0));
        assert_eq!((across.x(15.0), across.x(99.0)), (500.0, 500.0));
    }
}
