//! The objective and the constraints. Floats: this is statistics, exact money stays in a run.

use super::figures::EstimatedFigure;
use crate::domain::Duration;
use crate::engine::Setup;
use crate::figures::{Figure, Unit};
use crate::scenario::{FigureBound, Measured, Sense};

use super::estimate::{self, Confidence, Estimate};
use super::rare;
use super::run::{Period, Run};
use super::runs::Runs;

/// Expected cost per period, subject to constraints.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// The period in which spend and counts are reported.
    pub period: Period,
    /// Cost of a refused credit to the user; zero if only spend counts.
    pub per_refused_credit: f64,
    /// Cost of an hour of outage to the user; zero if only spend counts.
    pub per_hour_of_downtime: f64,
    /// The constraints set by the user.
    pub constraints: Vec<Constraint>,
    /// The service target.
    pub target: ServiceTarget,
    /// The confidence of the intervals.
    pub confidence: Confidence,
}

/// The service target: advised candidates meet it, and misses are ranked by it.
#[derive(Clone, Debug, PartialEq)]
pub enum ServiceTarget {
    /// Cost alone decides, or what refusals cost and the constraints say what service is worth.
    None,
    /// The user says nothing of service: [`Constraint::TARGET`] is assumed.
    Assumed,
    /// Stated by the user.
    Stated(Vec<Constraint>),
}

impl ServiceTarget {
    /// Its bounds.
    pub fn constraints(&self) -> &[Constraint] {
        match self {
            ServiceTarget::None => &[],
            ServiceTarget::Assumed => &Constraint::TARGET,
            ServiceTarget::Stated(constraints) => constraints,
        }
    }

    /// Returns true if there is no target.
    pub fn is_none(&self) -> bool {
        self.constraints().is_empty()
    }
}

/// The share of demand that a candidate may refuse beyond the first if the user says nothing about
/// service: the margin of a non-inferiority test.
pub const MARGIN: f64 = 0.001;
/// The same for a candidate that meets the assumed target by its values alone: a tenth of what that
/// target lets refuse, so that what replaces settings that meet it hardly ever breaks it.
pub const MARGIN_OF_TARGET: f64 = MARGIN / 10.0;

/// Something that must hold of a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constraint {
    /// Credits served ÷ demanded.
    FillRateAtLeast(f64),
    /// The probability that an outage touches a cycle.
    OutageProbabilityAtMost(f64),
    /// The 95th percentile of spend in a cycle, or in the horizon if it has no whole cycle.
    SpendP95AtMost(f64),
    /// Mean recharges per period.
    RechargesAtMost(f64),
    /// A figure as a study estimates it.
    Figure {
        /// The figure.
        figure: Figure,
        /// On which side of the bound it may lie.
        sense: Sense,
        /// The bound.
        bound: f64,
    },
}

impl From<FigureBound> for Constraint {
    fn from(written: FigureBound) -> Constraint {
        let FigureBound { measured, sense, bound } = written;
        match (measured, sense) {
            (Measured::SpendP95, _) => Constraint::SpendP95AtMost(bound),
            (Measured::Figure(Figure::FILL_RATE), Sense::AtLeast) => {
                Constraint::FillRateAtLeast(bound)
            }
            (Measured::Figure(Figure::OUTAGE_PROBABILITY), Sense::AtMost) => {
                Constraint::OutageProbabilityAtMost(bound)
            }
            (Measured::Figure(Figure::RECHARGES), Sense::AtMost) => {
                Constraint::RechargesAtMost(bound)
            }
            (Measured::Figure(figure), sense) => Constraint::Figure { figure, sense, bound },
        }
    }
}

/// The length of a candidate's horizon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HorizonLength {
    /// In periods.
    pub periods: f64,
    /// In hours.
    pub hours: f64,
}

impl Constraint {
    /// The service target assumed if its value is not stated: nearly all credits served, and nearly
    /// all cycles without an outage.
    pub const TARGET: [Constraint; 2] =
        [Constraint::FillRateAtLeast(0.999), Constraint::OutageProbabilityAtMost(0.05)];

