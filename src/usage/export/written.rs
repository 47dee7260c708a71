//! How a cell is written between others, so that it reads back as it is, and what may part them.
//!
//! Deliberately absent: what parts the cells of a file.

use std::borrow::Cow;

/// What parts the cells of lines, the likelier first.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A cell in quotes.
pub(super) fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// A cell as it stands between others, in quotes if it needs them.
pub(super) fn written(cell: &str, delimiter: char) -> Cow<'_, str> {
    match cell.contains([delimiter, '"', '\n', '\r']) {
        true => Cow::Owned(quoted(cell)),
        false => Cow::Borrowed(cell),
    }
}
