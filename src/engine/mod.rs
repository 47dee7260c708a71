//! The simulation: usage and scheduled events, one at a time, in the order of contract §10.
//!
//! The loop is [`Engine::feed`]. Between two state changes usage only burns down grants, so the
//! loop computes how far it may skip and burns everything before that instant in one step; its cost
//! is that of the state changes, not of the usage events. [`Pace::Step`] is the same loop with the
//! skip bounded to one event. Whole chunks that need no decision are not scanned at all: the engine
//! sleeps over them, and over recharges between which nothing else happens.
//!
//! The engine is made of parts, each of which owns its fields, keeps them private and returns the
//! facts that follow from a change; the engine calls them in the order of the contract and reports
//! the facts.
//!
//! In reading order: [`setup`] (the input, with [`past`]) → [`trace`] (usage, with [`columns`] and [`mod@slice`]) → [`agenda`] (the event list) → the
//! parts: `clock` (the present) · `ledger` (the account) · `desk` (service and outages) · `watch`
//! (the trigger and its state) · `lifecycle` (the rules in force and their memory, with `cap_use` and `cap_room`)
//! · `billing` (cycles and the plan) · `overage` · `quota` · `standing` · `gift` · `guard` (limits on the cost of a run) → the events: `cycle`
//! (cycles, grants, expiry) → `recharge` (trigger, charges, failures) → `timeline` (actions) → `reversal` (refunds and disputes) →
//! `undo` (usage that is given back) → `demand` (usage) → `nap` (usage slept over) → `round` → `routine` (recharges slept over) → [`observer`] (the output),
//! with [`supply`] for the answers of payments. Deliberately absent: files, randomness, figures.

pub mod agenda;
mod billing;
mod cap_room;
mod cap_use;
mod clock;
pub mod columns;
mod cycle;
mod demand;
mod desk;
mod gift;
mod guard;
mod ledger;
mod lifecycle;
mod nap;
pub mod observer;
mod overage;
pub mod past;
mod quota;
mod recharge;
mod reversal;
mod round;
mod routine;
mod scaling;
pub mod setup;
pub mod slice;
mod standing;
pub mod supply;
mod timeline;
pub mod trace;
mod undo;
mod watch;

use crate::domain::{Credits, Duration, Grant, Instant, Pools, Window};

pub use agenda::Event;
pub use cap_room::{BoughtAtMost, CapLeft, CapRoom};
pub use cap_use::{CapState, CapsNow, CapsSince};
pub use columns::EventColumns;
pub use observer::{
    AnyObserver, Cause, Fact, GeneralWay, GivenBack, IdleRefusals, Moment, Notification, Observer,
    RoutineRun, State, UsageRun,
};
pub use past::{CapsUsed, Past, Settled};
pub use scaling::Scaling;
pub use setup::{EngineError, Impossible, Limits, Opening, OpeningExpiry, OpeningGrant, Setup};
pub use slice::UsageSlice;
pub use supply::{Answer, Payments, Undoing};
pub use trace::Chunk;

use billing::Billing;
use cap_use::WindowPlace;
use clock::Clock;
use demand::Alike;
use desk::{Backlog, Desk};
use gift::GiftTimes;
use guard::{Cost, Guard};
use ledger::Ledger;
use lifecycle::Lifecycle;
use nap::Nap;
use overage::OverageMeter;
use quota::QuotaMeter;
use reversal::Receipts;
use routine::Routine;
use setup::Fault;
use standing::StandingTimes;
use timeline::Timeline;
use undo::UseMemory;
use watch::Watch;

/// Permission to skip events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Usage that changes no state is burnt in one step.
    #[default]
    Skip,
    /// Every usage event is a separate step.
    Step,
}

