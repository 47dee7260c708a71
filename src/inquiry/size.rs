//! How often usage makes an owner buy: with the smallest and the largest purchase that may be chosen.
//!
//! A purchase that is small beside the usage is made thousands of times a month. Nobody wants that, and every one
//! of them takes its time in every run; so what is tried is bounded by it, and usage that even the largest purchase
//! does not keep up with is refused before anything is run. Caps bound purchases by themselves where they are not the
//! owner's to choose: one that may be chosen may be as high as usage asks for. Deliberately absent: the values of
//! settings.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::{CreditTotal, Duration, grouped};
use crate::engine::Setup;
use crate::policy::{AutoRecharge, CapWindow, Limit, Policy, Purchase};
use crate::scenario::{Scenario, Setting, SettingPath, Variation};
use crate::usage::History;
use crate::vendors::OwnerOption;

use super::error::{InquiryError, TooSmallPurchase};
use super::search::Breadth;

/// Purchases in the busiest month up to which a size is worth trying where larger ones may be chosen: over six a day.
const WORTH_TRYING: u64 = 200;
/// The same of all days together: one a day for over three years.
const WORTH_TRYING_IN_ALL: u64 = 1_200;
/// Purchases in the busiest month that are run at all: one every 22 minutes.
const MOST_A_MONTH: u64 = 2_000;
/// Purchases that all replications of one candidate make together, about, up to which they do not take long.
const MOST_TOGETHER: u64 = 100_000;
/// The same under caps: whether those keep what must hold is decided by the few futures that need most. It is divided by
/// the third power of the number of settings, as combinations grow faster than these.
const MOST_TOGETHER_OF_CAPS: u64 = 7_000_000;
/// What a meter that lags takes, in purchases, from which on a search is narrow.
const LONG: u64 = 5_000;
/// Usage events that take as long as one purchase, where each of them is a step of its own.
const EVENTS_OF_PURCHASE: u64 = 32;
/// Replications that a choice takes at least.
const LEAST_REPLICATIONS: u64 = 96;

/// The purchases of the busiest month and of all days, with the smallest and the largest that may be chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct PurchaseCounts {
    /// The credits of the largest purchase.
    largest: Decimal,
    /// How often the largest is made in the busiest month.
    busiest_month: u64,
    /// How long a run takes: how often the smallest is made, and what steps through usage come to beside that.
    length: u64,
    /// The part of it that a meter that lags takes, whatever is chosen.
    noticed: u64,
    /// What the busiest month asks for.
    asked: Decimal,
    /// How many purchases all replications of a candidate may make together.
    together: u64,
}

impl PurchaseCounts {
    /// Those of a scenario and of what may be chosen; `None` without auto-recharge.
    pub(super) fn of(
        scenario: &Scenario,
        space: &[Variation],
        history: &History,
    ) -> Option<PurchaseCounts> {
        scenario.setup.policy.recharge.as_ref()?;
        let chosen: Vec<&SettingPath> = space.iter().map(|one| &one.path).collect();
        let caps = FixedCaps::of(scenario, &chosen);
        let sizes = sizes(scenario, space);
        let (least, largest) = (sizes.iter().min()?, sizes.iter().max()?);
        let asked = exact(history.most_within(Duration::LONGEST_MONTH));
        let included = scenario.plans.iter().map(|(_, plan)| plan.allowance.decimal()).max();
        let needed = (asked - included.unwrap_or_default()).max(Decimal::ZERO);
        let bought = caps.credits(needed, 1);
        let times = |credits: Decimal, size: Decimal| {
            credits.checked_div(size).and_then(|times| times.ceil().to_u64()).unwrap_or(u64::MAX)
        };
        let months = months(scenario);
        let all = caps.credits(exact(history.most_within(length(scenario))), months);
        let is_capped = !scenario.setup.policy.recharge.as_ref()?.caps.is_empty();
        let noticed = noticed(scenario, history);
        let steps = noticed.saturating_add(polls(scenario));
        Some(PurchaseCounts {
            largest: *largest,
            busiest_month: caps.times(times(bought, *largest), 1),
            length: caps.times(times(all, *least), months).saturating_add(steps),
            noticed,
            asked,
            together: match is_capped {
                true => MOST_TOGETHER_OF_CAPS / (space.len().max(1) as u64).pow(3),
                false => MOST_TOGETHER,
            },
        })
    }

