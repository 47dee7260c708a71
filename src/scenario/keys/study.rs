//! Keys: the candidates of a study, and the criteria to compare them.

use rust_decimal::Decimal;

use crate::domain::{Money, Share};
use crate::scenario::declare::{
    Defaulted, InnerTable, Key, KeyTable, KindOf, OneOf, OpenTable, Optional, Required, TableList,
    ValueKind,
};
use crate::scenario::study::{HistoryUse, MOST_REPLICATIONS};

use super::kinds;

const REPLICATIONS_KIND: KindOf<u64> = kinds::count(1, MOST_REPLICATIONS);

pub const VARY: Key<OpenTable, Optional> = Key::optional(
    "vary",
    kinds::OPEN,
    "Settings to combine, by path: for each a list of values, or `{ from, to, step }`.",
)
.example("{ \"recharge.at_or_below\" = [0, 100, 500] }");
pub const CANDIDATES: Key<TableList, Defaulted> =
    Key::default("candidates", kinds::rows(&candidate::KIND, 0, 10_000), "[]", "Named candidates.")
        .example("[{ name = \"the bigger plan\", set = { plan = \"pro\" } }]")
        .harmless();
pub const REPLICATIONS: Key<u64, Defaulted> = Key::default(
    "replications",
    REPLICATIONS_KIND,
    "2000",
    "Number of runs of every candidate. Left out, it is smaller, down to 200, where there are many \
     candidates or much usage.",
)
.harmless();
pub const UNTIL: Key<InnerTable, Optional> = Key::optional(
    "until",
    kinds::table(&until::TABLE),
    "A stopping rule, instead of a fixed number of runs.",
)
.example("{ half_width = \"0.50\" }");
pub const CONFIDENCE: Key<Share, Defaulted> =
    Key::default("confidence", kinds::SHARE, "\"95%\"", "The confidence of every interval.")
        .harmless();
pub const PRICE_PER_REFUSED_CREDIT: Key<Money, Defaulted> = Key::default(
    "price_per_refused_credit",
    kinds::UNIT_PRICE,
    "\"0\"",
    "Cost of a refused credit to you.",
)
.example("\"0.05\"")
.harmless();
pub const PRICE_PER_HOUR_OF_DOWNTIME: Key<Money, Defaulted> = Key::default(
    "price_per_hour_of_downtime",
    kinds::UNIT_PRICE,
    "\"0\"",
    "Cost of an hour of outage to you.",
)
.example("\"20.00\"")
.harmless();
pub const MATERIALITY: Key<Money, Defaulted> = Key::default(
    "materiality",
    kinds::UNIT_PRICE,
    "\"0\"",
    "Smallest gain per period that is worth a change.",
)
.example("\"1.00\"")
.harmless();
pub const CONSTRAINTS: Key<InnerTable, Optional> =
    Key::optional("constraints", kinds::table(&constraints::TABLE), "Constraints on candidates.")
        .example("{ fill_rate_at_least = \"99.9%\" }");
pub const TARGET: Key<Vec<String>, Optional> = Key::optional(
    "target",
    kinds::list(&kinds::TEXT, 1, 10),
    "The service that is wanted: bounds on figures of service, or \"none\" for cost alone. Left out, it is \
     a fill rate of at least 99.9% and outages in at most 5% of cycles, unless a price or a constraint \
     says what service is worth.",
)
.example("[\"fill_rate >= 99.9%\", \"outages <= 5%\"]");
pub const HISTORY: Key<HistoryUse, Optional> = Key::optional(
    "history",
    kinds::words::<HistoryUse>(),
    "Use of a usage file; if left out, `model` where the file ends before the period begins, and `resample` otherwise.",
);
pub static ENOUGH: OneOf = OneOf { required: false, keys: &[REPLICATIONS.name(), UNTIL.name()] };
/// A study.
pub static TABLE: KeyTable = KeyTable {
    name: "study",
    doc: "Candidates, stopping rule and criteria of `recharge study`, `compare` and `plan`; see \
     `docs/reference/studies.md`.",
    one_of: &[&ENOUGH],
    cases: None,
    keys: &[
        VARY.declared,
        CANDIDATES.declared,
        REPLICATIONS.declared,
        UNTIL.declared,
        CONFIDENCE.declared,
        PRICE_PER_REFUSED_CREDIT.declared,
        PRICE_PER_HOUR_OF_DOWNTIME.declared,
        MATERIALITY.declared,
        CONSTRAINTS.declared,
        TARGET.declared,
        HISTORY.declared,
    ],
};

