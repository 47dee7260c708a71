//! All accounts lived through, on all threads, with the memory of a few of them.
//!
//! Rows that are grouped by account are replayed while they are read. As soon as an account comes up again after
//! others, the file is put aside by account on disk ([`super::partition`]) and replayed part by part; the results are
//! the same. Deliberately absent: work that goes on later, which is [`super::shards`].

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::Scope;
use rayon::prelude::*;

use crate::domain::Instant;
use crate::replay::ReplayError;
use crate::usage::csv::{CsvSettings, InputSource};
use crate::usage::meaning::{
    AccountEvent, AccountEvents, AccountSink, AccountsRead, Keep, read_accounts,
};
use crate::usage::{UsageError, UsageSummary};

use super::error::FleetError;
use super::fold::{FleetFold, FoldedAccount};
use super::futures::{WantedFutures, futures};
use super::lived::{LivedAccount, lived};
use super::partition::{PARTS, PartitionWriter, part_path, read_part};
use super::roster::listed;
use super::rules::{FleetRules, RulesSide};

/// Events that are replayed as one piece of work.
const BATCH_EVENTS: usize = 200_000;
/// Accounts of one piece of work.
const BATCH_ACCOUNTS: usize = 256;

/// Follows the work on a fleet.
pub trait FleetWatch: Sync {
    /// So many more accounts are done.
    fn done(&self, accounts: u64);
    /// Returns true to stop.
    fn stop(&self) -> bool;
}

impl FleetWatch for () {
    fn done(&self, _: u64) {}

    fn stop(&self) -> bool {
        false
    }
}

/// Writes the row of an account, without a line end.
pub type RowOf<'r> = &'r (dyn Fn(&FoldedAccount<'_>) -> String + Sync);

/// Rows of accounts with the names they are in order by.
pub type AccountRows = Vec<(String, String)>;

/// The rules of a fleet, and what is wanted of each account.
#[derive(Clone, Copy)]
pub struct FleetWork<'w> {
    /// The rules.
    pub rules: &'w FleetRules,
    /// The row of each account, if rows are wanted.
    pub row: Option<RowOf<'w>>,
    /// The futures of each account that are wanted, beside what its usage comes to.
    pub futures: Option<WantedFutures>,
    /// Hears of progress, and may ask to stop.
    pub watch: &'w dyn FleetWatch,
}

/// What some accounts came to.
#[derive(Debug, Default)]
pub(super) struct LivedAccounts {
    pub(super) fold: FleetFold,
    pub(super) rows: AccountRows,
    /// Accounts that could not be replayed, with the reasons.
    problems: Vec<(String, String)>,
    /// The first fault of the program.
    fault: Option<(String, ReplayError)>,
    interrupted: bool,
}

impl LivedAccounts {
    fn merge(mut self, other: LivedAccounts) -> LivedAccounts {
        self.fold.merge(&other.fold);
        self.rows.extend(other.rows);
        self.problems.extend(other.problems);
        self.fault = self.fault.or(other.fault);
        self.interrupted |= other.interrupted;
        self
    }

    /// Notes why an account could not be replayed.
    fn note(&mut self, account: &str, error: ReplayError) {
        match error {
            ReplayError::Interrupted { .. } => self.interrupted = true,
            error if is_fault(&error) => {
                self.fault.get_or_insert((account.to_owned(), error));
            }
            error => self.problems.push((account.to_owned(), error.to_string())),
        }
    }

    /// What the accounts came to; the error lists those that could not be replayed.
    pub(super) fn checked(mut self) -> Result<LivedAccounts, FleetError> {
        if let Some((account, error)) = self.fault {
            return Err(FleetError::Fault { account, error });
        }
        if self.interrupted {
            return Err(FleetError::Interrupted { accounts: self.fold.accounts, keeps: false });
        }
        if !self.problems.is_empty() {
            self.problems.sort();
            let told = |(account, why): (String, String)| format!("account {account}: {why}");
            let problems = listed(self.problems.into_iter().map(told).collect());
            return Err(FleetError::Accounts { problems });
        }
        self.fold.settle();
        self.rows.sort();
        Ok(self)
    }
}

/// The answer about a fleet.
#[derive(Debug)]
pub struct FleetAnswer {
    /// What the accounts come to.
    pub fold: FleetFold,
    /// The usage that was read.
    pub read: AccountsRead,
    /// A row for each account in the order of their names, if rows were wanted.
    pub rows: AccountRows,
}

/// Accounts of the list without usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SilentAccounts {
    /// They are replayed with the others.
    Replayed,
    /// They are left to others.
    LeftOut,
}

