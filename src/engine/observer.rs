//! The output of the engine: every state change, and usage in runs.
//!
//! Observers are statically dispatched where many accounts live many times, and each kind has an engine compiled for it; all
//! others share the engine of [`AnyObserver`]. They cannot influence the simulation.

use crate::domain::{
    BurnRank, Credits, Duration, Grant, Instant, Money, Pools, Share, Source, Window,
};
use crate::policy::{Action, Decline, Order, Plan, Prerequisites};

use super::agenda::Event;
use super::cap_use::CapsNow;
use super::slice::UsageSlice;

/// Listens to a run.
pub trait Observer {
    /// True if the observer only sums runs of usage. The engine may then merge runs with nothing in
    /// between, drop their events ([`UsageRun::each`] and its siblings), and delay them until
    /// something else happens. A combinator may set it only if all its parts do.
    fn adds_up(&self) -> bool {
        false
    }

    /// True if the observer, which [adds up](Observer::adds_up), takes recharges of which nothing has to be told but their
    /// sums: [`Observer::routine`] tells of them in place of their facts and of the usage between them, and a cap that is
    /// reached in the course of it is told before. A combinator may set it only if all its parts do.
    fn takes_routine(&self) -> bool {
        false
    }

    /// Something happened other than usage.
    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>);
    /// Reports consecutive usage events with the same treatment.
    fn usage(&mut self, run: &UsageRun<'_>);
    /// Reports usage events of zero credits: served, changing nothing. Only an observer that does
    /// not [add up](Observer::adds_up) receives them in order with all other facts.
    fn nothing_asked(&mut self, run: &UsageRun<'_>);
    /// Reports usage with recharges in between, which are nothing but routine. Only an observer that
    /// [takes it](Observer::takes_routine) hears of it; a combinator must forward it.
    fn routine(&mut self, _run: &RoutineRun) {}
    /// Reports that from `at` on the trigger holds at a balance of `level` or less. Ignored by
    /// default; a combinator must forward it.
    fn threshold(&mut self, _at: Instant, _level: Credits) {}
    /// Shows the caps as they are at the fact that is told next. Ignored by default; a combinator must forward it.
    #[inline(always)]
    fn caps(&mut self, _caps: CapsNow<'_>) {}
}

/// The instant and the cause of a fact, and the balance around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Instant,
    /// The cause.
    pub cause: Cause,
    /// The state of auto-recharge after it.
    pub state: State,
    /// The balance before.
    pub before: Pools,
    /// The balance after.
    pub after: Pools,
}

impl Moment {
    /// The instant at which a bill counts: the last one before the start of the next cycle, or before the end of
    /// the run, where the bill is part of an end.
    pub fn of_bill(&self) -> Instant {
        match self.cause {
            Cause::Scheduled(Event::CycleStart) | Cause::End => {
                Instant::from_millis(self.at.millis() - 1)
            }
            Cause::Scheduled(_) | Cause::Start | Cause::Usage => self.at,
        }
    }
}

/// The cause of a fact.
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
    /// Its name in journals.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Start => "start",
            Cause::Usage => "usage",
            Cause::End => "end",
            Cause::Scheduled(event) => match event {
                Event::CycleStart => "cycle_start",
                Event::Expiry => "expiry",
                Event::Gift => "gift",
                Event::QuotaEnd => "quota_end",
                Event::Settlement => "settlement",
                Event::Action => "action",
                Event::Repair => "repair",
                Event::Restart => "restart",
                Event::Recheck => "recheck",
                Event::Standing => "standing",
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
    /// Its name in journals.
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
        /// The number of the cycle.
        number: u64,
        /// Its start and its end.
        cycle: Window,
    },
    /// A plan took effect.
    PlanChanged {
        /// The plan.
        plan: &'a Plan,
    },
    /// A plan change waits for the next cycle start.
    PlanChangeWaits {
        /// The plan.
        plan: &'a Plan,
    },
    /// A plan fee was charged.
    FeeCharged {
        /// The plan charged for.
        plan: &'a Plan,
        /// The amount charged.
        fee: Money,
    },
    /// Overage was billed.
    OverageBilled {
        /// The credits billed.
        credits: Credits,
        /// Their price.
        price: Money,
    },
    /// Credits arrived.
    Granted {
        /// Their source.
        source: Source,
        /// The number of credits.
        credits: Credits,
        /// The price paid.
        price: Money,
        /// The instant at which the unused rest is lost.
        expires: Instant,
        /// Whether that is as a part of a cycle's start, rather than at an instant of its own.
        with_cycle: bool,
        /// Their rank in burn-down order.
        rank: BurnRank,
    },
    /// A purchase was undone: its money was paid back and credits were taken.
    Reversed {
        /// True if the bank took the money back.
        is_chargeback: bool,
        /// The source of the purchase.
        source: Source,
        /// Its number among the purchases of this source, from 1.
        number: u64,
        /// The credits taken.
        credits: Credits,
        /// The part of them that was left of the purchase.
        of_lot: Credits,
        /// The money paid back.
        money: Money,
    },
    /// The vendor won the dispute about a purchase: it was paid again, and the credits taken came back.
    Restored {
        /// The source of the purchase.
        source: Source,
        /// Its number among the purchases of this source, from 1.
        number: u64,
        /// The credits that came back.
        credits: Credits,
        /// The price paid again.
        price: Money,
        /// The instant at which the unused rest is lost.
        expires: Instant,
        /// Whether that is as a part of a cycle's start, rather than at an instant of its own.
        with_cycle: bool,
        /// Their rank in burn-down order.
        rank: BurnRank,
    },
    /// Usage was undone. What came back to grants that have ended is told next, as expired or forfeited.
    UsageReversed {
        /// The instant at which it was served.
        used: Instant,
        /// The credits undone; none where a row of the feed took back what was not served.
        credits: Credits,
        /// The credits that a row of the feed took back beyond them, which were not served; none of an action.
        unserved: Credits,
        /// The part of them that was given back: to grants, off a debt, or out of what was not deducted yet.
        given_back: Credits,
        /// The part of this that was not deducted yet.
        unmetered: Credits,
        /// The part of the credits undone that was overage and is not billed.
        overage: Credits,
        /// What came back to each grant.
        lots: &'a [GivenBack],
    },
    /// A debt was forgiven.
    Forgiven {
        /// The amount forfeited.
        credits: Credits,
    },
    /// The unused rest of a purchased grant or a gift expired.
    Expired {
        /// Where it came from.
        source: Source,
        /// The amount expired.
        credits: Credits,
        /// Its cost.
        cost: Money,
    },
    /// Unused allowance was forfeited.
    Forfeited {
        /// The amount forgiven.
        credits: Credits,
    },
    /// A charge started.
    ChargeStarted {
        /// Its number, from 1.
        attempt: u64,
        /// The order.
        order: Order,
    },
    /// A charge succeeded; its credits arrive next.
    ChargeSucceeded {
        /// Its number.
        attempt: u64,
        /// The order.
        order: Order,
    },
    /// A charge failed.
    ChargeFailed {
        /// Its number.
        attempt: u64,
        /// Reason of the failure.
        decline: Decline,
        /// Number of failures in a row, this one included.
        in_a_row: u32,
    },
    /// The bank requested verification from the cardholder.
    VerificationAsked {
        /// The attempt.
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
        /// The caps, by position among those in force.
        caps: &'a [usize],
        /// The instant at which the windows allow it again.
        until: Instant,
    },
    /// The use of a cap reached a share of its limit.
    CapWarned {
        /// The cap, by position among those in force.
        cap: usize,
        /// The share.
        share: Share,
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
        /// The action.
        action: &'a Action,
    },
    /// A request went to the customer success manager.
    Requested {
        /// True to enable, false to disable.
        enable: bool,
        /// The instant at which it takes effect.
        effective: Instant,
    },
    /// Auto-recharge was enabled.
    Enabled,
    /// Auto-recharge was disabled.
    Disabled,
    /// Auto-recharge will be off when the charge in flight has settled.
    DisableWaits,
    /// Enabling was refused, or auto-recharge was turned off, because these prerequisites are
    /// missing.
    PrerequisitesMissing {
        /// All that are missing.
        missing: Prerequisites,
    },
    /// The first use since the last window of a quota opened another.
    QuotaOpened {
        /// The quota, by position in the plan.
        quota: usize,
        /// The window.
        window: Window,
    },
    /// The window of a quota ended.
    QuotaEnded {
        /// The quota, by position in the plan.
        quota: usize,
        /// Credits of usage that it served.
        used: Credits,
    },
    /// Standing charges were taken.
    StandingCharged {
        /// Their sum.
        credits: Credits,
        /// The part of it that the balance lacked, if that is overage.
        overage: Credits,
    },
    /// An outage opened.
    OutageOpened,
    /// An outage closed.
    OutageClosed {
        /// The instant at which it opened.
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
        /// The amount.
        credits: Credits,
        /// The part of it that the balance lacked, if that is overage.
        overage: Credits,
    },
    /// The owner received a message.
    Notified(Notification),
    /// The run ended.
    Ended {
        /// True if a charge was in flight.
        in_flight: bool,
        /// Since when the balance had not been above zero, if so.
        exhausted: Option<Instant>,
    },
}

