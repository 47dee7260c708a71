//! The smallest part of a list that still shows something: delta debugging.
//!
//! Chunks are left out, first halves and at last single items, for as long as what is left still shows it; then nothing
//! can be left out by itself. This is the search for a minimal complement in ddmin (Zeller and Hildebrandt 2002, IEEE
//! Transactions on Software Engineering 28, 183–200). Deliberately absent: what is shown.

use std::ops::ControlFlow;

/// What is left of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reduced<T> {
    /// The items, in their order.
    pub items: Vec<T>,
    /// Whether it was tried of each item alone that it cannot be left out.
    pub is_least: bool,
}

/// Leaves out of `items`, which show it, as much as can be. `shows` may end the search early.
pub fn reduced<T: Clone>(
    items: Vec<T>,
    shows: &mut dyn FnMut(&[T]) -> ControlFlow<(), bool>,
) -> Reduced<T> {
    let mut items = items;
    if items.is_empty() || shows(&[]) == ControlFlow::Continue(true) {
        return Reduced { items: Vec::new(), is_least: true };
    }
    let mut chunk = items.len().div_ceil(2);
    loop {
        let before = items.len();
        let swept = sweep(&mut items, chunk, shows);
        if swept.is_break() {
            return Reduced { items, is_least: false };
        }
        match (chunk, items.len() < before) {
            (1, false) => return Reduced { items, is_least: true },
            (1, true) => {}
            _ => chunk = chunk.min(items.len()).div_ceil(2),
        }
    }
}

/// Leaves out each chunk in turn that is not needed for what the rest shows.
fn sweep<T: Clone>(
    items: &mut Vec<T>,
    chunk: usize,
    shows: &mut dyn FnMut(&[T]) -> ControlFlow<(), bool>,
) -> ControlFlow<()> {
    let mut from = 0;
    while from < items.len() {
        let to = (from + chunk).min(items.len());
        let rest = [&items[..from], &items[to..]].concat();
        match shows(&rest)? {
            true => *items = rest,
            false => from = to,
        }
    }
    ControlFlow::Continue(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn least(count: u32, shows: impl Fn(&[u32]) -> bool) -> (Vec<u32>, usize) {
        let mut tried = 0;
        let mut counted = |items: &[u32]| {
            tried += 1;
            ControlFlow::Continue(shows(items))
        };
        let found = reduced((0..count).collect(), &mut counted);
        assert!(found.is_least);
        (found.items, tried)
    }

    #[test]
    fn what_is_needed_is_left_and_nothing_else() {
        for needed in [&[][..], &[0], &[99], &[3, 50, 51], &[0, 99]] {
            let (found, tried) = least(100, |items| needed.iter().all(|one| items.contains(one)));
            assert_eq!(found, needed);
            assert!(tried < 100, "{needed:?}: {tried} trials");
        }
        // Any 40 do: as many are left, and none of them can be left out.
        assert_eq!(least(100, |items| items.len() >= 40).0.len(), 40);
        // Items that go together only: an even number of them, and the last.
        let (found, _) = least(9, |items| items.contains(&8) && items.len() % 2 == 1);
        assert_eq!(found, [8]);
    }

    #[test]
    fn a_search_that_is_ended_says_that_less_may_do() {
        let mut left = 5;
        let mut shows = |items: &[u32]| {
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(items.len() >= 2) }
        };
        let found = reduced((0..64).collect(), &mut shows);
        assert!(!found.is_least && found.items.len() >= 2, "{found:?}");
    }
}