/// Replays all accounts of a source on the threads of the present pool.
pub fn live(
    work: FleetWork<'_>,
    source: &InputSource,
    settings: &CsvSettings,
) -> Result<FleetAnswer, FleetError> {
    live_with(work, source, settings, SilentAccounts::Replayed)
}

/// Replays all accounts of a source, and those of the list without usage as is said.
pub(super) fn live_with(
    work: FleetWork<'_>,
    source: &InputSource,
    settings: &CsvSettings,
    silent: SilentAccounts,
) -> Result<FleetAnswer, FleetError> {
    let grouped = live_grouped(work, source, settings, silent)?;
    let (read, done) = match grouped {
        Some(done) => done,
        None => live_parted(work, source, settings, silent)?,
    };
    check_zone(work.rules, &read)?;
    let mut done = done.checked()?;
    done.fold.add_read(&read.summary);
    Ok(FleetAnswer { fold: done.fold, read, rows: done.rows })
}

/// Refuses times without a zone where accounts have zones of their own.
pub(super) fn check_zone(rules: &FleetRules, read: &AccountsRead) -> Result<(), FleetError> {
    match read.is_zone_open && rules.roster().sets_zone() {
        true => Err(FleetError::OpenZone { name: read.summary.source.clone() }),
        false => Ok(()),
    }
}

/// Replays rows that are grouped by account while they are read; `None` if they are not, or may not be read again if they
/// are not.
fn live_grouped(
    work: FleetWork<'_>,
    source: &InputSource,
    settings: &CsvSettings,
    silent: SilentAccounts,
) -> Result<Option<(AccountsRead, LivedAccounts)>, FleetError> {
    // Until where usage is known shows when all of it is read.
    if work.futures.is_some() {
        return Ok(None);
    }
    let may_be_several = matches!(source, InputSource::File(path) if !path.is_file());
    if may_be_several || !source.can_be_opened_again() {
        return Ok(None);
    }
    let shared = Mutex::new((0, LivedAccounts::default()));
    let waiting = Mutex::new(0);
    let (read, seen) = rayon::scope(|scope| {
        let mut sink = GroupedSink {
            work,
            scope,
            shared: &shared,
            waiting: &waiting,
            epoch: 0,
            keep: Keep::First,
            seen: HashSet::new(),
            present: String::new(),
            events: AccountEvents::default(),
            batch: Vec::new(),
            batched: 0,
        };
        let read = read_accounts(source.clone(), settings, &mut sink);
        let read = read.inspect(|_| {
            sink.close_account();
            sink.hand_over();
        });
        (read, sink.seen)
    });
    let (_, mut done) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    let read = match read {
        Ok(read) => read,
        Err(GroupedHalt::Scattered) => return Ok(None),
        Err(GroupedHalt::Failed(error)) => return Err(error),
    };
    if silent != SilentAccounts::LeftOut {
        done = done.merge(live_silent(work, &seen));
    }
    Ok(Some((read, done)))
}

/// The listed accounts of which no usage was seen.
fn live_silent(work: FleetWork<'_>, seen: &HashSet<String>) -> LivedAccounts {
    let unseen = work.rules.roster().ids().filter(|id| !seen.contains(*id));
    let rest = unseen.map(|id| (id.to_owned(), AccountEvents::default())).collect();
    live_batch(work, rest, Keep::First)
}

/// Reason why rows are not replayed while they are read.
enum GroupedHalt {
    /// An account came up again after others.
    Scattered,
    Failed(FleetError),
}

impl From<UsageError> for GroupedHalt {
    fn from(error: UsageError) -> GroupedHalt {
        GroupedHalt::Failed(error.into())
    }
}

/// Replays accounts as their rows come to an end.
struct GroupedSink<'a, 's> {
    work: FleetWork<'s>,
    scope: &'a Scope<'s>,
    /// The reading that results are of, and the results.
    shared: &'s Mutex<(usize, LivedAccounts)>,
    /// Pieces of work that are not done.
    waiting: &'s Mutex<usize>,
    epoch: usize,
    keep: Keep,
    seen: HashSet<String>,
    present: String,
    events: AccountEvents,
    batch: Vec<(String, AccountEvents)>,
    batched: usize,
}

impl AccountSink for GroupedSink<'_, '_> {
    type Error = GroupedHalt;

    fn begin(&mut self, keep: Keep) -> Result<(), GroupedHalt> {
        self.epoch += 1;
        *self.shared.lock().unwrap_or_else(PoisonError::into_inner) =
            (self.epoch, LivedAccounts::default());
        self.keep = keep;
        self.seen.clear();
        self.present.clear();
        self.events = AccountEvents::default();
        self.batch.clear();
        self.batched = 0;
        Ok(())
    }

