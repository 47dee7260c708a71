//! Plans and packages along levels of usage: the answer of [`super::plan()`].

use crate::study::Confidence;

use super::gates::HeldGates;
use super::levels::{Crossing, Level, LevelRuns, PlanChoice, ascending};
use super::remedy::RemedySearch;

/// Plans and packages along levels of usage.
#[derive(Clone, Debug)]
pub struct PlanAnswer {
    /// Every plan with every package, the smaller allowance first.
    pub choices: Vec<PlanChoice>,
    /// The requested levels, ascending.
    pub levels: Vec<Level>,
    /// Further levels that were run, to find break-evens and to draw lines.
    pub between: Vec<Level>,
    /// Today's usage.
    pub today: Level,
    /// Whether usage is drawn from a model of what comes after a history: then today's is the mean of futures.
    pub is_foreseen: bool,
    /// Whether usage comes from a history that is lived through or drawn from: then today's is its mean.
    pub is_read: bool,
    /// Credits requested in a cycle today: 5 % of cycles request less than the first number and 5 %
    /// more than the second. `None` if the horizon has no whole cycle.
    pub spread: Option<[f64; 2]>,
    /// The cheaper of each two plans with the same package, along usage.
    pub crossings: Vec<Crossing>,
    /// The search for a setting that meets the requirements at today's usage, if no choice does.
    pub remedy: RemedySearch,
    /// The plans with packages that make no scenario, and so are no choices.
    pub unfit: Vec<UnfitChoice>,
    /// Today's settings, if they are not among the choices.
    pub left_out: Option<LeftOut>,
    /// The confidence of the intervals.
    pub confidence: Confidence,
    /// The gates, held against the choices at today's usage; to settle them may have taken more replications
    /// than the levels have.
    pub gates: HeldGates,
}

/// Refused shares, and differences of served shares, below this are not mentioned.
const SERVED: f64 = 0.001;

impl PlanAnswer {
    /// The requested levels and today's, ascending.
    pub fn rows(&self) -> Vec<&Level> {
        ascending(self.levels.iter().chain([&self.today]))
    }

    /// All levels that were run, ascending.
    pub fn all(&self) -> Vec<&Level> {
        self.ran().ascending()
    }

    /// The levels that were run.
    pub fn ran(&self) -> LevelRuns<'_> {
        LevelRuns { levels: &self.levels, between: &self.between, today: &self.today }
    }

    /// Returns true if a level is today's.
    pub fn is_today(&self, level: &Level) -> bool {
        level.wanted == self.today.wanted
    }

    /// Number of replications of each level.
    pub fn replications(&self) -> usize {
        self.today.tried.first().map_or(0, |tried| tried.cost.len())
    }

    /// The choice that the scenario has, if it is among them.
    pub fn set_today(&self) -> Option<usize> {
        self.choices.iter().position(|choice| choice.candidate.changes.is_empty())
    }

    /// The name of a choice.
    pub fn name(&self, choice: usize) -> &str {
        self.choices[choice].name()
    }

    /// A choice in a sentence: `Starter with the 9,000 package`.
    pub fn in_words(&self, choice: usize) -> String {
        let PlanChoice { plan_title, phrase, .. } = &self.choices[choice];
        format!("{plan_title} with {phrase}")
    }

    /// The name of a choice with those that are its equals, as short as they allow: `Starter + 1,000 or
    /// 3,000`, `Pro + any package`.
    pub fn together(&self, choice: usize, equals: &[usize]) -> String {
        let mut plans: Vec<(&str, Vec<&str>)> = Vec::new();
        for &index in [choice].iter().chain(equals) {
            let PlanChoice { plan_title, value, .. } = &self.choices[index];
            match plans.iter_mut().find(|(plan, _)| plan == plan_title) {
                Some((_, values)) => values.push(value),
                None => plans.push((plan_title, vec![value])),
            }
        }
        let of_plan = |(plan, values): (&str, Vec<&str>)| {
            let all = self.choices.iter().filter(|choice| choice.plan_title == plan).count();
            match values.len() > 1 && values.len() == all {
                true => format!("{plan} + any package"),
                false => format!("{plan} + {}", values.join(" or ")),
            }
        };
        plans.into_iter().map(of_plan).collect::<Vec<_>>().join(", or ")
    }

    /// Returns true if any choice refuses usage at a level of the table.
    pub fn refuses(&self) -> bool {
        let choices = || 0..self.choices.len();
        let fill = |level: &Level, choice| level.fill_rate(choice, self.confidence);
        let refuses = |level: &Level, choice| {
            fill(level, choice).is_some_and(|fill| 1.0 - fill.value > SERVED)
        };
        self.rows().iter().any(|level| choices().any(|choice| refuses(level, choice)))
    }

    /// The levels of the table at which the cheapest choice serves less than another; neighbouring
    /// levels with the same cheapest choice are grouped.
    pub fn service_gaps(&self) -> Vec<Vec<ServiceGap>> {
        let rows = self.rows();
        let found: Vec<Option<ServiceGap>> =
            rows.iter().map(|level| self.serves_less(level)).collect();
        let cheapest = |gap: &Option<ServiceGap>| gap.as_ref().map(|gap| gap.cheapest);
        let stretches = found.chunk_by(|a, b| cheapest(a) == cheapest(b));
        let gaps = stretches.map(|stretch| stretch.iter().flatten().copied().collect::<Vec<_>>());
        gaps.filter(|gaps| !gaps.is_empty()).collect()
    }

    /// The gap at a level, if there is one.
    fn serves_less(&self, level: &Level) -> Option<ServiceGap> {
        let fill = |choice| level.fill_rate(choice, self.confidence).map(|fill| fill.value);
        let cheapest = level.cheapest();
        let served = fill(cheapest)?;
        let choices = (0..self.choices.len()).filter_map(|choice| Some((choice, fill(choice)?)));
        let (best, most) = choices.max_by(|a, b| a.1.total_cmp(&b.1))?;
        (most - served > SERVED).then_some(ServiceGap {
            level: level.level,
            cheapest,
            served,
            best,
            most,
        })
    }
}

/// A plan with a package that makes no scenario, such as a package that no cap lets a recharge buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfitChoice {
    /// Its name: `Pro + 9,000`.
    pub name: String,
    /// The reason.
    pub reason: String,
}

/// A level at which the cheapest choice serves less than another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServiceGap {
    /// The level: credits per period.
    pub level: f64,
    /// The cheapest choice.
    pub cheapest: usize,
    /// The share of demand that the cheapest serves.
    pub served: f64,
    /// The choice that serves most.
    pub best: usize,
    /// The share that it serves.
    pub most: f64,
}

/// Today's settings, if they are not among the choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The vendor's name of today's plan, if the scenario names one.
    pub plan: Option<String>,
    /// What is bought today, in a few words.
    pub bought: Option<String>,
    /// The reason.
    pub why: Omission,
}

/// The reason why today's settings are not among the choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omission {
    /// The account has none of the plans.
    NoPlan,
    /// The account buys none of the packages.
    NoPackage,
    /// Its plan is not among those that were named.
    PlanNotNamed,
    /// Its package is not among those that were named.
    PackageNotNamed,
}
