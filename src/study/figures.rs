//! Every figure of contract §11 as an estimate over replications.
//!
//! Amounts and counts are means per period, rates are over all replications, and what has a tail
//! that matters has quantiles over cycles.

use super::estimate::{self, Estimate, OverCycles};
use super::objective::{Objective, fill_rate, outage_probability, per_period};
use super::run::Record;
use super::runs::Runs;

/// A figure of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// What is minimised, per period.
    Cost,
    /// Fees, recharges and top-ups, per period.
    TotalSpend,
    /// Plan fees, per period.
    PlanFees,
    /// Spend on recharges, per period.
    RechargeSpend,
    /// Spend on manual top-ups, per period.
    TopUpSpend,
    /// What 1,000 served credits cost.
    PricePer1000Served,
    /// Credits served ÷ demanded.
    FillRate,
    /// The share of time with a balance above zero.
    ReadyRate,
    /// The share of cycles that no outage touches.
    StockoutFreeCycles,
    /// The probability that an outage touches a cycle.
    OutageProbability,
    /// Outages, per period.
    Outages,
    /// Hours of outage, per period.
    Downtime,
    /// Refused usage events, per period.
    RefusedEvents,
    /// Refused credits, per period.
    Refused,
    /// Bought credits that expired, per period.
    Expired,
    /// What they had cost, per period.
    ExpiredCost,
    /// Forfeited allowance, per period.
    Forfeited,
    /// Recharges, per period.
    Recharges,
    /// Failed charges, per period.
    FailedAttempts,
    /// Verifications, per period.
    Verifications,
    /// Suspensions, per period.
    Suspensions,
    /// Cap blocks, per period.
    CapBlocks,
    /// Notifications, per period.
    Notifications,
    /// The balance at the end.
    ClosingBalance,
    /// What bought credits left at the end had cost, where they never expire.
    LeftoverValue,
    /// Usage events refused while credits lay idle above the threshold, per period.
    StrandedEvents,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The currency.
    Money,
    /// Credits.
    Credits,
    /// A number.
    Count,
    /// A share of a whole.
    Share,
    /// Hours.
    Hours,
}

impl Figure {
    /// All of them, in the order of reports.
    pub const ALL: [Figure; 26] = [
        Figure::Cost,
        Figure::TotalSpend,
        Figure::PlanFees,
        Figure::RechargeSpend,
        Figure::TopUpSpend,
        Figure::PricePer1000Served,
        Figure::FillRate,
        Figure::ReadyRate,
        Figure::StockoutFreeCycles,
        Figure::OutageProbability,
        Figure::Outages,
        Figure::Downtime,
        Figure::RefusedEvents,
        Figure::Refused,
        Figure::Expired,
        Figure::ExpiredCost,
        Figure::Forfeited,
        Figure::Recharges,
        Figure::FailedAttempts,
        Figure::Verifications,
        Figure::Suspensions,
        Figure::CapBlocks,
        Figure::Notifications,
        Figure::ClosingBalance,
        Figure::LeftoverValue,
        Figure::StrandedEvents,
    ];