    fn take(&mut self, account: &str, event: AccountEvent) -> Result<(), GroupedHalt> {
        if account != self.present {
            self.close_account();
            if !self.seen.insert(account.to_owned()) {
                return Err(GroupedHalt::Scattered);
            }
            account.clone_into(&mut self.present);
            if self.batched >= BATCH_EVENTS || self.batch.len() >= BATCH_ACCOUNTS {
                if self.work.watch.stop() {
                    let accounts = self.seen.len() as u64;
                    let error = FleetError::Interrupted { accounts, keeps: false };
                    return Err(GroupedHalt::Failed(error));
                }
                self.hand_over();
            }
        }
        self.events.push(event);
        Ok(())
    }
}

impl GroupedSink<'_, '_> {
    fn close_account(&mut self) {
        if self.present.is_empty() {
            return;
        }
        let events = std::mem::take(&mut self.events);
        self.batched += events.len();
        self.batch.push((std::mem::take(&mut self.present), events));
    }

    /// Hands a piece of work to another thread; does it here where enough of them wait.
    fn hand_over(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        self.batched = 0;
        let (work, keep, epoch) = (self.work, self.keep, self.epoch);
        let (shared, waiting) = (self.shared, self.waiting);
        let add = move |done: LivedAccounts| {
            let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
            if shared.0 == epoch {
                let so_far = std::mem::take(&mut shared.1);
                shared.1 = so_far.merge(done);
            }
        };
        let count = |more: bool| {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            *waiting = if more { *waiting + 1 } else { *waiting - 1 };
            *waiting
        };
        let threads = rayon::current_num_threads();
        if count(true) > 2 * (threads - 1) {
            add(live_batch(work, batch, keep));
            count(false);
            return;
        }
        self.scope.spawn(move |_| {
            add(live_batch(work, batch, keep));
            count(false);
        });
    }
}

/// Puts the rows aside by account, and replays part by part.
fn live_parted(
    work: FleetWork<'_>,
    source: &InputSource,
    settings: &CsvSettings,
    silent: SilentAccounts,
) -> Result<(AccountsRead, LivedAccounts), FleetError> {
    let folder = tempfile::tempdir()
        .map_err(|cause| FleetError::Disk { path: std::env::temp_dir(), cause })?;
    let stop = || work.watch.stop();
    let (read, keep, known_until) = put_aside(source, settings, folder.path(), &stop)?;
    check_zone(work.rules, &read)?;
    let futures = work.futures.map(|wanted| WantedFutures { known_until, ..wanted });
    let work = FleetWork { futures, ..work };
    let mut done = LivedAccounts::default();
    let parts: Vec<usize> = (0..PARTS).collect();
    let live = |part| live_part(work, folder.path(), part, (keep, silent));
    each_part(&parts, live, |_, found| {
        done = std::mem::take(&mut done).merge(found);
        Ok(())
    })?;
    Ok((read, done))
}

/// Does some parts on the threads of the present pool, a few at once so that memory does not grow with the threads, and
/// hands them on in their order.
pub(super) fn each_part(
    parts: &[usize],
    live: impl Fn(usize) -> Result<LivedAccounts, FleetError> + Sync,
    mut take: impl FnMut(usize, LivedAccounts) -> Result<(), FleetError>,
) -> Result<(), FleetError> {
    /// Parts that are done at once; the accounts of each are done on all threads.
    const AT_ONCE: usize = 4;
    let at_once = rayon::current_num_threads().min(AT_ONCE);
    for some in parts.chunks(at_once) {
        let done: Vec<_> = some.par_iter().map(|part| live(*part)).collect();
        for (part, done) in some.iter().zip(done) {
            take(*part, done?)?;
        }
    }
    Ok(())
}

