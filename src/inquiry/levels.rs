//! Plans and packages along levels of usage: the cost of each at a level, and the level from which
//! a bigger plan pays.
//!
//! Deliberately absent: running them, and the choice of levels to run.

use crate::figures::Figure;
use crate::study::estimate::{OverCycles, mean, paired, ratio};
use crate::study::level;
use crate::study::{
    Candidate, Confidence, Estimate, EstimatedFigure, HorizonLength, Objective, PeriodSummaries,
    Runs,
};

use super::assess::kept;
use super::breach::Breach;
use super::break_even::{BreakEven, CostDifference, NOTHING, Side, break_even};

/// A plan with a package.
#[derive(Clone, Debug)]
pub struct PlanChoice {
    /// The plan's name in the scenario.
    pub plan: String,
    /// The package's name in the scenario.
    pub package: String,
    /// The vendor's name of the plan.
    pub plan_title: String,
    /// What is bought, as short as it can be beside other packages: `9,000`.
    pub value: String,
    /// What is bought, in a few words: `9,000 package`.
    pub bought: String,
    /// What is bought, in a sentence: `the 9,000 package`.
    pub phrase: String,
    /// Credits the plan grants per cycle.
    pub allowance: f64,
    /// The candidate that is run.
    pub candidate: Candidate,
}

impl PlanChoice {
    /// The name of its candidate.
    pub fn name(&self) -> &str {
        &self.candidate.name
    }
}

/// The runs of one choice at one level, replication by replication.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceRuns {
    /// Its cost per period.
    pub cost: Vec<f64>,
    /// Credits requested per period.
    pub demanded: Vec<f64>,
    /// Credits served per period.
    pub served: Vec<f64>,
    /// Spend, recharges and refusals by month, by cycle and over the horizon.
    pub in_periods: PeriodSummaries,
    /// Mean hours of outage per period.
    pub downtime: f64,
    /// How far it is from what must hold.
    pub breach: Breach,
}

impl ChoiceRuns {
    /// `None` of no runs.
    fn of(
        runs: Runs,
        length: HorizonLength,
        objective: &Objective,
        in_periods: PeriodSummaries,
    ) -> Option<ChoiceRuns> {
        let per = |figure| -> Vec<f64> {
            runs.column(figure).iter().map(|value| value / length.periods).collect()
        };
        let mean = |figure: Figure| {
            let estimate = figure.estimate(&runs, objective, length.periods, length.hours);
            estimate.map(|estimate| estimate.value)
        };
        let kept = kept(&runs, objective, length);
        Some(ChoiceRuns {
            demanded: per(Figure::DEMANDED),
            served: per(Figure::SERVED),
            in_periods,
            downtime: mean(Figure::DOWNTIME)?,
            breach: Breach::of(&kept, objective, mean(Figure::REFUSED)?),
            cost: runs.cost,
        })
    }
}

/// One level of usage with the runs of every choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The requested level, in credits per period; zero for today's usage.
    pub wanted: f64,
    /// The mean of the credits requested per period.
    pub level: f64,
    /// The runs by choice.
    pub tried: Vec<ChoiceRuns>,
}

impl Level {
    /// Built from the runs of all `choices` over a horizon, at the requested level; `None` without runs.
    pub(super) fn of(
        choices: &[PlanChoice],
        runs: Vec<Runs>,
        length: HorizonLength,
        objective: &Objective,
        wanted: f64,
    ) -> Option<Level> {
        let level = level(runs.first()?, length.periods);
        let tried = |(choice, runs): (&PlanChoice, Runs)| {
            let in_periods = runs.in_periods(&choices[0].candidate.setup, &choice.candidate.setup);
            ChoiceRuns::of(runs, length, objective, in_periods)
        };
        let tried = choices.iter().zip(runs).map(tried).collect::<Option<Vec<ChoiceRuns>>>()?;
        Some(Level { wanted, level, tried })
    }

    /// The requested level, or today's as measured.
    pub fn nominal(&self) -> f64 {
        if self.wanted > 0.0 { self.wanted } else { self.level }
    }

    /// The mean cost of a choice.
    pub fn cost(&self, choice: usize, confidence: Confidence) -> Option<Estimate> {
        mean(&self.tried.get(choice)?.cost, confidence)
    }

    /// The share of demand that a choice serves.
    pub fn fill_rate(&self, choice: usize, confidence: Confidence) -> Option<Estimate> {
        let tried = self.tried.get(choice)?;
        ratio(&tried.served, &tried.demanded, confidence)
    }

    /// The cheapest choice, the first of those that cost the same.
    pub fn cheapest(&self) -> usize {
        // Only the mean matters, which no confidence changes.
        let value =
            |choice| self.cost(choice, Confidence::USUAL).map_or(f64::INFINITY, |c| c.value);
        let choices = 0..self.tried.len();
        let least = choices.clone().map(value).fold(f64::INFINITY, f64::min);
        choices.into_iter().find(|&choice| value(choice) <= least + NOTHING).unwrap_or(0)
    }

