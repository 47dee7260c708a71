//! `recharge run`: one replay, told as text or JSON, with a journal, a report and a workbook if
//! asked for.

use std::io;
use std::path::Path;

use crate::engine::Pace;
use crate::metrics::Figures;
use crate::replay::{Outcome, ReplayError, replay};
use crate::report::journal::Journal;
use crate::report::output::Output;
use crate::report::provenance::Provenance;
use crate::report::{RunReport, Subject, json, summary};
use crate::scenario::Scenario;
use crate::series::Series;
use crate::usage::UsageError;
use crate::usage::csv::Mode;

use super::args::{Format, Run};
use super::exit::Failure;
use super::question::{self, Usage};
use super::{gate, interrupt, print, telling};

/// Replays a scenario. Files are kept before anything is printed; gates speak last.
pub fn run(args: &Run, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let names: Vec<String> = json::figures(&Figures::default(), 0).keys().cloned().collect();
    let gates = gate::read(&args.gate, &names)?;
    let scenario = question::scenario(&args.scenario, &args.settings)?;
    let usage = Usage::new(&scenario, args.usage.as_deref(), &args.columns)?;
    let inputs: Vec<&Path> = usage.file().into_iter().chain([&*args.scenario]).collect();
    for (path, option) in [(&args.journal, "--journal"), (&args.telling.xlsx, "--xlsx")] {
        if let Some(path) = path {
            question::check_apart(path, option, &inputs)?;
        }
    }
    let pace = if args.step { Pace::Step } else { Pace::Skip };
    let attempt = |mode| attempt(&scenario, &usage, args, pace, mode);
    let replayed = match attempt(Mode::Stream) {
        Err(Attempt::OutOfOrder) => attempt(Mode::Sort),
        other => other,
    };
    let (outcome, series) = replayed.map_err(Failure::from)?;
    let provenance = Provenance::of(&scenario, &outcome.usage, command);
    if let Some(series) = &series {
        let subject = Subject { scenario: &scenario, outcome: &outcome, series };
        telling::write(&args.telling, &RunReport { subject, provenance: &provenance })?;
    }
    print(&match args.format {
        Format::Text => summary::text(&scenario, &outcome, &provenance),
        Format::Json => {
            let value = json::run(&scenario, &outcome, &provenance);
            serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
        }
    })?;
    telling::open(&args.telling);
    gate::judge(&gates, &json::figures(outcome.metrics.total(), scenario.currency.minor()))
}

/// Why an attempt at a replay ended early.
enum Attempt {
    /// The usage is out of order and can be read again, to be sorted.
    OutOfOrder,
    /// Anything else.
    Failed(Failure),
}

impl From<Attempt> for Failure {
    fn from(attempt: Attempt) -> Self {
        match attempt {
            Attempt::OutOfOrder => Failure::Input("the usage is not in time order".to_owned()),
            Attempt::Failed(failure) => failure,
        }
    }
}

impl From<io::Error> for Attempt {
    fn from(error: io::Error) -> Self {
        Attempt::Failed(error.into())
    }
}

impl From<ReplayError> for Attempt {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Usage(UsageError::Unsorted { again: true, .. }) => Attempt::OutOfOrder,
            error => Attempt::Failed(error.into()),
        }
    }
}

fn attempt(
    scenario: &Scenario,
    usage: &Usage<'_>,
    args: &Run,
    pace: Pace,
    mode: Mode,
) -> Result<(Outcome, Option<Series>), Attempt> {
    let mut feed = usage.open(mode).map_err(ReplayError::from)?;
    let journal = args.journal.as_deref().map(Output::create).transpose()?;
    let minor = scenario.currency.minor();
    let journal = journal.map(|output| Journal::new(output, scenario.zone, minor));
    let series = Series::new(scenario.setup.horizon, scenario.zone);
    let series = telling::wanted(&args.telling).then_some(series);
    let listeners = (journal, series);
    let replayed = replay(scenario, &mut *feed, pace, listeners, &interrupt::asked);
    let (outcome, (journal, series)) = replayed?;
    if let Some(journal) = journal {
        journal.finish()?.keep()?;
    }
    Ok((outcome, series))
}
