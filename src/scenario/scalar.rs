//! Reads every kind of single value from a node: a value that fits the declaration, or advice.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;

use crate::domain::text::{excerpt, is_hidden};
use crate::domain::{Credits, Currency, Duration, Instant, Money, Share, Zone};
use crate::usage::Number;

use super::declare::{MOST_IN_A_PHRASE, ValueKind, grouped};
use super::diagnostic::Diagnostic;
use super::read::{At, FromNode, Reported, all};
use super::setting::{SettingPath, WrittenPath};
use super::tree::{Node, Value, quoted};
use super::value::{self, WrittenTime};
use super::words::Choice;
use crate::domain::suggest::nearest;

impl FromNode for String {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        const MOST: usize = 1_000;
        let Value::Text(text) = &node.value else {
            let why = match &node.value {
                Value::Integer(digits) => format!("write it in quotes: {}", quoted(digits)),
                _ => format!("found {}", node.found()),
            };
            return Err(at.wrong(node, why));
        };
        if text.chars().any(is_hidden) {
            return Err(at.wrong(node, "this has control characters or more than one line"));
        }
        if text.trim().is_empty() {
            return Err(at.wrong(node, "this is empty"));
        }
        if text.chars().count() > MOST {
            return Err(at.wrong(node, format!("this has more than {} characters", grouped(1_000))));
        }
        Ok(text.clone())
    }
}

impl FromNode for WrittenPath {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        match &node.value {
            Value::Text(text) => Ok(WrittenPath { path: SettingPath::new(text), spot: node.spot }),
            _ => Err(at.wrong(node, format!("found {}", node.found()))),
        }
    }
}

impl FromNode for bool {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        match &node.value {
            Value::Flag(flag) => Ok(*flag),
            Value::Text(text) if text == "true" || text == "false" => {
                Err(at.wrong(node, format!("write {text} without quotes")))
            }
            _ => Err(at.wrong(node, format!("found {}", node.found()))),
        }
    }
}

impl FromNode for u64 {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let ValueKind::Count { least, most } = at.kind else {
            unreachable!("a whole number is declared as a count")
        };
        let number = match &node.value {
            Value::Integer(digits) => digits.parse().ok(),
            Value::Float(_) => return Err(at.wrong(node, "write it without a decimal point")),
            Value::Text(text) if text.parse::<u64>().is_ok() => {
                return Err(at.wrong(node, format!("write {text} without quotes")));
            }
            _ => return Err(at.wrong(node, format!("found {}", node.found()))),
        };
        match number {
            Some(number) if (*least..=*most).contains(&number) => Ok(number),
            _ => Err(at.wrong(node, "out of range")),
        }
    }
}

impl FromNode for u32 {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let number = u64::from_node(at, node)?;
        u32::try_from(number).map_err(|_| at.wrong(node, "out of range"))
    }
}

impl FromNode for f64 {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let ValueKind::Number { least, most } = at.kind else {
            unreachable!("a float is declared as a number")
        };
        let number: Option<f64> = match &node.value {
            Value::Integer(digits) | Value::Float(digits) => digits.parse().ok(),
            Value::Text(text) if text.parse::<f64>().is_ok() => {
                return Err(at.wrong(node, "write the number without quotes"));
            }
            _ => return Err(at.wrong(node, format!("found {}", node.found()))),
        };
        match number {
            Some(number) if number >= *least && number <= *most => Ok(number),
            _ => Err(at.wrong(node, "out of range")),
        }
    }
}

/// The digits of a number, written as a number or as a text.
fn digits(at: &At<'_>, node: &Node) -> Result<String, Reported> {
    match &node.value {
        Value::Text(text) => Ok(text.trim().to_owned()),
        Value::Integer(digits) => Ok(digits.clone()),
        Value::Float(digits) => Ok(value::without_exponent(digits)),
        _ => Err(at.wrong(node, format!("found {}", node.found()))),
    }
}

