//! Candidates run further: each from the replications that it has to a larger number of them.
//!
//! A search tries many candidates a few times and the promising ones more often; usage and luck of a
//! replication are the same whenever it is run. Deliberately absent: the choice of what is run further.

use crate::engine::Chunk;

use super::known::{FreshRuns, KnownRuns};
use super::question::{Question, StudyError, StudyWatch};
use super::runs::Runs;
use super::turns::in_turn;

/// Runs some candidates up to `replications`; those that have as many stay as they are. `runs` are those of
/// all candidates of the question, and every run is added to `known`. Returns false if stopped, and then some have
/// fewer.
pub fn extend(
    question: &Question<'_>,
    candidates: &[usize],
    runs: &mut [Runs],
    known: &mut KnownRuns,
    replications: usize,
    watch: &dyn StudyWatch,
) -> Result<bool, StudyError> {
    let done: Vec<(usize, usize)> =
        candidates.iter().map(|&candidate| (candidate, runs[candidate].len())).collect();
    let Some(first) = done.iter().map(|&(_, done)| done).min() else { return Ok(true) };
    // Whoever lacks a replication lives through it together, so that its usage is drawn once.
    let lacking = |number: u64| -> Vec<usize> {
        let lacks = done.iter().filter(|&&(_, done)| done as u64 <= number);
        lacks.map(|&(candidate, _)| candidate).collect()
    };
    for stretch in known.stretches(question, candidates, first..replications) {
        let count = stretch.len();
        let before = &*known;
        let live = |number, chunk: &mut Chunk| {
            let runs = before.fresh(question, &lacking(number), number, chunk, watch)?;
            Ok(runs.map(|runs| (number, runs)))
        };
        let mut fresh = Vec::new();
        let keep = |(number, new): (u64, FreshRuns)| {
            for (candidate, new) in lacking(number).into_iter().zip(new) {
                let run = before.run(question, candidate, number as usize).or(new.as_ref());
                let run = run.expect("what is not known was run");
                let setup = &question.candidates[candidate].setup;
                let cost = question.objective.cost(run, question.objective.periods(setup));
                runs[candidate].push(run, cost);
                fresh.extend(new.map(|run| (candidate, run)));
            }
        };
        let finished = in_turn(stretch, watch, live, keep)?;
        fresh.into_iter().for_each(|(candidate, run)| known.keep(candidate, run));
        if finished < count {
            return Ok(false);
        }
    }
    Runs::share_sizes(runs);
    Ok(true)
}
