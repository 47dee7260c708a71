//! The candidates that no other beats on every criterion. Deliberately absent: a choice among them.

use std::cmp::Ordering;

/// The criteria of one candidate; less is better in all three.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tradeoff {
    /// Money spent.
    pub spend: f64,
    /// Credits refused.
    pub refused: f64,
    /// Purchased credits that expired.
    pub expired: f64,
}

impl Tradeoff {
    /// The three in millionths of money or credits. What differs by less is the order in which floats were
    /// added up, and alike.
    fn axes(self) -> [f64; 3] {
        [self.spend, self.refused, self.expired].map(|axis| libm::round(axis * 1e6))
    }

    /// Orders the one that spends less first.
    pub fn order_by_spend(&self, other: &Tradeoff) -> Ordering {
        self.axes()[0].total_cmp(&other.axes()[0])
    }

    /// Returns true if it is at least as good in everything and better in something.
    pub fn beats(self, other: Tradeoff) -> bool {
        let pairs = || self.axes().into_iter().zip(other.axes());
        pairs().all(|(ours, theirs)| ours <= theirs) && pairs().any(|(ours, theirs)| ours < theirs)
    }
}

/// The candidates that no other one [beats](Tradeoff::beats), cheapest first; those equal in
/// everything are adjacent, in their own order. A candidate with a figure that is not a number is
/// excluded.
pub fn frontier(candidates: &[Tradeoff]) -> Vec<usize> {
    let comparable = |index: &usize| candidates[*index].axes().iter().all(|axis| !axis.is_nan());
    let mut order: Vec<usize> = (0..candidates.len()).filter(comparable).collect();
    order.sort_by(|&a, &b| {
        let pairs = candidates[a].axes().into_iter().zip(candidates[b].axes());
        let unequal = pairs.map(|(a, b)| a.total_cmp(&b)).find(|order| order.is_ne());
        unequal.unwrap_or_else(|| a.cmp(&b))
    });
    // In this order nothing is beaten by a later candidate.
    let mut frontier: Vec<usize> = Vec::new();
    for index in order {
        if !frontier.iter().any(|&other| candidates[other].beats(candidates[index])) {
            frontier.push(index);
        }
    }
    frontier
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tradeoffs(axes: &[[f64; 3]]) -> Vec<Tradeoff> {
        axes.iter().map(|&[spend, refused, expired]| Tradeoff { spend, refused, expired }).collect()
    }

    #[test]
    fn what_another_beats_is_not_on_the_frontier() {
        let candidates = tradeoffs(&[
            [60.0, 0.0, 0.0], // dear and safe
            [40.0, 9.0, 0.0], // cheap and short
            [60.0, 1.0, 0.0], // beaten by the first
            [50.0, 9.0, 1.0], // beaten by the second
            [50.0, 4.0, 3.0], // between
            [40.0, 9.0, 0.0], // like the second
        ]);
        assert_eq!(frontier(&candidates), [1, 5, 4, 0]);
    }

    #[test]
    fn what_the_order_of_adding_up_makes_of_equals_beats_nothing() {
        let (once, thrice) = (0.3, 0.1 + 0.2);
        assert!(once < thrice);
        let candidates =
            tradeoffs(&[[thrice, 5.0, 0.0], [once, 5.0, 0.0], [once + 1e-5, 5.0, 0.0]]);
        assert_eq!(frontier(&candidates), [0, 1]);
    }

    #[test]
    fn the_frontier_is_what_a_comparison_of_all_pairs_leaves() {
        let digit = |i: i64, prime: i64| ((i * prime) % 11) as f64;
        let candidates: Vec<[f64; 3]> =
            (1..200).map(|i| [digit(i * i, 7), digit(i, 5), digit(i * i * i, 3)]).collect();
        let candidates = tradeoffs(&candidates);
        let mut found = frontier(&candidates);
        found.sort_unstable();
        let unbeaten = |&index: &usize| !candidates.iter().any(|c| c.beats(candidates[index]));
        let wanted: Vec<usize> = (0..candidates.len()).filter(unbeaten).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_figure_that_is_no_number_keeps_a_candidate_off_the_frontier() {
        let candidates = tradeoffs(&[[f64::NAN, 0.0, 0.0], [1.0, 0.0, 0.0]]);
        assert_eq!(frontier(&candidates), [1]);
    }
}
