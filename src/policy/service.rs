//! What happens to usage that the balance does not cover. Source: contract §4.

use crate::domain::{Credits, Duration};

/// What happens to usage that the balance does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shortfall {
    /// The whole event is refused and the balance stays.
    Refuse,
    /// What is there is served and the rest refused.
    Partial,
    /// The event is refused and the service stops until credits have arrived and this long passed.
    Stop {
        /// From the arrival of credits to the restart.
        restart_after: Duration,
    },
    /// Served down to a limit below zero; beyond it the whole event is refused.
    Overdraft {
        /// How far below zero the balance may go.
        limit: Credits,
    },
}

impl Shortfall {
    /// How far below zero the balance may go.
    pub fn limit(self) -> Credits {
        match self {
            Shortfall::Overdraft { limit } => limit,
            Shortfall::Refuse | Shortfall::Partial | Shortfall::Stop { .. } => Credits::ZERO,
        }
    }
}

/// Which grants repay what is owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Repayment {
    /// The next grant, before anything else.
    #[default]
    DebtFirst,
    /// None: grants stay whole and the debt stays beside them.
    Kept,
}

/// What becomes of a debt at a cycle start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DebtAtCycleStart {
    /// It is carried into the cycle.
    #[default]
    Carry,
    /// It is forgiven.
    Forgive,
}

/// When refused usage comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ComeBack {
    /// How long after it was refused.
    pub after: Duration,
    /// How often at most.
    pub times: u32,
}

/// How the service treats usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    /// What happens to usage that the balance does not cover.
    pub shortfall: Shortfall,
    /// Which grants repay a debt.
    pub repayment: Repayment,
    /// What becomes of a debt at a cycle start.
    pub debt_at_cycle_start: DebtAtCycleStart,
    /// When refused usage comes back; lost when `None`.
    pub retry: Option<ComeBack>,
    /// How long after it is served usage is deducted from the balance.
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