impl FromNode for Credits {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let digits = digits(at, node)?;
        let credits: Credits = digits.parse().map_err(|error: crate::domain::CreditsError| {
            at.wrong(node, format!("{error}: write 1000 or \"0.25\""))
        })?;
        if credits < Credits::ZERO {
            return Err(at.wrong(node, "this is negative"));
        }
        if matches!(at.kind, ValueKind::Credits { positive: true }) && credits == Credits::ZERO {
            return Err(at.wrong(node, "this is zero"));
        }
        Ok(credits)
    }
}

impl FromNode for Money {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let digits = match &node.value {
            Value::Text(text) => text.trim(),
            Value::Integer(digits) => digits.as_str(),
            Value::Float(digits) => {
                let exact = quoted(&value::without_exponent(digits));
                return Err(at.wrong(node, format!("money is exact: write it in quotes, {exact}")));
            }
            _ => return Err(at.wrong(node, format!("found {}", node.found()))),
        };
        let money: Money = digits.parse().map_err(|error: crate::domain::MoneyError| {
            let hint = match digits.chars().any(|c| "$€£¥,".contains(c) || c.is_alphabetic()) {
                true => ": write only digits and a point; the currency is set at the top",
                false => "",
            };
            at.wrong(node, format!("{error}{hint}"))
        })?;
        let (ValueKind::Money { minor: true }, Some(currency)) = (at.kind, at.ctx.currency.get())
        else {
            return Ok(money);
        };
        if money.amount().normalize().scale() > currency.minor() {
            let why = match currency.minor() {
                0 => format!("{} has no decimals", currency.code()),
                n => format!("{} has {n} decimals", currency.code()),
            };
            return Err(at.wrong(node, why));
        }
        Ok(money)
    }
}

impl FromNode for Share {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let digits = digits(at, node)?;
        digits.parse().map_err(|_| {
            let percent = digits.ends_with('%');
            let number = value::decimal(digits.trim_end_matches('%').trim_end());
            let whole = Decimal::from(if percent { 100 } else { 1 });
            let why = match number {
                None => "write \"90%\" or 0.9".to_owned(),
                Some(number) if number.is_sign_negative() => "this is negative".to_owned(),
                Some(number) if number <= whole => "finer than a millionth".to_owned(),
                Some(number) if !percent && number <= Decimal::ONE_HUNDRED => {
                    format!("write {} for percent", quoted(&format!("{digits}%")))
                }
                Some(_) => "more than the whole".to_owned(),
            };
            at.wrong(node, why)
        })
    }
}

/// A growth per month: 0.05 is 5 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MonthlyGrowth(pub f64);

impl FromNode for MonthlyGrowth {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let digits = digits(at, node)?;
        let (number, percent) = match digits.strip_suffix('%') {
            Some(number) => (number.trim_end(), 100.0),
            None => (digits.as_str(), 1.0),
        };
        let growth = value::decimal(number).and_then(|d| d.to_string().parse::<f64>().ok());
        match growth.map(|growth| growth / percent) {
            Some(growth) if growth > -1.0 && growth <= 10.0 => Ok(MonthlyGrowth(growth)),
            _ => Err(at.wrong(node, "write \"5%\" or 0.05")),
        }
    }
}

impl FromNode for Decimal {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let digits = digits(at, node)?;
        let fits = |factor: &Decimal| Number::from_decimal(*factor).is_some();
        value::decimal(&digits).filter(fits).ok_or_else(|| {
            at.wrong(node, "write digits with at most one decimal point, at most 18 in all")
        })
    }
}

impl FromNode for Duration {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let text = match &node.value {
            Value::Text(text) => text,
            Value::Integer(digits) | Value::Float(digits) => {
                let number = excerpt(digits);
                let why = match number.as_str() {
                    "0" => "this number has no unit: write \"0s\"".to_owned(),
                    _ => format!(
                        "this number has no unit: write \"{number}s\", \"{number}min\" or \"{number}h\""
                    ),
                };
                return Err(at.wrong(node, why));
            }
            _ => return Err(at.wrong(node, format!("found {}", node.found()))),
        };
        let length = value::duration(text).map_err(|why| at.wrong(node, why))?;
        match at.kind {
            ValueKind::Length { least } if length.millis() < *least => {
                Err(at.wrong(node, "too short"))
            }
            _ => Ok(length),
        }
    }
}

