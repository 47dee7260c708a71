//! Usage over time, gathered event by event in bounded memory: sums by month and by equal stretches, how far
//! events are apart, and the longest stretches without any.
//!
//! Deliberately absent: wording, and which rows count.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::Datelike;

use super::number::Atto;
use crate::domain::{Duration, Instant, Window, Zone};
use crate::usage::is_month;

/// The most bars of a picture.
const BARS: usize = 60;
/// Gaps that are kept.
const GAPS: usize = 5;
/// Different distances that are counted one by one; further ones are counted by their power of two.
const DISTANCES: usize = 100_000;

/// A summary of events over time.
#[derive(Clone, Debug)]
pub(super) struct Overview {
    zone: Zone,
    months: BTreeMap<String, Atto>,
    /// Sums of equal stretches, each of whole days where there are more days than bars.
    pub(super) bars: Vec<Atto>,
    /// The length of each stretch.
    pub(super) bar: Duration,
    /// Where the first begins.
    pub(super) bars_from: Instant,
    first: Option<Instant>,
    last: Option<Instant>,
    /// The number of neighbouring instants at each distance, in milliseconds.
    distances: BTreeMap<i64, u64>,
    /// Those beyond as many different ones as are counted one by one, by their power of two.
    rough: BTreeMap<i64, u64>,
    /// The longest stretches between neighbouring instants.
    longest: Vec<Window>,
}

impl Overview {
    /// An overview of events from the first to the last of these instants.
    pub(super) fn of(span: Option<(Instant, Instant)>, zone: Zone) -> Overview {
        let (count, bar, bars_from) = match span {
            Some((first, last)) => stretches(first, last, zone),
            None => (0, Duration::DAY, Instant::EARLIEST),
        };
        Overview {
            zone,
            months: BTreeMap::new(),
            bars: vec![Atto::ZERO; count],
            bar,
            bars_from,
            first: None,
            last: None,
            distances: BTreeMap::new(),
            rough: BTreeMap::new(),
            longest: Vec::new(),
        }
    }

    /// Adds the next event in time order.
    pub(super) fn add(&mut self, at: Instant, amount: Atto) {
        self.first = self.first.or(Some(at));
        let local = self.zone.local(at);
        let month = format!("{}-{:02}", local.year(), local.month());
        let sum = self.months.entry(month).or_default();
        *sum = sum.plus(amount).unwrap_or(*sum);
        let place = (at.millis() - self.bars_from.millis()) / self.bar.millis();
        if let Some(bar) = usize::try_from(place).ok().and_then(|place| self.bars.get_mut(place)) {
            *bar = bar.plus(amount).unwrap_or(*bar);
        }
        if let Some(last) = self.last.replace(at).filter(|last| *last < at) {
            self.apart(Window { from: last, to: at });
        }
    }

    /// Notes a stretch without an event.
    fn apart(&mut self, window: Window) {
        let millis = window.to.since(window.from).millis();
        let is_kept = self.distances.len() < DISTANCES || self.distances.contains_key(&millis);
        let count = match is_kept {
            true => self.distances.entry(millis).or_default(),
            false => self.rough.entry(1 << (63 - millis.leading_zeros())).or_default(),
        };
        *count += 1;
        let is_longer = |gap: &Window| gap.to.since(gap.from).millis() < millis;
        if self.longest.len() < GAPS || self.longest.iter().any(is_longer) {
            self.longest.push(window);
            self.longest.sort_by_key(|gap| (Reverse(gap.to.since(gap.from).millis()), gap.from));
            self.longest.truncate(GAPS);
        }
    }

    /// The zone of months.
    pub(super) fn zone(&self) -> Zone {
        self.zone
    }

    /// The first and the last instant.
    pub(super) fn span(&self) -> Option<(Instant, Instant)> {
        self.first.zip(self.last)
    }

