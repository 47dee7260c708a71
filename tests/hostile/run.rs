//! One run of a text and its rows, and what is told of it.

use std::path::Path;
use std::sync::Arc;

use recharge::books::Books;
use recharge::domain::{Credits, Duration, Instant};
use recharge::engine::Pace;
use recharge::replay::{feed, replay};
use recharge::report::journal::Journal;
use recharge::report::json;
use recharge::report::provenance::Provenance;
use recharge::scenario::Scenario;
use recharge::series::Series;
use recharge::usage::csv::{CsvSettings, InputSource, Mode};
use recharge::usage::open;
use recharge::usage::{Feed, Held};
use serde_json::Value;

use super::shop::Rows;

/// What is told of a run: its JSON without what speaks of its origin, and its journal.
#[derive(Debug, PartialEq)]
pub struct Told {
    pub json: Value,
    pub journal: String,
}

/// The scenario of a text; `None` where rules contradict each other.
pub fn scenario(text: &str) -> Option<Scenario> {
    Scenario::from_text("shop.toml", text, Path::new("")).ok()
}

/// Runs a scenario on rows. The error is what it says.
pub fn on_rows(scenario: &Scenario, rows: &Rows) -> Result<Told, String> {
    let horizon = scenario.setup.horizon;
    tell(scenario, &mut Held::new(events(scenario, rows), horizon))
}

/// Runs a scenario on a CSV file.
pub fn on_csv(scenario: &Scenario, bytes: &[u8]) -> Result<Told, String> {
    let settings: CsvSettings = scenario.csv.clone();
    let opened = open(InputSource::Bytes(Arc::from(bytes)), settings, Mode::Stream);
    tell(scenario, &mut *opened.map_err(|error| error.to_string())?)
}

/// Runs a scenario on the usage that it names.
pub fn on_its_own(scenario: &Scenario) -> Result<Told, String> {
    tell(scenario, &mut *feed(scenario, 0, Mode::Stream).map_err(|error| error.to_string())?)
}

fn tell(scenario: &Scenario, feed: &mut dyn Feed) -> Result<Told, String> {
    let journal = Journal::new(Vec::new(), scenario.zone, scenario.currency.minor());
    let books = Books::new(&scenario.setup, scenario.zone, scenario.currency.minor());
    let series = Series::new(scenario.setup.horizon, scenario.zone);
    let observers = (journal, (series, books));
    let replayed = replay(scenario, feed, Pace::Skip, observers, &|| false);
    let (outcome, (journal, (series, books))) = replayed.map_err(|error| error.to_string())?;
    let provenance = Provenance::of(scenario, &outcome.usage, &[]);
    let result = json::run::result(scenario, &outcome, &books, &series, &provenance);
    let mut json = serde_json::to_value(result).expect("it serialises");
    let object = json.as_object_mut().expect("an object");
    for name in ["provenance", "assumptions", "usage_choices"] {
        object.remove(name).expect("it is told");
    }
    let journal = journal.finish().expect("it is in memory");
    Ok(Told { json, journal: String::from_utf8(journal).expect("text") })
}

/// Rows as events.
pub fn events(scenario: &Scenario, rows: &Rows) -> Vec<(Instant, Credits)> {
    let from = scenario.setup.horizon.from;
    let event = |&(at, amount): &(i64, i64)| {
        (from.plus(Duration::from_millis(at)), Credits::from_micro(amount))
    };
    rows.iter().map(event).collect()
}

/// Rows as a CSV file: RFC 3339 in UTC, exact decimals.
pub fn csv(scenario: &Scenario, rows: &Rows) -> String {
    let row = |(at, amount): (Instant, Credits)| format!("{at},{amount}\n");
    let rows: String = events(scenario, rows).into_iter().map(row).collect();
    format!("time,credits\n{rows}")
}
