//! History drawn in blocks of whole weeks.
//!
//! A block of a week preserves effects of the hour and the weekday, and dependence on the preceding
//! hour; weeks are drawn with replacement (a block bootstrap: Künsch 1989, *Annals of Statistics*
//! 17, 1217–1241). Changes from month to month, such as growth, are lost. A week is seven local days, from
//! midnight to midnight, and is drawn onto the same weekdays; a day onto one of another length, where clocks
//! change, stretched to it.
//!
//! Weeks are counted back from the last whole day, so that the latest are among them. Where there is no row on
//! seven days or more, nobody knows whether there was no usage or no log: such a gap belongs to no week, and
//! weeks are counted back from the last day before it again, so that all begin on one weekday.

use std::ops::Range;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use rand::RngExt;

use crate::domain::{Credits, Duration, Instant, Window, Zone};
use crate::engine::EventColumns;
use crate::engine::slice::later;
use crate::engine::trace::{Chunk, Refused};
use crate::streams::{Purpose, Streams};

use super::history::{RecordedDay, scaled};
use super::{Feed, UsageError, UsageSummary};

/// Days of a week.
const DAYS: usize = 7;

/// Days without a row from which on a gap parts a history.
const GAP: i64 = DAYS as i64;

/// A day at the end of a stretch is a part of one where so large a share of the other days has rows in the
/// part that it lacks. Of rows at random, three are then expected there.
const MISSED: f64 = 0.95;

/// What rows may come later than on other days without a part of the day being missing.
const LATE: Duration = Duration::from_millis(Duration::HOUR.millis() / 4);

/// A week of seven whole days of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WholeWeek {
    /// Its first day.
    pub first: NaiveDate,
}

impl WholeWeek {
    /// The number of its first date, as [`RecordedDay::number`] counts.
    pub fn number(&self) -> i64 {
        i64::from(self.first.num_days_from_ce())
    }

    /// Whether it holds a day.
    pub fn holds(&self, day: &RecordedDay) -> bool {
        (0..DAYS as i64).contains(&(day.number() - self.number()))
    }
}

/// The whole weeks among days with rows, in order; all begin on the same weekday.
pub(super) fn whole_weeks(days: &[RecordedDay]) -> Vec<WholeWeek> {
    let stretches = days.chunk_by(|a, b| b.number() - a.number() <= GAP);
    let whole = stretches.filter_map(|stretch| whole_days(stretch, days));
    let whole: Vec<(i64, i64)> = whole.filter(|(from, to)| to - from >= GAP).collect();
    let Some(&(_, end)) = whole.last() else { return Vec::new() };
    let mut weeks = Vec::new();
    for &(from, to) in whole.iter().rev() {
        let mut to = to - (to - end).rem_euclid(GAP);
        while to - GAP >= from {
            to -= GAP;
            let date = i32::try_from(to).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
            weeks.push(WholeWeek { first: date.expect("a day between two recorded ones") });
        }
    }
    weeks.reverse();
    weeks
}

/// The numbers of the first whole day of a stretch and of the day after its last; `None` without any.
pub(super) fn whole_days(stretch: &[RecordedDay], all: &[RecordedDay]) -> Option<(i64, i64)> {
    let (first, last) = (stretch.first()?, stretch.last()?);
    let begins = |day: &RecordedDay| day.first.since(day.window.from).millis();
    let ends = |day: &RecordedDay| day.window.to.since(day.last).millis();
    let begins_late = is_part(begins(first), all.iter().map(begins));
    let ends_early = is_part(ends(last), all.iter().map(ends));
    let (from, to) = (first.number(), last.number() + 1);
    let (from, to) = (from + i64::from(begins_late), to - i64::from(ends_early));
    (from < to).then_some((from, to))
}

/// Whether a day that lacks rows for so long at one end is a part of a day, given what all days lack there.
fn is_part(lacks: i64, all: impl ExactSizeIterator<Item = i64>) -> bool {
    let others = all.len().saturating_sub(1);
    let earlier = all.filter(|&other| other < lacks - LATE.millis()).count();
    others > 0 && earlier as f64 >= MISSED * others as f64
}

