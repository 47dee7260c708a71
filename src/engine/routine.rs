//! Routine recharges: usage down to the trigger, a charge that succeeds at once or when it is tried again, usage again, and
//! nothing else in between.
//!
//! Under the commonest rules an account does little else. It lives through them in its sleep: what a recharge changes is
//! added up here, in a few lines of the cache, and reaches the parts of the engine when the account wakes. A [`Round`],
//! from one recharge to the next, is lived through as a whole or not at all: where anything else happens in it, the account
//! wakes as it was before the round, and the general way decides. Where caps let no recharge follow, the rest of the balance
//! is used up in the same sleep. `tests/routine.rs` holds both ways equal.

use crate::domain::{Credits, Duration, Grant, Instant, Pool, Source};
use crate::policy::{Decline, Lifetime, Order, PaymentTerms, Shortfall};

use super::cap_use::AlikeRoom;
use super::demand::Alike;
use super::nap::Nap;
use super::observer::{Observer, RoutineRun};
use super::round::{Drought, Round, RoundGaps, RoundStart, Rounds};
use super::setup::{EngineError, Fault, MOST_AT_ONE_INSTANT};
use super::slice::UsageSlice;
use super::supply::{Answer, Payments};
use super::{Engine, Pace};

/// The most recharges of one sleep. So many of any sensible price or size add up without a check of each.
const MOST: u32 = 1 << 12;

/// Recharges in an account's sleep: what they are by the rules, and what they came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Routine<'s> {
    order: Order,
    /// The highest balance at which the trigger holds; not below zero.
    level: i64,
    /// Whether an event that is not covered is refused, and that is all.
    refuses: bool,
    /// What caps leave, of those before the sleep.
    caps: AlikeRoom,
    recharges: u32,
    /// The most that may come.
    most: u32,
    /// Charges started.
    attempts: u64,
    /// Those before the sleep.
    attempts_before: u64,
    /// The most that may have started.
    most_attempts: u64,
    /// What follows a charge that fails; `None` if that is no routine.
    retries: Option<&'s PaymentTerms>,
    /// The last instant at which a charge settled or was tried again, and how often that was so then.
    breeding: Breeding,
    gaps: RoundGaps,
}

/// An instant with events that can cause others at it, and the number of these events.
type Breeding = (Instant, u32);

/// The charge of a round, which succeeded in the end.
#[derive(Clone, Copy, Debug)]
struct RoutineCharge {
    /// When it did.
    settles: Instant,
    /// The number of its last attempt.
    attempt: u64,
    /// The last of its events.
    breeding: Breeding,
}

