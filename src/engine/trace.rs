//! A trace of usage in the form the engine takes: chunks, sorted by time, with a running total.
//!
//! A chunk holds events of its own, or shows some of columns that others show too. The source of usage is not known
//! here.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use multiversion::multiversion;

use crate::domain::{Credits, Instant};

use super::columns::{BLOCK, Blocks, EventColumns};
use super::scaling::Scaling;
use super::slice::{UsageSlice, later};

/// The largest total of one chunk, in micro-credits: the sum of two still fits an `i64`.
pub(super) const LARGEST_TOTAL: i64 = i64::MAX / 4;

/// Consecutive usage events: instants in time order, amounts above zero.
///
/// A chunk of [`Chunk::EVENTS`] fits the second-level cache of a common processor. Events of zero
/// credits are kept separately, as instants only: they are served and change nothing.
#[derive(Clone, Debug)]
pub struct Chunk {
    times: Vec<Instant>,
    /// `totals[i]` is the sum of all amounts before event `i`; one longer than `times`, once an
    /// event was offered.
    totals: Vec<i64>,
    /// The extremes of its own amounts, computed on first use.
    blocks: OnceLock<Blocks>,
    /// The largest amount of all.
    largest: i64,
    /// The instants of events of zero credits.
    zeros: Vec<Instant>,
    last: Instant,
    /// What it shows instead of events of its own.
    shown: Option<Shown>,
    /// Whether it is read only for sums, so that scaled events can be shown.
    is_for_sums: bool,
}

/// Events of columns, by how many milliseconds they happen later here, and what their amounts are read through.
#[derive(Clone, Debug)]
struct Shown {
    columns: Arc<EventColumns>,
    range: Range<usize>,
    shift: i64,
    scaling: Option<Scaling>,
    /// Whether scaled amounts may be zero.
    has_zeros: bool,
}

/// Reason why an event was not taken into a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The chunk is full: hand it to the engine, clear it and push again.
    Full,
    /// Earlier than the event before it.
    OutOfOrder,
    /// Below zero or beyond [`Credits::LARGEST`].
    NotAnAmount,
}

impl Default for Chunk {
    fn default() -> Self {
        Chunk::new()
    }
}

impl Chunk {
    /// Events a full chunk holds.
    pub const EVENTS: usize = 16 * 1024;
    /// The most events that it shows at once, so that whoever waits for a run can end it in between.
    const MOST_SHOWN: usize = 16 * Chunk::EVENTS;
    /// The fewest events that are worth a chunk of their own.
    const FEWEST_SHOWN: usize = 256;

    /// An empty chunk with its memory reserved.
    pub fn new() -> Chunk {
        Chunk {
            times: Vec::with_capacity(Chunk::EVENTS),
            totals: Vec::with_capacity(Chunk::EVENTS + BLOCK + 1),
            blocks: OnceLock::new(),
            largest: 0,
            zeros: Vec::new(),
            last: Instant::EARLIEST,
            shown: None,
            is_for_sums: false,
        }
    }

    /// An empty chunk for accounts whose observers all [add up](super::Observer::adds_up). It shows scaled events too,
    /// without a copy: then those of zero credits are among the others and uncounted, and [`Chunk::largest`] is a bound.
    pub fn for_sums() -> Chunk {
        Chunk { is_for_sums: true, ..Chunk::new() }
    }

    /// Forgets all events and keeps the memory.
    pub fn clear(&mut self) {
        self.times.clear();
        self.totals.clear();
        self.blocks.take();
        self.largest = 0;
        self.zeros.clear();
        self.last = Instant::EARLIEST;
        self.shown = None;
    }

    /// Adds an event at or after the last one. A chunk that was refused an event is unchanged.
    ///
    /// Always inlined: readers of rows call it once a row, and the compiler would leave it a call because others do too.
    #[inline(always)]
    pub fn push(&mut self, at: Instant, amount: Credits) -> Result<(), Refused> {
        if at < self.last {
            return Err(self.refused_late());
        }
        if amount < Credits::ZERO || amount > Credits::LARGEST {
            return Err(Refused::NotAnAmount);
        }
        if amount == Credits::ZERO {
            if self.zeros.len() >= Chunk::EVENTS {
                return Err(Refused::Full);
            }
            self.zeros.push(at);
            self.last = at;
            return Ok(());
        }
        let before = self.totals.last().copied().unwrap_or(0);
        if self.times.len() >= Chunk::EVENTS || before > LARGEST_TOTAL - amount.micro() {
            return Err(Refused::Full);
        }
        if self.totals.is_empty() {
            self.totals.push(0);
        }
        self.blocks.take();
        self.largest = self.largest.max(amount.micro());
        self.times.push(at);
        self.last = at;
        self.totals.push(before + amount.micro());
        Ok(())
    }

