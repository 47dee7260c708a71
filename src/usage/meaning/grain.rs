//! How long a time stands for that is written without a time of day: a day, a week, a month, a quarter or a year.
//!
//! Deliberately absent: when it begins, which is `moment`.

use chrono::{Datelike, Months, NaiveDate};

use super::moment;
use crate::domain::Duration;

/// The milliseconds of a day.
const DAY: i64 = Duration::DAY.millis();

/// What a time stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DateGrain {
    /// An instant, or less than a day.
    Moment,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl DateGrain {
    /// All of them, the shortest first.
    pub(super) const ALL: [DateGrain; 6] = [
        DateGrain::Moment,
        DateGrain::Day,
        DateGrain::Week,
        DateGrain::Month,
        DateGrain::Quarter,
        DateGrain::Year,
    ];

    /// What a date stands for, by its text: `2026-W10` for a week, `March 2026` for a month.
    pub(super) fn of_date(text: &str) -> DateGrain {
        let text = text.trim();
        // A number of a spreadsheet is a day, whatever decimals it has.
        if text.len() > 6 && text.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte))
        {
            let whole = text.bytes().take_while(u8::is_ascii_digit).count();
            if whole == 5 {
                return DateGrain::Day;
            }
        }
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
        let (first, rest) = (numbers.next(), numbers.count());
        let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        let words: Vec<&str> = words.collect();
        let is_word = |names: &[&str]| {
            words.iter().any(|word| names.iter().any(|name| word.eq_ignore_ascii_case(name)))
        };
        let has_month = words.iter().any(|word| moment::is_month(word));
        match (rest + 1, has_month) {
            (2, false) if is_word(&["W", "KW", "week"]) => DateGrain::Week,
            (2, false) if is_word(&["Q", "quarter"]) => DateGrain::Quarter,
            (2, false) | (1, true) => DateGrain::Month,
            (1, false) => match first.map_or(0, str::len) {
                4 => DateGrain::Year,
                6 => DateGrain::Month,
                _ => DateGrain::Day,
            },
            _ => DateGrain::Day,
        }
    }

    /// What a stretch of so many milliseconds from a local time on stands for; `None` if it is none of them.
    pub(super) fn of_stretch(start: i64, length: i64) -> Option<DateGrain> {
        if length <= 0 {
            return None;
        }
        let begins_day = start.rem_euclid(DAY) == 0;
        let is = |grain: &&DateGrain| begins_day && grain.end(start) == start + length;
        match DateGrain::ALL[1..].iter().find(is) {
            Some(grain) => Some(*grain),
            None => (length < DAY).then_some(DateGrain::Moment),
        }
    }

    /// The end of the stretch that begins at a local time.
    pub(super) fn end(self, start: i64) -> i64 {
        let months = |months: u32| {
            let date = moment::date_of_day(start.div_euclid(DAY))
                .and_then(|date| date.with_day(1)?.checked_add_months(Months::new(months)));
            let days = date.map(|date| date.signed_duration_since(NaiveDate::default()).num_days());
            days.map_or(start, |days| days * DAY)
        };
        match self {
            DateGrain::Moment => start,
            DateGrain::Day => start + DAY,
            DateGrain::Week => start + 7 * DAY,
            DateGrain::Month => months(1),
            DateGrain::Quarter => months(3),
            DateGrain::Year => months(12),
        }
    }

    /// Its word.
    pub(super) fn word(self) -> &'static str {
        match self {
            DateGrain::Moment => "time",
            DateGrain::Day => "day",
            DateGrain::Week => "week",
            DateGrain::Month => "month",
            DateGrain::Quarter => "quarter",
            DateGrain::Year => "year",
        }
    }
}

/// Some grains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct GrainSet(u8);

impl GrainSet {
    #[inline]
    pub(super) fn add(&mut self, grain: DateGrain) {
        self.0 |= 1 << grain as u8;
    }

    pub(super) fn join(&mut self, other: GrainSet) {
        self.0 |= other.0;
    }

    #[inline]
    pub(super) fn has(self, grain: DateGrain) -> bool {
        self.0 >> grain as u8 & 1 == 1
    }

    pub(super) fn is_mixed(self) -> bool {
        self.0.count_ones() > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_stands_for_what_its_text_says() {
        for (text, grain) in [
            ("2026-03-01", DateGrain::Day),
            ("01.03.2026", DateGrain::Day),
            ("20260301", DateGrain::Day),
            ("1 March 2026", DateGrain::Day),
            ("March 1, 2026", DateGrain::Day),
            ("2026年3月1日", DateGrain::Day),
            ("2026-W10-1", DateGrain::Day),
            ("46082", DateGrain::Day),
            ("46082,5", DateGrain::Day),
            ("46082.0", DateGrain::Day),
            ("2026-W10", DateGrain::Week),
            ("2026W10", DateGrain::Week),
            ("March 2026", DateGrain::Month),
            ("2026-03", DateGrain::Month),
            ("03/2026", DateGrain::Month),
            ("202603", DateGrain::Month),
            ("2026年3月", DateGrain::Month),
            ("2026-Q1", DateGrain::Quarter),
            ("Q1 2026", DateGrain::Quarter),
            ("2026", DateGrain::Year),
        ] {
            assert_eq!(DateGrain::of_date(text), grain, "{text}");
        }
    }

    #[test]
    fn a_stretch_stands_for_what_it_lasts_as_long_as() {
        let start = |date: &str| {
            let date: NaiveDate = date.parse().unwrap();
            date.signed_duration_since(NaiveDate::default()).num_days() * DAY
        };
        let of = |from: &str, days: i64| DateGrain::of_stretch(start(from), days * DAY);
        assert_eq!(of("2026-03-02", 1), Some(DateGrain::Day));
        assert_eq!(of("2026-03-02", 7), Some(DateGrain::Week));
        assert_eq!(of("2026-02-01", 28), Some(DateGrain::Month));
        assert_eq!(of("2026-01-01", 90), Some(DateGrain::Quarter));
        assert_eq!(of("2026-01-01", 365), Some(DateGrain::Year));
        assert_eq!(of("2026-03-02", 3), None);
        assert_eq!(of("2026-03-02", 0), None);
        let hour = DAY / 24;
        assert_eq!(DateGrain::of_stretch(start("2026-03-02"), hour), Some(DateGrain::Moment));
        assert_eq!(DateGrain::of_stretch(start("2026-03-02") + hour, DAY), None);
    }
}
