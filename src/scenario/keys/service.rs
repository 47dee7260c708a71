//! Keys: how usage is treated.

use crate::policy::{DebtAtCycleStart, Repayment};
use crate::scenario::declare::{Key, Kind, Table};
use crate::scenario::words::{ShortfallWord, words};

use super::{ANY_LENGTH, POSITIVE, SOME_LENGTH, table};

/// Service.
pub static SERVICE: Table = table(
    "service",
    "How usage is treated.",
    &[
        Key::default(
            "shortfall",
            Kind::Words(words::<ShortfallWord>),
            "\"refuse\"",
            "What happens to usage that the balance does not cover.",
        ),
        Key::default(
            "restart_after",
            ANY_LENGTH,
            "\"0s\"",
            "With `stop`: from the arrival of credits to the restart.",
        )
        .example("\"5min\""),
        Key::optional(
            "overdraft_limit",
            POSITIVE,
            "With `overdraft`, and needed there: how far below zero the balance may go.",
        )
        .example("500"),
        Key::default(
            "debt",
            Kind::Words(words::<Repayment>),
            "\"first\"",
            "Which grants repay a debt.",
        ),
        Key::default(
            "debt_at_cycle_start",
            Kind::Words(words::<DebtAtCycleStart>),
            "\"carry\"",
            "What becomes of a debt at a cycle start.",
        ),
        Key::optional(
            "comes_back_after",
            SOME_LENGTH,
            "How long after it was refused usage comes back; it is lost if left out.",
        )
        .example("\"10min\""),
        Key::default(
            "comes_back_times",
            Kind::Count { least: 1, most: 1_000 },
            "1",
            "How often at most the same usage comes back.",
        )
        .with("comes_back_after"),
        Key::default(
            "metering_lag",
            ANY_LENGTH,
            "\"0s\"",
            "How long after it is served usage is deducted from the balance.",
        )
        .example("\"5min\""),
    ],
);
