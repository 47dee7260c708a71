//! Rows of delimited text (RFC 4180) with their line numbers, in constant memory.
//!
//! A row is looked at once: the ends of its cells are found while it is searched for its own end. What is read is
//! checked to be UTF-8 many rows at once, and the text of a row is copied from that. Lines end by LF, CRLF or CR alone. A quote opens a cell only at its
//! start. Deliberately absent: which row is the header.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

use super::datum::is_datum;
use super::error::ExportError;
use super::layout::Charset;
use super::pieces::{self, CutPiece};
use super::row::{Row, trimmed};
use crate::usage::buffer::{ReadBuffer, first_of};
use crate::usage::marks::{LineEnd, line_cells};

/// The longest row in bytes: one mebibyte.
pub(super) const LONGEST: usize = 1 << 20;

/// Splits text into rows, and rows into cells.
pub(super) struct Splitter {
    read: ReadBuffer,
    /// The text at the start of the buffer, as far as it is UTF-8.
    valid: String,
    name: String,
    delimiter: u8,
    charset: Charset,
    /// Lines before what is not yet used.
    lines: u64,
    /// Cells with doubled quotes, as they read.
    unquoted: Vec<u8>,
    /// Whether blank lines stood before the row read last.
    blank: bool,
    /// Whether the row read last has no line end.
    open_end: bool,
    /// Whether what was read elsewhere before ends with a blank line.
    blank_carried: bool,
    /// Bytes that were read row by row since the last pieces, and used.
    passed: u64,
    /// Why the source failed while it was read ahead.
    failed: Option<io::Error>,
}

/// The result of a look at the start of the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// A row: its bytes with and without its line end, and the lines it takes.
    Row { length: usize, whole: usize, lines: u64 },
    /// It goes on beyond the buffer.
    More,
    /// A quote that opens and has not closed by the end.
    OpenQuote,
    /// Text after the closing quote of this cell, from 1.
    StrayQuote(usize),
}

impl Splitter {
    /// Rows of `input`, which is UTF-8 that was decoded from `charset`.
    pub(super) fn new(
        input: Box<dyn Read + Send>,
        name: String,
        delimiter: u8,
        charset: Charset,
    ) -> Splitter {
        Splitter {
            read: ReadBuffer::new(input),
            valid: String::new(),
            name,
            delimiter,
            charset,
            lines: 0,
            unquoted: Vec::new(),
            blank: false,
            open_end: false,
            blank_carried: false,
            passed: 0,
            failed: None,
        }
    }

    /// What parts the cells.
    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Whether blank lines stood before the row read last.
    pub(super) fn blank_before(&self) -> bool {
        self.blank
    }

    /// Whether the row read last has no line end.
    pub(super) fn open_end(&self) -> bool {
        self.open_end
    }

