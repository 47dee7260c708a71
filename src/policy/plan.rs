//! Plans: the fee and the allowance of a cycle, upgrades, rollover. Source: contract §3.

use std::sync::Arc;

use crate::domain::{Credits, Instant, Money, Window};

use super::purchase::Overflow;

/// A subscription plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// The vendor's name for it.
    pub name: Arc<str>,
    /// Charged at each cycle start.
    pub fee: Money,
    /// Granted at each cycle start.
    pub allowance: Credits,
}

/// The instant at which a plan change takes effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PlanChange {
    /// At the next cycle start.
    #[default]
    NextCycle,
    /// At once, prorated over the rest of the cycle. For upgrades.
    Immediate,
}

/// Treatment of unused allowance at a cycle start: it is carried over within bounds, and the rest
/// is forfeited. The default carries nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rollover {
    /// Minimum carried over; if less is unused, the difference is granted.
    pub least: Credits,
    /// Maximum carried over; the oldest is forfeited first.
    pub most: Credits,
    /// Number of cycle starts an allowance may pass before it is forfeited.
    pub cycles: u64,
}

/// The charge and the grant of an immediate upgrade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Proration {
    /// The fee difference for the rest of the cycle.
    pub fee: Money,
    /// The allowance difference for the rest of the cycle.
    pub allowance: Credits,
}

impl Plan {
    /// Returns the charge and the grant of a change to `other` at `at` in `cycle`: the differences
    /// times the share of the cycle left, money rounded half-even to `minor` decimals, credits
    /// rounded down. A difference that is not in the new plan's favour counts as zero.
    pub fn prorate(
        &self,
        other: &Plan,
        at: Instant,
        cycle: Window,
        minor: u32,
    ) -> Result<Proration, Overflow> {
        let (left, whole) = (cycle.to.since(at).millis(), cycle.to.since(cycle.from).millis());
        let mut proration = Proration::default();
        if other.fee > self.fee {
            proration.fee = other.fee.minus(self.fee)?.share(left, whole, minor)?;
        }
        if other.allowance > self.allowance && whole > 0 {
            proration.allowance = other.allowance.minus(self.allowance)?.share_down(left, whole)?;
        }
        Ok(proration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(fee: &str, allowance: i64) -> Plan {
        let fee = fee.parse().unwrap();
        Plan { name: "plan".into(), fee, allowance: Credits::whole(allowance) }
    }

    #[test]
    fn an_upgrade_pays_the_difference_for_the_share_of_the_cycle_left() {
        let day = |n: i64| Instant::from_millis(n * 86_400_000);
        let cycle = Window { from: day(0), to: day(31) };
        let (starter, pro) = (plan("19", 3_000), plan("39", 8_000));
        let prorated = starter.prorate(&pro, day(16), cycle, 2).unwrap();
        assert_eq!(prorated.fee.text(2), "9.68");
        assert_eq!(prorated.allowance.to_string(), "2419.354838");
        assert_eq!(pro.prorate(&starter, day(16), cycle, 2).unwrap(), Proration::default());
    }
}
