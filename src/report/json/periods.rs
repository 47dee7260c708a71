//! Spend, recharges and refusals of many runs in a period, for programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Zone;
use crate::study::{Percentiles, PeriodSummary};

/// A calendar month, a billing cycle or the whole horizon, over replications.
#[derive(Serialize, JsonSchema)]
pub struct PeriodResult {
    /// When it starts, or the horizon.
    start: String,
    /// When it ends, or the horizon.
    end: String,
    /// Plan fees, recharges and manual top-ups.
    spend: Percentiles,
    /// Recharges.
    recharges: Percentiles,
    /// Refused credits.
    refused: Percentiles,
}

impl PeriodResult {
    /// The result of a summary, instants being shown in `zone`.
    pub fn of(summary: &PeriodSummary, zone: Zone) -> PeriodResult {
        PeriodResult {
            start: zone.show(summary.window.from),
            end: zone.show(summary.window.to),
            spend: summary.spend,
            recharges: summary.recharges,
            refused: summary.refused,
        }
    }
}
