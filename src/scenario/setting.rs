//! A setting as a value: its path, and the value to set.
//!
//! Numbers and spellings stay as they were written, for display. The meaning of a value is known
//! only to a scenario that has it: [`super::Scenario::mean_alike`] compares meanings. Deliberately
//! absent: the list of valid paths.

use std::fmt;

use rust_decimal::Decimal;

use crate::domain::text::excerpt;

use super::diagnostic::Spot;
use super::path;
use super::tree::{self, Entry, Node, Value, bare_or_quoted};
use super::value;

/// The most names in a path.
const MOST_NAMES: usize = 16;
/// The form of a path.
const PATH_HELP: &str = "separate names by dots, as in recharge.caps.0.recharges";

/// Names that lead to a setting: `recharge.caps.0.recharges`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettingPath {
    names: Vec<String>,
}

/// Reason why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a path; {PATH_HELP}", excerpt(text))]
pub struct NotAPath {
    /// The text.
    pub text: String,
}

impl NotAPath {
    /// The way out.
    pub(crate) const HELP: &'static str = PATH_HELP;
}

impl SettingPath {
    /// Parses names separated by dots; a name that contains a dot is quoted.
    pub fn new(text: &str) -> Result<SettingPath, NotAPath> {
        let wrong = || NotAPath { text: text.to_owned() };
        let mut names = Vec::new();
        let mut rest = text.trim();
        loop {
            let (name, after) = first_name(rest).ok_or_else(wrong)?;
            if name.is_empty() || names.len() == MOST_NAMES {
                return Err(wrong());
            }
            names.push(name);
            match after.strip_prefix('.') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(SettingPath { names }),
                None => return Err(wrong()),
            }
        }
    }

    /// A path of these names, of which there must be at least one.
    pub(crate) fn of_names(names: Vec<String>) -> SettingPath {
        assert!(!names.is_empty(), "a path has at least one name");
        SettingPath { names }
    }

    /// The path of its first names, which leads to a table that it is in, or is it itself; `None` if it has fewer names,
    /// or none are asked for.
    pub fn outer(&self, names: usize) -> Option<SettingPath> {
        let names = self.names.get(..names).filter(|names| !names.is_empty())?;
        Some(SettingPath { names: names.to_vec() })
    }

    /// Returns true if it is `outer`, or leads into it.
    pub fn is_in(&self, outer: &SettingPath) -> bool {
        self.names.starts_with(&outer.names)
    }

    /// Its names, at least one.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The first name: a table, or a key at the top level.
    pub fn root(&self) -> &str {
        self.names.first().expect("a path has at least one name")
    }

    /// The last name: a key, or the number of an item.
    pub fn last(&self) -> &str {
        self.names.last().expect("a path has at least one name")
    }
}

/// Builds a path from its names, of which there must be at least one.
impl<const N: usize> From<[&str; N]> for SettingPath {
    fn from(names: [&str; N]) -> SettingPath {
        const { assert!(N > 0, "a path has at least one name") };
        SettingPath { names: names.map(str::to_owned).to_vec() }
    }
}

impl fmt::Display for SettingPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&joined(&self.names))
    }
}

/// The text written in the place of a path.
#[derive(Clone, Debug)]
pub(crate) struct WrittenPath {
    /// The path, if it is one.
    pub path: Result<SettingPath, NotAPath>,
    /// Its place.
    pub spot: Spot,
}

/// Names as a path.
pub(crate) fn joined(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| bare_or_quoted(name)).collect();
    names.join(".")
}

/// The first name of a path, and what follows it.
fn first_name(text: &str) -> Option<(String, &str)> {
    match text.chars().next() {
        Some('\'') => {
            let (name, after) = text[1..].split_once('\'')?;
            Some((name.to_owned(), after))
        }
        Some('"') => quoted_name(&text[1..]),
        _ => {
            let (name, after) = text.split_at(text.find('.').unwrap_or(text.len()));
            Some((name.to_owned(), after))
        }
    }
}

/// Splits off a name up to its closing quote, with `\"` and `\\` for a quote and a backslash.
fn quoted_name(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((name, &text[at + 1..])),
            '\\' => name.push(chars.next()?.1),
            c => name.push(c),
        }
    }
    None
}

/// A value as a scenario writes it.
#[derive(Clone, Debug)]
pub struct SettingValue(pub(super) Node);

impl SettingValue {
    pub(crate) fn of(node: &Node) -> SettingValue {
        SettingValue(node.clone())
    }

    /// Parses a value from a command line. Text that is not a TOML value is kept as text, so that
    /// `plan=pro` needs no quotes; so is a number if the setting is written in quotes, such as
    /// money.
    fn from_text(path: &SettingPath, text: &str) -> Result<SettingValue, String> {
        let text = text.trim();
        let (tree, errors) = tree::parse(&format!("value = {text}"), 0);
        let parsed = match tree.entries() {
            [Entry { node, .. }] if errors.is_empty() => Some(node),
            _ => None,
        };
        match parsed {
            Some(node) if !(is_number(node) && path::is_quoted(path)) => Ok(SettingValue::of(node)),
            None if text.starts_with(['[', '{', '"', '\'']) => {
                Err(format!("`{text}` is not valid TOML; close every bracket and quote"))
            }
            _ => Ok(SettingValue::from(text)),
        }
    }

