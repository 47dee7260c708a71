//! Spend, recharges and refusals of many runs in a period, for programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Zone;
use crate::study::{Percentiles, PeriodSummaries, PeriodSummary};

/// Spend, recharges and refusals of many runs by calendar month and by billing cycle, and over the horizon.
#[derive(Serialize, JsonSchema)]
pub struct PeriodResults {
    /// By calendar month.
    months: Vec<PeriodResult>,
    /// By billing cycle.
    cycles: Vec<PeriodResult>,
    /// Over the whole horizon.
    horizon: Option<PeriodResult>,
}

impl PeriodResults {
    /// The results of summaries, instants being shown in `zone`.
    pub fn of(found: &PeriodSummaries, zone: Zone) -> PeriodResults {
        let results = |summaries: &[PeriodSummary]| {
            summaries.iter().map(|summary| PeriodResult::of(summary, zone)).collect()
        };
        PeriodResults {
            months: results(&found.months),
            cycles: results(&found.cycles),
            horizon: found.all.map(|summary| PeriodResult::of(&summary, zone)),
        }
    }
}

/// A calendar month, a billing cycle or the whole horizon, over replications.
#[derive(Serialize, JsonSchema)]
struct PeriodResult {
    /// Start of the period, cut to the horizon.
    start: String,
    /// End of the period, cut to the horizon.
    end: String,
    /// Plan fees, recharges and manual top-ups.
    spend: Percentiles,
    /// Recharges.
    recharges: Percentiles,
    /// Refused credits.
    refused: Percentiles,
}

impl PeriodResult {
    fn of(summary: &PeriodSummary, zone: Zone) -> PeriodResult {
        PeriodResult {
            start: zone.show(summary.window.from),
            end: zone.show(summary.window.to),
            spend: summary.spend,
            recharges: summary.recharges,
            refused: summary.refused,
        }
    }
}