/// Writes the events of a source into the parts of a folder; returns the last instant of any, too.
pub(super) fn put_aside(
    source: &InputSource,
    settings: &CsvSettings,
    folder: &Path,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<(AccountsRead, Keep, Option<Instant>), FleetError> {
    let mut writer = PartitionWriter::new(folder, PARTS, stop);
    let read = read_accounts(source.clone(), settings, &mut writer)?;
    let (keep, latest) = writer.finish()?;
    Ok((read, keep, latest))
}

/// Replays the accounts of one part, those of the list without usage as is said.
pub(super) fn live_part(
    work: FleetWork<'_>,
    folder: &Path,
    part: usize,
    (keep, silent): (Keep, SilentAccounts),
) -> Result<LivedAccounts, FleetError> {
    let mut accounts = read_part(&part_path(folder, part))?;
    if silent == SilentAccounts::Replayed {
        let silent: Vec<String> = {
            let seen: HashSet<&str> = accounts.iter().map(|(id, _)| id.as_str()).collect();
            let ids = work.rules.listed_in_part(part).iter();
            ids.filter(|id| !seen.contains(id.as_str())).cloned().collect()
        };
        accounts.extend(silent.into_iter().map(|id| (id, AccountEvents::default())));
    }
    Ok(live_batch(work, accounts, keep))
}

/// Replays some accounts.
pub(super) fn live_batch(
    work: FleetWork<'_>,
    accounts: Vec<(String, AccountEvents)>,
    keep: Keep,
) -> LivedAccounts {
    let live = |mut done: LivedAccounts, (account, events): (String, AccountEvents)| {
        if done.interrupted || work.watch.stop() {
            done.interrupted = true;
            return done;
        }
        live_account(work, &mut done, &account, events, keep);
        work.watch.done(1);
        done
    };
    accounts
        .into_par_iter()
        .fold(LivedAccounts::default, live)
        .reduce(LivedAccounts::default, LivedAccounts::merge)
}

/// Replays one account and adds it.
fn live_account(
    work: FleetWork<'_>,
    done: &mut LivedAccounts,
    account: &str,
    events: AccountEvents,
    keep: Keep,
) {
    let rules = work.rules;
    let listed = rules.roster().get(account);
    let is_silent = events.is_empty();
    let again = rules.changed().is_some().then(|| events.clone());
    let drawn_from = work.futures.map(|wanted| (wanted, events.clone()));
    let Some(base) = live_side(work, done, account, events, (RulesSide::Base, keep)) else {
        return;
    };
    let changed = match again {
        None => None,
        Some(events) => match live_side(work, done, account, events, (RulesSide::Changed, keep)) {
            None => return,
            changed => changed,
        },
    };
    if let Some((wanted, events)) = drawn_from
        && !live_futures(work, done, account, (events, keep), wanted)
    {
        return;
    }
    let folded = FoldedAccount {
        account,
        segment: listed.and_then(|listed| listed.segment.as_deref()),
        base: &base,
        changed: changed.as_ref(),
    };
    done.fold.add(&folded, rules.base().currency.minor());
    done.fold.listed += u64::from(listed.is_some());
    done.fold.without_usage += u64::from(is_silent);
    done.fold.unlisted += u64::from(listed.is_none() && !rules.roster().is_empty());
    if let Some(row) = work.row {
        done.rows.push((account.to_owned(), row(&folded)));
    }
}

/// Replays one account with one scenario; `None` where it cannot be, which is noted.
fn live_side(
    work: FleetWork<'_>,
    done: &mut LivedAccounts,
    account: &str,
    events: AccountEvents,
    (side, keep): (RulesSide, Keep),
) -> Option<LivedAccount> {
    let scenario = match work.rules.scenario(account, side) {
        Ok(scenario) => scenario,
        Err(why) => {
            done.problems.push((account.to_owned(), why));
            return None;
        }
    };
    let feed = events.feed(keep, &scenario.csv);
    let lived = lived(&scenario, work.rules.seed(account), feed, &|| work.watch.stop());
    lived.map_err(|error| done.note(account, error)).ok()
}

/// Lives one account through futures and adds them; false where it cannot be, which is noted.
fn live_futures(
    work: FleetWork<'_>,
    done: &mut LivedAccounts,
    account: &str,
    (events, keep): (AccountEvents, Keep),
    wanted: WantedFutures,
) -> bool {
    let mut sides = Vec::new();
    for side in work.rules.sides() {
        let scenario = match work.rules.scenario(account, side) {
            Ok(scenario) => scenario,
            Err(why) => {
                done.problems.push((account.to_owned(), why));
                return false;
            }
        };
        let (seed, from) = (work.rules.seed(account), (events.clone(), keep));
        match futures(&scenario, seed, from, wanted, &|| work.watch.stop()) {
            Ok(lived) => sides.push(lived),
            Err(error) => {
                done.note(account, error);
                return false;
            }
        }
    }
    let mut sides = sides.into_iter();
    let (known, base) = sides.next().expect("a fleet has a base");
    let changed = sides.next().map(|(_, changed)| changed);
    done.fold.futures.get_or_insert_default().add(known, &base, changed.as_deref());
    true
}

fn is_fault(error: &ReplayError) -> bool {
    matches!(error, ReplayError::Engine { error, .. } if error.is_fault())
}

impl FleetFold {
    /// Takes over what was read of the whole file.
    pub(super) fn add_read(&mut self, read: &UsageSummary) {
        for side in [Some(&mut self.base), self.changed.as_mut()].into_iter().flatten() {
            side.figures.rows = read.rows;
            side.figures.skipped_rows = read.bad_rows.count;
            side.figures.left_out_rows = read.left_out_rows;
        }
    }
}
