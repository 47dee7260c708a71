//! Many runs: every replication draws one trace of usage and one stream of luck, and all candidates
//! run through both.
//!
//! In one of them (`life`) every candidate advances through a chunk of the trace before the next is
//! drawn, so the cost of a study is that of its decisions and its memory does not grow with events.
//! Replications run in parallel and are kept by their number: no thread count changes a byte.
//! Deliberately absent: the meaning of the numbers.

use std::ops::Range;

use crate::engine::Chunk;

use super::estimate::Confidence;
use super::extend::extend;
use super::known::{FreshRuns, KnownRuns};
use super::objective::{HorizonLength, Standing};
use super::question::{MOST_RUNS, Question, StudyError, StudyWatch, Until};
use super::runs::{Ending, Runs, StudyRuns};
use super::select::{Promise, Screening};
use super::turns::in_turn;

/// Replications between two evaluations of the results. Part of every result that does not have a
/// fixed number of replications: never change it.
pub const BATCH: usize = 32;

/// Replications of the first stage of a selection: an event in one of a hundred replications is
/// seen in it with a probability of 92 %.
pub const FIRST_STAGE: usize = 8 * BATCH;

/// Runs a study on the threads of the pool it is called in. An interrupted study ends with the
/// replications that are finished.
pub fn replicate(question: &Question<'_>, watch: &dyn StudyWatch) -> Result<StudyRuns, StudyError> {
    replicate_knowing(question, None, watch)
}

/// The same with the runs of each candidate that are known already, to which those that were not are added.
pub fn replicate_knowing(
    question: &Question<'_>,
    known: Option<&mut KnownRuns>,
    watch: &dyn StudyWatch,
) -> Result<StudyRuns, StudyError> {
    let candidates = question.candidates.len();
    if candidates == 0 || question.until.most() == 0 {
        return Err(StudyError::Nothing);
    }
    let replications = question.until.most();
    if candidates.saturating_mul(replications) > MOST_RUNS {
        return Err(StudyError::TooManyRuns { candidates, replications });
    }
    let mut own = KnownRuns::of_none(candidates);
    let keeps_all = known.is_some();
    let mut replicator = Replicator {
        question,
        lengths: question.candidates.iter().map(|c| question.objective.length(&c.setup)).collect(),
        runs: (0..candidates).map(|candidate| question.fresh_runs(candidate)).collect(),
        alive: (0..candidates).collect(),
        screening: None,
        known: known.unwrap_or(&mut own),
        keeps_all,
    };
    let ended = replicator.go(watch)?;
    Runs::share_sizes(&mut replicator.runs);
    Ok(StudyRuns { runs: replicator.runs, ended })
}

struct Replicator<'q> {
    question: &'q Question<'q>,
    lengths: Vec<HorizonLength>,
    runs: Vec<Runs>,
    /// Candidates that are still run, ascending.
    alive: Vec<usize>,
    screening: Option<Screening>,
    known: &'q mut KnownRuns,
    /// Whether another study may want the runs: otherwise those are kept that stand for others of this one.
    keeps_all: bool,
}