    /// Nothing can be added to what is shown, after whose events nothing comes.
    #[cold]
    fn refused_late(&self) -> Refused {
        if self.shown.is_some() { Refused::Full } else { Refused::OutOfOrder }
    }

    /// Adds events like repeated calls of [`Chunk::push`]; returns the number taken, and why the
    /// next was not, if there is a next. Times and amounts form pairs.
    pub fn extend(&mut self, times: &[Instant], amounts: &[Credits]) -> (usize, Option<Refused>) {
        let count = times.len().min(amounts.len());
        let mut taken = 0;
        while taken < count {
            let to = count.min(taken + BLOCK);
            if self.take_block(&times[taken..to], &amounts[taken..to]) {
                taken = to;
                continue;
            }
            let (some, refused) = self.take_mixed(&times[taken..to], &amounts[taken..to]);
            taken += some;
            if refused.is_some() {
                return (taken, refused);
            }
        }
        (taken, None)
    }

    /// The same of amounts that are each so many of one `step`, in millionths of a credit: no column of them is made, as each
    /// is added to those before it at once.
    pub fn extend_steps(
        &mut self,
        times: &[Instant],
        steps: &[u16],
        step: i64,
    ) -> (usize, Option<Refused>) {
        let count = times.len().min(steps.len());
        let room = count.min(Chunk::EVENTS - self.times.len());
        let taken = if self.take_steps(&times[..room], &steps[..room], step) { room } else { 0 };
        if taken == count { (count, None) } else { self.push_steps(times, steps, step, taken) }
    }

    /// Takes such events one by one, from one on.
    #[cold]
    #[inline(never)]
    fn push_steps(
        &mut self,
        times: &[Instant],
        steps: &[u16],
        step: i64,
        from: usize,
    ) -> (usize, Option<Refused>) {
        for (taken, (&at, &steps)) in times.iter().zip(steps).enumerate().skip(from) {
            let amount = i64::from(steps).checked_mul(step).map(Credits::from_micro);
            if let Err(why) = amount.ok_or(Refused::NotAnAmount).and_then(|a| self.push(at, a)) {
                return (taken, Some(why));
            }
        }
        (times.len().min(steps.len()), None)
    }

