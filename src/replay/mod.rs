//! One run: usage fed through the engine chunk by chunk ([`drive()`]), with its observers.
//!
//! Memory does not grow with usage. Deliberately absent: printing, and many runs.

mod drive;

use crate::chronicle::Chronicle;
use crate::domain::Instant;
use crate::domain::text::counted;
use crate::engine::{AnyObserver, Chunk, Engine, EngineError, Limits, Observer, Pace};
use crate::metrics::Metrics;
use crate::payments::Processor;
use crate::scenario::{Scenario, UsageSource};
use crate::streams::Streams;
use crate::usage::csv::{InputSource, Mode};
use crate::usage::generate::{Demand, Process};
use crate::usage::{self, ChangedFeed, Feed, Held, UsageError, UsageSummary};

pub use drive::{Course, Halt, drive};

/// The result of a replay.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The figures, in all and per cycle.
    pub metrics: Metrics,
    /// The incidents to list one by one.
    pub chronicle: Chronicle,
    /// A summary of the usage read.
    pub usage: UsageSummary,
}

/// Reason why a replay did not reach its end.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The usage could not be read.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The account could not go on.
    #[error("{}", error.placed(*seed, *replication))]
    Engine {
        /// The seed of the run.
        seed: u64,
        /// Its replication.
        replication: u64,
        /// The engine's error.
        error: EngineError,
    },
    /// `stop` returned true.
    #[error("interrupted after {}, at {at}", counted(events, "usage event"))]
    Interrupted {
        /// Usage events handed to the account.
        events: u64,
        /// The instant reached: that of the last event, or later.
        at: Instant,
    },
}

/// Replays `feed` through `scenario`. `listener` observes every event and is returned; `stop` is
/// called as described at [`drive()`].
pub fn replay<O: Observer>(
    scenario: &Scenario,
    feed: &mut dyn Feed,
    pace: Pace,
    listener: O,
    stop: &dyn Fn() -> bool,
) -> Result<(Outcome, O), ReplayError> {
    replay_within(scenario, feed, pace, Limits::default(), listener, stop)
}

/// The same within limits on the cost of the run.
pub fn replay_within<O: Observer>(
    scenario: &Scenario,
    feed: &mut dyn Feed,
    pace: Pace,
    limits: Limits,
    listener: O,
    stop: &dyn Fn() -> bool,
) -> Result<(Outcome, O), ReplayError> {
    let figures = (Metrics::new(scenario.setup.horizon), Chronicle::default());
    let mut observers = (figures, listener);
    tell(scenario, feed, (pace, limits), AnyObserver::of(&mut observers), stop)?;
    let ((mut metrics, chronicle), listener) = observers;
    metrics.read(feed.summary());
    Ok((Outcome { metrics, chronicle, usage: feed.summary().clone() }, listener))
}

/// Tells an observer of the run of `feed` through `scenario`.
fn tell(
    scenario: &Scenario,
    feed: &mut dyn Feed,
    (pace, limits): (Pace, Limits),
    observer: AnyObserver<'_>,
    stop: &dyn Fn() -> bool,
) -> Result<(), ReplayError> {
    let streams = Streams { seed: scenario.seed, replication: 0 };
    let processor = Processor::new(&scenario.luck, streams);
    let horizon = scenario.setup.horizon;
    let failed = |error| {
        let Streams { seed, replication } = streams;
        ReplayError::Engine { seed, replication, error }
    };
    let engine = Engine::start(&scenario.setup, pace, processor, observer);
    let mut engines = [engine.map_err(failed)?.within(limits)];
    let course = Course { horizon, marks: &[] };
    match drive(feed, &mut Chunk::new(), &mut engines, course, stop) {
        Ok(()) => {}
        Err(Halt::Usage(error)) => return Err(error.into()),
        Err(Halt::Engine { error, .. }) => return Err(failed(error)),
        Err(Halt::Stopped { events, at }) => return Err(ReplayError::Interrupted { events, at }),
    }
    let [engine] = engines;
    engine.finish().map_err(failed)?;
    Ok(())
}

/// Opens the usage that a scenario names, for one replication. Rows out of order are sorted only in
/// `mode` [`Mode::Sort`].
pub fn feed(
    scenario: &Scenario,
    replication: u64,
    mode: Mode,
) -> Result<Box<dyn Feed>, UsageError> {
    let horizon = scenario.setup.horizon;
    let feed: Box<dyn Feed> = match &scenario.usage {
        UsageSource::None => Box::new(Held::new(Vec::new(), horizon)),
        UsageSource::Events(events) => Box::new(Held::new(events.clone(), horizon)),
        UsageSource::Generated(demand) => {
            let streams = Streams { seed: scenario.seed, replication };
            let process = Process::new(Demand::clone(demand));
            Box::new(process.drawn(horizon, scenario.zone, streams)?)
        }
        UsageSource::File(path) => {
            usage::open(InputSource::File(path.clone()), scenario.csv.clone(), mode)?
        }
    };
    Ok(changed(feed, scenario))
}

/// The feed with the changes of usage that a scenario states, from its start on.
pub fn changed(feed: Box<dyn Feed>, scenario: &Scenario) -> Box<dyn Feed> {
    match scenario.changes.is_none() {
        true => feed,
        false => Box::new(ChangedFeed::new(feed, &scenario.changes, scenario.setup.horizon.from)),
    }
}
