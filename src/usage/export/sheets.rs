//! The tables of a workbook or of a page, of which one is read, or several with one header: the choice among them.
//!
//! Deliberately absent: where their cells come from.

use std::collections::BTreeSet;

use super::datum::is_datum;
use super::header::{self, SheetTable};
use super::layout::Layout;
use super::written::written;
use crate::domain::text::{counted, counted_are, excerpt};

/// Cells of written rows that are always few enough, empty ones too.
const FEW_CELLS: u64 = 20_000_000;
/// Written cells for each that holds something, beyond which a sheet is refused.
const MOST_EMPTY: u64 = 100;

/// The sheet that holds the table, as text with commas between cells.
pub(super) struct SheetText {
    pub(super) name: String,
    pub(super) text: Vec<u8>,
    pub(super) evidence: Vec<String>,
    /// What is unusual in how it was put together, one sentence each.
    pub(super) remarks: Vec<String>,
    /// What stands around it: names and values, as around the records of a document.
    pub(super) around: Vec<(String, String)>,
    /// The columns of the text, from 0, with a cell of text that begins as a number does.
    pub(super) text_numbers: BTreeSet<usize>,
}

/// How the tables of a file are spoken of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaves {
    /// One of them.
    pub(super) noun: &'static str,
    /// What the one has that is read, in short.
    pub(super) held: &'static str,
    /// The same of several, with its verb.
    pub(super) have: &'static str,
}

/// Reads what is set, or the only one with a table, among these names, each with whether it is visible.
pub(super) fn chosen(
    all: &[(String, bool)],
    leaves: &Leaves,
    layout: &Layout,
    mut read: impl FnMut(&str) -> Result<SheetText, String>,
) -> Result<SheetText, String> {
    let pattern = layout
        .sheet
        .as_deref()
        .filter(|set| set.contains(ALL) && !all.iter().any(|(name, _)| name == set));
    let mut texts = Vec::new();
    for (name, visible) in all {
        let wanted = match (pattern, &layout.sheet) {
            (Some(pattern), _) => *visible && matches(pattern, name),
            (None, set) => set.as_ref().map_or(*visible, |set| set == name),
        };
        if wanted {
            texts.push(read(name)?);
        }
    }
    let names: Vec<&String> = all.iter().map(|(name, _)| name).collect();
    if let (Some(set), true) = (&layout.sheet, texts.is_empty()) {
        let (noun, there) = (leaves.noun, named(&names));
        return Err(format!("has no {noun} `{set}`; its {noun}s are {there}"));
    }
    match pattern {
        Some(pattern) => joined(texts, leaves, layout, pattern),
        None => only_table(texts, leaves, &names, layout.sheet.is_some()),
    }
}

/// Whether so many written cells, of which these hold something, are too many.
pub(super) fn is_too_empty(written: u64, filled: u64) -> bool {
    written > FEW_CELLS && written / MOST_EMPTY > filled
}

/// The sign that stands for any letters in the name of a sheet.
const ALL: char = '*';

/// Whether a name goes by a pattern with stars.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once(ALL) else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(before) else { return false };
    let mut parts: Vec<&str> = after.split(ALL).collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The tables of sheets that have one header, one below the other.
fn joined(
    sheets: Vec<SheetText>,
    leaves: &Leaves,
    layout: &Layout,
    pattern: &str,
) -> Result<SheetText, String> {
    let noun = leaves.noun;
    let of_table = |sheet: SheetText| {
        let table = header::table_of(&sheet.text, layout);
        (sheet, table)
    };
    let (tables, others): (Vec<_>, Vec<_>) =
        sheets.into_iter().map(of_table).partition(|(_, table)| table.is_some());
    let mut tables =
        tables.into_iter().filter_map(|(sheet, table)| Some((sheet, table?))).collect::<Vec<_>>();
    if tables.is_empty() {
        return Err(format!(
            "no {noun} whose name is `{pattern}` has a table with a header and rows"
        ));
    }
    let (mut all, first) = tables.remove(0);
    if !others.is_empty() {
        let names: Vec<&String> = others.iter().map(|(sheet, _)| &sheet.name).collect();
        all.remarks.push(format!(
            "Of the {noun}s that go by `{pattern}`, {} left out, as no table is in {}: {}.",
            counted_are(names.len(), noun),
            if names.len() == 1 { "it" } else { "them" },
            named(&names)
        ));
    }
    let begin = all.name.clone();
    for (sheet, table) in tables {
        if table.header != first.header {
            return Err(format!(
                "the {noun}s `{begin}` and `{}` have not the same columns ({}; {}), and are no table together; choose one \
                 (`--sheet \"{begin}\"`, or `sheet` in `[usage]`), or a pattern for those that have",
                sheet.name,
                first.header.join(", "),
                table.header.join(", ")
            ));
        }
        all.add(&sheet, &table, first.header.len(), noun);
    }
    Ok(all)
}

