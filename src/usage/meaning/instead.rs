//! Columns that hold numbers where a guessed amount holds nothing, and never another number beside it: usage goes on, or lies for a
//! while, under another name.
//!
//! Deliberately absent: amounts that are blank to the end where a name begins that stands beside none of them, which are in `renamed`.

use super::choose::ChosenColumns;
use super::entries;
use super::headers::{header_argument, in_shell, is_money, quoted};
use super::number::{self, DecimalMark};
use crate::domain::grouped;
use crate::domain::text::counted;
use crate::usage::export::RowView;

/// Rows in which another column stands in for the amount, at least.
const FEWEST: u64 = 2;

/// The columns of a file that may stand in for its amount.
#[derive(Clone, Debug, Default)]
pub(super) struct InsteadColumns {
    amount: usize,
    columns: Vec<(usize, InsteadCells)>,
}

/// How the cells of a column stand to the amounts beside them.
#[derive(Clone, Copy, Debug, Default)]
struct InsteadCells {
    /// Numbers where the amount holds nothing, and the line of the first.
    instead: u64,
    first: Option<u64>,
    /// The same number as the amount.
    equal: u64,
    /// Anything else that is no blank and not zero.
    other: u64,
}

impl InsteadColumns {
    /// Of no rows yet.
    pub(super) fn of(columns: &ChosenColumns) -> InsteadColumns {
        let [amount] = columns.amounts()[..] else { return InsteadColumns::default() };
        let spare = columns.spare.iter().map(|&column| (column, InsteadCells::default()));
        InsteadColumns { amount, columns: spare.collect() }
    }

    /// Those of other rows of the file, of which none was seen.
    pub(super) fn anew(&self) -> InsteadColumns {
        let columns = self.columns.iter().map(|(column, _)| (*column, InsteadCells::default()));
        InsteadColumns { amount: self.amount, columns: columns.collect() }
    }

    /// Whether there are any.
    pub(super) fn are_any(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Notes the cells of a row.
    #[inline]
    pub(super) fn see(&mut self, row: RowView<'_>) {
        let amount = || row.get(self.amount).unwrap_or_default();
        for (column, cells) in &mut self.columns {
            let text = row.get(*column).unwrap_or_default();
            if !is_nothing(text) {
                cells.add(row.line(), amount(), text);
            }
        }
    }

    /// Adds the cells of rows that follow.
    pub(super) fn join(&mut self, other: &InsteadColumns) {
        for ((_, mine), (_, theirs)) in self.columns.iter_mut().zip(&other.columns) {
            mine.instead += theirs.instead;
            mine.first = mine.first.or(theirs.first);
            mine.equal += theirs.equal;
            mine.other += theirs.other;
        }
    }

    /// The problem of an amount for which another column stands in.
    pub(super) fn problem(&self, columns: &ChosenColumns) -> Option<String> {
        let amount = columns.name(self.amount);
        let stands_in = |(column, cells): &&(usize, InsteadCells)| {
            let name = columns.name(*column);
            let is_like =
                entries::is_named_like(name, amount) && (is_money(amount) || !is_money(name));
            cells.instead >= FEWEST && cells.other == 0 && (cells.equal > 0 || is_like)
        };
        let (column, cells) = self.columns.iter().find(stands_in)?;
        let name = columns.name(*column);
        let equal = match cells.equal {
            0 => String::new(),
            rows => format!(", and the same number in {}", counted(rows, "row")),
        };
        let (old, new) = (quoted(amount), quoted(name));
        let both = format!(
            "usage.meters=[{{ where = {:?}, amount = {new:?} }}, {{ where = {:?}, amount = {old:?} }}]",
            format!("{new} is not blank and {new} != 0"),
            format!("{new} is blank or {new} = 0"),
        );
        Some(format!(
            "the amount: column `{name}` holds numbers in {} in which `{amount}` holds nothing, from line {} on{equal}: if that is usage \
             under another name, it is lost; read it where it is there, and `{amount}` elsewhere, with `--set {}` (or `[[usage.meters]]`); \
             if it is none, `--amount-column {}` (or `[usage] amount`) reads the file as it is",
            counted(cells.instead, "row"),
            grouped(&cells.first.unwrap_or_default().to_string()),
            in_shell(&both),
            header_argument(amount)
        ))
    }
}

impl InsteadCells {
    /// Notes a cell that holds something beside an amount.
    fn add(&mut self, line: u64, amount: &str, text: &str) {
        match (number::is_number(text), is_nothing(amount)) {
            (true, true) => {
                self.instead += 1;
                self.first = self.first.or(Some(line));
            }
            (true, false) if amount.trim() == text.trim() || are_equal(amount, text) => {
                self.equal += 1;
            }
            _ => self.other += 1,
        }
    }
}

/// Whether a cell is blank or zero.
fn is_nothing(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0' | b'.' | b',' | b' ' | b'-'))
        || text.eq_ignore_ascii_case("null")
}

/// Whether two cells are the same number in any notation.
fn are_equal(one: &str, other: &str) -> bool {
    let read = |text, mark| number::read(text, mark).ok().map(|read| read.number);
    DecimalMark::EACH
        .into_iter()
        .any(|mark| read(one, mark).is_some() && read(one, mark) == read(other, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_an_amount_is_the_same_another_or_in_its_place() {
        let cells = |rows: &[(&str, &str)]| {
            let mut cells = InsteadCells::default();
            for (line, (amount, text)) in (2..).zip(rows) {
                if !is_nothing(text) {
                    cells.add(line, amount, text);
                }
            }
            (cells.instead, cells.first, cells.equal, cells.other)
        };
        let rows = [("5", ""), ("5", "0"), ("", "7"), ("0", "8"), ("0.00", "9"), ("6", "6.0")];
        assert_eq!(cells(&rows), (3, Some(4), 1, 0));
        assert_eq!(cells(&[("5", "6"), ("", "x"), ("1,5", "1,50")]), (0, None, 1, 2));
    }
}
