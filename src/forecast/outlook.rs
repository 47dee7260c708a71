//! What is believed of weeks to come, and the course of a replication through them.
//!
//! The logarithm of what week h asks for is level + growth × (φ + φ² + … + φʰ) + drift × (t₁ + … + tₕ) + noise × t,
//! where φ is [`DAMPING`] and every t is Student's with three degrees of freedom, scaled to a variance of one. Growth
//! fades because few histories go on growing as they did (Gardner and McKenzie 1985, *Management Science* 31,
//! 1237–1246). A quantity that is not known exactly is drawn once in a replication. Deliberately absent: events.

use rand::RngExt;

use crate::domain::Window;
use crate::streams::ziggurat::Normal;
use crate::streams::{Purpose, Stream, Streams};

/// What is left of growth from week to week.
pub(super) const DAMPING: f64 = 0.9;
/// Degrees of freedom of the shocks.
const DEGREES: u32 = 3;
/// The quantile 90 % of the standard normal distribution.
const UPPER: f64 = 1.281_551_565_545;
/// The logarithm of how far a week is from all that is known at most: twenty times.
const FARTHEST: f64 = 2.995_732_273_554;

/// A quantity that is not known exactly, by the values that it is below with 10, 50 and 90 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uncertain {
    /// Below it with 10 %.
    pub low: f64,
    /// As often above as below.
    pub middle: f64,
    /// Below it with 90 %.
    pub high: f64,
}

impl Uncertain {
    /// A quantity that is known exactly.
    pub fn known(value: f64) -> Uncertain {
        Uncertain { low: value, middle: value, high: value }
    }

    /// From three quantiles in ascending order; `None` if they are not.
    pub fn new([low, middle, high]: [f64; 3]) -> Option<Uncertain> {
        (low <= middle && middle <= high).then_some(Uncertain { low, middle, high })
    }

    /// The three quantiles.
    pub fn quantiles(self) -> [f64; 3] {
        [self.low, self.middle, self.high]
    }

    /// The value at a standard normal deviate: two half normal distributions that meet in the middle.
    fn at(self, deviate: f64) -> f64 {
        let side = if deviate < 0.0 { self.middle - self.low } else { self.high - self.middle };
        self.middle + side * deviate / UPPER
    }

    fn map(self, f: impl Fn(f64) -> f64) -> Uncertain {
        Uncertain { low: f(self.low), middle: f(self.middle), high: f(self.high) }
    }

    /// The value at a standard normal deviate of a quantity above zero, whose logarithm is drawn.
    fn positive_at(self, deviate: f64) -> f64 {
        const LEAST: f64 = 1e-9;
        libm::exp(self.map(|value| libm::log(value.max(LEAST))).at(deviate))
    }

    /// The value at a standard normal deviate of a standard deviation, whose logarithm is drawn up to the 90 % quantile. Beyond
    /// it the value itself goes on: where most of what is believed is close to zero, logarithms would lead to any height.
    fn deviation_at(self, deviate: f64) -> f64 {
        if deviate > UPPER { self.at(deviate) } else { self.positive_at(deviate) }
    }
}

/// What is believed of weeks to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// Credits that a week asks for at the end of the history, above zero.
    pub level: Uncertain,
    /// Growth from week to week at the end of the history: 0.01 is one per cent.
    pub growth: Uncertain,
    /// Standard deviation by which the level moves from week to week, as a share of it.
    pub drift: Uncertain,
    /// Standard deviation of weeks around the level, as a share of it.
    pub noise: Uncertain,
    /// The share of weeks without any usage.
    pub quiet: f64,
    /// The least and the most that a week may ask for.
    pub bounds: [f64; 2],
}

/// What a person states of weeks to come; it replaces what is learned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutlookKeys {
    /// Replaces [`Outlook::level`].
    pub level: Option<Uncertain>,
    /// Replaces [`Outlook::growth`].
    pub growth: Option<Uncertain>,
    /// Replaces [`Outlook::drift`].
    pub drift: Option<Uncertain>,
    /// Replaces [`Outlook::noise`].
    pub noise: Option<Uncertain>,
    /// Replaces [`Outlook::quiet`].
    pub quiet: Option<f64>,
    /// Times in which usage was refused or not recorded: their days say nothing.
    pub outages: Vec<Window>,
}

impl OutlookKeys {
    /// Only what is stated of the past, for forecasts from inside it: the rest may be known from what came after.
    pub fn of_the_past(&self) -> OutlookKeys {
        OutlookKeys { outages: self.outages.clone(), ..OutlookKeys::default() }
    }
}

