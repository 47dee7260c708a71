//! `recharge check`: every error of every file, without running anything.

use std::path::Path;

use crate::inquiry::{UsageInput, cut_cycles};
use crate::scenario::{Scenario, UsageOrigin};
use crate::study::StudySpec;
use crate::study::candidates::{candidates, current};

use super::args::CheckArgs;
use super::exit::Failure;
use super::{manifest, print, question, say};

/// Reads a scenario and opens the file of usage that it names.
fn checked(path: &Path) -> Result<Scenario, Failure> {
    let scenario = question::read(path, UsageOrigin::Scenario)?;
    UsageInput::of(&scenario, scenario.csv.clone()).look()?;
    Ok(scenario)
}

/// Checks all files before it answers.
pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    manifest::check(args)?;
    let mut wrong = 0;
    for path in &args.scenarios {
        match checked(path) {
            Ok(scenario) => {
                question::warn(&scenario);
                match study(&scenario) {
                    Ok(()) => print(&format!("{}: ok\n", scenario.file))?,
                    Err(why) => {
                        wrong += 1;
                        say(&why);
                    }
                }
            }
            Err(failure) => {
                wrong += 1;
                say(failure.message().unwrap_or_default());
            }
        }
    }
    if wrong == 0 {
        return Ok(());
    }
    let said = match args.scenarios.len() {
        1 => "the scenario cannot be run".to_owned(),
        of => format!("{wrong} of {of} scenarios cannot be run"),
    };
    Err(Failure::Input(said))
}

/// Warns of the cycles that the horizon of a study cuts, and finds what of it makes no scenario.
fn study(scenario: &Scenario) -> Result<(), String> {
    if scenario.study.is_none() {
        return Ok(());
    }
    question::warn_of_cuts(&cut_cycles(&[current(scenario)]), scenario.zone);
    let tried = candidates(scenario, &StudySpec::of(scenario));
    tried.map(drop).map_err(|error| format!("{}: [study]: {error}", scenario.file))
}
