//! Intervals for losses that few replications see: refused credits, hours of outage.
//!
//! A mean ± Student's t is too narrow if only three of two hundred replications lost anything, and
//! is no interval at all if none did. Here a total of losses is modelled as a compound Poisson sum,
//! and its limits come from gamma laws with its mean and variance: Fay and Feuer (1997),
//! "Confidence intervals for directly standardized rates", *Statistics in Medicine* 16, 791–801, in
//! the mid-p form of Fay and Kim (2017), *Biometrical Journal* 59, 549–560. The upper limit allows
//! for one more loss, larger than the largest by as much as that exceeds the second (Robson and Whitlock 1964,
//! "Estimation of a truncation point", *Biometrika* 51, 33–39); if none was observed, and no other candidate tells,
//! there is no limit. Deliberately absent: the quantity that is lost.

use super::distribution::{bisect, gamma_cdf, normal_quantile, t_quantile};
use super::estimate::{self, Confidence, Estimate};

/// Number of losses that reveal their size as well as Student's t needs.
const MANY: usize = 30;

/// The mean of losses, none below zero, with its interval; `None` without samples.
///
/// `size` is the size of a loss for samples without any, if other candidates tell. If more than
/// half of the replications lose something, Student's t applies.
pub fn mean(losses: &[f64], size: Option<f64>, confidence: Confidence) -> Option<Estimate> {
    if !is_rare(losses) {
        return estimate::mean(losses, confidence);
    }
    let n = losses.len() as f64;
    let total = LossTotal::of(losses.iter().copied(), losses)?;
    Some(total.estimate(size, confidence, |sum| sum / n))
}

/// The share of `wholes` that is lost over all replications, with its interval: [`mean`] with the
/// residuals about the ratio line (Cochran 1977, 6.13) for its variance. `None` if the wholes sum
/// to zero.
pub fn ratio(
    losses: &[f64],
    wholes: &[f64],
    size: Option<f64>,
    confidence: Confidence,
) -> Option<Estimate> {
    if !is_rare(losses) {
        return estimate::ratio(losses, wholes, confidence);
    }
    let whole: f64 = wholes.iter().fold(0.0, |sum, whole| sum + whole);
    if whole <= 0.0 {
        return None;
    }
    let lost = losses.iter().fold(0.0, |sum, loss| sum + loss);
    let residuals = losses.iter().zip(wholes).map(|(loss, one)| loss - lost / whole * one);
    let total = LossTotal::of(residuals, losses)?;
    Some(total.estimate(size, confidence, |sum| sum / whole))
}

/// The mean of one candidate's losses beyond another's on the same usage and luck, with its
/// interval; `None` without samples.
///
/// If few replications tell them apart, the additional and the saved losses are two rare losses,
/// whose limits are combined by variance recovery (Zou and Donner 2008, *Statistics in Medicine*
/// 27, 1693–1702). Losses that are the same in every replication cancel exactly.
pub fn difference(ours: &[f64], theirs: &[f64], confidence: Confidence) -> Option<Estimate> {
    let part = |sign: f64| -> Vec<f64> {
        ours.iter().zip(theirs).map(|(our, their)| (sign * (our - their)).max(0.0)).collect()
    };
    let (more, less) = (part(1.0), part(-1.0));
    let apart: Vec<f64> = more.iter().zip(&less).map(|(more, less)| more + less).collect();
    if !is_rare(&apart) || apart.iter().all(|&apart| apart == 0.0) {
        return Some(estimate::paired(ours, theirs, confidence)?.difference);
    }
    let largest = apart.iter().copied().fold(0.0, f64::max);
    let mean = |losses: &[f64]| mean(losses, Some(largest), confidence);
    Some(plus(mean(&more)?, mean(&less)?.negated()))
}

/// The sum of two independent estimates, with limits by variance recovery; unresolved if one of
/// theirs is.
pub fn plus(one: Estimate, other: Estimate) -> Estimate {
    let value = one.value + other.value;
    let arm = |limit: Option<f64>, estimate: Estimate| Some(limit? - estimate.value);
    let both = |a: Option<f64>, b: Option<f64>| Some(libm::hypot(a?, b?));
    Estimate {
        value,
        low: both(arm(one.low, one), arm(other.low, other)).map(|arm| value - arm),
        high: both(arm(one.high, one), arm(other.high, other)).map(|arm| value + arm),
    }
}

