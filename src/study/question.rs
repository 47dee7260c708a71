//! The question of a study: candidates, their usage, the objective, and the stopping rule.
//!
//! Deliberately absent: running it.

use crate::domain::Credits;
use crate::domain::text::counted;
use crate::engine::{Chunk, EngineError, Setup};
use crate::forecast::{FutureUsage, MethodTest};
use crate::payments::Luck;
use crate::scenario::Setting;
use crate::streams::Streams;
use crate::usage::generate::Process;
use crate::usage::{ChangedFeed, Feed, History, UsageChanges, UsageError, UsageSummary, Weeks};

use super::estimate::Confidence;
use super::objective::Objective;
use super::runs::Runs;
use super::select::Promise;

/// Maximum number of runs of one study: candidates × replications. Each is kept as some 25 numbers,
/// three per cycle and three per month, so that these fit a few gigabytes.
pub const MOST_RUNS: usize = 5_000_000;

/// Settings to try: rules, an account, a timeline, and payment luck.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its name: the one it was given, or its settings in a few words.
    pub name: String,
    /// Whether the name was given.
    pub is_named: bool,
    /// The settings that were tried.
    pub settings: Vec<Setting>,
    /// The settings that differ from today's; none if it is today's.
    pub changes: Vec<Setting>,
    /// Those changes in words; empty if there are none.
    pub phrase: String,
    /// The rules, the account at the start, the timeline.
    pub setup: Setup,
    /// The chances that decide the outcome of charges.
    pub luck: Luck,
}

/// The source of usage of every replication.
#[derive(Clone, Debug)]
pub enum UsageModel {
    /// Drawn from a law.
    Drawn(Box<Process>),
    /// Drawn from whole weeks of history.
    Resampled(Weeks),
    /// History as it was: only the luck of payments varies.
    Replayed(History),
    /// Drawn from a model that was learned from history, whose parameters are drawn too.
    Learned(Box<FutureUsage>),
    /// History as it was, and after its end drawn from the model learned from it.
    Continued(Box<FutureUsage>),
    /// One of the others, whose events ask for more or less.
    Changed(Box<ChangedUsage>),
    /// One of the others, by the meters of several candidates.
    Metered(MeteredUsage),
}

/// Usage that differs from what its source says.
#[derive(Clone, Debug)]
pub struct ChangedUsage {
    source: UsageModel,
    changes: UsageChanges,
    /// What was read, and how it is changed; `None` for a law.
    summary: Option<UsageSummary>,
}

impl ChangedUsage {
    /// The same, of a source that asks for `factor` times as much.
    pub(super) fn scaled(&self, factor: f64) -> Result<ChangedUsage, UsageError> {
        Ok(ChangedUsage { source: self.source.scaled(factor)?, ..self.clone() })
    }

    fn feed(&self, setup: &Setup, streams: Streams) -> Result<Box<dyn Feed>, UsageError> {
        let start = setup.horizon.from;
        // What is known stays as it was.
        let from = match &self.source {
            UsageModel::Continued(future) => future.evidence().end.max(start),
            _ => start,
        };
        let source = self.source.feed(setup, streams)?;
        Ok(Box::new(ChangedFeed::new(source, &self.changes, from)))
    }
}

impl UsageModel {
    /// The same with changes; itself if there are none.
    pub fn changed(self, changes: &UsageChanges) -> UsageModel {
        if changes.is_none() {
            return self;
        }
        let summary = self.read().map(|read| {
            let chosen = [&read.chosen[..], &[changes.sentence()]].concat();
            UsageSummary { chosen, ..read.clone() }
        });
        let changes = changes.clone();
        UsageModel::Changed(Box::new(ChangedUsage { source: self, changes, summary }))
    }

    /// The same where it is learned from history, drawn anew every so many weeks ([`FutureUsage::renewed`]).
    pub fn renewed(self, weeks: u64) -> UsageModel {
        match self {
            UsageModel::Learned(future) => UsageModel::Learned(Box::new(future.renewed(weeks))),
            UsageModel::Changed(changed) => {
                let source = changed.source.clone().renewed(weeks);
                UsageModel::Changed(Box::new(ChangedUsage { source, ..*changed }))
            }
            other => other,
        }
    }

    /// The source of usage, whatever is changed of it.
    pub fn source(&self) -> &UsageModel {
        match self {
            UsageModel::Changed(changed) => changed.source.source(),
            other => other,
        }
    }

    /// How usage differs from what its source says; `None` where it does not.
    pub fn changes(&self) -> Option<&UsageChanges> {
        match self {
            UsageModel::Changed(changed) => Some(&changed.changes),
            _ => None,
        }
    }

    /// How the method by which it draws from a history did in forecasts of single weeks of that history; `None` where it
    /// does not draw from one.
    pub fn tested(&self, seed: u64) -> Option<MethodTest> {
        match self {
            UsageModel::Resampled(weeks) => weeks.summary().past.as_ref().map(MethodTest::of_weeks),
            UsageModel::Learned(future) | UsageModel::Continued(future) => {
                Some(future.tested(seed))
            }
            UsageModel::Changed(changed) => changed.source.tested(seed),
            UsageModel::Metered(metered) => metered.first().tested(seed),
            UsageModel::Drawn(_) | UsageModel::Replayed(_) => None,
        }
    }

