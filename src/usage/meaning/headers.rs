//! What headers say: names of times, amounts, units, accounts and ids, in any spelling.
//!
//! Deliberately absent: the values below them.

/// A header as words in small letters: `lineItem/UsageAmount` is `line item usage amount`.
pub(super) fn words(header: &str) -> String {
    let mut words = String::with_capacity(header.len());
    let mut small = false;
    for letter in header.chars() {
        if !letter.is_alphanumeric() {
            small = false;
            if !words.ends_with(' ') && !words.is_empty() {
                words.push(' ');
            }
            continue;
        }
        if letter.is_uppercase() && small {
            words.push(' ');
        }
        small = letter.is_lowercase();
        match letter.is_ascii() {
            true => words.push(letter.to_ascii_lowercase()),
            false => words.extend(letter.to_lowercase()),
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// Whether a cell is made up of digits and of what stands between those of numbers and times, and so holds no word: nearly
/// all cells, of which words would be asked in vain.
pub(super) fn has_no_word(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_digit() || b"-:.+/, TZ".contains(&byte))
}

/// The last of names joined by dots, as words: `properties.tokens` is `tokens`.
pub(super) fn last_words(header: &str) -> String {
    let header = without_type(header);
    words(header.rsplit('.').next().unwrap_or(header))
}

/// Endings of names that say how a value is written in a database, and not what it is.
const TYPES: [&str; 6] =
    [".$numberDecimal", ".$numberLong", ".$numberInt", ".$numberDouble", ".$date", ".$oid"];

/// A header without such an ending: `credits` for `credits.$numberDecimal`.
pub(super) fn without_type(header: &str) -> &str {
    TYPES.iter().find_map(|ending| header.strip_suffix(ending)).unwrap_or(header)
}

/// The columns with the name of this one in another type: `credits.$numberLong` for `credits`.
pub(super) fn typed_again(header: &[String], column: usize) -> Vec<usize> {
    let Some(own) = header.get(column) else { return Vec::new() };
    let is_again = |name: &String| name != own && without_type(name) == without_type(own);
    header.iter().enumerate().filter(|(_, name)| is_again(name)).map(|(other, _)| other).collect()
}

/// Whether a column before this one has its name in another type.
pub(super) fn is_typed_again(header: &[String], column: usize) -> bool {
    typed_again(header, column).first().is_some_and(|first| *first < column)
}

/// Words of headers of ids and codes, whose numbers are no amounts.
const CODES: [&str; 22] = [
    "id",
    "ids",
    "oid",
    "uid",
    "uuid",
    "guid",
    "tunnus",
    "kennung",
    "kennziffer",
    "identifiant",
    "identificador",
    "identificativo",
    "imei",
    "ean",
    "gtin",
    "gsrn",
    "isbn",
    "serial",
    "postcode",
    "plz",
    "zip",
    "code",
];

/// Whether a header is that of ids or codes.
pub(super) fn is_of_code(header: &str) -> bool {
    let words = words(header);
    let last = words.rsplit(' ').next().unwrap_or_default();
    CODES.contains(&last)
        || ["id", "tunnus"].iter().any(|sign| words.split(' ').any(|word| word == *sign))
}

/// Names of a time, the likelier first; the names of one line are as likely.
pub(super) const TIMES: [&[&str]; 3] = [
    &["timestamp", "time", "date", "datetime", "created at", "date time", "time stamp"],
    &[
        "start time",
        "start date",
        "start",
        "usage start time",
        "usage start date",
        "usage start",
        "charge period start",
        "period start",
        "interval start",
        "line item usage start date",
        "event time",
        "event timestamp",
        "occurred at",
        "usage date",
        "usage time",
        "usage date utc",
        "utc date",
        "date utc",
        "day",
        "from",
        "hour",
        "recorded at",
        "interval start date time",
        "reading date",
        "read date",
        "start at",
        "started at",
        "starting at",
        "start date time",
        "begin",
        "time interval usage started",
        "bucket",
        "read date",
        "beginn",
        "nutzungsbeginn",
        "von",
        "van",
        "fra",
        "från",
        "desde",
        "da",
        "datum",
        "zeitstempel",
        "zeit",
        "zeitpunkt",
        "fecha",
        "horodatage",
    ],
    &["created", "created time", "creation date", "transaction date", "billed at", "month"],
];

/// Words of what happened, in the header of its time.
const OF_USAGE: [&str; 26] = [
    "usage",
    "used",
    "event",
    "service",
    "consumption",
    "consumed",
    "occurred",
    "occurrence",
    "performed",
    "verbrauch",
    "verbrauchsdatum",
    "verbrauchstag",
    "nutzung",
    "nutzungsdatum",
    "leistungsdatum",
    "leistungstag",
    "consommation",
    "utilisation",
    "consumo",
    "uso",
    "utilizzo",
    "verbruik",
    "verbruiksdatum",
    "zużycia",
    "利用日",
    "使用日",
];

/// Whether a header is that of the time at which what a row is of was used, and neither of a report nor of a bill.
pub(super) fn is_time_of_usage(header: &str) -> bool {
    let words = last_words(header);
    let has = |wanted: &dyn Fn(&str) -> bool| words.split(' ').any(wanted);
    let joined = ["datum", "tag", "日"];
    has(&|word| OF_USAGE.contains(&word))
        && has(&|word| {
            is_of_time(word)
                || ["datum", "fecha", "data", "dato", "datetime", "zeit", "zeitpunkt", "on", "日"]
                    .contains(&word)
                || joined.iter().any(|end| word.ends_with(end))
        })
}

/// Words of headers of months and periods of billing.
pub(super) const MONTHS: [&str; 18] = [
    "month",
    "months",
    "period",
    "monat",
    "zeitraum",
    "periode",
    "mois",
    "période",
    "mes",
    "período",
    "periodo",
    "mese",
    "mês",
    "maand",
    "miesiąc",
    "okres",
    "måned",
    "месяц",
];

/// Names of an amount, the likelier first.
pub(super) const AMOUNTS: [&[&str]; 3] = [
    &[
        "value",
        "amount",
        "quantity",
        "credits",
        "tokens",
        "menge",
        "betrag",
        "quantité",
        "montant",
        "cantidad",
        "importe",
        "quantità",
        "importo",
        "aantal",
        "bedrag",
        "crédits",
        "jetons",
        "créditos",
        "creditos",
        "crediti",
        "kredite",
        "kredit",
        "kredyty",
        "кредиты",
        "积分",
        "クレジット",
    ],
    &[
        "credits used",
        "credits billed",
        "credits consumed",
        "consumed credits",
        "credit usage",
        "credit amount",
        "used credits",
        "total credits",
        "billed credits",
        "usage quantity",
        "usage amount",
        "consumed quantity",
        "line item usage amount",
        "units consumed",
        "units used",
        "requests used",
        "consumption",
        "usage",
        "qty",
        "k wh",
        "kwh",
        "usage k wh",
        "usage kwh",
        "consumption k wh",
        "consumption kwh",
        "import k wh",
        "import kwh",
        "energy k wh",
        "energy kwh",
        "energie k wh",
        "energie kwh",
        "units",
        "total usage",
        "quantity used",
        "verbrauch",
        "verbrauch k wh",
        "verbrauchte menge",
        "consommation",
        "consommation k wh",
        "consumo",
        "consumo k wh",
        "sum",
    ],
    COUNTS,
];

/// Names of a count or a duration, which is the amount where nothing is money.
pub(super) const COUNTS: &[&str] =
    &["total tokens", "token count", "requests", "calls", "minutes", "hours", "seconds", "count"];

/// Words of an amount, which make a column a rival of one whose header is that of a count.
pub(super) const AMOUNT_WORDS: [&str; 22] = [
    "value",
    "amount",
    "quantity",
    "qty",
    "credits",
    "tokens",
    "usage",
    "used",
    "consumed",
    "consumption",
    "units",
    "requests",
    "calls",
    "messages",
    "minutes",
    "hours",
    "seconds",
    "count",
    "bytes",
    "gb",
    "kwh",
    "total",
];

/// Words of what a row has and nobody uses up: the size of a message, its parts, the attempts of a job.
const PROPERTIES: [&str; 28] = [
    "size",
    "length",
    "part",
    "parts",
    "segment",
    "segments",
    "attempt",
    "attempts",
    "retry",
    "retries",
    "tries",
    "duration",
    "width",
    "height",
    "depth",
    "priority",
    "level",
    "score",
    "rank",
    "position",
    "age",
    "weight",
    "distance",
    "ttl",
    "timeout",
    "delay",
    "participants",
    "recipients",
];

/// Further words by which a header says that its numbers are amounts, also in other languages.
const FURTHER_AMOUNTS: [&str; 165] = [
    "fee",
    "amt",
    "spent",
    "values",
    "fees",
    "paid",
    "billed",
    "charged",
    "net",
    "gross",
    "volume",
    "data",
    "traffic",
    "egress",
    "ingress",
    "transfer",
    "bandwidth",
    "storage",
    "compute",
    "points",
    "load",
    "energy",
    "production",
    "generation",
    "import",
    "export",
    "delta",
    "counts",
    "debit",
    "debits",
    "deducted",
    "burn",
    "burned",
    "credit",
    "coins",
    "kosten",
    "betrag",
    "gesamtbetrag",
    "preis",
    "menge",
    "anzahl",
    "verbrauch",
    "energie",
    "arbeit",
    "wirkarbeit",
    "einheiten",
    "minuten",
    "stunden",
    "sekunden",
    "wert",
    "gesamt",
    "summe",
    "umsatz",
    "coût",
    "coûts",
    "prix",
    "montant",
    "quantité",
    "valeur",
    "énergie",
    "consommation",
    "unités",
    "costo",
    "costi",
    "coste",
    "costes",
    "importe",
    "importo",
    "cantidad",
    "valor",
    "valore",
    "energía",
    "energia",
    "consumo",
    "unidades",
    "custo",
    "custos",
    "preço",
    "quantidade",
    "quantità",
    "bedrag",
    "aantal",
    "verbruik",
    "kwota",
    "koszt",
    "ilość",
    "zużycie",
    "wartość",
    "belopp",
    "antal",
    "beløb",
    "määrä",
    "částka",
    "jobs",
    "runs",
    "builds",
    "executions",
    "searches",
    "queries",
    "invocations",
    "hits",
    "operations",
    "tasks",
    "lookups",
    "renders",
    "generations",
    "anfragen",
    "aufrufe",
    "abrufe",
    "suchen",
    "appels",
    "requêtes",
    "recherches",
    "exécutions",
    "llamadas",
    "solicitudes",
    "consultas",
    "búsquedas",
    "ejecuciones",
    "chiamate",
    "richieste",
    "ricerche",
    "esecuzioni",
    "chamadas",
    "requisições",
    "verzoeken",
    "oproepen",
    "forbrug",
    "forbruk",
    "förbrukning",
    "kulutus",
    "spotřeba",
    "spotreba",
    "расход",
    "потребление",
    "mængde",
    "mängd",
    "mengde",
    "hoeveelheid",
    "množství",
    "miktar",
    "miktarı",
    "tüketim",
    "kullanım",
    "fogyasztás",
    "mennyiség",
    "количество",
    "объем",
    "объём",
    "запросы",
    "вызовы",
    "кількість",
    "κατανάλωση",
    "ποσότητα",
    "potrošnja",
    "količina",
    "cantitate",
    "consum",
    "zapytania",
    "wywołania",
    "anrop",
    "kald",
    "kutsut",
    "çağrı",
    "dotazy",
];

/// The same in languages that do not part words.
const AMOUNT_SIGNS: [&str; 28] = [
    "料金",
    "金額",
    "使用量",
    "利用量",
    "消費量",
    "数量",
    "用量",
    "费用",
    "金额",
    "費用",
    "消费",
    "사용량",
    "消耗",
    "用掉",
    "扣除",
    "利用回数",
    "使用数",
    "利用数",
    "回数",
    "次数",
    "次數",
    "請求數",
    "调用",
    "사용",
    "소비",
    "ใช้ไป",
    "sử dụng",
    "đã dùng",
];

/// Words for credits, in several languages.
const CREDITS: [&str; 57] = [
    "point",
    "points",
    "punkte",
    "puntos",
    "punti",
    "pontos",
    "punten",
    "punkty",
    "credit",
    "credits",
    "crédit",
    "crédits",
    "credito",
    "crédito",
    "creditos",
    "créditos",
    "crediti",
    "kredit",
    "kredite",
    "kredits",
    "kredyty",
    "krediter",
    "kreditů",
    "кредиты",
    "coins",
    "acu",
    "acus",
    "kredity",
    "kredyt",
    "kredytów",
    "kredi",
    "kredisi",
    "krediler",
    "kredietten",
    "krediet",
    "credieten",
    "krediitit",
    "krediittiä",
    "krediit",
    "kreditter",
    "krediti",
    "kreditai",
    "кредит",
    "кредитов",
    "кредити",
    "кредитів",
    "πιστώσεις",
    "puncte",
    "poeng",
    "poäng",
    "pisteet",
    "pontok",
    "баллы",
    "баллов",
    "балів",
    "رصيد",
    "نقاط",
];
/// The same in writings that do not part words.
const CREDIT_SIGNS: [&str; 13] = [
    "积分",
    "積分",
    "点数",
    "點數",
    "クレジット",
    "크레딧",
    "ポイント",
    "포인트",
    "点券",
    "เครดิต",
    "tín dụng",
    "الأرصدة",
    "קרדיט",
];
/// Words by which credits are no charge for a row: taken off, bought or given, or for a unit of it.
const NOT_CHARGED: [&str; 88] = [
    "applied",
    "refunded",
    "refund",
    "refunds",
    "granted",
    "grant",
    "grants",
    "bought",
    "purchased",
    "added",
    "earned",
    "bonus",
    "discount",
    "discounts",
    "discounted",
    "promo",
    "promotional",
    "promotion",
    "expired",
    "returned",
    "received",
    "gift",
    "start",
    "end",
    "before",
    "after",
    "per",
    "free",
    "included",
    "available",
    "type",
    "adjustment",
    "achetés",
    "achetées",
    "ajoutés",
    "ajoutées",
    "offerts",
    "accordés",
    "expirés",
    "remboursés",
    "comprados",
    "otorgados",
    "añadidos",
    "caducados",
    "expirados",
    "reembolsados",
    "concedidos",
    "acquistati",
    "assegnati",
    "scaduti",
    "rimborsati",
    "aggiunti",
    "gekaufte",
    "gekauft",
    "gekaufter",
    "gutgeschrieben",
    "gutgeschriebene",
    "verfallen",
    "verfallene",
    "erstattet",
    "erstattete",
    "hinzugefügt",
    "gekocht",
    "toegekend",
    "toegevoegd",
    "vervallen",
    "kupione",
    "przyznane",
    "wygasłe",
    "dodane",
    "köpta",
    "tillagda",
    "kjøpte",
    "købte",
    "ostetut",
    "ostettu",
    "zakoupené",
    "koupené",
    "satın",
    "купленные",
    "купленных",
    "начисленные",
    "начислено",
    "сгоревшие",
    "куплено",
    "yüklenen",
    "eklenen",
    "mua",
];

/// Whether a header says that its numbers are the credits that rows were charged.
pub(super) fn are_charged_credits(header: &str) -> bool {
    let words = words(header);
    let has = |names: &[&str]| words.split(' ').any(|word| names.contains(&word));
    let are_credits = has(&CREDITS)
        || CREDIT_SIGNS.iter().any(|sign| words.contains(sign))
        || words.contains("ai unit");
    // A credit alone may be what is booked on the other side of an account.
    are_credits && words != "credit" && !has(&NOT_CHARGED)
}

/// Words of headers that count people, things and runs, which are in no unit of a measure.
const HEADS: [&str; 26] = [
    "participants",
    "participant",
    "attendees",
    "users",
    "seats",
    "people",
    "members",
    "visitors",
    "guests",
    "agents",
    "teilnehmer",
    "nutzer",
    "personen",
    "participantes",
    "usuarios",
    "resolutions",
    "builds",
    "jobs",
    "runs",
    "executions",
    "files",
    "documents",
    "meetings",
    "tickets",
    "conversations",
    "orders",
];

/// Whether a header is that of a number of people, things or runs.
pub(super) fn counts_heads(header: &str) -> bool {
    let words = last_words(header);
    let last = words.rsplit(' ').next().unwrap_or_default();
    HEADS.contains(&last) || words == "participant count" || words == "user count"
}

/// Words of credits that say nothing of what they are of, or that they hold others.
const OF_ALL: [&str; 24] = [
    "total",
    "all",
    "sum",
    "overall",
    "used",
    "usage",
    "consumed",
    "consumption",
    "spent",
    "charged",
    "billed",
    "billable",
    "amount",
    "count",
    "number",
    "of",
    "the",
    "net",
    "gross",
    "estimated",
    "actual",
    "forecast",
    "credit",
    "credits",
];

/// Whether a header is that of credits of one thing among others: of a model, a service, of what a plan includes.
pub(super) fn are_credits_of_one(header: &str) -> bool {
    let words = words(header);
    let words: Vec<&str> = words.split(' ').collect();
    let is_of_all = ["total", "all", "sum", "overall", "estimated", "forecast", "granted"];
    words.contains(&"credits")
        && words.iter().any(|word| !OF_ALL.contains(word))
        && !words.iter().any(|word| is_of_all.contains(word))
        && !words.iter().any(|word| NOT_CHARGED.contains(word) && *word != "included")
        && !words
            .iter()
            .any(|word| ["non", "not", "unbilled", "cached", "remaining", "left"].contains(word))
}

/// Whether a word is one for credits.
pub(super) fn is_credits(word: &str) -> bool {
    CREDITS.contains(&word) || CREDIT_SIGNS.iter().any(|sign| word.contains(sign))
}

/// Words of headers of what is bought: packages and products.
const PACKAGES: [&str; 24] = [
    "package",
    "pack",
    "packs",
    "bundle",
    "product",
    "item",
    "plan",
    "sku",
    "offer",
    "description",
    "paket",
    "produkt",
    "artikel",
    "bezeichnung",
    "produit",
    "forfait",
    "article",
    "paquete",
    "producto",
    "pacote",
    "produto",
    "pacchetto",
    "prodotto",
    "pakket",
];

/// Whether a header is that of packages or products, whose names may hold numbers and are no amounts.
pub(super) fn names_package(header: &str) -> bool {
    last_words(header).split(' ').any(|word| PACKAGES.contains(&word))
}

/// Words of amounts that are parts of one sum, beside the word that all of them share.
const PARTS: [&str; 51] = [
    "input",
    "output",
    "prompt",
    "completion",
    "compute",
    "cloud",
    "services",
    "storage",
    "day",
    "night",
    "peak",
    "offpeak",
    "off",
    "ht",
    "nt",
    "inbound",
    "outbound",
    "incoming",
    "outgoing",
    "upload",
    "download",
    "uploaded",
    "downloaded",
    "read",
    "write",
    "reads",
    "writes",
    "ingress",
    "egress",
    "in",
    "out",
    "sms",
    "mms",
    "voice",
    "local",
    "international",
    "usd",
    "eur",
    "gpu",
    "cpu",
    "used",
    "usage",
    "text",
    "image",
    "context",
    "generated",
    "chat",
    "images",
    "token",
    "character",
    "count",
];

/// Whether a header says that its numbers are of what was used, whatever the kind of its rows: what of a grant was.
pub(super) fn says_used(header: &str) -> bool {
    let words = last_words(header);
    words.contains(' ')
        && words.split(' ').any(|word| ["used", "spent", "consumed"].contains(&word))
        && !words.split(' ').any(|word| ["not", "non", "un"].contains(&word))
}

/// Whether a header of several words says in nothing but words of parts, and the last one, what its amounts are: an estimate
/// beside the actual value, cached tokens and what was granted are no parts.
pub(super) fn is_part_of_sum(header: &str) -> bool {
    let words = last_words(header);
    let words: Vec<&str> = words.split(' ').collect();
    let Some((last, before)) = words.split_last() else { return false };
    // `kWh` is two words.
    let is_part = |word: &&str| PARTS.contains(word) || *word == *last || *word == "k";
    !says_total(header) && before.iter().all(is_part)
}

/// Whether a header says that its numbers are amounts: of money, in a unit, or of what is used.
pub(super) fn names_amount(header: &str) -> bool {
    let words = words(header);
    let has = |names: &[&str]| words.split(' ').any(|word| names.contains(&word));
    !has(&PROPERTIES)
        && (is_money(header)
            || super::unit::unit_of_header(header).is_some()
            || power_unit(header).is_some()
            || is_charged_total(&words)
            || has(&AMOUNT_WORDS)
            || has(&FURTHER_AMOUNTS)
            || has(&USED)
            || are_charged_credits(header)
            || AMOUNT_SIGNS.iter().any(|sign| words.contains(sign)))
}

/// Words of languages whose countries write decimal commas, which English has not.
const WORDS_WITH_COMMAS: [&str; 119] = [
    "datum",
    "uhrzeit",
    "zeit",
    "zeitpunkt",
    "zeitstempel",
    "zeitraum",
    "monat",
    "woche",
    "jahr",
    "stunde",
    "stunden",
    "minuten",
    "sekunden",
    "verbrauch",
    "verbrauchte",
    "menge",
    "betrag",
    "gesamtbetrag",
    "kosten",
    "preis",
    "anzahl",
    "anrufe",
    "einheit",
    "einheiten",
    "wert",
    "gesamt",
    "summe",
    "umsatz",
    "energie",
    "arbeit",
    "wirkarbeit",
    "beginn",
    "ende",
    "von",
    "bis",
    "dauer",
    "kunde",
    "konto",
    "heure",
    "horodatage",
    "mois",
    "semaine",
    "jour",
    "journée",
    "consommation",
    "quantité",
    "montant",
    "coût",
    "prix",
    "valeur",
    "énergie",
    "unité",
    "unités",
    "durée",
    "appels",
    "nombre",
    "fecha",
    "hora",
    "mes",
    "semana",
    "consumo",
    "cantidad",
    "importe",
    "coste",
    "costes",
    "valor",
    "unidad",
    "unidades",
    "llamadas",
    "energía",
    "duración",
    "ora",
    "mese",
    "settimana",
    "giorno",
    "quantità",
    "importo",
    "costo",
    "costi",
    "prezzo",
    "valore",
    "unità",
    "chiamate",
    "durata",
    "mês",
    "quantidade",
    "custo",
    "custos",
    "preço",
    "unidade",
    "chamadas",
    "tijd",
    "maand",
    "verbruik",
    "hoeveelheid",
    "bedrag",
    "aantal",
    "eenheid",
    "prijs",
    "ilość",
    "kwota",
    "koszt",
    "zużycie",
    "wartość",
    "godzina",
    "czas",
    "belopp",
    "antal",
    "förbrukning",
    "beløb",
    "forbrug",
    "dato",
    "määrä",
    "kulutus",
    "částka",
    "spotřeba",
    "tarih",
    "tüketim",
    "miktar",
];

/// Whether a header has a word of a language whose countries write decimal commas, or letters of it.
pub(super) fn speaks_of_commas(header: &str) -> bool {
    let is_of_other_alphabet = |c: char| {
        matches!(c, '\u{370}'..='\u{52f}') || (c.is_alphabetic() && matches!(c, 'ß'..='\u{24f}'))
    };
    header.chars().any(is_of_other_alphabet)
        || words(header).split(' ').any(|word| WORDS_WITH_COMMAS.contains(&word))
}

/// Names of a time of day beside a date.
pub(super) const CLOCKS: [&str; 7] =
    ["start time", "time", "time of day", "hour", "start", "from", "interval start"];

/// Words for a time of day in headers.
const CLOCK_WORDS: [&str; 38] = [
    "time",
    "hour",
    "clock",
    "uhrzeit",
    "zeit",
    "startzeit",
    "anfangszeit",
    "uhr",
    "heure",
    "hora",
    "horário",
    "orario",
    "ora",
    "ore",
    "tijd",
    "tijdstip",
    "begintijd",
    "starttijd",
    "uur",
    "čas",
    "godzina",
    "godz",
    "czas",
    "tid",
    "tidspunkt",
    "klokkeslæt",
    "klokkeslett",
    "klockslag",
    "aika",
    "kello",
    "kellonaika",
    "saat",
    "óra",
    "időpont",
    "время",
    "ώρα",
    "vrijeme",
    "vreme",
];
/// The same in languages that do not part words.
const CLOCK_SIGNS: [&str; 5] = ["時刻", "時間", "时间", "时刻", "시간"];
/// Words of what lasts, whose hours and minutes are no time of day.
const LASTING: [&str; 26] = [
    "duration",
    "length",
    "elapsed",
    "talk",
    "call",
    "billable",
    "billed",
    "minutes",
    "run",
    "running",
    "spent",
    "total",
    "dauer",
    "gesprächsdauer",
    "laufzeit",
    "minuten",
    "durée",
    "duración",
    "durata",
    "duração",
    "duur",
    "minutos",
    "czas trwania",
    "trwania",
    "varighed",
    "süre",
];

/// Whether a header is that of a duration.
pub(super) fn is_lasting(header: &str) -> bool {
    words(header).split(' ').any(|word| LASTING.contains(&word) || word.ends_with("dauer"))
}

/// Whether a header speaks of a time of day, in one of many languages, and neither of an end nor of what lasts.
pub(super) fn is_clock(header: &str) -> bool {
    let has_word = || words(header).split(' ').any(|word| CLOCK_WORDS.contains(&word));
    !is_end(header)
        && !is_lasting(header)
        && (has_word() || CLOCK_SIGNS.iter().any(|sign| header.contains(sign)))
}

/// Words of invoices.
const INVOICES: [&str; 26] = [
    "invoice",
    "invoices",
    "invoiced",
    "bill",
    "billing",
    "billed",
    "rechnung",
    "rechnungsdatum",
    "rechnungsnummer",
    "rechnungstag",
    "facture",
    "facturation",
    "factura",
    "facturación",
    "fattura",
    "fatturazione",
    "factuur",
    "factuurdatum",
    "factuurnummer",
    "fatura",
    "faktura",
    "fakturadatum",
    "fakturadato",
    "faktury",
    "lasku",
    "számla",
];

/// Whether a header speaks of invoices, and of no time that they are for.
pub(super) fn is_of_invoice(header: &str) -> bool {
    let words = last_words(header);
    let has = |names: &[&str]| words.split(' ').any(|word| names.contains(&word));
    let says =
        has(&INVOICES) || ["請求書", "发票", "청구서"].iter().any(|sign| words.contains(sign));
    says && !has(&["period", "start", "from", "begin", "month", "amount", "credits", "usage"])
}

/// Names of a column of units: amounts in different ones are never added up without a choice.
const UNITS: [&str; 71] = [
    "unit",
    "units",
    "unit type",
    "uom",
    "unit of measure",
    "unit of measurement",
    "measure",
    "metric",
    "metric name",
    "meter",
    "meter name",
    "meter type",
    "measurement unit",
    "currency",
    "currency code",
    "billing currency",
    "billing currency code",
    "cost currency",
    "token type",
    "usage metric",
    "meter slug",
    "billable metric",
    "billable metric code",
    "unit name",
    "cost billing unit readable",
    "billing unit readable",
    "meter api name",
    "usage type",
    "measurement quantity",
    "measurement quantity id",
    "measurement type",
    "reading type",
    "obis",
    "obis code",
    "obis kennzahl",
    "einheit",
    "mengeneinheit",
    "unité",
    "unidad",
    "unidad de medida",
    "unidade",
    "unidade de medida",
    "unità",
    "unità di misura",
    "eenheid",
    "jednostka",
    "jednotka",
    "единица",
    "единица измерения",
    "birim",
    "enhet",
    "enhed",
    "yksikkö",
    "mértékegység",
    "μονάδα",
    "单位",
    "單位",
    "単位",
    "단위",
    "measure names",
    "measure name",
    "kpi",
    "kpi name",
    "kennzahl",
    "metrik",
    "métrique",
    "métrica",
    "metrica",
    "metriek",
    "指標",
    "指标",
];
/// Names of a column of kinds, which may be units or not: its values decide.
const KINDS: [&str; 18] = [
    "type",
    "kind",
    "category",
    "charge type",
    "charge category",
    "record type",
    "direction",
    "flow direction",
    "line item type",
    "line item line item type",
    "cost type",
    "transaction type",
    "entry type",
    "event name",
    "event type",
    "event",
    "operation",
    "line type",
];
/// Names of a column of accounts: who has a bill, a contract or a connection of their own, each of which a scenario is about
/// alone.
const ACCOUNTS: [&str; 160] = [
    "customer",
    "customer id",
    "customer name",
    "external customer id",
    "account",
    "account id",
    "account name",
    "account number",
    "tenant",
    "tenant id",
    "organization",
    "organization id",
    "organisation",
    "org",
    "org id",
    "subscription id",
    "external subscription id",
    "wallet",
    "wallet id",
    "company",
    "company id",
    "client id",
    "client",
    "customer external id",
    "subject",
    "billing account id",
    "sub account id",
    "organization name",
    "account sid",
    "subscription name",
    "msisdn",
    "iccid",
    "imsi",
    "subscriber",
    "subscriber id",
    "mpan",
    "mprn",
    "nmi",
    "esiid",
    "esi id",
    "prm",
    "usage point id",
    "zählpunkt",
    "zählpunktbezeichnung",
    "marktlokation",
    "point de livraison",
    "subscription",
    "meter number",
    "meter id",
    "meter serial number",
    "zählernummer",
    "sim",
    "sim number",
    "subscriber number",
    "mobilfunknummer",
    "kunde",
    "kunden id",
    "kundennummer",
    "kundennr",
    "mandant",
    "mandantennummer",
    "konto",
    "kontonummer",
    "vertragsnummer",
    "client id",
    "numéro client",
    "numéro de compte",
    "compte",
    "cliente",
    "id cliente",
    "cuenta",
    "número de cuenta",
    "conta",
    "conto",
    "klant",
    "klantnummer",
    "rekening",
    "klient",
    "numer klienta",
    "kund",
    "kundnummer",
    "kundenummer",
    "asiakas",
    "zákazník",
    "ügyfél",
    "müşteri",
    "hesap",
    "клиент",
    "абонент",
    "счет",
    "лицевой счет",
    "πελάτης",
    "客户",
    "客戶",
    "账户",
    "账号",
    "顧客",
    "お客様番号",
    "アカウント",
    "고객",
    "계정",
    "company name",
    "client name",
    "tenant name",
    "account holder",
    "ean",
    "ean code",
    "gsrn",
    "cups",
    "pod",
    "pdr",
    "pde",
    "phone number",
    "mobile number",
    "rufnummer",
    "telefonnummer",
    "handynummer",
    "subaccount",
    "sub account",
    "subaccount id",
    "subaccount name",
    "sub account name",
    "firma",
    "firmenname",
    "kundenname",
    "nom client",
    "nom du client",
    "société",
    "empresa",
    "nombre cliente",
    "nombre del cliente",
    "azienda",
    "ragione sociale",
    "bedrijf",
    "bedrijfsnaam",
    "klantnaam",
    "nazwa klienta",
    "företag",
    "virksomhed",
    "yritys",
    "компания",
    "организация",
    "会社",
    "会社名",
    "顧客名",
    "公司",
    "公司名称",
    "客户名称",
    "회사",
    "회사명",
    "고객명",
    "pod code",
    "billing account",
    "customer ref",
    "customer reference",
    "household",
    "contract",
    "contract number",
    "sub account sid",
    "subaccount sid",
];
/// Words of columns of parts of one account, which share its bill: an organisation works in several of them. Their rows are added
/// up, and their sums are told, as one of them may be billed apart all the same.
const PARTS_OF_ACCOUNT: [&str; 44] = [
    "workspace",
    "team",
    "project",
    "department",
    "group",
    "division",
    "business unit",
    "cost center",
    "cost centre",
    "site",
    "location",
    "branch",
    "store",
    "office",
    "property",
    "building",
    "arbeitsbereich",
    "projekt",
    "abteilung",
    "kostenstelle",
    "standort",
    "niederlassung",
    "filiale",
    "gebäude",
    "équipe",
    "projet",
    "département",
    "site de consommation",
    "emplacement",
    "equipo",
    "proyecto",
    "departamento",
    "sede",
    "ubicación",
    "progetto",
    "reparto",
    "projeto",
    "afdeling",
    "locatie",
    "vestiging",
    "oddział",
    "拠点",
    "部门",
    "项目",
];
/// Words that such a header may end with.
const OF_PART: [&str; 5] = ["id", "name", "slug", "key", "code"];

/// Whether a header is that of the parts of one account, which share its bill.
pub(super) fn shares_bill(header: &str) -> bool {
    let words = last_words(header);
    let name = match words.rsplit_once(' ') {
        Some((name, last)) if OF_PART.contains(&last) => name,
        _ => words.as_str(),
    };
    PARTS_OF_ACCOUNT.contains(&name)
}

/// Names of a column of numbers of telephones: of accounts, or of those who were called.
const TELEPHONES: [&str; 5] =
    ["phone number", "mobile number", "rufnummer", "telefonnummer", "handynummer"];

/// Whether a header is that of numbers of telephones.
pub(super) fn is_telephone(header: &str) -> bool {
    TELEPHONES.contains(&last_words(header).as_str())
}

/// Whether a header is that of a count of requests, each of which has a status.
pub(super) fn counts_requests(header: &str) -> bool {
    let words = last_words(header);
    let has = |names: &[&str]| words.split(' ').any(|word| names.contains(&word));
    has(&[
        "requests",
        "request",
        "calls",
        "hits",
        "queries",
        "invocations",
        "responses",
        "anfragen",
    ]) && !has(&["credits", "cost", "price", "usd", "eur"])
}

/// Names of a column of ids.
const IDS: [&str; 24] = [
    "id",
    "identifier",
    "event identifier",
    "unique id",
    "insert id",
    "deduplication id",
    "dedup key",
    "event uuid",
    "event id",
    "record id",
    "row id",
    "uuid",
    "idempotency key",
    "transaction id",
    "request id",
    "message id",
    "line item id",
    "identity line item id",
    "usage id",
    "entry id",
    "uid",
    "guid",
    "log id",
    "generation id",
];

/// Contents of a column that change the meaning of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Units.
    Unit,
    /// Kinds of rows, which may be units.
    RowKind,
    /// Words, some of which say what kind their rows are of.
    SaidKind,
    /// The same words, some of which may say that their rows were taken back.
    Undone,
    /// Values that say which rows are not billed.
    Flag,
    /// Marks of debit and credit.
    Side,
    /// Words, some of which may say in which direction energy flows.
    Direction,
    /// Names, each of which may be a meter of its own.
    Meters,
    /// Words, some of which may name figures that no sum can be of.
    Figures,
    /// Periods, of which one may be compared with another.
    Compared,
    /// Stages, of which the first rows have one.
    Stages,
    /// Values one of which may be the sum of all others.
    Rollup,
    /// Accounts.
    Account,
    /// Accounts in an export whose profile says that one bill is for all of them, or parts of one account.
    SharedAccount,
    /// Ids.
    Id,
}

/// Whether the names before the last one, joined by dots, speak of the row and of nothing it belongs to: an
/// id in `service.id` is that of a service.
pub(super) fn is_of_row(header: &str) -> bool {
    let Some((before, _)) = header.rsplit_once('.') else { return true };
    let of = last_words(before);
    [
        "event",
        "message",
        "record",
        "request",
        "row",
        "data",
        "payload",
        "properties",
        "attributes",
        "results",
    ]
    .contains(&of.as_str())
}

/// Words for a currency.
const CURRENCIES: [&str; 12] = [
    "currency", "ccy", "curr", "währung", "wkz", "devise", "divisa", "moneda", "moeda", "valuta",
    "waluta", "通貨",
];

/// Whether a header has a word for a currency.
pub(super) fn names_currency(header: &str) -> bool {
    words(header).split(' ').any(|word| CURRENCIES.contains(&word))
}

/// Whether the words of a header are those of a column of currencies, and of no amount in one.
fn is_currency(words: &str) -> bool {
    let others = ["cost", "price", "rate", "amount", "in"];
    words.split(' ').any(|word| CURRENCIES.contains(&word))
        && !words.split(' ').any(|word| others.contains(&word))
}

/// The unit in which durations count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DurationUnit {
    Seconds,
    Minutes,
    Hours,
}

