//! The values that a search tries for what an owner may choose: within the vendor's limits, as far as the usage
//! reaches, and as fine as matters; where what comes nearest has the last of them, as far as a multiple of it reaches.
//!
//! A range without an upper limit ends where more cannot matter to this usage: a threshold at twice the
//! busiest day, a purchase at the busiest month, a cap at twice what the busiest month needs, in whole purchases of any
//! package that may be chosen: a lower one would rule out the packages that cost more. Values that are
//! nearer to each other than a twentieth are one: steps grow with the number, and both ends of the vendor's range are tried. A purchase that the busiest month would
//! need hundreds of times is not tried where larger ones may be chosen. What a cap is today is one of its values, so that
//! everything else is tried with it. Deliberately absent: the search.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::Duration;
use crate::policy::{Package, Purchase};
use crate::scenario::{Scenario, Setting, SettingPath, SettingValue, Values, Variation};
use crate::usage::History;
use crate::vendors::{OptionRange, OptionValues, OwnerOption};

use super::size::{exact, highest_caps, is_of_cap, worth_trying};

/// The part of a number that is the least difference from it worth trying, as its inverse.
const FINENESS: u64 = 20;
/// The most values of one setting.
const MOST_VALUES: usize = 400;

/// How much usage there is.
#[derive(Clone, Copy, Debug)]
struct UsageReach {
    /// Credits of the busiest 24 hours.
    day: Decimal,
    /// Credits of the busiest 31 days.
    month: Decimal,
    /// Credits below which a purchase is not worth trying.
    purchase: Decimal,
}

/// What one recharge buys: its credits, and its price.
#[derive(Clone, Copy, Debug)]
struct Bought {
    credits: Decimal,
    price: Decimal,
}

impl Bought {
    /// Of packs of a package.
    fn packs(package: &Package, packs: u32) -> Option<Bought> {
        let packs = Decimal::from(packs);
        let credits = package.credits.decimal().checked_mul(packs)?;
        Some(Bought { credits, price: package.price.decimal().checked_mul(packs)? })
    }

    /// How often it brings that many credits.
    fn times(self, credits: Decimal) -> Option<Decimal> {
        credits.checked_div(self.credits).map(|times| times.ceil())
    }
}

/// The values to try for each option that the scenario has, as far as so many times the usage reaches: futures may ask for
/// more than the history did.
pub fn space(
    options: &[OwnerOption],
    scenario: &Scenario,
    history: &History,
    times: u32,
) -> Vec<Variation> {
    let most = |time: Duration| exact(history.most_within(time)) * Decimal::from(times);
    let reach = UsageReach {
        day: most(Duration::DAY),
        month: most(Duration::LONGEST_MONTH),
        purchase: worth_trying(scenario, options, history),
    };
    let most = purchases(options, scenario);
    let values = |option: &OwnerOption| values(option, scenario, reach, &most);
    let variation = |option: &OwnerOption| {
        let values = Values::List(values(option)?);
        Some(Variation { path: option.path.clone(), values })
    };
    let all: Vec<Variation> = options.iter().filter_map(variation).collect();
    let caps = highest_caps(&all);
    // Without the cap that it needs, a large purchase is none.
    let fits = |one: &Variation| can_be_set(scenario, &caps, one);
    all.iter().filter(|one| fits(one)).cloned().collect()
}

/// Returns true if the scenario has the setting and takes one of these values, of those at the ends and in the middle, as
/// it is or with other settings beside it.
fn can_be_set(scenario: &Scenario, beside: &[Setting], variation: &Variation) -> bool {
    let settings: Vec<_> = variation.settings().collect();
    let places = [0, settings.len() / 2, settings.len().saturating_sub(1)];
    let mut tried = places.into_iter().filter_map(|place| settings.get(place));
    tried.any(|setting| {
        let one = std::slice::from_ref(setting);
        scenario.with_overrides(one).is_ok()
            || scenario.with_overrides(&[beside, one].concat()).is_ok()
    })
}

