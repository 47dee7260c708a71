//! A law on the whole numbers as a table: nearly every draw is a single look-up.
//!
//! Probabilities are rounded down to whole 4,096ths, and a number has one cell for each; twelve
//! bits choose a cell (Marsaglia, Tsang and Wang 2004, *Fast Generation of Discrete Random
//! Variables*). The remainders are not lost: they own the remaining cells, each of which is
//! resolved by an alias table (Walker 1977, built as by Vose 1991) of the remainders. Deliberately
//! absent: numbers beyond the table.

use rand::Rng;

use crate::streams::Stream;

/// Cells, a power of two.
const CELLS: usize = 1 << CELL_BITS;
const CELL_BITS: u32 = 12;
/// The outcomes of a cell: every number of the table, and all those beyond it together.
const OUTCOMES: usize = 1 << OUTCOME_BITS;
const OUTCOME_BITS: u32 = 10;
/// Bits that decide between the two outcomes of a slot.
const BOUND_BITS: u32 = u64::BITS - OUTCOME_BITS;

/// A law on the numbers 1 to [`LawTable::LARGEST`], and beyond.
#[derive(Clone, Debug)]
pub(super) struct LawTable {
    cells: Box<[u16; CELLS]>,
    rest: Box<[Slot; OUTCOMES]>,
}

/// A slot of the alias table: the bound of the bits below which it gives its own outcome, and the
/// outcome it gives otherwise.
#[derive(Clone, Copy, Debug)]
struct Slot {
    bound: u64,
    alias: u16,
}

impl LawTable {
    /// The largest number in the table.
    pub(super) const LARGEST: u16 = OUTCOMES as u16 - 1;
    /// The outcome for all larger numbers.
    pub(super) const BEYOND: u16 = OUTCOMES as u16;
    /// The value of a cell without a number: a bit that no number has.
    pub(super) const REST: u16 = 1 << 15;
    /// Looks that one word of bits is enough for.
    pub(super) const LOOKS: usize = (u64::BITS / LawTable::LOOK_BITS) as usize;
    /// Bits from one look to the next.
    const LOOK_BITS: u32 = 16;

    /// Builds the table of the law that exceeds a number with probability `above`, which is 1 for 0
    /// and falls.
    pub(super) fn of(above: impl Fn(u16) -> f64) -> LawTable {
        let (mut cells, mut cut) = (Box::new([LawTable::REST; CELLS]), [0.0; OUTCOMES]);
        let (mut free, mut reached) = (cells.iter_mut(), 1.0);
        for (cut, outcome) in cut.iter_mut().zip(1..) {
            let next = if outcome <= LawTable::LARGEST { above(outcome) } else { 0.0 };
            let chance = (reached - next) * CELLS as f64;
            reached = next;
            // Numbers beyond the table are left to the rest, so that a cell always holds a number.
            let whole = if outcome <= LawTable::LARGEST { chance.floor() } else { 0.0 };
            *cut = chance - whole;
            free.by_ref().take(whole as usize).for_each(|cell| *cell = outcome);
        }
        LawTable { cells, rest: Box::new(alias(cut)) }
    }

    /// The content of the cell that a look-up chooses; the first look-up takes the lowest bits. A
    /// number, or [`LawTable::REST`].
    #[inline]
    pub(super) fn look(&self, bits: u64, look: usize) -> u16 {
        let bits = bits >> (look as u32 * LawTable::LOOK_BITS);
        self.cells[(bits % CELLS as u64) as usize]
    }

    /// Resolves a cell of the rest: a number, or [`LawTable::BEYOND`].
    pub(super) fn rest(&self, stream: &mut Stream) -> u16 {
        let bits = stream.next_u64();
        let slot = (bits % OUTCOMES as u64) as u16;
        let Slot { bound, alias } = self.rest[usize::from(slot)];
        if bits >> OUTCOME_BITS < bound { slot + 1 } else { alias }
    }
}

