//! Backtests: forecasts made inside a history from what was known then, against what happened after.
//!
//! At each origin a model is learned from the history before it, and every candidate lives through many futures
//! and through what really came, from the origin on as if the account began there. Origins are whole weeks before
//! the end of the history; the weeks held out after two origins may overlap.

use crate::domain::{Duration, Instant, Window};
use crate::figures::Figure;
use crate::forecast::{ForecastScore, FutureUsage, OneScore, OutlookKeys};
use crate::scenario::{Scenario, Setting};
use crate::study::candidates::{
    FitCandidates, UnfitCandidate, candidates, current, fit_candidates,
};
use crate::study::{Candidate, Question, Runs, StudyRuns, StudySpec, Until, UsageModel};
use crate::usage::History;

use super::error::InquiryError;
use super::pool::Means;
use super::study::run;

/// The most origins where nothing else is asked for.
pub const USUAL_ORIGINS: usize = 8;
/// Futures of each origin where nothing else is asked for.
pub const USUAL_FUTURES: usize = 400;
/// Weeks of history before the first origin, at least.
const FEWEST_WEEKS: usize = 2;
/// Origins below which shorter times are held out, where nothing else is asked for.
const FEW_ORIGINS: usize = 4;
/// A week, in milliseconds.
const WEEK: i64 = 7 * Duration::DAY.millis();

/// The figures that are forecast, in the order of [`BacktestOrigin::scores`].
pub const FORECAST_FIGURES: [Figure; 4] =
    [Figure::DEMANDED, Figure::TOTAL_SPEND, Figure::RECHARGES, Figure::REFUSED];

/// A history to be forecast from inside.
#[derive(Clone, Copy, Debug)]
pub struct BacktestQuestion<'q> {
    /// The rules and the account; its horizon is moved to each origin.
    pub scenario: &'q Scenario,
    /// All of the history.
    pub history: &'q History,
    /// What is stated of the model.
    pub keys: &'q OutlookKeys,
    /// The settings to try, their objective and what is worth a change.
    pub spec: &'q StudySpec,
    /// Weeks held out after each origin; those of a cycle if left out.
    pub weeks: Option<usize>,
    /// The most origins.
    pub origins: usize,
    /// Futures of each origin.
    pub futures: usize,
}

/// How forecasts from inside a history came out.
#[derive(Clone, Debug)]
pub struct BacktestAnswer {
    /// Weeks held out after each origin.
    pub weeks: usize,
    /// The origins, in order.
    pub origins: Vec<BacktestOrigin>,
    /// The candidates; the first has today's settings.
    pub candidates: Vec<Candidate>,
    /// What was to be tried and makes no scenario.
    pub unfit: Vec<UnfitCandidate>,
    /// The least gain that is worth a change, in the horizon's period.
    pub materiality: f64,
}

/// A forecast and what came of it.
#[derive(Clone, Debug)]
pub struct BacktestOrigin {
    /// What was held out.
    pub held_out: Window,
    /// Whole weeks of history before it.
    pub learned_from: usize,
    /// The forecasts for today's settings, by [`FORECAST_FIGURES`].
    pub scores: [OneScore; FORECAST_FIGURES.len()],
    /// The same figures if the last weeks, as many as are held out, came again.
    pub naive: [f64; FORECAST_FIGURES.len()],
    /// The same figures if the last seven days came again and again.
    pub seven_days: [f64; FORECAST_FIGURES.len()],
    /// What was predicted of each candidate, and what it came to.
    pub choices: Vec<ChoiceForecast>,
}

/// What was predicted of a candidate at an origin, and what it came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChoiceForecast {
    /// Mean cost over the futures.
    pub predicted: f64,
    /// The share of futures in which it is within what is worth a change of the best.
    pub best: f64,
    /// What it cost.
    pub cost: f64,
    /// Whether it was within what is worth a change of the best.
    pub was_best: bool,
}