/// Weeks of history to draw from.
#[derive(Clone, Debug)]
pub struct Weeks {
    events: Arc<EventColumns>,
    weeks: Arc<[HistoryWeek]>,
    zone: Zone,
    summary: Arc<UsageSummary>,
}

/// A week that can be drawn.
#[derive(Clone, Copy, Debug)]
struct HistoryWeek {
    days: Midnights,
    /// Its first event.
    first: usize,
}

/// The midnights at which the days of a week begin, and the one at which the last ends.
type Midnights = [Instant; DAYS + 1];

/// Of the week that begins on a date; `None` outside the years 1 to 9999.
fn midnights(zone: Zone, first: NaiveDate) -> Option<Midnights> {
    let mut midnights = [Instant::EARLIEST; DAYS + 1];
    for (midnight, day) in midnights.iter_mut().zip(0..) {
        *midnight = zone.midnight(first.checked_add_days(Days::new(day))?)?;
    }
    Some(midnights)
}

impl Weeks {
    pub(super) fn new(
        events: Arc<EventColumns>,
        whole: Vec<WholeWeek>,
        zone: Zone,
        summary: UsageSummary,
    ) -> Weeks {
        let week = |week: &WholeWeek| {
            let days = midnights(zone, week.first)?;
            Some(HistoryWeek { days, first: events.not_before(days[0]) })
        };
        let weeks = whole.iter().filter_map(week).collect();
        Weeks { events, weeks, zone, summary: Arc::new(summary) }
    }

    /// Returns the same weeks, each event requesting `factor` times as much, to six decimals.
    pub fn scaled(&self, factor: f64) -> Result<Weeks, UsageError> {
        let events = scaled(&self.events, factor, &self.summary.source)?;
        Ok(Weeks { events, ..self.clone() })
    }

    /// A summary of the history they were read from.
    pub fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    /// Number of weeks.
    pub fn len(&self) -> usize {
        self.weeks.len()
    }

    /// Returns true if there is none.
    pub fn is_empty(&self) -> bool {
        self.weeks.is_empty()
    }

    /// The weekday on which all of them begin; `None` without any.
    fn begins_on(&self) -> Option<Weekday> {
        self.weeks.first().map(|week| self.zone.local(week.days[0]).date().weekday())
    }

    /// A feed over `horizon`: each week in it is one of these, drawn at the address of its number.
    pub fn drawn(&self, horizon: Window, streams: Streams) -> Resampled {
        let mut summary = UsageSummary::of("resampled weeks of history".to_owned());
        summary.chosen.push(format!(
            "Usage is drawn from {} whole weeks of history with seed {}, replication {}.",
            self.len(),
            streams.seed,
            streams.replication
        ));
        let start = self.zone.local(horizon.from).date();
        // The horizon may begin inside a week: then it begins with the rest of one.
        let before = self.begins_on().map_or(0, |weekday| start.weekday().days_since(weekday));
        Resampled {
            weeks: self.clone(),
            horizon,
            streams,
            start: start.checked_sub_days(Days::new(u64::from(before))),
            number: 0,
            filled: None,
            moved: 0..0,
            shift: 0,
            stretched: StretchedDay::default(),
            summary,
        }
    }
}

/// A feed that strings drawn weeks together.
#[derive(Clone, Debug)]
pub struct Resampled {
    weeks: Weeks,
    horizon: Window,
    streams: Streams,
    /// The first day of the first week that touches the horizon.
    start: Option<NaiveDate>,
    /// The number of the next week of the horizon to be filled.
    number: u64,
    /// The week that is being filled; `None` before the first and after the last.
    filled: Option<FilledWeek>,
    /// Events of the history inside the horizon that come next, so many milliseconds later there.
    moved: Range<usize>,
    shift: i64,
    /// A day that is put onto one of another length, whose events come after those.
    stretched: StretchedDay,
    summary: UsageSummary,
}

/// The events of a day that is put onto one of another length, of which the first `given` are in chunks.
#[derive(Clone, Debug, Default)]
struct StretchedDay {
    times: Vec<Instant>,
    amounts: Vec<Credits>,
    given: usize,
}

