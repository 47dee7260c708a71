//! Which candidate is best, and how sure that is.
//!
//! [`Screening`] drops candidates as soon as they are clearly beaten, and keeps a stated probability
//! of ending with the best. [`best_shares`] says how often a candidate would be the best had the
//! replications fallen differently. Costs are minimised. Deliberately absent: what costs are made of.

use rand::RngExt;

use crate::streams::{Purpose, Streams};

/// What a selection promises: the candidate it ends with is the best with probability
/// `correct`, whenever every other candidate costs at least `indifference` more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promise {
    /// The probability of a correct selection, in [½, 1).
    pub correct: f64,
    /// The least difference in mean cost worth finding, above zero.
    pub indifference: f64,
    /// Replications of the first stage, from which variances are estimated; at least two.
    pub first_stage: usize,
}

/// The fully sequential procedure KN of Kim and Nelson (2001), "A fully sequential procedure for
/// indifference-zone selection in simulation", *ACM TOMACS* 11, 251–273, with c = 1.
///
/// After every replication each candidate is compared with each other one that is left: it stays
/// while its total cost exceeds the other's by no more than a margin that shrinks to zero. The
/// margin comes from the variance of the *difference* of the two, so common random numbers make it
/// narrower; the proof allows them. The promise is proven for normal costs, independent between
/// replications, and held approximately by others.
#[derive(Clone, Debug)]
pub struct Screening {
    promise: Promise,
    /// h² of the paper.
    span: f64,
    /// Candidates that are left, ascending.
    left: Vec<usize>,
    totals: Vec<f64>,
    looked: usize,
    /// The variance of the differences over the first stage: row by row, upper triangle.
    variances: Vec<f64>,
    dropped_after: Vec<Option<usize>>,
}

impl Screening {
    /// Begins with the costs of the first stage: one slice a candidate, one cost a replication, all
    /// of the same length. Nothing is dropped before [`Screening::look`]. `None` with fewer replications than `first_stage`, or with a promise
    /// outside its ranges.
    pub fn begin<C: AsRef<[f64]>>(costs: &[C], promise: Promise) -> Option<Screening> {
        let costs: Vec<&[f64]> = costs.iter().map(C::as_ref).collect();
        let Promise { correct, indifference, first_stage } = promise;
        let sound = (0.5..1.0).contains(&correct) && indifference > 0.0 && first_stage > 1;
        if !sound || costs.iter().any(|costs| costs.len() < first_stage) {
            return None;
        }
        let mut variances = Vec::with_capacity(costs.len() * costs.len().saturating_sub(1) / 2);
        for (index, ours) in costs.iter().enumerate() {
            for theirs in &costs[index + 1..] {
                variances.push(variance_of_difference(ours, theirs, first_stage));
            }
        }
        // All but the last replication of the first stage: `look` adds that one and screens.
        let before = first_stage - 1;
        let total = |costs: &&[f64]| costs[..before].iter().fold(0.0, |a, b| a + b);
        Some(Screening {
            promise,
            span: span(costs.len(), promise),
            left: (0..costs.len()).collect(),
            totals: costs.iter().map(total).collect(),
            looked: before,
            variances,
            dropped_after: vec![None; costs.len()],
        })
    }

    /// Looks at one replication after the other up to the last that every candidate left has.
    /// Only a candidate that `may_beat` allows drops others: one that breaks a constraint is no
    /// reason to give up another.
    pub fn look<C: AsRef<[f64]>>(&mut self, costs: &[C], may_beat: &dyn Fn(usize) -> bool) {
        let of = |index: usize| costs.get(index).map_or(0, |costs| costs.as_ref().len());
        let available = self.left.iter().map(|&index| of(index)).min().unwrap_or(0);
        while self.looked < available && !self.is_decided() {
            for &index in &self.left {
                self.totals[index] += costs[index].as_ref()[self.looked];
            }
            self.looked += 1;
            self.screen(may_beat);
        }
    }

    /// Drops every candidate that one of the others has beaten by more than the margin.
    fn screen(&mut self, may_beat: &dyn Fn(usize) -> bool) {
        let left = std::mem::take(&mut self.left);
        let beaten = |&ours: &usize| {
            let beats = |&theirs: &usize| {
                theirs != ours
                    && may_beat(theirs)
                    && self.totals[ours] > self.totals[theirs] + self.margin(ours, theirs)
            };
            left.iter().any(beats)
        };
        let (gone, kept): (Vec<usize>, Vec<usize>) = left.iter().partition(|&index| beaten(index));
        for index in gone {
            self.dropped_after[index] = Some(self.looked);
        }
        self.left = kept;
    }

    /// W(r) of the paper: by how much one total may exceed another.
    fn margin(&self, ours: usize, theirs: usize) -> f64 {
        let delta = self.promise.indifference;
        let spread = self.span * self.variance(ours, theirs) / (delta * delta);
        (delta / 2.0 * (spread - self.looked as f64)).max(0.0)
    }

    fn variance(&self, ours: usize, theirs: usize) -> f64 {
        let (row, column) = (ours.min(theirs), ours.max(theirs));
        let before = row * self.totals.len() - row * (row + 1) / 2;
        self.variances[before + column - row - 1]
    }