impl SheetText {
    /// Adds the rows of another sheet, without what stands above and below its table.
    fn add(&mut self, other: &SheetText, table: &SheetTable, width: usize, noun: &str) {
        let below = cut_below(&mut self.text, width);
        let lines = self.text.iter().filter(|byte| **byte == b'\n').count() as u64;
        let ends = memchr::memchr_iter(b'\n', &other.text);
        let above = usize::try_from(table.last_line).ok().and_then(|last| last.checked_sub(1));
        let from = above.and_then(|above| ends.into_iter().nth(above)).map_or(0, |end| end + 1);
        self.text.extend_from_slice(other.text.get(from..).unwrap_or_default());
        self.text_numbers.extend(&other.text_numbers);
        let without = match below {
            0 => String::new(),
            count => format!(", without {} below their table", counted(count, "line")),
        };
        self.remarks.push(format!(
            "The rows of the {noun} `{}` follow those before it{without}: its row {} is counted as line {}.",
            other.name,
            table.last_line + 1,
            lines + 1
        ));
        self.name = format!("{}, {}", self.name, other.name);
    }
}

/// Cuts the sentences below a table of so many columns off; returns how many there were.
fn cut_below(text: &mut Vec<u8>, width: usize) -> usize {
    let mut count = 0;
    while width > 2 && text.len() > 1 {
        let lines = text.get(..text.len() - 1).unwrap_or_default();
        let from = memchr::memrchr(b'\n', lines).map_or(0, |end| end + 1);
        if from == 0 || lines.get(from..).is_some_and(|line| line.contains(&b',')) {
            break;
        }
        count += usize::from(from < lines.len());
        text.truncate(from);
    }
    count
}

/// Names of tables that a message lists.
const LISTED: usize = 12;

fn named(names: &[&String]) -> String {
    let shown = names.iter().take(LISTED).map(|name| format!("`{}`", excerpt(name)));
    let more = names.len().saturating_sub(LISTED);
    let more = (more > 0).then(|| format!("and {more} more"));
    shown.chain(more).collect::<Vec<_>>().join(", ")
}

/// The sheet with a table among those that were read, or why there is not one.
fn only_table(
    mut texts: Vec<SheetText>,
    leaves: &Leaves,
    all: &[&String],
    is_chosen: bool,
) -> Result<SheetText, String> {
    if texts.len() > 1 {
        texts.retain(|sheet| header::table_of(&sheet.text, &Layout::default()).is_some());
    }
    match texts.as_mut_slice() {
        [] => Err(format!(
            "none of its {}s has a table with a header and rows; name one of {} (`--sheet`)",
            leaves.noun,
            named(all)
        )),
        [sheet] => {
            if !is_chosen && all.len() > 1 {
                let (name, count, Leaves { noun, held, .. }) = (&sheet.name, all.len(), leaves);
                let name = excerpt(name);
                sheet.evidence =
                    vec![format!("the {noun} `{name}`: the only one of {count} with {held}")];
            }
            Ok(texts.swap_remove(0))
        }
        several => Err(choice(several, leaves)),
    }
}

