//! Usage as the engine reads it: consecutive events, in columns that a chunk fills or that a history shares.
//!
//! The running total lets the engine skip: "where does the balance first reach the threshold" is a
//! binary search in it. Instants may be moved by a length of time and amounts scaled, so that a week of history is read
//! where it lies.

use std::ops::Range;
use std::sync::OnceLock;

use crate::domain::{Credits, Duration, Instant};

use super::columns::{BLOCK, Blocks};
use super::scaling::Scaling;

/// Typical error of a guess at a position in a slice.
const NEAR: usize = 4;
/// Items around a guess that are searched first: a power of two, which nearly all errors are below half of.
const AROUND: usize = 16;
/// Up to this many events, scan linearly: a search costs more.
const FEW: usize = 4;

/// Consecutive usage events of a chunk: instants in time order, amounts above zero, and the instants of events of zero
/// credits beside them. Scaled ones may have events of zero credits among them instead.
#[derive(Clone, Copy, Debug)]
pub struct UsageSlice<'a> {
    times: &'a [Instant],
    /// Running totals, one more than events, once there is an event.
    totals: &'a [i64],
    /// Milliseconds by which instants are later than in `times`.
    shift: i64,
    /// What amounts are read through.
    scaling: Option<Scaling>,
    /// Whether scaled amounts may be zero.
    has_zeros: bool,
    zeros: &'a [Instant],
    /// The position of the first event in the columns, of which `blocks` tells the extremes.
    start: usize,
    /// The totals of the whole columns.
    column: &'a [i64],
    blocks: &'a OnceLock<Blocks>,
    /// Events of the columns that come more than a day after the one before, where that is known.
    pauses: Option<&'a [usize]>,
}

