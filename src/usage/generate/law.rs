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
/// Layers of a ziggurat.
const LAYERS: usize = 256;
/// A step of the numbers in `[0, 1)` that the upper 53 bits of a word make.
const STEP: f64 = 1.0 / (1_u64 << 53) as f64;

/// A falling density from its peak at 0, cut into layers of one area (Marsaglia and Tsang 2000, *The
/// Ziggurat Method for Generating Random Variables*): draws are exact, and nearly always one
/// multiplication.
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
    /// Of layers of this area, the lowest of which ends at `last`.
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

    /// The next draw, from 0 to finite, and the word it was made of, whose bits 8 to 10 are unused.
    #[inline]
    fn next(&self, stream: &mut Stream) -> (f64, u64) {
        let bits = stream.next_u64();
        // Layer and place in it are drawn from bits of their own.
        let layer = usize::from((bits & 0xff) as u8);
        let x = (bits >> 11) as f64 * self.widths[layer];
        if x < self.edges[layer + 1] {
            return (x, bits);
        }
        // A copy is handed over, so that a loop may hold the stream itself in registers.
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

/// Whether `part` is below e to the power of −`fall`, which is at least 0. The first terms of its
/// series hold it from both sides, and nearly always decide.
fn below(part: f64, fall: f64) -> bool {
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
    /// By how much its logarithm falls from one place to another.
    fall: fn(f64, f64) -> f64,
    /// A draw from beyond the edge of the lowest layer.
    tail: fn(&mut Stream) -> f64,
}

/// Where the lowest of 256 layers of the exponential law ends, and their area (§3 of the paper).
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
        tail: normal_tail,
    };
    Ziggurat::new(LAST_NORMAL, AREA_NORMAL, &LAW)
});

/// A draw of the normal law given that it is above [`LAST_NORMAL`] (Marsaglia 1964).
fn normal_tail(stream: &mut Stream) -> f64 {
    loop {
        let beyond = -libm::log(above_zero(stream.next_u64())) / LAST_NORMAL;
        let height = -libm::log(above_zero(stream.next_u64()));
        if 2.0 * height > beyond * beyond {
            return LAST_NORMAL + beyond;
        }
    }
}

/// Exponential draws of mean one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exponential(&'static Ziggurat);

impl Exponential {
    pub(super) fn new() -> Exponential {
        Exponential(&EXPONENTIAL)
    }

    /// The next draw, from 0 to finite.
    #[inline]
    pub(super) fn next(self, stream: &mut Stream) -> f64 {
        self.0.next(stream).0
    }
}

