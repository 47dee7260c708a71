//! History held in memory: its events, the local days on which it has rows, and its replay as it was.
//!
//! A row of zero credits asks for nothing, and shows that the log was kept at that time. Deliberately absent:
//! reading, drawing weeks (`resample`), and what is told of a history (`past`). This is the one source whose
//! memory grows with its events.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::domain::{CreditTotal, Credits, Duration, Instant, Window, Zone};
use crate::engine::EventColumns;
use crate::engine::trace::{Chunk, Refused};
use crate::policy::TakenBackUsage;

use super::held::Held;
use super::past::HistorySigns;
use super::resample::{Weeks, whole_days, whole_weeks};
use super::spread::{RowSpread, SpreadFeed};
use super::{Feed, UsageError, UsageSummary, memory, widened};

/// An hour, in milliseconds.
const HOUR: i64 = Duration::HOUR.millis();

/// From the first row to the last at least, for a history to have a whole day.
const SHORTEST_DAY: Duration = Duration::from_millis(20 * HOUR);

/// Usage of the past, shared by all replications.
#[derive(Clone, Debug)]
pub struct History {
    /// What asks for credits, in time order.
    events: Arc<EventColumns>,
    /// Rows of zero credits, in time order.
    zeros: Arc<[Instant]>,
    zone: Zone,
    summary: Arc<UsageSummary>,
    /// What a replay meets, where rows take usage back at their instants; `events` are without what they take back.
    reversed: Option<Arc<ReversedHistory>>,
}

/// Usage as it was asked for, and what rows take back of it.
#[derive(Debug)]
struct ReversedHistory {
    events: Arc<EventColumns>,
    zeros: Arc<[Instant]>,
    taken_back: Arc<[TakenBackUsage]>,
}

impl ReversedHistory {
    /// The usage without what is taken back of it: of the events of one instant the last first. Those of which nothing is
    /// left ask for no credits.
    fn netted(&self) -> Vec<(Instant, Credits)> {
        let mut events: Vec<(Instant, Credits)> = self.events.iter().collect();
        let taken_back = self.taken_back.iter().filter(|row| row.used_at < row.at);
        for row in taken_back {
            let (mut left, mut next) =
                (row.credits, events.partition_point(|&(at, _)| at <= row.used_at));
            while left.is_positive() && next > 0 && events[next - 1].0 == row.used_at {
                next -= 1;
                let taken = left.min(events[next].1);
                events[next].1 = Credits::from_micro(events[next].1.micro() - taken.micro());
                left = Credits::from_micro(left.micro() - taken.micro());
            }
        }
        events
    }

    /// The instants at which nothing but a row below zero stands, in time order.
    fn alone(&self) -> Vec<Instant> {
        let is_alone = |at: &Instant| {
            self.events.times().binary_search(at).is_err() && self.zeros.binary_search(at).is_err()
        };
        let mut alone: Vec<Instant> =
            self.taken_back.iter().map(|row| row.at).filter(is_alone).collect();
        alone.dedup();
        alone
    }

    /// The part inside a window.
    fn within(&self, window: Window) -> ReversedHistory {
        let inside = |at: Instant| window.contains(at);
        let events = self.events.iter().filter(|&(at, _)| inside(at)).collect();
        let rows = self.taken_back.iter().copied().filter(|row| inside(row.at));
        // What was used before is not given back, as the rest of it is not known either.
        let known = |row: TakenBackUsage| match inside(row.used_at) {
            true => row,
            false => TakenBackUsage { used_at: row.at, ..row },
        };
        let zeros = self.zeros.iter().copied().filter(|&at| inside(at)).collect();
        ReversedHistory { events: Arc::new(events), zeros, taken_back: rows.map(known).collect() }
    }
}