/// Credits that came back to the grant that they had been taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenBack {
    /// The grant, as it was when they were taken.
    pub grant: Grant,
    /// The credits.
    pub credits: Credits,
    /// The part of them that repaid a debt.
    pub repaid: Credits,
    /// True if the grant has ended, so that they are gone at once.
    pub ended: bool,
}

/// A message to the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notification {
    /// A recharge was done.
    RechargeDone,
    /// A charge failed.
    ChargeFailed,
    /// The bank requires verification.
    VerificationNeeded,
    /// Auto-recharge was suspended.
    Suspended,
    /// A cap was reached.
    CapReached,
    /// A cap is used up to a share at which the owner is warned.
    CapWarning,
}

impl Notification {
    /// Its name in journals.
    pub fn name(self) -> &'static str {
        match self {
            Notification::RechargeDone => "recharge_done",
            Notification::ChargeFailed => "charge_failed",
            Notification::VerificationNeeded => "verification_needed",
            Notification::Suspended => "suspended",
            Notification::CapReached => "cap_reached",
            Notification::CapWarning => "cap_warning",
        }
    }
}

/// Consecutive usage events with the same treatment: all served in full, all refused in full, or a
/// single one served in part. Only an observer that [adds up](Observer::adds_up) receives several
/// without their events.
#[derive(Clone, Copy, Debug)]
pub struct UsageRun<'a> {
    /// Instant of the first event.
    pub first: Instant,
    /// Instant of the last event.
    pub last: Instant,
    /// Number of events.
    pub events: u64,
    /// Credits requested.
    pub demanded: Credits,
    /// Credits served.
    pub served: Credits,
    /// The part of them that was overage, as far as it is deducted already.
    pub overage: Credits,
    /// The part of them that quotas of the plan served without credits.
    pub included: Credits,
    /// The state of auto-recharge.
    pub state: State,
    /// The balance before.
    pub before: Pools,
    /// The balance after.
    pub after: Pools,
    /// The chunk and the range of its events; `None` for a single event, and for events of several
    /// chunks.
    pub(super) slice: Option<(&'a UsageSlice<'a>, usize, usize)>,
}

