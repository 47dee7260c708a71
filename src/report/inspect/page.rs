//! The inspection of a file as a document, which pages, Markdown and workbooks render.

use super::{attention, layout, moment, origin, period, shown, shows_days, total};
use crate::domain::{Currency, Zone, grouped};
use crate::report::document::{
    Block, Cell, CellKind, Column, Document, DocumentSource, FigureCard, Finding, Notation, Table,
    markdown, notes,
};
use crate::report::provenance::Provenance;
use crate::usage::meaning::inspect::{InspectedRows, Inspection};

#[cfg(feature = "html")]
use crate::report::charts;

/// An inspection and the command that made it.
#[derive(Clone, Copy, Debug)]
pub struct InspectReport<'a> {
    /// What was found.
    pub found: &'a Inspection,
    /// The arguments of the command, without the program's path.
    pub command: &'a [String],
}

impl InspectReport<'_> {
    /// For a comment or a wiki.
    pub fn markdown(&self) -> String {
        markdown::markdown(&document(self))
    }
}

impl crate::report::Report for InspectReport<'_> {
    fn document(&self) -> Document {
        document(self)
    }
}

/// The document of an inspection.
pub fn document(report: &InspectReport<'_>) -> Document {
    let found = report.found;
    let mut blocks = Vec::new();
    if let Some(rows) = &found.rows {
        #[cfg(feature = "html")]
        blocks.extend(charts::of_usage(found, rows).map(|chart| Block::Charts(vec![chart])));
        blocks.push(Block::Cards(cards(found, rows)));
    }
    blocks.extend(notes("Needs a choice", lines(&found.problems)));
    blocks.extend(notes("Attention", attention(found)));
    blocks.push(Block::Listing { title: "In a scenario".to_owned(), text: found.table.clone() });
    blocks.extend(files(found).map(Block::Table));
    blocks.push(Block::Table(columns(found)));
    if let Some(rows) = &found.rows {
        blocks.push(Block::Table(months(rows)));
        blocks.extend(values(rows).into_iter().map(Block::Table));
    }
    blocks.extend(notes("How it is read", found.told.clone()));
    Document {
        title: found.source.clone(),
        question: None,
        finding: finding(found),
        blocks,
        source: source(report),
        notation: Notation {
            currency: Currency::from_code("USD").expect("a currency of the list"),
            zone: found.rows.as_ref().map_or(Zone::UTC, |rows| rows.zone),
        },
    }
}

/// Sentences of several lines, a line each.
fn lines(sentences: &[String]) -> Vec<String> {
    sentences.iter().flat_map(|one| one.lines()).map(|line| line.trim().to_owned()).collect()
}

fn finding(found: &Inspection) -> Finding {
    let headline = match (&found.rows, found.problems.is_empty()) {
        (Some(rows), true) => format!("It adds up to {}.", total(found, rows)),
        (_, false) => "It needs a choice before it can be read.".to_owned(),
        (None, true) => "There is no row of usage in it.".to_owned(),
    };
    Finding { headline, sentences: vec![origin(found)], basis: layout(found) }
}

fn source(report: &InspectReport<'_>) -> DocumentSource {
    let rows = report.found.rows.as_ref().map(|rows| rows.rows);
    let source = report.found.source.clone();
    DocumentSource {
        provenance: Provenance::of_file(source, rows, report.command),
        scenarios: Vec::new(),
    }
}

