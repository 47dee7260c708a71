//! A forecast: what this cycle and the next ones come to, and when the account recharges and runs out.
//!
//! The account lives through its history as it was up to the present, the end of the last whole day of it, and then
//! through futures drawn from what the history says. So the balance, caps and cooldowns of the present are those that
//! the rules give, and the cycle that goes on is known in part.

use crate::domain::{Instant, Window};
use crate::forecast::{FutureUsage, MethodTest};
use crate::scenario::{Gate, Scenario, Setting};
use crate::study::candidates::current;
use crate::study::estimate::value_at;
use crate::study::{
    Confidence, Futures, LivedCycle, LivedFuture, Question, StudySpec, Until, UsageModel, foresee,
};

use super::error::InquiryError;
use super::foreseen::GatedFutures;
use super::gates::HeldGates;
use super::pool::Means;
use super::settle::{at_look, next};

/// The probabilities of the central ranges of a forecast.
pub const SHOWN_RANGES: [f64; 3] = [0.5, 0.8, 0.95];
/// A question about usage to come and what it costs.
#[derive(Clone, Copy, Debug)]
pub struct ForecastQuestion<'q> {
    /// The rules and the account, over the horizon of [`over_cycles`].
    pub scenario: &'q Scenario,
    /// What is learned from it.
    pub future: &'q FutureUsage,
    /// The objective and the number of replications.
    pub spec: &'q StudySpec,
    /// The gates.
    pub gates: &'q [Gate],
    /// The most futures to settle gates with; `None` to take them as they come.
    pub settle: Option<usize>,
}

/// What is foreseen.
#[derive(Clone, Debug)]
pub struct ForecastAnswer {
    /// The end of what is known.
    pub present: Instant,
    /// The cycles from the present on, the one that goes on first.
    pub cycles: Vec<CycleForecast>,
    /// The first recharge from the present on.
    pub recharge: DateForecast,
    /// The first outage from the present on.
    pub run_out: DateForecast,
    /// The outage that goes on at the present; `None` where no future has one that began before.
    pub out_now: Option<PresentOutage>,
    /// The balance from the present on.
    pub balance: ForecastFan,
    /// Spend from the start of the horizon on.
    pub spend: ForecastFan,
    /// Number of futures.
    pub futures: usize,
    /// How forecasts of a week's usage from inside the history came out.
    pub tested: MethodTest,
    /// The gates, held against the futures.
    pub gates: HeldGates,
}

/// A figure that is foreseen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForeseenRange {
    /// As often above as below.
    pub median: f64,
    /// The mean over futures.
    pub mean: f64,
    /// The standard error of that mean: the standard deviation of futures ÷ the root of their number.
    pub error: f64,
    /// The limits of the central ranges of [`SHOWN_RANGES`].
    pub ranges: [[f64; 2]; SHOWN_RANGES.len()],
}

/// A cycle that is foreseen.
#[derive(Clone, Debug, PartialEq)]
pub struct CycleForecast {
    /// The cycle.
    pub window: Window,
    /// Whether a part of it is known already.
    pub has_begun: bool,
    /// Credits requested.
    pub usage: ForeseenRange,
    /// Money spent.
    pub spend: ForeseenRange,
    /// Recharges that succeed.
    pub recharges: ForeseenRange,
    /// Credits refused.
    pub refused: ForeseenRange,
    /// The balance at its end.
    pub balance: ForeseenRange,
    /// The share of futures with an outage in it.
    pub outage: f64,
    /// Whether it has had an outage before the present: known where nothing of the past is left to luck.
    pub had_outage: bool,
    /// What of it is to come.
    pub ahead: CycleAhead,
}

/// What of a cycle is to come: all of it, unless it has begun.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CycleAhead {
    /// Money to be spent.
    pub spend: ForeseenRange,
    /// Recharges that will succeed.
    pub recharges: ForeseenRange,
    /// Money spent in it before, of the middle future: payments of the past are luck in a replay, too.
    pub spent: f64,
    /// The share of futures with an outage to come in it.
    pub outage: f64,
}

/// An outage that goes on at the present. Payments of the past are luck in a replay, so it may be one of some futures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PresentOutage {
    /// The share of futures that have it.
    pub share: f64,
    /// The first and the last instant at which it began in one of them.
    pub since: [Instant; 2],
}

/// The date of something that may not happen before the end of the horizon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DateForecast {
    /// The share of futures in which it happens.
    pub chance: f64,
    /// The date that half of all futures have it before; `None` if fewer have.
    pub median: Option<Instant>,
    /// The limits of the central ranges of [`SHOWN_RANGES`] over all futures; `None` for after the horizon.
    pub ranges: [[Option<Instant>; 2]; SHOWN_RANGES.len()],
}

