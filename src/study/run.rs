//! One run of one candidate as a few numbers.
//!
//! Everything else about a run is forgotten when it ends, so a study's memory grows with candidates
//! × replications × cycles and never with events. Deliberately absent: statistics.

use crate::chronicle::Stranding;
use crate::domain::{Duration, Instant, Window};
use crate::engine::Setup;
use crate::metrics::{CycleFigures, Metrics};
use crate::policy::Lifetime;

/// A month of 30.4375 days, in milliseconds.
const MONTH: f64 = 2_629_800_000.0;

/// What is recorded of a run, as floats: money in its currency, lengths in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Record {
    /// Plan fees, recharges and top-ups.
    TotalSpend,
    /// Plan fees.
    PlanFees,
    /// Recharges.
    RechargeSpend,
    /// Manual top-ups.
    TopUpSpend,
    /// What bought credits that are left at the end had cost; nothing where they expire.
    LeftoverValue,
    /// Credits asked for.
    Demanded,
    /// Credits served.
    Served,
    /// Usage events that were refused.
    RefusedEvents,
    /// Outages.
    Outages,
    /// Hours of outage.
    Downtime,
    /// Hours with a balance of zero or less.
    Exhausted,
    /// Cycles touched by an outage.
    CyclesWithOutage,
    /// Cycles.
    Cycles,
    /// Bought credits that expired.
    Expired,
    /// What they had cost.
    ExpiredCost,
    /// Allowance that was forfeited.
    Forfeited,
    /// Recharges, their number.
    Recharges,
    /// Charges that failed.
    FailedAttempts,
    /// Verifications.
    Verifications,
    /// Suspensions.
    Suspensions,
    /// Cap blocks.
    CapBlocks,
    /// Notifications.
    Notifications,
    /// The balance at the end.
    ClosingBalance,
    /// Usage events refused while credits lay idle above the threshold.
    StrandedEvents,
}

impl Record {
    /// How many there are.
    pub const COUNT: usize = Record::StrandedEvents as usize + 1;
}

/// The numbers of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// By [`Record`].
    pub records: [f64; Record::COUNT],
    /// Spend in each whole cycle.
    pub spend: Vec<f64>,
    /// Hours of outage in each whole cycle.
    pub downtime: Vec<f64>,
    /// Credits asked for in each whole cycle; none where the horizon cuts every cycle.
    pub demanded: Vec<f64>,
}

impl Run {
    /// From what listened, and the bought credits left at the end.
    pub fn of(metrics: &Metrics, stranding: &Stranding, setup: &Setup, left: f64) -> Run {
        let total = metrics.total();
        let hours = |duration: Duration| duration.millis() as f64 / Duration::HOUR.millis() as f64;
        let mut records = [0.0; Record::COUNT];
        let mut set = |record: Record, value: f64| records[record as usize] = value;
        set(Record::TotalSpend, total.total_spend().to_f64());
        set(Record::PlanFees, total.plan_fees.to_f64());
        set(Record::RechargeSpend, total.recharge_spend.to_f64());
        set(Record::TopUpSpend, total.top_up_spend.to_f64());
        set(Record::LeftoverValue, leftover(metrics, setup, left));
        set(Record::Demanded, total.demanded.to_f64());
        set(Record::Served, total.served.to_f64());
        set(Record::RefusedEvents, total.refused_events as f64);
        set(Record::Outages, total.outages as f64);
        set(Record::Downtime, hours(total.downtime));
        set(Record::Exhausted, hours(total.exhausted));
        set(Record::CyclesWithOutage, total.cycles_with_outage as f64);
        set(Record::Cycles, total.cycles as f64);
        set(Record::Expired, total.expired.to_f64());
        set(Record::ExpiredCost, total.expired_cost.to_f64());
        set(Record::Forfeited, total.forfeited.to_f64());
        set(Record::Recharges, total.recharges as f64);
        set(Record::FailedAttempts, total.failed_attempts as f64);
        set(Record::Verifications, total.verifications as f64);
        set(Record::Suspensions, total.suspensions as f64);
        set(Record::CapBlocks, total.cap_blocks as f64);
        set(Record::Notifications, total.notifications as f64);
        set(Record::ClosingBalance, total.closing_balance.to_f64());
        let stranded = stranding.found().map_or(0, |stranded| stranded.events);
        set(Record::StrandedEvents, stranded as f64);
        let whole = uncut(metrics.cycles(), setup);
        let cycles = if whole.is_empty() { metrics.cycles() } else { whole };
        let spend = |cycle: &CycleFigures| cycle.figures.total_spend().to_f64();
        let demanded = |cycle: &CycleFigures| cycle.figures.demanded.to_f64();
        Run {
            records,
            spend: cycles.iter().map(spend).collect(),
            downtime: cycles.iter().map(|cycle| hours(cycle.figures.downtime)).collect(),
            demanded: whole.iter().map(demanded).collect(),
        }
    }
}

