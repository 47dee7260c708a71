//! `--horizon`: the scenario's period, the days of a usage file, or the time that comes next.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, Months};

use crate::domain::text::agreeing;
use crate::domain::{Instant, Window, Zone};

/// The period to simulate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HorizonChoice {
    /// The scenario's `start` to its `end`.
    #[default]
    Scenario,
    /// Whole days from the first to the last row of the usage file.
    File,
    /// From the present on.
    Next(CalendarLength),
}

/// A number of calendar units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarLength {
    count: u32,
    unit: CalendarUnit,
}

/// A unit of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CalendarUnit {
    Day,
    Week,
    Month,
    Year,
}

impl CalendarUnit {
    const ALL: [(&'static str, CalendarUnit); 4] = [
        ("day", CalendarUnit::Day),
        ("week", CalendarUnit::Week),
        ("month", CalendarUnit::Month),
        ("year", CalendarUnit::Year),
    ];

    fn word(self) -> &'static str {
        let (word, _) =
            CalendarUnit::ALL.iter().find(|(_, unit)| *unit == self).expect("all are listed");
        word
    }
}

impl CalendarLength {
    /// The most of any unit.
    const MOST: u32 = 1_200;

    /// So much time from the midnight at or after an instant on; `None` beyond the calendar.
    pub fn from(self, present: Instant, zone: Zone) -> Option<Window> {
        let day = zone.day(present);
        let from = if day.from == present { present } else { day.to };
        let first = zone.local(from).date();
        let after = match self.unit {
            CalendarUnit::Day => first.checked_add_days(Days::new(self.count.into())),
            CalendarUnit::Week => first.checked_add_days(Days::new(7 * u64::from(self.count))),
            CalendarUnit::Month => first.checked_add_months(Months::new(self.count)),
            CalendarUnit::Year => first.checked_add_months(Months::new(12 * self.count)),
        };
        Some(Window { from, to: zone.midnight(after?)? })
    }
}

impl FromStr for HorizonChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let next = || {
            let (count, unit) = text.strip_prefix("next ")?.trim().split_once(' ')?;
            let count: u32 =
                count.parse().ok().filter(|n| (1..=CalendarLength::MOST).contains(n))?;
            let unit = unit.trim();
            let is = |word: &str| unit == word || unit.strip_suffix('s') == Some(word);
            let (_, unit) = CalendarUnit::ALL.into_iter().find(|(word, _)| is(word))?;
            Some(HorizonChoice::Next(CalendarLength { count, unit }))
        };
        match text {
            "scenario" => Ok(HorizonChoice::Scenario),
            "file" => Ok(HorizonChoice::File),
            _ => next().ok_or_else(|| {
                "write `scenario`, `file`, or the time that comes after the file: `next 12 months` (days, weeks, \
                 months or years)"
                    .to_owned()
            }),
        }
    }
}

impl fmt::Display for HorizonChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HorizonChoice::Scenario => f.write_str("scenario"),
            HorizonChoice::File => f.write_str("file"),
            HorizonChoice::Next(CalendarLength { count, unit }) => {
                // As it is given, without separators.
                write!(f, "next {count} {}", agreeing(count, unit.word()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str, present: &str, zone: &str) -> Option<[String; 2]> {
        let zone = Zone::from_name(zone).unwrap();
        let present = zone.instant(present.parse().unwrap()).unwrap();
        let HorizonChoice::Next(length) = text.parse().unwrap() else { panic!("{text}") };
        let window = length.from(present, zone)?;
        Some([window.from, window.to].map(|at| zone.show_date(at)))
    }

    #[test]
    fn the_time_that_comes_next_is_counted_in_days_of_the_zone() {
        let months = next("next 12 months", "2026-01-31T00:00:00", "UTC").unwrap();
        assert_eq!(months, ["2026-01-31", "2027-01-31"]);
        let clipped = next("next 1 month", "2026-01-31T00:00:00", "UTC").unwrap();
        assert_eq!(clipped[1], "2026-02-28");
        // A day with a clock change is a day.
        let weeks = next("next 2 weeks", "2026-03-01T00:00:00", "America/New_York").unwrap();
        assert_eq!(weeks[1], "2026-03-15");
        // Inside a day it begins at the next midnight.
        let inside = next("next 1 day", "2026-03-01T00:00:01", "UTC").unwrap();
        assert_eq!(inside[0], "2026-03-02");
    }

    #[test]
    fn other_words_are_no_horizon() {
        for text in
            ["next", "next 0 days", "next 1.5 months", "next 3 fortnights", "12 months", "File"]
        {
            assert!(text.parse::<HorizonChoice>().is_err(), "{text}");
        }
        for text in ["scenario", "file", "next 1 month", "next 90 days"] {
            assert_eq!(text.parse::<HorizonChoice>().unwrap().to_string(), text);
        }
    }
}
