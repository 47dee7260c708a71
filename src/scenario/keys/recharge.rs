//! Keys: auto-recharge: trigger, purchase, caps, pauses.

use crate::domain::{Credits, Duration, Money, Share};
use crate::policy::{
    Base, CapWindow, CooldownSince, Counts, Exceeding, Firing, Lifetime, TargetFrom, Warnings,
};
use crate::scenario::declare::{
    Defaulted, Key, KeyTable, KindOf, OneOf, Optional, Required, TableList, ValueKind,
};
use crate::scenario::words::{NamedLifetime, NamedWindow, words};

use super::kinds;

pub const CAP_LIST: KindOf<TableList> = kinds::rows(&cap::KIND, 0, 100);

pub const AT_OR_BELOW: Key<Credits, Optional> =
    Key::optional("at_or_below", kinds::CREDITS, "A recharge is due at a balance of this or less.")
        .example("100");
pub const BELOW: Key<Credits, Optional> =
    Key::optional("below", kinds::POSITIVE, "A recharge is due at a balance below this.")
        .example("200");
pub const CONSUMED_SHARE: Key<Share, Optional> = Key::optional(
    "consumed_share",
    kinds::SHARE,
    "A recharge is due when this share of `share_of` is used.",
)
.example("\"90%\"");
pub const SHARE_OF: Key<Base, Defaulted> = Key::default(
    "share_of",
    kinds::words::<Base>(),
    "\"cycle_total\"",
    "The base of `consumed_share`.",
)
.with(&CONSUMED_SHARE);
pub const PACKAGE: Key<String, Optional> =
    Key::optional("package", kinds::name_in("packages"), "Buys packs of this package.");
pub const PACKS: Key<u32, Defaulted> =
    Key::default("packs", kinds::small_count(1, 10_000), "1", "Number of packs per purchase.")
        .with(&PACKAGE);
pub const CLOSES_GAP: Key<bool, Defaulted> = Key::default(
    "closes_gap",
    kinds::FLAG,
    "false",
    "True if one purchase has as many packs, but no fewer than `packs`, as lift the balance above the threshold.",
)
.with(&PACKAGE)
.harmless();
pub const UP_TO: Key<Credits, Optional> = Key::optional(
    "up_to",
    kinds::POSITIVE,
    "Buys enough to bring the balance to this, rounded up to `increment`.",
)
.example("5000");
pub const UP_TO_FROM: Key<TargetFrom, Defaulted> = Key::default(
    "up_to_from",
    kinds::words::<TargetFrom>(),
    "\"zero\"",
    "The balance that `up_to` counts from.",
)
.with(&UP_TO)
.harmless();
pub const INCREMENT: Key<Credits, Defaulted> =
    Key::default("increment", kinds::POSITIVE, "1", "The step in which credits are sold.")
        .with(&UP_TO)
        .example("100");
pub const UNIT_PRICE: Key<Money, Required> =
    Key::required("unit_price", kinds::UNIT_PRICE, "The price of one credit.")
        .with(&UP_TO)
        .example("\"0.01\"");
pub const SIZES: Key<TableList, Defaulted> = Key::default(
    "sizes",
    kinds::rows(&size::KIND, 0, 100),
    "[]",
    "Terms by the size of a recharge, in steps; the last that is reached applies to all of it.",
)
.example("[{ from = 10000, discount = \"10%\" }]")
.harmless();
pub const SURCHARGE: Key<Share, Defaulted> = Key::default(
    "surcharge",
    kinds::SHARE,
    "\"0%\"",
    "Share that a recharge costs more than the price.",
)
.example("\"30%\"")
.harmless();
pub const FIXED_FEE: Key<Money, Defaulted> =
    Key::default("fixed_fee", kinds::PRICE, "0", "Added to the price of each recharge.")
        .example("\"0.35\"")
        .harmless();
pub const CAPS: Key<TableList, Defaulted> =
    Key::default("caps", CAP_LIST, "[]", "Limits on recharges in a window; all of them apply.")
        .example("[{ recharges = 4, per = \"day\" }]");
pub const FIRING: Key<Firing, Defaulted> = Key::default(
    "firing",
    kinds::words::<Firing>(),
    "\"level\"",
    "Number of recharges that one fall below the threshold may start.",
);
pub const POLL: Key<Duration, Optional> = Key::optional(
    "poll",
    kinds::FROM_A_SECOND,
    "The trigger is looked at only at the start and every so long after it; always \
     if left out.",
)
.example("\"5min\"");
pub const COOLDOWN: Key<Duration, Optional> = Key::optional(
    "cooldown",
    kinds::SOME_LENGTH,
    "Time after a recharge in which no other starts; none if left out.",
);
pub const COOLDOWN_SINCE: Key<CooldownSince, Defaulted> = Key::default(
    "cooldown_since",
    kinds::words::<CooldownSince>(),
    "\"success\"",
    "Start of the cooldown.",
)
.with(&COOLDOWN);
pub const CREDITS_EXPIRE: Key<Lifetime, Defaulted> = Key::default(
    "credits_expire",
    KindOf::new(ValueKind::Either(&[
        ValueKind::Words(words::<NamedLifetime>),
        kinds::SOME_LENGTH.kind,
    ])),
    "\"never\"",
    "Expiry of purchased credits: a word, or a duration after they arrive.",
)
.example("\"365 days\"");
pub static TRIGGER: OneOf =
    OneOf { required: true, keys: &[AT_OR_BELOW.name(), BELOW.name(), CONSUMED_SHARE.name()] };
