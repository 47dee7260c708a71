//! Writing usage as CSV that reads back as the same trace.
//!
//! Deliberately absent: events of zero credits, of which a chunk keeps only the number.

use std::io::Write;

use super::super::{Feed, UsageError};
use crate::engine::trace::Chunk;

/// The rows written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrittenRows {
    /// Rows below the header.
    pub rows: u64,
    /// Events of zero credits, which change nothing and were left out.
    pub zeros: u64,
}

/// Writes the rest of a feed under the header `time,credits`: RFC 3339 in UTC, exact decimals.
pub fn write(
    out: &mut impl Write,
    feed: &mut (impl Feed + ?Sized),
) -> Result<WrittenRows, UsageError> {
    writeln!(out, "time,credits").map_err(UsageError::Write)?;
    write_rows(out, feed, "")
}

/// Writes the rest of a feed without a header, each row after `before`.
pub fn write_rows(
    out: &mut impl Write,
    feed: &mut (impl Feed + ?Sized),
    before: &str,
) -> Result<WrittenRows, UsageError> {
    let (mut chunk, mut written) = (Chunk::new(), WrittenRows::default());
    loop {
        feed.fill(&mut chunk)?;
        if chunk.is_empty() {
            out.flush().map_err(UsageError::Write)?;
            return Ok(written);
        }
        for (at, amount) in chunk.events() {
            writeln!(out, "{before}{at},{amount}").map_err(UsageError::Write)?;
        }
        written.rows += chunk.len() as u64;
        written.zeros += chunk.zeros().len() as u64;
    }
}
