//! The present: the instant, the cause of what happens at it, and the next scheduled event.

use crate::domain::Instant;

use super::agenda::{Agenda, Event};
use super::observer::Cause;

/// The position of a run in time. Its instant never goes back.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    now: Instant,
    agenda: Agenda,
    cause: Cause,
}

impl Clock {
    /// A run that begins, with nothing scheduled.
    pub(super) fn new(from: Instant) -> Clock {
        Clock { now: from, agenda: Agenda::new(), cause: Cause::Start }
    }

    #[inline]
    pub(super) fn now(&self) -> Instant {
        self.now
    }

    #[inline]
    pub(super) fn cause(&self) -> Cause {
        self.cause
    }

    /// Moves on to what happens at `at`.
    #[inline]
    pub(super) fn turn(&mut self, at: Instant, cause: Cause) {
        self.now = at;
        self.cause = cause;
    }

    /// Sets usage as the cause of everything that follows.
    #[inline]
    pub(super) fn begin_usage(&mut self) {
        self.cause = Cause::Usage;
    }

    /// Moves on with what happens now.
    #[inline]
    pub(super) fn pass(&mut self, at: Instant) {
        self.now = at;
    }

    /// The next scheduled event, at [`Instant::NEVER`] if there is none.
    #[inline]
    pub(super) fn next(&self) -> (Instant, Event) {
        self.agenda.next()
    }

    /// The instant at which an event of this kind is due; [`Instant::NEVER`] if none is scheduled.
    #[inline]
    pub(super) fn due(&self, event: Event) -> Instant {
        self.agenda.get(event)
    }

    /// Schedules an event, in place of the one of its kind that was pending.
    #[inline]
    pub(super) fn schedule(&mut self, event: Event, at: Instant) {
        self.agenda.set(event, at);
    }

    /// Cancels the event of this kind, if one is pending.
    #[inline]
    pub(super) fn cancel(&mut self, event: Event) {
        self.agenda.clear(event);
    }
}
