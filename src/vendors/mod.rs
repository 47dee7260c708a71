//! The rules of real products as data: one file per vendor, each value with its source and its standing.
//!
//! A vendor's file is a scenario without `name`, `start`, `end` and a source of usage, and a `[vendor]` table that
//! says what every value rests on ([`RuleStanding`]), what the vendor does not publish and has to be given
//! ([`Ask`]), what an owner may set ([`OwnerOption`]), what the vendor's text leaves open ([`Reading`]), and
//! which of its rules a scenario cannot say. In reading order: this page → `read` (the `[vendor]` table) →
//! `compose` (a scenario of a vendor's rules) → `shipped` (the files) → `usual` (readings of any rules). Deliberately absent: sentences and tables
//! about vendors, which are the report's.
//!
//! ```
//! use recharge_scenario::scenario::Setting;
//! use recharge_scenario::vendors::{self, VendorError};
//!
//! let vendor = vendors::find("product-classifier")?;
//! let given = ["start=2026-01-01", "end=2026-04-01", "zone=Europe/Berlin", "plan=pro"];
//! let given: Result<Vec<Setting>, String> = given.into_iter().map(Setting::from_text).collect();
//! let scenario = vendor.scenario(&given?)?;
//! assert_eq!(scenario.name, "Product Classifier");
//!
//! // What the vendor does not publish is asked for by name, all of it at once.
//! let Err(VendorError::Missing { asks, .. }) = vendors::find("connector-apps")?.scenario(&[]) else {
//!     panic!("a fee was invented")
//! };
//! assert!(asks.iter().any(|ask| ask.path.to_string() == "plans.add_on.allowance"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compose;
mod read;
mod shipped;
mod usual;

use rust_decimal::Decimal;

use crate::domain::suggest::nearest;
use crate::scenario::{Diagnostics, Scenario, ScenarioDraft, Setting, SettingPath, SettingValue};

pub use self::shipped::all;
pub use self::usual::usual_readings;

/// The rules of a product, and what each of them rests on.
#[derive(Clone, Debug)]
pub struct Vendor {
    /// Its name on the command line, which is the name of its file.
    pub name: String,
    /// The product and its vendor.
    pub title: String,
    /// The product's auto-recharge in one sentence.
    pub summary: String,
    /// The date on which its sources were read, as YYYY-MM-DD.
    pub checked: String,
    /// The documents and repositories that values come from, in file order.
    pub sources: Vec<VendorSource>,
    /// The standing of settings, in file order. A setting stands as the longest of these paths that it
    /// is in.
    pub standings: Vec<(SettingPath, RuleStanding)>,
    /// What the vendor does not publish, in file order.
    pub asks: Vec<Ask>,
    /// What an owner may set, in file order: what a search for better settings may try.
    pub options: Vec<OwnerOption>,
    /// What the vendor's text leaves open, in file order.
    pub readings: Vec<Reading>,
    /// Rules of the product that a scenario cannot say, a sentence each.
    pub not_modelled: Vec<String>,
    rules: ScenarioDraft,
}

/// A document or a repository that values come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorSource {
    /// Its name in the file.
    pub name: String,
    /// Its place: an address, a repository, or the title of a document.
    pub place: String,
}

/// The standing of a value: what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleStanding {
    /// A document of the vendor says so.
    Documented(Evidence),
    /// The code of the product says so.
    FromCode(Evidence),
    /// Nobody says so; the reason for choosing it.
    Assumed(String),
    /// The owner of an account chooses it; the reason for the value to start from.
    Owner(String),
}

/// The source of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The name of one of the vendor's sources.
    pub source: String,
    /// The words of the source, or what it says in short.
    pub says: Option<String>,
}

impl RuleStanding {
    /// Its word.
    pub fn word(&self) -> &'static str {
        match self {
            RuleStanding::Documented(_) => "documented",
            RuleStanding::FromCode(_) => "from code",
            RuleStanding::Assumed(_) => "assumed",
            RuleStanding::Owner(_) => "owner's choice",
        }
    }

    /// The source it names.
    pub fn evidence(&self) -> Option<&Evidence> {
        match self {
            RuleStanding::Documented(evidence) | RuleStanding::FromCode(evidence) => Some(evidence),
            RuleStanding::Assumed(_) | RuleStanding::Owner(_) => None,
        }
    }

    /// Returns true if a result that rests on it has to say so: nobody but this program chose it.
    pub fn is_assumed(&self) -> bool {
        self.evidence().is_none()
    }
}

/// A setting without a default, because the vendor does not publish it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The setting.
    pub path: SettingPath,
    /// What it is, in words: "price of a pack of 2,500 tasks".
    pub about: String,
}

/// A setting that an owner of the product may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerOption {
    /// The setting.
    pub path: SettingPath,
    /// What may be chosen.
    pub values: OptionValues,
}

