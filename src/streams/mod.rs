//! Randomness with an address.
//!
//! Every random draw of a run belongs to an address: (seed, replication, purpose, index). The
//! generator at an address is a pure function of it, so two policies meet the same usage and the
//! same luck, and neither the order of evaluation nor the number of threads can change a draw.
//!
//! The generator is Xoshiro256++ (Blackman and Vigna 2021). Its 256 bits of state are the address
//! absorbed word by word into SplitMix64's finaliser (Steele, Lea and Flood 2014), then four
//! outputs of SplitMix64. Both are fixed by the golden vectors in the tests below. Exponential and normal
//! draws are in `ziggurat`; what draws by the million events, in `lanes` (words of eight streams side by side) and `gaps` (events of
//! a Poisson process from them).

pub(crate) mod gaps;
pub(crate) mod lanes;
pub(crate) mod ziggurat;

use std::sync::OnceLock;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// The purpose of a random stream. The numbers are part of every result: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Arrival times of usage.
    Arrivals = 1,
    /// Amounts of usage events.
    Amounts = 2,
    /// Start times of random bursts of usage.
    Bursts = 3,
    /// Durations of charges.
    Latency = 4,
    /// Outcomes of charge attempts.
    Failure = 5,
    /// Verifications requested by the bank, and their durations.
    Verification = 6,
    /// Repairs of a suspended payment method, and their delays.
    Repair = 7,
    /// The state of the card over time.
    Card = 8,
    /// The parts of history that are resampled.
    Resample = 9,
    /// Resampling of results, for intervals.
    Bootstrap = 10,
    /// Outcomes of verifications.
    VerificationOutcome = 11,
    /// Outcomes of retries on a soft-failing card.
    CardRetry = 12,
    /// Refunds of recharges, and when they come.
    Refund = 13,
    /// Chargebacks of recharges, when they come, and the disputes about them.
    Chargeback = 14,
    /// What is not known of usage to come: its level, growth, drift and noise.
    Outlook = 20,
    /// The weeks of history that weeks to come look like.
    Likeness = 21,
    /// Draws from what a history allows, while a model is learned.
    Learning = 22,
    /// The sizes, zones and first days of accounts that are made up.
    Accounts = 23,
}

/// The generator type of every stream.
pub type Stream = Xoshiro256PlusPlus;

/// Draws a standard normal deviate.
pub fn normal(stream: &mut Stream) -> f64 {
    ziggurat::Normal::new().next(stream)
}

/// The streams of one replication: a seed and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    /// The seed of the whole run.
    pub seed: u64,
    /// The replication; a single replay is replication 0.
    pub replication: u64,
}

impl Streams {
    /// The generator at an address.
    #[inline]
    pub fn at(self, purpose: Purpose, index: u64) -> Stream {
        self.of(purpose).at(index)
    }

    /// The generators of one purpose.
    #[inline]
    pub fn of(self, purpose: Purpose) -> Indexed {
        let words = [self.seed, self.replication, purpose as u64];
        Indexed(words.into_iter().fold(0, absorb))
    }
}

/// The streams of one purpose in one replication, with most of the address already absorbed for
/// callers that need many of them.
#[derive(Clone, Copy, Debug)]
pub struct Indexed(u64);

impl Indexed {
    /// The generator at an index.
    #[inline]
    pub fn at(self, index: u64) -> Stream {
        let mut seed = [0; 32];
        for (bytes, word) in seed.chunks_exact_mut(8).zip(self.state(index)) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Stream::from_seed(seed)
    }

    /// The state of the generator at an index. It is never zero throughout, from which a generator could not get away: the
    /// finaliser is a bijection, and its four arguments differ.
    #[inline]
    fn state(self, index: u64) -> [u64; 4] {
        let mut state = absorb(self.0, index);
        std::array::from_fn(|_| {
            state = state.wrapping_add(GOLDEN);
            mix(state)
        })
    }

