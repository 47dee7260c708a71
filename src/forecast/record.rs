//! A history as days and weeks: what each asked for, and which of them are not known.
//!
//! A day without a row is a day without usage where rows are rare anyway; where nine of ten days have one, it is a
//! day of which nothing is known, and so is a day that an outage touches. Weeks are counted back from the end of
//! the last whole day. A week of which days are missing is known by the others, each worth the share that its
//! weekday has. Deliberately absent: weeks to come.

use chrono::{Datelike, Months, NaiveDate};

use crate::domain::{Duration, Instant, Window, Zone};
use crate::usage::{History, RecordedDay};

/// Days of a week.
pub(super) const DAYS: usize = 7;
/// The share of days with rows from which on a day without one is missing.
const DAILY: f64 = 0.9;
/// Days of a week that have to be known for it to count.
const FEWEST_DAYS: usize = 3;
/// How often the usual distance between days with rows a gap is longer than to be one.
const LONG_GAP: i64 = 4;
/// The fewest weeks among which one can be odd.
const FEWEST_WEEKS: usize = 5;
/// How often the usual distance from its neighbours an odd week is away from them.
const FAR: f64 = 4.0;
/// The standard deviation of a normal distribution ÷ its median absolute deviation.
const PER_MAD: f64 = 1.482_6;
/// The shortest time that rows are taken to have been seen for.
const LEAST_SEEN: Duration = Duration::HOUR;

/// The longest distance from a history that is not far.
const YEAR: Duration = Duration::from_millis(366 * Duration::DAY.millis());

/// What a history shows.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedPast {
    /// The number of the first day.
    pub(super) first: i64,
    /// What each whole day asked for; `None` where it is not known.
    pub(super) days: Vec<Option<f64>>,
    /// What each whole week asked for, the latest last; `None` where it is not known.
    pub(super) weeks: Vec<Option<f64>>,
    /// Weeks far from their neighbours, in order.
    pub odd: Vec<OddWeek>,
    /// From the first row to the last.
    pub rows: Window,
    /// What all rows ask for.
    pub(super) asked: f64,
    /// The end of its last whole day; of its last row, where there is none.
    pub end: Instant,
    pub(super) zone: Zone,
}

/// A week that is far from its neighbours: it says nothing of the level, and may come again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OddWeek {
    /// Its first midnight.
    pub from: Instant,
    /// What it asked for ÷ what its neighbours did.
    pub times: f64,
    /// Its place among the weeks.
    pub(super) place: usize,
}

impl RecordedPast {
    /// What a history shows, but for times of outages; `None` of a history that asks for nothing.
    pub fn of(history: &History, outages: &[Window]) -> Option<RecordedPast> {
        RecordedPast::of_days(&history.days(), history.zone(), outages)
    }

    /// The same of days with rows.
    pub(super) fn of_days(
        days: &[RecordedDay],
        zone: Zone,
        outages: &[Window],
    ) -> Option<RecordedPast> {
        let rows = Window { from: days.first()?.first, to: days.last()?.last };
        let asked: f64 = days.iter().map(|day| day.asked.to_f64()).sum();
        if asked <= 0.0 {
            return None;
        }
        let whole = History::whole_days(days);
        let (from, to) = whole.unwrap_or_else(|| (days[0].number(), days[0].number()));
        let known = known_days(days, (from, to), outages);
        let mut found = RecordedPast {
            first: from,
            weeks: weeks(&known, from),
            days: known,
            odd: Vec::new(),
            rows,
            asked,
            end: History::end_of(days, zone),
            zone,
        };
        found.odd = found.odd_weeks();
        Some(found)
    }

    /// The chance that a week is like one of the odd ones.
    pub(super) fn odd_share(&self) -> f64 {
        self.odd.len() as f64 / self.known_weeks().max(1) as f64
    }

    /// The zone of its days.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Whether a time that begins then is too far behind the history to say what its level came to on the way: by more
    /// than the history is long, though not by less than a month, or by more than a year.
    pub fn is_long_before(&self, start: Instant) -> bool {
        let seen = self.end.since(self.rows.from);
        start.since(self.end) > seen.clamp(Duration::LONGEST_MONTH, YEAR)
    }

    /// Number of whole weeks, known or not.
    pub fn whole_weeks(&self) -> usize {
        self.weeks.len()
    }

    /// Number of weeks of which enough is known.
    pub fn known_weeks(&self) -> usize {
        self.weeks.iter().flatten().count()
    }