impl Routine<'_> {
    /// Charges that failed, each of which was tried again once.
    fn failed(&self) -> u32 {
        (self.attempts - self.attempts_before) as u32 - self.recharges
    }

    /// Returns true if it has had a recharge.
    pub(super) fn has_recharged(&self) -> bool {
        self.recharges > 0
    }

    /// Lives through the events of `chunk` from `next` on, as far as there is nothing but routine; returns the next event.
    fn live(
        &mut self,
        nap: &mut Nap,
        payments: &mut impl Payments,
        chunk: &UsageSlice<'_>,
        next: usize,
    ) -> usize {
        let (rounds, first) = self.ahead(nap, chunk, next);
        let (mut start, recharges) = (first, self.recharges);
        while let Some(end) = self.round(&rounds, start, payments) {
            start = end;
        }
        self.gaps.drop_round();
        if self.recharges > recharges {
            self.sleep_over(chunk, first, start, self.recharges - recharges, nap);
        }
        let rest = start.next..chunk.len();
        let takes_rest = !rest.is_empty() && nap.takes(&Alike::of(chunk, rest.start, rest.end));
        if takes_rest { chunk.len() } else { start.next }
    }

    /// The rounds of a chunk from `next` on, and the start of the first.
    fn ahead<'r, 'c>(
        &self,
        nap: &Nap,
        chunk: &'r UsageSlice<'c>,
        next: usize,
    ) -> (Rounds<'r, 'c>, RoundStart) {
        let &Routine { level, refuses, .. } = self;
        let rounds = Rounds { chunk, pace: chunk.pace(next), level, refuses, until: nap.until() };
        (rounds, RoundStart { next, balance: level + nap.left() })
    }

    /// Uses up the balance where caps let no recharge follow those that there were; returns the event after that. `None`,
    /// changing nothing, if more than that happens.
    fn run_dry(
        &mut self,
        nap: &mut Nap,
        chunk: &UsageSlice<'_>,
        next: usize,
    ) -> Option<(usize, Drought)> {
        if self.recharges == 0 || !self.caps_are_used_up() {
            return None;
        }
        let (rounds, start) = self.ahead(nap, chunk, next);
        let mut round = Round::new(&rounds, start);
        let dry = round.reach_trigger(&mut self.gaps);
        let Some((end, drought)) = dry.and_then(|at| round.run_dry(at, &mut self.gaps)) else {
            self.gaps.drop_round();
            return None;
        };
        self.gaps.keep();
        self.sleep_over(chunk, start, end, 0, nap);
        Some((end.next, drought))
    }

    /// Returns true if caps allow no more charges.
    fn caps_are_used_up(&self) -> bool {
        let (recharges, attempts) =
            (u64::from(self.recharges), self.attempts - self.attempts_before);
        recharges == self.caps.recharges || attempts == self.caps.attempts
    }

    /// Takes one round over; returns where the next begins. `None`, changing nothing but its gaps, if it is not all routine.
    #[inline(always)]
    fn round(
        &mut self,
        rounds: &Rounds<'_, '_>,
        start: RoundStart,
        payments: &mut impl Payments,
    ) -> Option<RoundStart> {
        if self.recharges == self.most || self.attempts == self.most_attempts {
            return None;
        }
        let mut round = Round::new(rounds, start);
        let started = round.reach_trigger(&mut self.gaps)?;
        let charge = self.charge(payments, started, rounds.until)?;
        round.settle(started, charge.settles, self.order.credits, &mut self.gaps)?;
        let end = round.end();
        if end.balance <= rounds.level {
            return None;
        }
        self.gaps.keep();
        self.breeding = charge.breeding;
        self.attempts = charge.attempt;
        self.recharges += 1;
        Some(end)
    }

    /// Adds rounds from a first start to an end, with so many recharges, to a sleep.
    fn sleep_over(
        &self,
        chunk: &UsageSlice<'_>,
        start: RoundStart,
        end: RoundStart,
        recharges: u32,
        nap: &mut Nap,
    ) {
        let bought = self.order.credits.times(u64::from(recharges));
        let bought = bought.expect("an account takes the most recharges of a sleep");
        let served = Credits::from_micro(start.balance + bought.micro() - end.balance);
        let (first, last) = (chunk.at(start.next), chunk.at(end.next - 1));
        let events = (end.next - start.next) as u64;
        nap.recharge(Alike { first, last, events, demanded: served }, bought);
    }

    /// The charge that starts at `started`; `None` if it does not succeed before `until`, at once or when it is tried again.
    #[inline(always)]
    fn charge(
        &self,
        payments: &mut impl Payments,
        started: Instant,
        until: Instant,
    ) -> Option<RoutineCharge> {
        let attempt = self.attempts + 1;
        let settles = started.plus(payments.latency(attempt));
        if settles >= until {
            return None;
        }
        match payments.settle(attempt, settles) {
            Answer::Approved => {
                let breeding = bred(self.breeding, settles)?;
                Some(RoutineCharge { settles, attempt, breeding })
            }
            Answer::Declined(decline) => self.try_again(payments, settles, decline, until),
            Answer::Verify(_) => None,
        }
    }

    /// The charge that follows one that failed at `failed`; `None` if it does not succeed before `until`. The trigger goes on
    /// holding, as usage only lowers the balance.
    #[cold]
    fn try_again(
        &self,
        payments: &mut impl Payments,
        failed: Instant,
        decline: Decline,
        until: Instant,
    ) -> Option<RoutineCharge> {
        let terms = self.retries.filter(|terms| !terms.suspends(decline, 1))?;
        let attempt = self.attempts + 2;
        if attempt > self.most_attempts {
            return None;
        }
        let starts = failed.plus(terms.wait(1));
        let settles = starts.plus(payments.latency(attempt));
        if settles >= until || payments.settle(attempt, settles) != Answer::Approved {
            return None;
        }
        let breeding = [failed, starts, settles].into_iter().try_fold(self.breeding, bred)?;
        Some(RoutineCharge { settles, attempt, breeding })
    }

    /// What it came to, with the usage in which it lay.
    fn told(&self, usage: Alike) -> RoutineRun {
        self.gaps.told(RoutineRun {
            first: usage.first,
            usage_events: usage.events,
            served: usage.demanded,
            recharges: u64::from(self.recharges),
            failed_attempts: u64::from(self.failed()),
            order: self.order,
            ..RoutineRun::default()
        })
    }
}

/// One more event at `at` that can cause others; `None` if those at one instant are too many.
#[inline]
fn bred(breeding: Breeding, at: Instant) -> Option<Breeding> {
    let times = if breeding.0 == at { breeding.1 + 1 } else { 1 };
    (times <= MOST_AT_ONE_INSTANT).then_some((at, times))
}

impl<'s, P: Payments, O: Observer> Engine<'s, P, O> {
    /// Returns true if recharges of this account can ever be routine, as far as that does not change in a run.
    pub(super) fn can_have_routine(&self) -> bool {
        let (contract, service) = (&self.setup.policy.contract, &self.setup.policy.service);
        let lasts = match contract.lifetime {
            Lifetime::Never => true,
            Lifetime::CycleEnd => contract.grace == Duration::ZERO,
            Lifetime::For(_) => false,
        };
        let luck_is_plain = !self.payments.undoes() && !self.payments.remembers();
        self.pace == Pace::Skip
            && self.observer.adds_up()
            && self.observer.takes_routine()
            && self.lifecycle.is_some()
            && self.quotas.is_none()
            && self.receipts.is_none()
            && service.overage.is_none()
            && !self.billing.adds_up_purchases()
            && luck_is_plain
            && lasts
    }

