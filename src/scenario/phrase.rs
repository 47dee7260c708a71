//! Settings in plain words: `the 9,000 package`, `a threshold of 500 tasks`, `plan Pro ($39)`.
//!
//! Reports name a setting to people in these words everywhere; the syntax of settings is for what is
//! pasted into a scenario or a command. Deliberately absent: sentences.

use rust_decimal::Decimal;

use crate::domain::text::{counted, in_unit, listed};
use crate::domain::{Credits, Currency, Duration, grouped};
use crate::policy::{Action, Cap, CapWindow, Limit, Plan};

use super::setting::{Setting, SettingPath, SettingValue};
use super::tree::{Node, Value};
use super::{Scenario, value};

/// A setting in words.
struct Phrase {
    /// What is set: `threshold`.
    key: String,
    /// Its value: `500`.
    value: String,
    /// Both, for labels and tables: `threshold 500`.
    short: String,
    /// Both, for sentences: `a threshold of 500 tasks`.
    long: String,
}

impl Phrase {
    /// What is set, then its value.
    fn of(key: &str, value: String) -> Phrase {
        let short = format!("{key} {value}");
        Phrase { key: key.to_owned(), value, long: short.clone(), short }
    }

    fn long(self, long: String) -> Phrase {
        Phrase { long, ..self }
    }

    /// A value that says by itself what is set.
    fn alone(key: &str, value: String, long: String) -> Phrase {
        Phrase { key: key.to_owned(), value: value.clone(), short: value, long }
    }
}

/// Phrases of settings are those of the scenario that has them.
impl Scenario {
    /// Settings in a label: `Starter, 9,000 package, threshold 500`.
    pub fn label_of(&self, settings: &[Setting]) -> String {
        self.distinct(settings, |phrase| phrase.short).join(", ")
    }

    /// Settings in a sentence: `the 9,000 package and a threshold of 500 tasks`.
    pub fn phrase_of(&self, settings: &[Setting]) -> String {
        listed(&self.distinct(settings, |phrase| phrase.long))
    }

    /// The values of settings: `Starter, 9,000`; a value that needs its name has it.
    pub fn values_of(&self, settings: &[Setting]) -> String {
        let value = |phrase: Phrase| match phrase.key.as_str() {
            "plan" | "package" => phrase.value,
            _ => phrase.short,
        };
        self.distinct(settings, value).join(", ")
    }

    /// The name of a setting: `threshold`.
    pub fn key_in_words(&self, path: &SettingPath) -> String {
        let value = self.setting(path).unwrap_or_else(|| SettingValue::from(""));
        self.phrase(&Setting { path: path.clone(), value }).key
    }

    /// The value of a setting: `9,000`.
    pub fn value_in_words(&self, setting: &Setting) -> String {
        self.phrase(setting).value
    }

    /// One text of each setting; settings that are told in the same words are told once.
    fn distinct(&self, settings: &[Setting], text: fn(Phrase) -> String) -> Vec<String> {
        let mut distinct: Vec<String> = Vec::new();
        for text in settings.iter().map(|setting| text(self.phrase(setting))) {
            if !distinct.contains(&text) {
                distinct.push(text);
            }
        }
        distinct
    }

    fn phrase(&self, setting: &Setting) -> Phrase {
        let Setting { path, value } = setting;
        let names: Vec<&str> = path.names().iter().map(String::as_str).collect();
        let known = match names.as_slice() {
            ["plan"] => Some(self.plan_phrase(&value.to_string())),
            ["recharge", "caps"] => Some(self.caps_phrase()),
            ["recharge", "caps", index, ..] => self.cap_phrase(index),
            ["recharge", key] => self.recharge_phrase(key, value),
            ["plans", plan, key] => self.offer_phrase(&title(self, plan), key, value),
            ["packages", package, key] => self.offer_phrase(&package_name(package), key, value),
            ["account", key] => self.account_phrase(key, value),
            ["actions", index, key] => self.action_phrase(index, key, value),
            ["payment", "latency"] => {
                let length = length(value);
                Some(Phrase::of("charges take", length.clone()))
                    .map(|phrase| phrase.long(format!("charges that take {length}")))
            }
            ["payment", "card", "decline_rate_per_month"] => {
                Some(Phrase::of("declines a month", value.to_string()))
                    .map(|phrase| phrase.long(format!("a decline rate of {value} a month")))
            }
            _ => None,
        };
        known.unwrap_or_else(|| generic(&names, value))
    }

