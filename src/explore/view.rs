//! A replay as a page draws it: its figures, the balance over time, months, outages, recharges.
//!
//! Figures, months and outages are named and written as in the JSON of `recharge run`; what is drawn is in numbers.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::chronicle::{Outage, PurchaseRecord};
use crate::domain::Money;
use crate::figures::Figure;
use crate::inquiry::{CauseResult, OutageResult, PurchaseResult, StatementResult};
use crate::scenario::Setting;
use crate::series::Occurrence;

use super::subject::{Exploration, ExploreError, Replay};

/// Outages and recharges that are listed one by one.
const LISTED: usize = 200;

/// A replay with some changes of its settings.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// The figures of `recharge run`, by name.
    pub figures: Map<String, Value>,
    /// The start and the end of the horizon, in milliseconds.
    horizon: [i64; 2],
    /// The balance: milliseconds and credits, in time order.
    balance: Vec<(i64, f64)>,
    /// The level of the trigger from an instant on: milliseconds and credits.
    trigger: Vec<(i64, f64)>,
    /// Spend to date: milliseconds and money, where it grows.
    spend: Vec<(i64, f64)>,
    /// Recharges: milliseconds of the stretch that is drawn as one, and their number in it.
    recharges: Vec<(i64, u64)>,
    /// Failed charges likewise.
    failures: Vec<(i64, u64)>,
    /// The books of each calendar month.
    months: Vec<StatementResult>,
    /// What auto-recharge was doing while service was down, what most was refused for first.
    causes: Vec<CauseResult>,
    /// The first outages.
    outage_list: Vec<OutageResult>,
    /// The first recharges and top-ups.
    recharge_list: Vec<PurchaseResult>,
}

impl Exploration {
    /// Replays its usage with changes.
    pub fn view(&self, changes: &[Setting]) -> Result<View, ExploreError> {
        Ok(View::of(&self.replay(changes)?))
    }
}

impl View {
    fn of(replayed: &Replay) -> View {
        let Replay { scenario, outcome, series, books } = replayed;
        let (zone, minor) = (scenario.zone, scenario.currency.minor());
        let horizon = scenario.setup.horizon;
        let chronicle = &outcome.chronicle;
        let total = outcome.metrics.total();
        let figure = |figure: Figure| {
            let value = figure.of(total).map_or(Value::Null, |value| value.json(minor));
            (figure.name().to_owned(), value)
        };
        let marks = |mark| {
            let count = series
                .buckets()
                .map(move |(window, bucket)| (window.from.millis(), bucket.marks(mark)));
            count.filter(|&(_, count)| count > 0).collect::<Vec<(i64, u64)>>()
        };
        let level = series
            .buckets()
            .filter_map(|(window, bucket)| Some((window.from.millis(), bucket.level()?.to_f64())));
        let listed = |outage: &Outage| OutageResult::of(outage, zone);
        let bought = |purchase: &PurchaseRecord| PurchaseResult::of(purchase, zone, minor);
        View {
            figures: Figure::of_runs().map(figure).collect(),
            horizon: [horizon.from.millis(), horizon.to.millis()],
            balance: balance(replayed),
            trigger: level.collect(),
            spend: spend(replayed),
            recharges: marks(Occurrence::Recharge),
            failures: marks(Occurrence::FailedAttempt),
            months: books
                .months()
                .iter()
                .map(|row| StatementResult::of(row, zone, minor))
                .collect(),
            causes: series.causes().iter().map(CauseResult::from).collect(),
            outage_list: chronicle.outages.first().iter().take(LISTED).map(listed).collect(),
            recharge_list: chronicle.purchases.first().iter().take(LISTED).map(bought).collect(),
        }
    }
}

/// The balances that matter, none twice.
fn balance(replayed: &Replay) -> Vec<(i64, f64)> {
    let samples = replayed.series.buckets().flat_map(|(_, bucket)| bucket.samples());
    let point = samples.map(|one| (one.at.millis(), one.pools.balance().to_f64()));
    let mut points: Vec<(i64, f64)> = point.collect();
    points.dedup();
    points
}

/// Spend to date at the end of every stretch in which it grew, from nothing at the start.
fn spend(replayed: &Replay) -> Vec<(i64, f64)> {
    let horizon = replayed.scenario.setup.horizon;
    let mut sum = 0.0;
    let mut points = vec![(horizon.from.millis(), sum)];
    for (window, bucket) in replayed.series.buckets() {
        if bucket.spent() != Money::ZERO {
            sum += bucket.spent().to_f64();
            points.push((window.from.millis(), sum));
        }
    }
    points.push((horizon.to.millis(), sum));
    points
}
