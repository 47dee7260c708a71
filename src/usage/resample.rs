//! History held in memory: replayed as recorded, or resampled in blocks of whole weeks.
//!
//! A block of a week preserves effects of the hour and the weekday, and dependence on the preceding
//! hour; weeks are drawn with replacement (a block bootstrap: Künsch 1989, *Annals of Statistics*
//! 17, 1217–1241). Changes from month to month, such as growth, are lost. Weeks have 7 × 24 hours,
//! so a clock change shifts the local hour of the drawn weeks.
//!
//! Deliberately absent: reading. This is the only source whose memory grows with its events.

use std::sync::Arc;

use rand::RngExt;

use crate::domain::{CreditTotal, Credits, Duration, Instant, Window};
use crate::engine::trace::{Chunk, Refused};
use crate::streams::{Purpose, Streams};

use super::{Feed, UsageError, UsageSummary, memory, widened};

/// A week of 7 × 24 hours, in milliseconds.
const WEEK: i64 = 7 * Duration::DAY.millis();

/// Usage of the past, shared by all replications.
#[derive(Clone, Debug)]
pub struct History {
    events: Arc<[(Instant, Credits)]>,
    summary: Arc<UsageSummary>,
}

impl History {
    /// Events in time order.
    pub fn of(events: Vec<(Instant, Credits)>, source: &str) -> History {
        let rows = events.len() as u64;
        let summary = UsageSummary { rows, ..UsageSummary::of(source.to_owned()) };
        History { events: events.into(), summary: Arc::new(summary) }
    }

    /// Reads a feed to its end.
    pub fn read(feed: &mut dyn Feed) -> Result<History, UsageError> {
        let mut events = Vec::new();
        let mut chunk = Chunk::new();
        loop {
            feed.fill(&mut chunk)?;
            if chunk.is_empty() {
                break;
            }
            memory::reserve(&mut events, chunk.len(), &feed.summary().source)?;
            let times = chunk.times().iter().enumerate();
            events.extend(times.map(|(index, &at)| (at, chunk.amount(index))));
        }
        memory::check_copy(&events, events.len(), &feed.summary().source)?;
        Ok(History { events: events.into(), summary: Arc::new(feed.summary().clone()) })
    }

    /// Returns the same events, each requesting `factor` times as much, to six decimals.
    pub fn scaled(&self, factor: f64) -> Result<History, UsageError> {
        let events = scaled(&self.events, factor, &self.summary.source)?;
        Ok(History { events, summary: Arc::clone(&self.summary) })
    }

    /// A summary of the usage read.
    pub fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    /// The whole weeks between its first and its last event that begin at the weekday and the time
    /// of day at which `horizon` begins.
    pub fn weeks(&self, horizon: Window) -> Weeks {
        let mut weeks = Weeks {
            events: Arc::clone(&self.events),
            from: Vec::new(),
            summary: Arc::clone(&self.summary),
        };
        let (Some(&(first, _)), Some(&(last, _))) = (self.events.first(), self.events.last())
        else {
            return weeks;
        };
        let start = horizon.from.millis();
        let mut from = start + (first.millis() - start + WEEK - 1).div_euclid(WEEK) * WEEK;
        while from + WEEK <= last.millis() + 1 {
            let at = Instant::from_millis(from);
            weeks.from.push((at, self.events.partition_point(|&(event, _)| event < at)));
            from += WEEK;
        }
        weeks
    }

    /// The part inside the horizon; its summary counts the rest as outside.
    pub fn within(self, horizon: Window) -> History {
        let inside = |at: Instant| horizon.contains(at);
        let events: Arc<[_]> = self.events.iter().copied().filter(|&(at, _)| inside(at)).collect();
        let mut total = CreditTotal::ZERO;
        events.iter().for_each(|&(_, amount)| total += amount);
        let mut summary = UsageSummary {
            events: events.len() as u64,
            zeros: 0,
            total,
            largest: events.iter().map(|&(_, amount)| amount).max().unwrap_or_default(),
            span: None,
            ..UsageSummary::clone(&self.summary)
        };
        for &(at, _) in events.first().into_iter().chain(events.last()) {
            summary.span = widened(summary.span, at);
        }
        self.events.iter().filter(|&&(at, _)| !inside(at)).for_each(|&(at, _)| summary.outside(at));
        History { events, summary: Arc::new(summary) }
    }

