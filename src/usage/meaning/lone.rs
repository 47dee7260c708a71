//! A row under a label that no other row has, whose amount is the sum of all others: likely their total, whatever the label
//! says, and asked about.
//!
//! The rows are read once more for it, in files only whose largest amount is half of their sum. Deliberately absent: labels
//! that say that they are of totals.

use std::collections::HashMap;

use super::blank::Blank;
use super::examination::Examination;
use super::headers::{in_shell, quoted};
use super::number::Atto;
use super::rows::{CellNotation, RowMeaning, RowReader, cell};
use super::tally::Tally;
use super::values::{all_of, condition};
use crate::domain::text::excerpt;
use crate::usage::UsageError;
use crate::usage::export::Row;

/// Other rows that must hold something: one row is often the sum of two others.
const FEWEST_OTHERS: u64 = 3;

/// Rows that must hold something where no label tells the row apart.
const FEWEST_UNNAMED: u64 = 10;

/// The row with the largest amount.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LargestRow {
    line: u64,
    amount: Atto,
}

impl LargestRow {
    /// Looks at a row.
    #[inline]
    pub(super) fn see(&mut self, line: u64, amount: Atto) {
        if amount > self.amount {
            *self = LargestRow { line, amount };
        }
    }

    /// Adds rows that follow.
    pub(super) fn join(&mut self, other: LargestRow) {
        self.see(other.line, other.amount);
    }
}

/// How often the cells of one row stand in its columns.
struct LabelUse {
    /// The columns of words, and the cells of the row in them.
    labels: Vec<(usize, String)>,
    /// The rows that have the same cell.
    same: Vec<u64>,
    /// Whether a cell of the other rows of a column stands twice.
    repeats: Vec<bool>,
    /// The lines of the first and the last row that counts.
    ends: (u64, u64),
}

/// The problem of a row that is likely the total of all others.
pub(super) fn problem(
    examination: &Examination<'_>,
    tally: &Tally,
    notation: CellNotation,
) -> Option<String> {
    let LargestRow { line, amount } = tally.largest;
    let is_sum = amount != Atto::ZERO && tally.sum.minus(amount) == Some(amount);
    let columns = &examination.columns;
    if !is_sum || tally.filled_rows() <= FEWEST_OTHERS || columns.is_of_profile {
        return None;
    }
    let labels = row_labels(examination, line).ok()?;
    let found = LabelUse::of(examination, notation, labels).ok()?;
    let Some((column, label)) = found.own(line) else {
        return unnamed(examination, tally, found.is_end(line));
    };
    let name = columns.name(column);
    let without = in_shell(&format!("{} != \"{}\"", quoted(name), label.replace('"', "\"\"")));
    let all = all_of(name);
    Some(format!(
        "line {line} holds {amount}, the sum of all other rows, under `{}` in column `{name}`, which no other row has there: it \
         is likely their total; leave it out with `--where {without}`, or add it up with `--where {all}` (or `[usage] where`); \
         alone it is `--where {}`",
        excerpt(label),
        condition(name, &[label])
    ))
}

/// The problem of such a row that no label tells apart, the first or the last of a file: the sum of many others is no chance.
fn unnamed(examination: &Examination<'_>, tally: &Tally, is_end: bool) -> Option<String> {
    let columns = &examination.columns;
    let [amount] = columns.amounts()[..] else { return None };
    let is_settled = columns.filters.iter().any(|filter| filter.columns().contains(&&amount));
    if !is_end || is_settled || tally.filled_rows() <= FEWEST_UNNAMED {
        return None;
    }
    let (LargestRow { line, amount: sum }, name) = (tally.largest, columns.name(amount));
    let without = in_shell(&format!("{} != {}", quoted(name), sum.plain()));
    let all = all_of(name);
    Some(format!(
        "line {line}, at an end of the file, holds {sum} in column `{name}`, the sum of all other rows: it is likely their total; \
         leave it out with `--where {without}`, or add it up with `--where {all}` (or `[usage] where`)"
    ))
}

/// The cells of a row in the columns of words.
fn row_labels(
    examination: &Examination<'_>,
    line: u64,
) -> Result<Vec<(usize, String)>, UsageError> {
    let mut table = examination.table()?;
    let mut row = Row::new();
    while table.next(&mut row)? {
        if row.line() == line {
            let columns = examination.columns.labels.iter();
            let labels = columns.map(|&column| (column, cell(row.view(), column).to_owned()));
            return Ok(labels.filter(|(_, label)| Blank::of(label).is_none()).collect());
        }
    }
    Ok(Vec::new())
}

impl LabelUse {
    fn of(
        examination: &Examination<'_>,
        notation: CellNotation,
        labels: Vec<(usize, String)>,
    ) -> Result<LabelUse, UsageError> {
        let (mut table, mut clock) = (examination.table()?, examination.clock());
        let mut reader = RowReader::new(&examination.columns, notation, &mut clock);
        let count = labels.len();
        let (same, repeats) = (vec![0; count], vec![false; count]);
        let mut found = LabelUse { labels, same, repeats, ends: (u64::MAX, 0) };
        let mut last: Vec<HashMap<String, u64>> = vec![HashMap::new(); count];
        let mut row = Row::new();
        while table.next(&mut row)? {
            if !matches!(reader.read(row.view()), RowMeaning::Usage(..)) {
                continue;
            }
            let (line, (first, _)) = (row.line(), found.ends);
            found.ends = (first.min(line), line);
            for (place, (column, label)) in found.labels.iter().enumerate() {
                let text = cell(row.view(), *column);
                found.same[place] += u64::from(text == label);
                if text != label && !found.repeats[place] {
                    let times = last[place].entry(text.to_owned()).or_default();
                    *times += 1;
                    found.repeats[place] = *times > 1;
                }
            }
        }
        Ok(found)
    }

    /// Whether a row is the first or the last of all.
    fn is_end(&self, line: u64) -> bool {
        line == self.ends.0 || line == self.ends.1
    }

    /// The column in which a row has a label of its own: others stand there more than once, or the row is the first or the
    /// last of all, as totals are.
    fn own(&self, line: u64) -> Option<(usize, &str)> {
        let is_end = self.is_end(line);
        let is_own = |(place, _): &(usize, &(usize, String))| {
            self.same[*place] == 1 && (self.repeats[*place] || is_end)
        };
        let (_, (column, label)) = self.labels.iter().enumerate().find(is_own)?;
        Some((*column, label))
    }
}