/// A week of the horizon that is filled with a drawn one.
#[derive(Clone, Copy, Debug)]
struct FilledWeek {
    drawn: Midnights,
    onto: Midnights,
    /// The next day.
    day: usize,
    /// The first event of the history on that day.
    first: usize,
}

impl FilledWeek {
    /// By how many milliseconds the next day comes later in the horizon, and whether it is as long there.
    fn shift(&self) -> (i64, bool) {
        let later = |day: usize| self.onto[day].millis() - self.drawn[day].millis();
        let (begins, ends) = (later(self.day), later(self.day + 1));
        (begins, begins == ends)
    }

    /// How instants of its next day move where the day is put onto one of another length: from the midnight of the
    /// drawn day to that of the day in the horizon, stretched. Instants stay in order.
    fn mover(&self) -> impl Fn(Instant) -> Instant + use<> {
        let (from, to) = (self.drawn[self.day], self.onto[self.day]);
        let was = self.drawn[self.day + 1].since(from).millis();
        let is = self.onto[self.day + 1].since(to).millis();
        move |at| {
            let since = i128::from(at.since(from).millis());
            to.plus(Duration::from_millis((since * i128::from(is) / i128::from(was)) as i64))
        }
    }
}

impl Resampled {
    /// Draws a week of history for the next week of the horizon; `None` after the last.
    fn next_week(&mut self) -> Option<FilledWeek> {
        if self.weeks.is_empty() {
            return None;
        }
        let days = self.number.checked_mul(DAYS as u64)?;
        let first = self.start?.checked_add_days(Days::new(days))?;
        let onto = midnights(self.weeks.zone, first)?;
        if onto[0] >= self.horizon.to {
            return None;
        }
        let mut stream = self.streams.at(Purpose::Resample, self.number);
        self.number += 1;
        let HistoryWeek { days, first } =
            self.weeks.weeks[stream.random_range(0..self.weeks.len())];
        Some(FilledWeek { drawn: days, onto, day: 0, first })
    }

    /// Goes on to the next days that come equally much later, or to one that is stretched; returns false after the last.
    fn next_days(&mut self) -> bool {
        if self.filled.is_none_or(|week| week.day == DAYS) {
            self.filled = self.next_week();
        }
        let Some(mut week) = self.filled else { return false };
        let (shift, is_as_long) = week.shift();
        if is_as_long {
            let from = week.first;
            while week.day < DAYS && week.shift() == (shift, true) {
                week.day += 1;
            }
            week.first = self.weeks.events.not_before(week.drawn[week.day]);
            self.move_days(from..week.first, shift);
        } else {
            let (from, to) = (week.first, self.weeks.events.not_before(week.drawn[week.day + 1]));
            self.stretch_day(from..to, week.mover());
            week.day += 1;
            week.first = to;
        }
        self.filled = Some(week);
        true
    }

    /// Goes on to these events so many milliseconds later, as far as they are inside the horizon.
    fn move_days(&mut self, events: Range<usize>, shift: i64) {
        let Window { from, to } = self.horizon;
        let before = |limit: Instant| {
            let own = limit.millis().saturating_sub(shift);
            self.weeks.events.not_before(Instant::from_millis(own)).clamp(events.start, events.end)
        };
        self.moved = before(from)..before(to);
        self.shift = shift;
    }

    /// Holds these events with their instants moved, as far as they are inside the horizon.
    fn stretch_day(&mut self, events: Range<usize>, moved: impl Fn(Instant) -> Instant) {
        let StretchedDay { times, amounts, given } = &mut self.stretched;
        times.clear();
        amounts.clear();
        *given = 0;
        for (at, amount) in self.weeks.events.events(events) {
            let at = moved(at);
            if self.horizon.contains(at) {
                times.push(at);
                amounts.push(amount);
            }
        }
    }

    /// Adds what comes next to a chunk; returns why there is more that it did not take.
    fn pour(&mut self, chunk: &mut Chunk) -> Option<Refused> {
        let (taken, refused) = chunk.take(&self.weeks.events, self.moved.clone(), self.shift);
        self.moved.start += taken;
        if refused.is_some() {
            return refused;
        }
        let StretchedDay { times, amounts, given } = &mut self.stretched;
        let (taken, refused) = chunk.extend(&times[*given..], &amounts[*given..]);
        *given += taken;
        refused
    }

