//! Accounts that are made up: sizes, zones, segments and first days that differ as those of customers do.
//!
//! An account is a pure function of the seed, its number and the scenario, so that the same command writes the same
//! bytes and more accounts leave the first as they are. Deliberately absent: files.

use rand::RngExt;

use crate::domain::{Duration, Instant, Window, Zone};
use crate::scenario::{Scenario, UsageSource};
use crate::streams::{Purpose, Streams, normal};
use crate::usage::UsageError;
use crate::usage::generate::{Generated, Process};

use super::rules::account_seed;

/// The standard deviation of the logarithm of a size: the largest 1 of 100 accounts are some ten times the median.
const SIGMA: f64 = 1.0;
/// Zones of accounts, with their weights.
const ZONES: [(&str, u32); 6] = [
    ("America/New_York", 35),
    ("America/Los_Angeles", 20),
    ("Europe/London", 15),
    ("Europe/Berlin", 15),
    ("Asia/Kolkata", 10),
    ("Australia/Sydney", 5),
];
/// Of 100 accounts, those that begin later than the scenario.
const LATE: u32 = 30;
/// Segments by size: their names, and the size below which an account is of them.
const SEGMENTS: [(&str, f64); 3] = [("small", 0.6), ("medium", 2.0), ("large", f64::INFINITY)];

/// An account that is made up.
#[derive(Clone, Debug, PartialEq)]
pub struct MadeAccount {
    /// Its name.
    pub id: String,
    /// Its segment, by its size.
    pub segment: &'static str,
    /// Its zone.
    pub zone: Zone,
    /// The first day of its own, midnight in its zone; `None` if that is the scenario's.
    pub start: Option<Instant>,
    /// How often it asks, in times what the scenario says; 1 on average.
    pub size: f64,
}

impl MadeAccount {
    /// The account of a number, from 1.
    pub fn of(scenario: &Scenario, number: u64) -> MadeAccount {
        let id = format!("account-{number:06}");
        let mut stream =
            Streams { seed: scenario.seed, replication: 0 }.at(Purpose::Accounts, number);
        let size = libm::exp(SIGMA * normal(&mut stream) - SIGMA * SIGMA / 2.0);
        let segment = SEGMENTS.iter().find(|(_, below)| size < *below);
        let (segment, _) = segment.expect("no size is infinite");
        let zone = weighted(stream.random_range(0..100));
        let is_late = stream.random_range(0..100) < LATE;
        let share = stream.random::<f64>();
        let horizon = scenario.setup.horizon;
        let start = is_late.then(|| later(horizon, zone, share)).flatten();
        MadeAccount { id, segment, zone, start, size }
    }

    /// Its first day as a list of accounts writes it; empty where it is the scenario's.
    pub fn start_text(&self) -> String {
        self.start.map_or(String::new(), |start| self.zone.show_date(start))
    }

    /// Its usage, drawn as the scenario says, as much more or less often as it is larger or smaller.
    pub fn usage(&self, scenario: &Scenario) -> Result<Option<Generated>, UsageError> {
        let UsageSource::Generated(demand) = &scenario.usage else { return Ok(None) };
        let horizon = scenario.setup.horizon;
        let local = |at: Instant| self.zone.midnight(scenario.zone.local(at).date()).unwrap_or(at);
        let from = self.start.unwrap_or_else(|| local(horizon.from));
        let window = Window { from, to: local(horizon.to).max(from) };
        let streams = Streams { seed: account_seed(scenario.seed, &self.id), replication: 0 };
        let process = Process::new((**demand).clone()).scaled(self.size);
        process.drawn(window, self.zone, streams).map(Some)
    }
}

/// The zone in which the percent of an account lies.
fn weighted(percent: u32) -> Zone {
    let mut below = 0;
    let zone = ZONES.iter().find(|(_, weight)| {
        below += weight;
        percent < below
    });
    let (name, _) = zone.expect("the weights add up to 100");
    Zone::from_name(name).expect("the zone is one of the calendar's")
}

/// The midnight that lies so far into the first half of a horizon; `None` where that is its start.
fn later(horizon: Window, zone: Zone, share: f64) -> Option<Instant> {
    let half = (horizon.to.millis() - horizon.from.millis()) / 2;
    let at = horizon.from.plus(Duration::from_millis((half as f64 * share) as i64));
    let day = zone.midnight(zone.local(at).date())?;
    (day > horizon.from && day < horizon.to).then_some(day)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn scenario() -> Scenario {
        let text = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-04-01\n[packages.a]\ncredits = 9\n\
                    price = \"1\"\n[usage.generate]\nper_day = 4.0\namount = 1\n";
        Scenario::from_text("s.toml", text, Path::new("")).unwrap()
    }

    #[test]
    fn accounts_differ_as_customers_do_and_are_the_same_again() {
        let scenario = scenario();
        let all: Vec<MadeAccount> = (1..=4_000).map(|n| MadeAccount::of(&scenario, n)).collect();
        assert_eq!(all[17], MadeAccount::of(&scenario, 18));
        let mean = all.iter().map(|one| one.size).sum::<f64>() / all.len() as f64;
        assert!((0.9..1.1).contains(&mean), "{mean}");
        let mut sizes: Vec<f64> = all.iter().map(|one| one.size).collect();
        sizes.sort_by(f64::total_cmp);
        let median = sizes[sizes.len() / 2];
        // The median of this law is exp(−σ²/2).
        assert!((0.57..0.65).contains(&median), "{median}");
        let late = all.iter().filter(|one| one.start.is_some()).count();
        assert!((1_000..1_400).contains(&late), "{late}");
        let segments: BTreeSet<&str> = all.iter().map(|one| one.segment).collect();
        assert_eq!(segments.len(), SEGMENTS.len());
        let zones: BTreeSet<&str> = all.iter().map(|one| one.zone.name()).collect();
        assert_eq!(zones.len(), ZONES.len());
        assert_eq!(ZONES.iter().map(|(_, weight)| weight).sum::<u32>(), 100);
    }

    #[test]
    fn usage_begins_with_the_account() {
        use crate::engine::Chunk;
        use crate::usage::Feed;
        let scenario = scenario();
        let late = (1..).map(|n| MadeAccount::of(&scenario, n)).find(|one| one.start.is_some());
        let late = late.unwrap();
        let mut usage = late.usage(&scenario).unwrap().unwrap();
        let mut chunk = Chunk::new();
        usage.fill(&mut chunk).unwrap();
        assert!(chunk.at(0) >= late.start.unwrap());
    }
}
