//! What the `[study]` table of a scenario asks, and the candidates it names.
//!
//! All that is wrong is told at once. Deliberately absent: whether a setting makes sense, which the
//! scenario decides when a candidate is made from it.

use std::cell::RefCell;
use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use toml::{Table, Value};

use crate::domain::{Money, Share};
use crate::scenario::Scenario;
use crate::scenario::diagnostic::Spot;
use crate::scenario::tree::Node;

use super::estimate::Confidence;
use super::figures::Figure;
use super::objective::Constraint;
use super::replicate::BATCH;

/// Replications where nothing else is asked for.
pub const USUAL_REPLICATIONS: usize = 200;
/// The most replications of a study.
pub const MOST_REPLICATIONS: usize = 1_000_000;
/// The most replications of a study that stops by itself, where it does not say.
const USUAL_MOST: usize = 2_000;
/// Settings that all candidates share: what they are compared on.
const SHARED: [&str; 9] =
    ["name", "question", "unit", "currency", "zone", "start", "end", "seed", "usage"];

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Settings to vary, crossed: path and values.
    pub vary: Vec<(String, Values)>,
    /// Candidates with names of their own.
    pub named: Vec<Named>,
    /// When there is enough.
    pub until: AskedUntil,
    /// The confidence of intervals.
    pub confidence: Confidence,
    /// What a refused credit costs the user.
    pub per_refused_credit: f64,
    /// What an hour of outage costs the user.
    pub per_hour_of_downtime: f64,
    /// The least gain per period worth a change.
    pub materiality: f64,
    /// What must hold.
    pub constraints: Vec<Constraint>,
    /// What is done with a file of usage.
    pub history: HistoryUse,
    /// The figure that a map of the varied settings shows.
    pub map: Figure,
}

/// A candidate with a name of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its settings: path and value.
    pub set: Vec<(String, Value)>,
}

/// When a study has enough, as asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AskedUntil {
    /// So many replications.
    Replications(usize),
    /// A half-width of the mean cost per period.
    HalfWidth {
        /// The half-width.
        half_width: f64,
        /// The most replications.
        most: usize,
    },
    /// A probability of correct selection.
    CorrectSelection {
        /// The probability.
        correct: f64,
        /// The most replications.
        most: usize,
    },
}

/// What is done with a file of usage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryUse {
    /// Whole weeks of it are drawn.
    #[default]
    Resample,
    /// It is replayed as it was; only the luck of payments varies.
    Replay,
}

/// Values to try.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// These.
    List(Vec<Value>),
    /// From one number to another in steps, both ends inside.
    Range {
        /// The first.
        from: Decimal,
        /// The last is at most this.
        to: Decimal,
        /// The distance.
        step: Decimal,
    },
}

impl Values {
    /// How many there are.
    pub fn count(&self) -> u128 {
        match self {
            Values::List(values) => values.len() as u128,
            Values::Range { from, to, step } => {
                let steps = to.checked_sub(*from).and_then(|span| span.checked_div(*step));
                steps.and_then(|steps| steps.floor().to_u128()).map_or(u128::MAX, |n| n + 1)
            }
        }
    }

    /// The value of this number, from 0.
    pub fn get(&self, index: u64) -> Option<Value> {
        match self {
            Values::List(values) => values.get(usize::try_from(index).ok()?).cloned(),
            Values::Range { from, step, .. } => {
                let value = step.checked_mul(Decimal::from(index))?.checked_add(*from)?;
                Some(number(value.normalize()))
            }
        }
    }
}

/// A number as a scenario writes it: whole if it is, else a text with its exact digits.
fn number(value: Decimal) -> Value {
    match value.to_i64().filter(|whole| Decimal::from(*whole) == value) {
        Some(whole) => Value::Integer(whole),
        None => Value::String(value.to_string()),
    }
}

/// Everything that is wrong with a `[study]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedError(pub Vec<String>);

impl fmt::Display for AskedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for AskedError {}