    /// Lives through usage from event `next` on, and the recharges between it, as far as these are routine. Returns the
    /// next event, which needs a decision.
    pub(super) fn doze(
        &mut self,
        chunk: &UsageSlice<'_>,
        next: usize,
    ) -> Result<usize, EngineError> {
        if !self.has_routine || chunk.has_zeros() || !chunk.zeros().is_empty() {
            return Ok(next);
        }
        if self.routine.is_none() && !self.fall_into_routine() {
            return Ok(next);
        }
        let Some(routine) = &mut self.routine else { return Ok(next) };
        let next = routine.live(&mut self.nap, &mut self.payments, chunk, next);
        if next == chunk.len() {
            return Ok(next);
        }
        let Some((next, drought)) = routine.run_dry(&mut self.nap, chunk, next) else {
            self.wake();
            return Ok(next);
        };
        let dry = self.wake_dry(drought);
        dry.map_err(|fault| fault.at(self.clock.now()))?;
        Ok(next)
    }

    /// An account that is awake falls asleep where its next recharge may be routine.
    fn fall_into_routine(&mut self) -> bool {
        if !self.nap.is_awake() {
            return false;
        }
        let due = self.clock.next().0;
        let Some((routine, until)) = self.routine_ahead(due) else { return false };
        self.nap = Nap::begun(until, self.goal());
        self.routine = Some(routine);
        true
    }

    /// The recharges that are routine from now on while nothing else happens, and until when; `None` if the next is not.
    pub(super) fn routine_ahead(&mut self, due: Instant) -> Option<(Routine<'s>, Instant)> {
        let balance = self.ledger.balance();
        if !self.has_routine || self.desk.is_out() || self.desk.is_stopped() {
            return None;
        }
        let level = self.watch.level_at_rest(balance).filter(|level| *level >= Credits::ZERO)?;
        let (place, setup) = (self.place(), self.setup);
        let lifecycle = self.lifecycle_mut();
        let needs = lifecycle.rules().terms.needs;
        let room = lifecycle.routine_room(place, &setup.policy.contract)?;
        let is_charged = self.timeline.decline(needs).is_none() && self.memory.is_none();
        let grant = self.bought_grant(room.order);
        if !is_charged || !self.ledger.takes_routine(&grant, MOST) {
            return None;
        }
        let attempts = self.watch.attempts();
        let attempts_left = room.caps.attempts.min(self.guard.charges_left(attempts));
        let most_attempts = attempts + attempts_left.min(2 * u64::from(MOST));
        let routine = Routine {
            order: room.order,
            level: level.micro(),
            refuses: setup.policy.service.shortfall == Shortfall::Refuse,
            caps: room.caps,
            recharges: 0,
            most: room.caps.recharges.min(u64::from(MOST)) as u32,
            attempts,
            attempts_before: attempts,
            most_attempts,
            retries: room.retries,
            breeding: self.guard.breeding(),
            gaps: RoundGaps::default(),
        };
        Some((routine, due.min(room.caps.until)))
    }

    /// What a recharge brings now.
    fn bought_grant(&self, order: Order) -> Grant {
        let (pool, source) = (Pool::Purchased, Source::Recharge);
        Grant {
            pool,
            source,
            amount: order.credits,
            left: order.credits,
            price: order.price,
            expiry: self.expiry_now(source),
            cycle: self.billing.period(),
            rank: self.setup.policy.contract.burn_order.rank(pool, source),
            number: 0,
            lot: 0,
        }
    }

    /// Lets the usage and the recharges that were slept over happen.
    pub(super) fn wake_from_routine(&mut self, usage: Alike, routine: &Routine<'_>) {
        self.take_over(usage.demanded, routine);
        self.clock.pass(usage.last.max(routine.breeding.0));
        self.observer.routine(&routine.told(usage));
    }

    /// The same where the balance was used up in the end, as caps let no charge start.
    fn wake_dry(&mut self, drought: Drought) -> Result<(), Fault> {
        let (Some(routine), Some(usage)) = (self.routine.take(), self.nap.end()) else {
            return Ok(());
        };
        let Drought { capped, served, emptied, refused } = drought;
        self.clock.begin_usage();
        let before = Credits::from_micro(usage.demanded.micro() - served.micro());
        self.take_over(before, &routine);
        self.clock.pass(capped);
        self.look()?;
        self.ledger.burn(served);
        self.observer.routine(&routine.told(usage));
        self.clock.pass(emptied);
        self.note_balance();
        self.clock.pass(refused);
        self.fall_short();
        Ok(())
    }

    /// Uses credits in the course of which the recharges of a sleep came.
    fn take_over(&mut self, served: Credits, routine: &Routine<'_>) {
        let &Routine { order, recharges, breeding, .. } = routine;
        let failed = routine.failed();
        let grant = self.bought_grant(order);
        self.ledger.burn_and_grant(served, grant, recharges);
        self.lifecycle_mut().succeed_often(order, recharges, failed);
        self.billing.buy(order.credits).expect("nothing is added up where recharges are routine");
        self.watch.count_attempts(recharges + failed);
        self.guard.note_breeding(breeding);
    }
}
