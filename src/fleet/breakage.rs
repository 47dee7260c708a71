//! Breakage: what is never used of the credits bought in a month (a vintage), and when it is revenue.
//!
//! By the *remote* method it is revenue when the credits expire, which is what the roll-forward tells. By the
//! *proportional* one the breakage that is expected of a vintage is revenue in proportion to its use: used ÷ (1 − share)
//! in all, never less than what has expired and never more than what was paid for it. A vintage is that of all accounts
//! together, and those whose accounts end earlier than others stand apart, so that what they take out is known.
//! Deliberately absent: an expectation where nothing is known.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Share;

use super::lived::{LivedAccount, MonthNumber};
use super::roll::{FleetBooks, MoneyRoll, RollForward};

/// What became of a vintage in a month, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VintageFlow {
    /// The month in which it was bought; `None` if before the accounts began.
    pub bought: Option<MonthNumber>,
    /// The month of this row.
    pub month: MonthNumber,
    /// Paid for it, and what was held of it when an account began.
    pub came: i128,
    /// What used credits had cost.
    pub used: i128,
    /// What expired credits had cost.
    pub expired: i128,
    /// Paid back.
    pub refunded: i128,
    /// In the month in which it was bought: accounts of whose purchases any could be used after their end, had it been left.
    pub open: u64,
}

impl VintageFlow {
    fn order(&self, other: &VintageFlow) -> Ordering {
        (self.bought, self.month).cmp(&(other.bought, other.month))
    }

    fn add(&mut self, other: &VintageFlow) {
        self.came += other.came;
        self.used += other.used;
        self.expired += other.expired;
        self.refunded += other.refunded;
        self.open += other.open;
    }

    /// What is left after it.
    fn left(&self) -> i128 {
        self.came - self.used - self.expired - self.refunded
    }
}

/// The vintages of accounts that end in one month, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct FleetVintages(Vec<VintageFlow>);

impl FleetVintages {
    /// Adds an account.
    pub(super) fn add(&mut self, account: &LivedAccount) {
        let month = |index: usize| account.months[index].0;
        for row in &account.vintages {
            let is_brought = row.bought.is_none() && row.month == 0;
            let flow = VintageFlow {
                bought: row.bought.map(month),
                month: month(row.month),
                came: row.sold + if is_brought { row.opening } else { 0 },
                used: row.recognised,
                expired: row.breakage,
                refunded: row.refunded,
                open: u64::from(row.is_open),
            };
            if flow != nothing(flow.bought, flow.month) {
                self.add_flow(&flow);
            }
        }
    }

    /// Adds those of other accounts.
    pub(super) fn merge(&mut self, other: &FleetVintages) {
        other.0.iter().for_each(|flow| self.add_flow(flow));
    }

    fn add_flow(&mut self, flow: &VintageFlow) {
        match self.0.binary_search_by(|one| one.order(flow)) {
            Ok(place) => self.0[place].add(flow),
            Err(place) => self.0.insert(place, *flow),
        }
    }

    /// The flows of each vintage.
    fn by_vintage(&self) -> impl Iterator<Item = &[VintageFlow]> {
        self.0.chunk_by(|one, other| one.bought == other.bought)
    }
}

/// The share of what is paid for a vintage that is expected to be never used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakageShare {
    /// What is expected to be never used, in the unit of `of`.
    pub unused: i128,
    /// What it is a share of; more than `unused`.
    pub of: i128,
    /// What it rests on.
    pub basis: ShareBasis,
}

/// What an expected share rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareBasis {
    /// It was stated.
    Stated,
    /// So many vintages that have passed their expiry.
    RunOut(usize),
}

/// Reason why no share can be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownShare {
    /// No vintage has passed its expiry.
    NoneRunOut,
    /// Nothing was used of those that have run out, so there is no use that breakage could be in proportion to.
    NothingUsed,
}

/// A vintage of all accounts at the end, in minor units: *came − used − expired − refunded − taken out = left*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VintageBreakage {
    /// The month in which it was bought; `None` if before the accounts began.
    pub bought: Option<MonthNumber>,
    /// Paid for it, and what was held of it when accounts began.
    pub came: i128,
    /// What used credits had cost.
    pub used: i128,
    /// What expired credits had cost: breakage by the remote method.
    pub expired: i128,
    /// Paid back.
    pub refunded: i128,
    /// Left on accounts that ended before others.
    pub taken_out: i128,
    /// Left at the end: deferred by the remote method.
    pub left: i128,
    /// Breakage by the proportional method, of all accounts; `None` if no share is known.
    pub proportional: Option<i128>,
    /// Deferred at the end by the proportional method; `None` if no share is known.
    pub deferred: Option<i128>,
    /// Its months, of accounts that end together or not, in order.
    pub months: Vec<VintageFlow>,
}