fn written(at: &At<'_>, node: &Node) -> Result<WrittenTime, Reported> {
    let written = match &node.value {
        Value::Moment(moment) => value::moment(moment),
        Value::Text(text) => value::moment_in_text(text),
        _ => Err(format!("found {}", node.found())),
    };
    written.map_err(|why| at.wrong(node, why))
}

impl FromNode for Instant {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let written = written(at, node)?;
        value::instant(written, at.ctx.zone.get()).map_err(|why| at.wrong(node, why))
    }
}

impl FromNode for NaiveDateTime {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        match written(at, node)? {
            WrittenTime::Local(local) => {
                value::instant(WrittenTime::Local(local), at.ctx.zone.get())
                    .map_err(|why| at.wrong(node, why))?;
                Ok(local)
            }
            WrittenTime::Absolute(_) => {
                let zone = at.ctx.zone.get().name();
                Err(at.wrong(node, format!("leave the offset out: this is local time in {zone}")))
            }
        }
    }
}

/// Codes of the most common currencies, and other spellings for them.
const CURRENCIES: [(&str, &str); 44] = [
    ("USD", "USD"),
    ("EUR", "EUR"),
    ("GBP", "GBP"),
    ("JPY", "JPY"),
    ("CHF", "CHF"),
    ("CAD", "CAD"),
    ("AUD", "AUD"),
    ("NZD", "NZD"),
    ("CNY", "CNY"),
    ("INR", "INR"),
    ("BRL", "BRL"),
    ("MXN", "MXN"),
    ("SEK", "SEK"),
    ("NOK", "NOK"),
    ("DKK", "DKK"),
    ("PLN", "PLN"),
    ("CZK", "CZK"),
    ("HUF", "HUF"),
    ("RON", "RON"),
    ("TRY", "TRY"),
    ("ILS", "ILS"),
    ("ZAR", "ZAR"),
    ("KRW", "KRW"),
    ("SGD", "SGD"),
    ("HKD", "HKD"),
    ("TWD", "TWD"),
    ("THB", "THB"),
    ("IDR", "IDR"),
    ("MYR", "MYR"),
    ("PHP", "PHP"),
    ("AED", "AED"),
    ("SAR", "SAR"),
    ("KWD", "KWD"),
    ("EGP", "EGP"),
    ("NGN", "NGN"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("dollar", "USD"),
    ("dollars", "USD"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("pound", "GBP"),
];

impl FromNode for Currency {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let code = String::from_node(at, node)?;
        if let Some(currency) = Currency::from_code(&code) {
            return Ok(currency);
        }
        let capitals = code.to_uppercase();
        let meant = match Currency::from_code(&capitals) {
            Some(currency) => Some(currency.code()),
            None => nearest(&code, CURRENCIES.iter().map(|(written, _)| *written))
                .and_then(|near| CURRENCIES.iter().find(|(written, _)| *written == near))
                .map(|(_, code)| *code),
        };
        Err(at.wrong(
            node,
            match meant {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => "no such code".to_owned(),
            },
        ))
    }
}

impl FromNode for Zone {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let name = String::from_node(at, node)?;
        if let Some(zone) = Zone::from_name(&name) {
            return Ok(zone);
        }
        let meant = zone_meant(&name);
        Err(at.wrong(
            node,
            match meant {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => "no such zone: write the continent and a city".to_owned(),
            },
        ))
    }
}