    /// Its events inside the horizon, as they were.
    pub fn replayed(&self, horizon: Window) -> Replayed {
        let from = self.events.partition_point(|&(at, _)| at < horizon.from);
        let to = self.events.partition_point(|&(at, _)| at < horizon.to);
        let summary = UsageSummary::of(self.summary.source.clone());
        Replayed { events: Arc::clone(&self.events), next: from, to, summary }
    }
}

/// Weeks of history to draw from.
#[derive(Clone, Debug)]
pub struct Weeks {
    events: Arc<[(Instant, Credits)]>,
    /// The start of each week, and its first event.
    from: Vec<(Instant, usize)>,
    summary: Arc<UsageSummary>,
}

impl Weeks {
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
        self.from.len()
    }

    /// Returns true if there is none.
    pub fn is_empty(&self) -> bool {
        self.from.is_empty()
    }

    /// A feed over `horizon`: each of its weeks is one of these, drawn at the address of its
    /// number.
    pub fn drawn(&self, horizon: Window, streams: Streams) -> Resampled {
        let mut summary = UsageSummary::of("resampled weeks of history".to_owned());
        summary.chosen.push(format!(
            "Usage is drawn from {} whole weeks of history with seed {}, replication {}.",
            self.len(),
            streams.seed,
            streams.replication
        ));
        let mut feed = Resampled {
            weeks: self.clone(),
            horizon,
            streams,
            week: 0,
            shift: 0,
            until: Instant::EARLIEST,
            next: 0,
            summary,
        };
        feed.begin(0);
        feed
    }
}

fn scaled(
    events: &[(Instant, Credits)],
    factor: f64,
    name: &str,
) -> Result<Arc<[(Instant, Credits)]>, UsageError> {
    memory::check_copy(events, events.len(), name)?;
    let most = Credits::LARGEST.micro() as f64;
    // A float beyond the range of the integer saturates, and NaN becomes zero.
    let amount = |amount: Credits| (amount.micro() as f64 * factor).clamp(0.0, most) as i64;
    Ok(events.iter().map(|&(at, asked)| (at, Credits::from_micro(amount(asked)))).collect())
}

/// A feed that replays history it holds.
#[derive(Clone, Debug)]
pub struct Replayed {
    events: Arc<[(Instant, Credits)]>,
    next: usize,
    to: usize,
    summary: UsageSummary,
}

