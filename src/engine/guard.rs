//! Limits on the cost of a run: errors that end a run whose rules contain a mistake.

use crate::domain::Instant;

use super::agenda::Event;
use super::setup::{EngineError, Limits, MOST_AT_ONE_INSTANT};

/// Watches over the cost of a run.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    limits: Limits,
    /// The last instant with an event that can cause others at the same instant, and the number of
    /// such events.
    breeding: (Instant, u32),
}

/// The cost of a run so far, and its present memory use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// Charges started.
    pub(super) charges: u64,
    /// Usage events that wait.
    pub(super) waiting: u64,
    /// Times that refused usage came back.
    pub(super) returns: u64,
}

impl Guard {
    pub(super) fn new(limits: Limits) -> Guard {
        Guard { limits, breeding: (Instant::EARLIEST, 0) }
    }

    /// Counts an event that is about to happen, if it can cause others at its instant.
    #[inline(always)]
    pub(super) fn breed(&mut self, due: Instant, event: Event) -> Result<(), EngineError> {
        if !matches!(event, Event::Settlement | Event::Repair | Event::Recheck) {
            return Ok(());
        }
        let again = self.breeding.0 == due;
        self.breeding = (due, if again { self.breeding.1 + 1 } else { 1 });
        if self.breeding.1 > MOST_AT_ONE_INSTANT {
            return Err(EngineError::Livelock { at: due });
        }
        Ok(())
    }

    /// The last instant with an event that can cause others at it, and the number of such events.
    pub(super) fn breeding(&self) -> (Instant, u32) {
        self.breeding
    }

    /// Notes the last such instant, after events that were counted elsewhere.
    pub(super) fn note_breeding(&mut self, breeding: (Instant, u32)) {
        self.breeding = breeding;
    }

    /// Charges that may still start after so many.
    pub(super) fn charges_left(&self, charges: u64) -> u64 {
        self.limits.charges.saturating_sub(charges)
    }

    /// Ends a run that costs more than any sensible rules do.
    #[inline(always)]
    pub(super) fn check(&self, at: Instant, cost: Cost) -> Result<(), EngineError> {
        let limits = self.limits;
        if cost.charges > limits.charges {
            return Err(EngineError::TooManyCharges { at, most: limits.charges });
        }
        if cost.waiting > limits.waiting {
            return Err(EngineError::TooMuchWaiting { at, most: limits.waiting });
        }
        if cost.returns > limits.returns {
            return Err(EngineError::TooManyReturns { at, most: limits.returns });
        }
        Ok(())
    }

    /// Ends a run whose caps look back at more charges than memory should hold.
    #[inline(always)]
    pub(super) fn check_remembered(&self, at: Instant, charges: u64) -> Result<(), EngineError> {
        if charges > self.limits.remembered {
            return Err(EngineError::TooMuchRemembered { at, most: self.limits.remembered });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_events_at_one_instant_that_breed_others_are_a_livelock() {
        let mut guard = Guard::new(Limits::default());
        let noon = Instant::from_millis(0);
        for _ in 0..MOST_AT_ONE_INSTANT {
            guard.breed(noon, Event::Action).unwrap();
            guard.breed(noon, Event::Recheck).unwrap();
        }
        assert_eq!(guard.breed(noon, Event::Action), Ok(()));
        let mut later = guard.clone();
        assert_eq!(later.breed(Instant::from_millis(1), Event::Recheck), Ok(()));
        assert_eq!(guard.breed(noon, Event::Repair), Err(EngineError::Livelock { at: noon }));
    }

    #[test]
    fn a_limit_is_reached_before_it_is_exceeded() {
        let at = Instant::from_millis(0);
        let guard = Guard::new(Limits { charges: 3, waiting: 2, returns: 1, ..Limits::default() });
        let cost = Cost { charges: 3, waiting: 2, returns: 1 };
        assert_eq!(guard.check(at, cost), Ok(()));
        for (cost, error) in [
            (Cost { charges: 4, ..cost }, EngineError::TooManyCharges { at, most: 3 }),
            (Cost { waiting: 3, ..cost }, EngineError::TooMuchWaiting { at, most: 2 }),
            (Cost { returns: 2, ..cost }, EngineError::TooManyReturns { at, most: 1 }),
        ] {
            assert_eq!(guard.check(at, cost), Err(error));
        }
    }
}