    /// Its key in a scenario, or one of the same form: `total_spend_at_most`.
    pub fn name(self) -> String {
        match self {
            Constraint::FillRateAtLeast(_) => "fill_rate_at_least".to_owned(),
            Constraint::OutageProbabilityAtMost(_) => "outage_probability_at_most".to_owned(),
            Constraint::SpendP95AtMost(_) => "spend_p95_at_most".to_owned(),
            Constraint::RechargesAtMost(_) => "recharges_at_most".to_owned(),
            Constraint::Figure { figure, sense: Sense::AtLeast, .. } => {
                format!("{}_at_least", figure.name_in_studies())
            }
            Constraint::Figure { figure, sense: Sense::AtMost, .. } => {
                format!("{}_at_most", figure.name_in_studies())
            }
        }
    }

    /// The bound of the figure.
    pub fn bound(self) -> f64 {
        match self {
            Constraint::FillRateAtLeast(bound)
            | Constraint::OutageProbabilityAtMost(bound)
            | Constraint::SpendP95AtMost(bound)
            | Constraint::RechargesAtMost(bound)
            | Constraint::Figure { bound, .. } => bound,
        }
    }

    /// The side of the bound on which the figure may lie.
    pub fn sense(self) -> Sense {
        match self {
            Constraint::FillRateAtLeast(_) => Sense::AtLeast,
            Constraint::OutageProbabilityAtMost(_)
            | Constraint::SpendP95AtMost(_)
            | Constraint::RechargesAtMost(_) => Sense::AtMost,
            Constraint::Figure { sense, .. } => sense,
        }
    }

    /// The quantity it bounds.
    pub fn measured(self) -> Measured {
        match self {
            Constraint::FillRateAtLeast(_) => Measured::Figure(Figure::FILL_RATE),
            Constraint::OutageProbabilityAtMost(_) => Measured::Figure(Figure::OUTAGE_PROBABILITY),
            Constraint::SpendP95AtMost(_) => Measured::SpendP95,
            Constraint::RechargesAtMost(_) => Measured::Figure(Figure::RECHARGES),
            Constraint::Figure { figure, .. } => Measured::Figure(figure),
        }
    }

    /// Returns true if both bound the same figure on the same side.
    pub fn replaces(self, other: Constraint) -> bool {
        self.measured() == other.measured() && self.sense() == other.sense()
    }

    /// The figure it is about; `None` when the runs do not tell it.
    pub fn figure(
        self,
        runs: &Runs,
        length: HorizonLength,
        objective: &Objective,
    ) -> Option<Estimate> {
        match self.measured() {
            Measured::SpendP95 => {
                let (spend, cycles) = runs.spend_in(objective.period);
                let found =
                    estimate::quantile_of_cycles(spend, cycles, 0.95, objective.confidence)?;
                Some(if runs.is_certain { Estimate::certain(found.value) } else { found })
            }
            Measured::Figure(figure) => {
                figure.estimate(runs, objective, length.periods, length.hours)
            }
        }
    }

    /// The amount by which a value misses the bound, as a share of the range that can be missed;
    /// zero or less if it holds. Shares of service are measured against the allowed shortfall.
    pub fn miss(self, value: f64) -> f64 {
        let over = |value: f64, bound: f64| (value - bound) / bound.abs().max(1e-9);
        let is_share =
            matches!(self.measured(), Measured::Figure(figure) if figure.unit() == Unit::Share);
        match self.sense() {
            Sense::AtMost => over(value, self.bound()),
            Sense::AtLeast if is_share => over(1.0 - value, 1.0 - self.bound()),
            Sense::AtLeast => -over(value, self.bound()),
        }
    }

    /// Returns true if a value satisfies it.
    pub fn keeps(self, value: f64) -> bool {
        match self.sense() {
            Sense::AtLeast => value >= self.bound(),
            Sense::AtMost => value <= self.bound(),
        }
    }

