//! Names of figures, `Credits`, `Requests`, `avg. latency`: a column of such names says what each of its rows counts, whatever
//! the header of the column is.
//!
//! Deliberately absent: columns of units by their header, which are in `headers`.

use std::collections::BTreeSet;

use super::headers::words;

/// Words of what is counted or measured: units, and figures of which no sum can be of two.
const FIGURES: [&str; 107] = [
    "credit",
    "credits",
    "crédits",
    "créditos",
    "creditos",
    "crediti",
    "kredite",
    "kredity",
    "kredyty",
    "krediter",
    "credieten",
    "kredi",
    "кредиты",
    "积分",
    "クレジット",
    "크레딧",
    "tokens",
    "jetons",
    "requests",
    "calls",
    "queries",
    "hits",
    "visits",
    "views",
    "pageviews",
    "clicks",
    "impressions",
    "sessions",
    "invocations",
    "events",
    "users",
    "visitors",
    "errors",
    "failures",
    "retries",
    "timeouts",
    "latency",
    "throughput",
    "uptime",
    "duration",
    "messages",
    "seconds",
    "minutes",
    "hours",
    "bytes",
    "kb",
    "mb",
    "gb",
    "tb",
    "gib",
    "wh",
    "kwh",
    "mwh",
    "cost",
    "costs",
    "spend",
    "revenue",
    "price",
    "anfragen",
    "aufrufe",
    "nutzer",
    "benutzer",
    "fehler",
    "latenz",
    "kosten",
    "dauer",
    "minuten",
    "stunden",
    "requêtes",
    "appels",
    "utilisateurs",
    "erreurs",
    "latence",
    "coût",
    "coûts",
    "solicitudes",
    "llamadas",
    "usuarios",
    "errores",
    "latencia",
    "coste",
    "costo",
    "minutos",
    "horas",
    "richieste",
    "chiamate",
    "utenti",
    "errori",
    "latenza",
    "costi",
    "minuti",
    "ore",
    "chamadas",
    "erros",
    "usuários",
    "custo",
    "verzoeken",
    "gebruikers",
    "fouten",
    "żądania",
    "użytkownicy",
    "błędy",
    "koszt",
    "запросы",
    "ошибки",
    "请求数",
    "リクエスト数",
];

/// Words beside one of those that leave the figure what it is.
const BESIDE: [&str; 51] = [
    "used",
    "usage",
    "consumed",
    "spent",
    "billed",
    "charged",
    "total",
    "sum",
    "of",
    "the",
    "number",
    "count",
    "active",
    "new",
    "unique",
    "distinct",
    "failed",
    "successful",
    "api",
    "http",
    "daily",
    "monthly",
    "all",
    "avg",
    "average",
    "mean",
    "median",
    "max",
    "maximum",
    "min",
    "minimum",
    "p50",
    "p90",
    "p95",
    "p99",
    "ms",
    "s",
    "usd",
    "eur",
    "k",
    "m",
    "verbraucht",
    "verbrauchte",
    "genutzt",
    "aktive",
    "consommés",
    "utilisés",
    "usados",
    "consumidos",
    "utilizzati",
    "zużyte",
];

/// Headers of columns whose values name figures, or properties of what a row is about.
const HEADERS: [&str; 20] = [
    "indicator",
    "indicators",
    "indicateur",
    "indicador",
    "indicatore",
    "statistic",
    "statistics",
    "stat",
    "series",
    "serie",
    "field",
    "variable",
    "attribute",
    "attribut",
    "property",
    "key",
    "figure",
    "measurement",
    "value type",
    "data type",
];

/// Headers of amounts that say nothing of what they count, beside those of `headers`.
const OPEN_AMOUNTS: [&str; 8] = [
    "values",
    "measure values",
    "measure value",
    "metric value",
    "val",
    "number",
    "data",
    "result",
];

/// The figure that a value names, `credits` for `Credits used`; `None` where it says anything else.
fn figure(value: &str) -> Option<String> {
    // `kWh` is one word.
    let words = words(value).replace("k wh", "kwh").replace("m wh", "mwh");
    let is_figure = |word: &&str| FIGURES.contains(word);
    let is_known = |word: &str| is_figure(&word) || BESIDE.contains(&word);
    let found = words.split(' ').rfind(|word| is_figure(word))?;
    words.split(' ').all(is_known).then(|| found.trim_end_matches('s').to_owned())
}

/// Whether a value names a figure.
pub(super) fn is_figure(value: &str) -> bool {
    figure(value).is_some()
}

/// Whether a header is that of an amount which says nothing of what it counts.
pub(super) fn is_open_amount(header: &str) -> bool {
    // The second of a pair has no name, `data.2`.
    let is_place = |(_, place): (&str, &str)| place.bytes().all(|byte| byte.is_ascii_digit());
    OPEN_AMOUNTS.contains(&super::headers::last_words(header).as_str())
        || header.rsplit_once('.').is_some_and(is_place)
}

/// Whether values under a header name figures that no sum can be of: two of them, or one beside others where the header says
/// that its values are figures.
pub(super) fn are_figures<'v>(header: &str, values: impl Iterator<Item = &'v str>) -> bool {
    let values: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
    let figures: BTreeSet<String> = values.iter().filter_map(|value| figure(value)).collect();
    let is_named = || HEADERS.contains(&super::headers::last_words(header).as_str());
    figures.len() > 1 || (figures.len() == 1 && values.len() > 1 && is_named())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_name_figures_are_told_from_names_of_services() {
        let are = |header: &str, values: &[&str]| are_figures(header, values.iter().copied());
        for (header, values) in [
            ("Measure Names", &["Credits", "Avg. Latency", "Users"][..]),
            ("", &["Credits used", "Requests", "Errors"]),
            ("Series", &["credits", "latency_ms"]),
            ("Kennung", &["kWh", "Kosten"]),
            ("Name", &["API requests", "Number of users"]),
            ("field", &["credits", "load_1m"]),
        ] {
            assert!(are(header, values), "{header}: {values:?}");
        }
        for (header, values) in [
            ("Service", &["Compute", "Storage", "Tokens"][..]),
            ("Name", &["Credits", "credits used"]),
            ("Name", &["credits", "Ann"]),
            ("field", &["credits"]),
            ("model", &["Request router", "Token counter", "gpt-5"]),
            ("", &["Chat", "Image"]),
        ] {
            assert!(!are(header, values), "{header}: {values:?}");
        }
    }
}