impl Default for Asked {
    fn default() -> Self {
        Asked {
            vary: Vec::new(),
            named: Vec::new(),
            until: AskedUntil::Replications(USUAL_REPLICATIONS),
            confidence: Confidence::USUAL,
            per_refused_credit: 0.0,
            per_hour_of_downtime: 0.0,
            materiality: 0.0,
            constraints: Vec::new(),
            history: HistoryUse::default(),
            map: Figure::Cost,
        }
    }
}

impl Asked {
    /// What the `[study]` table of a scenario asks; the usual without one.
    pub fn read(scenario: &Scenario) -> Result<Asked, AskedError> {
        let Some(table) = &scenario.study else { return Ok(Asked::default()) };
        let errors = RefCell::new(Vec::new());
        let place = format!("{}: [study]", scenario.file);
        let keys = Keys { table, place, errors: &errors };
        let asked = read(&keys);
        let errors = errors.into_inner();
        if errors.is_empty() { Ok(asked) } else { Err(AskedError(errors)) }
    }

    /// How many candidates the crossed settings and the named ones make, with what is set today.
    pub fn count(&self) -> u128 {
        let grid = match self.vary.is_empty() {
            true => 0,
            false => self.vary.iter().fold(1, |n: u128, (_, v)| n.saturating_mul(v.count())),
        };
        grid.saturating_add(self.named.len() as u128).saturating_add(1)
    }
}

/// Adds what is wrong with a path that is to be varied or set.
pub fn check_path(path: &str) -> Result<(), String> {
    let root = path.split('.').next().unwrap_or_default();
    match SHARED.contains(&root) || root == "study" || root == "assumed" {
        true => Err(format!(
            "candidates are compared on the same usage, time and seed, so `{path}` cannot differ \
             between them; change it for all with --set {path}=VALUE"
        )),
        false => Ok(()),
    }
}

fn read(keys: &Keys<'_>) -> Asked {
    keys.only(&[
        "vary",
        "candidates",
        "replications",
        "until",
        "confidence",
        "price_per_refused_credit",
        "price_per_hour_of_downtime",
        "materiality",
        "constraints",
        "history",
        "plan_or_packs",
    ]);
    let confidence = keys.share("confidence").map(|share| match Confidence::new(share) {
        Some(confidence) => confidence,
        None => {
            keys.refuse("confidence", "write a share between 0% and 100%, such as \"95%\"");
            Confidence::USUAL
        }
    });
    let materiality = keys.money("materiality").unwrap_or_default();
    Asked {
        vary: vary(keys),
        named: named(keys),
        until: until(keys, materiality),
        confidence: confidence.unwrap_or(Confidence::USUAL),
        per_refused_credit: keys.money("price_per_refused_credit").unwrap_or_default(),
        per_hour_of_downtime: keys.money("price_per_hour_of_downtime").unwrap_or_default(),
        materiality,
        constraints: constraints(keys),
        history: history(keys),
        map: Figure::Cost,
    }
}

fn vary(keys: &Keys<'_>) -> Vec<(String, Values)> {
    let Some(table) = keys.table_at("vary") else { return Vec::new() };
    if table.table.is_empty() {
        keys.refuse("vary", "an empty grid: name settings and the values to try");
    }
    let mut vary = Vec::new();
    for (path, value) in flat(table.table) {
        if let Err(why) = check_path(&path) {
            table.say(&path, &why);
        }
        match values(value) {
            Ok(values) => vary.push((path, values)),
            Err(why) => table.say(&path, &why),
        }
    }
    vary
}

/// Paths and their values: `"recharge.packs" = [1, 2]` and `recharge.packs = [1, 2]` are the same.
fn flat(table: &Table) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) if !inner.contains_key("from") && !inner.contains_key("to") => {
                let inside = flat(inner).into_iter();
                found.extend(inside.map(|(rest, value)| (format!("{key}.{rest}"), value)));
            }
            value => found.push((key.clone(), value)),
        }
    }
    found
}

