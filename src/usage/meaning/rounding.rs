//! Amounts rounded to what the engine counts in, so that sums stay right.
//!
//! Deliberately absent: amounts that are exact already, which it leaves as they are.

use super::number::Atto;
use crate::domain::Credits;

/// Rounds amounts to millionths so that each sum from the start is right to half of one.
#[derive(Debug, Default)]
pub(super) struct Rounding {
    exact: Atto,
    given: i128,
    /// The sum less what was given.
    rest: Atto,
    /// Whether an amount was finer than a millionth.
    finer: bool,
}

/// So many millionths of a row.
#[inline]
fn credits(micro: i128) -> Credits {
    Credits::from_micro(i64::try_from(micro).expect("a row has at most 10¹² credits"))
}

impl Rounding {
    /// The next amount: what brings the sum so far to the nearest millionth.
    #[inline]
    pub(super) fn next(&mut self, amount: Atto) -> Credits {
        self.exact = self.exact.plus(amount).unwrap_or(self.exact);
        let left = self.rest.plus(amount).expect("a row has at most 10¹² credits");
        if let Some(micro) = left.whole_micro() {
            (self.given, self.rest) = (self.given + micro, Atto::ZERO);
            return credits(micro);
        }
        let micro = left.micro_after(self.given);
        self.given += micro;
        let given = Atto::from_micro(micro).expect("it is as large as what was left");
        self.rest = left.minus(given).expect("it is at most half a millionth");
        // Whole millionths leave nothing after nothing.
        self.finer |= self.rest != Atto::ZERO;
        credits(micro)
    }

    /// The change by rounding.
    pub(super) fn told(&self) -> Option<String> {
        let given = Atto::from_micro(self.given)?;
        let off = given.minus(self.exact)?;
        self.finer.then(|| {
            format!(
                "Amounts are finer than a millionth of a credit. They were added up exactly, to {}, and \
                 rounding makes that {given}: a difference of {}.",
                self.exact,
                off.size()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::number::DecimalMark;
    use super::*;

    #[test]
    fn every_sum_from_the_start_is_right_to_half_a_millionth() {
        let mut rounding = Rounding::default();
        let tiny = super::super::number::read("0.0000004", DecimalMark::Point).unwrap();
        let tiny = tiny.number.atto().unwrap();
        let given: Vec<i64> = (0..5).map(|_| rounding.next(tiny).micro()).collect();
        assert_eq!(given, [0, 1, 0, 1, 0]);
        assert!(rounding.told().expect("it is finer").contains("exactly, to 0.000002"));
    }
}
