//! Keys: a whole scenario.

use crate::domain::{Currency, Instant, Share, Zone};
use crate::scenario::declare::{
    Defaulted, InnerTable, Key, KeyTable, KindOf, NamedTables, Optional, Required, TableList,
    ValueKind,
};
use crate::scenario::setting::WrittenPath;

use super::{
    account, action, gates, gift, kinds, payment, recharge, service, study, usage, vendor,
};

pub const NAME: Key<String, Optional> =
    Key::optional("name", kinds::TEXT, "Name of the scenario; the file's name if left out.")
        .example("\"Product Classifier, Starter\"");
pub const QUESTION: Key<String, Optional> =
    Key::optional("question", kinds::TEXT, "The question it answers, in one sentence.")
        .example("\"What does Starter cost at 10 credits an hour?\"");
pub const UNIT: Key<String, Defaulted> = Key::default(
    "unit",
    kinds::TEXT,
    "\"credits\"",
    "Name of the credits: credits, tasks, messages.",
)
.example("\"tasks\"")
.harmless();
pub const CURRENCY: Key<Currency, Required> =
    Key::required("currency", kinds::CURRENCY, "ISO 4217 code of the currency of all amounts.");
pub const ZONE: Key<Zone, Defaulted> = Key::default(
    "zone",
    kinds::ZONE,
    "\"UTC\"",
    "The IANA time zone of calendar days, months and local times.",
)
.example("\"Europe/Berlin\"");
pub const START: Key<Instant, Required> =
    Key::required("start", kinds::MOMENT, "The first instant of the run.").example("2026-01-01");
pub const END: Key<Instant, Required> = Key::required(
    "end",
    kinds::MOMENT,
    "The first instant after the run; at most 1,000 years after `start`.",
)
.example("2026-02-01");
pub const SEED: Key<u64, Defaulted> =
    Key::default("seed", kinds::count(0, u64::MAX), "0", "The seed of everything random.")
        .harmless();
pub const PLAN: Key<String, Optional> = Key::optional(
    "plan",
    kinds::name_in("plans"),
    "The plan at the start, one of [plans]; without it there is no fee and no \
     allowance.",
)
.example("\"starter\"");
pub const ASSUMED: Key<Vec<WrittenPath>, Defaulted> = Key::default(
    "assumed",
    KindOf::new(ValueKind::List { of: &ValueKind::Path, least: 0, most: 10_000 }),
    "[]",
    "Settings of this file that the vendor does not document, by path.",
)
.example("[\"payment.latency\"]")
.harmless();
pub const TAX: Key<Share, Defaulted> = Key::default(
    "tax",
    kinds::SHARE,
    "\"0%\"",
    "Share that is added to all that the vendor charges; prices in this file are without it.",
)
.example("\"19%\"")
.harmless();
pub const STANDING_CHARGES: Key<TableList, Defaulted> = Key::default(
    "standing_charges",
    kinds::rows(&service::standing::KIND, 0, 20),
    "[]",
    "Credits taken from the balance whether or not anything is used.",
)
.example("[{ credits = 0.5, every = \"1h\" }]")
.harmless();
pub const GIFTS: Key<TableList, Defaulted> = Key::default(
    "gifts",
    kinds::rows(&gift::KIND, 0, 100),
    "[]",
    "Credits that the vendor gives, once or again and again.",
)
.example("[{ credits = 500, at = 2026-01-10, expires = \"30 days\" }]")
.harmless();
pub const PLANS: Key<NamedTables, Optional> = Key::optional(
    "plans",
    kinds::named(&vendor::plan::KIND),
    "The vendor's plans, by names you choose.",
);
pub const PACKAGES: Key<NamedTables, Optional> = Key::optional(
    "packages",
    kinds::named(&vendor::package::KIND),
    "The packages the vendor sells, by names you choose.",
);
pub const ROLLOVER: Key<InnerTable, Optional> = Key::optional(
    "rollover",
    kinds::table(&vendor::rollover::TABLE),
    "Treatment of unused allowance at a cycle start; without this table all of it is forfeited.",
);
pub const CYCLE: Key<InnerTable, Optional> = Key::optional(
    "cycle",
    kinds::table(&vendor::cycle::TABLE),
    "Start and length of billing cycles.",
);
pub const ACCOUNT: Key<InnerTable, Optional> =
    Key::optional("account", kinds::table(&account::TABLE), "State of the account at the start.");
pub const RECHARGE: Key<InnerTable, Optional> = Key::optional(
    "recharge",
    kinds::table(&recharge::TABLE),
    "Auto-recharge; without this table the account has none.",
);
pub const PAYMENT: Key<InnerTable, Optional> = Key::optional(
    "payment",
    kinds::table(&payment::TABLE),
    "Outcomes of charges, and consequences of failed ones.",
);
pub const SERVICE: Key<InnerTable, Optional> =
    Key::optional("service", kinds::table(&service::TABLE), "Treatment of usage.");
pub const REVERSALS: Key<InnerTable, Optional> = Key::optional(
    "reversals",
    kinds::table(&service::reversals::TABLE),
    "What refunds and chargebacks take back, how often they come, and what undone usage gives back.",
);
pub const ELIGIBILITY: Key<InnerTable, Optional> = Key::optional(
    "eligibility",
    kinds::table(&account::eligibility::TABLE),
    "Conditions for using auto-recharge.",
);
pub const USAGE: Key<InnerTable, Optional> = Key::optional(
    "usage",
    kinds::table(&usage::TABLE),
    "Source of usage; without one, pass usage on the command line.",
);
pub const ACTIONS: Key<TableList, Optional> = Key::optional(
    "actions",
    kinds::rows(&action::KIND, 0, 100_000),
    "Actions of the owner, the vendor and the world on the timeline, in any order.",
);
pub const STUDY: Key<InnerTable, Optional> = Key::optional(
    "study",
    kinds::table(&study::TABLE),
    "Candidates, stopping rule and criteria of `recharge study`, `compare` and `plan`.",
);
pub const GATES: Key<InnerTable, Optional> = Key::optional(
    "gates",
    kinds::table(&gates::TABLE),
    "Conditions on figures that decide the exit code.",
);
/// A whole scenario.
pub static TABLE: KeyTable = KeyTable {
    name: "scenario",
    doc: "One account, its rules, its usage, and the period to simulate.",
    one_of: &[],
    cases: None,
    keys: &[
        NAME.declared,
        QUESTION.declared,
        UNIT.declared,
        CURRENCY.declared,
        ZONE.declared,
        START.declared,
        END.declared,
        SEED.declared,
        PLAN.declared,
        ASSUMED.declared,
        TAX.declared,
        STANDING_CHARGES.declared,
        GIFTS.declared,
        PLANS.declared,
        PACKAGES.declared,
        ROLLOVER.declared,
        CYCLE.declared,
        ACCOUNT.declared,
        RECHARGE.declared,
        PAYMENT.declared,
        SERVICE.declared,
        REVERSALS.declared,
        ELIGIBILITY.declared,
        USAGE.declared,
        ACTIONS.declared,
        STUDY.declared,
        GATES.declared,
    ],
};
