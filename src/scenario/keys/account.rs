//! Keys: the account, and the conditions for using auto-recharge.

use crate::domain::{Credits, Duration, Money};
use crate::policy::Prerequisite;
use crate::scenario::declare::{Defaulted, Key, KeyTable, Optional};
use crate::scenario::words::BoughtFrom;

use super::kinds;

pub const ENABLED: Key<bool, Defaulted> = Key::default(
    "enabled",
    kinds::FLAG,
    "true",
    "True if auto-recharge is enabled at the start, unless a prerequisite is missing; false \
     without [recharge].",
)
.harmless();
pub const OPENING_BALANCE: Key<Credits, Optional> = Key::optional(
    "opening_balance",
    kinds::CREDITS,
    "Purchased credits at the start. With this or `opening_allowance` the account is \
     inside a cycle at the start; otherwise a cycle begins.",
);
pub const OPENING_ALLOWANCE: Key<Credits, Optional> = Key::optional(
    "opening_allowance",
    kinds::CREDITS,
    "Unused allowance of the cycle at the start.",
);
pub const OPENING_PRICE: Key<Money, Defaulted> =
    Key::default("opening_price", kinds::PRICE, "0", "Price paid for the opening balance.")
        .with(&OPENING_BALANCE);
pub const OWNER: Key<bool, Defaulted> = Key::default(
    "owner",
    kinds::FLAG,
    "true",
    "True if the requester is the organization's owner.",
)
.harmless();
pub const SUBSCRIPTION: Key<bool, Defaulted> =
    Key::default("subscription", kinds::FLAG, "true", "True if a subscription is active.")
        .harmless();
pub const PAYMENT_METHOD: Key<bool, Defaulted> =
    Key::default("payment_method", kinds::FLAG, "true", "True if a payment method is on file.")
        .harmless();
pub const ONLINE_BILLING: Key<bool, Defaulted> =
    Key::default("online_billing", kinds::FLAG, "true", "True if billing is online.").harmless();
pub const ADD_ON: Key<bool, Defaulted> =
    Key::default("add_on", kinds::FLAG, "true", "True if the add-on is enabled.").harmless();
pub const BURN_ORDER: Key<Vec<BoughtFrom>, Optional> = Key::optional(
    "burn_order",
    kinds::list(&kinds::words::<BoughtFrom>(), 1, 3),
    "The order in which purchased credits burn; those not named burn last. If left out, all rank \
     alike and the earliest expiry decides.",
)
.example("[\"opening\", \"top_up\", \"recharge\"]");
/// The account at the start.
pub static TABLE: KeyTable = KeyTable {
    name: "account",
    doc: "State of the account at the start.",
    one_of: &[],
    cases: None,
    keys: &[
        ENABLED.declared,
        OPENING_BALANCE.declared,
        OPENING_ALLOWANCE.declared,
        OPENING_PRICE.declared,
        OWNER.declared,
        SUBSCRIPTION.declared,
        PAYMENT_METHOD.declared,
        ONLINE_BILLING.declared,
        ADD_ON.declared,
        BURN_ORDER.declared,
    ],
};

/// Eligibility.
pub mod eligibility {
    use super::*;

    pub const REQUIRES: Key<Vec<Prerequisite>, Defaulted> = Key::default(
        "requires",
        kinds::list(&kinds::words::<Prerequisite>(), 0, 5),
        "[]",
        "Prerequisites for enabling auto-recharge.",
    )
    .example("[\"owner\", \"subscription\", \"payment_method\"]");
    pub const CSM_ENABLES_OFFLINE: Key<bool, Defaulted> = Key::default(
        "csm_enables_offline",
        kinds::FLAG,
        "false",
        "On offline billing, enabling goes through the CSM; online billing is then not required.",
    );
    pub const CSM_DISABLES: Key<bool, Defaulted> = Key::default(
        "csm_disables",
        kinds::FLAG,
        "false",
        "Disabling goes through the CSM, with any billing.",
    );
    pub const CSM_LEAD_TIME: Key<Duration, Defaulted> = Key::default(
        "csm_lead_time",
        kinds::ANY_LENGTH,
        "\"0s\"",
        "Time that requests through the CSM take.",
    )
    .example("\"2 days\"");
    /// Eligibility.
    pub static TABLE: KeyTable = KeyTable {
        name: "eligibility",
        doc: "Conditions for using auto-recharge, and requests through the customer success manager \
         (CSM).",
        one_of: &[],
        cases: None,
        keys: &[
            REQUIRES.declared,
            CSM_ENABLES_OFFLINE.declared,
            CSM_DISABLES.declared,
            CSM_LEAD_TIME.declared,
        ],
    };
}
