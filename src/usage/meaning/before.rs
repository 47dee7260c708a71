//! What the rows of earlier files of one history leave, so that those of the next are compared with them as if all
//! stood in one file.
//!
//! Deliberately absent: identities that are chosen, which [`super::gather`] knows.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::gather::RowOrder;
use super::headers;
use crate::domain::Instant;
use crate::usage::doubt::RepeatedRows;
use crate::usage::export::Row;

/// Ids that are kept of earlier files.
const KEPT: usize = 2_000_000;

/// What the rows of earlier files leave.
pub(super) struct RowsBefore {
    /// The row that counted last.
    pub(super) row: Row,
    pub(super) rows: ComparedRows,
}

/// The rows with which further ones are compared.
pub(super) struct ComparedRows {
    pub(super) repeated: RepeatedRows,
    /// The instant of the row that counted last.
    pub(super) last: Instant,
    pub(super) ids: IdsBefore,
}

impl RowsBefore {
    /// Before the first row of all.
    pub(super) fn of(order: RowOrder) -> RowsBefore {
        let repeated = match order {
            RowOrder::InTime => RepeatedRows::in_order(),
            RowOrder::Any => RepeatedRows::in_any_order(),
        };
        let ids = IdsBefore::default();
        let rows = ComparedRows { repeated, last: Instant::EARLIEST, ids };
        RowsBefore { row: Row::new(), rows }
    }
}

/// The ids in columns of earlier files, with the first file of each.
#[derive(Debug, Default)]
pub(super) struct IdsBefore {
    files: HashMap<u64, Arc<str>>,
}

impl IdsBefore {
    /// The earlier file with this id in a column.
    #[inline]
    pub(super) fn file_of(&self, column: IdColumn, id: u64) -> Option<Arc<str>> {
        if self.files.is_empty() {
            return None;
        }
        self.files.get(&column.key(id)).cloned()
    }

    /// Adds the ids in a column of a file.
    pub(super) fn add(&mut self, column: IdColumn, ids: HashSet<u64>, file: &str) {
        let file: Arc<str> = file.into();
        let mut ids: Vec<u64> = ids.into_iter().collect();
        // Where some are left out, they are the same in every run.
        ids.sort_unstable();
        for id in ids {
            if self.files.len() >= KEPT {
                return;
            }
            self.files.entry(column.key(id)).or_insert_with(|| Arc::clone(&file));
        }
    }
}

/// A column of ids, known by the words of its header: another file may write them in another way.
#[derive(Clone, Copy, Debug)]
pub(super) struct IdColumn(u64);

impl IdColumn {
    /// The column with this header.
    pub(super) fn named(header: &str) -> IdColumn {
        let mut hasher = DefaultHasher::new();
        headers::words(header).hash(&mut hasher);
        IdColumn(hasher.finish())
    }

    fn key(self, id: u64) -> u64 {
        id ^ self.0
    }
}
