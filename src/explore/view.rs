//! A replay as a page draws it: its figures, the balance over time, months, outages, recharges.
//!
//! Figures, months and outages are named and written as in the JSON of `recharge run`; what is drawn is in numbers.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::books::Statement;
use crate::chronicle::{Outage, PurchaseRecord};
use crate::domain::{Instant, Money, Zone};
use crate::figures::Figure;
use crate::scenario::Setting;
use crate::series::{Occurrence, StateHarm};

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
    months: Vec<MonthView>,
    /// What auto-recharge was doing while service was down, what most was refused for first.
    causes: Vec<CauseView>,
    /// The first outages.
    outage_list: Vec<OutageView>,
    /// The first recharges and top-ups.
    recharge_list: Vec<RechargeView>,
}

/// The books of a calendar month, for the part of it inside the horizon.
#[derive(Clone, Debug, Serialize)]
struct MonthView {
    /// `Jan 2026`.
    month: String,
    recharges: u64,
    refused_events: u64,
    demanded: String,
    served: String,
    refused: String,
    plan_fees: String,
    overage_spend: String,
    cash_paid: String,
    total_spend: String,
    breakage: String,
    prepaid_at_end: String,
}

/// Downtime and refusals in one state of auto-recharge.
#[derive(Clone, Debug, Serialize)]
struct CauseView {
    state: &'static str,
    downtime_ms: i64,
    refused: String,
}

/// A stretch from a first refused event until service was back.
#[derive(Clone, Debug, Serialize)]
struct OutageView {
    /// Milliseconds.
    span: [i64; 2],
    /// The local time for people.
    shown: String,
    from: String,
    to: String,
    length_ms: i64,
    refused_events: u64,
    refused: String,
    state: &'static str,
}

/// A recharge or a top-up.
#[derive(Clone, Debug, Serialize)]
struct RechargeView {
    /// The local time for people.
    shown: String,
    at: String,
    credits: String,
    price: String,
    balance: String,
    /// True of one by hand.
    top_up: bool,
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
        let listed = |outage: &Outage| OutageView::of(outage, zone);
        let bought = |purchase: &PurchaseRecord| RechargeView::of(purchase, zone, minor);
        View {
            figures: Figure::of_runs().map(figure).collect(),
            horizon: [horizon.from.millis(), horizon.to.millis()],
            balance: balance(replayed),
            trigger: level.collect(),
            spend: spend(replayed),
            recharges: marks(Occurrence::Recharge),
            failures: marks(Occurrence::FailedAttempt),
            months: books.months().iter().map(|row| MonthView::of(row, zone, minor)).collect(),
            causes: series.causes().iter().map(CauseView::of).collect(),
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

impl MonthView {
    fn of(row: &Statement, zone: Zone, minor: u32) -> MonthView {
        MonthView {
            month: zone.show_month(row.window.from),
            recharges: row.recharges,
            refused_events: row.refused_events,
            demanded: row.demanded.to_string(),
            served: row.served.to_string(),
            refused: row.refused().to_string(),
            plan_fees: row.plan_fees.text(minor),
            overage_spend: row.overage.text(minor),
            cash_paid: row.cash_paid.text(minor),
            total_spend: row.total_spend.text(minor),
            breakage: row.breakage.text(minor),
            prepaid_at_end: row.closing.text(minor),
        }
    }
}

impl CauseView {
    fn of(cause: &StateHarm) -> CauseView {
        CauseView {
            state: cause.state.name(),
            downtime_ms: cause.down.millis(),
            refused: cause.refused.to_string(),
        }
    }
}

impl OutageView {
    fn of(outage: &Outage, zone: Zone) -> OutageView {
        let minute =
            |at: Instant| zone.show_local(Instant::from_millis(at.millis() / 60_000 * 60_000));
        OutageView {
            span: [outage.from.millis(), outage.to.millis()],
            shown: minute(outage.from),
            from: zone.show(outage.from),
            to: zone.show(outage.to),
            length_ms: outage.length().millis(),
            refused_events: outage.refused_events,
            refused: outage.refused.to_string(),
            state: outage.state.name(),
        }
    }
}

impl RechargeView {
    fn of(purchase: &PurchaseRecord, zone: Zone, minor: u32) -> RechargeView {
        let minute = Instant::from_millis(purchase.at.millis() / 60_000 * 60_000);
        RechargeView {
            shown: zone.show_local(minute),
            at: zone.show(purchase.at),
            credits: purchase.credits.to_string(),
            price: purchase.price.text(minor),
            balance: purchase.balance.to_string(),
            top_up: purchase.attempt.is_none(),
        }
    }
}
