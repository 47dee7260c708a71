//! Gifts at times of their own. Contract §2.

use crate::domain::{Instant, Zone};
use crate::policy::{Gift, GiftDue};

/// The next instant of every gift that does not come with a cycle start.
#[derive(Clone, Debug)]
pub(super) struct GiftTimes {
    next: Vec<Instant>,
}

impl GiftTimes {
    /// From the start on; `None` if there are none.
    pub(super) fn new(gifts: &[Gift], start: Instant, zone: Zone) -> Option<GiftTimes> {
        let own = gifts.iter().any(|gift| gift.due != GiftDue::CycleStart);
        own.then(|| GiftTimes { next: gifts.iter().map(|gift| gift.first(start, zone)).collect() })
    }

    /// The instant of the next one.
    pub(super) fn next(&self) -> Instant {
        self.next.iter().copied().min().unwrap_or(Instant::NEVER)
    }

    /// Returns whether the gift at this position is due, and goes on to the instant after it.
    pub(super) fn take(&mut self, index: usize, gift: &Gift, now: Instant, zone: Zone) -> bool {
        let is_due = self.next[index] <= now;
        if is_due {
            self.next[index] = gift.following(now, zone);
        }
        is_due
    }
}
