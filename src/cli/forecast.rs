//! `recharge forecast`: what this cycle and the next ones come to, and when the account runs out.

use crate::domain::Instant;
use crate::forecast::FutureUsage;
use crate::inquiry::{
    self, ForecastQuestion, InquiryError, Means, PoolError, WorkerPool, from, over_cycles, until,
};
use crate::report::forecast::ForecastReport;
use crate::report::json;
use crate::report::provenance::Provenance;
use crate::scenario::{GateOf, Scenario, Stop};
use crate::study::StudySpec;
use crate::usage::History;

use super::args::{ForecastArgs, FutureArgs};
use super::exit::Failure;
use super::given::MeteredHistory;
use super::horizon::HorizonChoice;
use super::progress::Progress;
use super::{Called, gate, manifest, question, telling};

/// Cycles that are foreseen where nothing is asked for.
const CYCLES: u32 = 3;
/// Futures where nothing is asked for.
const FUTURES: u32 = 2_000;

/// Learns from the history and lives through futures of the account.
pub fn forecast(args: &ForecastArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let gates = gate::typed(&args.gates, GateOf::Forecast)?;
    let origin = question::origin(args.source.usage.as_deref());
    let scenario = question::scenario(&args.scenario, origin, &args.settings, command.quiet)?;
    let gates = gate::given(gates, GateOf::Forecast, &scenario)?;
    manifest::forecast(args, &scenario)?;
    let read = MeteredHistory::of(&question::usage(
        &scenario,
        args.source.usage.as_deref(),
        &args.source.columns,
    )?)?;
    let MeteredHistory { history, spread } = read;
    inquiry::enough(&history)?;
    let flows = spread.is_some();
    let scenario = question::changed(scenario, spread.as_slice())?;
    let future = learned(&scenario, &history)?;
    let scenario = ahead(args, scenario, future.evidence().end)?;
    let mut spec = StudySpec::of(&scenario);
    let futures = args.futures.futures.unwrap_or(FUTURES);
    spec.table.stop = Stop::Replications(u64::from(futures));
    let pool = pool(&args.futures, futures as usize)?;
    let asked = ForecastQuestion {
        scenario: &scenario,
        future: &future,
        spec: &spec,
        gates: &gates.gates,
        settle: args.settle.settle,
    };
    let progress = Progress::new(command.quiet);
    let answer = inquiry::forecast(&asked, Means { pool: &pool, watch: &progress })?;
    let provenance = Provenance::of(&scenario, history.summary(), command);
    let report = ForecastReport {
        scenario: &scenario,
        future: &future,
        answer: &answer,
        flows,
        provenance: &provenance,
    };
    let held = &answer.gates;
    let gated = gate::Gated {
        command: "forecast",
        name: &scenario.name,
        scenario: &scenario,
        sample: Some((held.replications, held.confidence.probability())),
    };
    let held = gates.report(held.checks.clone(), &gated);
    let json = || json::text(&json::forecast::forecast(&report));
    let outcomes = |format| gate::in_format(format, &held, &provenance);
    telling::gated(&args.telling, args.format, &report, json, || report.csv(), &outcomes)?;
    gate::tell(&held, &provenance, &args.gates)
}

/// The scenario over what is to be foreseen. Where the history ends before the scenario starts, it starts there, unless
/// the command line says where, or the scenario what the account holds then.
fn ahead(args: &ForecastArgs, scenario: Scenario, end: Instant) -> Result<Scenario, Failure> {
    let is_stated = args.settings.start.is_some() || scenario.setup.opening.is_some();
    let scenario = match is_stated || end >= scenario.setup.horizon.from {
        true => scenario,
        false => from(&scenario, end)?,
    };
    match (args.settings.end.is_some(), args.horizon) {
        (true, _) => Ok(scenario),
        (false, Some(HorizonChoice::Next(length))) => {
            Ok(until(&scenario, question::next(&scenario, Some(end), length)?.to)?)
        }
        (false, Some(HorizonChoice::File)) => Err(Failure::Input(
            "--horizon file: a forecast is of what comes after the file; write 'next 3 months'"
                .to_owned(),
        )),
        (false, Some(HorizonChoice::Scenario)) => Ok(scenario),
        (false, None) => {
            let cycles = args.cycles.unwrap_or(CYCLES);
            Ok(over_cycles(&scenario, end, cycles as usize)?)
        }
    }
}

/// What a history says of usage to come, with what the scenario states.
fn learned(scenario: &Scenario, history: &History) -> Result<FutureUsage, Failure> {
    let keys = scenario.model.clone().unwrap_or_default();
    let summary = history.summary();
    let nothing =
        || InquiryError::NothingAsked { name: summary.source.clone(), rows: summary.events };
    Ok(FutureUsage::learned(history, &keys).ok_or_else(nothing)?)
}

/// Creates the requested number of threads, but no more than there are futures.
pub fn pool(args: &FutureArgs, futures: usize) -> Result<WorkerPool, Failure> {
    WorkerPool::new(args.threads, futures).map_err(|error| match (&error, args.threads) {
        (PoolError::NoThread, Some(threads)) => {
            Failure::Input(format!("--threads {threads}: {error}"))
        }
        _ => Failure::Machine(error.to_string()),
    })
}
