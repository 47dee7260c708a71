//! A trace of usage in the form the engine takes: chunks, sorted by time, with a running total.
//!
//! The running total lets the engine skip: "where does the balance first reach the threshold" is a
//! binary search in it. The source of usage is not known here.

use std::sync::OnceLock;

use crate::domain::{Credits, Instant};

/// Events per entry of the table of minimum amounts, and the maximum taken together.
const BLOCK: usize = 64;
/// Typical error of a guess at a position in a chunk.
const NEAR: usize = 4;
/// Up to this many events, scan linearly: a search costs more.
const FEW: usize = 4;
/// The largest total of one chunk, in micro-credits: the sum of two still fits an `i64`.
const LARGEST_TOTAL: i64 = i64::MAX / 4;

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
    /// The minimum amount in each block of [`BLOCK`] events, computed on first use.
    least: OnceLock<Vec<i64>>,
    /// The largest amount of all.
    largest: i64,
    /// The instants of events of zero credits.
    zeros: Vec<Instant>,
    last: Instant,
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

    /// An empty chunk with its memory reserved.
    pub fn new() -> Chunk {
        Chunk {
            times: Vec::with_capacity(Chunk::EVENTS),
            totals: Vec::with_capacity(Chunk::EVENTS + BLOCK + 1),
            least: OnceLock::new(),
            largest: 0,
            zeros: Vec::new(),
            last: Instant::EARLIEST,
        }
    }

    /// Forgets all events and keeps the memory.
    pub fn clear(&mut self) {
        self.times.clear();
        self.totals.clear();
        self.least.take();
        self.largest = 0;
        self.zeros.clear();
        self.last = Instant::EARLIEST;
    }

    /// Adds an event at or after the last one. A chunk that was refused an event is unchanged.
    #[inline]
    pub fn push(&mut self, at: Instant, amount: Credits) -> Result<(), Refused> {
        if at < self.last {
            return Err(Refused::OutOfOrder);
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
        self.least.take();
        self.largest = self.largest.max(amount.micro());
        self.times.push(at);
        self.last = at;
        self.totals.push(before + amount.micro());
        Ok(())
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
        self.totals.resize(held + amounts.len(), 0);
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
        self.least.take();
        self.largest = self.largest.max(largest as i64 + 1);
        self.times.extend_from_slice(times);
        self.last = last;
        true
    }

    /// Number of events, not counting those of zero credits.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Returns true if there is no event, not even one of zero credits.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && self.zeros.is_empty()
    }

    /// The instants of the events of zero credits.
    pub fn zeros(&self) -> &[Instant] {
        &self.zeros
    }

    /// The instants of the events, those of zero credits not among them.
    pub fn times(&self) -> &[Instant] {
        &self.times
    }

    /// The amount of event `index`.
    #[inline]
    pub fn amount(&self, index: usize) -> Credits {
        Credits::from_micro(self.totals[index + 1] - self.totals[index])
    }

    /// The largest amount; zero without events.
    pub fn largest(&self) -> Credits {
        Credits::from_micro(self.largest)
    }

    /// The sum of the amounts of the events `[from, to)`.
    #[inline]
    pub fn sum(&self, from: usize, to: usize) -> Credits {
        if from >= to {
            return Credits::ZERO;
        }
        Credits::from_micro(self.totals[to] - self.totals[from])
    }

    /// The first event at or after `from` with which the sum since `from` reaches `amount`;
    /// the number of events if none does.
    #[inline]
    pub fn reaches(&self, from: usize, amount: Credits) -> usize {
        if from >= self.len() {
            return self.len();
        }
        let (before, whole) = (self.totals[from], self.totals[self.len()]);
        let goal = before.saturating_add(amount.micro());
        if whole < goal {
            return self.len();
        }
        let totals = &self.totals[1..];
        let pace = float(totals.len() - from) / (whole - before) as f64;
        let first = place(float(from) + amount.micro() as f64 * pace, totals.len() - 1);
        // The rest of the way is short, so a second guess at the same pace is good.
        let left = (goal - totals[first]) as f64 * pace;
        let second = place(float(first) + left, totals.len() - 1);
        seek(totals, from, second, |&total| total < goal)
    }

    /// The first event at or after `from` whose instant is not before `until`; the number of
    /// events if there is none.
    #[inline]
    pub fn not_before(&self, from: usize, until: Instant) -> usize {
        let (Some(&first), Some(&last)) = (self.times.get(from), self.times.last()) else {
            return self.len();
        };
        if last < until {
            return self.len();
        }
        let length = |to: Instant| (to.millis() - first.millis()) as f64;
        let pace = float(self.len() - from) / length(last);
        let guess = place(float(from) + length(until) * pace, self.len());
        seek(&self.times, from, guess, |&at| at < until)
    }

    /// Returns the result of [`Chunk::not_before`] if it is only a few events after `from`.
    #[inline]
    pub fn not_before_near(&self, from: usize, until: Instant) -> Option<usize> {
        let few = self.times.get(from..)?.first_chunk::<FEW>()?;
        if few[FEW - 1] < until {
            return None;
        }
        Some(from + few.iter().filter(|&&at| at < until).count())
    }

    /// The first event in `[from, to)` of at most `amount`, or `to`. It is usually near; otherwise
    /// whole blocks are skipped.
    pub fn first_within(&self, from: usize, to: usize, amount: Credits) -> usize {
        let fits = |&index: &usize| self.amount(index) <= amount;
        let near = to.min((from + BLOCK).next_multiple_of(BLOCK));
        if let Some(found) = (from..near).find(fits) {
            return found;
        }
        let mut block = near;
        while block < to && self.least()[block / BLOCK] > amount.micro() {
            block += BLOCK;
        }
        (block..to).find(fits).unwrap_or(to)
    }

    /// The minimum amount in each block; computed lazily, because most chunks never need it.
    fn least(&self) -> &[i64] {
        self.least.get_or_init(|| {
            let block = |totals: &[i64]| totals.windows(2).map(|two| two[1] - two[0]).min();
            let blocks = (0..self.len()).step_by(BLOCK);
            let totals = blocks.map(|from| &self.totals[from..=(from + BLOCK).min(self.len())]);
            totals.filter_map(block).collect()
        })
    }
}

