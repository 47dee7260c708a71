//! The usage behind a question: read in time order for a run, or as a model for many.

use rust_decimal::Decimal;

use crate::domain::{CreditTotal, Credits, Currency, Instant, Window, Zone};
use crate::engine::Chunk;
use crate::forecast::FutureUsage;
use crate::replay::{self, changed};
use crate::scenario::{HistoryUse, Scenario, SettingPath, UsageSource};
use crate::streams::Streams;
use crate::study::UsageModel;
use crate::study::candidates::source;
use crate::usage::csv::{Amounts, CsvSettings, InputSource, Mode};
use crate::usage::meaning::{ColumnMeaning, ScenarioUnit, is_one_unit, is_open_unit};
use crate::usage::{self, Feed, History, RowSpread, UsageError, UsageSummary};

use super::error::{InquiryError, OtherUnit, OutsideHorizon, SharedFactor};

/// The source of usage, to be read or drawn.
#[derive(Clone, Debug)]
pub struct UsageInput<'a> {
    scenario: &'a Scenario,
    /// A CSV source, given directly or named by the scenario, and its settings.
    csv: Option<(InputSource, CsvSettings)>,
    /// Its rows inside the horizon, if they were read and are lived through again.
    held: Option<History>,
}

impl<'a> UsageInput<'a> {
    /// The usage that `scenario` names; a CSV file is read as `settings` say.
    pub fn of(scenario: &'a Scenario, settings: CsvSettings) -> UsageInput<'a> {
        let csv = match &scenario.usage {
            UsageSource::File(path) => Some((InputSource::File(path.clone()), settings)),
            UsageSource::None | UsageSource::Events(_) | UsageSource::Generated(_) => None,
        };
        UsageInput { scenario, csv, held: None }
    }

    /// A CSV source in place of the usage that `scenario` names.
    pub fn given(
        scenario: &'a Scenario,
        source: InputSource,
        settings: CsvSettings,
    ) -> UsageInput<'a> {
        UsageInput { scenario, csv: Some((source, settings)), held: None }
    }

