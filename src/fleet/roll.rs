//! The roll-forward: what the accounts held, bought, were given, used and lost in each month, in credits and in
//! money, and what of it is left by month of expiry.
//!
//! A row is the sum of the accounts' own books, month by month of each account's own zone. An account that begins
//! later brings its balance in, and one that ends earlier takes it out, so that each month opens with what the one
//! before closed with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::books::{CreditMovement, Statement};
use crate::domain::CreditTotal;

use super::breakage::FleetVintages;
use super::lived::{LivedAccount, MonthNumber};

/// A month of the roll-forward. Money is in minor units of the currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollForward {
    /// The balance in credits.
    pub credits: CreditRoll,
    /// The value of purchased credits.
    pub money: MoneyRoll,
    /// Plan fees charged.
    pub plan_fees: i128,
    /// Overage billed.
    pub overage: i128,
}

/// What became of the balances in a month, in credits: that of the accounts' books, with balances that came and went with
/// accounts: *opening + brought in + what came = what went + taken out + closing*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditRoll {
    /// What the accounts' books tell; it opens without what is brought in and closes without what is taken out.
    pub movement: CreditMovement,
    /// Balances of accounts that begin in it.
    pub brought_in: CreditTotal,
    /// Balances of accounts that end in it, where others go on.
    pub taken_out: CreditTotal,
}

/// What became of the value of purchased credits in a month, in minor units: *opening + brought in + sold − used −
/// expired − refunded − taken out = closing*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyRoll {
    /// The value at its start.
    pub opening: i128,
    /// That of accounts that begin in it.
    pub brought_in: i128,
    /// Cash paid for credits.
    pub sold: i128,
    /// What used credits had cost: revenue recognised.
    pub used: i128,
    /// What expired credits had cost: breakage.
    pub expired: i128,
    /// Paid back by refunds and chargebacks.
    pub refunded: i128,
    /// The value of accounts that end in it, where others go on.
    pub taken_out: i128,
    /// The value at its end: deferred revenue.
    pub closing: i128,
}

/// What is left of purchased credits that expire in one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnexpiredCredits {
    /// The credits.
    pub credits: CreditTotal,
    /// What they had cost, in minor units.
    pub value: i128,
}

/// What is left of purchased credits by month of expiry; months are in order, and what never expires is last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct AgedCredits(Vec<(Option<MonthNumber>, UnexpiredCredits)>);

impl AgedCredits {
    fn add(&mut self, month: Option<MonthNumber>, more: UnexpiredCredits) {
        let key = |month: Option<MonthNumber>| (month.is_none(), month);
        let place = self.0.binary_search_by_key(&key(month), |(month, _)| key(*month));
        let place = place.unwrap_or_else(|place| {
            self.0.insert(place, (month, UnexpiredCredits::default()));
            place
        });
        let (_, left) = &mut self.0[place];
        left.credits = left.credits + more.credits;
        left.value += more.value;
    }
}

/// The books of many accounts, month by month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetBooks {
    /// Sums of the accounts' books; without what was taken out, which depends on the last month of all.
    months: BTreeMap<MonthNumber, RollForward>,
    /// The balances of accounts by their last month.
    last: BTreeMap<MonthNumber, (CreditTotal, i128)>,
    /// What is left at the end of accounts by their last month.
    unexpired: BTreeMap<MonthNumber, AgedCredits>,
    /// What became of the purchases of each month, by the last month of the accounts.
    vintages: BTreeMap<MonthNumber, FleetVintages>,
}

impl FleetBooks {
    /// Adds an account, whose currency has `minor` decimals.
    pub(super) fn add(&mut self, account: &LivedAccount, minor: u32) {
        for (index, (month, statement)) in account.months.iter().enumerate() {
            let row = self.months.entry(*month).or_default();
            row.add(&RollForward::of(statement, index == 0, minor));
        }
        if let Some((month, statement)) = account.months.last() {
            let (credits, money) = self.last.entry(*month).or_default();
            *credits = *credits + statement.credits.closing;
            *money += statement.closing.in_minor(minor);
            self.vintages.entry(*month).or_default().add(account);
            let left = self.unexpired.entry(*month).or_default();
            for (month, lots) in &account.unexpired {
                let value = lots.value.in_minor(minor);
                left.add(*month, UnexpiredCredits { credits: lots.credits, value });
            }
        }
    }

