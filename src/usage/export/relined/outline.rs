//! Pivot tables whose labels are nested in one column: a year above its months, and these above their days. Where each is the sum of those
//! below it, the rows of the lowest level are read, with whole dates.
//!
//! Deliberately absent: labels of anything but dates.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::datum::is_datum;
use super::{LineRule, Relining, TextStart, cells_of, with_cells};
use crate::domain::month_named;

/// Months and days below a year, at least.
const FEWEST: usize = 2;

/// A row of such a table.
struct OutlineRow {
    line: u64,
    level: OutlineLevel,
    /// Its numbers in millionths; `None` where a cell holds something else.
    numbers: Vec<Option<i128>>,
}

/// What a label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum OutlineLevel {
    Year(u32),
    Quarter(u32, u32),
    Month(u32, u32),
    Day(u32, u32, u32),
}

impl OutlineLevel {
    fn depth(self) -> u8 {
        match self {
            OutlineLevel::Year(_) => 0,
            OutlineLevel::Quarter(..) => 1,
            OutlineLevel::Month(..) => 2,
            OutlineLevel::Day(..) => 3,
        }
    }

    /// The date of a row; `None` for a year or a quarter, which are written as they are.
    fn date(self) -> Option<String> {
        match self {
            OutlineLevel::Year(_) | OutlineLevel::Quarter(..) => None,
            OutlineLevel::Month(year, month) => Some(format!("{year:04}-{month:02}")),
            OutlineLevel::Day(year, month, day) => Some(format!("{year:04}-{month:02}-{day:02}")),
        }
    }
}

/// What stands in place of the labels; nothing where a row is the sum of others.
struct Outline {
    delimiter: char,
    dates: BTreeMap<u64, Option<String>>,
}

/// How a text is read that is such a table as a whole.
pub(super) fn relining(start: TextStart<'_>) -> Option<Relining> {
    let begins_with_year = |line: &str| {
        let label = line.trim_start_matches('"').as_bytes();
        let is_year = label.get(..4).is_some_and(|year| year.iter().all(u8::is_ascii_digit));
        is_year && label.get(4).is_some_and(|next| b"\",;\t|".contains(next))
    };
    let first = start.text.lines().take(super::LOOKED_AT).position(begins_with_year);
    let first = first.filter(|first| *first > 0 && start.is_whole)?;
    let delimiter = start.likely_delimiter()?;
    let (mut rows, mut above): (Vec<OutlineRow>, Option<OutlineLevel>) = (Vec::new(), None);
    for (line, text) in start.lines().skip(first) {
        let cells = cells_of(text, delimiter)?;
        let label = cells.first().map_or("", |cell| &*cell.text);
        let Some(level) = level(label, above) else {
            // Only the total of all may follow.
            let rest = start.lines().skip_while(|(other, _)| *other < line);
            let is_end =
                rest.filter(|(_, text)| !text.trim_matches([delimiter, ' ']).is_empty()).count()
                    <= 1;
            if is_end && !is_datum(label) { break } else { return None }
        };
        above = Some(level);
        let numbers = cells.iter().skip(1).map(|cell| number(&cell.text)).collect();
        rows.push(OutlineRow { line, level, numbers });
    }
    let has_parts = |place: usize| {
        rows.get(place + 1).is_some_and(|next| next.level.depth() > rows[place].level.depth())
    };
    let parents: Vec<usize> = (0..rows.len()).filter(|&place| has_parts(place)).collect();
    let lowest = rows.len() - parents.len();
    if parents.is_empty() || lowest < FEWEST || !parents.iter().all(|&place| is_sum(&rows, place)) {
        return None;
    }
    let date = |(place, row): (usize, &OutlineRow)| match has_parts(place) {
        true => Some((row.line, None)),
        false => Some((row.line, Some(row.level.date()?))),
    };
    let dates: BTreeMap<u64, Option<String>> = rows.iter().enumerate().filter_map(date).collect();
    let is_complete = dates.len() == rows.len();
    is_complete.then(|| Relining {
        rule: Arc::new(Outline { delimiter, dates }),
        delimiter: None,
        remark: format!(
            "Labels of years, months and days are nested in the first column: each that others stand below is their sum and left out ({}), and the others \
             are read with the dates that they come to.",
            crate::domain::text::counted(parents.len(), "row")
        ),
    })
}

