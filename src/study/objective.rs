//! What is minimised, and what must hold. Floats: this is statistics, exact money stays in a run.

use crate::engine::Setup;
use crate::figures::Figure;

use super::estimate::{self, Confidence, Estimate};
use super::rare;
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
    /// What the user says must hold.
    pub constraints: Vec<Constraint>,
    /// The service that is assumed to be wanted where the user says nothing of it; empty otherwise.
    pub assumed_target: Vec<Constraint>,
    /// The confidence of the intervals.
    pub confidence: Confidence,
}

/// The share of what is asked for that a candidate may refuse beyond the first where nothing is said of
/// service: the margin of a test of non-inferiority.
pub const MARGIN: f64 = 0.001;

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
    /// The service that is wanted where nobody says what it is worth: nearly all credits served, and
    /// nearly all cycles without an outage.
    pub const TARGET: [Constraint; 2] =
        [Constraint::FillRateAtLeast(0.999), Constraint::OutageProbabilityAtMost(0.05)];

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
                per_period(runs, Figure::RECHARGES, periods, confidence)
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

    /// How a candidate stands to it, where `objective` says how sure that has to be.
    pub fn standing(self, runs: &Runs, periods: f64, objective: &Objective) -> Standing {
        let Some(figure) = self.figure(runs, periods, objective) else { return Standing::Unclear };
        let (worst, best) = match self {
            Constraint::FillRateAtLeast(_) => (figure.low, figure.high),
            _ => (figure.high, figure.low),
        };
        let of_refusals = matches!(self, Constraint::FillRateAtLeast(_));
        if worst.is_some_and(|worst| self.keeps(worst)) || of_refusals && nothing_refused(runs) {
            return Standing::Meets;
        }
        match best.is_some_and(|best| !self.keeps(best)) {
            true => Standing::Misses,
            false => Standing::Unclear,
        }
    }
}

/// How a candidate stands to something that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It keeps it, beyond doubt.
    Meets,
    /// So many replications do not tell.
    Unclear,
    /// It breaks it, beyond doubt.
    Misses,
}

/// Whether nothing was refused in so many replications that at most one in twenty can refuse anything
/// (the rule of three), where no other candidate tells how much that would be.
fn nothing_refused(runs: &Runs) -> bool {
    const MANY: usize = 60;
    let refused = runs.column(Figure::REFUSED);
    runs.size_of_rare(Figure::REFUSED).is_none()
        && refused.len() >= MANY
        && refused.iter().all(|&credits| credits == 0.0)
}

impl Objective {
    /// Spend per cycle alone, at the usual confidence: what refusals and downtime cost is left open.
    pub fn of_spend() -> Objective {
        Objective {
            period: Period::Cycle,
            per_refused_credit: 0.0,
            per_hour_of_downtime: 0.0,
            constraints: Vec::new(),
            assumed_target: Vec::new(),
            confidence: Confidence::USUAL,
        }
    }

    /// What must hold, the assumed target included: each with whether it is assumed.
    pub fn requirements(&self) -> impl Iterator<Item = (Constraint, bool)> + Clone + '_ {
        let assumed = self.assumed_target.iter().map(|&constraint| (constraint, true));
        self.constraints.iter().map(|&constraint| (constraint, false)).chain(assumed)
    }

    /// The same, with intervals of another confidence.
    pub fn with_confidence(&self, confidence: Confidence) -> Objective {
        Objective { confidence, ..self.clone() }
    }

    /// What refusals and downtime cost the user per period, replication by replication.
    pub fn losses(&self, runs: &Runs, periods: f64) -> Vec<f64> {
        let pairs = runs.column(Figure::REFUSED).iter().zip(runs.column(Figure::DOWNTIME));
        let loss = |(refused, hours): (&f64, &f64)| {
            (refused * self.per_refused_credit + hours * self.per_hour_of_downtime) / periods
        };
        pairs.map(loss).collect()
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

    /// How a candidate stands to all that must hold. Where nothing is said of service, that is also not to
    /// refuse more than the `first` by over one thousandth of what is asked for.
    pub fn standing(&self, runs: &Runs, periods: f64, first: &Runs) -> Standing {
        let of = |(constraint, _): (Constraint, bool)| constraint.standing(runs, periods, self);
        let worst = self.requirements().map(of).max().unwrap_or(Standing::Meets);
        worst.max(self.stands_by(runs, first))
    }

    /// Whether a candidate refuses no more than the first, where nothing is said of service.
    pub fn stands_by(&self, runs: &Runs, first: &Runs) -> Standing {
        if !self.is_silent_on_service() || !self.assumed_target.is_empty() {
            return Standing::Meets;
        }
        let Some(beyond) = refused_beyond(runs, first, self.confidence) else {
            return Standing::Unclear;
        };
        let demanded = runs.column(Figure::DEMANDED);
        let demand = demanded.iter().fold(0.0, |sum, one| sum + one) / demanded.len().max(1) as f64;
        let margin = MARGIN * demand;
        match (beyond.low, beyond.high) {
            (_, Some(high)) if high <= margin => Standing::Meets,
            (Some(low), _) if low > margin => Standing::Misses,
            _ => Standing::Unclear,
        }
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
        let refused = of(Figure::REFUSED) * self.per_refused_credit;
        let down = of(Figure::DOWNTIME) * self.per_hour_of_downtime;
        (spend + refused + down) / periods
    }
}

/// What a candidate refuses beyond another on the same usage and luck, in credits a run: the mean
/// of the paired differences with its interval.
pub fn refused_beyond(ours: &Runs, theirs: &Runs, confidence: Confidence) -> Option<Estimate> {
    let (ours, theirs) = (ours.column(Figure::REFUSED), theirs.column(Figure::REFUSED));
    rare::difference(ours, theirs, confidence)
}

/// What is spent per period, less what credits left at the end had cost where they never expire.
pub fn net_spend(runs: &Runs, periods: f64, confidence: Confidence) -> Option<Estimate> {
    let pairs = runs.column(Figure::TOTAL_SPEND).iter().zip(runs.column(Figure::LEFTOVER_VALUE));
    let samples: Vec<f64> = pairs.map(|(spent, left)| (spent - left) / periods).collect();
    estimate::mean(&samples, confidence)
}

/// The mean of a count or an amount per period; neither can be below zero, and few replications may
/// have any.
pub(super) fn per_period(
    runs: &Runs,
    figure: Figure,
    periods: f64,
    confidence: Confidence,
) -> Option<Estimate> {
    let samples: Vec<f64> = runs.column(figure).iter().map(|sample| sample / periods).collect();
    let size = runs.size_of_rare(figure).map(|size| size / periods);
    Some(rare::mean(&samples, size, confidence)?.within(0.0, f64::INFINITY))
}