impl<'a> UsageSlice<'a> {
    /// All events of some columns.
    #[inline]
    pub(super) fn new(
        times: &'a [Instant],
        totals: &'a [i64],
        blocks: &'a OnceLock<Blocks>,
        zeros: &'a [Instant],
    ) -> UsageSlice<'a> {
        UsageSlice {
            times,
            totals,
            shift: 0,
            scaling: None,
            has_zeros: false,
            zeros,
            start: 0,
            column: totals,
            blocks,
            pauses: None,
        }
    }

    /// The events `range` of these, without those of zero credits.
    #[inline]
    pub(super) fn part(self, range: Range<usize>) -> UsageSlice<'a> {
        UsageSlice {
            totals: self.totals.get(range.start..=range.end).unwrap_or_default(),
            start: self.start + range.start,
            times: &self.times[range],
            zeros: &[],
            ..self
        }
    }

    /// The same with instants so many milliseconds later, and the pauses of the columns.
    #[inline]
    pub(super) fn moved(self, shift: i64, pauses: Option<&'a [usize]>) -> UsageSlice<'a> {
        UsageSlice { shift, pauses, ..self }
    }

    /// The same with amounts scaled, for observers that [add up](super::Observer::adds_up) if some may become zero.
    #[inline]
    pub fn scaled(self, scaling: Scaling, has_zeros: bool) -> UsageSlice<'a> {
        UsageSlice { scaling: Some(scaling), has_zeros, ..self }
    }

    /// The events before an instant, and those from it on.
    pub fn split(&self, at: Instant) -> [UsageSlice<'a>; 2] {
        let place = self.times.partition_point(|&time| time < self.own(at));
        let (before, after) = self.zeros.split_at(self.zeros.partition_point(|&zero| zero < at));
        [
            UsageSlice { zeros: before, ..self.part(0..place) },
            UsageSlice { zeros: after, ..self.part(place..self.len()) },
        ]
    }

    /// Number of events, not counting those of zero credits beside them.
    #[inline]
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Returns true if events of zero credits may be among the others.
    #[inline]
    pub(super) fn has_zeros(&self) -> bool {
        self.has_zeros
    }

    /// Returns true if there is no event, not even one of zero credits.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && self.zeros.is_empty()
    }

    /// The instants of the events of zero credits beside the others.
    #[inline]
    pub fn zeros(&self) -> &'a [Instant] {
        self.zeros
    }

    /// An instant of the columns as one of the events.
    #[inline]
    fn placed(&self, at: Instant) -> Instant {
        later(at, self.shift)
    }

    /// An instant as one of the columns.
    #[inline]
    fn own(&self, at: Instant) -> Instant {
        Instant::from_millis(at.millis().saturating_sub(self.shift))
    }

    /// The instants of the events, those of zero credits not among them.
    pub fn times(self) -> impl ExactSizeIterator<Item = Instant> + DoubleEndedIterator + use<'a> {
        self.times.iter().map(move |&at| self.placed(at))
    }

    /// The instant of event `index`.
    #[inline]
    pub fn at(&self, index: usize) -> Instant {
        self.placed(self.times[index])
    }

    /// The instants of the first and the last event, those of zero credits not among them.
    #[inline]
    pub fn ends(&self) -> Option<(Instant, Instant)> {
        let (&first, &last) = (self.times.first()?, self.times.last()?);
        Some((self.placed(first), self.placed(last)))
    }

    /// What the events between two running totals of the columns ask for.
    #[inline]
    fn between(&self, from: i64, to: i64) -> Credits {
        Credits::from_micro(match &self.scaling {
            None => to.wrapping_sub(from),
            Some(scaling) => scaling.total(to).wrapping_sub(scaling.total(from)),
        })
    }

    /// The amount of event `index`.
    #[inline]
    pub fn amount(&self, index: usize) -> Credits {
        self.between(self.totals[index], self.totals[index + 1])
    }

    /// The sum of the amounts of the events `[from, to)`.
    #[inline]
    pub fn sum(&self, from: usize, to: usize) -> Credits {
        if from >= to {
            return Credits::ZERO;
        }
        self.between(self.totals[from], self.totals[to])
    }

    /// The number of events `[from, to)` that ask for more than zero credits.
    pub(super) fn asking(&self, from: usize, to: usize) -> usize {
        let (Some(scaling), true) = (&self.scaling, self.has_zeros) else { return to - from };
        let totals = self.totals[from..=to].iter().map(|&total| scaling.total(total));
        let mut last = scaling.total(self.totals[from]);
        totals.filter(|&total| std::mem::replace(&mut last, total) < total).count()
    }

    /// The first event of `[from, to)` that asks for more than zero credits, or `to`.
    pub(super) fn first_asking(&self, from: usize, to: usize) -> usize {
        (from..to).find(|&index| self.amount(index).is_positive()).unwrap_or(to)
    }

    /// The first event at or after `from` with which the sum since `from` reaches `amount`;
    /// the number of events if none does.
    pub fn reaches(&self, from: usize, amount: Credits) -> usize {
        self.reaches_at(from, amount, self.pace(from))
    }

    /// Events for each millionth of a credit that the columns show, from `from` on.
    #[inline]
    pub(super) fn pace(&self, from: usize) -> f64 {
        let (Some(&before), Some(&all)) = (self.totals.get(from), self.totals.last()) else {
            return 0.0;
        };
        float(self.len().wrapping_sub(from)) / all.wrapping_sub(before) as f64
    }

    /// The result of [`UsageSlice::reaches`], sooner where the pace is about right.
    #[inline(always)]
    pub(super) fn reaches_at(&self, from: usize, amount: Credits, pace: f64) -> usize {
        match &self.scaling {
            None => self.reaches_own(from, amount.micro(), pace),
            Some(scaling) => self.reaches_scaled(scaling, from, amount, pace),
        }
    }

    /// The same by scaled totals.
    #[inline(never)]
    fn reaches_scaled(&self, scaling: &Scaling, from: usize, amount: Credits, pace: f64) -> usize {
        if from >= self.len() {
            return self.len();
        }
        let goal = scaling.total(self.totals[from]).saturating_add(amount.micro());
        if scaling.total(self.totals[self.len()]) < goal {
            return self.len();
        }
        // The place by the totals of the columns is right but for what rounding moves.
        let own = scaling.own(goal).wrapping_sub(self.totals[from]);
        let is_there = |event: usize| scaling.total(self.totals[event + 1]) >= goal;
        let mut event = self.reaches_own(from, own, pace).min(self.len() - 1);
        while event > from && is_there(event - 1) {
            event -= 1;
        }
        while !is_there(event) {
            event += 1;
        }
        event
    }

    /// The same by the totals of the columns.
    #[inline(always)]
    fn reaches_own(&self, from: usize, amount: i64, pace: f64) -> usize {
        let ([_, totals @ ..], Some(&before)) = (self.totals, self.totals.get(from)) else {
            return self.len();
        };
        let reaches = |all: &i64| all.wrapping_sub(before) >= amount;
        if !totals.last().is_some_and(reaches) {
            return self.len();
        }
        let end = totals.len() - 1;
        let first = place(float(from) + amount as f64 * pace, end);
        // The rest of the way is short, so a second guess at the same pace is good.
        let left = amount.wrapping_sub(totals[first].wrapping_sub(before)) as f64 * pace;
        let second = place(float(first) + left, end);
        seek(totals, from, second, |&total| total.wrapping_sub(before) < amount)
    }

    /// The first event at or after `from` whose instant is not before `until`; the number of
    /// events if there is none.
    #[inline]
    pub fn not_before(&self, from: usize, until: Instant) -> usize {
        let until = self.own(until);
        let (Some(&first), Some(&last)) = (self.times.get(from), self.times.last()) else {
            return self.len();
        };
        if last < until {
            return self.len();
        }
        let length = |to: Instant| to.millis().saturating_sub(first.millis()) as f64;
        let pace = float(self.len() - from) / length(last);
        let guess = place(float(from) + length(until) * pace, self.len());
        seek(self.times, from, guess, |&at| at < until)
    }

    /// Returns the result of [`UsageSlice::not_before`] if it is only a few events after `from`.
    #[inline]
    pub fn not_before_near(&self, from: usize, until: Instant) -> Option<usize> {
        let until = self.own(until);
        let few = self.times.get(from..)?.first_chunk::<FEW>()?;
        if few[FEW - 1] < until {
            return None;
        }
        Some(from + few.iter().filter(|&&at| at < until).count())
    }

    /// The first event in `[from, to)` of at most `amount` that asks for more than zero credits, or `to`. It is usually
    /// near; otherwise whole blocks are skipped.
    pub fn first_within(&self, from: usize, to: usize, amount: Credits) -> usize {
        let within = |asked: i64| (1..=amount.micro()).contains(&asked);
        let fits = |&index: &usize| within(self.amount(index).micro());
        let ends = |index: usize| (self.start + index).next_multiple_of(BLOCK) - self.start;
        let near = to.min(ends(from + BLOCK));
        let found = match &self.scaling {
            None => {
                let totals = self.totals.get(from..=near).unwrap_or_default();
                let found = totals.windows(2).position(|of| within(of[1].wrapping_sub(of[0])));
                found.map(|found| from + found)
            }
            Some(_) => (from..near).find(fits),
        };
        if let Some(found) = found {
            return found;
        }
        let mut block = near;
        while block < to && self.least((self.start + block) / BLOCK) > amount.micro() {
            block += BLOCK;
        }
        (block..to).find(fits).unwrap_or(to)
    }

    /// The minimum amount in a block of the columns, or less where amounts are scaled; computed lazily, because most chunks
    /// never need it.
    fn least(&self, block: usize) -> i64 {
        let least = self.blocks.get_or_init(|| Blocks::of(self.column)).least[block];
        self.scaling.as_ref().map_or(least, |scaling| scaling.bounds(least, least).0)
    }

    /// All events in time order; at one instant, those of zero credits come last.
    pub fn merged(&self) -> impl Iterator<Item = (Instant, Credits)> + use<'a> {
        let slice = *self;
        let (mut next, mut zero) = (0, 0);
        std::iter::from_fn(move || {
            let at = (next < slice.len()).then(|| slice.at(next));
            match (at, slice.zeros.get(zero)) {
                (Some(at), other) if other.is_none_or(|&other| at <= other) => {
                    next += 1;
                    Some((at, slice.amount(next - 1)))
                }
                (_, Some(&at)) => {
                    zero += 1;
                    Some((at, Credits::ZERO))
                }
                _ => None,
            }
        })
    }

    /// The instant of the first event, of zero credits or more, that comes more than a day after the one before it;
    /// `None` if there is none.
    pub fn pause(&self) -> Option<Instant> {
        if !self.zeros.is_empty() {
            let mut all = self.merged().map(|(at, _)| at);
            let mut last = all.next()?;
            return all.find(|&at| is_pause(std::mem::replace(&mut last, at), at));
        }
        if let Some(pauses) = self.pauses {
            let next = pauses.get(pauses.partition_point(|&event| event <= self.start))?;
            return (next - self.start < self.len()).then(|| self.at(next - self.start));
        }
        let last = self.times.len().saturating_sub(1);
        (0..last).step_by(BLOCK).find_map(|from| {
            // If the first and the last are close, so are all between.
            let these = &self.times[from..=last.min(from + BLOCK)];
            if !is_pause(these[0], these[these.len() - 1]) {
                return None;
            }
            let before = these.windows(2).position(|pair| is_pause(pair[0], pair[1]))?;
            Some(self.at(from + before + 1))
        })
    }
}

