//! What the engine tells: every state change, and usage in runs.
//!
//! Observers are statically dispatched: a replay listens with a journal and metrics, a study with
//! metrics alone, a test with everything. They cannot influence what happens.

use crate::domain::{Credits, Instant, Money, Pools, Source, Window};
use crate::policy::{Action, Decline, Order, Plan, Prerequisites};

use super::agenda::Event;
use super::trace::Chunk;

/// Listens to a run.
pub trait Observer {
    /// Whether it adds runs of usage up and asks nothing else of them. Runs with nothing in between
    /// may then reach it as one, without the events of it ([`UsageRun::each`] and what stands beside
    /// it), and not before something else happens. Who passes on what it hears may add up only if
    /// everybody does that it is passed on to.
    const ADDS_UP: bool = false;

    /// Something happened other than usage.
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>);
    /// Some consecutive usage events were treated alike.
    fn usage(&mut self, run: &UsageRun<'_>);
    /// Some usage events of zero credits: served, changing nothing. Only an observer that does not
    /// [add up](Observer::ADDS_UP) hears them in their place between what else happens.
    fn nothing_asked(&mut self, run: &UsageRun<'_>);
    /// From `at` on the trigger holds at a balance of `level` or less. Who does not care need not
    /// listen; who passes on what it hears must pass this on too.
    fn threshold(&mut self, _at: Instant, _level: Credits) {}
}

/// When and why something happened, and the balance around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Instant,
    /// What made it happen.
    pub cause: Cause,
    /// The state of auto-recharge after it.
    pub state: State,
    /// The balance before.
    pub before: Pools,
    /// The balance after.
    pub after: Pools,
}

/// What made something happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The run began.
    Start,
    /// A scheduled event.
    Scheduled(Event),
    /// Usage.
    Usage,
    /// The run ended.
    End,
}

impl Cause {
    /// As journals name it.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Start => "start",
            Cause::Usage => "usage",
            Cause::End => "end",
            Cause::Scheduled(event) => match event {
                Event::CycleStart => "cycle_start",
                Event::Expiry => "expiry",
                Event::Settlement => "settlement",
                Event::Action => "action",
                Event::Repair => "repair",
                Event::Restart => "restart",
                Event::Recheck => "recheck",
                Event::Deduction => "deduction",
                Event::Return => "return",
            },
        }
    }
}

/// The state of auto-recharge (contract §9), with `cooling` for a cooldown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Disabled by the owner, or a prerequisite is missing.
    Off,
    /// Watching the balance.
    Armed,
    /// The trigger holds and a cap forbids.
    Capped,
    /// The trigger holds and a cooldown is not over.
    Cooling,
    /// A charge is in flight.
    Charging,
    /// The bank waits for the cardholder.
    Verifying,
    /// Waiting to try again.
    Backoff,
    /// Turned off after failures.
    Suspended,
}

