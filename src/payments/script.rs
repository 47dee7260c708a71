//! Scripted failures of a scenario: attempts by number and outages by time, sorted, so that a
//! charge finds its own by binary search.

use crate::domain::{Instant, Window};

/// Charge attempts by number, from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts(Vec<u64>);

impl Attempts {
    /// A set of attempts, in any order; duplicates count once.
    pub fn new(mut numbers: Vec<u64>) -> Attempts {
        numbers.sort_unstable();
        numbers.dedup();
        Attempts(numbers)
    }

    /// Returns true if the set contains the attempt.
    pub fn contains(&self, attempt: u64) -> bool {
        self.0.binary_search(&attempt).is_ok()
    }

    /// Returns true if the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Outages of the payment processor: windows in order that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outages(Vec<Window>);

impl Outages {
    /// Builds the list from windows in any order; windows that overlap or touch are merged.
    pub fn new(mut windows: Vec<Window>) -> Outages {
        windows.retain(|window| window.from < window.to);
        windows.sort_unstable_by_key(|window| window.from);
        let mut apart: Vec<Window> = Vec::with_capacity(windows.len());
        for window in windows {
            match apart.last_mut() {
                Some(last) if window.from <= last.to => last.to = last.to.max(window.to),
                _ => apart.push(window),
            }
        }
        Outages(apart)
    }

    /// Returns true if the processor is out of service at an instant.
    pub fn contain(&self, at: Instant) -> bool {
        let begun = self.0.partition_point(|window| window.from <= at);
        self.0[..begun].last().is_some_and(|window| at < window.to)
    }

    /// The windows, in order.
    pub fn windows(&self) -> &[Window] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: i64, to: i64) -> Window {
        Window { from: Instant::from_millis(from), to: Instant::from_millis(to) }
    }

    #[test]
    fn attempts_are_found_whatever_their_order() {
        let attempts = Attempts::new(vec![9, 2, 9, 4]);
        let found: Vec<u64> = (0..12).filter(|&n| attempts.contains(n)).collect();
        assert_eq!(found, [2, 4, 9]);
        assert!(Attempts::default().is_empty() && !Attempts::default().contains(0));
    }

    #[test]
    fn an_instant_is_in_an_outage_if_it_is_in_any_of_the_windows() {
        let windows =
            vec![window(50, 60), window(0, 10), window(5, 7), window(8, 12), window(60, 61)];
        let outages = Outages::new(windows.clone());
        for millis in -2..70 {
            let at = Instant::from_millis(millis);
            let inside = windows.iter().any(|window| window.contains(at));
            assert_eq!(outages.contain(at), inside, "{millis}");
        }
        assert_eq!(outages.windows(), [window(0, 12), window(50, 61)]);
        assert_eq!(Outages::new(vec![window(3, 3)]), Outages::default());
    }
}