impl Feed for Replayed {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        while let Some(&(at, amount)) = self.events[..self.to].get(self.next) {
            match chunk.push(at, amount) {
                Ok(()) => self.next += 1,
                Err(Refused::Full) => break,
                Err(Refused::OutOfOrder | Refused::NotAnAmount) => {
                    return Err(UsageError::Amount { name: self.summary.source.clone(), at });
                }
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

/// A feed that strings drawn weeks together.
#[derive(Clone, Debug)]
pub struct Resampled {
    weeks: Weeks,
    horizon: Window,
    streams: Streams,
    /// The week of the horizon that is being filled.
    week: u64,
    /// The shift from the drawn week to the filled one, in milliseconds.
    shift: i64,
    /// The end of the drawn week.
    until: Instant,
    next: usize,
    summary: UsageSummary,
}

impl Resampled {
    /// Draws the week of history for a week of the horizon.
    fn begin(&mut self, week: u64) {
        self.week = week;
        if self.weeks.is_empty() {
            return;
        }
        let mut stream = self.streams.at(Purpose::Resample, week);
        let (from, first) = self.weeks.from[stream.random_range(0..self.weeks.len())];
        self.next = first;
        self.until = from.plus(Duration::from_millis(WEEK));
        self.shift = self.week_start(week).millis() - from.millis();
    }

    fn week_start(&self, week: u64) -> Instant {
        let weeks = i64::try_from(week).unwrap_or(i64::MAX).saturating_mul(WEEK);
        self.horizon.from.plus(Duration::from_millis(weeks))
    }

    /// The next event; `None` at the end of the horizon.
    fn next(&mut self) -> Option<(Instant, Credits)> {
        loop {
            if self.weeks.is_empty() || self.week_start(self.week) >= self.horizon.to {
                return None;
            }
            match self.weeks.events.get(self.next) {
                Some(&(at, amount)) if at < self.until => {
                    let at = Instant::from_millis(at.millis() + self.shift);
                    return (at < self.horizon.to).then_some((at, amount));
                }
                _ => self.begin(self.week + 1),
            }
        }
    }
}

impl Feed for Resampled {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        while let Some((at, amount)) = self.next() {
            match chunk.push(at, amount) {
                Ok(()) => self.next += 1,
                Err(Refused::Full) => break,
                Err(Refused::OutOfOrder | Refused::NotAnAmount) => {
                    return Err(UsageError::Amount { name: self.summary.source.clone(), at });
                }
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
    use crate::usage::Held;

    const HOUR: i64 = 3_600_000;

    fn window(from: i64, to: i64) -> Window {
        Window { from: Instant::from_millis(from), to: Instant::from_millis(to) }
    }

    /// Hourly events whose amount is the number of their week, from 1.
    fn history(hours: std::ops::Range<i64>) -> History {
        let all = window(i64::MIN / 4, i64::MAX / 4);
        let event = |hour: i64| {
            let week = (hour * HOUR).div_euclid(WEEK) + 1;
            (Instant::from_millis(hour * HOUR), Credits::whole(week))
        };
        History::read(&mut Held::new(hours.map(event).collect(), all)).unwrap()
    }

    fn all(mut feed: impl Feed) -> Vec<(i64, i64)> {
        let mut chunk = Chunk::new();
        let mut events = Vec::new();
        loop {
            feed.fill(&mut chunk).unwrap();
            if chunk.is_empty() {
                return events;
            }
            let event = |i: usize| (chunk.times()[i].millis(), chunk.amount(i).micro() / 1_000_000);
            events.extend((0..chunk.len()).map(event));
        }
    }

    #[test]
    fn only_weeks_that_are_covered_whole_are_drawn() {
        for (hours, weeks) in [(0..168, 0), (0..169, 1), (1..336, 0), (1..337, 1), (0..1_177, 7)] {
            assert_eq!(history(hours.clone()).weeks(window(0, 1)).len(), weeks, "{hours:?}");
        }
        // The horizon begins 10 h into the week: so do the blocks.
        assert_eq!(history(0..1_177).weeks(window(10 * HOUR, 11 * HOUR)).len(), 6);
        assert!(history(0..0).weeks(window(0, 1)).is_empty());
    }

    #[test]
    fn every_week_of_the_horizon_is_one_week_of_the_past() {
        let weeks = history(0..(20 * 168 + 1)).weeks(window(0, 1));
        let start = 1_000 * WEEK;
        let horizon = window(start, start + 52 * WEEK + 5 * HOUR);
        let drawn = all(weeks.drawn(horizon, Streams { seed: 1, replication: 0 }));
        assert_eq!(drawn.len(), 52 * 168 + 5);
        let mut seen = std::collections::BTreeSet::new();
        for week in drawn.chunks(168) {
            assert!(week.iter().all(|&(_, number)| number == week[0].1));
            seen.insert(week[0].1);
        }
        assert!(seen.len() > 10, "{seen:?}");
        let hourly = drawn.iter().enumerate();
        assert!(hourly.into_iter().all(|(i, &(at, _))| at == start + i as i64 * HOUR));
    }

    #[test]
    fn replications_draw_different_weeks_and_the_same_one_again_the_same() {
        let weeks = history(0..(20 * 168 + 1)).weeks(window(0, 1));
        let drawn =
            |replication| all(weeks.drawn(window(0, 8 * WEEK), Streams { seed: 1, replication }));
        assert_eq!(drawn(3), drawn(3));
        assert_ne!(drawn(3), drawn(4));
    }

    #[test]
    fn a_replay_gives_the_events_inside_the_horizon() {
        let feed = history(0..100).replayed(window(5 * HOUR, 8 * HOUR));
        assert_eq!(all(feed), [(5 * HOUR, 1), (6 * HOUR, 1), (7 * HOUR, 1)]);
    }

    #[test]
    fn no_history_makes_no_events_and_ends() {
        let weeks = history(0..3).weeks(window(0, 1));
        assert_eq!(all(weeks.drawn(window(0, WEEK), Streams { seed: 0, replication: 0 })), []);
    }
}
