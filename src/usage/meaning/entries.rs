//! What descriptions say that are entries of a ledger of credits: that credits were bought, granted or left, in the
//! words of several languages.
//!
//! A service may be called `Payments`, and a job `Promo video`: what the column is of, and where the word stands in the
//! description, decides. Deliberately absent: amounts, and words of usage, which are in `kinds`.

use super::headers::{has_no_word, words};
use super::kinds::{self, KindWord};
use super::moment;

/// What a column of words is of, by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordColumn {
    /// Kinds of rows.
    Kinds,
    /// Types of transactions of a wallet, which go into it or out of it.
    Transactions,
    /// Descriptions of rows.
    Descriptions,
    /// Names of what was used: a word of a ledger is a name there.
    Names,
    /// Names of plans, of each of which something was used.
    Plans,
    /// Nothing that the header says.
    Others,
}

impl WordColumn {
    /// What a column of kinds is of.
    pub(super) fn of_kinds(header: &str) -> WordColumn {
        match words(header).contains("transaction type") {
            true => WordColumn::Transactions,
            false => WordColumn::Kinds,
        }
    }

    /// Whether its header says that it is of kinds.
    pub(super) fn is_of_kinds(self) -> bool {
        matches!(self, WordColumn::Kinds | WordColumn::Transactions)
    }

    /// What a column is of whose header does not say that it is of kinds.
    pub(super) fn of(header: &str) -> WordColumn {
        let words = words(header);
        let has = |names: &[&str]| words.split(' ').any(|word| names.contains(&word));
        match () {
            () if has(&DESCRIPTIONS) || SIGNS.iter().any(|sign| words.contains(sign)) => {
                WordColumn::Descriptions
            }
            () if has(&NAMES) => WordColumn::Names,
            () if has(&PLANS) => WordColumn::Plans,
            () => WordColumn::Others,
        }
    }

    /// What a value of the column says of its rows.
    pub(super) fn says(self, value: &str) -> Option<KindWord> {
        match self {
            WordColumn::Kinds => kinds::of_kind(value).or_else(|| entry(value, false)),
            WordColumn::Transactions => match words(value).as_str() {
                "inbound" | "incoming" => Some(KindWord::Ledger),
                "outbound" | "outgoing" => Some(KindWord::Usage),
                _ => WordColumn::Kinds.says(value),
            },
            WordColumn::Descriptions => kinds::of_cell(value).or_else(|| entry(value, true)),
            WordColumn::Plans | WordColumn::Others => {
                kinds::of_cell(value).or_else(|| entry(value, false))
            }
            WordColumn::Names => kinds::of_cell(value),
        }
    }

    /// Whether a value names what is paid for a plan, whatever is used of it.
    pub(super) fn is_fee(self, value: &str) -> bool {
        self != WordColumn::Plans && kinds::is_plan_fee(value, self == WordColumn::Names)
    }

    /// Whether a value says that its rows are entries of a ledger, whatever the other rows are called.
    pub(super) fn is_entry(self, value: &str) -> bool {
        let may_be = !matches!(self, WordColumn::Names);
        may_be && entry(value, self == WordColumn::Descriptions) == Some(KindWord::Ledger)
    }
}

/// Words of headers of descriptions.
const DESCRIPTIONS: [&str; 44] = [
    "message",
    "description",
    "descriptions",
    "details",
    "detail",
    "memo",
    "note",
    "notes",
    "narrative",
    "particulars",
    "remark",
    "remarks",
    "activity",
    "reason",
    "entry",
    "transaction",
    "beschreibung",
    "verwendungszweck",
    "buchungstext",
    "buchung",
    "vorgang",
    "libellé",
    "motif",
    "descripción",
    "concepto",
    "detalle",
    "movimiento",
    "descrição",
    "descricao",
    "histórico",
    "descrizione",
    "causale",
    "omschrijving",
    "opis",
    "beskrivning",
    "beskrivelse",
    "popis",
    "açıklama",
    "action",
    "actions",
    "aktion",
    "acción",
    "ação",
    "azione",
];
/// The same in writings of their own.
const SIGNS: [&str; 9] =
    ["описание", "назначение", "摘要", "説明", "说明", "描述", "설명", "내역", "περιγραφή"];