    /// `plan Pro ($39)`.
    fn plan_phrase(&self, name: &str) -> Phrase {
        let title = title(self, name);
        let plan = match title.to_lowercase().contains("plan") {
            true => title.clone(),
            false => format!("plan {title}"),
        };
        let fee = self.plans.iter().find(|(other, _)| other == name);
        let long = match fee.map(|(_, plan)| plan.fee) {
            Some(fee) => format!("{plan} ({})", short_amount(&self.currency.show(fee))),
            None => plan,
        };
        Phrase::alone("plan", title, long)
    }

    fn recharge_phrase(&self, key: &str, value: &SettingValue) -> Option<Phrase> {
        let (number, unit) = (plain(value), &self.unit);
        Some(match key {
            "package" => {
                let package = package_name(&value.to_string());
                let number = package.strip_suffix(" package").unwrap_or(&package).to_owned();
                Phrase::alone("package", package.clone(), format!("the {package}")).valued(number)
            }
            "packs" => {
                let packs = format!("{} at a time", counted(&number, "pack"));
                Phrase::alone("packs at a time", packs.clone(), packs).valued(number)
            }
            "at_or_below" => Phrase::of("threshold", number.clone())
                .long(format!("a threshold of {}", in_unit(&number, unit))),
            "below" => Phrase::of("buys below", number.clone())
                .long(format!("a threshold just below {}", in_unit(&number, unit))),
            "consumed_share" => Phrase::of("buys when used", value.to_string())
                .long(format!("a threshold of {value} used")),
            "up_to" => Phrase::of("up to", number.clone())
                .long(format!("recharges up to {}", in_unit(&number, unit))),
            "increment" => Phrase::of("steps of", number.clone())
                .long(format!("steps of {}", in_unit(&number, unit))),
            "unit_price" => {
                let price = amount(self.currency, value);
                Phrase::of("price of a credit", price.clone()).long(format!("{price} a credit"))
            }
            "poll" => Phrase::of("looks every", length(value))
                .long(format!("a look at the balance every {}", length(value))),
            "cooldown" => Phrase::of("cooldown", length(value))
                .long(format!("a cooldown of {}", length(value))),
            "credits_expire" => {
                let expiry = expiry(value);
                Phrase::of("credits", expiry.clone())
                    .long(format!("purchased credits that {expiry}"))
            }
            _ => return None,
        })
    }

    /// All caps: `no caps on recharges`, `a cap of 4 recharges a day`.
    fn caps_phrase(&self) -> Phrase {
        let caps = self.setup.policy.recharge.as_ref().map_or(&[][..], |recharge| &recharge.caps);
        let caps: Vec<String> =
            caps.iter().map(|cap| describe_cap(cap, self.currency, &self.unit)).collect();
        match caps.as_slice() {
            [] => Phrase::alone("caps", "no caps".to_owned(), "no caps on recharges".to_owned()),
            [cap] => Phrase::of("cap", cap.clone()).long(format!("a cap of {cap}")),
            caps => {
                Phrase::of("caps", caps.join(" and ")).long(format!("caps of {}", listed(caps)))
            }
        }
    }

    /// The cap that a setting is about, as it is with that setting.
    fn cap_phrase(&self, index: &str) -> Option<Phrase> {
        let index: usize = index.parse().ok()?;
        let cap = self.setup.policy.recharge.as_ref()?.caps.get(index)?;
        let cap = describe_cap(cap, self.currency, &self.unit);
        Some(Phrase::of("cap", cap.clone()).long(format!("a cap of {cap}")))
    }

