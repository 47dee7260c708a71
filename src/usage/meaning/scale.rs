//! Units of one measure in several sizes: `Wh` and `kWh`, milliseconds and hours, cents and dollars, thousands of tokens.
//!
//! Deliberately absent: units that nothing relates, which are [`super::unit`].

use super::headers::{last_words, words};
use crate::domain::Currency;

/// What units are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnitMeasure {
    Energy,
    Time,
    Data,
    Volume,
}

/// The size of a unit in the smallest of its measure that is a whole one: so many.
type UnitSize = (UnitMeasure, u128);

/// Units with their sizes, in small letters: energy in joules, time in nanoseconds, data in bytes, volume in millilitres.
const UNITS: [(&str, UnitSize); 75] = [
    ("j", (UnitMeasure::Energy, 1)),
    ("kj", (UnitMeasure::Energy, 1_000)),
    ("mj", (UnitMeasure::Energy, 1_000_000)),
    ("gj", (UnitMeasure::Energy, 1_000_000_000)),
    ("wh", (UnitMeasure::Energy, 3_600)),
    ("watt hours", (UnitMeasure::Energy, 3_600)),
    ("kwh", (UnitMeasure::Energy, 3_600_000)),
    ("kw h", (UnitMeasure::Energy, 3_600_000)),
    ("kilowatt hours", (UnitMeasure::Energy, 3_600_000)),
    ("mwh", (UnitMeasure::Energy, 3_600_000_000)),
    ("megawatt hours", (UnitMeasure::Energy, 3_600_000_000)),
    ("gwh", (UnitMeasure::Energy, 3_600_000_000_000)),
    ("ns", (UnitMeasure::Time, 1)),
    ("nanosecond", (UnitMeasure::Time, 1)),
    ("nanoseconds", (UnitMeasure::Time, 1)),
    ("us", (UnitMeasure::Time, 1_000)),
    ("µs", (UnitMeasure::Time, 1_000)),
    ("μs", (UnitMeasure::Time, 1_000)),
    ("microsecond", (UnitMeasure::Time, 1_000)),
    ("microseconds", (UnitMeasure::Time, 1_000)),
    ("ms", (UnitMeasure::Time, 1_000_000)),
    ("msec", (UnitMeasure::Time, 1_000_000)),
    ("millis", (UnitMeasure::Time, 1_000_000)),
    ("millisecond", (UnitMeasure::Time, 1_000_000)),
    ("milliseconds", (UnitMeasure::Time, 1_000_000)),
    ("s", (UnitMeasure::Time, 1_000_000_000)),
    ("sec", (UnitMeasure::Time, 1_000_000_000)),
    ("secs", (UnitMeasure::Time, 1_000_000_000)),
    ("second", (UnitMeasure::Time, 1_000_000_000)),
    ("seconds", (UnitMeasure::Time, 1_000_000_000)),
    ("sekunden", (UnitMeasure::Time, 1_000_000_000)),
    ("min", (UnitMeasure::Time, 60_000_000_000)),
    ("mins", (UnitMeasure::Time, 60_000_000_000)),
    ("minute", (UnitMeasure::Time, 60_000_000_000)),
    ("minutes", (UnitMeasure::Time, 60_000_000_000)),
    ("minuten", (UnitMeasure::Time, 60_000_000_000)),
    ("h", (UnitMeasure::Time, 3_600_000_000_000)),
    ("hr", (UnitMeasure::Time, 3_600_000_000_000)),
    ("hrs", (UnitMeasure::Time, 3_600_000_000_000)),
    ("hour", (UnitMeasure::Time, 3_600_000_000_000)),
    ("hours", (UnitMeasure::Time, 3_600_000_000_000)),
    ("stunden", (UnitMeasure::Time, 3_600_000_000_000)),
    ("day", (UnitMeasure::Time, 86_400_000_000_000)),
    ("days", (UnitMeasure::Time, 86_400_000_000_000)),
    ("b", (UnitMeasure::Data, 1)),
    ("byte", (UnitMeasure::Data, 1)),
    ("bytes", (UnitMeasure::Data, 1)),
    ("kb", (UnitMeasure::Data, 1_000)),
    ("kilobytes", (UnitMeasure::Data, 1_000)),
    ("mb", (UnitMeasure::Data, 1_000_000)),
    ("megabytes", (UnitMeasure::Data, 1_000_000)),
    ("gb", (UnitMeasure::Data, 1_000_000_000)),
    ("gigabyte", (UnitMeasure::Data, 1_000_000_000)),
    ("gigabytes", (UnitMeasure::Data, 1_000_000_000)),
    ("tb", (UnitMeasure::Data, 1_000_000_000_000)),
    ("terabytes", (UnitMeasure::Data, 1_000_000_000_000)),
    ("pb", (UnitMeasure::Data, 1_000_000_000_000_000)),
    ("kib", (UnitMeasure::Data, 1_024)),
    ("kibibytes", (UnitMeasure::Data, 1_024)),
    ("mib", (UnitMeasure::Data, 1_048_576)),
    ("mebibytes", (UnitMeasure::Data, 1_048_576)),
    ("gib", (UnitMeasure::Data, 1_073_741_824)),
    ("gibibytes", (UnitMeasure::Data, 1_073_741_824)),
    ("tib", (UnitMeasure::Data, 1_099_511_627_776)),
    ("tebibytes", (UnitMeasure::Data, 1_099_511_627_776)),
    ("ml", (UnitMeasure::Volume, 1)),
    ("l", (UnitMeasure::Volume, 1_000)),
    ("litre", (UnitMeasure::Volume, 1_000)),
    ("litres", (UnitMeasure::Volume, 1_000)),
    ("liter", (UnitMeasure::Volume, 1_000)),
    ("liters", (UnitMeasure::Volume, 1_000)),
    ("m3", (UnitMeasure::Volume, 1_000_000)),
    ("m³", (UnitMeasure::Volume, 1_000_000)),
    ("cubic metres", (UnitMeasure::Volume, 1_000_000)),
    ("cubic meters", (UnitMeasure::Volume, 1_000_000)),
];

