//! Workbooks, for those who live in one.
//!
//! In reading order: this page (what every workbook is made of) → [`plan`]. Money, credits, counts and
//! instants are numbers with formats. Totals are formulas over the rows that
//! are there, stored with their results, so that they are right before anything recalculates. No
//! cell of text begins a formula. Deliberately absent: charts, and figures of its own.

pub mod plan;
pub use plan::of_plan;

use std::io;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError,
};

use crate::scenario::{Assumption, Origin, Scenario};

use super::rows::inert;

/// The bytes of a workbook: its summary, then its tables.
fn book(scenario: &Scenario, summary: &Summary<'_>, tables: &[Table<'_>]) -> io::Result<Vec<u8>> {
    let made = || -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        // The same result has the same bytes, so the book was made at no time in particular.
        let epoch = ExcelDateTime::from_timestamp(0)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
        let styles = Styles::new(scenario);
        book.push_worksheet(summary.sheet(scenario, &styles)?);
        for table in tables {
            book.push_worksheet(table.sheet(scenario, &styles)?);
        }
        book.save_to_buffer()
    };
    made().map_err(io::Error::other)
}

/// How numbers are shown.
struct Styles {
    head: Format,
    bold: Format,
    text: Format,
    money: Format,
    credits: Format,
    count: Format,
    share: Format,
    sum: Format,
}

impl Styles {
    fn new(scenario: &Scenario) -> Styles {
        let decimals = match scenario.currency.minor() {
            0 => String::new(),
            minor => format!(".{}", "0".repeat(minor as usize)),
        };
        let money = format!("#,##0{decimals} \"{}\"", scenario.currency.code());
        let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        Styles {
            head,
            bold: Format::new().set_bold(),
            text: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            money: Format::new().set_num_format(money),
            credits: Format::new().set_num_format("#,##0.######"),
            count: Format::new().set_num_format("#,##0"),
            share: Format::new().set_num_format("0.00%"),
            sum: Format::new().set_bold(),
        }
    }

    fn of(&self, kind: Kind) -> &Format {
        match kind {
            Kind::Text => &self.text,
            Kind::Money => &self.money,
            Kind::Credits => &self.credits,
            Kind::Count => &self.count,
            Kind::Share => &self.share,
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Money,
    Credits,
    Count,
    Share,
}

/// What a cell holds.
enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

fn count(count: u64) -> Cell {
    Cell::Number(count as f64)
}

fn text(text: &str) -> Cell {
    Cell::Text(inert(text))
}

/// The most letters a cell can hold.
const LETTERS: usize = 32_000;

/// Writes a cell. Spreadsheets know no dates before 1900.
fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    format: &Format,
    _: &Scenario,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => {
            let text: String = text.chars().take(LETTERS).collect();
            sheet.write_string_with_format(row, column, text, format)?
        }
        Cell::Number(number) if number.is_finite() => {
            sheet.write_number_with_format(row, column, *number, format)?
        }
        Cell::Number(_) | Cell::Empty => sheet,
    };
    Ok(())
}

/// A sheet of rows under a head that stays in sight, with sums below, as formulas.
struct Table<'a> {
    name: &'a str,
    columns: Vec<(&'a str, Kind)>,
    rows: Vec<Vec<Cell>>,
    /// The sums below the columns that have one, as they were printed.
    sums: Vec<Option<Cell>>,
    /// What is said below the rows.
    note: Option<String>,
}

impl Table<'_> {
    fn sheet(&self, scenario: &Scenario, styles: &Styles) -> Result<Worksheet, XlsxError> {
        let table = self;
        let mut sheet = Worksheet::new();
        sheet.set_name(table.name)?.set_freeze_panes(1, 1)?;
        for (column, (name, kind)) in (0..).zip(&table.columns) {
            sheet.write_string_with_format(0, column, inert(name), &styles.head)?;
            let width = match kind {
                Kind::Text => 30,
                Kind::Money | Kind::Credits => 16,
                Kind::Count | Kind::Share => 12,
            };
            sheet.set_column_width(column, width)?;
        }
        for (row, cells) in (1..).zip(&table.rows) {
            for (column, (cell, (_, kind))) in (0..).zip(cells.iter().zip(&table.columns)) {
                put(&mut sheet, (row, column), cell, styles.of(*kind), scenario)?;
            }
        }
        let end = table.rows.len() as u32 + 1;
        sums(&mut sheet, table, end, styles)?;
        if let Some(note) = &table.note {
            sheet.write_string(end + 2, 0, inert(note))?;
        }
        Ok(sheet)
    }
}

/// The row of sums: `=SUM(…)` with its result.
fn sums(
    sheet: &mut Worksheet,
    table: &Table<'_>,
    end: u32,
    styles: &Styles,
) -> Result<(), XlsxError> {
    if end == 1 || table.sums.iter().all(Option::is_none) {
        return Ok(());
    }
    sheet.write_string_with_format(end, 0, "total", &styles.sum)?;
    for (column, (sum, (_, kind))) in (0..).zip(table.sums.iter().zip(&table.columns)) {
        let Some(Cell::Number(result)) = sum else { continue };
        let letter = rust_xlsxwriter::utility::column_number_to_name(column);
        let formula = Formula::new(format!("=SUM({letter}2:{letter}{end})"));
        let format = styles.of(*kind).clone().set_bold();
        let formula = formula.set_result(result.to_string());
        sheet.write_formula_with_format(end, column, formula, &format)?;
    }
    Ok(())
}

/// Every value that was assumed; of several scenarios, with the file of each.
fn assumptions(scenarios: &[&Scenario]) -> Table<'static> {
    let mut columns =
        vec![("setting", Kind::Text), ("assumed value", Kind::Text), ("assumed by", Kind::Text)];
    let several = scenarios.len() > 1;
    if several {
        columns.insert(0, ("scenario", Kind::Text));
    }
    let row = |scenario: &Scenario, one: &Assumption| {
        let by = match one.origin {
            Origin::Declared => "this scenario",
            Origin::Default => "a default of the program",
        };
        let file = several.then(|| text(&scenario.file));
        file.into_iter().chain([text(&one.path), text(&one.value), text(by)]).collect()
    };
    let rows = scenarios
        .iter()
        .flat_map(|scenario| scenario.assumptions.iter().map(move |one| row(scenario, one)));
    Table { name: "assumptions", columns, rows: rows.collect(), sums: Vec::new(), note: None }
}

/// A line of the summary.
enum Line {
    /// A title.
    Title(&'static str),
    /// A name and its value.
    Value(&'static str, Kind, Cell),
    /// Text alone.
    Text(String),
}

/// The first sheet: a name, and line by line what was found.
struct Summary<'a> {
    name: &'a str,
    lines: Vec<Line>,
}

impl Summary<'_> {
    fn sheet(&self, scenario: &Scenario, styles: &Styles) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name("summary")?.set_freeze_panes(1, 0)?;
        sheet.set_column_width(0, 34)?.set_column_width(1, 26)?;
        sheet.write_string_with_format(0, 0, inert(self.name), &styles.bold)?;
        for (row, line) in (1..).zip(&self.lines) {
            match line {
                Line::Title(title) => {
                    sheet.write_string_with_format(row, 0, *title, &styles.bold)?;
                }
                Line::Text(text) => {
                    sheet.write_string(row, 0, inert(text))?;
                }
                Line::Value(name, kind, cell) => {
                    sheet.write_string(row, 0, *name)?;
                    put(&mut sheet, (row, 1), cell, styles.of(*kind), scenario)?;
                }
            }
        }
        Ok(sheet)
    }
}
