//! The columns of time and amount, chosen from the header line, with a report of every guess.
//!
//! A guess needs exactly one candidate. Deliberately absent: guesses from the data.

use memchr::memchr;
use rust_decimal::Decimal;

use super::super::amount::Number;
use super::super::error::shown;
use super::super::time::{is_calendar, is_number};
use super::records::Records;
use super::{Amounts, CsvSettings, Delimiter, UsageError};
use crate::domain::Credits;
use crate::domain::text::counted;

/// Headers that are taken for the time, in any case.
const TIMES: [&str; 5] = ["timestamp", "time", "date", "datetime", "created_at"];
/// Headers that are taken for the amount, in any case.
const AMOUNTS: [&str; 5] = ["value", "amount", "quantity", "credits", "tokens"];
/// Headers that a message lists.
const LISTED: usize = 40;

/// The positions of the time and the amount in each row.
#[derive(Debug)]
pub(super) struct Columns {
    /// The headers.
    pub(super) names: Vec<String>,
    pub(super) time: usize,
    pub(super) amount: Amount,
    /// Those that hold the same, or something, in every row.
    pub(super) constants: Vec<ConstantColumn>,
    /// Those in which the label of a total would be read for nothing else: neither a time nor an amount reads like one.
    pub(super) beside: Vec<usize>,
}

impl Columns {
    fn new(names: Vec<String>, time: usize, amount: Amount) -> Columns {
        let is_read = |column: &usize| match &amount {
            Amount::EachRow(_) => false,
            Amount::Columns(of) => of.iter().any(|(amount, _)| amount == column),
        };
        let beside = (0..names.len()).filter(|column| *column != time && !is_read(column));
        Columns { beside: beside.collect(), names, time, amount, constants: Vec::new() }
    }
}

/// A column that holds the same in every row, where another value would raise a doubt, or that holds something in every
/// row, where nothing would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::usage) struct ConstantColumn {
    pub(in crate::usage) column: usize,
    /// The cell without surrounding blanks; `None` if it only has to hold something.
    pub(in crate::usage) value: Option<String>,
}

/// The positions of the amount.
#[derive(Debug)]
pub(super) enum Amount {
    /// The sum of these columns, each times its factor.
    Columns(Vec<(usize, Number)>),
    /// Each row is this much.
    EachRow(Credits),
}

/// Reads the header line and chooses; `None` if the source is empty. The choices are added to
/// `chosen`.
pub(super) fn choose(
    records: &mut Records,
    settings: &CsvSettings,
    chosen: &mut Vec<String>,
) -> Result<Option<Columns>, UsageError> {
    let delimiter = delimiter(records, settings.delimiter, chosen)?;
    records.part_by(delimiter);
    let Some(record) = records.next()? else { return Ok(None) };
    let fields = records.fields(record);
    let header: Vec<Vec<u8>> =
        (0..fields.count()).map(|i| fields.get(i).unwrap_or_default().to_vec()).collect();
    if header.iter().any(|name| name.contains(&0)) {
        let (name, what) = (records.name().to_owned(), "holds NUL bytes and is no text");
        return Err(UsageError::NotText { name, what });
    }
    let names: Vec<String> =
        header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let mut problems = Vec::new();
    let time = time(&names, settings, &mut problems, chosen);
    let amount = amount(&names, settings, &mut problems, chosen);
    if let (Some(time), Some(amount)) = (time, amount) {
        return Ok(Some(Columns::new(names, time, amount)));
    }
    let (name, line) = (records.name().to_owned(), records.line());
    if header.iter().any(|name| is_calendar(name) || is_number(name)) {
        return Err(UsageError::NoHeader { name, line, first: shown(&header.join(&delimiter)) });
    }
    let mut headers: Vec<String> =
        header.iter().take(LISTED).map(|name| format!("`{}`", shown(name))).collect();
    if header.len() > LISTED {
        headers.push(format!("and {} more", header.len() - LISTED));
    }
    Err(UsageError::Columns { name, line, problems, headers })
}

