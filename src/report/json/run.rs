//! The result of a run for programs.
//!
//! Credits and money are exact decimal strings, counts and milliseconds are integers, shares are
//! numbers.

use schemars::JsonSchema;
use serde::Serialize;

use crate::books::{Books, Statement};
use crate::chronicle::{Chronicle, FailedCharge, reason};
use crate::domain::Zone;
use crate::inquiry::{CauseResult, OutageResult, PurchaseResult, StatementResult};
use crate::metrics::CycleFigures;
use crate::replay::Outcome;
use crate::report::attention;
use crate::report::provenance::Provenance;
use crate::scenario::{Assumption, Scenario};
use crate::series::Series;

use super::figures::{ReadingFigures, RunFigures};

/// The name of the schema.
pub const SCHEMA: &str = "recharge.run/1";

/// The results of one run.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge run")]
pub struct RunResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The scenario's name.
    scenario: &'r str,
    /// The name of credits.
    unit: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The account's time zone.
    zone: &'static str,
    /// The start of the horizon.
    start: String,
    /// The end of the horizon, which is outside it.
    end: String,
    #[serde(flatten)]
    figures: RunFigures<'r>,
    #[serde(flatten)]
    reading: ReadingFigures<'r>,
    /// The figures of each billing cycle that the horizon touches.
    cycles: Vec<CycleResult<'r>>,
    /// The books of each calendar month that the horizon touches, in the account's time zone.
    months: Vec<StatementResult>,
    /// What auto-recharge was doing while service was down, what most was refused for first.
    causes: Vec<CauseResult>,
    /// The outages, the first ones of very many.
    outage_list: Vec<OutageResult>,
    /// Recharges and manual top-ups, the first ones of very many.
    recharge_list: Vec<PurchaseResult>,
    /// Charges that failed, the first ones of very many.
    failure_list: Vec<FailureResult>,
    /// Points that deserve attention, in sentences.
    attention: Vec<String>,
    /// The choices made in reading the usage, in sentences.
    usage_choices: Vec<String>,
    /// The assumptions of the scenario.
    assumptions: Vec<AssumptionResult<'r>>,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// The figures of one billing cycle, for the part of it inside the horizon.
#[derive(Serialize, JsonSchema)]
struct CycleResult<'r> {
    /// Start of the cycle, or of the horizon.
    start: String,
    /// End of the cycle, or of the horizon.
    end: String,
    /// The books of the cycle.
    books: StatementResult,
    #[serde(flatten)]
    figures: RunFigures<'r>,
}

/// A charge that failed.
#[derive(Serialize, JsonSchema)]
struct FailureResult {
    /// The instant of the failure.
    at: String,
    /// The number of the attempt.
    attempt: u64,
    /// Reason of the failure.
    reason: &'static str,
    /// True if it suspended auto-recharge.
    suspended: bool,
}

/// A setting that the scenario assumes.
#[derive(Serialize, JsonSchema)]
struct AssumptionResult<'r> {
    /// The setting's path.
    setting: &'r str,
    /// Its value.
    value: &'r str,
}

/// The result of a run.
pub fn result<'r>(
    scenario: &'r Scenario,
    outcome: &'r Outcome,
    books: &Books,
    series: &Series,
    provenance: &Provenance,
) -> RunResult<'r> {
    let (zone, minor) = (scenario.zone, scenario.currency.minor());
    let Chronicle { outages, purchases, failures, .. } = &outcome.chronicle;
    let books_by_cycle = books.cycles();
    let cycles = outcome.metrics.cycles().iter().zip(&books_by_cycle);
    RunResult {
        schema: SCHEMA,
        scenario: &scenario.name,
        unit: &scenario.unit,
        currency: scenario.currency.code(),
        zone: zone.name(),
        start: zone.show(scenario.setup.horizon.from),
        end: zone.show(scenario.setup.horizon.to),
        figures: RunFigures { figures: outcome.metrics.total(), minor },
        reading: ReadingFigures(RunFigures { figures: outcome.metrics.total(), minor }),
        cycles: cycles.map(|(cycle, books)| CycleResult::of(cycle, books, zone, minor)).collect(),
        months: books.months().iter().map(|row| StatementResult::of(row, zone, minor)).collect(),
        causes: series.causes().iter().map(CauseResult::from).collect(),
        outage_list: outages.first().iter().map(|one| OutageResult::of(one, zone)).collect(),
        recharge_list: purchases
            .first()
            .iter()
            .map(|one| PurchaseResult::of(one, zone, minor))
            .collect(),
        failure_list: failures.first().iter().map(|one| FailureResult::of(one, zone)).collect(),
        attention: attention::lines(scenario, outcome, Some(series)),
        usage_choices: attention::choices(&outcome.usage),
        assumptions: scenario.assumptions.iter().map(AssumptionResult::from).collect(),
        provenance: provenance.into(),
    }
}

impl<'r> CycleResult<'r> {
    fn of(cycle: &'r CycleFigures, books: &Statement, zone: Zone, minor: u32) -> CycleResult<'r> {
        CycleResult {
            start: zone.show(cycle.window.from),
            end: zone.show(cycle.window.to),
            books: StatementResult::of(books, zone, minor),
            figures: RunFigures { figures: &cycle.figures, minor },
        }
    }
}

impl FailureResult {
    fn of(failure: &FailedCharge, zone: Zone) -> FailureResult {
        FailureResult {
            at: zone.show(failure.at),
            attempt: failure.attempt,
            reason: reason(failure.decline),
            suspended: failure.suspended,
        }
    }
}

impl<'r> From<&'r Assumption> for AssumptionResult<'r> {
    fn from(assumption: &'r Assumption) -> Self {
        AssumptionResult { setting: &assumption.path, value: &assumption.value }
    }
}
