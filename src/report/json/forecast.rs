//! The results of `recharge forecast`, `recharge backtest` and `recharge fit` for programs.
//!
//! Values are rounded to six decimals; instants are UTC.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::Instant;
use crate::forecast::{Coverage, Uncertain};
use crate::inquiry::{CycleForecast, DateForecast, FORECAST_FIGURES, ForeseenRange};
use crate::report::backtest::{BacktestReport, NAMES};
use crate::report::fit::{self, FitReport};
use crate::report::forecast::ForecastReport;

/// The name of the schema of a forecast.
pub const FORECAST: &str = "recharge.forecast/1";
/// The name of the schema of a backtest.
pub const BACKTEST: &str = "recharge.backtest/1";
/// The name of the schema of what is learned.
pub const FIT: &str = "recharge.fit/1";

/// What this cycle and the next ones come to.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge forecast")]
pub struct ForecastResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = FORECAST))]
    schema: &'static str,
    /// The scenario's name.
    scenario: &'r str,
    /// The name of credits.
    unit: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The forecast in a sentence.
    finding: String,
    /// The end of what is known.
    present: String,
    /// Number of futures.
    futures: usize,
    /// The cycles from the present on, the one that goes on first.
    cycles: Vec<ForeseenCycleResult>,
    /// The first recharge from the present on.
    next_recharge: DateResult,
    /// The first outage from the present on.
    run_out: DateResult,
    /// The outage that goes on at the present; `null` where no future has one that began before.
    out_now: Option<PresentOutageResult>,
    /// Forecasts of a week's usage from inside the history whose 80 % range held; `null` where it is too short.
    tested: Option<TestedResult>,
    /// What is learned from the history.
    model: ModelResult,
    /// What cannot be known, in sentences.
    unknown: Vec<String>,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// An outage that goes on at the present.
#[derive(Serialize, JsonSchema)]
struct PresentOutageResult {
    /// The share of futures that have it: payments of the past are luck in a replay.
    share: f64,
    /// The first and the last instant at which it began in one of them.
    since: [String; 2],
}

/// How many ranges held.
#[derive(Serialize, JsonSchema)]
struct TestedResult {
    /// Number of forecasts.
    forecasts: usize,
    /// Those whose 80 % range held.
    held: usize,
}

/// A cycle that is foreseen.
#[derive(Serialize, JsonSchema)]
struct ForeseenCycleResult {
    /// Its start.
    from: String,
    /// Its end.
    to: String,
    /// True if a part of it is known.
    has_begun: bool,
    /// Credits requested.
    usage: RangeResult,
    /// Money spent.
    spend: RangeResult,
    /// Recharges that succeed.
    recharges: RangeResult,
    /// Credits refused.
    refused: RangeResult,
    /// The balance at its end.
    balance: RangeResult,
    /// The share of futures with an outage in it.
    outage: f64,
    /// True if it has had an outage before the present for certain: in every future, with nothing of it left to luck.
    had_outage: bool,
    /// Money spent in it before the present, in the middle future.
    spent_before: f64,
    /// Money to be spent in it from the present on.
    spend_ahead: RangeResult,
    /// Recharges that will succeed in it from the present on.
    recharges_ahead: RangeResult,
    /// The share of futures with an outage in it from the present on.
    outage_ahead: f64,
}

/// A figure over futures.
#[derive(Serialize, JsonSchema)]
struct RangeResult {
    /// Its median.
    median: f64,
    /// Its mean.
    mean: f64,
    /// The limits within which 50 of a hundred futures are.
    p50: [f64; 2],
    /// The limits within which 80 of a hundred futures are.
    p80: [f64; 2],
    /// The limits within which 95 of a hundred futures are.
    p95: [f64; 2],
}

/// A date over futures; `null` is after the end of the forecast.
#[derive(Serialize, JsonSchema)]
struct DateResult {
    /// The share of futures in which it comes before the end of the forecast.
    chance: f64,
    /// Its median.
    median: Option<String>,
    /// The limits within which 50 of a hundred futures are.
    p50: [Option<String>; 2],
    /// The limits within which 80 of a hundred futures are.
    p80: [Option<String>; 2],
    /// The limits within which 95 of a hundred futures are.
    p95: [Option<String>; 2],
}

