//! Tables in usage exports as they come: CSV in every dress, JSON lines and documents, workbooks, pages.
//!
//! [`ExportTable::open`] finds the format of a file and the start of its table, with evidence, and reads the
//! rows as text. In reading order: this page → `layout` → `table` → `row` → `column` → `files` →
//! `sniff` → `access` → `sentences` → `behind` → `compression` → `encoding`; for delimited text `relined` → `drawn` → `nem12` → `header` → `datum` → `grouped` → `delimited` →
//! `split` → `pieces`; for JSON `json` → `keyed` → `datasets` → `nesting` → `flatten`; `named`; `written`; `sheets` → `markup` → `page`, and `biff` → `workbook`. Deliberately absent: what the columns mean.

mod access;
mod behind;
mod column;
mod compression;
mod datasets;
mod datum;
mod delimited;
mod drawn;
mod encoding;
mod error;
mod files;
mod flatten;
mod grouped;
mod header;
mod json;
mod keyed;
mod layout;
mod markup;
mod named;
mod nem12;
mod nesting;
mod page;
mod pieces;
mod record;
mod relined;
mod row;
mod sentences;
mod sheets;
mod sniff;
mod split;
mod table;
mod written;

pub use self::column::{ExportColumn, NoColumn};
pub(in crate::usage) use self::datum::{is_bracketed_unit, with_ascii_digits};
pub use self::error::ExportError;
pub(in crate::usage) use self::error::{another_header, for_file as in_file};
pub use self::files::FileList;
pub(in crate::usage) use self::files::scenario_as_usage;
pub(in crate::usage) use self::json::NameReach;
pub use self::layout::{
    BesideTable, Charset, FileFormat, FoundLayout, HeaderPlace, Layout, LineText, NO_HEADER,
    Packing, ShortRows,
};
pub(in crate::usage) use self::pieces::{AfterPiece, RowPiece, cut_by_quotes};
pub use self::row::Row;
pub(in crate::usage) use self::row::{RowBlock, RowView};
pub use self::table::ExportTable;
pub(in crate::usage) use self::table::KnownTable;

#[cfg(feature = "xlsx")]
mod biff;
#[cfg(feature = "xlsx")]
mod workbook;

#[cfg(test)]
mod dresses;
#[cfg(test)]
mod tests;
