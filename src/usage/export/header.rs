//! Where a table begins in delimited text, and what parts its cells, by a sample of it.
//!
//! A table is the largest block of rows of one width. Its header is the first row of names under
//! which whole columns hold data. Deliberately absent: reading the rows.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;

use memchr::memchr;

use super::datum::{
    are_event, are_names, is_blank_word, is_date, is_date_pattern, is_datum, is_interval, unit_sign,
};
use super::error::{ExportError, shown};
use super::layout::{Charset, HeaderPlace, Layout, LineText, ShortRows};
use super::row::{Row, unmarked};
use super::split::Splitter;
use super::written::DELIMITERS;
use crate::domain::month_named;

/// Lines above the table that are looked at where no row is below its header.
const MOST_ABOVE: usize = 30;
/// The most cells that are looked at, and the rows that are in any case.
const CELLS: usize = 20_000;
const FEWEST_ROWS: usize = 50;
/// The most rows that are looked at.
pub(super) const ROWS: usize = 1_000;

/// Where a table begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Beginning {
    pub(super) delimiter: u8,
    /// The line of the header; `None` if the table has none and begins on `first_line`.
    pub(super) header_line: Option<u64>,
    pub(super) first_line: u64,
    /// The last line of the header; 0 if it has none.
    pub(super) last_line: u64,
    pub(super) header: Vec<String>,
    /// The names as they stand in the line of the header.
    pub(super) written: Vec<String>,
    /// What is unusual in its header, one sentence each.
    pub(super) remarks: Vec<String>,
    /// Whether the first column holds numbers or times.
    pub(super) data_first: bool,
    pub(super) evidence: Vec<String>,
}

/// Finds where the table of a sample begins by its first rows, at most `most`; `None` if the sample has no row.
pub(super) fn find(
    text: &Arc<[u8]>,
    whole: bool,
    most: usize,
    layout: &Layout,
    name: &str,
) -> Result<Option<Beginning>, ExportError> {
    let mut delimiters = layout.delimiter.map_or(DELIMITERS.to_vec(), |set| vec![set]);
    // One that stands nowhere parts nothing: the first of all does as well.
    let first = delimiters.first().copied();
    delimiters.retain(|&one| Some(one) == first || memchr(one, text).is_some());
    let (mut best, mut any_row, mut bare) = (None, false, None);
    for delimiter in delimiters {
        let grid = SampleGrid::of(text, whole, most, delimiter);
        any_row |= !grid.rows.is_empty();
        if let Some(beginning) = grid.last_header(whole, layout) {
            return Ok(Some(beginning));
        }
        let Some(block) = grid.block(layout) else { continue };
        if layout.header.is_none() && block.header.is_none() {
            bare = bare.or(grid.without_header());
        }
        // The first of equals is the likelier.
        if best.as_ref().is_none_or(|(_, weight, _)| block.weight() > *weight) {
            best = Some((grid, block.weight(), block));
        }
    }
    match (best, layout.header) {
        // A line of data is no header of a column for whole lines.
        (Some((_, (false, ..), TableBlock { width: 1, .. })), None) if bare.is_some() => {
            let (line, first) = bare.unwrap_or_default();
            Err(ExportError::Header { name: name.to_owned(), line, first })
        }
        (Some((grid, _, block)), _) => grid.beginning(&block, layout, name).map(Some),
        (None, Some(HeaderPlace::Line(line))) if any_row => {
            Err(ExportError::HeaderLine { name: name.to_owned(), line })
        }
        (None, _) => Ok(None),
    }
}

/// The table of text with commas between its cells: its header, and where its rows begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SheetTable {
    pub(super) header: Vec<String>,
    /// The last line of the header.
    pub(super) last_line: u64,
    /// Whether one of its columns holds dates.
    pub(super) has_dates: bool,
}