/// An instant so many milliseconds later, or earlier if they are below zero. Instants of usage and shifts are of the
/// calendar, whose sum fits by far; this is done for every event.
#[inline]
pub fn later(at: Instant, millis: i64) -> Instant {
    Instant::from_millis(at.millis().wrapping_add(millis))
}

/// Returns true if more than a day lies between two instants.
pub fn is_pause(from: Instant, to: Instant) -> bool {
    from.plus(Duration::DAY) < to
}

/// Converts a position in a slice to a float, which is only used to guess the start of a search.
#[inline]
fn float(place: usize) -> f64 {
    // Via a signed integer, which processors convert directly.
    place as i64 as f64
}

/// The place next to a guess, at most `last`.
#[inline]
fn place(guess: f64, last: usize) -> usize {
    // The lowest bits of a float from 2⁵² on are its whole part. That takes a third of a conversion, which checks its range;
    // what is beyond it is as good a guess as any.
    const WHOLE: f64 = (1_u64 << 52) as f64;
    ((guess + WHOLE).to_bits() as u32 as usize).min(last)
}

/// The first index at or after `from` whose item is not `before`, in a slice partitioned by `before`. It is mostly close
/// to the guess, where it is found in as many steps as there are bits in its place, without a branch that a processor
/// could only guess.
#[inline(always)]
fn seek<T>(items: &[T], from: usize, guess: usize, before: impl Fn(&T) -> bool) -> usize {
    let start = guess.saturating_sub(AROUND / 2).max(from);
    let around = items.get(start..).and_then(|rest| rest.first_chunk::<AROUND>());
    if let Some(around) = around
        && !before(&around[AROUND - 1])
        && (start == from || before(&items[start - 1]))
    {
        let mut place = 0;
        let mut step = AROUND / 2;
        while step > 0 {
            // The last is not before, so no place is beyond it.
            place += if before(&around[(place + step - 1) % AROUND]) { step } else { 0 };
            step /= 2;
        }
        return start + place;
    }
    seek_far(items, from, guess, before)
}