    /// A summary of the history it rests on; `None` for a law.
    pub fn read(&self) -> Option<&UsageSummary> {
        match self {
            UsageModel::Drawn(_) => None,
            UsageModel::Resampled(weeks) => Some(weeks.summary()),
            UsageModel::Replayed(history) => Some(history.summary()),
            UsageModel::Learned(future) | UsageModel::Continued(future) => Some(future.summary()),
            UsageModel::Changed(changed) => changed.summary.as_ref(),
            UsageModel::Metered(metered) => metered.first().read(),
        }
    }

    /// The same of a history that each replication lives through as it was; `None` where weeks of it or a future are drawn.
    pub fn lived_through(&self) -> Option<&UsageSummary> {
        match self {
            UsageModel::Replayed(history) => Some(history.summary()),
            UsageModel::Changed(changed) => {
                changed.summary.as_ref().filter(|_| changed.source.lived_through().is_some())
            }
            UsageModel::Metered(metered) => metered.first().lived_through(),
            UsageModel::Drawn(_)
            | UsageModel::Resampled(_)
            | UsageModel::Learned(_)
            | UsageModel::Continued(_) => None,
        }
    }

    /// What is believed of usage to come, where each replication draws a level of its own, which a history leaves
    /// open.
    pub fn future(&self) -> Option<&FutureUsage> {
        match self {
            UsageModel::Learned(future) => Some(future),
            UsageModel::Continued(future) => Some(future),
            UsageModel::Changed(changed) => changed.source.future(),
            UsageModel::Metered(metered) => metered.first().future(),
            UsageModel::Drawn(_) | UsageModel::Resampled(_) | UsageModel::Replayed(_) => None,
        }
    }

    /// The usage as the meter of a candidate counts it; never one of several meters.
    pub fn of(&self, candidate: usize) -> &UsageModel {
        match self {
            UsageModel::Metered(metered) => &metered.models[self.meter(candidate)],
            alike => alike,
        }
    }

