//! The input of one run: the rules, the account at the start, the timeline.

use crate::domain::{CreditTotal, Credits, CreditsOverflow, Instant, Money, MoneyOverflow, Window};
use crate::policy::{Action, Overflow, Plan, Policy, Prerequisites};

use super::past::Past;

/// Everything the engine needs to know beforehand.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// The start and the end of the run.
    pub horizon: Window,
    /// The rules.
    pub policy: Policy,
    /// The balance at the start; `None` opens a new cycle.
    pub opening: Option<Opening>,
    /// True if auto-recharge is enabled at the start, unless a prerequisite is missing.
    pub enabled: bool,
    /// The prerequisites the account has at the start.
    pub facts: Prerequisites,
    /// Events before the start that the rules depend on.
    pub past: Past,
    /// The timeline, sorted by instant; file order at one instant.
    pub actions: Vec<(Instant, Action)>,
}

impl Setup {
    /// Returns true if the account has auto-recharge and no credits at the start: usage is refused until the
    /// first credits arrive.
    pub fn starts_empty(&self) -> bool {
        let has = match &self.opening {
            None => {
                let plan = &self.policy.contract.plan;
                plan.allowance.is_positive() || !plan.quotas.is_empty()
            }
            Some(opening) => {
                opening.allowance.is_positive() || opening.purchased_credits() > CreditTotal::ZERO
            }
        };
        let (contract, start) = (&self.policy.contract, self.horizon.from);
        let given = contract.gifts.iter().any(|gift| {
            gift.first(start, contract.zone) == start
                || (self.opening.is_none() && gift.comes_with_cycle(start))
        });
        let mut first = self.actions.iter().take_while(|(at, _)| *at <= self.horizon.from);
        let bought = first.any(|(_, action)| matches!(action, Action::TopUp(_)));
        self.policy.recharge.is_some() && !has && !given && !bought
    }

    /// The plans of the run: that at the start and those of changes.
    pub(super) fn plans(&self) -> impl Iterator<Item = &Plan> {
        let later = self.actions.iter().filter_map(|(_, action)| match action {
            Action::ChangePlan { plan, .. } => Some(plan.as_ref()),
            _ => None,
        });
        std::iter::once(&self.policy.contract.plan).chain(later)
    }

    /// Checks that the setup is consistent: without auto-recharge nothing may enable it or act on
    /// it.
    pub(super) fn check(&self) -> Result<(), EngineError> {
        if self.policy.recharge.is_some() {
            return Ok(());
        }
        let enabled = self.enabled.then_some(self.horizon.from);
        let acts = self.actions.iter().find(|(_, action)| action.is_on_recharge());
        match enabled.or(acts.map(|&(at, _)| at)) {
            Some(at) => Err(EngineError::NoAutoRecharge { at }),
            None => Ok(()),
        }
    }
}

/// The balance of an account at the start of a run that does not begin with a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// Left of the current cycle's allowance.
    pub allowance: Credits,
    /// Grants purchased earlier, in order of arrival.
    pub purchased: Vec<OpeningGrant>,
    /// True if nobody states them: they are assumed, so that what a study says of cost counts what is used of them.
    pub is_assumed: bool,
}

impl Opening {
    /// The purchased credits together.
    pub fn purchased_credits(&self) -> CreditTotal {
        let mut sum = CreditTotal::ZERO;
        self.purchased.iter().for_each(|grant| sum += grant.credits);
        sum
    }

    /// Those of them that nobody states.
    pub fn assumed_credits(&self) -> CreditTotal {
        if self.is_assumed { self.purchased_credits() } else { CreditTotal::ZERO }
    }
}

/// Credits purchased before the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpeningGrant {
    /// Credits not yet burnt.
    pub credits: Credits,
    /// Price paid for them.
    pub price: Money,
    /// The expiry.
    pub expires: OpeningExpiry,
}

/// The expiry of credits purchased before the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpeningExpiry {
    /// As for a purchase at the start.
    #[default]
    AsBoughtAtStart,
    /// Never.
    Never,
    /// At the end of the cycle around the start.
    CycleEnd,
    /// At an instant after the start.
    At(Instant),
}

/// Reason why an event could not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// An amount left the range that can be counted exactly.
    Overflow(Overflow),
    /// Something happened that cannot.
    Impossible(Impossible),
}

impl Fault {
    /// Converts to the error that ends a run.
    pub(super) fn at(self, at: Instant) -> EngineError {
        match self {
            Fault::Overflow(what) => EngineError::Overflow { at, what },
            Fault::Impossible(what) => EngineError::Impossible { at, what },
        }
    }
}

/// States that the engine's construction rules out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// The event list holds the instant of an action that the timeline has.
    #[error("an action was due and the timeline has none")]
    NoActionDue,
    /// A settlement is scheduled with a charge, and only then.
    #[error("a charge settled and none was in flight")]
    NothingInFlight,
    /// A repair is scheduled with a suspension and cancelled with its end.
    #[error("a repair came and nothing was suspended")]
    NothingSuspended,
    /// A return is scheduled for usage that waits.
    #[error("usage came back and none was waiting")]
    NothingWaiting,
    /// The end of a window is scheduled only where there are quotas.
    #[error("a quota ended and no plan has any")]
    NoQuota,
    /// Gifts are scheduled only where there are some.
    #[error("a gift was due and there is none")]
    NoGift,
    /// Standing charges are scheduled only where there are some.
    #[error("a standing charge was due and there is none")]
    NoStandingCharge,
    /// A deduction is scheduled for usage that was served.
    #[error("usage was deducted and none was served")]
    NothingServed,
    /// Grants that expire leave the balance with what is left of them.
    #[error("the expired credits differ from those that left the balance")]
    BalanceAfterExpiry,
    /// Only a service that can stop does.
    #[error("a service stopped that never stops")]
    StopWithoutRestart,
}

