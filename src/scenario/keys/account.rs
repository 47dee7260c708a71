//! Keys: the account, and the conditions for using auto-recharge.

use crate::domain::{Credits, Duration, Instant, Money};
use crate::engine::OpeningExpiry;
use crate::policy::{Lifetime, Prerequisite};
use crate::scenario::declare::{
    Defaulted, InnerTable, Key, KeyTable, KindOf, OneOf, Optional, Required, TableList, ValueKind,
};
use crate::scenario::words::{BoughtFrom, NamedLifetime, words};

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
pub const OPENING_GRANTS: Key<TableList, Optional> = Key::optional(
    "opening_grants",
    kinds::rows(&opening_grant::KIND, 1, 10_000),
    "Purchased credits at the start, grant by grant, each with its own expiry; instead of \
     `opening_balance`.",
)
.example("[{ credits = 300, expires = 2026-03-01 }, { credits = 200 }]");
pub const CHARGES: Key<TableList, Defaulted> = Key::default(
    "charges",
    kinds::rows(&past_charge::KIND, 0, 10_000),
    "[]",
    "Charges that settled before the start, in any order; they count for caps, the cooldown and a \
     share of `last_purchase`.",
)
.example("[{ at = 2025-12-30T09:00:00, credits = 1000, price = \"7.00\" }]")
.harmless();
pub const CAPS_USED: Key<InnerTable, Optional> = Key::optional(
    "caps_used",
    kinds::table(&caps_used::TABLE),
    "Use of the caps at the start, as the vendor shows it (2 of 3 used).",
)
.example("{ month = { recharges = 2 } }");
pub const FAILURES: Key<u32, Defaulted> = Key::default(
    "failures",
    kinds::small_count(0, 1_000_000),
    "0",
    "Number of consecutive failed charges at the start.",
)
.harmless();
pub const RETRY_AT: Key<Instant, Optional> = Key::optional(
    "retry_at",
    kinds::MOMENT,
    "Instant of the next attempt after a failure; no recharge starts before it.",
);
pub const SUSPENDED_SINCE: Key<Instant, Optional> = Key::optional(
    "suspended_since",
    kinds::MOMENT,
    "Instant at which failures suspended auto-recharge; not suspended if left out.",
)
.example("2025-12-31T18:00:00");
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
    kinds::list(&kinds::words::<BoughtFrom>(), 1, 4),
    "The order in which purchased credits burn; those not named burn last. If left out, all rank \
     alike and the earliest expiry decides.",
)
.example("[\"opening\", \"top_up\", \"recharge\"]");
pub const TOP_UPS_EXPIRE: Key<Lifetime, Optional> = Key::optional(
    "top_ups_expire",
    KindOf::new(ValueKind::Either(&[
        ValueKind::Words(words::<NamedLifetime>),
        ValueKind::Length { least: 1 },
    ])),
    "Lifetime of credits bought by hand; as `recharge.credits_expire` if left out.",
)
.example("\"90 days\"");
pub const EXPIRY_GRACE: Key<Duration, Defaulted> = Key::default(
    "expiry_grace",
    kinds::ANY_LENGTH,
    "\"0s\"",
    "Time by which recharges and top-ups, and an opening balance without an expiry of its own, outlive a lifetime that \
     ends.",
)
.example("\"3 days\"")
.harmless();
pub static OPENING: OneOf =
    OneOf { required: false, keys: &[OPENING_BALANCE.name(), OPENING_GRANTS.name()] };
/// The account at the start.
pub static TABLE: KeyTable = KeyTable {
    name: "account",
    doc: "State of the account at the start.",
    one_of: &[&OPENING],
    cases: None,
    keys: &[
        ENABLED.declared,
        OPENING_BALANCE.declared,
        OPENING_ALLOWANCE.declared,
        OPENING_PRICE.declared,
        OPENING_GRANTS.declared,
        CHARGES.declared,
        CAPS_USED.declared,
        FAILURES.declared,
        RETRY_AT.declared,
        SUSPENDED_SINCE.declared,
        OWNER.declared,
        SUBSCRIPTION.declared,
        PAYMENT_METHOD.declared,
        ONLINE_BILLING.declared,
        ADD_ON.declared,
        BURN_ORDER.declared,
        TOP_UPS_EXPIRE.declared,
        EXPIRY_GRACE.declared,
    ],
};

