//! What amounts count, as far as a header says it, and what is told where a scenario counts something else.
//!
//! Deliberately absent: what one of a unit is worth in another, which nothing in a file says.

use super::headers::{is_money, last_words, words};
use super::scale;
use crate::domain::Currency;
use crate::usage::CountedUnit;
use crate::usage::export::LineText;

/// The unit that may stand for anything.
const CREDITS: &str = "credits";
/// What money counts whose currency no header says.
const MONEY: &str = "the currency of its costs";

/// Words of headers that are units of amounts.
const UNITS: [&str; 62] = [
    "kilobytes",
    "megabytes",
    "gigabytes",
    "terabytes",
    "token",
    "tokens",
    "request",
    "requests",
    "call",
    "calls",
    "message",
    "messages",
    "minute",
    "minutes",
    "hour",
    "hours",
    "second",
    "seconds",
    "character",
    "characters",
    "chars",
    "image",
    "images",
    "byte",
    "bytes",
    "kb",
    "mb",
    "gb",
    "tb",
    "kib",
    "mib",
    "gib",
    "tib",
    "wh",
    "kwh",
    "mwh",
    "operation",
    "operations",
    "task",
    "tasks",
    "session",
    "sessions",
    "event",
    "events",
    "page",
    "pages",
    "email",
    "emails",
    "sms",
    "segment",
    "segments",
    "dbu",
    "dbus",
    "credit",
    "credits",
    "dollars",
    "usd",
    "eur",
    "gbp",
    "euros",
    "cents",
    "pounds",
];

/// Units that are measured in: of bytes, of time, of energy, of text.
const MEASURES: [&str; 54] = [
    "b",
    "byte",
    "bytes",
    "kb",
    "mb",
    "gb",
    "tb",
    "pb",
    "kib",
    "mib",
    "gib",
    "tib",
    "kilobytes",
    "megabytes",
    "gigabytes",
    "terabytes",
    "gb s",
    "gb h",
    "gb hours",
    "gb seconds",
    "gb month",
    "s",
    "sec",
    "secs",
    "second",
    "seconds",
    "min",
    "mins",
    "minute",
    "minutes",
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "day",
    "days",
    "stunden",
    "minuten",
    "sekunden",
    "heures",
    "horas",
    "ore",
    "wh",
    "kwh",
    "mwh",
    "gwh",
    "kw h",
    "token",
    "tokens",
    "character",
    "characters",
    "chars",
    "vcpu hours",
];

/// Whether a cell is a unit that is measured in.
pub(super) fn is_measure(cell: &str) -> bool {
    let words = words(cell);
    let parted =
        ["k wh", "m wh", "g wh", "ki b", "mi b", "gi b", "ti b", "k b", "m b", "g b", "t b"];
    MEASURES.contains(&words.as_str()) || parted.contains(&words.as_str())
}

/// What a scenario calls what its account holds, and usage asks for.
#[derive(Clone, Debug, Eq)]
pub struct ScenarioUnit {
    /// The unit.
    pub name: String,
    /// Whether the scenario says it, as the rules of vendors do.
    pub is_said: bool,
    /// What others call it that read the same usage, each with its name; none where all call it the same.
    pub others: Vec<(String, String)>,
}

impl PartialEq for ScenarioUnit {
    /// Two scenarios that call it the same mean the same, whether one of them says what is the default.
    fn eq(&self, other: &ScenarioUnit) -> bool {
        self.name == other.name && self.others == other.others
    }
}

/// The unit that the header of an amount says: its words that are units; `None` where it says none.
pub(super) fn unit_of_header(header: &str) -> Option<String> {
    let said = whole_unit(header);
    scale::scaled_header(header, said.as_deref(), is_money(header)).or(said)
}

/// The same without words that make it a part or a multiple of it.
fn whole_unit(header: &str) -> Option<String> {
    // `kWh` and `GiB` in a header are two words.
    if let Some(currency) = scale::bracketed(header).and_then(currency_in_brackets) {
        return Some(currency);
    }
    let parted = ["k wh", "m wh", "ki b", "mi b", "gi b", "ti b"];
    let join = |words: String, unit: &str| words.replace(unit, &unit.replace(' ', ""));
    let words = parted.into_iter().fold(last_words(header), join);
    let units: Vec<&str> = words.split(' ').filter(|word| UNITS.contains(word)).collect();
    match units.as_slice() {
        [] => scale::unit_of_header(header)
            .or_else(|| sign(header).or(is_money(header).then_some(MONEY)).map(str::to_owned)),
        units => Some(units.iter().map(|unit| written(unit)).collect::<Vec<_>>().join(" ")),
    }
}

