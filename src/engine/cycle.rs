//! Cycles, grants and expiry: how credits come and go other than by usage. Contract §2 and §3.

use std::sync::Arc;

use crate::domain::{Credits, Expiry, Grant, Money, Pool, Pools, Source, Window};
use crate::policy::{DebtAtCycleStart, Order, Overflow, Plan, PlanChange, Prerequisite, Repayment};

use super::agenda::Event;
use super::observer::{Fact, Observer};
use super::supply::Payments;
use super::{Engine, ServiceState};

impl<P: Payments, O: Observer> Engine<'_, P, O> {
    /// The start of the run: a fresh cycle, or the inside of one with what the account holds.
    pub(super) fn open(&mut self) -> Result<(), Overflow> {
        let setup = self.setup;
        for cap in &setup.policy.caps {
            self.caps.push(super::CapUse::new(*cap, self.place(), &[])?);
        }
        if let Some(&(at, _)) = setup.actions.first() {
            self.agenda.set(Event::Action, at);
        }
        self.relevel();
        if setup.enabled {
            self.enable();
        }
        let Some(opening) = setup.opening else {
            self.cycle.to = self.now;
            self.agenda.set(Event::CycleStart, self.now);
            return Ok(());
        };
        self.cycle = setup.policy.cycles.around(self.now);
        self.agenda.set(Event::CycleStart, self.cycle.to);
        let cycle = self.cycle;
        self.tell_only(&Fact::CycleStarted { number: 0, cycle });
        self.grant(Pool::Allowance, Source::Opening, opening.allowance, Money::ZERO)?;
        self.grant(Pool::Purchased, Source::Opening, opening.purchased, opening.price)?;
        self.bases.cycle_total = self.account.balance();
        self.bases.allowance = self.plan.allowance;
        self.relevel();
        self.note_balance();
        self.evaluate()
    }

    /// In the order of contract §3: what ends expires, allowance is forfeited, a plan change takes
    /// effect, the fee is charged, the allowance granted, caps per cycle start again.
    pub(super) fn start_cycle(&mut self) -> Result<(), Overflow> {
        let first = self.cycle.to == self.setup.horizon.from;
        let starts = self.setup.policy.cycles.around(self.now);
        self.cycle = Window { from: self.now, to: starts.to };
        if !first {
            self.cycle_number += 1;
            self.end_cycle()?;
        }
        self.agenda.set(Event::CycleStart, starts.to);
        let (number, cycle) = (self.cycle_number, self.cycle);
        self.tell_only(&Fact::CycleStarted { number, cycle });
        if !first {
            let least = self.setup.policy.rollover.least;
            let lacking = least.minus(self.account.pools().allowance)?;
            self.grant(Pool::Allowance, Source::Allowance, lacking, Money::ZERO)?;
        }
        if let Some(plan) = self.waiting_plan.take() {
            self.plan = plan;
            let plan = Arc::clone(&self.plan);
            self.tell_only(&Fact::PlanChanged { plan: &plan });
        }
        self.bases.allowance = Credits::ZERO;
        if self.facts.has(Prerequisite::Subscription) {
            self.subscribe()?;
        }
        self.bases.cycle_total = self.account.balance();
        self.relevel();
        self.note_balance();
        Ok(())
    }

    fn end_cycle(&mut self) -> Result<(), Overflow> {
        let before = self.account.pools();
        let ended = self.account.end_cycle(self.now);
        self.tell_expired(before, &ended)?;

        let rollover = self.setup.policy.rollover;
        let oldest = self.cycle_number.saturating_sub(rollover.cycles);
        let before = self.account.pools();
        let credits = self.account.forfeit(oldest, rollover.most);
        if credits.is_positive() {
            self.tell(before, &Fact::Forfeited { credits });
        }
        if self.setup.policy.service.debt_at_cycle_start == DebtAtCycleStart::Forgive {
            let before = self.account.pools();
            let credits = self.account.forgive();
            if credits.is_positive() {
                self.tell(before, &Fact::Forgiven { credits });
            }
        }
        Ok(())
    }

    /// Charges the plan's fee and grants its allowance.
    fn subscribe(&mut self) -> Result<(), Overflow> {
        let plan = Arc::clone(&self.plan);
        if plan.fee.is_positive() {
            self.tell_only(&Fact::FeeCharged { plan: &plan, fee: plan.fee });
        }
        self.bases.allowance = plan.allowance;
        self.grant(Pool::Allowance, Source::Allowance, plan.allowance, Money::ZERO)
    }

    /// Lifetime-limited grants expire. Where all of them were burnt before, nothing happens.
    pub(super) fn expire(&mut self) -> Result<(), Overflow> {
        let before = self.account.pools();
        let expired = self.account.expire(self.now);
        self.agenda.set(Event::Expiry, self.account.next_expiry());
        if expired.is_empty() {
            return Ok(());
        }
        self.tell_expired(before, &expired)?;
        self.note_balance();
        self.evaluate()
    }

    /// Tells of grants that left the account, one by one, with the balance between them.
    fn tell_expired(&mut self, before: Pools, gone: &[Grant]) -> Result<(), Overflow> {
        let after = self.account.pools();
        let mut left = before;
        for grant in gone {
            let cost = grant.price.cost_of(grant.left, grant.amount)?;
            let earlier = left;
            left.purchased = left.purchased.minus(grant.left)?;
            let moment = super::Moment {
                at: self.now,
                cause: self.cause,
                state: self.machine.state(),
                before: earlier,
                after: left,
            };
            self.observer.fact(&moment, &Fact::Expired { credits: grant.left, cost });
        }
        debug_assert_eq!(left, after);
        Ok(())
    }

    /// A plan is chosen: at once and prorated, or from the next cycle start.
    pub(super) fn change_plan(
        &mut self,
        plan: &Arc<Plan>,
        when: PlanChange,
    ) -> Result<(), Overflow> {
        if when == PlanChange::NextCycle {
            self.waiting_plan = Some(Arc::clone(plan));
            self.tell_only(&Fact::PlanChangeWaits { plan });
            return Ok(());
        }
        let minor = self.setup.policy.minor;
        let prorated = self.plan.prorate(plan, self.now, self.cycle, minor)?;
        self.waiting_plan = None;
        self.plan = Arc::clone(plan);
        self.tell_only(&Fact::PlanChanged { plan });
        if !self.facts.has(Prerequisite::Subscription) {
            return Ok(());
        }
        if prorated.fee.is_positive() {
            self.tell_only(&Fact::FeeCharged { plan, fee: prorated.fee });
        }
        self.bases.allowance = self.bases.allowance.plus(prorated.allowance)?;
        self.add_to_cycle(prorated.allowance)?;
        self.grant(Pool::Allowance, Source::Allowance, prorated.allowance, Money::ZERO)?;
        self.relevel();
        self.note_balance();
        Ok(())
    }

    /// Bought credits arrive.
    pub(super) fn deliver(&mut self, source: Source, order: Order) -> Result<(), Overflow> {
        self.add_to_cycle(order.credits)?;
        self.bases.last_purchase = Some(order.credits);
        self.grant(Pool::Purchased, source, order.credits, order.price)?;
        self.relevel();
        self.note_balance();
        Ok(())
    }

    /// Counts credits that arrive within a cycle, where a trigger asks for their total.
    fn add_to_cycle(&mut self, credits: Credits) -> Result<(), Overflow> {
        if self.totals_cycle {
            self.bases.cycle_total = self.bases.cycle_total.plus(credits)?;
        }
        Ok(())
    }

    /// Credits arrive: an outage closes, or the stopped service is set to restart.
    fn grant(
        &mut self,
        pool: Pool,
        source: Source,
        credits: Credits,
        price: Money,
    ) -> Result<(), Overflow> {
        if !credits.is_positive() {
            return Ok(());
        }
        let policy = &self.setup.policy;
        let expiry = match pool {
            Pool::Allowance => Expiry::Never,
            Pool::Purchased => policy.lifetime.expiry(self.now, self.cycle.to),
        };
        let grant = Grant {
            pool,
            source,
            amount: credits,
            left: credits,
            price,
            expiry,
            cycle: self.cycle_number,
        };
        let before = self.account.pools();
        let debt_first = policy.service.repayment == Repayment::DebtFirst;
        self.account.grant(grant, debt_first)?;
        if self.account.next_expiry() != self.agenda.get(Event::Expiry) {
            self.agenda.set(Event::Expiry, self.account.next_expiry());
        }
        let expires = match pool {
            Pool::Allowance => self.cycle.to,
            Pool::Purchased => expiry.instant(),
        };
        self.tell(before, &Fact::Granted { source, credits, price, expires });
        match self.service {
            ServiceState::Running => self.close_outage(),
            ServiceState::Stopped => self.schedule_restart(),
        }
        Ok(())
    }

    /// Notes when the balance came to zero or below, and when it is above again.
    pub(super) fn note_balance(&mut self) {
        let empty = !self.account.balance().is_positive();
        match self.exhausted {
            None if empty => {
                self.exhausted = Some(self.now);
                self.tell_only(&Fact::Exhausted);
            }
            Some(exhausted) if !empty => {
                self.exhausted = None;
                self.tell_only(&Fact::Replenished { exhausted });
            }
            Some(_) | None => {}
        }
    }

    /// Takes the level of the trigger anew, and tells it if it moved.
    pub(super) fn relevel(&mut self) {
        let level = self.trigger.level(&self.bases);
        if level != self.level {
            self.level = level;
            self.observer.threshold(self.now, level);
        }
    }
}
