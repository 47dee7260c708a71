//! The distributions behind intervals: normal, Student's t, binomial, beta, gamma.
//!
//! Based on `libm` instead of the platform's mathematics, so that an interval has the same bytes on
//! every machine. Deliberately absent: densities, samplers, moments.

use std::cell::RefCell;
use std::collections::BTreeMap;

use libm::{erfc, exp, fabs, lgamma, log, log1p, sqrt};

/// The probability that a standard normal variable is at most `z`.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

/// The quantile of the standard normal distribution at probability `p` in (0, 1).
///
/// Abramowitz and Stegun (1964), 26.2.23, to three digits, then Halley's method to full precision.
pub fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        // The upper tail by symmetry: `1 − p` is exact there, while `p` near 1 has few digits left.
        return -normal_quantile(1.0 - p);
    }
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let t = sqrt(-2.0 * log(p));
    let mut z = (2.515_517 + t * (0.802_853 + t * 0.010_328))
        / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)))
        - t;
    for _ in 0..3 {
        let excess = (normal_cdf(z) - p) * sqrt(2.0 * std::f64::consts::PI) * exp(z * z / 2.0);
        z -= excess / (1.0 + z * excess / 2.0);
    }
    z
}

thread_local! {
    /// A cache of Student's t quantiles by the bits of the arguments: a study's report needs the
    /// same few thousands of times.
    static QUANTILES: RefCell<BTreeMap<[u64; 2], f64>> = const { RefCell::new(BTreeMap::new()) };
}

/// Quantiles that are kept.
const KEPT: usize = 1_000;

/// The quantile of Student's t distribution at probability `p` in [0.5, 1), for `degrees` ≥ 1 of
/// freedom.
pub fn t_quantile(p: f64, degrees: f64) -> f64 {
    QUANTILES.with_borrow_mut(|quantiles| {
        if quantiles.len() >= KEPT {
            quantiles.clear();
        }
        *quantiles.entry([p.to_bits(), degrees.to_bits()]).or_insert_with(|| find_t(p, degrees))
    })
}

/// Finds it by bisection of the distribution function.
fn find_t(p: f64, degrees: f64) -> f64 {
    // P(T > t) = ½ I(ν/(ν+t²); ν/2, ½): DLMF 8.17 with Abramowitz and Stegun 26.7.1.
    let beta = Beta::new(degrees / 2.0, 0.5);
    let above = |t: f64| 0.5 * beta.cdf(degrees / (degrees + t * t));
    let tail = 1.0 - p;
    let mut high = 2.0;
    while above(high) > tail && high < 1e12 {
        high *= 2.0;
    }
    bisect(0.0, high, |t| above(t) > tail)
}

/// The probability of at most `successes` in `trials` with success probability `p`.
pub fn binomial_cdf(successes: u64, trials: u64, p: f64) -> f64 {
    if successes >= trials {
        return 1.0;
    }
    // DLMF 8.17.5: the sum of binomial terms as an incomplete beta function.
    beta_cdf(1.0 - p, (trials - successes) as f64, successes as f64 + 1.0)
}

/// The regularised incomplete beta function I(x; a, b): the probability that a beta variable is
/// at most `x`. DLMF 8.17.22, evaluated by Lentz's method.
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    Beta::new(a, b).cdf(x)
}

/// A beta distribution, with what all its probabilities share.
struct Beta {
    a: f64,
    b: f64,
    /// The logarithm of 1 over the beta function of both.
    scale: f64,
}

impl Beta {
    fn new(a: f64, b: f64) -> Beta {
        Beta { a, b, scale: lgamma(a + b) - lgamma(a) - lgamma(b) }
    }

    fn cdf(&self, x: f64) -> f64 {
        let Beta { a, b, scale } = *self;
        if x <= 0.0 {
            return 0.0;
        }
        if x >= 1.0 {
            return 1.0;
        }
        let front = exp(scale + a * log(x) + b * log1p(-x));
        // The fraction converges fast below the mean; above it the complement does.
        if x < (a + 1.0) / (a + b + 2.0) {
            front * beta_fraction(x, a, b) / a
        } else {
            1.0 - front * beta_fraction(1.0 - x, b, a) / b
        }
    }
}

/// The continued fraction of DLMF 8.17.22. It needs about √max(a, b) steps.
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    const LEAST: f64 = 1e-300;
    const STEPS: u32 = 100_000;
    let away_from_zero = |value: f64| if fabs(value) < LEAST { LEAST } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            change = c * d;
            fraction *= change;
        }
        if fabs(change - 1.0) < 1e-15 {
            break;
        }
    }
    fraction
}

/// The probability that a gamma variable of this shape, above zero, and scale one is at most `x`:
/// the regularised incomplete gamma function P(shape, x).
///
/// Uses the series below the mean (DLMF 8.11.4) and the continued fraction of the complement above
/// it (DLMF 8.9.2, evaluated by Lentz's method). Beyond a shape of 10⁵ it uses the Wilson–Hilferty
/// normal approximation (Abramowitz and Stegun 26.4.17), which is exact to seven digits there.
pub fn gamma_cdf(shape: f64, x: f64) -> f64 {
    const WILSON_HILFERTY: f64 = 1e5;
    if x <= 0.0 {
        return 0.0;
    }
    if shape > WILSON_HILFERTY {
        let ninth = 1.0 / (9.0 * shape);
        return normal_cdf((libm::cbrt(x / shape) - 1.0 + ninth) / sqrt(ninth));
    }
    let front = exp(shape * log(x) - x - lgamma(shape));
    if x < shape + 1.0 {
        front * gamma_series(shape, x)
    } else {
        1.0 - front * gamma_fraction(shape, x)
    }
}

