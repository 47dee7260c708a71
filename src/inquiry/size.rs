//! How often usage makes an owner buy: with the smallest and the largest purchase that may be chosen.
//!
//! A purchase that is small beside the usage is made thousands of times a month. Nobody wants that, and every one
//! of them takes its time in every run; so what is tried is bounded by it, and usage that even the largest purchase
//! does not keep up with is refused before anything is run. Caps bound purchases by themselves. Deliberately absent: the
//! values of settings.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::{CreditTotal, Duration, grouped};
use crate::policy::{Policy, Purchase};
use crate::scenario::{Scenario, Setting, Variation};
use crate::usage::History;

use super::error::{InquiryError, TooSmallPurchase};

/// The longest month.
pub(super) const MONTH: Duration = Duration::from_millis(31 * Duration::DAY.millis());
/// Purchases in the busiest month up to which a size is worth trying where larger ones may be chosen: over six a day.
const WORTH_TRYING: u64 = 200;
/// The same of all days together: one a day for over three years.
const WORTH_TRYING_IN_ALL: u64 = 1_200;
/// Purchases in the busiest month that are run at all: one every 22 minutes.
const MOST_A_MONTH: u64 = 2_000;
/// Purchases that all replications of one candidate make together, about, up to which they do not take long.
const MOST_TOGETHER: u64 = 100_000;
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
    /// What the busiest month asks for.
    asked: Decimal,
}

impl PurchaseCounts {
    /// Those of a scenario and of what may be chosen; `None` without auto-recharge, or where caps bound it.
    pub(super) fn of(
        scenario: &Scenario,
        space: &[Variation],
        history: &History,
    ) -> Option<PurchaseCounts> {
        scenario.setup.policy.recharge.as_ref()?;
        if is_capped(scenario) {
            return None;
        }
        let sizes = sizes(scenario, space);
        let (least, largest) = (sizes.iter().min()?, sizes.iter().max()?);
        let asked = exact(history.most_within(MONTH));
        let included = scenario.plans.iter().map(|(_, plan)| plan.allowance.decimal()).max();
        let bought = (asked - included.unwrap_or_default()).max(Decimal::ZERO);
        let times = |credits: Decimal, size: Decimal| {
            credits.checked_div(size).and_then(|times| times.ceil().to_u64()).unwrap_or(u64::MAX)
        };
        let all = exact(history.most_within(length(scenario)));
        Some(PurchaseCounts {
            largest: *largest,
            busiest_month: times(bought, *largest),
            length: times(all, *least).saturating_add(steps(scenario, history)),
            asked,
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
            times: self.busiest_month,
            most: MOST_A_MONTH,
        })))
    }

    /// The most replications of a candidate: fewer where each run makes many purchases.
    pub(super) fn replications(&self, most: u64) -> u64 {
        (MOST_TOGETHER / self.length.max(1)).max(LEAST_REPLICATIONS).min(most)
    }
}

/// What the steps through usage take, in purchases: a meter that lags notices each event by itself.
fn steps(scenario: &Scenario, history: &History) -> u64 {
    let lags = scenario.setup.policy.service.metering_lag > Duration::ZERO;
    if lags { history.summary().rows / EVENTS_OF_PURCHASE } else { 0 }
}

/// Whether caps bound how often purchases are made.
fn is_capped(scenario: &Scenario) -> bool {
    let recharge = scenario.setup.policy.recharge.as_ref();
    recharge.is_some_and(|recharge| !recharge.caps.is_empty())
}

/// The credits below which a purchase is too small to be worth trying where larger ones may be chosen; nothing under caps.
pub(super) fn worth_trying(scenario: &Scenario, history: &History) -> Decimal {
    if is_capped(scenario) {
        return Decimal::ZERO;
    }
    let asked = |time: Duration| exact(history.most_within(time));
    let in_month = asked(MONTH) / Decimal::from(WORTH_TRYING);
    in_month.max(asked(length(scenario)) / Decimal::from(WORTH_TRYING_IN_ALL))
}

fn length(scenario: &Scenario) -> Duration {
    let horizon = scenario.setup.horizon;
    horizon.to.since(horizon.from)
}

/// The credits of every purchase at the ends of what may be chosen, and of today's.
fn sizes(scenario: &Scenario, space: &[Variation]) -> Vec<Decimal> {
    /// The settings that a size follows from.
    const OF_SIZE: [&str; 3] = ["package", "packs", "up_to"];
    let mut sets: Vec<Vec<Setting>> = vec![Vec::new()];
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
    let size = |made: &Scenario| of_purchase(&made.setup.policy);
    let sizes = made.filter_map(|made| size(&made)).chain(size(scenario));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(busiest_month: u64, length: u64) -> PurchaseCounts {
        PurchaseCounts { largest: Decimal::TEN, busiest_month, length, asked: Decimal::TEN }
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
    fn the_busiest_month_is_run_up_to_the_most_purchases_and_not_beyond() {
        let scenario = super::super::changes::tests::scenario("");
        assert!(counts(MOST_A_MONTH, 1).check(&scenario).is_ok());
        let refused = counts(MOST_A_MONTH + 1, 1).check(&scenario).unwrap_err().to_string();
        assert!(refused.contains("it would be made 2,001 times in those days"), "{refused}");
    }
}