impl History {
    /// Events in time order, on the days of `zone`.
    pub fn of(events: Vec<(Instant, Credits)>, source: &str, zone: Zone) -> History {
        let rows = events.len() as u64;
        let is_zero = |&&(_, amount): &&(Instant, Credits)| amount == Credits::ZERO;
        let zeros = events.iter().filter(is_zero).map(|&(at, _)| at).collect();
        let asking: EventColumns = events.iter().filter(|event| !is_zero(event)).copied().collect();
        let summary = UsageSummary { rows, ..UsageSummary::of(source.to_owned()) };
        let summary = Arc::new(summary);
        History { events: Arc::new(asking), zeros, zone, summary, reversed: None }
    }

    /// Reads a feed to its end.
    pub fn read(feed: &mut dyn Feed, zone: Zone) -> Result<History, UsageError> {
        let (mut events, mut zeros) = (EventColumns::default(), Vec::new());
        let mut chunk = Chunk::new();
        loop {
            feed.fill(&mut chunk)?;
            if chunk.is_empty() {
                break;
            }
            let name = &feed.summary().source;
            memory::reserve_columns(&mut events, chunk.len(), name)?;
            memory::reserve(&mut zeros, chunk.zeros().len(), name)?;
            chunk.events().for_each(|(at, amount)| events.push(at, amount));
            zeros.extend(chunk.zeros());
        }
        events.shrink();
        memory::check_copy(&zeros, zeros.len(), &feed.summary().source)?;
        let summary = Arc::new(feed.summary().clone());
        let taken_back = feed.taken_back();
        let mut events = Arc::new(events);
        let mut reversed = None;
        if !taken_back.is_empty() {
            let whole = ReversedHistory { events, zeros: zeros.as_slice().into(), taken_back };
            let netted = whole.netted().into_iter();
            let (asking, nothing): (Vec<_>, Vec<_>) =
                netted.partition(|(_, amount)| amount.is_positive());
            // Rows of which nothing is left are rows all the same: their days are not days without any.
            zeros.extend(nothing.into_iter().map(|(at, _)| at));
            zeros.extend(whole.alone());
            zeros.sort();
            events = Arc::new(asking.into_iter().collect());
            reversed = Some(Arc::new(whole));
        }
        Ok(History { events, zeros: zeros.into(), zone, summary, reversed })
    }

    /// Returns true if rows take usage back at their instants: what it shows is without that, and a replay is of all.
    pub fn is_reversed(&self) -> bool {
        self.reversed.is_some()
    }

    /// The same events, each asking for `factor` times as much, to six decimals.
    pub fn scaled(&self, factor: f64) -> Result<History, UsageError> {
        let name = &self.summary.source;
        let events = scaled(&self.events, factor, name)?;
        let reversed = self.reversed.as_ref().map(|reversed| {
            let events = scaled(&reversed.events, factor, name)?;
            let rows: EventColumns =
                reversed.taken_back.iter().map(|row| (row.at, row.credits)).collect();
            let credits = scaled(&rows, factor, name)?;
            let rows = reversed.taken_back.iter().zip(credits.iter());
            let taken_back = rows.map(|(&row, (_, credits))| TakenBackUsage { credits, ..row });
            Ok::<_, UsageError>(Arc::new(ReversedHistory {
                events,
                zeros: Arc::clone(&reversed.zeros),
                taken_back: taken_back.collect(),
            }))
        });
        Ok(History { events, reversed: reversed.transpose()?, ..self.clone() })
    }

    /// The same rows as totals that flow over their time.
    pub fn spread(&self, how: RowSpread) -> Result<History, UsageError> {
        let own = UsageSummary::clone(&self.summary);
        let mut rows = Vec::new();
        memory::reserve(&mut rows, self.events.len() + self.zeros.len(), &own.source)?;
        rows.extend(self.events.iter().chain(self.zeros.iter().map(|&at| (at, Credits::ZERO))));
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let rows = Box::new(Held::new(rows, always).named(&own.source));
        let spread = History::read(&mut SpreadFeed::new(rows, how, self.zone, always), self.zone)?;
        let summary = UsageSummary {
            events: spread.summary.events,
            zeros: spread.summary.zeros,
            largest: spread.summary.largest,
            span: spread.summary.span,
            stretches: spread.summary.stretches.clone(),
            totals: spread.summary.totals.clone(),
            apart: spread.summary.apart,
            chosen: [&own.chosen[..], &spread.summary.chosen[..]].concat(),
            ..own
        };
        Ok(History { summary: Arc::new(summary), ..spread })
    }