/// The delimiter: as set, or a comma, or the only other one in the header line.
fn delimiter(
    records: &mut Records,
    setting: Delimiter,
    chosen: &mut Vec<String>,
) -> Result<u8, UsageError> {
    let line = records.first_line()?;
    let found = match setting {
        Delimiter::Comma => return Ok(b','),
        Delimiter::Semicolon => return Ok(b';'),
        Delimiter::Tab => return Ok(b'\t'),
        Delimiter::Bar => return Ok(b'|'),
        Delimiter::Guess => [(b',', ""), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")],
    }
    .into_iter()
    .filter(|&(byte, _)| memchr(byte, line).is_some());
    match found.collect::<Vec<_>>().as_slice() {
        [(byte, name)] if *byte != b',' => {
            chosen.push(format!("Fields are parted by {name} (guessed from the header line)."));
            Ok(*byte)
        }
        _ => Ok(b','),
    }
}

/// The column of the time.
fn time(
    names: &[String],
    settings: &CsvSettings,
    problems: &mut Vec<String>,
    chosen: &mut Vec<String>,
) -> Option<usize> {
    let way_out = "choose it with `[usage] time = \"...\"` or `--time-column`";
    if let Some(wanted) = &settings.time {
        let column = named(names, wanted, "the time", way_out, problems)?;
        chosen.push(format!("The time is in column `{wanted}`."));
        return Some(column);
    }
    let column = guessed(names, &TIMES, "the time", way_out, problems)?;
    let name = names.get(column)?;
    chosen.push(format!("The time is in column `{name}` (guessed from the header)."));
    Some(column)
}

/// The columns of the amount.
fn amount(
    names: &[String],
    settings: &CsvSettings,
    problems: &mut Vec<String>,
    chosen: &mut Vec<String>,
) -> Option<Amount> {
    let way_out = "choose it with `[usage] amount = \"...\"` or `--amount-column`, or say what \
                   each row is worth with `[usage] amount_per_row`";
    let wanted = match &settings.amounts {
        Amounts::EachRow(amount) if (Credits::ZERO..=Credits::LARGEST).contains(amount) => {
            chosen.push(format!("Each row is worth {}.", counted(amount, "credit")));
            return Some(Amount::EachRow(*amount));
        }
        Amounts::EachRow(amount) => {
            problems.push(format!(
                "`amount_per_row` is {amount}; it must lie between 0 and {}",
                Credits::LARGEST
            ));
            return None;
        }
        Amounts::Guess => {
            let column = guessed(names, &AMOUNTS, "the amount", way_out, problems)?;
            let name = names.get(column)?;
            chosen.push(format!("The amount is in column `{name}` (guessed from the header)."));
            return Some(Amount::Columns(vec![(column, Number::ONE)]));
        }
        Amounts::Columns(wanted) => wanted,
    };
    if wanted.is_empty() {
        problems.push(format!("no column of the amount is named; {way_out}"));
        return None;
    }
    let mut columns = Vec::new();
    for (name, factor) in wanted {
        let number = factor_of(name, *factor, problems);
        let column = named(names, name, "the amount", way_out, problems);
        columns.extend(column.zip(number));
    }
    let terms: Vec<String> = wanted.iter().map(|(name, factor)| term(name, *factor)).collect();
    chosen.push(format!("The amount is {}.", terms.join(" + ")));
    (columns.len() == wanted.len()).then_some(Amount::Columns(columns))
}

/// The factor of a column, if it can be counted with exactly.
fn factor_of(name: &str, factor: Decimal, problems: &mut Vec<String>) -> Option<Number> {
    let number = Number::from_decimal(factor);
    if number.is_none() {
        problems.push(format!(
            "the factor {factor} of column `{name}` must not be negative, nor have more than 18 \
             digits"
        ));
    }
    number
}

/// A column and its factor in words.
fn term(name: &str, factor: Decimal) -> String {
    let factor = factor.normalize();
    match factor == Decimal::ONE {
        true => format!("column `{name}`"),
        false => format!("{factor} × column `{name}`"),
    }
}

/// The only column with this header: as written, or else in any case.
fn named(
    names: &[String],
    wanted: &str,
    what: &str,
    way_out: &str,
    problems: &mut Vec<String>,
) -> Option<usize> {
    let wanted = wanted.trim();
    let mut found = matching(names, |name| name == wanted);
    if found.is_empty() {
        found = matching(names, |name| name.eq_ignore_ascii_case(wanted));
    }
    if let [column] = found.as_slice() {
        return Some(*column);
    }
    let count =
        if found.is_empty() { "no column".to_owned() } else { format!("{} columns", found.len()) };
    problems.push(format!("{what}: {count} with the header `{wanted}`; {way_out}"));
    None
}

/// The only column with a common header.
fn guessed(
    names: &[String],
    common: &[&str],
    what: &str,
    way_out: &str,
    problems: &mut Vec<String>,
) -> Option<usize> {
    let found =
        matching(names, |name| common.iter().any(|common| name.eq_ignore_ascii_case(common)));
    if let [column] = found.as_slice() {
        return Some(*column);
    }
    let state = match found.is_empty() {
        true => format!("no header is one of {}", common.join(", ")),
        false => format!("{} headers are among {}", found.len(), common.join(", ")),
    };
    problems.push(format!("{what}: {state}; {way_out}"));
    None
}

/// The columns whose header satisfies `right`.
fn matching(names: &[String], right: impl Fn(&str) -> bool) -> Vec<usize> {
    names.iter().enumerate().filter(|(_, name)| right(name)).map(|(column, _)| column).collect()
}