/// What amounts with this header count where `beside` is the unit of all rows, in a column of its own or beside the amounts:
/// that one, where the header says nothing, or no more than that they are money. `None` where neither says anything.
pub(in crate::usage) fn unit_of_amounts(header: &str, beside: Option<&str>) -> Option<String> {
    let said = unit_of_header(header);
    match (said.as_deref(), beside) {
        (None, Some(unit)) => Some(currency_of(unit).unwrap_or_else(|| unit.to_owned())),
        (Some(MONEY), Some(unit)) => currency_of(unit).or(said),
        (Some(said), Some(unit)) if scale::is_scaled_unit(said) => {
            let unit = currency_of(unit).unwrap_or_else(|| unit.to_owned());
            Some(scale::of_beside(said, &unit))
        }
        _ => said,
    }
}

/// What the amounts of a profile count, where `value` is the only one in its column of units, or the currency that a line
/// above the header names: the profile says no more than that it is money, or which column says it.
pub(super) fn unit_of_profile(unit: &str, value: Option<&str>) -> String {
    let is_money = Currency::from_code(unit).is_some() || unit.contains("currency");
    let said = match value {
        Some(value) if is_money => currency_of(value),
        Some(value) if unit.starts_with("the unit of ") => Some(value.to_owned()),
        _ => None,
    };
    said.unwrap_or_else(|| unit.to_owned())
}

/// The currency that a line above the header names: `Currency, USD`.
pub(super) fn currency_above(lines: &[LineText]) -> Option<String> {
    let named = lines.iter().find_map(|line| line.text.strip_prefix("Currency,"))?;
    let code = named.trim().trim_matches(',').trim();
    Currency::from_code(code).map(|_| code.to_owned())
}

/// The currency that a cell names by its code in any case, or by its sign.
fn currency_of(cell: &str) -> Option<String> {
    let code = Currency::from_code(&cell.to_ascii_uppercase()).map(Currency::code);
    let is_sign = |&cell: &&str| cell.chars().count() == 1;
    code.or_else(|| Some(cell).filter(is_sign).and_then(sign)).map(str::to_owned)
}

/// The currency that is all there is in the brackets of a header: `(USD)`, `($)`, and not `(all)`, which is one in capitals.
fn currency_in_brackets(inside: &str) -> Option<String> {
    let is_written = inside.bytes().all(|byte| byte.is_ascii_uppercase()) && inside != "ALL";
    let is_sign = inside.chars().count() == 1 && !inside.is_ascii() || inside == "$";
    (is_written || is_sign).then(|| currency_of(inside)).flatten()
}

/// The currency whose sign a header has; the dollar of a country is none of others.
fn sign(header: &str) -> Option<&'static str> {
    [
        ("R$", "BRL"),
        ("A$", "AUD"),
        ("CA$", "CAD"),
        ("C$", "CAD"),
        ("NZ$", "NZD"),
        ("HK$", "HKD"),
        ("NT$", "TWD"),
        ("MX$", "MXN"),
        ("$", "dollars"),
        ("€", "euros"),
        ("£", "pounds"),
        ("₹", "INR"),
        ("円", "JPY"),
        ("zł", "PLN"),
    ]
    .into_iter()
    .find_map(|(sign, currency)| header.contains(sign).then_some(currency))
}

/// The currency that a header says in brackets or by a sign, or a cell beside its number: `Credits (USD)`, `R$ 3,00`.
pub(super) fn currency_in(text: &str) -> Option<String> {
    let in_brackets = scale::bracketed(text).and_then(currency_in_brackets);
    in_brackets.or_else(|| sign(text).map(str::to_owned)).or_else(|| {
        let mut codes =
            text.split(|c: char| !c.is_ascii_alphabetic()).filter(|code| code.len() == 3);
        let is_cell = text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            || text.ends_with(|c: char| c.is_ascii_digit());
        let code = codes.next().filter(|_| is_cell && codes.next().is_none())?;
        Currency::from_code(code).map(|found| found.code().to_owned())
    })
}

