//! The result of `recharge plan` for programs: plans and packages along levels of usage.

use schemars::JsonSchema;
use serde::Serialize;

use crate::inquiry::{BreakEven, Crossing, Crossover, Level, PlanAnswer, Side};
use crate::report::plan::PlanReport;
use crate::study::Period;

use super::periods::PeriodResults;
use super::study::{RemedyResult, TargetResult};

/// The name of the schema.
pub const SCHEMA: &str = "recharge.plan/1";

/// The cheapest plan and package at each level of usage.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge plan")]
pub struct PlanResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The scenario's name.
    scenario: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The name of credits.
    unit: &'r str,
    /// The period that costs and usage are given per.
    period: Period,
    /// The confidence of intervals.
    confidence: f64,
    /// Replications at each level.
    replications: usize,
    /// The choice to make, in sentences.
    advice: String,
    /// Points that deserve attention, in sentences.
    attention: Vec<String>,
    /// The service that is wanted.
    target: TargetResult,
    /// What would keep what must hold at today's usage, where no choice does; `null` where one does.
    remedy: Option<RemedyResult>,
    /// The choice that is set today; `null` if it is none of them.
    set_today: Option<&'r str>,
    /// The plans with packages that make no scenario with these settings, and so are no choices.
    unfit: Vec<UnfitResult<'r>>,
    /// Credits requested per period today.
    usage: UsageResult,
    /// The levels of usage from which the bigger of two plans pays.
    break_even: Vec<BreakEvenResult<'r>>,
    /// The levels of usage that were tried.
    levels: Vec<LevelResult<'r>>,
    /// The seed.
    seed: u64,
    /// The command that makes this result again.
    command: String,
    /// The version of recharge.
    version: &'static str,
}

/// What was to be tried and makes no scenario: a plan with a package, or a candidate.
#[derive(Serialize, JsonSchema)]
pub(super) struct UnfitResult<'r> {
    /// Its name.
    pub(super) name: &'r str,
    /// The reason.
    pub(super) reason: &'r str,
}

/// Today's usage per period.
#[derive(Serialize, JsonSchema)]
struct UsageResult {
    /// Its mean.
    today: f64,
    /// Its 5th percentile over cycles, where they are many enough.
    p5: Option<f64>,
    /// Its 95th percentile over cycles, where they are many enough.
    p95: Option<f64>,
}

/// A level of usage, and what each choice costs there.
#[derive(Serialize, JsonSchema)]
struct LevelResult<'r> {
    /// Credits requested per period.
    level: f64,
    /// True if it is today's.
    today: bool,
    /// The cheapest choice.
    cheapest: &'r str,
    /// The cheapest of those that keep what must hold by their values, or else the nearest to it.
    advised: &'r str,
    /// The other choices that cost as much as the advised one and keep what must hold, as it does.
    equal: Vec<&'r str>,
    /// The choices.
    costs: Vec<CostResult<'r>>,
}

/// The cost of a choice per period at a level.
#[derive(Serialize, JsonSchema)]
struct CostResult<'r> {
    /// Its plan.
    plan: &'r str,
    /// Its package.
    package: &'r str,
    /// Its cost.
    cost: Option<f64>,
    /// The lower limit of the interval.
    low: Option<f64>,
    /// The upper limit of the interval.
    high: Option<f64>,
    /// Credits served ÷ demanded.
    fill_rate: Option<f64>,
    /// Hours of outage per period.
    downtime_hours: f64,
    /// Whether its values keep what must hold.
    keeps_all: bool,
    /// Spend, recharges and refusals by calendar month and by billing cycle, and over the horizon.
    periods: PeriodResults,
}

/// The level of usage from which the bigger of two plans with the same package is cheaper.
#[derive(Serialize, JsonSchema)]
struct BreakEvenResult<'r> {
    /// The smaller plan.
    small: &'r str,
    /// The bigger plan.
    big: &'r str,
    /// The package.
    package: &'r str,
    /// The kind of change of the cheaper one.
    kind: BreakEvenKind,
    /// The level where it changes, if it changes once.
    level: Option<f64>,
    /// The lower limit of the interval.
    low: Option<f64>,
    /// The upper limit of the interval.
    high: Option<f64>,
    /// All levels where the cheaper plan changes.
    changes: Vec<ChangeResult<'r>>,
    /// The plan that is cheaper at every level, if one is.
    throughout: Option<&'r str>,
    /// The saving of the bigger plan per period at today's level.
    big_saves_today: f64,
}

