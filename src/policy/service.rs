//! Treatment of usage that the balance does not cover. Source: contract §4.

use crate::domain::{Credits, Duration, Money};

use super::EndedGrant;

/// Treatment of usage that the balance does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shortfall {
    /// The whole event is refused and the balance stays.
    Refuse,
    /// The part that is covered is served and the rest refused.
    Partial,
    /// The event is refused, and the service stops until credits have arrived and a wait has
    /// passed.
    Stop {
        /// The wait between the arrival of credits and the restart.
        restart_after: Duration,
        /// The time after the stop within which an arrival of credits restarts it; at any time if `None`.
        restart_within: Option<Duration>,
    },
    /// Served down to a limit below zero; beyond it the whole event is refused.
    Overdraft {
        /// The lowest balance allowed, as a distance below zero.
        limit: Credits,
    },
}

impl Shortfall {
    /// Returns the lowest balance allowed, as a distance below zero.
    pub fn limit(self) -> Credits {
        match self {
            Shortfall::Overdraft { limit } => limit,
            Shortfall::Refuse | Shortfall::Partial | Shortfall::Stop { .. } => Credits::ZERO,
        }
    }
}

/// The grants that repay a debt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Repayment {
    /// The next grant, before anything else.
    #[default]
    DebtFirst,
    /// None: grants stay whole and the debt remains.
    Kept,
}

/// Treatment of a debt at a cycle start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DebtAtCycleStart {
    /// It is carried into the cycle.
    #[default]
    Carry,
    /// It is forgiven.
    Forgive,
}

/// Retries of refused usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ComeBack {
    /// The wait between a refusal and its retry.
    pub after: Duration,
    /// Maximum number of retries.
    pub times: u32,
}

/// Usage beyond the balance, served at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Overage {
    /// Price of one credit, above zero.
    pub price: Money,
    /// The most in a billing cycle; no limit if `None`.
    pub cap: Option<OverageCap>,
    /// The sum with which a bill is due before the end of the cycle.
    pub bill_at: Option<Money>,
}

/// The most overage in a billing cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OverageCap {
    /// In credits.
    Credits(Credits),
    /// In money: the most credits whose exact price is not above it.
    Money(Money),
}

impl Overage {
    /// Returns the most credits in a billing cycle.
    pub fn most(self) -> Credits {
        match self.cap {
            None => Credits::LARGEST,
            Some(OverageCap::Credits(most)) => most,
            Some(OverageCap::Money(most)) => most.buys(self.price).0,
        }
    }

    /// Returns the least credits with which a bill is due before the end of the cycle.
    pub fn billed_at(self) -> Credits {
        match self.bill_at {
            None => Credits::from_micro(i64::MAX),
            Some(sum) => sum.buys(self.price).1,
        }
    }
}

/// Credits that are taken from the balance whether or not anything is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StandingCharge {
    /// The amount taken each time.
    pub credits: Credits,
    /// When it is taken.
    pub due: StandingDue,
}

/// The times of a standing charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StandingDue {
    /// At the end of every such time, counted from the start of the run.
    Every(Duration),
    /// At each cycle start.
    CycleStart,
}

/// The service's treatment of usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    /// Treatment of usage that the balance does not cover.
    pub shortfall: Shortfall,
    /// The grants that repay a debt.
    pub repayment: Repayment,
    /// Treatment of a debt at a cycle start.
    pub debt_at_cycle_start: DebtAtCycleStart,
    /// Retries of refused usage; refused usage is lost if `None`.
    pub retry: Option<ComeBack>,
    /// The delay between serving usage and deducting it from the balance.
    pub metering_lag: Duration,
    /// Usage beyond the balance at a price; none if `None`.
    pub overage: Option<Overage>,
    /// What becomes of credits whose grant has ended, where rows of a feed take usage back.
    pub usage_of_ended: EndedGrant,
}

impl Default for Service {
    fn default() -> Self {
        Service {
            shortfall: Shortfall::Refuse,
            repayment: Repayment::DebtFirst,
            debt_at_cycle_start: DebtAtCycleStart::Carry,
            retry: None,
            metering_lag: Duration::ZERO,
            overage: None,
            usage_of_ended: EndedGrant::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_money_are_the_last_credits_within_them_and_the_first_that_reach_them() {
        for (price, sum, within, reached) in [
            ("0.01", "20", 2_000_000_000, 2_000_000_000),
            ("0.03", "1", 33_333_333, 33_333_334),
            ("0.000001", "0.01", 10_000_000_000, 10_000_000_000),
            ("7", "20", 2_857_142, 2_857_143),
        ] {
            let money: Money = sum.parse().unwrap();
            let overage = Overage {
                price: price.parse().unwrap(),
                cap: Some(OverageCap::Money(money)),
                bill_at: Some(money),
            };
            assert_eq!(overage.most().micro(), within, "{sum} at {price}");
            assert_eq!(overage.billed_at().micro(), reached, "{sum} at {price}");
        }
    }

    #[test]
    fn without_a_cap_and_a_sum_neither_is_ever_reached() {
        let overage = Overage { price: "1".parse().unwrap(), cap: None, bill_at: None };
        assert_eq!(overage.most(), Credits::LARGEST);
        assert!(overage.billed_at() > Credits::LARGEST);
    }
}
