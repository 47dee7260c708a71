//! The threads that inquiries work on, and who follows them.

use crate::study::Watch;

/// Threads for many runs; one pool serves a process. No number of threads changes a result.
#[derive(Debug)]
pub struct Pool(rayon::ThreadPool);

/// Why there is no pool.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// No thread was asked for.
    #[error("at least one thread is needed")]
    NoThread,
    /// The system starts no threads.
    #[error("cannot start threads: {0}")]
    Start(#[from] rayon::ThreadPoolBuildError),
}

impl Pool {
    /// A pool of `threads`; without a number, of as many as the machine has.
    pub fn new(threads: Option<usize>) -> Result<Pool, PoolError> {
        if threads == Some(0) {
            return Err(PoolError::NoThread);
        }
        Ok(Pool(rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).build()?))
    }

    /// How many threads there are.
    pub fn threads(&self) -> usize {
        self.0.current_num_threads()
    }

    /// Works on the threads of the pool.
    pub(super) fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.0.install(work)
    }
}

/// What an inquiry works with: threads, and who follows it.
#[derive(Clone, Copy)]
pub struct Means<'m> {
    /// The threads.
    pub pool: &'m Pool,
    /// Hears of progress, and may ask to stop.
    pub watch: &'m dyn Watch,
}
