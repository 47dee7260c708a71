//! Every key of a scenario, each declared once: reading, the JSON Schema and the reference follow
//! from here. In reading order of a file.

mod account;
mod action;
mod payment;
mod recharge;
mod service;
mod study;
mod usage;
mod vendor;

use super::declare::{Key, Kind, Table};

use self::account::{ACCOUNT, ELIGIBILITY};
use self::action::ACTION;
use self::payment::PAYMENT;
use self::recharge::RECHARGE;
use self::service::SERVICE;
pub use self::study::STUDY;
use self::usage::USAGE;
use self::vendor::{CYCLE, PACKAGE, PLAN, ROLLOVER};

const POSITIVE: Kind = Kind::Credits { positive: true };
const CREDITS: Kind = Kind::Credits { positive: false };
const PRICE: Kind = Kind::Money { minor: true };
const UNIT_PRICE: Kind = Kind::Money { minor: false };
const ANY_LENGTH: Kind = Kind::Length { least: 0 };
const SOME_LENGTH: Kind = Kind::Length { least: 1 };
const FROM_A_SECOND: Kind = Kind::Length { least: 1_000 };
const TIMES: Kind = Kind::Number { least: 0.0, most: 1_000_000.0 };

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
        .example("\"tasks\"")
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
            Kind::Count { least: 0, most: u64::MAX },
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
        Key::optional(
            "study",
            Kind::Table(&STUDY),
            "What `recharge study` and `recharge plan` try over many runs, and how they judge it.",
        ),
    ],
);
