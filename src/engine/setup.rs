//! What one run is about: the rules, the account at the start, the timeline.

use crate::domain::{Credits, Instant, Money, Window};
use crate::policy::{Action, Policy, Prerequisites};

/// Everything the engine needs to know beforehand.
#[derive(Clone, Debug)]
pub struct Setup {
    /// From when to when.
    pub horizon: Window,
    /// The rules.
    pub policy: Policy,
    /// What the account holds at the start; `None` opens a fresh cycle.
    pub opening: Option<Opening>,
    /// Whether auto-recharge is enabled at the start, if no prerequisite is missing.
    pub enabled: bool,
    /// The prerequisites the account has at the start.
    pub facts: Prerequisites,
    /// The timeline, sorted by instant; file order at one instant.
    pub actions: Vec<(Instant, Action)>,
}

/// What an account holds at the start of a run that does not begin with a cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// Left of the current cycle's allowance.
    pub allowance: Credits,
    /// Bought earlier; it lives as if bought at the start.
    pub purchased: Credits,
    /// What was paid for `purchased`.
    pub price: Money,
}

/// Why a run could not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// A balance, a price or a count left the range that can be counted exactly.
    #[error("at {at}: {what}")]
    Overflow {
        /// When.
        at: Instant,
        /// What.
        what: crate::policy::Overflow,
    },
    /// More state changes at one instant than any sensible rule makes.
    #[error(
        "at {at}: more than {} state changes at one instant; a recharge that takes no time buys too \
         little to end the shortage, or fails and is retried without a wait",
        MOST_AT_ONE_INSTANT
    )]
    Livelock {
        /// When.
        at: Instant,
    },
}

/// The most state changes at one instant.
pub const MOST_AT_ONE_INSTANT: u32 = 100_000;
