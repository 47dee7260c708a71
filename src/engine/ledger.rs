//! The account in a run: its balance, the time it was above zero, and the money reported.

use crate::domain::{
    Account, Credits, CreditsOverflow, Grant, Instant, Money, MoneyOverflow, Pools, Source,
};
use crate::policy::Rollover;

use super::observer::Fact;

/// The account and what is noted about its balance.
#[derive(Clone, Debug)]
#[repr(C)]
pub(super) struct Ledger {
    /// Since when the balance has not been above zero.
    exhausted: Option<Instant>,
    account: Account,
    /// All money reported so far, in units of 10⁻¹⁰. No sum that an observer computes is larger, so
    /// none overflows.
    reported: u128,
}

/// The largest sum that is exact money whatever the decimals of its parts: the maximum of 96 bits.
const MOST_UNITS: u128 = (1 << 96) - 1;

impl Ledger {
    pub(super) fn new() -> Ledger {
        Ledger { exhausted: None, account: Account::default(), reported: 0 }
    }

    #[inline]
    pub(super) fn balance(&self) -> Credits {
        self.account.balance()
    }

    #[inline]
    pub(super) fn pools(&self) -> Pools {
        self.account.pools()
    }

    /// The grants in burn-down order.
    pub(super) fn grants(&self) -> Vec<Grant> {
        self.account.grants().copied().collect()
    }

    /// The instant at which the next lifetime-limited grant expires.
    #[inline]
    pub(super) fn next_expiry(&self) -> Instant {
        self.account.next_expiry()
    }

    /// Since when the balance has not been above zero, if it is not.
    pub(super) fn exhausted(&self) -> Option<Instant> {
        self.exhausted
    }

    #[inline]
    pub(super) fn burn(&mut self, amount: Credits) {
        self.account.burn(amount);
    }

    /// Burns an amount that may take the balance below any limit; fails if the balance leaves the
    /// range.
    pub(super) fn burn_checked(&mut self, amount: Credits) -> Result<(), CreditsOverflow> {
        self.account.balance().minus(amount)?;
        self.account.burn(amount);
        Ok(())
    }

    /// Takes out what the last burn could not cover, so that it is not owed.
    #[inline]
    pub(super) fn take_uncovered(&mut self) -> Credits {
        self.account.forgive()
    }

    /// Returns true if anything is owed.
    #[inline]
    pub(super) fn owes(&self) -> bool {
        self.account.pools().owed.is_positive()
    }

    /// Adds credits that arrive, after a debt where `debt_first`.
    pub(super) fn grant(&mut self, grant: Grant, debt_first: bool) -> Result<(), CreditsOverflow> {
        self.account.grant(grant, debt_first)
    }

    /// Returns true if grants like this one burn after all that is there, nothing is owed, and `most` of them can be
    /// counted.
    pub(super) fn takes_routine(&self, grant: &Grant, most: u32) -> bool {
        let most = u64::from(most);
        let money = grant.price.units().ok().and_then(|units| units.checked_mul(u128::from(most)));
        let reported = money.and_then(|money| self.reported.checked_add(money));
        let held = grant.amount.times(most).and_then(|more| self.account.balance().plus(more));
        !self.owes()
            && reported.is_some_and(|reported| reported <= MOST_UNITS)
            && held.is_ok()
            && self.account.burns_last(grant)
    }

    /// Burns an amount in the course of which so many grants arrived, for which [there is room](Ledger::takes_routine), and
    /// counts their money. The balance never fell below zero.
    pub(super) fn burn_and_grant(&mut self, amount: Credits, grant: Grant, grants: u32) {
        self.account.burn_and_grant(amount, grant, grants);
        let units = grant.price.units().expect("its money was counted before");
        self.reported += units * u128::from(grants);
    }

    /// Takes out lifetime-limited grants that end at `at` or before.
    pub(super) fn expire(&mut self, at: Instant) -> Vec<Grant> {
        self.account.expire(at)
    }

    /// Takes out grants that end with a cycle at `at`.
    pub(super) fn end_cycle(&mut self, at: Instant) -> Vec<Grant> {
        self.account.end_cycle(at)
    }

