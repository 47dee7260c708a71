//! What `recharge explore` and `recharge serve` show: a scenario with its usage in memory, how far it can be moved, and the story
//! of its data.

use crate::domain::{Duration, Window, grouped};
use crate::engine::Pace;
use crate::explore::{Exploration, ExploreError, ExploreSubject, Knob, knobs, pack};
use crate::inquiry::{self, InquiryError, Prevention, Preventions, UsageInput};
use crate::replay::{self, Outcome};
use crate::report::evidence::JournalEvidence;
use crate::report::explain::ExplainReport;
use crate::report::explore::{Carrier, ExplorePage, OfferedChange, page};
use crate::report::provenance::{Provenance, quoted};
use crate::report::{finding, words};
use crate::scenario::{Scenario, Setting};
use crate::usage::History;
use crate::usage::csv::Mode;
use crate::vendors::{self, OwnerOption};

use super::args::ExploredArgs;
use super::exit::Failure;
use super::horizon::HorizonChoice;
use super::{interrupt, question};

/// A scenario that is ready to be moved.
pub struct Explored {
    scenario: Scenario,
    /// The same as the engine opens it.
    pub subject: ExploreSubject,
    /// Its usage, packed.
    pub usage: Vec<u8>,
    knobs: Vec<Knob>,
    story: Vec<String>,
    trials: Vec<OfferedChange>,
    command: String,
}

impl Explored {
    /// Runs a scenario once, for the story and so that every error is that of `recharge run`; opens it as a page would.
    pub fn new(
        args: &ExploredArgs,
        scenario: Scenario,
        command: &[String],
    ) -> Result<Explored, Failure> {
        let options = options(args)?;
        let usage = question::usage(&scenario, args.usage.as_deref(), &args.columns.columns)?;
        if !usage.can_be_read_again() {
            return Err(Failure::Input(
                "usage is read twice, and this can be read only once; give it as a file".to_owned(),
            ));
        }
        let stop = || interrupt::asked();
        let (outcome, ()) = inquiry::run::<_, Failure>(&usage, Pace::Skip, || Ok(()), &stop)?;
        let history = history(&scenario, &usage)?;
        if history.is_reversed() {
            return Err(Failure::Input(
                "rows below zero undo usage at their instants, which a page does not replay; give --below-zero netted \
                 to take them out of the usage that they correct"
                    .to_owned(),
            ));
        }
        let packed = if usage.is_read() { pack(&history.rows()) } else { Vec::new() };
        let subject = subject(args, &scenario, &outcome, usage.is_read())?;
        // What the page is going to do has to work here first.
        let opened = Exploration::open(&subject, &packed).and_then(|opened| opened.view(&[]));
        opened.map_err(refused)?;
        let prevented = inquiry::preventions(&usage, &outcome, inquiry::TRIAL_CHARGES, &stop)?;
        let mut story = vec![finding::run(&scenario, &outcome)];
        story.extend(why(&usage, &outcome, prevented.as_ref(), command)?);
        story.extend(asked(&scenario, &outcome, &history));
        Ok(Explored {
            knobs: knobs(&scenario, &history, &options),
            trials: prevented.iter().flat_map(|tried| &tried.found).filter_map(trial).collect(),
            command: as_run(command),
            story,
            subject,
            usage: packed,
            scenario,
        })
    }

    /// The page, which has the engine inside or asks a server.
    pub fn page(&self, carrier: Carrier<'_>) -> String {
        page(&ExplorePage {
            scenario: &self.scenario,
            subject: &self.subject,
            knobs: &self.knobs,
            story: &self.story,
            trials: &self.trials,
            command: &self.command,
            carrier,
        })
    }
}

/// The scenario that is named, with what the command line sets.
pub fn scenario(args: &ExploredArgs, quiet: bool) -> Result<Scenario, Failure> {
    let given = args.usage.as_deref();
    question::scenario_with_usage(&args.scenario, given, &args.columns, &args.settings, quiet)
}

fn refused(error: ExploreError) -> Failure {
    match error {
        ExploreError::Inquiry(error) => error.into(),
        other => Failure::Input(other.to_string()),
    }
}

