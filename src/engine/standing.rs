//! Standing charges: credits taken whether or not anything is used. Contract §4.

use crate::domain::{Credits, CreditsOverflow, Duration, Instant};
use crate::policy::{StandingCharge, StandingDue};

/// The standing charges that come at the end of a time of their own.
#[derive(Clone, Debug)]
pub(super) struct StandingTimes {
    rules: Vec<(Credits, Duration)>,
    next: Vec<Instant>,
}

impl StandingTimes {
    /// From the start on; `None` if there are none.
    pub(super) fn new(charges: &[StandingCharge], start: Instant) -> Option<StandingTimes> {
        let timed = |charge: &StandingCharge| match charge.due {
            StandingDue::Every(length) => Some((charge.credits, length)),
            StandingDue::CycleStart => None,
        };
        let rules: Vec<_> = charges.iter().filter_map(timed).collect();
        let next = rules.iter().map(|(_, length)| start.plus(*length)).collect();
        (!rules.is_empty()).then_some(StandingTimes { rules, next })
    }

    /// The instant of the next one.
    pub(super) fn next(&self) -> Instant {
        self.next.iter().copied().min().unwrap_or(Instant::NEVER)
    }

    /// Returns the sum of what is due by `now`, and goes on to the times after it.
    pub(super) fn take(&mut self, now: Instant) -> Result<Credits, CreditsOverflow> {
        let mut sum = Credits::ZERO;
        for ((credits, length), next) in self.rules.iter().zip(&mut self.next) {
            if *next <= now {
                sum = sum.plus(*credits)?;
                *next = next.plus(*length);
            }
        }
        Ok(sum)
    }
}

/// The sum of what is due at a cycle start.
pub(super) fn of_cycle(charges: &[StandingCharge]) -> Result<Credits, CreditsOverflow> {
    let due = charges.iter().filter(|charge| charge.due == StandingDue::CycleStart);
    due.map(|charge| charge.credits).try_fold(Credits::ZERO, Credits::plus)
}
