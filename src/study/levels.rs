//! The same usage at other levels: more or less of it, in the same shape.
//!
//! Deliberately absent: which level is today's, and what follows from any of them.

use crate::figures::Figure;
use crate::usage::UsageError;

use super::question::UsageModel;
use super::runs::Runs;

impl UsageModel {
    /// `factor` times the usage. What is drawn from a law comes as many times as often; events of
    /// history ask for as many times as much, for which there may be too little memory.
    pub fn scaled(&self, factor: f64) -> Result<UsageModel, UsageError> {
        Ok(match self {
            UsageModel::Drawn(process) => {
                UsageModel::Drawn(Box::new(process.as_ref().clone().scaled(factor)))
            }
            UsageModel::Resampled(weeks) => UsageModel::Resampled(weeks.scaled(factor)?),
            UsageModel::Replayed(history) => UsageModel::Replayed(history.scaled(factor)?),
        })
    }
}

/// Mean credits asked for per period.
pub fn level(runs: &Runs, periods: f64) -> f64 {
    let sum = runs.column(Figure::DEMANDED).iter().fold(0.0, |sum, demanded| sum + demanded);
    sum / runs.len().max(1) as f64 / periods
}
