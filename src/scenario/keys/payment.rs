//! Keys: payments, and lengths of time that are drawn.

use crate::policy::OnFailure;
use crate::scenario::declare::{Key, Kind, OneOf, Table};
use crate::scenario::words::{ChargeNeed, words};

use super::{ANY_LENGTH, FROM_A_SECOND, SOME_LENGTH, table};

const A_WAIT: Kind = Kind::Either(&[ANY_LENGTH, Kind::Table(&WAIT)]);
const ATTEMPTS: Kind =
    Kind::List { of: &Kind::Count { least: 1, most: u32::MAX as u64 }, least: 0, most: 1_000_000 };
const ON_FAILURE: Kind = Kind::Words(words::<OnFailure>);

/// A length of time that is drawn.
pub static WAIT: Table = Table {
    name: "wait",
    doc: "A length of time that is drawn: uniform from `least` to below `most`; \
     exponential with a `mean`; lognormal with a `median` and `sigma`.",
    one_of: &[OneOf { required: true, keys: &["least", "mean", "median"] }],
    cases: None,
    keys: &[
        Key::optional("least", ANY_LENGTH, "Uniform: the least.").example("\"1s\""),
        Key::required("most", SOME_LENGTH, "Uniform: the bound above.")
            .with("least")
            .example("\"10s\""),
        Key::optional("mean", SOME_LENGTH, "Exponential: its mean.").example("\"2 days\""),
        Key::optional("median", SOME_LENGTH, "Lognormal: its median.").example("\"5s\""),
        Key::required(
            "sigma",
            Kind::Number { least: 0.0, most: 10.0 },
            "Lognormal: the standard deviation of the logarithm.",
        )
        .with("median")
        .example("0.5"),
    ],
};

/// Payments.
pub static PAYMENT: Table = table(
    "payment",
    "How charges turn out, what a failed one does, and how the owner repairs a \
     suspended account.",
    &[
        Key::default(
            "needs",
            Kind::List { of: &Kind::Words(words::<ChargeNeed>), least: 0, most: 2 },
            "[\"subscription\", \"payment_method\"]",
            "What the account must have when a charge settles; without it the charge fails, as a hard \
             decline.",
        )
        .harmless(),
        Key::default("latency", A_WAIT, "\"0s\"", "How long a charge takes.").example("\"5s\""),
        Key::default(
            "fail_probability",
            Kind::Share,
            "\"0%\"",
            "The probability that an attempt fails.",
        )
        .example("\"5%\""),
        Key::default(
            "hard_share",
            Kind::Share,
            "\"0%\"",
            "The share of those failures that are hard declines.",
        )
        .with("fail_probability")
        .example("\"20%\""),
        Key::default(
            "fail_attempts",
            ATTEMPTS,
            "[]",
            "Attempts that fail with a soft decline, by number from 1.",
        )
        .example("[2]")
        .harmless(),
        Key::default(
            "hard_fail_attempts",
            ATTEMPTS,
            "[]",
            "Attempts that fail with a hard decline, by number from 1.",
        )
        .example("[3]")
        .harmless(),
        Key::default(
            "outages",
            Kind::List { of: &Kind::Table(&OUTAGE), least: 0, most: 100_000 },
            "[]",
            "When the payment processor is out of service.",
        )
        .example("[{ from = 2026-01-05T08:00:00, to = 2026-01-05T10:00:00 }]")
        .harmless(),
        Key::default(
            "verify_probability",
            Kind::Share,
            "\"0%\"",
            "The probability that the bank asks for verification.",
        )
        .example("\"10%\""),
        Key::default(
            "verify_attempts",
            ATTEMPTS,
            "[]",
            "Attempts for which the bank asks for verification, by number from 1.",
        )
        .example("[1]")
        .harmless(),
        Key::default("verification_takes", A_WAIT, "\"0s\"", "How long a verification takes.")
            .example("\"10min\""),
        Key::default(
            "verification_fail_probability",
            Kind::Share,
            "\"0%\"",
            "The probability that a verification is abandoned or fails.",
        )
        .example("\"25%\""),
        Key::default(
            "verification_fail_attempts",
            ATTEMPTS,
            "[]",
            "Attempts whose verification fails, by number from 1.",
        )
        .example("[1]")
        .harmless(),
        Key::default(
            "retry_after",
            Kind::Either(&[ANY_LENGTH, Kind::List { of: &ANY_LENGTH, least: 1, most: 1_000 }]),
            "\"1h\"",
            "How long to wait after the first, second, … failure in a row; the last \
             repeats.",
        )
        .example("[\"1h\", \"2h\", \"4h\"]"),
        Key::optional(
            "disable_after",
            Kind::Count { least: 1, most: 1_000_000 },
            "Auto-recharge is suspended at so many failures in a row; never if left out.",
        )
        .example("3"),
        Key::default(
            "on_soft_decline",
            ON_FAILURE,
            "\"count\"",
            "What a soft decline (one that may pass) does.",
        ),
        Key::default(
            "on_hard_decline",
            ON_FAILURE,
            "\"count\"",
            "What a hard decline (one that stays) does.",
        ),
        Key::default(
            "on_processor_outage",
            ON_FAILURE,
            "\"count\"",
            "What a failure in an outage of the processor does.",
        ),
        Key::optional(
            "repair_after",
            Kind::Either(&[FROM_A_SECOND, Kind::Table(&WAIT)]),
            "How long after a suspension the owner repairs the payment method; never if \
             left out.",
        )
        .example("\"2 days\""),
        Key::default(
            "repair_probability",
            Kind::Share,
            "\"100%\"",
            "The probability of ever doing so.",
        )
        .with("repair_after"),
        Key::optional(
            "card",
            Kind::Table(&CARD),
            "A card that fails in spells of time, for studies: a `fail_probability` for each \
             attempt overstates the failures of an account that recharges often. Without this \
             table the card always works.",
        )
        .example("{ decline_rate_per_month = \"7%\" }"),
    ],
);

/// A card that fails in spells of time.
pub static CARD: Table = table(
    "card",
    "A card that fails in spells of time: it works, fails softly for a while, or is dead until \
     its owner acts.",
    &[
        Key::default(
            "decline_rate_per_month",
            Kind::Share,
            "\"7%\"",
            "How often a working card begins to fail, per month of 30.4375 days.",
        ),
        Key::default(
            "soft_share",
            Kind::Share,
            "\"70%\"",
            "The share of those failures that pass; the rest are dead cards.",
        ),
        Key::default(
            "recovers_after",
            A_WAIT,
            "{ mean = \"7 days\" }",
            "How long a failure that passes lasts.",
        ),
        Key::default(
            "retry_soon",
            Kind::Share,
            "\"3%\"",
            "The probability that a retry within an hour of the last decline goes through even so.",
        ),
        Key::default(
            "retry_later",
            Kind::Share,
            "\"24%\"",
            "The same a day after the last decline or later; in between it grows with time.",
        ),
        Key::default(
            "replaced_after",
            A_WAIT,
            "{ median = \"3 days\", sigma = 0.9395 }",
            "How long after its death the owner replaces a dead card unasked.",
        ),
        Key::default(
            "replaced_probability",
            Kind::Share,
            "\"70%\"",
            "The probability of ever doing so.",
        ),
    ],
);

/// An outage of the payment processor.
pub static OUTAGE: Table = table(
    "outage",
    "A stretch of time in which every charge fails.",
    &[
        Key::required("from", Kind::Moment, "The first instant of it."),
        Key::required("to", Kind::Moment, "The first instant after it."),
    ],
);
