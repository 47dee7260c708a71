//! Texts in which each row says the names of its cells, or in which they stand apart from rows that no delimiter parts: logs of
//! `key=value`, records as clients of databases print them below each other, dumps of databases, and lists in YAML.
//!
//! They are read as delimited text with names of their own. Such a text is held in memory. Deliberately absent: what the names mean.

mod dump;
mod pairs;
mod records;
mod yaml;

use std::borrow::Cow;
use std::collections::HashMap;

use super::layout::{FileFormat, Layout};
use super::sheets::SheetText;
use super::written::written;

/// The most names that the rows of a text may have.
const NAMES: usize = 1_000;

/// A line, and what is wrong with it.
pub(super) type LineProblem = (u64, String);

/// What such a text is read as.
pub(super) enum NamedTable {
    /// Rows on their own lines.
    Lines(NamedRows),
    /// A table among those of a dump.
    Sheet(SheetText),
}

/// The format of a text with names in its rows, by its beginning; `None` for any other.
pub(super) fn format_of(start: &str) -> Option<FileFormat> {
    match () {
        () if records::begins(start) => Some(FileFormat::Records),
        () if dump::begins(start) => Some(FileFormat::Dump),
        () if pairs::begins(start) => Some(FileFormat::Pairs),
        () if yaml::begins(start) => Some(FileFormat::Yaml),
        () => None,
    }
}

pub(super) use self::pairs::{first as first_pair, time_and_words};

/// The table of a text of this format.
pub(super) fn table(
    text: &str,
    format: FileFormat,
    layout: &Layout,
) -> Result<NamedTable, LineProblem> {
    match format {
        FileFormat::Records => records::rows(text).map(NamedTable::Lines),
        FileFormat::Dump => dump::table(text, layout).map(NamedTable::Sheet),
        FileFormat::Yaml => yaml::rows(text).map(NamedTable::Lines),
        _ => pairs::rows(text).map(NamedTable::Lines),
    }
}

/// Rows with the names of their cells, each on a line of the file.
#[derive(Debug, Default)]
pub(super) struct NamedRows {
    names: Vec<String>,
    places: HashMap<String, usize>,
    rows: Vec<(u64, Vec<(usize, String)>)>,
    /// What is told of how they are read, one sentence each.
    pub(super) remarks: Vec<String>,
}

impl NamedRows {
    /// Begins a row on a line.
    fn begin(&mut self, line: u64) {
        self.rows.push((line, Vec::new()));
    }

    /// Adds a cell to the last row; one whose name it has already goes on behind what is there.
    fn add(&mut self, name: &str, cell: &str) -> Result<(), LineProblem> {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.places.insert(name.to_owned(), self.names.len());
                self.names.push(name.to_owned());
                self.names.len() - 1
            }
        };
        let Some((line, cells)) = self.rows.last_mut() else { return Ok(()) };
        if self.names.len() > NAMES {
            return Err((
                *line,
                "its rows have more than 1,000 names, which no table of usage has".to_owned(),
            ));
        }
        let cell = cell.replace(['\n', '\r'], " ");
        match cells.iter_mut().find(|(other, _)| *other == place) {
            Some((_, before)) => *before = format!("{before} {cell}"),
            None => cells.push((place, cell)),
        }
        Ok(())
    }

    /// The names, in the order of their first appearance.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The rows as text with commas between cells, each on its line.
    pub(super) fn text(&self) -> String {
        let (mut text, mut lines) = (String::new(), 1);
        for (line, cells) in &self.rows {
            while lines < *line {
                text.push('\n');
                lines += 1;
            }
            let cell = |place: usize| {
                let found = cells.iter().find(|(other, _)| *other == place);
                found.map_or("", |(_, cell)| cell.as_str())
            };
            let cells: Vec<Cow<'_, str>> =
                (0..self.names.len()).map(|place| written(cell(place), ',')).collect();
            text.push_str(&cells.join(","));
            text.push('\n');
            lines += 1;
        }
        text
    }
}