/// One account partway through its horizon.
///
/// If a chunk needs one decision, fetching the account costs as much as deciding: the fields that
/// usage and recharges read are kept together, in this order.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Engine<'s, P, O> {
    /// Usage not yet applied to the account. It is applied before anything else is read.
    nap: Nap,
    /// The recharges it may have in its sleep; `None` while it is awake, and where the next is not routine.
    routine: Option<Routine<'s>>,
    payments: P,

    clock: Clock,
    setup: &'s Setup,
    desk: Desk,
    watch: Watch,
    /// The requested pace, but always [`Pace::Step`] if single usage events have consequences.
    pace: Pace,
    ledger: Ledger,
    observer: O,

    backlog: Backlog,
    guard: Guard,
    /// The rules of auto-recharge in force; `None` for an account without.
    lifecycle: Option<Lifecycle<'s>>,
    billing: Billing,
    overage: Option<OverageMeter>,
    /// Usage that plans serve without credits; `None` if no plan does.
    quotas: Option<QuotaMeter>,
    /// Charges at times of their own; `None` if there are none.
    standing: Option<StandingTimes>,
    /// Gifts at times of their own; `None` if there are none.
    gifts: Option<GiftTimes>,
    timeline: Timeline,
    /// The purchases of the run; `None` if none is ever undone.
    receipts: Option<Receipts>,
    /// What served the usage that will be undone; `None` if none is.
    memory: Option<UseMemory>,
    /// Whether recharges may be routine at all.
    has_routine: bool,
}

impl<'s, P: Payments, O: Observer> Engine<'s, P, O> {
    /// An account at the start of its horizon.
    pub fn start(
        setup: &'s Setup,
        pace: Pace,
        payments: P,
        observer: O,
    ) -> Result<Self, EngineError> {
        setup.check()?;
        let (policy, from) = (&setup.policy, setup.horizon.from);
        let contract = &policy.contract;
        let around = contract.cycles.around(from);
        let cycle = if setup.opening.is_some() { around } else { Window { from, ..around } };
        let place = WindowPlace { at: from, zone: contract.zone, cycle };
        let totals = timeline::asks_for_cycle_total(setup);
        let caps_change = timeline::changes_caps(setup);
        let lifecycle = |rules| Lifecycle::new(rules, &setup.past, place, caps_change);
        let lifecycle = policy.recharge.as_ref().map(lifecycle).transpose();
        let receipts = Receipts::new(setup, payments.undoes());
        let mut engine = Engine {
            nap: Nap::AWAKE,
            routine: None,
            payments,
            clock: Clock::new(from),
            setup,
            desk: Desk::new(&policy.service),
            watch: Watch::OFF,
            pace: if demand::has_consequences(setup) { Pace::Step } else { pace },
            ledger: Ledger::new(),
            observer,
            backlog: Backlog::default(),
            guard: Guard::new(Limits::default()),
            lifecycle: lifecycle.map_err(|overflow| Fault::from(overflow).at(from))?,
            billing: Billing::new(&contract.plan, cycle, totals, setup.past.last_purchase()),
            overage: policy.service.overage.map(OverageMeter::new),
            quotas: QuotaMeter::new(setup),
            standing: StandingTimes::new(&contract.standing, from),
            gifts: GiftTimes::new(&contract.gifts, from, contract.zone),
            timeline: Timeline::new(setup.facts),
            receipts,
            memory: UseMemory::new(setup),
            has_routine: false,
        };
        engine.has_routine = engine.can_have_routine();
        engine.open().map_err(|fault| fault.at(from))?;
        Ok(engine)
    }

    /// The same with other limits than [`Limits::default`].
    pub fn within(self, limits: Limits) -> Self {
        Engine { guard: Guard::new(limits), ..self }
    }

    /// Drives the account through a chunk of usage, which must follow the chunks before it and lie
    /// in the horizon. Scheduled events happen in between.
    pub fn feed(&mut self, chunk: &Chunk) -> Result<(), EngineError> {
        self.feed_slice(&chunk.slice())
    }

    /// The same with a part of a chunk, or all of it.
    pub fn feed_slice(&mut self, chunk: &UsageSlice<'_>) -> Result<(), EngineError> {
        Engine::feed_all(std::slice::from_mut(self), chunk).map_err(|(_, error)| error)
    }

    /// The same with several accounts, up to the first that cannot go on, whose place comes with its error. What the usage
    /// comes to is looked up once for all of them: those that sleep over it need no more.
    pub fn feed_all(
        accounts: &mut [Self],
        chunk: &UsageSlice<'_>,
    ) -> Result<(), (usize, EngineError)> {
        let (all, has_zeros) = (Alike::all_of(chunk), chunk.has_zeros());
        for (place, account) in accounts.iter_mut().enumerate() {
            // In an outage, events of zero credits are told apart from those that are refused.
            let tells_zeros_apart = has_zeros && account.desk.is_out();
            let sleeps = !tells_zeros_apart && all.is_some_and(|all| account.nap.takes(&all));
            if !sleeps {
                account.live_through(chunk).map_err(|error| (place, error))?;
            }
        }
        Ok(())
    }

