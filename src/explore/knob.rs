//! What can be moved, and how far: what a vendor lets an owner set, and what nobody knows.
//!
//! Ranges are the vendor's where one is named, and else reach as far as matters to the usage; what is not known has a ladder of its
//! own. A knob is left out where the scenario takes none of its values. Deliberately absent: the page that shows it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::inquiry::space;
use crate::policy::CapWindow;
use crate::scenario::{Scenario, Setting, SettingPath, SettingValue, Values, Variation, duration};
use crate::usage::History;
use crate::vendors::{OptionRange, OptionValues, OwnerOption};

/// Something to move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knob {
    /// The path of the setting.
    pub path: String,
    /// What it is, for people: `threshold`.
    pub name: String,
    /// Who decides it.
    pub group: KnobGroup,
    /// True if its values are a scale, and false if they are names.
    pub is_scale: bool,
    /// Its values, today's among them; those of a scale ascend.
    pub values: Vec<KnobValue>,
    /// The place of today's value.
    pub now: usize,
}

/// Who decides what a knob sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnobGroup {
    /// The owner of the account.
    Owner,
    /// Nobody: it may be so or otherwise.
    Unknown,
}

/// A value of a knob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnobValue {
    /// The setting, as `PATH=VALUE`; it is what the scenario has for today's value.
    pub set: String,
    /// The value for people: `9,000`.
    pub label: String,
    /// The value in a sentence: `9,000 package`.
    pub phrase: String,
}

/// What can be moved of a scenario with this usage, with the ranges of a vendor where one is given.
pub fn knobs(scenario: &Scenario, history: &History, vendor: &[OwnerOption]) -> Vec<Knob> {
    let options = options(scenario, vendor);
    let varied = space(&options, scenario, history, 1);
    let is_list = |path: &SettingPath| {
        let of_path = options.iter().find(|option| option.path == *path);
        of_path.is_some_and(|option| matches!(option.values, OptionValues::List(_)))
    };
    let owner = varied.iter().filter_map(|variation| {
        knob(scenario, variation, KnobGroup::Owner, None, !is_list(&variation.path))
    });
    let unknown = UNKNOWN.iter().filter(|(path, ..)| is_stated(scenario, path));
    let unknown = unknown.filter_map(|(path, usual, values)| {
        let path = SettingPath::new(path).expect("a path of this list is one");
        let setting = |text: &&str| Setting::from_text(&format!("{path}={text}")).ok();
        let values = values.iter().filter_map(setting).map(|setting| setting.value).collect();
        let usual = setting(usual)?.value;
        let variation = Variation { path, values: Values::List(values) };
        knob(scenario, &variation, KnobGroup::Unknown, Some(usual), true)
    });
    owner.chain(unknown).collect()
}

/// Growth that changes usage, wherever it comes from.
const GROWTH: &str = "usage.growth_per_month";
/// Growth of the law that a scenario draws its usage from.
const GROWTH_OF_LAW: &str = "usage.generate.growth_per_month";
/// Growths to try.
const GROWTHS: [&str; 23] = [
    "-20%", "-15%", "-10%", "-7%", "-5%", "-3%", "-2%", "-1%", "0%", "1%", "2%", "3%", "4%", "5%",
    "7%", "10%", "12%", "15%", "20%", "25%", "30%", "40%", "50%",
];

/// Returns true unless a growth says nothing beside the other: what a scenario states is moved where it is stated.
fn is_stated(scenario: &Scenario, path: &str) -> bool {
    let has = |path| SettingPath::new(path).is_ok_and(|path| scenario.setting(&path).is_some());
    match path {
        GROWTH_OF_LAW => has(GROWTH_OF_LAW),
        GROWTH => has(GROWTH) || !has(GROWTH_OF_LAW),
        _ => true,
    }
}