/// Units that a header names by its last word, besides those that it names anywhere.
const LAST: [&str; 22] = [
    "kb",
    "pb",
    "kj",
    "mj",
    "gj",
    "gwh",
    "ns",
    "ms",
    "msec",
    "millis",
    "milliseconds",
    "sec",
    "secs",
    "mins",
    "hrs",
    "m3",
    "m³",
    "litres",
    "liters",
    "ml",
    "ccf",
    "therms",
];
/// Units that only brackets tell from other words.
const BRACKETED: [&str; 12] =
    ["j", "s", "min", "h", "hr", "l", "b", "us", "µs", "μs", "btu", "kvarh"];

/// Words for a part of a currency, and how many of them are one.
const MONEY_PARTS: [(&str, u128); 12] = [
    ("micros", 1_000_000),
    ("micro", 1_000_000),
    ("microusd", 1_000_000),
    ("microdollars", 1_000_000),
    ("microcents", 100_000_000),
    ("nanos", 1_000_000_000),
    ("nano", 1_000_000_000),
    ("nanousd", 1_000_000_000),
    ("millis", 1_000),
    ("milli", 1_000),
    ("mills", 1_000),
    ("millicents", 100_000),
];
/// Words for a hundredth of a currency, besides cents.
const HUNDREDTHS: [&str; 14] = [
    "cent",
    "pence",
    "penny",
    "pennies",
    "centimes",
    "centavos",
    "céntimos",
    "centesimi",
    "öre",
    "øre",
    "grosze",
    "groszy",
    "paise",
    "kopeks",
];
/// Words for the smallest part that a currency has.
const MINOR: [&str; 5] = ["minor", "minorunits", "minorunit", "subunits", "subunit"];
/// How many ticks are a dollar where a header speaks of ticks of dollars.
const TICKS: u128 = 10_000_000_000;

/// Words that multiply, wherever they stand.
const MULTIPLES: [(&str, u128); 22] = [
    ("lakhs", 100_000),
    ("lakh", 100_000),
    ("lacs", 100_000),
    ("lac", 100_000),
    ("crores", 10_000_000),
    ("crore", 10_000_000),
    ("thousands", 1_000),
    ("thousand", 1_000),
    ("tausend", 1_000),
    ("tsd", 1_000),
    ("teur", 1_000),
    ("tusd", 1_000),
    ("ktokens", 1_000),
    ("x1000", 1_000),
    ("milliers", 1_000),
    ("millions", 1_000_000),
    ("million", 1_000_000),
    ("mio", 1_000_000),
    ("millionen", 1_000_000),
    ("millones", 1_000_000),
    ("billions", 1_000_000_000),
    ("milliards", 1_000_000_000),
];
/// The same as they stand in brackets, alone or before a unit, in the letters that they are written in.
const BRACKETED_MULTIPLES: [(&str, u128); 12] = [
    ("k", 1_000),
    ("K", 1_000),
    ("1k", 1_000),
    ("1K", 1_000),
    ("1000", 1_000),
    ("000", 1_000),
    ("000s", 1_000),
    ("M", 1_000_000),
    ("1M", 1_000_000),
    ("MM", 1_000_000),
    ("mn", 1_000_000),
    ("Mn", 1_000_000),
];

