//! `recharge run`: one replay, reported as text or JSON, with a journal, a report and a workbook on
//! request.

use std::io;
use std::path::Path;

use crate::books::Books;
use crate::engine::Pace;
use crate::files::Output;
use crate::inquiry;
use crate::report::document::markdown::markdown;
use crate::report::document::text::text;
use crate::report::evidence::JournalEvidence;
use crate::report::journal::{Journal, JournalLines, WriteFailure};
use crate::report::provenance::Provenance;
use crate::report::{RunReport, books, json};
use crate::scenario::{GateOf, Scenario};
use crate::series::Series;

use super::args::{OutcomeFormat, RunArgs};
use super::exit::Failure;
use super::telling::GateText;
use crate::report::rows::{CsvCell, CsvColumns};
use crate::usage::{BadRow, UsageSummary};

use super::{
    Called, caller, gate, interrupt, manifest, print, print_report, question, screen, telling,
};

/// Replays a scenario. Files are completed before anything is printed; gates are checked last.
pub fn run(args: &RunArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let gates = gate::typed(&args.gates, GateOf::Run)?;
    let given = args.usage.as_deref();
    let scenario = question::scenario_with_usage(
        &args.scenario,
        given,
        &args.columns,
        &args.settings,
        command.quiet,
    )?;
    let gates = gate::given(gates, GateOf::Run, &scenario)?;
    manifest::run(args, &scenario)?;
    let usage = question::usage(&scenario, given, &args.columns.columns)?;
    let usage = if args.bad_rows.is_some() { usage.keeping_bad_rows() } else { usage };
    let pace = if args.step { Pace::Step } else { Pace::Skip };
    let failure = WriteFailure::default();
    let observers = || observers(args, &scenario, &failure);
    let stop = || interrupt::asked() || failure.is_some();
    let ran = inquiry::run(&usage, pace, observers, &stop);
    failure.take().map_or(Ok(()), Err)?;
    let (outcome, (((journal, lines), series), books)) = ran?;
    if let Some(journal) = journal {
        journal.finish()?.keep()?;
    }
    // What people read says what would have prevented outages; programs ask a study.
    let prevented = match args.format {
        OutcomeFormat::Text | OutcomeFormat::Markdown => {
            inquiry::preventions(&usage, &outcome, inquiry::TRIAL_CHARGES, &stop)?
        }
        _ if !telling::wanted(&args.telling) => None,
        _ => inquiry::preventions(&usage, &outcome, inquiry::TRIAL_CHARGES, &stop)?,
    };
    let why = match telling::wanted(&args.telling) {
        true => inquiry::explain_briefly(&usage, &outcome, &stop)?,
        false => None,
    };
    let provenance = Provenance::of(&scenario, &outcome.usage, command);
    let file = telling::journal(&args.telling, args.journal.as_deref());
    let outages = lines.as_ref().map(JournalLines::outages).unwrap_or_default();
    let report = RunReport {
        scenario: &scenario,
        outcome: &outcome,
        books: &books,
        series: Some(&series),
        prevented: prevented.as_ref(),
        why: why.as_ref(),
        journal: JournalEvidence { outages, file: file.as_ref() },
        provenance: &provenance,
    };
    let (name, sample) = (scenario.name.as_str(), None);
    let gated = gate::Gated { command: "run", name, scenario: &scenario, sample };
    let held = gates.report(inquiry::gates_of_run(&gates.gates, &outcome), &gated);
    tell(args, &report, &|format| gate::in_format(format, &held, &provenance))?;
    gate::tell(&held, &provenance, &args.gates)
}

/// Writes the files that are wanted, then prints.
fn tell(args: &RunArgs, report: &RunReport<'_>, gates: GateText<'_>) -> Result<(), Failure> {
    if let Some(path) = &args.bad_rows {
        write_bad_rows(path, &report.outcome.usage)?;
    }
    let rows = write_rows(args, report)?;
    telling::write(&args.telling, report)?;
    if caller::result(report, || json(report), || books_rows(report).map(Some))? {
        return Ok(());
    }
    match (rows, args.format) {
        (Some(rows), _) => print(&rows)?,
        (None, OutcomeFormat::Json) => print(&json(report)?)?,
        (None, OutcomeFormat::Markdown) => print(&markdown(&report.document()))?,
        (None, OutcomeFormat::Text) => print_report(&text(&report.document(), screen()))?,
        (None, OutcomeFormat::Csv) => {}
        (None, OutcomeFormat::Junit | OutcomeFormat::Github) => print(&gates(args.format)?)?,
    }
    telling::open(&args.telling);
    Ok(())
}

/// Writes the rows that were skipped, with the reasons.
fn write_bad_rows(path: &Path, usage: &UsageSummary) -> Result<(), Failure> {
    let mut output = Output::create(path)?;
    let columns = CsvColumns::default()
        .column("line", |row: &&BadRow| CsvCell::word(row.line))
        .column("column", |row: &&BadRow| CsvCell::text(&row.column))
        .column("value", |row: &&BadRow| CsvCell::text(&row.value))
        .column("reason", |row: &&BadRow| CsvCell::text(&row.why));
    columns.write(usage.bad_rows.all.iter().flatten(), &mut output)?;
    output.keep()?;
    Ok(())
}

/// The result for programs.
fn json(report: &RunReport<'_>) -> io::Result<String> {
    let (outcome, provenance) = (report.outcome, report.provenance);
    let series = report.series.expect("a replay keeps the data of charts");
    json::text(&json::run::result(report.scenario, outcome, report.books, series, provenance))
}

/// The rows of the books.
fn books_rows(report: &RunReport<'_>) -> io::Result<String> {
    let mut rows = Vec::new();
    books::csv(report.books, report.scenario, &mut rows)?;
    Ok(String::from_utf8_lossy(&rows).into_owned())
}

/// Writes the rows of the books, or returns them where they are to be printed in place of the report.
fn write_rows(args: &RunArgs, report: &RunReport<'_>) -> Result<Option<String>, Failure> {
    let Some(path) = &args.csv else {
        let printed = args.format == OutcomeFormat::Csv;
        return Ok(if printed { Some(books_rows(report)?) } else { None });
    };
    if path == Path::new("-") {
        return Ok(Some(books_rows(report)?));
    }
    let mut output = Output::create(path)?;
    books::csv(report.books, report.scenario, &mut output)?;
    output.keep()?;
    Ok(None)
}

/// The observers of a run: the journal, if requested, the rows of it that a page names, the series for charts and causes,
/// and the books.
type Observers = (((Option<Journal<Output>>, Option<JournalLines>), Series), Books);

/// Creates the observers of a run.
fn observers(
    args: &RunArgs,
    scenario: &Scenario,
    failure: &WriteFailure,
) -> Result<Observers, Failure> {
    let journal = args.journal.as_deref().map(Output::create).transpose()?;
    let minor = scenario.currency.minor();
    let journal = journal.map(|output| Journal::new(output, scenario.zone, minor).telling(failure));
    let lines = args.telling.report.is_some().then(|| JournalLines::new(scenario.zone, minor));
    let series = Series::new(scenario.setup.horizon, scenario.zone);
    let books = Books::new(&scenario.setup, scenario.zone, minor);
    Ok((((journal, lines), series), books))
}
