//! From what was typed to the question: the scenario with its changes, and its usage.

use std::path::{Path, PathBuf};

use crate::domain::{Credits, Instant, Window, Zone};
use crate::replay;
use crate::report::study::cut_of;
use crate::scenario::{Scenario, UsageSource, setting_from_text};
use crate::study::Candidate;
use crate::usage::csv::{Amounts, CsvSettings, Mode, Source};
use crate::usage::{Feed, UsageError};

use super::args::{Columns, Settings};
use super::exit::Failure;
use super::say;

/// Reads a scenario and changes it as the command line says. Warnings go to standard error.
pub fn scenario(path: &Path, settings: &Settings) -> Result<Scenario, Failure> {
    let mut scenario = read(path)?;
    let changes = changes(settings)?;
    if !changes.is_empty() {
        let changes: Vec<_> =
            changes.iter().map(|(path, value)| (path.as_str(), value.clone())).collect();
        let changed = scenario.with_overrides(&changes);
        scenario = changed.map_err(|errors| Failure::Input(errors.to_string()))?;
    }
    warn(&scenario);
    Ok(scenario)
}

/// Reads a scenario file.
pub fn read(path: &Path) -> Result<Scenario, Failure> {
    Scenario::read(path).map_err(|errors| Failure::Input(errors.to_string()))
}

/// Says what is doubtful in a scenario.
pub fn warn(scenario: &Scenario) {
    if !scenario.warnings.is_empty() {
        say(&scenario.warnings.to_string());
    }
}

/// Says which cycles the horizon of a study cuts.
pub fn warn_of_cuts(candidates: &[Candidate], zone: Zone) {
    if let Some(cut) = cut_of(candidates, zone) {
        say(&format!("warning: {cut}"));
    }
}

/// The settings changed on the command line, in the order given.
fn changes(settings: &Settings) -> Result<Vec<(String, toml::Value)>, Failure> {
    let mut changes = Vec::new();
    for change in &settings.set {
        let read = setting_from_text(change).ok_or_else(|| {
            Failure::Input(format!(
                "--set {change}: write PATH=VALUE, for example --set recharge.at_or_below=200"
            ))
        });
        changes.push(read?);
    }
    if let Some(seed) = settings.seed {
        let seed = i64::try_from(seed)
            .map_err(|_| Failure::Input(format!("--seed {seed}: at most {}", i64::MAX)))?;
        changes.push(("seed".to_owned(), toml::Value::Integer(seed)));
    }
    Ok(changes)
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
            (UsageSource::File(path), None) => Some(Source::File(path.clone())),
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

    /// The same, with what lies outside the horizon: history to draw from.
    pub fn over_all_time(mut self) -> Usage<'a> {
        if let Some((_, settings)) = &mut self.csv {
            settings.horizon = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        }
        self
    }

    /// The file that usage is read from, if it is one; standard input may be.
    pub fn file(&self) -> Option<&Path> {
        match &self.csv {
            Some((Source::File(path), _)) => Some(path),
            Some((Source::Stdin, _)) => Some(Path::new("/dev/stdin")),
            Some((Source::Bytes(_), _)) | None => None,
        }
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

/// Refuses an output that would take the place of an input.
pub fn check_apart(output: &Path, option: &str, inputs: &[&Path]) -> Result<(), Failure> {
    let Some(place) = place(output) else { return Ok(()) };
    match inputs.iter().find(|input| input.canonicalize().is_ok_and(|input| input == place)) {
        None => Ok(()),
        Some(input) => Err(Failure::Input(format!(
            "{option} {}: would replace {}, which is read; write to another file",
            output.display(),
            input.display()
        ))),
    }
}

/// Where a regular file stands, symbolic links followed; `None` if there is none.
fn place(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().filter(|path| path.is_file())
}

/// The settings for a CSV file with the command line's flags in place of the scenario's.
fn apply(columns: &Columns, mut settings: CsvSettings) -> Result<CsvSettings, Failure> {
    if let Some(time) = &columns.time_column {
        settings.time = Some(time.clone());
    }
    if let Some(amount) = &columns.amount_per_row {
        let credits: Credits = amount
            .parse()
            .map_err(|error| Failure::Input(format!("--amount-per-row {amount}: {error}")))?;
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
