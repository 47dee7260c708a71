//! `recharge check`: every error of every file, without running anything.

use std::path::Path;

use crate::inquiry::{UsageInput, cut_cycles};
use crate::report::check::{self as findings, CheckFinding, CheckedFile};
use crate::report::json;
use crate::scenario::{
    Diagnostic, Diagnostics, Gate, Scenario, ScenarioError, Severity, UsageOrigin,
};
use crate::study::StudySpec;
use crate::study::candidates::candidates;

use super::args::{CheckArgs, OutcomeFormat};
use super::exit::Failure;
use super::{manifest, print, question, say};

/// Reads a scenario and opens the file of usage that it names.
fn checked(path: &Path) -> Result<Scenario, CheckFailure> {
    let scenario = question::read_or_told(path, UsageOrigin::Scenario)?;
    let usage = UsageInput::of(&scenario, scenario.csv.clone());
    usage.look().map_err(|error| CheckFailure::Other(error.to_string()))?;
    if let Some(gate) = wrong_gate(&scenario) {
        return Err(CheckFailure::Other(gate));
    }
    study(&scenario).map_err(CheckFailure::Other)?;
    Ok(scenario)
}

/// Reason why a scenario cannot be run.
enum CheckFailure {
    Scenario(ScenarioError),
    Other(String),
}

impl From<ScenarioError> for CheckFailure {
    fn from(error: ScenarioError) -> Self {
        CheckFailure::Scenario(error)
    }
}

impl CheckFailure {
    fn message(&self) -> String {
        match self {
            CheckFailure::Scenario(error) => error.to_string(),
            CheckFailure::Other(message) => message.clone(),
        }
    }

    /// What is wrong, each mistake by itself.
    fn findings(&self) -> Vec<CheckFinding> {
        match self {
            CheckFailure::Scenario(ScenarioError::Invalid(errors)) => of_diagnostics(errors),
            failure => vec![CheckFinding {
                is_error: true,
                message: failure.message(),
                line: None,
                column: None,
            }],
        }
    }
}

/// Each diagnostic, with its place.
fn of_diagnostics(found: &Diagnostics) -> Vec<CheckFinding> {
    let one = |diagnostic: &Diagnostic| {
        let Diagnostic { severity, title, labels, help, .. } = diagnostic;
        let label = labels.first().map(|label| label.text.as_str());
        let parts = [Some(title.as_str()), label].into_iter().flatten();
        let parts = parts.chain(help.iter().map(String::as_str)).filter(|part| !part.is_empty());
        let place = found.position(diagnostic);
        CheckFinding {
            is_error: *severity == Severity::Error,
            message: parts.collect::<Vec<_>>().join("; "),
            line: place.as_ref().map(|place| place.line),
            column: place.map(|place| place.column),
        }
    };
    found.list.iter().map(one).collect()
}

/// Checks all files before it answers.
pub fn check(args: &CheckArgs, quiet: bool) -> Result<(), Failure> {
    manifest::check(args)?;
    let mut files = Vec::new();
    for path in &args.scenarios {
        let (name, found) = match checked(path) {
            Ok(scenario) => {
                if args.format == OutcomeFormat::Text {
                    question::warn(&scenario, quiet);
                    warn_of_cuts(&scenario, quiet);
                    print(&format!("{}: ok\n", scenario.file))?;
                }
                (scenario.file.clone(), of_diagnostics(&scenario.warnings))
            }
            Err(failure) => {
                if args.format == OutcomeFormat::Text {
                    say(&failure.message());
                }
                let name = match question::is_dash(path) {
                    true => question::STANDARD_INPUT.to_owned(),
                    false => path.to_string_lossy().into_owned(),
                };
                (name, failure.findings())
            }
        };
        files.push(CheckedFile { file: name, found });
    }
    tell(args.format, &files)?;
    verdict(&files)
}

/// Fails if a file cannot be run.
fn verdict(files: &[CheckedFile]) -> Result<(), Failure> {
    let wrong = files.iter().filter(|file| !file.is_ok()).count();
    if wrong == 0 {
        return Ok(());
    }
    let said = match files.len() {
        1 => "the scenario cannot be run".to_owned(),
        of => format!("{wrong} of {of} scenarios cannot be run"),
    };
    Err(Failure::Input(said))
}

/// Prints what was found, for programs; for people it was said file by file.
fn tell(format: OutcomeFormat, files: &[CheckedFile]) -> Result<(), Failure> {
    match format {
        OutcomeFormat::Text => Ok(()),
        OutcomeFormat::Json => print(&json::text(&json::check::result(files))?),
        OutcomeFormat::Markdown => print(&findings::markdown(files)),
        OutcomeFormat::Junit => print(&findings::junit_of(files)),
        OutcomeFormat::Github => print(&findings::github(files)),
        OutcomeFormat::Csv => {
            let mut rows = Vec::new();
            findings::csv(files, &mut rows)?;
            print(&String::from_utf8_lossy(&rows))
        }
    }
}

/// The gate whose bound is in other money than the scenario, if any.
fn wrong_gate(scenario: &Scenario) -> Option<String> {
    let wrong = |gate: &Gate| {
        let why = gate.wrong_money(scenario.currency)?;
        Some(format!("{}: gate '{}': {why}", scenario.file, gate.text))
    };
    scenario.gates.all().filter_map(wrong).next()
}

/// Warns of the cycles that the horizon of a study cuts.
fn warn_of_cuts(scenario: &Scenario, quiet: bool) {
    if scenario.study.is_some() {
        question::warn_of_cuts(&cut_cycles([&scenario.setup]), None, scenario.zone, quiet);
    }
}

/// Finds what of a study makes no scenario.
fn study(scenario: &Scenario) -> Result<(), String> {
    if scenario.study.is_none() {
        return Ok(());
    }
    let tried = candidates(scenario, &StudySpec::of(scenario));
    tried.map(drop).map_err(|error| format!("{}: [study]: {error}", scenario.file))
}