    /// All rows in time order, those of zero credits too, and those below zero that take usage back.
    pub fn rows(&self) -> Vec<(Instant, Credits)> {
        let (events, zeros) = self.asked_for();
        let zeros = zeros.iter().map(|&at| (at, Credits::ZERO));
        let taken_back = self.reversed.as_ref().map_or(&[][..], |whole| &whole.taken_back);
        let below_zero =
            taken_back.iter().map(|row| (row.at, Credits::from_micro(-row.credits.micro())));
        let mut rows: Vec<(Instant, Credits)> =
            events.iter().chain(zeros).chain(below_zero).collect();
        rows.sort_by_key(|&(at, _)| at);
        rows
    }

    /// The usage as it was asked for, and the instants of rows of zero credits, whatever is taken back later.
    fn asked_for(&self) -> (&Arc<EventColumns>, &Arc<[Instant]>) {
        match &self.reversed {
            Some(whole) => (&whole.events, &whole.zeros),
            None => (&self.events, &self.zeros),
        }
    }

    /// What was read.
    pub fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    /// Its whole weeks, to be drawn.
    pub fn weeks(&self) -> Weeks {
        let days = self.days();
        let whole = whole_weeks(&days);
        let past = HistorySigns::drawn(&days, &whole, self.zone);
        let summary = UsageSummary { past: Some(past), ..UsageSummary::clone(&self.summary) };
        Weeks::new(Arc::clone(&self.events), whole, self.zone, summary)
    }

    /// What it shows of hours in which it may be a log of outages, and nothing else.
    pub fn silences(&self) -> HistorySigns {
        let HistorySigns { silences, .. } = HistorySigns::replayed(&self.days());
        HistorySigns { silences, ..HistorySigns::default() }
    }

    /// The part inside the horizon, to be replayed; its summary counts the rest as outside.
    pub fn within(self, horizon: Window) -> History {
        let inside = |at: Instant| horizon.contains(at);
        let reversed = self.reversed.as_ref().map(|whole| Arc::new(whole.within(horizon)));
        let (all, nothing) = self.asked_for();
        let events: EventColumns = all.iter().filter(|&(at, _)| inside(at)).collect();
        let zeros: Arc<[_]> = nothing.iter().copied().filter(|&at| inside(at)).collect();
        let mut total = CreditTotal::ZERO;
        events.iter().for_each(|(_, amount)| total += amount);
        let mut summary = UsageSummary {
            events: (events.len() + zeros.len()) as u64,
            zeros: zeros.len() as u64,
            total,
            largest: events.iter().map(|(_, amount)| amount).max().unwrap_or_default(),
            span: None,
            ..UsageSummary::clone(&self.summary)
        };
        for &at in events.times().first().into_iter().chain(events.times().last()) {
            summary.span = widened(summary.span, at);
        }
        match self.summary.totals.as_ref().filter(|totals| !totals.each.is_empty()) {
            Some(totals) => {
                let left = totals.each.iter().filter(|total| total.is_outside(horizon));
                left.for_each(|total| summary.outside.add_rows(total.at, total.rows));
            }
            None => {
                let all = all.times().iter().chain(nothing.iter()).copied();
                all.filter(|&at| !inside(at)).for_each(|at| summary.outside(at));
            }
        }
        let alone = reversed.as_ref().map_or_else(Vec::new, |whole| whole.alone());
        let mut zeros = [&zeros[..], &alone].concat();
        zeros.sort();
        let (events, summary) = (Arc::new(events), Arc::new(summary));
        let kept = History { events, zeros: zeros.into(), zone: self.zone, summary, reversed };
        let past = HistorySigns::replayed(&kept.days());
        let summary = UsageSummary { past: Some(past), ..UsageSummary::clone(&kept.summary) };
        History { summary: Arc::new(summary), ..kept }
    }