/// Whether the numbers of a row are the sums of those of the next level below it.
fn is_sum(rows: &[OutlineRow], place: usize) -> bool {
    let Some(of) = rows.get(place) else { return false };
    let below = rows.iter().skip(place + 1).take_while(|row| row.level.depth() > of.level.depth());
    let below: Vec<&OutlineRow> = below.collect();
    let next = below.iter().map(|row| row.level.depth()).min().unwrap_or_default();
    let parts = || below.iter().filter(|row| row.level.depth() == next);
    let column = |(column, whole): (usize, &Option<i128>)| {
        let sum = parts().try_fold(0_i128, |sum, row| {
            sum.checked_add(row.numbers.get(column).copied().flatten()?)
        });
        whole.is_some() && sum == *whole
    };
    !of.numbers.is_empty() && of.numbers.iter().enumerate().all(column)
}

/// A year of four digits.
fn year(label: &str) -> Option<u32> {
    let year: u32 = Some(label).filter(|label| label.len() == 4)?.parse().ok()?;
    (1990..2100).contains(&year).then_some(year)
}

/// The level of a label below the one before it.
fn level(label: &str, above: Option<OutlineLevel>) -> Option<OutlineLevel> {
    if let Some(year) = year(label) {
        return Some(OutlineLevel::Year(year));
    }
    let (year, month) = match above? {
        OutlineLevel::Year(year) | OutlineLevel::Quarter(year, _) => (year, None),
        OutlineLevel::Month(year, month) | OutlineLevel::Day(year, month, _) => (year, Some(month)),
    };
    if let Some(month) = month_named(label) {
        return Some(OutlineLevel::Month(year, month));
    }
    let quarter = ["Qtr", "Q"].iter().find_map(|word| label.strip_prefix(word));
    if let Some(quarter) =
        quarter.and_then(|quarter| quarter.parse().ok()).filter(|quarter| (1..=4).contains(quarter))
    {
        return Some(OutlineLevel::Quarter(year, quarter));
    }
    let (one, other) = label.split_once(['-', ' '])?;
    let (day, named) = match month_named(other) {
        Some(named) => (one, named),
        None => (other, month_named(one)?),
    };
    let day: u32 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
    (month == Some(named)).then_some(OutlineLevel::Day(year, named, day))
}

/// A number in millionths, with commas or blanks between its thousands; nothing for a blank.
pub(super) fn number(text: &str) -> Option<i128> {
    let plain: String =
        text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '$' | '€' | '£')).collect();
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    if plain.is_empty() {
        return Some(0);
    }
    let is_digits = decimals.len() <= 6 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    let whole: i128 = Some(whole).filter(|whole| whole.len() < 20 && is_digits)?.parse().ok()?;
    let part: i128 = format!("{decimals:0<6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(if plain.starts_with('-') { -part } else { part })
}

impl LineRule for Outline {
    fn instead(&self, line: u64, text: &str) -> Option<String> {
        let Some(date) = self.dates.get(&line)? else { return Some(String::new()) };
        let cells = cells_of(text, self.delimiter)?;
        let label = cells.first()?.place.clone();
        Some(with_cells(text, self.delimiter, std::iter::once((label, date.clone()))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::relined_text;

    #[test]
    fn rows_below_their_sums_are_read_with_whole_dates() {
        for (text, rows) in [
            (
                "Row Labels,Sum of n\n2026,\"1,018\"\nFeb,1007\n10-Feb,1000\n11-Feb,7\nMar,11\n1-Mar,11\nGrand Total,1018\n",
                Some(
                    "Row Labels,Sum of n\n\n\n2026-02-10,1000\n2026-02-11,7\n\n2026-03-01,11\nGrand Total,1018\n",
                ),
            ),
            (
                "Label;n\n2025;3\nQtr4;3\nNov;1\nDec;2\n2026;4.5\nQtr1;4.5\nJan;4.5\n",
                Some("Label;n\n\n\n2025-11;1\n2025-12;2\n\n\n2026-01;4.5\n"),
            ),
            // No sums, other labels, and years alone.
            ("Row Labels,n\n2026,9\nFeb,3\nMar,5\n", None),
            ("Row Labels,n\n2026,8\nann,3\nbob,5\n", None),
            ("Year,n\n2025,8\n2026,3\n", None),
        ] {
            assert_eq!(relined_text(text).as_deref(), rows, "{text}");
        }
    }
}
