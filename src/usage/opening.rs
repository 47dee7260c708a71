//! The choice between the plain reader, which streams rows of a time and an amount, and the one
//! that finds out the meaning of columns.
//!
//! The plain reader takes only sources it certainly reads correctly: UTF-8 CSV with its header on
//! the first line, whose first rows it can read, that is not a known export, and whose header and first rows
//! raise no doubt about units, kinds of rows, accounts or repeats. A column of kinds with one value in the first rows is
//! watched: a row with another sends back to the start, to be read for its meaning, and so does what all rows show at the end:
//! one that is the sum of all others, amounts that never fall, dates among times, rows that stand twice in a file out of time order,
//! and what rows further on show of those that are looked at as the first ones are. Of a source that can be read only once,
//! the first lines are looked at; the plain reader streams the rest, and the other keeps it.

use crate::domain::{Instant, Window};

use super::csv::{self, CsvSettings, InputSource, Mode};
use super::export::{Charset, ExportError, ExportTable, FileFormat, Layout, Packing};
use super::meaning::{self, FirstLook, PlainTable, profile};
use super::several;
use super::spread::{RowSpread, SpreadFeed};
use super::{Feed, UsageError};

/// Rows that the plain reader must be able to read before it is given a source.
const TRIED: u64 = 1_000;

/// Opens a source of usage. A row that the plain reader cannot read, of a source that can be opened
/// again, is [`UsageError::BadRows`] even if bad rows may be skipped: the caller starts again with
/// [`Mode::Examine`], which understands more notations.
///
/// Rows that are totals are spread over their period before they are cut to the horizon: a row before it may
/// flow into it.
pub fn open(
    source: InputSource,
    settings: CsvSettings,
    mode: Mode,
) -> Result<Box<dyn Feed>, UsageError> {
    let CsvSettings { spread, zone, horizon, .. } = settings;
    if spread == RowSpread::None {
        return rows(source, settings, mode);
    }
    meaning::refuse_spread_reversals(&source, &settings)?;
    let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    let rows = rows(source, CsvSettings { horizon: always, ..settings }, mode)?;
    Ok(Box::new(SpreadFeed::new(rows, spread, zone, horizon)))
}

/// Opens the rows of a source.
fn rows(
    source: InputSource,
    settings: CsvSettings,
    mode: Mode,
) -> Result<Box<dyn Feed>, UsageError> {
    if let InputSource::File(path) = &source
        && several::is_several(path)
    {
        return Ok(Box::new(several::open(path, &settings)?));
    }
    let source = source.begun()?;
    let reader = match mode {
        Mode::Examine => UsageReader::Meaning(None),
        Mode::Stream | Mode::Sort => UsageReader::of(&source, &settings),
    };
    let PlainTable { constants, later } = match reader {
        UsageReader::Plain(table) => *table,
        UsageReader::Meaning(Some(look)) => {
            return Ok(Box::new(meaning::examine_looked_at(*look)?));
        }
        UsageReader::Meaning(None) => return Ok(Box::new(meaning::examine(source, &settings)?)),
    };
    let skip_bad_rows = settings.skip_bad_rows && !source.can_be_opened_again();
    let settings = CsvSettings { skip_bad_rows, ..settings };
    let feed = match mode {
        Mode::Sort => csv::open_sorted(source, settings)?,
        Mode::Stream | Mode::Examine => csv::open(source, settings)?,
    };
    Ok(Box::new(feed.with_constants(constants).with_later(later).tried()))
}

/// The reader that takes a source.
enum UsageReader<'s> {
    /// The plain one, which must go on with this.
    Plain(Box<PlainTable>),
    /// The one that finds out the meaning of columns, which goes on from a look at the source if there was one.
    Meaning(Option<Box<FirstLook<'s>>>),
}