    /// Drives the account through usage that it may not sleep over as a whole.
    #[inline(never)]
    fn live_through(&mut self, chunk: &UsageSlice<'_>) -> Result<(), EngineError> {
        // Events of zero credits are reported separately, with the other events between them.
        if !chunk.zeros().is_empty() {
            self.wake();
        }
        let (mut next, mut zeros) = (self.doze(chunk, 0)?, chunk.zeros());
        while next < chunk.len() {
            let (due, event) = self.clock.next();
            let at = chunk.at(next);
            if due <= at {
                zeros = self.pass_over(zeros, due);
                self.dispatch(due, event)?;
                next = self.doze(chunk, next)?;
            } else {
                let until = if self.observer.adds_up() {
                    due
                } else {
                    self.next_zero(&mut zeros, at).min(due)
                };
                if chunk.has_zeros() && chunk.amount(next) == Credits::ZERO {
                    next = self.pass_over_shown(chunk, next, until);
                    continue;
                }
                let used = match &self.memory {
                    None => self.use_from(chunk, next, until),
                    Some(memory) => self.use_up_to(memory.next(at), chunk, next, until),
                };
                next = used.map_err(|fault| fault.at(self.clock.now()))?;
                self.check_cost()?;
            }
        }
        while let Some(&at) = zeros.first() {
            let (due, event) = self.clock.next();
            zeros = self.pass_over(zeros, due);
            if due <= at {
                self.dispatch(due, event)?;
            }
        }
        Ok(())
    }

    /// Reports the events of zero credits up to `at` and returns the instant of the next one.
    fn next_zero(&mut self, zeros: &mut &[Instant], at: Instant) -> Instant {
        *zeros = self.pass_over(zeros, at.plus(Duration::from_millis(1)));
        zeros.first().copied().unwrap_or(Instant::NEVER)
    }

