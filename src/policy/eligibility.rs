//! Eligibility for auto-recharge: prerequisites, and the ways to turn it on and off. Source:
//! contract §9.

use crate::domain::Duration;

/// A prerequisite that a policy may set for enabling auto-recharge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prerequisite {
    /// The requester is the organization's owner.
    Owner,
    /// A subscription is active.
    Subscription,
    /// A payment method is on file.
    PaymentMethod,
    /// Billing is online.
    OnlineBilling,
    /// The add-on is enabled.
    AddOn,
}

impl Prerequisite {
    /// All prerequisites, in the order in which messages name them.
    pub const ALL: [Prerequisite; 5] = [
        Prerequisite::Owner,
        Prerequisite::Subscription,
        Prerequisite::PaymentMethod,
        Prerequisite::OnlineBilling,
        Prerequisite::AddOn,
    ];

    /// Its name in scenarios and reports.
    pub fn name(self) -> &'static str {
        match self {
            Prerequisite::Owner => "owner",
            Prerequisite::Subscription => "subscription",
            Prerequisite::PaymentMethod => "payment_method",
            Prerequisite::OnlineBilling => "online_billing",
            Prerequisite::AddOn => "add_on",
        }
    }
}

/// A set of prerequisites: those a policy requires, or those an account meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Prerequisites([bool; 5]);

impl Prerequisites {
    /// None of them.
    pub const NONE: Prerequisites = Prerequisites([false; 5]);
    /// All of them.
    pub const ALL: Prerequisites = Prerequisites([true; 5]);

    /// Returns true if the prerequisite is in the set.
    pub fn has(self, one: Prerequisite) -> bool {
        self.0[one as usize]
    }

    /// The set with this one in it or not.
    pub fn with(mut self, one: Prerequisite, present: bool) -> Prerequisites {
        self.0[one as usize] = present;
        self
    }

    /// Returns every prerequisite of `required` that this set lacks.
    pub fn lacking(self, required: Prerequisites) -> Prerequisites {
        let mut missing = Prerequisites::NONE;
        for one in Prerequisite::ALL {
            missing = missing.with(one, required.has(one) && !self.has(one));
        }
        missing
    }

    /// Returns true if the set is empty.
    pub fn is_empty(self) -> bool {
        self == Prerequisites::NONE
    }

    /// Iterates over the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Prerequisite> {
        Prerequisite::ALL.into_iter().filter(move |&one| self.has(one))
    }
}

/// Requests that go through the customer success manager (CSM) instead of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CsmRoute {
    /// True if the CSM enables accounts on offline billing, which then need no online billing.
    pub enables_offline: bool,
    /// Disabling does, on any billing.
    pub disables: bool,
    /// Time until either kind of request takes effect.
    pub lead_time: Duration,
}

/// The conditions a policy sets for auto-recharge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Eligibility {
    /// Prerequisites of auto-recharge.
    pub requires: Prerequisites,
    /// The requests that go through the CSM.
    pub csm: CsmRoute,
}

impl Eligibility {
    /// Returns the prerequisites that an account with these facts lacks. If the CSM enables
    /// accounts on offline billing, online billing is not required of requests that go through the
    /// CSM.
    pub fn missing(&self, facts: Prerequisites) -> Prerequisites {
        let waived = self.csm.enables_offline;
        let required = self.requires;
        let online = required.has(Prerequisite::OnlineBilling) && !waived;
        facts.lacking(required.with(Prerequisite::OnlineBilling, online))
    }

    /// Returns true if enabling has to go through the CSM.
    pub fn enables_through_csm(&self, facts: Prerequisites) -> bool {
        self.csm.enables_offline && !facts.has(Prerequisite::OnlineBilling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_prerequisite_is_named() {
        let requires = Prerequisites::ALL.with(Prerequisite::AddOn, false);
        let eligibility = Eligibility { requires, csm: CsmRoute::default() };
        let facts = Prerequisites::NONE.with(Prerequisite::Owner, true);
        let names: Vec<_> = eligibility.missing(facts).iter().map(Prerequisite::name).collect();
        assert_eq!(names, ["subscription", "payment_method", "online_billing"]);
    }

    #[test]
    fn offline_billing_is_no_obstacle_where_the_csm_enables() {
        let csm = CsmRoute { enables_offline: true, ..CsmRoute::default() };
        let eligibility = Eligibility { requires: Prerequisites::ALL, csm };
        let offline = Prerequisites::ALL.with(Prerequisite::OnlineBilling, false);
        assert!(eligibility.missing(offline).is_empty());
        assert!(eligibility.enables_through_csm(offline));
        assert!(!eligibility.enables_through_csm(Prerequisites::ALL));
    }
}
