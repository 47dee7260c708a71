//! Local dates and times on an axis.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use crate::domain::{Instant, Window, Zone};

use super::letters::Letters;
use super::measure::{Axis, Tick, at};

/// The distance between ticks of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TickStep {
    Seconds(i64),
    Days(u64),
    Weeks,
    Months(u32),
    Years(i32),
}

const STEPS: [TickStep; 27] = [
    TickStep::Seconds(1),
    TickStep::Seconds(5),
    TickStep::Seconds(15),
    TickStep::Seconds(60),
    TickStep::Seconds(300),
    TickStep::Seconds(900),
    TickStep::Seconds(3_600),
    TickStep::Seconds(3 * 3_600),
    TickStep::Seconds(6 * 3_600),
    TickStep::Seconds(12 * 3_600),
    TickStep::Days(1),
    TickStep::Days(2),
    TickStep::Days(5),
    TickStep::Weeks,
    TickStep::Days(15),
    TickStep::Months(1),
    TickStep::Months(2),
    TickStep::Months(3),
    TickStep::Months(6),
    TickStep::Years(1),
    TickStep::Years(2),
    TickStep::Years(5),
    TickStep::Years(10),
    TickStep::Years(20),
    TickStep::Years(50),
    TickStep::Years(100),
    TickStep::Years(1_000),
];

impl TickStep {
    /// Its approximate length, in milliseconds.
    fn millis(self) -> i64 {
        const DAY: i64 = 86_400_000;
        match self {
            TickStep::Seconds(seconds) => seconds * 1_000,
            TickStep::Days(days) => days as i64 * DAY,
            TickStep::Weeks => 7 * DAY,
            TickStep::Months(months) => i64::from(months) * 30 * DAY,
            TickStep::Years(years) => i64::from(years) * 365 * DAY,
        }
    }

    /// The last tick at or before a local time.
    fn floor(self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let date = local.date();
        let first = match self {
            TickStep::Seconds(seconds) => {
                let since = i64::from(local.time().num_seconds_from_midnight());
                let midnight = date.and_time(NaiveTime::MIN);
                return midnight.checked_add_signed(TimeDelta::seconds(since / seconds * seconds));
            }
            // Days count within their month, so that the first of a month has a tick.
            TickStep::Days(days) => {
                let day = (u64::from(date.day0()) / days * days + 1) as u32;
                date.with_day(day)?
            }
            TickStep::Weeks => {
                let since = u64::from(date.weekday().num_days_from_monday());
                date.checked_sub_days(Days::new(since))?
            }
            TickStep::Months(months) => {
                date.with_day(1)?.with_month0(date.month0() / months * months)?
            }
            TickStep::Years(years) => {
                NaiveDate::from_ymd_opt(date.year().div_euclid(years) * years, 1, 1)?
            }
        };
        Some(first.and_time(NaiveTime::MIN))
    }

    fn next(self, at: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            TickStep::Seconds(seconds) => at.checked_add_signed(TimeDelta::seconds(seconds)),
            TickStep::Weeks => at.checked_add_days(Days::new(7)),
            TickStep::Months(months) => at.checked_add_months(Months::new(months)),
            TickStep::Years(years) => at.checked_add_months(Months::new(12 * years.unsigned_abs())),
            TickStep::Days(days) => {
                let next = at.checked_add_days(Days::new(days))?;
                // No tick close before the first of a month.
                let close = days > 1 && next.day0() + days as u32 / 2 >= month_days(next);
                let turned = next.month() != at.month();
                match close || turned {
                    true => TickStep::Months(1).floor(at)?.checked_add_months(Months::new(1)),
                    false => Some(next),
                }
            }
        }
    }

    fn label(self, at: NaiveDateTime) -> String {
        let midnight = at.time() == NaiveTime::MIN;
        let form = match self {
            TickStep::Seconds(seconds) if !midnight && seconds < 60 => "%H:%M:%S",
            TickStep::Seconds(_) if !midnight => "%H:%M",
            TickStep::Seconds(_) | TickStep::Days(_) | TickStep::Weeks => "%-d %b",
            TickStep::Months(_) if at.month() == 1 => "Jan %Y",
            TickStep::Months(_) => "%b",
            TickStep::Years(_) => "%Y",
        };
        at.format(form).to_string()
    }
}