/// The sum of DLMF 8.11.4 without its front.
fn gamma_series(shape: f64, x: f64) -> f64 {
    let mut term = 1.0 / shape;
    let mut sum = term;
    let mut step = shape;
    while term > sum * 1e-16 {
        step += 1.0;
        term *= x / step;
        sum += term;
    }
    sum
}

/// The continued fraction of DLMF 8.9.2 without its front. It needs about √shape steps.
fn gamma_fraction(shape: f64, x: f64) -> f64 {
    const LEAST: f64 = 1e-300;
    const STEPS: u32 = 100_000;
    let away_from_zero = |value: f64| if fabs(value) < LEAST { LEAST } else { value };
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / LEAST;
    let mut d = 1.0 / away_from_zero(b);
    let mut fraction = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let a = m * (shape - m);
        b += 2.0;
        d = 1.0 / away_from_zero(a * d + b);
        c = away_from_zero(b + a / c);
        fraction *= c * d;
        if fabs(c * d - 1.0) < 1e-15 {
            break;
        }
    }
    fraction
}

/// The point between `low` and `high` at which `below` turns from true to false.
pub(super) fn bisect(mut low: f64, mut high: f64, below: impl Fn(f64) -> bool) -> f64 {
    // 100 halvings exhaust the digits of any bracket that a quantile has; most need fewer.
    for _ in 0..100 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) { low = middle } else { high = middle }
    }
    low + (high - low) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64, relative: f64) {
        assert!((found - wanted).abs() <= relative * wanted.abs(), "{found} is not {wanted}");
    }

    #[test]
    fn normal_quantiles_are_those_of_the_tables() {
        for (p, z) in [
            (0.975, 1.959_963_984_540_054),
            (0.995, 2.575_829_303_548_901),
            (0.9999, 3.719_016_485_455_709),
            (0.6, 0.253_347_103_135_800),
        ] {
            close(normal_quantile(p), z, 1e-13);
            close(normal_quantile(1.0 - p), -z, 1e-12);
        }
        assert!(normal_quantile(0.5).abs() < 1e-15);
        close(normal_cdf(1.0), 0.841_344_746_068_543, 1e-14);
    }

    #[test]
    fn t_quantiles_are_those_of_the_tables() {
        // NIST/SEMATECH e-Handbook 1.3.6.7.2, and for 1 and 2 degrees the closed forms.
        for (p, degrees, t, relative) in [
            (0.975, 1.0, 12.706_204_736_174_7, 1e-11),
            (0.975, 2.0, 4.302_652_729_749_46, 1e-11),
            (0.975, 4.0, 2.776, 2e-4),
            (0.95, 9.0, 1.833, 2e-4),
            (0.99, 30.0, 2.457, 2e-4),
            (0.975, 100.0, 1.984, 2e-4),
            (0.999, 10.0, 4.143, 2e-4),
        ] {
            close(t_quantile(p, degrees), t, relative);
        }
        close(t_quantile(0.975, 1e7), normal_quantile(0.975), 1e-6);
        assert!(t_quantile(0.5, 7.0).abs() < 1e-12);
    }

    #[test]
    fn a_quantile_asked_again_among_many_is_the_same() {
        let first: Vec<f64> = (1..=30).map(|degrees| t_quantile(0.9, f64::from(degrees))).collect();
        for degrees in 1..=2 * KEPT {
            let (p, degrees) = (0.975, degrees as f64);
            assert_eq!(t_quantile(p, degrees), find_t(p, degrees));
        }
        let again: Vec<f64> = (1..=30).map(|degrees| t_quantile(0.9, f64::from(degrees))).collect();
        assert_eq!(first, again);
    }

    #[test]
    fn binomial_probabilities_are_the_sums_of_their_terms() {
        close(binomial_cdf(3, 10, 0.5), 176.0 / 1024.0, 1e-13);
        close(binomial_cdf(0, 20, 0.05), libm::pow(0.95, 20.0), 1e-12);
        assert_eq!(binomial_cdf(20, 20, 0.05), 1.0);
        for (n, p) in [(7_u64, 0.2), (60, 0.95), (200, 0.5)] {
            let mut term = libm::pow(1.0 - p, n as f64);
            let mut sum = term;
            for k in 0..n {
                close(binomial_cdf(k, n, p), sum, 1e-9);
                term *= (n - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
                sum += term;
            }
        }
    }

    #[test]
    fn gamma_probabilities_are_those_of_closed_forms_and_tables() {
        for x in [0.1, 1.0, 2.5, 30.0] {
            // Shape 1 is the exponential law, shape 3 the sum of three of them.
            close(gamma_cdf(1.0, x), 1.0 - libm::exp(-x), 1e-13);
            let poisson = libm::exp(-x) * (1.0 + x + x * x / 2.0);
            close(gamma_cdf(3.0, x), 1.0 - poisson, 1e-12);
            // Shape ½ is the square of a normal variable, halved.
            let z = libm::sqrt(2.0 * x);
            close(gamma_cdf(0.5, x), normal_cdf(z) - normal_cdf(-z), 1e-12);
        }
        // χ² of 40 degrees at its 97.5 % point, NIST/SEMATECH e-Handbook 1.3.6.7.4.
        close(gamma_cdf(20.0, 59.342 / 2.0), 0.975, 1e-5);
    }

    #[test]
    fn both_ways_to_a_large_gamma_probability_agree() {
        for x in [99_000.0, 99_900.0, 100_000.0, 100_700.0] {
            close(gamma_cdf(100_000.0, x), gamma_cdf(100_000.01, x + 0.01), 1e-5);
        }
    }

    #[test]
    fn large_arguments_still_converge() {
        // Half of a symmetric binomial of an odd number of trials lies below its middle.
        close(binomial_cdf(500_000, 1_000_001, 0.5), 0.5, 1e-7);
    }
}