    /// As files name it.
    pub fn name(self) -> &'static str {
        match self {
            Figure::Cost => "cost",
            Figure::TotalSpend => "total_spend",
            Figure::PlanFees => "plan_fees",
            Figure::RechargeSpend => "recharge_spend",
            Figure::TopUpSpend => "top_up_spend",
            Figure::PricePer1000Served => "price_per_1000_served",
            Figure::FillRate => "fill_rate",
            Figure::ReadyRate => "ready_rate",
            Figure::StockoutFreeCycles => "stockout_free_cycles",
            Figure::OutageProbability => "outage_probability",
            Figure::Outages => "outages",
            Figure::Downtime => "downtime_hours",
            Figure::RefusedEvents => "refused_events",
            Figure::Refused => "refused",
            Figure::Expired => "expired",
            Figure::ExpiredCost => "expired_cost",
            Figure::Forfeited => "forfeited",
            Figure::Recharges => "recharges",
            Figure::FailedAttempts => "failed_attempts",
            Figure::Verifications => "verifications",
            Figure::Suspensions => "suspensions",
            Figure::CapBlocks => "cap_blocks",
            Figure::Notifications => "notifications",
            Figure::ClosingBalance => "closing_balance",
            Figure::LeftoverValue => "leftover_value",
            Figure::StrandedEvents => "stranded_events",
        }
    }

    /// Whether it is told per period; shares, prices and what is left at the end are not.
    pub fn is_per_period(self) -> bool {
        !matches!(
            self,
            Figure::PricePer1000Served
                | Figure::FillRate
                | Figure::ReadyRate
                | Figure::StockoutFreeCycles
                | Figure::OutageProbability
                | Figure::ClosingBalance
                | Figure::LeftoverValue
        )
    }

    /// What it counts.
    pub fn unit(self) -> Unit {
        match self {
            Figure::Cost
            | Figure::TotalSpend
            | Figure::PlanFees
            | Figure::RechargeSpend
            | Figure::TopUpSpend
            | Figure::PricePer1000Served
            | Figure::ExpiredCost
            | Figure::LeftoverValue => Unit::Money,
            Figure::FillRate
            | Figure::ReadyRate
            | Figure::StockoutFreeCycles
            | Figure::OutageProbability => Unit::Share,
            Figure::Refused | Figure::Expired | Figure::Forfeited | Figure::ClosingBalance => {
                Unit::Credits
            }
            Figure::Downtime => Unit::Hours,
            _ => Unit::Count,
        }
    }

    /// Where it is a plain mean per period, of what.
    fn record(self) -> Option<Record> {
        Some(match self {
            Figure::TotalSpend => Record::TotalSpend,
            Figure::PlanFees => Record::PlanFees,
            Figure::RechargeSpend => Record::RechargeSpend,
            Figure::TopUpSpend => Record::TopUpSpend,
            Figure::Outages => Record::Outages,
            Figure::Downtime => Record::Downtime,
            Figure::RefusedEvents => Record::RefusedEvents,
            Figure::Expired => Record::Expired,
            Figure::ExpiredCost => Record::ExpiredCost,
            Figure::Forfeited => Record::Forfeited,
            Figure::Recharges => Record::Recharges,
            Figure::FailedAttempts => Record::FailedAttempts,
            Figure::Verifications => Record::Verifications,
            Figure::Suspensions => Record::Suspensions,
            Figure::CapBlocks => Record::CapBlocks,
            Figure::Notifications => Record::Notifications,
            Figure::StrandedEvents => Record::StrandedEvents,
            _ => return None,
        })
    }

    /// Its value in every replication, where it has one.
    pub fn samples(self, runs: &Runs, periods: f64, hours: f64) -> Vec<f64> {
        let of = |record: Record| runs.column(record);
        let pairs = |a: Record, b: Record, f: fn(f64, f64) -> f64| {
            of(a).iter().zip(of(b)).map(|(&a, &b)| f(a, b)).collect::<Vec<f64>>()
        };
        match self {
            Figure::Cost => runs.cost.clone(),
            Figure::FillRate => pairs(Record::Served, Record::Demanded, part),
            Figure::PricePer1000Served => {
                pairs(Record::TotalSpend, Record::Served, |spend, served| spend * 1_000.0 / served)
            }
            Figure::ReadyRate => of(Record::Exhausted).iter().map(|h| 1.0 - h / hours).collect(),
            Figure::OutageProbability => pairs(Record::CyclesWithOutage, Record::Cycles, part),
            Figure::StockoutFreeCycles => {
                pairs(Record::CyclesWithOutage, Record::Cycles, |hit, all| 1.0 - part(hit, all))
            }
            Figure::Refused => {
                let refused = pairs(Record::Demanded, Record::Served, |asked, given| asked - given);
                refused.into_iter().map(|refused| refused / periods).collect()
            }
            Figure::ClosingBalance => of(Record::ClosingBalance).to_vec(),
            Figure::LeftoverValue => of(Record::LeftoverValue).to_vec(),
            _ => {
                let samples = self.record().map(of).unwrap_or_default();
                samples.iter().map(|sample| sample / periods).collect()
            }
        }
    }

    /// The least and the most it can be. What is net of credits left may be below zero, and so may a
    /// balance.
    fn bounds(self) -> (f64, f64) {
        match self {
            Figure::Cost | Figure::ClosingBalance => (f64::NEG_INFINITY, f64::INFINITY),
            other if other.unit() == Unit::Share => (0.0, 1.0),
            _ => (0.0, f64::INFINITY),
        }
    }

    /// Its estimate, with the limits of the interval cut at what the figure can be. `periods` and
    /// `hours` are the length of the candidate's horizon.
    pub fn estimate(
        self,
        runs: &Runs,
        objective: &Objective,
        periods: f64,
        hours: f64,
    ) -> Option<Estimate> {
        let confidence = objective.confidence;
        let estimate = match self {
            Figure::FillRate => fill_rate(runs, confidence),
            Figure::OutageProbability => outage_probability(runs, confidence),
            Figure::StockoutFreeCycles => {
                let touched = outage_probability(runs, confidence)?;
                let free = |share: f64| 1.0 - share;
                Some(Estimate {
                    value: free(touched.value),
                    low: touched.high.map(free),
                    high: touched.low.map(free),
                })
            }
            Figure::PricePer1000Served => {
                let thousands: Vec<f64> =
                    runs.column(Record::Served).iter().map(|served| served / 1_000.0).collect();
                estimate::ratio(runs.column(Record::TotalSpend), &thousands, confidence)
            }
            _ => match self.record() {
                Some(record) => per_period(runs.column(record), periods, confidence),
                None => estimate::mean(&self.samples(runs, periods, hours), confidence),
            },
        };
        let (least, most) = self.bounds();
        Some(estimate?.within(least, most))
    }
}

