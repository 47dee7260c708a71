//! `recharge shrink`: the smallest scenario and usage that still show a difference from a vendor's bill.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::domain::{Credits, Instant};
use crate::files::Output;
use crate::inquiry::{self, Bill, BillCover, ShrinkAnswer, ShrinkQuestion, Shrunk, days_of};
use crate::report::json;
use crate::report::provenance::Provenance;
use crate::report::shrink::{self, ShrinkReport};
use crate::report::words::count;
use crate::scenario::{Scenario, ScenarioDraft, Setting, SettingPath, commented};
use crate::usage::UsageSummary;

use super::args::{Format, ShrinkArgs};
use super::exit::Failure;
use super::horizon::HorizonChoice;
use super::{Called, bill, interrupt, manifest, print, question, say};

/// Leaves out of a scenario and its usage what a difference from a bill does not need.
pub fn shrink(args: &ShrinkArgs, command: &Called) -> Result<(), Failure> {
    let (given, columns) = (args.usage.as_deref(), &args.columns);
    let scenario = question::scenario_with_usage(
        &args.scenario,
        given,
        columns,
        &args.settings,
        command.quiet,
    )?;
    let files = ShrinkFiles::of(&args.write)?;
    manifest::shrink(args, &scenario, &files.usage)?;
    let bill = bill::read(&args.bill)?;
    look_at_days(args, &scenario, &bill)?;
    let events = question::usage(&scenario, given, &columns.columns)?.met()?;
    let draft = draft(args, &scenario)?;
    let asked = ShrinkQuestion {
        scenario: &scenario,
        draft: &draft,
        events: &events,
        bill: &bill,
        date: args.date,
        joins: args.join,
        most: args.runs,
    };
    let found = inquiry::shrink(asked, &interrupt::asked)?;
    let usage = UsageSummary { rows: events.len() as u64, ..UsageSummary::default() };
    let provenance = Provenance {
        usage: usage_name(args, &scenario),
        ..Provenance::of(&scenario, &usage, command)
    };
    let answer = match found {
        Shrunk::NoDifference(cover) => {
            return agreed(args.format, &scenario, cover, &provenance);
        }
        Shrunk::Reduced(answer) => answer,
    };
    let report = ShrinkReport {
        scenario: &scenario,
        events_before: events.len(),
        answer: &answer,
        provenance: &provenance,
    };
    let has_usage = files.keep(&report)?;
    tell(args.format, &report, &files, has_usage)
}

/// Refuses a bill of another time than the scenario's, and says how much of it is of days that the scenario does not
/// cover.
fn look_at_days(args: &ShrinkArgs, scenario: &Scenario, bill: &Bill) -> Result<(), Failure> {
    let days = days_of(scenario.setup.horizon, scenario.zone);
    let [from, to] = days;
    if let Some([first, last]) = bill.span().filter(|[first, last]| *last < from || *first >= to) {
        return Err(Failure::Input(format!(
            "{}: the bill is of {first} to {last}, and the scenario's time is {from} to {to}: nothing can be compared; \
             check the year of the bill, or give --start and --end",
            args.bill.display()
        )));
    }
    let outside = bill.outside(&days);
    if outside > 0 {
        say(&format!(
            "warning: {} of the bill on days outside the scenario's time, {from} to {to}, not compared",
            count(outside as u64, "sum"),
        ));
    }
    Ok(())
}

/// The settings of the scenario as the command changes them, without those of its usage.
fn draft(args: &ShrinkArgs, scenario: &Scenario) -> Result<ScenarioDraft, Failure> {
    let parsed = ScenarioDraft::parse(&scenario.file, &scenario.text);
    let mut draft = parsed.map_err(|errors| Failure::Input(errors.to_string()))?;
    let days = match args.columns.horizon {
        HorizonChoice::Scenario => Vec::new(),
        HorizonChoice::File | HorizonChoice::Next(_) => {
            question::days_of(scenario, scenario.setup.horizon)
        }
    };
    for setting in question::changes(&args.settings)?.iter().chain(&days) {
        draft.set(setting).map_err(Failure::Input)?;
    }
    Ok(draft.without(&[SettingPath::from(["usage"])]))
}

