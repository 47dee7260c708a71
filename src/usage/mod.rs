//! Demand: sources of usage events, always in time order and in chunks.
//!
//! A [`Feed`] is replayed from a file ([`csv`]) or from columns that a program holds ([`UsageColumns`]), drawn at random
//! ([`generate`]) or held in memory ([`Held`]). In reading order: this page → `time` → `amount` → [`csv`] → `columns` →
//! [`generate`].
//! Deliberately absent: balances, and everything that happens to usage afterwards.

mod amount;
mod buffer;
mod change;
mod columns;
pub mod csv;
mod days;
mod doubt;
mod error;
pub mod export;
mod factor;
pub mod generate;
mod held;
mod history;
mod marks;
pub mod meaning;
mod memory;
mod opening;
mod past;
mod pieces;
mod resample;
mod several;
mod spacing;
mod spread;
mod stretch;
mod suspicion;
mod time;

pub use amount::Number;
pub use change::{ChangedFeed, UsageChanges};
pub use columns::{ColumnValue, TimeUnit, UsageColumns};
pub use days::RecordedDays;
pub use error::{BadRow, UsageError};
pub use held::Held;
pub(crate) use history::RecordedDay;
pub use history::{History, Replayed};
pub use opening::open;
pub use past::{HistorySigns, PastWeek, Trend};
pub use resample::Weeks;
pub use spacing::is_month;
pub use spread::{RowSpread, RowTotals};
pub use stretch::LongStretches;
pub use time::TimeForm;

use std::collections::HashMap;
use std::sync::Arc;

use self::csv::FileHash;
use crate::domain::{CreditTotal, Credits, Duration, Instant, Share};
use crate::engine::trace::{Chunk, Refused};
use crate::policy::TakenBackUsage;

/// A source of usage, in time order, clipped to the horizon `[start, end)`.
pub trait Feed {
    /// Clears `chunk` and fills it with the next events. An empty chunk ([`Chunk::is_empty`]) means
    /// the end.
    fn fill(&mut self, chunk: &mut Chunk) -> Result<(), UsageError>;

    /// Returns a summary of the usage read so far; complete once `fill` has reached the end.
    fn summary(&self) -> &UsageSummary;

    /// Returns what rows take back of this usage, in time order; known before the first event.
    fn taken_back(&self) -> Arc<[TakenBackUsage]> {
        Arc::default()
    }
}

/// Counts of the usage a feed has read, for warnings and reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageSummary {
    /// The name of the source: a path, `standard input`, `generated`.
    pub source: String,
    /// Rows or draws, good and bad, inside and outside the horizon; not counting the header.
    pub rows: u64,
    /// Events inside the horizon that were passed on, including those of zero credits.
    pub events: u64,
    /// Events of zero credits inside the horizon: they are served and change nothing.
    pub zeros: u64,
    /// The sum of the amounts inside the horizon.
    pub total: CreditTotal,
    /// The largest single amount inside the horizon; zero without events.
    pub largest: Credits,
    /// The first and the last instant of the events inside the horizon that request credits.
    pub span: Option<(Instant, Instant)>,
    /// What is outside the horizon: skipped.
    pub outside: Outside,
    /// Rows that could not be read and were skipped by a setting.
    pub bad_rows: BadRows,
    /// Rows with an amount below zero that were taken out of other usage.
    pub netted_rows: u64,
    /// What rows below zero correct beyond all usage, which is left out; rounded up to six decimals.
    pub excess_corrections: CreditTotal,
    /// Rows with an amount below zero that take usage back at their instant.
    pub reversed_rows: u64,
    /// Rows left out because another row with the same identity counts.
    pub duplicate_rows: u64,
    /// Rows left out because of a condition or an account, or because they hold a total or nothing.
    pub left_out_rows: u64,
    /// Doubts about the file that readers of the result should know, one sentence each.
    pub doubts: Vec<String>,
    /// True if the events were out of order and had to be sorted.
    pub sorted: bool,
    /// Choices the reader made, for the report; one sentence each, marking guesses.
    pub chosen: Vec<String>,
    /// The rows that flow over their time as totals, where rows do.
    pub totals: Option<RowTotals>,
    /// How far rows are apart that are evenly so and counted as events, as totals of hours or days are.
    pub apart: Option<Duration>,
    /// The stretches without an event in which a month may lie.
    pub stretches: LongStretches,
    /// What it shows as a whole, where it is a history for many runs.
    pub past: Option<HistorySigns>,
    /// What the amounts count, where the profile of an export says it.
    pub counted: Option<CountedUnit>,
    /// The hash of the bytes as stored; known at the end, if requested.
    pub hash: Option<FileHash>,
}