/// Quantiles along the horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastFan {
    /// The instants.
    pub at: Vec<Instant>,
    /// The quantiles 2.5, 10, 25, 50, 75, 90 and 97.5 % at each.
    pub quantiles: Vec<[f64; 7]>,
}

/// The quantiles of a fan.
const FAN: [f64; 7] = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];

/// The scenario from its start, or from the present if that is earlier, to the end of so many cycles from the present
/// on.
pub fn over_cycles(
    scenario: &Scenario,
    present: Instant,
    cycles: usize,
) -> Result<Scenario, InquiryError> {
    let from = scenario.setup.horizon.from.max(present);
    let around = &scenario.setup.policy.contract.cycles;
    let mut to = from;
    for _ in 0..cycles.max(1) {
        to = around.around(to).to;
    }
    until(scenario, to)
}

/// The scenario to another end.
pub fn until(scenario: &Scenario, to: Instant) -> Result<Scenario, InquiryError> {
    moved_to(scenario, &[("end", to)])
}

/// The scenario from another start, as long as before.
pub fn from(scenario: &Scenario, from: Instant) -> Result<Scenario, InquiryError> {
    let Window { from: start, to } = scenario.setup.horizon;
    moved_to(scenario, &[("start", from), ("end", from.plus(to.since(start)))])
}

/// The scenario with other ends of its horizon.
fn moved_to(scenario: &Scenario, ends: &[(&str, Instant)]) -> Result<Scenario, InquiryError> {
    let end = |&(key, at): &(&str, Instant)| {
        let local = scenario.zone.local(at).format("%Y-%m-%dT%H:%M:%S%.f").to_string();
        Setting::from_text(&format!("{key}={local}")).expect("a date and time is a value")
    };
    let settings: Vec<Setting> = ends.iter().map(end).collect();
    let moved = scenario.with_overrides(&settings);
    let from = ends.first().map_or(scenario.setup.horizon.from, |&(_, at)| at);
    moved.map_err(|errors| InquiryError::Moved { from, errors: errors.to_string() })
}

/// Lives through the history and many futures of today's settings. An interrupted forecast has no answer.
pub fn forecast(
    question: &ForecastQuestion<'_>,
    means: Means<'_>,
) -> Result<ForecastAnswer, InquiryError> {
    let candidates = [current(question.scenario)];
    let horizon = question.scenario.setup.horizon;
    let present = question.future.evidence().end.max(horizon.from);
    if present >= horizon.to {
        return Err(InquiryError::NothingAhead { present, end: horizon.to });
    }
    let usage = UsageModel::Continued(Box::new(question.future.clone()));
    let usage = usage.changed(&question.scenario.changes);
    let objective = question.spec.objective(&candidates);
    let live = |futures: usize| {
        let asked = Question {
            candidates: &candidates,
            source: &usage,
            seed: question.scenario.seed,
            objective: objective.clone(),
            until: Until::Replications(futures),
        };
        means.watch.begin(asked.until);
        let lived = means.pool.install(|| foresee(&asked, present, futures, means.watch));
        means.watch.end();
        let interrupted = InquiryError::Interrupted { before: "all futures were lived through" };
        lived?.ok_or(interrupted)
    };
    let (futures, gates) = held(question, objective.confidence, present, live)?;
    let date = |of: fn(&LivedFuture) -> Option<Instant>| DateForecast::of(&futures, of);
    Ok(ForecastAnswer {
        present,
        cycles: cycles(&futures, present, question.scenario.luck.is_certain()),
        recharge: date(|future| future.recharged),
        run_out: date(|future| future.ran_out),
        out_now: PresentOutage::of(&futures),
        balance: ForecastFan::of(&futures, |future| &future.balance),
        spend: ForecastFan::of(&futures, |future| &future.spend),
        futures: futures.lived.len(),
        tested: question.future.tested(question.scenario.seed),
        gates,
    })
}

/// Lives through futures and holds the gates against them; through more, while one of them is inconclusive and that
/// is asked for.
fn held(
    question: &ForecastQuestion<'_>,
    confidence: Confidence,
    present: Instant,
    live: impl Fn(usize) -> Result<Futures, InquiryError>,
) -> Result<(Futures, HeldGates), InquiryError> {
    let mut replications = question.spec.until().most();
    for look in 1.. {
        let futures = live(replications)?;
        let confidence = match question.settle {
            Some(_) => at_look(confidence, look),
            None => confidence,
        };
        let past = futures.cycles.iter().take_while(|window| window.to <= present).count();
        let gated = GatedFutures {
            futures: &futures,
            first: past,
            zone: question.scenario.zone,
            read: question.future.summary(),
        };
        let checks = gated.checks(question.gates, confidence);
        let more = next(&checks, replications).min(question.settle.unwrap_or(0));
        if more <= replications {
            return Ok((futures, HeldGates { checks, confidence, replications }));
        }
        replications = more;
    }
    unreachable!("every look has more futures than the one before, up to the most")
}

