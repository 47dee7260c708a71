//! Counts over a period of time, and the values calculated from them.
//!
//! Plain fields, because the observer that fills them runs at every event. Deliberately absent:
//! names and units, which belong to the catalogue.

use serde::{Deserialize, Serialize};

use crate::domain::{CreditTotal, Duration, Money};
use crate::usage::UsageSummary;

use super::catalogue::{ALL, COUNT};
use super::definition::Total;

/// The figures of a stretch of time: a whole run, or one cycle of it; or the sums of those of many accounts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Plan fees charged.
    pub plan_fees: Money,
    /// Spent on automatic recharges.
    pub recharge_spend: Money,
    /// Spent on manual top-ups.
    pub top_up_spend: Money,
    /// Overage billed.
    pub overage_spend: Money,
    /// Paid back.
    pub refunded: Money,
    /// Recharges that succeeded.
    pub recharges: u64,
    /// Manual top-ups.
    pub top_ups: u64,
    /// Charges that failed.
    pub failed_attempts: u64,
    /// Verifications requested by the bank.
    pub verifications: u64,
    /// Times auto-recharge was suspended.
    pub suspensions: u64,
    /// Times the trigger came to hold while a cap forbade a recharge.
    pub cap_blocks: u64,
    /// Messages to the owner.
    pub notifications: u64,
    /// Usage events.
    pub usage_events: u64,
    /// Usage events that were refused at least in part.
    pub refused_events: u64,
    /// Credits requested.
    pub demanded: CreditTotal,
    /// Credits served.
    pub served: CreditTotal,
    /// The part of those beyond the balance, at the price of overage.
    pub overage: CreditTotal,
    /// The part of those that quotas of the plan served without credits.
    pub included: CreditTotal,
    /// The part of those not yet deducted from the balance.
    pub unmetered: CreditTotal,
    /// Outages that opened.
    pub outages: u64,
    /// Their length.
    pub downtime: Duration,
    /// The time with a balance of zero or less.
    pub exhausted: Duration,
    /// Credits granted by the plan.
    pub granted_allowance: CreditTotal,
    /// Credits bought by recharges.
    pub granted_recharge: CreditTotal,
    /// Credits bought by hand.
    pub granted_top_up: CreditTotal,
    /// Credits given by the vendor.
    pub granted_gift: CreditTotal,
    /// Taken whether or not anything was used.
    pub standing: CreditTotal,
    /// Debt forgiven.
    pub forgiven: CreditTotal,
    /// Taken back for refunds and chargebacks.
    pub taken_back: CreditTotal,
    /// Come back with won disputes.
    pub restored: CreditTotal,
    /// Given back of usage that was undone.
    pub given_back: CreditTotal,
    /// Taken back by rows of usage, and not served before.
    pub not_reversed: CreditTotal,
    /// Purchased credits that expired unused.
    pub expired: CreditTotal,
    /// Those of them that the account held at the start.
    pub expired_opening: CreditTotal,
    /// Allowance that was forfeited.
    pub forfeited: CreditTotal,
    /// Cost of the expired credits.
    pub expired_cost: Money,
    /// The balance at the beginning: what the account held before.
    pub opening_balance: CreditTotal,
    /// The balance at the end.
    pub closing_balance: CreditTotal,
    /// Cycles touched.
    pub cycles: u64,
    /// Cycles touched by an outage.
    pub cycles_with_outage: u64,
    /// Rows of usage met; of a whole run only, as those that follow.
    pub rows: u64,
    /// Rows that could not be read and were skipped.
    pub skipped_rows: u64,
    /// Rows below zero, taken out of other usage.
    pub netted_rows: u64,
    /// What rows below zero correct beyond all usage of an account.
    pub excess_corrections: CreditTotal,
    /// Rows below zero, each a reversal at its instant.
    pub reversed_rows: u64,
    /// Rows left out because another row with the same identity counts.
    pub duplicate_rows: u64,
    /// Rows left out by a condition or an account, or as totals.
    pub left_out_rows: u64,
    /// Rows outside the horizon, left out.
    pub outside_rows: u64,
    /// The sum of the usage that was read inside the horizon.
    pub usage_total: CreditTotal,
    /// The length of the stretch.
    pub length: Duration,
}

impl Figures {
    /// Takes over what was read of usage.
    pub fn read(&mut self, usage: &UsageSummary) {
        self.rows = usage.rows;
        self.skipped_rows = usage.bad_rows.count;
        self.netted_rows = usage.netted_rows;
        self.excess_corrections = usage.excess_corrections;
        self.reversed_rows = usage.reversed_rows;
        self.duplicate_rows = usage.duplicate_rows;
        self.left_out_rows = usage.left_out_rows;
        self.outside_rows = usage.outside.count;
        self.usage_total = usage.total;
    }

