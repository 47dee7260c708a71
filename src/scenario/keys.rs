//! Every key of a scenario, each declared once: reading, the JSON Schema and the reference follow
//! from here. In reading order of a file.

use crate::policy::{
    Base, CooldownSince, Counts, DebtAtCycleStart, Exceeding, Firing, OnFailure, PlanChange,
    Prerequisite, Repayment,
};

use super::declare::{Case, Cases, Key, Kind, OneOf, Table};
use super::words::{Bought, NamedLifetime, NamedWindow, ShortfallWord, UnixTime, words};

const POSITIVE: Kind = Kind::Credits { positive: true };
const CREDITS: Kind = Kind::Credits { positive: false };
const PRICE: Kind = Kind::Money { minor: true };
const UNIT_PRICE: Kind = Kind::Money { minor: false };
const ANY_LENGTH: Kind = Kind::Length { least: 0 };
const SOME_LENGTH: Kind = Kind::Length { least: 1 };
const FROM_A_SECOND: Kind = Kind::Length { least: 1_000 };
const TIMES: Kind = Kind::Number { least: 0.0, most: 1_000_000.0 };
const A_WAIT: Kind = Kind::Either(&[ANY_LENGTH, Kind::Table(&WAIT)]);
const ATTEMPTS: Kind =
    Kind::List { of: &Kind::Count { least: 1, most: u32::MAX as u64 }, least: 0, most: 1_000_000 };
static A_CAP: Kind = Kind::Table(&CAP);
const CAP_LIST: Kind = Kind::List { of: &A_CAP, least: 0, most: 100 };
const ON_FAILURE: Kind = Kind::Words(words::<OnFailure>);

const fn table(name: &'static str, doc: &'static str, keys: &'static [Key]) -> Table {
    Table { name, doc, keys, one_of: &[], cases: None }
}

/// A whole scenario.
pub static ROOT: Table = table(
    "scenario",
    "One account, its rules, its usage, and the stretch of time to look at.",
    &[
        Key::optional(
            "name",
            Kind::Text,
            "What the scenario is called; the file's name if left out.",
        )
        .example("\"Product Classifier, Starter\""),
        Key::optional("question", Kind::Text, "The question it answers, in one sentence.")
            .example("\"What does Starter cost at 10 credits an hour?\""),
        Key::default(
            "unit",
            Kind::Text,
            "\"credits\"",
            "What credits are called: credits, tasks, messages.",
        )
        .harmless(),
        Key::required(
            "currency",
            Kind::Currency,
            "The currency of all money, by its ISO 4217 code.",
        ),
        Key::default(
            "zone",
            Kind::Zone,
            "\"UTC\"",
            "The IANA time zone of calendar days, months and local times.",
        )
        .example("\"Europe/Berlin\""),
        Key::required("start", Kind::Moment, "The first instant of the run.").example("2026-01-01"),
        Key::required(
            "end",
            Kind::Moment,
            "The first instant after the run; at most 1,000 years after `start`.",
        )
        .example("2026-02-01"),
        Key::default(
            "seed",
            Kind::Count { least: 0, most: i64::MAX as u64 },
            "0",
            "The seed of everything random.",
        )
        .harmless(),
        Key::optional(
            "plan",
            Kind::Reference("plans"),
            "The plan at the start, one of [plans]; without it there is no fee and no \
allowance.",
        )
        .example("\"starter\""),
        Key::default(
            "assumed",
            Kind::List { of: &Kind::Path, least: 0, most: 10_000 },
            "[]",
            "Settings of this file that the vendor does not document, by path.",
        )
        .example("[\"payment.latency\"]")
        .harmless(),
        Key::optional(
            "plans",
            Kind::Catalogue(&Kind::Table(&PLAN)),
            "The vendor's plans, by a name of your own.",
        ),
        Key::optional(
            "packages",
            Kind::Catalogue(&Kind::Table(&PACKAGE)),
            "The packages the vendor sells, by a name of your own.",
        ),
        Key::optional(
            "rollover",
            Kind::Table(&ROLLOVER),
            "What happens to unused allowance at a cycle start; all of it is forfeited \
without this table.",
        ),
        Key::optional("cycle", Kind::Table(&CYCLE), "When billing cycles start."),
        Key::optional(
            "account",
            Kind::Table(&ACCOUNT),
            "What the account is and has at the start.",
        ),
        Key::optional(
            "recharge",
            Kind::Table(&RECHARGE),
            "Auto-recharge; without this table the account has none.",
        ),
        Key::optional(
            "payment",
            Kind::Table(&PAYMENT),
            "How charges turn out and what a failed one does.",
        ),
        Key::optional("service", Kind::Table(&SERVICE), "How usage is treated."),
        Key::optional("eligibility", Kind::Table(&ELIGIBILITY), "Who may use auto-recharge."),
        Key::optional(
            "usage",
            Kind::Table(&USAGE),
            "Where usage comes from; without a source it has to come with the command.",
        ),
        Key::optional(
            "actions",
            Kind::List { of: &Kind::Table(&ACTION), least: 0, most: 100_000 },
            "What the owner, the vendor and the world do on the timeline, in any order.",
        ),
        Key::optional("study", Kind::Open, "Questions over many runs."),
    ],
);

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

