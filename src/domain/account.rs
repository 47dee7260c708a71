//! The account: grants, their burn-down order, and the balance.
//!
//! An account knows nothing of rules, future prices or events; it keeps grants in burn-down order
//! and exact sums. Source: contract §2 (the account), §4 (overdraft).

use std::collections::VecDeque;

use super::credits::{Credits, CreditsOverflow};
use super::instant::Instant;
use super::money::Money;
use super::share::Share;

/// The pool of the balance that a grant belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// Included in the plan each cycle; forfeited at the next cycle start.
    Allowance,
    /// Bought or given: recharges, top-ups, an opening balance, gifts.
    Purchased,
}

/// Origin of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The plan, at a cycle start or an upgrade.
    Allowance,
    /// Balance at the start of the run.
    Opening,
    /// An automatic recharge.
    Recharge,
    /// A manual top-up.
    TopUp,
    /// A gift of the vendor.
    Gift,
}

/// The instant at which the unused rest of a grant is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Never.
    Never,
    /// At the cycle start at this instant, as part of that event.
    WithCycle(Instant),
    /// At this instant, as a separate event.
    At(Instant),
}

impl Expiry {
    /// The first instant at which the credits are gone.
    pub fn instant(self) -> Instant {
        match self {
            Expiry::Never => Instant::NEVER,
            Expiry::WithCycle(at) | Expiry::At(at) => at,
        }
    }
}

/// Credits that arrived together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The pool it is in.
    pub pool: Pool,
    /// Its origin.
    pub source: Source,
    /// The credits granted.
    pub amount: Credits,
    /// The credits not yet burnt.
    pub left: Credits,
    /// Price paid for it.
    pub price: Money,
    /// The instant at which the unused rest is lost.
    pub expiry: Expiry,
    /// The cycle it was granted in, counted from the start of the run.
    pub cycle: u64,
    /// Its rank in burn-down order.
    pub rank: BurnRank,
    /// Its number among the purchases of its source, from 1; 0 where nobody asks.
    pub number: u64,
    /// Its number among all grants of its account, in order of arrival; the account gives it.
    pub lot: u32,
}

/// A rank in burn-down order: lower ones burn first, then the earlier expiry, then the older grant (contract §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BurnRank(u16);

impl BurnRank {
    /// The rank of the allowance.
    pub const ALLOWANCE: BurnRank = BurnRank(200);
    /// The first rank of what was bought.
    const BOUGHT: u16 = 500;

    /// Returns the place and the priority of a gift of this rank.
    pub fn of_gift(self) -> (GiftPlace, u8) {
        let (place, first) = match self.0 {
            0..=100 => (GiftPlace::BeforeAllowance, 0),
            rank if rank < BurnRank::BOUGHT => (GiftPlace::BeforeBought, BurnRank::ALLOWANCE.0 + 1),
            rank if rank < BurnRank::BOUGHT + 10 => return (GiftPlace::WithBought, 0),
            _ => (GiftPlace::AfterBought, BurnRank::BOUGHT + 10),
        };
        (place, u8::try_from(self.0 - first).expect("a priority is at most 100"))
    }
}

/// The place of a gift in burn-down order; those of one place burn by priority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GiftPlace {
    /// Before the allowance.
    BeforeAllowance,
    /// After the allowance and before what was bought.
    #[default]
    BeforeBought,
    /// Among what was bought, ranked by [`BurnOrder::gift`]; the priority decides nothing.
    WithBought,
    /// After what was bought.
    AfterBought,
}

impl GiftPlace {
    /// Its name in scenarios and journals.
    pub fn name(self) -> &'static str {
        match self {
            GiftPlace::BeforeAllowance => "before_allowance",
            GiftPlace::BeforeBought => "before_bought",
            GiftPlace::WithBought => "with_bought",
            GiftPlace::AfterBought => "after_bought",
        }
    }
}

impl Grant {
    /// Returns true if it is of the purchase of this number.
    fn is_purchase(&self, source: Source, number: u64) -> bool {
        self.source == source && self.number == number
    }
}

