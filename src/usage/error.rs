//! Errors of usage, worded as advice: the place, what was found, and the way out.
//!
//! Deliberately absent: warnings. Rows skipped by a setting are counted in the summary.

use std::fmt;
use std::io;

use crate::domain::text::{counted, excerpt};
use crate::domain::{Instant, Share, grouped};

/// Characters of a value that a message shows.
const SHOWN: usize = 60;

/// Reason why usage could not be read, drawn or written.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    /// The source cannot be opened or read.
    #[error("{name}: cannot be read after line {line}: {cause}")]
    Read {
        /// The source.
        name: String,
        /// Physical lines read before.
        line: u64,
        /// The error of the file system.
        cause: io::Error,
    },
    /// The file cannot be opened.
    #[error(
        "{name}: cannot be opened: {cause}; check the path (`[usage] file`, or the file on the command line)"
    )]
    Open {
        /// The source.
        name: String,
        /// The error of the file system.
        cause: io::Error,
    },
    /// The file that a scenario names cannot be opened.
    #[error(
        "{name}: cannot be opened: {cause}; {file} names it in `[usage] file`: correct the path there, or give the file with \
         `--usage FILE`"
    )]
    OpenOfScenario {
        /// The source.
        name: String,
        /// The scenario.
        file: String,
        /// The error of the file system.
        cause: io::Error,
    },
    /// There is not one row.
    #[error("{name}: is empty; export it again, and see that the download comes to its end")]
    Empty {
        /// The source.
        name: String,
    },
    /// A directory stands where a file was expected.
    #[error("{name}: is a directory; name the CSV file in it")]
    Directory {
        /// The source.
        name: String,
    },
    /// The bytes are not UTF-8 text.
    #[error("{name}: {what}; save it as CSV in UTF-8 (plain or gzip)")]
    NotText {
        /// The source.
        name: String,
        /// The kind of file it looks like.
        what: &'static str,
    },
    /// The first line holds data.
    #[error(
        "{name}, line {line}: a header line is needed, but the first is already data: {first}; \
         put a line such as `time,credits` above it"
    )]
    NoHeader {
        /// The source.
        name: String,
        /// Its line.
        line: u64,
        /// The first line.
        first: String,
    },
    /// The columns of time and amount cannot be chosen.
    #[error("{name}, line {line}: {}\n  the columns are: {}", problems.join("\n  "), headers.join(", "))]
    Columns {
        /// The source.
        name: String,
        /// The line of the header.
        line: u64,
        /// Each choice that failed, with the way out.
        problems: Vec<String>,
        /// The headers found.
        headers: Vec<String>,
    },
    /// A record beyond the limit of one mebibyte.
    #[error(
        "{name}, line {line}: a row of more than 1 MiB; this is not a table of usage, or its line \
         ends are missing"
    )]
    RecordTooLong {
        /// The source.
        name: String,
        /// The line where the record starts.
        line: u64,
    },
    /// A quoted field that never ends.
    #[error("{name}, line {line}: a quote (\") opens here and never closes; close or remove it")]
    OpenQuote {
        /// The source.
        name: String,
        /// The line where the record starts.
        line: u64,
    },
    /// Rows that cannot be read.
    #[error("{}", bad_rows(name, rows, *more))]
    BadRows {
        /// The source.
        name: String,
        /// The first of them.
        rows: Vec<BadRow>,
        /// True if there may be more than those listed.
        more: bool,
        /// True if the source can be opened again and read for the meaning of its columns.
        again: bool,
    },
    /// Rows that can be read and may be no usage.
    #[error(
        "{name}: {why}; what is read only once is not asked about: save it in a file and name that, which is read for what \
         its rows mean"
    )]
    Doubtful {
        /// The source.
        name: String,
        /// What all its rows together show.
        why: &'static str,
        /// True if the source can be opened again and read for the meaning of its rows.
        again: bool,
    },
    /// A row earlier than the one before it, in a feed that streams.
    #[error(
        "{name}, line {line}: the rows are not in time order: {at} comes after {before}; sort them \
         first (`sort -t, -k1,1` if the time comes first, the header kept on top), or have them \
         sorted in memory with `--sort` or `[usage] sort_input = true`; if clocks went back there, \
         write the times with their offset from UTC"
    )]
    Unsorted {
        /// The source.
        name: String,
        /// The line where the later row starts.
        line: u64,
        /// Its instant.
        at: Instant,
        /// The instant of the event before it.
        before: Instant,
        /// True if the source can be opened again, so that [`open_sorted`](super::csv::open_sorted)
        /// can start over.
        again: bool,
    },
    /// More events than may be held in memory.
    #[error(
        "{name}: more than {} events have to be held in memory, because they are out of time \
         order, correct others or have an identity; sort the file (`sort -t, -k1,1` if the time comes \
         first, the header kept on top), or raise `[usage] sort_limit`", grouped(&limit.to_string())
    )]
    TooManyToSort {
        /// The source.
        name: String,
        /// The setting.
        limit: u64,
    },
    /// The events did not fit a file beside.
    #[error(
        "{name}: its events are put aside in `{}`, which failed: {cause}; name a folder with room for 20 bytes \
         a row (`TMPDIR=FOLDER`)", folder.display()
    )]
    Spool {
        /// The source.
        name: String,
        /// The folder of temporary files.
        folder: std::path::PathBuf,
        /// The failure.
        cause: std::io::Error,
    },
    /// The machine has too little memory to hold the events.
    #[error(
        "{name}: {} events are held in memory, and there is too little of it for the rest; give the \
         process more, or the file less (a file in time order is replayed without being held)", grouped(&held.to_string())
    )]
    TooLittleMemory {
        /// The source.
        name: String,
        /// Events held when there was no more.
        held: u64,
    },
    /// An amount below zero or too large, in a feed made by a program.
    #[error("{name}: the amount at {at} is below 0 or more than 1,000,000,000,000 credits")]
    Amount {
        /// The source.
        name: String,
        /// The instant of the event.
        at: Instant,
    },
    /// The meaning of an export's columns needs a choice.
    #[error("{name}: {}", problems.join("\n  "))]
    Meaning {
        /// The source.
        name: String,
        /// Each choice, with the way out.
        problems: Vec<String>,
    },
    /// The table in an export cannot be read.
    #[error(transparent)]
    Export(#[from] super::export::ExportError),
    /// A profile that cannot be read.
    #[error(transparent)]
    Profile(#[from] super::meaning::profile::ProfileError),
    /// More rows that cannot be read than may be skipped.
    #[error("{}", too_many(name, *count, *rows, *limit, first))]
    TooManyBadRows {
        /// The source.
        name: String,
        /// Rows that cannot be read.
        count: u64,
        /// All rows.
        rows: u64,
        /// The most that may be skipped.
        limit: Share,
        /// The first of them.
        first: Vec<BadRow>,
    },
    /// A demand that cannot be drawn.
    #[error("the demand cannot be drawn:\n  {}", .0.join("\n  "))]
    Demand(Vec<String>),
    /// A trace cannot be written.
    #[error("the usage cannot be written: {0}")]
    Write(io::Error),
}

impl UsageError {
    /// Returns true if the source is to be read again for what its columns and rows mean.
    pub fn asks_for_meaning(&self) -> bool {
        matches!(
            self,
            UsageError::BadRows { again: true, .. } | UsageError::Doubtful { again: true, .. }
        )
    }

    /// Returns true if rows cannot be read.
    pub fn is_of_bad_rows(&self) -> bool {
        matches!(self, UsageError::BadRows { .. })
    }
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The physical line on which the row starts, from 1.
    pub line: u64,
    /// The column's header.
    pub column: String,
    /// The value, shortened and with control characters escaped.
    pub value: String,
    /// The problem, and the form expected.
    pub why: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BadRow { line, column, value, why } = self;
        write!(f, "line {line}, column `{column}`: `{value}`: {why}")
    }
}