    /// The same for several scenarios that call what it counts as `unit` says.
    pub fn called(mut self, unit: Option<ScenarioUnit>) -> UsageInput<'a> {
        if let Some((_, settings)) = &mut self.csv {
            settings.unit = unit;
        }
        self
    }

    /// What the scenarios of which this is one call what they count, where they do not call it the same.
    fn units(&self) -> &[(String, String)] {
        let unit = self.csv.as_ref().and_then(|(_, settings)| settings.unit.as_ref());
        unit.map_or(&[], |unit| &unit.others)
    }

    /// The same, with all rows that are skipped kept.
    pub fn keeping_bad_rows(mut self) -> UsageInput<'a> {
        if let Some((_, settings)) = &mut self.csv {
            settings.keep_bad_rows = true;
        }
        self
    }

    /// The scenario.
    pub fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// Its file with the settings for reading it; `None` where usage comes from none.
    pub fn file(&self) -> Option<(&InputSource, &CsvSettings)> {
        self.csv.as_ref().map(|(source, settings)| (source, settings))
    }

    /// Whether it can be read more than once.
    pub fn can_be_read_again(&self) -> bool {
        self.csv.as_ref().is_none_or(|(source, _)| source.can_be_opened_again())
    }

    /// The same usage for the scenario with other settings, which leave its usage and its horizon as they are.
    pub(super) fn of_changed<'c>(&self, changed: &'c Scenario) -> UsageInput<'c> {
        UsageInput { scenario: changed, csv: self.csv.clone(), held: self.held.clone() }
    }

    /// The same with the rows inside the horizon read and held, to be lived through several times. What the scenario says
    /// itself or draws is as it was.
    pub(super) fn held(&self) -> Result<UsageInput<'a>, InquiryError> {
        let held = match &self.csv {
            Some((source, settings)) if self.scenario.model.is_none() => {
                Some(read_inside(source, settings, self.scenario.zone)?)
            }
            _ => None,
        };
        Ok(UsageInput { held, ..self.clone() })
    }

    /// Opens the usage inside the horizon, sorted or as it is.
    pub(super) fn open(&self, mode: Mode) -> Result<Box<dyn Feed>, InquiryError> {
        if self.scenario.model.is_some() {
            let streams = Streams { seed: self.scenario.seed, replication: 0 };
            let drawn = self.future()?.drawn(self.scenario.setup.horizon, streams);
            return Ok(changed(Box::new(drawn), self.scenario));
        }
        if let Some(held) = &self.held {
            let rows = held.replayed(self.scenario.setup.horizon);
            return Ok(changed(Box::new(rows), self.scenario));
        }
        match &self.csv {
            Some((source, settings)) => Ok(changed(opened(source, settings, mode)?, self.scenario)),
            None if matches!(self.scenario.usage, UsageSource::None) => {
                Err(InquiryError::NoUsage { file: self.scenario.file.clone() })
            }
            None => Ok(replay::feed(self.scenario, 0, mode)?),
        }
    }

    /// The same rows as another scenario's meter counts them; `None` where it counts them alike, or says
    /// nothing of its own.
    pub fn metered_by(&self, other: &CsvSettings) -> Option<UsageInput<'a>> {
        let (source, settings) = self.csv.as_ref()?;
        let meters = |settings: &CsvSettings| settings.meaning.meters.clone();
        let is_alike = other.amounts == settings.amounts && meters(other) == meters(settings);
        if is_alike || !states_amounts(other) {
            return None;
        }
        let meaning = ColumnMeaning { meters: meters(other), ..settings.meaning.clone() };
        let settings = CsvSettings { amounts: other.amounts.clone(), meaning, ..settings.clone() };
        let csv = Some((source.clone(), settings));
        Some(UsageInput { scenario: self.scenario, csv, held: None })
    }

    /// Opens its file and chooses the columns, without reading a row; what is no regular file, which may be
    /// read only once, is not opened.
    pub fn look(&self) -> Result<(), InquiryError> {
        let Some((source, settings)) = &self.csv else { return Ok(()) };
        let passing = match source {
            InputSource::File(path) => {
                path.exists() && !path.is_dir() && !source.can_be_opened_again()
            }
            InputSource::Stdin => true,
            InputSource::Bytes(_) | InputSource::Begun(_) | InputSource::Kept(_) => false,
        };
        if !passing {
            opened(source, settings, Mode::Stream)?;
        }
        Ok(())
    }

    /// The whole local days from the first row of its file to the last, wherever the horizon is.
    pub fn days(&self) -> Result<Window, InquiryError> {
        let file = || self.scenario.file.clone();
        let (source, settings) =
            self.csv.as_ref().ok_or_else(|| InquiryError::NoFile { file: file() })?;
        if source.is_read_once() {
            return Err(InquiryError::ReadOnce { name: source.to_string() });
        }
        let (first, last) = match settings.spread {
            RowSpread::None => self.rows_span(source, settings)?,
            // The last row of totals flows on after its instant, and rows of zero into nothing.
            _ => {
                let pieces = read(source, settings, self.scenario.zone)?;
                let plain = CsvSettings { spread: RowSpread::None, ..settings.clone() };
                let (first, last) = self.rows_span(source, &plain)?;
                let (from, to) = pieces.summary().span.unwrap_or((first, last));
                (from.min(first), to.max(last))
            }
        };
        let zone = self.scenario.zone;
        Ok(Window { from: zone.day(first).from, to: zone.day(last).to })
    }

    /// The end of the last whole local day of its file; `None` where usage comes from none.
    pub fn end(&self) -> Result<Option<Instant>, InquiryError> {
        let Some((source, _)) = &self.csv else { return Ok(None) };
        if source.is_read_once() {
            return Err(InquiryError::ReadOnce { name: source.to_string() });
        }
        Ok(Some(self.history()?.end()))
    }

    /// The first and the last instant of its rows.
    fn rows_span(
        &self,
        source: &InputSource,
        settings: &CsvSettings,
    ) -> Result<(Instant, Instant), InquiryError> {
        // All rows are outside an empty horizon, and those are counted with their span.
        let nowhere = Window { from: Instant::EARLIEST, to: Instant::EARLIEST };
        let settings = CsvSettings { horizon: nowhere, hash: None, ..settings.clone() };
        let mut feed = opened(source, &settings, Mode::Stream)?;
        match feed.fill(&mut Chunk::new()) {
            Err(UsageError::BadRows { again: true, .. }) => {
                feed = opened(source, &settings, Mode::Examine)?;
                feed.fill(&mut Chunk::new())?;
            }
            filled => filled?,
        }
        let summary = feed.summary();
        summary.outside.span.ok_or_else(|| self.nothing(summary))
    }

    /// Refuses usage that was read to its end where none of it is inside the horizon, or where it counts something else
    /// than the scenario. Usage that a scenario draws may happen to be none.
    pub(super) fn check(&self, summary: &UsageSummary) -> Result<(), InquiryError> {
        same_unit_among(self.scenario, self.units(), summary)?;
        let read = self.csv.is_some()
            || matches!(&self.scenario.usage, UsageSource::Events(all) if !all.is_empty());
        if read && summary.events == 0 { Err(self.nothing(summary)) } else { Ok(()) }
    }

    /// The error for a horizon without usage.
    fn nothing(&self, summary: &UsageSummary) -> InquiryError {
        let name = match &self.csv {
            Some(_) => summary.source.clone(),
            None => format!("{}, [usage] events", self.scenario.file),
        };
        let Some(span) = summary.outside.span else {
            return InquiryError::EmptyUsage { name, unread: summary.bad_rows.count };
        };
        let file = self.csv.as_ref().is_some_and(|(source, _)| source.can_be_opened_again());
        InquiryError::OutsideHorizon(Box::new(OutsideHorizon {
            name,
            rows: summary.outside.count,
            span,
            horizon: self.scenario.setup.horizon,
            zone: self.scenario.zone,
            file,
        }))
    }

    /// The rows of its file in time order, wherever the horizon is; none where usage comes from no file.
    pub fn rows(&self) -> Result<Vec<(Instant, Credits)>, InquiryError> {
        let Some((source, settings)) = &self.csv else { return Ok(Vec::new()) };
        Ok(read(source, settings, self.scenario.zone)?.rows())
    }

    /// The events that a run of the scenario meets, in time order.
    pub fn met(&self) -> Result<Vec<(Instant, Credits)>, InquiryError> {
        let zone = self.scenario.zone;
        let read = |mode| -> Result<History, InquiryError> {
            Ok(History::read(&mut *self.open(mode)?, zone)?)
        };
        let mut met = read(Mode::Stream);
        if let Err(InquiryError::Usage(UsageError::Unsorted { again: true, .. })) = &met {
            met = read(Mode::Sort);
        }
        if let Err(InquiryError::Usage(UsageError::BadRows { again: true, .. })) = &met {
            met = read(Mode::Examine);
        }
        let met = met?;
        self.check(met.summary())?;
        match met.is_reversed() {
            true => Err(InquiryError::Reversed { name: met.summary().source.clone() }),
            false => Ok(met.rows()),
        }
    }

    /// All of its file, wherever the horizon is, on the days of the scenario's zone.
    pub fn history(&self) -> Result<History, InquiryError> {
        let file = || self.scenario.file.clone();
        let (source, settings) =
            self.csv.as_ref().ok_or_else(|| InquiryError::NoHistory { file: file() })?;
        let history = read(source, settings, self.scenario.zone)?;
        let summary = history.summary();
        if summary.events == 0 {
            return Err(self.nothing(summary));
        }
        same_unit_among(self.scenario, self.units(), summary)?;
        if summary.total == CreditTotal::ZERO {
            let (name, rows) = (summary.source.clone(), summary.events);
            return Err(InquiryError::NothingAsked { name, rows });
        }
        Ok(history)
    }

    /// Usage to come, learned from all of its file and what the scenario states.
    pub fn future(&self) -> Result<FutureUsage, InquiryError> {
        let history = self.history()?;
        let keys = self.scenario.model.clone().unwrap_or_default();
        let nothing = || {
            let summary = history.summary();
            InquiryError::NothingAsked { name: summary.source.clone(), rows: summary.events }
        };
        FutureUsage::learned(&history, &keys).ok_or_else(nothing)
    }

    /// The model from which the usage of many replications is drawn. A file is read to its end,
    /// inside the horizon and outside, and held.
    pub fn model(&self, history: Option<HistoryUse>) -> Result<UsageModel, InquiryError> {
        let zone = self.scenario.zone;
        let read =
            self.csv.as_ref().map(|(source, settings)| read(source, settings, zone)).transpose()?;
        if let Some(history) = &read
            && history.summary().events == 0
        {
            return Err(self.nothing(history.summary()));
        }
        if let Some(history) = &read {
            same_unit_among(self.scenario, self.units(), history.summary())?;
        }
        self.model_of(read, history)
    }

    /// Returns true if it comes from a file.
    pub fn is_read(&self) -> bool {
        self.csv.is_some()
    }

    /// The model from which the usage of many replications is drawn, from a history that was read.
    pub fn model_of(
        &self,
        read: Option<History>,
        history: Option<HistoryUse>,
    ) -> Result<UsageModel, InquiryError> {
        let model = source(self.scenario, read, history);
        let file = || self.scenario.file.clone();
        let model = model.map_err(|error| InquiryError::Model { file: file(), error })?;
        if let UsageModel::Replayed(history) = model.source() {
            self.check(history.summary())?;
        }
        Ok(model)
    }
}

