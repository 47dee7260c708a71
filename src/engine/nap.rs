//! Sleep: usage to the end of a chunk, and whole chunks after it, that ask for no decision.
//!
//! At the end of a chunk the engine knows how much more usage it will treat alike, and until when.
//! Chunks within that are only added up, in one line of the cache, and the rest of the account is not
//! touched until something happens. Deliberately absent: what they do to the account, which happens on
//! waking.

use crate::domain::{Credits, Instant};

use super::demand::Alike;
use super::trace::Chunk;

/// What an account has slept over, and for how long it may. It has one line of the cache: of most
/// chunks most accounts look at nothing else.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Nap {
    /// None of it is in the account yet. Without events it is awake.
    over: Alike,
    /// It wakes with an event at or after this instant,
    until: Instant,
    /// and with the one that lets all that is asked for reach this: so the sum cannot overflow.
    goal: Credits,
}

impl Nap {
    /// Every chunk wakes it.
    pub(super) const AWAKE: Nap = {
        let (first, last) = (Instant::EARLIEST, Instant::EARLIEST);
        let over = Alike { first, last, events: 0, demanded: Credits::ZERO };
        Nap { over, until: Instant::EARLIEST, goal: Credits::ZERO }
    };

    /// What was asked for while it slept.
    #[inline]
    pub(super) fn asked(&self) -> Credits {
        self.over.demanded
    }

    /// Sleeps over usage after what it slept over before, and may go on with what comes before `until`
    /// and asks for less than `goal` together with all of it.
    #[inline]
    pub(super) fn sleep_over(&mut self, events: Alike, until: Instant, goal: Credits) {
        let over = if self.over.events == 0 { events } else { events.after(self.over) };
        *self = Nap { over, until, goal };
    }

    /// Adds a chunk up, if it may be slept over; otherwise changes nothing. One with events of zero
    /// credits may not, as they are told apart.
    #[inline]
    pub(super) fn takes(&mut self, chunk: &Chunk) -> bool {
        let Some(&last) = chunk.times().last() else { return false };
        let asked = chunk.sum(0, chunk.len()).micro();
        // The goal is not below zero, nor is what was asked for.
        let left = self.goal.micro() - self.over.demanded.micro();
        if last >= self.until || asked >= left || !chunk.zeros().is_empty() {
            return false;
        }
        self.over.last = last;
        self.over.events += chunk.len() as u64;
        self.over.demanded = Credits::from_micro(self.over.demanded.micro() + asked);
        true
    }

    /// Wakes; returns what it slept over, if anything.
    #[inline]
    pub(super) fn end(&mut self) -> Option<Alike> {
        if self.over.events == 0 {
            return None;
        }
        Some(std::mem::replace(self, Nap::AWAKE).over)
    }
}
