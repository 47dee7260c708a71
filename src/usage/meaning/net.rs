//! Corrections below zero, taken out of the usage that they correct.
//!
//! A correction belongs to the instant of its row: it is added to the usage of that instant.
//! What is then still below zero is taken from the usage before it, the latest first, and where there is
//! none before, from the usage after it. So the sum stays what the rows add up to.

use super::number::Atto;
use crate::domain::Instant;

/// An event with its amount in full.
pub(super) type FineEvent = (Instant, Atto);

/// The result of netting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Netting {
    /// Amounts below zero.
    pub(super) rows: u64,
    /// Their sum, without its sign.
    pub(super) amount: Atto,
    /// The amount that went below zero at its own instant and was taken elsewhere.
    pub(super) elsewhere: Atto,
    /// Instants at which that was so.
    pub(super) instants: u64,
    /// The amount for which no usage was left.
    pub(super) unmet: Atto,
}

/// Nets events that are in time order; the amounts that remain are not below zero.
pub(super) fn net(events: Vec<FineEvent>) -> (Vec<FineEvent>, Netting) {
    let mut netting = Netting::default();
    if events.iter().all(|(_, amount)| !amount.is_negative()) {
        return (events, netting);
    }
    let mut kept: Vec<FineEvent> = Vec::with_capacity(events.len());
    // The places of events from which something can be taken.
    let mut open: Vec<usize> = Vec::new();
    let mut owed = Atto::ZERO;
    for group in events.chunk_by(|(a, _), (b, _)| a == b) {
        let below = group.iter().filter(|(_, amount)| amount.is_negative());
        netting.rows += below.clone().count() as u64;
        let taken = below.fold(Atto::ZERO, |sum, (_, amount)| added(sum, amount.size()));
        netting.amount = added(netting.amount, taken);
        let from = kept.len();
        kept.extend(group.iter().filter(|(_, amount)| !amount.is_negative()));
        open.extend(from..kept.len());
        let left = take_last(&mut kept, &mut open, from, taken);
        if left > Atto::ZERO {
            netting.elsewhere = added(netting.elsewhere, left);
            netting.instants += 1;
            owed = added(owed, take_last(&mut kept, &mut open, 0, left));
        }
    }
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
        assert_eq!((netting.elsewhere.micro(), netting.instants), (20, 1));
        let (kept, netting) = netted(&[(1, -20), (2, 15), (3, 10)]);
        assert_eq!((kept, netting.unmet.micro()), (vec![(2, 0), (3, 5)], 0));
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
        }
    }
}
