//! Tables in usage exports as they come: CSV in every dress, with lines above and below.
//!
//! [`ExportTable::open`] finds out what a file is and where its table begins, says why, and reads the
//! rows as text. In reading order: this page → `layout` → `table` → `row` → `sniff` → `compression` →
//! `encoding` → `header` → `datum` → `delimited` → `split`. Deliberately absent: what the columns mean.

mod compression;
mod datum;
mod delimited;
mod encoding;
mod error;
mod header;
mod layout;
mod row;
mod sniff;
mod split;
mod table;

pub use self::error::ExportError;
pub use self::layout::{
    BesideTable, Charset, FileFormat, FoundLayout, HeaderPlace, Layout, LineText, Packing,
    ShortRows,
};
pub use self::row::Row;
pub use self::table::ExportTable;

#[cfg(test)]
mod tests;
