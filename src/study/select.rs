//! Selection of the best candidate, and its reliability.
//!
//! [`Screening`] drops candidates as soon as they are clearly beaten, and keeps a stated
//! probability of ending with the best. [`Resampling`] estimates how often a candidate would be the
//! best had the replications turned out differently. Costs are minimised. Deliberately absent: the
//! composition of costs.

use std::collections::BTreeMap;

use rand::RngExt;

use crate::streams::{Purpose, Stream, Streams};

use super::distribution::normal_quantile;
use super::estimate::value_at;

/// The promise of a selection: the final candidate is the best with probability `correct`, whenever
/// every other candidate costs at least `indifference` more.
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
/// After every replication each candidate is compared with every other remaining one: it stays
/// while its total cost exceeds the other's by no more than a margin that shrinks to zero. The
/// margin comes from the variance of the *difference* of the two, so common random numbers make it
/// narrower; the proof allows them. The promise is proven for normal costs, independent between
/// replications, and holds approximately for others.
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
    /// Begins with the costs of the first stage: one slice per candidate, one cost per replication,
    /// all of the same length. Nothing is dropped before [`Screening::look`]. `None` with fewer
    /// replications than `first_stage`, or with a promise outside its ranges.
    pub fn begin<C: AsRef<[f64]>>(costs: &[C], promise: Promise) -> Option<Screening> {
        let costs: Vec<&[f64]> = costs.iter().map(C::as_ref).collect();
        let Promise { correct, indifference, first_stage } = promise;
        let sound = (0.5..1.0).contains(&correct) && indifference > 0.0 && first_stage > 1;
        if !sound || costs.iter().any(|costs| costs.len() < first_stage) {
            return None;
        }
        let first: Vec<&[f64]> = costs.iter().map(|costs| &costs[..first_stage]).collect();
        let (unseen, twins) = (unseen(&first), twins(&first));
        let mut variances = Vec::with_capacity(costs.len() * costs.len().saturating_sub(1) / 2);
        for (index, ours) in costs.iter().enumerate() {
            for (other, theirs) in costs.iter().enumerate().skip(index + 1) {
                let seen = variance_of_difference(ours, theirs, first_stage);
                // A loss that the first stage did not show, assumed once in that many replications.
                let loss = if twins[index] == twins[other] {
                    0.0
                } else {
                    unseen[index].max(unseen[other])
                };
                variances.push(seen.max(loss * loss / first_stage as f64));
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

    /// Examines one replication after another up to the last that every remaining candidate has.
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

    /// Drops a candidate that breaks what must hold.
    pub fn give_up(&mut self, candidate: usize) {
        if self.left.contains(&candidate) {
            self.left.retain(|&index| index != candidate);
            // Before the first look all of the first stage was run.
            self.dropped_after[candidate] = Some(self.looked.max(self.promise.first_stage));
        }
    }

    /// Drops every candidate that another has beaten by more than the margin.
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

    /// The maximum number of replications that decide between the remaining candidates.
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

    /// Returns true if one candidate remains, or the remaining ones cost the same.
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

/// Bootstrap resamples of replications. All candidates of one resample share its replications, so
/// that the correlation from common random numbers is kept. Resample b is drawn at the address
/// (seed, bootstrap, b). Efron and Tibshirani (1993), *An Introduction to the Bootstrap*, chapter
/// 8.
#[derive(Debug)]
pub struct Resampling {
    replications: usize,
    candidates: usize,
    /// Costs replication by replication, so that the sums of all candidates can be computed
    /// together.
    costs: Vec<f64>,
    /// For each candidate, the loss in one replication that its sample may not show; see
    /// [`unseen`].
    unseen: Vec<f64>,
    /// For each candidate, the first from which it differs by the same in every replication.
    twins: Vec<usize>,
    streams: Streams,
}

/// Results of resampling for the candidates.
#[derive(Clone, Debug, PartialEq)]
pub struct ResampledMeans {
    /// For each candidate, the share of resamples in which its mean cost is within the indifference
    /// of the lowest. Ties count for each candidate, so the shares may sum to more than one.
    pub best: Vec<f64>,
    /// The number of standard errors that all differences from the first candidate stay within
    /// simultaneously, with the requested confidence: the max-t quantile of Westfall and Young
    /// (1993), *Resampling-Based Multiple Testing*. `None` if no difference varies.
    pub together: Option<f64>,
}

impl Resampling {
    /// Takes the costs of candidates, one per replication. `None` with fewer than three
    /// replications, which do not show how costs vary.
    pub fn of(costs: &[&[f64]], streams: Streams) -> Option<Resampling> {
        let replications = costs.iter().map(|costs| costs.len()).min()?;
        if replications < 3 {
            return None;
        }
        let all = (0..replications).flat_map(|index| costs.iter().map(move |costs| costs[index]));
        Some(Resampling {
            replications,
            candidates: costs.len(),
            costs: all.collect(),
            unseen: unseen(costs),
            twins: twins(costs),
            streams,
        })
    }

    /// Number of additions that this many resamples take.
    pub fn work(&self, resamples: u64) -> u64 {
        self.costs.len() as u64 * resamples
    }

    /// Computes the results of `resamples` resamples.
    pub fn look(&self, resamples: u64, indifference: f64, confidence: f64) -> ResampledMeans {
        let differences = self.differences();
        // A difference of nothing must not hang on the rounding of two sums.
        let near = indifference.max(0.0) * self.replications as f64;
        let mut best = vec![0_u64; self.candidates];
        let mut furthest = Vec::new();
        for resample in 0..resamples {
            let mut stream = self.streams.at(Purpose::Bootstrap, resample);
            let totals = self.totals(&mut stream);
            furthest.push(differences.furthest(&totals));
            // A loss never observed occurs about as often as a gamma variable of shape one half
            // (Jeffreys's prior of a Poisson rate): half the square of a normal one.
            let mut hidden = || {
                let z = normal_quantile(0.5 * (1.0 - stream.random::<f64>()));
                z * z / 2.0
            };
            let hidden: Vec<f64> = (0..self.candidates).map(|_| hidden()).collect();
            let cost =
                |index: usize| totals[index] + self.unseen[index] * hidden[self.twins[index]];
            let least = (0..self.candidates).map(cost).fold(f64::INFINITY, f64::min);
            for (index, best) in best.iter_mut().enumerate() {
                *best += u64::from(cost(index) <= least + near);
            }
        }
        furthest.sort_unstable_by(f64::total_cmp);
        let together = value_at(&furthest, confidence).filter(|&far| far > 0.0);
        let share = |&count: &u64| count as f64 / resamples as f64;
        ResampledMeans { best: best.iter().map(share).collect(), together }
    }

    /// The total cost of each candidate in one resample.
    fn totals(&self, stream: &mut Stream) -> Vec<f64> {
        let mut weights = vec![0.0; self.replications];
        for _ in 0..self.replications {
            weights[stream.random_range(0..self.replications)] += 1.0;
        }
        let mut totals = vec![0.0; self.candidates];
        for (costs, weight) in self.costs.chunks_exact(self.candidates).zip(&weights) {
            for (total, cost) in totals.iter_mut().zip(costs) {
                *total += cost * weight;
            }
        }
        totals
    }

    fn differences(&self) -> Differences {
        let rows = || self.costs.chunks_exact(self.candidates);
        let n = self.replications as f64;
        let of = |index: usize| rows().map(move |row| row[index] - row[0]);
        let totals: Vec<f64> =
            (0..self.candidates).map(|index| of(index).fold(0.0, |sum, d| sum + d)).collect();
        let spread = |index: usize| {
            let mean = totals[index] / n;
            let squares = of(index).fold(0.0, |sum, d| sum + (d - mean) * (d - mean));
            libm::sqrt(squares / (n - 1.0) * n)
        };
        let spreads = (0..self.candidates).map(spread).collect();
        Differences { totals, spreads }
    }
}

/// For each candidate, the first from which it differs by the same amount in every replication, such as nothing: unseen
/// losses of one are those of the other, so that what differs by the same in all that were seen is decided. Costs that
/// never change show nothing of going together: only equal ones do.
fn twins(costs: &[&[f64]]) -> Vec<usize> {
    // Sums of money that differ by less do so by their rounding.
    let millionths = |money: f64| libm::round(money * 1e6) as i64;
    let course = |costs: &[f64]| -> Vec<i64> {
        let start = costs.first().copied().unwrap_or(0.0);
        let beyond: Vec<i64> = costs.iter().map(|cost| millionths(cost - start)).collect();
        match beyond.iter().all(|&beyond| beyond == 0) {
            true => vec![millionths(start)],
            false => beyond,
        }
    };
    let mut first: BTreeMap<Vec<i64>, usize> = BTreeMap::new();
    costs
        .iter()
        .enumerate()
        .map(|(index, costs)| *first.entry(course(costs)).or_insert(index))
        .collect()
}

/// Each candidate's cost beyond the first's in all replications.
#[derive(Debug)]
struct Differences {
    totals: Vec<f64>,
    /// The standard deviation of each total.
    spreads: Vec<f64>,
}

impl Differences {
    /// The maximum distance, in standard errors, of a resample's differences from those of the
    /// sample.
    fn furthest(&self, resampled: &[f64]) -> f64 {
        let off = |index: usize| {
            let spread = self.spreads[index];
            let far = (resampled[index] - resampled[0] - self.totals[index]).abs();
            // A difference that is the same in every replication is off only by the rounding of
            // sums.
            if spread > ROUNDING * resampled[0].abs() { far / spread } else { 0.0 }
        };
        (0..resampled.len()).map(off).fold(0.0, f64::max)
    }
}

/// The rounding error of a constant difference of floats, relative to the sums subtracted.
const ROUNDING: f64 = 1e-12;

/// The weight of losses, in replications, from which a sample shows how they vary.
const SHOWN: f64 = 30.0;

/// For each candidate the cost above its median that a replication may bring and that its sample is
/// too small to show; zero if costs above the median are spread over some thirty replications or
/// more.
///
/// Costs x above the median weigh as much as (Σx)²/Σx² equal ones of the size Σx²/Σx (Kish 1965). A
/// candidate whose sample has little such weight may meet, unseen, the worst that any candidate
/// met. Candidates that differ by the same in every replication meet the same losses.
pub fn unseen(costs: &[&[f64]]) -> Vec<f64> {
    let tails: Vec<Tail> = costs.iter().map(|costs| Tail::of(costs)).collect();
    let worst = tails.iter().map(|tail| tail.size).fold(0.0, f64::max);
    let constant = tails.iter().all(|tail| tail.weight == 0.0);
    let hidden = |tail: &Tail| if constant || tail.weight >= SHOWN { 0.0 } else { worst };
    tails.iter().map(hidden).collect()
}

/// Costs above the median.
#[derive(Clone, Copy, Debug)]
struct Tail {
    /// Number of equal losses of the same weight.
    weight: f64,
    /// The size of one of those.
    size: f64,
}

impl Tail {
    fn of(costs: &[f64]) -> Tail {
        let mut sorted = costs.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let Some(median) = value_at(&sorted, 0.5) else { return Tail { weight: 0.0, size: 0.0 } };
        let above = || costs.iter().map(|cost| (cost - median).max(0.0));
        let sum = above().fold(0.0, |sum, x| sum + x);
        let squares = above().fold(0.0, |sum, x| sum + x * x);
        if squares <= 0.0 {
            return Tail { weight: 0.0, size: 0.0 };
        }
        Tail { weight: sum * sum / squares, size: squares / sum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_distr::StandardNormal;

    const PROMISE: Promise = Promise { correct: 0.95, indifference: 1.0, first_stage: 10 };

    /// Costs of candidates with these means: a part shared through a replication's luck, and a part
    /// of their own.
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
        // The same variance of 5 each, once mostly shared and once entirely separate.
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
    fn a_first_stage_that_shows_no_loss_is_not_believed_where_another_candidate_had_one() {
        // The second loses 300 in one replication of 40 and costs 2.5 more on average; the third is
        // constant, but nothing shows for how long.
        let mut lossy = vec![5.0; 10];
        lossy[3] = 305.0;
        let costs = vec![vec![5.0; 10], lossy, vec![6.5; 10]];
        let screening = decide(&costs);
        assert_eq!(screening.left(), [0, 1, 2]);
        assert!(!screening.is_decided());
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

    const STREAMS: Streams = Streams { seed: 1, replication: 0 };

    fn resampled(costs: &[Vec<f64>], near: f64) -> ResampledMeans {
        let costs: Vec<&[f64]> = costs.iter().map(Vec::as_slice).collect();
        Resampling::of(&costs, STREAMS).unwrap().look(2_000, near, 0.95)
    }

    #[test]
    fn a_clear_winner_is_best_in_every_resample_and_a_tie_in_half_of_them() {
        let far = costs(1, &[0.0, 50.0], 1.0, 1.0, 200);
        assert_eq!(resampled(&far, 0.0).best, [1.0, 0.0]);
        // With 200 pairs a to b and the same 200 pairs b to a, either wins half of the resamples.
        let mut even = costs(2, &[0.0, 0.0], 1.0, 1.0, 200);
        let (a, b) = (even[0].clone(), even[1].clone());
        even[0].extend(&b);
        even[1].extend(&a);
        let found = resampled(&even, 0.0).best;
        assert!((found[0] - 0.5).abs() < 0.05, "{found:?}");
        assert_eq!(resampled(&even, 100.0).best, [1.0, 1.0]);
    }

    #[test]
    fn a_loss_that_one_candidate_met_may_wait_for_another_that_did_not() {
        // Both cost 10; the first lost 400 in one replication of 50. The second, one dearer, did not.
        let mut first = vec![10.0; 50];
        first[7] = 410.0;
        let found = resampled(&[first.clone(), vec![11.0; 50]], 0.0);
        assert!((0.05..0.6).contains(&found.best[0]), "{found:?}");
        // A twin of the first meets the same losses.
        assert_eq!(unseen(&[&first, &first, &[11.0; 50]]), [400.0; 3]);
        let twins = resampled(&[first.clone(), first], 0.0);
        assert_eq!(twins.best, [1.0, 1.0]);
    }

    #[test]
    fn a_difference_that_is_the_same_in_every_replication_is_decided() {
        // Both meet one loss in 40; the second costs 0.56 more whatever happens.
        let mut lossy: Vec<f64> = (0..40).map(|r| 40.0 + f64::from(r % 7)).collect();
        lossy[11] += 400.0;
        let dearer: Vec<f64> = lossy.iter().map(|cost| cost + 0.56).collect();
        assert_eq!(resampled(&[lossy.clone(), dearer.clone()], 0.0).best, [1.0, 0.0]);
        assert_eq!(resampled(&[dearer.clone(), lossy.clone()], 0.5).best, [0.0, 1.0]);
        // Within what matters both are as good.
        assert_eq!(resampled(&[lossy.clone(), dearer.clone()], 0.57).best, [1.0, 1.0]);
        // Were it the same but once, it would not be decided.
        let mut once = dearer;
        once[3] -= 0.01;
        assert!(resampled(&[lossy, once], 0.0).best[1] > 0.0);
    }

    #[test]
    fn the_max_t_quantile_is_that_of_as_many_independent_normal_variables() {
        // P(max |Z| ≤ 1.96) of one; of ten with a shared first: Dunnett's two-sided 5 % point, 2.77 at
        // ρ = ½ (Dunnett 1964, infinite degrees of freedom: 2.70 for nine).
        let one = resampled(&costs(3, &[0.0, 0.0], 0.0, 1.0, 2_000), 0.0).together.unwrap();
        assert!((one - 1.96).abs() < 0.1, "{one}");
        let nine = resampled(&costs(4, &[0.0; 10], 0.0, 1.0, 2_000), 0.0).together.unwrap();
        assert!((nine - 2.70).abs() < 0.12, "{nine}");
        // Ten that go together are as one.
        let same = costs(5, &[0.0, 1.0], 0.0, 1.0, 2_000);
        let mut many = vec![same[0].clone()];
        many.extend(vec![same[1].clone(); 9]);
        assert!((resampled(&many, 0.0).together.unwrap() - 1.96).abs() < 0.1);
        assert_eq!(resampled(&[vec![1.0; 9], vec![2.0; 9]], 0.0).together, None);
    }

    #[test]
    fn two_replications_say_nothing_about_who_is_best() {
        assert!(Resampling::of(&[&[1.0, 2.0], &[2.0, 3.0]], STREAMS).is_none());
    }
}
