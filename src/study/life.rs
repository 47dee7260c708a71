//! One replication: several candidates under the same usage and the same luck.
//!
//! Usage is drawn chunk by chunk; every candidate advances through a chunk before the next is
//! drawn, so the cost is that of decisions and memory does not grow with events. Deliberately
//! absent: the number of replications, and their threads.

use std::sync::Arc;

use crate::chronicle::Stranding;
use crate::domain::{Grant, Instant};
use crate::engine::{AnyObserver, Chunk, Engine, Observer, Pace, Setup};
use crate::metrics::Metrics;
use crate::payments::{Processor, SharedLuck};
use crate::replay::{Course, Halt, drive};
use crate::streams::Streams;

use super::periods::{MonthRecorder, months_of};
use super::question::{Candidate, Question, StudyError, StudyWatch};
use super::run::Run;

/// From so many candidates on, drawing what is alike for all of them once pays.
const MANY: usize = 8;

/// Observers of a run of a study.
type Heard<'m> = ((Metrics, Stranding), MonthRecorder<'m>);

/// Runs one replication of some candidates; `None` if stopped.
pub(super) fn replication(
    question: &Question<'_>,
    candidates: &[usize],
    number: u64,
    chunk: &mut Chunk,
    watch: &dyn StudyWatch,
) -> Result<Option<Vec<Run>>, StudyError> {
    let Some(first) = question.candidates.first() else { return Ok(Some(Vec::new())) };
    let months = months_of(&first.setup);
    let observer = |&index: &usize| {
        let horizon = question.candidates[index].setup.horizon;
        let figures = (Metrics::new(horizon), Stranding::default());
        (figures, MonthRecorder::new(&months))
    };
    let observers = candidates.iter().map(observer);
    let lived = live(question, candidates, number, chunk, watch, observers)?;
    let run = |(&index, (heard, left)): (&usize, (Heard<'_>, Vec<Grant>))| {
        let ((metrics, stranding), months) = heard;
        let setup = &question.candidates[index].setup;
        Run::of(&metrics, &stranding, months, setup, &left)
    };
    Ok(lived.map(|lived| candidates.iter().zip(lived).map(run).collect()))
}

/// An observer that has seen a replication, and the grants left at its end.
type Lived<O> = (O, Vec<Grant>);

/// The same as [`live`] with any observers.
pub(super) fn live_told<O: Observer>(
    question: &Question<'_>,
    candidates: &[usize],
    replication: u64,
    chunk: &mut Chunk,
    watch: &dyn StudyWatch,
    observer: impl Fn(&Setup) -> O,
) -> Result<Option<Vec<O>>, StudyError> {
    let observer = |&index: &usize| observer(&question.candidates[index].setup);
    let mut observers: Vec<O> = candidates.iter().map(observer).collect();
    let told = observers.iter_mut().map(AnyObserver::of);
    let lived = live(question, candidates, replication, chunk, watch, told)?.is_some();
    Ok(lived.then_some(observers))
}

/// Some candidates live through one replication, each with an observer of its own, which comes back
/// with the grants left at the end; `None` when asked to stop. The usage and the luck are those of the
/// replication, whoever else lives through it.
pub(super) fn live<O: Observer>(
    question: &Question<'_>,
    candidates: &[usize],
    replication: u64,
    chunk: &mut Chunk,
    watch: &dyn StudyWatch,
    observers: impl Iterator<Item = O>,
) -> Result<Option<Vec<Lived<O>>>, StudyError> {
    let streams = Streams { seed: question.seed, replication };
    // Only for an account that fails is its name copied.
    let failed = |index: usize, error| {
        let candidate = question.candidates[index].name.clone();
        StudyError::Engine { candidate, seed: question.seed, replication, error }
    };
    let shared = (candidates.len() >= MANY).then(|| Arc::new(SharedLuck::new(streams)));
    let mut engines = Vec::with_capacity(candidates.len());
    for (&index, observer) in candidates.iter().zip(observers) {
        let Candidate { setup, luck, .. } = &question.candidates[index];
        let payments = match &shared {
            Some(shared) => Processor::among(luck, shared),
            None => Processor::new(luck, streams),
        };
        let engine = Engine::start(setup, Pace::Skip, payments, observer);
        engines.push(engine.map_err(|error| failed(index, error))?);
    }
    let marks: Vec<Instant> =
        months_of(&question.candidates[0].setup).iter().map(|month| month.to).collect();
    // Neighbours with the same meter advance together.
    let (mut rest, mut driven) = (engines.as_mut_slice(), 0);
    for alike in candidates.chunk_by(|&a, &b| question.source.meter(a) == question.source.meter(b))
    {
        let (engines, others) = rest.split_at_mut(alike.len());
        let setup = &question.candidates[alike[0]].setup;
        let mut feed = question.source.of(alike[0]).feed(setup, streams)?;
        let course = Course { horizon: setup.horizon, marks: &marks };
        match drive(&mut *feed, chunk, engines, course, &|| watch.stop()) {
            Ok(()) => {}
            Err(Halt::Stopped { .. }) => return Ok(None),
            Err(Halt::Usage(error)) => return Err(error.into()),
            Err(Halt::Engine { index, error }) => {
                return Err(failed(candidates[driven + index], error));
            }
        }
        (rest, driven) = (others, driven + alike.len());
    }
    let mut lived = Vec::with_capacity(engines.len());
    for (&index, engine) in candidates.iter().zip(engines) {
        lived.push(engine.finish_with_grants().map_err(|error| failed(index, error))?);
    }
    Ok(Some(lived))
}
