//! The table of a workbook, as delimited text: one line for each row of its sheet.
//!
//! Numbers are written in full, times in ISO 8601, line ends within a cell as blanks, so that a line
//! has the number of its row. The workbook is held in memory, and of a sheet the cells that hold something: one cell far
//! from the others costs no more than it. Deliberately absent: formulas, whose last values are in the file.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{
    Data, ExcelDateTime, Range, Reader as _, SheetType, SheetVisible, Sheets, XlsxError,
    open_workbook_auto_from_rs,
};

use super::biff;
use super::datum::{begins_as_number, is_datum};
use super::error::ExportError;
use super::header::{self, SheetTable};
use super::layout::Layout;
use crate::domain::text::{counted, counted_are};

/// Cells of written rows that are always few enough, empty ones too.
const FEW_CELLS: u64 = 20_000_000;
/// Written cells for each that holds something, beyond which a sheet is refused.
const MOST_EMPTY: u64 = 100;

/// The sheet that holds the table, as text with commas between cells.
pub(super) struct SheetText {
    pub(super) name: String,
    pub(super) text: Vec<u8>,
    pub(super) evidence: Vec<String>,
    /// What is unusual in how it was put together, one sentence each.
    pub(super) remarks: Vec<String>,
    /// The columns of the text, from 0, with a cell of text that begins as a number does.
    pub(super) text_numbers: BTreeSet<usize>,
}

/// A workbook in memory.
type Book = Sheets<Cursor<Arc<[u8]>>>;

/// Row and column of a cell, from 0.
type CellPlace = (u32, u32);

/// The cells of a sheet that hold something, in order.
struct SheetCells(Vec<(CellPlace, Data)>);

impl SheetCells {
    /// Reads them one by one, where the format can be read so.
    fn of(book: &mut Book, sheet: &str) -> Result<SheetCells, String> {
        let why = |error: &dyn std::fmt::Display| error.to_string();
        let mut cells = Vec::new();
        match book {
            Sheets::Xlsx(xlsx) => {
                let mut reader = match xlsx.worksheet_cells_reader(sheet) {
                    Err(XlsxError::NotAWorksheet(_)) => return Ok(SheetCells(cells)),
                    reader => reader.map_err(|error| why(&error))?,
                };
                while let Some(cell) = reader.next_cell().map_err(|error| why(&error))? {
                    cells.push((cell.get_position(), Data::from(cell.get_value().clone())));
                }
            }
            Sheets::Xlsb(xlsb) => {
                let reader = xlsb.worksheet_cells_reader(sheet);
                let mut reader = reader.map_err(|error| why(&error))?;
                while let Some(cell) = reader.next_cell().map_err(|error| why(&error))? {
                    cells.push((cell.get_position(), Data::from(cell.get_value().clone())));
                }
            }
            // Those of the first are known to be near, and the other bounds its sheets itself.
            Sheets::Xls(_) | Sheets::Ods(_) => {
                let range = book.worksheet_range(sheet).map_err(|error| why(&error))?;
                cells.extend(placed(&range).map(|(at, cell)| (at, cell.clone())));
            }
        }
        cells.retain(|(_, cell)| *cell != Data::Empty);
        cells.sort_by_key(|(at, _)| *at);
        // Of two cells in one place the last counts.
        cells.reverse();
        cells.dedup_by_key(|(at, _)| *at);
        cells.reverse();
        Ok(SheetCells(cells))
    }

    /// The first and the last column that hold something.
    fn columns(&self) -> Option<(u32, u32)> {
        let columns = || self.0.iter().map(|((_, column), _)| *column);
        columns().min().zip(columns().max())
    }

    /// The cells of each row that has some.
    fn rows(&self) -> impl Iterator<Item = &[(CellPlace, Data)]> {
        self.0.chunk_by(|((one, _), _), ((other, _), _)| one == other)
    }

    /// Whether a cell of the rectangle around all of them is empty.
    fn has_gaps(&self) -> bool {
        let (Some(((top, _), _)), Some(((bottom, _), _))) = (self.0.first(), self.0.last()) else {
            return false;
        };
        let (first, last) = self.columns().expect("there is a cell");
        u64::from(bottom - top + 1) * u64::from(last - first + 1) > self.0.len() as u64
    }