/// What is learned of usage to come: the quantiles 10, 50 and 90 % of each quantity.
#[derive(Serialize, JsonSchema)]
struct ModelResult {
    /// Whole weeks of which enough is known.
    weeks: usize,
    /// Credits a week at the end of the history.
    level: [f64; 3],
    /// Growth from week to week at the end of the history.
    growth_per_week: [f64; 3],
    /// Standard deviation by which the level moves from week to week, as a share of it.
    drift: [f64; 3],
    /// Standard deviation of weeks around the level, as a share of it.
    noise: [f64; 3],
    /// The share of weeks without usage.
    quiet_weeks: f64,
    /// Weeks far from their neighbours.
    odd_weeks: Vec<OddWeekResult>,
}

/// A week far from its neighbours.
#[derive(Serialize, JsonSchema)]
struct OddWeekResult {
    /// Its first midnight.
    from: String,
    /// What it asked for ÷ what its neighbours did.
    times: f64,
}

/// What is learned of a file.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge fit")]
pub struct FitResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = FIT))]
    schema: &'static str,
    /// The file.
    file: &'r str,
    /// What is learned.
    model: ModelResult,
    /// It in sentences.
    finding: Vec<String>,
    /// What cannot be known, in sentences.
    unknown: Vec<String>,
    /// The tables of a scenario.
    toml: String,
}

/// How forecasts from inside a history came out.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge backtest")]
pub struct BacktestResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = BACKTEST))]
    schema: &'static str,
    /// The scenario's name.
    scenario: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The finding in a sentence.
    finding: String,
    /// Weeks held out after each origin.
    weeks: usize,
    /// The figures that were forecast.
    figures: Vec<ScoreResult>,
    /// The origins.
    origins: Vec<OriginResult>,
    /// Stated probabilities of being best, and the share of choices that were; empty without a choice.
    calibration: Vec<CalibrationResult>,
    /// What the advice cost more than the best; `null` without a choice.
    regret: Option<RegretResult>,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// How good forecasts of a figure were.
#[derive(Serialize, JsonSchema)]
struct ScoreResult {
    /// The figure.
    figure: &'static str,
    /// Number of forecasts.
    forecasts: usize,
    /// How many ranges held.
    coverage: Vec<Coverage>,
    /// The mean ranked probability score, in the figure's unit.
    crps: Option<f64>,
    /// It ÷ the error of repeating the last weeks; `null` where that was right.
    crps_by_seasonal_naive: Option<f64>,
    /// It ÷ the error of repeating the last seven days; `null` where that was right.
    crps_by_seven_days: Option<f64>,
    /// The mean error of medians ÷ that of repeating the last weeks; `null` where that was right.
    mase: Option<f64>,
    /// The factor on 80 % ranges with which they would just have held 80 %.
    just_wide: Option<f64>,
}

/// A forecast and what came of it.
#[derive(Serialize, JsonSchema)]
struct OriginResult {
    /// The first instant held out.
    from: String,
    /// The end of what was held out.
    to: String,
    /// Whole weeks that were known.
    weeks_known: usize,
    /// The figures.
    figures: Vec<OriginFigureResult>,
}

/// A figure at an origin.
#[derive(Serialize, JsonSchema)]
struct OriginFigureResult {
    /// The figure.
    figure: &'static str,
    /// The median of the forecast.
    median: f64,
    /// The 80 % range of the forecast.
    p80: [f64; 2],
    /// What came.
    happened: f64,
}

/// Choices that were stated to be best with about one probability.
#[derive(Serialize, JsonSchema)]
struct CalibrationResult {
    /// The mean of the probabilities.
    stated: f64,
    /// The share of choices that were.
    were: f64,
    /// Number of choices.
    choices: usize,
}

/// What the advice cost more than the best in hindsight, in the mean.
#[derive(Serialize, JsonSchema)]
struct RegretResult {
    /// Of the advice.
    advice: f64,
    /// Of keeping today's settings.
    keeping: f64,
    /// Origins at which the advice was within what is worth a change of the best.
    near: usize,
}

/// The result of a forecast.
pub fn forecast<'r>(report: &'r ForecastReport<'r>) -> ForecastResult<'r> {
    let answer = report.answer;
    let tested = answer.tested.clone().tested();
    ForecastResult {
        schema: FORECAST,
        scenario: &report.scenario.name,
        unit: &report.scenario.unit,
        currency: report.scenario.currency.code(),
        finding: report.headline(),
        present: answer.present.to_string(),
        futures: answer.futures,
        cycles: answer.cycles.iter().map(cycle).collect(),
        next_recharge: date(&answer.recharge),
        run_out: date(&answer.run_out),
        out_now: answer.out_now.map(|out| PresentOutageResult {
            share: number(out.share),
            since: out.since.map(|at| at.to_string()),
        }),
        tested: tested
            .map(|test| TestedResult { forecasts: test.score.of.len(), held: test.held.held }),
        model: model(report.future),
        unknown: fit::unknown(report.future),
        provenance: report.provenance.into(),
    }
}