    /// The instant of the event that comes next.
    fn next_at(&self) -> Instant {
        match self.moved.is_empty() {
            true => self.stretched.times[self.stretched.given],
            false => later(self.weeks.events.times()[self.moved.start], self.shift),
        }
    }
}

impl Feed for Resampled {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        loop {
            match self.pour(chunk) {
                Some(Refused::Full) => break,
                Some(Refused::OutOfOrder | Refused::NotAnAmount) => {
                    let name = self.summary.source.clone();
                    return Err(UsageError::Amount { name, at: self.next_at() });
                }
                None if self.next_days() => {}
                None => break,
            }
        }
        self.summary.inside(chunk);
        self.summary.rows = self.summary.events;
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::{Held, History};

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;
    const WEEK: i64 = 7 * DAY;
    /// Monday 5 January 2026, 00:00 UTC.
    const MONDAY: i64 = 1_767_571_200_000;

    fn window(from: i64, to: i64) -> Window {
        Window { from: Instant::from_millis(from), to: Instant::from_millis(to) }
    }

    fn read(zone: Zone, rows: impl Iterator<Item = (i64, i64)>) -> History {
        let all = window(i64::MIN / 4, i64::MAX / 4);
        let event = |(at, amount)| (Instant::from_millis(at), Credits::whole(amount));
        History::read(&mut Held::new(rows.map(event).collect(), all), zone).unwrap()
    }

    /// Rows at these hours after a Monday, each asking for the number of its day, from 1.
    fn hourly(hours: impl Iterator<Item = i64>) -> History {
        read(Zone::UTC, hours.map(|hour| (MONDAY + hour * HOUR, hour.div_euclid(24) + 1)))
    }

    fn all(mut feed: impl Feed) -> Vec<(i64, i64)> {
        let mut chunk = Chunk::new();
        let mut events = Vec::new();
        loop {
            feed.fill(&mut chunk).unwrap();
            if chunk.is_empty() {
                return events;
            }
            let event = |i: usize| (chunk.at(i).millis(), chunk.amount(i).micro() / 1_000_000);
            events.extend((0..chunk.len()).map(event));
        }
    }

    fn streams(replication: u64) -> Streams {
        Streams { seed: 1, replication }
    }

    /// When the weeks of a history begin, in days after the Monday.
    fn begin(history: &History) -> Vec<i64> {
        let past = history.weeks().summary().past.clone().unwrap();
        past.weeks.iter().map(|week| (week.from.millis() - MONDAY) / DAY).collect()
    }

    #[test]
    fn whole_days_make_as_many_weeks_as_fit_and_the_latest_is_among_them() {
        for (days, weeks) in [
            (0..6, vec![]),
            (0..7, vec![0]),
            (0..14, vec![0, 7]),
            (0..28, vec![0, 7, 14, 21]),
            (0..33, vec![5, 12, 19, 26]),
        ] {
            let history = hourly((days.start * 24)..(days.end * 24));
            assert_eq!(begin(&history), weeks, "{days:?}");
        }
    }

    #[test]
    fn parts_of_days_at_the_ends_belong_to_no_week() {
        // From noon of the first day, and up to noon of the last.
        assert_eq!(begin(&hourly(12..(29 * 24))), [1, 8, 15, 22]);
        assert_eq!(begin(&hourly(0..(28 * 24 + 12))), [0, 7, 14, 21]);
        // The last hour alone is missing.
        assert_eq!(begin(&hourly(0..(28 * 24 - 1))), [6, 13, 20]);
    }

    #[test]
    fn a_row_a_day_covers_its_day() {
        assert_eq!(begin(&hourly((0..21).map(|day| day * 24 + 9))), [0, 7, 14]);
    }

    #[test]
    fn a_stray_row_makes_no_week_and_moves_none() {
        let kept = (28 * 24)..(56 * 24);
        for stray in [3 * 24, 90 * 24] {
            let mut hours: Vec<i64> = kept.clone().chain([stray]).collect();
            hours.sort_unstable();
            assert_eq!(begin(&hourly(hours.into_iter())), [28, 35, 42, 49], "{stray}");
        }
    }

