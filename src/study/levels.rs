//! The same usage at other levels: more or less of it, in the same shape.
//!
//! Deliberately absent: today's level, and conclusions from any level.

use crate::figures::Figure;
use crate::usage::UsageError;

use super::question::UsageModel;
use super::runs::Runs;

impl UsageModel {
    /// Scales usage by `factor`. Events drawn from a law become that many times as frequent; events
    /// of a history request that many times as much, for which memory may not suffice.
    pub fn scaled(&self, factor: f64) -> Result<UsageModel, UsageError> {
        Ok(match self {
            UsageModel::Drawn(process) => {
                UsageModel::Drawn(Box::new(process.as_ref().clone().scaled(factor)))
            }
            UsageModel::Resampled(weeks) => UsageModel::Resampled(weeks.scaled(factor)?),
            UsageModel::Replayed(history) => UsageModel::Replayed(history.scaled(factor)?),
            UsageModel::Learned(future) => UsageModel::Learned(Box::new(future.scaled(factor))),
            // Known usage is what it was: only a model of all usage can be scaled.
            UsageModel::Continued(future) => UsageModel::Learned(Box::new(future.scaled(factor))),
            UsageModel::Changed(changed) => UsageModel::Changed(Box::new(changed.scaled(factor)?)),
            UsageModel::Metered(metered) => UsageModel::Metered(metered.scaled(factor)?),
        })
    }
}

/// Mean credits requested per period.
pub fn level(runs: &Runs, periods: f64) -> f64 {
    let sum = runs.column(Figure::DEMANDED).iter().fold(0.0, |sum, demanded| sum + demanded);
    sum / runs.len().max(1) as f64 / periods
}
