//! Sorting short lists with one compiled body.
//!
//! The sort of the standard library is compiled anew for every type and every comparison, some ten kilobytes each time. Lists that
//! are sorted a few times per command share one of places instead. Deliberately absent: lists of events.

use std::cmp::Ordering;

/// Sorts as [`slice::sort_by`] does: equals keep their order.
pub fn sort_by<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    let mut places: Vec<usize> = (0..items.len()).collect();
    sort_places(&mut places, &|one, other| order(&items[one], &items[other]));
    arrange(items, places);
}

/// Sorts as [`slice::sort_by_key`] does: equals keep their order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

fn sort_places(places: &mut [usize], order: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_by(|&one, &other| order(one, other));
}

/// Puts at each place the item that is at the place named there, by exchanges along each cycle.
fn arrange<T>(items: &mut [T], mut places: Vec<usize>) {
    for first in 0..places.len() {
        let mut to = first;
        loop {
            let from = std::mem::replace(&mut places[to], to);
            if from == first {
                break;
            }
            items.swap(to, from);
            to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does_equals_in_their_order(
            keys in proptest::collection::vec(0_u8..12, 0..60),
        ) {
            let numbered: Vec<(u8, usize)> = keys.iter().copied().zip(0..).collect();
            let mut expected = numbered.clone();
            expected.sort_by_key(|&(key, _)| key);
            let mut sorted = numbered.clone();
            sort_by_key(&mut sorted, |&(key, _)| key);
            prop_assert_eq!(&sorted, &expected);
            expected.sort_by(|one, other| other.0.cmp(&one.0));
            sort_by(&mut sorted, |one, other| other.0.cmp(&one.0));
            prop_assert_eq!(sorted, expected);
        }
    }
}