    /// Formats a number as the setting at `path` is written: in quotes for money and names, always
    /// with its exact digits.
    pub fn number(path: &SettingPath, number: Decimal) -> SettingValue {
        let number = number.normalize();
        let digits = number.to_string();
        SettingValue::from_value(match path::is_quoted(path) {
            true => Value::Text(digits),
            false if number.is_integer() => Value::Integer(digits),
            false => Value::Float(digits),
        })
    }

    /// A list without items.
    pub fn empty_list() -> SettingValue {
        SettingValue::from_value(Value::List(Vec::new()))
    }

    fn from_value(value: Value) -> SettingValue {
        SettingValue(Node { value, spot: Spot { source: 0, start: 0, end: 0 } })
    }

    /// Formats the value as TOML on one line.
    pub fn toml(&self) -> String {
        self.0.text()
    }

    /// Returns the value as an exact number, if it is one.
    pub fn decimal(&self) -> Option<Decimal> {
        match &self.0.value {
            Value::Integer(digits) | Value::Float(digits) | Value::Text(digits) => {
                value::decimal(digits.trim())
            }
            _ => None,
        }
    }

    /// Returns a node as if the value had been written at this place.
    pub(crate) fn placed(&self, spot: Spot) -> Node {
        fn placed(node: &Node, spot: Spot) -> Node {
            let value = match &node.value {
                Value::List(items) => {
                    Value::List(items.iter().map(|item| placed(item, spot)).collect())
                }
                Value::Table(entries) => {
                    let entry = |entry: &Entry| Entry {
                        key: entry.key.clone(),
                        key_spot: spot,
                        node: placed(&entry.node, spot),
                    };
                    Value::Table(entries.iter().map(entry).collect())
                }
                value => value.clone(),
            };
            Node { value, spot }
        }
        placed(&self.0, spot)
    }
}

fn is_number(node: &Node) -> bool {
    matches!(node.value, Value::Integer(_) | Value::Float(_))
}

/// Formats the value for people: a text without its quotes.
impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.value {
            Value::Text(text) => f.write_str(text),
            _ => f.write_str(&self.toml()),
        }
    }
}

/// Equal if spelt the same.
impl PartialEq for SettingValue {
    fn eq(&self, other: &SettingValue) -> bool {
        self.toml() == other.toml()
    }
}

impl Eq for SettingValue {}

impl From<&str> for SettingValue {
    fn from(text: &str) -> SettingValue {
        SettingValue::from_value(Value::Text(text.to_owned()))
    }
}

impl FromIterator<SettingValue> for SettingValue {
    /// A list of values.
    fn from_iter<I: IntoIterator<Item = SettingValue>>(values: I) -> SettingValue {
        SettingValue::from_value(Value::List(values.into_iter().map(|value| value.0).collect()))
    }
}

impl From<i64> for SettingValue {
    fn from(number: i64) -> SettingValue {
        SettingValue::from_value(Value::Integer(number.to_string()))
    }
}

impl From<u64> for SettingValue {
    fn from(number: u64) -> SettingValue {
        SettingValue::from_value(Value::Integer(number.to_string()))
    }
}

/// A setting and its value; two are equal if they are spelt the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The setting.
    pub path: SettingPath,
    /// Its value.
    pub value: SettingValue,
}

impl Setting {
    /// A setting by its path.
    pub fn new(path: impl Into<SettingPath>, value: impl Into<SettingValue>) -> Setting {
        Setting { path: path.into(), value: value.into() }
    }

    /// Parses a command-line argument: `recharge.packs=2`. The error states the problem and the way
    /// out.
    pub fn from_text(text: &str) -> Result<Setting, String> {
        const USUAL: &str = "write PATH=VALUE, for example recharge.at_or_below=200";
        let (path, value) = text.split_once('=').ok_or_else(|| USUAL.to_owned())?;
        if path.trim().is_empty() {
            return Err(USUAL.to_owned());
        }
        let path = SettingPath::new(path).map_err(|error| error.to_string())?;
        let value = SettingValue::from_text(&path, value)?;
        Ok(Setting { path, value })
    }

    /// Formats the setting as a line of TOML.
    pub fn toml(&self) -> String {
        format!("{} = {}", self.path, self.value.toml())
    }
}

/// Formats the setting for people: `plan = pro`.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.path, self.value)
    }
}

/// Values of one setting to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variation {
    /// The setting.
    pub path: SettingPath,
    /// Its values.
    pub values: Values,
}

/// Values to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// A list of values.
    List(Vec<SettingValue>),
    /// Numbers.
    Range(NumberRange),
}

