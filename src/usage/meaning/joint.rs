//! What files of one history show only together: units, kinds of rows, accounts and amounts that are one thing in each
//! file and several in all of them.
//!
//! Deliberately absent: what a file shows by itself, which is [`super::tally`], and repeats, which are found while rows
//! are read.

use super::choose::ChosenColumns;
use super::examination::Examination;
use super::headers::{self, Doubt};
use super::scale;
use super::tally::Tally;
use super::unit::{unit_beside, unit_of_amounts};
use super::values::{self, ValueCounts, ValuePlace, ValueRole};
use crate::domain::text::excerpt;
use crate::usage::CountedUnit;
use crate::usage::csv::Amounts;

/// Values whose files a message lists.
const LISTED: usize = 12;
/// Files that a sentence names.
const NAMED: usize = 3;
/// Words of a header that say nothing of what an amount counts.
const GENERAL: [&str; 24] = [
    "amount",
    "value",
    "quantity",
    "qty",
    "usage",
    "used",
    "consumed",
    "consumption",
    "total",
    "unit",
    "units",
    "billed",
    "sum",
    "net",
    "gross",
    "line",
    "item",
    "verbrauch",
    "verbrauchte",
    "menge",
    "consommation",
    "consumo",
    "cantidad",
    "quantité",
];
/// Codes of currencies as words of headers.
const CURRENCIES: [&str; 12] =
    ["usd", "eur", "gbp", "chf", "jpy", "cny", "inr", "cad", "aud", "sek", "brl", "krw"];

/// A file with what all its rows show.
#[derive(Clone, Copy)]
pub(super) struct SeenFile<'f> {
    pub(super) examination: &'f Examination<'f>,
    pub(super) tally: &'f Tally,
}

/// The problems that only a choice can settle, and which no file has by itself.
pub(super) fn problems(files: &[SeenFile<'_>]) -> Vec<String> {
    let joint = JointValues::of(files);
    let is_of_accounts = |values: &&JointValues<'_>| {
        values.place.role == ValueRole::Watched(Doubt::Account) && values.counts.filled() > 1
    };
    let several: Vec<(&str, &ValueCounts)> = joint
        .iter()
        .filter(is_of_accounts)
        .map(|values| (values.place.name.as_str(), &values.counts))
        .collect();
    let mut problems = Vec::new();
    problems.extend((several.len() > 1).then(|| values::several_accounts(&several)));
    let is_told = |values: &&JointValues<'_>| several.len() < 2 || !is_of_accounts(values);
    problems.extend(joint.iter().filter(is_told).filter_map(JointValues::problem));
    if problems.is_empty() {
        problems.extend(clash(&kinds(files)));
    }
    problems
}

/// What should be known of the files together, one sentence each.
pub(super) fn doubts(files: &[SeenFile<'_>]) -> Vec<String> {
    let shared = |values: &JointValues<'_>| match values.place.role {
        ValueRole::Watched(Doubt::SharedAccount) => values.counts.shared(&values.place.name),
        _ => None,
    };
    let mut doubts: Vec<String> = JointValues::of(files).iter().filter_map(shared).collect();
    let kinds = kinds(files);
    if let [first @ .., last] = kinds.as_slice()
        && !first.is_empty()
    {
        let named: Vec<String> = first.iter().map(AmountKind::told).collect();
        doubts.push(format!(
            "The amount is {} and {}; all are added up.",
            named.join(", "),
            last.told()
        ));
    }
    doubts
}

/// Names of files in a sentence.
pub(in crate::usage) fn named(names: &[&str]) -> String {
    let shown = names.len().min(NAMED);
    let more = names.len() - shown;
    match (&names[..shown], more) {
        ([one], 0) => (*one).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, 1) => format!("{} and 1 other file", shown.join(", ")),
        (shown, more) => format!("{} and {more} other files", shown.join(", ")),
    }
}

/// The value that all have; `None` if they differ, or there is none.
pub(super) fn only<'v, T: PartialEq + Clone + 'v>(
    mut values: impl Iterator<Item = &'v T>,
) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then(|| first.clone())
}

/// The values in one place of several files.
struct JointValues<'f> {
    place: ValuePlace,
    /// The header of the amount in the first file.
    amount: &'f str,
    counts: ValueCounts,
    /// Those of each file.
    files: Vec<(&'f str, &'f ValueCounts)>,
}