    #[test]
    fn weeks_on_both_sides_of_a_gap_begin_on_one_weekday() {
        let hours = (0..(10 * 24)).chain((30 * 24)..(47 * 24));
        let history = hourly(hours);
        assert_eq!(begin(&history), [-2, 33, 40][1..], "the first stretch has too few days");
        let gaps = history.weeks().summary().past.clone().unwrap().gaps;
        assert_eq!(gaps, [window(MONDAY + 10 * DAY, MONDAY + 30 * DAY)]);
    }

    #[test]
    fn rows_of_zero_show_that_the_log_was_kept() {
        let rows = |day: i64| (MONDAY + day * DAY, i64::from(day < 3));
        assert_eq!(begin(&read(Zone::UTC, (0..21).map(rows))), [0, 7, 14]);
        let without = (0..21).map(rows).filter(|&(_, amount)| amount > 0);
        assert!(read(Zone::UTC, without).weeks().is_empty());
    }

    #[test]
    fn every_day_of_the_horizon_is_a_day_of_the_same_weekday() {
        let history = hourly(0..(20 * 7 * 24));
        // From a Thursday at 10:00 on, into the middle of a week.
        let from = MONDAY + 1_000 * WEEK + 3 * DAY + 10 * HOUR;
        let horizon = window(from, from + 52 * WEEK + 5 * HOUR);
        let drawn = all(history.weeks().drawn(horizon, streams(0)));
        assert_eq!(drawn.len(), 52 * 168 + 5);
        let mut seen = std::collections::BTreeSet::new();
        for (index, &(at, day)) in drawn.iter().enumerate() {
            assert_eq!(at, from + index as i64 * HOUR);
            let weekday = (at - MONDAY).div_euclid(DAY).rem_euclid(7);
            assert_eq!((day - 1) % 7, weekday, "{index}");
            seen.insert((day - 1) / 7);
        }
        assert!(seen.len() > 10, "{seen:?}");
        // A week is drawn as a whole.
        let whole = drawn.iter().filter(|(at, _)| *at >= MONDAY + 1_001 * WEEK).collect::<Vec<_>>();
        assert!(
            whole
                .chunks(168)
                .all(|week| week.iter().all(|(_, day)| (day - 1) / 7 == (week[0].1 - 1) / 7))
        );
    }

    #[test]
    fn hours_of_the_day_stay_across_clock_changes_and_no_credit_is_lost() {
        let zone = Zone::from_name("Europe/Berlin").unwrap();
        let start = zone.midnight(NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()).unwrap();
        let rows = (0..(3 * 168)).map(|hour| (start.millis() + hour * HOUR, hour % 24 + 1));
        let weeks = read(zone, rows).weeks();
        let day = |month, day| zone.midnight(NaiveDate::from_ymd_opt(2026, month, day).unwrap());
        // Clocks go forward on 29 March 2026.
        let horizon = Window { from: day(3, 2).unwrap(), to: day(4, 27).unwrap() };
        let drawn = all(weeks.drawn(horizon, streams(0)));
        assert_eq!(drawn.len(), 8 * 168);
        for &(at, hour) in &drawn {
            let local = zone.local(Instant::from_millis(at));
            let change = local.date() == NaiveDate::from_ymd_opt(2026, 3, 29).unwrap();
            let told = i64::from(chrono::Timelike::hour(&local)) + 1;
            assert!(change && (told - hour).abs() <= 1 || told == hour, "{local}: {hour}");
        }
    }

    #[test]
    fn replications_draw_different_weeks_and_the_same_one_again_the_same() {
        let weeks = hourly(0..(20 * 168)).weeks();
        let horizon = window(MONDAY, MONDAY + 8 * WEEK);
        let drawn = |replication| all(weeks.drawn(horizon, streams(replication)));
        assert_eq!(drawn(3), drawn(3));
        assert_ne!(drawn(3), drawn(4));
    }