/// What the vendor that was named lets an owner set.
fn options(args: &ExploredArgs) -> Result<Vec<OwnerOption>, Failure> {
    let vendor = args.vendor.as_deref().map(vendors::find).transpose()?;
    Ok(vendor.map(|vendor| vendor.options.clone()).unwrap_or_default())
}

/// The usage of the page, and of the ranges of its sliders.
fn history(scenario: &Scenario, usage: &UsageInput<'_>) -> Result<History, Failure> {
    if usage.is_read() {
        return Ok(usage.history()?);
    }
    let mut feed = replay::feed(scenario, 0, Mode::Stream)?;
    let read = History::read(&mut *feed, scenario.zone);
    Ok(read.map_err(InquiryError::from)?)
}

/// The scenario as the page carries it, with what the command line sets.
fn subject(
    args: &ExploredArgs,
    scenario: &Scenario,
    outcome: &Outcome,
    is_read: bool,
) -> Result<ExploreSubject, Failure> {
    let mut set = question::changes(&args.settings)?;
    if args.columns.horizon != HorizonChoice::Scenario {
        set.extend(question::days_of(scenario, scenario.setup.horizon));
    }
    Ok(ExploreSubject {
        file: scenario.file.clone(),
        text: scenario.text.to_string(),
        set: set.iter().map(|Setting { path, value }| format!("{path}={}", value.toml())).collect(),
        given: args.usage.is_some(),
        usage: is_read.then(|| outcome.usage.source.clone()),
    })
}

/// Why service was down, and what would have avoided it; nothing where it was not, or where finding out takes long.
fn why(
    usage: &UsageInput<'_>,
    outcome: &Outcome,
    prevented: Option<&Preventions>,
    command: &[String],
) -> Result<Option<String>, Failure> {
    if outcome.chronicle.outages.count() == 0 {
        return Ok(None);
    }
    let stop = || interrupt::asked();
    let Some(answer) = inquiry::explain_briefly(usage, outcome, &stop)? else { return Ok(None) };
    let scenario = usage.scenario();
    let provenance = Provenance::of(scenario, &outcome.usage, command);
    let report = ExplainReport {
        scenario,
        outcome,
        answer: &answer,
        many: None,
        prevented,
        journal: JournalEvidence::default(),
        provenance: &provenance,
    };
    Ok(Some(report.headline()))
}

/// A change that refuses nothing, to be tried by a press.
fn trial(prevention: &Prevention) -> Option<OfferedChange> {
    let set = prevention.settings.iter().map(|one| format!("{}={}", one.path, one.value));
    let refuses_none = prevention.figures.refused().micro() == 0;
    refuses_none.then(|| OfferedChange { label: prevention.phrase.clone(), set: set.collect() })
}

/// What the usage asks for.
fn asked(scenario: &Scenario, outcome: &Outcome, history: &History) -> Option<String> {
    let (usage, unit) = (&outcome.usage, &scenario.unit);
    let (first, last) = usage.span.filter(|_| usage.events > 0)?;
    let Window { from, to } = scenario.setup.horizon;
    let inside = history.clone().within(Window { from, to });
    Some(format!(
        "{} from {} to {} ask for {} {unit}; the largest single one for {}, the busiest 24 hours for {}.",
        words::count(usage.events, "usage event"),
        words::date(scenario.zone, first),
        words::date(scenario.zone, last),
        words::credits(usage.total),
        grouped(&usage.largest.to_string()),
        words::credits(inside.most_within(Duration::DAY)),
    ))
}

/// The command as one of `recharge run`, without what only a page needs.
fn as_run(command: &[String]) -> String {
    let mut line = "recharge run".to_owned();
    let mut words = command.iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--out" | "--vendor" => drop(words.next()),
            _ if word.starts_with("--out=") || word.starts_with("--vendor=") => {}
            _ => line = line + " " + &quoted(word),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_of_a_page_is_that_of_a_run() {
        let words =
            ["explore", "my file.toml", "--out", "a.html", "--set", "plan=pro", "--vendor=x"];
        let command = words.map(str::to_owned);
        assert_eq!(as_run(&command), "recharge run 'my file.toml' --set plan=pro");
    }
}
