//! A document as a workbook: a summary, then a sheet for each table.
//!
//! Money, credits, counts and instants are numbers with formats. Totals are formulas over the rows
//! above them, stored with their results, so that they are right before anything recalculates. No
//! text cell can be taken for a formula.

use std::io;

use chrono::NaiveDate;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError,
};

use super::cell::{Cell, CellKind, Derived, LinkedText, Mean, Spread};
use super::notation::price_decimals;
use super::{Block, Column, Document, Media, Notation, Table};
use crate::domain::{Currency, Duration, Instant};
use crate::report::rows::inert;

/// The most letters a cell can hold.
const LETTERS: usize = 32_000;

/// The document as the bytes of a workbook.
pub fn book(document: &Document) -> io::Result<Vec<u8>> {
    let made = || -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        // The same result has the same bytes, so the creation time is fixed.
        let epoch = ExcelDateTime::from_timestamp(0)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
        let writer = Writer {
            notation: &document.notation,
            styles: Styles::of(&document.notation),
            tables: tables(document),
        };
        book.push_worksheet(writer.summary(document)?);
        for table in &writer.tables {
            book.push_worksheet(writer.sheet(table)?);
        }
        book.save_to_buffer()
    };
    made().map_err(io::Error::other)
}

/// The tables that have their own sheet.
fn tables(document: &Document) -> Vec<&Table> {
    let tables = document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) if table.media.in_book() && !is_of_figures(table) => Some(table),
        _ => None,
    });
    tables.collect()
}

/// Returns true if a table lists figures with their meanings, which the summary shows.
fn is_of_figures(table: &Table) -> bool {
    table.columns.iter().any(|column| column.kind == CellKind::Figure)
}

/// The most decimals of a unit price.
const PRICE_DECIMALS: usize = 12;

/// The format of money with this many decimals.
fn priced(currency: Currency, decimals: usize) -> String {
    let decimals = match decimals {
        0 => String::new(),
        some => format!(".{}", "0".repeat(some)),
    };
    format!("#,##0{decimals} \"{}\"", currency.code())
}

/// The formats of cells.
struct Styles {
    head: Format,
    bold: Format,
    text: Format,
    money: Format,
    credits: Format,
    count: Format,
    share: Format,
    instant: Format,
    decimal: Format,
    /// Credits that are not a whole number.
    parts: Format,
    /// Unit prices by their decimals.
    prices: Vec<Format>,
    currency: Currency,
}

impl Styles {
    fn of(notation: &Notation) -> Styles {
        let money = priced(notation.currency, notation.currency.minor() as usize);
        let wrapped = || Format::new().set_text_wrap().set_align(FormatAlign::Top);
        Styles {
            head: wrapped().set_bold(),
            bold: Format::new().set_bold(),
            text: wrapped(),
            money: Format::new().set_num_format(money),
            credits: Format::new().set_num_format("#,##0"),
            parts: Format::new().set_num_format("#,##0.######"),
            prices: (0..=PRICE_DECIMALS)
                .map(|decimals| Format::new().set_num_format(priced(notation.currency, decimals)))
                .collect(),
            currency: notation.currency,
            count: Format::new().set_num_format("#,##0"),
            share: Format::new().set_num_format("0.00%"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            decimal: Format::new().set_num_format("#,##0.00"),
        }
    }

    fn of_cell(&self, cell: &Cell) -> &Format {
        match cell {
            Cell::Empty | Cell::Unknown | Cell::Text(_) | Cell::Linked(_) => &self.text,
            Cell::Money(_) => &self.money,
            Cell::Price(price) => self.price(*price),
            Cell::Credits(credits) => self.credits(credits.to_f64()),
            Cell::Count(_) => &self.count,
            Cell::Share(_) => &self.share,
            Cell::Length(_) => &self.decimal,
            Cell::Instant(_) => &self.instant,
            Cell::Mean(mean) => match mean.kind {
                CellKind::Money => &self.money,
                CellKind::Share => &self.share,
                CellKind::Price => self.price(mean.value),
                CellKind::Credits => self.credits(mean.value),
                _ => &self.decimal,
            },
            Cell::Derived(cell, _) => self.of_cell(cell),
        }
    }

    /// A whole number has no decimal point.
    fn credits(&self, credits: f64) -> &Format {
        if credits.fract() == 0.0 { &self.credits } else { &self.parts }
    }

    fn price(&self, price: f64) -> &Format {
        &self.prices[price_decimals(self.currency, price).min(PRICE_DECIMALS)]
    }
}

/// A place on a sheet: row and column, from 0.
type SheetPlace = (u32, u16);

struct Writer<'d> {
    notation: &'d Notation,
    styles: Styles,
    tables: Vec<&'d Table>,
}