    /// Whether a cell holds something.
    fn holds(&self, place: CellPlace) -> bool {
        self.0.binary_search_by_key(&place, |(at, _)| *at).is_ok()
    }

    /// What is wrong with a sheet whose rows would be nearly all of empty cells, since one of its cells lies far out.
    fn stray(&self) -> Option<String> {
        let (first, last) = self.columns()?;
        let width = u64::from(last - first + 1);
        let written = width.saturating_mul(self.rows().count() as u64);
        let filled = self.0.len() as u64;
        if written <= FEW_CELLS || written / MOST_EMPTY <= filled {
            return None;
        }
        let (at, _) = self.0.iter().find(|((_, column), _)| *column == last)?;
        Some(format!(
            "its cell {} makes the table {} wide, of which {} hold something; delete that cell, or the columns \
             between it and the table, and save the workbook, or save the table as CSV",
            cell_name(*at),
            counted(width, "column"),
            counted(filled, "cell")
        ))
    }
}

/// The used cells of a range with their places in the sheet.
fn placed<T: calamine::CellType>(range: &Range<T>) -> impl Iterator<Item = (CellPlace, &T)> {
    let (row, column) = range.start().unwrap_or_default();
    let place = move |at: usize, from: u32| u32::try_from(at).map_or(u32::MAX, |at| from + at);
    range.used_cells().map(move |(r, c, cell)| ((place(r, row), place(c, column)), cell))
}

/// Hands the places of all formulas of a sheet to `each`; none where they cannot be read.
fn each_formula(book: &mut Book, sheet: &str, mut each: impl FnMut(CellPlace)) {
    let mut see = |at: CellPlace, formula: &str| {
        if !formula.is_empty() {
            each(at);
        }
    };
    match book {
        Sheets::Xlsx(xlsx) => {
            let Ok(mut reader) = xlsx.worksheet_cells_reader(sheet) else { return };
            while let Ok(Some(cell)) = reader.next_formula() {
                see(cell.get_position(), cell.get_value());
            }
        }
        Sheets::Xlsb(xlsb) => {
            let Ok(mut reader) = xlsb.worksheet_cells_reader(sheet) else { return };
            while let Ok(Some(cell)) = reader.next_formula() {
                see(cell.get_position(), cell.get_value());
            }
        }
        Sheets::Xls(_) | Sheets::Ods(_) => {
            let formulas = book.worksheet_formula(sheet).unwrap_or_default();
            placed(&formulas).for_each(|(at, formula)| see(at, formula));
        }
    }
}

/// Reads the sheet that is set, or the only one with a table.
pub(super) fn sheet(
    bytes: &Arc<[u8]>,
    layout: &Layout,
    name: &str,
) -> Result<SheetText, ExportError> {
    let problem = |why: String| ExportError::Workbook { name: name.to_owned(), why };
    if let Some(why) = biff::too_far(bytes) {
        return Err(problem(why));
    }
    let unreadable = |_| {
        let why = "is no workbook that can be read; if a password protects it, save it without one, \
                   or save the sheet as CSV";
        problem(why.to_owned())
    };
    let mut workbook =
        open_workbook_auto_from_rs(Cursor::new(Arc::clone(bytes))).map_err(unreadable)?;
    let sheets: Vec<(String, bool)> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let pattern = layout
        .sheet
        .as_deref()
        .filter(|set| set.contains(ALL) && !sheets.iter().any(|(sheet, _)| sheet == set));
    let mut texts = Vec::new();
    for (sheet, visible) in &sheets {
        let wanted = match (pattern, &layout.sheet) {
            (Some(pattern), _) => *visible && matches(pattern, sheet),
            (None, set) => set.as_ref().map_or(*visible, |set| set == sheet),
        };
        if wanted {
            let of_sheet = |why: String| problem(format!("the sheet `{sheet}`: {why}"));
            texts.push(sheet_text(&mut workbook, sheet).map_err(of_sheet)?);
        }
    }
    let all: Vec<&String> = sheets.iter().map(|(name, _)| name).collect();
    if let (Some(set), true) = (&layout.sheet, texts.is_empty()) {
        let there = named(&all);
        return Err(problem(format!("has no sheet `{set}`; its sheets are {there}")));
    }
    match pattern {
        Some(pattern) => joined(texts, layout, pattern).map_err(problem),
        None => only_table(texts, &all, layout.sheet.is_some()).map_err(problem),
    }
}

