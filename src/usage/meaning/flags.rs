//! Columns that say which rows are not billed: `voided` with true and false, `Status` with `declined` among its values.
//!
//! Deliberately absent: words of usage taken back in columns of kinds, which are in `kinds`.

use super::entries::WordColumn;
use super::headers::words;

/// Words of headers whose rows are not billed where they hold.
const NOT_BILLED: [&str; 40] = [
    "void",
    "voided",
    "refunded",
    "deleted",
    "removed",
    "cancelled",
    "canceled",
    "cancellation",
    "reversed",
    "duplicate",
    "duplicated",
    "test",
    "sandbox",
    "failed",
    "declined",
    "rejected",
    "storniert",
    "storno",
    "gelöscht",
    "annulliert",
    "annulé",
    "annulée",
    "supprimé",
    "remboursé",
    "anulado",
    "anulada",
    "eliminado",
    "cancelado",
    "cancelada",
    "reembolsado",
    "annullato",
    "cancellato",
    "geannuleerd",
    "verwijderd",
    "anulowano",
    "anulowane",
    "anulowany",
    "makulerad",
    "удалено",
    "отменено",
];
/// Words of headers whose rows are not billed where they do not hold.
const BILLED: [&str; 8] = [
    "billable",
    "chargeable",
    "livemode",
    "abrechenbar",
    "facturable",
    "fatturabile",
    "faturável",
    "fakturierbar",
];
/// Words beside them that leave them what they are.
const BESIDE: [&str; 7] = ["is", "was", "flag", "mode", "row", "event", "has"];
/// Values that hold.
const TRUE: [&str; 18] = [
    "true",
    "yes",
    "y",
    "1",
    "t",
    "x",
    "ja",
    "j",
    "oui",
    "o",
    "sí",
    "si",
    "sim",
    "tak",
    "wahr",
    "vrai",
    "verdadero",
    "да",
];
/// Values that do not.
const FALSE: [&str; 13] =
    ["", "false", "no", "n", "0", "f", "nein", "non", "nee", "nie", "falsch", "faux", "нет"];
/// Values of states and kinds whose rows are not billed, or are no usage yet.
const STATES: [&str; 41] = [
    "void",
    "voided",
    "refunded",
    "deleted",
    "cancelled",
    "canceled",
    "duplicate",
    "test",
    "sandbox",
    "failed",
    "failure",
    "declined",
    "rejected",
    "non billable",
    "nonbillable",
    "not billable",
    "not billed",
    "unbillable",
    "not charged",
    "forecast",
    "forecasted",
    "projected",
    "projection",
    "planned",
    "budget",
    "prognose",
    "plan",
    "storniert",
    "annulliert",
    "annulé",
    "annulée",
    "anulado",
    "anulada",
    "cancelado",
    "cancelada",
    "fehlgeschlagen",
    "abgelehnt",
    "échoué",
    "annullato",
    "geannuleerd",
    "anulowano",
];
/// Words of headers of states and kinds.
const STATE_HEADERS: [&str; 26] = [
    "status",
    "state",
    "result",
    "outcome",
    "type",
    "kind",
    "category",
    "billing",
    "billed",
    "mode",
    "environment",
    "estado",
    "statut",
    "état",
    "stato",
    "zustand",
    "ergebnis",
    "typ",
    "art",
    "tipo",
    "flag",
    "flags",
    "scenario",
    "version",
    "series",
    "статус",
];

/// What the values of a column say of whether rows are billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlagColumn {
    /// Rows are not billed where they hold.
    Unbilled,
    /// Rows are billed where they hold.
    Billed,
    /// Rows are in states, some of which are not billed.
    States,
}

impl FlagColumn {
    /// What a header says; `None` where it says nothing.
    pub(super) fn of(header: &str) -> Option<FlagColumn> {
        let all = words(header);
        let telling: Vec<&str> = all.split(' ').filter(|word| !BESIDE.contains(word)).collect();
        let is_state = || all.split(' ').any(|word| STATE_HEADERS.contains(&word));
        match telling.as_slice() {
            [one] if NOT_BILLED.contains(one) => Some(FlagColumn::Unbilled),
            [one] if BILLED.contains(one) => Some(FlagColumn::Billed),
            ["live"] => Some(FlagColumn::Billed),
            _ if is_state() && WordColumn::of(header) != WordColumn::Names => {
                Some(FlagColumn::States)
            }
            _ => None,
        }
    }

    /// Whether the rows of a value are not billed; `None` where it says nothing of it.
    pub(super) fn is_unbilled(self, value: &str) -> Option<bool> {
        let value = words(value);
        let value = value.as_str();
        let holds = || match (TRUE.contains(&value), FALSE.contains(&value)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        match self {
            FlagColumn::Unbilled => holds(),
            FlagColumn::Billed => holds().map(|holds| !holds),
            FlagColumn::States => Some(STATES.contains(&value)),
        }
    }

    /// The values whose rows are billed, if others say that theirs are not; `None` where a value says nothing of it.
    pub(super) fn billed<'v>(self, values: impl Iterator<Item = &'v str>) -> Option<Vec<&'v str>> {
        let (mut billed, mut unbilled) = (Vec::new(), 0);
        for value in values {
            match self.is_unbilled(value)? {
                true => unbilled += 1,
                false => billed.push(value),
            }
        }
        (unbilled > 0 && !billed.is_empty()).then_some(billed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_not_billed_are_known_by_the_header_or_the_value() {
        for (header, values, billed) in [
            ("voided", &["true", "false"][..], &["false"][..]),
            ("is_test", &["TRUE", "FALSE"], &["FALSE"]),
            ("Storniert", &["ja", "nein"], &["nein"]),
            ("annulé", &["oui", ""], &[""]),
            ("billable", &["yes", "no"], &["yes"]),
            ("livemode", &["true", "false"], &["true"]),
            ("Status", &["ok", "Declined", "paid"], &["ok", "paid"]),
            ("Type", &["actual", "forecast"], &["actual"]),
            ("Billing", &["standard", "non-billable"], &["standard"]),
        ] {
            let found = FlagColumn::of(header).and_then(|of| of.billed(values.iter().copied()));
            assert_eq!(found.as_deref(), Some(billed), "{header}");
        }
    }

    #[test]
    fn other_columns_and_values_say_nothing_of_it() {
        for (header, values) in [
            ("voided", &["false", "false"][..]),
            ("voided", &["true", "2026-03-01"]),
            ("cached", &["true", "false"]),
            ("Status", &["ok", "done"]),
            ("Service", &["test", "live"]),
            ("test name", &["a", "b"]),
            ("billable credits", &["1", "0"]),
            ("Status", &["failed"]),
        ] {
            let found = FlagColumn::of(header).and_then(|of| of.billed(values.iter().copied()));
            assert_eq!(found, None, "{header}");
        }
    }
}
