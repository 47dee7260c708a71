//! Rows of many accounts, read once: each goes to whoever asks for it with the account it is of.
//!
//! What columns, numbers and dates mean is decided for all rows together, as for one account; corrections,
//! repeats, rounding and time order are those of each account by itself, so that an account comes out as if the
//! others were not there. Deliberately absent: where the events are kept.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::before::RowsBefore;
use super::examination::{Examination, NotationEvidence, Walk};
use super::feed::RoundedEvents;
use super::gather::{RowOrder, Taken};
use super::joint::{self, SeenFile};
use super::look::FirstLook;
use super::net::FineEvent;
use super::number::Atto;
use super::rows::{CellNotation, cell};
use super::together::{self, without_rows};
use super::{Keep, tally};
use crate::domain::text::{counted, counted_are};
use crate::domain::{Instant, Window};
use crate::usage::csv::{CsvSettings, FileHash, InputSource};
use crate::usage::export::{FileList, NameReach, RowView};
use crate::usage::held::Held;
use crate::usage::pieces::PieceSizes;
use crate::usage::several;
use crate::usage::spread::{RowSpread, SpreadFeed};
use crate::usage::{Feed, UsageError, UsageSummary};

/// All accounts, as a choice of one.
const ALL: &str = "*";

/// An event of an account, in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountEvent {
    /// Its instant.
    pub at: Instant,
    /// Its amount; below zero for a correction.
    pub amount: Atto,
    /// The hash of the cells by which repeated rows are known, where columns of it are set.
    pub identity: Option<u128>,
}

/// Takes the events of many accounts, in file order.
pub trait AccountSink {
    /// Reason why it cannot go on.
    type Error: From<UsageError>;

    /// Starts; or starts again, with nothing taken, where rows have to be read in another notation. Of rows with
    /// one identity, `keep` counts.
    fn begin(&mut self, keep: Keep) -> Result<(), Self::Error>;

    /// Takes the next event.
    fn take(&mut self, account: &str, event: AccountEvent) -> Result<(), Self::Error>;
}

/// What was read of the rows of many accounts.
#[derive(Clone, Debug)]
pub struct AccountsRead {
    /// The rows of all together; their events are counted where they are replayed.
    pub summary: UsageSummary,
    /// The header of the account column.
    pub column: String,
    /// Whether times have no offset from UTC, and nothing says in which zone they are.
    pub is_zone_open: bool,
    /// The hashes of all files in their order, where they were taken.
    pub hashes: Vec<FileHash>,
}

/// Reads the rows of a source, or of all files that its path stands for, and hands them to `sink`.
pub fn read_accounts<S: AccountSink>(
    source: InputSource,
    settings: &CsvSettings,
    sink: &mut S,
) -> Result<AccountsRead, S::Error> {
    read_accounts_in(PieceSizes::default(), source, settings, sink)
}

/// The same, with rows cut for several threads like this.
pub(super) fn read_accounts_in<S: AccountSink>(
    pieces: PieceSizes,
    source: InputSource,
    settings: &CsvSettings,
    sink: &mut S,
) -> Result<AccountsRead, S::Error> {
    let mut sink = FailedSink { sink, error: None };
    read_into(pieces, source, settings, &mut sink).map_err(|stop| match stop {
        SinkStop::Usage(error) => error.into(),
        SinkStop::Sink => sink.error.expect("the sink has failed"),
    })
}

/// Reason why rows were read no further.
enum SinkStop {
    /// They could not be read.
    Usage(UsageError),
    /// The sink failed, and keeps why.
    Sink,
}

impl From<UsageError> for SinkStop {
    fn from(error: UsageError) -> SinkStop {
        SinkStop::Usage(error)
    }
}

/// A sink whose errors stay with it, so that reading is compiled once for all of them.
struct FailedSink<'s, S: AccountSink> {
    sink: &'s mut S,
    error: Option<S::Error>,
}

impl<S: AccountSink> FailedSink<'_, S> {
    fn keep(&mut self, result: Result<(), S::Error>) -> Result<(), SinkStop> {
        result.map_err(|error| {
            self.error = Some(error);
            SinkStop::Sink
        })
    }
}

impl<S: AccountSink> AccountSink for FailedSink<'_, S> {
    type Error = SinkStop;

    fn begin(&mut self, keep: Keep) -> Result<(), SinkStop> {
        let begun = self.sink.begin(keep);
        self.keep(begun)
    }

    fn take(&mut self, account: &str, event: AccountEvent) -> Result<(), SinkStop> {
        let taken = self.sink.take(account, event);
        self.keep(taken)
    }
}

