//! Axes: round numbers on a scale of quantities, local dates on a scale of time.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use crate::domain::money::grouped;
use crate::domain::{Instant, Window, Zone};

use super::canvas::{Anchor, Area, Canvas, Letters};
use super::ink::Ink;

/// A scale of quantities, from the bottom of an area to its top.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    step: f64,
    bottom: f64,
    top: f64,
}

impl Scale {
    /// A scale that holds `low` to `high` and zero, and ends on round numbers some `apart` pixels
    /// from each other.
    pub fn new(low: f64, high: f64, area: Area, apart: f64) -> Scale {
        let low = if low.is_finite() { low.min(0.0) } else { 0.0 };
        let high = if high.is_finite() { high.max(0.0) } else { 0.0 };
        let high = if high > low { high } else { low + 1.0 };
        let parts = (area.height() / apart).floor().max(1.0);
        let step = round_step((high - low) / parts);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Scale { low, high, step, bottom: area.bottom, top: area.top }
    }

    /// A scale that holds `low` to `high`, and zero only where that is near, from one pixel to another:
    /// along an axis where lengths mean nothing and places everything.
    pub fn between(low: f64, high: f64, from: f64, to: f64, apart: f64) -> Scale {
        let low = if low.is_finite() { low } else { 0.0 };
        let high = if high.is_finite() { high } else { low };
        let middle = (low + high) / 2.0;
        // Where all is the same, there is room around it.
        let pad =
            if high - low > middle.abs() * 1e-9 { 0.0 } else { (middle.abs() * 0.1).max(0.5) };
        let low = if low >= 0.0 { (low - pad).max(0.0) } else { low - pad };
        let high = high + pad;
        let low = if low > 0.0 && low < 0.25 * high { 0.0 } else { low };
        let parts = ((to - from).abs() / apart).floor().max(1.0);
        let step = round_step((high - low) / parts);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Scale { low, high, step, bottom: from, top: to }
    }

    /// The same, ending where it is told to and not on round numbers.
    pub fn ending(self, low: f64, high: f64) -> Scale {
        if low < high { Scale { low, high, ..self } } else { self }
    }

    /// A scale whose ticks are `step` apart.
    pub fn stepping(high: f64, step: f64, area: Area) -> Scale {
        let high = (high / step).ceil().max(1.0) * step;
        Scale { low: 0.0, high, step, bottom: area.bottom, top: area.top }
    }

    /// Where a quantity is drawn.
    pub fn y(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        self.bottom - share * (self.bottom - self.top)
    }

    /// The same for a scale from left to right.
    pub fn x(&self, value: f64) -> f64 {
        self.y(value)
    }

    /// Draws lines to read values by down `area`, and their numbers below it.
    pub fn draw_across(&self, canvas: &mut Canvas, area: Area, name: impl Fn(f64) -> String) {
        canvas.line((area.left, area.bottom), (area.right, area.bottom), Ink::Axis, 1.0);
        for tick in self.ticks() {
            let (x, name) = (self.x(tick), name(tick));
            canvas.line((x, area.top), (x, area.bottom), Ink::Grid, 0.75);
            canvas.line((x, area.bottom), (x, area.bottom + 4.0), Ink::Axis, 1.0);
            let half = Letters::TICK.width(&name) / 2.0;
            let x = x.clamp(half, (canvas.width - half).max(half));
            canvas.text(&name, (x, area.bottom + 13.0), Anchor::Middle, Letters::TICK);
        }
    }

    /// The round numbers.
    pub fn ticks(&self) -> Vec<f64> {
        // The first at or above the lower end, which may itself be round.
        let first = (self.low / self.step - 1e-6).ceil() * self.step + 0.0;
        let count = ((self.high - first) / self.step + 1e-6).floor() as u64;
        (0..=count.min(100)).map(|i| first + self.step * i as f64).collect()
    }

    /// A tick as it is written: in the multiple of the largest, with as many decimals as tell ticks apart.
    pub fn tick(&self, value: f64) -> String {
        let multiple = Multiple::of(self.reach());
        let step = self.step / multiple.factor;
        if step >= 1.0 {
            return multiple.tick(value);
        }
        // 0.25 has a decimal more than 0.2.
        let digits = (0..12).find(|&digits| {
            let shown = step * libm::pow(10.0, f64::from(digits));
            (shown - shown.round()).abs() < 1e-6
        });
        let text = format!("{:.*}", digits.unwrap_or(12) as usize, value / multiple.factor);
        let is_zero = text.chars().all(|letter| matches!(letter, '-' | '0' | '.'));
        if is_zero { "0".to_owned() } else { grouped(&text) }
    }

    /// How much room ticks take to the left of an area.
    pub fn room(&self) -> f64 {
        let widths = self.ticks().into_iter().map(|tick| Letters::TICK.width(&self.tick(tick)));
        widths.fold(0.0, f64::max) + 8.0
    }

