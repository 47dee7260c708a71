//! Plans and packages along levels of usage: what each costs, which is cheapest, and from where on
//! the bigger plan pays.
//!
//! Deliberately absent: running them, and which levels to run.

use crate::study::estimate::{OverCycles, mean, paired, ratio};
use crate::study::levels::level;
use crate::study::{Candidate, Confidence, Estimate, Record, Runs};

use super::Words;
use super::break_even::{BreakEven, Change, NOTHING, Point, Side, break_even};

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
        let least = choices.clone().map(value).fold(f64::INFINITY, f64::min);
        choices.into_iter().find(|&choice| value(choice) <= least + NOTHING).unwrap_or(0)
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

/// The levels that were run.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'l> {
    /// The levels that were asked for.
    pub levels: &'l [Level],
    /// Levels that were run besides.
    pub between: &'l [Level],
    /// Today's usage.
    pub today: &'l Level,
}

/// Which of two choices is cheaper along usage.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The choice with the smaller allowance.
    pub small: usize,
    /// The choice with the bigger allowance.
    pub big: usize,
    /// Where they cost the same: the small one is the first, the big one the second.
    pub at: BreakEven,
    /// What the small one costs more at today's usage.
    pub today: Estimate,
}

impl Crossing {
    /// The choice that a side stands for.
    pub fn choice(&self, side: Side) -> usize {
        match side {
            Side::First => self.small,
            Side::Second => self.big,
        }
    }
}

/// Which of two choices is cheaper along all levels that were run.
pub fn crossing(
    ran: Ran<'_>,
    (small, big): (usize, usize),
    confidence: Confidence,
) -> Option<Crossing> {
    let point = |(level, told): (&Level, bool)| {
        let difference = level.difference(small, big, confidence)?;
        Some(Point { level: level.level, difference, told })
    };
    let told = ran.levels.iter().chain([ran.today]).map(|level| (level, true));
    let all = told.chain(ran.between.iter().map(|level| (level, false)));
    let mut points = all.map(point).collect::<Option<Vec<Point>>>()?;
    points.sort_by(|a, b| a.level.total_cmp(&b.level));
    let today = ran.today.difference(small, big, confidence)?;
    Some(Crossing { small, big, at: break_even(&points), today })
}

/// Which of each two plans with the same package is cheaper along usage.
pub fn crossings(choices: &[Choice], ran: Ran<'_>, confidence: Confidence) -> Vec<Crossing> {
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
    /// Which of each two plans with the same package is cheaper along usage.
    pub crossings: Vec<Crossing>,
    /// What is set today and why it is no choice, where it is none:
    /// `starter + 1000, is not among the choices: --packages leaves it out`, say.
    pub left_out: Option<String>,
    /// The confidence of the intervals.
    pub confidence: Confidence,
}

/// The share that may be refused, or that the cheapest may serve less than another, before it is told.
const SERVED: f64 = 0.001;