    /// The first word of the generator at an index, for callers that rarely need a second. Equal to
    /// the first word of [`Indexed::at`], without computing half of its state.
    #[inline]
    pub fn first(self, index: u64) -> u64 {
        let state = absorb(self.0, index);
        let word = |number: u64| mix(state.wrapping_add(GOLDEN.wrapping_mul(number)));
        let (first, last) = (word(1), word(4));
        first.wrapping_add(last).rotate_left(23).wrapping_add(first)
    }
}

/// First words of the streams of one purpose in one replication, each drawn once for all who ask.
#[derive(Debug)]
pub struct FirstWords {
    streams: Indexed,
    /// Those of neighbouring indices, drawn together when one is asked for.
    blocks: [OnceLock<Box<[u64; FirstWords::TOGETHER]>>; FirstWords::BLOCKS],
}

impl FirstWords {
    const TOGETHER: usize = 32;
    /// What lies beyond them is drawn anew each time.
    const BLOCKS: usize = 64;

    /// None is drawn yet.
    pub fn new(streams: Indexed) -> FirstWords {
        FirstWords { streams, blocks: [const { OnceLock::new() }; FirstWords::BLOCKS] }
    }

    /// The word that [`Indexed::first`] draws.
    #[inline]
    pub fn first(&self, index: u64) -> u64 {
        const TOGETHER: u64 = FirstWords::TOGETHER as u64;
        let (number, place) = (index / TOGETHER, (index % TOGETHER) as usize);
        match usize::try_from(number).ok().and_then(|number| self.blocks.get(number)) {
            Some(block) => block.get_or_init(|| self.block(number * TOGETHER))[place],
            None => self.streams.first(index),
        }
    }

    #[cold]
    fn block(&self, from: u64) -> Box<[u64; FirstWords::TOGETHER]> {
        Box::new(std::array::from_fn(|place| self.streams.first(from + place as u64)))
    }
}

/// One more word of an address.
#[inline]
fn absorb(state: u64, word: u64) -> u64 {
    mix(state ^ word).wrapping_add(GOLDEN)
}

/// 2⁶⁴ divided by the golden ratio, SplitMix64's increment.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64's finaliser, a bijection of 64-bit words.
#[inline]
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn the_first_draws_at_three_addresses_never_change() {
        for (seed, replication, purpose, index, first) in [
            (0, 0, Purpose::Arrivals, 0, [0x8C24EC30BEA604DB_u64, 0x04AB9892D5DA982E]),
            (42, 7, Purpose::Failure, 5, [0x30DBF69FCBBFF5D7, 0xCDC41058562886FF]),
            (u64::MAX, 1, Purpose::Bootstrap, u64::MAX, [0xD448657C9E4B6FE6, 0xB6A9C74958A860A3]),
        ] {
            let mut stream = Streams { seed, replication }.at(purpose, index);
            let found = [stream.next_u64(), stream.next_u64()];
            assert_eq!(found, first, "{seed} {replication} {purpose:?} {index}");
        }
    }

    #[test]
    fn the_first_word_alone_is_that_of_the_generator() {
        for (seed, replication) in [(0, 0), (42, 7), (u64::MAX, 1 << 40)] {
            let streams = Streams { seed, replication }.of(Purpose::Failure);
            let words = FirstWords::new(streams);
            for index in (0..3_000).chain([u64::MAX, 0, 2_047, 2_048]) {
                let first = streams.at(index).next_u64();
                assert_eq!((streams.first(index), words.first(index)), (first, first));
            }
        }
    }

    #[test]
    fn neighbouring_addresses_have_unrelated_streams() {
        let first = |seed, replication, purpose, index| {
            Streams { seed, replication }.at(purpose, index).next_u64()
        };
        let mut seen = std::collections::HashSet::new();
        for seed in 0..20 {
            for replication in 0..20 {
                for index in 0..20 {
                    assert!(seen.insert(first(seed, replication, Purpose::Failure, index)));
                    assert!(seen.insert(first(seed, replication, Purpose::Latency, index)));
                }
            }
        }
    }
}