    /// Number of whole days, known or not.
    pub fn whole_days(&self) -> usize {
        self.days.len()
    }

    /// Number of whole days of which nothing is known.
    pub fn unknown_days(&self) -> usize {
        self.days.iter().filter(|day| day.is_none()).count()
    }

    /// What a week asked for, counted from the first; `None` where it is not known.
    pub fn week(&self, place: usize) -> Option<f64> {
        self.weeks.get(place).copied().flatten()
    }

    /// The midnight some whole weeks before the end.
    pub fn weeks_before_end(&self, weeks: usize) -> Option<Instant> {
        midnight(self.zone, self.end_day() - (DAYS * weeks) as i64)
    }

    /// What the same dates a year earlier asked for, and when that was; `None` unless every one of those days is known.
    pub fn year_before(&self, window: Window) -> Option<(Window, f64)> {
        const YEAR: Months = Months::new(12);
        let earlier = |at: Instant| self.zone.local(at).date().checked_sub_months(YEAR);
        let [from, to] = [earlier(window.from)?, earlier(window.to)?];
        let place =
            |date: NaiveDate| usize::try_from(i64::from(date.num_days_from_ce()) - self.first);
        let days = self.days.get(place(from).ok()?..place(to).ok()?)?;
        let asked: Option<f64> = days.iter().copied().sum();
        let window = Window { from: self.zone.midnight(from)?, to: self.zone.midnight(to)? };
        asked.filter(|_| !days.is_empty()).map(|asked| (window, asked))
    }

    /// What the latest known weeks asked for, the last one first; at most `count`.
    pub fn latest(&self, count: usize) -> Vec<f64> {
        self.weeks.iter().rev().flatten().copied().take(count).collect()
    }

    /// Number of weeks without usage at the end.
    pub fn silent_weeks(&self) -> usize {
        let known = self.weeks.iter().rev().flatten();
        known.take_while(|&&week| week <= 0.0).count()
    }

    /// The probability that a silence at the end goes on for another week, where it is longer than all before: by the rule
    /// of succession (Laplace 1814). `None` where there is none, or where one as long has ended before.
    pub(super) fn going_on(&self) -> Option<f64> {
        let silent = self.silent_weeks();
        let known: Vec<f64> = self.weeks.iter().flatten().copied().collect();
        let before = &known[..known.len() - silent];
        let ended = before.split(|&week| week > 0.0).map(<[f64]>::len).max().unwrap_or_default();
        (silent > ended).then(|| (silent + 1) as f64 / (silent + 2) as f64)
    }

    /// How long rows were seen, at least [`LEAST_SEEN`].
    pub(super) fn seen(&self) -> Duration {
        self.rows.to.since(self.rows.from).max(LEAST_SEEN)
    }

    /// The number of the day after the last whole one.
    pub(super) fn end_day(&self) -> i64 {
        self.first + self.days.len() as i64
    }

    /// The days of a week.
    pub(super) fn days_of(&self, week: usize) -> &[Option<f64>] {
        let from = self.days.len() - DAYS * (self.weeks.len() - week);
        &self.days[from..from + DAYS]
    }

    /// The number of the first day of a week.
    pub(super) fn first_day(&self, week: usize) -> i64 {
        self.end_day() - (DAYS * (self.weeks.len() - week)) as i64
    }

    /// Weeks that are far from the two before and the two after them; never the last, after which nobody knows
    /// whether it is the new level.
    fn odd_weeks(&self) -> Vec<OddWeek> {
        let logs: Vec<Option<f64>> =
            self.weeks.iter().map(|week| week.filter(|&week| week > 0.0).map(libm::log)).collect();
        if logs.iter().flatten().count() < FEWEST_WEEKS {
            return Vec::new();
        }
        let apart = |place: usize| {
            let neighbours = (place.saturating_sub(2)..(place + 3).min(logs.len()))
                .filter(|&other| other != place)
                .filter_map(|other| logs[other]);
            Some(logs[place]? - median(neighbours.collect())?)
        };
        let distances = (0..logs.len()).filter_map(|place| Some(apart(place)?.abs()));
        let usual = PER_MAD * median(distances.collect()).unwrap_or_default();
        // A week in which usage begins or ends is odd beside weeks with usage and usual beside those without.
        let is_silent = |place: usize| {
            self.weeks.get(place).is_some_and(|week| week.is_some_and(|week| week <= 0.0))
        };
        let is_edge = |place: usize| is_silent(place + 1) || place > 0 && is_silent(place - 1);
        let odd = |place: usize| {
            let apart = apart(place).filter(|_| !is_edge(place))?;
            let far = apart.abs() > FAR * usual && apart.abs() > core::f64::consts::LN_2;
            let from = midnight(self.zone, self.first_day(place))?;
            far.then(|| OddWeek { from, times: libm::exp(apart), place })
        };
        let mut found: Vec<OddWeek> = (0..logs.len() - 1).filter_map(odd).collect();
        // Odd weeks in a row, or every fifth week, are no exception.
        let in_a_row = found.windows(2).any(|pair| pair[1].place - pair[0].place == 1);
        if in_a_row || found.len() * FEWEST_WEEKS > logs.len() {
            found.clear();
        }
        found
    }
}

