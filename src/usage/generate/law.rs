//! Amounts from each law.
//!
//! If nearly all amounts are a few steps, they come from a table of the law; otherwise from the
//! continuous draw behind the law. Both give the same law, rounded to steps.
//!
//! Deliberately absent: the platform's mathematics. Only `libm` and operations that IEEE 754 rounds
//! exactly are used, so that the same bits give the same amounts everywhere.

use crate::domain::{Credits, Instant};
use crate::engine::trace::{Chunk, Refused};
use crate::streams::gaps::EVENTS;
use crate::streams::lanes::{LANES, Lanes};
use crate::streams::ziggurat::{Exponential, Normal, normal_above};
use crate::streams::{Indexed, Stream};

use super::demand::AmountLaw;
use super::table::LawTable;

/// A table serves a law that goes beyond it at most this often.
const MOST_BEYOND: f64 = 1.0 / 16.0;

/// A law made ready for drawing.
#[derive(Clone, Debug)]
pub(super) enum Draw {
    Constant(Credits),
    Tabled(Tabled),
    Direct(Law),
}

impl Draw {
    /// A law without problems.
    pub(super) fn new(law: &AmountLaw) -> Draw {
        if let Some(amount) = Draw::only_amount(law) {
            return Draw::Constant(amount);
        }
        let law = match *law {
            AmountLaw::Constant(amount) => return Draw::Constant(amount),
            AmountLaw::Geometric { mean } => Law::Geometric(Geometric::new(mean)),
            AmountLaw::LogNormal { median, sigma, step } => {
                Law::LogNormal(LogNormal::new(median, sigma, step))
            }
            AmountLaw::Pareto { least, shape, most, step } => {
                Law::Pareto(Pareto::new(least, shape, most, step))
            }
        };
        Tabled::of(law).map_or(Draw::Direct(law), Draw::Tabled)
    }

    /// The one amount of a law without problems that has no other.
    pub(super) fn only_amount(law: &AmountLaw) -> Option<Credits> {
        match *law {
            AmountLaw::Constant(amount) => Some(amount),
            AmountLaw::Geometric { mean } => (mean == 1.0).then_some(Credits::whole(1)),
            AmountLaw::LogNormal { median, sigma, step } => {
                (sigma == 0.0).then(|| Steps::new(median, Credits::LARGEST, step).unit())
            }
            AmountLaw::Pareto { least, shape, most, step } => {
                // Bounds that round to the same steps, or that a float cannot distinguish, are one.
                let Pareto { cut, steps, .. } = Pareto::new(least, shape, most, step);
                let largest = steps.credits(steps.whole(steps.unit * exp(cut)));
                (cut == 0.0 || largest == steps.unit()).then(|| steps.unit())
            }
        }
    }

    /// Draws the next amounts in order.
    pub(super) fn fill(&self, column: &mut AmountColumn, source: &mut AmountSource) {
        let (amounts, side) = (&mut column.amounts, &mut source.side);
        // One loop for each law, so that the law is not chosen anew for every event.
        match self {
            Draw::Constant(_) => {}
            Draw::Tabled(tabled) => tabled.fill(column, source),
            Draw::Direct(Law::Geometric(law)) => law.fill(amounts, side),
            Draw::Direct(Law::LogNormal(law)) => law.fill(amounts, side),
            Draw::Direct(Law::Pareto(law)) => law.fill(amounts, side),
        }
    }

    /// Adds those of the events from one on to a chunk, at their instants; returns like [`Chunk::extend`].
    pub(super) fn pass(
        &self,
        column: &AmountColumn,
        from: usize,
        times: &[Instant],
        chunk: &mut Chunk,
    ) -> (usize, Option<Refused>) {
        match self {
            Draw::Constant(amount) => {
                chunk.extend_steps(times, &column.steps[from..], amount.micro())
            }
            Draw::Tabled(tabled) => column.pass_steps(tabled.step, from, times, chunk),
            Draw::Direct(_) => chunk.extend(times, &column.amounts[from..]),
        }
    }
}

/// Where amounts come from: words of eight streams for what a table decides, and another stream for all else.
#[derive(Clone, Debug)]
pub(super) struct AmountSource {
    lanes: Lanes,
    side: Stream,
}

impl AmountSource {
    pub(super) fn new(streams: Indexed) -> AmountSource {
        AmountSource { lanes: Lanes::new(streams), side: streams.at(LANES as u64) }
    }
}