    /// Reads the next row that is not a blank line; `false` at the end.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        self.blank = std::mem::take(&mut self.blank_carried);
        loop {
            row.cells.clear();
            self.unquoted.clear();
            let text = self.read.unread();
            if text.is_empty() {
                if !self.refill()? {
                    return Ok(false);
                }
                continue;
            }
            let at_end = self.read.ended;
            let look =
                look::<true>(text, self.delimiter, at_end, &mut row.cells, &mut self.unquoted);
            let (name, line) = (|| self.name.clone(), self.lines + 1);
            match look {
                Scan::Row { length, whole, lines } => {
                    if length > LONGEST {
                        return Err(ExportError::RowTooLong { name: name(), line });
                    }
                    if self.take(row, length, whole, lines)? {
                        return Ok(true);
                    }
                    self.blank = true;
                }
                Scan::OpenQuote => return Err(ExportError::OpenQuote { name: name(), line }),
                Scan::StrayQuote(cell) => {
                    return Err(ExportError::StrayQuote { name: name(), line, cell });
                }
                Scan::More if text.len() > LONGEST => {
                    return Err(ExportError::RowTooLong { name: name(), line });
                }
                Scan::More => {
                    self.refill()?;
                }
            }
        }
    }

    /// Copies the row at the start of the buffer; `false` if it is a blank line.
    fn take(
        &mut self,
        row: &mut Row,
        length: usize,
        whole: usize,
        lines: u64,
    ) -> Result<bool, ExportError> {
        let from = self.read.start;
        let bytes = self.read.bytes.get(from..from + length).unwrap_or_default();
        let line = self.lines + 1;
        self.open_end = whole == length;
        self.read.start += whole;
        self.lines += lines;
        if row.cells.len() == 1 && bytes.trim_ascii().is_empty() {
            return Ok(false);
        }
        row.line = line;
        row.text.clear();
        match self.valid.get(from..from + length) {
            Some(text) => row.text.push_str(text),
            None => row.text.push_str(str::from_utf8(bytes).map_err(|_| self.not_text(line))?),
        }
        if !self.unquoted.is_empty() {
            // Cells of whole characters, without some of the quotes between them.
            let text = str::from_utf8(&self.unquoted).map_err(|_| self.not_text(line))?;
            row.text.push_str(text);
        }
        for cell in &mut row.cells {
            if cell.0 >= ASIDE {
                // Its text follows that of the row.
                *cell = (cell.0 - ASIDE + length, cell.1 - ASIDE + length);
            }
            *cell = settled(&row.text, *cell);
        }
        Ok(true)
    }

    /// Bytes that were read row by row, roughly.
    #[inline]
    pub(super) fn passed(&self) -> u64 {
        self.passed
    }

    /// Cuts a piece of at most so many bytes, unless a row is longer; `None` where the rest is better read row by row: at
    /// the end of the source, where it fails, and where a row is too long.
    pub(super) fn cut(&mut self, bytes: usize) -> Option<CutPiece> {
        self.valid.clear();
        let mut room = bytes;
        loop {
            while self.read.unread().len() < room {
                if self.read.ended || self.failed.is_some() {
                    return None;
                }
                self.failed = self.read.refill().err();
            }
            let text = self.read.unread().get(..room).unwrap_or_default();
            if let Some(length) = pieces::cut(text, self.delimiter) {
                let bytes = text.get(..length).unwrap_or_default().to_vec();
                let lines = self.lines;
                self.lines += line_ends(&bytes);
                self.read.start += length;
                self.open_end = false;
                return Some(CutPiece { bytes, lines });
            }
            if room > LONGEST {
                return None;
            }
            room *= 2;
        }
    }

    /// Takes back bytes from a place with so many lines before it.
    pub(super) fn give_back(&mut self, bytes: &[u8], lines: u64) {
        self.read.give_back(bytes);
        self.lines = lines;
    }

    /// Goes on row by row, after a blank line or after none.
    pub(super) fn after_pieces(&mut self, blank: bool) {
        self.valid.clear();
        (self.blank_carried, self.passed) = (blank, 0);
    }

    fn not_text(&self, line: u64) -> ExportError {
        ExportError::Encoding {
            name: self.name.clone(),
            line,
            encoding: self.charset.name(),
            way_out: "set its encoding (`--encoding windows-1252`), or save it as UTF-8",
        }
    }

    /// Reads more; `false` if the source had ended before.
    #[cold]
    fn refill(&mut self) -> Result<bool, ExportError> {
        let had_more = !self.read.ended;
        self.passed += self.read.start as u64;
        let refilled = match self.failed.take() {
            Some(cause) => Err(cause),
            None => self.read.refill(),
        };
        refilled.map_err(|cause| ExportError::Read {
            name: self.name.clone(),
            line: self.lines,
            cause,
        })?;
        let read = self.read.bytes.get(..self.read.end).unwrap_or_default();
        self.valid.clear();
        // What is at its end may be half of a character.
        let text = str::from_utf8(read)
            .or_else(|why| str::from_utf8(read.get(..why.valid_up_to()).unwrap_or_default()));
        if self.read.start == 0 {
            self.valid.push_str(text.unwrap_or_default());
        }
        Ok(had_more)
    }
}

/// The place of what a cell says: without the formula and the blanks around it.
#[inline(always)]
pub(super) fn settled(text: &str, cell: (usize, usize)) -> (usize, usize) {
    let is_plain = |first: u8| first > b' ' && first != b'=' && first != b'\'';
    match text.as_bytes().get(cell.0..cell.1) {
        // Nearly every cell.
        Some([first, .., last]) if is_plain(*first) && *last > b' ' => cell,
        Some([only]) if is_plain(*only) => cell,
        _ => settled_anyhow(text, cell),
    }
}