    /// The cheapest choice of those that keep what must hold by their values; where none does, the one that is
    /// nearest to it, and of those the cheapest.
    pub fn best(&self) -> usize {
        let cost = |choice| self.cost(choice, Confidence::USUAL).map_or(f64::INFINITY, |c| c.value);
        let keeps = |choice: &usize| self.tried[*choice].breach.is_none();
        let choices = 0..self.tried.len();
        let least = choices.clone().filter(keeps).map(cost).fold(f64::INFINITY, f64::min);
        let kept = choices.clone().filter(keeps).find(|&choice| cost(choice) <= least + NOTHING);
        let nearest = choices.min_by(|&a, &b| {
            let nearer = self.tried[a].breach.nearer(&self.tried[b].breach);
            nearer.then(cost(a).total_cmp(&cost(b)))
        });
        kept.or(nearest).unwrap_or(0)
    }

    /// Returns true if no choice costs less.
    pub fn costs_least(&self, choice: usize) -> bool {
        self.costs_as(self.cheapest(), choice)
    }

    /// Returns true if two choices cost the same.
    fn costs_as(&self, one: usize, other: usize) -> bool {
        let cost = |choice| self.cost(choice, Confidence::USUAL).map(|cost| cost.value);
        let costs = cost(one).zip(cost(other));
        costs.is_some_and(|(one, other)| (one - other).abs() <= NOTHING)
    }

    /// The other choices that cost the same as the best one and keep what must hold, as it does.
    pub fn equal_to_best(&self) -> Vec<usize> {
        let best = self.best();
        let is_equal = |&choice: &usize| {
            choice != best && self.keeps(best) && self.keeps(choice) && self.costs_as(best, choice)
        };
        (0..self.tried.len()).filter(is_equal).collect()
    }

    /// Whether a choice keeps what must hold, by its values.
    pub fn keeps(&self, choice: usize) -> bool {
        self.tried.get(choice).is_some_and(|tried| tried.breach.is_none())
    }

    /// The additional cost of one choice over another, on the same usage and luck.
    pub fn difference(&self, one: usize, other: usize, confidence: Confidence) -> Option<Estimate> {
        let (one, other) = (self.tried.get(one)?, self.tried.get(other)?);
        Some(paired(&one.cost, &other.cost, confidence)?.difference)
    }
}

/// The spread of demand in one cycle, over all cycles: 5 % of them request less than the first
/// number and 5 % more than the second. `None` if the horizon has no whole cycle.
pub(super) fn spread(runs: &Runs, confidence: Confidence) -> Option<[f64; 2]> {
    let cycles = runs.demanded.len() / runs.len().max(1);
    let demanded = OverCycles::new(&runs.demanded, cycles);
    let at = |p| demanded.quantile(p, confidence).map(|found| found.value);
    Some([at(0.05)?, at(0.95)?])
}

/// The levels that were run.
#[derive(Clone, Copy, Debug)]
pub struct LevelRuns<'l> {
    /// The requested levels.
    pub levels: &'l [Level],
    /// Further levels that were run, to find where costs meet.
    pub between: &'l [Level],
    /// Today's usage.
    pub today: &'l Level,
}

impl<'l> LevelRuns<'l> {
    /// All levels that were run, ascending.
    pub fn ascending(self) -> Vec<&'l Level> {
        ascending(self.levels.iter().chain(self.between).chain([self.today]))
    }
}

/// The cheaper of two choices along usage.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The choice with the smaller allowance.
    pub small: usize,
    /// The choice with the bigger allowance.
    pub big: usize,
    /// The break-even: the small one is the first, the big one the second.
    pub at: BreakEven,
    /// The additional cost of the small one at today's usage.
    pub today: Estimate,
}

impl Crossing {
    /// The choice on a side.
    pub fn choice(&self, side: Side) -> usize {
        match side {
            Side::First => self.small,
            Side::Second => self.big,
        }
    }
}

/// Compares two choices along all levels that were run.
pub(super) fn crossing(
    ran: LevelRuns<'_>,
    (small, big): (usize, usize),
    confidence: Confidence,
) -> Option<Crossing> {
    let point = |(level, shown): (&Level, bool)| {
        let difference = level.difference(small, big, confidence)?;
        Some(CostDifference { level: level.level, difference, shown })
    };
    let shown = ran.levels.iter().chain([ran.today]).map(|level| (level, true));
    let all = shown.chain(ran.between.iter().map(|level| (level, false)));
    let mut points = all.map(point).collect::<Option<Vec<CostDifference>>>()?;
    points.sort_by(|a, b| a.level.total_cmp(&b.level));
    let today = ran.today.difference(small, big, confidence)?;
    Some(Crossing { small, big, at: break_even(&points), today })
}

/// Compares each two plans with the same package along usage.
pub fn crossings(
    choices: &[PlanChoice],
    ran: LevelRuns<'_>,
    confidence: Confidence,
) -> Vec<Crossing> {
    let mut crossings = Vec::new();
    for (i, small) in choices.iter().enumerate() {
        for (j, big) in choices.iter().enumerate().skip(i + 1) {
            if small.package == big.package && small.allowance < big.allowance {
                crossings.extend(crossing(ran, (i, j), confidence));
            }
        }
    }
    crossings
}

pub(super) fn ascending<'l>(levels: impl Iterator<Item = &'l Level>) -> Vec<&'l Level> {
    let mut levels: Vec<&Level> = levels.collect();
    levels.sort_by(|a, b| a.level.total_cmp(&b.level));
    levels
}
