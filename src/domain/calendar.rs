//! The calendar: local dates and times in an IANA zone, calendar windows, billing cycles.
//!
//! A local time skipped by a clock change means the first instant after the gap; one that occurs
//! twice means the earlier. Windows are half-open, `[from, to)`.

use chrono::{
    Datelike, Days, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    SecondsFormat, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use super::instant::{Duration, Instant};

/// An IANA time zone, `Europe/Berlin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

/// A stretch of time: `from` belongs to it, `to` does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// The first instant inside.
    pub from: Instant,
    /// The first instant after.
    pub to: Instant,
}

impl Window {
    /// Returns true if the instant lies inside.
    pub fn contains(self, at: Instant) -> bool {
        self.from <= at && at < self.to
    }
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(Tz::UTC);

    /// Looks up a zone by its IANA name.
    pub fn from_name(name: &str) -> Option<Zone> {
        name.parse().ok().map(Zone)
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The zone that is so many minutes east of UTC all year, in every year since 1990; `None` where there is none.
    pub fn fixed(minutes: i32) -> Option<Zone> {
        let parted = [
            (330, "Asia/Kolkata"),
            (345, "Asia/Kathmandu"),
            (390, "Asia/Yangon"),
            (270, "Asia/Kabul"),
            (570, "Australia/Darwin"),
            (-570, "Pacific/Marquesas"),
        ];
        match (minutes, minutes % 60) {
            (0, _) => Some(Zone::UTC),
            // The sign in the name is that of what must be added to get UTC.
            (-720..=840, 0) => Zone::from_name(&format!("Etc/GMT{:+}", -minutes / 60)),
            _ => parted
                .iter()
                .find(|(of, _)| *of == minutes)
                .and_then(|(_, name)| Zone::from_name(name)),
        }
    }

    /// Its name, or, where that is one of a fixed offset with the sign the other way round, `UTC-05:00`.
    pub fn text(self) -> String {
        let hours = self.name().strip_prefix("Etc/GMT").and_then(|of| of.parse::<i32>().ok());
        match hours.filter(|hours| *hours != 0) {
            Some(hours) => format!("UTC{:+03}:00", -hours),
            None => self.name().to_owned(),
        }
    }

    /// The names of all zones, for suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// The local date and time at an instant.
    pub fn local(self, at: Instant) -> NaiveDateTime {
        // UTC needs no lookup.
        match self == Zone::UTC {
            true => at.to_utc().naive_utc(),
            false => at.to_utc().with_timezone(&self.0).naive_local(),
        }
    }

    /// Formats an instant as RFC 3339 with the zone's offset at that instant, `Z` for UTC, and
    /// milliseconds only if there are any: `2026-01-13T02:00:00+01:00`.
    pub fn show(self, at: Instant) -> String {
        if self == Zone::UTC {
            return at.to_string();
        }
        let form =
            if at.millis() % 1000 == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        at.to_utc().with_timezone(&self.0).to_rfc3339_opts(form, false)
    }

    /// Formats a midnight as a local date and any other instant like [`Zone::show`], both in a form
    /// that a scenario accepts: `2026-03-01`.
    pub fn show_date(self, at: Instant) -> String {
        let local = self.local(at);
        match local.time() == NaiveTime::MIN && self.instant(local) == Some(at) {
            true => local.date().to_string(),
            false => self.show(at),
        }
    }

    /// Returns the month of the local date: `Jan 2026`.
    pub fn show_month(self, at: Instant) -> String {
        self.local(at).format("%b %Y").to_string()
    }

    /// Formats the local date and time to the minute, for people: `13 Jan 2026 02:00`. Seconds are
    /// shown only if there are any.
    pub fn show_local(self, at: Instant) -> String {
        let local = self.local(at);
        let form = match (at.millis() % 60_000 == 0, at.millis() % 1_000 == 0) {
            (true, _) => "%-d %b %Y %H:%M",
            (false, true) => "%-d %b %Y %H:%M:%S",
            (false, false) => "%-d %b %Y %H:%M:%S%.3f",
        };
        local.format(form).to_string()
    }

    /// Number of whole local days in a window; a day with a clock change counts as one day.
    pub fn days(self, window: Window) -> u64 {
        let length = self.local(window.to).signed_duration_since(self.local(window.from));
        length.num_days().unsigned_abs()
    }

    /// The instant with this local date and time. `None` outside the years 1 to 9999.
    pub fn instant(self, local: NaiveDateTime) -> Option<Instant> {
        if self == Zone::UTC {
            return Instant::from_utc(local.and_utc());
        }
        let found = match self.0.from_local_datetime(&local) {
            LocalResult::Single(time) => time.with_timezone(&Utc),
            LocalResult::Ambiguous(earlier, _) => earlier.with_timezone(&Utc),
            LocalResult::None => return self.end_of_gap(local),
        };
        Instant::from_utc(found)
    }

    /// The first instant after the clock change that skips `local`, found by bisection: the offset
    /// from UTC changes once between two days before and two days after.
    fn end_of_gap(self, local: NaiveDateTime) -> Option<Instant> {
        let around = local.and_utc().timestamp_millis();
        let two_days = 2 * 86_400_000;
        let (mut before, mut after) = (around - two_days, around + two_days);
        let offset = |millis: i64| {
            let utc = Instant::from_millis(millis).to_utc().naive_utc();
            self.0.offset_from_utc_datetime(&utc).fix().local_minus_utc()
        };
        // The change that skips `local` is the first whose new local time lies past it.
        let passed = |millis: i64| millis + i64::from(offset(millis)) * 1000 > around;
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if passed(middle) { after = middle } else { before = middle }
        }
        Instant::from_utc(Instant::from_millis(after).to_utc())
    }