/// The name of the usage in what is told of the result.
fn usage_name(args: &ShrinkArgs, scenario: &Scenario) -> String {
    let file = args.usage.as_ref().or(scenario.usage_file.as_ref());
    file.map_or("of the scenario".to_owned(), |file| file.display().to_string())
}

fn agreed(
    format: Format,
    scenario: &Scenario,
    cover: BillCover,
    provenance: &Provenance,
) -> Result<(), Failure> {
    match format {
        Format::Json => print(&json::text(&json::shrink::agreed(scenario, cover, provenance))?),
        Format::Text | Format::Markdown => print(&(shrink::agreed(&cover) + "\n")),
    }
}

/// The files that are written: neither may exist.
struct ShrinkFiles {
    scenario: PathBuf,
    usage: PathBuf,
}

impl ShrinkFiles {
    fn of(scenario: &Path) -> Result<ShrinkFiles, Failure> {
        let files =
            ShrinkFiles { scenario: scenario.to_owned(), usage: scenario.with_extension("csv") };
        for path in [&files.scenario, &files.usage] {
            if path.symlink_metadata().is_ok() {
                return Err(Failure::Input(format!(
                    "{}: exists already; choose another name with --write FILE.toml",
                    path.display()
                )));
            }
        }
        if files.scenario.extension().is_none_or(|ending| ending != "toml") {
            let shown = scenario.display();
            return Err(Failure::Input(format!(
                "--write {shown}: name a file that ends with .toml"
            )));
        }
        Ok(files)
    }

    /// Writes what is left; returns whether that is any usage.
    fn keep(&self, report: &ShrinkReport<'_>) -> Result<bool, Failure> {
        let ShrinkAnswer { draft, events, .. } = report.answer;
        let mut draft = draft.clone();
        let name = self.usage.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let usage = match events.is_empty() {
            true => vec!["usage.events=[]".to_owned()],
            false => vec![
                format!("usage.file={name:?}"),
                "usage.time=time".to_owned(),
                "usage.amount=credits".to_owned(),
            ],
        };
        for text in usage {
            let setting = Setting::from_text(&text).map_err(Failure::Machine)?;
            draft.set(&setting).map_err(Failure::Machine)?;
        }
        let text = commented(&report.sentence()) + &draft.toml(&|_| None);
        let mut written = vec![(&self.scenario, text)];
        if !events.is_empty() {
            written.push((&self.usage, rows(events)));
        }
        let mut outputs = Vec::new();
        for (path, text) in written {
            let mut output = Output::create_new(path)?;
            output.write_all(text.as_bytes())?;
            outputs.push(output);
        }
        for output in outputs {
            output.keep()?;
        }
        Ok(!events.is_empty())
    }
}

/// Usage events as rows.
fn rows(events: &[(Instant, Credits)]) -> String {
    let row = |(at, credits): &(Instant, Credits)| format!("{at},{credits}\n");
    "time,credits\n".to_owned() + &events.iter().map(row).collect::<String>()
}

fn tell(
    format: Format,
    report: &ShrinkReport<'_>,
    files: &ShrinkFiles,
    has_usage: bool,
) -> Result<(), Failure> {
    let scenario = files.scenario.display().to_string();
    let usage = has_usage.then(|| files.usage.display().to_string());
    match format {
        Format::Json => {
            let result = json::shrink::result(report, (&scenario, usage.as_deref()));
            print(&json::text(&result)?)?;
        }
        Format::Text | Format::Markdown => {
            let more = [report.others(), report.uncompared()].into_iter().flatten();
            let more: String = more.map(|line| line + "\n").collect();
            print(&format!("{}\n{more}", report.sentence()))?;
        }
    }
    let both = usage.map_or(scenario.clone(), |usage| format!("{scenario} and {usage}"));
    say(&format!("{both}: written; run it with: recharge run {scenario}"));
    Ok(())
}
