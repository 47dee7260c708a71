//! The most common row, read in one pass: two columns, an instant in UTC or with an offset from it, and whole credits.
//!
//! A row in any other form, at the end of the buffer, or in breach of a rule is left to the general
//! reader, which alone handles odd rows and messages; both agree on the rows read here.
//! Deliberately absent: every alternative notation.

use super::columns::{Amount, Columns};
use super::records::Records;
use crate::domain::{Credits, Instant};
use crate::usage::amount::{Number, leading_whole};
use crate::usage::time::TimeReader;

/// Reads rows of `<time><delimiter><amount>`.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlainRows {
    delimiter: u8,
}

/// A row, the bytes of its text, and those it takes with its line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlainRow {
    pub(super) at: Instant,
    pub(super) amount: Credits,
    pub(super) text: usize,
    pub(super) length: usize,
}

impl PlainRows {
    /// Creates a reader for these columns; `None` unless rows have only the time and then the
    /// amount.
    pub(super) fn of(columns: &Columns, delimiter: u8) -> Option<PlainRows> {
        let Amount::Columns(amounts) = &columns.amount else { return None };
        let two = columns.names.len() == 2 && columns.time == 0;
        (two && amounts.as_slice() == [(1, Number::ONE)]).then_some(PlainRows { delimiter })
    }

    /// Hands on rows and their texts as long as they are plain and taken; any other row is left where it stands. Returns how
    /// many were taken.
    #[inline(always)]
    pub(super) fn take(
        self,
        records: &mut Records,
        times: &mut TimeReader,
        mut take: impl FnMut(&Records, PlainRow, &[u8]) -> bool,
    ) -> u64 {
        let mut rows = 0;
        while let Some(row) = self.read(records.unread(), times) {
            let text = records.unread().get(..row.text).unwrap_or_default();
            if !take(records, row, text) {
                break;
            }
            records.keep_line(row.text);
            records.pass_line(row.length);
            rows += 1;
        }
        rows
    }

    /// The row at the start of `text`, if it is plain and whole.
    #[inline(always)]
    pub(super) fn read(self, text: &[u8], times: &mut TimeReader) -> Option<PlainRow> {
        let (at, rest) = times.read_leading(text)?;
        let (&delimiter, rest) = rest.split_first()?;
        if delimiter != self.delimiter {
            return None;
        }
        let (amount, end) = leading_whole(rest)?;
        let rest = match end {
            [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => rest,
            _ => return None,
        };
        let (length, text) = (text.len() - rest.len(), text.len() - end.len());
        Some(PlainRow { at, amount, text, length })
    }
}
