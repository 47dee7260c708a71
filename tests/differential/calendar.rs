//! The second calendar: local days, local months and billing cycles, straight from the zone's rules.
//!
//! It shares nothing with the crate's own calendar. It knows no more than gaps of whole minutes, so
//! it is meant for years in which zones no longer kept local mean time.

use chrono::{DateTime, Datelike, Days, LocalResult, Months, NaiveDate, NaiveDateTime};
use chrono::{TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use recharge::domain::CycleLength;

/// Beyond every horizon: the first instant of the year 10000.
pub const NEVER: i64 = 253_402_300_800_000;

/// A zone by its IANA name.
pub fn zone(name: &str) -> Tz {
    name.parse().expect("the name of a zone")
}

/// The local time at an instant.
pub fn local(zone: Tz, at: i64) -> NaiveDateTime {
    DateTime::from_timestamp_millis(at).expect("an instant").with_timezone(&zone).naive_local()
}

/// The instant of a local time: the earlier of two, or the first after the gap that skips it.
pub fn instant(zone: Tz, local: NaiveDateTime) -> i64 {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.timestamp_millis(),
        LocalResult::None => {
            let mut minute = local.with_second(0).and_then(|l| l.with_nanosecond(0)).expect("one");
            loop {
                minute += TimeDelta::minutes(1);
                if zone.from_local_datetime(&minute) != LocalResult::None {
                    return instant(zone, minute);
                }
            }
        }
    }
}

/// The last boundary at or before an instant, and the first after it.
fn around(at: i64, boundaries: impl Iterator<Item = i64>) -> (i64, i64) {
    let all: Vec<i64> = boundaries.collect();
    let from = all.iter().filter(|&&b| b <= at).max().expect("a boundary before");
    let to = all.iter().filter(|&&b| b > at).min().expect("a boundary after");
    (*from, *to)
}

/// The calendar day around an instant.
pub fn day(zone: Tz, at: i64) -> (i64, i64) {
    let first = local(zone, at).date() - Days::new(2);
    around(at, (0..5).map(|n| midnight(zone, first + Days::new(n))))
}

/// The calendar month around an instant.
pub fn month(zone: Tz, at: i64) -> (i64, i64) {
    let this = local(zone, at).date().with_day(1).expect("a first day");
    let first = this - Months::new(1);
    around(at, (0..4).map(|n| midnight(zone, first + Months::new(n))))
}

fn midnight(zone: Tz, date: NaiveDate) -> i64 {
    instant(zone, date.and_hms_opt(0, 0, 0).expect("midnight"))
}

/// The billing cycle around an instant, for cycles of a length from a local time.
pub fn cycle(zone: Tz, anchor: NaiveDateTime, length: CycleLength, at: i64) -> (i64, i64) {
    match length {
        CycleLength::Months(months) => cycle_of_months(zone, anchor, months, at),
        CycleLength::Days(days) => {
            let days = i64::from(days);
            let apart = (local(zone, at).date() - anchor.date()).num_days();
            let nearest = apart.div_euclid(days);
            let start = |n: i64| instant(zone, anchor + TimeDelta::days(n * days));
            // A day that is skipped starts where the next does.
            around(at, (nearest - 2..=nearest + 2).map(start))
        }
        CycleLength::Hours(hours) => {
            let (first, hours) = (instant(zone, anchor), i64::from(hours) * 3_600_000);
            let from = first + (at - first).div_euclid(hours) * hours;
            (from, from + hours)
        }
    }
}

fn cycle_of_months(zone: Tz, anchor: NaiveDateTime, months: u32, at: i64) -> (i64, i64) {
    let here = local(zone, at).date();
    let apart = (here.year() - anchor.year()) * 12 + here.month() as i32 - anchor.month() as i32;
    let nearest = apart.div_euclid(months as i32);
    around(at, (nearest - 2..=nearest + 2).map(|n| cycle_start(zone, anchor, n * months as i32)))
}

/// The anchor, so many months later or earlier, on the last day of a month too short for it.
fn cycle_start(zone: Tz, anchor: NaiveDateTime, months: i32) -> i64 {
    let count = anchor.year() * 12 + anchor.month0() as i32 + months;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) as u32 + 1);
    let date = (1..=anchor.day()).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day));
    instant(zone, date.expect("a day of the month").and_time(anchor.time()))
}

/// The cycles between the one that starts at the anchor and the one around an instant.
pub fn cycles_since(zone: Tz, anchor: NaiveDateTime, length: CycleLength, at: i64) -> i64 {
    let (from, _) = cycle(zone, anchor, length, at);
    let at_anchor = |n: i64| match length {
        CycleLength::Months(months) => cycle_start(zone, anchor, n as i32 * months as i32),
        CycleLength::Days(days) => instant(zone, anchor + TimeDelta::days(n * i64::from(days))),
        CycleLength::Hours(hours) => instant(zone, anchor) + n * i64::from(hours) * 3_600_000,
    };
    // The last of them, where two start at one instant.
    let mut n = 0;
    while at_anchor(n) > from {
        n -= 1;
    }
    while at_anchor(n + 1) <= from {
        n += 1;
    }
    n
}
