//! A table with the values inside the JSON of its cells as further columns, `properties.tokens`, with a date of which each row has
//! the parts, with the differences of a column, or with its columns of days or hours as rows.
//!
//! Deliberately absent: values in lists.

use std::collections::BTreeSet;

use super::blank::Blank;
use super::differences::DifferenceColumn;
use super::parted::{self, PartedDate};
use super::pivot::Pivot;
use crate::usage::csv::InputSource;
use crate::usage::export::{
    ExportColumn, ExportError, ExportTable, KnownTable, Layout, LineText, NameReach, Row,
};
use crate::usage::pieces::PieceSizes;

/// Rows that are searched for JSON.
const SEARCHED: u64 = 200;
/// Values inside cells that become columns.
const MOST: usize = 200;
/// Objects inside objects that are entered.
const DEEPEST: usize = 4;

/// The columns of a table beyond those of its file.
#[derive(Clone, Debug, Default)]
pub(super) struct TableShape {
    /// Values inside cells that are columns.
    pub(super) inside: Vec<String>,
    /// Columns that are read as rows.
    pub(super) pivot: Option<Pivot>,
    /// Columns with the parts of a date, which is a further column.
    pub(super) parted: Option<PartedDate>,
    /// The differences of a column, which are a further one.
    pub(super) difference: Option<DifferenceColumn>,
    /// Records that were read for their names.
    pub(super) known: Option<KnownTable>,
}

/// A table and the values inside its cells.
pub(super) struct WideTable {
    table: ExportTable,
    pivot: Option<Pivot>,
    parted: Option<PartedDate>,
    difference: Option<DifferenceColumn>,
    /// The row whose intervals are read, and the next of them.
    whole: Row,
    interval: usize,
    header: Vec<String>,
    /// The values inside cells; `None` for one that nothing needs, which stays blank.
    inside: Vec<Option<ExportColumn>>,
    /// The place of the first of them.
    first_inside: usize,
}

impl WideTable {
    /// Opens a source as a table of this shape.
    pub(super) fn open(
        source: &InputSource,
        layout: &Layout,
        shape: &TableShape,
    ) -> Result<WideTable, ExportError> {
        let TableShape { inside, pivot, parted, difference, known } = shape;
        let table = ExportTable::open_known(source, layout, known.as_ref())?;
        let columns = inside.iter().map(|name| ExportColumn::named(name, table.header()).ok());
        let columns: Vec<Option<ExportColumn>> = columns.collect();
        let (header, columns, interval) = match pivot {
            Some(pivot) => (pivot.header().to_vec(), Vec::new(), pivot.width()),
            None => (table.header().iter().chain(inside).cloned().collect(), columns, 0),
        };
        let (pivot, parted) = (pivot.clone(), parted.clone().filter(|_| pivot.is_none()));
        let first_inside = table.header().len();
        let date = parted.iter().map(|parted| parted.name().to_owned());
        let difference = difference.clone().filter(|_| pivot.is_none());
        let own = difference.iter().map(|difference| difference.name().to_owned());
        let header: Vec<String> = header.into_iter().chain(date).chain(own).collect();
        let whole = Row::new();
        Ok(WideTable {
            table,
            pivot,
            parted,
            difference,
            whole,
            interval,
            header,
            inside: columns,
            first_inside,
        })
    }

    /// The table.
    pub(super) fn table(&self) -> &ExportTable {
        &self.table
    }

    /// The names of all columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The columns with the parts of a date.
    pub(super) fn parts_of_date(&self) -> Vec<usize> {
        self.parted.as_ref().map_or(Vec::new(), PartedDate::columns)
    }

    /// Leaves all values inside cells blank but those in these places of the header.
    pub(super) fn keep(&mut self, places: &[usize]) {
        for (index, column) in self.inside.iter_mut().enumerate() {
            if !places.contains(&(self.first_inside + index)) {
                *column = None;
            }
        }
    }

    /// Whether it is worth to go on in pieces on several threads: see [`ExportTable::each_piece`].
    #[inline]
    pub(super) fn is_long(&self, sizes: PieceSizes) -> bool {
        let is_as_it_is = self.pivot.is_none() && self.inside.is_empty() && self.parted.is_none();
        let is_as_it_is = is_as_it_is && self.difference.is_none();
        is_as_it_is && self.table.is_long(sizes)
    }

    /// The table, to go on in pieces.
    pub(super) fn in_pieces(&mut self) -> &mut ExportTable {
        &mut self.table
    }

    /// Reads the next row; `false` at the end of the table.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        if self.pivot.is_some() {
            return self.next_interval(row);
        }
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
        if let Some(parted) = &self.parted {
            let date = parted.text(row.view());
            row.push(&date);
        }
        if let Some(difference) = &mut self.difference {
            let step = difference.cell(row.view());
            row.push(&step);
        }
        Ok(true)
    }
}

impl WideTable {
    /// Reads the next interval that has a value.
    fn next_interval(&mut self, row: &mut Row) -> Result<bool, ExportError> {
        let Some(pivot) = &self.pivot else { return Ok(false) };
        loop {
            if self.interval >= pivot.width() {
                if !self.table.next(&mut self.whole)? {
                    return Ok(false);
                }
                self.interval = 0;
            }
            self.interval += 1;
            if pivot.write(self.interval - 1, &self.whole, row) {
                return Ok(true);
            }
        }
    }
}

/// The shape of a table with the values inside its cells, by its first rows; the same in every run.
pub(super) fn shape(
    source: &InputSource,
    layout: &Layout,
    reach: NameReach,
) -> Result<TableShape, ExportError> {
    let mut table = ExportTable::open_reaching(source, layout, reach)?;
    let known = table.known();
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
    let inside = names.into_iter().take(MOST).collect();
    Ok(TableShape { inside, known, ..TableShape::default() })
}

/// The days or hours that a header names side by side; none where the column of figures beside days holds days, too.
pub(super) fn intervals(
    source: &InputSource,
    layout: &Layout,
    shape: &TableShape,
    header: &[String],
) -> Result<Option<Pivot>, ExportError> {
    let Some(pivot) = Pivot::of(header) else { return Ok(None) };
    let Some(figures) = pivot.figures() else { return Ok(Some(pivot)) };
    let (rows, _) = beginning(source, layout, shape)?;
    let name = header.get(figures).map_or("", String::as_str);
    Ok(Some(pivot).filter(|_| !parted::holds_dates(&rows, name, figures)))
}

/// The first rows of a table, and the lines above its header.
pub(super) fn beginning(
    source: &InputSource,
    layout: &Layout,
    shape: &TableShape,
) -> Result<(Vec<Row>, Vec<LineText>), ExportError> {
    let mut table = WideTable::open(source, layout, shape)?;
    let (mut row, mut rows) = (Row::new(), Vec::new());
    while (rows.len() as u64) < SEARCHED && table.next(&mut row)? {
        rows.push(row.clone());
    }
    Ok((rows, table.table().left_out().above.clone()))
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