/// All of a file on the days of a zone, without a scenario.
pub fn history_of(
    source: &InputSource,
    settings: &CsvSettings,
    zone: Zone,
) -> Result<History, InquiryError> {
    let history = read(source, settings, zone)?;
    let summary = history.summary();
    match summary.total == CreditTotal::ZERO {
        true => {
            Err(InquiryError::NothingAsked { name: summary.source.clone(), rows: summary.events })
        }
        false => Ok(history),
    }
}

/// Refuses an export that counts something else than the credits of a scenario. Only units that are surely different
/// are: money and what is none, and units by other names.
pub fn same_unit(scenario: &Scenario, summary: &UsageSummary) -> Result<(), InquiryError> {
    same_unit_among(scenario, &[], summary)
}

/// The same for one of several scenarios on one usage, with the units of all where they differ.
pub fn same_unit_among(
    scenario: &Scenario,
    all: &[(String, String)],
    summary: &UsageSummary,
) -> Result<(), InquiryError> {
    let Some(counted) = &summary.counted else { return Ok(()) };
    let unit = &scenario.unit;
    let is_alike = match (currency(unit), currency(&counted.unit)) {
        (Some(ours), Some(theirs)) => ours == theirs,
        (Some(_), None) => may_be_money(&counted.unit),
        (None, Some(theirs)) if unit == CREDITS => {
            !is_said(scenario) || costs_one(scenario, theirs)
        }
        (None, Some(_)) => false,
        (None, None) if unit == CREDITS && !is_said(scenario) => true,
        (None, None) => is_open_unit(&counted.unit) || is_one_unit(unit, &counted.unit),
    };
    if is_alike {
        return Ok(());
    }
    Err(InquiryError::OtherUnit(Box::new(OtherUnit {
        name: summary.source.clone(),
        counted: counted.unit.clone(),
        columns: counted.columns.clone(),
        kinds: counted.kinds.clone(),
        file: scenario.file.clone(),
        unit: unit.clone(),
        all: all.to_vec(),
    })))
}

