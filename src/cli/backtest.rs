//! `recharge backtest`: forecasts from inside a history, and what their ranges held.

use crate::inquiry::{self, BacktestQuestion, Means, USUAL_FUTURES};
use crate::report::backtest::BacktestReport;
use crate::report::document::markdown::markdown;
use crate::report::document::text::text;
use crate::report::json;
use crate::report::provenance::Provenance;
use crate::study::StudySpec;

use super::args::{BacktestArgs, Format};
use super::exit::Failure;
use super::progress::Progress;
use super::{forecast, manifest, print, print_report, question, telling, terminal_width};

/// Forecasts the history from each origin.
pub fn backtest(args: &BacktestArgs, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let origin = question::origin(args.source.usage.as_deref());
    let scenario = question::scenario(&args.scenario, origin, &args.settings)?;
    manifest::backtest(args, &scenario)?;
    let history = question::history(&scenario, &args.source)?.history()?;
    let futures = args.futures.futures.map_or(USUAL_FUTURES, |futures| futures as usize);
    let pool = forecast::pool(&args.futures, futures)?;
    let stated = scenario.model.clone().unwrap_or_default();
    let (keys, spec) = (stated.of_the_past(), StudySpec::of(&scenario));
    let asked = BacktestQuestion {
        scenario: &scenario,
        history: &history,
        keys: &keys,
        spec: &spec,
        weeks: args.weeks.map(|weeks| weeks as usize),
        origins: args.origins as usize,
        futures,
    };
    let progress = Progress::new(args.futures.quiet);
    let answer = inquiry::backtest(&asked, Means { pool: &pool, watch: &progress })?;
    let provenance = Provenance::of(&scenario, history.summary(), command);
    let report = BacktestReport { scenario: &scenario, answer: &answer, provenance: &provenance };
    telling::write(&args.telling, &report)?;
    match args.futures.format {
        Format::Text => print_report(&text(&report.document(), terminal_width()))?,
        Format::Markdown => print(&markdown(&report.document()))?,
        Format::Json => print(&json::text(&json::forecast::backtest(&report))?)?,
    }
    telling::open(&args.telling);
    Ok(())
}
