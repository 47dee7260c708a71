//! A table in an export: its layout, its header, and its rows one by one.

use crate::usage::csv::{Digest, InputSource};

use super::delimited::DelimitedRows;
use super::error::ExportError;
use super::header::{self, Beginning};
use super::layout::{BesideTable, Charset, FileFormat, FoundLayout, Layout};
use super::row::Row;
use super::sniff::{Sniffed, sniff};
use super::split::Splitter;

/// A table that is read row by row, in constant memory for delimited text.
pub struct ExportTable {
    found: FoundLayout,
    header: Vec<String>,
    rows: TableRows,
    left_out: BesideTable,
    digest: Option<Digest>,
}

/// Rows of each format.
enum TableRows {
    /// A file without a row.
    None,
    Delimited(Box<DelimitedRows>),
}

impl ExportTable {
    /// Opens a source and finds its table. A source may be opened several times if it
    /// [`can be`](InputSource::can_be_opened_again).
    pub fn open(source: &InputSource, layout: &Layout) -> Result<ExportTable, ExportError> {
        let sniffed = sniff(source, layout)?;
        match sniffed.format {
            FileFormat::Delimited => ExportTable::delimited(sniffed, layout),
            FileFormat::JsonLines | FileFormat::Json => {
                refused(sniffed, "JSON", "write it as CSV (`jq -r '… | @csv'`)")
            }
            FileFormat::Workbook => refused(
                sniffed,
                "an Excel workbook",
                "convert it (`soffice --convert-to csv FILE`), or save its sheet as CSV",
            ),
            FileFormat::Parquet => refused(
                sniffed,
                "a Parquet file",
                "convert it (`duckdb -c \"copy (from 'FILE') to 'usage.csv'\"`)",
            ),
        }
    }

    fn delimited(sniffed: Sniffed, layout: &Layout) -> Result<ExportTable, ExportError> {
        let Sniffed { name, input, sample, whole, packing, charset, format, mut evidence, digest } =
            sniffed;
        let beginning = header::find(&sample, whole, layout, &name)?;
        let mut found = FoundLayout {
            format,
            packing,
            encoding: charset,
            delimiter: None,
            header_line: None,
            place: None,
            evidence: Vec::new(),
        };
        let left_out = BesideTable::default();
        let Some(beginning) = beginning else {
            found.evidence = evidence;
            let (header, rows) = (Vec::new(), TableRows::None);
            return Ok(ExportTable { found, header, rows, left_out, digest });
        };
        evidence.extend(beginning.evidence.iter().cloned());
        found.evidence = evidence;
        found.delimiter = Some(beginning.delimiter);
        found.header_line = beginning.header_line;
        let charset = charset.unwrap_or(Charset::Utf8);
        let splitter = Splitter::new(input, name.clone(), beginning.delimiter, charset);
        let rows = DelimitedRows::new(splitter, name, &beginning, layout.short_rows);
        let Beginning { header, .. } = beginning;
        let rows = TableRows::Delimited(Box::new(rows));
        Ok(ExportTable { found, header, rows, left_out, digest })
    }

    /// How the table was found to be laid out, with the evidence.
    pub fn layout(&self) -> &FoundLayout {
        &self.found
    }

    /// The names of the columns, in order, without blanks around them; the same name may stand twice.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Reads the next row; `false` at the end of the table.
    #[inline]
    pub fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        match &mut self.rows {
            TableRows::None => Ok(false),
            TableRows::Delimited(rows) => rows.next(row, &mut self.left_out),
        }
    }

    /// What was left out so far; complete once [`ExportTable::next`] has met the end.
    pub fn left_out(&self) -> &BesideTable {
        &self.left_out
    }

    /// The SHA-256 of the bytes as stored, in hexadecimal, if the layout wanted it; of all of them
    /// once [`ExportTable::next`] has met the end.
    pub fn hash(&self) -> Option<String> {
        self.digest.clone().and_then(Digest::finish)
    }
}

/// A format that is recognised and not read.
fn refused(
    sniffed: Sniffed,
    what: &'static str,
    way_out: &'static str,
) -> Result<ExportTable, ExportError> {
    Err(ExportError::Format { name: sniffed.name, what, way_out })
}