    /// The word for the multiple in which ticks are written: `million `, or nothing.
    pub fn word(&self) -> &'static str {
        Multiple::of(self.reach()).word
    }

    /// The largest number on it, in size.
    pub fn reach(&self) -> f64 {
        self.high.abs().max(self.low.abs())
    }

    /// Draws lines to read values by across `area`, and their numbers to its left.
    pub fn draw(&self, canvas: &mut Canvas, area: Area, name: impl Fn(f64) -> String) {
        for tick in self.ticks() {
            let y = self.y(tick);
            let zero = tick.abs() < self.step / 2.0;
            let ink = if zero { Ink::Axis } else { Ink::Grid };
            canvas.line((area.left, y), (area.right, y), ink, if zero { 1.0 } else { 0.75 });
            canvas.text(&name(tick), (area.left - 6.0, y), Anchor::End, Letters::TICK);
        }
    }
}

/// 1, 2, 2.5 or 5 times a power of ten, at least `least`.
fn round_step(least: f64) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(least)));
    let steps = [1.0, 2.0, 2.5, 5.0].map(|step| step * power);
    steps.into_iter().find(|&step| step >= least * 0.999_999).unwrap_or(10.0 * power)
}

/// In what multiples large quantities are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Multiple {
    factor: f64,
    /// `million `, or nothing.
    pub word: &'static str,
}

impl Multiple {
    /// For quantities up to `reach`.
    pub fn of(reach: f64) -> Multiple {
        let (factor, word) = match reach {
            ..1e6 => (1.0, ""),
            ..1e9 => (1e6, "million "),
            ..1e12 => (1e9, "billion "),
            _ => (1e12, "trillion "),
        };
        Multiple { factor, word }
    }

    /// A tick.
    pub fn tick(self, value: f64) -> String {
        let shown = value / self.factor;
        let digits = if shown.abs() >= 100.0 || shown.fract().abs() < 1e-9 { 0 } else { 3 };
        let text = format!("{shown:.digits$}");
        let text =
            if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        grouped(if text == "-0" { "0" } else { text })
    }
}

/// A scale of time, from the left of an area to its right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time {
    window: Window,
    zone: Zone,
    left: f64,
    right: f64,
}

/// A date or a time on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it is drawn.
    pub x: f64,
    /// What it says.
    pub label: String,
}

/// How far ticks of time are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Seconds(i64),
    Days(u64),
    Weeks,
    Months(u32),
    Years(i32),
}

const STEPS: [Step; 27] = [
    Step::Seconds(1),
    Step::Seconds(5),
    Step::Seconds(15),
    Step::Seconds(60),
    Step::Seconds(300),
    Step::Seconds(900),
    Step::Seconds(3_600),
    Step::Seconds(3 * 3_600),
    Step::Seconds(6 * 3_600),
    Step::Seconds(12 * 3_600),
    Step::Days(1),
    Step::Days(2),
    Step::Days(5),
    Step::Weeks,
    Step::Days(15),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
    Step::Years(1_000),
];

impl Step {
    /// About how long it is, in milliseconds.
    fn millis(self) -> i64 {
        const DAY: i64 = 86_400_000;
        match self {
            Step::Seconds(seconds) => seconds * 1_000,
            Step::Days(days) => days as i64 * DAY,
            Step::Weeks => 7 * DAY,
            Step::Months(months) => i64::from(months) * 30 * DAY,
            Step::Years(years) => i64::from(years) * 365 * DAY,
        }
    }

    /// The last tick at or before a local time.
    fn floor(self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let date = local.date();
        let first = match self {
            Step::Seconds(seconds) => {
                let since = i64::from(local.time().num_seconds_from_midnight());
                let midnight = date.and_time(NaiveTime::MIN);
                return midnight.checked_add_signed(TimeDelta::seconds(since / seconds * seconds));
            }
            // Days count within their month, so that the first of a month has a tick.
            Step::Days(days) => {
                let day = (u64::from(date.day0()) / days * days + 1) as u32;
                date.with_day(day)?
            }
            Step::Weeks => {
                let since = u64::from(date.weekday().num_days_from_monday());
                date.checked_sub_days(Days::new(since))?
            }
            Step::Months(months) => {
                date.with_day(1)?.with_month0(date.month0() / months * months)?
            }
            Step::Years(years) => {
                NaiveDate::from_ymd_opt(date.year().div_euclid(years) * years, 1, 1)?
            }
        };
        Some(first.and_time(NaiveTime::MIN))
    }

