//! Cells of data, numbers or times, as against words: the difference between rows and a header.
//!
//! Deliberately absent: which number or time it is.

use std::borrow::Cow;

use crate::domain::{is_currency_sign, is_like_currency_code, month_named};

/// Words beside the digits of a time or a number, besides months.
const WORDS: [&str; 27] = [
    "t",
    "z",
    "utc",
    "gmt",
    "am",
    "pm",
    "uhr",
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
    if let Cow::Owned(cell) = with_ascii_digits(cell) {
        return is_datum(&cell);
    }
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

/// Whether the cells of a row hold a date and another value.
pub(super) fn are_event<'c>(cells: impl Iterator<Item = &'c str> + Clone) -> bool {
    cells.clone().any(is_date) && cells.filter(|cell| is_datum(cell)).count() > 1
}

/// Names in a row from which on a word for a missing number is one of them.
const NAMES_BESIDE: usize = 4;

/// Whether all cells of a row are names, as far as they are not blank, and at least half of those up to the last name are not.
pub(super) fn are_names<'c>(cells: impl Iterator<Item = &'c str> + Clone) -> bool {
    let filled = cells.clone().filter(|cell| !cell.is_empty());
    let named = filled.clone().count();
    let last = cells.enumerate().filter(|(_, cell)| !cell.is_empty()).last();
    // `Included` beside `Used` and `Overage` is a name, as it is none below them.
    let is_one_of_names =
        |cell: &str| named >= NAMES_BESIDE && cell.eq_ignore_ascii_case("included");
    let no_name = |cell: &str| is_datum(cell) || (is_blank_word(cell) && !is_one_of_names(cell));
    let is_rule = |cell: &str| cell.bytes().all(|byte| b"-:=".contains(&byte));
    named > 0
        && 2 * named > last.map_or(0, |(place, _)| place)
        && !filled.clone().all(is_rule)
        && !filled.clone().all(is_bracketed_unit)
        && !filled.clone().any(no_name)
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

/// The digits of zero in scripts other than the Latin one, each followed by those of one to nine (Unicode 16, category Nd).
const ZEROS: [char; 17] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}',
    '\u{ff10}',
];

/// A text with the digits of other scripts, `١٢٣` and `１２３`, in those of ASCII, and with them the marks that stand between them;
/// any other text as it is.
#[inline]
pub(in crate::usage) fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    match text.is_ascii() || !text.chars().any(|c| script_digit(c).is_some()) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().filter_map(in_ascii).collect()),
    }
}

/// The value of a digit of another script.
fn script_digit(c: char) -> Option<u32> {
    let values = ZEROS.iter().map(|zero| u32::from(c).wrapping_sub(u32::from(*zero)));
    values.into_iter().find(|value| *value < 10)
}

/// A sign as ASCII has it, among digits of another script; `None` for a mark of the direction of writing.
fn in_ascii(c: char) -> Option<char> {
    match c {
        '\u{200e}' | '\u{200f}' | '\u{61c}' => None,
        // The decimal mark, and the mark of thousands, of Arabic digits.
        '\u{66b}' => Some('.'),
        '\u{66c}' => Some(','),
        // Signs of full width stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' if script_digit(c).is_none() => {
            char::from_u32(u32::from(c) - 0xfee0)
        }
        _ => Some(script_digit(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c)),
    }
}

/// Signs of units that may stand in a line below a header.
const UNIT_SIGNS: [&str; 41] = [
    "wh", "kwh", "mwh", "gwh", "w", "kw", "mw", "va", "kva", "kvarh", "kvar", "v", "a", "ah", "hz",
    "%", "°c", "m3", "m³", "l", "b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "h",
    "min", "s", "sec", "ms", "€", "$", "ct", "ct/kwh", "€/kwh", "eur/kwh", "gj",
];

/// The unit in a cell of a line of units below a header, with or without brackets; `None` if the cell is no unit.
pub(super) fn unit_sign(cell: &str) -> Option<&str> {
    let inside = cell.strip_prefix(['[', '(']).and_then(|inside| inside.strip_suffix([']', ')']));
    let unit = inside.unwrap_or(cell).trim();
    let is_known =
        UNIT_SIGNS.contains(&unit.to_lowercase().as_str()) || is_like_currency_code(unit);
    (is_known || (is_bracketed_unit(cell) && !is_date_pattern(unit))).then_some(unit)
}

/// Whether a cell is the pattern of a date, `dd.MM.yyyy HH:mm`.
pub(super) fn is_date_pattern(cell: &str) -> bool {
    let inside = cell.strip_prefix(['[', '(']).and_then(|inside| inside.strip_suffix([']', ')']));
    let pattern = inside.unwrap_or(cell);
    let is_part = |c: char| "dDmMyYhHsStTzZjJa./-: '+".contains(c);
    let parts = pattern.split(|c: char| !c.is_ascii_alphabetic()).filter(|part| !part.is_empty());
    let is_same = |part: &str| {
        part.len() > 1 && part.bytes().all(|byte| byte.eq_ignore_ascii_case(&part.as_bytes()[0]))
    };
    pattern.chars().all(is_part) && parts.filter(|part| is_same(part)).count() >= 2
}

/// Whether a text begins as a number does: with a digit, or one behind a sign.
pub(super) fn begins_as_number(text: &str) -> bool {
    text.trim_start_matches([' ', '-', '+', '\u{2212}']).starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{is_date_pattern, is_datum, unit_sign, with_ascii_digits};

    #[test]
    fn digits_of_other_scripts_are_those_of_ascii() {
        for (text, ascii) in [
            ("١٬٢٣٤٫٥", "1,234.5"),
            ("२०२६-०३-०१", "2026-03-01"),
            ("２０２６／０３／０１", "2026/03/01"),
            ("\u{200f}٢٠٢٦", "2026"),
            ("៥ GB", "5 GB"),
            ("5 ％", "5 ％"),
            ("12", "12"),
        ] {
            assert_eq!(with_ascii_digits(text), ascii);
        }
    }

    #[test]
    fn a_line_of_units_has_signs_of_units_and_patterns_of_dates() {
        for (cell, unit) in
            [("Wh", "Wh"), ("[kWh]", "kWh"), ("(GB)", "GB"), ("EUR", "EUR"), ("[Stück]", "Stück")]
        {
            assert_eq!(unit_sign(cell), Some(unit));
        }
        for cell in ["Energy", "", "Hours", "Total", "[dd.MM.yyyy HH:mm]"] {
            assert_eq!(unit_sign(cell), None, "{cell}");
        }
        for pattern in ["dd.MM.yyyy HH:mm", "[dd.MM.yyyy HH:mm]", "YYYY-MM-DD", "hh:mm"] {
            assert!(is_date_pattern(pattern), "{pattern}");
        }
        for name in ["day", "Date", "dd", "Zeit", "", "Start"] {
            assert!(!is_date_pattern(name), "{name}");
        }
    }

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
            "01.01.2026, 14:41 Uhr",
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
