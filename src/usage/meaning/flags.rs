//! Columns that say which rows are not billed: `voided` with true and false, `Status` with `declined` among its values.
//!
//! Deliberately absent: words of usage taken back in columns of kinds, which are in `kinds`.

use super::entries::WordColumn;
use super::headers::{has_no_word, words};
use super::lapsed;

/// Words of headers whose rows are not billed where they hold.
const NOT_BILLED: [&str; 60] = [
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
    "free",
    "waived",
    "comped",
    "complimentary",
    "gratis",
    "kostenlos",
    "gratuit",
    "gratuito",
    "無料",
    "免费",
    "internal",
    "intern",
    "interne",
    "interno",
    "interna",
    "employee",
    "staff",
    "demo",
    "excluded",
    "ignored",
];
/// Words of such headers and of states alike, of what was only tried, or gave way to something else.
const NOT_REAL: [&str; 14] = [
    "simulated",
    "simulation",
    "dry run",
    "dryrun",
    "superseded",
    "replaced",
    "simuliert",
    "ersetzt",
    "simulé",
    "remplacé",
    "simulado",
    "sustituido",
    "simulato",
    "sostituito",
];
/// Words of headers whose rows are not billed where they do not hold.
const BILLED: [&str; 25] = [
    "billable",
    "chargeable",
    "livemode",
    "abrechenbar",
    "facturable",
    "fatturabile",
    "faturável",
    "fakturierbar",
    "success",
    "successful",
    "succeeded",
    "charged",
    "billed",
    "erfolgreich",
    "abgerechnet",
    "berechnet",
    "réussi",
    "facturé",
    "exitoso",
    "facturado",
    "sucesso",
    "riuscito",
    "fatturato",
    "成功",
    "已计费",
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
const STATES: [&str; 122] = [
    "timeout",
    "timed out",
    "expired",
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
    "no charge",
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
    "error",
    "errored",
    "waived",
    "pending",
    "queued",
    "fehler",
    "erstattet",
    "ausstehend",
    "échec",
    "erreur",
    "refusé",
    "remboursé",
    "en attente",
    "fallido",
    "rechazado",
    "reembolsado",
    "pendiente",
    "falhou",
    "recusado",
    "pendente",
    "fallito",
    "rifiutato",
    "rimborsato",
    "errore",
    "mislukt",
    "terugbetaald",
    "geweigerd",
    "nieudane",
    "odrzucone",
    "błąd",
    "zwrócone",
    "misslyckad",
    "avbruten",
    "mislykket",
    "annulleret",
    "mislyktes",
    "epäonnistui",
    "peruttu",
    "neúspěšné",
    "zrušeno",
    "chyba",
    "başarısız",
    "iptal edildi",
    "sikertelen",
    "отменено",
    "ошибка",
    "отклонено",
    "возврат",
    "возвращено",
    "失败",
    "已退款",
    "退款",
    "已取消",
    "取消",
    "作废",
    "错误",
    "失敗",
    "キャンセル",
    "返金済み",
    "返金",
    "エラー",
    "실패",
    "취소",
    "환불",
    "오류",
    "draft",
    "entwurf",
    "brouillon",
    "borrador",
    "rascunho",
    "bozza",
    "koncept",
    "utkast",
    "черновик",
    "草稿",
    "下書き",
    "testlauf",
];
/// Words of headers of states and kinds.
const STATE_HEADERS: [&str; 42] = [
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
    "finish",
    "stav",
    "durum",
    "tila",
    "állapot",
    "stan",
    "κατάσταση",
    "состояние",
    "результат",
    "状态",
    "狀態",
    "结果",
    "結果",
    "ステータス",
    "상태",
    "결과",
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
    /// The same, some of which may be codes of HTTP.
    Codes,
    /// Rows are not billed where something stands: what went wrong.
    Errors,
    /// The same: when, or by whom, they were taken back.
    Lapsed,
}

/// Headers of what went wrong.
const ERRORS: [&str; 10] = [
    "error",
    "errors",
    "error message",
    "error code",
    "error type",
    "failure reason",
    "fehler",
    "erreur",
    "エラー",
    "错误",
];

/// Values of such a column where nothing went wrong.
const NO_ERROR: [&str; 7] = ["none", "null", "nil", "na", "n a", "ok", "200"];

/// Whether a value is a status of HTTP.
pub(super) fn is_status(value: &str) -> bool {
    value.len() == 3
        && value.starts_with(['1', '2', '3', '4', '5'])
        && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether rows are not billed where the words of a header hold.
fn is_not_billed(words: &str) -> bool {
    NOT_BILLED.contains(&words) || NOT_REAL.contains(&words)
}

/// Whether the words of a state say that its rows are not billed, or are no usage yet.
fn is_state_unbilled(words: &str) -> bool {
    STATES.contains(&words) || NOT_REAL.contains(&words)
}

/// Whether a value is a status of HTTP that says that a request failed.
fn is_code_of_error(value: &str) -> bool {
    is_status(value) && value.starts_with(['4', '5'])
}

impl FlagColumn {
    /// What a header says; `None` where it says nothing.
    pub(super) fn of(header: &str) -> Option<FlagColumn> {
        let all = words(header);
        let telling: Vec<&str> = all.split(' ').filter(|word| !BESIDE.contains(word)).collect();
        let is_state = || all.split(' ').any(|word| STATE_HEADERS.contains(&word));
        match telling.as_slice() {
            _ if is_not_billed(&telling.join(" ")) => Some(FlagColumn::Unbilled),
            _ if lapsed::is_of_lapse(header) => Some(FlagColumn::Lapsed),
            [one] if BILLED.contains(one) => Some(FlagColumn::Billed),
            ["live"] => Some(FlagColumn::Billed),
            _ if ERRORS.contains(&all.as_str()) => Some(FlagColumn::Errors),
            _ if is_state() && all.split(' ').any(|word| word == "status") => {
                Some(FlagColumn::Codes)
            }
            _ if is_state() && WordColumn::of(header) != WordColumn::Names => {
                Some(FlagColumn::States)
            }
            _ => None,
        }
    }

    /// Whether the rows of a value are not billed; `None` where it says nothing of it.
    pub(super) fn is_unbilled(self, value: &str) -> Option<bool> {
        // `voided` may say when.
        let is_time = has_no_word(value) && value.len() > 7 && value.contains(['-', '/', ':', '.']);
        let value = words(value);
        let value = value.as_str();
        let holds = || match (TRUE.contains(&value), FALSE.contains(&value)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        match self {
            FlagColumn::Unbilled if is_time => Some(true),
            FlagColumn::Unbilled => holds(),
            FlagColumn::Billed => holds().map(|holds| !holds),
            FlagColumn::States => Some(is_state_unbilled(value)),
            FlagColumn::Codes => Some(is_state_unbilled(value) || is_code_of_error(value)),
            FlagColumn::Errors | FlagColumn::Lapsed => {
                Some(!FALSE.contains(&value) && !NO_ERROR.contains(&value))
            }
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
            ("状态", &["正常", "已退款"], &["正常"]),
            ("ステータス", &["成功", "失敗"], &["成功"]),
            ("Статус", &["Успешно", "Отменено"], &["Успешно"]),
            ("Result", &["OK", "ERROR"], &["OK"]),
            ("success", &["true", "false"], &["true"]),
            ("is_free", &["true", "false"], &["false"]),
            ("charged", &["yes", "no"], &["yes"]),
            ("billing_status", &["billed", "waived"], &["billed"]),
            ("state", &["completed", "pending"], &["completed"]),
            ("status_code", &["200", "429"], &["200"]),
            ("finish_reason", &["stop", "error"], &["stop"]),
            ("error", &["", "timeout"], &[""]),
            ("Is internal", &["TRUE", "FALSE"], &["FALSE"]),
            ("dry_run", &["false", "true"], &["false"]),
            ("voided", &["", "2026-03-01T10:00:00Z"], &[""]),
            ("deleted_at", &["", "2026-03-01T10:00:00Z"], &[""]),
            ("cancelled_at", &["NULL", "2026-03-01 10:00:00"], &["NULL"]),
            ("Superseded by", &["R0", ""], &[""]),
            ("State", &["finalized", "draft"], &["finalized"]),
            ("Run type", &["dry-run", "live"], &["live"]),
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
            ("Type", &["401", "200"]),
            ("charged", &["12", "3"]),
            ("error", &["", "none"]),
            ("deleted_at", &["", "null"]),
            ("deleted_at", &["2026-03-01", "2026-03-02"]),
            ("created_at", &["", "2026-03-01"]),
            ("internal credits", &["1", "0"]),
        ] {
            let found = FlagColumn::of(header).and_then(|of| of.billed(values.iter().copied()));
            assert_eq!(found, None, "{header}");
        }
    }
}