/// The account at the start.
pub static ACCOUNT: Table = table(
    "account",
    "What the account is and has at the start.",
    &[
        Key::default(
            "enabled",
            Kind::Flag,
            "true",
            "Whether auto-recharge is enabled at the start, if no prerequisite is missing; \
false without [recharge].",
        )
        .harmless(),
        Key::optional(
            "opening_balance",
            CREDITS,
            "Bought credits at the start. With this or `opening_allowance` the account is \
inside a cycle at the start; otherwise a cycle begins.",
        ),
        Key::optional(
            "opening_allowance",
            CREDITS,
            "What is left of the cycle's allowance at the start.",
        ),
        Key::default("opening_price", PRICE, "0", "What the opening balance had cost.")
            .with("opening_balance"),
        Key::default(
            "owner",
            Kind::Flag,
            "true",
            "Whether the one who asks is the organization's owner.",
        )
        .harmless(),
        Key::default("subscription", Kind::Flag, "true", "Whether a subscription is active.")
            .harmless(),
        Key::default("payment_method", Kind::Flag, "true", "Whether a payment method is on file.")
            .harmless(),
        Key::default("online_billing", Kind::Flag, "true", "Whether billing is online.").harmless(),
        Key::default("add_on", Kind::Flag, "true", "Whether the add-on is enabled.").harmless(),
        Key::optional(
            "burn_order",
            Kind::List { of: &Kind::Words(words::<Bought>), least: 1, most: 3 },
            "Which bought credits burn first; those not named burn last. If left out all \
rank alike and the earliest expiry decides.",
        )
        .example("[\"opening\", \"top_up\", \"recharge\"]"),
    ],
);

const TRIGGER: &[&str] = &["at_or_below", "below", "consumed_share"];

const AT_OR_BELOW: Key =
    Key::optional("at_or_below", CREDITS, "A recharge is wanted at a balance of this or less.")
        .example("100");
const BELOW: Key =
    Key::optional("below", POSITIVE, "A recharge is wanted at a balance of less than this.")
        .example("200");
const CONSUMED_SHARE: Key = Key::optional(
    "consumed_share",
    Kind::Share,
    "A recharge is wanted when this share of `share_of` is used.",
)
.example("\"90%\"");
const SHARE_OF: Key = Key::default(
    "share_of",
    Kind::Words(words::<Base>),
    "\"cycle_total\"",
    "What `consumed_share` is a share of.",
)
.with("consumed_share");
const PACKAGE_KEY: Key =
    Key::optional("package", Kind::Reference("packages"), "Buys packs of this package.");
const PACKS: Key =
    Key::default("packs", Kind::Count { least: 1, most: 10_000 }, "1", "How many packs at once.")
        .with("package");
const UP_TO: Key = Key::optional(
    "up_to",
    POSITIVE,
    "Buys what brings the balance to this, rounded up to `increment`.",
)
.example("5000");
const INCREMENT: Key =
    Key::default("increment", POSITIVE, "1", "The step in which credits are sold.")
        .with("up_to")
        .example("100");
const A_UNIT_PRICE: Key = Key::required("unit_price", UNIT_PRICE, "The price of one credit.")
    .with("up_to")
    .example("\"0.01\"");
const CAPS: Key = Key::default(
    "caps",
    CAP_LIST,
    "[]",
    "How much may be recharged in a window; every cap has to hold.",
)
.example("[{ recharges = 4, per = \"day\" }]");