impl<'a> UsageRun<'a> {
    /// The chunk and the range of its events, for observers that do not add up; `None` for a single
    /// event.
    fn slice(&self) -> Option<(&'a UsageSlice<'a>, usize, usize)> {
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

    /// Number of its events before `at`, and the sum they request. Only for observers that do not
    /// [add up](Observer::adds_up), like the two below.
    pub fn before(&self, at: Instant) -> (u64, Credits) {
        let Some((chunk, from, to)) = self.slice() else {
            return if self.first < at { (1, self.demanded) } else { (0, Credits::ZERO) };
        };
        let until = chunk.not_before(from, at).min(to);
        ((until - from) as u64, chunk.sum(from, until))
    }

    /// The instant of the event at position `index`; that of the last event for any later position.
    pub fn instant(&self, index: u64) -> Instant {
        let Some((chunk, from, to)) = self.slice() else { return self.first };
        let index = from + index as usize;
        if index < to { chunk.at(index) } else { self.last }
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
            each(chunk.at(index), amount, if refused { amount } else { Credits::ZERO });
        }
    }
}

/// Usage of one cycle and recharges in between, all of which succeeded, at once or when the charge was tried again: what they
/// came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoutineRun {
    /// The instant of the first event.
    pub first: Instant,
    /// Number of usage events.
    pub usage_events: u64,
    /// Credits served.
    pub served: Credits,
    /// Events that were refused, each as a whole.
    pub refused_events: u64,
    /// Credits refused.
    pub refused: Credits,
    /// Number of recharges.
    pub recharges: u64,
    /// Number of charges that failed before them, each of which was tried again.
    pub failed_attempts: u64,
    /// What each of them bought.
    pub order: Order,
    /// Outages, all of which have closed.
    pub outages: u64,
    /// Their length.
    pub downtime: Duration,
    /// The time with a balance of zero, which has ended.
    pub exhausted: Duration,
    /// What was refused with credits left while the trigger did not hold.
    pub idle: Option<IdleRefusals>,
}

/// Usage that was refused with credits left while the trigger did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleRefusals {
    /// The first such event.
    pub first: Instant,
    /// Number of events.
    pub events: u64,
    /// The largest balance at one of them.
    pub balance: Credits,
}

impl IdleRefusals {
    /// Appends these to those before them.
    pub(super) fn after(self, before: Option<IdleRefusals>) -> IdleRefusals {
        let Some(before) = before else { return self };
        IdleRefusals {
            first: before.first,
            events: before.events + self.events,
            balance: before.balance.max(self.balance),
        }
    }
}

