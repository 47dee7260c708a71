//! Draws: an exponential gap, and amounts from each law.
//!
//! Deliberately absent: the platform's mathematics. Only `libm` and operations that IEEE 754
//! rounds exactly are used, so that the same bits give the same amounts everywhere.

use std::sync::LazyLock;

use rand::Rng;

use crate::domain::Credits;
use crate::streams::Stream;

use super::demand::AmountLaw;

/// Slots of the table of a geometric law; the last stands for all values from it on.
const SLOTS: usize = 256;
/// The mean from which a geometric law is drawn by inversion instead of the table.
const LARGEST_TABLED_MEAN: f64 = 256.0;
/// Credits as floats are counted in millionths.
const MICRO: f64 = 1e6;

/// Layers of the ziggurat of the exponential law.
const LAYERS: usize = 256;
/// Where the lowest layer of 256 ends, and the area of each (Marsaglia and Tsang 2000, §3).
const LAST: f64 = 7.697_117_470_131_05;
const AREA: f64 = 0.003_949_659_822_581_572;

/// The ziggurat of the exponential law (Marsaglia and Tsang 2000, *The Ziggurat Method for
/// Generating Random Variables*): exact, and nearly always one multiplication.
#[derive(Debug)]
struct Ziggurat {
    /// The right edge of each layer from the lowest up, then 0.
    edges: [f64; LAYERS + 1],
    /// e⁻ˣ at each edge.
    heights: [f64; LAYERS + 1],
}

static ZIGGURAT: LazyLock<Ziggurat> = LazyLock::new(|| {
    let mut edges = [0.0; LAYERS + 1];
    // The lowest layer is as wide as its area, tail included, divided by its height.
    edges[0] = AREA * libm::exp(LAST);
    edges[1] = LAST;
    for layer in 2..LAYERS {
        let below: f64 = edges[layer - 1];
        edges[layer] = -libm::log(AREA / below + libm::exp(-below));
    }
    Ziggurat { edges, heights: edges.map(|edge| libm::exp(-edge)) }
});

/// Exponential draws of mean one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exponential(&'static Ziggurat);

impl Exponential {
    pub(super) fn new() -> Exponential {
        Exponential(&ZIGGURAT)
    }

    /// The next draw, from 0 to finite.
    #[inline]
    pub(super) fn next(self, stream: &mut Stream) -> f64 {
        let bits = stream.next_u64();
        // Layer and place in it are drawn from bits of their own.
        let layer = usize::from((bits & 0xff) as u8);
        let x = (bits >> 11) as f64 * (1.0 / (1_u64 << 53) as f64) * self.0.edges[layer];
        if x < self.0.edges[layer + 1] {
            return x;
        }
        self.beyond(layer, x, stream)
    }

    /// The rare cases: the tail below the lowest layer, and the corners of the others.
    #[cold]
    fn beyond(self, layer: usize, x: f64, stream: &mut Stream) -> f64 {
        if layer == 0 {
            // The law has no memory: the tail is the law again, moved.
            return LAST - libm::log(above_zero(stream.next_u64()));
        }
        let (low, high) = (self.0.heights[layer], self.0.heights[layer + 1]);
        let y = low + above_zero(stream.next_u64()) * (high - low);
        if y < libm::exp(-x) { x } else { self.next(stream) }
    }
}

/// A number of `(0, 1]` from the upper 53 bits.
#[inline]
fn above_zero(bits: u64) -> f64 {
    ((bits >> 11) + 1) as f64 * (1.0 / (1_u64 << 53) as f64)
}

/// A law made ready for drawing.
#[derive(Clone, Debug)]
pub(super) enum Draw {
    Constant(Credits),
    Tabled(Box<Table>),
    /// A geometric law of a large mean: the logarithm of the chance of one credit more.
    Inverted {
        log_more: f64,
    },
    LogNormal {
        median: f64,
        sigma: f64,
        step: i64,
        spare: Option<f64>,
    },
    /// `least` in millionths, `cut` = 1 − (least ÷ most)^shape, `power` = −1 ÷ shape.
    Pareto {
        least: f64,
        cut: f64,
        power: f64,
        most: f64,
        step: i64,
    },
}