/// What the bought credits left at the end had cost, at the mean price of all that were bought.
/// Credits that expire may never be used: they count for nothing.
fn leftover(metrics: &Metrics, setup: &Setup, left: f64) -> f64 {
    let total = metrics.total();
    let bought = (total.granted_recharge + total.granted_top_up).to_f64();
    if bought <= 0.0 || setup.policy.lifetime != Lifetime::Never {
        return 0.0;
    }
    let spend = total.recharge_spend.to_f64() + total.top_up_spend.to_f64();
    left.min(bought) * spend / bought
}

/// The cycles that the horizon does not cut. It can only cut the first and the last.
fn uncut<'m>(cycles: &'m [CycleFigures], setup: &Setup) -> &'m [CycleFigures] {
    let whole =
        |cycle: &CycleFigures| setup.policy.cycles.around(cycle.window.from) == cycle.window;
    let cycles = match cycles {
        [first, rest @ ..] if !whole(first) => rest,
        all => all,
    };
    match cycles {
        [rest @ .., last] if !whole(last) => rest,
        all => all,
    }
}

/// How many periods a horizon has, by which spend and counts are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Billing cycles; a part of one counts as that part.
    Cycle,
    /// Months of 30.4375 days.
    Month,
}

impl Period {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Period::Cycle => "cycle",
            Period::Month => "month",
        }
    }

    /// How many of them the horizon of `setup` has.
    pub fn count(self, setup: &Setup) -> f64 {
        let horizon = setup.horizon;
        match self {
            Period::Month => horizon.to.since(horizon.from).millis() as f64 / MONTH,
            Period::Cycle => cycles_in(setup, horizon),
        }
    }
}

fn cycles_in(setup: &Setup, horizon: Window) -> f64 {
    let mut count = 0.0;
    let mut at = horizon.from;
    while at < horizon.to {
        let cycle = setup.policy.cycles.around(at);
        let inside = cycle.to.min(horizon.to).since(at).millis() as f64;
        count += inside / cycle.to.since(cycle.from).millis().max(1) as f64;
        if cycle.to <= at || cycle.to == Instant::NEVER {
            break;
        }
        at = cycle.to;
    }
    count
}

#[cfg(test)]
impl Run {
    /// One cycle that asked for 1,000 credits, and in which so much was spent, refused and expired.
    pub(crate) fn made(spent: f64, refused: f64, expired: f64) -> Run {
        let mut records = [0.0; Record::COUNT];
        records[Record::TotalSpend as usize] = spent;
        records[Record::Demanded as usize] = 1_000.0;
        records[Record::Served as usize] = 1_000.0 - refused;
        records[Record::Expired as usize] = expired;
        records[Record::Cycles as usize] = 1.0;
        records[Record::CyclesWithOutage as usize] = f64::from(refused > 0.0);
        Run { records, spend: vec![spent], downtime: vec![0.0], demanded: vec![1_000.0] }
    }
}