    /// Adds the books of other accounts.
    pub(super) fn merge(&mut self, other: &FleetBooks) {
        for (month, row) in &other.months {
            self.months.entry(*month).or_default().add(row);
        }
        for (month, (credits, money)) in &other.last {
            let (mine, value) = self.last.entry(*month).or_default();
            *mine = *mine + *credits;
            *value += money;
        }
        for (month, left) in &other.unexpired {
            let mine = self.unexpired.entry(*month).or_default();
            left.0.iter().for_each(|(month, left)| mine.add(*month, *left));
        }
        for (month, vintages) in &other.vintages {
            self.vintages.entry(*month).or_default().merge(vintages);
        }
    }

    /// What became of the purchases of each month, by the last month of the accounts.
    pub(super) fn vintages(&self) -> &BTreeMap<MonthNumber, FleetVintages> {
        &self.vintages
    }

    /// The months, in order.
    pub fn months(&self) -> Vec<(MonthNumber, RollForward)> {
        let end = self.months.keys().next_back().copied();
        let row = |(month, row): (&MonthNumber, &RollForward)| {
            let mut row = *row;
            if let Some((credits, money)) = self.last.get(month).filter(|_| Some(*month) != end) {
                row.credits.taken_out = *credits;
                let closing = &mut row.credits.movement.closing;
                *closing = *closing - *credits;
                row.money.taken_out = *money;
                row.money.closing -= money;
            }
            (*month, row)
        };
        self.months.iter().map(row).collect()
    }

    /// What is left of purchased credits at the end of the last month, by month of expiry; under no month what never
    /// expires. What accounts took out that ended earlier is not there.
    pub fn unexpired(&self) -> &[(Option<MonthNumber>, UnexpiredCredits)] {
        let end = self.months.keys().next_back();
        end.and_then(|end| self.unexpired.get(end)).map_or(&[], |left| &left.0)
    }

    /// Checks that every month explains its closing balance and opens with what the one before closed with, that what is
    /// left is the value at the end, and that vintages add up to the months.
    pub fn ties(&self) -> bool {
        let months = self.months();
        let follows = months.windows(2).all(|pair| {
            let [(_, before), (_, after)] = pair else { return false };
            before.credits.movement.closing == after.credits.movement.opening
                && before.money.closing == after.money.opening
        });
        let is_left = |(month, (_, money)): (&MonthNumber, &(CreditTotal, i128))| {
            let left = self.unexpired.get(month).map_or(&[][..], |left| &left.0);
            left.iter().map(|(_, left)| left.value).sum::<i128>() == *money
        };
        follows
            && self.last.iter().all(is_left)
            && self.vintages_tie()
            && months.iter().all(|(_, row)| row.ties())
    }
}

impl RollForward {
    /// The month of one account; what it opens with is brought in where it is the account's first.
    fn of(statement: &Statement, is_first: bool, minor: u32) -> RollForward {
        let credits = statement.credits;
        let opening = statement.opening.in_minor(minor);
        let split = |is_first: bool| if is_first { (0, opening) } else { (opening, 0) };
        let (opening, brought_in) = split(is_first);
        let (held, brought) = match is_first {
            true => (CreditTotal::ZERO, credits.opening),
            false => (credits.opening, CreditTotal::ZERO),
        };
        RollForward {
            credits: CreditRoll {
                movement: CreditMovement { opening: held, ..credits },
                brought_in: brought,
                taken_out: CreditTotal::ZERO,
            },
            money: MoneyRoll {
                opening,
                brought_in,
                sold: statement.cash_paid.in_minor(minor),
                used: statement.recognised.in_minor(minor),
                expired: statement.breakage.in_minor(minor),
                refunded: statement.refunded.in_minor(minor),
                taken_out: 0,
                closing: statement.closing.in_minor(minor),
            },
            plan_fees: statement.plan_fees.in_minor(minor),
            overage: statement.overage.in_minor(minor),
        }
    }

    fn add(&mut self, other: &RollForward) {
        self.credits.movement.add(&other.credits.movement);
        self.credits.brought_in = self.credits.brought_in + other.credits.brought_in;
        self.money.opening += other.money.opening;
        self.money.brought_in += other.money.brought_in;
        self.money.sold += other.money.sold;
        self.money.used += other.money.used;
        self.money.expired += other.money.expired;
        self.money.refunded += other.money.refunded;
        self.money.closing += other.money.closing;
        self.plan_fees += other.plan_fees;
        self.overage += other.overage;
    }

    /// Checks that what came and went explains what the month closes with.
    pub fn ties(&self) -> bool {
        let CreditRoll { movement, brought_in, taken_out } = self.credits;
        let (opening, closing) = (movement.opening + brought_in, movement.closing + taken_out);
        let credits = CreditMovement { opening, closing, ..movement };
        let money = self.money;
        let value = money.opening + money.brought_in + money.sold
            - money.used
            - money.expired
            - money.refunded
            - money.taken_out;
        credits.ties() && value == money.closing
    }
}
