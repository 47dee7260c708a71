//! Keys: payments, and lengths of time that are drawn.

use crate::domain::{Duration, Instant, Share};
use crate::payments::Wait;
use crate::policy::OnFailure;
use crate::scenario::declare::{
    Defaulted, InnerTable, Key, KeyTable, KindOf, OneOf, Optional, Required, TableList, ValueKind,
};
use crate::scenario::value::Waits;
use crate::scenario::words::ChargeNeed;

use super::kinds;

static LENGTH_OR_DRAWN: [ValueKind; 2] = [kinds::ANY_LENGTH.kind, ValueKind::Table(&wait::TABLE)];
static FROM_A_SECOND_OR_DRAWN: [ValueKind; 2] =
    [kinds::FROM_A_SECOND.kind, ValueKind::Table(&wait::TABLE)];
pub const A_WAIT: KindOf<Wait> = KindOf::new(ValueKind::Either(&LENGTH_OR_DRAWN));
const ATTEMPTS: KindOf<Vec<u64>> = kinds::list(&kinds::count(1, u32::MAX as u64), 0, 1_000_000);
const ON_FAILURE: KindOf<OnFailure> = kinds::words::<OnFailure>();

/// A length of time that is drawn.
pub mod wait {
    use super::*;

    pub const LEAST: Key<Duration, Optional> =
        Key::optional("least", kinds::ANY_LENGTH, "Uniform: the minimum.").example("\"1s\"");
    pub const MOST: Key<Duration, Required> =
        Key::required("most", kinds::SOME_LENGTH, "Uniform: the upper bound, excluded.")
            .with(&LEAST)
            .example("\"10s\"");
    pub const MEAN: Key<Duration, Optional> =
        Key::optional("mean", kinds::SOME_LENGTH, "Exponential: its mean.").example("\"2 days\"");
    pub const MEDIAN: Key<Duration, Optional> =
        Key::optional("median", kinds::SOME_LENGTH, "Lognormal: its median.").example("\"5s\"");
    pub const SIGMA: Key<f64, Required> = Key::required(
        "sigma",
        kinds::number(0.0, 10.0),
        "Lognormal: the standard deviation of the logarithm.",
    )
    .with(&MEDIAN)
    .example("0.5");
    pub static LAW: OneOf =
        OneOf { required: true, keys: &[LEAST.name(), MEAN.name(), MEDIAN.name()] };
    /// A length of time that is drawn.
    pub static TABLE: KeyTable = KeyTable {
        name: "wait",
        doc: "A random duration: uniform from `least` to below `most`; \
         exponential with a `mean`; lognormal with a `median` and `sigma`.",
        one_of: &[&LAW],
        cases: None,
        keys: &[LEAST.declared, MOST.declared, MEAN.declared, MEDIAN.declared, SIGMA.declared],
    };
}

pub const NEEDS: Key<Vec<ChargeNeed>, Defaulted> = Key::default(
    "needs",
    kinds::list(&kinds::words::<ChargeNeed>(), 0, 2),
    "[\"subscription\", \"payment_method\"]",
    "Facts required when a charge settles; without them the charge fails, as a hard \
     decline.",
)
.harmless();
pub const LATENCY: Key<Wait, Defaulted> =
    Key::default("latency", A_WAIT, "\"0s\"", "Duration of a charge.").example("\"5s\"");
