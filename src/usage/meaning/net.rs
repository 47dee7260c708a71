//! Corrections below zero, taken out of the usage that they correct.
//!
//! A correction belongs to the instant of its row: it is added to the usage of that instant.
//! What is then still below zero is taken from the usage before it, the latest first, and where there is
//! none before, from the usage after it. So the sum stays what the rows add up to.
//!
//! Or they take usage back at their instant: then what is still below zero is paired with the usage before it, which
//! stays what it was.

use std::sync::Arc;

use super::number::Atto;
use crate::domain::{Credits, Instant};
use crate::policy::TakenBackUsage;

/// An event with its amount in full.
pub(super) type FineEvent = (Instant, Atto);

/// The result of netting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Netting {
    /// Amounts below zero.
    pub(super) rows: u64,
    /// Their sum, without its sign.
    pub(super) amount: Atto,
    /// The amount that went below zero at its own instant and was taken elsewhere.
    pub(super) elsewhere: Atto,
    /// The part of that which was taken from usage before; the rest but what is unmet, from usage after.
    pub(super) before: Atto,
    /// The instants of rows below zero at which no other row stands, in time order: they show that the log was kept.
    pub(super) alone: Vec<Instant>,
    /// The amount for which no usage was left.
    pub(super) unmet: Atto,
}

/// Events from which amounts below zero of their own instants are taken.
#[derive(Default)]
struct OwnInstants {
    kept: Vec<FineEvent>,
    /// The places of events from which something can be taken.
    open: Vec<usize>,
    netting: Netting,
}

impl Netting {
    /// The amount that was taken out of the usage of the instants of the rows themselves.
    pub(super) fn own(&self) -> Atto {
        less(self.amount, self.elsewhere)
    }

    /// The amount that was taken out of usage after the rows.
    pub(super) fn after(&self) -> Atto {
        less(less(self.elsewhere, self.before), self.unmet)
    }
}

impl OwnInstants {
    /// Takes the events of one instant; returns what is below zero there, without its sign.
    fn take(&mut self, group: &[FineEvent]) -> Atto {
        let below = group.iter().filter(|(_, amount)| amount.is_negative());
        self.netting.rows += below.clone().count() as u64;
        let taken = below.fold(Atto::ZERO, |sum, (_, amount)| added(sum, amount.size()));
        self.netting.amount = added(self.netting.amount, taken);
        let from = self.kept.len();
        self.kept.extend(group.iter().filter(|(_, amount)| !amount.is_negative()));
        if self.kept.len() == from {
            self.netting.alone.push(group[0].0);
        }
        self.open.extend(from..self.kept.len());
        let left = take_last(&mut self.kept, &mut self.open, from, taken);
        if left > Atto::ZERO {
            self.netting.elsewhere = added(self.netting.elsewhere, left);
        }
        left
    }
}

/// Parts events that are in time order from what takes them back: amounts below zero are taken out of the usage of
/// their own instant, and what is left of them is returned beside it, without its sign.
pub(super) fn part(events: Vec<FineEvent>) -> (Vec<FineEvent>, Vec<FineEvent>, Netting) {
    if events.iter().all(|(_, amount)| !amount.is_negative()) {
        return (events, Vec::new(), Netting::default());
    }
    let (mut own, mut rows) = (OwnInstants::default(), Vec::new());
    for group in events.chunk_by(|(a, _), (b, _)| a == b) {
        let left = own.take(group);
        if left > Atto::ZERO {
            rows.push((group[0].0, left));
        }
        own.open.clear();
    }
    (own.kept, rows, own.netting)
}

/// Pairs rows that take usage back with what they take back: the usage before them, the latest first, that no earlier
/// row has taken back. Both are in time order; of what finds none, the row says its own instant.
pub(super) fn pair(
    events: &[(Instant, Credits)],
    rows: &[(Instant, Credits)],
) -> Arc<[TakenBackUsage]> {
    let mut open: Vec<(Instant, Credits)> = Vec::new();
    let (mut next, mut paired) = (0, Vec::new());
    for &(at, credits) in rows {
        let before = events[next..].partition_point(|&(used_at, _)| used_at < at);
        let asking = events[next..next + before].iter().filter(|event| event.1.is_positive());
        open.extend(asking);
        next += before;
        let mut left = credits;
        while left.is_positive() {
            let Some((used_at, used)) = open.last_mut() else { break };
            let taken = left.min(*used);
            let row = TakenBackUsage { at, used_at: *used_at, credits: taken };
            *used = Credits::from_micro(used.micro() - taken.micro());
            left = Credits::from_micro(left.micro() - taken.micro());
            if !used.is_positive() {
                open.pop();
            }
            add(&mut paired, row);
        }
        if left.is_positive() {
            add(&mut paired, TakenBackUsage { at, used_at: at, credits: left });
        }
    }
    paired.into()
}

/// Adds what a row takes back, to the one before if that takes from the same instant.
fn add(rows: &mut Vec<TakenBackUsage>, row: TakenBackUsage) {
    match rows.last_mut() {
        Some(last) if (last.at, last.used_at) == (row.at, row.used_at) => {
            last.credits = Credits::from_micro(last.credits.micro() + row.credits.micro());
        }
        _ => rows.push(row),
    }
}