    #[test]
    fn a_replay_gives_the_events_inside_the_horizon() {
        let horizon = window(MONDAY + 5 * HOUR, MONDAY + 8 * HOUR);
        let history = hourly(0..100).within(horizon);
        assert_eq!(all(history.replayed(horizon)), [5, 6, 7].map(|hour| (MONDAY + hour * HOUR, 1)));
        assert_eq!((history.summary().events, history.summary().outside.count), (3, 97));
    }

    #[test]
    fn no_history_makes_no_events_and_ends() {
        let weeks = hourly(0..3).weeks();
        assert_eq!(all(weeks.drawn(window(MONDAY, MONDAY + WEEK), streams(0))), []);
    }

    /// The drawn events as the definition has them, one by one: each instant as far into its day, of the horizon's length.
    fn one_by_one(weeks: &Weeks, horizon: Window, streams: Streams) -> Vec<(Instant, Credits)> {
        let mut feed = weeks.drawn(horizon, streams);
        let mut all = Vec::new();
        while let Some(FilledWeek { drawn, onto, .. }) = feed.next_week() {
            for (from, to) in drawn.windows(2).zip(onto.windows(2)) {
                let length = |day: &[Instant]| i128::from(day[1].millis() - day[0].millis());
                for (at, amount) in weeks.events.iter() {
                    let since = i128::from(at.millis() - from[0].millis());
                    let at = to[0].millis() + (since * length(to) / length(from)) as i64;
                    let at = Instant::from_millis(at);
                    if (0..length(from)).contains(&since) && horizon.contains(at) {
                        all.push((at, amount));
                    }
                }
            }
        }
        all
    }

    #[test]
    fn events_shown_and_copied_are_the_drawn_ones_one_by_one() {
        let zone = Zone::from_name("Europe/Berlin").unwrap();
        let start = zone.midnight(NaiveDate::from_ymd_opt(2025, 10, 6).unwrap()).unwrap().millis();
        // Ten weeks over a clock change: few events a week, enough to be shown, and many at one instant.
        for (apart, at_once) in [(7_000_001, 1), (1_234_567, 1), (60_000_000, 40), (1_000_000, 3)] {
            let times = (0..10 * WEEK / apart).flat_map(|step| vec![start + step * apart; at_once]);
            let rows = times.enumerate().map(|(row, at)| (at, 1 + row as i64 % 9));
            let weeks = read(zone, rows).weeks();
            assert!(weeks.len() >= 9, "{}", weeks.len());
            // Both clock changes of a year, from and to inside a day.
            let from = MONDAY + 5 * WEEK + 3 * DAY + 7 * HOUR + 1;
            let horizon = window(from, from + 45 * WEEK + 2 * DAY + 11 * HOUR);
            // Of those scaled most ask for nothing then.
            for weeks in [weeks.clone(), weeks.scaled(0.3).unwrap(), weeks.scaled(2e-7).unwrap()] {
                let (mut feed, mut chunk) = (weeks.drawn(horizon, streams(3)), Chunk::new());
                let mut drawn = Vec::new();
                loop {
                    feed.fill(&mut chunk).unwrap();
                    if chunk.is_empty() {
                        break;
                    }
                    drawn.extend(chunk.slice().merged());
                }
                let mut wanted = one_by_one(&weeks, horizon, streams(3));
                for all in [&mut drawn, &mut wanted] {
                    all.sort_by_key(|&(at, amount)| (at, amount == Credits::ZERO));
                }
                assert!(drawn == wanted, "{apart} {at_once}");
                let summary = feed.summary();
                assert_eq!(summary.events, wanted.len() as u64);
                let mut total = crate::domain::CreditTotal::ZERO;
                wanted.iter().for_each(|&(_, amount)| total += amount);
                assert_eq!(summary.total, total);
                let largest = wanted.iter().map(|&(_, amount)| amount).max().unwrap();
                assert_eq!(summary.largest, largest);
                let asking = || wanted.iter().filter(|event| event.1 > Credits::ZERO);
                assert_eq!(summary.zeros, (wanted.len() - asking().count()) as u64);
                let ends = asking().next().zip(asking().next_back());
                assert_eq!(summary.span, ends.map(|(first, last)| (first.0, last.0)));
            }
        }
    }
}
