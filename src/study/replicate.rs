//! Many runs: every replication draws one trace of usage and one stream of luck, and all candidates
//! live through both.
//!
//! In one of them (`life`) every candidate advances through a chunk of the trace before the next is
//! drawn, so a study costs what its decisions cost and its memory does not grow with events.
//! Replications run in parallel and are kept by their number: no thread count changes a byte.
//! Deliberately absent: what the numbers say.

use crate::engine::Chunk;

use super::life::replication;
use super::objective::refused_beyond;
use super::question::{MOST_RUNS, Question, StudyError, Until, Watch};
use super::run::Run;
use super::runs::{Ending, Runs, StudyRuns};
use super::select::{Promise, Screening};
use super::turns::in_turn;

/// Replications between two looks at the results. Part of every result that is not a fixed number
/// of replications: never change it.
pub const BATCH: usize = 32;

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
    let mut replicator = Replicator {
        question,
        periods: question.candidates.iter().map(|c| question.objective.periods(&c.setup)).collect(),
        runs: vec![Runs::new(); candidates],
        alive: (0..candidates).collect(),
        screening: None,
    };
    let ended = replicator.go(watch)?;
    Ok(StudyRuns { runs: replicator.runs, ended })
}

struct Replicator<'q> {
    question: &'q Question<'q>,
    periods: Vec<f64>,
    runs: Vec<Runs>,
    /// Candidates that are still run, ascending.
    alive: Vec<usize>,
    screening: Option<Screening>,
}

impl Replicator<'_> {
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
        let Replicator { question, periods, runs: kept, alive, .. } = self;
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