    /// The first instant of a local date.
    pub fn midnight(self, date: NaiveDate) -> Option<Instant> {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// The calendar day around an instant.
    pub fn day(self, at: Instant) -> Window {
        self.around(at, self.local(at).date(), |date| date.checked_add_days(Days::new(1)))
    }

    /// The calendar month around an instant.
    pub fn month(self, at: Instant) -> Window {
        let date = self.local(at).date();
        let first = date.with_day(1).unwrap_or(date);
        self.around(at, first, |first| first.checked_add_months(Months::new(1)))
    }

    /// The window around an instant whose local date lies in the window starting at `first`. A
    /// clock set back shortly after midnight shows the previous date again; that time belongs to
    /// the new day, because the earlier midnight counts.
    fn around(
        self,
        at: Instant,
        first: NaiveDate,
        next: impl Fn(NaiveDate) -> Option<NaiveDate>,
    ) -> Window {
        let window = self.window(first, next(first));
        if at < window.to {
            return window;
        }
        next(first).map_or(window, |second| self.window(second, next(second)))
    }

    fn window(self, from: NaiveDate, to: Option<NaiveDate>) -> Window {
        Window {
            from: self.midnight(from).unwrap_or(Instant::EARLIEST),
            to: to.and_then(|date| self.midnight(date)).unwrap_or(Instant::NEVER),
        }
    }
}

/// The time from one cycle start to the next; at least one of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CycleLength {
    /// Calendar months, clamped to the month's last day (31 Jan → 28 Feb → 31 Mar).
    Months(u32),
    /// Calendar days: the local time stays through clock changes.
    Days(u32),
    /// Hours of 60 minutes: the local time moves with clock changes.
    Hours(u32),
}

impl CycleLength {
    /// The least length of a cycle, clock changes apart.
    pub fn least(self) -> Duration {
        let (count, unit) = match self {
            CycleLength::Months(months) => (months, 28 * Duration::DAY.millis()),
            CycleLength::Days(days) => (days, Duration::DAY.millis()),
            CycleLength::Hours(hours) => (hours, HOUR_MILLIS),
        };
        Duration::from_millis(i64::from(count.max(1)) * unit)
    }
}

const HOUR_MILLIS: i64 = 3_600_000;

/// Billing cycles: they start at an anchor and repeat after a length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cycles {
    zone: Zone,
    anchor: NaiveDateTime,
    length: CycleLength,
}

impl Cycles {
    /// Cycles of a length from the local time `anchor`.
    pub fn new(zone: Zone, anchor: NaiveDateTime, length: CycleLength) -> Cycles {
        Cycles { zone, anchor, length }
    }

    /// The local time of the anchor.
    pub fn anchor(&self) -> NaiveDateTime {
        self.anchor
    }

    /// The time from one start to the next.
    pub fn length(&self) -> CycleLength {
        self.length
    }

    /// The cycle around an instant, before the anchor as well as after it.
    pub fn around(&self, at: Instant) -> Window {
        self.indexed(at).1
    }

    /// The number of the cycle around an instant, counted from that which starts at the anchor.
    pub fn index(&self, at: Instant) -> i64 {
        self.indexed(at).0
    }