/// How durations are written, and in which unit they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DurationNotation {
    /// The unit of the first of two parts; the second has sixtieths of it.
    pub(super) first: DurationUnit,
    pub(super) unit: DurationUnit,
}

impl DurationUnit {
    /// Its word.
    pub(super) fn word(self) -> &'static str {
        match self {
            DurationUnit::Seconds => "seconds",
            DurationUnit::Minutes => "minutes",
            DurationUnit::Hours => "hours",
        }
    }

    /// Its seconds.
    pub(super) fn seconds(self) -> i128 {
        match self {
            DurationUnit::Seconds => 1,
            DurationUnit::Minutes => 60,
            DurationUnit::Hours => 3_600,
        }
    }
}

/// The unit of durations that a header says, if it says one.
pub(super) fn duration_unit(header: &str) -> Option<DurationUnit> {
    let of_word = |word: &str| match word {
        "second" | "seconds" | "sec" | "secs" | "s" | "sekunden" | "secondes" | "segundos"
        | "secondi" => Some(DurationUnit::Seconds),
        "minute" | "minutes" | "min" | "mins" | "minuten" | "minutos" | "minuti" => {
            Some(DurationUnit::Minutes)
        }
        "hour" | "hours" | "h" | "hr" | "hrs" | "std" | "stunden" | "heures" | "horas" | "ore"
        | "uren" => Some(DurationUnit::Hours),
        _ => None,
    };
    let words = words(header);
    let mut units = words.split(' ').filter_map(of_word);
    units.next().filter(|unit| units.all(|other| other == *unit))
}

