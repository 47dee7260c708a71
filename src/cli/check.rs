//! `recharge check`: every error of every file, without running anything.

use crate::scenario::Scenario;

use super::args::Check;
use super::exit::Failure;
use super::{print, say};

/// Checks all files before it answers.
pub fn check(args: &Check) -> Result<(), Failure> {
    let mut wrong = 0;
    for path in &args.scenarios {
        match Scenario::read_with(path, &[]) {
            Ok(scenario) => {
                if let Some(warnings) = scenario.warnings_text() {
                    say(&warnings);
                }
                print(&format!("{}: ok\n", path.display()))?;
            }
            Err(errors) => {
                wrong += 1;
                say(&errors.to_string());
            }
        }
    }
    if wrong == 0 {
        return Ok(());
    }
    let of = args.scenarios.len();
    Err(Failure::Input(format!("{wrong} of {of} scenarios cannot be run")))
}