/// What the amounts of an export count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedUnit {
    /// The unit: `tokens`, `USD`.
    pub unit: String,
    /// The columns that are added up.
    pub columns: Vec<String>,
    /// Where kinds of rows count by columns of their own: the condition of each, and its amount.
    pub kinds: Vec<(String, String)>,
}

/// Rows outside the horizon: of totals that flow those of which nothing is inside, and of rows with several amounts each
/// amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// Their number.
    pub count: u64,
    /// The earliest and the latest of their instants.
    pub span: Option<(Instant, Instant)>,
}

impl Outside {
    /// Counts an event.
    #[inline]
    fn add(&mut self, at: Instant) {
        self.add_rows(at, 1);
    }

    /// Counts rows of one instant.
    #[inline]
    fn add_rows(&mut self, at: Instant, rows: u64) {
        self.count += rows;
        self.span = widened(self.span, at);
    }

    /// Counts those of other rows.
    fn join(&mut self, other: Outside) {
        self.count += other.count;
        for at in other.span.into_iter().flat_map(|(first, last)| [first, last]) {
            self.span = widened(self.span, at);
        }
    }
}

/// Rows that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadRows {
    /// Number of rows.
    pub count: u64,
    /// The first [`BadRows::LISTED`] of them.
    pub first: Vec<BadRow>,
    /// All of them, if a setting wants them.
    pub all: Option<Vec<BadRow>>,
}

impl BadRows {
    /// Maximum number of bad rows listed one by one.
    pub const LISTED: usize = 20;

    /// Refuses more of `rows` rows than this share; one is always within it.
    fn check(&self, name: String, rows: u64, limit: Share) -> Result<(), UsageError> {
        let most = i128::from(rows) * i128::from(limit.millionths()) / 1_000_000;
        if i128::from(self.count) <= most.max(1) {
            return Ok(());
        }
        Err(UsageError::TooManyBadRows {
            name,
            count: self.count,
            rows,
            limit,
            first: self.first.clone(),
        })
    }

    /// The line of the first of these rows whose time is the name of a column.
    fn another_header<'h>(
        rows: &[BadRow],
        time: &str,
        header: impl Iterator<Item = &'h str> + Clone,
    ) -> Option<u64> {
        let is_name = |value: &str| {
            !value.is_empty() && header.clone().any(|name| name.eq_ignore_ascii_case(value))
        };
        let found = rows.iter().find(|row| row.column == time && is_name(&row.value));
        found.map(|row| row.line)
    }

    /// Counts a bad row that may stand before others that were added.
    fn add_in_order(&mut self, row: BadRow) {
        let place = |rows: &[BadRow]| rows.partition_point(|other| other.line <= row.line);
        self.count += 1;
        if let Some(all) = &mut self.all {
            all.insert(place(all), row.clone());
        }
        self.first.insert(place(&self.first), row);
        self.first.truncate(BadRows::LISTED);
    }

    /// Counts a bad row, and keeps it if it is among the first.
    fn add(&mut self, row: BadRow) {
        self.count += 1;
        if let Some(all) = &mut self.all {
            all.push(row.clone());
        }
        if self.first.len() < BadRows::LISTED {
            self.first.push(row);
        }
    }
}

