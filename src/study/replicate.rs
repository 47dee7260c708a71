//! Many runs: every replication draws one trace of usage and one stream of luck, and all candidates
//! live through both.
//!
//! In one of them (`life`) every candidate advances through a chunk of the trace before the next is
//! drawn, so a study costs what its decisions cost and its memory does not grow with events.
//! Replications run in parallel and are kept by their number: no thread count changes a byte.
//! Deliberately absent: what the numbers say.

use crate::domain::Window;
use crate::engine::{Chunk, EngineError, Setup};
use crate::payments::Luck;
use crate::streams::Streams;
use crate::usage::generate::Process;
use crate::usage::resample::{History, Weeks};
use crate::usage::{Feed, UsageError, UsageSummary};

use super::life::replication;
use super::objective::refused_beyond;
use super::run::{Period, Record, Run};
use super::select::{Promise, Screening};
use super::turns::in_turn;

/// Replications between two looks at the results. Part of every result that is not a fixed number
/// of replications: never change it.
pub const BATCH: usize = 32;

/// The most runs of one study: candidates × replications. Each is kept as some 25 numbers and three a
/// cycle, so that these fit a few gigabytes.
pub const MOST_RUNS: usize = 5_000_000;

/// What could be set: rules, an account, a timeline, and how charges turn out.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it is called.
    pub name: String,
    /// The settings that were tried: path and value.
    pub settings: Vec<(String, String)>,
    /// Those of them that what is set today has otherwise.
    pub changes: Vec<(String, String)>,
    /// The rules, the account at the start, the timeline.
    pub setup: Setup,
    /// How charges turn out.
    pub luck: Luck,
}

/// Where the usage of a replication comes from.
#[derive(Clone, Debug)]
pub enum UsageModel {
    /// Drawn from a law.
    Drawn(Box<Process>),
    /// Drawn from whole weeks of history.
    Resampled(Weeks),
    /// History as it was: only the luck of payments varies.
    Replayed(History),
}

impl UsageModel {
    /// What was read of the history it rests on; `None` for a law.
    pub fn read(&self) -> Option<&UsageSummary> {
        match self {
            UsageModel::Drawn(_) => None,
            UsageModel::Resampled(weeks) => Some(weeks.summary()),
            UsageModel::Replayed(history) => Some(history.summary()),
        }
    }

    pub(super) fn feed(
        &self,
        setup: &Setup,
        streams: Streams,
    ) -> Result<Box<dyn Feed>, UsageError> {
        let horizon: Window = setup.horizon;
        Ok(match self {
            UsageModel::Drawn(process) => {
                Box::new(process.drawn(horizon, setup.policy.zone, streams)?)
            }
            UsageModel::Resampled(weeks) => Box::new(weeks.drawn(horizon, streams)),
            UsageModel::Replayed(history) => Box::new(history.replayed(horizon)),
        })
    }
}

/// When a study has enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    /// After so many replications.
    Replications(usize),
    /// When the mean cost of every candidate is known within ± this much, or after `most`. A sample that
    /// decides its own size covers slightly less than it says (Chow and Robbins 1965).
    HalfWidth {
        /// The half-width of the interval.
        half_width: f64,
        /// Its confidence.
        confidence: super::Confidence,
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

/// What a study is asked.
#[derive(Debug)]
pub struct Question<'q> {
    /// The candidates; the first is what is set today.
    pub candidates: &'q [Candidate],
    /// Their usage.
    pub source: &'q UsageModel,
    /// The seed of everything drawn.
    pub seed: u64,
    /// What is minimised.
    pub objective: super::Objective,
    /// When it has enough.
    pub until: Until,
}

/// Why a study cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The usage could not be drawn.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// A candidate could not go on.
    #[error("candidate `{candidate}`, replication {replication}: {error}")]
    Engine {
        /// Which.
        candidate: String,
        /// In which replication.
        replication: u64,
        /// Why.
        error: EngineError,
    },
    /// More runs than one study may keep.
    #[error(
        "{candidates} candidates × {replications} replications are more than {MOST_RUNS} runs; try \
         fewer of either"
    )]
    TooManyRuns {
        /// How many candidates.
        candidates: usize,
        /// How many replications there may be.
        replications: usize,
    },
    /// There is nothing to compare, or no replication to compare it in.
    #[error("a study needs at least one candidate and one replication")]
    Nothing,
}

