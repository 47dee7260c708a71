//! The rows of the journal that outages rest on: named beside each outage, and listed below, so that a page leads from the one
//! to the other.
//!
//! Deliberately absent: the other rows, which only a journal has.

use std::path::{Component, Path, PathBuf};
use std::{fs, iter, path};

use crate::domain::Instant;

use super::document::{Cell, CellKind, Column, LinkedText, Media, Table};
use super::journal::{JournalLine, OutageLines};

/// The rows that outages rest on, and the journal that has them.
#[derive(Clone, Copy, Debug, Default)]
pub struct JournalEvidence<'a> {
    /// The rows of each outage, in order; none where they were not kept.
    pub outages: &'a [OutageLines],
    /// The journal, where one was written with the page.
    pub file: Option<&'a JournalFile>,
}

/// A journal that was written with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalFile {
    /// Its name, as it was given.
    pub name: String,
    /// Its address as seen from the page; `None` where there is no way from the one to the other.
    pub address: Option<String>,
}

impl JournalFile {
    /// A journal as seen from a page in a folder; `None` of what is no file, such as a pipe.
    pub fn seen_from(folder: &Path, journal: &Path) -> Option<JournalFile> {
        let name = journal.display().to_string();
        journal.is_file().then(|| JournalFile { name, address: address(folder, journal) })
    }
}

/// The relative address of a file from inside a folder, as a link has it.
fn address(folder: &Path, file: &Path) -> Option<String> {
    let (folder, file) = (placed(folder)?, placed(file)?);
    let shared = iter::zip(folder.components(), file.components()).take_while(|(a, b)| a == b);
    let shared = shared.count();
    let up = folder.components().skip(shared).map(|_| Some("..".to_owned()));
    let down = file.components().skip(shared).map(|part| match part {
        Component::Normal(name) => name.to_str().map(encoded),
        // Another drive.
        _ => None,
    });
    let parts: Option<Vec<String>> = up.chain(down).collect();
    Some(parts?.join("/"))
}

/// Where a path is, without links on the way to it.
fn placed(path: &Path) -> Option<PathBuf> {
    let path = path::absolute(path).ok()?;
    Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?))
}

/// A name as a part of an address.
fn encoded(name: &str) -> String {
    let letter = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    name.bytes().map(letter).collect()
}

/// The anchor of a row on the page.
fn anchor(line: u64) -> String {
    format!("journal-{line}")
}

impl<'a> JournalEvidence<'a> {
    /// The rows of the first and of the last outage in a time, ends included; `None` if there is none.
    fn between(&self, from: Instant, to: Instant) -> Option<(&'a OutageLines, &'a OutageLines)> {
        let outages = self.outages;
        let first = outages.partition_point(|one| one.from < from);
        let inside = &outages[first..outages.partition_point(|one| one.from <= to).max(first)];
        inside.first().zip(inside.last())
    }

    /// The line in which the outage that begins at an instant opened.
    pub fn opened(&self, from: Instant) -> Option<u64> {
        Some(self.between(from, from)?.0.opened.line)
    }

    /// The column of [`JournalEvidence::cell`].
    pub fn column() -> Column {
        Column::new("rows of the journal", CellKind::Text)
    }

    /// The rows that the outages of a time rest on, each leading to itself: `12 cap_reached, 14 outage_opened to 20`.
    pub fn cell(&self, from: Instant, to: Instant) -> Cell {
        let Some((first, last)) = self.between(from, to) else { return Cell::Empty };
        let named = |row: &JournalLine| format!("{} {}", row.line, row.event);
        let link = |row: &JournalLine, text: String| {
            LinkedText::to(format!("#{}", anchor(row.line)), text)
        };
        let mut parts = Vec::new();
        if let Some(reason) = &first.reason {
            parts.extend([link(reason, named(reason)), LinkedText::plain(", ")]);
        }
        let (opened, closed) = (&first.opened, &last.closed);
        parts.extend([
            link(opened, named(opened)),
            LinkedText::plain(" to "),
            link(closed, closed.line.to_string()),
        ]);
        Cell::Linked(parts)
    }

    /// The rows that the outages of some times rest on, each once.
    pub fn table(&self, times: impl Iterator<Item = (Instant, Instant)>) -> Option<Table> {
        let found = times.filter_map(|(from, to)| self.between(from, to));
        let mut lines: Vec<&JournalLine> = found
            .flat_map(|(first, last)| {
                [first.reason.as_ref(), Some(&first.opened), Some(&last.closed)]
            })
            .flatten()
            .collect();
        lines.sort_by_key(|one| one.line);
        lines.dedup_by_key(|one| one.line);
        let columns = vec![
            Column::new("line", CellKind::Count),
            Column::new("at", CellKind::Instant),
            Column::new("event", CellKind::Code),
            Column::new("cause", CellKind::Code),
            Column::new("detail", CellKind::Text),
            Column::new("credits", CellKind::Credits).unless_nothing(),
            Column::new("money", CellKind::Money).unless_nothing(),
            Column::new("balance after", CellKind::Credits),
        ];
        let table = Table {
            rows: lines.iter().map(|line| self.row(line)).collect(),
            caption: Some(self.caption()),
            media: Media::Page,
            most_on_page: usize::MAX,
            ..Table::new("journal_rows", "Rows of the journal that outages rest on", columns)
        };
        (!table.rows.is_empty()).then(|| table.without_nothing())
    }

    fn caption(&self) -> String {
        let rows = "What kept a recharge away, where something did, and the beginning and the end of each outage above";
        match self.file {
            None => {
                format!("{rows}; --journal FILE writes all rows, under the same numbers of lines.")
            }
            Some(file) => format!("{rows}; `{}` has all rows.", file.name.replace('`', "'")),
        }
    }

    fn row(&self, row: &JournalLine) -> Vec<Cell> {
        // A line of a CSV file is addressed as RFC 7111 defines it.
        let address = self.file.and_then(|file| file.address.as_ref());
        let address = address.map(|address| format!("{address}#row={}", row.line));
        let line =
            LinkedText { text: row.line.to_string(), address, anchor: Some(anchor(row.line)) };
        vec![
            Cell::Linked(vec![line]),
            Cell::Instant(row.at),
            Cell::text(row.event),
            Cell::text(row.cause),
            Cell::text(&row.detail),
            row.credits.map_or(Cell::Empty, Cell::credits),
            row.money.map_or(Cell::Empty, Cell::Money),
            Cell::credits(row.balance),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_addressed_from_where_the_page_is() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        fs::create_dir_all(root.join("out/deep")).unwrap();
        for (folder, file, expected) in [
            ("report", "journal.csv", "../journal.csv"),
            ("report", "report/journal.csv", ""),
            ("out/report", "journal.csv", "../../journal.csv"),
            ("out/deep/report", "out/a b#1?.csv", "../../a%20b%231%3F.csv"),
            ("report", "out/../out/é\"<.csv", "../out/%C3%A9%22%3C.csv"),
        ] {
            let found = address(&root.join(folder), &root.join(file));
            assert_eq!(found.unwrap_or_default(), expected, "{folder} {file}");
        }
        // A folder that is there, inside which the file is.
        let found = address(&root.join("out"), &root.join("out/deep/j.csv"));
        assert_eq!(found.as_deref(), Some("deep/j.csv"));
        assert_eq!(JournalFile::seen_from(root, &root.join("none.csv")), None);
    }
}