/// The cycles that end after the present.
fn cycles(futures: &Futures, present: Instant, luck_is_certain: bool) -> Vec<CycleForecast> {
    let ahead = futures.cycles.iter().enumerate().filter(|(_, window)| window.to > present);
    let cycle = |(place, &window): (usize, &Window)| {
        let range = |of: fn(&LivedCycle) -> f64| {
            let lived = futures.lived.iter().map(|future| of(&future.cycles[place]));
            ForeseenRange::of(lived.collect())
        };
        let out = futures.lived.iter().filter(|future| future.cycles[place].outage).count();
        let count = futures.lived.len() as f64;
        let has_begun = window.from < present;
        CycleForecast {
            ahead: match has_begun {
                true => CycleAhead::of(futures, place),
                false => CycleAhead {
                    spend: range(|cycle| cycle.spend),
                    recharges: range(|cycle| cycle.recharges),
                    spent: 0.0,
                    outage: out as f64 / count,
                },
            },
            window,
            has_begun,
            had_outage: has_begun
                && luck_is_certain
                && futures.lived.iter().all(|future| future.before.outage),
            usage: range(|cycle| cycle.usage),
            spend: range(|cycle| cycle.spend),
            recharges: range(|cycle| cycle.recharges),
            refused: range(|cycle| cycle.refused),
            balance: range(|cycle| cycle.balance),
            outage: out as f64 / count,
        }
    };
    ahead.map(cycle).collect()
}

impl CycleAhead {
    /// Of the cycle of the present.
    fn of(futures: &Futures, place: usize) -> CycleAhead {
        let lived = &futures.lived;
        let rest = |of: fn(&LivedFuture, &LivedCycle) -> f64| {
            ForeseenRange::of(lived.iter().map(|one| of(one, &one.cycles[place])).collect())
        };
        let end = futures.cycles[place].to;
        let out = lived.iter().filter(|one| one.ran_out.is_some_and(|at| at < end)).count();
        CycleAhead {
            spend: rest(|future, cycle| cycle.spend - future.before.spend),
            recharges: rest(|future, cycle| cycle.recharges - future.before.recharges),
            spent: rest(|future, _| future.before.spend).median,
            outage: out as f64 / lived.len() as f64,
        }
    }
}

impl ForeseenRange {
    /// Of what at least one future comes to.
    fn of(mut values: Vec<f64>) -> ForeseenRange {
        values.sort_by(f64::total_cmp);
        let at = |p: f64| value_at(&values, p).expect("there is at least one future");
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        ForeseenRange {
            median: at(0.5),
            mean,
            error: libm::sqrt(squares / (count - 1.0).max(1.0) / count),
            ranges: SHOWN_RANGES.map(|range| [at(0.5 - range / 2.0), at(0.5 + range / 2.0)]),
        }
    }
}

impl PresentOutage {
    fn of(futures: &Futures) -> Option<PresentOutage> {
        let began = || futures.lived.iter().filter_map(|future| future.out_since);
        Some(PresentOutage {
            share: began().count() as f64 / futures.lived.len() as f64,
            since: [began().min()?, began().max()?],
        })
    }
}

impl DateForecast {
    fn of(futures: &Futures, of: fn(&LivedFuture) -> Option<Instant>) -> DateForecast {
        let mut dates: Vec<Instant> = futures.lived.iter().filter_map(of).collect();
        dates.sort_unstable();
        let all = futures.lived.len();
        // Futures without the event have it later than all others.
        let at = |p: f64| dates.get((p * all.saturating_sub(1) as f64) as usize).copied();
        DateForecast {
            chance: dates.len() as f64 / all as f64,
            median: at(0.5),
            ranges: SHOWN_RANGES.map(|range| [at(0.5 - range / 2.0), at(0.5 + range / 2.0)]),
        }
    }
}

impl ForecastFan {
    fn of(futures: &Futures, of: fn(&LivedFuture) -> &[f64]) -> ForecastFan {
        let quantiles = (0..futures.at.len()).map(|place| {
            let mut values: Vec<f64> =
                futures.lived.iter().map(|future| of(future)[place]).collect();
            values.sort_by(f64::total_cmp);
            FAN.map(|p| value_at(&values, p).expect("there is at least one future"))
        });
        ForecastFan { at: futures.at.clone(), quantiles: quantiles.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_mean_is_the_deviation_of_futures_by_the_root_of_their_number() {
        // Nine futures of 19 and one of 119: the middle eight are alike, and the mean is not sure for that.
        let values = [[19.0; 9].to_vec(), vec![119.0]].concat();
        let range = ForeseenRange::of(values);
        assert_eq!((range.median, range.mean), (19.0, 29.0));
        assert!((range.error - 10.0).abs() < 1e-9, "{}", range.error);
        assert_eq!(ForeseenRange::of(vec![7.0]).error, 0.0);
    }
}