/// The same at the end of names in small letters, behind what is counted: `tokens_k`.
const LAST_MULTIPLES: [(&str, u128); 4] =
    [("k", 1_000), ("m", 1_000_000), ("mm", 1_000_000), ("mn", 1_000_000)];
/// The same at the start of names: `1K tokens`.
const FIRST_MULTIPLES: [(&str, u128); 3] = [("1k", 1_000), ("1000", 1_000), ("1m", 1_000_000)];
/// What is counted in such names.
const COUNTED: [&str; 12] = [
    "tokens",
    "token",
    "credits",
    "requests",
    "calls",
    "messages",
    "characters",
    "chars",
    "events",
    "words",
    "usd",
    "eur",
];

/// Names of parts and multiples, each with how many of one are the other.
const PARTS: [(&str, u128); 7] = [
    ("thousandths of ", 1_000),
    ("hundred thousandths of ", 100_000),
    ("millionths of ", 1_000_000),
    ("hundred millionths of ", 100_000_000),
    ("billionths of ", 1_000_000_000),
    ("ten billionths of ", TICKS),
    ("hundredths of ", 100),
];
const TIMES: [(&str, u128); 5] = [
    ("thousands of ", 1_000),
    ("hundred thousands of ", 100_000),
    ("millions of ", 1_000_000),
    ("ten millions of ", 10_000_000),
    ("billions of ", 1_000_000_000),
];
/// What the smallest parts of a currency are called.
const MINOR_OF: &str = "minor units of ";
/// A currency that nothing names.
const SOME_MONEY: &str = "a currency";
/// A unit that nothing names.
const SOME_UNIT: &str = "what they count";

/// The text in the last brackets of a header.
pub(super) fn bracketed(header: &str) -> Option<&str> {
    let from = header.rfind(['(', '['])?;
    let inside = &header[from + 1..];
    Some(inside[..inside.find([')', ']'])?].trim())
}

/// The size of a unit, if it is one that others of its measure are told from.
fn size(unit: &str) -> Option<UnitSize> {
    let joined = |text: &str| text.to_lowercase().replace(['-', '_'], " ");
    let unit = joined(unit.trim());
    UNITS.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size)
}

/// The unit of a measure that a header says by its last word or in brackets, as it is written there; those aside that
/// a header may name anywhere.
pub(super) fn unit_of_header(header: &str) -> Option<String> {
    if let Some(inside) = bracketed(header) {
        let small = inside.to_lowercase();
        let is_known = LAST.contains(&small.as_str()) || BRACKETED.contains(&small.as_str());
        return is_known.then(|| inside.to_owned());
    }
    let words = last_words(header);
    let (before, last) = words.rsplit_once(' ')?;
    (LAST.contains(&last) && !before.ends_with("per")).then(|| last.to_owned())
}

/// The unit that a header says which is a part or a multiple of another: `millionths of USD` for `cost_usd_micros`, `thousands of
/// tokens` for `Tokens (thousands)`. `said` is what it says without, `is_money` whether it is money by it.
pub(super) fn scaled_header(header: &str, said: Option<&str>, is_money: bool) -> Option<String> {
    let all = last_words(header);
    let has = |word: &str| all.split(' ').any(|one| one == word);
    let currency = said.and_then(currency_named);
    let of = || currency.clone().unwrap_or_else(|| SOME_MONEY.to_owned());
    let may_be_money = is_money || has("amount");
    let is_minor = MINOR.iter().any(|word| has(word));
    if may_be_money && is_minor {
        return Some(format!("{MINOR_OF}{}", of()));
    }
    if has("ticks") && currency.as_deref() == Some("USD") {
        return named(&PARTS, TICKS, "USD");
    }
    let part = MONEY_PARTS.iter().find(|(word, _)| has(word)).map(|(_, count)| *count);
    if let Some(count) = part.filter(|_| may_be_money) {
        return named(&PARTS, count, &of());
    }
    let is_hundredth =
        HUNDREDTHS.iter().any(|word| has(word)) || (is_money && (has("ct") || has("cts")));
    if header.contains('¢') {
        return named(&PARTS, 100, currency.as_deref().unwrap_or("USD"));
    }
    if may_be_money && is_hundredth {
        return named(&PARTS, 100, &of());
    }
    let count = multiple(header)?;
    let counted = match said {
        Some(said) if is_money => currency_named(said).unwrap_or_else(|| SOME_MONEY.to_owned()),
        Some(said) => said.to_owned(),
        None => SOME_UNIT.to_owned(),
    };
    named(&TIMES, count, &counted)
}

