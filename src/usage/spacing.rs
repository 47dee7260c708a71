//! Whether rows are evenly apart, as totals of hours or days are and events are not.
//!
//! Rows are looked at as they are read; what is no total mostly shows in the first two. Rows that are whole days apart, however
//! many days, are dates without a time of day: each stands for its day.

use crate::domain::{Duration, Instant};
use crate::engine::trace::Chunk;

/// The least distance of totals: what is nearer is close enough to events.
const LEAST: Duration = Duration::from_millis(15 * 60_000);
/// The fewest distances that show it.
const FEWEST: u64 = 10;
/// The same of months, from day to day of one number: events hardly ever are so far apart and so even.
const FEWEST_MONTHS: u64 = 2;
/// The same of whole days, to the instant: events that have a time of day are not so.
const FEWEST_DATES: u64 = 2;
/// Of how many distances one may be uneven, besides a few.
const ONE_IN: u64 = 20;
/// Uneven distances that there may be in any case.
const A_FEW: u64 = 3;

/// Follows the distances between rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Spacing {
    last: Option<Instant>,
    step: Option<i64>,
    /// Distances of one step.
    even: u64,
    /// Distances of several steps: rows are missing.
    skipped: u64,
    /// All others.
    uneven: u64,
    is_over: bool,
    /// Distances of one month.
    months: u64,
    /// Distances of whole days, to the instant.
    dates: u64,
    /// All distances.
    all: u64,
    /// Instants of rows that are no total, in time order.
    beside: Vec<Instant>,
}

impl Spacing {
    /// Passes over rows at these instants, which are in time order.
    pub(super) fn beside(beside: Vec<Instant>) -> Spacing {
        Spacing { beside, ..Spacing::default() }
    }

    /// Looks at rows that follow those before.
    pub fn look(&mut self, chunk: &Chunk) {
        for (at, _) in chunk.slice().merged() {
            if self.is_over && self.dates < self.all {
                return;
            }
            if self.beside.is_empty() || self.beside.binary_search(&at).is_err() {
                self.add(at);
            }
        }
    }

    fn add(&mut self, at: Instant) {
        let distance = match self.last.replace(at) {
            None => return,
            Some(last) if last == at => return,
            Some(last) => at.since(last).millis(),
        };
        self.months += u64::from(is_month(distance));
        self.dates += u64::from(is_whole_days(distance));
        self.all += 1;
        match self.step {
            _ if distance < LEAST.millis() => self.uneven += 1,
            None => (self.step, self.even) = (Some(distance), 1),
            Some(step) if is_multiple(distance, step) => match distance > step + step / 2 {
                true => self.skipped += 1,
                false => self.even += 1,
            },
            // The first rows were apart by several steps.
            Some(step) if is_multiple(step, distance) => {
                self.skipped += self.even;
                (self.step, self.even) = (Some(distance), 1);
            }
            Some(_) => self.uneven += 1,
        }
        self.is_over = self.uneven > A_FEW + self.even / ONE_IN;
    }

    /// The distance of rows that are evenly apart, and a day where they are dates, some days apart; `None` where they are
    /// neither, or are too few.
    pub fn found(&self) -> Option<Duration> {
        let are_months = self.months == self.even && self.skipped + self.uneven == 0;
        let are_dates = self.dates == self.all && self.dates >= FEWEST_DATES;
        let fewest = match (are_dates, are_months) {
            (true, _) => FEWEST_DATES,
            (false, true) => FEWEST_MONTHS,
            (false, false) => FEWEST,
        };
        let mostly = self.even >= fewest.max(2 * self.skipped);
        let step = self.step.filter(|_| !self.is_over && mostly).map(Duration::from_millis);
        step.or(are_dates.then_some(Duration::DAY))
    }
}

/// Whether a distance is of whole days, to the instant but for the half or whole hour of a clock change.
pub(super) fn is_whole_days(distance: i64) -> bool {
    let day = Duration::DAY.millis();
    let days = (distance + day / 2) / day;
    let beside = (distance - days * day).abs();
    days > 0 && [0, Duration::HOUR.millis() / 2, Duration::HOUR.millis()].contains(&beside)
}

