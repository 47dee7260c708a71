//! Many accounts, replayed on the threads of a pool.

use crate::fleet::{
    AccountRows, FleetAnswer, FleetError, FleetFolder, FleetPortion, FleetQuestion, FleetWork,
    add_portions, live,
};
use crate::usage::csv::{CsvSettings, InputSource};

use super::pool::WorkerPool;

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
