//! Rows of CSV, which is how the command line tells them, as columns of Arrow.
//!
//! A column has one type, whatever its values. Deliberately absent: rows that are not ours.

use recharge::report::exact::{ExactType, moved_point};

use crate::arrow::{OutColumn, OutValues};

/// What rows are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsOf {
    /// Months and cycles of a run: exact.
    Books,
    /// Accounts of a fleet: exact; the first column is the account, whatever the usage calls it.
    Accounts,
    /// Estimates over many runs, beside names and settings: a column of numbers is one of doubles.
    Estimates,
}

/// The values of a column of exact values.
fn exact(of: ExactType, cells: &[&str]) -> Result<OutValues, String> {
    Ok(match of {
        ExactType::Text => OutValues::Text(all(cells, |cell| Some(cell.to_owned()))?),
        ExactType::Count => OutValues::Whole(all(cells, |cell| cell.parse().ok())?),
        ExactType::Double => OutValues::Double(all(cells, |cell| cell.parse().ok())?),
        ExactType::Decimal(scale) => {
            OutValues::Decimal(all(cells, |cell| moved_point(cell, scale))?, scale)
        }
    })
}

/// The columns of rows that a command told.
pub fn columns(csv: &str, of: RowsOf) -> Result<(Vec<OutColumn>, usize), String> {
    let mut reader = csv::ReaderBuilder::new().from_reader(csv.as_bytes());
    let names = reader.headers().map_err(|why| why.to_string())?.clone();
    let rows = reader.records().collect::<Result<Vec<_>, _>>().map_err(|why| why.to_string())?;
    let column = |(place, header): (usize, &str)| -> Result<OutColumn, String> {
        let cells: Vec<&str> = rows.iter().map(|row| row.get(place).unwrap_or_default()).collect();
        let name = match (of, place) {
            (RowsOf::Accounts, 0) => "account",
            _ => header,
        };
        let values = match of {
            RowsOf::Estimates => estimates(&cells)?,
            RowsOf::Books | RowsOf::Accounts => {
                exact(ExactType::of(header), &cells).map_err(|why| format!("{header}: {why}"))?
            }
        };
        Ok(OutColumn { name: name.to_owned(), values })
    };
    let columns = names.iter().enumerate().map(column).collect::<Result<_, _>>()?;
    Ok((columns, rows.len()))
}

/// The columns of the accounts of a portion: those of all portions, and at the end what they come to, in a row of its own.
pub fn portion(csv: &str, portion: Option<&str>) -> Result<(Vec<OutColumn>, usize), String> {
    let (mut columns, rows) = columns(csv, RowsOf::Accounts)?;
    let Some(portion) = portion else {
        columns.push(OutColumn { name: "portion".to_owned(), values: OutValues::Text(Vec::new()) });
        return Ok((columns, rows));
    };
    for column in &mut columns {
        match &mut column.values {
            OutValues::Text(values) => values.push(None),
            OutValues::Whole(values) => values.push(None),
            OutValues::Double(values) => values.push(None),
            OutValues::Decimal(values, _) => values.push(None),
        }
    }
    let mut texts = vec![None; rows];
    texts.push(Some(portion.to_owned()));
    columns.push(OutColumn { name: "portion".to_owned(), values: OutValues::Text(texts) });
    Ok((columns, rows + 1))
}

/// All cells of a column; a blank one is nothing.
fn all<T>(cells: &[&str], read: impl Fn(&str) -> Option<T>) -> Result<Vec<Option<T>>, String> {
    let value = |cell: &&str| match cell.is_empty() {
        true => Ok(None),
        false => match read(cell) {
            Some(value) => Ok(Some(value)),
            None => Err(format!("{cell} is no value of its column")),
        },
    };
    cells.iter().map(value).collect()
}

/// Doubles if all cells are numbers, and text if any is not.
fn estimates(cells: &[&str]) -> Result<OutValues, String> {
    match all(cells, |cell| cell.parse().ok()) {
        Ok(numbers) => Ok(OutValues::Double(numbers)),
        Err(_) => exact(ExactType::Text, cells),
    }
}