/// Returns true if the instants are in order. All steps are checked together without branching,
/// because nearly all chunks are in order; differences between calendar instants never wrap.
#[inline]
fn in_order(times: &[Instant]) -> bool {
    let later = times.get(1..).unwrap_or_default();
    let steps = times.iter().zip(later);
    let signs =
        steps.fold(0, |signs, (at, next)| signs | (next.millis().wrapping_sub(at.millis())));
    signs >= 0
}

/// Converts a position in a chunk to a float, which is only used to guess the start of a search.
#[inline]
fn float(place: usize) -> f64 {
    // Via a signed integer, which processors convert directly.
    place as i64 as f64
}

/// The place at or before a guess, at most `last`.
#[inline]
fn place(guess: f64, last: usize) -> usize {
    guess.max(0.0).min(float(last)) as i64 as usize
}

/// The first index at or after `from` whose item is not `before`, in a slice partitioned by
/// `before`. Doubling steps from a guess, then bisection: the cost grows with the logarithm of the
/// guess's error, and the items read lie close together.
#[inline]
fn seek<T>(items: &[T], from: usize, guess: usize, before: impl Fn(&T) -> bool) -> usize {
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
    use super::*;

    fn chunk(amounts: &[i64]) -> Chunk {
        let mut chunk = Chunk::new();
        for (i, &amount) in amounts.iter().enumerate() {
            chunk.push(Instant::from_millis(i as i64 * 10), Credits::whole(amount)).unwrap();
        }
        chunk
    }

    #[test]
    fn searches_agree_with_a_walk_from_every_start_to_every_goal() {
        let amounts: Vec<i64> = (0..150).map(|i| 1 + (i * 7919) % 13).collect();
        let chunk = chunk(&amounts);
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
}
