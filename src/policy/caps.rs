//! Caps: limits on recharges in a window. Source: contract §7.
//!
//! The use made of a cap is state and belongs to the engine; this is the rule alone.

use crate::domain::{Credits, Duration, Money, Share};

use super::purchase::{Headroom, Order, Overflow};

/// A limit on recharges in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cap {
    /// Its limit.
    pub limit: Limit,
    /// The window it applies to.
    pub window: CapWindow,
    /// The charges that count towards it.
    pub counts: Counts,
    /// Treatment of a recharge that does not fit.
    pub exceeding: Exceeding,
    /// Warnings before it is used up.
    pub warn_at: Warnings,
}

/// The amount a cap allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// A number of recharges.
    Recharges(u64),
    /// An amount of money.
    Money(Money),
    /// An amount of credits.
    Credits(Credits),
}

/// The window a cap counts in. All are half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CapWindow {
    /// The calendar day of the scenario's zone.
    Day,
    /// The calendar month of the scenario's zone.
    Month,
    /// The billing cycle.
    Cycle,
    /// The time of this length before an instant: a charge at `s` counts in `[s, s + length)`.
    Rolling(Duration),
}

/// The charges that count towards a cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Counts {
    /// Successful charges, at the instant they succeed.
    #[default]
    Successes,
    /// All, at the instant they settle.
    Attempts,
}

/// Treatment of a recharge that would exceed the cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Exceeding {
    /// It does not start.
    #[default]
    Skip,
    /// Buys as much as the cap leaves: fewer packs, or fewer increments up to a target.
    Clip,
    /// Starts as long as the cap is not used up; the last recharge may overshoot.
    Overshoot,
    /// It does not start, and auto-recharge is turned off until somebody acts.
    Disable,
}

/// The shares of a cap's limit at which the owner is warned, the smallest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Warnings([Share; Warnings::MOST]);

impl Warnings {
    /// The most shares of one cap.
    pub const MOST: usize = 4;
    /// No warning.
    pub const NONE: Warnings = Warnings([Share::NONE; Warnings::MOST]);

    /// Warnings at these shares, which grow and are above 0; `None` if they do not or are too many.
    pub fn at(shares: &[Share]) -> Option<Warnings> {
        let grow = shares.windows(2).all(|pair| pair[0] < pair[1]);
        if !grow || shares.len() > Warnings::MOST || shares.first() == Some(&Share::NONE) {
            return None;
        }
        let mut all = Warnings::NONE;
        all.0[..shares.len()].copy_from_slice(shares);
        Some(all)
    }

    /// The shares.
    pub fn shares(&self) -> &[Share] {
        let count = self.0.iter().take_while(|share| **share > Share::NONE).count();
        &self.0[..count]
    }
}

/// The use made of a cap in its window, in the measure of its limit; the other fields stay zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Used {
    /// Recharges.
    pub recharges: u64,
    /// Money.
    pub money: Money,
    /// Credits.
    pub credits: Credits,
}

impl Cap {
    /// Returns the number of warnings whose share of the limit `used` has reached.
    pub fn reached(&self, used: Used) -> Result<usize, Overflow> {
        let (part, whole) = match self.limit {
            Limit::Recharges(limit) => (u128::from(used.recharges), u128::from(limit)),
            Limit::Money(limit) => (used.money.units()?, limit.units()?),
            Limit::Credits(limit) => (micro(used.credits), micro(limit)),
        };
        let one = Share::ALL.millionths().unsigned_abs();
        let reached = |share: &&Share| {
            part * u128::from(one) >= whole * u128::from(share.millionths().unsigned_abs())
        };
        Ok(self.warn_at.shares().iter().take_while(reached).count())
    }

    /// Counts one more charge.
    pub fn count(&self, used: &mut Used, order: Order) -> Result<(), Overflow> {
        self.count_often(used, order, 1)
    }

