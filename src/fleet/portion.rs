//! A fleet in portions: some of the accounts, replayed where their usage is, and the sum of all portions.
//!
//! A portion is text that an engine of a data platform carries: what its accounts come to, a number for the name of each,
//! and what was read. Portions add up in any order, and the sum is the answer of one machine with all usage. An account in
//! two portions, which would be two half accounts, is refused, and accounts of the list that no portion has seen are
//! replayed with the sum. Deliberately absent: who hands out the usage, and the rows of accounts, which stay there.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::usage::UsageSummary;
use crate::usage::csv::{CsvSettings, InputSource};
use crate::usage::meaning::{AccountEvents, AccountsRead, Keep};

use super::error::FleetError;
use super::fold::{FleetFold, FoldedAccount};
use super::live::{AccountRows, FleetAnswer, FleetWork, SilentAccounts, live_batch, live_with};
use super::rules::account_seed;
use super::shards::{FleetQuestion, PlannedUsage, json};

/// The name of the format of portions.
const SCHEMA: &str = "recharge.fleet.portion/2";
/// The most accounts of a silence that are replayed as one piece of work.
const AT_ONCE: usize = 4_096;

/// Some accounts of a fleet.
#[derive(Debug, Serialize, Deserialize)]
pub struct FleetPortion {
    schema: String,
    version: String,
    /// What all portions of a fleet have in common.
    question: String,
    /// A number for the name of each account.
    accounts: Vec<u64>,
    fold: FleetFold,
    usage: PlannedUsage,
}

impl FleetPortion {
    /// Replays the accounts of a source, and no others; returns their rows too, in the order of their names, if `work`
    /// wants rows.
    pub fn of(
        work: FleetWork<'_>,
        question: &FleetQuestion,
        source: &InputSource,
        settings: &CsvSettings,
    ) -> Result<(FleetPortion, AccountRows), FleetError> {
        let no_row = |_: &FoldedAccount<'_>| String::new();
        let wanted = work.row.is_some();
        let work = FleetWork { row: Some(work.row.unwrap_or(&no_row)), ..work };
        let answer = live_with(work, source, settings, SilentAccounts::LeftOut)?;
        let FleetAnswer { fold, read, rows, .. } = answer;
        let mut accounts: Vec<u64> = rows.iter().map(|(account, _)| number(account)).collect();
        accounts.sort_unstable();
        let portion = FleetPortion {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            question: question.hash(),
            accounts,
            fold,
            usage: PlannedUsage::of(&read),
        };
        Ok((portion, if wanted { rows } else { AccountRows::new() }))
    }

    /// The header of the column that names the accounts.
    pub fn column(&self) -> &str {
        self.usage.column()
    }

    /// The text that is carried.
    pub fn text(&self) -> String {
        json(self)
    }

    /// A portion from its text.
    fn from_text(text: &str, question: &str) -> Result<FleetPortion, FleetError> {
        let portion: FleetPortion = serde_json::from_str(text)
            .map_err(|why| wrong(format!("a text is no portion of a fleet: {why}")))?;
        if portion.schema != SCHEMA || portion.version != env!("CARGO_PKG_VERSION") {
            return Err(wrong(format!(
                "one was made by version {} of this program, which is {}; make it again",
                portion.version,
                env!("CARGO_PKG_VERSION")
            )));
        }
        if portion.question != question {
            return Err(wrong(
                "one is of another question; give the same scenarios, settings and list of accounts to all of \
                 them and to their sum"
                    .to_owned(),
            ));
        }
        Ok(portion)
    }
}

/// The sum of all portions of a fleet. The rows of the answer are those of accounts of the list that no portion has seen.
pub fn add_portions<T: AsRef<str>>(
    work: FleetWork<'_>,
    question: &FleetQuestion,
    portions: impl IntoIterator<Item = T>,
) -> Result<FleetAnswer, FleetError> {
    let question = question.hash();
    let (mut fold, mut reads) = (FleetFold::default(), PortionReads::default());
    let mut seen: HashSet<u64> = HashSet::new();
    for text in portions {
        let portion = FleetPortion::from_text(text.as_ref(), &question)?;
        let accounts = portion.accounts.len();
        let more = portion.accounts.into_iter().filter(|account| seen.insert(*account)).count();
        if more < accounts {
            return Err(wrong(format!(
                "{} of the accounts of one are in another too; part the usage by account, so that all rows of an \
                 account are in one portion, and add each portion once",
                accounts - more
            )));
        }
        fold.merge(&portion.fold);
        reads.add(portion.usage.read())?;
    }
    let read = reads.all().ok_or_else(|| wrong("there is none; give at least one".to_owned()))?;
    let silent = work.rules.roster().ids().filter(|id| !seen.contains(&number(id)));
    let silent: Vec<String> = silent.map(str::to_owned).collect();
    let mut rows = AccountRows::new();
    for some in silent.chunks(AT_ONCE) {
        let some = some.iter().map(|id| (id.clone(), AccountEvents::default())).collect();
        let lived = live_batch(work, some, Keep::First).checked()?;
        fold.merge(&lived.fold);
        rows.extend(lived.rows);
    }
    fold.settle();
    rows.sort();
    fold.add_read(&read.summary);
    Ok(FleetAnswer { fold, read, rows })
}

/// What was read of all portions.
#[derive(Default)]
struct PortionReads {
    all: Option<AccountsRead>,
    chosen: BTreeSet<String>,
    doubts: BTreeSet<String>,
}

impl PortionReads {
    fn add(&mut self, read: AccountsRead) -> Result<(), FleetError> {
        let AccountsRead { summary, column, is_zone_open, .. } = read;
        self.chosen.extend(summary.chosen);
        self.doubts.extend(summary.doubts);
        let Some(all) = &mut self.all else {
            let summary = UsageSummary { chosen: Vec::new(), doubts: Vec::new(), ..summary };
            // What a program hands over in portions is no file, and has the hash of none.
            self.all = Some(AccountsRead { summary, column, is_zone_open, hashes: Vec::new() });
            return Ok(());
        };
        if all.column != column {
            return Err(wrong(format!(
                "one has its accounts in the column `{}` and another in `{column}`; name one for all \
                 (--account-column)",
                all.column
            )));
        }
        all.summary.rows += summary.rows;
        all.summary.left_out_rows += summary.left_out_rows;
        all.summary.bad_rows.count += summary.bad_rows.count;
        all.is_zone_open |= is_zone_open;
        Ok(())
    }

    /// What was read of all of them together; `None` if there was none.
    fn all(self) -> Option<AccountsRead> {
        let mut all = self.all?;
        all.summary.chosen = self.chosen.into_iter().collect();
        all.summary.doubts = self.doubts.into_iter().collect();
        Some(all)
    }
}

/// The number that stands for the name of an account.
fn number(account: &str) -> u64 {
    account_seed(0, account)
}

fn wrong(why: String) -> FleetError {
    FleetError::Portions { why }
}