/// Amounts of events drawn together.
#[derive(Clone, Debug)]
pub(super) struct AmountColumn {
    /// Those of a law that has a table, in steps; one each until such were drawn, as a constant has them.
    steps: [u16; EVENTS],
    /// Of these the ones beyond the table, by their places.
    beyond: Vec<(usize, Credits)>,
    /// Those of a law without a table.
    amounts: [Credits; EVENTS],
}

impl AmountColumn {
    pub(super) fn new() -> AmountColumn {
        let amounts = [Credits::ZERO; EVENTS];
        AmountColumn { steps: [1; EVENTS], beyond: Vec::new(), amounts }
    }

    /// Adds those of a table: jointly between the ones beyond it.
    fn pass_steps(
        &self,
        step: i64,
        from: usize,
        times: &[Instant],
        chunk: &mut Chunk,
    ) -> (usize, Option<Refused>) {
        let mut next = from;
        let place = |at: usize| at - from;
        let passed = from..from + times.len();
        for &(beyond, amount) in self.beyond.iter().filter(|(beyond, _)| passed.contains(beyond)) {
            let run = &times[place(next)..place(beyond)];
            let (taken, refused) = chunk.extend_steps(run, &self.steps[next..], step);
            if refused.is_some() {
                return (place(next) + taken, refused);
            }
            if let Err(why) = chunk.push(times[place(beyond)], amount) {
                return (place(beyond), Some(why));
            }
            next = beyond + 1;
        }
        let (taken, refused) = chunk.extend_steps(&times[place(next)..], &self.steps[next..], step);
        (place(next) + taken, refused)
    }
}

/// Laws of more than one value, of whole steps from 1 on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Law {
    Geometric(Geometric),
    LogNormal(LogNormal),
    Pareto(Pareto),
}

impl Law {
    /// The probability of more than this many steps, from 1 on.
    fn above(&self, steps: u16) -> f64 {
        let steps = f64::from(steps);
        match self {
            Law::Geometric(law) => law.above(steps),
            Law::LogNormal(law) => law.above(steps + 0.5),
            Law::Pareto(law) => law.above(steps + 0.5),
        }
    }

    /// An amount beyond the table, in steps.
    fn beyond(&self, stream: &mut Stream) -> i64 {
        let tabled = f64::from(LawTable::LARGEST);
        match self {
            Law::Geometric(law) => law.next(stream).saturating_add(LawTable::LARGEST.into()),
            Law::LogNormal(law) => law.next_above(tabled + 0.5, stream) as i64,
            Law::Pareto(law) => law.next_above(tabled + 0.5, stream) as i64,
        }
    }

    /// The step of the amounts, and the number of steps of the largest.
    fn steps(&self) -> (i64, f64) {
        match self {
            Law::Geometric(_) => (Geometric::STEP, Geometric::MOST as f64),
            Law::LogNormal(LogNormal { steps, .. }) | Law::Pareto(Pareto { steps, .. }) => {
                (steps.step, steps.most)
            }
        }
    }
}

/// A law of which nearly all amounts are few steps.
#[derive(Clone, Debug)]
pub(super) struct Tabled {
    table: LawTable,
    law: Law,
    /// In millionths of a credit.
    step: i64,
}

impl Tabled {
    /// `None` for a law that exceeds the table too often, or that the limit of credits cuts off
    /// inside it.
    fn of(law: Law) -> Option<Tabled> {
        let (step, most) = law.steps();
        let ends = most < f64::from(LawTable::BEYOND) && law.above(most as u16) > 0.0;
        if ends || law.above(LawTable::LARGEST) > MOST_BEYOND {
            return None;
        }
        Some(Tabled { table: LawTable::of(|steps| law.above(steps)), law, step })
    }

