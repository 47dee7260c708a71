//! What a study is asked: the `[study]` table of a scenario in the words of statistics.
//!
//! Deliberately absent: reading it, and whether a setting makes sense, which are the scenario's.

use rust_decimal::prelude::ToPrimitive;

use crate::domain::{Money, Share};
use crate::scenario::Scenario;
use crate::scenario::study::{Limits, Stop, StudyTable};

pub use crate::scenario::study::{HistoryUse, MOST_REPLICATIONS, Named, Values, check_path};

use super::estimate::Confidence;
use super::figures::Figure;
use super::objective::Constraint;
use super::replicate::BATCH;

/// Replications where nothing else is asked for.
pub const USUAL_REPLICATIONS: usize = 200;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Settings to vary, crossed: path and values.
    pub vary: Vec<(String, Values)>,
    /// Candidates with names of their own.
    pub named: Vec<Named>,
    /// When there is enough.
    pub until: AskedUntil,
    /// The confidence of intervals.
    pub confidence: Confidence,
    /// What a refused credit costs the user.
    pub per_refused_credit: f64,
    /// What an hour of outage costs the user.
    pub per_hour_of_downtime: f64,
    /// The least gain per period worth a change.
    pub materiality: f64,
    /// What must hold.
    pub constraints: Vec<Constraint>,
    /// What is done with a file of usage.
    pub history: HistoryUse,
    /// The figure that a map of the varied settings shows.
    pub map: Figure,
}

/// When a study has enough, as asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AskedUntil {
    /// So many replications.
    Replications(usize),
    /// A half-width of the mean cost per period.
    HalfWidth {
        /// The half-width.
        half_width: f64,
        /// The most replications.
        most: usize,
    },
    /// A probability of correct selection.
    CorrectSelection {
        /// The probability.
        correct: f64,
        /// The most replications.
        most: usize,
    },
}

impl Default for Asked {
    fn default() -> Self {
        Asked {
            vary: Vec::new(),
            named: Vec::new(),
            until: AskedUntil::Replications(USUAL_REPLICATIONS),
            confidence: Confidence::USUAL,
            per_refused_credit: 0.0,
            per_hour_of_downtime: 0.0,
            materiality: 0.0,
            constraints: Vec::new(),
            history: HistoryUse::default(),
            map: Figure::Cost,
        }
    }
}

impl Asked {
    /// What the `[study]` table of a scenario asks; the usual without one.
    pub fn of(scenario: &Scenario) -> Asked {
        let Some(table) = &scenario.study else { return Asked::default() };
        let StudyTable { vary, named, history, .. } = table.clone();
        Asked {
            vary,
            named,
            until: until(table.stop),
            confidence: Confidence::new(table.confidence.to_f64()).unwrap_or(Confidence::USUAL),
            per_refused_credit: table.per_refused_credit.to_f64(),
            per_hour_of_downtime: table.per_hour_of_downtime.to_f64(),
            materiality: table.materiality.to_f64(),
            constraints: constraints(table.constraints),
            history,
            map: Figure::Cost,
        }
    }

    /// How many candidates the crossed settings and the named ones make, with what is set today.
    pub fn count(&self) -> u128 {
        let grid = match self.vary.is_empty() {
            true => 0,
            false => self.vary.iter().fold(1, |n: u128, (_, v)| n.saturating_mul(v.count())),
        };
        grid.saturating_add(self.named.len() as u128).saturating_add(1)
    }
}

/// A study that stops by itself looks after whole batches, and at one at the least.
fn until(stop: Stop) -> AskedUntil {
    let count = |runs: u64| usize::try_from(runs).unwrap_or(usize::MAX);
    let batches = |most: u64| count(most).max(BATCH);
    match stop {
        Stop::Replications(runs) => AskedUntil::Replications(count(runs)),
        Stop::HalfWidth { half_width, most } => {
            AskedUntil::HalfWidth { half_width: half_width.to_f64(), most: batches(most) }
        }
        Stop::CorrectSelection { correct, most } => {
            AskedUntil::CorrectSelection { correct: correct.to_f64(), most: batches(most) }
        }
    }
}

fn constraints(limits: Limits) -> Vec<Constraint> {
    let recharges = limits.recharges_at_most.and_then(|most| most.to_f64());
    let found = [
        limits.fill_rate_at_least.map(Share::to_f64).map(Constraint::FillRateAtLeast),
        limits
            .outage_probability_at_most
            .map(Share::to_f64)
            .map(Constraint::OutageProbabilityAtMost),
        limits.spend_p95_at_most.map(Money::to_f64).map(Constraint::SpendP95AtMost),
        recharges.map(Constraint::RechargesAtMost),
    ];
    found.into_iter().flatten().collect()
}