    /// Refuses usage that even the largest purchase does not keep up with.
    pub(super) fn check(&self, scenario: &Scenario) -> Result<(), InquiryError> {
        if self.busiest_month <= MOST_A_MONTH {
            return Ok(());
        }
        let shown = |number: Decimal| grouped(&number.normalize().to_string());
        Err(InquiryError::TooSmallPurchase(Box::new(TooSmallPurchase {
            file: scenario.file.clone(),
            asked: shown(self.asked),
            unit: scenario.unit.clone(),
            largest: shown(self.largest),
            larger: larger(scenario),
            times: self.busiest_month,
            most: MOST_A_MONTH,
        })))
    }

    /// The most replications of a candidate: fewer where each run makes many purchases.
    pub(super) fn replications(&self, most: u64) -> u64 {
        (self.together / self.length.max(1)).max(LEAST_REPLICATIONS).min(most)
    }

    /// How many combinations a search runs side by side.
    pub(super) fn breadth(&self) -> Breadth {
        if self.noticed >= LONG { Breadth::Narrow } else { Breadth::Wide }
    }
}

/// What the events of a history take, in purchases, where a meter that lags notices each of them by itself.
fn noticed(scenario: &Scenario, history: &History) -> u64 {
    let lags = scenario.setup.policy.service.metering_lag > Duration::ZERO;
    if lags { history.summary().events / EVENTS_OF_PURCHASE } else { 0 }
}

/// What the looks at a balance that is polled take, in purchases.
fn polls(scenario: &Scenario) -> u64 {
    let poll = scenario.setup.policy.recharge.as_ref().and_then(|recharge| recharge.poll);
    let looks = poll.map_or(0, |poll| whole(length(scenario)) / whole(poll).max(1));
    looks / EVENTS_OF_PURCHASE
}

/// The highest value of each cap that may be chosen, which stands in the way of no purchase.
pub(super) fn highest_caps(space: &[Variation]) -> Vec<Setting> {
    let caps = space.iter().filter(|one| is_of_cap(&one.path));
    caps.filter_map(|one| one.settings().last()).collect()
}

/// Whether a setting is of a cap.
pub(super) fn is_of_cap(path: &SettingPath) -> bool {
    path.to_string().starts_with("recharge.caps.")
}

/// What the caps that an owner does not choose leave of purchases in a month; nothing is said where there are none.
#[derive(Clone, Copy, Debug, Default)]
struct FixedCaps {
    purchases: Option<u64>,
    credits: Option<Decimal>,
}

impl FixedCaps {
    /// Those of a scenario in which the settings at some paths are chosen.
    fn of(scenario: &Scenario, chosen: &[&SettingPath]) -> FixedCaps {
        let Some(recharge) = &scenario.setup.policy.recharge else { return FixedCaps::default() };
        let is_chosen = |place: usize| {
            let cap = format!("recharge.caps.{place}.");
            chosen.iter().any(|path| path.to_string().starts_with(&cap))
        };
        let mut fixed = FixedCaps::default();
        for (_, cap) in recharge.caps.iter().enumerate().filter(|&(place, _)| !is_chosen(place)) {
            let windows = windows(cap.window, scenario);
            let credits = match cap.limit {
                Limit::Recharges(recharges) => {
                    let most = recharges.saturating_mul(windows);
                    fixed.purchases = Some(fixed.purchases.unwrap_or(u64::MAX).min(most));
                    continue;
                }
                Limit::Credits(credits) => Some(credits.decimal()),
                Limit::Money(money) => per_credit(&recharge.purchase)
                    .and_then(|per_credit| money.decimal().checked_div(per_credit)),
            };
            let most = credits.and_then(|credits| credits.checked_mul(Decimal::from(windows)));
            fixed.credits = fixed.credits.into_iter().chain(most).min();
        }
        fixed
    }

    /// What they leave of credits that are wanted in some months.
    fn credits(&self, wanted: Decimal, months: u64) -> Decimal {
        let left = self.credits.and_then(|most| most.checked_mul(Decimal::from(months)));
        left.map_or(wanted, |most| most.min(wanted))
    }

