//! The changes that an owner can make to an account's settings: one list, for what would have prevented the
//! outages of a run and for what would meet a service target.
//!
//! More packs or a higher balance to restore, higher caps or none, earlier and later triggers, other plans and
//! packages of the scenario. Deliberately absent: payments that fail, which no setting mends, and trying them.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::domain::Credits;
use crate::policy::Purchase;
use crate::scenario::{Scenario, Setting, SettingPath, SettingValue};

/// Maximum number of times that packs, or the balance to restore, are doubled.
const DOUBLINGS: u32 = 8;
/// How many times higher caps are tried.
const RAISED: [u64; 3] = [2, 4, 8];
/// The most other plans, and the most other packages.
const OTHERS: usize = 5;
/// The most numbers of packs that are tried below one that is enough, and parts of the way to a threshold that is.
const FEWER: u64 = 8;

/// The setting of the number of packs.
pub(super) const PACKS: [&str; 2] = ["recharge", "packs"];
/// The setting of the balance that a recharge restores.
const UP_TO: [&str; 2] = ["recharge", "up_to"];
/// The setting of all caps.
const CAPS: [&str; 2] = ["recharge", "caps"];
/// The settings of a threshold in credits.
const THRESHOLDS: [[&str; 2]; 2] = [["recharge", "at_or_below"], ["recharge", "below"]];
/// The setting of a threshold that is a share.
const CONSUMED: [&str; 2] = ["recharge", "consumed_share"];
/// The setting of the plan.
const PLAN: [&str; 1] = ["plan"];
/// The setting of the package.
const PACKAGE: [&str; 2] = ["recharge", "package"];

/// The changes, of each kind in the order in which they are tried.
pub(super) struct OwnerChanges {
    /// More packs, or a higher balance to restore, ascending.
    pub packs: Vec<Setting>,
    /// One cap of several higher.
    pub single_caps: Vec<Setting>,
    /// Higher caps and, last, none; each of them changes every cap.
    pub caps: Vec<Vec<Setting>>,
    /// Earlier triggers, the earliest last.
    pub earlier: Vec<Setting>,
    /// Later triggers.
    pub later: Vec<Setting>,
    /// Other plans, in file order.
    pub plans: Vec<Setting>,
    /// Other packages, in file order.
    pub packages: Vec<Setting>,
}

impl OwnerChanges {
    /// The changes of a scenario, of whose usage the largest event is known.
    pub(super) fn of(made: &Scenario, largest: Credits) -> OwnerChanges {
        let (earlier, later) = thresholds(made, largest);
        let plans = made.plans.iter().map(|(name, _)| name.clone()).collect();
        let packages = made.packages.iter().map(|package| package.name.to_string()).collect();
        OwnerChanges {
            packs: packs(made),
            single_caps: single_caps(made),
            caps: caps(made),
            earlier,
            later,
            plans: others(made, PLAN.into(), plans),
            packages: others(made, PACKAGE.into(), packages),
        }
    }

    /// One of them at a time.
    pub(super) fn alone(&self) -> Vec<Vec<Setting>> {
        let OwnerChanges { packs, single_caps, earlier, later, plans, packages, caps } = self;
        let singles = [packs, earlier, later, plans, packages, single_caps].into_iter().flatten();
        singles.map(|one| vec![one.clone()]).chain(caps.iter().cloned()).collect()
    }
}

/// The same settings with fewer packs, down to half of them, ascending; none where packs are not set.
pub(super) fn fewer_packs(settings: &[Setting]) -> Vec<Vec<Setting>> {
    let path = SettingPath::from(PACKS);
    let whole = |setting: &Setting| u64::try_from(setting.value.decimal()?).ok();
    let Some(enough) = settings.iter().rev().find(|setting| setting.path == path).and_then(whole)
    else {
        return Vec::new();
    };
    let least = enough / 2;
    let step = (enough - least).saturating_sub(1).div_ceil(FEWER).max(1);
    let fewer = (least + 1..enough).step_by(usize::try_from(step).unwrap_or(usize::MAX));
    let others = settings.iter().filter(|setting| setting.path != path);
    let others: Vec<Setting> = others.cloned().collect();
    fewer.map(|packs| [&others[..], &[Setting::new(PACKS, packs)]].concat()).collect()
}