/// Words of headers of names of what was used.
const NAMES: [&str; 43] = [
    "service",
    "services",
    "model",
    "models",
    "product",
    "sku",
    "project",
    "endpoint",
    "route",
    "path",
    "url",
    "resource",
    "feature",
    "team",
    "department",
    "user",
    "name",
    "application",
    "app",
    "api",
    "function",
    "method",
    "agent",
    "workflow",
    "operation",
    "region",
    "environment",
    "tag",
    "queue",
    "table",
    "component",
    "module",
    "page",
    "key",
    "credit",
    "credits",
    "who",
    "person",
    "member",
    "owner",
    "caller",
    "host",
    "machine",
];

/// Words of headers of plans.
const PLANS: [&str; 8] =
    ["plan", "plans", "tier", "tariff", "edition", "subscription", "license", "package"];

/// Words of entries, whichever others stand beside them that say nothing else: of recharges, purchases and payments, of
/// gifts and grants, and of what is left.
const ENTRIES: [&str; 177] = [
    "recharge",
    "recharges",
    "autorecharge",
    "topup",
    "topups",
    "refill",
    "reload",
    "purchase",
    "purchases",
    "prepayment",
    "payment",
    "payments",
    "deposit",
    "deposits",
    "grant",
    "grants",
    "bonus",
    "reward",
    "rewards",
    "gift",
    "promo",
    "promotion",
    "coupon",
    "voucher",
    "allowance",
    "allocation",
    "renewal",
    "rollover",
    "carryover",
    "balance",
    "replenishment",
    "aufladung",
    "aufladen",
    "guthabenaufladung",
    "guthaben",
    "kauf",
    "einkauf",
    "einzahlung",
    "zahlung",
    "zahlungseingang",
    "gutschrift",
    "anfangsbestand",
    "endbestand",
    "anfangssaldo",
    "endsaldo",
    "übertrag",
    "saldo",
    "prämie",
    "geschenk",
    "rechargement",
    "achat",
    "achats",
    "paiement",
    "versement",
    "solde",
    "cadeau",
    "recarga",
    "recargas",
    "compra",
    "compras",
    "pago",
    "pagos",
    "abono",
    "depósito",
    "regalo",
    "pagamento",
    "pagamentos",
    "bônus",
    "ricarica",
    "ricariche",
    "acquisto",
    "acquisti",
    "versamento",
    "omaggio",
    "opwaardering",
    "opwaarderen",
    "aankoop",
    "betaling",
    "storting",
    "beginsaldo",
    "eindsaldo",
    "doładowanie",
    "zakup",
    "płatność",
    "wpłata",
    "påfyllning",
    "opfyldning",
    "köp",
    "køb",
    "kjøp",
    "betalning",
    "inbetalning",
    "dobití",
    "nákup",
    "platba",
    "пополнение",
    "покупка",
    "оплата",
    "остаток",
    "бонус",
    "ödeme",
    "bakiye",
    "yükleme",
    "feltöltés",
    "vásárlás",
    "αγορά",
    "πληρωμή",
    "påfyll",
    "påfylling",
    "lataus",
    "aufgeladen",
    "gekauft",
    "acheté",
    "achetés",
    "comprados",
    "acquistati",
    "nạp",
    "expired",
    "expiry",
    "expiration",
    "expirations",
    "lapsed",
    "forfeited",
    "forfeiture",
    "compensation",
    "goodwill",
    "clawback",
    "verfall",
    "verfallen",
    "abgelaufen",
    "ablauf",
    "kulanz",
    "entschädigung",
    "umbuchung",
    "vortrag",
    "saldovortrag",
    "vorsaldo",
    "zuteilung",
    "expirés",
    "expiré",
    "expirées",
    "dédommagement",
    "bonification",
    "bonifications",
    "attribution",
    "bonificación",
    "bonificaciones",
    "vencimiento",
    "vencidos",
    "caducidad",
    "caducados",
    "expirados",
    "compensación",
    "traspaso",
    "bonificação",
    "expiração",
    "compensação",
    "vencimento",
    "concessão",
    "scadenza",
    "scaduti",
    "compensazione",
    "accredito",
    "verlopen",
    "vervallen",
    "compensatie",
    "overboeking",
    "wygaśnięcie",
    "wygasłe",
    "rekompensata",
    "förfallna",
    "kompensation",
    "utløp",
    "udløb",
    "сгорание",
    "компенсация",
    "начисление",
];
/// Words that make credits an entry: `Welcome credits`, and not `promotional` alone, which may be what usage was paid with.
const QUALIFIERS: [&str; 15] = [
    "promotional",
    "welcome",
    "added",
    "opening",
    "closing",
    "starting",
    "ending",
    "granted",
    "offerts",
    "referral",
    "purchased",
    "signup",
    "previous",
    "prior",
    "initial",
];
/// The same in writings that do not part words.
const ENTRY_SIGNS: [&str; 42] = [
    "チャージ",
    "購入",
    "入金",
    "残高",
    "支払",
    "充值",
    "购买",
    "付款",
    "余额",
    "赠送",
    "储值",
    "加值",
    "購買",
    "餘額",
    "충전",
    "구매",
    "결제",
    "잔액",
    "입금",
    "지급",
    "繰越",
    "繰り越し",
    "付与",
    "失効",
    "過期",
    "过期",
    "补偿",
    "補償",
    "贈送",
    "奖励",
    "獎勵",
    "转入",
    "转出",
    "轉入",
    "轉出",
    "结转",
    "結轉",
    "만료",
    "소멸",
    "이월",
    "보상",
    "적립",
];
/// Words of entries of several words.
const ENTRY_PHRASES: [&str; 26] = [
    "top up",
    "top ups",
    "roll over",
    "carry over",
    "carried forward",
    "brought forward",
    "nạp tiền",
    "isi ulang",
    "monthly reset",
    "weekly reset",
    "daily reset",
    "plan reset",
    "quota reset",
    "credit reset",
    "credits reset",
    "invoice paid",
    "invoices paid",
    "paid invoice",
    "invoice payment",
    "transfer in",
    "transfer out",
    "transfers in",
    "transfers out",
    "incoming transfer",
    "outgoing transfer",
    "report à nouveau",
];
/// Words that begin such a description where one of [`LINKS`] follows.
const LEADING: [&str; 9] = [
    "transfer",
    "transfers",
    "übertragung",
    "virement",
    "transferencia",
    "transferred",
    "transferido",
    "transféré",
    "übertragen",
];
/// Words that no usage ends with: what a description ends with is what it is of.
const ENDING: [&str; 11] = [
    "recharge",
    "autorecharge",
    "topup",
    "aufladung",
    "guthabenaufladung",
    "recarga",
    "ricarica",
    "rechargement",
    "opwaardering",
    "doładowanie",
    "пополнение",
];
/// Words that follow an entry and say where it came from.
const LINKS: [&str; 38] = [
    "from", "of", "by", "via", "for", "to", "received", "thank", "with", "using", "on", "per",
    "von", "vom", "aus", "durch", "über", "für", "mit", "de", "du", "des", "par", "pour", "depuis",
    "da", "do", "del", "di", "con", "por", "para", "através", "z", "od", "från", "fra", "van",
];
/// Words that leave an entry what it is.
const BESIDE: [&str; 60] = [
    "automatique",
    "automatiquement",
    "automática",
    "automático",
    "automatica",
    "automatico",
    "automatisch",
    "automatische",
    "automatisk",
    "automatyczne",
    "crédit",
    "crédits",
    "credito",
    "crediti",
    "crédito",
    "créditos",
    "creditos",
    "kredit",
    "kredite",
    "krediti",
    "kredyty",
    "punkte",
    "points",
    "de",
    "du",
    "des",
    "del",
    "di",
    "da",
    "do",
    "d",
    "von",
    "vom",
    "code",
    "card",
    "carte",
    "tarjeta",
    "karte",
    "usd",
    "eur",
    "gbp",
    "units",
    "wallet",
    "amount",
    "mensuel",
    "admin",
    "sign",
    "up",
    "final",
    "anterior",
    "inicial",
    "precedente",
    "précédent",
    "précédente",
    "iniziale",
    "finale",
    "poprzednie",
    "początkowe",
    "vorheriger",
    "alter",
];