impl Draw {
    /// A law without problems.
    pub(super) fn new(law: &AmountLaw) -> Draw {
        match *law {
            AmountLaw::Constant(amount) => Draw::Constant(amount),
            AmountLaw::Geometric { mean } if mean <= LARGEST_TABLED_MEAN => {
                Draw::Tabled(Box::new(Table::geometric(mean)))
            }
            AmountLaw::Geometric { mean } => Draw::Inverted { log_more: libm::log1p(-1.0 / mean) },
            AmountLaw::LogNormal { median, sigma, step } => {
                let median = median.micro() as f64;
                Draw::LogNormal { median, sigma, step: step.micro(), spare: None }
            }
            AmountLaw::Pareto { least, shape, most, step } => {
                let (least, most) = (least.micro() as f64, most.micro() as f64);
                let cut = 1.0 - libm::pow(least / most, shape);
                Draw::Pareto { least, cut, power: -1.0 / shape, most, step: step.micro() }
            }
        }
    }

    /// The next amount.
    #[inline]
    pub(super) fn next(&mut self, stream: &mut Stream) -> Credits {
        match self {
            Draw::Constant(amount) => *amount,
            Draw::Tabled(table) => table.next(stream),
            Draw::Inverted { log_more } => {
                let credits = 1.0 + (libm::log(above_zero(stream.next_u64())) / *log_more).floor();
                stepped(credits * MICRO, Credits::whole(1).micro())
            }
            Draw::LogNormal { median, sigma, step, spare } => {
                let deviate = normal(stream, spare);
                stepped(*median * libm::exp(*sigma * deviate), *step)
            }
            Draw::Pareto { least, cut, power, most, step } => {
                // F(x) = (1 − (least ÷ x)^shape) ÷ cut, solved for x at a uniform number.
                let uniform = above_zero(stream.next_u64());
                let value = *least * libm::pow(1.0 - (1.0 - uniform) * *cut, *power);
                stepped(value.min(*most), *step)
            }
        }
    }
}

/// Rounded half-even to a multiple of `step` millionths, at least one step, at most the largest
/// multiple within [`Credits::LARGEST`].
#[inline]
fn stepped(micro: f64, step: i64) -> Credits {
    let most = Credits::LARGEST.micro() / step;
    let steps = (micro / step as f64).round_ties_even();
    // A float that does not fit becomes the nearest end, what is not a number becomes 0.
    Credits::from_micro((steps as i64).clamp(1, most) * step)
}

/// A standard normal deviate by Marsaglia's polar method (1964), which gives two at a time.
fn normal(stream: &mut Stream, spare: &mut Option<f64>) -> f64 {
    if let Some(deviate) = spare.take() {
        return deviate;
    }
    loop {
        let x = 2.0 * above_zero(stream.next_u64()) - 1.0;
        let y = 2.0 * above_zero(stream.next_u64()) - 1.0;
        let square = x * x + y * y;
        if square < 1.0 && square > 0.0 {
            let scale = (-2.0 * libm::log(square) / square).sqrt();
            *spare = Some(y * scale);
            return x * scale;
        }
    }
}

/// An alias table (Walker 1977, built as by Vose 1991) of a geometric law. The last slot stands
/// for "more than 255"; since the law has no memory, it means 255 and another draw.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Below which 56 bits the slot itself is taken.
    bounds: [u64; SLOTS],
    aliases: [u8; SLOTS],
}

impl Table {
    /// Of 1 + geometric with this mean, at least 1.
    fn geometric(mean: f64) -> Table {
        let more = 1.0 - 1.0 / mean;
        let mut weights = [0.0; SLOTS];
        let mut reached = 1.0;
        for weight in &mut weights[..SLOTS - 1] {
            *weight = reached / mean;
            reached *= more;
        }
        weights[SLOTS - 1] = reached;
        Table::of(weights)
    }

