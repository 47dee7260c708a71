//! `recharge run`: one replay, told as text or JSON, with a journal, a report and a workbook if
//! asked for.

use crate::engine::Pace;
use crate::files::output::Output;
use crate::inquiry;
use crate::report::journal::Journal;
use crate::report::provenance::Provenance;
use crate::report::{RunReport, Subject, json, summary};
use crate::scenario::Scenario;
use crate::series::Series;

use super::args::{Format, Run};
use super::exit::Failure;
use super::{gate, interrupt, manifest, print, question, telling};

/// Replays a scenario. Files are kept before anything is printed; gates speak last.
pub fn run(args: &Run, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let gates = gate::read(&args.gate)?;
    let scenario = question::scenario(&args.scenario, &args.settings)?;
    manifest::run(args, &scenario)?;
    let usage = question::usage(&scenario, args.usage.as_deref(), &args.columns)?;
    let pace = if args.step { Pace::Step } else { Pace::Skip };
    let observers = || observers(args, &scenario);
    let (outcome, (journal, series)) = inquiry::run(&usage, pace, observers, &interrupt::asked)?;
    if let Some(journal) = journal {
        journal.finish()?.keep()?;
    }
    let provenance = Provenance::of(&scenario, &outcome.usage, command);
    if let Some(series) = &series {
        let subject = Subject { scenario: &scenario, outcome: &outcome, series };
        telling::write(&args.telling, &RunReport { subject, provenance: &provenance })?;
    }
    print(&match args.format {
        Format::Text => summary::text(&scenario, &outcome, &provenance),
        Format::Json => json::text(&json::run::result(&scenario, &outcome, &provenance))?,
    })?;
    telling::open(&args.telling);
    gate::judge(&gates, outcome.metrics.total(), scenario.currency.minor())
}

/// The journal and what pictures need, where they were asked for.
fn observers(
    args: &Run,
    scenario: &Scenario,
) -> Result<(Option<Journal<Output>>, Option<Series>), Failure> {
    let journal = args.journal.as_deref().map(Output::create).transpose()?;
    let minor = scenario.currency.minor();
    let journal = journal.map(|output| Journal::new(output, scenario.zone, minor));
    let series = Series::new(scenario.setup.horizon, scenario.zone);
    Ok((journal, telling::wanted(&args.telling).then_some(series)))
}
