//! Replications that were run before, so that a study of the same candidates does not run them again.
//!
//! Usage and luck of a replication are the same whenever it is run and whoever else lives through it, so taking a
//! run over changes nothing but the time. Where nothing is drawn for a candidate the first of its replications stands
//! for all. Deliberately absent: which runs belong to which rules.

use std::ops::Range;

use crate::engine::Chunk;

use super::life::replication;
use super::question::{Question, StudyError, StudyWatch};
use super::run::Run;

/// Runs of candidates, each from replication 0 on; of one for which nothing is drawn, that of replication 0.
#[derive(Clone, Debug, Default)]
pub struct KnownRuns {
    by_candidate: Vec<Vec<Run>>,
}

/// What is new of a replication: the run of each candidate that lacked it.
pub(super) type FreshRuns = Vec<Option<Run>>;

impl KnownRuns {
    /// For a candidate more, these runs.
    pub fn add(&mut self, runs: Vec<Run>) {
        self.by_candidate.push(runs);
    }

    /// The runs of each candidate, in the order in which they were added.
    pub fn into_runs(self) -> Vec<Vec<Run>> {
        self.by_candidate
    }

    /// Nothing known of these many candidates.
    pub(super) fn of_none(candidates: usize) -> KnownRuns {
        KnownRuns { by_candidate: vec![Vec::new(); candidates] }
    }

    /// A run of a candidate.
    pub(super) fn run(
        &self,
        question: &Question<'_>,
        candidate: usize,
        replication: usize,
    ) -> Option<&Run> {
        let place = if question.is_certain(candidate) { 0 } else { replication };
        self.by_candidate.get(candidate)?.get(place)
    }

    /// The replications in stretches, each of which is run once those before it are known: the first by itself where it
    /// stands for all others of a candidate.
    pub(super) fn stretches(
        &self,
        question: &Question<'_>,
        candidates: &[usize],
        replications: Range<usize>,
    ) -> Vec<Range<usize>> {
        let stands_for_all = |&candidate: &usize| {
            question.is_certain(candidate) && self.run(question, candidate, 0).is_none()
        };
        match replications.start == 0
            && replications.end > 1
            && candidates.iter().any(stands_for_all)
        {
            true => vec![0..1, 1..replications.end],
            false => vec![replications],
        }
    }

    /// Keeps the next run of a candidate.
    pub(super) fn keep(&mut self, candidate: usize, run: Run) {
        self.by_candidate[candidate].push(run);
    }

    /// Runs one replication of those candidates that lack it; `None` if stopped.
    pub(super) fn fresh(
        &self,
        question: &Question<'_>,
        candidates: &[usize],
        number: u64,
        chunk: &mut Chunk,
        watch: &dyn StudyWatch,
    ) -> Result<Option<FreshRuns>, StudyError> {
        let is_known = |candidate: usize| self.run(question, candidate, number as usize).is_some();
        let lacking: Vec<usize> =
            candidates.iter().copied().filter(|&candidate| !is_known(candidate)).collect();
        if lacking.is_empty() {
            return Ok(Some(vec![None; candidates.len()]));
        }
        let Some(runs) = replication(question, &lacking, number, chunk, watch)? else {
            return Ok(None);
        };
        let mut runs = runs.into_iter();
        let of = |&candidate: &usize| if is_known(candidate) { None } else { runs.next() };
        Ok(Some(candidates.iter().map(of).collect()))
    }
}
