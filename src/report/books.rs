//! The books of a run: tables of months and of billing cycles, and their rows as CSV.
//!
//! Both tables have the same columns; a terminal shows the months, with the columns that people ask
//! for most. Deliberately absent: the books themselves.

use std::io::{self, Write};

use crate::books::{Books, Statement};
use crate::domain::Zone;
use crate::scenario::Scenario;

use super::document::{Cell, CellKind, Column, Media, Table};
use super::rows::{CsvCell, CsvColumns};

/// Months that a terminal lists one by one.
const MONTHS: usize = 36;

/// The meaning of the money columns, below the months.
const NOTE: &str = "Prepaid balance at the start + cash paid − recognised use − breakage − refunded = prepaid \
     balance at the end. Plan fees and overage stand apart, in the period in which they are charged.";

/// A column of both tables: its header, what it holds, whether a terminal shows it, and its cell.
type BooksColumn = (&'static str, CellKind, Media, fn(&Statement) -> Cell);

/// The columns after those that name the period.
const COLUMNS: [BooksColumn; 13] = [
    ("total spend", CellKind::Money, Media::All, |row| Cell::Money(row.total_spend)),
    ("plan fees", CellKind::Money, Media::NotText, |row| Cell::Money(row.plan_fees)),
    ("overage", CellKind::Money, Media::NotText, |row| Cell::Money(row.overage)),
    ("recharges", CellKind::Count, Media::All, |row| Cell::Count(row.recharges)),
    ("demanded", CellKind::Credits, Media::NotText, |row| Cell::credits(row.demanded)),
    ("served", CellKind::Credits, Media::NotText, |row| Cell::credits(row.served)),
    ("refused", CellKind::Credits, Media::All, |row| Cell::credits(row.refused())),
    ("prepaid at start", CellKind::Money, Media::NotText, |row| Cell::Money(row.opening)),
    ("cash paid", CellKind::Money, Media::All, |row| Cell::Money(row.cash_paid)),
    ("recognised use", CellKind::Money, Media::All, |row| Cell::Money(row.recognised)),
    ("breakage", CellKind::Money, Media::All, |row| Cell::Money(row.breakage)),
    ("refunded", CellKind::Money, Media::NotText, |row| Cell::Money(row.refunded)),
    ("prepaid at end", CellKind::Money, Media::All, |row| Cell::Money(row.closing)),
];

/// The tables of months and of billing cycles.
pub(super) fn tables(books: &Books, zone: Zone) -> [Table; 2] {
    let total = books.total();
    let name = |row: &Statement| Cell::text(zone.show_month(row.window.from));
    let months = table(&books.months(), &total, Column::new("month", CellKind::Text), name);
    let from = |row: &Statement| Cell::Instant(row.window.from);
    let cycles = table(&books.cycles(), &total, Column::new("cycle from", CellKind::Instant), from);
    [
        Table {
            note: Some(NOTE.to_owned()),
            most_in_text: MONTHS,
            ..Table { name: "months".into(), title: "By month".to_owned(), ..months }
        },
        Table {
            media: Media::NotText,
            ..Table { name: "books".into(), title: "Prepaid balance by cycle".to_owned(), ..cycles }
        },
    ]
}

/// The statements in a table that begins with one column for pages and two instants for workbooks.
fn table(
    statements: &[Statement],
    total: &Statement,
    first: Column,
    name: impl Fn(&Statement) -> Cell,
) -> Table {
    let mut columns = vec![
        first,
        Column::new("from", CellKind::Instant).only(Media::Book),
        Column::new("to", CellKind::Instant).only(Media::Book),
    ];
    columns.extend(COLUMNS.map(|(header, kind, media, _)| {
        let column = Column::new(header, kind).only(media);
        if header == "refunded" { column.unless_nothing() } else { column }
    }));
    let row = |statement: &Statement| {
        let window = [statement.window.from, statement.window.to].map(Cell::Instant);
        let values = COLUMNS.map(|(.., cell)| cell(statement));
        [name(statement)].into_iter().chain(window).chain(values).collect()
    };
    let sums = COLUMNS.map(|(.., cell)| cell(total));
    Table {
        rows: statements.iter().map(row).collect(),
        sums: [Cell::text("total"), Cell::Empty, Cell::Empty].into_iter().chain(sums).collect(),
        ..Table::new("", "", columns)
    }
    .without_nothing()
}

/// Writes one row per calendar month, then one per billing cycle.
pub fn csv(books: &Books, scenario: &Scenario, out: impl Write) -> io::Result<()> {
    let (zone, minor) = (scenario.zone, scenario.currency.minor());
    let mut columns = CsvColumns::<(&str, Statement)>::default()
        .column("period", |(period, _)| CsvCell::word(period))
        .column("start", |(_, row)| CsvCell::word(zone.show(row.window.from)))
        .column("end", |(_, row)| CsvCell::word(zone.show(row.window.to)))
        .column("recharges", |(_, row)| CsvCell::word(row.recharges))
        .column("refused_events", |(_, row)| CsvCell::word(row.refused_events))
        .column("demanded", |(_, row)| CsvCell::word(row.demanded))
        .column("served", |(_, row)| CsvCell::word(row.served))
        .column("refused", |(_, row)| CsvCell::word(row.refused()));
    for (header, money) in Statement::MONEY {
        columns = columns.column(header, move |(_, row)| CsvCell::word(money(row).text(minor)));
    }
    let months = books.months().into_iter().map(|row| ("month", row));
    let cycles = books.cycles().into_iter().map(|row| ("cycle", row));
    columns.write(months.chain(cycles), out)
}