/// The values of an option; `None` where the vendor names no limit and the usage sets none.
fn values(
    option: &OwnerOption,
    scenario: &Scenario,
    reach: UsageReach,
    purchases: &[Bought],
) -> Option<Vec<SettingValue>> {
    let path = &option.path;
    let (range, is_share) = match &option.values {
        OptionValues::List(values) => return Some(values.clone()),
        OptionValues::Share(range) => (range, true),
        OptionValues::Whole(range) | OptionValues::Credits(range) | OptionValues::Money(range) => {
            (range, false)
        }
    };
    let far = far(path, scenario, reach, purchases);
    let to = match (range.to, far) {
        (Some(to), Some(far)) => to.min(far.max(range.from)),
        (Some(to), None) => to,
        (None, Some(far)) => far.max(range.from),
        (None, None) => return None,
    };
    let value = |number: Decimal| match is_share {
        true => {
            SettingValue::from(format!("{}%", (number * Decimal::ONE_HUNDRED).normalize()).as_str())
        }
        false => SettingValue::number(path, number),
    };
    let mut numbers = ladder(range, to);
    // What the vendor allows at most may be chosen, however near it is to the value before.
    let end = range.to.filter(|&end| end == to).map(|end| last_step(range, end));
    numbers.extend(end.filter(|end| numbers.last().is_some_and(|last| last < end)));
    let least = least(path, scenario, reach).min(to);
    // The largest is tried however often it is bought.
    let worth = |at: usize, number: Decimal| number >= least || at + 1 == numbers.len();
    let kept = numbers.iter().enumerate().filter(|&(at, &number)| worth(at, number));
    numbers = kept.map(|(_, &number)| number).collect();
    let today = scenario.setting(path).and_then(|value| value.decimal());
    let today = today.filter(|&today| is_of_cap(path) && range.has(today));
    if let Some(today) = today.map(|today| today.normalize()) {
        numbers.push(today);
        numbers.sort_unstable();
        numbers.dedup();
    }
    Some(numbers.into_iter().map(value).collect())
}

/// How far values of a setting may matter to this usage; `None` of one that usage does not bound.
fn far(
    path: &SettingPath,
    scenario: &Scenario,
    reach: UsageReach,
    purchases: &[Bought],
) -> Option<Decimal> {
    let two = Decimal::TWO;
    let needed = reach.month * two;
    // A cap leaves room for as many purchases as it takes, of any that may be chosen.
    let furthest = |of: &dyn Fn(Bought, Decimal) -> Decimal| {
        purchases.iter().filter_map(|&one| Some(of(one, one.times(needed)?))).max()
    };
    match path.last() {
        "below" | "at_or_below" => Some((reach.day * two).ceil()),
        "up_to" => Some((reach.day * two + reach.month).ceil()),
        "packs" => bought(scenario)?.times(reach.month),
        "recharges" => furthest(&|_, times| times),
        "money" => furthest(&|one, times| (one.price * times).ceil()),
        "credits" => furthest(&|one, times| (one.credits * times).ceil()),
        _ => None,
    }
}

/// Whether a setting has the last of the values that were tried of a range that goes on beyond it.
pub fn is_at_the_end(options: &[OwnerOption], tried: &[Variation], settings: &[Setting]) -> bool {
    settings.iter().any(|chosen| {
        let option = options.iter().find(|option| option.path == chosen.path);
        let range = option.and_then(|option| match &option.values {
            OptionValues::Whole(range)
            | OptionValues::Credits(range)
            | OptionValues::Money(range) => Some(range),
            OptionValues::List(_) | OptionValues::Share(_) => None,
        });
        let last = tried.iter().find(|one| one.path == chosen.path);
        let last = last.and_then(|one| one.settings().last()).and_then(|last| last.value.decimal());
        let (Some(range), Some(last)) = (range, last) else { return false };
        chosen.value.decimal() == Some(last)
            && range.to.is_none_or(|to| last_step(range, to) > last)
    })
}

/// The least value of a setting whose purchase is worth trying.
fn least(path: &SettingPath, scenario: &Scenario, reach: UsageReach) -> Decimal {
    match (path.last(), bought(scenario)) {
        ("packs", Some(bought)) => {
            let packs = reach.purchase.checked_div(bought.credits);
            packs.map_or(Decimal::ZERO, |packs| packs.ceil())
        }
        ("up_to", _) => reach.purchase,
        _ => Decimal::ZERO,
    }
}