    fn fill(&self, column: &mut AmountColumn, source: &mut AmountSource) {
        let AmountColumn { steps, beyond, .. } = column;
        let mut words = [0; EVENTS / LawTable::LOOKS];
        source.lanes.fill(&mut words);
        let (groups, _) = steps.as_chunks_mut::<{ LawTable::LOOKS }>();
        for (&word, [a, b, c, d]) in words.iter().zip(groups) {
            *a = self.table.look(word, 0);
            *b = self.table.look(word, 1);
            *c = self.table.look(word, 2);
            *d = self.table.look(word, 3);
        }
        beyond.clear();
        for (block, steps) in steps.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
            if steps.iter().fold(0, |any, steps| any | steps) & LawTable::REST != 0 {
                self.rest(steps, block * BLOCK, beyond, &mut source.side);
            }
        }
    }

    /// Draws the amounts of a block that no cell decided; `from` is the place of the first.
    #[inline(never)]
    fn rest(
        &self,
        steps: &mut [u16; BLOCK],
        from: usize,
        beyond: &mut Vec<(usize, Credits)>,
        side: &mut Stream,
    ) {
        // Their places first, without branches that no processor could predict.
        let (mut places, mut count) = ([0_u8; BLOCK], 0_usize);
        for (steps, place) in steps.iter().zip(0..) {
            places[count % BLOCK] = place;
            count = count.wrapping_add(usize::from(*steps / LawTable::REST));
        }
        // The state is held in registers.
        let mut held = side.clone();
        for place in places[..count].iter().map(|&place| usize::from(place)) {
            steps[place] = self.table.rest(&mut held);
            if steps[place] == LawTable::BEYOND {
                let amount = Credits::from_micro(self.law.beyond(&mut held) * self.step);
                beyond.push((from + place, amount));
            }
        }
        *side = held;
    }
}

/// Amounts that are looked through together for cells that decide none.
const BLOCK: usize = 64;

/// Whole credits, 1 + geometric, as one more than the integer part of an exponential draw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometric {
    exponential: Exponential,
    /// The mean of the exponential law: −1 over the logarithm of the probability of one more
    /// credit.
    scale: f64,
}

impl Geometric {
    const STEP: i64 = Credits::whole(1).micro();
    const MOST: i64 = Credits::LARGEST.micro() / Geometric::STEP;

    fn new(mean: f64) -> Geometric {
        Geometric { exponential: Exponential::new(), scale: -1.0 / libm::log1p(-1.0 / mean) }
    }

    fn above(&self, credits: f64) -> f64 {
        libm::exp(-credits / self.scale)
    }

    #[inline]
    fn next(&self, stream: &mut Stream) -> i64 {
        let more = (self.exponential.next(stream) * self.scale) as i64;
        more.saturating_add(1).min(Geometric::MOST)
    }

    fn fill(&self, amounts: &mut [Credits], stream: &mut Stream) {
        let mut held = stream.clone();
        for amount in amounts {
            *amount = Credits::whole(self.next(&mut held));
        }
        *stream = held;
    }
}

/// Amounts of which the logarithm is drawn: median × e^(sigma × normal).
#[derive(Clone, Copy, Debug)]
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

    /// Number of standard deviations between the logarithm of this many steps and that of the
    /// median.
    fn deviations(&self, steps: f64) -> f64 {
        libm::log(steps / self.steps.unit) / self.sigma
    }

    fn above(&self, steps: f64) -> f64 {
        0.5 * libm::erfc(self.deviations(steps) * std::f64::consts::FRAC_1_SQRT_2)
    }

    fn next_above(&self, steps: f64, stream: &mut Stream) -> f64 {
        let deviations = normal_above(self.deviations(steps), stream);
        self.steps.above(steps, deviations * self.sigma)
    }
}

/// Amounts drawn through their logarithm: least × e^(exponential ÷ shape), given that it is not
/// above the most.
#[derive(Clone, Copy, Debug)]
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
        self.steps.fill(amounts, stream, |stream| self.next(self.cut, stream));
    }

    /// The next logarithm below `cut`.
    #[inline]
    fn next(&self, cut: f64, stream: &mut Stream) -> f64 {
        let logarithm = self.exponential.next(stream) * self.scale;
        if logarithm < cut { logarithm } else { Pareto::again(cut, logarithm) }
    }

    /// The exponential law is memoryless: a draw beyond the cut starts again at 0.
    #[cold]
    fn again(cut: f64, logarithm: f64) -> f64 {
        logarithm % cut
    }

    /// The logarithm of the ratio of this many steps to the minimum.
    fn logarithm(&self, steps: f64) -> f64 {
        libm::log(steps / self.steps.unit)
    }

    fn above(&self, steps: f64) -> f64 {
        let logarithm = self.logarithm(steps);
        if logarithm <= 0.0 {
            return 1.0;
        }
        if logarithm >= self.cut {
            return 0.0;
        }
        let falls = |by: f64| -libm::expm1(-by / self.scale);
        libm::exp(-logarithm / self.scale) * falls(self.cut - logarithm) / falls(self.cut)
    }

    fn next_above(&self, steps: f64, stream: &mut Stream) -> f64 {
        let from = self.logarithm(steps);
        self.steps.above(steps, from + self.next(self.cut - from, stream))
    }
}

