//! The cheapest packs to buy by hand for a number of credits, of one package or of several together.
//!
//! Deliberately absent: whether so many credits are enough, which runs tell.

use crate::domain::{Credits, Money};
use crate::policy::Package;

/// A credit, in its smallest parts.
const MICRO: i64 = Credits::whole(1).micro();
/// The most totals of credits that are looked at, for each package.
const MOST_TOTALS: u64 = 1_000_000;

/// Packs of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacksOf {
    /// The vendor's name for one.
    pub package: String,
    /// Number of packs.
    pub packs: u64,
}

/// Packs that are bought together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket {
    /// The packs of each package, in the vendor's order; only those that are bought.
    pub packs: Vec<PacksOf>,
    /// Credits of all of them.
    pub credits: u64,
    /// Price of all of them.
    pub price: Money,
}

/// A package that is sold: its place, its credits in whole numbers, its price in the smallest unit of all prices.
#[derive(Clone, Copy)]
struct Size {
    place: usize,
    credits: u64,
    price: i128,
}

/// Baskets of at least `least` credits by price, the cheapest of each number of credits: none that is left out between two
/// of them, or before the first, is cheaper. Only packages of whole credits with a price are bought; none where their sizes
/// make too many totals.
pub fn baskets(packages: &[Package], least: u64, most: usize) -> Option<Vec<Basket>> {
    let sold = Sold::of(packages)?;
    let totals = sold.totals(least, dearest(&sold.sizes, least)?)?;
    let from = least.div_ceil(sold.unit) as usize;
    let found = totals.by_price.iter().filter(|&&(_, total)| total >= from);
    Some(found.take(most).map(|&one| sold.basket(&totals, one)).collect())
}

/// All baskets of fewer than `credits` that cost less than `price`, by price, the cheapest of each number of credits; `None`
/// where they are more than `most`.
pub fn smaller_baskets(
    packages: &[Package],
    credits: u64,
    price: Money,
    most: usize,
) -> Option<Vec<Basket>> {
    let sold = Sold::of(packages)?;
    let totals = sold.totals(0, price.in_minor(sold.decimals) - 1)?;
    let is_smaller = |total: usize| total > 0 && (total as u64) * sold.unit < credits;
    let found = totals.by_price.iter().filter(|&&(_, total)| is_smaller(total));
    let found: Vec<Basket> = found.take(most + 1).map(|&one| sold.basket(&totals, one)).collect();
    (found.len() <= most).then_some(found)
}

/// The packages that are sold.
struct Sold<'p> {
    packages: &'p [Package],
    sizes: Vec<Size>,
    /// The decimals of all prices.
    decimals: u32,
    /// Credits that all sizes are multiples of.
    unit: u64,
}

/// BasketTotals of credits, in units.
struct BasketTotals {
    /// Of each total, the least price of exactly that many credits, and the package that comes last into it.
    cheapest: Vec<Option<(i128, usize)>>,
    /// Price and total of those within a price, the cheapest first.
    by_price: Vec<(i128, usize)>,
}

impl Sold<'_> {
    fn of(packages: &[Package]) -> Option<Sold<'_>> {
        let decimals = packages.iter().map(|one| one.price.amount().scale()).max()?;
        let all = packages.iter().enumerate();
        let sizes: Vec<Size> =
            all.filter_map(|(place, one)| Size::of(place, one, decimals)).collect();
        let unit = sizes.iter().fold(0, |unit, size| gcd(unit, size.credits));
        (unit > 0).then_some(Sold { packages, sizes, decimals, unit })
    }

    /// All totals that cost no more than `price`, and those up to `least` besides; `None` where those are too many.
    fn totals(&self, least: u64, price: i128) -> Option<BasketTotals> {
        // What costs no more than a price has no more credits than the same money buys at the best rate.
        let buys = |size: &Size| price * i128::from(size.credits) / size.price;
        let reach = self.sizes.iter().map(buys).max()?;
        let reach = u64::try_from(reach).ok()?.max(least) / self.unit;
        if reach > MOST_TOTALS {
            return None;
        }
        let cheapest = cheapest(&self.sizes, self.unit, reach as usize);
        let mut by_price: Vec<(i128, usize)> = (0..=reach as usize)
            .filter_map(|total| Some((cheapest[total]?.0, total)))
            .filter(|(each, _)| *each <= price)
            .collect();
        by_price.sort_unstable();
        Some(BasketTotals { cheapest, by_price })
    }

    fn basket(&self, totals: &BasketTotals, (price, total): (i128, usize)) -> Basket {
        Basket {
            packs: taken(&self.sizes, &totals.cheapest, self.unit, total, self.packages),
            credits: total as u64 * self.unit,
            price: Money::of_minor(price, self.decimals),
        }
    }
}

impl Size {
    fn of(place: usize, package: &Package, decimals: u32) -> Option<Size> {
        let micro = package.credits.micro();
        let is_whole = micro > 0 && micro % MICRO == 0;
        let credits = u64::try_from(micro / MICRO).ok().filter(|_| is_whole)?;
        let price = package.price.in_minor(decimals);
        (price > 0).then_some(Size { place, credits, price })
    }
}

/// The least that as many packs of one package as are needed cost: no basket that costs more is the cheapest.
fn dearest(sizes: &[Size], least: u64) -> Option<i128> {
    sizes.iter().map(|size| size.price * i128::from(least.div_ceil(size.credits))).min()
}