/// The table of text with commas between its cells, if it has one: a header, and data under it.
pub(super) fn table_of(text: &[u8], layout: &Layout) -> Option<SheetTable> {
    let grid = SampleGrid::of(&Arc::from(text), true, ROWS, b',');
    let block = grid.block(layout)?;
    let place = block.header.filter(|_| block.columns > 0)?;
    let beginning = grid.beginning(&block, layout, "").ok()?;
    let rows = grid.rows.get(place + 1..block.to).unwrap_or_default();
    let has_dates = (0..block.width).any(|column| {
        let cells = rows.iter().filter_map(|row| row.cells.get(column));
        let filled = cells.filter(|cell| !cell.is_empty());
        let dates = filled.clone().filter(|cell| is_interval(cell)).count();
        dates > 0 && 2 * dates >= filled.count()
    });
    let Beginning { header, last_line, .. } = beginning;
    Some(SheetTable { header, last_line, has_dates })
}

/// A sample, split by one delimiter.
struct SampleGrid {
    delimiter: u8,
    rows: Vec<SampleRow>,
}

struct SampleRow {
    line: u64,
    cells: Vec<String>,
}

impl SampleRow {
    /// The cells up to the last that is not blank.
    fn filled(&self) -> usize {
        self.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1)
    }

    /// Its cells.
    fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.cells.iter().map(String::as_str)
    }

    /// Whether all cells are names, and at least half of them are not blank.
    fn is_names(&self) -> bool {
        are_names(self.iter())
    }

    /// Whether all cells that hold something are units, or the pattern of a date, and one is a unit.
    fn is_units(&self) -> bool {
        let filled = || self.cells.iter().filter(|cell| !cell.is_empty());
        filled().all(|cell| unit_sign(cell).is_some() || is_date_pattern(cell))
            && filled().any(|cell| unit_sign(cell).is_some())
    }

    /// The columns of different days or times of day, at least two, in a row that has nothing else but names.
    fn intervals(&self) -> Vec<usize> {
        let columns = 0..self.cells.len();
        let (intervals, others): (Vec<usize>, Vec<usize>) =
            columns.partition(|&column| is_interval(&self.cells[column]));
        let different: BTreeSet<&String> =
            intervals.iter().map(|&column| &self.cells[column]).collect();
        let names = others.iter().filter(|&&column| !self.cells[column].is_empty());
        let is_names = names.clone().all(|&column| !is_datum(&self.cells[column]));
        match intervals.len() >= 2 && different.len() == intervals.len() && is_names {
            true => intervals,
            false => Vec::new(),
        }
    }

    /// Whether its numbers are those of the days of a month, from 1 on.
    fn numbers_days(&self) -> bool {
        let numbers = self.cells.iter().filter(|cell| is_datum(cell));
        let counted = numbers.clone().zip(1..);
        (28..=31).contains(&numbers.count())
            && counted.into_iter().all(|(cell, day)| cell.parse() == Ok(day))
    }

    /// The first name of a row of names and bare numbers, such as a column for each account has; `None` for
    /// any other row.
    fn first_beside_numbers(&self) -> Option<usize> {
        let bare = |cell: &String| cell.bytes().all(|byte| byte.is_ascii_digit());
        let (names, numbers): (Vec<&String>, Vec<&String>) =
            self.cells.iter().filter(|cell| !cell.is_empty()).partition(|cell| !is_datum(cell));
        let known: BTreeSet<&&String> = numbers.iter().collect();
        let is_header = known.len() == numbers.len() && numbers.iter().all(|cell| bare(cell));
        let first = names.iter().find(|name| !is_blank_word(name))?;
        self.cells.iter().position(|cell| cell == *first).filter(|_| is_header)
    }
}

/// Rows of one width, `[from, to)` in the grid, and the header found for them.
struct TableBlock {
    from: usize,
    to: usize,
    width: usize,
    header: Option<usize>,
    /// Columns that hold data under the header.
    columns: usize,
}