    /// Sums by month, `2026-05`; a month without an event between two with some has nothing, unless there are more
    /// months than a century has, which is a slip in a date.
    pub(super) fn months(&self) -> Vec<(String, Atto)> {
        const CENTURY: i32 = 1_200;
        let mut months = self.months.clone();
        if let Some((first, last)) = self.span() {
            let number = |at: Instant| {
                let local = self.zone.local(at);
                local.year() * 12 + local.month0() as i32
            };
            let (first, last) = (number(first), number(last));
            if last - first < CENTURY {
                for month in first..=last {
                    let name = format!("{}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1);
                    months.entry(name).or_default();
                }
            }
        }
        months.into_iter().collect()
    }

    /// The number of distances.
    fn count(&self) -> u64 {
        self.distances.values().chain(self.rough.values()).sum()
    }

    /// The distance that half of the neighbouring instants or more have.
    pub(super) fn step(&self) -> Option<Duration> {
        let (&most, &count) = self.distances.iter().max_by_key(|(_, count)| **count)?;
        (2 * count >= self.count() && count > 1).then_some(Duration::from_millis(most))
    }

    /// How far events are apart that are a month apart, all of them; `None` of two and less.
    pub(super) fn months_apart(&self) -> Option<Duration> {
        let are_months = self.rough.is_empty() && self.distances.keys().all(|&one| is_month(one));
        let most = self.distances.keys().max().filter(|_| are_months && self.count() > 1)?;
        Some(Duration::from_millis(*most))
    }

    /// The distance in the middle of all.
    fn median(&self) -> i64 {
        let (mut before, middle) = (0, self.count() / 2);
        let mut all: Vec<(i64, u64)> =
            self.distances.iter().chain(&self.rough).map(|(&one, &count)| (one, count)).collect();
        all.sort_unstable();
        let beyond = |(_, count): &&(i64, u64)| {
            before += count;
            before > middle
        };
        all.iter().find(beyond).map_or(0, |(distance, _)| *distance)
    }

    /// The longest stretches without an event in time order: more than a day, and more than two usual
    /// distances, or twenty of the median where none is usual; the longest first.
    pub(super) fn gaps(&self) -> Vec<Window> {
        let least = self.least_gap();
        let is_gap = |gap: &&Window| gap.to.since(gap.from).millis() >= least;
        self.longest.iter().filter(is_gap).copied().collect()
    }

    /// The number of stretches as long as those of [`Overview::gaps`], and whether there may be more: beyond many
    /// different distances they are counted by powers of two.
    pub(super) fn gap_count(&self) -> (u64, bool) {
        let least = self.least_gap();
        let all = self.distances.range(least..).chain(self.rough.range(least..));
        let is_open = self.rough.range(least / 2..least).next().is_some();
        (all.map(|(_, count)| count).sum(), is_open)
    }

    /// The shortest stretch that is a gap, in milliseconds.
    fn least_gap(&self) -> i64 {
        let usual = self.step().map_or(20 * self.median(), |step| 2 * step.millis());
        usual.max(Duration::DAY.millis() + 1)
    }
}

/// The number, the length and the begin of equal stretches from the first to the last instant.
fn stretches(first: Instant, last: Instant, zone: Zone) -> (usize, Duration, Instant) {
    let day = Duration::DAY.millis();
    let from = zone.day(first).from.millis();
    let days = (last.millis() - from) / day + 1;
    let each = days.div_euclid(BARS as i64) + i64::from(days % BARS as i64 > 0);
    let length = if days == 1 { Duration::HOUR.millis() } else { each * day };
    let from = from + if days == 1 { (first.millis() - from) / length * length } else { 0 };
    let count = usize::try_from((last.millis() - from) / length + 1).unwrap_or(1);
    (count, Duration::from_millis(length), Instant::from_millis(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = Duration::DAY.millis();

    fn overview(days: &[i64]) -> Overview {
        let at = |day: i64| Instant::from_millis(day * DAY);
        let span = days.first().zip(days.last()).map(|(first, last)| (at(*first), at(*last)));
        let mut overview = Overview::of(span, Zone::UTC);
        days.iter().for_each(|&day| overview.add(at(day), Atto::ONE));
        overview
    }

    #[test]
    fn the_usual_distance_and_the_stretches_beyond_it_are_found() {
        let mut days: Vec<i64> = (0..40).collect();
        days.extend(50..60);
        let found = overview(&days);
        assert_eq!(found.step(), Some(Duration::DAY));
        let gaps: Vec<i64> = found.gaps().iter().map(|gap| gap.from.millis() / DAY).collect();
        assert_eq!(gaps, [39]);
        assert_eq!((found.bars.len(), found.bar, found.months().len()), (60, Duration::DAY, 3));
        assert!(overview(&[0, 1, 2, 3]).gaps().is_empty());
        assert_eq!(overview(&[]).bars.len(), 0);
    }

    #[test]
    fn the_five_longest_stretches_are_kept_however_many_there_are() {
        let days: Vec<i64> = (0..30).map(|n: i64| n * 3 + n * n).collect();
        let found = overview(&days);
        assert_eq!((found.longest.len(), found.longest[0].from.millis() / DAY), (5, days[28]));
    }
}
