//! Who may use auto-recharge: prerequisites, and the ways to switch it. Source: contract §9.

use crate::domain::Duration;

/// What a policy may ask for before auto-recharge can be enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prerequisite {
    /// The one who asks is the organization's owner.
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
    /// All there are, in the order in which they are named.
    pub const ALL: [Prerequisite; 5] = [
        Prerequisite::Owner,
        Prerequisite::Subscription,
        Prerequisite::PaymentMethod,
        Prerequisite::OnlineBilling,
        Prerequisite::AddOn,
    ];

    /// As scenarios and reports name it.
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

/// A set of prerequisites: those asked for, or those an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Prerequisites([bool; 5]);

impl Prerequisites {
    /// None of them.
    pub const NONE: Prerequisites = Prerequisites([false; 5]);
    /// All of them.
    pub const ALL: Prerequisites = Prerequisites([true; 5]);

    /// Whether this one is in the set.
    pub fn has(self, one: Prerequisite) -> bool {
        self.0[one as usize]
    }

    /// The set with this one in it or not.
    pub fn with(mut self, one: Prerequisite, present: bool) -> Prerequisites {
        self.0[one as usize] = present;
        self
    }

    /// Those of `required` that this set lacks, all of them.
    pub fn lacking(self, required: Prerequisites) -> Prerequisites {
        let mut missing = Prerequisites::NONE;
        for one in Prerequisite::ALL {
            missing = missing.with(one, required.has(one) && !self.has(one));
        }
        missing
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == Prerequisites::NONE
    }

    /// Those in the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Prerequisite> {
        Prerequisite::ALL.into_iter().filter(move |&one| self.has(one))
    }
}

/// What goes through the customer success manager (CSM) instead of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CsmRoute {
    /// On offline billing, enabling does; online billing is then not asked for.
    pub enables_offline: bool,
    /// Disabling does, on any billing.
    pub disables: bool,
    /// How long either takes to come into effect.
    pub lead_time: Duration,
}

/// What a policy asks of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Eligibility {
    /// Prerequisites of auto-recharge.
    pub requires: Prerequisites,
    /// What goes through the CSM.
    pub csm: CsmRoute,
}

impl Eligibility {
    /// The prerequisites that an account with these facts lacks. Where the CSM enables accounts on
    /// offline billing, online billing is no obstacle to what goes through the CSM.
    pub fn missing(&self, facts: Prerequisites) -> Prerequisites {
        let waived = self.csm.enables_offline;
        let required = self.requires;
        let online = required.has(Prerequisite::OnlineBilling) && !waived;
        facts.lacking(required.with(Prerequisite::OnlineBilling, online))
    }

    /// Whether enabling has to go through the CSM.
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
