//! One account lived through: its figures, its books and its charges, as numbers that add up over accounts.
//!
//! Nothing of the run itself is kept. Deliberately absent: where its usage comes from, and sums.

use std::collections::BTreeMap;

use chrono::Datelike;

use crate::books::{Books, Statement, UnexpiredLots, VintageMonth};
use crate::domain::{Duration, Instant, Zone};
use crate::engine::{Chunk, Engine, EngineError, Fact, Moment, Observer, Pace, UsageRun};
use crate::figures::Figures;
use crate::metrics::Metrics;
use crate::payments::Processor;
use crate::replay::{Course, Halt, ReplayError, changed, drive};
use crate::scenario::Scenario;
use crate::streams::Streams;
use crate::usage::{Feed, UsageSummary};

use super::networks::{DeclinedCharges, LimitUse};

/// A calendar month, as months since the beginning of the year 0.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct MonthNumber(i32);

impl MonthNumber {
    /// The month of an instant in a zone.
    pub fn of(zone: Zone, at: Instant) -> MonthNumber {
        let local = zone.local(at);
        MonthNumber(local.year() * 12 + local.month0() as i32)
    }
}

/// The year and the month: `2026-03`.
impl std::fmt::Display for MonthNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// Charges in one hour of UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HourCharges {
    /// Recharges.
    pub recharges: u64,
    /// Charges that failed.
    pub failed: u64,
}

impl HourCharges {
    /// Adds those of other accounts.
    pub(super) fn add(&mut self, other: HourCharges) {
        self.recharges += other.recharges;
        self.failed += other.failed;
    }
}

/// An account that was lived through with one scenario.
#[derive(Clone, Debug)]
pub struct LivedAccount {
    /// The figures of the whole run.
    pub figures: Figures,
    /// The books by calendar month of the account's zone.
    pub months: Vec<(MonthNumber, Statement)>,
    /// Purchased credits that are left, by the month of their expiry; `None` for those that never expire.
    pub unexpired: Vec<(Option<MonthNumber>, UnexpiredLots)>,
    /// What became of the purchases of each of the months.
    pub vintages: Vec<VintageMonth>,
    /// Charges by the hour of UTC since 1970.
    pub hours: BTreeMap<i64, HourCharges>,
    /// Charges against each limit of card networks; empty where none was declined.
    pub limits: Vec<LimitUse>,
    /// The first and the last instant of its rows outside the horizon.
    pub outside: Option<(Instant, Instant)>,
}

/// Lives an account through its usage, with the luck of `seed`.
pub(super) fn lived(
    scenario: &Scenario,
    seed: u64,
    feed: Box<dyn Feed>,
    stop: &dyn Fn() -> bool,
) -> Result<LivedAccount, ReplayError> {
    let streams = Streams { seed, replication: 0 };
    let horizon = scenario.setup.horizon;
    let books = Books::new(&scenario.setup, scenario.zone, scenario.currency.minor());
    let observers = (Metrics::new(horizon), (books, Charges::default()));
    let chunk = &mut Chunk::new();
    let (observers, summary) = lived_with(scenario, streams, (feed, chunk), observers, stop)?;
    let (mut metrics, (books, charges)) = observers;
    metrics.read(&summary);
    let month = |at| MonthNumber::of(scenario.zone, at);
    let months = books.months().into_iter().map(|row| (month(row.window.from), row));
    let expiry =
        |lots: &UnexpiredLots| (lots.expires < Instant::NEVER).then(|| month(lots.expires));
    Ok(LivedAccount {
        figures: metrics.total().clone(),
        months: months.collect(),
        unexpired: books.unexpired().into_iter().map(|lots| (expiry(&lots), lots)).collect(),
        vintages: books.vintages(),
        hours: charges.hours,
        limits: charges.declined.found(),
        outside: summary.outside.span,
    })
}

/// Lives an account through its usage, read into a chunk; returns what watched it, and what was read.
pub(super) fn lived_with<O: Observer>(
    scenario: &Scenario,
    streams: Streams,
    (feed, chunk): (Box<dyn Feed>, &mut Chunk),
    observer: O,
    stop: &dyn Fn() -> bool,
) -> Result<(O, UsageSummary), ReplayError> {
    let mut feed = changed(feed, scenario);
    let processor = Processor::new(&scenario.luck, streams);
    let failed = |error: EngineError| ReplayError::Engine {
        seed: streams.seed,
        replication: streams.replication,
        error,
    };
    let engine = Engine::start(&scenario.setup, Pace::Skip, processor, observer);
    let mut engines = [engine.map_err(failed)?];
    let course = Course { horizon: scenario.setup.horizon, marks: &[] };
    match drive(&mut *feed, chunk, &mut engines, course, stop) {
        Ok(()) => {}
        Err(Halt::Usage(error)) => return Err(error.into()),
        Err(Halt::Engine { error, .. }) => return Err(failed(error)),
        Err(Halt::Stopped { events, at }) => return Err(ReplayError::Interrupted { events, at }),
    }
    let [engine] = engines;
    let observer = engine.finish().map_err(failed)?;
    Ok((observer, feed.summary().clone()))
}

/// Follows the charges of a run.
#[derive(Clone, Debug, Default)]
struct Charges {
    hours: BTreeMap<i64, HourCharges>,
    declined: DeclinedCharges,
}

impl Charges {
    fn hour(&mut self, at: Instant) -> &mut HourCharges {
        self.hours.entry(at.millis().div_euclid(Duration::HOUR.millis())).or_default()
    }
}

impl Observer for Charges {
    fn adds_up(&self) -> bool {
        true
    }

    fn fact(&mut self, moment: &Moment, fact: &Fact<'_>) {
        match fact {
            Fact::ChargeSucceeded { .. } => {
                self.hour(moment.at).recharges += 1;
                self.declined.cleared();
            }
            Fact::ChargeFailed { decline, .. } => {
                self.hour(moment.at).failed += 1;
                self.declined.failed(moment.at, *decline);
            }
            Fact::Repaired => self.declined.cleared(),
            _ => {}
        }
    }

    fn usage(&mut self, _: &UsageRun<'_>) {}

    fn nothing_asked(&mut self, _: &UsageRun<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_that_of_the_zone_and_is_written_with_its_year() {
        let at = Instant::from_millis(1_767_225_600_000); // 2026-01-01T00:00:00Z
        assert_eq!(MonthNumber::of(Zone::UTC, at).to_string(), "2026-01");
        let zone = Zone::from_name("America/New_York").unwrap();
        assert_eq!(MonthNumber::of(zone, at).to_string(), "2025-12");
        assert!(MonthNumber::of(zone, at) < MonthNumber::of(Zone::UTC, at));
    }
}