/// The message about bad rows, all of them at once.
fn bad_rows(name: &str, rows: &[BadRow], more: bool) -> String {
    let mut text = format!("{name}: rows that cannot be read:\n");
    for row in rows {
        text.push_str(&format!("  {row}\n"));
    }
    if more {
        text.push_str("  and perhaps more: reading stopped here\n");
    }
    text.push_str("correct them, or leave them out with `--skip-bad-rows`");
    text + " or `[usage] skip_bad_rows = true`"
}

/// The message about more bad rows than may be skipped.
fn too_many(name: &str, count: u64, rows: u64, limit: Share, first: &[BadRow]) -> String {
    let share = |millionths: u64| {
        let text = format!("{}.{:04}", millionths / 10_000, millionths % 10_000);
        format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
    };
    let found = count.saturating_mul(1_000_000).checked_div(rows).unwrap_or_default();
    let mut text = format!(
        "{name}: {} of {} cannot be read, {} of them, and at most {} may be skipped:\n",
        grouped(&count.to_string()),
        counted(rows, "row"),
        share(found),
        share(limit.millionths().unsigned_abs())
    );
    for row in first {
        text.push_str(&format!("  {row}\n"));
    }
    text + "correct them, choose other columns, or allow more with `[usage] skip_limit` or `--skip-limit`"
}

/// A value as messages show it: on one line, without control characters, at most [`SHOWN`]
/// characters.
pub(super) fn shown(value: &[u8]) -> String {
    let start = value.get(..value.len().min(4 * SHOWN)).unwrap_or_default();
    let text = String::from_utf8_lossy(start);
    let mut shown = excerpt(&text);
    if value.len() > start.len() && !shown.ends_with('…') {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_value_is_shown_on_one_short_line() {
        assert_eq!(shown(b"a\nb\0\xff"), "a\\nb\\0\u{fffd}");
        assert_eq!(shown(&vec![b'x'; 1 << 20]).chars().count(), SHOWN + 1);
        assert_eq!(shown(&[b'x'; SHOWN]), "x".repeat(SHOWN));
    }
}