    /// Tells of the events of zero credits before `until`; returns the rest.
    fn pass_over<'c>(&mut self, zeros: &'c [Instant], until: Instant) -> &'c [Instant] {
        let (passed, rest) = zeros.split_at(zeros.partition_point(|&at| at < until));
        if let (Some(&first), Some(&last)) = (passed.first(), passed.last()) {
            self.tell_of_nothing((first, last), passed.len());
        }
        rest
    }

    /// Tells of the events of zero credits from `next` on that come before `until` and before any that asks for more;
    /// returns the next.
    fn pass_over_shown(&mut self, chunk: &UsageSlice<'_>, next: usize, until: Instant) -> usize {
        assert!(
            self.observer.adds_up(),
            "only a chunk for sums shows events of zero credits among others"
        );
        self.wake();
        let end = chunk.first_asking(next, chunk.not_before(next, until));
        self.tell_of_nothing((chunk.at(next), chunk.at(end - 1)), end - next);
        end
    }

    /// Tells of so many events of zero credits from a first to a last instant.
    fn tell_of_nothing(&mut self, (first, last): (Instant, Instant), events: usize) {
        let (state, pools) = (self.watch.state(), self.ledger.pools());
        self.observer.nothing_asked(&UsageRun {
            first,
            last,
            events: events as u64,
            demanded: Credits::ZERO,
            served: Credits::ZERO,
            overage: Credits::ZERO,
            included: Credits::ZERO,
            state,
            before: pools,
            after: pools,
            slice: None,
        });
    }

    /// Processes every event scheduled before `until`, which must not be later than the next usage
    /// event or the horizon's end.
    pub fn advance(&mut self, until: Instant) -> Result<(), EngineError> {
        loop {
            let (due, event) = self.clock.next();
            if due >= until {
                return Ok(());
            }
            self.dispatch(due, event)?;
        }
    }

    /// Goes on to the horizon's end, with that of the cycle where they coincide, and returns what listened.
    pub fn finish(self) -> Result<O, EngineError> {
        self.finish_with_grants().map(|(observer, _)| observer)
    }

    /// The same, with the grants that are left in burn-down order.
    pub fn finish_with_grants(mut self) -> Result<(O, Vec<Grant>), EngineError> {
        let end = self.setup.horizon.to;
        self.advance(end)?;
        self.wake();
        self.clock.turn(end, Cause::End);
        self.end_last_cycle().map_err(|fault| fault.at(end))?;
        self.close_outage();
        let (in_flight, exhausted) = (self.watch.in_flight(), self.ledger.exhausted());
        self.tell_only(&Fact::Ended { in_flight, exhausted });
        Ok((self.observer, self.ledger.grants()))
    }

    /// Returns the observer, after all usage so far has been reported to it.
    pub fn observer(&mut self) -> &O {
        self.wake();
        &self.observer
    }

    /// The balance by pool, after all usage so far.
    pub fn pools(&mut self) -> Pools {
        self.wake();
        self.ledger.pools()
    }

    /// The state of auto-recharge, which usage slept over does not change.
    pub fn state(&self) -> State {
        self.watch.state()
    }

    fn dispatch(&mut self, due: Instant, event: Event) -> Result<(), EngineError> {
        self.guard.breed(due, event)?;
        self.wake();
        self.clock.turn(due, Cause::Scheduled(event));
        self.happen(event).map_err(|fault| fault.at(due))?;
        // Usage settles no charge, so this need not be checked after every usage event.
        let remembered = self.lifecycle.as_ref().map_or(0, Lifecycle::remembered);
        self.guard.check_remembered(due, remembered)?;
        self.check_cost()
    }

    /// Ends a run that costs more than any sensible rules do.
    #[inline]
    fn check_cost(&self) -> Result<(), EngineError> {
        let (waiting, returns) = (self.backlog.len(), self.backlog.returns());
        let cost = Cost { charges: self.watch.attempts(), waiting, returns };
        self.guard.check(self.clock.now(), cost)
    }

    /// One scheduled event, then the trigger.
    fn happen(&mut self, event: Event) -> Result<(), Fault> {
        match event {
            Event::CycleStart => self.start_cycle()?,
            Event::Expiry => return self.expire(),
            Event::Gift => self.take_gifts()?,
            Event::QuotaEnd => self.end_quotas()?,
            Event::Settlement => self.settle()?,
            Event::Action => self.act()?,
            Event::Repair => self.repair()?,
            Event::Restart => self.restart(),
            Event::Recheck => return self.recheck(),
            Event::Standing => self.take_standing()?,
            Event::Deduction => self.deduct()?,
            Event::Return => return self.come_back(),
        }
        self.evaluate()
    }

    /// Tells what happened, given the balance before.
    #[inline(always)]
    fn tell(&mut self, before: Pools, fact: &Fact<'_>) {
        self.tell_between(before, self.ledger.pools(), fact);
    }

    /// Reports a fact with the balances before and after it. Inlined, because observers ignore most
    /// facts: the moment is then never built.
    #[inline(always)]
    fn tell_between(&mut self, before: Pools, after: Pools, fact: &Fact<'_>) {
        let (at, cause, state) = (self.clock.now(), self.clock.cause(), self.watch.state());
        let caps = self.lifecycle.as_ref().map_or(&[][..], Lifecycle::caps);
        let place = self.place();
        self.observer.caps(CapsNow { caps, place });
        self.observer.fact(&Moment { at, cause, state, before, after }, fact);
    }

    /// Tells something that left the balance as it is.
    #[inline(always)]
    fn tell_only(&mut self, fact: &Fact<'_>) {
        self.tell(self.ledger.pools(), fact);
    }

    #[inline(always)]
    fn notify(&mut self, notification: Notification) {
        self.tell_only(&Fact::Notified(notification));
    }

    #[inline]
    fn place(&self) -> WindowPlace {
        let zone = self.setup.policy.contract.zone;
        WindowPlace { at: self.clock.now(), zone, cycle: self.billing.cycle() }
    }

    /// The rules in force, for what only happens with auto-recharge.
    #[inline]
    fn lifecycle_mut(&mut self) -> &mut Lifecycle<'s> {
        self.lifecycle.as_mut().expect("an account without auto-recharge stays off: `Setup::check`")
    }
}
