//! Pieces of a source that are read on several threads and taken in file order: how large they are, and how many are under
//! way.
//!
//! Both readers of files read like this. Deliberately absent: where a piece ends, and what is in it.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How a long source is cut into pieces.
#[derive(Clone, Copy, Debug)]
pub(in crate::usage) struct PieceSizes {
    /// Bytes that are read row by row before it is.
    pub(in crate::usage) after: u64,
    /// Bytes of a piece, at most.
    pub(in crate::usage) bytes: usize,
    /// Pieces under way for each thread.
    pub(in crate::usage) ahead: usize,
}

impl Default for PieceSizes {
    /// Those for the threads there are; nothing is cut for one.
    fn default() -> PieceSizes {
        let after = if threads() > 1 { 1 << 20 } else { u64::MAX };
        PieceSizes { after, bytes: 192 << 10, ahead: 2 }
    }
}

impl PieceSizes {
    /// No pieces: all rows are read one after another.
    pub(in crate::usage) fn never() -> PieceSizes {
        PieceSizes { after: u64::MAX, ..PieceSizes::default() }
    }

    /// Pieces of at most so many bytes from the first row on.
    pub(in crate::usage) fn of(bytes: usize) -> PieceSizes {
        PieceSizes { after: 0, bytes, ..PieceSizes::default() }
    }
}

/// The threads that pieces are read on: those of the present pool, or some of the machine's where there is none.
pub(in crate::usage) fn threads() -> usize {
    /// More would wait for the one thread that takes the rows.
    const MOST: usize = 8;
    match rayon::current_thread_index() {
        Some(_) => rayon::current_num_threads(),
        None => thread::available_parallelism().map_or(1, usize::from).min(MOST),
    }
}

/// Pieces under way on any number of threads: more would only wait for the one thread that takes the rows.
const MOST_UNDER_WAY: usize = 32;
/// Bytes of pieces under way from which on no other is begun; rows that are longer than a piece make it longer.
const MOST_BYTES: usize = 8 << 20;

/// The pieces that are under way, in file order.
pub(in crate::usage) struct PiecesUnderWay<T> {
    pieces: VecDeque<(usize, Receiver<T>)>,
    /// Bytes of all of them.
    bytes: usize,
    /// How many there may be.
    most: usize,
}

impl<T> PiecesUnderWay<T> {
    /// None yet, for pieces of these sizes on the threads there are.
    pub(in crate::usage) fn new(sizes: PieceSizes) -> PiecesUnderWay<T> {
        PiecesUnderWay::on(threads(), sizes)
    }

    fn on(threads: usize, sizes: PieceSizes) -> PiecesUnderWay<T> {
        let most = sizes.ahead.saturating_mul(threads).clamp(1, MOST_UNDER_WAY);
        PiecesUnderWay { pieces: VecDeque::new(), bytes: 0, most }
    }

    /// Whether another may be begun.
    pub(in crate::usage) fn has_room(&self) -> bool {
        self.pieces.len() < self.most && self.bytes < MOST_BYTES
    }

    /// Adds a piece of so many bytes.
    pub(in crate::usage) fn push(&mut self, bytes: usize, piece: Receiver<T>) {
        self.bytes += bytes;
        self.pieces.push_back((bytes, piece));
    }

    /// Waits for the first of them; `None` if there is none.
    pub(in crate::usage) fn next(&mut self) -> Option<T> {
        let (bytes, piece) = self.pieces.pop_front()?;
        self.bytes -= bytes;
        Some(arrived(&piece))
    }
}

/// Waits for a piece, and meanwhile does other work of the pool.
fn arrived<T>(piece: &Receiver<T>) -> T {
    /// Work may turn up while nothing arrives.
    const A_WHILE: Duration = Duration::from_millis(2);
    loop {
        if let Ok(arrived) = piece.try_recv() {
            return arrived;
        }
        if rayon::yield_now() == Some(rayon::Yield::Executed) {
            continue;
        }
        match piece.recv_timeout(A_WHILE) {
            Ok(arrived) => return arrived,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => panic!("a thread that reads rows has failed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    /// A piece that has arrived.
    fn piece(number: usize) -> Receiver<usize> {
        let (sender, receiver) = sync_channel(1);
        sender.send(number).expect("the other end is here");
        receiver
    }

    /// How many pieces of so many bytes are begun before the first is taken.
    fn begun(threads: usize, bytes: usize) -> usize {
        let mut pieces = PiecesUnderWay::on(threads, PieceSizes::of(bytes));
        let mut count = 0;
        while pieces.has_room() {
            pieces.push(bytes, piece(count));
            count += 1;
        }
        count
    }

    #[test]
    fn two_pieces_for_each_thread_are_under_way_and_never_more_than_32_or_8_mebibytes() {
        assert_eq!([1, 2, 16].map(|threads| begun(threads, 192 << 10)), [2, 4, 32]);
        assert_eq!([17, 64, usize::MAX].map(|threads| begun(threads, 192 << 10)), [32; 3]);
        assert_eq!(begun(64, 1 << 20), 8);
        assert_eq!(begun(64, 9 << 20), 1);
    }

    #[test]
    fn pieces_come_in_the_order_in_which_they_were_begun_and_make_room() {
        let mut pieces = PiecesUnderWay::on(1, PieceSizes::of(5));
        pieces.push(5, piece(1));
        pieces.push(5, piece(2));
        assert!(!pieces.has_room());
        assert_eq!(pieces.next(), Some(1));
        assert!(pieces.has_room());
        assert_eq!((pieces.next(), pieces.next(), pieces.bytes), (Some(2), None, 0));
    }
}