/// The result of learning from a file.
pub fn learned<'r>(report: &'r FitReport<'r>) -> FitResult<'r> {
    FitResult {
        schema: FIT,
        file: report.file,
        model: model(report.future),
        finding: fit::sentences(report.future, "credits"),
        unknown: fit::unknown(report.future),
        toml: report.toml(),
    }
}

/// The result of a backtest.
pub fn backtest<'r>(report: &'r BacktestReport<'r>) -> BacktestResult<'r> {
    let answer = report.answer;
    let score = |figure: usize| {
        let score = answer.score(figure);
        ScoreResult {
            figure: NAMES[figure],
            forecasts: score.of.len(),
            coverage: score.coverage().to_vec(),
            crps: score.crps().map(number),
            crps_by_seasonal_naive: report.relative(figure, |origin| &origin.naive).map(number),
            crps_by_seven_days: report.relative(figure, |origin| &origin.seven_days).map(number),
            mase: report.scaled_error(figure).map(number),
            just_wide: score.just_wide().map(number),
        }
    };
    let bins = if answer.candidates.len() > 1 { report.bins() } else { Vec::new() };
    BacktestResult {
        schema: BACKTEST,
        scenario: &report.scenario.name,
        currency: report.scenario.currency.code(),
        finding: report.headline(),
        weeks: answer.weeks,
        figures: (0..FORECAST_FIGURES.len()).map(score).collect(),
        origins: answer.origins.iter().map(origin_result).collect(),
        calibration: bins
            .into_iter()
            .map(|bin| CalibrationResult {
                stated: number(bin.stated),
                were: number(bin.were),
                choices: bin.choices,
            })
            .collect(),
        regret: report.regret().map(|regret| RegretResult {
            advice: number(regret.advice),
            keeping: number(regret.keeping),
            near: regret.near,
        }),
        provenance: report.provenance.into(),
    }
}

fn origin_result(origin: &crate::inquiry::BacktestOrigin) -> OriginResult {
    OriginResult {
        from: origin.held_out.from.to_string(),
        to: origin.held_out.to.to_string(),
        weeks_known: origin.learned_from,
        figures: NAMES
            .iter()
            .zip(origin.scores)
            .map(|(figure, score)| OriginFigureResult {
                figure,
                median: number(score.median),
                p80: score.ranges[1].map(number),
                happened: number(score.happened),
            })
            .collect(),
    }
}

fn cycle(cycle: &CycleForecast) -> ForeseenCycleResult {
    ForeseenCycleResult {
        from: cycle.window.from.to_string(),
        to: cycle.window.to.to_string(),
        has_begun: cycle.has_begun,
        usage: range(cycle.usage),
        spend: range(cycle.spend),
        recharges: range(cycle.recharges),
        refused: range(cycle.refused),
        balance: range(cycle.balance),
        outage: number(cycle.outage),
        had_outage: cycle.had_outage,
        spent_before: number(cycle.ahead.spent),
        spend_ahead: range(cycle.ahead.spend),
        recharges_ahead: range(cycle.ahead.recharges),
        outage_ahead: number(cycle.ahead.outage),
    }
}

fn range(range: ForeseenRange) -> RangeResult {
    let [p50, p80, p95] = range.ranges.map(|limits| limits.map(number));
    RangeResult { median: number(range.median), mean: number(range.mean), p50, p80, p95 }
}

fn date(date: &DateForecast) -> DateResult {
    let shown = |at: Option<Instant>| at.map(|at| at.to_string());
    let [p50, p80, p95] = date.ranges.map(|limits| limits.map(shown));
    DateResult { chance: number(date.chance), median: shown(date.median), p50, p80, p95 }
}

fn model(future: &crate::forecast::FutureUsage) -> ModelResult {
    let (outlook, evidence) = (future.outlook(), future.evidence());
    let three = |of: Uncertain| of.quantiles().map(number);
    let odd = |odd: &crate::forecast::OddWeek| OddWeekResult {
        from: odd.from.to_string(),
        times: number(odd.times),
    };
    ModelResult {
        weeks: evidence.known_weeks(),
        level: three(outlook.level),
        growth_per_week: three(outlook.growth),
        drift: three(outlook.drift),
        noise: three(outlook.noise),
        quiet_weeks: number(outlook.quiet),
        odd_weeks: evidence.odd.iter().map(odd).collect(),
    }
}

/// To six decimals.
fn number(value: f64) -> f64 {
    const SCALE: f64 = 1e6;
    libm::round(value * SCALE) / SCALE
}