    /// A price, a fee or a number of credits of something that the vendor sells.
    fn offer_phrase(&self, what: &str, key: &str, value: &SettingValue) -> Option<Phrase> {
        let amount = amount(self.currency, value);
        let (key, value, long) = match key {
            "fee" => ("fee", amount.clone(), format!("a fee of {amount} for {what}")),
            "price" => ("price", amount.clone(), format!("a price of {amount} for the {what}")),
            "allowance" => {
                let number = plain(value);
                ("allowance", number.clone(), format!("{number} {} included in {what}", self.unit))
            }
            "credits" => {
                let number = plain(value);
                ("size", number.clone(), format!("{number} {} in the {what}", self.unit))
            }
            _ => return None,
        };
        Some(Phrase::of(&format!("{what} {key}"), value).long(long))
    }

    fn account_phrase(&self, key: &str, value: &SettingValue) -> Option<Phrase> {
        let number = plain(value);
        Some(match key {
            "enabled" => {
                let state = on_or_off(value)?;
                Phrase::of("auto-recharge", state.to_owned())
                    .long(format!("auto-recharge turned {state}"))
            }
            "opening_balance" => Phrase::of("opening balance", number.clone())
                .long(format!("an opening balance of {number} {}", self.unit)),
            _ => return None,
        })
    }

    /// A setting of an action on the timeline: `a top-up of 4 packs on 21 Jan`.
    fn action_phrase(&self, index: &str, key: &str, value: &SettingValue) -> Option<Phrase> {
        let index: usize = index.parse().ok()?;
        let (at, action) = self.setup.actions.get(index)?;
        let when = self.zone.local(*at).format("%-d %b");
        let number = plain(value);
        let (size, what) = match (action, key) {
            (Action::TopUp(_), "packs") => (counted(&number, "pack"), "top-up"),
            (Action::TopUp(_), "credits") => (format!("{number} {}", self.unit), "top-up"),
            _ => return None,
        };
        let key = format!("{what} on {when}");
        Some(match number.as_str() {
            "0" => Phrase::of(&key, "none".to_owned()).long(format!("no {key}")),
            _ => Phrase::of(&key, size.clone()).long(format!("a {what} of {size} on {when}")),
        })
    }
}

impl Phrase {
    fn valued(self, value: String) -> Phrase {
        Phrase { value, ..self }
    }
}

/// Any other setting: the names of its path, and its value.
fn generic(names: &[&str], value: &SettingValue) -> Phrase {
    let words = |name: &&str| name.parse::<u64>().is_err();
    let key: Vec<String> =
        names.iter().filter(|name| words(name)).map(|name| name.replace('_', " ")).collect();
    let value = on_or_off(value).map_or_else(|| plain(value), str::to_owned);
    Phrase::of(&key.join(" "), value)
}

/// A plan's name to people.
fn title(scenario: &Scenario, name: &str) -> String {
    let plan: Option<&Plan> =
        scenario.plans.iter().find(|(other, _)| other == name).map(|(_, plan)| &**plan);
    plan.map_or(name, |plan| &*plan.name).to_owned()
}

/// A package's name to people: `9,000 package`.
fn package_name(name: &str) -> String {
    let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let shown = if is_number { grouped(name) } else { name.replace('_', " ") };
    match shown.to_lowercase() {
        name if name.ends_with("package") || name.ends_with("pack") => shown,
        _ => format!("{shown} package"),
    }
}

/// An amount without decimals where they are zero: `$39`, `$0.01`.
fn short_amount(shown: &str) -> String {
    match shown.find(".00") {
        Some(at) if !shown[at + 3..].starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{}{}", &shown[..at], &shown[at + 3..])
        }
        _ => shown.to_owned(),
    }
}

/// An amount, with decimals as the currency has them where there are any.
fn amount(currency: Currency, value: &SettingValue) -> String {
    let shown = plain(value);
    let decimals = shown.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let missing =
        if decimals == 0 { 0 } else { (currency.minor() as usize).saturating_sub(decimals) };
    currency.mark(&format!("{shown}{}", "0".repeat(missing)))
}

/// A length of time: `5 min`.
fn length(value: &SettingValue) -> String {
    let written = value.to_string();
    value::duration(&written).map_or(written, |length: Duration| length.to_string())
}

fn expiry(value: &SettingValue) -> String {
    match value.to_string().as_str() {
        "never" => "never expire".to_owned(),
        "cycle_end" => "expire at the end of the cycle".to_owned(),
        _ => format!("expire after {}", length(value)),
    }
}

