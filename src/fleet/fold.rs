//! What many accounts come to: sums, distributions, segments, the accounts that stand out, charges by the hour, and
//! the books, before and after a change.
//!
//! Everything is an integer or an exact decimal, so that parts merge to the same bytes in any order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::figures::{Figure, FigureValue, Figures};

use super::futures::FleetFutures;
use super::lived::{HourCharges, LivedAccount};
use super::networks::{LimitUse, network_limits};
use super::reading::AccountsByRows;
use super::roll::FleetBooks;
use super::sketch::Sketch;

/// The figures whose distribution over accounts is kept, by name.
const SPREAD: [&str; 15] = [
    "total_spend",
    "recharges",
    "failed_attempts",
    "cap_blocks",
    "suspensions",
    "notifications",
    "refused_events",
    "refused",
    "fill_rate",
    "outages",
    "downtime_ms",
    "expired",
    "expired_cost",
    "forfeited",
    "closing_balance",
];

/// Accounts that each list of those that stand out keeps.
pub const MOST_LISTED: usize = 100;

/// The figures whose distribution over accounts is kept.
pub fn spread_figures() -> impl ExactSizeIterator<Item = Figure> + Clone {
    SPREAD.iter().map(|name| Figure::named(name).expect("the tests look them up"))
}

/// A figure's value as an integer: minor units of the currency, millionths of credits and of shares, milliseconds.
pub fn whole(value: FigureValue, minor: u32) -> i128 {
    match value {
        FigureValue::Money(money) => money.in_minor(minor),
        FigureValue::Credits(credits) => credits.micro(),
        FigureValue::Count(count) => i128::from(count),
        FigureValue::Duration(length) => i128::from(length.millis()),
        // A share has fifteen digits that are sure.
        FigureValue::Share(share) => (share * 1e6).round_ties_even() as i128,
        FigureValue::Price(price) => (price * 1e6).round_ties_even() as i128,
    }
}

/// The values of [`spread_figures`] of one account.
fn values(figures: &Figures, minor: u32) -> Vec<i128> {
    let value = |figure: Figure| figure.of(figures).map_or(0, |value| whole(value, minor));
    spread_figures().map(value).collect()
}

/// What the accounts come to with one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FleetSide {
    /// The sums of the accounts' figures.
    pub figures: Figures,
    /// The distribution of each of [`spread_figures`].
    pub spread: Vec<Sketch>,
    /// Charges by the hour of UTC since 1970.
    pub hours: BTreeMap<i64, HourCharges>,
    /// Charges against each of [`network_limits`].
    pub limits: Vec<LimitUse>,
    /// The books.
    pub books: FleetBooks,
    /// Accounts with an outage.
    pub accounts_with_outage: u64,
    /// Accounts of which anything was refused.
    pub accounts_refused: u64,
    /// Accounts whose auto-recharge was suspended.
    pub accounts_suspended: u64,
}

impl Default for FleetSide {
    fn default() -> FleetSide {
        FleetSide {
            figures: Figures::default(),
            spread: vec![Sketch::default(); SPREAD.len()],
            hours: BTreeMap::new(),
            limits: vec![LimitUse::default(); network_limits().len()],
            books: FleetBooks::default(),
            accounts_with_outage: 0,
            accounts_refused: 0,
            accounts_suspended: 0,
        }
    }
}

impl FleetSide {
    fn add(&mut self, account: &LivedAccount, values: &[i128], minor: u32) {
        self.figures.add_account(&account.figures);
        self.spread.iter_mut().zip(values).for_each(|(sketch, value)| sketch.add(*value));
        for (hour, charges) in &account.hours {
            self.hours.entry(*hour).or_default().add(*charges);
        }
        self.limits.iter_mut().zip(&account.limits).for_each(|(sum, one)| sum.add(one));
        self.books.add(account, minor);
        self.accounts_with_outage += u64::from(account.figures.outages > 0);
        self.accounts_refused += u64::from(account.figures.refused_events > 0);
        self.accounts_suspended += u64::from(account.figures.suspensions > 0);
    }

    fn merge(&mut self, other: &FleetSide) {
        self.figures.add_account(&other.figures);
        self.spread.iter_mut().zip(&other.spread).for_each(|(sum, one)| sum.merge(one));
        for (hour, charges) in &other.hours {
            self.hours.entry(*hour).or_default().add(*charges);
        }
        self.limits.iter_mut().zip(&other.limits).for_each(|(sum, one)| sum.add(one));
        self.books.merge(&other.books);
        self.accounts_with_outage += other.accounts_with_outage;
        self.accounts_refused += other.accounts_refused;
        self.accounts_suspended += other.accounts_suspended;
    }