impl Writer<'_> {
    /// The first sheet: a name, and line by line what was found.
    fn summary(&self, document: &Document) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name("summary")?.set_freeze_panes(1, 0)?;
        sheet.set_column_width(0, 34)?.set_column_width(1, 26)?.set_column_width(2, 60)?;
        sheet.write_string_with_format(0, 0, inert(&document.title), &self.styles.bold)?;
        let mut row = 1;
        let finding = &document.finding;
        let question = document.question.iter();
        let sentences = question.chain([&finding.headline]).chain(&finding.sentences);
        for sentence in sentences.chain([&finding.basis]) {
            sheet.write_string(row, 0, inert(sentence))?;
            row += 1;
        }
        for block in &document.blocks {
            match block {
                Block::Table(table) if table.media.in_book() && is_of_figures(table) => {
                    row = self.figures(&mut sheet, row + 1, table)?;
                }
                Block::Notes { title, lines } => {
                    row = self.notes(&mut sheet, row + 1, title, lines)?
                }
                _ => {}
            }
        }
        let line = document.source.provenance.line();
        self.notes(&mut sheet, row + 1, "Source", &[line])?;
        Ok(sheet)
    }

    /// Lines under a title; returns the row below them.
    fn notes(
        &self,
        sheet: &mut Worksheet,
        mut row: u32,
        title: &str,
        lines: &[String],
    ) -> Result<u32, XlsxError> {
        sheet.write_string_with_format(row, 0, inert(title), &self.styles.bold)?;
        for line in lines {
            row += 1;
            sheet.write_string(row, 0, inert(line))?;
        }
        Ok(row + 1)
    }

    /// Figures under a title; returns the row below them.
    fn figures(
        &self,
        sheet: &mut Worksheet,
        mut row: u32,
        table: &Table,
    ) -> Result<u32, XlsxError> {
        sheet.write_string_with_format(row, 0, inert(&table.title), &self.styles.bold)?;
        let places = table.places(Media::in_book);
        let columns: Vec<&Column> = places.iter().map(|&place| &table.columns[place]).collect();
        if columns.iter().any(|column| !column.name.is_empty()) {
            row += 1;
            for (place, column) in (0..).zip(&columns) {
                sheet.write_string_with_format(
                    row,
                    place,
                    inert(&column.name),
                    &self.styles.head,
                )?;
            }
        }
        for cells in &table.rows {
            row += 1;
            for (column, &place) in (0..).zip(&places) {
                self.put(sheet, (row, column), &cells[place])?;
            }
        }
        Ok(row + 1)
    }

    /// Rows under a header that stays in sight, with sums below, as formulas.
    fn sheet(&self, table: &Table) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(&*table.name)?.set_freeze_panes(1, 1)?;
        let columns = written(table);
        for (place, column) in (0..).zip(&columns) {
            sheet.write_string_with_format(0, place, inert(&column.name), &self.styles.head)?;
            sheet.set_column_width(place, width(column.kind))?;
        }
        for (row, cells) in (1..).zip(&table.rows) {
            for (place, cell) in (0..).zip(parts(table, cells)) {
                self.put(&mut sheet, (row, place), &cell)?;
            }
        }
        let end = table.rows.len() as u32 + 1;
        self.sums(&mut sheet, table, end)?;
        if let Some(note) = &table.note {
            sheet.write_string(end + 2, 0, inert(note))?;
        }
        Ok(sheet)
    }

    /// The row of sums: `=SUM(…)` with its result.
    fn sums(&self, sheet: &mut Worksheet, table: &Table, end: u32) -> Result<(), XlsxError> {
        if end == 1 || table.sums.is_empty() {
            return Ok(());
        }
        sheet.write_string_with_format(end, 0, "total", &self.styles.bold)?;
        for (place, sum) in (0..).zip(parts(table, &table.sums)) {
            let Some(result) = number(&sum) else { continue };
            let letter = rust_xlsxwriter::utility::column_number_to_name(place);
            let formula = format!("=SUM({letter}2:{letter}{end})");
            let format = self.styles.of_cell(&sum).clone().set_bold();
            formula_at(sheet, (end, place), formula, result, &format)?;
        }
        Ok(())
    }

    /// Writes a cell. Spreadsheets know no dates before 1900.
    fn put(&self, sheet: &mut Worksheet, place: SheetPlace, cell: &Cell) -> Result<(), XlsxError> {
        let (row, column) = place;
        let format = self.styles.of_cell(cell);
        match cell {
            Cell::Empty | Cell::Unknown => {}
            Cell::Instant(Instant::NEVER) => {}
            Cell::Text(text) => {
                let text: String = inert(text).chars().take(LETTERS).collect();
                sheet.write_string_with_format(row, column, text, format)?;
            }
            Cell::Linked(parts) => {
                self.put(sheet, place, &Cell::Text(LinkedText::joined(parts)))?;
            }
            Cell::Instant(at) => match self.serial(*at) {
                Some(at) => {
                    sheet.write_datetime_with_format(row, column, &at, format)?;
                }
                None => {
                    let text = self.notation.zone.show(*at);
                    sheet.write_string_with_format(row, column, text, format)?;
                }
            },
            Cell::Derived(cell, derived) => {
                let Some(result) = number(cell) else { return Ok(()) };
                match self.formula(derived) {
                    Some(formula) => formula_at(sheet, place, formula, result, format)?,
                    None => self.put(sheet, place, cell)?,
                }
            }
            _ => {
                if let Some(number) = number(cell) {
                    sheet.write_number_with_format(row, column, number, format)?;
                }
            }
        }
        Ok(())
    }

    /// The formula of a derived value; `None` if its source has no sheet. Names of sheets are quoted, as they may hold hyphens.
    fn formula(&self, derived: &Derived) -> Option<String> {
        let table = |name: &str| self.tables.iter().find(|table| table.name == name);
        let letter = |table: &Table, name: &str| {
            let place = written(table).iter().position(|column| column.name == name)?;
            Some(rust_xlsxwriter::utility::column_number_to_name(place as u16))
        };
        match derived {
            Derived::Sum { table: name, column } => {
                let table = table(name)?;
                let (letter, last) = (letter(table, column)?, table.rows.len() + 1);
                Some(format!("=SUM('{name}'!{letter}2:{letter}{last})"))
            }
            Derived::Same { table: name, row, column } => {
                let letter = letter(table(name)?, column)?;
                Some(format!("='{name}'!{letter}{}", row + 2))
            }
        }
    }

    /// A local time as spreadsheets count it.
    fn serial(&self, at: Instant) -> Option<ExcelDateTime> {
        let local = self.notation.zone.local(at);
        let first = NaiveDate::from_ymd_opt(1900, 1, 1)?.and_hms_opt(0, 0, 0)?;
        (local >= first).then_some(())?;
        ExcelDateTime::parse_from_str(&local.format("%Y-%m-%dT%H:%M:%S%.3f").to_string()).ok()
    }
}

