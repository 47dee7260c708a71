//! `recharge inspect`: what a file of usage is, and the table that reads it.

use std::io::Write;
use std::path::Path;

use crate::domain::{Currency, Instant, Window, Zone};
use crate::files::Output;
use crate::report::{inspect as report, json};
use crate::usage::csv::CsvSettings;
use crate::usage::meaning::inspect::{Inspection, inspect as find_out};

use super::args::{Format, InspectArgs};
use super::exit::Failure;
use super::init::TEMPLATE;
use super::{manifest, print, question, say, telling};

/// Inspects a file; the failure says that it cannot be read without a choice.
pub fn inspect(args: &InspectArgs, command: &[String]) -> Result<(), Failure> {
    one_path(args)?;
    telling::look(&args.telling)?;
    manifest::inspect(args)?;
    let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    let settings = CsvSettings::new(Zone::UTC, always);
    let settings = question::apply(&args.columns, settings)?;
    let found = find_out(question::source(&args.file, "`FILE`")?, &settings)?;
    if let Some(path) = &args.write {
        write(path, &found)?;
    }
    let report = report::InspectReport { found: &found, command };
    telling::write(&args.telling, &report)?;
    print(&match args.format {
        Format::Json => json::text(&json::inspect::result(&found))?,
        Format::Text => report::text(&found),
        Format::Markdown => report.markdown(),
    })?;
    telling::open(&args.telling);
    Ok(())
}

/// Refuses several paths, which a shell makes of a pattern without quotes.
fn one_path(args: &InspectArgs) -> Result<(), Failure> {
    if args.more.is_empty() {
        return Ok(());
    }
    let folder = args.file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let (folder, name) = match folder {
        Some(folder) => (folder.display().to_string(), args.file.file_name()),
        None => (".".to_owned(), Some(args.file.as_os_str())),
    };
    let ending = name.map(Path::new).and_then(Path::extension);
    let ending = ending.map_or("csv".to_owned(), |ending| ending.to_string_lossy().into_owned());
    Err(Failure::Input(format!(
        "inspect looks at one path, and {} were given; for several files as one history name their folder \
         (`recharge inspect '{folder}'`) or a pattern in quotes, which the shell leaves as it is (`recharge inspect '{folder}/*.{ending}'`)",
        args.more.len() + 1
    )))
}

/// Writes a scenario to start from with the table that reads the file; never over an existing one.
fn write(path: &Path, found: &Inspection) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        let path = path.display();
        return Err(Failure::Input(format!("{path}: exists already; choose another name")));
    }
    let mut output = Output::create_new(path)?;
    output.write_all(scenario(path, found).as_bytes())?;
    output.keep()?;
    let path = path.display();
    let counts = found
        .counted
        .as_ref()
        .map_or(String::new(), |unit| format!(", its credits are {unit}, as the file says"));
    let rules = format!(
        "{counts}, and its plan, package and prices are examples to put your vendor's in place of"
    );
    say(&match found.problems.is_empty() {
        true => format!("{path}: written; run it with: recharge run {path}{rules}"),
        false => {
            format!("{path}: written; it needs a choice before it runs, as said above{rules}")
        }
    });
    Ok(())
}

/// The scenario to start from, over the days of the file.
fn scenario(path: &Path, found: &Inspection) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let (before, _) = TEMPLATE.split_once("# Your own usage").unwrap_or((TEMPLATE, ""));
    let name = stem.unwrap_or_default().replace(['"', '\\'], "");
    let mut text = before.replacen("NAME", &name, 1);
    if let Some(rows) = &found.rows
        && let Some((first, last)) = rows.span
    {
        // The scenario is in UTC, whatever the zone of the file.
        let zone = Zone::UTC;
        let day = |at: Instant| zone.local(at).date().to_string();
        let end = zone.day(last).to;
        text = text.replacen("start = 2026-01-01", &format!("start = {}", day(first)), 1);
        text = text.replacen("end = 2026-04-01", &format!("end = {}", day(end)), 1);
    }
    if let Some((unit, key)) = found.counted.as_ref().zip(found.unit_key()) {
        text = text.replacen("# unit = \"tasks\"", &key, 1);
        // What is paid in one currency and counted in another takes a factor, which nobody has stated. The examples have
        // cents.
        if Currency::from_code(unit).is_some_and(|currency| currency.minor() == 2) {
            text = text.replacen("currency = \"USD\"", &format!("currency = \"{unit}\""), 1);
        }
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let table = match folder.and_then(|_| std::path::absolute(&found.source).ok()) {
        Some(file) => found.table_for(&file.to_string_lossy()),
        None => found.table.clone(),
    };
    text + &table
}