pub const FAIL_PROBABILITY: Key<Share, Defaulted> = Key::default(
    "fail_probability",
    kinds::SHARE,
    "\"0%\"",
    "The probability that an attempt fails.",
)
.example("\"5%\"");
pub const HARD_SHARE: Key<Share, Defaulted> = Key::default(
    "hard_share",
    kinds::SHARE,
    "\"0%\"",
    "The share of those failures that are hard declines.",
)
.with(&FAIL_PROBABILITY)
.example("\"20%\"");
pub const FAIL_ATTEMPTS: Key<Vec<u64>, Defaulted> = Key::default(
    "fail_attempts",
    ATTEMPTS,
    "[]",
    "Attempts that fail with a soft decline, by number from 1.",
)
.example("[2]")
.harmless();
pub const HARD_FAIL_ATTEMPTS: Key<Vec<u64>, Defaulted> = Key::default(
    "hard_fail_attempts",
    ATTEMPTS,
    "[]",
    "Attempts that fail with a hard decline, by number from 1.",
)
.example("[3]")
.harmless();
pub const OUTAGES: Key<TableList, Defaulted> = Key::default(
    "outages",
    kinds::rows(&outage::KIND, 0, 100_000),
    "[]",
    "Outages of the payment processor.",
)
.example("[{ from = 2026-01-05T08:00:00, to = 2026-01-05T10:00:00 }]")
.harmless();
pub const VERIFY_PROBABILITY: Key<Share, Defaulted> = Key::default(
    "verify_probability",
    kinds::SHARE,
    "\"0%\"",
    "The probability that the bank requires verification.",
)
.example("\"10%\"");
pub const VERIFY_ATTEMPTS: Key<Vec<u64>, Defaulted> = Key::default(
    "verify_attempts",
    ATTEMPTS,
    "[]",
    "Attempts for which the bank requires verification, by number from 1.",
)
.example("[1]")
.harmless();
pub const VERIFICATION_TAKES: Key<Wait, Defaulted> =
    Key::default("verification_takes", A_WAIT, "\"0s\"", "Duration of a verification.")
        .example("\"10min\"");
pub const VERIFICATION_FAIL_PROBABILITY: Key<Share, Defaulted> = Key::default(
    "verification_fail_probability",
    kinds::SHARE,
    "\"0%\"",
    "The probability that a verification is abandoned or fails.",
)
.example("\"25%\"");
pub const VERIFICATION_FAIL_ATTEMPTS: Key<Vec<u64>, Defaulted> = Key::default(
    "verification_fail_attempts",
    ATTEMPTS,
    "[]",
    "Attempts whose verification fails, by number from 1.",
)
.example("[1]")
.harmless();
pub const RETRY_AFTER: Key<Waits, Defaulted> = Key::default(
    "retry_after",
    KindOf::new(ValueKind::Either(&[
        kinds::ANY_LENGTH.kind,
        ValueKind::List { of: &kinds::ANY_LENGTH.kind, least: 1, most: 1_000 },
    ])),
    "\"1h\"",
    "Waits after the first, second, … failure in a row; the last repeats.",
)
.example("[\"1h\", \"2h\", \"4h\"]");
pub const DISABLE_AFTER: Key<u32, Optional> = Key::optional(
    "disable_after",
    kinds::small_count(1, 1_000_000),
    "Number of failures in a row that suspends auto-recharge; never if left out.",
)
.example("3");
pub const ON_SOFT_DECLINE: Key<OnFailure, Defaulted> = Key::default(
    "on_soft_decline",
    ON_FAILURE,
    "\"count\"",
    "Consequence of a soft decline (a temporary one).",
);
pub const ON_HARD_DECLINE: Key<OnFailure, Defaulted> = Key::default(
    "on_hard_decline",
    ON_FAILURE,
    "\"count\"",
    "Consequence of a hard decline (a permanent one).",
);
pub const ON_PROCESSOR_OUTAGE: Key<OnFailure, Defaulted> = Key::default(
    "on_processor_outage",
    ON_FAILURE,
    "\"count\"",
    "Consequence of a failure in an outage of the processor.",
);
pub const REPAIR_AFTER: Key<Wait, Optional> = Key::optional(
    "repair_after",
    KindOf::new(ValueKind::Either(&FROM_A_SECOND_OR_DRAWN)),
    "Time from a suspension until the owner repairs the payment method; never if left out.",
)
.example("\"2 days\"");
pub const REPAIR_PROBABILITY: Key<Share, Defaulted> =
    Key::default("repair_probability", kinds::SHARE, "\"100%\"", "The probability of a repair.")
        .with(&REPAIR_AFTER);
