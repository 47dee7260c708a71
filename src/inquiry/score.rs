//! How good a combination of settings is by its values: what it misses, then its cost.

use std::cmp::Ordering;

use crate::figures::Figure;
use crate::study::{Candidate, Objective, Runs};

use super::assess::kept;
use super::breach::Breach;

/// How good a combination is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Score {
    pub breach: Breach,
    /// Mean cost per period.
    pub cost: f64,
    /// The same in the minor unit of the currency: what differs by less is nothing that anybody pays.
    minor: f64,
    /// Mean credits refused per period.
    pub refused: f64,
    /// Mean spend per period.
    pub spend: f64,
}

impl Score {
    /// Of the runs of a candidate.
    pub fn of(candidate: &Candidate, runs: &Runs, objective: &Objective) -> Score {
        let length = objective.length(&candidate.setup);
        let refused = mean(runs.column(Figure::REFUSED)) / length.periods;
        let checks = kept(runs, objective, length);
        let spend = mean(runs.column(Figure::TOTAL_SPEND)) / length.periods;
        let minor = candidate.setup.policy.contract.minor;
        let cost = mean(&runs.cost);
        Score {
            breach: Breach::of(&checks, objective, refused),
            cost,
            minor: libm::round(cost * f64::from(10_i32.pow(minor))),
            refused,
            spend,
        }
    }

    /// Orders the better one first: what keeps all that must hold, then what comes nearer to it, then the cheaper, and of
    /// those that cost the same the one that refuses less, then the one that pays less for it beforehand.
    pub fn order(&self, other: &Score) -> Ordering {
        let kept = other.breach.is_none().cmp(&self.breach.is_none());
        let nearer = match self.breach.is_none() && other.breach.is_none() {
            true => Ordering::Equal,
            false => self.breach.nearer(&other.breach),
        };
        let cheaper = self.minor.total_cmp(&other.minor);
        let serves = self.refused.total_cmp(&other.refused);
        kept.then(nearer).then(cheaper).then(serves).then(self.spend.total_cmp(&other.spend))
    }
}

/// The mean of values, of which there is at least one.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value) / values.len().max(1) as f64
}
