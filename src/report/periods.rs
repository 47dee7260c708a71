//! Spend, recharges and refusals by month and by cycle over many runs: tables, and their rows as CSV.
//!
//! Shared by studies and plans, which name what a row is about. Deliberately absent: the numbers.

use std::io::{self, Write};

use crate::domain::{Window, Zone};
use crate::study::{Percentiles, PeriodSummaries, PeriodSummary};

use super::document::{Cell, CellKind, Column, Media, Table};
use super::rows::{CsvCell, CsvColumns};

/// The kind of a candidate's period.
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
    /// The subject of the run.
    pub about: T,
    /// The kind of the period.
    pub kind: PeriodKind,
    /// The results.
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

/// A measure: its name, what it is counted in, where it is, and where each of [`PERCENTILES`] of it is shown.
type MeasureOf = (&'static str, CellKind, fn(&PeriodSummary) -> &Percentiles, [Media; 4]);

/// A terminal has room for seven columns of numbers, paper for one more.
const MEASURES: [MeasureOf; 3] = [
    ("spend", CellKind::Money, |summary| &summary.spend, [Media::All; 4]),
    (
        "recharges",
        CellKind::Count,
        |summary| &summary.recharges,
        [Media::All, Media::Book, Media::Book, Media::NotText],
    ),
    (
        "refused",
        CellKind::Credits,
        |summary| &summary.refused,
        [Media::All, Media::Book, Media::Book, Media::All],
    ),
];

/// Tables of periods.
#[derive(Clone, Copy, Debug)]
pub struct PeriodTables<'t> {
    /// The subject of the rows: `candidate`.
    pub about: &'t str,
    /// The media that show the months.
    pub months: Media,
    /// The media that show the cycles, if they are not the calendar months.
    pub cycles: Media,
}

impl PeriodTables<'_> {
    /// The tables: all that is `named`, period by period, and then over the whole horizon.
    pub fn of(self, named: &[(&str, PeriodSummaries)], zone: Zone) -> Vec<Table> {
        let months = self.table(PeriodKind::Month, named, zone);
        let months = Table {
            name: "months".into(),
            title: "By month".to_owned(),
            media: self.months,
            ..months
        };
        if named.iter().all(|(_, found)| found.cycles_are_months) {
            return vec![months];
        }
        let cycles = self.table(PeriodKind::Cycle, named, zone);
        let (name, title) = ("cycles", "By cycle".to_owned());
        vec![months, Table { name: name.into(), title, media: self.cycles, ..cycles }]
    }

    fn table(self, kind: PeriodKind, named: &[(&str, PeriodSummaries)], zone: Zone) -> Table {
        let mut rows: Vec<PeriodRow<&str>> = Vec::new();
        for (name, summaries) in named {
            let kinds = [kind, PeriodKind::Horizon];
            rows.extend(
                self::rows(*name, summaries).into_iter().filter(|row| kinds.contains(&row.kind)),
            );
        }
        rows.sort_by_key(|row| (row.kind == PeriodKind::Horizon, row.summary.window.from));
        Table {
            rows: rows.iter().map(|row| cells(row, zone)).collect(),
            most_in_text: MOST_IN_TEXT,
            ..Table::new("", "", self.columns())
        }
    }

    fn columns(self) -> Vec<Column> {
        let mut columns = vec![
            Column::new("period", CellKind::Text),
            Column::new("from", CellKind::Instant).only(Media::Book),
            Column::new("to", CellKind::Instant).only(Media::Book),
            Column::new(self.about, CellKind::Text),
        ];
        for (measure, kind, _, shown) in MEASURES {
            for ((percentile, _), media) in PERCENTILES.into_iter().zip(shown) {
                columns.push(Column::new(format!("{measure}, {percentile}"), kind).only(media));
            }
        }
        columns
    }
}

/// The periods of one thing: its months, its cycles, the whole horizon.
pub fn rows<T: Copy>(about: T, found: &PeriodSummaries) -> Vec<PeriodRow<T>> {
    let of = |kind: PeriodKind, summaries: &[PeriodSummary]| -> Vec<PeriodRow<T>> {
        summaries.iter().map(|&summary| PeriodRow { about, kind, summary }).collect()
    };
    let mut rows = of(PeriodKind::Month, &found.months);
    rows.extend(of(PeriodKind::Cycle, &found.cycles));
    rows.extend(of(PeriodKind::Horizon, found.all.as_slice()));
    rows
}

/// Rows that a terminal lists one by one.
const MOST_IN_TEXT: usize = 60;

fn cells(row: &PeriodRow<&str>, zone: Zone) -> Vec<Cell> {
    let Window { from, to } = row.summary.window;
    let period = match row.kind {
        PeriodKind::Month => zone.show_month(from),
        PeriodKind::Cycle => zone.show_local(from),
        PeriodKind::Horizon => "whole horizon".to_owned(),
    };
    let mut cells =
        vec![Cell::Text(period), Cell::Instant(from), Cell::Instant(to), Cell::text(row.about)];
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
