//! Events before the start of a run that the rules depend on. Contract §2.

use crate::domain::{Credits, Instant};
use crate::policy::{CapWindow, CooldownSince, Order, Used};

/// The past of an account at the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// Settled charges, all before the start, the oldest first.
    pub charges: Vec<Settled>,
    /// Use of the caps in the windows around the start, where given; it replaces the charges there.
    pub caps_used: CapsUsed,
    /// Failed charges in a row.
    pub failures: u32,
    /// The instant of the next attempt, not before the start, if one waits.
    pub retry_at: Option<Instant>,
    /// The instant of the suspension, not after the start, if auto-recharge is suspended.
    pub suspended_since: Option<Instant>,
}

/// A charge that has settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The instant at which it settled.
    pub at: Instant,
    /// The credits and their price; zero where unknown.
    pub order: Order,
    /// True if it succeeded.
    pub succeeded: bool,
}

/// Use of the caps by window, in every measure; `None` where it follows from the charges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CapsUsed {
    /// Of those per day.
    pub day: Option<Used>,
    /// Of those per month.
    pub month: Option<Used>,
    /// Of those per cycle.
    pub cycle: Option<Used>,
}

impl CapsUsed {
    /// Returns the use of the caps of a window, if given; for rolling windows it follows from the charges.
    pub fn of(&self, window: CapWindow) -> Option<Used> {
        match window {
            CapWindow::Day => self.day,
            CapWindow::Month => self.month,
            CapWindow::Cycle => self.cycle,
            CapWindow::Rolling(_) => None,
        }
    }
}

impl Past {
    /// The credits of the last successful charge, if known.
    pub(super) fn last_purchase(&self) -> Option<Credits> {
        let last = self.charges.iter().rfind(|charge| charge.succeeded)?;
        last.order.credits.is_positive().then_some(last.order.credits)
    }

    /// The instant from which a cooldown counts.
    pub(super) fn last_counted(&self, since: CooldownSince) -> Option<Instant> {
        let counts = |charge: &&Settled| charge.succeeded || since == CooldownSince::Attempt;
        self.charges.iter().rfind(counts).map(|charge| charge.at)
    }
}