/// A named candidate.
pub mod candidate {
    use super::*;

    pub const NAME: Key<String, Required> = Key::required(
        "name",
        kinds::TEXT,
        "Name of the candidate; `current` is what is set today.",
    )
    .example("\"the bigger plan\"");
    pub const SET: Key<OpenTable, Required> =
        Key::required("set", kinds::OPEN, "Its settings, by path.").example("{ plan = \"pro\" }");
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A named candidate.
    pub static TABLE: KeyTable = KeyTable {
        name: "candidate",
        doc: "A named candidate.",
        one_of: &[],
        cases: None,
        keys: &[NAME.declared, SET.declared],
    };
}

/// The stopping rule.
pub mod until {
    use super::*;

    pub const HALF_WIDTH: Key<Money, Optional> = Key::optional(
        "half_width",
        kinds::UNIT_PRICE,
        "Stop when the mean cost per period of every candidate is known within this half-width.",
    )
    .example("\"0.50\"");
    pub const CORRECT_SELECTION: Key<Share, Optional> = Key::optional(
        "correct_selection",
        kinds::SHARE,
        "Stop when the best is selected with this probability, at least 50%; needs a \
         `materiality`.",
    )
    .example("\"95%\"");
    pub const MOST: Key<u64, Defaulted> = Key::default(
        "most",
        REPLICATIONS_KIND,
        "2000",
        "Maximum number of runs of each candidate.",
    )
    .harmless();
    pub static PRECISION: OneOf =
        OneOf { required: true, keys: &[HALF_WIDTH.name(), CORRECT_SELECTION.name()] };
    /// The stopping rule.
    pub static TABLE: KeyTable = KeyTable {
        name: "until",
        doc: "A stopping rule.",
        one_of: &[&PRECISION],
        cases: None,
        keys: &[HALF_WIDTH.declared, CORRECT_SELECTION.declared, MOST.declared],
    };
}

/// The constraints.
pub mod constraints {
    use super::*;

    pub const FILL_RATE_AT_LEAST: Key<Share, Optional> =
        Key::optional("fill_rate_at_least", kinds::SHARE, "Credits served ÷ demanded.")
            .example("\"99.9%\"");
    pub const OUTAGE_PROBABILITY_AT_MOST: Key<Share, Optional> = Key::optional(
        "outage_probability_at_most",
        kinds::SHARE,
        "The probability that an outage touches a cycle.",
    );
    pub const SPEND_P95_AT_MOST: Key<Money, Optional> = Key::optional(
        "spend_p95_at_most",
        kinds::UNIT_PRICE,
        "The 95th percentile of spend in a cycle.",
    )
    .example("\"200.00\"");
    pub const RECHARGES_AT_MOST: Key<Decimal, Optional> = Key::optional(
        "recharges_at_most",
        kinds::FACTOR,
        "The mean number of recharges per period.",
    )
    .example("5");
    /// The constraints.
    pub static TABLE: KeyTable = KeyTable {
        name: "constraints",
        doc: "Constraints on candidates.",
        one_of: &[],
        cases: None,
        keys: &[
            FILL_RATE_AT_LEAST.declared,
            OUTAGE_PROBABILITY_AT_MOST.declared,
            SPEND_P95_AT_MOST.declared,
            RECHARGES_AT_MOST.declared,
        ],
    };
}