/// The same settings with thresholds between that of a scenario and the one that they raise it to; none where they do not.
pub(super) fn nearer_thresholds(made: &Scenario, settings: &[Setting]) -> Vec<Vec<Setting>> {
    let is_threshold =
        |one: &&Setting| THRESHOLDS.iter().any(|path| one.path == SettingPath::from(*path));
    let raised = settings.iter().rev().find(is_threshold).and_then(|one| {
        let (now, enough) = (number(made, &one.path)?, one.value.decimal()?);
        (now < enough).then(|| (one.path.clone(), now, enough))
    });
    let Some((path, now, enough)) = raised else { return Vec::new() };
    let part =
        |part: u64| round_up(now + (enough - now) * Decimal::from(part) / Decimal::from(FEWER));
    let mut nearer: Vec<Decimal> = (1..FEWER).map(part).filter(|&at| at < enough).collect();
    nearer.dedup();
    let others: Vec<Setting> = settings.iter().filter(|one| one.path != path).cloned().collect();
    nearer.into_iter().map(|at| [&others[..], &[setting(&path, at)]].concat()).collect()
}

/// Packs, or the balance that is restored, doubled again and again.
fn packs(made: &Scenario) -> Vec<Setting> {
    let up_to = number(made, &UP_TO.into());
    let path = if up_to.is_some() { SettingPath::from(UP_TO) } else { SettingPath::from(PACKS) };
    let buys = made.setup.policy.recharge.is_some();
    let now = up_to.or_else(|| number(made, &path)).unwrap_or(Decimal::ONE);
    let doubled =
        (1..=DOUBLINGS).filter_map(|times| now.checked_mul(Decimal::from(1_u64 << times)));
    doubled.filter(|_| buys).map(|number| setting(&path, number)).collect()
}

/// Every cap doubled, four and eight times as high, and no cap.
fn caps(made: &Scenario) -> Vec<Vec<Setting>> {
    let count = made.setup.policy.recharge.as_ref().map_or(0, |recharge| recharge.caps.len());
    if count == 0 {
        return Vec::new();
    }
    let higher = |times: u64| {
        (0..count).map(|cap| raised(made, cap, times)).collect::<Option<Vec<Setting>>>()
    };
    let none = Setting { path: CAPS.into(), value: SettingValue::empty_list() };
    RAISED.into_iter().filter_map(higher).chain([vec![none]]).collect()
}

/// Each of several caps by itself doubled, four and eight times as high.
fn single_caps(made: &Scenario) -> Vec<Setting> {
    let count = made.setup.policy.recharge.as_ref().map_or(0, |recharge| recharge.caps.len());
    let caps = if count > 1 { 0..count } else { 0..0 };
    caps.flat_map(|cap| RAISED.into_iter().filter_map(move |times| raised(made, cap, times)))
        .collect()
}

/// A cap so many times as high.
fn raised(made: &Scenario, cap: usize, times: u64) -> Option<Setting> {
    let paths = ["recharges", "money", "credits"].map(|limit| {
        SettingPath::new(&format!("recharge.caps.{cap}.{limit}")).expect("three plain names")
    });
    let (now, path) = paths.into_iter().find_map(|path| Some((number(made, &path)?, path)))?;
    Some(setting(&path, now.checked_mul(Decimal::from(times))?))
}

