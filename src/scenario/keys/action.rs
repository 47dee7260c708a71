//! Keys: what is done on the timeline.

use crate::policy::PlanChange;
use crate::scenario::declare::{Case, Cases, Key, Kind, OneOf, Table};
use crate::scenario::words::words;

use super::recharge::{
    A_UNIT_PRICE, AT_OR_BELOW, BELOW, CAP_LIST, CONSUMED_SHARE, INCREMENT, PACKS, SHARE_OF, TRIGGER,
};
use super::{POSITIVE, PRICE, table};

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
