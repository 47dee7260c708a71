//! The values that a search tries for what an owner may choose: within the vendor's limits, as far as the usage
//! reaches, and as fine as matters.
//!
//! A range without an upper limit ends where more cannot matter to this usage: a threshold at twice the
//! busiest day, a purchase at the busiest month, a cap at twice what the busiest month needs. Values that are
//! nearer to each other than a twentieth are one: steps grow with the number, and both ends of the vendor's range are tried. A purchase that the busiest month would
//! need hundreds of times is not tried where larger ones may be chosen. Deliberately absent: the search.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::Duration;
use crate::policy::Purchase;
use crate::scenario::{Scenario, Setting, SettingPath, SettingValue, Values, Variation};
use crate::usage::History;
use crate::vendors::{OptionRange, OptionValues, OwnerOption};

use super::size::{exact, highest_caps, worth_trying};

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

/// What one recharge buys: its credits, and what a credit costs.
#[derive(Clone, Copy, Debug)]
struct Bought {
    credits: Decimal,
    per_credit: Decimal,
}

/// The values to try for each option that the scenario has.
pub fn space(options: &[OwnerOption], scenario: &Scenario, history: &History) -> Vec<Variation> {
    let reach = UsageReach {
        day: exact(history.most_within(Duration::DAY)),
        month: exact(history.most_within(Duration::LONGEST_MONTH)),
        purchase: worth_trying(scenario, options, history),
    };
    let values = |option: &OwnerOption| values(option, scenario, reach);
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
) -> Option<Vec<SettingValue>> {
    let path = &option.path;
    let (range, is_share) = match &option.values {
        OptionValues::List(values) => return Some(values.clone()),
        OptionValues::Share(range) => (range, true),
        OptionValues::Whole(range) | OptionValues::Credits(range) | OptionValues::Money(range) => {
            (range, false)
        }
    };
    let far = far(path, scenario, reach);
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
    Some(numbers.into_iter().map(value).collect())
}

/// How far values of a setting may matter to this usage; `None` of one that usage does not bound.
fn far(path: &SettingPath, scenario: &Scenario, reach: UsageReach) -> Option<Decimal> {
    let two = Decimal::TWO;
    let bought = bought(scenario);
    let most = |credits: Decimal, per: Decimal| (per > Decimal::ZERO).then(|| credits / per);
    match path.last() {
        "below" | "at_or_below" => Some((reach.day * two).ceil()),
        "up_to" => Some((reach.day * two + reach.month).ceil()),
        "packs" => {
            let pack = bought?.credits;
            most(reach.month, pack).map(|packs| packs.ceil())
        }
        "recharges" => most(reach.month * two, bought?.credits).map(|count| count.ceil()),
        "money" => Some((reach.month * two * bought?.per_credit).ceil()),
        "credits" => Some((reach.month * two).ceil()),
        _ => None,
    }
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
        Purchase::Packs { package, .. } => {
            let credits = package.credits.decimal();
            let per_credit = package.price.decimal().checked_div(credits)?;
            Some(Bought { credits, per_credit })
        }
        Purchase::UpTo { increment, unit_price, .. } => {
            let per_credit = unit_price.decimal();
            Some(Bought { credits: increment.decimal(), per_credit })
        }
    }
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
            let values = values(&option, &scenario, reach).unwrap();
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
    fn values_are_whole_steps_from_the_first_and_end_at_the_limit() {
        assert_eq!(numbers(5, 5, 30), [5, 10, 15, 20, 25, 30]);
        assert_eq!(numbers(10, 10, 9), Vec::<i64>::new());
        assert!(numbers(20, 5, 10_000).iter().all(|number| number % 5 == 0));
    }
}
