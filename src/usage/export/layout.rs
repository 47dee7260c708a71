//! The layout of a table in a file: settings beforehand, and findings.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::usage::csv::HashKind;

/// Settings for an export; the rest is found by evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The format of the unpacked bytes.
    pub format: Option<FileFormat>,
    /// The encoding of text.
    pub encoding: Option<Charset>,
    /// The delimiter between the cells of a line, in ASCII.
    pub delimiter: Option<u8>,
    /// The place of the names of the columns.
    pub header: Option<HeaderPlace>,
    /// The treatment of rows with fewer cells than the header has names.
    pub short_rows: ShortRows,
    /// The array in a JSON document that holds the records, as names joined by dots.
    pub records: Option<String>,
    /// The sheet of a workbook, or the table of a page or of a dump.
    pub sheet: Option<String>,
    /// The hash to take of the bytes as stored, if any.
    pub hash: Option<HashKind>,
}

/// A format of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Lines of cells, parted by a delimiter.
    Delimited,
    /// A JSON object on each line.
    JsonLines,
    /// One JSON document with an array of records.
    Json,
    /// An Excel workbook.
    Workbook,
    /// A page in HTML with a table, also under the name of a workbook.
    Html,
    /// A spreadsheet in XML, as Excel 2003 writes it.
    XmlSpreadsheet,
    /// Apache Parquet.
    Parquet,
    /// Lines of `key=value`.
    Pairs,
    /// Records of a client of a database, a line for each cell.
    Records,
    /// The statements of a dump of a database.
    Dump,
    /// A list in YAML.
    Yaml,
}

impl FileFormat {
    /// Whether all its numbers are texts, as people of a country write them.
    pub fn is_of_texts(self) -> bool {
        use FileFormat::{Delimited, Html, Pairs, Records, Yaml};
        matches!(self, Delimited | Html | Pairs | Records | Yaml)
    }
}

impl fmt::Display for FileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileFormat::Delimited => "CSV",
            FileFormat::JsonLines => "JSON lines",
            FileFormat::Json => "JSON",
            FileFormat::Workbook => "Excel workbook",
            FileFormat::Html => "HTML",
            FileFormat::XmlSpreadsheet => "XML spreadsheet",
            FileFormat::Parquet => "Parquet",
            FileFormat::Pairs => "log of key=value",
            FileFormat::Records => "records of a database client",
            FileFormat::Dump => "SQL dump",
            FileFormat::Yaml => "YAML",
        })
    }
}

/// An encoding of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8, with a byte-order mark or without.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Windows-1252, which has all letters of Latin-1.
    Windows1252,
}

impl Charset {
    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Utf16Le => "UTF-16LE",
            Charset::Utf16Be => "UTF-16BE",
            Charset::Windows1252 => "Windows-1252",
        }
    }
}

/// The packing of a file's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    #[default]
    Plain,
    /// gzip, of one member or several.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Packing {
    /// The usual name; `None` for plain bytes.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Packing::Plain => None,
            Packing::Gzip => Some("gzip"),
            Packing::Zstd => Some("zstd"),
        }
    }
}

/// The place of the names of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderPlace {
    /// On this line, from 1; lines above it are no rows.
    Line(u64),
    /// Nowhere: the columns are named `column_1`, `column_2` and so on.
    Nowhere,
}

/// The word for a file without a header.
pub const NO_HEADER: &str = "none";

impl FromStr for HeaderPlace {
    type Err = String;

    /// A line from 1, or [`NO_HEADER`].
    fn from_str(text: &str) -> Result<HeaderPlace, String> {
        let line = text.parse().ok().filter(|&line: &u64| line > 0);
        match line {
            Some(line) => Ok(HeaderPlace::Line(line)),
            None if text == NO_HEADER => Ok(HeaderPlace::Nowhere),
            None => Err(format!(
                "lines are counted from 1, and `{NO_HEADER}` is for a file without a header"
            )),
        }
    }
}

/// The treatment of rows with fewer cells than the header has names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShortRows {
    /// They are refused.
    #[default]
    Refuse,
    /// The missing cells are blank.
    Pad,
}

/// A line of a file that is no row of its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineText {
    /// Its number, from 1.
    pub line: u64,
    /// Its text; cells are joined by a comma and a space.
    pub text: String,
}

/// The layout that was found for a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundLayout {
    /// The format of the unpacked bytes.
    pub format: FileFormat,
    /// The packing of the bytes.
    pub packing: Packing,
    /// The encoding; `None` for formats that are not text.
    pub encoding: Option<Charset>,
    /// The delimiter between cells, in delimited text.
    pub delimiter: Option<u8>,
    /// The line of the header, from 1; `None` without one.
    pub header_line: Option<u64>,
    /// The array of a JSON document, or the sheet of a workbook, that holds the records.
    pub place: Option<String>,
    /// The columns that a row of JSON has for itself, or the beginnings of their names; all if it is empty.
    pub own: Vec<String>,
    /// What stands around the records of a JSON document: names joined by dots, and values that are no lists.
    pub around: Vec<(String, String)>,
    /// The names that only later records of JSON have, with the lines on which they begin.
    pub late: Vec<(String, u64)>,
    /// The columns with numbers that are texts, in a format that tells one from the other.
    pub text_numbers: Option<BTreeSet<String>>,
    /// What is unusual in how its header and its rows are written, one sentence each.
    pub remarks: Vec<String>,
    /// Why it was taken so, one sentence each; what was set has none.
    pub evidence: Vec<String>,
}

impl FoundLayout {
    /// Whether a column belongs to the object around several rows, and so repeats in each.
    pub fn is_shared(&self, column: &str) -> bool {
        let is_own = |own: &String| {
            let rest = column.strip_prefix(own.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        !self.own.is_empty() && !self.own.iter().any(is_own)
    }
}

/// Lines and rows of a file that are no rows of its table, counted while reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BesideTable {
    /// The first [`BesideTable::LISTED`] lines above the header; blank ones are none.
    pub above: Vec<LineText>,
    /// Their number.
    pub above_count: u64,
    /// The lines below the table, complete at the end; blank ones are none.
    pub below: Vec<LineText>,
    /// Rows of blank cells alone.
    pub blank_rows: u64,
    /// Lines between the rows that are the header again.
    pub repeated_headers: u64,
    /// Rows with missing cells that were read as blank.
    pub padded_rows: u64,
    /// Rows with blank cells beyond the header.
    pub trimmed_rows: u64,
    /// Whether the last line of text has no line end, as where a file was cut; known at the end.
    pub no_last_line_end: bool,
}

impl BesideTable {
    /// The most lines above the header that are listed.
    pub const LISTED: usize = 20;

    /// Counts a line above the header.
    pub(super) fn add_above(&mut self, line: LineText) {
        self.above_count += 1;
        if self.above.len() < BesideTable::LISTED {
            self.above.push(line);
        }
    }
}
