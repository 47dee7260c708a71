//! Keys: what the vendor sells: plans, packages, rollover, billing cycles.

use crate::scenario::declare::{Key, Kind, Table};

use super::{CREDITS, POSITIVE, PRICE, table};

/// A plan.
pub static PLAN: Table = table(
    "plan",
    "A plan: what it costs and includes each cycle.",
    &[
        Key::optional("title", Kind::Text, "What the vendor calls it; its name here if left out.")
            .example("\"Starter\""),
        Key::default("fee", PRICE, "0", "Charged at each cycle start.").example("\"19.00\""),
        Key::default("allowance", CREDITS, "0", "Credits granted at each cycle start.")
            .example("3000"),
    ],
);

/// A package.
pub static PACKAGE: Table = table(
    "package",
    "A number of credits at a price.",
    &[
        Key::required("credits", POSITIVE, "Credits in one pack."),
        Key::required("price", PRICE, "Price of one pack."),
    ],
);

/// Rollover of unused allowance.
pub static ROLLOVER: Table = table(
    "rollover",
    "How much unused allowance is carried over a cycle start.",
    &[
        Key::default(
            "least",
            CREDITS,
            "0",
            "At least so much is carried over; what unused allowance lacks of it is \
             granted.",
        ),
        Key::required(
            "most",
            CREDITS,
            "At most so much is carried over; the oldest is forfeited first.",
        ),
        Key::default(
            "cycles",
            Kind::Count { least: 1, most: 12_000 },
            "1",
            "How many cycle starts an allowance may pass before it is forfeited.",
        ),
    ],
);

/// Billing cycles.
pub static CYCLE: Table = table(
    "cycle",
    "When billing cycles start.",
    &[
        Key::optional(
            "anchor",
            Kind::LocalMoment,
            "A local date, or date and time, at which a cycle starts; `start` if left out.",
        ),
        Key::default(
            "months",
            Kind::Count { least: 1, most: 120 },
            "1",
            "Months from one cycle start to the next.",
        ),
    ],
);