/// A sheet of a workbook as text.
fn sheet_text(workbook: &mut Book, sheet: &str) -> Result<SheetText, String> {
    let cells = SheetCells::of(workbook, sheet)?;
    let mut formulas = Vec::new();
    if cells.has_gaps() {
        let see = |at| formulas.extend((!cells.holds(at)).then_some(at));
        each_formula(workbook, sheet, see);
    }
    if let Some(why) = uncomputed(&formulas).or_else(|| cells.stray()) {
        return Err(why);
    }
    let (name, text, text_numbers) = (sheet.to_owned(), text(&cells), text_numbers(&cells));
    let (evidence, remarks) = (Vec::new(), Vec::new());
    Ok(SheetText { name, text, evidence, remarks, text_numbers })
}

/// The sign that stands for any letters in the name of a sheet.
const ALL: char = '*';

/// Whether a name goes by a pattern with stars.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once(ALL) else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(before) else { return false };
    let mut parts: Vec<&str> = after.split(ALL).collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The tables of sheets that have one header, one below the other.
fn joined(sheets: Vec<SheetText>, layout: &Layout, pattern: &str) -> Result<SheetText, String> {
    let of_table = |sheet: SheetText| {
        let table = header::table_of(&sheet.text, layout);
        (sheet, table)
    };
    let (tables, others): (Vec<_>, Vec<_>) =
        sheets.into_iter().map(of_table).partition(|(_, table)| table.is_some());
    let mut tables =
        tables.into_iter().filter_map(|(sheet, table)| Some((sheet, table?))).collect::<Vec<_>>();
    if tables.is_empty() {
        return Err(format!(
            "no sheet whose name is `{pattern}` has a table with a header and rows"
        ));
    }
    let (mut all, first) = tables.remove(0);
    if !others.is_empty() {
        let names: Vec<&String> = others.iter().map(|(sheet, _)| &sheet.name).collect();
        all.remarks.push(format!(
            "Of the sheets that go by `{pattern}`, {} left out, as no table is in {}: {}.",
            counted_are(names.len(), "sheet"),
            if names.len() == 1 { "it" } else { "them" },
            named(&names)
        ));
    }
    let begin = all.name.clone();
    for (sheet, table) in tables {
        if table.header != first.header {
            return Err(format!(
                "the sheets `{begin}` and `{}` have not the same columns ({}; {}), and are no table together; choose one \
                 (`--sheet \"{begin}\"`, or `sheet` in `[usage]`), or a pattern for those that have",
                sheet.name,
                first.header.join(", "),
                table.header.join(", ")
            ));
        }
        all.add(&sheet, &table, first.header.len());
    }
    Ok(all)
}

impl SheetText {
    /// Adds the rows of another sheet, without what stands above and below its table.
    fn add(&mut self, other: &SheetText, table: &SheetTable, width: usize) {
        let below = cut_below(&mut self.text, width);
        let lines = self.text.iter().filter(|byte| **byte == b'\n').count() as u64;
        let ends = memchr::memchr_iter(b'\n', &other.text);
        let above = usize::try_from(table.last_line).ok().and_then(|last| last.checked_sub(1));
        let from = above.and_then(|above| ends.into_iter().nth(above)).map_or(0, |end| end + 1);
        self.text.extend_from_slice(other.text.get(from..).unwrap_or_default());
        self.text_numbers.extend(&other.text_numbers);
        let without = match below {
            0 => String::new(),
            count => format!(", without {} below their table", counted(count, "line")),
        };
        self.remarks.push(format!(
            "The rows of the sheet `{}` follow those before it{without}: its row {} is counted as line {}.",
            other.name,
            table.last_line + 1,
            lines + 1
        ));
        self.name = format!("{}, {}", self.name, other.name);
    }
}

