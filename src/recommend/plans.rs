//! Plans and packages along levels of usage: what each costs, which is cheapest, and from where on
//! the bigger plan pays.
//!
//! Deliberately absent: running them, and which levels to run.

use crate::study::estimate::{OverCycles, mean, paired, ratio};
use crate::study::levels::level;
use crate::study::{Candidate, Confidence, Estimate, Record, Runs};

use super::Words;
use super::break_even::{BreakEven, Point, break_even};

/// A plan with a package.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The plan's name in the scenario.
    pub plan: String,
    /// The package's name in the scenario.
    pub package: String,
    /// Credits the plan grants per cycle.
    pub allowance: f64,
    /// What is run.
    pub candidate: Candidate,
}

impl Choice {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.candidate.name
    }
}

/// What one choice came to at one level, replication by replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Its cost per period.
    pub cost: Vec<f64>,
    /// Credits asked for per period.
    pub demanded: Vec<f64>,
    /// Credits served per period.
    pub served: Vec<f64>,
}

impl Tried {
    fn of(runs: Runs, periods: f64) -> Tried {
        let per = |record| runs.column(record).iter().map(|credits| credits / periods).collect();
        let (demanded, served) = (per(Record::Demanded), per(Record::Served));
        Tried { cost: runs.cost, demanded, served }
    }
}

/// What was found at one level of usage.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// What was asked for; zero for today's.
    pub wanted: f64,
    /// What the usage came to: mean credits asked for per period.
    pub level: f64,
    /// By choice.
    pub tried: Vec<Tried>,
}

impl Level {
    /// From the runs of all choices over `periods`, at the level that was wanted.
    pub fn of(runs: Vec<Runs>, periods: f64, wanted: f64) -> Level {
        let level = runs.first().map_or(0.0, |runs| level(runs, periods));
        Level { wanted, level, tried: runs.into_iter().map(|r| Tried::of(r, periods)).collect() }
    }

    /// The mean cost of a choice.
    pub fn cost(&self, choice: usize, confidence: Confidence) -> Option<Estimate> {
        mean(&self.tried.get(choice)?.cost, confidence)
    }

    /// The share of credits asked for that a choice serves.
    pub fn fill_rate(&self, choice: usize, confidence: Confidence) -> Option<Estimate> {
        let tried = self.tried.get(choice)?;
        ratio(&tried.served, &tried.demanded, confidence)
    }

    /// The cheapest choice, the first of those that cost the same.
    pub fn cheapest(&self) -> usize {
        // Any confidence will do: only the mean is looked at.
        let value =
            |choice| self.cost(choice, Confidence::USUAL).map_or(f64::INFINITY, |c| c.value);
        let choices = 0..self.tried.len();
        choices.min_by(|&a, &b| value(a).total_cmp(&value(b))).unwrap_or(0)
    }

    /// What one choice costs more than another, on the same usage and luck.
    pub fn difference(&self, one: usize, other: usize, confidence: Confidence) -> Option<Estimate> {
        let (one, other) = (self.tried.get(one)?, self.tried.get(other)?);
        Some(paired(&one.cost, &other.cost, confidence)?.difference)
    }
}

/// How much is asked for in one cycle, over all cycles: 5 % of them ask for less than the first
/// number and 5 % for more than the second. `None` where the horizon holds no whole cycle.
pub fn spread(runs: &Runs, confidence: Confidence) -> Option<[f64; 2]> {
    let cycles = runs.demanded.len() / runs.len().max(1);
    let demanded = OverCycles::new(&runs.demanded, cycles);
    let at = |p| demanded.quantile(p, confidence).map(|found| found.value);
    Some([at(0.05)?, at(0.95)?])
}

/// Where two choices cost the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// The choice that is cheaper at low usage.
    pub small: usize,
    /// The choice that is cheaper at high usage.
    pub big: usize,
    /// Where.
    pub at: BreakEven,
    /// What the small one costs more at today's usage.
    pub today: Estimate,
}

/// Where two choices cost the same along levels in ascending order.
pub fn crossing(
    levels: &[&Level],
    today: &Level,
    (small, big): (usize, usize),
    confidence: Confidence,
) -> Option<Crossing> {
    let difference = |level: &Level| level.difference(small, big, confidence);
    let point = |level: &&Level| Some(Point { level: level.level, difference: difference(level)? });
    let points: Option<Vec<Point>> = levels.iter().map(point).collect();
    Some(Crossing { small, big, at: break_even(&points?), today: difference(today)? })
}