/// The same, however far it is. Doubling steps from a guess, then bisection: the cost grows with the logarithm of the
/// guess's error, and the items read lie close together.
#[inline(never)]
fn seek_far<T>(items: &[T], from: usize, guess: usize, before: impl Fn(&T) -> bool) -> usize {
    // Items below `low` are `before`; those from `high` on are not.
    let (mut low, mut high) = (from.min(items.len()), items.len());
    let guess = guess.clamp(low, high);
    let mut step = NEAR;
    if guess < high && before(&items[guess]) {
        low = guess + 1;
        while low + step < high && before(&items[low + step]) {
            low += step + 1;
            step *= 2;
        }
        high = high.min(low + step);
    } else {
        high = guess;
        while low + step < high && !before(&items[high - step]) {
            high -= step;
            step *= 2;
        }
        low = low.max(high.saturating_sub(step));
    }
    low + items[low..high].partition_point(before)
}

#[cfg(test)]
mod tests {
    use super::super::columns::EventColumns;
    use super::*;

    #[test]
    fn searches_agree_with_a_walk_from_every_start_to_every_goal() {
        let amounts: Vec<i64> = (0..150).map(|i| 1 + (i * 7919) % 13).collect();
        let event = |(i, &amount): (usize, &i64)| {
            (Instant::from_millis(i as i64 * 10), Credits::whole(amount))
        };
        let columns: EventColumns = amounts.iter().enumerate().map(event).collect();
        let chunk = columns.slice(0..amounts.len(), 0);
        for from in 0..=amounts.len() {
            for goal in [0, 1, 5, 13, 40, 333, 2_000] {
                let walk = (from..amounts.len())
                    .find(|&i| amounts[from..=i].iter().sum::<i64>() >= goal)
                    .unwrap_or(amounts.len());
                assert_eq!(chunk.reaches(from, Credits::whole(goal)), walk, "{from} {goal}");
                let walk = (from..amounts.len()).find(|&i| amounts[i] <= goal).unwrap_or(150);
                assert_eq!(chunk.first_within(from, 150, Credits::whole(goal)), walk);
            }
            for until in [0, 1, 10, 745, 1_490, 1_491, 9_999] {
                let walk = (from..150).find(|&i| i as i64 * 10 >= until).unwrap_or(150);
                let until = Instant::from_millis(until);
                assert_eq!(chunk.not_before(from, until), walk.max(from));
                let near = chunk.not_before_near(from, until);
                let is_near = walk.max(from) < from + FEW && from + FEW <= 150;
                assert_eq!(near, is_near.then_some(walk.max(from)));
            }
        }
    }
}
