//! Draws for cases: the same for the same check and number, on any machine.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Draws of one case.
pub struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// The draws of a case of a check.
    pub fn new(check: u64, case: u64) -> Dice {
        Dice(Xoshiro256PlusPlus::seed_from_u64(case.wrapping_mul(1_000).wrapping_add(check)))
    }

    /// A number below `n`, which is above zero.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n)
    }

    /// A number from `least` to below `most`.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        self.0.random_range(least..most)
    }

    /// Whether something happens that does so in so many of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}