fn read_into(
    pieces: PieceSizes,
    source: InputSource,
    settings: &CsvSettings,
    sink: &mut dyn AccountSink<Error = SinkStop>,
) -> Result<AccountsRead, SinkStop> {
    super::refuse_spread_reversals(&source, settings)?;
    let mut settings = settings.clone();
    settings.meaning.account = Some(ALL.to_owned());
    let (sources, mut several) = sources(source)?;
    let mut tables = Vec::new();
    for source in sources {
        let look = FirstLook::at(source, &settings, NameReach::All)?;
        if !look.has_row {
            let Some(all) = &mut several else {
                return Err(look.no_rows().into());
            };
            all.chosen.push(without_rows(&look));
            continue;
        }
        let mut table = AccountTable::at(look)?;
        table.examination.pieces = pieces;
        tables.push(table);
    }
    let name = several.as_ref().map_or(String::new(), |all| all.source.clone());
    let order = begin(&mut tables)?;
    loop {
        let keep = tables.first().map_or(Keep::First, |table| table.examination.columns.keep);
        sink.begin(keep)?;
        // Rows of one account are compared where they follow each other, so that memory does not grow with them.
        let mut before = RowsBefore::of(RowOrder::InTime);
        let mut walks: Vec<(usize, Walk)> = Vec::new();
        for &place in &order {
            let mut walk = tables[place].walk(before, sink)?;
            before = walk.leave(&tables[place].examination);
            walks.push((place, walk));
        }
        walks.sort_by_key(|(place, _)| *place);
        let walks: Vec<Walk> = walks.into_iter().map(|(_, walk)| walk).collect();
        if decide(&name, &mut tables, &walks)? {
            return Ok(told(tables, walks, several)?);
        }
    }
}

