//! What words in cells say of their rows: usage, credits that come in or lapse, or corrections.
//!
//! Deliberately absent: headers, and amounts, which decide whether words of one column may be added up.

use std::collections::{BTreeMap, BTreeSet};

use super::headers::{has_no_word, words};
use super::moment::is_month;

/// What a row is by the word of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KindWord {
    /// Usage.
    Usage,
    /// Credits that come in, lapse or move without being used, and what is billed for them.
    Ledger,
    /// Usage taken back.
    Correction,
    /// Taxes on usage.
    Tax,
}

/// Words of usage.
const USAGE: [&str; 42] = [
    "usage",
    "usages",
    "use",
    "used",
    "consume",
    "consumed",
    "consumption",
    "debit",
    "debits",
    "debited",
    "deduct",
    "deducted",
    "deduction",
    "deductions",
    "spend",
    "spent",
    "spending",
    "burn",
    "burned",
    "burndown",
    "burn down",
    "drawdown",
    "draw down",
    "verbrauch",
    "nutzung",
    "abbuchung",
    "belastung",
    "consommation",
    "utilisation",
    "utilization",
    "consumo",
    "uso",
    "utilizzo",
    "verbruik",
    "débit",
    "débito",
    "zużycie",
    "käyttö",
    "pemakaian",
    "penggunaan",
    "sử dụng",
    "списание",
];

/// Words of what is none.
const LEDGER: [&str; 90] = [
    "purchase",
    "purchases",
    "purchased",
    "buy",
    "bought",
    "sale",
    "order",
    "topup",
    "topups",
    "top up",
    "top ups",
    "recharge",
    "recharges",
    "recharged",
    "autorecharge",
    "reload",
    "refill",
    "renewal",
    "renewals",
    "renew",
    "renewed",
    "deposit",
    "deposits",
    "bonus",
    "allocation",
    "allocations",
    "allocated",
    "allotment",
    "allowance",
    "grant",
    "grants",
    "granted",
    "issued",
    "rollover",
    "roll over",
    "carryover",
    "carry over",
    "invoice",
    "invoices",
    "invoiced",
    "subscription",
    "subscriptions",
    "plan reset",
    "reset",
    "gift",
    "gifts",
    "promo",
    "promos",
    "promotion",
    "promotional",
    "coupon",
    "voucher",
    "reward",
    "referral",
    "transfer",
    "transfers",
    "charge",
    "charges",
    "expiry",
    "expired",
    "expiration",
    "expire",
    "forfeit",
    "forfeited",
    "forfeiture",
    "lapse",
    "lapsed",
    "overage",
    "overages",
    "payment",
    "payments",
    "prepayment",
    "credit",
    "credits",
    "opening balance",
    "starting balance",
    "aufladung",
    "kauf",
    "einzahlung",
    "gutschrift",
    "achat",
    "compra",
    "påfyll",
    "påfylling",
    "påfyllning",
    "lataus",
    "nạp",
    "nạp tiền",
    "isi ulang",
    "пополнение",
];

/// Words among those by which the charge for usage may be called too.
const OF_CHARGES: [&str; 20] = [
    "charge",
    "charges",
    "sale",
    "order",
    "invoice",
    "invoices",
    "invoiced",
    "subscription",
    "subscriptions",
    "overage",
    "overages",
    "transfer",
    "transfers",
    "reset",
    "issued",
    "allocated",
    "allocation",
    "allocations",
    "promo",
    "promotional",
];

/// Words of usage taken back.
const CORRECTIONS: [&str; 34] = [
    "refund",
    "refunds",
    "refunded",
    "reversal",
    "reversals",
    "reversed",
    "reverse",
    "retraction",
    "retracted",
    "restatement",
    "restated",
    "adjustment",
    "adjustments",
    "adjusted",
    "correction",
    "corrections",
    "corrected",
    "credit note",
    "credit memo",
    "rebate",
    "void",
    "voided",
    "cancellation",
    "cancelled",
    "canceled",
    "discount",
    "waiver",
    "write off",
    "storno",
    "korrektur",
    "erstattung",
    "rückerstattung",
    "remboursement",
    "reembolso",
];

