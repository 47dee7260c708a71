//! `recharge generate`: the usage that a scenario draws, as CSV.

use std::io::{BufWriter, Write};
use std::path::Path;

use crate::domain::text::counted;
use crate::files::Output;
use crate::fleet::MadeAccount;
use crate::replay;
use crate::scenario::{Scenario, UsageOrigin, UsageSource};
use crate::usage::csv::{self, Mode};

use super::args::GenerateArgs;
use super::exit::Failure;
use super::{interrupt, manifest, question, say};

/// Writes the usage of the horizon to a file or to standard output.
pub fn generate(args: &GenerateArgs, quiet: bool) -> Result<(), Failure> {
    let scenario =
        question::scenario(&args.scenario, UsageOrigin::Scenario, &args.settings, quiet)?;
    manifest::generate(args, &scenario)?;
    if !matches!(scenario.usage, UsageSource::Generated(_)) {
        return Err(Failure::Input(format!(
            "{}: generates no usage; give it a [usage.generate] table",
            scenario.file
        )));
    }
    if let (Some(accounts), Some(list)) = (args.accounts, &args.list) {
        return generate_accounts(&scenario, accounts, list, args.out.as_deref());
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

/// Writes the usage of made-up accounts, and the list of them.
fn generate_accounts(
    scenario: &Scenario,
    accounts: u64,
    list: &Path,
    out: Option<&Path>,
) -> Result<(), Failure> {
    let mut listed = Output::create(list)?;
    let rows = match out {
        Some(path) => {
            let mut output = Output::create(path)?;
            let rows = write_accounts(scenario, accounts, &mut output, &mut listed)?;
            output.keep()?;
            rows
        }
        None => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            let rows = write_accounts(scenario, accounts, &mut out, &mut listed)?;
            out.flush()?;
            rows
        }
    };
    listed.keep()?;
    let seed = scenario.seed;
    say(&format!(
        "{} of {} written (seed {seed})",
        counted(rows, "usage event"),
        counted(accounts, "account")
    ));
    Ok(())
}

/// Writes the rows of every account, and its row of the list; returns the number of rows.
fn write_accounts(
    scenario: &Scenario,
    accounts: u64,
    out: &mut impl Write,
    list: &mut impl Write,
) -> Result<u64, Failure> {
    writeln!(out, "account_id,time,credits")?;
    writeln!(list, "account_id,segment,zone,start")?;
    let mut rows = 0;
    for number in 1..=accounts {
        if interrupt::asked() {
            return Err(Failure::Interrupted(format!(
                "interrupted after {}",
                counted(number, "account")
            )));
        }
        let account = MadeAccount::of(scenario, number);
        let (id, zone) = (&account.id, account.zone.name());
        writeln!(list, "{id},{},{zone},{}", account.segment, account.start_text())?;
        let Some(mut usage) = account.usage(scenario)? else { continue };
        rows += csv::write_rows(out, &mut usage, &format!("{id},"))?.rows;
    }
    Ok(rows)
}
