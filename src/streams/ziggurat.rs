//! Draws from a density that falls from its peak at 0: an exponential gap, a normal deviate.
//!
//! Deliberately absent: the platform's mathematics. Only `libm` and operations that IEEE 754
//! rounds exactly are used, so that the same bits give the same draws everywhere.

use std::sync::LazyLock;

use rand::Rng;

use super::Stream;

/// Layers of a ziggurat.
const LAYERS: usize = 256;
/// The spacing of the numbers in `[0, 1)` made from the upper 53 bits of a word.
const STEP: f64 = 1.0 / (1_u64 << 53) as f64;

/// A density that falls from its peak at 0, cut into layers of equal area (Marsaglia and Tsang
/// 2000, *The Ziggurat Method for Generating Random Variables*): draws are exact and usually cost
/// one multiplication.
#[derive(Debug)]
struct Ziggurat {
    /// The right edge of each layer from the lowest up, then 0.
    edges: [f64; LAYERS + 1],
    /// The edges in steps of a draw's bits: [`STEP`] times as much.
    widths: [f64; LAYERS + 1],
    /// The density at each edge, up to a factor.
    heights: [f64; LAYERS + 1],
    law: &'static Falling,
}

impl Ziggurat {
    /// Builds layers of this area; the lowest ends at `last`.
    fn new(last: f64, area: f64, law: &'static Falling) -> Ziggurat {
        let mut edges = [0.0; LAYERS + 1];
        // The lowest layer is as wide as its area, tail included, divided by its height.
        edges[0] = area / (law.density)(last);
        edges[1] = last;
        for layer in 2..LAYERS {
            let below: f64 = edges[layer - 1];
            edges[layer] = (law.inverse)(area / below + (law.density)(below));
        }
        Ziggurat {
            edges,
            widths: edges.map(|edge| edge * STEP),
            heights: edges.map(law.density),
            law,
        }
    }

    /// The next draw, non-negative and finite, and the word it was made from, whose bits 8 to 10
    /// are unused.
    #[inline]
    fn next(&self, stream: &mut Stream) -> (f64, u64) {
        let bits = stream.next_u64();
        // The layer and the place in it use separate bits.
        let layer = usize::from((bits & 0xff) as u8);
        let x = (bits >> 11) as f64 * self.widths[layer];
        if x < self.edges[layer + 1] {
            return (x, bits);
        }
        // A copy is passed, so that a loop may keep the stream itself in registers.
        let mut aside = stream.clone();
        let drawn = self.beyond(layer, x, bits, &mut aside);
        *stream = aside;
        drawn
    }

    /// The rare cases: the tail below the lowest layer, and the corners of the others.
    #[cold]
    fn beyond(&self, layer: usize, x: f64, bits: u64, stream: &mut Stream) -> (f64, u64) {
        if layer == 0 {
            return ((self.law.tail)(stream), bits);
        }
        let (low, high) = (self.heights[layer], self.heights[layer + 1]);
        let y = low + above_zero(stream.next_u64()) * (high - low);
        let fall = (self.law.fall)(self.edges[layer + 1], x);
        if below(y / high, fall) { (x, bits) } else { self.next(stream) }
    }
}

/// Returns true if `part` is below e to the power of −`fall`, where `fall` is at least 0. The first
/// terms of the series bound it from both sides and usually decide.
pub(super) fn below(part: f64, fall: f64) -> bool {
    let least = 1.0 - fall;
    if part < least {
        return true;
    }
    part < least + 0.5 * fall * fall && part < libm::exp(-fall)
}

/// A density that falls from its peak at 0.
#[derive(Debug)]
struct Falling {
    density: fn(f64) -> f64,
    inverse: fn(f64) -> f64,
    /// The drop of the density's logarithm from one place to another.
    fall: fn(f64, f64) -> f64,
    /// A draw from beyond the edge of the lowest layer.
    tail: fn(&mut Stream) -> f64,
}

/// The end of the lowest of 256 layers of the exponential law, and the area of each (§3 of the
/// paper).
const LAST: f64 = 7.697_117_470_131_05;
const AREA: f64 = 0.003_949_659_822_581_572;