impl Vendor {
    /// Whether an owner may choose all of these settings.
    pub fn offers(&self, settings: &[Setting]) -> bool {
        let offered = |one: &Setting| {
            let mut options = self.options.iter();
            options.any(|option| option.path == one.path && option.values.has(&one.value))
        };
        settings.iter().all(offered)
    }
}

impl OptionValues {
    /// How many may be chosen; `None` where the vendor names no limit.
    pub fn count(&self) -> Option<u128> {
        match self {
            OptionValues::List(all) => Some(all.len() as u128),
            OptionValues::Whole(range)
            | OptionValues::Credits(range)
            | OptionValues::Money(range)
            | OptionValues::Share(range) => range.count(),
        }
    }

    /// The value, or the next larger number where it lies between two; `None` where it is none of them and no number below
    /// the largest.
    pub fn at_least(&self, path: &SettingPath, value: &SettingValue) -> Option<SettingValue> {
        match self {
            OptionValues::Whole(range)
            | OptionValues::Credits(range)
            | OptionValues::Money(range)
                if !self.has(value) =>
            {
                Some(SettingValue::number(path, range.next(value.decimal()?)?))
            }
            _ => self.has(value).then(|| value.clone()),
        }
    }

    /// Whether a value is among them.
    pub fn has(&self, value: &SettingValue) -> bool {
        match self {
            OptionValues::List(all) => all.contains(value),
            OptionValues::Whole(range)
            | OptionValues::Credits(range)
            | OptionValues::Money(range) => value.decimal().is_some_and(|number| range.has(number)),
            OptionValues::Share(range) => share(value).is_some_and(|share| range.has(share)),
        }
    }
}

/// A share, which may be written as a percent.
fn share(value: &SettingValue) -> Option<Decimal> {
    let percent = || {
        let text = value.to_string();
        let percent: Decimal = text.strip_suffix('%')?.trim().parse().ok()?;
        Some(percent / Decimal::ONE_HUNDRED)
    };
    value.decimal().or_else(percent)
}

impl OptionRange {
    /// Number of steps from the least to the most; `None` without a most.
    fn count(&self) -> Option<u128> {
        let steps = (self.to? - self.from).checked_div(self.step)?.floor();
        u128::try_from(steps).ok().map(|steps| steps + 1)
    }

    /// The least of them that is no less than a number; `None` beyond the most.
    fn next(&self, number: Decimal) -> Option<Decimal> {
        let steps = (number.max(self.from) - self.from).checked_div(self.step)?.ceil();
        let next = self.from.checked_add(steps.checked_mul(self.step)?)?.normalize();
        self.to.is_none_or(|most| next <= most).then_some(next)
    }

    /// Whether a number is a step from the least to the most.
    pub fn has(&self, number: Decimal) -> bool {
        number >= self.from
            && self.to.is_none_or(|most| number <= most)
            && ((number - self.from) % self.step).is_zero()
    }
}

/// What may be chosen for an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionValues {
    /// Whole numbers, such as a number of packs.
    Whole(OptionRange),
    /// Numbers of credits, such as a threshold.
    Credits(OptionRange),
    /// Amounts of money, such as a monthly limit.
    Money(OptionRange),
    /// Shares, such as a part of the allowance; 0.9 is 90 %.
    Share(OptionRange),
    /// Any of these values, in the vendor's order.
    List(Vec<SettingValue>),
}

/// A range of numbers, both ends inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionRange {
    /// The least.
    pub from: Decimal,
    /// The most; `None` if the vendor names no limit.
    pub to: Option<Decimal>,
    /// The step from one to the next, above zero.
    pub step: Decimal,
}

/// A place where the vendor's text can be read in several ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The words that leave it open.
    pub says: String,
    /// The question to ask the vendor.
    pub question: String,
    /// The ways to read them, at least two. The first is how the file reads them.
    pub choices: Vec<ReadingChoice>,
}

/// One way to read a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingChoice {
    /// What the text then means.
    pub meaning: String,
    /// The settings that say so; none for the first, which the file says.
    pub changes: Vec<ReadingChange>,
}

/// A setting that a reading changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingChange {
    /// The setting.
    pub path: SettingPath,
    /// What it is changed to.
    pub to: ChangedTo,
}

/// The value that a reading gives to a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedTo {
    /// This value.
    Value(SettingValue),
    /// The value of another setting, as where a threshold is met at the same level with `<` or with `<=`.
    SameAs(SettingPath),
}

impl ReadingChoice {
    /// The settings that say so in a scenario; `None` if it lacks a setting whose value is taken over.
    pub fn settings(&self, scenario: &Scenario) -> Option<Vec<Setting>> {
        let setting = |change: &ReadingChange| {
            let value = match &change.to {
                ChangedTo::Value(value) => value.clone(),
                ChangedTo::SameAs(path) => scenario.setting(path)?,
            };
            Some(Setting { path: change.path.clone(), value })
        };
        self.changes.iter().map(setting).collect()
    }
}

