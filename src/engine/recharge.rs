//! The recharge lifecycle: the trigger, charges, failures, suspension. Contract §5 to §9.

use crate::domain::{Duration, Instant, Source};
use crate::policy::{Decline, Order};

use super::Engine;
use super::agenda::Event;
use super::cap_use::CapAnswer;
use super::lifecycle::FailureEffect;
use super::observer::{Cause, Fact, Notification, Observer};
use super::setup::{Fault, Impossible};
use super::supply::{Answer, Payments};
use super::watch::{AfterFailure, Charge, Machine};

impl<'s, P: Payments, O: Observer> Engine<'s, P, O> {
    /// Evaluates the trigger after an event. A policy that polls evaluates it at its next poll
    /// instead.
    #[inline]
    pub(super) fn evaluate(&mut self) -> Result<(), Fault> {
        match &self.lifecycle {
            None => Ok(()),
            Some(lifecycle) if lifecycle.rules().poll.is_none() => self.look(),
            Some(_) => {
                self.await_poll();
                Ok(())
            }
        }
    }

    fn await_poll(&mut self) {
        if !self.watch.is_watching() {
            return;
        }
        if self.watch.is_at_rest(self.ledger.balance()) {
            self.clock.cancel(Event::Recheck);
            return;
        }
        // At one instant polls come before usage, so usage is seen at the next poll.
        let usage = matches!(
            self.clock.cause(),
            Cause::Usage | Cause::Scheduled(Event::Standing | Event::Deduction | Event::Return)
        );
        let now = self.clock.now();
        let from = if usage { now.plus(Duration::from_millis(1)) } else { now };
        let poll = self.lifecycle_mut().look_at(from);
        if poll < self.clock.due(Event::Recheck) {
            self.clock.schedule(Event::Recheck, poll);
        }
    }

    /// Evaluates the trigger: starts a recharge if it holds and nothing blocks it.
    pub(super) fn look(&mut self) -> Result<(), Fault> {
        let balance = self.ledger.balance();
        self.watch.track(balance);
        if !self.watch.is_watching() {
            return Ok(());
        }
        let lifecycle = self.lifecycle_mut();
        let (firing, cooling_until) = (lifecycle.firing(), lifecycle.cooldown_until());
        if !self.watch.wants(firing) {
            self.release();
            return Ok(());
        }
        if cooling_until > self.clock.now() {
            self.cool(cooling_until);
            return Ok(());
        }
        let (place, contract) = (self.place(), &self.setup.policy.contract);
        let bases = *self.billing.bases();
        match self.lifecycle_mut().judge(balance, &bases, place, contract)? {
            CapAnswer::Allowed(order) => self.charge(order),
            CapAnswer::Blocked { caps, until } => self.cap(&caps, until),
        }
        Ok(())
    }

    fn cool(&mut self, until: Instant) {
        self.schedule_look(until);
        if let Some(fact) = self.watch.cool(until) {
            self.tell_only(&fact);
        }
    }

    fn cap(&mut self, caps: &[usize], until: Instant) {
        if self.lifecycle_mut().disables(caps) {
            return self.turn_off_at_cap(caps);
        }
        self.schedule_look(until);
        if let Some(fact) = self.watch.cap(caps, until) {
            self.tell_only(&fact);
            self.notify(Notification::CapReached);
        }
    }

    /// A cap turns auto-recharge off until somebody acts.
    fn turn_off_at_cap(&mut self, caps: &[usize]) {
        if let Some(fact) = self.watch.cap(caps, Instant::NEVER) {
            self.tell_only(&fact);
            self.notify(Notification::CapReached);
        }
        self.disable();
        self.lifecycle_mut().set_off_at_cap(true);
    }

    /// Warns of the caps of which the last charge used so much.
    #[inline]
    fn warn_of_caps(&mut self) {
        for (cap, share) in self.lifecycle_mut().take_warnings() {
            self.tell_only(&Fact::CapWarned { cap, share });
            self.notify(Notification::CapWarning);
        }
    }

    /// Nothing is wanted, or nothing more of this spell: back to watching.
    fn release(&mut self) {
        self.clock.cancel(Event::Recheck);
        if let Some(fact) = self.watch.release() {
            self.tell_only(&fact);
        }
    }

    /// Schedules the next evaluation of the trigger at `until`, when the block ends, or at the poll
    /// after it.
    fn schedule_look(&mut self, until: Instant) {
        let look = self.lifecycle_mut().look_at(until);
        self.clock.schedule(Event::Recheck, look);
    }

    fn charge(&mut self, order: Order) {
        self.clock.cancel(Event::Recheck);
        let attempt = self.watch.charge(order);
        let settles = self.clock.now().plus(self.payments.latency(attempt));
        self.clock.schedule(Event::Settlement, settles);
        self.tell_only(&Fact::ChargeStarted { attempt, order });
    }