/// The unit of the first of two parts that a header shows: minutes for `Duration (mm:ss)`, hours for `hh:mm`.
pub(super) fn shown_parts(header: &str) -> Option<DurationUnit> {
    let words = words(header);
    let ends = |shown: &[&str]| {
        shown.iter().any(|shown| words == *shown || words.ends_with(&format!(" {shown}")))
    };
    match () {
        () if ends(&["hh mm ss", "h mm ss"]) => None,
        () if ends(&["mm ss", "m ss", "min sec", "min ss"]) => Some(DurationUnit::Minutes),
        () if ends(&["hh mm", "h mm"]) => Some(DurationUnit::Hours),
        () => None,
    }
}

/// Whether a header is one of durations.
pub(super) fn speaks_of_duration(header: &str) -> bool {
    let words = words(header);
    let names = [
        "duration",
        "dauer",
        "durée",
        "duree",
        "duración",
        "duracion",
        "durata",
        "duração",
        "elapsed",
        "length",
    ];
    duration_unit(header).is_some() || words.split(' ').any(|word| names.contains(&word))
}

/// A header without the unit in brackets at its end, `Energy` for `Energy (kWh)`; `None` if it has none.
pub(super) fn without_unit(header: &str) -> Option<&str> {
    let (name, _) = header.strip_suffix(')')?.rsplit_once(" (")?;
    Some(name.trim_end())
}

