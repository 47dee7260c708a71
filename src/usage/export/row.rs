//! A row of an export, in memory that is used again for the next.

use super::layout::LineText;

/// The cells of a row; blank where the file has nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The text that the cells are parts of.
    pub(super) text: String,
    /// Where each cell begins and ends, without blanks around it.
    pub(super) cells: Vec<(usize, usize)>,
    pub(super) line: u64,
}

/// The cells of a row, wherever they are.
#[derive(Clone, Copy, Debug)]
pub(in crate::usage) struct RowView<'r> {
    /// The text that the cells are parts of.
    pub(super) text: &'r str,
    /// Where each cell begins and ends, without blanks around it.
    pub(super) cells: &'r [(usize, usize)],
    pub(super) line: u64,
}

impl<'r> RowView<'r> {
    /// The line on which it starts: see [`Row::line`].
    pub(in crate::usage) fn line(self) -> u64 {
        self.line
    }

    /// The number of its cells.
    pub(in crate::usage) fn count(self) -> usize {
        self.cells.len()
    }

    /// A cell without blanks around it; `None` beyond the last.
    #[inline]
    pub(in crate::usage) fn get(self, index: usize) -> Option<&'r str> {
        let &(from, to) = self.cells.get(index)?;
        self.text.get(from..to)
    }

    /// The cells in order.
    pub(in crate::usage) fn iter(self) -> impl Iterator<Item = &'r str> {
        self.cells.iter().filter_map(move |&(from, to)| self.text.get(from..to))
    }

    /// The bytes of its cells.
    #[inline]
    pub(in crate::usage) fn bytes(self) -> usize {
        self.cells.iter().map(|(from, to)| to - from).sum()
    }

    /// Whether every cell is blank.
    #[inline]
    pub(super) fn is_blank(self) -> bool {
        self.iter().all(str::is_empty)
    }
}

impl Row {
    /// An empty row, to be filled.
    pub fn new() -> Row {
        Row::default()
    }

    /// The line on which it starts, from 1; in a JSON document or a workbook, the number of the record.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The number of its cells: as many as the header has names.
    pub fn count(&self) -> usize {
        self.cells.len()
    }

    /// A cell without blanks around it; `None` beyond the last.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&str> {
        let &(from, to) = self.cells.get(index)?;
        self.text.get(from..to)
    }

    /// The cells in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.cells.len()).filter_map(|index| self.get(index))
    }

    /// Its cells as they are.
    #[inline]
    pub(in crate::usage) fn view(&self) -> RowView<'_> {
        RowView { text: &self.text, cells: &self.cells, line: self.line }
    }

    /// Fills it with the cells of another.
    pub(in crate::usage) fn copy_from(&mut self, row: RowView<'_>) {
        self.begin(row.line);
        row.iter().for_each(|cell| self.push(cell));
    }

    /// Empties it, to be filled again.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
    }

    /// Empties it, to be filled as the row of a line.
    pub(in crate::usage) fn begin(&mut self, line: u64) {
        self.clear();
        self.line = line;
    }

    /// Adds a cell.
    pub(in crate::usage) fn push(&mut self, cell: &str) {
        let from = self.text.len();
        self.text.push_str(cell);
        self.cells.push(trimmed(self.text.as_bytes(), (from, self.text.len())));
    }

    /// Whether every cell is blank.
    #[inline]
    pub(super) fn is_blank(&self) -> bool {
        self.view().is_blank()
    }

    /// The cells as one line for a message.
    pub(super) fn line_text(&self) -> LineText {
        let cells: Vec<&str> = self.iter().collect();
        let text = cells.join(", ");
        LineText { line: self.line, text: text.trim_end_matches([',', ' ']).to_owned() }
    }
}

/// Rows one behind another, in one piece of memory.
#[derive(Clone, Debug, Default)]
pub(in crate::usage) struct RowBlock {
    text: String,
    /// The cells of all rows, each as a part of the text of its row.
    cells: Vec<(usize, usize)>,
    rows: Vec<BlockedRow>,
}

/// Where a row of a block begins.
#[derive(Clone, Copy, Debug)]
struct BlockedRow {
    text: usize,
    cell: usize,
    line: u64,
}

impl RowBlock {
    /// Adds a row.
    #[inline]
    pub(in crate::usage) fn push(&mut self, row: &Row) {
        let (text, cell, line) = (self.text.len(), self.cells.len(), row.line);
        self.rows.push(BlockedRow { text, cell, line });
        self.text.push_str(&row.text);
        self.cells.extend_from_slice(&row.cells);
    }

    /// The number of its rows.
    #[inline]
    pub(in crate::usage) fn count(&self) -> usize {
        self.rows.len()
    }

    /// The bytes of its text, of which cells are parts.
    #[inline]
    pub(in crate::usage) fn length(&self) -> usize {
        self.text.len()
    }

    /// The bytes of the cells of its rows.
    pub(in crate::usage) fn bytes(&self) -> usize {
        self.cells.iter().map(|(from, to)| to - from).sum()
    }

    /// A row of it.
    pub(in crate::usage) fn row(&self, index: usize) -> RowView<'_> {
        let end = BlockedRow { text: self.text.len(), cell: self.cells.len(), line: 0 };
        let from = self.rows.get(index).copied().unwrap_or(end);
        let to = self.rows.get(index + 1).copied().unwrap_or(end);
        let text = self.text.get(from.text..to.text).unwrap_or_default();
        let cells = self.cells.get(from.cell..to.cell).unwrap_or_default();
        RowView { text, cells, line: from.line }
    }

    /// Empties it, to be filled again.
    pub(in crate::usage) fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
        self.rows.clear();
    }
}

/// A cell without the byte-order mark that stands in front of it where files were joined, and without the quotes that
/// the mark hides.
#[inline]
pub(super) fn unmarked(cell: &str) -> &str {
    let Some(cell) = cell.strip_prefix('\u{feff}') else { return cell };
    cell.strip_prefix('"').and_then(|inside| inside.strip_suffix('"')).unwrap_or(cell)
}

/// The place of a cell without blanks around it.
#[inline]
pub(super) fn trimmed(text: &[u8], (from, to): (usize, usize)) -> (usize, usize) {
    match text.get(from..to) {
        // Nearly no cell has blanks around it.
        Some([first, .., last]) if !first.is_ascii_whitespace() && !last.is_ascii_whitespace() => {
            (from, to)
        }
        Some(cell) => {
            let start = from + cell.len() - cell.trim_ascii_start().len();
            (start, start + cell.trim_ascii().len())
        }
        None => (from, to),
    }
}
