//! Keys: the vendor's offer: plans, packages, rollover, billing cycles.

use chrono::NaiveDateTime;

use crate::domain::{Credits, Duration, Money, Share};
use crate::policy::{Per, Refill};
use crate::scenario::declare::{
    Defaulted, Key, KeyTable, OneOf, Optional, Required, TableList, ValueKind,
};

use super::kinds;

/// A plan.
pub mod plan {
    use super::*;

    pub const TITLE: Key<String, Optional> =
        Key::optional("title", kinds::TEXT, "The vendor's name for it; its name here if left out.")
            .example("\"Starter\"");
    pub const FEE: Key<Money, Defaulted> =
        Key::default("fee", kinds::PRICE, "0", "Charged at the start of each term.")
            .example("\"19.00\"");
    pub const ALLOWANCE: Key<Credits, Defaulted> =
        Key::default("allowance", kinds::CREDITS, "0", "Credits granted at each cycle start.")
            .example("3000");
    pub const TERM: Key<u32, Defaulted> = Key::default(
        "term",
        kinds::small_count(1, 120),
        "1",
        "Number of billing cycles that are paid for at once: 12 for an annual fee in cycles of a month.",
    )
    .example("12")
    .harmless();
    pub const FEE_PER: Key<Per, Defaulted> =
        Key::default("fee_per", kinds::words::<Per>(), "\"term\"", "The time one fee pays for.")
            .harmless();
    pub const ALLOWANCE_PER: Key<Per, Defaulted> = Key::default(
        "allowance_per",
        kinds::words::<Per>(),
        "\"cycle\"",
        "The time one allowance is for.",
    )
    .harmless();
    pub const REFILL: Key<Refill, Defaulted> = Key::default(
        "refill",
        kinds::words::<Refill>(),
        "\"full\"",
        "The amount granted when the allowance is due.",
    )
    .harmless();
    pub const QUOTAS: Key<TableList, Defaulted> = Key::default(
        "quotas",
        kinds::rows(&super::quota::KIND, 0, 8),
        "[]",
        "Usage that is served without credits, as much as all of these limits leave.",
    )
    .example("[{ credits = 100, per = \"5h\" }]")
    .harmless();
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A plan.
    pub static TABLE: KeyTable = KeyTable {
        name: "plan",
        doc: "A plan: its fee and what it includes each cycle.",
        one_of: &[],
        cases: None,
        keys: &[
            TITLE.declared,
            FEE.declared,
            ALLOWANCE.declared,
            TERM.declared,
            FEE_PER.declared,
            ALLOWANCE_PER.declared,
            REFILL.declared,
            QUOTAS.declared,
        ],
    };
}

/// A limit on the usage that a plan serves without credits.
pub mod quota {
    use super::*;

    pub const CREDITS: Key<Credits, Required> =
        Key::required("credits", kinds::POSITIVE, "The most credits of usage in a window.")
            .example("100");
    pub const PER: Key<Duration, Required> = Key::required(
        "per",
        kinds::FROM_A_SECOND,
        "The length of a window, which begins with the first use after the end of the one before.",
    )
    .example("\"5h\"");
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A limit on the usage that a plan serves without credits.
    pub static TABLE: KeyTable = KeyTable {
        name: "quota",
        doc: "A limit on the usage that a plan serves without credits, in windows that begin with a use.",
        one_of: &[],
        cases: None,
        keys: &[CREDITS.declared, PER.declared],
    };
}

/// A package.
pub mod package {
    use super::*;

    pub const CREDITS: Key<Credits, Required> =
        Key::required("credits", kinds::POSITIVE, "Credits in one pack.");
    pub const PRICE: Key<Money, Required> =
        Key::required("price", kinds::PRICE, "Price of one pack.");
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A package.
    pub static TABLE: KeyTable = KeyTable {
        name: "package",
        doc: "A number of credits at a price.",
        one_of: &[],
        cases: None,
        keys: &[CREDITS.declared, PRICE.declared],
    };
}

/// Rollover of unused allowance.
pub mod rollover {
    use super::*;

    pub const LEAST: Key<Credits, Defaulted> = Key::default(
        "least",
        kinds::CREDITS,
        "0",
        "Minimum carried over; if less is unused, the difference is granted.",
    );
    pub const MOST: Key<Credits, Required> = Key::required(
        "most",
        kinds::CREDITS,
        "Maximum carried over; the oldest is forfeited first.",
    );
    pub const SHARE: Key<Share, Defaulted> = Key::default(
        "share",
        kinds::SHARE,
        "\"100%\"",
        "Share of unused allowance that is carried over at most; the oldest is forfeited first.",
    )
    .example("\"50%\"")
    .harmless();
    pub const CYCLES: Key<u64, Defaulted> = Key::default(
        "cycles",
        kinds::count(1, 12_000),
        "1",
        "Number of cycle starts an allowance may pass before it is forfeited.",
    );
    /// Rollover of unused allowance.
    pub static TABLE: KeyTable = KeyTable {
        name: "rollover",
        doc: "Carry-over of unused allowance at a cycle start.",
        one_of: &[],
        cases: None,
        keys: &[LEAST.declared, SHARE.declared, MOST.declared, CYCLES.declared],
    };
}

/// Billing cycles.
pub mod cycle {
    use super::*;

    pub const ANCHOR: Key<NaiveDateTime, Optional> = Key::optional(
        "anchor",
        kinds::LOCAL_MOMENT,
        "A local date, or date and time, at which a cycle starts; `start` if left out.",
    );
    pub const MONTHS: Key<u32, Defaulted> = Key::default(
        "months",
        kinds::small_count(1, 120),
        "1",
        "Months from one cycle start to the next.",
    );
    pub const DAYS: Key<u32, Optional> = Key::optional(
        "days",
        kinds::small_count(1, 3_660),
        "Days from one cycle start to the next, at the same local time; 7 for weeks.",
    )
    .example("7");
    pub const HOURS: Key<u32, Optional> = Key::optional(
        "hours",
        kinds::small_count(1, 87_840),
        "Hours from one cycle start to the next, whatever clocks show.",
    )
    .example("5");
    pub static LENGTH: OneOf =
        OneOf { required: false, keys: &[MONTHS.name(), DAYS.name(), HOURS.name()] };
    /// Billing cycles.
    pub static TABLE: KeyTable = KeyTable {
        name: "cycle",
        doc: "Start and length of billing cycles.",
        one_of: &[&LENGTH],
        cases: None,
        keys: &[ANCHOR.declared, MONTHS.declared, DAYS.declared, HOURS.declared],
    };
}
