//! Treatment of usage that the balance does not cover. Source: contract §4.

use crate::domain::{Credits, Duration};

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
}

impl Default for Service {
    fn default() -> Self {
        Service {
            shortfall: Shortfall::Refuse,
            repayment: Repayment::DebtFirst,
            debt_at_cycle_start: DebtAtCycleStart::Carry,
            retry: None,
            metering_lag: Duration::ZERO,
        }
    }
}
