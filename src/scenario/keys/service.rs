//! Keys: how usage is treated.

use crate::domain::{Credits, Duration, Money, Share};
use crate::payments::Wait;
use crate::policy::{DebtAtCycleStart, EndedGrant, Repayment, TakesBack};
use crate::scenario::declare::{
    Defaulted, InnerTable, Key, KeyTable, OneOf, Optional, Required, ValueKind,
};
use crate::scenario::words::{Charged, ShortfallWord};

use super::{kinds, payment};

pub const SHORTFALL: Key<ShortfallWord, Defaulted> = Key::default(
    "shortfall",
    kinds::words::<ShortfallWord>(),
    "\"refuse\"",
    "Treatment of usage that the balance does not cover.",
);
pub const RESTART_AFTER: Key<Duration, Defaulted> = Key::default(
    "restart_after",
    kinds::ANY_LENGTH,
    "\"0s\"",
    "With `stop`: time from the arrival of credits to the restart.",
)
.example("\"5min\"");
pub const RESTART_WITHIN: Key<Duration, Optional> = Key::optional(
    "restart_within",
    kinds::ANY_LENGTH,
    "With `stop`: time after the stop within which credits that arrive restart the service; later, and with \"0s\" \
     always, it holds until the action `restart_service`. At any time if left out.",
)
.example("\"10min\"");
pub const OVERDRAFT_LIMIT: Key<Credits, Optional> = Key::optional(
    "overdraft_limit",
    kinds::POSITIVE,
    "With `overdraft`, where it is required: how far below zero the balance may go.",
)
.example("500");
pub const DEBT: Key<Repayment, Defaulted> =
    Key::default("debt", kinds::words::<Repayment>(), "\"first\"", "The grants that repay a debt.");
pub const DEBT_AT_CYCLE_START: Key<DebtAtCycleStart, Defaulted> = Key::default(
    "debt_at_cycle_start",
    kinds::words::<DebtAtCycleStart>(),
    "\"carry\"",
    "Treatment of a debt at a cycle start.",
);
pub const COMES_BACK_AFTER: Key<Duration, Optional> = Key::optional(
    "comes_back_after",
    kinds::SOME_LENGTH,
    "Time after which refused usage is retried; it is lost if left out.",
)
.example("\"10min\"");
pub const COMES_BACK_TIMES: Key<u32, Defaulted> = Key::default(
    "comes_back_times",
    kinds::small_count(1, 1_000),
    "1",
    "Maximum number of retries of the same usage.",
)
.with(&COMES_BACK_AFTER);
pub const METERING_LAG: Key<Duration, Defaulted> = Key::default(
    "metering_lag",
    kinds::ANY_LENGTH,
    "\"0s\"",
    "Time between serving usage and deducting it from the balance.",
)
.example("\"5min\"");
pub const OVERAGE: Key<InnerTable, Optional> = Key::optional(
    "overage",
    kinds::table(&overage::TABLE),
    "Usage beyond the balance, served at a price; none if left out.",
)
.example("{ price = \"0.01\", cap_money = \"50.00\" }");
/// Service.
pub static TABLE: KeyTable = KeyTable {
    name: "service",
    doc: "Treatment of usage.",
    one_of: &[],
    cases: None,
    keys: &[
        SHORTFALL.declared,
        RESTART_AFTER.declared,
        RESTART_WITHIN.declared,
        OVERDRAFT_LIMIT.declared,
        DEBT.declared,
        DEBT_AT_CYCLE_START.declared,
        COMES_BACK_AFTER.declared,
        COMES_BACK_TIMES.declared,
        METERING_LAG.declared,
        OVERAGE.declared,
    ],
};

/// What reversals take and give back.
pub mod reversals {
    use super::*;

    pub const REFUND_TAKES: Key<TakesBack, Optional> = Key::optional(
        "refund_takes",
        kinds::words::<TakesBack>(),
        "The credits that a refund takes back; required where an action refunds. By `lot`, only what is taken is paid \
         back.",
    )
    .example("\"lot\"");
    pub const CHARGEBACK_TAKES: Key<TakesBack, Optional> = Key::optional(
        "chargeback_takes",
        kinds::words::<TakesBack>(),
        "The credits that a chargeback takes back; required where an action charges back. All that was paid goes back.",
    )
    .example("\"debt\"");

    pub const USAGE_OF_ENDED: Key<EndedGrant, Defaulted> = Key::default(
        "usage_of_ended",
        kinds::words::<EndedGrant>(),
        "\"lost\"",
        "What becomes of credits that an undone usage gives back to a grant that has expired or was forfeited.",
    )
    .example("\"given\"");

