//! The order of a recharge and its cost. Source: contract §6.

use std::sync::Arc;

use crate::domain::{
    Credits, CreditsOverflow, Duration, Expiry, Instant, Money, MoneyOverflow, Share,
};

use super::trigger::{Bases, Trigger};

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
        /// The balance it counts from.
        from: TargetFrom,
        /// The step in which credits are sold.
        increment: Credits,
        /// Price of one credit.
        unit_price: Money,
    },
}

/// The balance that a target counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TargetFrom {
    /// An empty account.
    #[default]
    Zero,
    /// The threshold of the trigger.
    Threshold,
}

/// Terms of recharges that do not depend on the kind of purchase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pricing {
    /// Steps of the size of a recharge, the smallest first.
    pub sizes: Vec<SizeStep>,
    /// Share added to the price.
    pub surcharge: Share,
    /// Added to each charge, after the surcharge.
    pub fixed_fee: Money,
}

/// Terms of recharges from a size on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SizeStep {
    /// The least credits they apply to.
    pub from: Credits,
    /// Share taken off the price.
    pub discount: Share,
    /// Share of the credits that comes beside them.
    pub bonus: Share,
    /// Credits that come beside them.
    pub bonus_credits: Credits,
}

/// The position that decides how much a recharge buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The balance.
    pub balance: Credits,
    /// The threshold of the trigger.
    pub threshold: Credits,
    /// The highest balance at which the trigger holds.
    pub level: Credits,
}

impl Shortage {
    /// The position at a balance, with the trigger as it is.
    #[inline(always)]
    pub fn new(balance: Credits, trigger: &Trigger, bases: &Bases) -> Shortage {
        let level = trigger.level(bases);
        let threshold = if let Trigger::Below(threshold) = trigger { *threshold } else { level };
        Shortage { balance, threshold, level }
    }
}

/// All that decides the content of a charge.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The size.
    pub purchase: &'a Purchase,
    /// As many packs as lift the balance above the trigger.
    pub closes_gap: bool,
    /// The terms.
    pub pricing: &'a Pricing,
    /// Share added to what is charged.
    pub tax: Share,
    /// Decimals of the currency's minor unit.
    pub minor: u32,
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

impl Headroom {
    #[inline]
    fn fits(&self, order: &Order) -> bool {
        self.money.is_none_or(|most| order.price <= most)
            && self.credits.is_none_or(|most| order.credits <= most)
    }
}

impl Purchase {
    /// Credits of one pack, or of one increment.
    fn step(&self) -> Credits {
        match self {
            Purchase::Packs { package, .. } => package.credits,
            Purchase::UpTo { increment, .. } => *increment,
        }
    }

    /// Returns so many packs or increments at their price.
    #[inline]
    fn of(&self, count: i128, minor: u32) -> Result<Order, Overflow> {
        match self {
            Purchase::Packs { package, .. } => {
                let packs = u64::try_from(count).map_err(|_| CreditsOverflow)?;
                let credits = package.credits.times(packs)?;
                Ok(Order { credits, price: package.price.times(packs)? })
            }
            Purchase::UpTo { increment, unit_price, .. } => {
                let micro = i128::from(increment.micro()).checked_mul(count);
                let micro = micro.and_then(|micro| i64::try_from(micro).ok());
                let credits = micro.map(Credits::from_micro).ok_or(CreditsOverflow)?;
                Ok(Order { credits, price: unit_price.for_credits(credits, minor)? })
            }
        }
    }
}

impl Pricing {
    #[inline]
    fn is_plain(&self) -> bool {
        self.sizes.is_empty() && self.surcharge == Share::NONE && !self.fixed_fee.is_positive()
    }

    /// Returns the order at the terms of its size.
    fn apply(&self, order: Order, minor: u32) -> Result<Order, Overflow> {
        let step = self.sizes.iter().rev().find(|step| step.from <= order.credits);
        let mut left = Share::ALL.millionths();
        let mut credits = order.credits;
        if let Some(step) = step {
            left -= step.discount.millionths();
            credits = credits.plus(step.bonus.of(order.credits))?.plus(step.bonus_credits)?;
        }
        let whole = Share::ALL.millionths();
        let part = left * (whole + self.surcharge.millionths());
        let price = order.price.share(part, whole * whole, minor)?.plus(self.fixed_fee)?;
        Ok(Order { credits, price })
    }
}