/// A part of a whole; all of nothing.
fn part(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 1.0 }
}

/// Quantiles of something over cycles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tails {
    /// The 5th percentile.
    pub p5: Estimate,
    /// The median.
    pub median: Estimate,
    /// The 95th percentile.
    pub p95: Estimate,
    /// The 99th percentile.
    pub p99: Estimate,
}

impl Tails {
    /// Of values cycle by cycle and how many there are in each replication, as
    /// [`Runs::spend_in`] gives them.
    pub fn of((samples, cycles): (&[f64], usize), objective: &Objective) -> Option<Tails> {
        let values = OverCycles::new(samples, cycles);
        let quantile = |p| values.quantile(p, objective.confidence);
        Some(Tails {
            p5: quantile(0.05)?,
            median: quantile(0.5)?,
            p95: quantile(0.95)?,
            p99: quantile(0.99)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::run::Run;
    use super::*;

    /// Twenty replications of an hour each, of which one has an outage.
    fn rare() -> Runs {
        let mut runs = Runs::new();
        for replication in 0..20 {
            let mut run = Run::made(5.0, 0.0, 0.0);
            let mut set = |record: Record, value: f64| run.records[record as usize] = value;
            if replication == 7 {
                set(Record::Outages, 1.0);
                set(Record::Downtime, 0.5);
                set(Record::Exhausted, 0.5);
                set(Record::Served, 990.0);
                set(Record::LeftoverValue, 80.0);
                set(Record::ClosingBalance, -40.0);
            }
            runs.push(&run, run.records[0] - run.records[Record::LeftoverValue as usize]);
        }
        runs
    }

    #[test]
    fn limits_stay_where_a_figure_can_be() {
        let runs = rare();
        let objective = Objective::of_spend();
        let limits = |figure: Figure| {
            let found = figure.estimate(&runs, &objective, 1.0, 1.0).unwrap();
            assert!(found.allows(found.value), "{figure:?}");
            (found.low.unwrap(), found.high.unwrap())
        };
        for figure in [Figure::Outages, Figure::Downtime, Figure::Refused, Figure::LeftoverValue] {
            let (low, high) = limits(figure);
            assert!(low == 0.0 && high > 0.0, "{figure:?}: {low} to {high}");
        }
        let (low, high) = limits(Figure::ReadyRate);
        assert!(low < 1.0 && high == 1.0, "{low} to {high}");
        // What is net of credits left over, and a balance, may be below zero.
        assert!(limits(Figure::Cost).0 < 0.0);
        assert!(limits(Figure::ClosingBalance).0 < 0.0);
        for figure in Figure::ALL {
            let (low, high) = limits(figure);
            let (least, most) = figure.bounds();
            assert!(least <= low && low <= high && high <= most, "{figure:?}: {low} to {high}");
        }
    }
}
