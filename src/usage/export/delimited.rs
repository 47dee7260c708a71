//! The rows of a table in delimited text, each with as many cells as the header has names.
//!
//! Lines above the header and below the table are kept apart. A row of another width is refused,
//! unless what is missing or beyond is blank. Deliberately absent: where the table begins.

use super::datum::{are_event, are_names, is_datum, is_interval};
use super::error::{ExportError, for_file, shown};
use super::grouped;
use super::header::Beginning;
use super::layout::{BesideTable, ShortRows};
use super::pieces::{CutPiece, PieceRules, PieceSource, RowPiece};
use super::row::{Row, unmarked};
use super::split::Splitter;

/// The most lines below a table.
const BELOW: usize = 100;
/// Rows with a date and another value under names, from which on these are the header of another table.
const FEWEST_EVENTS: usize = 2;

/// The rows of a table.
pub(super) struct DelimitedRows {
    splitter: Splitter,
    name: String,
    /// The names of the columns as they are written, which may stand again between the rows.
    header: Vec<String>,
    width: usize,
    short_rows: ShortRows,
    data_first: bool,
    /// The table begins on this line, with its header if it has one.
    first_line: u64,
    /// The last line of the header.
    last_line: u64,
    has_header: bool,
    begun: bool,
    ended: bool,
}

impl PieceSource for DelimitedRows {
    type Rules = PieceRules;

    fn rules(&self) -> PieceRules {
        let (header, has_header) = (self.header.clone(), self.has_header);
        PieceRules { delimiter: self.splitter.delimiter(), header, has_header }
    }

    fn cut(&mut self, bytes: usize) -> Option<CutPiece> {
        self.splitter.cut(bytes)
    }

    fn split(piece: CutPiece, rules: &PieceRules) -> RowPiece {
        RowPiece::split(piece, rules)
    }

    fn give_back(&mut self, bytes: &[u8], lines: u64) {
        self.splitter.give_back(bytes, lines);
    }

    fn after_pieces(&mut self, blank: bool) {
        self.splitter.after_pieces(blank);
    }
}

impl DelimitedRows {
    pub(super) fn new(
        splitter: Splitter,
        name: String,
        beginning: &Beginning,
        short_rows: ShortRows,
    ) -> DelimitedRows {
        DelimitedRows {
            splitter,
            name,
            header: beginning.written.clone(),
            width: beginning.header.len(),
            short_rows,
            data_first: beginning.data_first,
            first_line: beginning.first_line,
            last_line: beginning.last_line,
            has_header: beginning.header_line.is_some(),
            begun: false,
            ended: false,
        }
    }

    /// Reads the next row; `false` at the end.
    #[inline]
    pub(super) fn next(
        &mut self,
        row: &mut Row,
        left_out: &mut BesideTable,
    ) -> Result<bool, ExportError> {
        loop {
            if self.ended || !self.read(row, left_out)? {
                left_out.no_last_line_end = self.splitter.open_end();
                return Ok(false);
            }
            if row.count() != self.width && !self.fits(row, left_out) {
                self.below(row, left_out)?;
                return Ok(false);
            }
            if self.repeats_header(row) {
                left_out.repeated_headers += 1;
            } else if row.is_blank() {
                left_out.blank_rows += 1;
            } else {
                return Ok(true);
            }
        }
    }

    /// Whether so many bytes were read row by row that the rest is worth cutting.
    #[inline]
    pub(super) fn is_long(&self, after: u64) -> bool {
        self.splitter.passed() >= after && self.begun && !self.ended
    }

    /// Whether a row is the header again, as where files were joined.
    #[inline]
    fn repeats_header(&self, row: &Row) -> bool {
        let first = |cell: &str| self.header.first().is_some_and(|name| name == unmarked(cell));
        self.has_header
            && row.get(0).is_some_and(first)
            && row.iter().skip(1).eq(self.header.iter().skip(1).map(String::as_str))
            && self.header.iter().any(|name| !name.is_empty())
    }

    /// Reads the next row of any width that is not above the table.
    #[inline]
    fn read(&mut self, row: &mut Row, left_out: &mut BesideTable) -> Result<bool, ExportError> {
        if !self.begun {
            self.begun = true;
            return self.read_first(row, left_out);
        }
        self.splitter.next(row)
    }