/// Words of taxes.
pub(super) const TAXES: [&str; 18] = [
    "tax",
    "taxes",
    "sales tax",
    "vat",
    "gst",
    "mwst",
    "ust",
    "mehrwertsteuer",
    "umsatzsteuer",
    "tva",
    "iva",
    "btw",
    "moms",
    "消費税",
    "impuesto",
    "impuestos",
    "imposto",
    "impostos",
];

/// Words of corrections that may also add.
const BOTH_WAYS: [&str; 6] =
    ["restatement", "restated", "correction", "corrections", "corrected", "korrektur"];

/// Words that leave a kind what it is: `Monthly credit grant` is a grant, and so is `INFO grant` in the words of a log line.
const BESIDE: [&str; 40] = [
    "info",
    "notice",
    "debug",
    "warn",
    "warning",
    "credit",
    "credits",
    "token",
    "tokens",
    "event",
    "events",
    "auto",
    "automatic",
    "manual",
    "monthly",
    "yearly",
    "annual",
    "annually",
    "weekly",
    "daily",
    "plan",
    "free",
    "account",
    "wallet",
    "balance",
    "one",
    "time",
    "of",
    "for",
    "the",
    "a",
    "from",
    "to",
    "out",
    "in",
    "paid",
    "prepaid",
    "included",
    "pack",
    "package",
];

/// Words for what is paid for a plan, whatever is used of it.
const FEES: [&str; 14] = [
    "plan",
    "subscription",
    "membership",
    "seat",
    "seats",
    "license",
    "licenses",
    "licence",
    "licences",
    "fee",
    "fees",
    "abo",
    "abonnement",
    "suscripción",
];

/// Words that say which plan it is, and for how long or for how many.
const OF_PLANS: [&str; 58] = [
    "team",
    "teams",
    "pro",
    "plus",
    "business",
    "enterprise",
    "starter",
    "basic",
    "premium",
    "growth",
    "scale",
    "standard",
    "individual",
    "personal",
    "hobby",
    "free",
    "developer",
    "professional",
    "max",
    "ultra",
    "essential",
    "essentials",
    "advanced",
    "startup",
    "launch",
    "base",
    "platform",
    "workspace",
    "flat",
    "fixed",
    "minimum",
    "service",
    "subscription",
    "monthly",
    "yearly",
    "annual",
    "annually",
    "quarterly",
    "month",
    "year",
    "months",
    "years",
    "recurring",
    "renewal",
    "prorated",
    "proration",
    "user",
    "users",
    "member",
    "members",
    "per",
    "x",
    "of",
    "for",
    "the",
    "a",
    "to",
    "from",
];

/// Pairs of marks for the two sides of an account: letters as they are written, words in any case.
const SIDES: [[&str; 2]; 10] = [
    ["S", "H"],
    ["D", "C"],
    ["D", "H"],
    ["DR", "CR"],
    ["DB", "CR"],
    ["Soll", "Haben"],
    ["Debe", "Haber"],
    ["DBIT", "CRDT"],
    ["Af", "Bij"],
    ["-", "+"],
];

/// Headers, as words, of columns with such marks.
const SIDE_HEADERS: [&str; 18] = [
    "s h",
    "soll haben",
    "soll haben kennzeichen",
    "s h kennzeichen",
    "shkzg",
    "d c",
    "c d",
    "d h",
    "dc",
    "cr dr",
    "dr cr",
    "debit credit",
    "credit debit",
    "debit credit indicator",
    "credit debit indicator",
    "cdt dbt ind",
    "debe haber",
    "af bij",
];

