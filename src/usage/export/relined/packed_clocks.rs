//! Times of day in digits alone that lack their first zeros, `930` for half past nine, as spreadsheets leave them beside a column of days: colons are
//! put in.
//!
//! Deliberately absent: `0930`, which is read as it is.

use std::sync::Arc;

use super::super::datum::is_date;
use super::{CellRule, LOOKED_AT, Relining, TextStart, cells_of, columns_of, digit_runs, named};

/// Times of a column that show it.
const FEWEST: usize = 5;
/// Times that follow one of the same day.
const FEWEST_BEHIND: usize = 3;
/// Words of the headers of columns of times of day, in small letters.
const CLOCKS: [&str; 18] = [
    "time",
    "clock",
    "uhrzeit",
    "zeit",
    "hora",
    "heure",
    "ora",
    "orario",
    "tijd",
    "tid",
    "godzina",
    "čas",
    "óra",
    "saat",
    "час",
    "время",
    "时间",
    "時間",
];

/// How a text is read in which a column under the header of one of times has such numbers, which follow each other within each day.
pub(super) fn relining(start: TextStart<'_>) -> Option<Relining> {
    let is_odd = |run: &[u8]| matches!(run.len(), 3 | 5);
    if !start.has_line(|line| digit_runs(line).any(is_odd)) || !start.has_line(is_of_clocks) {
        return None;
    }
    let delimiter = start.likely_delimiter()?;
    let day = days(start, delimiter)?;
    let lacking = |write: fn(&str) -> Option<String>, odd: usize| {
        let mut columns = columns_of(start, delimiter, FEWEST, |cell| write(cell).is_some());
        columns.retain(|column| {
            let lacks_zero = column.cells.iter().any(|cell| cell.len() == odd);
            lacks_zero && column.column != day && is_of_clocks(&column.header)
        });
        (columns, write)
    };
    let of_minutes = lacking(with_minutes, 3);
    let (mut columns, write) =
        if of_minutes.0.is_empty() { lacking(with_seconds, 5) } else { of_minutes };
    let in_order = |column: usize| {
        let lines = start.lines().take(LOOKED_AT).filter_map(|(_, line)| cells_of(line, delimiter));
        // Beside a day and a time stands an amount.
        let times = lines.filter(|cells| cells.len() > 2).filter_map(|cells| {
            let time: u32 = cells.get(column)?.text.parse().ok()?;
            Some((cells.get(day)?.text.to_string(), time))
        });
        let times: Vec<(String, u32)> = times.collect();
        let pairs = times.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        let (rises, falls) = (
            |pair: &[(String, u32)]| pair[0].1 <= pair[1].1,
            |pair: &[(String, u32)]| pair[0].1 >= pair[1].1,
        );
        pairs.clone().count() >= FEWEST_BEHIND
            && (pairs.clone().all(rises) || pairs.clone().all(falls))
    };
    columns.retain(|column| in_order(column.column));
    let first = columns.first()?;
    let remark = format!(
        "Times of day in column {} are numbers without colons, such as `{}`, and read as `{}`.",
        named(&columns),
        first.example,
        write(&first.example)?
    );
    let columns = columns.iter().map(|column| column.column).collect();
    let rule = Arc::new(CellRule { delimiter, columns, write });
    Some(Relining { rule, delimiter: None, remark })
}

/// The first column of days.
fn days(start: TextStart<'_>, delimiter: char) -> Option<usize> {
    let is_day = |cell: &str| (is_date(cell) && !cell.contains(':')) || is_packed_day(cell);
    columns_of(start, delimiter, FEWEST, is_day).first().map(|column| column.column)
}

/// Whether eight digits are a day with its year first or last.
fn is_packed_day(cell: &str) -> bool {
    let is_year = |year: Option<&str>| year.is_some_and(|year| year.starts_with("20"));
    cell.len() == 8
        && cell.bytes().all(|byte| byte.is_ascii_digit())
        && (is_year(cell.get(..4)) || is_year(cell.get(4..)))
}

/// Whether a header is one of a column of times of day.
fn is_of_clocks(header: &str) -> bool {
    let small = header.to_lowercase();
    let mut words = small.split(|c: char| !c.is_alphanumeric());
    words.any(|word| CLOCKS.contains(&word))
}

/// The number of at most so many digits in a cell.
fn number(cell: &str, digits: usize) -> Option<u32> {
    let is_number = cell.len() <= digits && cell.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| cell.parse().ok()).flatten()
}

/// `09:30` for `930`.
fn with_minutes(cell: &str) -> Option<String> {
    let number = number(cell, 4)?;
    let (hour, minute) = (number / 100, number % 100);
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// `09:30:15` for `93015`.
fn with_seconds(cell: &str) -> Option<String> {
    let number = number(cell, 6)?;
    let (hour, minute, second) = (number / 10_000, number / 100 % 100, number % 100);
    let is_clock = hour < 24 && minute < 60 && second < 60;
    is_clock.then(|| format!("{hour:02}:{minute:02}:{second:02}"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::relined_text;

    #[test]
    fn times_without_their_zeros_get_colons_where_they_follow_each_other_in_each_day() {
        for (text, rows) in [
            (
                "Datum;Uhrzeit;n\n20260501;8;5\n20260501;620;6\n20260501;1445;7\n20260502;915;8\n20260502;1001;9\n",
                Some(
                    "Datum;Uhrzeit;n\n20260501;00:08;5\n20260501;06:20;6\n20260501;14:45;7\n20260502;09:15;8\n20260502;10:01;9\n",
                ),
            ),
            (
                "date,time,n\n01/05/2026,93015,5\n01/05/2026,94000,6\n01/05/2026,101500,7\n01/05/2026,235959,8\n02/05/2026,812,9\n",
                Some(
                    "date,time,n\n01/05/2026,09:30:15,5\n01/05/2026,09:40:00,6\n01/05/2026,10:15:00,7\n01/05/2026,23:59:59,8\n02/05/2026,00:08:12,9\n",
                ),
            ),
            // Seconds of calls, and times that are read as they are.
            (
                "Date,Time,n\n2026-05-01,130,5\n2026-05-01,45,6\n2026-05-01,240,7\n2026-05-01,159,8\n2026-05-02,300,9\n",
                None,
            ),
            (
                "Date,Time,n\n2026-05-01,0130,5\n2026-05-01,0245,6\n2026-05-01,0340,7\n2026-05-01,1159,8\n2026-05-02,1300,9\n",
                None,
            ),
            (
                "Date,Count,n\n2026-05-01,130,5\n2026-05-01,145,6\n2026-05-01,240,7\n2026-05-01,259,8\n2026-05-02,300,9\n",
                None,
            ),
        ] {
            assert_eq!(relined_text(text).as_deref(), rows, "{text}");
        }
    }
}
