//! Estimates from replications, none without its interval.
//!
//! Replications are independent of each other; the parts of one replication (its cycles, its
//! outages) are not, and the estimators that use them take the number of cycles per replication.
//! All sums run in the order of the replications, so an estimate never depends on the order of
//! computation. Deliberately absent: the quantities estimated and their meaning.

use schemars::JsonSchema;
use serde::Serialize;

use super::distribution::{binomial_cdf, normal_quantile, t_quantile};

/// The probability with which an interval covers what it estimates, above 0 and below 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// 95 %, unless the user sets another.
    pub const USUAL: Confidence = Confidence(0.95);

    /// Converts from a probability; `None` outside (0, 1).
    pub fn new(probability: f64) -> Option<Confidence> {
        (probability > 0.0 && probability < 1.0).then_some(Confidence(probability))
    }

    /// Returns the probability.
    pub fn probability(self) -> f64 {
        self.0
    }

    /// The probability below the upper limit of a two-sided interval: 0.975 for 95 %.
    fn upper(self) -> f64 {
        0.5 + self.0 / 2.0
    }

    /// The probability below its lower limit.
    fn lower(self) -> f64 {
        0.5 - self.0 / 2.0
    }

    fn z(self) -> f64 {
        normal_quantile(self.upper())
    }

    fn t(self, degrees: usize) -> f64 {
        t_quantile(self.upper(), degrees as f64)
    }
}

/// A value with its interval. A limit that the sample is too small to resolve is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// The lower limit of the interval.
    pub low: Option<f64>,
    /// The upper limit of the interval.
    pub high: Option<f64>,
}

impl Estimate {
    /// A value ± a half-width; without a half-width it has no interval.
    fn around(value: f64, half_width: Option<f64>) -> Estimate {
        Estimate {
            value,
            low: half_width.map(|half| value - half),
            high: half_width.map(|half| value + half),
        }
    }

    /// The same difference the other way round.
    pub fn negated(self) -> Estimate {
        // Nothing has no sign.
        let negative = |limit: Option<f64>| limit.map(|limit| 0.0 - limit);
        Estimate { value: 0.0 - self.value, low: negative(self.high), high: negative(self.low) }
    }

    /// A value known exactly.
    pub fn certain(value: f64) -> Estimate {
        Estimate::around(value, Some(0.0))
    }

    /// The estimate of what is left to 1.
    pub(super) fn complement(self) -> Estimate {
        let rest = |share: f64| 1.0 - share;
        Estimate { value: rest(self.value), low: self.high.map(rest), high: self.low.map(rest) }
    }

    /// Half the length of the interval, where both limits are resolved.
    pub fn half_width(&self) -> Option<f64> {
        Some((self.high? - self.low?) / 2.0)
    }

    /// Returns true if a value may be the true one: no resolved limit excludes it.
    pub fn allows(&self, value: f64) -> bool {
        self.low.is_none_or(|low| low <= value) && self.high.is_none_or(|high| value <= high)
    }

    /// The same with limits no lower than `least` and no higher than `most`.
    pub(super) fn within(self, least: f64, most: f64) -> Estimate {
        let cut = |limit: f64| limit.clamp(least, most);
        Estimate { value: self.value, low: self.low.map(cut), high: self.high.map(cut) }
    }
}

/// The sum, in order.
fn total(samples: &[f64]) -> f64 {
    samples.iter().fold(0.0, |sum, sample| sum + sample)
}

/// Mean and variance (over n − 1), in two passes. The variance of a single sample is unknown.
fn moments(samples: &[f64]) -> Option<(f64, Option<f64>)> {
    let n = samples.len();
    if n == 0 {
        return None;
    }
    let mean = total(samples) / n as f64;
    let squares = samples.iter().fold(0.0, |sum, sample| sum + (sample - mean) * (sample - mean));
    Some((mean, (n > 1).then(|| squares / (n - 1) as f64)))
}

/// The mean of independent samples with Student's t interval; `None` without samples. Exact for
/// normal samples and, by the central limit theorem, nearly so for many others.
pub fn mean(samples: &[f64], confidence: Confidence) -> Option<Estimate> {
    let (mean, variance) = moments(samples)?;
    let n = samples.len();
    let half = variance.map(|v| confidence.t(n - 1) * libm::sqrt(v / n as f64));
    Some(Estimate::around(mean, half))
}

