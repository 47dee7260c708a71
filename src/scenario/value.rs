//! Single values as people write them: durations, instants, shares, exact numbers.
//!
//! Text in, value or advice out. Deliberately absent: the origin of the text.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use rust_decimal::Decimal;
use toml::value::{Datetime, Offset};

use crate::domain::text::excerpt;
use crate::domain::{Duration, Instant, Zone};

/// Every name of a unit of time, and its length in milliseconds.
const UNITS: [(&str, i64); 24] = [
    ("ms", 1),
    ("millisecond", 1),
    ("milliseconds", 1),
    ("s", 1_000),
    ("sec", 1_000),
    ("secs", 1_000),
    ("second", 1_000),
    ("seconds", 1_000),
    ("min", 60_000),
    ("mins", 60_000),
    ("minute", 60_000),
    ("minutes", 60_000),
    ("h", 3_600_000),
    ("hr", 3_600_000),
    ("hrs", 3_600_000),
    ("hour", 3_600_000),
    ("hours", 3_600_000),
    ("d", 86_400_000),
    ("day", 86_400_000),
    ("days", 86_400_000),
    ("w", 604_800_000),
    ("wk", 604_800_000),
    ("week", 604_800_000),
    ("weeks", 604_800_000),
];

/// Parses `5s`, `2 days`, `1h 30min`, `1.5h`: whole milliseconds, at most 1,000 years.
pub fn duration(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    let mut millis: i64 = 0;
    if rest.is_empty() {
        return Err("this is empty; write a number and a unit".to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_');
        let (number, after) = rest.split_at(digits.unwrap_or(rest.len()));
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let part = part_of_duration(number, unit)?;
        millis = millis
            .checked_add(part)
            .filter(|&m| m <= Duration::LONGEST.millis())
            .ok_or("longer than 1,000 years".to_owned())?;
        rest = after.trim_start();
    }
    Ok(Duration::from_millis(millis))
}

fn part_of_duration(number: &str, unit: &str) -> Result<i64, String> {
    if number.is_empty() {
        return Err("a duration is a number and a unit, and is never negative".to_owned());
    }
    if unit.is_empty() {
        return Err(format!("{} has no unit: write ms, s, min, h, days or weeks", excerpt(number)));
    }
    let lower = unit.to_lowercase();
    let Some(&(_, size)) = UNITS.iter().find(|(name, _)| *name == lower) else {
        return Err(match lower.as_str() {
            "m" => "\"m\" may be minutes or months: write min, or days".to_owned(),
            "mo" | "month" | "months" | "y" | "yr" | "year" | "years" => {
                "months and years differ in length: write days".to_owned()
            }
            _ => format!(
                "unknown unit of time {}: write ms, s, min, h, days or weeks",
                excerpt(unit)
            ),
        });
    };
    let number =
        Decimal::from_str(number).map_err(|_| format!("{} is not a number", excerpt(number)))?;
    let millis = number.checked_mul(Decimal::from(size)).ok_or("longer than 1,000 years")?;
    if !millis.fract().is_zero() {
        return Err("finer than a millisecond".to_owned());
    }
    i64::try_from(millis.normalize().trunc()).map_err(|_| "longer than 1,000 years".to_owned())
}

/// Parses an exact number from a TOML number or a text: plain digits, or with an exponent.
pub fn decimal(text: &str) -> Option<Decimal> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let parsed = match text.contains(['e', 'E']) {
        true => Decimal::from_scientific(text),
        false => Decimal::from_str_exact(text),
    };
    parsed.ok()
}

/// Expands the exponent of a TOML number, if it has one.
pub fn without_exponent(text: &str) -> String {
    match text.contains(['e', 'E']) {
        true => decimal(text).map_or_else(|| text.to_owned(), |d| d.normalize().to_string()),
        false => text.to_owned(),
    }
}

/// Waits after failures in a row: one, or a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Waits(pub Vec<Duration>);

/// Columns, each with its weight.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedColumns(pub Vec<(String, Decimal)>);

/// A date and time as written, before a zone is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenTime {
    /// Without an offset from UTC.
    Local(NaiveDateTime),
    /// With an offset.
    Absolute(Instant),
}

/// The forms of an instant, for messages.
pub const INSTANT_FORMS: &str = "2026-01-31, 2026-01-31T09:00:00 or 2026-01-31T09:00:00Z";

/// A TOML date, or date and time.
pub fn moment(moment: &Datetime) -> Result<WrittenTime, String> {
    let Some(date) = moment.date else {
        return Err("this time of day has no date".to_owned());
    };
    let date = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into());
    let date = date.ok_or("no calendar has this date")?;
    let time = match moment.time {
        None => NaiveTime::MIN,
        Some(time) => {
            let nanos = time.nanosecond.unwrap_or(0);
            if nanos % 1_000_000 != 0 {
                return Err("finer than a millisecond".to_owned());
            }
            let second = time.second.unwrap_or(0).into();
            NaiveTime::from_hms_nano_opt(time.hour.into(), time.minute.into(), second, nanos)
                .ok_or("no clock shows this time")?
        }
    };
    let local = date.and_time(time);
    match moment.offset {
        None => Ok(WrittenTime::Local(local)),
        Some(Offset::Z) => absolute(local, 0),
        Some(Offset::Custom { minutes }) => absolute(local, minutes.into()),
    }
}

