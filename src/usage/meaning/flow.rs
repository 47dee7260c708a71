//! The events of a source in time order, read once more and handed out as they come, in constant memory.
//!
//! Deliberately absent: what the rows show together, which the reading before found.

use super::choose::ChosenColumns;
use super::examination::Examination;
use super::net::FineEvent;
use super::number::Atto;
use super::rounding::Rounding;
use super::rows::{CellNotation, RowMeaning, RowReader};
use super::tally::Tally;
use super::wide::WideTable;
use crate::domain::{Credits, Instant, Window};
use crate::engine::trace::Chunk;
use crate::usage::export::Row;
use crate::usage::time::TimeReader;
use crate::usage::{UsageError, UsageSummary, push};

/// Events that are read as they are needed.
pub(super) struct EventFlow {
    name: String,
    table: WideTable,
    columns: ChosenColumns,
    notation: CellNotation,
    clock: TimeReader,
    horizon: Window,
    rounding: Rounding,
    row: Row,
    /// The event for which the last chunk had no room.
    waiting: Option<(Instant, Credits)>,
    /// The rows that the reading before found and what they add up to, less those read since.
    left: (u64, Atto),
    ended: bool,
}

impl EventFlow {
    /// Begins to read the rows again that `tally` counted.
    pub(super) fn of(
        examination: &Examination<'_>,
        notation: CellNotation,
        tally: &Tally,
    ) -> Result<EventFlow, UsageError> {
        Ok(EventFlow {
            name: examination.name.clone(),
            table: examination.table()?,
            columns: examination.columns.clone(),
            notation,
            clock: examination.clock(),
            horizon: examination.settings.horizon,
            rounding: Rounding::default(),
            row: Row::new(),
            waiting: None,
            left: (tally.rows, tally.sum),
            ended: false,
        })
    }

    /// Clears the chunk and fills it with the next events; `summary` counts those outside the horizon, and
    /// is complete at the end.
    pub(super) fn fill(
        &mut self,
        chunk: &mut Chunk,
        summary: &mut UsageSummary,
    ) -> Result<(), UsageError> {
        chunk.clear();
        if let Some(event) = self.waiting.take() {
            push(chunk, event, &self.name)?;
        }
        while let Some((at, amount)) = self.next()? {
            if !self.horizon.contains(at) {
                summary.outside(at);
                continue;
            }
            let event = (at, self.rounding.next(amount));
            if !push(chunk, event, &self.name)? {
                self.waiting = Some(event);
                return Ok(());
            }
        }
        summary.chosen.extend(std::mem::take(&mut self.rounding).told());
        Ok(())
    }

    /// The next event, in or outside the horizon; `None` at the end, where all that was found has to be read.
    pub(super) fn next(&mut self) -> Result<Option<FineEvent>, UsageError> {
        if self.ended {
            return Ok(None);
        }
        let mut reader = RowReader::new(&self.columns, self.notation, &mut self.clock);
        while self.table.next(&mut self.row)? {
            self.left.0 = self.left.0.checked_sub(1).ok_or_else(|| changed(&self.name))?;
            let RowMeaning::Usage(usage, _) = reader.read(&self.row) else { continue };
            let left = self.left.1.minus(usage.amount);
            self.left.1 = left.ok_or_else(|| changed(&self.name))?;
            return Ok(Some((usage.at, usage.amount)));
        }
        self.ended = true;
        match self.left == (0, Atto::ZERO) {
            true => Ok(None),
            false => Err(changed(&self.name)),
        }
    }
}

fn changed(name: &str) -> UsageError {
    UsageError::Changed { name: name.to_owned() }
}
