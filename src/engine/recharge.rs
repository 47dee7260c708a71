//! The recharge lifecycle: the trigger, charges, failures, suspension. Contract §5 to §9.

use crate::domain::{Duration, Instant, Source};
use crate::policy::{CooldownSince, Decline, Firing, OnFailure, Order, Overflow};

use super::Engine;
use super::agenda::Event;
use super::cap_use::{self, Settled, Verdict};
use super::observer::{Cause, Fact, Notification, Observer, State};
use super::supply::{Answer, Payments};

/// Where auto-recharge is in its lifecycle, with what exists only there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machine {
    Off,
    Armed,
    Capped,
    Cooling,
    Charging(Charge),
    Verifying(Charge),
    Backoff,
    Suspended,
}

/// A charge in flight, as it was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charge {
    attempt: u64,
    order: Order,
    /// Auto-recharge is off once this has settled.
    pub(super) then_off: bool,
}

impl Machine {
    pub(super) fn state(self) -> State {
        match self {
            Machine::Off => State::Off,
            Machine::Armed => State::Armed,
            Machine::Capped => State::Capped,
            Machine::Cooling => State::Cooling,
            Machine::Charging(_) => State::Charging,
            Machine::Verifying(_) => State::Verifying,
            Machine::Backoff => State::Backoff,
            Machine::Suspended => State::Suspended,
        }
    }

    pub(super) fn in_flight(self) -> bool {
        matches!(self, Machine::Charging(_) | Machine::Verifying(_))
    }
}

/// A time through which the trigger holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spell {
    /// It does not hold.
    None,
    /// It holds, and has had no recharge yet.
    Fresh,
    /// It holds, and an edge-triggered policy makes no recharge of it (any more).
    Spent,
}

