//! The rate of arrivals: constant on pieces, which are local hours cut at spikes and bursts.
//!
//! Hours are local, so a day with a clock change has 23 or 25 of them; a repeated hour counts its
//! weight twice. Deliberately absent: events.

use crate::domain::{Instant, Window, Zone};
use crate::streams::ziggurat::Exponential;
use crate::streams::{Purpose, Stream, Streams};

use crate::usage::factor::{DAY, Growth, MONTH, Spikes};

use super::demand::{Bursts, Demand, week};

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;
/// Hours of a week.
const WEEK: i64 = 168;
/// Hours from Monday midnight to 1970-01-01T00:00, a Thursday.
const EPOCH_HOUR: i64 = 72;
/// The distance over which offsets from UTC are looked up ahead; clock changes are further apart.
const AHEAD: i64 = 86_400_000;

/// A stretch of time with one rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    /// Its first instant.
    pub(super) from: Instant,
    /// Its length in milliseconds, a whole number.
    pub(super) length: f64,
    /// Expected events in a millisecond.
    pub(super) rate: f64,
    /// The mean distance of events in milliseconds: the rate's inverse.
    pub(super) gap: f64,
}

/// Walks the pieces of a horizon in order.
#[derive(Clone, Debug)]
pub(super) struct Pieces {
    at: Instant,
    end: Instant,
    /// Events in a millisecond before all factors.
    base: f64,
    week: Option<Week>,
    growth: Option<Growth>,
    spikes: Spikes,
    bursts: Option<BurstTimes>,
}

impl Pieces {
    /// The pieces of a demand without problems.
    pub(super) fn new(
        demand: &Demand,
        per_day: f64,
        horizon: Window,
        zone: Zone,
        streams: Streams,
    ) -> Pieces {
        let offsets = Offsets { zone, offset: 0, until: Instant::EARLIEST };
        let growth = demand.growth_per_month;
        let drawn = demand.bursts.filter(|bursts| bursts.per_month > 0.0);
        Pieces {
            at: horizon.from,
            end: horizon.to,
            base: per_day / DAY,
            week: week(demand).map(|factors| Week { factors, offsets }),
            growth: (growth != 0.0).then(|| Growth::new(growth, horizon.from)),
            spikes: Spikes::new(&demand.spikes),
            bursts: drawn.map(|bursts| BurstTimes::new(bursts, horizon, streams)),
        }
    }

    /// The next piece; `None` at the end of the horizon.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Piece> {
        let from = self.at;
        if from >= self.end {
            return None;
        }
        let (mut rate, mut to) = (self.base, self.end);
        let mut apply = |(factor, until): (f64, Instant)| {
            rate *= factor;
            to = to.min(until);
        };
        if let Some(week) = &mut self.week {
            apply(week.at(from));
        }
        if let Some(growth) = &mut self.growth {
            apply(growth.at(from));
        }
        apply(self.spikes.at(from));
        if let Some(bursts) = &mut self.bursts {
            apply(bursts.at(from));
        }
        self.at = to;
        let length = to.since(from).millis() as f64;
        Some(Piece { from, length, rate, gap: 1.0 / rate })
    }
}

/// The weight of each local hour of the week.
#[derive(Clone, Debug)]
struct Week {
    /// Factors from Monday midnight, with a mean of 1.
    factors: Vec<f64>,
    offsets: Offsets,
}

impl Week {
    /// The factor at an instant, and until when it holds.
    #[inline]
    fn at(&mut self, at: Instant) -> (f64, Instant) {
        let (offset, until) = self.offsets.at(at);
        let local = at.millis() + offset;
        let hour = local.div_euclid(HOUR);
        let index = usize::try_from((hour + EPOCH_HOUR).rem_euclid(WEEK)).unwrap_or(0);
        let factor = self.factors.get(index).copied().unwrap_or(1.0);
        (factor, until.min(Instant::from_millis((hour + 1) * HOUR - offset)))
    }
}

/// Offsets from UTC, the one at hand kept until it may change.
#[derive(Clone, Debug)]
struct Offsets {
    zone: Zone,
    /// Local time minus UTC, in milliseconds.
    offset: i64,
    /// Until when it holds.
    until: Instant,
}

impl Offsets {
    /// The offset at an instant, and an instant until which it certainly holds. Called in order of
    /// time.
    #[inline]
    fn at(&mut self, at: Instant) -> (i64, Instant) {
        if at >= self.until {
            self.offset = self.ask(at);
            self.until = self.change(at);
        }
        (self.offset, self.until)
    }

    /// The first change within a day after `at`, by bisection, or the end of that day.
    fn change(&self, at: Instant) -> Instant {
        let (mut same, mut later) = (at.millis(), at.millis() + AHEAD);
        if self.ask(Instant::from_millis(later)) == self.offset {
            return Instant::from_millis(later);
        }
        while later - same > 1 {
            let middle = same + (later - same) / 2;
            let unchanged = self.ask(Instant::from_millis(middle)) == self.offset;
            if unchanged { same = middle } else { later = middle }
        }
        Instant::from_millis(later)
    }

    /// Looks up the zone; the ends of the calendar count as UTC.
    fn ask(&self, at: Instant) -> i64 {
        let inside = at.clamp(Instant::EARLIEST, Instant::NEVER);
        self.zone.local(inside).and_utc().timestamp_millis() - inside.to_utc().timestamp_millis()
    }
}

/// Bursts, drawn one after the other.
#[derive(Clone, Debug)]
struct BurstTimes {
    bursts: Bursts,
    /// Mean distance of starts in milliseconds.
    gap: f64,
    /// The burst at hand or to come: `[from, to)`.
    from: Instant,
    to: Instant,
    /// The end of the horizon; bursts after it are not drawn.
    end: Instant,
    /// The start after it, in milliseconds from `origin`.
    start: f64,
    origin: i64,
    exponential: Exponential,
    stream: Stream,
}

impl BurstTimes {
    /// Bursts that can reach into a horizon.
    fn new(bursts: Bursts, horizon: Window, streams: Streams) -> BurstTimes {
        let start = horizon.from;
        let origin = start.millis().saturating_sub(bursts.lasts.millis());
        let mut times = BurstTimes {
            bursts,
            gap: MONTH / bursts.per_month,
            from: start,
            to: start,
            end: horizon.to,
            start: 0.0,
            origin,
            exponential: Exponential::new(),
            stream: streams.at(Purpose::Bursts, 0),
        };
        times.draw();
        times
    }

    /// The factor at an instant, and the instant until which it holds. Called in order of time.
    #[inline]
    fn at(&mut self, at: Instant) -> (f64, Instant) {
        while self.to <= at {
            self.advance();
        }
        match at < self.from {
            true => (1.0, self.from),
            false => (self.bursts.times, self.to),
        }
    }

    /// Moves on to the next stretch of bursts; those that overlap or touch are merged.
    fn advance(&mut self) {
        let lasts = self.bursts.lasts;
        self.from = self.next_start();
        self.to = self.from.plus(lasts);
        self.draw();
        while self.to < self.end && self.next_start() <= self.to {
            self.to = self.next_start().plus(lasts);
            self.draw();
        }
    }

    fn next_start(&self) -> Instant {
        Instant::from_millis(self.origin.saturating_add(self.start as i64)).min(Instant::NEVER)
    }

    fn draw(&mut self) {
        self.start += self.exponential.next(&mut self.stream) * self.gap;
    }
}