/// Auto-recharge.
pub static RECHARGE: Table = Table {
    name: "recharge",
    doc: "When a recharge is wanted, what it buys, and what limits it.",
    one_of: &[
        OneOf { required: true, keys: TRIGGER },
        OneOf { required: true, keys: &["package", "up_to"] },
    ],
    cases: None,
    keys: &[
        AT_OR_BELOW,
        BELOW,
        CONSUMED_SHARE,
        SHARE_OF,
        PACKAGE_KEY,
        PACKS,
        UP_TO,
        INCREMENT,
        A_UNIT_PRICE,
        Key::default(
            "firing",
            Kind::Words(words::<Firing>),
            "\"level\"",
            "How often one fall below the threshold fires.",
        ),
        Key::optional(
            "poll",
            FROM_A_SECOND,
            "The trigger is looked at only at the start and every so long after it; always \
if left out.",
        )
        .example("\"5min\""),
        Key::optional(
            "cooldown",
            SOME_LENGTH,
            "How long no recharge starts after one; no pause if left out.",
        ),
        Key::default(
            "cooldown_since",
            Kind::Words(words::<CooldownSince>),
            "\"success\"",
            "What the cooldown counts from.",
        )
        .with("cooldown"),
        Key::default(
            "credits_expire",
            Kind::Either(&[Kind::Words(words::<NamedLifetime>), SOME_LENGTH]),
            "\"never\"",
            "When bought credits expire: a word, or how long after they arrive.",
        ),
        CAPS,
    ],
};

/// A cap.
pub static CAP: Table = Table {
    name: "cap",
    doc: "A limit on recharges in a window.",
    one_of: &[OneOf { required: true, keys: &["recharges", "money", "credits"] }],
    cases: None,
    keys: &[
        Key::optional(
            "recharges",
            Kind::Count { least: 0, most: 1_000_000_000 },
            "At most so many recharges.",
        )
        .example("4"),
        Key::optional("money", PRICE, "At most so much money.").example("\"100.00\""),
        Key::optional("credits", CREDITS, "At most so many credits.").example("5000"),
        Key::required(
            "per",
            Kind::Either(&[Kind::Words(words::<NamedWindow>), FROM_A_SECOND]),
            "In which window: a word, or a rolling length.",
        )
        .example("\"day\""),
        Key::default(
            "counts",
            Kind::Words(words::<Counts>),
            "\"successes\"",
            "Which charges count.",
        ),
        Key::default(
            "exceeding",
            Kind::Words(words::<Exceeding>),
            "\"skip\"",
            "What happens to a recharge that does not fit.",
        ),
    ],
};

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

