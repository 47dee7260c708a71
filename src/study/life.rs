//! One replication: some candidates live through the same usage and the same luck.
//!
//! Usage is drawn chunk by chunk; every candidate advances through a chunk before the next is drawn, so
//! it costs what decisions cost and its memory does not grow with events. Deliberately absent: how many
//! replications there are, and on which thread.

use crate::chronicle::Stranding;
use crate::domain::Pools;
use crate::engine::{Chunk, Engine, Observer, Pace, Setup};
use crate::metrics::Metrics;
use crate::payments::Processor;
use crate::streams::Streams;

use super::replicate::{Candidate, Question, StudyError, Watch};
use super::run::Run;

/// One replication of some candidates; `None` when asked to stop.
pub(super) fn replication(
    question: &Question<'_>,
    candidates: &[usize],
    number: u64,
    chunk: &mut Chunk,
    watch: &dyn Watch,
) -> Result<Option<Vec<Run>>, StudyError> {
    let observer = |setup: &Setup| (Metrics::new(setup.horizon), Stranding::default());
    let lived = live(question, candidates, number, chunk, watch, observer)?;
    let run = |(&index, (heard, left)): (&usize, ((Metrics, Stranding), Pools))| {
        let setup = &question.candidates[index].setup;
        Run::of(&heard.0, &heard.1, setup, left.purchased.to_f64())
    };
    Ok(lived.map(|lived| candidates.iter().zip(lived).map(run).collect()))
}

/// Some candidates live through one replication, each with an observer of its own, which comes back
/// with the balance before the end; `None` when asked to stop. The usage and the luck are those of the
/// replication, whoever else lives through it.
pub(super) fn live<O: Observer>(
    question: &Question<'_>,
    candidates: &[usize],
    replication: u64,
    chunk: &mut Chunk,
    watch: &dyn Watch,
    observer: impl Fn(&Setup) -> O,
) -> Result<Option<Vec<(O, Pools)>>, StudyError> {
    let streams = Streams { seed: question.seed, replication };
    let candidate = |index: usize| &question.candidates[index];
    // Called for nearly no account, so that the name is not copied for each.
    let failed = |index: usize, error| {
        let candidate = candidate(index).name.clone();
        StudyError::Engine { candidate, replication, error }
    };
    let mut engines = Vec::with_capacity(candidates.len());
    for &index in candidates {
        let Candidate { setup, luck, .. } = candidate(index);
        let payments = Processor::new(luck, streams);
        let engine = Engine::start(setup, Pace::Skip, payments, observer(setup));
        engines.push((index, engine.map_err(|error| failed(index, error))?));
    }
    let Some(&first) = candidates.first() else { return Ok(Some(Vec::new())) };
    let mut feed = question.source.feed(&candidate(first).setup, streams)?;
    loop {
        if watch.stop() {
            return Ok(None);
        }
        feed.fill(chunk)?;
        if chunk.is_empty() {
            break;
        }
        for (index, engine) in &mut engines {
            engine.feed(chunk).map_err(|error| failed(*index, error))?;
        }
    }
    let mut lived = Vec::with_capacity(engines.len());
    for (index, mut engine) in engines {
        let failed = |error| failed(index, error);
        engine.advance(candidate(index).setup.horizon.to).map_err(failed)?;
        let left = engine.pools();
        lived.push((engine.finish().map_err(failed)?, left));
    }
    Ok(Some(lived))
}
