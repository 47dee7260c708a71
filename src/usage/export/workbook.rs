//! The table of a workbook, as delimited text: one line for each row of its sheet.
//!
//! Numbers are written in full, times in ISO 8601, line ends within a cell as blanks, so that a line
//! has the number of its row. The workbook is held in memory. Deliberately absent: formulas, whose
//! last values are in the file.

use std::io::Cursor;
use std::sync::Arc;

use calamine::{
    Data, ExcelDateTime, Range, Reader as _, SheetType, SheetVisible, open_workbook_auto_from_rs,
};

use super::datum::is_datum;
use super::error::ExportError;
use super::header;
use super::layout::Layout;
use crate::domain::text::counted;

/// The sheet that holds the table, as text with commas between cells.
pub(super) struct SheetText {
    pub(super) name: String,
    pub(super) text: Vec<u8>,
    pub(super) evidence: Vec<String>,
}

/// Reads the sheet that is set, or the only one with a table.
pub(super) fn sheet(
    bytes: &Arc<[u8]>,
    layout: &Layout,
    name: &str,
) -> Result<SheetText, ExportError> {
    let problem = |why: String| ExportError::Workbook { name: name.to_owned(), why };
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
    let mut texts = Vec::new();
    for (sheet, visible) in &sheets {
        let wanted = layout.sheet.as_ref().map_or(*visible, |set| set == sheet);
        if wanted {
            let range = workbook.worksheet_range(sheet);
            let range = range.map_err(|why| problem(format!("the sheet `{sheet}`: {why}")))?;
            let formulas = match range.rows().flatten().any(|cell| *cell == Data::Empty) {
                true => workbook.worksheet_formula(sheet).unwrap_or_default(),
                false => Range::default(),
            };
            if let Some(why) = uncomputed(&range, &formulas) {
                return Err(problem(format!("the sheet `{sheet}`: {why}")));
            }
            texts.push((sheet.clone(), text(&range)));
        }
    }
    let all: Vec<&String> = sheets.iter().map(|(name, _)| name).collect();
    if let (Some(set), true) = (&layout.sheet, texts.is_empty()) {
        let there = named(&all);
        return Err(problem(format!("has no sheet `{set}`; its sheets are {there}")));
    }
    only_table(texts, &all, layout.sheet.is_some()).map_err(problem)
}

/// What is wrong with formulas whose values the file does not have, as programs leave them that write workbooks and compute
/// nothing.
fn uncomputed(values: &Range<Data>, formulas: &Range<String>) -> Option<String> {
    let (row, column) = formulas.start()?;
    let place = |(r, c, formula): (usize, usize, &String)| {
        let at = (row + u32::try_from(r).ok()?, column + u32::try_from(c).ok()?);
        let is_empty = values.get_value(at).is_none_or(|value| *value == Data::Empty);
        (is_empty && !formula.is_empty()).then(|| cell_name(at))
    };
    let mut empty = formulas.used_cells().filter_map(place);
    let first = empty.next()?;
    let cells = match empty.count() {
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
    texts: Vec<(String, Vec<u8>)>,
    all: &[&String],
    is_chosen: bool,
) -> Result<SheetText, String> {
    let is_one = texts.len() == 1;
    let mut tables = texts;
    tables.retain(|(_, text)| is_one || header::has_data(text));
    let names: Vec<&String> = tables.iter().map(|(name, _)| name).collect();
    match names.as_slice() {
        [] => Err(format!(
            "none of its sheets has a table with a header and rows; name one of {}",
            named(all)
        )),
        [name] => {
            let found = format!("the sheet `{name}`: the only one of {} with a table", all.len());
            let evidence = if is_chosen || all.len() == 1 { Vec::new() } else { vec![found] };
            let (name, text) = tables.swap_remove(0);
            Ok(SheetText { name, text, evidence })
        }
        [first, ..] => Err(format!(
            "{} sheets have tables ({}); choose one (`--sheet \"{first}\"`, or `sheet` in `[usage]`)",
            names.len(),
            named(&names)
        )),
    }
}

/// A sheet as text: every row one line, also those above the first that is filled.
fn text(range: &Range<Data>) -> Vec<u8> {
    let timed: Vec<bool> = (0..range.width())
        .map(|column| range.rows().any(|row| row.get(column).is_some_and(has_time_of_day)))
        .collect();
    let above = range.start().map_or(0, |(row, _)| row as usize);
    let mut text = vec![b'\n'; above];
    for row in range.rows() {
        let cells: Vec<String> =
            row.iter().zip(&timed).map(|(cell, &timed)| written(cell, timed)).collect();
        let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        let first = cells.first().map_or("", String::as_str);
        // A sentence above or below a table, which no row of another width is taken for.
        let sentence = filled <= 1 && cells.len() > 2 && !is_datum(first);
        let width = if sentence { filled } else { cells.len() };
        for (place, cell) in cells.iter().take(width).enumerate() {
            if place > 0 {
                text.push(b',');
            }
            quote(cell, &mut text);
        }
        text.push(b'\n');
    }
    text
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
                "2 sheets have tables (`March`, `April`); choose one (`--sheet \"March\"`, or `sheet` in `[usage]`)"
            ),
            "{error}"
        );
        let of = |sheet: &str| Layout { sheet: Some(sheet.to_owned()), ..Layout::default() };
        assert_eq!(read(two(), &of("April")).unwrap().len(), 4);
        let error = read(two(), &of("May")).unwrap_err();
        assert!(error.ends_with("has no sheet `May`; its sheets are `March`, `April`"), "{error}");
    }

    #[test]
    fn formulas_without_their_values_are_refused_with_the_first_cell() {
        let range = |cells: &[((u32, u32), Data)]| {
            Range::from_sparse(
                cells.iter().map(|(at, cell)| calamine::Cell::new(*at, cell.clone())).collect(),
            )
        };
        let formulas = |cells: &[(u32, u32)]| {
            let cell = |at: &(u32, u32)| calamine::Cell::new(*at, "SUM(A1:A2)".to_owned());
            Range::from_sparse(cells.iter().map(cell).collect())
        };
        let values = range(&[((0, 0), Data::Float(1.0)), ((2, 27), Data::Float(2.0))]);
        assert_eq!(uncomputed(&values, &formulas(&[(2, 27)])), None);
        assert_eq!(uncomputed(&values, &Range::default()), None);
        let told = |cells: &[(u32, u32)]| uncomputed(&values, &formulas(cells)).unwrap();
        assert!(told(&[(1, 0)]).starts_with("the cell A2 is a formula without its value;"));
        let two = told(&[(1, 27), (9, 2)]);
        assert!(two.starts_with("the cell AB2 and 1 other cell are formulas without"), "{two}");
    }

    #[test]
    fn what_only_looks_like_a_workbook_is_refused_with_the_way_out() {
        let error = read(Arc::from(&b"PK\x03\x04 xl/ and then nothing"[..]), &Layout::default());
        assert!(error.unwrap_err().contains("is no workbook that can be read"));
    }
}
