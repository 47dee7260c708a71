//! From positions of the process of rate one to milliseconds, on a piece of one rate.
//!
//! On a piece an instant is a straight line of the position. All of a column are carried over in one loop that only
//! multiplies and adds, in floats that IEEE 754 rounds exactly and in whole numbers: the same with any instructions of a
//! processor. Deliberately absent: how rates change.

use multiversion::multiversion;

use crate::domain::Instant;
use crate::streams::gaps::{MEAN, WHOLE};

use super::rate::Piece;

/// A piece, and where in it the positions begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct RateLine {
    /// A position, as a float.
    reached: f64,
    /// Half a millisecond less than has passed of the piece there, so that rounding to the nearest whole number is down.
    passed: f64,
    /// Milliseconds a unit.
    gap: f64,
    /// Units a millisecond.
    rate: f64,
    /// The first instant of the piece.
    from: i64,
    /// Half a millisecond less than its length.
    length: f64,
}

impl RateLine {
    /// The empty line before the first piece, and after the last.
    pub(super) fn empty(from: Instant) -> RateLine {
        let (from, none) = (from.millis(), -0.5);
        RateLine { reached: WHOLE, passed: none, gap: 0.0, rate: 0.0, from, length: none }
    }

    /// The line of the piece that comes next, where `event` is still to come.
    #[inline]
    pub(super) fn next(self, piece: Piece, event: u64) -> RateLine {
        // Never after the event, and where the end cannot be told, nothing is left until there.
        let (end, event) = (self.end(), f64::from_bits(event));
        RateLine {
            reached: if end < event { end } else { event },
            passed: -0.5,
            gap: piece.gap / MEAN,
            rate: piece.rate * MEAN,
            from: piece.from.millis(),
            length: piece.length - 0.5,
        }
    }

    /// The same line for the column that begins where this position is.
    pub(super) fn restart(&mut self, last: u64) {
        (self.passed, self.reached) = (self.place(last), WHOLE);
    }

    /// The position at which the piece ends.
    #[inline]
    fn end(&self) -> f64 {
        self.reached + (self.length - self.passed) * self.rate
    }

    /// Half a millisecond less than passes of the piece until a position.
    #[inline]
    fn place(&self, position: u64) -> f64 {
        (f64::from_bits(position) - self.reached) * self.gap + self.passed
    }

    /// Whether a position is inside the piece.
    #[inline]
    pub(super) fn has(&self, position: u64) -> bool {
        self.place(position) < self.length
    }

    /// How many of these positions, which are in order, are inside the piece.
    pub(super) fn inside(&self, positions: &[u64]) -> usize {
        if positions.last().is_none_or(|&last| self.has(last)) {
            return positions.len();
        }
        let few = &positions[..FEW.min(positions.len())];
        if few.last().is_some_and(|&last| !self.has(last)) {
            return few.iter().take_while(|&&position| self.has(position)).count();
        }
        // Searched for as a whole number, then put right where rounding may need it.
        let to = self.end().max(WHOLE).to_bits();
        let mut inside = positions.partition_point(|&position| position < to);
        while inside > 0 && !self.has(positions[inside - 1]) {
            inside -= 1;
        }
        while positions.get(inside).is_some_and(|&position| self.has(position)) {
            inside += 1;
        }
        inside
    }

    /// Fills in the instants of positions, those of the first `count` being inside the piece.
    #[inline]
    pub(super) fn fill(&self, positions: &[u64], count: usize, times: &mut [Instant]) {
        if count <= FEW {
            return carried(self, &positions[..count], times);
        }
        // A few more, so that no odd ones are left to be carried over one by one; what is beyond is written over.
        let count = count.next_multiple_of(TOGETHER).min(positions.len());
        carry(self, &positions[..count], &mut times[..count]);
    }
}

