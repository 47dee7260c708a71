//! A stretch of rows that stands in a file twice, in one order and the same in every column, as where two exports with days in
//! common were pasted one below the other.
//!
//! Deliberately absent: rows that repeat others here and there, which are told.

use std::collections::{BTreeSet, HashMap};

use super::choose::ChosenColumns;
use super::headers::header_argument;
use super::rows::cell;
use super::shown::{RowProblem, ShownRows};
use crate::domain::text::counted;
use crate::usage::export::Row;

/// Rows of a stretch, and those of them that hold an amount.
const FEWEST: usize = 3;
/// Columns that an identity names at most.
const WIDEST: usize = 8;

/// The problem of the longest such stretch among the rows.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let (rows, columns) = (shown.rows, shown.columns);
    let first = firsts(rows);
    let stretch = longest(&first)?;
    let again = || &rows[stretch.at..stretch.at + stretch.rows];
    let times: BTreeSet<&str> = again().iter().map(|row| cell(row.view(), columns.time)).collect();
    let amounts = columns.amounts();
    let holds = |row: &&Row| amounts.iter().any(|&amount| is_some(cell(row.view(), amount)));
    // Rows of one amount may well be alike.
    let differ = |&amount: &usize| {
        let cells: BTreeSet<&str> = again().iter().map(|row| cell(row.view(), amount)).collect();
        cells.len() > 1
    };
    if times.len() < 2
        || !amounts.iter().any(differ)
        || again().iter().filter(holds).count() < FEWEST
    {
        return None;
    }
    let lines = (rows[stretch.at].line(), rows[stretch.of].line());
    Some(RowProblem::of(told(columns, stretch.rows, lines)))
}

/// The problem of so many rows from a line on that repeat those from another on.
fn told(columns: &ChosenColumns, rows: usize, (line, of): (u64, u64)) -> String {
    let identity: Vec<String> = identity(columns)
        .into_iter()
        .map(|column| format!("--identity {}", header_argument(columns.name(column))))
        .collect();
    format!(
        "{} from line {line} on repeat those from line {of} on in every column, as where what was exported twice is pasted together: \
         count each once with `{}` (or `[usage] identity`), or all of them with `--identity none`",
        counted(rows, "row"),
        identity.join(" ")
    )
}

/// Whether a cell holds a digit other than zero.
fn is_some(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// For each row, the first one that has the same cells, if it is another.
fn firsts(rows: &[Row]) -> Vec<Option<usize>> {
    let mut seen: HashMap<Vec<&str>, usize> = HashMap::new();
    let mut first = |(place, row)| {
        let cells: Vec<&str> = Row::iter(row).collect();
        let first = *seen.entry(cells).or_insert(place);
        (first < place).then_some(first)
    };
    rows.iter().enumerate().map(|(place, row)| first((place, row))).collect()
}

/// Rows that stand again behind each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PastedStretch {
    /// The place of the first that stands again.
    at: usize,
    /// The place where it stood before.
    of: usize,
    rows: usize,
}

/// The longest stretch of rows each of which repeats the row behind the one that the last repeats.
fn longest(first: &[Option<usize>]) -> Option<PastedStretch> {
    let (mut longest, mut current) = (None::<PastedStretch>, None::<PastedStretch>);
    for (place, of) in first.iter().enumerate() {
        current = match (*of, current) {
            (Some(of), Some(stretch)) if of == stretch.of + stretch.rows => {
                Some(PastedStretch { rows: stretch.rows + 1, ..stretch })
            }
            (Some(of), _) => Some(PastedStretch { at: place, of, rows: 1 }),
            (None, _) => None,
        };
        if current.map(|stretch| stretch.rows) > longest.map(|stretch| stretch.rows) {
            longest = current;
        }
    }
    longest.filter(|stretch| stretch.rows >= FEWEST)
}

/// The columns that make up a row: all of them, or of a wide table those that are read.
fn identity(columns: &ChosenColumns) -> Vec<usize> {
    let is_named = |column: &usize| {
        let name = columns.name(*column);
        !name.is_empty() && columns.header.iter().filter(|other| *other == name).count() == 1
    };
    let mut all: Vec<usize> = match columns.header.len() <= WIDEST {
        true => (0..columns.header.len()).collect(),
        false => columns.used().into_iter().chain(columns.keys.iter().copied()).collect(),
    };
    all.retain(is_named);
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_rows_in_one_order() {
        let of = |first: &[Option<usize>]| longest(first).map(|one| (one.at, one.of, one.rows));
        let (none, some) = (None, |of| Some(of));
        assert_eq!(of(&[none, none, none, some(0), some(1), some(2)]), Some((3, 0, 3)));
        assert_eq!(of(&[none, none, none, none, some(1), some(2), some(3)]), Some((4, 1, 3)));
        assert_eq!(of(&[none, some(0), none, some(2), none, some(4)]), None);
        assert_eq!(of(&[none, none, none, some(2), some(1), some(0)]), None);
    }
}
