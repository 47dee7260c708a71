//! Many accounts, replayed on the threads of a pool.

use crate::fleet::{FleetAnswer, FleetError, FleetFolder, FleetWork, live};
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
