//! `recharge check`: every error of every file, without running anything.

use crate::inquiry::cut_cycles;
use crate::scenario::UsageOrigin;
use crate::study::candidates::current;

use super::args::CheckArgs;
use super::exit::Failure;
use super::{manifest, print, question, say};

/// Checks all files before it answers.
pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    manifest::check(args)?;
    let mut wrong = 0;
    for path in &args.scenarios {
        match question::read(path, UsageOrigin::Scenario) {
            Ok(scenario) => {
                question::warn(&scenario);
                if scenario.study.is_some() {
                    question::warn_of_cuts(&cut_cycles(&[current(&scenario)]), scenario.zone);
                }
                print(&format!("{}: ok\n", scenario.file))?;
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
    let of = args.scenarios.len();
    Err(Failure::Input(format!("{wrong} of {of} scenarios cannot be run")))
}