    fn next(self, at: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Step::Seconds(seconds) => at.checked_add_signed(TimeDelta::seconds(seconds)),
            Step::Weeks => at.checked_add_days(Days::new(7)),
            Step::Months(months) => at.checked_add_months(Months::new(months)),
            Step::Years(years) => at.checked_add_months(Months::new(12 * years.unsigned_abs())),
            Step::Days(days) => {
                let next = at.checked_add_days(Days::new(days))?;
                // No tick close before the first of a month.
                let close = days > 1 && next.day0() + days as u32 / 2 >= month_days(next);
                let turned = next.month() != at.month();
                match close || turned {
                    true => Step::Months(1).floor(at)?.checked_add_months(Months::new(1)),
                    false => Some(next),
                }
            }
        }
    }

    fn label(self, at: NaiveDateTime) -> String {
        let midnight = at.time() == NaiveTime::MIN;
        let form = match self {
            Step::Seconds(seconds) if !midnight && seconds < 60 => "%H:%M:%S",
            Step::Seconds(_) if !midnight => "%H:%M",
            Step::Seconds(_) | Step::Days(_) | Step::Weeks => "%-d %b",
            Step::Months(_) if at.month() == 1 => "Jan %Y",
            Step::Months(_) => "%b",
            Step::Years(_) => "%Y",
        };
        at.format(form).to_string()
    }
}

fn month_days(at: NaiveDateTime) -> u32 {
    let first = at.date().with_day(1);
    let next = first.and_then(|first| first.checked_add_months(Months::new(1)));
    next.and_then(|next| next.pred_opt()).map_or(31, |last| last.day())
}

impl Time {
    /// The time of `window`, drawn over the width of `area`.
    pub fn new(window: Window, zone: Zone, area: Area) -> Time {
        Time { window, zone, left: area.left, right: area.right }
    }

    /// Where an instant is drawn.
    pub fn x(&self, at: Instant) -> f64 {
        let length = self.window.to.since(self.window.from).millis().max(1) as f64;
        let share = at.since(self.window.from).millis() as f64 / length;
        self.left + share.min(1.0) * (self.right - self.left)
    }

    /// Dates and times that are far enough apart to be read.
    pub fn ticks(&self) -> Vec<Tick> {
        const APART: f64 = 66.0;
        let length = self.window.to.since(self.window.from).millis().max(1) as f64;
        let pixel = length / (self.right - self.left).max(1.0);
        let fits = |step: &&Step| step.millis() as f64 >= APART * pixel;
        let step = STEPS.iter().find(fits).copied().unwrap_or(Step::Years(1_000));
        let mut ticks = Vec::new();
        let mut next = step.floor(self.zone.local(self.window.from));
        while let Some(local) = next.filter(|_| ticks.len() < 100) {
            let Some(at) = self.zone.instant(local).filter(|&at| at < self.window.to) else {
                break;
            };
            if at >= self.window.from {
                ticks.push(Tick { x: self.x(at), label: step.label(local) });
            }
            next = step.next(local);
        }
        ticks
    }

    /// What the ticks leave out: the year, unless they say it, and the zone.
    pub fn caption(&self) -> String {
        let last = Instant::from_millis(self.window.to.millis() - 1);
        let (from, to) = (self.zone.local(self.window.from), self.zone.local(last));
        let years = match (from.year(), to.year()) {
            (a, b) if a == b => a.to_string(),
            (a, b) => format!("{a}–{b}"),
        };
        let day = match from.date() == to.date() {
            true => format!("{} ", from.format("%-d %b")),
            false => String::new(),
        };
        format!("{day}{years}, time in {}", self.zone.name())
    }

    /// Draws the axis below `y`, with its caption.
    pub fn draw(&self, canvas: &mut Canvas, y: f64) {
        canvas.line((self.left, y), (self.right, y), Ink::Axis, 1.0);
        let mut free = 0.0;
        for tick in self.ticks() {
            canvas.line((tick.x, y), (tick.x, y + 4.0), Ink::Axis, 1.0);
            let half = Letters::TICK.width(&tick.label) / 2.0;
            let x = tick.x.clamp(half, (canvas.width - half).max(half));
            if x - half >= free {
                canvas.text(&tick.label, (x, y + 13.0), Anchor::Middle, Letters::TICK);
                free = x + half + 6.0;
            }
        }
        canvas.text(&self.caption(), (self.right, y + 29.0), Anchor::End, Letters::TICK);
    }

    /// How much room [`Time::draw`] takes.
    pub const HEIGHT: f64 = 38.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { left: 0.0, top: 0.0, right: 700.0, bottom: 200.0 };

    fn time(zone: &str, from: &str, to: &str) -> Time {
        let zone = Zone::from_name(zone).unwrap();
        let at = |text: &str| {
            let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
            zone.instant(local).unwrap()
        };
        Time::new(Window { from: at(from), to: at(to) }, zone, AREA)
    }