impl UsageSummary {
    /// The summary of a source of which nothing has been read.
    pub(crate) fn of(source: String) -> UsageSummary {
        UsageSummary { source, ..UsageSummary::default() }
    }

    /// Adds what was counted of another file, but for its events.
    fn join(&mut self, other: &UsageSummary) {
        self.rows += other.rows;
        self.netted_rows += other.netted_rows;
        self.excess_corrections = self.excess_corrections + other.excess_corrections;
        self.reversed_rows += other.reversed_rows;
        self.duplicate_rows += other.duplicate_rows;
        self.left_out_rows += other.left_out_rows;
        self.outside.join(other.outside);
        for row in &other.bad_rows.first {
            self.bad_rows.add(row.clone());
        }
        self.bad_rows.count += other.bad_rows.count - other.bad_rows.first.len() as u64;
    }

    /// Adds what was read of several files, but for their events: each sentence once, with the files that it is of; `all`
    /// are these files in words.
    fn join_all(&mut self, files: &[UsageSummary], all: &str) {
        files.iter().for_each(|file| self.join(file));
        self.chosen.extend(told_of_files(files, all, |file| &file.chosen));
        self.doubts.extend(told_of_files(files, all, |file| &file.doubts));
    }

    /// Counts the events of a chunk that is passed on, all inside the horizon.
    pub fn inside(&mut self, chunk: &Chunk) {
        let count = chunk.len();
        self.events += (count + chunk.zeros().len()) as u64;
        self.zeros += chunk.zeros().len() as u64;
        self.total += chunk.sum(0, count);
        self.largest = self.largest.max(chunk.largest());
        for at in chunk.slice().ends().into_iter().flat_map(|(first, last)| [first, last]) {
            self.span = widened(self.span, at);
        }
        self.stretches.follow(chunk);
    }

    /// Counts an event outside the horizon.
    #[inline]
    fn outside(&mut self, at: Instant) {
        self.outside.add(at);
    }
}

/// The sentences about files, each once, in the order of the first file that it is of. A name never begins a sentence,
/// which would give it a capital.
fn told_of_files(
    files: &[UsageSummary],
    all: &str,
    of: impl Fn(&UsageSummary) -> &Vec<String>,
) -> Vec<String> {
    let mut told: Vec<(&String, Vec<&str>)> = Vec::new();
    let mut places: HashMap<&String, usize> = HashMap::new();
    for file in files {
        for sentence in of(file) {
            let place = *places.entry(sentence).or_insert_with(|| {
                told.push((sentence, Vec::new()));
                told.len() - 1
            });
            if told[place].1.last() != Some(&file.source.as_str()) {
                told[place].1.push(&file.source);
            }
        }
    }
    let in_files = |(sentence, names): (&String, Vec<&str>)| match names.as_slice() {
        [one] => format!("In {one}: {sentence}"),
        names if names.len() == files.len() => format!("In {all}: {sentence}"),
        some => format!("In each of {}: {sentence}", meaning::named(some)),
    };
    told.into_iter().map(in_files).collect()
}

/// The least span that holds `span` and `at`.
#[inline]
fn widened(span: Option<(Instant, Instant)>, at: Instant) -> Option<(Instant, Instant)> {
    let (first, last) = span.unwrap_or((at, at));
    Some((first.min(at), last.max(at)))
}

/// Adds an event of the source `name` to a chunk; returns false if the chunk is full.
pub(crate) fn push(
    chunk: &mut Chunk,
    (at, amount): (Instant, Credits),
    name: &str,
) -> Result<bool, UsageError> {
    match chunk.push(at, amount) {
        Ok(()) => Ok(true),
        Err(Refused::Full) => Ok(false),
        Err(Refused::OutOfOrder | Refused::NotAnAmount) => {
            Err(UsageError::Amount { name: name.to_owned(), at })
        }
    }
}
