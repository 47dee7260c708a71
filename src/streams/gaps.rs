//! Events of a Poisson process of rate one, as whole numbers.
//!
//! A gap is an exponential draw of mean one in units of 2⁻³⁸, from a ziggurat of 1,024 layers (Marsaglia and Tsang 2000): a word
//! chooses a layer by its lowest ten bits and a place in it by all of them, and in 994 of 1,000 draws that is a comparison and
//! a product. The tables are made once per process, by `libm`, the same on every platform; everything after that is whole
//! numbers but for the rare draws beside. Deliberately absent: rates and instants.

use std::sync::LazyLock;

use rand::Rng;

use super::lanes::{LANES, Lanes};
use super::ziggurat::{Exponential, above_zero, below};
use super::{Indexed, Stream};

/// Events drawn together.
pub(crate) const EVENTS: usize = 256;
/// Units of the mean gap.
pub(crate) const MEAN: f64 = (1_u64 << 38) as f64;
/// The position before the first event of a column.
///
/// Positions are the bits of the float 2⁵² + units since then: they are added up as whole numbers, and are floats without being
/// converted. 256 gaps never reach 2⁵² units: the largest is below 64 means, see [`GapTable::beyond`].
pub(crate) const START: u64 = WHOLE.to_bits();
/// The same as a float.
pub(crate) const WHOLE: f64 = (1_u64 << 52) as f64;

/// Layers of the ziggurat.
const LAYERS: usize = 1 << 10;
/// The edge of the lowest layer, and the area of each: the one edge from which layers of equal area, one on the other, end at
/// the peak of e⁻ˣ, found by bisection with fifty digits (9.2561645442655436867 and 0.00097967899066202092084).
const LAST: f64 = 9.256_164_544_265_543;
const AREA: f64 = 0.000_979_678_990_662_020_8;

static TABLE: LazyLock<GapTable> = LazyLock::new(GapTable::new);

/// Layers of equal area under e⁻ˣ, from the lowest up.
#[derive(Debug)]
struct GapTable {
    /// Words below this give a gap below the density in the whole height of the layer.
    bounds: [u64; LAYERS],
    /// The width of the layer, in units.
    widths: [u64; LAYERS],
    /// The right edge of each layer, then 0.
    edges: [f64; LAYERS + 1],
    /// The density at each edge.
    heights: [f64; LAYERS + 1],
}

impl GapTable {
    fn new() -> GapTable {
        let mut edges = [0.0; LAYERS + 1];
        // The lowest layer is as wide as its area, tail included, divided by its height.
        edges[0] = AREA / libm::exp(-LAST);
        edges[1] = LAST;
        for layer in 2..LAYERS {
            let below: f64 = edges[layer - 1];
            edges[layer] = -libm::log(AREA / below + libm::exp(-below));
        }
        const WORDS: f64 = 18_446_744_073_709_551_616.0; // 2⁶⁴
        GapTable {
            bounds: std::array::from_fn(|layer| (edges[layer + 1] / edges[layer] * WORDS) as u64),
            widths: std::array::from_fn(|layer| (edges[layer] * MEAN).round() as u64),
            heights: edges.map(|edge| libm::exp(-edge)),
            edges,
        }
    }

    /// The gap of a word.
    #[inline]
    fn gap(&self, word: u64, side: &mut Stream) -> u64 {
        let layer = word as usize % LAYERS;
        if word < self.bounds[layer] { self.inside(word) } else { self.beyond(word, side) }
    }

    /// The place in its layer that a word chooses.
    #[inline]
    fn inside(&self, word: u64) -> u64 {
        let width = self.widths[word as usize % LAYERS];
        ((u128::from(word) * u128::from(width)) >> 64) as u64
    }

    /// The rare cases: the tail below the lowest layer, and the corners of the others; a draw that a corner rejects is made
    /// anew. A draw of [`Exponential`] is below 45, so that no gap reaches 64.
    #[cold]
    #[inline(never)]
    fn beyond(&self, word: u64, side: &mut Stream) -> u64 {
        let (layer, anew) = (word as usize % LAYERS, Exponential::new());
        if layer == 0 {
            // The law has no memory: the tail is the law again, moved.
            return ((LAST + anew.next(side)) * MEAN) as u64;
        }
        let place = self.inside(word);
        let (low, high) = (self.heights[layer], self.heights[layer + 1]);
        let height = low + above_zero(side.next_u64()) * (high - low);
        let fall = (place as f64 / MEAN - self.edges[layer + 1]).max(0.0);
        if below(height / high, fall) { place } else { (anew.next(side) * MEAN) as u64 }
    }
}