    /// What they leave of purchases that are wanted in some months.
    fn times(&self, wanted: u64, months: u64) -> u64 {
        self.purchases.map_or(wanted, |most| most.saturating_mul(months).min(wanted))
    }
}

/// The windows of a cap in the longest month.
fn windows(window: CapWindow, scenario: &Scenario) -> u64 {
    let length = match window {
        CapWindow::Day => Duration::DAY,
        CapWindow::Month => Duration::LONGEST_MONTH,
        CapWindow::Cycle => {
            let Setup { policy, horizon, .. } = &scenario.setup;
            let cycle = policy.contract.cycles.around(horizon.from);
            cycle.to.since(cycle.from)
        }
        CapWindow::Rolling(length) => length,
    };
    whole(Duration::LONGEST_MONTH).div_ceil(whole(length).max(1))
}

/// The price of a credit; `None` where credits cost nothing.
fn per_credit(purchase: &Purchase) -> Option<Decimal> {
    let price = match purchase {
        Purchase::Packs { package, .. } => {
            package.price.decimal().checked_div(package.credits.decimal())?
        }
        Purchase::UpTo { unit_price, .. } => unit_price.decimal(),
    };
    (price > Decimal::ZERO).then_some(price)
}

/// The credits below which a purchase is too small to be worth trying where larger ones may be chosen; nothing under
/// caps that allow few purchases.
pub(super) fn worth_trying(
    scenario: &Scenario,
    options: &[OwnerOption],
    history: &History,
) -> Decimal {
    let chosen: Vec<&SettingPath> = options.iter().map(|option| &option.path).collect();
    let caps = FixedCaps::of(scenario, &chosen);
    if caps.purchases.is_some_and(|most| most <= WORTH_TRYING) {
        return Decimal::ZERO;
    }
    let asked = |time: Duration| exact(history.most_within(time));
    // What the account has at the start is not bought, be it most of what the busiest month asks for.
    let bought = (asked(length(scenario)) - held_at_start(scenario)).max(Decimal::ZERO);
    let month = asked(Duration::LONGEST_MONTH).min(bought);
    let in_month = caps.credits(month, 1) / Decimal::from(WORTH_TRYING);
    let in_all = caps.credits(bought, months(scenario));
    in_month.max(in_all / Decimal::from(WORTH_TRYING_IN_ALL))
}

/// What the account has at the start.
fn held_at_start(scenario: &Scenario) -> Decimal {
    let opening = scenario.setup.opening.as_ref();
    opening.map_or(Decimal::ZERO, |opening| {
        opening.allowance.decimal() + exact(opening.purchased_credits())
    })
}

/// The months of a scenario, a part of one as a whole.
fn months(scenario: &Scenario) -> u64 {
    whole(length(scenario)).div_ceil(whole(Duration::LONGEST_MONTH))
}

/// The milliseconds of a length.
fn whole(length: Duration) -> u64 {
    u64::try_from(length.millis()).expect("a length is never negative")
}

fn length(scenario: &Scenario) -> Duration {
    let horizon = scenario.setup.horizon;
    horizon.to.since(horizon.from)
}

/// The credits of every purchase at the ends of what may be chosen, and of today's.
fn sizes(scenario: &Scenario, space: &[Variation]) -> Vec<Decimal> {
    /// The settings that a size follows from.
    const OF_SIZE: [&str; 3] = ["package", "packs", "up_to"];
    let size = |made: &Scenario| of_purchase(&made.setup.policy);
    let mut sets: Vec<Vec<Setting>> = vec![highest_caps(space)];
    // Today's caps bound today's purchases, where others may be chosen.
    let today = if sets[0].is_empty() { size(scenario) } else { None };
    for variation in space.iter().filter(|one| OF_SIZE.contains(&one.path.last())) {
        let values: Vec<Setting> = variation.settings().collect();
        // Numbers are in order; names are not.
        let ends = match variation.path.last() {
            "package" => values,
            _ => values.first().into_iter().chain(values.last()).cloned().collect(),
        };
        let with = |set: &Vec<Setting>| {
            let set = set.clone();
            ends.iter().map(move |end| [&set[..], std::slice::from_ref(end)].concat())
        };
        sets = sets.iter().flat_map(with).collect();
    }
    let made = sets.iter().filter_map(|set| scenario.with_overrides(set).ok());
    let sizes = made.filter_map(|made| size(&made)).chain(today);
    sizes.filter(|size| *size > Decimal::ZERO).collect()
}

