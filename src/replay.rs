//! One run: usage fed through the engine chunk by chunk, with whoever listens.
//!
//! Memory does not grow with usage. Deliberately absent: printing, and many runs.

use crate::chronicle::Chronicle;
use crate::domain::{Duration, Instant, Window};
use crate::engine::{Chunk, Engine, EngineError, Observer, Pace, Payments};
use crate::metrics::Metrics;
use crate::payments::Processor;
use crate::scenario::{Scenario, UsageSource};
use crate::streams::Streams;
use crate::usage::csv::{self, CsvSettings, Mode, Source};
use crate::usage::generate::{Demand, Process};
use crate::usage::{Feed, Held, UsageError, UsageSummary};

/// What a replay found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The figures, in all and per cycle.
    pub metrics: Metrics,
    /// What deserves to be told one by one.
    pub chronicle: Chronicle,
    /// What was read.
    pub usage: UsageSummary,
}

/// Why a replay did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The usage could not be read.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The account could not go on.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// It was asked to stop.
    #[error("interrupted after {events} usage events, at {at}")]
    Interrupted {
        /// Usage events handed to the account.
        events: u64,
        /// How far it came: the last of them, or later.
        at: Instant,
    },
}

/// Replays `feed` through `scenario`. `listener` observes every event and is returned; `stop` is asked
/// as [`drive`] says.
pub fn replay<O: Observer>(
    scenario: &Scenario,
    feed: &mut dyn Feed,
    pace: Pace,
    listener: O,
    stop: &dyn Fn() -> bool,
) -> Result<(Outcome, O), ReplayError> {
    let streams = Streams { seed: scenario.seed, replication: 0 };
    let processor = Processor::new(&scenario.luck, streams);
    let horizon = scenario.setup.horizon;
    let figures = (Metrics::new(horizon), Chronicle::default());
    let engine = Engine::start(&scenario.setup, pace, processor, (figures, listener))?;
    let mut engines = [engine];
    drive(feed, &mut Chunk::new(), &mut engines, horizon, stop)?;
    let [engine] = engines;
    let ((metrics, chronicle), listener) = engine.finish()?;
    Ok((Outcome { metrics, chronicle, usage: feed.summary().clone() }, listener))
}

/// Why engines did not come to the end of their horizon.
#[derive(Debug)]
pub enum Halt {
    /// The usage could not be read or drawn.
    Usage(UsageError),
    /// An account could not go on.
    Engine {
        /// Its place among the engines.
        index: usize,
        /// Why.
        error: EngineError,
    },
    /// Asked to stop.
    Stopped {
        /// Usage events handed to every account.
        events: u64,
        /// How far the accounts came.
        at: Instant,
    },
}

impl From<Halt> for ReplayError {
    fn from(halt: Halt) -> ReplayError {
        match halt {
            Halt::Usage(error) => ReplayError::Usage(error),
            Halt::Engine { error, .. } => ReplayError::Engine(error),
            Halt::Stopped { events, at } => ReplayError::Interrupted { events, at },
        }
    }
}

/// Drives accounts through the usage of `feed` to the end of the `horizon` that they share: all of them
/// through one `chunk` before the next is filled, so that memory does not grow with usage. `stop` is
/// asked before every chunk, and once for every day without usage: between two chunks, and after the
/// last, where events of the account can take as long as all before.
pub fn drive<P: Payments, O: Observer>(
    feed: &mut dyn Feed,
    chunk: &mut Chunk,
    engines: &mut [Engine<'_, P, O>],
    horizon: Window,
    stop: &dyn Fn() -> bool,
) -> Result<(), Halt> {
    let (mut events, mut at) = (0, horizon.from);
    loop {
        if stop() {
            return Err(Halt::Stopped { events, at });
        }
        feed.fill(chunk).map_err(Halt::Usage)?;
        let Some((first, last)) = span(chunk) else { break };
        pass(engines, (at, first), events, stop)?;
        each(engines, |engine| engine.feed(chunk))?;
        events += (chunk.len() + chunk.zeros().len()) as u64;
        at = last;
    }
    pass(engines, (at, horizon.to), events, stop)?;
    each(engines, |engine| engine.advance(horizon.to))
}

/// The first and the last instant of the events of a chunk, those of zero credits among them.
fn span(chunk: &Chunk) -> Option<(Instant, Instant)> {
    let (times, zeros) = (chunk.times(), chunk.zeros());
    let first = times.first().into_iter().chain(zeros.first()).min()?;
    let last = times.last().into_iter().chain(zeros.last()).max()?;
    Some((*first, *last))
}

/// Lets accounts live through time without usage, day by day; the rest of less than a day is left to
/// what comes next.
fn pass<P: Payments, O: Observer>(
    engines: &mut [Engine<'_, P, O>],
    (from, to): (Instant, Instant),
    events: u64,
    stop: &dyn Fn() -> bool,
) -> Result<(), Halt> {
    let mut at = from;
    while at.plus(Duration::DAY) < to {
        if stop() {
            return Err(Halt::Stopped { events, at });
        }
        at = at.plus(Duration::DAY);
        each(engines, |engine| engine.advance(at))?;
    }
    Ok(())
}

/// Does the same with every engine, up to the first that cannot go on.
fn each<E>(engines: &mut [E], act: impl Fn(&mut E) -> Result<(), EngineError>) -> Result<(), Halt> {
    for (index, engine) in engines.iter_mut().enumerate() {
        act(engine).map_err(|error| Halt::Engine { index, error })?;
    }
    Ok(())
}

/// The usage that a scenario names, for one replication. Rows out of order are sorted in `mode`
/// [`Mode::Sort`] only.
pub fn feed(
    scenario: &Scenario,
    replication: u64,
    mode: Mode,
) -> Result<Box<dyn Feed>, UsageError> {
    let horizon = scenario.setup.horizon;
    Ok(match &scenario.usage {
        UsageSource::None => Box::new(Held::new(Vec::new(), horizon)),
        UsageSource::Events(events) => Box::new(Held::new(events.clone(), horizon)),
        UsageSource::Generated(demand) => {
            let streams = Streams { seed: scenario.seed, replication };
            let process = Process::new(Demand::clone(demand));
            Box::new(process.drawn(horizon, scenario.zone, streams)?)
        }
        UsageSource::File(path) => open(Source::File(path.clone()), scenario.csv.clone(), mode)?,
    })
}

/// Opens a CSV source to be streamed or sorted.
pub fn open(
    source: Source,
    settings: CsvSettings,
    mode: Mode,
) -> Result<Box<dyn Feed>, UsageError> {
    Ok(match mode {
        Mode::Stream => Box::new(csv::open(source, settings)?),
        Mode::Sort => Box::new(csv::open_sorted(source, settings)?),
    })
}
