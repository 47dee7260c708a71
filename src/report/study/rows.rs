//! The rows of a study: one per candidate, and one per candidate and replication.

use std::io::{self, Write};

use crate::figures::Figure;
use crate::inquiry::Assessment;
use crate::report::rows::{CsvCell, CsvColumns};
use crate::study::{Estimate, EstimatedFigure, Runs, Tails};

use super::StudyReport;

/// A candidate as a row.
struct CandidateRow<'r> {
    name: &'r str,
    assessment: &'r Assessment,
    runs: &'r Runs,
    spend: Option<Tails>,
    downtime: Option<Tails>,
}

/// A quantile's part of a header, and its estimate.
type QuantileOf = (&'static str, fn(Tails) -> Estimate);

/// The quantiles of what varies from cycle to cycle.
const QUANTILES: [QuantileOf; 4] = [
    ("p5", |tails| tails.p5),
    ("median", |tails| tails.median),
    ("p95", |tails| tails.p95),
    ("p99", |tails| tails.p99),
];

/// Writes one row per candidate.
pub fn csv(report: &StudyReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut columns = CsvColumns::<CandidateRow<'_>>::default()
        .column("candidate", |row| CsvCell::text(row.name))
        .column("replications", |row| CsvCell::word(row.runs.len()))
        .column("feasible", |row| CsvCell::word(row.assessment.is_feasible()))
        .column("on_frontier", |row| CsvCell::word(row.assessment.on_frontier))
        .column("probability_best", |row| CsvCell::Number(row.assessment.best))
        .estimate("gain", |row| row.assessment.gain.map(|gain| gain.difference));
    for figure in Figure::of_studies() {
        columns = columns.estimate(figure.name_in_studies(), move |row: &CandidateRow<'_>| {
            report.estimate(row.assessment, figure)
        });
    }
    for (quantile, of) in QUANTILES {
        let header = format!("spend_in_a_cycle_{quantile}");
        columns = columns.estimate(header, move |row: &CandidateRow<'_>| row.spend.map(of));
    }
    for (quantile, of) in QUANTILES {
        let header = format!("downtime_hours_in_a_cycle_{quantile}");
        columns = columns.estimate(header, move |row: &CandidateRow<'_>| row.downtime.map(of));
    }
    columns.write(report.judgement.assessments.iter().map(|one| candidate(report, one)), out)
}

fn candidate<'r>(report: &'r StudyReport<'_>, assessment: &'r Assessment) -> CandidateRow<'r> {
    let (runs, objective) = (&report.runs[assessment.index], report.objective());
    CandidateRow {
        name: &report.candidates()[assessment.index].name,
        assessment,
        runs,
        spend: Tails::of(runs.spend_in(objective.period), objective, runs.is_certain),
        downtime: Tails::of(runs.downtime_in(objective.period), objective, runs.is_certain),
    }
}

/// Writes one row per candidate and replication.
pub fn samples(report: &StudyReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let of = |one: &Assessment| {
        let runs = &report.runs[one.index];
        let samples = |figure: Figure| figure.samples(runs, one.periods, one.hours);
        Figure::of_studies().map(samples).collect::<Vec<Vec<Option<f64>>>>()
    };
    let figures: Vec<_> = report.judgement.assessments.iter().map(of).collect();
    let mut columns = CsvColumns::<(usize, usize)>::default()
        .column("candidate", |&(place, _)| {
            CsvCell::text(&report.candidates()[report.judgement.assessments[place].index].name)
        })
        .column("replication", |(_, replication)| CsvCell::word(replication));
    for (index, figure) in Figure::of_studies().enumerate() {
        let figures = &figures;
        columns = columns.column(figure.name_in_studies(), move |&(place, replication)| {
            CsvCell::Number(figures[place][index][replication])
        });
    }
    let rows = report.judgement.assessments.iter().enumerate().flat_map(|(place, one)| {
        (0..report.runs[one.index].len()).map(move |replication| (place, replication))
    });
    columns.write(rows, out)
}
