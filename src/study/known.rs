//! Replications that were run before, so that a study of the same candidates does not run them again.
//!
//! Usage and luck of a replication are the same whenever it is run and whoever else lives through it, so taking a
//! run over changes nothing but the time. Deliberately absent: which runs belong to which rules.

use crate::engine::Chunk;

use super::life::replication;
use super::question::{Question, StudyError, StudyWatch};
use super::run::Run;

/// Runs of candidates, each from replication 0 on.
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

    /// A run of a candidate.
    pub(super) fn run(&self, candidate: usize, replication: usize) -> Option<&Run> {
        self.by_candidate.get(candidate)?.get(replication)
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
        let is_known = |candidate: usize| self.run(candidate, number as usize).is_some();
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
