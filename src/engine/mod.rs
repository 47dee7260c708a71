//! What happens: usage and scheduled events, one at a time, in the order of contract §10.
//!
//! The loop is [`Engine::feed`]. Between two state changes usage only burns down grants, so the
//! loop asks how far it may skip and burns everything before that instant in one step; its cost is
//! that of the state changes, not of the usage events. [`Pace::Step`] is the same loop with the
//! skip bounded to one event. Whole chunks without a decision it does not even look at: it sleeps
//! over them.
//!
//! In reading order: [`setup`] (what goes in) → [`trace`] (usage) → [`agenda`] (the event list) →
//! `cycle` (cycles, grants, expiry) → `recharge` (trigger, charges, failures) → `cap_use` →
//! `timeline` (actions) → `demand` (usage) → `nap` (usage it sleeps over) → [`observer`] (what
//! comes out), with [`supply`] for what payments answer. Deliberately absent: files, randomness, figures.

pub mod agenda;
mod cap_use;
mod cycle;
mod demand;
mod nap;
pub mod observer;
mod recharge;
pub mod setup;
pub mod supply;
mod timeline;
pub mod trace;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::{Account, Credits, Duration, Instant, Pools, Window};
use crate::policy::{Bases, Overflow, Plan, Prerequisites, Purchase, Trigger};

pub use agenda::Event;
pub use observer::{Cause, Fact, Moment, Notification, Observer, State, UsageRun};
pub use setup::{EngineError, Limits, Opening, Setup};
pub use supply::{Answer, Payments};
pub use trace::Chunk;

use agenda::Agenda;
use cap_use::{CapUse, Place, Settled};
use demand::{ServiceState, Unmetered, Waiting};
use nap::Nap;
use recharge::{Machine, Spell};
use timeline::Request;

/// Whether the loop may skip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Usage that changes no state is burnt in one step.
    #[default]
    Skip,
    /// Every usage event is a step of its own.
    Step,
}

/// One account on its way through time.
///
/// Where a chunk asks for one decision, fetching the account costs as much as deciding: what usage and
/// recharges look at lies together, in this order.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Engine<'s, P, O> {
    /// Usage that is not in the account yet. Before anything else is looked at, it wakes.
    nap: Nap,

    now: Instant,
    agenda: Agenda,
    setup: &'s Setup,
    /// What may be served beyond the balance.
    limit: Credits,
    /// The highest balance at which the trigger holds.
    level: Credits,
    outage: Option<Instant>,
    exhausted: Option<Instant>,
    cause: Cause,
    /// As asked for, but always [`Pace::Step`] where usage has consequences of its own.
    pace: Pace,
    service: ServiceState,
    spell: Spell,
    machine: Machine,
    account: Account,
    observer: O,

    attempts: u64,
    returns: u64,
    waiting: VecDeque<Waiting>,
    unmetered: VecDeque<Unmetered>,
    limits: Limits,
    /// The last instant of an event that can breed others at the same instant, and how many of
    /// them it had.
    breeding: (Instant, u32),
    failures: u32,
    cooldown_until: Instant,
    caps: Vec<CapUse>,
    /// Settled charges, kept only where caps change on the timeline.
    history: Option<Vec<Settled>>,
    cycle: Window,
    purchase: Purchase,
    payments: P,
    trigger: Trigger,
    bases: Bases,
    /// Whether a trigger, now or later, asks for [`Bases::cycle_total`].
    totals_cycle: bool,

    plan: Arc<Plan>,
    waiting_plan: Option<Arc<Plan>>,
    cycle_number: u64,
    suspensions: u64,
    /// The last poll that looked at the trigger.
    polled: Option<Instant>,
    facts: Prerequisites,
    card_expired: bool,
    next_action: usize,
    requests: VecDeque<(Instant, Request)>,
}