/// How many of a unit one is that a header multiplies.
fn multiple(header: &str) -> Option<u128> {
    let all = words(header);
    if all.split(' ').any(|word| word == "per") {
        return None;
    }
    let by_word = || MULTIPLES.iter().find(|(word, _)| all.split(' ').any(|one| one == *word));
    let by_brackets = || {
        let inside = bracketed(header)?;
        let parts = inside.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
        let parts: Vec<&str> = parts.collect();
        let is_said = |(word, _): &&(&str, u128)| parts.contains(word);
        BRACKETED_MULTIPLES.iter().find(is_said).filter(|_| parts.len() <= 2)
    };
    let by_ending = || {
        let (before, last) = all.rsplit_once(' ')?;
        let counted = before.rsplit(' ').next().unwrap_or_default();
        let is_said = |(word, _): &&(&str, u128)| *word == last && COUNTED.contains(&counted);
        LAST_MULTIPLES.iter().find(is_said)
    };
    // `1K tokens` counts thousands of them, as `k_tokens` does.
    let by_start = || {
        let mut parts = all.split(' ');
        let (first, second) = (parts.next()?, parts.next()?);
        let is_first = |(word, _): &&(&str, u128)| *word == first && COUNTED.contains(&second);
        LAST_MULTIPLES.iter().chain(&FIRST_MULTIPLES).find(is_first)
    };
    let found = by_word().or_else(by_brackets).or_else(by_ending).or_else(by_start);
    found.map(|(_, count)| *count)
}

fn named(names: &[(&str, u128)], count: u128, of: &str) -> Option<String> {
    names.iter().find(|(_, one)| *one == count).map(|(name, _)| format!("{name}{of}"))
}

/// The currency that a unit is.
pub(super) fn currency_named(unit: &str) -> Option<String> {
    match unit {
        "dollars" => Some("USD".to_owned()),
        "euros" => Some("EUR".to_owned()),
        "pounds" => Some("GBP".to_owned()),
        code => Currency::from_code(code).map(|found| found.code().to_owned()),
    }
}

/// Whether a unit is a part or a multiple of another.
pub fn is_scaled_unit(unit: &str) -> bool {
    unit == "cents" || of_whole(unit).is_some()
}

/// The unit that a part or multiple is of, with how many of the one are how many of the other.
fn of_whole(unit: &str) -> Option<(&str, u128, u128)> {
    let part = PARTS.iter().find_map(|(name, count)| Some((unit.strip_prefix(name)?, 1, *count)));
    let times =
        || TIMES.iter().find_map(|(name, count)| Some((unit.strip_prefix(name)?, *count, 1)));
    part.or_else(times).or_else(|| {
        let whole = unit.strip_prefix(MINOR_OF)?;
        let minor = Currency::from_code(whole).map_or(2, Currency::minor);
        Some((whole, 1, 10_u128.pow(minor)))
    })
}

/// How many of what nothing names one is of this unit, `hundred thousands of what they count`.
pub(super) fn multiple_of_unnamed(unit: &str) -> Option<u128> {
    of_whole(unit).filter(|(whole, ..)| *whole == SOME_UNIT).map(|(_, times, _)| times)
}

/// A unit that is a part or a multiple of what only `beside` names, a unit in a column of its own, with that name.
pub(super) fn of_beside(unit: &str, beside: &str) -> String {
    match of_whole(unit) {
        Some((SOME_MONEY, ..)) if Currency::from_code(beside).is_some() => {
            unit.replace(SOME_MONEY, beside)
        }
        Some((SOME_UNIT, ..)) => unit.replace(SOME_UNIT, beside),
        _ => unit.to_owned(),
    }
}