/// Returns true if no more than half of the replications lost anything.
pub(super) fn is_rare(losses: &[f64]) -> bool {
    let lost = losses.iter().filter(|&&loss| loss > 0.0).count();
    2 * lost <= losses.len()
}

/// The sum of rare losses.
#[derive(Clone, Copy, Debug)]
struct LossTotal {
    sum: f64,
    /// The variance of the sum.
    variance: f64,
    /// Replications that lost anything.
    count: usize,
    /// The largest loss, and the one below it.
    largest: [f64; 2],
}

impl LossTotal {
    /// Builds the total from losses whose scatter is that of `residuals`; `None` without losses.
    fn of(residuals: impl Iterator<Item = f64> + Clone, losses: &[f64]) -> Option<LossTotal> {
        let n = losses.len() as f64;
        if losses.is_empty() {
            return None;
        }
        let mean = residuals.clone().fold(0.0, |sum, one| sum + one) / n;
        let squares = residuals.fold(0.0, |sum, one| sum + (one - mean) * (one - mean));
        let spread = if losses.len() > 1 { n / (n - 1.0) } else { 1.0 };
        Some(LossTotal {
            sum: losses.iter().fold(0.0, |sum, loss| sum + loss),
            variance: squares * spread,
            count: losses.iter().filter(|&&loss| loss > 0.0).count(),
            largest: two_largest(losses),
        })
    }

    /// The sum with its limits, each as what `scaled` makes of it.
    fn estimate(
        self,
        size: Option<f64>,
        confidence: Confidence,
        scaled: impl Fn(f64) -> f64,
    ) -> Estimate {
        let [largest, second] = self.largest;
        let unseen = match self.count {
            0 => size.unwrap_or(0.0),
            1 => largest,
            // How far losses may go beyond the largest, as far as it is beyond the one below it.
            _ => largest + (largest - second),
        };
        let limit = |p: f64| scaled(self.limit(p, unseen, confidence));
        let (low, high) =
            (0.5 - confidence.probability() / 2.0, 0.5 + confidence.probability() / 2.0);
        Estimate {
            value: scaled(self.sum),
            low: Some(limit(low)),
            high: (unseen > 0.0).then(|| limit(high)),
        }
    }

    /// The value below which the sum lies with probability `p`: half by the gamma law of the
    /// observed losses, half by that of one more loss. A few losses estimate their own variance
    /// poorly, so it is widened as Student's t is wider than the normal law.
    fn limit(self, p: f64, unseen: f64, confidence: Confidence) -> f64 {
        let variance = self.variance * few(self.count, confidence);
        let seen = Gamma::new(self.sum, variance);
        let more = Gamma::new(self.sum + unseen, variance + unseen * unseen);
        let below = |sum: f64| 0.5 * (seen.cdf(sum) + more.cdf(sum));
        if below(0.0) >= p {
            return 0.0;
        }
        let mut high = self.sum + unseen;
        while below(high) < p {
            high *= 2.0;
        }
        bisect(0.0, high, |sum| below(sum) < p)
    }
}

fn two_largest(losses: &[f64]) -> [f64; 2] {
    losses.iter().fold([0.0; 2], |[first, second], &loss| match loss {
        loss if loss > first => [loss, first],
        loss => [first, libm::fmax(second, loss)],
    })
}

/// The factor by which the variance of a sum of `count` losses is widened.
fn few(count: usize, confidence: Confidence) -> f64 {
    /// Two losses would widen it 42 times; below this many the unseen loss decides.
    const MOST: f64 = 2.0;
    if !(2..MANY).contains(&count) {
        return 1.0;
    }
    let upper = 0.5 + confidence.probability() / 2.0;
    let wider = t_quantile(upper, count as f64 - 1.0) / normal_quantile(upper);
    (wider * wider).min(MOST)
}

/// A gamma law by its mean and variance; all at zero where the mean is.
#[derive(Clone, Copy, Debug)]
struct Gamma {
    shape: f64,
    scale: f64,
}

impl Gamma {
    fn new(mean: f64, variance: f64) -> Gamma {
        Gamma { shape: mean * mean / variance, scale: variance / mean }
    }