impl VintageBreakage {
    /// Returns true if all that was bought has passed its expiry, so that what became of it is known. One that happens to
    /// be used up before says nothing of those that are not.
    pub fn has_run_out(&self) -> bool {
        self.bought.is_some() && self.months.iter().all(|flow| flow.open == 0)
    }
}

/// Breakage by vintage and month, by both methods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakage {
    /// The expected share.
    pub share: Result<BreakageShare, UnknownShare>,
    /// The vintages, the oldest first.
    pub vintages: Vec<VintageBreakage>,
    /// The roll-forward in money with breakage by the proportional method as what expired; `None` if no share is known.
    pub proportional: Option<Vec<(MonthNumber, MoneyRoll)>>,
}

impl Breakage {
    /// What is expected of the books: the share that is stated, or else that of vintages that have run out. A stated
    /// share of everything is none: breakage cannot be in proportion to a use that is not expected.
    pub fn of(books: &FleetBooks, stated: Option<Share>) -> Breakage {
        let months = books.months();
        let end = months.last().map(|(month, _)| *month);
        let mut vintages = summed(books, end);
        let share = match stated {
            Some(share) => stated_share(share),
            None => learned_share(&vintages),
        };
        let proportional = share.ok().map(|share| {
            add_proportional(books, end, &share, &mut vintages);
            proportional_roll(books, end, &share, &months)
        });
        Breakage { share, vintages, proportional }
    }
}

impl BreakageShare {
    /// What is breakage of a vintage so far: in proportion to its use, at least what has expired, and with what is used
    /// no more than what was paid.
    fn recognised(&self, so_far: &VintageFlow) -> i128 {
        let used = so_far.used.max(0);
        let (twice, rest) = (2 * used * self.unused, self.of - self.unused);
        // Rounded half up; nothing here is below zero.
        let in_proportion = (twice + rest) / (2 * rest);
        let most = so_far.came - so_far.refunded - so_far.used;
        in_proportion.max(so_far.expired).min(most)
    }
}

fn stated_share(share: Share) -> Result<BreakageShare, UnknownShare> {
    let (unused, of) = (share.millionths().into(), Share::ALL.millionths().into());
    match unused < of {
        true => Ok(BreakageShare { unused, of, basis: ShareBasis::Stated }),
        false => Err(UnknownShare::NothingUsed),
    }
}

/// What expired of the vintages that have passed their expiry. What was bought before the accounts began tells nothing: how
/// much of it was used before is not known.
fn learned_share(vintages: &[VintageBreakage]) -> Result<BreakageShare, UnknownShare> {
    let is_over = |one: &&VintageBreakage| one.came > one.refunded && one.has_run_out();
    let over: Vec<&VintageBreakage> = vintages.iter().filter(is_over).collect();
    let unused: i128 = over.iter().map(|one| one.expired).sum();
    let of: i128 = over.iter().map(|one| one.came - one.refunded).sum();
    match () {
        () if over.is_empty() => Err(UnknownShare::NoneRunOut),
        () if unused >= of => Err(UnknownShare::NothingUsed),
        () => Ok(BreakageShare { unused, of, basis: ShareBasis::RunOut(over.len()) }),
    }
}

/// The vintages of all accounts, without what is expected.
fn summed(books: &FleetBooks, end: Option<MonthNumber>) -> Vec<VintageBreakage> {
    let mut all: BTreeMap<Option<MonthNumber>, VintageBreakage> = BTreeMap::new();
    for (last, vintages) in books.vintages() {
        for flows in vintages.by_vintage() {
            let sum = flows.iter().fold(nothing(flows[0].bought, flows[0].month), plus);
            let one = all.entry(sum.bought).or_insert_with(|| VintageBreakage {
                bought: sum.bought,
                came: 0,
                used: 0,
                expired: 0,
                refunded: 0,
                taken_out: 0,
                left: 0,
                proportional: None,
                deferred: None,
                months: Vec::new(),
            });
            one.came += sum.came;
            one.used += sum.used;
            one.expired += sum.expired;
            one.refunded += sum.refunded;
            let rest = if Some(*last) == end { &mut one.left } else { &mut one.taken_out };
            *rest += sum.left();
            flows.iter().for_each(|flow| add_month(&mut one.months, flow));
        }
    }
    all.into_values().collect()
}

fn add_month(months: &mut Vec<VintageFlow>, flow: &VintageFlow) {
    match months.binary_search_by(|one| one.order(flow)) {
        Ok(place) => months[place].add(flow),
        Err(place) => months.insert(place, *flow),
    }
}

fn nothing(bought: Option<MonthNumber>, month: MonthNumber) -> VintageFlow {
    VintageFlow { bought, month, came: 0, used: 0, expired: 0, refunded: 0, open: 0 }
}

fn plus(mut sum: VintageFlow, flow: &VintageFlow) -> VintageFlow {
    sum.add(flow);
    sum
}