/// Where each two plans with the same package cost the same.
pub fn crossings(
    choices: &[Choice],
    levels: &[&Level],
    today: &Level,
    confidence: Confidence,
) -> Vec<Crossing> {
    let mut crossings = Vec::new();
    for (i, small) in choices.iter().enumerate() {
        for (j, big) in choices.iter().enumerate().skip(i + 1) {
            if small.package == big.package && small.allowance < big.allowance {
                crossings.extend(crossing(levels, today, (i, j), confidence));
            }
        }
    }
    crossings
}

/// What was found along all levels.
#[derive(Clone, Debug)]
pub struct Plans<'p> {
    /// Every plan with every package, the smaller allowance first.
    pub choices: &'p [Choice],
    /// The levels that were asked for, ascending.
    pub levels: Vec<Level>,
    /// Levels that were run besides, to find where costs meet and to draw lines through.
    pub between: Vec<Level>,
    /// Today's usage.
    pub today: Level,
    /// Today's usage from cycle to cycle; see [`spread`].
    pub spread: Option<[f64; 2]>,
    /// Where two plans with the same package cost the same.
    pub crossings: Vec<Crossing>,
    /// The confidence of the intervals.
    pub confidence: Confidence,
}

impl Plans<'_> {
    /// The levels that were asked for with today's among them, ascending.
    pub fn rows(&self) -> Vec<&Level> {
        ascending(self.levels.iter().chain([&self.today]))
    }

    /// All levels that were run, ascending.
    pub fn all(&self) -> Vec<&Level> {
        ascending(self.levels.iter().chain(&self.between).chain([&self.today]))
    }

    /// Whether a level is today's.
    pub fn is_today(&self, level: &Level) -> bool {
        level.wanted == self.today.wanted
    }

    /// How many replications each level has.
    pub fn replications(&self) -> usize {
        self.today.tried.first().map_or(0, |tried| tried.cost.len())
    }

    /// The choice that the scenario has, if it is among them.
    pub fn set_today(&self) -> Option<usize> {
        self.choices.iter().position(|choice| choice.candidate.changes.is_empty())
    }

    /// What a choice is called.
    pub fn name(&self, choice: usize) -> &str {
        self.choices.get(choice).map_or("", Choice::name)
    }

    /// Where today's usage lies, and every break-even.
    pub fn advice(&self, words: &Words<'_>) -> Vec<String> {
        let mut sentences = vec![self.today(words)];
        sentences.extend(self.crossings.iter().map(|crossing| self.tell(crossing, words)));
        sentences
    }

    fn today(&self, words: &Words<'_>) -> String {
        let cheapest = self.today.cheapest();
        let cost = self.today.cost(cheapest, self.confidence).map_or(0.0, |cost| cost.value);
        format!(
            "At today's {} {} {} the cheapest is {}, for {}.",
            words.credits(self.today.level),
            words.unit,
            words.per(),
            self.name(cheapest),
            words.money(cost)
        )
    }

    /// A break-even in words.
    fn tell(&self, crossing: &Crossing, words: &Words<'_>) -> String {
        let (small, big) = (&self.choices[crossing.small], &self.choices[crossing.big]);
        let (small_plan, big_plan, package) = (&small.plan, &big.plan, &small.package);
        let (level, low, high) = match crossing.at {
            BreakEven::At { level, low, high } => (level, low, high),
            BreakEven::FirstThroughout => {
                return format!(
                    "With {package}, {small_plan} is cheaper than {big_plan} at every level tried."
                );
            }
            BreakEven::SecondThroughout => {
                return format!(
                    "With {package}, {big_plan} is no dearer than {small_plan} at any level tried."
                );
            }
        };
        let limit = |limit: Option<f64>| limit.map_or("?".to_owned(), |at| words.credits(at));
        let saves = crossing.today.value;
        let (cheaper, by) = if saves > 0.0 { (big_plan, saves) } else { (small_plan, -saves) };
        format!(
            "With {package}, {big_plan} is cheaper than {small_plan} from {} {} {} on ({} to {}); \
             today {cheaper} is, by {}.",
            words.credits(level),
            words.unit,
            words.per(),
            limit(low),
            limit(high),
            words.money(by)
        )
    }
}

fn ascending<'l>(levels: impl Iterator<Item = &'l Level>) -> Vec<&'l Level> {
    let mut levels: Vec<&Level> = levels.collect();
    levels.sort_by(|a, b| a.level.total_cmp(&b.level));
    levels
}