impl From<Impossible> for Fault {
    fn from(what: Impossible) -> Fault {
        Fault::Impossible(what)
    }
}

impl From<Overflow> for Fault {
    fn from(overflow: Overflow) -> Fault {
        Fault::Overflow(overflow)
    }
}

impl From<CreditsOverflow> for Fault {
    fn from(overflow: CreditsOverflow) -> Fault {
        Fault::Overflow(overflow.into())
    }
}

impl From<MoneyOverflow> for Fault {
    fn from(overflow: MoneyOverflow) -> Fault {
        Fault::Overflow(overflow.into())
    }
}

/// Reason why a run could not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// A balance, a price or a count left the range of exact numbers.
    #[error("at {at}: {what}")]
    Overflow {
        /// The instant.
        at: Instant,
        /// The quantity.
        what: crate::policy::Overflow,
    },
    /// A fault of this program and not of the rules.
    #[error(
        "at {at}: {what}; this is a fault of recharge and not of the scenario: please report it"
    )]
    Impossible {
        /// The instant.
        at: Instant,
        /// The state.
        what: Impossible,
    },
    /// The timeline acts on auto-recharge, and the policy has none.
    #[error("at {at}: there is no auto-recharge to act on")]
    NoAutoRecharge {
        /// The instant.
        at: Instant,
    },
    /// More state changes at one instant than any sensible rule makes.
    #[error(
        "at {at}: more than {} state changes at one instant; a recharge that takes no time buys too \
         little to end the shortage, or fails and is retried without a wait",
        grouped(&MOST_AT_ONE_INSTANT.into())
    )]
    Livelock {
        /// The instant.
        at: Instant,
    },
    /// More charges in one run than any account makes.
    #[error(
        "at {at}: more than {} charges in one run; let a recharge buy more, wait longer before a \
         failed charge is tried again (`payment.retry_after`), or let failures suspend \
         auto-recharge (`payment.disable_after`)",
        grouped(most)
    )]
    TooManyCharges {
        /// The instant.
        at: Instant,
        /// [`Limits::charges`].
        most: u64,
    },
    /// More usage that waits than memory should hold.
    #[error(
        "at {at}: more than {} usage events wait to be deducted or to come back; shorten \
         `service.metering_lag` or `service.comes_back_after`, or add up usage before",
        grouped(most)
    )]
    TooMuchWaiting {
        /// The instant.
        at: Instant,
        /// [`Limits::waiting`].
        most: u64,
    },
    /// More charges that caps remember than memory should hold.
    #[error(
        "at {at}: caps remember more than {} charges; shorten their rolling windows (`per`), leave out \
         `change_caps`, or let a recharge buy more",
        grouped(most)
    )]
    TooMuchRemembered {
        /// The instant.
        at: Instant,
        /// [`Limits::remembered`].
        most: u64,
    },
    /// Usage that came back more often than is worth looking at.
    #[error(
        "at {at}: refused usage came back more than {} times; lower `service.comes_back_times`, \
         lengthen `service.comes_back_after`, or add up usage before",
        grouped(most)
    )]
    TooManyReturns {
        /// The instant.
        at: Instant,
        /// [`Limits::returns`].
        most: u64,
    },
}

impl EngineError {
    /// Returns true if this is a fault of the program rather than of the rules.
    pub fn is_fault(&self) -> bool {
        matches!(self, EngineError::Impossible { .. })
    }

    /// Returns the message; for a fault of the program, with the numbers that reproduce the run.
    pub fn placed(&self, seed: u64, replication: u64) -> String {
        match self.is_fault() {
            true => format!("{self}, with seed {seed}, replication {replication}"),
            false => self.to_string(),
        }
    }
}

/// Limits on the cost of a run. Rules that exceed them contain a mistake, and the run ends with an
/// error instead of days later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Charges started.
    pub charges: u64,
    /// Usage events held at once until they are deducted or come back.
    pub waiting: u64,
    /// Charges held at once because a rolling cap, or one that may be set later, looks back at
    /// them.
    pub remembered: u64,
    /// Times that refused usage comes back.
    pub returns: u64,
}

impl Default for Limits {
    /// A charge every minute for 19 years; some 100 MB each for pending usage and remembered
    /// charges; some seconds.
    fn default() -> Self {
        let (waiting, remembered) = (2_000_000, 2_000_000);
        Limits { charges: 10_000_000, waiting, remembered, returns: 10_000_000 }
    }
}

/// Formats a number with thousands separators.
fn grouped(number: &u64) -> String {
    crate::domain::grouped(&number.to_string())
}

/// The most state changes at one instant.
pub const MOST_AT_ONE_INSTANT: u32 = 100_000;