fn formula_at(
    sheet: &mut Worksheet,
    (row, column): SheetPlace,
    formula: String,
    result: f64,
    format: &Format,
) -> Result<(), XlsxError> {
    let formula = Formula::new(formula).set_result(result.to_string());
    sheet.write_formula_with_format(row, column, formula, format)?;
    Ok(())
}

/// A value as an exact number, so that sums of values shown rounded are the printed totals; `None`
/// if it is not a number.
fn number(cell: &Cell) -> Option<f64> {
    let number = match cell {
        Cell::Money(money) => money.to_f64(),
        Cell::Price(number) | Cell::Share(number) => *number,
        Cell::Credits(credits) => credits.to_f64(),
        Cell::Count(count) => *count as f64,
        Cell::Length(millis) => *millis as f64 / Duration::HOUR.millis() as f64,
        Cell::Mean(mean) => mean.value,
        Cell::Derived(cell, _) => number(cell)?,
        Cell::Empty | Cell::Unknown | Cell::Text(_) | Cell::Linked(_) | Cell::Instant(_) => {
            return None;
        }
    };
    number.is_finite().then_some(number)
}

/// The columns of a sheet: the limits of estimates have separate columns.
fn written(table: &Table) -> Vec<Column> {
    let mut columns = Vec::new();
    for place in table.places(Media::in_book) {
        let column = &table.columns[place];
        columns.push(column.clone());
        let name =
            |what: &str| Column { name: format!("{}, {what}", column.name), ..column.clone() };
        match spread(table, place) {
            Some(Spread::Half(_)) => columns.push(name("±")),
            Some(Spread::Limits(..)) => columns.extend([name("from"), name("to")]),
            Some(Spread::Alone) | None => {}
        }
    }
    columns
}

/// The form of the intervals in a column of estimates, if it has any.
fn spread(table: &Table, place: usize) -> Option<Spread> {
    table.rows.iter().find_map(|row| match &row[place] {
        Cell::Mean(mean) => Some(mean.spread),
        _ => None,
    })
}

/// The cells of a row as a sheet has them.
fn parts(table: &Table, row: &[Cell]) -> Vec<Cell> {
    let mut cells = Vec::new();
    for place in table.places(Media::in_book) {
        cells.push(row[place].clone());
        let limit = |limit: Option<f64>| match (limit, &row[place]) {
            (Some(value), Cell::Mean(mean)) => {
                Cell::Mean(Mean { value, spread: Spread::Alone, ..*mean })
            }
            _ => Cell::Empty,
        };
        let own = match &row[place] {
            Cell::Mean(mean) => Some(mean.spread),
            _ => None,
        };
        match (spread(table, place), own) {
            (Some(Spread::Half(_)), own) => cells.push(match own {
                Some(Spread::Half(half)) => limit(half),
                _ => Cell::Empty,
            }),
            (Some(Spread::Limits(..)), own) => cells.extend(match own {
                Some(Spread::Limits(low, high)) => [limit(low), limit(high)],
                _ => [Cell::Empty, Cell::Empty],
            }),
            (Some(Spread::Alone) | None, _) => {}
        }
    }
    cells
}

/// The width of a column, in digits.
fn width(kind: CellKind) -> f64 {
    match kind {
        CellKind::Text | CellKind::Code | CellKind::Figure => 30.0,
        CellKind::Instant => 19.0,
        CellKind::Money | CellKind::Price | CellKind::Credits => 16.0,
        CellKind::Count | CellKind::Share | CellKind::Hours | CellKind::Length => 12.0,
    }
}