/// Whether a column, by its name, may hold what the amount does: it has a word of its name, and none for credits that come in.
pub(super) fn is_named_like(name: &str, amount: &str) -> bool {
    let (own, all) = (words(name), words(amount));
    let mut shared = own.split(' ').filter(|word| word.chars().any(char::is_alphabetic));
    let is_entry = matches!(
        WordColumn::Kinds.says(name),
        Some(KindWord::Ledger | KindWord::Correction | KindWord::Tax)
    );
    !is_entry && shared.any(|word| all.split(' ').any(|other| other == word))
}

/// What a description says by the words of entries; `is_described` if the header says that it is a description, of which
/// such a word may be a part.
fn entry(value: &str, is_described: bool) -> Option<KindWord> {
    if value.len() > LONGEST || has_no_word(value) {
        return None;
    }
    let all = words(value);
    let several: Vec<&str> = all.split(' ').collect();
    let is_usage = |word: &&str| kinds::is_usage_word(word);
    if several.iter().any(is_usage) {
        return None;
    }
    let has_sign = || !all.is_ascii() && ENTRY_SIGNS.iter().any(|sign| all.contains(sign));
    let is_whole = (several.iter().all(may_be_of_entry) && is_nothing_else(&all)) || has_sign();
    let is_part = || is_described && is_part_of(&several);
    (is_whole || is_part()).then_some(KindWord::Ledger)
}

