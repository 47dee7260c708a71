//! The values of a figure over accounts, as counts: mergeable in any order, in integers.
//!
//! Of each value the four leading decimal digits are kept, so that a quantile is too near to zero by less than a
//! thousandth of itself, and reads as people write amounts. The least, the greatest and the sum are exact. The idea is
//! that of HDR histograms (Tene 2012).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The least number with one digit more than are kept.
const KEPT: u128 = 10_000;

/// Counts of values, below zero too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// Number of values.
    count: u64,
    /// Their sum.
    sum: i128,
    /// The least and the greatest.
    ends: Option<(i128, i128)>,
    /// Counts by the value that stands for others.
    counts: BTreeMap<i128, u64>,
}

/// The value that stands for those with the same leading digits: the one nearest to zero.
fn leading(value: i128) -> i128 {
    let (mut kept, mut unit) = (value.unsigned_abs(), 1);
    while kept >= KEPT {
        kept /= 10;
        unit *= 10;
    }
    let kept = (kept * unit) as i128;
    if value < 0 { -kept } else { kept }
}

impl Sketch {
    /// Adds a value.
    pub fn add(&mut self, value: i128) {
        self.count += 1;
        self.sum += value;
        let (least, most) = self.ends.unwrap_or((value, value));
        self.ends = Some((least.min(value), most.max(value)));
        *self.counts.entry(leading(value)).or_default() += 1;
    }

    /// Adds the values of another.
    pub fn merge(&mut self, other: &Sketch) {
        self.count += other.count;
        self.sum += other.sum;
        if let Some((least, most)) = other.ends {
            let (mine, greatest) = self.ends.unwrap_or((least, most));
            self.ends = Some((mine.min(least), greatest.max(most)));
        }
        for (value, count) in &other.counts {
            *self.counts.entry(*value).or_default() += count;
        }
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The sum, exact.
    pub fn sum(&self) -> i128 {
        self.sum
    }

    /// The least value, exact; `None` without values.
    pub fn least(&self) -> Option<i128> {
        self.ends.map(|(least, _)| least)
    }

    /// The greatest value, exact; `None` without values.
    pub fn most(&self) -> Option<i128> {
        self.ends.map(|(_, most)| most)
    }

    /// The least value that at least `share` thousandths of the values do not exceed, by its leading digits.
    pub fn quantile(&self, share: u64) -> Option<i128> {
        let (least, most) = self.ends?;
        let wanted = (u128::from(self.count) * u128::from(share)).div_ceil(1_000).max(1);
        let mut passed = 0_u128;
        for (&value, &count) in &self.counts {
            passed += u128::from(count);
            if passed >= wanted {
                return Some(value.clamp(least, most));
            }
        }
        Some(most)
    }

    /// The values by their leading digits, in order, with the number of each.
    pub fn counts(&self) -> impl Iterator<Item = (i128, u64)> {
        self.counts.iter().map(|(value, count)| (*value, *count))
    }

    /// Number of values below zero, of zero, and above it.
    pub fn signs(&self) -> (u64, u64, u64) {
        let below = self.counts.range(..0).map(|(_, count)| count).sum();
        let zero = self.counts.get(&0).copied().unwrap_or_default();
        (below, zero, self.count - below - zero)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(values: &[i128]) -> Sketch {
        let mut sketch = Sketch::default();
        values.iter().for_each(|&value| sketch.add(value));
        sketch
    }

    #[test]
    fn small_values_are_counted_exactly() {
        let all: Vec<i128> = (0..=100).collect();
        let sketch = sketch(&all);
        for (share, value) in [(0, 0), (10, 1), (500, 50), (900, 90), (990, 99), (1_000, 100)] {
            assert_eq!(sketch.quantile(share), Some(value), "{share}");
        }
        assert_eq!((sketch.least(), sketch.most(), sketch.sum()), (Some(0), Some(100), 5_050));
        assert_eq!(Sketch::default().quantile(500), None);
    }

    proptest! {
        #[test]
        fn a_quantile_is_too_near_to_zero_by_less_than_a_thousandth(
            mut values in prop::collection::vec(-1_000_000_000_000_i128..1_000_000_000_000, 1..60),
            share in 0_u64..=1_000,
        ) {
            let found = sketch(&values).quantile(share).unwrap();
            values.sort_unstable();
            let place = (values.len() as u64 * share).div_ceil(1_000).max(1) as usize - 1;
            let off = (values[place] - found).abs();
            prop_assert!(off * 1_000 <= values[place].abs(), "{} {found}", values[place]);
        }

        #[test]
        fn parts_merge_to_the_whole_in_any_order(
            values in prop::collection::vec(-9_000_i128..9_000_000, 0..60),
            parts in prop::collection::vec(0_usize..3, 60),
        ) {
            let mut split = [const { Vec::new() }; 3];
            values.iter().zip(parts).for_each(|(value, part)| split[part].push(*value));
            let mut merged = sketch(&split[2]);
            merged.merge(&sketch(&split[0]));
            merged.merge(&sketch(&split[1]));
            prop_assert_eq!(merged, sketch(&values));
        }
    }
}
