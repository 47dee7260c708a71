//! Profiles: what is known of the exports of known products, as data.
//!
//! A profile is a TOML file: which headers show whose export it is, and the same keys that a scenario has
//! under `[usage]`. Those that are built in lie in `profiles/`; anybody can write another.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use super::blank::Blanks;
use super::formula::{Condition, Formula};
use super::moment::DateOrder;
use super::number::DecimalMark;
use super::{ColumnMeaning, Keep, Meter};
use crate::domain::Zone;

/// The known meaning of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name, as `--profile` has it.
    pub name: String,
    /// Whose export it is, in words.
    pub title: String,
    /// Where its columns are described.
    pub source: String,
    /// When that was read.
    pub checked: String,
    /// Headers that all its files have, and together nothing else; one that ends in `*` stands for any
    /// that begins so.
    pub fingerprint: Vec<String>,
    /// Further headers that are known.
    pub columns: Vec<String>,
    /// Those of them with accounts that share one bill, where the header does not say so: their rows are added up,
    /// and that is told.
    pub accounts: Vec<String>,
    /// Whether the rows that its conditions keep hold all others, so that a file without one of them is asked about.
    pub holds_all: bool,
    /// The unit of an amount: `tokens`, `USD`.
    pub unit: String,
    /// The array of a JSON document that holds the records.
    pub records: Option<String>,
    /// The column of the time.
    pub time: Option<String>,
    /// The amount, as a header or a formula; guessed if `None` and no meter stands.
    pub amount: Option<String>,
    /// The meaning of its columns.
    pub meaning: ColumnMeaning,
    /// A note for readers, one sentence.
    pub note: Option<String>,
}

/// Why a profile is none.
#[derive(Clone, Debug, thiserror::Error)]
#[error("profile {name}: {why}")]
pub struct ProfileError {
    /// Its name, or its file.
    pub name: String,
    /// The fault, and the way out.
    pub why: String,
}

/// A profile as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileText {
    title: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    checked: String,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    fingerprint: Vec<String>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    holds_all: bool,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    records: Option<String>,
    usage: ProfileKeys,
}

/// The keys of `[usage]` that a profile may have.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ProfileKeys {
    time: Option<String>,
    time_of_day: Option<String>,
    amount: Option<String>,
    amounts: BTreeMap<String, String>,
    r#where: Vec<String>,
    meters: Vec<MeterText>,
    identity: Vec<String>,
    keep: Option<String>,
    account_column: Option<String>,
    units: Vec<String>,
    zone: Option<String>,
    blanks: Option<String>,
    decimal: Option<String>,
    date_order: Option<String>,
}

/// A meter as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeterText {
    r#where: Option<String>,
    amount: String,
}

/// The words of a choice that a profile writes as a text.
const KEEP: [(&str, Keep); 2] = [("first", Keep::First), ("last", Keep::Last)];
const BLANKS: [(&str, Blanks); 3] =
    [("zero", Blanks::Zero), ("skip", Blanks::Skip), ("refuse", Blanks::Refuse)];
const DECIMAL: [(&str, DecimalMark); 2] =
    [("point", DecimalMark::Point), ("comma", DecimalMark::Comma)];
const ORDER: [(&str, DateOrder); 3] = [
    ("day_first", DateOrder::DayFirst),
    ("month_first", DateOrder::MonthFirst),
    ("year_first", DateOrder::YearFirst),
];

impl Profile {
    /// Reads a profile from TOML.
    pub fn read(name: &str, text: &str) -> Result<Profile, ProfileError> {
        let wrong = |why: String| ProfileError { name: name.to_owned(), why };
        let written: ProfileText =
            toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let keys = written.usage;
        let meaning = keys.meaning().map_err(wrong)?;
        Ok(Profile {
            name: name.to_owned(),
            title: written.title,
            source: written.source,
            checked: written.checked,
            fingerprint: written.fingerprint,
            columns: written.columns,
            accounts: written.accounts,
            holds_all: written.holds_all,
            unit: written.unit,
            records: written.records,
            amount: keys.amount_formula().map_err(wrong)?,
            time: keys.time,
            meaning,
            note: written.note,
        })
    }

    /// The profile with this name, or in this file.
    pub fn named(name: &str) -> Result<Profile, ProfileError> {
        if let Some(found) = built_in().iter().find(|profile| profile.name == name) {
            return Ok(found.clone());
        }
        let wrong = |why: String| ProfileError { name: name.to_owned(), why };
        let path = Path::new(name);
        if path.extension().is_none() {
            let names: Vec<&str> = built_in().iter().map(|profile| profile.name.as_str()).collect();
            let why =
                format!("there is none of this name; those built in are {}", names.join(", "));
            return Err(wrong(why + "; a file of one's own ends in .toml"));
        }
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        Profile::read(name, &text)
    }

    /// Whether accounts that share one bill are in the column with this header.
    pub(super) fn shares(&self, header: &str) -> bool {
        self.accounts.iter().any(|name| is_named(name, header))
    }

    /// The headers of a file that the profile does not know.
    pub fn unknown<'h>(&self, header: &'h [String]) -> Vec<&'h str> {
        let meaning = &self.meaning;
        let named = [&self.time, &meaning.time_of_day, &meaning.account_column];
        let listed = self.fingerprint.iter().chain(&self.columns).chain(&self.accounts);
        let known = listed.chain(named.into_iter().flatten());
        let known: Vec<&String> = known.chain(&meaning.identity).chain(&meaning.units).collect();
        let is_known = |name: &str| known.iter().any(|known| is_named(known, name));
        // A column of the formula is known by being named there.
        let in_formula = |name: &str| {
            self.amount.as_deref().is_some_and(|amount| amount.contains(name))
                || meaning.meters.iter().any(|meter| meter.amount.contains(name))
        };
        let unknown = header.iter().filter(|name| !is_known(name) && !in_formula(name));
        if self.columns.is_empty() && self.accounts.is_empty() {
            Vec::new()
        } else {
            unknown.map(String::as_str).collect()
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.title)
    }
}

