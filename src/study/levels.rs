//! The same usage at other levels: more or less of it, in the same shape.
//!
//! Deliberately absent: which level is today's, and what follows from any of them.

use crate::domain::Duration;
use crate::usage::generate::Arrivals;

use super::replicate::{Runs, Source};
use super::run::Record;

impl Source {
    /// `factor` times the usage. What is drawn from a law comes as many times as often; events of
    /// history ask for as many times as much.
    pub fn scaled(&self, factor: f64) -> Source {
        match self {
            Source::Drawn(demand) => {
                let mut demand = demand.clone();
                demand.arrivals = match demand.arrivals {
                    Arrivals::Poisson { per_day } => {
                        Arrivals::Poisson { per_day: per_day * factor }
                    }
                    Arrivals::Every { every, offset } => Arrivals::Every {
                        // A float beyond the range of the integer saturates.
                        every: Duration::from_millis(
                            ((every.millis() as f64 / factor) as i64).max(1),
                        ),
                        offset,
                    },
                };
                Source::Drawn(demand)
            }
            Source::Resampled(weeks) => Source::Resampled(weeks.scaled(factor)),
            Source::Replayed(history) => Source::Replayed(history.scaled(factor)),
        }
    }
}

/// Mean credits asked for per period.
pub fn level(runs: &Runs, periods: f64) -> f64 {
    let sum = runs.column(Record::Demanded).iter().fold(0.0, |sum, demanded| sum + demanded);
    sum / runs.len().max(1) as f64 / periods
}