/// Whether a header is that of the end of what a row is of.
pub(super) fn is_end(header: &str) -> bool {
    let ends = [
        "end",
        "ends",
        "ending",
        "ended",
        "to",
        "until",
        "ende",
        "bis",
        "nutzungsende",
        "fin",
        "tot",
        "til",
        "till",
        "hasta",
        "fim",
        "finished",
        "finish",
        "finishes",
        "stopped",
        "stop",
        "done",
        "lõpp",
        "lopp",
        "koniec",
        "konec",
        "slut",
        "slutt",
        "slutning",
        "loppu",
        "päättyy",
        "vége",
        "son",
        "bitiş",
        "конец",
        "окончание",
        "кінець",
        "закінчення",
        "край",
        "τέλος",
        "beigas",
        "pabaiga",
        "sfârșit",
        "kraj",
        "završetak",
    ];
    let words = words(header);
    words.split(' ').any(|word| ends.contains(&word))
        || ["終了", "结束", "結束", "종료"].iter().any(|sign| words.contains(sign))
}

/// The doubt that a header raises.
pub(super) fn doubt(header: &str) -> Option<Doubt> {
    let words = last_words(header);
    let among = |names: &[&str]| names.contains(&words.as_str());
    match () {
        () if among(&UNITS) || is_currency(&words) => Some(Doubt::Unit),
        () if words.ends_with(" unit") && !is_unit_price(header) => Some(Doubt::Unit),
        () if among(&KINDS) => Some(Doubt::RowKind),
        () if among(&ACCOUNTS) || words.ends_with(" account id") => Some(Doubt::Account),
        () if among(&IDS) && is_of_row(header) => Some(Doubt::Id),
        () => None,
    }
}