/// Standard normal draws.
#[derive(Clone, Copy, Debug)]
pub(super) struct Normal(&'static Ziggurat);

impl Normal {
    fn new() -> Normal {
        Normal(&NORMAL)
    }

    /// The next draw, its sign from a bit of its own.
    #[inline]
    fn next(self, stream: &mut Stream) -> f64 {
        let (size, bits) = self.0.next(stream);
        f64::from_bits(size.to_bits() | ((bits & 0x100) << 55))
    }
}

/// A number of `(0, 1]` from the upper 53 bits.
#[inline]
fn above_zero(bits: u64) -> f64 {
    ((bits >> 11) + 1) as f64 * STEP
}

/// A law made ready for drawing.
#[derive(Clone, Debug)]
pub(super) enum Draw {
    Constant(Credits),
    Tabled(Box<Table>),
    /// A geometric law of a large mean.
    Inverted(Geometric),
    LogNormal(LogNormal),
    Pareto(Pareto),
}

impl Draw {
    /// A law without problems.
    pub(super) fn new(law: &AmountLaw) -> Draw {
        match *law {
            AmountLaw::Constant(amount) => Draw::Constant(amount),
            AmountLaw::Geometric { mean } if mean <= LARGEST_TABLED_MEAN => {
                Draw::Tabled(Box::new(Table::geometric(mean)))
            }
            AmountLaw::Geometric { mean } => Draw::Inverted(Geometric::new(mean)),
            AmountLaw::LogNormal { median, sigma, step } => {
                Draw::LogNormal(LogNormal::new(median, sigma, step))
            }
            AmountLaw::Pareto { least, shape, most, step } => {
                Draw::Pareto(Pareto::new(least, shape, most, step))
            }
        }
    }

    /// The next amounts, one after the other.
    pub(super) fn fill(&self, amounts: &mut [Credits], stream: &mut Stream) {
        // One loop for each law, so that none asks for every event which law it is.
        match self {
            Draw::Constant(amount) => amounts.fill(*amount),
            Draw::Tabled(table) => fill(amounts, stream, |stream| table.next(stream)),
            Draw::Inverted(law) => fill(amounts, stream, |stream| law.next(stream)),
            Draw::LogNormal(law) => law.fill(amounts, stream),
            Draw::Pareto(law) => law.fill(amounts, stream),
        }
    }
}

#[inline]
fn fill(amounts: &mut [Credits], stream: &mut Stream, next: impl Fn(&mut Stream) -> Credits) {
    let mut held = stream.clone();
    for amount in amounts {
        *amount = next(&mut held);
    }
    *stream = held;
}

/// 1 + geometric as one more than the whole part of an exponential draw.
#[derive(Clone, Debug)]
pub(super) struct Geometric {
    exponential: Exponential,
    /// The mean of the exponential law: −1 over the logarithm of the chance of one credit more.
    scale: f64,
}

impl Geometric {
    fn new(mean: f64) -> Geometric {
        Geometric { exponential: Exponential::new(), scale: -1.0 / libm::log1p(-1.0 / mean) }
    }

    #[inline]
    fn next(&self, stream: &mut Stream) -> Credits {
        let most = Credits::LARGEST.micro() / Credits::whole(1).micro();
        let more = (self.exponential.next(stream) * self.scale) as i64;
        Credits::whole(more.saturating_add(1).min(most))
    }
}

/// Amounts of which the logarithm is drawn: median × e^(sigma × normal).
#[derive(Clone, Debug)]
pub(super) struct LogNormal {
    normal: Normal,
    sigma: f64,
    steps: Steps,
}

impl LogNormal {
    fn new(median: Credits, sigma: f64, step: Credits) -> LogNormal {
        let most = Credits::LARGEST;
        LogNormal { normal: Normal::new(), sigma, steps: Steps::new(median, most, step) }
    }

    fn fill(&self, amounts: &mut [Credits], stream: &mut Stream) {
        self.steps.fill(amounts, stream, |stream| self.normal.next(stream) * self.sigma);
    }
}

/// Amounts of which the logarithm is drawn: least × e^(exponential ÷ shape), given that it is not
/// above the most.
#[derive(Clone, Debug)]
pub(super) struct Pareto {
    exponential: Exponential,
    /// 1 ÷ shape.
    scale: f64,
    /// The largest logarithm over the least's.
    cut: f64,
    steps: Steps,
}

impl Pareto {
    fn new(least: Credits, shape: f64, most: Credits, step: Credits) -> Pareto {
        Pareto {
            exponential: Exponential::new(),
            scale: 1.0 / shape,
            cut: libm::log(most.micro() as f64 / least.micro() as f64),
            steps: Steps::new(least, most, step),
        }
    }

    fn fill(&self, amounts: &mut [Credits], stream: &mut Stream) {
        self.steps.fill(amounts, stream, |stream| {
            let logarithm = self.exponential.next(stream) * self.scale;
            if logarithm < self.cut { logarithm } else { self.beyond(logarithm) }
        });
    }

    /// The exponential law has no memory: what is beyond the cut begins anew at 0.
    #[cold]
    fn beyond(&self, logarithm: f64) -> f64 {
        if self.cut > 0.0 { logarithm % self.cut } else { 0.0 }
    }
}

/// From logarithms to credits: `unit × e^logarithm`, rounded half-even to steps.
#[derive(Clone, Debug)]
struct Steps {
    /// In steps.
    unit: f64,
    /// In steps.
    most: f64,
    /// In millionths of a credit.
    step: i64,
}

impl Steps {
    /// The largest amount is at most `most`, and a multiple of `step` within [`Credits::LARGEST`].
    fn new(unit: Credits, most: Credits, step: Credits) -> Steps {
        let in_steps = |credits: Credits| credits.micro() as f64 / step.micro() as f64;
        let most = in_steps(most).round_ties_even();
        let whole = (Credits::LARGEST.micro() / step.micro()) as f64;
        Steps { unit: in_steps(unit), most: most.min(whole), step: step.micro() }
    }

    /// One amount for each logarithm, in two loops: one carries the state of a stream from draw to
    /// draw, and in the other every amount is on its own.
    #[inline]
    fn fill(
        &self,
        amounts: &mut [Credits],
        stream: &mut Stream,
        logarithm: impl Fn(&mut Stream) -> f64,
    ) {
        let (mut column, mut held) = ([0.0; COLUMN], stream.clone());
        for amounts in amounts.chunks_mut(COLUMN) {
            let column = &mut column[..amounts.len()];
            column.iter_mut().for_each(|value| *value = logarithm(&mut held));
            column.iter_mut().for_each(|value| *value = self.whole(self.unit * exp(*value)));
            for (amount, &steps) in amounts.iter_mut().zip(column.iter()) {
                *amount = Credits::from_micro(steps as i64 * self.step);
            }
        }
        *stream = held;
    }

    /// A whole number of steps, at least one.
    #[inline]
    fn whole(&self, steps: f64) -> f64 {
        half_even(steps.min(self.most)).max(1.0)
    }
}

/// Logarithms that wait to become amounts.
const COLUMN: usize = 256;

/// The nearest whole number, the even one of two, for numbers of at least 0.
///
/// Above 2⁵² a float has no digits after the point, so adding that rounds.
#[inline]
fn half_even(value: f64) -> f64 {
    const WHOLE: f64 = (1_u64 << 52) as f64;
    if value < WHOLE { (value + WHOLE) - WHOLE } else { value }
}

/// e to a power, to a few units in the last place. Powers beyond ± 708 count as that: what they
/// would make is beyond every amount in either direction.
///
/// The library's function is as good and several times as slow, as it takes one number at a time. A
/// power of two is split off by adding a number so large that no digits are left after the point (as
/// in [`half_even`]), and the Taylor series does the rest, within ± ½ ln 2.
#[inline]
fn exp(power: f64) -> f64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 × 2⁵²
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let power = power.clamp(-708.0, 708.0);
    let shifted = power * std::f64::consts::LOG2_E + SHIFT;
    let twos = shifted - SHIFT;
    let rest = (power - twos * LN_2_HIGH) - twos * LN_2_LOW;
    // Even and odd powers apart, as half of the multiplications then wait for each other.
    let square = rest * rest;
    let series = |terms: &[f64]| terms.iter().rev().fold(0.0, |sum, term| sum * square + term);
    let series = series(&EVEN) + rest * series(&ODD);
    // The lowest bits of `shifted` are the power of two; from there it goes to where floats have it.
    let exponent = shifted.to_bits().wrapping_add(1023) << 52;
    series * f64::from_bits(exponent)
}