/// Of each total in units, the least price of exactly that many credits, and the package that comes last into it.
fn cheapest(sizes: &[Size], unit: u64, reach: usize) -> Vec<Option<(i128, usize)>> {
    let mut best: Vec<Option<(i128, usize)>> = vec![None; reach + 1];
    best[0] = Some((0, 0));
    for total in 1..=reach {
        best[total] = sizes
            .iter()
            .enumerate()
            .filter_map(|(index, size)| {
                let before = total.checked_sub((size.credits / unit) as usize)?;
                Some((best[before]?.0 + size.price, index))
            })
            .min();
    }
    best
}

/// The packs of a total.
fn taken(
    sizes: &[Size],
    cheapest: &[Option<(i128, usize)>],
    unit: u64,
    total: usize,
    packages: &[Package],
) -> Vec<PacksOf> {
    let mut counts = vec![0; sizes.len()];
    let mut left = total;
    while left > 0 {
        let (_, index) = cheapest[left].expect("what is left of a total with a price has one");
        counts[index] += 1;
        left -= (sizes[index].credits / unit) as usize;
    }
    let bought = sizes.iter().zip(counts).filter(|(_, packs)| *packs > 0);
    let packs = |(size, packs): (&Size, u64)| PacksOf {
        package: packages[size.place].name.to_string(),
        packs,
    };
    bought.map(packs).collect()
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sold(packages: &[(u64, &str)]) -> Vec<Package> {
        let one = |&(credits, price): &(u64, &str)| Package {
            name: credits.to_string().into(),
            credits: Credits::from_micro(credits as i64 * MICRO),
            price: price.parse().unwrap(),
        };
        packages.iter().map(one).collect()
    }

    fn told(basket: &Basket) -> (u64, String, Vec<(&str, u64)>) {
        let packs = basket.packs.iter().map(|one| (&*one.package, one.packs)).collect();
        (basket.credits, basket.price.text(2), packs)
    }

    #[test]
    fn packs_of_several_packages_are_taken_where_they_cost_less_than_those_of_one() {
        let sold = sold(&[(1000, "7.00"), (3000, "17.00")]);
        let found = |least| baskets(&sold, least, 16).unwrap();
        assert_eq!(
            told(&found(9_001)[0]),
            (10_000, "58.00".to_owned(), vec![("1000", 1), ("3000", 3)])
        );
        assert_eq!(told(&found(9_000)[0]), (9_000, "51.00".to_owned(), vec![("3000", 3)]));
        assert_eq!(told(&found(11_001)[0]), (12_000, "68.00".to_owned(), vec![("3000", 4)]));
        assert_eq!(told(&found(1)[0]), (1_000, "7.00".to_owned(), vec![("1000", 1)]));
    }

    #[test]
    fn the_cheapest_is_that_of_a_search_of_all_counts() {
        let packages = [(250, "2.10"), (400, "3.05"), (1500, "10.99")];
        let sold = sold(&packages);
        let cents = [210_u64, 305, 1_099];
        for least in (1..9_000).step_by(173) {
            let mut best = u64::MAX;
            for a in 0..37 {
                for b in 0..24 {
                    for c in 0..7 {
                        if a * 250 + b * 400 + c * 1_500 >= least {
                            best = best.min(a * cents[0] + b * cents[1] + c * cents[2]);
                        }
                    }
                }
            }
            let found = baskets(&sold, least, 1).unwrap();
            assert_eq!(found[0].price.in_minor(2), i128::from(best), "{least}");
            assert!(found[0].credits >= least);
        }
    }

    #[test]
    fn smaller_baskets_are_all_that_cost_less_the_cheapest_first_or_none() {
        let sold = sold(&[(1000, "7.00"), (3000, "17.00"), (9000, "37.00")]);
        let below = |credits, price: &str, most| {
            let found = smaller_baskets(&sold, credits, price.parse().unwrap(), most)?;
            Some(found.iter().map(|one| (one.credits, told(one).1)).collect::<Vec<_>>())
        };
        let all = [(1_000, "7"), (2_000, "14"), (3_000, "17"), (4_000, "24"), (5_000, "31")];
        let all = all.into_iter().chain([(6_000, "34"), (9_000, "37"), (7_000, "41")]);
        let all: Vec<_> = all.map(|(credits, price)| (credits, format!("{price}.00"))).collect();
        assert_eq!(below(9_068, "44.00", 8), Some(all.clone()));
        assert_eq!(below(9_068, "44.00", 7), None, "one too many");
        assert_eq!(below(9_000, "41.00", 8), Some(all[..6].to_vec()));
        assert_eq!(below(9_000, "7.00", 8), Some(Vec::new()));
    }

    #[test]
    fn packages_without_a_price_or_whole_credits_are_not_bought_and_too_many_totals_are_none() {
        let free = sold(&[(500, "0.00"), (1000, "7.00")]);
        assert_eq!(told(&baskets(&free, 1, 1).unwrap()[0]).2, [("1000", 1)]);
        assert_eq!(baskets(&[], 1, 1), None);
        let odd = sold(&[(999, "7.00"), (1000, "7.00")]);
        assert_eq!(baskets(&odd, 500_000_000, 1), None);
    }
}
