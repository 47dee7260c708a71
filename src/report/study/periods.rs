//! Spend, recharges and refusals of candidates by month, by cycle and over the whole horizon.

use std::io::{self, Write};

use crate::inquiry::Assessment;
use crate::report::document::{Media, Table};
use crate::report::periods::{self, PeriodRow, PeriodTables};
use crate::report::rows::{CsvCell, CsvColumns};
use crate::study::PeriodSummaries;

use super::StudyReport;

impl StudyReport<'_> {
    /// A candidate by month, by cycle and over the horizon.
    pub(crate) fn in_periods(&self, judged: &Assessment) -> PeriodSummaries {
        let setup = |index: usize| &self.candidates()[index].setup;
        self.runs[judged.index].in_periods(setup(0), setup(judged.index))
    }

    /// The tables of months and, where they are others, of cycles: of the candidates that are shown by
    /// themselves, and in a workbook of all.
    pub(super) fn period_tables(&self, order: &[&Assessment]) -> Vec<Table> {
        let shown = self.faces();
        let shown = shown.iter().map(|face| (face.word(), self.in_periods(face.assessment)));
        let name = |judged: &Assessment| self.candidates()[judged.index].name.as_str();
        let all = order.iter().map(|judged| (name(judged), self.in_periods(judged)));
        let (shown, all): (Vec<_>, Vec<_>) = (shown.collect(), all.collect());
        let zone = self.notation().zone;
        let tables = |months, cycles| PeriodTables { about: "candidate", months, cycles };
        let mut found = tables(Media::NotBook, Media::Page).of(&shown, zone);
        found.extend(tables(Media::Book, Media::Book).of(&all, zone));
        found
    }
}

/// Writes one row per candidate and period: its calendar months, its billing cycles, the whole horizon.
pub fn period_rows(report: &StudyReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let columns = CsvColumns::<PeriodRow<&Assessment>>::default()
        .column("candidate", |row| CsvCell::text(&report.candidates()[row.about.index].name))
        .column("replications", |row| CsvCell::word(report.runs[row.about.index].len()));
    let judged = report.judgement.assessments.iter();
    let rows = judged.flat_map(|one| periods::rows(one, &report.in_periods(one)));
    periods::csv(columns, rows, report.notation().zone, out)
}