    /// Takes such events, if one joint check shows that each can be taken; otherwise none. There is room for so many.
    #[inline]
    fn take_steps(&mut self, times: &[Instant], steps: &[u16], step: i64) -> bool {
        let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return true };
        let before = self.totals.last().copied().unwrap_or(0);
        let most = most_less_one(steps);
        let largest = i64::from(most).wrapping_add(1).saturating_mul(step);
        let room = (LARGEST_TOTAL - before) / times.len() as i64;
        let fits = most < u16::MAX && step > 0 && largest <= room.min(Credits::LARGEST.micro());
        if !fits || first < self.last || !in_order(times) {
            return false;
        }
        if self.totals.is_empty() {
            self.totals.push(0);
        }
        let held = self.totals.len();
        lengthen(&mut self.totals, steps.len());
        add_up(steps, step, before, &mut self.totals[held..]);
        self.blocks.take();
        self.largest = self.largest.max(largest);
        self.times.extend_from_slice(times);
        self.last = last;
        true
    }

    /// Takes events of which something is unusual: those between zeros jointly, and the others one by one, which shows
    /// what it is.
    #[cold]
    #[inline(never)]
    fn take_mixed(&mut self, times: &[Instant], amounts: &[Credits]) -> (usize, Option<Refused>) {
        let mut taken = 0;
        while taken < amounts.len() {
            let rest = &amounts[taken..];
            let run = rest.iter().take_while(|amount| **amount != Credits::ZERO).count();
            if run > 0 && self.take_block(&times[taken..taken + run], &rest[..run]) {
                taken += run;
                continue;
            }
            for next in taken..taken + run.max(1) {
                if let Err(why) = self.push(times[next], amounts[next]) {
                    return (next, Some(why));
                }
            }
            taken += run.max(1);
        }
        (taken, None)
    }

    /// Takes at most [`BLOCK`] events, if one joint check shows that each can be taken; otherwise
    /// none.
    #[inline]
    fn take_block(&mut self, times: &[Instant], amounts: &[Credits]) -> bool {
        let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return true };
        if self.totals.is_empty() {
            self.totals.push(0);
        }
        let held = self.totals.len();
        let before = self.totals[held - 1];
        // Each amount less one, as unsigned numbers: zero credits or less wrap to the largest
        // values, so that the maximum reveals them too.
        let (mut total, mut largest) = (before, 0);
        lengthen(&mut self.totals, amounts.len());
        for (sum, amount) in self.totals[held..].iter_mut().zip(amounts) {
            largest = largest.max((amount.micro() as u64).wrapping_sub(1));
            // Should it wrap, the largest does not fit, and nothing of this is kept.
            total = total.wrapping_add(amount.micro());
            *sum = total;
        }
        let room = (LARGEST_TOTAL - before) / BLOCK as i64;
        let fits = self.times.len() + times.len() <= Chunk::EVENTS
            && largest < room.min(Credits::LARGEST.micro()) as u64;
        if !fits || first < self.last || !in_order(times) {
            self.totals.truncate(held);
            return false;
        }
        self.blocks.take();
        self.largest = self.largest.max(largest as i64 + 1);
        self.times.extend_from_slice(times);
        self.last = last;
        true
    }

    /// Shows the events `range` of shared columns, `shift` milliseconds later, without copying them, if there are many; otherwise
    /// adds copies of them. Returns the number taken, and why the next was not, like [`Chunk::extend`].
    pub fn take(
        &mut self,
        columns: &Arc<EventColumns>,
        range: Range<usize>,
        shift: i64,
    ) -> (usize, Option<Refused>) {
        self.take_through(columns, range, shift, None)
    }

    /// The same with amounts scaled; only [a chunk for sums](Chunk::for_sums) shows these.
    pub fn take_scaled(
        &mut self,
        columns: &Arc<EventColumns>,
        range: Range<usize>,
        shift: i64,
        scaling: Scaling,
    ) -> (usize, Option<Refused>) {
        self.take_through(columns, range, shift, Some(scaling))
    }

    fn take_through(
        &mut self,
        columns: &Arc<EventColumns>,
        range: Range<usize>,
        shift: i64,
        scaling: Option<Scaling>,
    ) -> (usize, Option<Refused>) {
        let many = range.start..range.end.min(range.start + Chunk::MOST_SHOWN);
        let may_show = many.len() >= Chunk::FEWEST_SHOWN && (scaling.is_none() || self.is_for_sums);
        if !may_show {
            return self.copy(columns, range, shift, scaling);
        }
        let bounds = match &scaling {
            None => columns.shown(&many),
            Some(scaling) => columns.shown_scaled(many.len(), scaling),
        };
        let Some((least, largest)) = bounds else {
            return self.copy(columns, range, shift, scaling);
        };
        // What was added before is a chunk of its own.
        if !self.is_empty() {
            return (0, Some(Refused::Full));
        }
        let (count, has_zeros) = (many.len(), least == 0);
        self.shown =
            Some(Shown { columns: Arc::clone(columns), range: many, shift, scaling, has_zeros });
        self.largest = largest;
        self.last = Instant::from_millis(i64::MAX);
        (count, (count < range.len()).then_some(Refused::Full))
    }

    fn copy(
        &mut self,
        columns: &EventColumns,
        range: Range<usize>,
        shift: i64,
        scaling: Option<Scaling>,
    ) -> (usize, Option<Refused>) {
        let (mut times, mut amounts) = ([Instant::EARLIEST; BLOCK], [Credits::ZERO; BLOCK]);
        let mut taken = 0;
        while taken < range.len() {
            let from = range.start + taken;
            let count = BLOCK.min(range.end - from);
            for (place, (at, amount)) in columns.events(from..from + count).enumerate() {
                (times[place], amounts[place]) = (later(at, shift), amount);
            }
            if let Some(scaling) = scaling {
                let scaled = columns.scaled(from..from + count, scaling);
                amounts.iter_mut().zip(scaled).for_each(|(amount, scaled)| *amount = scaled);
            }
            let (some, refused) = self.extend(&times[..count], &amounts[..count]);
            taken += some;
            if refused.is_some() {
                return (taken, refused);
            }
        }
        (taken, None)
    }

    /// Its events, to be searched where they lie.
    #[inline]
    pub fn slice(&self) -> UsageSlice<'_> {
        match &self.shown {
            None => UsageSlice::new(&self.times, &self.totals, &self.blocks, &self.zeros),
            Some(Shown { columns, range, shift, scaling, has_zeros }) => {
                let slice = columns.slice(range.clone(), *shift);
                scaling.map_or(slice, |scaling| slice.scaled(scaling, *has_zeros))
            }
        }
    }

    /// Number of events, not counting those of zero credits.
    pub fn len(&self) -> usize {
        self.shown.as_ref().map_or(self.times.len(), |shown| shown.range.len())
    }

    /// Returns true if there is no event, not even one of zero credits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.zeros.is_empty()
    }

    /// The instants of the events of zero credits.
    pub fn zeros(&self) -> &[Instant] {
        &self.zeros
    }

    /// The instants of the events, those of zero credits not among them.
    pub fn times(&self) -> impl ExactSizeIterator<Item = Instant> + DoubleEndedIterator + '_ {
        self.slice().times()
    }

    /// The instant of event `index`.
    pub fn at(&self, index: usize) -> Instant {
        self.slice().at(index)
    }

    /// The amount of event `index`.
    pub fn amount(&self, index: usize) -> Credits {
        self.slice().amount(index)
    }

    /// The events in time order, those of zero credits not among them.
    pub fn events(&self) -> impl ExactSizeIterator<Item = (Instant, Credits)> + '_ {
        let slice = self.slice();
        (0..slice.len()).map(move |index| (slice.at(index), slice.amount(index)))
    }

    /// The largest amount, or more than it where scaled events are shown; zero without events.
    pub fn largest(&self) -> Credits {
        Credits::from_micro(self.largest)
    }

    /// The sum of the amounts of the events `[from, to)`.
    pub fn sum(&self, from: usize, to: usize) -> Credits {
        self.slice().sum(from, to)
    }
}