/// Refuses a factor that is given to several scenarios in common where they say different units: what a row costs in
/// dollars is no number of tasks.
pub fn own_factors(scenarios: &[Scenario]) -> Result<(), InquiryError> {
    let said: Vec<&Scenario> = scenarios.iter().filter(|one| is_said(one)).collect();
    let [first, others @ ..] = said.as_slice() else { return Ok(()) };
    match others.iter().all(|other| is_one_unit(&other.unit, &first.unit)) {
        true => Ok(()),
        false => Err(InquiryError::SharedFactor(SharedFactor {
            all: said.iter().map(|one| (one.file.clone(), one.unit.clone())).collect(),
        })),
    }
}

/// Whether the scenario sells one credit for one of a currency, so that an amount in it is as many credits.
fn costs_one(scenario: &Scenario, currency: &str) -> bool {
    let price = scenario.setting(&SettingPath::from(["recharge", "unit_price"]));
    let price = price.and_then(|price| price.decimal());
    scenario.currency.code() == currency && price == Some(Decimal::ONE)
}

/// Whether a scenario says its unit, as the rules of vendors do.
fn is_said(scenario: &Scenario) -> bool {
    scenario.csv.unit.as_ref().is_some_and(|unit| unit.is_said)
}

/// The unit that may stand for anything, money too.
const CREDITS: &str = "credits";