/// Whether a distance is that from a day of one month to the same of the next, less what clock changes make of it.
pub fn is_month(distance: i64) -> bool {
    let day = Duration::DAY.millis();
    let days = (distance + day / 2) / day;
    (28..=31).contains(&days) && (distance - days * day).abs() <= Duration::HOUR.millis()
}

/// Whether a distance is a step or several, less what clock changes and the lengths of months make of it.
fn is_multiple(distance: i64, step: i64) -> bool {
    const DAYS_OF_A_MONTH: i64 = 28;
    let day = Duration::DAY.millis();
    let tolerance = match step {
        months if months >= DAYS_OF_A_MONTH * day => step / 8,
        days if days >= day => Duration::HOUR.millis(),
        hours => hours / 100,
    };
    let steps = (distance + step / 2) / step;
    steps > 0 && (distance - steps * step).abs() <= tolerance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Credits;

    fn found(minutes: impl IntoIterator<Item = i64>) -> Option<i64> {
        let (mut spacing, mut chunk) = (Spacing::default(), Chunk::new());
        for (index, minute) in minutes.into_iter().enumerate() {
            let amount = Credits::whole((index % 3) as i64);
            chunk.push(Instant::from_millis(minute * 60_000), amount).unwrap();
        }
        spacing.look(&chunk);
        spacing.found().map(|step| step.millis() / 60_000)
    }

    #[test]
    fn totals_are_evenly_apart_and_events_are_not() {
        let day = 24 * 60;
        assert_eq!(found((0..30).map(|n| n * day)), Some(day));
        assert_eq!(found((0..11).map(|n| n * 60)), Some(60));
        assert_eq!(found((0..10).map(|n| n * 60)), None, "too few");
        assert_eq!(found((0..100).map(|n| n * 14)), None, "too near");
        assert_eq!(found((0..100).map(|n| n * 15)), Some(15));
        assert_eq!(found((0..100).map(|n| n * n * 17)), None, "ever further apart");
    }

    #[test]
    fn days_that_are_missing_or_have_an_hour_more_leave_totals_even() {
        let day = 24 * 60;
        let some = (0..40).filter(|n| ![1, 2, 9].contains(n));
        assert_eq!(found(some.map(|n| n * day + if n > 20 { 60 } else { 0 })), Some(day));
        // Now and then a row too many.
        let more = (0..60).flat_map(|n| [Some(n * day), (n == 30).then_some(n * day + 7 * 60)]);
        assert_eq!(found(more.flatten()), Some(day));
    }

    #[test]
    fn dates_are_totals_however_many_days_apart_and_times_of_day_are_not() {
        let day = 24 * 60;
        assert_eq!(found([0, 1, 2, 3, 4, 5].map(|n| n * day)), Some(day));
        assert_eq!(found([0, 1, 2, 19, 25].map(|n| n * day)), Some(day));
        assert_eq!(found([0, 2, 5, 7, 11, 20, 33, 34].map(|n| n * day)), Some(day));
        assert_eq!(found([0, 7, 14].map(|n| n * day)), Some(7 * day));
        // Clocks change once; and two of them show nothing.
        assert_eq!(found([0, day, 2 * day + 60, 5 * day + 60]), Some(day));
        assert_eq!(found([0, day]), None, "too few");
        assert_eq!(found([0, day, 2 * day + 1, 5 * day]), None, "a time of day");
        assert_eq!(found([0, 1, 2, 3, 4].map(|n| n * 60)), None, "hours");
    }

    #[test]
    fn months_are_totals_too() {
        let ends = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
        assert_eq!(found(ends.map(|days| days * 24 * 60)), Some(31 * 24 * 60));
        // Three of them show it, and no two; nor do three that are unevenly apart.
        let few = [0, 31, 59];
        assert_eq!(found(few.map(|days| days * 24 * 60)), Some(31 * 24 * 60));
        assert_eq!(found([0, 31].map(|days| days * 24 * 60)), None);
        assert_eq!(found([0, 31, 80].map(|days| days * 24 * 60)), Some(24 * 60), "dates");
        assert_eq!(found([0, 31 * 24 * 60, 80 * 24 * 60 + 300]), None);
        assert_eq!(found([0, 31 * 24 * 60, 59 * 24 * 60 + 300]), None);
    }
}