/// Whether a header is that of a column of units.
pub fn is_of_unit(header: &str) -> bool {
    doubt(header) == Some(Doubt::Unit)
}

/// Whether a header raises a doubt that only all rows can settle.
pub fn is_doubtful(header: &str) -> bool {
    doubt(header).is_some()
}

/// Whether a header may be that of a running total rather than of the amount of a row.
pub(super) fn may_be_running(header: &str) -> bool {
    let signs =
        ["total", "counter", "cumulative", "running", "reading", "so", "mtd", "ytd", "lifetime"];
    let words = words(header);
    words.split(' ').any(|word| signs.contains(&word)) || is_so_far(&words)
}

/// Words of totals so far and of registers, in several languages.
const SO_FAR: [&str; 28] = [
    "accumulated",
    "accumulative",
    "cumul",
    "cumulé",
    "cumulée",
    "cumulatif",
    "kumuliert",
    "kumulativ",
    "kumulierte",
    "kumulierter",
    "aufgelaufen",
    "zählerstand",
    "acumulado",
    "acumulada",
    "cumulato",
    "cumulativo",
    "cumulativa",
    "cumulatief",
    "meterstand",
    "narastająco",
    "ackumulerad",
    "akkumuleret",
    "akkumulert",
    "kumulovaně",
    "kümülatif",
    "накопленный",
    "нарастающим",
    "mätarställning",
];
/// The same in writings that do not part words.
const SO_FAR_SIGNS: [&str; 4] = ["累计", "累計", "누적", "累积"];

