//! Usage: serving, refusing, outages, and the bounds for skipping and sleeping. Contract §4.

use crate::domain::{Credits, CreditsOverflow, Instant, Pools};
use crate::policy::Shortfall;

use super::agenda::Event;
use super::observer::{Fact, Observer, UsageRun};
use super::quota::QuotaMeter;
use super::routine::Routine;
use super::setup::{Fault, Impossible, Setup};
use super::slice::UsageSlice;
use super::supply::Payments;
use super::{Engine, Pace};

/// Consecutive usage events with the same treatment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alike {
    pub(super) first: Instant,
    pub(super) last: Instant,
    pub(super) events: u64,
    pub(super) demanded: Credits,
}

impl Alike {
    /// All events of a chunk; `None` if there is none, or some of zero credits are beside them, which are reported separately.
    pub(super) fn all_of(chunk: &UsageSlice<'_>) -> Option<Alike> {
        let are_all = !chunk.is_empty() && chunk.zeros().is_empty();
        are_all.then(|| Alike::of(chunk, 0, chunk.len()))
    }

    /// The events `[from, to)` of a chunk, at least one.
    #[inline]
    pub(super) fn of(chunk: &UsageSlice<'_>, from: usize, to: usize) -> Alike {
        let (first, last) = (chunk.at(from), chunk.at(to - 1));
        Alike { first, last, events: (to - from) as u64, demanded: chunk.sum(from, to) }
    }

    /// Appends these events to those before them. Some balance covers the sum, so it is in range.
    #[inline]
    pub(super) fn after(self, before: Alike) -> Alike {
        Alike {
            first: before.first,
            last: self.last,
            events: before.events + self.events,
            demanded: Credits::from_micro(before.demanded.micro() + self.demanded.micro()),
        }
    }
}

/// The part of one usage event that is served.
#[derive(Clone, Copy, Debug)]
struct Served {
    credits: Credits,
    /// The part of them beyond the balance.
    overage: Credits,
    /// The part of them within quotas.
    included: Credits,
}

/// Returns true if single usage events have consequences, so that they cannot be skipped.
pub(super) fn has_consequences(setup: &Setup) -> bool {
    let service = &setup.policy.service;
    let quotas = setup.plans().any(|plan| !plan.quotas.is_empty());
    quotas || service.retry.is_some() || service.metering_lag.millis() > 0
}

