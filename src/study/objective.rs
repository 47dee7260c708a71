//! What is minimised, and what must hold. Floats: this is statistics, exact money stays in a run.

use crate::engine::Setup;
use crate::figures::Figure;

use super::estimate::{self, Confidence, Estimate};
use super::run::{Period, Run};
use super::runs::Runs;

/// Expected cost per period, subject to constraints.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// What spend and counts are told per.
    pub period: Period,
    /// What the user loses with a refused credit; zero if only spend counts.
    pub per_refused_credit: f64,
    /// What the user loses with an hour of outage; zero if only spend counts.
    pub per_hour_of_downtime: f64,
    /// What must hold.
    pub constraints: Vec<Constraint>,
    /// The confidence of the intervals.
    pub confidence: Confidence,
}

/// Something that must hold of a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constraint {
    /// Credits served ÷ demanded.
    FillRateAtLeast(f64),
    /// The probability that an outage touches a cycle.
    OutageProbabilityAtMost(f64),
    /// The 95th percentile of spend in a cycle, or in the horizon where it has no whole cycle.
    SpendP95AtMost(f64),
    /// Mean recharges per period.
    RechargesAtMost(f64),
}

impl Constraint {
    /// Its key in a scenario.
    pub fn name(self) -> &'static str {
        match self {
            Constraint::FillRateAtLeast(_) => "fill_rate_at_least",
            Constraint::OutageProbabilityAtMost(_) => "outage_probability_at_most",
            Constraint::SpendP95AtMost(_) => "spend_p95_at_most",
            Constraint::RechargesAtMost(_) => "recharges_at_most",
        }
    }

    /// What the figure is held against.
    pub fn bound(self) -> f64 {
        match self {
            Constraint::FillRateAtLeast(bound)
            | Constraint::OutageProbabilityAtMost(bound)
            | Constraint::SpendP95AtMost(bound)
            | Constraint::RechargesAtMost(bound) => bound,
        }
    }

    /// The figure it is about; `None` when the runs do not tell it.
    pub fn figure(self, runs: &Runs, periods: f64, objective: &Objective) -> Option<Estimate> {
        let confidence = objective.confidence;
        match self {
            Constraint::FillRateAtLeast(_) => Figure::FILL_RATE.rate(runs, confidence),
            Constraint::OutageProbabilityAtMost(_) => {
                Figure::OUTAGE_PROBABILITY.rate(runs, confidence)
            }
            Constraint::SpendP95AtMost(_) => {
                let (spend, cycles) = runs.spend_in(objective.period);
                estimate::quantile_of_cycles(spend, cycles, 0.95, confidence)
            }
            Constraint::RechargesAtMost(_) => {
                per_period(runs.column(Figure::RECHARGES), periods, confidence)
            }
        }
    }

    /// By how much a value misses the bound, as a share of what may be missed at all; zero or less
    /// when it holds. Shares of service are measured against the shortfall that is allowed.
    pub fn miss(self, value: f64) -> f64 {
        let over = |value: f64, bound: f64| (value - bound) / bound.abs().max(1e-9);
        match self {
            Constraint::FillRateAtLeast(bound) => over(1.0 - value, 1.0 - bound),
            other => over(value, other.bound()),
        }
    }

    /// Whether a value keeps it.
    pub fn keeps(self, value: f64) -> bool {
        match self {
            Constraint::FillRateAtLeast(bound) => value >= bound,
            other => value <= other.bound(),
        }
    }

    /// Whether the interval leaves no doubt about [`Constraint::keeps`].
    pub fn is_clear(self, estimate: Estimate) -> bool {
        let (Some(low), Some(high)) = (estimate.low, estimate.high) else { return false };
        self.keeps(low) == self.keeps(high)
    }
}

impl Objective {
    /// Spend per cycle alone, at the usual confidence: what refusals and downtime cost is left open.
    pub fn of_spend() -> Objective {
        Objective {
            period: Period::Cycle,
            per_refused_credit: 0.0,
            per_hour_of_downtime: 0.0,
            constraints: Vec::new(),
            confidence: Confidence::USUAL,
        }
    }

    /// Whether nothing is said of what service is worth: no price of refusals or downtime, and no
    /// constraint on them. Then cost alone would always advise to refuse more.
    pub fn is_silent_on_service(&self) -> bool {
        let of_service = |constraint: &Constraint| {
            matches!(
                constraint,
                Constraint::FillRateAtLeast(_) | Constraint::OutageProbabilityAtMost(_)
            )
        };
        self.per_refused_credit <= 0.0
            && self.per_hour_of_downtime <= 0.0
            && !self.constraints.iter().any(of_service)
    }

    /// The number of periods in the horizon of `setup`.
    pub fn periods(&self, setup: &Setup) -> f64 {
        self.period.count(setup).max(f64::MIN_POSITIVE)
    }

    /// The cost of a run per period: what was spent, less what credits left at the end had cost
    /// where they never expire, and what refused usage and downtime cost the user.
    pub fn cost(&self, run: &Run, periods: f64) -> f64 {
        let of = |figure: Figure| run.value(figure);
        let spend = of(Figure::TOTAL_SPEND) - of(Figure::LEFTOVER_VALUE);
        let refused = (of(Figure::DEMANDED) - of(Figure::SERVED)) * self.per_refused_credit;
        let down = of(Figure::DOWNTIME) * self.per_hour_of_downtime;
        (spend + refused + down) / periods
    }

    /// Whether the runs keep every constraint, by their values.
    pub fn keeps(&self, runs: &Runs, periods: f64) -> bool {
        self.constraints.iter().all(|constraint| {
            let figure = constraint.figure(runs, periods, self);
            figure.is_some_and(|figure| constraint.keeps(figure.value))
        })
    }
}

/// What a candidate refuses beyond another on the same usage and luck, in credits a run: the mean
/// of the paired differences with its interval.
pub fn refused_beyond(ours: &Runs, theirs: &Runs, confidence: Confidence) -> Option<Estimate> {
    let refused = |runs: &Runs| -> Vec<f64> {
        let pairs = runs.column(Figure::DEMANDED).iter().zip(runs.column(Figure::SERVED));
        pairs.map(|(demanded, served)| demanded - served).collect()
    };
    Some(estimate::paired(&refused(ours), &refused(theirs), confidence)?.difference)
}

/// What is spent per period, less what credits left at the end had cost where they never expire.
pub fn net_spend(runs: &Runs, periods: f64, confidence: Confidence) -> Option<Estimate> {
    let pairs = runs.column(Figure::TOTAL_SPEND).iter().zip(runs.column(Figure::LEFTOVER_VALUE));
    let samples: Vec<f64> = pairs.map(|(spent, left)| (spent - left) / periods).collect();
    estimate::mean(&samples, confidence)
}

/// The mean of a count or an amount per period; neither can be below zero.
pub(super) fn per_period(
    samples: &[f64],
    periods: f64,
    confidence: Confidence,
) -> Option<Estimate> {
    let samples: Vec<f64> = samples.iter().map(|sample| sample / periods).collect();
    Some(estimate::mean(&samples, confidence)?.within(0.0, f64::INFINITY))
}