    /// The whole local days from its first row to its last; `None` without a row.
    pub fn span(&self) -> Option<Window> {
        let (times, zeros) = (self.events.times(), &self.zeros);
        let first = times.first().into_iter().chain(zeros.first()).min()?;
        let last = times.last().into_iter().chain(zeros.last()).max()?;
        Some(Window { from: self.zone.day(*first).from, to: self.zone.day(*last).to })
    }

    /// The end of its last whole local day, from which on usage is to come; of its last row, where there is none.
    pub fn end(&self) -> Instant {
        History::end_of(&self.days(), self.zone)
    }

    /// The same of its days.
    pub(crate) fn end_of(days: &[RecordedDay], zone: Zone) -> Instant {
        let whole = History::whole_days(days).and_then(|(_, after)| {
            let date = NaiveDate::from_num_days_from_ce_opt(i32::try_from(after).ok()?)?;
            zone.midnight(date)
        });
        let rows = || days.last().map(|day| day.last.plus(Duration::from_millis(1)));
        whole.or_else(rows).unwrap_or(Instant::EARLIEST)
    }

    /// The most credits that were asked for within a length of time.
    pub fn most_within(&self, length: Duration) -> CreditTotal {
        let (times, count) = (self.events.times(), self.events.len());
        let sum = |from: usize, to: usize| self.events.sum(from..to).micro();
        let is_before = |first: usize, at: Instant| at.since(times[first]) >= length;
        let (mut most, mut first) = (0, 0);
        for from in (0..count).step_by(TOGETHER) {
            let to = count.min(from + TOGETHER);
            first += times[first..from].partition_point(|&at| times[from].since(at) >= length);
            // No time that ends among these events has more than all of them and what comes before the first.
            if sum(first, to) <= most {
                continue;
            }
            for (&last, end) in times[from..to].iter().zip(from + 1..) {
                while is_before(first, last) {
                    first += 1;
                }
                most = most.max(sum(first, end));
            }
        }
        CreditTotal::from_micro(most)
    }

    /// Its events inside the horizon, as they were.
    pub fn replayed(&self, horizon: Window) -> Replayed {
        let (events, taken_back) = match &self.reversed {
            Some(reversed) => (&reversed.events, reversed.within(horizon).taken_back),
            None => (&self.events, Arc::default()),
        };
        let (from, to) = (events.not_before(horizon.from), events.not_before(horizon.to));
        let summary = UsageSummary::of(self.summary.source.clone());
        Replayed { events: Arc::clone(events), next: from, to, taken_back, summary }
    }

    /// The part before an instant: what was known then.
    pub fn before(&self, at: Instant) -> History {
        let events = self.events.not_before(at);
        let zeros = self.zeros.partition_point(|&zero| zero < at);
        History {
            events: Arc::new(self.events.events(0..events).collect()),
            zeros: self.zeros[..zeros].into(),
            reversed: None,
            ..self.clone()
        }
    }

    /// The part from an instant on.
    pub fn after(&self, at: Instant) -> History {
        let events = self.events.not_before(at);
        let zeros = self.zeros.partition_point(|&zero| zero < at);
        History {
            events: Arc::new(self.events.events(events..self.events.len()).collect()),
            zeros: self.zeros[zeros..].into(),
            reversed: None,
            ..self.clone()
        }
    }

    /// Credits that it asks for in all.
    pub fn asked(&self) -> f64 {
        let mut total = CreditTotal::ZERO;
        self.events.iter().for_each(|(_, amount)| total += amount);
        total.to_f64()
    }

    /// The last `length` before a window, coming again and again through it.
    pub fn repeated(&self, window: Window, length: Duration) -> History {
        let since = window.from.millis() - length.millis();
        let first = self.events.not_before(Instant::from_millis(since));
        let to = self.events.not_before(window.from);
        let mut events = Vec::new();
        let mut moved = length;
        while window.from.plus(moved) < window.to.plus(length) {
            let again = self.events.events(first..to).map(|(at, amount)| (at.plus(moved), amount));
            events.extend(again.filter(|&(at, _)| window.contains(at)));
            moved = moved.plus(length);
        }
        let events = Arc::new(events.into_iter().collect());
        History { events, zeros: [].into(), reversed: None, ..self.clone() }
    }