impl TableBlock {
    /// The likelihood of a block as the table: data under a header, a header, and the most cells from
    /// the header on.
    fn weight(&self) -> (bool, bool, usize, usize) {
        let cells = (self.to - self.header.unwrap_or(self.from)) * self.width;
        (self.columns > 0, self.header.is_some(), cells, self.columns)
    }
}

impl SampleGrid {
    /// The header below lines of labels and what they say, where the file ends with it: `None` where it cannot be told
    /// from a row. Above it nothing is wider than a label and its value, and no line begins with a value.
    fn last_header(&self, whole: bool, layout: &Layout) -> Option<Beginning> {
        let (last, above) = self.rows.split_last().filter(|_| whole && layout.header.is_none())?;
        let different: BTreeSet<&String> = last.cells.iter().collect();
        let is_header = last.is_names()
            && last.cells.len() >= 3
            && last.filled() == last.cells.len()
            && different.len() == last.cells.len()
            && last.cells.iter().any(|cell| is_of_time(cell));
        let is_label = |row: &SampleRow| {
            row.filled() <= 2 && row.cells.first().is_some_and(|label| !is_datum(label))
        };
        let is_preamble =
            !above.is_empty() && above.len() <= MOST_ABOVE && above.iter().all(is_label);
        (is_header && is_preamble).then(|| Beginning {
            delimiter: self.delimiter,
            header_line: Some(last.line),
            first_line: last.line,
            last_line: last.line,
            header: last.cells.clone(),
            written: last.cells.clone(),
            remarks: Vec::new(),
            data_first: false,
            evidence: vec![header_evidence(last.line, 0)],
        })
    }

    /// The first row, and its line, of rows of one width that all have a date and another value.
    fn without_header(&self) -> Option<(u64, String)> {
        let first = self.rows.first()?;
        let are_such = self.rows.len() > 1
            && first.cells.len() > 1
            && self
                .rows
                .iter()
                .all(|row| row.cells.len() == first.cells.len() && are_event(row.iter()));
        let text = LineText { line: first.line, text: first.cells.join(", ") };
        are_such.then(|| (first.line, shown(&text)))
    }

    /// The rows of a sample, as far as they can be split by `delimiter`.
    fn of(text: &Arc<[u8]>, whole: bool, most: usize, delimiter: u8) -> SampleGrid {
        let input = Box::new(Cursor::new(Arc::clone(text)));
        let mut splitter = Splitter::new(input, String::new(), delimiter, Charset::Utf8);
        let (mut row, mut rows, mut cells) = (Row::new(), Vec::new(), 0);
        let mut most = most;
        while rows.len() < most && matches!(splitter.next(&mut row), Ok(true)) {
            cells += row.count();
            if cells > CELLS && rows.len() >= FEWEST_ROWS {
                most = rows.len();
                break;
            }
            let cells = row.iter().map(|cell| unmarked(cell).to_owned()).collect();
            rows.push(SampleRow { line: row.line(), cells });
        }
        if !whole && rows.len() > 1 && rows.len() < most {
            // The sample may end within it.
            rows.pop();
        }
        SampleGrid { delimiter, rows }
    }

    /// The likeliest table.
    fn block(&self, layout: &Layout) -> Option<TableBlock> {
        let from = match layout.header {
            Some(HeaderPlace::Line(line)) => self.rows.iter().position(|row| row.line == line)?,
            _ => 0,
        };
        let blocks = self.blocks(from, layout.short_rows);
        let readings = blocks.windows(2).position(|pair| self.is_about(&pair[0], &pair[1]));
        let readings = readings.filter(|_| layout.header.is_none());
        let mut best = match readings {
            Some(about) => blocks.into_iter().nth(about + 1)?,
            None => blocks.into_iter().rev().max_by_key(TableBlock::weight)?,
        };
        match layout.header {
            Some(HeaderPlace::Line(_)) => best.header = Some(from),
            Some(HeaderPlace::Nowhere) => best.header = None,
            None => {}
        }
        Some(best)
    }