    /// A charge or a verification settles.
    pub(super) fn settle(&mut self) -> Result<(), Fault> {
        self.clock.cancel(Event::Settlement);
        match self.watch.machine() {
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
            Machine::Off
            | Machine::Armed
            | Machine::Capped
            | Machine::Cooling
            | Machine::Backoff
            | Machine::Suspended => Err(Impossible::NothingInFlight.into()),
        }
    }

    /// Returns the outcome of a charge. One with nothing to charge reaches no processor.
    fn answer(&mut self, attempt: u64) -> Answer {
        let needs = self.lifecycle_mut().rules().terms.needs;
        match self.timeline.decline(needs) {
            Some(decline) => Answer::Declined(decline),
            None => self.payments.settle(attempt, self.clock.now()),
        }
    }

    fn verify(&mut self, charge: Charge, takes: Duration) {
        self.watch.verify(charge);
        self.clock.schedule(Event::Settlement, self.clock.now().plus(takes));
        self.tell_only(&Fact::VerificationAsked { attempt: charge.attempt });
        self.notify(Notification::VerificationNeeded);
    }

    fn succeed(&mut self, charge: Charge) -> Result<(), Fault> {
        let Charge { attempt, order, .. } = charge;
        let place = self.place();
        self.lifecycle_mut().succeed(order, place)?;
        self.watch.succeed(charge, self.ledger.balance());
        self.tell_only(&Fact::ChargeSucceeded { attempt, order });
        self.deliver(Source::Recharge, order)?;
        self.draw_reversals(attempt);
        self.notify(Notification::RechargeDone);
        self.warn_of_caps();
        Ok(())
    }

    fn fail(&mut self, charge: Charge, decline: Decline) -> Result<(), Fault> {
        let Charge { attempt, order, .. } = charge;
        let place = self.place();
        let FailureEffect { in_a_row, suspends } =
            self.lifecycle_mut().fail(order, decline, place)?;
        let after = self.watch.fail(charge, suspends);
        self.tell_only(&Fact::ChargeFailed { attempt, decline, in_a_row });
        self.notify(Notification::ChargeFailed);
        self.warn_of_caps();
        match after {
            AfterFailure::Suspended => self.suspend(),
            AfterFailure::Backoff => self.back_off(),
            AfterFailure::Off => {}
        }
        Ok(())
    }

    /// Enables auto-recharge at the start, in the state that the past implies.
    pub(super) fn take_up_past(&mut self) {
        let past = &self.setup.past;
        if let Some(since) = past.suspended_since.filter(|_| self.missing().is_empty()) {
            let number = self.lifecycle_mut().suspend();
            self.watch.start_suspended();
            self.await_repair(number, since);
            return;
        }
        self.enable();
        if self.watch.is_off() {
            return;
        }
        self.lifecycle_mut().remember_failures();
        if let Some(until) = past.retry_at {
            self.watch.start_in_backoff();
            self.schedule_look(until);
            self.tell_only(&Fact::BackedOff { until });
        }
    }

    /// Schedules the repair of a suspension, if there is one, not before the present.
    fn await_repair(&mut self, number: u64, suspended: Instant) {
        if let Some(after) = self.payments.repair_after(number) {
            let due = suspended.plus(after).max(self.clock.now());
            self.clock.schedule(Event::Repair, due);
        }
    }

    fn suspend(&mut self) {
        let number = self.lifecycle_mut().suspend();
        self.tell_only(&Fact::Suspended);
        self.notify(Notification::Suspended);
        self.await_repair(number, self.clock.now());
    }

    fn back_off(&mut self) {
        let until = self.clock.now().plus(self.lifecycle_mut().wait());
        self.schedule_look(until);
        self.tell_only(&Fact::BackedOff { until });
    }

    /// The owner repairs the payment method and enables auto-recharge.
    pub(super) fn repair(&mut self) -> Result<(), Fault> {
        self.clock.cancel(Event::Repair);
        if !matches!(self.watch.machine(), Machine::Suspended) {
            return Err(Impossible::NothingSuspended.into());
        }
        self.update_card();
        self.arm();
        self.tell_only(&Fact::Repaired);
        Ok(())
    }

    /// Starts watching the balance, with a clean record.
    pub(super) fn arm(&mut self) {
        self.clock.cancel(Event::Repair);
        let lifecycle = self.lifecycle_mut();
        lifecycle.forgive_failures();
        lifecycle.set_off_at_cap(false);
        let firing = lifecycle.firing();
        self.watch.arm(self.ledger.balance(), firing);
    }

    /// Evaluates a blocked or waiting trigger again, or polls the trigger.
    pub(super) fn recheck(&mut self) -> Result<(), Fault> {
        self.clock.cancel(Event::Recheck);
        let now = self.clock.now();
        self.lifecycle_mut().poll(now);
        if let Some(fact) = self.watch.end_backoff() {
            self.tell_only(&fact);
        }
        self.look()
    }
}