impl State {
    /// As journals name it.
    pub fn name(self) -> &'static str {
        match self {
            State::Off => "off",
            State::Armed => "armed",
            State::Capped => "capped",
            State::Cooling => "cooling",
            State::Charging => "charging",
            State::Verifying => "verifying",
            State::Backoff => "backoff",
            State::Suspended => "suspended",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact<'a> {
    /// A billing cycle started; `number` counts from 0 at the start of the run.
    CycleStarted {
        /// Which.
        number: u64,
        /// From when to when.
        cycle: Window,
    },
    /// A plan took effect.
    PlanChanged {
        /// Which.
        plan: &'a Plan,
    },
    /// A plan change waits for the next cycle start.
    PlanChangeWaits {
        /// Which plan.
        plan: &'a Plan,
    },
    /// A plan fee was charged.
    FeeCharged {
        /// For which plan.
        plan: &'a Plan,
        /// How much.
        fee: Money,
    },
    /// Credits arrived.
    Granted {
        /// Where from.
        source: Source,
        /// How many.
        credits: Credits,
        /// What was paid.
        price: Money,
        /// When what is left of them is lost.
        expires: Instant,
    },
    /// A debt was forgiven.
    Forgiven {
        /// How much of it.
        credits: Credits,
    },
    /// What was left of a purchased grant expired.
    Expired {
        /// How much.
        credits: Credits,
        /// What that had cost.
        cost: Money,
    },
    /// Unused allowance was forfeited.
    Forfeited {
        /// How much.
        credits: Credits,
    },
    /// A charge started.
    ChargeStarted {
        /// Its number, from 1.
        attempt: u64,
        /// What it buys.
        order: Order,
    },
    /// A charge succeeded; its credits arrive next.
    ChargeSucceeded {
        /// Its number.
        attempt: u64,
        /// What it bought.
        order: Order,
    },
    /// A charge failed.
    ChargeFailed {
        /// Its number.
        attempt: u64,
        /// Why.
        decline: Decline,
        /// How many failures in a row this makes.
        in_a_row: u32,
    },
    /// The bank asked the cardholder for verification.
    VerificationAsked {
        /// For which attempt.
        attempt: u64,
    },
    /// The next attempt waits.
    BackedOff {
        /// Until when.
        until: Instant,
    },
    /// Auto-recharge was suspended after failures.
    Suspended,
    /// The owner repaired the payment method, and auto-recharge is on again.
    Repaired,
    /// The trigger came to hold while caps forbade a recharge.
    CapReached {
        /// Which of the caps in force, by position.
        caps: &'a [usize],
        /// When the windows allow it again.
        until: Instant,
    },
    /// The trigger holds and a cooldown is not over.
    CooldownWaits {
        /// Until when.
        until: Instant,
    },
    /// A blocked trigger came to hold no longer, or its block ended.
    Released,
    /// Something on the timeline was done.
    Acted {
        /// What.
        action: &'a Action,
    },
    /// A request went to the customer success manager.
    Requested {
        /// Whether to enable, rather than disable.
        enable: bool,
        /// When it comes into effect.
        effective: Instant,
    },
    /// Auto-recharge was enabled.
    Enabled,
    /// Auto-recharge was disabled.
    Disabled,
    /// Auto-recharge will be off when the charge in flight has settled.
    DisableWaits,
    /// Enabling was refused, or auto-recharge was turned off, because these are missing.
    PrerequisitesMissing {
        /// All that are missing.
        missing: Prerequisites,
    },
    /// An outage opened.
    OutageOpened,
    /// An outage closed.
    OutageClosed {
        /// When it had opened.
        opened: Instant,
    },
    /// The service stopped.
    ServiceStopped,
    /// The service restarted.
    ServiceRestarted,
    /// The balance came to zero or below.
    Exhausted,
    /// The balance is above zero again.
    Replenished {
        /// Since when it had not been.
        exhausted: Instant,
    },
    /// Usage served earlier was deducted from the balance.
    Deducted {
        /// How much.
        credits: Credits,
    },
    /// The owner was told something.
    Notified(Notification),
    /// The run ended.
    Ended {
        /// Whether a charge was in flight.
        in_flight: bool,
        /// Since when the balance had not been above zero, if so.
        exhausted: Option<Instant>,
    },
}

/// What an owner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notification {
    /// A recharge was done.
    RechargeDone,
    /// A charge failed.
    ChargeFailed,
    /// The bank asks for verification.
    VerificationNeeded,
    /// Auto-recharge was suspended.
    Suspended,
    /// A cap was reached.
    CapReached,
}

impl Notification {
    /// As journals name it.
    pub fn name(self) -> &'static str {
        match self {
            Notification::RechargeDone => "recharge_done",
            Notification::ChargeFailed => "charge_failed",
            Notification::VerificationNeeded => "verification_needed",
            Notification::Suspended => "suspended",
            Notification::CapReached => "cap_reached",
        }
    }
}