    /// The blocks of rows of one width from a row on.
    fn blocks(&self, start: usize, short_rows: ShortRows) -> Vec<TableBlock> {
        let mut blocks = Vec::new();
        let mut from = start;
        while let Some(first) = self.rows.get(from) {
            let rows = self.rows.get(from..).unwrap_or_default();
            let width = first.cells.len();
            let same = |row: &&SampleRow| match short_rows {
                ShortRows::Refuse => row.cells.len() == width,
                ShortRows::Pad => row.cells.len() <= width,
            };
            let to = from + rows.iter().take_while(same).count();
            let (header, columns) = self.header(start, from, to);
            blocks.push(TableBlock { from, to, width, header, columns });
            from = to;
        }
        blocks
    }

    /// Whether a block is one line that says what the block right below it is about: under its header is one row, and the
    /// narrower block below has a header of its own and a date at the beginning of each row, as that one has not.
    fn is_about(&self, above: &TableBlock, below: &TableBlock) -> bool {
        let (Some(names), Some(header)) = (above.header, below.header) else { return false };
        let rows = self.rows.get(header + 1..below.to).unwrap_or_default();
        let has_date = |row: &SampleRow| row.cells.first().is_some_and(|cell| is_date(cell));
        let about = self.rows.get(names + 1);
        names + 2 == above.to
            && about.is_some_and(|row| !has_date(row))
            && header == below.from
            && above.to == below.from
            && below.width < above.width
            && below.columns >= 2
            && !rows.is_empty()
            && rows.iter().all(has_date)
    }

    /// The header of the rows `[from, to)`, and how many columns hold data under it.
    fn header(&self, start: usize, from: usize, to: usize) -> (Option<usize>, usize) {
        let rows = self.rows.get(from..to).unwrap_or_default();
        let filled = rows.iter().map(SampleRow::filled).max().unwrap_or(0);
        let mut under = Under::new();
        let mut best = NamesRow::default();
        let repeated = repeated_names(rows);
        for (place, row) in rows.iter().enumerate().rev() {
            if repeated.contains(&place) {
                continue;
            }
            let is_below = place.checked_sub(1).is_some_and(|above| rows[above].is_names());
            if row.is_names() && !(is_below && row.is_units()) {
                best = best.or(under.candidate(from + place, row));
            }
            under.add(row);
        }
        // A header with more names than the rows have cells, or without the blank ones at their ends.
        if let Some(place) = from.checked_sub(1).filter(|&place| place >= start)
            && let Some(row) = self.rows.get(place)
            && row.is_names()
            && row.cells.len() >= filled
        {
            let above = under.candidate(place, row);
            if above.columns > best.columns || best.place.is_none() {
                best = above;
            }
        }
        if best.place.is_none() {
            best = self.numbered_header(from, to);
        }
        if best.place.is_none() {
            best = self.interval_header(from, to);
        }
        (best.place, best.columns)
    }

    /// The first of the rows `[from, to)` with bare numbers among its names, and dates under the first of them or the days of a
    /// month as its numbers.
    fn numbered_header(&self, from: usize, to: usize) -> NamesRow {
        let rows = self.rows.get(from..to).unwrap_or_default();
        let numbered = rows.iter().enumerate();
        let mut numbered =
            numbered.filter_map(|(place, row)| Some((place, row, row.first_beside_numbers()?)));
        let Some((place, header, name)) = numbered.next() else { return NamesRow::default() };
        let below = rows.get(place + 1..).unwrap_or_default();
        let dates =
            below.iter().filter(|row| row.cells.get(name).is_some_and(|cell| is_date(cell)));
        if 2 * dates.count() < below.len().max(1) && !header.numbers_days() {
            return NamesRow::default();
        }
        let mut under = Under::new();
        below.iter().for_each(|row| under.add(row));
        under.candidate(from + place, header)
    }