fn settled_anyhow(text: &str, cell: (usize, usize)) -> (usize, usize) {
    let cell = match text.as_bytes().get(cell.0) {
        Some(b'=') => inside_formula(text, cell),
        Some(b'\'') => behind_apostrophe(text, cell),
        _ => cell,
    };
    trimmed(text.as_bytes(), cell)
}

/// The text inside a cell that is written as a formula of nothing but a text, `="00123"`, so that a spreadsheet
/// leaves it as it is; any other cell as it is.
#[cold]
fn inside_formula(row: &str, cell: (usize, usize)) -> (usize, usize) {
    let text = row.get(cell.0..cell.1).unwrap_or_default();
    let inside = text.trim_ascii_end().strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    match inside {
        Some(inside) if !inside.contains('"') => (cell.0 + 2, cell.0 + 2 + inside.len()),
        _ => cell,
    }
}

/// The text of a cell behind the apostrophe by which a spreadsheet keeps numbers and dates as they are typed, `'2026-03-01`, or between two of
/// them; any other cell as it is.
#[cold]
fn behind_apostrophe(row: &str, cell: (usize, usize)) -> (usize, usize) {
    let text = row.get(cell.0 + 1..cell.1).unwrap_or_default();
    let inside = text.trim_ascii_end();
    let inside = inside.strip_suffix('\'').unwrap_or(inside);
    match is_datum(inside) && !inside.contains('\'') {
        true => (cell.0 + 1, cell.0 + 1 + inside.len()),
        false => cell,
    }
}

/// Where the places of cells begin that are not parts of the row's own bytes.
pub(super) const ASIDE: usize = usize::MAX / 2;

/// Finds the cells and the end of the row at the start of `text`, in which a CR may be with `RETURNS`.
#[inline]
pub(super) fn look<const RETURNS: bool>(
    text: &[u8],
    delimiter: u8,
    at_end: bool,
    cells: &mut Vec<(usize, usize)>,
    unquoted: &mut Vec<u8>,
) -> Scan {
    match line_cells::<RETURNS>(text, delimiter, cells) {
        Some(LineEnd { length, whole }) => Scan::Row { length, whole, lines: 1 },
        None => look_at_any(text, delimiter, at_end, cells, unquoted),
    }
}

/// The same cell by cell, for any row.
fn look_at_any(
    text: &[u8],
    delimiter: u8,
    at_end: bool,
    cells: &mut Vec<(usize, usize)>,
    unquoted: &mut Vec<u8>,
) -> Scan {
    let (mut at, mut inner_lines) = (0, 0);
    loop {
        let end = match opening_quote(text, at) {
            Some(open) => match quoted(text, open + 1, at_end, cells, unquoted) {
                Quoted::Closed { end, lines } => {
                    inner_lines += lines;
                    match after_quote(text, end, delimiter) {
                        Some(end) => end,
                        None => return Scan::StrayQuote(cells.len()),
                    }
                }
                Quoted::More => return Scan::More,
                Quoted::Open => return Scan::OpenQuote,
            },
            None => {
                let rest = text.get(at..).unwrap_or_default();
                let end = cell_end(rest, delimiter).map_or(text.len(), |found| at + found);
                cells.push((at, end));
                end
            }
        };
        match text.get(end..) {
            Some([first, ..]) if *first == delimiter => at = end + 1,
            Some([b'\r', b'\n', ..]) => {
                return Scan::Row { length: end, whole: end + 2, lines: inner_lines + 1 };
            }
            // A CR at the end of what is read may be half of a CRLF.
            Some([b'\r']) if !at_end => return Scan::More,
            Some([b'\r' | b'\n', ..]) => {
                return Scan::Row { length: end, whole: end + 1, lines: inner_lines + 1 };
            }
            _ if at_end => return Scan::Row { length: end, whole: end, lines: inner_lines + 1 },
            _ => return Scan::More,
        }
    }
}

