//! The events of a source in time order, handed out from where they were put aside, in constant memory.
//!
//! Deliberately absent: reading rows.

use super::rounding::Rounding;
use super::spool::{EventSpool, SpooledEvents};
use crate::domain::{Credits, Instant, Window};
use crate::engine::trace::Chunk;
use crate::usage::{UsageError, UsageSummary, push};

/// Events that are rounded as they are needed.
pub(super) struct EventFlow {
    events: SpooledEvents,
    horizon: Window,
    rounding: Rounding,
    /// The event for which the last chunk had no room.
    waiting: Option<(Instant, Credits)>,
}

impl EventFlow {
    /// Begins at the first event.
    pub(super) fn of(spool: EventSpool, horizon: Window) -> Result<EventFlow, UsageError> {
        let events = spool.read()?;
        Ok(EventFlow { events, horizon, rounding: Rounding::default(), waiting: None })
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
            push(chunk, event, &summary.source)?;
        }
        while let Some((at, amount)) = self.events.next()? {
            if !self.horizon.contains(at) {
                summary.outside(at);
                continue;
            }
            let event = (at, self.rounding.next(amount));
            if !push(chunk, event, &summary.source)? {
                self.waiting = Some(event);
                return Ok(());
            }
        }
        summary.chosen.extend(std::mem::take(&mut self.rounding).told());
        Ok(())
    }
}