impl<P: Payments, O: Observer> Engine<'_, P, O> {
    /// Applies the events of `chunk` from `next` on that come before `due`, as many as have the
    /// same treatment and at least one. Returns the next event.
    pub(super) fn use_from(
        &mut self,
        chunk: &UsageSlice<'_>,
        next: usize,
        due: Instant,
    ) -> Result<usize, Fault> {
        self.clock.begin_usage();
        if self.pace == Pace::Step {
            return self.use_event(chunk, next);
        }
        // In an outage no balance bounds the sum, so the events slept over are applied at once.
        if self.desk.is_out() {
            self.wake();
        }
        let requested = self.nap.requested();
        let alike = match self.desk.is_out() {
            true => self.refused_alike(chunk, next, due),
            false => self.served_alike(requested, chunk, next, due),
        };
        // The event after them needs a separate check, unless a scheduled event comes first.
        let decides = alike < chunk.len() && chunk.at(alike) < due;
        if decides && self.is_served_alike(requested, chunk, next, alike + 1) {
            self.use_run(chunk, next, alike + 1);
            self.after_usage()?;
            return Ok(alike + 1);
        }
        let has_zeros = !chunk.zeros().is_empty() || (chunk.has_zeros() && self.desk.is_out());
        if self.observer.adds_up() && next < alike && alike == chunk.len() && !has_zeros {
            self.fall_asleep(Alike::of(chunk, next, alike), due);
            return Ok(alike);
        }
        self.use_run(chunk, next, alike);
        if decides { self.use_event(chunk, alike) } else { Ok(alike) }
    }

    /// Sleeps over usage, and goes on sleeping over what comes before `due` as long as nothing needs a decision.
    fn fall_asleep(&mut self, events: Alike, due: Instant) {
        let goal = self.goal();
        let (routine, until) = match self.routine_ahead(due) {
            Some((routine, until)) => (Some(routine), until),
            None => (None, due),
        };
        self.routine = routine;
        self.nap.sleep_over(events, until, goal);
    }

    /// The same where usage at `mark`, and none before it, will be undone: its events are used one by one.
    pub(super) fn use_up_to(
        &mut self,
        mark: Instant,
        chunk: &UsageSlice<'_>,
        next: usize,
        due: Instant,
    ) -> Result<usize, Fault> {
        if chunk.at(next) < mark {
            return self.use_from(chunk, next, due.min(mark));
        }
        self.wake();
        self.clock.begin_usage();
        self.use_event(chunk, next)
    }

    /// Uses one event of a chunk. Returns the next.
    fn use_event(&mut self, chunk: &UsageSlice<'_>, index: usize) -> Result<usize, Fault> {
        self.clock.pass(chunk.at(index));
        self.use_one(chunk.amount(index), 0)?;
        Ok(index + 1)
    }

    /// Returns true if all events `[from, to)` are served in full after `requested`, with no outage to
    /// close: then only the check after the last of them remains.
    fn is_served_alike(
        &self,
        requested: Credits,
        chunk: &UsageSlice<'_>,
        from: usize,
        to: usize,
    ) -> bool {
        let requested = requested.micro().checked_add(chunk.sum(from, to).micro());
        !self.desk.is_out()
            && requested.is_some_and(|requested| requested <= self.available().micro())
    }

    /// The credits that could be served at once.
    #[inline]
    fn available(&self) -> Credits {
        self.desk.available(self.ledger.balance())
    }

    /// The first event from `next` on that needs a check: it is not covered, brings the balance to
    /// zero or to the trigger, or comes after a scheduled event. `requested` precedes it.
    fn served_alike(
        &self,
        requested: Credits,
        chunk: &UsageSlice<'_>,
        next: usize,
        due: Instant,
    ) -> usize {
        let goal = self.served_below().micro() - requested.micro();
        if goal <= 0 {
            return next;
        }
        let goal = Credits::from_micro(goal);
        // The next scheduled event is often near, as when a charge has just started.
        let near = chunk.not_before_near(next, due);
        if let Some(end) = near.filter(|&end| chunk.sum(next, end) < goal) {
            return end;
        }
        let end = chunk.reaches(next, goal);
        if end > next && chunk.at(end - 1) >= due { chunk.not_before(next, due) } else { end }
    }

    /// Usage has the same treatment while its sum stays below this: it is covered, the balance reaches
    /// neither zero nor the trigger, and overage reaches no bill. Zero or below if the next event needs a check anyway.
    fn served_below(&self) -> Credits {
        let balance = self.ledger.balance();
        // An amount that overflows exceeds any usage.
        let mut goal = self.available().micro().saturating_add(1);
        if balance.is_positive() {
            goal = goal.min(balance.micro());
        }
        goal = goal.min(self.desk.until_bill(balance));
        if let Some(headroom) = self.watch.headroom(balance) {
            goal = goal.min(headroom);
        }
        Credits::from_micro(goal)
    }

    /// The first event from `next` on, in an outage, that is not refused like those before it.
    fn refused_alike(&self, chunk: &UsageSlice<'_>, next: usize, due: Instant) -> usize {
        let available = self.available();
        let partly = self.setup.policy.service.shortfall == Shortfall::Partial;
        if partly && available.is_positive() {
            return next;
        }
        let end = chunk.not_before(next, due);
        if !available.is_positive() { end } else { chunk.first_within(next, end, available) }
    }

    /// Usage before the next scheduled event has the same treatment while its sum stays below this,
    /// whatever its amounts.
    pub(super) fn goal(&self) -> Credits {
        if !self.desk.is_out() {
            return self.served_below();
        }
        // With nothing available, everything is refused.
        if self.available().is_positive() { Credits::ZERO } else { Credits::from_micro(i64::MAX) }
    }

    /// Applies the events slept over and the events `[from, to)` together, if there are any.
    fn use_run(&mut self, chunk: &UsageSlice<'_>, from: usize, to: usize) {
        if from == to {
            return self.wake();
        }
        let mut events = Alike::of(chunk, from, to);
        if chunk.has_zeros() && self.desk.is_out() {
            // What asks for nothing is not refused.
            let asking = chunk.asking(from, to) as u64;
            let nothing = std::mem::replace(&mut events.events, asking) - asking;
            if nothing > 0 {
                self.tell_of_nothing((events.first, events.last), nothing as usize);
            }
        }
        // An account that had a recharge in its sleep is awake by now.
        self.routine = None;
        match self.nap.end() {
            None => self.use_alike(events, Some((chunk, from, to))),
            Some(slept) => self.use_alike(events.after(slept), None),
        }
    }

    /// Serves some events together or, in an outage, refuses them.
    fn use_alike(&mut self, run: Alike, slice: Option<(&UsageSlice<'_>, usize, usize)>) {
        let Alike { first, last, events, demanded } = run;
        let served = if self.desk.is_out() { Credits::ZERO } else { demanded };
        let before = self.ledger.pools();
        let overage = match served.is_positive() {
            true => self.burn(served),
            false => Credits::ZERO,
        };
        self.clock.pass(last);
        let (state, after) = (self.watch.state(), self.ledger.pools());
        let run = UsageRun {
            first,
            last,
            events,
            demanded,
            served,
            overage,
            included: Credits::ZERO,
            state,
            before,
            after,
            slice,
        };
        self.observer.usage(&run);
    }

    /// Lets the usage that was slept over happen.
    #[inline]
    pub(super) fn wake(&mut self) {
        let routine = self.routine.take().filter(Routine::has_recharged);
        let Some(run) = self.nap.end() else { return };
        self.clock.begin_usage();
        match routine {
            None => self.use_alike(run, None),
            Some(routine) => self.wake_from_routine(run, &routine),
        }
    }

    /// One usage event that has come back `times` times.
    fn use_one(&mut self, amount: Credits, times: u32) -> Result<(), Fault> {
        let available = self.available();
        if self.quotas.is_none() && amount <= available {
            return self.serve_in_full(amount, Credits::ZERO, amount);
        }
        let before = self.ledger.pools();
        let included = self.includable(amount);
        let rest = amount.minus(included)?;
        if rest <= available || (included.is_positive() && !rest.is_positive()) {
            return self.serve_in_full(amount, included, rest);
        }
        if self.setup.policy.service.overage.is_some_and(|overage| overage.cap.is_none())
            && !self.desk.is_stopped()
        {
            return Err(CreditsOverflow.into());
        }
        let (included, covered) = match self.setup.policy.service.shortfall {
            Shortfall::Partial => (included, available.max(Credits::ZERO)),
            Shortfall::Refuse | Shortfall::Stop { .. } | Shortfall::Overdraft { .. } => {
                (Credits::ZERO, Credits::ZERO)
            }
        };
        self.include(included);
        let overage = self.serve(covered);
        let served = covered.plus(included)?;
        self.tell_usage(before, amount, Served { credits: served, overage, included });
        self.fall_short();
        self.send_away(amount.minus(served)?, times);
        if served.is_positive() { self.after_usage() } else { Ok(()) }
    }

    /// Serves a whole event: `included` of it within the quotas of the plan, the rest of it from the balance.
    #[inline]
    fn serve_in_full(
        &mut self,
        amount: Credits,
        included: Credits,
        rest: Credits,
    ) -> Result<(), Fault> {
        let before = self.ledger.pools();
        self.include(included);
        let overage = self.serve(rest);
        self.tell_usage(before, amount, Served { credits: amount, overage, included });
        // A stopped service has nothing available.
        self.close_outage();
        self.after_usage()
    }

    /// The part of an amount that the quotas of the plan leave; a stopped service uses none.
    #[inline]
    fn includable(&self, amount: Credits) -> Credits {
        match &self.quotas {
            Some(quotas) if !self.desk.is_stopped() => quotas.room().min(amount),
            _ => Credits::ZERO,
        }
    }

    /// Serves usage without credits, within the quotas.
    #[inline]
    fn include(&mut self, amount: Credits) {
        if amount.is_positive() {
            self.count_included(amount);
        }
    }

    fn count_included(&mut self, amount: Credits) {
        let now = self.clock.now();
        let Some(quotas) = &mut self.quotas else { return };
        if let Some(memory) = &mut self.memory {
            memory.note_included(now, amount);
        }
        let opened = quotas.take(amount, now);
        if opened.is_empty() {
            return;
        }
        self.clock.schedule(Event::QuotaEnd, quotas.next_end());
        for (quota, window) in opened {
            self.tell_only(&Fact::QuotaOpened { quota, window });
        }
    }

    /// Windows of quotas end: where they leave more, it is as if credits had arrived.
    pub(super) fn end_quotas(&mut self) -> Result<(), Fault> {
        let now = self.clock.now();
        let before = self.quota_room();
        let quotas = self.quotas.as_mut().ok_or(Impossible::NoQuota)?;
        let ended = quotas.end(now);
        self.clock.schedule(Event::QuotaEnd, quotas.next_end());
        for (quota, used) in ended {
            self.tell_only(&Fact::QuotaEnded { quota, used });
        }
        self.take_up_quotas(before)
    }

    pub(super) fn quota_room(&self) -> Credits {
        self.quotas.as_ref().map_or(Credits::ZERO, QuotaMeter::room)
    }

    /// More can be served than within the quotas `before`: as where credits arrive.
    fn take_up_quotas(&mut self, before: Credits) -> Result<(), Fault> {
        if self.quota_room() > before { self.take_credits_up() } else { Ok(()) }
    }

    /// The quotas of the present plan are in force, or not if a cycle starts without a subscription.
    pub(super) fn renew_quotas(&mut self, in_force: bool) -> Result<(), Fault> {
        let before = self.quota_room();
        let Some(quotas) = &mut self.quotas else { return Ok(()) };
        let plan = self.billing.plan();
        quotas.change(&plan.quotas);
        quotas.set_in_force(in_force);
        self.clock.schedule(Event::QuotaEnd, quotas.next_end());
        self.take_up_quotas(before)
    }

    /// Standing charges come at their time.
    pub(super) fn take_standing(&mut self) -> Result<(), Fault> {
        let now = self.clock.now();
        let standing = self.standing.as_mut().ok_or(Impossible::NoStandingCharge)?;
        let credits = standing.take(now)?;
        self.clock.schedule(Event::Standing, standing.next());
        self.charge_standing(credits)
    }

    /// Takes credits that are charged whether or not anything is used, even to below zero.
    pub(super) fn charge_standing(&mut self, credits: Credits) -> Result<(), Fault> {
        if !credits.is_positive() {
            return Ok(());
        }
        let before = self.ledger.pools();
        self.ledger.burn_checked(credits)?;
        let overage = self.meter_overage()?;
        self.tell(before, &Fact::StandingCharged { credits, overage });
        self.note_balance();
        self.bill_at_sum()
    }

    /// Burns what is served, now or when it has been metered. Returns the overage of now.
    fn serve(&mut self, amount: Credits) -> Credits {
        let lag = self.setup.policy.service.metering_lag;
        if lag.millis() == 0 || !amount.is_positive() {
            return match self.memory {
                None => self.burn(amount),
                Some(_) => self
                    .burn_noting(amount, self.clock.now())
                    .expect("what is covered is within the range of credits"),
            };
        }
        if let Some(memory) = &mut self.memory {
            memory.note_unmetered(self.clock.now(), amount);
        }
        self.backlog.defer(self.clock.now().plus(lag), amount);
        self.clock.schedule(Event::Deduction, self.backlog.next_deduction());
        Credits::ZERO
    }

    /// Burns credits that are covered. Returns the part of them that is overage.
    #[inline]
    fn burn(&mut self, amount: Credits) -> Credits {
        // An event in an outage burns nothing.
        if amount.is_positive() {
            self.ledger.burn(amount);
        }
        if !self.ledger.owes() {
            return Credits::ZERO;
        }
        self.meter_overage().expect("what a cap leaves is within the range of credits")
    }

    /// Counts what the grants did not cover as overage, if there is such a rule; returns it.
    pub(super) fn meter_overage(&mut self) -> Result<Credits, CreditsOverflow> {
        let Some(meter) = &mut self.overage else { return Ok(Credits::ZERO) };
        let beyond = self.ledger.take_uncovered();
        if beyond.is_positive() {
            meter.add(beyond)?;
            self.desk.limit_overage(meter.room(), meter.until_bill());
        }
        Ok(beyond)
    }

    /// Bills the overage that is not billed yet, if it has come to the sum with which a bill is due.
    #[inline]
    fn bill_at_sum(&mut self) -> Result<(), Fault> {
        if self.desk.bill_is_due() { self.bill_overage() } else { Ok(()) }
    }

    /// Bills the overage that is not billed yet.
    pub(super) fn bill_overage(&mut self) -> Result<(), Fault> {
        let Some(meter) = &mut self.overage else { return Ok(()) };
        let credits = meter.take_unbilled();
        self.desk.limit_overage(meter.room(), meter.until_bill());
        if let Some(memory) = &mut self.memory {
            memory.bill();
        }
        if !credits.is_positive() {
            return Ok(());
        }
        let contract = &self.setup.policy.contract;
        let price = meter.rules().price.for_credits(credits, contract.minor)?;
        let price = contract.charged(price)?;
        self.ledger.count(price)?;
        self.tell_only(&Fact::OverageBilled { credits, price });
        Ok(())
    }

    /// The cap of overage starts again: what it had refused can be served as if credits had arrived.
    pub(super) fn restart_overage(&mut self) -> Result<(), Fault> {
        let Some(meter) = &mut self.overage else { return Ok(()) };
        let had_overage = meter.start_cycle();
        self.desk.limit_overage(meter.room(), meter.until_bill());
        if had_overage { self.take_credits_up() } else { Ok(()) }
    }

    fn tell_usage(&mut self, before: Pools, demanded: Credits, served: Served) {
        let now = self.clock.now();
        let Served { credits: served, overage, included } = served;
        let run = UsageRun {
            first: now,
            last: now,
            events: 1,
            demanded,
            served,
            overage,
            included,
            state: self.watch.state(),
            before,
            after: self.ledger.pools(),
            slice: None,
        };
        self.observer.usage(&run);
    }

    fn after_usage(&mut self) -> Result<(), Fault> {
        self.note_balance();
        self.bill_at_sum()?;
        self.evaluate()
    }

    /// Opens an outage after an event that was not covered, and stops the service if the policy
    /// says so.
    pub(super) fn fall_short(&mut self) {
        if let Some(fact) = self.desk.open_outage(self.clock.now()) {
            self.tell_only(&fact);
        }
        if !matches!(self.setup.policy.service.shortfall, Shortfall::Stop { .. }) {
            return;
        }
        if let Some(fact) = self.desk.stop() {
            self.tell_only(&fact);
        }
    }

    /// Refused usage is lost, or comes back.
    fn send_away(&mut self, amount: Credits, times: u32) {
        let service = &self.setup.policy.service;
        if service.retry.is_none() {
            return;
        }
        self.backlog.send_away(service, self.clock.now(), amount, times);
        self.clock.schedule(Event::Return, self.backlog.next_return());
    }

    /// Refused usage comes back.
    pub(super) fn come_back(&mut self) -> Result<(), Fault> {
        let back = self.backlog.come_back();
        self.clock.schedule(Event::Return, self.backlog.next_return());
        let back = back.ok_or(Impossible::NothingWaiting)?;
        self.use_one(back.amount, back.times)
    }

    /// Served usage is deducted.
    pub(super) fn deduct(&mut self) -> Result<(), Fault> {
        let due = self.backlog.deduct();
        self.clock.schedule(Event::Deduction, self.backlog.next_deduction());
        let credits = due.ok_or(Impossible::NothingServed)?;
        // Usage served before it was deducted may take the balance below any limit.
        let before = self.ledger.pools();
        let lag = self.setup.policy.service.metering_lag;
        let used_at = Instant::from_millis(self.clock.now().millis() - lag.millis());
        let overage = self.burn_noting(credits, used_at)?;
        self.tell(before, &Fact::Deducted { credits, overage });
        self.note_balance();
        self.bill_at_sum()
    }

    pub(super) fn close_outage(&mut self) {
        if let Some(fact) = self.desk.close_outage() {
            self.tell_only(&fact);
        }
    }

    /// The stopped service restarts.
    pub(super) fn restart(&mut self) {
        self.clock.cancel(Event::Restart);
        let fact = self.desk.restart();
        self.tell_only(&fact);
        self.close_outage();
    }
}