/// Conversion from logarithms to credits: `unit × e^logarithm`, rounded half-even to steps.
#[derive(Clone, Copy, Debug)]
struct Steps {
    /// In steps.
    unit: f64,
    /// In steps.
    most: f64,
    /// In millionths of a credit.
    step: i64,
}

impl Steps {
    /// The largest amount is `most` rounded half-even to steps, but within [`Credits::LARGEST`].
    fn new(unit: Credits, most: Credits, step: Credits) -> Steps {
        let in_steps = |credits: Credits| credits.micro() as f64 / step.micro() as f64;
        let most = in_steps(most).round_ties_even();
        let largest = Credits::LARGEST.micro() / step.micro();
        // This many steps may round up if a float cannot represent them.
        let rounded = largest as f64;
        let whole = if rounded as i64 > largest { rounded.next_down() } else { rounded };
        Steps { unit: in_steps(unit), most: most.min(whole), step: step.micro() }
    }

    /// Draws one amount for each logarithm, in two loops: one carries the state of the stream from
    /// draw to draw, and in the other the amounts are independent of each other.
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
                *amount = self.credits(steps);
            }
        }
        *stream = held;
    }

    /// The amount of the logarithm 0.
    fn unit(&self) -> Credits {
        self.credits(self.whole(self.unit))
    }

    /// The steps of a logarithm drawn above this many.
    fn above(&self, steps: f64, logarithm: f64) -> f64 {
        self.whole((self.unit * exp(logarithm)).max(steps + 0.5))
    }

    /// Converts whole steps to credits.
    #[inline]
    fn credits(&self, steps: f64) -> Credits {
        Credits::from_micro(steps as i64 * self.step)
    }

    /// A whole number of steps, at least one.
    #[inline]
    fn whole(&self, steps: f64) -> f64 {
        half_even(steps.min(self.most)).max(1.0)
    }
}

/// Logarithms that wait to become amounts.
const COLUMN: usize = 256;

/// Rounds to the nearest whole number, ties to even, for numbers of at least 0.
///
/// Above 2⁵² a float has no fractional digits, so adding that rounds.
#[inline]
fn half_even(value: f64) -> f64 {
    const WHOLE: f64 = (1_u64 << 52) as f64;
    if value < WHOLE { (value + WHOLE) - WHOLE } else { value }
}