/// The unit of amounts in the column `name` of a table with this header, of the only value of each of its columns of units and
/// currencies: amounts of money are in the currency, and a quantity is in the other unit. Beside money the currency is that
/// of the money, and says nothing of a quantity.
pub(in crate::usage) fn unit_beside(
    name: &str,
    header: &[String],
    values: impl IntoIterator<Item = String>,
) -> Option<String> {
    let (currencies, others): (Vec<String>, Vec<String>) =
        values.into_iter().partition(|value| currency_of(value).is_some());
    let said = unit_of_header(name);
    let only = |mut values: Vec<String>| {
        let one = values.pop()?;
        values.iter().all(|other| *other == one).then_some(one)
    };
    let counts_money = said.as_deref().is_some_and(|said| {
        said == MONEY || scale::is_scaled_unit(said) || scale::currency_named(said).is_some()
    });
    if counts_money {
        return only(currencies).or_else(|| only(others));
    }
    // Beside a quantity the unit is that of the quantity.
    let is_other_quantity =
        |other: &String| other != name && is_quantity_of_row(other) && !is_quantity_of_row(name);
    if !others.is_empty() && header.iter().any(is_other_quantity) {
        return only(currencies);
    }
    if !others.is_empty() {
        return only(others).filter(|_| currencies.is_empty() || is_quantity_of_row(name));
    }
    let is_other_money =
        |other: &String| other != name && is_money(other) && !super::headers::is_unit_price(other);
    let is_quantity = is_quantity_of_row(name) && words(name) != "value";
    let is_beside_money = header.iter().any(is_other_money);
    let is_total = |other: &String| {
        other != name && ["amount", "total"].iter().any(|word| words(other).contains(word))
    };
    let is_none = is_beside_money || (is_quantity && header.iter().any(is_total));
    only(currencies).filter(|_| !is_none)
}

/// Whether a header is that of a quantity of what was used.
fn is_quantity_of_row(name: &str) -> bool {
    let words = words(name);
    let signs = ["quantity", "qty", "consumption", "consumed", "usage", "used", "units", "credits"];
    super::headers::is_quantity(name) || words.split(' ').any(|word| signs.contains(&word))
}

/// A unit as people write it.
fn written(unit: &str) -> String {
    match unit {
        "usd" | "eur" | "gbp" | "kb" | "mb" | "gb" | "tb" | "dbu" | "sms" => unit.to_uppercase(),
        "kilobytes" | "megabytes" | "gigabytes" | "terabytes" => {
            unit.get(..1).map_or_else(String::new, |first| format!("{}B", first.to_uppercase()))
        }
        "kib" | "mib" | "gib" | "tib" => {
            let (first, rest) = unit.split_at(1);
            format!("{}{}", first.to_uppercase(), rest.replace('b', "B"))
        }
        "wh" => "Wh".to_owned(),
        "kwh" => "kWh".to_owned(),
        "mwh" => "MWh".to_owned(),
        other => other.to_owned(),
    }
}

/// Whether two names are of one unit: in any case, of one or of several, and of which one holds the other, as `AI credits`
/// does `credits`; those of one measure only where they are as large.
pub fn is_one_unit(one: &str, other: &str) -> bool {
    if let Some(are_same) = scale::are_same(one, other) {
        return are_same;
    }
    let stem = |unit: &str| match unit {
        "USD" => "dollar".to_owned(),
        "EUR" => "euro".to_owned(),
        "GBP" => "pound".to_owned(),
        unit => unit.to_lowercase().replace(' ', "").trim_end_matches('s').to_owned(),
    };
    let (one, other) = (stem(one), stem(other));
    one.contains(&other) || other.contains(&one)
}

/// Whether a unit is described and not named, as `the currency of its costs` is, or may stand for anything.
pub fn is_open_unit(unit: &str) -> bool {
    unit == CREDITS || ["the ", "what "].iter().any(|start| unit.starts_with(start))
}

