//! Rows whose times are those at which what they are for ends: with 24:00 among times of day, or the first of the next month under
//! `Period end`.
//!
//! Deliberately absent: times of day in a column of their own, which are in `hours`.

use chrono::{DateTime, Datelike, Months};

use super::blank::Blank;
use super::headers;
use super::moment::{self, DateNotation};
use crate::domain::Duration;
use crate::usage::export::Row;

/// What lies between the begin of a row and its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum RowEnds {
    /// Nothing: the time is where the row begins.
    #[default]
    Begin,
    /// So many milliseconds.
    After(i64),
    /// A month.
    AfterMonth,
}

impl RowEnds {
    /// Where a row begins whose time is `local`, in milliseconds of local time.
    #[inline]
    pub(super) fn begin(self, local: i64) -> i64 {
        match self {
            RowEnds::Begin => local,
            RowEnds::After(each) => local - each,
            RowEnds::AfterMonth => month_before(local).unwrap_or(local),
        }
    }

    /// The ends of months that a column of times under a header of ends holds in the first rows: each is the first instant of a
    /// month, and not all are the same.
    pub(super) fn of_months(
        rows: &[Row],
        header: &str,
        column: usize,
        notation: DateNotation,
    ) -> RowEnds {
        if !headers::is_end(header) {
            return RowEnds::Begin;
        }
        let cells = rows.iter().filter_map(|row| row.get(column));
        let filled = cells.filter(|cell| Blank::of(cell).is_none());
        let read = |cell| moment::read(cell, notation).ok().map(|read| read.local);
        let Some(times) = filled.map(read).collect::<Option<Vec<i64>>>() else {
            return RowEnds::Begin;
        };
        let are_months = times.iter().all(|&local| begins_month(local));
        match are_months && times.iter().any(|local| Some(local) != times.first()) {
            true => RowEnds::AfterMonth,
            false => RowEnds::Begin,
        }
    }

    /// What is told of times under this header from which rows are taken a month before.
    pub(super) fn told_months(header: &str) -> String {
        format!(
            "The times in column `{header}` are ends, each where a month begins: each row is taken at the beginning of the month \
             before, for which it is."
        )
    }
}

/// Whether a local time is the first instant of a month.
fn begins_month(local: i64) -> bool {
    let day = Duration::DAY.millis();
    local % day == 0 && DateTime::from_timestamp_millis(local).is_some_and(|at| at.day() == 1)
}

/// The same time of the month before.
fn month_before(local: i64) -> Option<i64> {
    let before = DateTime::from_timestamp_millis(local)?.checked_sub_months(Months::new(1))?;
    Some(before.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_begins_a_month_before_the_end_of_its_month() {
        let local = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis();
        for (end, begin) in [
            ("2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            ("2026-01-01T00:00:00Z", "2025-12-01T00:00:00Z"),
        ] {
            assert!(begins_month(local(end)), "{end}");
            assert_eq!(RowEnds::AfterMonth.begin(local(end)), local(begin), "{end}");
        }
        assert!(!begins_month(local("2026-03-01T01:00:00Z")));
        assert!(!begins_month(local("2026-03-31T00:00:00Z")));
        assert_eq!(RowEnds::After(5).begin(12), 7);
    }
}
