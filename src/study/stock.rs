//! The value of the purchased credits that a run starts and ends with. Contract §11.

use crate::domain::{CreditTotal, Credits, Duration, Grant, Instant, Pool, Source, Window};
use crate::engine::{Opening, Setup};
use crate::figures::Figures;
use crate::policy::{Offer, Order, Shortage};

/// What credits at both ends of a run are worth, beside its spend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StockValue {
    /// Cost of the purchased credits left at the end, as far as they will be used before they expire, at the mean
    /// price of all purchased in the run. The cost of an opening balance is not spend of the run.
    pub left: f64,
    /// Cost of what was used of an opening balance that nobody states, at that price, or at that of a recharge of an
    /// empty account where nothing was purchased.
    pub used_of_assumed: f64,
}

impl StockValue {
    /// Of a run that ended with `grants`, in burn-down order.
    pub fn of(figures: &Figures, setup: &Setup, grants: &[Grant]) -> StockValue {
        let bought =
            (figures.granted_recharge + figures.granted_top_up + figures.restored).to_f64();
        let spend = figures.recharge_spend.to_f64() + figures.top_up_spend.to_f64();
        let kept = (bought - figures.taken_back.to_f64()).max(0.0);
        let opening = setup.opening.as_ref();
        let assumed = opening.map_or(CreditTotal::ZERO, Opening::assumed_credits);
        let used = used_of(assumed - figures.expired_opening, kept, grants);
        match bought > 0.0 {
            true => StockValue {
                left: usable(figures, setup, grants).to_f64().min(kept) * spend / bought,
                used_of_assumed: used * spend / bought,
            },
            false => StockValue {
                left: 0.0,
                used_of_assumed: if used > 0.0 {
                    used * list_price(setup).unwrap_or(0.0)
                } else {
                    0.0
                },
            },
        }
    }
}

/// What is used of credits that were `held` at the start, where `kept` were bought and what is left in `grants` counts as
/// bought first: credits of one pool are alike.
fn used_of(held: CreditTotal, kept: f64, grants: &[Grant]) -> f64 {
    let paid = purchased(grants).filter(|grant| grant.source != Source::Gift);
    let left: i128 = paid.map(|grant| i128::from(grant.left.micro())).sum();
    let held = held.to_f64().max(0.0);
    let of_held = (CreditTotal::from_micro(left).to_f64() - kept).clamp(0.0, held);
    held - of_held
}

/// What a credit costs in a recharge of an empty account, at the rules of the start; `None` where none is sold.
pub fn list_price(setup: &Setup) -> Option<f64> {
    let recharge = setup.policy.recharge.as_ref()?;
    let contract = &setup.policy.contract;
    let offer = Offer {
        purchase: &recharge.purchase,
        closes_gap: false,
        pricing: &recharge.pricing,
        tax: contract.tax,
        minor: contract.minor,
    };
    let empty = Shortage { balance: Credits::ZERO, threshold: Credits::ZERO, level: Credits::ZERO };
    let Order { credits, price } = offer.order(offer.count(empty)).ok()?;
    credits.is_positive().then(|| price.to_f64() / CreditTotal::from(credits).to_f64())
}

/// The part of what is left that will be used before it expires.
fn usable(figures: &Figures, setup: &Setup, grants: &[Grant]) -> CreditTotal {
    let opening = setup.opening.as_ref().map(Opening::purchased_credits);
    let came = opening.unwrap_or(CreditTotal::ZERO)
        + figures.granted_recharge
        + figures.granted_top_up
        + figures.granted_gift
        + figures.restored;
    RateOfUse::of(came - figures.expired - figures.taken_back, setup.horizon, grants).usable(grants)
}

/// The rate at which a run used purchased credits, and is assumed to go on.
#[derive(Clone, Copy, Debug)]
struct RateOfUse {
    /// Bought and given credits used in the run, in millionths.
    used: i128,
    /// The length of the run, in milliseconds.
    length: i128,
    end: Instant,
}

impl RateOfUse {
    /// Of a run over `horizon` in which `held` bought and given credits were used, or are left in `grants`.
    fn of(held: CreditTotal, horizon: Window, grants: &[Grant]) -> RateOfUse {
        let left: i128 = purchased(grants).map(|grant| i128::from(grant.left.micro())).sum();
        let length = horizon.to.since(horizon.from).max(Duration::from_millis(1));
        let used = (held.micro() - left).max(0);
        RateOfUse { used, length: i128::from(length.millis()), end: horizon.to }
    }

    /// The amount used by `at`, in millionths.
    fn used_by(self, at: Instant) -> i128 {
        match at {
            Instant::NEVER => i128::MAX,
            at => self.used.saturating_mul(i128::from(at.since(self.end).millis())) / self.length,
        }
    }

    /// The part of what is left of bought credits that is used before it expires. Gifts are used in their place.
    fn usable(self, grants: &[Grant]) -> CreditTotal {
        let (mut ahead, mut usable) = (0_i128, 0_i128);
        for grant in purchased(grants) {
            let in_time = (self.used_by(grant.expiry.instant()) - ahead).max(0);
            let used = in_time.min(i128::from(grant.left.micro()));
            ahead += used;
            usable += if grant.source == Source::Gift { 0 } else { used };
        }
        CreditTotal::from_micro(usable)
    }
}