/// What is not known: paths, the value that holds where the scenario says nothing, and values to try.
const UNKNOWN: [(&str, &str, &[&str]); 6] = [
    (
        "usage.scale",
        "1",
        &[
            "0.1", "0.25", "0.5", "0.6", "0.7", "0.8", "0.85", "0.9", "0.95", "1", "1.05", "1.1",
            "1.15", "1.2", "1.25", "1.3", "1.4", "1.5", "1.6", "1.75", "2", "2.5", "3", "4", "5",
            "7", "10",
        ],
    ),
    (GROWTH_OF_LAW, "0%", &GROWTHS),
    (GROWTH, "0%", &GROWTHS),
    (
        "payment.latency",
        "0s",
        &[
            "0s", "5s", "15s", "30s", "1min", "2min", "5min", "10min", "20min", "30min", "1h",
            "2h", "4h", "8h", "1 day", "2 days", "3 days",
        ],
    ),
    (
        "payment.card.decline_rate_per_month",
        "0%",
        &["0%", "1%", "2%", "3%", "5%", "7%", "10%", "15%", "20%", "30%", "50%", "75%", "100%"],
    ),
    (
        "payment.fail_probability",
        "0%",
        &["0%", "1%", "2%", "3%", "5%", "7%", "10%", "15%", "20%", "30%", "50%", "75%", "100%"],
    ),
];

/// The options of a scenario, as its vendor says or as they are in it.
fn options(scenario: &Scenario, vendor: &[OwnerOption]) -> Vec<OwnerOption> {
    let mut options = own_options(scenario);
    for option in &mut options {
        if let Some(stated) = vendor.iter().find(|stated| stated.path == option.path) {
            option.values = stated.values.clone();
        }
    }
    options
}

/// What an owner may set by the scenario alone.
fn own_options(scenario: &Scenario) -> Vec<OwnerOption> {
    let plans: Vec<&str> = scenario.plans.iter().map(|(name, _)| name.as_str()).collect();
    let packages: Vec<&str> = scenario.packages.iter().map(|package| &*package.name).collect();
    let names =
        |names: Vec<&str>| OptionValues::List(names.into_iter().map(SettingValue::from).collect());
    let mut options = Vec::new();
    let mut offer = |path: &str, values: OptionValues| {
        let path = SettingPath::new(path).expect("a path of this function is one");
        let is_choice = !matches!(&values, OptionValues::List(all) if all.len() < 2);
        if scenario.setting(&path).is_some() && is_choice {
            options.push(OwnerOption { path, values });
        }
    };
    offer("plan", names(plans));
    offer("recharge.package", names(packages));
    offer("recharge.at_or_below", OptionValues::Credits(from(0, 1)));
    offer("recharge.below", OptionValues::Credits(from(0, 1)));
    let shares = OptionRange { from: hundredths(5), to: Some(Decimal::ONE), step: hundredths(5) };
    offer("recharge.consumed_share", OptionValues::Share(shares));
    offer("recharge.packs", OptionValues::Whole(from(1, 1)));
    let increment = scenario.setting(&SettingPath::from(["recharge", "increment"]));
    let increment = increment.and_then(|value| value.decimal()).unwrap_or(Decimal::ONE);
    let up_to = OptionRange { from: increment, to: None, step: increment };
    offer("recharge.up_to", OptionValues::Credits(up_to));
    let caps = scenario.setup.policy.recharge.as_ref().map_or(0, |recharge| recharge.caps.len());
    for cap in 0..caps {
        offer(&format!("recharge.caps.{cap}.recharges"), OptionValues::Whole(from(1, 1)));
        offer(&format!("recharge.caps.{cap}.money"), OptionValues::Money(from(1, 1)));
        offer(&format!("recharge.caps.{cap}.credits"), OptionValues::Credits(from(1, 1)));
    }
    options
}

fn from(from: u64, step: u64) -> OptionRange {
    OptionRange { from: Decimal::from(from), to: None, step: Decimal::from(step) }
}

fn hundredths(number: i64) -> Decimal {
    Decimal::new(number, 2)
}

/// The knob of a variation; `None` if the scenario takes fewer than two of its values. `usual` is the value that holds where
/// the scenario says nothing.
fn knob(
    scenario: &Scenario,
    variation: &Variation,
    group: KnobGroup,
    usual: Option<SettingValue>,
    is_scale: bool,
) -> Option<Knob> {
    let path = &variation.path;
    let today = scenario.setting(path).or(usual)?;
    let mut settings: Vec<Setting> = variation.settings().collect();
    place(&mut settings, Setting { path: path.clone(), value: today.clone() }, is_scale);
    let mut values = Vec::new();
    let mut now = 0;
    for setting in &settings {
        let is_today = is_same(&setting.value, &today);
        let made = scenario.with_overrides(std::slice::from_ref(setting));
        let Ok(made) = made else { continue };
        if is_today {
            now = values.len();
        }
        let set = format!("{}={}", setting.path, setting.value);
        values.push(KnobValue {
            set,
            label: label(&made, setting),
            phrase: phrase(&made, setting),
        });
    }
    // Today's value makes the scenario it is in, so it is among them.
    (values.len() > 1).then(|| Knob {
        path: path.to_string(),
        name: name(scenario, path),
        group,
        is_scale,
        values,
        now,
    })
}