/// Takes the notation that the first rows of all files show; returns the files in the order of their first instants.
fn begin(tables: &mut [AccountTable<'_>]) -> Result<Vec<usize>, UsageError> {
    let shown = tables.iter().map(|table| table.examination.first_evidence());
    let shown: Vec<NotationEvidence> = shown.collect();
    together::share(tables.iter_mut().map(|table| &mut table.examination), &shown);
    let mut order = Vec::new();
    let is_alone = tables.len() == 1;
    for (place, table) in tables.iter_mut().enumerate() {
        table.notation = table.examination.first_notation()?;
        let first = match is_alone {
            true => Instant::EARLIEST,
            false => table.examination.first_instant(table.notation)?,
        };
        order.push((first, place));
    }
    order.sort();
    Ok(order.into_iter().map(|(_, place)| place).collect())
}

/// Takes the notation that all rows of all files show; returns whether that is the one in which they were read.
fn decide(name: &str, tables: &mut [AccountTable<'_>], walks: &[Walk]) -> Result<bool, UsageError> {
    let shown = walks.iter().map(|walk| NotationEvidence::of(&walk.tally));
    let shown: Vec<NotationEvidence> = shown.collect();
    if let [_, _, ..] = tables {
        let files = tables.iter().map(|table| &table.examination).zip(&shown);
        let problems = together::notations_clash(&files.collect::<Vec<_>>());
        if !problems.is_empty() {
            return Err(UsageError::Meaning { name: name.to_owned(), problems });
        }
    }
    together::share(tables.iter_mut().map(|table| &mut table.examination), &shown);
    let mut is_known = true;
    for (table, walk) in tables.iter_mut().zip(walks) {
        if let Some(other) = table.examination.other_notation(&walk.tally, table.notation)? {
            (table.notation, is_known) = (other, false);
        }
    }
    Ok(is_known)
}

/// The files of a source, and what is told of several.
fn sources(source: InputSource) -> Result<(Vec<InputSource>, Option<UsageSummary>), UsageError> {
    let InputSource::File(path) = &source else { return Ok((vec![source], None)) };
    if !several::is_several(path) {
        return Ok((vec![source], None));
    }
    let list = FileList::of(std::slice::from_ref(path))?;
    let mut summary = UsageSummary::of(source.to_string());
    summary.chosen.push(format!("{} read as one history.", counted_are(list.files.len(), "file")));
    summary.doubts.extend(super::left_out(&list.passed_over));
    Ok((list.files.into_iter().map(InputSource::File).collect(), Some(summary)))
}

/// A file with its columns chosen.
struct AccountTable<'s> {
    examination: Examination<'s>,
    notation: CellNotation,
    account: usize,
    chosen: Vec<String>,
    /// Rows without an account, and the line of the first.
    nameless: Option<(u64, u64)>,
    /// Whether an amount is above zero.
    has_usage: bool,
}

impl<'s> AccountTable<'s> {
    fn at(look: FirstLook<'s>) -> Result<AccountTable<'s>, UsageError> {
        let (name, chosen) = (look.name.clone(), look.told());
        let examination = look.examination()?;
        let Some((account, _)) = examination.columns.account else {
            let problem = "the account: no column of this file holds it; choose it with `[usage] \
                           account_column = \"...\"` or `--account-column`";
            return Err(UsageError::Meaning { name, problems: vec![problem.to_owned()] });
        };
        let notation = examination.first_notation()?;
        Ok(AccountTable {
            examination,
            notation,
            account,
            chosen,
            nameless: None,
            has_usage: false,
        })
    }

    /// Hands every row to the sink.
    fn walk(
        &mut self,
        before: RowsBefore,
        sink: &mut dyn AccountSink<Error = SinkStop>,
    ) -> Result<Walk, SinkStop> {
        let (examination, account) = (&self.examination, self.account);
        let (mut nameless, mut has_usage) = (None, false);
        let take = |row: RowView<'_>, (at, amount): FineEvent| -> Result<Taken, SinkStop> {
            has_usage |= amount > Atto::ZERO;
            let name = cell(row, account).trim();
            if name.is_empty() {
                let (rows, _) = nameless.get_or_insert((0, row.line()));
                *rows += 1;
                return Ok(Taken::Counts);
            }
            let identity = match examination.columns.identity.as_slice() {
                [] => None,
                columns => tally::identity(columns, row),
            };
            sink.take(name, AccountEvent { at, amount, identity })?;
            Ok(Taken::Counts)
        };
        let walk = examination.walk(self.notation, before, take)?;
        let mut walk = walk.expect("a row is taken in any order");
        examination.settle(&mut walk.tally, None)?;
        (self.nameless, self.has_usage) = (nameless, has_usage);
        Ok(walk)
    }

    /// Refuses what would be a guess; `elsewhere` if an amount of another file is above zero.
    fn refuse(&self, walk: &Walk, elsewhere: bool) -> Result<(), UsageError> {
        let examination = &self.examination;
        if let Some((rows, line)) = self.nameless {
            let column = examination.columns.name(self.account);
            let problem = format!(
                "{} no account in column `{column}`, the first in line {line}; leave them out \
                 with `--where` (or `[usage] where`), or fill the column",
                if rows == 1 {
                    "1 row names".to_owned()
                } else {
                    format!("{} name", counted(rows, "row"))
                }
            );
            let name = examination.name.clone();
            return Err(UsageError::Meaning { name, problems: vec![problem] });
        }
        examination.refuse_rows(&walk.tally, self.has_usage, elsewhere)
    }
}

/// The summaries of all files as one.
fn told(
    tables: Vec<AccountTable<'_>>,
    walks: Vec<Walk>,
    several: Option<UsageSummary>,
) -> Result<AccountsRead, UsageError> {
    let with_usage = tables.iter().filter(|table| table.has_usage).count();
    for (table, walk) in tables.iter().zip(&walks) {
        table.refuse(walk, with_usage > usize::from(table.has_usage))?;
    }
    let seen = tables
        .iter()
        .zip(&walks)
        .map(|(table, walk)| SeenFile { examination: &table.examination, tally: &walk.tally });
    let seen: Vec<SeenFile<'_>> = seen.collect();
    let problems = joint::problems(&seen);
    if let (Some(all), false) = (&several, problems.is_empty()) {
        return Err(UsageError::Meaning { name: all.source.clone(), problems });
    }
    let doubts = joint::doubts(&seen);
    let is_open = |file: &SeenFile<'_>| file.examination.is_zone_open(file.tally);
    let is_zone_open = seen.iter().any(is_open);
    let Some(first) = tables.first() else {
        return Err(UsageError::Empty { name: several.map_or(String::new(), |all| all.source) });
    };
    let column = first.examination.columns.name(first.account).to_owned();
    let files = tables.into_iter().zip(walks);
    let mut summaries: Vec<UsageSummary> =
        files.map(|(table, walk)| summary(table, walk)).collect();
    let hashes = summaries.iter().filter_map(|summary| summary.hash.clone()).collect();
    let summary = match several {
        Some(mut all) => {
            all.join_all(&summaries, "each file");
            all.doubts.extend(doubts);
            all
        }
        None => summaries.remove(0),
    };
    Ok(AccountsRead { summary, column, is_zone_open, hashes })
}

/// What was read of a file.
fn summary(table: AccountTable<'_>, walk: Walk) -> UsageSummary {
    let AccountTable { examination, notation, chosen, .. } = table;
    let Walk { tally, found, left_out, hash, .. } = walk;
    let mut summary = UsageSummary::of(examination.name.clone());
    summary.chosen = chosen;
    summary.rows = tally.rows;
    summary.left_out_rows = tally.left_out();
    summary.hash = hash;
    examination.tell(&mut summary, &tally, &found, &left_out, notation);
    summary.bad_rows = tally.bad;
    summary
}

/// The events of one account, in the order of its rows.
#[derive(Clone, Debug, Default)]
pub struct AccountEvents {
    events: Vec<FineEvent>,
    /// The identities of all of them; empty while none has one.
    identities: Vec<Option<u128>>,
}

impl AccountEvents {
    /// Adds the next event.
    #[inline]
    pub fn push(&mut self, event: AccountEvent) {
        if event.identity.is_some() || !self.identities.is_empty() {
            self.identities.resize(self.events.len(), None);
            self.identities.push(event.identity);
        }
        self.events.push((event.at, event.amount));
    }

    /// Their number.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Returns true if there is none.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The usage of the account in time order: of rows with one identity `keep` counts, corrections are taken out,
    /// and what is left is rounded, spread and cut to the horizon as `settings` say. Its summary tells what became of the rows.
    pub fn feed(mut self, keep: Keep, settings: &CsvSettings) -> Box<dyn Feed> {
        let rows = self.events.len() as u64;
        let duplicates = self.drop_repeats(keep);
        let mut events = self.events;
        events.sort_by_key(|(at, _)| *at);
        let mut summary = UsageSummary { rows, ..UsageSummary::default() };
        let spreads = settings.spread != RowSpread::None;
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let horizon = if spreads { always } else { settings.horizon };
        let below_zero = settings.meaning.below_zero.unwrap_or_default();
        let mut read =
            RoundedEvents::of(events, (below_zero, settings.spread), horizon, &mut summary);
        summary.duplicate_rows = duplicates;
        let events = std::mem::take(&mut read.events);
        let held = Held::in_order(events, summary).taking_back(Arc::clone(&read.taken_back));
        let held = Box::new(held);
        match spreads {
            true => {
                Box::new(SpreadFeed::new(held, settings.spread, settings.zone, settings.horizon))
            }
            false => held,
        }
    }

    /// Drops rows that repeat another; returns how many.
    fn drop_repeats(&mut self, keep: Keep) -> u64 {
        if self.identities.is_empty() {
            return 0;
        }
        let mut places: HashMap<u128, usize> = HashMap::new();
        let mut kept: Vec<FineEvent> = Vec::with_capacity(self.events.len());
        for (event, identity) in self.events.iter().zip(&self.identities) {
            match identity.map(|identity| places.entry(identity)) {
                Some(Entry::Occupied(place)) => {
                    if keep == Keep::Last {
                        kept[*place.get()] = *event;
                    }
                }
                Some(Entry::Vacant(place)) => {
                    place.insert(kept.len());
                    kept.push(*event);
                }
                None => kept.push(*event),
            }
        }
        let dropped = (self.events.len() - kept.len()) as u64;
        self.events = kept;
        dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Zone;
    use crate::engine::trace::Chunk;

    const DAYS: Window = Window {
        from: Instant::from_millis(1_767_225_600_000),
        to: Instant::from_millis(1_798_761_600_000),
    };

    /// Keeps everything, by account.
    #[derive(Debug, Default)]
    struct Kept {
        keep: Keep,
        begun: usize,
        accounts: Vec<(String, AccountEvents)>,
    }

    impl AccountSink for Kept {
        type Error = UsageError;

        fn begin(&mut self, keep: Keep) -> Result<(), UsageError> {
            (self.keep, self.accounts) = (keep, Vec::new());
            self.begun += 1;
            Ok(())
        }

        fn take(&mut self, account: &str, event: AccountEvent) -> Result<(), UsageError> {
            let place = self.accounts.iter().position(|(name, _)| name == account);
            let place = place.unwrap_or_else(|| {
                self.accounts.push((account.to_owned(), AccountEvents::default()));
                self.accounts.len() - 1
            });
            self.accounts[place].1.push(event);
            Ok(())
        }
    }

    fn read(text: &str, settings: &CsvSettings) -> Result<(Kept, AccountsRead), String> {
        let mut kept = Kept::default();
        let source = InputSource::Bytes(text.as_bytes().into());
        let read = read_accounts(source, settings, &mut kept);
        read.map(|read| (kept, read)).map_err(|error| error.to_string())
    }

    fn events(mut feed: Box<dyn Feed>) -> Vec<String> {
        let (mut chunk, mut events) = (Chunk::new(), Vec::new());
        loop {
            feed.fill(&mut chunk).unwrap();
            if chunk.is_empty() {
                return events;
            }
            let event = |i: usize| format!("{} {}", chunk.at(i), chunk.amount(i));
            events.extend((0..chunk.len()).map(event));
            events.extend(chunk.zeros().iter().map(|at| format!("{at} 0")));
        }
    }

    fn settings() -> CsvSettings {
        CsvSettings::new(Zone::UTC, DAYS)
    }

    #[test]
    fn each_account_has_the_events_it_would_have_alone() {
        let text = "account_id,time,credits,row\n\
                    a,2026-02-01T00:00:00Z,10,1\nb,2026-01-05T00:00:00Z,0.0000004,2\n\
                    a,2026-01-01T00:00:00Z,4,3\nb,2026-01-06T00:00:00Z,7,2\n\
                    a,2026-02-01T00:00:00Z,-3,5\nb,2026-01-07T00:00:00Z,0.0000004,6\n\
                    c,2025-12-31T23:59:59Z,9,7\nb,2026-01-08T00:00:00Z,0,8\n";
        for (identity, keep) in [("none", Keep::First), ("row", Keep::First), ("row", Keep::Last)] {
            let mut settings = settings();
            if identity != "none" {
                settings.meaning.identity = vec![identity.to_owned()];
                settings.meaning.keep = keep;
            }
            let (kept, read) = read(text, &settings).unwrap();
            assert_eq!(read.column, "account_id");
            assert_eq!(kept.accounts.len(), 3);
            for (name, all) in kept.accounts {
                let mut alone = settings.clone();
                alone.meaning.account = Some(name.clone());
                let source = InputSource::Bytes(text.as_bytes().into());
                let alone = super::super::examine(source, &alone).unwrap();
                let all = all.feed(kept.keep, &settings);
                assert_eq!(events(all), events(Box::new(alone)), "{name}, {identity} {keep:?}");
            }
        }
    }

    #[test]
    fn rows_that_show_another_notation_late_are_read_again_from_the_start() {
        let mut text = "time;account;credits\n".to_owned();
        for day in 1..=3_000 {
            text.push_str(&format!("0{}/01/2026;a;1\n", 1 + day % 9));
        }
        text.push_str("25/03/2026;b;2\n");
        let (kept, _) = read(&text, &settings()).unwrap();
        assert_eq!(kept.begun, 2);
        assert_eq!(kept.accounts[0].1.len(), 3_000);
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_with_the_way_out() {
        for (text, wanted) in [
            ("time,credits\n2026-01-01,5\n", "--account-column"),
            ("time,account,credits\n2026-01-01,a,5\n2026-01-01,,5\n", "1 row names no account"),
            ("time,account,credits\n2026-01-01,a,5\n2026-01-02,a,5\n2026-01-03,b,x\n", "line 4"),
        ] {
            let error = read(text, &settings()).unwrap_err();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn totals_flow_over_their_time_for_each_account() {
        let text = "time,account,credits\n2026-01-01T00:00:00Z,a,12\n2026-01-01T00:00:00Z,b,24\n\
                    2026-01-01T01:00:00Z,a,12\n2026-01-01T01:00:00Z,b,24\n";
        let settings = CsvSettings { spread: RowSpread::Uniform, ..settings() };
        let (kept, _) = read(text, &settings).unwrap();
        for (name, all) in kept.accounts {
            let flowing = events(all.feed(Keep::First, &settings));
            assert_eq!(flowing.len(), 24, "{name}: {flowing:?}");
        }
    }
}
