//! Headers of when, or by whom, a row was taken back: `deleted_at`, `refunded_on`, `Superseded by`. Rows in which something stands
//! there are not billed.
//!
//! Deliberately absent: columns that say it with true and false, or with a state, which are in `flags`.

use super::headers::{is_of_row, last_words, without_type};

/// What was done to a row, as the first word of such a header.
const TAKEN_BACK: [&str; 53] = [
    "void",
    "voided",
    "refund",
    "refunded",
    "deleted",
    "deletion",
    "removed",
    "cancelled",
    "canceled",
    "cancellation",
    "reversed",
    "reversal",
    "superseded",
    "replaced",
    "invalidated",
    "storniert",
    "stornierung",
    "storno",
    "gelöscht",
    "annulliert",
    "ersetzt",
    "erstattet",
    "annulé",
    "annulée",
    "supprimé",
    "supprimée",
    "remboursé",
    "remplacé",
    "anulado",
    "anulada",
    "eliminado",
    "cancelado",
    "cancelada",
    "reembolsado",
    "sustituido",
    "substituído",
    "excluído",
    "annullato",
    "cancellato",
    "eliminato",
    "rimborsato",
    "sostituito",
    "geannuleerd",
    "verwijderd",
    "terugbetaald",
    "vervangen",
    "anulowano",
    "usunięto",
    "zwrócono",
    "makulerad",
    "raderad",
    "удалено",
    "отменено",
];

/// What stands behind it.
const ENDS: [&str; 30] = [
    "at",
    "on",
    "by",
    "date",
    "time",
    "timestamp",
    "ts",
    "datetime",
    "utc",
    "am",
    "von",
    "durch",
    "datum",
    "le",
    "par",
    "el",
    "por",
    "fecha",
    "em",
    "data",
    "il",
    "da",
    "op",
    "door",
    "dnia",
    "przez",
    "den",
    "av",
    "дата",
    "когда",
];

/// The same in writings that do not part words.
const SIGNS: [&str; 11] = [
    "删除时间",
    "取消时间",
    "退款时间",
    "作废时间",
    "削除日時",
    "削除日",
    "キャンセル日時",
    "返金日時",
    "삭제일시",
    "취소일시",
    "환불일시",
];

/// Whether a header says when or by whom rows were taken back.
pub(super) fn is_of_lapse(header: &str) -> bool {
    let all = last_words(header);
    let mut parts = all.split(' ');
    let is_first = parts.next().is_some_and(|first| TAKEN_BACK.contains(&first));
    let ends: Vec<&str> = parts.collect();
    let is_said = is_first && !ends.is_empty() && ends.iter().all(|end| ENDS.contains(end));
    // A subscription that was cancelled has been used until then.
    is_of_row(without_type(header)) && (is_said || SIGNS.contains(&all.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_taken_back_are_known_by_when_or_by_whom() {
        for header in [
            "deleted_at",
            "refundedAt",
            "Cancelled on",
            "voided_at",
            "Superseded by",
            "Void date",
            "data.deletedAt.$date",
            "Storniert am",
            "Annulé le",
            "退款时间",
        ] {
            assert!(is_of_lapse(header), "{header}");
        }
        for header in [
            "deleted",
            "created_at",
            "subscription.canceled_at",
            "subscription_canceled_at",
            "refunded_credits",
            "Refund id",
            "updated_by",
        ] {
            assert!(!is_of_lapse(header), "{header}");
        }
    }
}