/// Bytes of a description at most.
const LONGEST: usize = 80;

/// Whether a word may be one of an entry, or of what leaves it what it is: nearly no word of a description is, which saves to look for
/// phrases in it.
fn may_be_of_entry(word: &&str) -> bool {
    ENTRIES.contains(word)
        || QUALIFIERS.contains(word)
        || kinds::is_ledger_word(word)
        || leaves_entry(word)
        || ENTRY_PHRASES.iter().any(|phrase| phrase.split(' ').any(|one| one == *word))
}

/// Whether a word beside an entry leaves it what it is.
fn leaves_entry(word: &str) -> bool {
    kinds::is_beside(word)
        || BESIDE.contains(&word)
        || word.bytes().all(|byte| byte.is_ascii_digit())
        || moment::is_month(word)
}

/// Whether words are those of an entry, and of what leaves it what it is.
fn is_nothing_else(all: &str) -> bool {
    let joined =
        ENTRY_PHRASES.iter().fold(all.to_owned(), |all, phrase| all.replace(phrase, "topup"));
    let rest: Vec<&str> = joined.split(' ').filter(|word| !leaves_entry(word)).collect();
    let is_qualifier = |word: &&str| QUALIFIERS.contains(word);
    let is_known =
        |word: &&str| ENTRIES.contains(word) || is_qualifier(word) || kinds::is_ledger_word(word);
    match rest.is_empty() {
        // `Monthly plan credits` come in.
        true => {
            let has = |names: &[&str]| joined.split(' ').any(|word| names.contains(&word));
            has(&["credits", "crédits", "créditos"])
                && has(&["monthly", "plan", "free", "included", "annual", "yearly", "prepaid"])
                && !has(&["out", "to"])
                // So does a `Credit pack`.
                || has(&["credit", "credits"]) && has(&["pack", "packs", "package", "bundle"])
        }
        false => {
            rest.iter().all(is_known) && {
                rest.iter().any(|word| ENTRIES.contains(word))
                    || (rest.iter().any(is_qualifier) && joined.contains(' '))
            }
        }
    }
}