impl Observer for () {
    fn adds_up(&self) -> bool {
        true
    }

    fn takes_routine(&self) -> bool {
        true
    }

    fn fact(&mut self, _: &Moment, _: &Fact<'_>) {}
    fn usage(&mut self, _: &UsageRun<'_>) {}
    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    #[inline(always)]
    fn adds_up(&self) -> bool {
        self.0.adds_up() && self.1.adds_up()
    }

    fn takes_routine(&self) -> bool {
        self.0.takes_routine() && self.1.takes_routine()
    }

    #[inline(always)]
    fn routine(&mut self, run: &RoutineRun) {
        self.0.routine(run);
        self.1.routine(run);
    }

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

    #[inline(always)]
    fn caps(&mut self, caps: CapsNow<'_>) {
        self.0.caps(caps);
        self.1.caps(caps);
    }
}

impl<A: Observer> Observer for Option<A> {
    #[inline(always)]
    fn adds_up(&self) -> bool {
        self.as_ref().is_none_or(Observer::adds_up)
    }

    fn takes_routine(&self) -> bool {
        self.as_ref().is_none_or(Observer::takes_routine)
    }

    #[inline(always)]
    fn routine(&mut self, run: &RoutineRun) {
        if let Some(observer) = self {
            observer.routine(run);
        }
    }

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

    #[inline(always)]
    fn caps(&mut self, caps: CapsNow<'_>) {
        if let Some(observer) = self {
            observer.caps(caps);
        }
    }
}

/// Hands on all but routine, so that the engine tells of every recharge in facts: what tests compare routine with.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct GeneralWay<O>(
    /// The observer that hears them.
    pub O,
);

impl<O: Observer> Observer for GeneralWay<O> {
    fn adds_up(&self) -> bool {
        self.0.adds_up()
    }

    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        self.0.fact(moment, fact);
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        self.0.usage(run);
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.0.nothing_asked(run);
    }

    fn threshold(&mut self, at: Instant, level: Credits) {
        self.0.threshold(at, level);
    }

    fn caps(&mut self, caps: CapsNow<'_>) {
        self.0.caps(caps);
    }
}

/// An observer behind a pointer, whatever its type. A run that is not one of very many is told through it: the engine is compiled
/// anew for every type of observer, which takes seconds.
pub struct AnyObserver<'o> {
    adds_up: bool,
    takes_routine: bool,
    observer: &'o mut dyn Hearer,
}

impl<'o> AnyObserver<'o> {
    /// Tells this observer.
    pub fn of<O: Observer>(observer: &'o mut O) -> AnyObserver<'o> {
        let (adds_up, takes_routine) = (observer.adds_up(), observer.takes_routine());
        AnyObserver { adds_up, takes_routine, observer }
    }
}

/// The calls of [`Observer`] with names of their own, so that none of its calls is ambiguous.
trait Hearer {
    fn hear_fact(&mut self, moment: &Moment, fact: &Fact<'_>);
    fn hear_usage(&mut self, run: &UsageRun<'_>);
    fn hear_nothing_asked(&mut self, run: &UsageRun<'_>);
    fn hear_routine(&mut self, run: &RoutineRun);
    fn hear_threshold(&mut self, at: Instant, level: Credits);
    fn hear_caps(&mut self, caps: CapsNow<'_>);
}

impl<O: Observer> Hearer for O {
    fn hear_fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        self.fact(moment, fact);
    }

    fn hear_usage(&mut self, run: &UsageRun<'_>) {
        self.usage(run);
    }

    fn hear_nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.nothing_asked(run);
    }

    fn hear_routine(&mut self, run: &RoutineRun) {
        self.routine(run);
    }

    fn hear_threshold(&mut self, at: Instant, level: Credits) {
        self.threshold(at, level);
    }

    fn hear_caps(&mut self, caps: CapsNow<'_>) {
        self.caps(caps);
    }
}

impl Observer for AnyObserver<'_> {
    fn adds_up(&self) -> bool {
        self.adds_up
    }

    fn takes_routine(&self) -> bool {
        self.takes_routine
    }

    fn routine(&mut self, run: &RoutineRun) {
        self.observer.hear_routine(run);
    }

    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        self.observer.hear_fact(moment, fact);
    }

    fn usage(&mut self, run: &UsageRun<'_>) {
        self.observer.hear_usage(run);
    }

    fn nothing_asked(&mut self, run: &UsageRun<'_>) {
        self.observer.hear_nothing_asked(run);
    }

    fn threshold(&mut self, at: Instant, level: Credits) {
        self.observer.hear_threshold(at, level);
    }

    fn caps(&mut self, caps: CapsNow<'_>) {
        self.observer.hear_caps(caps);
    }
}