/// Whether words of a header are those of a total so far.
pub(super) fn is_so_far(words: &str) -> bool {
    words.split(' ').any(|word| SO_FAR.contains(&word))
        || SO_FAR_SIGNS.iter().any(|sign| words.contains(sign))
}

/// Words of what is left of credits, or was bought, in several languages.
const BALANCES: [&str; 59] = [
    "left",
    "available",
    "guthaben",
    "kontostand",
    "restguthaben",
    "verfügbar",
    "saldo",
    "solde",
    "restant",
    "restante",
    "disponible",
    "disponibles",
    "disponível",
    "disponibile",
    "restanti",
    "tegoed",
    "beschikbaar",
    "pozostało",
    "tilgængelig",
    "tillgänglig",
    "zůstatek",
    "bakiye",
    "kalan",
    "остаток",
    "баланс",
    "υπόλοιπο",
    "purchased",
    "bought",
    "restants",
    "restantes",
    "verbleibend",
    "verbleibende",
    "verbleibendes",
    "übrig",
    "resterande",
    "återstående",
    "gjenstående",
    "resterende",
    "zbývající",
    "zbývá",
    "pozostałe",
    "zostało",
    "jäljellä",
    "maradék",
    "maradt",
    "egyenleg",
    "осталось",
    "оставшиеся",
    "залишок",
    "залишилось",
    "متبقية",
    "المتبقي",
    "المتبقية",
    "υπόλοιπα",
    "restul",
    "zostatok",
    "přebytek",
    "zakoupené",
    "mevcut",
];
/// The same in writings that do not part words.
const BALANCE_SIGNS: [&str; 21] = [
    "残高",
    "余额",
    "餘額",
    "잔액",
    "剩余",
    "残り",
    "购买",
    "購入",
    "剩餘",
    "購買",
    "남은",
    "충전",
    "获赠",
    "赠送",
    "充值",
    "獲得",
    "付与",
    "지급",
    "còn lại",
    "คงเหลือ",
    "יתרה",
];

/// Whether words of a header are those of a balance or of purchases.
pub(super) fn is_balance(words: &str) -> bool {
    let is_used = words.split(' ').any(|word| USED.contains(&word));
    !is_used
        && (words.split(' ').any(|word| BALANCES.contains(&word))
            || BALANCE_SIGNS.iter().any(|sign| words.contains(sign)))
}

/// Words that make a balance what of it was used: `Guthaben verbraucht`.
const USED: [&str; 135] = [
    "used",
    "consumed",
    "spent",
    "usage",
    "consumption",
    "verbraucht",
    "verbrauchtes",
    "genutzt",
    "verwendet",
    "verbrauch",
    "utilisé",
    "utilisés",
    "consommé",
    "consommés",
    "usado",
    "usados",
    "utilizado",
    "consumido",
    "consumidos",
    "utilizzato",
    "consumato",
    "gebruikt",
    "verbruikt",
    "zużyte",
    "använt",
    "brugt",
    "utilisée",
    "utilisées",
    "consommée",
    "consommées",
    "dépensés",
    "usada",
    "usadas",
    "utilizados",
    "utilizada",
    "utilizadas",
    "consumida",
    "consumidas",
    "gastos",
    "gastado",
    "gastados",
    "gasto",
    "utilizzati",
    "utilizzata",
    "utilizzate",
    "consumati",
    "consumata",
    "consumate",
    "usati",
    "spesi",
    "gebruikte",
    "verbruikte",
    "verbruik",
    "consumo",
    "consommation",
    "zużyto",
    "zużyty",
    "zużytych",
    "wykorzystane",
    "wykorzystanych",
    "använda",
    "förbrukade",
    "förbrukad",
    "förbrukat",
    "förbrukning",
    "brugte",
    "forbrugt",
    "forbrugte",
    "forbrug",
    "brukt",
    "brukte",
    "forbrukt",
    "forbruk",
    "käytetty",
    "käytetyt",
    "kulutettu",
    "kulutetut",
    "kulutus",
    "spotřebované",
    "spotřebováno",
    "spotřeba",
    "využité",
    "využito",
    "použité",
    "použito",
    "spotrebované",
    "spotreba",
    "kullanılan",
    "harcanan",
    "tüketilen",
    "tüketim",
    "kullanım",
    "felhasznált",
    "elhasznált",
    "fogyasztás",
    "использовано",
    "использованные",
    "использованных",
    "использованный",
    "потрачено",
    "потраченные",
    "израсходовано",
    "израсходованные",
    "расход",
    "использование",
    "списано",
    "списанные",
    "використано",
    "використані",
    "витрачено",
    "витрачені",
    "χρησιμοποιημένες",
    "κατανάλωση",
    "utilizate",
    "consum",
    "folosite",
    "iskorišteni",
    "iskorišteno",
    "potrošeno",
    "potrošeni",
    "potrošnja",
    "porabljeni",
    "poraba",
    "izlietots",
    "izlietoti",
    "sunaudota",
    "kulunud",
    "kasutatud",
    "المستخدمة",
    "المستهلكة",
    "المستهلك",
    "استخدام",
    "terpakai",
    "digunakan",
    "pemakaian",
];

/// Whether a header is that of a meter's register, which goes on from row to row.
pub(super) fn is_register(header: &str) -> bool {
    let signs = [
        "counter",
        "cumulative",
        "running",
        "reading",
        "meter",
        "register",
        "odometer",
        "lifetime",
    ];
    words(header).split(' ').any(|word| signs.contains(&word))
}