/// Running totals of amounts that are so many of one step, from the total before them on. The joint check before has shown
/// that none wraps.
#[inline]
fn add_up(steps: &[u16], step: i64, before: i64, totals: &mut [i64]) {
    let mut total = before;
    let mut one = |steps: u16, place: &mut i64| {
        total = total.wrapping_add(i64::from(steps).wrapping_mul(step));
        *place = total;
    };
    // In fours: counting every event would take a third of the loop.
    let ((fours, last), (places, last_places)) =
        (steps.as_chunks::<4>(), totals.as_chunks_mut::<4>());
    for ([a, b, c, d], [e, f, g, h]) in fours.iter().zip(places) {
        one(*a, e);
        one(*b, f);
        one(*c, g);
        one(*d, h);
    }
    last.iter().zip(last_places).for_each(|(&steps, place)| one(steps, place));
}

/// Totals that are still to be added up.
static NOT_ADDED_UP: [i64; 256] = [0; 256];

/// Adds places for so many totals: copies of a row, which take a fraction of what [`Vec::resize`] does.
#[inline]
fn lengthen(totals: &mut Vec<i64>, count: usize) {
    let mut left = count;
    while left > 0 {
        let some = left.min(NOT_ADDED_UP.len());
        totals.extend_from_slice(&NOT_ADDED_UP[..some]);
        left -= some;
    }
}

/// The largest number of steps, each less one: zero wraps to the largest of all, so that the maximum reveals it too.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+bmi1+bmi2"))]
fn most_less_one(steps: &[u16]) -> u16 {
    most_of_steps(steps)
}

#[inline(always)]
fn most_of_steps(steps: &[u16]) -> u16 {
    steps.iter().fold(0, |most, steps| most.max(steps.wrapping_sub(1)))
}

/// Returns true if the instants are in order.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+bmi1+bmi2"))]
fn in_order(times: &[Instant]) -> bool {
    none_is_earlier(times)
}

