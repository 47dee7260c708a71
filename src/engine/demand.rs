//! Usage: what is served, what is refused, outages, how far the loop may skip, and over what it may
//! sleep. Contract §4.

use crate::domain::{Credits, Instant, Pools};
use crate::policy::{Overflow, Policy, Shortfall};

use super::agenda::Event;
use super::observer::{Cause, Fact, Observer, UsageRun};
use super::recharge::Machine;
use super::supply::Payments;
use super::trace::Chunk;
use super::{Engine, Pace};

/// Whether the service runs; it stops only under [`Shortfall::Stop`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServiceState {
    Running,
    Stopped,
}

/// Refused usage that will come back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    at: Instant,
    amount: Credits,
    /// How often it has come back already.
    times: u32,
}

/// Served usage that is still to be deducted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unmetered {
    at: Instant,
    amount: Credits,
}

/// Consecutive usage events that are treated alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alike {
    pub(super) first: Instant,
    pub(super) last: Instant,
    pub(super) events: u64,
    pub(super) demanded: Credits,
}

impl Alike {
    /// The events `[from, to)` of a chunk, at least one.
    fn of(chunk: &Chunk, from: usize, to: usize) -> Alike {
        let (first, last) = (chunk.times()[from], chunk.times()[to - 1]);
        Alike { first, last, events: (to - from) as u64, demanded: chunk.sum(from, to) }
    }

    /// These and those before them. The sum is one that some balance covers.
    pub(super) fn after(self, before: Alike) -> Alike {
        Alike {
            first: before.first,
            last: self.last,
            events: before.events + self.events,
            demanded: Credits::from_micro(before.demanded.micro() + self.demanded.micro()),
        }
    }
}

/// Whether usage has consequences of its own, one event at a time, and cannot be skipped.
pub(super) fn has_consequences(policy: &Policy) -> bool {
    policy.service.retry.is_some() || policy.service.metering_lag.millis() > 0
}