    /// Reads the first row of data, past the lines above the table and the header.
    #[cold]
    fn read_first(
        &mut self,
        row: &mut Row,
        left_out: &mut BesideTable,
    ) -> Result<bool, ExportError> {
        while self.splitter.next(row)? {
            if row.line() < self.first_line {
                left_out.add_above(row.line_text());
            } else if row.line() > self.last_line || !self.has_header {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a row of another width becomes one of the table: what is beyond is blank, or what is
    /// missing is taken as blank.
    #[cold]
    fn fits(&self, row: &mut Row, left_out: &mut BesideTable) -> bool {
        if row.count() > self.width {
            let blank = row.iter().skip(self.width).all(str::is_empty);
            if blank {
                row.cells.truncate(self.width);
                left_out.trimmed_rows += 1;
            }
            return blank;
        }
        if self.short_rows == ShortRows::Refuse {
            return false;
        }
        while row.count() < self.width {
            row.push("");
        }
        left_out.padded_rows += 1;
        true
    }

    /// Takes a row of another width, and all after it, as lines below the table, or refuses it.
    #[cold]
    fn below(&mut self, row: &mut Row, left_out: &mut BesideTable) -> Result<(), ExportError> {
        let refused = self.ragged(row);
        let is_title =
            row.count() == 1 && self.width > 2 && !is_datum(row.get(0).unwrap_or_default());
        let names = is_header(row).then(|| (row.line(), row.count()));
        let mut apart = self.splitter.blank_before();
        let (mut lines, mut events) = (Vec::new(), 0);
        loop {
            let first = row.get(0).unwrap_or_default();
            apart |= is_datum(first) != self.data_first && (self.data_first || !first.is_empty());
            let of_the_table = row.count() == self.width && !row.is_blank() && !apart;
            if !apart || of_the_table || lines.len() == BELOW {
                return Err(self.refused(refused, is_title, row));
            }
            lines.push(row.line_text());
            if !self.splitter.next(row)? {
                break;
            }
            if let Some((second, count)) = names
                && row.count() == count
                && are_event(row.iter())
            {
                events += 1;
                if events == FEWEST_EVENTS {
                    return Err(self.two_tables(second));
                }
            }
            if row.count() == self.width
                && is_datum(row.get(0).unwrap_or_default()) == self.data_first
            {
                return Err(self.refused(refused, is_title, row));
            }
        }
        self.ended = true;
        left_out.below = lines;
        left_out.no_last_line_end = self.splitter.open_end();
        Ok(())
    }

    /// Refuses another table, whose header is on this line, as its rows would be lost.
    fn two_tables(&self, second: u64) -> ExportError {
        let first = if self.has_header { self.last_line } else { self.first_line };
        ExportError::Tables { name: self.name.clone(), first, second, last: second - 1 }
    }

    /// Why a row of another width is refused: rows with dates behind one that is a title are sections of a table.
    fn refused(&mut self, plain: ExportError, is_title: bool, row: &mut Row) -> ExportError {
        let ExportError::Ragged { name, line, cells, columns, row: text, way_out } = plain else {
            return plain;
        };
        let way_out = match is_title && self.has_dates_from(row) {
            true => self.sections(),
            false => way_out,
        };
        ExportError::Ragged { name, line, cells, columns, row: text, way_out }
    }

    /// Whether this row or one of the next begins with a date and is of the table.
    fn has_dates_from(&mut self, row: &mut Row) -> bool {
        let is_day =
            |cell: &str| cell.starts_with(|c: char| c.is_ascii_digit()) && is_interval(cell);
        for _ in 0..BELOW {
            if row.count() == self.width && row.get(0).is_some_and(is_day) {
                return true;
            }
            if !self.splitter.next(row).is_ok_and(|is_row| is_row) {
                return false;
            }
        }
        false
    }

    /// The way out of a table in sections whose rows begin with dates.
    fn sections(&self) -> String {
        let first = self.header.first().map_or("", String::as_str);
        let is_plain = !first.is_empty() && first.chars().all(|c| c.is_alphanumeric() || c == ' ');
        let pattern = match is_plain {
            true => format!("^\"?({first}|[0-9])"),
            false => "^\"?[0-9]".to_owned(),
        };
        let kept = if is_plain { "the header and the rows" } else { "the rows" };
        for_file(
            &format!(
                "the table is in sections, and this is the title of one; if all of them are usage, keep {kept} that begin with a \
                 date: `grep -E '{pattern}' FILE > usage.csv`"
            ),
            &self.name,
        )
    }

    fn ragged(&self, row: &Row) -> ExportError {
        let grouped = grouped::way_out(row, self.width, self.splitter.delimiter(), &self.name);
        let way_out = grouped.unwrap_or_else(|| self.short_way_out(row.count()));
        ExportError::Ragged {
            name: self.name.clone(),
            line: row.line(),
            cells: row.count(),
            columns: self.width,
            row: shown(&row.line_text()),
            way_out,
        }
    }

    /// The way out of a row of so many cells.
    fn short_way_out(&self, cells: usize) -> String {
        let way_out = match cells < self.width {
            true => {
                "if blank cells at the end were left off, give `--pad-short-rows`; if the file was \
                 cut here, export it again"
            }
            false => "a cell that holds the delimiter needs quotes (\") around it",
        };
        way_out.to_owned()
    }
}

/// Whether all cells of a row are names, two or more, and none is blank.
fn is_header(row: &Row) -> bool {
    row.count() > 1 && row.iter().all(|cell| !cell.is_empty()) && are_names(row.iter())
}
