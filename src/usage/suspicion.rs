//! What amounts show that only a reading of all rows for their meaning can settle: a row that is the sum of all others, a total
//! so far.
//!
//! Deliberately absent: what such rows are, which is `meaning`.

use crate::domain::{Credits, Instant};
use crate::engine::trace::Chunk;

/// Rows that never fall, from which on they may be a total so far.
const FEWEST_RISING: u64 = 10;
/// Distances between them that are longer than the one before, and shorter.
const FEWEST_UNEVEN: u64 = 3;
/// How often a total so far rises for each time that it begins anew.
const RISES: u64 = 4;
/// Rows that hold something, from which on one of them may be the sum of all others.
const FEWEST_FILLED: u64 = 4;
/// The same where a time of its own says nothing of it.
const MANY_FILLED: u64 = 20;

/// Amounts that are looked at together for a total so far that begins behind others.
const TOGETHER: usize = 512;
/// How many of them tell that most are none.
const TRIED: usize = 16;

/// Amounts of rows as they come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AmountSigns {
    sum: i128,
    largest: i128,
    filled: u64,
    last: Option<i64>,
    rises: u64,
    falls: u64,
    step: Option<u64>,
    longer: u64,
    shorter: u64,
    /// How often one is half of the one before or less, and the other way round.
    halved: u64,
    doubled: u64,
    /// Whether some behind others go as a total so far does.
    runs_late: bool,
}

impl AmountSigns {
    pub(super) fn see(&mut self, amount: Credits) {
        let amount = amount.micro();
        self.sum += i128::from(amount);
        self.largest = self.largest.max(i128::from(amount));
        self.filled += u64::from(amount != 0);
        self.step(amount);
    }

    /// Compares an amount with the one before it.
    #[inline]
    fn step(&mut self, amount: i64) {
        if let Some(last) = self.last.replace(amount) {
            self.rises += u64::from(amount > last);
            self.falls += u64::from(amount < last);
            self.halved += u64::from(amount < last && amount <= last / 2);
            self.doubled += u64::from(amount > last && last <= amount / 2);
            let step = amount.abs_diff(last);
            if let Some(before) = self.step.replace(step) {
                self.longer += u64::from(step > before);
                self.shorter += u64::from(step < before);
            }
        }
    }

    /// Follows the order of amounts that are passed on, as long as they may be a total so far. Their sum, which is counted
    /// elsewhere, is not taken.
    #[inline]
    pub(super) fn follow(&mut self, chunk: &Chunk) {
        if self.rises == 0 || self.falls == 0 {
            self.follow_on(chunk);
        }
        self.runs_late = self.runs_late || runs_somewhere(chunk);
    }

    /// Whether some amounts that were followed behind others only rise, or begin anew now and then.
    pub(super) fn may_run_late(&self) -> bool {
        self.runs_late
    }

    fn follow_on(&mut self, chunk: &Chunk) {
        let (count, largest) = (chunk.len(), chunk.largest().micro());
        let first = chunk.times().next();
        let is_behind =
            |zero| self.last.is_some_and(|last| last > 0) || first.is_some_and(|at| at < zero);
        // A total so far is never zero behind an amount.
        self.falls += u64::from(chunk.zeros().last().is_some_and(|&zero| is_behind(zero)));
        let all = i128::from(chunk.sum(0, count).micro());
        let are_equal = all == i128::from(largest) * count as i128;
        if are_equal && self.last.is_none_or(|last| last == largest) {
            self.last = self.last.or((count > 0).then_some(largest));
            return;
        }
        let slice = chunk.slice();
        for index in 0..count {
            self.step(slice.amount(index).micro());
            if self.rises > 0 && self.falls > 0 {
                return;
            }
        }
    }

    /// Adds the sums of other rows.
    pub(super) fn join_sums(&mut self, other: &AmountSigns) {
        self.sum += other.sum;
        self.largest = self.largest.max(other.largest);
        self.filled += other.filled;
    }

    /// Whether one of the rows may be the sum of all others.
    pub(super) fn may_have_total(&self) -> bool {
        self.may_have_total_beside(0, 0, 0)
    }

    /// The same where other rows have this sum in millionths, this largest amount, and so many that hold something.
    pub(super) fn may_have_total_beside(&self, sum: i128, largest: i128, filled: u64) -> bool {
        self.filled + filled >= FEWEST_FILLED && 2 * self.largest.max(largest) == self.sum + sum
    }

    /// Whether the amounts only rise, or only fall where the newest come first, by now more and now less.
    pub(super) fn may_run(&self) -> bool {
        self.rises.min(self.falls) == 0
            && self.rises.max(self.falls) >= FEWEST_RISING
            && self.longer.min(self.shorter) >= FEWEST_UNEVEN
            || self.may_begin_anew()
    }

    /// Whether they rise nearly everywhere, and fall to little now and then, as a total so far that begins anew.
    fn may_begin_anew(&self) -> bool {
        let (ups, downs, deep) = match self.rises >= self.falls {
            true => (self.rises, self.falls, self.halved),
            false => (self.falls, self.rises, self.doubled),
        };
        // What is used is now more and now less; numbers that count up by as much each time are no usage so far.
        let is_uneven = 2 * (self.longer + self.shorter) >= ups;
        downs > 0 && downs == deep && ups >= RISES * downs && ups >= FEWEST_RISING && is_uneven
    }
}