/// Words for a direction in which energy flows.
const DIRECTIONS: [&str; 29] = [
    "import",
    "export",
    "imported",
    "exported",
    "bezug",
    "lieferung",
    "einspeisung",
    "afname",
    "injectie",
    "teruglevering",
    "prelievo",
    "immissione",
    "soutirage",
    "injection",
    "pobór",
    "oddanie",
    "odběr",
    "dodávka",
    "importación",
    "exportación",
    "importação",
    "exportação",
    "importazione",
    "esportazione",
    "rückspeisung",
    "netzbezug",
    "netzeinspeisung",
    "買電",
    "売電",
];

/// Words for energy that is drawn from the grid.
const DRAWN: [&str; 31] = [
    "import",
    "imported",
    "bezug",
    "netzbezug",
    "afname",
    "levering",
    "prelievo",
    "soutirage",
    "pobór",
    "odběr",
    "importación",
    "importação",
    "importazione",
    "買電",
    "consumption",
    "verbrauch",
    "consommation",
    "consumo",
    "verbruik",
    "kulutus",
    "forbrug",
    "förbrukning",
    "forbruk",
    "zużycie",
    "spotřeba",
    "tüketim",
    "fogyasztás",
    "drawn",
    "withdrawal",
    "потребление",
    "用电",
];

/// Whether a value says that energy is drawn from the grid.
pub(super) fn is_drawn(value: &str) -> bool {
    let words = words(value);
    value == "A+" || words == "from grid" || words.split(' ').any(|word| DRAWN.contains(&word))
}

/// Whether a value has a word for a direction.
pub(super) fn has_direction(value: &str) -> bool {
    words(value).split(' ').any(|word| DIRECTIONS.contains(&word))
}

/// Whether two values say the same but for a direction: `Active Import Interval (kW)` and `Active Export Interval (kW)`.
pub(super) fn are_directions<'v>(values: impl Iterator<Item = &'v str>) -> bool {
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for value in values.filter(|value| has_direction(value)) {
        let all = words(value);
        let (of, rest): (Vec<&str>, Vec<&str>) =
            all.split(' ').partition(|word| DIRECTIONS.contains(word));
        said.entry(rest.join(" ")).or_default().insert(of.join(" "));
    }
    said.values().any(|directions| directions.len() > 1)
}

/// Whether values are marks of debit and credit: both of one pair and nothing else, or one of a pair where the header is
/// that of such marks.
pub(super) fn are_sides<'v>(header: &str, values: impl Iterator<Item = &'v str>) -> bool {
    let values: Vec<&str> = values.collect();
    let is_mark = |value: &str, mark: &str| {
        let value = value.trim_end_matches('.');
        value == mark || (mark.len() > 1 && value.eq_ignore_ascii_case(mark))
    };
    let is_named = SIDE_HEADERS.contains(&words(header).as_str());
    SIDES.iter().any(|pair| {
        let is_of_pair = |value: &&str| pair.iter().any(|mark| is_mark(value, mark));
        let are_both = pair.iter().all(|mark| values.iter().any(|value| is_mark(value, mark)));
        !values.is_empty() && values.iter().all(is_of_pair) && (are_both || is_named)
    })
}

/// What a cell says in nothing but words of a kind: names of models and products that hold such a word among others
/// say nothing.
pub(super) fn of_cell(cell: &str) -> Option<KindWord> {
    if !(3..=40).contains(&cell.len()) || has_no_word(cell) {
        return None;
    }
    let all = words(cell);
    of_words(&all).or_else(|| {
        let stays =
            |word: &&str| !BESIDE.contains(word) && !word.bytes().all(|byte| byte.is_ascii_digit());
        let kind: Vec<&str> = all.split(' ').filter(stays).collect();
        of_words(&kind.join(" "))
    })
}