/// Nets events that are in time order; the amounts that remain are not below zero.
pub(super) fn net(events: Vec<FineEvent>) -> (Vec<FineEvent>, Netting) {
    if events.iter().all(|(_, amount)| !amount.is_negative()) {
        return (events, Netting::default());
    }
    let mut own = OwnInstants { kept: Vec::with_capacity(events.len()), ..OwnInstants::default() };
    let mut owed = Atto::ZERO;
    for group in events.chunk_by(|(a, _), (b, _)| a == b) {
        let left = own.take(group);
        let rest = take_last(&mut own.kept, &mut own.open, 0, left);
        own.netting.before = added(own.netting.before, less(left, rest));
        owed = added(owed, rest);
    }
    let OwnInstants { mut kept, mut netting, .. } = own;
    let mut next = 0;
    while owed > Atto::ZERO && next < kept.len() {
        let taken = kept[next].1.min(owed);
        kept[next].1 = less(kept[next].1, taken);
        owed = less(owed, taken);
        next += 1;
    }
    netting.unmet = owed;
    (kept, netting)
}

/// Takes an amount from the last of the open events down to the place `from`, and returns the rest.
/// An event from which all is taken stays, with nothing, and is open no more.
fn take_last(
    events: &mut [FineEvent],
    open: &mut Vec<usize>,
    from: usize,
    mut amount: Atto,
) -> Atto {
    while amount > Atto::ZERO
        && let Some(&place) = open.last().filter(|place| **place >= from)
    {
        let event = &mut events[place];
        let taken = event.1.min(amount);
        event.1 = less(event.1, taken);
        amount = less(amount, taken);
        if event.1 == Atto::ZERO {
            open.pop();
        }
    }
    amount
}

fn added(one: Atto, other: Atto) -> Atto {
    one.plus(other).expect("rows of at most 10¹² credits cannot add up to 10²⁰ in memory")
}

fn less(one: Atto, other: Atto) -> Atto {
    one.minus(other).expect("it takes no more than there is")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events(list: &[(i64, i128)]) -> Vec<FineEvent> {
        let event = |&(at, amount): &(i64, i128)| {
            (Instant::from_millis(at), Atto::from_micro(amount).expect("it is small"))
        };
        list.iter().map(event).collect()
    }

    fn netted(list: &[(i64, i128)]) -> (Vec<(i64, i128)>, Netting) {
        let (kept, netting) = net(events(list));
        (kept.iter().map(|(at, amount)| (at.millis(), amount.micro())).collect(), netting)
    }

    #[test]
    fn a_correction_is_taken_out_of_its_own_instant() {
        let (kept, netting) = netted(&[(10, 259), (10, -259), (10, 129), (11, 100)]);
        assert_eq!(kept.iter().map(|(_, amount)| amount).sum::<i128>(), 229);
        assert_eq!(kept.iter().filter(|(at, _)| *at == 10).map(|(_, a)| a).sum::<i128>(), 129);
        assert_eq!((netting.rows, netting.amount.micro(), netting.elsewhere.micro()), (1, 259, 0));
    }

    #[test]
    fn what_goes_below_zero_is_taken_before_it_and_else_after_it() {
        let (kept, netting) = netted(&[(1, 50), (2, 10), (3, -20), (4, 5)]);
        assert_eq!(kept, [(1, 40), (2, 0), (4, 5)]);
        assert_eq!((netting.elsewhere.micro(), netting.before.micro()), (20, 20));
        assert_eq!(netting.alone, [Instant::from_millis(3)]);
        let (kept, netting) = netted(&[(1, -20), (2, 15), (3, 10)]);
        assert_eq!((kept, netting.unmet.micro()), (vec![(2, 0), (3, 5)], 0));
        assert_eq!((netting.before.micro(), netting.after().micro()), (0, 20));
        let (kept, netting) = netted(&[(1, -20), (2, 15)]);
        assert_eq!((kept, netting.unmet.micro()), (vec![(2, 0)], 5));
    }

    proptest! {
        #[test]
        fn the_sum_stays_what_the_rows_add_up_to(
            mut list in prop::collection::vec((0_i64..8, -50_i128..100), 0..40),
        ) {
            list.sort_by_key(|(at, _)| *at);
            let sum: i128 = list.iter().map(|(_, amount)| amount).sum();
            let (kept, netting) = netted(&list);
            let left: i128 = kept.iter().map(|(_, amount)| amount).sum();
            prop_assert!(kept.iter().all(|(_, amount)| *amount >= 0));
            prop_assert_eq!(left - netting.unmet.micro(), sum);
            let parts = [netting.own(), netting.before, netting.after(), netting.unmet];
            let parts: i128 = parts.iter().map(|part| part.micro()).sum();
            prop_assert_eq!(parts, netting.amount.micro());
            let is_alone = |at: &i64| list.iter().filter(|row| row.0 == *at).all(|row| row.1 < 0);
            let mut alone: Vec<i64> = list.iter().map(|row| row.0).filter(is_alone).collect();
            alone.dedup();
            let found: Vec<i64> = netting.alone.iter().map(|at| at.millis()).collect();
            prop_assert_eq!(found, alone);
        }
    }
}
