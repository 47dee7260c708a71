//! What is explored: a scenario as text, the settings of the command line, and usage in memory.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::books::Books;
use crate::domain::{Instant, Window};
use crate::engine::trace::Refused;
use crate::engine::{Chunk, EventColumns, Observer, Pace};
use crate::forecast::FutureUsage;
use crate::inquiry::InquiryError;
use crate::replay::{self, Outcome, replay};
use crate::scenario::{Diagnostics, Scenario, Setting, UsageOrigin};
use crate::series::Series;
use crate::streams::Streams;
use crate::study::candidates::source;
use crate::study::{StudySpec, UsageModel};
use crate::usage::csv::Mode;
use crate::usage::{Feed, Held, History, UsageError, UsageSummary};

use super::packed::{NotPacked, unpack};

/// A scenario with its usage, as a page carries it beside the bytes of the usage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExploreSubject {
    /// The name of the scenario's file.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Settings of the command line, as `PATH=VALUE`.
    pub set: Vec<String>,
    /// True if usage came with the command, and the source that the scenario names does not count.
    pub given: bool,
    /// The name of the usage that is packed; `None` if the scenario writes or draws its usage.
    pub usage: Option<String>,
}

/// Reason why nothing can be explored, or a change cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// The text or a setting is wrong.
    #[error("{0}")]
    Scenario(#[from] Diagnostics),
    /// A setting cannot be read.
    #[error("{0}")]
    Setting(String),
    /// The usage is damaged.
    #[error(transparent)]
    Packed(#[from] NotPacked),
    /// The replay or the study stopped.
    #[error(transparent)]
    Inquiry(#[from] InquiryError),
}

/// A scenario that can be replayed again and again.
#[derive(Debug)]
pub struct Exploration {
    scenario: Scenario,
    /// Settings of the command line, as `PATH=VALUE`.
    given: Vec<String>,
    /// All rows, wherever the horizon is; `None` if the scenario writes or draws its usage.
    rows: Option<Rows>,
}

/// Rows of usage in time order, and the name of their source.
#[derive(Clone, Debug)]
struct Rows {
    all: Arc<EventColumns>,
    name: String,
}

/// A replay with what a page shows of it.
pub(super) struct Replay {
    pub scenario: Scenario,
    pub outcome: Outcome,
    pub series: Series,
    pub books: Books,
}

impl Exploration {
    /// Opens a subject with its packed usage, which is empty where the scenario writes or draws its own.
    pub fn open(subject: &ExploreSubject, packed: &[u8]) -> Result<Exploration, ExploreError> {
        let origin = if subject.given { UsageOrigin::Command } else { UsageOrigin::Scenario };
        let read = Scenario::parse(&subject.file, &subject.text, Path::new(""), origin)?;
        let set = settings(&subject.set)?;
        let scenario = if set.is_empty() { read } else { read.with_overrides(&set)? };
        let rows = |name: &String| -> Result<Rows, ExploreError> {
            let all = unpack(packed)?.into_iter().collect();
            Ok(Rows { all: Arc::new(all), name: name.clone() })
        };
        let rows = subject.usage.as_ref().map(rows).transpose()?;
        Ok(Exploration { scenario, given: subject.set.clone(), rows })
    }

    /// The scenario as it is today.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The settings of the command line that it has.
    pub(super) fn given(&self) -> &[String] {
        &self.given
    }

    /// The scenario with changes.
    pub(super) fn changed(&self, changes: &[Setting]) -> Result<Scenario, ExploreError> {
        match changes.is_empty() {
            true => Ok(self.scenario.clone()),
            false => Ok(self.scenario.with_overrides(changes)?),
        }
    }

    /// Replays its usage through its rules with changes, as `recharge run` does with `--set`.
    pub(super) fn replay(&self, changes: &[Setting]) -> Result<Replay, ExploreError> {
        let scenario = self.changed(changes)?;
        let series = Series::new(scenario.setup.horizon, scenario.zone);
        let books = Books::new(&scenario.setup, scenario.zone, scenario.currency.minor());
        let (outcome, (series, books)) = self.replay_with(&scenario, (series, books))?;
        Ok(Replay { scenario, outcome, series, books })
    }

    /// Replays its usage through the rules of `scenario`, which are its own with changes.
    pub(super) fn replay_with<O: Observer>(
        &self,
        scenario: &Scenario,
        listener: O,
    ) -> Result<(Outcome, O), ExploreError> {
        let mut feed = self.feed(scenario)?;
        let ran = replay(scenario, &mut *feed, Pace::Skip, listener, &|| false);
        Ok(ran.map_err(InquiryError::from)?)
    }

    /// The usage of one run.
    fn feed(&self, scenario: &Scenario) -> Result<Box<dyn Feed>, ExploreError> {
        let horizon = scenario.setup.horizon;
        let Some(rows) = &self.rows else {
            let feed = replay::feed(scenario, 0, Mode::Stream);
            return Ok(feed.map_err(InquiryError::from)?);
        };
        let feed: Box<dyn Feed> = match &scenario.model {
            Some(keys) => {
                let learned = FutureUsage::learned(&self.history(rows)?, keys);
                let silent = || InquiryError::NothingAsked {
                    name: rows.name.clone(),
                    rows: rows.all.len() as u64,
                };
                let streams = Streams { seed: scenario.seed, replication: 0 };
                Box::new(learned.ok_or_else(silent)?.drawn(horizon, streams))
            }
            None => Box::new(KeptFeed::new(rows, horizon)),
        };
        Ok(replay::changed(feed, scenario))
    }

    /// The source of usage of many runs, as `recharge study` draws it.
    pub(super) fn model(&self, scenario: &Scenario) -> Result<UsageModel, ExploreError> {
        let history = self.rows.as_ref().map(|rows| self.history(rows)).transpose()?;
        let model = source(scenario, history, StudySpec::of(scenario).table.history);
        let file = || scenario.file.clone();
        Ok(model.map_err(|error| InquiryError::Model { file: file(), error })?)
    }

    fn history(&self, rows: &Rows) -> Result<History, ExploreError> {
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let mut held = Held::new(rows.all.iter().collect(), always);
        let read = History::read(&mut held, self.scenario.zone);
        Ok(read.map_err(InquiryError::from)?)
    }
}

/// Settings from texts as of a command line.
pub(super) fn settings(texts: &[String]) -> Result<Vec<Setting>, ExploreError> {
    let read = |text: &String| {
        Setting::from_text(text).map_err(|why| ExploreError::Setting(format!("{text}: {why}")))
    };
    texts.iter().map(read).collect()
}

/// A feed of rows that stay in memory for the next run: chunks show them where they lie.
struct KeptFeed {
    rows: Arc<EventColumns>,
    next: usize,
    to: usize,
    summary: UsageSummary,
}

impl KeptFeed {
    fn new(rows: &Rows, horizon: Window) -> KeptFeed {
        let (next, to) = (rows.all.not_before(horizon.from), rows.all.not_before(horizon.to));
        let summary = UsageSummary {
            source: rows.name.clone(),
            rows: rows.all.len() as u64,
            ..UsageSummary::default()
        };
        KeptFeed { rows: Arc::clone(&rows.all), next, to, summary }
    }
}

impl Feed for KeptFeed {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        let (taken, refused) = chunk.take(&self.rows, self.next..self.to, 0);
        self.next += taken;
        if let Some(Refused::OutOfOrder | Refused::NotAnAmount) = refused {
            let (name, at) = (self.summary.source.clone(), self.rows.times()[self.next]);
            return Err(UsageError::Amount { name, at });
        }
        self.summary.inside(chunk);
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }
}