/// What a value of a column of kinds says: also in a few words that tell one kind from another.
pub(super) fn of_kind(value: &str) -> Option<KindWord> {
    of_cell(value).or_else(|| {
        let all = words(value);
        let several: Vec<&str> = all.split(' ').collect();
        if several.len() > 4 {
            return None;
        }
        if several.iter().any(|word| CORRECTIONS.contains(word)) {
            return Some(KindWord::Correction);
        }
        let is_usage = |word: &&str| USAGE.contains(word);
        let is_ledger = |word: &&str| LEDGER.contains(word) && !BESIDE.contains(word);
        match several.last().is_some_and(is_usage) {
            true => Some(KindWord::Usage),
            false if several.iter().any(is_ledger) => Some(KindWord::Ledger),
            false => several.first().is_some_and(is_usage).then_some(KindWord::Usage),
        }
    })
}

/// Whether a value names what is paid for a plan, whatever is used of it: `Team plan (5 seats)`, `Monthly subscription fee`. Where
/// values are names of what was used, `is_name`, it has to say for how many, or that it is a fee.
pub(super) fn is_plan_fee(value: &str, is_name: bool) -> bool {
    if !(3..=60).contains(&value.len()) || has_no_word(value) {
        return false;
    }
    let all = words(value);
    let several: Vec<&str> = all.split(' ').collect();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_known = |word: &str| {
        FEES.contains(&word) || OF_PLANS.contains(&word) || is_number(word) || is_month(word)
    };
    let has = |list: &[&str]| several.iter().any(|word| list.contains(word));
    let says_how_many = several.windows(2).any(|pair| is_number(pair[0]) && !is_number(pair[1]))
        && has(&["seat", "seats", "user", "users", "license", "licenses", "licence", "licences"]);
    // The first word may be whose plan it is.
    let named = several.get(usize::from(says_how_many)..).unwrap_or_default();
    if !has(&FEES) || !named.iter().all(|word| is_known(word)) {
        return false;
    }
    let is_bare = ["plan", "seat", "seats", "license", "licence"].contains(&all.as_str());
    match is_name {
        true => says_how_many || has(&["fee", "fees"]),
        false => !is_bare,
    }
}

/// Whether a word is one of usage.
pub(super) fn is_usage_word(word: &str) -> bool {
    USAGE.contains(&word)
}

/// Whether a word is one of what is no usage, alone.
pub(super) fn is_ledger_word(word: &str) -> bool {
    LEDGER.contains(&word)
}

/// Whether a word leaves a kind what it is.
pub(super) fn is_beside(word: &str) -> bool {
    BESIDE.contains(&word)
}

/// Whether a value, which says that its rows come into an account, can be of no usage: `Purchase`, and not `Charge`.
pub(super) fn is_never_usage(value: &str) -> bool {
    !is_credit(value) && !words(value).split(' ').any(|word| OF_CHARGES.contains(&word))
}

/// Whether a value says credit and nothing else: bought ones, or what is taken off a bill.
pub(super) fn is_credit(value: &str) -> bool {
    ["credit", "credits"].contains(&words(value).as_str())
}

/// Whether a value, which is of this kind, says that its rows were taken back.
pub(super) fn says_undone(value: &str, kind: Option<KindWord>) -> bool {
    kind == Some(KindWord::Correction) && !goes_both_ways(value)
}

/// Whether a correction may add as well as take back.
pub(super) fn goes_both_ways(value: &str) -> bool {
    words(value).split(' ').any(|word| BOTH_WAYS.contains(&word))
}

