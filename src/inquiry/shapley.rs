//! Shares of a whole among the factors that make it, in integers: Shapley values and interactions.
//!
//! A whole is what a run comes to with all factors; [`Worths`] also knows what it comes to with each subset of them.
//! A factor's part is what it adds when it joins, averaged over all orders of joining (Shapley 1953, *A value for n-person
//! games*): the only division in which parts add up, a factor that changes nothing has no part, factors that do the same
//! have the same part, and the parts of a sum are the sums of the parts. Deliberately absent: what the factors are.

/// The most factors: 2⁸ = 256 runs, and 8! fits every product below.
pub const MOST_FACTORS: usize = 8;

/// What a run comes to with each subset of some factors, in units of one quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worths {
    factors: usize,
    /// By subset: bit *i* is set if factor *i* is present.
    by_subset: Vec<i128>,
}

/// A whole, divided among its factors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// What it comes to with all factors.
    pub whole: i128,
    /// What it comes to with none of them.
    pub rest: i128,
    /// The part of each factor; with the rest they add up to the whole.
    pub parts: Vec<i128>,
    /// What pairs of factors do together beyond what each does without the other, largest first; only those that are not
    /// zero.
    pub interactions: Vec<Interaction>,
}

/// What two factors do together beyond what each does without the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// The factors, by place; the first is before the second.
    pub pair: [usize; 2],
    /// Above zero where both are needed, below zero where one is enough; rounded to a unit.
    pub amount: i128,
}

impl Division {
    /// Returns true if an interaction is more than a twentieth of all that the factors do.
    pub fn is_notable(&self, interaction: &Interaction) -> bool {
        let done: i128 = self.parts.iter().map(|part| part.abs()).sum();
        interaction.amount.abs() * 20 > done
    }

    /// The factors whose part is not zero, the largest first; of those alike the one that is listed first.
    pub fn by_size(&self) -> Vec<usize> {
        let mut places: Vec<usize> =
            (0..self.parts.len()).filter(|&place| self.parts[place] != 0).collect();
        places.sort_by_key(|&place| std::cmp::Reverse(self.parts[place].abs()));
        places
    }
}

impl Worths {
    /// The worth of each subset of so many factors, at most [`MOST_FACTORS`].
    pub fn new(factors: usize, worth: impl FnMut(usize) -> i128) -> Worths {
        assert!(factors <= MOST_FACTORS, "more factors than can be told apart exactly");
        Worths { factors, by_subset: (0..1 << factors).map(worth).collect() }
    }

    /// Divides the whole. A part is rounded down to a unit, and the units that are then lacking go to the parts of which
    /// rounding took most; of those alike, to the factor that is listed first.
    pub fn divided(&self) -> Division {
        let [whole, rest] = [self.all(), self.by_subset[0]];
        let numerators: Vec<i128> = (0..self.factors).map(|place| self.numerator(place)).collect();
        let denominator = factorial(self.factors);
        let parts = rounded(&numerators, denominator);
        Division { whole, rest, parts, interactions: self.interactions() }
    }

    fn all(&self) -> i128 {
        *self.by_subset.last().expect("there is at least the empty subset")
    }

    /// *n*! times the part of a factor.
    fn numerator(&self, place: usize) -> i128 {
        let others = self.factors - 1;
        let without = (0..self.by_subset.len()).filter(|subset| subset & (1 << place) == 0);
        let weighed = without.map(|subset| {
            let size = subset.count_ones() as usize;
            let added = self.by_subset[subset | (1 << place)] - self.by_subset[subset];
            factorial(size) * factorial(others - size) * added
        });
        weighed.sum()
    }

    /// The interaction index of every pair (Grabisch and Roubens 1999, *Int. J. Game Theory* 28, 547–565).
    fn interactions(&self) -> Vec<Interaction> {
        let mut found = Vec::new();
        for first in 0..self.factors {
            for second in first + 1..self.factors {
                let amount = self.interaction([first, second]);
                if amount != 0 {
                    found.push(Interaction { pair: [first, second], amount });
                }
            }
        }
        found.sort_by_key(|one| std::cmp::Reverse(one.amount.abs()));
        found
    }

