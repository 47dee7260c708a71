//! `recharge fit`: what a file of usage says of usage to come, as a table of a scenario.

use std::io::Write;

use crate::domain::{Currency, Instant, Window, Zone};
use crate::files::Output;
use crate::forecast::{FutureUsage, OutlookKeys};
use crate::inquiry::{InquiryError, history_of};
use crate::report::fit::FitReport;
use crate::report::json;
use crate::report::provenance::Provenance;
use crate::usage::csv::CsvSettings;
use crate::usage::meaning::inspect::inspect;

use super::args::FitArgs;
use super::exit::Failure;
use super::{init, manifest, question, say, telling};

/// Learns from a file.
pub fn fit(args: &FitArgs, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    if let Some(path) = &args.write {
        init::refuse_existing(path)?;
    }
    manifest::fit(args)?;
    let zone = Zone::from_name(&args.zone).ok_or_else(|| {
        Failure::Input(format!("--zone {}: no IANA time zone is called so", args.zone))
    })?;
    let always = Window { from: Instant::EARLIEST, to: Instant::NEVER };
    let settings = question::apply(&args.columns, CsvSettings::new(zone, always))?;
    let source = question::source(&args.file, "`FILE`")?;
    let table = match source.can_be_opened_again() {
        true => inspect(source.clone(), &settings)?.table,
        false => {
            "[usage]\nfile = \"usage.csv\"  # what came through the pipe, as a file\n".to_owned()
        }
    };
    let history = history_of(&source, &settings, zone)?;
    let summary = history.summary();
    let nothing =
        || InquiryError::NothingAsked { name: summary.source.clone(), rows: summary.events };
    let future = FutureUsage::learned(&history, &OutlookKeys::default()).ok_or_else(nothing)?;
    let provenance = Provenance::of_file(summary.source.clone(), Some(summary.rows), command);
    let file = args.file.to_string_lossy();
    let currency = Currency::from_code("USD").expect("the dollar is a currency");
    let report = FitReport {
        file: &file,
        usage: &table,
        future: &future,
        zone,
        currency,
        provenance: &provenance,
    };
    if let Some(path) = &args.write {
        let mut output = Output::create_new(path)?;
        output.write_all(report.toml().as_bytes())?;
        output.keep()?;
        say(&format!("{}: written", path.display()));
    }
    telling::document(&args.telling, args.format, &report, || {
        json::text(&json::forecast::learned(&report))
    })
}