/// The ratio of two means, such as credits served to credits demanded, over paired samples.
///
/// The interval comes from the delta method: residuals about the ratio line, with n − 1 degrees of
/// freedom (Cochran, *Sampling Techniques*, 3rd ed. 1977, 2.11 and 6.13). This is not the mean of
/// each replication's ratio, which stays biased however many replications there are. `None` if
/// there are no samples or the wholes sum to zero.
pub fn ratio(parts: &[f64], wholes: &[f64], confidence: Confidence) -> Option<Estimate> {
    let n = parts.len().min(wholes.len());
    let (parts, wholes) = (&parts[..n], &wholes[..n]);
    let whole = total(wholes);
    if n == 0 || whole == 0.0 {
        return None;
    }
    let ratio = total(parts) / whole;
    let half = ratio_variance(parts, wholes, ratio)
        .map(|variance| confidence.t(n - 1) * libm::sqrt(variance));
    Some(Estimate::around(ratio, half))
}

/// The variance of the ratio of two totals.
fn ratio_variance(parts: &[f64], wholes: &[f64], ratio: f64) -> Option<f64> {
    let n = parts.len() as f64;
    let squares = parts.iter().zip(wholes).fold(0.0, |sum, (part, whole)| {
        let residual = part - ratio * whole;
        sum + residual * residual
    });
    let mean = total(wholes) / n;
    (n > 1.0).then(|| squares / (n * (n - 1.0) * mean * mean))
}

/// A proportion of independent trials with Wilson's score interval; `None` without trials.
///
/// Wilson rather than Clopper–Pearson: its coverage is near the nominal one on average, while
/// Clopper–Pearson's exceeds it for every p, at the price of wider intervals (Brown, Cai and
/// DasGupta 2001, who recommend Wilson for small samples). Wilson (1927), JASA 22, 209–212.
pub fn proportion(successes: u64, trials: u64, confidence: Confidence) -> Option<Estimate> {
    if trials == 0 {
        return None;
    }
    let share = successes.min(trials) as f64 / trials as f64;
    Some(wilson(share, trials as f64, confidence))
}

fn wilson(share: f64, trials: f64, confidence: Confidence) -> Estimate {
    let z = confidence.z();
    let shrink = 1.0 + z * z / trials;
    let centre = (share + z * z / (2.0 * trials)) / shrink;
    let spread = share * (1.0 - share) / trials + z * z / (4.0 * trials * trials);
    let half = z * libm::sqrt(spread) / shrink;
    // At 0 and 1 the nearer limit is exact; rounding would miss it.
    let low = if share == 0.0 { 0.0 } else { centre - half };
    let high = if share == 1.0 { 1.0 } else { centre + half };
    Estimate { value: share, low: Some(low), high: Some(high) }.within(0.0, 1.0)
}

/// The share of cycles in which something happens, from its count in each replication of `cycles`
/// cycles. The cycles of one replication are correlated, so they are worth fewer independent
/// trials: Wilson's interval with the effective sample size of Korn and Graubard (1998), *Survey
/// Methodology* 24, 193–201. If it happened in none or all of the cycles, each replication counts
/// as one trial.
pub fn share_of_cycles(counts: &[f64], cycles: f64, confidence: Confidence) -> Option<Estimate> {
    let n = counts.len();
    if n == 0 || cycles <= 0.0 {
        return None;
    }
    let share = total(counts) / (n as f64 * cycles);
    Some(wilson(share, effective_trials(counts, cycles, share, confidence), confidence))
}

/// The number of independent trials that carry as much information about a share as `counts` of
/// `cycles` each.
fn effective_trials(counts: &[f64], cycles: f64, share: f64, confidence: Confidence) -> f64 {
    let n = counts.len();
    let all = n as f64 * cycles;
    let binomial = share * (1.0 - share);
    if n < 2 || binomial <= 0.0 {
        return n as f64;
    }
    let wholes = vec![cycles; n];
    let variance = ratio_variance(counts, &wholes, share).unwrap_or(0.0);
    if variance <= 0.0 {
        return all;
    }
    // Korn and Graubard's correction: the variance itself is estimated, with n − 1 degrees.
    let known = confidence.z() / confidence.t(n - 1);
    (binomial / variance * known * known).clamp(1.0, all)
}

