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
use super::datum::begins_as_number;
use super::error::ExportError;
use super::layout::Layout;
use super::sheets::{self, Leaves, SheetText, write_row};
use crate::domain::text::counted;

/// How the sheets of a workbook are spoken of.
const SHEETS: Leaves = Leaves { noun: "sheet", held: "a table", have: "have tables" };

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
        if !sheets::is_too_empty(written, filled) {
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
    sheets::chosen(&sheets, &SHEETS, layout, |sheet| {
        sheet_text(&mut workbook, sheet).map_err(|why| format!("the sheet `{sheet}`: {why}"))
    })
    .map_err(problem)
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
    let (evidence, remarks, around) = (Vec::new(), Vec::new(), Vec::new());
    Ok(SheetText { name, text, evidence, remarks, around, text_numbers })
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

/// The columns of a sheet's text with a cell of text that begins as a number does.
fn text_numbers(cells: &SheetCells) -> BTreeSet<usize> {
    let left = cells.columns().map_or(0, |(left, _)| left);
    let are_texts = cells.0.iter().filter(|(_, cell)| match cell {
        Data::String(text) => begins_as_number(text),
        _ => false,
    });
    are_texts.map(|((_, column), _)| (column - left) as usize).collect()
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