    /// Of weights that sum to one.
    fn of(weights: [f64; SLOTS]) -> Table {
        let mut shares = weights.map(|weight| weight * SLOTS as f64);
        let mut table = Table { bounds: [1 << 56; SLOTS], aliases: [0; SLOTS] };
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..SLOTS).partition(|&slot| shares[slot] < 1.0);
        // Slots left over by rounding keep their bound of one.
        while let (Some(less), Some(&more)) = (small.pop(), large.last()) {
            table.bounds[less] = (shares[less] * (1_u64 << 56) as f64) as u64;
            table.aliases[less] = more as u8;
            shares[more] -= 1.0 - shares[less];
            if shares[more] < 1.0 {
                large.pop();
                small.push(more);
            }
        }
        table
    }

    /// The next amount, in whole credits.
    #[inline]
    fn next(&self, stream: &mut Stream) -> Credits {
        let mut before = 0;
        loop {
            let bits = stream.next_u64();
            let slot = (bits & 0xff) as u8;
            let own = bits >> 8 < self.bounds[usize::from(slot)];
            let slot = if own { slot } else { self.aliases[usize::from(slot)] };
            if usize::from(slot) < SLOTS - 1 {
                return Credits::whole(before + i64::from(slot) + 1);
            }
            before += SLOTS as i64 - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::{Purpose, Streams};

    const DRAWS: u32 = 200_000;

    fn stream(index: u64) -> Stream {
        Streams { seed: 11, replication: 0 }.at(Purpose::Amounts, index)
    }

    fn draws(law: AmountLaw) -> Vec<f64> {
        let (mut draw, mut stream) = (Draw::new(&law), stream(1));
        (0..DRAWS).map(|_| draw.next(&mut stream).to_f64()).collect()
    }

    /// How many standard errors the mean of `values` is away from `mean`.
    fn errors_from(values: &[f64], mean: f64) -> f64 {
        let count = values.len() as f64;
        let found = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - found).powi(2)).sum();
        (found - mean).abs() / (squares / (count - 1.0) / count).sqrt()
    }

    fn share(values: &[f64], holds: impl Fn(f64) -> bool) -> Vec<f64> {
        values.iter().map(|&value| f64::from(u8::from(holds(value)))).collect()
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
    fn the_layers_of_the_ziggurat_have_one_area_and_end_at_the_peak() {
        let Ziggurat { edges, heights } = &*ZIGGURAT;
        for layer in 1..LAYERS {
            let area = edges[layer] * (heights[layer + 1] - heights[layer]);
            assert!((area / AREA - 1.0).abs() < 1e-9, "{layer}: {area}");
        }
        assert!(edges.is_sorted_by(|wide, narrow| wide > narrow));
        assert!((LAST * heights[1] + heights[1] - AREA).abs() < 1e-15);
    }

    #[test]
    fn geometric_amounts_have_their_mean_and_tail_by_table_and_by_inversion() {
        for mean in [1.0, 1.5, 8.0, 100.0, 256.0, 257.0, 5_000.0] {
            let values = draws(AmountLaw::Geometric { mean });
            assert!(values.iter().all(|&value| value >= 1.0 && value.fract() == 0.0));
            if mean == 1.0 {
                assert!(values.iter().all(|&value| value == 1.0));
                continue;
            }
            assert!(errors_from(&values, mean) < 4.0, "mean {mean}");
            for k in [1.0, 2.0, 300.0] {
                let chance = (1.0 - 1.0 / mean).powf(k);
                if chance * f64::from(DRAWS) > 50.0 {
                    assert!(errors_from(&share(&values, |v| v > k), chance) < 4.0, "{mean} {k}");
                }
            }
        }
    }

    #[test]
    fn the_median_and_the_spread_of_log_normal_amounts_are_as_asked() {
        let step = Credits::from_micro(1);
        let law = AmountLaw::LogNormal { median: Credits::whole(40), sigma: 0.8, step };
        let logs: Vec<f64> = draws(law).into_iter().map(|value| (value / 40.0).ln()).collect();
        assert!(errors_from(&logs, 0.0) < 4.0);
        let squares: Vec<f64> = logs.iter().map(|log| log * log).collect();
        assert!(errors_from(&squares, 0.64) < 4.0);
    }

    #[test]
    fn pareto_amounts_stay_between_their_ends_and_have_the_tail_of_the_cut_law() {
        let (least, most, step) = (Credits::whole(2), Credits::whole(200), Credits::SMALLEST);
        let values = draws(AmountLaw::Pareto { least, shape: 1.2, most, step });
        assert!(values.iter().all(|value| (2.0..=200.0).contains(value)));
        let chance = 1.0 - (1.0 - 0.1_f64.powf(1.2)) / (1.0 - 0.01_f64.powf(1.2));
        assert!(errors_from(&share(&values, |value| value > 20.0), chance) < 4.0);
    }

    #[test]
    fn amounts_are_multiples_of_the_step_and_at_least_one() {
        let step = Credits::from_micro(250_000);
        for value in draws(AmountLaw::LogNormal { median: Credits::SMALLEST, sigma: 9.0, step }) {
            assert!(value >= 0.25 && (value / 0.25).fract() == 0.0, "{value}");
        }
        assert_eq!(stepped(2_500_000.0, 1_000_000), Credits::whole(2));
        assert_eq!(stepped(3_500_000.0, 1_000_000), Credits::whole(4));
    }

    #[test]
    fn a_huge_draw_is_cut_at_the_largest_quantity() {
        let law =
            AmountLaw::LogNormal { median: Credits::LARGEST, sigma: 100.0, step: AmountLaw::STEP };
        let values = draws(law);
        assert!(values.iter().all(|&value| (1.0..=1e12).contains(&value)));
        assert!(values.contains(&1e12));
        assert_eq!(
            stepped(f64::INFINITY, 7),
            Credits::from_micro(1_000_000_000_000_000_000 / 7 * 7)
        );
    }
}