/// One pack of what a recharge buys, or a credit of what it fills up with.
fn bought(scenario: &Scenario) -> Option<Bought> {
    match &scenario.setup.policy.recharge.as_ref()?.purchase {
        Purchase::Packs { package, .. } => Bought::packs(package, 1),
        Purchase::UpTo { increment, unit_price, .. } => {
            let credits = increment.decimal();
            Some(Bought { credits, price: unit_price.decimal().checked_mul(credits)? })
        }
    }
}

/// What a recharge may buy at least, of each package that may be chosen and of today's: a pack where the number of packs may
/// be chosen too.
fn purchases(options: &[OwnerOption], scenario: &Scenario) -> Vec<Bought> {
    let is_chosen = |last: &str| options.iter().find(|option| option.path.last() == last);
    let today = scenario.setup.policy.recharge.as_ref().map(|recharge| &recharge.purchase);
    let packs = match today {
        Some(&Purchase::Packs { packs, .. }) if is_chosen("packs").is_none() => packs,
        _ => 1,
    };
    let names = match is_chosen("package").map(|option| &option.values) {
        Some(OptionValues::List(names)) => names.as_slice(),
        _ => &[],
    };
    let named = |name: &SettingValue| {
        let name = name.to_string();
        let package = scenario.packages.iter().find(|package| *package.name == *name)?;
        Bought::packs(package, packs)
    };
    let now = match today {
        Some(Purchase::Packs { package, .. }) => Bought::packs(package, packs),
        _ => bought(scenario),
    };
    now.into_iter().chain(names.iter().filter_map(named)).collect()
}

/// Numbers from the start of a range to an end, in multiples of its step that are as far apart as matters.
fn ladder(range: &OptionRange, to: Decimal) -> Vec<Decimal> {
    let mut numbers = Vec::new();
    let mut next = range.from;
    while next <= to && numbers.len() < MOST_VALUES {
        numbers.push(next.normalize());
        next += apart(next - range.from, range.step);
    }
    numbers
}

/// The last value of a range up to its end: whole steps from its start.
fn last_step(range: &OptionRange, end: Decimal) -> Decimal {
    let steps = ((end - range.from) / range.step).floor();
    (range.from + steps * range.step).normalize()
}