impl ProfileKeys {
    /// The amount as one formula.
    fn amount_formula(&self) -> Result<Option<String>, String> {
        if self.amounts.is_empty() {
            return Ok(self.amount.clone());
        }
        if self.amount.is_some() {
            return Err("`amount` and `amounts` exclude each other".to_owned());
        }
        let term = |(column, factor): (&String, &String)| format!("{factor} * `{column}`");
        let formula: Vec<String> = self.amounts.iter().map(term).collect();
        let formula = formula.join(" + ");
        Formula::parse(&formula).map_err(|error| error.to_string())?;
        Ok(Some(formula))
    }

    fn meaning(&self) -> Result<ColumnMeaning, String> {
        let condition = |text: &String| Condition::parse(text).map_err(|error| error.to_string());
        let meter = |meter: &MeterText| -> Result<Meter, String> {
            let when = meter.r#where.as_ref().map(condition).transpose()?;
            Ok(Meter { when, amount: meter.amount.clone() })
        };
        let zone = |name: &String| {
            Zone::from_name(name).ok_or_else(|| format!("`zone = \"{name}\"` is no IANA time zone"))
        };
        Ok(ColumnMeaning {
            time_of_day: self.time_of_day.clone(),
            filters: self.r#where.iter().map(condition).collect::<Result<_, _>>()?,
            meters: self.meters.iter().map(meter).collect::<Result<_, _>>()?,
            identity: self.identity.clone(),
            keep: word("keep", self.keep.as_deref(), &KEEP)?.unwrap_or_default(),
            account_column: self.account_column.clone(),
            units: self.units.clone(),
            zone: self.zone.as_ref().map(zone).transpose()?,
            blanks: word("blanks", self.blanks.as_deref(), &BLANKS)?,
            decimal: word("decimal", self.decimal.as_deref(), &DECIMAL)?,
            date_order: word("date_order", self.date_order.as_deref(), &ORDER)?,
            ..ColumnMeaning::default()
        })
    }
}

/// The choice that a word stands for.
fn word<T: Copy>(key: &str, word: Option<&str>, words: &[(&str, T)]) -> Result<Option<T>, String> {
    let Some(word) = word else { return Ok(None) };
    let found = words.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    let why = || format!("`{key} = \"{word}\"` must be one of {}", names.join(", "));
    found.map(Some).ok_or_else(why)
}

/// The profiles that are built in.
pub fn built_in() -> &'static [Profile] {
    static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
        let read = |(name, text): &(&str, &str)| {
            Profile::read(name, text).unwrap_or_else(|error| panic!("it is tested: {error}"))
        };
        super::profiles::TEXTS.iter().map(read).collect()
    });
    &PROFILES
}

/// Whether a profile's name of a header, which may end in `*`, is that of a header.
fn is_named(known: &str, header: &str) -> bool {
    match known.strip_suffix('*') {
        Some(start) => header.starts_with(start),
        None => known.eq_ignore_ascii_case(header),
    }
}

/// The profile whose fingerprint a header has; the one with the most headers if several do.
pub fn by_header(header: &[String]) -> Option<&'static Profile> {
    let has = |name: &String| header.iter().any(|found| is_named(name, found));
    let fits =
        |profile: &&Profile| !profile.fingerprint.is_empty() && profile.fingerprint.iter().all(has);
    let mut best: Option<&'static Profile> = None;
    for profile in built_in().iter().filter(fits) {
        if best.is_none_or(|best| profile.fingerprint.len() > best.fingerprint.len()) {
            best = Some(profile);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_that_is_built_in_can_be_read_and_says_where_it_comes_from() {
        for (name, text) in super::super::profiles::TEXTS {
            let profile = Profile::read(name, text).unwrap_or_else(|error| panic!("{error}"));
            assert!(profile.source.starts_with("https://"), "{name} has a source");
            assert!(profile.checked.len() == 10, "{name} has a date");
            assert!(profile.fingerprint.len() >= 2, "{name} is known by its headers");
        }
    }

    #[test]
    fn no_two_profiles_have_the_same_fingerprint() {
        let mut seen = Vec::new();
        for profile in built_in() {
            let mut fingerprint = profile.fingerprint.clone();
            fingerprint.sort();
            assert!(!seen.contains(&fingerprint), "{}", profile.name);
            seen.push(fingerprint);
        }
    }

    #[test]
    fn what_is_wrong_in_a_profile_is_said() {
        for (text, why) in [
            ("title = \"a\"", "missing field `usage`"),
            ("title = \"a\"\n[usage]\ntimes = \"b\"", "unknown field `times`"),
            ("title = \"a\"\n[usage]\nkeep = \"both\"", "must be one of first, last"),
            ("title = \"a\"\n[usage]\nwhere = [\"x ~ 1\"]", "means nothing here"),
            ("title = \"a\"\n[usage]\nzone = \"Nowhere\"", "no IANA time zone"),
        ] {
            let error = Profile::read("mine.toml", text).unwrap_err().to_string();
            assert!(error.starts_with("profile mine.toml: ") && error.contains(why), "{error}");
        }
        let unknown = Profile::named("nothing").unwrap_err().to_string();
        assert!(unknown.contains("there is none of this name"), "{unknown}");
    }
}