    fn interaction(&self, pair: [usize; 2]) -> i128 {
        let [one, other] = pair.map(|place| 1_usize << place);
        let others = self.factors - 2;
        let without = (0..self.by_subset.len()).filter(|subset| subset & (one | other) == 0);
        let weighed = without.map(|subset| {
            let size = subset.count_ones() as usize;
            let worth = |with: usize| self.by_subset[subset | with];
            let together = worth(one | other) - worth(one) - worth(other) + worth(0);
            factorial(size) * factorial(others - size) * together
        });
        let numerator: i128 = weighed.sum();
        let denominator = factorial(self.factors - 1);
        (2 * numerator + denominator).div_euclid(2 * denominator)
    }
}

/// Quotients rounded to integers that add up to the sum of the quotients, which is an integer.
fn rounded(numerators: &[i128], denominator: i128) -> Vec<i128> {
    let mut parts: Vec<i128> =
        numerators.iter().map(|numerator| numerator.div_euclid(denominator)).collect();
    let lacking: i128 = numerators.iter().map(|n| n.rem_euclid(denominator)).sum::<i128>();
    let lacking = usize::try_from(lacking / denominator).expect("at most one for each part");
    let mut places: Vec<usize> = (0..parts.len()).collect();
    places.sort_by_key(|&place| std::cmp::Reverse(numerators[place].rem_euclid(denominator)));
    places.into_iter().take(lacking).for_each(|place| parts[place] += 1);
    parts
}

fn factorial(number: usize) -> i128 {
    (1..=number as i128).product()
}