impl Offer<'_> {
    /// Returns the number of packs or increments of a recharge.
    #[inline]
    pub fn count(&self, shortage: Shortage) -> i128 {
        let balance = i128::from(shortage.balance.micro());
        let step = i128::from(self.purchase.step().micro().max(1));
        match self.purchase {
            Purchase::Packs { packs, .. } if self.closes_gap => {
                let gap = i128::from(shortage.level.micro()) - balance;
                (gap.div_euclid(step) + 1).max(i128::from(*packs))
            }
            Purchase::Packs { packs, .. } => i128::from(*packs),
            Purchase::UpTo { target, from, .. } => {
                let from = match from {
                    TargetFrom::Zero => 0,
                    TargetFrom::Threshold => i128::from(shortage.threshold.micro()),
                };
                let gap = from + i128::from(target.micro()) - balance;
                (gap + step - 1).div_euclid(step).max(1)
            }
        }
    }

    /// Returns so many packs or increments at all terms.
    #[inline]
    pub fn order(&self, count: i128) -> Result<Order, Overflow> {
        let order = self.purchase.of(count, self.minor)?;
        let order = match self.pricing.is_plain() {
            true => order,
            false => self.pricing.apply(order, self.minor)?,
        };
        Ok(Order { price: with_tax(order.price, self.tax, self.minor)?, ..order })
    }

    /// Returns the smallest recharge that a clipping cap can leave: one pack, or one increment.
    pub fn smallest(&self) -> Result<Order, Overflow> {
        self.order(1)
    }

    /// Returns the largest order of at most `wanted` packs or increments that fits the headroom. `None` if not even
    /// one fits.
    pub fn clipped(&self, wanted: i128, room: Headroom) -> Result<Option<Order>, Overflow> {
        let step = i128::from(self.purchase.step().micro().max(1));
        let mut most = wanted;
        // Between two steps of size credits and price both grow with the count; across one they may fall.
        for size in self.pricing.sizes.iter().rev() {
            let first = (i128::from(size.from.micro()) + step - 1).div_euclid(step).max(1);
            if let Some(order) = self.largest(first, most, room)? {
                return Ok(Some(order));
            }
            most = most.min(first - 1);
        }
        self.largest(1, most, room)
    }

    /// Returns the largest order from `least` to `most` packs or increments that fits, by bisection.
    fn largest(&self, least: i128, most: i128, room: Headroom) -> Result<Option<Order>, Overflow> {
        let (mut low, mut high) = (least - 1, most);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            if room.fits(&self.order(middle)?) { low = middle } else { high = middle - 1 }
        }
        if low < least { Ok(None) } else { self.order(low).map(Some) }
    }
}

