//! Usage that is held in memory, in columns that many chunks can show without copying an event.
//!
//! An instant and a running total make 16 bytes an event. What searches need besides is computed on first use, a few
//! numbers for each block of events. The source of usage is not known here.

use std::collections::TryReserveError;
use std::ops::Range;
use std::sync::OnceLock;

use crate::domain::{CreditTotal, Credits, Duration, Instant};

use super::scaling::Scaling;
use super::slice::UsageSlice;
use super::trace::LARGEST_TOTAL;

/// Events per entry of the tables of least and largest amounts, and the maximum taken together.
pub(super) const BLOCK: usize = 64;

/// So many amounts of at most [`Credits::LARGEST`] that their sum fits a running total.
const FITTING: usize = 8;

/// The largest sum of a scaled stretch, in millionths of a credit: half of what its totals can tell.
const MOST_SCALED: f64 = (1_i64 << 62) as f64;

/// Usage events in columns: instants, and running totals of amounts.
///
/// Totals may wrap around: the difference of two is right where the sum between them fits.
#[derive(Clone, Debug, Default)]
pub struct EventColumns {
    times: Vec<Instant>,
    /// `totals[i]` is the sum of all amounts before event `i`; one longer than `times`, once there is an event.
    totals: Vec<i64>,
    blocks: OnceLock<Blocks>,
    /// The least and the largest amount of all.
    extremes: OnceLock<(i64, i64)>,
    /// Events that come more than a day after the one before, and whether all are in order.
    pauses: OnceLock<(Vec<usize>, bool)>,
}

/// The least and the largest amount, in micro-credits, in each block of [`BLOCK`] events.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    pub(super) least: Vec<i64>,
    pub(super) largest: Vec<i64>,
}

impl Blocks {
    /// Of running totals.
    pub(super) fn of(totals: &[i64]) -> Blocks {
        let blocks = totals.len().saturating_sub(1).div_ceil(BLOCK);
        let (mut least, mut largest) = (Vec::with_capacity(blocks), Vec::with_capacity(blocks));
        for block in 0..blocks {
            let from = block * BLOCK;
            let (low, high) = extremes(&totals[from..totals.len().min(from + BLOCK + 1)]);
            least.push(low);
            largest.push(high);
        }
        Blocks { least, largest }
    }

    /// The least and the largest amount of events `range` among those of `totals`; `None` without any.
    fn between(&self, totals: &[i64], range: &Range<usize>) -> Option<(i64, i64)> {
        let &Range { start, end } = range;
        if start >= end {
            return None;
        }
        // Whole blocks by the tables, what is beside them event by event.
        let (from, to) = (start.next_multiple_of(BLOCK), end / BLOCK * BLOCK);
        if from >= to {
            return Some(extremes(&totals[start..=end]));
        }
        let whole = from / BLOCK..to / BLOCK;
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for beside in [start..from, to..end].into_iter().filter(|beside| !beside.is_empty()) {
            let (least, largest) = extremes(&totals[beside.start..=beside.end]);
            (low, high) = (low.min(least), high.max(largest));
        }
        let low = self.least[whole.clone()].iter().fold(low, |low, &least| low.min(least));
        let high = self.largest[whole].iter().fold(high, |high, &largest| high.max(largest));
        Some((low, high))
    }
}

/// The least and the largest difference of neighbours.
fn extremes(totals: &[i64]) -> (i64, i64) {
    let amounts = totals.windows(2).map(|two| two[1].wrapping_sub(two[0]));
    amounts.fold((i64::MAX, i64::MIN), |(low, high), amount| (low.min(amount), high.max(amount)))
}

impl EventColumns {
    /// Makes room for `more` events, if there is memory for them.
    pub fn try_reserve(&mut self, more: usize) -> Result<(), TryReserveError> {
        self.times.try_reserve(more)?;
        self.totals.try_reserve(more + 1)
    }

    /// Gives back memory that was reserved and is not needed.
    pub fn shrink(&mut self) {
        self.times.shrink_to_fit();
        self.totals.shrink_to_fit();
    }