fn on_or_off(value: &SettingValue) -> Option<&'static str> {
    match value.toml().as_str() {
        "true" => Some("on"),
        "false" => Some("off"),
        _ => None,
    }
}

/// A value without the syntax of TOML; numbers in groups of three digits.
fn plain(value: &SettingValue) -> String {
    match value.decimal() {
        Some(number) => number_in_words(number),
        None => node_in_words(&value.0),
    }
}

fn number_in_words(number: Decimal) -> String {
    grouped(&number.normalize().to_string())
}

fn node_in_words(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => text.replace('_', " "),
        Value::List(items) if items.is_empty() => "none".to_owned(),
        Value::List(items) => items.iter().map(node_in_words).collect::<Vec<_>>().join(" and "),
        Value::Table(entries) => {
            let entry = |(key, node): (&String, &Node)| {
                format!("{} {}", key.replace('_', " "), node_in_words(node))
            };
            let entries = entries.iter().map(|one| entry((&one.key, &one.node)));
            format!("({})", entries.collect::<Vec<_>>().join(", "))
        }
        _ => node.text(),
    }
}

/// A cap in words: `4 recharges a day`.
pub fn describe_cap(cap: &Cap, currency: Currency, unit: &str) -> String {
    let credits = |limit: Credits| grouped(&limit.to_string());
    let limit = match cap.limit {
        Limit::Recharges(limit) => counted(grouped(&limit.to_string()), "recharge"),
        Limit::Money(limit) => currency.show(limit),
        Limit::Credits(limit) => in_unit(credits(limit), unit),
    };
    match cap.window {
        CapWindow::Day => format!("{limit} a day"),
        CapWindow::Month => format!("{limit} a month"),
        CapWindow::Cycle => format!("{limit} a cycle"),
        CapWindow::Rolling(length) => format!("{limit} in {length}"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const VENDOR: &str = "\
        currency = \"USD\"\nunit = \"tasks\"\nstart = 2026-01-01\nend = 2026-03-01\nplan = \"small\"\n\
        plans.small = { title = \"Starter\", fee = \"19.00\", allowance = 100 }\n\
        plans.big = { fee = \"39.50\", allowance = 900 }\n\
        packages.9000 = { credits = 9000, price = \"37.00\" }\n\
        packages.top_up = { credits = 10, price = \"1.00\" }\n";
    const PACKS: &str = "recharge = { at_or_below = 5, package = \"top_up\", caps = [{ recharges = 2, per = \"day\" }, \
         { money = \"9000.00\", per = \"month\" }] }\n\
         actions = [{ at = 2026-01-21T18:00:00, do = \"top_up\", package = \"top_up\", packs = 4 }]\n";
    const UP_TO: &str =
        "recharge = { below = 5, up_to = 50, increment = 5, unit_price = \"0.01\" }\n";

    /// The label and the phrase of a setting, in a scenario that has it.
    fn said(recharge: &str, setting: &str) -> [String; 2] {
        let text = format!("{VENDOR}{recharge}");
        let scenario = Scenario::from_text("vendor.toml", &text, Path::new("")).unwrap();
        let settings = [Setting::from_text(setting).unwrap()];
        let made = scenario.with_overrides(&settings).unwrap();
        [made.label_of(&settings), made.phrase_of(&settings)]
    }

    #[test]
    fn settings_that_are_often_varied_have_words_of_their_own() {
        for (setting, label, phrase) in [
            ("plan=small", "Starter", "plan Starter ($19)"),
            ("plan=big", "big", "plan big ($39.50)"),
            ("recharge.package=9000", "9,000 package", "the 9,000 package"),
            ("recharge.package=top_up", "top up package", "the top up package"),
            ("recharge.packs=8", "8 packs at a time", "8 packs at a time"),
            ("recharge.packs=1", "1 pack at a time", "1 pack at a time"),
            ("recharge.at_or_below=1500", "threshold 1,500", "a threshold of 1,500 tasks"),
            ("recharge.at_or_below=0.50", "threshold 0.5", "a threshold of 0.5 tasks"),
            ("recharge.caps=[]", "no caps", "no caps on recharges"),
            (
                "recharge.caps=[{recharges=1,per=\"day\"}]",
                "cap 1 recharge a day",
                "a cap of 1 recharge a day",
            ),
            ("recharge.caps.0.recharges=4", "cap 4 recharges a day", "a cap of 4 recharges a day"),
            ("recharge.caps.1.money=50", "cap $50.00 a month", "a cap of $50.00 a month"),
            ("recharge.cooldown=10min", "cooldown 10 min", "a cooldown of 10 min"),
            (
                "recharge.credits_expire=365 days",
                "credits expire after 365 d",
                "purchased credits that expire after 365 d",
            ),
            ("actions.0.packs=2", "top-up on 21 Jan 2 packs", "a top-up of 2 packs on 21 Jan"),
            ("actions.0.packs=0", "top-up on 21 Jan none", "no top-up on 21 Jan"),
            ("account.enabled=false", "auto-recharge off", "auto-recharge turned off"),
            (
                "account.opening_balance=1200",
                "opening balance 1,200",
                "an opening balance of 1,200 tasks",
            ),
            ("payment.latency=2h", "charges take 2 h", "charges that take 2 h"),
            ("plans.small.fee=29", "Starter fee $29", "a fee of $29 for Starter"),
            (
                "packages.9000.price=30.50",
                "9,000 package price $30.50",
                "a price of $30.50 for the 9,000 package",
            ),
        ] {
            assert_eq!(said(PACKS, setting), [label, phrase], "{setting}");
        }
        for (setting, label, phrase) in [
            ("recharge.below=20", "buys below 20", "a threshold just below 20 tasks"),
            ("recharge.up_to=5000", "up to 5,000", "recharges up to 5,000 tasks"),
            ("recharge.increment=100", "steps of 100", "steps of 100 tasks"),
            ("recharge.unit_price=0.02", "price of a credit $0.02", "$0.02 a credit"),
        ] {
            assert_eq!(said(UP_TO, setting), [label, phrase], "{setting}");
        }
    }

    #[test]
    fn any_other_setting_is_told_by_the_names_of_its_path() {
        for (setting, said_) in [
            ("service.shortfall=stop", "service shortfall stop"),
            ("payment.disable_after=3", "payment disable after 3"),
            ("account.owner=false", "account owner off"),
            (
                "payment.repair_after={ median = \"1 day\", sigma = 0.8 }",
                "payment repair after (median 1 day, sigma 0.8)",
            ),
        ] {
            assert_eq!(said(PACKS, setting), [said_, said_], "{setting}");
        }
    }

    #[test]
    fn what_is_told_in_the_same_words_is_told_once_and_the_last_is_joined_by_and() {
        let scenario =
            Scenario::from_text("vendor.toml", &format!("{VENDOR}{PACKS}"), Path::new("")).unwrap();
        let set = |text: &str| Setting::from_text(text).unwrap();
        let settings = [
            set("plan=big"),
            set("recharge.caps.0.recharges=4"),
            set("recharge.caps.0.per=month"),
            set("recharge.packs=3"),
        ];
        let made = scenario.with_overrides(&settings).unwrap();
        assert_eq!(
            made.phrase_of(&settings),
            "plan big ($39.50), a cap of 4 recharges a month and 3 packs at a time"
        );
        assert_eq!(made.label_of(&settings), "big, cap 4 recharges a month, 3 packs at a time");
    }

    #[test]
    fn the_axis_of_a_setting_has_its_name_and_its_values() {
        let scenario =
            Scenario::from_text("vendor.toml", &format!("{VENDOR}{PACKS}"), Path::new("")).unwrap();
        let words = |text: &str| {
            let setting = Setting::from_text(text).unwrap();
            (scenario.key_in_words(&setting.path), scenario.value_in_words(&setting))
        };
        assert_eq!(words("recharge.packs=1200"), ("packs at a time".into(), "1,200".into()));
        assert_eq!(words("recharge.package=9000"), ("package".into(), "9,000".into()));
        assert_eq!(words("recharge.at_or_below=5"), ("threshold".into(), "5".into()));
        assert_eq!(words("plan=small"), ("plan".into(), "Starter".into()));
    }
}
