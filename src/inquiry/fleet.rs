//! Many accounts, replayed on the threads of a pool.

use crate::domain::{Instant, Zone};
use crate::fleet::{
    self, AccountRows, FleetAnswer, FleetError, FleetFolder, FleetPortion, FleetQuestion,
    FleetWork, add_portions, live,
};
use crate::scenario::Scenario;
use crate::usage::csv::{CsvSettings, InputSource};
use crate::usage::{RecordedDays, UsageSummary};

use super::error::{InquiryError, OutsideHorizon};
use super::pool::WorkerPool;
use super::usage::same_unit;

/// Replays all accounts of a source of usage.
pub fn fleet(
    work: FleetWork<'_>,
    source: &InputSource,
    settings: &CsvSettings,
    pool: &WorkerPool,
) -> Result<FleetAnswer, FleetError> {
    pool.install(|| live(work, source, settings))
}

/// Does the parts of one shard of so many that are not done; returns how many they were.
pub fn fleet_shard(
    folder: &FleetFolder,
    work: FleetWork<'_>,
    (index, shards): (usize, usize),
    pool: &WorkerPool,
) -> Result<usize, FleetError> {
    pool.install(|| folder.shard(work, index, shards))
}

/// Replays the accounts of a source as one portion of a fleet; returns their rows too.
pub fn fleet_portion(
    work: FleetWork<'_>,
    question: &FleetQuestion,
    (source, settings): (&InputSource, &CsvSettings),
    pool: &WorkerPool,
) -> Result<(FleetPortion, AccountRows), FleetError> {
    pool.install(|| FleetPortion::of(work, question, source, settings))
}

/// Adds up all portions of a fleet.
pub fn fleet_sum<T: AsRef<str> + Sync>(
    work: FleetWork<'_>,
    question: &FleetQuestion,
    portions: &[T],
    pool: &WorkerPool,
) -> Result<FleetAnswer, FleetError> {
    pool.install(|| add_portions(work, question, portions))
}

/// The local days on which any account of a source has a row.
pub fn fleet_days(
    source: &InputSource,
    settings: &CsvSettings,
    zone: Zone,
    pool: &WorkerPool,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<RecordedDays, FleetError> {
    pool.install(|| fleet::fleet_days(source, settings, zone, stop))
}

/// Refuses an answer about usage of which nothing is inside the horizon of any account and nothing is drawn, or which counts
/// something else than the scenario.
pub fn check_fleet(answer: &FleetAnswer, base: &Scenario) -> Result<(), InquiryError> {
    let (fold, summary) = (&answer.fold, &answer.read.summary);
    same_unit(base, summary)?;
    let Some(span) = fold.rows.outside_span().filter(|_| fold.futures.is_none()) else {
        return Ok(());
    };
    match fold.has_usage() {
        true => Ok(()),
        false => Err(outside(base, summary, fold.base.figures.outside_rows, span)),
    }
}

/// The error for usage outside the horizon.
fn outside(
    base: &Scenario,
    summary: &UsageSummary,
    rows: u64,
    span: (Instant, Instant),
) -> InquiryError {
    InquiryError::OutsideHorizon(Box::new(OutsideHorizon {
        name: summary.source.clone(),
        rows,
        span,
        horizon: base.setup.horizon,
        zone: base.zone,
        file: true,
    }))
}