impl Plans<'_> {
    /// The levels that were asked for with today's among them, ascending.
    pub fn rows(&self) -> Vec<&Level> {
        ascending(self.levels.iter().chain([&self.today]))
    }

    /// All levels that were run, ascending.
    pub fn all(&self) -> Vec<&Level> {
        ascending(self.levels.iter().chain(&self.between).chain([&self.today]))
    }

    /// The levels that were run.
    pub fn ran(&self) -> Ran<'_> {
        Ran { levels: &self.levels, between: &self.between, today: &self.today }
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

    /// Whether any choice refuses enough of what is asked for, at a level of the table, to be told.
    pub fn refuses(&self) -> bool {
        let choices = || 0..self.choices.len();
        let fill = |level: &Level, choice| level.fill_rate(choice, self.confidence);
        let refuses = |level: &Level, choice| {
            fill(level, choice).is_some_and(|fill| 1.0 - fill.value > SERVED)
        };
        self.rows().iter().any(|level| choices().any(|choice| refuses(level, choice)))
    }

    /// What to know before acting: what is set today is no choice, and where the cheapest is so by
    /// serving less than another.
    pub fn attention(&self, words: &Words<'_>) -> Vec<String> {
        let left_out = self.left_out.iter().map(|why| format!("What is set today, {why}."));
        let rows = self.rows();
        let found: Vec<Option<Less>> = rows.iter().map(|level| self.serves_less(level)).collect();
        let alike = |a: &Option<Less>, b: &Option<Less>| {
            a.as_ref().map(|less| less.cheapest) == b.as_ref().map(|less| less.cheapest)
        };
        let stretches = found.chunk_by(alike).filter_map(|stretch| self.warn(stretch, words));
        left_out.chain(stretches).collect()
    }

    /// What the cheapest serves at a level, where another serves more.
    fn serves_less(&self, level: &Level) -> Option<Less> {
        let fill = |choice| level.fill_rate(choice, self.confidence).map(|fill| fill.value);
        let cheapest = level.cheapest();
        let served = fill(cheapest)?;
        let choices = (0..self.choices.len()).filter_map(|choice| Some((choice, fill(choice)?)));
        let (best, most) = choices.max_by(|a, b| a.1.total_cmp(&b.1))?;
        (most - served > SERVED).then_some(Less {
            level: level.level,
            cheapest,
            served,
            best,
            most,
        })
    }

    /// That one choice is the cheapest along neighbouring levels by serving less.
    fn warn(&self, stretch: &[Option<Less>], words: &Words<'_>) -> Option<String> {
        let (first, last) = (stretch.first()?.as_ref()?, stretch.last()?.as_ref()?);
        let price = match words.objective.per_refused_credit {
            price if price > 0.0 => format!("at {price} {} each", words.currency.code()),
            _ => "at nothing".to_owned(),
        };
        let to =
            |from: String, to: String| if from == to { from } else { format!("{from} to {to}") };
        let range = |of: fn(&Less) -> f64| {
            let all = || stretch.iter().flatten().map(of);
            let (least, most) = (all().fold(1.0, f64::min), all().fold(0.0, f64::max));
            to(words.percent(least), words.percent(most))
        };
        let others = match stretch {
            [_] => format!("and {} serves {}", self.name(first.best), words.percent(first.most)),
            _ => format!("where another serves {}", range(|less| less.most)),
        };
        Some(format!(
            "At {} {} {} the cheapest, {}, serves {} of what is asked for, {others}. Cost counts \
             what is refused {price}.",
            to(words.credits(first.level), words.credits(last.level)),
            words.unit,
            words.per(),
            self.name(first.cheapest),
            range(|less| less.served),
        ))
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

    /// Which of two plans is cheaper, in words.
    fn tell(&self, crossing: &Crossing, words: &Words<'_>) -> String {
        let plan = |side| self.choices[crossing.choice(side)].plan.as_str();
        let package = &self.choices[crossing.small].package;
        let found = match &crossing.at {
            BreakEven::At(change) => {
                let limit =
                    |limit: Option<f64>| limit.map_or("?".to_owned(), |at| words.credits(at));
                format!(
                    "{} is cheaper than {} from {} {} {} on ({} to {}); {}",
                    plan(change.cheaper),
                    plan(change.cheaper.other()),
                    words.credits(change.level),
                    words.unit,
                    words.per(),
                    limit(change.low),
                    limit(change.high),
                    today(crossing, plan, words)
                )
            }
            BreakEven::Alternates(changes) => format!(
                "which of {} and {} is cheaper alternates with {} {}: {} {}, and {} elsewhere; {}",
                plan(Side::First),
                plan(Side::Second),
                words.unit,
                words.per(),
                plan(Side::Second),
                stretches(changes, words),
                plan(Side::First),
                today(crossing, plan, words)
            ),
            BreakEven::Throughout { cheaper, ties: false } => format!(
                "{} is cheaper than {} at every level tried",
                plan(*cheaper),
                plan(cheaper.other())
            ),
            BreakEven::Throughout { cheaper, ties: true } => format!(
                "{} is no dearer than {} at any level tried",
                plan(*cheaper),
                plan(cheaper.other())
            ),
            BreakEven::Same => format!(
                "{} and {} cost the same at every level tried",
                plan(Side::First),
                plan(Side::Second)
            ),
        };
        format!("With {package}, {found}.")
    }
}

/// That the cheapest serves less than another at a level.
#[derive(Clone, Copy, Debug)]
struct Less {
    level: f64,
    cheapest: usize,
    /// The share that the cheapest serves.
    served: f64,
    /// The choice that serves most.
    best: usize,
    /// The share that it serves.
    most: f64,
}

/// Which of two plans is cheaper today, and by how much.
fn today<'p>(crossing: &Crossing, plan: impl Fn(Side) -> &'p str, words: &Words<'_>) -> String {
    let saves = crossing.today.value;
    let cheaper = if saves > 0.0 { Side::Second } else { Side::First };
    match words.money(saves.abs()) {
        nothing if nothing == words.money(0.0) => "today both cost the same".to_owned(),
        by => format!("today {} is, by {by}", plan(cheaper)),
    }
}

/// The most stretches of usage that a sentence tells.
const STRETCHES: usize = 6;

/// The stretches of usage along which the second of two is the cheaper one:
/// `from 2,891 to 7,900, from 11,845 to 16,900 and from 20,796 on`.
fn stretches(changes: &[Change], words: &Words<'_>) -> String {
    let mut told = Vec::new();
    let mut from = None;
    for change in changes {
        let level = words.credits(change.level);
        match (change.cheaper, from.take()) {
            (Side::Second, _) => from = Some(level),
            (Side::First, Some(from)) => told.push(format!("from {from} to {level}")),
            (Side::First, None) => told.push(format!("up to {level}")),
        }
    }
    told.extend(from.map(|from| format!("from {from} on")));
    let more = told.len().saturating_sub(STRETCHES);
    if more > 0 {
        told.truncate(STRETCHES - 1);
        told.push(format!("in {} stretches above that", more + 1));
    }
    match told.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

fn ascending<'l>(levels: impl Iterator<Item = &'l Level>) -> Vec<&'l Level> {
    let mut levels: Vec<&Level> = levels.collect();
    levels.sort_by(|a, b| a.level.total_cmp(&b.level));
    levels
}
