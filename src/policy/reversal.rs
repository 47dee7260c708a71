//! Reversals: what comes back when a purchase is refunded, charged back, or a dispute about it is won, and when usage
//! is undone. Source: contract §8 and §4.

use crate::domain::{Credits, Instant, Share, Source};

/// A purchase of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurchaseName {
    /// Recharges or manual top-ups.
    pub source: Source,
    /// Its number among those of this source, from 1; the last one if `None`.
    pub number: Option<u64>,
}

/// A purchase is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurchaseReversal {
    /// The purchase.
    pub of: PurchaseName,
    /// True if the bank took the money back, and a dispute is open.
    pub is_chargeback: bool,
    /// The share of it that is undone.
    pub share: Share,
    /// The credits that are taken back.
    pub takes: TakesBack,
}

/// The credits that a reversal takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TakesBack {
    /// What is left of those that were bought; only for these money is paid back.
    Lot,
    /// As many as were bought, as far as the balance covers them.
    Balance,
    /// As many as were bought, even to below zero.
    Debt,
    /// None.
    Nothing,
}

impl TakesBack {
    /// Its name in scenarios and journals.
    pub fn name(self) -> &'static str {
        match self {
            TakesBack::Lot => "lot",
            TakesBack::Balance => "balance",
            TakesBack::Debt => "debt",
            TakesBack::Nothing => "nothing",
        }
    }

    /// Returns the credits taken of `asked`, with so much left of the purchase and this balance.
    pub fn taken(self, asked: Credits, left: Credits, balance: Credits) -> Credits {
        match self {
            TakesBack::Lot => asked.min(left),
            TakesBack::Balance => asked.min(balance.max(Credits::ZERO)),
            TakesBack::Debt => asked,
            TakesBack::Nothing => Credits::ZERO,
        }
    }
}

/// What is taken back where payments of recharges are undone by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UndonePayments {
    /// For a refund.
    pub refund: TakesBack,
    /// For a chargeback.
    pub chargeback: TakesBack,
}

impl Default for UndonePayments {
    /// Nothing: where no chance undoes any, it does not matter.
    fn default() -> UndonePayments {
        UndonePayments { refund: TakesBack::Nothing, chargeback: TakesBack::Nothing }
    }
}

/// Usage is undone: a job that failed gives its credits back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageReversal {
    /// The instant at which it was served.
    pub used_at: Instant,
    /// The credits; all that are not undone yet if `None`.
    pub credits: Option<Credits>,
    /// What becomes of credits whose grant has ended.
    pub ended: EndedGrant,
}

/// Usage is taken back by a row of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenBackUsage {
    /// The instant of the row.
    pub at: Instant,
    /// The instant at which what it takes back was asked for, before it; its own where nothing was.
    pub used_at: Instant,
    /// The credits, above zero.
    pub credits: Credits,
}

/// What becomes of credits that come back to a grant that has expired or was forfeited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EndedGrant {
    /// They are lost as the rest of it was.
    #[default]
    Lost,
    /// They arrive as a gift.
    Given,
}
