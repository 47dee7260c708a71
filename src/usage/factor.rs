//! Factors on usage that change with time: growth, and planned changes.
//!
//! A generator has them on its rate, and a scenario on what any usage asks for. Deliberately absent: shapes of the
//! week and bursts, which only a generator has.

use crate::domain::{Duration, Instant};

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;
/// Milliseconds of a day.
pub(super) const DAY: f64 = 86_400_000.0;
/// Milliseconds of a mean month of 30.4375 days.
pub(super) const MONTH: f64 = 30.4375 * DAY;

/// A planned change: `[at, at + lasts)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spike {
    /// Its start.
    pub at: Instant,
    /// Its duration.
    pub lasts: Duration,
    /// The factor on usage; 0 stops it, 5 is five times as much.
    pub times: f64,
}

/// Compound growth, constant within each hour from its start.
#[derive(Clone, Debug)]
pub(super) struct Growth {
    start: i64,
    /// The growth of a day, as a logarithm.
    daily: f64,
    /// The factors of the hours within a day.
    hours: [f64; 24],
    /// The day at hand, counted from the start, and its factor.
    day: (i64, f64),
}

impl Growth {
    pub(super) fn new(per_month: f64, start: Instant) -> Growth {
        let daily = libm::log1p(per_month) * (DAY / MONTH);
        let hours = std::array::from_fn(|hour| libm::exp(daily * (hour as f64 / 24.0)));
        Growth { start: start.millis(), daily, hours, day: (0, 1.0) }
    }

    /// The factor at an instant, and until when it holds.
    #[inline]
    pub(super) fn at(&mut self, at: Instant) -> (f64, Instant) {
        let hours = (at.millis() - self.start).div_euclid(HOUR);
        let (day, hour) = (hours.div_euclid(24), hours.rem_euclid(24));
        if day != self.day.0 {
            self.day = (day, libm::exp(self.daily * day as f64));
        }
        let within = usize::try_from(hour).ok().and_then(|hour| self.hours.get(hour));
        let until = Instant::from_millis(self.start + (hours + 1) * HOUR);
        (self.day.1 * within.copied().unwrap_or(1.0), until)
    }
}

/// Planned changes as a walk over their edges.
#[derive(Clone, Debug)]
pub(super) struct Spikes {
    /// The product of the factors in force from each instant on, in order.
    steps: Vec<(Instant, f64)>,
    next: usize,
    factor: f64,
}

impl Spikes {
    pub(super) fn new(spikes: &[Spike]) -> Spikes {
        Spikes { steps: spike_steps(spikes), next: 0, factor: 1.0 }
    }

    /// The factor at an instant, and the instant until which it holds. Called in order of time.
    #[inline]
    pub(super) fn at(&mut self, at: Instant) -> (f64, Instant) {
        while let Some(&(from, factor)) = self.steps.get(self.next) {
            if from > at {
                return (self.factor, from);
            }
            self.factor = factor;
            self.next += 1;
        }
        (self.factor, Instant::NEVER)
    }
}

/// The product of the factors in force from each of these instants on, in order.
pub(super) fn spike_steps(spikes: &[Spike]) -> Vec<(Instant, f64)> {
    let end = |spike: &Spike| spike.at.plus(spike.lasts);
    let mut edges: Vec<Instant> = spikes.iter().flat_map(|spike| [spike.at, end(spike)]).collect();
    edges.sort_unstable();
    edges.dedup();
    let holds = |spike: &&Spike, at| spike.at <= at && at < end(spike);
    let factor = |at| spikes.iter().filter(|spike| holds(spike, at)).map(|s| s.times).product();
    edges.into_iter().map(|at| (at, factor(at))).collect()
}