/// A grant held at the start.
pub mod opening_grant {
    use super::*;

    pub const CREDITS: Key<Credits, Required> =
        Key::required("credits", kinds::POSITIVE, "Credits not yet used.");
    pub const EXPIRES: Key<OpeningExpiry, Optional> = Key::optional(
        "expires",
        KindOf::new(ValueKind::Either(&[
            kinds::MOMENT.kind,
            ValueKind::Words(words::<NamedLifetime>),
        ])),
        "Expiry: an instant or a word; if left out, as for a purchase at the start.",
    )
    .example("2026-03-01");
    pub const PRICE: Key<Money, Defaulted> =
        Key::default("price", kinds::PRICE, "0", "Price paid for these credits.").harmless();
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A grant held at the start.
    pub static TABLE: KeyTable = KeyTable {
        name: "opening_grant",
        doc: "Credits purchased before the start.",
        one_of: &[],
        cases: None,
        keys: &[CREDITS.declared, EXPIRES.declared, PRICE.declared],
    };
}

/// A past charge.
pub mod past_charge {
    use super::*;

    pub const AT: Key<Instant, Required> =
        Key::required("at", kinds::MOMENT, "Instant of settlement, before the start.")
            .example("2025-12-30T09:00:00");
    pub const CREDITS: Key<Credits, Optional> = Key::optional(
        "credits",
        kinds::CREDITS,
        "Credits purchased, for rules that count credits.",
    );
    pub const PRICE: Key<Money, Optional> =
        Key::optional("price", kinds::PRICE, "Price, for caps on money.");
    pub const FAILED: Key<bool, Defaulted> =
        Key::default("failed", kinds::FLAG, "false", "True if it failed.").harmless();
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A past charge.
    pub static TABLE: KeyTable = KeyTable {
        name: "past_charge",
        doc: "A charge that settled before the start.",
        one_of: &[],
        cases: None,
        keys: &[AT.declared, CREDITS.declared, PRICE.declared, FAILED.declared],
    };
}

/// Use of the caps at the start.
pub mod caps_used {
    use super::*;

    pub const DAY: Key<InnerTable, Optional> =
        Key::optional("day", kinds::table(&WINDOW), "Use of the caps per day.")
            .example("{ recharges = 1 }");
    pub const MONTH: Key<InnerTable, Optional> =
        Key::optional("month", kinds::table(&WINDOW), "Use of the caps per calendar month.")
            .example("{ recharges = 2, money = \"14.00\" }");
    pub const CYCLE: Key<InnerTable, Optional> =
        Key::optional("cycle", kinds::table(&WINDOW), "Use of the caps per billing cycle.")
            .example("{ credits = 2000 }");
    pub const RECHARGES: Key<u64, Optional> =
        Key::optional("recharges", kinds::count(0, 1_000_000_000), "Number of recharges.")
            .example("2");
    pub const MONEY: Key<Money, Optional> =
        Key::optional("money", kinds::PRICE, "Amount of money.").example("\"14.00\"");
    pub const CREDITS: Key<Credits, Optional> =
        Key::optional("credits", kinds::CREDITS, "Number of credits.").example("2000");

    /// What is used in a window.
    pub static WINDOW: KeyTable = KeyTable {
        name: "cap_window_used",
        doc: "Use of the caps of one window; it replaces the past charges in that window.",
        one_of: &[],
        cases: None,
        keys: &[RECHARGES.declared, MONEY.declared, CREDITS.declared],
    };

    /// Use of the caps at the start.
    pub static TABLE: KeyTable = KeyTable {
        name: "caps_used",
        doc: "Use of the caps in the windows around the start. Rolling windows follow from `charges`.",
        one_of: &[],
        cases: None,
        keys: &[DAY.declared, MONTH.declared, CYCLE.declared],
    };
}

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