fn purchased(grants: &[Grant]) -> impl Iterator<Item = &Grant> {
    grants.iter().filter(|grant| grant.pool == Pool::Purchased)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::{BurnRank, Credits, Expiry, Money};
    use crate::scenario::Scenario;

    /// 100 days, and grants as `credits expiry` in days after its end, `-` for never.
    fn usable(held: i64, grants: &str) -> f64 {
        let horizon = Window { from: day(0), to: day(100) };
        let grant = |text: &str| {
            let (source, text) = match text.strip_prefix("gift ") {
                Some(text) => (Source::Gift, text),
                None => (Source::Recharge, text),
            };
            let (credits, expiry) = text.split_once(' ').unwrap();
            let left = Credits::whole(credits.parse().unwrap());
            Grant {
                pool: Pool::Purchased,
                source,
                amount: left,
                left,
                price: Money::ZERO,
                expiry: match expiry {
                    "-" => Expiry::Never,
                    days => Expiry::At(day(100 + days.parse::<i64>().unwrap())),
                },
                cycle: 0,
                rank: BurnRank::ALLOWANCE,
                number: 0,
                lot: 0,
            }
        };
        let grants: Vec<Grant> =
            grants.split(", ").filter(|text| !text.is_empty()).map(grant).collect();
        let held = CreditTotal::from(Credits::whole(held));
        RateOfUse::of(held, horizon, &grants).usable(&grants).to_f64()
    }

    fn day(day: i64) -> Instant {
        Instant::from_millis(0).plus(Duration::from_millis(day * Duration::DAY.millis()))
    }

    fn left(credits: i64, source: Source) -> Grant {
        Grant {
            pool: Pool::Purchased,
            source,
            amount: Credits::whole(credits),
            left: Credits::whole(credits),
            price: Money::ZERO,
            expiry: Expiry::Never,
            cycle: 0,
            rank: BurnRank::ALLOWANCE,
            number: 0,
            lot: 0,
        }
    }

    #[test]
    fn what_is_used_of_the_balance_at_the_start_is_what_is_not_left_of_it_beyond_what_was_bought() {
        for (held, bought, opening, recharge, gift, used) in [
            // Nothing was bought: all that is left is of the start.
            (23, 0.0, 1, 0, 0, 22.0),
            (23, 0.0, 23, 0, 0, 0.0),
            (23, 0.0, 0, 0, 0, 23.0),
            // What is left counts as bought first, whichever burned first.
            (23, 18.0, 1, 18, 0, 22.0),
            (23, 18.0, 19, 0, 0, 22.0),
            (23, 18.0, 0, 18, 0, 23.0),
            (23, 18.0, 23, 18, 0, 0.0),
            // A gift that is left is neither.
            (23, 0.0, 1, 0, 50, 22.0),
            // All of it expired.
            (0, 0.0, 0, 0, 0, 0.0),
        ] {
            let grants = [
                left(opening, Source::Opening),
                left(recharge, Source::Recharge),
                left(gift, Source::Gift),
            ];
            let held = CreditTotal::from(Credits::whole(held));
            let told =
                format!("{held:?} held, {bought} bought, {opening}, {recharge}, {gift} left");
            assert_eq!(used_of(held, bought, &grants), used, "{told}");
        }
    }

    #[test]
    fn a_credit_costs_what_a_recharge_of_an_empty_account_makes_of_it() {
        let price = |text: &str| {
            let dates = "currency = \"USD\"\nstart = 2026-01-01\nend = 2026-02-01\n";
            let scenario = Scenario::from_text("t.toml", &format!("{dates}{text}"), Path::new(""));
            list_price(&scenario.unwrap().setup)
        };
        let packs = "packages.a = { credits = 100, price = \"7\" }\n\
                     [recharge]\nat_or_below = 10\npackage = \"a\"\npacks = 2\n";
        assert_eq!(price(""), None);
        assert_eq!(price(packs), Some(14.0 / 200.0));
        // A tax of 10 % on it.
        assert_eq!(price(&format!("tax = \"10%\"\n{packs}")), Some(15.4 / 200.0));
        let up_to = "[recharge]\nbelow = 5\nup_to = 20\nincrement = 5\nunit_price = \"1\"\nsurcharge = \"5.5%\"\n";
        assert_eq!(price(up_to), Some(21.1 / 20.0));
    }

    #[test]
    fn what_is_left_counts_as_far_as_it_is_used_before_it_expires() {
        for (held, grants, expected) in [
            // Ten a day were used: 200 are gone after 20 days.
            (1_200, "200 20", 200.0),
            (1_200, "200 19", 190.0),
            (1_200, "200 365", 200.0),
            (1_200, "200 -", 200.0),
            // The second waits for the first.
            (1_200, "100 10, 100 20", 200.0),
            (1_200, "100 9, 100 20", 200.0 - 10.0),
            (1_200, "100 10, 100 19", 190.0),
            // Credits that expire unused do not delay later ones.
            (1_100, "50 1, 50 6", 10.0 + 50.0),
            // Credits that burn first delay those that expire earlier.
            (1_200, "100 -, 100 10", 100.0),
            (1_200, "100 -, 100 15", 150.0),
            // Nothing was used, so nothing will be; what never expires waits.
            (200, "200 365", 0.0),
            (200, "200 -", 200.0),
            (1_000, "", 0.0),
            // A gift is worth nothing, and delays what burns after it.
            (1_200, "gift 100 -, 100 15", 50.0),
            (1_200, "100 10, gift 100 20", 100.0),
        ] {
            assert_eq!(usable(held, grants), expected, "{held} held, {grants}");
        }
    }
}
