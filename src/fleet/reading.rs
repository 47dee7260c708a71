//! What became of the rows of accounts: how many accounts have rows that repeat others, correct others or lie outside
//! the horizon.
//!
//! The rows and credits of all of them are figures, which add up by themselves. Deliberately absent: sentences.

use serde::{Deserialize, Serialize};

use crate::domain::{CreditTotal, Instant};

use super::lived::LivedAccount;

/// Accounts by what became of some of their rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountsByRows {
    /// Some repeat another row.
    pub repeated: u64,
    /// Some are below zero, and were taken out of their other usage.
    pub netted: u64,
    /// Some correct more than all of their usage.
    pub excess: u64,
    /// Some are below zero, and undo their usage before.
    pub reversed: u64,
    /// Some are outside their horizon.
    pub outside: u64,
    /// The first and the last instant of the rows outside, in milliseconds.
    span: Option<(i64, i64)>,
}

impl AccountsByRows {
    /// Adds an account.
    pub(super) fn add(&mut self, account: &LivedAccount) {
        let figures = &account.figures;
        self.repeated += u64::from(figures.duplicate_rows > 0);
        self.netted += u64::from(figures.netted_rows > 0);
        self.excess += u64::from(figures.excess_corrections > CreditTotal::ZERO);
        self.reversed += u64::from(figures.reversed_rows > 0);
        self.outside += u64::from(figures.outside_rows > 0);
        self.widen(account.outside.map(|(first, last)| (first.millis(), last.millis())));
    }

    /// Adds those of other accounts.
    pub(super) fn merge(&mut self, other: &AccountsByRows) {
        self.repeated += other.repeated;
        self.netted += other.netted;
        self.excess += other.excess;
        self.reversed += other.reversed;
        self.outside += other.outside;
        self.widen(other.span);
    }

    fn widen(&mut self, other: Option<(i64, i64)>) {
        self.span = match (self.span, other) {
            (Some(mine), Some(theirs)) => Some((mine.0.min(theirs.0), mine.1.max(theirs.1))),
            (mine, theirs) => mine.or(theirs),
        };
    }

    /// The first and the last instant of the rows outside.
    pub fn outside_span(&self) -> Option<(Instant, Instant)> {
        let (first, last) = self.span?;
        Some((Instant::from_millis(first), Instant::from_millis(last)))
    }
}