    #[test]
    fn ticks_stand_on_dates_that_people_name() {
        for (from, to, labels) in [
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
            let ticks = time("Europe/Berlin", from, to).ticks();
            let found: Vec<_> = ticks.into_iter().map(|tick| tick.label).collect();
            assert_eq!(found.join(" "), labels, "{from} {to}");
        }
    }

    #[test]
    fn ticks_of_the_longest_horizon_are_few() {
        assert!(time("UTC", "0001-01-01 00:00", "9999-01-01 00:00").ticks().len() < 20);
        assert!(time("UTC", "2026-01-01 00:00", "2026-01-01 00:00").ticks().len() < 20);
    }

    #[test]
    fn a_caption_says_what_the_ticks_do_not() {
        assert_eq!(
            time("UTC", "2026-01-01 00:00", "2027-01-01 00:00").caption(),
            "2026, time in UTC"
        );
        assert_eq!(
            time("UTC", "2026-01-01 00:00", "2026-01-02 00:00").caption(),
            "1 Jan 2026, time in UTC"
        );
    }

    #[test]
    fn a_scale_ends_on_round_numbers_and_holds_zero() {
        for (low, high, ticks) in [
            (0.0, 3_000.0, "0 500 1000 1500 2000 2500 3000"),
            (-40.0, 90.0, "-50 -25 0 25 50 75 100"),
            (0.0, 0.0, "0 0.2 0.4 0.6 0.8 1"),
            (f64::NAN, f64::INFINITY, "0 0.2 0.4 0.6 0.8 1"),
        ] {
            let found: Vec<_> = Scale::new(low, high, AREA, 30.0)
                .ticks()
                .iter()
                .map(|tick| format!("{}", (tick * 100.0).round() / 100.0))
                .collect();
            assert_eq!(found.join(" "), ticks, "{low} {high}");
        }
    }

    #[test]
    fn a_scale_of_places_need_not_hold_zero() {
        for (low, high, ticks) in [
            (41.0, 58.0, "40 45 50 55 60"),
            (3.0, 58.0, "0 20 40 60"),
            (-4.0, 6.0, "-4 -2 0 2 4 6"),
            (50.0, 50.0, "44 46 48 50 52 54 56"),
            (0.0, 0.0, "0 0.1 0.2 0.3 0.4 0.5"),
            (f64::NAN, f64::NAN, "0 0.1 0.2 0.3 0.4 0.5"),
        ] {
            let scale = Scale::between(low, high, 0.0, 400.0, 80.0);
            let shown = |tick: &f64| format!("{}", (tick * 100.0).round() / 100.0);
            let found: Vec<_> = scale.ticks().iter().map(shown).collect();
            assert_eq!(found.join(" "), ticks, "{low} {high}");
            assert!(scale.x(scale.low) == 0.0 && scale.x(scale.high) == 400.0);
        }
    }

    #[test]
    fn a_scale_may_end_where_it_is_told_to() {
        let scale = Scale::between(5_001.0, 9_010.0, 0.0, 400.0, 80.0).ending(5_001.0, 9_010.0);
        assert_eq!(scale.ticks(), [6_000.0, 7_000.0, 8_000.0, 9_000.0]);
        assert!(scale.x(5_001.0) == 0.0 && scale.x(9_010.0) == 400.0);
        assert_eq!(scale.clone().ending(1.0, 1.0), scale);
    }

    #[test]
    fn ticks_that_are_close_together_are_told_apart() {
        for (low, high, ticks) in [
            (505.1, 505.8, "505.1 505.2 505.3 505.4 505.5 505.6 505.7 505.8"),
            (2.0, 3.0, "2.00 2.25 2.50 2.75 3.00"),
            (1_000_000.0, 1_000_400.0, "1.0000 1.0001 1.0002 1.0003 1.0004"),
            (1_200.0, 1_600.0, "1,200 1,300 1,400 1,500 1,600"),
            (-0.2, 0.2, "-0.20 -0.15 -0.10 -0.05 0 0.05 0.10 0.15 0.20"),
        ] {
            let apart = if high - low == 1.0 { 100.0 } else { 50.0 };
            let apart = if low > 1_000.0 { 100.0 } else { apart };
            let scale = Scale::between(low, high, 0.0, 400.0, apart);
            let found: Vec<_> = scale.ticks().iter().map(|&tick| scale.tick(tick)).collect();
            assert_eq!(found.join(" "), ticks, "{low} {high}");
        }
    }

    #[test]
    fn large_quantities_are_written_in_multiples() {
        let tick = |reach: f64, value: f64| {
            let multiple = Multiple::of(reach);
            format!("{} {}", multiple.tick(value), multiple.word.trim())
        };
        assert_eq!(tick(3_000.0, 2_500.0), "2,500 ");
        assert_eq!(tick(3e6, 2.5e6), "2.5 million");
        assert_eq!(tick(1.0, 0.25), "0.25 ");
        assert_eq!(tick(1.0, -0.0), "0 ");
    }
}