/// The distance to the next value: a multiple of the step that is near a twentieth of what is between the value and
/// the start, and round.
fn apart(beyond: Decimal, step: Decimal) -> Decimal {
    let steps = (beyond / step / Decimal::from(FINENESS)).floor().to_u64().unwrap_or(1);
    let magnitude = 10_u64.pow(steps.max(1).ilog10());
    let round = [5, 2, 1].map(|times| times * magnitude).into_iter().find(|&round| round <= steps);
    step * Decimal::from(round.unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(from: i64, step: i64, to: i64) -> Vec<i64> {
        let range = OptionRange { from: from.into(), to: None, step: step.into() };
        ladder(&range, to.into()).into_iter().map(|number| number.to_i64().unwrap()).collect()
    }

    #[test]
    fn a_value_is_at_the_end_where_it_is_the_last_tried_and_more_may_be_chosen() {
        let path = SettingPath::new("recharge.caps.0.recharges").unwrap();
        let numbers = [1_u64, 2, 68].map(SettingValue::from).to_vec();
        let tried = [Variation { path: path.clone(), values: Values::List(numbers) }];
        let of = |to: Option<i64>, chosen: u64| {
            let range = OptionRange { from: 1.into(), to: to.map(Decimal::from), step: 1.into() };
            let option = OwnerOption { path: path.clone(), values: OptionValues::Whole(range) };
            is_at_the_end(
                &[option],
                &tried,
                &[Setting { path: path.clone(), value: chosen.into() }],
            )
        };
        assert!(of(None, 68) && of(Some(69), 68));
        assert!(!of(None, 2) && !of(Some(68), 68));
    }

    #[test]
    fn small_numbers_are_all_tried_and_large_ones_a_twentieth_apart() {
        let numbers = numbers(0, 1, 1000);
        assert_eq!(numbers[..41], (0..=40).collect::<Vec<i64>>()[..]);
        assert!(numbers.len() < 150, "{}", numbers.len());
        for pair in numbers.windows(2).filter(|pair| pair[0] >= 40) {
            let apart = pair[1] - pair[0];
            assert!(apart * 20 <= pair[0] && apart * 50 >= pair[0], "{pair:?}");
        }
    }

    #[test]
    fn the_most_that_a_vendor_allows_can_be_chosen_wherever_usage_reaches_it() {
        let rules = "recharge = { at_or_below = 5, package = \"ten\", packs = 3 }";
        let scenario = super::super::changes::tests::scenario(rules);
        let last = |to: i64, packs_of_usage: i64| {
            let range = OptionRange { from: 5.into(), to: Some(to.into()), step: 5.into() };
            let path = SettingPath::new("recharge.packs").unwrap();
            let option = OwnerOption { path, values: OptionValues::Whole(range) };
            let [day, purchase] = [Decimal::ONE, Decimal::ZERO];
            let reach = UsageReach { day, month: (10 * packs_of_usage).into(), purchase };
            let purchases = purchases(std::slice::from_ref(&option), &scenario);
            let values = values(&option, &scenario, reach, &purchases).unwrap();
            values.last().unwrap().decimal().unwrap().to_i64().unwrap()
        };
        // Steps of 250 lead to 9,755 and not to 10,000.
        assert_eq!(last(10_000, 1_000_000), 10_000);
        assert_eq!(last(10_000, 10_000), 10_000);
        assert_eq!(last(10_004, 1_000_000), 10_000, "whole steps");
        assert_eq!(last(30, 1_000_000), 30);
        // More than usage asks for is not tried.
        assert!(last(10_000, 9_999) < 10_000);
    }

    #[test]
    fn a_cap_reaches_the_price_of_every_package_that_may_be_chosen_and_has_today_s_value() {
        let caps = |cap: &str| {
            let rules = format!(
                "recharge = {{ at_or_below = 5, package = \"ten\", caps = [{{ {cap}, per = \"month\" }}] }}"
            );
            super::super::changes::tests::scenario(&rules)
        };
        let path = |path: &str| SettingPath::new(path).unwrap();
        let [ten, many] = ["ten", "many"].map(SettingValue::from);
        let package = OwnerOption {
            path: path("recharge.package"),
            values: OptionValues::List(vec![ten, many]),
        };
        let range = OptionRange { from: 2.into(), to: Some(500.into()), step: 1.into() };
        let of = |cap: &str, limit: &str, with: &[&OwnerOption]| {
            let values = match limit {
                "money" => OptionValues::Money(range),
                _ => OptionValues::Credits(range),
            };
            let option = OwnerOption { path: path(&format!("recharge.caps.0.{limit}")), values };
            let options: Vec<OwnerOption> =
                with.iter().copied().cloned().chain([option.clone()]).collect();
            let scenario = caps(cap);
            // A busiest month of 40 credits: eight packs of ten for a dollar, one of a thousand for 50.
            let reach = UsageReach { day: 9.into(), month: 40.into(), purchase: Decimal::ZERO };
            let all = values_of(&option, &options, &scenario, reach);
            let last = all.iter().rev().take(2).map(|one| one.to_i64().unwrap());
            last.collect::<Vec<_>>()
        };
        assert_eq!(of("money = \"8.00\"", "money", &[]), [8, 7]);
        assert_eq!(of("money = \"8.00\"", "money", &[&package]), [50, 48]);
        assert_eq!(of("money = \"200.00\"", "money", &[&package]), [200, 50], "today's");
        assert_eq!(of("money = \"900.00\"", "money", &[&package]), [50, 48], "beyond the range");
        assert_eq!(of("credits = 80", "credits", &[]), [80, 78]);
    }

    fn values_of(
        option: &OwnerOption,
        options: &[OwnerOption],
        scenario: &Scenario,
        reach: UsageReach,
    ) -> Vec<Decimal> {
        let values = values(option, scenario, reach, &purchases(options, scenario)).unwrap();
        values.iter().map(|value| value.decimal().unwrap()).collect()
    }

    #[test]
    fn values_are_whole_steps_from_the_first_and_end_at_the_limit() {
        assert_eq!(numbers(5, 5, 30), [5, 10, 15, 20, 25, 30]);
        assert_eq!(numbers(10, 10, 9), Vec::<i64>::new());
        assert!(numbers(20, 5, 10_000).iter().all(|number| number % 5 == 0));
    }
}
