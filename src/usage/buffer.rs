//! Bytes of a source, read in large pieces and used from the front.
//!
//! Deliberately absent: what the bytes mean.

use std::io::{self, ErrorKind, Read};

/// Bytes requested from the source at once.
const READ: usize = 256 * 1024;

/// Bytes that were read; those in `[start, end)` are not yet used.
pub(super) struct ReadBuffer {
    input: Box<dyn Read + Send>,
    pub(super) bytes: Vec<u8>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether the source has no more.
    pub(super) ended: bool,
}

impl ReadBuffer {
    /// An empty buffer before a source.
    pub(super) fn new(input: Box<dyn Read + Send>) -> ReadBuffer {
        ReadBuffer { input, bytes: vec![0; READ], start: 0, end: 0, ended: false }
    }

    /// The bytes that are not yet used.
    #[inline]
    pub(super) fn unread(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads more behind what is not yet used, which moves to the front; nothing at the end of the source.
    #[cold]
    pub(super) fn refill(&mut self) -> io::Result<()> {
        if self.ended {
            return Ok(());
        }
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.bytes.len() < self.end + READ {
            // At most one row, whose length is limited, and one read.
            self.bytes.resize(self.end + READ, 0);
        }
        let free = self.bytes.get_mut(self.end..).unwrap_or_default();
        let count = loop {
            match self.input.read(free) {
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.end += count;
        self.ended = count == 0;
        Ok(())
    }
}
