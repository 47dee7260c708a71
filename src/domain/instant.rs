//! Instants and durations: integer milliseconds. There is no clock here: nothing in the crate's
//! core reads the time of day.

use std::fmt;

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::grouped;

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A length of time in milliseconds, never negative.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Duration(i64);

impl Instant {
    /// The first instant of the year 1; nothing earlier is accepted as input.
    pub const EARLIEST: Instant = Instant(-62_135_596_800_000);
    /// The first instant of the year 10000, before which every input must lie. Used as "never".
    pub const NEVER: Instant = Instant(253_402_300_800_000);

    /// Converts from milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Instant {
        Instant(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub const fn since(self, earlier: Instant) -> Duration {
        let millis = self.0.saturating_sub(earlier.0);
        Duration(if millis < 0 { 0 } else { millis })
    }

    /// This much later, at most [`Instant::NEVER`].
    #[inline]
    pub fn plus(self, duration: Duration) -> Instant {
        Instant(self.0.saturating_add(duration.0)).min(Instant::NEVER)
    }

    /// Converts to a UTC date and time. Instants outside the calendar become its first or last
    /// instant.
    pub fn to_utc(self) -> DateTime<Utc> {
        let inside = self.clamp(Instant::EARLIEST, Instant(Instant::NEVER.0 - 1));
        DateTime::from_timestamp_millis(inside.0).unwrap_or_default()
    }

    /// Converts from a UTC date and time, rounding down to milliseconds. `None` outside the years 1
    /// to 9999.
    pub fn from_utc(time: DateTime<Utc>) -> Option<Instant> {
        (1..=9999).contains(&time.year()).then(|| Instant(time.timestamp_millis()))
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC, with milliseconds only if there are any: `2026-01-13T01:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if self.0 % 1000 == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        f.write_str(&self.to_utc().to_rfc3339_opts(form, true))
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration(0);
    /// One second.
    pub const SECOND: Duration = Duration(1_000);
    /// One hour.
    pub const HOUR: Duration = Duration(3_600_000);
    /// 24 hours; a calendar day may be longer or shorter.
    pub const DAY: Duration = Duration(86_400_000);
    /// 31 days, the most of a calendar month.
    pub const LONGEST_MONTH: Duration = Duration(31 * Duration::DAY.0);
    /// The longest an input may name: 1,000 years of 366 days.
    pub const LONGEST: Duration = Duration(366_000 * Duration::DAY.0);

    /// Converts from milliseconds; negative lengths become zero.
    pub const fn from_millis(millis: i64) -> Duration {
        Duration(if millis < 0 { 0 } else { millis })
    }

    /// Returns the length in milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The sum, at most `i64::MAX` milliseconds.
    pub const fn plus(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Duration {
    /// Shows every unit that is not zero, so that nothing is lost: `1 d 13 h 10 s`, `5 s`, `250
    /// ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)];
        let mut left = self.0;
        let mut parts = Vec::new();
        for (name, size) in units {
            if left >= size {
                parts.push(format!("{} {name}", grouped(&(left / size).to_string())));
                left %= size;
            }
        }
        f.pad(&if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_print_in_utc_with_milliseconds_only_where_there_are_any() {
        assert_eq!(Instant::from_millis(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Instant::from_millis(1_500).to_string(), "1970-01-01T00:00:01.500Z");
    }

    #[test]
    fn durations_print_in_every_unit_that_matters() {
        for (millis, text) in [
            (0, "0 s"),
            (250, "250 ms"),
            (5_000, "5 s"),
            (133_210_000, "1 d 13 h 10 s"),
            (3_610_000, "1 h 10 s"),
            (342_316_800_000, "3,962 d"),
        ] {
            assert_eq!(Duration::from_millis(millis).to_string(), text);
        }
    }

    #[test]
    fn never_is_never_passed() {
        assert_eq!(Instant::NEVER.plus(Duration::DAY), Instant::NEVER);
        assert_eq!(Instant::from_millis(0).since(Instant::from_millis(5)), Duration::ZERO);
    }
}
