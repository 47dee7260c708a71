//! Rows beyond the first, among which a kind of rows may begin late: some of them are put to the same checks as the first were.
//!
//! Those are windows of as many rows, each of which begins four times as far from the first row as the one before it, and the last
//! rows of all. Which they are depends on nothing but the rows, so that what is found does not depend on how a file is read.
//! Deliberately absent: what is asked.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::balances::FollowedBalance;
use super::checks::{self, FoundProblem, OpenQuestions};
use super::choose::ChosenColumns;
use super::number::{Atto, DecimalMark};
use super::period_sums;
use super::sample::{ROWS, WIDEST};
use super::shown::ShownRows;
use crate::usage::export::{Row, RowBlock, RowPiece, RowView};

/// How many times as far from the first row a window begins as the one before it.
const APART: u64 = 4;
/// Bytes of the cells of rows from which on no more are held together.
const MOST_BYTES: usize = 16 << 20;

/// The rows of a table, as they go by.
pub(super) struct LaterRows {
    windows: RowWindows,
    last: LastRows,
    /// The balance beside the amounts, if there is one.
    balance: Option<FollowedBalance>,
}

impl LaterRows {
    /// No rows yet; `None` where nothing is asked of rows in these columns, or these are too many to keep rows.
    pub(super) fn of(
        columns: &ChosenColumns,
        open: OpenQuestions,
        mark: DecimalMark,
    ) -> Option<LaterRows> {
        let windows = RowWindows::of(columns, open, mark)?;
        let balance = FollowedBalance::of(columns, open, mark);
        Some(LaterRows { windows, last: LastRows::default(), balance })
    }

    /// Sees the next row.
    #[inline]
    pub(super) fn see(&mut self, row: &Row) {
        if let Some(balance) = &mut self.balance {
            balance.see(&self.windows.columns, row.view());
        }
        self.windows.see(1, |_, take| take(row.view()));
        self.last.push(row);
    }

    /// Sees the next rows.
    pub(super) fn see_piece(&mut self, piece: &Arc<RowPiece>) {
        if let Some(balance) = &mut self.balance {
            let columns = &self.windows.columns;
            (0..piece.count()).for_each(|place| balance.see(columns, piece.row(place)));
        }
        self.windows.see(piece.count() as u64, |places, take| {
            places.for_each(|place| take(piece.row(place as usize)));
        });
        self.last.push_piece(piece);
    }

    /// The problems of the windows, and of the last rows of all, where all come to this.
    pub(super) fn problems(self, sum: Atto) -> Vec<String> {
        let last = self.last.all();
        let balance = self.balance.filter(FollowedBalance::is_followed);
        let of_balance = balance.as_ref().and_then(|of| of.problem(&self.windows.columns));
        let mut windows = self.windows;
        windows.ask_last(&last);
        windows.found.retain(|(found, _)| !found.is_followed || balance.is_none());
        let at_end = windows.at_end(&last, Some(sum));
        windows.told().chain(of_balance).chain(at_end).collect()
    }
}

/// The windows of a table, as its rows go by.
pub(in crate::usage) struct RowWindows {
    columns: ChosenColumns,
    open: OpenQuestions,
    mark: DecimalMark,
    /// Rows that went by.
    seen: u64,
    /// Where the present window begins, or the next.
    begin: u64,
    /// The rows of the present window so far, and the bytes of their cells.
    window: Vec<Row>,
    bytes: usize,
    /// What was found, each with the first and the last line of its rows.
    found: Vec<(FoundProblem, [u64; 2])>,
}

impl RowWindows {
    /// No rows yet: see [`LaterRows::of`].
    pub(super) fn of(
        columns: &ChosenColumns,
        open: OpenQuestions,
        mark: DecimalMark,
    ) -> Option<RowWindows> {
        let is_asked = open.are_any(columns.is_of_profile) && columns.header.len() <= WIDEST;
        is_asked.then(|| RowWindows {
            columns: columns.clone(),
            open,
            mark,
            seen: 0,
            begin: ROWS,
            window: Vec::new(),
            bytes: 0,
            found: Vec::new(),
        })
    }