/// Where a cell without quotes ends.
#[inline]
fn cell_end(rest: &[u8], delimiter: u8) -> Option<usize> {
    first_of([delimiter, b'\n', b'\r'], rest)
}

/// The quote that opens the cell at `at`, after blanks if there are any.
#[inline]
fn opening_quote(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => Some(at),
        b' ' => {
            let blanks = text.get(at..)?.iter().take_while(|&&byte| byte == b' ').count();
            (text.get(at + blanks) == Some(&b'"')).then_some(at + blanks)
        }
        _ => None,
    }
}

/// The result of a look at a quoted cell.
enum Quoted {
    /// It closes; the place after the quote, and the line ends in the cell.
    Closed {
        end: usize,
        lines: u64,
    },
    More,
    Open,
}

/// Reads the quoted cell whose text begins at `from`.
#[inline]
fn quoted(
    text: &[u8],
    from: usize,
    at_end: bool,
    cells: &mut Vec<(usize, usize)>,
    unquoted: &mut Vec<u8>,
) -> Quoted {
    let (mut at, start, mut doubled) = (from, unquoted.len(), false);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(found) = memchr(b'"', rest) else {
            return if at_end { Quoted::Open } else { Quoted::More };
        };
        let quote = at + found;
        match text.get(quote + 1) {
            Some(b'"') => {
                doubled = true;
                unquoted.extend_from_slice(text.get(at..=quote).unwrap_or_default());
                at = quote + 2;
            }
            None if !at_end => return Quoted::More,
            _ => {
                if doubled {
                    unquoted.extend_from_slice(text.get(at..quote).unwrap_or_default());
                    cells.push((ASIDE + start, ASIDE + unquoted.len()));
                } else {
                    cells.push((from, quote));
                }
                let lines = line_ends(text.get(from..quote).unwrap_or_default());
                return Quoted::Closed { end: quote + 1, lines };
            }
        }
    }
}

/// Line ends in a quoted cell: LF, CRLF and CR alone.
#[inline]
fn line_ends(cell: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', cell).count() as u64;
    let alone = |&place: &usize| cell.get(place + 1) != Some(&b'\n');
    feeds + memchr_iter(b'\r', cell).filter(alone).count() as u64
}