/// The order in which purchased sources burn: lower ranks first, then earlier expiry, then older. The
/// allowance always burns before anything bought (contract §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BurnOrder {
    /// Rank of an opening balance, 0 to 4; as by default all ranks are alike, the earliest expiry decides.
    pub opening: u8,
    /// Rank of recharges.
    pub recharge: u8,
    /// Rank of manual top-ups.
    pub top_up: u8,
    /// Rank of the gifts that burn among what was bought.
    pub gift: u8,
}

impl BurnOrder {
    /// Returns the rank of a grant that is no gift, or of a gift that burns among what was bought.
    pub fn rank(self, pool: Pool, source: Source) -> BurnRank {
        let rank = match (pool, source) {
            (Pool::Allowance, _) => return BurnRank::ALLOWANCE,
            (_, Source::Recharge) => self.recharge,
            (_, Source::TopUp) => self.top_up,
            (_, Source::Gift) => self.gift,
            (_, Source::Opening | Source::Allowance) => self.opening,
        };
        BurnRank(BurnRank::BOUGHT + u16::from(rank.min(9)))
    }

    /// Returns the rank of a gift of this priority, from 0 to 100.
    pub fn rank_of_gift(self, place: GiftPlace, priority: u8) -> BurnRank {
        let priority = u16::from(priority.min(100));
        match place {
            GiftPlace::BeforeAllowance => BurnRank(priority),
            GiftPlace::BeforeBought => BurnRank(BurnRank::ALLOWANCE.0 + 1 + priority),
            GiftPlace::WithBought => self.rank(Pool::Purchased, Source::Gift),
            GiftPlace::AfterBought => BurnRank(BurnRank::BOUGHT + 10 + priority),
        }
    }
}

/// The balance by pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pools {
    /// Left of the allowance.
    pub allowance: Credits,
    /// Left of what was bought or given.
    pub purchased: Credits,
    /// Owed in overdraft.
    pub owed: Credits,
}

impl Pools {
    /// Both pools together, less what is owed.
    pub fn balance(self) -> Credits {
        let sum = self.allowance.micro() + self.purchased.micro() - self.owed.micro();
        Credits::from_micro(sum)
    }

    #[inline]
    fn of(&mut self, pool: Pool) -> &mut Credits {
        match pool {
            Pool::Allowance => &mut self.allowance,
            Pool::Purchased => &mut self.purchased,
        }
    }
}

/// Grants of one rank, in burn-down order.
#[derive(Clone, Debug)]
struct RankedGrants {
    rank: BurnRank,
    grants: VecDeque<Grant>,
}

/// An account's grants in burn-down order.
#[derive(Clone, Debug)]
pub struct Account {
    /// Of the ranks that grants have had, in order.
    lanes: Vec<RankedGrants>,
    pools: Pools,
    balance: Credits,
    /// A lower bound on the next expiry of a lifetime-limited grant, which may already be burnt.
    next_expiry: Instant,
    /// Grants so far.
    arrived: u32,
}

impl Default for Account {
    /// An account without grants.
    fn default() -> Account {
        Account {
            lanes: Vec::new(),
            pools: Pools::default(),
            balance: Credits::ZERO,
            next_expiry: Instant::NEVER,
            arrived: 0,
        }
    }
}

impl Account {
    /// The sum of all grants, less what is owed.
    #[inline]
    pub fn balance(&self) -> Credits {
        self.balance
    }

    /// The balance by pool.
    #[inline]
    pub fn pools(&self) -> Pools {
        self.pools
    }

