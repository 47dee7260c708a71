//! `recharge explore`: one page with the engine inside, which answers while a slider moves.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::domain::{Duration, Window, grouped};
use crate::engine::Pace;
use crate::explore::{Exploration, ExploreError, ExploreSubject, knobs, pack};
use crate::files::Output;
use crate::inquiry::{self, InquiryError, UsageInput};
use crate::replay::{self, Outcome};
use crate::report::bundle::MADE_BY;
use crate::report::explore::{ExplorePage, page};
use crate::report::provenance::quoted;
use crate::report::{finding, words};
use crate::scenario::{Scenario, Setting};
use crate::usage::History;
use crate::usage::csv::Mode;
use crate::vendors::{self, OwnerOption};

use super::args::ExploreArgs;
use super::exit::Failure;
use super::horizon::HorizonChoice;
use super::{interrupt, manifest, opener, question, say};

/// Runs the scenario once, for the story and so that every error is that of `recharge run`, then writes the page.
pub fn explore(args: &ExploreArgs, command: &[String]) -> Result<(), Failure> {
    let given = args.usage.as_deref();
    let scenario =
        question::scenario_with_usage(&args.scenario, given, &args.columns, &args.settings)?;
    let out = destination(args);
    manifest::explore(args, &out, &scenario)?;
    refuse_foreign(&out)?;
    let options = options(args)?;
    let usage = question::usage(&scenario, given, &args.columns.columns)?;
    if !usage.can_be_read_again() {
        return Err(Failure::Input(
            "explore: reads usage twice, and this can be read only once; give it as a file"
                .to_owned(),
        ));
    }
    let stop = || interrupt::asked();
    let (outcome, ()) = inquiry::run::<_, Failure>(&usage, Pace::Skip, || Ok(()), &stop)?;
    let history = history(&scenario, &usage)?;
    let packed = if usage.is_read() { pack(&history.rows()) } else { Vec::new() };
    let subject = subject(args, &scenario, &outcome, usage.is_read())?;
    // What the page is going to do has to work here first.
    let opened = Exploration::open(&subject, &packed).and_then(|opened| opened.view(&[]));
    opened.map_err(refused)?;
    let html = page(&ExplorePage {
        scenario: &scenario,
        subject: &subject,
        usage: &packed,
        knobs: &knobs(&scenario, &history, &options),
        story: &story(&scenario, &outcome, &history),
        command: &as_run(command),
    });
    let mut output = Output::create(&out)?;
    output.write_all(html.as_bytes())?;
    output.keep()?;
    say(&format!("{}: written, {} kB; open it in a browser", out.display(), html.len() / 1_000));
    if args.open
        && let Err(why) = opener::open(&out)
    {
        say(&format!("--open: {why}"));
    }
    Ok(())
}

fn refused(error: ExploreError) -> Failure {
    match error {
        ExploreError::Inquiry(error) => error.into(),
        other => Failure::Input(other.to_string()),
    }
}

/// The file to write: the one that was named, or `NAME-explore.html` in this folder.
fn destination(args: &ExploreArgs) -> PathBuf {
    args.out.clone().unwrap_or_else(|| {
        let mut name = args.scenario.file_stem().unwrap_or_default().to_owned();
        name.push("-explore.html");
        PathBuf::from(name)
    })
}

/// Refuses to write over a file that is no page of this program.
fn refuse_foreign(out: &Path) -> Result<(), Failure> {
    /// Bytes in which the mark of a page is.
    const HEAD: u64 = 1_000;
    let Ok(file) = File::open(out) else { return Ok(()) };
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    match String::from_utf8_lossy(&head).contains(MADE_BY) || head.is_empty() {
        true => Ok(()),
        false => Err(Failure::Input(format!(
            "{}: is no page of recharge; remove it, or name another file with --out",
            out.display()
        ))),
    }
}

/// What the vendor that was named lets an owner set.
fn options(args: &ExploreArgs) -> Result<Vec<OwnerOption>, Failure> {
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
    args: &ExploreArgs,
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

/// What happened, and what the usage is.
fn story(scenario: &Scenario, outcome: &Outcome, history: &History) -> Vec<String> {
    let mut story = vec![finding::run(scenario, outcome)];
    let (usage, unit) = (&outcome.usage, &scenario.unit);
    if let Some((first, last)) = usage.span {
        let Window { from, to } = scenario.setup.horizon;
        let inside = history.clone().within(Window { from, to });
        story.push(format!(
            "{} from {} to {} ask for {} {unit}; the largest single one for {}, the busiest 24 hours for {}.",
            words::count(usage.events, "usage event"),
            words::date(scenario.zone, first),
            words::date(scenario.zone, last),
            words::credits(usage.total),
            grouped(&usage.largest.to_string()),
            words::credits(inside.most_within(Duration::DAY)),
        ));
    }
    story
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