/// The quantile `p` of independent samples with an interval from order statistics, whatever their
/// distribution; `None` without samples.
///
/// The value is one that occurred: that of R (`type = 1`) and NumPy (`inverted_cdf`), type 1 of Hyndman and Fan (1996), so
/// a file of samples can be checked with any of them. A limit is `None` if
/// even the outermost sample does not reach the confidence: bounding a p99 above at 95 % takes 368
/// samples.
pub fn quantile(samples: &[f64], p: f64, confidence: Confidence) -> Option<Estimate> {
    quantile_of_cycles(samples, 1, p, confidence)
}

/// The quantile `p` over all cycles, from replications of `cycles` values each, one after another.
/// For several quantiles, [`OverCycles`] sorts only once.
pub fn quantile_of_cycles(
    samples: &[f64],
    cycles: usize,
    p: f64,
    confidence: Confidence,
) -> Option<Estimate> {
    OverCycles::new(samples, cycles).quantile(p, confidence)
}

/// Values of all cycles, sorted for quantiles.
#[derive(Clone, Debug)]
pub struct OverCycles<'s> {
    samples: &'s [f64],
    cycles: usize,
    sorted: Vec<f64>,
}

impl OverCycles<'_> {
    /// Takes replications of `cycles` values each, one after another.
    pub fn new(samples: &[f64], cycles: usize) -> OverCycles<'_> {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        OverCycles { samples, cycles, sorted }
    }

    /// The quantile `p` with its interval; `None` without samples.
    ///
    /// The interval inverts the test of the share of values below a point, following Woodruff
    /// (1952), JASA 47, 635–646, with the effective number of independent values for that share
    /// (Korn and Graubard 1998). With one value per replication it is the order-statistic interval
    /// of [`quantile`].
    pub fn quantile(&self, p: f64, confidence: Confidence) -> Option<Estimate> {
        let OverCycles { samples, cycles, sorted } = self;
        let value = value_at(sorted, p)?;
        let n = sorted.len() as f64;
        let worth = match *cycles {
            0 | 1 => n,
            _ => {
                let below: Vec<f64> = samples
                    .chunks(*cycles)
                    .map(|cycle| cycle.iter().filter(|&&sample| sample <= value).count() as f64)
                    .collect();
                let share = total(&below) / n;
                libm::floor(effective_trials(&below, *cycles as f64, share, confidence))
            }
        };
        let limit = |reached: f64| {
            let rank = limit_rank(worth as u64, p, reached)?;
            at_rank(sorted, rank * (n + 1.0) / (worth + 1.0))
        };
        Some(Estimate { value, low: limit(confidence.lower()), high: limit(confidence.upper()) })
    }
}

/// The quantile `p` of ascending samples: the smallest of them that a share `p` of all stay at or below, and so a value that
/// occurred.
pub fn value_at(sorted: &[f64], p: f64) -> Option<f64> {
    /// What a product of floats may be above the whole number that it stands for.
    const ROUNDING: f64 = 1e-9;
    let rank = libm::ceil(p * sorted.len() as f64 - ROUNDING).max(1.0) as usize;
    sorted.get(rank - 1).copied()
}

/// The value at a rank that counts from 1 and may lie between two samples.
fn at_rank(sorted: &[f64], rank: f64) -> Option<f64> {
    let index = libm::floor(rank) as usize;
    let low = *sorted.get(index.checked_sub(1)?)?;
    let between = rank - index as f64;
    if between <= 0.0 {
        return Some(low);
    }
    let high = *sorted.get(index)?;
    Some(low + between * (high - low))
}

/// The rank among `n` samples below which the quantile `p` lies with probability `reached`; `None`
/// if it is outside the samples.
///
/// With B samples at or below the quantile, B binomial, the quantile is below the r-th sample if B
/// < r. Between two ranks the probability is interpolated following Nyblom (1992), *Statistics &
/// Probability Letters* 14, 129–131, which for the median is Hettmansperger and Sheather (1986); it
/// is exact if the density falls off exponentially on both sides and close for any smooth one.
fn limit_rank(n: u64, p: f64, reached: f64) -> Option<f64> {
    let below = |rank: u64| if rank == 0 { 0.0 } else { binomial_cdf(rank - 1, n, p) };
    let (mut low, mut high) = (0, n + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if below(middle) <= reached { low = middle } else { high = middle }
    }
    let rank = low;
    if rank == 0 || rank >= n {
        return None;
    }
    let (here, next) = (below(rank), below(rank + 1));
    let part = (reached - here) / (next - here);
    let (r, n) = (rank as f64, n as f64);
    let up = (n - r) * p * part;
    let down = r * (1.0 - p) * (1.0 - part);
    Some(r + up / (up + down))
}

