//! A trace of usage, as the engine takes it: in chunks, sorted by time, with a running total.
//!
//! The running total is what lets the engine skip: "where does the balance first reach the
//! threshold" is a search in it. Where usage comes from is not known here.

use crate::domain::{Credits, Instant};

/// Events under one entry of the table of least amounts.
const BLOCK: usize = 64;
/// The largest total of one chunk, in micro-credits: two of them still add up in an `i64`.
const LARGEST_TOTAL: i64 = i64::MAX / 4;

/// Some consecutive usage events: instants in time order, amounts above zero.
///
/// A chunk of [`Chunk::EVENTS`] stays in the second-level cache of a common processor. Of an amount
/// of zero only the instant is held, aside: it is served and changes nothing.
#[derive(Clone, Debug)]
pub struct Chunk {
    times: Vec<Instant>,
    /// `totals[i]` is the sum of all amounts before event `i`; one longer than `times`.
    totals: Vec<i64>,
    /// The least amount in each block of [`BLOCK`] events.
    least: Vec<i64>,
    /// The instants of events of zero credits.
    zeros: Vec<Instant>,
    last: Instant,
}

/// Why an event was not taken into a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The chunk holds all it can: hand it to the engine, clear it and push again.
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
            totals: Vec::with_capacity(Chunk::EVENTS + 1),
            least: Vec::with_capacity(Chunk::EVENTS / BLOCK),
            zeros: Vec::new(),
            last: Instant::EARLIEST,
        }
    }

    /// Forgets all events and keeps the memory.
    pub fn clear(&mut self) {
        self.times.clear();
        self.totals.clear();
        self.least.clear();
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
        if self.times.is_empty() {
            self.totals.push(0);
        }
        match self.times.len().is_multiple_of(BLOCK) {
            true => self.least.push(amount.micro()),
            false => {
                let last = self.least.len() - 1;
                self.least[last] = self.least[last].min(amount.micro());
            }
        }
        self.times.push(at);
        self.last = at;
        self.totals.push(before + amount.micro());
        Ok(())
    }

    /// How many events there are, those of zero credits not among them.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no event, not even one of zero credits.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && self.zeros.is_empty()
    }

    /// The instants of the events of zero credits.
    pub fn zeros(&self) -> &[Instant] {
        &self.zeros
    }

    /// The instants of all events.
    pub fn times(&self) -> &[Instant] {
        &self.times
    }

    /// The amount of event `index`.
    #[inline]
    pub fn amount(&self, index: usize) -> Credits {
        Credits::from_micro(self.totals[index + 1] - self.totals[index])
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
        let goal = self.totals[from].saturating_add(amount.micro());
        gallop(&self.totals[1..], from, |&total| total < goal)
    }

    /// The first event at or after `from` whose instant is not before `until`; the number of
    /// events if there is none.
    #[inline]
    pub fn not_before(&self, from: usize, until: Instant) -> usize {
        gallop(&self.times, from, |&at| at < until)
    }

    /// The first event in `[from, to)` of at most `amount`, or `to`: whole blocks are passed over.
    pub fn first_within(&self, from: usize, to: usize, amount: Credits) -> usize {
        let mut index = from;
        while index < to {
            if index.is_multiple_of(BLOCK) && self.least[index / BLOCK] > amount.micro() {
                index += BLOCK;
                continue;
            }
            if self.amount(index) <= amount {
                return index;
            }
            index += 1;
        }
        to
    }
}

/// The first index at or after `from` whose item is not `before`, in a slice where those that are
/// come first. Doubling steps, then bisection: the cost grows with the logarithm of the distance.
#[inline]
fn gallop<T>(items: &[T], from: usize, before: impl Fn(&T) -> bool) -> usize {
    let rest = &items[from.min(items.len())..];
    let mut step = 1;
    while step < rest.len() && before(&rest[step]) {
        step *= 2;
    }
    let (low, high) = (step / 2, (step + 1).min(rest.len()));
    from + low + rest[low..high].partition_point(before)
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
                assert_eq!(chunk.not_before(from, Instant::from_millis(until)), walk.max(from));
            }
        }
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
