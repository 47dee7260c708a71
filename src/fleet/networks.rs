//! Limits of card networks on charges of a card that declines, as data with sources (`networks.toml`), and an
//! account's charges against them.
//!
//! Charges that never reach a network do not count: those of an account without a payment method or a subscription,
//! and those in an outage of the payment processor. A charge that succeeds and a repair of the payment method begin
//! the count anew.

use std::collections::VecDeque;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::domain::{Duration, Instant};
use crate::policy::Decline;

/// A limit of a card network.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkLimit {
    /// The network, and which of its limits.
    pub network: String,
    /// Declined charges that are allowed in the window.
    pub attempts: u32,
    /// The length of the window, in hours; it slides.
    pub hours: i64,
    /// Which declines count.
    pub after: CountedDeclines,
    /// The page that states it.
    pub source: String,
}

/// The declines that count against a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedDeclines {
    /// All since the last charge that succeeded.
    Any,
    /// All from the first hard decline on, as of a card that will never be approved.
    Hard,
}

/// All limits of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    limits: Vec<NetworkLimit>,
}

static LIMITS: LazyLock<Vec<NetworkLimit>> = LazyLock::new(|| {
    let read: Result<LimitsFile, _> = toml::from_str(include_str!("networks.toml"));
    read.expect("the tests read the file").limits
});

/// The limits, in the order of the file.
pub fn network_limits() -> &'static [NetworkLimit] {
    &LIMITS
}

/// Charges of accounts against one limit, as if every card were of that network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitUse {
    /// Accounts with a charge beyond the limit.
    pub accounts: u64,
    /// Charges beyond it.
    pub beyond: u64,
    /// The most declined charges of one account in the window.
    pub most: u64,
}

impl LimitUse {
    /// Adds other accounts.
    pub(super) fn add(&mut self, other: &LimitUse) {
        self.accounts += other.accounts;
        self.beyond += other.beyond;
        self.most = self.most.max(other.most);
    }
}

/// The declined charges of one account.
#[derive(Clone, Debug, Default)]
pub(super) struct DeclinedCharges {
    /// For each limit: what was found, and the charges in the present window.
    limits: Vec<(LimitUse, VecDeque<Instant>)>,
    /// Whether a hard decline came since the last success.
    hard: bool,
}

impl DeclinedCharges {
    /// The next charge, which failed.
    pub(super) fn failed(&mut self, at: Instant, decline: Decline) {
        match decline {
            Decline::Soft | Decline::Verification => {}
            Decline::Hard => self.hard = true,
            Decline::Outage | Decline::NoPaymentMethod | Decline::NoSubscription => return,
        }
        self.limits.resize_with(LIMITS.len(), Default::default);
        for (limit, (found, window)) in LIMITS.iter().zip(&mut self.limits) {
            if limit.after == CountedDeclines::Hard && !self.hard {
                continue;
            }
            let length = Duration::from_millis(limit.hours * Duration::HOUR.millis());
            while window.front().is_some_and(|first| first.plus(length) <= at) {
                window.pop_front();
            }
            window.push_back(at);
            let inside = window.len() as u64;
            found.most = found.most.max(inside);
            if inside > u64::from(limit.attempts) {
                found.beyond += 1;
                found.accounts = 1;
            }
        }
    }

    /// A charge succeeded, or the payment method was repaired.
    pub(super) fn cleared(&mut self) {
        self.hard = false;
        self.limits.iter_mut().for_each(|(_, window)| window.clear());
    }

    /// What was found, by limit; empty where no charge was declined.
    pub(super) fn found(self) -> Vec<LimitUse> {
        self.limits.into_iter().map(|(found, _)| found).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = Duration::HOUR.millis();

    fn declined(charges: &[(i64, Decline)]) -> Vec<LimitUse> {
        let mut declined = DeclinedCharges::default();
        for &(hour, decline) in charges {
            declined.failed(Instant::from_millis(hour * HOUR), decline);
        }
        declined.found()
    }

    fn of(network: &str, found: &[LimitUse]) -> (u64, u64, u64) {
        let place = network_limits().iter().position(|limit| limit.network == network);
        let found = found[place.expect("it is a limit of the file")];
        (found.accounts, found.beyond, found.most)
    }

    #[test]
    fn every_limit_has_a_source_and_a_name_of_its_own() {
        let limits = network_limits();
        for limit in limits {
            assert!(limit.source.starts_with("https://"), "{limit:?}");
            assert!(limit.attempts > 0 && limit.hours > 0);
            assert_eq!(limits.iter().filter(|other| other.network == limit.network).count(), 1);
        }
    }

    #[test]
    fn the_charge_after_the_last_allowed_one_is_beyond_a_limit() {
        let soft = |count: i64, apart: i64| -> Vec<(i64, Decline)> {
            (0..count).map(|n| (n * apart, Decline::Soft)).collect()
        };
        assert_eq!(of("Visa", &declined(&soft(20, 30))), (0, 0, 20));
        assert_eq!(of("Visa", &declined(&soft(22, 30))), (1, 2, 22));
        // A window of 24 hours holds the charges of hours 0 to 23; that of hour 24 is in the next.
        assert_eq!(of("Mastercard, a day", &declined(&soft(10, 1))), (0, 0, 10));
        assert_eq!(of("Mastercard, a day", &declined(&soft(11, 1))), (1, 1, 11));
        let mut apart = soft(10, 1);
        apart.push((24, Decline::Soft));
        assert_eq!(of("Mastercard, a day", &declined(&apart)), (0, 0, 10));
    }

    #[test]
    fn a_dead_card_may_not_be_tried_again() {
        let found = declined(&[(0, Decline::Soft), (1, Decline::Hard), (2, Decline::Hard)]);
        assert_eq!(of("Visa, never retry", &found), (1, 1, 2));
        assert_eq!(of("Visa, never retry", &declined(&[(0, Decline::Soft); 9])), (0, 0, 0));
    }

    #[test]
    fn a_charge_that_succeeds_begins_the_count_anew_and_outages_do_not_count() {
        let mut declined = DeclinedCharges::default();
        for hour in 0..30 {
            let at = Instant::from_millis(hour * HOUR / 2);
            declined.failed(at, Decline::Outage);
            declined.failed(at, Decline::Hard);
            if hour % 10 == 9 {
                declined.cleared();
            }
        }
        let found = declined.found();
        assert_eq!(of("Mastercard, a day", &found), (0, 0, 10));
        assert_eq!(of("Visa, never retry", &found), (1, 27, 10));
    }
}