    /// The first of the rows `[from, to)`, if names and intervals stand in it and numbers under the intervals.
    fn interval_header(&self, from: usize, to: usize) -> NamesRow {
        let rows = self.rows.get(from..to).unwrap_or_default();
        let Some((header, below)) = rows.split_first() else { return NamesRow::default() };
        let intervals = header.intervals();
        let is_number = |cell: &String| is_datum(cell) && !is_interval(cell);
        let under = |row: &SampleRow| {
            let cells = intervals.iter().filter_map(|&column| row.cells.get(column));
            let (numbers, filled) = (cells.clone().filter(|cell| is_number(cell)), cells);
            numbers.count() > 0 && filled.filter(|cell| is_interval(cell)).count() == 0
        };
        let with_numbers = below.iter().filter(|row| under(row)).count();
        if intervals.is_empty() || with_numbers == 0 || 2 * with_numbers < below.len() {
            return NamesRow::default();
        }
        let mut columns = Under::new();
        below.iter().for_each(|row| columns.add(row));
        columns.candidate(from, header)
    }

    /// Where the table of a block begins.
    fn beginning(
        &self,
        block: &TableBlock,
        layout: &Layout,
        name: &str,
    ) -> Result<Beginning, ExportError> {
        let row = |place: usize| self.rows.get(place).expect("a block lies in its grid");
        let first = row(block.from);
        let delimiter = self.delimiter;
        let mut evidence = Vec::new();
        if layout.delimiter.is_none() {
            evidence.push(format!(
                "{} between cells: {} rows of {} cells",
                delimiter_name(delimiter),
                block.to - block.from,
                block.width
            ));
        }
        if let Some(place) = block.header {
            let header = row(place);
            if layout.header.is_none() {
                self.refuse_table_above(place, name)?;
                evidence.push(header_evidence(header.line, block.columns));
            }
            let written = names(&header.cells, first.cells.len());
            let (mut names, mut remarks) = (written.clone(), Vec::new());
            let groups = self.groups_above(place).filter(|_| layout.header.is_none());
            if let Some(groups) = groups {
                remarks.push(format!(
                    "Lines {} and {} are one header, whose names are joined, such as `{}`.",
                    groups.line,
                    header.line,
                    join_groups(&mut names, &groups.cells)
                ));
            }
            let units = self.rows.get(place + 1).filter(|row| row.is_units() && header.is_names());
            if let Some(units) = units {
                remarks.push(format!(
                    "Line {} holds the units of the columns, which follow their names, such as `{}`.",
                    units.line,
                    join_units(&mut names, &units.cells)
                ));
            }
            self.name_blanks(&mut names, place + 1, block.to);
            return Ok(Beginning {
                delimiter,
                header_line: Some(header.line),
                first_line: groups.map_or(header.line, |groups| groups.line),
                last_line: units.map_or(header.line, |units| units.line),
                header: names,
                written,
                remarks,
                data_first: self.data_first(place + 1, block.to),
                evidence,
            });
        }
        if layout.header != Some(HeaderPlace::Nowhere) {
            let text = LineText { line: first.line, text: first.cells.join(", ") };
            let (line, first) = (first.line, shown(&text));
            return Err(ExportError::Header { name: name.to_owned(), line, first });
        }
        Ok(Beginning {
            delimiter,
            header_line: None,
            first_line: first.line,
            last_line: 0,
            written: Vec::new(),
            remarks: Vec::new(),
            header: (1..=block.width).map(|place| format!("column_{place}")).collect(),
            data_first: self.data_first(block.from, block.to),
            evidence,
        })
    }

