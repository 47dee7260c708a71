//! Events in time order, written down while their rows are read, so that a file of any length is read once and
//! in constant memory.
//!
//! An event takes about a dozen bytes: those that matter of the distance from the one before it and of its
//! amount. What does not fit a bound of memory goes to a file without a name, which the system removes.
//! Deliberately absent: rounding, and which events count.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::net::FineEvent;
use super::number::Atto;
use crate::domain::Instant;
use crate::usage::UsageError;

/// Blocks that are held in memory: the first million events or several.
const BLOCKS_IN_MEMORY: usize = 512;
/// Bytes that are written or read at once.
const AT_ONCE: usize = 64 << 10;
/// The most bytes of an event: one for both lengths, then the distance and the amount.
const LONGEST: usize = 1 + 8 + 16;

/// A writer of events.
pub(super) struct EventSpool {
    /// The first blocks, which stay in memory: to write those too once there are more would hold up the reading of rows.
    blocks: VecDeque<Vec<u8>>,
    /// Those that follow.
    file: Option<File>,
    buffer: Vec<u8>,
    last: i64,
    name: String,
}

/// A reader of the events that were written.
pub(super) struct SpooledEvents {
    blocks: VecDeque<Vec<u8>>,
    file: Option<File>,
    /// Bytes that were read; those from `at` on are not yet used.
    buffer: Vec<u8>,
    at: usize,
    last: i64,
    name: String,
}

impl EventSpool {
    /// Starts without an event of the source `name`.
    pub(super) fn new(name: &str) -> EventSpool {
        let buffer = Vec::with_capacity(AT_ONCE + LONGEST);
        EventSpool { blocks: VecDeque::new(), file: None, buffer, last: 0, name: name.to_owned() }
    }

    /// Writes the next event, which is not before the last and not below zero.
    #[inline]
    pub(super) fn push(&mut self, (at, amount): FineEvent) -> Result<(), UsageError> {
        let apart = at.millis().wrapping_sub(self.last) as u64;
        self.last = at.millis();
        let amount = amount.bits();
        let bytes = |zeros: u32, all: u32| (all - zeros / 8) as usize;
        let (length, size) = (bytes(apart.leading_zeros(), 8), bytes(amount.leading_zeros(), 16));
        assert!(size < 16, "a row has at most 10¹² credits");
        self.buffer.push((length | size << 4) as u8);
        // Whole words are quicker to add than some of their bytes.
        let end = self.buffer.len() + length;
        self.buffer.extend_from_slice(&apart.to_le_bytes());
        self.buffer.truncate(end);
        self.buffer.extend_from_slice(&amount.to_le_bytes());
        self.buffer.truncate(end + size);
        match self.buffer.len() < AT_ONCE {
            true => Ok(()),
            false => self.write(),
        }
    }

    #[cold]
    fn write(&mut self) -> Result<(), UsageError> {
        if self.blocks.len() < BLOCKS_IN_MEMORY {
            let empty = Vec::with_capacity(AT_ONCE + LONGEST);
            self.blocks.push_back(std::mem::replace(&mut self.buffer, empty));
            return Ok(());
        }
        self.write_to_file().map_err(|cause| failed(&self.name, cause))?;
        self.buffer.clear();
        Ok(())
    }

    fn write_to_file(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(&self.buffer)
    }

    /// Returns the events from the first on.
    pub(super) fn read(mut self) -> Result<SpooledEvents, UsageError> {
        self.write()?;
        let EventSpool { blocks, mut file, name, .. } = self;
        if let Some(file) = &mut file {
            file.seek(SeekFrom::Start(0)).map_err(|cause| failed(&name, cause))?;
        }
        Ok(SpooledEvents { blocks, file, buffer: Vec::new(), at: 0, last: 0, name })
    }
}

impl SpooledEvents {
    /// The next event; `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<FineEvent>, UsageError> {
        self.event().map_err(|cause| failed(&self.name, cause))
    }

    #[inline]
    fn event(&mut self) -> io::Result<Option<FineEvent>> {
        if self.buffer.len() - self.at < LONGEST {
            self.refill()?;
        }
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let Some((&lengths, rest)) = rest.split_first() else { return Ok(None) };
        let (length, size) = (usize::from(lengths & 15), usize::from(lengths >> 4));
        // Near the end there are no whole words.
        let mut last = [0; LONGEST - 1];
        let words: &[u8; LONGEST - 1] = rest.first_chunk().unwrap_or_else(|| {
            last.iter_mut().zip(rest).for_each(|(place, &byte)| *place = byte);
            &last
        });
        let apart = words.first_chunk().map(|word| u64::from_le_bytes(*word));
        let amount = words.get(length..).and_then(<[u8]>::first_chunk);
        let amount = amount.map(|word| u128::from_le_bytes(*word));
        let (Some(apart), Some(amount), true) = (apart, amount, rest.len() >= length + size) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        // Behind their own bytes follow those of the next event.
        let apart = apart & u64::MAX.checked_shr(u64::BITS - 8 * length as u32).unwrap_or(0);
        let amount = amount & u128::MAX.checked_shr(u128::BITS - 8 * size as u32).unwrap_or(0);
        self.at += 1 + length + size;
        self.last = self.last.wrapping_add(apart as i64);
        let amount = Atto::from_bits(amount);
        Ok(Some((Instant::from_millis(self.last), amount)))
    }

    /// Reads more behind what is not yet used; nothing at the end.
    #[cold]
    fn refill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        match (self.blocks.pop_front(), &mut self.file) {
            // An event lies in one block.
            (Some(block), _) => self.buffer.extend_from_slice(&block),
            (None, Some(file)) => {
                file.take(AT_ONCE as u64).read_to_end(&mut self.buffer)?;
            }
            (None, None) => {}
        }
        Ok(())
    }
}

#[cold]
fn failed(name: &str, cause: io::Error) -> UsageError {
    UsageError::Spool { name: name.to_owned(), folder: std::env::temp_dir(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_as_they_were_written_in_memory_and_in_a_file() {
        let amounts = [0, 1, 255, 256, 250_000, 1_000_000_000_000_000_000];
        let event = |n: i64| {
            let at = Instant::from_millis(-62_135_596_800_000 + n / 2 * 40_000_000);
            (at, Atto::from_micro(amounts[n as usize % 6]).expect("it is small"))
        };
        let count = (3 * BLOCKS_IN_MEMORY * AT_ONCE / 20) as i64;
        for count in [0, 1, 6, count] {
            let mut spool = EventSpool::new("t.csv");
            (0..count).for_each(|n| spool.push(event(n)).unwrap());
            assert_eq!(spool.file.is_some(), count > 6);
            let mut events = spool.read().unwrap();
            for n in 0..count {
                assert_eq!(events.next().unwrap(), Some(event(n)));
            }
            assert_eq!(events.next().unwrap(), None);
        }
    }
}