/// How a study ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With the replications it was asked for.
    Complete,
    /// Precise enough, or with the best selected.
    Enough,
    /// With the most replications allowed, before it was precise enough.
    AtMost,
    /// It was asked to stop.
    Interrupted,
}

/// The runs of one candidate, one after another by replication.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    columns: Vec<Vec<f64>>,
    /// What is minimised, by replication.
    pub cost: Vec<f64>,
    /// Spend in each whole cycle, replication after replication; none where the horizon cuts every
    /// cycle.
    pub spend: Vec<f64>,
    /// Hours of outage in each whole cycle, replication after replication.
    pub downtime: Vec<f64>,
    /// Credits asked for in each whole cycle, replication after replication.
    pub demanded: Vec<f64>,
    /// Whole cycles in a replication.
    pub cycles: usize,
    /// After how many replications it was dropped, clearly beaten.
    pub dropped_after: Option<usize>,
}

impl Runs {
    /// No run yet.
    pub(crate) fn new() -> Runs {
        Runs { columns: vec![Vec::new(); Record::COUNT], ..Runs::default() }
    }

    /// Makes room for so many replications like this one, and no more.
    fn make_room(&mut self, replications: usize, run: &Run) {
        self.columns.iter_mut().for_each(|column| column.reserve_exact(replications));
        self.cost.reserve_exact(replications);
        for (list, each) in [
            (&mut self.spend, &run.spend),
            (&mut self.downtime, &run.downtime),
            (&mut self.demanded, &run.demanded),
        ] {
            list.reserve_exact(replications * each.len());
        }
    }

    /// The next replication.
    pub(crate) fn push(&mut self, run: &Run, cost: f64) {
        for (column, record) in self.columns.iter_mut().zip(run.records) {
            column.push(record);
        }
        self.cost.push(cost);
        self.spend.extend(&run.spend);
        self.downtime.extend(&run.downtime);
        self.demanded.extend(&run.demanded);
        self.cycles = run.spend.len();
    }

    /// One number of every replication.
    pub fn column(&self, record: Record) -> &[f64] {
        self.columns.get(record as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// Spend in each whole cycle, and how many there are in a replication; in each replication where
    /// the period is the horizon.
    pub fn spend_in(&self, period: Period) -> (&[f64], usize) {
        match period {
            Period::Cycle | Period::Month => (&self.spend, self.cycles),
            Period::Horizon => (self.column(Record::TotalSpend), 1),
        }
    }

    /// Hours of outage, as [`Runs::spend_in`].
    pub fn downtime_in(&self, period: Period) -> (&[f64], usize) {
        match period {
            Period::Cycle | Period::Month => (&self.downtime, self.cycles),
            Period::Horizon => (self.column(Record::Downtime), 1),
        }
    }

    /// How many replications there are.
    pub fn len(&self) -> usize {
        self.cost.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cost.is_empty()
    }
}

/// What a study found.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyRuns {
    /// By candidate, in their order.
    pub runs: Vec<Runs>,
    /// How it ended.
    pub ended: Ending,
}

/// Who is told how far a study is, and asked whether it should stop.
pub trait Watch: Sync {
    /// One more replication is done.
    fn done(&self);
    /// Whether to stop.
    fn stop(&self) -> bool;
}

impl Watch for () {
    fn done(&self) {}
    fn stop(&self) -> bool {
        false
    }
}

/// Runs a study on the threads of the pool it is called in. An interrupted one ends with the
/// replications that are finished.
pub fn replicate(question: &Question<'_>, watch: &dyn Watch) -> Result<StudyRuns, StudyError> {
    let candidates = question.candidates.len();
    if candidates == 0 || question.until.most() == 0 {
        return Err(StudyError::Nothing);
    }
    let replications = question.until.most();
    if candidates.saturating_mul(replications) > MOST_RUNS {
        return Err(StudyError::TooManyRuns { candidates, replications });
    }
    let mut study = Study {
        question,
        periods: question.candidates.iter().map(|c| question.objective.periods(c)).collect(),
        runs: vec![Runs::new(); candidates],
        alive: (0..candidates).collect(),
        screening: None,
    };
    let ended = study.go(watch)?;
    Ok(StudyRuns { runs: study.runs, ended })
}

struct Study<'q> {
    question: &'q Question<'q>,
    periods: Vec<f64>,
    runs: Vec<Runs>,
    /// Candidates that are still run, ascending.
    alive: Vec<usize>,
    screening: Option<Screening>,
}

