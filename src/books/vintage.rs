//! Vintages: purchased credits by the month in which they were bought, and what became of them in each month since.
//!
//! The sum over vintages is the statement of the month, to the minor unit. Amounts are rounded as running sums over the
//! vintages: cash, breakage and refunds from the oldest on, what is held from the newest on, so that only the vintage
//! that is being used takes the remainder. Deliberately absent: what breakage is expected of a vintage.

use std::collections::BTreeMap;

use crate::domain::Instant;

/// The month of the run in which credits were bought; `None` for those bought before the run.
pub(super) type MonthBought = Option<u32>;

/// What became of a vintage in a month, in minor units: *opening + sold − recognised − breakage − refunded = closing*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VintageMonth {
    /// The month in which it was bought, as its place among the months of the books; `None` if before the run.
    pub bought: Option<usize>,
    /// The month of this row, as its place among them.
    pub month: usize,
    /// Its value at the start of the month.
    pub opening: i128,
    /// Cash paid for it.
    pub sold: i128,
    /// What the credits that were used had cost.
    pub recognised: i128,
    /// What the credits that expired had cost.
    pub breakage: i128,
    /// Paid back.
    pub refunded: i128,
    /// Its value at the end of the month.
    pub closing: i128,
    /// In the row of the month in which it was bought: true if any of it could be used after the run, had it been left.
    pub is_open: bool,
}

/// Changes of a vintage, in units of 10⁻¹⁰ of the currency.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct VintageMoves {
    pub(super) paid: u128,
    pub(super) recognised: i128,
    pub(super) breakage: u128,
    pub(super) refunded: u128,
}

impl VintageMoves {
    fn add(&mut self, more: &VintageMoves) {
        self.paid += more.paid;
        self.recognised += more.recognised;
        self.breakage += more.breakage;
        self.refunded += more.refunded;
    }

    /// The value that is left, with what was held before the run.
    fn held(&self, before: u128) -> u128 {
        let held = (before + self.paid) as i128 - self.recognised;
        let held = held - (self.breakage + self.refunded) as i128;
        u128::try_from(held).expect("no more leaves a vintage than came")
    }
}

/// The changes of all vintages, month by month.
#[derive(Clone, Debug, Default)]
pub(super) struct Vintages {
    /// Months are in order.
    moves: Vec<(usize, MonthBought, VintageMoves)>,
    /// The last expiry of what was bought.
    expires: BTreeMap<MonthBought, Instant>,
}

impl Vintages {
    /// The changes of a vintage in a month, which is the latest of all.
    pub(super) fn at(&mut self, month: usize, bought: MonthBought) -> &mut VintageMoves {
        let mut of_month = self.moves.iter().rev().take_while(|(other, ..)| *other == month);
        let back = of_month.position(|(_, other, _)| *other == bought);
        let place = match back {
            Some(back) => self.moves.len() - 1 - back,
            None => {
                self.moves.push((month, bought, VintageMoves::default()));
                self.moves.len() - 1
            }
        };
        &mut self.moves[place].2
    }

    /// Notes when something that was bought expires.
    pub(super) fn expires(&mut self, bought: MonthBought, at: Instant) {
        let last = self.expires.entry(bought).or_insert(at);
        *last = at.max(*last);
    }

    /// The rows of vintages that have anything in a month, by month and vintage, of a run that ends at `end`. `opening` is what was held before the
    /// run, and `round` makes minor units of 10⁻¹⁰.
    pub(super) fn rows(
        &self,
        (months, end): (usize, Instant),
        opening: u128,
        round: impl Fn(u128) -> i128,
    ) -> Vec<VintageMonth> {
        let mut sums: BTreeMap<MonthBought, VintageMoves> = BTreeMap::new();
        sums.insert(None, VintageMoves::default());
        let mut earlier = rounded(&sums, opening, &round);
        let (mut rows, mut moves) = (Vec::new(), self.moves.iter().peekable());
        for month in 0..months {
            while let Some((_, bought, more)) = moves.next_if(|(other, ..)| *other == month) {
                sums.entry(*bought).or_default().add(more);
            }
            let now = rounded(&sums, opening, &round);
            for (bought, sum) in &now {
                let before = earlier.get(bought).copied().unwrap_or_default();
                let mut row = sum.since(before, *bought, month);
                if row != (VintageMonth { bought: row.bought, month, ..VintageMonth::default() }) {
                    // What expires with the run has no end inside it.
                    let lasts = || self.expires.get(bought).is_some_and(|last| *last >= end);
                    row.is_open = row.bought == Some(month) && lasts();
                    rows.push(row);
                }
            }
            earlier = now;
        }
        rows
    }
}

/// The sums of a vintage so far in minor units.
#[derive(Clone, Copy, Default)]
struct RoundedVintage {
    paid: i128,
    breakage: i128,
    refunded: i128,
    held: i128,
}

impl RoundedVintage {
    fn since(self, before: RoundedVintage, bought: MonthBought, month: usize) -> VintageMonth {
        let (sold, breakage) = (self.paid - before.paid, self.breakage - before.breakage);
        let refunded = self.refunded - before.refunded;
        VintageMonth {
            bought: bought.map(|month| month as usize),
            month,
            opening: before.held,
            sold,
            recognised: before.held + sold - breakage - refunded - self.held,
            breakage,
            refunded,
            closing: self.held,
            is_open: false,
        }
    }
}

/// Rounds the sums of all vintages so that they add up to the rounded sums of all.
fn rounded(
    sums: &BTreeMap<MonthBought, VintageMoves>,
    opening: u128,
    round: &impl Fn(u128) -> i128,
) -> BTreeMap<MonthBought, RoundedVintage> {
    let mut rounded: BTreeMap<MonthBought, RoundedVintage> = BTreeMap::new();
    let part = |sum: &mut u128, more: u128| {
        let before = round(*sum);
        *sum += more;
        round(*sum) - before
    };
    let (mut paid, mut breakage, mut refunded, mut held) = (0, 0, 0, 0);
    for (bought, moves) in sums {
        let vintage = rounded.entry(*bought).or_default();
        vintage.paid = part(&mut paid, moves.paid);
        vintage.breakage = part(&mut breakage, moves.breakage);
        vintage.refunded = part(&mut refunded, moves.refunded);
    }
    for (bought, moves) in sums.iter().rev() {
        let before = if bought.is_none() { opening } else { 0 };
        rounded.entry(*bought).or_default().held = part(&mut held, moves.held(before));
    }
    rounded
}
