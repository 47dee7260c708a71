//! Cells of data, numbers or times, as against words: the difference between rows and a header.
//!
//! Deliberately absent: which number or time it is.

use crate::domain::{is_currency_sign, is_like_currency_code, month_named};

/// Words beside the digits of a time or a number, besides months.
const WORDS: [&str; 26] = [
    "t",
    "z",
    "utc",
    "gmt",
    "am",
    "pm",
    "e",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "kr",
    "rs",
    "kč",
    "ft",
    "zł",
];

/// Whether a cell holds a number or a time: digits, and beside them only signs, marks, the letters
/// of times, and a currency.
pub(super) fn is_datum(cell: &str) -> bool {
    if !cell.bytes().any(|byte| byte.is_ascii_digit()) || cell.len() > 64 {
        return false;
    }
    let mut words = cell.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let marks = |c: char| c.is_alphanumeric() || " .,:/+-'’()%\u{a0}\u{202f}\u{2212}".contains(c);
    cell.chars().all(|c| marks(c) || is_currency_sign(c)) && words.all(stands_by_digits)
}

/// Whether a cell holds a date or a time: a datum that begins with a digit and has two marks between numbers.
pub(super) fn is_date(cell: &str) -> bool {
    let marks = || cell.bytes().filter(|byte| b"-/.:".contains(byte)).count();
    is_datum(cell) && cell.starts_with(|c: char| c.is_ascii_digit()) && marks() >= 2
}

/// Whether a cell names a day, a month or a time of day: a datum with a mark of these between its digits or
/// letters, or the name of a month.
pub(super) fn is_interval(cell: &str) -> bool {
    let inner = cell.get(1..cell.len().saturating_sub(1)).unwrap_or_default();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    is_datum(cell)
        && cell.starts_with(|c: char| c.is_alphanumeric())
        && !cell.contains(is_currency_sign)
        && (inner.contains([':', '/']) || inner.contains('-') || is_date(cell) || letters >= 3)
}

/// Whether a word may be beside the digits of a time or a number: a currency such as `USD`, or
/// a part of a time.
fn stands_by_digits(word: &str) -> bool {
    let is_known = || WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    is_like_currency_code(word) || is_known() || month_named(word).is_some()
}

/// Words in place of a missing number.
const BLANK: [&str; 12] =
    ["-", "--", "—", "–", "n/a", "na", "nan", "null", "none", "nil", "included", "unlimited"];

/// Whether a cell holds a word in place of a missing number.
pub(super) fn is_blank_word(cell: &str) -> bool {
    BLANK.iter().any(|word| word.eq_ignore_ascii_case(cell))
}

/// Whether a cell is a unit or a form in brackets, `[Wh]` or `[dd.MM.yyyy HH:mm]`, as a line of them stands below a header.
pub(in crate::usage) fn is_bracketed_unit(cell: &str) -> bool {
    let inside = cell.strip_prefix('[').and_then(|inside| inside.strip_suffix(']'));
    inside.is_some_and(|inside| {
        (1..=24).contains(&inside.len())
            && !inside.contains(['"', '{', '[', ']'])
            && !inside.bytes().any(|byte| byte.is_ascii_digit())
    })
}

/// Whether a text begins as a number does: with a digit, or one behind a sign.
pub(super) fn begins_as_number(text: &str) -> bool {
    text.trim_start_matches([' ', '-', '+', '\u{2212}']).starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_datum;

    #[test]
    fn numbers_and_times_are_data_and_names_are_none() {
        for cell in [
            "5",
            "-1,234.50",
            "$1,234.50",
            "12,35 €",
            "kr 2,25",
            "￥1,200",
            "5.64902E-05",
            "1 234",
            "12 %",
            "USD 5.00",
            "2026-03-01",
            "9/2/2026",
            "1.3.2026",
            "2026-05-01 00:00:00.000 -07:00",
            "03:14",
            "2026-06-20T15:41:12.4447630Z",
            "Mon, 02 Mar 2026 10:00:00 +0000",
            "1 March 2026",
            "2 Mar 2026 5:00 PM",
            "2026-03-01 00:00:00 +0000 UTC",
            "(0.50)",
        ] {
            assert!(is_datum(cell), "{cell}");
        }
        for cell in [
            "",
            "credits",
            "Date / Time",
            "IMPORT (kWh)",
            "usage_input_tokens_cache_write_5m",
            "Q1",
            "lineItem/UsageAmount",
            "1st half",
            "N/A",
            "Included",
            "u-0001",
            "10K tokens",
            "≤ 200k",
        ] {
            assert!(!is_datum(cell), "{cell}");
        }
    }
}