static EXPONENTIAL: LazyLock<Ziggurat> = LazyLock::new(|| {
    const LAW: Falling = Falling {
        density: |x| libm::exp(-x),
        inverse: |y| -libm::log(y),
        fall: |from, to| to - from,
        // The law has no memory: the tail is the law again, moved.
        tail: |stream| LAST - libm::log(above_zero(stream.next_u64())),
    };
    Ziggurat::new(LAST, AREA, &LAW)
});

/// The same of the upper half of the normal law.
const LAST_NORMAL: f64 = 3.654_152_885_361_009;
const AREA_NORMAL: f64 = 0.004_928_673_233_974_655;

static NORMAL: LazyLock<Ziggurat> = LazyLock::new(|| {
    const LAW: Falling = Falling {
        density: |x| libm::exp(-0.5 * x * x),
        inverse: |y| (-2.0 * libm::log(y)).sqrt(),
        fall: |from, to| 0.5 * (to - from) * (to + from),
        tail: |stream| normal_above(LAST_NORMAL, stream),
    };
    Ziggurat::new(LAST_NORMAL, AREA_NORMAL, &LAW)
});

/// A draw of the normal law given that it exceeds `from`, which is above 0 (Marsaglia 1964). The
/// larger `from`, the fewer attempts it takes; at most four thirds on average from 1.5 on.
pub(crate) fn normal_above(from: f64, stream: &mut Stream) -> f64 {
    loop {
        let beyond = -libm::log(above_zero(stream.next_u64())) / from;
        let height = -libm::log(above_zero(stream.next_u64()));
        if 2.0 * height > beyond * beyond {
            return from + beyond;
        }
    }
}

/// Exponential draws of mean one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exponential(&'static Ziggurat);

impl Exponential {
    pub(crate) fn new() -> Exponential {
        Exponential(&EXPONENTIAL)
    }

    /// The next draw, from 0 to finite.
    #[inline]
    pub(crate) fn next(self, stream: &mut Stream) -> f64 {
        self.0.next(stream).0
    }
}

/// Standard normal draws.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Normal(&'static Ziggurat);

impl Normal {
    pub(crate) fn new() -> Normal {
        Normal(&NORMAL)
    }

    /// The next draw, with its sign from a separate bit.
    #[inline]
    pub(crate) fn next(self, stream: &mut Stream) -> f64 {
        let (size, bits) = self.0.next(stream);
        f64::from_bits(size.to_bits() | ((bits & 0x100) << 55))
    }
}

/// A number of `(0, 1]` from the upper 53 bits.
#[inline]
pub(super) fn above_zero(bits: u64) -> f64 {
    ((bits >> 11) + 1) as f64 * STEP
}

#[cfg(test)]
pub(crate) mod tests {
    use rand::RngExt;
    use rand_distr::{Exp1, StandardNormal};

    use super::super::{Purpose, Streams};
    use super::*;

    pub(crate) const DRAWS: u32 = 200_000;

    pub(crate) fn stream(index: u64) -> Stream {
        Streams { seed: 11, replication: 0 }.at(Purpose::Amounts, index)
    }