/// All steps are checked together without branching, because nearly all chunks are in order; differences between
/// calendar instants never wrap.
#[inline(always)]
fn none_is_earlier(times: &[Instant]) -> bool {
    let later = times.get(1..).unwrap_or_default();
    let steps = times.iter().zip(later);
    let signs =
        steps.fold(0, |signs, (at, next)| signs | (next.millis().wrapping_sub(at.millis())));
    signs >= 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chunk(amounts: &[i64]) -> Chunk {
        let mut chunk = Chunk::new();
        for (i, &amount) in amounts.iter().enumerate() {
            chunk.push(Instant::from_millis(i as i64 * 10), Credits::whole(amount)).unwrap();
        }
        chunk
    }

    /// Adds the same events in both ways, in parts of this length to the one that takes many.
    fn both(events: &[(i64, i64)], part: usize) -> [(Chunk, Option<Refused>); 2] {
        let times: Vec<Instant> = events.iter().map(|&(at, _)| Instant::from_millis(at)).collect();
        let amounts: Vec<Credits> =
            events.iter().map(|&(_, micro)| Credits::from_micro(micro)).collect();
        let (mut one_by_one, mut in_parts) = (Chunk::new(), Chunk::new());
        let pushed =
            times.iter().zip(&amounts).find_map(|(&at, &amount)| one_by_one.push(at, amount).err());
        let extended = times
            .chunks(part)
            .zip(amounts.chunks(part))
            .find_map(|(times, amounts)| in_parts.extend(times, amounts).1);
        [(one_by_one, pushed), (in_parts, extended)]
    }

    #[test]
    fn many_events_are_taken_as_one_by_one() {
        let huge = Credits::LARGEST.micro();
        let usual: Vec<(i64, i64)> = (0..1_000).map(|i| (i / 3, 1 + i * 7_919 % 97)).collect();
        let unusual: [(usize, (i64, i64)); 7] = [
            (0, (0, 0)),
            (130, (43, 0)),
            (191, (63, 0)),
            (63, (0, 1)),
            (200, (66, -1)),
            (640, (213, huge + 1)),
            (700, (233, huge)),
        ];
        for part in [1, 7, 63, 64, 65, 500, 1_000] {
            let check = |events: &[(i64, i64)], what: usize| {
                let [(one_by_one, why), (in_parts, refused)] = both(events, part);
                assert_eq!(refused, why, "{part} {what}");
                assert_eq!(format!("{in_parts:?}"), format!("{one_by_one:?}"), "{part} {what}");
            };
            check(&usual, usize::MAX);
            for (place, event) in unusual {
                let mut events = usual.clone();
                events.insert(place, event);
                check(&events, place);
                events.insert(place, event);
                events.insert(place, event);
                check(&events, place);
            }
        }
    }

    #[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
    fn in_order_avx2(times: &[Instant]) -> bool {
        none_is_earlier(times)
    }

    #[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
    fn most_less_one_avx2(steps: &[u16]) -> u16 {
        most_of_steps(steps)
    }

    #[test]
    fn the_joint_check_is_the_same_with_all_instructions_of_this_machine() {
        for count in [0, 1, 2, 3, 15, 16, 17, 64, 255, 256, 257] {
            let times: Vec<Instant> =
                (0..count).map(|i| Instant::from_millis(i / 2 - 40)).collect();
            let steps: Vec<u16> = (0..count).map(|i| 1 + (i * 7_919 % 97) as u16).collect();
            let check = |times: &[Instant], steps: &[u16]| {
                let sorted = times.is_sorted();
                assert_eq!(
                    [in_order, in_order_avx2, none_is_earlier].map(|of| of(times)),
                    [sorted; 3]
                );
                let most = steps.iter().map(|steps| steps.wrapping_sub(1)).max().unwrap_or(0);
                let found = [most_less_one, most_less_one_avx2, most_of_steps].map(|of| of(steps));
                assert_eq!(found, [most; 3]);
            };
            check(&times, &steps);
            for place in 0..times.len() {
                for (at, of) in [(-41, 0), (-40, 98), (1_000, u16::MAX)] {
                    let (mut times, mut steps) = (times.clone(), steps.clone());
                    (times[place], steps[place]) = (Instant::from_millis(at), of);
                    check(&times, &steps);
                }
            }
        }
    }

    #[test]
    fn events_of_so_many_steps_are_taken_as_one_by_one() {
        let usual: Vec<(i64, u16)> =
            (0..1_000).map(|i| (i / 3, 1 + (i * 7_919 % 97) as u16)).collect();
        let unusual =
            [(0, (0, 0)), (130, (43, 0)), (63, (0, 1)), (640, (213, u16::MAX)), (700, (233, 1))];
        let largest = Credits::LARGEST.micro();
        let steps = [1, 1_000_000, largest / 97, largest / 96, largest, i64::MAX / 50, 0, -1];
        let cases = unusual.into_iter().flat_map(|event| steps.map(|step| (event, step)));
        for ((place, event), step) in cases {
            let mut events = usual.clone();
            events.insert(place, event);
            let times: Vec<Instant> =
                events.iter().map(|&(at, _)| Instant::from_millis(at)).collect();
            let of: Vec<u16> = events.iter().map(|&(_, steps)| steps).collect();
            for part in [1, 7, 64, 256, 1_001] {
                let (mut one_by_one, mut in_parts) = (Chunk::new(), Chunk::new());
                let mut parts = times.chunks(part).zip(of.chunks(part));
                let refused =
                    parts.find_map(|(times, of)| in_parts.extend_steps(times, of, step).1);
                let why = times.iter().zip(&of).find_map(|(&at, &steps)| {
                    let amount = i64::from(steps).checked_mul(step).ok_or(Refused::NotAnAmount);
                    amount.and_then(|amount| one_by_one.push(at, Credits::from_micro(amount))).err()
                });
                assert_eq!(refused, why, "{place} {step} {part}");
                assert_eq!(
                    format!("{in_parts:?}"),
                    format!("{one_by_one:?}"),
                    "{place} {step} {part}"
                );
            }
        }
    }

    #[test]
    fn of_many_events_of_so_many_steps_those_that_find_room_are_taken() {
        let times: Vec<Instant> = (0..20_000).map(Instant::from_millis).collect();
        for (part, step) in [(256, 1), (300, 7), (20_000, 1), (256, LARGEST_TOTAL / 1_000)] {
            let (mut chunk, mut taken) = (Chunk::new(), 0);
            let ones = vec![1; part];
            let refused = times.chunks(part).find_map(|times| {
                let (some, refused) = chunk.extend_steps(times, &ones, step);
                taken += some;
                refused
            });
            let most = if step < 10 { Chunk::EVENTS } else { 1_000 };
            assert_eq!((taken, chunk.len(), refused), (most, most, Some(Refused::Full)), "{part}");
            let zero = chunk.extend_steps(&[Instant::NEVER], &[0], step);
            assert_eq!((zero, chunk.zeros().len()), ((1, None), 1));
        }
    }

    #[test]
    fn of_many_events_those_that_find_room_are_taken() {
        let events: Vec<(i64, i64)> = (0..20_000).map(|i| (i, 1 + i % 5)).collect();
        for part in [1, 100, 20_000] {
            let [(one_by_one, _), (in_parts, refused)] = both(&events, part);
            assert_eq!((in_parts.len(), refused), (Chunk::EVENTS, Some(Refused::Full)));
            assert_eq!(format!("{in_parts:?}"), format!("{one_by_one:?}"));
        }
        let (mut chunk, huge) = (Chunk::new(), vec![Credits::LARGEST; 9]);
        let times = vec![Instant::from_millis(0); 9];
        assert_eq!(chunk.extend(&times, &huge), (2, Some(Refused::Full)));
        assert_eq!(chunk.extend(&times, &[]), (0, None));
        assert_eq!((chunk.len(), chunk.largest()), (2, Credits::LARGEST));
        chunk.clear();
        assert_eq!(chunk.largest(), Credits::ZERO);
    }

    #[test]
    fn events_of_zero_credits_are_held_aside() {
        let chunk = chunk(&[0, 5, 0, 0]);
        assert_eq!((chunk.len(), chunk.zeros().len()), (1, 3));
        assert!(!chunk.is_empty());
    }

    #[test]
    fn a_chunk_takes_no_event_out_of_order_and_no_total_it_cannot_hold() {
        let mut chunk = chunk(&[1, 1]);
        let one = Credits::whole(1);
        assert_eq!(chunk.push(Instant::from_millis(9), one), Err(Refused::OutOfOrder));
        assert_eq!(
            chunk.push(Instant::from_millis(10), Credits::whole(-1)),
            Err(Refused::NotAnAmount)
        );
        assert_eq!(chunk.push(Instant::from_millis(10), Credits::LARGEST), Ok(()));
        assert_eq!(chunk.push(Instant::from_millis(10), Credits::LARGEST), Ok(()));
        assert_eq!(chunk.push(Instant::from_millis(10), Credits::LARGEST), Err(Refused::Full));
    }

    /// Columns of events: how long after the one before each comes, and what it asks for, in millionths.
    fn columns(events: &[(i64, i64)]) -> EventColumns {
        let mut at = 0;
        let event = |&(after, micro): &(i64, i64)| {
            at += after;
            (Instant::from_millis(at), Credits::from_micro(micro))
        };
        events.iter().map(event).collect()
    }

    /// What searches and sums find in a chunk, from and to some places, for some amounts and instants.
    fn found(chunk: &Chunk, places: &[usize], goals: &[i64]) -> Vec<String> {
        let slice = chunk.slice();
        let count = slice.len();
        let mut found = vec![format!("{count} {:?} {}", slice.pause(), chunk.largest())];
        for from in places.iter().map(|place| place % (count + 1)) {
            for to in places.iter().map(|place| place % (count + 1)) {
                found.push(format!("{}", slice.sum(from, to)));
            }
            for &goal in goals {
                let (amount, until) = (Credits::from_micro(goal), Instant::from_millis(goal));
                let within = slice.first_within(from, count, amount);
                let near = slice.not_before_near(from, until);
                let reached = (slice.reaches(from, amount), slice.not_before(from, until));
                let [before, after] = slice.split(until);
                let parts = [before, after].map(|part| {
                    let all = part.reaches(part.len() / 2, amount);
                    (part.ends(), part.first_within(0, part.len(), amount), all, part.pause())
                });
                found.push(format!("{within} {near:?} {reached:?} {parts:?}"));
            }
        }
        found
    }

    /// Events after one another: many at one instant, some days apart, amounts small and large, zero where allowed.
    fn drawn(zeros: bool) -> impl Strategy<Value = Vec<(i64, i64)>> {
        let after = prop_oneof![4 => Just(0), 8 => 1..50_i64, 1 => 80_000_000..200_000_000_i64];
        let least = if zeros { 0 } else { 1 };
        let amount = prop_oneof![8 => least..9_i64, 1 => 1_000_000..900_000_000_i64];
        proptest::collection::vec((after, amount), 1..900)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_shown_is_what_is_copied(
            events in drawn(false),
            (from, shift) in (0..300_usize, -500_000_000..500_000_000_i64),
            places in proptest::collection::vec(0..1_000_usize, 6),
            goals in proptest::collection::vec(prop_oneof![0..2_000_i64, 0..2_000_000_000_i64], 6),
        ) {
            let columns = Arc::new(columns(&events));
            let range = from.min(events.len())..events.len();
            let (mut shown, mut copied) = (Chunk::new(), Chunk::new());
            prop_assert_eq!(shown.take(&columns, range.clone(), shift), (range.len(), None));
            prop_assert_eq!(copied.copy(&columns, range.clone(), shift, None), (range.len(), None));
            prop_assert_eq!(shown.shown.is_some(), range.len() >= Chunk::FEWEST_SHOWN);
            prop_assert!(shown.slice().merged().eq(copied.slice().merged()));
            prop_assert!(shown.events().eq(copied.events()));
            prop_assert_eq!(found(&shown, &places, &goals), found(&copied, &places, &goals));
        }

        #[test]
        fn what_is_shown_scaled_is_what_is_copied(
            events in drawn(false),
            (from, shift) in (0..300_usize, -500_000_000..500_000_000_i64),
            (factor, left) in (0.0..3.0_f64, -0.5..=0.5_f64),
            step in prop_oneof![Just(1_i64), Just(3), Just(1_000_000)],
            places in proptest::collection::vec(0..1_000_usize, 6),
            goals in proptest::collection::vec(prop_oneof![1..2_000_i64, 1..2_000_000_000_i64], 6),
        ) {
            let columns = Arc::new(columns(&events));
            let range = from.min(events.len())..events.len();
            let scaling = columns.scaling(range.start, factor, step, left);
            let (mut shown, mut copied) = (Chunk::for_sums(), Chunk::new());
            let all = (range.len(), None);
            prop_assert_eq!(shown.take_scaled(&columns, range.clone(), shift, scaling), all);
            prop_assert_eq!(copied.take_scaled(&columns, range.clone(), shift, scaling), all);
            prop_assert_eq!(shown.shown.is_some(), range.len() >= Chunk::FEWEST_SHOWN);
            prop_assert!(copied.shown.is_none());
            let asking = |chunk: &Chunk| -> Vec<_> {
                chunk.events().filter(|&(_, amount)| amount > Credits::ZERO).collect()
            };
            prop_assert_eq!(asking(&shown), asking(&copied));
            prop_assert!(shown.largest() >= copied.largest());
            prop_assert!(shown.slice().has_zeros() || shown.len() == copied.len());
            // By the place among those that ask for more than nothing.
            let slice = shown.slice();
            for from in places.iter().map(|place| place % (slice.len() + 1)) {
                let before = slice.asking(0, from);
                for to in places.iter().map(|place| place % (slice.len() + 1)).filter(|&to| from <= to) {
                    prop_assert_eq!(slice.sum(from, to), copied.sum(before, slice.asking(0, to)));
                }
                for goal in goals.iter().map(|&goal| Credits::from_micro(goal)) {
                    let own = copied.slice();
                    let pairs = [
                        (slice.reaches(from, goal), own.reaches(before, goal)),
                        (
                            slice.first_within(from, slice.len(), goal),
                            own.first_within(before, own.len(), goal),
                        ),
                    ];
                    for (found, other) in pairs {
                        prop_assert_eq!(slice.asking(0, found), other);
                        prop_assert!(found == slice.len() || slice.amount(found).is_positive());
                    }
                }
                let next = slice.first_asking(from, slice.len());
                prop_assert_eq!(slice.asking(from, next), 0);
                prop_assert!(next == slice.len() || slice.amount(next).is_positive());
            }
            // What is left of all of it is less than half a step.
            let asked: i128 = columns.events(range.clone()).map(|(_, amount)| i128::from(amount.micro())).sum();
            let wanted = asked as f64 * factor / step as f64 + left;
            let had = copied.sum(0, copied.len()).micro() / step;
            prop_assert!((wanted - had as f64).abs() <= 0.5 + 1e-6 * wanted.max(1.0));
            let rest = columns.left(&scaling, range.end);
            prop_assert!((wanted - had as f64 - rest).abs() <= 1e-6 * wanted.max(1.0));
        }

        #[test]
        fn events_of_zero_credits_are_copied_and_come_in_their_order(events in drawn(true)) {
            let columns = Arc::new(columns(&events));
            let (mut chunk, mut all, mut next) = (Chunk::new(), Vec::new(), 0);
            while next < events.len() {
                chunk.clear();
                let (taken, _) = chunk.take(&columns, next..events.len().min(next + 300), 0);
                prop_assert!(taken > 0);
                next += taken;
                all.extend(chunk.slice().merged());
            }
            // At one instant those of zero credits come last.
            let mut wanted: Vec<_> = columns.iter().collect();
            wanted.sort_by_key(|&(at, amount)| (at, amount == Credits::ZERO));
            all.sort_by_key(|&(at, amount)| (at, amount == Credits::ZERO));
            prop_assert_eq!(all, wanted);
        }
    }

    #[test]
    fn a_half_that_is_left_over_makes_no_event_by_itself() {
        let all = Arc::new(columns(&[(1, 1_000_000); 300]));
        for left in [-0.5, 0.0, 0.499, 0.5] {
            let scaling = all.scaling(0, 1.0, 1_000_000, left);
            assert_eq!(scaling.total(0), 0, "{left}");
            let steps: i64 =
                all.scaled(0..300, scaling).map(|amount| amount.micro() / 1_000_000).sum();
            let rest = all.left(&scaling, 300);
            assert!((steps as f64 + rest - 300.0 - left).abs() < 1e-9, "{left}: {steps} {rest}");
            assert!((-0.5..=0.5).contains(&rest), "{rest}");
        }
        let none = all.scaling(0, 0.0, 1, 0.0);
        let mut chunk = Chunk::for_sums();
        assert_eq!(chunk.take_scaled(&all, 0..300, 0, none), (300, None));
        let slice = chunk.slice();
        assert_eq!((slice.asking(0, 300), slice.first_asking(7, 300)), (0, 300));
        assert_eq!(
            (slice.sum(0, 300), slice.reaches(0, Credits::from_micro(1))),
            (Credits::ZERO, 300)
        );
    }

    #[test]
    fn scaled_amounts_that_no_chunk_can_show_are_copied_and_at_most_the_largest() {
        let largest = Credits::LARGEST.micro();
        let all = Arc::new(columns(&[(1, largest / 1_000); 300]));
        let mut chunk = Chunk::for_sums();
        let scaling = all.scaling(0, 2_000.0, 1, 0.0);
        assert_eq!(chunk.take_scaled(&all, 0..300, 0, scaling), (2, Some(Refused::Full)));
        assert!(chunk.shown.is_none());
        assert_eq!(chunk.amount(1), Credits::LARGEST);
    }

    #[test]
    fn what_is_shown_is_a_chunk_of_its_own_and_full() {
        let all = Arc::new(columns(&[(1, 5); 700]));
        let mut chunk = Chunk::new();
        assert_eq!(chunk.take(&all, 0..255, 0), (255, None));
        assert!(chunk.shown.is_none());
        assert_eq!(chunk.take(&all, 255..700, 0), (0, Some(Refused::Full)));
        chunk.clear();
        assert_eq!(chunk.take(&all, 255..700, 86_400_000), (445, None));
        assert_eq!((chunk.len(), chunk.at(0).millis()), (445, 86_400_256));
        for more in [Credits::ZERO, Credits::whole(1)] {
            assert_eq!(chunk.push(Instant::NEVER, more), Err(Refused::Full));
            assert_eq!(chunk.extend(&[Instant::NEVER], &[more]), (0, Some(Refused::Full)));
            let steps = more.micro() as u16;
            let refused = chunk.extend_steps(&[Instant::NEVER], &[steps], 1);
            assert_eq!(refused, (0, Some(Refused::Full)));
        }
        assert_eq!(chunk.take(&all, 0..3, 86_400_000), (0, Some(Refused::Full)));
        chunk.clear();
        assert!(chunk.is_empty() && chunk.slice().is_empty());
    }

    #[test]
    fn so_many_events_are_shown_as_leave_time_to_stop_in_between() {
        let (all, most) = (Arc::new(columns(&[(1, 5); 300_000])), Chunk::MOST_SHOWN);
        let mut chunk = Chunk::new();
        assert_eq!(chunk.take(&all, 0..300_000, 0), (most, Some(Refused::Full)));
    }

    #[test]
    fn nothing_is_shown_that_a_chunk_would_not_take() {
        let usual = vec![(1, 5); 400];
        let huge = Credits::LARGEST.micro();
        let with = |place: usize, event: (i64, i64)| {
            let mut events = usual.clone();
            events[place] = event;
            events
        };
        for (events, taken) in [
            (with(300, (1, 0)), (400, None)),
            (with(300, (1, -1)), (300, Some(Refused::NotAnAmount))),
            (with(300, (1, huge + 1)), (300, Some(Refused::NotAnAmount))),
            (with(300, (-9, 5)), (300, Some(Refused::OutOfOrder))),
            // Totals of the columns wrap around long before the end.
            (vec![(1, huge); 400], (2, Some(Refused::Full))),
        ] {
            let mut chunk = Chunk::new();
            assert_eq!(chunk.take(&Arc::new(columns(&events)), 0..400, 0), taken);
            assert!(chunk.shown.is_none(), "{taken:?}");
        }
        // Where no sum wraps, what was before does not matter.
        let events = [vec![(1, huge); 400], usual].concat();
        let mut chunk = Chunk::new();
        assert_eq!(chunk.take(&Arc::new(columns(&events)), 400..800, 0), (400, None));
        assert_eq!((chunk.sum(0, 400).micro(), chunk.largest().micro()), (2_000, 5));
        assert!(chunk.shown.is_some());
    }
}