/// Whether two units of which something is known are the same; `None` where nothing relates them.
pub(super) fn are_same(one: &str, other: &str) -> Option<bool> {
    if is_scaled_unit(one) || is_scaled_unit(other) {
        return Some(one == other);
    }
    match (size(one), size(other)) {
        (Some(one), Some(other)) => Some(one == other),
        // The letters of a unit stand in other words too.
        (Some(_), None) => Some(holds(other, one)),
        (None, Some(_)) => Some(holds(one, other)),
        (None, None) => None,
    }
}

/// Whether a unit of several words has another as one of them.
fn holds(several: &str, one: &str) -> bool {
    let stem = |word: &str| word.to_lowercase().trim_end_matches('s').to_owned();
    let one = stem(one);
    !one.is_empty() && several.split([' ', '-']).any(|word| stem(word) == one)
}

/// The column `name`, whose amounts count `counted`, as a formula in units of `wanted`, where no decimal is the factor: `ms /
/// 60000` for minutes.
pub fn unit_formula(name: &str, counted: &str, wanted: &str) -> Option<String> {
    let ((measure, one), (other, size)) = (size(counted)?, size(wanted)?);
    if measure != other || measure == UnitMeasure::Data {
        return None;
    }
    let (times, parts) = reduced(one, size);
    Some(divided(name, times, parts))
}

/// The column `name`, whose amounts count `counted`, as arguments that count them in `wanted`, another unit of its measure, each
/// with what has to be so for it: a kilobyte is 1,000 bytes for some and 1,024 for others. None where nothing relates them.
pub(super) fn arguments_in(name: &str, counted: &str, wanted: &str) -> Vec<(String, String)> {
    let factored = |factor: String| super::headers::in_shell(&format!("{name}={factor}"));
    if let Some(factor) = unit_factor(counted, wanted) {
        return vec![(factored(factor), String::new())];
    }
    if let Some(formula) = unit_formula(name, counted, wanted) {
        return vec![(super::headers::in_shell(&formula), String::new())];
    }
    let (Some((UnitMeasure::Data, one)), Some((UnitMeasure::Data, other))) =
        (size(counted), size(wanted))
    else {
        return Vec::new();
    };
    let argument = |one: u128, other: u128| match ratio(one, other) {
        Some(factor) => factored(factor),
        None => {
            let (times, parts) = reduced(one, other);
            super::headers::in_shell(&divided(name, times, parts))
        }
    };
    let (Some(less), Some(more)) = (steps_of_data(one), steps_of_data(other)) else {
        return vec![(argument(one, other), String::new())];
    };
    let of = |base: u128, text: &str| {
        let (one, other) = (base.pow(less), base.pow(more));
        (argument(one, other), format!(" if each of these units is {text} of the next smaller"))
    };
    vec![of(1_000, "1,000"), of(1_024, "1,024")]
}

/// How many thousands make a unit of data of one byte; `None` of those that are made of 1,024.
fn steps_of_data(size: u128) -> Option<u32> {
    (0..=5).find(|steps| 1_000_u128.pow(*steps) == size)
}

/// A column times one number by another.
fn divided(name: &str, times: u128, parts: u128) -> String {
    let times = if times == 1 { String::new() } else { format!("{times} * ") };
    format!("{times}{} / {parts}", super::headers::quoted(name))
}

/// The energy in a unit of it that a column of power in `power` is over so many minutes, as an argument: `'Load (kW)=0.25'`.
pub(super) fn energy_argument(
    name: &str,
    power: &str,
    minutes: u128,
    wanted: &str,
) -> Option<String> {
    let watts = match power {
        "W" => 1,
        "kW" => 1_000,
        "MW" => 1_000_000,
        _ => return None,
    };
    let (UnitMeasure::Energy, joules) = size(wanted)? else { return None };
    let (one, other) = (watts * minutes * 60, joules);
    let (times, parts) = reduced(one, other);
    Some(match ratio(one, other) {
        Some(factor) if factor == "1" => {
            super::headers::in_shell(&format!("1 * {}", super::headers::quoted(name)))
        }
        Some(factor) => super::headers::in_shell(&format!("{name}={factor}")),
        None => super::headers::in_shell(&divided(name, times, parts)),
    })
}

