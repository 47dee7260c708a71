//! A column by its name, or a value inside the JSON of its cells.
//!
//! `properties/tokens` and `properties.tokens` name the value `tokens` in the cells of the column
//! `properties`, unless a column has the whole name. Deliberately absent: names that are guessed.

use std::borrow::Cow;

use super::flatten::{at_path, cell};
use super::row::Row;

/// A column of a table, or a value inside its cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportColumn {
    index: usize,
    /// The names and places that lead to the value inside a cell; none for the whole cell.
    inside: Vec<String>,
}

/// Why a name is that of no column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoColumn {
    /// The header has no such name.
    Absent,
    /// The header has it this many times.
    Several(usize),
}

impl ExportColumn {
    /// The column that `name` means under `header`.
    pub fn named(name: &str, header: &[String]) -> Result<ExportColumn, NoColumn> {
        match whole(name, header)? {
            Some(index) => return Ok(ExportColumn { index, inside: Vec::new() }),
            None if name.is_empty() => return Err(NoColumn::Absent),
            None => {}
        }
        // The longest name of a column that leads to a value.
        let marks = name.char_indices().rev().filter(|&(_, c)| c == '/' || c == '.');
        for (place, mark) in marks {
            let (column, path) = name.split_at(place);
            if let Some(index) = whole(column, header)? {
                let path = path.get(1..).unwrap_or_default();
                return Ok(ExportColumn { index, inside: steps(path, mark) });
            }
        }
        Err(NoColumn::Absent)
    }

    /// Its place in the header, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns its value in a row, blank where the cell or the value inside it is missing. The error says
    /// why a cell that should hold JSON does not.
    #[inline]
    pub fn read<'a>(&self, row: &'a Row) -> Result<Cow<'a, str>, String> {
        let text = row.get(self.index).unwrap_or_default();
        if self.inside.is_empty() || text.is_empty() {
            return Ok(Cow::Borrowed(text));
        }
        let value = at_path(text, &self.inside).map_err(|why| format!("no JSON: {why}"))?;
        value.map_or(Ok(Cow::Borrowed("")), |value| cell(value).map(Cow::Owned))
    }
}

/// The place of a name in the header.
fn whole(name: &str, header: &[String]) -> Result<Option<usize>, NoColumn> {
    let mut places = header.iter().enumerate().filter(|(_, other)| *other == name);
    let first = places.next().map(|(place, _)| place);
    match places.count() {
        0 => Ok(first),
        more => Err(NoColumn::Several(more + 1)),
    }
}

/// The steps of a path: parted by dots, or of a JSON pointer (RFC 6901).
fn steps(path: &str, mark: char) -> Vec<String> {
    let plain = |step: &str| match mark {
        '/' => step.replace("~1", "/").replace("~0", "~"),
        _ => step.to_owned(),
    };
    path.split(mark).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str, cell: &str) -> Result<String, String> {
        let header =
            ["lineItem/UsageAmount", "properties", "a.b", "twice", "twice"].map(str::to_owned);
        let column = ExportColumn::named(name, &header).map_err(|why| format!("{why:?}"))?;
        let mut row = Row::new();
        row.push("1.5");
        row.push(cell);
        row.push("{\"c\":[{\"d\":7}]}");
        column.read(&row).map(Cow::into_owned)
    }

    #[test]
    fn a_name_leads_into_the_json_of_a_cell_unless_it_is_a_whole_name() {
        let json = r#"{"tokens":"4407","a/b":{"c":0.10},"n":null,"list":[1,{"x":true}]}"#;
        for (name, expected) in [
            ("lineItem/UsageAmount", "1.5"),
            ("properties", json),
            ("properties/tokens", "4407"),
            ("properties.tokens", "4407"),
            ("properties/a~1b/c", "0.10"),
            ("properties.list.1.x", "true"),
            ("properties/n", ""),
            ("properties/absent/deeper", ""),
            ("properties.list.2", ""),
            ("a.b.c.0.d", "7"),
        ] {
            assert_eq!(value(name, json), Ok(expected.to_owned()), "{name}");
        }
        assert_eq!(value("properties.tokens", ""), Ok(String::new()));
    }

    #[test]
    fn a_name_that_is_absent_or_stands_twice_is_no_column() {
        assert_eq!(value("credits", "{}"), Err("Absent".to_owned()));
        assert_eq!(value("", "{}"), Err("Absent".to_owned()));
        assert_eq!(value("twice", "{}"), Err("Several(2)".to_owned()));
        assert_eq!(value("twice.a", "{}"), Err("Several(2)".to_owned()));
    }

    #[test]
    fn a_cell_without_json_is_an_error_for_a_value_inside_it() {
        assert!(value("properties.tokens", "tokens=5").unwrap_err().starts_with("no JSON: "));
    }
}
