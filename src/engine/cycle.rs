//! Cycles, grants and expiry: all changes of credits other than usage. Contract §2 and §3.

use std::sync::Arc;

use crate::domain::{BurnRank, Credits, Expiry, Grant, Instant, Money, Pool, Pools, Source};
use crate::policy::{
    DebtAtCycleStart, Downgrade, Gift, Order, Plan, PlanChange, Prerequisite, Refill, Repayment,
};

use super::Engine;
use super::agenda::Event;
use super::billing::{CycleDues, further_cycles};
use super::desk;
use super::gift::GiftTimes;
use super::observer::{Fact, Observer};
use super::setup::{Fault, Impossible, Opening, OpeningExpiry, OpeningGrant};
use super::standing;
use super::supply::Payments;

/// Credits that arrive, at least some.
pub(super) struct Arrival {
    pub(super) pool: Pool,
    pub(super) source: Source,
    pub(super) credits: Credits,
    pub(super) price: Money,
    pub(super) expiry: Expiry,
    pub(super) rank: BurnRank,
    pub(super) number: u64,
}

impl Arrival {
    /// The instant at which purchased credits are lost, and whether that is as a part of a cycle's start.
    pub(super) fn ends(&self) -> (Instant, bool) {
        (self.expiry.instant(), matches!(self.expiry, Expiry::WithCycle(_)))
    }
}