impl BacktestOrigin {
    /// The candidate of the lowest predicted cost; today's settings unless another is lower by what is worth a
    /// change.
    pub fn advised(&self, materiality: f64) -> usize {
        let predicted = |&index: &usize| self.choices[index].predicted;
        let best = (0..self.choices.len()).min_by(|a, b| predicted(a).total_cmp(&predicted(b)));
        match best {
            Some(best) if predicted(&0) - predicted(&best) >= materiality => best,
            _ => 0,
        }
    }

    /// How much more a candidate cost than the one that turned out best.
    pub fn regret(&self, candidate: usize) -> f64 {
        let least = self.choices.iter().map(|choice| choice.cost).fold(f64::INFINITY, f64::min);
        self.choices[candidate].cost - least
    }
}

impl BacktestAnswer {
    /// The forecasts of a figure of [`FORECAST_FIGURES`] at all origins.
    pub fn score(&self, figure: usize) -> ForecastScore {
        ForecastScore { of: self.origins.iter().map(|origin| origin.scores[figure]).collect() }
    }

    /// The mean distance of a naive forecast of a figure from what happened.
    pub fn naive_error(&self, figure: usize, naive: fn(&BacktestOrigin) -> &[f64; 4]) -> f64 {
        let off = |origin: &BacktestOrigin| {
            (naive(origin)[figure] - origin.scores[figure].happened).abs()
        };
        self.origins.iter().map(off).sum::<f64>() / self.origins.len() as f64
    }
}

/// The weeks to hold out and the origins: weeks before the end of the history, the earliest first.
fn plan(question: &BacktestQuestion<'_>, weeks: usize) -> (usize, Vec<usize>) {
    let origins = |held_out: usize| {
        let room = (weeks + 1).saturating_sub(held_out + FEWEST_WEEKS);
        let wanted = question.origins.min(room);
        let step = (room.saturating_sub(1) / wanted.saturating_sub(1).max(1)).clamp(1, held_out);
        let mut places: Vec<usize> = (0..wanted).map(|place| held_out + place * step).collect();
        places.reverse();
        (held_out, places)
    };
    if let Some(weeks) = question.weeks {
        return origins(weeks);
    }
    let cycles = &question.scenario.setup.policy.contract.cycles;
    let cycle = cycles.around(question.scenario.setup.horizon.from);
    let length = cycle.to.since(cycle.from).millis();
    let usual = usize::try_from(length / WEEK).unwrap_or(1).clamp(1, weeks.max(1));
    match origins(usual) {
        (_, places) if places.len() < FEW_ORIGINS.min(question.origins) => origins(1),
        planned => planned,
    }
}

/// Forecasts from inside a history. An interrupted one has no answer.
pub fn backtest(
    question: &BacktestQuestion<'_>,
    means: Means<'_>,
) -> Result<BacktestAnswer, InquiryError> {
    let nothing = || InquiryError::NothingAsked {
        name: question.history.summary().source.clone(),
        rows: question.history.summary().events,
    };
    let whole = FutureUsage::learned(question.history, question.keys).ok_or_else(nothing)?;
    let evidence = whole.evidence();
    let (weeks, places) = plan(question, evidence.whole_weeks());
    let FitCandidates { all: candidates, unfit } =
        fit_candidates(question.scenario, question.spec)?;
    let mut origins = Vec::with_capacity(places.len());
    for place in places {
        let at = |weeks_before: usize| evidence.weeks_before_end(weeks_before);
        let Some((from, to)) = at(place).zip(at(place - weeks)) else { continue };
        if let Some(origin) =
            forecast_from(question, Window { from, to }, (weeks, candidates.len()), means)?
        {
            origins.push(origin);
        }
    }
    if origins.is_empty() {
        return Err(InquiryError::TooShortToTest {
            name: question.history.summary().source.clone(),
            weeks: evidence.whole_weeks(),
            needed: weeks + FEWEST_WEEKS,
        });
    }
    let materiality = question.spec.materiality();
    Ok(BacktestAnswer { weeks, origins, candidates, unfit, materiality })
}

