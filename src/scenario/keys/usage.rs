//! Keys: where usage comes from.

use crate::scenario::declare::{Case, Cases, Key, Kind, OneOf, Table};
use crate::scenario::words::words;
use crate::usage::time::TimeForm;

use super::{ANY_LENGTH, CREDITS, POSITIVE, SOME_LENGTH, TIMES, table};

/// Usage.
pub static USAGE: Table = Table {
    name: "usage",
    doc: "Where usage comes from: a CSV file, events written here, or a law to draw \
     from. The keys about columns and rows describe `file`, or the file that comes \
     with the command.",
    one_of: &[
        OneOf { required: false, keys: &["file", "events", "generate"] },
        OneOf { required: false, keys: &["amount", "amounts", "amount_per_row"] },
    ],
    cases: None,
    keys: &[
        Key::optional("file", Kind::Text, "A CSV file, relative to the scenario's folder.")
            .example("\"usage.csv\""),
        Key::optional(
            "events",
            Kind::List { of: &Kind::Table(&EVENT), least: 0, most: 100_000 },
            "Events, in any order.",
        )
        .example("[{ at = 2026-01-03T10:00:00, credits = 5 }]"),
        Key::optional("generate", Kind::Table(&GENERATE), "Usage that is drawn."),
        Key::optional(
            "time",
            Kind::Text,
            "The column with the time; guessed from the header if left out.",
        )
        .example("\"timestamp\""),
        Key::optional(
            "amount",
            Kind::Text,
            "The column with the credits; guessed from the header if left out.",
        )
        .example("\"credits\""),
        Key::optional(
            "amounts",
            Kind::Catalogue(&Kind::Factor),
            "Columns to add up, each times the credits one of it costs.",
        )
        .example("{ ContextTokens = \"0.001\", GeneratedTokens = \"0.003\" }"),
        Key::optional("amount_per_row", CREDITS, "Each row is as many credits.").example("1"),
        Key::default(
            "time_form",
            Kind::Words(words::<TimeForm>),
            "\"guess\"",
            "How the time column is written.",
        )
        .harmless(),
        Key::default(
            "skip_bad_rows",
            Kind::Flag,
            "false",
            "Whether rows that cannot be read are skipped and counted.",
        )
        .harmless(),
        Key::default(
            "sort_input",
            Kind::Flag,
            "false",
            "Whether rows are sorted in memory from the start; for standard input out of order.",
        )
        .harmless(),
        Key::default(
            "sort_limit",
            Kind::Count { least: 1, most: 1_000_000_000 },
            "5000000",
            "How many events out of order are sorted in memory.",
        )
        .harmless(),
    ],
};

/// An event of usage.
pub static EVENT: Table = table(
    "event",
    "An event of usage.",
    &[Key::required("at", Kind::Moment, "When."), Key::required("credits", CREDITS, "How much.")],
);

const SHAPE_HOURS: Kind = Kind::List { of: &TIMES, least: 24, most: 24 };
const SHAPE_WEEKDAYS: Kind = Kind::List { of: &TIMES, least: 7, most: 7 };