    /// Counts so many more charges that are alike.
    #[inline]
    pub fn count_often(&self, used: &mut Used, order: Order, charges: u64) -> Result<(), Overflow> {
        match self.limit {
            Limit::Recharges(_) => used.recharges += charges,
            Limit::Money(_) => used.money = used.money.plus(order.price.times(charges)?)?,
            Limit::Credits(_) => used.credits = used.credits.plus(order.credits.times(charges)?)?,
        }
        Ok(())
    }

    /// What of `used` it measures.
    pub fn measured(&self, used: Used) -> Used {
        match self.limit {
            Limit::Recharges(_) => Used { recharges: used.recharges, ..Used::default() },
            Limit::Money(_) => Used { money: used.money, ..Used::default() },
            Limit::Credits(_) => Used { credits: used.credits, ..Used::default() },
        }
    }

    /// Counts one charge no longer.
    pub fn forget(&self, used: &mut Used, order: Order) -> Result<(), Overflow> {
        match self.limit {
            Limit::Recharges(_) => used.recharges -= 1,
            Limit::Money(_) => used.money = used.money.minus(order.price)?,
            Limit::Credits(_) => used.credits = used.credits.minus(order.credits)?,
        }
        Ok(())
    }

    /// Returns true if the cap may clip a recharge.
    pub fn clips(&self) -> bool {
        self.exceeding == Exceeding::Clip
    }

    /// Returns true if a recharge of `order` may start when `used` has been used.
    pub fn allows(&self, used: Used, order: Order) -> Result<bool, Overflow> {
        if self.exceeding == Exceeding::Overshoot {
            return Ok(!self.is_used_up(used));
        }
        Ok(match self.limit {
            Limit::Recharges(limit) => used.recharges < limit,
            Limit::Money(limit) => used.money.plus(order.price)? <= limit,
            Limit::Credits(limit) => used.credits.plus(order.credits)? <= limit,
        })
    }

    /// Returns how many recharges of `order`, one after another, may start when `used` has been used.
    pub fn room(&self, used: Used, order: Order) -> Result<u64, Overflow> {
        let (limit, counted, each) = match self.limit {
            Limit::Recharges(limit) => (u128::from(limit), u128::from(used.recharges), 1),
            Limit::Money(limit) => (limit.units()?, used.money.units()?, order.price.units()?),
            Limit::Credits(limit) => (micro(limit), micro(used.credits), micro(order.credits)),
        };
        let left = limit.saturating_sub(counted);
        let overshoots = self.exceeding == Exceeding::Overshoot;
        let many = match each {
            // What costs nothing fits for ever, or not at all.
            0 => {
                if self.allows(used, order)? {
                    u128::MAX
                } else {
                    0
                }
            }
            each if overshoots => left.div_ceil(each),
            each => left / each,
        };
        Ok(u64::try_from(many).unwrap_or(u64::MAX))
    }

    fn is_used_up(&self, used: Used) -> bool {
        match self.limit {
            Limit::Recharges(limit) => used.recharges >= limit,
            Limit::Money(limit) => used.money >= limit,
            Limit::Credits(limit) => used.credits >= limit,
        }
    }

    /// The headroom a clipping cap leaves for one more recharge; unlimited for any other cap.
    pub fn headroom(&self, used: Used) -> Result<Headroom, Overflow> {
        if !self.clips() {
            return Ok(Headroom::default());
        }
        Ok(match self.limit {
            Limit::Recharges(_) => Headroom::default(),
            Limit::Money(limit) => {
                Headroom { money: Some(limit.minus(used.money)?), ..Headroom::default() }
            }
            Limit::Credits(limit) => {
                Headroom { credits: Some(limit.minus(used.credits)?), ..Headroom::default() }
            }
        })
    }
}

/// Millionths of credits; none below zero.
fn micro(credits: Credits) -> u128 {
    u128::try_from(credits.micro()).unwrap_or(0)
}