    /// What asks for credits, in time order.
    pub(crate) fn events(&self) -> &Arc<EventColumns> {
        &self.events
    }

    /// The zone of its days.
    pub(crate) fn zone(&self) -> Zone {
        self.zone
    }

    /// The numbers of the first whole day among `days`, as [`RecordedDay::number`] counts, and of the day after
    /// the last; `None` without any. Rows of less than a day are no whole day, though nothing says how late they begin
    /// on others.
    pub(crate) fn whole_days(days: &[RecordedDay]) -> Option<(i64, i64)> {
        let (first, last) = days.first().zip(days.last())?;
        whole_days(days, days).filter(|_| last.last.since(first.first) >= SHORTEST_DAY)
    }

    /// The local days on which there is a row, in order.
    pub(crate) fn days(&self) -> Vec<RecordedDay> {
        let mut days: BTreeMap<Instant, RecordedDay> = BTreeMap::new();
        let times = self.events.times();
        let mut from = 0;
        while let Some(&at) = times.get(from) {
            let window = self.zone.day(at);
            let to = from + times[from..].partition_point(|&at| at < window.to).max(1);
            let day = RecordedDay::of(self.zone, window, &self.events, from..to);
            days.insert(window.from, day);
            from = to;
        }
        let mut today: Option<Window> = None;
        for &at in &*self.zeros {
            let window = today.filter(|day| day.contains(at)).unwrap_or_else(|| self.zone.day(at));
            today = Some(window);
            let new = || RecordedDay::new(self.zone, window, at);
            days.entry(window.from).or_insert_with(new).add_row(at);
        }
        days.into_values().collect()
    }
}

/// Events that are looked at together for the most within a length of time.
const TOGETHER: usize = 64;

/// A local day with rows.
#[derive(Clone, Debug)]
pub(crate) struct RecordedDay {
    /// The date.
    pub date: NaiveDate,
    /// From midnight to midnight.
    pub window: Window,
    /// The first row.
    pub first: Instant,
    /// The last row.
    pub last: Instant,
    /// How many rows.
    pub rows: u64,
    /// Credits asked for.
    pub asked: CreditTotal,
    /// A bit for each hour since midnight in which credits were asked for.
    pub hours: u32,
}

impl RecordedDay {
    /// A day of which no row is counted yet.
    pub(super) fn new(zone: Zone, window: Window, at: Instant) -> RecordedDay {
        let (date, asked) = (zone.local(at).date(), CreditTotal::ZERO);
        RecordedDay { date, window, first: at, last: at, rows: 0, asked, hours: 0 }
    }

    /// The day of the events `range`, at least one, all of which ask for credits.
    fn of(zone: Zone, window: Window, events: &EventColumns, range: Range<usize>) -> RecordedDay {
        let times = &events.times()[range.clone()];
        let (first, last) = (times[0], times[times.len() - 1]);
        let (mut hours, mut next) = (0, 0);
        while let Some(at) = times.get(next) {
            let hour = at.since(window.from).millis() / HOUR;
            hours |= 1 << hour.clamp(0, 31);
            let until = window.from.plus(Duration::from_millis((hour + 1) * HOUR));
            next += times[next..].partition_point(|&at| at < until).max(1);
        }
        RecordedDay {
            last,
            rows: range.len() as u64,
            asked: events.sum(range),
            hours,
            ..RecordedDay::new(zone, window, first)
        }
    }

    /// Counts a row that asks for nothing.
    pub(super) fn add_row(&mut self, at: Instant) {
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        self.rows += 1;
    }

    /// Adds the rows of the same day from elsewhere.
    pub(super) fn join(&mut self, other: &RecordedDay) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.rows += other.rows;
        self.asked = self.asked + other.asked;
        self.hours |= other.hours;
    }

    /// The number of the date; that of the next day is one more.
    pub fn number(&self) -> i64 {
        i64::from(self.date.num_days_from_ce())
    }
}