impl<P: Payments, O: Observer> Engine<'_, P, O> {
    /// Uses what is in `chunk` from event `next` on, before `due`, as far as it can be treated
    /// alike; at least one event. Returns the next event.
    pub(super) fn use_from(
        &mut self,
        chunk: &Chunk,
        next: usize,
        due: Instant,
    ) -> Result<usize, Overflow> {
        self.cause = Cause::Usage;
        if self.pace == Pace::Step {
            return self.use_event(chunk, next);
        }
        // In an outage no balance bounds the sum, so what it slept over is used at once.
        if self.outage.is_some() {
            self.wake();
        }
        let asked = self.nap.asked();
        let alike = match self.outage {
            Some(_) => self.refused_alike(chunk, next, due),
            None => self.served_alike(asked, chunk, next, due),
        };
        // The event after them needs a look of its own, unless something scheduled comes before.
        let decides = chunk.times().get(alike).is_some_and(|&at| at < due);
        if decides && self.is_served_alike(asked, chunk, next, alike + 1) {
            self.use_run(chunk, next, alike + 1);
            self.after_usage()?;
            return Ok(alike + 1);
        }
        if O::ADDS_UP && next < alike && alike == chunk.len() && chunk.zeros().is_empty() {
            let goal = self.goal();
            self.nap.sleep_over(Alike::of(chunk, next, alike), due, goal);
            return Ok(alike);
        }
        self.use_run(chunk, next, alike);
        if decides { self.use_event(chunk, alike) } else { Ok(alike) }
    }

    /// Uses one event of a chunk. Returns the next.
    fn use_event(&mut self, chunk: &Chunk, index: usize) -> Result<usize, Overflow> {
        self.now = chunk.times()[index];
        self.use_one(chunk.amount(index), 0)?;
        Ok(index + 1)
    }

    /// Whether all of the events `[from, to)` are served in full after so much was asked for, with no
    /// outage to close: then the look after the last of them is all that is left of them.
    fn is_served_alike(&self, asked: Credits, chunk: &Chunk, from: usize, to: usize) -> bool {
        let asked = asked.micro().checked_add(chunk.sum(from, to).micro());
        self.outage.is_none() && asked.is_some_and(|asked| asked <= self.available().micro())
    }

    /// What could be served at once.
    fn available(&self) -> Credits {
        match self.service {
            ServiceState::Stopped => Credits::from_micro(i64::MIN),
            ServiceState::Running => {
                let balance = self.account.balance().micro();
                Credits::from_micro(balance.saturating_add(self.limit.micro()))
            }
        }
    }

    /// The first event from `next` on that cannot be burnt without a look: the one that is not
    /// covered, brings the balance to zero or to the trigger, or comes after something scheduled. So
    /// much was asked for before.
    fn served_alike(&self, asked: Credits, chunk: &Chunk, next: usize, due: Instant) -> usize {
        let goal = self.served_below().micro() - asked.micro();
        if goal <= 0 {
            return next;
        }
        let goal = Credits::from_micro(goal);
        // What is scheduled is often near, as when a charge has just started.
        let near = chunk.not_before_near(next, due);
        if let Some(end) = near.filter(|&end| chunk.sum(next, end) < goal) {
            return end;
        }
        let end = chunk.reaches(next, goal);
        if end > next && chunk.times()[end - 1] >= due { chunk.not_before(next, due) } else { end }
    }

    /// Usage is served alike while all of it stays below this: less is covered and brings the balance
    /// neither to zero nor to the trigger. Zero or below if the next event needs a look in any case.
    fn served_below(&self) -> Credits {
        let balance = self.account.balance();
        let mut goal = self.available().micro().saturating_add(1);
        if balance.is_positive() {
            goal = goal.min(balance.micro());
        }
        let headroom = balance.micro().saturating_sub(self.level.micro());
        if matches!(self.machine, Machine::Armed) && headroom > 0 {
            goal = goal.min(headroom);
        }
        Credits::from_micro(goal)
    }

    /// The first event from `next` on, in an outage, that is not refused like those before it.
    fn refused_alike(&self, chunk: &Chunk, next: usize, due: Instant) -> usize {
        let available = self.available();
        let partly = self.setup.policy.service.shortfall == Shortfall::Partial;
        if partly && available.is_positive() {
            return next;
        }
        let end = chunk.not_before(next, due);
        if !available.is_positive() { end } else { chunk.first_within(next, end, available) }
    }

    /// Usage before anything scheduled is treated alike while all of it stays below this, whatever its
    /// amounts.
    fn goal(&self) -> Credits {
        match self.outage {
            None => self.served_below(),
            // With nothing available all of it is refused.
            Some(_) if !self.available().is_positive() => Credits::from_micro(i64::MAX),
            Some(_) => Credits::ZERO,
        }
    }

    /// Treats what it slept over and the events `[from, to)` alike, if there are any.
    fn use_run(&mut self, chunk: &Chunk, from: usize, to: usize) {
        if from == to {
            return self.wake();
        }
        let events = Alike::of(chunk, from, to);
        match self.nap.end() {
            None => self.use_alike(events, Some((chunk, from, to))),
            Some(slept) => self.use_alike(events.after(slept), None),
        }
    }

    /// Serves or, in an outage, refuses some events alike.
    fn use_alike(&mut self, run: Alike, slice: Option<(&Chunk, usize, usize)>) {
        let Alike { first, last, events, demanded } = run;
        let served = if self.outage.is_some() { Credits::ZERO } else { demanded };
        let before = self.account.pools();
        if served.is_positive() {
            self.account.burn(served);
        }
        self.now = last;
        let (state, after) = (self.machine.state(), self.account.pools());
        let run = UsageRun { first, last, events, demanded, served, state, before, after, slice };
        self.observer.usage(&run);
    }

    /// Lets the usage that was slept over happen.
    #[inline]
    pub(super) fn wake(&mut self) {
        if let Some(run) = self.nap.end() {
            self.cause = Cause::Usage;
            self.use_alike(run, None);
        }
    }

    /// One usage event that has come back `times` times.
    fn use_one(&mut self, amount: Credits, times: u32) -> Result<(), Overflow> {
        let available = self.available();
        let before = self.account.pools();
        if amount <= available {
            self.serve(amount);
            self.tell_usage(before, amount, amount);
            if self.service == ServiceState::Running {
                self.close_outage();
            }
            return self.after_usage();
        }
        let served = match self.setup.policy.service.shortfall {
            Shortfall::Partial => available.max(Credits::ZERO),
            Shortfall::Refuse | Shortfall::Stop { .. } | Shortfall::Overdraft { .. } => {
                Credits::ZERO
            }
        };
        self.serve(served);
        self.tell_usage(before, amount, served);
        self.fall_short();
        self.send_away(amount.minus(served)?, times);
        if served.is_positive() { self.after_usage() } else { Ok(()) }
    }

    /// Burns what is served, now or when it has been metered.
    fn serve(&mut self, amount: Credits) {
        let lag = self.setup.policy.service.metering_lag;
        if lag.millis() == 0 || !amount.is_positive() {
            self.account.burn(amount);
            return;
        }
        self.unmetered.push_back(Unmetered { at: self.now.plus(lag), amount });
        if self.unmetered.len() == 1 {
            self.agenda.set(Event::Deduction, self.now.plus(lag));
        }
    }

    fn tell_usage(&mut self, before: Pools, demanded: Credits, served: Credits) {
        let run = UsageRun {
            first: self.now,
            last: self.now,
            events: 1,
            demanded,
            served,
            state: self.machine.state(),
            before,
            after: self.account.pools(),
            slice: None,
        };
        self.observer.usage(&run);
    }

    fn after_usage(&mut self) -> Result<(), Overflow> {
        self.note_balance();
        self.evaluate()
    }

    /// An event fell short: an outage opens, and the service stops where the policy says so.
    fn fall_short(&mut self) {
        if self.outage.is_none() {
            self.outage = Some(self.now);
            self.tell_only(&Fact::OutageOpened);
        }
        let stops = matches!(self.setup.policy.service.shortfall, Shortfall::Stop { .. });
        if stops && self.service == ServiceState::Running {
            self.service = ServiceState::Stopped;
            self.tell_only(&Fact::ServiceStopped);
        }
    }

    /// Refused usage is lost, or comes back.
    fn send_away(&mut self, amount: Credits, times: u32) {
        let Some(retry) = self.setup.policy.service.retry else { return };
        if times >= retry.times {
            return;
        }
        let at = self.now.plus(retry.after);
        self.waiting.push_back(Waiting { at, amount, times: times + 1 });
        if self.waiting.len() == 1 {
            self.agenda.set(Event::Return, at);
        }
    }

    /// Refused usage comes back.
    pub(super) fn come_back(&mut self) -> Result<(), Overflow> {
        self.returns += 1;
        let back = self.waiting.pop_front();
        let next = self.waiting.front().map_or(Instant::NEVER, |waiting| waiting.at);
        self.agenda.set(Event::Return, next);
        match back {
            Some(back) => self.use_one(back.amount, back.times),
            None => Ok(()),
        }
    }

    /// Served usage is deducted.
    pub(super) fn deduct(&mut self) -> Result<(), Overflow> {
        let due = self.unmetered.pop_front();
        let next = self.unmetered.front().map_or(Instant::NEVER, |unmetered| unmetered.at);
        self.agenda.set(Event::Deduction, next);
        let Some(Unmetered { amount, .. }) = due else { return Ok(()) };
        // What was served while it was not yet deducted may take the balance below any limit.
        self.account.balance().minus(amount)?;
        let before = self.account.pools();
        self.account.burn(amount);
        self.tell(before, &Fact::Deducted { credits: amount });
        self.note_balance();
        Ok(())
    }

    pub(super) fn close_outage(&mut self) {
        if let Some(opened) = self.outage.take() {
            self.tell_only(&Fact::OutageClosed { opened });
        }
    }

    /// Credits arrived while the service is stopped; the first arrival counts.
    pub(super) fn schedule_restart(&mut self) {
        let Shortfall::Stop { restart_after } = self.setup.policy.service.shortfall else { return };
        if self.agenda.get(Event::Restart) == Instant::NEVER {
            self.agenda.set(Event::Restart, self.now.plus(restart_after));
        }
    }

    /// The stopped service restarts.
    pub(super) fn restart(&mut self) {
        self.agenda.clear(Event::Restart);
        self.service = ServiceState::Running;
        self.tell_only(&Fact::ServiceRestarted);
        self.close_outage();
    }
}
