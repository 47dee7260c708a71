//! What a failed charge does: retries, suspension, what counts towards it. Source: contract §8.
//!
//! Whether a charge fails is luck and not a rule; it is answered elsewhere.

use crate::domain::Duration;

use super::eligibility::{Prerequisite, Prerequisites};

/// The vendor's terms for failed charges.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PaymentTerms {
    /// What a charge needs to succeed.
    pub needs: ChargeNeeds,
    /// How long to wait after the first, second, … failure in a row; the last repeats. At least one.
    pub retry_after: Vec<Duration>,
    /// Auto-recharge is suspended at so many failures in a row; never when `None`.
    pub disable_after: Option<u32>,
    /// What a soft decline (one that may pass) does.
    pub soft_decline: OnFailure,
    /// What a hard decline (one that stays) does.
    pub hard_decline: OnFailure,
    /// What an outage of the payment processor does.
    pub processor_outage: OnFailure,
}

/// What an account must have when a charge settles; without it the charge fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChargeNeeds {
    /// An active subscription.
    pub subscription: bool,
    /// A payment method on file.
    pub payment_method: bool,
}

impl ChargeNeeds {
    /// Nothing.
    pub const NOTHING: ChargeNeeds = ChargeNeeds { subscription: false, payment_method: false };
    /// All there is to need.
    pub const ALL: ChargeNeeds = ChargeNeeds { subscription: true, payment_method: true };

    /// Whether a charge needs this.
    pub fn includes(self, one: Prerequisite) -> bool {
        match one {
            Prerequisite::Subscription => self.subscription,
            Prerequisite::PaymentMethod => self.payment_method,
            Prerequisite::Owner | Prerequisite::OnlineBilling | Prerequisite::AddOn => false,
        }
    }

    /// Why a charge of an account that has `facts` fails before it reaches the processor, if it does.
    pub fn decline(self, facts: Prerequisites) -> Option<Decline> {
        let lacks = |one: Prerequisite| self.includes(one) && !facts.has(one);
        if lacks(Prerequisite::PaymentMethod) {
            Some(Decline::NoPaymentMethod)
        } else if lacks(Prerequisite::Subscription) {
            Some(Decline::NoSubscription)
        } else {
            None
        }
    }
}

/// What one failure does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnFailure {
    /// It counts towards `disable_after`.
    #[default]
    Count,
    /// It suspends at once.
    Suspend,
    /// It is retried and counts for nothing.
    Ignore,
}

/// Why a charge failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decline {
    /// One that may pass: no funds at the moment.
    Soft,
    /// One that stays until the owner acts: an expired or stolen card.
    Hard,
    /// The payment processor was out of service.
    Outage,
    /// The cardholder did not pass, or never answered, the bank's verification.
    Verification,
    /// No payment method was on file.
    NoPaymentMethod,
    /// No subscription was active.
    NoSubscription,
}

impl PaymentTerms {
    /// What a failure does; a failed verification counts as a soft decline, and what the account lacks as
    /// a hard one.
    pub fn on(&self, decline: Decline) -> OnFailure {
        match decline {
            Decline::Soft | Decline::Verification => self.soft_decline,
            Decline::Hard | Decline::NoPaymentMethod | Decline::NoSubscription => self.hard_decline,
            Decline::Outage => self.processor_outage,
        }
    }

    /// How long to wait after `in_a_row` failures in a row.
    pub fn wait(&self, in_a_row: u32) -> Duration {
        let last = self.retry_after.last().expect("there is at least one wait");
        // An ignored first failure is none in a row, and waits the first.
        let nth = in_a_row.max(1) as usize - 1;
        *self.retry_after.get(nth).unwrap_or(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_wait_repeats() {
        let hours = |h: i64| Duration::from_millis(h * 3_600_000_i64);
        let terms = PaymentTerms {
            needs: ChargeNeeds::ALL,
            retry_after: vec![hours(1), hours(2), hours(4)],
            disable_after: None,
            soft_decline: OnFailure::Count,
            hard_decline: OnFailure::Suspend,
            processor_outage: OnFailure::Ignore,
        };
        let waits: Vec<_> = (0..5).map(|n| terms.wait(n).millis() / 3_600_000_i64).collect();
        assert_eq!(waits, [1, 1, 2, 4, 4]);
    }

    #[test]
    fn a_charge_names_the_payment_method_before_the_subscription_and_nothing_else() {
        let (nothing, all) = (Prerequisites::NONE, Prerequisites::ALL);
        let method = nothing.with(Prerequisite::PaymentMethod, true);
        let subscription = nothing.with(Prerequisite::Subscription, true);
        for (needs, facts, expected) in [
            (ChargeNeeds::ALL, nothing, Some(Decline::NoPaymentMethod)),
            (ChargeNeeds::ALL, subscription, Some(Decline::NoPaymentMethod)),
            (ChargeNeeds::ALL, method, Some(Decline::NoSubscription)),
            (ChargeNeeds::ALL, method.with(Prerequisite::Subscription, true), None),
            (ChargeNeeds::ALL, all, None),
            (ChargeNeeds::NOTHING, nothing, None),
        ] {
            assert_eq!(needs.decline(facts), expected, "{facts:?}");
        }
    }
}
