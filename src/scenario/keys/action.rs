//! Keys: what is done on the timeline.

use crate::domain::{Credits, Instant, Money, Share};
use crate::policy::{Downgrade, PlanChange};
use crate::scenario::declare::{
    Cases, Defaulted, Key, KeyTable, OneOf, Optional, Required, TableList, ValueKind, WordCase,
};
use crate::scenario::words::{Choice, Deed, ReversedPurchase};

use super::kinds;
use super::recharge::{self, CAP_LIST};

pub const AT: Key<Instant, Required> =
    Key::required("at", kinds::MOMENT, "Instant of the action, inside the run.");
pub const DO: Key<Deed, Required> =
    Key::required("do", kinds::words::<Deed>(), "The action.").example("\"top_up\"");
pub const NOTE: Key<String, Optional> =
    Key::optional("note", kinds::TEXT, "Why.").example("\"before the campaign\"");
static ACTIONS: Cases = Cases { tag: DO.name(), cases: &DEEDS };

static DEEDS: [WordCase; Deed::WORDS.len()] = {
    let mut cases = [WordCase { word: "", doc: "", table: &plain::TABLE }; Deed::WORDS.len()];
    let mut index = 0;
    while index < cases.len() {
        let (word, deed, doc) = Deed::WORDS[index];
        cases[index] = WordCase { word, doc, table: brought_by(deed) };
        index += 1;
    }
    cases
};

/// The keys that a deed brings.
const fn brought_by(deed: Deed) -> &'static KeyTable {
    match deed {
        Deed::ChangePackage => &change_package::TABLE,
        Deed::ChangePacks => &change_packs::TABLE,
        Deed::ChangeUpTo => &change_up_to::TABLE,
        Deed::ChangeThreshold => &change_threshold::TABLE,
        Deed::ChangeCaps => &change_caps::TABLE,
        Deed::TopUp => &top_up::TABLE,
        Deed::ChangePlan => &change_plan::TABLE,
        Deed::Refund => &refund::TABLE,
        Deed::Chargeback => &chargeback::TABLE,
        Deed::DisputeWon => &dispute_won::TABLE,
        Deed::UsageReversed => &usage_reversed::TABLE,
        Deed::Enable
        | Deed::Disable
        | Deed::RestartService
        | Deed::CardExpires
        | Deed::CardUpdated
        | Deed::Lose(_)
        | Deed::Gain(_) => &plain::TABLE,
    }
}

/// Such a table.
pub static KIND: ValueKind = ValueKind::Table(&TABLE);

/// An action.
pub static TABLE: KeyTable = KeyTable {
    name: "action",
    doc: "An action at an instant, with its settings.",
    one_of: &[],
    cases: Some(&ACTIONS),
    keys: &[AT.declared, DO.declared, NOTE.declared],
};

pub mod plain {
    use super::*;

    pub static TABLE: KeyTable =
        KeyTable { name: "plain", doc: "", one_of: &[], cases: None, keys: &[] };
}

pub mod change_package {
    use super::*;

    pub const PACKAGE: Key<String, Required> =
        Key::required("package", kinds::name_in("packages"), "The package from now on.");
    pub static TABLE: KeyTable = KeyTable {
        name: "change_package",
        doc: "",
        one_of: &[],
        cases: None,
        keys: &[PACKAGE.declared],
    };
}

pub mod change_packs {
    use super::*;

    pub const PACKS: Key<u32, Required> = Key::required(
        "packs",
        kinds::small_count(1, 10_000),
        "Number of packs per purchase from now on.",
    )
    .example("2");
    pub static TABLE: KeyTable = KeyTable {
        name: "change_packs",
        doc: "",
        one_of: &[],
        cases: None,
        keys: &[PACKS.declared],
    };
}

pub mod change_up_to {
    use super::*;

    pub const UP_TO: Key<Credits, Required> =
        Key::required("up_to", kinds::POSITIVE, "The balance to restore from now on.")
            .example("5000");
    pub static TABLE: KeyTable = KeyTable {
        name: "change_up_to",
        doc: "",
        one_of: &[],
        cases: None,
        keys: &[
            UP_TO.declared,
            recharge::UP_TO_FROM.declared,
            recharge::INCREMENT.declared,
            recharge::UNIT_PRICE.declared,
        ],
    };
}

pub mod change_threshold {
    use super::*;

    pub static TABLE: KeyTable = KeyTable {
        name: "change_threshold",
        doc: "",
        one_of: &[&recharge::TRIGGER],
        cases: None,
        keys: &[
            recharge::AT_OR_BELOW.declared,
            recharge::BELOW.declared,
            recharge::CONSUMED_SHARE.declared,
            recharge::SHARE_OF.declared,
        ],
    };
}