/// How many of `wanted` one of `counted` is, as a decimal; `None` where nothing says it, or no decimal is it exactly.
pub fn unit_factor(counted: &str, wanted: &str) -> Option<String> {
    let wanted_currency = currency_named(wanted);
    if let (Some((SOME_MONEY, ..)), Some(code)) = (of_whole(counted), &wanted_currency)
        && counted.starts_with(MINOR_OF)
    {
        return unit_factor(&format!("{MINOR_OF}{code}"), wanted);
    }
    if let Some((whole, times, parts)) = of_whole(counted) {
        let is_whole = whole == wanted
            || (whole == SOME_MONEY && wanted_currency.is_some())
            || (wanted_currency.is_some() && wanted_currency == currency_named(whole));
        return is_whole.then(|| ratio(times, parts)).flatten();
    }
    if counted == "cents" {
        let minor =
            wanted_currency.and_then(|code| Currency::from_code(&code)).map(Currency::minor);
        return (minor == Some(2)).then(|| ratio(1, 100)).flatten();
    }
    let ((measure, one), (other, size)) = (size(counted)?, size(wanted)?);
    // A kilobyte is 1,000 bytes for some and 1,024 for others.
    let is_plain = measure != UnitMeasure::Data;
    (measure == other && is_plain).then(|| ratio(one, size)).flatten()
}

/// A ratio in its smallest numbers.
fn reduced(one: u128, other: u128) -> (u128, u128) {
    let mut divisor = (one, other);
    while divisor.1 != 0 {
        divisor = (divisor.1, divisor.0 % divisor.1);
    }
    (one / divisor.0, other / divisor.0)
}

/// A ratio as a decimal, if it is one.
fn ratio(one: u128, other: u128) -> Option<String> {
    let ((mut scaled, mut rest), mut decimals) = (reduced(one, other), 0_usize);
    while rest % 10 == 0 {
        (rest, decimals) = (rest / 10, decimals + 1);
    }
    while rest != 1 {
        let (prime, times) = match () {
            () if rest % 5 == 0 => (5, 2),
            () if rest % 2 == 0 => (2, 5),
            () => return None,
        };
        (rest, scaled, decimals) = (rest / prime, scaled.checked_mul(times)?, decimals + 1);
    }
    let digits = format!("{scaled:0>width$}", width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let part = part.trim_end_matches('0');
    Some(if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_in_another_of_its_measure_is_a_decimal_or_nothing() {
        for (counted, wanted, factor) in [
            ("Wh", "kWh", Some("0.001")),
            ("MWh", "kWh", Some("1000")),
            ("MJ", "Wh", None),
            ("kWh", "MJ", Some("3.6")),
            ("ms", "seconds", Some("0.001")),
            ("sec", "minutes", None),
            ("hours", "minutes", Some("60")),
            ("kB", "GB", None),
            ("ms", "kWh", None),
            ("cents", "USD", Some("0.01")),
            ("cents", "JPY", None),
            ("millionths of USD", "USD", Some("0.000001")),
            ("millionths of USD", "dollars", Some("0.000001")),
            ("millionths of EUR", "USD", None),
            ("billionths of a currency", "USD", Some("0.000000001")),
            ("ten billionths of USD", "USD", Some("0.0000000001")),
            ("minor units of JPY", "JPY", Some("1")),
            ("minor units of USD", "USD", Some("0.01")),
            ("minor units of a currency", "JPY", Some("1")),
            ("thousands of tokens", "tokens", Some("1000")),
            ("millions of characters", "tokens", None),
        ] {
            assert_eq!(unit_factor(counted, wanted).as_deref(), factor, "{counted} in {wanted}");
        }
    }

    #[test]
    fn a_unit_of_which_no_decimal_is_another_is_divided_by_a_whole_number() {
        for (counted, wanted, formula) in [
            ("ms", "minutes", Some("ms / 60000")),
            ("seconds", "hours", Some("ms / 3600")),
            ("MJ", "kWh", Some("5 * ms / 18")),
            ("kB", "GB", None),
            ("ms", "kWh", None),
        ] {
            assert_eq!(unit_formula("ms", counted, wanted).as_deref(), formula, "{counted}");
        }
    }

    #[test]
    fn units_of_one_measure_are_one_only_where_their_sizes_are() {
        for (one, other, same) in [
            ("Wh", "kWh", Some(false)),
            ("kWh", "KWH", Some(true)),
            ("min", "minutes", Some(true)),
            ("ms", "minutes", Some(false)),
            ("s", "messages", Some(false)),
            ("voice minutes", "minutes", Some(true)),
            ("cents", "cents", Some(true)),
            ("thousands of tokens", "tokens", Some(false)),
            ("ten millions of tokens", "tokens", Some(false)),
            ("AI credits", "credits", None),
        ] {
            assert_eq!(are_same(one, other), same, "{one} {other}");
            assert_eq!(are_same(other, one), same, "{other} {one}");
        }
    }
}
