//! Futures of many accounts: the horizon lived through many times, the usage of each account drawn from a model of its
//! own rows.
//!
//! A future is a replication: account by account it has the streams of the account's seed, so that before and after a
//! change meet the same usage and luck, and neither threads nor the order of accounts move a draw. Kept are the sums of
//! all accounts in each future, and no account. Deliberately absent: what moves all accounts together, which their own
//! rows do not tell.

use serde::{Deserialize, Serialize};

use crate::domain::{Instant, Window};
use crate::engine::{AnyObserver, Chunk};
use crate::figures::Figures;
use crate::forecast::FutureUsage;
use crate::metrics::Metrics;
use crate::replay::ReplayError;
use crate::scenario::Scenario;
use crate::streams::Streams;
use crate::usage::csv::CsvSettings;
use crate::usage::meaning::number::Atto;
use crate::usage::meaning::{AccountEvent, AccountEvents, Keep};
use crate::usage::{Feed, History, UsageError};

use super::lived::lived_with;

/// The most futures: the sums of each are held.
pub const MOST_FUTURES: u64 = 10_000;
/// Whole weeks of usage that tell how weeks differ.
pub const FEWEST_WEEKS: usize = 2;

/// The futures that are wanted of each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedFutures {
    /// Their number.
    pub replications: u64,
    /// The last row of all accounts: until then an account without rows asked for nothing.
    pub(super) known_until: Option<Instant>,
}

impl WantedFutures {
    /// So many futures.
    pub fn new(replications: u64) -> WantedFutures {
        WantedFutures { replications, known_until: None }
    }
}

/// What all accounts come to in each future.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FleetFutures {
    /// Accounts whose usage is drawn.
    pub drawn: u64,
    /// Those of them with fewer than [`FEWEST_WEEKS`] whole weeks of usage.
    pub short: u64,
    /// Accounts that have asked for nothing, and do so in every future.
    pub silent: u64,
    /// As it is, by future.
    pub base: Vec<Figures>,
    /// With the change, by future; nothing without one.
    pub changed: Vec<Figures>,
}

impl FleetFutures {
    /// Adds an account.
    pub(super) fn add(&mut self, known: KnownUsage, base: &[Figures], changed: Option<&[Figures]>) {
        self.drawn += u64::from(known != KnownUsage::Nothing);
        self.short += u64::from(known == KnownUsage::Little);
        self.silent += u64::from(known == KnownUsage::Nothing);
        add_each(&mut self.base, base);
        add_each(&mut self.changed, changed.unwrap_or_default());
    }

    /// Adds other accounts.
    pub(super) fn merge(&mut self, other: &FleetFutures) {
        self.drawn += other.drawn;
        self.short += other.short;
        self.silent += other.silent;
        add_each(&mut self.base, &other.base);
        add_each(&mut self.changed, &other.changed);
    }
}

fn add_each(sums: &mut Vec<Figures>, more: &[Figures]) {
    if sums.len() < more.len() {
        sums.resize_with(more.len(), Figures::default);
    }
    sums.iter_mut().zip(more).for_each(|(sum, one)| sum.add_account(one));
}

/// What the rows of an account tell of its usage to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KnownUsage {
    /// How weeks differ.
    Weeks,
    /// Fewer than [`FEWEST_WEEKS`] whole weeks.
    Little,
    /// Nothing was ever asked for.
    Nothing,
}

/// The figures of an account in each future, with what its rows tell.
pub(super) fn futures(
    scenario: &Scenario,
    seed: u64,
    (events, keep): (AccountEvents, Keep),
    wanted: WantedFutures,
    stop: &dyn Fn() -> bool,
) -> Result<(KnownUsage, Vec<Figures>), ReplayError> {
    let history = history(scenario, events, keep, wanted.known_until)?;
    let keys = scenario.model.clone().unwrap_or_default();
    let future = FutureUsage::learned(&history, &keys);
    let known = match &future {
        None => KnownUsage::Nothing,
        Some(future) if future.evidence().known_weeks() < FEWEST_WEEKS => KnownUsage::Little,
        Some(_) => KnownUsage::Weeks,
    };
    let horizon = scenario.setup.horizon;
    // Figures only add up, so what is drawn is shown where it lies.
    let mut chunk = Chunk::for_sums();
    let lived = |replication| {
        let streams = Streams { seed, replication };
        let feed: Box<dyn Feed> = match &future {
            Some(future) => Box::new(future.drawn(horizon, streams)),
            None => Box::new(history.replayed(horizon)),
        };
        let read = (feed, &mut chunk);
        let mut metrics = Metrics::new(horizon);
        lived_with(scenario, streams, read, AnyObserver::of(&mut metrics), stop)?;
        Ok(metrics.total().clone())
    };
    let lived: Result<Vec<Figures>, ReplayError> = (0..wanted.replications).map(lived).collect();
    Ok((known, lived?))
}

/// All usage of an account, wherever the horizon is, and that it asked for nothing after it until all of it is known.
fn history(
    scenario: &Scenario,
    mut events: AccountEvents,
    keep: Keep,
    known_until: Option<Instant>,
) -> Result<History, UsageError> {
    let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    let settings = CsvSettings { horizon: always, ..scenario.csv.clone() };
    if let Some(at) = known_until.filter(|_| !events.is_empty()) {
        events.push(AccountEvent { at, amount: Atto::from_steps(0), identity: None });
    }
    History::read(&mut *events.feed(keep, &settings), scenario.zone)
}
