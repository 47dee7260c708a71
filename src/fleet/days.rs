//! The days of the usage of all accounts, read once in any order.
//!
//! Rows that flow over their time are put aside by account first, as only the next row of the account says for how long.
//! Deliberately absent: what anybody makes of the days.

use std::path::Path;

use crate::domain::{Instant, Window, Zone};
use crate::engine::Chunk;
use crate::usage::csv::{CsvSettings, InputSource};
use crate::usage::meaning::{AccountEvent, AccountEvents, AccountSink, Keep, read_accounts};
use crate::usage::{RecordedDays, RowSpread};

use super::error::FleetError;
use super::live::put_aside;
use super::partition::{PARTS, part_path, read_part};

/// The local days on which any account has a row, or a part of one.
pub fn fleet_days(
    source: &InputSource,
    settings: &CsvSettings,
    zone: Zone,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<RecordedDays, FleetError> {
    let settings = CsvSettings { hash: None, ..settings.clone() };
    let mut days = DaysSink { days: RecordedDays::new(zone), zone, rows: 0, stop };
    read_accounts(source.clone(), &settings, &mut days)?;
    if settings.spread != RowSpread::None {
        let folder = tempfile::tempdir()
            .map_err(|cause| FleetError::Disk { path: std::env::temp_dir(), cause })?;
        let (_, keep, _) = put_aside(source, &settings, folder.path(), stop)?;
        for part in 0..PARTS {
            add_part(&part_path(folder.path(), part), keep, &settings, &mut days.days)?;
        }
    }
    Ok(days.days)
}

/// Adds what the rows of the accounts of a part flow into.
fn add_part(
    path: &Path,
    keep: Keep,
    settings: &CsvSettings,
    days: &mut RecordedDays,
) -> Result<(), FleetError> {
    let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    let settings = CsvSettings { horizon: always, ..settings.clone() };
    let mut chunk = Chunk::new();
    let accounts: Vec<(String, AccountEvents)> = read_part(path)?;
    for (_, events) in accounts {
        let mut feed = events.feed(keep, &settings);
        loop {
            feed.fill(&mut chunk)?;
            if chunk.is_empty() {
                break;
            }
            chunk.slice().merged().for_each(|(at, _)| days.add(at));
        }
    }
    Ok(())
}

/// Notes the days of rows.
struct DaysSink<'s> {
    days: RecordedDays,
    zone: Zone,
    rows: u64,
    stop: &'s (dyn Fn() -> bool + Sync),
}

impl AccountSink for DaysSink<'_> {
    type Error = FleetError;

    fn begin(&mut self, _: Keep) -> Result<(), FleetError> {
        (self.days, self.rows) = (RecordedDays::new(self.zone), 0);
        Ok(())
    }

    fn take(&mut self, _: &str, event: AccountEvent) -> Result<(), FleetError> {
        /// Rows after which an interrupt is noticed.
        const OFTEN: u64 = 1 << 16;
        self.rows += 1;
        if self.rows.is_multiple_of(OFTEN) && (self.stop)() {
            return Err(FleetError::Interrupted { accounts: 0, keeps: false });
        }
        self.days.add(event.at);
        Ok(())
    }
}
