//! Candidates run further: each from the replications that it has to a larger number of them.
//!
//! A search tries many candidates a few times and the promising ones more often; usage and luck of a
//! replication are the same whenever it is run. Deliberately absent: the choice of what is run further.

use std::collections::BTreeMap;

use crate::engine::Chunk;

use super::life::replication;
use super::question::{Question, StudyError, StudyWatch};
use super::run::Run;
use super::runs::Runs;
use super::turns::in_turn;

/// Runs some candidates up to `replications`; those that have as many stay as they are. `runs` are those of
/// all candidates of the question. Returns false if stopped, and then some have fewer.
pub fn extend(
    question: &Question<'_>,
    candidates: &[usize],
    runs: &mut [Runs],
    replications: usize,
    watch: &dyn StudyWatch,
) -> Result<bool, StudyError> {
    let mut behind: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &candidate in candidates {
        behind.entry(runs[candidate].len()).or_default().push(candidate);
    }
    for (done, alike) in behind.range(..replications) {
        let live = |number, chunk: &mut Chunk| replication(question, alike, number, chunk, watch);
        let keep = |lived: Vec<Run>| {
            for (&candidate, run) in alike.iter().zip(lived) {
                let setup = &question.candidates[candidate].setup;
                let cost = question.objective.cost(&run, question.objective.periods(setup));
                runs[candidate].push(&run, cost);
            }
        };
        let wanted = replications - done;
        if in_turn(*done..replications, watch, live, keep)? < wanted {
            return Ok(false);
        }
    }
    Runs::share_sizes(runs);
    Ok(true)
}