/// What each day from one number to another asked for.
fn known_days(
    days: &[RecordedDay],
    (from, to): (i64, i64),
    outages: &[Window],
) -> Vec<Option<f64>> {
    let mut known: Vec<Option<f64>> = vec![None; usize::try_from(to - from).unwrap_or_default()];
    let inside: Vec<&RecordedDay> =
        days.iter().filter(|day| (from..to).contains(&day.number())).collect();
    let distances: Vec<i64> =
        inside.windows(2).map(|pair| pair[1].number() - pair[0].number()).collect();
    let daily = distances.iter().filter(|&&distance| distance == 1).count();
    let is_daily = daily as f64 >= DAILY * distances.len() as f64;
    let mut sorted = distances.clone();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(1);
    let longest = (LONG_GAP * usual).max(DAYS as i64);
    for pair in inside.windows(2) {
        let apart = pair[1].number() - pair[0].number();
        if !is_daily && apart <= longest {
            let between = pair[0].number() + 1 - from..pair[1].number() - from;
            between.for_each(|day| known[day as usize] = Some(0.0));
        }
    }
    for day in inside {
        let touched =
            outages.iter().any(|outage| outage.from < day.window.to && day.window.from < outage.to);
        known[(day.number() - from) as usize] = (!touched).then(|| day.asked.to_f64());
    }
    known
}

/// What each whole week asked for, counted back from the last day.
fn weeks(days: &[Option<f64>], first: i64) -> Vec<Option<f64>> {
    let weekday = |index: usize| (first + index as i64).rem_euclid(DAYS as i64) as usize;
    let (mut sums, mut counts) = ([0.0; DAYS], [0_u32; DAYS]);
    for (index, day) in days.iter().enumerate() {
        if let Some(asked) = day {
            sums[weekday(index)] += asked;
            counts[weekday(index)] += 1;
        }
    }
    let means: Vec<f64> =
        sums.iter().zip(counts).map(|(sum, count)| sum / f64::from(count.max(1))).collect();
    let all: f64 = means.iter().sum();
    let is_full = counts.iter().all(|&count| count > 0) && all > 0.0;
    let share = |day: usize| if is_full { means[day] / all } else { 1.0 / DAYS as f64 };
    let from = days.len() % DAYS;
    let week = |number: usize| {
        let indices = from + number * DAYS..from + (number + 1) * DAYS;
        let known: Vec<(usize, f64)> =
            indices.filter_map(|index| Some((weekday(index), days[index]?))).collect();
        let asked: f64 = known.iter().map(|(_, asked)| asked).sum();
        let worth: f64 = known.iter().map(|&(day, _)| share(day)).sum();
        match known.len() {
            DAYS => Some(asked),
            few if few < FEWEST_DAYS || worth <= 0.0 => None,
            _ => Some(asked / worth),
        }
    };
    (0..days.len() / DAYS).map(week).collect()
}

/// The midnight at which the day with a number begins.
pub(super) fn midnight(zone: Zone, number: i64) -> Option<Instant> {
    zone.midnight(date(number)?)
}

/// The date with a number.
pub(super) fn date(number: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(number).ok()?)
}

/// The number of the local date of an instant.
pub(super) fn day_number(zone: Zone, at: Instant) -> i64 {
    i64::from(zone.local(at).date().num_days_from_ce())
}

/// The middle value, or the mean of the two in the middle.
pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    Some(if values.len() % 2 == 1 { upper } else { (values[half - 1] + upper) / 2.0 })
}