    /// The line right above a header that names groups of its columns, as far as it says more than they do: it tells names apart
    /// that stand there twice, or says the years of months.
    fn groups_above(&self, place: usize) -> Option<&SampleRow> {
        let (above, header) = (self.rows.get(place.checked_sub(1)?)?, self.rows.get(place)?);
        let is_beside = above.line + 1 == header.line && above.cells.len() == header.cells.len();
        let named = || above.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        let first = named().next().map_or(0, |(column, _)| column);
        // Days above figures, which are joined by a point, as those of documents are.
        let is_day = |cell: &str| is_interval(cell) && !cell.contains('.');
        let are_days = named().all(|(_, cell)| is_day(cell));
        let is_other = |cell: &str| is_datum(cell) && !is_year(cell) && !are_days;
        if !is_beside || first == 0 || named().any(|(_, cell)| is_other(cell)) {
            return None;
        }
        let under = header.cells.get(first..).unwrap_or_default();
        let filled = || under.iter().filter(|cell| !cell.is_empty());
        let different: BTreeSet<&String> = filled().collect();
        let are_years = named().any(|(_, cell)| is_year(cell))
            && filled().any(|cell| month_named(cell).is_some());
        let mut joined = header.cells.clone();
        join_groups(&mut joined, &above.cells);
        let joined: BTreeSet<&String> = joined.iter().filter(|cell| !cell.is_empty()).collect();
        let are_told_apart = different.len() < filled().count()
            && joined.len() == header.cells.iter().filter(|cell| !cell.is_empty()).count();
        (are_years || are_told_apart).then_some(above)
    }

    /// Refuses a second table, whose header is in this place, as the first would be lost.
    fn refuse_table_above(&self, place: usize, name: &str) -> Result<(), ExportError> {
        let Some(above) = self.table_above(place) else { return Ok(()) };
        let line = |place: usize| self.rows.get(place).map_or(0, |row| row.line);
        Err(ExportError::Tables {
            name: name.to_owned(),
            first: line(above),
            second: line(place),
            last: line(place - 1),
        })
    }

    /// The header of another table above the header that was found: at least two rows of its width under its names hold a
    /// date and another value.
    fn table_above(&self, to: usize) -> Option<usize> {
        let rows = self.rows.get(..to)?;
        let is_header = |row: &SampleRow| row.is_names() && row.iter().all(|cell| !cell.is_empty());
        let is_table = |&header: &usize| {
            let is_wide = |row: &&SampleRow| row.cells.len() == rows[header].cells.len();
            let below = rows.iter().skip(header + 1).filter(is_wide);
            is_header(&rows[header]) && below.filter(|row| are_event(row.iter())).count() >= 2
        };
        (0..rows.len()).find(is_table)
    }

    /// Names columns that hold data and have no name, such as the index that some programs write first.
    fn name_blanks(&self, names: &mut [String], from: usize, to: usize) {
        let mut under = Under::new();
        self.rows.get(from..to).unwrap_or_default().iter().for_each(|row| under.add(row));
        for (column, name) in names.iter_mut().enumerate().filter(|(_, name)| name.is_empty()) {
            if under.holds_data(column) {
                *name = format!("column_{}", column + 1);
            }
        }
    }

    /// Whether the first cells of rows are numbers or times, at least half of them.
    fn data_first(&self, from: usize, to: usize) -> bool {
        let mut under = Under::new();
        self.rows.get(from..to).unwrap_or_default().iter().for_each(|row| under.add(row));
        under.holds_data(0)
    }
}

/// The places of rows of names that repeat an earlier one, as where files were joined with their headers.
fn repeated_names(rows: &[SampleRow]) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut repeated = BTreeSet::new();
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.is_names()) {
        if !seen.insert(&row.cells) {
            repeated.insert(place);
        }
    }
    repeated
}

/// Why a line is the header.
fn header_evidence(line: u64, columns: usize) -> String {
    match columns {
        0 => format!("header on line {line}: the first line of names"),
        1 => format!("header on line {line}: names, and data in one column below"),
        _ => format!("header on line {line}: names, and data in {columns} columns below"),
    }
}

