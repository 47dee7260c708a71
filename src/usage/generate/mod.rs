//! Usage drawn at random: arrivals from a rate that changes by the hour, amounts from a law.
//!
//! Arrivals are exact, not binned: a Poisson process of rate one, with exponential gaps, is mapped
//! through the inverse of the cumulative rate (Çinlar 1975, *Introduction to Stochastic Processes*,
//! §4.7). The rate is constant on pieces: local hours, cut at the edges of spikes and bursts.
//! Arrivals, amounts and bursts each draw from streams of their own in the order of the events, so the
//! events are a pure function of demand, horizon, zone, seed and replication, independent of the
//! chunks. Elementary functions are `libm`'s, the same on every platform.
//!
//! In reading order: [`demand`] → `rate` → `line` → `table` → `law` → [`Process`] and [`Generated`] below.
//! Deliberately absent: arrivals that depend on the balance; usage does not know how it is served.

pub mod demand;
mod law;
mod line;
mod rate;
mod table;

use std::sync::{Arc, OnceLock};

use crate::domain::{Instant, Window, Zone};
use crate::engine::trace::{Chunk, Refused};
use crate::streams::gaps::{EVENTS, Gaps, START};
use crate::streams::{Purpose, Streams};

pub use self::demand::{AmountLaw, Arrivals, Bursts, Demand};
use self::law::{AmountColumn, AmountSource, Draw};
use self::line::RateLine;
use self::rate::Pieces;
pub use super::factor::Spike;
use super::{Feed, UsageError, UsageSummary};

/// A feed that draws its events on demand.
#[derive(Clone, Debug)]
pub struct Generated {
    clock: EventClock,
    draw: Arc<Draw>,
    amounts: AmountSource,
    /// Events drawn and not yet handed out.
    batch: Batch,
    summary: UsageSummary,
}

/// Events drawn together, one column of them after the other.
#[derive(Clone, Debug)]
struct Batch {
    times: [Instant; EVENTS],
    amounts: AmountColumn,
    /// Those in `next..end` are still to be passed on.
    next: usize,
    end: usize,
}

impl Batch {
    fn new() -> Batch {
        let times = [Instant::EARLIEST; EVENTS];
        Batch { times, amounts: AmountColumn::new(), next: 0, end: 0 }
    }
}

/// The times of events.
#[derive(Clone, Debug)]
enum EventClock {
    /// At fixed intervals.
    Every { next: Instant, every: i64, end: Instant },
    /// At random times.
    Poisson(Box<Poisson>),
}

/// A Poisson process whose rate is constant on pieces.
///
/// The process of rate one is drawn a column at a time: one loop that only draws and adds and one that only carries over
/// are together faster than a single loop that does both for every event.
#[derive(Clone, Debug)]
struct Poisson {
    pieces: Pieces,
    /// The piece at hand.
    line: RateLine,
    gaps: Gaps,
    /// The column of the process of rate one that was carried over last.
    positions: [u64; EVENTS],
    is_over: bool,
}

/// Demand, with its law of amounts made ready once for all replications.
#[derive(Clone, Debug)]
pub struct Process {
    demand: Demand,
    /// Computed for the first replication, when the demand is known to have no problems over its
    /// horizon.
    ready: OnceLock<(Window, Arc<Draw>)>,
}

impl Process {
    /// A process of this demand, which may still have [problems](Demand::problems).
    pub fn new(demand: Demand) -> Process {
        Process { demand, ready: OnceLock::new() }
    }

    /// The same with events `factor` times as frequent.
    pub fn scaled(mut self, factor: f64) -> Process {
        self.demand.arrivals = self.demand.arrivals.scaled(factor);
        Process::new(self.demand)
    }

    /// Returns true if every replication has the same events: at fixed distances, and of one amount.
    pub fn is_certain(&self) -> bool {
        let Demand { arrivals, amounts, .. } = &self.demand;
        let mut problems = Vec::new();
        amounts.check(&mut problems);
        matches!(arrivals, Arrivals::Every { .. })
            && problems.is_empty()
            && Draw::only_amount(amounts).is_some()
    }