    /// Returns a candidate's standing against it, with the confidence set by `objective`.
    pub fn standing(self, runs: &Runs, length: HorizonLength, objective: &Objective) -> Standing {
        let Some(figure) = self.figure(runs, length, objective) else { return Standing::Unclear };
        let (worst, best) = match self.sense() {
            Sense::AtLeast => (figure.low, figure.high),
            Sense::AtMost => (figure.high, figure.low),
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

/// Something that must hold, and on whose account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Requirement {
    /// The bound.
    pub constraint: Constraint,
    /// True if it belongs to the service target instead of the constraints.
    pub is_target: bool,
}

/// The standing of a candidate against a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It certainly satisfies it.
    Meets,
    /// The replications are too few to tell.
    Unclear,
    /// It certainly breaks it.
    Misses,
}

/// Returns true if nothing was refused in so many replications that at most one in twenty can
/// refuse anything (the rule of three), for use if no other candidate tells how large a refusal
/// would be.
pub fn nothing_refused(runs: &Runs) -> bool {
    const MANY: usize = 60;
    let refused = runs.column(Figure::REFUSED);
    runs.size_of_rare(Figure::REFUSED).is_none()
        && refused.len() >= MANY
        && refused.iter().all(|&credits| credits == 0.0)
}

impl Objective {
    /// Spend per cycle alone, at the usual confidence, with no price on refusals and downtime.
    pub fn of_spend() -> Objective {
        Objective {
            period: Period::Cycle,
            per_refused_credit: 0.0,
            per_hour_of_downtime: 0.0,
            constraints: Vec::new(),
            target: ServiceTarget::None,
            confidence: Confidence::USUAL,
        }
    }

    /// Iterates over the constraints, followed by the target.
    pub fn requirements(&self) -> impl Iterator<Item = Requirement> + Clone + '_ {
        let constraints = self.constraints.iter().map(|constraint| (constraint, false));
        let target = self.target.constraints().iter().map(|constraint| (constraint, true));
        let all = constraints.chain(target);
        all.map(|(&constraint, is_target)| Requirement { constraint, is_target })
    }

    /// The same, with intervals of another confidence.
    pub fn with_confidence(&self, confidence: Confidence) -> Objective {
        Objective { confidence, ..self.clone() }
    }

    /// Cost of refusals and downtime to the user per period, replication by replication.
    pub fn losses(&self, runs: &Runs, periods: f64) -> Vec<f64> {
        let pairs = runs.column(Figure::REFUSED).iter().zip(runs.column(Figure::DOWNTIME));
        let loss = |(refused, hours): (&f64, &f64)| {
            (refused * self.per_refused_credit + hours * self.per_hour_of_downtime) / periods
        };
        pairs.map(loss).collect()
    }

    /// Returns true if nothing is said about the value of service: no price of refusals or
    /// downtime, and no constraint on them. Cost alone would then always favour refusing usage.
    pub fn is_silent_on_service(&self) -> bool {
        let of_service = |constraint: &Constraint| constraint.measured().is_of_service();
        self.per_refused_credit <= 0.0
            && self.per_hour_of_downtime <= 0.0
            && !self.constraints.iter().any(of_service)
    }

    /// Returns a candidate's standing against all constraints and the target. An assumed target is
    /// also met by a candidate that meets it by its values and certainly refuses hardly more than the
    /// `first`.
    pub fn standing(&self, runs: &Runs, length: HorizonLength, first: &Runs) -> Standing {
        let worst = |constraints: &[Constraint]| {
            let standings = constraints.iter().map(|one| one.standing(runs, length, self));
            standings.max().unwrap_or(Standing::Meets)
        };
        let holds = |constraint: &Constraint| {
            let figure = constraint.figure(runs, length, self);
            figure.is_some_and(|figure| constraint.keeps(figure.value))
        };
        let target = match (worst(self.target.constraints()), &self.target) {
            (Standing::Unclear, ServiceTarget::Assumed)
                if Constraint::TARGET.iter().all(holds)
                    && self.refuses_no_more(runs, first, MARGIN_OF_TARGET) == Standing::Meets =>
            {
                Standing::Meets
            }
            (standing, _) => standing,
        };
        worst(&self.constraints).max(target).max(self.stands_by(runs, first))
    }