impl Outlook {
    /// The least and the most that a week may ask for, given weeks that were seen.
    pub(super) fn bounds(weeks: impl Iterator<Item = f64>) -> [f64; 2] {
        let all: Vec<f64> = weeks.filter(|&week| week > 0.0).collect();
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let most = all.iter().copied().fold(0.0, f64::max);
        [least / libm::exp(FARTHEST), most * libm::exp(FARTHEST)]
    }

    /// The same with what a person states.
    pub fn stated(mut self, keys: &OutlookKeys) -> Outlook {
        if let Some(level) = keys.level {
            let [least, most] = Outlook::bounds(level.quantiles().into_iter());
            self.level = level;
            self.bounds = [self.bounds[0].min(least), self.bounds[1].max(most)];
        }
        self.growth = keys.growth.unwrap_or(self.growth);
        self.drift = keys.drift.unwrap_or(self.drift);
        self.noise = keys.noise.unwrap_or(self.noise);
        self.quiet = keys.quiet.unwrap_or(self.quiet);
        self
    }

    /// The same for usage that asks for `factor` times as much.
    pub fn scaled(self, factor: f64) -> Outlook {
        let bounds = self.bounds.map(|bound| bound * factor);
        Outlook { level: self.level.map(|level| level * factor), bounds, ..self }
    }

    /// The course of a replication.
    pub(crate) fn course(&self, streams: Streams) -> OutlookCourse {
        OutlookCourse {
            start: self.start(streams.at(Purpose::Outlook, 0)),
            outlook: *self,
            streams,
            lead: 0,
            renewal: None,
        }
    }

    fn start(&self, mut stream: Stream) -> CourseStart {
        let normal = Normal::new();
        let mut next = || normal.next(&mut stream);
        CourseStart {
            level: libm::log(self.level.positive_at(next())),
            growth: libm::log1p(self.growth.at(next()).max(-0.9)),
            drift: self.drift.deviation_at(next()),
            noise: self.noise.deviation_at(next()),
        }
    }
}

/// What is drawn of an outlook before its first week.
#[derive(Clone, Copy, Debug)]
struct CourseStart {
    /// The logarithm of the level after the weeks that have passed.
    level: f64,
    /// Growth in the next week but for its damping, as a logarithm.
    growth: f64,
    drift: f64,
    noise: f64,
}

/// The course of one replication through weeks to come, one after another.
#[derive(Clone, Debug)]
pub(crate) struct OutlookCourse {
    start: CourseStart,
    outlook: Outlook,
    streams: Streams,
    lead: u64,
    /// Weeks after which the course begins anew.
    renewal: Option<u64>,
}

/// Where the places of starts begin among the draws of a course, beyond those of its weeks.
const STARTS: u64 = 1 << 32;

impl OutlookCourse {
    /// The same, beginning anew after so many weeks as if they had not been; never where it is `None`.
    pub fn renewed(self, renewal: Option<u64>) -> OutlookCourse {
        OutlookCourse { renewal, ..self }
    }

    /// Credits that week `lead` asks for, counted from 1; weeks are asked for in order.
    pub fn week(&mut self, lead: u64) -> f64 {
        let normal = Normal::new();
        while self.lead < lead {
            if self.lead > 0 && self.renewal.is_some_and(|weeks| self.lead.is_multiple_of(weeks)) {
                let stream = self.streams.at(Purpose::Outlook, STARTS + self.lead);
                self.start = self.outlook.start(stream);
            }
            self.lead += 1;
            let mut stream = self.streams.at(Purpose::Outlook, 2 * self.lead);
            let start = &mut self.start;
            start.growth *= DAMPING;
            start.level += start.growth + start.drift * shock(normal, &mut stream);
            let [least, most] = self.outlook.bounds.map(libm::log);
            start.level = start.level.clamp(least, most);
        }
        let mut stream = self.streams.at(Purpose::Outlook, 2 * lead + 1);
        let noise = self.start.noise * shock(normal, &mut stream);
        if stream.random::<f64>() < self.outlook.quiet {
            return 0.0;
        }
        let [least, most] = self.outlook.bounds;
        libm::exp(self.start.level + noise).clamp(least, most)
    }
}

/// A deviate of Student's distribution, scaled to a variance of one.
fn shock(normal: Normal, stream: &mut Stream) -> f64 {
    let mut sum = 0.0;
    let deviate = normal.next(stream);
    for _ in 0..DEGREES {
        let one = normal.next(stream);
        sum += one * one;
    }
    let degrees = f64::from(DEGREES);
    deviate / libm::sqrt(sum / degrees) * libm::sqrt((degrees - 2.0) / degrees)
}