/// The forecast from one origin; `None` where nothing is known before it or of what came after.
fn forecast_from(
    question: &BacktestQuestion<'_>,
    held_out: Window,
    (weeks, tried): (usize, usize),
    means: Means<'_>,
) -> Result<Option<BacktestOrigin>, InquiryError> {
    let known = question.history.before(held_out.from);
    let Some(future) = FutureUsage::learned(&known, question.keys) else { return Ok(None) };
    let moved = moved(question.scenario, held_out)?;
    // Other days may make others unfit, and then all is told.
    let candidates = match fit_candidates(&moved, question.spec)?.all {
        all if all.len() == tried => all,
        _ => candidates(&moved, question.spec)?,
    };
    let runs = |source: &UsageModel, candidates: &[Candidate], futures: usize| {
        let question = Question {
            candidates,
            source,
            seed: moved.seed,
            objective: question.spec.objective(candidates),
            until: Until::Replications(futures),
        };
        let StudyRuns { runs, .. } = run(&question, means)?;
        let interrupted = InquiryError::Interrupted { before: "all origins were tried" };
        if runs[0].len() < futures { Err(interrupted) } else { Ok(runs) }
    };
    let learned_from = future.evidence().known_weeks();
    let futures = runs(&UsageModel::Learned(Box::new(future)), &candidates, question.futures)?;
    let happened = runs(&UsageModel::Replayed(question.history.clone()), &candidates, 1)?;
    let today = [current(&moved)];
    let repeated = |times: usize| -> Result<[f64; 4], InquiryError> {
        let again = known.repeated(held_out, Duration::from_millis(WEEK * times as i64));
        Ok(values(&runs(&UsageModel::Replayed(again), &today, 1)?[0], 0))
    };
    let (naive, seven_days) = (repeated(weeks)?, repeated(1)?);
    let score = |(place, figure): (usize, Figure)| {
        let happened = values(&happened[0], 0)[place];
        OneScore::of(futures[0].column(figure), happened).expect("futures were drawn")
    };
    let mut place = 0;
    let scores = FORECAST_FIGURES.map(|figure| {
        place += 1;
        score((place - 1, figure))
    });
    let choices = choices(&futures, &happened, question.spec.materiality());
    Ok(Some(BacktestOrigin { held_out, learned_from, scores, naive, seven_days, choices }))
}

/// The forecast figures of one run.
fn values(runs: &Runs, replication: usize) -> [f64; FORECAST_FIGURES.len()] {
    FORECAST_FIGURES.map(|figure| runs.column(figure)[replication])
}

/// What was predicted of the candidates, and what they came to.
fn choices(futures: &[Runs], happened: &[Runs], materiality: f64) -> Vec<ChoiceForecast> {
    let count = futures[0].len();
    let near = |costs: &[Runs], replication: usize, candidate: usize| {
        let least = costs.iter().map(|runs| runs.cost[replication]).fold(f64::INFINITY, f64::min);
        costs[candidate].cost[replication] <= least + materiality + 1e-9
    };
    let choice = |candidate: usize| ChoiceForecast {
        predicted: futures[candidate].cost.iter().sum::<f64>() / count as f64,
        best: (0..count).filter(|&future| near(futures, future, candidate)).count() as f64
            / count as f64,
        cost: happened[candidate].cost[0],
        was_best: near(happened, 0, candidate),
    };
    (0..futures.len()).map(choice).collect()
}

/// The scenario as if the account began at an origin.
fn moved(scenario: &Scenario, to: Window) -> Result<Scenario, InquiryError> {
    let date = |(key, at): (&str, Instant)| {
        let text = format!("{key}={}", scenario.zone.show_date(at));
        Setting::from_text(&text).expect("a date is a value")
    };
    let settings = [("start", to.from), ("end", to.to)].map(date);
    let moved = scenario.with_overrides(&settings);
    moved.map_err(|errors| InquiryError::Moved { from: to.from, errors: errors.to_string() })
}
