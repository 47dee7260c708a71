//! Plans: the fee and the allowance of a cycle, upgrades, rollover. Source: contract §3.

use std::sync::Arc;

use crate::domain::{Credits, Duration, Instant, Money, Share, Window};

use super::purchase::Overflow;

/// A subscription plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// The vendor's name for it.
    pub name: Arc<str>,
    /// Charged at each cycle start, or for each term.
    pub fee: Money,
    /// Granted at each cycle start, or for each term.
    pub allowance: Credits,
    /// The cycles that are paid for at once.
    pub term: Term,
    /// The amount granted when the allowance is due.
    pub refill: Refill,
    /// Usage that is served without credits, within all of these limits.
    pub quotas: Vec<Quota>,
}

/// A limit on the usage that a plan serves without credits, in windows that begin with a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    /// The most credits of usage in a window.
    pub credits: Credits,
    /// The length of a window, from the first use after the end of the one before.
    pub length: Duration,
}

/// A number of billing cycles that belong together, and what comes once for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// Number of cycles, at least 1.
    pub cycles: u32,
    /// The time one fee pays for.
    pub fee_per: Per,
    /// The time one allowance is for.
    pub allowance_per: Per,
}

impl Default for Term {
    fn default() -> Self {
        Term { cycles: 1, fee_per: Per::Term, allowance_per: Per::Cycle }
    }
}

/// A time for which something is due once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Per {
    /// A billing cycle.
    Cycle,
    /// All cycles of a term.
    Term,
}

/// The amount granted when the allowance is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Refill {
    /// The whole allowance.
    #[default]
    Full,
    /// What the balance lacks of the allowance.
    UpTo,
}

/// The instant at which a plan change takes effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PlanChange {
    /// At the next cycle start.
    #[default]
    NextCycle,
    /// At once, prorated over the rest of the cycle.
    Immediate,
}

/// The allowance in an immediate change to a plan with less of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Downgrade {
    /// It stays as it is.
    Kept,
    /// The difference for the rest of the cycle is forfeited.
    Cut,
}

/// Treatment of unused allowance at a cycle start: it is carried over within bounds, and the rest
/// is forfeited. The default carries nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rollover {
    /// Minimum carried over; if less is unused, the difference is granted.
    pub least: Credits,
    /// The share of unused allowance that is carried over at most; the oldest is forfeited first.
    pub share: Share,
    /// Maximum carried over; the oldest is forfeited first.
    pub most: Credits,
    /// Number of cycle starts an allowance may pass before it is forfeited.
    pub cycles: u64,
}

impl Default for Rollover {
    fn default() -> Self {
        Rollover { least: Credits::ZERO, share: Share::ALL, most: Credits::ZERO, cycles: 0 }
    }
}

/// The charge and the change of the allowance in an immediate change of plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Proration {
    /// The fee difference for the rest of the cycle.
    pub fee: Money,
    /// What the new plan has more of the allowance, for the rest of the cycle.
    pub more: Credits,
    /// What it has less.
    pub less: Credits,
}

/// An instant in a cycle and the place of the cycle in its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermPlace {
    /// The instant.
    pub at: Instant,
    /// The cycle around it.
    pub cycle: Window,
    /// Further cycles of the term.
    pub further: u32,
}

impl TermPlace {
    /// The time left and the whole time of a cycle or of a term of so many, each cycle taken to be as
    /// long as the present one.
    fn left(self, per: Per, cycles: u32) -> (i64, i64) {
        let Window { from, to } = self.cycle;
        let (left, whole) = (to.since(self.at).millis(), to.since(from).millis());
        match per {
            Per::Cycle => (left, whole),
            Per::Term => (i64::from(self.further) * whole + left, i64::from(cycles) * whole),
        }
    }
}

impl Plan {
    /// A plan whose term is a cycle.
    pub fn new(name: impl Into<Arc<str>>, fee: Money, allowance: Credits) -> Plan {
        let (term, refill) = (Term::default(), Refill::default());
        Plan { name: name.into(), fee, allowance, term, refill, quotas: Vec::new() }
    }

    /// Returns the charge and the change of the allowance in a change to `other` at `place`: the differences
    /// times the share of the cycle or the term left, money rounded half-even to `minor` decimals, credits
    /// rounded down. A lower fee counts as the same.
    pub fn prorate(
        &self,
        other: &Plan,
        place: TermPlace,
        minor: u32,
    ) -> Result<Proration, Overflow> {
        let Term { cycles, fee_per, allowance_per } = self.term;
        let mut proration = Proration::default();
        if other.fee > self.fee {
            let (left, whole) = place.left(fee_per, cycles);
            proration.fee = other.fee.minus(self.fee)?.share(left, whole, minor)?;
        }
        let (left, whole) = place.left(allowance_per, cycles);
        let share = |high: Credits, low: Credits| high.minus(low)?.share_down(left, whole);
        if other.allowance > self.allowance && whole > 0 {
            proration.more = share(other.allowance, self.allowance)?;
        } else if other.allowance < self.allowance && whole > 0 {
            proration.less = share(self.allowance, other.allowance)?;
        }
        Ok(proration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(fee: &str, allowance: i64) -> Plan {
        Plan::new("plan", fee.parse().unwrap(), Credits::whole(allowance))
    }

    fn place(days: i64, further: u32) -> TermPlace {
        let day = |n: i64| Instant::from_millis(n * 86_400_000);
        TermPlace { at: day(days), cycle: Window { from: day(0), to: day(31) }, further }
    }

    #[test]
    fn an_upgrade_pays_the_difference_for_the_share_of_the_cycle_left() {
        let (starter, pro) = (plan("19", 3_000), plan("39", 8_000));
        let prorated = starter.prorate(&pro, place(16, 0), 2).unwrap();
        assert_eq!(prorated.fee.text(2), "9.68");
        assert_eq!(
            (prorated.more.to_string(), prorated.less),
            ("2419.354838".into(), Credits::ZERO)
        );
        let back = pro.prorate(&starter, place(16, 0), 2).unwrap();
        assert_eq!((back.fee, back.more), (Money::ZERO, Credits::ZERO));
        assert_eq!(back.less.to_string(), "2419.354838");
    }

    #[test]
    fn what_is_per_term_takes_the_share_of_the_term_left() {
        let annual = Term { cycles: 12, ..Term::default() };
        let (starter, pro) = (plan("190", 3_100), plan("310", 6_200));
        let (starter, pro) = (Plan { term: annual, ..starter }, Plan { term: annual, ..pro });
        // 11 whole cycles and 16 of 31 days are left of 12; of the allowance, 16 of 31 days.
        let prorated = starter.prorate(&pro, place(15, 11), 2).unwrap();
        assert_eq!(
            (prorated.fee.text(2), prorated.more.to_string()),
            ("115.16".into(), "1600".into())
        );
        let last = starter.prorate(&pro, place(31, 0), 2).unwrap();
        assert_eq!(last, Proration::default());
    }
}