fn absolute(local: NaiveDateTime, offset_minutes: i64) -> Result<WrittenTime, String> {
    let utc = local
        .checked_sub_signed(chrono::TimeDelta::minutes(offset_minutes))
        .and_then(|utc| Instant::from_utc(DateTime::<Utc>::from_naive_utc_and_offset(utc, Utc)));
    utc.map(WrittenTime::Absolute).ok_or_else(|| "outside the years 1 to 9999".to_owned())
}

/// Parses a text with a date, or a date and time separated by `T` or a space.
pub fn moment_in_text(text: &str) -> Result<WrittenTime, String> {
    let text = text.trim();
    let no_moment = || format!("write {INSTANT_FORMS}");
    if !text.is_ascii() || text.len() < 10 {
        return Err(no_moment());
    }
    let parsed = Datetime::from_str(text);
    let parsed = match parsed {
        Ok(parsed) => parsed,
        // Hours and minutes without seconds, and with an offset or not.
        Err(_) => {
            let (date_and_minutes, rest) = text.split_at(text.len().min(16));
            Datetime::from_str(&format!("{date_and_minutes}:00{rest}")).map_err(|_| no_moment())?
        }
    };
    moment(&parsed)
}

/// The instant of what was written, local times in this zone.
pub fn instant(written: WrittenTime, zone: Zone) -> Result<Instant, String> {
    match written {
        WrittenTime::Absolute(at) => Ok(at),
        WrittenTime::Local(local) => {
            let outside = || "outside the years 1 to 9999".to_owned();
            assert!(local.nanosecond() % 1_000_000 == 0, "what is written has whole milliseconds");
            zone.instant(local).ok_or_else(outside)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_numbers_with_units() {
        for (text, millis) in [
            ("5s", 5_000),
            ("2 days", 172_800_000),
            ("1h 30min", 5_400_000),
            ("1h30min", 5_400_000),
            ("250ms", 250),
            ("0s", 0),
            ("1.5 h", 5_400_000),
            ("0.001s", 1),
            ("1 Week", 604_800_000),
            (" 3 sec ", 3_000),
            ("366000 days", Duration::LONGEST.millis()),
        ] {
            assert_eq!(duration(text).map(Duration::millis), Ok(millis), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_says_why() {
        for (text, why) in [
            ("", "this is empty; write a number and a unit"),
            ("5", "5 has no unit: write ms, s, min, h, days or weeks"),
            ("h", "a duration is a number and a unit, and is never negative"),
            ("-5s", "a duration is a number and a unit, and is never negative"),
            ("5 m", "\"m\" may be minutes or months: write min, or days"),
            ("2 months", "months and years differ in length: write days"),
            ("3 fortnights", "unknown unit of time fortnights: write ms, s, min, h, days or weeks"),
            ("0.5ms", "finer than a millisecond"),
            ("366001 days", "longer than 1,000 years"),
            (
                "999999999999999999999999999999999 w",
                "999999999999999999999999999999999 is not a number",
            ),
            ("1.2.3 s", "1.2.3 is not a number"),
            ("NaN s", "a duration is a number and a unit, and is never negative"),
        ] {
            assert_eq!(duration(text), Err(why.to_owned()), "{text}");
        }
    }

    #[test]
    fn instants_are_dates_with_or_without_a_time_and_an_offset() {
        let berlin = Zone::from_name("Europe/Berlin").unwrap();
        for (text, utc) in [
            ("2026-01-31", "2026-01-30T23:00:00Z"),
            ("2026-01-31T09:00:00", "2026-01-31T08:00:00Z"),
            ("2026-01-31 09:00", "2026-01-31T08:00:00Z"),
            ("2026-01-31 09:00:00.250", "2026-01-31T08:00:00.250Z"),
            ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z"),
            ("2026-01-31T09:00Z", "2026-01-31T09:00:00Z"),
            ("2026-01-31T09:00:00+02:00", "2026-01-31T07:00:00Z"),
            ("2026-03-29 02:30", "2026-03-29T01:00:00Z"),
        ] {
            let read = moment_in_text(text).and_then(|written| instant(written, berlin));
            assert_eq!(read.map(|at| at.to_string()), Ok(utc.to_owned()), "{text}");
        }
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-02-30",
            "2026-01-31T25:00",
            "09:00",
            "31.01.2026",
            "2026-01-31T09:00:00.0001",
            "0000-01-01",
            "2026-01-31T09:00:00+",
            "２０２６-01-01",
        ] {
            assert!(moment_in_text(text).and_then(|w| instant(w, berlin)).is_err(), "{text}");
        }
    }
}