/// Adds what is breakage of each vintage by the proportional method, and what is deferred by it.
fn add_proportional(
    books: &FleetBooks,
    end: Option<MonthNumber>,
    share: &BreakageShare,
    vintages: &mut [VintageBreakage],
) {
    for one in vintages.iter_mut() {
        (one.proportional, one.deferred) = (Some(0), Some(0));
    }
    for (last, of_last) in books.vintages() {
        for flows in of_last.by_vintage() {
            let sum = flows.iter().fold(nothing(flows[0].bought, flows[0].month), plus);
            let place = vintages.iter().position(|one| one.bought == sum.bought);
            let one = &mut vintages[place.expect("it was summed before")];
            let breakage = share.recognised(&sum);
            *one.proportional.get_or_insert_default() += breakage;
            if Some(*last) == end {
                *one.deferred.get_or_insert_default() += sum.left() + sum.expired - breakage;
            }
        }
    }
}

/// The roll-forward in money, with breakage by the proportional method in place of what expired.
fn proportional_roll(
    books: &FleetBooks,
    end: Option<MonthNumber>,
    share: &BreakageShare,
    months: &[(MonthNumber, RollForward)],
) -> Vec<(MonthNumber, MoneyRoll)> {
    let mut breakage: BTreeMap<MonthNumber, i128> = BTreeMap::new();
    // What was recognised of vintages beyond what expired is not there to be taken out.
    let mut ahead: BTreeMap<MonthNumber, i128> = BTreeMap::new();
    for (last, vintages) in books.vintages() {
        for flows in vintages.by_vintage() {
            let (mut sum, mut before) = (nothing(flows[0].bought, flows[0].month), 0);
            for flow in flows {
                sum.add(flow);
                let now = share.recognised(&sum);
                *breakage.entry(flow.month).or_default() += now - before;
                before = now;
            }
            if Some(*last) != end {
                *ahead.entry(*last).or_default() += before - sum.expired;
            }
        }
    }
    let mut opening = 0;
    let row = |(month, row): &(MonthNumber, RollForward)| {
        let of = |sums: &BTreeMap<MonthNumber, i128>| sums.get(month).copied().unwrap_or_default();
        let (expired, taken_out) = (of(&breakage), row.money.taken_out - of(&ahead));
        let came = opening + row.money.brought_in + row.money.sold;
        let closing = came - row.money.used - expired - row.money.refunded - taken_out;
        let money = MoneyRoll { opening, expired, taken_out, closing, ..row.money };
        opening = closing;
        (*month, money)
    };
    months.iter().map(row).collect()
}

impl FleetBooks {
    /// Checks that the flows of all vintages add up to the months.
    pub(super) fn vintages_tie(&self) -> bool {
        let mut sums: BTreeMap<MonthNumber, VintageFlow> = BTreeMap::new();
        for flow in self.vintages().values().flat_map(|vintages| &vintages.0) {
            sums.entry(flow.month).or_insert_with(|| nothing(None, flow.month)).add(flow);
        }
        self.months().iter().all(|(month, row)| {
            let sum = sums.get(month).copied().unwrap_or_else(|| nothing(None, *month));
            let MoneyRoll { brought_in, sold, used, expired, refunded, .. } = row.money;
            [sum.came, sum.used, sum.expired, sum.refunded]
                == [brought_in + sold, used, expired, refunded]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(came: i128, used: i128, expired: i128) -> VintageFlow {
        let month = MonthNumber::of(
            crate::domain::Zone::UTC,
            crate::domain::Instant::from_millis(1_767_225_600_000),
        );
        VintageFlow { came, used, expired, ..nothing(Some(month), month) }
    }

    #[test]
    fn expected_breakage_follows_use_up_to_what_was_paid_and_not_below_what_expired() {
        let share = stated_share("20%".parse().unwrap()).unwrap();
        // 100.00 with 20.00 expected to break: 80.00 of use bring all of it, 1.00 of use 0.25.
        for (used, expired, breakage) in [
            (0, 0, 0),
            (100, 0, 25),
            (4_000, 0, 1_000),
            (8_000, 0, 2_000),
            (8_001, 0, 1_999),
            (10_000, 0, 0),
            (4_000, 1_000, 1_000),
            (4_000, 1_001, 1_001),
            (4_000, 6_000, 6_000),
            (-3, 0, 0),
        ] {
            assert_eq!(share.recognised(&flow(10_000, used, expired)), breakage, "{used}");
        }
        let refunded = VintageFlow { refunded: 5_000, ..flow(10_000, 4_900, 0) };
        assert_eq!(share.recognised(&refunded), 100);
    }

    #[test]
    fn a_share_of_everything_is_no_share_in_proportion_to_use() {
        assert_eq!(stated_share(Share::ALL), Err(UnknownShare::NothingUsed));
        let none = stated_share(Share::NONE).unwrap();
        assert_eq!(none.recognised(&flow(100, 60, 40)), 40);
        assert_eq!(learned_share(&[]), Err(UnknownShare::NoneRunOut));
    }
}