    /// The distribution of a figure, if it is kept.
    pub fn spread_of(&self, figure: Figure) -> Option<&Sketch> {
        let place = spread_figures().position(|one| one == figure)?;
        self.spread.get(place)
    }
}

/// The accounts of a segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SegmentSums {
    /// Their number.
    pub accounts: u64,
    /// The sums of their figures.
    pub base: Figures,
    /// The same with the change; nothing without one.
    pub changed: Figures,
    /// Accounts that pay more with the change, and less.
    pub pay: MoreAndLess,
    /// Accounts of which more is refused with the change, and less.
    pub refused: MoreAndLess,
}

/// Accounts for which a figure is more with a change, and for which it is less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoreAndLess {
    /// More.
    pub more: u64,
    /// Less.
    pub less: u64,
}

impl MoreAndLess {
    fn add(&mut self, change: i128) {
        self.more += u64::from(change > 0);
        self.less += u64::from(change < 0);
    }

    fn merge(&mut self, other: MoreAndLess) {
        self.more += other.more;
        self.less += other.less;
    }
}

/// An account in a list of those that stand out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outstanding {
    /// The account.
    pub account: String,
    /// Its segment.
    pub segment: Option<String>,
    /// The values of [`spread_figures`].
    pub base: Vec<i128>,
    /// The same with the change; nothing without one.
    pub changed: Vec<i128>,
}

/// Why an account stands out.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OutstandingBy {
    /// It pays most, as it is.
    Spend,
    /// Most credits are refused to it, as it is.
    Refused,
    /// It pays more with the change than any other.
    PaysMore,
    /// It pays less with the change than any other.
    PaysLess,
    /// More is refused to it with the change than to any other.
    RefusedMore,
    /// Less is refused to it with the change than to any other.
    RefusedLess,
}

impl OutstandingBy {
    /// Those of one scenario.
    pub const OF_ONE: [OutstandingBy; 2] = [OutstandingBy::Spend, OutstandingBy::Refused];
    /// All.
    pub const ALL: [OutstandingBy; 6] = [
        OutstandingBy::Spend,
        OutstandingBy::Refused,
        OutstandingBy::PaysMore,
        OutstandingBy::PaysLess,
        OutstandingBy::RefusedMore,
        OutstandingBy::RefusedLess,
    ];

    /// The place among [`spread_figures`] of what it ranks by.
    fn place(self) -> usize {
        match self {
            OutstandingBy::Spend | OutstandingBy::PaysMore | OutstandingBy::PaysLess => 0,
            OutstandingBy::Refused | OutstandingBy::RefusedMore | OutstandingBy::RefusedLess => 7,
        }
    }

    /// What it ranks by; an account without any of it is not listed.
    pub fn value(self, one: &Outstanding) -> i128 {
        let of = |values: &[i128]| values.get(self.place()).copied().unwrap_or_default();
        let (base, changed) = (of(&one.base), of(&one.changed));
        match self {
            OutstandingBy::Spend | OutstandingBy::Refused => base,
            OutstandingBy::PaysMore | OutstandingBy::RefusedMore => changed - base,
            OutstandingBy::PaysLess | OutstandingBy::RefusedLess => base - changed,
        }
    }
}

/// What all accounts come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FleetFold {
    /// Number of accounts.
    pub accounts: u64,
    /// Those of the list.
    pub listed: u64,
    /// Those of the list without a row of usage.
    pub without_usage: u64,
    /// Those with usage that are not in the list.
    pub unlisted: u64,
    /// As it is.
    pub base: FleetSide,
    /// With the change, if there is one.
    pub changed: Option<FleetSide>,
    /// The change of each of [`spread_figures`] by account.
    pub change: Vec<Sketch>,
    /// The accounts by segment; under the empty name those without one.
    pub segments: BTreeMap<String, SegmentSums>,
    /// The accounts that stand out, first those that do most.
    pub outstanding: BTreeMap<OutstandingBy, Vec<Outstanding>>,
    /// What they come to in many futures, if those are wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub futures: Option<FleetFutures>,
    /// What became of rows of usage.
    pub rows: AccountsByRows,
}

/// An account as it is added.
pub struct FoldedAccount<'a> {
    /// Its name.
    pub account: &'a str,
    /// Its segment.
    pub segment: Option<&'a str>,
    /// As it is.
    pub base: &'a LivedAccount,
    /// With the change, if there is one.
    pub changed: Option<&'a LivedAccount>,
}

