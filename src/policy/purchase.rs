//! The order of a recharge and its cost. Source: contract §6.

use std::sync::Arc;

use crate::domain::{Credits, CreditsOverflow, Duration, Expiry, Instant, Money, MoneyOverflow};

/// A number of credits at a price.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Package {
    /// The vendor's name for it.
    pub name: Arc<str>,
    /// Credits in one pack.
    pub credits: Credits,
    /// Price of one pack.
    pub price: Money,
}

/// The size of a recharge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Purchase {
    /// A fixed number of packs of a package.
    Packs {
        /// The package.
        package: Package,
        /// Number of packs.
        packs: u32,
    },
    /// The amount that brings the balance to a target, rounded up to an increment.
    UpTo {
        /// The balance to restore.
        target: Credits,
        /// The step in which credits are sold.
        increment: Credits,
        /// Price of one credit.
        unit_price: Money,
    },
}

/// The content of one charge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Order {
    /// Credits that arrive when the charge succeeds.
    pub credits: Credits,
    /// The price charged.
    pub price: Money,
}

/// An amount that cannot be counted exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Overflow {
    /// Too many credits.
    #[error(transparent)]
    Credits(#[from] CreditsOverflow),
    /// Too much money.
    #[error(transparent)]
    Money(#[from] MoneyOverflow),
}

/// The room a cap leaves for one more recharge; `None` means no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Headroom {
    /// The most money.
    pub money: Option<Money>,
    /// The most credits.
    pub credits: Option<Credits>,
}

impl Purchase {
    /// Returns the order at this balance. `minor` is the number of decimals of the currency.
    #[inline]
    pub fn order(&self, balance: Credits, minor: u32) -> Result<Order, Overflow> {
        match self {
            Purchase::Packs { package, packs } => pack_order(package, *packs),
            Purchase::UpTo { target, increment, .. } => {
                let gap = i128::from(target.micro()) - i128::from(balance.micro());
                let step = i128::from(increment.micro().max(1));
                let increments = (gap + step - 1).div_euclid(step).max(1);
                self.increments(increments, minor)
            }
        }
    }

    /// Returns the largest order, no larger than the one wanted, that fits the headroom: fewer
    /// packs, or fewer increments. `None` if not even one fits.
    pub fn clipped(
        &self,
        wanted: Order,
        room: Headroom,
        minor: u32,
    ) -> Result<Option<Order>, Overflow> {
        let fits = |order: &Order| {
            room.money.is_none_or(|most| order.price <= most)
                && room.credits.is_none_or(|most| order.credits <= most)
        };
        let nth = |count: i128| match self {
            Purchase::Packs { package, .. } => pack_order(package, count as u32),
            Purchase::UpTo { .. } => self.increments(count, minor),
        };
        let step = match self {
            Purchase::Packs { package, .. } => package.credits,
            Purchase::UpTo { increment, .. } => *increment,
        };
        // Bisection: credits and price both grow with the count.
        let (mut low, mut high) = (0, i128::from(wanted.credits.micro() / step.micro().max(1)));
        while low < high {
            let middle = low + (high - low + 1) / 2;
            if fits(&nth(middle)?) { low = middle } else { high = middle - 1 }
        }
        if low == 0 { Ok(None) } else { nth(low).map(Some) }
    }

    fn increments(&self, count: i128, minor: u32) -> Result<Order, Overflow> {
        let Purchase::UpTo { increment, unit_price, .. } = self else {
            return Ok(Order::default());
        };
        let micro = i64::try_from(i128::from(increment.micro()) * count);
        let credits = micro.map(Credits::from_micro).map_err(|_| CreditsOverflow)?;
        Ok(Order { credits, price: unit_price.for_credits(credits, minor)? })
    }

    /// Returns the smallest recharge that a clipping cap can leave: one pack, or one increment.
    pub fn smallest(&self, minor: u32) -> Result<Order, Overflow> {
        match self {
            Purchase::Packs { package, .. } => pack_order(package, 1),
            Purchase::UpTo { .. } => self.increments(1, minor),
        }
    }
}

#[inline]
fn pack_order(package: &Package, packs: u32) -> Result<Order, Overflow> {
    let packs = u64::from(packs);
    Ok(Order { credits: package.credits.times(packs)?, price: package.price.times(packs)? })
}

/// Lifetime of purchased credits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lifetime {
    /// They never expire.
    #[default]
    Never,
    /// Until the end of the billing cycle they arrive in.
    CycleEnd,
    /// This long from the instant they arrive.
    For(Duration),
}

impl Lifetime {
    /// Returns the expiry of credits that arrive at `at` in a cycle that ends at `cycle_end`.
    #[inline]
    pub fn expiry(self, at: Instant, cycle_end: Instant) -> Expiry {
        match self {
            Lifetime::Never => Expiry::Never,
            Lifetime::CycleEnd => Expiry::WithCycle(cycle_end),
            Lifetime::For(length) => Expiry::At(at.plus(length)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packs(packs: u32) -> Purchase {
        let price = "17.00".parse().unwrap();
        let package = Package { name: "3000".into(), credits: Credits::whole(3_000), price };
        Purchase::Packs { package, packs }
    }

    fn up_to(target: i64, increment: i64) -> Purchase {
        Purchase::UpTo {
            target: Credits::whole(target),
            increment: Credits::whole(increment),
            unit_price: "0.005".parse().unwrap(),
        }
    }

    fn shown(order: Order) -> String {
        format!("{} for {}", order.credits, order.price.text(2))
    }

    #[test]
    fn packs_cost_their_price_each() {
        assert_eq!(shown(packs(2).order(Credits::ZERO, 2).unwrap()), "6000 for 34.00");
    }

    #[test]
    fn a_target_is_reached_in_whole_increments() {
        let order = |balance| shown(up_to(1_000, 100).order(Credits::whole(balance), 2).unwrap());
        assert_eq!(order(100), "900 for 4.50");
        assert_eq!(order(101), "900 for 4.50");
        assert_eq!(order(99), "1000 for 5.00");
        assert_eq!(order(-1), "1100 for 5.50");
    }

    #[test]
    fn clipping_leaves_the_most_that_fits() {
        let clip = |purchase: &Purchase, money: &str| {
            let room = Headroom { money: Some(money.parse().unwrap()), credits: None };
            let wanted = purchase.order(Credits::ZERO, 2).unwrap();
            purchase.clipped(wanted, room, 2).unwrap().map(shown)
        };
        assert_eq!(clip(&packs(3), "40.00").as_deref(), Some("6000 for 34.00"));
        assert_eq!(clip(&packs(3), "51.00").as_deref(), Some("9000 for 51.00"));
        assert_eq!(clip(&packs(3), "16.99"), None);
        assert_eq!(clip(&up_to(1_000, 100), "3.20").as_deref(), Some("600 for 3.00"));
        assert_eq!(clip(&up_to(1_000, 100), "0.49"), None);
    }
}