impl<'f> JointValues<'f> {
    /// The places that two files or more have.
    fn of(files: &[SeenFile<'f>]) -> Vec<JointValues<'f>> {
        let mut joint: Vec<JointValues<'f>> = Vec::new();
        for file in files {
            let columns = &file.examination.columns;
            let amount = columns.amounts().first().map_or("", |&column| columns.name(column));
            for (place, counts) in file.tally.places(columns) {
                let at = joint.iter().position(|known| is_same(&known.place, &place));
                let at = at.unwrap_or_else(|| {
                    let counts = ValueCounts::default();
                    joint.push(JointValues { place, amount, counts, files: Vec::new() });
                    joint.len() - 1
                });
                joint[at].counts.join(counts);
                joint[at].files.push((&file.examination.name, counts));
            }
        }
        joint.retain(|values| values.files.len() > 1);
        joint
    }

    fn problem(&self) -> Option<String> {
        let ValuePlace { role, name } = &self.place;
        let mut spellings: Vec<String> =
            self.counts.counting().map(|value| value.to_lowercase()).collect();
        spellings.sort();
        spellings.dedup();
        // Files of two products may write one unit in two ways.
        if *role == ValueRole::Watched(Doubt::Unit) && spellings.len() < 2 {
            return None;
        }
        let values = self.counts.by_rows();
        let place = |(value, _): &(&String, _)| {
            let has = |(_, counts): &&(&str, &ValueCounts)| {
                counts.by_rows().iter().any(|(known, _)| known == value)
            };
            let files: Vec<&str> = self.files.iter().filter(has).map(|(name, _)| *name).collect();
            format!("\n    `{}`: {}", excerpt(value), named(&files))
        };
        let problem = self.counts.problem(*role, name, self.amount)?;
        let places: String = values.iter().take(LISTED).map(place).collect();
        Some(format!(
            "{problem}\n  they are in different files:{places}\n  or name only the files that belong together"
        ))
    }
}

/// Whether values stand in the same place of two files: in columns whose headers have the same words, or that are of
/// currencies.
fn is_same(one: &ValuePlace, other: &ValuePlace) -> bool {
    let words = |place: &ValuePlace| {
        let words = headers::last_words(&place.name);
        if words.contains("currency") { "currency".to_owned() } else { words }
    };
    one.role == other.role && (one.role == ValueRole::Written || words(one) == words(other))
}

/// What the amounts of files count.
#[derive(Clone, Debug)]
struct AmountKind<'f> {
    /// The amount as a formula over headers.
    text: String,
    /// Its words, without what is written differently.
    words: String,
    /// What it counts, as far as a profile, the header or a column says it.
    unit: Option<String>,
    is_money: bool,
    /// The unit by which those of one measure are told apart.
    measured: Option<String>,
    files: Vec<&'f str>,
}

impl<'f> AmountKind<'f> {
    /// That of a file; `None` where one was chosen for all files.
    fn of(file: &SeenFile<'f>) -> Option<AmountKind<'f>> {
        let Examination { name, columns, settings, counted, .. } = file.examination;
        if !matches!(settings.amounts, Amounts::Guess) || !settings.meaning.meters.is_empty() {
            return None;
        }
        let header = columns.amount_text().unwrap_or_default();
        let words = headers::last_words(&header);
        let known = counted.as_ref().filter(|counted| is_plain(counted));
        let column = unit_of_rows(columns, file.tally, &header).map(|unit| unit.to_lowercase());
        let of_header = || {
            let telling = words.split(' ').filter(|word| !GENERAL.contains(word));
            let telling: Vec<&str> = telling.collect();
            (!telling.is_empty() && counted.is_none()).then(|| telling.join(""))
        };
        let unit = known
            .map(|counted| counted.unit.to_lowercase())
            .or_else(of_header)
            .or_else(|| column.clone());
        let said = unit_of_rows(columns, file.tally, &header).or_else(|| file.tally.written_unit());
        let measured = match counted {
            None => unit_of_amounts(&header, said.as_deref()),
            Some(counted) => is_plain(counted).then(|| counted.unit.clone()),
        };
        let measured = measured.map(|unit| unit.to_lowercase());
        let says_currency = counted.iter().any(|counted| counted.unit.contains("currency"));
        let is_code = unit.as_deref().is_some_and(|unit| CURRENCIES.contains(&unit));
        let is_money =
            is_code || says_currency || (counted.is_none() && headers::is_money(&header));
        let text = match (header.is_empty(), counted) {
            (false, None) => format!("`{header}`"),
            (_, Some(counted)) => counted.unit.clone(),
            (true, None) => "by the kind of row".to_owned(),
        };
        Some(AmountKind { text, words, unit, is_money, measured, files: vec![name] })
    }

    fn told(&self) -> String {
        let unit = self.unit.as_ref().filter(|unit| !self.text.to_lowercase().contains(*unit));
        let unit = unit.map_or(String::new(), |unit| format!(" ({unit})"));
        format!("{}{unit} in {}", self.text, named(&self.files))
    }

    /// The currency, if it is money in one that is known.
    fn currency(&self) -> Option<&str> {
        let unit = self.unit.as_deref()?;
        CURRENCIES.iter().copied().find(|code| unit.contains(code))
    }

    /// Whether both are in units of which something is known, and these are not as large.
    fn differs_in_size(&self, other: &AmountKind<'_>) -> bool {
        let measured = self.measured.as_deref().zip(other.measured.as_deref());
        measured.is_some_and(|(one, other)| scale::are_same(one, other) == Some(false))
    }

    /// Whether both say what they count, and it is not the same.
    fn clashes(&self, other: &AmountKind<'_>) -> bool {
        if self.differs_in_size(other) {
            return true;
        }
        if self.is_money && other.is_money {
            let codes = self.currency().zip(other.currency());
            return codes.is_some_and(|(one, other)| one != other);
        }
        let (Some(one), Some(other_unit)) = (&self.unit, &other.unit) else { return false };
        if self.is_money != other.is_money {
            return true;
        }
        let stem = |unit: &str| unit.replace(' ', "").trim_end_matches('s').to_owned();
        let (one, other) = (stem(one), stem(other_unit));
        !one.contains(&other) && !other.contains(&one)
    }
}

/// Whether a profile says what amounts count, and not which column says it.
fn is_plain(counted: &CountedUnit) -> bool {
    !["the ", "what "].iter().any(|start| counted.unit.starts_with(start))
}

/// The only value of the only column of units.
pub(super) fn unit_column(columns: &ChosenColumns, tally: &Tally) -> Option<String> {
    let places = tally.places(columns);
    let mut units = places
        .iter()
        .filter(|(place, _)| place.role == ValueRole::Watched(Doubt::Unit))
        .map(|(_, counts)| counts);
    let counts = units.next().filter(|_| units.next().is_none())?;
    let mut values = counts.counting().filter(|value| !value.is_empty());
    let value = values.next().filter(|_| values.next().is_none())?;
    Some(value.clone())
}

/// The unit of amounts in the column `name`, by the columns of units and currencies that have one value in all rows.
pub(super) fn unit_of_rows(columns: &ChosenColumns, tally: &Tally, name: &str) -> Option<String> {
    let places = tally.places(columns);
    let of_units = places.iter().filter(|(place, _)| place.role == ValueRole::Watched(Doubt::Unit));
    let single = |counts: &ValueCounts| {
        let mut values = counts.counting().filter(|value| !value.is_empty());
        values.next().filter(|_| values.next().is_none()).cloned()
    };
    unit_beside(name, &columns.header, of_units.filter_map(|(_, counts)| single(counts)))
}

/// The different kinds of amounts, each with its files.
fn kinds<'f>(files: &[SeenFile<'f>]) -> Vec<AmountKind<'f>> {
    let mut kinds: Vec<AmountKind<'f>> = Vec::new();
    for kind in files.iter().filter_map(AmountKind::of) {
        let is_same = |known: &&mut AmountKind<'f>| {
            known.words == kind.words && known.unit == kind.unit && !known.differs_in_size(&kind)
        };
        match kinds.iter_mut().find(is_same) {
            Some(known) => known.files.extend(kind.files),
            None => kinds.push(kind),
        }
    }
    kinds
}

/// The problem of amounts that count different things.
fn clash(kinds: &[AmountKind<'_>]) -> Option<String> {
    let pair = |(index, kind): (usize, &AmountKind<'_>)| {
        kinds[index + 1..].iter().any(|other| kind.clashes(other))
    };
    let listed = |kind: &AmountKind<'_>| format!("\n    {}: {}", kind.text, named(&kind.files));
    kinds.iter().enumerate().any(pair).then(|| {
        let listed: String = kinds.iter().map(listed).collect();
        format!(
            "the amounts of these files count different things, which are not added up without a choice:{listed}\n  \
             name only the files that belong together, or a column or formula that all of them have \
             (`[usage] amount = \"...\"` or `--amount-column`)"
        )
    })
}
