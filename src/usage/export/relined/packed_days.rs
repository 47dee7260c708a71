//! Days whose numbers stand without marks between them and without the year first, `10022026` or `260210`: the marks are put in, and which
//! number is the day is decided as of other dates.
//!
//! Deliberately absent: `20260210`, which has its year first and is read as it is.

use std::sync::Arc;

use super::super::datum::is_date;
use super::{CellRule, Relining, TextStart, columns_of, digit_runs, named};

/// Days of a column that show it.
const FEWEST: usize = 2;
/// Years without their century that days of usage are taken to be of.
const NEAR: std::ops::RangeInclusive<u32> = 18..=45;
/// Words of the headers of columns of days, in small letters.
const DAYS: [&str; 24] = [
    "date",
    "day",
    "datum",
    "tag",
    "fecha",
    "día",
    "data",
    "dia",
    "jour",
    "giorno",
    "dato",
    "dag",
    "päivä",
    "dátum",
    "tarih",
    "дата",
    "день",
    "日付",
    "日期",
    "날짜",
    "booked",
    "belegdatum",
    "buchungsdatum",
    "rechnungsdatum",
];

/// How a text is read in which a column under the header of one of days has such numbers.
pub(super) fn relining(start: TextStart<'_>) -> Option<Relining> {
    if !start.has_line(|line| digit_runs(line).any(|run| (6..=8).contains(&run.len()))) {
        return None;
    }
    let delimiter = start.likely_delimiter()?;
    let of_days = |is_such: fn(&str) -> bool| {
        let columns = columns_of(start, delimiter, FEWEST, is_such);
        columns.into_iter().filter(|column| is_of_days(&column.header)).collect::<Vec<_>>()
    };
    let whole = of_days(|cell| with_year(cell).is_some());
    let is_whole = whole.iter().any(|column| column.cells.iter().any(|cell| !is_year_first(cell)));
    let (columns, write): (_, fn(&str) -> Option<String>) = match is_whole {
        true => (whole, with_year),
        false => (of_days(|cell| with_short_year(cell).is_some()), with_short_year),
    };
    let first = columns.first()?;
    // Beside dates that are written as such these are numbers.
    if !columns_of(start, delimiter, FEWEST, is_date).is_empty() {
        return None;
    }
    if !is_whole && columns.iter().any(|column| column.cells.iter().all(|cell| is_month(cell))) {
        return None;
    }
    let remark = format!(
        "Days in column {} are numbers without marks, such as `{}`, and read as `{}`.",
        named(&columns),
        first.example,
        write(&first.example)?
    );
    let columns = columns.iter().map(|column| column.column).collect();
    Some(Relining {
        rule: Arc::new(CellRule { delimiter, columns, write }),
        delimiter: None,
        remark,
    })
}

/// Whether a header is one of a column of days.
fn is_of_days(header: &str) -> bool {
    let small = header.to_lowercase();
    let mut words = small.split(|c: char| !c.is_alphanumeric());
    words.any(|word| DAYS.contains(&word))
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Whether two numbers are a day and a month, in this order or the other.
fn are_day_and_month(first: u32, second: u32) -> bool {
    let is_it = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    is_it(first, second) || is_it(second, first)
}

/// `10/02/2026` for `10022026`, or for `1022026`, which lacks its zero.
fn with_year(cell: &str) -> Option<String> {
    let digits = number(cell).filter(|_| (7..=8).contains(&cell.len()))?;
    let (first, second, year) = (digits / 1_000_000, digits / 10_000 % 100, digits % 10_000);
    let is_day = (2000..2100).contains(&year) && are_day_and_month(first, second);
    is_day.then(|| format!("{first:02}/{second:02}/{year}"))
}

/// Whether eight digits may be a day with its year first.
fn is_year_first(cell: &str) -> bool {
    number(cell).filter(|_| cell.len() == 8).is_some_and(|digits| {
        let (year, month, day) = (digits / 10_000, digits / 100 % 100, digits % 100);
        (1900..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
    })
}

/// `26-02-10` for `260210`.
fn with_short_year(cell: &str) -> Option<String> {
    let digits = number(cell).filter(|_| cell.len() == 6)?;
    let (first, second, last) = (digits / 10_000, digits / 100 % 100, digits % 100);
    let begins = NEAR.contains(&first) && (1..=12).contains(&second) && (1..=31).contains(&last);
    let ends = NEAR.contains(&last) && are_day_and_month(first, second);
    (begins || ends).then(|| format!("{first:02}-{second:02}-{last:02}"))
}

/// Whether six digits are a year and a month, `202602`.
fn is_month(cell: &str) -> bool {
    number(cell).is_some_and(|digits| {
        (190_001..=210_012).contains(&digits) && (1..=12).contains(&(digits % 100))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::relined_text;

    #[test]
    fn days_without_marks_get_theirs_under_a_header_of_days() {
        for (text, rows) in [
            ("Datum,n\n10022026,5\n1032026,6\n", Some("Datum,n\n10/02/2026,5\n01/03/2026,6\n")),
            ("Date,n\n260210,5\n260301,6\n", Some("Date,n\n26-02-10,5\n26-03-01,6\n")),
            ("Date,n\n\"100226\",5\n010326,6\n", Some("Date,n\n10-02-26,5\n01-03-26,6\n")),
            // The year first, months, times of day and other numbers.
            ("Date,n\n20260210,5\n20260301,6\n", None),
            ("Date,n\n202001,5\n202002,6\n", None),
            ("Time,n\n201030,5\n211130,6\n", None),
            ("Date,Data\n2026-05-01,250101\n2026-05-02,260312\n", None),
            ("Order,n\n10022026,5\n11022026,6\n", None),
            ("Date,n\n10022026,5\n99022026,6\n", None),
        ] {
            assert_eq!(relined_text(text).as_deref(), rows, "{text}");
        }
    }
}