/// Earlier and later triggers: a threshold in credits higher by parts of what a recharge buys, or as high as
/// the largest event and twice that, below which one can be refused while credits are left; or a smaller
/// share that has to be used; a lower threshold.
fn thresholds(made: &Scenario, largest: Credits) -> (Vec<Setting>, Vec<Setting>) {
    let bought =
        made.setup.policy.recharge.as_ref().and_then(|recharge| bought(&recharge.purchase));
    let largest = round_up(largest.decimal());
    let of_events = [Some(largest), largest.checked_mul(Decimal::TWO)];
    let of_events: Vec<Decimal> = of_events.into_iter().flatten().collect();
    let threshold = THRESHOLDS.map(SettingPath::from);
    let threshold = threshold.into_iter().find_map(|path| Some((number(made, &path)?, path)));
    if let (Some((now, path)), Some(bought)) = (threshold, bought) {
        let parts = [25, 50, 100, 200, 400, 1600].map(|percent| Decimal::new(percent, 2));
        let part = |part| Some(round_up(now.checked_add(bought.checked_mul(part)?)?));
        let parts = parts.into_iter().filter_map(part);
        let mut higher: Vec<Decimal> = parts.chain(of_events).filter(|&at| at > now).collect();
        higher.sort_unstable();
        higher.dedup();
        let lower = [Decimal::new(5, 1), Decimal::ZERO].map(|part| now * part);
        let at = |number: Decimal| setting(&path, number.normalize());
        return (higher.into_iter().map(at).collect(), lower.map(at).to_vec());
    }
    let is_share = made.setting(&CONSUMED.into()).is_some();
    let events_are_large = bought.is_some_and(|bought| largest > bought);
    let earlier =
        if is_share { earlier_than_a_share(of_events, events_are_large) } else { Vec::new() };
    (earlier, Vec::new())
}

/// The next number above, or at, that has three digits and zeros: a setting that people read and type.
fn round_up(number: Decimal) -> Decimal {
    let rounded = number.round_sf_with_strategy(3, RoundingStrategy::AwayFromZero);
    rounded.unwrap_or(number).normalize()
}

/// Triggers earlier than that of a share: smaller shares, and a threshold in the place of the share that
/// the largest events fit in. It is the earliest of all where events are larger than what a recharge buys.
fn earlier_than_a_share(of_events: Vec<Decimal>, events_are_large: bool) -> Vec<Setting> {
    let share = |percent: u64| Setting {
        path: CONSUMED.into(),
        value: SettingValue::from(format!("{percent}%").as_str()),
    };
    let shares = [80, 60, 40, 20].map(share);
    let at = |number: Decimal| setting(&THRESHOLDS[0].into(), number.normalize());
    let of_events: Vec<Setting> =
        of_events.into_iter().filter(|at| *at > Decimal::ZERO).map(at).collect();
    match events_are_large {
        true => [&shares[..], &of_events].concat(),
        false => [&of_events[..], &shares].concat(),
    }
}

/// The names that a setting can have besides the one it has.
fn others(made: &Scenario, path: SettingPath, names: Vec<String>) -> Vec<Setting> {
    let now = made.setting(&path).map(|name| name.to_string());
    let other = |name: &String| now.as_ref().is_some_and(|now| now != name);
    let setting =
        |name: String| Setting { path: path.clone(), value: SettingValue::from(name.as_str()) };
    names.into_iter().filter(other).take(OTHERS).map(setting).collect()
}

pub(super) fn number(made: &Scenario, path: &SettingPath) -> Option<Decimal> {
    made.setting(path)?.decimal()
}

pub(super) fn setting(path: &SettingPath, number: Decimal) -> Setting {
    Setting { path: path.clone(), value: SettingValue::number(path, number) }
}