fn values(value: &Value) -> Result<Values, String> {
    match value {
        Value::Array(values) if values.is_empty() => {
            Err("an empty list: name at least one value to try".to_owned())
        }
        Value::Array(values) => Ok(Values::List(values.clone())),
        Value::Table(range) => {
            let part = |key: &str| {
                let number = range.get(key).and_then(decimal);
                number
                    .ok_or_else(|| format!("a range is {{ from, to, step }}; `{key}` is no number"))
            };
            if let Some(key) =
                range.keys().find(|key| !["from", "to", "step"].contains(&key.as_str()))
            {
                return Err(format!("a range is {{ from, to, step }}; `{key}` is none of them"));
            }
            range_of(part("from")?, part("to")?, part("step")?)
        }
        other => Err(format!("{} is one value; write the values to try as a list", written(other))),
    }
}

/// A value as a scenario writes it.
pub fn written(value: &Value) -> String {
    Node::from_toml(value, Spot { source: 0, start: 0, end: 0 }).text()
}

/// A range of numbers.
pub fn range_of(from: Decimal, to: Decimal, step: Decimal) -> Result<Values, String> {
    if step <= Decimal::ZERO {
        return Err("the step of a range must be above zero".to_owned());
    }
    if to < from {
        return Err(format!("an empty range: {to} is below {from}; swap `from` and `to`"));
    }
    Ok(Values::Range { from, to, step })
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(whole) => Some(Decimal::from(*whole)),
        Value::Float(float) => float.to_string().parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn named(keys: &Keys<'_>) -> Vec<Named> {
    let Some(value) = keys.table.get("candidates") else { return Vec::new() };
    let Value::Array(list) = value else {
        keys.refuse("candidates", "write [[study.candidates]] with `name` and `set`");
        return Vec::new();
    };
    let mut named: Vec<Named> = Vec::new();
    for (index, item) in list.iter().enumerate() {
        let place = format!("{}.candidates {}", keys.place.trim_end_matches(']'), index + 1);
        let place = format!("{place}]");
        let Value::Table(table) = item else {
            keys.refuse("candidates", "each must be a table with `name` and `set`");
            continue;
        };
        let item = Keys { table, place, errors: keys.errors };
        item.only(&["name", "set"]);
        let name = item.table.get("name").and_then(Value::as_str).unwrap_or_default().trim();
        let taken = name == "current" || named.iter().any(|other| other.name == name);
        if name.is_empty() || taken {
            item.say("name", "a name of its own is needed, and `current` is what is set today");
        }
        let set = item.table_at("set").map(|set| flat(set.table)).unwrap_or_default();
        if set.is_empty() {
            item.say("set", "write settings by their path: set = { plan = \"pro\" }");
        }
        for (path, _) in &set {
            if let Err(why) = check_path(path) {
                item.say(path, &why);
            }
        }
        let set = set.into_iter().map(|(path, value)| (path, value.clone())).collect();
        named.push(Named { name: name.to_owned(), set });
    }
    named
}

fn until(keys: &Keys<'_>, materiality: f64) -> AskedUntil {
    let replications = keys.replications("replications");
    let Some(until) = keys.table_at("until") else {
        return AskedUntil::Replications(replications.unwrap_or(USUAL_REPLICATIONS));
    };
    if replications.is_some() {
        keys.refuse("replications", "not with `until`; its `most` bounds the replications");
    }
    until.only(&["half_width", "correct_selection", "most"]);
    let most = until.replications("most").unwrap_or(USUAL_MOST).max(BATCH);
    match (until.money("half_width"), until.share("correct_selection")) {
        (Some(half_width), None) if half_width > 0.0 => AskedUntil::HalfWidth { half_width, most },
        (None, Some(correct)) if (0.5..1.0).contains(&correct) => {
            if materiality <= 0.0 {
                keys.say(
                    "materiality",
                    "a selection needs the least difference worth finding: \
                     set `materiality` above 0",
                );
            }
            AskedUntil::CorrectSelection { correct, most }
        }
        _ => {
            keys.refuse(
                "until",
                "write { half_width = \"0.50\" }, or { correct_selection = \"95%\" } \
                 with at least 50%",
            );
            AskedUntil::Replications(USUAL_REPLICATIONS)
        }
    }
}

fn constraints(keys: &Keys<'_>) -> Vec<Constraint> {
    let Some(table) = keys.table_at("constraints") else { return Vec::new() };
    table.only(&[
        "fill_rate_at_least",
        "outage_probability_at_most",
        "spend_p95_at_most",
        "recharges_at_most",
    ]);
    let found = [
        table.share("fill_rate_at_least").map(Constraint::FillRateAtLeast),
        table.share("outage_probability_at_most").map(Constraint::OutageProbabilityAtMost),
        table.money("spend_p95_at_most").map(Constraint::SpendP95AtMost),
        table.money("recharges_at_most").map(Constraint::RechargesAtMost),
    ];
    found.into_iter().flatten().collect()
}

fn history(keys: &Keys<'_>) -> HistoryUse {
    match keys.table.get("history").map(|value| value.as_str()) {
        None => HistoryUse::default(),
        Some(Some("resample")) => HistoryUse::Resample,
        Some(Some("replay")) => HistoryUse::Replay,
        Some(_) => {
            keys.refuse("history", "write \"resample\" (whole weeks are drawn) or \"replay\"");
            HistoryUse::default()
        }
    }
}

/// A table of `[study]`, and where errors go.
struct Keys<'t> {
    table: &'t Table,
    place: String,
    errors: &'t RefCell<Vec<String>>,
}