/// Cuts the sentences below a table of so many columns off; returns how many there were.
fn cut_below(text: &mut Vec<u8>, width: usize) -> usize {
    let mut count = 0;
    while width > 2 && text.len() > 1 {
        let lines = text.get(..text.len() - 1).unwrap_or_default();
        let from = memchr::memrchr(b'\n', lines).map_or(0, |end| end + 1);
        if from == 0 || lines.get(from..).is_some_and(|line| line.contains(&b',')) {
            break;
        }
        count += usize::from(from < lines.len());
        text.truncate(from);
    }
    count
}

/// What is wrong with formulas whose values the file does not have, as programs leave them that write workbooks and compute
/// nothing.
fn uncomputed(empty: &[CellPlace]) -> Option<String> {
    let first = cell_name(*empty.first()?);
    let cells = match empty.len() - 1 {
        0 => format!("the cell {first} is a formula without its value"),
        more => format!(
            "the cell {first} and {} are formulas without their values",
            counted(more, "other cell")
        ),
    };
    Some(format!(
        "{cells}; open the workbook in a spreadsheet program and save it, so that the values are in it"
    ))
}

/// The name of a cell, such as `AB12`.
fn cell_name((row, column): (u32, u32)) -> String {
    let (mut letters, mut rest) = (String::new(), column + 1);
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).expect("it is below 26");
        letters.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{}", row + 1)
}