/// Builds an alias table of outcomes with these weights, the first outcome being 1. Without any
/// weight its outcome is arbitrary.
fn alias(weights: [f64; OUTCOMES]) -> [Slot; OUTCOMES] {
    let sum: f64 = weights.iter().sum();
    let mut shares = weights.map(|weight| weight / sum * OUTCOMES as f64);
    // Slots left over by rounding keep their bound of one.
    let mut slots = [Slot { bound: 1 << BOUND_BITS, alias: 1 }; OUTCOMES];
    let (mut small, mut large): (Vec<usize>, Vec<usize>) =
        (0..OUTCOMES).partition(|&slot| shares[slot] < 1.0);
    while let (Some(less), Some(&more)) = (small.pop(), large.last()) {
        let bound = (shares[less] * (1_u64 << BOUND_BITS) as f64) as u64;
        slots[less] = Slot { bound, alias: more as u16 + 1 };
        shares[more] -= 1.0 - shares[less];
        if shares[more] < 1.0 {
            large.pop();
            small.push(more);
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::ziggurat::tests::{DRAWS, errors_from, share, stream};

    /// The probability of every outcome, summed over all possible draws; the first is that of 1.
    fn chances(table: &LawTable) -> Vec<f64> {
        let (mut chances, mut left) = (vec![0.0; OUTCOMES], 0.0);
        let cell = 1.0 / CELLS as f64;
        for &held in table.cells.iter() {
            match held {
                LawTable::REST => left += cell,
                number => chances[usize::from(number) - 1] += cell,
            }
        }
        for (index, slot) in table.rest.iter().enumerate() {
            let own = slot.bound as f64 / (1_u64 << BOUND_BITS) as f64;
            chances[index] += left / OUTCOMES as f64 * own;
            chances[usize::from(slot.alias) - 1] += left / OUTCOMES as f64 * (1.0 - own);
        }
        chances
    }

    /// Laws as the probability to exceed a number: steep, flat, two numbers only, one number only.
    const LAWS: [fn(u16) -> f64; 5] = [
        |n| 0.5_f64.powi(n.into()),
        |n| 0.997_f64.powi(n.into()),
        |n| f64::from(n + 1).powf(-0.7),
        |n| {
            if n < 7 {
                1.0
            } else if n < 1_000 {
                0.3
            } else {
                0.0
            }
        },
        |n| if n < 1 { 1.0 } else { 0.0 },
    ];

    #[test]
    fn what_a_table_can_draw_adds_up_to_its_law() {
        for (number, above) in LAWS.iter().enumerate() {
            let found = chances(&LawTable::of(above));
            for (index, &chance) in found.iter().enumerate() {
                let n = index as u16;
                let next = if n < LawTable::LARGEST { above(n + 1) } else { 0.0 };
                let wanted = above(n) - next;
                assert!((chance - wanted).abs() < 1e-13, "law {number}, {n}: {chance} {wanted}");
            }
        }
    }

    #[test]
    fn what_a_table_does_draw_is_of_its_law() {
        for (number, above) in LAWS.iter().enumerate() {
            let (table, mut stream) = (LawTable::of(above), stream(number as u64));
            let draws: Vec<f64> = (0..DRAWS)
                .map(|_| match table.look(stream.next_u64(), 2) {
                    LawTable::REST => table.rest(&mut stream).into(),
                    held => held.into(),
                })
                .collect();
            for n in [1, 2, 3, 6, 7, 50, 999, 1_000, LawTable::LARGEST] {
                let (shares, wanted) = (share(&draws, |draw| draw > n.into()), above(n));
                match wanted * f64::from(DRAWS) > 50.0 && wanted < 1.0 {
                    true => assert!(errors_from(&shares, wanted) < 4.0, "law {number}, {n}"),
                    false if wanted == 0.0 => assert!(!shares.contains(&1.0)),
                    false => {}
                }
            }
        }
    }
}