/// Credits of a recharge, or the balance that it restores.
fn bought(purchase: &Purchase) -> Option<Decimal> {
    match purchase {
        Purchase::Packs { package, packs } => {
            package.credits.decimal().checked_mul(Decimal::from(*packs))
        }
        Purchase::UpTo { target, .. } => Some(target.decimal()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use super::*;

    /// Two plans and two packages, and these rules of recharges.
    pub(in crate::inquiry) fn scenario(recharge: &str) -> Scenario {
        let text = format!(
            "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\nplan = \"small\"\n\
             plans.small = {{ fee = \"9.00\", allowance = 100 }}\n\
             plans.big = {{ fee = \"19.00\", allowance = 900 }}\n\
             packages.ten = {{ credits = 10, price = \"1.00\" }}\n\
             packages.many = {{ credits = 1000, price = \"50.00\" }}\n{recharge}\n"
        );
        Scenario::from_text("levers.toml", &text, Path::new("")).unwrap()
    }

    fn changes(scenario: &Scenario) -> OwnerChanges {
        OwnerChanges::of(scenario, Credits::from_micro(40_000_000))
    }

    fn told(settings: &[Setting]) -> Vec<String> {
        settings.iter().map(ToString::to_string).collect()
    }

    /// Rules with two caps.
    pub(in crate::inquiry) const CAPPED: &str = "recharge = { at_or_below = 5, package = \"ten\", packs = 3, caps = [{ recharges = 2, \
         per = \"day\" }, { money = \"9000.00\", per = \"month\" }] }";

    #[test]
    fn what_can_be_changed_is_more_packs_other_caps_and_triggers_and_what_the_scenario_sells() {
        let scenario = scenario(CAPPED);
        let found = changes(&scenario);
        assert_eq!(told(&found.packs)[..2], ["recharge.packs = 6", "recharge.packs = 12"]);
        assert_eq!(
            told(&found.caps[0]),
            ["recharge.caps.0.recharges = 4", "recharge.caps.1.money = 18000"]
        );
        assert_eq!(told(found.caps.last().unwrap()), ["recharge.caps = []"]);
        // Parts of what a recharge buys, and the largest event and twice that.
        let thresholds = ["12.5", "20", "35", "40", "65", "80", "125", "485"];
        let thresholds = thresholds.map(|at| format!("recharge.at_or_below = {at}"));
        assert_eq!(told(&found.earlier), thresholds);
        assert_eq!(told(&found.later), ["recharge.at_or_below = 2.5", "recharge.at_or_below = 0"]);
        assert_eq!(told(&found.plans), ["plan = big"]);
        assert_eq!(told(&found.packages), ["recharge.package = many"]);
        assert_eq!(
            told(&found.single_caps)[2..4],
            ["recharge.caps.0.recharges = 16", "recharge.caps.1.money = 18000"]
        );
        assert_eq!(found.alone().len(), 8 + 4 + 6 + 8 + 2 + 2);
    }

    #[test]
    fn thresholds_between_today_s_and_one_that_is_enough_are_an_eighth_of_the_way_apart() {
        let scenario = scenario(CAPPED);
        let at = |number: u64| Setting::new(["recharge", "at_or_below"], number);
        let nearer = nearer_thresholds(&scenario, &[at(85)]);
        let nearer: Vec<String> = nearer.iter().map(|set| told(set).join(", ")).collect();
        let thresholds = ["15", "25", "35", "45", "55", "65", "75"];
        assert_eq!(nearer, thresholds.map(|at| format!("recharge.at_or_below = {at}")));
        assert!(nearer_thresholds(&scenario, &[at(5)]).is_empty());
        assert!(nearer_thresholds(&scenario, &[Setting::new(PACKS, 9_u64)]).is_empty());
    }

    #[test]
    fn a_threshold_that_is_proposed_has_three_digits_and_is_no_less_than_the_largest_event() {
        for (number, rounded) in [
            ("9805040000.000096", "9810000000"),
            ("9810000000", "9810000000"),
            ("9810000000.000001", "9820000000"),
            ("12.5", "12.5"),
            ("0.000123401", "0.000124"),
            ("0", "0"),
        ] {
            assert_eq!(round_up(number.parse().unwrap()).to_string(), rounded);
        }
    }

    #[test]
    fn a_share_and_a_balance_to_restore_have_levers_of_their_own() {
        let share = scenario("recharge = { consumed_share = \"90%\", package = \"ten\" }");
        // The largest event is of 40 credits, and a pack has ten.
        let earlier = told(&changes(&share).earlier);
        assert_eq!(earlier.len(), 6);
        assert_eq!(earlier[3], "recharge.consumed_share = 20%");
        assert_eq!(earlier[4..], ["recharge.at_or_below = 40", "recharge.at_or_below = 80"]);
        let up_to = scenario(
            "recharge = { at_or_below = 5, up_to = 50, increment = 1, unit_price = \"0.10\" }",
        );
        assert_eq!(told(&changes(&up_to).packs)[0], "recharge.up_to = 100");
        let none = scenario("");
        assert_eq!(changes(&none).alone().len(), 1, "the bigger plan alone");
    }
}
