//! Usage that is undone: what served it, and how that comes back. Contract §4.

use std::collections::VecDeque;

use crate::domain::{Credits, Expiry, Grant, Instant, Money, Pool, Pools, Source};
use crate::policy::{Action, EndedGrant, Repayment, Rollover, TakenBackUsage, UsageReversal};

use super::Engine;
use super::agenda::Event;
use super::cycle::Arrival;
use super::observer::{Fact, GivenBack, Observer};
use super::setup::{Fault, Setup};
use super::supply::Payments;

/// What served the usage of the instants at which some will be undone.
#[derive(Clone, Debug)]
pub(super) struct UseMemory {
    /// In time order.
    uses: Vec<RememberedUse>,
    /// The first period whose allowance was not forfeited yet.
    oldest: u64,
}

/// What served the usage of one instant and is not undone.
#[derive(Clone, Debug)]
struct RememberedUse {
    at: Instant,
    /// Served by quotas.
    included: Credits,
    /// Served, and not deducted yet.
    unmetered: Credits,
    /// The rest, in the order in which it was taken.
    taken: Vec<TakenCredits>,
}

/// Credits that served usage.
#[derive(Clone, Copy, Debug)]
struct TakenCredits {
    credits: Credits,
    from: TakenFrom,
}

/// What credits that served usage were taken from.
#[derive(Clone, Copy, Debug)]
enum TakenFrom {
    /// A grant, as it was then.
    Grant(Grant),
    /// Nothing yet: a debt.
    Debt,
    /// Nothing, and debts of that time were forgiven.
    Forgiven,
    /// Overage that is not billed yet.
    Overage,
    /// Overage that is billed.
    Billed,
}

/// The end of what served some usage, which is undone first.
struct Undone {
    included: Credits,
    unmetered: Credits,
    /// In the order in which it comes back: what was taken last is first.
    taken: Vec<TakenCredits>,
}

impl UseMemory {
    /// Before the first use; `None` if no usage is undone in the run.
    pub(super) fn new(setup: &Setup) -> Option<UseMemory> {
        let undone = setup.actions.iter().filter_map(|(_, action)| match action {
            Action::ReverseUsage(reversal) => Some(reversal.used_at),
            _ => None,
        });
        UseMemory::also(None, undone)
    }

    /// The same before the first use, with these instants too; `None` if there is none.
    pub(super) fn also(
        memory: Option<UseMemory>,
        instants: impl Iterator<Item = Instant>,
    ) -> Option<UseMemory> {
        let oldest = memory.as_ref().map_or(0, |memory| memory.oldest);
        let known = memory.into_iter().flat_map(|memory| memory.uses).map(|used| used.at);
        let mut instants: Vec<Instant> = known.chain(instants).collect();
        instants.sort_unstable();
        instants.dedup();
        let uses: Vec<RememberedUse> = instants.into_iter().map(RememberedUse::none).collect();
        (!uses.is_empty()).then_some(UseMemory { uses, oldest })
    }

    /// The first instant at `at` or after of which some usage will be undone.
    pub(super) fn next(&self, at: Instant) -> Instant {
        let place = self.uses.partition_point(|used| used.at < at);
        self.uses.get(place).map_or(Instant::NEVER, |used| used.at)
    }

    /// The usage of an instant, if some of it will be undone.
    fn at(&mut self, at: Instant) -> Option<&mut RememberedUse> {
        let place = self.uses.binary_search_by_key(&at, |used| used.at).ok()?;
        self.uses.get_mut(place)
    }

    /// Quotas served usage.
    pub(super) fn note_included(&mut self, at: Instant, credits: Credits) {
        if let Some(used) = self.at(at) {
            used.included = sum(used.included, credits);
        }
    }

    /// Usage was served that is deducted later.
    pub(super) fn note_unmetered(&mut self, at: Instant, credits: Credits) {
        if let Some(used) = self.at(at) {
            used.unmetered = sum(used.unmetered, credits);
        }
    }

    /// All overage so far is billed.
    pub(super) fn bill(&mut self) {
        self.turn(|from| matches!(from, TakenFrom::Overage), TakenFrom::Billed);
    }