    /// All grants in burn-down order.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.lanes.iter().flat_map(|lane| &lane.grants)
    }

    /// The instant at which the next lifetime-limited grant may expire.
    #[inline]
    pub fn next_expiry(&self) -> Instant {
        self.next_expiry
    }

    /// Adds a grant. With `debt_first`, the debt is repaid from it first. Fails, changing nothing,
    /// if the balance would leave the range of credits.
    pub fn grant(&mut self, mut grant: Grant, debt_first: bool) -> Result<(), CreditsOverflow> {
        let balance = self.balance.plus(grant.amount)?;
        let held = self.pools.allowance.plus(self.pools.purchased)?;
        held.plus(grant.amount)?;
        // After this point the grant must succeed.
        let paid = if debt_first { self.pools.owed.min(grant.amount) } else { Credits::ZERO };
        self.pools.owed = less(self.pools.owed, paid);
        grant.left = less(grant.amount, paid);
        grant.lot = self.arrived;
        self.arrived += 1;
        self.balance = balance;
        *self.pool(grant.pool) = more(*self.pool(grant.pool), grant.left);
        if !grant.left.is_positive() {
            return Ok(());
        }
        if let Expiry::At(at) = grant.expiry {
            self.next_expiry = self.next_expiry.min(at);
        }
        let lane = self.lane(grant.rank);
        let expires = grant.expiry.instant();
        match lane.back().is_none_or(|last| last.expiry.instant() <= expires) {
            true => lane.push_back(grant),
            false => {
                let place = lane.partition_point(|other| other.expiry.instant() <= expires);
                lane.insert(place, grant);
            }
        }
        Ok(())
    }

    /// Gives credits back to a grant of this account that they were taken from and that has not ended: into what is
    /// left of it, or at its old place. With `debt_first`, the debt is repaid from them first; returns what that took.
    /// Fails, changing nothing, if the balance would leave the range of credits.
    pub fn give_back(
        &mut self,
        grant: &Grant,
        credits: Credits,
        debt_first: bool,
    ) -> Result<Credits, CreditsOverflow> {
        let balance = self.balance.plus(credits)?;
        self.pools.allowance.plus(self.pools.purchased)?.plus(credits)?;
        let repaid = if debt_first { self.pools.owed.min(credits) } else { Credits::ZERO };
        let left = less(credits, repaid);
        self.pools.owed = less(self.pools.owed, repaid);
        self.balance = balance;
        *self.pool(grant.pool) = more(*self.pool(grant.pool), left);
        if !left.is_positive() {
            return Ok(repaid);
        }
        if let Expiry::At(at) = grant.expiry {
            self.next_expiry = self.next_expiry.min(at);
        }
        let place_of = |grant: &Grant| (grant.expiry.instant(), grant.lot);
        let lane = self.lane(grant.rank);
        let place = lane.partition_point(|other| place_of(other) < place_of(grant));
        match lane.get_mut(place).filter(|there| there.lot == grant.lot) {
            Some(there) => there.left = more(there.left, left),
            None => lane.insert(place, Grant { left, ..*grant }),
        }
        Ok(repaid)
    }

    /// Takes so much off what is owed, as far as anything is; returns it.
    pub fn lower_debt(&mut self, amount: Credits) -> Credits {
        let lowered = self.pools.owed.min(amount);
        self.pools.owed = less(self.pools.owed, lowered);
        self.balance = more(self.balance, lowered);
        lowered
    }

    /// The grants of a rank.
    #[inline]
    fn lane(&mut self, rank: BurnRank) -> &mut VecDeque<Grant> {
        // There are few ranks.
        let place = self.lanes.iter().take_while(|lane| lane.rank < rank).count();
        if self.lanes.get(place).is_none_or(|lane| lane.rank != rank) {
            self.lanes.insert(place, RankedGrants { rank, grants: VecDeque::new() });
        }
        &mut self.lanes[place].grants
    }

    /// Burns `amount` in order; what the grants do not cover is owed.
    #[inline]
    pub fn burn(&mut self, amount: Credits) {
        // Nearly always a part of the first grant covers it.
        match self.lanes.iter_mut().find_map(|lane| lane.grants.front_mut()) {
            Some(grant) if amount < grant.left => {
                self.balance = less(self.balance, amount);
                grant.left = less(grant.left, amount);
                let pool = self.pools.of(grant.pool);
                *pool = less(*pool, amount);
            }
            _ => self.burn_through(amount),
        }
    }

    /// Burns an amount that empties a grant, or that there is none for.
    fn burn_through(&mut self, amount: Credits) {
        self.balance = less(self.balance, amount);
        let (lanes, pools) = (&mut self.lanes, &mut self.pools);
        let mut rest = amount;
        for lane in lanes {
            while let Some(grant) = lane.grants.front_mut() {
                let taken = grant.left.min(rest);
                grant.left = less(grant.left, taken);
                rest = less(rest, taken);
                let (pool, emptied) = (pools.of(grant.pool), !grant.left.is_positive());
                *pool = less(*pool, taken);
                if !emptied {
                    return;
                }
                lane.grants.pop_front();
                if !rest.is_positive() {
                    return;
                }
            }
        }
        pools.owed = more(pools.owed, rest);
    }

    /// Returns true if a grant would burn after all that is there.
    pub fn burns_last(&self, grant: &Grant) -> bool {
        let expires = grant.expiry.instant();
        self.lanes.iter().all(|lane| match lane.grants.back() {
            Some(last) if lane.rank == grant.rank => last.expiry.instant() <= expires,
            Some(_) => lane.rank < grant.rank,
            None => true,
        })
    }

    /// Burns `amount` in the course of which so many grants like this one arrived, as if each had come at its time. They
    /// [burn last](Account::burns_last), the balance never fell below zero, and all of them together are in the range of
    /// credits.
    pub fn burn_and_grant(&mut self, amount: Credits, grant: Grant, grants: u32) {
        let each = grant.amount.micro();
        let beyond = (amount.micro() - self.balance.micro()).max(0);
        // Those that were used up in between leave nothing but their number.
        let gone = u32::try_from(beyond / each).expect("no more is burnt than arrived");
        self.arrived += gone;
        for _ in gone..grants {
            self.grant(grant, false).expect("all of them are in range");
        }
        self.burn(Credits::from_micro(amount.micro() - i64::from(gone) * each));
    }

    /// What is left of a purchase.
    pub fn left_of(&self, source: Source, number: u64) -> Credits {
        let left = self.grants().filter(|grant| grant.is_purchase(source, number));
        left.fold(Credits::ZERO, |sum, grant| more(sum, grant.left))
    }

    /// Takes `amount` back: first what is left of a purchase, then in burn-down order; what the grants do not cover is
    /// owed. Returns the part that the purchase covered.
    pub fn take_back(&mut self, source: Source, number: u64, amount: Credits) -> Credits {
        let mut rest = amount;
        for RankedGrants { grants, .. } in &mut self.lanes {
            for grant in grants.iter_mut().filter(|grant| grant.is_purchase(source, number)) {
                let taken = grant.left.min(rest);
                grant.left = less(grant.left, taken);
                rest = less(rest, taken);
            }
            grants.retain(|grant| grant.left.is_positive());
        }
        let of_purchase = less(amount, rest);
        self.pools.purchased = less(self.pools.purchased, of_purchase);
        self.balance = less(self.balance, of_purchase);
        if rest.is_positive() {
            self.burn(rest);
        }
        of_purchase
    }

    /// Removes and returns the lifetime-limited grants that expire at `at` or before.
    pub fn expire(&mut self, at: Instant) -> Vec<Grant> {
        let own = |grant: &Grant| matches!(grant.expiry, Expiry::At(_));
        let gone = self.take(at, own);
        let ends = self.lanes.iter().filter_map(|lane| lane.grants.iter().find(|grant| own(grant)));
        let ends = ends.map(|grant| grant.expiry.instant());
        self.next_expiry = ends.min().unwrap_or(Instant::NEVER);
        gone
    }

    /// Removes and returns the purchased grants that end with the cycle that ends at `at`.
    pub fn end_cycle(&mut self, at: Instant) -> Vec<Grant> {
        self.take(at, |grant| matches!(grant.expiry, Expiry::WithCycle(_)))
    }

    /// Forfeits allowance: everything granted before `oldest_cycle`, and of the rest, oldest first,
    /// whatever exceeds the share `keep` of it, or `most`. Returns the credits forfeited.
    pub fn forfeit(&mut self, oldest_cycle: u64, keep: Share, most: Credits) -> Credits {
        let before = self.pools.allowance;
        let stale = |grant: &Grant| grant.pool == Pool::Allowance && grant.cycle < oldest_cycle;
        self.take(Instant::NEVER, stale);
        let keep = keep.of(self.pools.allowance).min(most);
        self.trim(keep);
        less(before, self.pools.allowance)
    }

    /// Forfeits so much allowance, oldest first, as far as there is any. Returns the credits forfeited.
    pub fn cut(&mut self, amount: Credits) -> Credits {
        let cut = self.pools.allowance.min(amount);
        self.trim(less(self.pools.allowance, cut));
        cut
    }

    /// Removes allowance, oldest first, until `keep` is left.
    fn trim(&mut self, keep: Credits) {
        while self.pools.allowance > keep {
            let surplus = less(self.pools.allowance, keep);
            let grants = self.lane(BurnRank::ALLOWANCE);
            let Some(oldest) = grants.front_mut() else { break };
            let trimmed = oldest.left.min(surplus);
            oldest.left = less(oldest.left, trimmed);
            if !oldest.left.is_positive() {
                grants.pop_front();
            }
            self.pools.allowance = less(self.pools.allowance, trimmed);
            self.balance = less(self.balance, trimmed);
        }
    }

    /// Forgives what is owed and returns how much it was.
    pub fn forgive(&mut self) -> Credits {
        let owed = std::mem::take(&mut self.pools.owed);
        self.balance = more(self.balance, owed);
        owed
    }

    /// Removes the grants for which `gone` holds, among those that expire at `until` or before.
    /// Lanes are sorted by expiry, so later grants are not scanned: thousands of grants that expire
    /// one after another would otherwise make this quadratic.
    fn take(&mut self, until: Instant, gone: impl Fn(&Grant) -> bool) -> Vec<Grant> {
        let mut taken = Vec::new();
        for RankedGrants { grants, .. } in &mut self.lanes {
            let due = grants.partition_point(|grant| grant.expiry.instant() <= until);
            if !grants.range(..due).any(&gone) {
                continue;
            }
            let (goes, stays): (Vec<Grant>, Vec<Grant>) = grants.drain(..due).partition(&gone);
            stays.into_iter().rev().for_each(|grant| grants.push_front(grant));
            taken.extend(goes);
        }
        for grant in &taken {
            *self.pool(grant.pool) = less(*self.pool(grant.pool), grant.left);
            self.balance = less(self.balance, grant.left);
        }
        taken
    }

    fn pool(&mut self, pool: Pool) -> &mut Credits {
        self.pools.of(pool)
    }
}

