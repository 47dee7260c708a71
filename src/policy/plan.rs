//! Plans: the fee and the allowance of a cycle, upgrades, rollover. Source: contract §3.

use std::sync::Arc;

use crate::domain::{Credits, Instant, Money, Window};

use super::purchase::Overflow;

/// What an account subscribes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// What the vendor calls it.
    pub name: Arc<str>,
    /// Charged at each cycle start.
    pub fee: Money,
    /// Granted at each cycle start.
    pub allowance: Credits,
}

/// When a plan change takes effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PlanChange {
    /// At the next cycle start.
    #[default]
    NextCycle,
    /// At once, prorated over the rest of the cycle. For upgrades.
    Immediate,
}

/// What happens to unused allowance at a cycle start: it is carried over within bounds, and the
/// rest is forfeited. The default carries nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rollover {
    /// At least so much is carried over; what unused allowance lacks of it is granted.
    pub least: Credits,
    /// At most so much is carried over; the oldest is forfeited first.
    pub most: Credits,
    /// How many cycle starts an allowance may pass before it is forfeited.
    pub cycles: u64,
}

/// What an immediate upgrade charges and grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Proration {
    /// The fee difference for the rest of the cycle.
    pub fee: Money,
    /// The allowance difference for the rest of the cycle.
    pub allowance: Credits,
}

impl Plan {
    /// What changing to `other` at `at` in `cycle` charges and grants: the differences times the
    /// share of the cycle left, money rounded half-even to `minor` decimals, credits rounded down.
    /// A difference that is not in the new plan's favour is nothing.
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
