//! Months with two digits behind them, `Jan-26`, which are a year or a day: over a column, years are what months follow one another
//! beside.
//!
//! Deliberately absent: names of months behind which no day stands, `ene-26`, which show it by themselves.

/// The years, without their century, that months of usage are taken to be of.
const NEAR: std::ops::RangeInclusive<i64> = 18..=45;
const MONTHS: u32 = 12;
/// Bits for the months of those years, 64 to a word.
const WORDS: usize = 6;

/// The evidence of such months.
#[derive(Clone, Debug, Default)]
pub(super) struct ShortMonths {
    /// How many there are behind which a day may stand.
    pub(super) count: u64,
    /// The different months, if their digits are years: a bit for each.
    months: [u64; WORDS],
    /// Whether another in the column can only be a month.
    is_said: bool,
    /// Whether the digits of one are no near year.
    is_far: bool,
}

impl ShortMonths {
    /// Looks at a month from 1 on and the digits behind it; with whether these may be a day.
    pub(super) fn see(&mut self, month: i64, digits: i64, may_be_day: bool) {
        self.count += u64::from(may_be_day);
        self.is_said |= !may_be_day;
        if !NEAR.contains(&digits) {
            self.is_far = true;
            return;
        }
        let place = (digits - NEAR.start()) * i64::from(MONTHS) + month - 1;
        let place = usize::try_from(place).expect("a year in the range and a month from 1 on");
        self.months[place / 64] |= 1 << (place % 64);
    }

    /// Adds the evidence of the rows that follow.
    pub(super) fn join(&mut self, other: &ShortMonths) {
        self.count += other.count;
        self.months.iter_mut().zip(other.months).for_each(|(mine, theirs)| *mine |= theirs);
        self.is_said |= other.is_said;
        self.is_far |= other.is_far;
    }

    /// Whether the digits of all of them are years: another can only be a month, or they are several months of one year, or follow
    /// one another from year to year, as no days do.
    pub(super) fn are_years(&self) -> bool {
        let mut words = (0..).zip(&self.months).filter(|(_, months)| **months != 0);
        let Some((word, months)) = words.next() else { return false };
        let first = word * 64 + months.trailing_zeros();
        let (word, months) = words.last().unwrap_or((word, months));
        let last = word * 64 + 63 - months.leading_zeros();
        let different: u32 = self.months.iter().map(|months| months.count_ones()).sum();
        let is_of_one_year = first / MONTHS == last / MONTHS;
        let follow = last - first + 1 == different;
        !self.is_far && (self.is_said || (first < last && (is_of_one_year || follow)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_years(months: &[(i64, i64)]) -> bool {
        let mut all = ShortMonths::default();
        for &(month, digits) in months {
            let mut one = ShortMonths::default();
            one.see(month, digits, true);
            all.join(&one);
        }
        all.are_years()
    }

    #[test]
    fn digits_behind_months_that_follow_one_another_are_years() {
        assert!(are_years(&[(1, 26), (2, 26)]));
        assert!(are_years(&[(11, 25), (12, 25), (1, 26)]));
        assert!(are_years(&[(3, 26), (3, 26), (1, 26)]), "in any order, and with gaps in one year");
        assert!(!are_years(&[(1, 26)]), "one alone may be a day");
        assert!(!are_years(&[(1, 26), (1, 27)]), "days of one month, or a month of two years");
        assert!(!are_years(&[(1, 31), (2, 1)]));
        assert!(!are_years(&[(1, 25), (3, 26)]));
        assert!(!are_years(&[(1, 10), (2, 10)]), "no near year");
        let mut said = ShortMonths::default();
        said.see(1, 26, false);
        said.see(2, 26, true);
        assert!(said.are_years());
        assert_eq!(said.count, 1);
    }
}