/// Whether a header is that of an amount of money.
pub(super) fn is_money(header: &str) -> bool {
    let signs = ["cost", "usd", "eur", "gbp", "spend", "charge", "charges", "price", "money"];
    let words = words(header);
    // The `$` of `credits.$numberLong` is no currency.
    words.split(' ').any(|word| signs.contains(&word))
        || without_type(header).contains(['$', '€', '£'])
}

/// Whether a header is that of a price of one unit, which is no amount of a row.
pub(super) fn is_unit_price(header: &str) -> bool {
    let words = words(header);
    let has = |wanted: &[&str]| words.split(' ').any(|word| wanted.contains(&word));
    has(&["price", "rate"])
        || (is_money(header) && has(&["per", "unit"]))
        || has(&PRICES_OF_ONE)
        || ["単価", "单价", "單價", "단가"].iter().any(|sign| words.contains(sign))
}

/// Words of prices of one.
const PRICES_OF_ONE: [&str; 12] = [
    "einzelpreis",
    "stückpreis",
    "einheitspreis",
    "arbeitspreis",
    "unitaire",
    "unitario",
    "unitária",
    "unitário",
    "eenheidsprijs",
    "stuksprijs",
    "jednostkowa",
    "enhetspris",
];

/// Whether a header is that of prices which may be of one of what was used: no share, as an error rate is, and nothing that a
/// row comes to.
pub(super) fn may_be_price_of_one(header: &str) -> bool {
    let words = words(header);
    let is_share = words.split(' ').any(|word| word == "rate")
        && !is_money(header)
        && !["rate", "unit rate", "hourly rate"].contains(&words.as_str());
    is_unit_price(header) && !is_charged_total(&words) && !is_share
}

/// Whether a header says of prices that they are those of one of what was used.
pub(super) fn is_price_of_one(header: &str) -> bool {
    let words = words(header);
    let has = |wanted: &[&str]| words.split(' ').any(|word| wanted.contains(&word));
    may_be_price_of_one(header)
        && (has(&["per", "unit", "rate", "each", "list"]) || !has(&["price"]))
}

/// Whether the words of a header are a price and nothing else: of one, or of all that was used.
pub(super) fn is_bare_price(words: &str) -> bool {
    [
        "price", "preis", "prix", "precio", "prezzo", "preço", "preco", "prijs", "cena", "pris",
        "цена", "価格", "价格",
    ]
    .contains(&words)
}

/// Whether the words of a header are those of what a row comes to, beside a quantity and a price.
pub(super) fn is_charged_total(words: &str) -> bool {
    let totals = [
        "total",
        "total price",
        "total charge",
        "total charges",
        "line total",
        "row total",
        "net total",
        "total net",
        "sub total",
        "subtotal",
        "gesamt",
        "gesamtpreis",
        "ext price",
        "extended price",
        "line price",
        "price total",
    ];
    totals.contains(&words)
}

/// Whether a header is that of a column of events, each name of which may be a meter of its own.
pub(super) fn names_events(header: &str) -> bool {
    ["event", "event name", "event type"].contains(&last_words(header).as_str())
}

/// Words of headers of what is counted in a row, where each name may count something else.
const METERED_BY: [&str; 44] = [
    "type",
    "kind",
    "category",
    "service",
    "service name",
    "service type",
    "sku",
    "sku name",
    "feature",
    "product",
    "product name",
    "item",
    "line item",
    "resource",
    "resource type",
    "usage category",
    "typ",
    "art",
    "kategorie",
    "dienst",
    "leistung",
    "produkt",
    "catégorie",
    "categorie",
    "produit",
    "tipo",
    "categoría",
    "categoria",
    "servicio",
    "servizio",
    "serviço",
    "producto",
    "prodotto",
    "produto",
    "soort",
    "rodzaj",
    "usługa",
    "тип",
    "услуга",
    "类型",
    "類型",
    "种类",
    "種類",
    "サービス",
];
/// Headers of amounts that count whatever their row is of, and are no money.
const QUANTITIES: [&str; 26] = [
    "value",
    "quantity",
    "qty",
    "count",
    "usage",
    "units",
    "volume",
    "usage quantity",
    "usage amount",
    "menge",
    "anzahl",
    "wert",
    "verbrauch",
    "quantité",
    "valeur",
    "consommation",
    "cantidad",
    "consumo",
    "quantità",
    "quantidade",
    "aantal",
    "ilość",
    "количество",
    "数量",
    "用量",
    "使用量",
];

/// Whether a header is that of names, each of which may be a meter.
pub(super) fn names_meters(header: &str) -> bool {
    METERED_BY.contains(&last_words(header).as_str())
}

/// Whether a header is that of a quantity which does not say of what.
pub(super) fn is_quantity(header: &str) -> bool {
    QUANTITIES.contains(&last_words(header).as_str())
}

/// Whether a header of an amount does not say what it counts.
pub(super) fn counts_anything(header: &str) -> bool {
    let names = [
        "value",
        "amount",
        "quantity",
        "qty",
        "count",
        "usage",
        "units",
        "usage quantity",
        "usage amount",
    ];
    names.contains(&last_words(header).as_str())
}

/// Whether a cell names a unit of power.
pub(super) fn is_power(cell: &str) -> bool {
    ["W", "kW", "MW"].contains(&cell)
}

/// The unit of power that a header ends in, `Leistung (kW)` or `power_w`; `None` where it is of energy or of something
/// else.
pub(super) fn power_unit(header: &str) -> Option<&'static str> {
    let words = words(header);
    let words: Vec<&str> = words.split(' ').collect();
    let speaks_of_power = words.iter().any(|word| {
        ["power", "leistung", "puissance", "potencia", "load", "demand", "last"].contains(word)
    });
    let ends_in = |end: &[&str]| words.ends_with(end) && (words.len() > end.len());
    match () {
        () if ends_in(&["k", "w"]) || ends_in(&["kw"]) => Some("kW"),
        () if ends_in(&["m", "w"]) || ends_in(&["mw"]) => Some("MW"),
        () if ends_in(&["w"]) && speaks_of_power => Some("W"),
        () => None,
    }
}

/// Whether a header speaks of a total.
pub(super) fn says_total(header: &str) -> bool {
    let totals = ["total", "totals", "sum", "summe", "gesamt", "overall", "subtotal"];
    words(header).split(' ').any(|word| totals.contains(&word))
}

/// Whether a header is that of amounts of another period, with which those of a row are compared, or of how far they are off.
pub(super) fn is_of_other_period(header: &str) -> bool {
    const PERIODS: [&str; 14] = [
        "previous period",
        "prior period",
        "preceding period",
        "last period",
        "comparison period",
        "previous week",
        "last week",
        "previous month",
        "prior month",
        "last month",
        "previous year",
        "prior year",
        "last year",
        "vorperiode",
    ];
    let words = words(header);
    let beside =
        |word: &str| words.starts_with(&format!("{word} ")) || words.ends_with(&format!(" {word}"));
    let is_change = ["change", "delta", "diff", "difference", "growth"];
    PERIODS.iter().any(|period| words.contains(period))
        || ["previous", "prior", "comparison"].into_iter().any(beside)
        || (header.contains('%') && words.split(' ').any(|word| is_change.contains(&word)))
}

/// Whether a header is that of a part of a date alone, such as its month.
pub(in crate::usage) fn is_part_of_time(header: &str) -> bool {
    let parts = [
        "year", "month", "day", "hour", "week", "quarter", "jahr", "monat", "tag", "stunde",
        "woche", "mois", "jour", "mes", "mese", "maand",
    ];
    parts.contains(&words(header).as_str())
}

/// Whether a word of a header speaks of time.
pub(super) fn is_of_time(word: &str) -> bool {
    let words = [
        "time",
        "timestamp",
        "date",
        "day",
        "begin",
        "start",
        "end",
        "created",
        "at",
        "epoch",
        "bucket",
        "hour",
        "ts",
    ];
    words.contains(&word)
}

