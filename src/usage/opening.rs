//! The choice between the plain reader, which streams rows of a time and an amount, and the one
//! that finds out the meaning of columns.
//!
//! The plain reader takes only sources it certainly reads correctly: UTF-8 CSV with its header on
//! the first line, whose first rows it can read, that is not a known export, and whose header and first rows
//! raise no doubt about units, kinds of rows, accounts or repeats. Of a source that can be read only once, the first lines
//! are looked at; the plain reader streams the rest, and the other keeps it.

use crate::domain::{Instant, Window};

use super::csv::{self, CsvSettings, InputSource, Mode};
use super::export::{Charset, ExportError, ExportTable, FileFormat, Layout, Packing};
use super::meaning::{self, profile};
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
    if mode == Mode::Examine || !is_plain(&source, &settings) {
        return Ok(Box::new(meaning::examine(source, &settings)?));
    }
    let skip_bad_rows = settings.skip_bad_rows && !source.can_be_opened_again();
    let settings = CsvSettings { skip_bad_rows, ..settings };
    Ok(match mode {
        Mode::Sort => Box::new(csv::open_sorted(source, settings)?),
        Mode::Stream | Mode::Examine => Box::new(csv::open(source, settings)?),
    })
}

/// Returns true if the plain reader takes a source.
fn is_plain(source: &InputSource, settings: &CsvSettings) -> bool {
    let silent = settings.meaning.is_silent() && settings.layout == Layout::default();
    if !silent || settings.keep_bad_rows {
        return false;
    }
    let (seen, begun) = match source {
        InputSource::Begun(begun) => (begun.seen(), true),
        source => (source.clone(), false),
    };
    let table = match ExportTable::glance(&seen) {
        Ok(table) => table,
        // Packed bytes cannot be looked into as far as they were seen.
        Err(_) if begun => return false,
        // The plain reader says more of a path, and of bytes that stand in no text.
        Err(ExportError::Open { .. } | ExportError::Files { .. } | ExportError::NotText { .. }) => {
            return true;
        }
        Err(_) => return false,
    };
    let layout = table.layout();
    let header = table.header();
    layout.format == FileFormat::Delimited
        && matches!(layout.packing, Packing::Plain | Packing::Gzip)
        && layout.encoding.is_none_or(|encoding| encoding == Charset::Utf8)
        && layout.header_line.is_none_or(|line| line == 1)
        && profile::by_header(header).is_none()
        && !header.iter().any(|name| meaning::is_doubtful(name))
        && csv::can_read(&seen, settings, TRIED)
        // A time and an amount are alone.
        && (header.len() <= 2 || !meaning::raises_doubt(&seen, settings))
}