/// The credits of one purchase by a policy: all that it may bring the balance to, where it does not buy packs.
pub(super) fn of_purchase(policy: &Policy) -> Option<Decimal> {
    match &policy.recharge.as_ref()?.purchase {
        Purchase::Packs { package, packs } => {
            package.credits.decimal().checked_mul(Decimal::from(*packs))
        }
        Purchase::UpTo { target, .. } => Some(target.decimal()),
    }
}

pub(super) fn exact(total: CreditTotal) -> Decimal {
    Decimal::from_i128_with_scale(total.micro(), 6)
}

/// The arguments that set a larger purchase: the credits and the price of the largest package, or the target.
fn larger(scenario: &Scenario) -> String {
    let packages = scenario.packages.iter();
    let largest = packages.max_by_key(|package| package.credits);
    let recharge = scenario.setup.policy.recharge.as_ref();
    let is_packs = |rules: &AutoRecharge| matches!(rules.purchase, Purchase::Packs { .. });
    match largest.filter(|_| recharge.is_some_and(is_packs)) {
        Some(package) => {
            let key = SettingPath::from(["packages", &*package.name]);
            format!("--set {key}.credits=NUMBER --set {key}.price=PRICE")
        }
        None => "--set recharge.up_to=NUMBER".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(busiest_month: u64, length: u64) -> PurchaseCounts {
        let (largest, asked) = (Decimal::TEN, Decimal::TEN);
        PurchaseCounts {
            largest,
            busiest_month,
            length,
            noticed: 0,
            asked,
            together: MOST_TOGETHER,
        }
    }

    #[test]
    fn a_run_of_many_purchases_is_repeated_less_often_and_never_less_than_a_choice_takes() {
        for (length, replications) in
            [(0, 1_000), (100, 1_000), (101, 990), (1_000, 100), (1_042, 96), (u64::MAX, 96)]
        {
            assert_eq!(counts(1, length).replications(1_000), replications, "{length}");
        }
        assert_eq!(counts(1, u64::MAX).replications(32), 32, "no more than may be");
    }

    #[test]
    fn caps_bound_purchases_where_they_are_fixed_and_not_where_they_are_chosen() {
        const RULES: &str = "[packages.p]\ncredits = 10\nprice = \"5\"\n[recharge]\nat_or_below = 1\n\
            package = \"p\"\ncaps = [{ recharges = 4, per = \"day\" }, { money = \"100\", per = \"month\" }]\n";
        let scenario = super::super::changes::tests::scenario(RULES);
        let path = |text: &str| SettingPath::new(text).unwrap();
        let of = |chosen: &[&str]| {
            let paths: Vec<SettingPath> = chosen.iter().map(|text| path(text)).collect();
            FixedCaps::of(&scenario, &paths.iter().collect::<Vec<_>>())
        };
        // Four a day of 31 days; $100 at 50 cents a credit.
        let fixed = of(&[]);
        assert_eq!((fixed.purchases, fixed.credits), (Some(124), Some(Decimal::from(200))));
        assert_eq!((fixed.times(1_000, 2), fixed.times(100, 2)), (248, 100));
        let recharges = of(&["recharge.caps.0.recharges"]);
        assert_eq!((recharges.purchases, recharges.credits), (None, Some(Decimal::from(200))));
        let both = of(&["recharge.caps.0.recharges", "recharge.caps.1.money"]);
        assert_eq!((both.purchases, both.credits), (None, None));
        assert_eq!(both.credits(Decimal::TEN, 1), Decimal::TEN);
    }

    #[test]
    fn the_busiest_month_is_run_up_to_the_most_purchases_and_not_beyond() {
        let scenario = super::super::changes::tests::scenario("");
        assert!(counts(MOST_A_MONTH, 1).check(&scenario).is_ok());
        let refused = counts(MOST_A_MONTH + 1, 1).check(&scenario).unwrap_err().to_string();
        assert!(refused.contains("it would be made 2,001 times in those days"), "{refused}");
    }
}