/// Words of kinds that are meters or units of their own.
const MEASURED: [&str; 28] = [
    "token", "tokens", "request", "requests", "count", "hour", "hours", "minute", "minutes",
    "second", "seconds", "gb", "gib", "mb", "byte", "bytes", "image", "images", "call", "calls",
    "storage", "seat", "seats", "export", "import", "input", "output", "cached",
];
/// Words of kinds that are charges of their own.
const CHARGES: [&str; 18] = [
    "tax",
    "credit",
    "credits",
    "refund",
    "adjustment",
    "purchase",
    "fee",
    "discount",
    "total",
    "included",
    "errored",
    "error",
    "failed",
    "grant",
    "topup",
    "payment",
    "balance",
    "rounding",
];

/// Whether a value of a column of kinds is a meter, a charge or a unit of its own.
pub(super) fn is_metered(value: &str) -> bool {
    has_kind(value, &MEASURED) || is_charge(value)
}

/// Whether a value of a column of kinds is a charge of its own.
pub(super) fn is_charge(value: &str) -> bool {
    has_kind(value, &CHARGES)
}

/// Whether a value of few words has one of these.
fn has_kind(value: &str, kinds: &[&str]) -> bool {
    let words = words(value);
    !value.contains(':')
        && words.split(' ').count() <= 4
        && words.split(' ').any(|word| kinds.contains(&word))
}

/// A text between the single quotes of a shell.
pub fn in_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A header as an argument that a shell passes on.
pub(super) fn header_argument(name: &str) -> String {
    if is_bare(name) { name.to_owned() } else { in_shell(name) }
}

/// A header as a condition or a formula names it.
pub fn quoted(name: &str) -> String {
    if is_bare(name) { name.to_owned() } else { format!("`{name}`") }
}

/// Whether a condition may name a header without quotes.
pub(super) fn is_bare(name: &str) -> bool {
    let bare = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/');
    name.chars().all(bare) && name.starts_with(|c: char| c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_words_in_any_spelling() {
        for (header, expected) in [
            ("lineItem/UsageAmount", "line item usage amount"),
            ("CREDITS_USED", "credits used"),
            ("Cost ($)", "cost"),
            ("IMPORT (kWh)", "import k wh"),
            ("UnitOfMeasure", "unit of measure"),
            ("Date / Time", "date time"),
            ("ChargePeriodStart", "charge period start"),
            ("aic_quantity", "aic quantity"),
        ] {
            assert_eq!(words(header), expected, "{header}");
        }
        assert_eq!(last_words("properties.tokens"), "tokens");
    }

    #[test]
    fn headers_of_amounts_are_told_from_those_of_properties_of_a_row() {
        for header in [
            "Cost",
            "Kosten (€)",
            "usage.value",
            "GB-hours",
            "Wirkarbeit",
            "Spend",
            "Minutes",
            "使用量(kWh)",
            "Importe",
            "credits",
            "Total price",
            "Fees",
            "Crédits consommés",
            "Créditos usados",
            "Crediti utilizzati",
            "Zużyte kredyty",
            "消費クレジット",
            "消耗积分",
            "Spotřebované kredity",
            "Потрачено",
            "Kullanılan kredi",
            "Jobs",
            "Runs",
            "Anfragen",
            "Llamadas",
            "Forbrug",
            "Mængde",
        ] {
            assert!(names_amount(header), "{header}");
        }
        for header in [
            "message.size",
            "Parts",
            "Segments",
            "Attempts",
            "Duration (seconds)",
            "x",
            "Zone",
            "Answer",
        ] {
            assert!(!names_amount(header), "{header}");
        }
    }

    #[test]
    fn units_of_power_are_told_from_those_of_energy() {
        for (header, unit) in [
            ("Leistung (kW)", Some("kW")),
            ("Wirkleistung_kW", Some("kW")),
            ("Power [W]", Some("W")),
            ("load_mw", Some("MW")),
            ("Wirkarbeit (kWh)", None),
            ("Usage (kWh)", None),
            ("Input (w/o Cache Write)", None),
            ("kW", None),
            ("credits", None),
        ] {
            assert_eq!(power_unit(header), unit, "{header}");
        }
    }

    #[test]
    fn headers_of_times_of_day_are_told_from_those_of_ends_and_of_what_lasts() {
        for header in [
            "Uhrzeit",
            "Heure",
            "Hora",
            "Ora",
            "Tijd",
            "Čas",
            "時刻",
            "Event time",
            "Uhrzeit von",
            "Время",
            "Godzina",
        ] {
            assert!(is_clock(header), "{header}");
        }
        for header in [
            "Uhrzeit bis",
            "End time",
            "Talk time",
            "Gesprächsdauer",
            "Dauer (Zeit)",
            "Minutes",
            "Durée",
            "Czas trwania",
            "Total time",
            "Score",
        ] {
            assert!(!is_clock(header), "{header}");
        }
    }

    #[test]
    fn only_amounts_that_are_parts_by_their_names_have_a_sum() {
        for header in ["input_tokens", "Output tokens", "credits_used_compute credits", "day kWh"] {
            assert!(is_part_of_sum(header), "{header}");
        }
        for header in [
            "estimated_credits",
            "actual_credits",
            "forecast_credits",
            "grant_amount",
            "Non-Billed Messages",
            "reasoning_tokens",
            "cached_tokens",
            "teruglevering kWh",
            "total tokens",
        ] {
            assert!(!is_part_of_sum(header), "{header}");
        }
    }

    #[test]
    fn credits_that_rows_were_charged_are_told_from_those_that_come_in_or_are_taken_off() {
        for header in
            ["Credits Used", "TOKEN_CREDITS", "Cost (credits)", "Créditos consumidos", "消耗积分"]
        {
            assert!(are_charged_credits(header), "{header}");
        }
        for header in
            ["Credit", "credits_granted", "Credits applied", "credits_per_unit", "Quantity"]
        {
            assert!(!are_charged_credits(header), "{header}");
        }
    }

    #[test]
    fn headers_of_countries_with_decimal_commas_are_known_by_their_words_and_letters() {
        for header in
            ["Datum", "Consommation (kWh)", "Anrufe", "Größe", "Расход", "Ποσό", "Zużycie"]
        {
            assert!(speaks_of_commas(header), "{header}");
        }
        for header in
            ["Date", "Usage (kWh)", "data", "Total", "使用量(kWh)", "Cost (€)", "Units", "µs"]
        {
            assert!(!speaks_of_commas(header), "{header}");
        }
    }

    #[test]
    fn parts_of_one_account_share_its_bill_and_those_with_a_bill_of_their_own_are_accounts() {
        for header in
            ["team", "team_id", "Workspace name", "site", "Location", "Standort", "project"]
        {
            assert!(shares_bill(header) && doubt(header).is_none(), "{header}");
        }
        for header in ["customer", "tenant_id", "org", "Wallet", "phone_number", "contract", "POD"]
        {
            assert!(!shares_bill(header) && doubt(header) == Some(Doubt::Account), "{header}");
        }
        for header in ["model", "region", "user", "team_credits"] {
            assert!(!shares_bill(header) && doubt(header).is_none(), "{header}");
        }
    }

    #[test]
    fn headers_of_ids_and_of_invoices_are_told_from_those_of_amounts() {
        for header in ["_id.$oid", "Mittauspisteen tunnus", "IMEI", "item code"] {
            assert!(is_of_code(header), "{header}");
        }
        for header in ["credits.$numberDecimal", "Määrä", "codes checked", "paid"] {
            assert!(!is_of_code(header), "{header}");
        }
        assert_eq!(last_words("credits.$numberDecimal"), "credits");
        for header in ["invoice_date", "Invoice", "Rechnungsdatum", "Billing date"] {
            assert!(is_of_invoice(header), "{header}");
        }
        for header in ["billing_period", "billed_credits", "date"] {
            assert!(!is_of_invoice(header), "{header}");
        }
    }

    #[test]
    fn kinds_that_are_meters_are_told_from_kinds_that_are_names() {
        for value in ["output_tokens", "requests", "Tax", "Errored, No Charge", "Credit"] {
            assert!(is_metered(value), "{value}");
        }
        for value in ["Sim Chat", "Workflow: Invoice reader", "historical data", "Usage"] {
            assert!(!is_metered(value), "{value}");
        }
    }
}