impl<'t> Keys<'t> {
    fn say(&self, key: &str, why: &str) {
        self.errors.borrow_mut().push(format!("{} {key}: {why}", self.place));
    }

    /// Says why a value cannot be, showing it.
    fn refuse(&self, key: &str, why: &str) {
        let shown =
            self.table.get(key).map(|value| format!(" = {}", written(value))).unwrap_or_default();
        let shown: String = shown.chars().take(80).collect();
        self.errors.borrow_mut().push(format!("{} {key}{shown}: {why}", self.place));
    }

    /// Refuses every key that is not among these.
    fn only(&self, known: &[&str]) {
        for key in self.table.keys().filter(|key| !known.contains(&key.as_str())) {
            let near = known.iter().max_by(|a, b| {
                strsim::jaro_winkler(a, key).total_cmp(&strsim::jaro_winkler(b, key))
            });
            let near = near.copied().unwrap_or_default();
            self.say(key, &format!("no such key; did you mean `{near}`?"));
        }
    }

    fn table_at(&self, key: &str) -> Option<Keys<'t>> {
        match self.table.get(key)? {
            Value::Table(table) => {
                let place = format!("{}.{key}]", self.place.trim_end_matches(']'));
                Some(Keys { table, place, errors: self.errors })
            }
            _ => {
                self.refuse(key, "a table is needed");
                None
            }
        }
    }

    /// A share, as a probability.
    fn share(&self, key: &str) -> Option<f64> {
        let share = match self.table.get(key)? {
            Value::String(text) => text.parse::<Share>().ok(),
            Value::Float(float) => float.to_string().parse::<Share>().ok(),
            Value::Integer(whole) => whole.to_string().parse::<Share>().ok(),
            _ => None,
        };
        if share.is_none() {
            self.refuse(key, "a share is needed, such as \"95%\"");
        }
        share.map(Share::to_f64)
    }

    /// An amount of at least zero; a float, as it is for statistics only.
    fn money(&self, key: &str) -> Option<f64> {
        let text = match self.table.get(key)? {
            Value::String(text) => text.clone(),
            Value::Integer(whole) => whole.to_string(),
            Value::Float(float) => float.to_string(),
            _ => String::new(),
        };
        let money = text.parse::<Money>();
        if let Err(why) = money {
            self.refuse(key, &format!("{why}; write it as \"0.50\""));
        }
        money.ok().map(Money::to_f64)
    }

    fn replications(&self, key: &str) -> Option<usize> {
        let value = self.table.get(key)?;
        let count = value.as_integer().and_then(|count| usize::try_from(count).ok());
        match count.filter(|count| (1..=MOST_REPLICATIONS).contains(count)) {
            Some(count) => Some(count),
            None => {
                let why = "a whole number from 1 to 1,000,000 is needed; 200 is usual";
                self.refuse(key, why);
                None
            }
        }
    }
}
