//! Usage held in memory: the form that tests, sorted files and split runs replay.
//!
//! Deliberately absent: reading. Events come as pairs of instant and amount.

use std::sync::Arc;

use crate::domain::{Credits, Instant, Window};
use crate::engine::trace::Chunk;
use crate::policy::TakenBackUsage;

use super::{Feed, UsageError, UsageSummary, memory, push};

/// A feed over events in memory. Its summary counts what was handed out.
#[derive(Clone, Debug)]
pub struct Held {
    queue: Queue,
    taken_back: Arc<[TakenBackUsage]>,
    summary: UsageSummary,
}

impl Held {
    /// The events inside the horizon, sorted by time; those at one instant keep their order.
    pub fn new(events: Vec<(Instant, Credits)>, horizon: Window) -> Held {
        let mut summary = UsageSummary::of("held in memory".to_owned());
        let mut inside = Vec::with_capacity(events.len());
        for (at, amount) in events {
            summary.rows += 1;
            if horizon.contains(at) {
                inside.push((at, amount));
            } else {
                summary.outside(at);
            }
        }
        summary.sorted = sort(&mut inside);
        Held { queue: Queue::new(inside), taken_back: Arc::default(), summary }
    }

    /// Events that are in time order and inside the horizon, with what was counted while they were read.
    pub(super) fn in_order(events: Vec<(Instant, Credits)>, summary: UsageSummary) -> Held {
        Held { queue: Queue::new(events), taken_back: Arc::default(), summary }
    }

    /// The same with rows that take back some of it.
    pub(super) fn taking_back(self, taken_back: Arc<[TakenBackUsage]>) -> Held {
        Held { taken_back, ..self }
    }

    /// The same events under the name of their source.
    pub(super) fn named(self, source: &str) -> Held {
        let summary = UsageSummary { source: source.to_owned(), ..self.summary };
        Held { summary, ..self }
    }

    /// Starts again at the first event.
    #[cfg(test)]
    pub fn rewind(&mut self) {
        self.queue.next = 0;
        self.summary = UsageSummary {
            rows: self.summary.rows,
            outside: self.summary.outside,
            sorted: self.summary.sorted,
            ..UsageSummary::of(self.summary.source.clone())
        };
    }

    /// All events inside the horizon, in time order.
    pub fn events(&self) -> &[(Instant, Credits)] {
        &self.queue.events
    }
}

impl Feed for Held {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        self.queue.pour(chunk, &self.summary.source)?;
        self.summary.inside(chunk);
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }

    fn taken_back(&self) -> Arc<[TakenBackUsage]> {
        Arc::clone(&self.taken_back)
    }
}

/// Sorts events by time, keeping the order of those at one instant; returns true if they were out
/// of order.
fn sort(events: &mut [(Instant, Credits)]) -> bool {
    if events.is_sorted_by_key(|&(at, _)| at) {
        return false;
    }
    events.sort_by_key(|&(at, _)| at);
    true
}

/// The same for events of the source `name`, for which memory may not suffice.
pub(super) fn sort_in_memory(
    events: &mut [(Instant, Credits)],
    name: &str,
) -> Result<bool, UsageError> {
    /// The memory that the standard library's stable sort takes for medium-sized lists, in bytes.
    const MIDDLING: usize = 8_000_000;
    let count = events.len();
    let merged = (count - count / 2).max(count.min(MIDDLING / size_of::<(Instant, Credits)>()));
    memory::check_copy(events, merged, name)?;
    Ok(sort(events))
}

/// Sorted events that wait to be poured into chunks.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    events: Vec<(Instant, Credits)>,
    next: usize,
}

impl Queue {
    /// Events in time order.
    pub(super) fn new(events: Vec<(Instant, Credits)>) -> Queue {
        Queue { events, next: 0 }
    }

    /// Clears the chunk and fills it with the next events.
    pub(super) fn pour(&mut self, chunk: &mut Chunk, name: &str) -> Result<(), UsageError> {
        chunk.clear();
        for &event in self.events.get(self.next..).unwrap_or_default() {
            if !push(chunk, event, name)? {
                break;
            }
            self.next += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HORIZON: Window =
        Window { from: Instant::from_millis(10), to: Instant::from_millis(1_000_000) };

    fn held(events: &[(i64, i64)]) -> Held {
        let event = |&(at, amount)| (Instant::from_millis(at), Credits::whole(amount));
        Held::new(events.iter().map(event).collect(), HORIZON)
    }

    fn poured(feed: &mut Held) -> Vec<(i64, String)> {
        let mut chunk = Chunk::new();
        feed.fill(&mut chunk).unwrap();
        let row = |i: usize| (chunk.at(i).millis(), chunk.amount(i).to_string());
        (0..chunk.len()).map(row).collect()
    }

    #[test]
    fn the_start_of_the_horizon_is_inside_and_its_end_is_outside() {
        let mut feed = held(&[(9, 1), (10, 2), (999_999, 3), (1_000_000, 4)]);
        assert_eq!(poured(&mut feed), [(10, "2".to_owned()), (999_999, "3".to_owned())]);
        assert_eq!(feed.summary().outside.count, 2);
        assert_eq!(poured(&mut feed), []);
    }

    #[test]
    fn events_at_one_instant_keep_their_order_when_sorted() {
        let mut feed = held(&[(30, 1), (20, 2), (30, 3), (20, 4)]);
        let order: Vec<String> = poured(&mut feed).into_iter().map(|(_, amount)| amount).collect();
        assert_eq!(order, ["2", "4", "1", "3"]);
        assert!(feed.summary().sorted);
        assert!(!held(&[(20, 1), (20, 2)]).summary().sorted);
    }

    #[test]
    fn more_events_than_a_chunk_holds_come_in_several_chunks_and_again_after_a_rewind() {
        let events: Vec<(i64, i64)> = (0..40_000).map(|i| (10 + i, 1 + i % 7)).collect();
        let mut feed = held(&events);
        for _ in 0..2 {
            let (mut chunk, mut count) = (Chunk::new(), 0);
            loop {
                feed.fill(&mut chunk).unwrap();
                if chunk.is_empty() {
                    break;
                }
                count += chunk.len();
            }
            assert_eq!(count, 40_000);
            feed.rewind();
        }
    }

    #[test]
    fn a_negative_amount_is_an_error_and_no_panic() {
        let mut chunk = Chunk::new();
        assert!(matches!(held(&[(20, -1)]).fill(&mut chunk), Err(UsageError::Amount { .. })));
    }
}
