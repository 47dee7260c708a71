//! Keys: the account and who may use auto-recharge.

use crate::policy::Prerequisite;
use crate::scenario::declare::{Key, Kind, Table};
use crate::scenario::words::{Bought, words};

use super::{ANY_LENGTH, CREDITS, PRICE, table};

/// The account at the start.
pub static ACCOUNT: Table = table(
    "account",
    "What the account is and has at the start.",
    &[
        Key::default(
            "enabled",
            Kind::Flag,
            "true",
            "Whether auto-recharge is enabled at the start, if no prerequisite is missing; \
             false without [recharge].",
        )
        .harmless(),
        Key::optional(
            "opening_balance",
            CREDITS,
            "Bought credits at the start. With this or `opening_allowance` the account is \
             inside a cycle at the start; otherwise a cycle begins.",
        ),
        Key::optional(
            "opening_allowance",
            CREDITS,
            "What is left of the cycle's allowance at the start.",
        ),
        Key::default("opening_price", PRICE, "0", "What the opening balance had cost.")
            .with("opening_balance"),
        Key::default(
            "owner",
            Kind::Flag,
            "true",
            "Whether the one who asks is the organization's owner.",
        )
        .harmless(),
        Key::default("subscription", Kind::Flag, "true", "Whether a subscription is active.")
            .harmless(),
        Key::default("payment_method", Kind::Flag, "true", "Whether a payment method is on file.")
            .harmless(),
        Key::default("online_billing", Kind::Flag, "true", "Whether billing is online.").harmless(),
        Key::default("add_on", Kind::Flag, "true", "Whether the add-on is enabled.").harmless(),
        Key::optional(
            "burn_order",
            Kind::List { of: &Kind::Words(words::<Bought>), least: 1, most: 3 },
            "Which bought credits burn first; those not named burn last. If left out all \
             rank alike and the earliest expiry decides.",
        )
        .example("[\"opening\", \"top_up\", \"recharge\"]"),
    ],
);

/// Eligibility.
pub static ELIGIBILITY: Table = table(
    "eligibility",
    "Who may use auto-recharge, and what goes through the customer success manager \
     (CSM).",
    &[
        Key::default(
            "requires",
            Kind::List { of: &Kind::Words(words::<Prerequisite>), least: 0, most: 5 },
            "[]",
            "What an account needs before auto-recharge can be enabled.",
        )
        .example("[\"owner\", \"subscription\", \"payment_method\"]"),
        Key::default(
            "csm_enables_offline",
            Kind::Flag,
            "false",
            "On offline billing, enabling goes through the CSM; online billing is then not \
             asked for.",
        ),
        Key::default(
            "csm_disables",
            Kind::Flag,
            "false",
            "Disabling goes through the CSM, on any billing.",
        ),
        Key::default(
            "csm_lead_time",
            ANY_LENGTH,
            "\"0s\"",
            "How long what goes through the CSM takes.",
        )
        .example("\"2 days\""),
    ],
);