    /// Returns a candidate's standing against refusing more than the first, if no other service is
    /// required: cost alone must not favour refusing usage.
    pub fn stands_by(&self, runs: &Runs, first: &Runs) -> Standing {
        match self.is_silent_on_service() && self.target.is_none() {
            true => self.refuses_no_more(runs, first, MARGIN),
            false => Standing::Meets,
        }
    }

    /// Returns a candidate's standing against refusing more than the first by over a share of demand. Where no replication
    /// shows it refusing more it surely does not, as where both refuse the same in all of them.
    pub fn refuses_no_more(&self, runs: &Runs, first: &Runs, share: f64) -> Standing {
        let Some(beyond) = refused_beyond(runs, first, self.confidence) else {
            return Standing::Unclear;
        };
        let [ours, theirs] = [runs, first].map(|runs| runs.column(Figure::REFUSED));
        if ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(our, their)| our <= their) {
            return Standing::Meets;
        }
        let demanded = runs.column(Figure::DEMANDED);
        let demand = demanded.iter().fold(0.0, |sum, one| sum + one) / demanded.len().max(1) as f64;
        let margin = share * demand;
        match (beyond.low, beyond.high) {
            (_, Some(high)) if high <= margin => Standing::Meets,
            (Some(low), _) if low > margin => Standing::Misses,
            _ => Standing::Unclear,
        }
    }

    /// The length of the horizon of `setup`.
    pub fn length(&self, setup: &Setup) -> HorizonLength {
        let length = setup.horizon.to.since(setup.horizon.from);
        HorizonLength {
            periods: self.periods(setup),
            hours: length.millis() as f64 / Duration::HOUR.millis() as f64,
        }
    }

    /// The number of periods in the horizon of `setup`.
    pub fn periods(&self, setup: &Setup) -> f64 {
        self.period.count(setup).max(f64::MIN_POSITIVE)
    }

    /// The cost of a run per period: what was spent, less what credits left at the end had cost
    /// as far as they will be used in time, and what was used of an assumed opening balance, and what
    /// refused usage and downtime cost the user.
    pub fn cost(&self, run: &Run, periods: f64) -> f64 {
        let of = |figure: Figure| run.value(figure);
        let spend =
            of(Figure::TOTAL_SPEND) - of(Figure::LEFTOVER_VALUE) + of(Figure::ASSUMED_VALUE);
        let refused = of(Figure::REFUSED) * self.per_refused_credit;
        let down = of(Figure::DOWNTIME) * self.per_hour_of_downtime;
        (spend + refused + down) / periods
    }
}

/// The credits per run that a candidate refuses beyond another on the same usage and luck: the mean
/// of the paired differences with its interval.
pub fn refused_beyond(ours: &Runs, theirs: &Runs, confidence: Confidence) -> Option<Estimate> {
    let is_certain = ours.is_certain && theirs.is_certain;
    let (ours, theirs) = (ours.column(Figure::REFUSED), theirs.column(Figure::REFUSED));
    let found = rare::difference(ours, theirs, confidence)?;
    Some(if is_certain { Estimate::certain(found.value) } else { found })
}

/// Spend per period, less the cost of the credits left at the end as far as they will be used in
/// time, and what was used of an assumed opening balance.
pub fn net_spend(runs: &Runs, periods: f64, confidence: Confidence) -> Option<Estimate> {
    let of = |figure| runs.column(figure).iter();
    let all =
        of(Figure::TOTAL_SPEND).zip(of(Figure::LEFTOVER_VALUE)).zip(of(Figure::ASSUMED_VALUE));
    let samples: Vec<f64> =
        all.map(|((spent, left), assumed)| (spent - left + assumed) / periods).collect();
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
    // What the scenario decides is not left to luck that few replications might not have seen.
    if [Figure::PLAN_FEES, Figure::TOP_UP_SPEND].contains(&figure) {
        return estimate::mean(&samples, confidence);
    }
    let size = runs.size_of_rare(figure).map(|size| size / periods);
    Some(rare::mean(&samples, size, confidence)?.within(0.0, f64::INFINITY))
}
