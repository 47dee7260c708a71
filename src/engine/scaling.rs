//! Amounts of columns read through a factor, without a copy of them.
//!
//! What the events come to is rounded and not each of them: an event asks for what the rounded total grows by. So sums and
//! searches need the totals of two events and none between them, and what is left of one amount goes to the next.

/// The most steps that one stretch leaves to the next: so little below a half that the total of no event is no step.
const MOST_LEFT: f64 = 0.5 - 1.0 / (1_i64 << 50) as f64;

/// A factor on amounts from an event of columns on, whose totals are rounded to steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling {
    /// The running total of the columns before the first event.
    origin: i64,
    /// Millionths of a credit that totals are multiples of.
    step: i64,
    /// Steps for each millionth of a credit.
    per_step: f64,
    /// The steps left over before, and the half that makes rounding down rounding to the nearest; from 0, below 1.
    offset: f64,
}

impl Scaling {
    /// A factor, zero or above, on the events after a running total of the columns, rounded to steps of so many millionths;
    /// `left` steps, from −½ to ½, come from the stretch before.
    pub(super) fn new(origin: i64, factor: f64, step: i64, left: f64) -> Scaling {
        let offset = left.clamp(-0.5, MOST_LEFT) + 0.5;
        Scaling { origin, step, per_step: factor / step as f64, offset }
    }

    /// Steps that the events up to a running total of the columns come to, before rounding, and one half.
    #[inline]
    fn steps(&self, total: i64) -> f64 {
        total.wrapping_sub(self.origin) as f64 * self.per_step + self.offset
    }

    /// What the events up to a running total of the columns come to, in millionths of a credit.
    #[inline]
    pub(super) fn total(&self, total: i64) -> i64 {
        // Not below zero: the conversion drops what is beyond a whole number of steps.
        (self.steps(total) as i64).saturating_mul(self.step)
    }

    /// A running total of the columns near the first with which a sum is reached, in millionths of a credit.
    #[inline]
    pub(super) fn own(&self, total: i64) -> i64 {
        let steps = total as f64 / self.step as f64 - self.offset;
        self.origin.wrapping_add((steps / self.per_step) as i64)
    }

    /// Steps left over by the events up to a running total of the columns, from −½ to ½.
    pub(super) fn left(&self, total: i64) -> f64 {
        let steps = self.steps(total);
        steps - 0.5 - (steps as i64) as f64
    }

    /// The least and the most that an event may ask for, in millionths of a credit, whose amount in the columns lies
    /// between two.
    #[inline]
    pub(super) fn bounds(&self, least: i64, most: i64) -> (i64, i64) {
        // A step more on either side than rounding takes, for what floats leave.
        let steps = |amount: i64, beside: f64| (amount as f64 * self.per_step + beside) as i64;
        let in_millionths = |steps: i64| steps.saturating_mul(self.step);
        (in_millionths(steps(least, -1.0)).max(0), in_millionths(steps(most, 2.0)))
    }
}