/// Whether a name is one of a column of times.
fn is_of_time(name: &str) -> bool {
    const WORDS: [&str; 9] =
        ["date", "time", "day", "timestamp", "datetime", "datum", "zeit", "week", "month"];
    let words = name.split(|sign: char| !sign.is_alphanumeric());
    words.into_iter().any(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

/// The names of the columns: blank ones at the end are none, unless rows have cells there.
fn names(cells: &[String], width: usize) -> Vec<String> {
    let named = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    cells.iter().take(named.max(width.min(cells.len()))).cloned().collect()
}

/// Whether a cell is a year.
fn is_year(cell: &str) -> bool {
    cell.len() == 4
        && (cell.starts_with("19") || cell.starts_with("20"))
        && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// Puts the group of each column before its name, or behind it where it is a year; a blank cell belongs to the group before it.
/// Returns the first name that was joined.
fn join_groups(names: &mut [String], groups: &[String]) -> String {
    let (mut group, mut first) = ("", String::new());
    for (name, cell) in names.iter_mut().zip(groups) {
        group = if cell.is_empty() { group } else { cell };
        *name = match (group.is_empty(), name.is_empty()) {
            (true, _) => continue,
            (false, true) => group.to_owned(),
            (false, false) if is_year(group) => format!("{name} {group}"),
            (false, false) if is_interval(group) => format!("{group}.{name}"),
            (false, false) => format!("{group} {name}"),
        };
        if first.is_empty() {
            first.clone_from(name);
        }
    }
    first
}

/// Puts the unit of each column behind its name. Returns the first name that was joined.
fn join_units(names: &mut [String], units: &[String]) -> String {
    let mut first = String::new();
    for (name, cell) in names.iter_mut().zip(units) {
        if let Some(unit) = unit_sign(cell).filter(|_| !name.is_empty()) {
            *name = format!("{name} ({unit})");
            if first.is_empty() {
                first.clone_from(name);
            }
        }
    }
    first
}

/// The name of a delimiter in sentences.
pub(super) fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b',' => "a comma".to_owned(),
        b';' => "a semicolon".to_owned(),
        b'\t' => "a tab".to_owned(),
        b'|' => "a bar".to_owned(),
        other => format!("`{}`", char::from(other)),
    }
}

/// The columns of the rows under a place: how many cells are not blank, and how many are data.
struct Under {
    cells: Vec<(usize, usize)>,
}

impl Under {
    fn new() -> Under {
        Under { cells: Vec::new() }
    }

    /// Adds a row.
    fn add(&mut self, row: &SampleRow) {
        if self.cells.len() < row.cells.len() {
            self.cells.resize(row.cells.len(), (0, 0));
        }
        for (count, cell) in self.cells.iter_mut().zip(&row.cells) {
            count.0 += usize::from(!cell.is_empty());
            count.1 += usize::from(is_datum(cell));
        }
    }

    /// Whether at least half of the cells of a column that are not blank are data.
    fn holds_data(&self, column: usize) -> bool {
        self.cells.get(column).is_some_and(|&(filled, data)| data > 0 && 2 * data >= filled)
    }

    /// A row of names above these, as a header of them.
    fn candidate(&self, place: usize, header: &SampleRow) -> NamesRow {
        let named = |&(_, cell): &(usize, &String)| !cell.is_empty();
        let names = header.cells.iter().enumerate().filter(named);
        let (mut columns, mut words) = (0, 0);
        for (column, _) in names {
            if let Some(&(filled, data)) = self.cells.get(column)
                && self.holds_data(column)
            {
                columns += 1;
                words += filled - data;
            }
        }
        NamesRow { place: Some(place), columns, words }
    }
}

/// A row that may be the header.
#[derive(Clone, Copy, Default)]
struct NamesRow {
    place: Option<usize>,
    /// Columns that it names and that hold data.
    columns: usize,
    /// Cells in these that hold words: the header itself would be one, for a line above it.
    words: usize,
}

impl NamesRow {
    /// Returns the likelier of two; `higher` is nearer the top.
    fn or(self, higher: NamesRow) -> NamesRow {
        let better = (higher.columns, std::cmp::Reverse(higher.words))
            >= (self.columns, std::cmp::Reverse(self.words));
        if better || self.place.is_none() { higher } else { self }
    }
}