/// What is seen first.
fn cards(found: &Inspection, rows: &InspectedRows) -> Vec<FigureCard> {
    let card = |name: &str, value: Cell, meaning: String, alarm: bool| FigureCard {
        name: name.to_owned(),
        value,
        meaning,
        alarm,
    };
    let unit = found.unit.clone().unwrap_or_else(|| "what the amount counts".to_owned());
    let mut cards = vec![
        card("usage in all", Cell::text(shown(rows.sum)), unit, false),
        card(
            "rows that count",
            Cell::Count(rows.counted),
            format!("of {}", grouped(&rows.rows.to_string())),
            false,
        ),
        card(
            "rows that cannot be read",
            Cell::Count(rows.bad),
            "each with its reason when it is run".to_owned(),
            rows.bad > 0,
        ),
    ];
    if let Some((first, last)) = rows.span {
        let as_days = shows_days(rows.zone, &[first, last]);
        let [first, last] = [first, last].map(|at| Cell::text(moment(rows.zone, at, as_days)));
        let zone = format!("time in {}", rows.zone.text());
        cards.push(card("first", first, zone.clone(), false));
        cards.push(card("last", last, zone, false));
    }
    cards
}

/// The columns, those that count first.
fn columns(found: &Inspection) -> Table {
    let names =
        [("column", CellKind::Code), ("counts as", CellKind::Text), ("why", CellKind::Text)];
    let more = [("holds", CellKind::Text), ("first value", CellKind::Code)];
    let columns = names.into_iter().chain(more).map(|(name, kind)| Column::new(name, kind));
    let mut table = Table::new("columns", "Columns", columns.collect());
    let (counting, others): (Vec<_>, Vec<_>) =
        found.columns.iter().partition(|column| column.role.is_some());
    for column in counting.into_iter().chain(others) {
        let role = column.role.map_or(Cell::Empty, Cell::text);
        let why = column.why.map_or(Cell::Empty, Cell::text);
        let name = Cell::text(&column.name);
        table.rows.push(vec![
            name,
            role,
            why,
            Cell::text(column.holds),
            Cell::text(&column.example),
        ]);
    }
    table
}

/// Several files; `None` of one.
fn files(found: &Inspection) -> Option<Table> {
    let columns = [
        ("file", CellKind::Code),
        ("format", CellKind::Text),
        ("rows", CellKind::Count),
        ("usage", CellKind::Figure),
        ("time", CellKind::Text),
        ("export of", CellKind::Text),
    ];
    let columns = columns.into_iter().map(|(name, kind)| Column::new(name, kind)).collect();
    let mut table = Table::new("files", "Files", columns);
    let zone = found.rows.as_ref().map_or(Zone::UTC, |rows| rows.zone);
    for file in &found.files {
        let rows = file.rows;
        let time = rows.and_then(|rows| rows.span);
        table.rows.push(vec![
            Cell::text(&file.name),
            Cell::text(file.format.to_string()),
            rows.map_or(Cell::Empty, |rows| Cell::Count(rows.rows)),
            rows.map_or(Cell::Empty, |rows| Cell::text(shown(rows.sum))),
            time.map_or(Cell::Empty, |span| Cell::text(period(zone, span))),
            file.profile.as_ref().map_or(Cell::Empty, Cell::text),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn months(rows: &InspectedRows) -> Table {
    let columns =
        vec![Column::new("month", CellKind::Text), Column::new("usage", CellKind::Figure)];
    let mut table = Table::new("months", "By month", columns);
    let row = |(month, sum): &(String, _)| vec![Cell::text(month), Cell::text(shown(*sum))];
    table.rows = rows.months.iter().map(row).collect();
    table.sums = vec![Cell::text("in all"), Cell::text(shown(rows.sum))];
    table
}

/// The sums by the values of columns that may hold units, kinds of rows or accounts; `None` without any.
fn values(rows: &InspectedRows) -> Option<Table> {
    let columns = [
        ("column", CellKind::Code),
        ("value", CellKind::Code),
        ("rows", CellKind::Count),
        ("usage", CellKind::Figure),
    ];
    let columns = columns.into_iter().map(|(name, kind)| Column::new(name, kind)).collect();
    let mut table = Table::new("values", "By unit, kind of row and account", columns);
    for (column, values) in &rows.values {
        table.rows.extend(values.iter().map(|one| {
            let [column, value] = [column, &one.value].map(Cell::text);
            vec![column, value, Cell::Count(one.rows), Cell::text(shown(one.sum))]
        }));
    }
    (!table.rows.is_empty()).then_some(table)
}