fn named(names: &[&String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The sheet with a table among those that were read, or why there is not one.
fn only_table(
    mut texts: Vec<SheetText>,
    all: &[&String],
    is_chosen: bool,
) -> Result<SheetText, String> {
    if texts.len() > 1 {
        texts.retain(|sheet| header::table_of(&sheet.text, &Layout::default()).is_some());
    }
    match texts.as_mut_slice() {
        [] => Err(format!(
            "none of its sheets has a table with a header and rows; name one of {}",
            named(all)
        )),
        [sheet] => {
            if !is_chosen && all.len() > 1 {
                let (name, count) = (&sheet.name, all.len());
                sheet.evidence =
                    vec![format!("the sheet `{name}`: the only one of {count} with a table")];
            }
            Ok(texts.swap_remove(0))
        }
        several => Err(choice(several)),
    }
}

/// The choice between sheets with tables: those with dates first, and together those that have the same columns.
fn choice(sheets: &[SheetText]) -> String {
    let table = |sheet: &SheetText| header::table_of(&sheet.text, &Layout::default());
    let tables: Vec<(&String, SheetTable)> =
        sheets.iter().filter_map(|sheet| Some((&sheet.name, table(sheet)?))).collect();
    let names: Vec<&String> = tables.iter().map(|(name, _)| *name).collect();
    let likely = tables.iter().find(|(_, table)| table.has_dates).or(tables.first());
    let Some((first, found)) = likely else { return String::new() };
    let (alike, others): (Vec<_>, Vec<_>) =
        tables.iter().partition(|(_, table)| table.header == found.header);
    let of = |tables: &[&(&String, SheetTable)]| {
        tables.iter().map(|(name, _)| (*name).clone()).collect::<Vec<String>>()
    };
    let together = pattern_for(&of(&alike), &of(&others)).filter(|_| found.has_dates);
    let together = together.map_or(String::new(), |pattern| {
        format!(
            "; if those with the columns of `{first}` are one history, `--sheet '{pattern}'` reads {} one after another",
            counted(alike.len(), "sheet")
        )
    });
    format!(
        "{} sheets have tables ({}){together}; choose one (`--sheet \"{first}\"`, or `sheet` in `[usage]`)",
        names.len(),
        named(&names)
    )
}

/// A pattern for the names of at least two sheets and of none of the others, if there is one.
fn pattern_for(names: &[String], others: &[String]) -> Option<String> {
    let first = names.first().filter(|_| names.len() > 1)?;
    let common = |length: usize, begins: &dyn Fn(&str, &str) -> bool, part: &str| {
        (length > 0 && names.iter().all(|name| begins(name, part))).then(|| part.to_owned())
    };
    let ends = |at: &usize| first.is_char_boundary(*at);
    let before = (0..=first.len()).rev().filter(ends).find_map(|at| {
        let part = first.get(..at)?;
        common(at, &|name, part| name.starts_with(part), part)
    });
    let after = (0..first.len()).filter(ends).find_map(|at| {
        let part = first.get(at..)?;
        common(first.len() - at, &|name, part| name.ends_with(part), part)
    });
    let candidates = [
        Some(ALL.to_string()),
        before.map(|part| format!("{part}{ALL}")),
        after.map(|part| format!("{ALL}{part}")),
    ];
    let mut candidates = candidates.into_iter().flatten();
    candidates.find(|pattern| {
        !pattern.contains('\'') && !others.iter().any(|name| matches(pattern, name))
    })
}

/// A sheet as text: every row one line, also those above the first that is filled.
fn text(cells: &SheetCells) -> Vec<u8> {
    let Some((left, right)) = cells.columns() else { return Vec::new() };
    let place = |column: u32| (column - left) as usize;
    let width = place(right) + 1;
    let mut timed = vec![false; width];
    for ((_, column), cell) in &cells.0 {
        timed[place(*column)] |= has_time_of_day(cell);
    }
    let (mut text, mut above, mut is_first) = (Vec::new(), 0, true);
    for row in cells.rows() {
        let ((line, _), _) = row[0];
        let blank: &[u8] = if width == 2 && !is_first { b",\n" } else { b"\n" };
        (above..line).for_each(|_| text.extend_from_slice(blank));
        (above, is_first) = (line + 1, false);
        let of_place = |((_, column), cell): &(CellPlace, Data)| {
            let column = place(*column);
            (column, written(cell, timed[column]))
        };
        let mut filled: Vec<(usize, String)> = row.iter().map(of_place).collect();
        filled.retain(|(_, cell)| !cell.is_empty());
        write_row(&filled, width, &mut text);
    }
    text
}

/// Writes a row of so many cells, of which these hold something.
fn write_row(filled: &[(usize, String)], width: usize, text: &mut Vec<u8>) {
    let last = filled.last().map_or(0, |(column, _)| column + 1);
    let first = filled.first().filter(|(column, _)| *column == 0).map_or("", |(_, cell)| cell);
    // A sentence above or below a table, which no row of another width is taken for.
    let is_sentence = last <= 1 && width > 2 && !is_datum(first);
    let mut column = 0;
    for (place, cell) in filled {
        text.resize(text.len() + place - column, b',');
        quote(cell, text);
        column = *place;
    }
    let end = if is_sentence { last } else { width };
    text.resize(text.len() + end.saturating_sub(column + 1), b',');
    text.push(b'\n');
}

/// The columns of a sheet's text with a cell of text that begins as a number does.
fn text_numbers(cells: &SheetCells) -> BTreeSet<usize> {
    let left = cells.columns().map_or(0, |(left, _)| left);
    let are_texts = cells.0.iter().filter(|(_, cell)| match cell {
        Data::String(text) => begins_as_number(text),
        _ => false,
    });
    are_texts.map(|((_, column), _)| (column - left) as usize).collect()
}

/// Writes a cell, in quotes if it needs them.
fn quote(cell: &str, text: &mut Vec<u8>) {
    if !cell.contains(['"', ',']) {
        text.extend_from_slice(cell.as_bytes());
        return;
    }
    text.push(b'"');
    text.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
    text.push(b'"');
}

/// Whether a cell is a time at which a day does not begin.
fn has_time_of_day(cell: &Data) -> bool {
    matches!(cell, Data::DateTime(at) if at.as_f64().fract() != 0.0)
}

/// A cell as text; times of a column are written with their time of day if any of them has one.
fn written(cell: &Data, timed: bool) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(at) => moment(at, timed),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
        Data::String(text) => text.replace(['\r', '\n'], " ").trim().to_owned(),
    }
}

