//! Sleep: usage to the end of a chunk, and whole chunks after it, that need no decision.
//!
//! At the end of a chunk the engine knows how much more usage will get the same treatment, and
//! until when. Chunks within that bound are only added up, in one cache line, and the rest of the
//! account is not touched until something happens. Deliberately absent: their effect on the
//! account, which is applied on waking.

use crate::domain::{Credits, Instant};

use super::demand::Alike;

/// The usage an account has slept over, and the bounds of its sleep. It fits one cache line: for
/// most chunks most accounts read nothing else.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Nap {
    /// None of it is in the account yet. Without events it is awake.
    over: Alike,
    /// An event at or after this instant wakes it.
    until: Instant,
    /// An event with which the sum reaches this wakes it, so the sum cannot overflow.
    goal: Credits,
}

impl Nap {
    /// Every chunk wakes it.
    pub(super) const AWAKE: Nap = {
        let (first, last) = (Instant::EARLIEST, Instant::EARLIEST);
        let over = Alike { first, last, events: 0, demanded: Credits::ZERO };
        Nap { over, until: Instant::EARLIEST, goal: Credits::ZERO }
    };

    /// A sleep that begins now.
    pub(super) fn begun(until: Instant, goal: Credits) -> Nap {
        Nap { until, goal, ..Nap::AWAKE }
    }

    #[inline]
    pub(super) fn is_awake(&self) -> bool {
        self.over.events == 0
    }

    /// An event at or after this instant wakes it.
    #[inline]
    pub(super) fn until(&self) -> Instant {
        self.until
    }

    /// An event with which the sum that is still to come reaches this wakes it.
    #[inline]
    pub(super) fn left(&self) -> i64 {
        self.goal.micro() - self.over.demanded.micro()
    }

    /// Adds usage that is served, and credits that arrive in it, for which there is room.
    pub(super) fn recharge(&mut self, usage: Alike, credits: Credits) {
        self.goal = self.goal.plus(credits).expect("the balance never leaves the range");
        self.over = if self.is_awake() { usage } else { usage.after(self.over) };
    }

    /// Credits requested during the sleep.
    #[inline]
    pub(super) fn requested(&self) -> Credits {
        self.over.demanded
    }

    /// Adds usage to the sleep, which may continue with usage before `until` as long as the sum of
    /// it all is below `goal`.
    #[inline]
    pub(super) fn sleep_over(&mut self, events: Alike, until: Instant, goal: Credits) {
        let over = if self.over.events == 0 { events } else { events.after(self.over) };
        *self = Nap { over, until, goal };
    }

    /// Adds usage if the sleep may continue over it; otherwise changes nothing.
    #[inline]
    pub(super) fn takes(&mut self, usage: &Alike) -> bool {
        // The goal is not below zero, nor is the sum requested.
        if usage.last >= self.until || usage.demanded.micro() >= self.left() {
            return false;
        }
        self.over = if self.is_awake() { *usage } else { usage.after(self.over) };
        true
    }

    /// Wakes; returns what it slept over, if anything.
    #[inline]
    pub(super) fn end(&mut self) -> Option<Alike> {
        let over = std::mem::replace(self, Nap::AWAKE).over;
        (over.events > 0).then_some(over)
    }
}
