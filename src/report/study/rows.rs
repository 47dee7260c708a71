//! The rows of a study: one a candidate, and one a candidate and replication.

use std::io::{self, Write};

use crate::figures::Figure;
use crate::inquiry::Assessment;
use crate::report::limits;
use crate::report::rows::{CsvCell, CsvRows};
use crate::study::{Estimate, Tails};

use super::StudyReport;

/// One row a candidate.
pub fn csv(told: &StudyReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = CsvRows::new(out);
    let mut header: Vec<String> = ["candidate", "replications", "feasible", "on_frontier"]
        .into_iter()
        .map(str::to_owned)
        .collect();
    header.extend(["probability_best", "gain", "gain_low", "gain_high"].map(str::to_owned));
    for figure in Figure::of_studies() {
        let name = figure.name_in_studies();
        header.extend([name.to_owned(), format!("{name}_low"), format!("{name}_high")]);
    }
    for what in ["spend_in_a_cycle", "downtime_hours_in_a_cycle"] {
        for quantile in ["p5", "median", "p95", "p99"] {
            let name = format!("{what}_{quantile}");
            header.extend([name.clone(), format!("{name}_low"), format!("{name}_high")]);
        }
    }
    rows.head(header)?;
    for judged in &told.judgement.judged {
        rows.row(row(told, judged))?;
    }
    rows.finish().map(drop)
}

fn row(told: &StudyReport<'_>, judged: &Assessment) -> Vec<CsvCell> {
    let runs = &told.runs[judged.index];
    let mut row = vec![
        CsvCell::text(&told.candidates()[judged.index].name),
        CsvCell::word(runs.len()),
        CsvCell::word(judged.is_feasible()),
        CsvCell::word(judged.on_frontier),
        CsvCell::Number(judged.best),
    ];
    row.extend(limits(judged.gain.map(|gain| gain.difference)));
    for figure in Figure::of_studies() {
        row.extend(limits(told.estimate(judged, figure)));
    }
    let period = told.objective().period;
    for samples in [runs.spend_in(period), runs.downtime_in(period)] {
        let tails = Tails::of(samples, told.objective());
        let of = |pick: fn(Tails) -> Estimate| limits(tails.map(pick));
        row.extend(of(|tails| tails.p5));
        row.extend(of(|tails| tails.median));
        row.extend(of(|tails| tails.p95));
        row.extend(of(|tails| tails.p99));
    }
    row
}

/// One row a candidate and replication.
pub fn samples(told: &StudyReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = CsvRows::new(out);
    let mut header = vec!["candidate", "replication"];
    header.extend(Figure::of_studies().map(Figure::name_in_studies));
    rows.head(header)?;
    for judged in &told.judgement.judged {
        let runs = &told.runs[judged.index];
        let samples = |figure: Figure| figure.samples(runs, judged.periods, judged.hours);
        let columns: Vec<Vec<Option<f64>>> = Figure::of_studies().map(samples).collect();
        for replication in 0..runs.len() {
            let name = &told.candidates()[judged.index].name;
            let names = [CsvCell::text(name), CsvCell::word(replication)];
            let value = |column: &Vec<Option<f64>>| CsvCell::Number(column[replication]);
            rows.row(names.into_iter().chain(columns.iter().map(value)))?;
        }
    }
    rows.finish().map(drop)
}