/// Events that ask for `factor` times as much, to six decimals.
pub(super) fn scaled(
    events: &EventColumns,
    factor: f64,
    name: &str,
) -> Result<Arc<EventColumns>, UsageError> {
    let mut scaled = EventColumns::default();
    memory::reserve_columns(&mut scaled, events.len(), name)?;
    let most = Credits::LARGEST.micro() as f64;
    // A float beyond the range of the integer saturates, and NaN becomes zero.
    let amount = |amount: Credits| (amount.micro() as f64 * factor).clamp(0.0, most) as i64;
    events.iter().for_each(|(at, asked)| scaled.push(at, Credits::from_micro(amount(asked))));
    Ok(Arc::new(scaled))
}

/// A feed that replays history it holds.
#[derive(Clone, Debug)]
pub struct Replayed {
    events: Arc<EventColumns>,
    next: usize,
    to: usize,
    taken_back: Arc<[TakenBackUsage]>,
    summary: UsageSummary,
}

impl Feed for Replayed {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        let (taken, refused) = chunk.take(&self.events, self.next..self.to, 0);
        self.next += taken;
        if let Some(Refused::OutOfOrder | Refused::NotAnAmount) = refused {
            let (name, at) = (self.summary.source.clone(), self.events.times()[self.next]);
            return Err(UsageError::Amount { name, at });
        }
        self.summary.inside(chunk);
        self.summary.rows = self.summary.events;
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    fn taken_back(&self) -> Arc<[TakenBackUsage]> {
        Arc::clone(&self.taken_back)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rows after one another: many at one instant, some hours or days apart, zeros among them.
    fn rows() -> impl Strategy<Value = Vec<(Instant, Credits)>> {
        let after = prop_oneof![4 => Just(0), 8 => 1..9_000_000_i64, 1 => 1..300_000_000_i64];
        let amount = prop_oneof![1 => Just(0), 8 => 1..9_000_000_i64];
        proptest::collection::vec((after, amount), 1..400).prop_map(|rows| {
            let mut at = 1_767_571_200_000;
            let row = |(after, micro)| {
                at += after;
                (Instant::from_millis(at), Credits::from_micro(micro))
            };
            rows.into_iter().map(row).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn days_and_the_most_within_a_time_are_those_of_the_rows_one_by_one(
            rows in rows(),
            length in prop_oneof![1..100_000_000_i64, Just(86_400_000)],
        ) {
            let zone = Zone::from_name("America/New_York").unwrap();
            let history = History::of(rows.clone(), "rows", zone);
            let length = Duration::from_millis(length);
            let ending = |last: Instant| -> i128 {
                let within = rows.iter().filter(|(at, _)| *at <= last && last.since(*at) < length);
                within.map(|(_, amount)| i128::from(amount.micro())).sum()
            };
            // Of rows at one instant, which the last one's time holds all.
            let most = rows.iter().map(|&(at, _)| ending(at)).max().unwrap();
            prop_assert_eq!(history.most_within(length).micro(), most);
            let days = history.days();
            let all: BTreeMap<_, _> = rows.iter().map(|&(at, _)| (zone.day(at).from, zone.day(at))).collect();
            prop_assert_eq!(days.len(), all.len());
            for (day, window) in days.iter().zip(all.into_values()) {
                let of_day: Vec<_> = rows.iter().filter(|(at, _)| window.contains(*at)).collect();
                let asked = of_day.iter().map(|(_, amount)| i128::from(amount.micro())).sum();
                let asking = of_day.iter().filter(|(_, amount)| amount.is_positive());
                let hour = |at: Instant| at.since(window.from).millis() / HOUR;
                let hours = asking.fold(0, |hours, (at, _)| hours | 1 << hour(*at));
                prop_assert_eq!((day.window, day.date), (window, zone.local(window.from).date()));
                prop_assert_eq!((day.rows, day.asked.micro()), (of_day.len() as u64, asked));
                prop_assert_eq!((day.first, day.last), (of_day[0].0, of_day[of_day.len() - 1].0));
                prop_assert_eq!(day.hours, hours);
            }
        }
    }
}
