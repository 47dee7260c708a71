//! Rows beyond the first that are put to checks of what they mean, where the others are read for their times and amounts alone.
//!
//! Deliberately absent: which rows those are, and what is asked of them, which is [`super::super::meaning`].

use super::records::Records;
use crate::usage::export::Row;
use crate::usage::meaning::{LastParts, RowWindows, is_among_last, last_of};

/// The records of a table, as they go by.
pub(super) struct LaterRecords {
    windows: RowWindows,
    delimiter: u8,
    /// The last records, as they are written, and those behind them that come one by one.
    last: LastParts<Vec<u8>>,
    open: Vec<u8>,
    /// How many the latter are.
    count: u64,
}

impl LaterRecords {
    /// No records yet.
    pub(super) fn new(windows: RowWindows, delimiter: u8) -> LaterRecords {
        let (last, open) = (LastParts::default(), Vec::new());
        LaterRecords { windows, delimiter, last, open, count: 0 }
    }

    /// Sees so many records that come next, as they are written.
    #[inline]
    pub(super) fn see(&mut self, records: u64, text: &[u8]) {
        let mut rows = None;
        self.windows.see(records, |places, take| {
            let (next, rows) =
                rows.get_or_insert_with(|| (0, WrittenRecords::of(text, self.delimiter)));
            let (skipped, shown) = (places.start - *next, places.end - places.start);
            *next = places.end;
            rows.skip(skipped as usize).take(shown as usize).for_each(|(row, _)| take(row.view()));
        });
        self.open.extend_from_slice(text);
        self.open.push(b'\n');
        self.count += records;
        if !is_among_last(self.count, self.open.len()) {
            self.close();
        }
    }

    /// Goes on in the memory of records that are among the last no more.
    #[cold]
    fn close(&mut self) {
        let (open, count) = (std::mem::take(&mut self.open), std::mem::take(&mut self.count));
        let bytes = open.len();
        self.open = self.last.add(open, count, bytes).unwrap_or_default();
        self.open.clear();
    }

    /// Whether any rows beyond the first have a problem.
    pub(super) fn has_problem(self) -> bool {
        let mut text = Vec::new();
        self.last.iter().chain([&self.open]).for_each(|part| text.extend_from_slice(part));
        let rows: Vec<(Row, usize)> = WrittenRecords::of(&text, self.delimiter).collect();
        // With its line end, as they are counted above.
        let last = last_of(rows.into_iter().rev().map(|(row, length)| (row, length + 1)));
        self.windows.have_problem(&last)
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