/// Puts today's value among the others, in its place on a scale, unless it is there.
fn place(settings: &mut Vec<Setting>, today: Setting, is_scale: bool) {
    if settings.iter().any(|setting| is_same(&setting.value, &today.value)) {
        return;
    }
    let size = |value: &SettingValue| size(value);
    let at = match (is_scale, size(&today.value)) {
        (true, Some(ours)) => settings
            .iter()
            .position(|setting| size(&setting.value).is_some_and(|other| other > ours))
            .unwrap_or(settings.len()),
        _ => 0,
    };
    settings.insert(at, today);
}

/// Whether two values are the same number, share or length, or are written alike.
fn is_same(one: &SettingValue, other: &SettingValue) -> bool {
    match (size(one), size(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// A value as a number: a number, a share, or a length in milliseconds.
fn size(value: &SettingValue) -> Option<Decimal> {
    let text = value.to_string();
    let share =
        || Some(text.strip_suffix('%')?.trim().parse::<Decimal>().ok()? / Decimal::ONE_HUNDRED);
    let length = || Some(Decimal::from(duration(&text).ok()?.millis()));
    value.decimal().or_else(share).or_else(length)
}

/// The name of a setting to people.
fn name(scenario: &Scenario, path: &SettingPath) -> String {
    match path.to_string().as_str() {
        "usage.scale" => "usage level".to_owned(),
        GROWTH if is_stated(scenario, GROWTH_OF_LAW) => "further growth a month".to_owned(),
        GROWTH | GROWTH_OF_LAW => "growth a month".to_owned(),
        "payment.latency" => "a charge takes".to_owned(),
        "payment.card.decline_rate_per_month" => "card declines a month".to_owned(),
        "payment.fail_probability" => "charges that fail".to_owned(),
        text => cap_name(scenario, text).unwrap_or_else(|| scenario.key_in_words(path)),
    }
}

/// The name of a cap, which says its window: `recharges a day, at most`.
fn cap_name(scenario: &Scenario, path: &str) -> Option<String> {
    let (cap, limit) = path.strip_prefix("recharge.caps.")?.split_once('.')?;
    let caps = &scenario.setup.policy.recharge.as_ref()?.caps;
    let window = match caps.get(cap.parse::<usize>().ok()?)?.window {
        CapWindow::Day => "a day".to_owned(),
        CapWindow::Month => "a month".to_owned(),
        CapWindow::Cycle => "a cycle".to_owned(),
        CapWindow::Rolling(length) => format!("in {length}"),
    };
    Some(format!("{limit} {window}, at most"))
}

/// A value to people, in the scenario that has it.
fn label(made: &Scenario, setting: &Setting) -> String {
    match setting.path.to_string().as_str() {
        "usage.scale" => format!("× {}", setting.value),
        _ => made.value_in_words(setting),
    }
}

/// A value in a sentence, in the scenario that has it.
fn phrase(made: &Scenario, setting: &Setting) -> String {
    let value = &setting.value;
    match setting.path.to_string().as_str() {
        "usage.scale" => format!("usage × {value}"),
        GROWTH if is_stated(made, GROWTH_OF_LAW) => format!("further growth of {value} a month"),
        GROWTH | GROWTH_OF_LAW => format!("growth of {value} a month"),
        "payment.card.decline_rate_per_month" => format!("{value} card declines a month"),
        "payment.fail_probability" => format!("{value} of charges failing"),
        _ => made.label_of(std::slice::from_ref(setting)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::{Credits, Instant};

    const RULES: &str = "currency = \"USD\"\nunit = \"tasks\"\nstart = 2026-01-01\nend = 2026-03-01\nplan = \"small\"\n\
        plans.small = { title = \"Starter\", fee = \"19.00\", allowance = 100 }\n\
        plans.big = { fee = \"39.00\", allowance = 900 }\n\
        packages.ten = { credits = 10, price = \"1.00\" }\npackages.many = { credits = 1000, price = \"50.00\" }\n";

    fn found(recharge: &str, vendor: &[OwnerOption]) -> Vec<Knob> {
        let text = format!("{RULES}{recharge}\n");
        let scenario = Scenario::from_text("s.toml", &text, Path::new("")).unwrap();
        let rows = (0..31).map(|day| (Instant::from_millis(day * 86_400_000), Credits::whole(20)));
        knobs(&scenario, &History::of(rows.collect(), "rows", scenario.zone), vendor)
    }

    fn told(knobs: &[Knob]) -> Vec<String> {
        let line = |knob: &Knob| {
            let (first, last) = (&knob.values[0], &knob.values[knob.values.len() - 1]);
            format!(
                "{}: {} to {}, now {}",
                knob.name, first.label, last.label, knob.values[knob.now].label
            )
        };
        knobs.iter().map(line).collect()
    }

    #[test]
    fn what_the_scenario_has_can_be_moved_as_far_as_matters_to_its_usage() {
        let knobs = found(
            "recharge = { at_or_below = 7, package = \"ten\", caps = [{ recharges = 4, per = \"day\" }] }",
            &[],
        );
        assert_eq!(
            told(&knobs),
            [
                "plan: Starter to big, now Starter",
                "package: ten to many, now ten",
                "threshold: 0 to 40, now 7",
                "recharges a day, at most: 1 recharge a day to 121 recharges a day, now 4 recharges a day",
                "usage level: × 0.1 to × 10, now × 1",
                "growth a month: -20% to 50%, now 0%",
                "a charge takes: 0 s to 3 d, now 0 s",
                "card declines a month: 0% to 100%, now 0%",
                "charges that fail: 0% to 100%, now 0%",
            ]
        );
    }

    #[test]
    fn growth_is_moved_where_the_scenario_states_it() {
        let growth = |usage: &str| -> Vec<String> {
            let recharge = "recharge = { at_or_below = 7, package = \"ten\" }";
            let knobs = found(&format!("{recharge}\n{usage}"), &[]);
            let growths = knobs.iter().filter(|knob| knob.path.contains("growth"));
            growths
                .map(|knob| {
                    format!("{} {}: {}", knob.path, knob.name, knob.values[knob.now].phrase)
                })
                .collect()
        };
        let law = "[usage.generate]\nper_day = 5\namount = 1\n";
        let of_law = "usage.generate.growth_per_month growth a month: growth of 30% a month";
        for (usage, wanted) in [
            (law.to_owned(), vec!["usage.growth_per_month growth a month: growth of 0% a month"]),
            (format!("{law}growth_per_month = \"30%\""), vec![of_law]),
            (
                format!("{law}growth_per_month = \"30%\"\n[usage]\ngrowth_per_month = \"4%\""),
                vec![
                    of_law,
                    "usage.growth_per_month further growth a month: further growth of 4% a month",
                ],
            ),
        ] {
            assert_eq!(growth(&usage), wanted, "{usage}");
        }
    }

    #[test]
    fn a_vendor_s_range_replaces_the_scenario_s_and_today_s_value_stays_in_its_place() {
        let path = SettingPath::new("recharge.at_or_below").unwrap();
        let range = OptionRange { from: 5.into(), to: Some(20.into()), step: 5.into() };
        let option = OwnerOption { path, values: OptionValues::Credits(range) };
        let knobs = found("recharge = { at_or_below = 7, package = \"ten\" }", &[option]);
        let threshold = knobs.iter().find(|knob| knob.name == "threshold").unwrap();
        let labels: Vec<&str> = threshold.values.iter().map(|value| &*value.label).collect();
        assert_eq!((labels, threshold.now), (vec!["5", "7", "10", "15", "20"], 1));
        assert_eq!(threshold.values[2].set, "recharge.at_or_below=10");
    }

    #[test]
    fn lengths_and_shares_are_the_same_however_they_are_written() {
        let knobs = found(
            "recharge = { consumed_share = \"90 %\", package = \"ten\" }\npayment.latency = \"300s\"",
            &[],
        );
        let of = |name: &str| knobs.iter().find(|knob| knob.name == name).unwrap();
        assert_eq!(of("a charge takes").values.len(), 17);
        assert_eq!(of("buys when used").values.len(), 20);
    }
}
