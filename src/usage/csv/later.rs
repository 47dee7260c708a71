//! Rows beyond the first that are put to checks of what they mean, where the others are read for their times and amounts alone.
//!
//! Deliberately absent: which rows those are, and what is asked of them, which is [`super::super::meaning`].

use super::records::Records;
use crate::usage::export::Row;
use crate::usage::meaning::{LastParts, RowWindows, is_among_last};

/// The records of a table, as they go by.
pub(super) struct LaterRecords {
    windows: RowWindows,
    delimiter: u8,
    /// The last records, as they are written.
    last: LastParts<Vec<u8>>,
    /// The memory of records that were dropped.
    spare: Vec<u8>,
}

impl LaterRecords {
    /// No records yet.
    pub(super) fn new(windows: RowWindows, delimiter: u8) -> LaterRecords {
        LaterRecords { windows, delimiter, last: LastParts::default(), spare: Vec::new() }
    }

    /// Sees so many records that come next, as they are written.
    #[inline]
    pub(super) fn see(&mut self, records: u64, text: &[u8]) {
        let next = self.windows.next(records);
        match next.wanted.is_empty() && next.count == records {
            true => self.windows.pass(records),
            false => self.show(records, text),
        }
        let mut held = std::mem::take(&mut self.spare);
        held.clear();
        held.extend_from_slice(text);
        self.spare = self.last.add(held, records, text.len()).unwrap_or_default();
    }

    /// Shows records, as far as they stand in a window.
    #[cold]
    fn show(&mut self, records: u64, text: &[u8]) {
        let mut rows = WrittenRecords::of(text, self.delimiter);
        let mut passed = 0;
        while passed < records {
            let next = self.windows.next(records - passed);
            for place in 0..next.count {
                let Some((row, _)) = rows.next() else { break };
                if next.wanted.contains(&place) {
                    self.windows.take(row.view());
                }
            }
            self.windows.pass(next.count);
            passed += next.count;
        }
    }

    /// Whether any rows beyond the first have a problem.
    pub(super) fn has_problem(self) -> bool {
        let mut text = Vec::new();
        for part in self.last.iter() {
            text.extend_from_slice(part);
            text.push(b'\n');
        }
        let mut rows: Vec<(Row, usize)> = WrittenRecords::of(&text, self.delimiter).collect();
        let (mut count, mut bytes) = (0, 0);
        for (_, length) in rows.iter().rev() {
            if !is_among_last(count, bytes) {
                break;
            }
            (count, bytes) = (count + 1, bytes + length);
        }
        let first = rows.len() - count as usize;
        let last: Vec<Row> = rows.drain(first..).map(|(row, _)| row).collect();
        !self.windows.problems(&last).is_empty()
    }
}

/// The rows of records as they are written, each with the bytes of its text.
struct WrittenRecords {
    records: Records,
}

impl WrittenRecords {
    fn of(text: &[u8], delimiter: u8) -> WrittenRecords {
        WrittenRecords { records: Records::of_piece(text.to_vec(), delimiter) }
    }
}

impl Iterator for WrittenRecords {
    type Item = (Row, usize);

    fn next(&mut self) -> Option<(Row, usize)> {
        // Nothing follows where a record cannot be read.
        let record = self.records.next().ok()??;
        let length = self.records.text(record).len();
        let fields = self.records.fields(record);
        let mut row = Row::new();
        row.begin(record.line());
        for index in 0..fields.count() {
            let field = fields.get(index).unwrap_or_default();
            row.push(str::from_utf8(field).unwrap_or_default());
        }
        Some((row, length))
    }
}