pub static PURCHASE: OneOf = OneOf { required: true, keys: &[PACKAGE.name(), UP_TO.name()] };
/// Auto-recharge.
pub static TABLE: KeyTable = KeyTable {
    name: "recharge",
    doc: "The trigger of recharges, their size, and their limits.",
    one_of: &[&TRIGGER, &PURCHASE],
    cases: None,
    keys: &[
        AT_OR_BELOW.declared,
        BELOW.declared,
        CONSUMED_SHARE.declared,
        SHARE_OF.declared,
        PACKAGE.declared,
        PACKS.declared,
        CLOSES_GAP.declared,
        UP_TO.declared,
        UP_TO_FROM.declared,
        INCREMENT.declared,
        UNIT_PRICE.declared,
        SIZES.declared,
        SURCHARGE.declared,
        FIXED_FEE.declared,
        FIRING.declared,
        POLL.declared,
        COOLDOWN.declared,
        COOLDOWN_SINCE.declared,
        CREDITS_EXPIRE.declared,
        CAPS.declared,
    ],
};

/// Terms of recharges from a size on.
pub mod size {
    use super::*;

    pub const FROM: Key<Credits, Required> = Key::required(
        "from",
        kinds::POSITIVE,
        "The least credits, without any bonus, that it applies to; above that of the step before.",
    )
    .example("10000");
    pub const DISCOUNT: Key<Share, Defaulted> =
        Key::default("discount", kinds::SHARE, "\"0%\"", "Share taken off the price.")
            .example("\"10%\"")
            .harmless();
    pub const BONUS: Key<Share, Defaulted> = Key::default(
        "bonus",
        kinds::SHARE,
        "\"0%\"",
        "Share of the credits that comes beside them.",
    )
    .example("\"10%\"")
    .harmless();
    pub const BONUS_CREDITS: Key<Credits, Defaulted> =
        Key::default("bonus_credits", kinds::CREDITS, "0", "Credits that come beside them.")
            .example("500")
            .harmless();
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// Terms of recharges from a size on.
    pub static TABLE: KeyTable = KeyTable {
        name: "size",
        doc: "Terms of recharges from a size on.",
        one_of: &[],
        cases: None,
        keys: &[FROM.declared, DISCOUNT.declared, BONUS.declared, BONUS_CREDITS.declared],
    };
}

/// A cap.
pub mod cap {
    use super::*;

    pub const RECHARGES: Key<u64, Optional> = Key::optional(
        "recharges",
        kinds::count(0, 1_000_000_000),
        "Maximum number of recharges; 0 allows none.",
    )
    .example("4");
    pub const MONEY: Key<Money, Optional> =
        Key::optional("money", kinds::PRICE, "Maximum amount of money.").example("\"100.00\"");
    pub const CREDITS: Key<Credits, Optional> =
        Key::optional("credits", kinds::CREDITS, "Maximum number of credits.").example("5000");
    pub const PER: Key<CapWindow, Required> = Key::required(
        "per",
        KindOf::new(ValueKind::Either(&[
            ValueKind::Words(words::<NamedWindow>),
            kinds::FROM_A_SECOND.kind,
        ])),
        "The window: a word, or a rolling length.",
    )
    .example("\"day\"");
    pub const COUNTS: Key<Counts, Defaulted> = Key::default(
        "counts",
        kinds::words::<Counts>(),
        "\"successes\"",
        "The charges that count.",
    );
    pub const EXCEEDING: Key<Exceeding, Defaulted> = Key::default(
        "exceeding",
        kinds::words::<Exceeding>(),
        "\"skip\"",
        "Treatment of a recharge that does not fit.",
    );
    pub const WARN_AT: Key<Vec<Share>, Defaulted> = Key::default(
        "warn_at",
        kinds::list(&kinds::SHARE, 0, Warnings::MOST),
        "[]",
        "Shares of the limit at which the owner is warned, the smallest first.",
    )
    .example("[\"80%\", \"90%\", \"100%\"]")
    .harmless();
    pub static LIMIT: OneOf =
        OneOf { required: true, keys: &[RECHARGES.name(), MONEY.name(), CREDITS.name()] };
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A cap.
    pub static TABLE: KeyTable = KeyTable {
        name: "cap",
        doc: "A limit on recharges in a window.",
        one_of: &[&LIMIT],
        cases: None,
        keys: &[
            RECHARGES.declared,
            MONEY.declared,
            CREDITS.declared,
            PER.declared,
            COUNTS.declared,
            EXCEEDING.declared,
            WARN_AT.declared,
        ],
    };
}