/// Abbreviations of zones that have a summer time or are no names of the database, and a zone that they
/// are used for.
const ABBREVIATIONS: [(&[&str], &str); 19] = [
    (&["PST", "PDT", "PT"], "America/Los_Angeles"),
    (&["MDT", "MT"], "America/Denver"),
    (&["CST", "CDT", "CT"], "America/Chicago"),
    (&["EDT", "ET"], "America/New_York"),
    (&["AKST", "AKDT"], "America/Anchorage"),
    (&["AST", "ADT"], "America/Halifax"),
    (&["NST", "NDT"], "America/St_Johns"),
    (&["BRT"], "America/Sao_Paulo"),
    (&["BST"], "Europe/London"),
    (&["CEST", "MEZ", "MESZ"], "Europe/Berlin"),
    (&["WEST"], "Europe/Lisbon"),
    (&["EEST"], "Europe/Athens"),
    (&["MSK"], "Europe/Moscow"),
    (&["IST"], "Asia/Kolkata"),
    (&["SGT"], "Asia/Singapore"),
    (&["JST"], "Asia/Tokyo"),
    (&["KST"], "Asia/Seoul"),
    (&["AEST", "AEDT"], "Australia/Sydney"),
    (&["NZST", "NZDT"], "Pacific/Auckland"),
];

/// The zone that a name which is none most likely means: by abbreviation, by city, or misspelt. Between
/// abbreviations one letter is an ocean, so those are not compared.
fn zone_meant(name: &str) -> Option<&'static str> {
    const LONGEST_ABBREVIATION: usize = 4;
    let upper = name.trim().to_uppercase();
    let abbreviated = ABBREVIATIONS.iter().find(|(short, _)| short.contains(&upper.as_str()));
    if let Some((_, zone)) = abbreviated {
        return Some(zone);
    }
    let lower = name.to_lowercase().replace(' ', "_");
    let city =
        |zone: &&str| zone.rsplit('/').next().is_some_and(|city| city.to_lowercase() == lower);
    let same = Zone::names().find(|zone| zone.eq_ignore_ascii_case(name));
    same.or_else(|| Zone::names().find(city)).or_else(|| {
        let long = name.len() > LONGEST_ABBREVIATION;
        long.then(|| nearest(name, Zone::names())).flatten()
    })
}

impl<T: FromNode> FromNode for Vec<T> {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let ValueKind::List { of, least, most } = at.kind else {
            unreachable!("values are declared as a list")
        };
        let Value::List(items) = &node.value else {
            return Err(at.wrong(node, format!("found {}; write it in brackets", node.found())));
        };
        if least == most && items.len() != *least {
            return Err(at.wrong(node, format!("this has {}, and it must be {least}", items.len())));
        }
        if items.len() < *least || items.len() > *most {
            let most = grouped(*most as u64);
            return Err(
                at.wrong(node, format!("this has {}; {least} to {most} are possible", items.len()))
            );
        }
        let item = |(index, node): (usize, &Node)| {
            let path = format!("{}.{index}", at.path);
            let at = At { ctx: at.ctx, path, kind: of, example: of.example() };
            T::from_node(&at, node)
        };
        all(items.iter().enumerate().map(item))
    }
}

impl<T: Choice> FromNode for T {
    fn from_node(at: &At<'_>, node: &Node) -> Result<Self, Reported> {
        let spelt = |text: &str| T::WORDS.iter().find(|(word, ..)| *word == text);
        if let Value::Text(text) = &node.value
            && let Some((_, choice, _)) = spelt(text)
        {
            return Ok(*choice);
        }
        Err(wrong_word(at, node, T::WORDS.iter().map(|(word, ..)| *word)))
    }
}

/// Notes a word that is not among the possible ones.
pub fn wrong_word<'w>(at: &At<'_>, node: &Node, words: impl Iterator<Item = &'w str>) -> Reported {
    let title = format!("`{}` must be {}", at.path, at.kind.noun());
    let words: Vec<&str> = words.collect();
    let untold = words.len() > MOST_IN_A_PHRASE;
    let meant = match &node.value {
        Value::Text(text) if at.ctx.suggests() => nearest(text, words.iter().copied()),
        _ => None,
    };
    let error = Diagnostic::value(title);
    at.ctx.note(match meant {
        Some(meant) => error.at(node.spot, format!("did you mean \"{meant}\"?")),
        None => {
            let error = error.at(node.spot, format!("found {}", node.found()));
            if untold { error.help(format!("the words are {}", words.join(", "))) } else { error }
        }
    })
}