/// The number of changes of the cheaper of two plans.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum BreakEvenKind {
    /// Once.
    Once,
    /// More than once.
    Alternates,
    /// Never: one is cheaper at every level.
    Throughout,
    /// Never: both cost the same.
    Same,
}

/// A level where the cheaper of two plans changes.
#[derive(Serialize, JsonSchema)]
struct ChangeResult<'r> {
    /// Credits requested per period.
    level: f64,
    /// The lower limit of the interval.
    low: Option<f64>,
    /// The upper limit of the interval.
    high: Option<f64>,
    /// The plan that is cheaper from there on.
    cheaper: &'r str,
}

/// The result of `recharge plan`.
pub fn result<'r>(report: &'r PlanReport<'r>) -> PlanResult<'r> {
    let plans = report.plans;
    PlanResult {
        schema: SCHEMA,
        scenario: &report.scenario.name,
        currency: report.words.currency.code(),
        unit: report.words.unit,
        period: report.words.objective.period,
        confidence: plans.confidence.probability(),
        replications: plans.replications(),
        advice: report.advice(),
        attention: report.attention(),
        target: TargetResult::of(report.words.objective, plans.today.keeps(plans.today.best())),
        remedy: plans.remedy.found().map(RemedyResult::from),
        set_today: plans.set_today().map(|choice| plans.name(choice)),
        unfit: plans
            .unfit
            .iter()
            .map(|one| UnfitResult { name: &one.name, reason: &one.reason })
            .collect(),
        usage: UsageResult {
            today: plans.today.level,
            p5: plans.spread.map(|[p5, _]| p5),
            p95: plans.spread.map(|[_, p95]| p95),
        },
        break_even: plans.crossings.iter().map(|crossing| break_even(plans, crossing)).collect(),
        levels: plans.rows().into_iter().map(|row| level(report, row)).collect(),
        seed: report.provenance.seed,
        command: report.provenance.command_line(),
        version: env!("CARGO_PKG_VERSION"),
    }
}

fn level<'r>(report: &'r PlanReport<'r>, level: &Level) -> LevelResult<'r> {
    let plans = report.plans;
    LevelResult {
        level: level.level,
        today: plans.is_today(level),
        cheapest: plans.name(level.cheapest()),
        advised: plans.name(level.best()),
        equal: level.equal_to_best().into_iter().map(|choice| plans.name(choice)).collect(),
        costs: report.choices().map(|choice| cost(report, level, choice)).collect(),
    }
}

fn cost<'r>(report: &'r PlanReport<'r>, level: &Level, index: usize) -> CostResult<'r> {
    let plans = report.plans;
    let (choice, cost) = (&plans.choices[index], level.cost(index, plans.confidence));
    CostResult {
        plan: &choice.plan,
        package: &choice.package,
        cost: cost.map(|cost| cost.value),
        low: cost.and_then(|cost| cost.low),
        high: cost.and_then(|cost| cost.high),
        fill_rate: level.fill_rate(index, plans.confidence).map(|fill| fill.value),
        downtime_hours: level.tried[index].downtime,
        keeps_all: level.keeps(index),
        periods: PeriodResults::of(&level.tried[index].in_periods, report.scenario.zone),
    }
}

fn break_even<'r>(plans: &'r PlanAnswer, crossing: &Crossing) -> BreakEvenResult<'r> {
    let (small, big) = (&plans.choices[crossing.small], &plans.choices[crossing.big]);
    let plan = |side: Side| plans.choices[crossing.choice(side)].plan.as_str();
    let change = |change: &Crossover| ChangeResult {
        level: change.level,
        low: change.low,
        high: change.high,
        cheaper: plan(change.cheaper),
    };
    let once = match crossing.at {
        BreakEven::At(change) => Some(change),
        _ => None,
    };
    BreakEvenResult {
        small: &small.plan,
        big: &big.plan,
        package: &small.package,
        kind: BreakEvenKind::from(&crossing.at),
        level: once.map(|change| change.level),
        low: once.and_then(|change| change.low),
        high: once.and_then(|change| change.high),
        changes: crossing.at.changes().iter().map(change).collect(),
        throughout: match crossing.at {
            BreakEven::Throughout { cheaper, .. } => Some(plan(cheaper)),
            _ => None,
        },
        big_saves_today: crossing.today.value,
    }
}

impl From<&BreakEven> for BreakEvenKind {
    fn from(found: &BreakEven) -> Self {
        match found {
            BreakEven::At(_) => BreakEvenKind::Once,
            BreakEven::Alternates(_) => BreakEvenKind::Alternates,
            BreakEven::Throughout { .. } => BreakEvenKind::Throughout,
            BreakEven::Same => BreakEvenKind::Same,
        }
    }
}