    /// The number of the cycle that starts where the one of this number ends, and its end.
    pub fn after(&self, index: i64, ends: Instant) -> (i64, Instant) {
        let next = self.start(index + 2);
        if next > ends {
            return (index + 1, next);
        }
        let (index, cycle) = self.indexed(ends);
        (index, cycle.to)
    }

    /// The cycle around an instant with its number.
    #[inline]
    pub fn indexed(&self, at: Instant) -> (i64, Window) {
        let mut index = self.estimate(at);
        let (mut from, mut to) = (self.start(index), self.start(index + 1));
        while from > at {
            index -= 1;
            (from, to) = (self.start(index), from);
        }
        while to <= at {
            index += 1;
            (from, to) = (to, self.start(index + 1));
        }
        (index, Window { from, to })
    }

    /// Estimates the index of the cycle that contains an instant, counted from the anchor.
    fn estimate(&self, at: Instant) -> i64 {
        let local = self.zone.local(at);
        match self.length {
            CycleLength::Months(length) => {
                let years = i64::from(local.year() - self.anchor.year());
                let months = years * 12 + i64::from(local.month()) - i64::from(self.anchor.month());
                months.div_euclid(i64::from(length.max(1)))
            }
            CycleLength::Days(length) => {
                let days = local.date().signed_duration_since(self.anchor.date()).num_days();
                days.div_euclid(i64::from(length.max(1)))
            }
            CycleLength::Hours(_) => {
                let since = at.millis() - self.first().millis();
                since.div_euclid(self.length.least().millis())
            }
        }
    }

    /// The instant of the anchor.
    fn first(&self) -> Instant {
        self.zone.instant(self.anchor).unwrap_or(Instant::EARLIEST)
    }

    /// The start of the cycle `index` cycles from the anchor.
    pub fn start(&self, index: i64) -> Instant {
        match self.length {
            CycleLength::Months(months) => self.start_of_month(index, months.max(1)),
            CycleLength::Days(days) => {
                let days = TimeDelta::try_days(index * i64::from(days.max(1)));
                let local = days.and_then(|days| self.anchor.checked_add_signed(days));
                let beyond = if index < 0 { Instant::EARLIEST } else { Instant::NEVER };
                local.and_then(|local| self.zone.instant(local)).unwrap_or(beyond)
            }
            CycleLength::Hours(_) => {
                let millis = self.first().millis() + index * self.length.least().millis();
                Instant::from_millis(millis).max(Instant::EARLIEST).min(Instant::NEVER)
            }
        }
    }

    /// The same for cycles of months.
    fn start_of_month(&self, index: i64, length: u32) -> Instant {
        let Ok(months) = u32::try_from(index.unsigned_abs() * u64::from(length)) else {
            return if index < 0 { Instant::EARLIEST } else { Instant::NEVER };
        };
        if index < 0 {
            let local = self.anchor.checked_sub_months(Months::new(months));
            return local.and_then(|local| self.zone.instant(local)).unwrap_or(Instant::EARLIEST);
        }
        let local = self.anchor.checked_add_months(Months::new(months));
        local.and_then(|local| self.zone.instant(local)).unwrap_or(Instant::NEVER)
    }
}