/// The place of the delimiter or the line end after a closing quote; `None` if text is between.
#[inline]
fn after_quote(text: &[u8], end: usize, delimiter: u8) -> Option<usize> {
    let blanks = text.get(end..)?.iter().take_while(|&&byte| byte == b' ').count();
    let place = end + blanks;
    match text.get(place) {
        None | Some(b'\r' | b'\n') => Some(place),
        Some(&byte) => (byte == delimiter).then_some(place),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    /// A source that hands out one byte at a time.
    struct Drops(Cursor<Vec<u8>>);

    impl Read for Drops {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let room = buffer.len().min(1);
            self.0.read(&mut buffer[..room])
        }
    }

    fn rows_of(input: Box<dyn Read + Send>, delimiter: u8) -> Result<Vec<String>, ExportError> {
        let mut splitter = Splitter::new(input, "t.csv".to_owned(), delimiter, Charset::Utf8);
        let (mut row, mut rows) = (Row::new(), Vec::new());
        while splitter.next(&mut row)? {
            let cells: Vec<&str> = row.iter().collect();
            rows.push(format!("{}: {}", row.line(), cells.join(" · ")));
        }
        Ok(rows)
    }

    /// Rows as text, read at once and byte by byte, which must be the same.
    fn rows(text: &str, delimiter: u8) -> Result<Vec<String>, String> {
        let whole = rows_of(Box::new(Cursor::new(text.as_bytes().to_vec())), delimiter);
        let drops = rows_of(Box::new(Drops(Cursor::new(text.as_bytes().to_vec()))), delimiter);
        let (whole, drops) = (whole.map_err(|e| e.to_string()), drops.map_err(|e| e.to_string()));
        assert_eq!(whole, drops);
        whole
    }

    #[test]
    fn every_line_end_parts_rows_and_counts_one_line() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,2", "", "3,4"].join(end);
            let expected = ["1: a · b", "2: 1 · 2", "4: 3 · 4"].map(str::to_owned).to_vec();
            assert_eq!(rows(&text, b','), Ok(expected.clone()), "{end:?}");
            assert_eq!(rows(&(text + end), b','), Ok(expected), "{end:?}");
        }
    }

    #[test]
    fn quotes_hold_delimiters_line_ends_and_doubled_quotes() {
        let text = "\"a,1\",b\n\"x\r\ny\"  , \"say \"\"hi\"\"\"\r\n\"\",\"\"\"\"\nlast,row";
        let expected = ["1: a,1 · b", "2: x\r\ny · say \"hi\"", "4:  · \"", "5: last · row"];
        assert_eq!(rows(text, b','), Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_formula_of_a_text_is_that_text_and_any_other_stays() {
        let text = "=\"0012\",\"=\"\"5.5\"\"\",=1+2,=\"a\"&\"b\",=\"\"\n=\"7\" ,=,=\",=\"x\n";
        let expected = ["1: 0012 · 5.5 · =1+2 · =\"a\"&\"b\" · ", "2: 7 · = · =\" · =\"x"];
        assert_eq!(rows(text, b','), Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_quote_inside_a_plain_cell_is_text() {
        assert_eq!(rows("5\" disk;2\n", b';'), Ok(vec!["1: 5\" disk · 2".to_owned()]));
    }

    #[test]
    fn characters_may_lie_across_what_is_read_at_once_and_broken_ones_name_their_line() {
        // Rows of an odd number of bytes, so that a character lies across some end of what is read.
        let row = "größe,\"a\"\"ü\",€5\n";
        let text = row.repeat(60_000);
        let found = rows_of(Box::new(Cursor::new(text.clone().into_bytes())), b',').unwrap();
        assert!(text.len() > 4 * 256 * 1024 && found.len() == 60_000);
        let expected = |line: usize| format!("{line}: größe · a\"ü · €5");
        assert!(found.iter().zip(1..).all(|(found, line)| *found == expected(line)));
        let mut broken = text.into_bytes();
        broken.extend(b"x,\xff,1\nlast,2,3\n");
        match rows_of(Box::new(Cursor::new(broken)), b',') {
            Err(ExportError::Encoding { line: 60_001, .. }) => {}
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_refused_on_the_line_where_its_row_starts() {
        let error = rows("a,b\n1,\"2\n3,4\n", b',').unwrap_err();
        assert!(error.starts_with("t.csv, line 2: a quote"), "{error}");
    }

    #[test]
    fn text_after_a_closing_quote_is_refused_with_its_cell() {
        let error = rows("a,b\n1,\"say \"hi\" now\"\n", b',').unwrap_err();
        assert!(
            error.starts_with("t.csv, line 2: text follows a closing quote in cell 2"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn any_row_is_the_same_in_one_pass_and_cell_by_cell(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    ",", "\"", "\n", "a", "\",\"", "\"\"", " ", "\r\n", "\r", "é", "=", "2026-01-01T00:00:00Z",
                ]),
                0..20,
            ),
            at_end in any::<bool>(),
        ) {
            let text = parts.concat() + "\nthe next row,1\n";
            let mut found = [look::<true>, look_at_any].map(|look| {
                let (mut cells, mut unquoted) = (vec![(7, 7)], Vec::new());
                (look(text.as_bytes(), b',', at_end, &mut cells, &mut unquoted), cells, unquoted)
            });
            // The cells of a row that goes on or is broken are of no use.
            for (scan, cells, unquoted) in &mut found {
                if !matches!(scan, Scan::Row { .. }) {
                    (*cells, *unquoted) = (Vec::new(), Vec::new());
                }
            }
            prop_assert_eq!(&found[0], &found[1], "{:?}", text);
        }
    }

    #[test]
    fn a_row_may_have_a_mebibyte_and_no_byte_more() {
        let row = |bytes: usize| "x".repeat(bytes - 2) + ",1";
        assert!(rows_of(Box::new(Cursor::new(row(LONGEST).into_bytes())), b',').is_ok());
        let long = rows_of(Box::new(Cursor::new(row(LONGEST + 1).into_bytes())), b',');
        assert!(matches!(long, Err(ExportError::RowTooLong { line: 1, .. })), "{long:?}");
    }
}