/// The parts of factors in floats, for means over replications: by factor, from the worth of each subset.
pub(super) fn float_parts(factors: usize, by_subset: &[f64]) -> Vec<f64> {
    let all = factorial(factors) as f64;
    let part = |place: usize| {
        let without = (0..by_subset.len()).filter(|subset| subset & (1 << place) == 0);
        let weighed = without.map(|subset| {
            let size = subset.count_ones() as usize;
            let weight = (factorial(size) * factorial(factors - 1 - size)) as f64 / all;
            weight * (by_subset[subset | (1 << place)] - by_subset[subset])
        });
        weighed.sum()
    };
    (0..factors).map(part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn divided(factors: usize, worth: impl FnMut(usize) -> i128) -> Division {
        Worths::new(factors, worth).divided()
    }

    /// The parts by the definition: what a factor adds when it joins, over all orders.
    fn by_orders(factors: usize, worth: &[i128]) -> Vec<i128> {
        fn join(joined: &mut Vec<usize>, factors: usize, worth: &[i128], sums: &mut [i128]) {
            let present = joined.iter().fold(0, |subset, place| subset | (1 << place));
            for place in (0..factors).filter(|place| present & (1 << place) == 0) {
                // Every order that goes on from here adds the same.
                let orders = factorial(factors - joined.len() - 1);
                sums[place] += orders * (worth[present | (1 << place)] - worth[present]);
                joined.push(place);
                join(joined, factors, worth, sums);
                joined.pop();
            }
        }
        let mut sums = vec![0; factors];
        join(&mut Vec::new(), factors, worth, &mut sums);
        sums
    }

    #[test]
    fn two_causes_that_are_both_needed_have_half_each_and_act_together() {
        let and = divided(2, |subset| if subset == 0b11 { 600 } else { 0 });
        assert_eq!((and.whole, and.rest, &*and.parts), (600, 0, &[300, 300][..]));
        assert_eq!(and.interactions, [Interaction { pair: [0, 1], amount: 600 }]);
        assert!(and.is_notable(&and.interactions[0]));
    }

    #[test]
    fn two_causes_of_which_one_is_enough_have_half_each_and_stand_in_for_each_other() {
        let or = divided(2, |subset| if subset == 0 { 0 } else { 600 });
        assert_eq!((or.whole, or.rest, &*or.parts), (600, 0, &[300, 300][..]));
        assert_eq!(or.interactions, [Interaction { pair: [0, 1], amount: -600 }]);
    }

    #[test]
    fn causes_that_add_up_have_what_they_add_and_no_interaction() {
        let sum = divided(3, |subset| {
            [10, 200, -30].iter().enumerate().map(|(i, x)| x * (subset >> i & 1) as i128).sum()
        });
        assert_eq!((sum.whole, &*sum.parts), (180, &[10, 200, -30][..]));
        assert_eq!(sum.interactions, []);
        assert_eq!(sum.by_size(), [1, 2, 0]);
    }

    #[test]
    fn a_redundant_pair_beside_a_needed_third_shares_a_third() {
        // The outage needs the first, and one of the other two: 2/3, 1/6, 1/6.
        let found =
            divided(3, |subset| if subset & 1 == 1 && subset & 0b110 != 0 { 60 } else { 0 });
        assert_eq!(found.parts, [40, 10, 10]);
    }

    #[test]
    fn the_unit_that_does_not_divide_goes_to_the_first_of_those_alike() {
        let found = divided(3, |subset| i128::from(subset == 0b111) * 100);
        assert_eq!(found.parts, [34, 33, 33]);
        let found = divided(3, |subset| i128::from(subset == 0b111) * -100);
        assert_eq!(found.parts, [-33, -33, -34]);
        assert_eq!(found.parts.iter().sum::<i128>(), -100);
    }

    #[test]
    fn what_is_there_without_any_factor_is_the_rest() {
        let found = divided(1, |subset| 5 + 7 * subset as i128);
        assert_eq!((found.whole, found.rest, &*found.parts), (12, 5, &[7][..]));
        let nothing = divided(0, |_| 9);
        assert_eq!((nothing.whole, nothing.rest, nothing.parts.len()), (9, 9, 0));
    }

    /// Up to six factors, and the worth of each subset.
    fn games() -> impl Strategy<Value = (usize, Vec<i128>)> {
        (0_usize..=6).prop_flat_map(|factors| {
            let worths = proptest::collection::vec(-1_000_000_i128..1_000_000, 1 << factors);
            (Just(factors), worths)
        })
    }

    proptest! {
        #[test]
        fn parts_and_rest_add_up_to_the_whole((factors, worth) in games()) {
            let found = divided(factors, |subset| worth[subset]);
            prop_assert_eq!(found.rest + found.parts.iter().sum::<i128>(), found.whole);
        }

        #[test]
        fn parts_are_means_over_all_orders_of_joining((factors, worth) in games()) {
            let worths = Worths::new(factors, |subset| worth[subset]);
            let exact: Vec<i128> = (0..factors).map(|place| worths.numerator(place)).collect();
            prop_assert_eq!(&exact, &by_orders(factors, &worth));
            let all = factorial(factors);
            for (part, numerator) in worths.divided().parts.iter().zip(&exact) {
                prop_assert!((part * all - numerator).abs() < all, "rounded by a unit or more");
            }
            let floats: Vec<f64> = worth.iter().map(|&one| one as f64).collect();
            for (float, numerator) in float_parts(factors, &floats).iter().zip(&exact) {
                prop_assert!((float - *numerator as f64 / all as f64).abs() < 1e-6);
            }
        }

        #[test]
        fn a_factor_that_changes_nothing_has_no_part((factors, worth) in games(), place in 0_usize..6) {
            prop_assume!(place < factors);
            let found = divided(factors, |subset| worth[subset & !(1 << place)]);
            prop_assert_eq!(found.parts[place], 0);
            prop_assert!(found.interactions.iter().all(|one| !one.pair.contains(&place)));
        }

        #[test]
        fn factors_that_do_the_same_have_parts_that_differ_by_no_more_than_a_unit(
            (factors, worth) in games()
        ) {
            prop_assume!(factors >= 2);
            // The worth depends on how many of the first two are present, not on which.
            let count = |subset: usize| (subset & 0b11).count_ones() as usize;
            let found = divided(factors, |subset| worth[subset & !0b11 | [0, 1, 3][count(subset)]]);
            prop_assert!((found.parts[0] - found.parts[1]).abs() <= 1);
            prop_assert!(found.parts[0] >= found.parts[1], "the first has the unit that is over");
        }

        #[test]
        fn the_parts_of_a_sum_are_the_sums_of_the_parts(
            (factors, one) in games(), seed in proptest::collection::vec(-1_000_i128..1_000, 64)
        ) {
            let other: Vec<i128> = (0..one.len()).map(|subset| seed[subset]).collect();
            let numerators = |worth: &dyn Fn(usize) -> i128| -> Vec<i128> {
                let worths = Worths::new(factors, worth);
                (0..factors).map(|place| worths.numerator(place)).collect()
            };
            let [a, b, both] = [
                numerators(&|subset| one[subset]),
                numerators(&|subset| other[subset]),
                numerators(&|subset| one[subset] + other[subset]),
            ];
            let sums: Vec<i128> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
            prop_assert_eq!(both, sums);
        }
    }
}
