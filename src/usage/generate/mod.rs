//! Usage drawn at random: arrivals from a rate that changes by the hour, amounts from a law.
//!
//! Arrivals are exact, not binned: a Poisson process of rate one, its gaps exponential, is carried
//! through the inverse of the cumulative rate (Çinlar 1975, *Introduction to Stochastic Processes*,
//! §4.7). The rate is constant on pieces: local hours, cut at the edges of spikes and bursts.
//! Arrivals, amounts and bursts each draw from a stream of their own in the order of the events,
//! so the events are a pure function of demand, horizon, zone, seed and replication, and chunks
//! do not show. Elementary functions are `libm`'s, the same on every platform.
//!
//! In reading order: [`demand`] → `rate` → `law` → [`Generated`] below. Deliberately absent:
//! arrivals that depend on the balance; usage does not know how it is served.

pub mod demand;
mod law;
mod rate;

use crate::domain::{Credits, Instant, Window, Zone};
use crate::engine::trace::{Chunk, Refused};
use crate::streams::{Purpose, Stream, Streams};

pub use self::demand::{AmountLaw, Arrivals, Bursts, Demand, Spike};
use self::law::{Draw, Exponential};
use self::rate::{Piece, Pieces};
use super::{Feed, UsageError, UsageSummary};

/// A feed that draws its events while they are asked for.
#[derive(Clone, Debug)]
pub struct Generated {
    clock: Clock,
    draw: Draw,
    amounts: Stream,
    /// An event that the last chunk had no room for.
    waiting: Option<(Instant, Credits)>,
    summary: UsageSummary,
}

/// When the next event comes.
#[derive(Clone, Debug)]
enum Clock {
    /// At fixed distances.
    Every { next: Instant, every: i64, end: Instant },
    /// At random.
    Poisson(Box<Poisson>),
}

/// A Poisson process whose rate is constant on pieces.
#[derive(Clone, Debug)]
struct Poisson {
    pieces: Pieces,
    piece: Piece,
    /// Milliseconds of the piece that have passed.
    passed: f64,
    exponential: Exponential,
    stream: Stream,
}

impl Generated {
    /// The usage of one replication over a horizon. Demand that has
    /// [problems](Demand::problems) is an error that lists them.
    pub fn new(
        demand: &Demand,
        horizon: Window,
        zone: Zone,
        streams: Streams,
    ) -> Result<Generated, UsageError> {
        let problems = demand.problems(horizon);
        if !problems.is_empty() {
            return Err(UsageError::Demand(problems));
        }
        let mut summary = UsageSummary::of("generated".to_owned());
        summary.chosen.push(format!(
            "Usage is drawn with seed {}, replication {}.",
            streams.seed, streams.replication
        ));
        Ok(Generated {
            clock: Clock::new(demand, horizon, zone, streams),
            draw: Draw::new(&demand.amounts),
            amounts: streams.at(Purpose::Amounts, 0),
            waiting: None,
            summary,
        })
    }
}

impl Feed for Generated {
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError> {
        chunk.clear();
        if let Some((at, amount)) = self.waiting.take()
            && chunk.push(at, amount).is_err()
        {
            return Err(UsageError::Amount { name: self.summary.source.clone(), at });
        }
        while let Some(at) = self.clock.next() {
            let amount = self.draw.next(&mut self.amounts);
            match chunk.push(at, amount) {
                Ok(()) => {}
                Err(Refused::Full) => {
                    self.waiting = Some((at, amount));
                    break;
                }
                Err(Refused::OutOfOrder | Refused::NotAnAmount) => {
                    return Err(UsageError::Amount { name: self.summary.source.clone(), at });
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

impl Clock {
    fn new(demand: &Demand, horizon: Window, zone: Zone, streams: Streams) -> Clock {
        match demand.arrivals {
            Arrivals::Every { every, offset } => Clock::Every {
                next: horizon.from.plus(offset),
                every: every.millis().max(1),
                end: horizon.to,
            },
            Arrivals::Poisson { per_day } => {
                let pieces = Pieces::new(demand, per_day, horizon, zone, streams);
                let stream = streams.at(Purpose::Arrivals, 0);
                let piece = Piece::before(horizon.from);
                let exponential = Exponential::new();
                Clock::Poisson(Box::new(Poisson {
                    pieces,
                    piece,
                    passed: 0.0,
                    exponential,
                    stream,
                }))
            }
        }
    }

    /// The next event's instant; `None` at the end of the horizon.
    #[inline]
    fn next(&mut self) -> Option<Instant> {
        match self {
            Clock::Poisson(poisson) => poisson.next(),
            Clock::Every { next, every, end } => {
                let at = (*next < *end).then_some(*next)?;
                *next = Instant::from_millis(at.millis().saturating_add(*every));
                Some(at)
            }
        }
    }
}

impl Poisson {
    /// The instant at which the cumulative rate has grown by one more exponential.
    #[inline]
    fn next(&mut self) -> Option<Instant> {
        let mut hazard = self.exponential.next(&mut self.stream);
        loop {
            let passed = self.passed + hazard * self.piece.gap;
            if passed < self.piece.length {
                self.passed = passed;
                // The length is a whole number, so the floor stays inside the piece.
                let millis = self.piece.from.millis() + passed as i64;
                return Some(Instant::from_millis(millis));
            }
            hazard = (hazard - (self.piece.length - self.passed) * self.piece.rate).max(0.0);
            self.piece = self.pieces.next()?;
            self.passed = 0.0;
        }
    }
}

#[cfg(test)]
mod tests;