impl Replicator<'_> {
    fn go(&mut self, watch: &dyn StudyWatch) -> Result<Ending, StudyError> {
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
                return Ok(match self.take_back(done, watch)? {
                    true => Ending::Enough,
                    false => Ending::Interrupted,
                });
            }
        }
        if let Until::Replications(_) = self.question.until {
            return Ok(Ending::Complete);
        }
        if !self.take_back(done, watch)? {
            return Ok(Ending::Interrupted);
        }
        // Of those that were run as often as the others none is given up.
        let most = self.runs[0].len();
        for runs in self.runs.iter_mut().filter(|runs| runs.len() == most) {
            runs.dropped_after = None;
        }
        Ok(Ending::AtMost)
    }

    /// Runs those that were dropped by a selection as often as the others where none of these is known to satisfy the
    /// constraints: what beat them was no reason to give them up, and few replications show rare events of none. Returns
    /// false if stopped.
    fn take_back(
        &mut self,
        replications: usize,
        watch: &dyn StudyWatch,
    ) -> Result<bool, StudyError> {
        let Until::Selected { promise, .. } = self.question.until else { return Ok(true) };
        if self.standings(promise).contains(&Standing::Meets) {
            return Ok(true);
        }
        let all: Vec<usize> = (0..self.runs.len()).collect();
        let Replicator { question, runs, known, .. } = self;
        extend(question, &all, runs, known, replications, watch)
    }

    /// Runs a batch of replications in parallel and keeps those before the first that was stopped.
    fn batch(
        &mut self,
        from: usize,
        count: usize,
        watch: &dyn StudyWatch,
    ) -> Result<usize, StudyError> {
        let mut finished = 0;
        for stretch in self.known.stretches(self.question, &self.alive, from..from + count) {
            let wanted = stretch.len();
            let done = self.stretch(stretch, count, watch)?;
            finished += done;
            if done < wanted {
                break;
            }
        }
        Ok(finished)
    }

    /// Runs some replications of a batch, for the runs of which there is to be room.
    fn stretch(
        &mut self,
        replications: Range<usize>,
        room: usize,
        watch: &dyn StudyWatch,
    ) -> Result<usize, StudyError> {
        let Replicator { question, lengths, runs: kept, alive, known, keeps_all, .. } = self;
        let before = &**known;
        let live = |number, chunk: &mut Chunk| {
            let runs = before.fresh(question, alive, number, chunk, watch)?;
            if runs.is_some() {
                watch.done();
            }
            Ok(runs.map(|runs| (number, runs)))
        };
        let mut fresh = Vec::new();
        let keep = |(number, runs): (u64, FreshRuns)| {
            for (&candidate, new) in alive.iter().zip(runs) {
                let run = before.run(question, candidate, number as usize).or(new.as_ref());
                let run = run.expect("what is not known was run");
                let cost = question.objective.cost(run, lengths[candidate].periods);
                if kept[candidate].is_empty() {
                    kept[candidate].make_room(room, run);
                }
                kept[candidate].push(run, cost);
                let is_kept = *keeps_all || question.is_certain(candidate);
                fresh.extend(new.filter(|_| is_kept).map(|run| (candidate, run)));
            }
        };
        let finished = in_turn(replications, watch, live, keep)?;
        fresh.into_iter().for_each(|(candidate, run)| known.keep(candidate, run));
        Ok(finished)
    }

    /// Returns true if the study has enough; drops candidates that are clearly beaten.
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

    /// Screens the candidates; today's settings are never dropped, because the others are compared
    /// with them.
    fn select(&mut self, promise: Promise) -> bool {
        let costs: Vec<&[f64]> = self.runs.iter().map(|runs| runs.cost.as_slice()).collect();
        if self.screening.is_none() {
            let Some(screening) = Screening::begin(&costs, promise) else { return false };
            self.screening = Some(screening);
        }
        let standings = self.standings(promise);
        let screening = self.screening.as_mut().expect("it has begun above");
        let misses = |&index: &usize| standings[index] == Standing::Misses;
        (0..standings.len()).filter(misses).for_each(|index| screening.give_up(index));
        screening.look(&costs, &|candidate| standings[candidate] == Standing::Meets);
        self.alive.retain(|&index| index == 0 || screening.left().contains(&index));
        for (index, runs) in self.runs.iter_mut().enumerate() {
            runs.dropped_after = screening.dropped_after(index);
        }
        let known = |&index: &usize| standings[index] == Standing::Meets;
        screening.is_decided() && screening.left().iter().all(known)
    }

    /// The standings of the remaining candidates against the constraints. Half of the error
    /// probability of the promise is spent on this, over all candidates and looks: a part 1 ÷ j(j +
    /// 1) of it at the j-th look, which sum to one.
    fn standings(&self, promise: Promise) -> Vec<Standing> {
        let looks = (self.runs[0].len() / BATCH) as f64;
        let chance = (1.0 - promise.correct) / 2.0 / self.runs.len() as f64;
        let confidence = Confidence::new(1.0 - 2.0 * chance / (looks * (looks + 1.0)));
        let confidence = confidence.expect("a promise in [½, 1) leaves some chance");
        let objective = self.question.objective.with_confidence(confidence);
        let standing = |(index, runs): (usize, &Runs)| match self.alive.contains(&index) {
            true => objective.standing(runs, self.lengths[index], &self.runs[0]),
            false => Standing::Misses,
        };
        self.runs.iter().enumerate().map(standing).collect()
    }
}