/// Draws the events of the process, a column of them at a time.
#[derive(Clone, Debug)]
pub(crate) struct Gaps {
    table: &'static GapTable,
    lanes: Lanes,
    /// For the rare draws that take more than a word.
    side: Stream,
}

impl Gaps {
    pub(crate) fn new(streams: Indexed) -> Gaps {
        Gaps { table: &TABLE, lanes: Lanes::new(streams), side: streams.at(LANES as u64) }
    }

    /// The positions of the next events, counted from the last of those before.
    pub(crate) fn fill(&mut self, positions: &mut [u64; EVENTS]) {
        let Gaps { table, lanes, side } = self;
        lanes.fill(positions);
        let mut sum = START;
        let mut one = |place: &mut u64| {
            sum = sum.wrapping_add(table.gap(*place, side));
            *place = sum;
        };
        // In fours: counting every event would take a tenth of the loop.
        for [a, b, c, d] in positions.as_chunks_mut::<4>().0 {
            one(a);
            one(b);
            one(c);
            one(d);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use rand::RngExt;
    use rand_distr::Exp1;

    use super::super::ziggurat::tests::{distance, errors_from, share};
    use super::super::{Purpose, Streams};
    use super::*;

    fn of(seed: u64) -> Indexed {
        Streams { seed, replication: 0 }.of(Purpose::Arrivals)
    }

    /// Gaps one by one, in units.
    pub(crate) fn gaps(streams: Indexed, columns: usize) -> Vec<u64> {
        let (mut gaps, mut found) = (Gaps::new(streams), Vec::new());
        let mut positions = [0; EVENTS];
        for _ in 0..columns {
            gaps.fill(&mut positions);
            let before = std::iter::once(&START).chain(&positions);
            found.extend(positions.iter().zip(before).map(|(at, before)| at - before));
        }
        found
    }

    fn in_means(gaps: &[u64]) -> Vec<f64> {
        gaps.iter().map(|&gap| gap as f64 / MEAN).collect()
    }

    #[test]
    fn the_first_gaps_never_change() {
        assert_eq!(gaps(of(0), 1)[..6], FIRST);
        let later = gaps(of(u64::MAX), 4_000);
        assert_eq!(later[later.len() - 3..], LATER);
    }

    const FIRST: [u64; 6] = [
        436_969_851_056,
        125_364_527_486,
        116_866_958_762,
        129_718_135_646,
        99_661_823_603,
        288_082_396_833,
    ];
    const LATER: [u64; 3] = [187_128_858_820, 287_622_723_389, 69_750_131_208];

    #[test]
    fn the_edge_is_the_one_from_which_layers_end_at_the_peak() {
        // What the highest layer would overtop the peak by, for layers that begin at an edge.
        let over = |last: f64| {
            let (area, mut edge) = ((last + 1.0) * libm::exp(-last), last);
            for _ in 2..LAYERS {
                let height = area / edge + libm::exp(-edge);
                if height >= 1.0 {
                    return 1.0;
                }
                edge = -libm::log(height);
            }
            area / edge + libm::exp(-edge) - 1.0
        };
        let (mut low, mut high) = (5.0, 15.0);
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if over(middle) > 0.0 { low = middle } else { high = middle }
        }
        assert!((low - LAST).abs() < 1e-11, "{low}");
        assert!(((LAST + 1.0) * libm::exp(-LAST) / AREA - 1.0).abs() < 1e-14);
    }

    #[test]
    fn layers_have_one_area_and_end_at_the_peak() {
        let GapTable { bounds, widths, edges, heights } = &*TABLE;
        for layer in 1..LAYERS {
            let found = edges[layer] * (heights[layer + 1] - heights[layer]);
            assert!((found / AREA - 1.0).abs() < 1e-9, "{layer}: {found}");
        }
        assert!(edges.is_sorted_by(|wide, narrow| wide > narrow));
        assert!(widths.is_sorted_by(|wide, narrow| wide > narrow));
        assert_eq!(bounds[LAYERS - 1], 0);
        // The share of words that a comparison and a product are not enough for.
        let inside: f64 = bounds.iter().map(|&bound| bound as f64 / 2.0_f64.powi(64)).sum();
        let beyond = 1.0 - inside / LAYERS as f64;
        assert!((0.0060..0.0068).contains(&beyond), "{beyond}");
    }

    #[test]
    fn gaps_are_those_of_the_words_of_the_lanes() {
        let found = gaps(of(3), 40);
        let mut lanes: Vec<Stream> = (0..8).map(|lane| of(3).at(lane)).collect();
        let (mut side, mut beyond) = (of(3).at(8), 0);
        for (number, gap) in found.iter().enumerate() {
            let word = lanes[number % 8].next_u64();
            // The same by floats, to their precision.
            let (layer, part) = ((word & 1_023) as usize, word as f64 / 2.0_f64.powi(64));
            let place = part * TABLE.edges[layer];
            let mut wanted = place;
            if place >= TABLE.edges[layer + 1] {
                beyond += 1;
                let (low, high) = (TABLE.heights[layer], TABLE.heights[layer + 1]);
                let mut uniform = || low + above_zero(side.next_u64()) * (high - low);
                if layer == 0 || uniform() >= libm::exp(-place) {
                    wanted =
                        if layer == 0 { LAST } else { 0.0 } + Exponential::new().next(&mut side);
                }
            }
            assert!((*gap as f64 / MEAN - wanted).abs() < 1e-11, "{number}: {gap} {wanted}");
        }
        assert!(beyond > 20, "{beyond}");
    }

    #[test]
    fn gaps_are_exponential_of_mean_one_with_their_tails() {
        let found = in_means(&gaps(of(5), 4_000));
        assert!(errors_from(&found, 1.0) < 4.0);
        let squares: Vec<f64> = found.iter().map(|gap| gap * gap).collect();
        assert!(errors_from(&squares, 2.0) < 4.0);
        let mut stream = of(6).at(0);
        let other: Vec<f64> = found.iter().map(|_| stream.sample(Exp1)).collect();
        let apart = distance(found.clone(), other);
        assert!(apart < 1.95, "{apart}");
        let edges = [1, 2, 300, 1_000, 1_022, 1_023].map(|layer| TABLE.edges[layer]);
        let reaches = [1e-6, 1e-4, 0.01, 0.5, 1.0, 3.0, 6.0, 9.0, LAST, 9.5, 10.0, 11.0];
        for reach in reaches.into_iter().chain(edges) {
            let share = share(&found, |gap| gap > reach);
            assert!(errors_from(&share, (-reach).exp()) < 4.0, "{reach}");
        }
    }

    #[test]
    fn equally_likely_gaps_are_equally_frequent() {
        // As many classes as layers, none of which begins where a layer does.
        let (found, classes) = (in_means(&gaps(of(7), 8_000)), 1_000);
        let mut counts = vec![0.0; classes];
        for gap in &found {
            counts[((1.0 - (-gap).exp()) * classes as f64) as usize] += 1.0;
        }
        let wanted = found.len() as f64 / classes as f64;
        let squares: f64 = counts.iter().map(|count| (count - wanted).powi(2) / wanted).sum();
        // Of 999 degrees of freedom: four standard deviations.
        let free = classes as f64 - 1.0;
        assert!((squares - free).abs() < 4.0 * (2.0 * free).sqrt(), "{squares}");
        // Neighbours have nothing to do with each other, in a lane or across.
        for apart in [1, 8, 256] {
            let products: Vec<f64> = found
                .iter()
                .zip(&found[apart..])
                .map(|(one, other)| (one - 1.0) * (other - 1.0))
                .collect();
            assert!(errors_from(&products, 0.0) < 4.0, "{apart}");
        }
    }

    #[test]
    fn the_largest_gaps_of_a_column_stay_below_the_float_after_it() {
        // The tail of the tail: the least of the uniform numbers, and the edges of both ziggurats.
        let largest = LAST + 7.7 + 53.0 * std::f64::consts::LN_2;
        assert!(largest < 64.0);
        assert!(START + EVENTS as u64 * (64.0 * MEAN) as u64 <= (2.0 * WHOLE).to_bits());
    }
}
