//! The sums of the rows since the day, the week and the month began in which the last of them stands: a row that names nothing and
//! holds one of them is a subtotal, though other rows stand before that day, week or month.
//!
//! Deliberately absent: which rows may be subtotals, which `tally` decides.

use std::ops::Range;

use chrono::Datelike;

use super::number::Atto;
use super::tally::ties;
use crate::domain::{Duration, Instant, Zone};

/// Rows of which one is the sum.
const FEWEST: u64 = 4;
/// Within as long as this, clocks of no zone are put forward or back.
const QUARTER: i64 = 15 * 60_000;

/// The sums since the beginnings of stretches of the calendar, in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct CalendarSums {
    zone: Zone,
    /// Instants in the day of the last row, in milliseconds.
    day: Range<i64>,
    stretches: [BegunStretch; 3],
    /// All rows, and those of them that hold something.
    sum: Atto,
    rows: u64,
}

/// A day, a week or a month.
#[derive(Clone, Copy, Debug, Default)]
struct BegunStretch {
    /// The number of the day on which it begins.
    begin: Option<i32>,
    /// Whether another stands before it: with none before, its sum is that of all rows.
    is_behind: bool,
    /// What stands before it.
    sum: Atto,
    rows: u64,
}

impl CalendarSums {
    /// Of no rows, for days of a zone.
    pub(super) fn of(zone: Zone) -> CalendarSums {
        let stretches = [BegunStretch::default(); 3];
        CalendarSums { zone, day: 0..0, stretches, sum: Atto::ZERO, rows: 0 }
    }

    /// Adds a row.
    #[inline]
    pub(super) fn add(&mut self, at: Instant, amount: Atto) {
        if !self.day.contains(&at.millis()) {
            self.turn(at);
        }
        self.sum = self.sum.plus(amount).unwrap_or(self.sum);
        self.rows += u64::from(amount != Atto::ZERO);
    }

    /// Goes on in another day.
    #[cold]
    fn turn(&mut self, at: Instant) {
        let (local, millis) = (self.zone.local(at), at.millis());
        self.day = match self.zone == Zone::UTC {
            true => {
                let begin = millis.div_euclid(Duration::DAY.millis()) * Duration::DAY.millis();
                begin..begin + Duration::DAY.millis()
            }
            false => {
                let begin = millis.div_euclid(QUARTER) * QUARTER;
                begin..begin + QUARTER
            }
        };
        let (day, date) = (local.num_days_from_ce(), local.date());
        let begins =
            [day, day - date.weekday().num_days_from_monday() as i32, day - date.day0() as i32];
        for (stretch, begin) in self.stretches.iter_mut().zip(begins) {
            if stretch.begin != Some(begin) {
                *stretch = BegunStretch {
                    begin: Some(begin),
                    is_behind: stretch.begin.is_some(),
                    sum: self.sum,
                    rows: self.rows,
                };
            }
        }
    }

    /// Of how many rows since one of them began an amount is the sum, if it is one of several.
    pub(super) fn rows_of(&self, amount: Atto) -> Option<u64> {
        let of = |stretch: &BegunStretch| {
            let is_sum = stretch.is_behind
                && self.sum.minus(stretch.sum).is_some_and(|sum| ties(amount, sum));
            Some(self.rows - stretch.rows).filter(|rows| is_sum && *rows >= FEWEST)
        };
        let stretches = self.stretches.iter().filter(|_| amount != Atto::ZERO);
        stretches.filter_map(of).max()
    }

    /// The same for a row of another day than the last, as the sum of a month is dated on the first of the next; `None` for one of
    /// the same day.
    #[inline]
    pub(super) fn rows_of_next(&self, at: Instant, amount: Atto) -> Option<u64> {
        if self.day.contains(&at.millis()) { None } else { self.rows_of(amount) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of these amounts the sums come to at the end of rows that are so many hours after the first of April 2026, a Wednesday.
    fn found(zone: &str, rows: &[(i64, i128)], amounts: &[i128]) -> Vec<i128> {
        let mut sums = CalendarSums::of(Zone::from_name(zone).unwrap());
        for &(hour, amount) in rows {
            let at = Instant::from_millis(1_775_001_600_000 + hour * 3_600_000);
            sums.add(at, Atto::from_steps(amount));
        }
        let mut found = amounts.to_vec();
        found.retain(|&amount| sums.rows_of(Atto::from_steps(amount)).is_some());
        found
    }

    #[test]
    fn the_sum_of_a_day_a_week_or_a_month_is_found_behind_another() {
        let before = [(-40, 500), (-30, 600)];
        let day = [(1, 10), (2, 20), (3, 30), (4, 40)];
        let later = [(24 * 5 + 1, 1), (24 * 5 + 2, 2), (24 * 6 + 3, 4), (24 * 6 + 4, 8)];
        let all: Vec<(i64, i128)> = before.into_iter().chain(day).collect();
        // The week is the first of all.
        assert_eq!(found("UTC", &all, &[100, 60, 1_200, 600]), [100]);
        let all: Vec<(i64, i128)> = all.into_iter().chain(later).collect();
        assert_eq!(found("UTC", &all, &[15, 115, 12, 1_215]), [15, 115]);
        // The first rows of all are no stretch behind another, and three rows are few.
        assert_eq!(found("UTC", &day, &[100]), [0; 0]);
        assert_eq!(found("UTC", &[&before[..], &day[..3]].concat(), &[60]), [0; 0]);
        // In New York the day begins four hours later.
        let late = [&before[..], &[(4, 7), (5, 7), (26, 7), (27, 7)]].concat();
        assert_eq!(found("America/New_York", &late, &[28]), [28]);
        assert_eq!(found("UTC", &late, &[28]), [28]);
    }
}