/// e to a power, to a few units in the last place. Powers beyond ± 708 are clamped: their results
/// exceed every amount in either direction.
///
/// The library's function is as good but several times as slow, because it takes one number at a
/// time. A power of two is split off by adding a number so large that no fractional digits are left
/// (as in [`half_even`]), and the Taylor series does the rest, within ± ½ ln 2.
#[inline]
fn exp(power: f64) -> f64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 × 2⁵²
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let power = power.clamp(-708.0, 708.0);
    let shifted = power * std::f64::consts::LOG2_E + SHIFT;
    let twos = shifted - SHIFT;
    let rest = (power - twos * LN_2_HIGH) - twos * LN_2_LOW;
    // Even and odd powers are summed separately, so that half of the multiplications can run in
    // parallel.
    let square = rest * rest;
    let series = |terms: &[f64]| terms.iter().rev().fold(0.0, |sum, term| sum * square + term);
    let series = series(&EVEN) + rest * series(&ODD);
    // The lowest bits of `shifted` are the power of two; they move to a float's exponent.
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::streams::ziggurat::tests::{DRAWS, errors_from, share};
    use crate::streams::{Purpose, Streams};

    fn source(seed: u64) -> AmountSource {
        AmountSource::new(Streams { seed, replication: 0 }.of(Purpose::Amounts))
    }

    /// So many amounts as a chunk has them, passed on in parts of these lengths in turn.
    fn in_parts(draw: &Draw, parts: &[usize], count: usize, seed: u64) -> Vec<Credits> {
        let (mut column, mut source) = (AmountColumn::new(), source(seed));
        let (mut chunk, mut found) = (Chunk::new(), Vec::new());
        let (times, mut parts) = ([Instant::EARLIEST; EVENTS], parts.iter().cycle());
        while found.len() < count {
            draw.fill(&mut column, &mut source);
            let mut next = 0;
            while next < EVENTS {
                chunk.clear();
                let part = next..EVENTS.min(next + parts.next().unwrap());
                let (taken, refused) = draw.pass(&column, next, &times[part.clone()], &mut chunk);
                assert!(taken == part.len() || refused == Some(Refused::Full), "{refused:?}");
                next += taken;
                found.extend(chunk.events().map(|(_, amount)| amount));
            }
        }
        found.truncate(count);
        found
    }

    fn many(draw: &Draw, count: usize, seed: u64) -> Vec<Credits> {
        in_parts(draw, &[EVENTS], count, seed)
    }

    fn draws(law: AmountLaw) -> Vec<f64> {
        let amounts = many(&Draw::new(&law), DRAWS as usize, 1);
        amounts.into_iter().map(Credits::to_f64).collect()
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
        // Nearly the largest quantity, not a multiple of the step.
        for step in [3, 7, 11, 13] {
            let largest = Credits::LARGEST.micro();
            let (median, step) = (Credits::LARGEST, Credits::from_micro(step));
            let draw = Draw::new(&AmountLaw::LogNormal { median, sigma: 100.0, step });
            let amounts = many(&draw, 1_000, 1);
            let most = amounts.into_iter().map(Credits::micro).max().unwrap_or(0);
            assert!(most <= largest && most > largest - 64 * step.micro(), "{step} {most}");
            assert_eq!(most % step.micro(), 0);
        }
    }

    /// Laws that have a table: some end in it, some exceed it, one of them as often as is allowed.
    fn tabled() -> Vec<Law> {
        let step = AmountLaw::STEP;
        let log_normal = |median, sigma| {
            Law::LogNormal(LogNormal::new(Credits::from_micro(median), sigma, step))
        };
        let pareto = |least, shape, most| {
            let least = Credits::from_micro(least);
            Law::Pareto(Pareto::new(least, shape, Credits::whole(most), step))
        };
        vec![
            Law::Geometric(Geometric::new(1.0)),
            Law::Geometric(Geometric::new(2.0)),
            Law::Geometric(Geometric::new(360.0)),
            log_normal(2_000_000, 1.0),
            log_normal(160_000_000, 1.2),
            log_normal(100_000, 0.3),
            pareto(1_000_000, 1.5, 10_000),
            pareto(2_300_000, 0.5, 300),
            pareto(70_000_000, 1.1, 2_000),
        ]
    }

    #[test]
    fn a_law_is_the_same_from_its_table_and_directly() {
        for law in tabled() {
            let tabled = Draw::Tabled(Tabled::of(law).unwrap());
            for (draw, of) in [(tabled, 5), (Draw::Direct(law), 6)] {
                let amounts = many(&draw, DRAWS as usize, of);
                let values: Vec<f64> = amounts.into_iter().map(Credits::to_f64).collect();
                for steps in [1, 2, 3, 5, 30, 100, 299, 300, 1_022, 1_023, 1_024, 1_025, 1_300] {
                    let (wanted, found) =
                        (law.above(steps), share(&values, |value| value > steps.into()));
                    if wanted * f64::from(DRAWS) > 50.0 && wanted < 1.0 {
                        assert!(errors_from(&found, wanted) < 4.0, "{law:?} {steps} {of}");
                    }
                    if wanted == 0.0 || wanted == 1.0 {
                        assert!(found.iter().all(|&found| found == wanted), "{law:?} {steps} {of}");
                    }
                }
            }
        }
    }

    #[test]
    fn outcomes_of_a_table_are_as_frequent_as_its_law_says() {
        for law in tabled() {
            let draw = Draw::Tabled(Tabled::of(law).unwrap());
            let (unit, draws) = (law.steps().0, 4 * DRAWS);
            let mut counts = vec![0.0; usize::from(LawTable::BEYOND) + 1];
            for amount in many(&draw, draws as usize, 7) {
                counts[(amount.micro() / unit).min(LawTable::BEYOND.into()) as usize] += 1.0;
            }
            // Outcomes too rare for a class of their own share one with those after them.
            let (mut squares, mut classes, mut found, mut wanted) = (0.0, 0.0, 0.0, 0.0);
            for outcome in 1..=LawTable::BEYOND {
                // No law has an amount of nothing, which that of one value alone could not compute.
                let above = |outcome| if outcome == 0 { 1.0 } else { law.above(outcome) };
                let next = if outcome < LawTable::BEYOND { above(outcome) } else { 0.0 };
                found += counts[usize::from(outcome)];
                wanted += (above(outcome - 1) - next) * f64::from(draws);
                if wanted >= 20.0 {
                    squares += (found - wanted) * (found - wanted) / wanted;
                    classes += 1.0;
                    (found, wanted) = (0.0, 0.0);
                }
            }
            let free = f64::max(classes - 1.0, 0.0);
            assert!(squares - free <= 4.5 * (2.0 * free).sqrt(), "{squares} of {free}");
            // The rest after the last class is too little for one.
            assert!((found - wanted).abs() < 5.0 * 20.0_f64.sqrt(), "{found} {wanted}");
        }
    }

    #[test]
    fn the_first_amounts_of_each_law_never_change() {
        for (number, (law, golden)) in tabled().into_iter().zip(GOLDEN).enumerate() {
            let draw = Draw::Tabled(Tabled::of(law).unwrap());
            let unit = law.steps().0;
            let first: Vec<i64> = many(&draw, 6, 8).iter().map(|a| a.micro() / unit).collect();
            let last: Vec<i64> =
                many(&draw, 40_000, 8)[39_997..].iter().map(|a| a.micro() / unit).collect();
            assert_eq!([first, last].concat(), golden, "{number}");
        }
    }

    /// The first six amounts and three later ones, in steps.
    const GOLDEN: [[i64; 9]; 9] = [
        [1, 1, 1, 1, 1, 1, 1, 1, 1],
        [2, 3, 1, 1, 1, 3, 1, 1, 3],
        [342, 789, 193, 252, 205, 694, 137, 189, 788],
        [2, 5, 2, 2, 2, 4, 1, 1, 5],
        [215, 789, 120, 156, 127, 504, 88, 118, 598],
        [1, 1, 1, 1, 1, 1, 1, 1, 1],
        [2, 3, 1, 2, 1, 3, 1, 1, 3],
        [10, 43, 6, 7, 6, 26, 4, 5, 31],
        [150, 409, 109, 124, 112, 269, 96, 108, 301],
    ];

    #[test]
    fn a_law_that_a_table_does_not_fit_has_none() {
        let (credit, cent) = (AmountLaw::STEP, Credits::from_micro(10_000));
        for law in [
            Law::Geometric(Geometric::new(380.0)),
            Law::LogNormal(LogNormal::new(Credits::whole(40), 0.8, cent)),
            Law::LogNormal(LogNormal::new(Credits::whole(200), 1.2, credit)),
            Law::Pareto(Pareto::new(Credits::whole(70), 0.5, Credits::whole(3_000), credit)),
            // The largest quantity of credits is reached within the table.
            Law::LogNormal(LogNormal::new(
                Credits::whole(1_000_000_000),
                2.0,
                Credits::whole(1_000_000_000),
            )),
        ] {
            assert!(Tabled::of(law).is_none(), "{law:?}");
        }
    }

    #[test]
    fn a_law_of_one_value_is_that_value_rounded_half_even() {
        let (step, least) = (AmountLaw::STEP, Credits::from_micro(2_500_000));
        for law in [
            AmountLaw::LogNormal { median: least, sigma: 0.0, step },
            AmountLaw::Pareto { least, shape: 1.0, most: least, step },
        ] {
            assert!(draws(law).iter().all(|&value| value == 2.0), "{law:?}");
        }
        let (least, most) = (Credits::from_micro(999_999_999_999_999_999), Credits::LARGEST);
        let law = AmountLaw::Pareto { least, shape: 1.0, most, step };
        assert!(draws(law).iter().all(|&value| value == 1e12));
    }

    #[test]
    fn how_many_are_passed_on_at_a_time_does_not_show() {
        let step = AmountLaw::STEP;
        let (median, least, most) = (Credits::whole(40), Credits::whole(1), Credits::whole(9));
        for law in [
            AmountLaw::Geometric { mean: 8.0 },
            AmountLaw::Geometric { mean: 800.0 },
            // Some of these lie beyond the table.
            AmountLaw::Geometric { mean: 360.0 },
            AmountLaw::LogNormal { median, sigma: 1.0, step },
            AmountLaw::LogNormal { median, sigma: 1.0, step: Credits::SMALLEST },
            AmountLaw::Pareto { least, shape: 0.5, most, step },
            AmountLaw::Pareto { least, shape: 0.5, most, step: Credits::SMALLEST },
        ] {
            let draw = Draw::new(&law);
            let at_once = many(&draw, 2_001, 4);
            let found = in_parts(&draw, &[1, 18, 0, 2, 64, 17], 2_001, 4);
            assert!(at_once == found, "{law:?}");
        }
    }
}