    /// The usage of one replication over a horizon. Demand that has [problems](Demand::problems) is
    /// an error that lists them.
    pub fn drawn(
        &self,
        horizon: Window,
        zone: Zone,
        streams: Streams,
    ) -> Result<Generated, UsageError> {
        if self.ready.get().is_none_or(|&(checked, _)| checked != horizon) {
            let problems = self.demand.problems(horizon);
            if !problems.is_empty() {
                return Err(UsageError::Demand(problems));
            }
        }
        let mut summary = UsageSummary::of("generated".to_owned());
        summary.chosen.push(format!(
            "Usage is drawn with seed {}, replication {}.",
            streams.seed, streams.replication
        ));
        let law = || (horizon, Arc::new(Draw::new(&self.demand.amounts)));
        let (_, draw) = self.ready.get_or_init(law);
        Ok(Generated {
            clock: EventClock::new(&self.demand, horizon, zone, streams),
            draw: Arc::clone(draw),
            amounts: AmountSource::new(streams.of(Purpose::Amounts)),
            batch: Batch::new(),
            summary,
        })
    }
}

impl Generated {
    /// Draws the next events, after all before them were passed on; returns true if there are any.
    fn draw(&mut self) -> bool {
        let Batch { times, amounts, next, end } = &mut self.batch;
        (*next, *end) = (0, self.clock.fill(times));
        if *end > 0 {
            self.draw.fill(amounts, &mut self.amounts);
        }
        *end > 0
    }
}

impl Feed for Generated {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        while self.batch.next < self.batch.end || self.draw() {
            let Batch { times, amounts, next, end } = &mut self.batch;
            let (taken, refused) = self.draw.pass(amounts, *next, &times[*next..*end], chunk);
            *next += taken;
            match refused {
                None => {}
                Some(Refused::Full) if !chunk.is_empty() => break,
                Some(_) => {
                    let (name, at) = (self.summary.source.clone(), times[*next]);
                    return Err(UsageError::Amount { name, at });
                }
            }
        }
        self.summary.inside(chunk);
        self.summary.rows = self.summary.events;
        Ok(())
    }

    fn summary(&self) -> &UsageSummary {
        &self.summary
    }
}

impl EventClock {
    fn new(demand: &Demand, horizon: Window, zone: Zone, streams: Streams) -> EventClock {
        match demand.arrivals {
            Arrivals::Every { every, offset } => EventClock::Every {
                next: horizon.from.plus(offset),
                every: every.millis().max(1),
                end: horizon.to,
            },
            Arrivals::Poisson { per_day } => {
                let pieces = Pieces::new(demand, per_day, horizon, zone, streams);
                let (line, gaps) =
                    (RateLine::empty(horizon.from), Gaps::new(streams.of(Purpose::Arrivals)));
                let positions = [START; EVENTS];
                EventClock::Poisson(Box::new(Poisson {
                    pieces,
                    line,
                    gaps,
                    positions,
                    is_over: false,
                }))
            }
        }
    }

    /// Fills in the next instants and returns their number: fewer than requested only at the end of
    /// the horizon, and none after it.
    fn fill(&mut self, times: &mut [Instant; EVENTS]) -> usize {
        match self {
            EventClock::Poisson(poisson) => poisson.fill(times),
            EventClock::Every { next, every, end } => {
                let mut filled = 0;
                while filled < times.len() && *next < *end {
                    times[filled] = *next;
                    *next = Instant::from_millis(next.millis().saturating_add(*every));
                    filled += 1;
                }
                filled
            }
        }
    }
}

impl Poisson {
    /// The instants of the next events.
    fn fill(&mut self, times: &mut [Instant; EVENTS]) -> usize {
        if self.is_over {
            return 0;
        }
        self.line.restart(self.positions[EVENTS - 1]);
        self.gaps.fill(&mut self.positions);
        let mut filled = 0;
        while filled < EVENTS {
            let ahead = &self.positions[filled..];
            let inside = self.line.inside(ahead);
            if inside > 0 {
                self.line.fill(ahead, inside, &mut times[filled..]);
            }
            filled += inside;
            if filled < EVENTS && !self.leave(self.positions[filled]) {
                self.is_over = true;
                break;
            }
        }
        filled
    }

    /// Moves on to the piece of this event; returns false if it comes after the end of the horizon.
    fn leave(&mut self, event: u64) -> bool {
        // The line is held in registers: where events are rare, this is all that happens.
        let mut line = self.line;
        while !line.has(event) {
            let Some(piece) = self.pieces.next() else { return false };
            line = line.next(piece, event);
        }
        self.line = line;
        true
    }
}

#[cfg(test)]
mod tests;