    /// What was read by the meter of each candidate, where there are several and it was read.
    pub fn meters(&self) -> Vec<&UsageSummary> {
        match self {
            UsageModel::Metered(metered) => {
                metered.meters.iter().filter_map(|&meter| metered.models[meter].read()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns true if every replication has the same usage.
    pub fn is_certain(&self) -> bool {
        match self {
            UsageModel::Replayed(_) => true,
            UsageModel::Changed(changed) => changed.source.is_certain(),
            UsageModel::Metered(metered) => metered.models.iter().all(UsageModel::is_certain),
            UsageModel::Drawn(process) => process.is_certain(),
            UsageModel::Resampled(_) | UsageModel::Learned(_) | UsageModel::Continued(_) => false,
        }
    }

    /// The number of a candidate's meter: candidates with the same one count alike.
    pub fn meter(&self, candidate: usize) -> usize {
        match self {
            UsageModel::Metered(metered) => metered.meters.get(candidate).copied().unwrap_or(0),
            _ => 0,
        }
    }

    /// The number of events in the first replication with a seed.
    pub fn events(&self, setup: &Setup, seed: u64) -> Result<u64, UsageError> {
        let (mut events, mut chunk) = (0, Chunk::new());
        let mut feed = self.feed(setup, Streams { seed, replication: 0 })?;
        loop {
            feed.fill(&mut chunk)?;
            if chunk.is_empty() {
                return Ok(events);
            }
            events += chunk.len() as u64;
        }
    }

    /// The largest amount that an event requests in some replications with a seed.
    pub fn largest(
        &self,
        setup: &Setup,
        seed: u64,
        replications: u64,
    ) -> Result<Credits, UsageError> {
        let count = if self.is_certain() { 1 } else { replications };
        let (mut largest, mut chunk) = (Credits::ZERO, Chunk::new());
        for replication in 0..count {
            let mut feed = self.feed(setup, Streams { seed, replication })?;
            loop {
                feed.fill(&mut chunk)?;
                if chunk.is_empty() {
                    break;
                }
                largest = largest.max(chunk.largest());
            }
        }
        Ok(largest)
    }

    pub(super) fn feed(
        &self,
        setup: &Setup,
        streams: Streams,
    ) -> Result<Box<dyn Feed>, UsageError> {
        let horizon = setup.horizon;
        Ok(match self {
            UsageModel::Drawn(process) => {
                Box::new(process.drawn(horizon, setup.policy.contract.zone, streams)?)
            }
            UsageModel::Resampled(weeks) => Box::new(weeks.drawn(horizon, streams)),
            UsageModel::Replayed(history) => Box::new(history.replayed(horizon)),
            UsageModel::Learned(future) => Box::new(future.drawn(horizon, streams)),
            UsageModel::Continued(future) => Box::new(future.continued(horizon, streams)),
            UsageModel::Changed(changed) => return changed.feed(setup, streams),
            UsageModel::Metered(metered) => return metered.first().feed(setup, streams),
        })
    }
}

/// Usage with one timeline that candidates count differently: what a row costs in credits belongs to the
/// vendor.
#[derive(Clone, Debug)]
pub struct MeteredUsage {
    /// The usage by meter, the first candidate's first; at least one.
    models: Vec<UsageModel>,
    /// The meter of each candidate.
    meters: Vec<usize>,
}

impl MeteredUsage {
    /// The usage of the first candidate.
    pub fn new(first: UsageModel) -> MeteredUsage {
        MeteredUsage { models: vec![first], meters: vec![0] }
    }

    /// Adds the next candidate; without a model of its own it has the meter of the first.
    pub fn add(&mut self, own: Option<UsageModel>) {
        match own {
            None => self.meters.push(0),
            Some(model) => {
                self.meters.push(self.models.len());
                self.models.push(model);
            }
        }
    }

    /// Adds the next candidate, which has the meter of another.
    pub fn add_like(&mut self, candidate: usize) {
        self.meters.push(self.meters[candidate]);
    }

    /// The same, each event asking for `factor` times as much.
    pub(super) fn scaled(&self, factor: f64) -> Result<MeteredUsage, UsageError> {
        let models = self.models.iter().map(|model| model.scaled(factor));
        Ok(MeteredUsage { models: models.collect::<Result<_, _>>()?, meters: self.meters.clone() })
    }

    fn first(&self) -> &UsageModel {
        self.models.first().expect("usage has at least one meter")
    }
}

/// The stopping rule of a study.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    /// After this many replications.
    Replications(usize),
    /// When the mean cost of every candidate is known within ± this much, or after `most`. A sample
    /// that decides its own size has slightly less coverage than stated (Chow and Robbins 1965).
    HalfWidth {
        /// The half-width of the interval.
        half_width: f64,
        /// Its confidence.
        confidence: Confidence,
        /// The most replications.
        most: usize,
    },
    /// When the best is selected, dropping candidates that are clearly beaten, or after `most`.
    Selected {
        /// The promise.
        promise: Promise,
        /// The most replications.
        most: usize,
    },
}

impl Until {
    /// The most replications there may be.
    pub fn most(self) -> usize {
        match self {
            Until::Replications(most)
            | Until::HalfWidth { most, .. }
            | Until::Selected { most, .. } => most,
        }
    }
}

/// The question of a study.
#[derive(Debug)]
pub struct Question<'q> {
    /// The candidates; the first has today's settings.
    pub candidates: &'q [Candidate],
    /// Their usage.
    pub source: &'q UsageModel,
    /// The seed of everything drawn.
    pub seed: u64,
    /// The objective.
    pub objective: Objective,
    /// The stopping rule.
    pub until: Until,
}

impl Question<'_> {
    /// No run yet of a candidate.
    pub(super) fn fresh_runs(&self, candidate: usize) -> Runs {
        let mut runs = Runs::new();
        runs.is_certain = self.is_certain(candidate);
        runs
    }

    /// Whether nothing is drawn for a candidate, so that all its replications are the first.
    pub(super) fn is_certain(&self, candidate: usize) -> bool {
        let luck = &self.candidates[candidate].luck;
        luck.is_certain() && self.source.of(candidate).is_certain()
    }

    /// Whether nothing is drawn for any candidate, so that one replication says all.
    pub fn is_one_replay(&self) -> bool {
        (0..self.candidates.len()).all(|candidate| self.is_certain(candidate))
    }
}

/// Reason why a study cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The usage could not be drawn.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// A candidate could not go on.
    #[error("candidate `{candidate}`, replication {replication}: {}", error.placed(*seed, *replication))]
    Engine {
        /// The candidate.
        candidate: String,
        /// The seed of the study.
        seed: u64,
        /// The replication.
        replication: u64,
        /// The engine's error.
        error: EngineError,
    },
    /// More runs than one study may keep.
    #[error(
        "{} × {} are more than {}; try fewer of either",
        counted(candidates, "candidate"),
        counted(replications, "replication"),
        counted(MOST_RUNS, "run")
    )]
    TooManyRuns {
        /// Number of candidates.
        candidates: usize,
        /// Maximum number of replications.
        replications: usize,
    },
    /// There is nothing to compare, or no replication to compare it in.
    #[error("a study needs at least one candidate and one replication")]
    Nothing,
}

/// Follows a study from outside: receives its progress, and may stop it. Clocks and interrupts
/// belong to the implementation.
pub trait StudyWatch: Sync {
    /// A study begins that goes on until it has enough.
    fn begin(&self, _until: Until) {}
    /// One more replication is done.
    fn done(&self);
    /// The study is over.
    fn end(&self) {}
    /// Returns true to stop.
    fn stop(&self) -> bool;
}

impl StudyWatch for () {
    fn done(&self) {}
    fn stop(&self) -> bool {
        false
    }
}