/// A time in ISO 8601; one of no day, such as 0.5, is a time of day.
fn moment(at: &ExcelDateTime, timed: bool) -> String {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let clock = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    if at.is_duration() {
        return at.as_f64().to_string();
    }
    if (0.0..1.0).contains(&at.as_f64()) {
        return clock;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if timed { format!("{date} {clock}") } else { date }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime as Moment, Format, Workbook};

    use super::*;
    use crate::usage::csv::InputSource;
    use crate::usage::export::{ExportTable, Row};

    /// The bytes of a workbook with these sheets, and a time in the first cell of each third row.
    fn workbook(sheets: &[(&str, &[&[&str]])]) -> Arc<[u8]> {
        let mut book = Workbook::new();
        let (date, time) = (
            Format::new().set_num_format("yyyy-mm-dd"),
            Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        );
        for (name, rows) in sheets {
            let sheet = book.add_worksheet().set_name(*name).unwrap();
            for (row, cells) in (0..).zip(*rows) {
                for (column, &cell) in (0..).zip(*cells) {
                    let moment = Moment::parse_from_str(cell);
                    match (cell.parse::<f64>(), moment) {
                        (Ok(number), _) => sheet.write_number(row, column, number).unwrap(),
                        (_, Ok(moment)) if cell.len() == 10 => {
                            sheet.write_datetime_with_format(row, column, &moment, &date).unwrap()
                        }
                        (_, Ok(moment)) => {
                            sheet.write_datetime_with_format(row, column, &moment, &time).unwrap()
                        }
                        _ => sheet.write_string(row, column, cell).unwrap(),
                    };
                }
            }
        }
        Arc::from(book.save_to_buffer().unwrap())
    }

    fn read(bytes: Arc<[u8]>, layout: &Layout) -> Result<Vec<String>, String> {
        let table = ExportTable::open(&InputSource::Bytes(bytes), layout);
        let mut table = table.map_err(|error| error.to_string())?;
        let (mut lines, mut row) = (vec![table.header().join(" · ")], Row::new());
        while table.next(&mut row).map_err(|error| error.to_string())? {
            let cells: Vec<&str> = row.iter().collect();
            lines.push(format!("{}: {}", row.line(), cells.join(" · ")));
        }
        lines.extend(table.left_out().below.iter().map(|line| format!("below: {}", line.text)));
        Ok(lines)
    }

    const USAGE: &[&[&str]] = &[
        &["Usage of March"],
        &[],
        &["Date", "When", "Kind, of use", "Credits"],
        &["2026-03-01", "2026-03-01T00:00:00", "a \"b\"", "12.5"],
        &["2026-03-02", "2026-03-02T10:30:00", "c", "0.000001"],
        &[],
        &["Made by hand"],
    ];

    #[test]
    fn the_table_of_a_sheet_is_read_with_its_times_and_the_numbers_of_its_rows() {
        assert_eq!(
            read(workbook(&[("March", USAGE)]), &Layout::default()).unwrap(),
            [
                "Date · When · Kind, of use · Credits",
                "4: 2026-03-01 · 2026-03-01 00:00:00 · a \"b\" · 12.5",
                "5: 2026-03-02 · 2026-03-02 10:30:00 · c · 0.000001",
                "below: Made by hand",
            ]
        );
    }

    #[test]
    fn of_several_sheets_the_only_one_with_a_table_is_read_or_one_is_chosen() {
        let words: &[&[&str]] = &[&["About this file"], &["It was made by hand"]];
        let about = workbook(&[("About", words), ("March", USAGE)]);
        assert_eq!(read(about, &Layout::default()).unwrap().len(), 4);
        let two = || workbook(&[("March", USAGE), ("April", USAGE)]);
        let error = read(two(), &Layout::default()).unwrap_err();
        assert!(
            error.ends_with(
                "2 sheets have tables (`March`, `April`); if those with the columns of `March` are one history, `--sheet '*'` \
                 reads 2 sheets one after another; choose one (`--sheet \"March\"`, or `sheet` in `[usage]`)"
            ),
            "{error}"
        );
        let of = |sheet: &str| Layout { sheet: Some(sheet.to_owned()), ..Layout::default() };
        assert_eq!(read(two(), &of("April")).unwrap().len(), 4);
        assert_eq!(read(two(), &of("A*l")).unwrap().len(), 4);
        let error = read(two(), &of("May")).unwrap_err();
        assert!(error.ends_with("has no sheet `May`; its sheets are `March`, `April`"), "{error}");
    }

    const SUMMARY: &[&[&str]] = &[&["Metric", "Value"], &["Credits in all", "25"]];

    #[test]
    fn sheets_with_one_header_are_read_one_below_the_other() {
        let of = |sheet: &str| Layout { sheet: Some(sheet.to_owned()), ..Layout::default() };
        let months = || workbook(&[("Summary", SUMMARY), ("2026-03", USAGE), ("2026-04", USAGE)]);
        let error = read(months(), &Layout::default()).unwrap_err();
        let said = "3 sheets have tables (`Summary`, `2026-03`, `2026-04`); if those with the columns of `2026-03` are one \
                    history, `--sheet '2026-0*'` reads 2 sheets one after another; choose one (`--sheet \"2026-03\"`";
        assert!(error.contains(said), "{error}");
        assert_eq!(
            read(months(), &of("2026-0*")).unwrap()[1..],
            [
                "4: 2026-03-01 · 2026-03-01 00:00:00 · a \"b\" · 12.5",
                "5: 2026-03-02 · 2026-03-02 10:30:00 · c · 0.000001",
                "6: 2026-03-01 · 2026-03-01 00:00:00 · a \"b\" · 12.5",
                "7: 2026-03-02 · 2026-03-02 10:30:00 · c · 0.000001",
                "below: Made by hand",
            ]
        );
        let error = read(months(), &of("*")).unwrap_err();
        assert!(
            error.contains("the sheets `Summary` and `2026-03` have not the same columns"),
            "{error}"
        );
        let error = read(months(), &of("x*")).unwrap_err();
        assert!(error.contains("has no sheet `x*`; its sheets are"), "{error}");
    }

    #[test]
    fn a_star_stands_for_any_letters_in_the_name_of_a_sheet() {
        for (pattern, name, goes) in [
            ("*", "May", true),
            ("2026-*", "2026-05", true),
            ("2026-*", "2025-05", false),
            ("*-*-x", "a-b-x", true),
            ("*-*-x", "a-x", false),
            ("a*a", "a", false),
            ("May", "May", true),
        ] {
            assert_eq!(matches(pattern, name), goes, "{pattern} {name}");
        }
    }

    #[test]
    fn formulas_without_their_values_are_refused_with_the_first_cell() {
        assert_eq!(uncomputed(&[]), None);
        let told = |cells: &[CellPlace]| uncomputed(cells).unwrap();
        assert!(told(&[(1, 0)]).starts_with("the cell A2 is a formula without its value;"));
        let two = told(&[(1, 27), (9, 2)]);
        assert!(two.starts_with("the cell AB2 and 1 other cell are formulas without"), "{two}");
    }

    /// The bytes of a sheet of so many rows with a date and a number, and a cell in another place.
    fn with_cell(rows: u32, (row, column): (u32, u16)) -> Arc<[u8]> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "Date").unwrap();
        sheet.write_string(0, 1, "Credits").unwrap();
        for line in 1..=rows {
            sheet.write_string(line, 0, format!("2026-03-{:02}", 1 + line % 28)).unwrap();
            sheet.write_number(line, 1, 2.5).unwrap();
        }
        sheet.write_string(row, column, "x").unwrap();
        Arc::from(book.save_to_buffer().unwrap())
    }

    #[test]
    fn a_cell_far_from_the_others_costs_no_more_than_it() {
        // The rectangle around these cells has 17,179,869,184.
        let lines = read(with_cell(3, (1_048_575, 16_383)), &Layout::default());
        match lines {
            Ok(lines) => assert!(lines.iter().filter(|line| line.contains("2.5")).count() == 3),
            Err(error) => assert!(error.contains("1048576"), "{error}"),
        }
        let error = read(with_cell(5_000, (0, 16_383)), &Layout::default()).unwrap_err();
        let said = "the sheet `Sheet1`: its cell XFD1 makes the table 16,384 columns wide, of which 10,003 cells hold \
                    something; delete that cell";
        assert!(error.contains(said), "{error}");
        assert!(read(with_cell(200, (0, 16_383)), &Layout::default()).is_ok());
    }

    #[test]
    fn what_only_looks_like_a_workbook_is_refused_with_the_way_out() {
        let error = read(Arc::from(&b"PK\x03\x04 xl/ and then nothing"[..]), &Layout::default());
        assert!(error.unwrap_err().contains("is no workbook that can be read"));
    }
}
