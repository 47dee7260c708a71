//! Reasons why an export is not read as a table: the place, the finding, and the way out.

use std::borrow::Cow;
use std::io;

use super::layout::LineText;

/// The way out where packed bytes end early or are broken; nothing where the system failed.
fn cut_short(cause: &io::Error) -> &'static str {
    let broken =
        [io::ErrorKind::UnexpectedEof, io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput];
    match broken.contains(&cause.kind()) {
        true => "; the file was cut or is damaged: export or download it again",
        false => "",
    }
}

/// A way out with the name of the file in its command, where a shell takes it as it is.
pub(in crate::usage) fn for_file(way_out: &str, name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    match name.chars().all(plain) && !name.starts_with('-') {
        true => way_out.replace("FILE", name),
        false => way_out.to_owned(),
    }
}

/// The way to read each of two tables, and both.
fn two_files(name: &str, first: u64, second: u64, last: u64) -> String {
    for_file(
        &format!(
            "for the second give `--header-line {second}` (`header_line` in `[usage]`); to read both, write each into a file of its own (`sed \
             -n '{first},{last}p' FILE > usage-1.csv`, and `sed -n '{second},$p' FILE > usage-2.csv`) and name the two (`--usage 'usage-?.csv'`)"
        ),
        name,
    )
}

/// The problem of a row on this line that holds names of columns, as the header of another table does: read by those of the first its
/// rows would count what they do not say.
pub(in crate::usage) fn another_header(name: &str, line: u64) -> String {
    format!(
        "line {line} holds the names of columns, as the header of another table does, whose columns may stand in another order or count \
         in another unit: {}",
        two_files(name, 1, line, line - 1)
    )
}

/// Why an export is not read.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The source cannot be opened.
    #[error("{name}: cannot be opened: {cause}")]
    Open {
        /// The source.
        name: String,
        /// The error of the system.
        cause: io::Error,
    },
    /// The source cannot be read to its end.
    #[error("{name}: cannot be read after line {line}: {cause}{}", cut_short(cause))]
    Read {
        /// The source.
        name: String,
        /// Lines read before.
        line: u64,
        /// The error of the system, or of unpacking.
        cause: io::Error,
    },
    /// A folder, a pattern or a list of files that comes to nothing.
    #[error("{name}: {why}")]
    Files {
        /// The text given.
        name: String,
        /// Its fault, and the way out.
        why: String,
    },
    /// A format that is recognised and not read.
    #[error("{name}: is {what}; {}", for_file(way_out, name))]
    Format {
        /// The source.
        name: String,
        /// The format.
        what: Cow<'static, str>,
        /// The command or the setting that helps.
        way_out: Cow<'static, str>,
    },
    /// Bytes that no text contains.
    #[error(
        "{name}: is no text, and none of the formats that are read (CSV, JSON, xlsx); export it as CSV \
         in UTF-8; if it is text, set its encoding (`--encoding utf-16le`)"
    )]
    NotText {
        /// The source.
        name: String,
    },
    /// Text in an encoding that nothing shows.
    #[error(
        "{name}, line {line}: the byte {byte:02X} is no UTF-8, and the text is in another encoding, which nothing shows; save the \
         file as UTF-8, or convert it from the encoding of the program that wrote it (`iconv -f shift_jis -t utf-8 FILE > \
         usage.csv`; others are gb18030, big5, euc-kr, windows-1251 and iso-8859-2). If it is Windows-1252 all the same, \
         `--encoding windows-1252` reads it"
    )]
    UnknownEncoding {
        /// The source.
        name: String,
        /// Where.
        line: u64,
        /// The first byte that is no UTF-8.
        byte: u8,
    },
    /// Bytes that are not text in the encoding.
    #[error("{name}, line {line}: not {encoding} text; {way_out}")]
    Encoding {
        /// The source.
        name: String,
        /// Where.
        line: u64,
        /// The encoding that was found or set.
        encoding: &'static str,
        /// The setting that helps.
        way_out: &'static str,
    },
    /// No line that can be the header.
    #[error(
        "{name}, line {line}: a header line is needed, and none was found: {first}; name its line \
         (`--header-line 3`, or `none` if there is no header; `header_line` in `[usage]`)"
    )]
    Header {
        /// The source.
        name: String,
        /// The first line of what looks like the table.
        line: u64,
        /// That line.
        first: String,
    },
    /// The header line that was set is not there.
    #[error("{name}: no row starts on line {line}, which `header_line` names")]
    HeaderLine {
        /// The source.
        name: String,
        /// The line that was set.
        line: u64,
    },
    /// Two tables, of which one would be lost.
    #[error(
        "{name}: holds two tables, with headers in lines {first} and {second}; {}",
        two_files(name, *first, *second, *last)
    )]
    Tables {
        /// The source.
        name: String,
        /// The line of the first header.
        first: u64,
        /// The line of the second.
        second: u64,
        /// The last line above it.
        last: u64,
    },
    /// A row with more or fewer cells than the header has names.
    #[error("{name}, line {line}: {cells} cells where the header has {columns}: {row}; {way_out}")]
    Ragged {
        /// The source.
        name: String,
        /// Where the row starts.
        line: u64,
        /// Its cells.
        cells: usize,
        /// Names in the header.
        columns: usize,
        /// The row, shortened.
        row: String,
        /// The way out.
        way_out: String,
    },
    /// A row beyond the limit of one mebibyte.
    #[error(
        "{name}, line {line}: a row of more than 1 MiB; this is not a table of usage, or its line ends \
         are missing"
    )]
    RowTooLong {
        /// The source.
        name: String,
        /// Where the row starts.
        line: u64,
    },
    /// A quote that never closes.
    #[error(
        "{name}, line {line}: a quote (\") opens in this row and never closes; close or remove it"
    )]
    OpenQuote {
        /// The source.
        name: String,
        /// Where the row starts.
        line: u64,
    },
    /// Text after a closing quote.
    #[error(
        "{name}, line {line}: text follows a closing quote in cell {cell}; a quote inside a quoted \
         cell is written twice (\"\")"
    )]
    StrayQuote {
        /// The source.
        name: String,
        /// Where the row starts.
        line: u64,
        /// The cell, from 1.
        cell: usize,
    },
    /// A workbook whose table cannot be found.
    #[error("{name}: {why}")]
    Workbook {
        /// The source.
        name: String,
        /// Its fault, and the way out.
        why: String,
    },
    /// Rows that break the rules of their format, or may be read in two ways.
    #[error("{name}, line {line}: {why}")]
    Rows {
        /// The source.
        name: String,
        /// Where.
        line: u64,
        /// Its fault, and the way out.
        why: String,
    },
    /// Text that is not the JSON it looks like.
    #[error("{name}, line {line}: {why}")]
    Json {
        /// The source.
        name: String,
        /// Where.
        line: u64,
        /// Its fault, and the way out.
        why: String,
    },
}

/// A line as a message shows it.
pub(super) fn shown(text: &LineText) -> String {
    crate::domain::text::excerpt(&text.text)
}