/// What is told of amounts in the column `name` that a scenario takes one for one, though nothing says that they count what
/// it counts; a unit that is surely another is refused where it cannot stand for anything.
pub(in crate::usage) fn told(
    unit: Option<&ScenarioUnit>,
    counted: Option<&CountedUnit>,
    name: Option<&str>,
) -> Option<String> {
    let (unit, name) = (unit?, name?);
    if let [(first, as_first), rest @ ..] = unit.others.as_slice() {
        let rest = rest.iter().map(|(other, unit)| format!(" and as {unit} by {other}"));
        let formula = super::headers::quoted(name);
        return Some(format!(
            "Amounts are taken as {as_first} by {first}{}; if they are not, give one a factor of its own with `[usage] amount` (of \
             a vendor `--set 'NAME:usage.amount=\"FACTOR * {formula}\"'`).",
            rest.collect::<String>()
        ));
    }
    let way_out = super::headers::header_argument(name);
    // A column that was chosen by its header is no word on what it counts.
    let said = unit_of_header(name).filter(|said| !is_open_unit(said));
    let taken = |what: String| {
        format!(
            "{what} taken as {}; give `--amount-column {way_out}=FACTOR` if they are not.",
            unit.name
        )
    };
    match counted.map(|counted| counted.unit.as_str()) {
        Some(counted) if is_one_unit(counted, &unit.name) => None,
        Some(counted) if !is_open_unit(counted) => {
            (unit.name == CREDITS).then(|| taken(format!("Amounts count {counted} and are")))
        }
        _ => match said.filter(|said| counted.is_none() && !is_one_unit(said, &unit.name)) {
            Some(said) => Some(taken(format!("Amounts count {said} and are"))),
            None => unit.is_said.then(|| taken("Amounts are".to_owned())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_what_their_amounts_count() {
        for (header, unit) in [
            ("tokens", Some("tokens")),
            ("total_tokens", Some("tokens")),
            ("usage.tokensUsed", Some("tokens")),
            ("Usage (kWh)", Some("kWh")),
            ("GB-hours", Some("GB hours")),
            ("MiB", Some("MiB")),
            ("sum.GigabytesIngested", Some("GB")),
            ("cost_usd", Some("USD")),
            ("Cost", Some(MONEY)),
            ("Total ($)", Some("dollars")),
            ("cost ($)", Some("dollars")),
            ("Kosten [€]", Some("euros")),
            ("price_eur", Some("EUR")),
            ("amount_usd", Some("USD")),
            ("cost_cents", Some("cents")),
            ("cost_usd_micros", Some("millionths of USD")),
            ("metrics.cost_micros", Some("millionths of a currency")),
            ("cost_in_usd_ticks", Some("ten billionths of USD")),
            ("amount_minor", Some("minor units of a currency")),
            ("Cost (pence)", Some("hundredths of a currency")),
            ("Spend (k USD)", Some("thousands of USD")),
            ("Cost ($ thousands)", Some("thousands of USD")),
            ("Tokens (M)", Some("millions of tokens")),
            ("Usage (1K tokens)", Some("thousands of tokens")),
            ("Energy (Wh)", Some("Wh")),
            ("Heat (MJ)", Some("MJ")),
            ("usage_ms", Some("ms")),
            ("Gas [m³]", Some("m³")),
            ("tokens_per_min", Some("tokens")),
            ("token_ct", Some("token")),
            ("value_min", None),
            ("Level (high)", None),
            ("credits", Some("credits")),
            ("amount", None),
            ("quantity", None),
            ("value", None),
        ] {
            assert_eq!(unit_of_header(header).as_deref(), unit, "{header}");
        }
    }

    #[test]
    fn what_a_profile_leaves_to_the_file_is_what_the_file_says() {
        for (unit, value, said) in [
            ("the billing currency", Some("CAD"), "CAD"),
            ("the billing currency", Some("cad"), "CAD"),
            ("the billing currency", None, "the billing currency"),
            ("the billing currency", Some("GB"), "the billing currency"),
            ("the currency of `currency`", Some("CNY"), "CNY"),
            ("USD", Some("eur"), "EUR"),
            ("USD", None, "USD"),
            ("the unit of `ConsumedUnit`", Some("Requests"), "Requests"),
            ("the unit of `ConsumedUnit`", None, "the unit of `ConsumedUnit`"),
            ("what its meter counts", Some("chat"), "what its meter counts"),
            ("tokens", Some("USD"), "tokens"),
        ] {
            assert_eq!(unit_of_profile(unit, value), said, "{unit} {value:?}");
        }
    }

    #[test]
    fn a_unit_beside_amounts_counts_where_their_header_says_no_more_than_that_they_are_money() {
        for (header, beside, unit) in [
            ("Cost", Some("EUR"), Some("EUR")),
            ("Cost", Some("usd"), Some("USD")),
            ("Cost", Some("€"), Some("euros")),
            ("cost_micros", Some("usd"), Some("millionths of USD")),
            ("amount_minor", Some("JPY"), Some("minor units of JPY")),
            ("amount_cents", Some("USD"), Some("cents")),
            ("Usage (thousands)", Some("tokens"), Some("thousands of tokens")),
            ("Cost", Some("GB"), Some(MONEY)),
            ("Cost", None, Some(MONEY)),
            ("cost_usd", Some("EUR"), Some("USD")),
            ("tokens", Some("EUR"), Some("tokens")),
            ("amount", Some("eur"), Some("EUR")),
            ("amount", Some("GB-Mo"), Some("GB-Mo")),
            ("amount", None, None),
        ] {
            assert_eq!(unit_of_amounts(header, beside).as_deref(), unit, "{header} {beside:?}");
        }
    }

    #[test]
    fn a_currency_beside_money_is_no_unit_of_a_quantity_and_hides_none() {
        for (name, header, values, unit) in [
            ("Quantity", &["Quantity", "Cost"][..], &["GB", "USD"][..], Some("GB")),
            ("Cost", &["Quantity", "Cost"], &["GB", "USD"], Some("USD")),
            ("Quantity", &["Quantity", "Cost"], &["USD"], None),
            ("Quantity", &["Quantity", "total_amount"], &["USD"], None),
            ("Quantity", &["Quantity"], &["GB"], Some("GB")),
            ("Preis", &["Menge", "Preis"], &["Stück"], None),
            ("Amount", &["Quantity", "Amount"], &["hours"], None),
            ("amount", &["amount"], &["USD"], Some("USD")),
            ("value", &["value"], &["EUR"], Some("EUR")),
            ("amount", &["amount"], &["EUR", "EUR"], Some("EUR")),
            ("amount", &["amount"], &["EUR", "USD"], None),
            ("amount", &["amount"], &["GB", "USD"], None),
        ] {
            let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
            let values = values.iter().map(|value| (*value).to_owned());
            let found = unit_beside(name, &header, values);
            assert_eq!(found.as_deref(), unit, "{name} {header:?}");
        }
    }

    #[test]
    fn the_dollar_of_a_country_is_none_of_others() {
        for (text, currency) in [
            ("Custo (R$)", Some("BRL")),
            ("Cost ($)", Some("dollars")),
            ("Credits (USD)", Some("USD")),
            ("Tokens (all)", None),
            ("電気料金（円）", Some("JPY")),
            ("R$ 3,00", Some("BRL")),
            ("$0.03", Some("dollars")),
            ("12.50 EUR", Some("EUR")),
            ("12.50", None),
            ("Quantity", None),
        ] {
            assert_eq!(currency_in(text).as_deref(), currency, "{text}");
        }
    }

    #[test]
    fn what_a_scenario_takes_one_for_one_is_told_unless_the_file_says_the_same() {
        let said = |name: &str, is_said| ScenarioUnit {
            name: name.to_owned(),
            is_said,
            others: Vec::new(),
        };
        let told_of = |unit: &ScenarioUnit, header: &str| {
            let counted = unit_of_header(header).map(|unit| CountedUnit {
                unit,
                columns: vec![header.to_owned()],
                kinds: Vec::new(),
            });
            told(Some(unit), counted.as_ref(), Some(header))
        };
        let way_out = "taken as dollars; give `--amount-column amount=FACTOR` if they are not.";
        let dollars = said("dollars", true);
        assert_eq!(told_of(&dollars, "amount"), Some(format!("Amounts are {way_out}")));
        assert!(told_of(&dollars, "credits").is_some());
        // These are refused.
        assert_eq!(told_of(&dollars, "tokens"), None);
        let credits = said("credits", false);
        assert_eq!(told_of(&credits, "amount"), None);
        assert_eq!(told_of(&credits, "credits"), None);
        assert_eq!(
            told_of(&credits, "tokens").as_deref(),
            Some(
                "Amounts count tokens and are taken as credits; give `--amount-column tokens=FACTOR` if they are not."
            )
        );
        assert_eq!(told_of(&said("tasks", true), "tasks"), None);
        assert_eq!(told(None, None, Some("amount")), None);
        // A column that was chosen says as much.
        assert_eq!(
            told(Some(&credits), None, Some("cost_usd")).as_deref(),
            Some(
                "Amounts count USD and are taken as credits; give `--amount-column cost_usd=FACTOR` if they are not."
            )
        );
        assert_eq!(
            told(Some(&dollars), None, Some("cost_usd")),
            Some(format!("Amounts are {}", way_out.replace("amount=", "cost_usd=")))
        );
    }
}
