//! A table with the values inside the JSON of its cells as further columns: `properties.tokens`.
//!
//! Deliberately absent: values in lists.

use std::collections::BTreeSet;

use super::blank::Blank;
use crate::usage::csv::InputSource;
use crate::usage::export::{ExportColumn, ExportError, ExportTable, Layout, Row};

/// Rows that are searched for JSON.
const SEARCHED: u64 = 200;
/// Values inside cells that become columns.
const MOST: usize = 200;
/// Objects inside objects that are entered.
const DEEPEST: usize = 4;

/// A table and the values inside its cells.
pub(super) struct WideTable {
    table: ExportTable,
    header: Vec<String>,
    /// The values inside cells; `None` for one that nothing needs, which stays blank.
    inside: Vec<Option<ExportColumn>>,
}

impl WideTable {
    /// Opens a source with these values inside cells as further columns.
    pub(super) fn open(
        source: &InputSource,
        layout: &Layout,
        inside: &[String],
    ) -> Result<WideTable, ExportError> {
        let table = ExportTable::open(source, layout)?;
        let columns = inside.iter().map(|name| ExportColumn::named(name, table.header()).ok());
        let columns = columns.collect();
        let header = table.header().iter().chain(inside).cloned().collect();
        Ok(WideTable { table, header, inside: columns })
    }

    /// The table.
    pub(super) fn table(&self) -> &ExportTable {
        &self.table
    }

    /// The names of all columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Leaves all values inside cells blank but those in these places of the header.
    pub(super) fn keep(&mut self, places: &[usize]) {
        let first = self.header.len() - self.inside.len();
        for (index, column) in self.inside.iter_mut().enumerate() {
            if !places.contains(&(first + index)) {
                *column = None;
            }
        }
    }

    /// Reads the next row; `false` at the end of the table.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        if !self.table.next(row)? {
            return Ok(false);
        }
        for column in &self.inside {
            let value = match column {
                Some(column) => column.read(row).map_or(String::new(), |value| value.into_owned()),
                None => String::new(),
            };
            row.push(&value);
        }
        Ok(true)
    }
}

/// The names of the values inside cells, from the first rows; the same in every run.
pub(super) fn names_inside(
    source: &InputSource,
    layout: &Layout,
) -> Result<Vec<String>, ExportError> {
    let mut table = ExportTable::open(source, layout)?;
    let header = table.header().to_vec();
    let mut names = BTreeSet::new();
    // Columns with a cell that is neither blank nor an object.
    let mut plain = vec![false; header.len()];
    let mut row = Row::new();
    for _ in 0..SEARCHED {
        if !table.next(&mut row)? {
            break;
        }
        for ((index, cell), name) in row.iter().enumerate().zip(&header) {
            if plain[index] || Blank::of(cell).is_some() {
                continue;
            }
            match cell.starts_with('{').then(|| serde_json::from_str(cell)) {
                Some(Ok(serde_json::Value::Object(object))) => add(&mut names, name, &object, 0),
                _ => plain[index] = true,
            }
        }
    }
    names.retain(|name| !header.contains(name));
    Ok(names.into_iter().take(MOST).collect())
}

/// Adds the names of an object's values.
fn add(
    names: &mut BTreeSet<String>,
    prefix: &str,
    object: &serde_json::Map<String, serde_json::Value>,
    depth: usize,
) {
    for (key, value) in object {
        let name = format!("{prefix}.{key}");
        match value {
            serde_json::Value::Object(inner) if depth < DEEPEST => {
                add(names, &name, inner, depth + 1);
            }
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => {}
            _ => {
                names.insert(name);
            }
        }
    }
}