impl<P: Payments, O: Observer> Engine<'_, P, O> {
    fn holds(&self) -> bool {
        self.account.balance() <= self.level
    }

    /// Notes whether the trigger holds.
    fn track(&mut self) {
        self.spell = match (self.holds(), self.spell) {
            (false, _) => Spell::None,
            (true, Spell::None) => Spell::Fresh,
            (true, spell) => spell,
        };
    }

    /// Looks at the trigger after an event. A policy that polls leaves the look to its next poll.
    pub(super) fn evaluate(&mut self) -> Result<(), Overflow> {
        match self.setup.policy.poll {
            None => self.look(),
            Some(_) => {
                self.await_poll();
                Ok(())
            }
        }
    }

    fn await_poll(&mut self) {
        let watching = matches!(self.machine, Machine::Armed | Machine::Capped | Machine::Cooling);
        if !watching {
            return;
        }
        if matches!(self.machine, Machine::Armed) && !self.holds() && self.spell == Spell::None {
            self.agenda.clear(Event::Recheck);
            return;
        }
        // At one instant polls come before usage, so usage is seen at the poll after.
        let usage =
            matches!(self.cause, Cause::Usage | Cause::Scheduled(Event::Deduction | Event::Return));
        let from = if usage { self.now.plus(Duration::from_millis(1)) } else { self.now };
        let poll = self.poll_at_or_after(from);
        if poll < self.agenda.get(Event::Recheck) {
            self.agenda.set(Event::Recheck, poll);
        }
    }

    /// The first instant at or after `at` at which the trigger is looked at.
    fn poll_at_or_after(&self, at: Instant) -> Instant {
        let Some(interval) = self.setup.policy.poll else { return at };
        if at == Instant::NEVER {
            return at;
        }
        // Each poll is one look: what follows from it at its instant is seen at the next.
        let at = if self.polled == Some(at) { at.plus(Duration::from_millis(1)) } else { at };
        let interval = interval.millis().max(1);
        let start = self.setup.horizon.from;
        let elapsed = at.since(start).millis();
        let polls = elapsed / interval + i64::from(elapsed % interval != 0);
        start.plus(Duration::from_millis(polls.saturating_mul(interval)))
    }

    /// Looks at the trigger: starts a recharge if it holds and nothing blocks it.
    fn look(&mut self) -> Result<(), Overflow> {
        self.track();
        if !matches!(self.machine, Machine::Armed | Machine::Capped | Machine::Cooling) {
            return Ok(());
        }
        let edge = self.setup.policy.firing == Firing::Edge;
        if self.spell == Spell::None || (edge && self.spell == Spell::Spent) {
            self.release();
            return Ok(());
        }
        if self.cooldown_until > self.now {
            self.cool();
            return Ok(());
        }
        let minor = self.setup.policy.minor;
        let wanted = self.purchase.order(self.account.balance(), minor)?;
        let place = self.place();
        match cap_use::judge(&mut self.caps, place, &self.purchase, wanted, minor)? {
            Verdict::Allowed(order) => self.charge(order),
            Verdict::Blocked { caps, until } => self.cap(&caps, until),
        }
        Ok(())
    }

    /// Nothing is wanted, or nothing more of this spell: back to watching.
    fn release(&mut self) {
        self.agenda.clear(Event::Recheck);
        if !matches!(self.machine, Machine::Armed) {
            self.machine = Machine::Armed;
            self.tell_only(&Fact::Released);
        }
    }

    fn cool(&mut self) {
        let until = self.cooldown_until;
        self.agenda.set(Event::Recheck, self.poll_at_or_after(until));
        if !matches!(self.machine, Machine::Cooling) {
            self.machine = Machine::Cooling;
            self.tell_only(&Fact::CooldownWaits { until });
        }
    }

    fn cap(&mut self, caps: &[usize], until: Instant) {
        self.agenda.set(Event::Recheck, self.poll_at_or_after(until));
        if !matches!(self.machine, Machine::Capped) {
            self.machine = Machine::Capped;
            self.tell_only(&Fact::CapReached { caps, until });
            self.notify(Notification::CapReached);
        }
    }

    fn charge(&mut self, order: Order) {
        self.agenda.clear(Event::Recheck);
        self.attempts += 1;
        let attempt = self.attempts;
        self.machine = Machine::Charging(Charge { attempt, order, then_off: false });
        let settles = self.now.plus(self.payments.latency(attempt));
        self.agenda.set(Event::Settlement, settles);
        self.tell_only(&Fact::ChargeStarted { attempt, order });
    }

    /// A charge or a verification settles.
    pub(super) fn settle(&mut self) -> Result<(), Overflow> {
        self.agenda.clear(Event::Settlement);
        match self.machine {
            Machine::Charging(charge) => match self.answer(charge.attempt) {
                Answer::Approved => self.succeed(charge),
                Answer::Declined(decline) => self.fail(charge, decline),
                Answer::Verify(takes) => {
                    self.verify(charge, takes);
                    Ok(())
                }
            },
            Machine::Verifying(charge) => match self.payments.verified(charge.attempt) {
                true => self.succeed(charge),
                false => self.fail(charge, Decline::Verification),
            },
            _ => Ok(()),
        }
    }

    /// How a charge settles. One with nothing to charge reaches no processor.
    fn answer(&mut self, attempt: u64) -> Answer {
        let lacking = self.setup.policy.terms.needs.decline(self.facts);
        let expired = self.card_expired.then_some(Decline::Hard);
        match lacking.or(expired) {
            Some(decline) => Answer::Declined(decline),
            None => self.payments.settle(attempt, self.now),
        }
    }

    fn verify(&mut self, charge: Charge, takes: Duration) {
        self.machine = Machine::Verifying(charge);
        self.agenda.set(Event::Settlement, self.now.plus(takes));
        self.tell_only(&Fact::VerificationAsked { attempt: charge.attempt });
        self.notify(Notification::VerificationNeeded);
    }

    fn succeed(&mut self, charge: Charge) -> Result<(), Overflow> {
        let Charge { attempt, order, then_off } = charge;
        self.count(order, true)?;
        self.track();
        if self.spell == Spell::Fresh {
            self.spell = Spell::Spent;
        }
        self.failures = 0;
        self.cool_down(CooldownSince::Success);
        self.machine = if then_off { Machine::Off } else { Machine::Armed };
        self.tell_only(&Fact::ChargeSucceeded { attempt, order });
        self.deliver(Source::Recharge, order)?;
        self.notify(Notification::RechargeDone);
        Ok(())
    }

    fn fail(&mut self, charge: Charge, decline: Decline) -> Result<(), Overflow> {
        let Charge { attempt, order, then_off } = charge;
        self.count(order, false)?;
        self.cool_down(CooldownSince::Attempt);
        let terms = &self.setup.policy.terms;
        let on_failure = terms.on(decline);
        if on_failure != OnFailure::Ignore {
            self.failures += 1;
        }
        let in_a_row = self.failures;
        let suspends = on_failure == OnFailure::Suspend
            || (on_failure == OnFailure::Count
                && terms.disable_after.is_some_and(|n| in_a_row >= n));
        self.machine = match (then_off, suspends) {
            (true, _) => Machine::Off,
            (false, true) => Machine::Suspended,
            (false, false) => Machine::Backoff,
        };
        self.tell_only(&Fact::ChargeFailed { attempt, decline, in_a_row });
        self.notify(Notification::ChargeFailed);
        match self.machine {
            Machine::Suspended => self.suspend(),
            Machine::Backoff => self.back_off(),
            _ => {}
        }
        Ok(())
    }

    /// Counts a settled charge for the caps.
    fn count(&mut self, order: Order, succeeded: bool) -> Result<(), Overflow> {
        let settled = Settled { at: self.now, order, succeeded };
        let place = self.place();
        cap_use::count(&mut self.caps, place, settled)?;
        if let Some(history) = &mut self.history {
            history.push(settled);
        }
        Ok(())
    }

    /// Starts the cooldown if it counts from what just settled.
    fn cool_down(&mut self, settled: CooldownSince) {
        let Some(cooldown) = self.setup.policy.cooldown else { return };
        // A success is an attempt too.
        if settled == CooldownSince::Success || cooldown.since == CooldownSince::Attempt {
            self.cooldown_until = self.now.plus(cooldown.length);
        }
    }

    fn suspend(&mut self) {
        self.suspensions += 1;
        self.tell_only(&Fact::Suspended);
        self.notify(Notification::Suspended);
        if let Some(after) = self.payments.repair_after(self.suspensions) {
            self.agenda.set(Event::Repair, self.now.plus(after));
        }
    }

    fn back_off(&mut self) {
        let until = self.now.plus(self.setup.policy.terms.wait(self.failures));
        self.agenda.set(Event::Recheck, self.poll_at_or_after(until));
        self.tell_only(&Fact::BackedOff { until });
    }

    /// The owner repairs the payment method and enables auto-recharge.
    pub(super) fn repair(&mut self) {
        self.agenda.clear(Event::Repair);
        if !matches!(self.machine, Machine::Suspended) {
            return;
        }
        self.update_card();
        self.arm();
        self.tell_only(&Fact::Repaired);
    }

    /// Starts watching the balance, with a clean record.
    pub(super) fn arm(&mut self) {
        self.agenda.clear(Event::Repair);
        self.failures = 0;
        self.machine = Machine::Armed;
        self.spell = if self.holds() { Spell::Spent } else { Spell::None };
        if self.setup.policy.firing == Firing::Level && self.spell == Spell::Spent {
            self.spell = Spell::Fresh;
        }
    }

    /// Stops watching the balance.
    pub(super) fn disarm(&mut self) {
        self.agenda.clear(Event::Repair);
        self.agenda.clear(Event::Recheck);
        self.machine = Machine::Off;
    }

    /// A blocked or waiting trigger is looked at again, or the trigger is polled.
    pub(super) fn recheck(&mut self) -> Result<(), Overflow> {
        self.agenda.clear(Event::Recheck);
        self.polled = Some(self.now);
        if matches!(self.machine, Machine::Backoff) {
            self.machine = Machine::Armed;
            self.tell_only(&Fact::Released);
        }
        self.look()
    }
}
