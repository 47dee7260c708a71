//! The usage that a question rests on: read in time order for a run, or as a model for many.

use crate::domain::{Instant, Window};
use crate::replay;
use crate::scenario::{HistoryUse, Scenario, UsageSource};
use crate::study::UsageModel;
use crate::study::candidates::source;
use crate::usage::csv::{CsvSettings, InputSource, Mode};
use crate::usage::{Feed, History, UsageError};

use super::error::InquiryError;

/// Where usage is read from or drawn.
#[derive(Clone, Debug)]
pub struct UsageInput<'a> {
    scenario: &'a Scenario,
    /// A CSV source, given by itself or named by the scenario, and how it is read.
    csv: Option<(InputSource, CsvSettings)>,
}

impl<'a> UsageInput<'a> {
    /// The usage that `scenario` names; a CSV file is read as `settings` say.
    pub fn of(scenario: &'a Scenario, settings: CsvSettings) -> UsageInput<'a> {
        let csv = match &scenario.usage {
            UsageSource::File(path) => Some((InputSource::File(path.clone()), settings)),
            UsageSource::None | UsageSource::Events(_) | UsageSource::Generated(_) => None,
        };
        UsageInput { scenario, csv }
    }

    /// A CSV source in place of the usage that `scenario` names.
    pub fn given(
        scenario: &'a Scenario,
        source: InputSource,
        settings: CsvSettings,
    ) -> UsageInput<'a> {
        UsageInput { scenario, csv: Some((source, settings)) }
    }

    /// The scenario.
    pub fn scenario(&self) -> &'a Scenario {
        self.scenario
    }

    /// Opens the usage inside the horizon, sorted or as it is.
    pub(super) fn open(&self, mode: Mode) -> Result<Box<dyn Feed>, InquiryError> {
        match &self.csv {
            Some((source, settings)) => Ok(opened(source, settings, mode)?),
            None if matches!(self.scenario.usage, UsageSource::None) => {
                Err(InquiryError::NoUsage { file: self.scenario.file.clone() })
            }
            None => Ok(replay::feed(self.scenario, 0, mode)?),
        }
    }

    /// What the usage of many replications is drawn from. A file is read to its end, inside the horizon
    /// and outside, and held.
    pub fn model(&self, history: HistoryUse) -> Result<UsageModel, InquiryError> {
        let read =
            self.csv.as_ref().map(|(source, settings)| read(source, settings)).transpose()?;
        let model = source(self.scenario, read, history);
        model.map_err(|error| InquiryError::Model { file: self.scenario.file.clone(), error })
    }
}

fn opened(
    source: &InputSource,
    settings: &CsvSettings,
    mode: Mode,
) -> Result<Box<dyn Feed>, UsageError> {
    let mode = if settings.mode == Mode::Sort { Mode::Sort } else { mode };
    replay::open(source.clone(), settings.clone(), mode)
}

/// Reads all of a CSV source, whatever the horizon; again and sorted, where its rows turn out to be out
/// of time order.
fn read(source: &InputSource, settings: &CsvSettings) -> Result<History, UsageError> {
    let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    let settings = CsvSettings { horizon: always, ..settings.clone() };
    let read = |mode| History::read(&mut *opened(source, &settings, mode)?);
    match read(Mode::Stream) {
        Err(UsageError::Unsorted { again: true, .. }) => read(Mode::Sort),
        first => first,
    }
}