/// Consecutive usage events that were treated alike: all served in full, or all refused in full,
/// or one of which a part was served. Only who [adds up](Observer::ADDS_UP) is told of several without
/// their events.
#[derive(Clone, Copy, Debug)]
pub struct UsageRun<'a> {
    /// Of the first event.
    pub first: Instant,
    /// Of the last event.
    pub last: Instant,
    /// How many.
    pub events: u64,
    /// Credits asked for.
    pub demanded: Credits,
    /// Credits served.
    pub served: Credits,
    /// The state of auto-recharge.
    pub state: State,
    /// The balance before.
    pub before: Pools,
    /// The balance after.
    pub after: Pools,
    /// Which events of which chunk; `None` for one alone, and for several of several chunks.
    pub(super) slice: Option<(&'a Chunk, usize, usize)>,
}

impl<'a> UsageRun<'a> {
    /// Which events of which chunk, for who does not add up; `None` for one alone.
    fn slice(&self) -> Option<(&'a Chunk, usize, usize)> {
        assert!(
            self.slice.is_some() || self.events == 1,
            "an observer that adds up asks for events"
        );
        self.slice
    }

    /// Credits refused.
    pub fn refused(&self) -> Credits {
        Credits::from_micro(self.demanded.micro() - self.served.micro())
    }

    /// Events of which anything was refused.
    pub fn refused_events(&self) -> u64 {
        if self.refused().is_positive() { self.events } else { 0 }
    }

    /// How many of its events are before `at`, and what they ask for together. Only for observers that
    /// do not [add up](Observer::ADDS_UP), as the two below.
    pub fn before(&self, at: Instant) -> (u64, Credits) {
        let Some((chunk, from, to)) = self.slice() else {
            return if self.first < at { (1, self.demanded) } else { (0, Credits::ZERO) };
        };
        let until = chunk.not_before(from, at).min(to);
        ((until - from) as u64, chunk.sum(from, until))
    }

    /// The instant of the event at position `index`, of the last one beyond it.
    pub fn instant(&self, index: u64) -> Instant {
        let Some((chunk, from, to)) = self.slice() else { return self.first };
        chunk.times()[from..to].get(index as usize).copied().unwrap_or(self.last)
    }

    /// Calls `each` with the instant, the demanded and the refused credits of every event.
    pub fn each(&self, mut each: impl FnMut(Instant, Credits, Credits)) {
        let Some((chunk, from, to)) = self.slice() else {
            each(self.first, self.demanded, self.refused());
            return;
        };
        let refused = self.refused().is_positive();
        for index in from..to {
            let amount = chunk.amount(index);
            each(chunk.times()[index], amount, if refused { amount } else { Credits::ZERO });
        }
    }
}

impl Observer for () {
    const ADDS_UP: bool = true;

    fn fact(&mut self, _: &Moment, _: &Fact<'_>) {}
    fn usage(&mut self, _: &UsageRun<'_>) {}
    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    const ADDS_UP: bool = A::ADDS_UP && B::ADDS_UP;

    #[inline(always)]
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        self.0.fact(moment, fact);
        self.1.fact(moment, fact);
    }

    #[inline(always)]
    fn usage(&mut self, run: &UsageRun<'_>) {
        self.0.usage(run);
        self.1.usage(run);
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.0.nothing_asked(run);
        self.1.nothing_asked(run);
    }

    fn threshold(&mut self, at: Instant, level: Credits) {
        self.0.threshold(at, level);
        self.1.threshold(at, level);
    }
}

impl<A: Observer> Observer for Option<A> {
    const ADDS_UP: bool = A::ADDS_UP;

    #[inline(always)]
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        if let Some(observer) = self {
            observer.fact(moment, fact);
        }
    }

    #[inline(always)]
    fn usage(&mut self, run: &UsageRun<'_>) {
        if let Some(observer) = self {
            observer.usage(run);
        }
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        if let Some(observer) = self {
            observer.nothing_asked(run);
        }
    }

    fn threshold(&mut self, at: Instant, level: Credits) {
        if let Some(observer) = self {
            observer.threshold(at, level);
        }
    }
}