/// Usage that is drawn.
pub static GENERATE: Table = Table {
    name: "generate",
    doc: "Usage that is drawn: when events happen, how much each asks for, and how both \
     change.",
    one_of: &[OneOf { required: true, keys: &["every", "per_day"] }],
    cases: None,
    keys: &[
        Key::optional("every", SOME_LENGTH, "Events at regular times: from one to the next."),
        Key::default("offset", ANY_LENGTH, "\"0s\"", "From `start` to the first.").with("every"),
        Key::optional(
            "per_day",
            Kind::Number { least: 0.000_001, most: 1e9 },
            "Events at random times (Poisson): how many a day on average.",
        )
        .example("240.0"),
        Key::required(
            "amount",
            Kind::Either(&[POSITIVE, Kind::Table(&AMOUNT)]),
            "How much each event asks for: as many credits, or a law.",
        )
        .example("10"),
        Key::optional(
            "hours",
            SHAPE_HOURS,
            "How busy each hour of the local day is: 24 factors from midnight.",
        )
        .example(
            "[0.2, 0.2, 0.2, 0.2, 0.2, 0.5, 1, 1.5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1.5, 1, 1, \
             0.5, 0.5, 0.2, 0.2]",
        )
        .with("per_day"),
        Key::optional(
            "weekdays",
            SHAPE_WEEKDAYS,
            "How busy each day of the week is: 7 factors, Monday first.",
        )
        .example("[1, 1, 1, 1, 1, 0.3, 0.2]")
        .with("per_day"),
        Key::default(
            "growth_per_month",
            Kind::Growth,
            "\"0%\"",
            "By what share usage grows in a month.",
        )
        .example("\"5%\"")
        .with("per_day")
        .harmless(),
        Key::default(
            "spikes",
            Kind::List { of: &Kind::Table(&SPIKE), least: 0, most: 1_000 },
            "[]",
            "Known busy times.",
        )
        .example("[{ at = 2026-01-20T08:00:00, lasts = \"6h\", times = 5 }]")
        .with("per_day")
        .harmless(),
        Key::optional("bursts", Kind::Table(&BURSTS), "Random busy times.")
            .example("{ per_month = 2, lasts = \"3h\", times = 4 }")
            .with("per_day"),
    ],
};

/// A law of amounts.
pub static AMOUNT: Table = Table {
    name: "amount",
    doc: "A law of amounts.",
    one_of: &[],
    cases: Some(&LAWS),
    keys: &[Key::required("law", Kind::Words(laws), "Which law.").example("\"geometric\"")],
};

fn laws() -> Vec<(&'static str, &'static str)> {
    LAWS.cases.iter().map(|case| (case.word, case.doc)).collect()
}

const SIGMA: Key = Key::required(
    "sigma",
    Kind::Number { least: 0.0, most: 10.0 },
    "The standard deviation of the logarithm.",
)
.example("0.8");
const STEP: Key = Key::default("step", POSITIVE, "1", "Amounts are rounded to a multiple of this.");

static LAWS: Cases = Cases {
    tag: "law",
    cases: &[
        Case { word: "geometric", doc: "whole numbers from 1", table: &GEOMETRIC },
        Case { word: "lognormal", doc: "lognormal, rounded to a step", table: &LOGNORMAL },
        Case { word: "pareto", doc: "Pareto, bounded above, rounded to a step", table: &PARETO },
    ],
};
static GEOMETRIC: Table = table(
    "geometric",
    "Whole numbers from 1.",
    &[Key::required("mean", Kind::Number { least: 1.0, most: 1e9 }, "The mean.").example("4")],
);
static LOGNORMAL: Table = table(
    "lognormal",
    "Lognormal.",
    &[Key::required("median", POSITIVE, "The median.").example("20"), SIGMA, STEP],
);
static PARETO: Table = table(
    "pareto",
    "Pareto.",
    &[
        Key::required("least", POSITIVE, "The least.").example("1"),
        Key::required(
            "shape",
            Kind::Number { least: 0.001, most: 100.0 },
            "The shape: the smaller, the heavier the tail.",
        )
        .example("1.5"),
        Key::required("most", POSITIVE, "The most, before it is rounded to steps.").example("5000"),
        STEP,
    ],
);

/// A known busy time.
pub static SPIKE: Table = table(
    "spike",
    "A known busy time.",
    &[
        Key::required("at", Kind::Moment, "When it begins."),
        Key::required("lasts", SOME_LENGTH, "How long it lasts.").example("\"6h\""),
        Key::required("times", TIMES, "How many times as busy it is.").example("5"),
    ],
);

/// Random busy times.
pub static BURSTS: Table = table(
    "bursts",
    "Random busy times.",
    &[
        Key::required(
            "per_month",
            Kind::Number { least: 0.0, most: 100_000.0 },
            "How many a month on average.",
        )
        .example("2"),
        Key::required("lasts", SOME_LENGTH, "How long each lasts.").example("\"3h\""),
        Key::required("times", TIMES, "How many times as busy it is.").example("4"),
    ],
);