/// Eligibility.
pub static ELIGIBILITY: Table = table(
    "eligibility",
    "Who may use auto-recharge, and what goes through the customer success manager \
(CSM).",
    &[
        Key::default(
            "requires",
            Kind::List { of: &Kind::Words(words::<Prerequisite>), least: 0, most: 5 },
            "[]",
            "What an account needs before auto-recharge can be enabled.",
        )
        .example("[\"owner\", \"subscription\", \"payment_method\"]"),
        Key::default(
            "csm_enables_offline",
            Kind::Flag,
            "false",
            "On offline billing, enabling goes through the CSM; online billing is then not \
asked for.",
        ),
        Key::default(
            "csm_disables",
            Kind::Flag,
            "false",
            "Disabling goes through the CSM, on any billing.",
        ),
        Key::default(
            "csm_lead_time",
            ANY_LENGTH,
            "\"0s\"",
            "How long what goes through the CSM takes.",
        )
        .example("\"2 days\""),
    ],
);

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
        Key::optional(
            "unix",
            Kind::Words(words::<UnixTime>),
            "What numbers in the time column count; guessed if left out.",
        )
        .example("\"seconds\""),
        Key::default(
            "skip_bad_rows",
            Kind::Flag,
            "false",
            "Whether rows that cannot be read are skipped and counted.",
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
        Key::required("most", POSITIVE, "The most.").example("5000"),
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

/// An action.
pub static ACTION: Table = Table {
    name: "action",
    doc: "Something done at an instant, and what for.",
    one_of: &[],
    cases: Some(&ACTIONS),
    keys: &[
        Key::required("at", Kind::Moment, "When; inside the run."),
        Key::required("do", Kind::Words(deeds), "What is done.").example("\"top_up\""),
        Key::optional("note", Kind::Text, "Why.").example("\"before the campaign\""),
    ],
};

fn deeds() -> Vec<(&'static str, &'static str)> {
    ACTIONS.cases.iter().map(|case| (case.word, case.doc)).collect()
}

const fn deed(word: &'static str, doc: &'static str, table: &'static Table) -> Case {
    Case { word, doc, table }
}

static ACTIONS: Cases = Cases {
    tag: "do",
    cases: &[
        deed("enable", "auto-recharge is asked to be enabled", &PLAIN),
        deed("disable", "auto-recharge is asked to be disabled", &PLAIN),
        deed("change_package", "another package is selected", &CHANGE_PACKAGE),
        deed("change_packs", "another number of packs is selected", &CHANGE_PACKS),
        deed("change_up_to", "another target is set, in place of packs too", &CHANGE_UP_TO),
        deed("change_threshold", "another threshold is set", &CHANGE_THRESHOLD),
        deed("change_caps", "other caps are set, in place of all before", &CHANGE_CAPS),
        deed("top_up", "credits are bought by hand and arrive at once", &TOP_UP),
        deed("change_plan", "another plan is chosen", &CHANGE_PLAN),
        deed("card_expires", "charges fail until the card is updated", &PLAIN),
        deed("card_updated", "a working card is put on file", &PLAIN),
        deed("payment_method_removed", "no payment method is on file any more", &PLAIN),
        deed("payment_method_added", "a payment method is on file (again)", &PLAIN),
        deed("subscription_cancelled", "the subscription ends", &PLAIN),
        deed("subscription_resumed", "the subscription is active (again)", &PLAIN),
        deed("billing_offline", "billing goes offline", &PLAIN),
        deed("billing_online", "billing goes online", &PLAIN),
        deed("add_on_enabled", "the add-on is enabled", &PLAIN),
        deed("add_on_disabled", "the add-on is disabled", &PLAIN),
        deed("ownership_lost", "the one who asks is no longer the owner", &PLAIN),
        deed("ownership_gained", "the one who asks is the owner (again)", &PLAIN),
    ],
};
static PLAIN: Table = table("plain", "", &[]);
static CHANGE_PACKAGE: Table = table(
    "change_package",
    "",
    &[Key::required("package", Kind::Reference("packages"), "The package from now on.")],
);
static CHANGE_PACKS: Table = table(
    "change_packs",
    "",
    &[Key::required(
        "packs",
        Kind::Count { least: 1, most: 10_000 },
        "How many packs at once from now on.",
    )
    .example("2")],
);
static CHANGE_UP_TO: Table = table(
    "change_up_to",
    "",
    &[
        Key::required("up_to", POSITIVE, "The balance to restore from now on.").example("5000"),
        INCREMENT,
        A_UNIT_PRICE,
    ],
);
static CHANGE_THRESHOLD: Table = Table {
    name: "change_threshold",
    doc: "",
    one_of: &[OneOf { required: true, keys: TRIGGER }],
    cases: None,
    keys: &[AT_OR_BELOW, BELOW, CONSUMED_SHARE, SHARE_OF],
};
static CHANGE_CAPS: Table = table(
    "change_caps",
    "",
    &[Key::required("caps", CAP_LIST, "The caps from now on; an empty list lifts all.")
        .example("[{ recharges = 4, per = \"day\" }]")],
);
static TOP_UP: Table = Table {
    name: "top_up",
    doc: "",
    one_of: &[OneOf { required: true, keys: &["package", "credits"] }],
    cases: None,
    keys: &[
        Key::optional("package", Kind::Reference("packages"), "Packs of this package."),
        PACKS,
        Key::optional("credits", POSITIVE, "So many credits."),
        Key::required("price", PRICE, "What they cost.").with("credits"),
    ],
};
static CHANGE_PLAN: Table = table(
    "change_plan",
    "",
    &[
        Key::required("plan", Kind::Reference("plans"), "The plan from now on.").example("\"pro\""),
        Key::default(
            "when",
            Kind::Words(words::<PlanChange>),
            "\"next_cycle\"",
            "When it takes effect.",
        ),
    ],
);