    /// All debts so far are forgiven.
    pub(super) fn forgive(&mut self) {
        self.turn(|from| matches!(from, TakenFrom::Debt), TakenFrom::Forgiven);
    }

    fn turn(&mut self, is: impl Fn(TakenFrom) -> bool, into: TakenFrom) {
        let taken = self.uses.iter_mut().flat_map(|used| &mut used.taken);
        taken.filter(|taken| is(taken.from)).for_each(|taken| taken.from = into);
    }

    /// The allowance that may not be carried into period `next` is forfeited.
    pub(super) fn forfeit(&mut self, next: u64, rollover: Rollover) {
        self.oldest = next.saturating_sub(rollover.cycles);
    }

    /// Returns true if a grant has expired or was forfeited.
    fn has_ended(&self, grant: &Grant, now: Instant) -> bool {
        match grant.pool {
            Pool::Allowance => grant.cycle < self.oldest,
            Pool::Purchased => grant.expiry.instant() <= now,
        }
    }
}

impl RememberedUse {
    fn none(at: Instant) -> RememberedUse {
        RememberedUse { at, included: Credits::ZERO, unmetered: Credits::ZERO, taken: Vec::new() }
    }

    /// Notes credits that were taken, with those before if they are of the same grant.
    fn note(&mut self, taken: TakenCredits) {
        if let (Some(last), TakenFrom::Grant(grant)) = (self.taken.last_mut(), taken.from)
            && matches!(last.from, TakenFrom::Grant(before) if before.lot == grant.lot)
        {
            last.credits = sum(last.credits, taken.credits);
        } else {
            self.taken.push(taken);
        }
    }

    /// Takes the last of it out, as if so much less had been asked for.
    fn undo(&mut self, most: Credits) -> Undone {
        let mut rest = most;
        let mut part = |from: &mut Credits| {
            let taken = (*from).min(rest);
            (*from, rest) = (less(*from, taken), less(rest, taken));
            taken
        };
        let unmetered = part(&mut self.unmetered);
        let mut taken = Vec::new();
        while let Some(last) = self.taken.last_mut() {
            let credits = part(&mut last.credits);
            if credits.is_positive() {
                taken.push(TakenCredits { credits, from: last.from });
            }
            if last.credits.is_positive() {
                break;
            }
            self.taken.pop();
        }
        Undone { included: part(&mut self.included), unmetered, taken }
    }
}

impl Undone {
    fn credits(&self) -> Credits {
        let taken = self.taken.iter().map(|taken| taken.credits);
        taken.fold(sum(self.included, self.unmetered), sum)
    }
}

/// What comes of usage that is undone.
#[derive(Default)]
struct Returns {
    /// To the balance: to grants that have not ended, and off the debt.
    to_balance: Credits,
    /// To each grant.
    lots: Vec<GivenBack>,
    /// What arrives as a gift.
    gift: Credits,
    /// Overage that is not billed.
    overage: Credits,
}

