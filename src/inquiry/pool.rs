//! The threads of inquiries, and the watch that follows them.

use std::num::NonZero;

use crate::study::StudyWatch;

/// Threads for many runs; one pool serves a process. No number of threads changes a result.
#[derive(Debug)]
pub struct WorkerPool(rayon::ThreadPool);

/// Reason why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// Zero threads were requested.
    #[error("at least one thread is needed")]
    NoThread,
    /// The system starts no threads.
    #[error("cannot start threads: {0}")]
    Start(#[from] rayon::ThreadPoolBuildError),
}

impl WorkerPool {
    /// Creates a pool of `threads` for this many concurrent tasks; without a number, one thread per
    /// processor. Threads that could never work are not started: see `bounded`.
    pub fn new(threads: Option<usize>, tasks: usize) -> Result<WorkerPool, PoolError> {
        if threads == Some(0) {
            return Err(PoolError::NoThread);
        }
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let threads = bounded(threads.unwrap_or(processors), tasks, processors);
        Ok(WorkerPool(rayon::ThreadPoolBuilder::new().num_threads(threads).build()?))
    }

    /// Number of threads.
    pub fn threads(&self) -> usize {
        self.0.current_num_threads()
    }

    /// Works on the threads of the pool.
    pub fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.0.install(work)
    }
}

/// Maximum number of threads per processor. One is enough; a system may report fewer processors
/// than may be used.
const MOST_PER_PROCESSOR: usize = 4;

/// The number of requested threads to start: no more than there are tasks, nor than the processors
/// can serve, and at least one.
fn bounded(threads: usize, tasks: usize, processors: usize) -> usize {
    threads.min(tasks).min(processors.saturating_mul(MOST_PER_PROCESSOR)).max(1)
}

/// The means of an inquiry: threads, and a watch that follows it.
#[derive(Clone, Copy)]
pub struct Means<'m> {
    /// The threads.
    pub pool: &'m WorkerPool,
    /// Hears of progress, and may ask to stop.
    pub watch: &'m dyn StudyWatch,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_thread_is_started_that_could_never_work() {
        for (threads, tasks, processors, started) in [
            (2, 100, 2, 2),
            (8, 100, 2, 8),
            (9, 100, 2, 8),
            (1_000_000, 5, 2, 5),
            (1_000_000, 1_000_000, 2, 8),
            (1_000_000, 1_000_000, 64, 256),
            (usize::MAX, usize::MAX, usize::MAX, usize::MAX),
            (2, 0, 2, 1),
        ] {
            assert_eq!(bounded(threads, tasks, processors), started, "{threads} for {tasks}");
        }
    }

    #[test]
    fn a_pool_has_no_more_threads_than_tasks() {
        assert_eq!(WorkerPool::new(Some(1_000_000), 3).unwrap().threads(), 3);
        assert!(matches!(WorkerPool::new(Some(0), 3), Err(PoolError::NoThread)));
    }
}
