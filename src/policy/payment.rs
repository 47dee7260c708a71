//! Consequences of a failed charge: retries, suspension, and the failures that count towards it.
//! Source: contract §8.
//!
//! The outcome of a charge is luck, not a rule; it is drawn elsewhere.

use crate::domain::Duration;

use super::eligibility::{Prerequisite, Prerequisites};
use super::reversal::UndonePayments;

/// The vendor's terms for failed charges.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PaymentTerms {
    /// Requirements of a charge.
    pub needs: ChargeNeeds,
    /// The waits after the first, second, … failure in a row; the last one repeats. At least one.
    pub retry_after: Vec<Duration>,
    /// Number of failures in a row that suspends auto-recharge; never if `None`.
    pub disable_after: Option<u32>,
    /// Consequence of a soft decline (a temporary one).
    pub soft_decline: OnFailure,
    /// Consequence of a hard decline (a permanent one).
    pub hard_decline: OnFailure,
    /// Consequence of an outage of the payment processor.
    pub processor_outage: OnFailure,
    /// What is taken back where payments are undone by chance.
    pub undone: UndonePayments,
}

/// The facts an account must have when a charge settles; the charge fails without them.
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
    /// Every requirement.
    pub const ALL: ChargeNeeds = ChargeNeeds { subscription: true, payment_method: true };

    /// Returns true if a charge requires this.
    pub fn includes(self, one: Prerequisite) -> bool {
        match one {
            Prerequisite::Subscription => self.subscription,
            Prerequisite::PaymentMethod => self.payment_method,
            Prerequisite::Owner | Prerequisite::OnlineBilling | Prerequisite::AddOn => false,
        }
    }

    /// The reason why a charge of an account with `facts` fails before it reaches the processor, if
    /// it does.
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

/// Consequence of one failure.
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

/// Reason of a failed charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decline {
    /// One that may pass: no funds at the moment.
    Soft,
    /// One that stays until the owner acts: an expired or stolen card.
    Hard,
    /// The payment processor was out of service.
    Outage,
    /// The cardholder failed or never answered the bank's verification.
    Verification,
    /// No payment method was on file.
    NoPaymentMethod,
    /// No subscription was active.
    NoSubscription,
}

impl PaymentTerms {
    /// Returns the consequence of a failure; a failed verification counts as a soft decline, and a
    /// fact that the account lacks as a hard one.
    pub fn on(&self, decline: Decline) -> OnFailure {
        match decline {
            Decline::Soft | Decline::Verification => self.soft_decline,
            Decline::Hard | Decline::NoPaymentMethod | Decline::NoSubscription => self.hard_decline,
            Decline::Outage => self.processor_outage,
        }
    }

    /// Returns true if a failure suspends auto-recharge, the last of so many in a row that count.
    pub fn suspends(&self, decline: Decline, in_a_row: u32) -> bool {
        match self.on(decline) {
            OnFailure::Suspend => true,
            OnFailure::Count => self.disable_after.is_some_and(|most| in_a_row >= most),
            OnFailure::Ignore => false,
        }
    }

    /// Returns the wait after `in_a_row` failures in a row.
    pub fn wait(&self, in_a_row: u32) -> Duration {
        let last = self.retry_after.last().expect("there is at least one wait");
        // An ignored first failure leaves the count at zero and uses the first wait.
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
            undone: UndonePayments::default(),
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