impl FleetFold {
    /// Adds an account, whose currency has `minor` decimals.
    pub fn add(&mut self, one: &FoldedAccount<'_>, minor: u32) {
        self.accounts += 1;
        self.rows.add(one.base);
        let base = values(&one.base.figures, minor);
        self.base.add(one.base, &base, minor);
        let changed = one.changed.map(|changed| values(&changed.figures, minor));
        if let (Some(lived), Some(values)) = (one.changed, &changed) {
            self.changed.get_or_insert_default().add(lived, values, minor);
            self.change.resize_with(SPREAD.len(), Sketch::default);
            let changes = values.iter().zip(&base).map(|(after, before)| after - before);
            self.change.iter_mut().zip(changes).for_each(|(sketch, change)| sketch.add(change));
        }
        self.add_segment(one, &base, changed.as_deref());
        let outstanding = Outstanding {
            account: one.account.to_owned(),
            segment: one.segment.map(str::to_owned),
            base,
            changed: changed.unwrap_or_default(),
        };
        let rankings =
            if one.changed.is_some() { &OutstandingBy::ALL[..] } else { &OutstandingBy::OF_ONE };
        for ranking in rankings {
            if ranking.value(&outstanding) > 0 {
                let list = self.outstanding.entry(*ranking).or_default();
                list.push(outstanding.clone());
                if list.len() >= 4 * MOST_LISTED {
                    shorten(list, *ranking);
                }
            }
        }
    }

    fn add_segment(&mut self, one: &FoldedAccount<'_>, base: &[i128], changed: Option<&[i128]>) {
        let name = one.segment.unwrap_or_default();
        let sums = self.segments.entry(name.to_owned()).or_default();
        sums.accounts += 1;
        sums.base.add_account(&one.base.figures);
        if let (Some(lived), Some(changed)) = (one.changed, changed) {
            sums.changed.add_account(&lived.figures);
            let change = |place: usize| changed[place] - base[place];
            sums.pay.add(change(OutstandingBy::Spend.place()));
            sums.refused.add(change(OutstandingBy::Refused.place()));
        }
    }

    /// Adds other accounts.
    pub fn merge(&mut self, other: &FleetFold) {
        self.accounts += other.accounts;
        self.listed += other.listed;
        self.without_usage += other.without_usage;
        self.unlisted += other.unlisted;
        self.base.merge(&other.base);
        if let Some(changed) = &other.changed {
            self.changed.get_or_insert_default().merge(changed);
            self.change.resize_with(SPREAD.len(), Sketch::default);
            self.change.iter_mut().zip(&other.change).for_each(|(sum, one)| sum.merge(one));
        }
        for (name, theirs) in &other.segments {
            let mine = self.segments.entry(name.clone()).or_default();
            mine.accounts += theirs.accounts;
            mine.base.add_account(&theirs.base);
            mine.changed.add_account(&theirs.changed);
            mine.pay.merge(theirs.pay);
            mine.refused.merge(theirs.refused);
        }
        for (ranking, theirs) in &other.outstanding {
            let mine = self.outstanding.entry(*ranking).or_default();
            mine.extend(theirs.iter().cloned());
            shorten(mine, *ranking);
        }
        if let Some(futures) = &other.futures {
            self.futures.get_or_insert_default().merge(futures);
        }
        self.rows.merge(&other.rows);
    }

    /// Puts lists in order once all accounts are in.
    pub fn settle(&mut self) {
        let sides = std::iter::once(&self.base).chain(&self.changed);
        sides.for_each(|side| assert!(side.books.ties(), "the books of the accounts add up"));
        for (ranking, list) in &mut self.outstanding {
            shorten(list, *ranking);
        }
    }

    /// Returns true if anything is asked for inside the horizon.
    pub fn has_usage(&self) -> bool {
        self.base.figures.usage_events > 0
    }

    /// Returns true if any account has a segment.
    pub fn has_segments(&self) -> bool {
        self.segments.keys().any(|name| !name.is_empty())
    }
}

/// Keeps the first of a list; equal accounts are in the order of their names.
fn shorten(list: &mut Vec<Outstanding>, ranking: OutstandingBy) {
    list.sort_by(|one, other| {
        let key = |one: &Outstanding| Reverse(ranking.value(one));
        key(one).cmp(&key(other)).then_with(|| one.account.cmp(&other.account))
    });
    list.truncate(MOST_LISTED);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_distributions_are_in_the_catalogue_and_rankings_name_their_places() {
        let names: Vec<&str> = spread_figures().map(Figure::name).collect();
        assert_eq!(names, SPREAD);
        assert_eq!(names[OutstandingBy::Spend.place()], "total_spend");
        assert_eq!(names[OutstandingBy::Refused.place()], "refused");
    }
}