/// Whether a description begins with an entry and goes on with where it came from, or ends with one.
fn is_part_of(several: &[&str]) -> bool {
    let is_entry = |word: &str| ENTRIES.contains(&word) || LEADING.contains(&word);
    let is_number = |word: &&&str| !word.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = several.iter().filter(is_number).copied().collect();
    let begins = words.iter().take(3).zip(words.iter().skip(1)).enumerate();
    let mut begins = begins.filter(|(place, _)| {
        // What stands before it must leave it what it is.
        words[..*place].iter().all(|word| kinds::is_beside(word) || BESIDE.contains(word))
    });
    begins.any(|(_, (word, next))| is_entry(word) && LINKS.contains(next))
        || words.last().is_some_and(|word| ENDING.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_ledger_are_known_by_their_words_in_several_languages() {
        for value in [
            "Auto-recharge 1000 credits",
            "Opening balance",
            "Closing balance",
            "Monthly plan credits",
            "Referral reward",
            "Rollover from February",
            "Credits added",
            "Plan renewal",
            "Gift from support",
            "Transfer from team pool",
            "Anfangsbestand",
            "Aufladung",
            "Aufladung per Lastschrift",
            "Achat de crédits",
            "Recarga automática",
            "Payment received - thank you",
            "Subscription grant",
            "Promo code",
            "Welcome credits",
            "Carry-over",
            "Refill",
            "Credit grant",
            "Purchase of 500 credits by card",
            "Top-up",
            "Bonus",
            "充值 100",
            "クレジット購入",
            "Пополнение",
            "Expired credits",
            "Credits expired",
            "Signup bonus",
            "Sign-up bonus",
            "Previous balance",
            "admin_grant",
            "Compensation",
            "Invoice paid",
            "Transfer in",
            "Transferred to workspace B",
            "Verfall",
            "Saldo anterior",
            "Saldo inicial",
            "Bonificación",
            "過期",
            "付与",
            "繰越",
        ] {
            assert!(WordColumn::Descriptions.is_entry(value), "{value}");
        }
    }

    #[test]
    fn a_column_is_like_the_amount_by_a_word_of_its_name() {
        for (name, amount, like) in [
            ("credits_used", "credits", true),
            ("creditsUsed", "credits", true),
            ("credits_v2", "credits", true),
            ("Total credits", "Credits", true),
            ("units", "credits", false),
            ("credits_refunded", "credits", false),
            ("purchased_credits", "credits", false),
            ("retries", "credits", false),
        ] {
            assert_eq!(is_named_like(name, amount), like, "{name}");
        }
    }

    #[test]
    fn names_and_jobs_with_such_a_word_are_none() {
        for value in [
            "Image generation",
            "Promo video render",
            "Payment processing API",
            "Check balance of tokens sheet",
            "Data transfer",
            "Refund bot",
            "Gift finder",
            "Load balancing",
            "Usage",
            "Bonus credits used",
            "Credits",
            "Purchase order parsing",
            "Tokens out",
            "Data transfer out",
            "Invoice parsing",
            "Sign up",
            "Final report",
            "promotional",
            "Opening",
            "",
        ] {
            assert!(!WordColumn::Descriptions.is_entry(value), "{value}");
        }
        assert!(!WordColumn::of("Service").is_entry("Payments"));
        assert!(!WordColumn::of("endpoint").is_entry("balance"));
        assert!(WordColumn::of("Was").is_entry("Aufladung"));
    }
}