impl<P: Payments, O: Observer> Engine<'_, P, O> {
    /// Starts the run: with a new cycle, or inside one with the opening balance.
    pub(super) fn open(&mut self) -> Result<(), Fault> {
        let setup = self.setup;
        self.open_timeline();
        if let Some(standing) = &self.standing {
            self.clock.schedule(Event::Standing, standing.next());
        }
        if let Some(gifts) = &self.gifts {
            self.clock.schedule(Event::Gift, gifts.next());
        }
        self.relevel();
        if setup.enabled {
            self.take_up_past();
        }
        match &setup.opening {
            Some(opening) => self.open_inside(opening),
            None => {
                self.clock.schedule(Event::CycleStart, self.clock.now());
                Ok(())
            }
        }
    }

    /// The run begins inside a cycle.
    fn open_inside(&mut self, opening: &Opening) -> Result<(), Fault> {
        let contract = &self.setup.policy.contract;
        let cycle = contract.cycles.around(self.clock.now());
        self.clock.schedule(Event::CycleStart, cycle.to);
        let further = further_cycles(contract.plan.term, &contract.cycles, self.clock.now());
        let started = self.billing.begin_inside(cycle, further);
        self.tell_only(&started);
        self.grant(Pool::Allowance, Source::Opening, opening.allowance, Money::ZERO)?;
        for grant in &opening.purchased {
            self.grant_opening(grant)?;
        }
        self.billing.begin_total(self.ledger.balance());
        self.billing.set_allowance(contract.plan.allowance);
        self.relevel();
        self.note_balance();
        self.evaluate()
    }

    /// Starts a cycle in the order of contract §3: overage is billed, grants that end with the cycle expire,
    /// allowance is forfeited, a plan change takes effect, the fee is charged, the allowance is granted, caps
    /// per cycle are reset.
    pub(super) fn start_cycle(&mut self) -> Result<(), Fault> {
        let (contract, now) = (&self.setup.policy.contract, self.clock.now());
        let ends = self.billing.allowance_ends();
        let follows = self.billing.start(&contract.cycles, now);
        if follows {
            self.end_cycle(ends.then_some(self.billing.period()))?;
        }
        self.clock.schedule(Event::CycleStart, self.billing.cycle().to);
        let started = self.billing.started();
        self.tell_only(&started);
        if follows && ends {
            let lacking = contract.rollover.least.minus(self.ledger.pools().allowance)?;
            self.grant(Pool::Allowance, Source::Allowance, lacking, Money::ZERO)?;
        }
        if let Some(plan) = self.billing.change_over() {
            self.tell_only(&Fact::PlanChanged { plan: &plan });
        }
        let due = self.billing.renew(self.timeline.facts().has(Prerequisite::Subscription));
        self.subscribe(due)?;
        self.give_with_cycle()?;
        self.renew_quotas(due.included)?;
        self.restart_overage()?;
        self.charge_standing(standing::of_cycle(&contract.standing)?)?;
        self.billing.begin_total(self.ledger.balance());
        self.relevel();
        self.note_balance();
        Ok(())
    }

    /// The end of the run. Where it is that of a cycle, what the end takes belongs to this cycle; the next
    /// one does not start, so the balance at its start is not noted. Overage is billed either way.
    pub(super) fn end_last_cycle(&mut self) -> Result<(), Fault> {
        match self.billing.cycle().to == self.clock.now() {
            true => {
                let ends = self.billing.allowance_ends();
                self.end_cycle(ends.then_some(self.billing.period() + 1))
            }
            false => self.bill_overage(),
        }
    }

    /// Takes what a cycle start takes from the cycle before it. `next` is the period that an allowance
    /// begins then, if one ends.
    fn end_cycle(&mut self, next: Option<u64>) -> Result<(), Fault> {
        self.bill_overage()?;
        let before = self.ledger.pools();
        let ended = self.ledger.end_cycle(self.clock.now());
        self.tell_expired(before, &ended)?;

        let before = self.ledger.pools();
        let rollover = self.setup.policy.contract.rollover;
        if let (Some(memory), Some(next)) = (&mut self.memory, next) {
            memory.forfeit(next, rollover);
        }
        if let Some(fact) = next.and_then(|next| self.ledger.forfeit(next, rollover)) {
            self.tell(before, &fact);
        }
        if self.setup.policy.service.debt_at_cycle_start == DebtAtCycleStart::Forgive {
            let before = self.ledger.pools();
            if let Some(memory) = &mut self.memory {
                memory.forgive();
            }
            if let Some(fact) = self.ledger.forgive() {
                self.tell(before, &fact);
            }
        }
        Ok(())
    }

    /// Charges the plan's fee and grants its allowance, as far as they are due.
    fn subscribe(&mut self, due: CycleDues) -> Result<(), Fault> {
        let plan = self.billing.plan();
        if due.fee {
            self.charge_fee(&plan, plan.fee)?;
        }
        if !due.allowance {
            return Ok(());
        }
        self.billing.set_allowance(plan.allowance);
        let amount = match plan.refill {
            Refill::Full => plan.allowance,
            Refill::UpTo => plan.allowance.minus(self.ledger.balance())?,
        };
        self.grant(Pool::Allowance, Source::Allowance, amount, Money::ZERO)
    }

    fn charge_fee(&mut self, plan: &Plan, fee: Money) -> Result<(), Fault> {
        if fee.is_positive() {
            let fee = self.setup.policy.contract.charged(fee)?;
            self.ledger.count(fee)?;
            self.tell_only(&Fact::FeeCharged { plan, fee });
        }
        Ok(())
    }

    /// Expires lifetime-limited grants. Does nothing if all of them were burnt before.
    pub(super) fn expire(&mut self) -> Result<(), Fault> {
        let before = self.ledger.pools();
        let expired = self.ledger.expire(self.clock.now());
        self.clock.schedule(Event::Expiry, self.ledger.next_expiry());
        if expired.is_empty() {
            return Ok(());
        }
        self.tell_expired(before, &expired)?;
        self.note_balance();
        self.evaluate()
    }

    /// Reports grants that left the account, one by one, with the balance between them.
    fn tell_expired(&mut self, before: Pools, gone: &[Grant]) -> Result<(), Fault> {
        let mut left = before;
        for grant in gone {
            let cost = grant.price.cost_of(grant.left, grant.amount)?;
            self.ledger.count(cost)?;
            let earlier = left;
            left.purchased = left.purchased.minus(grant.left)?;
            let (source, credits) = (grant.source, grant.left);
            self.tell_between(earlier, left, &Fact::Expired { source, credits, cost });
        }
        if left != self.ledger.pools() {
            return Err(Impossible::BalanceAfterExpiry.into());
        }
        Ok(())
    }

    /// A plan is chosen: at once and prorated, or from the next cycle start.
    pub(super) fn change_plan(
        &mut self,
        plan: &Arc<Plan>,
        when: PlanChange,
        on_downgrade: Option<Downgrade>,
    ) -> Result<(), Fault> {
        if when == PlanChange::NextCycle {
            self.billing.choose_later(plan);
            self.tell_only(&Fact::PlanChangeWaits { plan });
            return Ok(());
        }
        let minor = self.setup.policy.contract.minor;
        let prorated = self.billing.choose_now(plan, self.clock.now(), minor)?;
        self.tell_only(&Fact::PlanChanged { plan });
        if !self.timeline.facts().has(Prerequisite::Subscription) {
            return Ok(());
        }
        self.charge_fee(plan, prorated.fee)?;
        self.billing.upgrade(prorated.more)?;
        self.grant(Pool::Allowance, Source::Allowance, prorated.more, Money::ZERO)?;
        if on_downgrade == Some(Downgrade::Cut) {
            self.cut_allowance(prorated.less);
        }
        self.renew_quotas(true)?;
        self.relevel();
        self.note_balance();
        Ok(())
    }

    /// Less allowance is included from now on: the difference is forfeited.
    fn cut_allowance(&mut self, amount: Credits) {
        self.billing.downgrade(amount);
        let before = self.ledger.pools();
        if let Some(fact) = self.ledger.cut(amount) {
            self.tell(before, &fact);
        }
    }

    /// Bought credits arrive.
    pub(super) fn deliver(&mut self, source: Source, order: Order) -> Result<(), Fault> {
        self.billing.buy(order.credits)?;
        self.ledger.count(order.price)?;
        let number = self.receipts.as_mut().map_or(0, |receipts| receipts.add(source, order));
        if order.credits.is_positive() {
            let (pool, Order { credits, price }) = (Pool::Purchased, order);
            let rank = self.setup.policy.contract.burn_order.rank(pool, source);
            let expiry = self.expiry_now(source);
            self.arrive(Arrival { pool, source, credits, price, expiry, rank, number })?;
        }
        self.relevel();
        self.note_balance();
        Ok(())
    }

    /// Adds credits that expire as the contract says.
    fn grant(
        &mut self,
        pool: Pool,
        source: Source,
        credits: Credits,
        price: Money,
    ) -> Result<(), Fault> {
        let expiry = match pool {
            Pool::Allowance => Expiry::Never,
            Pool::Purchased => self.expiry_now(source),
        };
        self.grant_until(pool, source, credits, price, expiry)
    }

    /// The expiry of what is bought now.
    pub(super) fn expiry_now(&self, source: Source) -> Expiry {
        let contract = &self.setup.policy.contract;
        let lifetime = match source {
            Source::TopUp => contract.top_up_lifetime,
            _ => contract.lifetime,
        };
        lifetime.expiry(self.clock.now(), self.billing.cycle().to, contract.grace)
    }

    /// Gifts of a cycle arrive.
    fn give_with_cycle(&mut self) -> Result<(), Fault> {
        for gift in &self.setup.policy.contract.gifts {
            if gift.comes_with_cycle(self.clock.now()) {
                self.give(gift)?;
            }
        }
        Ok(())
    }

    /// Gifts at times of their own arrive.
    pub(super) fn take_gifts(&mut self) -> Result<(), Fault> {
        let (contract, now) = (&self.setup.policy.contract, self.clock.now());
        for (index, gift) in contract.gifts.iter().enumerate() {
            let times = self.gifts.as_mut().ok_or(Impossible::NoGift)?;
            if times.take(index, gift, now, contract.zone) {
                self.give(gift)?;
                self.billing.add(gift.credits)?;
            }
        }
        let next = self.gifts.as_ref().map_or(Instant::NEVER, GiftTimes::next);
        self.clock.schedule(Event::Gift, next);
        self.relevel();
        self.note_balance();
        Ok(())
    }

    fn give(&mut self, gift: &Gift) -> Result<(), Fault> {
        let contract = &self.setup.policy.contract;
        let expiry = gift.expiry(self.clock.now(), contract.zone, self.billing.cycle().to);
        let rank = gift.rank(contract.burn_order);
        let (pool, source, price) = (Pool::Purchased, Source::Gift, Money::ZERO);
        let (credits, number) = (gift.credits, 0);
        self.arrive(Arrival { pool, source, credits, price, expiry, rank, number })
    }

    /// Credits bought before the start arrive.
    fn grant_opening(&mut self, grant: &OpeningGrant) -> Result<(), Fault> {
        let expiry = match grant.expires {
            OpeningExpiry::AsBoughtAtStart => self.expiry_now(Source::Opening),
            OpeningExpiry::Never => Expiry::Never,
            OpeningExpiry::CycleEnd => Expiry::WithCycle(self.billing.cycle().to),
            OpeningExpiry::At(at) => Expiry::At(at),
        };
        self.grant_until(Pool::Purchased, Source::Opening, grant.credits, grant.price, expiry)
    }

    /// Adds credits with an expiry of their own.
    fn grant_until(
        &mut self,
        pool: Pool,
        source: Source,
        credits: Credits,
        price: Money,
        expiry: Expiry,
    ) -> Result<(), Fault> {
        if !credits.is_positive() {
            return Ok(());
        }
        let rank = self.setup.policy.contract.burn_order.rank(pool, source);
        self.arrive(Arrival { pool, source, credits, price, expiry, rank, number: 0 })
    }

    /// Credits arrive: an outage closes, or the stopped service is set to restart.
    pub(super) fn arrive(&mut self, arrival: Arrival) -> Result<(), Fault> {
        let policy = &self.setup.policy;
        let Arrival { source, credits, price, rank, .. } = arrival;
        let (purchased_until, with_cycle) = arrival.ends();
        let expires = match arrival.pool {
            Pool::Allowance => self.billing.allowance_until(&policy.contract.cycles),
            Pool::Purchased => purchased_until,
        };
        let before = self.ledger.pools();
        self.hold(&arrival, policy.service.repayment == Repayment::DebtFirst)?;
        self.tell(before, &Fact::Granted { source, credits, price, expires, with_cycle, rank });
        self.take_credits_up()
    }

    /// Adds credits to the account.
    pub(super) fn hold(&mut self, arrival: &Arrival, debt_first: bool) -> Result<(), Fault> {
        let &Arrival { pool, source, credits, price, expiry, rank, number } = arrival;
        let (amount, left, cycle) = (credits, credits, self.billing.period());
        let lot = 0;
        let grant = Grant { pool, source, amount, left, price, expiry, cycle, rank, number, lot };
        self.ledger.grant(grant, debt_first)?;
        if self.ledger.next_expiry() != self.clock.due(Event::Expiry) {
            self.clock.schedule(Event::Expiry, self.ledger.next_expiry());
        }
        Ok(())
    }

    /// More can be served: an outage closes, or the restart of a stopped service is due.
    pub(super) fn take_credits_up(&mut self) -> Result<(), Fault> {
        if self.desk.is_stopped() {
            return self.schedule_restart();
        }
        self.close_outage();
        Ok(())
    }

    /// Schedules the restart of a stopped service once credits have arrived; the first arrival
    /// counts.
    fn schedule_restart(&mut self) -> Result<(), Fault> {
        let service = &self.setup.policy.service;
        if self.desk.holds_stop(service, self.clock.now()) {
            return Ok(());
        }
        self.restart_later()
    }

    /// Schedules the restart of a stopped service, unless it is.
    pub(super) fn restart_later(&mut self) -> Result<(), Fault> {
        let Some(after) = desk::restart_after(&self.setup.policy.service) else {
            return Err(Impossible::StopWithoutRestart.into());
        };
        if self.clock.due(Event::Restart) == Instant::NEVER {
            self.clock.schedule(Event::Restart, self.clock.now().plus(after));
        }
        Ok(())
    }

    /// Records when the balance falls to zero or below, and when it is above again.
    #[inline(always)]
    pub(super) fn note_balance(&mut self) {
        if let Some(fact) = self.ledger.note(self.clock.now()) {
            self.tell_only(&fact);
        }
    }

    /// Recomputes the level of the trigger, and reports it if it changed.
    #[inline(always)]
    pub(super) fn relevel(&mut self) {
        let Some(lifecycle) = &self.lifecycle else { return };
        let level = lifecycle.level(self.billing.bases());
        if self.watch.set_level(level) {
            self.observer.threshold(self.clock.now(), level);
        }
    }
}