impl Variation {
    /// Varies a setting over these values.
    pub fn list<V: Into<SettingValue>>(
        path: impl Into<SettingPath>,
        values: impl IntoIterator<Item = V>,
    ) -> Variation {
        let values = values.into_iter().map(Into::into).collect();
        Variation { path: path.into(), values: Values::List(values) }
    }

    /// Parses a command-line argument: `recharge.at_or_below=0,100,500`, `=0..2000..500` or
    /// `=1..10`. The error states the problem and the way out.
    pub fn from_text(text: &str) -> Result<Variation, String> {
        const USUAL: &str = "write PATH=VALUES, for example recharge.at_or_below=0,100,500";
        let (path, values) = text.split_once('=').ok_or_else(|| USUAL.to_owned())?;
        if path.trim().is_empty() {
            return Err(USUAL.to_owned());
        }
        let path = SettingPath::new(path).map_err(|error| error.to_string())?;
        let values = match NumberRange::from_text(values) {
            Some(range) => Values::Range(range?),
            None => Values::List(listed(&path, values)?),
        };
        Ok(Variation { path, values })
    }

    /// Number of values.
    pub fn count(&self) -> u128 {
        match &self.values {
            Values::List(values) => values.len() as u128,
            Values::Range(range) => range.count(),
        }
    }

    /// The settings, in order.
    pub fn settings(&self) -> impl Iterator<Item = Setting> {
        let (listed, range) = match &self.values {
            Values::List(values) => (values.as_slice(), None),
            Values::Range(range) => (&[][..], Some(range)),
        };
        let numbers = range.into_iter().flat_map(NumberRange::numbers);
        let numbers = numbers.map(|number| SettingValue::number(&self.path, number));
        let values = listed.iter().cloned().chain(numbers);
        values.map(|value| Setting { path: self.path.clone(), value })
    }
}

/// Values separated by commas, those inside brackets and quotes aside.
fn listed(path: &SettingPath, text: &str) -> Result<Vec<SettingValue>, String> {
    let whole = format!("values = [{text}]");
    let (tree, errors) = tree::parse(&whole, 0);
    let parts: Vec<&str> = match tree.child("values").map(|node| &node.value) {
        Some(Value::List(items)) if errors.is_empty() && tree.entries().len() == 1 => {
            let written = |item: &Node| whole.get(item.spot.start as usize..item.spot.end as usize);
            items.iter().filter_map(written).collect()
        }
        _ => text.split(',').filter(|part| !part.trim().is_empty()).collect(),
    };
    match parts.is_empty() {
        true => Err("an empty list; name at least one value to try".to_owned()),
        false => parts.into_iter().map(|part| SettingValue::from_text(path, part)).collect(),
    }
}

/// Numbers from one to another in steps, both ends inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberRange {
    from: Decimal,
    to: Decimal,
    step: Decimal,
}

impl NumberRange {
    /// Creates a range that is not empty; the error says why it cannot.
    pub fn new(from: Decimal, to: Decimal, step: Decimal) -> Result<NumberRange, String> {
        if step <= Decimal::ZERO {
            return Err("the step of a range must be above zero".to_owned());
        }
        if to < from {
            return Err(format!("an empty range: {to} is below {from}; swap `from` and `to`"));
        }
        Ok(NumberRange { from, to, step })
    }

    /// Parses `from..to..step`, or `from..to` in steps of 1; `None` if the text has no such form.
    pub fn from_text(text: &str) -> Option<Result<NumberRange, String>> {
        const FORM: &str = "a range is from..to, or from..to..step";
        let parts: Vec<&str> = text.split("..").collect();
        let (from, to, step) = match parts.as_slice() {
            [from, to] => (*from, *to, "1"),
            [from, to, step] => (*from, *to, *step),
            _ => return None,
        };
        let number = |text: &str| {
            value::decimal(text.trim())
                .ok_or_else(|| format!("`{}` is not a number; {FORM}", text.trim()))
        };
        // Text and lists may have two dots too.
        let any = [from, to, step].iter().take(parts.len()).any(|part| number(part).is_ok());
        any.then(|| NumberRange::new(number(from)?, number(to)?, number(step)?))
    }

    /// Number of values in the range.
    pub fn count(&self) -> u128 {
        use rust_decimal::prelude::ToPrimitive;
        let steps = self.to.checked_sub(self.from).and_then(|span| span.checked_div(self.step));
        steps.and_then(|steps| steps.floor().to_u128()).map_or(u128::MAX, |steps| steps + 1)
    }

    /// The numbers, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = Decimal> {
        let count = u64::try_from(self.count()).unwrap_or(u64::MAX);
        (0..count).map_while(|index| self.get(index))
    }

    /// The number at an index from 0; `None` beyond the range of exact decimals.
    fn get(&self, index: u64) -> Option<Decimal> {
        self.step.checked_mul(Decimal::from(index))?.checked_add(self.from)
    }
}