    /// Forfeits the allowance that may not be carried into cycle `number`.
    pub(super) fn forfeit(&mut self, number: u64, rollover: Rollover) -> Option<Fact<'static>> {
        // Periods are counted from 0: in the first ones no grant is too old to be carried.
        let oldest = number.saturating_sub(rollover.cycles);
        let credits = self.account.forfeit(oldest, rollover.share, rollover.most);
        credits.is_positive().then_some(Fact::Forfeited { credits })
    }

    /// Forfeits so much allowance, as far as there is any.
    pub(super) fn cut(&mut self, amount: Credits) -> Option<Fact<'static>> {
        let credits = self.account.cut(amount);
        credits.is_positive().then_some(Fact::Forfeited { credits })
    }

    /// What is left of a purchase.
    pub(super) fn left_of(&self, source: Source, number: u64) -> Credits {
        self.account.left_of(source, number)
    }

    /// Takes credits back, those of a purchase first, even to below zero. Returns the part that this purchase
    /// covered.
    pub(super) fn take_back(
        &mut self,
        source: Source,
        number: u64,
        amount: Credits,
    ) -> Result<Credits, CreditsOverflow> {
        self.account.balance().minus(amount)?;
        Ok(self.account.take_back(source, number, amount))
    }

    /// Gives credits back to a grant that has not ended, after a debt where `debt_first`. Returns what the debt took.
    pub(super) fn give_back(
        &mut self,
        grant: &Grant,
        credits: Credits,
        debt_first: bool,
    ) -> Result<Credits, CreditsOverflow> {
        self.account.give_back(grant, credits, debt_first)
    }

    /// Takes so much off what is owed, as far as anything is; returns it.
    pub(super) fn lower_debt(&mut self, amount: Credits) -> Credits {
        self.account.lower_debt(amount)
    }

    /// Forgives what is owed.
    pub(super) fn forgive(&mut self) -> Option<Fact<'static>> {
        let credits = self.account.forgive();
        credits.is_positive().then_some(Fact::Forgiven { credits })
    }

    /// Counts money that is about to be reported.
    #[inline(always)]
    pub(super) fn count(&mut self, money: Money) -> Result<(), MoneyOverflow> {
        let reported = self.reported.checked_add(money.units()?).ok_or(MoneyOverflow)?;
        if reported > MOST_UNITS {
            return Err(MoneyOverflow);
        }
        self.reported = reported;
        Ok(())
    }

    /// Records when the balance falls to zero or below, and when it is above again.
    #[inline(always)]
    pub(super) fn note(&mut self, now: Instant) -> Option<Fact<'static>> {
        let empty = !self.account.balance().is_positive();
        match (self.exhausted, empty) {
            (None, true) => {
                self.exhausted = Some(now);
                Some(Fact::Exhausted)
            }
            (Some(exhausted), false) => {
                self.exhausted = None;
                Some(Fact::Replenished { exhausted })
            }
            (None, false) | (Some(_), true) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BurnRank, Expiry, Pool};

    fn grant(credits: i64) -> Grant {
        Grant {
            pool: Pool::Purchased,
            source: Source::TopUp,
            amount: Credits::whole(credits),
            left: Credits::whole(credits),
            price: Money::ZERO,
            expiry: Expiry::Never,
            cycle: 0,
            rank: BurnRank::ALLOWANCE,
            number: 0,
            lot: 0,
        }
    }

    #[test]
    fn exhaustion_is_noted_once_and_ends_with_the_first_credit() {
        let at = Instant::from_millis;
        let mut ledger = Ledger::new();
        assert_eq!(ledger.note(at(1)), Some(Fact::Exhausted));
        assert_eq!(ledger.note(at(2)), None);
        ledger.grant(grant(1), true).unwrap();
        assert_eq!(ledger.note(at(3)), Some(Fact::Replenished { exhausted: at(1) }));
        assert_eq!((ledger.note(at(4)), ledger.exhausted()), (None, None));
        ledger.burn(Credits::whole(1));
        assert_eq!(ledger.note(at(5)), Some(Fact::Exhausted));
    }

    #[test]
    fn money_beyond_what_can_be_counted_is_an_error_and_no_smaller_sum() {
        let mut ledger = Ledger::new();
        let large: Money = "1000000000000".parse().unwrap();
        let huge = large.times(10_u64.pow(6)).unwrap();
        let counted = (0..100).take_while(|_| ledger.count(huge).is_ok()).count();
        assert_eq!((counted, ledger.reported), (7, 7 * huge.units().unwrap()));
    }
}
