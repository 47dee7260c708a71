//! Usage drawn at random: arrivals from a rate that changes by the hour, amounts from a law.
//!
//! Arrivals are exact, not binned: a Poisson process of rate one, with exponential gaps, is mapped
//! through the inverse of the cumulative rate (Çinlar 1975, *Introduction to Stochastic Processes*,
//! §4.7). The rate is constant on pieces: local hours, cut at the edges of spikes and bursts.
//! Arrivals, amounts and bursts each draw from a separate stream in the order of the events, so the
//! events are a pure function of demand, horizon, zone, seed and replication, independent of the
//! chunks. Elementary functions are `libm`'s, the same on every platform.
//!
//! In reading order: [`demand`] → `rate` → `table` → `law` → [`Process`] and [`Generated`] below.
//! Deliberately absent: arrivals that depend on the balance; usage does not know how it is served.

pub mod demand;
mod law;
mod rate;
mod table;

use std::sync::{Arc, OnceLock};

use crate::domain::{Instant, Window, Zone};
use crate::engine::trace::{Chunk, Refused};
use crate::streams::ziggurat::Exponential;
use crate::streams::{Purpose, Stream, Streams};

pub use self::demand::{AmountLaw, Arrivals, Bursts, Demand};
use self::law::{AmountColumn, Draw};
use self::rate::{Piece, Pieces};
pub use super::factor::Spike;
use super::{Feed, UsageError, UsageSummary};

/// A feed that draws its events on demand.
#[derive(Clone, Debug)]
pub struct Generated {
    clock: EventClock,
    draw: Arc<Draw>,
    amounts: Stream,
    /// Events drawn and not yet handed out.
    batch: Batch,
    summary: UsageSummary,
}

/// Events drawn together, one column of them after the other.
#[derive(Clone, Debug)]
struct Batch {
    times: [Instant; Batch::EVENTS],
    amounts: AmountColumn,
    /// Those in `next..end` are still to be passed on.
    next: usize,
    end: usize,
}

impl Batch {
    const EVENTS: usize = AmountColumn::EVENTS;

    fn new() -> Batch {
        let times = [Instant::EARLIEST; Batch::EVENTS];
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
#[derive(Clone, Debug)]
struct Poisson {
    pieces: Pieces,
    piece: Piece,
    /// A position in the piece, in milliseconds, and the position of the process of rate one there.
    passed: f64,
    reached: f64,
    ahead: Ahead,
}

/// The process of rate one, drawn ahead: one loop that only draws and adds and one that only maps
/// are together faster than a single loop that does both for every event.
#[derive(Clone, Debug)]
struct Ahead {
    exponential: Exponential,
    stream: Stream,
    /// Its events, counted from the last of those drawn before.
    events: [f64; Batch::EVENTS],
    /// Those from here on are still to come.
    next: usize,
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
            amounts: streams.at(Purpose::Amounts, 0),
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
        self.draw.fill(amounts, *end, &mut self.amounts);
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
                let piece = Piece::before(horizon.from);
                let ahead = Ahead::new(streams.at(Purpose::Arrivals, 0));
                let (passed, reached) = (0.0, 0.0);
                EventClock::Poisson(Box::new(Poisson { pieces, piece, passed, reached, ahead }))
            }
        }
    }

    /// Fills in the next instants and returns their number: fewer than requested only at the end of
    /// the horizon, and none after it.
    fn fill(&mut self, times: &mut [Instant]) -> usize {
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

impl Ahead {
    fn new(stream: Stream) -> Ahead {
        let (exponential, events) = (Exponential::new(), [0.0; Batch::EVENTS]);
        Ahead { exponential, stream, events, next: events.len() }
    }

    /// Draws the next events once none is pending; returns the position that the previous ones
    /// reached.
    fn refill(&mut self) -> Option<f64> {
        if self.next < self.events.len() {
            return None;
        }
        let before = self.events[self.events.len() - 1];
        // The state is held in registers.
        let (mut stream, mut sum) = (self.stream.clone(), 0.0);
        // In fours: counting every event would take a tenth of the loop.
        let (fours, _) = self.events.as_chunks_mut::<4>();
        for events in fours {
            for event in events {
                sum += self.exponential.next(&mut stream);
                *event = sum;
            }
        }
        (self.stream, self.next) = (stream, 0);
        Some(before)
    }
}

impl Poisson {
    /// The instants of the next events.
    fn fill(&mut self, times: &mut [Instant]) -> usize {
        let mut filled = 0;
        while filled < times.len() {
            if let Some(before) = self.ahead.refill() {
                (self.passed, self.reached) = (self.place(before), 0.0);
            }
            filled += self.fill_piece(&mut times[filled..]);
            if filled == times.len() {
                break;
            }
            let Some(&event) = self.ahead.events.get(self.ahead.next) else { continue };
            self.ahead.next += 1;
            let Some(at) = self.leave(event) else { break };
            times[filled] = at;
            filled += 1;
        }
        filled
    }

    /// The position in the piece of an event of the process of rate one.
    #[inline]
    fn place(&self, event: f64) -> f64 {
        self.passed + (event - self.reached) * self.piece.gap
    }

    /// Fills in the next instants inside the present piece and returns their number. Nearly all
    /// events come from this loop.
    fn fill_piece(&mut self, times: &mut [Instant]) -> usize {
        let events = &self.ahead.events[self.ahead.next..];
        let events = &events[..events.len().min(times.len())];
        let inside = self.inside(events);
        for (at, &event) in times.iter_mut().zip(&events[..inside]) {
            *at = self.piece.instant(self.place(event));
        }
        self.ahead.next += inside;
        inside
    }

    /// How many of these events, which are in order, come inside the present piece.
    fn inside(&self, events: &[f64]) -> usize {
        let is_inside = |&event: &f64| self.place(event) < self.piece.length;
        match (events.first(), events.last()) {
            (_, Some(last)) if is_inside(last) => return events.len(),
            (Some(first), _) if is_inside(first) => {}
            _ => return 0,
        }
        // The end of the piece is searched for as a position, without a branch, then put right where rounding may need it.
        let to = self.reached + (self.piece.length - self.passed) * self.piece.rate;
        let mut inside = events.partition_point(|&event| event < to);
        while inside > 0 && !is_inside(&events[inside - 1]) {
            inside -= 1;
        }
        while events.get(inside).is_some_and(is_inside) {
            inside += 1;
        }
        inside
    }

    /// The instant of an event beyond the present piece; `None` at the end of the horizon.
    fn leave(&mut self, event: f64) -> Option<Instant> {
        let mut hazard = event - self.reached;
        loop {
            hazard = (hazard - (self.piece.length - self.passed) * self.piece.rate).max(0.0);
            (self.passed, self.reached) = (0.0, event);
            let Some(piece) = self.pieces.next() else {
                // Nothing comes after the end, however often it is called.
                self.piece = Piece::before(self.piece.from);
                return None;
            };
            self.piece = piece;
            let place = hazard * piece.gap;
            if place < piece.length {
                self.passed = place;
                return Some(piece.instant(place));
            }
        }
    }
}

#[cfg(test)]
mod tests;