    pub const REFUNDS: Key<InnerTable, Optional> = Key::optional(
        "refunds",
        kinds::table(&REFUND_CHANCE),
        "Recharges that are refunded by chance.",
    );
    pub const CHARGEBACKS: Key<InnerTable, Optional> = Key::optional(
        "chargebacks",
        kinds::table(&CHARGEBACK_CHANCE),
        "Recharges that are charged back by chance.",
    );
    pub const PROBABILITY: Key<Share, Required> =
        Key::required("probability", kinds::SHARE, "The probability that a recharge is undone.")
            .example("\"0.6%\"");
    pub const AFTER: Key<Wait, Required> =
        Key::required("after", payment::A_WAIT, "The time from the recharge to that.")
            .example("{ median = \"30 days\", sigma = 0.5 }");
    pub const WON: Key<Share, Defaulted> = Key::default(
        "won",
        kinds::SHARE,
        "\"0%\"",
        "The probability that the vendor wins the dispute.",
    )
    .example("\"30%\"");
    pub const DECIDED_AFTER: Key<Wait, Defaulted> = Key::default(
        "decided_after",
        payment::A_WAIT,
        "\"75 days\"",
        "The time from the chargeback to the end of the dispute.",
    );
    /// Refunds by chance.
    pub static REFUND_CHANCE: KeyTable = KeyTable {
        name: "refund_chance",
        doc: "Recharges that are refunded by chance, each whole; replications of a study draw their own, the same for all \
              candidates.",
        one_of: &[],
        cases: None,
        keys: &[PROBABILITY.declared, AFTER.declared],
    };
    /// Chargebacks by chance.
    pub static CHARGEBACK_CHANCE: KeyTable = KeyTable {
        name: "chargeback_chance",
        doc: "Recharges that are charged back by chance; replications of a study draw their own, the same for all \
              candidates.",
        one_of: &[],
        cases: None,
        keys: &[PROBABILITY.declared, AFTER.declared, WON.declared, DECIDED_AFTER.declared],
    };

    /// What reversals of purchases take, and what those of usage give back.
    pub static TABLE: KeyTable = KeyTable {
        name: "reversals",
        doc: "What the vendor takes back when a purchase is undone, and gives back when usage is.",
        one_of: &[],
        cases: None,
        keys: &[
            REFUND_TAKES.declared,
            CHARGEBACK_TAKES.declared,
            USAGE_OF_ENDED.declared,
            REFUNDS.declared,
            CHARGEBACKS.declared,
        ],
    };
}

/// A standing charge.
pub mod standing {
    use super::*;

    pub const CREDITS: Key<Credits, Required> =
        Key::required("credits", kinds::POSITIVE, "Credits taken each time.").example("0.5");
    pub const EVERY: Key<Duration, Optional> = Key::optional(
        "every",
        kinds::FROM_A_SECOND,
        "Taken at the end of every such time, counted from the start.",
    )
    .example("\"1h\"");
    pub const PER: Key<Charged, Optional> =
        Key::optional("per", kinds::words::<Charged>(), "Taken at the start of each of these.")
            .example("\"cycle\"");
    pub static DUE: OneOf = OneOf { required: true, keys: &[EVERY.name(), PER.name()] };
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A standing charge.
    pub static TABLE: KeyTable = KeyTable {
        name: "standing_charge",
        doc: "Credits taken from the balance whether or not anything is used: storage, rent of numbers.",
        one_of: &[&DUE],
        cases: None,
        keys: &[CREDITS.declared, EVERY.declared, PER.declared],
    };
}

/// Overage.
pub mod overage {
    use super::*;

    pub const PRICE: Key<Money, Required> =
        Key::required("price", kinds::UNIT_PRICE, "Price of one credit.").example("\"0.01\"");
    pub const CAP_CREDITS: Key<Credits, Optional> = Key::optional(
        "cap_credits",
        kinds::POSITIVE,
        "The most credits of overage in a billing cycle.",
    )
    .example("5000");
    pub const CAP_MONEY: Key<Money, Optional> = Key::optional(
        "cap_money",
        kinds::PRICE,
        "The most money for overage in a billing cycle. Without a cap everything is served.",
    )
    .example("\"50.00\"");
    pub const BILL_AT: Key<Money, Optional> = Key::optional(
        "bill_at",
        kinds::PRICE,
        "The sum with which a bill is due at once; at the end of the cycle if left out.",
    )
    .example("\"20.00\"");
    pub static CAP: OneOf =
        OneOf { required: false, keys: &[CAP_CREDITS.name(), CAP_MONEY.name()] };

    /// Overage.
    pub static TABLE: KeyTable = KeyTable {
        name: "overage",
        doc: "Usage beyond the balance, served at a price.",
        one_of: &[&CAP],
        cases: None,
        keys: &[PRICE.declared, CAP_CREDITS.declared, CAP_MONEY.declared, BILL_AT.declared],
    };
}
