//! Words of eight generators side by side.
//!
//! A lane is the stream at its index, word for word. That all lanes move together lets the compiler move several in one
//! instruction; which instructions the processor has is asked when the first words are drawn, and the words are the same with
//! all of them, as they are made of whole numbers. Deliberately absent: what the words are for.

use multiversion::multiversion;
use multiversion::target::match_target;

use super::Indexed;

/// Streams side by side: those at the indices from 0 on.
pub(crate) const LANES: usize = 8;

/// The four words of state of each lane.
type LaneState = [[u64; LANES]; 4];
/// One word of each lane.
type LaneRow = [u64; LANES];

/// Eight generators.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    state: LaneState,
}

impl Lanes {
    pub(crate) fn new(streams: Indexed) -> Lanes {
        let mut state = [[0; LANES]; 4];
        for lane in 0..LANES {
            for (row, word) in state.iter_mut().zip(streams.state(lane as u64)) {
                row[lane] = word;
            }
        }
        Lanes { state }
    }

    /// The next words: one of each lane, then one of each again. There are as many as lanes, or several times as many.
    pub(crate) fn fill(&mut self, words: &mut [u64]) {
        fill(&mut self.state, words.as_chunks_mut().0);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2+bmi1+bmi2"))]
fn fill(state: &mut LaneState, rows: &mut [LaneRow]) {
    match_target! {
        "x86_64+avx512f+avx512bw+avx512dq+avx512vl" => together::<true>(state, rows),
        "x86_64+avx2+bmi1+bmi2" => together::<false>(state, rows),
        _ => in_turn(state, rows),
    }
}

/// Lane by lane, each with its state in registers: the fastest way without wide vectors.
#[inline(always)]
fn in_turn(state: &mut LaneState, rows: &mut [LaneRow]) {
    let [sa, sb, sc, sd] = state;
    for (((sa, sb), (sc, sd)), lane) in
        sa.iter_mut().zip(sb).zip(sc.iter_mut().zip(sd)).zip(0_usize..)
    {
        let (mut a, mut b, mut c, mut d) = (*sa, *sb, *sc, *sd);
        for row in &mut *rows {
            row[lane % LANES] = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
            let shifted = b << 17;
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= shifted;
            d = d.rotate_left(45);
        }
        (*sa, *sb, *sc, *sd) = (a, b, c, d);
    }
}

/// All lanes in one step, with vectors that can rotate or without.
///
/// Where vectors cannot rotate, the compiler would leave rotations to scalar instructions, and with them all else. So it
/// does not get to know there that two shifts are a rotation: their counts are hidden from it.
#[cfg(any(test, target_arch = "x86_64"))]
#[inline(always)]
fn together<const ROTATES: bool>(state: &mut LaneState, rows: &mut [LaneRow]) {
    const FIRST: u32 = 23;
    const SECOND: u32 = 45;
    let counts = std::hint::black_box([FIRST, 64 - FIRST, SECOND, 64 - SECOND]);
    let [left, right, left_again, right_again] = counts.map(|count| count & 63);
    let first = |word: u64| match ROTATES {
        true => word.rotate_left(FIRST),
        false => word << left | word >> right,
    };
    let second = |word: u64| match ROTATES {
        true => word.rotate_left(SECOND),
        false => word << left_again | word >> right_again,
    };
    let [mut a, mut b, mut c, mut d] = *state;
    for row in rows {
        // By index: the compiler leaves iterators over arrays as calls here.
        let mut lane = 0;
        while lane < LANES {
            row[lane] = first(a[lane].wrapping_add(d[lane])).wrapping_add(a[lane]);
            lane += 1;
        }
        let mut lane = 0;
        while lane < LANES {
            let shifted = b[lane] << 17;
            c[lane] ^= a[lane];
            d[lane] ^= b[lane];
            b[lane] ^= c[lane];
            a[lane] ^= d[lane];
            c[lane] ^= shifted;
            d[lane] = second(d[lane]);
            lane += 1;
        }
    }
    *state = [a, b, c, d];
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::super::{Purpose, Stream, Streams};
    use super::*;

    /// The same function where AVX2 is all that a processor has.
    #[multiversion(targets("x86_64+avx2+bmi1+bmi2"))]
    fn fill_avx2(state: &mut LaneState, rows: &mut [LaneRow]) {
        together::<false>(state, rows)
    }

    /// And where it has neither, in both ways.
    fn fill_plain(state: &mut LaneState, rows: &mut [LaneRow]) {
        in_turn(state, rows)
    }

    fn fill_plain_together(state: &mut LaneState, rows: &mut [LaneRow]) {
        together::<true>(state, rows)
    }

    #[test]
    fn lanes_are_the_streams_at_their_indices_with_all_instructions_of_this_machine() {
        type Fill = fn(&mut LaneState, &mut [LaneRow]);
        let levels: [Fill; 4] = [fill, fill_avx2, fill_plain, fill_plain_together];
        for (seed, replication) in [(0, 0), (42, 7), (u64::MAX, u64::MAX)] {
            let of = Streams { seed, replication }.of(Purpose::Arrivals);
            for (level, fill) in levels.into_iter().enumerate() {
                let mut lanes = Lanes::new(of);
                let mut streams: Vec<Stream> = (0..LANES as u64).map(|lane| of.at(lane)).collect();
                for rows in [0, 1, 8, 32, 100] {
                    let mut words = vec![[0; LANES]; rows];
                    fill(&mut lanes.state, &mut words);
                    for (row, words) in words.iter().enumerate() {
                        let wanted: Vec<u64> = streams.iter_mut().map(Rng::next_u64).collect();
                        assert_eq!(words[..], wanted, "{seed} {level} {row}");
                    }
                }
            }
        }
    }
}
