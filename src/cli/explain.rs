//! `recharge explain`: why a run came to what it came to, cause by cause.

use std::path::Path;
use std::slice;

use crate::engine::Pace;
use crate::files::Output;
use crate::inquiry::{
    self, Explanation, MOST_FACTORS, ManyCauses, ManyQuestion, Means, UsageInput, explain_many,
};
use crate::report::evidence::JournalEvidence;
use crate::report::explain::ExplainReport;
use crate::report::journal::{Journal, JournalLines, WriteFailure};
use crate::report::json;
use crate::report::provenance::Provenance;
use crate::scenario::Scenario;
use crate::study::candidates::current;

use super::args::{ExplainArgs, ManyArgs};
use super::exit::Failure;
use super::given::GivenVendors;
use super::progress::Progress;
use super::{Called, interrupt, manifest, many, print, question, spec, telling};

/// Replays the usage once for each subset of the causes, and divides what the run came to among them.
pub fn explain(args: &ExplainArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let scenario = asked(args, command.quiet)?;
    manifest::explain(args, &scenario)?;
    let given = args.rules.usage.as_deref();
    let usage = question::usage(&scenario, given, &args.columns.columns)?;
    if !usage.can_be_read_again() {
        return Err(Failure::Input(
            "each subset of causes is a run of its own, and standard input can be read only once; give the usage as \
             a file"
                .to_owned(),
        ));
    }
    let failure = WriteFailure::default();
    let observers = || -> Result<_, Failure> {
        let journal = args.journal.as_deref().map(Output::create).transpose()?;
        let minor = scenario.currency.minor();
        let journal =
            journal.map(|output| Journal::new(output, scenario.zone, minor).telling(&failure));
        Ok((journal, JournalLines::new(scenario.zone, minor)))
    };
    let stop = || interrupt::asked() || failure.is_some();
    let ran = inquiry::run(&usage, Pace::Skip, observers, &stop);
    failure.take().map_or(Ok(()), Err)?;
    let (outcome, (journal, lines)) = ran?;
    if let Some(journal) = journal {
        journal.finish()?.keep()?;
    }
    let most = args.replications.map_or(MOST_FACTORS, inquiry::most_causes);
    let answer = inquiry::explain_with(&usage, &outcome, most, &stop)?;
    let many = many_runs(args, &usage, &answer, command.quiet)?;
    let prevented = inquiry::preventions(&usage, &outcome, inquiry::TRIAL_CHARGES, &stop)?;
    let provenance = Provenance::of(&scenario, &outcome.usage, command);
    let file = telling::journal(&args.telling, args.journal.as_deref());
    let report = ExplainReport {
        scenario: &scenario,
        outcome: &outcome,
        answer: &answer,
        many: many.as_ref(),
        prevented: prevented.as_ref(),
        journal: JournalEvidence { outages: lines.outages(), file: file.as_ref() },
        provenance: &provenance,
    };
    tell(args, &report)
}

/// The mean part of each cause, where many runs are asked for.
fn many_runs(
    args: &ExplainArgs,
    usage: &UsageInput<'_>,
    answer: &Explanation,
    quiet: bool,
) -> Result<Option<ManyCauses>, Failure> {
    let Some(replications) = args.replications else { return Ok(None) };
    let many =
        ManyArgs { replications: Some(replications), threads: args.threads, ..ManyArgs::default() };
    let scenario = usage.scenario();
    let study = spec::of(scenario, &many)?;
    let pool = many::pool(&many, &study)?;
    let progress = Progress::new(quiet);
    let question = ManyQuestion {
        usage,
        history: study.table.history,
        causes: &answer.causes,
        around: answer.around,
        replications,
        objective: &study.objective(&[current(scenario)]),
    };
    Ok(Some(explain_many(&question, Means { pool: &pool, watch: &progress })?))
}

/// Writes the rows that are wanted, then tells the document.
fn tell(args: &ExplainArgs, report: &ExplainReport<'_>) -> Result<(), Failure> {
    match args.csv.as_deref() {
        Some(path) if path == Path::new("-") => {
            telling::write(&args.telling, report)?;
            let mut rows = Vec::new();
            report.csv(&mut rows)?;
            print(&String::from_utf8_lossy(&rows))?;
            telling::open(&args.telling);
            return Ok(());
        }
        Some(path) => {
            let mut output = Output::create(path)?;
            report.csv(&mut output)?;
            output.keep()?;
        }
        None => {}
    }
    telling::document(&args.telling, args.format, report, || {
        json::text(&json::explain::result(report))
    })
}

/// The scenario that is asked about.
fn asked(args: &ExplainArgs, quiet: bool) -> Result<Scenario, Failure> {
    let given = args.rules.usage.as_deref();
    match (&args.rules.scenario, &args.rules.vendor) {
        (None, Some(name)) => {
            let file = given.expect("clap requires a usage file beside a vendor");
            let vendors = GivenVendors::of(slice::from_ref(name), &args.settings)?;
            let mut scenarios = vendors.over_file(file, &args.columns, &args.settings)?;
            Ok(scenarios.pop().expect("one vendor makes one scenario"))
        }
        (Some(path), _) => {
            question::scenario_with_usage(path, given, &args.columns, &args.settings, quiet)
        }
        (None, None) => Err(Failure::Input("name a scenario, or --vendor NAME".to_owned())),
    }
}
