//! Keys: what the vendor gives.

use crate::domain::{Credits, Duration, GiftPlace, Instant};
use crate::policy::GiftLifetime;
use crate::scenario::declare::{
    Defaulted, Key, KeyTable, KindOf, OneOf, Optional, Required, ValueKind,
};
use crate::scenario::words::{GiftEnd, GiftTime, words};

use super::kinds;

pub const CREDITS: Key<Credits, Required> =
    Key::required("credits", kinds::POSITIVE, "Credits of each gift.").example("500");
pub const AT: Key<Instant, Optional> =
    Key::optional("at", kinds::MOMENT, "The instant of a gift that comes once, inside the run.")
        .example("2026-01-10");
pub const EVERY: Key<Duration, Optional> = Key::optional(
    "every",
    kinds::FROM_A_SECOND,
    "The time from one to the next; the first comes at `from`.",
)
.example("\"7 days\"");
pub const PER: Key<GiftTime, Optional> =
    Key::optional("per", kinds::words::<GiftTime>(), "Given at the start of each of these.")
        .example("\"day\"");
pub const FROM: Key<Instant, Optional> = Key::optional(
    "from",
    kinds::MOMENT,
    "The first instant at which they can come, which may lie before the run; `start` if left out.",
);
pub const UNTIL: Key<Instant, Optional> = Key::optional(
    "until",
    kinds::MOMENT,
    "The first instant at which they no longer come; they go on if left out.",
);
pub const EXPIRES: Key<GiftLifetime, Optional> = Key::optional(
    "expires",
    KindOf::new(ValueKind::Either(&[
        kinds::MOMENT.kind,
        ValueKind::Words(words::<GiftEnd>),
        ValueKind::Length { least: 1 },
    ])),
    "Expiry: an instant, a word, or a time after they came; never if left out.",
)
.example("\"30 days\"");
pub const GRACE: Key<Duration, Defaulted> =
    Key::default("grace", kinds::ANY_LENGTH, "\"0s\"", "Time by which they outlive their expiry.")
        .example("\"5min\"")
        .harmless();
pub const BURNS: Key<GiftPlace, Defaulted> = Key::default(
    "burns",
    kinds::words::<GiftPlace>(),
    "\"before_bought\"",
    "The place in burn-down order.",
);
pub const PRIORITY: Key<u32, Defaulted> = Key::default(
    "priority",
    kinds::small_count(0, 100),
    "50",
    "Gifts of one place burn by this, the lowest first.",
)
.harmless();
pub static DUE: OneOf = OneOf { required: true, keys: &[AT.name(), EVERY.name(), PER.name()] };
/// Such a table.
pub static KIND: ValueKind = ValueKind::Table(&TABLE);

/// A gift.
pub static TABLE: KeyTable = KeyTable {
    name: "gift",
    doc: "Credits that the vendor gives: promotions, free credits of a day.",
    one_of: &[&DUE],
    cases: None,
    keys: &[
        CREDITS.declared,
        AT.declared,
        EVERY.declared,
        PER.declared,
        FROM.declared,
        UNTIL.declared,
        EXPIRES.declared,
        GRACE.declared,
        BURNS.declared,
        PRIORITY.declared,
    ],
};