/// The choice between sheets with tables: those with dates first, and together those that have the same columns.
fn choice(sheets: &[SheetText], leaves: &Leaves) -> String {
    let table = |sheet: &SheetText| header::table_of(&sheet.text, &Layout::default());
    let tables: Vec<(&String, SheetTable)> =
        sheets.iter().filter_map(|sheet| Some((&sheet.name, table(sheet)?))).collect();
    let names: Vec<&String> = tables.iter().map(|(name, _)| *name).collect();
    let likely = tables.iter().find(|(_, table)| table.has_dates).or(tables.first());
    let Some((first, found)) = likely else { return String::new() };
    let (alike, others): (Vec<_>, Vec<_>) =
        tables.iter().partition(|(_, table)| table.header == found.header);
    let of = |tables: &[&(&String, SheetTable)]| {
        tables.iter().map(|(name, _)| (*name).clone()).collect::<Vec<String>>()
    };
    // What a message does not quote in full cannot be copied from it.
    let is_short = |text: &str| excerpt(text) == *text;
    let together = pattern_for(&of(&alike), &of(&others))
        .filter(|pattern| found.has_dates && is_short(pattern) && is_short(first));
    let together = together.map_or(String::new(), |pattern| {
        format!(
            "; if those with the columns of `{first}` are one history, `--sheet '{pattern}'` reads {} one after another",
            counted(alike.len(), leaves.noun)
        )
    });
    let flag = match is_short(first) {
        true => format!("`--sheet \"{first}\"`"),
        false => "`--sheet`".to_owned(),
    };
    format!(
        "{} {}s {} ({}){together}; choose one ({flag}, or `sheet` in `[usage]`)",
        names.len(),
        leaves.noun,
        leaves.have,
        named(&names)
    )
}

/// A pattern for the names of at least two sheets and of none of the others, if there is one.
fn pattern_for(names: &[String], others: &[String]) -> Option<String> {
    let first = names.first().filter(|_| names.len() > 1)?;
    let common = |length: usize, begins: &dyn Fn(&str, &str) -> bool, part: &str| {
        (length > 0 && names.iter().all(|name| begins(name, part))).then(|| part.to_owned())
    };
    let ends = |at: &usize| first.is_char_boundary(*at);
    let before = (0..=first.len()).rev().filter(ends).find_map(|at| {
        let part = first.get(..at)?;
        common(at, &|name, part| name.starts_with(part), part)
    });
    let after = (0..first.len()).filter(ends).find_map(|at| {
        let part = first.get(at..)?;
        common(first.len() - at, &|name, part| name.ends_with(part), part)
    });
    let candidates = [
        Some(ALL.to_string()),
        before.map(|part| format!("{part}{ALL}")),
        after.map(|part| format!("{ALL}{part}")),
    ];
    let mut candidates = candidates.into_iter().flatten();
    candidates.find(|pattern| {
        !pattern.contains('\'') && !others.iter().any(|name| matches(pattern, name))
    })
}

/// Writes a row of so many cells, of which these hold something.
pub(super) fn write_row(filled: &[(usize, String)], width: usize, text: &mut Vec<u8>) {
    let last = filled.last().map_or(0, |(column, _)| column + 1);
    let first = filled.first().filter(|(column, _)| *column == 0).map_or("", |(_, cell)| cell);
    // A sentence above or below a table, which no row of another width is taken for.
    let is_sentence = last <= 1 && width > 2 && !is_datum(first);
    let mut column = 0;
    for (place, cell) in filled {
        text.resize(text.len() + place - column, b',');
        text.extend_from_slice(written(cell, ',').as_bytes());
        column = *place;
    }
    let end = if is_sentence { last } else { width };
    text.resize(text.len() + end.saturating_sub(column + 1), b',');
    text.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters_in_the_name_of_a_sheet() {
        for (pattern, name, goes) in [
            ("*", "May", true),
            ("2026-*", "2026-05", true),
            ("2026-*", "2025-05", false),
            ("*-*-x", "a-b-x", true),
            ("*-*-x", "a-x", false),
            ("a*a", "a", false),
            ("May", "May", true),
        ] {
            assert_eq!(matches(pattern, name), goes, "{pattern} {name}");
        }
    }
}