impl Study<'_> {
    fn go(&mut self, watch: &dyn Watch) -> Result<Ending, StudyError> {
        let most = self.question.until.most();
        let mut done = 0;
        while done < most {
            let batch = match self.question.until {
                Until::Replications(_) => most,
                _ => BATCH.min(most - done),
            };
            let finished = self.batch(done, batch, watch)?;
            done += finished;
            if finished < batch {
                return Ok(Ending::Interrupted);
            }
            if self.is_enough() {
                return Ok(Ending::Enough);
            }
        }
        Ok(match self.question.until {
            Until::Replications(_) => Ending::Complete,
            _ => Ending::AtMost,
        })
    }

    /// Runs a batch of replications in parallel and keeps those before the first that was stopped.
    fn batch(&mut self, from: usize, count: usize, watch: &dyn Watch) -> Result<usize, StudyError> {
        let Study { question, periods, runs: kept, alive, .. } = self;
        let live = |number, chunk: &mut Chunk| {
            let runs = replication(question, alive, number, chunk, watch)?;
            if runs.is_some() {
                watch.done();
            }
            Ok(runs)
        };
        let keep = |runs: Vec<Run>| {
            for (&candidate, run) in alive.iter().zip(runs) {
                let (kept, cost) =
                    (&mut kept[candidate], question.objective.cost(&run, periods[candidate]));
                if kept.is_empty() {
                    kept.make_room(count, &run);
                }
                kept.push(&run, cost);
            }
        };
        in_turn(from..from + count, watch, live, keep)
    }

    /// Whether the study has enough; drops candidates that are clearly beaten.
    fn is_enough(&mut self) -> bool {
        match self.question.until {
            Until::Replications(_) => false,
            Until::HalfWidth { half_width, confidence, .. } => self.runs.iter().all(|runs| {
                let mean = super::estimate::mean(&runs.cost, confidence);
                mean.and_then(|mean| mean.half_width()).is_some_and(|half| half <= half_width)
            }),
            Until::Selected { promise, .. } => self.select(promise),
        }
    }

    /// Screens; what is set today runs on in any case, as the others are compared with it.
    fn select(&mut self, promise: Promise) -> bool {
        let costs: Vec<&[f64]> = self.runs.iter().map(|runs| runs.cost.as_slice()).collect();
        if self.screening.is_none() {
            self.screening = Screening::begin(&costs, promise);
        }
        let objective = &self.question.objective;
        let silent = objective.is_silent_on_service();
        let refuses_more = |runs: &Runs| {
            let beyond = refused_beyond(runs, &self.runs[0], objective.confidence);
            silent && beyond.is_some_and(|beyond| beyond.value > 0.0)
        };
        let keeps: Vec<bool> = self
            .runs
            .iter()
            .zip(&self.periods)
            .map(|(runs, &n)| objective.keeps(runs, n) && !refuses_more(runs))
            .collect();
        let Some(screening) = &mut self.screening else { return false };
        screening.look(&costs, &|candidate| keeps[candidate]);
        self.alive.retain(|&index| index == 0 || screening.left().contains(&index));
        for (index, runs) in self.runs.iter_mut().enumerate() {
            runs.dropped_after = screening.dropped_after(index);
        }
        screening.is_decided()
    }
}