/// Up to this many positions are looked at and carried over one by one: a search costs more.
const FEW: usize = 4;
/// Positions carried over in one turn of the loop.
const TOGETHER: usize = 32;

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+bmi1+bmi2"))]
fn carry(line: &RateLine, positions: &[u64], times: &mut [Instant]) {
    carried(line, positions, times);
}

/// Adding 1.5 × 2⁵² rounds, because no fractional digits are left, and the lowest bits are then the whole number: this
/// takes several at a time, while a conversion takes one and checks its range.
#[inline(always)]
fn carried(line: &RateLine, positions: &[u64], times: &mut [Instant]) {
    const HALFWAY: f64 = 1.5 * WHOLE;
    let RateLine { reached, passed, gap, .. } = *line;
    let from = (line.from as u64).wrapping_sub(HALFWAY.to_bits());
    for (at, &position) in times.iter_mut().zip(positions) {
        let place = (f64::from_bits(position) - reached) * gap + passed;
        *at = Instant::from_millis((place + HALFWAY).to_bits().wrapping_add(from) as i64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::gaps::START;

    #[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
    fn carry_avx2(line: &RateLine, positions: &[u64], times: &mut [Instant]) {
        carried(line, positions, times);
    }

    fn carry_plain(line: &RateLine, positions: &[u64], times: &mut [Instant]) {
        carried(line, positions, times);
    }

    fn line(length: f64, gap: f64) -> RateLine {
        let from = Instant::from_millis(-7);
        RateLine::empty(from).next(Piece { from, length, rate: 1.0 / gap, gap }, START)
    }

    #[test]
    fn instants_are_the_same_with_all_instructions_of_this_machine() {
        for gap in [1e-3, 0.7, 1_000.0, 86_400_000.0, 3.2e10] {
            let line = line(1e12, gap);
            for count in [0_u64, 1, 3, 32, 255, 256] {
                let positions: Vec<u64> =
                    (0..count).map(|n| START + n * n * 0x3_1415_9265).collect();
                let found = [carry, carry_avx2, carry_plain].map(|carry| {
                    let mut times = vec![Instant::EARLIEST; positions.len()];
                    carry(&line, &positions, &mut times);
                    times
                });
                assert_eq!(found[0], found[2], "{gap} {count}");
                assert_eq!(found[1], found[2], "{gap} {count}");
            }
        }
    }

    #[test]
    fn a_millisecond_begins_where_it_has_passed_and_the_piece_ends_before_its_length() {
        // Four units a millisecond, so that places between the whole ones can be told apart exactly.
        let line = line(5.0, MEAN / 4.0);
        let positions: Vec<u64> = (0..24).map(|units| START + units).collect();
        assert_eq!(line.inside(&positions), 20);
        let mut times = [Instant::EARLIEST; 24];
        line.fill(&positions, 20, &mut times);
        for (units, at) in times[..20].iter().enumerate() {
            let passed = at.millis() + 7;
            // What falls on a millisecond itself may count to the one before, which is even.
            let on = units % 4 == 0 && passed + 1 == (units / 4) as i64;
            assert!(passed == (units / 4) as i64 || on, "{units} {passed}");
        }
        assert!(times[..20].is_sorted());
        for units in [0, 1, 19, 20, 21, 23] {
            assert_eq!(line.has(START + units), units < 20, "{units}");
        }
    }

    #[test]
    fn the_end_of_a_piece_is_found_as_by_looking_at_each() {
        let positions: Vec<u64> = (0..256).map(|n| START + (n / 3) * 0x1_0000_0001).collect();
        for gap in [1e-6, 0.3, 1.0, 77.7, 1e9] {
            for length in 0..300 {
                let line = line(f64::from(length), gap);
                let wanted = positions.iter().filter(|&&position| line.has(position)).count();
                assert_eq!(line.inside(&positions), wanted, "{gap} {length}");
            }
        }
        assert_eq!(RateLine::empty(Instant::EARLIEST).inside(&positions), 0);
    }
}