    /// Number of standard errors between the mean of `values` and `mean`.
    pub(crate) fn errors_from(values: &[f64], mean: f64) -> f64 {
        let count = values.len() as f64;
        let found = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - found).powi(2)).sum();
        (found - mean).abs() / (squares / (count - 1.0) / count).sqrt()
    }

    pub(crate) fn share(values: &[f64], holds: impl Fn(f64) -> bool) -> Vec<f64> {
        values.iter().map(|&value| f64::from(u8::from(holds(value)))).collect()
    }

    /// The two-sample Kolmogorov–Smirnov statistic for samples of equal length, in units of its own
    /// spread: above 1.95 for one in a thousand pairs of samples of one law.
    pub(crate) fn distance(mut one: Vec<f64>, mut other: Vec<f64>) -> f64 {
        one.sort_unstable_by(f64::total_cmp);
        other.sort_unstable_by(f64::total_cmp);
        let (mut i, mut j, mut most) = (0, 0, 0_usize);
        while i < one.len() && j < other.len() {
            if one[i] <= other[j] {
                i += 1
            } else {
                j += 1
            }
            most = most.max(i.abs_diff(j));
        }
        most as f64 / one.len() as f64 * (one.len() as f64 / 2.0).sqrt()
    }

    #[test]
    fn draws_follow_the_same_laws_as_those_of_rand_distr() {
        let many = |draw: &mut dyn FnMut(&mut Stream) -> f64, index| -> Vec<f64> {
            let mut stream = stream(index);
            (0..DRAWS).map(|_| draw(&mut stream)).collect()
        };
        let (normal, exponential) = (Normal::new(), Exponential::new());
        let normals = many(&mut |stream| normal.next(stream), 20);
        let gaps = many(&mut |stream| exponential.next(stream), 21);
        let other_normals = many(&mut |stream| stream.sample(StandardNormal), 22);
        let other_gaps = many(&mut |stream| stream.sample(Exp1), 23);
        // The seeds are fixed, so the result does not vary.
        let (found, wrong) = (
            [distance(normals.clone(), other_normals), distance(gaps, other_gaps.clone())],
            distance(normals.iter().map(|draw| draw.abs()).collect(), other_gaps),
        );
        assert!(found.iter().all(|&distance| distance < 1.95) && wrong > 10.0, "{found:?} {wrong}");
    }

    #[test]
    fn exponential_gaps_have_mean_one_and_the_right_tail() {
        let (mut stream, exponential) = (stream(2), Exponential::new());
        let gaps: Vec<f64> = (0..DRAWS).map(|_| exponential.next(&mut stream)).collect();
        assert!(errors_from(&gaps, 1.0) < 4.0);
        assert!(errors_from(&share(&gaps, |gap| gap > 3.0), (-3.0_f64).exp()) < 4.0);
        assert!(gaps.iter().all(|&gap| (0.0..40.0).contains(&gap)));
        for reach in [0.001, 0.1, 0.7, 6.5, LAST, 9.0] {
            let beyond = share(&gaps, |gap| gap > reach);
            assert!(errors_from(&beyond, (-reach).exp()) < 4.0, "{reach}");
        }
    }

    #[test]
    fn the_layers_of_a_ziggurat_have_one_area_and_end_at_the_peak() {
        for (ziggurat, area) in [(&EXPONENTIAL, AREA), (&NORMAL, AREA_NORMAL)] {
            let Ziggurat { edges, heights, .. } = &**ziggurat;
            for layer in 1..LAYERS {
                let found = edges[layer] * (heights[layer + 1] - heights[layer]);
                assert!((found / area - 1.0).abs() < 1e-9, "{layer}: {found}");
            }
            assert!(edges.is_sorted_by(|wide, narrow| wide > narrow));
        }
        // The area below the lowest edge is the tail: e⁻ˣ, and √(π/2) · erfc(x ÷ √2).
        let height = EXPONENTIAL.heights[1];
        assert!((LAST * height + height - AREA).abs() < 1e-15);
        let tail = (std::f64::consts::PI / 2.0).sqrt()
            * libm::erfc(LAST_NORMAL / std::f64::consts::SQRT_2);
        assert!((LAST_NORMAL * NORMAL.heights[1] + tail - AREA_NORMAL).abs() < 1e-15);
    }

    #[test]
    fn normal_draws_are_symmetrical_and_have_the_right_tails() {
        let (mut stream, normal) = (stream(3), Normal::new());
        let draws: Vec<f64> = (0..DRAWS).map(|_| normal.next(&mut stream)).collect();
        assert!(errors_from(&draws, 0.0) < 4.0);
        let squares: Vec<f64> = draws.iter().map(|draw| draw * draw).collect();
        assert!(errors_from(&squares, 1.0) < 4.0);
        for reach in [-3.0, -1.0, -0.01, 0.0, 0.3, 2.0, 3.5, LAST_NORMAL] {
            let beyond = 0.5 * libm::erfc(reach / std::f64::consts::SQRT_2);
            let share = share(&draws, |draw| draw > reach);
            assert!(errors_from(&share, beyond) < 4.0, "{reach}");
        }
    }

    #[test]
    fn a_corner_is_decided_as_by_the_density_itself() {
        for fall in [0.0, 1e-9, 0.01, 0.3, 0.9, 1.5, 4.0] {
            let height: f64 = libm::exp(-fall);
            for off in [-0.5, -1e-3, -1e-9, 1e-9, 1e-3, 0.5] {
                assert_eq!(below(height + off, fall), off < 0.0, "{fall} {off}");
            }
        }
    }
}
