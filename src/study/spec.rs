//! The specification of a study: the `[study]` table in the terms of statistics.
//!
//! Deliberately absent: reading the table, and the check of its settings, which belong to the
//! scenario.

use rust_decimal::prelude::ToPrimitive;

use crate::domain::{Money, Share};
use crate::figures::Figure;
use crate::scenario::{Scenario, Stop, StudyTable, WantedService};

use super::estimate::Confidence;
use super::objective::{Constraint, Objective, ServiceTarget};
use super::question::{Candidate, Until};
use super::replicate::{BATCH, FIRST_STAGE};
use super::run::Period;
use super::select::Promise;

/// Replications where nothing else is stated: so many that intervals cover rare outages, too.
const USUAL: usize = 2_000;
/// Replications where nothing else is stated and as many as [`USUAL`] would take long.
const USUAL_LEAST: usize = 200;
/// Runs that are kept, and events of usage that all runs meet, up to which [`USUAL`] do not take long.
const USUAL_RUNS: u64 = 400_000;
const USUAL_EVENTS: u64 = 1_000_000_000;

/// The replications of so many candidates, whose runs have so many events, if nothing else is stated.
fn usual(candidates: usize, events: u64) -> usize {
    let candidates = (candidates as u64).max(1);
    let by_runs = USUAL_RUNS / candidates;
    let by_events = USUAL_EVENTS / candidates.saturating_mul(events.max(1));
    let most = usize::try_from(by_runs.min(by_events)).unwrap_or(USUAL);
    most.clamp(USUAL_LEAST, USUAL)
}

/// The candidates of a study and the criteria to compare them.
#[derive(Clone, Debug, PartialEq)]
pub struct StudySpec {
    /// The `[study]` table of the scenario, or the default one, with the changes of the command
    /// line.
    pub table: StudyTable,
    /// The figure that a map of the varied settings shows.
    pub map: Figure,
}

impl Default for StudySpec {
    fn default() -> Self {
        StudySpec { table: StudyTable::default(), map: Figure::COST }
    }
}

impl StudySpec {
    /// The specification in the `[study]` table of a scenario; the default one without a table.
    pub fn of(scenario: &Scenario) -> StudySpec {
        let table = scenario.study.clone().unwrap_or_default();
        StudySpec { table, ..StudySpec::default() }
    }

    /// Number of candidates: the combined settings and the named ones, with today's.
    pub fn count(&self) -> u128 {
        let StudyTable { vary, named, .. } = &self.table;
        let grid = match vary.is_empty() {
            true => 0,
            false => vary.iter().fold(1, |n: u128, one| n.saturating_mul(one.count())),
        };
        grid.saturating_add(named.len() as u128).saturating_add(1)
    }

    /// The confidence of intervals.
    pub fn confidence(&self) -> Confidence {
        let confidence = Confidence::new(self.table.confidence.to_f64());
        confidence.expect("a table is read only with a confidence between 0% and 100%")
    }

    /// The least gain per period worth a change, in money.
    pub fn materiality(&self) -> f64 {
        self.table.materiality.to_f64()
    }

    /// The objective over candidates: per cycle, per month if their cycles differ, or per horizon
    /// if it has no whole cycle.
    pub fn objective(&self, candidates: &[Candidate]) -> Objective {
        let silent = Objective {
            period: Period::of(candidates.iter().map(|candidate| &candidate.setup)),
            per_refused_credit: self.table.per_refused_credit.to_f64(),
            per_hour_of_downtime: self.table.per_hour_of_downtime.to_f64(),
            constraints: self.constraints(),
            target: ServiceTarget::None,
            confidence: self.confidence(),
        };
        let target = match &self.table.target {
            WantedService::Unsaid if silent.is_silent_on_service() => ServiceTarget::Assumed,
            WantedService::Unsaid | WantedService::None => ServiceTarget::None,
            WantedService::Bounds(bounds) => {
                ServiceTarget::Stated(bounds.iter().copied().map(Constraint::from).collect())
            }
        };
        Objective { target, ..silent }
    }

    fn constraints(&self) -> Vec<Constraint> {
        let limits = &self.table.constraints;
        let recharges = limits
            .recharges_at_most
            .map(|most| most.to_f64().expect("a factor is read with at most 18 digits"));
        let found = [
            limits.fill_rate_at_least.map(Share::to_f64).map(Constraint::FillRateAtLeast),
            limits
                .outage_probability_at_most
                .map(Share::to_f64)
                .map(Constraint::OutageProbabilityAtMost),
            limits.spend_p95_at_most.map(Money::to_f64).map(Constraint::SpendP95AtMost),
            recharges.map(Constraint::RechargesAtMost),
        ];
        let mut constraints: Vec<Constraint> = found.into_iter().flatten().collect();
        for constraint in self.table.bounds.iter().copied().map(Constraint::from) {
            constraints.retain(|other| !constraint.replaces(*other));
            constraints.push(constraint);
        }
        constraints
    }

    /// The stopping rule of a study of so many candidates, whose runs have so many events of usage.
    pub fn until_with(&self, candidates: usize, events: u64) -> Until {
        match self.table.stop {
            Stop::Usual => Until::Replications(usual(candidates, events)),
            _ => self.until(),
        }
    }

    /// True if the number of replications depends on the number of candidates and events.
    pub fn is_usual(&self) -> bool {
        self.table.stop == Stop::Usual
    }

    /// The stopping rule, with the most replications where their number depends on the candidates. A study that stops by itself is evaluated after whole batches, at least
    /// one.
    pub fn until(&self) -> Until {
        let count = |runs: u64| {
            usize::try_from(runs)
                .expect("a table is read only with replications that can be counted")
        };
        let batches = |most: u64| count(most).max(BATCH);
        match self.table.stop {
            Stop::Usual => Until::Replications(USUAL),
            Stop::Replications(runs) => Until::Replications(count(runs)),
            Stop::HalfWidth { half_width, most } => Until::HalfWidth {
                half_width: half_width.to_f64(),
                confidence: self.confidence(),
                most: batches(most),
            },
            Stop::CorrectSelection { correct, most } => Until::Selected {
                promise: Promise {
                    correct: correct.to_f64(),
                    indifference: self.materiality(),
                    first_stage: FIRST_STAGE.min(batches(most)),
                },
                most: batches(most),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_number_of_replications_is_smaller_where_they_would_take_long() {
        // 10,000 events of half-hours for 12 candidates are still a matter of seconds.
        assert_eq!(usual(12, 10_000), 2_000);
        assert_eq!(usual(200, 10), 2_000);
        assert_eq!(usual(400, 10), 1_000);
        assert_eq!(usual(10, 100_000), 1_000);
        assert_eq!(usual(10_000, 10), 200);
        assert_eq!(usual(10, 100_000_000), 200);
        assert_eq!((usual(0, 0), usual(1, u64::MAX)), (2_000, 200));
    }
}