/// Reason why there is no scenario of a vendor.
#[derive(Debug, thiserror::Error)]
pub enum VendorError {
    /// No vendor is called so.
    #[error("no vendor is called `{}`; {}", crate::domain::text::excerpt(name), way_out(nearest.as_deref()))]
    Unknown {
        /// The name as given.
        name: String,
        /// The nearest name.
        nearest: Option<String>,
    },
    /// What the vendor does not publish is not given.
    #[error("{}", lacking(vendor, asks, ""))]
    Missing {
        /// The vendor's name.
        vendor: String,
        /// Everything that is missing.
        asks: Vec<Ask>,
    },
    /// Settings that are given cannot be set, a sentence each.
    #[error("{vendor}: {}", reasons.join("\n"))]
    Settings {
        /// The vendor's name.
        vendor: String,
        /// The reasons, with the ways out.
        reasons: Vec<String>,
    },
    /// With what is given it is no valid scenario.
    #[error(
        "{errors}\nThe lines shown are of the rules of the vendor `{vendor}` with what the command gives: change that there, or see \
         the rules with `recharge vendors {vendor}`"
    )]
    Invalid {
        /// The vendor's name.
        vendor: String,
        /// What is wrong.
        errors: Diagnostics,
    },
}

fn way_out(nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("did you mean `{name}`?"),
        None => "`recharge vendors` lists them".to_owned(),
    }
}

impl VendorError {
    /// The error where a command has several vendors: the flags say for which of them they are.
    pub fn among_several(&self) -> String {
        match self {
            VendorError::Missing { vendor, asks } => lacking(vendor, asks, &format!("{vendor}:")),
            other => other.to_string(),
        }
    }
}

/// What is missing, and the flags that give it, a line each, with `before` in front of each path.
fn lacking(vendor: &str, asks: &[Ask], before: &str) -> String {
    let flags: Vec<String> =
        asks.iter().map(|ask| format!("  --set {before}{}=…", ask.path)).collect();
    let width = flags.iter().map(|flag| flag.chars().count()).max().unwrap_or(0);
    let line = |(flag, ask): (&String, &Ask)| format!("{flag:width$}   {}", ask.about);
    let lines: Vec<String> = flags.iter().zip(asks).map(line).collect();
    format!("{vendor} does not publish everything that a run needs; add\n{}", lines.join("\n"))
}

/// The vendor of this name, or the only one whose name begins with it and a dash, as `anthropic` for `anthropic-console`.
/// The error names the nearest.
pub fn find(name: &str) -> Result<&'static Vendor, VendorError> {
    let begins =
        |vendor: &&Vendor| vendor.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
    let mut longer = all().iter().filter(begins);
    let only = longer.next().filter(|_| longer.next().is_none());
    let found = all().iter().find(|vendor| vendor.name == name).or(only);
    found.ok_or_else(|| VendorError::Unknown {
        name: name.to_owned(),
        nearest: nearest(name, all().iter().map(|vendor| vendor.name.as_str())).map(str::to_owned),
    })
}

impl Vendor {
    /// The standing of a setting; `None` for one that is asked for or that the file does not have.
    pub fn standing(&self, path: &SettingPath) -> Option<&RuleStanding> {
        let covers = self.standings.iter().filter(|(of, _)| path.is_in(of));
        let longest = covers.max_by_key(|(of, _)| of.to_string().len());
        longest.map(|(_, standing)| standing)
    }

    /// The place of a source by its name.
    pub fn place(&self, source: &str) -> Option<&str> {
        let found = self.sources.iter().find(|one| one.name == source);
        found.map(|one| one.place.as_str())
    }

    /// The vendor's settings, before anything is given.
    pub fn rules(&self) -> &ScenarioDraft {
        &self.rules
    }

    /// The value of a setting that the file has: `vendor.value("recharge.below")`.
    pub fn value(&self, path: &str) -> Option<SettingValue> {
        self.rules.value(&SettingPath::new(path).ok()?)
    }
}

#[cfg(test)]
mod option_tests {
    use super::*;

    #[test]
    fn a_number_between_two_that_may_be_chosen_is_the_larger_of_them() {
        let range = OptionRange { from: 5.into(), to: Some(30.into()), step: 5.into() };
        let path = SettingPath::new("recharge.packs").unwrap();
        let of = |number: u64| {
            let found = OptionValues::Whole(range).at_least(&path, &SettingValue::from(number));
            found.map(|value| value.to_string())
        };
        let told = [3, 5, 6, 10, 29, 30, 31].map(of);
        let told = told.each_ref().map(|one| one.as_deref());
        assert_eq!(
            told,
            [Some("5"), Some("5"), Some("10"), Some("10"), Some("30"), Some("30"), None]
        );
        let names = OptionValues::List(vec![SettingValue::from("small")]);
        assert_eq!(names.at_least(&path, &SettingValue::from("large")), None);
    }
}
