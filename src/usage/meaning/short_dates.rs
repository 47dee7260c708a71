//! Dates in three times two digits, `26-02-10`, whose year stands first or last: over a column, the year is what stays while the
//! day goes through a month.
//!
//! Deliberately absent: which of the other two parts is the day where the year is the last.

/// The years, without their century, that dates of usage are taken to be of.
const NEAR: std::ops::RangeInclusive<i64> = 18..=45;
/// Different last parts from which on they are days, beside fewer first ones.
const FEWEST_DAYS: u32 = 4;

/// Where the year stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum YearPlace {
    /// It is the first part.
    First,
    /// It is the last part, or there is no such date.
    Last,
    /// Both may be.
    Unclear,
}

/// The evidence of such dates.
#[derive(Clone, Debug, Default)]
pub(super) struct ShortDates {
    /// Whether other dates have a year of four digits, or parts of one.
    pub(super) has_others: bool,
    /// The different first parts, a bit for each.
    firsts: u128,
    /// The same of the last parts.
    lasts: u128,
    /// Whether some cannot begin with a near year.
    begins_otherwise: bool,
    /// Whether some cannot end with one.
    ends_otherwise: bool,
    /// Whether points part some: days, months and years are written so.
    has_points: bool,
}

impl ShortDates {
    /// Looks at a date by its parts, each below 100.
    pub(super) fn see(&mut self, [first, second, last]: [i64; 3], has_points: bool) {
        self.firsts |= 1 << first;
        self.lasts |= 1 << last;
        let are_days = |day: i64, month: i64| (1..=31).contains(&day) && (1..=12).contains(&month);
        self.begins_otherwise |= !NEAR.contains(&first) || !are_days(last, second);
        let ends = are_days(first, second) || are_days(second, first);
        self.ends_otherwise |= !NEAR.contains(&last) || !ends;
        self.has_points |= has_points;
    }

    /// Adds the evidence of the rows that follow.
    pub(super) fn join(&mut self, other: &ShortDates) {
        self.has_others |= other.has_others;
        self.firsts |= other.firsts;
        self.lasts |= other.lasts;
        self.begins_otherwise |= other.begins_otherwise;
        self.ends_otherwise |= other.ends_otherwise;
        self.has_points |= other.has_points;
    }

    /// Where the year stands in all of them.
    pub(super) fn year(&self) -> YearPlace {
        let (firsts, lasts) = (self.firsts.count_ones(), self.lasts.count_ones());
        let are_days = |days: u32, years: u32| days > years && days >= FEWEST_DAYS;
        match () {
            () if firsts == 0 || self.has_others || self.begins_otherwise => YearPlace::Last,
            () if are_days(lasts, firsts) => YearPlace::First,
            () if are_days(firsts, lasts) => YearPlace::Last,
            () if self.ends_otherwise => YearPlace::First,
            // The day before the year is what most people write.
            () if self.has_points || firsts > lasts => YearPlace::Last,
            () => YearPlace::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(dates: &[&str]) -> YearPlace {
        let mut joined = ShortDates::default();
        for date in dates {
            let mut one = ShortDates::default();
            let parts: Vec<i64> =
                date.split(['-', '.']).map(|part| part.parse().unwrap()).collect();
            one.see([parts[0], parts[1], parts[2]], date.contains('.'));
            joined.join(&one);
        }
        joined.year()
    }

    #[test]
    fn the_year_is_what_stays_while_the_day_goes_through_a_month() {
        use YearPlace::{First, Last, Unclear};
        for (dates, expected) in [
            (&["26-02-10", "26-02-11"][..], First),
            (&["26-02-27", "26-02-28", "26-03-01"], First),
            (&["26-02-25", "26-02-26", "26-02-27", "26-02-28"], First),
            (&["25-12-01", "26-01-01"], First),
            (&["26.02.10", "26.02.11"], First),
            (&["10-02-26", "11-02-26"], Last),
            (&["25-02-26", "26-02-26", "27-02-26", "28-02-26"], Last),
            (&["25-02-26", "26-02-26"], Last),
            (&["25.02.26"], Last),
            (&["02-13-26", "02-14-26"], Last),
            (&["25-02-26"], Unclear),
            (&["25-01-26", "25-02-26"], Unclear),
            (&["26-02-25", "26-02-26"], Unclear),
            (&["26-13-10"], Last),
            (&[], Last),
        ] {
            assert_eq!(place(dates), expected, "{dates:?}");
        }
    }
}