fn month_days(at: NaiveDateTime) -> u32 {
    let first = at.date().with_day(1);
    let next = first.and_then(|first| first.checked_add_months(Months::new(1)));
    next.and_then(|next| next.pred_opt()).map_or(31, |last| last.day())
}

/// An axis of this many pixels, with dates and times far enough apart to be read.
pub(super) fn axis(window: Window, zone: Zone, pixels: f64) -> Axis {
    const APART: f64 = 66.0;
    let length = window.to.since(window.from).millis().max(1) as f64;
    let pixel = length / pixels.max(1.0);
    let fits = |step: &&TickStep| step.millis() as f64 >= APART * pixel;
    let step = STEPS.iter().find(fits).copied().unwrap_or(TickStep::Years(1_000));
    let mut axis =
        Axis { low: at(window.from), high: at(window.from) + length, ticks: Vec::new(), band: 1.0 };
    let (mut next, mut free) = (step.floor(zone.local(window.from)), f64::NEG_INFINITY);
    while let Some(local) = next.filter(|_| axis.ticks.len() < 100) {
        let Some(instant) = zone.instant(local).filter(|&instant| instant < window.to) else {
            break;
        };
        let label = step.label(local);
        let half = Letters::TICK.width(&label) / 2.0;
        let x = (at(instant) - axis.low) / pixel;
        if instant >= window.from && x - half >= free {
            axis.ticks.push(Tick { at: at(instant), label });
            free = x + half + 6.0;
        }
        next = step.next(local);
    }
    axis
}

/// The part that the ticks leave out: the year, unless they show it, and the zone.
pub(super) fn caption(window: Window, zone: Zone) -> String {
    let last = Instant::from_millis(window.to.millis() - 1);
    let (from, to) = (zone.local(window.from), zone.local(last));
    let years = match (from.year(), to.year()) {
        (a, b) if a == b => a.to_string(),
        (a, b) => format!("{a}–{b}"),
    };
    let day = match from.date() == to.date() {
        true => format!("{} ", from.format("%-d %b")),
        false => String::new(),
    };
    format!("{day}{years}, time in {}", zone.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(zone: &str, from: &str, to: &str) -> (Window, Zone) {
        let zone = Zone::from_name(zone).unwrap();
        let at = |text: &str| {
            let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
            zone.instant(local).unwrap()
        };
        (Window { from: at(from), to: at(to) }, zone)
    }

    fn labels(zone: &str, from: &str, to: &str) -> Vec<String> {
        let (window, zone) = window(zone, from, to);
        axis(window, zone, 700.0).ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_stand_on_dates_that_people_name() {
        for (from, to, shown) in [
            ("2026-01-01 00:00", "2026-02-01 00:00", "1 Jan 6 Jan 11 Jan 16 Jan 21 Jan 26 Jan"),
            (
                "2026-01-01 00:00",
                "2026-01-02 00:00",
                "1 Jan 03:00 06:00 09:00 12:00 15:00 18:00 21:00",
            ),
            ("2026-01-01 00:00", "2026-04-01 00:00", "1 Jan 16 Jan 1 Feb 16 Feb 1 Mar 16 Mar"),
            ("2025-11-15 00:00", "2026-05-01 00:00", "Dec Jan 2026 Feb Mar Apr"),
            ("2026-01-01 09:00", "2026-01-01 09:01", "09:00:00 09:00:15 09:00:30 09:00:45"),
        ] {
            assert_eq!(labels("Europe/Berlin", from, to).join(" "), shown, "{from} {to}");
        }
    }

    #[test]
    fn ticks_of_the_longest_horizon_are_few() {
        assert!(labels("UTC", "0001-01-01 00:00", "9999-01-01 00:00").len() < 20);
        assert!(labels("UTC", "2026-01-01 00:00", "2026-01-01 00:00").len() < 20);
    }

    #[test]
    fn a_caption_says_what_the_ticks_do_not() {
        let said = |from: &str, to: &str| {
            let (window, zone) = window("UTC", from, to);
            caption(window, zone)
        };
        assert_eq!(said("2026-01-01 00:00", "2027-01-01 00:00"), "2026, time in UTC");
        assert_eq!(said("2026-01-01 00:00", "2026-01-02 00:00"), "1 Jan 2026, time in UTC");
    }
}