fn of_words(words: &str) -> Option<KindWord> {
    let is_among = |list: &[&str]| list.contains(&words);
    match () {
        () if is_among(&USAGE) || words == "usage charge" || words == "usage charges" => {
            Some(KindWord::Usage)
        }
        () if is_among(&CORRECTIONS) => Some(KindWord::Correction),
        () if is_among(&LEDGER) => Some(KindWord::Ledger),
        () if is_among(&TAXES) => Some(KindWord::Tax),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_kinds_are_known_in_any_spelling() {
        let usage = ["Usage", "usage_event", "CREDIT_USAGE", "Debit", "Credits used", "DEDUCTION"];
        let ledger = [
            "Top-up",
            "Top Up",
            "TopUp",
            "Auto top-up",
            "AUTO_RECHARGE",
            "Auto-recharge",
            "Renewal",
            "Deposit",
            "Bonus",
            "Credit purchase",
            "Purchased 500 credits",
            "Monthly allowance",
            "Plan reset",
            "Expiry",
            "Overage",
            "credit",
        ];
        let corrections = ["Refund", "Credit note", "credit_adjustment", "Reversal", "RETRACTION"];
        let all = [
            (KindWord::Usage, &usage[..]),
            (KindWord::Ledger, &ledger[..]),
            (KindWord::Correction, &corrections[..]),
        ];
        for (kind, values) in all {
            for value in values {
                assert_eq!(of_cell(value), Some(kind), "{value}");
            }
        }
    }

    #[test]
    fn marks_of_debit_and_credit_are_known_by_both_or_by_the_header() {
        let are = |header: &str, values: &[&str]| are_sides(header, values.iter().copied());
        for values in
            [&["S", "H"][..], &["C", "D"], &["Dr.", "CR", "DR"], &["soll", "HABEN"], &["+", "-"]]
        {
            assert!(are("Zeichen", values), "{values:?}");
        }
        for values in [&["S"][..], &["S", "M", "H"], &["s", "h"], &["S", "C"], &[]] {
            assert!(!are("Size", values), "{values:?}");
        }
        assert!(are("Soll/Haben", &["H"]) && are("Dr/Cr", &["DR"]) && !are("S/H", &["X"]));
    }

    #[test]
    fn directions_are_told_apart_where_the_rest_is_the_same() {
        let are = |values: &[&str]| are_directions(values.iter().copied());
        assert!(are(&["Active Import Interval (kW)", "Active Export Interval (kW)"]));
        assert!(are(&["Afname Nacht", "Injectie Nacht", "Afname Dag"]) && are(&["買電", "売電"]));
        assert!(are(&["Bezug", "Einspeisung"]) && are(&["solar", "import", "export"]));
        assert!(
            !are(&["CSV import", "PDF export"]) && !are(&["Import", "import"]) && !are(&["Actual"])
        );
    }

    #[test]
    fn names_that_hold_such_a_word_among_others_are_of_no_kind() {
        for value in [
            "purchase-predictor-v2",
            "Usage Insights Dashboard",
            "Gift Finder",
            "Refund bot",
            "Workflow: Invoice reader",
            "Sim Chat",
            "gpt-5",
            "",
            "1000",
        ] {
            assert_eq!(of_cell(value), None, "{value}");
        }
    }

    #[test]
    fn what_is_paid_for_a_plan_is_told_from_what_is_used() {
        for value in [
            "Team plan (5 seats)",
            "Pro plan - monthly",
            "Acme Business plan, 3 users",
            "Subscription",
            "Monthly subscription fee",
            "Platform fee (October 2026)",
            "5 x Enterprise seats",
        ] {
            assert!(is_plan_fee(value, false), "{value}");
        }
        for value in [
            "Plan",
            "Floor plan",
            "Write business plan",
            "Overage credits",
            "Plan overage",
            "Seats used",
            "Team",
            "subscription events",
            "Subscription usage",
            "",
        ] {
            assert!(!is_plan_fee(value, false), "{value}");
        }
        assert!(is_plan_fee("Team plan (5 seats)", true) && is_plan_fee("Platform fee", true));
        assert!(!is_plan_fee("Pro plan", true) && !is_plan_fee("Subscription", true));
    }

    #[test]
    fn values_of_a_column_of_kinds_may_tell_one_usage_from_another() {
        for (value, kind) in [
            ("DiscountedUsage", Some(KindWord::Usage)),
            ("API usage", Some(KindWord::Usage)),
            ("Usage refund", Some(KindWord::Correction)),
            ("Usage-based", Some(KindWord::Usage)),
            ("Usage credit purchase", Some(KindWord::Ledger)),
            ("Sim Chat", None),
            ("What was used of the plan", None),
        ] {
            assert_eq!(of_kind(value), kind, "{value}");
        }
    }
}
