//! From what was typed to the question: the scenario with its changes, and its usage.

use std::path::Path;

use crate::domain::Credits;
use crate::replay;
use crate::scenario::{Scenario, UsageSource};
use crate::usage::csv::{Amounts, CsvSettings, Mode, Source};
use crate::usage::{Feed, UsageError};

use super::args::{Columns, Settings};
use super::exit::Failure;
use super::say;

/// Reads a scenario and changes it as the command line says. Warnings go to standard error.
pub fn scenario(path: &Path, settings: &Settings) -> Result<Scenario, Failure> {
    let mut changes = Vec::new();
    for change in &settings.set {
        let Some((path, value)) = change.split_once('=') else {
            return Err(Failure::Input(format!(
                "--set {change}: write PATH=VALUE, for example --set recharge.at_or_below=200"
            )));
        };
        changes.push((path.trim().to_owned(), value.trim().to_owned()));
    }
    if let Some(seed) = settings.seed {
        changes.push(("seed".to_owned(), seed.to_string()));
    }
    let read = Scenario::read_with(path, &changes);
    let scenario = read.map_err(|errors| Failure::Input(errors.to_string()))?;
    if let Some(warnings) = scenario.warnings_text() {
        say(&warnings);
    }
    Ok(scenario)
}

/// Where the usage of a replay comes from.
#[derive(Debug)]
pub struct Usage<'a> {
    scenario: &'a Scenario,
    /// A source given on the command line, or the scenario's file with flags applied.
    csv: Option<(Source, CsvSettings)>,
}

impl<'a> Usage<'a> {
    /// The usage of `scenario`, or of the file on the command line.
    pub fn new(
        scenario: &'a Scenario,
        file: Option<&Path>,
        columns: &Columns,
    ) -> Result<Usage<'a>, Failure> {
        let named = match (&scenario.usage, file) {
            (_, Some(path)) if path == Path::new("-") => Some(Source::Stdin),
            (_, Some(path)) => Some(Source::File(path.to_owned())),
            (UsageSource::File { path, .. }, None) => Some(Source::File(path.clone())),
            (UsageSource::None, None) => {
                return Err(Failure::Input(format!(
                    "{}: names no usage; add a [usage] table, or give --usage FILE",
                    scenario.file
                )));
            }
            (_, None) => None,
        };
        let Some(source) = named else { return Ok(Usage { scenario, csv: None }) };
        let settings = apply(columns, scenario.csv.clone())?;
        Ok(Usage { scenario, csv: Some((source, settings)) })
    }

    /// Opens the usage; the second time in [`Mode::Sort`], if the first found it out of order.
    pub fn open(&self, mode: Mode) -> Result<Box<dyn Feed>, UsageError> {
        match &self.csv {
            None => replay::feed(self.scenario, 0, mode),
            Some((source, settings)) => {
                let mode = if settings.mode == Mode::Sort { Mode::Sort } else { mode };
                replay::open(source.clone(), settings.clone(), mode)
            }
        }
    }
}

/// The settings for a CSV file with the command line's flags in place of the scenario's.
fn apply(columns: &Columns, mut settings: CsvSettings) -> Result<CsvSettings, Failure> {
    if let Some(time) = &columns.time_column {
        settings.time = Some(time.clone());
    }
    if let Some(amount) = &columns.amount_per_row {
        let credits: Credits = amount.parse().map_err(|error| {
            Failure::Input(format!("--amount-per-row {amount}: {error}"))
        })?;
        settings.amounts = Amounts::EachRow(credits);
    }
    if !columns.amount_column.is_empty() {
        let parts: Result<Vec<_>, Failure> =
            columns.amount_column.iter().map(|column| amount_column(column)).collect();
        settings.amounts = Amounts::Columns(parts?);
    }
    settings.skip_bad_rows |= columns.skip_bad_rows;
    if columns.sort {
        settings.mode = Mode::Sort;
    }
    Ok(settings)
}

/// `HEADER` or `HEADER=FACTOR`.
fn amount_column(text: &str) -> Result<(String, rust_decimal::Decimal), Failure> {
    let Some((header, factor)) = text.rsplit_once('=') else {
        return Ok((text.to_owned(), rust_decimal::Decimal::ONE));
    };
    let factor = factor.parse().map_err(|_| {
        Failure::Input(format!(
            "--amount-column {text}: `{factor}` is no decimal number; write HEADER=0.001"
        ))
    })?;
    Ok((header.to_owned(), factor))
}