/// Returns an amount with tax, rounded half-even to `minor` decimals.
#[inline]
pub fn with_tax(amount: Money, tax: Share, minor: u32) -> Result<Money, MoneyOverflow> {
    if tax == Share::NONE {
        return Ok(amount);
    }
    let whole = Share::ALL.millionths();
    amount.share(whole + tax.millionths(), whole, minor)
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
    /// Returns the expiry of credits that arrive at `at` in a cycle that ends at `cycle_end`, with a grace after
    /// the end of their lifetime.
    #[inline]
    pub fn expiry(self, at: Instant, cycle_end: Instant, grace: Duration) -> Expiry {
        match self {
            Lifetime::Never => Expiry::Never,
            Lifetime::CycleEnd if grace == Duration::ZERO => Expiry::WithCycle(cycle_end),
            Lifetime::CycleEnd => Expiry::At(cycle_end.plus(grace)),
            Lifetime::For(length) => Expiry::At(at.plus(length).plus(grace)),
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

    fn up_to(target: i64, increment: i64, from: TargetFrom) -> Purchase {
        Purchase::UpTo {
            target: Credits::whole(target),
            from,
            increment: Credits::whole(increment),
            unit_price: "0.005".parse().unwrap(),
        }
    }

    fn size(from: i64, discount: &str, bonus: &str, bonus_credits: i64) -> SizeStep {
        SizeStep {
            from: Credits::whole(from),
            discount: discount.parse().unwrap(),
            bonus: bonus.parse().unwrap(),
            bonus_credits: Credits::whole(bonus_credits),
        }
    }

    fn offer<'a>(purchase: &'a Purchase, pricing: &'a Pricing) -> Offer<'a> {
        Offer { purchase, closes_gap: false, pricing, tax: Share::NONE, minor: 2 }
    }

    fn at(balance: i64) -> Shortage {
        let trigger = Trigger::Below(Credits::whole(500));
        Shortage::new(Credits::whole(balance), &trigger, &Bases::default())
    }

    fn ordered(offer: Offer<'_>, balance: i64) -> String {
        shown(offer.order(offer.count(at(balance))).unwrap())
    }

    fn shown(order: Order) -> String {
        format!("{} for {}", order.credits, order.price.text(2))
    }

    #[test]
    fn packs_cost_their_price_each() {
        assert_eq!(ordered(offer(&packs(2), &Pricing::default()), 0), "6000 for 34.00");
    }

    #[test]
    fn a_target_is_reached_in_whole_increments() {
        let (purchase, pricing) = (up_to(1_000, 100, TargetFrom::Zero), Pricing::default());
        let order = |balance| ordered(offer(&purchase, &pricing), balance);
        assert_eq!(order(100), "900 for 4.50");
        assert_eq!(order(101), "900 for 4.50");
        assert_eq!(order(99), "1000 for 5.00");
        assert_eq!(order(-1), "1100 for 5.50");
    }

    #[test]
    fn a_target_from_the_threshold_adds_what_is_missing_to_it() {
        let (purchase, pricing) = (up_to(1_000, 1, TargetFrom::Threshold), Pricing::default());
        let order = |balance| ordered(offer(&purchase, &pricing), balance);
        assert_eq!(order(499), "1001 for 5.00");
        assert_eq!(order(0), "1500 for 7.50");
        assert_eq!(order(-100), "1600 for 8.00");
    }

    #[test]
    fn as_many_packs_are_bought_as_lift_the_balance_above_the_trigger() {
        let (purchase, pricing) = (packs(1), Pricing::default());
        let order =
            |balance| ordered(Offer { closes_gap: true, ..offer(&purchase, &pricing) }, balance);
        assert_eq!(order(499), "3000 for 17.00");
        // At 500 a trigger of less than 500 holds no longer.
        assert_eq!(order(-2_500), "3000 for 17.00");
        assert_eq!(order(-2_501), "6000 for 34.00");
    }

    #[test]
    fn the_last_size_that_is_reached_applies_to_all_of_a_recharge() {
        let sizes = vec![size(6_000, "0%", "10%", 0), size(9_000, "50%", "0%", 7)];
        let pricing = Pricing {
            sizes,
            surcharge: "30%".parse().unwrap(),
            fixed_fee: "0.35".parse().unwrap(),
        };
        let order = |count| ordered(offer(&packs(count), &pricing), 0);
        assert_eq!(order(1), "3000 for 22.45");
        assert_eq!(order(2), "6600 for 44.55");
        assert_eq!(order(3), "9007 for 33.50");
        let one = packs(1);
        let taxed = Offer { tax: "19%".parse().unwrap(), ..offer(&one, &pricing) };
        // 26.7155, to the even cent.
        assert_eq!(ordered(taxed, 0), "3000 for 26.72");
    }

    fn clip(purchase: &Purchase, pricing: &Pricing, money: &str) -> Option<String> {
        let room = Headroom { money: Some(money.parse().unwrap()), credits: None };
        let offer = offer(purchase, pricing);
        offer.clipped(offer.count(at(0)), room).unwrap().map(shown)
    }

    #[test]
    fn clipping_leaves_the_most_that_fits() {
        let plain = Pricing::default();
        assert_eq!(clip(&packs(3), &plain, "40.00").as_deref(), Some("6000 for 34.00"));
        assert_eq!(clip(&packs(3), &plain, "51.00").as_deref(), Some("9000 for 51.00"));
        assert_eq!(clip(&packs(3), &plain, "16.99"), None);
        let thousand = up_to(1_000, 100, TargetFrom::Zero);
        assert_eq!(clip(&thousand, &plain, "3.20").as_deref(), Some("600 for 3.00"));
        assert_eq!(clip(&thousand, &plain, "0.49"), None);
    }

    #[test]
    fn where_more_costs_less_the_most_that_fits_is_bought() {
        let pricing = Pricing { sizes: vec![size(9_000, "50%", "0%", 0)], ..Pricing::default() };
        assert_eq!(clip(&packs(3), &pricing, "25.50").as_deref(), Some("9000 for 25.50"));
        assert_eq!(clip(&packs(3), &pricing, "25.49").as_deref(), Some("3000 for 17.00"));
        assert_eq!(clip(&packs(2), &pricing, "40.00").as_deref(), Some("6000 for 34.00"));
        assert_eq!(clip(&packs(3), &pricing, "16.99"), None);
    }
}
