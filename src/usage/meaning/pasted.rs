//! A stretch of rows that stands in a file twice, in one order and the same in every column, as where two exports with days in
//! common were pasted one below the other.
//!
//! Among the first rows a short stretch is one. All rows are compared, which are read once more for it, in a file out of time order
//! in which rows stand twice. Deliberately absent: rows that repeat others here and there, which are told.

use std::collections::{BTreeSet, HashMap};

use super::choose::ChosenColumns;
use super::examination::Examination;
use super::headers::header_argument;
use super::rows::cell;
use super::shown::{RowProblem, ShownRows};
use super::tally::{Tally, whole};
use super::wide::WideTable;
use crate::domain::text::counted;
use crate::usage::UsageError;
use crate::usage::export::{Layout, Row, RowView};

/// Rows of a stretch, and those of them that hold an amount.
const FEWEST: usize = 3;
/// Rows of a stretch that stands anywhere in a file.
pub(in crate::usage) const FEWEST_APART: usize = 10;
/// Rows that are compared.
const COMPARED: usize = 2_000_000;
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

/// The problem of such a stretch anywhere in a file, if rows of it stand twice: a stretch of several times does so only in a file
/// that is out of time order.
pub(super) fn far_apart(examination: &Examination<'_>, tally: &Tally) -> Option<String> {
    let (columns, repeated) = (&examination.columns, &tally.repeated_rows);
    let is_asked = examination.open().are_any(columns.is_of_profile) && columns.rollups.is_empty();
    let may_be = !repeated.is_in_order() && repeated.count() >= FEWEST_APART as u64;
    if !is_asked || !may_be {
        return None;
    }
    let stretch = longest_apart(examination).ok()??;
    Some(told(columns, stretch.rows, (stretch.line, stretch.of_line)))
}

/// The longest stretch anywhere in a file.
fn longest_apart(examination: &Examination<'_>) -> Result<Option<StretchApart>, UsageError> {
    let Examination { source, layout, shape, columns, .. } = examination;
    let unhashed = Layout { hash: None, ..layout.clone() };
    let mut table = WideTable::open(source, &unhashed, shape)?;
    let (mut rows, mut row) = (ComparedInOrder::default(), Row::new());
    let (mut longest, mut current) = (None::<StretchApart>, None::<StretchApart>);
    while rows.hashes.len() < COMPARED && table.next(&mut row)? {
        let of = rows.add(row.view(), current.as_ref().map(|stretch| stretch.of + stretch.rows));
        let goes_on =
            current.take().zip(of).filter(|(stretch, of)| *of == stretch.of + stretch.rows);
        current = match (goes_on, of) {
            (Some((mut stretch, _)), _) => {
                stretch.add(columns, row.view());
                Some(stretch)
            }
            (None, Some(of)) => {
                let lines = (row.line(), rows.lines[of]);
                Some(StretchApart::begin(columns, row.view(), of, lines))
            }
            (None, None) => None,
        };
        let is_longer = |stretch: &StretchApart| {
            longest.as_ref().is_none_or(|longest| stretch.rows > longest.rows)
        };
        if let Some(stretch) = current.as_ref().filter(|stretch| stretch.is_pasted())
            && is_longer(stretch)
        {
            longest = Some(stretch.clone());
        }
    }
    Ok(longest)
}

/// Rows in file order, to find what stands twice.
#[derive(Default)]
struct ComparedInOrder {
    hashes: Vec<u64>,
    lines: Vec<u64>,
    first: HashMap<u64, usize>,
}

impl ComparedInOrder {
    /// Adds a row; returns the place of one before it that is the same: the one at `expected`, or the first.
    fn add(&mut self, row: RowView<'_>, expected: Option<usize>) -> Option<usize> {
        let (hash, place) = (whole(row), self.hashes.len());
        let same = expected.filter(|&place| self.hashes.get(place) == Some(&hash));
        self.hashes.push(hash);
        self.lines.push(row.line());
        let first = *self.first.entry(hash).or_insert(place);
        same.or_else(|| (first < place).then_some(first))
    }
}

/// A stretch of rows that stood before, anywhere in a file.
#[derive(Clone, Debug)]
struct StretchApart {
    /// The place where it stood before.
    of: usize,
    rows: usize,
    /// The lines of its first row, here and there.
    line: u64,
    of_line: u64,
    /// Its first time, and whether it has others.
    time: String,
    has_times: bool,
    /// The amounts of its first row, and whether it has others.
    amounts: Vec<String>,
    has_amounts: bool,
    /// Rows of it that hold an amount.
    filled: usize,
}

impl StretchApart {
    /// One that begins with a row, which stood at a place before; with the lines of both.
    fn begin(
        columns: &ChosenColumns,
        row: RowView<'_>,
        of: usize,
        (line, of_line): (u64, u64),
    ) -> StretchApart {
        let time = cell(row, columns.time).to_owned();
        let amounts = columns.amounts().into_iter().map(|of| cell(row, of).to_owned()).collect();
        let (rows, filled, has_times, has_amounts) = (0, 0, false, false);
        let mut stretch =
            StretchApart { of, rows, line, of_line, time, has_times, amounts, has_amounts, filled };
        stretch.add(columns, row);
        stretch
    }

    /// Adds the next row.
    fn add(&mut self, columns: &ChosenColumns, row: RowView<'_>) {
        let amounts = columns.amounts();
        self.rows += 1;
        self.has_times |= cell(row, columns.time) != self.time;
        let mut both = amounts.iter().zip(&self.amounts);
        self.has_amounts |= both.any(|(&of, first)| cell(row, of) != first);
        self.filled += usize::from(amounts.iter().any(|&of| is_some(cell(row, of))));
    }

    /// Whether chance does not make it.
    fn is_pasted(&self) -> bool {
        self.rows >= FEWEST_APART && self.has_times && self.has_amounts && self.filled >= FEWEST
    }
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
