//! Spend, recharges and refusals by month and by cycle over many runs: tables, and their rows as CSV.
//!
//! Shared by studies and plans, which name what a row is about. Deliberately absent: the numbers.

use std::io::{self, Write};

use crate::domain::{Window, Zone};
use crate::study::{Percentiles, PeriodSummary};

use super::document::{Cell, CellKind, Column, Media, Table};
use super::rows::{CsvCell, CsvColumns};

/// What a candidate's period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    /// A calendar month.
    Month,
    /// A billing cycle.
    Cycle,
    /// All of it.
    Horizon,
}

impl PeriodKind {
    /// The name that programs read.
    pub fn name(self) -> &'static str {
        match self {
            PeriodKind::Month => "month",
            PeriodKind::Cycle => "cycle",
            PeriodKind::Horizon => "horizon",
        }
    }
}

/// A period of something that was run many times.
#[derive(Clone, Debug)]
pub struct PeriodRow<T> {
    /// What was run.
    pub about: T,
    /// What the period is.
    pub kind: PeriodKind,
    /// What was found.
    pub summary: PeriodSummary,
}

/// A percentile, or the mean: its name, and where it is.
type PercentileOf = (&'static str, fn(&Percentiles) -> Option<f64>);

const PERCENTILES: [PercentileOf; 4] = [
    ("mean", |percentiles| Some(percentiles.mean)),
    ("p50", |percentiles| percentiles.p50),
    ("p80", |percentiles| percentiles.p80),
    ("p95", |percentiles| percentiles.p95),
];

/// A measure: its name, what it is counted in, where it is, and the percentiles of it that a terminal has
/// room for.
type MeasureOf = (&'static str, CellKind, fn(&PeriodSummary) -> &Percentiles, &'static [&'static str]);

const MEASURES: [MeasureOf; 3] = [
    ("spend", CellKind::Money, |summary| &summary.spend, &["mean", "p50", "p80", "p95"]),
    ("recharges", CellKind::Count, |summary| &summary.recharges, &["mean"]),
    ("refused", CellKind::Credits, |summary| &summary.refused, &["mean", "p95"]),
];

/// Where a table of periods stands, and what it is called.
#[derive(Clone, Copy, Debug)]
pub struct PeriodTable<'t> {
    /// What machines call it.
    pub name: &'static str,
    /// What people call it.
    pub title: &'t str,
    /// What the rows are about: `candidate`.
    pub about: &'t str,
    /// Where it is shown.
    pub media: Media,
}

impl PeriodTable<'_> {
    /// A table of rows, those of one period together. In a terminal it has the most asked for.
    pub fn of(self, rows: &[PeriodRow<String>], zone: Zone) -> Table {
        let mut columns = vec![
            Column::new("period", CellKind::Text),
            Column::new("from", CellKind::Instant).only(Media::Book),
            Column::new("to", CellKind::Instant).only(Media::Book),
            Column::new(self.about, CellKind::Text),
        ];
        for (measure, kind, _, in_text) in MEASURES {
            for (percentile, _) in PERCENTILES {
                let media =
                    if in_text.contains(&percentile) { Media::All } else { Media::NotText };
                let column = Column::new(format!("{measure}, {percentile}"), kind);
                columns.push(column.only(media));
            }
        }
        Table {
            rows: rows.iter().map(|row| cells(row, zone)).collect(),
            media: self.media,
            caption: Some("Over all replications; a month or cycle that the horizon cuts has the part inside.".to_owned()),
            most_in_text: MOST_IN_TEXT,
            ..Table::new(self.name, self.title, columns)
        }
    }
}

/// Rows that a terminal lists one by one.
const MOST_IN_TEXT: usize = 60;

fn cells(row: &PeriodRow<String>, zone: Zone) -> Vec<Cell> {
    let Window { from, to } = row.summary.window;
    let period = match row.kind {
        PeriodKind::Month => zone.show_month(from),
        PeriodKind::Cycle => zone.show_date(from),
        PeriodKind::Horizon => "whole horizon".to_owned(),
    };
    let mut cells =
        vec![Cell::Text(period), Cell::Instant(from), Cell::Instant(to), Cell::text(&row.about)];
    for (_, kind, percentiles, _) in MEASURES {
        let value = |(_, of): PercentileOf| {
            of(percentiles(&row.summary)).map_or(Cell::Unknown, |value| Cell::mean(kind, value))
        };
        cells.extend(PERCENTILES.map(value));
    }
    cells
}

/// Writes rows, after the columns that say what they are about.
pub fn csv<T>(
    about: CsvColumns<'_, PeriodRow<T>>,
    rows: impl IntoIterator<Item = PeriodRow<T>>,
    zone: Zone,
    out: impl Write,
) -> io::Result<()> {
    let mut columns = about
        .column("period", |row| CsvCell::word(row.kind.name()))
        .column("start", move |row| CsvCell::word(zone.show(row.summary.window.from)))
        .column("end", move |row| CsvCell::word(zone.show(row.summary.window.to)));
    for (measure, _, percentiles, _) in MEASURES {
        for (percentile, of) in PERCENTILES {
            columns = columns.column(format!("{measure}_{percentile}"), move |row| {
                CsvCell::Number(of(percentiles(&row.summary)))
            });
        }
    }
    columns.write(rows, out)
}