impl<'s, P: Payments, O: Observer> Engine<'s, P, O> {
    /// An account at the start of its horizon.
    pub fn start(
        setup: &'s Setup,
        pace: Pace,
        payments: P,
        observer: O,
    ) -> Result<Self, EngineError> {
        let policy = &setup.policy;
        let from = setup.horizon.from;
        let around = policy.cycles.around(from);
        let mut engine = Engine {
            setup,
            pace: if demand::has_consequences(policy) { Pace::Step } else { pace },
            payments,
            observer,
            limit: policy.service.shortfall.limit(),
            limits: Limits::default(),
            nap: Nap::AWAKE,
            now: from,
            cause: Cause::Start,
            agenda: Agenda::new(),
            breeding: (Instant::EARLIEST, 0),
            account: Account::new(policy.burn_order),
            exhausted: None,
            plan: Arc::new(policy.plan.clone()),
            waiting_plan: None,
            cycle: Window { from, to: around.to },
            cycle_number: 0,
            bases: Bases::default(),
            totals_cycle: timeline::asks_for_cycle_total(setup),
            trigger: policy.trigger,
            level: Credits::ZERO,
            purchase: policy.purchase.clone(),
            caps: Vec::new(),
            history: timeline::changes_caps(setup).then(Vec::new),
            machine: Machine::Off,
            spell: Spell::None,
            attempts: 0,
            failures: 0,
            suspensions: 0,
            cooldown_until: Instant::EARLIEST,
            polled: None,
            facts: setup.facts,
            card_expired: false,
            next_action: 0,
            requests: VecDeque::new(),
            service: ServiceState::Running,
            outage: None,
            waiting: VecDeque::new(),
            returns: 0,
            unmetered: VecDeque::new(),
        };
        engine.open().map_err(|what| EngineError::Overflow { at: from, what })?;
        Ok(engine)
    }

    /// The same with other limits than [`Limits::default`].
    pub fn within(self, limits: Limits) -> Self {
        Engine { limits, ..self }
    }

    /// Lets the account live through a chunk of usage, which must follow on the chunks before it
    /// and lie in the horizon. Scheduled events happen in between.
    pub fn feed(&mut self, chunk: &Chunk) -> Result<(), EngineError> {
        if self.nap.takes(chunk) {
            return Ok(());
        }
        // Events of zero credits are told one by one with what lies between them.
        if !chunk.zeros().is_empty() {
            self.wake();
        }
        let (mut next, mut zeros) = (0, chunk.zeros());
        while next < chunk.len() {
            let (due, event) = self.agenda.next();
            let at = chunk.times()[next];
            if due <= at {
                zeros = self.pass_over(zeros, due);
                self.dispatch(due, event)?;
            } else {
                let until = if O::ADDS_UP { due } else { self.next_zero(&mut zeros, at).min(due) };
                let used = self.use_from(chunk, next, until);
                next = used.map_err(|what| EngineError::Overflow { at: self.now, what })?;
                self.check_limits()?;
            }
        }
        while let Some(&at) = zeros.first() {
            let (due, event) = self.agenda.next();
            zeros = self.pass_over(zeros, due);
            if due <= at {
                self.dispatch(due, event)?;
            }
        }
        Ok(())
    }

    /// Tells of the events of zero credits up to `at` and returns the instant of the next one.
    fn next_zero(&mut self, zeros: &mut &[Instant], at: Instant) -> Instant {
        *zeros = self.pass_over(zeros, at.plus(Duration::from_millis(1)));
        zeros.first().copied().unwrap_or(Instant::NEVER)
    }

