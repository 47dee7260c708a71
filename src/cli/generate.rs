//! `recharge generate`: the usage that a scenario draws, as CSV.

use std::io::{BufWriter, Write};

use crate::files::Output;
use crate::replay;
use crate::scenario::{UsageOrigin, UsageSource};
use crate::usage::csv::{self, Mode};

use super::args::GenerateArgs;
use super::exit::Failure;
use super::{manifest, question, say};

/// Writes the usage of the horizon to a file or to standard output.
pub fn generate(args: &GenerateArgs) -> Result<(), Failure> {
    let scenario = question::scenario(&args.scenario, UsageOrigin::Scenario, &args.settings)?;
    manifest::generate(args, &scenario)?;
    if !matches!(scenario.usage, UsageSource::Generated(_)) {
        return Err(Failure::Input(format!(
            "{}: generates no usage; give it a [usage.generate] table",
            scenario.file
        )));
    }
    let mut feed = replay::feed(&scenario, 0, Mode::Stream)?;
    let written = match &args.out {
        Some(path) => {
            let mut output = Output::create(path)?;
            let written = csv::write(&mut output, &mut *feed)?;
            output.keep()?;
            written
        }
        None => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            let written = csv::write(&mut out, &mut *feed)?;
            out.flush()?;
            written
        }
    };
    let seed = scenario.seed;
    let events = crate::report::words::count(written.rows, "usage event");
    say(&format!("{events} written (seed {seed})"));
    Ok(())
}