    /// Sees so many rows that come next. `show` shows those among them that stand in a window, in order, to whom it is given.
    #[inline]
    pub(in crate::usage) fn see(
        &mut self,
        rows: u64,
        show: impl FnMut(Range<u64>, &mut dyn FnMut(RowView<'_>)),
    ) {
        // Most rows stand in none, nor end one.
        match self.seen + rows <= self.begin {
            true => self.seen += rows,
            false => self.see_windows(rows, show),
        }
    }

    #[cold]
    fn see_windows(
        &mut self,
        rows: u64,
        mut show: impl FnMut(Range<u64>, &mut dyn FnMut(RowView<'_>)),
    ) {
        let mut passed = 0;
        while passed < rows {
            let place = |row: u64| passed + row.saturating_sub(self.seen).min(rows - passed);
            let (from, end) = (place(self.begin), place(self.begin + ROWS));
            if from < end {
                show(from..end, &mut |row| self.take(row));
            }
            (self.seen, passed) = (self.seen + end - passed, end);
            if self.seen >= self.begin + ROWS {
                self.ask_window();
            }
        }
    }

    /// Takes a row of the present window.
    fn take(&mut self, row: RowView<'_>) {
        if self.bytes <= MOST_BYTES {
            self.bytes += row.bytes();
            self.window.push(owned(row));
        }
    }

    /// Asks about the present window, and goes on to the next.
    #[cold]
    fn ask_window(&mut self) {
        let window = std::mem::take(&mut self.window);
        self.ask(&window);
        (self.bytes, self.begin) = (0, APART * self.begin);
    }

    /// Whether the windows, and the last rows of all, which hold what there is of another window, have a problem or may have one
    /// that the sum of all rows shows.
    pub(in crate::usage) fn have_problem(mut self, last: &[Row]) -> bool {
        self.ask_last(last);
        !self.found.is_empty() || self.at_end(last, None).is_some()
    }

    /// Asks about the last rows of all.
    fn ask_last(&mut self, last: &[Row]) {
        // All were asked about where there are no more than the first.
        if self.seen > ROWS {
            self.ask(last);
        }
    }

    /// The problem of the last rows of all beside the sum of all, if it is known, where the windows have none.
    fn at_end(&self, last: &[Row], sum: Option<Atto>) -> Option<String> {
        let is_asked = self.found.is_empty() && self.seen > ROWS;
        let shown = || ShownRows::later(last, &self.columns, self.mark);
        is_asked.then(|| period_sums::at_end(&shown(), sum)).flatten()
    }

    /// The problems that were found.
    fn told(self) -> impl Iterator<Item = String> {
        self.found.into_iter().map(|(found, [first, last])| {
            format!("lines {first} to {last}: {}", found.problem.text)
        })
    }

    /// Puts rows to the checks.
    fn ask(&mut self, rows: &[Row]) {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return };
        let shown = ShownRows::later(rows, &self.columns, self.mark);
        let Some(found) = checks::of_later(&shown, self.open) else { return };
        let is_known = |(known, _): &(FoundProblem, [u64; 2])| {
            let values = &known.problem.values;
            let mut own = found.problem.values.iter();
            known.check == found.check && own.all(|value| values.contains(value))
        };
        if !self.found.iter().any(is_known) {
            self.found.push((found, [first.line(), last.line()]));
        }
    }
}

/// The last of what went by that holds rows: as many as a window has, and not much more.
pub(in crate::usage) struct LastParts<T> {
    /// Each with its rows and the bytes of their cells.
    parts: VecDeque<(T, u64, usize)>,
    /// Those of all.
    rows: u64,
    bytes: usize,
}

impl<T> Default for LastParts<T> {
    fn default() -> LastParts<T> {
        LastParts { parts: VecDeque::new(), rows: 0, bytes: 0 }
    }
}

impl<T> LastParts<T> {
    /// Adds a part with so many rows and bytes; returns one that holds none of the last rows any more.
    #[inline]
    pub(in crate::usage) fn add(&mut self, part: T, rows: u64, bytes: usize) -> Option<T> {
        (self.rows, self.bytes) = (self.rows + rows, self.bytes + bytes);
        self.parts.push_back((part, rows, bytes));
        let mut dropped = None;
        while let Some(&(_, rows, bytes)) = self.parts.front()
            && !is_among_last(self.rows - rows, self.bytes - bytes)
        {
            (self.rows, self.bytes) = (self.rows - rows, self.bytes - bytes);
            dropped = self.parts.pop_front().map(|(part, ..)| part);
        }
        dropped
    }

    /// The parts, from the first on.
    pub(in crate::usage) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.parts.iter().map(|(part, ..)| part)
    }
}

/// Whether a row behind which so many rows follow, with so many bytes, is among the last.
#[inline]
pub(in crate::usage) fn is_among_last(rows: u64, bytes: usize) -> bool {
    rows < ROWS && bytes <= MOST_BYTES
}

/// Those among the last of rows that come from the last on, each with its bytes; in file order.
pub(in crate::usage) fn last_of<T>(rows: impl Iterator<Item = (T, usize)>) -> Vec<T> {
    let (mut last, mut bytes) = (Vec::new(), 0);
    for (row, length) in rows {
        if !is_among_last(last.len() as u64, bytes) {
            break;
        }
        bytes += length;
        last.push(row);
    }
    last.reverse();
    last
}

/// The last rows that went by.
#[derive(Default)]
struct LastRows {
    parts: LastParts<LastPart>,
    /// Rows behind those that were read one by one.
    open: RowBlock,
}

/// Rows that were read one by one, or the rows of a piece.
enum LastPart {
    Block(RowBlock),
    Piece(Arc<RowPiece>),
}

impl LastRows {
    /// Adds a row.
    #[inline]
    fn push(&mut self, row: &Row) {
        self.open.push(row);
        if !is_among_last(self.open.count() as u64, self.open.length()) {
            self.close();
        }
    }

    /// Adds the rows of a piece.
    fn push_piece(&mut self, piece: &Arc<RowPiece>) {
        if self.open.count() > 0 {
            self.close();
        }
        let (rows, bytes) = (piece.count() as u64, piece.bytes());
        self.parts.add(LastPart::Piece(Arc::clone(piece)), rows, bytes);
    }

    /// Begins another block, in the memory of one that is among the last no more.
    #[cold]
    fn close(&mut self) {
        let block = std::mem::take(&mut self.open);
        let (rows, bytes) = (block.count() as u64, block.bytes());
        if let Some(LastPart::Block(dropped)) = self.parts.add(LastPart::Block(block), rows, bytes)
        {
            self.open = dropped;
            self.open.clear();
        }
    }

    /// The last rows, in file order.
    fn all(&self) -> Vec<Row> {
        let open = (0..self.open.count()).rev().map(|place| self.open.row(place));
        let before = self.parts.iter().rev().flat_map(LastPart::last_first);
        let last = last_of(open.chain(before).map(|row| (row, row.bytes())));
        last.into_iter().map(owned).collect()
    }
}

impl LastPart {
    /// Its rows, from the last on.
    fn last_first(&self) -> impl Iterator<Item = RowView<'_>> {
        let count = match self {
            LastPart::Block(block) => block.count(),
            LastPart::Piece(piece) => piece.count(),
        };
        (0..count).rev().map(move |place| match self {
            LastPart::Block(block) => block.row(place),
            LastPart::Piece(piece) => piece.row(place),
        })
    }
}

/// A row with memory of its own.
fn owned(row: RowView<'_>) -> Row {
    let mut owned = Row::new();
    owned.copy_from(row);
    owned
}