    /// How many replications decide at the latest between those that are left.
    pub fn replications_at_most(&self) -> usize {
        let delta = self.promise.indifference;
        let mut most: f64 = self.promise.first_stage as f64;
        for (index, &ours) in self.left.iter().enumerate() {
            for &theirs in &self.left[index + 1..] {
                most = most.max(self.span * self.variance(ours, theirs) / (delta * delta) + 1.0);
            }
        }
        // A float beyond the range of the integer saturates.
        libm::ceil(most) as usize
    }

    /// The candidates that are left, ascending.
    pub fn left(&self) -> &[usize] {
        &self.left
    }

    /// After how many replications a candidate was dropped.
    pub fn dropped_after(&self, candidate: usize) -> Option<usize> {
        self.dropped_after.get(candidate).copied().flatten()
    }

    /// Whether one candidate is left, or those that are cost the same.
    pub fn is_decided(&self) -> bool {
        self.left.len() < 2 || self.looked >= self.replications_at_most()
    }
}

/// h² = 2η(n₀ − 1) with η = ½[(2α/(k − 1))^(−2/(n₀ − 1)) − 1]: Kim and Nelson (2001), section 3.1.
fn span(candidates: usize, promise: Promise) -> f64 {
    let degrees = promise.first_stage as f64 - 1.0;
    let others = candidates.saturating_sub(1).max(1) as f64;
    let each = 2.0 * (1.0 - promise.correct) / others;
    (libm::pow(each, -2.0 / degrees) - 1.0) * degrees
}

/// S² of the paper: the variance of the difference over the first replications.
fn variance_of_difference(ours: &[f64], theirs: &[f64], replications: usize) -> f64 {
    let pairs = || ours.iter().zip(theirs).take(replications).map(|(our, their)| our - their);
    let mean = pairs().fold(0.0, |sum, difference| sum + difference) / replications as f64;
    let squares = pairs().fold(0.0, |sum, d| sum + (d - mean) * (d - mean));
    squares / (replications as f64 - 1.0)
}

