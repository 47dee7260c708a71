//! `recharge backtest`: forecasts from inside a history, and what their ranges held.

use crate::inquiry::{self, BacktestQuestion, Means, USUAL_FUTURES};
use crate::report::backtest::BacktestReport;
use crate::report::json;
use crate::report::provenance::Provenance;
use crate::study::StudySpec;

use super::args::BacktestArgs;
use super::exit::Failure;
use super::given::MeteredHistory;
use super::progress::Progress;
use super::{Called, forecast, manifest, question, telling};

/// Forecasts the history from each origin.
pub fn backtest(args: &BacktestArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let origin = question::origin(args.source.usage.as_deref());
    let scenario = question::scenario(&args.scenario, origin, &args.settings, command.quiet)?;
    manifest::backtest(args, &scenario)?;
    let read = MeteredHistory::of(&question::usage(
        &scenario,
        args.source.usage.as_deref(),
        &args.source.columns,
    )?)?;
    let MeteredHistory { history, spread } = read;
    let flows = spread.is_some();
    let scenario = question::changed(scenario, spread.as_slice())?;
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
    let progress = Progress::new(command.quiet);
    let answer = inquiry::backtest(&asked, Means { pool: &pool, watch: &progress })?;
    let provenance = Provenance::of(&scenario, history.summary(), command);
    let report =
        BacktestReport { scenario: &scenario, answer: &answer, flows, provenance: &provenance };
    telling::document(&args.telling, args.format, &report, || {
        json::text(&json::forecast::backtest(&report))
    })
}