/// Number of independent samples that resolve both limits of the interval of quantile `p`.
pub fn samples_for_quantile(p: f64, confidence: Confidence) -> u64 {
    let outer = p.max(1.0 - p);
    if outer >= 1.0 {
        return u64::MAX;
    }
    // All n samples lie on one side of the quantile with probability outerⁿ.
    libm::floor(libm::log(confidence.lower()) / libm::log(outer)) as u64 + 1
}

/// The difference between two candidates that met the same usage and the same luck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// The mean of the differences, with its interval.
    pub difference: Estimate,
    /// The variance of the difference had the two been independent ÷ its actual variance: how many
    /// times as many replications independent luck would have taken. Above 1; `None` with fewer
    /// than two replications, if the difference is the same in all of them up to the rounding of
    /// floats, and if the shared luck saves nothing.
    pub variance_reduction: Option<f64>,
}

/// The rounding error of a constant difference of floats, relative to the values subtracted: some
/// thousand roundings of the last bit.
const ROUNDING: f64 = 1e-12;

/// `ours` less `theirs`, replication by replication. The interval is Student's t over the
/// differences (Law, *Simulation Modeling and Analysis*, 5th ed. 2015, 10.2.1 and 11.2).
pub fn paired(ours: &[f64], theirs: &[f64], confidence: Confidence) -> Option<Paired> {
    let differences: Vec<f64> = ours.iter().zip(theirs).map(|(our, their)| our - their).collect();
    let n = differences.len();
    let variance = |samples: &[f64]| moments(&samples[..n]).and_then(|(_, variance)| variance);
    let apart = variance(ours).zip(variance(theirs)).map(|(our, their)| our + their);
    let size = ours.iter().chain(theirs).fold(0.0, |size: f64, value| size.max(value.abs()));
    let seen = |&variance: &f64| libm::sqrt(variance) > ROUNDING * size;
    let together = variance(&differences).filter(seen);
    let reduction = apart.zip(together).map(|(apart, together)| apart / together);
    Some(Paired {
        difference: mean(&differences, confidence)?,
        variance_reduction: reduction.filter(|&reduction| reduction > 1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Confidence = Confidence::USUAL;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-4 * (1.0 + wanted.abs()), "{found} is not {wanted}");
    }

    fn limits(estimate: Estimate) -> (f64, f64) {
        (estimate.low.unwrap(), estimate.high.unwrap())
    }

    #[test]
    fn a_mean_has_the_t_interval_of_the_textbook() {
        // Law (2015), example 4.26: ten samples, mean 1.34, variance 0.17, 90 % interval 1.34 ± 0.24.
        let samples = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09];
        let estimate = mean(&samples, Confidence::new(0.9).unwrap()).unwrap();
        assert!((estimate.value - 1.34).abs() < 0.005);
        assert!((estimate.half_width().unwrap() - 0.24).abs() < 0.005);
    }

    #[test]
    fn one_sample_has_no_interval_and_none_no_estimate() {
        let one = mean(&[3.0], USUAL).unwrap();
        assert_eq!((one.value, one.low, one.high), (3.0, None, None));
        assert_eq!(mean(&[], USUAL), None);
        assert_eq!(ratio(&[1.0], &[0.0], USUAL), None);
        assert_eq!(proportion(0, 0, USUAL), None);
        assert_eq!(quantile(&[], 0.5, USUAL), None);
        assert_eq!(share_of_cycles(&[], 12.0, USUAL), None);
        assert_eq!(paired(&[], &[], USUAL), None);
    }

    #[test]
    fn the_wilson_interval_is_the_published_one() {
        // Newcombe (1998), Statistics in Medicine 17, 857–872, table I, method 3.
        for (successes, trials, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let (found_low, found_high) = limits(proportion(successes, trials, USUAL).unwrap());
            assert!((found_low - low).abs() < 5e-5, "{successes}/{trials}: {found_low}");
            assert!((found_high - high).abs() < 5e-5, "{successes}/{trials}: {found_high}");
        }
        assert_eq!(proportion(20, 20, USUAL).unwrap().high, Some(1.0));
    }

    #[test]
    fn cycles_that_go_together_are_worth_fewer_trials() {
        // Ten replications of twelve cycles: the same 12 hits, spread evenly or all in one.
        let spread: Vec<f64> = (0..10).map(|i| if i < 2 { 2.0 } else { 1.0 }).collect();
        let together: Vec<f64> = (0..10).map(|i| if i == 0 { 12.0 } else { 0.0 }).collect();
        let width =
            |counts: &[f64]| share_of_cycles(counts, 12.0, USUAL).unwrap().half_width().unwrap();
        assert_eq!(total(&spread), total(&together));
        assert!(width(&together) > 2.0 * width(&spread));
    }

    #[test]
    fn what_never_happened_is_bounded_by_the_number_of_replications() {
        let none = share_of_cycles(&[0.0; 20], 12.0, USUAL).unwrap();
        close(none.high.unwrap(), 0.1611);
        assert_eq!(none.low, Some(0.0));
    }

    #[test]
    fn independent_trials_make_the_share_of_cycles_nearly_the_plain_proportion() {
        let counts: Vec<f64> = (0..1_000).map(|i| f64::from(i % 4 == 0)).collect();
        let (low, high) = limits(share_of_cycles(&counts, 1.0, USUAL).unwrap());
        let (plain_low, plain_high) = limits(proportion(250, 1_000, USUAL).unwrap());
        assert!((low - plain_low).abs() < 2e-4 && (high - plain_high).abs() < 2e-4);
    }

    #[test]
    fn a_ratio_is_the_ratio_of_totals_and_exact_when_all_agree() {
        let estimate = ratio(&[1.0, 2.0, 4.5], &[2.0, 4.0, 9.0], USUAL).unwrap();
        assert_eq!((estimate.value, estimate.low, estimate.high), (0.5, Some(0.5), Some(0.5)));
        // By hand: R = 6/12, residuals ½, −½, 0; variance ½ / (3·2·16); t₂ = 4.3027.
        let estimate = ratio(&[2.5, 1.5, 2.0], &[4.0, 4.0, 4.0], USUAL).unwrap();
        close(estimate.half_width().unwrap(), 4.302_65 * (0.5_f64 / 96.0).sqrt());
    }

    #[test]
    fn a_quantile_is_the_smallest_sample_that_the_share_stays_at_or_below() {
        let samples: Vec<f64> = (1..=11).rev().map(f64::from).collect();
        for (p, value) in [(0.0, 1.0), (0.5, 6.0), (0.95, 11.0), (1.0, 11.0), (0.25, 3.0)] {
            close(quantile(&samples, p, USUAL).unwrap().value, value);
        }
        // By counting, of every size, on both sides of a whole number of samples.
        for n in 1..200_usize {
            let samples: Vec<f64> = (0..n).map(|i| (i * i) as f64).collect();
            for percent in [1, 5, 10, 50, 80, 90, 95, 99] {
                let found = value_at(&samples, percent as f64 / 100.0).unwrap();
                let enough = |&&limit: &&f64| {
                    samples.iter().filter(|&&one| one <= limit).count() * 100 >= percent * n
                };
                assert_eq!(Some(&found), samples.iter().find(enough), "{percent} of {n}");
            }
        }
    }

    #[test]
    fn a_quantile_of_few_is_no_value_between_two_that_occurred() {
        let mut spend = [0.0; 20];
        spend[19] = 19.0;
        for (p, value) in [(0.5, 0.0), (0.95, 0.0), (0.99, 19.0)] {
            assert_eq!(quantile(&spend, p, USUAL).unwrap().value, value);
        }
    }

    #[test]
    fn the_interval_of_the_median_interpolates_between_order_statistics() {
        // Ten samples: P(X(2) < median < X(9)) = 0.9785 and P(X(3) < median < X(8)) = 0.8906 (Conover,
        // Practical Nonparametric Statistics, 3rd ed. 1999, table A3). Hettmansperger and Sheather:
        // I = (0.9785 − 0.95)/(0.9785 − 0.8906) = 0.325, λ = 8·I/(2 + 6·I) = 0.658.
        let samples: Vec<f64> = (1..=10).map(f64::from).collect();
        let (low, high) = limits(quantile(&samples, 0.5, USUAL).unwrap());
        assert!((low - 2.658).abs() < 0.002, "{low}");
        assert!((high - 8.342).abs() < 0.002, "{high}");
    }

    #[test]
    fn a_quantile_that_the_sample_cannot_bound_is_not_resolved() {
        let samples = |n: u64| -> Vec<f64> { (0..n).map(|i| i as f64).collect() };
        for p in [0.5, 0.05, 0.95, 0.99] {
            let enough = samples_for_quantile(p, USUAL);
            let resolved = quantile(&samples(enough), p, USUAL).unwrap();
            let short = quantile(&samples(enough - 1), p, USUAL).unwrap();
            assert!(resolved.low.is_some() && resolved.high.is_some(), "{p}: {enough}");
            assert!(short.low.is_none() || short.high.is_none(), "{p}: {enough}");
        }
        assert_eq!(samples_for_quantile(0.95, USUAL), 72);
        assert_eq!(samples_for_quantile(0.99, USUAL), 368);
    }

    #[test]
    fn a_quantile_over_cycles_that_go_together_has_the_wider_interval() {
        let apart: Vec<f64> = (0..600_i32).map(|i| f64::from((i * 7_919) % 600)).collect();
        let together: Vec<f64> = (0..600_i32).map(|i| f64::from((i / 12 * 37) % 50)).collect();
        let half = |samples: &[f64], cycles| {
            let estimate = quantile_of_cycles(samples, cycles, 0.5, USUAL).unwrap();
            estimate.half_width().unwrap() / 600.0
        };
        assert!(half(&together, 12) * 12.0 > 2.0 * half(&apart, 12));
        let single = quantile_of_cycles(&apart, 1, 0.9, USUAL);
        assert_eq!(single, quantile(&apart, 0.9, USUAL));
    }

    #[test]
    fn common_luck_reduces_the_variance_of_a_difference() {
        let theirs = [10.0, 14.0, 9.0, 17.0, 12.0];
        let ours = [11.0, 15.0, 10.5, 18.0, 13.0];
        let found = paired(&ours, &theirs, USUAL).unwrap();
        close(found.difference.value, 1.1);
        // Variances 10.3 and 9.5 apart, 0.05 together.
        close(found.variance_reduction.unwrap(), (10.3 + 9.5) / 0.05);
        assert!(!found.difference.allows(0.0));
        let same = paired(&theirs, &theirs, USUAL).unwrap();
        assert_eq!((same.difference.value, same.variance_reduction), (0.0, None));
        assert!(same.difference.allows(0.0));
    }

    #[test]
    fn a_difference_that_varies_only_by_rounding_has_no_variance_to_divide_by() {
        let theirs: Vec<f64> = (0..20_i32).map(|i| 54.9 + f64::from(i) / 3.0).collect();
        let beside = |size: f64| -> Vec<f64> {
            let odd = |i: usize| if i.is_multiple_of(2) { size } else { 0.0 };
            theirs.iter().enumerate().map(|(i, value)| value - 1.1 + odd(i)).collect()
        };
        let reduction = |ours: &[f64]| paired(ours, &theirs, USUAL).unwrap().variance_reduction;
        // No two differences are equal, but they differ by less than any money.
        assert!(theirs.iter().any(|value| (value - 1.1) - value != -1.1));
        assert_eq!(reduction(&beside(0.0)), None);
        assert_eq!(reduction(&beside(1e-11)), None);
        assert!(reduction(&beside(1e-9)).unwrap() > 1e9);
    }

    #[test]
    fn luck_that_spares_nothing_has_no_factor() {
        let rising = [1.0, 2.0, 3.0, 4.0];
        let reduction = |theirs: &[f64]| paired(&rising, theirs, USUAL).unwrap().variance_reduction;
        // Opposite luck doubles the variance; constant costs leave it as it is.
        assert_eq!(reduction(&[4.0, 3.0, 2.0, 1.0]), None);
        assert_eq!(reduction(&[2.0; 4]), None);
        // Variances 5/3 and 5/3 apart, 4/3 together.
        close(reduction(&[2.0, 1.0, 4.0, 3.0]).unwrap(), 2.5);
    }
}
