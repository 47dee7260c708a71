//! Keys: what is tried over many runs, and how it is judged.

use crate::scenario::declare::{Key, Kind, OneOf, Table};
use crate::scenario::study::{HistoryUse, MOST_REPLICATIONS};
use crate::scenario::words::words;

use super::{UNIT_PRICE, table};

const REPLICATIONS: Kind = Kind::Count { least: 1, most: MOST_REPLICATIONS };

/// A study.
pub static STUDY: Table = Table {
    name: "study",
    doc: "What `recharge study`, `compare` and `plan` try over many runs, and how they judge it; see \
     `docs/reference/studies.md`.",
    one_of: &[OneOf { required: false, keys: &["replications", "until"] }],
    cases: None,
    keys: &[
        Key::optional(
            "vary",
            Kind::Open,
            "Settings to cross, by path: to each a list of values, or `{ from, to, step }`.",
        )
        .example("{ \"recharge.at_or_below\" = [0, 100, 500] }"),
        Key::default(
            "candidates",
            Kind::List { of: &Kind::Table(&CANDIDATE), least: 0, most: 10_000 },
            "[]",
            "Candidates with names of their own.",
        )
        .example("[{ name = \"the bigger plan\", set = { plan = \"pro\" } }]")
        .harmless(),
        Key::default("replications", REPLICATIONS, "200", "How many runs every candidate has.")
            .harmless(),
        Key::optional(
            "until",
            Kind::Table(&UNTIL),
            "In place of a number of runs: when they are enough.",
        )
        .example("{ half_width = \"0.50\" }"),
        Key::default("confidence", Kind::Share, "\"95%\"", "The confidence of every interval.")
            .harmless(),
        Key::default(
            "price_per_refused_credit",
            UNIT_PRICE,
            "\"0\"",
            "What a refused credit costs you.",
        )
        .example("\"0.05\"")
        .harmless(),
        Key::default(
            "price_per_hour_of_downtime",
            UNIT_PRICE,
            "\"0\"",
            "What an hour of outage costs you.",
        )
        .example("\"20.00\"")
        .harmless(),
        Key::default("materiality", UNIT_PRICE, "\"0\"", "The least gain a period worth a change.")
            .example("\"1.00\"")
            .harmless(),
        Key::optional("constraints", Kind::Table(&CONSTRAINTS), "What must hold.")
            .example("{ fill_rate_at_least = \"99.9%\" }"),
        Key::default(
            "history",
            Kind::Words(words::<HistoryUse>),
            "\"resample\"",
            "What is done with a file of usage.",
        )
        .harmless(),
    ],
};

/// A candidate with a name of its own.
pub static CANDIDATE: Table = table(
    "candidate",
    "A candidate with a name of its own.",
    &[
        Key::required("name", Kind::Text, "What it is called; `current` is what is set today.")
            .example("\"the bigger plan\""),
        Key::required("set", Kind::Open, "Its settings, by path.").example("{ plan = \"pro\" }"),
    ],
);

/// When there are enough runs.
pub static UNTIL: Table = Table {
    name: "until",
    doc: "When there are enough runs.",
    one_of: &[OneOf { required: true, keys: &["half_width", "correct_selection"] }],
    cases: None,
    keys: &[
        Key::optional(
            "half_width",
            UNIT_PRICE,
            "When the mean cost a period of every candidate is known within as much.",
        )
        .example("\"0.50\""),
        Key::optional(
            "correct_selection",
            Kind::Share,
            "When the best is selected with this probability, at least 50%; needs a `materiality`.",
        )
        .example("\"95%\""),
        Key::default("most", REPLICATIONS, "2000", "Runs of each candidate at the most.")
            .harmless(),
    ],
};

/// What must hold.
pub static CONSTRAINTS: Table = table(
    "constraints",
    "What must hold.",
    &[
        Key::optional("fill_rate_at_least", Kind::Share, "Credits served ÷ demanded.")
            .example("\"99.9%\""),
        Key::optional(
            "outage_probability_at_most",
            Kind::Share,
            "The probability that an outage touches a cycle.",
        ),
        Key::optional(
            "spend_p95_at_most",
            UNIT_PRICE,
            "The 95th percentile of what is spent in a cycle.",
        )
        .example("\"200.00\""),
        Key::optional("recharges_at_most", Kind::Factor, "The mean number of recharges a period.")
            .example("5"),
    ],
);