/// The currency that a unit is, if it is one.
fn currency(unit: &str) -> Option<&str> {
    match unit {
        "dollars" => Some("USD"),
        "euros" => Some("EUR"),
        "pounds" => Some("GBP"),
        code => Currency::from_code(code).map(|_| code),
    }
}

/// Whether what a profile says of the unit leaves open that it is money: credits of any kind, or `the billing currency`.
fn may_be_money(unit: &str) -> bool {
    unit == CREDITS || unit.contains("currency")
}

/// Whether settings say what a row costs.
pub fn states_amounts(settings: &CsvSettings) -> bool {
    settings.amounts != Amounts::Guess || !settings.meaning.meters.is_empty()
}

fn opened(
    source: &InputSource,
    settings: &CsvSettings,
    mode: Mode,
) -> Result<Box<dyn Feed>, UsageError> {
    let mode = if settings.mode == Mode::Sort { Mode::Sort } else { mode };
    usage::open(source.clone(), settings.clone(), mode)
}

/// Reads all of a CSV source, whatever the horizon.
fn read(source: &InputSource, settings: &CsvSettings, zone: Zone) -> Result<History, UsageError> {
    let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    read_inside(source, &CsvSettings { horizon: always, ..settings.clone() }, zone)
}

/// Reads what of a CSV source is inside the horizon of its settings; again and sorted, if its rows turn out to be out of
/// time order.
fn read_inside(
    source: &InputSource,
    settings: &CsvSettings,
    zone: Zone,
) -> Result<History, UsageError> {
    let read = |mode| History::read(&mut *opened(source, settings, mode)?, zone);
    let mut history = read(Mode::Stream);
    if let Err(UsageError::Unsorted { again: true, .. }) = &history {
        history = read(Mode::Sort);
    }
    match &history {
        Err(UsageError::BadRows { again: true, .. }) => match read(Mode::Examine) {
            Err(UsageError::BadRows { .. }) => history,
            examined => examined,
        },
        _ => history,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::engine::Pace;
    use crate::figures::Figures;
    use crate::inquiry::run;

    const RULES: &str = "currency = \"USD\"\nstart = 2026-01-02\nend = 2026-01-05\n\
        packages.ten = { credits = 10, price = \"1.00\" }\n\
        recharge = { at_or_below = 2, package = \"ten\", caps = [{ recharges = 1, per = \"day\" }] }\n\
        payment.latency = \"1h\"\n";

    fn figures(usage: &UsageInput<'_>) -> Figures {
        let (outcome, ()) =
            run::<(), InquiryError>(usage, Pace::Skip, || Ok(()), &|| false).unwrap();
        outcome.metrics.total().clone()
    }

    #[test]
    fn usage_that_is_held_is_lived_through_as_it_is_read() {
        let rows = [
            "2026-01-01T10:00:00Z,9",
            "2026-01-02T10:00:00Z,7",
            "2026-01-02T10:00:00Z,6",
            "2026-01-02T11:30:00Z,0",
            "2026-01-03T00:00:00Z,8",
            "2026-01-02T12:00:00Z,30",
            "2026-01-04T23:59:59Z,5",
            "2026-01-05T00:00:00Z,4",
        ];
        let taken_back = ["2026-01-03T10:00:00Z,-3", "2026-01-02T12:30:00Z,-2"];
        let reversed = "usage.below_zero = \"reversed\"\n";
        for (rules, rows) in [
            ("", rows.to_vec()),
            ("usage.scale = 1.5\n", rows.to_vec()),
            (reversed, [&rows[..], &taken_back].concat()),
        ] {
            let text = format!("{RULES}{rules}usage.file = \"usage.csv\"\n");
            let scenario = Scenario::from_text("held.toml", &text, Path::new("")).unwrap();
            let bytes = format!("time,credits\n{}\n", rows.join("\n"));
            let source = InputSource::Bytes(Arc::from(bytes.as_bytes()));
            let read = UsageInput::given(&scenario, source, scenario.csv.clone());
            let found = figures(&read);
            assert!(found.refused().micro() > 0, "{rules}");
            // Rows of nothing, and those outside the horizon, are counted where the file is read.
            let held = Figures {
                rows: found.rows,
                outside_rows: found.outside_rows,
                reversed_rows: found.reversed_rows,
                usage_events: found.usage_events,
                ..figures(&read.held().unwrap())
            };
            assert_eq!(held, found, "{rules}");
        }
    }
}