pub const CARD: Key<InnerTable, Optional> = Key::optional(
    "card",
    kinds::table(&card::TABLE),
    "A card that fails in spells, for studies: a `fail_probability` for each \
     attempt overstates the failures of an account that recharges often. Without this \
     table the card always works.",
)
.example("{ decline_rate_per_month = \"7%\" }");
/// Payments.
pub static TABLE: KeyTable = KeyTable {
    name: "payment",
    doc: "Outcomes of charges, consequences of failed ones, and the owner's repair of a \
     suspended account.",
    one_of: &[],
    cases: None,
    keys: &[
        NEEDS.declared,
        LATENCY.declared,
        FAIL_PROBABILITY.declared,
        HARD_SHARE.declared,
        FAIL_ATTEMPTS.declared,
        HARD_FAIL_ATTEMPTS.declared,
        OUTAGES.declared,
        VERIFY_PROBABILITY.declared,
        VERIFY_ATTEMPTS.declared,
        VERIFICATION_TAKES.declared,
        VERIFICATION_FAIL_PROBABILITY.declared,
        VERIFICATION_FAIL_ATTEMPTS.declared,
        RETRY_AFTER.declared,
        DISABLE_AFTER.declared,
        ON_SOFT_DECLINE.declared,
        ON_HARD_DECLINE.declared,
        ON_PROCESSOR_OUTAGE.declared,
        REPAIR_AFTER.declared,
        REPAIR_PROBABILITY.declared,
        CARD.declared,
    ],
};

/// A card that fails in spells of time.
pub mod card {
    use super::*;

    pub const DECLINE_RATE_PER_MONTH: Key<Share, Defaulted> = Key::default(
        "decline_rate_per_month",
        kinds::SHARE,
        "\"7%\"",
        "Rate at which a working card begins to fail, per month of 30.4375 days.",
    );
    pub const SOFT_SHARE: Key<Share, Defaulted> = Key::default(
        "soft_share",
        kinds::SHARE,
        "\"70%\"",
        "The share of those failures that are temporary; the rest are dead cards.",
    );
    pub const RECOVERS_AFTER: Key<Wait, Defaulted> = Key::default(
        "recovers_after",
        A_WAIT,
        "{ mean = \"7 days\" }",
        "Duration of a temporary failure.",
    );
    pub const RETRY_SOON: Key<Share, Defaulted> = Key::default(
        "retry_soon",
        kinds::SHARE,
        "\"3%\"",
        "The probability that a retry within an hour of the last decline succeeds.",
    );
    pub const RETRY_LATER: Key<Share, Defaulted> = Key::default(
        "retry_later",
        kinds::SHARE,
        "\"24%\"",
        "The same a day after the last decline or later; in between it grows linearly.",
    );
    pub const REPLACED_AFTER: Key<Wait, Defaulted> = Key::default(
        "replaced_after",
        A_WAIT,
        "{ median = \"3 days\", sigma = 0.9395 }",
        "Time until the owner replaces a dead card without a suspension.",
    );
    pub const REPLACED_PROBABILITY: Key<Share, Defaulted> = Key::default(
        "replaced_probability",
        kinds::SHARE,
        "\"70%\"",
        "The probability of a repair.",
    );
    /// A card that fails in spells of time.
    pub static TABLE: KeyTable = KeyTable {
        name: "card",
        doc: "A card that fails in spells: it works, fails softly for a while, or is dead until \
         its owner acts.",
        one_of: &[],
        cases: None,
        keys: &[
            DECLINE_RATE_PER_MONTH.declared,
            SOFT_SHARE.declared,
            RECOVERS_AFTER.declared,
            RETRY_SOON.declared,
            RETRY_LATER.declared,
            REPLACED_AFTER.declared,
            REPLACED_PROBABILITY.declared,
        ],
    };
}

/// An outage of the payment processor.
pub mod outage {
    use super::*;

    pub const FROM: Key<Instant, Required> =
        Key::required("from", kinds::MOMENT, "Its first instant.");
    pub const TO: Key<Instant, Required> =
        Key::required("to", kinds::MOMENT, "The first instant after it.");
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// An outage of the payment processor.
    pub static TABLE: KeyTable = KeyTable {
        name: "outage",
        doc: "A period in which every charge fails.",
        one_of: &[],
        cases: None,
        keys: &[FROM.declared, TO.declared],
    };
}