    /// Tells of the events of zero credits before `until`; returns the rest.
    fn pass_over<'c>(&mut self, zeros: &'c [Instant], until: Instant) -> &'c [Instant] {
        let (passed, rest) = zeros.split_at(zeros.partition_point(|&at| at < until));
        if let (Some(&first), Some(&last)) = (passed.first(), passed.last()) {
            let (state, pools) = (self.machine.state(), self.account.pools());
            self.observer.nothing_asked(&UsageRun {
                first,
                last,
                events: passed.len() as u64,
                demanded: Credits::ZERO,
                served: Credits::ZERO,
                state,
                before: pools,
                after: pools,
                slice: None,
            });
        }
        rest
    }

    /// Lets everything happen that is scheduled before `until`, which must not be later than the
    /// next usage event or the horizon's end.
    pub fn advance(&mut self, until: Instant) -> Result<(), EngineError> {
        loop {
            let (due, event) = self.agenda.next();
            if due >= until {
                return Ok(());
            }
            self.dispatch(due, event)?;
        }
    }

    /// Goes on to the horizon's end and returns what listened.
    pub fn finish(mut self) -> Result<O, EngineError> {
        let end = self.setup.horizon.to;
        self.advance(end)?;
        self.wake();
        self.now = end;
        self.cause = Cause::End;
        let pools = self.account.pools();
        if let Some(opened) = self.outage.take() {
            self.tell(pools, &Fact::OutageClosed { opened });
        }
        let (in_flight, exhausted) = (self.machine.in_flight(), self.exhausted);
        self.tell(pools, &Fact::Ended { in_flight, exhausted });
        Ok(self.observer)
    }

    /// What listens, once it has been told of all usage so far.
    pub fn observer(&mut self) -> &O {
        self.wake();
        &self.observer
    }

    /// The balance by pool, after all usage so far.
    pub fn pools(&mut self) -> Pools {
        self.wake();
        self.account.pools()
    }

    /// The state of auto-recharge, which usage that it slept over does not change.
    pub fn state(&self) -> State {
        self.machine.state()
    }

    fn dispatch(&mut self, due: Instant, event: Event) -> Result<(), EngineError> {
        if matches!(event, Event::Settlement | Event::Repair | Event::Recheck) {
            let again = self.breeding.0 == due;
            self.breeding = (due, if again { self.breeding.1 + 1 } else { 1 });
            if self.breeding.1 > setup::MOST_AT_ONE_INSTANT {
                return Err(EngineError::Livelock { at: due });
            }
        }
        self.wake();
        self.now = due;
        self.cause = Cause::Scheduled(event);
        self.happen(event).map_err(|what| EngineError::Overflow { at: due, what })?;
        // Usage settles no charge, so there is no need to look after every event of it.
        if self.remembered() > self.limits.remembered {
            return Err(EngineError::TooMuchRemembered { at: due, most: self.limits.remembered });
        }
        self.check_limits()
    }

    /// Ends a run that costs more than any sensible rules do.
    fn check_limits(&self) -> Result<(), EngineError> {
        let (at, limits) = (self.now, self.limits);
        if self.attempts > limits.charges {
            return Err(EngineError::TooManyCharges { at, most: limits.charges });
        }
        if (self.waiting.len() + self.unmetered.len()) as u64 > limits.waiting {
            return Err(EngineError::TooMuchWaiting { at, most: limits.waiting });
        }
        if self.returns > limits.returns {
            return Err(EngineError::TooManyReturns { at, most: limits.returns });
        }
        Ok(())
    }

    /// How many charges the caps look back at, each as often as it is held.
    fn remembered(&self) -> u64 {
        let rolling: usize = self.caps.iter().map(CapUse::remembers).sum();
        (rolling + self.history.as_ref().map_or(0, Vec::len)) as u64
    }

    /// One scheduled event, then the trigger.
    fn happen(&mut self, event: Event) -> Result<(), Overflow> {
        match event {
            Event::CycleStart => self.start_cycle()?,
            Event::Expiry => return self.expire(),
            Event::Settlement => self.settle()?,
            Event::Action => self.act()?,
            Event::Repair => self.repair(),
            Event::Restart => self.restart(),
            Event::Recheck => return self.recheck(),
            Event::Deduction => self.deduct()?,
            Event::Return => return self.come_back(),
        }
        self.evaluate()
    }

    /// Tells what happened, given the balance before. Inlined, as who listens seldom cares for what
    /// is told in one place: there the moment is not even made.
    #[inline(always)]
    fn tell(&mut self, before: Pools, fact: &Fact<'_>) {
        let moment = Moment {
            at: self.now,
            cause: self.cause,
            state: self.machine.state(),
            before,
            after: self.account.pools(),
        };
        self.observer.fact(&moment, fact);
    }

    /// Tells something that left the balance as it is.
    #[inline(always)]
    fn tell_only(&mut self, fact: &Fact<'_>) {
        self.tell(self.account.pools(), fact);
    }

    #[inline(always)]
    fn notify(&mut self, notification: Notification) {
        self.tell_only(&Fact::Notified(notification));
    }

    fn place(&self) -> Place {
        Place { at: self.now, zone: self.setup.policy.zone, cycle: self.cycle }
    }
}