impl Headroom {
    /// The headroom that both leave.
    pub fn and(self, other: Headroom) -> Headroom {
        fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
            match (a, b) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            }
        }
        Headroom {
            money: least(self.money, other.money),
            credits: least(self.credits, other.credits),
        }
    }

    /// Returns true if there is no limit at all.
    pub fn is_unlimited(self) -> bool {
        self.money.is_none() && self.credits.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(credits: i64, price: &str) -> Order {
        Order { credits: Credits::whole(credits), price: price.parse().unwrap() }
    }

    fn cap(limit: Limit, exceeding: Exceeding) -> Cap {
        let (window, counts) = (CapWindow::Day, Counts::Successes);
        Cap { limit, window, counts, exceeding, warn_at: Warnings::NONE }
    }

    #[test]
    fn a_recharge_starts_only_if_with_it_the_cap_still_holds() {
        let pack = order(1_000, "7");
        for (limit, allowed) in [
            (Limit::Recharges(2), false),
            (Limit::Recharges(3), true),
            (Limit::Money("20.99".parse().unwrap()), false),
            (Limit::Money("21".parse().unwrap()), true),
            (Limit::Credits(Credits::whole(2_999)), false),
            (Limit::Credits(Credits::whole(3_000)), true),
        ] {
            let cap = cap(limit, Exceeding::Skip);
            let mut used = Used::default();
            cap.count(&mut used, pack).unwrap();
            let once = used;
            cap.count(&mut used, pack).unwrap();
            assert_eq!(cap.allows(used, pack).unwrap(), allowed);
            cap.forget(&mut used, pack).unwrap();
            assert_eq!(used, once);
        }
    }

    #[test]
    fn the_room_of_a_cap_is_the_number_of_recharges_that_it_allows_one_by_one() {
        let money = |text: &str| Limit::Money(text.parse().unwrap());
        let limits = [
            Limit::Recharges(0),
            Limit::Recharges(3),
            money("0"),
            money("20.99"),
            money("21"),
            Limit::Credits(Credits::ZERO),
            Limit::Credits(Credits::whole(2_999)),
            Limit::Credits(Credits::whole(3_000)),
        ];
        for (limit, exceeding) in limits.iter().flat_map(|limit| {
            [Exceeding::Skip, Exceeding::Overshoot, Exceeding::Disable].map(|does| (*limit, does))
        }) {
            for order in [order(1_000, "7"), order(700, "0"), order(1, "2.50")] {
                let cap = cap(limit, exceeding);
                let mut used = Used::default();
                for _ in 0..4 {
                    let room = cap.room(used, order).unwrap();
                    let (mut one_by_one, mut later) = (0, used);
                    while one_by_one < 4_000 && cap.allows(later, order).unwrap() {
                        cap.count(&mut later, order).unwrap();
                        one_by_one += 1;
                    }
                    assert_eq!(room.min(4_000), one_by_one, "{cap:?} {order:?} {used:?}");
                    cap.count(&mut used, order).unwrap();
                }
            }
        }
    }

    #[test]
    fn charges_counted_at_once_are_those_counted_one_by_one() {
        let money = Limit::Money("20".parse().unwrap());
        for limit in [Limit::Recharges(3), money, Limit::Credits(Credits::whole(3_000))] {
            let cap = cap(limit, Exceeding::Overshoot);
            for order in [order(1_000, "7.25"), order(1, "0.00"), order(1, "0.000001")] {
                let (mut at_once, mut one_by_one) = (Used::default(), Used::default());
                for charges in [0, 1, 2, 700] {
                    cap.count_often(&mut at_once, order, charges).unwrap();
                    (0..charges).for_each(|_| cap.count(&mut one_by_one, order).unwrap());
                    assert_eq!(at_once, one_by_one, "{cap:?} {order:?}");
                }
            }
        }
    }

    #[test]
    fn the_last_recharge_may_overshoot_where_the_cap_says_so() {
        let limit = Limit::Money("20".parse().unwrap());
        let cap = cap(limit, Exceeding::Overshoot);
        let twice = Used { money: "14".parse().unwrap(), ..Used::default() };
        assert!(cap.allows(twice, order(1_000, "7")).unwrap());
        let full = Used { money: "20".parse().unwrap(), ..Used::default() };
        assert!(!cap.allows(full, order(1_000, "7")).unwrap());
    }
}