/// Whether amounts of a chunk, so many one after another, may be a total so far.
fn runs_somewhere(chunk: &Chunk) -> bool {
    let (count, slice) = (chunk.len(), chunk.slice());
    let last = count.checked_sub(TOGETHER);
    let mut begins = (0..count / TOGETHER).map(|block| block * TOGETHER).chain(last);
    begins.any(|begin| {
        let mut signs = AmountSigns::default();
        for place in 0..TOGETHER {
            signs.step(slice.amount(begin + place).micro());
            let (most, fewest) = (signs.rises.max(signs.falls), signs.rises.min(signs.falls));
            if place == TRIED && RISES * fewest > most {
                return false;
            }
        }
        signs.may_run()
    })
}

/// Rows that are the sum of the rows since the last such row, as subtotals are: at the instant of the one before them, or of many.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SumsAgain {
    last: Option<Instant>,
    sum: i128,
    /// Rows since then that hold something.
    rows: u64,
    pub(super) are_there: bool,
}

impl SumsAgain {
    pub(super) fn see(&mut self, at: Instant, amount: Credits) {
        let amount = i128::from(amount.micro());
        let is_again = self.last.replace(at) == Some(at);
        let fewest = if is_again { FEWEST_FILLED } else { MANY_FILLED };
        if self.rows >= fewest && self.sum == amount {
            (self.sum, self.rows, self.are_there) = (0, 0, true);
            return;
        }
        self.sum += amount;
        self.rows += u64::from(amount != 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(amounts: &[i64]) -> AmountSigns {
        let mut signs = AmountSigns::default();
        for amount in amounts {
            signs.see(Credits::from_micro(*amount));
        }
        signs
    }

    #[test]
    fn a_sum_of_three_others_is_seen_and_one_of_two_is_none() {
        assert!(signs(&[10, 12, 9, 31]).may_have_total());
        assert!(signs(&[31, 10, 0, 12, 9]).may_have_total());
        assert!(!signs(&[10, 12, 22]).may_have_total());
        assert!(!signs(&[10, 12, 9, 30]).may_have_total());
    }

    #[test]
    fn the_order_of_amounts_in_chunks_is_that_of_all_of_them() {
        let follows = |chunks: &[&[i64]]| {
            let (mut signs, mut at) = (AmountSigns::default(), 0);
            for amounts in chunks {
                let mut chunk = Chunk::new();
                for amount in *amounts {
                    at += 1;
                    chunk.push(Instant::from_millis(at), Credits::from_micro(*amount)).unwrap();
                }
                signs.follow(&chunk);
            }
            signs.may_run()
        };
        let rising: Vec<i64> = (1..=12).map(|n| 10 * n + n % 2).collect();
        assert!(follows(&[&rising]));
        assert!(follows(&[&rising[..5], &rising[5..]]));
        // Long flat at first, and then as a total so far.
        assert!(follows(&[&[0; 30], &[7; 30], &[7; 30], &rising]));
        assert!(!follows(&[&[8; 30], &[7; 30], &rising]), "it falls between chunks");
        assert!(!follows(&[&rising, &[0], &[150, 170, 171]]), "it falls to nothing");
        assert!(!follows(&[&rising[..6], &[], &rising[..6]]));
    }

    #[test]
    fn a_row_at_the_time_of_the_one_before_is_a_sum_of_four_rows_and_any_other_of_twenty() {
        let are_there = |rows: &[(i64, i64)]| {
            let mut sums = SumsAgain::default();
            for &(at, amount) in rows {
                sums.see(Instant::from_millis(at), Credits::from_micro(amount));
            }
            sums.are_there
        };
        assert!(are_there(&[(1, 5), (2, 6), (3, 7), (4, 8), (4, 26)]));
        assert!(!are_there(&[(1, 5), (2, 6), (3, 7), (4, 8), (5, 26)]), "at a time of its own");
        assert!(!are_there(&[(1, 5), (2, 6), (3, 7), (4, 8), (4, 25)]));
        assert!(!are_there(&[(1, 5), (2, 6), (3, 7), (3, 18)]), "of three rows");
        let days = |count: i64| -> Vec<(i64, i64)> {
            (1..=count)
                .map(|day| (day, day))
                .chain([(count + 1, count * (count + 1) / 2)])
                .collect()
        };
        assert!(are_there(&days(20)), "at a time of its own, of many rows");
        assert!(!are_there(&days(19)));
    }

    #[test]
    fn amounts_that_fall_once_or_rise_evenly_are_no_total_so_far() {
        let rising: Vec<i64> = (0..=10).map(|n| 10 * n + n % 2).collect();
        assert!(signs(&rising).may_run());
        assert!(!signs(&rising[1..]).may_run());
        let mut fallen = rising.clone();
        fallen[5] = 1;
        assert!(!signs(&fallen).may_run());
        assert!(signs(&rising.into_iter().rev().collect::<Vec<_>>()).may_run());
        assert!(!signs(&(0..=50).collect::<Vec<_>>()).may_run());
        // Begun anew, it is one all the same; fallen to no less than half, it is none.
        let days = |second: i64| {
            (1..=12).map(|hour| hour * hour).chain((0..12).map(move |hour| second + hour * hour))
        };
        assert!(signs(&days(3).collect::<Vec<_>>()).may_run());
        assert!(
            signs(&days(3).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>()).may_run()
        );
        assert!(!signs(&days(100).collect::<Vec<_>>()).may_run());
        // Nor is what goes up by as much each time.
        assert!(!signs(&(0..40).map(|n| n % 20).collect::<Vec<_>>()).may_run());
    }
}
