//! What a run comes to, entry by entry, as programs read it: months and cycles, outages, purchases, states of harm.
//!
//! Credits and money are exact decimal strings, counts and milliseconds integers. Deliberately absent: figures, which the
//! catalogue writes.

use schemars::JsonSchema;
use serde::Serialize;

use crate::books::Statement;
use crate::chronicle::{Outage, PurchaseRecord};
use crate::domain::{Instant, Zone};
use crate::series::StateHarm;

/// The books of a calendar month or a billing cycle, for the part of it inside the horizon.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StatementResult {
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CauseResult {
    /// What auto-recharge was doing.
    state: &'static str,
    /// Downtime meanwhile, in milliseconds.
    downtime_ms: i64,
    /// Credits refused meanwhile, an exact decimal.
    refused: String,
}

/// A stretch from a first refused event until service was back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OutageResult {
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PurchaseResult {
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseKind {
    /// By auto-recharge.
    Recharge,
    /// By hand.
    TopUp,
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

impl StatementResult {
    /// It as programs read it.
    pub fn of(row: &Statement, zone: Zone, minor: u32) -> StatementResult {
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
    /// It as programs read it.
    pub fn of(outage: &Outage, zone: Zone) -> OutageResult {
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
    /// It as programs read it.
    pub fn of(purchase: &PurchaseRecord, zone: Zone, minor: u32) -> PurchaseResult {
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