    /// Fees, recharges, top-ups and overage together, less what was paid back; below zero in a cycle that pays back
    /// what an earlier one cost.
    pub fn total_spend(&self) -> Money {
        let bought = sum(self.recharge_spend, self.top_up_spend);
        let paid = sum(sum(self.plan_fees, bought), self.overage_spend);
        sum(paid, self.refunded.negative())
    }

    /// Credits refused.
    pub fn refused(&self) -> CreditTotal {
        self.demanded - self.served
    }

    /// Credits served ÷ demanded; 1 if nothing was requested.
    pub fn fill_rate(&self) -> f64 {
        ratio(self.served.to_f64(), self.demanded.to_f64())
    }

    /// The share of the time with a balance above zero.
    pub fn ready_rate(&self) -> f64 {
        let length = self.length.millis() as f64;
        ratio(length - self.exhausted.millis() as f64, length)
    }

    /// The share of cycles without an outage.
    pub fn stockout_free_cycles(&self) -> f64 {
        let cycles = self.cycles as f64;
        ratio(cycles - self.cycles_with_outage as f64, cycles)
    }

    /// Spend per 1,000 served credits; `None` if none was served.
    pub fn price_per_1000(&self) -> Option<f64> {
        let served = self.served.to_f64();
        (served > 0.0).then(|| self.total_spend().to_f64() * 1000.0 / served)
    }

    /// All credits granted: allowance, recharges, top-ups, gifts.
    pub fn granted(&self) -> CreditTotal {
        self.granted_allowance + self.granted_recharge + self.granted_top_up + self.granted_gift
    }

    /// Checks the identity of contract §11: *opening + granted = served + standing charges + expired + forfeited +
    /// taken back + balance*. Forgiven debt, overage, what quotas served and what disputes restored count as granted, and so does what was
    /// given back of usage; credits served but not yet deducted do not count as served.
    pub fn balances(&self) -> bool {
        let granted = self.granted() + self.forgiven + self.overage + self.included + self.restored;
        let came = self.opening_balance + granted + self.given_back;
        let went = self.served - self.unmetered + self.standing + self.expired + self.forfeited;
        came == went + self.taken_back + self.closing_balance
    }
}

impl Figures {
    /// Adds a cycle that has ended, by the rules of the catalogue. The run itself counts figures
    /// that do not add up or are cut at the ends of cycles.
    pub fn add_cycle(&mut self, cycle: &Figures) {
        for add in &SUMS {
            add(self, cycle);
        }
    }
}

impl Figures {
    /// Adds the whole run of another account: everything adds up over accounts, lengths of time and balances too.
    pub fn add_account(&mut self, other: &Figures) {
        self.add_cycle(other);
        self.downtime = self.downtime.plus(other.downtime);
        self.exhausted = self.exhausted.plus(other.exhausted);
        self.opening_balance = self.opening_balance + other.opening_balance;
        self.closing_balance = self.closing_balance + other.closing_balance;
        self.cycles += other.cycles;
        self.cycles_with_outage += other.cycles_with_outage;
        self.rows += other.rows;
        self.skipped_rows += other.skipped_rows;
        self.netted_rows += other.netted_rows;
        self.excess_corrections = self.excess_corrections + other.excess_corrections;
        self.reversed_rows += other.reversed_rows;
        self.duplicate_rows += other.duplicate_rows;
        self.left_out_rows += other.left_out_rows;
        self.outside_rows += other.outside_rows;
        self.usage_total = self.usage_total + other.usage_total;
        self.length = self.length.plus(other.length);
    }
}

/// Number of figures that add up over cycles.
const SUM_COUNT: usize = {
    let (mut index, mut count) = (0, 0);
    while index < COUNT {
        count += matches!(ALL[index].total, Total::Sum(_)) as usize;
        index += 1;
    }
    count
};

/// Additions over cycles, one figure each.
static SUMS: [fn(&mut Figures, &Figures); SUM_COUNT] = {
    let mut sums: [fn(&mut Figures, &Figures); SUM_COUNT] = [|_, _| {}; SUM_COUNT];
    let (mut index, mut next) = (0, 0);
    while index < COUNT {
        if let Total::Sum(add) = ALL[index].total {
            sums[next] = add;
            next += 1;
        }
        index += 1;
    }
    sums
};

/// A part of a whole; all of nothing.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 1.0 }
}

/// Adds two sums of money reported by a run.
#[inline]
pub fn sum(a: Money, b: Money) -> Money {
    a.plus(b).expect("the engine ends a run before any sum of what it tells of leaves the range")
}