/// A difference that stays in range: pools only shrink towards zero, and the balance falls at most
/// to the overdraft limit, because burnt credits were covered; deductions are checked before.
#[inline]
fn less(a: Credits, b: Credits) -> Credits {
    Credits::from_micro(a.micro() - b.micro())
}

/// A sum that stays in range: it was checked when the grant was added, or is a debt.
#[inline]
fn more(a: Credits, b: Credits) -> Credits {
    Credits::from_micro(a.micro() + b.micro())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Instant {
        Instant::from_millis(millis)
    }

    fn grant(pool: Pool, source: Source, credits: i64, expiry: Expiry) -> Grant {
        let amount = Credits::whole(credits);
        let rank = BurnOrder::default().rank(pool, source);
        Grant {
            pool,
            source,
            amount,
            left: amount,
            price: Money::ZERO,
            expiry,
            cycle: 0,
            rank,
            number: 0,
            lot: 0,
        }
    }

    fn bought(credits: i64, expiry: Expiry) -> Grant {
        grant(Pool::Purchased, Source::Recharge, credits, expiry)
    }

    fn left(account: &Account) -> Vec<i64> {
        account.grants().map(|grant| grant.left.micro() / 1_000_000).collect()
    }

    #[test]
    fn what_ends_with_the_cycle_stays_when_its_neighbours_expire_at_the_same_instant() {
        let mut account = Account::default();
        let ends = [
            Expiry::At(at(4)),
            Expiry::WithCycle(at(5)),
            Expiry::At(at(5)),
            Expiry::WithCycle(at(5)),
            Expiry::At(at(6)),
        ];
        for (credits, end) in (1..).zip(ends) {
            account.grant(bought(credits, end), false).unwrap();
        }
        let credits = |gone: Vec<Grant>| -> Vec<i64> {
            gone.iter().map(|grant| grant.left.micro() / 1_000_000).collect()
        };
        assert_eq!(credits(account.expire(at(3))), [0; 0]);
        assert_eq!(credits(account.expire(at(5))), [1, 3]);
        assert_eq!((left(&account), account.next_expiry()), (vec![2, 4, 5], at(6)));
        assert_eq!(credits(account.end_cycle(at(5))), [2, 4]);
        assert_eq!(left(&account), [5]);
        assert_eq!(account.balance(), Credits::whole(5));
    }

    #[test]
    fn grants_that_burn_last_arrive_among_usage_as_if_each_had_come_at_its_time() {
        for opening in [0, 3, 20] {
            for (uses, size) in [(vec![2, 9, 1, 10, 7], 10), (vec![0, 0, 5], 4), (vec![30, 12], 50)]
            {
                let mut one_by_one = Account::default();
                one_by_one
                    .grant(grant(Pool::Allowance, Source::Allowance, 6, Expiry::Never), true)
                    .unwrap();
                one_by_one.grant(bought(opening.max(1), Expiry::WithCycle(at(5))), true).unwrap();
                let mut at_once = one_by_one.clone();
                let new = bought(size, Expiry::Never);
                assert!(at_once.burns_last(&new));
                let (mut burnt, mut grants) = (0, 0);
                for amount in uses {
                    while one_by_one.balance() <= Credits::whole(amount) {
                        one_by_one.grant(new, false).unwrap();
                        grants += 1;
                    }
                    one_by_one.burn(Credits::whole(amount));
                    burnt += amount;
                }
                at_once.burn_and_grant(Credits::whole(burnt), new, grants);
                assert_eq!(
                    at_once.grants().collect::<Vec<_>>(),
                    one_by_one.grants().collect::<Vec<_>>()
                );
                assert_eq!(at_once.pools(), one_by_one.pools());
                assert_eq!(
                    (at_once.balance(), at_once.arrived),
                    (one_by_one.balance(), one_by_one.arrived)
                );
            }
        }
    }

    #[test]
    fn a_grant_burns_last_unless_something_outlives_it_or_ranks_after_it() {
        let mut account = Account::default();
        account.grant(bought(1, Expiry::WithCycle(at(5))), false).unwrap();
        assert!(account.burns_last(&bought(1, Expiry::Never)));
        assert!(account.burns_last(&bought(1, Expiry::At(at(5)))));
        assert!(!account.burns_last(&bought(1, Expiry::At(at(4)))));
        assert!(!account.burns_last(&grant(Pool::Allowance, Source::Allowance, 1, Expiry::Never)));
    }

    #[test]
    fn allowance_burns_first_then_the_earliest_expiry_then_the_oldest() {
        let mut account = Account::default();
        for grant in [
            bought(10, Expiry::Never),
            bought(20, Expiry::At(at(500))),
            bought(30, Expiry::WithCycle(at(400))),
            bought(40, Expiry::At(at(500))),
            grant(Pool::Allowance, Source::Allowance, 50, Expiry::Never),
        ] {
            account.grant(grant, true).unwrap();
        }
        assert_eq!(left(&account), [50, 30, 20, 40, 10]);
        account.burn(Credits::whole(85));
        assert_eq!(left(&account), [15, 40, 10]);
        assert_eq!(account.balance(), Credits::whole(65));
        assert_eq!(account.pools().balance(), account.balance());
    }

    #[test]
    fn the_burn_down_order_does_not_depend_on_the_order_of_arrival() {
        let grants = [
            bought(10, Expiry::Never),
            bought(20, Expiry::At(at(500))),
            bought(30, Expiry::WithCycle(at(400))),
            bought(40, Expiry::At(at(600))),
            grant(Pool::Allowance, Source::Allowance, 50, Expiry::Never),
        ];
        for shift in 0..120 {
            // The permutation of this number in the factorial number system.
            let (mut rest, mut number) = (grants.to_vec(), shift);
            let mut account = Account::default();
            for base in (1..=5).rev() {
                account.grant(rest.remove(number % base), true).unwrap();
                number /= base;
            }
            assert_eq!(left(&account), [50, 30, 20, 40, 10], "permutation {shift}");
        }
    }

    #[test]
    fn a_rank_of_its_own_goes_before_expiry() {
        let order = BurnOrder { opening: 0, recharge: 2, top_up: 1, gift: 3 };
        let mut account = Account::default();
        let ranked = |source, credits, expiry| {
            let rank = order.rank(Pool::Purchased, source);
            Grant { rank, ..grant(Pool::Purchased, source, credits, expiry) }
        };
        account.grant(ranked(Source::Recharge, 10, Expiry::At(at(5))), true).unwrap();
        account.grant(ranked(Source::TopUp, 20, Expiry::Never), true).unwrap();
        assert_eq!(left(&account), [20, 10]);
    }

    #[test]
    fn gifts_burn_at_their_place_and_there_by_priority_then_expiry() {
        use GiftPlace::{AfterBought, BeforeAllowance, BeforeBought, WithBought};
        let order = BurnOrder::default();
        let mut account = Account::default();
        let mut give = |credits, place, priority, expiry| {
            let rank = order.rank_of_gift(place, priority);
            let shown = if place == WithBought { 0 } else { priority };
            assert_eq!(rank.of_gift(), (place, shown));
            let gift = grant(Pool::Purchased, Source::Gift, credits, expiry);
            account.grant(Grant { rank, ..gift }, true).unwrap();
        };
        give(9, AfterBought, 0, Expiry::At(at(1)));
        give(7, WithBought, 100, Expiry::At(at(5)));
        give(4, BeforeBought, 100, Expiry::At(at(1)));
        give(3, BeforeBought, 50, Expiry::Never);
        give(2, BeforeBought, 50, Expiry::At(at(9)));
        give(1, BeforeAllowance, 100, Expiry::Never);
        give(10, AfterBought, 100, Expiry::At(at(1)));
        let allowance = grant(Pool::Allowance, Source::Allowance, 50, Expiry::Never);
        account.grant(allowance, true).unwrap();
        account.grant(bought(6, Expiry::At(at(4))), true).unwrap();
        account.grant(bought(8, Expiry::At(at(6))), true).unwrap();
        assert_eq!(left(&account), [1, 50, 2, 3, 4, 6, 7, 8, 9, 10]);
        account.burn(Credits::whole(52));
        assert_eq!(
            (account.pools().allowance, account.pools().purchased.micro()),
            (Credits::ZERO, 48_000_000)
        );
    }

    #[test]
    fn what_is_owed_is_taken_from_the_next_grant_first() {
        let mut account = Account::default();
        account.burn(Credits::whole(30));
        assert_eq!(account.balance(), Credits::whole(-30));
        account.grant(bought(20, Expiry::Never), true).unwrap();
        assert_eq!((account.balance(), left(&account)), (Credits::whole(-10), vec![]));
        account.grant(bought(25, Expiry::Never), true).unwrap();
        assert_eq!((account.balance(), left(&account)), (Credits::whole(15), vec![15]));
    }

    #[test]
    fn a_grant_expires_at_its_instant_and_not_a_millisecond_before() {
        let mut account = Account::default();
        account.grant(bought(10, Expiry::At(at(100))), true).unwrap();
        account.grant(bought(20, Expiry::At(at(200))), true).unwrap();
        assert_eq!(account.next_expiry(), at(100));
        assert!(account.expire(at(99)).is_empty());
        assert_eq!(account.expire(at(100)).len(), 1);
        assert_eq!((account.next_expiry(), account.balance()), (at(200), Credits::whole(20)));
    }

    #[test]
    fn allowance_is_trimmed_oldest_first() {
        let mut account = Account::default();
        for (cycle, credits) in [(0, 10), (1, 20), (2, 30)] {
            let mut grant = grant(Pool::Allowance, Source::Allowance, credits, Expiry::Never);
            grant.cycle = cycle;
            account.grant(grant, true).unwrap();
        }
        assert_eq!(account.forfeit(1, Share::ALL, Credits::whole(45)), Credits::whole(15));
        assert_eq!(left(&account), [15, 30]);
        assert_eq!(account.balance(), Credits::whole(45));
    }

    #[test]
    fn a_share_of_the_allowance_is_kept_and_a_cut_takes_no_more_than_there_is() {
        let mut account = Account::default();
        let share = "50%".parse().unwrap();
        for credits in [9, 2] {
            let grant = grant(Pool::Allowance, Source::Allowance, credits, Expiry::Never);
            account.grant(grant, true).unwrap();
        }
        account.grant(bought(7, Expiry::Never), true).unwrap();
        assert_eq!(account.forfeit(0, share, Credits::LARGEST).to_string(), "5.5");
        assert_eq!(account.cut(Credits::whole(4)), Credits::whole(4));
        assert_eq!(account.pools().allowance.to_string(), "1.5");
        assert_eq!(account.cut(Credits::whole(4)).to_string(), "1.5");
        assert_eq!(account.balance(), Credits::whole(7));
    }

    #[test]
    fn what_is_given_back_goes_to_the_place_of_its_grant_even_if_that_was_used_up() {
        let mut account = Account::default();
        for (credits, expiry) in
            [(10, Expiry::At(at(5))), (20, Expiry::At(at(5))), (30, Expiry::At(at(5)))]
        {
            account.grant(bought(credits, expiry), true).unwrap();
        }
        let grants: Vec<Grant> = account.grants().copied().collect();
        let back = |account: &mut Account, index: usize, credits| {
            account.give_back(&grants[index], Credits::whole(credits), true).unwrap()
        };
        account.burn(Credits::whole(35));
        assert_eq!(left(&account), [25]);
        back(&mut account, 1, 4);
        back(&mut account, 2, 1);
        assert_eq!(left(&account), [4, 26]);
        back(&mut account, 0, 7);
        assert_eq!((left(&account), account.balance()), (vec![7, 4, 26], Credits::whole(37)));
        assert_eq!(account.pools().balance(), account.balance());
        account.burn(Credits::whole(40));
        assert_eq!(account.expire(at(9)), []);
        // What is owed is repaid first.
        assert_eq!(back(&mut account, 0, 5), Credits::whole(3));
        assert_eq!((left(&account), account.next_expiry()), (vec![2], at(5)));
        account.burn(Credits::whole(6));
        assert_eq!(account.lower_debt(Credits::whole(9)), Credits::whole(4));
        assert_eq!(account.balance(), Credits::ZERO);
    }

    #[test]
    fn a_balance_beyond_the_range_is_refused_and_nothing_changes() {
        let mut account = Account::default();
        let huge = Grant { amount: Credits::from_micro(i64::MAX), ..bought(0, Expiry::Never) };
        account.grant(bought(1, Expiry::Never), true).unwrap();
        assert_eq!(account.grant(huge, true), Err(CreditsOverflow));
        assert_eq!(account.balance(), Credits::whole(1));
    }
}