/// The months in English.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month by its English name or at least three letters of its beginning, from 1 on: `June`, `JUN`, `sept`.
pub fn month_named(word: &str) -> Option<u32> {
    let begins = |name: &str| name.get(..word.len()).is_some_and(|n| n.eq_ignore_ascii_case(word));
    let mut months = MONTHS.iter().zip(1..).filter(|(name, _)| word.len() >= 3 && begins(name));
    months.next().map(|(_, month)| month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn instant(zone: &str, text: &str) -> String {
        Zone::from_name(zone).unwrap().instant(local(text)).unwrap().to_string()
    }

    #[test]
    fn a_fixed_offset_has_a_zone_and_its_text_has_the_sign_that_people_write() {
        for (minutes, name, text) in [
            (0, "UTC", "UTC"),
            (60, "Etc/GMT-1", "UTC+01:00"),
            (-300, "Etc/GMT+5", "UTC-05:00"),
            (840, "Etc/GMT-14", "UTC+14:00"),
            (-720, "Etc/GMT+12", "UTC-12:00"),
            (330, "Asia/Kolkata", "Asia/Kolkata"),
            (-570, "Pacific/Marquesas", "Pacific/Marquesas"),
        ] {
            let zone = Zone::fixed(minutes).unwrap();
            assert_eq!((zone.name(), zone.text().as_str()), (name, text));
            for year in ["1990", "2026", "2040"] {
                for month in ["01", "07"] {
                    let utc =
                        Zone::UTC.instant(local(&format!("{year}-{month}-15 12:00"))).unwrap();
                    let east = zone.local(utc) - local(&format!("{year}-{month}-15 12:00"));
                    assert_eq!(east.num_minutes(), i64::from(minutes), "{name} {year}-{month}");
                }
            }
        }
        for minutes in [900, -780, 15, 317] {
            assert_eq!(Zone::fixed(minutes), None, "{minutes}");
        }
    }

    #[test]
    fn a_skipped_local_time_is_the_first_instant_after_the_gap() {
        for (zone, skipped, after) in [
            ("Europe/Berlin", "2026-03-29 02:00", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-03-29 02:59", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-03-29 01:59", "2026-03-29T00:59:00Z"),
            ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z"),
            ("America/Sao_Paulo", "2018-11-04 00:00", "2018-11-04T03:00:00Z"),
            ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00Z"),
        ] {
            assert_eq!(instant(zone, skipped), after, "{zone} {skipped}");
        }
    }

    #[test]
    fn a_local_time_that_occurs_twice_is_the_earlier() {
        assert_eq!(instant("Europe/Berlin", "2026-10-25 02:30"), "2026-10-25T00:30:00Z");
        assert_eq!(instant("Asia/Kolkata", "2026-10-25 02:30"), "2026-10-24T21:00:00Z");
    }

    #[test]
    fn instants_are_shown_with_the_offset_of_their_zone() {
        let zone = Zone::from_name("Europe/Berlin").unwrap();
        let at = |text: &str| zone.instant(local(text)).unwrap();
        assert_eq!(zone.show(at("2026-01-13 02:00")), "2026-01-13T02:00:00+01:00");
        assert_eq!(zone.show(at("2026-07-13 02:00")), "2026-07-13T02:00:00+02:00");
        assert_eq!(Zone::UTC.show(Instant::from_millis(1)), "1970-01-01T00:00:00.001Z");
        assert_eq!(zone.show_local(at("2026-01-13 02:00")), "13 Jan 2026 02:00");
        assert_eq!(Zone::UTC.show_local(Instant::from_millis(5_000)), "1 Jan 1970 00:00:05");
    }

    #[test]
    fn a_day_with_a_clock_change_has_23_or_25_hours() {
        let zone = Zone::from_name("Europe/Berlin").unwrap();
        for (date, hours) in
            [("2026-03-29 12:00", 23), ("2026-10-25 12:00", 25), ("2026-07-01 12:00", 24)]
        {
            let day = zone.day(zone.instant(local(date)).unwrap());
            assert_eq!(day.to.since(day.from).millis(), hours * 3_600_000, "{date}");
        }
    }

    #[test]
    fn a_day_whose_midnight_occurs_twice_starts_at_the_earlier() {
        let zone = Zone::from_name("America/St_Johns").unwrap();
        // At 00:01 on 7 November 2010 the clock was set back to 23:01 on the 6th.
        let midnight = zone.midnight(local("2010-11-07 00:00").date()).unwrap();
        assert_eq!(midnight.to_string(), "2010-11-07T02:30:00Z");
        for (millis, inside) in [(-1, false), (0, true), (60_000, true), (3_599_999, true)] {
            let at = Instant::from_millis(midnight.millis() + millis);
            assert!(zone.day(at).contains(at), "{at}");
            assert!(zone.month(at).contains(at), "{at}");
            assert_eq!(zone.day(at).from == midnight, inside, "{at}");
        }
    }

    #[test]
    fn cycles_anchored_late_in_the_month_are_clamped_and_come_back() {
        let starts = |anchor: &str| {
            let cycles = Cycles::new(Zone::UTC, local(anchor), CycleLength::Months(1));
            (0..5)
                .map(|i| cycles.start(i).to_string()[..10].to_owned())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            starts("2026-01-31 00:00"),
            "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31"
        );
        assert_eq!(
            starts("2026-01-30 00:00"),
            "2026-01-30 2026-02-28 2026-03-30 2026-04-30 2026-05-30"
        );
        assert_eq!(
            starts("2026-01-29 00:00"),
            "2026-01-29 2026-02-28 2026-03-29 2026-04-29 2026-05-29"
        );
        assert_eq!(
            starts("2024-01-30 00:00"),
            "2024-01-30 2024-02-29 2024-03-30 2024-04-30 2024-05-30"
        );
    }

    #[test]
    fn the_cycle_around_an_instant_is_half_open_and_known_before_the_anchor_too() {
        let cycles = Cycles::new(Zone::UTC, local("2026-01-31 06:00"), CycleLength::Months(1));
        let around = |text: &str| {
            let window = cycles.around(Zone::UTC.instant(local(text)).unwrap());
            format!("{} {}", window.from, window.to)
        };
        assert_eq!(around("2026-02-28 06:00"), "2026-02-28T06:00:00Z 2026-03-31T06:00:00Z");
        assert_eq!(around("2026-02-28 05:59"), "2026-01-31T06:00:00Z 2026-02-28T06:00:00Z");
        assert_eq!(around("2025-12-31 06:00"), "2025-12-31T06:00:00Z 2026-01-31T06:00:00Z");
        assert_eq!(around("2024-02-29 05:59"), "2024-01-31T06:00:00Z 2024-02-29T06:00:00Z");
    }

    #[test]
    fn cycles_of_days_keep_the_local_time_and_cycles_of_hours_the_distance() {
        let zone = Zone::from_name("Europe/Berlin").unwrap();
        let starts = |length, anchor: &str| {
            let cycles = Cycles::new(zone, local(anchor), length);
            let starts = (-1..3).map(|index| zone.show(cycles.start(index)));
            starts.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            starts(CycleLength::Days(7), "2026-03-22 09:00"),
            "2026-03-15T09:00:00+01:00 2026-03-22T09:00:00+01:00 \
             2026-03-29T09:00:00+02:00 2026-04-05T09:00:00+02:00"
        );
        assert_eq!(
            starts(CycleLength::Hours(24), "2026-03-28 09:00"),
            "2026-03-27T09:00:00+01:00 2026-03-28T09:00:00+01:00 \
             2026-03-29T10:00:00+02:00 2026-03-30T10:00:00+02:00"
        );
    }

    #[test]
    fn the_cycle_after_one_is_that_around_its_end() {
        use CycleLength::{Days, Hours, Months};
        for (zone, anchor, length) in [
            ("UTC", "2026-01-31 06:00", Months(1)),
            ("Europe/Berlin", "2026-10-31 02:30", Months(5)),
            ("Europe/Berlin", "2026-03-20 02:30", Days(1)),
            ("Pacific/Apia", "2011-12-20 09:00", Days(1)),
            ("Europe/Berlin", "2026-03-20 02:30", Hours(7)),
        ] {
            let cycles = Cycles::new(Zone::from_name(zone).unwrap(), local(anchor), length);
            let (mut index, mut cycle) = cycles.indexed(cycles.start(-3));
            for _ in 0..40 {
                let after = cycles.after(index, cycle.to);
                (index, cycle) = cycles.indexed(cycle.to);
                assert_eq!(after, (index, cycle.to), "{zone} {anchor} {length:?}");
            }
        }
        // Beyond the calendar all cycles end at once.
        let cycles = Cycles::new(Zone::UTC, local("9999-11-01 00:00"), Months(1));
        assert_eq!(cycles.after(0, cycles.start(1)).1, Instant::NEVER);
    }

    #[test]
    fn a_day_that_the_zone_skips_has_no_cycle() {
        let zone = Zone::from_name("Pacific/Apia").unwrap();
        let cycles = Cycles::new(zone, local("2011-12-28 00:00"), CycleLength::Days(1));
        let around = |text: &str| {
            let window = cycles.around(zone.instant(local(text)).unwrap());
            format!("{} {}", zone.show_date(window.from), zone.show_date(window.to))
        };
        assert_eq!(around("2011-12-29 23:59"), "2011-12-29 2011-12-31");
        assert_eq!(around("2011-12-31 00:00"), "2011-12-31 2012-01-01");
    }

    #[test]
    fn a_month_is_known_by_its_name_or_at_least_three_letters_of_it() {
        for (word, month) in [
            ("January", Some(1)),
            ("jan", Some(1)),
            ("MAR", Some(3)),
            ("may", Some(5)),
            ("Jun", Some(6)),
            ("july", Some(7)),
            ("sept", Some(9)),
            ("dec", Some(12)),
            ("ju", None),
            ("", None),
            ("mayor", None),
            ("janury", None),
            ("märz", None),
        ] {
            assert_eq!(month_named(word), month, "{word}");
        }
    }
}