impl<'s> UsageReader<'s> {
    /// The reader of a source.
    fn of(source: &InputSource, settings: &'s CsvSettings) -> UsageReader<'s> {
        let silent = settings.meaning.is_silent() && settings.layout == Layout::default();
        // A month or an hour in a column of its own is no Unix time.
        let is_part = settings.time.as_deref().is_some_and(meaning::is_part_of_time);
        if !silent || settings.keep_bad_rows || is_part {
            return UsageReader::Meaning(None);
        }
        let (seen, begun) = match source {
            InputSource::Begun(begun) => (begun.seen(), true),
            source => (source.clone(), false),
        };
        let table = match ExportTable::glance(&seen) {
            Ok(table) => table,
            // Packed bytes cannot be looked into as far as they were seen.
            Err(_) if begun => return UsageReader::Meaning(None),
            // The plain reader says more of a path, and of bytes that stand in no text.
            Err(
                ExportError::Open { .. } | ExportError::Files { .. } | ExportError::NotText { .. },
            ) => return UsageReader::Plain(Box::default()),
            Err(_) => return UsageReader::Meaning(None),
        };
        if !has_plain_layout(&table) {
            return UsageReader::Meaning(None);
        }
        let look = FirstLook::beginning(seen.clone(), settings).ok();
        let plain = plain_table(&table, look.as_ref()).filter(|plain| {
            // Another value sends back to the first row.
            let can_be_read = plain.constants.is_empty() || source.can_be_opened_again();
            can_be_read && csv::can_read(&seen, settings, &plain.constants, TRIED)
        });
        match plain {
            Some(plain) => UsageReader::Plain(Box::new(plain)),
            // What follows the lines that were seen was not looked at.
            None => UsageReader::Meaning(look.filter(|_| !begun).map(Box::new)),
        }
    }
}

/// What the plain reader must go on with by a look at a table; `None` if it does not take it.
fn plain_table(table: &ExportTable, look: Option<&FirstLook<'_>>) -> Option<PlainTable> {
    let header = table.header();
    // A time and an amount are alone.
    if header.len() <= 2 && !header.iter().any(|name| meaning::states_zone(name)) {
        let is_clear = !header.iter().any(|name| meaning::is_doubtful(name))
            && !look.is_some_and(FirstLook::asks_of_rows);
        return is_clear.then(PlainTable::default);
    }
    // What cannot be looked at fails where it is read.
    look.map_or_else(|| Some(PlainTable::default()), FirstLook::plain_table)
}

/// Whether a table has a layout that the plain reader knows, and is no known export.
fn has_plain_layout(table: &ExportTable) -> bool {
    let (layout, header) = (table.layout(), table.header());
    layout.format == FileFormat::Delimited
        && matches!(layout.packing, Packing::Plain | Packing::Gzip)
        && layout.encoding.is_none_or(|encoding| encoding == Charset::Utf8)
        && layout.header_line.is_none_or(|line| line == 1)
        && layout.remarks.is_empty()
        && profile::by_header(header).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Zone;

    #[test]
    fn a_look_at_all_of_a_source_is_handed_on_to_the_reader_of_its_meaning() {
        let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
        let settings = CsvSettings::new(Zone::UTC, always);
        let reader = |header: &str, rest: [&str; 2]| {
            let row = |day: usize| format!("2026-01-{day:02}T00:00:00Z,{}\n", rest[day % 2]);
            let text = format!("{header}\n{}", (1..=20).map(row).collect::<String>());
            let source = InputSource::Bytes(text.as_bytes().into());
            match UsageReader::of(&source, &settings) {
                UsageReader::Plain(_) => "plain",
                UsageReader::Meaning(Some(_)) => "meaning, looked at",
                UsageReader::Meaning(None) => "meaning",
            }
        };
        assert_eq!(reader("time,credits", ["5", "3"]), "plain");
        assert_eq!(reader("time,model,credits", ["a,5", "b,3"]), "plain");
        assert_eq!(reader("time,credits", ["5 USD", "3"]), "meaning, looked at");
        assert_eq!(reader("time,type,credits", ["Usage,5", "Refund,-3"]), "meaning, looked at");
    }
}