/// 1 ÷ n! for the even and the odd n up to 12, the least first.
const EVEN: [f64; 7] = [
    1.0,
    1.0 / 2.0,
    1.0 / 24.0,
    1.0 / 720.0,
    1.0 / 40_320.0,
    1.0 / 3_628_800.0,
    1.0 / 479_001_600.0,
];
const ODD: [f64; 6] =
    [1.0, 1.0 / 6.0, 1.0 / 120.0, 1.0 / 5_040.0, 1.0 / 362_880.0, 1.0 / 39_916_800.0];

/// An alias table (Walker 1977, built as by Vose 1991) of a geometric law. The last slot stands
/// for "more than 255"; since the law has no memory, it means 255 and another draw.
#[derive(Clone, Debug)]
pub(super) struct Table {
    slots: [Slot; SLOTS],
}

/// A slot: below which 56 bits it is taken itself, and what it and its alias stand for in millionths
/// of a credit; [`BEYOND`] for the last.
#[derive(Clone, Copy, Debug)]
struct Slot {
    bound: u64,
    own: i64,
    alias: i64,
}

/// More than any slot stands for: another draw.
const BEYOND: i64 = 0;

impl Slot {
    /// What the slot of this number stands for.
    fn amount(slot: usize) -> i64 {
        if slot + 1 < SLOTS { Credits::whole(slot as i64 + 1).micro() } else { BEYOND }
    }
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
        // Slots left over by rounding keep their bound of one.
        let mut slots = [Slot { bound: 1 << 56, own: BEYOND, alias: BEYOND }; SLOTS];
        for (index, slot) in slots.iter_mut().enumerate() {
            slot.own = Slot::amount(index);
        }
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..SLOTS).partition(|&slot| shares[slot] < 1.0);
        while let (Some(less), Some(&more)) = (small.pop(), large.last()) {
            slots[less].bound = (shares[less] * (1_u64 << 56) as f64) as u64;
            slots[less].alias = Slot::amount(more);
            shares[more] -= 1.0 - shares[less];
            if shares[more] < 1.0 {
                large.pop();
                small.push(more);
            }
        }
        Table { slots }
    }

    /// The next amount, in whole credits.
    #[inline]
    fn next(&self, stream: &mut Stream) -> Credits {
        let amount = self.slot(stream);
        if amount != BEYOND {
            return Credits::from_micro(amount);
        }
        // A copy, as in the ziggurat.
        let mut aside = stream.clone();
        let beyond = self.beyond(&mut aside);
        *stream = aside;
        beyond
    }

    /// What a slot, drawn with its probability, stands for.
    #[inline]
    fn slot(&self, stream: &mut Stream) -> i64 {
        let bits = stream.next_u64();
        let Slot { bound, own, alias } = self.slots[usize::from((bits & 0xff) as u8)];
        if bits >> 8 < bound { own } else { alias }
    }

    /// An amount above those that have a slot of their own.
    #[cold]
    fn beyond(&self, stream: &mut Stream) -> Credits {
        let tabled = Credits::whole(SLOTS as i64 - 1).micro();
        let mut before = tabled;
        loop {
            let amount = self.slot(stream);
            if amount != BEYOND {
                return Credits::from_micro(before + amount);
            }
            before += tabled;
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
        let mut amounts = vec![Credits::ZERO; DRAWS as usize];
        Draw::new(&law).fill(&mut amounts, &mut stream(1));
        amounts.into_iter().map(Credits::to_f64).collect()
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
    fn the_layers_of_a_ziggurat_have_one_area_and_end_at_the_peak() {
        for (ziggurat, area) in [(&EXPONENTIAL, AREA), (&NORMAL, AREA_NORMAL)] {
            let Ziggurat { edges, heights, .. } = &**ziggurat;
            for layer in 1..LAYERS {
                let found = edges[layer] * (heights[layer + 1] - heights[layer]);
                assert!((found / area - 1.0).abs() < 1e-9, "{layer}: {found}");
            }
            assert!(edges.is_sorted_by(|wide, narrow| wide > narrow));
        }
        // What is below the lowest edge is the tail: e⁻ˣ, and √(π/2) · erfc(x ÷ √2).
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

    #[test]
    fn powers_are_those_of_the_library() {
        for thousandth in -708_000..=708_000 {
            let power = f64::from(thousandth) / 1_000.0;
            let (found, wanted) = (exp(power), libm::exp(power));
            assert!((found / wanted - 1.0).abs() < 2e-15, "{power}: {found}, {wanted}");
        }
        assert_eq!((exp(0.0), exp(-1e9), exp(1e9)), (1.0, exp(-708.0), exp(708.0)));
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (value, whole) in [
            (0.0, 0.0),
            (0.5, 0.0),
            (0.500_000_1, 1.0),
            (1.5, 2.0),
            (2.5, 2.0),
            (1e15 + 0.5, 1e15),
            (1e18, 1e18),
        ] {
            assert_eq!(half_even(value), whole, "{value}");
        }
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
    }

    #[test]
    fn a_huge_draw_is_cut_at_the_largest_quantity() {
        let law =
            AmountLaw::LogNormal { median: Credits::LARGEST, sigma: 100.0, step: AmountLaw::STEP };
        let values = draws(law);
        assert!(values.iter().all(|&value| (1.0..=1e12).contains(&value)));
        assert!(values.contains(&1e12));
        // The largest multiple of a step that is none of the largest quantity.
        let step = Credits::from_micro(7);
        let law = AmountLaw::LogNormal { median: Credits::LARGEST, sigma: 100.0, step };
        let largest = draws(law).into_iter().fold(0.0, f64::max);
        assert_eq!(largest, (1_000_000_000_000_000_000_i64 / 7 * 7) as f64 / 1e6);
    }

    #[test]
    fn a_pareto_law_with_its_ends_together_has_one_value() {
        let (least, step) = (Credits::whole(3), AmountLaw::STEP);
        let values = draws(AmountLaw::Pareto { least, shape: 1.0, most: least, step });
        assert!(values.iter().all(|&value| value == 3.0));
    }

    #[test]
    fn how_many_are_drawn_at_a_time_does_not_show() {
        let step = AmountLaw::STEP;
        let (median, least, most) = (Credits::whole(40), Credits::whole(1), Credits::whole(9));
        for law in [
            AmountLaw::Geometric { mean: 8.0 },
            AmountLaw::Geometric { mean: 800.0 },
            AmountLaw::LogNormal { median, sigma: 1.0, step },
            AmountLaw::Pareto { least, shape: 0.5, most, step },
        ] {
            let (mut at_once, mut in_parts) = ([Credits::ZERO; 1_000], [Credits::ZERO; 1_000]);
            Draw::new(&law).fill(&mut at_once, &mut stream(4));
            let mut stream = stream(4);
            for (number, part) in in_parts.chunks_mut(77).enumerate() {
                let (one, rest) = part.split_at_mut(number % 3);
                Draw::new(&law).fill(one, &mut stream);
                Draw::new(&law).fill(rest, &mut stream);
            }
            assert_eq!(at_once, in_parts, "{law:?}");
        }
    }
}