/// The probability that no other candidate is better by more than `indifference`, for each: the
/// share of bootstrap resamples of the replications in which its mean cost is that near the least.
///
/// All candidates of a resample share its replications, so what common random numbers tie together
/// stays together. It says how far the *replications* leave the choice open, given the model and
/// the candidates tried; a better one that was not tried, or usage unlike the model's, is beyond it.
/// With two replications or fewer nobody can know, and the answer is `None`. Candidates that tie count as best
/// together, so the shares may add up to more than one. Resample b is drawn at the address
/// (seed, bootstrap, b). Efron and Tibshirani (1993), *An Introduction to the Bootstrap*, chapter 8.
pub fn best_shares(
    costs: &[&[f64]],
    indifference: f64,
    streams: Streams,
    resamples: u64,
) -> Option<Vec<f64>> {
    let replications = costs.iter().map(|costs| costs.len()).min()?;
    if replications < 3 || resamples == 0 {
        return None;
    }
    // Replication by replication, so that the sums of all candidates go on side by side.
    let by_replication: Vec<f64> =
        (0..replications).flat_map(|index| costs.iter().map(move |costs| costs[index])).collect();
    let mut best = vec![0_u64; costs.len()];
    let mut weights = vec![0.0; replications];
    let mut totals = vec![0.0; costs.len()];
    // A difference of nothing must not hang on the rounding of two sums.
    let near = indifference.max(0.0) * replications as f64;
    for resample in 0..resamples {
        let mut stream = streams.at(Purpose::Bootstrap, resample);
        weights.fill(0.0);
        for _ in 0..replications {
            weights[stream.random_range(0..replications)] += 1.0;
        }
        totals.fill(0.0);
        for (costs, weight) in by_replication.chunks_exact(costs.len()).zip(&weights) {
            for (total, cost) in totals.iter_mut().zip(costs) {
                *total += cost * weight;
            }
        }
        let least = totals.iter().copied().fold(f64::INFINITY, f64::min);
        for (best, total) in best.iter_mut().zip(&totals) {
            *best += u64::from(*total <= least + near);
        }
    }
    Some(best.iter().map(|&count| count as f64 / resamples as f64).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_distr::StandardNormal;

    const PROMISE: Promise = Promise { correct: 0.95, indifference: 1.0, first_stage: 10 };

    /// Costs of candidates with these means: what they share of a replication's luck, and their own.
    fn costs(seed: u64, means: &[f64], shared: f64, own: f64, replications: u64) -> Vec<Vec<f64>> {
        let mut costs = vec![Vec::new(); means.len()];
        for replication in 0..replications {
            let mut stream = Streams { seed, replication }.at(Purpose::Amounts, 0);
            let common: f64 = stream.sample(StandardNormal);
            for (costs, mean) in costs.iter_mut().zip(means) {
                let alone: f64 = stream.sample(StandardNormal);
                costs.push(mean + shared * common + own * alone);
            }
        }
        costs
    }

    fn decide(costs: &[Vec<f64>]) -> Screening {
        let mut screening = Screening::begin(costs, PROMISE).unwrap();
        screening.look(costs, &|_| true);
        screening
    }

    #[test]
    fn the_span_is_that_of_the_paper() {
        // k = 2, α = 0.05, n₀ = 10: η = ½(0.1^(−2/9) − 1) = 0.33405, h² = 2·9·η = 6.0129.
        assert!((span(2, PROMISE) - 6.0129).abs() < 1e-3, "{}", span(2, PROMISE));
        // k = 10: η = ½((0.1/9)^(−2/9) − 1) = 0.8591, h² = 15.4635.
        assert!((span(10, PROMISE) - 15.4635).abs() < 1e-3, "{}", span(10, PROMISE));
    }

    #[test]
    fn the_best_is_selected_as_often_as_promised() {
        // Slippage configuration, the hardest: every other candidate is just `indifference` worse.
        let means = [1.0, 1.0, 0.0, 1.0, 1.0];
        let trials = 300;
        let right = (0..trials).filter(|&seed| {
            let costs = costs(seed, &means, 2.0, 1.5, 400);
            let screening = decide(&costs);
            assert!(screening.is_decided());
            screening.left() == [2]
        });
        // 95 % less three standard errors of 300 trials.
        let right = right.count();
        assert!(right as f64 >= (0.95 - 3.0 * 0.0126) * trials as f64, "{right} of {trials}");
    }

    #[test]
    fn common_luck_decides_with_fewer_replications() {
        let means = [0.0, 1.0, 1.0];
        let needed = |shared, own| {
            let costs = costs(5, &means, shared, own, 5_000);
            decide(&costs).looked
        };
        // The same variance of 5 each, once mostly shared and once all their own.
        assert!(2 * needed(2.0, 1.0) < needed(0.0, 5.0_f64.sqrt()));
    }

    #[test]
    fn how_the_replications_came_in_does_not_change_what_is_dropped_when() {
        let costs = costs(3, &[0.0, 0.5, 3.0, 6.0], 1.0, 2.0, 200);
        let at_once = decide(&costs);
        let mut slowly = Screening::begin(&costs, PROMISE).unwrap();
        for replications in (10..=200).step_by(7) {
            let some: Vec<Vec<f64>> =
                costs.iter().map(|costs| costs[..replications].to_vec()).collect();
            slowly.look(&some, &|_| true);
        }
        slowly.look(&costs, &|_| true);
        assert_eq!(slowly.dropped_after, at_once.dropped_after);
        assert!(at_once.dropped_after(3).unwrap() <= at_once.dropped_after(1).unwrap_or(200));
    }

    #[test]
    fn candidates_that_cost_the_same_end_the_selection_and_both_stay() {
        let one = costs(1, &[0.0], 0.0, 1.0, 20).remove(0);
        let screening = decide(&[one.clone(), one]);
        assert!(screening.is_decided());
        assert_eq!(screening.left(), [0, 1]);
    }

    #[test]
    fn one_that_may_not_beat_drops_nobody() {
        let costs = costs(2, &[0.0, 9.0, 20.0], 0.0, 1.0, 50);
        let mut screening = Screening::begin(&costs, PROMISE).unwrap();
        screening.look(&costs, &|index| index != 0);
        assert_eq!(screening.left(), [0, 1]);
    }

    #[test]
    fn a_promise_outside_its_ranges_is_refused() {
        let costs = vec![vec![1.0; 10]; 2];
        for (correct, indifference, first_stage) in
            [(1.0, 1.0, 10), (0.95, 0.0, 10), (0.95, 1.0, 1), (0.95, 1.0, 11), (f64::NAN, 1.0, 5)]
        {
            let promise = Promise { correct, indifference, first_stage };
            assert!(Screening::begin(&costs, promise).is_none(), "{promise:?}");
        }
    }

    #[test]
    fn a_clear_winner_is_best_in_every_resample_and_a_tie_in_half_of_them() {
        let streams = Streams { seed: 1, replication: 0 };
        let far = costs(1, &[0.0, 50.0], 1.0, 1.0, 30);
        let shares = |costs: &[Vec<f64>], near: f64| {
            let costs: Vec<&[f64]> = costs.iter().map(Vec::as_slice).collect();
            best_shares(&costs, near, streams, 2_000).unwrap()
        };
        assert_eq!(shares(&far, 0.0), [1.0, 0.0]);
        // With 30 pairs a to b and the same 30 pairs b to a, either wins half of the resamples.
        let mut even = costs(2, &[0.0, 0.0], 1.0, 1.0, 30);
        let (a, b) = (even[0].clone(), even[1].clone());
        even[0].extend(&b);
        even[1].extend(&a);
        let found = shares(&even, 0.0);
        assert!((found[0] - 0.5).abs() < 0.05, "{found:?}");
        assert_eq!(shares(&even, 100.0), [1.0, 1.0]);
    }

    #[test]
    fn two_replications_say_nothing_about_who_is_best() {
        let streams = Streams { seed: 1, replication: 0 };
        assert_eq!(best_shares(&[&[1.0, 2.0], &[2.0, 3.0]], 0.0, streams, 100), None);
    }
}
