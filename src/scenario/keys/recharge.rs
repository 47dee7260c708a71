//! Keys: auto-recharge: trigger, purchase, caps, pauses.

use crate::policy::{Base, CooldownSince, Counts, Exceeding, Firing};
use crate::scenario::declare::{Key, Kind, OneOf, Table};
use crate::scenario::words::{NamedLifetime, NamedWindow, words};

use super::{CREDITS, FROM_A_SECOND, POSITIVE, PRICE, SOME_LENGTH, UNIT_PRICE};

pub(super) static A_CAP: Kind = Kind::Table(&CAP);
pub(super) const CAP_LIST: Kind = Kind::List { of: &A_CAP, least: 0, most: 100 };
pub(super) const TRIGGER: &[&str] = &["at_or_below", "below", "consumed_share"];

pub(super) const AT_OR_BELOW: Key =
    Key::optional("at_or_below", CREDITS, "A recharge is wanted at a balance of this or less.")
        .example("100");
pub(super) const BELOW: Key =
    Key::optional("below", POSITIVE, "A recharge is wanted at a balance of less than this.")
        .example("200");
pub(super) const CONSUMED_SHARE: Key = Key::optional(
    "consumed_share",
    Kind::Share,
    "A recharge is wanted when this share of `share_of` is used.",
)
.example("\"90%\"");
pub(super) const SHARE_OF: Key = Key::default(
    "share_of",
    Kind::Words(words::<Base>),
    "\"cycle_total\"",
    "What `consumed_share` is a share of.",
)
.with("consumed_share");
pub(super) const PACKAGE_KEY: Key =
    Key::optional("package", Kind::Reference("packages"), "Buys packs of this package.");
pub(super) const PACKS: Key =
    Key::default("packs", Kind::Count { least: 1, most: 10_000 }, "1", "How many packs at once.")
        .with("package");
pub(super) const UP_TO: Key = Key::optional(
    "up_to",
    POSITIVE,
    "Buys what brings the balance to this, rounded up to `increment`.",
)
.example("5000");
pub(super) const INCREMENT: Key =
    Key::default("increment", POSITIVE, "1", "The step in which credits are sold.")
        .with("up_to")
        .example("100");
pub(super) const A_UNIT_PRICE: Key =
    Key::required("unit_price", UNIT_PRICE, "The price of one credit.")
        .with("up_to")
        .example("\"0.01\"");
pub(super) const CAPS: Key = Key::default(
    "caps",
    CAP_LIST,
    "[]",
    "How much may be recharged in a window; every cap has to hold.",
)
.example("[{ recharges = 4, per = \"day\" }]");

/// Auto-recharge.
pub static RECHARGE: Table = Table {
    name: "recharge",
    doc: "When a recharge is wanted, what it buys, and what limits it.",
    one_of: &[
        OneOf { required: true, keys: TRIGGER },
        OneOf { required: true, keys: &["package", "up_to"] },
    ],
    cases: None,
    keys: &[
        AT_OR_BELOW,
        BELOW,
        CONSUMED_SHARE,
        SHARE_OF,
        PACKAGE_KEY,
        PACKS,
        UP_TO,
        INCREMENT,
        A_UNIT_PRICE,
        Key::default(
            "firing",
            Kind::Words(words::<Firing>),
            "\"level\"",
            "How often one fall below the threshold fires.",
        ),
        Key::optional(
            "poll",
            FROM_A_SECOND,
            "The trigger is looked at only at the start and every so long after it; always \
             if left out.",
        )
        .example("\"5min\""),
        Key::optional(
            "cooldown",
            SOME_LENGTH,
            "How long no recharge starts after one; no pause if left out.",
        ),
        Key::default(
            "cooldown_since",
            Kind::Words(words::<CooldownSince>),
            "\"success\"",
            "What the cooldown counts from.",
        )
        .with("cooldown"),
        Key::default(
            "credits_expire",
            Kind::Either(&[Kind::Words(words::<NamedLifetime>), SOME_LENGTH]),
            "\"never\"",
            "When bought credits expire: a word, or how long after they arrive.",
        )
        .example("\"365 days\""),
        CAPS,
    ],
};

/// A cap.
pub static CAP: Table = Table {
    name: "cap",
    doc: "A limit on recharges in a window.",
    one_of: &[OneOf { required: true, keys: &["recharges", "money", "credits"] }],
    cases: None,
    keys: &[
        Key::optional(
            "recharges",
            Kind::Count { least: 0, most: 1_000_000_000 },
            "At most so many recharges; 0 allows none.",
        )
        .example("4"),
        Key::optional("money", PRICE, "At most so much money.").example("\"100.00\""),
        Key::optional("credits", CREDITS, "At most so many credits.").example("5000"),
        Key::required(
            "per",
            Kind::Either(&[Kind::Words(words::<NamedWindow>), FROM_A_SECOND]),
            "In which window: a word, or a rolling length.",
        )
        .example("\"day\""),
        Key::default(
            "counts",
            Kind::Words(words::<Counts>),
            "\"successes\"",
            "Which charges count.",
        ),
        Key::default(
            "exceeding",
            Kind::Words(words::<Exceeding>),
            "\"skip\"",
            "What happens to a recharge that does not fit.",
        ),
    ],
};