impl<P: Payments, O: Observer> Engine<'_, P, O> {
    /// Burns usage of an instant, even to below zero, and notes what it is taken from if some of it will be undone.
    /// Returns the part that is overage.
    pub(super) fn burn_noting(
        &mut self,
        amount: Credits,
        used_at: Instant,
    ) -> Result<Credits, Fault> {
        let memory = self.memory.as_mut();
        if memory.and_then(|memory| memory.at(used_at)).is_none() {
            self.ledger.burn_checked(amount)?;
            return Ok(self.meter_overage()?);
        }
        let (grants, owed) = (self.ledger.grants(), self.ledger.pools().owed);
        self.ledger.burn_checked(amount)?;
        let mut taken = taken_of(&grants, self.ledger.grants().into());
        let beyond = less(self.ledger.pools().owed, owed);
        let from = if self.overage.is_some() { TakenFrom::Overage } else { TakenFrom::Debt };
        if beyond.is_positive() {
            taken.push(TakenCredits { credits: beyond, from });
        }
        if let Some(used) = self.memory.as_mut().and_then(|memory| memory.at(used_at)) {
            // What is deducted later was noted when it was served.
            used.unmetered = less(used.unmetered, amount.min(used.unmetered));
            taken.into_iter().for_each(|taken| used.note(taken));
        }
        Ok(self.meter_overage()?)
    }

    /// Usage is undone, as far as it was served and is not undone yet.
    pub(super) fn reverse_usage(&mut self, reversal: &UsageReversal) -> Result<(), Fault> {
        let most = reversal.credits.unwrap_or(Credits::from_micro(i64::MAX));
        match self.undone(reversal.used_at, most) {
            Some(undone) if undone.credits().is_positive() => {
                self.undo(&undone, reversal.used_at, reversal.ended, Credits::ZERO)
            }
            _ => Ok(()),
        }
    }

    /// A row of the feed takes usage back; what of it was not served, gives nothing back and is told too.
    pub(super) fn take_usage_back(&mut self, row: &TakenBackUsage) -> Result<(), Fault> {
        let Some(undone) = self.undone(row.used_at, row.credits) else { return Ok(()) };
        let unserved = less(row.credits, undone.credits());
        self.undo(&undone, row.used_at, self.setup.policy.service.usage_of_ended, unserved)
    }

    /// Takes the last of the usage of an instant out of what is remembered of it.
    fn undone(&mut self, used_at: Instant, most: Credits) -> Option<Undone> {
        let used = self.memory.as_mut().and_then(|memory| memory.at(used_at));
        used.map(|used| used.undo(most))
    }

    /// Usage that was taken out of memory comes back.
    fn undo(
        &mut self,
        undone: &Undone,
        used_at: Instant,
        ended: EndedGrant,
        unserved: Credits,
    ) -> Result<(), Fault> {
        let (before, room) = (self.ledger.pools(), self.room_beside());
        self.spare(used_at, undone);
        let returns = self.give_back(&undone.taken, ended)?;
        self.tell_undone(before, undone, &returns, (used_at, unserved))?;
        if used_at < self.billing.cycle().from {
            self.billing.add(returns.to_balance)?;
        }
        self.give_anew(returns.gift)?;
        if returns.to_balance.is_positive() || self.room_beside() > room {
            self.take_credits_up()?;
        }
        self.relevel();
        self.note_balance();
        Ok(())
    }

    /// What could be served beside the balance: within quotas, and as overage.
    fn room_beside(&self) -> (Credits, Credits) {
        let overage = self.overage.as_ref().map_or(Credits::ZERO, |meter| meter.room());
        (self.quota_room(), overage)
    }

    /// Undoes what took nothing from the balance: use of quotas, and usage that is not deducted yet.
    fn spare(&mut self, used_at: Instant, undone: &Undone) {
        if let Some(quotas) = &mut self.quotas {
            quotas.give_back(used_at, undone.included);
        }
        if undone.unmetered.is_positive() {
            let due = used_at.plus(self.setup.policy.service.metering_lag);
            self.backlog.spare(due, undone.unmetered);
            self.clock.schedule(Event::Deduction, self.backlog.next_deduction());
        }
    }

    /// Gives back what was taken.
    fn give_back(&mut self, taken: &[TakenCredits], ended: EndedGrant) -> Result<Returns, Fault> {
        let now = self.clock.now();
        let debt_first = self.setup.policy.service.repayment == Repayment::DebtFirst;
        let mut returns = Returns::default();
        for &TakenCredits { credits, from } in taken {
            match from {
                TakenFrom::Forgiven => {}
                TakenFrom::Billed => returns.gift = returns.gift.plus(credits)?,
                TakenFrom::Overage => {
                    returns.overage = returns.overage.plus(credits)?;
                    if let Some(meter) = &mut self.overage {
                        meter.take_out(credits);
                        self.desk.limit_overage(meter.room(), meter.until_bill());
                    }
                }
                TakenFrom::Debt => {
                    let lowered = self.ledger.lower_debt(credits);
                    returns.to_balance = returns.to_balance.plus(lowered)?;
                    returns.gift = returns.gift.plus(less(credits, lowered))?;
                }
                TakenFrom::Grant(grant) => {
                    let is_over =
                        self.memory.as_ref().is_some_and(|memory| memory.has_ended(&grant, now));
                    let mut repaid = Credits::ZERO;
                    match (is_over, ended) {
                        (true, EndedGrant::Given) => {
                            returns.gift = returns.gift.plus(credits)?;
                            continue;
                        }
                        (true, EndedGrant::Lost) => {}
                        (false, _) => {
                            repaid = self.ledger.give_back(&grant, credits, debt_first)?;
                            returns.to_balance = returns.to_balance.plus(credits)?;
                        }
                    }
                    returns.lots.push(GivenBack { grant, credits, repaid, ended: is_over });
                }
            }
        }
        if self.ledger.next_expiry() != self.clock.due(Event::Expiry) {
            self.clock.schedule(Event::Expiry, self.ledger.next_expiry());
        }
        Ok(returns)
    }

    /// Tells what was undone, and then what of it is gone at once.
    fn tell_undone(
        &mut self,
        before: Pools,
        undone: &Undone,
        returns: &Returns,
        (used, unserved): (Instant, Credits),
    ) -> Result<(), Fault> {
        let after = self.ledger.pools();
        let mut left = after;
        let gone = returns.lots.iter().filter(|lot| lot.ended);
        let mut given_back = sum(returns.to_balance, undone.unmetered);
        for lot in gone.clone() {
            *pool_of(&mut left, lot.grant.pool) =
                pool_of(&mut left, lot.grant.pool).plus(lot.credits)?;
            given_back = given_back.plus(lot.credits)?;
        }
        let (credits, unmetered) = (undone.credits(), undone.unmetered);
        let (overage, lots) = (returns.overage, &returns.lots[..]);
        let fact =
            Fact::UsageReversed { used, credits, unserved, given_back, unmetered, overage, lots };
        self.tell_between(before, left, &fact);
        for lot in gone {
            let (grant, credits, earlier) = (&lot.grant, lot.credits, left);
            *pool_of(&mut left, grant.pool) = less(*pool_of(&mut left, grant.pool), credits);
            let fact = match grant.pool {
                Pool::Allowance => Fact::Forfeited { credits },
                Pool::Purchased => {
                    let cost = grant.price.cost_of(credits, grant.amount)?;
                    self.ledger.count(cost)?;
                    Fact::Expired { source: grant.source, credits, cost }
                }
            };
            self.tell_between(earlier, left, &fact);
        }
        Ok(())
    }

    /// Credits that cannot go back to where they were taken from arrive as a gift.
    fn give_anew(&mut self, credits: Credits) -> Result<(), Fault> {
        if !credits.is_positive() {
            return Ok(());
        }
        let (pool, source, price, number) = (Pool::Purchased, Source::Gift, Money::ZERO, 0);
        let rank = self.setup.policy.contract.burn_order.rank(pool, source);
        let expiry: Expiry = self.expiry_now(source);
        self.billing.add(credits)?;
        self.arrive(Arrival { pool, source, credits, price, expiry, rank, number })
    }
}

/// What was taken of grants, in burn-down order, of which these are left.
fn taken_of(before: &[Grant], mut after: VecDeque<Grant>) -> Vec<TakenCredits> {
    let mut taken = Vec::new();
    for grant in before {
        let still = after.front().filter(|next| next.lot == grant.lot).map(|next| next.left);
        if still.is_some() {
            after.pop_front();
        }
        let credits = less(grant.left, still.unwrap_or(Credits::ZERO));
        if credits.is_positive() {
            taken.push(TakenCredits { credits, from: TakenFrom::Grant(*grant) });
        }
    }
    taken
}

fn pool_of(pools: &mut Pools, pool: Pool) -> &mut Credits {
    match pool {
        Pool::Allowance => &mut pools.allowance,
        Pool::Purchased => &mut pools.purchased,
    }
}

/// A difference of credits that were served, of which no more is taken than there is.
fn less(a: Credits, b: Credits) -> Credits {
    Credits::from_micro(a.micro() - b.micro())
}

/// A sum of credits that were served at one instant.
fn sum(a: Credits, b: Credits) -> Credits {
    a.plus(b).unwrap_or(Credits::from_micro(i64::MAX))
}
