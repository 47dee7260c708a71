//! What the first rows show that only a reading of all rows for their meaning can settle: a row that is the sum of all others,
//! a total so far, dates among times.
//!
//! Deliberately absent: what such rows are, which is `meaning`.

use crate::domain::Credits;

/// Rows that never fall, from which on they may be a total so far.
const FEWEST_RISING: u64 = 10;
/// Distances between them that are longer than the one before, and shorter.
const FEWEST_UNEVEN: u64 = 3;
/// Rows that hold something, from which on one of them may be the sum of all others.
const FEWEST_FILLED: u64 = 4;

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
}

impl AmountSigns {
    pub(super) fn see(&mut self, amount: Credits) {
        let amount = amount.micro();
        self.sum += i128::from(amount);
        self.largest = self.largest.max(i128::from(amount));
        self.filled += u64::from(amount != 0);
        if let Some(last) = self.last.replace(amount) {
            self.rises += u64::from(amount > last);
            self.falls += u64::from(amount < last);
            let step = amount.abs_diff(last);
            if let Some(before) = self.step.replace(step) {
                self.longer += u64::from(step > before);
                self.shorter += u64::from(step < before);
            }
        }
    }

    /// Whether one of the rows may be the sum of all others.
    pub(super) fn may_have_total(&self) -> bool {
        self.filled >= FEWEST_FILLED && 2 * self.largest == self.sum
    }

    /// Whether the amounts only rise, or only fall where the newest come first, by now more and now less.
    pub(super) fn may_run(&self) -> bool {
        self.rises.min(self.falls) == 0
            && self.rises.max(self.falls) >= FEWEST_RISING
            && self.longer.min(self.shorter) >= FEWEST_UNEVEN
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
    fn amounts_that_fall_once_or_rise_evenly_are_no_total_so_far() {
        let rising: Vec<i64> = (0..=10).map(|n| 10 * n + n % 2).collect();
        assert!(signs(&rising).may_run());
        assert!(!signs(&rising[1..]).may_run());
        let mut fallen = rising.clone();
        fallen[5] = 1;
        assert!(!signs(&fallen).may_run());
        assert!(signs(&rising.into_iter().rev().collect::<Vec<_>>()).may_run());
        assert!(!signs(&(0..=50).collect::<Vec<_>>()).may_run());
    }
}
