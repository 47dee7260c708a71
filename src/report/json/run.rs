//! The result of a run for programs.
//!
//! Credits and money are exact decimal strings, counts and milliseconds are integers, shares are
//! numbers.

use schemars::JsonSchema;
use serde::Serialize;

use crate::books::{Books, Statement};
use crate::chronicle::{Chronicle, FailedCharge, Outage, PurchaseRecord};
use crate::domain::{Instant, Zone};
use crate::metrics::CycleFigures;
use crate::replay::Outcome;
use crate::report::attention;
use crate::report::journal::reason;
use crate::report::provenance::Provenance;
use crate::scenario::{Assumption, Scenario};
use crate::series::{Series, StateHarm};

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

/// The books of a calendar month or a billing cycle, for the part of it inside the horizon.
#[derive(Serialize, JsonSchema)]
struct StatementResult {
    /// Start of the period, cut to the horizon.
    start: String,
    /// End of the period, cut to the horizon.
    end: String,
    /// Recharges.
    recharges: u64,
    /// Usage events of which anything was refused.
    refused_events: u64,
    /// Credits requested, an exact decimal.
    demanded: String,
    /// Credits served, an exact decimal.
    served: String,
    /// Credits refused, an exact decimal.
    refused: String,
    /// Plan fees that were charged in it.
    plan_fees: String,
    /// Overage that was billed in it.
    overage_spend: String,
    /// All that was paid: plan fees, overage and credits.
    total_spend: String,
    /// The price of the purchased credits that were left at its start.
    prepaid_at_start: String,
    /// Cash paid for credits: recharges and manual top-ups.
    cash_paid: String,
    /// The price of the purchased credits that were used.
    recognised_use: String,
    /// The price of the purchased credits that expired.
    breakage: String,
    /// Paid back: refunds and chargebacks.
    refunded: String,
    /// The price of the purchased credits that were left at its end: that at its start + cash paid −
    /// recognised use − breakage − refunded.
    prepaid_at_end: String,
}

/// Downtime and refusals in one state of auto-recharge.
#[derive(Serialize, JsonSchema)]
struct CauseResult {
    /// What auto-recharge was doing.
    state: &'static str,
    /// Downtime meanwhile, in milliseconds.
    downtime_ms: i64,
    /// Credits refused meanwhile, an exact decimal.
    refused: String,
}

/// A stretch from a first refused event until service was back.
#[derive(Serialize, JsonSchema)]
struct OutageResult {
    /// The instant at which it opened.
    from: String,
    /// The instant at which it closed, or the end of the horizon.
    to: String,
    /// Its length in milliseconds.
    length_ms: i64,
    /// Usage events that were refused at least in part.
    refused_events: u64,
    /// Credits refused, an exact decimal.
    refused: String,
    /// The state of auto-recharge when it opened.
    state: &'static str,
}

/// A recharge or a manual top-up.
#[derive(Serialize, JsonSchema)]
struct PurchaseResult {
    /// The instant at which the credits arrived.
    at: String,
    /// The kind of purchase.
    kind: PurchaseKind,
    /// The number of the attempt that succeeded; `null` for a top-up.
    attempt: Option<u64>,
    /// Credits bought, an exact decimal.
    credits: String,
    /// Their price, an exact decimal.
    price: String,
    /// The balance afterwards, an exact decimal.
    balance: String,
    /// The instant at which they expire; `null` if never.
    expires: Option<String>,
}

/// The kind of a purchase of credits.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum PurchaseKind {
    /// By auto-recharge.
    Recharge,
    /// By hand.
    TopUp,
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

impl From<&StateHarm> for CauseResult {
    fn from(cause: &StateHarm) -> CauseResult {
        CauseResult {
            state: cause.state.name(),
            downtime_ms: cause.down.millis(),
            refused: cause.refused.to_string(),
        }
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

impl StatementResult {
    fn of(row: &Statement, zone: Zone, minor: u32) -> StatementResult {
        StatementResult {
            start: zone.show(row.window.from),
            end: zone.show(row.window.to),
            recharges: row.recharges,
            refused_events: row.refused_events,
            demanded: row.demanded.to_string(),
            served: row.served.to_string(),
            refused: row.refused().to_string(),
            plan_fees: row.plan_fees.text(minor),
            overage_spend: row.overage.text(minor),
            total_spend: row.total_spend.text(minor),
            prepaid_at_start: row.opening.text(minor),
            cash_paid: row.cash_paid.text(minor),
            recognised_use: row.recognised.text(minor),
            breakage: row.breakage.text(minor),
            refunded: row.refunded.text(minor),
            prepaid_at_end: row.closing.text(minor),
        }
    }
}

impl OutageResult {
    fn of(outage: &Outage, zone: Zone) -> OutageResult {
        OutageResult {
            from: zone.show(outage.from),
            to: zone.show(outage.to),
            length_ms: outage.length().millis(),
            refused_events: outage.refused_events,
            refused: outage.refused.to_string(),
            state: outage.state.name(),
        }
    }
}

impl PurchaseResult {
    fn of(purchase: &PurchaseRecord, zone: Zone, minor: u32) -> PurchaseResult {
        let expires = purchase.expires;
        PurchaseResult {
            at: zone.show(purchase.at),
            kind: match purchase.attempt {
                Some(_) => PurchaseKind::Recharge,
                None => PurchaseKind::TopUp,
            },
            attempt: purchase.attempt,
            credits: purchase.credits.to_string(),
            price: purchase.price.text(minor),
            balance: purchase.balance.to_string(),
            expires: (expires != Instant::NEVER).then(|| zone.show(expires)),
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