    /// Adds an event.
    #[inline]
    pub fn push(&mut self, at: Instant, amount: Credits) {
        self.blocks.take();
        self.extremes.take();
        self.pauses.take();
        if self.totals.is_empty() {
            self.totals.push(0);
        }
        let before = self.totals[self.times.len()];
        self.times.push(at);
        self.totals.push(before.wrapping_add(amount.micro()));
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Returns true if there is none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The instants of the events.
    pub fn times(&self) -> &[Instant] {
        &self.times
    }

    /// The amount of event `index`.
    #[inline]
    pub fn amount(&self, index: usize) -> Credits {
        Credits::from_micro(self.totals[index + 1].wrapping_sub(self.totals[index]))
    }

    /// The sum of all amounts before event `index`.
    #[inline]
    fn total(&self, index: usize) -> i64 {
        self.totals.get(index).copied().unwrap_or(0)
    }

    /// The sum of the amounts of the events `range`, of which each is at most [`Credits::LARGEST`].
    pub fn sum(&self, range: Range<usize>) -> CreditTotal {
        let sum =
            |from: usize, to: usize| i128::from(self.total(to).wrapping_sub(self.total(from)));
        let most = i128::from(self.extremes().1) * range.len() as i128;
        let micro = match most <= i128::from(i64::MAX) {
            true => sum(range.start, range.end),
            false => {
                let parts = range.clone().step_by(FITTING);
                parts.map(|from| sum(from, range.end.min(from + FITTING))).sum()
            }
        };
        CreditTotal::from_micro(micro)
    }

    /// The end of the events from `from` on, at most up to `to`, that [`EventColumns::scaling`] by a factor can add up: at least
    /// one event.
    pub fn scalable(&self, from: usize, to: usize, factor: f64) -> usize {
        let most = MOST_SCALED / libm::fmax(factor, 1.0);
        if self.extremes().1 as f64 * ((to - from) as f64) <= most {
            return to;
        }
        let mut sum = 0.0;
        let beyond = self.events(from..to).position(|(_, amount)| {
            sum += amount.micro() as f64;
            sum > most
        });
        beyond.map_or(to, |beyond| from + beyond.max(1))
    }

    /// A factor, zero or above, on amounts from event `from` on, whose totals are rounded to steps of so many millionths of a
    /// credit, as far as [they can be added up](EventColumns::scalable); `left` steps, from −½ to ½, are left over from events before.
    pub fn scaling(&self, from: usize, factor: f64, step: i64, left: f64) -> Scaling {
        Scaling::new(self.total(from), factor, step, left)
    }

    /// Steps left over by the events before `to`, from −½ to ½.
    pub fn left(&self, scaling: &Scaling, to: usize) -> f64 {
        scaling.left(self.total(to))
    }

    /// The amounts of the events `range` scaled, at most [`Credits::LARGEST`] each.
    pub fn scaled(
        &self,
        range: Range<usize>,
        scaling: Scaling,
    ) -> impl Iterator<Item = Credits> + '_ {
        let totals = self.totals.get(range.start..=range.end).unwrap_or_default();
        let mut before = scaling.total(self.total(range.start));
        totals.iter().skip(1).map(move |&total| {
            let reached = scaling.total(total);
            // What is more than any total can tell is more than the largest amount, too.
            let amount = reached.saturating_sub(std::mem::replace(&mut before, reached));
            Credits::from_micro(amount).min(Credits::LARGEST)
        })
    }

    /// The first event at or after an instant; the number of events if there is none.
    pub fn not_before(&self, until: Instant) -> usize {
        self.times.partition_point(|&at| at < until)
    }

    /// The events `range`.
    pub fn events(
        &self,
        range: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = (Instant, Credits)> + ExactSizeIterator + '_ {
        let totals = self.totals.get(range.start..=range.end).unwrap_or_default();
        let amounts = totals.windows(2).map(|two| Credits::from_micro(two[1].wrapping_sub(two[0])));
        self.times[range].iter().copied().zip(amounts)
    }

    /// All events.
    pub fn iter(
        &self,
    ) -> impl DoubleEndedIterator<Item = (Instant, Credits)> + ExactSizeIterator + '_ {
        self.events(0..self.len())
    }

    /// The events `range` with their instants so many milliseconds later, to be searched where they lie. They must be what
    /// a [`Chunk`](super::Chunk) takes: in order, and each of more than zero credits.
    #[inline]
    pub fn slice(&self, range: Range<usize>, shift: i64) -> UsageSlice<'_> {
        let pauses = Some(self.pauses().0.as_slice());
        UsageSlice::new(&self.times, &self.totals, &self.blocks, &[])
            .part(range)
            .moved(shift, pauses)
    }

    /// The least and the largest amount of the events `range`, if a chunk can show them: all in order, of more than zero
    /// credits and at most [`Credits::LARGEST`] each, and of no larger sum than a chunk may have.
    pub(super) fn shown(&self, range: &Range<usize>) -> Option<(i64, i64)> {
        let own =
            self.blocks.get_or_init(|| Blocks::of(&self.totals)).between(&self.totals, range)?;
        (own.0 > 0 && self.fits(own.1, range.len())).then_some(own)
    }

    /// Bounds of the amounts of so many of its events, scaled, if a chunk can show these; the lower may be zero.
    pub(super) fn shown_scaled(&self, events: usize, scaling: &Scaling) -> Option<(i64, i64)> {
        let (least, largest) = self.extremes();
        let bounds = scaling.bounds(least, largest);
        (least > 0 && self.fits(bounds.1, events)).then_some(bounds)
    }

    /// The least and the largest amount; zero without events.
    fn extremes(&self) -> (i64, i64) {
        *self.extremes.get_or_init(|| {
            let blocks = self.blocks.get_or_init(|| Blocks::of(&self.totals));
            blocks.between(&self.totals, &(0..self.len())).unwrap_or_default()
        })
    }

    /// Whether a chunk takes so many of its events, none of which asks for more than `largest`.
    fn fits(&self, largest: i64, events: usize) -> bool {
        let most = i128::from(largest) * events as i128;
        largest <= Credits::LARGEST.micro() && most <= i128::from(LARGEST_TOTAL) && self.pauses().1
    }

    fn pauses(&self) -> &(Vec<usize>, bool) {
        self.pauses.get_or_init(|| {
            let mut is_ordered = true;
            let mut pauses = Vec::new();
            for (before, pair) in self.times.windows(2).enumerate() {
                is_ordered &= pair[0] <= pair[1];
                if pair[0].plus(Duration::DAY) < pair[1] {
                    pauses.push(before + 1);
                }
            }
            (pauses, is_ordered)
        })
    }
}

impl FromIterator<(Instant, Credits)> for EventColumns {
    fn from_iter<I: IntoIterator<Item = (Instant, Credits)>>(events: I) -> EventColumns {
        let mut columns = EventColumns::default();
        events.into_iter().for_each(|(at, amount)| columns.push(at, amount));
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_the_largest_amounts_do_not_wrap() {
        let events = (0..100).map(|place| (Instant::from_millis(place), Credits::LARGEST));
        let columns: EventColumns = events.collect();
        for range in [0..0, 0..1, 3..11, 3..12, 0..100] {
            let wanted = range.len() as i128 * i128::from(Credits::LARGEST.micro());
            assert_eq!(columns.sum(range), CreditTotal::from_micro(wanted));
        }
    }
}
