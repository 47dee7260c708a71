//! Replications in order, on all threads of a pool.
//!
//! A thread that finishes a replication takes the next one, so that none waits for another before
//! the last. Results are kept in the order of replications, whichever finished first, and are
//! passed on as soon as that order allows, so few of them wait. Deliberately absent: the content of
//! a replication.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::engine::Chunk;

use super::question::{StudyError, StudyWatch};

/// Runs every replication on the threads of the pool it is called in, and passes the results to
/// `keep` in order. Returns their number: fewer than requested if `live` returned nothing or
/// `watch` stopped it, and then only those before the first that is missing. Of several errors, the
/// one of the earliest replication is returned.
pub(super) fn in_turn<T: Send>(
    replications: Range<usize>,
    watch: &dyn StudyWatch,
    live: impl Fn(u64, &mut Chunk) -> Result<Option<T>, StudyError> + Sync,
    keep: impl FnMut(T) + Send,
) -> Result<usize, StudyError> {
    let next = AtomicUsize::new(replications.start);
    let kept = Mutex::new(Sequencer { next: replications.start, early: BTreeMap::new(), keep });
    rayon::broadcast(|_| {
        let mut chunk = Chunk::for_sums();
        loop {
            let replication = next.fetch_add(1, Ordering::Relaxed);
            if replication >= replications.end || watch.stop() {
                return;
            }
            let Some(found) = live(replication as u64, &mut chunk).transpose() else { return };
            if found.is_err() {
                // All earlier ones are under way, and the later ones are not needed.
                next.store(replications.end, Ordering::Relaxed);
            }
            kept.lock().unwrap_or_else(PoisonError::into_inner).take(replication, found);
        }
    });
    let kept = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
    kept.finish().map(|next| next - replications.start)
}

/// Puts results in the order of replications: passes on all before the first that is missing.
struct Sequencer<T, K> {
    /// The first that is missing.
    next: usize,
    /// Results of later replications.
    early: BTreeMap<usize, Result<T, StudyError>>,
    keep: K,
}

impl<T, K: FnMut(T)> Sequencer<T, K> {
    fn take(&mut self, replication: usize, found: Result<T, StudyError>) {
        self.early.insert(replication, found);
        while let Some(first) = self.early.first_entry() {
            if *first.key() != self.next || first.get().is_err() {
                return;
            }
            if let Ok(found) = first.remove() {
                (self.keep)(found);
            }
            self.next += 1;
        }
    }

    /// The first that is missing; the error if one occurred there.
    fn finish(mut self) -> Result<usize, StudyError> {
        match self.early.remove(&self.next) {
            Some(Err(error)) => Err(error),
            _ => Ok(self.next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::UsageError;

    /// Computes numbers, later ones sooner; returns the numbers kept, and their count or the error.
    fn numbers(
        threads: usize,
        count: usize,
        find: impl Fn(u64) -> Result<Option<u64>, StudyError> + Sync,
    ) -> (Vec<u64>, Result<usize, String>) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let live = |number: u64, _: &mut Chunk| {
            std::thread::sleep(std::time::Duration::from_micros(100 * (7 - number % 8)));
            find(number)
        };
        let mut kept = Vec::new();
        let found = pool.install(|| in_turn(3..3 + count, &(), live, |number| kept.push(number)));
        (kept, found.map_err(|error| error.to_string()))
    }

    #[test]
    fn whoever_is_done_first_they_are_kept_in_order() {
        for threads in [1, 2, 3, 8] {
            for count in [0, 1, 2, 50] {
                let (kept, found) = numbers(threads, count, |number| Ok(Some(number)));
                assert_eq!(kept, (3..3 + count as u64).collect::<Vec<_>>());
                assert_eq!(found, Ok(count));
            }
        }
    }

    #[test]
    fn those_before_the_first_that_was_stopped_are_kept() {
        for threads in [1, 2, 5] {
            let stopped = |number| Ok((number != 20).then_some(number));
            let (kept, found) = numbers(threads, 50, stopped);
            assert_eq!((kept.len(), found), (17, Ok(17)));
        }
    }

    #[test]
    fn of_several_errors_the_first_replication_s_is_told() {
        for threads in [1, 2, 5] {
            let failing = |number| match number {
                19.. => Err(StudyError::Usage(UsageError::Directory { name: number.to_string() })),
                _ => Ok(Some(number)),
            };
            let (kept, found) = numbers(threads, 50, failing);
            assert_eq!(kept.len(), 16);
            assert!(found.clone().is_err_and(|error| error.contains("19")), "{found:?}");
        }
    }
}