pub mod change_caps {
    use super::*;

    pub const CAPS: Key<TableList, Required> =
        Key::required("caps", CAP_LIST, "The caps from now on; an empty list lifts all.")
            .example("[{ recharges = 4, per = \"day\" }]");
    pub static TABLE: KeyTable =
        KeyTable { name: "change_caps", doc: "", one_of: &[], cases: None, keys: &[CAPS.declared] };
}

pub mod top_up {
    use super::*;

    pub const PACKAGE: Key<String, Optional> =
        Key::optional("package", kinds::name_in("packages"), "Packs of this package.");
    pub const PACKS: Key<u32, Defaulted> = Key::default(
        "packs",
        kinds::small_count(0, 10_000),
        "1",
        "Number of packs; 0 buys nothing.",
    )
    .with(&PACKAGE);
    pub const CREDITS: Key<Credits, Optional> =
        Key::optional("credits", kinds::CREDITS, "Number of credits; 0 buys nothing.");
    pub const PRICE: Key<Money, Required> =
        Key::required("price", kinds::PRICE, "Price of these credits.").with(&CREDITS);
    pub static PURCHASE: OneOf = OneOf { required: true, keys: &[PACKAGE.name(), CREDITS.name()] };
    pub static TABLE: KeyTable = KeyTable {
        name: "top_up",
        doc: "",
        one_of: &[&PURCHASE],
        cases: None,
        keys: &[PACKAGE.declared, PACKS.declared, CREDITS.declared, PRICE.declared],
    };
}

/// The purchase that an action is about.
pub const OF: Key<ReversedPurchase, Defaulted> =
    Key::default("of", kinds::words::<ReversedPurchase>(), "\"recharge\"", "The kind of purchase.");
pub const NUMBER: Key<u64, Optional> = Key::optional(
    "number",
    kinds::count(1, 1_000_000_000),
    "Its number among the purchases of this kind that the run made, from 1; the last one if left out. Nothing happens \
     where there is none.",
)
.example("2");

pub mod refund {
    use super::*;

    pub const SHARE: Key<Share, Defaulted> = Key::default(
        "share",
        kinds::SHARE,
        "\"100%\"",
        "The share of the purchase that is undone.",
    )
    .example("\"50%\"");
    pub static TABLE: KeyTable = KeyTable {
        name: "refund",
        doc: "",
        one_of: &[],
        cases: None,
        keys: &[OF.declared, NUMBER.declared, SHARE.declared],
    };
}

pub mod chargeback {
    use super::*;

    pub static TABLE: KeyTable = KeyTable {
        name: "chargeback",
        doc: "",
        one_of: &[],
        cases: None,
        keys: &[OF.declared, NUMBER.declared],
    };
}

pub mod dispute_won {
    use super::*;

    pub static TABLE: KeyTable = KeyTable {
        name: "dispute_won",
        doc: "",
        one_of: &[],
        cases: None,
        keys: &[OF.declared, NUMBER.declared],
    };
}

pub mod usage_reversed {
    use super::*;

    pub const USED_AT: Key<Instant, Required> = Key::required(
        "used_at",
        kinds::MOMENT,
        "Instant of the usage that is undone, before that of the action. Nothing happens where nothing was served then.",
    )
    .example("2026-01-10T12:00:00");
    pub const CREDITS: Key<Credits, Optional> = Key::optional(
        "credits",
        kinds::POSITIVE,
        "Credits of it that are undone; all that are left of it if left out.",
    )
    .example("40");
    pub static TABLE: KeyTable = KeyTable {
        name: "usage_reversed",
        doc: "",
        one_of: &[],
        cases: None,
        keys: &[USED_AT.declared, CREDITS.declared],
    };
}

pub mod change_plan {
    use super::*;

    pub const PLAN: Key<String, Required> =
        Key::required("plan", kinds::name_in("plans"), "The plan from now on.").example("\"pro\"");
    pub const WHEN: Key<PlanChange, Defaulted> = Key::default(
        "when",
        kinds::words::<PlanChange>(),
        "\"next_cycle\"",
        "The instant at which it takes effect.",
    );
    pub const ON_DOWNGRADE: Key<Downgrade, Optional> = Key::optional(
        "on_downgrade",
        kinds::words::<Downgrade>(),
        "The allowance, where a plan with a lower fee or less allowance takes effect immediately; required there.",
    )
    .example("\"kept\"");
    pub static TABLE: KeyTable = KeyTable {
        name: "change_plan",
        doc: "",
        one_of: &[],
        cases: None,
        keys: &[PLAN.declared, WHEN.declared, ON_DOWNGRADE.declared],
    };
}
