//! The trigger: the balances at which a recharge is due. Source: contract §5.

use crate::domain::{Credits, Duration, Share};

/// The condition on the balance that starts a recharge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// At a balance of this or less.
    AtOrBelow(Credits),
    /// At a balance of less than this.
    Below(Credits),
    /// This share of a base is used: the balance is at or below the rest of the base.
    ConsumedShare {
        /// The share that has to be used.
        share: Share,
        /// The base of the share.
        base: Base,
    },
}

/// The base of a consumed share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base {
    /// The balance after the cycle start plus all granted since.
    CycleTotal,
    /// The last recharge or top-up; the allowance before the first.
    LastPurchase,
    /// All recharges and top-ups of the current cycle; the allowance before the first.
    Purchases,
    /// The allowance of the current cycle.
    Allowance,
}

/// The present value of every [`Base`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bases {
    /// See [`Base::CycleTotal`].
    pub cycle_total: Credits,
    /// See [`Base::LastPurchase`].
    pub last_purchase: Option<Credits>,
    /// The credits of [`Base::Purchases`]; zero before the first.
    pub purchases: Credits,
    /// See [`Base::Allowance`].
    pub allowance: Credits,
}

impl Trigger {
    /// Returns the highest balance at which the trigger holds. Credits have a smallest step, so
    /// below a threshold means at or below the next smaller quantity.
    #[inline]
    pub fn level(&self, bases: &Bases) -> Credits {
        match *self {
            Trigger::AtOrBelow(threshold) => threshold,
            Trigger::Below(threshold) => Credits::from_micro(threshold.micro() - 1),
            Trigger::ConsumedShare { share, base } => share.left_of(match base {
                Base::CycleTotal => bases.cycle_total,
                Base::LastPurchase => bases.last_purchase.unwrap_or(bases.allowance),
                Base::Purchases if bases.purchases.is_positive() => bases.purchases,
                Base::Purchases => bases.allowance,
                Base::Allowance => bases.allowance,
            }),
        }
    }
}

/// Number of recharges that one fall below the threshold may start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Firing {
    /// A recharge starts whenever the trigger holds and nothing blocks it.
    #[default]
    Level,
    /// At most one recharge each time the trigger comes to hold, and none for a trigger that
    /// already held when auto-recharge was enabled.
    Edge,
}

/// A pause between recharges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cooldown {
    /// The time in which no recharge starts.
    pub length: Duration,
    /// Since when.
    pub since: CooldownSince,
}

/// The event a cooldown counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CooldownSince {
    /// The last charge that succeeded.
    #[default]
    Success,
    /// The last charge that settled, however it ended.
    Attempt,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_holds_at_itself_only_when_it_says_at_or_below() {
        let bases = Bases::default();
        let hundred = Credits::whole(100);
        assert_eq!(Trigger::AtOrBelow(hundred).level(&bases), hundred);
        assert_eq!(Trigger::Below(hundred).level(&bases).to_string(), "99.999999");
    }

    #[test]
    fn a_consumed_share_is_taken_of_its_base() {
        let bases = Bases {
            cycle_total: Credits::whole(5_000),
            last_purchase: None,
            purchases: Credits::ZERO,
            allowance: Credits::whole(3_000),
        };
        let level = |base, bases: &Bases| {
            let share = "90%".parse().unwrap();
            Trigger::ConsumedShare { share, base }.level(bases)
        };
        assert_eq!(level(Base::CycleTotal, &bases), Credits::whole(500));
        assert_eq!(level(Base::Allowance, &bases), Credits::whole(300));
        assert_eq!(level(Base::LastPurchase, &bases), Credits::whole(300));
        assert_eq!(level(Base::Purchases, &bases), Credits::whole(300));
        let (last_purchase, purchases) = (Some(Credits::whole(2_500)), Credits::whole(7_500));
        let bases = Bases { last_purchase, purchases, ..bases };
        assert_eq!(level(Base::LastPurchase, &bases), Credits::whole(250));
        assert_eq!(level(Base::Purchases, &bases), Credits::whole(750));
    }
}