    fn cdf(self, x: f64) -> f64 {
        // Nothing was lost: all of the law lies at zero.
        if self.shape.is_nan() || self.scale.is_nan() {
            return 1.0;
        }
        gamma_cdf(self.shape, x / self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Confidence = Confidence::USUAL;

    fn losses(seen: &[f64], replications: usize) -> Vec<f64> {
        let mut losses = vec![0.0; replications];
        losses[..seen.len()].copy_from_slice(seen);
        losses
    }

    #[test]
    fn what_nobody_met_has_no_upper_limit() {
        let found = mean(&[0.0; 200], None, USUAL).unwrap();
        assert_eq!((found.value, found.low, found.high), (0.0, Some(0.0), None));
    }

    #[test]
    fn what_only_others_met_is_bounded_by_the_rule_of_three() {
        // The mid-p limit of a Poisson count of none: e^(−x) / 2 = 0.025 at x = 2.9957.
        let found = mean(&[0.0; 200], Some(50.0), USUAL).unwrap();
        assert_eq!(found.low, Some(0.0));
        assert!((found.high.unwrap() - 2.9957 * 50.0 / 200.0).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn losses_of_one_size_have_the_limits_of_a_poisson_count() {
        // Mid-p limits of a count of 10: 5.08 and 17.82 (Cohen and Yang 1994), times 2 over 10,000.
        // The t quantile of nine degrees widens both.
        let found = mean(&losses(&[2.0; 10], 10_000), None, USUAL).unwrap();
        let (low, high) = (found.low.unwrap() * 5_000.0, found.high.unwrap() * 5_000.0);
        assert!((4.0..=5.1).contains(&low) && (17.8..=19.6).contains(&high), "{low} {high}");
        let found = mean(&losses(&[2.0; 100], 10_000), None, USUAL).unwrap();
        let (low, high) = (found.low.unwrap() * 5_000.0, found.high.unwrap() * 5_000.0);
        // For a count of 100: 81.8 and 121.1.
        assert!((low - 81.8).abs() < 0.5 && (high - 121.1).abs() < 0.7, "{low} {high}");
    }

    #[test]
    fn frequent_losses_have_students_interval() {
        let often: Vec<f64> = (0..100).map(|n| f64::from(n % 5)).collect();
        assert_eq!(mean(&often, None, USUAL), estimate::mean(&often, USUAL));
    }

    #[test]
    fn a_share_of_a_constant_whole_is_the_mean_over_it() {
        let lost = losses(&[3.0, 9.0, 5.0], 100);
        let share = ratio(&lost, &[1_000.0; 100], Some(20.0), USUAL).unwrap();
        let alone = mean(&lost, Some(20.0), USUAL).unwrap();
        let close = |one: f64, other: f64| assert!((one * 1_000.0 - other).abs() < 1e-9 * other);
        close(share.value, alone.value);
        close(share.low.unwrap(), alone.low.unwrap());
        close(share.high.unwrap(), alone.high.unwrap());
        assert_eq!(ratio(&lost, &[0.0; 100], None, USUAL), None);
    }

    #[test]
    fn a_rare_difference_is_wider_on_the_side_where_it_was_seen() {
        let (ours, theirs) = (losses(&[40.0, 60.0, 50.0], 200), vec![0.0; 200]);
        let found = difference(&ours, &theirs, USUAL).unwrap();
        assert_eq!(found.value, 0.75);
        let (low, high) = (found.low.unwrap(), found.high.unwrap());
        assert!(found.value - low < high - found.value, "{found:?}");
        let other = difference(&theirs, &ours, USUAL).unwrap();
        assert_eq!((other.low, other.high), (Some(-high), Some(-low)));
        let same = difference(&ours, &ours, USUAL).unwrap();
        assert_eq!((same.low, same.high), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn nothing_is_known_of_no_replication() {
        assert_eq!(mean(&[], Some(1.0), USUAL), None);
    }

    #[test]
    fn the_interval_covers_rare_losses_as_often_as_it_says() {
        // One replication in 100 loses an exponential amount of mean one; 400 studies of 2,000.
        use crate::streams::{Purpose, Streams};
        use rand::RngExt;
        let covers = |seed: &u64| {
            let mut stream = Streams { seed: *seed, replication: 0 }.at(Purpose::Amounts, 0);
            let mut draw = || -> f64 { stream.random() };
            let one = |_| if draw() < 0.01 { -libm::log(1.0 - draw()) } else { 0.0 };
            let sample: Vec<f64> = (0..2_000).map(one).collect();
            mean(&sample, None, USUAL).unwrap().allows(0.01)
        };
        let covered = (0..400).filter(covers).count();
        assert!((372..=394).contains(&covered), "{covered} of 400");
    }
}
