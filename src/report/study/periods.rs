//! Spend, recharges and refusals of candidates by month, by cycle and over the whole horizon.

use std::io::{self, Write};

use crate::domain::{Window, Zone};
use crate::inquiry::Assessment;
use crate::report::document::{Media, Table};
use crate::report::periods::{self, PeriodKind, PeriodRow, PeriodTable};
use crate::report::rows::{CsvCell, CsvColumns};
use crate::study::{PeriodSummary, cycles_of, months_of};

use super::StudyReport;

impl StudyReport<'_> {
    /// The calendar months of the study.
    fn months(&self) -> Vec<Window> {
        self.candidates().first().map(|first| months_of(&first.setup)).unwrap_or_default()
    }

    /// A candidate in every calendar month.
    pub(crate) fn by_month(&self, judged: &Assessment) -> Vec<PeriodSummary> {
        self.runs[judged.index].in_months(&self.months())
    }

    /// A candidate in every billing cycle.
    pub(crate) fn by_cycle(&self, judged: &Assessment) -> Vec<PeriodSummary> {
        let cycles = cycles_of(&self.candidates()[judged.index].setup);
        self.runs[judged.index].in_cycles(&cycles)
    }

    /// A candidate over the whole horizon; `None` without a replication.
    pub(crate) fn in_all(&self, judged: &Assessment) -> Option<PeriodSummary> {
        self.runs[judged.index].in_all(self.candidates()[judged.index].setup.horizon)
    }

    /// The tables of months and, where they are others, of cycles: of the candidates that are shown by
    /// themselves, and in a workbook of all.
    pub(super) fn period_tables(&self, order: &[&Assessment]) -> Vec<Table> {
        let faces = self.faces();
        let shown: Vec<(&Assessment, String)> =
            faces.iter().map(|face| (face.judged, face.word().to_owned())).collect();
        let all: Vec<(&Assessment, String)> = order
            .iter()
            .map(|&judged| (judged, self.candidates()[judged.index].name.clone()))
            .collect();
        let cycles_differ = order.iter().any(|judged| {
            cycles_of(&self.candidates()[judged.index].setup) != self.months()
        });
        let mut tables = Vec::new();
        for (kind, name, title, shown_in) in [
            (PeriodKind::Month, "months", "By month", Media::NotBook),
            (PeriodKind::Cycle, "cycles", "By cycle", Media::Page),
        ] {
            if kind == PeriodKind::Cycle && !cycles_differ {
                continue;
            }
            for (media, named) in [(shown_in, &shown), (Media::Book, &all)] {
                let table = PeriodTable { name, title, about: "candidate", media };
                tables.push(table.of(&self.rows_of(kind, named), self.zone()));
            }
        }
        tables
    }

    /// The periods of some candidates, period by period, and then the whole horizon.
    fn rows_of(&self, kind: PeriodKind, named: &[(&Assessment, String)]) -> Vec<PeriodRow<String>> {
        let mut rows = Vec::new();
        for (judged, name) in named {
            let found = match kind {
                PeriodKind::Cycle => self.by_cycle(judged),
                PeriodKind::Month | PeriodKind::Horizon => self.by_month(judged),
            };
            let row = |kind, summary| PeriodRow { about: name.clone(), kind, summary };
            rows.extend(found.into_iter().map(|summary| row(kind, summary)));
            rows.extend(self.in_all(judged).map(|summary| row(PeriodKind::Horizon, summary)));
        }
        rows.sort_by_key(|row| (row.kind == PeriodKind::Horizon, row.summary.window.from));
        rows
    }

    fn zone(&self) -> Zone {
        self.notation().zone
    }
}

/// Writes one row per candidate and period: its calendar months, its billing cycles, the whole horizon.
pub fn period_rows(report: &StudyReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let columns = CsvColumns::<PeriodRow<&Assessment>>::new()
        .column("candidate", |row| CsvCell::text(&report.candidates()[row.about.index].name))
        .column("replications", |row| CsvCell::word(report.runs[row.about.index].len()));
    let rows = report.judgement.judged.iter().flat_map(|judged| {
        let months = report.by_month(judged).into_iter().map(|one| (PeriodKind::Month, one));
        let cycles = report.by_cycle(judged).into_iter().map(|one| (PeriodKind::Cycle, one));
        let all = report.in_all(judged).map(|one| (PeriodKind::Horizon, one));
        let row = move |(kind, summary)| PeriodRow { about: judged, kind, summary };
        months.chain(cycles).chain(all).map(row)
    });
    periods::csv(columns, rows, report.zone(), out)
}
